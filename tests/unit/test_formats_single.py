"""What single formats do in their own way, and that no damaged file of any format escapes its finding."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any

import pytest

from lib.ingest.formats import open_file
from lib.ingest.formats.grid import of_serial, shows_time
from lib.ingest.sheet import UNCALCULATED, Sheet, Unreadable
from tests.support import formats
from tests.support.formats import TYPED, Leaf, ods_of, packed, record, wide, xlsb_cell, xlsb_row

LEAF = Leaf([["小区编码", "名称", "日期"], ["A1", "#REF!", date(2024, 3, 1)], [1.5, True, None]], merges=(((1, 0), (2, 0)),))


def only(name: str, data: bytes | str, *codes: str) -> Sheet:
    """The one sheet of a file that gives these findings."""
    opened = open_file(name, data.encode() if isinstance(data, str) else data)
    assert [one.code for one in opened.findings] == list(codes)
    [sheet] = opened.sheets
    return sheet


@pytest.mark.parametrize(("number", "code", "kind"), [
    (0, "", ""), (14, "", "date"), (22, "", "date"), (23, "", ""), (31, "", "date"), (46, "", "elapsed"), (57, "", "date"),
    (164, "General", ""), (164, "Standard", ""), (164, "G/通用格式", ""), (164, "0.00E+00", ""), (164, '#,##0.00"days"', ""),
    (164, "[Red]0.00", ""), (164, "[$-804]yyyy\\-mm", "date"), (164, 'yyyy"年"m"月"', "date"), (164, "上午/下午h:mm", "date"),
    (164, "[h]:mm", "elapsed"), (164, "[mm]:ss", "elapsed"), (164, '_ ¥* #,##0.00_ ;_ ¥* "y"', ""), (164, "0;yyyy", ""), (164, "@", ""),
])
def test_formats_that_show_a_time(number: int, code: str, kind: str) -> None:
    assert shows_time(number, code) == kind


@pytest.mark.parametrize(("number", "kind", "from_1904", "value"), [
    (45352, "date", False, date(2024, 3, 1)), (45352.5, "date", False, datetime(2024, 3, 1, 12)), (43890, "date", True, date(2024, 3, 1)),
    (0.25, "date", False, time(6)), (0, "date", False, time()), (59, "date", False, date(1900, 2, 28)),
    (61, "date", False, date(1900, 3, 1)), (1.5, "elapsed", False, timedelta(hours=36)), (7, "", False, 7), (-1, "date", False, -1),
    (3e6, "date", False, 3e6), (1e300, "elapsed", False, 1e300), (float("nan"), "elapsed", False, None),
])
def test_numbers_that_are_dates(number: float, kind: str, from_1904: bool, value: Any) -> None:
    found = of_serial(number, kind, from_1904=from_1904)
    assert found == value or (value is None and found is number)


def compound_with_circle() -> bytes:
    """An .xls whose sectors run in a circle: the first table says of each that it follows itself."""
    data = bytearray(formats.xls(LEAF))
    table = (int.from_bytes(data[76:80], "little") + 1) * 512
    for at in range(0, 512, 4):
        data[table + at : table + at + 4] = struct.pack("<I", at // 4)
    return bytes(data)


def test_sectors_in_a_circle() -> None:
    with pytest.raises(Unreadable) as caught:
        open_file("a.xls", compound_with_circle())
    assert caught.value.finding.code == "F03"


def test_a_bare_workbook_stream_is_read() -> None:
    data = formats.xls(LEAF)
    start = data.index(struct.pack("<HHHH", 0x809, 16, 0x600, 5))
    assert only("a.xls", b"\x09\x08\x10\x00" + data[start + 4 :]).rows[1][:2] == ["A1", "#REF!"]


def test_a_workbook_says_nothing_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    data = formats.xls(LEAF)
    claimed = struct.pack("<HHIIHHH", 0x200, 14, 0, 3, 0, 3, 0)
    assert claimed in data
    lying = data.replace(claimed, struct.pack("<HHIIHHH", 0x200, 14, 0, 2**31 - 1, 0, 65535, 0))
    assert only("a.xls", lying).rows == only("a.xls", data).rows
    assert capfd.readouterr() == ("", "")


def test_records_of_a_binary_workbook() -> None:
    text = wide("文")
    cells = xlsb_row(0) + b"".join([
        xlsb_cell(8, 0, text + bytes(8)),
        xlsb_cell(9, 1, struct.pack("<d", 2.5) + bytes(8)),
        xlsb_cell(10, 2, b"\1" + bytes(8)),
        xlsb_cell(11, 3, b"\x2a" + bytes(8)),
        xlsb_cell(62, 4, b"\1" + text + bytes(4)),
        xlsb_cell(1, 5, b""),
        xlsb_cell(2, 6, struct.pack("<I", 12345 << 2 | 3)),
        xlsb_cell(2, 7, struct.pack("<I", (-5 << 2 | 2) & 0xFFFFFFFF)),
        xlsb_cell(2, 8, struct.pack("<d", 1.5)[4:]),
        record(18 - 1, struct.pack("<I", 0) + text),
    ])
    data = formats.xlsb(Leaf([]), sheets=[record(145) + cells + record(146)], more={"xl/externalLinks/externalLink1.bin": b""})
    assert only("a.xlsb", data, "F34").rows == [["文", 2.5, True, "#N/A", "文", "", 123.45, -5, 1.5, "文"]]


def cell(attributes: str, inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_sheet(*rows: str) -> bytes:
    return ods_of(f'<table:table table:name="a">{"".join(rows)}</table:table>')


def test_values_of_an_opendocument_sheet() -> None:
    kind = "office:value-type"
    text = f'{kind}="string"'
    picture = "<draw:frame><draw:text-box><text:p>图</text:p></draw:text-box></draw:frame>"
    row = ods_row(
        cell(f'{kind}="percentage" office:value="0.965"', "<text:p>96.5%</text:p>"),
        cell(f'{kind}="currency" office:value="12.5"', "<text:p>¥12.50</text:p>"),
        cell(f'{kind}="time" office:time-value="PT06H30M00S"'),
        cell(f'{kind}="time" office:time-value="PT36H00M00S"'),
        cell(f'table:formula="of:=x" {kind}="string"', "<text:p>Err:532</text:p>"),
        cell('calcext:value-type="error"', "<text:p>错误:502</text:p>"),
        cell('table:formula="of:=x"'),
        cell(f'{kind}="date" office:date-value="bad"', "<text:p>2024.3</text:p>"),
        cell(f'{kind}="string" office:string-value="原文"', "<text:p>别的</text:p>"),
        cell(text, "<text:p>a<text:s text:c='3'/>b<text:tab/><text:span>c</text:span></text:p><text:p>d<text:line-break/>e</text:p>"),
        cell(text, f"<office:annotation><text:p>批注</text:p></office:annotation><text:p>格</text:p>{picture}"),
        cell(text, f"<text:p>外</text:p><table:table>{ods_row(cell('', '<text:p>内</text:p>'))}</table:table>"),
        cell(f'{kind}="time" office:time-value="later"', "<text:p>later</text:p>"),
    )
    values = [0.965, 12.5, time(6, 30), timedelta(hours=36), "#DIV/0!", "#VALUE!", UNCALCULATED, "2024.3", "原文"]
    assert only("a.ods", ods_sheet(row)).rows == [[*values, "a   b\tc\nd\ne", "格", "外", "later"]]


def test_repeats_of_an_opendocument_sheet() -> None:
    value = 'office:value-type="float" office:value="1"'
    data = ods_sheet(
        ods_row(cell(f'table:number-columns-repeated="2" {value}'), cell('table:number-columns-repeated="16000"')),
        ods_row(
            cell('table:number-columns-repeated="2"'),
            cell(f'table:number-columns-spanned="2" {value}'),
            attributes='table:number-rows-repeated="2"',
        ),
        ods_row(cell("", ""), cell(value)),
        ods_row(cell('table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048570"'),
    )
    sheet = only("a.ods", data)
    assert sheet.rows == [[1, 1, ""], ["", "", 1], ["", "", 1], ["", 1, ""]]
    assert sheet.merges == ()  # a merge that reaches beyond the last filled column is cut to its one cell


def test_what_an_opendocument_sheet_hides() -> None:
    value = cell('office:value-type="float" office:value="1"')
    rows = f'<table:table-row-group table:display="false">{ods_row(value)}</table:table-row-group>{ods_row(value)}'
    rows += ods_row(value, attributes='table:visibility="filter"') + ods_row(value)
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="1000"/>'
    copied = f'<table:table table:name="他处"><table:table-source/>{ods_row(value)}</table:table>'
    opened = open_file("a.ods", ods_of(f'<table:table table:name="a">{columns}{rows}</table:table>{copied}'))
    assert [one.code for one in opened.findings] == ["F34"]
    [sheet] = opened.sheets
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({0, 2}, frozenset())


def test_a_page_as_systems_write_it() -> None:
    page = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>标题</title><style>td > b {}</style>
      <!--[if gte mso 9]><xml><x:Name>明细</x:Name></xml><![endif]-->
      <script>if (a<b) document.write("<table><tr><td>x</table>")</script></head>
      <table width=100%><tr><td>导航<td>
        <TABLE><COL span=2><TR HEIGHT=20 style='height:15pt'><TH rowspan="2">编码</th><th colspan=2>数量</TH></tr>
        <tr><td style="mso-number-format:'\\@'">00123<td x:num="1.25">1.3</tr>
        <tr hidden><td>&nbsp;A&amp;1&lt;<br/>二 行<td>&#19968;<td><p>甲</p><p>乙</p><!-- <td>假</td> --></tr>
        </TABLE></table><table><tr><td></table>"""
    first, second = open_file("导出.xls", page.encode("gb18030")).sheets
    assert (first.name, first.rows) == ("表1", [["导航"]])
    assert second.rows == [["编码", "数量", ""], ["", "00123", "1.3"], ["A&1<\n二 行", "一", "甲\n乙"]]
    assert second.merges == (((0, 0), (1, 0)), ((0, 1), (0, 2)))
    assert second.hidden_rows == {2}


