"""A workbook as a clerk sees it, before it is written: sheets, tables, title lines, rows, columns, and what must be read from it.

Its one rule: nothing has a place before the book is written, so that messes may move everything; what is expected names
lines and columns, never cells.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import xlsxwriter

from lib.datasets.places import unit_name
from lib.ingest.expected import Ask, Expected, nothing_published
from lib.ingest.sheet import cell_name
from lib.spec.fields import Dataset, Field
from lib.spec.kinds import Kind
from lib.spec.period import Period, title_of
from tests.support.mess.clean import Row

ANY = object()
"""In place of a value that is not compared: what is read there stands under a 致命 finding."""
PERIOD = Period("2024-09")
DAY = "yyyy-mm-dd"


@dataclass(frozen=True)
class Shown:
    """A value with its number format."""

    value: Any
    format: str


@dataclass(frozen=True)
class Formula:
    """A formula with the value it was saved with; None: without any."""

    text: str
    saved: Any


@dataclass(eq=False)
class Column:
    """One column of a table: above its own title stand those of upper levels, the outermost first. personal: nothing but
    that is told of it. scale: of the unit it is written in, to that of its field.
    """

    field: Field | None
    title: str
    above: tuple[str, ...] = ()
    hidden: bool = False
    personal: bool = False
    scale: float = 1.0
    index: int = -1


@dataclass(eq=False)
class Line:
    """One row of a sheet. cells: by column, or by offset from the left edge of the table. values: what a row of data holds;
    refused: what its refused cells would have held.
    """

    cells: dict[Column | int, Any] = field(default_factory=dict)
    values: Row | None = None
    refused: Row = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    merged: int = 0
    hidden: bool = False
    row: int = -1


@dataclass(frozen=True)
class Sum:
    """The sum of a column over some rows, in the unit it is written in; wrong: as an office gets it that forgot to add anew."""

    lines: tuple[Line, ...]
    wrong: bool = False

    def of(self, column: Column) -> float | None:
        """The number in the cell of a column."""
        assert column.field
        name = column.field.name
        values = [line.refused.get(name, line.values[name]) for line in self.lines if line.values]
        numbers = [one for one in values if one is not None]
        total = round(sum(numbers) / column.scale, 8)
        return None if not numbers else 2 * total + 77 if self.wrong else total


@dataclass(eq=False)
class Table:
    """Title lines, header, body and what follows. place: to the right of or below the tables before it on its sheet. whole: the
    header is merged; high: but for titles of columns without a group, which stand in the uppermost level.
    """

    dataset: Dataset
    columns: list[Column]
    titles: list[Line]
    body: list[Line]
    after: list[Line] = field(default_factory=list)
    place: str = "below"
    gap: int = 2
    whole: bool = True
    high: bool = False
    merges: list[tuple[Line, Line, Column]] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    left: int = 0
    first: int = -1
    last: int = -1

    def lines(self) -> list[Line]:
        """The rows of data."""
        return [one for one in self.body if one.values is not None]

    def of(self, name: str) -> Column | None:
        """The column of a field; None when the table lacks it."""
        return next((one for one in self.columns if one.field is not None and one.field.name == name), None)

    @property
    def depth(self) -> int:
        """How many header levels."""
        return 1 + max(len(one.above) for one in self.columns)


@dataclass(eq=False)
class Block:
    """Text beside or below everything else of a sheet."""

    lines: list[list[Any]]
    place: str
    gap: int = 1
    down: int = 0
    row: int = -1
    left: int = -1

    @property
    def cell(self) -> str:
        """Its first cell that holds something."""
        first = next(at for at, value in enumerate(self.lines[0]) if value != "")
        return cell_name(self.row, self.left + first)


@dataclass(eq=False)
class Page:
    """One sheet. loose: cells by (row, column) of a sheet without tables. hidden: hidden or very. skipped: it is not read."""

    name: str
    tables: list[Table] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    loose: dict[tuple[int, int], Any] = field(default_factory=dict)
    hidden: str = ""
    skipped: bool = False
    top: int = 0
    left: int = 0


Where = Callable[[], tuple[str, str] | None]
"""The sheet and cell of a finding, once the book has been written; None when other messes have made it needless."""


@dataclass(eq=False)
class Book:
    """A workbook, the choices of its sender, and what reading it must give. page: the sheet of the form that messes of the whole
    form are planted into. planted: codes of the messes in it. claims: what
    messes have taken for themselves. personal: its rows must not be kept; refused: the one
    finding of a file that cannot be opened. as_text: written in a format whose whole text is looked at for wrong encodings.
    """

    page: Page
    rng: Random
    pages: list[Page] = field(default_factory=list)
    name: str = "报表.xlsx"
    expected: Expected = field(default_factory=lambda: Expected(period=PERIOD))
    ask: Ask = nothing_published
    expects: list[tuple[str, Where]] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)
    personal: bool = False
    refused: str = ""
    as_text: bool = False
    mac: bool = False
    encode: Callable[[Book], bytes] | None = None
    claims: set[Any] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pages = self.pages or [self.page]

    @property
    def table(self) -> Table:
        """The first table of that form."""
        return self.page.tables[0]

    def tables(self) -> list[Table]:
        """All tables that are read."""
        return [one for page in self.pages if not page.hidden and not page.skipped for one in page.tables]

    def claim(self, *tokens: Any) -> bool:
        """Take things for one mess alone; False when another has one of them."""
        if self.claims.intersection(tokens):
            return False
        self.claims.update(tokens)
        return True

    def free(self, *tokens: Any) -> bool:
        """Whether no mess has one of them."""
        return not self.claims.intersection(tokens)

    def expect(self, code: str, where: Where) -> None:
        """There must be one finding more."""
        self.expects.append((code, where))

    def page_of(self, table: Table) -> Page:
        """The sheet a table stands on."""
        return next(page for page in self.pages if table in page.tables)

    def at(self, code: str, table: Table, line: Line, column: Column) -> None:
        """There must be one finding more, at a cell of the body."""
        self.expect(code, lambda: (self.page_of(table).name, cell_name(line.row, column.index)))

    def at_head(self, code: str, table: Table, column: Column | None = None) -> None:
        """There must be one finding more, at a header cell: of a column, or the first one."""

        def where() -> tuple[str, str] | None:
            one = column or table.columns[0]
            hidden = one.personal and code != "T13"
            return None if hidden else (self.page_of(table).name, cell_name(table.last, one.index))

        self.expect(code, where)

    # -- what is read --------------------------------------------------------------------------------------------------

    def findings(self) -> list[tuple[str, str, str]]:
        """(code, sheet, cell) of all that must be found, sorted. The book must have been written."""
        if self.refused:
            return [(self.refused, "", "")]
        return sorted((code, *place) for code, where in self.expects if (place := where()) is not None)

    def rows(self) -> dict[str, list[Row]]:
        """Dataset → the rows that must be read, with sheet, row and marks. The book must have been written."""
        found: dict[str, list[Row]] = {}
        for page in self.pages:
            for table in page.tables if not page.hidden and not page.skipped else ():
                present = {one.field.name for one in table.columns if one.field is not None}
                for line in table.lines():
                    assert line.values is not None
                    row = {name: value if name in present else None for name, value in line.values.items()}
                    marks = json.dumps(line.marks, ensure_ascii=False, sort_keys=True) if line.marks else None
                    found.setdefault(table.dataset.id, []).append(
                        {**row, "_sheet": page.name, "_row": line.row + 1, "_marks": marks}
                    )
        return found

    # -- placing -------------------------------------------------------------------------------------------------------

    def place(self) -> None:
        """Give every line, column and block its place."""
        for page in self.pages:
            right, bottom = page.left, page.top
            for number, table in enumerate(page.tables):
                if number and table.place == "right":
                    table.left, top = right + table.gap, page.tables[0].first - len(table.titles)
                else:
                    table.left, top = page.left, bottom + (table.gap if number else 0)
                bottom = max(bottom, _place_table(table, top))
                right = max(right, table.left + len(table.columns))
            for block in page.blocks:
                if block.place == "right":
                    block.left, block.row = right + block.gap, page.tables[0].last + block.down
                    right = block.left + max(len(line) for line in block.lines)
                else:
                    block.left, block.row = page.left + block.down, bottom + block.gap
                    bottom = block.row + len(block.lines)

    def grids(self) -> Iterator[tuple[Page, dict[tuple[int, int], Any], list[tuple[int, int, int, int]]]]:
        """(page, its cells, its merged ranges as top, left, bottom, right) of every page, placed."""
        self.place()
        for page in self.pages:
            cells: dict[tuple[int, int], Any] = dict(page.loose)
            merges: list[tuple[int, int, int, int]] = []
            for table in page.tables:
                _draw_table(table, cells, merges)
            for block in page.blocks:
                for down, line in enumerate(block.lines):
                    for right, value in enumerate(line):
                        cells[block.row + down, block.left + right] = value
            yield page, {place: value for place, value in cells.items() if value is not None}, merges

    def write(self) -> bytes:
        """The book as a file."""
        return self.encode(self) if self.encode else write_xlsx(self)


def _place_table(table: Table, top: int) -> int:
    """Number lines and columns from a row on; the row below the table."""
    for offset, column in enumerate(table.columns):
        column.index = table.left + offset
    for line in table.titles:
        line.row, top = top, top + 1
    table.first, table.last = top, top + table.depth - 1
    top = table.last + 1
    for line in (*table.body, *table.after):
        line.row, top = top, top + 1
    return top


def _summed(key: Column | int, value: Any) -> Any:
    if isinstance(value, Formula):
        return Formula(value.text, _summed(key, value.saved))
    return value.of(key) if isinstance(value, Sum) and isinstance(key, Column) else value


def _draw_table(
    table: Table, cells: dict[tuple[int, int], Any], merges: list[tuple[int, int, int, int]]
) -> None:
    for line in (*table.titles, *table.body, *table.after):
        for key, value in line.cells.items():
            cells[line.row, key.index if isinstance(key, Column) else table.left + key] = _summed(key, value)
        if line.merged:
            merges.append((line.row, table.left, line.row, table.left + line.merged - 1))
    for level in range(table.depth - 1):
        start = 0
        while start < len(table.columns):
            path = table.columns[start].above[: level + 1]
            end = start + 1
            while (
                end < len(table.columns)
                and len(path) > level
                and table.columns[end].above[: level + 1] == path
            ):
                end += 1
            if len(path) > level:
                cells[table.first + level, table.columns[start].index] = path[level]
                if end - start > 1 and table.whole:
                    merges.append(
                        (
                            table.first + level,
                            table.columns[start].index,
                            table.first + level,
                            table.columns[end - 1].index,
                        )
                    )
            start = end
    for column in table.columns:
        top = table.first + len(column.above) if table.whole else table.last
        cells[top, column.index] = column.title
        if top < table.last and not table.high:
            merges.append((top, column.index, table.last, column.index))
    for first, last, column in table.merges:
        merges.append((first.row, column.index, last.row, column.index))


def write_xlsx(book: Book) -> bytes:
    """The book as an .xlsx."""
    sink = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "date_1904": book.mac,
    }
    with xlsxwriter.Workbook(sink, options) as made:
        formats: dict[str, Any] = {}
        for page, cells, merges in book.grids():
            sheet = made.add_worksheet(page.name)
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, "")
            for (row, column), value in sorted(cells.items()):
                shown = (
                    value
                    if isinstance(value, Shown)
                    else Shown(value, DAY if isinstance(value, date) else "")
                )
                style = (
                    formats.setdefault(shown.format, made.add_format({"num_format": shown.format}))
                    if shown.format
                    else None
                )
                _write(sheet, row, column, shown.value, style)
            for table in page.tables:
                for line in (*table.titles, *table.body, *table.after):
                    if line.hidden:
                        sheet.set_row(line.row, None, None, {"hidden": True})
                for one in table.columns:
                    if one.hidden:
                        sheet.set_column(one.index, one.index, None, None, {"hidden": True})
            if page.hidden:
                sheet.very_hidden() if page.hidden == "very" else sheet.hide()
        next(
            sheet for sheet, page in zip(made.worksheets(), book.pages, strict=True) if not page.hidden
        ).activate()
    return _without_values(sink.getvalue())


NEVER = "@never calculated@"
_NEVER = re.compile(rf' t="str"><f>([^<]*)</f><v>{NEVER}</v>')


def _without_values(data: bytes) -> bytes:
    """The workbook with formulas that were never calculated as a program that does not calculate saves them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.infolist()}
    if not any(NEVER.encode() in part for part in parts.values()):
        return data
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, part in parts.items():
            archive.writestr(
                entry.filename, _NEVER.sub(r"><f>\1</f>", part.decode()) if NEVER.encode() in part else part
            )
    return sink.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, style, NEVER if value.saved is None else value.saved)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, value, style)


