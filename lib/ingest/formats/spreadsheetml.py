"""XML Spreadsheet 2003, which systems export under the name of an .xls. Its one rule: a cell is what its type says."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from lib.ingest.formats.grid import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Grid, of_hidden_sheets, too_many_sheets
from lib.ingest.formats.markup import Attributes, Reader, read_markup
from lib.ingest.formats.remarks import COMMENT, HEADER, PROPERTY, has_number
from lib.ingest.formats.text import find_garbled
from lib.ingest.sheet import UNCALCULATED, Cell, Opened, Remark, Sheet, Unreadable, cell_name
from lib.spec.findings import finding

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = NAMESPACE + " "
_CELL, _DATA, _ROW, _COLUMN, _SHEET = _SS + "Cell", _SS + "Data", _SS + "Row", _SS + "Column", _SS + "Worksheet"
_TYPE, _INDEX, _SPAN, _HIDDEN, _FORMULA = _SS + "Type", _SS + "Index", _SS + "Span", _SS + "Hidden", _SS + "Formula"
_ACROSS, _DOWN = _SS + "MergeAcross", _SS + "MergeDown"
_EXCEL, _OFFICE = "urn:schemas-microsoft-com:office:excel ", "urn:schemas-microsoft-com:office:office "
_VISIBLE, _PRINTED, _PRINTED_TEXT = _EXCEL + "Visible", {_EXCEL + "Header", _EXCEL + "Footer"}, _EXCEL + "Data"
_COMMENT, _AUTHOR = _SS + "Comment", _SS + "Author"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHUNK = 1_000_000


def open_spreadsheetml(name: str, text: str) -> Opened:
    """The sheets of an XML Spreadsheet. Raises Unreadable."""
    text = _DECLARATION.sub("", text, count=1)  # its encoding is done with
    reader = _Workbook(name)
    read_markup(name, (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)), reader)
    if not reader.sheets:
        raise Unreadable(finding("F03", name=name, reason="其中没有工作表"))
    return Opened(tuple(reader.sheets), (*of_hidden_sheets(reader.sheets), *find_garbled(reader.sheets, text)), tuple(reader.remarks))


class _Workbook(Reader):
    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: list[Sheet] = []
        self.grid: Grid | None = None
        self.visible = ""
        self.row = self.column = -1
        self.across = self.last_row = 0
        self.type = ""
        self.formula = self.filled = False
        self.reading = ""
        self.pieces: list[str] = []
        self.remarks: list[Remark] = []
        self.commenting = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        if self.commenting:
            return
        if self.grid is None:
            if tag == _SHEET:
                self._start_sheet(attributes)
            elif tag.startswith(_OFFICE):
                self.reading, self.pieces = tag, []
        elif tag == _CELL:
            self._start_cell(self.grid, attributes)
        elif tag == _DATA:
            self.type = attributes.get(_TYPE, "String")
            self.reading, self.pieces = tag, []
        elif tag == _ROW:
            self.row = self._at(attributes, self.row, MAX_ROWS)
            self.last_row = self.row + min(_count(attributes.get(_SPAN, "")), MAX_ROWS)
            if attributes.get(_HIDDEN) == "1":
                self.grid.hidden_rows.update(range(self.row, self.last_row + 1))
            self.column = -1
        elif tag == _COLUMN:
            self.column = self._at(attributes, self.column, MAX_COLUMNS)
            last = self.column + min(_count(attributes.get(_SPAN, "")), MAX_COLUMNS)
            if attributes.get(_HIDDEN) == "1":
                self.grid.hidden_columns.update(range(self.column, last + 1))
            self.column = last
        elif tag == _VISIBLE:
            self.reading, self.pieces = tag, []
        elif tag == _COMMENT:
            self.commenting = True
            self.reading, self.pieces = tag, [attributes.get(_AUTHOR, ""), "\n"]
        elif tag in _PRINTED:
            self._remark("", HEADER, attributes.get(_PRINTED_TEXT, ""))

    def _remark(self, cell: str, where: str, text: str) -> None:
        if has_number(text):
            self.remarks.append(Remark(self.grid.name if self.grid else "", cell, where, text))

    def _start_sheet(self, attributes: Attributes) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise too_many_sheets(self.file, len(self.sheets) + 1)
        self.grid = Grid(self.file, attributes.get(_SS + "Name", f"表{len(self.sheets) + 1}"))
        self.row = self.column = -1
        self.visible = ""

    def _start_cell(self, grid: Grid, attributes: Attributes) -> None:
        self.column = self._at(attributes, self.column, MAX_COLUMNS)
        self.formula, self.filled, self.across = _FORMULA in attributes, False, 0
        if _ACROSS in attributes or _DOWN in attributes:
            self.across, down = _count(attributes.get(_ACROSS, "")), _count(attributes.get(_DOWN, ""))
            grid.merge(self.row, self.column, self.row + down, self.column + self.across)

    def end(self, tag: str) -> None:
        """An element is over."""
        grid = self.grid
        if self.commenting and tag != _COMMENT:
            return
        if grid is None:
            if tag == self.reading:
                self._remark("", PROPERTY, "".join(self.pieces))
                self.reading = ""
            return
        if self.commenting:
            self._remark(cell_name(self.row, self.column), COMMENT, "".join(self.pieces))
            self.reading, self.commenting = "", False
        elif tag == self.reading:
            said = "".join(self.pieces)
            self.reading = ""
            if tag == _VISIBLE:
                self.visible = said.strip()
            else:
                self.filled = self.filled or bool(said) or self.type == "String"
                grid.put(self.row, self.column, _value(self.type, said))
        elif tag == _CELL:
            if self.formula and not self.filled:
                grid.put(self.row, self.column, UNCALCULATED)
            self.column += min(self.across, MAX_COLUMNS)
        elif tag == _ROW:
            self.row = self.last_row
        elif tag == _SHEET:
            self.sheets.append(grid.sheet(hidden=self.visible != "", very_hidden=self.visible == "SheetVeryHidden"))
            self.grid = None

    def text(self, text: str) -> None:
        """A piece of text; inside Data it may stand in HTML tags."""
        if self.reading:
            self.pieces.append(text)

    def _at(self, attributes: Attributes, before: int, limit: int) -> int:
        at = _count(attributes[_INDEX]) - 1 if _INDEX in attributes else before + 1
        if not before < at < limit:
            raise Unreadable(finding("F03", name=self.file, reason="单元格的位置不对"))
        return at


def _count(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0


def _value(kind: str, said: str) -> Cell:
    """The value of a Data element; what does not fit its type stays a text."""
    try:
        if kind == "Number":
            return float(said)
        if kind == "Boolean":
            return said.strip() == "1"
        if kind == "DateTime":
            return _of_moment(datetime.fromisoformat(said.strip()))
    except ValueError:
        pass
    return said


def _of_moment(at: datetime) -> Cell:
    if at.date() == date(1899, 12, 31):
        return at.time()
    return at.date() if at.time() == time() else at