@pytest.mark.parametrize("page", [
    "<table><caption>甲</caption><tr><td>1</table>",
    "<html><!-- <x:Name>甲</x:Name> --><table><tr><td>1</table>",
])
def test_names_of_tables_of_a_page(page: str) -> None:
    assert only("a.html", page).name == "甲"


@pytest.mark.parametrize("piece", ["<td ", '<td a="', "<!", "<!--", "<a '\"", "</", "&#", "<table>", "<td rowspan=65536>", "<caption>"])
def test_a_broken_page_takes_no_time(piece: str) -> None:
    started = process_time()
    with suppress(Unreadable):
        open_file("a.html", ("<table><tr><td>1" + piece * 20_000).encode())
    assert process_time() - started < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_an_xml_spreadsheet(encoding: str) -> None:
    data = formats.spreadsheetml(LEAF, encoding="gb2312").encode(encoding)
    assert only("a.xml", data).rows[0] == ["小区编码", "名称", "日期"]


def test_an_xml_spreadsheet_with_marked_up_text_and_notes() -> None:
    data = formats.spreadsheetml(LEAF).replace(">A1<", ' xmlns:h="http://www.w3.org/TR/REC-html40">A<h:B>1</h:B><').replace(
        "</Cell>", "<Comment><Note>批注</Note></Comment></Cell>", 1)
    sheet = only("a.xls", data, "F19")
    assert sheet.rows == [["小区编码", "名称", "日期"], ["A1", "#REF!", date(2024, 3, 1)], ["", True, ""]]


