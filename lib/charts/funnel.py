"""A funnel plot: shares of the 街镇 by the size of their base, between the lines within which chance would keep them.

Its one rule: who is outside is told by the shape and the name beside it, not by colour alone; who is inside has no rank.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, plain, safe, strong
from lib.charts.palette import GUIDE, STATUS, accent
from lib.spec.numbers import show

OUTLINES: tuple[tuple[str, str], ...] = (("solid", "内侧线"), ("dot", "外侧线"))
SYMBOLS = {0: "circle", 1: "diamond", 2: "square"}
"""How far outside: inside, outside the inner lines, outside the outer ones."""


def funnel(
    points: pd.DataFrame, curves: pd.DataFrame, *, whole: float, unit_name: str, narrow: bool = False, dark: bool = False
) -> go.Figure:
    """One mark per 街镇 over its base, the lines of two levels around the district's share.

    points: name, value (%), base, numerator, outside (0 inside, 1 beyond the inner lines, 2 beyond the outer ones), words.
    curves: base, low_0, high_0, low_1, high_1 (%): inner and outer lines. whole: the share of all of them together (%). unit_name: what
    a base counts.
    """
    if points.empty or curves.empty:
        return nothing("", "没有可以比较的街镇")
    figure = go.Figure()
    for at, (dash, _) in enumerate(OUTLINES):
        for side in ("low", "high"):
            figure.add_scatter(
                x=curves["base"].tolist(), y=curves[f"{side}_{at}"].tolist(), mode="lines", hoverinfo="skip", name=f"{side}_{at}",
                line={"color": GUIDE, "width": 1.5, "dash": dash},
            )
    figure.add_scatter(
        x=[float(curves["base"].iloc[0]), float(curves["base"].iloc[-1])], y=[whole, whole], mode="lines", hoverinfo="skip", name="合计",
        line={"color": GUIDE, "width": 1, "dash": "dash"},
    )
    shades = {0: accent(dark), 1: STATUS["watch"].colour(dark), 2: STATUS["late"].colour(dark)}
    outside = points["outside"].astype(int).tolist()
    shown = [*points["value"], *curves["low_0"].tail(len(curves) // 2), whole]
    low, across = max(0.0, min(shown) - 6), _range(curves)
    scale = ((260.0 if narrow else 430.0) / (across[1] - across[0]), 250.0 / (103.0 - low))
    figure.add_scatter(
        x=points["base"].tolist(), y=points["value"].tolist(), mode="markers+text", name="街镇",
        text=[strong(safe(name)) for name in points["name"]], textposition=_places(points, scale), textfont={"size": 11},
        hoverinfo="text", hovertext=[safe(words) for words in points["words"]], cliponaxis=False,
        marker={"size": [12 if one else 9 for one in outside], "symbol": [SYMBOLS[one] for one in outside],
                "color": [shades[one] for one in outside], "line": {"width": 1, "color": GUIDE}},
    )
    plain(figure, height=300 if narrow else 340, headroom=10)
    figure.update_xaxes(visible=True, title={"text": unit_name, "font": {"size": 12}}, range=across, nticks=5 if narrow else 8)
    figure.update_yaxes(visible=True, range=[low, 103.0], ticksuffix="%", nticks=5)
    return figure


def legend(whole: float, inner: str, outer: str) -> str:
    """What lines and shapes mean, as one line of Markdown text."""
    return (
        f"虚线为参加比较的街镇合计 {show(whole, 1)}%；实线为{inner}控制线，点线为{outer}控制线。● 在线内，◆ 超出{inner}线，■ 超出{outer}线"
    )


def _range(curves: pd.DataFrame) -> list[float]:
    first, last = float(curves["base"].iloc[0]), float(curves["base"].iloc[-1])
    room = max((last - first) * 0.06, 1.0)
    return [first - room, last + room]


_ASIDE: tuple[tuple[str, float, float], ...] = (
    ("top center", 0, 14), ("bottom center", 0, -14), ("middle right", 24, 0), ("middle left", -24, 0), ("top right", 20, 12),
    ("bottom left", -20, -12),
)
"""Where a name may stand, and how far its middle is then from the mark, in pixels."""


def _places(points: pd.DataFrame, scale: tuple[float, float]) -> list[str]:
    """For each mark the first place in which its name meets no name placed before and no mark; scale: pixels per unit, about."""
    marks = [(x * scale[0], y * scale[1]) for x, y in zip(points["base"], points["value"], strict=True)]
    taken = [(x, y, 12.0, 12.0) for x, y in marks]
    found: dict[int, str] = {}
    for at in sorted(range(len(marks)), key=lambda one: marks[one]):
        boxes = [(name, (marks[at][0] + x, marks[at][1] + y, 28.0, 14.0)) for name, x, y in _ASIDE]
        name, box = next((one for one in boxes if not any(_meet(one[1], other) for other in taken)), boxes[0])
        found[at] = name
        taken.append(box)
    return [found[at] for at in range(len(marks))]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2
