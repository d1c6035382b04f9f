"""Places looked at for rental housing. Its one rule: all of them are made up, their weights too."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.datasets.site_candidates import SCORES
from lib.datasets.stations import metro_stations
from lib.demo.making import CODES, Row, chance, days_after, lane, place_in
from lib.spec.geodesy import metres_apart, to_wgs84
from lib.spec.period import Period, end_of

COUNT = 34
WEIGHTS = {"traffic": 20, "amenities": 15, "demand": 20, "industry": 15, "operator": 10, "conversion": 12, "balance": 8}
"""Points of 100 that a score of 5 is worth; plainly a demonstration."""
_USES = ("闲置办公楼", "停业酒店", "闲置商业裙房", "闲置厂房", "闲置学校用房", "老旧招待所", "闲置仓库")
_REASONS = ("产权不清，权利人意见不一", "消防条件难以整改", "结构检测未通过", "改造成本过高，难以保本", "规划用途即将调整")
_FAR_OFF = (7, 16, 29)
"""Numbers of candidates whose distance to a station was plainly written wrong."""
_GAPS: dict[int, Row] = {
    11: {"demand_score": None, "demand_index": None, "total_score": None},
    18: {"operator_willing": None},
    22: {"lon": None, "lat": None, "datum": None, "metro_m": None},
}
"""What some candidates have not told."""
_WEIGHT_OF = {"长寿": 4, "长风": 4, "桃浦": 6, "真如": 4, "长征": 5, "甘泉": 3, "石泉": 3, "宜川": 2, "曹杨": 2, "万里": 1}


@dataclass(frozen=True, slots=True)
class Site:
    """One candidate. known: when it was listed; decided: when it was chosen or dropped, None while it is neither."""

    base: Row
    known: date
    decided: date | None
    status: str
    reason: str | None


@lru_cache(maxsize=1)
def sites() -> tuple[Site, ...]:
    """All candidates, numbered in the order in which they were listed."""
    rng = chance("sites")
    known = sorted(days_after(date(2023, 11, 6), 0, 1040, rng) for _ in range(COUNT))
    return tuple(_site(number, day) for number, day in enumerate(known, start=1))


def rows(period: Period) -> list[Row]:
    """The rows of a month: candidates listed by its last day."""
    today = end_of(period)
    return [_row(one, today) for one in sites() if one.known <= today]


def _site(number: int, known: date) -> Site:
    rng = chance("site", number)
    place = rng.choices(tuple(_WEIGHT_OF), tuple(_WEIGHT_OF.values()))[0]
    code = CODES[place]
    scores = {name: max(1, min(5, round(rng.gauss(3.5, 1.0)))) for name, _ in SCORES}
    coordinates = place_in(code, rng)
    metro = rng.randint(120, 900) if scores["traffic"] >= 4 else rng.randint(700, 2600)
    if number not in _FAR_OFF:
        metro = _walk(coordinates, number)
    base: Row = {"candidate_id": f"PTHX{number:03d}", "candidate_name": f"{place}演示候选点{number:02d}", "subdistrict": code,
                 "address": f"{lane(code, rng.randint(5, 480))}{rng.randint(1, 60)}号", **coordinates,
                 "current_use": rng.choice(_USES), "beds_estimate": rng.randint(8, 56) * 10, "metro_m": metro,
                 "amenities_500m": 6 + scores["amenities"] * rng.randint(5, 9),
                 "demand_index": round(scores["demand"] * 17 + rng.uniform(0, 14), 1),
                 **{f"{name}_score": score for name, score in scores.items()}}
    total = sum(scores[name] * weight for name, weight in WEIGHTS.items()) / 5
    good = total >= 68
    dropped = not good and rng.random() < 0.6
    decided = known + timedelta(days=rng.randint(70, 260)) if dropped or (good and rng.random() < 0.7) else None
    checks = {"clear_title": not dropped or rng.random() < 0.5, "operator_willing": good or rng.random() < 0.4,
              "fire_check": _check(good, dropped, rng), "structure_check": _check(good, dropped, rng)}
    version = "演示权重2025版" if known < date(2026, 3, 1) else "演示权重2026版"
    base |= checks | {"total_score": round(float(total), 1), "weights_version": version} | _GAPS.get(number, {})
    return Site(base, known, decided, "放弃" if dropped else "预选", rng.choice(_REASONS) if dropped else None)


def _walk(coordinates: Row, number: int) -> int:
    """Metres on foot to the nearest station, a little more than in a straight line, to ten metres."""
    place = to_wgs84(str(coordinates["datum"]), float(str(coordinates["lon"])), float(str(coordinates["lat"])))
    straight = min(metres_apart(place, (one.lon, one.lat)) for one in metro_stations())
    return round(straight * chance("walk", number).uniform(1.2, 1.4) / 10) * 10


def _check(good: bool, dropped: bool, rng: random.Random) -> str:
    return rng.choices(("通过", "需整改", "不通过"), (7, 3, 0) if good else (2, 4, 4) if dropped else (4, 5, 1))[0]


def _row(one: Site, today: date) -> Row:
    decided = one.decided is not None and one.decided <= today
    return one.base | {"status": one.status if decided else "储备", "exclusion_reason": one.reason if decided else None, "note": None}
