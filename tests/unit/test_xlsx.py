"""Workbooks of Excel 2007 and later: every cell at its place, every broken archive with a finding."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter

from lib.ingest.formats import open_file
from lib.ingest.sheet import UNCALCULATED, Sheet, Unreadable, cell_name
from tests.support.hostile import LINKS, MAIN, PARTS, SHEET1, book, cell, letters
from tests.support.workbooks import Page, committee, form, workbook

GOOD = workbook(form(committee("A1")))


def archive(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return sink.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts put through `change`."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return archive({name: change(name, source.read(name)) for name in source.namelist()})


WRONG = [
    ("断.xlsx", GOOD[: len(GOOD) // 2], "F03", "压缩结构"),
    ("断.xlsx", GOOD[:-10], "F03", "压缩结构"),
    ("坏.xlsx", changed(GOOD, lambda name, data: b"<worksheet><sheetData><row" if name.endswith("sheet1.xml") else data), "F03", "工作表"),
    ("无簿.xlsx", archive({"xl/styles.xml": b"<x/>"}), "F03", "目录"),
    ("炸弹.xlsx", archive({"xl/workbook.xml": b" " * 30_000_000}), "F05", "庞大"),
    ("多.xlsx", archive({f"xl/{number}": b"" for number in range(4001)}), "F05", "庞大"),
]


@pytest.mark.parametrize(("name", "data", "code", "words"), WRONG,
    ids=[f"{name}-{code}-{index}" for index, (name, _, code, _) in enumerate(WRONG)])
def test_broken_workbooks(name: str, data: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        open_file(name, data)
    found = caught.value.finding
    assert found.code == code
    assert words in found.message
    assert found.advice
    assert "Traceback" not in found.message


def only(name: str, data: bytes) -> Sheet:
    opened = open_file(name, data)
    assert opened.findings == ()
    [sheet] = opened.sheets
    return sheet


def test_workbook() -> None:
    rows = [["甲", None, 1.5], [7], [None, None, date(2024, 3, 1), "#REF!"]]
    sheet = only("a.xlsx", workbook(Page(rows, name="表 ", merges=("A2:B3", "D9:E9"))))
    cells = [["甲", "", 1.5, ""], [7, "", "", ""], ["", "", date(2024, 3, 1), "#REF!"]]
    assert sheet == replace(Sheet.of_rows("表 ", cells, (((1, 0), (2, 1)),)), shows_percent=False)


@pytest.mark.parametrize(("shown", "expected"), [("", False), ("0.00", False), ("0%", True), ("0.0%", True), ("0.0###%", True)])
def test_whether_percents_are_shown(shown: str, expected: bool) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        book.add_worksheet().write_number(0, 0, 0.5, book.add_format({"num_format": shown}) if shown else None)
    assert only("a.xlsx", sink.getvalue()).shows_percent is expected


def test_table_away_from_the_corner_keeps_its_place() -> None:
    sheet = only("a.xlsx", workbook(Page([[], [None, None, "甲"]])))
    assert sheet.rows == [["", "", ""], ["", "", "甲"]]


def test_hidden_sheets_are_marked_and_told() -> None:
    opened = open_file("a.xlsx", workbook(Page([["甲"]], "明"), Page([["乙"]], "暗", hidden=True)))
    assert [(sheet.name, sheet.hidden) for sheet in opened.sheets] == [("明", False), ("暗", True)]
    assert [(one.code, one.sheet) for one in opened.findings] == [("F08", "暗")]


def test_wrong_dimension_does_not_hide_rows() -> None:
    data = changed(GOOD, lambda name,
        part: part.replace(b'<dimension ref="A1:G5"/>', b'<dimension ref="A1:A1"/>') if name.endswith("sheet1.xml") else part)
    assert data != GOOD
    assert only("a.xlsx", data).rows == only("a.xlsx", GOOD).rows


def test_error_values_of_every_sheet_come_back_to_their_cells() -> None:
    data = workbook(Page([["甲", "#REF!"], [None, None, "#N/A"]], "一&<二"), Page([["#DIV/0!"]], "三"))
    first, second = open_file("a.xlsx", data).sheets
    assert first.rows == [["甲", "#REF!", ""], ["", "", "#N/A"]]
    assert second.rows == [["#DIV/0!"]]


# -- by hand ---------------------------------------------------------------------------------------------------------------


def opened(rows: str, **parts: str) -> Sheet:
    """The one sheet of a workbook written by hand."""
    return only("a.xlsx", book(rows, **parts))


def prefixed(data: bytes) -> bytes:
    """The same workbook with a prefix before every tag of its sheets, as some programs write it."""
    return changed(data, lambda name, part: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", part).replace(b"xmlns=", b"xmlns:x=")
                   if "worksheets/sheet" in name else part)


def turned(data: bytes) -> bytes:
    """The same workbook with the place of a cell as its last attribute, in single quotes."""
    return changed(data, lambda name, part: re.sub(rb'<c r="(\w+)"([^>]*?)(/?)>', rb"<c\2 r='\1'\3>", part)
                   if "worksheets/sheet" in name else part)


def placeless(data: bytes) -> bytes:
    """The same workbook without the places of cells and rows; only for sheets without gaps."""
    return changed(data, lambda name, part: re.sub(rb'(<c|<row) r="\w+"', rb"\1", part) if "worksheets/sheet" in name else part)


RICH = workbook(Page([["甲", 1.5, "#REF!"], ["乙", True, date(2024, 3, 1)], ["#N/A", "丁 <&>", "戊"]], merges=("A2:A3",)))


WAYS = [prefixed, turned, placeless, lambda data: prefixed(turned(data)), lambda data: prefixed(placeless(data))]


@pytest.mark.parametrize("written", WAYS)
def test_however_it_is_written_it_is_the_same(written: Callable[[bytes], bytes]) -> None:
    data = written(RICH)
    assert data != RICH
    assert only("a.xlsx", data) == only("a.xlsx", RICH)


UNSAVED = [
    ("<f>A1</f>", "", UNCALCULATED), ("<f>A1</f><v/>", "", UNCALCULATED), ("<f>A1</f><v></v>", "", UNCALCULATED),
    ("<f>A1</f><v> </v>", "", UNCALCULATED), ('<f t="shared" si="0"/>', "", UNCALCULATED), ("<f>A1</f><v></v>", ' t="str"', ""),
    ("<f>A1</f><v/>", ' t="str"', ""), ("<f>A1</f><v>2</v>", "", 2.0), ('<f t="shared" si="0"/><v>2</v>', "", 2.0),
    ("<f>A1&gt;B1</f><v>#N/A</v>", ' t="e"', "#N/A"), ("<v>#DIV/0!</v>", ' t="e"', "#DIV/0!"), ("<f>A1</f>", ' t="e"', UNCALCULATED),
]


@pytest.mark.parametrize("written", [lambda data: data, prefixed, turned], ids=["plain", "prefixed", "turned"])
@pytest.mark.parametrize(("inner", "kind", "value"), UNSAVED)
def test_formulas_without_a_value(inner: str, kind: str, value: object, written: Callable[[bytes], bytes]) -> None:
    rows = f'<row r="1"><c r="A1"><v>7</v></c><c r="B1"{kind}>{inner}</c><c r="C1"><v>8</v></c></row>'
    assert only("a.xlsx", written(book(rows))).rows == [[7.0, value, 8.0]]


def test_a_formula_without_a_value_outside_all_values_is_kept() -> None:
    assert opened('<row r="1"><c r="A1"><v>7</v></c></row><row r="3"><c r="C3"><f>A1</f></c></row>').rows == [
        [7.0, "", ""], ["", "", ""], ["", "", UNCALCULATED]]


@pytest.mark.parametrize("written", [lambda data: data, prefixed], ids=["plain", "prefixed"])
def test_hidden_rows_and_columns(written: Callable[[bytes], bytes]) -> None:
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" width="0"/><col min="4" max="4" hidden="0"/></cols>'
    rows = "".join(f'<row r="{n}"{more}><c r="A{n}"><v>1</v></c><c r="E{n}"><v>1</v></c></row>'
                   for n, more in enumerate(("", ' hidden="1"', ' ht="0" customHeight="1"', ' hidden="0"', ' hidden="true"'), 1))
    sheet = only("a.xlsx", written(book(rows + '<row r="9" hidden="1"/>', before=columns)))
    assert (sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)) == ([1, 2, 4], [1, 2, 4])


def test_deeply_hidden_sheets_are_told_apart() -> None:
    data = changed(workbook(Page([["甲"]], "明"), Page([["乙"]], "暗", hidden=True)),
                   lambda _, part: part.replace(b'state="hidden"', b'state="veryHidden"'))
    found = open_file("a.xlsx", data)
    assert [(sheet.name, sheet.hidden, sheet.very_hidden) for sheet in found.sheets] == [("明", False, False), ("暗", True, True)]
    assert [(one.code, one.sheet) for one in found.findings] == [("F35", "暗")]


def test_links_to_other_workbooks_are_told() -> None:
    data = archive({**{name: part.encode() for name, part in PARTS.items()}, SHEET1: b'<worksheet><sheetData/></worksheet>',
                    "xl/externalLinks/externalLink1.xml": b"<x/>", "xl/externalLinks/_rels/externalLink1.xml.rels": b"<x/>"})
    [told] = open_file("a.xlsx", data).findings
    assert (told.code, told.message) == ("F34", "文件中有公式引用其他工作簿（1 个），读取的是上次保存时的结果。")


def test_strict_workbooks_are_read() -> None:
    usual = book('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="d"><v>2024-05-06</v></c></row>')
    strict = changed(usual, lambda _, part: part.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        LINKS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"))
    assert only("a.xlsx", strict).rows == [["甲", date(2024, 5, 6)]]


@pytest.mark.parametrize("place", ["ZZ5", "A20008", "AAA5"])
def test_cells_at_some_distance_are_read(place: str) -> None:
    sheet = opened('<row r="1"><c r="A1"><v>1</v></c></row>' + cell(place, "2"))
    assert cell_name(sheet.height - 1, sheet.width - 1) == place
    assert sheet.columns[-1][-1] == 2.0


@pytest.mark.parametrize(("rows", "told"), [
    (cell("A1") + cell("XFD1048576"), "XFD1048576"), (cell("A1") + cell("A20101"), "A20101"),
    (cell("A1") + '<row r="2"><c r="B90000"><v>1</v></c></row>', "B90000"),
    (cell("A1") + '<row r="1048576"><c r="AB1048576"><f>A1</f></c></row>', "AB1048576"),
])
def test_content_far_away_is_told_with_its_cell(rows: str, told: str) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(rows)
    assert (caught.value.finding.code, caught.value.finding.cell, caught.value.finding.sheet) == ("F30", told, "S")


def test_formats_far_away_are_no_content() -> None:
    rows = cell("A1") + "".join(f'<row r="{n}"><c r="XFD{n}" s="1"/></row>' for n in range(1_048_570, 1_048_577))
    assert opened(rows).rows == [[1.0]]
    wide = "".join(f'<c r="{letters(n)}1048576" s="1"/>' for n in range(1, 16_001))
    assert opened(cell("A1") + f'<row r="1048576">{wide}</row>').rows == [[1.0]]


def test_a_large_sheet_is_looked_at_in_pieces_and_nothing_is_lost_between_them() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c><c r="B{n}"><f>A{n}</f></c><c r="AC{n}"><v>{n}</v></c>'
                   f'<c r="C{n}" t="inlineStr"><is><t>{"字" * 20}</t></is></c></row>' for n in range(1, 20_001))
    sheet = opened(rows)
    assert (sheet.height, sheet.width) == (20_000, 29)
    assert set(sheet.columns[0]) == {"#N/A"}
    assert set(sheet.columns[1]) == {UNCALCULATED}
    assert sheet.columns[28] == [float(n) for n in range(1, 20_001)]


def test_equal_texts_are_kept_once() -> None:
    first, second = opened('<row r="1"><c r="A1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>').columns[0]
    assert first is second


def test_merges_are_cut_to_the_cells() -> None:
    merges = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C3:Z99"/><mergeCell ref="E9:F9"/></mergeCells>'
    sheet = opened(cell("A1") + cell("C3"), after=merges)
    assert sheet.merges == (((0, 0), (1, 1)), ((2, 2), (2, 2)))


def test_chart_sheets_are_left_out() -> None:
    workbook_xml = PARTS["xl/workbook.xml"].replace("<sheets>", '<sheets><sheet name="图" sheetId="9" r:id="r9"/>')
    links = PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Rel", f'<Relationship Id="r9" Type="{LINKS}/chartsheet" Target="chartsheets/sheet1.xml"/></Rel')
    data = changed(book(cell("A1"), workbook=workbook_xml, links=links), lambda _, part: part)
    with zipfile.ZipFile(sink := io.BytesIO(data), "a") as out:
        out.writestr("xl/chartsheets/sheet1.xml", "<chartsheet/>")
    assert [sheet.name for sheet in open_file("a.xlsx", sink.getvalue()).sheets] == ["S"]
