"""The original workbook with rows coloured: exactly these cells, nothing else, and the same reading when it is sent again."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.workbook import Workbook as Opened
from openpyxl.worksheet.worksheet import Worksheet

from lib.actions import coloured
from lib.actions.coloured import may_have_workbook
from lib.auth.permissions import Role, User
from lib.errors import Blocked, Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.ingest import conversation
from lib.ingest.conversation import WorkerFailed
from lib.ingest.expected import Expected
from lib.ingest.formats import open_file
from lib.ingest.intake import make_coloured
from lib.ingest.reading import read_file
from lib.ingest.report_sheet import MARKER, PASSPORT_SHEET, REPORT_SHEET, is_passport_sheet, is_report_sheet
from lib.ingest.returned import coloured_name, coloured_workbook, returned_workbook
from lib.ingest.returned.styles import AMBER, FILLS
from lib.ingest.sheet import Sheet
from lib.ingest.staging import FileReading
from lib.settings import SAMPLES
from lib.spec.findings import finding
from lib.spec.level import Level
from lib.store import releases, submissions
from lib.store.database import Database
from lib.store.submissions import Status
from tests.support import formats
from tests.support.package import problems
from tests.support.workbooks import DISTRICT, HEADER, TITLES, Page, committee, form, workbook

OCTOBER = sorted((SAMPLES / "2026-10").glob("*.xlsx"))
FORM = [*TITLES, HEADER, *(committee(f"A{at}") for at in range(1, 9))]
"""Titles in rows 1 to 3 (the third is empty), the header in row 4, committees in rows 5 to 12, of seven cells each."""


def opened(data: bytes, *, values: bool = False) -> Opened:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def paint(data: bytes, rows: dict[str, Sequence[int]], name: str = "表.xlsx", legend: str = "图例一\n图例二") -> bytes:
    """The coloured copy, which must be a sound package."""
    again = coloured_workbook(name, data, rows, "数据护照：业委会组建率", legend)
    assert problems(again) == []
    return again


def amber(cell: Any) -> bool:
    return cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[2:6] == AMBER[:4]


def painted(data: bytes, sheet: str = "Sheet1") -> list[str]:
    """The cells that carry the colour, row by row."""
    return [cell.coordinate for row in opened(data)[sheet].iter_rows() for cell in row if amber(cell)]


def told(data: bytes) -> list[str]:
    """What the passport says, line by line."""
    book = opened(data)
    [name] = [one for one in book.sheetnames if one.startswith(PASSPORT_SHEET) and book[one]["A2"].value == MARKER]
    return [str(row[0].value) for row in book[name].iter_rows(max_col=1) if row[0].value is not None]


def made(build: Callable[[xlsxwriter.Workbook, Any], None]) -> bytes:
    """A workbook whose first sheet is Sheet1."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        build(book, book.add_worksheet("Sheet1"))
    return sink.getvalue()


def expected_cells(sheet: Worksheet, rows: Sequence[int]) -> set[str]:
    """By hand: of each row from the first to the last cell with something in it, of merged cells the first."""
    first = {}
    tall: dict[int, set[int]] = {}
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = range_boundaries(str(merged))
        for row in range(top, bottom + 1):
            if bottom > top:
                tall.setdefault(row, set()).add(left)
            first.update({(row, column): (top, left) for column in range(left, right + 1)})
    cells = set()
    for row in rows:
        used = {cell.column for cell in sheet[row] if cell.value is not None} | tall.get(row, set())
        if used:
            cells |= {first.get((row, column), (row, column)) for column in range(min(used), max(used) + 1)}
    return {f"{get_column_letter(column)}{row}" for row, column in cells}


def looks(cell: Any) -> tuple[str, ...]:
    return tuple(repr(one) for one in (cell.number_format, cell.font, cell.border, cell.alignment, cell.protection))


