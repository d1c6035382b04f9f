"""The clock of a committee on screen: its strip of steps, and the votes that contradict its freeze, with both days and sources."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.clock_strip import Cell, Strip
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.rules.clock import days_of
from lib.rules.term_calendar import freeze_votes
from lib.rules.terms import RENEWAL_CLOCK, term_deadlines
from lib.spec.numbers import MISSING, show
from lib.ui.compound_link import compound_link
from lib.ui.governance_lists import stand
from lib.ui.page import Page

STEPS = tuple(step.id for step in RENEWAL_CLOCK)
FREEZE = (STEPS.index("handover"), STEPS.index("election"))
"""The freeze runs from the group to the election: over these places of the strip."""
AFTER = tuple(step.title for step in RENEWAL_CLOCK[FREEZE[1] + 1 :])
"""Steps that follow an election."""
SHORT = {"换届书面报告": "书面报告", "组建换届改选小组": "改选小组", "移交财务凭证、印章等": "移交保管", "业主大会选举": "选举",
         "换届备案": "备案", "移交新一届业委会": "移交新一届", "换届财务审计": "换届审计"}
"""Titles that fit a cell."""
WAITING = "待前一步"
VOTE_FORMS = {"fee_changes": "物业费调价表决", "maintenance_funds": "维修资金续筹表决"}


def committee_strips(page: Page, rows: pd.DataFrame) -> list[Strip]:
    """The strip of each committee, in the order of `rows`; those without a running clock have a head and no steps."""
    told = _deadlines(page.edition.content(page.period).key, page)
    ahead = stand(page)
    found = []
    for row in rows.to_dict("records"):
        compound = row["compound_id"]
        own = told.get(compound, [])
        frozen = bool(ahead.at[compound, "frozen"])
        since = f"冻结期自 {row['cycle_group']:%Y-%m-%d} 起" if frozen else ""
        freeze = FREEZE if frozen else None
        found.append(Strip(str(row["compound_name"]), compound_link(page, compound), _head(row), tuple(own), freeze, since))
    return found


def _head(row: Mapping[Hashable, Any]) -> str:
    end, over = row["term_end"], row["days_over"]
    parts = [unit_name(row["subdistrict"], short=True), row["term_state"], f"任期止 {MISSING if pd.isna(end) else f'{end:%Y-%m-%d}'}"]
    return " · ".join([*parts, *([f"已超期 {show(over)} 天"] if over == over else [])])


@st.cache_resource(show_spinner=False, max_entries=24)
def _deadlines(key: str, _page: Page) -> dict[str, list[Cell]]:
    """Compound → the steps of its clock, for every committee of the month. Steps after an election that brought the present term in say
    so.
    """
    committees = _page.snapshot.frames["committees"]
    told = term_deadlines(committees, _page.snapshot.as_of, _page.snapshot.registry)
    brought = days_of(committees, "election_date") <= days_of(committees, "term_start")
    settled = set(committees["compound_id"][brought])
    found: dict[str, list[Cell]] = {}
    columns = (told[name] for name in ("compound_id", "title", "due", "actual", "done", "waits", "light", "words"))
    for compound, title, due, actual, done, waits, light, words in zip(*columns, strict=True):
        short = SHORT.get(title, title)
        called = f"{short}（上次）" if compound in settled and title in AFTER else short
        day = actual if done else due
        shown = MISSING if pd.isna(day) else f"{'' if done else '应于 '}{day:%Y-%m-%d}"
        found.setdefault(compound, []).append(Cell(called, shown, WAITING if waits else words, light, bool(done), bool(waits)))
    return found


@st.cache_resource(show_spinner=False, max_entries=64)
def show_contradictions(key: str, _page: Page) -> None:
    """Votes on fees and funds within the freeze, each with both days and the rows they stand in; replayed by `key`."""
    committees = _page.frame("committees")
    columns = ["compound_id", "vote_date", "_submission", "_sheet", "_row"]
    votes = pd.concat([_page.figures_data.frames[name][columns].assign(form=name) for name in VOTE_FORMS], ignore_index=True)
    found = freeze_votes(committees, votes, _page.snapshot.as_of)
    if found.empty:
        return
    own = committees.drop_duplicates("compound_id").set_index("compound_id").loc[found["compound_id"]]
    table = pd.DataFrame({
        "小区名称": own["compound_name"].to_numpy(),
        "表决事项": found["form"].map(VOTE_FORMS).to_numpy(),
        "表决日期": found["vote_date"].to_numpy(),
        "情况": found["held"].map({True: "■ 已在冻结期内表决", False: "▲ 计划表决，冻结期尚未结束"}).to_numpy(),
        "冻结期始（改选小组成立）": found["group_date"].to_numpy(),
        "表决出处": [_source(_page, row) for row in found.to_dict("records")],
        "改选小组出处": [_source(_page, row) for row in own.assign(form="committees").to_dict("records")],
    })
    st.dataframe(table, hide_index=True, height="content", alt="冻结期内安排的表决")
    st.caption("物业管理规定第29条：改选小组成立至新一届业委会产生前，不得就选聘解聘物业、调价、重大维修召集表决；续筹是否属于冻结事项请街镇核对。")


def _source(page: Page, row: Mapping[Hashable, Any]) -> str:
    source = page.snapshot.sources.get(int(row["_submission"]))
    file = MISSING if source is None else source.file_name
    return f"《{DATASETS[row['form']].title}》{file} · {row['_sheet']} · 第 {row['_row']} 行"


