"""A workbook that is given back: the user's own, marked, and the same findings when it is sent again."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.workbook import Workbook as Opened

from lib.datasets import DATASETS
from lib.ingest.expected import Expected
from lib.ingest.formats import open_file
from lib.ingest.reading import read_file
from lib.ingest.report_sheet import CHECKER, MARKER, REPORT_SHEET, is_report_sheet
from lib.ingest.returned import returned_name, returned_workbook
from lib.ingest.returned.package import Unusual, parse, plain_utf8
from lib.ingest.returned.styles import FILLS
from lib.ingest.rewritten import cleaned_workbook, rewritten_workbook, sheet_names, storable
from lib.ingest.sheet import UNCALCULATED, Sheet, Unreadable
from lib.spec.findings import Finding, finding
from lib.spec.level import Level
from tests.support import formats
from tests.support.mess import MESSES, Mess
from tests.support.mess.checking import clean_book, plant
from tests.support.package import PICTURE, problems
from tests.support.workbooks import DISTRICT, HEADER, TITLES, committee, form, workbook

ABOUT_THE_FILE = {"F19", "F20"}
"""Say that a file is of another format than its name, or one of WPS: its copy is neither."""
Place = tuple[str, Level, str, str, str]


def places(findings: Sequence[Finding]) -> list[Place]:
    return sorted((one.code, one.level, one.sheet, one.cell, one.message) for one in findings if one.code not in ABOUT_THE_FILE)


def fault(cell: str, level: Level = Level.FATAL, sheet: str = "Sheet1", **words: str) -> Finding:
    return finding("C02", sheet=sheet, cell=cell, level=level, field="户数", value=words.get("value", "若干"))


def opened(data: bytes, *, values: bool = False) -> Opened:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def colour(data: bytes, cell: str, sheet: str = "Sheet1") -> str:
    """The fill of a cell, without its transparency; empty for none."""
    fill = opened(data)[sheet][cell].fill
    return str(fill.fgColor.rgb)[2:] if fill.fill_type == "solid" else ""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    return formats.packed({one: change(content) if one == name else content for one, content in parts(data).items()})


def note(data: bytes, cell: str, sheet: str = "Sheet1") -> str:
    comment = opened(data)[sheet][cell].comment
    return comment.text if comment else ""


# -- sent again, the same is found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", MESSES.values(), ids=str)
def test_every_mess_is_found_again(one: Mess) -> None:
    book = next(book for dataset in ("committees", *DATASETS) if plant(book := clean_book(dataset, 7), [one]))
    name, data = book.name, book.write()
    reading = read_file(name, data, book.expected, book.ask)
    try:
        open_file(name, data)
    except Unreadable:
        with pytest.raises(Unreadable):
            returned_workbook(name, data, reading.all_findings)
        return
    first, again = reading, data
    for _ in range(2):
        again = returned_workbook(name, again, reading.all_findings)
        assert problems(again) == []
        name = returned_name(name)
        reading = read_file(name, again, book.expected, book.ask)
        assert places(reading.all_findings) == places(first.all_findings)


def faulty(book: xlsxwriter.Workbook) -> None:
    """A form with faults of many kinds, in a workbook with all that a user's may hold."""
    sheet, other, hidden = book.add_worksheet("业委会"), book.add_worksheet("别的 '表' 二"), book.add_worksheet("旧数")
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
    yellow, day = book.add_format({"bg_color": "#FFFF00", "num_format": "0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(TITLES):
        sheet.write_row(row, 0, cells)
    sheet.write_row(3, 0, [*HEADER, "备注"], head)
    for row in range(4, 30):
        street = "长风" if row % 3 else "曹杨"
        cells: list[Any] = [f"PT{row:04d}", f"演示小区{row}", street, "已组建", 3, date(2022, 5, 16), date(2027, 5, 15), "无"]
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write(row, column, value)
    sheet.write(6, 4, "第三或四届", yellow)
    sheet.write(7, 5, "看情况")
    sheet.write_blank(8, 2, None, yellow)
    sheet.write_formula(9, 4, "=NA()", None, "#N/A")
    sheet.write_formula(10, 4, "=1+2", yellow, 3)
    sheet.write(11, 3, "快了")
    sheet.write(12, 0, "PT0004")
    sheet.write_comment(6, 4, "请张科核对", {"author": "王"})
    sheet.write_comment(20, 1, "这里没有问题", {"author": "王"})
    sheet.set_row(14, None, None, {"hidden": True})
    sheet.set_column(1, 1, 33, yellow)
    sheet.freeze_panes(4, 2)
    sheet.autofilter(3, 0, 29, 7)
    sheet.data_validation(4, 3, 29, 3, {"validate": "list", "source": ["已组建", "未组建"]})
    sheet.conditional_format(4, 4, 29, 4, {"type": "cell", "criteria": ">", "value": 5, "format": yellow})
    sheet.insert_image(2, 9, "dot.png", {"image_data": io.BytesIO(PICTURE)})
    other.write(0, 0, "说明")
    other.write_comment(0, 0, "另一张表的批注")
    other.insert_button(3, 3, {"caption": "按钮"})
    other.set_header("&C&G", {"image_center": "dot.png", "image_data_center": io.BytesIO(PICTURE)})
    hidden.hide()
    hidden.write(0, 0, "去年")
    book.define_name("范围", "='业委会'!$A$5:$A$30")


NAME = "业委会2024年9月.xlsx"


def made(build: Callable[[xlsxwriter.Workbook], None], **options: Any) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, **options}) as book:
        build(book)
    return sink.getvalue()


