"""物业费 of 攻坚: rises of the fee from plan over vote to the line, one-off or stepped, four numbers for each vote.

Its one rule: a rise counts when it was voted for and reaches the line; the line stands there with its basis and its day.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts.bars import chain
from lib.charts.figure import PLOTLY_CONFIG
from lib.rules.fees import COUNTS, FEE_STATES, REJECTED, RISE_RULE, SMALL, UNPRICED, WAITING, fee_columns
from lib.rules.lights import GREEN, LIGHT, UNJUDGED, YELLOW
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
from lib.ui.governance_funnel import show_ranked
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.renewal_table import PAGE_ROWS, drawn_key, pager

CARDS = ("G16N", "G16", "G16V", "G16C")
LINES = ("G17",)
LOSSES = ("未表决", "表决未通过", "涨幅未达标或单价未填")
ALL_YEARS = "全部年度"
LIGHT_OF = {COUNTS: GREEN, SMALL: YELLOW, REJECTED: YELLOW, UNPRICED: UNJUDGED, WAITING: UNJUDGED}
"""The scheme only rewards: what does not count has broken no rule, so nothing here is 红."""
UNTOLD = "未填"


def show_fees(page: Page) -> None:
    """Cards, the chain of the year, ways, 街镇, the list with its votes."""
    if not anything(page, "fee_changes"):
        return
    show_cards(page, CARDS)
    show_lines(page, LINES)
    _chain(drawn_key(page), page)
    show_ranked(page, "G16")
    st.subheader("清单和表决", anchor=False)
    _list(page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _rows(key: str, _page: Page) -> pd.DataFrame:
    """The rises of the selection with what the rules say, those of the latest year first, in it those that are short first."""
    rows = fee_columns(_page.frame("fee_changes"), _page.snapshot.as_of, _page.snapshot.registry)
    place = {name: at for at, name in enumerate((REJECTED, SMALL, UNPRICED, WAITING, COUNTS))}
    order = pd.DataFrame({"year": -rows["year"].astype("float64"), "state": rows["fee_state"].map(place), "day": rows["vote_date"],
                          "id": rows["compound_id"]})
    return rows.loc[order.sort_values(["year", "state", "day", "id"], ascending=[True, True, False, True], kind="stable").index]


@st.cache_resource(show_spinner=False, max_entries=64)
def _chain(key: str, _page: Page) -> None:
    """From what is to be pushed to what counts, the rule, and one-off beside stepped; replayed by `key`."""
    figures, registry, on = _page.figures, _page.snapshot.registry, _page.snapshot.as_of
    left, right = st.columns(2)
    with left:
        st.subheader(f"{_page.period[:4]}年：从应推进到达标", anchor=False)
        whole, voted = figures["G16"].whole, figures["G16V"].whole
        numbers = (whole.denominator, voted.denominator, voted.numerator, whole.numerator)
        steps = [(title, int(one or 0)) for title, one in zip(("应推进", "已表决", "表决通过", "达标"), numbers, strict=True)]
        if not steps[0][1]:
            st.info(f"所选范围内没有{_page.period[:4]}年度的调价。")
        else:
            st.plotly_chart(chain(steps, losses=LOSSES, dark=_page.dark), config=PLOTLY_CONFIG, alt="应推进、已表决、表决通过、达标的链条")
        row = registry.at(RISE_RULE, on)
        st.caption(
            f"达标 = 业主大会表决通过，且涨幅 {row.text}。依据：{row.basis}，{row.effective_from} 起"
            f"{f'至 {row.effective_to}' if row.effective_to else ''}，{registry.state_of(row, on)}"
            f"{'；本期早于施行日，按该值回溯计算' if row.effective_from > on else ''}。"
        )
    with right:
        st.subheader("一次性和阶梯式", anchor=False)
        plain_table(by_way(_rows(_page.key, _page)), alt="一次性和阶梯式调价的结果", config={
            "平均涨幅": st.column_config.NumberColumn(format="%.2f 元"),
            **{name: st.column_config.NumberColumn(format="%d 个", width=60) for name in ("调价", "已表决", "通过", "达标")},
        })
        st.caption("清单计数，含以前年度；平均涨幅（元/㎡·月）为表决通过的各小区简单平均。")


def by_way(rows: pd.DataFrame) -> pd.DataFrame:
    """One-off and stepped rises: how many, voted on, passed, 达标, and the mean rise of those that passed. rows: of `fee_columns`."""
    told = pd.DataFrame({
        "调价方式": rows["method"].astype("object").where(rows["method"].notna(), UNTOLD),
        "调价": 1,
        "已表决": (rows["fee_state"] != WAITING).astype(int),
        "通过": rows["fee_state"].isin([COUNTS, SMALL, UNPRICED]).astype(int),
        "达标": rows["fee_state"].eq(COUNTS).astype(int),
        "平均涨幅": rows["rise"].where(rows["fee_state"].isin([COUNTS, SMALL])),
    })
    sums = dict.fromkeys(("调价", "已表决", "通过", "达标"), "sum")
    return told.groupby("调价方式").agg({**sums, "平均涨幅": "mean"}).sort_values("调价", ascending=False).reset_index()


@st.fragment
def _list(page: Page) -> None:
    years = _years(page.key, page)
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="bottom")
    state.only_among("fyear", years)
    first = page.period[:4] if page.period[:4] in years else ALL_YEARS
    year = left.selectbox("年度", years, index=years.index(first), key="fyear", bind="query-params")
    states = middle.multiselect("结果", FEE_STATES, key="fstate", bind="query-params", placeholder="全部结果")
    ways = right.multiselect("方式", ("一次性", "阶梯式"), key="fway", bind="query-params", placeholder="一次性和阶梯式")
    found = _found(f"{page.key}|{year}|{states}|{ways}", page, year, tuple(states), tuple(ways))
    if found.empty:
        st.info(f"没有符合条件的调价（所选范围共 {len(_rows(page.key, page))} 行）。")
        return
    number = pager("fpage", len(found))
    key = f"{drawn_key(page)}|{year}|{states}|{ways}"
    _table(f"{key}|{number}", page, year, tuple(states), tuple(ways), number)
    if held := _held(f"{page.key}|{year}|{states}|{ways}", page, year, tuple(states), tuple(ways)):
        state.only_among("fvote", held)
        chosen = st.selectbox("查看一个小区的表决", list(held), format_func=held.__getitem__, key="fvote", bind="query-params")
        _vote(f"{key}|{chosen}", page, chosen, year, tuple(states), tuple(ways), state.on_phone())


@st.cache_resource(show_spinner=False, max_entries=64)
def _years(key: str, _page: Page) -> list[str]:
    return [ALL_YEARS, *(str(one) for one in sorted(_rows(key, _page)["year"].dropna().unique(), reverse=True))]


@st.cache_resource(show_spinner=False, max_entries=128)
def _held(key: str, _page: Page, year: str, states: tuple[str, ...], ways: tuple[str, ...]) -> dict[str, str]:
    """Compounds of the list whose vote is told, the latest year of each: code → words."""
    found = _found(key, _page, year, states, ways)
    found = found[found["vote_base_heads"].notna()].drop_duplicates("compound_id")
    return dict(zip(found["compound_id"], found["compound_name"] + "（" + found["year"].astype("str") + "年）", strict=True))


@st.cache_resource(show_spinner=False, max_entries=128)
def _found(key: str, _page: Page, year: str, states: tuple[str, ...], ways: tuple[str, ...]) -> pd.DataFrame:
    rows = _rows(_page.key, _page)
    if year != ALL_YEARS:
        rows = rows[rows["year"].eq(int(year)).fillna(False)]
    if states:
        rows = rows[rows["fee_state"].isin(states)]
    return rows[rows["method"].isin(ways)] if ways else rows


@st.cache_resource(show_spinner=False, max_entries=128)
def _table(key: str, _page: Page, year: str, states: tuple[str, ...], ways: tuple[str, ...], number: int) -> None:
    """One page of the list with its four numbers; replayed by `key`."""
    found = _found(f"{_page.key}|{year}|{list(states)}|{list(ways)}", _page, year, states, ways)
    rows = found.iloc[(number - 1) * PAGE_ROWS: number * PAGE_ROWS]
    told = verdicts(_page, rows, Kind.GENERAL)
    compound_table(_page, rows, {
        "结果": [_result(one) for one in rows["fee_state"]],
        "年度": rows["year"],
        "原单价": rows["old_price"], "新单价": rows["new_price"], "涨幅": rows["rise"],
        "距达标线": [MISSING if one != one else "已达" if not one else f"差 {show(one, 2)} 元" for one in rows["rise_short"]],
        "方式": rows["method"],
        "表决日期": rows["vote_date"],
        **vote_columns(told),
        "执行日期": rows["effective_date"], "收缴率": rows["collection_pct"],
        "收费方式": rows["charge_mode"], "评估审计": rows["evaluation"],
        "核对": rows["conflict"],
        "备注": rows["note"],
    }, alt="物业费调价清单和四项数", height=760, config={
        **VOTE_WIDTHS, "结果": light_column({_result(one): light for one, light in LIGHT_OF.items()}, width=150),
        "年度": st.column_config.NumberColumn(format="%d"),
        **{name: st.column_config.NumberColumn(format="%.2f 元") for name in ("原单价", "新单价", "涨幅")},
        "收缴率": st.column_config.NumberColumn(format="%.1f%%"),
    })
    wrong = int((found["conflict"] != "").sum())
    if wrong:
        st.warning(f"{wrong} 行填报的表决结果与四项数不一致（见“核对”一栏），指标按填报结果计，请街镇核实。")
    first = (number - 1) * PAGE_ROWS + 1
    st.caption(
        f"本表列第 {first}—{first + len(rows) - 1} 行，清单共 {len(found)} 行，未通过和涨幅不足的在前；单价、涨幅为元/㎡·月。"
        f"调价属一般事项：参与和同意各看人数和面积{absent_words(_page, 'fee_changes')}。"
    )
    download(_page, {"G16N": "当年调价达标的小区", "G16C": "已填收缴率的调价（各年度）"})


def _result(state_name: str) -> str:
    return f"{LIGHT[LIGHT_OF[state_name]].shape} {state_name}"


@st.cache_resource(show_spinner=False, max_entries=256)
def _vote(key: str, _page: Page, chosen: str, year: str, states: tuple[str, ...], ways: tuple[str, ...], narrow: bool) -> None:
    found = _found(f"{_page.key}|{year}|{list(states)}|{list(ways)}", _page, year, states, ways)
    row = found[(found["compound_id"] == chosen) & found["vote_base_heads"].notna()].to_dict("records")[0]
    show_vote(_page, row, Kind.GENERAL, f"{row['compound_name']} · {row['year']}年调价表决", narrow)
    if row["conflict"]:
        st.warning(f"{row['conflict']}。")
