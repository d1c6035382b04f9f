"""Several amounts of one unit as bars, and what they add up to of a plan.

Its one rule: one axis has one unit; amounts of two units are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.figure import key, nothing, rows_and_figures, safe, text_width, wrapped
from lib.charts.palette import FAINT, GUIDE, NOT_REPORTED, STATUS, accent, text_on
from lib.spec.numbers import show, show_unit

_TRACK = {False: 640, True: 200}
"""Pixels of the way to a target, on a desk at least and on a phone: a part with too few of them for its number has it above alone."""
_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Amount:
    """One bar: its name, its value (None: 未报), its unit, what a click gives, and further words behind the value."""

    name: str
    value: float | None
    unit: str
    key: str = ""
    words: str = ""


def amounts(rows: Sequence[Amount], *, title: str = "", selected: str = "", row: int = 30, dark: bool = False) -> go.Figure:
    """One bar per amount in the order given, its value beside it. customdata of a bar is its key (on_select, selection_mode="points").

    selected: the key that is outlined and marked ▸. Raises ValueError for amounts of several units.
    """
    units = sorted({one.unit for one in rows})
    if len(units) > 1:
        raise ValueError(f"one axis has one unit: {units}")
    if not rows:
        return nothing(title)
    figure = go.Figure()
    chosen = [bool(selected) and one.key == selected for one in rows]
    figure.add_bar(
        x=[one.value for one in rows],
        y=list(range(len(rows))),
        orientation="h",
        width=0.66,
        name=safe(title),
        customdata=[one.key for one in rows],
        hoverinfo="text",
        hovertext=[f"{safe(one.name)}：{_text(one)}{safe(one.words)}" for one in rows],
        marker={"color": accent(dark), "line": {"color": GUIDE, "width": [3 if one else 0 for one in chosen]}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    names = [f"<b>▸ {safe(one.name)}</b>" if mark else wrapped(safe(one.name), 13, 150) for one, mark in zip(rows, chosen, strict=True)]
    texts = [f"<b>{_text(one)}</b>{safe(one.words)}" if one.value else f"{_text(one)}{safe(one.words)}" for one in rows]
    rows_and_figures(figure, names, texts, title, row=row)
    figure.update_xaxes(range=[0, max([one.value or 0.0 for one in rows] + [1e-9]) * 1.02])
    return figure


def _text(one: Amount) -> str:
    return f"{STATUS['missing'].mark} {NOT_REPORTED}" if one.value is None else show_unit(one.value, one.unit)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the way to a target: how much, its name, and whether it is only in prospect (hatched)."""

    name: str
    value: float
    sure: bool


def way_to(steps: Sequence[Step], target: float, unit: str, *, narrow: bool = False, dark: bool = False) -> go.Figure:
    """Parts one behind the other on a track that ends at the target; what is in prospect is hatched, all figures stand above it."""
    figure = go.Figure()
    figure.add_bar(x=[target], y=[0], orientation="h", width=0.5, marker={"color": FAINT}, hoverinfo="skip", name="目标")
    before, told = 0.0, {}
    whole = max(target, sum(step.value for step in steps))
    for step in steps:
        shade, soft, number = accent(dark), accent(dark, soft=True), show(step.value)
        told[f"{safe(step.name)} {number}"] = shade if step.sure else soft
        hatched = {"shape": "/", "fgcolor": shade, "bgcolor": soft, "size": 8, "solidity": 0.12}
        figure.add_bar(
            x=[step.value], base=[before], y=[0], orientation="h", width=0.5, name=safe(step.name), hoverinfo="text",
            text=[number if step.value / whole * _TRACK[narrow] > text_width(number, _LETTERS) + 6 else ""],
            textposition="inside", insidetextanchor="middle", textangle=0, constraintext="none",
            textfont={"size": _LETTERS, "color": text_on(shade if step.sure else soft)},
            hovertext=[f"{safe(step.name)}：{show_unit(step.value, unit)}"],
            marker={"color": shade} if step.sure else {"color": soft, "line": {"color": shade, "width": 1}, "pattern": hatched},
        )
        before += step.value
    words = f"<b>{show(sum(step.value for step in steps if step.sure))}</b> / {show(target)} {unit}"
    rows_and_figures(figure, [""], [words], "", row=44, notes=key(told))
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, whole * 1.01])
    return figure
