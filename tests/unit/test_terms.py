"""Terms of committees: one committee followed through its whole cycle by hand, every state at its edges, the freeze, the formation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.datasets.committees import FORMATION_STATUSES
from lib.datasets.thresholds import registry_from_csv, shipped_registry
from lib.rules.terms import (
    COMMITTEE_STATES,
    FORMATION_CLOCK,
    OVERDUE_STATES,
    RENEWAL_CLOCK,
    days_over,
    formation_deadlines,
    formation_light,
    forming,
    frozen,
    term_deadlines,
    term_light,
    term_states,
)
from tests.support.published import Row, committee
from tests.support.small import A, frame

REGISTRY = shipped_registry()
W = "待前一步完成，按计划"


def table(*rows: Row) -> pd.DataFrame:
    return frame("committees", rows)


def day(text: str) -> date:
    return date.fromisoformat(text)


def dates(**more: str | None) -> Row:
    return {name: day(value) if value else None for name, value in more.items()}


def state(row: Row, on: str) -> str:
    return str(term_states(table(row), day(on), REGISTRY).item())


def steps(row: Row, on: str) -> dict[str, dict[str, Any]]:
    found = term_deadlines(table(row), day(on), REGISTRY)
    return {one["step"]: one for one in found.to_dict("records")}


def due(row: Row, on: str, step: str) -> str:
    return f"{steps(row, on)[step]['due']:%Y-%m-%d}"


# -- one committee through its whole cycle ---------------------------------------------------------------------------

# Third term, 2022-08-01 to 2025-07-31. Elected 2022-07-20 in the renewal before, all of whose steps were done in time.
# This renewal: report by 2025-02-28 (given 02-25), group by 04-26 (04-20), handover by 04-30 (05-02, late by two days),
# election by 07-31 (07-25), filing by 08-24 (08-20), handing back by 08-30 (08-28), exit audit by 08-25 (never told).
BEFORE = dates(previous_term_end="2022-07-31", election_date="2022-07-20", filing_date="2022-08-10", handback_date="2022-08-15",
               exit_audit_date="2022-08-18", renewal_report_date="2022-02-01", group_date="2022-03-20", handover_date="2022-03-25")
REPORTED = dates(renewal_report_date="2025-02-25")
GROUPED = REPORTED | dates(group_date="2025-04-20")
HANDED = GROUPED | dates(handover_date="2025-05-02")
ELECTED = HANDED | dates(election_date="2025-07-25")
FILED = ELECTED | dates(filing_date="2025-08-20")
BACK = FILED | dates(handback_date="2025-08-28")

CYCLE = [
    # on, entered by then → state, light, frozen, the open steps of this renewal (and the three that follow the latest election)
    ("2025-01-30", {}, "有效期内", "绿", False, "还有29天", f"{W}还有89天", "还有182天", "已完成"),
    ("2025-01-31", {}, "临期", "黄", False, "还有28天", f"{W}还有88天", "还有181天", "已完成"),
    ("2025-02-25", REPORTED, "临期", "绿", False, "已完成", "还有60天", "还有156天", "已完成"),
    ("2025-02-28", {}, "临期", "黄", False, "今天到期", f"{W}还有60天", "还有153天", "已完成"),
    ("2025-03-01", {}, "临期", "红", False, "已超期1天", f"{W}还有59天", "还有152天", "已完成"),
    ("2025-04-15", REPORTED, "临期", "绿", False, "已完成", "还有11天", "还有107天", "已完成"),
    ("2025-04-16", REPORTED, "临期", "黄", False, "已完成", "还有10天", "还有106天", "已完成"),
    ("2025-04-19", GROUPED, "临期", "黄", False, "已完成", "还有7天", "还有103天", "已完成"),
    ("2025-04-20", GROUPED, "换届中", "黄", True, "已完成", "已完成", "还有102天", "已完成"),
    ("2025-04-27", REPORTED, "临期", "红", False, "已完成", "已超期1天", "还有95天，改选小组尚未成立", "已完成"),
    ("2025-04-30", GROUPED, "换届中", "黄", True, "已完成", "已完成", "还有92天", "已完成"),
    ("2025-05-01", GROUPED, "换届中", "红", True, "已完成", "已完成", "还有91天", "已完成"),
    ("2025-05-02", HANDED, "换届中", "绿", True, "已完成", "已完成", "还有90天", "已完成"),
    ("2025-07-21", HANDED, "换届中", "黄", True, "已完成", "已完成", "还有10天", "已完成"),
    ("2025-07-24", ELECTED, "换届中", "黄", True, "已完成", "已完成", "还有7天", f"{W}还有37天"),
    ("2025-07-25", ELECTED, "换届中", "绿", False, "已完成", "已完成", "已完成", "还有30天"),
    ("2025-07-31", HANDED, "换届中", "黄", True, "已完成", "已完成", "今天到期", "已完成"),
    ("2025-08-01", HANDED, "超期换届中", "红", True, "已完成", "已完成", "已超期1天", "已完成"),
    ("2025-08-01", {}, "超期未启动", "红", False, "已超期154天", f"{W}已过94天", "已超期1天", "已完成"),
    # Elected in time, but the dates of the new term are not entered: the old term has run out.
    ("2025-08-01", ELECTED, "超期换届中", "红", False, "已完成", "已完成", "已完成", "还有23天"),
    ("2025-08-24", ELECTED, "超期换届中", "红", False, "已完成", "已完成", "已完成", "今天到期"),
    ("2025-08-25", ELECTED, "超期换届中", "红", False, "已完成", "已完成", "已完成", "已超期1天"),
    ("2025-08-25", FILED, "超期换届中", "红", False, "已完成", "已完成", "已完成", "已完成"),
]


def third(entered: Row) -> Row:
    return committee("X", A, start="2022-08-01", end="2025-07-31") | {"session_no": 3} | BEFORE | entered


@pytest.mark.parametrize(("on", "entered", "expected", "light", "freeze", "report", "group", "election", "filing"), CYCLE)
def test_one_committee_day_by_day(
    on: str, entered: Row, expected: str, light: str, freeze: bool, report: str, group: str, election: str, filing: str
) -> None:
    row = third(entered)
    told = steps(row, on)
    assert (state(row, on), term_light(table(row), day(on), REGISTRY).item()) == (expected, light)
    assert frozen(table(row), day(on)).item() is freeze
    assert [told[step]["words"] for step in ("report", "group", "election", "filing")] == [report, group, election, filing]


NEW_TERM = dates(term_start="2025-08-01", term_end="2030-07-31", previous_term_end="2025-07-31") | {"session_no": 4}
AFTER = [
    # on, entered → state, light, filing, handback, exit audit: all of the renewal that has ended
    ("2025-08-01", ELECTED, "有效期内", "绿", "还有23天", f"{W}还有33天", "还有24天"),
    ("2025-08-15", ELECTED, "有效期内", "黄", "还有9天", f"{W}还有19天", "还有10天"),
    ("2025-08-20", FILED, "有效期内", "黄", "已完成", "还有10天", "还有5天"),
    ("2025-08-25", BACK, "有效期内", "黄", "已完成", "还有5天", "今天到期"),
    # Over and not told: the form may be silent of what was done, so it stays 黄.
    ("2025-08-26", BACK, "有效期内", "黄", "已完成", "还有4天", "期限已过1天，未填日期"),
    ("2025-08-28", BACK | dates(exit_audit_date="2025-08-28"), "有效期内", "绿", "已完成", "已完成", "已完成（迟3天）"),
    ("2025-09-01", FILED | dates(exit_audit_date="2025-08-25"), "有效期内", "黄", "已完成", "期限已过2天，未填日期", "已完成"),
]


@pytest.mark.parametrize(("on", "entered", "expected", "light", "filing", "handback", "audit"), AFTER)
def test_when_the_new_term_is_entered(on: str, entered: Row, expected: str, light: str, filing: str, handback: str, audit: str) -> None:
    row = third(entered) | NEW_TERM
    told = steps(row, on)
    assert (state(row, on), term_light(table(row), day(on), REGISTRY).item()) == (expected, light)
    assert [told[step]["words"] for step in ("filing", "handback", "exit_audit")] == [filing, handback, audit]
    # What was done in the renewal that has ended says nothing of the one to come.
    assert not any(told[step]["done"] for step in ("report", "group", "handover", "election"))
    assert not frozen(table(row), day(on)).item()
    assert f"{told['report']['due']:%Y-%m-%d}" == "2030-02-28"


def test_planned_and_due_of_the_whole_cycle() -> None:
    told = steps(third(BACK), "2025-09-30")
    assert {step: (f"{one['planned']:%Y-%m-%d}", f"{one['due']:%Y-%m-%d}") for step, one in told.items()} == {
        "report": ("2025-02-28", "2025-02-28"),
        "group": ("2025-04-29", "2025-04-26"),
        "handover": ("2025-05-09", "2025-04-30"),
        "election": ("2025-07-31", "2025-07-31"),
        "filing": ("2025-08-30", "2025-08-24"),
        "handback": ("2025-09-09", "2025-08-30"),
        "exit_audit": ("2025-08-31", "2025-08-25"),
    }
    assert {step: one["words"] for step, one in told.items()} == {
        "report": "已完成",
        "group": "已完成",
        "handover": "已完成（迟2天）",
        "election": "已完成",
        "filing": "已完成",
        "handback": "已完成",
        "exit_audit": "已超期36天",
    }
    assert {step: one["days"] for step, one in told.items()} == {
        "report": 3, "group": 6, "handover": -2, "election": 6, "filing": 4, "handback": 2, "exit_audit": -36,
    }
    assert all(one["basis"] for one in told.values())


@pytest.mark.parametrize(
    ("end", "report_due"),
    [
        ("2025-07-31", "2025-02-28"),
        ("2024-07-31", "2024-02-29"),
        ("2025-03-31", "2024-10-31"),
        ("2025-07-30", "2025-02-28"),
        ("2025-02-28", "2024-09-28"),
        ("2024-02-29", "2023-09-29"),
        ("2025-12-31", "2025-07-31"),
        ("2025-05-30", "2024-12-30"),
    ],
)
def test_five_months_before_the_end(end: str, report_due: str) -> None:
    assert due(committee("X", A, start="2020-01-01", end=end), "2024-01-01", "report") == report_due


@pytest.mark.parametrize(
    ("election", "filing_due", "audit_due"),
    [
        ("2024-01-31", "2024-03-01", "2024-02-29"),
        ("2025-01-31", "2025-03-02", "2025-02-28"),
        ("2024-02-29", "2024-03-30", "2024-03-29"),
        ("2023-12-31", "2024-01-30", "2024-01-31"),
    ],
)
def test_after_the_election(election: str, filing_due: str, audit_due: str) -> None:
    row = committee("X", A, start="2019-01-01", end="2025-12-31", election_date=election)
    assert (due(row, "2025-06-30", "filing"), due(row, "2025-06-30", "exit_audit")) == (filing_due, audit_due)


def test_a_filing_of_the_election_before_does_not_count() -> None:
    row = committee("X", A, start="2020-01-01", end="2025-06-30", election_date="2025-06-01", filing_date="2020-01-10")
    assert steps(row, "2025-06-11")["filing"]["words"] == "还有20天"
    assert steps(row | dates(filing_date="2025-06-01"), "2025-06-11")["filing"]["words"] == "已完成"


@pytest.mark.parametrize(
    ("session", "election", "handback", "audit"),
    [
        # A first committee takes over from nobody; the second one does.
        (1, "2023-01-01", "不适用", "不适用"),
        (2, "2023-01-01", f"{W}已过690天", "期限已过699天，未填日期"),
        # The first one is being renewed: the next one will take over.
        (1, "2024-12-20", f"{W}还有29天", "还有20天"),
        (1, None, f"{W}还有405天", f"{W}还有396天"),
    ],
)
def test_a_first_committee_takes_over_from_nobody(session: int, election: str | None, handback: str, audit: str) -> None:
    row = committee("X", A, start="2023-01-01", end="2025-12-31") | {"session_no": session} | dates(election_date=election)
    told = steps(row, "2024-12-31")
    assert (told["handback"]["words"], told["exit_audit"]["words"]) == (handback, audit)


@pytest.mark.parametrize(("result", "election", "filing"), [
    ("选举成功", "已完成", "还有25天"),
    (None, "已完成", "还有25天"),
    ("选举未成功", "还有25天", f"{W}还有55天"),
])
def test_a_vote_without_success_is_no_election(result: str | None, election: str, filing: str) -> None:
    row = committee("X", A, start="2022-01-01", end="2024-12-31", group_date="2024-09-01", election_date="2024-12-01",
                    election_result=result)
    told = steps(row, "2024-12-06")
    assert (told["election"]["words"], told["filing"]["words"]) == (election, filing)
    assert frozen(table(row), day("2024-12-06")).item() is (result == "选举未成功")
    assert state(row, "2024-12-06") == "换届中"
    assert state(row, "2025-01-01") == "超期换届中"


def test_no_clock_without_a_term() -> None:
    rows = [
        committee("N", A, "应建未建"),
        committee("S", A, start="2020-01-01", end="2023-12-31", substitute="居委会代为履职"),
        committee("U", A, start="2020-01-01", group_date="2024-01-01"),
        committee("F", A, start="2023-01-01", end="2027-12-31"),
    ]
    found = term_deadlines(table(*rows), day("2024-09-30"), REGISTRY)
    assert found["compound_id"].unique().tolist() == ["F"]
    assert found["step"].tolist() == [step.id for step in RENEWAL_CLOCK]
    assert term_light(table(*rows), day("2024-09-30"), REGISTRY).tolist() == ["不判定", "不判定", "不判定", "绿"]


def test_the_light_of_some_steps_only() -> None:
    row = committee("X", A, start="2023-01-01", end="2027-12-31", election_date="2022-12-20") | {"session_no": 2}
    assert term_light(table(row), day("2024-09-30"), REGISTRY).item() == "红"
    assert term_light(table(row), day("2024-09-30"), REGISTRY, ("report", "group", "handover", "election")).item() == "绿"
    late = committee("X", A, start="2020-01-01", end="2024-09-29")
    assert term_light(table(late), day("2024-09-30"), REGISTRY, ("filing",)).item() == "红"


# -- states ----------------------------------------------------------------------------------------------------------

STATES = [
    # on, end → state, days over
    ("2024-09-30", "2024-09-29", "超期未启动", 1),
    ("2024-09-30", "2024-09-30", "有效期内", None),
    ("2024-09-30", "2024-10-01", "临期", None),
    ("2024-09-30", "2025-03-30", "临期", None),
    ("2024-09-30", "2025-03-31", "有效期内", None),
    ("2024-08-31", "2025-02-28", "临期", None),
    ("2024-08-31", "2025-03-01", "有效期内", None),
    ("2023-08-31", "2024-02-29", "临期", None),
    ("2024-02-29", "2024-08-29", "临期", None),
    ("2024-02-29", "2024-08-30", "有效期内", None),
    ("2025-03-01", "2024-02-29", "超期未启动", 366),
    ("2024-09-30", "", "任期不明", None),
]


@pytest.mark.parametrize(("on", "end", "expected", "over"), STATES)
def test_a_state_at_its_edges(on: str, end: str, expected: str, over: int | None) -> None:
    row = committee("X", A, start="2019-01-01", end=end)
    assert state(row, on) == expected
    found = days_over(table(row), day(on)).item()
    assert found == over if over is not None else pd.isna(found)


@pytest.mark.parametrize(
    ("group", "election", "end", "expected"),
    [
        ("2024-09-30", None, "2024-12-31", "换届中"),
        ("2024-10-01", None, "2024-12-31", "临期"),
        ("2024-10-01", None, "2026-12-31", "有效期内"),
        ("2024-08-01", None, "2026-12-31", "换届中"),
        ("2024-08-01", None, "2024-08-31", "超期换届中"),
        ("2024-10-01", None, "2024-08-31", "超期未启动"),
        (None, None, "2024-08-31", "超期未启动"),
        # Of the renewal before: the day before the term began, and an election on that very day.
        ("2019-12-31", None, "2024-12-31", "临期"),
        ("2019-12-31", "2020-01-01", "2024-12-31", "临期"),
        ("2019-12-31", "2020-01-01", "2024-08-31", "超期未启动"),
        ("2020-01-01", None, "2024-12-31", "换届中"),
        # A vote was held in this cycle although nobody told of a group.
        (None, "2024-09-30", "2024-12-31", "换届中"),
        (None, "2024-10-01", "2024-12-31", "临期"),
        (None, "2024-08-30", "2024-08-31", "超期换届中"),
    ],
)
def test_a_renewal_that_has_begun(group: str | None, election: str | None, end: str, expected: str) -> None:
    row = committee("X", A, start="2020-01-01", end=end, group_date=group) | dates(election_date=election)
    assert state(row, "2024-09-30") == expected


@pytest.mark.parametrize(
    ("kind", "since", "until", "stands"),
    [
        (None, None, None, False),
        ("无", None, None, False),
        ("居委会代为履职", None, None, True),
        ("物业治理委员会", "2024-09-30", None, True),
        ("物业治理委员会", "2024-10-01", None, False),
        ("居委会代为履职", "2024-01-01", "2024-09-30", True),
        ("居委会代为履职", "2024-01-01", "2024-09-29", False),
    ],
)
def test_a_substitute_stands_apart_while_it_stands(kind: str | None, since: str | None, until: str | None, stands: bool) -> None:
    for status, end, otherwise in (("已组建", "2024-08-31", "超期换届中"), ("已组建", "", "任期不明"), ("应建未建", "", "未组建")):
        row = committee("X", A, status, start="2020-01-01", end=end, group_date="2024-07-01", substitute=kind)
        row |= dates(substitute_start=since, substitute_end=until)
        assert state(row, "2024-09-30") == ("替代履职" if stands else otherwise)
        assert frozen(table(row), day("2024-09-30")).item() is (not stands and status == "已组建")
        assert pd.isna(days_over(table(row), day("2024-09-30")).item()) is (stands or not end or status != "已组建")


@pytest.mark.parametrize("status", [one for one in FORMATION_STATUSES if one != "已组建"])
def test_what_is_not_formed(status: str) -> None:
    row = committee("X", A, status, start="2020-01-01", end="2023-12-31", group_date="2023-08-01")
    assert state(row, "2024-09-30") == "未组建"
    assert pd.isna(days_over(table(row), day("2024-09-30")).item())


def test_every_state_was_tried() -> None:
    tried = {row[2] for row in STATES} | {row[2] for row in CYCLE} | {"替代履职", "未组建"}
    assert tried == set(COMMITTEE_STATES)
    assert set(OVERDUE_STATES) < set(COMMITTEE_STATES)


def test_a_change_of_the_months_moves_only_what_it_should() -> None:
    row = committee("X", A, start="2020-01-01", end="2025-02-15")
    text = REGISTRY.csv().replace("committee.expiring_months,6,", "committee.expiring_months,4,")
    assert state(row, "2024-09-30") == "临期"
    assert term_states(table(row), day("2024-09-30"), registry_from_csv(text)).item() == "有效期内"
    assert term_states(table(row), day("2024-10-15"), registry_from_csv(text)).item() == "临期"


def test_no_committees() -> None:
    none = table()
    assert term_states(none, day("2024-09-30"), REGISTRY).tolist() == term_light(none, day("2024-09-30"), REGISTRY).tolist() == []
    assert len(term_deadlines(none, day("2024-09-30"), REGISTRY)) == len(formation_deadlines(none, day("2024-09-30"), REGISTRY)) == 0


# -- the freeze ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "more", "freeze"),
    [
        ("2024-03-31", {}, False),
        ("2024-04-01", {}, True),
        ("2024-08-19", {}, True),
        ("2024-08-20", {}, False),
        ("2024-08-21", {}, False),
        # The vote failed: it goes on, past the end of the term too.
        ("2024-08-20", {"election_result": "选举未成功"}, True),
        ("2025-06-30", {"election_result": "选举未成功"}, True),
        # The new term is entered: group and election are those of the renewal that has ended.
        ("2024-08-19", dates(term_start="2024-09-01"), False),
        # No group, no freeze.
        ("2024-08-01", {"group_date": None}, False),
        ("2024-08-01", {"term_end": None}, True),
        ("2024-08-01", {"formation_status": "已注销"}, False),
    ],
)
def test_the_freeze_is_from_group_to_election(on: str, more: Row, freeze: bool) -> None:
    row = committee("X", A, start="2019-09-01", end="2024-08-31", group_date="2024-04-01", election_date="2024-08-20") | more
    assert frozen(table(row), day(on)).item() is freeze


# -- formation -------------------------------------------------------------------------------------------------------

# Eligible 2024-01-10: report by 02-09, preparatory group by 60 days later, assembly within 90 days, announced 15 days before.
FORMATION = [
    # on, entered → words of report, group, announcement, assembly, notice, filing, closing; light
    ("2024-02-09", {}, ["今天到期", f"{W}还有60天", f"{W}还有135天", f"{W}还有150天", f"{W}还有153天",
                        f"{W}还有180天", f"{W}还有200天"], "黄"),
    ("2024-02-10", {}, ["已超期1天", f"{W}还有59天", f"{W}还有134天", f"{W}还有149天", f"{W}还有152天",
                        f"{W}还有179天", f"{W}还有199天"], "红"),
    ("2024-03-01", dates(developer_report_date="2024-02-01"),
     ["已完成", "还有31天", f"{W}还有106天", f"{W}还有121天", f"{W}还有124天", f"{W}还有151天",
      f"{W}还有171天"], "绿"),
    # The group by 2024-04-01 (made 03-20), so the assembly by 06-18 and its announcement by 06-03.
    ("2024-06-01", dates(developer_report_date="2024-02-01", preparatory_date="2024-03-20"),
     ["已完成", "已完成", "还有2天", "还有17天", f"{W}还有20天", f"{W}还有47天", f"{W}还有67天"], "黄"),
    # Held on 06-15: announced on 06-02, two days less than 15; notice by 06-18, filing by 07-15.
    ("2024-06-20", dates(developer_report_date="2024-02-01", preparatory_date="2024-03-20", announcement_date="2024-06-02",
                         first_assembly_date="2024-06-15", election_date="2024-06-15", notice_date="2024-06-19"),
     ["已完成", "已完成", "已完成（迟2天）", "已完成", "已完成（迟1天）", "还有25天", f"{W}还有45天"], "绿"),
    # The election is taken to be on the day of the assembly; the vote without success leaves all of it open.
    ("2024-07-15", dates(developer_report_date="2024-02-01", preparatory_date="2024-03-20", announcement_date="2024-05-30",
                         first_assembly_date="2024-06-15", notice_date="2024-06-18"),
     ["已完成", "已完成", "已完成", "已完成", "已完成", "今天到期", f"{W}还有20天"], "黄"),
    ("2024-07-15", dates(developer_report_date="2024-02-01", preparatory_date="2024-03-20", announcement_date="2024-05-30",
                         first_assembly_date="2024-06-15", election_date="2024-06-15") | {"election_result": "选举未成功"},
     ["已完成", "已完成", "已完成", "已完成", f"{W}已过24天", f"{W}还有3天", f"{W}还有23天"], "红"),
    ("2024-08-01", dates(developer_report_date="2024-02-01", preparatory_date="2024-03-20", announcement_date="2024-05-30",
                         first_assembly_date="2024-06-15", election_date="2024-06-15", notice_date="2024-06-16",
                         filing_date="2024-07-10", filing_closed_date="2024-07-31"),
     ["已完成", "已完成", "已完成", "已完成", "已完成", "已完成", "已完成（迟1天）"], "绿"),
]


@pytest.mark.parametrize(("on", "entered", "words", "light"), FORMATION)
def test_formation_day_by_day(on: str, entered: Row, words: list[str], light: str) -> None:
    row = committee("X", A, "筹备中") | dates(eligible_date="2024-01-10") | entered
    found = formation_deadlines(table(row), day(on), REGISTRY)
    assert found["step"].tolist() == [step.id for step in FORMATION_CLOCK]
    assert found["words"].tolist() == words
    assert formation_light(table(row), day(on), REGISTRY).item() == light


def test_planned_days_of_a_formation() -> None:
    row = committee("X", A, "应建未建") | dates(eligible_date="2024-01-31")
    found = formation_deadlines(table(row), day("2024-02-01"), REGISTRY).set_index("step")
    assert {step: f"{one:%Y-%m-%d}" for step, one in found["planned"].items()} == {
        "developer_report": "2024-03-01", "preparatory": "2024-04-30", "announcement": "2024-07-14", "first_assembly": "2024-07-29",
        "notice": "2024-08-01", "filing": "2024-08-28", "filing_closed": "2024-09-17",
    }


def test_which_rows_the_formation_tells_of() -> None:
    rows = [
        *(committee(status, A, status) for status in FORMATION_STATUSES),
        committee("second", A, start="2020-01-01", end="2025-12-31") | {"session_no": 2},
        committee("unknown", A, start="2020-01-01", end="2025-12-31") | {"session_no": None},
    ]
    assert forming(table(*rows))["compound_id"].tolist() == ["应建未建", "筹备中", "已组建"]
    assert set(formation_light(table(*rows), day("2024-09-30"), REGISTRY)) == {"不判定"}


def test_the_history_of_a_first_committee_that_is_being_renewed() -> None:
    row = committee("X", A, start="2021-06-15", end="2024-06-14") | dates(
        first_assembly_date="2021-06-10", notice_date="2021-06-12", election_date="2024-06-01", filing_date="2024-06-20")
    found = formation_deadlines(table(row), day("2024-06-30"), REGISTRY).set_index("step")
    # The election and the filing told are those of the renewal; the first election was that of the assembly.
    assert found.loc["notice", "words"] == "已完成"
    assert (found.loc["filing", "done"], f"{found.loc['filing', 'due']:%Y-%m-%d}") == (False, "2021-07-10")
    # A vote of the renewal without success is none of the formation; a filing on the day of the renewal's election is the renewal's.
    for more in ({"election_result": "选举未成功"}, dates(filing_date="2024-06-01")):
        again = formation_deadlines(table(row | more), day("2024-06-30"), REGISTRY).set_index("step")
        assert again[["due", "done", "words"]].equals(found[["due", "done", "words"]])
    before = row | dates(filing_date="2021-07-01")
    assert formation_deadlines(table(before), day("2024-06-30"), REGISTRY).set_index("step").loc["filing", "words"] == "已完成"


# -- what was passed or never told -----------------------------------------------------------------------------------


def test_a_step_before_one_that_is_done_is_not_judged() -> None:
    """A group without a report: the report is passed, its day was not told; nothing else is late."""
    row = committee("X", A, start="2022-08-01", end="2025-07-31") | {"session_no": 3} | BEFORE | dates(group_date="2025-04-20",
                                                                                                     handover_date="2025-04-25")
    told = steps(row, "2025-05-10")
    assert [told["report"][name] for name in ("words", "light", "waits", "done")] == ["后一步已办，未填日期", "不判定", False, False]
    assert pd.isna(told["report"]["days"])
    assert term_light(table(row), day("2025-05-10"), REGISTRY).item() == "绿"


def test_of_a_group_that_was_passed_nothing_is_said_at_the_election() -> None:
    """The group was due 60 days after the report of 20 February; the handing over says that it stood."""
    row = committee("X", A, start="2022-08-01", end="2025-07-31") | {"session_no": 3} | BEFORE | dates(renewal_report_date="2025-02-20")
    late = steps(row, "2025-05-10")
    assert (late["election"]["light"], late["election"]["words"]) == ("黄", "还有82天，改选小组尚未成立")
    told = steps(row | dates(handover_date="2025-04-25"), "2025-05-10")
    assert (told["group"]["light"], told["group"]["words"]) == ("不判定", "后一步已办，未填日期")
    assert (told["election"]["light"], told["election"]["words"]) == ("绿", "还有82天")


def test_what_settles_a_former_election_is_untold_only_under_the_term_it_brought() -> None:
    entered = FILED | dates(exit_audit_date=None)
    old, new = (steps(third(entered) | more, "2026-01-31") for more in ({}, NEW_TERM))
    assert [old[name]["untold"] for name in ("handback", "exit_audit")] == [False, False], "the old term stands in the form: red"
    assert [old[name]["light"] for name in ("handback", "exit_audit")] == ["红", "红"]
    assert [new[name]["untold"] for name in ("filing", "handback", "exit_audit")] == [False, True, True]
    assert new["handback"]["words"] == "期限已过154天，未填日期", "2025-08-20 + 10 days = 2025-08-30"
