"""Several tables in a file: side by side, one under the other, on several sheets, of several forms and months."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from lib.ingest import limits, reading
from lib.ingest.expected import Correction, Expected
from lib.ingest.part import Part
from lib.ingest.reading import read_file
from lib.ingest.sheet import Sheet
from lib.ingest.tables import find_tables
from lib.ingest.titles import Titles
from lib.spec.level import Level
from tests.support.workbooks import (
    DISTRICT,
    HEADER,
    TITLES,
    Page,
    committee,
    form,
    of_few,
    only,
    read,
    told,
    values,
    workbook,
)

FUND_HEADER = ["小区编码", "小区名称", "街镇", "首期筹集金额（万元）", "当前余额（万元）"]
"""Columns of 维修资金 that tell the form."""


def beside(left: list[list[Any]], right: list[list[Any]], gap: int = 1) -> list[list[Any]]:
    height = max(len(left), len(right))
    width = max(map(len, left)) + gap
    filled = [[*row, *[None] * (width - len(row))] for row in [*left, *[[]] * (height - len(left))]]
    return [[*row, *more] for row, more in zip(filled, [*right, *[[]] * (height - len(right))], strict=True)]


def spots(rows: list[list[Any]], **more: Any) -> list[tuple[str, int, int, int, int, int]]:
    full = [["" if value is None else value for value in row] for row in rows]
    return [(one.dataset.id, one.first, one.last, one.left, one.right, one.bottom)
            for one in find_tables(Sheet.of_rows("a", full), Expected(**more))]


def table(*codes: str) -> list[list[Any]]:
    return [list(HEADER), *(committee(code) for code in codes)]


def test_side_by_side() -> None:
    assert spots(beside(table("A1", "A2"), table("A3"))) == [("committees", 0, 0, 0, 6, 3), ("committees", 0, 0, 8, 14, 3)]


def test_side_by_side_without_a_gap() -> None:
    assert spots(beside(table("A1"), table("A3"), gap=0)) == [("committees", 0, 0, 0, 6, 2), ("committees", 0, 0, 7, 13, 2)]


def test_side_by_side_with_headers_in_different_rows() -> None:
    rows = beside(table("A1", "A2", "A3"), [[], [], *table("A4")])
    assert spots(rows) == [("committees", 0, 0, 0, 6, 4), ("committees", 2, 2, 8, 14, 4)]


def test_one_under_the_other_with_title_lines_between() -> None:
    rows = [["甲"], *table("A1", "A2"), [], ["乙"], ["填报单位：长征镇"], *table("A3")]
    assert spots(rows) == [("committees", 1, 1, 0, 6, 4), ("committees", 7, 7, 0, 6, 9)]
    assert find_tables(Sheet.of_rows("a", [["" if v is None else v for v in row] for row in rows]))[1].top == 4


def test_a_total_directly_above_the_next_title_belongs_to_the_table_before() -> None:
    rows = [*table("A1"), ["合计", "1"], ["乙"], *table("A3")]
    assert [spot[-1] for spot in spots(rows)] == [3, 6]


def test_a_repeated_header_far_below() -> None:
    rows = [*table(*(f"A{number}" for number in range(200))), *table("B1")]
    assert [(spot[1], spot[-1]) for spot in spots(rows)] == [(0, 201), (201, 203)]


def test_values_like_names_of_columns_are_no_header() -> None:
    rows = [list(HEADER), *([f"A{number}", "小区名称", "街镇", "阶段", "认定", "储备", "起"] for number in range(5))]
    assert spots(rows) == [("committees", 0, 0, 0, 6, 6)]


def test_help_text_beside_is_cut_off_and_told() -> None:
    rows = [*table("A1", "A2")]
    staging = read(Page([*TITLES, *beside(rows, [["填表说明"], ["小区编码由区局统一编制"], ["任期写到日"]])]))
    assert told(staging) == [("T33", "I4")]
    assert staging.findings[0].level is Level.INFO
    assert "3 格" in staging.findings[0].message
    assert values(staging, "compound_id") == ["A1", "A2"]


def test_an_untitled_spacer_column_does_not_cut_a_table() -> None:
    header = [*HEADER[:3], None, *HEADER[3:]]
    row = committee("A1")
    staging = read(form([*row[:3], None, *row[3:]], header=header))
    assert (told(staging), values(staging, "compound_id", "session_no")) == ([], [("A1", 3)])


def test_leftovers_below_are_told() -> None:
    staging = read(form(committee("A1"), [], [None, "上月遗留"], [None, None, "x"]))
    assert told(staging) == [("T34", "B7")]
    assert values(staging, "compound_id") == ["A1"]


def test_a_full_row_without_its_key_is_no_leftover() -> None:
    staging = read(form(committee("A1"), [], [None, *committee("A2")[1:]]))
    assert told(staging) == [("C01", "A7")]


# -- several sheets ----------------------------------------------------------------------------------------------------


def test_sheets_of_one_form_are_read_together() -> None:
    staging = read(Page(form(committee("A1")).rows, name="一"), Page(form(committee("A2"), committee("A3")).rows, name="二"))
    assert told(staging) == [("T29", "A4")]
    assert staging.findings[0].message == "《业主委员会组建和换届情况表》的另一处表格（2 行）已合并读入。"
    assert values(staging, "compound_id", "_sheet", "_row") == [("A1", "一", 5), ("A2", "二", 5), ("A3", "二", 6)]
    assert staging.sheet == "一、二"


def test_a_key_on_two_sheets_is_a_double() -> None:
    staging = read(Page(form(committee("A1")).rows, name="一"), Page(form(committee("A1")).rows, name="二"))
    assert told(staging, "R01") == [("R01", "A5")]
    double = next(one for one in staging.findings if one.code == "R01")
    assert (double.sheet, double.message) == ("二", "“小区编码”的值“A1”在工作表“一”第 5 行已经出现。")


def test_each_sheet_has_its_own_street() -> None:
    pages = [Page([["情况表（2024年9月）"], [f"填报单位：{name}"], list(HEADER), committee(code, street)], name=name)
             for code, street, name in (("A1", "长征", "长征镇"), ("A2", "桃浦", "桃浦镇"))]
    reading = only(read_file("a.xlsx", workbook(*pages), Expected()))
    assert (reading.units, told(reading)) == (("310107102", "310107103"), [("T29", "A3")])
    pages[1] = Page([*pages[1].rows[:3], committee("A2", "长征")], name="桃浦镇")
    wrong = only(read_file("a.xlsx", workbook(*pages), Expected()))
    assert [(one.code, one.sheet, one.cell) for one in wrong.findings if one.level is Level.FATAL] == [("R08", "桃浦镇", "C4")]


def test_two_forms_in_a_workbook_are_two_stagings() -> None:
    funds = Page([["维修资金（2024年9月）"], ["填报单位：普陀区房管局"], list(FUND_HEADER), ["A1", "演示A1", "长风", 100, 20]], name="资金")
    reading = read_file("a.xlsx", workbook(form(committee("A1")), funds), DISTRICT)
    assert [(one.dataset, one.sheet, one.rows.num_rows) for one in reading.stagings if one.rows is not None] == [
        ("committees", "Sheet1", 1), ("maintenance_funds", "资金", 1)]
    assert reading.findings == ()
    wanted = read_file("a.xlsx", workbook(form(committee("A1")), funds), replace(DISTRICT, dataset="maintenance_funds"))
    assert [one.dataset for one in wanted.stagings] == ["maintenance_funds"]
    assert [(one.code, one.sheet, one.level) for one in wanted.findings] == [("T15", "Sheet1", Level.WARNING)]


def test_lines_above_the_first_form_count_for_a_sheet_without_any() -> None:
    funds = Page([list(FUND_HEADER), ["A1", "演示A1", "长风", 100, 20]], name="资金")
    reading = read_file("a.xlsx", workbook(form(committee("A1")), funds), Expected())
    assert [(one.period, one.reporter) for one in reading.stagings] == [("2024-09", "普陀区房管局")] * 2


def test_months_on_sheets() -> None:
    pages = [Page([[f"情况表（2024年{month}月）"], ["填报单位：区房管局"], list(HEADER), committee(f"A{month}")], name=f"{month}月")
             for month in (8, 9)]
    data = workbook(*pages)
    chosen = of_few(only(read_file("a.xlsx", data, Expected(period="2024-08"))))
    assert (values(chosen, "compound_id"), told(chosen)) == (["A8"], [("T38", "A1")])
    unknown = only(read_file("a.xlsx", data, Expected()))
    assert (told(unknown, "T37"), unknown.publishable) == ([("T37", "")], False)


def test_two_bases_are_not_added_up() -> None:
    pages = [Page([["情况表（2024年9月）"], ["填报单位：区房管局"], list(HEADER), committee(f"A{at}")], name=name)
             for at, name in enumerate(("01单位口径", "01部门口径"))]
    data = workbook(*pages)
    assert ("T26", "A3") in told(only(read_file("a.xlsx", data, DISTRICT)))
    one = of_few(only(read_file("a.xlsx", data, replace(DISTRICT, skip=("01部门口径",)))))
    assert (values(one, "compound_id"), told(one), one.basis) == (["A0"], [("T40", "")], "单位口径")


# -- 零报告 ------------------------------------------------------------------------------------------------------------


def funds(*rows: list[Any], zero: Any = "是") -> Page:
    return Page([["维修资金（2024年9月）"], ["填报单位：长征镇", None, "零报告：", zero], list(FUND_HEADER), *rows])


def test_zero_report() -> None:
    staging = read(funds(), whole=True)
    assert (staging.zero, staging.units, staging.publishable, values(staging, "compound_id")) == (True, ("310107102",), True, [])
    assert told(staging) == [("T31", "C2")]
    assert staging.findings[0].message == "按零报告处理：长征镇本期没有住宅专项维修资金情况表的数据。"


@pytest.mark.parametrize("mark", ["否", None, "□"])
def test_no_rows_without_the_mark_is_no_zero_report(mark: Any) -> None:
    staging = read(funds(zero=mark), whole=True)
    assert (staging.zero, told(staging)) == (False, [("T05", "A4")])


@pytest.mark.parametrize("line", ["零报告：是", "☑零报告", "零报告 √", "零报告:1"])
def test_ways_to_tick_it(line: str) -> None:
    page = funds()
    assert read(Page([page.rows[0], ["填报单位：长征镇", None, line], *page.rows[2:]]), whole=True).zero


def test_a_ticked_mark_beside_rows_is_refused() -> None:
    staging = read(funds(["A1", "演示A1", "长征", 100, 20]), whole=True)
    assert told(staging) == [("T30", "C2")]
    assert not staging.publishable


def test_a_form_that_everybody_owes_cannot_be_zero() -> None:
    staging = read(Page([*TITLES[:2], ["零报告：是"], list(HEADER)]), whole=True)
    assert told(staging) == [("T32", "A3")]


# -- hidden, unmerged, corrected ---------------------------------------------------------------------------------------


def test_blanks_like_unmerged_cells_are_asked_about_and_may_be_filled() -> None:
    rows = [committee("A1"), *(committee(f"A{at}", None) for at in range(2, 6))]  # type: ignore[arg-type]
    staging = read(form(*rows))
    assert told(staging) == [("T35", "C6")]
    assert "4 行为空" in staging.findings[0].message
    fill = Correction("committees", "街镇", "subdistrict", fill=True)
    filled = read(form(*rows), expected=replace(DISTRICT, corrections=(fill,)))
    assert (told(filled), values(filled, "subdistrict")) == ([("C22", "C6")], ["310107014"] * 5)
    assert filled.findings[0].message == "“街镇”有 4 格为空，已按您的更正取上一行的值（C6、C7、C8、C9）。"
    assert next(one for one in filled.mapping if one.field == "subdistrict").reason == "按您的更正"


def test_corrections_name_a_column_leave_one_out_and_set_a_unit() -> None:
    header = [*HEADER, "届满年月", "评分"]
    row = [*committee("A1"), date(2027, 1, 1), 88]
    corrections = (Correction("committees", "届满年月", "term_end"), Correction("committees", "评分", "rating"),
                   Correction("committees", "任期起", ""))
    plain = read(form(row, header=header))
    assert told(plain) == [("T03", "H4"), ("T03", "I4")]
    staging = read(form(row, header=header), expected=replace(DISTRICT, corrections=corrections))
    assert told(staging) == [("T02", "A4"), ("T03", "G4")]
    assert values(staging, "term_end", "rating") == [(date(2027, 1, 1), 88.0)]
    assert [(one.header, one.field, one.reason) for one in staging.mapping if one.reason.startswith("按您")] == [
        ("任期起", "", "按您的更正不读取"), ("届满年月", "term_end", "按您的更正"), ("评分", "rating", "按您的更正")]


def test_a_correction_decides_an_ambiguous_column() -> None:
    header = ["小区编码", "小区名称", "街镇", "组建状态", "届别", "起", "任期止"]
    assert told(read(form(committee("A1"), header=header))) == []
    other = Correction("renewal_projects", "起", "term_end")
    assert told(read(form(committee("A1"), header=header), expected=replace(DISTRICT, corrections=(other,)))) == []


def test_lost_zeros_of_codes() -> None:
    staging = read(form(committee("0031"), committee("0032"), committee(205)))  # type: ignore[arg-type]
    assert told(staging) == [("C19", "A7")]
    assert staging.findings[0].level is Level.WARNING
    assert values(staging, "compound_id") == ["0031", "0032", "205"]


def test_text_that_was_decoded_wrongly_is_refused_at_its_cell() -> None:
    wrong = "小区名称".encode().decode("gb18030", "replace")
    staging = read(form(committee("A1"), committee("A2", name=wrong)))
    assert told(staging) == [("C20", "B6")]
    assert not staging.publishable


def test_days_counted_from_1904() -> None:
    serial = (date(2022, 5, 16) - date(1904, 1, 1)).days
    columns = tuple(zip(*[["" if cell is None else cell for cell in row] for row in table("A1")], strict=True))
    sheet = Sheet("a", tuple(list(column) for column in columns), from_1904=True)
    sheet.columns[5][1] = float(serial)
    (found,) = find_tables(sheet)
    part = Part(found, Titles(), "a.xlsx")
    part.read(found.dataset)
    assert part.values["term_start"] == [date(2022, 5, 16)]
    assert part.values["term_end"] == [committee("A1")[6]]


def test_a_header_of_two_levels_repeated_below_without_merges() -> None:
    upper = ["小区编码", "小区名称", "街镇", "组建状态", "届别", "任期", None]
    lower = [None, None, None, None, None, "起", "止"]
    rows = [upper, lower, committee("A1"), upper, lower, committee("A2")]
    assert [(spot[1], spot[2], spot[-1]) for spot in spots(rows)] == [(0, 1, 3), (3, 4, 6)]


def test_a_workbook_that_counts_from_1904() -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "date_1904": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([*TITLES, HEADER, committee("A1")]):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_number(row, column, (value - date(1904, 1, 1)).days)
                else:
                    sheet.write(row, column, value)
    staging = of_few(only(read_file("a.xlsx", sink.getvalue(), DISTRICT)))
    assert (told(staging), values(staging, "term_start", "term_end")) == ([], [tuple(committee("A1")[5:])])


def test_too_many_rows_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    refused = read_file("a.xlsx", workbook(form(committee("A1"), committee("A2"), committee("A3"))), DISTRICT)
    assert [(one.code, one.message) for one in refused.findings] == [("T41", "这张表有 3 行，超过上限 2 行。")]
    assert refused.stagings == ()


def test_findings_are_limited_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TOLD", 3)
    staging = read(form(*(committee(f"A{at}", "东京", status="某", session=0) for at in range(3))))
    assert len(staging.findings) == 3
    assert staging.findings[-1].message.endswith("另有 6 处其他问题未逐一列出。）")


@pytest.mark.parametrize("numbering", [
    ["甲", "乙", "丙", 1, 2, 3, 4], ["栏次", 1, 2, 3, 4, 5, 6],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"]])
def test_a_row_that_numbers_the_columns_is_no_data(numbering: list[Any]) -> None:
    staging = read(form(numbering, committee("A1")))
    assert (told(staging), values(staging, "compound_id", "_row")) == ([], [("A1", 6)])


def test_a_band_over_a_repeated_header_is_no_data() -> None:
    upper = ["基本信息", None, None, None, None, "任期", None]
    lower = ["小区编码", "小区名称", "街镇", "组建状态", "届别", "起", "止"]
    rows = [upper, lower, committee("A1"), upper, lower, committee("A2")]
    merges = tuple(((row, left), (row, right)) for row in (0, 3) for left, right in ((0, 4), (5, 6)))
    full = [["" if value is None else value for value in row] for row in rows]
    tables = find_tables(Sheet.of_rows("a", full, merges))
    assert [(one.last, one.top, one.bottom) for one in tables] == [(1, 0, 3), (4, 3, 6)]


def test_another_form_beside_a_header_of_two_levels() -> None:
    upper = ["小区编码", "小区名称", "街镇", "组建状态", "届别", "任期", None]
    lower = [None, None, None, None, None, "起", "止"]
    funds = [FUND_HEADER, ["B1", "演示B1", "街道", 100, 20], ["B2", "演示B2", "街道", 100, 20]]
    for right in ([[], *funds], funds):
        found = spots(beside([upper, lower, committee("A1"), committee("A2")], right))
        assert [(one[0], one[3], one[4]) for one in found] == [("committees", 0, 6), ("maintenance_funds", 8, 12)]


RENEWAL = ["项目编码", "项目名称", "改造类别", "街镇", "地址", "实施主体", "年度计划批次", "涉及户数", "建筑面积（㎡）", "当前阶段"]


def renewal_sheet(more: list[str], *cells: Any) -> Page:
    row = ["P1", "某", "拆除重建", "长风", "某", "某", 2024, 60, 1000, "施工", *cells]
    return Page([["更新项目（2024年9月）"], ["填报单位：区房管局"], [], [*RENEWAL, *more], row])


@pytest.mark.parametrize(("title", "written", "expected"), [
    ("总投资/万元", 150, 150.0), ("总投资 万元", 150, 150.0), ("总投资万元", 150, 150.0), ("总投资（单位：万元）", 150, 150.0),
    ("总投资（亿元）", 1.5, 15_000.0), ("总投资（万）", 150, 150.0), ("总投资（亿元，含税）", 1.5, 15_000.0),
])
def test_ways_to_write_a_unit_into_a_title(title: str, written: float, expected: float) -> None:
    staging = read(renewal_sheet([title], written))
    assert (told(staging), values(staging, "investment")) == ([], [expected])


def test_a_title_that_comes_near_a_field_is_hinted_at() -> None:
    staging = read(renewal_sheet(["总投资金额"], 150))
    assert told(staging) == [("T03", "K4")]
    assert staging.findings[0].advice == "如需上报该项内容，请联系区局科室。如为“总投资”，可在“各列是怎样读的”中指定。"


def test_two_columns_of_one_name_are_corrected_each_for_itself() -> None:
    page = renewal_sheet(["开工计划", "实际", "竣工计划", "实际"], *[date(2024, at, 1) for at in (1, 2, 3, 4)])
    plain = read(page)
    assert told(plain, "T18") == [("T18", "L4"), ("T18", "N4")]
    first, second = (one.key for one in plain.mapping if one.header == "实际")
    assert (first, second) == ("实际<开工计划", "实际<竣工计划")
    corrections = (Correction("renewal_projects", first, "start_actual"), Correction("renewal_projects", second, "complete_actual"))
    staging = read(page, expected=replace(DISTRICT, corrections=corrections))
    assert (told(staging), values(staging, "start_actual", "complete_actual")) == ([], [(date(2024, 2, 1), date(2024, 4, 1))])
    other = renewal_sheet(["签约计划", "实际"], date(2024, 1, 1), date(2024, 2, 1))
    moved = read(other, expected=replace(DISTRICT, corrections=corrections))
    assert told(moved, "T18") == [("T18", "L4")]


def test_numbers_are_never_filled_down() -> None:
    fill = Correction("committees", "届别", "session_no", fill=True)
    staging = read(form(committee("A1"), committee("A2", session=None)), expected=replace(DISTRICT, corrections=(fill,)))
    assert (told(staging), values(staging, "session_no")) == ([("C10", "E6")], [3, None])


def test_sections_and_a_row_of_units_are_no_data() -> None:
    units = Page([["更新项目（2024年9月）"], ["填报单位：区房管局"], [], [*RENEWAL[:8], "建筑面积", "当前阶段", "总投资"],
                  [*[None] * 7, "户", "万㎡", None, "万元"], ["一、拆除重建"],
                  ["P1", "某", "拆除重建", "长风", "某", "某", 2024, 60, 0.2, "施工", 150]])
    staging = read(units)
    assert (told(staging), values(staging, "gfa_m2", "investment", "_row")) == ([("R12", "A6")], [(2000.0, 150.0, 7)])


def test_what_has_happened_lies_in_the_past() -> None:
    staging = read(renewal_sheet(["开工实际日期", "竣工计划日期"], date(2024, 10, 1), date(2025, 1, 1)))
    assert told(staging) == [("C23", "K4".replace("4", "5"))]
    assert staging.findings[0].message == "“开工/实际日期”为 2024-10-01，晚于报告期末 2024-09-30。"


def test_letters_of_other_scripts_in_a_code_are_refused() -> None:
    staging = read(form(committee("\u0410\u0031"), committee("A—2")))
    assert (told(staging), values(staging, "compound_id")) == ([("C24", "A5")], [None, "A-2"])


def test_titles_with_colons_and_square_brackets() -> None:
    assert told(read(form(committee("A1"), header=["小区编码：", *HEADER[1:3], "组建状态【单选】", *HEADER[4:]]))) == []


def test_only_hidden_sheets() -> None:
    reading = read_file("a.xlsx", workbook(Page([], name="空"), Page(form(committee("A1")).rows, name="旧", hidden=True)), DISTRICT)
    assert [one.code for one in reading.findings] == ["F47", "F08"]


def test_an_export_with_a_header_in_every_row_is_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.ingest.tables.MAX_WINDOWS", 20)
    refused = read_file("a.xlsx", workbook(form(*[list(HEADER)] * 30)), DISTRICT)
    assert [(one.code, one.sheet, one.level) for one in refused.findings] == [("T46", "Sheet1", Level.FATAL)]
    assert not refused.readable
