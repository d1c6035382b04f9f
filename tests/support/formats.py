"""The same plain sheets written in every format that offices send: by a library where one is there, else tag by tag.

Its one rule: writers share nothing with the readers they test.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
import xlwt

Span = tuple[tuple[int, int], tuple[int, int]]
ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
UNCALCULATED = "#未计算!"
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class Leaf:
    """One sheet: rows of texts, numbers, booleans, dates and error values; None leaves a cell out. state: hidden, veryHidden."""

    rows: Sequence[Sequence[Any]]
    name: str = "表一"
    merges: Sequence[Span] = ()
    state: str = ""
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def packed(files: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return sink.getvalue()


def serial(value: date, *, from_1904: bool = False) -> float:
    """The number that a date is in a workbook."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    since = moment - (datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30))
    return since.days + since.seconds / 86_400


def xlsx(*leaves: Leaf) -> bytes:
    """An .xlsx of Excel."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        formats = {code: book.add_format({"num_format": code}) for code in (DAY, MOMENT)}
        for leaf in leaves:
            sheet = book.add_worksheet(leaf.name)
            if leaf.state:
                sheet.very_hidden() if leaf.state == "veryHidden" else sheet.hide()
            for (top, left), (bottom, right) in leaf.merges:
                sheet.merge_range(top, left, bottom, right, "")
            for row in leaf.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            for column in leaf.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            for row, column, value in cells(leaf):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, formats[MOMENT if isinstance(value, datetime) else DAY])
                elif value in ERROR_CODES:
                    sheet.write_formula(row, column, "=NA()", None, value)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write(row, column, value)
    return sink.getvalue()


def xls(*leaves: Leaf, from_1904: bool = False) -> bytes:
    """An .xls of Excel 97 (BIFF8); WPS writes the same into an .et."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    for leaf in leaves:
        sheet = book.add_sheet(leaf.name, cell_overwrite_ok=True)
        sheet.visibility = {"": 0, "hidden": 1, "veryHidden": 2}[leaf.state]
        for row, column, value in cells(leaf):
            if isinstance(value, date):
                style = xlwt.easyxf(num_format_str=MOMENT if isinstance(value, datetime) else DAY)
                sheet.write(row, column, serial(value, from_1904=from_1904), style)
            elif value in ERROR_CODES:
                sheet.row(row).set_cell_error(column, ERROR_CODES[value])
            else:
                sheet.write(row, column, value)
        for (top, left), (bottom, right) in leaf.merges:
            sheet.merge(top, bottom, left, right)
        for row in leaf.hidden_rows:
            sheet.row(row).hidden = 1
        for column in leaf.hidden_columns:
            sheet.col(column).hidden = 1
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of a binary workbook of 2007: its kind and length in groups of seven bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + data


