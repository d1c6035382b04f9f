"""The calendar of committees: twelve of them day by day over two years, what is to be done when, and what contradicts the freeze."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.rules.term_calendar import (
    BACKLOG,
    OWNERS,
    STEP_COLUMNS,
    WORKLOAD_KINDS,
    ends_by_month,
    freeze_votes,
    open_steps,
    standing,
    to_do,
    workload,
)
from lib.rules.terms import (
    COMMITTEE_STATES,
    FORMATION_CLOCK,
    RENEWAL_CLOCK,
    UNKNOWN_TERM,
    frozen,
    term_light,
    term_states,
)
from tests.support.committee_stories import FIRST, LAST, STORIES, rows_on
from tests.support.published import Row, committee
from tests.support.small import A, B, C, frame

REGISTRY = shipped_registry()


def table(*rows: Row) -> pd.DataFrame:
    return frame("committees", rows)


def text(day: object) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


# -- twelve committees, day by day -------------------------------------------------------------------------------------


def test_every_state_is_in_the_stories() -> None:
    told = {point[1] for story in STORIES.values() for point in story.points}
    assert told == set(COMMITTEE_STATES) - {UNKNOWN_TERM}
    assert len(STORIES) == 12
    steps = {point[4] for story in STORIES.values() for point in story.points} - {""}
    assert steps == {"report", "group", "handover", "election", "filing", "handback", "exit_audit", "preparatory", "announcement",
                     "first_assembly", "notice", "filing_closed"}


def test_twelve_committees_on_every_day_of_two_years() -> None:
    wrong, day, days = [], FIRST, 0
    while day <= LAST:
        found = standing(table(*rows_on(day)), day, REGISTRY)
        for name, state, light, freeze, step, due in zip(
            found["compound_id"], found["state"], found["light"], found["frozen"], found["step"], found["due"], strict=True
        ):
            expected = [point for point in STORIES[name].points if point[0] <= day.isoformat()][-1]
            told = (state, light, bool(freeze), "" if pd.isna(step) else step, text(due))
            if told != expected[1:]:
                wrong.append((name, day.isoformat(), told, expected))
        day, days = day + timedelta(days=1), days + 1
    assert days == 731
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("day", ["2024-01-01", "2024-06-10", "2024-10-16", "2025-03-31"])
def test_where_they_stand_is_what_the_single_rules_say(day: str) -> None:
    on = date.fromisoformat(day)
    rows = table(*(row for row in rows_on(on) if row["formation_status"] not in ("筹备中", "应建未建")))
    found = standing(rows, on, REGISTRY)
    assert found["state"].tolist() == term_states(rows, on, REGISTRY).tolist()
    assert found["light"].tolist() == term_light(rows, on, REGISTRY).tolist()
    assert found["frozen"].tolist() == frozen(rows, on).tolist()


def test_nobody_stands_nowhere() -> None:
    assert standing(table(), FIRST, REGISTRY).empty


# -- what is to be done ------------------------------------------------------------------------------------------------

SEPTEMBER_30 = date(2024, 9, 30)


def lines(found: pd.DataFrame) -> list[tuple[str, str, str, bool]]:
    return [(row.compound_id, row.step, text(row.due), bool(row.waits)) for row in found.itertuples()]


def test_every_step_has_somebody_who_owes_it() -> None:
    steps = {step.id for step in (*RENEWAL_CLOCK, *FORMATION_CLOCK)} | {"annual_audit"}
    assert set(OWNERS) == steps
    assert {step for own in WORKLOAD_KINDS.values() for step in own} == steps


def test_the_open_steps_of_one_committee_in_order() -> None:
    """Reported in time, no group: the group is open, all after it waits; the last three follow the election to come."""
    found = open_steps(table(STORIES["K04"].row(SEPTEMBER_30)), SEPTEMBER_30, REGISTRY)
    assert tuple(found.columns) == STEP_COLUMNS
    assert lines(found) == [
        ("K04", "annual_audit", "2024-06-30", False),
        ("K04", "group", "2024-07-31", False),
        ("K04", "handover", "2024-08-10", True),
        ("K04", "election", "2024-11-15", False),
        ("K04", "exit_audit", "2024-12-15", True),
        ("K04", "filing", "2024-12-15", True),
        ("K04", "handback", "2024-12-25", True),
    ]
    assert found["words"].tolist()[:2] == ["已超期92天", "已超期61天"]
    assert found["owner"].tolist()[:2] == ["业委会", "街镇"]


def test_what_one_month_asks_for() -> None:
    """On 30 September: in October, then what is over already, the election first; what waits and is over is nobody's delay."""
    found = to_do(open_steps(table(*rows_on(SEPTEMBER_30)), SEPTEMBER_30, REGISTRY), SEPTEMBER_30)
    told = [one for one in lines(found) if one[1] != "annual_audit"]
    assert told == [
        ("K09", "group", "2024-10-19", False),
        ("K09", "handover", "2024-10-29", True),  # waits for the group, but falls into the month
        ("K03", "exit_audit", "2024-10-30", True),
        ("K03", "filing", "2024-10-30", True),
        ("K03", "election", "2024-09-30", False),  # today
        ("K04", "group", "2024-07-31", False),
        ("K05", "report", "2024-09-28", False),
        ("K12", "filing", "2024-03-30", False),
        ("K12", "exit_audit", "2024-03-29", False),  # of a former election, not told: last
    ]


