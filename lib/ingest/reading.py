"""From opened sheets to a `Staging`: choose the table, read its columns, check its rows and totals.

Its one rule: columns are read as a whole, each distinct value once; every row kept is a row of the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.ingest import titles as around
from lib.ingest.cells import EMPTY, Reading, is_blank, points_written, read_cell
from lib.ingest.checks import Columns, run_checks
from lib.ingest.header import Column, Table, find_table, unit_from_line
from lib.ingest.privacy import personal_content, personal_headers, personal_lists, personal_roles
from lib.ingest.rows import Row, kind_of
from lib.ingest.scope import check_everywhere, check_period, reporting_units
from lib.ingest.sheets import Cell, Sheet, Unreadable, cell_name, column_index, open_sheets
from lib.ingest.staging import Mapping, Staging
from lib.ingest.totals import Total, check_totals
from lib.spec.fields import Dataset, Need
from lib.spec.findings import CATALOGUE, Finding, Level, finding
from lib.spec.kinds import Kind
from lib.spec.personal import mask_personal
from lib.spec.units import factor

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
    visible = [sheet for sheet in sheets if not sheet.hidden]
    table, others = _choose_table(visible, expected.dataset)
    personal = list(personal_content(sheets))
    for sheet in sheets:
        if table is None or sheet is not table.sheet:
            personal += personal_lists(sheet)
    if table is None:
        code = "T01" if any(_has_cells(sheet) for sheet in visible) else "F01"
        return _nothing(name, expected, [*findings, *personal, finding(code, name=name)], personal=bool(personal))
    personal += personal_headers(table.titled, table.sheet.name, table.last)
    personal += personal_roles(table.unknown, table.sheet, table.last, table.sheet.rows[table.last + 1 :])
    reader = TableReader(table, expected, name)
    reader.findings += [*findings, *personal, *others]
    return reader.read(personal=bool(personal))


def _nothing(name: str, expected: Expected, findings: list[Finding], *, personal: bool = False) -> Staging:
    return Staging(name, expected.dataset, expected.period, (), "", "", (0, 0), (), tuple(_limited(findings)), None, personal)


def _has_cells(sheet: Sheet) -> bool:
    return any(not is_blank(value) for row in sheet.rows for value in row)


def _choose_table(sheets: list[Sheet], wanted: str) -> tuple[Table | None, list[Finding]]:
    forms = sorted(DATASETS.values(), key=lambda one: one.id != wanted)
    found = [(sheet, find_table(sheet, forms)) for sheet in sheets]
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
        same = other is not None and other.dataset.id == best.dataset.id
        level = Level.FATAL if same else Level.INFO if other is None else Level.WARNING
        findings.append(finding("T15", sheet=sheet.name, level=level))
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
        self._check_widths(data)
        values, marks = self._columns(data)
        units = self._units({owner for owner in values.get(self.dataset.owner, ()) if owner is not None})
        if not data:
            self._add("T05", cell=cell_name(self.table.last + 1, 0))
        self._check_required(values, data)
        self._check_keys(values, data)
        self._check_owner(values, data, units)
        self.findings += check_totals(self.sheet, self.table.columns, values, totals, self._scale)
        columns = Columns(self.dataset, self.sheet.name, values, lambda name, at: self._cell(name, data[at]),
                          cell_name(self.table.last, 0))
        refused = self._fatal_cells()
        self.findings += [one for one in run_checks(columns) if one.code != "R06" or one.cell not in refused]
        rows = None
        if personal:
            private = {(one.sheet, one.cell): one.code for one in self.findings if one.code in {"T13", "T14"}}
            hidden = {"T13": {"T03"}, "T14": set(CATALOGUE) - {"T14"}}
            self.findings = [one for one in self.findings if one.code not in hidden.get(private.get((one.sheet, one.cell), ""), ())]
        else:
            rows = self._table(values, marks, data)
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
            cell = self.titles.code_cell or self._header_cell()
            self._add("T06", cell=cell, chosen=DATASETS[self.expected.dataset].title, found=self.dataset.title)
        for one in self.dataset.fields:
            if one.need is not Need.OPTIONAL and one.name not in self.positions:
                aliases = "、".join((one.label, *one.aliases[:3]))
                self._add("T02", cell=cell_name(self.table.last, 0), field=one.label, aliases=aliases)
        for column in self.table.repeated:
            self._add("T04", cell=cell_name(self.table.last, column.index), field=column.field.label,
                      other=cell_name(self.table.last, self.positions[column.field.name]))
        for index, header, fields in self.table.ambiguous:
            self._add("T18", cell=cell_name(self.table.last, index), header=header, fields=fields)
        for index, header in self.table.unknown:
            if header not in {"序号", "编号", "No", "No."}:
                self._add("T03", cell=cell_name(self.table.last, index), header=header)

    def _period(self) -> str:
        found = self.titles.period or around.period_in(self.sheet.name) or around.period_in(self.name)
        cell = self.titles.period_cell or self._header_cell()
        self.findings += check_period(found, self.expected.period, self.sheet.name, cell)
        return self.expected.period or found

    def _units(self, owners: set[str]) -> tuple[str, ...]:
        units, findings = reporting_units(self.titles, self.expected.unit, owners, self.sheet.name)
        self.findings += findings
        if owners and self.titles.reporter:
            self.findings += check_everywhere(self.dataset, units, owners, self.sheet.name, self._header_cell(self.dataset.owner))
        return units

    def _header_cell(self, name: str = "") -> str:
        """The cell of a column's header; without a name that of the first column found."""
        first = min(self.positions.values(), default=0)
        return cell_name(self.table.last, self.positions.get(name, first))

    def _mapping(self) -> tuple[Mapping, ...]:
        known = [Mapping(cell_name(0, one.index)[:-1], mask_personal(one.header), one.field.name, self._written_unit(one))
                 for one in self.table.columns]
        unread = [*((index, header) for index, header, _ in self.table.ambiguous), *self.table.unknown]
        other = [Mapping(cell_name(0, index)[:-1], mask_personal(header), "", "") for index, header in unread]
        return tuple(known + other)

    # -- rows --------------------------------------------------------------------------------------------------------

    def _rows(self) -> tuple[list[int], list[Total]]:
        """Data rows (0-based) and total rows; what else stands below the header is counted or left out."""
        data: list[int] = []
        totals: list[Total] = []
        skipped = 0
        keys = [self.positions[name] for name in self.dataset.key if name in self.positions]
        owner = self.positions.get(self.dataset.owner)
        for row in range(self.table.last + 1, len(self.sheet.rows)):
            kind = kind_of(self.sheet.rows[row], keys, owner)
            if kind is Row.DATA:
                data.append(row)
            elif kind in {Row.TOTAL, Row.GRAND_TOTAL}:
                totals.append(Total(row, kind is Row.GRAND_TOTAL, len(data)))
            skipped += kind is Row.PLACEHOLDER
        if skipped:
            self._add("R09", count=skipped)
        return data, totals

    def _check_widths(self, data: list[int]) -> None:
        """Nothing of a data row may lie outside the columns that have a header without being told."""
        titled = {index for index, _ in self.table.titled}
        outside = [(row, column) for row in data for column, value in enumerate(self.sheet.rows[row])
                   if column not in titled and not is_blank(value)]
        if outside:
            self._add("T19", cell=cell_name(*outside[0]), count=len(outside))
        if self.sheet.widths:
            expected = max(self.sheet.widths[self.table.first : self.table.last + 1])
            for row in data:
                if self.sheet.widths[row] != expected:
                    self._add("R10", cell=cell_name(row, 0), row=row + 1, count=self.sheet.widths[row], expected=expected)

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
        fields = {column.index: column.field for column in self.table.columns}
        for (top, left), (bottom, right) in self.sheet.merges:
            if left != right or left not in fields or not self.table.last < top < len(self.sheet.rows):
                continue
            value = self.sheet.rows[top][left]
            if fields[left].kind in {Kind.INTEGER, Kind.DECIMAL} and not is_blank(value):
                self._add("C16", cell=cell_name(top, left), field=fields[left].label, value=value, count=bottom - top + 1)
            for row in range(top + 1, min(bottom + 1, len(self.sheet.rows))):
                table[row, left] = value
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
            level = Level.WARNING if field.exact and reading.mark else None
            for code, texts in reading.problems:
                self._add(code, cell=cell_name(data[at], column.index), field=field.label, level=level, **texts)
            if reading.mark:
                marks[at][field.name] = reading.mark
            values.append(reading.value)
        if blanks:
            self._add("C10", cell=cell_name(data[blanks[0]], column.index), field=field.label, count=len(blanks))
        return values

    def _written_unit(self, column: Column) -> str:
        return column.unit or unit_from_line(self.titles.units, column.field.unit) or column.field.unit

    def _scale(self, column: Column) -> float:
        return factor(column.field.unit, self._written_unit(column)) or 1.0

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
        numbers = {at: number for at, raw in enumerate(raws) if (number := points_written(raw)) is not None}
        if all(0 <= number <= 1 for number in numbers.values()):
            return 100.0
        for at, number in numbers.items():
            if 0 < number <= 1:
                self._add("C14", cell=cell_name(data[at], column.index), field=column.field.label,
                          value=f"{number:.6g}", percent=f"{number * 100:.6g}")
        return 1.0

    # -- checks over the table ---------------------------------------------------------------------------------------

    def _fatal_cells(self) -> set[str]:
        return {one.cell for one in self.findings if one.level is Level.FATAL and one.sheet == self.sheet.name}

    def _check_required(self, values: dict[str, list[Any]], data: list[int]) -> None:
        refused = self._fatal_cells()
        for one in self.dataset.fields:
            if one.need is not Need.REQUIRED or one.name not in values:
                continue
            for at, value in enumerate(values[one.name]):
                cell = self._cell(one.name, data[at])
                if value is None and cell not in refused:
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


_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def _place(one: Finding) -> tuple[int, str, int, int]:
    level = [Level.FATAL, Level.WARNING, Level.INFO].index(one.level)
    cell = _CELL.fullmatch(one.cell)
    return (level, one.sheet, int(cell.group(2)), column_index(cell.group(1))) if cell else (level, one.sheet, 0, 0)


def _limited(findings: list[Finding]) -> list[Finding]:
    """Findings in order of level, then place; of one code and field MAX_PER_CODE, the last of which tells how many more."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in sorted(findings, key=_place):
        groups.setdefault((one.code, one.field), []).append(one)
    kept: list[Finding] = []
    for group in groups.values():
        more = len(group) - MAX_PER_CODE
        kept += group[:MAX_PER_CODE]
        if more > 0:
            kept[-1] = replace(kept[-1], message=f"{kept[-1].message}（另有 {more} 处同样的问题未逐一列出。）")
    return sorted(kept, key=_place)
