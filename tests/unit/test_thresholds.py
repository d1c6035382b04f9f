"""The registry of thresholds: which row is in force on a day, exact comparison at every edge, and the registry as committed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from lib.datasets.thresholds import (
    ARTICLE,
    COLUMNS,
    OFFICIAL,
    OWN,
    PLANNED,
    STANDINGS,
    Registry,
    registry_from_csv,
    registry_from_rows,
    shipped_registry,
)

REFERENCE_DAY = date(2026, 11, 23)


def line(rule: str, value: str, begins: str, ends: str = "", **more: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {"rule": rule, "value": value, "unit": "%", "comparison": "≥", "title": "例", "document": "文件", "paragraph": "第1条"}
    return {**row, "effective_from": begins, "effective_to": ends, "standing": OFFICIAL, **more}


THREE = registry_from_rows(
    [
        # The later row stands first: the order of rows does not matter.
        line("x", "90", "2025-05-15", "2025-12-31"),
        line("x", "80", "2023-02-01", "2024-12-31"),
        line("y", "1", "2020-01-01"),
        line("z", "2", "2020-01-01", "2020-12-31", superseded_by="新文件"),
    ]
)


@pytest.mark.parametrize(
    ("on", "value", "doubt", "found"),
    [
        ("2022-12-31", "80", False, False),
        ("2023-01-31", "80", False, False),
        ("2023-02-01", "80", False, True),
        ("2024-12-31", "80", False, True),
        # Between two rows the older one goes on, in doubt.
        ("2025-01-01", "80", True, True),
        # A rule that changes in mid-month: the 14th by the old one, the 15th by the new one.
        ("2025-05-14", "80", True, True),
        ("2025-05-15", "90", False, True),
        ("2025-12-31", "90", False, True),
        ("2026-01-01", "90", True, True),
    ],
)
def test_a_rule_on_a_day(on: str, value: str, doubt: bool, found: bool) -> None:
    day = date.fromisoformat(on)
    row = THREE.at("x", day)
    assert (row.value, row.in_doubt(day)) == (value, doubt)
    assert THREE.find("x", day) == (row if found else None)


def test_without_an_end_or_with_a_successor_it_is_never_in_doubt() -> None:
    far = date(2099, 1, 1)
    assert not THREE.at("y", far).in_doubt(far)
    assert not THREE.at("z", far).in_doubt(far)


def test_an_unknown_rule() -> None:
    for ask in (THREE.at, THREE.find):
        with pytest.raises(KeyError, match="w"):
            ask("w", date(2024, 1, 1))
    assert THREE.rows_of("w") == ()
    assert THREE.rules == ("x", "y", "z")


@pytest.mark.parametrize(
    ("value", "comparison", "figure", "met"),
    [
        ("95", "≥", Fraction(9499, 100), False),
        ("95", "≥", 95, True),
        ("95", ">", 95, False),
        ("95", ">", Fraction(9501, 100), True),
        ("30", "<", Fraction(2999, 100), True),
        ("30", "<", 30, False),
        ("0.9", "≤", Fraction(9, 10), True),
        ("0.9", "≤", Fraction(90001, 100000), False),
        ("0.2", "≥", Fraction(1, 5), True),
        ("0.2", "≥", Fraction(1999, 10000), False),
        ("-20", "≤", -20, True),
        ("-20", "≤", Fraction(-1999, 100), False),
        ("2/3", "≥", Fraction(400, 600), True),
        ("2/3", "≥", Fraction(6666666, 10000000), False),
        ("1/2", ">", Fraction(1, 2), False),
    ],
)
def test_met_at_the_edge(value: str, comparison: str, figure: Fraction | int, met: bool) -> None:
    row = replace(THREE.at("y", REFERENCE_DAY), value=value, comparison=comparison)
    assert row.met_by(figure) is met


def test_a_span_compares_nothing() -> None:
    with pytest.raises(ValueError, match="y compares nothing"):
        replace(THREE.at("y", REFERENCE_DAY), comparison="").met_by(1)


@pytest.mark.parametrize(
    ("value", "unit", "comparison", "text"),
    [
        ("95", "%", "≥", "≥ 95%"),
        ("2/3", "", "≥", "≥ 2/3"),
        ("5", "个月", "", "5 个月"),
        ("0.2", "元/㎡·月", "≥", "≥ 0.2 元/㎡·月"),
        ("-20", "%", "≤", "≤ -20%"),
        ("3200", "张", "≥", "≥ 3,200 张"),
        ("2026-12-31", "日期", "", "2026-12-31"),
    ],
)
def test_as_shown(value: str, unit: str, comparison: str, text: str) -> None:
    assert replace(THREE.at("y", REFERENCE_DAY), value=value, unit=unit, comparison=comparison).text == text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": ""}, "第 1 行：规则编号和名称不能为空。"),
        ({"value": "九十五"}, "第 1 行：值“九十五”不是数，请写成 95、0.2 或 2/3 的形式。"),
        ({"value": "2/0"}, "第 1 行：值“2/0”不是数，请写成 95、0.2 或 2/3 的形式。"),
        ({"value": "2026-02-30", "unit": "日期"}, "第 1 行：值“2026-02-30”不是日期，请写成 2026-12-31 的形式。"),
        ({"comparison": "="}, "第 1 行：比较“=”不正确，可用的有：≥、>、≤、<，或留空。"),
        ({"standing": "法律"}, "第 1 行：性质“法律”不正确，可用的有：规定、规划、报道、建议口径。"),
        ({"effective_to": "2019-12-31"}, "第 1 行：截止日期早于施行日期。"),
    ],
)
def test_a_wrong_row_is_told(change: dict[str, str], problem: str) -> None:
    assert problem in registry_from_rows([{**line("x", "95", "2020-01-01", "2020-12-31"), **change}]).problems()


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        # The first row ends on 2024-12-31.
        (line("x", "90", "2024-12-31"), ("x：2023-02-01 起的一行截止于 2024-12-31，与 2024-12-31 起的一行重叠；"
                                        "请把截止日期改为 2024-12-30 或更早。")),
        (line("x", "90", "2023-02-01"), "x：有两行都自 2023-02-01 起施行。"),
        (line("x", "9", "2025-01-01", unit="天"), "x：各行的单位不一致。"),
        (line("x", "90", "2025-01-01"), None),
        (line("y", "90", "2024-01-01"), None),
    ],
)
def test_two_rows_of_a_rule(second: dict[str, str], problem: str | None) -> None:
    found = registry_from_rows([line("x", "80", "2023-02-01", "2024-12-31"), second]).problems()
    assert found == ([problem] if problem else [])


def test_a_file_there_and_back() -> None:
    again = registry_from_csv(THREE.csv())
    assert (again.csv(), again.key) == (THREE.csv(), THREE.key)
    assert again.rows == tuple(sorted(THREE.rows, key=lambda one: (one.rule, one.effective_from)))
    # One day moved is another registry.
    assert registry_from_csv(THREE.csv().replace("2025-05-15", "2025-05-16")).key != THREE.key


def test_a_wrong_file_is_told() -> None:
    with pytest.raises(ValueError, match="缺少列：值、性质。"):
        registry_from_csv(",".join(name for name in COLUMNS if name not in ("value", "standing")))
    with pytest.raises(ValueError, match="第 2 行：施行日期、截止日期请写成 2026-12-31 的形式"):
        registry_from_rows([line("x", "1", "2020-01-01"), line("y", "1", "2020年1月1日")])


def test_an_older_registry_gets_the_rules_it_lacks_and_no_more() -> None:
    older = registry_from_rows([line("x", "70", "2023-02-01")])
    both = older.with_missing(THREE)
    assert [(row.rule, row.value) for row in both.rows] == [("x", "70"), ("y", "1"), ("z", "2")]
    assert both.with_missing(THREE) is both
    assert THREE.with_missing(older) is THREE


# -- as committed ----------------------------------------------------------------------------------------------------


# Rule, value with comparison and unit on 2026-11-23, what it rests on. Written from the documents, not from the file.
COMMITTED = [
    ("renewal.start_gate", "≥ 80%", OFFICIAL),
    ("renewal.signing_gate", "≥ 95%", OFFICIAL),
    ("expropriation.first_gate", "≥ 90%", OFFICIAL),
    ("expropriation.second_gate", "≥ 80%", OFFICIAL),
    ("vote.quorum.heads", "≥ 2/3", OFFICIAL),
    ("vote.quorum.area", "≥ 2/3", OFFICIAL),
    ("vote.general.heads", "> 1/2", OFFICIAL),
    ("vote.general.area", "> 1/2", OFFICIAL),
    ("vote.special.heads", "≥ 3/4", OFFICIAL),
    ("vote.special.area", "≥ 3/4", OFFICIAL),
    ("lift.unit.quorum.heads", "≥ 2/3", OFFICIAL),
    ("lift.unit.quorum.area", "≥ 2/3", OFFICIAL),
    ("lift.unit.heads", "≥ 3/4", OFFICIAL),
    ("lift.unit.area", "≥ 3/4", OFFICIAL),
    ("lift.whole.quorum.heads", "≥ 2/3", OFFICIAL),
    ("lift.whole.quorum.area", "≥ 2/3", OFFICIAL),
    ("lift.whole.heads", "> 1/2", OFFICIAL),
    ("lift.whole.area", "> 1/2", OFFICIAL),
    ("consent.mediation_days", "30 天", OFFICIAL),
    ("consent.mediation_extra_days", "15 天", OFFICIAL),
    ("consent.decision_days", "30 天", OFFICIAL),
    ("consent.decision_extra_days", "30 天", OFFICIAL),
    ("consent.move_days", "≥ 15 天", OFFICIAL),
    ("committee.expiring_months", "6 个月", OWN),
    ("committee.report_months", "5 个月", OFFICIAL),
    ("committee.group_days", "60 天", OFFICIAL),
    ("committee.handover_days", "10 天", OFFICIAL),
    ("committee.filing_days", "30 天", OFFICIAL),
    ("committee.handback_days", "10 天", OFFICIAL),
    ("committee.exit_audit_months", "1 个月", OFFICIAL),
    ("committee.annual_audit_month", "6 月", OFFICIAL),
    ("committee.idle_months", "6 个月", OFFICIAL),
    ("committee.meeting_months", "2 个月", OFFICIAL),
    ("committee.report_soon_days", "≤ 30 天", OWN),
    ("committee.seats_least", "< 1/2", OFFICIAL),
    ("committee.term_min_years", "≥ 3 年", OFFICIAL),
    ("committee.term_max_years", "≤ 5 年", OFFICIAL),
    ("formation.developer_report_days", "30 天", OFFICIAL),
    ("formation.preparatory_days", "60 天", OFFICIAL),
    ("formation.announcement_days", "15 天", OFFICIAL),
    ("formation.first_assembly_days", "90 天", OFFICIAL),
    ("formation.notice_days", "3 天", OFFICIAL),
    ("formation.filing_closed_days", "20 天", OFFICIAL),
    ("fund.trigger_share", "< 30%", OFFICIAL),
    ("fund.restore_share", "≥ 50%", OWN),
    ("fund.vote_days", "90 天", OWN),
    ("fund.collect_days", "90 天", OWN),
    ("fee.rise_min", "≥ 0.2 元/㎡·月", OFFICIAL),
    ("hotline.yearly_change", "≤ -20%", OFFICIAL),
    ("rental.rent_ratio", "≤ 0.9 倍", OFFICIAL),
    ("rental.rent_rise", "≤ 5%", OFFICIAL),
    ("rental.occupancy_watch", "≥ 80%", OFFICIAL),
    ("rental.occupancy_months", "≥ 6 个月", OFFICIAL),
    ("rental.access_area", "< 15 ㎡/人", OFFICIAL),
    ("rental.contract_min_years", "≥ 1 年", OFFICIAL),
    ("rental.contract_max_years", "≤ 3 年", OFFICIAL),
    ("rental.deposit_months", "≤ 1 个月", OFFICIAL),
    ("rental.prepay_months", "≤ 3 个月", OFFICIAL),
    ("rental.conversion_years", "≥ 5 年", OFFICIAL),
    ("beds.term_min_months", "≥ 3 个月", OFFICIAL),
    ("beds.term_max_years", "≤ 3 年", OFFICIAL),
    ("beds.pace_months", "12 个月", OWN),
    ("redpoint.practice_share", "≥ 30%", ARTICLE),
    ("redpoint.model_share", "≥ 10%", ARTICLE),
    ("party.coverage", "≥ 100%", ARTICLE),
    ("alliance.coverage", "≥ 100%", ARTICLE),
    ("beds.plan_2030", "≥ 3,200 张", PLANNED),
    ("thinbeam.city", "2026-12-31", PLANNED),
    ("thinbeam.district", "2027-12-31", PLANNED),
    ("selfcontained.district", "2030-12-31", PLANNED),
    ("selfcontained.overall", "2032-12-31", PLANNED),
    ("light.near_points", "≤ 5 个百分点", OWN),
    ("light.near_progress", "≤ 10 个百分点", OWN),
    ("light.near_days", "≤ 10 天", OWN),
    ("outlook.horizon_days", "≤ 730 天", OWN),
    ("outlook.least_days", "≥ 28 天", OWN),
    ("outlook.window_days", "≤ 92 天", OWN),
    ("data.carry_months", "≤ 12 个月", OWN),
    ("site.metro_5", "≤ 300 米", OWN),
    ("site.metro_4", "≤ 600 米", OWN),
    ("site.metro_3", "≤ 1,000 米", OWN),
    ("site.metro_2", "≤ 1,500 米", OWN),
    ("site.metro_gap", "≤ 500 米", OWN),
    ("site.radius_near", "800 米", OWN),
    ("site.radius_far", "1,500 米", OWN),
    ("site.weight_swing", "20%", OWN),
    ("data.small_base", "< 5 个", OWN),
    ("hotline.small_base", "< 50 件", OWN),
    ("joint.months", "≤ 24 个月", OWN),
    ("redpoint.months", "≤ 24 个月", ARTICLE),
    ("funnel.inner", "95%", OWN),
    ("funnel.outer", "99.8%", OWN),
]


@pytest.mark.parametrize(("rule", "text", "standing"), COMMITTED, ids=[rule for rule, _, _ in COMMITTED])
def test_a_committed_rule(rule: str, text: str, standing: str) -> None:
    row = shipped_registry().at(rule, REFERENCE_DAY)
    assert (row.text, row.standing) == (text, standing)


def test_the_registry_as_committed() -> None:
    shipped = shipped_registry()
    assert shipped.problems() == []
    assert set(shipped.rules) == {rule for rule, _, _ in COMMITTED}
    assert [(row.rule, row.effective_from) for row in shipped.rows] == sorted((row.rule, row.effective_from) for row in shipped.rows)
    for row in shipped.rows:
        assert row.title, row.rule
        assert row.basis, row.rule
        # Only a fraction has no unit.
        assert bool(row.unit) != ("/" in row.value), row.rule
        assert row.standing in STANDINGS
        assert row.official is (row.standing == "规定")


MANAGED = {"rental.occupancy_watch", "rental.occupancy_months", "rental.contract_min_years", "rental.contract_max_years"}
"""Rules of 沪住建规范联〔2022〕3号, printed to end in 2023."""
DEVELOPED = {f"rental.{name}" for name in ("rent_ratio", "rent_rise", "access_area", "deposit_months", "prepay_months", "conversion_years")}
"""Rules of 沪府办规〔2021〕12号, printed to end on 2026-11-30."""


@pytest.mark.parametrize(
    ("on", "rules"),
    [
        ("2023-12-31", set()),
        ("2024-01-01", MANAGED),
        ("2024-12-31", MANAGED),
        ("2025-01-01", MANAGED | {"renewal.start_gate"}),
        ("2026-11-23", MANAGED | {"renewal.start_gate"}),
        ("2026-11-30", MANAGED | {"renewal.start_gate"}),
        ("2026-12-01", MANAGED | DEVELOPED | {"renewal.start_gate"}),
    ],
)
def test_which_are_in_doubt(on: str, rules: set[str]) -> None:
    day, shipped = date.fromisoformat(on), shipped_registry()
    assert {rule for rule in shipped.rules if shipped.at(rule, day).in_doubt(day)} == rules


@pytest.mark.parametrize(
    ("rule", "on", "text", "base", "basis"),
    [
        ("vote.general.heads", "2020-12-31", "> 1/2", "全体业主", "物权法第76条"),
        ("vote.general.heads", "2021-01-01", "> 1/2", "参与表决业主", "民法典第278条"),
        ("vote.special.area", "2020-12-31", "≥ 2/3", "全体业主", "物权法第76条"),
        ("vote.special.area", "2021-01-01", "≥ 3/4", "参与表决业主", "民法典第278条"),
        ("lift.unit.quorum.area", "2024-06-30", "≥ 2/3", "单元全体业主", "加装电梯全过程管理的若干意见（沪房更新〔2024〕126号）三（二）"),
    ],
)
def test_the_base_changed_with_the_civil_code(rule: str, on: str, text: str, base: str, basis: str) -> None:
    row = shipped_registry().at(rule, date.fromisoformat(on))
    assert (row.text, row.base, row.basis) == (text, base, basis)


def test_nobody_had_to_take_part_before_2021() -> None:
    for what in ("heads", "area"):
        assert shipped_registry().find(f"vote.quorum.{what}", date(2020, 12, 31)) is None
        row = shipped_registry().find(f"vote.quorum.{what}", date(2021, 1, 1))
        assert row is not None
        assert row.exact == Fraction(2, 3)


def test_the_two_dates_of_thin_beams() -> None:
    shipped = shipped_registry()
    assert [shipped.at(f"thinbeam.{who}", REFERENCE_DAY).day for who in ("city", "district")] == [date(2026, 12, 31), date(2027, 12, 31)]


def test_a_value_as_what_it_is_not() -> None:
    day, gate = shipped_registry().at("thinbeam.city", REFERENCE_DAY), shipped_registry().at("vote.quorum.heads", REFERENCE_DAY)
    for wrong in (lambda: day.exact, lambda: gate.whole, lambda: gate.day):
        with pytest.raises(ValueError, match=r"2026-12-31|2/3"):
            wrong()


def test_the_same_content_is_the_same_registry() -> None:
    shipped = shipped_registry()
    assert Registry(tuple(reversed(shipped.rows))).key == shipped.key
    assert Registry(shipped.rows[1:]).key != shipped.key
