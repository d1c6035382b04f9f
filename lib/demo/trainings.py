"""Trainings of committees. Its one rule: in each year one training of the whole district reaches nearly all committees."""

from __future__ import annotations

from datetime import date

from lib.demo.committees import formed, stories
from lib.demo.making import CODES, Row, chance
from lib.spec.period import Period, end_of

DISTRICT = {Period("2024-09"): ("规范化运作评价", 12), Period("2025-06"): ("换届程序", 17), Period("2026-05"): ("综合", 20)}
"""Month → topic and day of the district's training; the first is among those of “600余名” that the article tells of."""
MISSED = 0.028
"""Of the committees invited to it, those that sent nobody."""
_TOPICS = ("换届程序", "规范化运作评价", "维修资金和公共收益", "物业服务和收费", "业委会秘书", "红色物业")


def rows(period: Period) -> list[Row]:
    """The rows of a month: trainings of single 街镇, and of the whole district where it was held."""
    today = end_of(period)
    counts = {code: sum(formed(one, today) for one in stories() if one.compound.code == code) for code in CODES.values()}
    found = _district(period, counts) if period in DISTRICT else []
    for code, committees in counts.items():
        rng = chance("trainings", period, code)
        for number in range(rng.choices((0, 1, 2), (62, 32, 6))[0]):
            invited = rng.randint(committees // 4, committees * 2 // 3)
            day = date(today.year, today.month, rng.randint(3, 13) + 14 * number)
            attended = invited - rng.randint(0, max(1, invited // 8))
            found.append(_row(code, day, _TOPICS[rng.randint(0, 2) + 3 * number], "街镇", invited, attended,
                              max(1, attended - rng.randint(0, 5)), rng.choice((2.0, 3.0, 4.0))))
    return found


def _district(period: Period, counts: dict[str, int]) -> list[Row]:
    topic, day = DISTRICT[period]
    found = []
    for code, committees in counts.items():
        present = committees - round(committees * MISSED * chance("trainings", "district", period, code).uniform(0.3, 1.7))
        found.append(_row(code, date(int(period[:4]), int(period[5:]), day), topic, "区", committees, present, present, 8.0)
                     | {"note": "全区业委会负责人集中培训"})
    return found


def _row(code: str, day: date, topic: str, held_by: str, invited: int, attended: int, committees: int, hours: float) -> Row:
    return {"subdistrict": code, "training_date": day, "topic": topic, "held_by": held_by, "invited": invited, "attended": attended,
            "committees": committees, "hours": hours, "note": None}
