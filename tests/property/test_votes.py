"""What must hold of every vote and every round of consent: columns say what `judge` says, exactly, and no day makes it greener."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets.consent_rounds import RESULTS, ROUNDS
from lib.datasets.thresholds import shipped_registry
from lib.rules.consent import consent_columns
from lib.rules.votes import SIDES, TAKING_PART, Kind, Vote, judge, least, rules_at, vote_columns
from tests.support.small import frame

REGISTRY = shipped_registry()
ON = date(2024, 9, 30)
KINDS = st.sampled_from(list(Kind))
DAYS = st.dates(date(2005, 1, 1), date(2026, 12, 31)) | st.sampled_from([date(2020, 12, 31), date(2021, 1, 1), ON, ON + timedelta(1)])
HEADS = st.integers(0, 12) | st.integers(0, 50_000)
# Areas as cells have them: two decimals, sometimes four, sometimes the noise of a sum.
AREAS = (st.integers(0, 1_200).map(lambda number: number / 100) | st.integers(0, 3 * 10**10).map(lambda number: number / 10_000)
         | st.floats(0, 3_000_000))


@st.composite
def votes(draw: st.DrawFn) -> Vote:
    """Any six numbers, some missing; mostly in the order of base, took part, agreed."""
    heads: list[int | None] = sorted(draw(st.lists(HEADS, min_size=3, max_size=3)), reverse=True)
    area: list[float | None] = sorted(draw(st.lists(AREAS, min_size=3, max_size=3)), reverse=True)
    for numbers in (heads, area):
        if draw(st.integers(0, 3)) == 0:
            numbers[draw(st.integers(0, 2))] = None
    return Vote(draw(st.none() | DAYS), heads[0], area[0], heads[1], area[1], heads[2], area[2])


def table(some: list[Vote]) -> pd.DataFrame:
    names = ("base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")
    return pd.DataFrame({"v_date": pd.to_datetime(pd.Series([one.day for one in some], dtype="object")),
                         **{f"v_{name}": pd.Series([getattr(one, name) for one in some], dtype="float64") for name in names}})


@given(some=st.lists(votes(), max_size=12), kind=KINDS, on=DAYS)
def test_the_columns_are_judge_row_by_row(some: list[Vote], kind: Kind, on: date) -> None:
    found = vote_columns(table(some), "v", kind, REGISTRY, on)
    for at, one in enumerate(some):
        verdict = judge(one, kind, on, REGISTRY)
        passed = found["v_passed"].iloc[at]
        assert (None if passed is pd.NA else bool(passed)) is verdict.passed
        for side, short in verdict.short.items():
            cell = found[f"v_short_{side}"].iloc[at]
            assert (None if cell != cell else cell) == (None if short is None else float(short))


@st.composite
def counted(draw: st.DrawFn) -> Vote:
    """A vote all of whose numbers are known, in whole owners and whole hundredths of a ㎡."""
    numbers: list[Any] = []
    for per in (1, 100):
        base = draw(st.integers(1, 30) | st.integers(1, 20_000 * per))
        voted = draw(st.integers(0, base))
        numbers.append([base, voted, draw(st.integers(0, voted))])
    (base, voted, agreed), area = numbers[0], [Fraction(number, 100) for number in numbers[1]]
    return Vote(draw(DAYS), base, area[0], voted, area[1], agreed, area[2])


def share_of(vote: Vote, side: str, base: str) -> tuple[Fraction, Fraction]:
    """One of the four numbers and what it is counted against."""
    part, _, what = side.partition("_")
    total = getattr(vote, f"voted_{what}") if part == "agreed" and base == TAKING_PART else getattr(vote, f"base_{what}")
    return Fraction(getattr(vote, side)), Fraction(total)


@given(vote=counted(), kind=KINDS)
def test_passed_is_every_share_meeting_its_threshold(vote: Vote, kind: Kind) -> None:
    """By the fractions themselves, against what counts in whole steps."""
    on = date(2030, 1, 1)
    verdict = judge(vote, kind, on, REGISTRY)
    met = []
    for side, row in rules_at(kind, vote.day or on, REGISTRY).items():
        count, total = share_of(vote, side, row.base)
        met.append(total > 0 and row.met_by(count / total))
    assert verdict.passed is all(met)


@given(vote=counted(), kind=KINDS)
def test_what_is_short_is_exactly_what_is_missing(vote: Vote, kind: Kind) -> None:
    on = date(2030, 1, 1)
    verdict = judge(vote, kind, on, REGISTRY)
    for side, row in rules_at(kind, vote.day or on, REGISTRY).items():
        count, total = share_of(vote, side, row.base)
        short = verdict.short[side]
        assert short is not None
        if short and total:
            step = Fraction(1) if side.endswith("heads") else Fraction(1, 100)
            assert row.met_by((count + short) / total)
            assert not row.met_by((count + short - step) / total)


@given(total=st.integers(1, 10**9), rule=st.sampled_from(["renewal.signing_gate", "renewal.start_gate", "vote.special.heads",
                                                          "vote.general.heads", "vote.quorum.area"]))
def test_the_least_meets_its_line_and_one_less_does_not(total: int, rule: str) -> None:
    row = REGISTRY.at(rule, ON)
    needed, scale = least(total, row), 100 if row.unit == "%" else 1
    assert row.met_by(Fraction(needed * scale, total))
    assert not row.met_by(Fraction((needed - 1) * scale, total))


# -- rounds of consent -----------------------------------------------------------------------------------------------


@st.composite
def rounds(draw: st.DrawFn) -> Mapping[str, Any]:
    households = sorted(draw(st.lists(st.integers(0, 40) | st.integers(0, 2_000), min_size=3, max_size=3)), reverse=True)
    area = sorted(draw(st.lists(st.integers(0, 10_000_000), min_size=3, max_size=3)), reverse=True)
    row: dict[str, Any] = {"project_id": "P1", "round": draw(st.sampled_from(ROUNDS)), "result": draw(st.sampled_from(RESULTS))}
    row |= dict(zip(("households_entitled", "households_voted", "households_agreed"), households, strict=True))
    row |= {"households_signed": draw(st.none() | st.integers(0, households[0]))}
    row |= dict(zip(("area_entitled", "area_voted", "area_agreed"), [number / 100 for number in area], strict=True))
    row |= {"end_date": draw(st.none() | st.dates(date(2022, 1, 1), date(2026, 12, 31)))}
    for name in draw(st.sets(st.sampled_from([name for name in row if "households" in name or "area" in name]), max_size=2)):
        row[name] = None
    return row


URGENCY = {"绿": 0, "黄": 1, "红": 2}


@given(some=st.lists(rounds(), min_size=1, max_size=8), on=st.dates(date(2022, 1, 1), date(2026, 12, 31)), later=st.integers(0, 800))
def test_a_later_day_never_makes_a_light_greener(some: list[Mapping[str, Any]], on: date, later: int) -> None:
    given_rounds = frame("consent_rounds", some)
    before = consent_columns(given_rounds, on, REGISTRY)["round_light"]
    after = consent_columns(given_rounds, on + timedelta(days=later), REGISTRY)["round_light"]
    for first, second in zip(before, after, strict=True):
        assert (first == "不判定") == (second == "不判定")
        assert first == "不判定" or URGENCY[second] >= URGENCY[first]


@given(some=st.lists(rounds(), min_size=1, max_size=8), on=DAYS)
def test_reached_short_and_light_agree(some: list[Mapping[str, Any]], on: date) -> None:
    found = consent_columns(frame("consent_rounds", some), on, REGISTRY)
    for row in found.to_dict("records"):
        reached, gated = row["reached"], row["gate"] == row["gate"]
        assert (row["short"] == 0) is (gated and reached is not pd.NA and bool(reached))
        assert (row["round_light"] == "绿") is (reached is not pd.NA and bool(reached) and row["result"] != "未启动")
        if gated and reached is not pd.NA:
            assert (row["consent_rate"] >= REGISTRY.at(row["gate"], on).number) is bool(reached)
        votes_short = [row[f"short_{side}"] for side in SIDES]
        assert not gated or all(short != short for short in votes_short)


@given(some=st.lists(rounds(), min_size=1, max_size=6), on=DAYS)
def test_rows_do_not_know_of_each_other(some: list[Mapping[str, Any]], on: date) -> None:
    names = ["gate", "consent_rate", "reached", "short", "round_light", *(f"short_{side}" for side in SIDES)]
    together = consent_columns(frame("consent_rounds", some), on, REGISTRY)[names]
    for at, row in enumerate(some):
        alone = consent_columns(frame("consent_rounds", [row]), on, REGISTRY)[names]
        pd.testing.assert_frame_equal(alone, together.iloc[[at]].reset_index(drop=True))
