"""Twelve made-up committees over 2024 and 2025, each with what its rows said from which day on and, worked out by hand, where it
stood from which day on.

Its one rule: the expectations were reckoned on a calendar from A.3.2 and A.3.3 of the domain, not taken from the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.figures.snapshot import Snapshot
from tests.support.published import Row, committee
from tests.support.small import A, B, C, snapshot

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
IN, SOON, GOING, OVER, IDLE = "有效期内", "临期", "换届中", "超期换届中", "超期未启动"
AWAY, NONE = "替代履职", "未组建"
FREE, FROZEN = False, True

Point = tuple[str, str, str, bool, str, str]
"""From this day on: state, light, whether frozen, the next step and its day; both empty where nothing is to be done."""


@dataclass(frozen=True)
class Story:
    """One committee. rows: (from this day on, what its row says), oldest first; points: where it stands."""

    rows: tuple[tuple[str, Row], ...]
    points: tuple[Point, ...]

    def row(self, on: date) -> Row:
        """What the form says of it on a day."""
        return [row for since, row in self.rows if date.fromisoformat(since) <= on][-1]


def _row(identity: str, unit: str, session: int, start: str, end: str, status: str = "已组建", **more: Any) -> Row:
    days = {name: date.fromisoformat(value) if isinstance(value, str) and value[:2] == "20" else value for name, value in more.items()}
    return {**committee(identity, unit, status, start, end), "session_no": session, **days}


def _once(row: Row) -> tuple[tuple[str, Row], ...]:
    return ((FIRST.isoformat(), row),)


def _before(election: str, end: str, filing: str, handback: str, exit_audit: str) -> Row:
    """The renewal before, with every step done."""
    return {"election_date": election, "previous_term_end": end, "filing_date": filing, "handback_date": handback,
            "exit_audit_date": exit_audit, "election_result": "选举成功"}


_K02 = {"renewal_report_date": "2025-01-10", "group_date": "2025-03-05", "handover_date": "2025-03-12"}
_K02_DONE = {**_K02, "election_date": "2025-06-22", "election_result": "选举成功", "filing_date": "2025-07-15",
             "handback_date": "2025-07-20", "exit_audit_date": "2025-07-18", "previous_term_end": "2025-06-30"}
_K03 = {"renewal_report_date": "2024-05-20", "group_date": "2024-08-05", "handover_date": "2024-08-15"}
_K06 = {"renewal_report_date": "2023-11-01", "group_date": "2023-12-10", "election_date": "2024-04-10", "election_result": "选举成功",
        "filing_date": "2024-05-05", "exit_audit_date": "2024-07-08", "handback_date": "2024-07-15"}
_K08 = {"eligible_date": "2023-12-01", "developer_report_date": "2023-12-20", "preparatory_date": "2024-02-10",
        "announcement_date": "2024-04-10", "first_assembly_date": "2024-04-28", "notice_date": "2024-04-30", "filing_date": "2024-05-20",
        "filing_closed_date": "2024-06-05"}
_K09 = {"renewal_report_date": "2024-08-20", "group_date": "2024-10-10", "handover_date": "2024-10-15"}
_K12 = {"group_date": "2023-12-20", "handover_date": "2023-12-28", "election_date": "2024-02-29", "election_result": "选举成功"}

STORIES: dict[str, Story] = {
    # In term all the time; its report is due after the two years.
    "K01": Story(
        _once(_row("K01", A, 2, "2022-06-01", "2027-05-31", last_meeting="2024-07-30", seats=5, seated=5, rating_stars="三星",
                   **_before("2022-05-20", "2022-05-31", "2022-06-10", "2022-06-15", "2022-06-15"))),
        (("2024-01-01", IN, "绿", FREE, "report", "2026-12-31"),),
    ),
    # Everything in time: report by 01-30, group within 60 days of 01-10, handover within 10, election by 06-30, then a new term.
    "K02": Story(
        (
            (FIRST.isoformat(), _row("K02", A, 3, "2021-07-01", "2025-06-30", last_meeting="2024-07-29", seats=5, seated=2,
                                     **_before("2021-06-20", "2021-06-30", "2021-07-01", "2021-07-05", "2021-07-10"))),
            ("2025-01-10", _row("K02", A, 3, "2021-07-01", "2025-06-30",
                                **{**_before("2021-06-20", "2021-06-30", "2021-07-01", "2021-07-05", "2021-07-10"), **_K02})),
            ("2025-06-22", _row("K02", A, 3, "2021-07-01", "2025-06-30", **{**_K02_DONE, "previous_term_end": "2021-06-30"})),
            ("2025-07-01", _row("K02", A, 4, "2025-07-01", "2030-06-30", **_K02_DONE)),
        ),
        (
            ("2024-01-01", IN, "绿", FREE, "report", "2025-01-30"),
            ("2024-12-30", SOON, "黄", FREE, "report", "2025-01-30"),
            ("2025-01-10", SOON, "绿", FREE, "group", "2025-03-11"),
            ("2025-03-01", SOON, "黄", FREE, "group", "2025-03-11"),
            ("2025-03-05", GOING, "黄", FROZEN, "handover", "2025-03-15"),
            ("2025-03-12", GOING, "绿", FROZEN, "election", "2025-06-30"),
            ("2025-06-20", GOING, "黄", FROZEN, "election", "2025-06-30"),
            ("2025-06-22", GOING, "绿", FREE, "filing", "2025-07-22"),
            ("2025-07-01", IN, "绿", FREE, "filing", "2025-07-22"),
            ("2025-07-12", IN, "黄", FREE, "filing", "2025-07-22"),
            ("2025-07-15", IN, "黄", FREE, "exit_audit", "2025-07-22"),
            ("2025-07-18", IN, "黄", FREE, "handback", "2025-07-25"),
            ("2025-07-20", IN, "绿", FREE, "report", "2030-01-30"),
        ),
    ),
    # Report 20 days late, group 17 days late, election 141 days late, filing 5 days late.
    "K03": Story(
        (
            (FIRST.isoformat(), _row("K03", B, 2, "2020-10-01", "2024-09-30", last_meeting="2024-09-10", seats=5, seated=3,
                                     rating_stars="五星",
                                     **{**_before("2020-09-20", "2020-09-30", "2020-10-01", "2020-10-05", "2020-10-10"), **_K03})),
            ("2025-02-18", _row("K03", B, 3, "2025-02-18", "2029-02-17", **_K03, election_date="2025-02-18", election_result="选举成功",
                                previous_term_end="2024-09-30", filing_date="2025-03-25", handback_date="2025-04-01",
                                exit_audit_date="2025-03-10")),
        ),
        (
            ("2024-01-01", IN, "绿", FREE, "report", "2024-04-30"),
            ("2024-03-30", SOON, "黄", FREE, "report", "2024-04-30"),
            ("2024-05-01", SOON, "红", FREE, "report", "2024-04-30"),
            ("2024-05-20", SOON, "绿", FREE, "group", "2024-07-19"),
            ("2024-07-09", SOON, "黄", FREE, "group", "2024-07-19"),
            ("2024-07-20", SOON, "红", FREE, "group", "2024-07-19"),
            ("2024-08-05", GOING, "黄", FROZEN, "handover", "2024-08-15"),
            ("2024-08-15", GOING, "绿", FROZEN, "election", "2024-09-30"),
            ("2024-09-20", GOING, "黄", FROZEN, "election", "2024-09-30"),
            ("2024-10-01", OVER, "红", FROZEN, "election", "2024-09-30"),
            ("2025-02-18", IN, "绿", FREE, "exit_audit", "2025-03-18"),
            ("2025-03-08", IN, "黄", FREE, "exit_audit", "2025-03-18"),
            ("2025-03-10", IN, "黄", FREE, "filing", "2025-03-20"),
            ("2025-03-21", IN, "红", FREE, "filing", "2025-03-20"),
            ("2025-03-25", IN, "黄", FREE, "handback", "2025-04-04"),
            ("2025-04-01", IN, "绿", FREE, "report", "2028-09-17"),
        ),
    ),
    # Reported in time, but no group ever: over the 60 days, then over the term.
    "K04": Story(
        _once(_row("K04", B, 2, "2019-11-16", "2024-11-15", renewal_report_date="2024-06-01", last_meeting="2024-03-30", seats=5,
                   **_before("2019-11-10", "2019-11-15", "2019-11-20", "2019-11-25", "2019-12-01"))),
        (
            ("2024-01-01", IN, "绿", FREE, "report", "2024-06-15"),
            ("2024-05-15", SOON, "黄", FREE, "report", "2024-06-15"),
            ("2024-06-01", SOON, "绿", FREE, "group", "2024-07-31"),
            ("2024-07-21", SOON, "黄", FREE, "group", "2024-07-31"),
            ("2024-08-01", SOON, "红", FREE, "group", "2024-07-31"),
            ("2024-11-15", IN, "红", FREE, "group", "2024-07-31"),  # the last day is a day of the term, and not ahead any more
            ("2024-11-16", IDLE, "红", FREE, "group", "2024-07-31"),
        ),
    ),
    # The first committee of its compound (nothing was handed over to it); nothing done about its renewal.
    "K05": Story(
        _once(_row("K05", C, 1, "2020-03-01", "2025-02-28", election_date="2020-02-25", election_result="选举成功",
                   filing_date="2020-03-10", last_meeting="2024-03-29", seats=7, seated=4, rating_stars="三星")),
        (
            ("2024-01-01", IN, "绿", FREE, "report", "2024-09-28"),
            ("2024-08-28", SOON, "黄", FREE, "report", "2024-09-28"),
            ("2024-09-29", SOON, "红", FREE, "report", "2024-09-28"),
            ("2025-02-28", IN, "红", FREE, "report", "2024-09-28"),
            ("2025-03-01", IDLE, "红", FREE, "report", "2024-09-28"),
        ),
    ),
    # Over before the two years begin, being renewed, handover never told; elected in April, the dates of the new term entered in July.
    "K06": Story(
        (
            (FIRST.isoformat(), _row("K06", C, 2, "2018-09-01", "2023-08-31", **_K06)),
            ("2024-07-01", _row("K06", C, 3, "2024-04-11", "2029-04-10", **_K06, previous_term_end="2023-08-31", seats=6, seated=3)),
        ),
        (
            ("2024-01-01", OVER, "红", FROZEN, "handover", "2023-12-20"),
            ("2024-04-10", OVER, "红", FREE, "filing", "2024-05-10"),
            ("2024-05-05", OVER, "红", FREE, "exit_audit", "2024-05-10"),
            # The new term is entered: audit (to 07-08) and handing back (to 07-15) are not told yet, and ask for no red.
            ("2024-07-01", IN, "黄", FREE, "report", "2028-11-10"),
            ("2024-07-15", IN, "绿", FREE, "report", "2028-11-10"),
        ),
    ),
    # Somebody stands in from 2024-06-15 to 2025-06-14, both days included: no clock runs then.
    "K07": Story(
        _once(_row("K07", A, 2, "2019-05-01", "2024-04-30", substitute="居委会代为履职", substitute_start="2024-06-15",
                   substitute_end="2025-06-14", last_meeting="2023-01-01", seats=5, seated=1)),
        (
            ("2024-01-01", SOON, "红", FREE, "report", "2023-11-30"),
            ("2024-04-30", IN, "红", FREE, "report", "2023-11-30"),
            ("2024-05-01", IDLE, "红", FREE, "report", "2023-11-30"),
            ("2024-06-15", AWAY, "不判定", FREE, "", ""),
            ("2025-06-15", IDLE, "红", FREE, "report", "2023-11-30"),
        ),
    ),
    # Formed for the first time, every step in time; a first committee takes nothing over and owes no exit audit.
    "K08": Story(
        (
            (FIRST.isoformat(), _row("K08", B, 1, "", "", "筹备中", **_K08)),
            ("2024-06-05", _row("K08", B, 1, "2024-04-28", "2028-04-27", **_K08, election_date="2024-04-28", election_result="选举成功")),
        ),
        (
            ("2024-01-01", NONE, "绿", FREE, "preparatory", "2024-02-18"),
            ("2024-02-08", NONE, "黄", FREE, "preparatory", "2024-02-18"),
            ("2024-02-10", NONE, "绿", FREE, "announcement", "2024-04-25"),
            ("2024-04-10", NONE, "绿", FREE, "first_assembly", "2024-05-10"),
            ("2024-04-28", NONE, "黄", FREE, "notice", "2024-05-01"),
            ("2024-04-30", NONE, "绿", FREE, "filing", "2024-05-28"),
            ("2024-05-18", NONE, "黄", FREE, "filing", "2024-05-28"),
            ("2024-05-20", NONE, "绿", FREE, "filing_closed", "2024-06-09"),
            ("2024-05-30", NONE, "黄", FREE, "filing_closed", "2024-06-09"),
            ("2024-06-05", IN, "绿", FREE, "report", "2027-11-27"),
        ),
    ),
    # A vote without success in January does not end the freeze; the next one does.
    "K09": Story(
        (
            (FIRST.isoformat(), _row("K09", C, 2, "2021-02-01", "2025-01-31", **_K09, election_date="2025-01-20",
                                     election_result="选举未成功")),
            ("2025-03-30", _row("K09", C, 3, "2025-03-30", "2030-03-29", **_K09, election_date="2025-03-30", election_result="选举成功",
                                previous_term_end="2025-01-31", filing_date="2025-04-10", handback_date="2025-04-15",
                                exit_audit_date="2025-04-20")),
        ),
        (
            ("2024-01-01", IN, "绿", FREE, "report", "2024-08-31"),
            ("2024-07-31", SOON, "黄", FREE, "report", "2024-08-31"),
            ("2024-08-20", SOON, "绿", FREE, "group", "2024-10-19"),
            ("2024-10-09", SOON, "黄", FREE, "group", "2024-10-19"),
            ("2024-10-10", GOING, "黄", FROZEN, "handover", "2024-10-20"),
            ("2024-10-15", GOING, "绿", FROZEN, "election", "2025-01-31"),
            ("2025-01-21", GOING, "黄", FROZEN, "election", "2025-01-31"),
            ("2025-02-01", OVER, "红", FROZEN, "election", "2025-01-31"),
            ("2025-03-30", IN, "绿", FREE, "filing", "2025-04-29"),
            ("2025-04-10", IN, "黄", FREE, "handback", "2025-04-20"),
            ("2025-04-15", IN, "绿", FREE, "exit_audit", "2025-04-30"),
            ("2025-04-20", IN, "绿", FREE, "report", "2029-10-29"),
        ),
    ),
    # Dissolved: no clock.
    "K10": Story(
        _once(_row("K10", A, 2, "2020-01-01", "2024-12-31", "已注销")),
        (("2024-01-01", NONE, "不判定", FREE, "", ""),),
    ),
    # To be formed, but nobody said since when: nothing to count from.
    "K11": Story(_once(_row("K11", C, 1, "", "", "应建未建")), (("2024-01-01", NONE, "不判定", FREE, "", ""),)),
    # A group without a report; elected on the last day, a 29 February; never filed, no exit audit.
    "K12": Story(
        (
            (FIRST.isoformat(), _row("K12", B, 2, "2020-03-01", "2024-02-29", **_K12)),
            ("2024-03-10", _row("K12", B, 3, "2024-03-01", "2029-02-28", **_K12, previous_term_end="2024-02-29")),
        ),
        (
            # The report is passed by the group: its day was not told, and nothing is judged by that.
            ("2024-01-01", GOING, "绿", FROZEN, "election", "2024-02-29"),
            ("2024-02-19", GOING, "黄", FROZEN, "election", "2024-02-29"),
            ("2024-02-29", GOING, "绿", FREE, "exit_audit", "2024-03-29"),
            ("2024-03-01", OVER, "红", FREE, "exit_audit", "2024-03-29"),
            ("2024-03-10", IN, "绿", FREE, "exit_audit", "2024-03-29"),
            ("2024-03-19", IN, "黄", FREE, "exit_audit", "2024-03-29"),
            # The audit of the former election is not told: 黄, and not the next step.
            ("2024-03-30", IN, "黄", FREE, "filing", "2024-03-30"),
            ("2024-03-31", IN, "红", FREE, "filing", "2024-03-30"),
        ),
    ),
}


def rows_on(on: date) -> list[Row]:
    """The rows of all twelve as they stood on a day."""
    return [story.row(on) for story in STORIES.values()]


REPORT_SOON = _row("E01", A, 2, "2021-03-16", "2025-03-15")
"""A thirteenth, whose report is due on 2024-10-15."""


def story_world() -> Snapshot:
    """The rows of 30 September 2024, with the thirteenth."""
    return snapshot({"committees": [*rows_on(date(2024, 9, 30)), REPORT_SOON]})