def unchanged_but_for(before: bytes, after: bytes, cells: dict[str, set[str]]) -> None:
    """These cells are amber and otherwise as they were; all others are as they were in every way."""
    for values in (False, True):
        one, two = opened(before, values=values), opened(after, values=values)
        assert two.sheetnames == [*one.sheetnames, PASSPORT_SHEET]
        for sheet in one.worksheets:
            copy = two[sheet.title]
            assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
                [copy.cell(cell.row, cell.column).value for cell in row] for row in sheet.iter_rows()]
            assert sheet.sheet_state == copy.sheet_state
            assert sorted(map(str, sheet.merged_cells.ranges)) == sorted(map(str, copy.merged_cells.ranges))
            assert {key: one.hidden for key, one in sheet.row_dimensions.items() if one.hidden} == {
                key: one.hidden for key, one in copy.row_dimensions.items() if one.hidden}
            assert {key: one.width for key, one in sheet.column_dimensions.items()} == {
                key: one.width for key, one in copy.column_dimensions.items()}
            found = {cell.coordinate for row in copy.iter_rows() for cell in row if amber(cell)}
            assert found == cells.get(sheet.title, set())
            for row in copy.iter_rows():
                for cell in row:
                    former = sheet[cell.coordinate]
                    assert looks(cell) == looks(former)
                    assert amber(cell) or repr(cell.fill) == repr(former.fill)


def rows_read(reading: FileReading) -> list[list[dict[str, object]]]:
    return [one.rows.to_pylist() for one in reading.stagings if one.rows is not None]


# -- the samples -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OCTOBER, ids=lambda path: path.stem)
def test_a_sample_has_exactly_these_rows_coloured_and_reads_as_before(path: Path) -> None:
    data = path.read_bytes()
    reading = read_file(path.name, data, Expected())
    rows: dict[str, list[int]] = {}
    for row in [row for table in rows_read(reading) for row in table][::3]:
        rows.setdefault(str(row["_sheet"]), []).append(int(str(row["_row"])))
    assert rows
    again = paint(data, rows)
    unchanged_but_for(data, again, {name: expected_cells(opened(data)[name], numbers) for name, numbers in rows.items()})
    second = read_file(coloured_name(path.name, "业委会组建率"), again, Expected())
    assert rows_read(second) == rows_read(reading) != []
    assert [one.as_dict() for one in second.all_findings] == [one.as_dict() for one in reading.all_findings]


# -- which cells -----------------------------------------------------------------------------------------------------------


def _plain(book: xlsxwriter.Workbook, sheet: Any) -> None:
    """Row 2 from B to E with a gap; row 3 empty; row 4 not there; row 5 has looks only; row 6 a formula; row 7 a look behind."""
    grey = book.add_format({"bg_color": "#808080"})
    sheet.write("B2", 1)
    sheet.write("C2", "文字")
    sheet.write("E2", 2)
    sheet.write_blank("A2", None, grey)
    sheet.set_row(2, 30)
    sheet.write_blank("A5", None, grey)
    sheet.write_formula("D6", "=B2+E2", None, 3)
    sheet.write("A7", "尾")
    sheet.write_blank("F7", None, grey)


@pytest.mark.parametrize(("rows", "cells"), [
    ([2], ["B2", "C2", "D2", "E2"]),
    ([6], ["D6"]),
    ([7], ["A7"]),
    ([7, 2, 7], ["B2", "C2", "D2", "E2", "A7"]),
    ([3], []),
    ([4], []),
    ([5], []),
    ([9], []),
    ([1_048_576], []),
    ([], []),
])
def test_from_the_first_to_the_last_cell_with_something_in_it(rows: list[int], cells: list[str]) -> None:
    data = made(_plain)
    again = paint(data, {"Sheet1": rows})
    assert painted(again) == cells
    unchanged_but_for(data, again, {"Sheet1": set(cells)})


@pytest.mark.parametrize(("merged", "row", "cells"), [
    ("B4:B6", 5, ["B4", "A5", "C5", "D5"]),
    ("A4:A6", 6, ["A4", "B6", "C6", "D6"]),
    ("D4:D6", 6, ["D4", "A6", "B6", "C6"]),
    ("B5:C5", 5, ["A5", "B5", "D5"]),
    ("D5:F5", 5, ["A5", "B5", "C5", "D5"]),
    ("B5:B6", 5, ["A5", "B5", "C5", "D5"]),
    ("F1:G9", 5, ["F1", "A5", "B5", "C5", "D5", "E5"]),
], ids=["inside", "before", "behind", "across", "across the end", "begins here", "beyond"])
def test_of_merged_cells_the_first_is_coloured(merged: str, row: int, cells: list[str]) -> None:
    def build(_book: xlsxwriter.Workbook, sheet: Any) -> None:
        covered = {(line, column) for left, top, right, bottom in [range_boundaries(merged)] for line in range(top, bottom + 1)
                   for column in range(left, right + 1)}
        for line in range(1, 10):
            for column in range(1, 5):
                if (line, column) not in covered:
                    sheet.write(line - 1, column - 1, line * column)
        sheet.merge_range(merged, "合并")

    data = made(build)
    again = paint(data, {"Sheet1": [row]})
    assert painted(again) == cells
    unchanged_but_for(data, again, {"Sheet1": set(cells)})


