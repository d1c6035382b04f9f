"""签约 of 更新进度: every running or last round against its own gate, votes as four numbers, the pace, and what follows 95 %.

Its one rule: a gate and a vote are judged by lib/rules; here stands only what they said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.actions.opening import open_database
from lib.charts.board import gates
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets import DATASETS
from lib.datasets.consent_rounds import ROUNDS
from lib.datasets.places import unit_name
from lib.datasets.thresholds import IN_DOUBT, Registry, Threshold
from lib.figures.content import Content
from lib.figures.history import DAY, rows_over_time
from lib.rules.consent import GATES, VOTE_COLUMNS, VOTES, after_signing, consent_columns
from lib.rules.lights import LIGHT, UNJUDGED
from lib.rules.pace import gate_days
from lib.rules.votes import SIDES, Side, Verdict, Vote, judge, rules_at
from lib.spec.numbers import MISSING, show
from lib.spec.period import shift
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.renewal_timeline import (
    MONTHS_SEEN,
    PAGE_ROWS,
    URGENCY,
    drawn_key,
    open_project,
    pager,
    project_link,
    project_table,
)

FIGURES = ("R02", "R03", "R05", "R04", "R06A", "R06B")
RUNNING, NOT_REACHED, IN_FORCE = "进行中", "未达标", "已生效"
VIEWS = ("尚未达标", "全部")
SIGNING = "协议签约"
GATE_PACE_RULE = (
    "推算日 = 截至日 + ⌈尚差户数 ÷ 日均户数⌉；日均户数 =（末次户数 − 首次户数）÷ 首末两次观测相隔天数，"
    f"观测取近 {MONTHS_SEEN} 个月的月报"
)


def show_consent(page: Page) -> None:
    """The board of rounds, owners' votes, what follows a signing, and the gates with their basis."""
    if page.nobody("consent_rounds"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['consent_rounds'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    rounds = _rounds(page.key, page)
    if rounds.empty:
        st.info("所选范围内没有征询、签约环节。请放宽街镇或类别的筛选。")
        return
    show_lines(page, FIGURES, columns=3)
    st.subheader("征询签约看板", anchor=False)
    _board(page)
    _drawn(drawn_key(page), page)


@st.fragment
def _board(page: Page) -> None:
    rounds = _rounds(page.key, page)
    gated = rounds[rounds["gate"].notna()]
    waiting = gated[_open(gated)]
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    view = left.segmented_control("列出的环节", VIEWS, default=VIEWS[0], key="rounds", bind="query-params") or VIEWS[0]
    left.caption(f"清单：尚未达标 {len(waiting)} 行，全部 {len(gated)} 行")
    rows = waiting if view == VIEWS[0] else gated
    if rows.empty:
        st.info("所选范围内，有比例要求的环节都已达标。" if len(gated) else "所选范围内没有有比例要求的环节。")
        return
    with right:
        number = pager("cpage", len(rows))
    key = f"{drawn_key(page)}|{view}|{number}"
    chart = f"board-{key}"
    st.plotly_chart(
        _figure(key, page, view, number, state.on_phone()),
        config=PLOTLY_CONFIG,
        alt="各项目正在进行或最近一个环节的比例与标准线，同样的内容见下表",
        key=chart,
        on_select="rerun",
        selection_mode="points",
    )
    _table(key, page, view, number)
    picked = state.picked_codes(chart)
    if state.newly(chart, ",".join(picked)) and picked:
        open_project(picked[0])


def _open(rounds: pd.DataFrame) -> pd.Series:
    return ~rounds["reached"].fillna(False).astype(bool)


def standing_rounds(rounds: pd.DataFrame) -> pd.DataFrame:
    """Of each project the rounds that run; where none runs, the last by 开始日期, 结束日期 and the order of the rounds."""
    place = rounds["round"].map({name: at for at, name in enumerate(ROUNDS)}).fillna(-1)
    ordered = rounds.assign(_place=place).sort_values(["start_date", "end_date", "_place"], na_position="first", kind="stable")
    last = ~ordered.duplicated("project_id", keep="last")
    running = ordered["result"].eq(RUNNING).fillna(False)
    has_running = running.groupby(ordered["project_id"]).transform("any")
    return ordered[running | (last & ~has_running)].drop(columns="_place")


@st.cache_resource(show_spinner=False, max_entries=32)
def _seen(key: str, _contents: tuple[Content, ...]) -> pd.DataFrame:
    with open_database().reading() as connection:
        return rows_over_time(
            connection, _contents, "consent_rounds", ("project_id", "round", "households_agreed", "households_signed")
        )


@st.cache_resource(show_spinner=False, max_entries=64)
def _rounds(key: str, _page: Page) -> pd.DataFrame:
    """The rounds of the board with what the rules say of them and their pace, the most urgent first."""
    rounds, registry, on = _page.frame("consent_rounds"), _page.snapshot.registry, _page.snapshot.as_of
    if any(values for _, values in _page.filters):
        rounds = rounds[rounds["project_id"].isin(_page.frame("renewal_projects")["project_id"])]
    rounds = consent_columns(standing_rounds(rounds), on, registry)
    rounds = rounds.assign(gate=rounds["gate"].astype("object").where(rounds["round"].isin(list(GATES)), None))
    months = [shift(_page.period, -back) for back in range(MONTHS_SEEN)]
    contents = tuple(_page.edition.contents[month] for month in months if month in _page.edition.contents)
    seen = _seen(_page.edition.content(_page.period).key, contents)
    paced = gate_days(rounds, seen.rename(columns={DAY: "day"}), on, registry.at("outlook.least_days", on).whole)
    rounds = rounds.join(paced)
    over = (pd.Timestamp(on) - rounds["end_date"]).dt.days.where(_open(rounds)).fillna(-np.inf)
    order = rounds.assign(_light=rounds["round_light"].map(URGENCY), _over=-over)
    order = order.sort_values(["_light", "_over", "project_id"], kind="stable")
    return rounds.loc[order.index].reset_index(drop=True)


def _cut(page: Page, view: str, number: int) -> pd.DataFrame:
    rounds = _rounds(page.key, page)
    rows = rounds[rounds["gate"].notna()]
    if view == VIEWS[0]:
        rows = rows[_open(rows)]
    return rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]


def _gate_rows(rows: pd.DataFrame, registry: Registry, on: date) -> list[Threshold]:
    """The threshold each round was judged by: that of 生效日期, else 结束日期, else `on`."""
    days = rows["effective_date"].fillna(rows["end_date"])
    return [registry.at(str(gate), on if day != day else day.date()) for gate, day in zip(rows["gate"], days, strict=True)]


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, _page: Page, view: str, number: int, narrow: bool) -> go.Figure:
    rows = _cut(_page, view, number)
    lines = _gate_rows(rows, _page.snapshot.registry, _page.snapshot.as_of)
    frame = pd.DataFrame({
        "key": rows["project_id"],
        "name": rows["project_name"].fillna(rows["project_id"]) + " · " + rows["round"],
        "share": rows["consent_rate"],
        "gate": [one.number for one in lines],
        "gate_text": [one.text.replace(" ", "") for one in lines],
        "reached": rows["reached"],
        "words": [_words(*one) for one in zip(rows["round_light"], rows["consent_rate"], rows["short"], rows["reached_on"], strict=True)],
        "light": rows["round_light"],
    })
    return frozen(gates(frame, narrow=narrow, dark=_page.dark))


