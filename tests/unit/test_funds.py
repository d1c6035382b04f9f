"""Maintenance funds: the two lines to the hundredth of a per cent, the states of a top-up, its clock day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.datasets.thresholds import registry_from_csv, shipped_registry
from lib.rules.funds import (
    FUND_CLOCK,
    FUND_STATES,
    VOTE_FROZEN,
    below,
    fund_deadlines,
    fund_light,
    fund_next,
    fund_share,
    fund_states,
    restored_share,
)
from tests.support.published import Row
from tests.support.small import A, frame

REGISTRY = shipped_registry()
JUNE_30 = date(2025, 6, 30)
W = "待前一步完成，按计划"


def fund(initial: float | None = 1000, balance: float | None = 200, **more: Any) -> Row:
    days = {name: date.fromisoformat(value) if isinstance(value, str) and name.endswith("_date") else value for name, value in more.items()}
    return {"compound_id": "X", "subdistrict": A, "initial": initial, "balance": balance, **days}


def table(*rows: Row) -> pd.DataFrame:
    return frame("maintenance_funds", rows)


SHARES = [
    # initial, balance → share, below 30 %, at 50 % or over
    (1000, 299.9, 29.99, True, False),
    (1000, 300, 30.0, False, False),
    (1000, 300.1, 30.01, False, False),
    (1000, 499.9, 49.99, False, False),
    (1000, 500, 50.0, False, True),
    (1000, 0, 0.0, True, False),
    (1000, 1200, 120.0, False, True),
    # What binary fractions get wrong: 0.3 × 0.7 is not 0.21 for them.
    (0.7, 0.21, 30.0, False, False),
    (0.7, 0.209999, 29.9998571429, True, False),
    (1.1, 0.33, 30.0, False, False),
    (333.333333, 99.999999, 29.99999973, True, False),
    (333.333333, 100, 30.00000003, False, False),
    (1_000_000, 299_999.999999, 29.9999999999, True, False),
    (1_000_000, 300_000, 30.0, False, False),
    # Not known.
    (0, 0, None, None, None),
    (0, 10, None, None, None),
    (None, 10, None, None, None),
    (1000, None, None, None, None),
]


@pytest.mark.parametrize(("initial", "balance", "share", "low", "back"), SHARES)
def test_a_share_and_its_lines(
    initial: float | None, balance: float | None, share: float | None, low: bool | None, back: bool | None
) -> None:
    rows = table(fund(initial, balance))
    found = fund_share(rows).item()
    assert pd.isna(found) if share is None else found == pytest.approx(share, rel=1e-9)
    for flags, expected in ((below(rows, JUNE_30, REGISTRY), low), (restored_share(rows, JUNE_30, REGISTRY), back)):
        assert str(flags.dtype) == "boolean"
        assert [None if pd.isna(one) else bool(one) for one in flags] == [expected]


def test_the_line_is_that_of_the_day() -> None:
    text = REGISTRY.csv().replace("fund.trigger_share,30,", "fund.trigger_share,25.5,")
    rows = table(fund(1000, 254.9), fund(1000, 255), fund(1000, 299))
    assert below(rows, JUNE_30, registry_from_csv(text)).tolist() == [True, False, False]
    wrong = registry_from_csv(REGISTRY.csv().replace("fund.trigger_share,30,%,<,", "fund.trigger_share,30,%,,"))
    with pytest.raises(ValueError, match=r"fund\.trigger_share"):
        below(rows, JUNE_30, wrong)


STATES = [
    # row → state on 2025-06-30
    (fund(balance=300), "正常"),
    (fund(balance=299.9), "应续筹未启动"),
    (fund(balance=None), "不明"),
    (fund(initial=None), "不明"),
    (fund(initial=0), "不明"),
    # A trigger day that has not come is none; one that has is one, whatever the balance says.
    (fund(balance=400, trigger_date="2025-07-01"), "正常"),
    (fund(balance=400, trigger_date="2025-06-30"), "应续筹未启动"),
    (fund(balance=None, trigger_date="2025-06-30"), "应续筹未启动"),
    (fund(trigger_date="2025-03-01"), "应续筹未启动"),
    (fund(trigger_date="2025-03-01", vote_result="未表决"), "应续筹未启动"),
    # A vote that is set, held without result, or failed.
    (fund(trigger_date="2025-03-01", vote_date="2025-07-20"), "表决中"),
    (fund(trigger_date="2025-03-01", vote_date="2025-05-20"), "表决中"),
    (fund(trigger_date="2025-03-01", vote_date="2025-05-20", vote_result="表决未通过"), "表决未通过"),
    (fund(trigger_date="2025-03-01", vote_result="表决未通过"), "表决未通过"),
    # Voted down on the day; voted down once, and to be voted on again; voted down before the trigger.
    (fund(trigger_date="2025-03-01", vote_date="2025-06-30", vote_result="表决未通过"), "表决未通过"),
    (fund(trigger_date="2025-03-01", vote_date="2025-07-01", vote_result="表决未通过"), "表决中"),
    (fund(trigger_date="2025-03-01", vote_date="2025-02-01", vote_result="表决未通过"), "应续筹未启动"),
    (fund(trigger_date="2025-03-01", vote_date="2025-05-20", vote_result="表决通过"), "筹集中"),
    (fund(trigger_date="2025-03-01", vote_result="表决通过"), "筹集中"),
    # A vote of the top-up before, a vote to come.
    (fund(trigger_date="2025-03-01", vote_date="2025-02-28", vote_result="表决通过"), "应续筹未启动"),
    (fund(trigger_date="2025-03-01", vote_date="2025-03-01", vote_result="表决通过"), "筹集中"),
    (fund(trigger_date="2025-03-01", vote_date="2025-07-01", vote_result="表决通过"), "表决中"),
    # Collected, and short of the line of restoring or not known; restored: back at the line, collected or not.
    (fund(balance=350, trigger_date="2025-03-01", vote_result="表决通过", topup_done_date="2025-06-30"), "已筹未达恢复线"),
    (fund(balance=300, trigger_date="2025-03-01", topup_done_date="2025-06-30"), "已筹未达恢复线"),
    (fund(balance=499.9, trigger_date="2025-03-01", topup_done_date="2025-06-30"), "已筹未达恢复线"),
    (fund(balance=500, trigger_date="2025-03-01", topup_done_date="2025-06-30"), "已恢复"),
    (fund(balance=350, trigger_date="2025-03-01", vote_result="表决通过", topup_done_date="2025-07-01"), "筹集中"),
    (fund(balance=350, trigger_date="2025-03-01", vote_result="表决通过", topup_done_date="2025-02-01"), "筹集中"),
    (fund(balance=500, trigger_date="2025-03-01"), "已恢复"),
    (fund(balance=499.9, trigger_date="2025-03-01"), "应续筹未启动"),
    (fund(balance=None, trigger_date="2025-03-01", topup_done_date="2025-06-01"), "已筹未达恢复线"),
    # Collected once, and below the line again: neither.
    (fund(balance=299.9, trigger_date="2025-03-01", topup_done_date="2025-06-01"), "应续筹未启动"),
    (fund(balance=800), "正常"),
]


@pytest.mark.parametrize(("row", "state"), STATES)
def test_the_state_of_a_top_up(row: Row, state: str) -> None:
    assert fund_states(table(row), JUNE_30, REGISTRY).item() == state


def test_every_state_was_tried() -> None:
    assert {state for _, state in STATES} == set(FUND_STATES)


# Below the line on 2025-01-31: to be voted on by 2025-05-01; voted on 2025-04-10, so collected by 2025-07-09.
START = {"trigger_date": "2025-01-31"}
VOTED = START | {"vote_date": "2025-04-10", "vote_result": "表决通过"}
CLOCK = [
    # on, told by then → vote, collection, restoring; light
    ("2025-04-20", START, ["还有11天", f"{W}还有101天", f"{W}还有101天"], "绿"),
    ("2025-04-21", START, ["还有10天", f"{W}还有100天", f"{W}还有100天"], "黄"),
    ("2025-05-01", START, ["今天到期", f"{W}还有90天", f"{W}还有90天"], "黄"),
    ("2025-05-02", START, ["已超期1天", f"{W}还有89天", f"{W}还有89天"], "红"),
    ("2025-05-02", START | {"vote_date": "2025-04-30", "vote_result": "表决未通过"}, ["已超期1天", f"{W}还有89天", f"{W}还有89天"], "红"),
    ("2025-04-09", VOTED, ["还有22天", f"{W}还有112天", f"{W}还有112天"], "绿"),
    ("2025-04-10", VOTED, ["已完成", "还有90天", f"{W}还有90天"], "绿"),
    ("2025-05-20", START | {"vote_date": "2025-05-11", "vote_result": "表决通过"}, ["已完成（迟10天）", "还有81天", f"{W}还有81天"], "绿"),
    ("2025-07-09", VOTED, ["已完成", "今天到期", f"{W}今天到期"], "黄"),
    ("2025-07-10", VOTED, ["已完成", "已超期1天", f"{W}已过1天"], "红"),
    ("2025-07-10", VOTED | {"balance": 550, "topup_done_date": "2025-07-10"}, ["已完成", "已完成（迟1天）", "已完成"], "绿"),
    # Collected and short of the line: the last step is open, without a day, and never red.
    ("2025-07-10", VOTED | {"balance": 499.9, "topup_done_date": "2025-07-01"}, ["已完成", "已完成", "已筹集，未达恢复线"], "不判定"),
    ("2026-07-10", VOTED | {"balance": 300, "topup_done_date": "2025-07-10"},
     ["已完成", "已完成（迟1天）", "已筹集，未达恢复线"], "不判定"),
    ("2026-07-10", VOTED | {"balance": None, "topup_done_date": "2025-07-01"}, ["已完成", "已完成", "已筹集，余额不明"], "不判定"),
    ("2025-07-10", VOTED | {"balance": 500, "topup_done_date": "2025-07-01"}, ["已完成", "已完成", "已完成"], "绿"),
    ("2025-07-10", VOTED | {"balance": 550}, ["已完成", "已完成（未填日期）", "已完成（未填日期）"], "绿"),
    ("2025-07-10", START | {"balance": 550}, ["已完成（未填日期）", "已完成（未填日期）", "已完成（未填日期）"], "绿"),
    ("2025-07-10", {}, ["缺起算日期", "缺起算日期", "缺起算日期"], "不判定"),
]


@pytest.mark.parametrize(("on", "entered", "words", "light"), CLOCK)
def test_a_top_up_day_by_day(on: str, entered: Row, words: list[str], light: str) -> None:
    rows = table(fund(**entered))
    found = fund_deadlines(rows, date.fromisoformat(on), REGISTRY)
    assert found["step"].tolist() == [step.id for step in FUND_CLOCK]
    assert found["words"].tolist() == words
    assert fund_light(rows, date.fromisoformat(on), REGISTRY).item() == light


def test_only_what_is_triggered_has_a_clock() -> None:
    rows = table(fund(balance=400), fund(balance=None), fund() | {"compound_id": "Y"})
    assert fund_deadlines(rows, JUNE_30, REGISTRY)["compound_id"].unique().tolist() == ["Y"]
    assert fund_light(rows, JUNE_30, REGISTRY).tolist() == ["不判定"] * 3
    assert len(fund_deadlines(table(), JUNE_30, REGISTRY)) == 0
    assert fund_states(table(), JUNE_30, REGISTRY).tolist() == []


def test_the_freeze_holds_an_open_vote_and_nothing_else() -> None:
    rows = table(
        fund(trigger_date="2024-11-01"),
        fund(trigger_date="2024-11-01") | {"compound_id": "Y"},
        fund(**VOTED) | {"compound_id": "Z"},
        fund() | {"compound_id": "N"},
    )
    free = fund_deadlines(rows, JUNE_30, REGISTRY).set_index(["compound_id", "step"])
    held = fund_deadlines(rows, JUNE_30, REGISTRY, frozen={"X", "Z", "N"}).set_index(["compound_id", "step"])
    assert (free.loc[("X", "vote"), "light"], free["held"].any()) == ("红", False)
    assert held.index[held["held"]].tolist() == [("X", "vote")], "not a vote that was held, none without a day to count from"
    assert held.loc[("X", "vote"), ["light", "words", "due"]].tolist() == ["不判定", VOTE_FROZEN, free.loc[("X", "vote"), "due"]]
    kept = [name for name in free.columns if name != "held"]
    pd.testing.assert_frame_equal(held.drop([("X", "vote")])[kept], free.drop([("X", "vote")])[kept])
    assert fund_light(rows, JUNE_30, REGISTRY).tolist() == ["红", "红", "黄", "不判定"]
    assert fund_light(rows, JUNE_30, REGISTRY, frozen={"X", "Z"}).tolist() == ["不判定", "红", "黄", "不判定"]
    told = fund_next(rows, JUNE_30, REGISTRY, frozen={"X"}).set_index("compound_id")
    assert told.loc[["X", "Y"], "words"].tolist() == [VOTE_FROZEN, free.loc[("Y", "vote"), "words"]]


def test_planned_and_due() -> None:
    found = fund_deadlines(table(fund(**VOTED)), JUNE_30, REGISTRY)
    assert [f"{one:%Y-%m-%d}" for one in found["planned"]] == ["2025-05-01", "2025-07-30", "2025-07-30"]
    assert [f"{one:%Y-%m-%d}" for one in found["due"]] == ["2025-05-01", "2025-07-09", "2025-07-09"]


def test_the_restoring_of_what_is_collected_has_no_day() -> None:
    rows = table(fund(**VOTED, balance=400, topup_done_date="2025-06-01"), fund(**VOTED) | {"compound_id": "Y"})
    found = fund_deadlines(rows, JUNE_30, REGISTRY).set_index(["compound_id", "step"])
    assert found.loc["X", "done"].to_dict() == {"vote": True, "collect": True, "restore": False}
    assert found.loc["X", "light"].to_dict() == {"vote": "绿", "collect": "绿", "restore": "不判定"}
    assert found.loc[("X", "restore"), ["planned", "due", "actual", "days"]].isna().all()
    assert found.loc[("Y", "restore"), "due"] == pd.Timestamp("2025-07-09"), "while it is collected it is due with the collection"