GRIDS = some.lists(some.lists(some.sampled_from([None, "", 1, 2.5, "甲", True]), max_size=6), max_size=8)


@given(GRIDS, some.sets(some.integers(1, 10)))
def test_of_any_rows_exactly_their_cells(grid: list[list[Any]], rows: set[int]) -> None:
    data = workbook(Page(grid))
    cells = set()
    for row in rows & set(range(1, len(grid) + 1)):
        used = [at for at, value in enumerate(grid[row - 1]) if value not in (None, "")]
        if used:
            cells |= {f"{get_column_letter(at + 1)}{row}" for at in range(used[0], used[-1] + 1)}
    again = coloured_workbook("a.xlsx", data, {"Sheet1": rows}, "题", "例")
    assert set(painted(again)) == cells
    assert open_file("a.xlsx", again).sheets[0].columns == open_file("a.xlsx", data).sheets[0].columns


# -- what stays ------------------------------------------------------------------------------------------------------------


def _rich(book: xlsxwriter.Workbook, sheet: Any) -> None:
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1})
    money, yellow = book.add_format({"num_format": "#,##0.00", "border": 1}), book.add_format({"bg_color": "#FFF2CC", "italic": True})
    sheet.write_row(0, 0, ["名称", "数", "倍", "备注"], head)
    for row in range(1, 9):
        sheet.write(row, 0, f"小区{row}")
        sheet.write(row, 1, row * 1.5, money)
        sheet.write_formula(row, 2, f"=B{row + 1}*2", money, row * 3)
        sheet.write_blank(row, 3, None, yellow)
        sheet.write(row, 4, "自己的黄", yellow)
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column("A:A", 33)
    sheet.write_comment("A2", "批注", {"author": "王"})
    sheet.conditional_format("B2:B9", {"type": "3_color_scale"})
    sheet.data_validation("D2:D9", {"validate": "list", "source": ["是", "否"]})
    sheet.freeze_panes(1, 1)
    other, unseen = book.add_worksheet("it's <另> 一"), book.add_worksheet("旧数")
    other.write_row("A1", ["甲", "乙"])
    unseen.write("A1", "去年")
    unseen.hide()
    chart = book.add_chartsheet("图")
    line = book.add_chart({"type": "line"})
    line.add_series({"values": "='Sheet1'!$B$2:$B$9"})
    chart.set_chart(line)


def test_values_formulas_and_looks_stay() -> None:
    data = made(_rich)
    rows = {"Sheet1": [1, 2, 4, 6], "it's <另> 一": [1]}
    again = paint(data, rows)
    before, book = opened(data), opened(again)
    assert book.sheetnames == [*before.sheetnames, PASSPORT_SHEET]
    for name, numbers in rows.items():
        cells = expected_cells(before[name], numbers)
        assert set(painted(again, name)) == cells
        for row in book[name].iter_rows():
            for cell in row:
                former = before[name][cell.coordinate]
                assert (cell.value, cell.number_format, repr(cell.border)) == (former.value, former.number_format, repr(former.border))
                assert cell.coordinate in cells or (looks(cell), repr(cell.fill)) == (looks(former), repr(former.fill))
                assert (name, cell.row) == ("Sheet1", 1) or repr(cell.font) == repr(former.font)
    assert [book["Sheet1"][cell].value for cell in ("C2", "C9")] == ["=B2*2", "=B9*2"]
    assert opened(again, values=True)["Sheet1"]["C4"].value == 9
    assert book["Sheet1"]["A2"].comment.text == "批注"
    assert book["Sheet1"]["A1"].font.color.rgb == "FF1F2933"  # white letters would not be seen on the light colour
    assert book["Sheet1"]["E5"].fill.fgColor.rgb == "FFFFF2CC"
    assert book["Sheet1"].row_dimensions[4].hidden
    with zipfile.ZipFile(io.BytesIO(data)) as first, zipfile.ZipFile(io.BytesIO(again)) as second:
        untouched = ("xl/comments", "xl/drawings", "xl/charts", "xl/shared", "xl/theme", "xl/worksheets/sheet3")
        kept = [name for name in first.namelist() if name.startswith(untouched)]
        assert len(kept) >= 6
        assert {name: second.read(name) for name in kept} == {name: first.read(name) for name in kept}