def wide(text: str) -> bytes:
    """A text as those records hold it."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def xlsb(*leaves: Leaf, from_1904: bool = False, sheets: Sequence[bytes] = (), more: dict[str, str | bytes] | None = None) -> bytes:
    """An .xlsb. sheets: the parts of the sheets instead of those of the leaves."""
    texts: list[str] = []
    parts = list(sheets) or [_xlsb_sheet(leaf, texts, from_1904=from_1904) for leaf in leaves]
    book = record(131) + record(153, struct.pack("<II", int(from_1904), 0) + wide("")) + record(143)
    for number, leaf in enumerate(leaves, 1):
        state = {"": 0, "hidden": 1, "veryHidden": 2}[leaf.state]
        book += record(156, struct.pack("<II", state, number) + wide(f"rId{number}") + wide(leaf.name))
    book += record(144) + record(132)
    styles = record(278) + record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", 164) + wide(MOMENT)) + record(616)
    styles += record(626, struct.pack("<I", 1)) + record(47, struct.pack("<HH", 0xFFFF, 14) + bytes(12)) + record(627)
    styles += record(617, struct.pack("<I", 3))
    styles += b"".join(record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 14, 164))
    styles += record(618) + record(279)
    shared = record(159, struct.pack("<II", len(texts), len(texts)))
    shared += b"".join(record(19, b"\0" + wide(text)) for text in texts) + record(160)
    numbers = range(1, len(leaves) + 1)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = [f'<Relationship Id="rId{number}" Type="{kinds}/worksheet" Target="worksheets/sheet{number}.bin"/>' for number in numbers]
    links += [f'<Relationship Id="s{name}" Type="{kinds}/{name}" Target="{name}.bin"/>' for name in ("styles", "sharedStrings")]
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    of_sheet = 'ContentType="application/vnd.ms-excel.worksheet"'
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{number}.bin" {of_sheet}/>' for number in numbers)
    return packed({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
        f'<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{relations}">{"".join(links)}</Relationships>',
        "xl/workbook.bin": book,
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": shared,
        **{f"xl/worksheets/sheet{number}.bin": part for number, part in enumerate(parts, 1)},
        **(more or {}),
    })


def xlsb_row(row: int, *, hidden: bool = False) -> bytes:
    """The record with which a row begins."""
    return record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0x10 if hidden else 0, 0) + struct.pack("<I", 0))


def xlsb_cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    """The record of a cell."""
    return record(kind, struct.pack("<II", column, style) + value)


def _xlsb_sheet(leaf: Leaf, texts: list[str], *, from_1904: bool) -> bytes:
    out = record(129) + record(148, struct.pack("<IIII", 0, max(len(leaf.rows) - 1, 0), 0, max(leaf.width - 1, 0)))
    if leaf.hidden_columns:
        out += record(390) + b"".join(record(60, struct.pack("<IIIIH", at, at, 2304, 0, 1)) for at in leaf.hidden_columns) + record(391)
    out += record(145)
    for row, values in enumerate(leaf.rows):
        out += xlsb_row(row, hidden=row in leaf.hidden_rows)
        for column, value in enumerate(values):
            if value is not None:
                out += _xlsb_value(column, value, texts, from_1904=from_1904)
    out += record(146)
    if leaf.merges:
        ranges = [record(176, struct.pack("<IIII", top, bottom, left, right)) for (top, left), (bottom, right) in leaf.merges]
        out += record(177, struct.pack("<I", len(ranges))) + b"".join(ranges) + record(178)
    return out + record(130)


def _xlsb_value(column: int, value: Any, texts: list[str], *, from_1904: bool) -> bytes:
    if isinstance(value, bool):
        return xlsb_cell(4, column, bytes([value]))
    if isinstance(value, date):
        style = 2 if isinstance(value, datetime) else 1
        return xlsb_cell(5, column, struct.pack("<d", serial(value, from_1904=from_1904)), style)
    if isinstance(value, int) and abs(value) < 1 << 29:
        return xlsb_cell(2, column, struct.pack("<I", (value << 2 | 2) & 0xFFFFFFFF))
    if isinstance(value, (int, float)):
        return xlsb_cell(5, column, struct.pack("<d", value))
    if value in ERROR_CODES:
        return xlsb_cell(3, column, bytes([ERROR_CODES[value]]))
    if len(value) % 2:
        return xlsb_cell(6, column, wide(value))
    texts.append(value)
    return xlsb_cell(7, column, struct.pack("<I", len(texts) - 1))


ODS_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short if short != "draw" else "drawing"}:1.0"'
    for short in ("office", "table", "text", "style", "draw")
) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(*leaves: Leaf) -> bytes:
    """An .ods."""
    return ods_of("".join(map(_ods_table, leaves)))


def ods_of(tables: str, *, before: str = "", manifest: str = "", content: str = "content.xml") -> bytes:
    """An .ods with these tables; style "hide" makes a sheet hidden."""
    hide = '<style:style style:name="hide" style:family="table"><style:table-properties table:display="false"/></style:style>'
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {ODS_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{hide}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entries = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        f'<manifest:file-entry manifest:full-path="{content}" manifest:media-type="text/xml"/>{manifest}</manifest:manifest>'
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as out:
        out.writestr("mimetype", kind)
        out.writestr(content, text, zipfile.ZIP_DEFLATED)
        out.writestr("META-INF/manifest.xml", entries, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _ods_table(leaf: Leaf) -> str:
    starts, covered = _of_merges(leaf)
    out = [f'<table:table table:name={quoteattr(leaf.name)}{" table:style-name=" + chr(34) + "hide" + chr(34) if leaf.state else ""}>']
    collapsed = ' table:visibility="collapse"'
    out += [f"<table:table-column{collapsed if column in leaf.hidden_columns else ''}/>" for column in range(leaf.width)]
    for row, values in enumerate(leaf.rows):
        out.append(f"<table:table-row{collapsed if row in leaf.hidden_rows else ''}>")
        for column in range(leaf.width):
            value = values[column] if column < len(values) else None
            tag = "table:covered-table-cell" if (row, column) in covered else "table:table-cell"
            span = ""
            if (row, column) in starts:
                down, across = starts[row, column]
                span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            out.append(f"<{tag}{span}{_ods_value(value)}</{tag}>")
        out.append("</table:table-row>")
    return "".join(out) + "</table:table>"


def _ods_value(value: Any) -> str:
    if value is None:
        return ">"
    if isinstance(value, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"><text:p>{str(value).upper()}</text:p>'
    if isinstance(value, date):
        return f' office:value-type="date" office:date-value="{value.isoformat()}"><text:p>{value:%y/%m/%d}</text:p>'
    if isinstance(value, (int, float)):
        return f' office:value-type="float" office:value="{value!r}"><text:p>{value:.2f}</text:p>'
    if value in ERROR_CODES:
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f' table:formula="of:=x" {kind}><text:p>{value}</text:p>'
    if value == UNCALCULATED:
        return ' table:formula="of:=1+1">'
    lines = "".join(f"<text:p>{escape(line).replace('  ', ' <text:s/>')}</text:p>" for line in value.split("\n"))
    return f' office:value-type="string">{lines}'


def html(*leaves: Leaf, charset: str = "") -> str:
    """A page with a table for each sheet, as systems export it under the name of an .xls: all cells are texts."""
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{head}<style>td{{color:red}}</style></head><body>{''.join(map(_html_table, leaves))}</body></html>"


def _html_table(leaf: Leaf) -> str:
    starts, covered = _of_merges(leaf)
    out = [f"<table border=1{' style=' + chr(34) + 'display:none' + chr(34) if leaf.state else ''}><caption>{escape(leaf.name)}</caption>"]
    unseen = " style='width:0;display:none'"
    out += [f"<col{unseen if at in leaf.hidden_columns else ''}>" for at in range(leaf.width)]
    for row, values in enumerate(leaf.rows):
        out.append(f"<tr{' style=' + chr(34) + 'DISPLAY: none' + chr(34) if row in leaf.hidden_rows else ''}>")
        for column in range(leaf.width):
            if (row, column) in covered:
                continue
            down, across = starts.get((row, column), (1, 1))
            value = values[column] if column < len(values) else None
            out.append(f"<td rowspan={down} colspan='{across}'>{escape(shown(value)).replace(chr(10), '<br>')}")
    return "".join(out) + "</table>"


def shown(value: Any) -> str:
    """A value as the formats that hold only texts write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def spreadsheetml(*leaves: Leaf, encoding: str = "UTF-8", before: str = "") -> str:
    """An XML Spreadsheet 2003."""
    sheets = "".join(map(_spreadsheetml_sheet, leaves))
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>{before}'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{sheets}</Workbook>'
    )


