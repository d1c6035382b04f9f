"""The rental projects, month by month, as they follow from `rental_plans`.

Its one rule: beds are given for 一张床 only, and rented beds and rented units never stand in the same row.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.datasets.ladders import RENTAL_LADDERS
from lib.datasets.rental_projects import SECTORS
from lib.demo.making import (
    BASE_DAY,
    Row,
    chance,
    days_after,
    firm,
    lane,
    month_after,
    months_between,
    place_in,
    short,
)
from lib.demo.rental_plans import Plan, plans
from lib.spec.period import Period, add_months, end_of

_MARKET = {"长寿": 118.0, "长风": 108.0, "曹杨": 99.0, "宜川": 96.0, "石泉": 95.0, "甘泉": 93.0, "真如": 96.0, "万里": 92.0,
           "长征": 90.0, "桃浦": 74.0}
_LAND = {"新建": ("新供应国有建设用地", "企事业单位自有土地", "产业园区配套用地", "集体经营性建设用地"),
         "配建": ("新供应国有建设用地",), "非居住存量房屋改建": ("存量闲置房屋",),
         "存量租赁房纳管": ("存量闲置房屋", "企事业单位自有土地"), "收购存量房源": ("存量闲置房屋",)}


@dataclass(frozen=True, slots=True)
class Project:
    """One project: its plan, the day each stage began, what does not change, and how full it gets."""

    plan: Plan
    stages: tuple[tuple[str, date], ...]
    base: Row
    full: float
    rent: tuple[float, float]

    def stage_on(self, day: date) -> str | None:
        """The stage on a day; None before the project is known."""
        begun = [stage for stage, since in self.stages if since <= day]
        return begun[-1] if begun else None

    def since(self, stage: str, day: date) -> date | None:
        """When a stage began, if it has by that day."""
        return next((since for name, since in self.stages if name == stage and since <= day), None)


@dataclass(frozen=True, slots=True)
class Oddities:
    """The few projects that stand out, by id: low occupancy, rent above 0.9 of the market, no coordinates; of 一张床 one whose beds cost
    more than the filed rent and one that has not filed it.
    """

    low: dict[str, float]
    above_market: str
    unlocated: tuple[str, ...]
    beds_above_rent: str
    unfiled: str


@lru_cache(maxsize=1)
def oddities() -> Oddities:
    """Chosen among projects of the homes ladder that had long been supplied in 2024-09, and one later project."""
    settled = [one.id for one in plans() if one.tier != "一张床" and one.name != "中岚居" and one.supply and one.supply < date(2023, 12, 1)]
    later = [one.id for one in plans() if one.supply and one.supply > date(2026, 1, 1)]
    beds = {(short(one.code), one.supply): one.id for one in plans() if one.tier == "一张床"}
    above, unfiled = (beds[place, day] for place, day in (("桃浦", date(2025, 9, 23)), ("长征", date(2025, 1, 14))))
    return Oddities({settled[4]: 0.74, settled[15]: 0.77}, settled[9], (settled[12], later[3]), above, unfiled)


@lru_cache(maxsize=1)
def projects() -> tuple[Project, ...]:
    """All projects, in the order of their ids."""
    return tuple(_project(plan) for plan in plans())


def rows(period: Period) -> list[Row]:
    """The rows of a month: projects known by its last day."""
    day = end_of(period)
    return [_row(one, day) for one in projects() if one.stage_on(day)]


def rooms(beds: int) -> tuple[int, int, int, int]:
    """Rooms for one, two, four and six that hold exactly so many beds; mostly for four."""
    six, two = beds // 60, beds // 25
    four, one = divmod(beds - 6 * six - 2 * two, 4)
    return one, two, four, six


def _project(plan: Plan) -> Project:
    rng = chance("rental", plan.id)
    operator = firm("租赁运营", rng.randint(1, 14))
    owner = firm("置业", rng.randint(1, 18))
    base: Row = {
        "project_id": plan.id, "project_name": plan.name, "subdistrict": plan.code,
        "address": f"{lane(plan.code, rng.randint(5, 480))}{rng.randint(1, 40)}号",
        "lon": None, "lat": None, "datum": None, "product_tier": plan.tier,
        "building_class": plan.building_class, "source_mode": plan.source,
        "land_type": rng.choice(_LAND[plan.source]) if rng.random() < 0.93 else None,
        "owner_unit": owner if rng.random() < 0.97 else None, "lessor": owner if rng.random() < 0.4 else operator,
        "operator": operator if rng.random() < 0.97 else None,
        "units": plan.units, "beds": plan.beds,
        "br1": plan.bedrooms[0] if plan.bedrooms else None,
        "br2": plan.bedrooms[1] if plan.bedrooms else None, "br3plus": plan.bedrooms[2] if plan.bedrooms else None,
        "rental_area": plan.area if plan.area else round(plan.units * rng.uniform(30, 58), 1) if rng.random() < 0.94 else None,
        "target_sectors": None, "rooms_1p": None, "rooms_2p": None, "rooms_4p": None, "rooms_5to6p": None,
        "industry_home": None, "corporate_tenants": None, "note": plan.note or None,
    }
    if plan.id not in oddities().unlocated:
        base |= place_in(plan.code, rng)
    if plan.tier == "一张床" and plan.beds:
        base |= dict(zip(("rooms_1p", "rooms_2p", "rooms_4p", "rooms_5to6p"), rooms(plan.beds), strict=True))
        chosen = rng.sample(SECTORS, rng.randint(3, 6))
        base |= {"target_sectors": "、".join(name for name in SECTORS if name in chosen), "industry_home": rng.random() < 0.5}
    market = _MARKET[short(plan.code)] * rng.uniform(0.88, 1.12)
    share = 0.915 if plan.id == oddities().above_market else rng.uniform(0.78, 0.885)
    return Project(plan, _stages(plan, rng), base, oddities().low.get(plan.id, rng.uniform(0.845, 0.945)), (market, market * share))


def _stages(plan: Plan, rng: random.Random) -> tuple[tuple[str, date], ...]:
    """The day of each stage; for 一张床 `supply` is the day of listing."""
    known, listed = plan.recognised, plan.supply
    if plan.tier == "一张床":
        early = add_months(known, -rng.randint(12, 16)), add_months(known, -rng.randint(8, 11)), add_months(known, -rng.randint(4, 7))
        days = [*early, days_after(known, -40, -15, rng), known]
        if listed:
            days += [listed, month_after(listed, 12, rng)]
        return tuple(zip(RENTAL_LADDERS[plan.tier].stages, days, strict=False))
    stages: list[tuple[str, date]] = [("储备", add_months(known, -rng.randint(3, 9))), ("认定", known)]
    quick = plan.source in ("存量租赁房纳管", "收购存量房源")
    if not quick and plan.works:
        stages.append(("建设", plan.works))
    if listed:
        if not quick:
            stages.append(("竣工", max(days_after(listed, -75, -30, rng), days_after(stages[-1][1], 12, 20, rng))))
        stages += [("供应备案", listed), ("集中配租", days_after(listed, 12, 32, rng)),
                   ("常态化配租", month_after(listed, rng.randint(3, 5), rng))]
        if rng.random() < 0.15 and plan.name != "中岚居":
            stages.append(("轮候", month_after(listed, rng.randint(13, 20), rng)))
    return tuple(stages)


def _occupancy(one: Project, supplied: date, day: date) -> float:
    months = months_between(supplied, day)
    ramp = 1 - 0.5 * math.exp(-months / 1.7)
    wobble = chance("occupancy", one.plan.id, day.isoformat()).uniform(-0.012, 0.012)
    drift = 0.02 * math.sin(months / 5 + one.full * 40)
    return min(0.985, (one.full + drift) * ramp + wobble)


def _row(one: Project, day: date) -> Row:
    plan, stage = one.plan, one.stage_on(day)
    beds_tier = plan.tier == "一张床"
    row: Row = dict(one.base)
    supplied = one.since("挂牌" if beds_tier else "供应备案", day)
    recognised = one.since("认定", day)
    row |= {"stage": stage, "supply_date": supplied, "recognition_date": recognised, "leased_units": None, "leased_beds": None,
            "recognition_no": f"PTBZ-{recognised.year}-{plan.id[-3:]}" if recognised else None, "waitlist": None,
            "filed_rent": None, "market_rent": None, "bed_price": None, "listing_date": None, "review_date": None}
    row |= _prices(one, day)
    if beds_tier:
        row |= {"listing_date": supplied, "review_date": one.since("复核", day)}
    if supplied is None:
        return row
    share = _occupancy(one, supplied, day)
    rng = chance("tenants", plan.id, day.year)
    if beds_tier and plan.beds:
        row |= {"leased_beds": round(plan.beds * share), "corporate_tenants": rng.randint(4, 22)}
    elif plan.name == "中岚居":
        row["leased_units"] = 1206 if day == BASE_DAY else chance("tenants", day.isoformat()).randint(1197, 1214)
    else:
        row["leased_units"] = round(plan.units * share)
    row["waitlist"] = max(0, round((share - 0.9) * plan.units * rng.uniform(0.4, 1.4))) if rng.random() < 0.8 else None
    return row


def _bed_rent(one: Project, price: float) -> float | None:
    """The filed rent of a 一张床 project: a little above what its beds cost together, but below in one; one has not filed it."""
    plan, area = one.plan, one.base["rental_area"]
    if area is None or plan.beds is None or plan.id == oddities().unfiled:
        return None
    factor = 0.97 if plan.id == oddities().beds_above_rent else chance("bed rent", plan.id).uniform(1.02, 1.12)
    return round(price * plan.beds / float(str(area)) * factor, 2)


def _prices(one: Project, day: date) -> Row:
    """Rents rise each January by at most 3 % and stay at their share of the market."""
    if one.since("认定", day) is None:
        return {}
    rng = chance("rents", one.plan.id)
    rise = math.prod(1 + rng.uniform(0, 0.03) for _ in range(day.year - 2024))
    market, filed = one.rent
    if one.plan.tier == "一张床":
        price = float(round(rng.uniform(520, 880) * rise / 10) * 10)
        return {"bed_price": price, "filed_rent": _bed_rent(one, price)}
    if rng.random() < 0.06:
        return {"filed_rent": round(filed * rise, 2)}
    return {"filed_rent": round(filed * rise, 2), "market_rent": round(market * rise, 2)}
