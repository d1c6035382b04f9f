"""Counts of the months of a year beside those of the year before.

Its one rule: both years stand on one axis with the same 街镇 in them; a month that was not reported keeps its place, empty.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import key, nothing, plain, strong
from lib.charts.palette import NOT_REPORTED, accent, text_on
from lib.spec.numbers import show, show_unit


def beside_last_year(frame: pd.DataFrame, *, year: int, unit: str, title: str = "", narrow: bool = False, dark: bool = False) -> go.Figure:
    """Two columns a month: the year before (light) and the year (full), the figures of the year above its columns, where it is
    narrow inside of them, upright.

    frame: month (1 to 12), now, before, NaN where the month was not reported.
    """
    if frame.empty or (frame["now"].isna().all() and frame["before"].isna().all()):
        return nothing(title)
    figure = go.Figure()
    shades = {f"{year - 1}年": accent(dark, soft=True), f"{year}年": accent(dark)}
    for (name, shade), column, place in zip(shades.items(), ("before", "now"), (-0.2, 0.2), strict=True):
        values = [None if one != one else float(one) for one in frame[column]]
        figure.add_bar(
            x=[int(month) + place for month in frame["month"]], y=values, width=0.38, name=name, marker={"color": shade},
            hoverinfo="text",
            hovertext=[f"{name}{month}月：{NOT_REPORTED if one is None else show_unit(one, unit)}"
                       for month, one in zip(frame["month"], values, strict=True)],
            text=[show(one) if narrow and one is not None and column == "now" else "" for one in values], textangle=-90,
            textposition="inside", insidetextanchor="end", constraintext="none", textfont={"size": 11, "color": text_on(shade)},
        )
    if not narrow:
        known = frame[frame["now"].notna()]
        figure.add_scatter(
            x=[int(month) + 0.2 for month in known["month"]], y=known["now"].tolist(), mode="text", hoverinfo="skip", name="数值",
            text=[strong(show(one)) for one in known["now"]], textposition="top center", textfont={"size": 12}, cliponaxis=False,
        )
    plain(figure, height=240, title=title, notes=[f"单位：{unit}", *key(shades)])
    top = max(float(frame[["now", "before"]].max().max()), 1.0)
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(tickmode="array", tickvals=frame["month"].tolist(), ticktext=[f"{month}月" for month in frame["month"]],
                        showgrid=False, tickangle=0, range=[0.4, float(frame["month"].max()) + 0.6])
    figure.update_yaxes(range=[0, top * 1.15], nticks=5, tickformat=",d")
    return figure
