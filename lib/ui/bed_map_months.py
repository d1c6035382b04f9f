"""The time line of the map: choose a month, see how the figure at the screen grew."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.growth import growth
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.spec.period import Period, title_of
from lib.ui import data, state
from lib.ui.page import Page

KEY, CHART = "map-month", "map-growth"


def choose_month(page: Page) -> None:
    """A slider over the months of the release; the whole page follows, and its 报告期 with it. Arrow keys move it."""
    months = page.edition.periods[::-1]
    if len(months) < 2:
        return
    state.choose(**{KEY: page.period})
    st.select_slider("月份（拖动看逐月变化）", months, key=KEY, format_func=title_of, on_change=_slid)


def show_growth(page: Page, measure: str) -> None:
    """The figure of the selection in every month of the release; a click on a column shows that month."""
    if len(page.edition.periods) < 2:
        return
    spec = CATALOGUE[measure]
    whose = "、".join(unit_name(code, short=True) for code in page.units) or "全区"
    st.caption(f"**{whose}{spec.title}（{spec.unit}）逐月**　点一根柱看那个月")
    st.plotly_chart(
        _growth(page.key, measure, page),
        config=PLOTLY_CONFIG,
        key=CHART,
        on_select=_clicked,
        selection_mode="points",
        alt=f"{whose}{spec.title}逐月，各月的数见数据护照的走势",
    )


def _slid() -> None:
    state.choose(period=state.recall(KEY))


def _clicked() -> None:
    found = state.picked_codes(CHART)
    if found:
        state.choose(period=Period(found[0]))


@st.cache_resource(show_spinner=False, max_entries=128)
def _growth(key: str, measure: str, _page: Page) -> go.Figure:
    spec = CATALOGUE[measure]
    points = data.series(_page.edition, measure, _page.units)
    frame = pd.DataFrame({"period": [one.period for one in points], "value": [one.value for one in points]})
    figure = growth(frame, now=_page.period, title=spec.title, unit=spec.unit, decimals=spec.decimals, dark=_page.dark)
    return frozen(figure, clickable=True)