def damaged(source: random.Random, data: bytes) -> bytes:
    """The bytes with a few of them changed, cut out or put in."""
    out = bytearray(data)
    for _ in range(source.choice([1, 1, 2, 5, 20])):
        at = source.randrange(len(out))
        match source.randrange(4):
            case 0:
                out[at] ^= 1 << source.randrange(8)
            case 1:
                out[at : at + 4] = source.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", bytes(4), b"\0\0\1\0"])
            case 2 if len(out) > 60:
                del out[at : at + source.randrange(1, 50)]
            case _:
                out[at:at] = source.randbytes(source.randrange(1, 9))
    return bytes(out)


def damaged_inside(source: random.Random, data: bytes) -> bytes:
    """The same for a part of an archive, packed again so that the archive itself is sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    chosen = source.choice(sorted(name for name in parts if parts[name]))
    return packed({**parts, chosen: damaged(source, bytes(parts[chosen]))})  # type: ignore[arg-type]


KNOWN = {"F01", "F02", "F03", "F05", "F07", "F08", "F12", "F16", "F17", "F18", "F19", "F22", "F33", "F35", "F38", "F43"}


@pytest.mark.parametrize("format_", ["xls", "xlsb", "ods", "xml", "html", "csv"])
def test_no_damaged_file_escapes_its_finding(format_: str) -> None:
    writers = {"html": lambda leaf: formats.html(leaf).encode(), "csv": lambda leaf: formats.text(leaf).encode("gb18030")}
    data = {**TYPED, **writers}[format_](LEAF)
    source = random.Random(format_)
    for _ in range(150):
        broken = damaged_inside(source, data) if data.startswith(b"PK") and source.random() < 0.8 else damaged(source, data)
        try:
            codes = {one.code for one in open_file(f"a.{format_}", broken).findings}
        except Unreadable as refused:
            codes = {refused.finding.code}
        assert codes <= KNOWN
