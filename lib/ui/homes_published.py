"""Published rental figures beside ours: of their own month, and of the month looked at.

Its one rule: they are shown as printed, and what differs is told by how much and why.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.explanations import supply_explanation
from lib.figures.published import ARTICLE_PERIOD, DIFFERENT, PLAN_PERIOD
from lib.figures.snapshot import Snapshot
from lib.indicators.evaluate import Breakdown
from lib.reports.rental import Beside, beside_article, beside_plan
from lib.spec.numbers import MISSING
from lib.spec.period import Period, title_of
from lib.ui import data, state
from lib.ui.page import Page

MONTHLY_FORM = "rental_projects"


def show_article(page: Page) -> None:
    """一张床 as the article has it."""
    _article(page.key, state.on_phone(), page)


def show_plan(page: Page) -> None:
    """Rental homes as the plan has them at the end of 2025."""
    _plan(page.key, state.on_phone(), page)


@st.cache_resource(show_spinner=False, max_entries=32)
def _article(key: str, phone: bool, _page: Page) -> None:
    st.markdown("**与新民晚报文章（2024年）对照**")
    then = _then(_page, ARTICLE_PERIOD)
    if then is not None:
        _table(_page, beside_article(then, _whole(_page)), then, "文章公布数", phone)


@st.cache_resource(show_spinner=False, max_entries=32)
def _plan(key: str, phone: bool, _page: Page) -> None:
    st.markdown("**与“十五五”规划公布数（2025年末）对照**")
    then = _then(_page, PLAN_PERIOD)
    if then is not None:
        _table(_page, beside_plan(then, _whole(_page)), then, "规划公布数", phone)
        st.caption(supply_explanation(then))


def _then(page: Page, period: Period) -> Snapshot | None:
    content = page.edition.contents.get(period)
    if content is None or not content.of(MONTHLY_FORM):
        st.info(f"本版没有{title_of(period)}的报送，无法对照。")
        return None
    return data.snapshot(content.key, content, page.edition.registry)


def _whole(page: Page) -> dict[str, Breakdown]:
    """The figures of the district: what is published is published for all ten 街镇."""
    return page.select().figures


def _table(page: Page, rows: list[Beside], then: Snapshot, title: str, phone: bool) -> None:
    if phone:
        st.markdown("\n".join(f"- {_line(one, page, then)}" for one in rows))
    else:
        table = pd.DataFrame({
            "项目": [one.title for one in rows],
            title: [_unbroken(one.published) for one in rows],
            f"本系统（{title_of(then.period)}）": [_unbroken(one.then) for one in rows],
            "差": [_unbroken(one.gap) for one in rows],
            "结论": [_verdict(one) for one in rows],
        })
        if page.period != then.period:
            table[f"本系统（{title_of(page.period)}）"] = [_unbroken(one.now) for one in rows]
        st.table(table, hide_index=True, border="horizontal", alt=f"{title}与本系统计算数")
    absent = [unit_name(code, short=True) for code in sorted(set(subdistrict_codes()) - then.standing[MONTHLY_FORM])]
    different = [one.title for one in rows if one.verdict == DIFFERENT]
    words = "公布数只作对照，不参与计算。"
    if different:
        words += f"不一致：{'、'.join(different)}。"
        words += (
            f"当月{'、'.join(absent)}未报，未计入，是差额的一个来源。" if absent
            else "当月十个街镇均已计入，差额来自各街镇报送的项目数据，可由数据护照逐行核对。"
        )
    st.caption(words + "公布数是全区的，不随所选街镇变化。")


def _verdict(one: Beside) -> str:
    """The conclusion; only 不一致 stands out."""
    return f":orange-badge[{one.verdict}]" if one.verdict == DIFFERENT else one.verdict


def _line(one: Beside, page: Page, then: Snapshot) -> str:
    gap = "" if one.gap in ("0", MISSING) else f"，差 {one.gap}"
    now = "" if page.period == then.period else f"；{title_of(page.period)} {one.now}"
    return f"**{one.title}**　{_verdict(one)}  \n公布 {one.published}；{title_of(then.period)} {one.then}{gap}{now}"


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")
