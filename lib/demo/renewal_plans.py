"""Which renewal projects there are: type, place, size, start and pace.

Its one rule: what is scripted by hand stands in the two tables here; everything else follows from a draw.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from lib.demo.making import CODES, chance, days_after

SELF_CONTAINED, REBUILT = "旧住房成套改造", "拆除重建"
SPECIAL, REPAIRED, LIFTED = "老旧小区专项提升改造", "旧住房综合修缮", "既有多层住宅加装电梯"
BOUGHT_OUT, VILLAGE, SLAB, HAZARD = "旧城区改建（征收）", "“城中村”改造", "小梁薄板房屋改造", "安全隐患房屋处置"


@dataclass(frozen=True, slots=True)
class Plan:
    """One project. anchor: a stage and the day it begins; without it `start` begins the first stage.

    pace: actual over planned duration. stall: months that a stage takes longer. signed: (days in 协议签订, households).
    batch: name of a yearly programme over several compounds; otherwise the project lies in one compound.
    """

    type: str
    place: str
    start: date
    pace: float
    households: int
    anchor: tuple[str, date] | None = None
    stall: dict[str, int] = field(default_factory=dict)
    signed: tuple[tuple[int, int], ...] = ()
    batch: str = ""
    risk: str = ""

    @property
    def code(self) -> str:
        """The 街镇."""
        return CODES[self.place]


_SIGN = "协议签订"

SCRIPTED: tuple[Plan, ...] = (
    Plan(SELF_CONTAINED, "甘泉", date(2022, 11, 8), 1.0, 200, (_SIGN, date(2024, 6, 3)), {_SIGN: 2},
         ((0, 0), (28, 96), (60, 158), (90, 181), (116, 190), (148, 191), (180, 197))),
    Plan(SELF_CONTAINED, "宜川", date(2022, 9, 14), 1.2, 162, (_SIGN, date(2024, 4, 16)), {_SIGN: 6},
         ((0, 0), (30, 61), (75, 117), (120, 139), (167, 148), (210, 151), (270, 153), (305, 154), (360, 162)),
         risk="签约进度放缓，剩余户家庭内部意见不一"),
    Plan(REBUILT, "石泉", date(2022, 3, 21), 1.3, 310, (_SIGN, date(2024, 1, 9)), {_SIGN: 40},
         ((0, 0), (60, 160), (120, 240), (200, 266), (260, 271), (900, 273), (1010, 274)),
         risk="签约率长期停滞，部分产权人要求调整安置方式"),
    Plan(REBUILT, "曹杨", date(2022, 6, 15), 1.0, 420, (_SIGN, date(2024, 8, 12)), {_SIGN: 3},
         ((0, 0), (18, 102), (49, 233), (80, 301), (110, 352), (140, 384), (172, 396), (200, 401), (240, 420))),
    Plan(SLAB, "长寿", date(2022, 10, 11), 1.1, 96, (_SIGN, date(2024, 7, 22)), {_SIGN: 2}, risk="继承手续未办结，共有人尚未到场签约"),
    Plan(SELF_CONTAINED, "真如", date(2020, 9, 7), 1.0, 1120),
    Plan(SELF_CONTAINED, "石泉", date(2019, 11, 12), 1.05, 1980),
    Plan(SELF_CONTAINED, "长风", date(2021, 6, 16), 1.4, 176, stall={"施工": 7}, risk="地下管线迁改滞后，影响竣工节点"),
    Plan(SELF_CONTAINED, "曹杨", date(2023, 10, 19), 1.2, 188),
    Plan(SELF_CONTAINED, "甘泉", date(2024, 9, 10), 1.3, 142),
    Plan(SELF_CONTAINED, "宜川", date(2023, 9, 18), 1.2, 160, (_SIGN, date(2026, 6, 9)), {_SIGN: 2},
         ((0, 0), (21, 58), (52, 101), (83, 129), (113, 143), (143, 152), (175, 154), (220, 160))),
    Plan(REBUILT, "甘泉", date(2023, 6, 20), 1.2, 288, (_SIGN, date(2026, 3, 17)), {_SIGN: 12},
         ((0, 0), (44, 121), (75, 186), (105, 228), (136, 252), (167, 264), (197, 269), (228, 271), (320, 275)),
         risk="签约进度放缓，个别住户要求提前安排过渡房"),
    Plan(REBUILT, "宜川", date(2020, 4, 15), 1.1, 268),
    Plan(REBUILT, "真如", date(2021, 11, 8), 1.3, 232),
    Plan(REBUILT, "长风", date(2023, 5, 24), 1.25, 354, stall={"规划研究方案": 4}, risk="控规优化方案尚待批复"),
    Plan(REBUILT, "桃浦", date(2025, 1, 18), 1.3, 206),
    Plan(SLAB, "甘泉", date(2020, 12, 9), 1.0, 84),
    Plan(SLAB, "石泉", date(2022, 1, 18), 1.15, 112),
    Plan(SLAB, "长风", date(2023, 8, 29), 1.3, 76, stall={"实施方案编制": 4}, risk="房屋检测结论需复核，方案编制延后"),
    Plan(BOUGHT_OUT, "长寿", date(2022, 8, 22), 1.0, 486),
    Plan(BOUGHT_OUT, "石泉", date(2024, 1, 17), 1.1, 642),
    Plan(BOUGHT_OUT, "宜川", date(2025, 2, 25), 1.0, 318),
    Plan(BOUGHT_OUT, "曹杨", date(2026, 8, 26), 1.0, 274),
    Plan(VILLAGE, "桃浦", date(2022, 5, 11), 1.25, 524, stall={"搬迁": 8}, risk="集体土地上企业搬离补偿尚在协商"),
    Plan(VILLAGE, "长征", date(2023, 11, 15), 1.1, 392),
    Plan(HAZARD, "长寿", date(2024, 2, 20), 1.0, 38),
    Plan(HAZARD, "曹杨", date(2023, 7, 12), 1.3, 52, stall={"施工": 5}, risk="雨季施工，外墙作业面移交延后"),
    Plan(HAZARD, "真如", date(2025, 9, 16), 1.0, 24),
)


def plans() -> tuple[Plan, ...]:
    """All projects but 曹杨八村, in a fixed order."""
    return (*SCRIPTED, *_repairs(chance("renewal", "repairs")), *_lifts(chance("renewal", "lifts")))


def _pace(rng: random.Random) -> float:
    return rng.choices((rng.uniform(0.85, 1.0), rng.uniform(1.0, 1.2), rng.uniform(1.3, 1.6)), (60, 25, 15))[0]


def _repairs(rng: random.Random) -> Iterator[Plan]:
    done = (("长征", 2020), ("桃浦", 2020), ("长风", 2021), ("甘泉", 2021), ("曹杨", 2021), ("宜川", 2022), ("真如", 2022), ("石泉", 2023))
    for place, year in done:
        yield Plan(SPECIAL, place, days_after(date(year, 2, 1), 0, 200, rng), _pace(rng), rng.randint(12_500, 19_500),
                   batch=f"{place}{year + 1}年度专项提升（演示批次）")
    for place, start in (("长寿", date(2024, 3, 12)), ("万里", date(2024, 10, 22)), ("桃浦", date(2025, 6, 10))):
        yield Plan(SPECIAL, place, start, _pace(rng), rng.randint(600, 1900), stall={"招投标": 2} if place == "长寿" else {},
                   risk="招标流标一次，正在重新组织招标" if place == "长寿" else "")
    for place, year in (("曹杨", 2020), ("石泉", 2021), ("宜川", 2021), ("甘泉", 2022), ("长寿", 2022), ("真如", 2023)):
        yield Plan(REPAIRED, place, days_after(date(year, 1, 20), 0, 240, rng), _pace(rng), rng.randint(2600, 6400),
                   batch=f"{place}{year + 1}年度综合修缮（演示批次）")
    for place, start in (("长风", date(2024, 1, 16)), ("长征", date(2025, 1, 14)), ("甘泉", date(2025, 11, 11))):
        yield Plan(REPAIRED, place, start, _pace(rng), rng.randint(380, 1100))


def _lifts(rng: random.Random) -> Iterator[Plan]:
    done = (("曹杨", 2020), ("甘泉", 2020), ("长风", 2021), ("石泉", 2021), ("宜川", 2022), ("真如", 2022), ("长征", 2023), ("桃浦", 2023))
    for place, year in done:
        yield Plan(LIFTED, place, days_after(date(year, 1, 15), 0, 150, rng), rng.uniform(0.85, 1.05), rng.randint(1400, 2600),
                   batch=f"{place}{year + 1}年度加装电梯（演示批次）")
    running = (("长寿", date(2023, 12, 12)), ("真如", date(2024, 5, 21)), ("曹杨", date(2024, 11, 19)),
               ("石泉", date(2025, 5, 13)), ("桃浦", date(2026, 1, 20)))
    for place, start in running:
        yield Plan(LIFTED, place, start, _pace(rng), rng.randint(60, 190), stall={"征询表决": 5} if place == "真如" else {},
                   risk="低楼层业主意见未统一，表决延期" if place == "真如" else "")