def test_the_first_sheet_with_coloured_rows_is_seen_first_and_no_other_is_chosen_with_it() -> None:
    def build(book: xlsxwriter.Workbook, sheet: Any) -> None:
        _rich(book, sheet)
        book.get_worksheet_by_name("图").activate()

    cases: list[tuple[dict[str, Sequence[int]], str]] = [
        ({"Sheet1": [2], "it's <另> 一": [1]}, "Sheet1"),
        ({"it's <另> 一": [1], "旧数": [1]}, "it's <另> 一"),
        ({"旧数": [1]}, PASSPORT_SHEET),
        ({"Sheet1": [99]}, PASSPORT_SHEET),
        ({}, PASSPORT_SHEET),
    ]
    for rows, seen in cases:
        book = opened(paint(made(build), rows))
        assert book.active.title == seen
        chosen = [sheet.title for sheet in book.worksheets if any(view.tabSelected for view in sheet.views.sheetView)]
        assert chosen == [seen]
        assert not any(view.tabSelected for sheet in book.chartsheets for view in sheet.sheetViews.sheetView)


# -- the added sheet -------------------------------------------------------------------------------------------------------


def test_the_passport_tells_it_all() -> None:
    again = paint(made(_rich), {"没有": [3, 4], "旧数": [1], "Sheet1": [2, 4, 6, 9, 40], "it's <另> 一": [1]})
    assert told(again) == [
        "数据护照：业委会组建率",
        MARKER,
        "图例一",
        "图例二",
        "除颜色和本表外，原件的数值、公式和格式都没有改动；每行从第一个到最后一个有内容的单元格标色。",
        ("工作表“Sheet1”：标色 4 行，第 2 行至第 9 行；其中 2 行是隐藏行，取消隐藏后才能看到：第 4、6 行；"
         "另有 1 行在原件中没有内容，没有标色：第 40 行。"),
        "工作表“it's <另> 一”：标色 1 行，第 1 行。",
        "工作表“旧数”（已隐藏）：标色 1 行，第 1 行。",
        "原工作簿中没有名为“没有”的工作表，其中 2 行没有标色。",
    ]
    sheet = opened(again)[PASSPORT_SHEET]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows(max_col=1) for cell in row if cell.hyperlink}
    assert links == {"A6": "'Sheet1'!A2", "A7": "'it''s <另> 一'!A1"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert amber(sheet["A3"])
    assert not amber(sheet["A1"])
    assert sheet.column_dimensions["AX"].hidden


@pytest.mark.parametrize(("rows", "link"), [([4, 6, 7], "'Sheet1'!A7"), ([4, 6], "'Sheet1'!A4"), ([2], "'Sheet1'!A2")])
def test_the_link_leads_to_the_first_row_that_is_seen(rows: list[int], link: str) -> None:
    assert opened(paint(made(_rich), {"Sheet1": rows}))[PASSPORT_SHEET]["A6"].hyperlink.location == link


def test_of_many_hidden_rows_the_first_are_named() -> None:
    def build(_book: xlsxwriter.Workbook, sheet: Any) -> None:
        for row in range(30):
            sheet.write(row, 0, row)
            sheet.set_row(row, None, None, {"hidden": True})

    line = told(paint(made(build), {"Sheet1": range(1, 31)}))[5]
    named = "、".join(map(str, range(1, 21)))
    assert line == f"工作表“Sheet1”：标色 30 行，第 1 行至第 30 行；其中 30 行是隐藏行，取消隐藏后才能看到：第 {named} 等行。"


def test_texts_that_look_like_formulas_or_markup_are_texts() -> None:
    again = coloured_workbook("a.xlsx", made(_rich), {"Sheet1": [2]}, "=1+1", "<b>&\n@x\n\n-1")
    assert told(again)[:5] == ["=1+1", MARKER, "<b>&", "@x", "-1"]


# -- sent and coloured again -----------------------------------------------------------------------------------------------


def test_a_second_round_takes_the_place_of_the_first() -> None:
    data = made(_rich)
    first = paint(data, {"Sheet1": [2, 3, 4], "it's <另> 一": [1]})
    second = paint(first, {"Sheet1": [4, 7]})
    assert opened(second).sheetnames == opened(first).sheetnames
    assert set(painted(second)) == expected_cells(opened(data)["Sheet1"], [4, 7])
    assert painted(second, "it's <另> 一") == []
    assert told(second)[5:] == ["工作表“Sheet1”：标色 2 行，第 4 行至第 7 行；其中 1 行是隐藏行，取消隐藏后才能看到：第 4 行。"]
    clean = paint(second, {})
    for name in ("Sheet1", "it's <另> 一", "旧数"):
        before, after = opened(data)[name], opened(clean)[name]
        assert [[(looks(cell), repr(cell.fill)) for cell in row] for row in before] == [
            [(looks(cell), repr(cell.fill)) for cell in row] for row in after]


def test_a_second_round_after_another_program_saved_the_first() -> None:
    book = opened(paint(made(_rich), {"Sheet1": [2, 3]}))
    sink = io.BytesIO()
    book.save(sink)
    again = coloured_workbook("a.xlsx", sink.getvalue(), {"Sheet1": [5]}, "题", "例")
    assert set(painted(again)) == {"A5", "B5", "C5", "D5", "E5"}
    assert opened(again)["Sheet1"]["E3"].fill.fgColor.rgb == "FFFFF2CC"
    assert opened(again).sheetnames.count(PASSPORT_SHEET) == 1


def test_colours_of_a_passport_that_was_deleted_are_taken_off() -> None:
    book = opened(paint(workbook(form(committee("A1"), committee("A2"))), {"Sheet1": [5]}))
    del book[PASSPORT_SHEET]
    sink = io.BytesIO()
    book.save(sink)
    assert {cell[1:] for cell in painted(coloured_workbook("a.xlsx", sink.getvalue(), {"Sheet1": [6]}, "题", "例"))} == {"6"}


def test_a_sheet_of_the_users_own_with_that_name_is_left_alone() -> None:
    data = made(lambda book, _: book.add_worksheet(PASSPORT_SHEET).write(0, 0, "自己的"))
    again = paint(paint(data, {PASSPORT_SHEET: [1]}), {PASSPORT_SHEET: [1]})
    assert opened(again).sheetnames == ["Sheet1", PASSPORT_SHEET, f"{PASSPORT_SHEET}2"]
    assert opened(again)[PASSPORT_SHEET]["A1"].value == "自己的"
    assert painted(again, PASSPORT_SHEET) == ["A1"]
    assert [is_report_sheet(one) for one in open_file("a.xlsx", again).sheets] == [False, False, True]


@pytest.mark.parametrize(("name", "first", "passport", "ours"), [
    (PASSPORT_SHEET, MARKER, True, True),
    (f"{PASSPORT_SHEET}2", MARKER, True, True),
    (REPORT_SHEET, MARKER, False, True),
    ("数据", MARKER, False, False),
    (PASSPORT_SHEET, "指标", False, False),
])
def test_the_passport_is_told_by_name_and_mark_together(name: str, first: str, passport: bool, ours: bool) -> None:
    sheet = Sheet.of_rows(name, [["题"], [first]])
    assert (is_passport_sheet(sheet), is_report_sheet(sheet)) == (passport, ours)


def test_the_list_of_findings_is_left_alone_and_the_passport_by_it() -> None:
    data = workbook(form(committee("A1"), committee("A2", session="若干")))
    found = read_file("业委会.xlsx", data, DISTRICT).all_findings
    marked = returned_workbook("业委会.xlsx", data, found)
    both = paint(marked, {"Sheet1": [5, 6]})
    assert opened(both).sheetnames == ["Sheet1", REPORT_SHEET, PASSPORT_SHEET]
    lists = [[[cell.value for cell in row] for row in opened(one)[REPORT_SHEET]] for one in (marked, both)]
    assert lists[0] == lists[1]
    assert opened(both)["Sheet1"]["E6"].comment.text == opened(marked)["Sheet1"]["E6"].comment.text
    reading = read_file("业委会.xlsx", both, DISTRICT)
    assert [one.as_dict() for one in reading.all_findings] == [one.as_dict() for one in found]
    again = returned_workbook("业委会.xlsx", both, found)
    assert opened(again).sheetnames == ["Sheet1", REPORT_SHEET, PASSPORT_SHEET]
    assert str(opened(again)["Sheet1"]["E6"].fill.fgColor.rgb)[2:6] == FILLS[Level.FATAL][:4]
    assert painted(again) == [f"{letter}{row}" for row in (5, 6) for letter in "ABCDEFG" if (letter, row) != ("E", 6)]


# -- other formats ---------------------------------------------------------------------------------------------------------

OTHERS: dict[str, Callable[[formats.Leaf], bytes]] = {
    "业委会.xls": formats.xls,
    "业委会.et": formats.xls,
    "业委会.xlsb": formats.xlsb,
    "业委会.ods": formats.ods,
    "业委会.csv": lambda leaf: formats.text(leaf).encode("gb18030"),
    "业委会 .csv": lambda leaf: formats.text(leaf).encode("utf-8-sig"),
    "业委会.html": lambda leaf: formats.html(leaf).encode(),
    "业委会2.xls": lambda leaf: formats.spreadsheetml(leaf).encode(),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_format_becomes_an_xlsx_with_the_same_content(name: str) -> None:
    data = OTHERS[name](formats.Leaf(FORM))
    before = read_file(name, data, DISTRICT)
    [rows] = rows_read(before)
    assert [row["_row"] for row in rows] == list(range(5, 13))
    again = paint(data, {str(rows[0]["_sheet"]): [6, 11]}, name)
    one, two = open_file(name, data).sheets[0], open_file("a.xlsx", again).sheets[0]
    assert one.columns == two.columns
    assert painted(again, two.name) == [f"{letter}{row}" for row in (6, 11) for letter in "ABCDEFG"]
    assert told(again)[4] == "原件不是可以直接标色的 .xlsx 文件：本文件是内容和行号相同的副本，不含原件的公式和格式。"
    assert told(again)[5].endswith("标色 2 行，第 6 行至第 11 行。")
    [second] = rows_read(read_file(coloured_name(name, "业委会组建率"), again, DISTRICT))
    assert [{**row, "_sheet": ""} for row in second] == [{**row, "_sheet": ""} for row in rows]


def test_rows_follow_their_sheet_to_a_name_that_excel_takes() -> None:
    name = "很长的文件名" * 7
    again = paint(formats.text(formats.Leaf(FORM)).encode(), {name: [5]}, f"{name}.csv")
    assert painted(again, name[:31]) == [f"{letter}5" for letter in "ABCDEFG"]


def test_a_passport_in_another_format_is_replaced_and_the_list_of_findings_kept() -> None:
    leaves = [formats.Leaf(FORM, "表一"), formats.Leaf([["题"], [MARKER]], PASSPORT_SHEET), formats.Leaf([["题"], [MARKER]], REPORT_SHEET)]
    again = paint(formats.xls(*leaves), {"表一": [5]}, "a.xls")
    assert opened(again).sheetnames == ["表一", REPORT_SHEET, PASSPORT_SHEET]
    assert told(again)[0] == "数据护照：业委会组建率"


def test_a_sheet_with_its_rows_out_of_order_is_written_anew() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(form(committee("A1"), committee("A2"))))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = re.sub(rb"(<row r=\"4\".*?</row>)(<row r=\"5\".*?</row>)", rb"\2\1", parts[part])
    again = paint(formats.packed(parts), {"Sheet1": [6]})
    assert painted(again) == [f"{letter}6" for letter in "ABCDEFG"]
    assert told(again)[4].startswith("原件不是可以直接标色的")


@pytest.mark.parametrize("how", ["no references", "single quotes", "prefixes", "empty values"])
def test_sheets_written_in_other_ways(how: str) -> None:
    ways: dict[str, Callable[[bytes], bytes]] = {
        "no references": lambda xml: re.sub(rb'<(row|c) r="[^"]*"', rb"<\1", xml.replace(b'<row r="4"', b'<row/><row r="4"')),
        "single quotes": lambda xml: re.sub(rb'="([^"\']*)"', rb"='\1'", xml),
        "prefixes": lambda xml: re.sub(rb"<(/?)(?=[A-Za-z])(?!x:)", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x="),
        "empty values": lambda xml: re.sub(rb'(<row r="5".*?)(</row>)', rb'\1<c r="J5"><v></v></c><c r="K5"></c><c r="L5"/>\2', xml),
    }
    with zipfile.ZipFile(io.BytesIO(workbook(form(committee("A1"), committee("A2"))))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = ways[how](parts[part])
    again = coloured_workbook("a.xlsx", formats.packed(parts), {"Sheet1": [5]}, "题", "例")
    assert painted(again) == [f"{letter}5" for letter in "ABCDEFG"]
    assert told(again)[3].startswith("除颜色和本表外")


# -- size, and the worker --------------------------------------------------------------------------------------------------


def test_thirteen_thousand_rows_take_less_than_three_seconds() -> None:
    def build(book: xlsxwriter.Workbook, sheet: Any) -> None:
        framed = book.add_format({"border": 1})
        for row in range(13_005):
            for column in range(16):
                sheet.write(row, column, f"演示{row % 50}" if column % 2 else row * column, framed)
        sheet.merge_range("B7:B9", "合并", framed)

    data = made(build)
    before = time.process_time()
    again = coloured_workbook("a.xlsx", data, {"Sheet1": range(6, 13_006)}, "题", "例")
    assert time.process_time() - before < 3
    assert told(again)[4] == "工作表“Sheet1”：标色 13,000 行，第 6 行至第 13005 行。"
    with zipfile.ZipFile(io.BytesIO(data)) as first, zipfile.ZipFile(io.BytesIO(again)) as second:
        styles = [dict(re.findall(rb'<c r="(\w+)" s="(\d+)"', one.read("xl/worksheets/sheet1.xml"))) for one in (first, second)]
    changed = Counter((former, styles[1][cell]) for cell, former in styles[0].items() if former != styles[1][cell])
    assert list(changed.values()) == [13_000 * 16 - 2]  # but for the two that are not seen


def test_the_coloured_workbook_is_made_in_a_worker() -> None:
    data = workbook(form(committee("A1"), committee("A2")))
    rows = {"Sheet1": [6]}
    assert make_coloured("业委会.xlsx", data, rows, "题", "例") == coloured_workbook("业委会.xlsx", data, rows, "题", "例")


def test_a_coloured_workbook_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="from 1"):
        make_coloured("a.xlsx", b"", {"表": [0]}, "题", "例")
    with pytest.raises(WorkerFailed) as caught:
        make_coloured("a.xlsx", b"nothing", {"表": [1]}, "题", "例")
    assert caught.value.finding.code == "F45"
    monkeypatch.setattr(conversation, "COMMAND", ["/bin/false"])
    with pytest.raises(WorkerFailed) as caught:
        make_coloured("a.xlsx", b"", {"表": [1]}, "题", "例")
    assert caught.value.finding.code == "F05"


# -- names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "figure", "wanted"), [
    ("业委会（2026年10月）.xlsx", "业委会组建率", "业委会（2026年10月）（业委会组建率_标色）.xlsx"),
    ("业委会.xls", "临期数（6个月内）", "业委会（临期数（6个月内）_标色）.xlsx"),
    ("业委会（临期数（6个月内）_标色） (2).xlsx", "任期有效率", "业委会（任期有效率_标色）.xlsx"),
    ("宏.XLSM", "a/b:c", "宏（a_b_c_标色）.xlsm"),
    ("C:\\上报\\2024-09.csv", "率", "2024-09（率_标色）.xlsx"),
    ("长" * 300 + ".xlsx", "率", "长" * 74 + "（率_标色）.xlsx"),
])
def test_the_name_of_the_copy(name: str, figure: str, wanted: str) -> None:
    assert coloured_name(name, figure) == wanted == coloured_name(wanted, figure)


