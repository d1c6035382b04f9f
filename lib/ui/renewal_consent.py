"""签约 of 更新进度: every running or last round against its own gate, votes as four numbers, the pace, and what follows 95 %.

Its one rule: a gate and a vote are judged by lib/rules; here stands only what they said.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.actions.opening import open_database
from lib.charts.board import gates
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets import DATASETS
from lib.figures.content import Content
from lib.figures.history import DAY, rows_over_time
from lib.reports.consent_tables import (
    AFTER_RULES,
    VIEWS,
    after_table,
    basis_lines,
    board_table,
    gated,
    gates_of,
    round_rows,
    signed_rows,
    to_settle,
    votes_of,
    votes_table,
)
from lib.reports.renewal_export import HISTORIES
from lib.rules.consent import VOTES
from lib.rules.lights import LIGHT, UNJUDGED
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.renewal_table import (
    PAGE_ROWS,
    drawn_key,
    open_project,
    pager,
    project_table,
    seen_contents,
    show_downloads,
    with_code,
)

FIGURES = ("R02", "R03", "R05", "R04", "R06A", "R06B")
GATE_PACE_RULE = (
    "推算日 = 截至日 + ⌈尚差户数 ÷ 日均户数⌉；日均户数 =（末次户数 − 首次户数）÷ 首末两次观测相隔天数，取近三个月的观测"
)


def show_consent(page: Page) -> None:
    """The board of rounds, owners' votes, what follows a signing, and the gates with their basis."""
    if page.nobody("consent_rounds"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['consent_rounds'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    if _rounds(page.key, page).empty:
        st.info("所选范围内没有征询、签约环节。请放宽街镇或类别的筛选。")
        return
    show_lines(page, FIGURES, columns=3)
    st.subheader("征询签约看板", anchor=False)
    _board(page)
    _votes(page)
    _drawn(drawn_key(page), page)


@st.fragment
def _board(page: Page) -> None:
    waiting, all_gated = (_gated(page.key, page, one) for one in VIEWS)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    view = left.segmented_control("列出的环节", VIEWS, default=VIEWS[0], key="rounds", bind="query-params") or VIEWS[0]
    left.caption(f"清单：尚未达标 {len(waiting)} 行，全部 {len(all_gated)} 行")
    rows = waiting if view == VIEWS[0] else all_gated
    if rows.empty:
        st.info("所选范围内，有比例要求的环节都已达标。" if len(all_gated) else "所选范围内没有有比例要求的环节。")
        show_downloads(page, "signing", rounds=view)
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
    show_downloads(page, "signing", rounds=view)
    picked = state.picked_codes(chart)
    if state.newly(chart, ",".join(picked)) and picked:
        open_project(picked[0])


@st.cache_resource(show_spinner=False, max_entries=32)
def _seen(key: str, _contents: tuple[Content, ...]) -> pd.DataFrame:
    with open_database().reading() as connection:
        return rows_over_time(connection, _contents, *HISTORIES["signing"]).rename(columns={DAY: "day"})


@st.cache_resource(show_spinner=False, max_entries=64)
def _rounds(key: str, _page: Page) -> pd.DataFrame:
    """The rounds of the board with what the rules say of them and their pace, the most urgent first."""
    rounds, projects = _page.frame("consent_rounds"), _page.frame("renewal_projects")
    if any(values for _, values in _page.filters):
        rounds = rounds[rounds["project_id"].isin(projects["project_id"])]
    seen = _seen(_page.edition.content(_page.period).key, seen_contents(_page))
    return round_rows(rounds, projects, seen, _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=64)
def _gated(key: str, _page: Page, view: str) -> pd.DataFrame:
    return gated(_rounds(key, _page), view)


@st.cache_resource(show_spinner=False, max_entries=64)
def _vote_rows(key: str, _page: Page, passed: bool) -> pd.DataFrame:
    return votes_of(_rounds(key, _page), passed=passed)


def _cut(page: Page, view: str, number: int) -> pd.DataFrame:
    return _gated(page.key, page, view).iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, _page: Page, view: str, number: int, narrow: bool) -> go.Figure:
    rows = _cut(_page, view, number)
    lines = gates_of(rows, _page.snapshot.as_of, _page.snapshot.registry)
    frame = pd.DataFrame({
        "key": rows["project_id"],
        "name": with_code(rows) + " · " + rows["round"],
        "share": rows["consent_rate"],
        "gate": [one.number for one in lines],
        "gate_text": [one.text.replace(" ", "") for one in lines],
        "reached": rows["reached"],
        "words": [_words(*one) for one in zip(rows["round_light"], rows["consent_rate"], rows["short"], rows["reached_on"], strict=True)],
        "light": rows["round_light"],
    })
    return frozen(gates(frame, narrow=narrow, dark=_page.dark), clickable=True)


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
    table = board_table(_cut(_page, view, number), _page.snapshot.as_of, _page.snapshot.registry)
    project_table(_page, table, alt="各项目正在进行或最近一个环节")
    st.caption(f"每个项目列正在进行的环节；没有的列最近一个。竖线为该环节的标准线，斜纹为未达标。规则：{GATE_PACE_RULE}。只作加法，不作其他推测。")


@st.fragment
def _votes(page: Page) -> None:
    """Owners' votes: those that have not passed; those that have when they are asked for."""
    st.subheader("业主表决", anchor=False)
    waiting, passed = (_vote_rows(page.key, page, one) for one in (False, True))
    if waiting.empty and passed.empty:
        st.info("所选范围内没有业主表决环节。")
        return
    if waiting.empty:
        st.caption("所选范围内没有未通过或尚未判定的表决。")
    else:
        _vote_table(f"{drawn_key(page)}|waiting", page, waiting)
    if len(passed):
        box = st.expander(f"已通过的表决 {len(passed)} 项", key="votes-passed", on_change="rerun")
        if box.open:
            with box:
                _vote_table(f"{drawn_key(page)}|passed", page, passed)
    st.caption(
        "表决看四项：参与人数、参与面积、同意人数、同意面积，各有各的线，四项都过才通过；不合成一个比例。"
        "参与以全体业主为基数，同意的基数见下方依据。"
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _vote_table(key: str, _page: Page, _rows: pd.DataFrame) -> None:
    table = votes_table(_rows, _page.snapshot.as_of, _page.snapshot.registry)
    short = 215 if (table["还差"] != MISSING).any() else 64
    project_table(_page, table, alt="业主表决的四项数", height=440, config={"还差": st.column_config.TextColumn(width=short)})


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page) -> None:
    """The steps after the signing, rounds without a share, the gates; replayed by `key`."""
    rounds, registry, as_of = _rounds(_page.key, _page), _page.snapshot.registry, _page.snapshot.as_of
    st.subheader("签约达到生效线之后", anchor=False)
    _after(_page, signed_rows(rounds))
    st.subheader("标准线与依据", anchor=False)
    plain = rounds[rounds["gate"].isna() & ~rounds["round"].isin(list(VOTES))]
    if len(plain):
        st.caption(f"另有 {len(plain)} 个项目的现环节没有比例要求（{'、'.join(plain['round'].unique())}），不在看板中。")
    st.markdown("\n".join(f"- {one}" for one in basis_lines(rounds["round"].unique(), registry, as_of)))


def _after(page: Page, signed: pd.DataFrame) -> None:
    """The steps for households that have not signed where the agreement is in force."""
    as_of, registry = page.snapshot.as_of, page.snapshot.registry
    if signed.empty:
        st.info("所选范围内，最近环节为协议签约的项目都还没有达到生效线。")
        return
    left = to_settle(signed)
    beyond = int(((signed["left"] > 0) & signed["effective_date"].notna()).sum()) - len(left)
    told = [f"{int((signed['left'] == 0).sum())} 个全部签约，不需要后续步骤"]
    if beyond:
        told.append(f"{beyond} 个已过“行政调解和决定”阶段")
    st.caption(f"最近环节为协议签约且已达标的 {len(signed)} 个项目中，{'，'.join(told)}。")
    undated = signed[signed["effective_date"].isna()]
    if len(undated):
        st.warning(f"已达到比例但未填生效日期：{'、'.join(undated['project_name'].fillna(undated['project_id']))}。")
    if left.empty:
        return
    project_table(page, after_table(left, as_of, registry), alt="达到生效线之后的步骤", height=400)
    rows_used = [registry.at(rule, as_of) for rule in AFTER_RULES]
    basis = "；".join(f"{one.title} {one.text}（{one.basis}，{registry.state_of(one, as_of)}）" for one in rows_used)
    st.caption(
        f"清单共 {len(left)} 个项目，一行一个。各步骤自前一步期满起算的最外日期（“最长”为用足延长）："
        f"报表没有受理日期，法定期限自受理起算。{basis}。"
    )
