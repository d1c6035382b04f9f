"""Does the demonstration world hold the published figures, obey the declarations, and survive its own workbooks?"""

from __future__ import annotations

import hashlib
import json
import math
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from shapely import Point
from shapely.geometry import shape

from lib.datasets import DATASETS, MONTHLY
from lib.datasets.committees import FORMATION_DATES
from lib.datasets.ladders import BEDS, EXPROPRIATION, HOMES, LIFT, REBUILDING, RENEWAL_LADDERS, REPAIR
from lib.datasets.lifts import STAGE_DATES
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.renewal_projects import MILESTONES
from lib.demo.cells import write
from lib.demo.making import CODES, WRITES_IN, apportion, firm
from lib.demo.rental import rooms
from lib.demo.rental_plans import units_of_beds
from lib.demo.samples import SILENT, TOGETHER, file_name, write_month
from lib.demo.sites import WEIGHTS
from lib.demo.styles import STYLES, style_of
from lib.demo.workbooks import write_several, write_workbook
from lib.demo.world import PERIODS, REGISTERS, SITES, TARGETS, Row, tables
from lib.ingest.cells import read_cell
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.settings import REFERENCE, ROOT
from lib.spec.checks import (
    AtMost,
    KnownIn,
    NeverBack,
    NeverFalls,
    OnLadder,
    RequiredWhen,
    SumEquals,
    YearsBetween,
)
from lib.spec.fields import Nature, Need
from lib.spec.geodesy import to_wgs84
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.period import Period, add_months, end_of

ARTICLE, PLAN = Period("2024-09"), Period("2025-12")
AS_OF = date(2024, 9, 30)
PYTHON_TYPES = {Kind.CODE: str, Kind.TEXT: str, Kind.INTEGER: int, Kind.DECIMAL: float, Kind.PERCENT: float, Kind.YEAR: int,
                Kind.DATE: date, Kind.BOOLEAN: bool, Kind.CHOICE: str, Kind.MULTI: str, Kind.SUBDISTRICT: str}


