"""搬迁 of 更新进度: who is out, since when, who is back against the day promised; help beforehand; what is done digitally.

Its one rule: households are counts from the form; what the form does not ask is said to be missing, never guessed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lib.charts.board import spans
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets import DATASETS
from lib.datasets.ladders import REBUILDING_TYPES
from lib.reports.renewal_tables import (
    FEATURES,
    NOT_REPORTED,
    YES,
    digital_table,
    prechecks_table,
    returns_table,
)
from lib.rules.lights import LIGHT
from lib.rules.people import people_rows
from lib.spec.numbers import show
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.renewal_table import drawn_key, project_table, show_downloads, with_code

FIGURES = ("R13", "R13B", "R13C", "R14", "R17")
MOST_BARS = 20
"""So many projects are drawn, those longest out; the table has all."""


def show_people(page: Page) -> None:
    """Moving out and back, help beforehand, digital features, per project."""
    if page.nobody("renewal_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['renewal_projects'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    if page.frame("renewal_projects").empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    show_lines(page, FIGURES, columns=2)
    key = drawn_key(page)
    _drawn(key, page, state.on_phone())
    show_downloads(page, "moving")
    _support(key, page)
    _digital(page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _people(key: str, _page: Page) -> pd.DataFrame:
    return people_rows(_page.frame("renewal_projects"), _page.frame("milestones"), _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page, narrow: bool) -> None:
    """Who is out and who is back; replayed by `key`."""
    projects = _page.frame("renewal_projects")
    st.subheader("在外过渡", anchor=False)
    _transition(_page, narrow)
    st.subheader("回搬", anchor=False)
    _returns(_page)
    others = projects[~projects["project_type"].isin(REBUILDING_TYPES) & (projects["households_moved_out"] > 0)]
    if len(others):
        told = "、".join(dict.fromkeys(others["project_type"]))
        st.caption(f"另有 {len(others)} 个项目（{told}）填报了搬离户数，居民不回搬，不在上表；各项目户数见清单，产/证与户不相加。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _support(key: str, _page: Page) -> None:
    """Help beforehand; replayed by `key`."""
    st.subheader("前置式政务协助", anchor=False)
    _prechecks(_page, _page.frame("renewal_projects"))


def _transition(page: Page, narrow: bool) -> None:
    rows = _people(page.key, page)
    rows = rows[~rows["all_back"]]
    if rows.empty:
        st.info("所选范围内没有居民在外过渡的项目。")
        return
    known = rows[rows["days"].notna()]
    if page.nobody("milestones"):
        st.warning(f"所选街镇没有报送《{DATASETS['milestones'].title}》，外搬日期不明。")
    if len(known):
        shown = known.head(MOST_BARS)
        due = shown["planned"].where(shown["planned"] > 0)
        frame = pd.DataFrame({
            "name": with_code(shown),
            "solid": np.fmin(shown["days"].astype("float64"), due.fillna(np.inf)),
            "end": shown["days"],
            "mark": due,
            "words": [
                f"{LIGHT[light].shape} {show(days)} 天 · {words}"
                for light, days, words in zip(shown["back_light"], shown["days"], shown["back_words"], strict=True)
            ],
            "light": shown["back_light"],
        })
        st.plotly_chart(
            spans(frame, beyond="late", narrow=narrow, dark=page.dark),
            config=PLOTLY_CONFIG,
            alt="各项目居民在外过渡的天数，同样的内容见下表",
        )
        st.caption(
            "条形为外搬过渡节点实际日期至截至日的天数，最久的在前；☆ 为计划回搬日，交叉纹为超过计划的部分。"
            + (f"图中为最久的 {len(shown)} 个，清单共 {len(known)} 个。" if len(shown) < len(known) else "")
        )
    unknown = rows[rows["days"].isna()]
    if len(unknown):
        st.caption(f"另有 {len(unknown)} 个项目填了外搬户数、没有外搬过渡的实际日期，天数不明：{_named(unknown)}。")


def _named(rows: pd.DataFrame) -> str:
    names = rows["project_name"].fillna(rows["project_id"]).head(5)
    return "、".join(names) + ("等" if len(rows) > len(names) else "")


def _returns(page: Page) -> None:
    rows = _people(page.key, page)
    if rows.empty:
        st.info("所选范围内没有已外搬的成套改造、拆除重建类项目。")
        return
    project_table(page, returns_table(rows), alt="各项目外搬和回搬", height=560)
    st.caption(
        f"清单共 {len(rows)} 个项目，超期的在前，全部回搬的在后。推算回搬按节点已有延误顺延。"
        f"重点户为在外过渡的高龄独居、重病、残疾、低保等家庭，只报户数：{care_told(rows)}。"
    )


def care_told(rows: pd.DataFrame) -> str:
    """How many of the projects whose residents are still out have said how many of them need care."""
    out = rows[~rows["all_back"]]
    told = int(out["households_cared"].notna().sum())
    return f"在外过渡的 {len(out)} 个项目中 {told} 个填报了本栏，其余未报" if told < len(out) else f"在外过渡的 {len(out)} 个项目均已填报"


def _prechecks(page: Page, projects: pd.DataFrame) -> None:
    table = prechecks_table(projects)
    if table.empty:
        st.info("所选范围内没有已进入签约阶段的成套改造、拆除重建类项目。")
        return
    project_table(page, table, alt="各项目前置式政务协助", height=420)
    unknown = int((table["协助日期"].notna() & table["参与部门"].isna()).sum())
    st.caption(f"清单共 {len(table)} 个项目。" + (f"其中 {unknown} 个填了协助日期、未填参与部门数。" if unknown else ""))


@st.fragment
def _digital(page: Page) -> None:
    """How many projects use what, told in words; the projects one by one when they are asked for."""
    st.subheader("全数字应用", anchor=False)
    table = _features(page.key, page)
    if table.empty:
        st.info("所选范围内没有填报数字化应用的项目。")
        return
    known = int((table[FEATURES[0]] != NOT_REPORTED).sum())
    counts = "、".join(f"{name} {int((table[name] == YES).sum())} 个" for name in FEATURES)
    st.markdown(f"{len(table)} 个项目中 {known} 个填报了本栏：{counts}。{NOT_REPORTED}的不作“无”计。")
    box = st.expander(f"逐个项目查看（{len(table)} 个）", key="digital-rows", on_change="rerun")
    if box.open:
        with box:
            _feature_table(drawn_key(page), page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _features(key: str, _page: Page) -> pd.DataFrame:
    return digital_table(_page.frame("renewal_projects"))


@st.cache_resource(show_spinner=False, max_entries=64)
def _feature_table(key: str, _page: Page) -> None:
    narrow = {name: st.column_config.TextColumn(width=104, alignment="center") for name in FEATURES}
    project_table(_page, _features(_page.key, _page), alt="各项目数字化应用", height=420, config=dict(narrow))
