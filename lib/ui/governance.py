"""业委会: its sections, and the one that stands here: 总体."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.rows import dissolved_compounds, unknown_committees
from lib.indicators.evaluate import Breakdown
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.cards import show_cards, show_lines
from lib.ui.governance_funnel import show_ranked
from lib.ui.governance_lists import CHAIN_LISTS, show_rows
from lib.ui.page import Page
from lib.ui.published import show_in_term_note

HEAD = ("G03", "G05", "G06")
"""What stands above the chain: formed of eligible, in term of formed, and how many are over."""
CARDS = ("G04", "G07", "G25")
LINES = ("G07A", "G07B", "G10", "G08", "G09", "G12")
"""The outlook of the next 3 and 12 months, and how punctual the work is."""
CHAIN = (("G01", "住宅小区"), ("G02", "符合条件"), ("G03", "已组建"), ("G05N", "任期有效"))
"""Steps of the chain: the numerator of each figure, so that 657 − 631 is the 26 that G04 lists."""
CHAIN_LOSSES = ("不符合条件", "应建未建", "不在任期内")
OVERALL, CALENDAR, WORK, LIST = PARTS = ("总体", "换届日历", "履职", "清单")
STEP = "step"
"""Under which the address names the step or loss whose list is open."""


def choose_part() -> str:
    """Which section of the page is asked for; kept in the address (`?part=`)."""
    state.only_among("part", PARTS)
    part = st.segmented_control(
        "内容", PARTS, default=OVERALL, key="part", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return part or OVERALL


def anything(page: Page) -> bool:
    """Whether there are committees to show; says why where there are none."""
    if page.nobody("committees"):
        st.info("所选街镇本期尚未报送《业主委员会组建和换届情况表》，暂无数据。可在报告期中选择上一期。")
        return False
    return True


def show_overview(page: Page) -> None:
    """总体: the main figures, the chain with the list of each step and loss, the other figures, and the 街镇 side by side."""
    show_cards(page, HEAD, columns=3)
    show_in_term_note(page)
    if not anything(page):
        return
    st.subheader("从小区到有效任期", anchor=False)
    _chain(page)
    st.subheader("应建、临期和办理情况", anchor=False)
    show_cards(page, CARDS, columns=3)
    show_lines(page, LINES, columns=3)
    show_ranked(page, "G03")
    show_ranked(page, "G05R", also="G05")
    _terms(page.key, page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _terms(key: str, _page: Page) -> None:
    """The official rate beside that of the ranking, and what lies between them, by 街镇; replayed by `key`."""
    st.table(terms_table(_page.figures), hide_index=True, border="horizontal", alt="各街镇任期有效率的正式口径、排名口径和冻结期业委会数")
    st.caption("排名口径只去掉任期内的冻结期；已超期的冻结期照常计入，不因在办换届而少算。")


def terms_table(figures: Mapping[str, Breakdown]) -> pd.DataFrame:
    """A row per 街镇: the official rate of terms in force, that of the ranking, and the committees in the freeze within and past the term.
    Who has not reported stands with `MISSING`.
    """
    rows = []
    for one in figures["G05"].places:
        rates = (one, figures["G05R"].of(one.unit))
        freezes = (figures[name].of(one.unit).numerator for name in ("G08F", "G08G"))
        told = [f"{rate.fraction} = {rate.text}" if rate.fraction else MISSING for rate in rates]
        rows.append((unit_name(one.unit, short=True), *told, *map(show, freezes)))
    return pd.DataFrame(rows, columns=["街镇", "任期有效率", "排名口径", "冻结期（任期内）", "冻结期（已超期）"])


def _chain(page: Page) -> None:
    """The chain; a click on a bar or the choice below it opens the list of that step or loss."""
    absent = _absent(page)
    if len(absent) == len(page.units or subdistrict_codes()):
        st.info("所选街镇本期都没有报送，暂无数据。")
        return
    chosen = state.asked(STEP, tuple(CHAIN_LISTS), "") or state.recall(STEP)
    key = f"chain-{page.key}-{chosen}"  # a chart of its own for each choice, so that what was clicked before can be clicked again
    st.plotly_chart(
        _figure(page.key, page), config=PLOTLY_CONFIG, alt="住宅小区、符合条件、已组建、任期有效的链条，点击打开清单，下方可用键盘选择",
        key=key, on_select=lambda: _clicked(key), selection_mode="points",
    )
    _notes(page.key, page)
    state.only_among(STEP, tuple(CHAIN_LISTS))
    name = st.pills("打开清单", list(CHAIN_LISTS), key=STEP, bind="query-params")
    if name:
        show_rows(_reported(page), name)
    else:
        st.caption("点击图中的一段，或在上面选择一步，打开它的清单。")


def _clicked(key: str) -> None:
    picked = [one for one in state.picked_codes(key) if one in CHAIN_LISTS]
    if picked:
        state.choose(**{STEP: picked[0]})


def _absent(page: Page) -> list[str]:
    return sorted({*page.without("compounds"), *page.without("committees")})


def _reported(page: Page) -> Page:
    """The page over the 街镇 that have reported both tables: otherwise one that has not would look like missing committees."""
    absent = _absent(page)
    if not absent:
        return page
    return page.select(units=tuple(code for code in (page.units or subdistrict_codes()) if code not in absent), filters=page.filters)


@st.cache_resource(show_spinner=False, max_entries=64)
def _figure(key: str, _page: Page) -> go.Figure:
    figures = _reported(_page).figures
    steps = [(title, int(figures[name].whole.numerator or 0)) for name, title in CHAIN]
    written = due_words(
        int(figures["G04"].whole.numerator or 0), steps[1][1] - steps[2][1],
        merged=len(dissolved_compounds(_page.figures_data, _page.units)), unknown=len(unknown_committees(_page.figures_data, _page.units)),
    )
    return frozen(bars.chain(steps, losses=CHAIN_LOSSES, written=written, dark=_page.dark), clickable=True)


def due_words(due: int, lost: int, *, merged: int, unknown: int) -> dict[str, str] | None:
    """What is written at the loss from eligible to formed where it is not G04 (`due`) alone: compounds whose committee was merged away and
    those of which nothing is told stand by themselves. None where the loss is what it is called.
    """
    if due == lost:
        return None
    told = {CHAIN_LOSSES[1]: due, "已合并": merged, "情况不明": unknown}
    return {CHAIN_LOSSES[1]: "<br>".join(f"{words} {count}" for words, count in told.items() if count or words == CHAIN_LOSSES[1])}


@st.cache_resource(show_spinner=False, max_entries=64)
def _notes(key: str, _page: Page) -> None:
    """What the chain does not say: who is not in it, and where a step and its list differ; replayed by `key`."""
    page, absent = _reported(_page), _absent(_page)
    count = {name: int(page.figures[name].whole.numerator or 0) for name in ("G02", "G03", "G03N", "G06", "G06N")}
    notes, merged = [], len(dissolved_compounds(_page.figures_data, _page.units))
    if merged:
        lost = count["G02"] - count["G03"]
        notes.append(f"符合条件到已组建减少 {lost} 个，其中已合并注销 {merged} 个，不算应建未建，也不计入组建率。")
    if count["G06N"] > count["G06"]:
        acting = count["G06N"] - count["G06"]
        notes.append(f"不在任期内的 {count['G06N']} 个：超期未换届 {count['G06']} 个，替代履职 {acting} 个。")
    if count["G03"] != count["G03N"]:
        other = count["G03N"] - count["G03"]
        notes.append(f"另有 {other} 个已组建的业委会所在小区不符合条件或不在小区名册中，任期有效数含其中在任期内的。")
    if absent:
        units = len(page.units)
        notes.append(f"未报的{'、'.join(unit_name(code) for code in absent)}不在图中：只统计已报齐两张表的 {units} 个街镇。")
    if notes:
        st.caption("".join(notes))
    unknown = unknown_committees(_page.figures_data, _page.units)
    if len(unknown):
        st.warning(f"有 {len(unknown)} 个符合条件的小区在业委会表中没有行，组建情况不明，未计入组建率和应建未建数。")
