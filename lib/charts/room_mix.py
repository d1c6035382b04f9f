"""The mix of rooms in new builds: what was printed with a band for what was not, beside our own register.

Its one rule: a total that nobody printed is drawn as a band from its least to its most, never as a length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.figure import key, nothing, rows_and_figures, safe, wrapped
from lib.charts.palette import CATEGORICAL, GUIDE, text_on
from lib.spec.numbers import show


@dataclass(frozen=True, slots=True)
class Mix:
    """One row: counts by part (None: not known), and of the last part, where it is only known within a band, its least and most."""

    name: str
    parts: tuple[float | None, ...]
    band: tuple[float, float] | None = None


def room_mix(rows: Sequence[Mix], titles: Sequence[str], unit: str, *, dark: bool = False) -> go.Figure:
    """One bar per row in parts by room kind. The band stands behind its row: hatched up to its least, open from there to its most."""
    known = [row for row in rows if any(part is not None for part in row.parts)]
    if not known:
        return nothing("")
    shades = dict(zip(titles, CATEGORICAL, strict=False))
    figure = go.Figure()
    for place, title in enumerate(titles):
        values = [row.parts[place] if place < len(row.parts) else None for row in known]
        figure.add_bar(
            x=values, y=list(range(len(known))), orientation="h", width=0.56, name=title,
            text=[show(value) if value and value >= _readable(known) else "" for value in values],
            textposition="inside", insidetextanchor="middle", textangle=0, constraintext="none",
            textfont={"size": 12, "color": text_on(shades[title])}, marker={"color": shades[title]}, hoverinfo="text",
            hovertext=[f"{safe(row.name)} · {title}：{show(value)} {unit}" for row, value in zip(known, values, strict=True)],
        )
    last = titles[-1]
    for share, words in ((0, "至少"), (1, "至多")):
        amounts = [None if row.band is None else row.band[0] if not share else row.band[1] - row.band[0] for row in known]
        pattern = {"shape": "/" if share else "x", "fgcolor": shades[last], "bgcolor": "rgba(0,0,0,0)", "size": 5, "solidity": 0.3}
        figure.add_bar(
            x=amounts, y=list(range(len(known))), orientation="h", width=0.56, name=words, hoverinfo="text",
            hovertext=["" if row.band is None else f"{safe(row.name)} · {last}：{show(row.band[0])}～{show(row.band[1])} {unit}（推算区间）"
                       for row in known],
            marker={"color": "rgba(0,0,0,0)", "line": {"color": GUIDE, "width": 1}, "pattern": pattern},
        )
    texts = [_sum(row, unit) for row in known]
    rows_and_figures(figure, [wrapped(safe(row.name), 13, 110) for row in known], texts, "", row=44, notes=key(shades))
    figure.update_layout(barmode="stack")
    return figure


def _readable(rows: Sequence[Mix]) -> float:
    """Parts smaller than this carry no number of their own."""
    return max(sum(part or 0.0 for part in row.parts) for row in rows) * 0.08


def _sum(row: Mix, unit: str) -> str:
    total = sum(part or 0.0 for part in row.parts)
    if row.band is None:
        return f"<b>{show(total)}</b> {unit}"
    return f"{show(total + row.band[0])}～{show(total + row.band[1])} {unit}"
