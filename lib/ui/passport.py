"""The passport of a figure: what it is, how it was made, and the rows behind it with file, sheet and row."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from lib.auth.demo import account_name, account_names
from lib.auth.permissions import Action, may
from lib.datasets.places import unit_name
from lib.figures.rows import passport_rows
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator, column_title
from lib.indicators.evaluate import Value, split
from lib.spec.numbers import show, show_unit
from lib.spec.period import title_of
from lib.ui import state
from lib.ui.page import Page
from lib.ui.words import literal


def open_passport(page: Page, name: str) -> None:
    """Open the drawer with the passport of a figure for the page's selection."""
    _drawer(page, name)


def open_asked_passport(page: Page) -> None:
    """Open the passport that the address asks for, once."""
    asked = state.asked_passport()
    if asked in CATALOGUE:
        _drawer(page, asked)


@st.dialog("数据护照", width="large", position="right")
def _drawer(page: Page, name: str) -> None:
    indicator = CATALOGUE[name]
    value = page.figures[name].whole
    place = "、".join(unit_name(code) for code in page.units) or "普陀区（全区）"
    st.metric(f"{indicator.title} · {place}", value.text, help=indicator.definition)
    st.markdown(_facts(page, indicator, value))
    if indicator.split and value.numerator:
        _show_split(page, indicator)
    parts = ["numerator"] if indicator.denominator is None else ["numerator", "denominator"]
    titles = {"numerator": "计入的行" if indicator.denominator is None else "分子的行", "denominator": "分母的行"}
    part = st.segmented_control(
        "明细", parts, format_func=titles.__getitem__, default="numerator", key=f"part-{name}", label_visibility="collapsed"
    )
    part = part or "numerator"
    rows = passport_rows(indicator, page.figures_data, part, page.units, account_names())
    st.caption(f"共 {show(len(rows))} 行，每行注明来源文件、工作表和行号。")
    st.dataframe(rows, hide_index=True, height=320, alt=f"{indicator.title}的明细行", column_config=_columns(rows))
    if may(page.user, Action.EXPORT):
        st.link_button("下载这些行（CSV）", _download(page, name, part), icon=":material/download:")
    st.caption("固定链接：以后打开仍显示本版数据")
    st.code(_link(page, name), language=None, wrap_lines=True)


def _show_split(page: Page, indicator: Indicator) -> None:
    """A count or sum by the values of its further column, such as projects by type."""
    found = split(indicator, page.figures_data, page.units)
    title = column_title(indicator.numerator.rows.dataset, indicator.split)
    table = pd.DataFrame({title: list(found), indicator.title: [show_unit(number, indicator.unit) for number in found.values()]})
    st.dataframe(table, hide_index=True, height="content", alt=f"{indicator.title}分{title}")


def _facts(page: Page, indicator: Indicator, value: Value) -> str:
    lines = [f"**定义**　{indicator.definition}", f"**公式**　{indicator.formula}"]
    if value.numerator is not None and indicator.denominator is not None:
        lines.append(f"**代入**　{show(value.numerator)} ÷ {show(value.denominator)} = {value.text}")
    lines.append(f"**依据**　{indicator.basis}")
    for rule in indicator.rules:
        row = page.snapshot.registry.at(rule, page.snapshot.as_of)
        until = f"至 {row.effective_to}" if row.effective_to else "起"
        doubt = "，**待确认是否延续**" if row.in_doubt(page.snapshot.as_of) else ""
        lines.append(f"**所用标准**　{row.title} {row.text}（{row.basis}，{row.effective_from} {until}{doubt}）")
    info = page.edition.info
    release = f"第 {page.edition.number} 版" + (
        f"，{literal(account_name(info.published_by))} 发布于 {info.published_at[:16].replace('T', ' ')}" if info else ""
    )
    lines.append(f"**报告期**　{title_of(page.period)}（截至 {page.snapshot.as_of}）　**版次**　{release}")
    if page.filters:
        lines.append("**筛选**　" + "；".join("、".join(values) for _, values in page.filters))
    absent = "、".join(unit_name(code) for code in value.missing)
    lines.append(f"**未报**　{absent}（未计入）" if absent else "**未报**　无，所选街镇均已报送")
    return "\n\n".join(lines)


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        name: st.column_config.DateColumn(name, format="YYYY-MM-DD")
        for name in rows.columns
        if str(rows[name].dtype).startswith("datetime")
    }


def _query(page: Page) -> dict[str, str]:
    query = {"v": str(page.edition.number), "period": page.period}
    if page.units:
        query["unit"] = ",".join(page.units)
    for column, values in page.filters:
        query[column] = ",".join(values)
    return query


def _download(page: Page, name: str, part: str) -> str:
    return f"/api/download/rows/{quote(name)}.csv?" + urlencode({**_query(page), "part": part, "as": page.user.id})


def _link(page: Page, name: str) -> str:
    query = {"v": str(page.edition.number), "period": page.period, "passport": name}
    if page.units:
        query["unit"] = ",".join(page.units)
    kinds = [("type", kind) for column, values in page.filters if column == "project_type" for kind in values]
    return state.page_address() + "?" + urlencode([*query.items(), *kinds], safe=",")