def test_the_yearly_audit() -> None:
    rows = table(
        committee("1", A, start="2022-01-01", end="2026-12-31", annual_audit_date="2024-06-30"),
        committee("2", A, start="2022-01-01", end="2026-12-31", annual_audit_date="2023-06-30"),
        committee("3", A, start="2022-01-01", end="2026-12-31", annual_audit_date="2024-09-01"),  # late, but done
        committee("4", A, "应建未建", annual_audit_date="2023-06-30"),
        committee("5", A, start="2022-01-01", end="2026-12-31", annual_audit_date="2025-03-01"),  # not yet
    )
    for on, expected in (
        (date(2024, 6, 20), {"1": "2024-06-30", "2": "2024-06-30", "3": "2024-06-30", "5": "2024-06-30"}),
        (date(2024, 9, 30), {"1": "2025-06-30", "2": "2024-06-30", "3": "2025-06-30", "5": "2024-06-30"}),
        (date(2025, 3, 1), {"1": "2025-06-30", "2": "2025-06-30", "3": "2025-06-30", "5": "2026-06-30"}),
    ):
        found = open_steps(rows, on, REGISTRY)
        own = found[found["step"] == "annual_audit"]
        assert dict(zip(own["compound_id"], map(text, own["due"]), strict=True)) == expected
    lights = open_steps(rows, date(2024, 6, 20), REGISTRY)
    lights = lights[lights["step"] == "annual_audit"].set_index("compound_id")
    assert (lights["light"]["2"], lights["words"]["2"]) == ("黄", "还有10天")


def test_a_committee_is_asked_for_no_audit_of_the_year_before_its_term() -> None:
    """Terms that began in 2024, the first and a renewed one: the audit of 2024 is due by June 2025, that of 2023 is not asked."""
    rows = [committee(name, A, start=start, end="2028-04-27") for name, start in (("1", "2024-04-28"), ("2", "2023-12-31"))]
    renewed = committee("3", A, start="2024-08-01", end="2029-07-31") | {"session_no": 4, "previous_term_end": date(2024, 7, 31)}
    found = open_steps(table(*rows, renewed), SEPTEMBER_30, REGISTRY)
    own = found[found["step"] == "annual_audit"]
    assert dict(zip(own["compound_id"], map(text, own["due"]), strict=True)) == {"1": "2025-06-30", "2": "2024-06-30", "3": "2025-06-30"}


def test_an_election_is_not_green_while_its_group_is_overdue() -> None:
    """K04 on 1 August: the group was due on 31 July, the election on 15 November."""
    day = date(2024, 8, 1)
    found = open_steps(table(STORIES["K04"].row(day)), day, REGISTRY).set_index("step")
    assert (found["light"]["election"], found["words"]["election"]) == ("黄", "还有106天，改选小组尚未成立")
    before = open_steps(table(STORIES["K04"].row(date(2024, 7, 31))), date(2024, 7, 31), REGISTRY).set_index("step")
    assert (before["light"]["election"], before["words"]["election"]) == ("绿", "还有107天")


def test_where_somebody_stands_in_the_words_say_so() -> None:
    row = committee("X", A, "应建未建", substitute="居委会代为履职", substitute_start="2024-09-01") | {"eligible_date": date(2024, 8, 1)}
    found = open_steps(table(row), SEPTEMBER_30, REGISTRY).set_index("step")
    assert found["words"]["developer_report"] == "已超期30天（居委会代为履职）"