@pytest.fixture(scope="module")
def rich() -> bytes:
    return made(faulty)


def marked(data: bytes, name: str = NAME) -> tuple[bytes, list[Finding]]:
    """The workbook given back, and what was found in it."""
    findings = list(read_file(name, data, DISTRICT).all_findings)
    return returned_workbook(name, data, findings), findings


def test_a_rich_workbook_comes_back_with_all_it_held(rich: bytes) -> None:
    again, findings = marked(rich)
    assert problems(rich) == problems(again) == []
    assert {"C01", "C02", "C03", "C04", "C12", "R01"} <= {one.code for one in findings}
    assert places(read_file(NAME, again, DISTRICT).all_findings) == places(findings)
    for values in (False, True):
        before, after = opened(rich, values=values), opened(again, values=values)
        assert after.sheetnames == [*before.sheetnames, REPORT_SHEET]
        for sheet in before:
            copy = after[sheet.title]
            assert [[cell.value for cell in row] for row in sheet] == [[cell.value for cell in row] for row in copy]
            assert [[cell.number_format for cell in row] for row in sheet] == [[cell.number_format for cell in row] for row in copy]
            assert sheet.sheet_state == copy.sheet_state
            assert sheet.freeze_panes == copy.freeze_panes
            assert sheet.auto_filter.ref == copy.auto_filter.ref
            rules, widths = ([one.data_validations.dataValidation for one in (sheet, copy)],
                             [{key: width.width for key, width in one.column_dimensions.items()} for one in (sheet, copy)])
            assert [one.sqref for one in rules[0]] == [one.sqref for one in rules[1]]
            assert widths[0] == widths[1]
            assert sheet.row_dimensions[15].hidden == copy.row_dimensions[15].hidden
    assert "范围" in opened(again).defined_names
    untouched = ("xl/media", "xl/theme", "xl/drawings/drawing", "xl/shared")
    kept = {name: data for name, data in parts(rich).items() if name.startswith(untouched)}
    assert len(kept) == 5
    assert kept.items() <= parts(again).items()
    assert note(again, "B21", "业委会") == "这里没有问题"
    assert note(again, "A1", "别的 '表' 二") == "另一张表的批注"
    assert note(again, "E7", "业委会").startswith(f"请张科核对\n—— {CHECKER} ——\n【致命】不是数字：")
    assert b"ObjectType=\"Button\"" in parts(again)["xl/drawings/vmlDrawing2.vml"]


