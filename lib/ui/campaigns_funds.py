"""维修资金 of 攻坚: below 30 % of the first collection, the vote, the collection, back to 50 %, with the days of each step.

Its one rule: only sums of a compound; never the account of an owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.bars import stacked
from lib.charts.board import gates
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.reports.consent_tables import threshold_words
from lib.reports.renewal_tables import URGENCY
from lib.rules.funds import (
    COLLECTED,
    COLLECTING,
    FUND_STATES,
    IDLE,
    RESTORED,
    TRIGGERED_STATES,
    VOTE_FROZEN,
    VOTED_DOWN,
    VOTING,
    by_method,
    fund_light,
    fund_next,
    restore_short,
    restored_share,
)
from lib.rules.lights import LIGHT
from lib.rules.terms import frozen_compounds
from lib.rules.votes import Kind
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.campaigns import (
    VOTE_WIDTHS,
    absent_words,
    anything,
    compound_table,
    download,
    plain_table,
    show_vote,
    verdicts,
    vote_columns,
)
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.renewal_table import PAGE_ROWS, drawn_key, pager
from lib.ui.words import literal

CARDS = ("G18", "G18A", "G18B", "G18C")
LINES = ("G18D", "G18E", "G18F", "G19", "G20")
PILOT = "大上海城市花园"
"""The compound that the article names as the pilot of one-off and instalments together."""
OPEN_STATES = (IDLE, VOTING, VOTED_DOWN, COLLECTING)


def show_funds(page: Page) -> None:
    """Cards, states, the pilot, ways to pay, 街镇, the list with its votes."""
    if not anything(page, "maintenance_funds"):
        return
    show_cards(page, CARDS)
    show_lines(page, LINES, columns=2)
    _states(drawn_key(page), page)
    show_places(page, "G18", title="低于续筹线的小区按街镇", order="register", base="G01")
    st.subheader("续筹清单和表决", anchor=False)
    _list(page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _rows(key: str, _page: Page) -> pd.DataFrame:
    """The funds whose top-up is triggered, with the next step of their clock, the most urgent first. A vote that the freeze forbids is
    not judged.
    """
    on, registry = _page.snapshot.as_of, _page.snapshot.registry
    funds = _page.frame("maintenance_funds")
    funds = funds[funds["fund_state"].isin(TRIGGERED_STATES)]
    held = frozen_compounds(_page.frame("committees"), on)
    steps = fund_next(funds, on, registry, frozen=held).set_index("compound_id").reindex(funds["compound_id"])
    rows = funds.assign(
        light=fund_light(funds, on, registry, frozen=held),
        restore_short=restore_short(funds, on, registry),
        at_half=restored_share(funds, on, registry),
        next_step=steps["step_title"].to_numpy(),
        next_due=steps["due"].to_numpy(),
        next_words=steps["words"].to_numpy(),
    )
    closed = rows["fund_state"].map({COLLECTED: 1, RESTORED: 2}).fillna(0)
    order = pd.DataFrame({"closed": closed, "light": rows["light"].map(URGENCY), "due": rows["next_due"], "id": rows["compound_id"]})
    return rows.loc[order.sort_values(["closed", "light", "due", "id"], kind="stable").index]


@st.cache_resource(show_spinner=False, max_entries=64)
def _states(key: str, _page: Page) -> None:
    """Compounds by state, the lines with their basis, the pilot, ways to pay; replayed by `key`."""
    on, registry = _page.snapshot.as_of, _page.snapshot.registry
    funds = _page.frame("maintenance_funds")
    counts = funds["fund_state"].value_counts()
    left, right = st.columns(2)
    with left:
        st.subheader("从触发到恢复", anchor=False)
        shown = [one for one in FUND_STATES if int(counts.get(one, 0)) and one != "正常"]
        if shown:
            frame = pd.DataFrame({"state": shown, "kind": "小区", "count": [int(counts[one]) for one in shown]})
            st.plotly_chart(stacked(frame, index="state", column="kind", value="count", order=("小区",), rows=shown, title="", unit="个",
                                    ordered=False, dark=_page.dark), config=PLOTLY_CONFIG, alt="续筹各状态的小区数")
        else:
            st.info("所选范围内没有触发续筹的小区。")
        lines = [registry.at(rule, on) for rule in ("fund.trigger_share", "fund.restore_share")]
        days = [registry.at(rule, on) for rule in ("fund.vote_days", "fund.collect_days")]
        st.caption(
            f"续筹线：{threshold_words(lines[0], registry, on)}；恢复线：{threshold_words(lines[1], registry, on)}；"
            f"{'；'.join(f'{one.title} {one.text}（{one.basis}）' for one in days)}。"
            "表决未通过、没有另定表决日的单列。"
            f"另有 {int(counts.get('正常', 0))} 个小区余额不低于续筹线，未触发，不在图中{absent_words(_page, 'maintenance_funds')}。"
        )
    with right:
        st.subheader("一次性和分期", anchor=False)
        ways = by_method(funds, on, registry)
        if ways.empty:
            st.info("所选范围内没有填报续筹方式。")
        else:
            titles = {"method": "续筹方式", "funds": "小区", "voted": "已表决", "passed": "通过", "collected": "未达恢复线",
                      "restored": RESTORED}
            table = ways.rename(columns=titles)
            table.insert(3, "表决通过", [f"{show(100 * ok / held, 1)}%（{ok}/{held}）" if held else MISSING
                                     for ok, held in zip(table["通过"], table["已表决"], strict=True)])
            plain_table(table.drop(columns=["已表决", "通过"]), alt="各续筹方式的表决和恢复情况", config={
                **{name: st.column_config.NumberColumn(width=60) for name in ("小区", RESTORED)},
                "未达恢复线": st.column_config.NumberColumn(width=88),
            })
            st.caption(f"清单计数，已触发且填报了续筹方式的小区；“未达恢复线”为{COLLECTED}的；基数小的比例只作参考。")
    pilot = funds[funds["compound_name"].eq(PILOT).fillna(False)]
    if len(pilot):
        st.markdown(pilot_words(pilot.to_dict("records")[0], float(restore_short(pilot, on, registry).iloc[0])))


def pilot_words(row: Mapping[Any, Any], short: float) -> str:
    """The article's pilot in a sentence, as the form tells it. short: 万元 below the line of restoring; NaN: not known."""
    days = {name: "未填" if row[name] != row[name] else str(row[name])[:10] for name in ("trigger_date", "vote_date", "topup_done_date")}
    words = {name: "未填" if row[name] != row[name] else row[name] for name in ("vote_result", "topup_method")}
    line = f"距恢复线还差 {_money(short)}" if short else "已到恢复线"
    told = [
        f"**试点 {literal(PILOT)}**（新闻报道：一次性和分期相结合）　{row['fund_state']}",
        f"{days['trigger_date']} 触发，{days['vote_date']} 表决（{words['vote_result']}），方式：{words['topup_method']}",
        f"应筹 {_money(row['due'])}，已筹 {_money(row['raised'])}，完成 {days['topup_done_date']}",
        f"余额为首期的 {show(row['fund_share'], 1)}%，{line}" if short == short else "余额比不明",
    ]
    return "；".join(told) + "。"


