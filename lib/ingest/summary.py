"""汇总 sheets as checksums over the forms of the same workbook. Its one rule: a summary is compared, never read as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lib.datasets.places import find_subdistrict, unit_name
from lib.ingest.cells import read_cell
from lib.ingest.checks import Columns
from lib.ingest.header import Column, Table, header_paths, read_header, unit_from_line
from lib.ingest.rows import is_total
from lib.ingest.sheet import Sheet, cell_name
from lib.ingest.tables import windows
from lib.ingest.titles import plain, read_titles
from lib.ingest.totals import differs
from lib.spec.findings import Finding, finding
from lib.spec.kinds import Kind
from lib.spec.units import ADDITIVE, factor

_NAME = re.compile(r"汇总|合计|总表|统计")
LEAST_NAMES = 2


def check_summary(sheet: Sheet, forms: Sequence[Columns]) -> list[Finding] | None:
    """R11 for every figure of a summary sheet that the rows do not add up to; None when the sheet is no summary of a form."""
    if not _NAME.search(sheet.name):
        return None
    best: tuple[int, Table, Columns] | None = None
    for first, last in windows(sheet, LEAST_NAMES):
        paths = header_paths(sheet, first, last)
        for form in forms:
            table = read_header(form.dataset, sheet, (first, last), paths)
            found = {one.field.name for one in table.columns}
            count = len(_added(table))
            if count and not (set(form.dataset.key) - {form.dataset.owner}) & found and (best is None or count > best[0]):
                best = (count, table, form)
    return None if best is None else list(_compare(best[1], best[2]))


def _added(table: Table) -> list[Column]:
    return [one for one in table.columns if one.field.kind in {Kind.INTEGER, Kind.DECIMAL} and one.field.unit in ADDITIVE]


def _compare(table: Table, form: Columns) -> Iterator[Finding]:
    sheet, added = table.sheet, _added(table)
    units = read_titles(sheet, table.first).units
    owners = form.of(form.dataset.owner)
    for row in range(table.last + 1, sheet.height):
        labels = [text for text in map(plain, sheet.row(row)) if text]
        code = next((code for text in labels if (code := find_subdistrict(text))), None)
        if code is None and not any(is_total(text) for text in labels):
            continue
        for column in added:
            scale = factor(column.field.unit, column.unit or unit_from_line(units, column.field.unit) or column.field.unit) or 1.0
            unlimited = replace(column.field, minimum=None, maximum=None)
            stated = read_cell(unlimited, sheet.columns[column.index][row], scale).value
            values = form.of(column.field.name)
            parts = [value for value, owner in zip(values, owners, strict=True) if value is not None and code in (None, owner)]
            if isinstance(stated, (int, float)) and differs(stated, parts, scale):
                place = unit_name(code) if code else "合计"
                yield finding("R11", sheet=sheet.name, cell=cell_name(row, column.index), field=column.field.label, place=place,
                              value=f"{stated:,.10g}", expected=f"{sum(parts):,.10g}")
