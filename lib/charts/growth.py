"""A figure month by month as small columns from zero, the month at the screen marked: the time line of the map.

Its one rule: time runs evenly; a month without a figure keeps its place, empty.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, plain, strong
from lib.charts.palette import NOT_REPORTED, accent
from lib.spec.numbers import show_unit
from lib.spec.period import Period, parse_period, shift, title_of


def growth(frame: pd.DataFrame, *, now: Period, title: str, unit: str, decimals: int, dark: bool = False, height: int = 110) -> go.Figure:
    """Columns by month; frame: period (YYYY-MM), value (NaN = 未报), in any order. A click on a column gives its month as customdata."""
    known = dict(zip(frame["period"], frame["value"].astype(float), strict=True))
    if not any(value == value for value in known.values()):
        return nothing(title)
    months = [parse_period(min(known))]
    while months[-1] < max(known):
        months.append(shift(months[-1], 1))
    values = [known.get(month, float("nan")) for month in months]
    texts = [NOT_REPORTED if value != value else show_unit(value, unit, decimals) for value in values]
    figure = go.Figure()
    figure.add_bar(
        x=list(range(len(months))),
        y=[None if value != value else value for value in values],
        customdata=list(months),
        marker={"color": [accent(dark, soft=month != now) for month in months]},
        width=0.8,
        hoverinfo="text",
        hovertext=[f"{title_of(month)}：{text}" for month, text in zip(months, texts, strict=True)],
        selected={"marker": {"opacity": 1.0}},
        unselected={"marker": {"opacity": 1.0}},
        name=title,
    )
    told = sorted({0, len(months) - 1, *([months.index(now)] if now in months else [])})
    figure.add_scatter(
        x=told,
        y=[0.0 if values[at] != values[at] else values[at] for at in told],
        mode="text",
        text=[strong(f"<b>{texts[at]}</b>" if months[at] == now else texts[at]) for at in told],
        textposition=["top right" if at == 0 else "top left" if at == len(months) - 1 else "top center" for at in told],
        textfont={"size": 12},
        hoverinfo="skip",
        cliponaxis=False,
        name="数值",
    )
    top = max(value for value in values if value == value)
    plain(figure, height=height, title="", headroom=16)
    ticks = [at for at, month in enumerate(months) if month.endswith("-01") or at == 0]
    figure.update_xaxes(
        tickmode="array",
        tickvals=ticks,
        ticktext=[title_of(months[at]) for at in ticks],
        tickangle=0,
        showgrid=False,
        range=[-0.6, len(months) - 0.4],
    )
    figure.update_yaxes(visible=False, range=[0, (top or 1.0) * 1.25])
    return figure