@pytest.fixture(autouse=True, scope="module")
def after_the_last_month() -> Iterator[None]:
    """The world's last month is over, whenever the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YJPT_NOW", "2026-11-02T09:00:00+08:00")
        yield


@cache
def world(period: Period) -> dict[str, list[Row]]:
    return tables(period)


def rows(name: str, period: Period = ARTICLE) -> list[Row]:
    return world(period)[name]


def key_of(name: str, row: Row) -> tuple[object, ...]:
    return tuple(row[part] for part in DATASETS[name].key)


MONTHS = {name: PERIODS if name in MONTHLY or name in {"hotline", "trainings"} else SITES if name == "site_candidates"
          else TARGETS if name == "targets" else REGISTERS for name in DATASETS}
"""Form → the months in which it comes in."""
COMING = [(name, period) for name, months in MONTHS.items() for period in months]


def named(name: str, column: str, value: str, period: Period = ARTICLE) -> Row:
    return next(row for row in rows(name, period) if row[column] == value)


def supplied(period: Period) -> list[Row]:
    stages = {*HOMES.at_or_after("供应备案"), "挂牌", "复核"} - {"退出"}
    return [row for row in rows("rental_projects", period) if row["stage"] in stages]


def raised(period: Period) -> list[Row]:
    homes = set(HOMES.at_or_after("认定")) - {"退出"}
    return [row for row in rows("rental_projects", period)
            if row["stage"] in ({"认定", "挂牌", "复核"} if row["product_tier"] == "一张床" else homes)]


def bed_projects(period: Period) -> list[Row]:
    return [row for row in supplied(period) if row["product_tier"] == "一张床"]


def occupancy(row: Row) -> float:
    return (row["leased_beds"] / row["beds"]) if row["beds"] else (row["leased_units"] / row["units"])


# -- committees and compounds ----------------------------------------------------------------------------------------


def test_there_are_26_months() -> None:
    assert (PERIODS[0], PERIODS[-1], len(PERIODS)) == ("2024-09", "2026-10", 26)


def test_a_month_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-11"):
        tables(Period("2026-11"))


def test_compounds_of_the_article() -> None:
    assert len(rows("compounds")) == 678
    assert {row["subdistrict"] for row in rows("compounds")} == set(subdistrict_codes())
    assert Counter(row["eligible_for_assembly"] for row in rows("compounds")) == {True: 657, False: 21}


def test_committees_of_the_article() -> None:
    committees = rows("committees")
    assert [(row["compound_id"], row["subdistrict"]) for row in committees] == [
        (row["compound_id"], row["subdistrict"]) for row in rows("compounds")]
    eligible = {row["compound_id"] for row in rows("compounds") if row["eligible_for_assembly"]}
    formed = [row for row in committees if row["formation_status"] == "已组建"]
    assert len(formed) == 631
    assert {row["compound_id"] for row in formed} <= eligible
    assert sum(row["term_start"] <= AS_OF <= row["term_end"] for row in formed) == 468
    assert sum(row["term_end"] < AS_OF for row in formed) == 163
    other = [row for row in committees if row["formation_status"] in {"应建未建", "筹备中"}]
    assert len(other) == 26
    assert {row["compound_id"] for row in other} <= eligible
    assert {row["compound_id"] for row in committees if row["formation_status"] == "不符合条件"} == (
        {row["compound_id"] for row in rows("compounds")} - eligible)


def test_the_two_pilots_are_the_only_substitutes() -> None:
    active = [row for row in rows("committees") if row["substitute"] != "无"]
    assert {row["compound_name"] for row in active} == {"金鼎公寓", "苏堤春晓"}
    assert {row["substitute"] for row in active} == {"居委会代为履职"}
    assert {row["substitute_start"].year for row in active} == {2023}
    assert {row["formation_status"] for row in active} <= {"应建未建", "筹备中"}


def test_compounds_are_named_or_plainly_made_up() -> None:
    real = {row["compound_name"] for row in rows("compounds") if "演示小区" not in row["compound_name"]}
    assert real == {"曹杨八村", "金鼎公寓", "苏堤春晓", "大上海城市花园"}
    assert named("compounds", "compound_name", "曹杨八村")["subdistrict"] == CODES["曹杨"]
    assert all("演示" in str(row[field]) for row in rows("compounds") for field in ("property_firm", "address", "neighbourhood_committee")
               if row[field] is not None)


@pytest.mark.parametrize("period", PERIODS)
def test_eligibility_follows_from_handover(period: Period) -> None:
    day = end_of(period)
    assert len(rows("compounds", period)) == 678
    for row in rows("compounds", period):
        handed = row["first_handover_date"]
        by_rule = (row["sold_delivered_pct"] or 100) >= 50 or (handed is not None and add_months(handed, 24) <= day)
        if not row["eligible_for_assembly"]:
            assert (row["sold_delivered_pct"] or 0) < 50
            assert handed is None or not by_rule


def test_committees_move_on() -> None:
    formed = {period: [row for row in rows("committees", period) if row["formation_status"] == "已组建"] for period in PERIODS}
    in_term = {period: sum(row["term_start"] <= end_of(period) <= row["term_end"] for row in found) for period, found in formed.items()}
    assert len(formed[PERIODS[-1]]) > 640
    assert 0.8 < in_term[PERIODS[-1]] / len(formed[PERIODS[-1]]) < 0.93
    sessions = {row["compound_id"]: row["session_no"] for row in formed[ARTICLE]}
    assert sum(row["session_no"] > sessions.get(row["compound_id"], 99) for row in formed[PERIODS[-1]]) > 100
    assert any(row["group_date"] and row["election_date"] is None for row in formed[PERIODS[-1]])


@pytest.mark.parametrize("period", PERIODS)
def test_nothing_has_happened_in_the_future(period: Period) -> None:
    day = end_of(period)
    past = {"committees": ("term_start", "filing_date", "renewal_report_date", "group_date", "handover_date", "election_date",
                           "exit_audit_date", "annual_audit_date", "last_meeting", "substitute_start", "substitute_end", "handback_date",
                           "previous_term_end", "secretary_date", *(name for name, _ in FORMATION_DATES)),
            "consent_rounds": ("start_date", "effective_date"), "milestones": ("actual_date",), "red_points": ("apply_date", "named_date"),
            "campaign_works": ("set_up_date",),
            "lifts": ("unit_vote_date", "whole_vote_date", *(f"{prefix}_date" for prefix, _ in STAGE_DATES)),
            "fee_changes": ("evaluation_date", "vote_date", "effective_date"), "trainings": ("training_date",),
            "maintenance_funds": ("trigger_date", "topup_done_date"),
            "rental_projects": ("recognition_date", "supply_date", "listing_date", "review_date"),
            "renewal_projects": (*(f"{prefix}_actual" for prefix, _ in MILESTONES), "precheck_date"),
            "compounds": ("first_handover_date",)}
    for name, columns in past.items():
        if period in MONTHS[name]:
            assert all(row[column] is None or row[column] <= day for row in rows(name, period) for column in columns), name
    funds = rows("maintenance_funds", period) if period in REGISTERS else []
    called = [row for row in funds if row["vote_date"] and row["vote_date"] > day]
    assert all((row["vote_result"], row["vote_base_heads"]) == ("未表决", None) for row in called), "of a vote that is called only the day"
    assert all(row["vote_date"] <= day + timedelta(days=30) for row in called)


# -- rental ----------------------------------------------------------------------------------------------------------


def test_beds_of_the_article() -> None:
    found = bed_projects(ARTICLE)
    assert sorted(row["subdistrict"] for row in found) == sorted(CODES[name] for name in ("长寿", "长风", "真如", "万里", "桃浦"))
    assert sum(row["beds"] for row in found) == 1873
    assert all(250 <= row["beds"] <= 520 for row in found)
    assert {(row["source_mode"], row["building_class"]) for row in found} == {("非居住存量房屋改建", "宿舍型")}
    sixth = [row for row in rows("rental_projects") if row["product_tier"] == "一张床" and row["stage"] == "认定"]
    assert [row["subdistrict"] for row in sixth] == [CODES["长征"]]


def test_coverage_grows() -> None:
    covered = [len({row["subdistrict"] for row in bed_projects(period)}) for period in PERIODS]
    assert covered == sorted(covered)
    assert (covered[0], covered[PERIODS.index(PLAN)], covered[-1]) == (5, 6, 7)


@pytest.mark.parametrize("beds", [1, 40, 284, 412, 502])
def test_rooms_hold_the_beds(beds: int) -> None:
    one, two, four, six = rooms(beds)
    assert one + 2 * two + 4 * four + 6 * six == beds
    assert one + two + four + six == units_of_beds(beds)


def test_new_building_of_the_article() -> None:
    built = [row for row in rows("rental_projects") if row["source_mode"] == "新建" and row["stage"] in HOMES.at_or_after("建设")]
    assert [sum(row[name] for row in built) for name in ("br1", "br2", "br3plus")] == [3832, 920, 98]


def test_zhonglanju() -> None:
    row = named("rental_projects", "project_name", "中岚居")
    assert (row["product_tier"], row["source_mode"], row["stage"], row["rental_area"]) == ("一套房", "新建", "常态化配租", 43000.0)
    assert (row["supply_date"].year, row["supply_date"].month) == (2023, 8)
    assert 1200 <= row["leased_units"] <= 1210 < row["units"] < 1260
    assert "文化人才公寓150间" in row["note"]
    assert "中兴村原址" in row["note"]


def test_totals_of_the_district_plan() -> None:
    assert sum(row["units"] for row in raised(PLAN)) == 32665
    assert sum(row["units"] for row in supplied(PLAN)) == 24183
    converted = [row for row in supplied(PLAN) if row["source_mode"] == "非居住存量房屋改建"]
    assert (len(converted), sum(row["units"] for row in converted)) == (32, 7438)
    assert sum(row["units"] for row in raised(ARTICLE)) < 32665
    assert sum(row["units"] for row in supplied(ARTICLE)) < 24183


def test_occupancy() -> None:
    shares = [occupancy(row) for row in supplied(ARTICLE)]
    assert sum(share < 0.8 for share in shares) == 2
    assert sum(0.8 <= share <= 0.96 for share in shares) >= len(shares) - 4
    assert all(0 < occupancy(row) <= 1 for period in PERIODS for row in supplied(period))


def test_beds_and_units_stay_apart() -> None:
    for period in PERIODS:
        for row in rows("rental_projects", period):
            assert (row["beds"] is not None) == (row["product_tier"] == "一张床")
            assert row["leased_units"] is None or row["leased_beds"] is None


def test_beds_cost_no_more_than_the_filed_rent_but_in_one_project() -> None:
    def over(row: Row) -> bool:
        return bool(row["bed_price"] * row["beds"] > row["filed_rent"] * row["rental_area"])

    def checked(period: Period) -> list[Row]:
        names = ("bed_price", "filed_rent", "rental_area")
        return [row for row in rows("rental_projects", period) if row["beds"] and all(row[name] is not None for name in names)]

    assert not any(over(row) for row in checked(PERIODS[0]))
    assert [row["project_name"] for row in checked(LAST) if over(row)] == ["桃浦演示建设者管理者之家02"]
    assert all(20 <= row["filed_rent"] <= 199 for row in checked(LAST))


@pytest.mark.parametrize("name", ["compounds", "rental_projects", "site_candidates"])
def test_points_lie_in_their_subdistrict(name: str) -> None:
    text = (REFERENCE / "geo" / "subdistricts.geojson").read_text(encoding="utf-8")
    outlines = {one["properties"]["code"]: shape(one["geometry"]) for one in json.loads(text)["features"]}
    without = [row for row in rows(name, PERIODS[-1]) if row["lon"] is None]
    least, most = {"compounds": (10, 80), "rental_projects": (2, 2), "site_candidates": (1, 1)}[name]
    assert least <= len(without) <= most
    for row in rows(name, PERIODS[-1]):
        assert (row["lon"] is None) == (row["lat"] is None) == (row["datum"] is None)
        if row["lon"] is not None:
            assert row["datum"] == ("WGS-84" if name == "compounds" else WRITES_IN.get(row["subdistrict"], "WGS-84"))
            assert outlines[row["subdistrict"]].contains(Point(to_wgs84(row["datum"], row["lon"], row["lat"])))
            assert (round(row["lon"], 6), round(row["lat"], 6)) == (row["lon"], row["lat"])
    assert len({row["datum"] for row in rows(name, PERIODS[-1])} - {None}) == (1 if name == "compounds" else 4)


# -- renewal ---------------------------------------------------------------------------------------------------------


def test_caoyang8() -> None:
    row = named("renewal_projects", "project_name", "曹杨八村77-85号旧住房成套改造项目")
    assert row["compound_id"] == named("compounds", "compound_name", "曹杨八村")["compound_id"]
    expected = {"subdistrict": CODES["曹杨"], "project_type": "旧住房成套改造", "method": "原址改建", "stage": "回搬",
                "complete_actual": date(2024, 3, 1), "return_actual": date(2024, 6, 1), "digital_features": None}
    assert {name: row[name] for name in expected} == expected
    counts = ("households", *(f"households_{name}" for name in ("to_sign", "signed", "moved_out", "to_return", "returned")))
    assert [row[name] for name in counts] == [60] * 6


def test_renewal_has_all_types_everywhere() -> None:
    assert {row["project_type"] for row in rows("renewal_projects")} == set(RENEWAL_LADDERS)
    assert {row["subdistrict"] for row in rows("renewal_projects", PERIODS[-1])} == set(subdistrict_codes())
    assert 45 <= len(rows("renewal_projects")) <= len(rows("renewal_projects", PERIODS[-1])) <= 70


def signing(period: Period) -> dict[str, float]:
    return {row["project_id"]: row["households_signed"] / row["households_to_sign"]
            for row in rows("renewal_projects", period) if row["stage"] == "协议签订"}


def test_signing_progresses() -> None:
    first, last = signing(ARTICLE), signing(PERIODS[-1])
    assert len(first) == 5
    assert sum(share == 0.95 for share in first.values()) == 1
    assert sum(share < 0.95 for share in first.values()) == 4
    assert 0.95 in last.values()
    assert len(last) >= 3
    following = signing(PERIODS[1])
    assert any(first[name] < following[name] for name in first if name in following)
    stuck = [name for name in first if name in last]
    assert len(stuck) == 1
    assert last[stuck[0]] - first[stuck[0]] < 0.02


@pytest.mark.parametrize("period", PERIODS)
def test_signed_and_returned_never_shrink(period: Period) -> None:
    if period == PERIODS[0]:
        return
    before = {row["project_id"]: row for row in rows("renewal_projects", PERIODS[PERIODS.index(period) - 1])}
    for row in rows("renewal_projects", period):
        old = before.get(row["project_id"])
        stages = RENEWAL_LADDERS[row["project_type"]].stages
        assert old is None or stages.index(old["stage"]) <= stages.index(row["stage"])
        for name in ("households_signed", "households_moved_out", "households_returned", "funds_approved", "funds_paid"):
            assert old is None or old[name] is None or old[name] <= row[name]


@pytest.mark.parametrize("period", PERIODS)
def test_some_milestones_are_overdue_and_some_risks_told(period: Period) -> None:
    overdue = [row for row in rows("renewal_projects", period)
               if any(row[f"{prefix}_plan"] and row[f"{prefix}_plan"] <= end_of(period) and row[f"{prefix}_actual"] is None
                      for prefix, _ in MILESTONES)]
    assert 3 <= len(overdue) <= 16
    assert 2 <= sum(row["risk"] is not None for row in rows("renewal_projects", period)) <= 16


def test_renewal_totals_of_the_district_plan() -> None:
    done = [row for row in rows("renewal_projects", PLAN) if row["complete_actual"]]
    area = Counter[str]()
    for row in done:
        if row["complete_actual"].year >= 2021:
            area[row["project_type"]] += row["gfa_m2"]
    assert [area[name] for name in ("旧住房成套改造", "旧住房综合修缮", "老旧小区专项提升改造")] == [200_000, 2_530_000, 10_160_000]
    assert sum(row["lifts"] for row in done if row["project_type"] == "既有多层住宅加装电梯") == 1286


# -- the forms that are not owed monthly -------------------------------------------------------------------------------

LAST = PERIODS[-1]


@pytest.mark.parametrize(("name", "period", "count"), [
    ("consent_rounds", "2024-09", 72), ("consent_rounds", "2026-10", 94),
    ("milestones", "2024-09", 601), ("milestones", "2026-10", 754),
    ("lifts", "2025-12", 1603), ("lifts", "2026-10", 1729),
    ("site_candidates", "2025-01", 20), ("site_candidates", "2026-10", 34),
    ("fee_changes", "2024-09", 59), ("fee_changes", "2025-12", 120), ("fee_changes", "2026-10", 180),
    ("maintenance_funds", "2024-09", 613), ("maintenance_funds", "2026-10", 631),
    ("hotline", "2024-09", 551), ("hotline", "2026-10", 542),
    ("red_points", "2024-09", 91), ("red_points", "2026-10", 234),
    ("trainings", "2024-09", 16), ("trainings", "2025-06", 17), ("trainings", "2026-05", 13),
    ("campaign_works", "2024-09", 29), ("campaign_works", "2026-10", 32),
    ("targets", "2025-01", 130), ("targets", "2026-01", 260),
])
def test_so_many_rows(name: str, period: str, count: int) -> None:
    assert len(rows(name, Period(period))) == count


def carries(row: Row, prefix: str, line: Fraction) -> bool:
    """Civil Code 278: two thirds take part; of them more than one half, or at least three quarters, agree; in heads and area."""
    for what in ("heads", "area"):
        base, voted, agreed = (Fraction(str(row[f"{prefix}_{part}_{what}"])) for part in ("base", "voted", "agreed"))
        if voted < base * 2 / 3 or (agreed <= voted * line if line == Fraction(1, 2) else agreed < voted * line):
            return False
    return True


def enough(row: Row, prefix: str, what: str, line: Fraction) -> bool:
    return Fraction(str(row[f"{prefix}_agreed_{what}"])) >= Fraction(str(row[f"{prefix}_voted_{what}"])) * line


# nodes and rounds


@pytest.mark.parametrize("period", REGISTERS)
def test_nodes_have_the_days_of_their_project(period: Period) -> None:
    nodes: dict[str, dict[str, Row]] = {}
    for row in rows("milestones", period):
        nodes.setdefault(str(row["project_id"]), {})[str(row["node"])] = row
    pairs = {REBUILDING.name: {"consult": "意愿征询", "sign": "协议签订", "start": "施工", "complete": "竣工", "return": "回搬"},
             EXPROPRIATION.name: {"consult": "一轮征询", "sign": "二轮签约", "complete": "收尾"},
             REPAIR.name: {"consult": "业主表决", "start": "施工", "complete": "竣工验收"},
             LIFT.name: {"consult": "征询表决", "start": "安装", "complete": "竣工验收"}}
    projects = {row["project_id"]: row for row in rows("renewal_projects", period)}
    assert {row["project_id"] for row in rows("renewal_projects", PERIODS[max(0, PERIODS.index(period) - 1)])} >= set(nodes)
    for name, own in nodes.items():
        project = projects[name]
        ladder = RENEWAL_LADDERS[project["project_type"]]
        assert [node for node in ladder.stages if node in own] == sorted(own, key=ladder.stages.index)
        assert project["stage"] in own
        for prefix, node in pairs[ladder.name].items():
            assert (own[node]["plan_date"], own[node]["actual_date"]) == (project[f"{prefix}_plan"], project[f"{prefix}_actual"])
        assert all(row["first_plan_date"] <= row["plan_date"] for row in own.values())
        assert all((row["delay_reason"] is None) == (row["first_plan_date"] == row["plan_date"]) for row in own.values())
        reached = ladder.stages.index(project["stage"])
        assert all(own[node]["actual_date"] is not None for node in ladder.stages[:reached] if node in own and node != "协议签订")


def test_first_plans_never_move() -> None:
    first: dict[tuple[object, ...], date] = {}
    for period in REGISTERS:
        for row in rows("milestones", period):
            assert first.setdefault(key_of("milestones", row), row["first_plan_date"]) == row["first_plan_date"]


def test_nodes_of_caoyang8() -> None:
    own = {row["node"]: row for row in rows("milestones") if "曹杨八村77-85号" in row["project_name"]}
    assert len(own) == 13
    assert (own["外搬过渡"]["actual_date"], own["竣工"]["actual_date"], own["回搬"]["actual_date"]) == (
        date(2022, 4, 12), date(2024, 3, 1), date(2024, 6, 1))
    days = [row["actual_date"] for row in sorted(own.values(), key=lambda row: REBUILDING.stages.index(row["node"]))]
    assert days == sorted(days)


@pytest.mark.parametrize("period", REGISTERS)
def test_some_nodes_are_late_but_not_many(period: Period) -> None:
    late = [row for row in rows("milestones", period) if row["plan_date"] < end_of(period) and row["actual_date"] is None]
    assert 10 <= len(late) <= 50


@pytest.mark.parametrize("period", REGISTERS)
def test_rounds_say_what_their_project_says(period: Period) -> None:
    projects = {row["project_id"]: row for row in rows("renewal_projects", period)}
    gates = {"启动意愿征询": 80, "征收一轮征询": 90}
    for row in rows("consent_rounds", period):
        project = projects[row["project_id"]]
        base, agreed = row["households_entitled"], row["households_agreed"]
        if row["round"] in {"协议签约", "征收二轮签约"} and row["result"] != "未启动":
            assert row["households_signed"] == project["households_signed"]
            assert row["effective_date"] == project["sign_actual"]
            assert base == project["households"]
            gate = 95 if row["round"] == "协议签约" else 80
            assert row["result"] != "已生效" or row["households_signed"] * 100 >= gate * base
        elif row["round"] in gates and row["result"] == "已达标":
            assert agreed * 100 >= gates[row["round"]] * base
            assert row["effective_date"] == project["consult_actual"]
        elif row["round"] == "修缮业主表决" and row["result"] == "已达标":
            assert 2 * row["area_agreed"] > row["area_voted"]
            assert 3 * row["area_voted"] >= 2 * row["area_entitled"]
            assert (2 * agreed > row["households_voted"], row["effective_date"]) == (True, project["consult_actual"])
        if row["result"] == "未启动":
            assert (base, row["start_date"]) == (None, None)


def test_rounds_of_caoyang8() -> None:
    own = [row for row in rows("consent_rounds") if "曹杨八村77-85号" in row["project_name"]]
    columns = ("round", "households_entitled", "households_agreed", "households_signed", "result")
    assert [tuple(row[name] for name in columns) for row in own] == [
        ("协议签约", 60, None, 60, "已生效"),
        ("启动意愿征询", 60, 56, None, "已达标"),
        ("方案意见征询", 60, 57, None, "已达标"),
    ]


def test_rounds_of_every_result_occur() -> None:
    found = {row["result"] for period in REGISTERS for row in rows("consent_rounds", period)}
    assert found == {"未启动", "进行中", "已达标", "未达标", "已生效"}


# lifts


@pytest.mark.parametrize(("period", "accepted"), [("2024-12", 1284), ("2025-06", 1286), ("2025-12", 1286), ("2026-10", 1385)])
def test_lifts_accepted(period: str, accepted: int) -> None:
    assert sum(row["accept_date"] is not None for row in rows("lifts", Period(period))) == accepted


@pytest.mark.parametrize("period", REGISTERS)
def test_lifts_belong_to_their_programmes(period: Period) -> None:
    own = Counter(row["project_id"] for row in rows("lifts", period))
    accepted = Counter(row["project_id"] for row in rows("lifts", period) if row["accept_date"])
    for project in rows("renewal_projects", period):
        if project["project_type"] == "既有多层住宅加装电梯" and own[project["project_id"]]:
            assert own[project["project_id"]] == project["lifts"]
            assert project["complete_actual"] is None or accepted[project["project_id"]] == project["lifts"]
    streets = {row["project_id"]: row["subdistrict"] for row in rows("renewal_projects", period)}
    assert all(row["project_id"] is None or streets[row["project_id"]] == row["subdistrict"] for row in rows("lifts", period))


@pytest.mark.parametrize("period", REGISTERS)
def test_days_of_lifts_follow_the_ladder(period: Period) -> None:
    compounds = {row["compound_id"]: row["subdistrict"] for row in rows("compounds", period)}
    for row in rows("lifts", period):
        assert compounds[row["compound_id"]] == row["subdistrict"]
        days = [row[f"{prefix}_date"] for prefix, _ in STAGE_DATES if prefix != "consult" and row[f"{prefix}_date"]]
        assert days == sorted(days)
        at = LIFT.stages.index(row["stage"])
        assert all(row[f"{prefix}_date"] is None for prefix, stage in STAGE_DATES if LIFT.stages.index(stage) > at)


def test_votes_on_lifts() -> None:
    voted = [row for row in rows("lifts", LAST) if row["unit_vote_date"]]
    passed = [carries(row, "unit_vote", Fraction(3, 4)) for row in voted]
    assert (len(voted), sum(passed)) == (990, 944)
    for row, passes in zip(voted, passed, strict=True):
        assert passes or row["stage"] == "征询表决"
        assert row["whole_vote_date"] is None or carries(row, "whole_vote", Fraction(1, 2))
    failed = [row for row, passes in zip(voted, passed, strict=True) if not passes]
    short = Counter((enough(row, "unit_vote", "heads", Fraction(3, 4)), enough(row, "unit_vote", "area", Fraction(3, 4))) for row in failed)
    assert short[False, True] >= 5
    assert short[True, False] >= 5
    exact = [row for row in voted if (row["unit_vote_base_heads"], row["unit_vote_voted_heads"], row["unit_vote_agreed_heads"],
                                      row["unit_vote_base_area"]) == (12, 8, 6, 660.0)]
    assert len(exact) == 1
    assert carries(exact[0], "unit_vote", Fraction(3, 4))


def test_money_of_lifts() -> None:
    for row in rows("lifts", LAST):
        city, district, cost = row["subsidy_city"], row["subsidy_district"], row["cost"]
        assert (city is None) == (district is None) == (row["subsidy_date"] is None)
        assert city is None or (city <= 14 and round(city + district, 2) <= min(28, round(cost * 0.4, 2)))


# fees and funds


@pytest.mark.parametrize("period", REGISTERS)
def test_fee_votes_have_the_result_of_their_numbers(period: Period) -> None:
    for row in rows("fee_changes", period):
        expected = "未表决" if row["vote_date"] is None else "表决通过" if carries(row, "vote", Fraction(1, 2)) else "表决未通过"
        assert row["vote_result"] == expected
        assert row["effective_date"] is None or (expected == "表决通过" and row["effective_date"] > row["vote_date"])
        assert round(row["old_price"] + row["rise"], 2) == row["new_price"]


def test_rises_around_the_edge() -> None:
    found = Counter(row["rise"] for row in rows("fee_changes", LAST))
    assert {0.15, 0.18, 0.2, 0.25, 0.35} <= set(found)
    assert found[0.2] > 40
    assert Counter(row["year"] for row in rows("fee_changes", LAST)) == {2024: 60, 2025: 60, 2026: 60}
    told = [row for row in rows("fee_changes", LAST) if row["vote_date"]]
    assert 0.75 < sum(row["vote_result"] == "表决通过" for row in told) / len(told) < 0.9


@pytest.mark.parametrize("period", REGISTERS)
def test_prices_of_the_register_follow_the_votes(period: Period) -> None:
    prices = {row["compound_id"]: row["pm_fee"] for row in rows("compounds", period)}
    for row in rows("fee_changes", period):
        assert prices[row["compound_id"]] == (row["new_price"] if row["effective_date"] else row["old_price"])


def test_no_price_changes_without_a_vote() -> None:
    first = {row["compound_id"]: row["pm_fee"] for row in rows("compounds")}
    changed = {row["compound_id"] for row in rows("compounds", LAST) if first[row["compound_id"]] not in (None, row["pm_fee"])}
    raised = {row["compound_id"] for row in rows("fee_changes", LAST) if row["effective_date"] and row["effective_date"] > AS_OF}
    assert changed == raised
    assert len(raised) > 90


def test_one_fee_was_voted_on_in_the_freeze() -> None:
    """The renewal of each committee as the forms told it: a vote between group and election is what nobody may call."""
    spans = {(row["compound_id"], row["group_date"]) for period in PERIODS for row in rows("committees", period)
             if row["group_date"] and row["formation_status"] == "已组建"}
    elected = {(row["compound_id"], row["election_date"]) for period in PERIODS for row in rows("committees", period)
               if row["election_result"] == "选举成功"}
    frozen = []
    for row in rows("fee_changes", LAST):
        for compound, group in spans:
            if compound == row["compound_id"] and row["vote_date"] and group <= row["vote_date"]:
                ends = min((day for one, day in elected if one == compound and day > group), default=date.max)
                frozen += [compound] if row["vote_date"] < ends else []
    assert len(frozen) == 1


@pytest.mark.parametrize("period", REGISTERS)
def test_funds_fall_below_the_line_and_are_filled_up(period: Period) -> None:
    formed = {row["compound_id"] for row in rows("committees", period) if row["formation_status"] == "已组建"}
    found = rows("maintenance_funds", period)
    assert {row["compound_id"] for row in found} <= formed
    assert len(found) > 0.95 * len(formed)
    low = [row for row in found if row["balance"] < 0.3 * row["initial"]]
    assert 0.03 < len(low) / len(found) < 0.07
    assert all(row["trigger_date"] for row in low)
    for row in found:
        if row["trigger_date"] is None:
            assert row["vote_result"] is None
            continue
        ahead = row["vote_date"] is None or row["vote_date"] > end_of(period)
        expected = "未表决" if ahead else "表决通过" if carries(row, "vote", Fraction(3, 4)) else "表决未通过"
        assert row["vote_result"] == expected
        assert (row["due"] is not None) == (expected == "表决通过")
        if row["topup_done_date"]:
            assert row["raised"] == row["due"]
            assert row["households_paid"] == row["households_due"]


def test_funds_are_filled_up_to_one_half() -> None:
    """In the month in which a top-up is done, and not for ever: works go on. Some owners resolved to collect less."""
    done, less = set(), set()
    for before, period in pairwise(REGISTERS[5:]):
        known = {row["compound_id"] for row in rows("maintenance_funds", before) if row["topup_done_date"]}
        for row in rows("maintenance_funds", period):
            if row["topup_done_date"] and row["compound_id"] not in known:
                (done if row["balance"] >= 0.5 * row["initial"] else less).add(row["compound_id"])
                assert row["balance"] > 0.3 * row["initial"]
    assert (len(done), len(less)) == (14, 2)


def test_the_pilot_of_the_article_pays_at_once_and_by_and_by() -> None:
    row = named("maintenance_funds", "compound_name", "大上海城市花园")
    assert (row["topup_method"], row["vote_result"], row["topup_done_date"]) == ("一次性和分期结合", "表决通过", None)
    later = named("maintenance_funds", "compound_name", "大上海城市花园", PLAN)
    assert later["topup_done_date"] == date(2025, 11, 20)
    last = named("maintenance_funds", "compound_name", "大上海城市花园", LAST)
    assert all(one["balance"] > 0.5 * one["initial"] for one in (later, last)), "restored, and still so at the end"
    assert 0 < row["raised"] < later["raised"] == later["due"]


def test_top_ups_of_every_state_at_the_end() -> None:
    found = Counter[str]()
    for row in rows("maintenance_funds", LAST):
        share = row["balance"] / row["initial"]
        if row["trigger_date"] is None:
            found["正常"] += 1
        elif share >= 0.5:
            found["已恢复"] += 1
        elif row["topup_done_date"]:
            assert share >= 0.3
            found["已筹未达恢复线"] += 1
        elif row["vote_result"] == "表决通过":
            found["筹集中"] += 1
        else:
            down = row["vote_result"] == "表决未通过" and row["vote_date"] <= end_of(LAST)
            found["表决未通过" if down else "表决中" if row["vote_date"] else "应续筹未启动"] += 1
    assert found == {"正常": 517, "应续筹未启动": 15, "表决中": 1, "表决未通过": 12, "筹集中": 10, "已筹未达恢复线": 11, "已恢复": 65}


# what leaders must be able to see in the last month


def test_one_fee_and_one_fund_are_voted_on_in_a_freeze_that_holds() -> None:
    """Group formed, nobody elected: the one vote was held, the other is called."""
    since = {row["compound_id"]: row["group_date"] for row in rows("committees", LAST)
             if row["formation_status"] == "已组建" and row["group_date"] and row["election_date"] is None}
    inside = {name: [(row["compound_name"], row["vote_date"] <= end_of(LAST)) for row in rows(name, LAST)
                     if row["compound_id"] in since and row["vote_date"] and row["vote_date"] >= since[row["compound_id"]]]
              for name in ("fee_changes", "maintenance_funds")}
    assert inside == {"fee_changes": [("曹杨演示小区007", True)], "maintenance_funds": [("石泉演示小区043", False)]}


def test_committees_that_do_not_work_any_more() -> None:
    formed = [row for row in rows("committees", LAST) if row["formation_status"] == "已组建" and row["substitute"] == "无"]
    few = [row for row in formed if row["seated"] * 2 < row["seats"]]
    idle = [row for row in formed if add_months(row["last_meeting"], 6) < end_of(LAST)]
    assert (len(few), len(idle)) == (3, 4)
    for row in (*few, *idle):
        assert row["subdistrict"] != SILENT
        assert row["term_start"] < end_of(LAST) < row["term_end"]
        assert row["note"]
    assert all(row["party_members"] <= row["seated"] and row["alternates"] == 0 for row in few)
    assert not [row for row in rows("committees") if row["seated"] is not None and row["seated"] * 2 < row["seats"]]


def test_compounds_where_works_fee_and_fund_run_together() -> None:
    first, stays = add_months(end_of(LAST), -24), set(RENEWAL_LADDERS) - {"旧城区改建（征收）", "“城中村”改造"}
    projects = [row for row in rows("renewal_projects", LAST) if row["project_type"] in stays]
    running = [row for row in projects if row["complete_actual"] is None or row["complete_actual"] >= first]
    work = {row["compound_id"] for row in running} - {None}
    work |= {row["compound_id"] for row in rows("lifts", LAST) if row["accept_date"] is None or row["accept_date"] >= first}
    fee = {row["compound_id"] for row in rows("fee_changes", LAST)
           if (row["vote_result"], row["year"]) == ("未表决", 2026) or (row["vote_result"] == "表决通过" and row["vote_date"] >= first)}
    fund = {row["compound_id"] for row in rows("maintenance_funds", LAST) if row["trigger_date"] and (
        row["topup_done_date"] >= first if row["topup_done_date"]
        else row["vote_result"] == "表决通过" or (row["vote_date"] or first) > end_of(LAST))}
    found = Counter(one for part in (work, fee, fund) for one in part)
    assert sorted(found.values()).count(3) == 4
    assert sum(count == 2 for count in found.values()) >= 20
    assert sum(row["compound_id"] is None for row in running) == 4, "yearly programmes over several compounds"


# hotline, points, trainings


def service(code: str, year: str) -> int:
    return sum(row["received"] for period in PERIODS if period.startswith(year) and period[5:] <= "10"
               for row in rows("hotline", period) if (row["subdistrict"], row["category"]) == (code, "物业服务"))


def test_tickets_fall_by_a_fifth_in_some_streets_and_rise_in_others() -> None:
    change = {name: service(code, "2026") / service(code, "2025") - 1 for name, code in CODES.items()}
    assert {name for name, share in change.items() if share <= -0.2} == {"曹杨", "甘泉", "宜川", "长征", "桃浦"}
    assert {name for name, share in change.items() if share > 0} == {"长寿", "真如"}


@pytest.mark.parametrize("period", PERIODS)
def test_tickets_are_plausible(period: Period) -> None:
    found = rows("hotline", period)
    total = {name: sum(row[name] for row in found) for name in ("received", "due", "closed", "rated", "satisfied", "solved")}
    assert 400 <= len(found) <= 900
    assert 0.98 < total["closed"] / total["due"] < 1
    assert 0.86 < total["satisfied"] / total["rated"] < 0.94
    assert 0.75 < total["solved"] / total["rated"] < 0.85
    assert all(row["closed"] <= row["due"] and row["rated"] <= row["closed"] for row in found)
    assert all((row["valid"] is None) == (row["category"] != "物业服务") for row in found)
    others = Counter((row["subdistrict"], row["category"]) for row in found if row["compound_id"] is None)
    assert set(others.values()) == {1}


def test_some_rates_stand_on_next_to_nothing() -> None:
    rated = {period: sum(row["rated"] for row in rows("hotline", period) if row["subdistrict"] == CODES["万里"]) for period in PERIODS}
    assert {period for period, count in rated.items() if 0 < count < 5} == {"2025-02", "2026-02", "2026-10"}


def test_red_points_grow_towards_their_targets() -> None:
    good = {period: Counter(row["point_type"] for row in rows("red_points", period) if row["status"] in {"已命名", "复核通过"})
            for period in REGISTERS}
    assert good[LAST] == {"实践点": 168, "示范点": 49}
    for kind in ("实践点", "示范点"):
        counts = [good[period][kind] for period in REGISTERS]
        assert counts == sorted(counts)
    practice = {row["compound_id"]: row["named_date"] for row in rows("red_points", LAST) if row["point_type"] == "实践点"}
    for row in rows("red_points", LAST):
        if row["point_type"] == "示范点" and row["named_date"]:
            assert practice[row["compound_id"]] < row["named_date"]
    assert {row["status"] for row in rows("red_points", LAST)} == {"申报中", "已命名", "复核通过", "复核未通过", "已取消"}


def test_party_work_covers_nearly_all() -> None:
    shares = [sum(row["party_covered"] for row in rows("compounds", period)) / 678 for period in PERIODS]
    assert shares == sorted(shares)
    assert (round(shares[0], 3), round(shares[-1], 3)) == (0.895, 0.988)


@pytest.mark.parametrize(("period", "committees"), [("2024-09", 615), ("2025-06", 621), ("2026-05", 631)])
def test_each_year_one_training_reaches_nearly_all(period: str, committees: int) -> None:
    district = [row for row in rows("trainings", Period(period)) if row["held_by"] == "区"]
    assert sum(row["committees"] for row in district) == committees
    assert {row["subdistrict"] for row in district} == set(subdistrict_codes())
    formed = Counter(row["subdistrict"] for row in rows("committees", Period(period)) if row["formation_status"] == "已组建")
    assert all(row["committees"] <= row["attended"] <= row["invited"] == formed[row["subdistrict"]] for row in district)


def test_trainings_lie_in_their_month() -> None:
    for period in PERIODS:
        assert rows("trainings", period)
        assert all(f"{row['training_date']:%Y-%m}" == period for row in rows("trainings", period))


def works(period: Period, kind: str, status: str = "已建成") -> dict[str, Row]:
    return {row["subdistrict"]: row for row in rows("campaign_works", period) if (row["work_kind"], row["status"]) == (kind, status)}


def test_alliances_workrooms_and_handbook() -> None:
    without = {period: set(subdistrict_codes()) - set(works(period, "物业党建联盟")) for period in REGISTERS}
    assert without[ARTICLE] == {CODES[name] for name in ("甘泉", "万里", "长征")}
    assert without[LAST] == set(works(LAST, "物业党建联盟", "筹建中")) == {CODES["甘泉"]}
    assert len(works(LAST, "实训工作室")) == 6
    assert set(works(LAST, "实训工作室", "筹建中")) == {CODES["长征"]}
    assert set(works(LAST, "物业党建品牌", "已撤销")) == {CODES["石泉"]}
    for before, after in pairwise(REGISTERS):
        old, new = works(before, "赋能手册发放"), works(after, "赋能手册发放")
        assert set(old) == set(new) == set(subdistrict_codes())
        assert all(old[code]["copies"] <= new[code]["copies"] for code in old)
    formed = Counter(row["subdistrict"] for row in rows("committees", LAST) if row["formation_status"] == "已组建")
    assert all(row["committees"] <= formed[code] for code, row in works(LAST, "赋能手册发放").items())
    assert all("演示" in row["work_name"] for row in rows("campaign_works", LAST) if row["work_kind"] != "赋能手册发放")


# sites and targets


def test_sites() -> None:
    found = rows("site_candidates", LAST)
    assert Counter(row["status"] for row in found) == {"储备": 14, "预选": 9, "放弃": 11}
    for row in found:
        assert (row["exclusion_reason"] is None) == (row["status"] != "放弃")
        if row["demand_score"] is None:
            assert row["total_score"] is None
            continue
        weighted = sum(row[f"{name}_score"] * weight for name, weight in WEIGHTS.items()) / 5
        assert row["total_score"] == round(weighted, 1)
    assert [row["candidate_id"] for row in found if row["demand_score"] is None] == ["PTHX011"]
    assert sum(WEIGHTS.values()) == 100


def test_targets_are_the_same_for_the_district_and_add_up() -> None:
    found: dict[tuple[str, int], list[Row]] = {}
    for row in rows("targets", TARGETS[-1]):
        found.setdefault((row["indicator"], row["year"]), []).append(row)
    assert {name for name, _ in found} == {"G03", "G05", "G06", "G13", "G14", "G15", "G16N", "G19", "H02", "H07", "R08", "R09", "R10"}
    for (name, _), own in found.items():
        assert len(own) == 10
        assert len({row["district_target"] for row in own}) == 1
        given = [row["target"] for row in own if row["target"] is not None]
        if own[0]["measure"] == "%":
            assert given == [own[0]["district_target"]] * 10
        else:
            assert sum(given) == pytest.approx(own[0]["district_target"]), name


@pytest.mark.parametrize(("indicator", "year", "total"), [
    ("G06", 2026, 113), ("H02", 2026, 24_183), ("H07", 2026, 2_523), ("R10", 2026, 1_286), ("R08", 2026, 522_852), ("G16N", 2026, 42)])
def test_baselines_are_what_was_reached(indicator: str, year: int, total: float) -> None:
    own = [row for row in rows("targets", TARGETS[-1]) if (row["indicator"], row["year"]) == (indicator, year)]
    assert sum(row["baseline"] for row in own) == total


# committees: what is new


@pytest.mark.parametrize("period", PERIODS)
def test_what_follows_from_the_rest_of_a_committee(period: Period) -> None:
    stars = {"三星": (60, 80), "四星": (80, 90), "五星": (90, 100.1)}
    for row in rows("committees", period):
        assert (row["election_date"] is None) == (row["election_result"] is None)
        assert (row["secretary_date"] is not None) == (row["secretary"] is True)
        assert row["rating_stars"] is None or stars[row["rating_stars"]][0] <= row["rating"] < stars[row["rating_stars"]][1]
        if row["formation_status"] == "已组建":
            assert (row["previous_term_end"] is None) == (row["session_no"] == 1)
            assert row["previous_term_end"] is None or row["previous_term_end"] < row["term_start"]
        assert row["handback_date"] is None or row["filing_date"] < row["handback_date"]


def test_the_end_of_the_term_before_is_the_one_once_reported() -> None:
    first = {row["compound_id"]: row for row in rows("committees") if row["formation_status"] == "已组建"}
    renewed = [row for row in rows("committees", LAST) if row["session_no"] and row["compound_id"] in first
               and row["session_no"] == first[row["compound_id"]]["session_no"] + 1]
    assert len(renewed) > 100
    assert all(row["previous_term_end"] == first[row["compound_id"]]["term_end"] for row in renewed)


def test_two_elections_elected_nobody() -> None:
    failed = {row["compound_id"] for period in PERIODS for row in rows("committees", period) if row["election_result"] == "选举未成功"}
    assert len(failed) == 2
    assert all(row["term_end"] < row["election_date"] for row in rows("committees", LAST) if row["compound_id"] in failed)


@pytest.mark.parametrize("period", PERIODS)
def test_steps_of_formation_follow_each_other(period: Period) -> None:
    names = [name for name, _ in FORMATION_DATES]
    for row in rows("committees", period):
        days = [row[name] for name in names if row[name]]
        assert days == sorted(days), row
        told = [row[name] is not None for name in names[1:]]
        assert told == sorted(told, reverse=True), "no step without those before it"
        if row["formation_status"] == "筹备中":
            assert row["preparatory_date"] is not None
        if row["formation_status"] == "应建未建":
            assert row["eligible_date"] is not None
            assert row["preparatory_date"] is None


def test_the_substitute_that_gave_way_to_a_committee() -> None:
    row = named("committees", "compound_name", "金鼎公寓", LAST)
    assert (row["substitute"], row["substitute_start"], row["substitute_end"]) == ("无", date(2023, 6, 15), date(2025, 9, 12))
    assert (row["preparatory_date"], row["formation_status"]) == (date(2025, 2, 17), "已组建")


# -- every row obeys its declaration ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "period"), COMING)
def test_rows_obey_fields(name: str, period: Period) -> None:
    dataset = DATASETS[name]
    columns = [one.name for one in dataset.fields]
    keys = [key_of(name, row) for row in rows(name, period)]
    assert len(set(keys)) == len(keys)
    for row in rows(name, period):
        assert list(row) == columns
        for one in dataset.fields:
            value = row[one.name]
            if value is None:
                assert one.need is not Need.REQUIRED, one.name
                continue
            assert type(value) is PYTHON_TYPES[one.kind], (one.name, value)
            if one.kind is Kind.CHOICE:
                assert value in one.choices
            if one.kind is Kind.MULTI and one.choices:
                assert set(value.split("、")) <= set(one.choices)
            if one.kind is Kind.SUBDISTRICT:
                assert value in subdistrict_codes()
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert math.isfinite(value)
                assert one.minimum is None or value >= one.minimum
                assert one.maximum is None or value <= one.maximum
            if isinstance(value, str):
                assert value == " ".join(value.split()) != ""


@pytest.mark.parametrize(("name", "period"), COMING)
def test_rows_obey_checks(name: str, period: Period) -> None:
    for check in DATASETS[name].checks:
        for row in rows(name, period):
            values = [row[column] for column in check.columns()]
            if isinstance(check, SumEquals):
                assert None in values or values[0] == pytest.approx(sum(values[1:]), abs=1e-9)
            elif isinstance(check, AtMost):
                assert None in values or values[0] <= values[1]
            elif isinstance(check, YearsBetween):
                start, end = values
                assert (check.least, check.most) == ("committee.term_min_years", "committee.term_max_years")
                assert start is None or add_months(start, 12 * 3) <= end <= add_months(start, 12 * 5)
            elif isinstance(check, RequiredWhen):
                assert row[check.column] not in check.values or None not in [row[column] for column in check.fields]
            else:
                assert isinstance(check, OnLadder)
                assert row[check.stage] in check.ladders[str(row[check.type])]


@pytest.mark.parametrize("period", PERIODS)
def test_a_month_has_the_forms_that_come_in(period: Period) -> None:
    assert tuple(tables(period)) == tuple(name for name in DATASETS if period in MONTHS[name])
    assert set(MONTHLY) <= set(tables(period))


def test_registers_come_at_the_ends_of_quarters_and_every_month_of_the_last_year() -> None:
    assert ("2024-09", "2024-12", "2025-03", "2025-06", "2025-09", "2025-12", *PERIODS[16:]) == REGISTERS
    assert PERIODS[16] == "2026-01"


@pytest.mark.parametrize("name", DATASETS)
def test_no_month_contradicts_the_one_before_or_another_form(name: str) -> None:
    """What the checks across forms and months say of the samples, told here by a comparison of its own."""
    log = DATASETS[name].nature is Nature.LOG
    for before, period in pairwise((None, *MONTHS[name])):
        assert before is None or rows(name, period) != rows(name, before)
        old = {key_of(name, row): row for row in (rows(name, before) if before and not log else [])}
        for row in rows(name, period):
            known = old.get(key_of(name, row), {})
            for check in DATASETS[name].across:
                if isinstance(check, KnownIn):
                    assert row[check.column] in {None, *keys_known(check.dataset, period)}
                elif isinstance(check, NeverFalls):
                    was, now = known.get(check.column), row[check.column]
                    assert was is None or now is None or now >= was, (period, row)
                else:
                    assert isinstance(check, NeverBack)
                    ladder = check.ladders[str(row[check.type])]
                    assert not known or ladder.index(str(row[check.stage])) >= ladder.index(str(known[check.stage])), (period, row)


@cache
def keys_known(name: str, period: Period) -> frozenset[object]:
    """Keys that stand published when the files of a month come in: of the month before, or in the first month its own."""
    published = PERIODS[max(0, PERIODS.index(period) - 1)]
    key, = DATASETS[name].key
    return frozenset(row[key] for row in rows(name, published))


@pytest.mark.parametrize("name", DATASETS)
def test_no_number_looks_like_one_of_another_unit(name: str) -> None:
    """Nothing lies outside of what is usual and would lie inside were it 10 or 10,000 times as large or as small."""
    for field in DATASETS[name].fields:
        if field.usual is not None:
            low, high = field.usual
            found = {row[field.name] for period in MONTHS[name] for row in rows(name, period)} - {None}
            odd = {value for value in found if not low <= value <= high}
            assert not [value for value in odd if any(low <= value * times <= high for times in (0.0001, 0.1, 10, 10_000))], field.name
            assert len(odd) <= len(found) / 100, field.name


def test_ladders_are_read_as_declared() -> None:
    assert BEDS.at_or_after("认定") == ("认定", "挂牌", "复核", "退出")


def test_gaps_are_rare_and_real() -> None:
    for column in ("built_year", "property_firm", "gfa_m2", "households"):
        share = sum(row[column] is None for row in rows("compounds")) / 678
        assert 0.005 < share < 0.08, column


# -- determinism -----------------------------------------------------------------------------------------------------


def test_the_world_does_not_depend_on_hash_order() -> None:
    code = ("import hashlib; from lib.demo.world import tables, PERIODS\n"
            "print(hashlib.sha256(repr([tables(one) for one in (PERIODS[0], PERIODS[13], PERIODS[-1])]).encode()).hexdigest())")
    found = {subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": ""}, check=True,
                            capture_output=True, text=True).stdout for seed in ("0", "42")}
    here = repr([tables(one) for one in (PERIODS[0], PERIODS[13], PERIODS[-1])])
    assert found == {hashlib.sha256(here.encode()).hexdigest() + "\n"}


def test_handing_out_rows_does_not_share_them() -> None:
    tables(ARTICLE)["compounds"][0]["compound_name"] = "changed"
    assert tables(ARTICLE)["compounds"][0]["compound_name"] != "changed"


@pytest.mark.parametrize("style", range(len(STYLES)))
def test_workbooks_are_the_same_byte_for_byte(style: int, tmp_path: Path) -> None:
    dataset = DATASETS["renewal_projects"]
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(dataset, rows("renewal_projects"), ARTICLE, None, tmp_path / name, style)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("style", range(len(STYLES)))
def test_workbooks_of_several_sheets_are_the_same_byte_for_byte(style: int, tmp_path: Path) -> None:
    parts = [(DATASETS[name], rows(name)) for name in TOGETHER["小区治理专项报表"]]
    for name in ("a.xlsx", "b.xlsx"):
        write_several(parts, "小区治理专项报表", ARTICLE, tmp_path / name, style)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


# -- workbooks -------------------------------------------------------------------------------------------------------


def read_back(path: Path, name: str) -> list[Row]:
    reading = read_file(path.name, path.read_bytes(), Expected())
    assert [one.message for one in reading.all_findings if one.level is not Level.INFO] == []
    staging, = reading.stagings
    assert staging.dataset == name
    assert staging.rows is not None
    columns = [one.name for one in DATASETS[name].fields]
    return [{column: row[column] for column in columns} for row in staging.rows.to_pylist()]


@pytest.mark.parametrize("style", range(len(STYLES)))
@pytest.mark.parametrize("name", DATASETS)
def test_values_survive_every_style(name: str, style: int, tmp_path: Path) -> None:
    period = MONTHS[name][-1 - style % len(MONTHS[name])]
    path = tmp_path / file_name(DATASETS[name], period, None, style)
    write_workbook(DATASETS[name], rows(name, period), period, None, path, style)
    by_key = {key_of(name, row): row for row in read_back(path, name)}
    assert by_key == {key_of(name, row): row for row in rows(name, period)}


@pytest.mark.parametrize(("column", "day", "month_only"), [
    ("complete_plan", date(2024, 2, 29), True), ("complete_plan", date(2024, 3, 1), False), ("complete_plan", date(2024, 2, 28), False),
    ("complete_actual", date(2024, 3, 1), True), ("complete_actual", date(2024, 2, 29), False), ("risk_due", date(2024, 2, 29), False),
])
def test_only_the_month_is_written_where_reading_gives_the_same_day(column: str, day: date, month_only: bool) -> None:
    field = DATASETS["renewal_projects"].by_name[column]
    for number, style in enumerate(STYLES):
        cell = write(field, day, style, random.Random(number)).value
        assert (cell == f"{day.year}年{day.month}月") == month_only
        assert read_cell(field, cell).value == day


def test_styles_differ_where_readers_must_be_ready() -> None:
    assert len(STYLES) >= 5
    assert {style.levels for style in STYLES} == {1, 2}
    assert {style.area for style in STYLES} == {"㎡", "万㎡"}
    assert {style.percent for style in STYLES} == {"text", "fraction", "points"}
    assert {len(style.lines) + 1 for style in STYLES} <= {3, 4, 5, 6}
    assert style_of(len(STYLES) + 1) == STYLES[1]


def test_the_last_month_comes_from_nine_subdistricts(tmp_path: Path) -> None:
    paths = list(write_month(PERIODS[-1], tmp_path))
    single = [path for path in paths if not path.name.startswith(("普陀区", "附件", "PT-", "2026")) and "业主委员会" in path.name]
    assert len(paths) == 12 + len(TOGETHER) + 2
    assert {path.name.split("业主")[0] for path in single} == {unit_name(code) for code in subdistrict_codes()} - {unit_name(SILENT)}
    found = [row for path in single for row in read_back(path, "committees")]
    expected = [row for row in rows("committees", PERIODS[-1]) if row["subdistrict"] != SILENT]
    assert sorted(found, key=lambda row: row["compound_id"]) == expected


def test_committed_samples_are_what_the_world_writes(tmp_path: Path) -> None:
    for period in (ARTICLE, PERIODS[-1]):
        for path in write_month(period, tmp_path / period):
            assert path.read_bytes() == (ROOT / "data" / "samples" / period / path.name).read_bytes(), "run make samples"
    files = list((ROOT / "data" / "samples").rglob("*.xlsx"))
    assert len(files) == 26 * 4 + 8 + 26 + 3 * len(REGISTERS) + len(SITES) + len(TARGETS)
    assert sum(path.stat().st_size for path in files) < 16_000_000


def test_small_tools() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert [firm("物业", number) for number in (3, 10, 12, 20, 26)] == [
        "演示物业三公司", "演示物业十公司", "演示物业十二公司", "演示物业二十公司", "演示物业二十六公司"]
    assert AS_OF + timedelta(days=1) == date(2024, 10, 1)
