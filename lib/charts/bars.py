"""Horizontal bars: 街镇, types by stage, the chain of counts, signing against its gates.

Its one rule: every figure stands beside its bar as text, in a column of its own that is never cut; a missing value is
the word 未报 and no bar.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96. `by_month` and `series` live in `columns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lib.charts.columns import by_month, series
from lib.charts.figure import gate, key, nothing, rows_and_figures, safe, wrapped
from lib.charts.palette import (
    FAINT,
    GUIDE,
    NO_BASE,
    NOT_REPORTED,
    STATUS,
    accent,
    categorical,
    sequential,
    text_on,
)
from lib.spec.numbers import show, show_unit

__all__ = ["bars_by_subdistrict", "by_month", "chain", "progress_bars", "series", "stacked"]


def bars_by_subdistrict(
    values: pd.DataFrame,
    *,
    title: str,
    unit: str,
    decimals: int,
    selected: frozenset[str] = frozenset(),
    target: float | None = None,
    good: str = "up",
    worst_first: bool = False,
    as_listed: bool = False,
    dark: bool = False,
) -> go.Figure:
    """One bar per 街镇, best first, the figure and n/d in a column at the right; behind them, unranked, those with a base too small
    to compare (`few`), and last those without a figure: 没有基数, 未报.

    values: code, name, numerator, denominator (both may be NaN: no n/d is written), value (NaN = 未报, with a numerator = no base).
    target: a dashed line; bars that have not reached it are lighter. good: "up" or "down", which way is better.
    worst_first: what needs a push stands at the top. as_listed: in the order of the codes instead, where there is no first and no last.
    customdata of a bar is its code (on_select, selection_mode="points").
    """
    if values.empty:
        return nothing(title)
    values = _as_numbers(values, "numerator", "denominator", "value")
    few = values["few"].to_numpy(bool) if "few" in values.columns else np.zeros(len(values), bool)
    known = values["value"].notna().to_numpy(bool)
    ranked = values[known & ~few].sort_values(["value", "code"], ascending=[(good == "down") != worst_first, True])
    silent = values["numerator"].isna().to_numpy(bool)
    rest = [values[part].sort_values("code") for part in (known & few, ~known & ~silent, ~known & silent)]
    rows = (values.sort_values("code") if as_listed else pd.concat([ranked, *rest])).to_dict("records")
    names = [
        f"<b>▸ {safe(row['name'])}</b>" if str(row["code"]) in selected else safe(row["name"]) for row in rows
    ]
    texts = [_value_and_parts(row, unit, decimals) for row in rows]
    figure = go.Figure()
    figure.add_bar(
        x=[None if row["value"] != row["value"] else float(row["value"]) for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        customdata=[str(row["code"]) for row in rows],
        width=0.62,
        showlegend=False,
        name=title,
        hovertext=[
            f"{safe(row['name'])}：{_plain_text(text)}" for row, text in zip(rows, texts, strict=True)
        ],
        hoverinfo="text",
        marker={
            "color": [FAINT if row.get("few") else _bar_colour(row["value"], target, good, dark) for row in rows],
            "line": {"color": GUIDE, "width": [2.5 if str(row["code"]) in selected else 0 for row in rows]},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    rows_and_figures(figure, names, texts, title, headroom=8 if target is None else 26)
    shown = [float(value) for value in values["value"] if value == value] + (
        [] if target is None else [target]
    )
    figure.update_xaxes(range=[min([0.0, *shown]), max([*shown, 1e-9]) * 1.02])
    if target is not None:
        gate(figure, target, f"目标 {show_unit(target, unit, decimals)}", "center")
    return figure


def stacked(
    frame: pd.DataFrame,
    *,
    index: str,
    column: str,
    value: str,
    order: Sequence[str],
    title: str,
    unit: str,
    rows: Sequence[str] | None = None,
    ordered: bool = True,
    colours: Mapping[str, str] | None = None,
    dark: bool = False,
) -> go.Figure:
    """One bar per `index`, in parts by `column` in the given order, each part with its figure and each bar with its sum, told once
    where there is one kind of part only.

    frame: one row per (index, column) with a number in `value`; absent = 0. rows: order of the bars, else as they come.
    ordered: parts are steps of a ladder (one hue, darker = further, over those that occur) or, when False, kinds (categorical).
    colours: name → #RRGGBB that stand above both.
    """
    if frame.empty:
        return nothing(title)
    bars = list(rows) if rows is not None else list(dict.fromkeys(frame[index]))
    table = frame.pivot_table(
        index=index, columns=column, values=value, aggfunc="sum", fill_value=0, observed=True
    )
    table = table.reindex(index=bars, columns=list(order), fill_value=0)
    parts = [name for name in order if table[name].sum() > 0]
    shades = (
        dict(zip(parts, sequential(max(len(parts), 2), dark)[-len(parts) :], strict=True))
        if ordered
        else categorical(list(order))
    )
    shades |= colours or {}
    figure = go.Figure()
    for name in parts:
        shade = shades[name]
        figure.add_bar(
            x=table[name].tolist(),
            y=list(range(len(bars))),
            orientation="h",
            name=name,
            width=0.66,
            text=[show(part) if part and len(parts) > 1 else "" for part in table[name]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": text_on(shade), "size": 12},
            customdata=[str(bar) for bar in bars],
            hovertext=[
                f"{safe(bar)} · {name}：{show_unit(part, unit)}"
                for bar, part in zip(bars, table[name], strict=True)
            ],
            hoverinfo="text",
            marker={"color": shade, "line": {"color": GUIDE, "width": 0.6}},
        )
    totals = table.sum(axis=1)
    sums = [f"<b>{show(total)}</b> {unit}" for total in totals]
    rows_and_figures(
        figure,
        [wrapped(safe(bar), 13, 120) for bar in bars],
        sums,
        title,
        row=38,
        notes=key({name: shades[name] for name in parts}) if len(parts) > 1 else (),
    )
    figure.update_layout(barmode="stack", uniformtext={"mode": "hide", "minsize": 11})
    figure.update_xaxes(range=[0, max(float(totals.max()), 1e-9) * 1.02])
    return figure


def chain(
    steps: Sequence[tuple[str, int]],
    *,
    losses: Sequence[str] = (),
    written: Mapping[str, str] | None = None,
    title: str = "",
    unit: str = "个",
    dark: bool = False,
) -> go.Figure:
    """Counts of which each is a part of the one before: 678 → 657 → 631 → 468, each loss drawn hatched and written: −21.

    losses: what each loss is called, one fewer than steps ("不符合成立条件", "应建未建", "任期已届满"). customdata of a bar is the name
    of its step or loss (on_select, selection_mode="points"). written: loss → what is written of it where its name does not say all.
    """
    if not steps:
        return nothing(title)
    counts = [count for _, count in steps]
    lost = [None, *(before - after for before, after in pairwise(counts))]
    called = ["", *losses, *[""] * len(steps)][: len(steps)]
    shades = list(sequential(len(steps) + 1, dark)[1:])
    figure = go.Figure()
    figure.add_bar(
        x=counts,
        y=list(range(len(steps))),
        orientation="h",
        width=0.7,
        name="保留",
        showlegend=False,
        customdata=[name for name, _ in steps],
        text=[f"<b>{show(count)}</b>" for count in counts],
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        constraintext="none",
        textfont={"size": 20, "color": [text_on(shade) for shade in shades]},
        marker={"color": shades},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        hovertext=[f"{name}：{show_unit(count, unit)}" for name, count in steps],
        hoverinfo="text",
    )
    figure.add_bar(
        x=lost,
        y=list(range(len(steps))),
        orientation="h",
        width=0.7,
        name="减少",
        showlegend=False,
        customdata=called,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        marker={
            "color": FAINT,
            "line": {"color": GUIDE, "width": 1},
            "pattern": {
                "shape": "/",
                "fgcolor": GUIDE,
                "bgcolor": "rgba(0,0,0,0)",
                "size": 6,
                "solidity": 0.25,
            },
        },
        hovertext=[
            f"{name or '减少'}：{show_unit(part, unit)}" for name, part in zip(called, lost, strict=True)
        ],
        hoverinfo="text",
    )
    texts = [
        "" if part is None else f"<b>{'−' if part else ''}{show(part)}</b> {(written or {}).get(name, name)}".rstrip()
        for part, name in zip(lost, called, strict=True)
    ]
    rows_and_figures(figure, [wrapped(name, 13, 96) for name, _ in steps], texts, title, row=50)
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, max(counts) * 1.005])
    return figure


def progress_bars(
    frame: pd.DataFrame, *, title: str, decimals: int = 1, short_unit: str = "户", dark: bool = False
) -> go.Figure:
    """Shares on their way to a gate (签约 against 80 % or 95 %): the bar, its gate as a stroke, what is still short at the right.

    frame: name, share (%, NaN = 未报), gate (%, NaN = none), short (households still needed, NaN = not known).
    The order of the frame is kept. Reached = full colour and ✓, not reached = lighter.
    """
    if frame.empty:
        return nothing(title)
    rows = _as_numbers(frame, "share", "gate", "short").to_dict("records")
    texts = [_share_and_gap(row, decimals, short_unit, dark) for row in rows]
    figure = go.Figure()
    figure.add_bar(
        x=[100.0] * len(rows),
        y=list(range(len(rows))),
        orientation="h",
        width=0.5,
        marker={"color": FAINT},
        hoverinfo="skip",
        showlegend=False,
        name="全部",
    )
    figure.add_bar(
        x=[None if row["share"] != row["share"] else float(row["share"]) for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        width=0.5,
        showlegend=False,
        name=title,
        customdata=[str(row["name"]) for row in rows],
        hoverinfo="text",
        marker={"color": [_bar_colour(row["share"], row["gate"], "up", dark) for row in rows]},
        hovertext=[
            f"{safe(row['name'])}：{_plain_text(text)}" for row, text in zip(rows, texts, strict=True)
        ],
    )
    gated = [(place, float(row["gate"])) for place, row in enumerate(rows) if row["gate"] == row["gate"]]
    figure.add_scatter(
        x=[level for _, level in gated],
        y=[place for place, _ in gated],
        mode="markers",
        showlegend=False,
        name="门槛",
        hoverinfo="text",
        hovertext=[f"门槛 {show_unit(level, '%')}" for _, level in gated],
        marker={"symbol": "line-ns", "size": 19, "line": {"color": GUIDE, "width": 3}},
    )
    rows_and_figures(
        figure, [wrapped(safe(row["name"]), 13, 110) for row in rows], texts, title, row=38, headroom=26
    )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, 100])
    gates = sorted({level for _, level in gated})
    for place, level in enumerate(gates):
        side = "center" if len(gates) == 1 or 0 < place < len(gates) - 1 else ("left" if place else "right")
        gate(figure, level, show_unit(level, "%"), side)
    return figure


def _as_numbers(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with these columns as floats, whatever stands for missing in them as NaN."""
    return frame.assign(**{column: frame[column].astype("float64") for column in columns})


