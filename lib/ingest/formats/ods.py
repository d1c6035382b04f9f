"""OpenDocument spreadsheets (.ods), as LibreOffice and WPS write them.

Its one rule: what a file repeats is put only where it holds something; a million empty rows cost nothing.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from lib.ingest.formats.archive import Archive
from lib.ingest.formats.grid import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Grid, of_hidden_sheets, too_many_sheets
from lib.ingest.formats.markup import Attributes, Reader, read_markup
from lib.ingest.formats.remarks import BOX, COMMENT, has_number, remarks_of_ods
from lib.ingest.sheet import UNCALCULATED, Cell, Opened, Remark, Sheet, Unreadable, cell_name
from lib.spec.findings import finding

CONTENT = "content.xml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = f"{_OASIS}table:1.0 ", f"{_OASIS}office:1.0 ", f"{_OASIS}text:1.0 ", f"{_OASIS}style:1.0 "
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_ROWS_REPEATED, _COLUMNS_REPEATED = _TABLE + "number-rows-repeated", _TABLE + "number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = _TABLE + "number-rows-spanned", _TABLE + "number-columns-spanned"
_TYPE, _NUMBER, _FORMULA = _OFFICE + "value-type", _OFFICE + "value", _TABLE + "formula"
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_GROUPS = {_TABLE + "table-row-group", _TABLE + "table-column-group"}
_DRAWING = f"{_OASIS}drawing:1.0 "
_ANNOTATION = _OFFICE + "annotation"
_PARAGRAPHS = {_TEXT + "p", _TEXT + "h"}
_BESIDE = {_ANNOTATION, _TABLE + "shapes", _TABLE + "detective", _DRAWING + "frame", _DRAWING + "custom-shape"}
"""What stands in a cell without being its text."""
_UNSEEN = {"collapse", "filter"}
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)")
_NUMBERED = re.compile(r"(?:Err|错误)[:：]\s*([0-9]{3})")
_ERROR_TEXTS = {"503": "#NUM!", "511": "#NAME?", "524": "#REF!", "525": "#NAME?", "532": "#DIV/0!", "32767": "#N/A"}
_SPAN_OF_TIME = re.compile(r"(-?)P(?:([0-9]{1,7})D)?T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:[.,][0-9]+)?)S)?")


def open_ods(name: str, data: bytes) -> Opened:
    """The sheets of an .ods. Raises Unreadable."""
    archive = Archive(name, data)
    manifest = archive.find("META-INF/manifest.xml")
    if manifest and b"encryption-data" in archive.read(manifest):
        raise Unreadable(finding("F04", name=name))
    reader = _Content(name)
    read_markup(name, archive.chunks(CONTENT), reader)
    if not reader.sheets:
        raise Unreadable(finding("F03", name=name, reason="其中没有工作表"))
    told = [finding("F34", count=reader.external)] if reader.external else []
    return Opened(tuple(reader.sheets), (*of_hidden_sheets(reader.sheets), *told), (*reader.remarks, *remarks_of_ods(archive)))


class _Content(Reader):
    """Reads content.xml. `row` is the row being read, `repeated` how many rows it stands for, `cells` what it holds so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: list[Sheet] = []
        self.external = 0
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.grid: Grid | None = None
        self.hidden = self.copied = False
        self.nested = self.beside = 0
        self.remarks: list[Remark] = []
        self.said: list[str] = []
        self.in_paragraph = self.in_comment = False
        self.groups: list[bool] = []
        self.row = self.next_row = self.next_column = self.described = 0
        self.repeated = 1
        self.cells: list[tuple[int, int, Cell]] = []
        self.spans: list[tuple[int, int, int]] = []
        self.cell: Attributes | None = None
        self.paragraphs: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        if self.beside or tag in _BESIDE:
            self.beside += 1
            self.in_paragraph = self.in_paragraph or tag in _PARAGRAPHS
            self.in_comment = self.in_comment or tag == _ANNOTATION
        elif tag == _TABLE + "table":
            self._start_table(attributes)
        elif self.nested > 1:
            return
        elif self.grid is None:
            self._start_style(tag, attributes)
        elif tag in _CELLS:
            self.cell, self.paragraphs = attributes, []
        elif self.cell is not None:
            self._start_text(tag, attributes)
        elif tag == _TABLE + "table-row":
            self.row = self.next_row
            self.repeated = _count(attributes, _ROWS_REPEATED, MAX_ROWS)
            self.next_row, self.next_column = self.row + self.repeated, 0
            if (attributes.get(_TABLE + "visibility") in _UNSEEN or any(self.groups)) and self.next_row <= MAX_ROWS:
                self.grid.hidden_rows.update(range(self.row, self.next_row))
        elif tag == _TABLE + "table-column":
            first, self.described = self.described, self.described + _count(attributes, _COLUMNS_REPEATED, MAX_COLUMNS)
            if (attributes.get(_TABLE + "visibility") in _UNSEEN or any(self.groups)) and self.described <= MAX_COLUMNS:
                self.grid.hidden_columns.update(range(first, self.described))
        elif tag in _GROUPS:
            self.groups.append(attributes.get(_TABLE + "display") == "false")
        elif tag == _TABLE + "table-source":
            self.copied = True

    def end(self, tag: str) -> None:
        """An element is over."""
        if self.beside:
            self.beside -= 1
            self._end_beside(tag)
        elif tag == _TABLE + "table":
            self.nested -= 1
            if not self.nested:
                self._end_table()
        elif self.nested > 1 or self.grid is None:
            return
        elif tag in _CELLS:
            self._end_cell()
        elif tag == _TABLE + "table-row":
            self._end_row(self.grid)
        elif tag in _GROUPS:
            self.groups.pop()

    def text(self, text: str) -> None:
        """A piece of text."""
        if self.beside and self.in_paragraph:
            self.said.append(text)
        if self.cell is not None and self.paragraphs and not self.beside and self.nested == 1:
            self.paragraphs[-1] += text

    def _end_beside(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.in_paragraph = False
            self.said.append("\n")
        if not self.beside:
            text = "".join(self.said)
            if has_number(text):
                cell = "" if self.cell is None else cell_name(self.row, self.next_column)
                self.remarks.append(Remark(self.grid.name if self.grid else "", cell, COMMENT if self.in_comment else BOX, text))
            self.said, self.in_comment = [], False

    def _start_style(self, tag: str, attributes: Attributes) -> None:
        if tag == _STYLE + "style":
            self.style = attributes.get(_STYLE + "name", "")
        elif tag == _STYLE + "table-properties" and attributes.get(_TABLE + "display") == "false":
            self.hidden_styles.add(self.style)

    def _start_table(self, attributes: Attributes) -> None:
        self.nested += 1
        if self.nested > 1:
            return
        if len(self.sheets) >= MAX_SHEETS:
            raise too_many_sheets(self.file, len(self.sheets) + 1)
        self.grid = Grid(self.file, attributes.get(_TABLE + "name", ""))
        self.hidden, self.copied = attributes.get(_TABLE + "style-name") in self.hidden_styles, False
        self.row = self.next_row = self.next_column = self.described = 0

    def _end_table(self) -> None:
        if self.grid is not None and not self.copied:
            self.sheets.append(self.grid.sheet(hidden=self.hidden))
        self.external += self.copied
        self.grid = None

    def _start_text(self, tag: str, attributes: Attributes) -> None:
        if tag in _PARAGRAPHS:
            self.paragraphs.append("")
        elif not self.paragraphs:
            return
        elif tag == _TEXT + "s":
            count = attributes.get(_TEXT + "c", "1")
            self.paragraphs[-1] += " " * min(int(count) if count.isdigit() else 1, 1_000)
        elif tag == _TEXT + "tab":
            self.paragraphs[-1] += "\t"
        elif tag == _TEXT + "line-break":
            self.paragraphs[-1] += "\n"

    def _end_cell(self) -> None:
        said, self.cell = self.cell or {}, None
        column, repeated = self.next_column, _count(said, _COLUMNS_REPEATED, MAX_COLUMNS)
        self.next_column += repeated
        value = _value(said, "\n".join(self.paragraphs))
        if value != "":
            self.cells.append((column, repeated, value))
        down, across = _count(said, _ROWS_SPANNED, MAX_ROWS), _count(said, _COLUMNS_SPANNED, MAX_COLUMNS)
        if down > 1 or across > 1:
            self.spans.append((column, down, across))

    def _end_row(self, grid: Grid) -> None:
        last = self.row + self.repeated - 1
        for column, repeated, value in self.cells:
            grid.put(last, column + repeated - 1, value)  # the far corner first: it is refused before anything is filled
            for at in range(column, column + repeated):
                for row in range(self.row, self.row + self.repeated):
                    grid.put(row, at, value)
        for column, down, across in self.spans:
            for row in range(self.row, self.row + self.repeated):
                grid.merge(row, column, row + down - 1, column + across - 1)
        self.cells, self.spans = [], []


def _count(attributes: Attributes, key: str, limit: int) -> int:
    if key not in attributes:
        return 1
    said = attributes[key]
    return min(max(int(said), 1), limit) if said.isascii() and said.isdigit() and len(said) < 12 else 1


def _value(said: Attributes, text: str) -> Cell:
    """The value of a cell, given its attributes and its text; what does not fit its type is its text."""
    kind = said.get(_TYPE, "")
    formula = _FORMULA in said
    if said.get(_CALC_TYPE) == "error" or (formula and (_ERROR.fullmatch(text) or _NUMBERED.fullmatch(text))):
        return _error(text)
    if formula and not kind and not text:
        return UNCALCULATED
    try:
        if kind in {"float", "percentage", "currency"}:
            return float(said[_NUMBER])
        if kind == "boolean":
            return said[_OFFICE + "boolean-value"] == "true"
        if kind == "date":
            return _of_moment(said[_OFFICE + "date-value"])
        if kind == "time":
            return _of_span(said[_OFFICE + "time-value"])
    except (KeyError, ValueError, OverflowError):
        return text
    return said.get(_OFFICE + "string-value", text)


def _error(text: str) -> str:
    if numbered := _NUMBERED.fullmatch(text):
        return _ERROR_TEXTS.get(numbered.group(1), "#VALUE!")
    return text if _ERROR.fullmatch(text) else "#VALUE!"


def _of_moment(said: str) -> date:
    at = datetime.fromisoformat(said)
    return at.date() if at.time() == time() else at


def _of_span(said: str) -> Cell:
    found = _SPAN_OF_TIME.fullmatch(said)
    if found is None:
        raise ValueError(said)
    days, hours, minutes = (int(found.group(number) or 0) for number in (2, 3, 4))
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=float((found.group(5) or "0").replace(",", ".")))
    if found.group(1):
        return -span
    return (datetime.combine(date(1900, 1, 1), time()) + span).time() if span < timedelta(days=1) else span
