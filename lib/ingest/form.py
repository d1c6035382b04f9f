"""Reads one form from the tables in which it stands: its columns, its rows, its checks.

Its one rule: columns are read as a whole; every row kept is a row of the file, and every cell refused is told.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pyarrow as pa

from lib.datasets import DATASETS
from lib.datasets.boundaries import boundary_from_geojson, shipped_boundary
from lib.datasets.places import unit_name
from lib.ingest import scope
from lib.ingest.against import run_against
from lib.ingest.checks import Columns, run_checks
from lib.ingest.coordinates import Places, find_places
from lib.ingest.expected import Ask, Expected, Question
from lib.ingest.header import Column, Table, column_keys
from lib.ingest.limits import MOST_MADE
from lib.ingest.part import Part
from lib.ingest.sheet import cell_name
from lib.ingest.staging import Found, Mapping, Staging
from lib.spec.fields import Dataset, Field, Need
from lib.spec.findings import Finding, finding
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.period import Period, end_of
from lib.spec.personal import mask_personal
from lib.spec.text import fold
from lib.spec.units import MULTIPLES

HAPPENED = ("实际", "完成日期", "备案日期", "选举日期", "报告日期")
"""Words in the title of a date that say it has happened."""
FEWEST_UNMERGED = 3
"""So many blanks, and two of five cells, make a required column look like merged cells that were taken apart."""


@dataclass(slots=True)
class Form:
    """What `FormReader.read` gives: the staging, with its columns and parts for checks against the rest of the file."""

    staging: Staging
    columns: Columns
    parts: tuple[Part, ...]
    places: Places


class FormReader:
    """Reads the parts of one form, in their order. Collects findings."""

    def __init__(self, dataset: Dataset, parts: Sequence[Part], expected: Expected, name: str) -> None:
        self.dataset = dataset
        self.parts = list(parts)
        self.expected = expected
        self.name = name
        self.findings: list[Finding] = []
        self.values: dict[str, list[Any]] = {}
        self.starts: list[int] = []
        self.count = 0

    def read(self) -> Form:
        """Read everything but what needs other forms or months."""
        for part in self.parts:
            self._check_form(part)
            part.read(self.dataset)
            self.starts.append(self.count)
            self._append(part)
            self.findings += part.findings
        period = self._period()
        units = self._units()
        self._check_rows(units)
        self._check_required()
        self._check_keys()
        self._check_future(period)
        for part in self.parts:
            self.findings += part.check_totals()
        first = self.parts[0]
        header = cell_name(first.table.last, first.table.left)
        columns = Columns(self.dataset, self._sheet, self.values, self._cell, header, self.expected.thresholds)
        refused = {(one.sheet, one.cell) for one in self.findings if one.level is Level.FATAL}
        self.findings += [one for one in run_checks(columns) if one.code != "R06" or (one.sheet, one.cell) not in refused]
        places = self._places(columns)
        titles = first.titles
        zero = titles.zero and not self.count and not self.dataset.everywhere
        staging = Staging(self.name, self.dataset.id, period, units, titles.reporter, tuple(map(_found, self.parts)), self._mapping(),
                          tuple(self.findings), self._table(places), first.basis, zero)
        return Form(staging, columns, tuple(self.parts), places)

    # -- the form and its scope -------------------------------------------------------------------------------------------

    def _add(self, part: Part, code: str, *, cell: str = "", **values: Any) -> None:
        self.findings.append(finding(code, sheet=part.table.sheet.name, cell=cell, **values))

    def _check_form(self, part: Part) -> None:
        table = part.table
        if self.expected.dataset and self.expected.dataset != self.dataset.id:
            self._add(part, "T06", cell=part.titles.code_cell or part.header_cell(), chosen=DATASETS[self.expected.dataset].title,
                      found=self.dataset.title)
        if table.rivals:
            forms = "、".join(f"《{one.title}》" for one in (self.dataset, *table.rivals))
            self._add(part, "T25", cell=part.header_cell(), forms=forms, number=self.dataset.form_code)
        if part is not self.parts[0]:
            self._add(part, "T29", cell=cell_name(table.last, table.left), title=self.dataset.title, rows=part.count)

    def _period(self) -> str:
        first = self.parts[0]
        cell = first.titles.period_cell or first.header_cell()
        self.findings += scope.check_period(first.period, self.expected.period, first.table.sheet.name, cell)
        self.findings += scope.check_months(first.titles, self.expected.period, first.named_period, first.table.sheet.name)
        return self.expected.period or first.period

    def _units(self) -> tuple[str, ...]:
        """The 街镇 all parts speak for; parts without a 填报单位 of their own have that of the first that has one."""
        units: set[str] = set()
        owners = self._owners(0, self.count)
        speaking = [part for part in self.parts if part.own_reporter] or self.parts[:1]
        for part in speaking:
            spoken, findings = scope.reporting_units(part.titles, self.expected.unit, owners, part.table.sheet.name)
            self.findings += findings
            units |= set(spoken)
            if owners and part.titles.reporter and len(speaking) == 1:
                cell = part.header_cell(self.dataset.owner)
                self.findings += scope.check_everywhere(self.dataset, spoken, owners, part.table.sheet.name, cell)
        return tuple(sorted(units))

    def _owners(self, start: int, end: int) -> set[str]:
        return {owner for owner in self.values.get(self.dataset.owner, [])[start:end] if owner is not None}

    # -- rows -------------------------------------------------------------------------------------------------------------

    def _append(self, part: Part) -> None:
        for name in {**self.values, **part.values}:
            before = self.values.setdefault(name, [None] * self.count)
            before.extend(part.values.get(name) or [None] * part.count)
        self.count += part.count

    def _part(self, at: int) -> tuple[Part, int]:
        """The part in which a position lies, and its row."""
        part, position = self._within(at)
        return part, part.data[position]

    def _within(self, at: int) -> tuple[Part, int]:
        """The part in which a position lies, and the position in it."""
        index = bisect_right(self.starts, at) - 1
        while self.parts[index].count == 0:
            index -= 1
        return self.parts[index], at - self.starts[index]

    def _sheet(self, at: int) -> str:
        return self._part(at)[0].table.sheet.name if self.count else self.parts[0].table.sheet.name

    def _cell(self, name: str, at: int) -> str:
        part, row = self._part(at)
        return part.cell(name, row)

    def _check_rows(self, units: tuple[str, ...]) -> None:
        """Whether there are rows, a ticked 零报告, and whose they are."""
        first = self.parts[0]
        zero = next((part for part in self.parts if part.titles.zero), None)
        if zero is not None and self.count:
            self._add(zero, "T30", cell=zero.titles.zero_cell, count=self.count)
        elif zero is not None and self.dataset.everywhere:
            self._add(zero, "T32", cell=zero.titles.zero_cell, title=self.dataset.title)
        elif zero is not None:
            unit = "全区" if len(units) > 1 else "、".join(map(unit_name, units))
            self._add(zero, "T31", cell=zero.titles.zero_cell, unit=unit, title=self.dataset.title)
        elif not self.count:
            self._add(first, "T05", cell=cell_name(first.table.last + 1, first.table.left))
        label = self.dataset.by_name[self.dataset.owner].label
        for part, start in zip(self.parts, self.starts, strict=True):
            allowed = (scope.spoken_units(part.titles) if part.own_reporter else None) or units
            if not allowed or self._owners(start, start + part.count) <= set(allowed):
                continue
            foreign = (at for at in range(start, start + part.count) if self.values[self.dataset.owner][at] not in (None, *allowed))
            for at in islice(foreign, MOST_MADE):
                row = part.data[at - start]
                self._add(part, "R08", cell=part.cell(self.dataset.owner, row), field=label, row=row + 1,
                          value=unit_name(self.values[self.dataset.owner][at]), expected="、".join(unit_name(one) for one in allowed))

    def _check_required(self) -> None:
        for one in self.dataset.fields:
            if one.need is not Need.REQUIRED or one.name not in self.values or None not in self.values[one.name]:
                continue
            for part, start in zip(self.parts, self.starts, strict=True):
                if one.name not in part.values:
                    continue
                refused, values = part.refused.get(one.name, set()), part.values[one.name]
                empty = [start + at for at, value in enumerate(values) if value is None and at not in refused]
                if empty and self._unmerged(one, empty, start, part.count):
                    self._add(part, "T35", cell=self._cell(one.name, empty[0]), field=one.label, count=len(empty))
                    continue
                for at in empty[:MOST_MADE]:
                    self._add(part, "C01", cell=self._cell(one.name, at), field=one.label)

    def _unmerged(self, one: Field, empty: list[int], start: int, count: int) -> bool:
        """Whether the blanks of a column look like merged cells that were taken apart (domain.md, M12)."""
        if self.dataset.key == (one.name,) or one.kind not in {Kind.SUBDISTRICT, Kind.CHOICE, Kind.TEXT}:
            return False
        return empty[0] > start and len(empty) >= FEWEST_UNMERGED and 5 * len(empty) >= 2 * count

    def _check_keys(self) -> None:
        parts = [self.values[name] for name in self.dataset.key if name in self.values]
        if len(parts) < len(self.dataset.key):
            return
        keys = parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))
        if len(set(keys)) == len(keys):
            return
        seen: dict[Any, int] = {}
        made = 0
        title = "、".join(self.dataset.by_name[name].title for name in self.dataset.key)
        for at, key in enumerate(keys):
            values = (key,) if len(parts) == 1 else key
            if None in values:
                continue
            first = seen.setdefault(key, at)
            if first != at and made < MOST_MADE:
                made += 1
                part, row = self._part(at)
                other, other_row = self._part(first)
                where = "" if other.table.sheet is part.table.sheet else f"工作表“{other.table.sheet.name}”"
                self._add(part, "R01", cell=part.cell(self.dataset.key[0], row), field=title, value="、".join(map(str, values)),
                          other=f"{where}第 {other_row + 1} 行")

    def _check_future(self, period: str) -> None:
        """What has actually happened lies no later than the end of the month."""
        end = end_of(Period(period)) if period else None
        for one in self.dataset.fields if end else ():
            if not has_happened(one):
                continue
            late = (at for at, value in enumerate(self.values.get(one.name, ())) if value is not None and value > end)
            for at in islice(late, MOST_MADE):
                part, row = self._part(at)
                self._add(part, "C23", cell=part.cell(one.name, row), field=one.label, value=self.values[one.name][at], end=end)

    def _places(self, columns: Columns) -> Places:
        """Where the rows lie; of a dataset without coordinates nowhere."""
        if not self.dataset.placed:
            return Places([None] * self.count, [])
        boundary = boundary_from_geojson(self.expected.boundary) if self.expected.boundary else shipped_boundary()
        places = find_places(columns, boundary, self._was_refused)
        self.findings += places.findings
        return places

    def _was_refused(self, name: str, at: int) -> bool:
        part, position = self._within(at)
        return position in part.refused.get(name, ())

    # -- what is kept -----------------------------------------------------------------------------------------------------

    def _mapping(self) -> tuple[Mapping, ...]:
        mapping: list[Mapping] = []
        for part in self.parts:
            table, row = part.table, part.table.last + 1
            named = {one.index: one for one in (*table.columns, *table.repeated)}
            several = {index: names for index, _, names in table.ambiguous}
            left_out = {index for index, _ in table.left_out}
            keys = {index: mask_personal(key) for index, key in column_keys(self.dataset, table.paths).items()}
            for index, header in table.titled:
                one = named.get(index)
                letters = cell_name(0, index)[:-1]
                if one is not None:
                    reason = one.reason if one in table.columns else "同一列出现两次"
                    mapping.append(Mapping(table.sheet.name, row, letters, mask_personal(header), one.field.name, _unit(part, one), reason,
                                           key=keys[index]))
                else:
                    reason = "可能是几列之一" if index in several else "按您的更正不读取" if index in left_out else "报表中没有这一列"
                    mapping.append(Mapping(table.sheet.name, row, letters, mask_personal(header), "", "", reason, several.get(index, ()),
                                           keys[index]))
        return tuple(mapping)

    def _table(self, places: Places) -> pa.Table:
        arrays = []
        worked_out = places.columns
        marks: list[str | None] = [None] * self.count
        for part, start in zip(self.parts, self.starts, strict=True):
            for at, mark in part.marks.items():
                marks[start + at] = json.dumps(mark, ensure_ascii=False, sort_keys=True)
        for name, kind in zip(self.dataset.schema.names, self.dataset.schema.types, strict=True):
            if name == "_row":
                column: list[Any] = [row + 1 for part in self.parts for row in part.data]
            elif name == "_sheet":
                column = [part.table.sheet.name for part in self.parts for _ in part.data]
            elif name == "_marks":
                column = marks
            elif name in self.values:
                column = self.values[name]
            elif name in worked_out:
                column = worked_out[name]
            else:
                arrays.append(pa.nulls(self.count, kind))
                continue
            arrays.append(pa.array(column, type=kind))
        return pa.Table.from_arrays(arrays, schema=self.dataset.schema)


def has_happened(one: Field) -> bool:
    """Whether a field is the date of something that has happened, so that it cannot lie in the future."""
    return one.kind is Kind.DATE and (one.name.endswith("_actual") or any(word in one.label for word in HAPPENED))


def _unit(part: Part, column: Column) -> str:
    """The unit of a column as people write it: ㎡, not m2."""
    written, base = part.written_unit(column), column.field.unit
    return next((name for name in (base, *MULTIPLES.get(base, {})) if fold(name) == fold(written)), written)


def _found(part: Part) -> Found:
    table: Table = part.table
    return Found(table.sheet.name, table.first + 1, table.last + 1, cell_name(0, table.left)[:-1], cell_name(0, table.right)[:-1],
                 part.count)


def against(form: Form, ask: Ask, known: dict[str, frozenset[str]]) -> list[Finding]:
    """Findings against what stands published; `known`: keys of other forms in the same file."""
    staging = form.staging
    foreign = any(one.code in {"T09", "T10"} for one in staging.findings)
    if not staging.period or not staging.units or foreign:
        return []
    context = ask(Question(staging.dataset, staging.period, staging.units))
    merged = {name: keys | known.get(name, frozenset()) for name, keys in context.known.items()}
    return run_against(form.columns, replace(context, known=merged), form.places.pairs)
