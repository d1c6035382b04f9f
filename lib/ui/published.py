"""Published figures beside ours, on screen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.figures.published import (
    ARTICLE_PERIOD,
    DIFFERENT,
    PLAN_PERIOD,
    Comparison,
    compare_article,
    compare_plan,
    in_term_explanation,
    studio_explanation,
)
from lib.figures.snapshot import Snapshot
from lib.spec.period import Period, title_of
from lib.ui import data
from lib.ui.page import Page


def show_in_term_note(page: Page) -> None:
    """The note on 74.4 %, where the figure stands and the month is the article's."""
    if page.period == ARTICLE_PERIOD and not page.units:
        with st.expander("为什么不是文章里的 74.4%？"):
            st.markdown(in_term_explanation(page.snapshot))


@st.cache_resource(show_spinner=False, max_entries=16)
def show_comparisons(key: str, _page: Page) -> None:
    """Both lists of published figures with the explanations of what differs; replayed by release."""
    article = _snapshot(_page, ARTICLE_PERIOD)
    st.subheader("与新民晚报文章（2024年）对照", anchor=False)
    if article is None:
        st.info(f"本版没有 {title_of(ARTICLE_PERIOD)} 的数据，无法对照。")
    else:
        rows = compare_article(article)
        different = [one.title for one in rows if one.verdict == DIFFERENT]
        st.caption(
            f"右侧“本系统”由 {title_of(ARTICLE_PERIOD)} 的报表重新计算；公布数只作对照，不参与任何计算。"
            + (f"不一致的有 {len(different)} 项：{'、'.join(different)}。" if different else "没有不一致的项。")
        )
        _table(rows, "文章公布数与本系统计算数")
        st.info(in_term_explanation(article))
        st.info(studio_explanation(article))
    plan = _snapshot(_page, PLAN_PERIOD)
    st.subheader("与“十五五”规划（2025年末）对照", anchor=False)
    if plan is None:
        st.info(f"本版没有 {title_of(PLAN_PERIOD)} 的数据，无法对照。")
    else:
        _table(compare_plan(plan), "规划公布数与本系统计算数")


def _snapshot(page: Page, period: Period) -> Snapshot | None:
    found = page.edition.contents.get(period)
    return None if found is None else data.snapshot(found.key, found, page.edition.registry)


def _table(rows: list[Comparison], alt: str) -> None:
    table = pd.DataFrame(
        {
            "公布项目": [one.title for one in rows],
            "公布数": [one.published for one in rows],
            "本系统": [one.computed for one in rows],
            "分子/分母": [one.base for one in rows],
            "结论": [one.verdict for one in rows],
            "截至": [one.as_of for one in rows],
            "原文": [one.as_printed for one in rows],
            "说明": [one.note for one in rows],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        alt=alt,
        column_config={
            "公布项目": st.column_config.TextColumn(width=230, pinned=True),
            "公布数": st.column_config.TextColumn(width=110),
            "本系统": st.column_config.TextColumn(width=110),
            "分子/分母": st.column_config.TextColumn(width=110),
            "原文": st.column_config.TextColumn(width="medium"),
            "说明": st.column_config.TextColumn(width="large"),
        },
    )
