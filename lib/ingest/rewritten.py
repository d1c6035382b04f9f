"""Opened sheets written again as a plain .xlsx: the copy of a file of another format, and the copy without personal data.

Its one rule: it holds what stood in the cells and where, and nothing else: no properties, comments, formulas or earlier values.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape

from lib.ingest.sheet import UNCALCULATED, Cell, Sheet, cell_name, column_letters

Dropped = Mapping[str, Collection[tuple[int, int, int]]]
"""Name of a sheet → (column, first row, last row) of the cells to be emptied, 0-based, inclusive."""

_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_HIDDEN = ' hidden="1"'
_MAX_TEXT = 32_767
_WIDTH, _MAX_WIDTH, _LOOKED_AT = 9, 40, 200
_BEGINNING = datetime.combine(date(1899, 12, 30), time())
_EARLIEST = datetime.combine(date(1900, 3, 1), time())
_GENERAL, _TEXT, _DAY, _MOMENT, _TIME, _SPAN = range(6)
"""Numbers of the styles below."""

_STYLES = (
    f'{_DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="4"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/>'
    '<numFmt numFmtId="167" formatCode="[h]:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number in (0, 49, 164, 165, 166, 167)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def cleaned_workbook(sheets: Sequence[Sheet], drop: Dropped) -> bytes:
    """A copy of the sheets in which some cells are empty, header cells too where they are named."""
    return rewritten_workbook([_without(sheet, drop.get(sheet.name, ())) for sheet in sheets])


def _without(sheet: Sheet, ranges: Collection[tuple[int, int, int]]) -> Sheet:
    columns = list(sheet.columns)
    for column, first, last in ranges:
        if column < sheet.width:
            cells = list(columns[column])
            end = min(last + 1, len(cells))
            cells[first:end] = [""] * max(0, end - first)
            columns[column] = cells
    return Sheet(sheet.name, tuple(columns), sheet.merges, sheet.hidden, sheet.very_hidden, sheet.hidden_rows, sheet.hidden_columns)


def rewritten_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one .xlsx: values, merges, and what is hidden. Sheets are named as `sheet_names` says."""
    names = sheet_names(sheets)
    parts: dict[str, Iterable[str]] = {
        "[Content_Types].xml": [_types(len(sheets))],
        "_rels/.rels": [_relations([("officeDocument", "xl/workbook.xml")])],
        "xl/workbook.xml": [_workbook(sheets, names)],
        "xl/_rels/workbook.xml.rels": [_relations([*(("worksheet", f"worksheets/sheet{at + 1}.xml") for at in range(len(sheets))),
                                                   ("styles", "styles.xml")])],
        "xl/styles.xml": [_STYLES],
        **{f"xl/worksheets/sheet{at + 1}.xml": _sheet(sheet) for at, sheet in enumerate(sheets)},
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for path, pieces in parts.items():
            info = zipfile.ZipInfo(path)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece.encode("utf-8"))
    return sink.getvalue()


def sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    r"""The names of sheets as Excel takes them: at most 31 characters, none of []:*?/\, each once."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        stem = _NOT_IN_NAMES.sub("_", _SURROGATES.sub("_", sheet.name)).strip("' ")[:31] or f"Sheet{number}"
        name, again = stem, 2
        while name.lower() in {one.lower() for one in names} or name.lower() == "history":
            tail = f"_{again}"
            name, again = stem[: 31 - len(tail)] + tail, again + 1
        names.append(name)
    return names


def storable(text: str) -> str:
    """The text with what XML cannot hold written in Excel's way (_x000B_)."""
    return _SURROGATES.sub("\ufffd", _UNSTORABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _types(count: int) -> str:
    sheets = "".join(f'<Override PartName="/xl/worksheets/sheet{at + 1}.xml" ContentType="{_KIND}.worksheet+xml"/>' for at in range(count))
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{sheets}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    )


def _relations(links: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_LINKS}/{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(links, start=1)
    )
    return f'{_DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listed}</Relationships>'


def _workbook(sheets: Sequence[Sheet], names: Sequence[str]) -> str:
    first = next((at for at, sheet in enumerate(sheets) if not sheet.hidden), 0)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at + 1}"{_state(sheet, at == first)} r:id="rId{at + 1}"/>'
        for at, (sheet, name) in enumerate(zip(sheets, names, strict=True))
    )
    views = f'<bookViews><workbookView activeTab="{first}"/></bookViews>'
    return f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{views}<sheets>{listed}</sheets></workbook>'


