"""What the sections of 更新进度 share on screen: a table of projects with the way to each, pages of rows, the way to take tables out.

Its one rule: a table on screen is that of lib/reports with links in place of the codes; nothing is worked out here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.auth.permissions import Action, may
from lib.figures.history import DAY
from lib.reports.renewal_export import MONTHS_SEEN, SECTIONS
from lib.reports.renewal_tables import UNITS, decimals_of
from lib.settings import ROOT
from lib.spec.numbers import MISSING
from lib.spec.period import shift
from lib.ui import data, state
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.registry import PAGES
from lib.ui.renewal_filters import query
from lib.ui.words import literal

PAGE_ROWS = 20
"""Projects on one page of a drawing and of its table."""
CODE = r"[?&]project=([^&]+)"
"""What of a link to a project is shown: its code."""
_WIDTHS = {"怎样得出": 420, "情况": 225, "现在": 210, "延期原因": 150, "实施主体": 160, "责任单位": 130, "四项标准线": 400, "备注": 200}


def drawn_key(page: Page) -> str:
    """The key of drawn bodies: their links name a pinned release and the account, their tables are narrower on a phone."""
    return f"{page.key}|{page.pinned}|{state.asked_account()}|{state.on_phone()}"


def signing_seen(page: Page) -> pd.DataFrame:
    """Households signed of every project at the end of each of the last months: project_id, day, signed."""
    seen = data.signing_history(page.edition.content(page.period).key, seen_contents(page))
    return seen.rename(columns={"households_signed": "signed", DAY: "day"}).dropna(subset=["signed"])


def seen_contents(page: Page) -> tuple[Any, ...]:
    """The contents of the months whose numbers show a pace."""
    months = [shift(page.period, -back) for back in range(MONTHS_SEEN)]
    return tuple(page.edition.contents[month] for month in months if month in page.edition.contents)


def pager(key: str, count: int, rows: int = PAGE_ROWS) -> int:
    """Which page of a list of so many rows is asked for, kept in the address; nothing to choose where one page holds all."""
    pages = max(1, -(-count // rows))
    if pages == 1:
        return 1
    return int(st.pagination(pages, key=key, bind="query-params"))


def with_code(rows: pd.DataFrame) -> pd.Series:
    """Names with the code below them, for a drawing: two projects may have one name."""
    return rows["project_name"].fillna("") + "\n" + rows["project_id"]


def project_link(page: Page, project_id: str) -> str:
    """The address of a project's page, for the period at the screen, the account and, where one is pinned, the release."""
    kept = {"period": page.period, "as": state.asked_account(), "v": str(page.edition.number) if page.pinned else ""}
    return "/project?" + urlencode({"project": project_id, **{name: one for name, one in kept.items() if one}})


def open_project(project_id: str) -> None:
    """Go to the page of a project; says so where there is none."""
    spec = next((one for one in PAGES if one.url == "project"), None)
    if spec is None:
        st.info(f"项目 {literal(project_id)} 的页面尚未开放。")
        return
    st.switch_page(ROOT / spec.file, query_params={"project": project_id})


def project_table(page: Page, table: pd.DataFrame, *, alt: str, height: int = 760, config: dict[str, Any] | None = None) -> None:
    """A table of lib/reports: the first column pinned, the codes of projects as links to their pages, numbers with their unit."""
    columns: dict[str, Any] = {table.columns[0]: st.column_config.TextColumn(pinned=True, width=150 if state.on_phone() else 270)}
    if "项目编码" in table.columns:
        table = table.assign(项目编码=[project_link(page, one) for one in table["项目编码"]])
        columns["项目编码"] = st.column_config.LinkColumn(display_text=CODE, width=110, help="打开该项目的页面")
    for name in table.columns:
        if name in UNITS:
            unit = UNITS[name]
            shape = "%%" if unit == "%" else f" {unit}"
            columns[name] = st.column_config.NumberColumn(format=f"%.{decimals_of(name)}f{shape}")
        elif pd.api.types.is_datetime64_any_dtype(table[name]):
            columns[name] = st.column_config.DateColumn(name, format="YYYY-MM-DD")
        elif name == "灯":
            columns[name] = light_column()
        elif name in _WIDTHS:
            columns[name] = st.column_config.TextColumn(width=_WIDTHS[name])
    columns |= config or {}
    if state.on_phone() and "项目编码" in columns:
        table = table[[table.columns[0], table.columns[2], "项目编码", *table.columns[3:]]]
    height = min(height, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, alt=alt, placeholder=MISSING, height=height, row_height=36, column_config=columns)


def show_downloads(page: Page, section: str, **chosen: str) -> None:
    """The way to take out what a section shows: all its tables as a workbook, each as CSV. chosen: choices of the section itself, by
    their names in the address.
    """
    if not may(page.user, Action.EXPORT):
        return
    asked = f"{query(page)}&{urlencode(chosen)}" if chosen else query(page)
    each = " · ".join(f"[{title}](/api/download/renewal/{name}.csv?{asked})" for name, title in SECTIONS[section][1].items())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button("下载本页各表（Excel）", f"/api/download/renewal/{section}.xlsx?{asked}", icon=":material/download:")
        st.caption(f"单表（CSV）：{each}", width="content")
