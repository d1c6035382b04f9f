"""Site candidates drawn: totals as stacked parts, and how far each rank can move when weights vary.

Its one rule: a bar is the sum of its parts and nothing else; what is missing is hatched from its least to its most.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import gate, key, nothing, rows_and_figures, safe, wrapped
from lib.charts.palette import CATEGORICAL, GUIDE, accent, rgb, text_on
from lib.spec.numbers import show

_ROW = 34
_CLEAR = "rgba(0,0,0,0)"
MISSING_PART = "缺项（1～5 分）"


_SHADES = {False: (1.0, 0.6, 0.26), True: (1.0, 0.62, 0.36)}
"""From the full hue towards the ground, light and dark."""
_HUES = (CATEGORICAL[0], CATEGORICAL[3], CATEGORICAL[2])
_GROUND = {False: "#FFFFFF", True: "#12161C"}
_NUMBERED = {False: 1.8, True: 4.0}
"""The least points of 100 whose part has room for its number, on a desk and on a phone."""


def part_colours(titles: tuple[str, ...], dark: bool = False) -> dict[str, str]:
    """Part → colour: three in a row share a hue, from full to pale, so that neighbours are told apart in grey too; nine at most, each
    with a colour of its own. Raises ValueError for more.
    """
    shades = _SHADES[dark]
    if len(titles) > len(_HUES) * len(shades):
        raise ValueError(f"colours for nine parts, not {len(titles)}")
    ground = rgb(_GROUND[dark])
    found = {}
    for at, title in enumerate(titles):
        share = shades[at % len(shades)]
        mixed = (round(full * share + back * (1 - share)) for full, back in zip(rgb(_HUES[at // len(shades)]), ground, strict=True))
        found[title] = "#" + "".join(f"{part:02X}" for part in mixed)
    return found


def stacked_totals(frame: pd.DataFrame, parts: tuple[str, ...], *, narrow: bool = False, dark: bool = False) -> go.Figure:
    """Totals of 100 as bars of their parts, the order of the frame kept.

    frame: id, name, words (at the right), low, high (of the total), a column of points of 100 for each of `parts` (NaN: missing), and
    for each a text in `<part>_text`. A part carries its number in the legend. A click gives the id as customdata.
    """
    if frame.empty:
        return nothing("", "没有参与排序的候选点")
    rows = frame.reset_index(drop=True)
    figure = go.Figure()
    colours = part_colours(parts, dark)
    common: dict[str, Any] = {"y": list(range(len(rows))), "orientation": "h", "width": 0.62, "hoverinfo": "text"}
    for at, part in enumerate(parts):
        figure.add_bar(
            x=[None if value != value else value for value in rows[part].tolist()],
            name=part,
            text=[str(at + 1) if value >= _NUMBERED[narrow] else "" for value in rows[part].tolist()],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": 10, "color": text_on(colours[part])},
            customdata=rows["id"].tolist(),
            hovertext=[f"{safe(name)}<br>{part}：{safe(text)}" for name, text in zip(rows["name"], rows[f"{part}_text"], strict=True)],
            marker={"color": colours[part], "line": {"width": 0.5, "color": _GROUND[dark]}},
            **common,
        )
    open_ = rows["high"] - rows[list(parts)].sum(axis=1)
    missing = [value if value > 1e-9 else None for value in open_.tolist()]
    figure.add_bar(
        x=missing,
        name=MISSING_PART,
        customdata=rows["id"].tolist(),
        hovertext=[f"{safe(name)}<br>{MISSING_PART}：总分 {show(low, 1)}～{show(high, 1)}"
                   for name, low, high in zip(rows["name"], rows["low"], rows["high"], strict=True)],
        marker={"color": _CLEAR, "line": {"color": GUIDE, "width": 1},
                "pattern": {"shape": "x", "fgcolor": GUIDE, "bgcolor": _CLEAR, "size": 5, "solidity": 0.25}},
        **common,
    )
    legend = {f"{at} {part}": colours[part] for at, part in enumerate(parts, start=1)}
    if any(value is not None for value in missing):
        legend[MISSING_PART] = GUIDE
    width = 96 if narrow else 200
    rows_and_figures(figure, [wrapped(safe(name), 12, width) for name in rows["name"]], [safe(one) for one in rows["words"]], "",
                     row=_ROW, notes=key(legend))
    figure.update_yaxes(tickfont={"size": 12})
    figure.update_layout(barmode="stack", barcornerradius=0)
    figure.update_xaxes(range=[0, 100])
    return figure


def rank_ranges(frame: pd.DataFrame, *, top: int, last: int, narrow: bool = False, dark: bool = False) -> go.Figure:
    """How far ranks can move: a line from the best to the worst rank, a dot at the present one, the first rank at the left.

    frame: name, best, worst, seen_best, seen_worst, now (NaN where a band leaves it open), words. The thick part was seen, the thin ends
    are only not excluded. top: a line is drawn behind this rank; last: the last rank.
    """
    if frame.empty:
        return nothing("", "没有参与排序的候选点")
    rows = frame.reset_index(drop=True)
    figure = go.Figure()
    for columns, width, colour in ((("best", "worst"), 2, GUIDE), (("seen_best", "seen_worst"), 7, accent(dark, soft=True))):
        x: list[float | None] = []
        y: list[float | None] = []
        for at, (low, high) in enumerate(zip(*(rows[name].tolist() for name in columns), strict=True)):
            x += [low - 0.08, high + 0.08, None]
            y += [at, at, None]
        figure.add_scatter(x=x, y=y, mode="lines", line={"width": width, "color": colour}, hoverinfo="skip", showlegend=False, name="范围")
    known = rows.index[rows["now"].notna()].tolist()
    figure.add_scatter(
        x=rows["now"].loc[known].tolist(), y=known, mode="markers", name="现位次", showlegend=False, hoverinfo="text",
        hovertext=[f"{safe(rows['name'].loc[at])}：{safe(rows['words'].loc[at])}" for at in known],
        marker={"size": 11, "color": accent(dark), "line": {"width": 1.5, "color": "#12161C" if dark else "#FFFFFF"}},
    )
    width = 96 if narrow else 200
    rows_and_figures(figure, [wrapped(safe(name), 12, width) for name in rows["name"]], [safe(one) for one in rows["words"]], "",
                     row=30, headroom=26)
    figure.update_yaxes(tickfont={"size": 12})
    figure.update_xaxes(range=[0.4, last + 0.6])
    if top < last:
        gate(figure, top + 0.5, f"前 {top} 名", "center")
    return figure
