"""Targets of 2025 and 2026, by indicator and 街镇. Its one rule: they are made up; what was reached the year before is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.datasets.ladders import BEDS, HOMES
from lib.demo import committees, compounds, fees, funds, lifts, red_points, renewal, rental
from lib.demo.making import CODES, Row, apportion
from lib.spec.period import Period, end_of

YEARS = (2025, 2026)
Counts = dict[str, float]
"""街镇 → a number."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One indicator. reached: by 街镇, in a month: a number, or numerator and denominator of a share (%). district: its target in
    each of `YEARS`. Of a share every 街镇 has the district's; of a number each has its part of the growth, or, where `whole`,
    of the number itself. due: of a number that is planned project by project, by 街镇 in a year; the district's is their sum.
    """

    indicator: str
    name: str
    measure: str
    district: tuple[float, float]
    reached: Callable[[Period], tuple[Counts, Counts | None]]
    whole: bool = False
    due: Callable[[int], Counts] | None = None
    basis: str = "年度工作目标（演示）"


def rows(period: Period) -> list[Row]:
    """The targets set by a month: those of its year and of the years before."""
    return [row for year in YEARS if f"{year}-01" <= period for aim in AIMS for row in _rows(aim, year)]


def _rows(aim: Aim, year: int) -> list[Row]:
    district = aim.district[YEARS.index(year)]
    over, under = aim.reached(Period(f"{year - 1}-12"))
    shared = {} if under else _shared(aim, over, district)
    if aim.due:
        shared = {code: area for code, area in aim.due(year).items() if area}
        district = round(sum(shared.values()), 1)
    base = 0.0 if under is None else sum(under.values())
    whole = sum(over.values()) if under is None else round(sum(over.values()) * 100 / base, 1) if base else None
    found = []
    for code in CODES.values():
        reached = over.get(code, 0.0)
        baseline = reached if under is None else round(reached * 100 / under[code], 1) if under.get(code) else None
        target = district if under is not None else shared.get(code)
        found.append({"indicator": aim.indicator, "indicator_name": aim.name, "subdistrict": code, "year": year, "measure": aim.measure,
                      "target": target, "district_target": district, "baseline": None if baseline is None else float(baseline),
                      "district_baseline": None if whole is None else float(whole), "due_date": date(year, 12, 31),
                      "basis": aim.basis, "note": None if target is not None else "本年度没有分解任务"})
    return found


def _shared(aim: Aim, reached: Counts, district: float) -> Counts:
    """The district's target shared out: whole numbers that add up to it."""
    weights = [reached.get(code, 0.0) for code in CODES.values()]
    if not sum(weights):
        return {}
    if aim.whole:
        parts = apportion(int(district), weights)
        return {code: float(part) for code, part in zip(CODES.values(), parts, strict=True) if part}
    grown = apportion(int(district - sum(weights)), [weight + max(weights) / 20 if weight else 0.0 for weight in weights])
    return {code: weight + part for code, weight, part in zip(CODES.values(), weights, grown, strict=True) if weight}


def _sum(rows: Iterable[Row], column: str = "") -> Counts:
    """Rows, or the sum of a column, by 街镇."""
    found = dict.fromkeys(CODES.values(), 0.0)
    for row in rows:
        value = row[column] if column else 1
        if isinstance(value, (int, float)):
            found[str(row["subdistrict"])] += value
    return found


@lru_cache(maxsize=4)
def _formed(period: Period) -> tuple[Row, ...]:
    return tuple(row for row in committees.rows(period) if row["formation_status"] == "已组建")


