"""加梯 of 更新进度: lifts by entrance, from their stage to the votes, the time each stage takes and the compounds that are done.

Its one rule: one entrance is one lift; a vote is four numbers, each against its own line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.bars import stacked
from lib.charts.board import gates, spans
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets import DATASETS
from lib.datasets.ladders import LIFT
from lib.datasets.lifts import STAGE_DATES
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import split
from lib.indicators.lights import judge
from lib.reports.consent_tables import side_words
from lib.reports.lift_tables import ACTIVE_ONLY, STAGES, compounds_table, entrances_table, found_entrances
from lib.rules.lift_progress import DONE, MORE_THAN_ALL, NONE_YET, PART, UNKNOWN, compound_rows, stage_times
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED
from lib.rules.votes import SIDES, Kind, Verdict, Vote
from lib.rules.votes import judge as judge_vote
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.renewal_filters import asked
from lib.ui.renewal_table import drawn_key, project_table, show_downloads

FIGURES = ("R10", "R10Y", "R11", "R12")
MOST_ROWS = 200
"""So many entrances can be picked from; the others are found by a narrower choice."""
VOTE_KINDS: dict[str, tuple[Kind, str]] = {
    "单元表决": (Kind.LIFT_UNIT, "unit_vote"),
    "全体业主表决": (Kind.LIFT_WHOLE, "whole_vote"),
}


def show_lifts(page: Page) -> None:
    """Pipeline, plan, time per stage, compounds, and the entrances with their votes."""
    if page.nobody("lifts"):
        st.info(f"所选街镇没有报送《{DATASETS['lifts'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    lifts = page.frame("lifts")
    if lifts.empty:
        st.info("所选范围内没有加装电梯的门洞。请放宽街镇的筛选。")
        return
    if asked(page).any:
        st.info(
            "加装电梯按门洞登记，不按更新项目：上方所选的类别、阶段、年度、灯色和搜索不影响本页，只有报告期和街镇起作用。"
            "要查某个小区或门洞，请用本页“门洞清单和表决”下的阶段和查找。"
        )
    show_lines(page, FIGURES, columns=2)
    _drawn(drawn_key(page), page, state.on_phone())
    _compounds(page)
    st.subheader("门洞清单和表决", anchor=False)
    _list(page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page, narrow: bool) -> None:
    """What has no choices of its own; replayed by `key`."""
    left, right = st.columns(2)
    with left:
        st.subheader("在途各阶段", anchor=False)
        _pipeline(_page)
    with right:
        st.subheader("累计完工对照年度目标", anchor=False)
        _plan(_page, narrow)
    st.subheader("各阶段用时", anchor=False)
    _times(_page, narrow)


def _pipeline(page: Page) -> None:
    """R11 by stage."""
    parts = split(CATALOGUE["R11"], page.figures_data, page.units)
    if not parts:
        st.info("所选范围内没有在途的加装电梯。")
        return
    frame = pd.DataFrame({"stage": list(parts), "kind": "在途", "count": list(parts.values())})
    st.plotly_chart(
        stacked(frame, index="stage", column="kind", value="count", order=("在途",), rows=[one for one in LIFT.stages if one in parts],
                title="", unit="台", ordered=False, dark=page.dark),
        config=PLOTLY_CONFIG,
        alt="在途加装电梯各阶段的台数",
    )
    st.caption("按办理顺序；一个门洞一台。竣工验收及以后为已完工，不在图中。")


def _plan(page: Page, narrow: bool) -> None:
    """R10 of each 街镇 on its way to the target of the year: the share of the way done against the share expected by now."""
    judged = [(one, judge(one, page.figures_data)) for one in page.figures["R10"].places]
    rows = []
    for value, verdict in judged:
        target = verdict.target
        way = None if target is None else target.value - (target.baseline or 0)
        expected = None if target is None or verdict.line is None or not way else (verdict.line - (target.baseline or 0)) / way * 100
        shape = LIGHT[UNJUDGED].shape if target is None else verdict.light.shape
        goal = "未设目标" if target is None else f"目标 {show(target.value)} 台"
        name = "未报" if value.numerator is None else f"{show(value.value)} 台 · {goal}"
        rows.append({
            "name": unit_name(value.unit, short=True),
            "share": np.nan if verdict.progress is None else min(max(float(verdict.progress), 0.0), 100.0),
            "gate": np.nan if expected is None else float(expected),
            "gate_text": "" if expected is None else f"应到{show(expected, 0)}%",
            "reached": verdict.light.name == GREEN,
            "words": f"{shape} {name}",
            "light": verdict.light.name,
        })
    st.plotly_chart(
        gates(pd.DataFrame(rows), narrow=narrow, dark=page.dark), config=PLOTLY_CONFIG, alt="各街镇累计完工台数与年度目标"
    )
    told = page.judged("R10")
    yearly = page.judged("R10Y")
    st.caption(
        "条形为自年初起完成的新增任务比例，竖线为按时间进度应到的比例，斜纹为未到。"
        f"累计完工：{told.light.text}，{told.reason}；当年完工：{yearly.light.text}，{yearly.reason}。"
    )


def _times(page: Page, narrow: bool) -> None:
    small = int(page.figures_data.small_base)
    times = stage_times(page.frame("lifts"), page.snapshot.as_of, small)
    words = [_time_words(*one, small) for one in zip(times["n"], times["median"], times["slow"], times["longer"], strict=True)]
    frame = pd.DataFrame({
        "name": times["stage"], "solid": times["median"], "end": times["slow"], "mark": np.nan, "words": words, "light": UNJUDGED,
    })
    st.plotly_chart(spans(frame, narrow=narrow, dark=page.dark), config=PLOTLY_CONFIG, alt="加装电梯各阶段用时的中位数和最慢一成")
    st.caption(
        "用时为前一阶段日期至本阶段日期的天数，两个日期都已填且先后有序的才计入；实心到中位数，斜纹到最慢的十分之一。"
        "“正超过”为前一阶段已完成、本阶段未完成、等待已比最慢一成更久的台数。没有法定期限，不判定灯色。"
    )


def _time_words(n: int, median: float, slow: float, longer: float, small: int) -> str:
    if median != median:
        return f"n={show(n)}，少于 {small}，只列数"
    told = f"中位 {show(median, 0 if median == int(median) else 1)} 天 · 最慢一成≥{show(slow)} 天 · n={show(n)}"
    return f"{told} · {show(longer)} 台正超过" if longer else told


@st.fragment
def _compounds(page: Page) -> None:
    """How many compounds have all their entrances done, told in words; the compounds one by one when they are asked for."""
    st.subheader("按小区", anchor=False)
    rows = _compound_rows(page.key, page)
    counts = {str(name): int(count) for name, count in rows["state"].value_counts().items()}
    states = (DONE, PART, NONE_YET, MORE_THAN_ALL, UNKNOWN)
    told = "，".join(f"{name.partition(' ')[2]} {counts[name]} 个" for name in states if name in counts)
    st.markdown(f"{len(rows)} 个有加梯记录的小区：{told}。门洞数取自《{DATASETS['compounds'].title}》。")
    box = st.expander(f"逐个小区查看（{len(rows)} 个）", key="compound-rows", on_change="rerun")
    if box.open:
        with box:
            _compound_table(drawn_key(page), page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _compound_rows(key: str, _page: Page) -> pd.DataFrame:
    return compound_rows(_page.frame("lifts"), _page.frame("compounds"))


@st.cache_resource(show_spinner=False, max_entries=64)
def _compound_table(key: str, _page: Page) -> None:
    project_table(_page, compounds_table(_compound_rows(_page.key, _page)), alt="各小区加装电梯完工与门洞数", height=420)


@st.fragment
def _list(page: Page) -> None:
    lifts = page.frame("lifts")
    left, right = st.columns([3, 2])
    chosen_stages = left.multiselect("阶段", STAGES, default=[ACTIVE_ONLY], key="lstage", bind="query-params", placeholder="全部阶段")
    words = right.text_input(
        "查找小区或门洞", key="lfind", bind="query-params", placeholder="小区名称、编码、门洞号", icon=":material/search:"
    ).strip()
    stages = tuple(chosen_stages)
    key = f"{drawn_key(page)}|{stages}|{words}"
    rows = _found(key, page, stages, words)
    if rows.empty:
        st.info(f"没有符合条件的门洞（所选范围共 {len(lifts)} 个）。")
        return
    _entrances(key, page, stages, words)
    show_downloads(page, "lifts", lstage=",".join(stages), lfind=words)
    names = dict(zip(_ids(rows), rows["compound_name"] + " " + rows["entrance"], strict=True))
    options = list(names)[:MOST_ROWS]
    state.only_among("lvote", options)
    chosen = st.selectbox("查看门洞的表决", options, format_func=names.__getitem__, key="lvote", bind="query-params")
    _entrance(f"{drawn_key(page)}|{chosen}", page, chosen, state.on_phone())


def _ids(rows: pd.DataFrame) -> list[str]:
    return (rows["compound_id"] + "_" + rows["entrance"]).tolist()


@st.cache_resource(show_spinner=False, max_entries=128)
def _found(key: str, _page: Page, stages: tuple[str, ...], words: str) -> pd.DataFrame:
    return found_entrances(_page.frame("lifts"), stages, words)


@st.cache_resource(show_spinner=False, max_entries=128)
def _entrances(key: str, _page: Page, stages: tuple[str, ...], words: str) -> None:
    """The entrances asked for as a table; replayed by `key`."""
    rows = _found(key, _page, stages, words)
    project_table(_page, entrances_table(rows, _page.snapshot.as_of), alt="加装电梯门洞清单", height=420)
    cut = f"；下面可选前 {MOST_ROWS} 个查看表决，其余请用阶段或查找缩小" if len(rows) > MOST_ROWS else ""
    st.caption(f"清单共 {show(len(rows))} 个门洞；单元表决未通过的在前，其余办理越靠后的越在前{cut}。")


def verdict_of(row: Mapping[Any, Any], kind: Kind, prefix: str, page: Page) -> Verdict | None:
    """What a vote of an entrance came to; None where nothing of it is told."""
    columns = ("base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")
    numbers = {name: None if pd.isna(row[f"{prefix}_{name}"]) else row[f"{prefix}_{name}"] for name in columns}
    day = row[f"{prefix}_date"]
    if all(one is None for one in numbers.values()) and pd.isna(day):
        return None
    return judge_vote(Vote(None if pd.isna(day) else day.date(), **numbers), kind, page.snapshot.as_of, page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=256)
def _entrance(key: str, _page: Page, chosen: str, narrow: bool) -> None:
    """Both votes of one entrance, four numbers each with its own line; replayed by `key`."""
    lifts = _page.frame("lifts")
    row = lifts[(lifts["compound_id"] + "_" + lifts["entrance"]) == chosen].to_dict("records")[0]
    st.markdown(f"当前阶段：{row['stage']}　·　{_dates(row)}")
    for column, (title, (kind, prefix)) in zip(st.columns(2), VOTE_KINDS.items(), strict=True):
        with column:
            verdict = verdict_of(row, kind, prefix, _page)
            if verdict is None:
                st.markdown(f"**{title}**　○ 未报")
                continue
            passed = "○ 尚未判定" if verdict.passed is None else "✓ 通过" if verdict.passed else "✗ 未通过"
            day = "日期未报" if verdict.vote.day is None else verdict.vote.day.isoformat()
            st.markdown(f"**{title}**　{day}　{passed}")
            st.plotly_chart(vote_figure(verdict, narrow=narrow, dark=_page.dark), config=PLOTLY_CONFIG, alt=f"{title}：{verdict.words}")
            short = "，".join(side.short_words for side in verdict.sides if side.short)
            rules = {(side.threshold.basis, side.threshold.base) for side in verdict.sides if side.threshold is not None}
            basis = "；".join(dict.fromkeys(one for one, _ in sorted(rules)))
            st.caption((f"{short}。" if short else "") + f"四项各有各的线，都过才通过。依据：{basis}。")
    told = row["exclusive_consent"]
    st.caption(f"占用专有部分的权利人是否同意：{MISSING if pd.isna(told) else '是' if told else '否'}（不占用的留空）")


def _dates(row: Mapping[Any, Any]) -> str:
    told = [f"{stage} {row[f'{prefix}_date'].date()}" for prefix, stage in STAGE_DATES if not pd.isna(row[f"{prefix}_date"])]
    return "；".join(told) if told else "办理日期未报"


def vote_figure(verdict: Verdict, *, narrow: bool = False, dark: bool = False) -> go.Figure:
    """The four numbers of a vote as bars of their own base, each with its own line."""
    frame = pd.DataFrame([
        {
            "name": SIDES[side.name],
            "share": float(side.count / side.total * 100) if side.count is not None and side.total else np.nan,
            "gate": np.nan if side.threshold is None else float(side.threshold.exact * 100),
            "gate_text": "" if side.threshold is None else side.threshold.text.replace(" ", ""),
            "reached": side.short == 0,
            "words": side_words(side),
            "light": UNJUDGED if side.short is None else RED if side.short else GREEN,
        }
        for side in verdict.sides
    ])
    return gates(frame, narrow=narrow, dark=dark)
