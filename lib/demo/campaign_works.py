"""Alliances, brands, workrooms and the handbook of the three campaigns. Its one rule: all of it is made up, the names plainly so."""

from __future__ import annotations

from datetime import date

from lib.datasets.campaign_works import ALLIANCE, BRAND, DONE, ENDED, HANDBOOK, PREPARING, WORKROOM
from lib.demo.committees import formed, stories
from lib.demo.making import CODES, PERIODS, Row, chance
from lib.spec.period import Period, end_of, period_of, window_months

ALLIANCES = {
    "曹杨": date(2021, 6, 25), "长风": date(2022, 3, 18), "长寿": date(2021, 11, 9), "甘泉": None, "石泉": date(2022, 9, 20),
    "宜川": date(2023, 4, 12), "万里": date(2025, 5, 16), "真如": date(2022, 6, 30), "长征": date(2024, 12, 6), "桃浦": date(2023, 1, 13),
}
"""街镇 → the day on which its alliance was set up; that of 甘泉 is still being prepared."""
BRANDS = {
    "曹杨": date(2022, 7, 1), "长寿": date(2023, 6, 29), "石泉": date(2024, 3, 15), "长征": date(2025, 6, 27), "桃浦": date(2024, 6, 28),
}
LOST = {"石泉": date(2026, 3, 31)}
"""A brand that was given up."""
WORKROOMS = {
    "曹杨": date(2023, 9, 15), "长风": date(2024, 4, 26), "长寿": date(2023, 12, 8), "宜川": date(2025, 3, 21), "真如": date(2024, 7, 5),
    "长征": None, "桃浦": date(2024, 5, 17),
}
"""The other three 街镇 have none; 长征 has been preparing one since `PREPARED`."""
PREPARED = Period("2026-02")
HANDED_OUT = {place: date(2023, 11, 6 + 2 * at) for at, place in enumerate(CODES)}
_LAST = len(PERIODS)


def rows(period: Period) -> list[Row]:
    """The rows of a month."""
    today = end_of(period)
    found = [_work(place, ALLIANCE, f"{place}演示物业党建联盟", day, period) for place, day in ALLIANCES.items()]
    found += [_work(place, BRAND, f"{place}演示红管家品牌", day, period) for place, day in BRANDS.items() if day <= today]
    found += [
        _work(place, WORKROOM, f"{place}演示双业红实训工作室", day, period) for place, day in WORKROOMS.items()
        if (day <= today if day else period >= PREPARED)
    ]
    return found + [_handbook(place, day, period) for place, day in HANDED_OUT.items()]


def _work(place: str, kind: str, name: str, day: date | None, period: Period) -> Row:
    today = end_of(period)
    standing = day is not None and day <= today
    lost = kind == BRAND and place in LOST and LOST[place] <= today
    members = chance("members", place).randint(9, 26) - (0 if standing else 4)
    return {
        "subdistrict": CODES[place], "work_kind": kind, "work_name": name, "status": ENDED if lost else DONE if standing else PREPARING,
        "set_up_date": day if standing else None, "members": members if kind == ALLIANCE else None,
        "activities": _activities(name, day, period) if standing and kind != BRAND else None,
        "note": "品牌所属企业更换，不再使用" if lost else None,
    }


def _activities(name: str, since: date | None, period: Period) -> int:
    """What was held from January, or from the day on which it was set up."""
    assert since is not None
    first = period_of(since)
    return sum(chance("activities", name, when).randint(0, 3) for when in window_months(period, "year") if when >= first)


def _handbook(place: str, day: date, period: Period) -> Row:
    """Copies and committees reached grow from month to month."""
    today, gone = end_of(period), PERIODS.index(period) + 1
    rng = chance("handbook", place)
    committees = sum(formed(one, today) for one in stories() if one.compound.code == CODES[place])
    start = rng.uniform(0.45, 0.7)
    reached = int(committees * (start + (rng.uniform(0.88, 1.0) - start) * gone / _LAST))
    copies = reached * rng.randint(5, 8) + 10 * rng.randint(4, 12) + gone * rng.randint(2, 9)
    return {"subdistrict": CODES[place], "work_kind": HANDBOOK, "work_name": "双业红赋能手册", "status": DONE, "set_up_date": day,
            "copies": copies, "committees": reached}
