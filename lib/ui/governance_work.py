"""履职 of 业委会: meetings, audits, filing, seats, those who stand in, secretaries and stars."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import split
from lib.spec.numbers import show
from lib.ui import state
from lib.ui.cards import show_cards, show_lines
from lib.ui.governance_funnel import show_ranked
from lib.ui.governance_lists import WORK_LISTS, list_rows, list_table, pilots, show_rows
from lib.ui.page import Page
from lib.ui.renewal_table import drawn_key

CARDS = ("G34", "G12", "G11", "G32", "G26", "G25")
LINES = ("G34A", "G12N", "G11N", "G32A", "G11S", "G33", "G30")
RANKED = {"两个月内开会率": "G34", "年度审计完成率": "G12", "业委会秘书覆盖率": "G26"}
STARS = ("三星", "四星", "五星")


def show_work(page: Page) -> None:
    """The figures, the 街镇 side by side, who stands in, stars, and the list behind each figure."""
    show_cards(page, CARDS, columns=3)
    show_lines(page, LINES, columns=3)
    st.subheader("各街镇履职情况", anchor=False)
    name = st.segmented_control("指标", list(RANKED), default=next(iter(RANKED)), key="ranked", bind="query-params", wrap=True,
                                label_visibility="collapsed")
    show_ranked(page, RANKED[name or next(iter(RANKED))])
    st.subheader("替代履职", anchor=False)
    _substitutes(drawn_key(page), page)
    st.subheader("规范化运作评价", anchor=False)
    _stars(page.key, page)
    st.subheader("履职清单", anchor=False)
    state.only_among("work", tuple(WORK_LISTS))
    listed = st.selectbox("清单", list(WORK_LISTS), key="work", bind="query-params", label_visibility="collapsed")
    show_rows(page, listed or next(iter(WORK_LISTS)))


@st.cache_resource(show_spinner=False, max_entries=64)
def _substitutes(key: str, _page: Page) -> None:
    """Who stands in, since when; the pilots of the article marked, where they are; replayed by `key`."""
    rows = list_rows(_page, "替代履职")
    committees = _page.frame("committees")
    if rows.empty:
        st.info("所选范围内没有替代履职的小区。")
    else:
        table, config = list_table(_page, rows, "committees", WORK_LISTS["替代履职"].columns)
        kept = table.drop(columns=[name for name in ("下一步灯色", "下一步", "期限", "时限", "冻结期", "任期止") if name in table.columns])
        st.dataframe(kept, hide_index=True, height="content", alt="替代履职的小区", placeholder="—", column_config=config)
    notes = []
    for name in pilots():
        own = committees[committees["compound_name"] == name]
        if len(own):
            notes.append(f"{name}（{unit_name(own['subdistrict'].iloc[0], short=True)}）{_since(own.iloc[0])}")
    if notes:
        st.caption(f"报道（2024-09）所称居委会代为履职试点：{'；'.join(notes)}。替代履职的不计入超期未换届，也不运行换届时钟。")


def _since(row: pd.Series) -> str:
    start, end = (None if pd.isna(row[name]) else f"{row[name]:%Y-%m-%d}" for name in ("substitute_start", "substitute_end"))
    if start is None:
        return "未填起止日期"
    return f"{start} 起" + (f"，{end} 止" if end else "，仍在代为履职" if row["substituted"] else "")


@st.cache_resource(show_spinner=False, max_entries=64)
def _stars(key: str, _page: Page) -> None:
    """G33 by star; replayed by `key`."""
    parts = split(CATALOGUE["G33"], _page.figures_data, _page.units)
    if not parts:
        st.info("所选范围内没有已评星级的业委会。")
        return
    frame = pd.DataFrame({"star": list(parts), "kind": "星级", "count": list(parts.values())})
    st.plotly_chart(
        bars.stacked(frame, index="star", column="kind", value="count", order=("星级",), rows=[one for one in STARS if one in parts],
                     title="", unit="个", ordered=False, dark=_page.dark),
        config=PLOTLY_CONFIG,
        alt="各星级的业委会数",
    )
    formed = _page.figures["G03N"].whole.numerator or 0
    rated = _page.figures["G33"].whole.numerator or 0
    st.caption(f"已组建 {show(formed)} 个，其中 {show(rated)} 个已评；没有评的不作判断。")