def test_an_announcement_waits_as_long_as_its_assembly() -> None:
    """Nobody prepares yet: the assembly waits for that, and so does its announcement, whose planned day is over."""
    row = committee("X", A, "应建未建") | {"eligible_date": date(2023, 1, 1)}
    found = open_steps(table(row), SEPTEMBER_30, REGISTRY).set_index("step")
    assert found["waits"].to_dict() == {"developer_report": False, "preparatory": True, "announcement": True, "first_assembly": True,
                                        "notice": True, "filing": True, "filing_closed": True}
    assert to_do(open_steps(table(row), SEPTEMBER_30, REGISTRY), SEPTEMBER_30)["step"].tolist() == ["developer_report"]


def test_the_work_of_the_months_ahead() -> None:
    rows = table(STORIES["K04"].row(SEPTEMBER_30), committee("X", A, start="2021-03-16", end="2025-03-15", annual_audit_date="2024-05-05"))
    found = workload(open_steps(rows, SEPTEMBER_30, REGISTRY), SEPTEMBER_30, 3)
    assert [tuple(row) for row in found.to_numpy().tolist()] == [
        # X has to report by 2024-10-15; its group would follow by 2024-12-14, its handover by 2024-12-24.
        (A, "2024-10", "换届报告", 1),
        (A, "2024-12", "改选小组", 1),
        (A, "2024-12", "移交保管", 1),
        (B, BACKLOG, "年度审计", 1),
        (B, BACKLOG, "改选小组", 1),
        (B, "2024-11", "选举", 1),
        (B, "2024-12", "备案", 1),
        (B, "2024-12", "换届审计", 1),
        (B, "2024-12", "移交保管", 1),
    ]


def test_terms_by_month_and_the_backlog_behind() -> None:
    rows = table(
        committee("1", A, start="2019-01-01", end="2024-09-29"),
        committee("2", A, start="2019-01-01", end="2024-09-30"),  # today: a day of the term
        committee("3", A, start="2019-01-01", end="2024-10-01"),
        committee("4", B, start="2022-01-01", end="2026-09-30"),
        committee("5", B, start="2022-01-01", end="2026-10-01"),  # one day too far
        committee("6", B, start="2019-01-01", end="2024-01-01", substitute="居委会代为履职"),
        committee("7", C, "已注销", start="2019-01-01", end="2024-01-01"),
    )
    found = ends_by_month(rows, SEPTEMBER_30, REGISTRY, 24)
    assert found.to_numpy().tolist() == [["1", A, BACKLOG], ["3", A, "2024-10"], ["4", B, "2026-09"]]


def test_nothing_is_to_be_done_where_there_is_nobody() -> None:
    empty = open_steps(table(), FIRST, REGISTRY)
    assert (len(empty), tuple(empty.columns)) == (0, STEP_COLUMNS)
    assert to_do(empty, FIRST).empty
    assert workload(empty, FIRST, 12).empty
    assert ends_by_month(table(), FIRST, REGISTRY, 24).empty


# -- votes within the freeze ---------------------------------------------------------------------------------------------


def votes(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame({"compound_id": pd.array([row[0] for row in rows], dtype="str"),
                         "vote_date": pd.array([row[1] for row in rows], dtype="datetime64[ms]")})


@pytest.mark.parametrize(
    ("day", "on", "told"),
    [
        ("2025-03-04", "2025-04-01", None),  # the day before the group
        ("2025-03-05", "2025-04-01", True),
        ("2025-04-01", "2025-04-01", True),
        ("2025-05-20", "2025-04-01", False),  # planned
        ("2025-05-20", "2025-03-04", None),  # no freeze yet
        ("2025-05-20", "2025-06-22", None),  # elected: the freeze is over
        (None, "2025-04-01", None),
    ],
)
def test_a_vote_within_the_freeze(day: str | None, on: str, told: bool | None) -> None:
    """K02 is in the freeze from 2025-03-05 to 2025-06-21."""
    when = date.fromisoformat(on)
    found = freeze_votes(table(*rows_on(when)), votes(("K02", day), ("K01", day), ("nobody", day)), when)
    assert [(one.compound_id, bool(one.held), text(one.group_date)) for one in found.itertuples()] == (
        [] if told is None else [("K02", told, "2025-03-05")]
    )
