"""From opened sheets to a `Staging`: choose the table, read its columns, check its rows and totals.

Its one rule: columns are read as a whole, each distinct value once; every row kept is a row of the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.ingest import titles as around
from lib.ingest.cells import EMPTY, Reading, is_blank, read_cell
from lib.ingest.checks import Columns, run_checks
from lib.ingest.header import Column, Table, find_table, unit_from_line
from lib.ingest.privacy import personal_content, personal_headers
from lib.ingest.sheets import Cell, Sheet, Unreadable, cell_name, open_sheets
from lib.ingest.staging import Mapping, Staging
from lib.spec.fields import Dataset, Need
from lib.spec.findings import Finding, Level, finding
from lib.spec.kinds import Kind
from lib.spec.numbers import show
from lib.spec.period import Period, title_of
from lib.spec.units import MULTIPLES, factor

MAX_PER_CODE = 200
"""At most so many findings of one code in one column are listed; the rest is counted in the last one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sender says of the file; empty where nothing was said. unit: the 街镇 it must speak for."""

    dataset: str = ""
    period: str = ""
    unit: str = ""


def read_file(name: str, data: bytes, expected: Expected) -> Staging:
    """Read one file completely. Never raises for a bad file: what is wrong stands in the findings."""
    try:
        sheets, findings = open_sheets(name, data)
    except Unreadable as unreadable:
        return _nothing(name, expected, [unreadable.finding])
    table, others = _choose_table(sheets, expected.dataset)
    personal = list(personal_content(sheets))
    if table is None:
        code = "T01" if any(_has_cells(sheet) for sheet in sheets) else "F01"
        return _nothing(name, expected, [*findings, *personal, finding(code, name=name)], personal=bool(personal))
    headers = [(column.index, column.header) for column in table.columns] + list(table.unknown)
    personal += personal_headers(headers, table.sheet.name, table.last)
    reader = TableReader(table, expected, name)
    reader.findings += [*findings, *personal, *others]
    return reader.read(personal=bool(personal))


def _nothing(name: str, expected: Expected, findings: list[Finding], *, personal: bool = False) -> Staging:
    return Staging(name, expected.dataset, expected.period, (), "", "", (0, 0), (), tuple(findings), None, personal)


def _has_cells(sheet: Sheet) -> bool:
    return any(not is_blank(value) for row in sheet.rows for value in row)


def _choose_table(sheets: list[Sheet], wanted: str) -> tuple[Table | None, list[Finding]]:
    found = [(sheet, find_table(sheet)) for sheet in sheets]
    tables = [table for _, table in found if table is not None]
    if not tables:
        return None, []
    for index, table in enumerate(tables):
        codes = around.read_titles(table.sheet, table.first).form_codes
        named = [DATASETS[one.id] for one in DATASETS.values() if one.form_code in codes]
        if named and table.dataset not in named:
            tables[index] = find_table(table.sheet, named) or table
    best = max(tables, key=lambda table: (table.dataset.id == wanted, table.score))
    findings = []
    for sheet, other in found:
        if sheet is best.sheet or not _has_cells(sheet) or (other is None and "说明" in sheet.name):
            continue
        findings.append(finding("T15", sheet=sheet.name, level=Level.INFO if other is None else Level.WARNING))
    return best, findings


class TableReader:
    """Reads one found table. Collects findings; `read` gives the staging."""

    def __init__(self, table: Table, expected: Expected, name: str) -> None:
        self.table = table
        self.dataset: Dataset = table.dataset
        self.sheet = table.sheet
        self.expected = expected
        self.name = name
        self.titles = around.read_titles(table.sheet, table.first)
        self.findings: list[Finding] = []
        self.positions = {column.field.name: column.index for column in table.columns}

    def read(self, *, personal: bool) -> Staging:
        """The whole reading: header, titles, rows, cells, checks."""
        self._check_header()
        period = self._period()
        data, totals = self._rows()
        units = self._units()
        values, marks = self._columns(data)
        if not data:
            self._add("T05", cell=cell_name(self.table.last + 1, 0))
        self._check_required(values, data)
        self._check_keys(values, data)
        self._check_owner(values, data, units)
        if totals:
            self._check_totals(values, data, totals)
        columns = Columns(self.dataset, self.sheet.name, values, lambda name, at: self._cell(name, data[at]))
        self.findings += run_checks(columns)
        rows = None if personal else self._table(values, marks, data)
        return Staging(self.name, self.dataset.id, period, units, self.titles.reporter, self.sheet.name,
                       (self.table.first + 1, self.table.last + 1), self._mapping(), tuple(_limited(self.findings)), rows, personal)

    # -- header and titles -------------------------------------------------------------------------------------------

    def _add(self, code: str, *, cell: str = "", field: str = "", level: Level | None = None, **values: object) -> None:
        self.findings.append(finding(code, sheet=self.sheet.name, cell=cell, field=field, level=level, **values))

    def _cell(self, name: str, row: int) -> str:
        column = self.positions.get(name, self.positions.get(self.dataset.key[0], 0))
        return cell_name(row, column)

    def _check_header(self) -> None:
        if self.expected.dataset and self.expected.dataset != self.dataset.id:
            self._add("T06", chosen=DATASETS[self.expected.dataset].title, found=self.dataset.title)
        for one in self.dataset.fields:
            if one.need is not Need.OPTIONAL and one.name not in self.positions:
                aliases = "、".join((one.label, *one.aliases[:3]))
                self._add("T02", cell=cell_name(self.table.last, 0), field=one.label, aliases=aliases)
        for column in self.table.repeated:
            self._add("T04", cell=cell_name(self.table.last, column.index), field=column.field.label,
                      other=cell_name(self.table.last, self.positions[column.field.name]))
        for index, header in self.table.unknown:
            if header not in {"序号", "编号", "No", "No."}:
                self._add("T03", cell=cell_name(self.table.last, index), header=header)

    def _period(self) -> str:
        found = self.titles.period or around.period_in(self.sheet.name) or around.period_in(self.name)
        chosen = self.expected.period
        if found and chosen and found != chosen:
            self._add("T07", chosen=title_of(Period(chosen)), found=title_of(Period(found)))
        if not found and chosen:
            self._add("T08", chosen=title_of(Period(chosen)))
        elif not found:
            self._add("T17")
        return chosen or found

    def _units(self) -> tuple[str, ...]:
        reporter, wanted = self.titles.reporter, self.expected.unit
        if not reporter:
            everyone = around.reporting_units("全区") or ()
            self._add("T16", chosen=unit_name(wanted) if wanted else "全区")
            return (wanted,) if wanted else everyone
        units = around.reporting_units(reporter)
        if units is None:
            self._add("T10", found=reporter)
            return ()
        if wanted and units != (wanted,):
            self._add("T09", found=reporter, chosen=unit_name(wanted))
        return units

    def _mapping(self) -> tuple[Mapping, ...]:
        known = [Mapping(cell_name(0, one.index)[:-1], one.header, one.field.name, self._written_unit(one)) for one in self.table.columns]
        other = [Mapping(cell_name(0, index)[:-1], header, "", "") for index, header in self.table.unknown]
        return tuple(known + other)

    # -- rows --------------------------------------------------------------------------------------------------------

    def _rows(self) -> tuple[list[int], list[tuple[int, bool, int]]]:
        """Data rows (0-based), and total rows as (row, grand, how many data rows stand above it)."""
        data: list[int] = []
        totals: list[tuple[int, bool, int]] = []
        skipped = 0
        keys = [self.positions[name] for name in self.dataset.key if name in self.positions]
        for row in range(self.table.last + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[row]
            if all(is_blank(value) for value in cells):
                continue
            texts = [around.plain(value) for value in cells]
            keyless = all(is_blank(cells[column]) or around.is_total([texts[column]]) for column in keys)
            if keyless and around.is_total(texts):
                totals.append((row, around.is_grand_total(texts), len(data)))
            elif around.is_placeholder(texts):
                skipped += 1
            elif not around.is_footer(texts):
                data.append(row)
        if skipped:
            self._add("R09", count=skipped)
        return data, totals

    # -- cells -------------------------------------------------------------------------------------------------------

    def _columns(self, data: list[int]) -> tuple[dict[str, list[Any]], list[dict[str, str]]]:
        values: dict[str, list[Any]] = {}
        marks: list[dict[str, str]] = [{} for _ in data]
        inherited = self._merged_values()
        for column in self.table.columns:
            raws = [self.sheet.rows[row][column.index] for row in data]
            for at, row in enumerate(data):
                if is_blank(raws[at]) and (row, column.index) in inherited:
                    raws[at] = inherited[row, column.index]
            values[column.field.name] = self._read_column(column, raws, data, marks)
        return values, marks

    def _merged_values(self) -> dict[tuple[int, int], Cell]:
        """(row, column) → value of the vertical merge it lies in. A blank outside a merge stays blank (M11)."""
        table: dict[tuple[int, int], Cell] = {}
        for (top, left), (bottom, right) in self.sheet.merges:
            if left != right or bottom <= self.table.last or top >= len(self.sheet.rows):
                continue
            for row in range(max(top + 1, self.table.last + 1), bottom + 1):
                table[row, left] = self.sheet.rows[top][left]
        return table

    def _read_column(self, column: Column, raws: list[Cell], data: list[int], marks: list[dict[str, str]]) -> list[Any]:
        field = column.field
        scale = self._factor(column, raws, data)
        cache: dict[tuple[type, Cell], Reading] = {}
        values: list[Any] = []
        blanks: list[int] = []
        for at, raw in enumerate(raws):
            key = (type(raw), raw)
            reading = cache.get(key)
            if reading is None:
                reading = cache[key] = read_cell(field, raw, scale)
            if reading is EMPTY and field.need is Need.COLUMN:
                blanks.append(at)
            for code, texts in reading.problems:
                self._add(code, cell=cell_name(data[at], column.index), field=field.label, **texts)
            if reading.mark:
                marks[at][field.name] = reading.mark
            values.append(reading.value)
        if blanks:
            self._add("C10", cell=cell_name(data[blanks[0]], column.index), field=field.label, count=len(blanks))
        return values

    def _written_unit(self, column: Column) -> str:
        return column.unit or unit_from_line(self.titles.units, column.field.unit) or column.field.unit

    def _factor(self, column: Column, raws: list[Cell], data: list[int]) -> float:
        field = column.field
        cell = cell_name(self.table.last, column.index)
        if field.kind is Kind.PERCENT:
            return self._percent_factor(column, raws, data)
        if field.kind not in {Kind.DECIMAL, Kind.INTEGER} or not field.unit:
            return 1.0
        written = self._written_unit(column)
        found = factor(field.unit, written)
        if found is None:
            self._add("T12", cell=cell, field=field.label, found=written, unit=field.unit)
            return 1.0
        if field.unit in {"㎡", "万元"} and not column.unit and written == field.unit and not unit_from_line(self.titles.units, field.unit):
            self._add("T11", cell=cell, field=field.label, unit=field.unit)
        return found

    def _percent_factor(self, column: Column, raws: list[Cell], data: list[int]) -> float:
        """100 when every number of the column lies in 0–1 (cells formatted as percent), otherwise 1, asking where mixed."""
        numbers = {at: raw for at, raw in enumerate(raws) if isinstance(raw, (int, float)) and not isinstance(raw, bool)}
        small = [at for at, number in numbers.items() if 0 < number <= 1]
        if all(0 <= number <= 1 for number in numbers.values()):
            return 100.0
        for at in small:
            self._add("C14", cell=cell_name(data[at], column.index), field=column.field.label,
                      value=show(numbers[at], 2), percent=show(numbers[at] * 100, 1))
        return 1.0

    # -- checks over the table ---------------------------------------------------------------------------------------

    def _check_required(self, values: dict[str, list[Any]], data: list[int]) -> None:
        bad = {one.cell for one in self.findings if one.level is Level.FATAL}
        for one in self.dataset.fields:
            if one.need is not Need.REQUIRED or one.name not in values:
                continue
            for at, value in enumerate(values[one.name]):
                cell = self._cell(one.name, data[at])
                if value is None and cell not in bad:
                    self._add("C01", cell=cell, field=one.label)

    def _check_keys(self, values: dict[str, list[Any]], data: list[int]) -> None:
        parts = [values[name] for name in self.dataset.key if name in values]
        if len(parts) < len(self.dataset.key):
            return
        seen: dict[tuple[Any, ...], int] = {}
        title = "、".join(self.dataset.by_name[name].title for name in self.dataset.key)
        for at, key in enumerate(zip(*parts, strict=True)):
            if any(part is None for part in key):
                continue
            if key in seen:
                self._add("R01", cell=self._cell(self.dataset.key[0], data[at]), field=title,
                          value="、".join(map(str, key)), other=data[seen[key]] + 1)
            else:
                seen[key] = at

    def _check_owner(self, values: dict[str, list[Any]], data: list[int], units: tuple[str, ...]) -> None:
        for at, owner in enumerate(values.get(self.dataset.owner, ())):
            if owner is not None and units and owner not in units:
                self._add("R08", cell=self._cell(self.dataset.owner, data[at]), field=self.dataset.by_name[self.dataset.owner].label,
                          row=data[at] + 1, value=unit_name(owner), expected="、".join(unit_name(one) for one in units))

    def _check_totals(self, values: dict[str, list[Any]], data: list[int], totals: list[tuple[int, bool, int]]) -> None:
        since = 0
        for row, grand, above in totals:
            start = 0 if grand else since
            for column in self.table.columns:
                field = column.field
                if field.kind not in {Kind.INTEGER, Kind.DECIMAL} or field.unit not in {*MULTIPLES, "幢", "个", "台", "间", "人"}:
                    continue
                scale = factor(field.unit, self._written_unit(column)) or 1.0
                stated = read_cell(field, self.sheet.rows[row][column.index], scale).value
                parts = [value for value in values[field.name][start:above] if value is not None]
                if not isinstance(stated, (int, float)) or not parts:
                    continue
                if abs(stated - sum(parts)) > max(0.011 * scale, 1e-6 * abs(sum(parts))):
                    self._add("R02", cell=cell_name(row, column.index), field=field.label, value=show(stated, 2), expected=show(sum(parts), 2))
            since = above

    def _table(self, values: dict[str, list[Any]], marks: list[dict[str, str]], data: list[int]) -> pa.Table:
        arrays = []
        for name, kind in zip(self.dataset.schema.names, self.dataset.schema.types, strict=True):
            if name == "_row":
                column: list[Any] = [row + 1 for row in data]
            elif name == "_sheet":
                column = [self.sheet.name] * len(data)
            elif name == "_marks":
                column = [json.dumps(mark, ensure_ascii=False, sort_keys=True) if mark else None for mark in marks]
            else:
                column = values.get(name) or [None] * len(data)
            arrays.append(pa.array(column, type=kind))
        return pa.Table.from_arrays(arrays, schema=self.dataset.schema)


def _limited(findings: list[Finding]) -> list[Finding]:
    """Findings in order of level, then place; from one code and field at most MAX_PER_CODE."""
    order = {Level.FATAL: 0, Level.WARNING: 1, Level.INFO: 2}
    counts: dict[tuple[str, str], int] = {}
    kept = []
    for one in sorted(findings, key=lambda one: order[one.level]):
        counts[one.code, one.field] = counts.get((one.code, one.field), 0) + 1
        if counts[one.code, one.field] <= MAX_PER_CODE:
            kept.append(one)
    return kept
