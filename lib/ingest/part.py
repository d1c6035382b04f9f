"""One table of a form: its lines above, its rows and its columns as read. Its one rule: it knows one sheet and no other table."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lib.ingest import titles as around
from lib.ingest.cells import is_blank, points_written, shown
from lib.ingest.columns import ColumnReading, filled_down, lost_zeros, pick, read_column, since_1900, unusual
from lib.ingest.header import Column, Table, fold_header, unit_from_line
from lib.ingest.limits import MOST_MADE
from lib.ingest.rows import split_rows
from lib.ingest.sheet import Cell, cell_name, column_letters
from lib.ingest.totals import check_totals
from lib.spec.fields import Dataset, Need
from lib.spec.findings import Finding, finding
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.units import factor

MOST_NAMED = 10
FILLED = frozenset({Kind.TEXT, Kind.CODE, Kind.CHOICE, Kind.SUBDISTRICT, Kind.BOOLEAN})
"""Kinds of field that may be filled down: a number or a date never is."""
_NUMBERED = {"序号", "编号", "No", "No."}


class Part:
    """A table found, with its titles. After `read`: values by field, marks by position, refused positions by field,
    findings, and reach: the columns that were looked at.
    """

    def __init__(self, table: Table, fallback: around.Titles, file_name: str) -> None:
        self.table = table
        self.titles = around.read_titles(table.sheet, table.first, top=table.top, left=table.left, right=table.right)
        self.own_reporter = bool(self.titles.reporter)
        self.titles.fill_from(fallback)
        self.named_period = around.period_in(table.sheet.name) or around.period_in(file_name)
        self.period = self.titles.period or self.named_period
        self.basis = self.titles.basis or around.basis_in(table.sheet.name)
        self.split = split_rows(table)
        self.data = self.split.data
        self.values: dict[str, list[Any]] = {}
        self.marks: dict[int, dict[str, str]] = {}
        self.refused: dict[str, set[int]] = {}
        self.findings: list[Finding] = []
        self.reach: set[int] = set()
        self._positions = {one.field.name: one.index for one in table.columns}

    @property
    def count(self) -> int:
        """How many rows of data."""
        return len(self.data)

    def cell(self, name: str, row: int) -> str:
        """The cell of a field in a row; of a field without a column that of the key."""
        first = self._positions.get(self.table.dataset.key[0], self.table.left)
        return cell_name(row, self._positions.get(name, first))

    def header_cell(self, name: str = "") -> str:
        """The cell of a field's header; without a name, or of a field without a column, that of the table's first column."""
        return cell_name(self.table.last, self._positions.get(name, self.table.left))

    def written_unit(self, column: Column) -> str:
        """The unit of measure in which a column is written."""
        own = column.unit or self.split.units.get(column.index, "")
        return own or unit_from_line(self.titles.units, column.field.unit) or column.field.unit

    def read(self, dataset: Dataset) -> None:
        """Read every column, and tell what is wrong with the header and around the rows."""
        self._check_header(dataset)
        self._check_surroundings()
        inherited = self._merged_values()
        for column in self.table.columns:
            raws = pick(self.table.sheet.columns[column.index], self.data)
            for at, value in inherited.get(column.index, {}).items():
                if is_blank(raws[at]):
                    raws[at] = value
            if self.table.sheet.from_1904 and column.field.kind is Kind.DATE:
                raws = [since_1900(raw) for raw in raws]
            if column.fill and column.field.kind in FILLED:
                raws = self._filled(column, raws)
            self._keep(column, raws, read_column(column.field, raws, self._factor(column, raws)))

    def check_totals(self) -> Iterator[Finding]:
        """The total rows as checksums over this table's own values; columns with a refused cell have no sum to compare."""
        refused = {one.field for one in self.findings if one.level is Level.FATAL and one.field}
        columns = tuple(one for one in self.table.columns if one.field.label not in refused)
        return check_totals(self.table.sheet, columns, self.values, self.split.totals, self._scale)

    # -- around the rows --------------------------------------------------------------------------------------------------

    def _add(self, code: str, *, cell: str = "", field: str = "", level: Level | None = None, **values: object) -> None:
        self.findings.append(finding(code, sheet=self.table.sheet.name, cell=cell, field=field, level=level, **values))

    def _check_header(self, dataset: Dataset) -> None:
        table = self.table
        for one in dataset.fields:
            if one.need is not Need.OPTIONAL and one.name not in self._positions:
                aliases = "、".join((one.label, *one.aliases[:3]))
                self._add("T02", cell=cell_name(table.last, table.left), field=one.label, aliases=aliases)
        for column in table.repeated:
            self._add("T04", cell=cell_name(table.last, column.index), field=column.field.label,
                      other=cell_name(table.last, self._positions[column.field.name]))
        for index, header, names in table.ambiguous:
            fields = "、".join(dataset.by_name[name].label for name in names)
            self._add("T18", cell=cell_name(table.last, index), header=header, fields=fields)
        for index, header in table.unknown:
            if header not in _NUMBERED:
                self._add("T03", cell=cell_name(table.last, index), header=header, hint=self._likely(dataset, header))

    def _likely(self, dataset: Dataset, header: str) -> str:
        """A hint at the field a header may mean. A hint only: no column is ever taken by likeness."""
        open_ones = {fold_header(one.label): one.label for one in dataset.fields if one.name not in self._positions}
        close = difflib.get_close_matches(fold_header(header), list(open_ones), 1)
        return f"如为“{open_ones[close[0]]}”，可在“各列是怎样读的”中指定。" if close else ""

    def _check_surroundings(self) -> None:
        """Nothing of the table's rows may be left unread, and nothing hidden be read, without being told."""
        table, sheet = self.table, self.table.sheet
        if self.split.examples and self.split.examples != [table.last + 1]:
            self._add("R09", count=len(self.split.examples))
        if self.split.sections:
            row = self.split.sections[0]
            column = next(at for at in range(table.left, table.right + 1) if not is_blank(sheet.columns[at][row]))
            self._add("R12", cell=cell_name(row, column), count=len(self.split.sections))
        if self.split.leftovers:
            row = self.split.leftovers[0]
            column = next(at for at in range(table.left, table.right + 1) if not is_blank(sheet.columns[at][row]))
            level = Level.WARNING if self.split.keyed else None
            self._add("T34", cell=cell_name(row, column), level=level, row=row + 1)
        titled = {index for index, _ in table.titled}
        self._check_untitled(titled)
        hidden = sorted(sheet.hidden_rows & set(self.data)) if sheet.hidden_rows else []
        if hidden:
            named = "、".join(str(row + 1) for row in hidden[:MOST_NAMED]) + ("等" if len(hidden) > MOST_NAMED else "")
            self._add("T27", cell=cell_name(hidden[0], table.left), count=len(hidden), rows=named)
        columns = sorted(one.index for one in table.columns if one.index in sheet.hidden_columns)
        if columns:
            named = "、".join(column_letters(one) for one in columns)
            self._add("T28", cell=cell_name(table.last, columns[0]), columns=named)
        if sheet.widths:
            expected = max(sheet.widths[table.first : table.last + 1])
            for row in islice((row for row in self.data if sheet.widths[row] != expected), MOST_MADE):
                self._add("R10", cell=cell_name(row, 0), row=row + 1, count=sheet.widths[row], expected=expected)

    def _check_untitled(self, titled: set[int]) -> None:
        """Cells of the rows in columns without a header: inside the table, or next to it."""
        table, sheet = self.table, self.table.sheet
        self.reach = set(range(table.left, table.right + 1))
        inside = [at for at in self.reach if at not in titled]
        for step, start in ((1, table.right + 1), (-1, table.left - 1)):
            at = start
            while 0 <= at < sheet.width and any(not is_blank(value) for value in set(pick(sheet.columns[at], self.data))):
                inside.append(at)
                self.reach.add(at)
                at += step
        outside = [(row, at) for at in inside for row, value in zip(self.data, pick(sheet.columns[at], self.data), strict=True)
                   if not is_blank(value)]
        if outside:
            self._add("T19", cell=cell_name(*min(outside)), count=len(outside))

    def _merged_values(self) -> dict[int, dict[int, Cell]]:
        """Column → position → value of the vertical merge it lies in. A blank outside a merge stays blank (domain.md, M11)."""
        table, sheet = self.table, self.table.sheet
        inherited: dict[int, dict[int, Cell]] = {}
        fields = {column.index: column.field for column in table.columns}
        positions: dict[int, int] = {}
        for (top, left), (bottom, right) in sheet.merges:
            if left != right or left not in fields or not table.last < top < table.bottom:
                continue
            value = sheet.columns[left][top]
            if fields[left].kind in {Kind.INTEGER, Kind.DECIMAL} and not is_blank(value):
                self._add("C16", cell=cell_name(top, left), field=fields[left].label, value=shown(value), count=bottom - top + 1)
            positions = positions or {row: at for at, row in enumerate(self.data)}
            for row in range(top + 1, min(bottom + 1, table.bottom)):
                if row in positions:
                    inherited.setdefault(left, {})[positions[row]] = value
        return inherited

    def _filled(self, column: Column, raws: list[Cell]) -> list[Cell]:
        """The cells with blanks filled down, as the sender asked; told each time, because a forgotten cell looks the same."""
        blank = {raw: is_blank(raw) for raw in set(raws)}
        blanks = [at for at, raw in enumerate(raws) if blank[raw]]
        filled = filled_down(raws, [blank[raw] for raw in raws])
        if blanks:
            cells = "、".join(cell_name(self.data[at], column.index) for at in blanks[:MOST_NAMED])
            cells += "等" if len(blanks) > MOST_NAMED else ""
            self._add("C22", cell=cell_name(self.data[blanks[0]], column.index), field=column.field.label, count=len(blanks), cells=cells)
        return filled

    # -- cells ------------------------------------------------------------------------------------------------------------

    def _keep(self, column: Column, raws: list[Cell], read: ColumnReading) -> None:
        field, data = column.field, self.data
        for at, one in islice(read.odd.items(), MOST_MADE):
            level = Level.WARNING if field.exact and one.mark else None
            for code, texts in one.problems:
                self._add(code, cell=cell_name(data[at], column.index), field=field.label, level=level, **texts)
        self.refused[field.name] = {at for at, one in read.odd.items() if one.value is None}
        for at, mark in read.marks:
            self.marks.setdefault(at, {})[field.name] = mark
        if read.blanks and field.need is Need.COLUMN:
            self._add("C10", cell=cell_name(data[read.blanks[0]], column.index), field=field.label, count=len(read.blanks))
        if field.kind is Kind.CODE:
            for at in lost_zeros(raws):
                length = max(len(raw.strip()) for raw in raws if isinstance(raw, str))
                self._add("C19", cell=cell_name(data[at], column.index), field=field.label, value=read.values[at], length=length)
        for at, words in islice(unusual(field, read.values), MOST_MADE):
            low, high = field.usual or (0, 0)
            self._add("C18", cell=cell_name(data[at], column.index), field=field.label, value=f"{read.values[at]:,.10g}", unit=field.unit,
                      low=f"{low:,.10g}", high=f"{high:,.10g}", words=words)
        self.values[field.name] = read.values

    def _scale(self, column: Column) -> float:
        return factor(column.field.unit, self.written_unit(column)) or 1.0

    def _factor(self, column: Column, raws: list[Cell]) -> float:
        field = column.field
        cell = cell_name(self.table.last, column.index)
        if field.kind is Kind.PERCENT:
            return self._percent_factor(column, raws)
        if field.kind not in {Kind.DECIMAL, Kind.INTEGER} or not field.unit:
            return 1.0
        written = self.written_unit(column)
        found = factor(field.unit, written)
        if found is None:
            self._add("T12", cell=cell, field=field.label, found=written, unit=field.unit)
            return 1.0
        named = column.unit or self.split.units.get(column.index) or unit_from_line(self.titles.units, field.unit)
        if field.unit in {"㎡", "万元"} and not named:
            self._add("T11", cell=cell, field=field.label, unit=field.unit)
        return found

    def _percent_factor(self, column: Column, raws: list[Cell]) -> float:
        """100 when every number of the column lies in 0–1 (cells formatted as percent), otherwise 1, asking where mixed."""
        if column.asked:
            return 1.0 if column.asked == "%" else 100.0
        written = {raw: points_written(raw) for raw in set(raws)}
        numbers = {raw: number for raw, number in written.items() if number is not None}
        signed = any(isinstance(raw, str) and "%" in unicodedata.normalize("NFKC", raw) for raw in written)
        fractions = all(0 <= number <= 1 for number in numbers.values())
        if fractions and not signed:
            first = next((at for at, raw in enumerate(raws) if numbers.get(raw)), None)
            if first is not None and not self.table.sheet.shows_percent:
                self._add("C21", cell=cell_name(self.data[first], column.index), field=column.field.label,
                          value=f"{numbers[raws[first]]:.6g}", percent=f"{numbers[raws[first]] * 100:.6g}")
            return 100.0
        mixed = ((at, numbers[raw]) for at, raw in enumerate(raws) if 0 < numbers.get(raw, 0) <= 1)
        for at, number in islice(mixed, MOST_MADE):
            self._add("C14", cell=cell_name(self.data[at], column.index), field=column.field.label,
                      value=f"{number * (100 if fractions else 1):.6g}", percent=f"{number * (1 if fractions else 100):.6g}")
        return 100.0 if fractions else 1.0
