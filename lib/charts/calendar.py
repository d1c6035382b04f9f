"""Counts by 街镇 and month as a sheet of squares, what is behind in a column of its own.

Its one rule: every square carries its count; deeper means more, what is behind has another shape, and an empty month stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, plain, safe, strong
from lib.charts.palette import STATUS, sequential, text_on
from lib.spec.period import Period, title_of

DEPTHS = 5
SEPARATOR = "\u241f"
BEHIND = "已超期"
_ROW, _LEAST, _QUARTER = 30, 60, 3
_HEADER = 40
"""Pixels of the two lines above the columns: with few rows the drawing shrinks to nothing before it makes room for them."""


def picked(customdata: str) -> tuple[str, str]:
    """街镇 and period of a square that was clicked; an empty period is what is behind."""
    unit, _, period = customdata.partition(SEPARATOR)
    return unit, period


def month_sheet(
    counts: pd.DataFrame,
    places: Sequence[tuple[str, str]],
    periods: Sequence[Period],
    *,
    what: str,
    narrow: bool = False,
    dark: bool = False,
) -> go.Figure:
    """One row per 街镇, first the sum of several, one column per month (on a phone per quarter), what is behind at the left.

    counts: code, period ("" for what is behind), count; absent = 0. places: (code, name) in order; periods: the months in order.
    what: what is counted, for hover texts. customdata of a square: see `picked`; the sum has an empty 街镇.
    """
    if not places or not periods:
        return nothing("")
    table = counts.pivot_table(index="code", columns="period", values="count", aggfunc="sum", fill_value=0, observed=True)
    table = table.reindex(index=[code for code, _ in places], columns=["", *periods], fill_value=0)
    groups = _groups(periods) if narrow else [(_short(period), [period]) for period in periods]
    columns = [(BEHIND, [""]), *groups]
    rows = [("", "合计"), *places] if len(places) > 1 else list(places)
    figure = go.Figure()
    most = max(1, *(int(table[list(own)].sum(axis=1).max()) for _, own in groups))
    shades = sequential(DEPTHS, dark)
    marks = []
    for down, (code, name) in enumerate(rows):
        own = table if not code else table.loc[[code]]
        for across, (title, members) in enumerate(columns):
            by_period = own[list(members)].sum()
            count = int(by_period.sum())
            if count:
                first = next(str(period) for period, part in by_period.items() if part)
                marks.append((across, down, count, code, name, title, first))
    sizes = {True: 25 if narrow else 32, False: 24}
    for behind in (True, False):
        part = [one for one in marks if (one[0] == 0) == behind]
        fills = [
            STATUS["late"].colour(dark) if behind else shades[min(DEPTHS - 1, (one[2] * DEPTHS - 1) // most)] if one[3] else shades[0]
            for one in part
        ]
        figure.add_scatter(
            x=[one[0] for one in part], y=[one[1] for one in part], mode="markers+text", name=BEHIND if behind else "届满",
            customdata=[f"{one[3]}{SEPARATOR}{one[6]}" for one in part],
            text=[str(one[2]) if one[3] else f"<b>{one[2]}</b>" for one in part], textposition="middle center",
            textfont={"size": 11, "color": [text_on(fill) for fill in fills]},
            hoverinfo="text", hovertext=[f"{safe(one[4])} · {_told(one[5], one[6])}：{what} {one[2]} 个" for one in part],
            marker={"symbol": "diamond-wide" if behind else "square", "size": sizes[behind], "color": fills, "line": {"width": 0}},
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )
    plain(figure, height=_ROW * len(rows) + _LEAST, headroom=_HEADER)
    figure.update_xaxes(
        visible=True, side="top", showgrid=False, tickmode="array", tickvals=list(range(len(columns))), ticks="", tickfont={"size": 11},
        ticktext=[strong(title) for title, _ in columns], range=[-0.8, len(columns) - 0.5], tickangle=0,
    )
    figure.update_yaxes(
        visible=True, tickmode="array", tickvals=list(range(len(rows))), ticktext=[strong(safe(name)) for _, name in rows], ticks="",
        range=[len(rows) - 0.5, -0.5], showgrid=True,
    )
    return figure


def _short(period: Period) -> str:
    """11月 under its year where a year begins or the sheet does."""
    month = int(period[5:])
    return f"{month}<br>{period[:4]}" if month == 1 else f"{month}"


def _groups(periods: Sequence[Period]) -> list[tuple[str, list[str]]]:
    """Quarters of the months, in order: 26年<br>4季."""
    found: dict[str, list[str]] = {}
    for period in periods:
        found.setdefault(f"{(int(period[5:]) - 1) // _QUARTER + 1}季<br>{period[2:4]}年", []).append(str(period))
    return list(found.items())


def _told(title: str, first: str) -> str:
    if not first:
        return BEHIND
    return title.replace("<br>", "") if "季" in title else title_of(Period(first))