def test_the_second_round_replaces_the_first(rich: bytes) -> None:
    again, findings = marked(rich)
    assert marked(again) == (again, findings)
    assert returned_workbook(NAME, again, []) != again
    clean = returned_workbook(NAME, again, [])
    before, after = opened(rich), opened(clean)
    for sheet in before:
        looks = [[(repr(cell.fill), repr(cell.font), cell.comment and cell.comment.text) for row in one for cell in row]
                 for one in (sheet, after[sheet.title])]
        assert looks[0] == looks[1]
    assert problems(clean) == []


def test_former_looks_come_back_after_another_program_saved_the_copy(rich: bytes) -> None:
    again, _ = marked(rich)
    book = opened(again)
    sheet = book["业委会"]
    sheet["E7"], sheet["F8"] = 3, date(2022, 5, 16)
    sink = io.BytesIO()
    book.save(sink)
    fixed, findings = marked(sink.getvalue())
    cells = {one.cell for one in findings}
    assert "D12" in cells
    assert not {"E7", "F8"} & cells
    assert colour(fixed, "E7", "业委会") == "FFFF00"
    assert note(fixed, "E7", "业委会").strip() == "请张科核对"
    assert colour(fixed, "F8", "业委会") == note(fixed, "F8", "业委会") == ""
    assert colour(fixed, "D12", "业委会") == FILLS[Level.FATAL]
    assert opened(fixed).sheetnames == book.sheetnames


def test_colours_of_a_list_that_was_deleted_are_taken_off() -> None:
    data = workbook(form(committee("A1")))
    again = returned_workbook("a.xlsx", data, [fault("E5")])
    book = opened(again)
    del book[REPORT_SHEET]
    sink = io.BytesIO()
    book.save(sink)
    assert colour(returned_workbook("a.xlsx", sink.getvalue(), []), "E5") == ""


# -- how cells are marked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level)
def test_a_cell_has_the_colour_of_its_level(level: Level) -> None:
    again = returned_workbook("a.xlsx", workbook(form(committee("A1"))), [fault("E5", level)])
    assert colour(again, "E5") == FILLS[level]
    assert colour(again, "D5") == ""
    assert note(again, "E5").split("\n") == [
        f"—— {CHECKER} ——", f"【{level}】不是数字：“户数”应为数字，填的是“若干”。",
        "怎么改：请只填一个数字；说明文字写到备注列，没有备注列的写在“情况说明”中。"
    ]


def test_several_findings_of_a_cell_share_a_comment_and_the_gravest_gives_the_colour() -> None:
    levels = (Level.INFO, Level.FATAL, Level.WARNING)
    again = returned_workbook("a.xlsx", workbook(form(committee("A1"))), [fault("E5", level) for level in levels])
    assert colour(again, "E5") == FILLS[Level.FATAL]
    assert re.findall("【(..)】", note(again, "E5")) == ["致命", "警告", "提示"]


def test_white_letters_become_dark_on_the_light_colour(rich: bytes) -> None:
    again = returned_workbook(NAME, rich, [fault("C4", sheet="业委会")])
    sheet = opened(again)["业委会"]
    assert sheet["C4"].font.color.rgb == "FF1F2933"
    assert sheet["D4"].font.color.rgb == "FFFFFFFF"
    assert sheet["C4"].font.bold


