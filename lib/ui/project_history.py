"""Of one project: what changed month by month and release by release, and the rows and files it was told in."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from lib.actions.coloured import may_have_workbook
from lib.actions.opening import open_database
from lib.auth.demo import account_name
from lib.datasets import DATASETS
from lib.figures.project import ProjectSource, project_of, sources_of
from lib.figures.project_history import Told, project_history
from lib.spec.period import Period, title_of
from lib.ui.page import Page
from lib.ui.words import literal

MOST_SHOWN = 12
"""So many entries are open; the older ones are folded away."""


@st.cache_resource(show_spinner=False, max_entries=256)
def _history(number: int, identity: str) -> tuple[Told, ...]:
    with open_database().reading() as connection:
        return project_history(connection, number, identity)


def months_of(page: Page, identity: str) -> tuple[Period, ...]:
    """Months in which something was told of a project, newest first; none for a code that nobody has used."""
    return tuple(dict.fromkeys(one.period for one in _history(page.edition.number, identity)))


@st.cache_resource(show_spinner=False, max_entries=128)
def show_history(key: str, identity: str, _page: Page) -> None:
    """The list of changes up to the release at the screen; replayed by key and code."""
    st.subheader("历史", anchor=False)
    told = _history(_page.edition.number, identity)
    if not told:
        st.info("没有可以比较的历史。")
        return
    st.caption(f"按月与上一次报送相比，列到第 {_page.edition.number} 版为止；“更正”是已发布的月份后来改动的。没有变化的月份不列。")
    st.markdown("\n".join(map(_line, told[:MOST_SHOWN])))
    if len(told) > MOST_SHOWN:
        with st.expander(f"更早的 {len(told) - MOST_SHOWN} 条"):
            st.markdown("\n".join(map(_line, told[MOST_SHOWN:])))


def _line(one: Told) -> str:
    mark = " :orange-badge[▲ 更正]" if one.correction else ""
    return f"- **{title_of(one.period)}**{mark}（第 {one.release} 版，{one.published_at[:10]} 发布）：{literal('；'.join(one.texts))}"


@st.cache_resource(show_spinner=False, max_entries=128)
def _sources(key: str, identity: str, _page: Page) -> tuple[ProjectSource, ...]:
    project = project_of(_page.snapshot, identity)
    if project is None:
        return ()
    with open_database().reading() as connection:
        return sources_of(connection, _page.snapshot, project)


def show_sources(page: Page, identity: str) -> None:
    """The files and rows, each with who sent it, the release that published it, and the original with those rows coloured."""
    st.subheader("资料和来源", anchor=False)
    sources = _sources(page.key, identity, page)
    _show_table(page.key, identity, sources)
    links = [f"- [标色原件]({_address(page, identity, one)})　{literal(one.file)}（《{DATASETS[one.dataset].title}》）"
             for one in {one.submission: one for one in sources}.values() if may_have_workbook(page.user, one.units)]
    if links:
        st.markdown("\n".join(links))
        st.caption("“标色原件”是报送时的原工作簿，这个项目的行已标色。")
    else:
        st.caption("原件含有其他街镇的数据，您的账号不能下载；可按上表的文件、工作表和行号查对。")


@st.cache_resource(show_spinner=False, max_entries=128)
def _show_table(key: str, identity: str, _sources: Sequence[ProjectSource]) -> None:
    table = pd.DataFrame({
        "报表": [DATASETS[one.dataset].title for one in _sources],
        "报告期": [title_of(one.period) for one in _sources],
        "文件": [one.file for one in _sources],
        "工作表": [one.sheet for one in _sources],
        "行号": [_rows(one.rows) for one in _sources],
        "报送人": [account_name(one.sent_by) for one in _sources],
        "报送时间": [one.sent_at[:16].replace("T", " ") for one in _sources],
        "首次发布": [f"第 {one.release.number} 版（{account_name(one.release.published_by)}）" if one.release else "—" for one in _sources],
    })
    st.dataframe(table, hide_index=True, alt="来源文件、工作表和行号", height=36 * (len(table) + 1) + 2, row_height=36)


def _rows(numbers: tuple[int, ...]) -> str:
    """Rows as a reader looks for them: 7, 20–32."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return "、".join(str(part[0]) if len(part) == 1 else f"{part[0]}～{part[-1]}" for part in parts)


def _address(page: Page, identity: str, one: ProjectSource) -> str:
    query = {"v": page.edition.number, "period": page.period, "as": page.user.id}
    return f"/api/download/project/{quote(identity, safe='')}/{one.submission}?{urlencode(query)}"
