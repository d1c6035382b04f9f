"""Lifts added to old houses, one a row: those of the yearly programmes, and those that stand in no programme.

Its one rule: 1,286 were accepted by the end of 2025, each programme as many as its project says; all else is made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from lib.datasets.ladders import LIFT
from lib.datasets.lifts import STAGE_DATES
from lib.demo.compounds import Compound, compounds
from lib.demo.making import CODES, Row, apportion, chance, days_after
from lib.demo.renewal import Project, projects
from lib.demo.renewal_plans import LIFTED
from lib.demo.votes import AREA_SHORT, HEADS_SHORT, ORDINARY, PASSES, SPECIAL, TOO_FEW, Vote, hold
from lib.spec.period import Period, end_of, shift

PIPELINE = 390
"""Lifts outside of any programme, begun from 2023 on; none of them accepted before 2026."""
TOLD_FROM = date(2023, 1, 1)
"""Of lifts accepted earlier only the last days and the money were entered later: no votes, no early steps."""
FAILED = (AREA_SHORT, HEADS_SHORT, TOO_FEW, AREA_SHORT, HEADS_SHORT)
SUBSIDY_SHARE, SUBSIDY_MOST, SUBSIDY_CITY = 0.4, 28.0, 14.0
"""沪房更新〔2024〕126号 四: 40 % of the cost, at most 28 万元 a lift, of which the city pays 14."""

_STEPS = (45, 60, 75, 40, 30, 30, 55, 165, 12, 20, 25, 75, 60)
"""Days in each stage of the ladder; made up."""
_DAYS = dict(zip(LIFT.stages, _STEPS, strict=True))
_CONSULTED, _ACCEPTED = LIFT.stages.index("征询表决"), LIFT.stages.index("竣工验收")


@dataclass(frozen=True, slots=True)
class Lift:
    """One entrance: the day each stage is reached, its votes, its money. A lift whose vote failed stops there."""

    compound: Compound
    entrance: str
    project: str
    known: date
    reached: tuple[date, ...]
    floors: int
    households: int
    unit: Vote | None
    whole: Vote | None
    cost: float
    told: bool

    def stage(self, today: date) -> int:
        """Position on the ladder of the last stage reached."""
        return max(sum(1 for day in self.reached if day <= today) - 1, 0)


@lru_cache(maxsize=1)
def lifts() -> tuple[Lift, ...]:
    """All of them, in a fixed order."""
    free = {code: _entrances(code) for code in CODES.values()}
    found = [lift for one in projects() if one.plan.type == LIFTED for lift in _programme(one, free[one.plan.code])]
    rng = chance("lifts", "pipeline")
    weights = [len(free[code]) for code in CODES.values()]
    for code, count in zip(CODES.values(), apportion(PIPELINE, weights), strict=True):
        found += [_single(one, entrance, rng) for one, entrance in (free[code].pop() for _ in range(min(count, len(free[code]))))]
    return tuple(_on_the_edge(found))


def rows(period: Period) -> list[Row]:
    """The rows of a month: lifts begun by its last day; those of a new programme from the month after it began."""
    today, known = end_of(period), end_of(shift(period, -1))
    return [_row(one, today) for one in lifts() if one.reached[0] <= today and one.known <= known]


def _entrances(code: str) -> list[tuple[Compound, str]]:
    """Entrances of the street's older compounds without lifts, neighbours together, the last ones to be taken first."""
    rng = chance("lifts", "entrances", code)
    old = [one for one in compounds() if one.code == code and int(str(one.base["built_year"])) < 2002 and not one.single_owner]
    rng.shuffle(old)
    spots = []
    for one in old:
        count = int(str(one.base["entrances"]))
        numbers = sorted(rng.sample(range(1, count + 1), max(1, round(count * 0.62))))
        spots += [(one, f"{number}号") for number in numbers]
    return spots[::-1]


def _programme(one: Project, free: list[tuple[Compound, str]]) -> Iterator[Lift]:
    """The lifts of a programme: of one over several compounds spread over its year, the last one accepted on the programme's
    own day; in a single compound a few days before the stages of the project.
    """
    rng = chance("lifts", one.id)
    count, last = int(str(one.base["lifts"])), one.actual["complete"]
    for number in range(count):
        compound, entrance = free.pop()
        before = timedelta(days=rng.randint(0, 220 if one.plan.batch else 9) if number else 0)
        days = _days_back(last - before, rng)
        if not one.plan.batch:
            days = (one.stages[0][1], *(day - before for _, day in one.stages[1:]))
        yield _lift(compound, entrance, one.id, one.stages[0][1], days, PASSES, rng)


def _single(compound: Compound, entrance: str, rng: random.Random) -> Lift:
    """A lift outside of the programmes: most go on, some have their vote fail, some rest for long."""
    pace = rng.uniform(1.25, 2.3)
    begun = days_after(date(2023, 12, 4), 0, 1040, rng)
    days = [begun]
    for stage in LIFT.stages[:-1]:
        days.append(days[-1] + timedelta(days=max(4, round(_DAYS[stage] * pace * rng.uniform(0.7, 1.3)))))
    late = (days_after(date(2026, 1, 8), 0, 60, rng) - days[_ACCEPTED]).days
    if late > 0:
        install = LIFT.stages.index("安装")
        days = [*days[: install - 3], *(day + timedelta(days=late) for day in days[install - 3:])]
    outcome = rng.choice(FAILED) if rng.random() < 0.13 else PASSES
    return _lift(compound, entrance, "", begun, tuple(days), outcome, rng)