def test_two_looks_that_differ_by_their_fill_alone_are_kept_apart() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Sheet1")
        for row, fill in enumerate(("#FFFF00", "#00FF00", "#00FFFF")):
            sheet.write(row, 0, "若干", book.add_format({"bg_color": fill}))

    data = made(build)
    again = returned_workbook("a.xlsx", data, [fault(f"A{row}") for row in (1, 2, 3)])
    assert [colour(again, f"A{row}") for row in (1, 2, 3)] == ["FFCDC9", "FFCDCA", "FFCDCB"]
    clean = returned_workbook("a.xlsx", again, [])
    assert [colour(clean, f"A{row}") for row in (1, 2, 3)] == ["FFFF00", "00FF00", "00FFFF"]


def test_missing_cells_and_rows_are_put_in_at_their_place() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Sheet1")
        sheet.set_column("D:D", 9, book.add_format({"num_format": "0.000"}))
        sheet.write("B3", 1)
        sheet.write("E3", 1)
        sheet.set_row(3, 30, book.add_format({"italic": True}))
        sheet.write("B7", 1)

    cells = ["A1", "A3", "C3", "D3", "F3", "C4", "D5", "D9"]
    again = returned_workbook("a.xlsx", made(build), [fault(cell) for cell in cells])
    assert problems(again) == []
    assert [colour(again, cell) for cell in cells] == [FILLS[Level.FATAL]] * len(cells)
    sheet = opened(again)["Sheet1"]
    assert sheet["D3"].number_format == sheet["D5"].number_format == "0.000"
    assert sheet["C4"].font.italic
    assert [sheet[cell].value for cell in ("B3", "E3", "B7")] == [1, 1, 1]
    assert sheet.calculate_dimension() == "A1:F9"


def test_of_a_merged_range_the_first_cell_is_marked() -> None:
    data = workbook(form(committee("A1"), committee("A2"), committee("A3")))
    data = made(lambda book: book.add_worksheet("Sheet1").merge_range("B2:C6", "合并"))
    again = returned_workbook("a.xlsx", data, [fault("C4"), fault("D4")])
    assert colour(again, "B2") == colour(again, "D4") == FILLS[Level.FATAL]
    assert note(again, "B2")
    assert problems(again) == []


def test_many_comments_fit_into_a_drawing() -> None:
    again = returned_workbook("a.xlsx", workbook(form(committee("A1"))), [fault(f"A{row}") for row in range(1, 2_301)])
    assert problems(again) == []
    assert b'data="1,2,3"' in parts(again)["xl/drawings/vmlDrawing1.vml"]


# -- the list ------------------------------------------------------------------------------------------------------------


def test_the_list_tells_every_finding_gravest_first_and_links_to_its_cell() -> None:
    findings = [finding("F08", sheet="旧数", level=Level.INFO), fault("E5", Level.WARNING), fault("F6"), finding("T01", name="=甲.xlsx")]
    data = made(lambda book: [book.add_worksheet("Sheet1"), book.add_worksheet("旧数")])
    book = opened(returned_workbook("a.xlsx", data, findings))
    sheet = book[REPORT_SHEET]
    assert book.active is sheet
    assert sheet["A2"].value == MARKER
    assert [[sheet.cell(row, column).value for column in (1, 2)] for row in (3, 4, 5)] == [["致命", 2], ["警告", 1], ["提示", 1]]
    rows = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=7)]
    assert rows == [
        ["序号", "级别", "代码", "工作表", "单元格", "问题"],
        [1, "致命", "C02", "Sheet1", "F6", "不是数字"],
        [2, "致命", "T01", "整个文件", None, findings[3].title],
        [3, "警告", "C02", "Sheet1", "E5", "不是数字"],
        [4, "提示", "F08", "旧数", "整张表", findings[0].title],
    ]
    links = {row: sheet.cell(row, 5).hyperlink for row in (8, 9, 10, 11)}
    assert {row: link.location for row, link in links.items() if link} == {8: "'Sheet1'!F6", 10: "'Sheet1'!E5", 11: "'旧数'!A1"}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A8", "A7:H11")
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet["G9"].value == findings[3].message
    assert sheet.column_dimensions["AX"].hidden


