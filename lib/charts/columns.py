"""Columns by month and a small line over periods.

Its one rule: time runs evenly; a month without rows keeps its place, empty, and is never closed over.

Values are in the unit they are shown in: 96.0 for 96 %, never 0.96.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import key, nothing, plain, strong
from lib.charts.palette import GUIDE, NOT_REPORTED, accent, categorical
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, parse_period, shift, title_of


def by_month(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    colours: Mapping[str, str] | None = None,
    order: Sequence[str] | None = None,
) -> go.Figure:
    """Columns of counts by month, stacked by series, the sum above each; months without rows are drawn as empty places.

    frame: month (YYYY-MM), count, series. colours: series → #RRGGBB, else categorical. order: series from the bottom.
    """
    if frame.empty:
        return nothing(title)
    months = _months(frame["month"])
    names = list(order) if order is not None else list(dict.fromkeys(frame["series"]))
    shades = {**categorical(names), **(colours or {})}
    table = frame.pivot_table(
        index="month", columns="series", values="count", aggfunc="sum", fill_value=0, observed=True
    )
    table = table.reindex(index=months, columns=names, fill_value=0)
    totals = table.sum(axis=1)
    figure = go.Figure()
    for name in names:
        figure.add_bar(
            x=list(range(len(months))),
            y=table[name].tolist(),
            name=name,
            marker={"color": shades[name]},
            width=0.78,
            customdata=list(months),
            hoverinfo="text",
            hovertext=[
                f"{title_of(month)} · {name}：{show_unit(part, unit)}"
                for month, part in zip(months, table[name], strict=True)
            ],
        )
    top = max(float(totals.max()), 1.0)
    if len(months) <= 18:
        figure.add_scatter(
            x=list(range(len(months))),
            y=totals.tolist(),
            mode="text",
            text=[strong(show(total)) if total else "" for total in totals],
            textposition="top center",
            textfont={"size": 11},
            hoverinfo="skip",
            showlegend=False,
            name="合计",
            cliponaxis=False,
        )
    every = max(1, -(-len(months) // 12))
    places = list(range(0, len(months), every))
    plain(
        figure,
        height=250,
        title=title,
        notes=[f"单位：{unit}", *(key({name: shades[name] for name in names}) if len(names) > 1 else [])],
    )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(
        tickmode="array",
        tickvals=places,
        showgrid=False,
        range=[-0.6, len(months) - 0.4],
        tickangle=0,
        ticktext=[
            _month_tick(months[place], place == 0 or months[place][:4] != months[place - every][:4])
            for place in places
        ],
    )
    figure.update_yaxes(range=[0, top * 1.15], nticks=5, tickformat=",d")
    return figure


def series(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    decimals: int,
    target: float | None = None,
    height: int = 200,
) -> go.Figure:
    """A small line over periods, its last figure written at its end; a missing period is a gap.

    frame: period (YYYY-MM) and value (NaN = 未报), in any order. target: a dashed line.
    """
    known = frame[frame["value"].notna()].sort_values("period")
    if known.empty:
        return nothing(title)
    months = _months(frame["period"])
    given = dict(zip(known["period"], known["value"].astype(float), strict=True))
    points = [given.get(month) for month in months]
    end = max(place for place, point in enumerate(points) if point is not None)
    figure = go.Figure()
    figure.add_scatter(
        x=list(range(len(months))),
        y=points,
        mode="lines+markers",
        line={"color": accent(), "width": 2.5},
        marker={"size": 6, "color": accent()},
        connectgaps=False,
        hoverinfo="text",
        showlegend=False,
        name=title,
        customdata=list(months),
        cliponaxis=False,
        hovertext=[
            f"{title_of(month)}：{NOT_REPORTED if point is None else show_unit(point, unit, decimals)}"
            for month, point in zip(months, points, strict=True)
        ],
    )
    figure.add_scatter(
        x=[end],
        y=[points[end]],
        mode="markers+text",
        text=[strong(f"<b>{show_unit(points[end], unit, decimals)}</b>")],
        textposition="top center" if end == 0 or (points[end] or 0) >= (points[end - 1] or 0) else "bottom center",
        textfont={"size": 15},
        marker={"size": 9, "color": accent()},
        hoverinfo="skip",
        showlegend=False,
        name="最新",
        cliponaxis=False,
    )
    levels = [*given.values(), *([] if target is None else [target])]
    room = max(max(levels) - min(levels), abs(max(levels)) * 0.02, 10.0**-decimals)
    every = max(1, -(-len(months) // 6))
    places = list(range(len(months) - 1, -1, -every))[::-1]
    plain(figure, height=height, title=title)
    figure.update_xaxes(
        tickmode="array",
        tickvals=places,
        showgrid=False,
        range=[-0.4, len(months) - 0.4 + len(months) * 0.02],
        tickangle=0,
        ticktext=[
            _month_tick(month, month == months[places[0]] or month[:4] != months[before][:4])
            for before, month in zip([places[0], *places], (months[place] for place in places), strict=False)
        ],
    )
    figure.update_yaxes(
        range=[min(levels) - room * 0.3, max(levels) + room * 0.4],
        nticks=4,
        ticksuffix="%" if unit == "%" else "",
        tickformat=",",
    )
    if target is not None:
        figure.add_hline(y=target, line={"color": GUIDE, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=target,
            text=f"目标 {show_unit(target, unit, decimals)}",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": 11},
        )
    return figure


def _months(given: pd.Series) -> list[Period]:
    """Every month from the first to the last."""
    first, last = parse_period(min(given)), parse_period(max(given))
    months = [first]
    while months[-1] < last:
        months.append(shift(months[-1], 1))
    return months


def _month_tick(month: Period, with_year: bool) -> str:
    return f"{int(month[5:])}月<br>{month[:4]}" if with_year else f"{int(month[5:])}月"
