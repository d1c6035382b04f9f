"""The lists of 业委会, each the rows of one figure of the catalogue; and the section 清单.

Its one rule: a list is `rows_behind` its figure, so that list, figure and passport are the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from lib.auth.permissions import Action, may
from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.published import read_rows
from lib.indicators import CATALOGUE
from lib.indicators.algebra import column_title, column_unit
from lib.indicators.evaluate import part_of, rows_behind
from lib.rules.lights import LIGHT
from lib.rules.term_calendar import standing
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.compound_link import compound_links
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.passport import open_passport
from lib.ui.renewal_table import drawn_key


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: the figure it belongs to, which part of it, what further columns it shows, and the column it is ordered by.

    forming: its compounds have no committee yet, and it shows how far the formation is. reported: its note says how many have made
    their report of the cycle.
    """

    indicator: str
    part: str = "numerator"
    columns: tuple[str, ...] = ()
    by: str = "term_end"
    forming: bool = False
    reported: bool = False


_COMPOUND = ("housing_class", "households", "first_handover_date", "sold_delivered_pct")
CHAIN_LISTS: dict[str, Listed] = {
    "住宅小区": Listed("G01", columns=_COMPOUND, by="compound_id"),
    "不符合条件": Listed("G02N", columns=_COMPOUND, by="compound_id"),
    "符合条件": Listed("G02", columns=_COMPOUND, by="compound_id"),
    "应建未建": Listed("G04", columns=_COMPOUND, by="first_handover_date", forming=True),
    "已组建": Listed("G03", columns=_COMPOUND, by="compound_id"),
    "不在任期内": Listed("G06N", columns=("days_over",)),
    "任期有效": Listed("G05N"),
}
"""The steps of the chain and, after the step each begins from, its losses."""
CALENDAR_LISTS: dict[str, Listed] = {
    "报告30日内到期": Listed("G08A"),
    "报告逾期": Listed("G08B"),
    "改选小组逾期": Listed("G08C", columns=("cycle_report",)),
    "超期未启动": Listed("G06S", columns=("days_over", "cycle_report"), reported=True),
    "超期未换届": Listed("G06", columns=("days_over",)),
    "冻结期": Listed("G08D", columns=("cycle_group",)),
    "冻结期内安排表决": Listed("G08E", columns=("cycle_group",)),
    "6个月内届满": Listed("G07"),
}
WORK_LISTS: dict[str, Listed] = {
    "会议情况": Listed("G34", "denominator", ("last_meeting", "met_in_time"), "last_meeting"),
    "六个月未开会": Listed("G34A", columns=("last_meeting",), by="last_meeting"),
    "年度审计未按时完成": Listed("G12N", columns=("annual_audit_date", "last_audit"), by="annual_audit_date"),
    "备案逾期": Listed("G11N", columns=("election_date", "filing_date"), by="election_date"),
    "上次换届移交、审计未填": Listed(
        "G11S", columns=("election_date", "filing_date", "handback_date", "exit_audit_date"), by="election_date"
    ),
    "委员不足半数": Listed("G32A", columns=("seats", "seated", "alternates"), by="seated"),
    "替代履职": Listed("G25", columns=("formation_status", "substitute", "substitute_start", "substitute_end"), by="substitute_start"),
    "已选派秘书": Listed("G26", columns=("secretary_date",), by="secretary_date"),
    "已评星级": Listed("G33", columns=("rating_stars", "rating"), by="rating_stars"),
    "合并注销": Listed("G30", columns=("note",), by="compound_id"),
}
LISTS: dict[str, Listed] = {**CHAIN_LISTS, **CALENDAR_LISTS, **WORK_LISTS}
PILOT = "报道试点"
BEHIND = ("任期状态", "任期止", "街镇", "冻结期", "试点")
"""Columns that stand behind the others on a phone, so that what a list is about and its light are seen at once."""


def list_rows(page: Page, name: str) -> pd.DataFrame:
    """The rows of a list for the page's selection, in its order; made once for a selection, not to be changed."""
    return _rows(f"{page.key}|{name}", page, name)


@st.cache_resource(show_spinner=False, max_entries=128)
def _rows(key: str, _page: Page, name: str) -> pd.DataFrame:
    listed = LISTS[name]
    rows = rows_behind(CATALOGUE[listed.indicator], _page.figures_data, part=listed.part, units=_page.units)
    return rows.sort_values([listed.by, "compound_id"] if listed.by != "compound_id" else "compound_id", kind="stable")


def stand(page: Page) -> pd.DataFrame:
    """Where every committee of the month stands (`standing`), by compound; made once for a content."""
    return _stand(page.edition.content(page.period).key, page)


@st.cache_resource(show_spinner=False, max_entries=24)
def _stand(key: str, _page: Page) -> pd.DataFrame:
    told = standing(_page.snapshot.frames["committees"], _page.snapshot.as_of, _page.snapshot.registry)
    return told.drop_duplicates("compound_id").set_index("compound_id")


def show_rows(page: Page, name: str) -> None:
    """One list with its figure, and the ways to take it out and to see where it comes from."""
    if page.nobody(part_of(CATALOGUE[LISTS[name].indicator], LISTS[name].part).rows.dataset):
        st.info("所选街镇本期尚未报送这张表，没有清单。可在报告期中选择上一期。")
        return
    _drawn(f"{drawn_key(page)}|{name}", page, name)
    with st.container(horizontal=True):
        if may(page.user, Action.EXPORT):
            st.link_button("下载这份清单（CSV）", _address(page, LISTS[name]), icon=":material/download:")
        if st.button("数从何来", key=f"list-passport-{name}", type="tertiary", icon=":material/fact_check:"):
            open_passport(page, LISTS[name].indicator)