def test_a_sheet_of_the_users_own_with_that_name_is_left_alone() -> None:
    data = made(lambda book: book.add_worksheet(REPORT_SHEET).write(0, 0, "自己的"))
    once = returned_workbook("a.xlsx", data, [fault("A1", sheet=REPORT_SHEET)])
    again = returned_workbook("a.xlsx", once, [fault("A1", sheet=REPORT_SHEET)])
    assert opened(again).sheetnames == [REPORT_SHEET, f"{REPORT_SHEET}2"]
    assert opened(again)[REPORT_SHEET]["A1"].value == "自己的"
    assert [is_report_sheet(one) for one in open_file("a.xlsx", again).sheets] == [False, True]


def test_a_finding_at_no_cell_or_of_no_sheet_is_listed_only() -> None:
    findings = [fault("A0"), fault("XFE1"), fault("A1048577"), fault("A1:B2"), fault("E5", sheet="没有这张")]
    again = returned_workbook("a.xlsx", workbook(form(committee("A1"))), findings)
    assert problems(again) == []
    sheet = opened(again)[REPORT_SHEET]
    assert [sheet.cell(row, 5).hyperlink.location for row in range(8, 12)] == ["'Sheet1'!A1"] * 4
    assert sheet["E12"].hyperlink is None
    assert "xl/comments1.xml" not in parts(again)


def test_the_list_is_told_by_name_and_mark_together() -> None:
    assert is_report_sheet(Sheet.of_rows(f"{REPORT_SHEET}2", [["插了一行"], [REPORT_SHEET], [MARKER]]))
    assert not is_report_sheet(Sheet.of_rows("数据", [[MARKER]]))
    assert not is_report_sheet(Sheet.of_rows(REPORT_SHEET, [["序号"]]))
    assert not is_report_sheet(Sheet.of_rows(REPORT_SHEET, []))


# -- packages of other programs ------------------------------------------------------------------------------------------

SHEET = "xl/worksheets/sheet1.xml"


def prefixed(xml: bytes) -> bytes:
    """With a prefix before every element of the sheet."""
    xml = re.sub(rb"<(/?)(?=[A-Za-z])(?!x:)", rb"<\1x:", xml)
    return xml.replace(b"xmlns=", b"xmlns:x=")


UNUSUAL = {
    "prefixes": prefixed,
    "no numbers of rows and cells": lambda xml: re.sub(rb'<(row|c) r="[^"]*"', rb"<\1", xml.replace(b'<row r="4"', b'<row/><row r="4"')),
    "single quotes": lambda xml: re.sub(rb'="([^"\']*)"', rb"='\1'", xml),
    "comments and CDATA": lambda xml: xml.replace(b"<sheetData>", b"<!-- <row r='1'> --><sheetData><!-- <c r='E5'/> -->"),
    "byte order mark": lambda xml: b"\xef\xbb\xbf" + xml,
    "line breaks": lambda xml: xml.replace(b"><", b">\r\n<"),
    "no dimension": lambda xml: re.sub(rb"<dimension[^>]*/>", b"", xml),
}


@pytest.mark.parametrize("how", UNUSUAL)
def test_sheets_written_in_other_ways(how: str) -> None:
    plain = workbook(form(committee("A1", session="若干"), committee("A2", status="快了"), committee("")))
    data = changed(plain, SHEET, UNUSUAL[how])
    if how == "no numbers of rows and cells":
        assert b'r="5"' not in parts(data)[SHEET]
    again = returned_workbook("a.xlsx", data, [fault("E5"), fault("D6"), fault("A7"), fault("J9")])
    if how != "no numbers of rows and cells":
        assert problems(again) == []
        assert [colour(again, cell) for cell in ("E5", "D6", "A7", "J9", "E6")] == [FILLS[Level.FATAL]] * 4 + [""]
    first, second = (open_file("a.xlsx", one).sheets[0] for one in (data, again))
    assert [row[:7] for row in second.rows[:7]] == first.rows
    assert places(read_file("a.xlsx", again, DISTRICT).all_findings) == places(read_file("a.xlsx", data, DISTRICT).all_findings)


