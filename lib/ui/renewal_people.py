"""搬迁 of 更新进度: who is out, since when, who is back against the day promised; help beforehand; what is done digitally.

Its one rule: households are counts from the form; what the form does not ask is said to be missing, never guessed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lib.charts.board import spans
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets import DATASETS
from lib.datasets.ladders import REBUILDING_TYPES
from lib.datasets.places import unit_name
from lib.datasets.renewal_projects import DIGITAL_FEATURES
from lib.rules.lights import LIGHT
from lib.rules.people import people_rows
from lib.spec.numbers import show
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.renewal_timeline import URGENCY, drawn_key, project_link, project_table

FIGURES = ("R13", "R13B", "R13C", "R14", "R17")
FEATURES = ("VR展示", "数字化签约", "云监工", "云发布", "线上选房", "一对一沟通答疑")
"""The order of the columns; the form's own choices, none left out."""
NOT_REPORTED, YES, NO = "未报", "✓", "无"
MOST_BARS = 25
"""So many projects are drawn, those longest out; the table has all."""
assert set(FEATURES) == set(DIGITAL_FEATURES)


def show_people(page: Page) -> None:
    """Moving out and back, help beforehand, digital features, per project."""
    if page.nobody("renewal_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['renewal_projects'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    if page.frame("renewal_projects").empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    show_lines(page, FIGURES, columns=2)
    _drawn(drawn_key(page), page, state.on_phone())


def _people(page: Page) -> pd.DataFrame:
    return people_rows(page.frame("renewal_projects"), page.frame("milestones"), page.snapshot.as_of, page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page, narrow: bool) -> None:
    projects = _page.frame("renewal_projects")
    st.subheader("在外过渡", anchor=False)
    _transition(_page, projects, narrow)
    st.subheader("回搬", anchor=False)
    _returns(_page, projects)
    others = projects[~projects["project_type"].isin(REBUILDING_TYPES) & (projects["households_moved_out"] > 0)]
    if len(others):
        told = "、".join(dict.fromkeys(others["project_type"]))
        st.caption(f"另有 {len(others)} 个项目（{told}）填报了搬离户数，居民不回搬，不在上表；各项目户数见清单，产/证与户不相加。")
    st.subheader("前置式政务协助", anchor=False)
    _prechecks(_page, projects)
    st.subheader("全数字应用", anchor=False)
    _digital(_page, projects)


def _transition(page: Page, projects: pd.DataFrame, narrow: bool) -> None:
    rows = _people(page)
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
            "name": shown["project_name"],
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


def _returns(page: Page, projects: pd.DataFrame) -> None:
    rows = _people(page)
    if rows.empty:
        st.info("所选范围内没有已外搬的成套改造、拆除重建类项目。")
        return
    rows = rows.assign(_light=rows["back_light"].map(URGENCY))
    rows = rows.sort_values(["all_back", "_light", "return_plan"], kind="stable")
    table = pd.DataFrame({
        "项目": rows["project_name"],
        "打开": [project_link(page, one) for one in rows["project_id"]],
        "回搬": [f"{LIGHT[light].shape} {words}" for light, words in zip(rows["back_light"], rows["back_words"], strict=True)],
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "阶段": rows["stage"],
        "已外搬": rows["households_moved_out"],
        "应回搬": rows["households_to_return"],
        "已回搬": rows["households_returned"],
        "重点户": rows["households_cared"],
        "外搬日期": rows["left"],
        "已过渡": rows["days"],
        "计划回搬": rows["return_plan"],
        "实际回搬": rows["return_actual"],
        "推算回搬": rows["expected"],
    })
    counts = {name: st.column_config.NumberColumn(format="%d 户") for name in ("已外搬", "应回搬", "已回搬", "重点户")}
    days = {name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("外搬日期", "计划回搬", "实际回搬", "推算回搬")}
    gone = {"已过渡": st.column_config.NumberColumn(format="%d 天")}
    project_table(table, alt="各项目外搬和回搬", height=560, config={**counts, **days, **gone})
    st.caption(
        f"清单共 {len(rows)} 个项目，超期的在前，全部回搬的在后。实际回搬为节点日期；节点已填、户数未到齐而计划日已过的，"
        "也标为超期（超期项目数按节点日期计，不含这类）。推算按节点已有延误顺延。"
        f"重点户为在外过渡的高龄独居、重病、残疾、低保等家庭，只报户数：{care_told(rows)}。"
    )


def care_told(rows: pd.DataFrame) -> str:
    """How many of the projects whose residents are still out have said how many of them need care."""
    out = rows[~rows["all_back"]]
    told = int(out["households_cared"].notna().sum())
    return f"在外过渡的 {len(out)} 个项目中 {told} 个填报了本栏，其余未报" if told < len(out) else f"在外过渡的 {len(out)} 个项目均已填报"


def _prechecks(page: Page, projects: pd.DataFrame) -> None:
    rows = projects[projects["entered_signing"] | (projects["precheck_date"].notna() & projects["project_type"].isin(REBUILDING_TYPES))]
    if rows.empty:
        st.info("所选范围内没有已进入签约阶段的成套改造、拆除重建类项目。")
        return
    verdict = np.select(
        [rows["precheck_date"].isna(), rows["prechecked"] & rows["sign_actual"].isna(), rows["prechecked"]],
        [f"○ {NOT_REPORTED}协助日期", "✓ 已协助，签约未生效", "✓ 签约生效前完成"],
        "✗ 晚于签约生效",
    )
    table = pd.DataFrame({
        "项目": rows["project_name"],
        "打开": [project_link(page, one) for one in rows["project_id"]],
        "前置协助": verdict,
        "参与部门": rows["precheck_departments"],
        "协助日期": rows["precheck_date"],
        "签约生效": rows["sign_actual"],
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "阶段": rows["stage"],
    }).sort_values(["前置协助", "参与部门"], ascending=[False, True], na_position="first", kind="stable")
    project_table(table, alt="各项目前置式政务协助", height=420, config={
        "参与部门": st.column_config.NumberColumn(format="%d 家"),
        **{name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("协助日期", "签约生效")},
    })
    unknown = int((rows["precheck_date"].notna() & rows["precheck_departments"].isna()).sum())
    st.caption(f"清单共 {len(table)} 个项目。" + (f"其中 {unknown} 个填了协助日期、未填参与部门数。" if unknown else ""))


def feature_matrix(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects × features: ✓ or 无; 未报 in every column where the form says nothing. Index: of the rows."""
    told = projects["digital_features"].astype("object")
    known = told.notna() & (told != "")
    parts = told.where(known, "").map(lambda text: frozenset(str(text).split("、")))
    return pd.DataFrame({
        name: np.where(known, parts.map(lambda one, name=name: YES if name in one else NO), NOT_REPORTED) for name in FEATURES
    }, index=projects.index)


def _digital(page: Page, projects: pd.DataFrame) -> None:
    rows = projects[projects["project_type"].isin(REBUILDING_TYPES) | projects["digital_features"].notna()]
    if rows.empty:
        st.info("所选范围内没有填报数字化应用的项目。")
        return
    matrix = feature_matrix(rows)
    used = (matrix == YES).sum(axis=1)
    ranks = pd.DataFrame({"used": used, "known": matrix[FEATURES[0]] != NOT_REPORTED, "id": rows["project_id"]})
    order = ranks.sort_values(["known", "used", "id"], ascending=[False, False, True], kind="stable").index
    table = pd.DataFrame({
        "项目": rows["project_name"], "打开": [project_link(page, one) for one in rows["project_id"]], **matrix.to_dict("series"),
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)), "阶段": rows["stage"],
    }).loc[order]
    narrow: dict[str, Any] = {name: st.column_config.TextColumn(width=104, alignment="center") for name in FEATURES}
    project_table(table, alt="各项目数字化应用", height=480, config=narrow)
    known = int((matrix[FEATURES[0]] != NOT_REPORTED).sum())
    counts = "、".join(f"{name} {int((matrix[name] == YES).sum())} 个" for name in FEATURES)
    st.caption(f"清单共 {len(rows)} 个项目，{known} 个填报了本栏：{counts}。{NOT_REPORTED}的不作“无”计。")


