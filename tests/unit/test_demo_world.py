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
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from shapely import Point
from shapely.geometry import shape

from lib.datasets import DATASETS, MONTHLY
from lib.datasets.ladders import BEDS, HOMES, RENEWAL_LADDERS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.renewal_projects import MILESTONES
from lib.demo.cells import write
from lib.demo.making import CODES, apportion, firm
from lib.demo.rental import rooms
from lib.demo.rental_plans import units_of_beds
from lib.demo.samples import SILENT, file_name, write_month
from lib.demo.styles import STYLES, style_of
from lib.demo.workbooks import write_workbook
from lib.demo.world import PERIODS, Row, tables
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
from lib.spec.fields import Need
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
def rows(name: str, period: Period = ARTICLE) -> list[Row]:
    return tables(period)[name]


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
                           "exit_audit_date", "annual_audit_date", "last_meeting", "substitute_start"),
            "rental_projects": ("recognition_date", "supply_date", "listing_date", "review_date"),
            "renewal_projects": (*(f"{prefix}_actual" for prefix, _ in MILESTONES), "precheck_date"),
            "compounds": ("first_handover_date",)}
    for name, columns in past.items():
        assert all(row[column] is None or row[column] <= day for row in rows(name, period) for column in columns)


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


@pytest.mark.parametrize("name", ["compounds", "rental_projects"])
def test_points_lie_in_their_subdistrict(name: str) -> None:
    text = (REFERENCE / "geo" / "subdistricts.geojson").read_text(encoding="utf-8")
    outlines = {one["properties"]["code"]: shape(one["geometry"]) for one in json.loads(text)["features"]}
    without = [row for row in rows(name, PERIODS[-1]) if row["lon"] is None]
    assert len(without) == 2 if name == "rental_projects" else 10 <= len(without) <= 80
    for row in rows(name, PERIODS[-1]):
        assert (row["lon"] is None) == (row["lat"] is None) == (row["datum"] is None)
        if row["lon"] is not None:
            assert row["datum"] == "WGS-84"
            assert outlines[row["subdistrict"]].contains(Point(row["lon"], row["lat"]))
            assert (round(row["lon"], 5), round(row["lat"], 5)) == (row["lon"], row["lat"])


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


# -- every row obeys its declaration ---------------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", MONTHLY)
def test_rows_obey_fields(name: str, period: Period) -> None:
    dataset = DATASETS[name]
    columns = [one.name for one in dataset.fields]
    keys = [tuple(row[part] for part in dataset.key) for row in rows(name, period)]
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


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", MONTHLY)
def test_rows_obey_checks(name: str, period: Period) -> None:
    for check in DATASETS[name].checks:
        for row in rows(name, period):
            values = [row[column] for column in check.columns()]
            if isinstance(check, SumEquals):
                assert None in values or values[0] == sum(values[1:])
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


def test_only_what_every_street_owes_each_month_is_made_up() -> None:
    assert all(tuple(tables(period)) == MONTHLY for period in PERIODS)


@pytest.mark.parametrize("name", MONTHLY)
def test_no_month_contradicts_the_one_before_or_another_form(name: str) -> None:
    """What the checks across forms and months say of the samples, told here by a comparison of its own."""
    for before, period in pairwise((None, *PERIODS)):
        assert before is None or rows(name, period) != rows(name, before)
        old = {row[DATASETS[name].key[0]]: row for row in (rows(name, before) if before else [])}
        for row in rows(name, period):
            known = old.get(row[DATASETS[name].key[0]], {})
            for check in DATASETS[name].across:
                if isinstance(check, KnownIn):
                    key, = DATASETS[check.dataset].key
                    assert row[check.column] in {None, *(one[key] for one in rows(check.dataset, period))}
                elif isinstance(check, NeverFalls):
                    was, now = known.get(check.column), row[check.column]
                    assert was is None or now is None or now >= was, (period, row)
                else:
                    assert isinstance(check, NeverBack)
                    ladder = check.ladders[str(row[check.type])]
                    assert not known or ladder.index(str(row[check.stage])) >= ladder.index(str(known[check.stage])), (period, row)


@pytest.mark.parametrize("name", MONTHLY)
def test_no_number_looks_like_one_of_another_unit(name: str) -> None:
    """Nothing lies outside of what is usual and would lie inside were it 10 or 10,000 times as large or as small."""
    for field in DATASETS[name].fields:
        if field.usual is not None:
            low, high = field.usual
            found = {row[field.name] for period in PERIODS for row in rows(name, period)} - {None}
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
@pytest.mark.parametrize("name", MONTHLY)
def test_values_survive_every_style(name: str, style: int, tmp_path: Path) -> None:
    period = PERIODS[18 + style]
    path = tmp_path / file_name(DATASETS[name], period, None, style)
    write_workbook(DATASETS[name], rows(name, period), period, None, path, style)
    by_key = {row[DATASETS[name].key[0]]: row for row in read_back(path, name)}
    assert by_key == {row[DATASETS[name].key[0]]: row for row in rows(name, period)}


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
    assert len(paths) == 12
    assert {path.name.split("业主")[0] for path in single} == {unit_name(code) for code in subdistrict_codes()} - {unit_name(SILENT)}
    found = [row for path in single for row in read_back(path, "committees")]
    expected = [row for row in rows("committees", PERIODS[-1]) if row["subdistrict"] != SILENT]
    assert sorted(found, key=lambda row: row["compound_id"]) == expected


def test_committed_samples_are_what_the_world_writes(tmp_path: Path) -> None:
    for period in (ARTICLE, PERIODS[-1]):
        for path in write_month(period, tmp_path / period):
            assert path.read_bytes() == (ROOT / "data" / "samples" / period / path.name).read_bytes(), "run make samples"
    files = list((ROOT / "data" / "samples").rglob("*.xlsx"))
    assert len(files) == 26 * 4 + 8
    assert sum(path.stat().st_size for path in files) < 8_000_000


def test_small_tools() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert [firm("物业", number) for number in (3, 10, 12, 20, 26)] == [
        "演示物业三公司", "演示物业十公司", "演示物业十二公司", "演示物业二十公司", "演示物业二十六公司"]
    assert AS_OF + timedelta(days=1) == date(2024, 10, 1)