def test_a_strict_workbook_stays_strict() -> None:
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    data = workbook(form(committee("A1", session="若干")))
    for name in parts(data):
        data = changed(data, name, lambda xml: xml.replace(old + b"spreadsheetml/2006/", new + b"spreadsheetml/")
                       .replace(old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships"))
    again = returned_workbook("a.xlsx", data, [fault("E5")])
    assert old + b"spreadsheetml" not in b"".join(parts(again).values())
    assert b"relationships/comments" in parts(again)["xl/worksheets/_rels/sheet1.xml.rels"]


def test_a_workbook_without_styles_gets_some() -> None:
    data = parts(workbook(form(committee("A1", session="若干"))))
    del data["xl/styles.xml"]
    data["[Content_Types].xml"] = re.sub(rb'<Override PartName="/xl/styles.xml"[^>]*/>', b"", data["[Content_Types].xml"])
    data["xl/_rels/workbook.xml.rels"] = re.sub(rb'<Relationship [^>]*styles.xml"/>', b"", data["xl/_rels/workbook.xml.rels"])
    data[SHEET] = re.sub(rb' s="\d+"', b"", data[SHEET])
    again = returned_workbook("a.xlsx", formats.packed(data), [fault("E5")])
    assert problems(again) == []
    assert colour(again, "E5") == FILLS[Level.FATAL]


def test_macros_stay_in_an_xlsm() -> None:
    kinds = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
             "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    content = parts(workbook(form(committee("A1"))))
    types = content["[Content_Types].xml"].replace(kinds[0].encode(), kinds[1].encode())
    types = types.replace(b"<Override", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override', 1)
    data = formats.packed({**content, "[Content_Types].xml": types, "xl/vbaProject.bin": b"macros"})
    again = parts(returned_workbook("a.xlsm", data, [fault("E5")]))
    assert again["xl/vbaProject.bin"] == b"macros"
    assert kinds[1].encode() in again["[Content_Types].xml"]


@pytest.mark.parametrize("change", [
    lambda xml: re.sub(rb"(<row r=\"4\".*?</row>)(<row r=\"5\".*?</row>)", rb"\2\1", xml),
    lambda xml: re.sub(rb'(<c r="D5".*?</c>)(<c r="E5".*?</c>)', rb"\2\1", xml),
    lambda xml: xml.replace(b"<sheetFormatPr", b"<cols><col min='x' max='1'/></cols><sheetFormatPr"),
], ids=["rows", "cells", "numbers"])
def test_what_cannot_be_edited_with_certainty_is_written_anew(change: Callable[[bytes], bytes]) -> None:
    data = changed(workbook(form(committee("A1", session="若干"))), SHEET, change)
    again = returned_workbook("a.xlsx", data, [fault("E5")])
    assert problems(again) == []
    assert colour(again, "E5") == FILLS[Level.FATAL]
    assert "xl/sharedStrings.xml" not in parts(again)
    assert open_file("a.xlsx", again).sheets[0].rows == open_file("a.xlsx", data).sheets[0].rows


def test_no_entity_is_ever_resolved() -> None:
    for attack in (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'):
        with pytest.raises(Unusual, match="DTD"):
            parse(attack)
        with pytest.raises(Unusual, match="DTD"):
            plain_utf8(attack)


def test_broken_packages_end_in_a_known_way() -> None:
    rng = random.Random(3)
    data = made(faulty)
    findings = [fault("E7", sheet="业委会"), fault("F8", sheet="业委会")]
    names = [name for name in parts(data) if name.endswith((".xml", ".rels", ".vml"))]
    ends = set()
    for _ in range(120):
        def spoil(content: bytes) -> bytes:
            at = rng.randrange(len(content))
            return content[:at] + rng.choice([b"", b"<", b'"', b"9", b"<a/>", content[:at]]) + content[at + rng.randrange(1, 9) :]

        broken = changed(data, rng.choice(names), spoil)
        try:
            ends.add(bool(zipfile.ZipFile(io.BytesIO(returned_workbook("a.xlsx", broken, findings))).namelist()))
        except Unreadable:
            ends.add(False)
    assert ends == {True, False}


# -- other formats -------------------------------------------------------------------------------------------------------

FAULTY = [*TITLES, HEADER, *(committee(f"A{at}") for at in range(1, 9)), committee("A3", street="外滩", session="若干", start="看情况"),
          committee("00123", status="快了", end=None), committee("A9", session="#N/A")]
OTHERS: dict[str, Callable[[], bytes]] = {
    "a.xls": lambda: formats.xls(formats.Leaf(FAULTY)),
    "a.et": lambda: formats.xls(formats.Leaf(FAULTY)),
    "a.xlsb": lambda: formats.xlsb(formats.Leaf(FAULTY)),
    "a.ods": lambda: formats.ods(formats.Leaf(FAULTY)),
    "a.csv": lambda: formats.text(formats.Leaf(FAULTY)).encode("gb18030"),
    "a.html": lambda: formats.html(formats.Leaf(FAULTY)).encode(),
    "b.xls": lambda: formats.spreadsheetml(formats.Leaf(FAULTY)).encode(),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_format_comes_back_as_an_xlsx(name: str) -> None:
    data = OTHERS[name]()
    found = read_file(name, data, DISTRICT).all_findings
    again = returned_workbook(name, data, found)
    assert problems(again) == []
    assert {"C02", "C04", "C05", "R01"} <= {one.code for one in found}
    assert places(read_file(returned_name(name), again, DISTRICT).all_findings) == places(found)
    [before], [after, report] = open_file(name, data).sheets, open_file("a.xlsx", again).sheets
    assert before.columns == after.columns
    assert is_report_sheet(report)
    assert colour(again, "E13", after.name) == FILLS[Level.FATAL]


def test_rows_of_a_text_with_too_many_cells_are_told_of_the_text_alone() -> None:
    rows = ["普陀区业主委员会组建和换届情况表（2024年9月）", ",".join(HEADER), "A1,演示,长风,已组建,3,2022-05-16,2027-05-15,多,余"]
    data = "\n".join(rows).encode()
    found = read_file("a.csv", data, DISTRICT).all_findings
    assert "R10" in {one.code for one in found}
    again = read_file("a.xlsx", returned_workbook("a.csv", data, found), DISTRICT).all_findings
    assert "R10" not in {one.code for one in again}


def test_every_kind_of_value_is_written_again() -> None:
    values: list[object] = [
        "00123", "a&<b>\"c\"", " 两头 ", "行\n行", "\x0b_x0041_", "x" * 40_000, True, False, 0, 3, 2.5, 0.1 + 0.2, 1e300,
        123456789012345678.0, date(2024, 2, 29),
        datetime(2024, 2, 29, 13, 30), time(6, 30), timedelta(hours=30), UNCALCULATED, "#REF!", "#DIV/0!", "",
        "=1+1", "\ud800",
    ]
    sheet = Sheet("表", ([*values], [""] * (len(values) - 1) + ["末"]), (((0, 0), (1, 0)), ((1, 0), (2, 0)), ((4, 1), (4, 1))),
                  hidden_rows=frozenset({3, 21}), hidden_columns=frozenset({1}))
    data = rewritten_workbook([sheet])
    assert problems(data) == []
    got = open_file("a.xlsx", data).sheets[0]
    wanted = [*values]
    wanted[5], wanted[-1] = "x" * 32_767, "\ufffd"
    assert list(got.columns[0]) == wanted
    assert [type(one) for one in got.columns[0][6:8]] == [bool, bool]
    assert got.merges == (((0, 0), (1, 0)),)
    assert got.hidden_rows == {3, 21}
    assert got.hidden_columns == {1}


def test_hidden_sheets_stay_hidden_and_one_is_shown() -> None:
    one, two = Sheet("甲", (["1"],), hidden=True), Sheet("乙", (["2"],), hidden=True, very_hidden=True)
    shown = open_file("a.xlsx", rewritten_workbook([one, two, Sheet("丙", (["3"],))])).sheets
    assert [(sheet.hidden, sheet.very_hidden) for sheet in shown] == [(True, False), (True, True), (False, False)]
    assert problems(rewritten_workbook([one, two])) == []


def test_names_of_sheets_are_made_such_as_excel_takes() -> None:
    given = ["甲/乙:丙", "'引'", "", "长" * 40, "长" * 40, "History", "a", "A"]
    taken = ["甲_乙_丙", "引", "Sheet3", "长" * 31, "长" * 29 + "_2", "History_2", "a", "A_2"]
    assert sheet_names([Sheet(name, ()) for name in given]) == taken


def test_a_finding_follows_its_sheet_to_another_name() -> None:
    name = "很长的文件名" * 7
    data = formats.text(formats.Leaf(FAULTY)).encode()
    again = returned_workbook(f"{name}.csv", data, [fault("E13", sheet=name)])
    assert colour(again, "E13", name[:31]) == FILLS[Level.FATAL]


def test_what_xml_cannot_hold_is_written_in_the_way_of_excel() -> None:
    assert storable("a\x00b\x0bc\n_x0041_") == "a_x0000_b_x000B_c\n_x005F_x0041_"


# -- the copy without personal data --------------------------------------------------------------------------------------


def test_the_cleaned_copy_holds_nothing_of_what_was_dropped() -> None:
    rows = [["标题", "", ""], ["编码", "联系人", "电话"], *([f"A{at}", f"李某{at}", f"1390000{at:04d}"] for at in range(20))]
    sheets = [Sheet.of_rows("表", rows, (((0, 0), (0, 2)),)), Sheet.of_rows("别表", [["李某"]])]
    cleaned = cleaned_workbook(sheets, {"表": {(1, 1, 21), (2, 1, 999), (7, 0, 3)}})
    assert problems(cleaned) == []
    first, second = open_file("a.xlsx", cleaned).sheets
    assert first.columns == (["标题", "编码", *(f"A{at}" for at in range(20))],)
    assert second.rows == [["李某"]]
    content = parts(cleaned)
    assert not any(name.startswith("docProps") for name in content)
    text = content[SHEET].decode()
    assert "139" not in text
    assert "联系人" not in text
    assert rows[2][1] == "李某0"


# -- names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "wanted"), [
    ("业委会2026年10月.xls", "业委会2026年10月_问题标注.xlsx"),
    ("业委会2026年10月_问题标注.xlsx", "业委会2026年10月_问题标注.xlsx"),
    ("业委会_问题标注 (1).xlsx", "业委会_问题标注.xlsx"),
    ("业委会_问题标注(2)_问题标注（3）.xlsx", "业委会_问题标注.xlsx"),
    ("宏.XLSM", "宏_问题标注.xlsm"),
    ("C:\\上报\\2024-09.csv", "2024-09_问题标注.xlsx"),
    ("v1.2", "v1_问题标注.xlsx"),
])
def test_the_name_of_the_copy(name: str, wanted: str) -> None:
    assert returned_name(name) == wanted == returned_name(wanted)


def test_the_month_in_the_name_of_the_copy_is_read() -> None:
    data = workbook(form(committee("A1"), titles=(["业主委员会组建和换届情况表"],)))
    reading = read_file(returned_name("业委会2024-09.xlsx"), data, Expected())
    assert [one.period for one in reading.stagings] == ["2024-09"]