def _money(amount: float) -> str:
    return "未填" if amount != amount else f"{show(amount, 2)} 万元"


@st.fragment
def _list(page: Page) -> None:
    left, right = st.columns([3, 3], vertical_alignment="bottom")
    states = left.multiselect(
        "状态", TRIGGERED_STATES, default=list(OPEN_STATES), key="gstate", bind="query-params", placeholder="全部状态"
    )
    found = _found(f"{page.key}|{states}", page, tuple(states))
    if found.empty:
        st.info(f"没有符合条件的小区（已触发续筹的共 {len(_rows(page.key, page))} 个）{absent_words(page, 'maintenance_funds')}。")
        return
    with right:
        number = pager("gpage", len(found))
    key = f"{drawn_key(page)}|{states}"
    st.plotly_chart(_board(f"{key}|{number}", page, tuple(states), number, state.on_phone()), config=PLOTLY_CONFIG,
                    alt="各小区余额占首期筹集金额的比例和恢复线，同样的内容见下表")
    _table(f"{key}|{number}", page, tuple(states), number)
    if held := _held(f"{page.key}|{states}", page, tuple(states)):
        state.only_among("gvote", held)
        chosen = st.selectbox("查看一个小区的表决", list(held), format_func=held.__getitem__, key="gvote", bind="query-params")
        _vote(f"{drawn_key(page)}|{chosen}", page, chosen, state.on_phone())


@st.cache_resource(show_spinner=False, max_entries=128)
def _held(key: str, _page: Page, states: tuple[str, ...]) -> dict[str, str]:
    """Compounds of the list whose vote is told: code → name."""
    found = _found(key, _page, states)
    found = found[found["vote_base_heads"].notna()]
    return dict(zip(found["compound_id"], found["compound_name"], strict=True))


