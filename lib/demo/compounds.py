"""The 678 compounds. Its one rule: eligibility follows from the day and share of handover on the last day of the month."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.demo.making import (
    CODES,
    PERIODS,
    Row,
    chance,
    days_after,
    firm,
    lane,
    months_between,
    point_in,
)
from lib.spec.period import Period, add_months, end_of

COUNTS = {"曹杨": 60, "长风": 78, "长寿": 92, "甘泉": 72, "石泉": 74, "宜川": 62, "万里": 36, "真如": 66, "长征": 70, "桃浦": 68}
"""Compounds by 街镇, 678 together; the split is made up."""

NAMED = {
    "曹杨八村": ("曹杨", "售后公房", 1957),
    "金鼎公寓": ("长征", "早期商品房", 1998),
    "苏堤春晓": ("长寿", "商品房", 2004),
    "大上海城市花园": ("长寿", "早期商品房", 1999),
}
"""Compounds the article names; 街镇 (but for 曹杨八村), type and year are made up."""

PILOTS = ("金鼎公寓", "苏堤春晓")
NEW, SINGLE_OWNER = 13, 8
"""Compounds not eligible in 2024-09: newly handed over, and of one owner only; 21 together."""

_PUBLIC_SHARE = {"曹杨": 0.75, "甘泉": 0.65, "石泉": 0.6, "宜川": 0.65, "真如": 0.45, "长风": 0.4, "长寿": 0.35,
                 "桃浦": 0.4, "长征": 0.25, "万里": 0.05}
_AREA_PER_HOUSEHOLD = {"直管公房": 38, "系统公房": 42, "售后公房": 52, "售后公房与商品房混合": 66, "早期商品房": 82, "商品房": 98,
                       "保障性住房": 64}
_FEES = {"直管公房": 0.6, "系统公房": 0.65, "售后公房": 0.8, "售后公房与商品房混合": 1.05, "早期商品房": 1.35, "商品房": 2.4,
         "保障性住房": 1.5}


@dataclass(frozen=True, slots=True)
class Compound:
    """One compound: what does not change, and what its months follow from.

    handover: first handover where it decides eligibility. pace: points sold at handover and per month after it.
    gaps: field → the month from which the office has filled it. Its fee is that of 2024-09: see `fees` for the rises.
    """

    id: str
    name: str
    code: str
    base: Row
    handover: date | None = None
    pace: tuple[float, float] = (0.0, 0.0)
    single_owner: bool = False
    gaps: tuple[tuple[str, Period], ...] = ()
    contracts: tuple[tuple[date, date], ...] = ()
    party_from: date = date(2020, 7, 1)

    def sold_pct(self, day: date) -> float | None:
        """Share of area sold and handed over, in points."""
        if self.handover is None:
            known = self.base["sold_delivered_pct"]
            return known if isinstance(known, float) else None
        if day < self.handover:
            return 0.0
        return round(min(98.0, self.pace[0] + self.pace[1] * months_between(self.handover, day)), 1)

    def eligible(self, day: date) -> bool:
        """物业管理规定 13: half of the area handed over, or two years since the first handover; not with one owner."""
        if self.single_owner:
            return False
        if self.handover is None:
            return True
        return (self.sold_pct(day) or 0.0) >= 50 or add_months(self.handover, 24) <= day


@lru_cache(maxsize=1)
def compounds() -> tuple[Compound, ...]:
    """All 678, in the order of their ids."""
    rng = chance("compounds", "special")
    plain = [(place, number) for place, count in COUNTS.items() for number in range(1, count + 1)]
    named = {(place, 40 + index): name for index, (name, (place, _, _)) in enumerate(NAMED.items())}
    special = rng.sample([spot for spot in plain if spot not in named], NEW + SINGLE_OWNER)
    return tuple(sorted((_compound(place, number, named.get((place, number), ""), special) for place, number in plain),
                        key=lambda one: one.id))


def rows(period: Period) -> list[Row]:
    """The rows of a month."""
    return [_row(one, period) for one in compounds()]


def _compound(place: str, number: int, name: str, special: list[tuple[str, int]]) -> Compound:
    code = CODES[place]
    key = f"PT{code[-3:]}{number:04d}"
    rng = chance("compound", key)
    rank = special.index((place, number)) if (place, number) in special else None
    single = rank is not None and rank >= NEW
    handover = add_months(date(2022, 10, 20), int(rank * 2.4)).replace(day=rng.randint(5, 28)) if rank is not None and not single else None
    if rank == 0:
        handover = date(2022, 10, 20)
    kind, year = _kind_and_year(place, rng, name, handover, single)
    households = rng.choice((rng.randint(40, 160), rng.randint(160, 700), rng.randint(300, 1100), rng.randint(700, 2400)))
    buildings = max(1, round(households / rng.uniform(28, 90)))
    fee = round(_FEES[kind] * rng.uniform(0.8, 1.3), 2)
    old_handover = date(year, rng.randint(1, 12), rng.randint(1, 28)) if year >= 1999 and not single and rng.random() < 0.85 else None
    base: Row = {
        "compound_id": key,
        "compound_name": name or f"{place}演示小区{number:03d}",
        "compound_alias": _alias(place, number, rng) if not name else None,
        "subdistrict": code,
        "neighbourhood_committee": f"{place}演示第{(number - 1) // 4 + 1}居委会",
        "address": lane(code, 10 + number * 3),
        "housing_class": kind,
        "built_year": year,
        "gfa_m2": round(households * _AREA_PER_HOUSEHOLD[kind] * rng.uniform(0.85, 1.25), 1),
        "households": households,
        "buildings": buildings,
        "entrances": buildings + round(buildings * rng.uniform(0, 2.2)),
        "first_handover_date": old_handover,
        "sold_delivered_pct": 0.0 if single else round(rng.triangular(62, 100, 97), 1) if rng.random() < 0.92 else None,
        "property_firm": firm("物业", rng.randint(1, 26)),
        "pm_fee": fee,
        "lon": None, "lat": None, "datum": None,
    }
    if name or rng.random() < 0.93:
        lon, lat = point_in(code, rng)
        base |= {"lon": lon, "lat": lat, "datum": "WGS-84"}
    pace = rng.uniform(5, 12), rng.uniform(0.8, 1.5)
    gaps = () if name else _gaps(rng)
    _pass_over(rng)
    return Compound(key, str(base["compound_name"]), code, base, handover, pace, single, gaps, _contracts(rng, handover),
                    _party_from(key))


def _kind_and_year(place: str, rng: random.Random, name: str, handover: date | None, single: bool) -> tuple[str, int]:
    if name:
        return NAMED[name][1], NAMED[name][2]
    if handover:
        return "商品房", handover.year - rng.randint(0, 1)
    if single:
        return rng.choice(("直管公房", "保障性住房")), rng.randint(1985, 2019)
    if rng.random() < _PUBLIC_SHARE[place]:
        kind = rng.choices(("售后公房", "系统公房", "直管公房", "售后公房与商品房混合"), (70, 6, 6, 18))[0]
        return kind, rng.randint(1952, 1996) if kind != "售后公房与商品房混合" else rng.randint(1986, 1999)
    kind = rng.choices(("早期商品房", "商品房", "保障性住房"), (32, 60, 8))[0]
    return kind, rng.randint(1990, 1999) if kind == "早期商品房" else rng.randint(2000, 2019)


def _alias(place: str, number: int, rng: random.Random) -> str | None:
    names = [f"{place}演示新村{number}号院", f"{place}演示苑{number:03d}"]
    draw = rng.random()
    return None if draw > 0.12 else names[0] if draw > 0.03 else "、".join(names)


def _gaps(rng: random.Random) -> tuple[tuple[str, Period], ...]:
    rates = {"built_year": 0.05, "gfa_m2": 0.04, "households": 0.02, "property_firm": 0.04, "neighbourhood_committee": 0.02,
             "address": 0.02, "housing_class": 0.02, "buildings": 0.05, "entrances": 0.06, "pm_fee": 0.06}
    return tuple((name, rng.choice((Period("9999-12"), *PERIODS[3:]))) for name, rate in rates.items() if rng.random() < rate)


def _pass_over(rng: random.Random) -> None:
    """Draws that once told of fees: taken and left, so that what is drawn after them stays as it was published."""
    if rng.random() < 0.3:
        for choices in (PERIODS[1:], range(6)):
            rng.choice(choices)


def _party_from(key: str) -> date:
    """When the work of the party came to cover a compound: most long ago, some by and by, a few not yet."""
    rng = chance("party", key)
    return date(2020, 7, 1) if rng.random() < 0.885 else days_after(date(2024, 10, 8), 0, 880, rng)


def _contracts(rng: random.Random, handover: date | None) -> tuple[tuple[date, date], ...]:
    """Spans of (signed, ends); the last one may have run out long ago."""
    if rng.random() < 0.05:
        return ()
    end = handover.replace(year=handover.year + 3) if handover else days_after(date(2022, 1, 1), 0, 1500, rng)
    spans = [(add_months(end, -36), end)]
    while end < end_of(PERIODS[-1]) and rng.random() < 0.85:
        signed = days_after(end, -60, 150, rng)
        end = add_months(max(signed, end), rng.choice((24, 36, 36)))
        spans.append((signed, end))
    return tuple(spans)


def _row(one: Compound, period: Period) -> Row:
    day = end_of(period)
    row = dict(one.base)
    if one.handover:
        row["first_handover_date"] = one.handover if one.handover <= day else None
    row["sold_delivered_pct"] = one.sold_pct(day)
    row["eligible_for_assembly"] = one.eligible(day)
    running = [end for signed, end in one.contracts if signed <= day]
    row["pm_contract_end"] = running[-1] if running else None
    row["party_covered"] = one.party_from <= day
    for name, filled_from in one.gaps:
        if period < filled_from:
            row[name] = None
    return row
