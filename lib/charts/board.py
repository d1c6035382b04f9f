"""Bars against their own lines: shares of consent and of votes with the gate of each row, spans of days with what goes beyond a plan.

Its one rule: every row has its own line; reached and not reached are told by a mark and a word, never by colour alone.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, rows_and_figures, safe, strong
from lib.charts.palette import FAINT, GUIDE, STATUS, StatusKey, accent
from lib.charts.timeline import above, coloured, label, on_one_line
from lib.spec.numbers import show

_ROW, _NARROW_ROW = 30, 58
_LABEL = 260
"""Pixels of a line of a name."""
_CLEAR = "rgba(0,0,0,0)"


def gates(frame: pd.DataFrame, *, empty: str = "没有可画的行", narrow: bool = False, dark: bool = False) -> go.Figure:
    """Shares on their way to a line each: the bar, its line as a stroke with its value behind it, the words at the right.

    frame: name (of one line or several), share (%, NaN: not known, no bar), gate (%, NaN: none), gate_text, reached (True, False, NA),
    words, light (of the words' first mark). A bar that has not reached its line is hatched. key, where there is such a column, is the
    customdata of the bars.
    """
    if frame.empty:
        return nothing("", empty)
    rows = frame.reset_index(drop=True)
    lift = 0.16 if narrow else 0.0
    at = [place + lift for place in range(len(rows))]
    share, level = (rows[name].astype("float64") for name in ("share", "gate"))
    reached = rows["reached"].astype("boolean").fillna(False).to_numpy(bool)
    figure = go.Figure()
    whole = {"x": [100.0] * len(rows), "y": at, "orientation": "h", "width": _thick(narrow), "hoverinfo": "skip", "name": "全部"}
    figure.add_bar(marker={"color": FAINT}, **whole)
    ink = accent(dark)
    for met in (True, False):
        mine = [place for place, one in enumerate(reached) if one == met and share.iloc[place] == share.iloc[place]]
        figure.add_bar(
            x=[float(share.iloc[place]) for place in mine],
            y=[at[place] for place in mine],
            orientation="h",
            width=_thick(narrow),
            name="已达标" if met else "未达标",
            customdata=[str(rows["key"].iloc[place]) for place in mine] if "key" in rows else None,
            hoverinfo="text",
            hovertext=[f"{on_one_line(rows['name'].iloc[place])}：{safe(rows['words'].iloc[place])}" for place in mine],
            marker={"color": ink} if met else _hatched(ink, "/"),
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    gated = [place for place, value in enumerate(level.tolist()) if value == value]
    lines, places = [float(level.iloc[place]) for place in gated], [at[place] for place in gated]
    figure.add_scatter(
        x=lines, y=places, mode="markers", hoverinfo="skip", name="标准线", cliponaxis=False,
        marker={"symbol": "line-ns", "size": 20, "line": {"color": GUIDE, "width": 3}},
    )
    figure.add_scatter(
        x=[100.5] * len(gated), y=places, mode="text", hoverinfo="skip", name="标准", cliponaxis=False, textfont={"size": 11},
        text=[strong(str(rows["gate_text"].iloc[place])) for place in gated], textposition="middle right",
    )
    _named(figure, rows, narrow, dark)
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(range=[0, 122 if narrow else 118])
    return figure


def spans(
    frame: pd.DataFrame, *, beyond: StatusKey | None = None, empty: str = "没有可画的行", narrow: bool = False, dark: bool = False
) -> go.Figure:
    """Days as bars: a plain part up to `solid`, a hatched part from there to `end`, a hollow star at `mark`.

    frame: name, solid, end, mark (days, NaN: none), words, light. beyond: the status whose colour the hatched part has, grey when None.
    """
    if frame.empty:
        return nothing("", empty)
    rows = frame.reset_index(drop=True)
    at = [place + (0.16 if narrow else 0.0) for place in range(len(rows))]
    solid, end, mark = (rows[name].astype("float64") for name in ("solid", "end", "mark"))
    colour = GUIDE if beyond is None else STATUS[beyond].colour(dark)
    figure = go.Figure()
    common: dict[str, Any] = {
        "y": at,
        "orientation": "h",
        "width": _thick(narrow),
        "hoverinfo": "text",
        "hovertext": [f"{on_one_line(name)}：{safe(words)}" for name, words in zip(rows["name"], rows["words"], strict=True)],
    }
    figure.add_bar(x=[None if one != one else one for one in solid.tolist()], name="天数", marker={"color": accent(dark)}, **common)
    more = (end - solid).where(end > solid)
    figure.add_bar(
        x=[None if one != one else one for one in more.tolist()],
        base=solid.fillna(0).tolist(),
        name="其后",
        marker=_hatched(colour, "x" if beyond else "/"),
        **common,
    )
    marked = [place for place, value in enumerate(mark.tolist()) if value == value]
    figure.add_scatter(
        x=[float(mark.iloc[place]) for place in marked], y=[at[place] for place in marked], mode="markers", hoverinfo="text", name="计划",
        hovertext=[f"计划 {show(float(mark.iloc[place]))} 天" for place in marked], cliponaxis=False,
        marker={"symbol": "star", "size": 13, "color": "#12161C" if dark else "#FFFFFF", "line": {"width": 1.5, "color": GUIDE}},
    )
    _named(figure, rows, narrow, dark)
    figure.update_layout(barmode="overlay", showlegend=False)
    top = max([one for column in (solid, end, mark) for one in column.tolist() if one == one], default=1.0)
    figure.update_xaxes(range=[0, max(top, 1.0) * 1.03])
    return figure


def _hatched(colour: str, shape: str) -> dict[str, Any]:
    pattern = {"shape": shape, "fgcolor": colour, "bgcolor": _CLEAR, "size": 6, "solidity": 0.35}
    return {"color": _CLEAR, "line": {"color": colour, "width": 1}, "pattern": pattern}


def _thick(narrow: bool) -> float:
    return 0.26 if narrow else 0.44


def _named(figure: go.Figure, rows: pd.DataFrame, narrow: bool, dark: bool) -> None:
    told = [coloured(str(words), str(light), dark) for words, light in zip(rows["words"], rows["light"], strict=True)]
    if narrow:
        above(figure, [(f"<b>{on_one_line(name)}</b>", words) for name, words in zip(rows["name"], told, strict=True)],
              row=_NARROW_ROW, lift=0.04)
        return
    rows_and_figures(figure, [label(name, _LABEL) for name in rows["name"]], told, "", row=_ROW, headroom=14)
    figure.update_yaxes(tickfont={"size": 12})
