"""The light of a figure: at the line exactly, against targets and the share of the year gone; and what a rule's dates change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from lib.datasets.places import DISTRICT
from lib.datasets.thresholds import Registry, Threshold, shipped_registry
from lib.figures.snapshot import Snapshot
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value, evaluate
from lib.indicators.judging import ByRule, ByTarget, NoneLeft, NotJudged
from lib.indicators.lights import Judged, Target, judge, target_of, time_share, year_share
from lib.spec.period import Period
from tests.support.published import Row
from tests.support.small import SEPTEMBER, TARGETS, A, B, C, plan_world, snapshot, target, whole_world

GREEN, YELLOW, RED, NONE = "绿", "黄", "红", "不判定"
AUGUST, OCTOBER = Period("2024-08"), Period("2024-10")


def world(targets: list[Row] | None = None, period: str = SEPTEMBER) -> Snapshot:
    """Nothing but targets."""
    return snapshot({"targets": targets or []}, period=Period(period))


@pytest.fixture(scope="module")
def bare() -> Snapshot:
    return world()


def light(name: str, top: float | None, below: float | None, data: Snapshot, unit: str = DISTRICT, units: tuple[str, ...] = ()) -> Judged:
    """The light of a made-up figure."""
    few = below is not None and 0 < below < 5
    return judge(Value(CATALOGUE[name], unit, top, below, few=few), data, units)


# -- against a rule --------------------------------------------------------------------------------------------------------


YOUNG = ("R06A", "R06B", "G21Y")
"""Judged by rules that were not there in September 2024."""


@pytest.mark.parametrize(
    ("name", "top", "below", "expected"),
    [
        # 签约率: 95 %, and 5 个百分点 below it.
        ("R03", 9_499, 10_000, YELLOW),
        ("R03", 95, 100, GREEN),
        ("R03", 9_501, 10_000, GREEN),
        ("R03", 90, 100, YELLOW),
        ("R03", 8_999, 10_000, RED),
        ("R03", 162 * 0.95, 162, GREEN),  # 153.9 of 162 is 95 % exactly, whatever a float makes of it
        # 启动: 80 %.
        ("R02", 7_999, 10_000, YELLOW),
        ("R02", 80, 100, GREEN),
        ("R02", 75, 100, YELLOW),
        ("R02", 7_499, 10_000, RED),
        # 征收: 90 % and 80 %.
        ("R06A", 8_999, 10_000, YELLOW),
        ("R06A", 90, 100, GREEN),
        ("R06B", 7_999, 10_000, YELLOW),
        ("R06B", 80, 100, GREEN),
        # 出租率: 80 %.
        ("H11", 7_999, 10_000, YELLOW),
        ("H11", 80, 100, GREEN),
        ("H11B", 75, 100, YELLOW),
        ("H11B", 7_499, 10_000, RED),
        # 红色物业: 30 % and 10 %; 党建: 100 %.
        ("G13", 30, 100, GREEN),
        ("G13", 2_999, 10_000, YELLOW),
        ("G13", 25, 100, YELLOW),
        ("G13", 2_499, 10_000, RED),
        ("G14", 10, 100, GREEN),
        ("G14", 5, 100, YELLOW),
        ("G14", 499, 10_000, RED),
        ("G15", 100, 100, GREEN),
        ("G15", 95, 100, YELLOW),
        ("G15", 9_499, 10_000, RED),
        # 物业党建联盟: every 街镇.
        ("G35", 10, 10, GREEN),
        ("G35", 95, 100, YELLOW),
        ("G35", 9, 10, RED),
        # 同比: −20 % or less is what is wanted.
        ("G21Y", 80, 100, GREEN),
        ("G21Y", 79, 100, GREEN),
        ("G21Y", 8_001, 10_000, YELLOW),
        ("G21Y", 85, 100, YELLOW),
        ("G21Y", 8_501, 10_000, YELLOW),
        ("G21Y", 120, 100, YELLOW),
    ],
)
def test_at_the_line_of_a_rule(bare: Snapshot, name: str, top: float, below: float, expected: str) -> None:
    found = light(name, top, below, world(period="2026-06") if name in YOUNG else bare)
    assert isinstance(CATALOGUE[name].judging, ByRule)
    assert found.light.name == expected
    assert found.thresholds[0].rule == CATALOGUE[name].judging.rules[0]
    assert ("light.near_points" in [row.rule for row in found.thresholds]) == (expected != GREEN)


@pytest.mark.parametrize("name", YOUNG)
def test_before_its_first_day_a_rule_judges_nothing(bare: Snapshot, name: str) -> None:
    found = light(name, 1, 100, bare)
    assert found.light.name == "不判定"
    assert found.reason.endswith("起施行，此前不判定")


def test_every_figure_judged_by_a_rule_is_tried() -> None:
    tried = next(mark for mark in test_at_the_line_of_a_rule.pytestmark if mark.name == "parametrize").args[1]
    assert {case[0] for case in tried} | {"H10"} == {name for name, one in CATALOGUE.items() if isinstance(one.judging, ByRule)}


def test_a_rule_says_why(bare: Snapshot) -> None:
    met, near = light("R03", 95, 100, bare), light("R03", 94, 100, bare)
    assert (met.reason, met.line) == ("达到协议签约生效线 ≥ 95%", 95)
    assert near.reason == "差 1.0 个百分点：协议签约生效线 ≥ 95%；差 5.0 个百分点以内为关注；标准对每个项目分别适用，合计只作参照"
    change = light("G21Y", 85, 100, world(period="2026-06"))
    assert change.reason == "超 5.0 个百分点：12345物业服务类工单同比奖励线 ≤ -20%；超 5.0 个百分点以内为关注"


@pytest.mark.parametrize(
    ("period", "beds", "expected"),
    [
        # 2026-01-01 to 2030-12-31 are 1,826 days. By 30 June 2026 181 of them: 9.912 %, or 317.2 beds; 10 points less is less than none.
        ("2026-06", 318, GREEN),
        ("2026-06", 317, YELLOW),
        ("2026-06", 158, YELLOW),
        ("2026-06", 1, YELLOW),
        # By 29 February 2028 790 days: 43.26 %, or 1,384.4 beds.
        ("2028-02", 1_385, GREEN),
        ("2028-02", 1_384, YELLOW),
        # On the last day all of them, and so it stays.
        ("2030-12", 3_200, GREEN),
        ("2030-12", 3_199, YELLOW),
        ("2030-12", 3_040, YELLOW),
        ("2030-12", 2_880, YELLOW),
        ("2030-12", 2_879, RED),
        ("2031-01", 3_199, YELLOW),
    ],
)
def test_a_plan_is_paced_by_its_days(period: str, beds: int, expected: str) -> None:
    assert light("H10", beds, 3_200, world(period=period)).light.name == expected


def test_the_plan_as_it_stands() -> None:
    data = plan_world()
    found = judge(evaluate(CATALOGUE["H10"], data).whole, data)
    assert (found.light.name, found.line, found.progress) == (GREEN, Fraction(18_100, 1_826), 25)
    assert found.reason == "达到“十五五”新增床位目标 3,200 张，到期 2030-12-31，应到 9.9%"
    only = judge(evaluate(CATALOGUE["H10"], data, (A,)).whole, data, (A,))
    assert (only.light.name, only.reason) == (NONE, "没有基数"), "the target is not shared out among 街镇"


# -- against a target ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row", "top", "below", "expected"),
    [
        # No starting value: the target itself.
        ("G03", target("G03", A, 96.0), 96, 100, GREEN),
        ("G03", target("G03", A, 96.0), 9_599, 10_000, YELLOW),
        ("G03", target("G03", A, 96.0), 91, 100, YELLOW),
        ("G03", target("G03", A, 96.0), 9_099, 10_000, RED),
        # From 80 to 100 over the year, 274 of 366 days gone: 94.9727 is expected.
        ("G03", target("G03", A, 100.0, baseline=80.0), 95, 100, GREEN),
        ("G03", target("G03", A, 100.0, baseline=80.0), 9_497, 10_000, YELLOW),
        ("G03", target("G03", A, 100.0, baseline=80.0), 8_998, 10_000, YELLOW),
        ("G03", target("G03", A, 100.0, baseline=80.0), 8_997, 10_000, RED),
        # Down from 30 to 10: 15.03 is expected, and a tenth of the way, 2, is let pass.
        ("G06", target("G06", A, 10.0, baseline=30.0), 15, None, GREEN),
        ("G06", target("G06", A, 10.0, baseline=30.0), 16, None, YELLOW),
        ("G06", target("G06", A, 10.0, baseline=30.0), 17, None, YELLOW),
        ("G06", target("G06", A, 10.0, baseline=30.0), 18, None, RED),
        # An amount that stands, without a starting value: a tenth of the target is let pass.
        ("H07", target("H07", A, 200.0), 200, None, GREEN),
        ("H07", target("H07", A, 200.0), 180, None, YELLOW),
        ("H07", target("H07", A, 200.0), 179, None, RED),
        # What piles up over the year starts at nothing: 12 × 274/366 = 8.98 is expected, 1.2 is let pass. A starting value says nothing.
        ("R10Y", target("R10Y", A, 12.0), 9, None, GREEN),
        ("R10Y", target("R10Y", A, 12.0), 8, None, YELLOW),
        ("R10Y", target("R10Y", A, 12.0), 7, None, RED),
        ("R10Y", target("R10Y", A, 12.0, baseline=11.0), 9, None, GREEN),
        # A target goes before a rule, and before “none is best”.
        ("R03", target("R03", A, 90.0), 92, 100, GREEN),
        ("R16", target("R16", A, 3.0), 3, None, GREEN),
        ("R16", target("R16", A, 3.0), 4, None, RED),
        # What nothing is judged by is not judged by a target either.
        ("G01", target("G01", A, 3.0), 3, None, NONE),
    ],
)
def test_against_the_target_of_the_year(name: str, row: Row, top: float, below: float | None, expected: str) -> None:
    assert light(name, top, below, world([row]), A).light.name == expected


@pytest.mark.parametrize(
    ("period", "goal", "enough"),
    [
        ("2024-01", 366, 31),
        ("2024-02", 366, 60),  # a leap year
        ("2024-09", 366, 274),
        ("2024-12", 366, 366),
        ("2023-02", 365, 59),
        ("2023-12", 365, 365),
        ("2100-02", 365, 59),
    ],
)
def test_the_share_of_the_year(period: str, goal: int, enough: int) -> None:
    data = world([target("R10Y", A, float(goal), year=int(period[:4]))], period)
    assert year_share(data.as_of) == Fraction(enough, goal)
    assert light("R10Y", enough, None, data, A).light.name == GREEN
    short = light("R10Y", enough - 1, None, data, A)
    assert (short.light.name, short.line) == (YELLOW, enough)


def test_the_share_of_a_stretch_of_days() -> None:
    first, last = date(2024, 2, 28), date(2024, 3, 1)
    days = [date(2024, 2, 27), first, date(2024, 2, 29), last, date(2024, 3, 2)]
    assert [time_share(first, last, day) for day in days] == [0, Fraction(1, 3), Fraction(2, 3), 1, 1]


def test_progress_is_the_share_of_the_way() -> None:
    way = light("G03", 95, 100, world([target("G03", A, 100.0, baseline=80.0)]), A)
    assert (way.progress, way.target) == (75, Target(2024, Fraction(100), Fraction(80)))
    assert way.reason == "达到2024年目标 100.0%，应到 95.0%"
    assert light("R10Y", 3, None, world([target("R10Y", A, 12.0)]), A).progress == 25
    assert light("R10Y", 0, None, world([target("R10Y", A, 0.0)]), A).progress is None


DISTRICT_ROWS = [target("R10Y", A, 4.0, 12.0), target("R10Y", B, 3.0, 12.0), target("R10Y", C, None, 12.0)]


@pytest.mark.parametrize(
    ("rows", "name", "units", "expected"),
    [
        (DISTRICT_ROWS, "R10Y", (), 12),
        (DISTRICT_ROWS, "R10Y", (A,), 4),
        (DISTRICT_ROWS, "R10Y", (A, B), 7),
        (DISTRICT_ROWS, "R10Y", (A, C), None),  # C has none of its own
        (DISTRICT_ROWS, "R10Y", (C,), None),
        (DISTRICT_ROWS, "R10", (), None),
        ([target("R10Y", A, 4.0, 12.0), target("R10Y", B, 4.0, 13.0)], "R10Y", (), None),  # the rows do not agree
        ([target("R10Y", A, 4.0, 12.0), target("R10Y", B, 4.0)], "R10Y", (), 12),
        ([target("R10Y", A, 4.0)], "R10Y", (), None),
        ([target("R10Y", A, 4.0, 12.0, year=2023), target("R10Y", A, 5.0, 13.0, year=2025)], "R10Y", (A,), None),
        ([target("R10Y", A, 4.0, 12.0, year=2023), target("R10Y", A, 5.0, 13.0)], "R10Y", (A,), 5),
        ([target("G03", A, 99.9)], "G03", (A,), Fraction(999, 10)),
    ],
)
def test_whose_target(rows: list[Row], name: str, units: tuple[str, ...], expected: Fraction | None) -> None:
    found = target_of(world(rows), CATALOGUE[name], units)
    assert (None if found is None else found.value) == expected


def test_starting_values_of_several_are_added_when_each_has_one() -> None:
    rows = [target("R10", A, 10.0, baseline=4.0), target("R10", B, 20.0, baseline=8.0), target("R10", C, 5.0)]
    found = [target_of(world(rows), CATALOGUE["R10"], units) for units in ((A, B), (A, C))]
    assert found == [Target(2024, Fraction(30), Fraction(12)), Target(2024, Fraction(15), None)]


def test_a_rate_of_several_has_no_target() -> None:
    """The targets of two 街镇 are no target of both: a rate is never averaged."""
    data = world([target("G03", A, 100.0), target("G03", B, 90.0)])
    both = light("G03", 95, 100, data, units=(A, B))
    assert (both.light.name, both.reason) == (NONE, "没有设定目标")
    added = world([target("R10Y", A, 4.0), target("R10Y", B, 8.0)])
    assert light("R10Y", 9, None, added, units=(A, B)).light.name == GREEN


# -- without either --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "top", "below", "expected", "reason"),
    [
        ("G06", 0, None, GREEN, "没有"),
        ("G06", 1, None, YELLOW, "还有 1 个"),
        ("G06", 163, None, YELLOW, "还有 163 个"),
        ("R05", 0, None, GREEN, "没有"),
        ("R05", 12, None, YELLOW, "还有 12 户"),
        ("G03", 631, 657, NONE, "没有设定目标"),
        ("R10", 9, None, NONE, "没有设定目标"),
        ("R01", 5, None, NONE, "本指标不判定"),
        ("H12", 90, 100, NONE, "本指标不判定"),
        # 4 is a small base, 5 is not; nothing is none.
        ("R03", 1, 4, NONE, "基数只有 4，不判定"),
        ("R03", 1, 5, RED, None),
        ("R03", 0, 0, NONE, "没有基数"),
        ("R03", None, None, NONE, "未报"),
        ("G06", None, None, NONE, "未报"),
    ],
)
def test_without_a_target(bare: Snapshot, name: str, top: float | None, below: float | None, expected: str, reason: str | None) -> None:
    found = light(name, top, below, bare)
    assert found.light.name == expected
    assert reason is None or found.reason == reason


def test_none_of_some_is_not_none_of_all(bare: Snapshot) -> None:
    """A 街镇 that is left out may have what there should be none of; what was found is found all the same."""
    none, some = (judge(Value(CATALOGUE["G06"], DISTRICT, top, None, (C,)), bare) for top in (0.0, 2.0))
    assert (none.light.name, none.reason) == (NONE, "有街镇没有可用的报送，为 0 不作判定")
    assert (some.light.name, some.reason) == (YELLOW, "还有 2 个")
    carried = judge(Value(CATALOGUE["G06"], DISTRICT, 0.0, None, (), ((C, AUGUST),)), bare)
    assert carried.light.name == GREEN, "rows of an earlier month are in the figure"


def test_every_way_of_judging_is_used() -> None:
    assert {type(one.judging) for one in CATALOGUE.values()} == {NotJudged, ByTarget, ByRule, NoneLeft}
    for one in CATALOGUE.values():
        assert one.judging.words
        assert isinstance(one.judging, NotJudged) or one.good != "none", f"{one.id}: which way is good?"


# -- what the dates of a rule change ---------------------------------------------------------------------------------------

Cell = tuple[str, str]
LIGHT_TARGETS = [
    *TARGETS,
    target("G08", A, 50.0, 50.0),
    target("G08", C, 50.0, 50.0),
    target("G11", B, 100.0, 100.0),
    target("G11", C, 100.0, 100.0),
    target("G12", A, 38.0, 38.0),
    target("G16", A, 50.0, 50.0),
    target("G16N", A, 2.0, 5.0),
    target("H07", B, 170.0, 170.0),
]
OWN_DAY = {"committee.filing_days", "committee.report_months"}
"""Rules that are asked for the day a span counts from, not for the last day of the month."""
# rule, its other value, the lights that are others then: (indicator, unit) → before, after. Worked out from the examples.
CHANGES: list[tuple[str, str, dict[Cell, tuple[str, str]]]] = [
    ("renewal.signing_gate", "96", {("R03", DISTRICT): (GREEN, YELLOW), ("R03", A): (GREEN, YELLOW)}),  # 95.0
    ("renewal.signing_gate", "94.5", {("R05", DISTRICT): (YELLOW, NONE), ("R05", A): (YELLOW, GREEN)}),  # 189 of 200 are enough
    ("renewal.start_gate", "79", {("R02", DISTRICT): (YELLOW, GREEN)}),  # 79.6; B at 78.3 stays
    ("renewal.start_gate", "85", {("R02", DISTRICT): (YELLOW, RED), ("R02", A): (GREEN, YELLOW), ("R02", B): (YELLOW, RED)}),
    ("expropriation.first_gate", "89.9", {("R06A", DISTRICT): (YELLOW, GREEN), ("R06A", B): (YELLOW, GREEN)}),
    ("expropriation.second_gate", "78", {("R06B", DISTRICT): (YELLOW, GREEN)}),  # 78.3; C at 70 stays
    (
        "rental.occupancy_watch",
        "75",
        {
            ("H11B", DISTRICT): (YELLOW, GREEN),
            ("H11B", B): (YELLOW, GREEN),
            ("H11N", B): (YELLOW, GREEN),  # 75.0 % of the beds of H4; of the homes of H2 60 % stay below
        },
    ),
    ("rental.rent_ratio", "0.92", {("H12N", DISTRICT): (YELLOW, NONE), ("H12N", A): (YELLOW, GREEN)}),
    ("redpoint.practice_share", "25", {("G13", DISTRICT): (YELLOW, GREEN), ("G13", B): (YELLOW, GREEN)}),
    ("redpoint.model_share", "17", {("G14", DISTRICT): (GREEN, YELLOW)}),  # 16.7
    ("alliance.coverage", "70", {("G35", DISTRICT): (RED, YELLOW)}),  # 66.7
    ("party.coverage", "85", {("G15", DISTRICT): (RED, YELLOW), ("G15", A): (RED, YELLOW)}),  # 80 both; B at 50 stays
    ("hotline.yearly_change", "-25", {("G21Y", DISTRICT): (GREEN, YELLOW)}),  # −20.0 and −17.4
    (
        "fee.rise_min",
        "0.19",
        {
            ("G16N", A): (RED, GREEN),
            ("G16", DISTRICT): (RED, GREEN),  # 37.5, then 50
            ("G16", A): (RED, GREEN),
        },
    ),
    (
        "fund.trigger_share",
        "29",
        {("G18", A): (YELLOW, GREEN), ("G18", C): (YELLOW, GREEN), ("G18A", C): (YELLOW, GREEN)},
    ),  # 29.99 both; B03 stays
    ("committee.annual_audit_month", "7", {("G12", DISTRICT): (YELLOW, GREEN), ("G12", A): (RED, GREEN)}),  # 1 July
    ("committee.expiring_months", "4", {}),  # G07 has no light
    ("lift.unit.quorum.area", "1/2", {}),  # R12 has none either
    (
        "light.near_points",
        "4",
        {
            ("H11B", DISTRICT): (YELLOW, RED),
            ("H11B", B): (YELLOW, RED),
            ("G12", DISTRICT): (YELLOW, RED),
            ("G13", DISTRICT): (YELLOW, RED),
            ("G13", B): (YELLOW, RED),
        },
    ),
    ("light.near_progress", "5", {("H07", B): (YELLOW, RED)}),  # 160 of 170
    ("committee.filing_days", "31", {("G11", DISTRICT): (RED, GREEN), ("G11", C): (RED, GREEN)}),  # C04: on the thirty-first day
    (  # no term ends in March 2025
        "committee.report_months",
        "6",
        {("G08", DISTRICT): (RED, NONE), ("G08", A): (GREEN, NONE), ("G08", C): (RED, NONE)},
    ),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """As shipped, but every rule of `CHANGES` in force since 2020 without an end, and no base too small."""
    moved = {rule for rule, _, _ in CHANGES}
    rows = [
        replace(row, effective_from=date(2020, 1, 1), effective_to=None)
        if row.rule in moved
        else replace(row, value="1")
        if row.rule == "data.small_base"
        else row
        for row in shipped_registry().rows
    ]
    return Registry(tuple(rows))


def split_at(registry: Registry, rule: str, value: str, begins: date) -> Registry:
    """The registry with another value of a rule from a day on."""
    (row,) = registry.rows_of(rule)
    others = [one for one in registry.rows if one.rule != rule]
    before = replace(row, effective_to=begins - timedelta(days=1))
    found = Registry((*others, before, replace(row, value=value, effective_from=begins)))
    assert found.problems() == []
    return found


def lights(registry: Registry, period: Period = SEPTEMBER) -> dict[Cell, str]:
    data = whole_world(registry, period, targets=LIGHT_TARGETS)
    return {
        (name, value.unit): judge(value, data).light.name
        for name, breakdown in all_breakdowns(data).items()
        for value in (breakdown.whole, *(breakdown.of(unit) for unit in (A, B, C)))
    }


def difference(before: dict[Cell, str], after: dict[Cell, str]) -> dict[Cell, tuple[str, str]]:
    return {cell: (before[cell], after[cell]) for cell in before if before[cell] != after[cell]}


@pytest.fixture(scope="module")
def before(registry: Registry) -> dict[Period, dict[Cell, str]]:
    return {period: lights(registry, period) for period in (AUGUST, SEPTEMBER, OCTOBER)}


@pytest.mark.parametrize(("rule", "value", "expected"), CHANGES, ids=[f"{rule}={value}" for rule, value, _ in CHANGES])
def test_a_change_of_a_rule_changes_exactly_the_lights_it_should(
    registry: Registry, before: dict[Period, dict[Cell, str]], rule: str, value: str, expected: dict[Cell, tuple[str, str]]
) -> None:
    """In force from 30 September on: those of the 30th. From 1 October: none."""
    begins = date(2020, 1, 2) if rule in OWN_DAY else date(2024, 9, 30)
    assert difference(before[SEPTEMBER], lights(split_at(registry, rule, value, begins))) == expected
    for cell in expected:
        assert rule in CATALOGUE[cell[0]].rules
    if rule not in OWN_DAY:
        assert difference(before[SEPTEMBER], lights(split_at(registry, rule, value, date(2024, 10, 1)))) == {}


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, value, _ in CHANGES if rule not in OWN_DAY])
def test_a_change_in_mid_month_changes_no_month_before(
    registry: Registry, before: dict[Period, dict[Cell, str]], rule: str, value: str
) -> None:
    """From 15 September on: the lights of August stay, those of October may be others, of its own indicators alone."""
    changed = split_at(registry, rule, value, date(2024, 9, 15))
    assert difference(before[AUGUST], lights(changed, AUGUST)) == {}
    for name, _ in difference(before[OCTOBER], lights(changed, OCTOBER)):
        assert rule in CATALOGUE[name].rules


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        # C04 was elected on 14 August and filed on 14 September; B05 was elected on 25 August and filed in time either way.
        ("2024-08-14", {("G11", DISTRICT): (RED, GREEN), ("G11", C): (RED, GREEN)}),
        ("2024-08-15", {}),
    ],
)
def test_a_span_follows_the_rule_of_the_day_it_counts_from(
    registry: Registry, before: dict[Period, dict[Cell, str]], begins: str, expected: dict[Cell, tuple[str, str]]
) -> None:
    changed = split_at(registry, "committee.filing_days", "31", date.fromisoformat(begins))
    assert difference(before[SEPTEMBER], lights(changed)) == expected


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        # The terms of A07, C05 and A02 end on 1, 15 and 28 February 2025.
        ("2025-02-01", {("G08", DISTRICT): (RED, NONE), ("G08", A): (GREEN, NONE), ("G08", C): (RED, NONE)}),
        ("2025-02-02", {("G08", A): (GREEN, RED), ("G08", C): (RED, NONE)}),
        ("2025-03-01", {}),
    ],
)
def test_a_report_follows_the_rule_of_the_day_its_term_ends(
    registry: Registry, before: dict[Period, dict[Cell, str]], begins: str, expected: dict[Cell, tuple[str, str]]
) -> None:
    changed = split_at(registry, "committee.report_months", "6", date.fromisoformat(begins))
    assert difference(before[SEPTEMBER], lights(changed)) == expected


def test_a_rule_past_its_printed_end_goes_on(registry: Registry, before: dict[Period, dict[Cell, str]]) -> None:
    """With nothing in its place every light stays; that the rule is in doubt is said beside it."""
    ended = Registry(tuple(replace(row, effective_to=date(2024, 9, 29)) if row.effective_to is None else row for row in registry.rows))
    assert difference(before[SEPTEMBER], lights(ended)) == {}
    for rule, _, _ in CHANGES:
        assert ended.at(rule, date(2024, 9, 30)).in_doubt(date(2024, 9, 30))


def test_the_first_day_of_the_plan_moves_what_it_counts() -> None:
    """From the last day of 2025 on: the hundred beds supplied on it are counted too, and who is counted by a rule names it."""
    shipped = shipped_registry()
    rows = [replace(row, effective_from=date(2025, 12, 31)) if row.rule == "beds.plan_2030" else row for row in shipped.rows]
    before, after = (all_breakdowns(plan_world(one)) for one in (shipped, Registry(tuple(rows))))
    changed = {name for name, one in before.items() if one.whole.numerator != after[name].whole.numerator}
    assert {name: after[name].whole.numerator for name in changed} == {"H10N": 900, "H10": 900}
    assert {name: "beds.plan_2030" in CATALOGUE[name].rules for name in changed} == {"H10N": True, "H10": True}


def _another(row: Threshold) -> str:
    """Another number: a span shorter by three, anything else less by a quarter."""
    if row.unit in {"天", "个月", "年", "月"}:
        return str(row.whole - 3 if row.whole > 3 else row.whole + 1)
    return str(row.exact * Fraction(3, 4))


def test_a_change_of_value_changes_no_figure_that_does_not_name_the_rule(registry: Registry) -> None:
    """Every rule of the registry in turn, by another number: only figures that name it are others."""
    data = whole_world(registry, targets=LIGHT_TARGETS)
    before = {name: (one.whole.numerator, one.whole.denominator) for name, one in all_breakdowns(data).items()}
    moved: dict[str, set[str]] = {}
    for rule in registry.rules:
        rows = registry.rows_of(rule)
        if rows[0].unit == "日期":
            continue
        others = [one for one in registry.rows if one.rule != rule]
        changed = Registry((*others, *(replace(row, value=_another(row)) for row in rows)))
        after = all_breakdowns(whole_world(changed, targets=LIGHT_TARGETS))
        moved[rule] = {name for name, one in after.items() if (one.whole.numerator, one.whole.denominator) != before[name]}
        assert all(rule in CATALOGUE[name].rules for name in moved[rule]), (rule, moved[rule])
    assert {rule: names for rule, names in moved.items() if names} == {
        "beds.pace_months": {"H10P"},
        "beds.plan_2030": {"H10"},
        "committee.annual_audit_month": {"G12", "G12N"},
        "committee.expiring_months": {"G07"},
        "committee.filing_days": {"G11"},
        "committee.report_months": {"G08", "G08A", "G08B"},
        "fee.rise_min": {"G16N", "G16"},
        "fund.restore_share": {"G18B", "G18C", "G18D", "G31A"},
        "fund.trigger_share": {"G18", "G18A"},
        "lift.unit.area": {"R12"},
        "lift.unit.quorum.area": {"R12"},
        "rental.occupancy_watch": {"H11N"},
        "rental.rent_ratio": {"H12N"},
        "renewal.signing_gate": {"R05"},
    }