@st.cache_resource(show_spinner=False, max_entries=128)
def _found(key: str, _page: Page, states: tuple[str, ...]) -> pd.DataFrame:
    rows = _rows(_page.key, _page)
    return rows[rows["fund_state"].isin(states)] if states else rows


def _cut(page: Page, states: tuple[str, ...], number: int) -> pd.DataFrame:
    return _found(f"{page.key}|{list(states)}", page, states).iloc[(number - 1) * PAGE_ROWS: number * PAGE_ROWS]


@st.cache_resource(show_spinner=False, max_entries=128)
def _board(key: str, _page: Page, states: tuple[str, ...], number: int, narrow: bool) -> go.Figure:
    rows = _cut(_page, states, number)
    line = _page.snapshot.registry.at("fund.restore_share", _page.snapshot.as_of)
    return frozen(gates(pd.DataFrame({
        "name": rows["compound_name"],
        "share": rows["fund_share"].clip(upper=100.0),
        "gate": line.number,
        "gate_text": line.text.replace(" ", ""),
        "reached": rows["at_half"],
        "words": [_short(*one) for one in zip(rows["light"], rows["fund_share"], rows["fund_state"], rows["next_words"], strict=True)],
        "light": rows["light"],
    }), narrow=narrow, dark=_page.dark))


def _short(light: str, share: float, state_name: str, words: object) -> str:
    told = "余额不明" if share != share else f"{show(share, 1)}%"
    words = words.partition("，")[0] if isinstance(words, str) and words == VOTE_FROZEN else words
    step = f" · {words}" if isinstance(words, str) and state_name != COLLECTED else ""
    return f"{LIGHT[light].shape} {told} {state_name}{step}"


@st.cache_resource(show_spinner=False, max_entries=128)
def _table(key: str, _page: Page, states: tuple[str, ...], number: int) -> None:
    """One page of the list with its clock and four numbers; replayed by `key`."""
    rows, whole = _cut(_page, states, number), _found(f"{_page.key}|{list(states)}", _page, states)
    told = verdicts(_page, rows, Kind.SPECIAL)
    compound_table(_page, rows, {
        "灯": [LIGHT[one].text for one in rows["light"]],
        "状态": rows["fund_state"], "下一步": rows["next_step"], "期限": rows["next_due"], "时限": rows["next_words"],
        "余额比": rows["fund_share"], "距恢复线": rows["restore_short"],
        "触发日期": rows["trigger_date"], "方式": rows["topup_method"], "表决日期": rows["vote_date"], "表决结果": rows["vote_result"],
        **vote_columns(told),
        "应筹": rows["due"], "已筹": rows["raised"],
        "已交户数": rows["households_paid"], "应交户数": rows["households_due"],
        "完成日期": rows["topup_done_date"], "备注": rows["note"],
    }, alt="续筹清单、时限和四项数", height=760, config={
        **VOTE_WIDTHS, "余额比": st.column_config.NumberColumn(format="%.1f%%"),
        **{name: st.column_config.NumberColumn(format="%.2f 万元") for name in ("距恢复线", "应筹", "已筹")},
        **{name: st.column_config.NumberColumn(format="%d 户") for name in ("已交户数", "应交户数")},
    })
    first = (number - 1) * PAGE_ROWS + 1
    st.caption(
        f"本表列第 {first}—{first + len(rows) - 1} 个小区，清单共 {len(whole)} 个，最急的在前。续筹属特别事项，参与和同意"
        f"各看人数和面积。只报小区合计，不涉及业主分户{absent_words(_page, 'maintenance_funds')}。"
    )
    download(_page, {"G18": "低于续筹线的小区", "G18A": "未启动的小区", "G18B": "推进中的小区", "G18C": "续筹已完成的小区",
                     "G18D": "已恢复的小区", "G18E": "已筹未达恢复线的小区", "G18F": "表决未通过的小区"})


@st.cache_resource(show_spinner=False, max_entries=256)
def _vote(key: str, _page: Page, chosen: str, narrow: bool) -> None:
    rows = _rows(_page.key, _page)
    row = rows[rows["compound_id"] == chosen].to_dict("records")[0]
    show_vote(_page, row, Kind.SPECIAL, f"{row['compound_name']} · 续筹表决", narrow)