def test_no_indicator_changes_what_is_read_from_the_name_of_its_copy() -> None:
    data = workbook(form(committee("A1"), titles=(["业主委员会组建和换届情况表"],)))
    for name in ("业委会2024-09.xlsx", "长风业委会（2024年9月）.xlsx"):
        before = read_file(name, data, Expected())
        assert [one.period for one in before.stagings] == ["2024-09"]
        for spec in CATALOGUE.values():
            called = coloured_name(name, spec.title)
            after = read_file(called, data, Expected())
            assert [(one.period, one.units, one.dataset) for one in after.stagings] == [
                (one.period, one.units, one.dataset) for one in before.stagings], called
            assert [one.code for one in after.all_findings] == [one.code for one in before.all_findings], called


# -- who may have it -------------------------------------------------------------------------------------------------------

CHANGFENG, TAOPU = "310107014", "310107103"
LEADER, BUREAU = User("leader", "局领导", Role.VIEWER), User("bureau", "科室编辑", Role.BUREAU_EDITOR)
STREET, HOMELESS = User("street", "长风填报员", Role.STREET_EDITOR, CHANGFENG), User("x", "无街镇", Role.STREET_EDITOR)
STRANGER = User("y", "未知", "管理员")  # type: ignore[arg-type]


@pytest.mark.parametrize(("who", "units", "answer"), [
    (LEADER, (CHANGFENG,), True),
    (LEADER, (CHANGFENG, TAOPU), True),
    (BUREAU, (TAOPU,), True),
    (BUREAU, (CHANGFENG, TAOPU), True),
    (STREET, (CHANGFENG,), True),
    (STREET, (TAOPU,), False),
    (STREET, (CHANGFENG, TAOPU), False),
    (STREET, (), False),
    (BUREAU, (), False),
    (HOMELESS, (CHANGFENG,), False),
    (HOMELESS, ("",), False),
    (STRANGER, (CHANGFENG,), False),
    (None, (CHANGFENG,), False),
])
def test_who_may_have_the_workbook(who: User | None, units: tuple[str, ...], answer: bool) -> None:
    assert may_have_workbook(who, units) is answer


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """1: 长风, published; 2: the whole district, published; 3: 长风, replaced in release 2 by 1; 4: waits; 5: never published."""
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.migrate()
    monkeypatch.setattr(coloured, "open_database", lambda: database)
    with database.writing() as connection:
        for number, units in enumerate([(CHANGFENG,), (CHANGFENG, TAOPU), (CHANGFENG,), (CHANGFENG,), (CHANGFENG,)], start=1):
            data = workbook(form(*(committee(f"A{number}{at}") for at in range(4))))
            [reading] = read_file(f"业委会{number}.xlsx", data, DISTRICT).stagings
            assert reading.rows is not None
            plain = {**reading.as_dict(), "units": list(units)}
            identity = submissions.add_submission(connection, reading=plain, file=data, rows=reading.rows, fingerprint="0",
                                                  base_release=0, by="bureau", at="2024-10-08T09:30:00+08:00")
            assert identity == number
        place = ("committees", "2024-09", CHANGFENG)
        releases.add_release(connection, by="bureau", at="2024-10-08", note="", key="a", changes={place: 3, (*place[:2], TAOPU): 2})
        releases.add_release(connection, by="bureau", at="2024-10-09", note="", key="b", changes={place: 1})
        submissions.set_status(connection, [1, 2], Status.PUBLISHED)
        submissions.set_status(connection, [3, 5], Status.SUPERSEDED)
    yield database
    database.close()


