"""A funnel plot: shares of the 街镇 by the size of their base, between the lines within which chance would keep them.

Its one rule: who is outside is told by the shape and the name beside it, not by colour alone; who is inside has no rank.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, plain, safe, strong, text_width
from lib.charts.palette import GUIDE, STATUS, accent
from lib.spec.numbers import show

OUTLINES: tuple[tuple[str, str], ...] = (("solid", "内侧线"), ("dot", "外侧线"))
SYMBOLS = {0: "circle", 1: "diamond", 2: "square"}
"""How far outside: inside, outside the inner lines, outside the outer ones."""
_TOP = 103.0
"""Where the scale ends at most, in per cent: room for a mark at 100."""
_ROOM = 0.15
"""Room below and above what is drawn, as a part of it."""


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
    shown = [*points["value"], *curves["low_0"].tail(len(curves) // 2), *curves["low_1"].tail(1), whole]
    highest = [*points["value"], *curves["high_0"].tail(len(curves) // 2), *curves["high_1"].tail(1), whole]
    room = max((max(highest) - min(shown)) * _ROOM, 1.0)
    low, high, across = max(0.0, min(shown) - room), min(_TOP, max(highest) + room), _range(curves)
    figure.add_scatter(
        x=points["base"].tolist(), y=points["value"].tolist(), mode="markers", name="街镇",
        hoverinfo="text", hovertext=[safe(words) for words in points["words"]], cliponaxis=False,
        marker={"size": [12 if one else 9 for one in outside], "symbol": [SYMBOLS[one] for one in outside],
                "color": [shades[one] for one in outside], "line": {"width": 1, "color": GUIDE}},
    )
    plain(figure, height=300 if narrow else 340, headroom=10)
    figure.update_xaxes(visible=True, title={"text": unit_name, "font": {"size": 12}}, range=across, nticks=5 if narrow else 8)
    figure.update_yaxes(visible=True, range=[low, high], ticksuffix="%", nticks=5)
    _names(figure, points, (low, high), across, narrow)
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


_HEIGHT, _DESK, _PHONE = 262.0, 430.0, 270.0
"""Pixels of the plane of the drawing, about: its height, its width on a desk and on a phone."""
_SIZE = 11
"""Size of the names in pixels."""
_RINGS = ((13.0, 20.0), (22.0, 32.0), (32.0, 44.0), (42.0, 58.0), (54.0, 74.0), (68.0, 92.0))
"""Half axes (down, across) of the ellipses round a mark on which the middle of its name may stand, the nearest first."""
_STEPS = 16
_NEAR = 1
"""So many of the ellipses are near enough for a name without a line to its mark."""
Box = tuple[float, float, float, float]
"""Middle, width and height, in pixels."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: how far its middle is from the mark (right and up, in pixels), and whether a line leads there."""

    right: float
    up: float
    led: bool


def _names(figure: go.Figure, points: pd.DataFrame, up: tuple[float, float], across: list[float], narrow: bool) -> None:
    """The names beside the marks, those that stand off with a thin line to theirs."""
    width = _PHONE if narrow else _DESK
    marks = [((x - across[0]) / (across[1] - across[0]) * width, (y - up[0]) / (up[1] - up[0]) * _HEIGHT)
             for x, y in zip(points["base"], points["value"], strict=True)]
    sizes = [text_width(str(name), _SIZE) + 2 for name in points["name"]]
    for (x, y, name), place in zip(zip(points["base"], points["value"], points["name"], strict=True),
                                   places(marks, sizes, width, _HEIGHT), strict=True):
        common: dict[str, Any] = {"x": x, "y": y, "text": strong(safe(name)), "font": {"size": _SIZE}}
        if place.led:
            figure.add_annotation(**common, ax=place.right, ay=-place.up, showarrow=True, arrowhead=0, arrowwidth=0.8, arrowcolor=GUIDE,
                                  standoff=6, borderpad=0)
        else:
            figure.add_annotation(**common, xshift=place.right, yshift=place.up, showarrow=False)


def places(marks: list[tuple[float, float]], widths: list[float], width: float, height: float) -> list[Place]:
    """For each mark the nearest place in which its name meets no mark, no other name and no line to one, and stays in the plane; where
    there is none, the place in which it meets the fewest. Those with the closest neighbours choose first. All in pixels, up is more.
    """
    taken: list[Box] = [(x, y, 12.0, 12.0) for x, y in marks]
    found: dict[int, Place] = {}
    for at in sorted(range(len(marks)), key=lambda one: (_crowd(marks, one), marks[one])):
        x, y = marks[at]
        best: tuple[int, Place, list[Box]] | None = None
        for place in _candidates():
            box = (x + place.right, y + place.up, widths[at], _SIZE + 3.0)
            if abs(box[0] - width / 2) > (width - box[2]) / 2 or not box[3] / 2 <= box[1] <= height + 18:
                continue
            own = [box, *(_line(marks[at], box) if place.led else [])]
            others = [one for one in taken if one[:2] != marks[at]]
            met = sum(_meet(one, other) for one in own for other in others) + _meet(box, (x, y, 12.0, 12.0))
            if best is None or met < best[0]:
                best = (met, place, own)
            if not met:
                break
        assert best is not None
        found[at] = best[1]
        taken += best[2]
    return [found[at] for at in range(len(marks))]


def _crowd(marks: list[tuple[float, float]], at: int) -> float:
    """How far the nearest other mark is."""
    x, y = marks[at]
    return min((hypot(x - a, y - b) for place, (a, b) in enumerate(marks) if place != at), default=0.0)


def _candidates() -> list[Place]:
    """Places round a mark, the nearest ellipse first, on each of them above, below and beside before the slanted ones."""
    turns = sorted(range(_STEPS), key=lambda turn: (turn % (_STEPS // 4) != 0, turn % (_STEPS // 8) != 0, turn))
    return [Place(across * sin(2 * pi * turn / _STEPS), down * cos(2 * pi * turn / _STEPS), ring >= _NEAR)
            for ring, (down, across) in enumerate(_RINGS) for turn in turns]


def _line(mark: tuple[float, float], box: Box) -> list[Box]:
    """The line from a mark to its name as small boxes."""
    parts = [step / 10 for step in range(2, 9)]
    return [(mark[0] + (box[0] - mark[0]) * part, mark[1] + (box[1] - mark[1]) * part, 2.0, 2.0) for part in parts]


def _meet(one: Box, other: Box) -> bool:
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2
