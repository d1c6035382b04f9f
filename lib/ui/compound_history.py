"""Of one compound: what changed month by month and release by release, and the files and rows it stands in."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.auth.demo import account_name
from lib.datasets import DATASETS
from lib.figures.compound import compound_sources
from lib.figures.compound_history import compound_history
from lib.figures.project import ProjectSource
from lib.figures.project_history import Told
from lib.spec.period import title_of
from lib.ui import state
from lib.ui.compound import compound_at
from lib.ui.compound_link import COMPOUND_KEY
from lib.ui.page import Page
from lib.ui.words import literal

MOST_SHOWN = 12
"""So many entries are open; the older ones are folded away."""


@st.cache_resource(show_spinner=False, max_entries=256)
def _history(number: int, identity: str) -> tuple[Told, ...]:
    with open_database().reading() as connection:
        return compound_history(connection, number, identity)


@st.cache_resource(show_spinner=False, max_entries=128)
def show_history(key: str, identity: str, _page: Page) -> None:
    """The list of changes up to the release at the screen; replayed by key and code."""
    st.subheader("历史", anchor=False)
    told = _history(_page.edition.number, identity)
    if not told:
        st.info("没有可以比较的历史。")
        return
    st.caption(f"按月与上一次报送相比，列到第 {_page.edition.number} 版为止；“更正”是已发布的月份后来改动的。"
               "没有变化的月份、余额等逐月变动的数不列。")
    st.markdown("\n".join(map(_line, told[:MOST_SHOWN])))
    if len(told) > MOST_SHOWN:
        with st.expander(f"更早的 {len(told) - MOST_SHOWN} 条"):
            st.markdown("\n".join(map(_line, told[MOST_SHOWN:])))


def _line(one: Told) -> str:
    mark = " :orange-badge[▲ 更正]" if one.correction else ""
    return f"- **{title_of(one.period)}**{mark}（第 {one.release} 版，{one.published_at[:10]} 发布）：{literal('；'.join(one.texts))}"


def show_permalink(page: Page, identity: str) -> None:
    """The address that shows this compound as it stands in this release, for ever."""
    st.caption("固定链接：以后打开仍显示本版数据")
    query = {COMPOUND_KEY: identity, "period": page.period, "v": str(page.edition.number)}
    st.code(f"{state.page_address()}?{urlencode(query)}", language=None, wrap_lines=True)


@st.cache_resource(show_spinner=False, max_entries=128)
def show_sources(key: str, identity: str, _page: Page) -> None:
    """The files, sheets and rows it stands in, who sent them, and the release that published them; replayed."""
    st.subheader("资料和来源", anchor=False)
    with open_database().reading() as connection:
        sources = compound_sources(connection, _page.snapshot, compound_at(_page.key, identity, _page))
    table = pd.DataFrame({
        "报表": [DATASETS[one.dataset].title for one in sources],
        "报告期": [title_of(one.period) for one in sources],
        "文件": [one.file for one in sources],
        "工作表": [one.sheet for one in sources],
        "行号": [_numbers(one.rows) for one in sources],
        "报送人": [account_name(one.sent_by) for one in sources],
        "报送时间": [one.sent_at[:16].replace("T", " ") for one in sources],
        "首次发布": [_published(one) for one in sources],
    })
    st.dataframe(table, hide_index=True, alt="来源文件、工作表和行号", height=min(480, 36 * (len(table) + 1) + 2), row_height=36)
    st.caption("行号照 Excel 显示的数。本期沿用前月的表，报告期写前月；12345工单逐月列出。")


def _published(one: ProjectSource) -> str:
    return f"第 {one.release.number} 版（{account_name(one.release.published_by)}）" if one.release else "—"


def _numbers(numbers: tuple[int, ...]) -> str:
    """Rows as a reader looks for them: 7, 20–32."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return "、".join(str(part[0]) if len(part) == 1 else f"{part[0]}～{part[-1]}" for part in parts)
