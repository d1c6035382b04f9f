"""From a file to its `FileReading`: open it, find its tables, refuse personal data, read each form, check it.

Its one rule: it never raises for a bad file, and whatever of the file is not read is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lib.ingest import titles as around
from lib.ingest.cells import is_blank
from lib.ingest.expected import Ask, Expected, Tell, nothing_published, tell_nobody
from lib.ingest.form import Form, FormReader, against
from lib.ingest.formats import open_file
from lib.ingest.formats.names import shown_name
from lib.ingest.header import Table
from lib.ingest.limits import limited
from lib.ingest.part import Part
from lib.ingest.privacy import (
    Personal,
    find_personal,
    find_remarked,
    harmless_file_name,
    with_harmless_names,
    without_name,
)
from lib.ingest.report_sheet import is_report_sheet
from lib.ingest.sheet import Opened, Sheet, Unreadable, cell_name
from lib.ingest.staging import FileReading, Staging
from lib.ingest.summary import check_summary
from lib.ingest.tables import find_tables
from lib.spec.fields import Dataset
from lib.spec.findings import Finding, finding
from lib.spec.level import Level
from lib.spec.period import Period, title_of

MAX_ROWS = 200_000
"""Of one form in one file: no 街镇 has a tenth of it."""


def read_file(name: str, data: bytes, expected: Expected, ask: Ask = nothing_published, tell: Tell = tell_nobody) -> FileReading:
    """Read one file completely. What is wrong stands in the findings. See `Expected`, `Ask` and `Tell`."""
    name = harmless_file_name(shown_name(name))
    tell("打开文件", 0)
    try:
        return FileReader(name, open_file(name, data, tell), expected, ask, tell).read()
    except Unreadable as unreadable:
        return FileReading(name, findings=(without_name(unreadable.finding),))


class FileReader:
    """Reads an opened file. Collects what is said of the file; `read` gives the reading."""

    def __init__(self, name: str, opened: Opened, expected: Expected, ask: Ask, tell: Tell) -> None:
        self.name, self.expected, self.ask, self.tell = name, expected, ask, tell
        self.opened, self.renamed = with_harmless_names(opened)
        self.findings: list[Finding] = list(self.opened.findings)
        self.sheets = [one for one in self.opened.sheets if not is_report_sheet(one)]

    def read(self) -> FileReading:
        """The whole reading."""
        self.tell("查找表格", 0)
        visible = [one for one in self.sheets if not one.hidden and one.name not in self.expected.skip]
        self.findings += [finding("T40", sheet=one.name) for one in self.sheets if not one.hidden and one.name in self.expected.skip]
        found = {sheet.name: find_tables(sheet, self.expected) for sheet in visible}
        tables = self._chosen([one for tables in found.values() for one in tables])
        personal = [*self.renamed, *find_personal(self.sheets, tables), *find_remarked(self.opened.remarks)]
        if personal and self.expected.drop_personal:
            return self._read_cleaned(personal)
        forms = self._read_forms(tables)
        self._tell_unread(visible, found, tables, forms)
        self.findings += [one.finding for one in personal]
        if not tables:
            hidden = any(_has_cells(one) for one in self.sheets if one.hidden)
            code = "T01" if any(_has_cells(one) for one in visible) else "F47" if hidden else "F01"
            self.findings.append(finding(code, name=self.name))
        self.tell("核对", sum(one.columns.count for one in forms))
        stagings = tuple(self._checked(form, forms, personal) for form in forms)
        return FileReading(self.name, stagings, limited(self.findings), bool(personal))

    # -- which tables -----------------------------------------------------------------------------------------------------

    def _chosen(self, tables: list[Table]) -> list[Table]:
        """The tables to be read: all that stand out or carry their form's code; else the one that comes nearest to a form."""
        strong = [one for one in tables if one.strong or _coded(one)]
        wanted = [one for one in strong if one.dataset.id == self.expected.dataset]
        if strong or not tables:
            return wanted or strong
        wanted_first = (self.expected.dataset, self.expected.prefer)
        return [max(tables, key=lambda one: (*(one.dataset.id == name for name in wanted_first), one.score))]

    def _tell_unread(self, visible: Sequence[Sheet], found: dict[str, list[Table]], tables: list[Table], forms: list[Form]) -> None:
        """Every sheet, table and block of cells that is not read; a 汇总 sheet is compared instead."""
        read = {id(one.sheet) for one in tables}
        columns = [form.columns for form in forms]
        for sheet in visible:
            if id(sheet) in read:
                continue
            summary = check_summary(sheet, columns) if columns else None
            if summary is not None:
                self.findings += summary
            elif tables and _has_cells(sheet) and (found[sheet.name] or "说明" not in sheet.name):
                self.findings.append(finding("T15", sheet=sheet.name, level=Level.WARNING if found[sheet.name] else Level.INFO))
        for sheet in visible:
            parts = [part for form in forms for part in form.parts if part.table.sheet is sheet]
            if parts:
                self.findings += _beside(sheet, parts)

    # -- forms ------------------------------------------------------------------------------------------------------------

    def _read_forms(self, tables: Sequence[Table]) -> list[Form]:
        """Each form from its tables, in the order in which they stand in the file."""
        grouped: dict[str, list[Table]] = {}
        for table in tables:
            grouped.setdefault(table.dataset.id, []).append(table)
        self.headers = {one.sheet.name: min(two.first for two in tables if two.sheet is one.sheet) for one in tables}
        fallback = around.Titles()
        forms = []
        for group in grouped.values():
            parts = [Part(table, self._lines_above(table, fallback), self.name) for table in group]
            fallback.fill_from(parts[0].titles)
            parts = self._of_one_basis(group[0].dataset, self._of_one_month(group[0].dataset, parts))
            count = sum(one.count for one in parts)
            if count > MAX_ROWS:
                self.findings.append(finding("T41", sheet=parts[0].table.sheet.name, count=f"{count:,}", limit=f"{MAX_ROWS:,}"))
                continue
            self.tell("逐列读取", count)
            forms.append(FormReader(group[0].dataset, parts, self.expected, self.name).read())
        return forms

    def _lines_above(self, table: Table, fallback: around.Titles) -> around.Titles:
        """What the lines at the top of the sheet say, and what those of the tables before say, for what its own do not say."""
        lines = around.read_titles(table.sheet, table.first, top=table.top)
        if table.top:
            lines.fill_from(around.read_titles(table.sheet, self.headers[table.sheet.name]))
        lines.fill_from(fallback)
        return lines

    def _of_one_month(self, dataset: Dataset, parts: list[Part]) -> list[Part]:
        """The parts of the month asked for, where a workbook holds several months of a form."""
        periods = sorted({one.period for one in parts if one.period})
        if len(periods) < 2:
            return parts
        chosen = self.expected.period
        if chosen not in periods:
            months = "、".join(title_of(Period(one)) for one in periods)
            self.findings.append(finding("T37", sheet=parts[0].table.sheet.name, title=dataset.title, months=months))
            chosen = periods[-1]
        for one in parts:
            if one.period not in {chosen, ""} and self.expected.period in periods:
                self.findings.append(finding("T38", sheet=one.table.sheet.name, cell=one.titles.period_cell,
                                             found=title_of(Period(one.period)), chosen=title_of(Period(chosen))))
        return [one for one in parts if one.period in {chosen, ""}]

    def _of_one_basis(self, dataset: Dataset, parts: list[Part]) -> list[Part]:
        """The parts of the first 口径: two of one form may not be added up (domain.md, M35)."""
        bases = list(dict.fromkeys(one.basis for one in parts if one.basis))
        if len(bases) < 2:
            return parts
        second = next(one for one in parts if one.basis == bases[1])
        self.findings.append(finding("T26", sheet=second.table.sheet.name, cell=second.header_cell(), title=dataset.title,
                                     first=bases[0], second=bases[1]))
        return [one for one in parts if one.basis in {bases[0], ""}]

    def _checked(self, form: Form, forms: Sequence[Form], personal: Sequence[Personal]) -> Staging:
        """The staging of a form with the checks against what stands published and against the other forms of the file."""
        known = {one.columns.dataset.id: frozenset(one.columns.of(one.columns.dataset.key[0])) for one in forms}
        staging = form.staging
        found = [*staging.findings, *against(form, self.ask, known)]
        elsewhere = {(one.sheet, one.cell) for one in self.findings if one.code == "F18"}
        if personal:
            elsewhere |= {(one.sheet, cell_name(row, one.column)) for one in personal for row in range(one.first, one.last + 1)}
            staging = replace(staging, rows=None)
        kept = [one for one in found if (one.sheet, one.cell) not in elsewhere or not one.cell]
        return replace(staging, findings=limited(kept))

    # -- personal data ----------------------------------------------------------------------------------------------------

    def _read_cleaned(self, personal: Sequence[Personal]) -> FileReading:
        """The reading of a copy without personal data, with the copy itself."""
        from lib.ingest.rewritten import cleaned_workbook  # writing is seldom needed, and slow to import

        drop: dict[str, set[tuple[int, int, int]]] = {}
        for one in personal:
            if not one.beside:
                drop.setdefault(one.sheet, set()).add((one.column, one.first, one.last))
        cleaned = cleaned_workbook(self.sheets, drop)
        reading = read_file(self.name, cleaned, replace(self.expected, drop_personal=False), self.ask, self.tell)
        names = dict.fromkeys(one.place for one in personal)
        told = finding("T39", columns="、".join(names))
        kept = [one for one in self.opened.findings if one not in reading.findings]
        return replace(reading, findings=limited([told, *kept, *reading.findings]), cleaned=None if reading.personal else cleaned)


def _coded(table: Table) -> bool:
    codes = around.read_titles(table.sheet, table.first, top=table.top).form_codes
    return table.dataset.form_code in codes


def _has_cells(sheet: Sheet) -> bool:
    return any(not is_blank(value) for column in sheet.columns for value in set(column))


def _beside(sheet: Sheet, parts: Sequence[Part]) -> Iterator[Finding]:
    """What stands beside the tables of a sheet, behind an empty column: help text, side calculations."""
    first = min(one.table.first for one in parts)
    reach = set().union(*(one.reach for one in parts))
    blocks: list[list[tuple[int, int]]] = []
    last = -2
    for at in range(sheet.width):
        cells = [] if at in reach else sheet.columns[at][first:]
        places = [(row, at) for row, value in enumerate(cells, start=first) if not is_blank(value)]
        if places and at > last + 1:
            blocks.append([])
        if places:
            blocks[-1] += places
            last = at
    for block in blocks:
        yield finding("T33", sheet=sheet.name, cell=cell_name(*min(block)), count=len(block))
