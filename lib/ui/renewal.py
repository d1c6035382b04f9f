"""更新进度: its sections, and the two that stand here: 总体 and 清单."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.reports.projects import listing
from lib.rules.outline import LIGHT_RULE, ORDER_RULE
from lib.ui import state
from lib.ui.cards import show_cards, show_lines
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.renewal_filters import SEEN_PROJECTS, count, facts, without_stage
from lib.ui.renewal_portfolio import show_changes, show_coming, show_flows, show_plan, show_types, show_worst
from lib.ui.renewal_table import show_downloads

CARDS = ("R16", "R05", "R03", "R01", "R13")
LINES = ("R16F", "R15", "R04", "R18", "R07", "R08", "R09")
LIFT_LINES = ("R10", "R10Y", "R12")
"""Figures of the register of lifts, which has stages of its own."""
OVERALL, SIGNING, NODES, MOVING, LIFTS, LIST = PARTS = ("总体", "签约", "节点", "搬迁", "加梯", "清单")


def choose_part() -> str:
    """Which section of the page is asked for; kept in the address (`?part=`)."""
    state.only_among("part", PARTS)
    part = st.segmented_control(
        "内容", PARTS, default=OVERALL, key="part", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return part or OVERALL


def anything(page: Page) -> bool:
    """Whether there are projects to show; says why where there are none."""
    if page.nobody("renewal_projects"):
        st.info("所选街镇本期尚未报送《旧住房更新改造项目进展表》，暂无数据。可在报告期中选择上一期。")
        return False
    if not count(page):
        st.info("所选范围内没有更新项目。请放宽街镇、类别、阶段等筛选。")
        return False
    return True


def show_overview(page: Page) -> None:
    """总体: what to push first, the figures, what changed, projects by type and stage, where they are late, years beside the plan."""
    if not anything(page):
        return
    show_worst(page)
    show_cards(page, CARDS)
    show_lines(page, LINES, columns=3)
    show_lines(without_stage(page), LIFT_LINES, columns=3)
    show_coming(page.key, page)
    show_changes(page.key, page)
    show_types(page.key, page)
    show_flows(page)
    show_places(page, "R16", title="超期项目按街镇")
    show_plan(page.key, page)


def show_list(page: Page) -> None:
    """清单: every project that is looked at, in the order in which they need a push, and the way to take the list out."""
    if not anything(page):
        return
    phone = state.on_phone()
    _list(f"{page.key}|{page.pinned}|{page.user.id}|{phone}", phone, page)
    show_downloads(page, "list")


@st.cache_resource(show_spinner=False, max_entries=64)
def _list(key: str, phone: bool, _page: Page) -> None:
    projects = _page.frame("renewal_projects")
    table = listing(projects, facts(_page))
    asked = {"period": _page.period, "as": _page.user.id, **({"v": str(_page.edition.number)} if _page.pinned else {})}
    table.insert(2, "项目页", [f"/project?{urlencode({SEEN_PROJECTS: one, **asked})}" for one in table["项目编码"]])
    table["建筑面积"] = table["建筑面积"].round()
    days, households = st.column_config.NumberColumn(format="%d 天"), st.column_config.NumberColumn(format="%d 户")
    config: dict[str, Any] = {
        "灯色": light_column(help=LIGHT_RULE),
        "说明": st.column_config.TextColumn(width=260 if phone else 420),
        "项目名称": st.column_config.TextColumn(width=150 if phone else 290),
        "项目页": st.column_config.LinkColumn(display_text="打开", width=64),
        "街镇": st.column_config.TextColumn(width=56),
        "计划年度": st.column_config.NumberColumn(format="%d", width=72),
        "签约率": st.column_config.NumberColumn(format="%.1f%%"),
        "下一节点计划": st.column_config.DateColumn(format="YYYY-MM-DD"),
        "建筑面积": st.column_config.NumberColumn("建筑面积（㎡）", format="localized"),
        **dict.fromkeys(("超期天数", "距计划天数"), days),
        **dict.fromkeys(("距生效差户", "涉及户数"), households),
    }
    height = min(640, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, alt="更新项目清单", placeholder="—", height=height, column_config=config)
    st.caption(f"清单共 {len(table)} 个项目：{_tally(table)}。{ORDER_RULE}。{LIGHT_RULE}。")


def _tally(table: pd.DataFrame) -> str:
    """How many of a list stand at each light, those that occur."""
    return "、".join(f"{text} {count} 个" for text, count in table["灯色"].value_counts(sort=False).items())
