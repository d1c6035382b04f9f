"""Sheets of cells, as every format is opened into, and the names of cells. Its one rule: nothing here knows a format or a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lib.spec.findings import Finding

Cell = object
"""str, float, int, bool, date, datetime, time or timedelta; an empty text for an empty cell."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""((row, column), (row, column)), 0-based, both inclusive."""

UNCALCULATED = "#未计算!"
"""Stands in a formula cell that was saved without its value."""

MAX_CELLS = 8_000_000
"""Of the rectangle from A1 to the last cell of a sheet; a larger one is refused before it is read."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: columns of cells from A1 on, all of one length.

    An error value (#REF!) stands as its text, a formula without a saved value as `UNCALCULATED`.
    hidden: not to be read as data; very_hidden: hidden so that Excel's menu does not show it. hidden_rows, hidden_columns:
    0-based, those a reader of the sheet does not see. widths: of a text file, how many cells each row was written with.
    from_1904: whether the file counts its days from 1904 on, which matters for dates that stand as plain numbers.
    shows_percent: whether some cell of the file may be shown with a % sign that its number does not tell.
    """

    name: str
    columns: tuple[list[Cell], ...]
    merges: tuple[Range, ...] = ()
    hidden: bool = False
    very_hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    widths: tuple[int, ...] = ()
    from_1904: bool = False
    shows_percent: bool = True

    @classmethod
    def of_rows(cls, name: str, rows: Sequence[Sequence[Cell]], merges: tuple[Range, ...] = (), *, hidden: bool = False) -> Sheet:
        """A sheet from its rows; short rows are filled up with empty cells."""
        width = max((len(row) for row in rows), default=0)
        full = [[*row, *[""] * (width - len(row))] for row in rows]
        return cls(name, tuple(list(column) for column in zip(*full, strict=True)), merges, hidden)

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.columns)

    def row(self, index: int) -> list[Cell]:
        """The cells of one row."""
        return [column[index] for column in self.columns]

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """All rows. For small sheets: of a large one it doubles what it holds."""
        return [list(row) for row in zip(*self.columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Remark:
    """A text with digits outside of the cells. where: 批注, 页眉页脚 and so on; sheet, cell: empty where they are not known."""

    sheet: str
    cell: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file opened into sheets, in its order, with what is to be said of it and of its sheets, and what stands outside of cells."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Unreadable(Exception):
    """The file cannot be read; `finding` says why and what to do."""

    def __init__(self, what: Finding) -> None:
        super().__init__(what.message)
        self.finding = what


def cell_name(row: int, column: int) -> str:
    """The name Excel shows for a 0-based position: (6, 2) → C7."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Excel's letters of a 0-based column: 2 → C."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The 0-based column of Excel's letters: C → 2."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
