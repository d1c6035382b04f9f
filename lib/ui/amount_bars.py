"""Several figures of one unit as bars; a click on a bar opens the passport of its figure.

Its one rule: the picture is made once for a selection, from the catalogue; only the click costs anything.
"""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from lib.charts.amounts import Amount, amounts
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.indicators import CATALOGUE
from lib.ui import state
from lib.ui.page import Page
from lib.ui.passport import open_passport


@st.fragment
def show_amounts(page: Page, named: tuple[tuple[str, str], ...], alt: str) -> None:
    """The figures as bars, given as (indicator, name of its bar). Raises ValueError for figures of several units."""
    key = f"amounts-{named[0][0]}-{page.key}"
    st.plotly_chart(
        _figure(page.key, named, page), config=PLOTLY_CONFIG, alt=f"{alt}，点击条形打开数据护照", key=key, on_select="rerun",
        selection_mode="points",
    )
    chosen = state.picked_codes(key)
    if chosen and state.newly(key, ",".join(chosen)):
        open_passport(page, chosen[0])


@st.cache_resource(show_spinner=False, max_entries=64)
def _figure(key: str, named: tuple[tuple[str, str], ...], _page: Page) -> go.Figure:
    rows = [Amount(title, _page.figures[name].whole.value, CATALOGUE[name].unit, name) for name, title in named]
    return frozen(amounts(rows, dark=_page.dark), clickable=True)
