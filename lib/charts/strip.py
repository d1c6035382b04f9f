"""Every project as one mark on a scale with a line: occupancy against its watch line, rents against their limit.

Its one rule: what is beyond the line is another shape, not only another colour; what is not judged is hollow.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import gate, nothing, plain, safe, strong
from lib.charts.palette import FAINT, GUIDE, STATUS, accent

_ROW = 88
_STEPS = 48
"""Marks within one of so many parts of the scale stand above each other."""
_SPREAD, _MOST = 0.09, 4
"""Rows of marks above and below the middle of a group, as shares of its height."""


def strip(
    frame: pd.DataFrame, *, line: float, line_name: str, line_text: str, beyond_words: str, suffix: str = "", dark: bool = False,
) -> go.Figure:
    """Marks by group on one scale.

    frame: group, key, words (of the hover label), value, beyond (over the line, on its wrong side), judged. line_name, line_text: what
    the line is, and its value. beyond_words: what is said of marks on its wrong side (低于观察线). suffix: of the ticks.
    customdata of a mark is its key.
    """
    known = frame[frame["value"].notna()]
    if known.empty:
        return nothing("", "没有可画的项目")
    groups = list(dict.fromkeys(known["group"]))
    low, high = min(float(known["value"].min()), line), max(float(known["value"].max()), line)
    room = (high - low) * 0.05 or 1.0
    at = _places(known, groups, low, max(high - low, 1e-9))
    figure = go.Figure()
    late = STATUS["late"].colour(dark)
    for name, mine, marker in (
        ("未越线", known["judged"] & ~known["beyond"], {"symbol": "circle", "color": accent(dark), "size": 9}),
        ("不判定", ~known["judged"], {"symbol": "circle-open", "color": GUIDE, "size": 9}),
        ("越线", known["judged"] & known["beyond"], {"symbol": "square", "color": late, "size": 11}),
    ):
        rows = known[mine]
        figure.add_scatter(
            x=rows["value"].tolist(), y=at[mine].tolist(), mode="markers", name=name, marker=marker, opacity=0.9,
            customdata=rows["key"].tolist(), hoverinfo="text", hovertext=[safe(words) for words in rows["words"]], cliponaxis=False,
            selected={"marker": {"opacity": 0.9}}, unselected={"marker": {"opacity": 0.9}},
        )
    notes = [f"<span style='color:{accent(dark)}'>●</span> 已判定　○ 不判定　<span style='color:{late}'>■</span> {safe(beyond_words)}"]
    plain(figure, height=len(groups) * _ROW + 30, notes=notes, headroom=30)
    figure.update_xaxes(range=[low - room, high + room], ticksuffix=suffix, showgrid=True, gridcolor=FAINT, nticks=7)
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(groups))), ticktext=[strong(safe(name)) for name in groups],
        range=[len(groups) - 0.5, -0.5], showgrid=False,
    )
    gate(figure, line, f"{line_name} {line_text}", "center")
    return figure


def _places(known: pd.DataFrame, groups: list[str], low: float, span: float) -> pd.Series:
    """Height of each mark: those close to each other on the scale stand above and below the middle in turn."""
    part = ((known["value"] - low) / span * _STEPS).round()
    turn = known.groupby([known["group"], part], sort=False).cumcount()
    step = ((turn + 1) // 2 * (1 - 2 * (turn % 2))).clip(-_MOST, _MOST)
    return known["group"].map(groups.index) + step * _SPREAD
