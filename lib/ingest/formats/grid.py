"""The grid into which the readers of single formats put the cells they meet, and what a serial number shown as a date is.

Its one rule: what a file claims costs nothing; only cells that hold something take room, and never more than a sheet may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from lib.ingest.sheet import MAX_CELLS, Cell, Range, Sheet, Unreadable
from lib.spec.findings import Finding, finding

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Of the sheets of every office program."""
MAX_MERGES = 100_000
MAX_SHEETS = 256


class Grid:
    """One sheet while it is read. Cells may come in any order; an empty text is no cell.

    file: the name of the file, for the finding when the sheet is too large.
    """

    def __init__(self, file: str, name: str) -> None:
        self.file = file
        self.name = name
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.columns: list[list[Cell]] = []
        self.height = 0
        self.merges: list[Range] = []

    def put(self, row: int, column: int, value: Cell) -> None:
        """Put a value at a 0-based place. Raises Unreadable when the sheet grows too large."""
        if value == "":
            return
        if row >= self.height or column >= len(self.columns):
            self._grow(row, column)
        cells = self.columns[column]
        missing = row - len(cells)
        if missing >= 0:
            cells.extend([""] * missing)
            cells.append(value)
        else:
            cells[row] = value

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merge, given by its 0-based corners. Raises Unreadable for too many."""
        if len(self.merges) >= MAX_MERGES:
            raise Unreadable(finding("F38", sheet=self.name, count=len(self.merges)))
        self.merges.append(((top, left), (bottom, right)))

    def sheet(self, *, hidden: bool = False, very_hidden: bool = False) -> Sheet:
        """The sheet: columns filled up to one length, merges cut to the cells there are."""
        for column in self.columns:
            column.extend([""] * (self.height - len(column)))
        low, wide = self.height - 1, len(self.columns) - 1
        cut = (((top, left), (min(bottom, low), min(right, wide))) for (top, left), (bottom, right) in self.merges)
        merges = tuple(sorted({(start, end) for start, end in cut if start != end and start[0] <= end[0] and start[1] <= end[1]}))
        return Sheet(
            self.name,
            tuple(self.columns),
            merges,
            hidden,
            very_hidden,
            frozenset(row for row in self.hidden_rows if row <= low),
            frozenset(column for column in self.hidden_columns if column <= wide),
        )

    def too_large(self, reason: str = "范围过大") -> Unreadable:
        """What to raise when the sheet has too much of something."""
        return Unreadable(finding("F05", name=self.file, reason=f"工作表“{self.name}”：{reason}"))

    def _grow(self, row: int, column: int) -> None:
        height, width = max(self.height, row + 1), max(len(self.columns), column + 1)
        if min(row, column) < 0 or row >= MAX_ROWS or column >= MAX_COLUMNS or height * width > MAX_CELLS:
            raise self.too_large()
        self.height = height
        self.columns.extend([] for _ in range(width - len(self.columns)))


def too_many_sheets(file: str, count: int) -> Unreadable:
    """What to raise when a workbook has more than `MAX_SHEETS`."""
    return Unreadable(finding("F43", name=file, count=count, limit=MAX_SHEETS))


def of_hidden_sheets(sheets: Iterable[Sheet]) -> list[Finding]:
    """A finding for each hidden sheet."""
    return [finding("F35" if sheet.very_hidden else "F08", sheet=sheet.name) for sheet in sheets if sheet.hidden]


ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
"""Codes of error values in binary workbooks."""

_BUILT_IN = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
_ELAPSED = 46
_EPOCH = datetime.combine(date(1900, 1, 1), time())
_TEXT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)


def shows_time(number: int, code: str) -> str:
    """Whether a number format shows a date ("date"), a span of time ("elapsed") or a plain number ("").

    number: its index in the workbook; code: its text, empty for those that every program knows.
    """
    if not code:
        return "elapsed" if number == _ELAPSED else "date" if number in _BUILT_IN else ""
    bare = _TEXT_IN_FORMAT.sub("", code.split(";", maxsplit=1)[0]).lower()
    if re.search(r"\[(?:h+|m+|s+)\]", bare):
        return "elapsed"
    return "date" if re.search(r"[ymdhs]", bare) and bare != "standard" else ""


def of_serial(number: float, shown: str, *, from_1904: bool) -> Cell:
    """The date, time or span that a number is when its format shows one (see `shows_time`); the number where there is none."""
    try:
        if shown == "elapsed":
            return timedelta(seconds=round(number * 86_400))
        if not shown or number < 0:
            return number
        if number < 1 and not from_1904:
            return (_EPOCH + timedelta(seconds=round(number * 86_400))).time()
        first = date(1904, 1, 1) if from_1904 else date(1899, 12, 31) if number < 60 else date(1899, 12, 30)
        at = datetime.combine(first, time()) + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
    except (OverflowError, ValueError):
        return number
    return date(at.year, at.month, at.day) if number == int(number) else at