def _days_back(accepted: date, rng: random.Random) -> tuple[date, ...]:
    """The day each stage is reached, when 竣工验收 is on a given day."""
    days = [accepted]
    for stage in LIFT.stages[:_ACCEPTED][::-1]:
        days.insert(0, days[0] - timedelta(days=max(4, round(_DAYS[stage] * rng.uniform(0.8, 1.2)))))
    for stage in LIFT.stages[_ACCEPTED:-1]:
        days.append(days[-1] + timedelta(days=round(_DAYS[stage] * rng.uniform(0.7, 1.6))))
    return tuple(days)


def _lift(compound: Compound, entrance: str, project: str, known: date, days: tuple[date, ...], outcome: str, rng: random.Random) -> Lift:
    floors = rng.choice((5, 6, 6, 6, 7))
    households = floors * rng.choice((2, 2, 2, 3))
    told = days[_ACCEPTED] >= TOLD_FROM
    day = days_after(days[_CONSULTED], 20, 60, rng)
    unit = hold(day, households - rng.choice((0, 0, 0, 1)), round(households * rng.uniform(46, 74), 1), outcome, SPECIAL, rng)
    if outcome != PASSES:
        days = days[: _CONSULTED + 1]
    whole = _whole_vote(compound, days[_CONSULTED]) if told and outcome == PASSES else None
    cost = round(rng.uniform(64, 84), 2)
    return Lift(compound, entrance, project, known, days, floors, households, unit if told else None, whole, cost, told)


def _whole_vote(compound: Compound, before: date) -> Vote | None:
    """The one vote of a compound's owners on common ground in a year, held at its beginning."""
    rng = chance("lifts", "whole", compound.id, before.year)
    if rng.random() < 0.35:
        return None
    day = days_after(date(before.year, 1, 5), 0, 40, rng)
    heads = int(str(compound.base["households"]))
    return hold(day, heads, round(float(str(compound.base["gfa_m2"])) * 0.96, 1), PASSES, ORDINARY, rng)


def _on_the_edge(found: list[Lift]) -> list[Lift]:
    """One vote passes with exactly two thirds and three quarters."""
    at, one = next((at, one) for at, one in enumerate(found) if not one.project and len(one.reached) > _CONSULTED + 1
                   and one.unit and one.unit.day < date(2024, 12, 1))
    assert one.unit is not None
    found[at] = replace(one, floors=6, households=12, unit=Vote(one.unit.day, (12, 8, 6), (660.0, 440.0, 330.0)))
    return found


def _row(one: Lift, today: date) -> Row:
    at = one.stage(today)
    row: Row = dict.fromkeys((
        *(f"{prefix}_date" for prefix, _ in STAGE_DATES), "resident_share", "subsidy_city", "subsidy_district", "cost", "remote_monitor",
        "defect_insurance", "exclusive_consent", "note", *_votes(None, "unit_vote"), *_votes(None, "whole_vote")))
    row |= {"compound_id": one.compound.id, "entrance": one.entrance, "compound_name": one.compound.name, "subdistrict": one.compound.code,
            "project_id": one.project or None, "address": f"{one.compound.base['address']}{one.entrance}" if not one.project else None,
            "floors": one.floors, "households": one.households, "stage": LIFT.stages[at]}
    first = 0 if one.told else LIFT.stages.index("安装")
    for number, (prefix, _) in enumerate(STAGE_DATES):
        if first <= number <= at and number < len(one.reached):
            row[f"{prefix}_date"] = one.reached[number]
    row["consult_date"] = one.unit.day if one.unit and one.unit.day <= today else None
    for vote, prefix in ((one.unit, "unit_vote"), (one.whole, "whole_vote")):
        row |= _votes(vote, prefix) if vote and vote.day <= today and at >= _CONSULTED else {}
    if len(one.reached) == _CONSULTED + 1 and row["consult_date"]:
        row["note"] = "表决未达比例，继续征询" if one.reached[-1].day % 3 else None
    return row | _money(one, at)


def _votes(vote: Vote | None, prefix: str) -> Row:
    return (vote or Vote(date(2000, 1, 1), (0, 0, 0), (0.0, 0.0, 0.0))).columns(prefix)


def _money(one: Lift, at: int) -> Row:
    """Cost from the sharing agreement on, subsidies once they are paid."""
    if at < LIFT.stages.index("费用分摊"):
        return {}
    subsidy = round(min(SUBSIDY_MOST, one.cost * SUBSIDY_SHARE), 2)
    paid = at >= LIFT.stages.index("补贴拨付")
    accepted = at >= _ACCEPTED
    rng = chance("lift", one.compound.id, one.entrance)
    watched, insured = rng.random() < (0.9 if one.told else 0.4), rng.random() < (0.7 if one.told else 0.2)
    return {"cost": one.cost, "resident_share": round(one.cost - subsidy, 2) if one.told else None,
            "subsidy_city": SUBSIDY_CITY if paid else None, "subsidy_district": round(subsidy - SUBSIDY_CITY, 2) if paid else None,
            "remote_monitor": watched if accepted else None, "defect_insurance": insured if at >= LIFT.stages.index("安装") else None,
            "exclusive_consent": True if rng.random() < 0.08 else None}
