"""节点 of 更新进度: what falls due next, plan against actual of every project on one time line, the same as a table, and the outlook.

Its one rule: the worst stands first; what the drawing shows stands in the table below it, word for word.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.timeline import legend, timeline
from lib.datasets import DATASETS
from lib.reports.renewal_tables import (
    GROUPS,
    coming_table,
    in_groups,
    node_rows,
    nodes_table,
    outlook_tables,
    project_rows,
)
from lib.rules.coming import coming_nodes
from lib.rules.outlook import DELAY_RULE, PACE_RULE
from lib.ui import state
from lib.ui.page import Page
from lib.ui.renewal_filters import facts
from lib.ui.renewal_table import (
    PAGE_ROWS,
    drawn_key,
    open_project,
    pager,
    project_table,
    show_downloads,
    signing_seen,
    with_code,
)


def show_timeline(page: Page) -> None:
    """What falls due within three months, projects against their plans, worst first, then what is to be expected."""
    if page.nobody("renewal_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['renewal_projects'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    if page.frame("renewal_projects").empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    st.subheader("计划与实际", anchor=False)
    _board(page)
    _show_coming(drawn_key(page), page)
    _show_outlook(page)


@st.fragment
def _board(page: Page) -> None:
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    group = left.segmented_control("分组", list(GROUPS), default=next(iter(GROUPS)), key="tgroup", bind="query-params") or "不分组"
    closed = middle.toggle("含已完成的项目", key="tclosed", bind="query-params")
    rows = _sorted(f"{page.key}|{group}|{closed}", page, group, closed)
    if rows.empty:
        st.info("所选范围内没有未完成的项目。打开“含已完成的项目”可以查看已完成的。")
        return
    with right:
        number = pager("tpage", len(rows))
    name = f"{drawn_key(page)}|{group}|{closed}|{number}"
    chart = f"timeline-{name}"
    st.plotly_chart(
        _figure(name, page, group, closed, number, state.on_phone()),
        config=PLOTLY_CONFIG,
        alt="各项目五个节点的计划与实际，同样的内容见下表",
        key=chart,
        on_select="rerun",
        selection_mode="points",
    )
    _below(name, page, group, closed, number)
    show_downloads(page, "nodes", tgroup=group, tclosed="true" if closed else "")
    picked = state.picked_codes(chart)
    if state.newly(chart, ",".join(picked)) and picked:
        open_project(picked[0])


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, _page: Page, group: str, closed: bool, number: int, narrow: bool) -> go.Figure:
    rows = _cut(_page, group, closed, number)
    nodes = _nodes(_page.key, _page)
    own = nodes[nodes["project_id"].isin(rows["project_id"])]
    named = rows.assign(project_name=with_code(rows))
    return frozen(timeline(named, own, today=_page.snapshot.as_of, narrow=narrow, dark=_page.dark), clickable=True)


@st.cache_resource(show_spinner=False, max_entries=128)
def _below(key: str, _page: Page, group: str, closed: bool, number: int) -> None:
    """Legend and table of one page of projects; replayed by `key`."""
    rows = _cut(_page, group, closed, number)
    total = len(_sorted(f"{_page.key}|{group}|{closed}", _page, group, closed))
    st.caption(f"{legend()}。点击图中任一项目的条形或节点打开该项目。")
    project_table(_page, nodes_table(rows, _nodes(_page.key, _page)), alt="各项目五个节点的计划与实际")
    first = (number - 1) * PAGE_ROWS + 1
    st.caption(f"本表列第 {first}—{first + len(rows) - 1} 个项目，清单共 {total} 个，最需要推动的在前。责任单位、延期原因未填报的为“—”。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _nodes(key: str, _page: Page) -> pd.DataFrame:
    return node_rows(_page.frame("renewal_projects"), _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _all(key: str, _page: Page) -> pd.DataFrame:
    projects, nodes = _page.frame("renewal_projects"), _nodes(_page.key, _page)
    return project_rows(projects, facts(_page), nodes, _page.frame("milestones"), _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=128)
def _sorted(key: str, _page: Page, group: str, closed: bool) -> pd.DataFrame:
    return in_groups(_all(_page.key, _page), group, closed)


def _cut(page: Page, group: str, closed: bool, number: int) -> pd.DataFrame:
    rows = _sorted(f"{page.key}|{group}|{closed}", page, group, closed)
    return rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]


@st.cache_resource(show_spinner=False, max_entries=64)
def _show_coming(key: str, _page: Page) -> None:
    """What falls due within the coming months; replayed by `key`."""
    st.subheader("今后三个月到期的节点", anchor=False)
    rows = _coming(_page.key, _page)
    if rows.empty:
        st.info("所选范围内，今后三个月没有到计划日期的节点。")
        return
    project_table(_page, coming_table(rows), alt="今后三个月到期的节点", height=400)
    late = int((rows["projected"] > rows["plan"]).sum())
    st.caption(
        f"清单共 {len(rows)} 个节点、{rows['project_id'].nunique()} 个项目，计划日期近的在前；"
        f"其中 {late} 个按已有延误推算将晚于计划。进展表和节点表都报的节点只计一次，以进展表为准。"
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _coming(key: str, _page: Page) -> pd.DataFrame:
    as_of, registry = _page.snapshot.as_of, _page.snapshot.registry
    return coming_nodes(_page.frame("renewal_projects"), _page.frame("milestones"), as_of, registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _outlook(key: str, _page: Page) -> tuple[pd.DataFrame, pd.DataFrame]:
    return outlook_tables(_page.frame("renewal_projects"), signing_seen(_page), _page.snapshot.as_of, _page.snapshot.registry)


@st.fragment
def _show_outlook(page: Page) -> None:
    """When signing reaches its gate at the present pace, and which nodes follow late; worked out when it is opened."""
    st.subheader("展望", anchor=False)
    for at, (title, name) in enumerate((("签约生效的推算", "gate-outlook"), ("节点的推算（晚于计划的）", "node-outlook"))):
        box = st.expander(title, key=name, on_change="rerun")
        if box.open:
            with box:
                _outlook_table(drawn_key(page), page, at)


@st.cache_resource(show_spinner=False, max_entries=64)
def _outlook_table(key: str, _page: Page, at: int) -> None:
    """One table of the outlook with its rule; replayed by `key` and place."""
    table = _outlook(_page.key, _page)[at]
    if table.empty:
        st.info("没有需要推算的项目。")
        return
    project_table(_page, table, alt=("签约生效的推算", "节点的推算")[at], height=440)
    count = table["项目编码"].nunique()
    st.caption(f"清单共 {len(table)} 行、{count} 个项目。规则：{(PACE_RULE, DELAY_RULE)[at]}。只作加法，不作其他推测。")