def _reached(value: float, target: float | None, good: str) -> bool:
    return target is None or target != target or (value <= target if good == "down" else value >= target)


def _bar_colour(value: float, target: float | None, good: str, dark: bool) -> str:
    return accent(dark, soft=not (value == value and _reached(value, target, good)))


def _value_and_parts(row: Mapping[Any, Any], unit: str, decimals: int) -> str:
    if row["value"] != row["value"]:
        return f"{STATUS['missing'].mark} {NOT_REPORTED if row['numerator'] != row['numerator'] else NO_BASE}"
    text = f"<b>{show_unit(row['value'], unit, decimals)}</b>"
    if row["numerator"] == row["numerator"] and row["denominator"] == row["denominator"]:
        text += f"<span style='font-size:11px'> {show(row['numerator'])}/{show(row['denominator'])}</span>"
    return text


def _share_and_gap(row: Mapping[Any, Any], decimals: int, short_unit: str, dark: bool) -> str:
    if row["share"] != row["share"]:
        return f"{STATUS['missing'].mark} {NOT_REPORTED}"
    text = f"<b>{show_unit(row['share'], '%', decimals)}</b>"
    if row["gate"] != row["gate"]:
        return text
    if _reached(row["share"], row["gate"], "up"):
        return f"{text} <span style='color:{STATUS['good'].colour(dark)}'>✓ 已达标</span>"
    return (
        f"{text} 差 {show_unit(row['short'], short_unit)}"
        if row["short"] == row["short"]
        else f"{text} 未达标"
    )


def _plain_text(text: str) -> str:
    """A text with marks of size and colour taken out, for hover labels and tests."""
    out, inside = "", False
    for sign in text:
        inside = sign == "<" or (inside and sign != ">")
        if not inside and sign != ">":
            out += sign
    return out
