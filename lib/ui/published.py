"""Published figures beside ours, on screen. Its one rule: they are shown as printed, with ours and the arithmetic beside them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from lib.figures.explanations import Explanation, article_explanations, in_term_explanation, plan_explanations
from lib.figures.published import (
    ARTICLE_PERIOD,
    DIFFERENT,
    PLAN_PERIOD,
    TARGET,
    WITHOUT,
    Comparison,
    compare_article,
    compare_plan,
    misprints,
)
from lib.figures.snapshot import Snapshot
from lib.spec.period import Period, title_of
from lib.ui import data
from lib.ui.page import Page
from lib.ui.words import literal

AS_PRINTED = "照原文，不改"
SETTLED = {True: "已定", False: "未定，待确认"}


def show_in_term_note(page: Page) -> None:
    """The note on 74.4 %, where the figure stands and the month is the article's."""
    if page.period == ARTICLE_PERIOD and not page.units:
        with st.expander("为什么不是文章里的 74.4%？"):
            st.markdown(in_term_explanation(page.snapshot))


@st.cache_resource(show_spinner=False, max_entries=16)
def show_comparisons(key: str, phone: bool, _page: Page) -> None:
    """Both lists of published figures with the arithmetic of what differs, and the misprints; replayed by release.
    phone: as lists instead of tables.
    """
    article = _snapshot(_page, ARTICLE_PERIOD)
    st.subheader("与新民晚报文章（2024年）对照", anchor=False)
    if article is None:
        st.info(f"本版没有 {title_of(ARTICLE_PERIOD)} 的数据，无法对照。")
    else:
        rows = compare_article(article)
        different = [one.title for one in rows if one.verdict == DIFFERENT]
        st.caption(
            f"“本系统”由 {title_of(ARTICLE_PERIOD)} 的报表重新计算；公布数只作对照，不参与任何计算。"
            + (f"不一致的有 {len(different)} 项：{'、'.join(different)}。" if different else "没有不一致的项。")
        )
        _rows(rows, "文章公布数与本系统计算数", phone)
        _explained(article_explanations(article))
    plan = _snapshot(_page, PLAN_PERIOD)
    st.subheader("与“十五五”规划（2025年末）对照", anchor=False)
    if plan is None:
        st.info(f"本版没有 {title_of(PLAN_PERIOD)} 的数据，无法对照。")
    else:
        _rows(compare_plan(plan, data.years(plan.content.key, plan)), "规划公布数与本系统计算数", phone)
        _explained(plan_explanations(plan))
    _misprints(phone)


def _snapshot(page: Page, period: Period) -> Snapshot | None:
    found = page.edition.contents.get(period)
    return None if found is None else data.snapshot(found.key, found, page.edition.registry)


def _rows(rows: list[Comparison], alt: str, phone: bool) -> None:
    if phone:
        st.markdown("\n".join(f"- {_line(one)}" for one in rows))
        return
    table = pd.DataFrame(
        {
            "公布项目": [literal(one.title) for one in rows],
            "公布数": [_unbroken(one.published) for one in rows],
            "本系统": [_unbroken(one.computed) for one in rows],
            "分子/分母": [_unbroken(one.base) for one in rows],
            "结论": [_verdict(one) for one in rows],
            "说明": [literal(one.note) for one in rows],
            "原文": [literal(one.as_printed) for one in rows],
        }
    )
    st.table(table if table["原文"].any() else table.drop(columns="原文"), hide_index=True, border="horizontal", alt=alt)


def _unbroken(text: str) -> str:
    """A number with its unit, or two of them, on one line."""
    return literal(text).replace(" ", "\u00a0")


def _verdict(one: Comparison) -> str:
    """The conclusion; only 不一致 and what we have no figure for stand out."""
    if one.verdict == DIFFERENT:
        return f":orange-badge[{one.verdict}]"
    return f":gray-badge[{one.verdict}]" if one.verdict in {WITHOUT, TARGET} else one.verdict


def _line(one: Comparison) -> str:
    base = f"（{one.base}）" if one.base else ""
    note = f"  \n{literal(one.note)}" if one.note else ""
    return (
        f"**{literal(one.title)}**　{_verdict(one)}  \n"
        f"公布 {literal(one.published)}　本系统 {literal(one.computed)}{literal(base)}{note}"
    )


def _explained(explanations: Iterable[Explanation]) -> None:
    st.markdown("**算式与解释**\n\n" + "\n".join(f"- **{literal(one.title)}**  \n{literal(one.text)}" for one in explanations))


def _misprints(phone: bool) -> None:
    st.subheader("文章疑似误植", anchor=False)
    found = misprints()
    st.caption("左为原文照录，右为本系统的读法；原文不改动。“未定”的没有把握，等待确认。")
    if phone:
        st.markdown(
            "\n".join(
                f"- 原文 **{literal(one.printed)}**　读作 **{literal(one.read_as or AS_PRINTED)}**"
                f"（{SETTLED[one.certain]}）  \n{literal(one.reason)}"
                for one in found
            )
        )
        return
    table = pd.DataFrame(
        {
            "原文": [literal(one.printed) for one in found],
            "读作": [literal(one.read_as or AS_PRINTED) for one in found],
            "理由": [literal(one.reason) for one in found],
            "是否确定": [SETTLED[one.certain] for one in found],
        }
    )
    st.table(table, hide_index=True, border="horizontal", alt="文章疑似误植")