# -- a clean book ----------------------------------------------------------------------------------------------------------


def flat_title(dataset: Dataset, one: Field) -> str:
    """A header that means this field without any level above it."""
    unique = sum(other.title == one.title for other in dataset.fields) == 1
    return one.title if unique or not one.group else f"{one.group}{one.title}"


def with_unit(one: Field, title: str) -> str:
    """A header with the unit of its field behind it."""
    return f"{title}（{one.unit}）" if one.unit and one.unit not in {"年", "届", "°", "%"} else title


def written(one: Field, value: Any) -> Any:
    """A stored value as the careful clerk writes it."""
    if value is None:
        return None
    if one.kind is Kind.SUBDISTRICT:
        return unit_name(str(value))
    if one.kind is Kind.BOOLEAN:
        return "是" if value else "否"
    if one.kind is Kind.PERCENT:
        return Shown(round(value / 100, 12), "0.0###%")
    return value


def clean_table(dataset: Dataset, rows: list[Row], fields: list[Field] | None = None) -> Table:
    """A table in which nothing is wrong, with titles above it and one header level."""
    chosen = list(dataset.fields) if fields is None else fields
    columns = [Column(one, with_unit(one, flat_title(dataset, one))) for one in chosen]
    body = [
        Line(
            {column: written(column.field, row[column.field.name]) for column in columns if column.field},
            dict(row),
        )
        for row in rows
    ]
    titles = [
        Line({0: f"普陀区{dataset.title}（{title_of(PERIOD)}）"}),
        Line({0: "填报单位：普陀区房管局"}),
        Line(),
    ]
    return Table(dataset, columns, titles, body)
