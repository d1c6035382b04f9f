"""Chance, names and places for the demonstration world.

Its one rule: every draw comes from a generator seeded by a text, every name is plainly made up, nothing names a person.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from lib.datasets.boundaries import shipped_boundary
from lib.datasets.places import subdistricts, unit_name
from lib.spec.geodesy import BD09, GCJ02, SHANGHAI, WGS84, from_wgs84, inside
from lib.spec.period import Period, add_months, end_of, shift

SEED = "yijuputuo-1"
FIRST = Period("2024-09")
PERIODS: tuple[Period, ...] = tuple(shift(FIRST, months) for months in range(26))
"""The months of the demonstration, 2024-09 to 2026-10."""

BASE_DAY = date(2024, 9, 30)
"""The day at which the published figures of the article hold."""

LAST_DAY = end_of(PERIODS[-1])
"""The last day of the demonstration: what leaders see first."""

Row = dict[str, object]

NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
CODES = {one.short_name: one.code for one in subdistricts()}
"""Short name of a 街镇 → its code."""


def chance(*parts: object) -> random.Random:
    """A generator of its own for one purpose; the same parts give the same draws on every machine."""
    return random.Random(":".join((SEED, *map(str, parts))))


def short(code: str) -> str:
    """The short name of a 街镇."""
    return unit_name(code, short=True)


def firm(kind: str, number: int) -> str:
    """A made-up company: firm("物业", 3) is 演示物业三公司."""
    tens, ones = divmod(number, 10)
    text = (("" if tens == 1 else NUMERALS[tens - 1]) + "十" if tens else "") + (NUMERALS[ones - 1] if ones else "")
    return f"演示{kind}{text}公司"


def lane(code: str, number: int) -> str:
    """A made-up address."""
    return f"{short(code)}演示路{number}弄"


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts in proportion to the weights that add up to the total exactly (largest remainders)."""
    scale = total / sum(weights)
    parts = [int(weight * scale) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (parts[index] - weights[index] * scale, index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def month_after(day: date, months: float, rng: random.Random) -> date:
    """A random day of the month so many months later or earlier."""
    return add_months(day.replace(day=1), int(months)).replace(day=rng.randint(2, 28))


def months_between(start: date, end: date) -> float:
    """Months from one day to another, with their fraction."""
    return (end.year - start.year) * 12 + end.month - start.month + (end.day - start.day) / 31


def days_after(day: date, least: int, most: int, rng: random.Random) -> date:
    """A day between `least` and `most` days later."""
    return day + timedelta(days=rng.randint(least, most))


def point_in(code: str, rng: random.Random) -> tuple[float, float]:
    """A point (lon, lat, five decimals) inside the outline of a 街镇."""
    rings = shipped_boundary().of[code].polygons[0]
    lons, lats = [lon for lon, _ in rings[0]], [lat for _, lat in rings[0]]
    while True:
        lon, lat = round(rng.uniform(min(lons), max(lons)), 5), round(rng.uniform(min(lats), max(lats)), 5)
        if inside(rings, lon, lat):
            return lon, lat


WRITES_IN = {"310107021": BD09, "310107022": SHANGHAI, "310107102": GCJ02}
"""万里 takes its points from a Baidu map, 真如 from survey plans, 长征 from an Amap one; all others give WGS-84."""


def place_in(code: str, rng: random.Random) -> Row:
    """Coordinates of a point inside a 街镇, as its office writes them."""
    datum = WRITES_IN.get(code, WGS84)
    lon, lat = from_wgs84(datum, *point_in(code, rng))
    decimals = 1 if datum == SHANGHAI else 6
    return {"lon": round(lon, decimals), "lat": round(lat, decimals), "datum": datum}
