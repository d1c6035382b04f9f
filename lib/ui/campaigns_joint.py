"""建管并举 of 攻坚: compounds where building work, a rise of the fee and a top-up of the fund run together; merged small compounds.

Its one rule: what cannot be tied to a compound is counted and said, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.bars import stacked
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets import DATASETS
from lib.rules.joint import PARTS, RUNNING, WINDOW_RULE, combinations, joint_rows, window
from lib.rules.terms import DISSOLVED
from lib.spec.numbers import MISSING
from lib.ui import state
from lib.ui.campaigns import SMALL_LIST, absent_words, anything, compound_table, download
from lib.ui.cards import show_cards
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.renewal_table import PAGE_ROWS, drawn_key, pager

CARDS = ("G31", "G31A", "G30")
FORMS = ("compounds", "renewal_projects", "lifts", "fee_changes", "maintenance_funds")
SHORT = {"work": "工程", "fee": "调价", "fund": "续筹"}
VIEWS = ("两项以上", "全部", *(f"只有{one}" for one in SHORT.values()))


def show_joint(page: Page) -> None:
    """Cards, combinations, 街镇, the matrix, merged compounds."""
    if not anything(page, "compounds"):
        return
    show_cards(page, CARDS)
    _combinations(drawn_key(page), page)
    show_places(page, "G31A", title="两项以上同时推进，按街镇", order="register", base="G01")
    st.subheader("三项对照", anchor=False)
    _matrix(page)
    _merged(drawn_key(page), page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _rows(key: str, _page: Page) -> pd.DataFrame:
    return joint_rows({name: _page.frame(name) for name in FORMS}, _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _combinations(key: str, _page: Page) -> None:
    """How many compounds each combination holds, and what the three mean; replayed by `key`."""
    on, registry = _page.snapshot.as_of, _page.snapshot.registry
    rows, compounds = _rows(_page.key, _page), _page.frame("compounds")
    st.subheader("三项怎样组合", anchor=False)
    found = combinations(rows, len(compounds))
    told = found[found[list(PARTS)].any(axis=1)]
    names = [combination_words(row) for row in told.to_dict("records")]
    frame = pd.DataFrame({"name": names, "kind": "小区", "count": told["count"].to_numpy()})
    st.plotly_chart(stacked(frame, index="name", column="kind", value="count", order=("小区",), rows=names, title="", unit="个",
                            ordered=False, dark=_page.dark), config=PLOTLY_CONFIG, alt="工程、调价、续筹各种组合的小区数")
    rule = registry.at(WINDOW_RULE, on)
    projects = _page.frame("renewal_projects")
    loose = int((projects[RUNNING] & projects["compound_id"].isna()).sum())
    st.caption(
        f"三项都没有的 {int(found['count'].iloc[-1])} 个，小区共 {len(compounds)} 个（清单计数）。"
        f"工程：在办的更新项目（征收、城中村除外）和加装电梯；调价：当年待表决的，和表决通过的；续筹：表决、筹集中的，和已筹集完成的。"
        f"办完的自 {window(on, registry).isoformat()} 起（{rule.text.lstrip('≤ ')}，{rule.basis}）仍计入；"
        "表决未通过、应续筹未启动的不计入。"
        f"{loose} 个在推进的更新项目没有填小区编码，对应不到小区，未计入{absent_words(_page, *FORMS)}。"
    )


def combination_words(row: Mapping[Any, Any]) -> str:
    """The parts of a combination that run, one at least: 工程＋调价."""
    words = [word for name, word in SHORT.items() if row[name]]
    return f"只有{words[0]}" if len(words) == 1 else "＋".join(words)


@st.fragment
def _matrix(page: Page) -> None:
    left, right = st.columns([3, 3], vertical_alignment="bottom")
    state.only_among("jview", VIEWS)
    view = left.segmented_control("列出的小区", VIEWS, default=VIEWS[0], key="jview", bind="query-params", wrap=True) or VIEWS[0]
    count = _count(page.key, page, view)
    if not count:
        st.info(f"所选范围内没有“{view}”的小区{absent_words(page, *FORMS)}。")
        return
    with right:
        number = pager("jpage", count)
    _table(f"{drawn_key(page)}|{view}|{number}", page, view, number)


@st.cache_resource(show_spinner=False, max_entries=128)
def _count(key: str, _page: Page, view: str) -> int:
    return len(seen(_rows(key, _page), view))


def seen(rows: pd.DataFrame, view: str) -> pd.DataFrame:
    """The rows of a view."""
    if view == VIEWS[0]:
        return rows[rows["count"] >= 2]
    if view == VIEWS[1]:
        return rows
    name = next(one for one, word in SHORT.items() if view.endswith(word))
    return rows[rows[name] & (rows["count"] == 1)]


@st.cache_resource(show_spinner=False, max_entries=128)
def _table(key: str, _page: Page, view: str, number: int) -> None:
    """One page of the matrix; replayed by `key`."""
    whole = seen(_rows(_page.key, _page), view)
    rows = whole.iloc[(number - 1) * PAGE_ROWS: number * PAGE_ROWS]
    columns: dict[str, Any] = {"几项": rows["count"]}
    for name in PARTS:
        columns[SHORT[name]] = [f"✓ {what}" if runs else MISSING for runs, what in zip(rows[name], rows[f"{name}_what"], strict=True)]
        columns[f"{SHORT[name]}自"] = rows[f"{name}_since"]
    compound_table(_page, rows, columns, alt="各小区工程、调价、续筹的对照", height=760, config={
        "几项": st.column_config.NumberColumn(format="%d 项", width=52), "工程": st.column_config.TextColumn(width=172),
        "续筹": st.column_config.TextColumn(width=128),
        **{f"{word}自": st.column_config.DateColumn(format="YYYY-MM", width=76) for word in SHORT.values()},
    })
    first = (number - 1) * PAGE_ROWS + 1
    st.caption(
        f"本表列第 {first}—{first + len(rows) - 1} 个小区，清单共 {len(whole)} 个，项数多的在前。"
        "“自”为最早的开工日（加梯为单元表决日）、调价的评估审计日或表决日、续筹的表决日或触发日；空着的没有填报。"
    )
    download(_page, {"G31A": "两项以上的小区", "G31": "三项并推的小区"})


@st.cache_resource(show_spinner=False, max_entries=64)
def _merged(key: str, _page: Page) -> None:
    """Committees dissolved where small compounds were merged; replayed by `key`."""
    st.subheader("小微小区合并", anchor=False)
    committees = _page.frame("committees")
    rows = committees[committees["formation_status"].eq(DISSOLVED).fillna(False)]
    absent = absent_words(_page, "committees")
    if rows.empty:
        st.info(f"所选范围内没有因合并注销的业委会{absent}。")
    else:
        compound_table(_page, rows, {"组建状态": rows["formation_status"], "备注": rows["note"]},
                       alt=f"{DISSOLVED}业委会的小区", height=SMALL_LIST)
    st.caption(f"按《{DATASETS['committees'].title}》中组建状态为“{DISSOLVED}”的行计；并入哪个小区、合并面积没有列入任何报表，本系统没有数据。")
