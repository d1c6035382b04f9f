"""红色物业: points of practice and of demonstration. Its one rule: a demonstration point was a point of practice before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.demo.committees import formed, stories
from lib.demo.compounds import Compound
from lib.demo.making import PERIODS, Row, chance
from lib.spec.period import Period, add_months, end_of

PRACTICE, DEMONSTRATION = "实践点", "示范点"
NAMED_BY_THE_END = {PRACTICE: 168, DEMONSTRATION: 49}
"""Points in good standing at the end of the demonstration: on the way to 30 % and 10 % of 678; made up."""
_LAST = end_of(PERIODS[-1])


@dataclass(frozen=True, slots=True)
class Point:
    """One point. reviewed: a year after naming; passed: whether the review went well; struck: when it was taken back."""

    compound: Compound
    kind: str
    applied: date
    named: date
    reviewed: date
    passed: bool
    struck: date | None


@lru_cache(maxsize=1)
def points() -> tuple[Point, ...]:
    """All points, those named after the last month too, as far as they had applied by then."""
    ready = [one.compound for one in stories() if formed(one, date(2023, 6, 1))]
    chosen = chance("red points", "pick").sample(ready, 240)
    practice = _named(PRACTICE, chosen, date(2023, 6, 20), NAMED_BY_THE_END[PRACTICE] + 3)
    return (*practice, *_named(DEMONSTRATION, [one.compound for one in practice], date(2024, 3, 20), NAMED_BY_THE_END[DEMONSTRATION] + 1))


def rows(period: Period) -> list[Row]:
    """The rows of a month: points applied for by its last day."""
    return [_row(one, end_of(period)) for one in points() if one.applied <= end_of(period)]


def _named(kind: str, chosen: list[Compound], first: date, count: int) -> list[Point]:
    """`count` points named at an even pace up to the last month, always on the 20th; behind them those that have applied by then."""
    step = ((_LAST - first).days + 1) / count
    found = []
    for number, compound in enumerate(chosen):
        rng = chance("red point", kind, compound.id)
        named = (first + timedelta(days=int(number * step))).replace(day=20)
        applied = named - timedelta(days=rng.randint(50, 115))
        if applied > _LAST:
            break
        reviewed = add_months(named, 12) + timedelta(days=rng.randint(-12, 9))
        odd = {20: "struck", 47: "failed", 60: "failed"} if kind == PRACTICE else {9: "failed"}
        fate = odd.get(number, "")
        found.append(Point(compound, kind, applied, named, reviewed, not fate, add_months(named, 15) if fate == "struck" else None))
    return found


def _row(one: Point, today: date) -> Row:
    reviewed = one.reviewed <= today
    status = "已命名" if one.named <= today else "申报中"
    if reviewed:
        status = "复核通过" if one.passed else "复核未通过"
    struck = one.struck is not None and one.struck <= today
    return {"compound_id": one.compound.id, "compound_name": one.compound.name, "subdistrict": one.compound.code, "point_type": one.kind,
            "status": "已取消" if struck else status, "apply_date": one.applied, "named_date": one.named if one.named <= today else None,
            "review_date": one.reviewed if reviewed else None,
            "note": "物业服务企业更换，取消命名" if struck else "限期整改后再次复核" if status == "复核未通过" else None}
