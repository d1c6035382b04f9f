"""Rental rules on numbers small enough to check by hand: bands, pace, coverage, sectors, rents, and what is derived from a row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from lib.datasets.thresholds import Threshold, shipped_registry
from lib.rules.rental_beds import (
    CONVERTING,
    NOTHING,
    PREPARING,
    PRESELECTED,
    RESERVED,
    UNTOLD,
    next_coverage,
    sectors_served,
)
from lib.rules.rental_mix import total_band
from lib.rules.rental_pace import plan_pace
from lib.rules.rental_rents import (
    CARRIED_NOW,
    CARRIED_THEN,
    MARKET_UNKNOWN,
    NO_RENT,
    NO_RENT_THEN,
    NOT_THEN,
    OVER,
    UNKNOWN,
    WITHIN,
    rent_rises,
)
from tests.support.published import rental
from tests.support.small import A, B, C, candidate, snapshot

PLAN = shipped_registry().rows_of("beds.plan_2030")[0]


# -- bands -------------------------------------------------------------------------------------------------------------


def test_the_band_of_the_article() -> None:
    """3,832 is 79 % of 4,821 to 4,881; 920 is 19 % of 4,718 to 4,972."""
    band = total_band([(3832, 79), (920, 19)])
    assert band is not None
    assert (band.low, band.high, band.known, band.rest) == (4821, 4881, 4752, (69, 129))
    assert [round(float(one), 1) for one in band.rest_share] == [1.4, 2.6]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(920, 19)], (4718, 4972)),
        ([(1, 50)], (2, 2)),  # 1/2 alone: 1/1 is 100 %, 1/3 is 33 %
        ([(1, 100)], (1, 1)),
        ([(199, 100)], (199, 200)),  # 99.5 % is shown as 100 %
        ([(60, 50), (60, 50)], (120, 121)),  # 60/119 rounds to 50 too, but the parts alone are 120; 49.6 % of 121
        ([(10, 50), (10, 20)], None),
    ],
)
def test_a_band(parts: list[tuple[int, int]], expected: tuple[int, int] | None) -> None:
    band = total_band(parts)
    assert (None if band is None else (band.low, band.high)) == expected


def test_a_band_needs_parts() -> None:
    with pytest.raises(ValueError, match="no parts"):
        total_band([])


# -- pace --------------------------------------------------------------------------------------------------------------


def test_the_pace_that_the_plan_needs() -> None:
    """From October 2026 to December 2030 are 50 months; 3,200 − 700 = 2,500 are 50 a month. 600 in 12 months are 50 a month, too."""
    found = plan_pace(PLAN, date(2026, 10, 31), added=700, recent=600, window=12, projects=5, small=5)
    assert (found.left, found.months_left, found.needed, found.pace) == (2500, 50, 50, 50)
    assert (found.by_the_end, found.doubt) == (3200, "")
    slower = plan_pace(PLAN, date(2026, 10, 31), added=700, recent=550, window=12, projects=9, small=5)
    assert slower.by_the_end == 700 + Fraction(550, 12) * 50


@pytest.mark.parametrize(
    ("day", "recent", "projects", "doubt"),
    [
        (date(2026, 10, 31), 318, 1, "不确定：近12个月只有1个项目新增床位，少于5个，不足以推算"),
        (date(2026, 10, 31), 0, 0, "不确定：近12个月没有新增床位"),
        (date(2025, 12, 31), 650, 7, "规划期自2026-01-01起，尚未开始"),
        (date(2030, 12, 31), 650, 7, "规划期已结束"),
        (date(2031, 6, 30), 650, 7, "规划期已结束"),
    ],
)
def test_where_nothing_is_said_of_the_end(day: date, recent: int, projects: int, doubt: str) -> None:
    found = plan_pace(PLAN, day, added=318, recent=recent, window=12, projects=projects, small=5)
    assert (found.doubt, found.by_the_end) == (doubt, None)
    assert found.needed is None or found.months_left > 0


@pytest.mark.parametrize(
    ("day", "months"), [(date(2024, 9, 30), 60), (date(2025, 12, 31), 60), (date(2026, 1, 31), 59), (date(2030, 12, 31), 0)]
)
def test_months_left_are_those_of_the_plan(day: date, months: int) -> None:
    assert plan_pace(PLAN, day, added=0, recent=0, window=12, projects=0, small=5).months_left == months


def test_a_target_that_is_reached_needs_nothing_more() -> None:
    found = plan_pace(PLAN, date(2030, 11, 30), added=3300, recent=600, window=12, projects=6, small=5)
    assert (found.left, found.months_left, found.needed) == (0, 1, 0)


def test_a_plan_without_an_end() -> None:
    endless = Threshold(**{**{name: getattr(PLAN, name) for name in PLAN.__slots__}, "effective_to": None})
    with pytest.raises(ValueError, match="no end"):
        plan_pace(endless, date(2026, 10, 31), added=0, recent=0, window=12, projects=0, small=5)


# -- coverage and sectors ----------------------------------------------------------------------------------------------


def test_what_covers_a_place_next() -> None:
    """Each 街镇 by what stands nearest: preparing, converting, candidates. A project that has left counts for nothing."""
    four = {name: f"31010790{at}" for at, name in enumerate(("one", "two", "three", "four"))}
    projects = snapshot({
        "rental_projects": [
            rental("N1", A, "一张床", "非居住存量房屋改建", "认定", 20, beds=80),
            rental("N2", A, "一张床", "非居住存量房屋改建", "改造", 20, beds=900),
            rental("N3", B, "一张床", "非居住存量房屋改建", "改造", 20, beds=60),
            rental("N4", B, "一张床", "非居住存量房屋改建", "储备清单", 20),
            rental("N5", C, "一张床", "非居住存量房屋改建", "退出", 20, beds=500),
            rental("N6", C, "一套房", "新建", "建设", 20),
        ]
    }).frames["rental_projects"]
    candidates = pd.DataFrame({
        "subdistrict": [C, four["one"], four["one"], four["two"]],
        "status": ["预选", "储备", "储备", "放弃"],
        "candidate_name": ["点一", "点二", "点三", "点四"],
        "beds_estimate": [200.0, None, 90.0, 400.0],
    })
    places = (four["three"], four["two"], C, four["one"], B, A)
    found = next_coverage(projects, candidates, places, told_candidates=set(places) - {four["three"]})
    assert found["subdistrict"].tolist() == [A, B, C, four["one"], four["two"], four["three"]]
    assert found["step"].tolist() == [PREPARING, CONVERTING, PRESELECTED, RESERVED, NOTHING, UNTOLD]
    assert found["names"].tolist() == ["租赁项目N1", "租赁项目N3、租赁项目N4", "点一", "点三、点二", "", ""]
    assert found["count"].tolist() == [1, 2, 1, 2, 0, 0]
    assert found["beds"].fillna(-1).tolist() == [80, 60, 200, 90, -1, -1]
    assert found["untold"].tolist() == [0, 1, 0, 1, 0, 0]


def test_everything_is_covered() -> None:
    data = snapshot({"site_candidates": [candidate("S1", A, "预选")]})
    assert next_coverage(data.frames["rental_projects"], data.frames["site_candidates"], (), told_candidates=(A,)).empty


def test_sectors_are_counted_by_project() -> None:
    projects = pd.DataFrame({"target_sectors": ["环卫、快递", "快递", None, "快递、绿化"]})
    assert sectors_served(projects).to_dict("list") == {"sector": ["快递", "环卫", "绿化"], "projects": [3, 1, 1]}
    assert sectors_served(projects.iloc[2:3]).empty


# -- rents -------------------------------------------------------------------------------------------------------------


def rents(*rows: tuple[str, str, float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["project_id", "subdistrict", "filed_rent", "market_rent"])


@pytest.mark.parametrize(
    ("now", "then", "state", "line", "words"),
    [
        ((42.0, 60.0), (40.0, 50.0), WITHIN, 5, ""),  # 5 % exactly, the market 20 %
        ((42.01, 60.0), (40.0, 50.0), OVER, 5, ""),
        ((40.8, 51.0), (40.0, 50.0), WITHIN, 2, ""),  # with the market
        ((41.2, 51.0), (40.0, 50.0), OVER, 2, ""),  # 3 % where the market rose by 2 %
        ((40.81, 51.0), (40.0, 50.0), WITHIN, 2, ""),  # a 分 more than 40.80: rounding
        ((40.0, 45.0), (40.0, 50.0), WITHIN, -10, ""),  # not risen, though the market fell
        ((41.0, 45.0), (40.0, 50.0), OVER, -10, ""),
        ((41.0, None), (40.0, 50.0), WITHIN, 5, MARKET_UNKNOWN),
        ((43.0, 50.0), (40.0, None), OVER, 5, MARKET_UNKNOWN),
    ],
)
def test_a_yearly_rise(
    now: tuple[float, float | None], then: tuple[float, float | None], state: str, line: float, words: str
) -> None:
    found = rent_rises(rents(("X", A, *now)), rents(("X", A, *then)), Fraction(5)).iloc[0]
    assert (found["state"], found["reason"]) == (state, words)
    assert found["line"] == pytest.approx(line)
    assert found["rise"] == pytest.approx((now[0] / then[0] - 1) * 100)


def test_what_cannot_be_compared_says_why() -> None:
    now = rents(("N1", A, None, 50.0), ("N2", A, 45.0, 50.0), ("N3", A, 45.0, 50.0), ("N4", B, 45.0, 50.0), ("N5", C, 45.0, 50.0))
    then = rents(("N1", A, 44.0, 50.0), ("N3", A, None, 50.0), ("N4", B, 44.0, 50.0), ("N5", C, 44.0, 50.0))
    found = rent_rises(now, then, Fraction(5), carried_now={B}, carried_before={C})
    assert found["reason"].tolist() == [NO_RENT, NOT_THEN, NO_RENT_THEN, CARRIED_NOW, CARRIED_THEN]
    assert set(found["state"]) == {UNKNOWN}
    assert found["rise"].isna().all()
    assert rent_rises(now, then.iloc[:0], Fraction(5))["reason"].tolist() == [NO_RENT, *[NOT_THEN] * 4]


# -- what is derived from a row ----------------------------------------------------------------------------------------


def derived(*rows: dict[str, object]) -> pd.DataFrame:
    """The rows on 30 September 2024."""
    return snapshot({"rental_projects": list(rows)}).frames["rental_projects"].set_index("project_id")


def test_occupancy_is_judged_half_a_year_after_supply() -> None:
    rows = derived(
        rental("N1", A, "一套房", "新建", "轮候", 100, leased_units=79, supply_date="2024-03-31"),
        rental("N2", A, "一套房", "新建", "轮候", 100, leased_units=79, supply_date="2024-04-01"),  # its half year ends tomorrow
        rental("N3", A, "一套房", "新建", "轮候", 100, leased_units=80, supply_date="2024-01-01"),
        rental("N4", A, "一套房", "新建", "轮候", 100, leased_units=1),
        rental("N5", A, "一张床", "新建", "复核", 100, beds=400, leased_beds=319, leased_units=100, supply_date="2024-01-01"),
        rental("N6", A, "一套房", "新建", "建设", 100, leased_units=0, supply_date="2024-01-01"),
        rental("N7", A, "一套房", "新建", "轮候", 0, leased_units=0, supply_date="2024-01-01"),
    )
    assert rows["settled"].to_dict() == {"N1": True, "N2": False, "N3": True, "N4": False, "N5": True, "N6": False, "N7": True}
    assert rows["occupancy_low"].to_dict() == {"N1": True, "N2": False, "N3": False, "N4": False, "N5": True, "N6": False, "N7": False}
    assert rows["occupancy"].to_dict()["N5"] == 79.75
    assert pd.isna(rows["occupancy"].to_dict()["N7"])


def test_lately_is_within_twelve_months() -> None:
    days = {"N1": "2023-09-30", "N2": "2023-10-01", "N3": "2024-09-30", "N4": "2024-10-01"}
    rows = derived(*(rental(name, A, "一张床", "新建", "挂牌", 10, beds=40, supply_date=day) for name, day in days.items()))
    assert rows["recent"].to_dict() == {"N1": False, "N2": True, "N3": True, "N4": False}


def test_bed_prices_against_the_filed_price() -> None:
    """160 beds for 500 元 are 80,000 元; 27 元 × 2,962.96 ㎡ are 79,999.92 元."""
    common = {"beds": 160, "bed_price": 500.0, "filed_rent": 27.0, "rental_area": 2_962.96}
    rows = derived(
        rental("N1", A, "一张床", "新建", "挂牌", 40, **common),
        rental("N2", A, "一张床", "新建", "挂牌", 40, **{**common, "rental_area": 2_963.0}),
        rental("N3", A, "一张床", "新建", "挂牌", 40, **{**common, "filed_rent": None}),
        rental("N4", A, "一套房", "新建", "轮候", 40, **common),
    )
    assert rows["bed_price_over"].tolist() == [True, False, False, False]
    assert rows["bed_price_known"].tolist() == [True, True, False, False]
    assert rows["bed_price_gap"].fillna(0).tolist() == [0.08, -1.0, 0, 0]


@pytest.mark.parametrize(
    ("beds", "six", "told"),
    [
        (160, 7, True),
        (153, 7, True),
        (152, 7, False),
        (161, 7, False),
        (118, 0, True),
        (119, 0, False),
        (None, 7, False),
        (160, None, False),
    ],
)
def test_beds_by_room(beds: int | None, six: int | None, told: bool) -> None:
    """4 + 2 + 112 = 118 beds in the smaller rooms; seven rooms for five or six hold 35 to 42."""
    row = derived(rental("N1", A, "一张床", "新建", "挂牌", 40, beds=beds, rooms_1p=4, rooms_2p=1, rooms_4p=28, rooms_5to6p=six)).iloc[0]
    parts = [row[f"beds_{kind}"] for kind in ("1p", "2p", "4p", "5to6p")]
    assert all(pd.notna(part) for part in parts) == told
    if told:
        assert parts == [4, 2, 112, (beds or 0) - 118]