def _spreadsheetml_sheet(leaf: Leaf) -> str:
    starts, covered = _of_merges(leaf)
    out = [f"<Worksheet ss:Name={quoteattr(leaf.name)}><Table>"]
    out += [f'<Column ss:Index="{at + 1}" ss:Hidden="1"/>' for at in sorted(leaf.hidden_columns)]
    for row, values in enumerate(leaf.rows):
        out.append(f'<Row ss:Index="{row + 1}"{" ss:Hidden=" + chr(34) + "1" + chr(34) if row in leaf.hidden_rows else ""}>')
        for column in range(leaf.width):
            value = values[column] if column < len(values) else None
            if (row, column) in covered or (value is None and (row, column) not in starts):
                continue
            down, across = starts.get((row, column), (1, 1))
            span = f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"' if (down, across) != (1, 1) else ""
            formula = ' ss:Formula="=1+1"' if value == UNCALCULATED or value in ERROR_CODES else ""
            data = "" if value is None or value == UNCALCULATED else f"<Data ss:Type=\"{_spreadsheetml_type(value)}</Data>"
            out.append(f'<Cell ss:Index="{column + 1}"{span}{formula}>{data}</Cell>')
        out.append("</Row>")
    state = f"Sheet{leaf.state[:1].upper()}{leaf.state[1:]}"
    options = f"<x:WorksheetOptions><x:Visible>{state}</x:Visible></x:WorksheetOptions>" if leaf.state else ""
    return "".join(out) + f"</Table>{options}</Worksheet>"


def _spreadsheetml_type(value: Any) -> str:
    if isinstance(value, bool):
        return f'Boolean">{int(value)}'
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        return f'DateTime">{moment.isoformat(timespec="milliseconds")}'
    if isinstance(value, (int, float)):
        return f'Number">{value!r}'
    kind = "Error" if value in ERROR_CODES else "String"
    return f'{kind}">{escape(value).replace(chr(10), "&#10;")}'


def text(leaf: Leaf, delimiter: str = ",") -> str:
    """A sheet as delimited text."""
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter).writerows([[shown(value) for value in row] for row in leaf.rows])
    return sink.getvalue()


TYPED: dict[str, Callable[..., bytes]] = {
    "xlsx": xlsx,
    "xls": xls,
    "et": xls,
    "xlsb": xlsb,
    "ods": ods,
    "xml": lambda *leaves: spreadsheetml(*leaves).encode(),
}
"""Formats that tell numbers, dates and booleans from texts."""


def cells(leaf: Leaf) -> list[tuple[int, int, Any]]:
    """(row, column, value) of the cells there are."""
    return [(row, at, value) for row, values in enumerate(leaf.rows) for at, value in enumerate(values) if value is not None]


def _of_merges(leaf: Leaf) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    starts = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in leaf.merges}
    covered = {
        (row, column)
        for (top, left), (bottom, right) in leaf.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    return starts, covered
