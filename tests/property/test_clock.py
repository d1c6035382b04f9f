"""What must hold of the clocks for every committee, fund and date: states, lights, the freeze, due days, the outlook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.datasets.committees import FORMATION_DATES, FORMATION_STATUSES, SUBSTITUTES
from lib.datasets.fee_changes import VOTE_RESULTS
from lib.datasets.thresholds import shipped_registry
from lib.rules.clock import months_later
from lib.rules.funds import FUND_STATES, below, fund_deadlines, fund_states
from lib.rules.lights import LIGHT_NAMES
from lib.rules.milestones import list_nodes
from lib.rules.outlook import delay_outlook, signing_outlook
from lib.rules.terms import (
    COMMITTEE_STATES,
    formation_deadlines,
    frozen,
    term_deadlines,
    term_light,
    term_states,
)
from lib.spec.period import add_months
from tests.support.published import Row, renewal
from tests.support.small import A, frame

REGISTRY = shipped_registry()
# Close together, so that every order of them comes up; a leap day and ends of months among them.
DAYS = st.dates(date(2023, 11, 1), date(2026, 3, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2024, 7, 31), date(2024, 8, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 7, 31)]
)
MAYBE = st.none() | DAYS
# Each example makes a frame for every row of it.
FEWER = settings(max_examples=max(settings.default.max_examples // 4, 1))
NODES = ("renewal_report_date", "group_date", "handover_date", "election_date", "filing_date", "handback_date", "exit_audit_date")
ACTUAL = (*NODES, *(name for name, _ in FORMATION_DATES if name != "eligible_date"))


@st.composite
def committee_rows(draw: st.DrawFn) -> Row:
    named = {name: draw(MAYBE) for name in (*NODES, *(name for name, _ in FORMATION_DATES))}
    return named | {
        "compound_id": "X",
        "subdistrict": A,
        # Most of them formed: that is where the clock runs.
        "formation_status": draw(st.sampled_from((*FORMATION_STATUSES, *["已组建"] * 8))),
        "session_no": draw(st.none() | st.integers(1, 3)),
        "term_start": draw(MAYBE),
        "term_end": draw(st.none() | DAYS | DAYS),
        "previous_term_end": draw(MAYBE),
        "election_result": draw(st.none() | st.sampled_from(("选举成功", "选举未成功"))),
        "substitute": draw(st.none() | st.sampled_from((*SUBSTITUTES, "无", "无"))),
        "substitute_start": draw(MAYBE),
        "substitute_end": draw(MAYBE),
    }


@st.composite
def fund_rows(draw: st.DrawFn) -> Row:
    money = st.none() | st.integers(0, 10_000).map(lambda fen: fen / 100)
    return {
        "compound_id": "X",
        "subdistrict": A,
        "initial": draw(money),
        "balance": draw(money),
        "trigger_date": draw(MAYBE),
        "vote_date": draw(MAYBE),
        "vote_result": draw(st.none() | st.sampled_from(VOTE_RESULTS)),
        "topup_done_date": draw(MAYBE),
    }


def committees(*rows: Row) -> pd.DataFrame:
    return frame("committees", rows)


def happens_between(row: Row, names: Sequence[str], first: date, last: date) -> bool:
    return any(row.get(name) and first < row[name] <= last for name in names)


def own(row: Row, name: str, on: date) -> bool:
    """Whether a day has come and is one of the present term."""
    day = row[name]
    return bool(day and day <= on and not (row["term_start"] and day < row["term_start"]))


def stands_in(row: Row, on: date) -> bool:
    return (
        row["substitute"] not in (None, "无")
        and not (row["substitute_start"] and row["substitute_start"] > on)
        and not (row["substitute_end"] and row["substitute_end"] < on)
    )


# -- days ------------------------------------------------------------------------------------------------------------


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-600, 600))
def test_months_of_a_column_are_those_of_a_day(day: date, months: int) -> None:
    assert months_later(np.array([day], "datetime64[D]"), months)[0].astype(date) == add_months(day, months)


# -- states ----------------------------------------------------------------------------------------------------------


@given(committee_rows(), DAYS)
def test_the_states_are_disjoint_and_complete(row: Row, on: date) -> None:
    end, formed = row["term_end"], row["formation_status"] == "已组建"
    ordinary = formed and not stands_in(row, on) and end is not None
    begun = own(row, "group_date", on) or (own(row, "election_date", on) and row["election_date"] != row["term_start"])
    over = ordinary and end < on
    soon = ordinary and on < end <= add_months(on, 6)
    holds = {
        "替代履职": stands_in(row, on),
        "未组建": not formed and not stands_in(row, on),
        "任期不明": formed and end is None and not stands_in(row, on),
        "换届中": ordinary and not over and begun,
        "临期": soon and not begun,
        "有效期内": ordinary and not over and not soon and not begun,
        "超期换届中": over and begun,
        "超期未启动": over and not begun,
    }
    assert set(holds) == set(COMMITTEE_STATES)
    assert sum(holds.values()) == 1
    assert holds[term_states(committees(row), on, REGISTRY).item()]


@FEWER
@given(st.lists(committee_rows(), max_size=6), DAYS)
def test_every_row_is_judged_by_itself(rows: list[Row], on: date) -> None:
    given_rows = [row | {"compound_id": f"X{at}"} for at, row in enumerate(rows)]
    whole = committees(*given_rows)
    parts = [committees(row) for row in given_rows]
    assert term_states(whole, on, REGISTRY).tolist() == [term_states(part, on, REGISTRY).item() for part in parts]
    assert term_light(whole, on, REGISTRY).tolist() == [term_light(part, on, REGISTRY).item() for part in parts]
    assert frozen(whole, on).tolist() == [frozen(part, on).item() for part in parts]
    for told in (term_deadlines, formation_deadlines):
        apart = [one for part in parts if len(one := told(part, on, REGISTRY))]
        together = told(whole, on, REGISTRY)
        assert len(together) == sum(map(len, apart))
        if apart:
            pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True))


# -- the freeze ------------------------------------------------------------------------------------------------------


@given(committee_rows(), DAYS)
def test_the_freeze_holds_exactly_from_group_to_election(row: Row, on: date) -> None:
    start, group, election = row["term_start"], row["group_date"], row["election_date"]
    of_cycle = group is not None and not (start and group < start)
    elected = election is not None and row["election_result"] != "选举未成功" and not (start and election <= start)
    until = election if elected else date.max
    expected = row["formation_status"] == "已组建" and not stands_in(row, on) and of_cycle and group <= on < until
    assert frozen(committees(row), on).item() is expected


# -- lights ----------------------------------------------------------------------------------------------------------


def urgency(found: pd.DataFrame) -> dict[tuple[Any, ...], int]:
    return {(row.step, row.done): LIGHT_NAMES.index(row.light) for row in found.itertuples()}


@given(committee_rows(), DAYS, st.integers(0, 800))
def test_a_later_day_alone_makes_no_light_of_a_committee_greener(row: Row, on: date, days: int) -> None:
    later = on + timedelta(days=days)
    assume(not happens_between(row, ACTUAL, on, later))
    rows = committees(row | {"substitute": None})
    for told in (term_deadlines, formation_deadlines):
        before, after = urgency(told(rows, on, REGISTRY)), urgency(told(rows, later, REGISTRY))
        assert before.keys() == after.keys()
        assert all(before[key] <= after[key] for key in before)
    before, after = (LIGHT_NAMES.index(term_light(rows, day, REGISTRY).item()) for day in (on, later))
    assert before <= after


@given(fund_rows(), DAYS, st.integers(0, 800))
def test_a_later_day_alone_makes_no_light_of_a_fund_greener(row: Row, on: date, days: int) -> None:
    later = on + timedelta(days=days)
    assume(not happens_between(row, ("trigger_date", "vote_date", "topup_done_date"), on, later))
    rows = frame("maintenance_funds", [row])
    before, after = urgency(fund_deadlines(rows, on, REGISTRY)), urgency(fund_deadlines(rows, later, REGISTRY))
    assert before.keys() == after.keys()
    assert all(before[key] <= after[key] for key in before)


@given(MAYBE, DAYS, DAYS, st.integers(0, 800))
def test_a_later_day_alone_makes_no_node_greener(plan: date | None, actual: date, on: date, days: int) -> None:
    later = on + timedelta(days=days)
    assume(not on < actual <= later)
    rows = frame("milestones", [{"project_id": "P", "subdistrict": A, "node": "施工", "plan_date": plan, "actual_date": actual}])
    before, after = (LIGHT_NAMES.index(list_nodes(rows, day, REGISTRY)["light"].item()) for day in (on, later))
    assert before <= after


# -- due days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [term_deadlines, formation_deadlines], ids=["换届", "组建"])
@given(row=committee_rows(), on=DAYS, days=st.integers(0, 800))
def test_what_is_done_is_not_judged_anew(told: Any, row: Row, on: date, days: int) -> None:
    rows = committees(row | {"substitute": None})
    before, after = (told(rows, day, REGISTRY).set_index("step") for day in (on, on + timedelta(days=days)))
    # An announcement is counted back from the assembly: only when that is held is it known whether it was in time.
    done = [step for step in before.index[before["done"]] if step != "announcement"]
    columns = ["planned", "due", "actual", "days", "done", "light", "words", "basis"]
    pd.testing.assert_frame_equal(before.loc[done, columns], after.loc[done, columns])


@given(fund_rows(), DAYS, st.integers(0, 800))
def test_what_is_done_of_a_top_up_is_not_judged_anew(row: Row, on: date, days: int) -> None:
    rows = frame("maintenance_funds", [row])
    before, after = (fund_deadlines(rows, day, REGISTRY).set_index("step") for day in (on, on + timedelta(days=days)))
    done = before.index[before["actual"].notna()]
    pd.testing.assert_frame_equal(before.loc[done, ["due", "actual", "words"]], after.loc[done, ["due", "actual", "words"]])


@given(committee_rows(), DAYS)
def test_what_waits_never_looks_worse_than_all_it_waits_for(row: Row, on: date) -> None:
    found = term_deadlines(committees(row), on, REGISTRY)
    light = found["light"].map(LIGHT_NAMES.index)
    waits = found["waits"].to_numpy(bool)
    if waits.any():
        # Somewhere before the steps that wait there is one that does not, and is open.
        assert light[waits].max() <= light[~waits & ~found["done"].to_numpy(bool)].max()


@given(committee_rows(), DAYS)
def test_days_and_words_say_the_same(row: Row, on: date) -> None:
    for one in term_deadlines(committees(row), on, REGISTRY).itertuples():
        if pd.isna(one.days):
            continue
        until = one.actual if one.done else pd.Timestamp(on)
        assert one.days == (one.due - until).days
        assert ("迟" in one.words or "已超期" in one.words or "已过" in one.words) is (one.days < 0)
        assert (one.light == "红") is (one.days < 0 and not one.done and not one.untold)
        assert not one.untold or (one.light, one.step in ("handback", "exit_audit")) == ("黄", True)
        assert (one.actual <= pd.Timestamp(on)) if one.done else pd.isna(one.actual)


# -- funds -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_a_share_is_compared_exactly(initial: int, balance: int) -> None:
    """In 分: amounts up to a million 万元, told as 万元."""
    rows = frame("maintenance_funds", [{"compound_id": "X", "subdistrict": A, "initial": initial / 10**6, "balance": balance / 10**6}])
    assert bool(below(rows, date(2025, 6, 30), REGISTRY).item()) is (Fraction(balance, initial) < Fraction(30, 100))


@given(fund_rows(), DAYS)
def test_a_fund_has_one_state_and_a_clock_when_triggered(row: Row, on: date) -> None:
    rows = frame("maintenance_funds", [row])
    state = fund_states(rows, on, REGISTRY).item()
    known = row["initial"] and row["balance"] is not None
    low = bool(known and row["balance"] * 100 < row["initial"] * 30 - 1e-9)
    triggered = low or bool(row["trigger_date"] and row["trigger_date"] <= on)
    assert state in FUND_STATES
    assert (state in ("正常", "不明")) is not triggered
    assert (state == "不明") is (not triggered and not known)
    assert len(fund_deadlines(rows, on, REGISTRY)) == (3 if triggered else 0)


# -- outlook ---------------------------------------------------------------------------------------------------------


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 90), st.integers(0, 40))
def test_the_day_at_a_pace_is_the_first_on_which_it_suffices(to_sign: int, first: int, last: int, span: int, since: int) -> None:
    on = date(2025, 6, 30)
    told = [on - timedelta(days=span + since), on - timedelta(days=since)]
    seen = pd.DataFrame({"project_id": "P", "day": pd.array(told, dtype="datetime64[ms]"), "signed": [float(first), float(last)]})
    rows = frame("renewal_projects", [renewal("P", A, "拆除重建", "协议签订", households_to_sign=to_sign)])
    found = signing_outlook(rows, seen, on, REGISTRY).iloc[0]
    need = -(-to_sign * 95 // 100)
    latest = max(first, last) if span == 0 else last
    assert found["certain"] == (latest >= need or (span >= 28 and last > first))
    if latest < need and found["certain"]:
        pace, ahead = Fraction(last - first, span), (found["projected"].date() - on).days
        assert pace * ahead >= need - last > pace * (ahead - 1)


@given(st.lists(st.tuples(MAYBE, MAYBE), max_size=6), DAYS)
def test_no_outlook_lies_before_its_plan_or_before_today(nodes: list[tuple[date | None, date | None]], on: date) -> None:
    table = pd.DataFrame({
        "project_id": pd.array(["P"] * len(nodes), dtype="str"),
        "node": pd.array([f"节点{at}" for at in range(len(nodes))], dtype="str"),
        "plan": pd.array([plan for plan, _ in nodes], dtype="datetime64[ms]"),
        "actual": pd.array([actual for _, actual in nodes], dtype="datetime64[ms]"),
    })
    found = delay_outlook(table, on)
    for one in found.itertuples():
        assert one.certain is False or pd.notna(one.projected)
        if pd.notna(one.projected):
            assert one.projected >= max(one.plan, pd.Timestamp(on))
            assert one.days_late == (one.projected - one.plan).days
        else:
            assert one.rule.startswith("不确定")
            assert one.plan >= pd.Timestamp(on)
    last = max((at for at, (_, actual) in enumerate(nodes) if actual and actual <= on), default=-1)
    assert found["node"].tolist() == [f"节点{at}" for at, (plan, _) in enumerate(nodes) if at > last and plan]
