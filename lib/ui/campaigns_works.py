"""What 强基 and 赋能 have set up: alliances and brands, workrooms and the handbook, by 街镇, with their rows.

Its one rule: what is being prepared stands beside what counts, never in it; a 街镇 without either is named.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.datasets.campaign_works import ALLIANCE, BRAND, DONE, HANDBOOK, PREPARING, WORKROOM
from lib.datasets.places import unit_name
from lib.indicators.campaign_works import COVERAGE_RULE
from lib.spec.period import Period, title_of
from lib.ui.campaigns import absent_words, anything, download, places, plain_table
from lib.ui.cards import show_lines
from lib.ui.governance_funnel import show_ranked
from lib.ui.page import Page
from lib.ui.renewal_table import drawn_key

FORM = "campaign_works"
ALLIANCE_LINES = ("G35", "G35A")
WORKROOM_LINES = ("G36", "G36P", "G36A", "G37", "G37A")

TALLEST = 600
"""A table of a row or two for each 街镇 is seen whole."""


def show_alliances(page: Page) -> None:
    """Alliances and brands of 强基: how many 街镇 have one, who has not, and the list."""
    st.subheader("物业党建联盟和品牌", anchor=False)
    if anything(page, FORM):
        show_lines(page, ALLIANCE_LINES)
        _alliances(drawn_key(page), page)


def show_workrooms(page: Page) -> None:
    """Workrooms and the handbook of 赋能: figures, who has none, lists, and how far the handbook reaches."""
    st.subheader("实训工作室和赋能手册", anchor=False)
    if anything(page, FORM):
        show_lines(page, WORKROOM_LINES)
        _workrooms(drawn_key(page), page)
        _handbooks(drawn_key(page), page)
        show_ranked(page, "G37A")


@st.cache_resource(show_spinner=False, max_entries=64)
def _alliances(key: str, _page: Page) -> None:
    """The list of alliances and brands; replayed by `key`."""
    rule = _page.snapshot.registry.at(COVERAGE_RULE, _page.snapshot.as_of)
    st.markdown(f"**物业党建联盟**　{without_words(_page, 'G35', ALLIANCE)}")
    rows = works_of(_page, ALLIANCE, BRAND)
    if rows.empty:
        st.info("所选范围内没有填报物业党建联盟和品牌。")
    else:
        _table(rows, {"类型": rows["work_kind"].str.removeprefix("物业党建"), "状态": rows["status"], "名称": rows["work_name"],
                      "建成日期": rows["set_up_date"], "成员单位（家）": rows["members"], "本年活动（次）": rows["activities"],
                      "备注": rows["note"]},
               alt="各街镇的物业党建联盟和品牌")
    st.caption(f"{list_words(_page, rows)}目标：{rule.base}{rule.text}（{rule.document}）。只有已建成的计入{absent_words(_page, FORM)}。")
    download(_page, {"G35": "已建成的联盟", "G35A": "已建成的品牌"})


@st.cache_resource(show_spinner=False, max_entries=64)
def _workrooms(key: str, _page: Page) -> None:
    """The list of workrooms; replayed by `key`."""
    st.markdown(f"**“双业红”实训工作室**　{without_words(_page, 'G36', WORKROOM)}")
    rows = works_of(_page, WORKROOM)
    if rows.empty:
        st.info("所选范围内没有填报实训工作室。")
        return
    _table(rows, {"状态": rows["status"], "名称": rows["work_name"], "建成日期": rows["set_up_date"],
                  "本年活动（次）": rows["activities"], "备注": rows["note"]}, alt="各街镇的实训工作室")
    st.caption(f"{list_words(_page, rows)}只有已建成的计入{absent_words(_page, FORM)}。")
    download(_page, {"G36": "已建成的工作室", "G36P": "筹建中的工作室"})


@st.cache_resource(show_spinner=False, max_entries=64)
def _handbooks(key: str, _page: Page) -> None:
    """How the handbook was handed out; replayed by `key`."""
    st.markdown("**《“人靠谱，事办妥”——普陀区“双业红”赋能手册》**")
    rows = works_of(_page, HANDBOOK)
    if rows.empty:
        st.info("所选范围内没有填报赋能手册的发放。")
        return
    _table(rows, {"状态": rows["status"].replace(DONE, "已发放"), "发放（册）": rows["copies"], "覆盖业委会（个）": rows["committees"],
                  "首次发放": rows["set_up_date"], "名称": rows["work_name"], "备注": rows["note"]}, alt="各街镇的赋能手册发放")
    untold = int(rows[["copies", "committees"]].isna().any(axis=1).sum())
    gaps = f"{untold} 行没有填全册数和业委会数，空着的不计入。" if untold else ""
    st.caption(f"{list_words(_page, rows)}{gaps}册数和业委会数为历年累计，由街镇填报，没有名单{absent_words(_page, FORM)}。")
    download(_page, {"G37": "手册发放"})


def works_of(page: Page, *kinds: str) -> pd.DataFrame:
    """The rows of these kinds, kind by kind and by 街镇; without what rows of an earlier year say of “this year”."""
    rows = page.frame(FORM)
    rows = pd.concat([rows[rows["work_kind"] == kind].sort_values(["subdistrict", "work_name"], kind="stable") for kind in kinds])
    months = page.snapshot.of_month[FORM]
    current = [months[code][:4] == page.period[:4] for code in rows["subdistrict"]]
    return rows.assign(activities=rows["activities"].where(pd.Series(current, index=rows.index, dtype=bool)))


def without_words(page: Page, name: str, kind: str) -> str:
    """Which 街镇 of the selection have none of a kind of work, with those told apart that prepare one. name: the figure that counts it."""
    rows = page.frame(FORM)
    preparing = set(rows.loc[rows["work_kind"].eq(kind) & rows["status"].eq(PREPARING), "subdistrict"])
    absent = [one.unit for one in page.figures[name].places if one.numerator == 0]
    told = "、".join(unit_name(code, short=True) + ("（筹建中）" if code in preparing else "") for code in absent)
    return f"还没有建成的街镇：{told}" if told else "已报送的街镇都已建成"


def list_words(page: Page, rows: pd.DataFrame) -> str:
    """How many rows a list has, and of which month they are: of registers the last one that was reported."""
    months = page.snapshot.of_month[FORM]
    groups: dict[Period, list[str]] = {}
    for code in dict.fromkeys(rows["subdistrict"]):
        groups.setdefault(months[code], []).append(unit_name(code, short=True))
    told = "；".join(title_of(when) + ("" if len(groups) == 1 else f" {'、'.join(names)}") for when, names in sorted(groups.items()))
    old = any(when[:4] != page.period[:4] for when in groups) and rows["work_kind"].ne(HANDBOOK).any()
    stale = "上年报送的不列本年活动次数。" if old else ""
    return f"清单共 {len(rows)} 行，报送月份：{told}。{stale}" if groups else ""


def _table(rows: pd.DataFrame, columns: dict[str, Any], *, alt: str) -> None:
    table = pd.DataFrame({"街镇": places(rows["subdistrict"]), **{name: one.array for name, one in columns.items()}})
    days = {str(name): st.column_config.DateColumn(str(name), format="YYYY-MM-DD") for name in table.select_dtypes("datetime").columns}
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in columns if name.endswith("）")}
    plain_table(table, alt=alt, height=TALLEST, config={"街镇": st.column_config.TextColumn(width=56, pinned=True), **days, **numbers})
