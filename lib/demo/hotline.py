"""Tickets of the 12345 hotline, by compound and kind. Its one rule: only numbers of tickets; no caller, no text."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.datasets.hotline import CATEGORIES
from lib.demo.compounds import Compound, compounds
from lib.demo.making import CODES, Row, chance, short
from lib.spec.period import Period

SERVICE = "物业服务"
TREND = {"曹杨": 0.73, "长风": 0.9, "长寿": 1.09, "甘泉": 0.71, "石泉": 0.86, "宜川": 0.75, "万里": 0.94, "真如": 1.15, "长征": 0.88,
         "桃浦": 0.69}
"""Tickets on property service in 2026 over those of 2025, by 街镇; 普房管规范〔2025〕1号 rewards a fall of 20 %."""
QUIET = {("万里", Period("2025-02")), ("万里", Period("2026-02")), ("万里", Period("2026-10"))}
"""街镇 and months in which next to nobody was called back: too few to speak of a rate."""
BUSY = 105
"""Compounds whose tickets are told one by one; those of the others stand together, without a compound."""

_SHARES = dict(zip(CATEGORIES, (1.0, 0.34, 0.07, 0.11, 0.05, 0.38, 0.28, 0.17, 0.08, 0.14), strict=True))
_TOLD = (SERVICE, "房屋修缮", "停车管理", "环境卫生", "违法建筑")
_SEASON = (0.86, 0.72, 0.95, 1.0, 1.02, 1.12, 1.22, 1.18, 1.05, 0.98, 0.93, 0.97)
_A_HUNDRED = 0.31
"""Tickets on property service a month of a hundred households."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who is counted together: one busy compound, or the others of a 街镇. weight: hundreds of households, by temper."""

    code: str
    compound: Compound | None
    weight: float


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """All of them, by 街镇."""
    found = []
    temper = {one.id: chance("hotline", one.id).triangular(0.4, 2.2, 0.8) for one in compounds()}
    weigh = {one.id: int(str(one.base["households"])) / 100 * temper[one.id] for one in compounds()}
    busy = {one.id for one in sorted(compounds(), key=lambda one: -weigh[one.id])[:BUSY]}
    for code in CODES.values():
        own = [one for one in compounds() if one.code == code]
        found += [Place(code, one, weigh[one.id]) for one in own if one.id in busy]
        found.append(Place(code, None, sum(weigh[one.id] for one in own if one.id not in busy)))
    return tuple(found)


def rows(period: Period) -> list[Row]:
    """The rows of a month: every place and kind with at least one ticket."""
    return [row for place in places() for row in _rows(place, period)]


def _rows(place: Place, period: Period) -> list[Row]:
    rng = chance("hotline", period, place.code, place.compound.id if place.compound else "others")
    quiet = (short(place.code), period) in QUIET
    found = []
    for category in CATEGORIES if place.compound is None else _TOLD:
        expected = place.weight * _A_HUNDRED * _SHARES[category] * _level(place.code, category, period)
        received = _poisson(expected, rng)
        if received:
            found.append(_row(place, category, received, quiet, rng))
    return found


def _level(code: str, category: str, period: Period) -> float:
    """How busy a month is beside the mean month of 2025: by season, and for property service by the trend of the 街镇."""
    day = date(int(period[:4]), int(period[5:]), 1)
    trend = {2024: 0.97, 2025: 1.0}.get(day.year) or (TREND[short(code)] if category == SERVICE else 0.96)
    return trend * _SEASON[day.month - 1]


def _poisson(expected: float, rng: random.Random) -> int:
    if expected > 30:
        return max(0, round(rng.gauss(expected, math.sqrt(expected))))
    left, count = rng.random(), 0
    chance_of = math.exp(-expected)
    while left > chance_of and count < 200:
        left -= chance_of
        count += 1
        chance_of *= expected / count
    return count


def _of(count: int, share: float, rng: random.Random) -> int:
    return sum(rng.random() < share for _ in range(count))


def _row(place: Place, category: str, received: int, quiet: bool, rng: random.Random) -> Row:
    due = max(0, received + round(rng.gauss(0, 0.05 * received)))
    closed = _of(due, 0.991, rng)
    rated = _of(closed, 0.72, rng)
    if quiet:
        rated = min(rated, 2) if category == SERVICE and place.compound is None else 0
    one = place.compound
    return {"subdistrict": place.code, "compound_id": one.id if one else None, "compound_name": one.name if one else None,
            "category": category, "received": received, "valid": _of(received, 0.78, rng) if category == SERVICE else None, "due": due,
            "closed": closed, "rated": rated, "satisfied": _of(rated, 0.9, rng), "solved": _of(rated, 0.8, rng),
            "note": "其余小区合计" if one is None and category == SERVICE else None}
