"""Bars of a figure by 街镇; a click on a bar opens the passport of that 街镇's figure.

Its one rule: the picture is made once for a selection; only the click costs anything.
"""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.indicators import CATALOGUE
from lib.ui import state
from lib.ui.page import Page
from lib.ui.passport import open_passport
from lib.ui.tables import place_frame

Order = Literal["push", "most", "register", "chance"]
_UNRANKED: dict[Order, str] = {"register": "按街镇顺序排列，不是名次。", "chance": "按街镇顺序排列，差异未超出偶然。"}
"""Orders that rank nobody: as the register has them; the second because nobody differs by more than chance."""


def show_places(page: Page, name: str, *, title: str = "", all_places: bool = False, unranked: frozenset[str] = frozenset(),
                order: Order = "push", base: str = "") -> None:
    """The bars of an indicator, in an order: push, what needs one first where a direction is good; most, as amounts stand; or one that
    ranks nobody (`_UNRANKED`), which the caption says. all_places: without the page's choice of 街镇, which is marked instead. unranked:
    codes of 街镇 that stand behind the others without a rank, as those of a small base do. base: the figure that a count stands beside,
    as its n: 住宅小区数.
    """
    spec = CATALOGUE[name]
    if title:
        st.subheader(title, anchor=False)
    _bars(page, name, all_places, unranked, order, base)
    beside = f"斜线后为该街镇{CATALOGUE[base].title}。" if base else ""
    st.caption(f"{_UNRANKED.get(order, '')}{beside}点击条形查看该街镇“{spec.title}”数从何来。")


@st.fragment
def _bars(page: Page, name: str, all_places: bool, unranked: frozenset[str], order: Order, base: str) -> None:
    key = f"places-{name}-{page.key}"
    st.plotly_chart(
        _figure(page.key, name, all_places, unranked, order, base, page),
        config=PLOTLY_CONFIG,
        alt=f"各街镇{CATALOGUE[name].title}，点击条形打开数据护照",
        key=key,
        on_select="rerun",
        selection_mode="points",
    )
    chosen = state.picked_codes(key)
    if chosen and state.newly(key, ",".join(chosen)):
        open_passport(page.select(units=tuple(chosen), filters=page.filters), name)


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, name: str, all_places: bool, unranked: frozenset[str], order: Order, base: str, _page: Page) -> go.Figure:
    spec = CATALOGUE[name]
    places = place_frame(_page, name, all_places=all_places)
    if base:
        places["denominator"] = place_frame(_page, base, all_places=all_places)["numerator"]
    places["few"] |= places["code"].isin(unranked)
    return frozen(bars.bars_by_subdistrict(
        places,
        title="",
        unit=spec.unit,
        decimals=spec.decimals,
        good=spec.good if spec.good != "none" else "up",
        worst_first=spec.good != "none" and not all_places and order != "most",
        as_listed=order in _UNRANKED,
        selected=frozenset(_page.units) if all_places else frozenset(),
        dark=_page.dark,
    ), clickable=True)
