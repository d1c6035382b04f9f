"""The stages of one ladder from top to bottom with what stands at each, and what years hold beside a published sum.

Its one rule: one picture shows one ladder, every stage of it in order, those where nothing stands too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import key, nothing, rows_and_figures, safe, wrapped
from lib.charts.palette import CATEGORICAL, FAINT, GUIDE, NOT_REPORTED, STATUS, accent, categorical, text_on
from lib.datasets.ladders import Ladder
from lib.spec.numbers import show, show_unit

ROW = 24
SEPARATOR = "\u241f"
"""Between stage and type in the customdata of a bar: both come back when it is clicked."""


def picked(customdata: str) -> tuple[str, str]:
    """Stage and type of a bar that was clicked."""
    stage, _, kind = customdata.partition(SEPARATOR)
    return stage, kind


def stage_flow(counts: pd.DataFrame, ladder: Ladder, *, selected: tuple[str, str] = ("", ""), dark: bool = False) -> go.Figure:
    """One row per stage of a ladder in its order, in parts by type, with the count of projects; closed stages below a dashed line.

    counts: type, stage, count, only of types on this ladder. selected: the (stage, type) the page is filtered by; it is outlined, and
    its stage is marked ▸. customdata of a bar: see `picked`.
    """
    if counts.empty:
        return nothing(ladder.name, "没有项目")
    kinds = list(dict.fromkeys(counts["type"]))
    shades = categorical(kinds) if len(kinds) > 1 else {kinds[0]: CATEGORICAL[0]}
    table = counts.pivot_table(index="stage", columns="type", values="count", aggfunc="sum", fill_value=0, observed=True)
    table = table.reindex(index=list(ladder.stages), columns=kinds, fill_value=0)
    figure = go.Figure()
    for kind in kinds:
        chosen = [(stage, kind) == selected for stage in ladder.stages]
        figure.add_bar(
            x=[int(count) or None for count in table[kind]],
            y=list(range(len(ladder.stages))),
            orientation="h",
            width=0.72,
            name=safe(kind),
            customdata=[f"{stage}{SEPARATOR}{kind}" for stage in ladder.stages],
            text=[show(count) if count else "" for count in table[kind]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": 12, "color": text_on(shades[kind])},
            hovertext=[f"{stage} · {safe(kind)}：{show(count)} 个" for stage, count in zip(ladder.stages, table[kind], strict=True)],
            hoverinfo="text",
            marker={"color": shades[kind], "line": {"color": GUIDE, "width": [3 if one else 0 for one in chosen]}},
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    totals = [int(total) for total in table.sum(axis=1)]
    names = [f"<b>▸ {stage}</b>" if stage == selected[0] else stage for stage in ladder.stages]
    texts = [f"<b>{show(total)}</b> 个" if total else "0" for total in totals]
    notes = key({safe(kind): shades[kind] for kind in kinds})
    rows_and_figures(figure, names, texts, ladder.name, row=ROW, notes=[*notes, f"虚线以下（{ladder.closed_from}起）为已完成，不计入在册"])
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, max([*totals, 1]) * 1.02])
    closed = ladder.stages.index(ladder.closed_from) - 0.5
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=closed, y1=closed, yref="y",
                     line={"color": GUIDE, "width": 1.5, "dash": "dash"})
    return figure


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside its published sum, both in `unit`. years: (words of a year, value or None where it is missing)."""

    title: str
    unit: str
    decimals: int
    years: tuple[tuple[str, float | None], ...]
    published: float

    @property
    def total(self) -> float | None:
        """What the years hold together; None when none of them does."""
        known = [value for _, value in self.years if value is not None]
        return sum(known) if known else None


def against_published(rows: Sequence[Measured], *, title: str = "", dark: bool = False) -> go.Figure:
    """Each figure as parts by year on a track that ends at its published sum; the figures themselves at the right.

    A year without data is no part: the track stays empty there, and the words beside the picture say which years are held. The browser
    leaves out the name of a year that its part is too narrow for.
    """
    if not rows:
        return nothing(title)
    figure = go.Figure()
    figure.add_bar(x=[100.0] * len(rows), y=list(range(len(rows))), orientation="h", width=0.64, marker={"color": FAINT}, hoverinfo="skip",
                   name="公布数")
    longest = max(len(row.years) for row in rows)
    for place in range(longest):
        own = [row.years[place] if place < len(row.years) else ("", None) for row in rows]
        shade = accent(dark, soft=bool(place % 2))
        values = [None if value is None or not row.published else value * 100 / row.published
                  for row, (_, value) in zip(rows, own, strict=True)]
        before = [sum(value or 0.0 for _, value in row.years[:place]) * 100 / (row.published or 1) for row in rows]
        figure.add_bar(
            x=values, base=before, y=list(range(len(rows))), orientation="h", width=0.64, name=f"第{place + 1}段",
            text=["" if value is None else name.partition("（")[0] for value, (name, _) in zip(values, own, strict=True)],
            textposition="inside", insidetextanchor="middle", textangle=0, constraintext="inside",
            textfont={"size": 11, "color": text_on(shade)},
            marker={"color": shade, "line": {"color": GUIDE, "width": 0.6}}, hoverinfo="text",
            hovertext=[f"{row.title} · {name}：{show_unit(value, row.unit, row.decimals)}" if name else ""
                       for row, (name, value) in zip(rows, own, strict=True)],
        )
    rows_and_figures(figure, [wrapped(safe(row.title), 13, 104) for row in rows], [_beside(row) for row in rows], title, row=40)
    figure.update_layout(barmode="overlay", uniformtext={"minsize": 10, "mode": "hide"})
    most = max([100.0, *((row.total or 0.0) * 100 / row.published for row in rows if row.published)])
    figure.update_xaxes(range=[0, most * 1.02])
    return figure


def _beside(row: Measured) -> str:
    if row.total is None:
        return f"{STATUS['missing'].mark} {NOT_REPORTED}"
    return f"<b>{show(row.total, row.decimals)}</b> / {show(row.published)} {row.unit}"
