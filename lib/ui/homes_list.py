"""清单 of 保租房: every rental project that is looked at, with its choices in the address, and the way to take it out.

Its one rule: the choices here narrow the list alone; the figures of the page follow 报告期 and 街镇.
"""

from __future__ import annotations

import streamlit as st

from lib.auth.permissions import Action, may
from lib.datasets.rental_projects import SOURCE_MODES, TIERS
from lib.reports.rental import STAGE_NAMES, UNSAID, Choice, chosen, listing
from lib.ui import state
from lib.ui.beds import show_list_table
from lib.ui.homes import anything
from lib.ui.page import Page
from lib.ui.rental_links import list_address, on_the_map

TIER, SOURCE, STAGE, OPERATOR, WORDS = "rtier", "rsource", "rstage", "roperator", "rfind"
"""Keys of the widgets, the same in the address."""
COLUMNS = (
    "项目名称", "街镇", "产品层次", "阶段", "套(间)数", "已出租套(间)", "床位数", "已出租床位", "出租率", "备案租金", "市场租金", "租金比",
    "轮候", "筹措方式", "建筑类型", "供应日期", "运营单位", "项目编码",
)


def show_list(page: Page) -> None:
    """The whole section."""
    if anything(page):
        _list(page)


@st.fragment
def _list(page: Page) -> None:
    with st.expander("筛选：层次、筹措方式、阶段、运营单位、搜索") if state.on_phone() else st.container():
        tier, source, stage, operator, words = st.columns([1, 1.3, 1.3, 1.5, 1.5], vertical_alignment="bottom")
        tiers = tier.multiselect("产品层次", TIERS, key=TIER, bind="query-params", placeholder="全部")
        sources = source.multiselect("筹措方式", SOURCE_MODES, key=SOURCE, bind="query-params", placeholder="全部")
        stages = stage.multiselect("阶段", STAGE_NAMES, key=STAGE, bind="query-params", placeholder="全部")
        operators = operator.multiselect("运营单位", _operators(page.key, page), key=OPERATOR, bind="query-params", placeholder="全部")
        text = words.text_input("搜索项目", key=WORDS, bind="query-params", placeholder="名称、编码、地址", icon=":material/search:")
    choice = Choice(tuple(tiers), tuple(sources), tuple(stages), tuple(operators), text.strip())
    _rows(f"{page.key}|{page.pinned}|{page.user.id}|{choice}", page, choice)
    if may(page.user, Action.EXPORT):
        st.link_button("下载这份清单（CSV）", list_address(page, choice), icon=":material/download:")


@st.cache_resource(show_spinner=False, max_entries=64)
def _operators(key: str, _page: Page) -> list[str]:
    """The operators that occur, 未填 last."""
    found = _page.frame("rental_projects")["operator"]
    return [*sorted(found.dropna().unique()), *([UNSAID] if found.isna().any() else [])]


@st.cache_resource(show_spinner=False, max_entries=128)
def _rows(key: str, _page: Page, choice: Choice) -> None:
    """The list of a choice; replayed by `key`."""
    rows = chosen(_page.frame("rental_projects"), choice)
    if rows.empty:
        st.info("没有符合条件的租赁住房项目。请放宽筛选。")
        return
    full = listing(rows)
    table = full[list(COLUMNS)]
    table.insert(1, "地图", on_the_map(_page, full["项目编码"]))
    show_list_table(table, "租赁住房项目清单")
    counts = "、".join(f"{tier} {int((table['产品层次'] == tier).sum())} 个" for tier in TIERS if (table["产品层次"] == tier).any())
    st.caption(f"清单共 {len(table)} 个项目：{counts}。筛选只作用于清单；套(间)、床位、人各为一列，不相加；租金比为备案租金 ÷ 市场租金。")