def ask(by: User | None = LEADER, submission: int = 1, **other: Any) -> tuple[str, bytes]:
    words: dict[str, Any] = {"indicator": "G03", "part": "numerator", "rows_by_sheet": {"Sheet1": [6, 7]}, "period": "2024年9月", **other}
    return coloured.coloured_workbook(by=by, submission=submission, **words)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("by", "submission"), [(LEADER, 1), (LEADER, 2), (LEADER, 3), (BUREAU, 2), (STREET, 1), (STREET, 3)])
def test_the_workbook_of_a_submission_with_the_rows_of_a_figure(by: User, submission: int) -> None:
    name, data = ask(by, submission)
    assert name == f"业委会{submission}（业委会组建率_标色）.xlsx"
    assert painted(data) == [f"{letter}{row}" for row in (6, 7) for letter in "ABCDEFG"]
    assert opened(data)["Sheet1"]["A6"].value == f"A{submission}1"
    assert told(data)[0] == "数据护照：业委会组建率（G03）"
    assert told(data)[2:4] == ["这种颜色的行，是“业委会组建率”计入分子的行。报告期：2024年9月。",
                               f"原件：业委会{submission}.xlsx，2024-10-08 09:30 报送（编号 {submission}）。"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("indicator", "part", "words"), [
    ("G03", "denominator", "“业委会组建率”计入分母的行"),
    ("G01", "numerator", "“住宅小区数”计入的行"),
])
def test_the_passport_names_the_part(indicator: str, part: str, words: str) -> None:
    assert words in told(ask(indicator=indicator, part=part)[1])[2]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("other", "error"), [
    ({"by": None}, Forbidden),
    ({"by": STRANGER}, Forbidden),
    ({"by": HOMELESS}, Forbidden),
    ({"by": STREET, "submission": 2}, Forbidden),
    ({"submission": 4}, NotFound),
    ({"submission": 5}, NotFound),
    ({"submission": 99}, NotFound),
    ({"indicator": "X99"}, NotFound),
    ({"part": "both"}, NotFound),
    ({"indicator": "G01", "part": "denominator"}, NotFound),
    ({"rows_by_sheet": {}}, NotFound),
    ({"rows_by_sheet": {"Sheet1": []}}, NotFound),
    ({"rows_by_sheet": {"Sheet1": [0]}}, NotFound),
])
def test_what_is_refused(other: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(**other)


@pytest.mark.usefixtures("kept")
def test_a_copy_that_cannot_be_made_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise WorkerFailed(finding("F05", name="a.xlsx", reason="内存超限"))

    monkeypatch.setattr(coloured, "make_coloured", fails)
    with pytest.raises(Blocked, match="不能生成标色的原工作簿"):
        ask()
