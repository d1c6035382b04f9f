"""Rounds of consent by hand: gates to the household, lights to the day, and what follows a signing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.datasets.consent_rounds import CONSENT_ROUNDS, ROUNDS
from lib.datasets.thresholds import Registry, shipped_registry
from lib.rules.consent import GATES, VOTE_COLUMNS, VOTES, after_signing, consent_columns
from tests.support.small import frame

ON = date(2026, 11, 23)
REGISTRY = shipped_registry()
START, OPINION, SIGN, FIRST, SECOND = "启动意愿征询", "方案意见征询", "协议签约", "征收一轮征询", "征收二轮签约"
UNIT, WHOLE, REPAIR = "加梯单元表决", "加梯全体表决", "修缮业主表决"


def signing(entitled: int | None, done: int | None, kind: str = SIGN, **more: Any) -> dict[str, Any]:
    """A round of which `done` households signed, or agreed where the gate counts those."""
    column = GATES[kind][1] if kind in GATES else "households_agreed"
    return {"project_id": "P1", "round": kind, "result": "进行中", "households_entitled": entitled, column: done, **more}


def owners(kind: str, heads: tuple[int, int, int], area: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    numbers = [number for pair in zip(heads, area, strict=True) for number in pair]
    return {"project_id": "P1", "round": kind, "result": "进行中", **dict(zip(VOTE_COLUMNS.values(), numbers, strict=True)), **more}


def columns(rows: list[dict[str, Any]], on: date = ON, registry: Registry = REGISTRY) -> pd.DataFrame:
    return consent_columns(frame("consent_rounds", rows), on, registry)


def one(row: dict[str, Any], on: date = ON, registry: Registry = REGISTRY) -> dict[str, Any]:
    return {str(name): None if pd.isna(value) else value for name, value in columns([row], on, registry).iloc[0].items()}


GATED = [
    # round, entitled, agreed or signed, gate, rate, reached, short
    (SIGN, 2000, 1899, "renewal.signing_gate", 94.95, False, 1),
    (SIGN, 2000, 1900, "renewal.signing_gate", 95.0, True, 0),
    (SIGN, 10_000, 9_499, "renewal.signing_gate", 94.99, False, 1),
    (SIGN, 10_000, 9_500, "renewal.signing_gate", 95.0, True, 0),
    # 95 % of 60 is 57; of 61 it is 57.95, so 58; of 7 it is 6.65, so all.
    (SIGN, 60, 57, "renewal.signing_gate", 95.0, True, 0),
    (SIGN, 60, 56, "renewal.signing_gate", 56 / 60 * 100, False, 1),
    (SIGN, 61, 57, "renewal.signing_gate", 57 / 61 * 100, False, 1),
    (SIGN, 7, 6, "renewal.signing_gate", 6 / 7 * 100, False, 1),
    (SIGN, 7, 7, "renewal.signing_gate", 100.0, True, 0),
    (SIGN, 60, 0, "renewal.signing_gate", 0.0, False, 57),
    (START, 1000, 799, "renewal.start_gate", 79.9, False, 1),
    (START, 1000, 800, "renewal.start_gate", 80.0, True, 0),
    # The other ladder: 90 and 80.
    (FIRST, 1000, 899, "expropriation.first_gate", 89.9, False, 1),
    (FIRST, 1000, 900, "expropriation.first_gate", 90.0, True, 0),
    (SECOND, 1000, 799, "expropriation.second_gate", 79.9, False, 1),
    (SECOND, 1000, 800, "expropriation.second_gate", 80.0, True, 0),
    # Not known, or of nobody.
    (SIGN, None, 57, "renewal.signing_gate", None, None, None),
    (SIGN, 60, None, "renewal.signing_gate", None, None, None),
    (SIGN, 0, 0, "renewal.signing_gate", None, None, None),
    # No percentage is asked for.
    (OPINION, 60, 57, None, None, None, None),
]


@pytest.mark.parametrize(("kind", "entitled", "done", "gate", "rate", "reached", "short"), GATED)
def test_a_gate(
    kind: str, entitled: int | None, done: int | None, gate: str | None, rate: float | None, reached: bool | None, short: int | None
) -> None:
    found = one(signing(entitled, done, kind))
    assert (found["gate"], found["reached"], found["short"]) == (gate, reached, short)
    assert found["consent_rate"] == (rate if rate is None else pytest.approx(rate, rel=1e-12))
    if rate in (94.95, 94.99, 79.9, 80.0, 89.9, 90.0, 95.0):
        assert found["consent_rate"] == rate


def test_the_households_needed_are_right_up_to_two_thousand() -> None:
    # 95 % rounded up, in whole numbers: (95 n + 99) // 100.
    rows = [signing(entitled, 0) for entitled in range(1, 2001)]
    assert columns(rows)["short"].tolist() == [(95 * entitled + 99) // 100 for entitled in range(1, 2001)]
    enough = [signing(entitled, (95 * entitled + 99) // 100) for entitled in range(1, 2001)]
    assert columns(enough)["reached"].all()
    too_few = [signing(entitled, (95 * entitled + 99) // 100 - 1) for entitled in range(1, 2001)]
    assert not columns(too_few)["reached"].any()


VOTED = [
    # round, heads (应参与, 参与, 同意), area, reached, short: 参与人数, 参与面积, 同意人数, 同意面积
    (UNIT, (12, 8, 6), (900.0, 600.0, 450.0), True, (0, 0, 0, 0)),
    (UNIT, (12, 8, 5), (900.0, 600.0, 449.99), False, (0, 0, 1, 0.01)),
    (WHOLE, (600, 400, 201), (6e4, 4e4, 20_000.01), True, (0, 0, 0, 0)),
    (WHOLE, (600, 399, 200), (6e4, 4e4, 20_000.0), False, (1, 0, 0, 0.01)),
    (REPAIR, (600, 402, 202), (6e4, 4e4, 20_000.01), True, (0, 0, 0, 0)),
    (REPAIR, (600, 402, 201), (6e4, 4e4, 20_000.01), False, (0, 0, 1, 0)),
]


@pytest.mark.parametrize(("kind", "heads", "area", "reached", "short"), VOTED)
def test_an_owners_vote_is_four_numbers_and_no_rate(
    kind: str, heads: tuple[int, int, int], area: tuple[float, float, float], reached: bool, short: tuple[float, ...]
) -> None:
    found = one(owners(kind, heads, area))
    assert (found["reached"], found["gate"], found["consent_rate"], found["short"]) == (reached, None, None, None)
    assert tuple(found[f"short_{side}"] for side in ("voted_heads", "voted_area", "agreed_heads", "agreed_area")) == short


def test_a_vote_without_its_areas_is_not_judged() -> None:
    row = owners(REPAIR, (600, 402, 300), (6e4, 4e4, 3e4))
    found = one(row | {"area_agreed": None})
    assert (found["reached"], found["short_agreed_heads"], found["short_agreed_area"], found["round_light"]) == (None, 0, None, "不判定")


@pytest.mark.parametrize(
    ("end", "effective", "reached"),
    [
        # 301 of 600 took part and agreed: enough before 2021, when more than half of all owners had to agree and no more.
        ("2020-12-31", None, True),
        ("2021-01-01", None, False),
        # The day it took effect goes before the day it ended; without either it is today's rule.
        ("2021-01-10", "2020-12-31", True),
        (None, "2020-12-31", True),
        (None, None, False),
    ],
)
def test_the_day_decides_the_rule(end: str | None, effective: str | None, reached: bool) -> None:
    days = {name: date.fromisoformat(day) for name, day in (("end_date", end), ("effective_date", effective)) if day}
    assert one(owners(REPAIR, (600, 301, 301), (6e4, 3.1e4, 3.1e4), **days))["reached"] == reached


def test_a_gate_that_changes_in_mid_month() -> None:
    new = replace(REGISTRY.rows_of("renewal.signing_gate")[-1], value="90", effective_from=date(2026, 10, 15))
    changed = Registry((*REGISTRY.rows, new))
    ended = [signing(100, 92, end_date=date(2026, 10, day)) for day in (14, 15)]
    found = columns(ended, registry=changed)
    assert found["reached"].tolist() == [False, True]
    assert found["short"].tolist() == [3, 0]


LIGHTS = [
    # done of 1000 (gate 950), end, result, light on 2026-11-23
    (950, "2026-12-31", "进行中", "绿"),
    (950, "2026-01-31", "已达标", "绿"),
    (950, None, "进行中", "绿"),
    # Not reached: over the day after its end.
    (949, "2026-11-23", "进行中", "黄"),
    (949, "2026-11-22", "进行中", "红"),
    (949, "2026-12-31", "未达标", "红"),
    # Five points short or less: 900; more than that is red from ten days before the end.
    (900, "2026-12-03", "进行中", "黄"),
    (899, "2026-12-03", "进行中", "红"),
    (899, "2026-12-04", "进行中", "黄"),
    (0, "2026-12-04", "进行中", "黄"),
    (0, "2026-11-23", "进行中", "红"),
    (0, None, "进行中", "黄"),
    # Not begun, or a number is missing.
    (0, "2026-12-31", "未启动", "不判定"),
    (None, "2026-01-31", "进行中", "不判定"),
]


@pytest.mark.parametrize(("done", "end", "result", "light"), LIGHTS)
def test_a_light(done: int | None, end: str | None, result: str, light: str) -> None:
    row = signing(1000, done, result=result) | ({"end_date": date.fromisoformat(end)} if end else {})
    assert one(row)["round_light"] == light


@pytest.mark.parametrize(
    ("voted", "agreed", "light"),
    [
        # A lift's unit of 100 owners, two days before the end: 67 must take part, three quarters of them agree.
        (67, 51, "绿"),
        # 62 take part: 61.67 would be five points short, 62 is nearer.
        (62, 62, "黄"),
        (61, 61, "红"),
        # Of 70: 52.5 agree, 49 would be five points short.
        (70, 49, "黄"),
        (70, 48, "红"),
    ],
)
def test_the_light_of_a_vote_looks_at_all_four(voted: int, agreed: int, light: str) -> None:
    row = owners(UNIT, (100, voted, agreed), (100.0, 100.0, 100.0), end_date=date(2026, 11, 25))
    assert one(row)["round_light"] == light


def test_no_light_without_a_gate() -> None:
    assert one(signing(60, 57, OPINION, end_date=date(2026, 1, 31), result="未达标"))["round_light"] == "不判定"


def test_the_light_day_by_day() -> None:
    row = signing(1000, 700, end_date=date(2026, 6, 30))
    days = {"2026-06-19": "黄", "2026-06-20": "红", "2026-06-30": "红", "2026-07-01": "红"}
    assert {day: one(row, date.fromisoformat(day))["round_light"] for day in days} == days


def test_the_frame_keeps_its_rows_and_columns() -> None:
    given = frame("consent_rounds", [signing(60, 57), owners(UNIT, (12, 8, 6), (9.0, 6.0, 4.5)), signing(60, 57, OPINION)])
    found = consent_columns(given.set_axis([5, 3, 9]), ON, REGISTRY)
    assert list(found.index) == [5, 3, 9]
    assert list(found.columns[: len(given.columns)]) == list(given.columns)
    assert found["reached"].astype("object").where(found["reached"].notna(), None).tolist() == [True, True, None]
    assert found["reached"].dtype == "boolean"
    assert found["gate"].dtype == "str"
    empty = consent_columns(given.head(0), ON, REGISTRY)
    assert list(empty.columns) == list(found.columns)
    assert empty["reached"].dtype == "boolean"


def test_every_round_of_the_form_has_its_rule() -> None:
    assert {*GATES, *VOTES, OPINION} == set(ROUNDS)
    assert {column for _, column in GATES.values()} | set(VOTE_COLUMNS.values()) <= {field.name for field in CONSENT_ROUNDS.fields}
    assert {rule for rule, _ in GATES.values()} <= set(REGISTRY.rules)


@pytest.mark.parametrize(
    ("effective", "steps"),
    [
        # 30 days (+15), then 30 (+30), then at least 15 to move: by hand on a calendar, over a February of 28 and one of 29 days.
        ("2026-01-31", [("行政调解", "2026-01-31", "2026-03-02", "2026-03-17"), ("行政决定", "2026-03-02", "2026-04-01", "2026-05-16"),
                        ("搬离期限", "2026-04-01", "2026-04-16", "2026-05-31")]),
        ("2024-01-31", [("行政调解", "2024-01-31", "2024-03-01", "2024-03-16"), ("行政决定", "2024-03-01", "2024-03-31", "2024-05-15"),
                        ("搬离期限", "2024-03-31", "2024-04-15", "2024-05-30")]),
    ],
)
def test_after_the_signing(effective: str, steps: list[tuple[str, str, str, str]]) -> None:
    day = date.fromisoformat(effective)
    found = after_signing(day, ON, REGISTRY)
    assert [(step.title, *(str(one) for one in step[1:])) for step in found] == steps
    # From the day itself on; nothing before it. What has begun does not move as days go by.
    assert after_signing(day, day, REGISTRY) == found
    assert after_signing(day, date.fromordinal(day.toordinal() - 1), REGISTRY) == []


def test_the_steps_by_the_rule_of_the_day_it_took_effect() -> None:
    new = replace(REGISTRY.rows_of("consent.mediation_days")[-1], value="20", effective_from=date(2026, 3, 15))
    changed = Registry((*REGISTRY.rows, new))
    assert [after_signing(date(2026, 3, day), ON, changed)[0].until for day in (14, 15)] == [date(2026, 4, 13), date(2026, 4, 4)]