def _state(sheet: Sheet, shown: bool) -> str:
    if shown or not sheet.hidden:
        return ""
    return ' state="veryHidden"' if sheet.very_hidden else ' state="hidden"'


def _sheet(sheet: Sheet) -> Iterator[str]:
    """The XML of a sheet, in pieces of one row."""
    yield f'{_DECLARATION}<worksheet xmlns="{_MAIN}">'
    if sheet.columns:
        yield "<cols>" + "".join(_column(sheet, column) for column in range(sheet.width)) + "</cols>"
    yield "<sheetData>"
    letters = [column_letters(column) for column in range(sheet.width)]
    written: dict[tuple[type, Cell], tuple[str, str]] = {}
    for number, row in enumerate(zip(*sheet.columns, strict=True), start=1):
        cells = []
        for letter, value in zip(letters, row, strict=True):
            if value == "" or value is None:
                continue
            key = (type(value), value)
            parts = written.get(key)
            if parts is None:
                parts = _cell(value)
                if len(written) < 100_000:
                    written[key] = parts
            cells.append(f'<c r="{letter}{number}"{parts[0]}>{parts[1]}</c>')
        hidden = _HIDDEN if number - 1 in sheet.hidden_rows else ""
        if cells or hidden:
            yield f'<row r="{number}"{hidden}>{"".join(cells)}</row>'
    yield "</sheetData>"
    if merges := list(_merges(sheet)):
        yield f'<mergeCells count="{len(merges)}">' + "".join(f'<mergeCell ref="{one}"/>' for one in merges) + "</mergeCells>"
    yield "</worksheet>"


def _column(sheet: Sheet, column: int) -> str:
    longest = max((_length(value) for value in sheet.columns[column][:_LOOKED_AT]), default=0)
    width = min(max(longest + 2, _WIDTH), _MAX_WIDTH)
    hidden = _HIDDEN if column in sheet.hidden_columns else ""
    return f'<col min="{column + 1}" max="{column + 1}" width="{width}" customWidth="1"{hidden}/>'


def _length(value: Cell) -> int:
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text[:_MAX_WIDTH]) if len(text) < _MAX_WIDTH else 0


def _merges(sheet: Sheet) -> Iterator[str]:
    """Merged ranges, none of which overlaps an earlier one: Excel would repair the file."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merges:
        columns = range(left, right + 1)
        if (top, left) == (bottom, right) or right - left > 16_383 or bottom > 1_048_575:
            continue
        if any(top <= until and since <= bottom for column in columns for since, until in taken.get(column, ())):
            continue
        for column in columns:
            taken.setdefault(column, []).append((top, bottom))
        yield f"{cell_name(top, left)}:{cell_name(bottom, right)}"


def _cell(value: Cell) -> tuple[str, str]:
    """Attributes and content of a cell."""
    if isinstance(value, bool):
        return ' t="b"', f"<v>{int(value)}</v>"
    if isinstance(value, int | float) and math.isfinite(value):
        return "", f"<v>{int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value!r}</v>"
    if isinstance(value, date | time | timedelta):
        return _moment(value)
    text = str(value)
    if text == UNCALCULATED:
        return "", "<f>NA()</f>"
    if text in _ERRORS:
        return ' t="e"', f"<f>{text}</f><v>{text}</v>"
    style = f' s="{_TEXT}"' if text[:1].isdigit() else ""
    return f'{style} t="inlineStr"', f'<is><t xml:space="preserve">{escape(storable(text[:_MAX_TEXT]), quote=False)}</t></is>'


def _moment(value: date | time | timedelta) -> tuple[str, str]:
    day = timedelta(days=1)
    if isinstance(value, timedelta):
        return f' s="{_SPAN}"', f"<v>{value / day!r}</v>"
    if isinstance(value, time):
        return f' s="{_TIME}"', f"<v>{timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / day!r}</v>"
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if moment < _EARLIEST:
        return ' t="inlineStr"', f"<is><t>{value.isoformat()}</t></is>"
    style = _MOMENT if moment.time() != time() else _DAY
    return f' s="{style}"', f"<v>{(moment - _BEGINNING) / day!r}</v>"
