"""What each rental project is and when it is recognised and supplied.

Its one rule: the published totals (1,873 beds; 3,832, 920 and 98 units; 32,665, 24,183 and 7,438 at the end of 2025)
are shared out here, exactly, and nowhere else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lib.demo.making import CODES, apportion, chance, days_after, month_after

RAISED_2025, SUPPLIED_2025 = 32_665, 24_183
CONVERSIONS_2025 = (32, 7_438)

NEW, BUILT_WITH, CONVERTED, TAKEN_IN, BOUGHT = "新建", "配建", "非居住存量房屋改建", "存量租赁房纳管", "收购存量房源"
_WORDS = {NEW: "新建公寓", BUILT_WITH: "配建公寓", CONVERTED: "改建公寓", TAKEN_IN: "租赁社区", BOUGHT: "安居公寓"}
_WEIGHTS = {"曹杨": 5, "长风": 12, "长寿": 10, "甘泉": 6, "石泉": 8, "宜川": 6, "万里": 9, "真如": 13, "长征": 14, "桃浦": 17}


@dataclass(frozen=True, slots=True)
class Plan:
    """One project. works: the day building began; supply: the day of supply or of listing; bedrooms: br1, br2, br3plus."""

    id: str
    name: str
    code: str
    tier: str
    source: str
    units: int
    recognised: date
    works: date | None
    supply: date | None
    beds: int | None = None
    bedrooms: tuple[int, int, int] | None = None
    area: float | None = None
    building_class: str = "住宅型"
    note: str = ""


_BUILDING: tuple[tuple[str, tuple[int, int, int], date, date, date], ...] = (
    ("真如", (620, 180, 20), date(2020, 11, 12), date(2021, 3, 18), date(2023, 9, 20)),
    ("长征", (400, 144, 16), date(2021, 2, 24), date(2021, 6, 10), date(2023, 11, 28)),
    ("桃浦", (560, 180, 20), date(2022, 5, 17), date(2022, 9, 26), date(2025, 6, 24)),
    ("万里", (320, 100, 10), date(2022, 9, 8), date(2023, 2, 14), date(2025, 10, 22)),
    ("长风", (470, 150, 20), date(2023, 3, 21), date(2023, 8, 30), date(2026, 4, 23)),
    ("石泉", (310, 92, 8), date(2023, 10, 18), date(2024, 3, 6), date(2026, 9, 15)),
)
"""Projects under way in 2024-09 beside 中岚居: 街镇, bedrooms, recognised, works, supply. With it: 3,832, 920 and 98."""

_BEDS: tuple[tuple[str, int, date, date | None], ...] = (
    ("长寿", 412, date(2022, 8, 16), date(2022, 12, 6)),
    ("长风", 356, date(2022, 11, 22), date(2023, 3, 14)),
    ("真如", 298, date(2023, 4, 11), date(2023, 8, 8)),
    ("万里", 305, date(2023, 6, 27), date(2023, 10, 24)),
    ("桃浦", 502, date(2023, 8, 22), date(2023, 12, 19)),
    ("长征", 284, date(2024, 8, 20), date(2025, 1, 14)),
    ("桃浦", 366, date(2025, 5, 20), date(2025, 9, 23)),
    ("甘泉", 318, date(2025, 11, 18), date(2026, 3, 24)),
    ("石泉", 276, date(2026, 6, 16), date(2026, 12, 15)),
    ("曹杨", 198, date(2026, 12, 8), None),
    ("长寿", 420, date(2027, 3, 16), None),
)
"""一张床: 街镇, beds, recognised, listed. The first five hold 1,873 beds; 长征 makes the coverage 6/10, 甘泉 7/10."""


def plans() -> tuple[Plan, ...]:
    """All projects, numbered in the order in which they were recognised."""
    found = sorted((*_fixed(), *_drawn()), key=lambda one: (one.recognised, one.name))
    numbers: dict[str, int] = {}
    named = []
    for index, one in enumerate(found, start=1):
        numbers[one.name] = numbers.get(one.name, 0) + 1
        name = one.name if one.name == "中岚居" else f"{one.name}{numbers[one.name]:02d}"
        named.append(replace(one, id=f"PTZL{index:03d}", name=name))
    return tuple(named)


def _name(place: str, source: str) -> str:
    return f"{place}演示{_WORDS[source]}"


def _fixed() -> Iterator[Plan]:
    yield Plan("", "中岚居", CODES["石泉"], "一套房", NEW, 1230, date(2020, 6, 18), date(2020, 10, 22), date(2023, 8, 18),
               bedrooms=(1152, 74, 4), area=43_000.0, note="中兴村原址；2024年2月挂牌上海文化人才之家，文化人才公寓150间")
    for place, bedrooms, known, works, supply in _BUILDING:
        yield Plan("", _name(place, NEW), CODES[place], "一套房", NEW, sum(bedrooms), known, works, supply, bedrooms=bedrooms)
    for place, beds, known, listed in _BEDS:
        yield Plan("", f"{place}演示建设者管理者之家", CODES[place], "一张床", CONVERTED, units_of_beds(beds), known, None, listed,
                   beds=beds, building_class="宿舍型")


def units_of_beds(beds: int) -> int:
    """Rooms that hold so many beds (see `rental.rooms`)."""
    six, two = beds // 60, beds // 25
    four, one = divmod(beds - 6 * six - 2 * two, 4)
    return six + two + four + one


def _drawn() -> Iterator[Plan]:
    """The rest: supplied by the end of 2025, raised by then but not supplied, and later ones."""
    rng = chance("rental", "drawn")
    fixed = list(_fixed())
    end = date(2025, 12, 31)
    conversions = [one for one in fixed if one.source == CONVERTED and one.supply and one.supply <= end]
    supplied = sum(one.units for one in fixed if one.supply and one.supply <= end and one.source != CONVERTED)
    raised = sum(one.units for one in fixed if one.recognised <= end) - supplied - sum(one.units for one in conversions)
    sources = [BUILT_WITH] * 15 + [TAKEN_IN] * 22 + [BOUGHT] * 4
    yield from _batch(rng, sources, SUPPLIED_2025 - CONVERSIONS_2025[1] - supplied, late=8)
    count = CONVERSIONS_2025[0] - len(conversions)
    yield from _batch(rng, [CONVERTED] * count, CONVERSIONS_2025[1] - sum(one.units for one in conversions), late=7)
    waiting = [NEW] * 6 + [BUILT_WITH] * 8 + [CONVERTED] * 6 + [TAKEN_IN] * 2
    yield from _waiting(rng, waiting, RAISED_2025 - SUPPLIED_2025 - raised)
    for source in (NEW, NEW, BUILT_WITH, CONVERTED, CONVERTED, TAKEN_IN, BOUGHT):
        known = days_after(date(2026, 1, 12), 0, 400, rng)
        yield _plan(rng, source, rng.randint(120, 420), known, None, None)


def _batch(rng: random.Random, sources: list[str], total: int, late: int) -> Iterator[Plan]:
    """Projects supplied by the end of 2025, the last `late` of them after 2024-09."""
    shuffled = rng.sample(sources, len(sources))
    for index, (source, units) in enumerate(zip(shuffled, apportion(total, [rng.uniform(0.45, 1.7) for _ in sources]), strict=True)):
        recent = index >= len(sources) - late
        supply = days_after(date(2024, 10, 15), 0, 425, rng) if recent else days_after(date(2021, 9, 6), 0, 830, rng)
        quick = source in (TAKEN_IN, BOUGHT)
        known = month_after(supply, -rng.randint(2, 6) if quick else -rng.randint(11, 30), rng)
        yield _plan(rng, source, units, known, None if quick else days_after(known, 30, 120, rng), supply)


def _waiting(rng: random.Random, sources: list[str], total: int) -> Iterator[Plan]:
    """Projects raised by the end of 2025 and supplied later; building began after 2024-09 throughout."""
    for source, units in zip(sources, apportion(total, [rng.uniform(0.6, 1.5) for _ in sources]), strict=True):
        known = days_after(date(2024, 2, 5), 0, 660, rng)
        works = days_after(max(known, date(2024, 10, 8)), 25, 160, rng)
        wait = rng.randint(430, 900) if source in (NEW, BUILT_WITH) else rng.randint(150, 320)
        supply = max(days_after(works, wait, wait + 40, rng), days_after(date(2026, 1, 10), 0, 260, rng))
        yield _plan(rng, source, units, known, works, supply)


def _plan(rng: random.Random, source: str, units: int, known: date, works: date | None, supply: date | None) -> Plan:
    place = rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
    single = source == CONVERTED or (source == TAKEN_IN and rng.random() < 0.3)
    small = rng.uniform(0.7, 0.95)
    first = round(units * small)
    second = round((units - first) * rng.uniform(0.7, 1.0))
    bedrooms = (first, second, units - first - second) if source == NEW or rng.random() < 0.85 else None
    return Plan("", _name(place, source), CODES[place], "一间房" if single else "一套房", source, units, known, works, supply,
                bedrooms=bedrooms, building_class="宿舍型" if single else "住宅型")