def _words(light: str, rate: float, short: float, day: pd.Timestamp) -> str:
    """Mark of the light, the share, what is missing, and the day at the present pace."""
    if rate != rate:
        return f"{LIGHT[UNJUDGED].shape} 户数未填"
    if short <= 0:
        return f"{LIGHT[light].shape} {show(rate, 1)}% 已达标"
    expected = "推算不确定" if day != day else f"推算 {day.strftime('%Y-%m-%d')}"
    return f"{LIGHT[light].shape} {show(rate, 1)}% 差 {show(short)} 户 · {expected}"


@st.cache_resource(show_spinner=False, max_entries=128)
def _table(key: str, _page: Page, view: str, number: int) -> None:
    """The same rows as a table; replayed by `key`."""
    rows = _cut(_page, view, number)
    lines = _gate_rows(rows, _page.snapshot.registry, _page.snapshot.as_of)
    counted = [row[GATES[row["round"]][1]] for row in rows[["round", "households_agreed", "households_signed"]].to_dict("records")]
    table = pd.DataFrame({
        "项目": rows["project_name"].fillna(rows["project_id"]),
        "打开": [project_link(_page, one) for one in rows["project_id"]],
        "灯": rows["round_light"].map(lambda name: LIGHT[name].text),
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "环节": rows["round"],
        "结果": rows["result"],
        "应参与": rows["households_entitled"],
        "同意或签约": counted,
        "比例": rows["consent_rate"],
        "标准线": [one.text for one in lines],
        "还差": rows["short"],
        "结束日期": rows["end_date"],
        "日均": rows["per_day"].astype("float64"),
        "推算达标": rows["reached_on"],
        "把握": np.where(rows["reached"].fillna(False).astype(bool), "已达标", np.where(rows["certain"], "按规则推算", "不确定")),
        "怎样得出": rows["rule"],
    })
    project_table(table, alt="各项目正在进行或最近一个环节", config={
        **{name: st.column_config.NumberColumn(format="%d 户") for name in ("应参与", "同意或签约", "还差")},
        "比例": st.column_config.NumberColumn(format="%.1f%%"),
        "日均": st.column_config.NumberColumn(format="%.2f 户"),
        "怎样得出": st.column_config.TextColumn(width="large"),
        **{name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("结束日期", "推算达标")},
    })
    st.caption(f"每个项目列正在进行的环节；没有的列最近一个。竖线为该环节的标准线，斜纹为未达标。规则：{GATE_PACE_RULE}。只作加法，不作其他推测。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page) -> None:
    """Rounds without a share, owners' votes, the steps after the signing, the gates; replayed by `key`."""
    rounds = _rounds(_page.key, _page)
    plain = rounds[rounds["gate"].isna() & ~rounds["round"].isin(list(VOTES))]
    if len(plain):
        st.caption(f"另有 {len(plain)} 个项目的现环节没有比例要求（{'、'.join(plain['round'].unique())}），不在图中。")
    st.subheader("业主表决", anchor=False)
    _votes(_page, rounds[rounds["round"].isin(list(VOTES))])
    st.subheader("签约达到生效线之后", anchor=False)
    _after(_page, rounds[rounds["round"] == SIGNING])
    st.subheader("标准线与依据", anchor=False)
    st.markdown("\n".join(f"- {one}" for one in basis_lines(rounds["round"].unique(), _page.snapshot.registry, _page.snapshot.as_of)))


def verdict_of(row: dict[Any, Any], on: date, registry: Registry) -> Verdict:
    """What a round that is an owners' vote came to, by the numbers so far."""
    numbers = {name: None if row[column] != row[column] else row[column] for name, column in VOTE_COLUMNS.items()}
    day = row["effective_date"] if row["effective_date"] == row["effective_date"] else row["end_date"]
    return judge(Vote(None if day != day else min(day.date(), on), **numbers), VOTES[row["round"]], on, registry)


def side_words(side: Side) -> str:
    """One of the four numbers with its own line, its mark first: ✓ 402/600 人 67.0%（≥2/3）."""
    decimals = 0 if side.unit == "人" else 2
    counted = f"{show(side.count, decimals)}/{show(side.total, decimals)} {side.unit}"
    if side.threshold is None:
        return f"✓ {counted}（当时无参与比例要求）"
    share = f" {show(side.count / side.total * 100, 1)}%" if side.count is not None and side.total else ""
    return f"{'○' if side.short is None else '✗' if side.short else '✓'} {counted}{share}（{side.threshold.text.replace(' ', '')}）"


def _votes(page: Page, rows: pd.DataFrame) -> None:
    if rows.empty:
        st.info("所选范围内没有业主表决环节。")
        return
    verdicts = [verdict_of(row, page.snapshot.as_of, page.snapshot.registry) for row in rows.to_dict("records")]
    table = pd.DataFrame({
        "项目": rows["project_name"].fillna(rows["project_id"]),
        "打开": [project_link(page, one) for one in rows["project_id"]],
        "灯": rows["round_light"].map(lambda name: LIGHT[name].text),
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "环节": rows["round"],
        **{title: [side_words(one.sides[at]) for one in verdicts] for at, title in enumerate(SIDES.values())},
        "还差": ["，".join(side.short_words for side in one.sides if side.short) or MISSING for one in verdicts],
        "结束日期": rows["end_date"],
    })
    wide = {title: st.column_config.TextColumn(width=235) for title in SIDES.values()}
    project_table(table, alt="业主表决的四项数", height=480, config={
        **wide, "结束日期": st.column_config.DateColumn("结束日期", format="YYYY-MM-DD")
    })
    st.caption(
        f"本表共 {len(rows)} 行。表决看四项：参与人数、参与面积、同意人数、同意面积，各有各的线，四项都过才通过；"
        "不合成一个比例。参与以全体业主为基数，同意的基数见下方依据。"
    )


def _after(page: Page, rows: pd.DataFrame) -> None:
    """The steps for households that have not signed where the agreement is in force."""
    as_of, registry = page.snapshot.as_of, page.snapshot.registry
    reached = rows[~_open(rows)]
    left = (reached["households_entitled"] - reached["households_signed"]).astype("float64")
    unsigned = reached[(left > 0) & reached["effective_date"].notna()]
    undated = reached[reached["effective_date"].isna()]
    if reached.empty:
        st.info("所选范围内，最近环节为协议签约的项目都还没有达到生效线。")
        return
    st.caption(f"最近环节为协议签约且已达标的 {len(reached)} 个项目中，{int((left == 0).sum())} 个全部签约，不需要后续步骤。")
    if len(undated):
        st.warning(f"已达到比例但未填生效日期：{'、'.join(undated['project_name'].fillna(undated['project_id']))}。")
    records = [
        {
            "项目": name,
            "打开": project_link(page, project),
            "生效日期": day,
            "未签约": missing,
            "步骤": step.title,
            "最早": step.starts,
            "规定内": step.until,
            "用足延长": step.until_extended,
            "现在": _where(step.starts, step.until, step.until_extended, as_of),
        }
        for name, project, day, missing in zip(
            unsigned["project_name"].fillna(unsigned["project_id"]), unsigned["project_id"], unsigned["effective_date"],
            left[unsigned.index], strict=True,
        )
        for step in after_signing(day.date(), as_of, registry)
    ]
    if not records:
        return
    table = pd.DataFrame(records)
    dates = {name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("生效日期", "最早", "规定内", "用足延长")}
    config = {**dates, "未签约": st.column_config.NumberColumn(format="%d 户")}
    project_table(table, alt="达到生效线之后的步骤", height=480, config=config)
    rows_used = [registry.at(rule, as_of) for rule in ("consent.mediation_days", "consent.decision_days", "consent.move_days")]
    basis = "；".join(f"{one.title} {one.text}（{one.basis}，{registry.state_of(one, as_of)}）" for one in rows_used)
    st.caption(f"各步骤自前一步期满起算的最外日期：报表没有受理日期，法定期限自受理起算。{basis}。")


def _where(starts: date, until: date, latest: date, on: date) -> str:
    if on < starts:
        return f"○ 还有 {show((starts - on).days)} 天开始"
    if on <= until:
        return f"▷ 期内，还有 {show((until - on).days)} 天"
    return f"▷ 延长期内，还有 {show((latest - on).days)} 天" if on <= latest else f"◁ 期满已 {show((on - latest).days)} 天"


def basis_lines(names: Iterable[str], registry: Registry, on: date) -> Iterator[str]:
    """The lines that some rounds are judged by as of a day, each with its basis and whether that is in doubt."""
    there = set(names)
    for name, (rule, _) in GATES.items():
        if name in there:
            yield f"**{name}**：{threshold_words(registry.at(rule, on), registry, on)}"
    for name, kind in VOTES.items():
        if name in there:
            found = rules_at(kind, on, registry)
            lines = "；".join(f"{SIDES[side]}为{row.base}的 {row.text}" for side, row in found.items())
            basis = dict.fromkeys(f"{row.basis}，{_standing(row, registry, on)}" for row in found.values())
            yield f"**{name}**：{lines}（{'；'.join(basis)}）"


def threshold_words(row: Threshold, registry: Registry, on: date) -> str:
    """A threshold with its base, basis and whether it is in force or in doubt."""
    return f"{row.base}的 {row.text}（{row.basis}，{_standing(row, registry, on)}）"


def _standing(row: Threshold, registry: Registry, on: date) -> str:
    found = registry.state_of(row, on)
    words = f"印明的有效期至 {row.effective_to}，**{found}**" if found == IN_DOUBT else found
    return words if row.official else f"{row.standing}，{words}"
