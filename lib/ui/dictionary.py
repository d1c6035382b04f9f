"""The body of 指标与口径: every indicator with definition, formula, basis and thresholds."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.datasets import DATASETS
from lib.indicators import CATALOGUE, THEMES
from lib.ui.page import Page

DIRECTIONS = {"up": "越高越好", "down": "越低越好", "none": "不作评价"}


@st.cache_resource(show_spinner=False, max_entries=16)
def show_catalogue(key: str, wanted: str, _page: Page) -> None:
    """The catalogue, limited to what contains `wanted`; replayed by `key` and `wanted`."""
    rows = []
    for theme in THEMES:
        for one in theme.indicators:
            value = _page.figures[one.id].whole
            rows.append(
                {
                    "指标": one.title,
                    "本期": value.text,
                    "分子/分母": value.fraction,
                    "编号": one.id,
                    "板块": theme.title,
                    "定义": one.definition,
                    "公式": one.formula,
                    "依据": one.basis,
                    "方向": DIRECTIONS[one.good],
                    "期间": one.period,
                    "来源报表": "、".join(DATASETS[name].title for name in one.datasets),
                }
            )
    table = pd.DataFrame(rows)
    if wanted:
        hit = table.apply(lambda row: any(wanted.lower() in str(cell).lower() for cell in row), axis=1)
        table = table[hit]
    if table.empty:
        st.info(f"没有包含“{wanted}”的指标。请换一个词，或清空搜索框。")
        return
    st.dataframe(
        table,
        hide_index=True,
        height=min(560, 36 * (len(table) + 1) + 2),
        alt="指标目录",
        column_config={
            "指标": st.column_config.TextColumn(pinned=True, width="medium"),
            "编号": st.column_config.TextColumn(width="small"),
            "分子/分母": st.column_config.TextColumn(width=130),
            "定义": st.column_config.TextColumn(width="large"),
            "公式": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(f"共 {len(table)} 项，目录中有 {len(CATALOGUE)} 项。四舍五入只在显示时进行；率由分子、分母重新计算，不作平均。")


@st.cache_resource(show_spinner=False, max_entries=4)
def show_thresholds(key: str, _page: Page) -> None:
    """The thresholds with their dates."""
    as_of = _page.snapshot.as_of
    table = pd.DataFrame(
        [
            {
                "标准": one.title,
                "数值": one.text,
                "状态": "待确认是否延续" if one.in_doubt(as_of) else ("尚未施行" if one.effective_from > as_of else "有效"),
                "施行": one.effective_from.isoformat(),
                "至": one.effective_to.isoformat() if one.effective_to else "—",
                "依据": one.basis,
                "备注": one.note,
            }
            for one in _page.snapshot.registry.rows
        ]
    )
    st.dataframe(table, hide_index=True, height="content", alt="标准和阈值")
