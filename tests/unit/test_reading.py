"""From workbook to rows and findings: each mess of an office workbook, and at which cell it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lib.datasets.places import subdistrict_codes, subdistricts
from lib.datasets.thresholds import Registry, shipped_registry
from lib.ingest import checks
from lib.ingest.expected import Expected
from lib.ingest.limits import MAX_PER_CODE
from lib.ingest.reading import read_file
from lib.ingest.staging import Found, Mapping
from lib.spec.level import Level
from tests.support.workbooks import (
    DISTRICT,
    END,
    HEADER,
    START,
    TITLES,
    Page,
    committee,
    form,
    of_few,
    only,
    read,
    told,
    values,
)

IDENTITY = "11010519491231002X"
"""The example of the standard GB 11643; it belongs to nobody."""
MOBILE = "13800000000"

COMPOUND_HEADER = ["小区编码", "小区名称", "街镇", "居委会", "地址", "房屋类型", "总建筑面积", "总户数", "楼栋数", "是否符合成立条件"]
RENTAL_HEADER = ["项目编码", "项目名称", "街镇", "地址", "经度", "纬度", "产品层次", "建筑类型", "筹措方式", "产权单位", "出租单位",
    "运营单位", "套(间)数", "阶段", "坐标系"]
RENEWAL_HEADER = ["项目编码", "项目名称", "改造类别", "街镇", "地址", "实施主体", "年度计划批次", "涉及户数", "建筑面积（㎡）", "当前阶段"]


def compound(code: str, area: Any = 1000, households: Any = 10, buildings: Any = 1, street: str = "长风") -> list[Any]:
    return [code, "某", street, "某", "某", "商品房", area, households, buildings, "是"]


def compounds(*data: list[Any], header: list[Any] = COMPOUND_HEADER, unit: str = "单位：㎡") -> Page:
    return Page([["小区情况表（2024年9月）"], ["填报单位：区房管局", unit], [], header, *data])


def rental(code: str, *more: Any, tier: str = "一套房", stage: str = "建设", units: Any = 10) -> list[Any]:
    return [code, "某", "长风", "某", 121.39, 31.23, tier, "住宅型", "新建", "某", "某", "某", units, stage, "WGS-84", *more]


def rentals(*data: list[Any], more: tuple[str, ...] = ()) -> Page:
    return Page([["保租房情况表（2024年9月）"], ["填报单位：区房管局"], [], [*RENTAL_HEADER, *more], *data])


def renewal(code: str, *more: Any, kind: str = "拆除重建", stage: str = "施工") -> list[Any]:
    return [code, "某", kind, "长风", "某", "某", 2024, 60, 1000, stage, *more]


def renewals(*data: list[Any], more: tuple[str, ...] = ()) -> Page:
    return Page([["更新项目（2024年9月）"], ["填报单位：区房管局"], [], [*RENEWAL_HEADER, *more], *data])


# -- a clean file ------------------------------------------------------------------------------------------------------


def test_a_clean_file() -> None:
    staging = read(form(committee("A1"), committee("A2", "真如镇", session="第2届", start="2022.5.16")))
    assert staging.findings == ()
    assert (staging.dataset, staging.period, staging.units) == ("committees", "2024-09", subdistrict_codes())
    assert (staging.reporter, staging.tables) == ("普陀区房管局", (Found("Sheet1", 4, 4, "A", "G", 2),))
    assert staging.publishable
    assert values(staging, "compound_id", "subdistrict", "session_no", "term_start", "term_end", "_row", "_sheet", "_marks") == [
        ("A1", "310107014", 3, START, END, 5, "Sheet1", None), ("A2", "310107022", 2, START, END, 6, "Sheet1", None)]
    assert staging.mapping[:3] == (
        Mapping("Sheet1", 4, "A", "小区编码", "compound_id", "", "列名相同", key="小区编码"),
        Mapping("Sheet1", 4, "B", "小区名称", "compound_name", "", "列名相同", key="小区名称"),
        Mapping("Sheet1", 4, "C", "街镇", "subdistrict", "", "列名相同", key="街镇"))


def test_columns_the_file_lacks_are_empty() -> None:
    staging = read(form(committee("A1")))
    assert staging.rows is not None
    assert staging.rows.column("note").to_pylist() == [None]
    assert staging.rows.schema.names[-4:] == ["_submission", "_sheet", "_row", "_marks"]


def test_less_exact_values_are_marked() -> None:
    staging = read(form(committee("A1", start="2022年6月"), committee("A2", end="2027年", start="2022.5")))
    assert [json.loads(mark) for mark in values(staging, "_marks")] == [{"term_start": "month"},
        {"term_end": "year", "term_start": "month"}]
    assert values(staging, "term_start", "term_end") == [(date(2022, 6, 1), END), (date(2022, 5, 1), date(2027, 12, 31))]
    assert told(staging) == [("C13", "G6"), ("R05", "G6"), ("C09", "F5"), ("C09", "F6")]


@pytest.mark.parametrize(("written", "day"), [("2027年4月", date(2027, 4, 30)), ("2025年", date(2025, 12, 31))])
def test_a_term_that_ends_in_a_month_or_year_ends_on_its_last_day(written: str, day: date) -> None:
    staging = read(form(committee("A1", start="2022年5月", end=written)))
    assert values(staging, "term_start", "term_end") == [(date(2022, 5, 1), day)]
    assert [(one.level, one.cell) for one in staging.findings] == [(Level.WARNING, "G5"), (Level.INFO, "F5")]
    assert f"按 {day} 记录" in staging.findings[0].message
    assert "按 2022-05-01 记录" in staging.findings[1].message


def test_a_planned_month_means_its_last_day_and_an_actual_one_its_first() -> None:
    staging = read(renewals(renewal("P1", "2024年2月", "2024年2月"), more=("竣工计划日期", "竣工实际日期")))
    assert values(staging, "complete_plan", "complete_actual") == [(date(2024, 2, 29), date(2024, 2, 1))]
    assert {one.level for one in staging.findings} == {Level.INFO}


# -- rows ----------------------------------------------------------------------------------------------------------------


def test_every_row_is_kept_with_its_number_or_explained() -> None:
    staging = read(form(
        ["示例", "演示", "长风"], committee("A1"), [], committee("A2"), ["…", "…", "…"], ["长风小计"], committee("A3", "桃浦"),
        ["/", "—"], ["合计"],
        ["注：某"], ["填报人：（略）", None, "审核：（略）", None, "（盖章）"]))
    assert values(staging, "compound_id", "_row") == [("A1", 6), ("A2", 8), ("A3", 11)]
    assert told(staging) == [("R09", "")]
    assert staging.findings[0].message == "共跳过 2 行示例、省略号或提示文字。"


def test_a_row_that_cannot_be_read_is_kept_and_told() -> None:
    staging = read(form(committee("A1"), ["本表一式两份"], [None, None, "长风"], ["备注：某", *committee("A3")[1:]], committee("A2")))
    assert values(staging, "_row") == [5, 6, 7, 8, 9]
    assert ("C05", "C6") not in told(staging)
    assert [one for one in told(staging) if one[0] == "C01"] == [
        ("C01", "C6"), ("C01", "D6"), ("C01", "A7"), ("C01", "D7")]
    assert not staging.publishable


def test_vertical_merges_are_filled_and_blanks_outside_are_not() -> None:
    page = form(committee("A1"), committee("A2", street=None), committee("A3", "桃浦", name=None), committee("A4", name=None))
    staging = read(Page(page.rows, merges=("C5:C6",)))
    assert values(staging, "compound_name", "subdistrict") == [
        ("演示A1", "310107014"), ("演示A2", "310107014"), (None, "310107103"), (None, "310107014")]
    assert told(staging) == [("C10", "B7")]
    assert staging.findings[0].message == "“小区名称”有 2 行没有填写，按缺失处理，不计为 0。"
    without = read(page)
    assert values(without, "subdistrict") == ["310107014", None, "310107103", "310107014"]
    assert told(without, "C01") == [("C01", "C6")]


def test_merged_numbers_are_not_multiplied() -> None:
    page = compounds(compound("A1", 500), compound("A2", None), compound("A3"))
    staging = read(Page(page.rows, merges=("G5:G6",)))
    assert told(staging) == [("C16", "G5")]
    assert staging.findings[0].message == "“总建筑面积”的数值 500 占用了合并的 2 行，无法判断各行是多少。"


def test_merges_outside_the_table_do_no_harm() -> None:
    page = form(committee("A1"))
    staging = read(Page(page.rows, merges=("J30:J40", "A20:C25", "B2:C2", "H1:H9")))
    assert values(staging, "compound_id") == ["A1"]
    assert staging.findings == ()


def test_no_data_rows() -> None:
    assert told(read(form())) == [("T05", "A5")]
    assert told(read(form(["合计"], ["注：无"]))) == [("T05", "A5")]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_value_is_told_and_not_taken_for_a_blank(place: int) -> None:
    cells = [committee(f"A{number}") for number in range(3)]
    cells[place][4] = "#REF!"
    cells[place][6] = "#N/A"
    staging = read(form(*cells))
    assert told(staging) == [("C12", f"E{5 + place}"), ("C12", f"G{5 + place}")]
    assert "#REF!" in staging.findings[0].message


def test_numbers_and_truth_values_of_one_column_do_not_mix() -> None:
    header = [*HEADER, "业委会秘书", "备注"]
    staging = read(form(*(committee(f"A{at}", secretary=one, note=one) for at, one in enumerate([1, True, "1", 0, False])), header=header))
    assert values(staging, "secretary") == [True, True, True, False, False]
    assert values(staging, "note") == ["1", "True", "1", "0", "False"]


def test_codes_stored_as_numbers() -> None:
    staging = read(form(committee(205), committee("０２"), committee("205.0x")))  # type: ignore[arg-type]
    assert values(staging, "compound_id") == ["205", "02", "205.0X"]


# -- cells -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "expected"), [
    ({"street": "长峰"}, ("C05", "C6")), ({"session": "三十届"}, ("C02", "E6")), ({"session": "2.5"}, ("C07", "E6")),
    ({"session": 0}, ("C08", "E6")),
    ({"end": "2027年2月30日"}, ("C03", "G6")), ({"end": "换届中"}, ("C03", "G6")), ({"status": "组建"}, ("C04", "D6")),
    ({"code": None}, ("C01", "A6")),
    ({"street": None}, ("C01", "C6")), ({"start": date(1900, 1, 1)}, ("C08", "F6")),
])
def test_one_bad_cell_is_one_finding_at_its_cell(change: dict[str, Any], expected: tuple[str, str]) -> None:
    staging = read(form(committee("A1"), committee(**{"code": "A2", **change}), committee("A3")))
    assert told(staging) == [expected]
    assert staging.findings[0].level is Level.FATAL
    assert staging.findings[0].sheet == "Sheet1"
    assert not staging.publishable
    assert values(staging, "_row") == [5, 6, 7]


def test_an_unknown_street_gets_a_hint() -> None:
    [only] = read(form(committee("A1", "长峰"))).findings
    assert "是否为：长风新村街道、长寿路街道、长征镇？" in only.advice


def test_duplicate_key() -> None:
    staging = read(form(committee("A1"), committee("A2"), committee(" A１ "), committee("A2")))
    assert told(staging) == [("R01", "A7"), ("R01", "A8")]
    assert [one.message for one in staging.findings] == ["“小区编码”的值“A1”在第 5 行已经出现。", "“小区编码”的值“A2”在第 6 行已经出现。"]


def test_findings_beyond_the_limit_are_counted() -> None:
    staging = read(form(*(committee(f"A{number}", session="某") for number in range(MAX_PER_CODE + 7))))
    assert staging.count(Level.FATAL) == MAX_PER_CODE
    assert staging.findings[-1].cell == f"E{4 + MAX_PER_CODE}"
    assert staging.findings[-1].message == "“届别”应为数字，填的是“某”。（另有 7 处同样的问题未逐一列出。）"
    assert "另有" not in staging.findings[-2].message
    exactly = read(form(*(committee(f"A{number}", session="某") for number in range(MAX_PER_CODE))))
    assert all("另有" not in one.message for one in exactly.findings)


def test_findings_come_in_order_of_level_then_place() -> None:
    staging = read(form(committee("A1", start="2022年6月"), committee("A2", session="某", status="某"),
        committee("A3", end=date(2040, 1, 1), name=None)))
    assert told(staging) == [("C04", "D6"), ("C02", "E6"), ("R05", "G7"), ("C09", "F5"), ("C10", "B7")]


# -- header and units ------------------------------------------------------------------------------------------------------


def test_missing_required_columns() -> None:
    staging = read(form([*committee("A1")[1:2], *committee("A1")[3:]], header=[HEADER[1], *HEADER[3:]]))
    assert told(staging) == [("T02", "A4"), ("T02", "A4")]
    assert [one.field for one in staging.findings] == ["小区编码", "街镇"]
    assert staging.findings[0].advice == "请补上这一列；列名可写作：小区编码、小区代码、小区编号。"


def test_columns_not_in_the_form_are_listed() -> None:
    staging = read(form(["1", *committee("A1"), "某", "某"], header=["序号", *HEADER, "上月核对", None]))
    assert told(staging) == [("T03", "I4"), ("T19", "J5")]
    assert staging.mapping[-1:] == (
        Mapping("Sheet1", 4, "I", "上月核对", "", "", "报表中没有这一列", key="上月核对"),)
    assert staging.publishable


def test_repeated_column() -> None:
    staging = read(form([*committee("A1"), "A9"], header=[*HEADER, "小区代码"]))
    assert told(staging) == [("T04", "H4")]
    assert values(staging, "compound_id") == ["A1"]


def test_ambiguous_column() -> None:
    staging = read(renewals(renewal("P1", "2024-09-01"), more=("实际日期",)))
    assert told(staging) == [("T18", "K4")]
    assert "签约生效/实际日期" in staging.findings[0].message


@pytest.mark.parametrize(("unit", "header", "written", "expected"), [
    ("单位：㎡", "总建筑面积", 1234.5, 1234.5), ("单位：万㎡", "总建筑面积", 1.2, 12000.0), ("", "总建筑面积（万㎡）", 4.3, 43000.0),
    ("单位：万㎡", "总建筑面积（㎡）", 1234.5, 1234.5), ("单位：万㎡", "总建筑面积", "1200㎡", 1200.0),
    ("单位：万平方米、万元", "总建筑面积", "１．２", 12000.0),
    ("单位：户、万㎡", "总建筑面积", 0.1, 1000.0),
])
def test_units_of_area(unit: str, header: str, written: Any, expected: float) -> None:
    staging = read(compounds(compound("A1", written), header=[*COMPOUND_HEADER[:6], header, *COMPOUND_HEADER[7:]], unit=unit))
    assert values(staging, "gfa_m2") == [expected]
    assert told(staging) == []


def test_unit_that_is_not_named_is_asked_for() -> None:
    staging = read(compounds(compound("A1"), unit=""))
    assert told(staging) == [("T11", "G4")]
    assert staging.findings[0].level is Level.WARNING
    assert values(staging, "gfa_m2") == [1000.0]


@pytest.mark.parametrize("written", ["亿元", "户", "公顷"])
def test_unit_of_another_dimension(written: str) -> None:
    staging = read(compounds(compound("A1"), header=[*COMPOUND_HEADER[:6], f"总建筑面积（{written}）", *COMPOUND_HEADER[7:]]))
    assert told(staging) == [("T12", "G4")]
    assert written in staging.findings[0].message


def test_money_of_a_group_in_hundred_millions() -> None:
    rows = [["更新项目（2024年9月）"], ["填报单位：区房管局"], [*RENEWAL_HEADER, "资金（亿元）", None],
        [*[None] * 10, "总投资", "已拨付资金"], renewal("P1", 1.5, "0.2")]
    staging = read(Page(rows, merges=[*(f"{letter}3:{letter}4" for letter in "ABCDEFGHIJ"), "K3:L3"]))
    assert values(staging, "investment", "funds_paid") == [(15000.0, 2000.0)]
    assert told(staging) == []
    assert (staging.tables[0].first_row, staging.tables[0].last_row) == (3, 4)


@pytest.mark.parametrize(("written", "expected", "codes"), [
    ([0.965, 1, 0], [96.5, 100.0, 0.0], [("C21", "K5")]), ([96.5, 100, 0], [96.5, 100.0, 0.0], []),
    (["96.5%", "100%", 0.5], [96.5, 100.0, 50.0], [("C14", "K7")]),
    (["96.5", "100", "0"], [96.5, 100.0, 0.0], []), (["0.965", "1", "0"], [96.5, 100.0, 0.0], [("C21", "K5")]),
    ([96.5, 0.5, 0], [96.5, 0.5, 0.0], [("C14", "K6")]), (["96.5", "0.5", None], [96.5, 0.5, None], [("C14", "K6")]),
    ([None, None, None], [None] * 3, []),
])
def test_percent_columns(written: list[Any], expected: list[Any], codes: list[Any]) -> None:
    staging = read(compounds(*([*compound(f"A{at}"), one] for at, one in enumerate(written)), header=[*COMPOUND_HEADER, "已售交付比例"]))
    assert values(staging, "sold_delivered_pct") == expected
    assert told(staging) == codes


# -- totals ----------------------------------------------------------------------------------------------------------------


def total(label: str, area: Any = None, households: Any = None) -> list[Any]:
    return [label, None, None, None, None, None, area, households]


BLOCKS = ([compound("A1", 1000.5, 20000), compound("A2", 2000, 20000)], [compound("A3", 3000, 30, street="桃浦")])


@pytest.mark.parametrize(("order", "rows"), [
    ("block, subtotal, total",
        [*BLOCKS[0], total("小计", 3000.5, 40000), *BLOCKS[1], total("桃浦小计", 3000, 30), total("合计", 6000.5, 40030)]),
    ("total first", [total("合计", 6000.5, 40030), *BLOCKS[0], *BLOCKS[1]]),
    ("subtotal, block", [total("总计", 6000.5, 40030), total("小计", 3000.5, 40000), *BLOCKS[0], total("小计", 3000, 30), *BLOCKS[1]]),
    ("count in the key", [*BLOCKS[0], *BLOCKS[1], ["合计", "3个", None, None, None, None, 6000.5, 40030]]),
    ("rounded", [*BLOCKS[0], *BLOCKS[1], total("合计", "6,000.51", "40,030")]),
    ("without numbers", [*BLOCKS[0], *BLOCKS[1], total("合计")]),
])
def test_right_totals_are_silent_and_no_data(order: str, rows: list[list[Any]]) -> None:
    staging = read(compounds(*rows))
    assert values(staging, "compound_id") == ["A1", "A2", "A3"]
    assert told(staging) == [], order


@pytest.mark.parametrize(("rows", "cells"), [
    ([*BLOCKS[0], total("小计", 3000.5, 40001), *BLOCKS[1], total("小计", 3000, 30), total("合计", 6001.5, 40030)], ["H7", "G10"]),
    ([total("合计", 6000.5, 40031), *BLOCKS[0], *BLOCKS[1]], ["H5"]),
    ([total("小计", 3000, 40000), *BLOCKS[0], total("小计", 3000.5, 30), *BLOCKS[1]], ["G5", "G8"]),
    ([*BLOCKS[0], total("合计", 6000.5, 40030)], ["G7", "H7"]),
])
def test_wrong_totals_are_told_at_their_cell(rows: list[list[Any]], cells: list[str]) -> None:
    staging = read(compounds(*rows))
    assert told(staging) == [("R02", cell) for cell in cells]
    assert staging.publishable


def test_total_beyond_the_range_of_a_single_row_is_still_compared() -> None:
    [only] = read(compounds(*BLOCKS[0], total("合计", 3000.5, 50000))).findings
    assert (only.code, only.cell, only.message) == ("R02", "H7", "合计行“总户数”为 50,000，明细相加为 40,000。")


def test_totals_in_ten_thousands_may_be_rounded() -> None:
    page = compounds(compound("A1", 1.2345), compound("A2", 2.3456), total("合计", 3.58), unit="单位：万㎡")
    assert told(read(page)) == []
    wrong = compounds(compound("A1", 1.2345), compound("A2", 2.3456), total("合计", 3.68), unit="单位：万㎡")
    assert told(read(wrong)) == [("R02", "G7")]


def test_averages_in_a_total_row_are_no_sums() -> None:
    page = compounds([*compound("A1"), 2.5], [*compound("A2"), 3.5], [*total("合计", 2000, 20), None, None, 3.0],
        header=[*COMPOUND_HEADER, "物业费（元/㎡·月）"])
    assert told(read(page)) == []


# -- titles ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "expected", "codes", "period"), [
    ("情况表（2024年9月）", "2024-09", [], "2024-09"), ("情况表（2024年9月）", "", [], "2024-09"),
    ("情况表（2024年9月）", "2024-10", ["T07"], "2024-10"),
    ("情况表", "2024-09", ["T08"], "2024-09"), ("情况表", "", ["T17"], ""), ("情况表（2024年13月）", "", ["T17"], ""),
    ("报告期：2024年13月", "", ["T17"], ""),
    ("2021—2025年情况表", "2024-09", ["T08"], "2024-09"), ("填报日期：2024年10月8日", "2024-09", ["T08"], "2024-09"),
])
def test_period(title: str, expected: str, codes: list[str], period: str) -> None:
    staging = read(form(committee("A1"), titles=([title], ["填报单位：普陀区房管局"], [])), expected=Expected(period=expected))
    assert [code for code, _ in told(staging)] == codes
    assert staging.period == period


def test_period_of_the_sheet_or_file_name() -> None:
    titles = (["情况表"], ["填报单位：普陀区房管局"], [])
    page = form(committee("A1"), titles=titles)
    assert read(page, name="业委会（2024年8月）.xlsx", expected=Expected()).period == "2024-08"
    assert read(Page(page.rows, name="2024年7月"), name="业委会（2024年8月）.xlsx", expected=Expected()).period == "2024-07"


@pytest.mark.parametrize(("line", "unit", "codes", "units"), [
    ("填报单位：区房管局", "", [], subdistrict_codes()), ("填报单位：长风新村街道办事处", "", [], ("310107014",)),
    ("填报单位：长风", "310107014", [], ("310107014",)), ("填报单位（盖章）：长风新村街道", "310107014", [], ("310107014",)),
    ("填报单位：长峰街道", "", ["T10"], ()), ("填报单位：长峰街道", "310107014", ["T10"], ()),
    ("填报单位：长寿路街道", "310107014", ["T09", "R08"], ("310107015",)),
    ("填报单位：区房管局", "310107014", ["T09"], subdistrict_codes()),
    ("", "", ["T20"], ()), ("", "310107014", ["T16"], ("310107014",)),
    ("填报单位：", "310107014", ["T16"], ("310107014",)),
])
def test_reporter(line: str, unit: str, codes: list[str], units: tuple[str, ...]) -> None:
    staging = read(form(committee("A1"), titles=(["（2024年9月）"], [line], [])), expected=Expected(period="2024-09", unit=unit))
    assert [code for code, _ in told(staging)] == codes
    assert staging.units == units


def test_without_a_reporter_the_district_needs_rows_of_all_ten() -> None:
    titles = (["（2024年9月）"], [], [])
    all_ten = [committee(f"A{number}", one.name) for number, one in enumerate(subdistricts())]
    staging = read(form(*all_ten, titles=titles))
    assert [code for code, _ in told(staging)] == ["T16"]
    assert staging.units == subdistrict_codes()
    staging = read(form(*all_ten[:-1], titles=titles))
    assert [code for code, _ in told(staging)] == ["T20"]
    assert (staging.units, staging.publishable) == ((), False)


def test_rows_of_another_street() -> None:
    titles = (["（2024年9月）"], ["填报单位：长风新村街道"], [])
    staging = read(form(committee("A1"), committee("A2", "长征"), committee("A3", "某"), titles=titles))
    assert told(staging) == [("R08", "C6"), ("C05", "C7")]
    assert staging.findings[0].message == "第 6 行属于“长征镇”，不是填报单位“长风新村街道”。"


def test_another_form_than_expected() -> None:
    staging = read(form(committee("A1")), expected=Expected("compounds", "2024-09"))
    assert [code for code, _ in told(staging)] == ["T06"]
    assert staging.dataset == "committees"


# -- sheets ----------------------------------------------------------------------------------------------------------------


def test_hidden_sheet() -> None:
    page = form(committee("A9"))
    staging = read(form(committee("A1")), Page(page.rows, name="旧", hidden=True))
    assert told(staging) == [("F08", "")]
    assert staging.findings[0].sheet == "旧"
    assert values(staging, "compound_id") == ["A1"]


def test_other_sheets() -> None:
    page = form(committee("A9"))
    staging = read(Page([["一", "二"]], name="杂"), form(committee("A1")), Page(page.rows, name="另"), Page([], name="空"),
        Page([["列名"]], name="填表说明"))
    assert [(one.code, one.sheet, one.level) for one in staging.findings] == [
        ("T29", "另", Level.INFO), ("T15", "杂", Level.INFO)]
    assert values(staging, "compound_id", "_sheet") == [("A1", "Sheet1"), ("A9", "另")]


def test_the_sheet_of_the_expected_form_is_read() -> None:
    pages = (compounds(compound("A1")), Page(form(committee("A2")).rows, name="业委会"))
    assert read(*pages, expected=Expected("committees", "2024-09")).sheet == "业委会"
    assert read(*pages, expected=Expected("compounds", "2024-09")).sheet == "Sheet1"


def test_form_code_decides_between_equal_headers() -> None:
    header = ["项目编码", "项目名称", "街镇", "地址"]
    rows = [["表号：PT-ZL-01", "2024年9月"], header, ["P1", "某", "长风", "某"]]
    assert read(Page(rows)).dataset == "rental_projects"
    assert read(Page([["2024年9月"], *rows[1:]]), expected=Expected("rental_projects", "2024-09")).dataset == "rental_projects"
    assert read(Page([["2024年9月"], *rows[1:]])).dataset == "renewal_projects"


def test_no_form_at_all() -> None:
    staging = read(Page([["一", "二", "三"], [1, 2, 3]]))
    assert told(staging) == [("T01", "")]
    assert (staging.rows, staging.publishable, staging.dataset) == (None, False, "")


def test_nothing_in_the_sheets() -> None:
    assert told(read(Page([]))) == [("F01", "")]
    assert told(read(Page([[None, "—"]]))) == [("F01", "")]


# -- personal data ---------------------------------------------------------------------------------------------------------


def leaks(staging: Any, *secrets: str) -> list[str]:
    text = json.dumps(staging.as_dict(), ensure_ascii=False).replace(",", "")
    return [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("title", ["业委会主任姓名", "联系电话", "手 机", "身份证号码", "银行账号"])
def test_personal_column(title: str) -> None:
    staging = read(form([*committee("A1"), "某某某"], header=[*HEADER, title]))
    assert told(staging, "T13") == [("T13", "H4")]
    assert (staging.rows, staging.personal, staging.publishable) == (None, True, False)
    assert leaks(staging, "某某某") == []


@pytest.mark.parametrize(("value", "what"), [
    (MOBILE, "手机号码"), (float(MOBILE), "手机号码"), (f"电话{MOBILE}。", "手机号码"), ("138 0000 0000", "手机号码"),
    ("138-0000-0000", "手机号码"),
    ("１３８００００００００", "手机号码"), (IDENTITY, "身份证号码"), (f"证{IDENTITY.lower()}", "身份证号码"),
    ("110105 19491231 002X", "身份证号码"),
    (110105194912310020, "身份证号码"),
])
@pytest.mark.parametrize("column", range(7))
def test_personal_content_anywhere_in_a_row(column: int, value: Any, what: str) -> None:
    cells = committee("A1")
    cells[column] = value
    staging = read(form(committee("A0"), cells, cells))
    assert [(one.code, one.cell) for one in staging.findings if one.code == "T14"] == [("T14",
        f"{'ABCDEFG'[column]}{row}") for row in (6, 7)]
    assert what in staging.findings[0].message
    assert (staging.rows, staging.personal) == (None, True)
    assert leaks(staging, MOBILE, IDENTITY, "138 0000 0000", "138-0000-0000", "１３８", "110105") == []


@pytest.mark.parametrize("row", [0, 1, 3, 5])
def test_personal_content_around_the_table(row: int) -> None:
    rows = [["情况表（2024年9月）"], ["填报单位：区房管局"], [], list(HEADER), committee("A1"), ["填报人："]]
    rows[row] = [*rows[row], f"联系电话{MOBILE}"]
    staging = read(Page(rows))
    assert staging.personal
    assert ("T13" if row == 3 else "T14", f"{'ABCDEFGH'[len(rows[row]) - 1]}{row + 1}") in told(staging)
    assert leaks(staging, MOBILE) == []


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("rows", [[[MOBILE]], [["序号", "姓名"], [1, "某某某"]]])
def test_personal_data_on_another_sheet_is_found(rows: Any, hidden: bool) -> None:
    staging = read(form(committee("A1")), Page(rows, name="名单", hidden=hidden))
    assert staging.personal
    assert staging.rows is None
    assert [one.sheet for one in staging.findings if one.code in {"T13", "T14"}] == ["名单"]
    assert leaks(staging, MOBILE, "某某某") == []


def test_personal_data_where_no_form_is_recognised() -> None:
    staging = read(Page([["姓名", "电话"], ["某某某", MOBILE]]))
    assert staging.personal
    assert {code for code, _ in told(staging)} == {"T01", "T13"}


@pytest.mark.parametrize("value",
    ["310107005001", "12345678901234567", "123456789012345678", "021-52564588", "2013800000000", "138000000001", 13.8])
def test_these_are_not_personal(value: Any) -> None:
    staging = read(form([*committee("A1"), value], header=[*HEADER, "备注"]))
    assert not staging.personal
    assert staging.publishable


def test_an_empty_title_such_as_a_line_for_the_telephone_is_not_personal() -> None:
    assert not read(form(committee("A1"), ["填报人：", None, "联系电话："]),
        Page([["请勿填写姓名、电话"], ["列名"]], name="填表说明")).personal


# -- declared checks -------------------------------------------------------------------------------------------------------


def test_sum_of_parts() -> None:
    more = ("一室户", "二室户", "三室户及以上")
    staging = read(rentals(rental("P1", 5, 3, 2), rental("P2", 5, 3, 1), rental("P3", 5, None, 9), more=more))
    assert told(staging) == [("R03", "M6")]
    assert staging.findings[0].message == "户型/一室户、户型/二室户、户型/三室户及以上之和为 9，而“套(间)数”为 10。"
    assert staging.findings[0].level is Level.WARNING


@pytest.mark.parametrize(("signed", "codes"), [(60, []), (61, [("R04", "L5")]), (None, [])])
def test_at_most(signed: Any, codes: list[Any]) -> None:
    staging = read(renewals(renewal("P1", 60, signed), more=("应签约户数", "已签约户数")))
    assert told(staging) == codes
    assert all(one.level is Level.FATAL for one in staging.findings)


def test_at_most_of_dates() -> None:
    staging = read(form(committee("A1", start=END, end=START)))
    assert told(staging) == [("R04", "F5"), ("R05", "G5")]
    assert staging.findings[0].message == "“任期起”（2027-05-15）大于“任期止”（2022-05-16）。"


@pytest.mark.parametrize(("start", "end", "inside"), [
    ("2022-05-16", "2027-05-15", True), ("2022-05-16", "2027-05-16", True), ("2022-05-16", "2027-05-17", False),
    ("2022-05-16", "2025-05-15", True),
    ("2022-05-16", "2025-05-14", False), ("2020-03-01", "2023-02-28", True), ("2020-02-29", "2025-02-28", True),
    ("2020-01-31", "2023-01-30", True),
    ("2022-01-01", "2024-12-31", True), ("2022-01-01", "2026-12-31", True), ("2022-01-01", "2024-12-30", False),
    ("2022-01-01", "2027-01-02", False),
])
def test_years_between(start: str, end: str, inside: bool) -> None:
    assert told(read(form(committee("A1", start=start, end=end)))) == ([] if inside else [("R05", "G5")])


def test_the_length_of_a_term_is_a_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    for on in (date(2019, 1, 1), date(2026, 1, 1)):
        rows = [shipped_registry().at(f"committee.{name}", on) for name in ("term_min_years", "term_max_years", "report_months")]
        assert [(row.whole, row.unit, row.effective_to) for row in rows] == [(3, "年", None), (5, "年", None), (5, "个月", None)]
        assert [row.basis.removeprefix("上海市住宅物业管理规定") for row in rows] == ["第20条", "第20条", "第28条"]
    gate = shipped_registry().at("renewal.signing_gate", date(2024, 9, 30))
    assert (gate.number, gate.basis, gate.effective_to) == (95, "城市更新条例第32条", None)
    page = form(committee("A1", start="2020-01-01", end="2025-12-31"))
    assert told(read(page)) == [("R05", "G5")]
    rows = [replace(row, value="6") if row.rule == "committee.term_max_years" else row for row in shipped_registry().rows]
    monkeypatch.setattr(checks, "shipped_registry", lambda: Registry(tuple(rows)))
    assert told(read(page)) == []


def test_length_of_a_term_is_told() -> None:
    [only] = read(form(committee("A1", start="2020-01-01", end="2025-12-31"))).findings
    assert only.message == "从“任期起”到“任期止”为 6 年，应为 3～5 年。"


def test_required_when() -> None:
    staging = read(form(committee("A1", end=None), committee("A2", start=None, end=None, status="筹备中")))
    assert told(staging, "R06") == [("R06", "G5")]
    assert told(staging, "C10") == [("C10", "G5"), ("C10", "F6")]
    assert staging.findings[0].level is Level.FATAL


def test_required_but_unreadable_is_told_once() -> None:
    assert told(read(form(committee("A1", end="2027年2月30日")))) == [("C03", "G5")]


def test_required_when_the_column_is_missing_is_told_once() -> None:
    beds = [rental(f"P{number}", tier="一张床", stage="改造") for number in range(3)]
    staging = read(rentals(rental("P9"), *beds))
    assert told(staging) == [("T02", "A4")]
    assert staging.findings[0].message == "没有找到必填列“床位数”。"
    assert told(read(rentals(rental("P9")))) == []
    supplied = read(rentals(rental("P1", stage="供应备案"), rental("P2", stage="供应备案")))
    assert [(one.code, one.level, one.field) for one in supplied.findings] == [("T02", Level.WARNING, "供应日期")]
    lacking = read(form(*(committee(f"A{number}")[:6] for number in range(3)), header=HEADER[:6]))
    assert told(lacking) == [("T02", "A4")]


def test_ladders_are_not_mixed() -> None:
    staging = read(renewals(renewal("P1"), renewal("P2", kind="征收", stage="施工"), renewal("P3", kind="征收", stage="二轮签约")))
    assert told(staging) == [("R07", "J6")]
    assert staging.findings[0].level is Level.FATAL
    assert "二轮签约" in staging.findings[0].advice


# -- text files ------------------------------------------------------------------------------------------------------------


def csv(*lines: str, name: str = "业委会.csv", expected: Expected = DISTRICT) -> Any:
    titles = ["情况表（2024年9月）", "填报单位：区房管局", ",".join(HEADER)]
    return of_few(only(read_file(name, "\n".join([*titles, *lines]).encode(), expected)))


def test_csv() -> None:
    staging = csv("A1,演示,长风,已组建,3,2022-05-16,2027-05-15", '"A2","演,示",真如镇,已成立,第2届,2022.5.16,2027/5/15')
    assert staging.findings == ()
    assert values(staging, "compound_id", "compound_name", "session_no", "term_end", "_row") == [
        ("A1", "演示", 3, END, 4), ("A2", "演,示", 2, END, 5)]


def test_csv_row_with_a_comma_too_many_or_too_few() -> None:
    good = "A1,演示,长风,已组建,3,2022-05-16,2027-05-15"
    staging = csv(good, "A2,演,示,长风,已组建,3,2022-05-16,2027-05-15", "A3,演示,长风,已组建,3,2022-05-16", "合计", "注：某")
    assert told(staging, "R10") == [("R10", "A5"), ("R10", "A6")]
    assert next(one for one in staging.findings if one.code == "R10").message == "第 5 行有 8 格，表头有 7 格。"
    assert not staging.publishable


def test_csv_percents_are_points() -> None:
    header = ",".join([*COMPOUND_HEADER[:6], "总建筑面积（㎡）", *COMPOUND_HEADER[7:], "已售交付比例"])
    text = f"2024年9月\n填报单位：区房管局\n{header}\nA1,某,长风,某,某,商品房,1000,10,1,是,96.5\nA2,某,长风,某,某,商品房,1000,10,1,是,50%\n"
    staging = of_few(only(read_file("小区.csv", text.encode(), DISTRICT)))
    assert values(staging, "sold_delivered_pct") == [96.5, 50.0]
    assert staging.findings == ()


def test_titles_of_the_support_are_what_the_tests_think() -> None:
    assert len(TITLES) == 3
    assert read(form(committee("A1"))).tables == (Found("Sheet1", 4, 4, "A", "G", 1),)