def _formation(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(_formed(period)), _sum(row for row in compounds.rows(period) if row["eligible_for_assembly"])


def _in_term(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(row for row in _formed(period) if not _over(row, period) and row["substitute"] == "无"), _sum(_formed(period))


def _expired(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(row for row in _formed(period) if _over(row, period) and row["substitute"] == "无"), None


def _over(row: Row, period: Period) -> bool:
    end = row["term_end"]
    return isinstance(end, date) and end < end_of(period)


def _points(kind: str) -> Callable[[Period], tuple[Counts, Counts | None]]:
    return lambda period: (_sum(row for row in red_points.rows(period) if row["point_type"] == kind and row["named_date"]
                                and row["status"] != "已取消"), _sum(compounds.rows(period)))


def _party(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(row for row in compounds.rows(period) if row["party_covered"]), _sum(compounds.rows(period))


def _topped_up(period: Period) -> tuple[Counts, Counts | None]:
    triggered = [row for row in funds.rows(period) if row["trigger_date"]]
    return _sum(row for row in triggered if row["topup_done_date"]), _sum(triggered)


def _beds(period: Period) -> tuple[Counts, Counts | None]:
    listed = BEDS.at_or_after("挂牌")
    return _sum((row for row in rental.rows(period) if row["beds"] and row["stage"] in listed), "beds"), None


def _supplied(period: Period) -> tuple[Counts, Counts | None]:
    stages = {*HOMES.at_or_after("供应备案"), "挂牌", "复核"} - {"退出"}
    return _sum((row for row in rental.rows(period) if row["stage"] in stages), "units"), None


def _lifts(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(row for row in lifts.rows(period) if row["accept_date"]), None


def _rises(period: Period) -> tuple[Counts, Counts | None]:
    return _sum(row for row in fees.rows(period) if row["year"] == int(period[:4]) and row["vote_result"] == "表决通过"
                and float(str(row["rise"])) >= 0.2), None


def _completed(kind: str) -> Callable[[Period], tuple[Counts, Counts | None]]:
    def reached(period: Period) -> tuple[Counts, Counts | None]:
        year = int(period[:4])
        return _sum((row for row in renewal.rows(period) if row["project_type"] == kind
                     and isinstance(day := row["complete_actual"], date) and day.year == year), "gfa_m2"), None
    return reached


def _planned(kind: str) -> Callable[[int], Counts]:
    """Area of the projects that are to be completed in a year, or were to be before and are not."""
    def due(year: int) -> Counts:
        known = renewal.rows(Period(f"{year - 1}-12"))
        return _sum((row for row in known if row["project_type"] == kind and row["complete_actual"] is None
                     and isinstance(day := row["complete_plan"], date) and day.year <= year), "gfa_m2")
    return due


_NEWS = "新闻报道：两年内红色物业创建目标"
AIMS: tuple[Aim, ...] = (
    Aim("G03", "业委会组建率", "%", (97.0, 98.0), _formation),
    Aim("G05", "任期有效率", "%", (82.0, 90.0), _in_term),
    Aim("G06", "超期未换届数", "个", (110.0, 60.0), _expired, whole=True),
    Aim("G13", "红色物业实践点创建率", "%", (20.0, 30.0), _points("实践点"), basis=_NEWS),
    Aim("G14", "红色物业示范点创建率", "%", (6.0, 10.0), _points("示范点"), basis=_NEWS),
    Aim("G15", "党建工作覆盖率", "%", (96.0, 100.0), _party),
    Aim("G16N", "质价双提升小区数", "个", (36.0, 42.0), _rises, whole=True),
    Aim("G19", "续筹完成率", "%", (60.0, 70.0), _topped_up),
    Aim("H02", "保租房累计供应", "套(间)", (24_000.0, 27_200.0), _supplied),
    Aim("H07", "一张床累计床位", "张", (2_480.0, 3_100.0), _beds),
    Aim("R08", "综合修缮实施面积", "㎡", (0.0, 0.0), _completed("旧住房综合修缮"), due=_planned("旧住房综合修缮")),
    Aim("R09", "专项提升实施面积", "㎡", (0.0, 0.0), _completed("老旧小区专项提升改造"), due=_planned("老旧小区专项提升改造")),
    Aim("R10", "加梯完工台数", "台", (1_290.0, 1_450.0), _lifts),
)
"""What the district aims at; a quantity that must fall has no target of −20 %, which no number of this form can say."""