def _address(page: Page, listed: Listed) -> str:
    query = {"v": str(page.edition.number), "period": page.period, "part": listed.part, "as": page.user.id}
    if page.units:
        query["unit"] = ",".join(page.units)
    return f"/api/download/rows/{quote(listed.indicator)}.csv?{urlencode(query)}"


@st.cache_resource(show_spinner=False, max_entries=128)
def _drawn(key: str, _page: Page, name: str) -> None:
    listed, rows = LISTS[name], list_rows(_page, name)
    indicator = CATALOGUE[listed.indicator]
    absent = _page.figures[listed.indicator].whole.missing
    left_out = f"（{'、'.join(unit_name(code, short=True) for code in absent)}未报，不在清单中）" if absent else ""
    if rows.empty and len(absent) == len(_page.units or subdistrict_codes()):
        st.info(f"所选街镇本期未报，没有“{name}”的清单。")
        return
    if rows.empty:
        (st.info if absent else st.success)(f"没有“{name}”的。{left_out}")
        return
    whose = "" if listed.part == "numerator" and indicator.denominator is None else "的分母" if listed.part == "denominator" else "的分子"
    table, config = list_table(_page, rows, part_of(indicator, listed.part).rows.dataset, listed.columns, forming=listed.forming)
    st.dataframe(
        table, hide_index=True, alt=f"{name}清单", placeholder=MISSING, height=min(420, 36 * (len(table) + 1) + 2), column_config=config
    )
    if listed.reported:
        left_out = f"其中 {show(rows['cycle_report'].le(pd.Timestamp(_page.snapshot.as_of)).sum())} 个已报告，未成立改选小组。{left_out}"
    st.caption(f"“{name}”共 {show(len(rows))} 个，即指标“{indicator.title}”{whose}（{indicator.definition}）{left_out}")


def list_table(
    page: Page, rows: pd.DataFrame, dataset: str, columns: tuple[str, ...], *, forming: bool = False
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Rows of compounds or committees for people, and the settings of their columns; of committees, and of compounds whose first one
    is due (`forming`), with what their clock asks for next.
    """
    table = pd.DataFrame({
        "小区名称": rows["compound_name"].to_numpy(),
        "打开": compound_links(page, rows["compound_id"]),
        "街镇": [unit_name(code, short=True) for code in rows["subdistrict"]],
    })
    ahead = stand(page).reindex(rows["compound_id"])
    if dataset == "committees":
        table["任期状态"] = rows["term_state"].to_numpy()
        table["任期止"] = rows["term_end"].to_numpy()
    if forming:
        own = page.frame("committees").drop_duplicates("compound_id").set_index("compound_id").reindex(rows["compound_id"])
        for name in ("formation_status", "substitute"):
            table[column_title("committees", name)] = own[name].to_numpy()
    for name in columns:
        column = rows[name]
        shown = column.map({True: "是", False: "否"}) if pd.api.types.is_bool_dtype(column) else column
        table[column_title(dataset, name)] = shown.to_numpy()
    if forming or dataset == "committees":
        due = [isinstance(words, str) for words in ahead["words"]]
        table["下一步灯色"] = [LIGHT[light].text if told else None for light, told in zip(ahead["step_light"], due, strict=True)]
        table["下一步"] = ahead["step_title"].to_numpy()
        table["时限"] = ahead["words"].to_numpy()
        table["期限"] = ahead["due"].to_numpy()
    if dataset == "committees":
        table["冻结期"] = ["◇ 冻结" if one else "" for one in ahead["frozen"].fillna(False).astype(bool)]
    if "substitute" in columns:
        table.insert(2, "试点", [PILOT if name in pilots() else "" for name in rows["compound_name"]])
    narrow = state.on_phone()
    if narrow:
        table = table[[name for name in table.columns if name not in BEHIND] + [name for name in BEHIND if name in table.columns]]
    config: dict[str, Any] = {
        "小区名称": st.column_config.TextColumn(pinned=True, width=128 if narrow else 140),
        "打开": st.column_config.LinkColumn(display_text="查看", width=56, help="打开该小区的页面"),
        "街镇": st.column_config.TextColumn(width=56),
        "试点": st.column_config.TextColumn(width=84),
        "下一步灯色": light_column(),
        "任期状态": st.column_config.TextColumn(width=88),
        "任期止": st.column_config.DateColumn(format="YYYY-MM-DD", width=100),
        "期限": st.column_config.DateColumn(format="YYYY-MM-DD", width=100),
    }
    for name in columns:
        if column_unit(dataset, name) == "%":
            config[column_title(dataset, name)] = st.column_config.NumberColumn(format="%.1f%%")
        elif name == "households":
            config[column_title(dataset, name)] = st.column_config.NumberColumn(format="localized")
    for title in table.columns:
        if title not in config and str(table[title].dtype).startswith("datetime"):
            config[title] = st.column_config.DateColumn(title, format="YYYY-MM-DD")
        elif title == "超期天数":
            config[title] = st.column_config.NumberColumn(title, format="%d 天")
    return table, config


@st.cache_resource(show_spinner=False, max_entries=1)
def pilots() -> tuple[str, ...]:
    """The compounds that the article names as pilots of 居委会代为履职, in its words."""
    text = next(row["as_printed"] for row in read_rows("article_2024.csv") if row["id"] == "substitute.pilots")
    return tuple(text.removesuffix("两个小区").split("、"))


def show_list(page: Page) -> None:
    """清单: any list of the page, one at a time, kept in the address (`?list=`)."""
    state.only_among("list", tuple(LISTS))
    name = st.selectbox("清单", list(LISTS), key="list", bind="query-params")
    show_rows(page, name or next(iter(LISTS)))
