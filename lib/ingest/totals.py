"""合计 and 小计 rows as a checksum over the rows they stand for. Its one rule: they are never data, and always compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.ingest.cells import read_cell
from lib.ingest.header import Column
from lib.ingest.sheet import Sheet, cell_name
from lib.spec.findings import Finding, finding
from lib.spec.kinds import Kind
from lib.spec.units import ADDITIVE


@dataclass(frozen=True, slots=True)
class Total:
    """A total row: its 0-based row, whether it is that of the whole table, how many data rows stand above it."""

    row: int
    grand: bool
    above: int


def check_totals(sheet: Sheet, columns: tuple[Column, ...], values: dict[str, list[Any]], totals: list[Total],
                 scale_of: Callable[[Column], float]) -> Iterator[Finding]:
    """R02 for every stated total that its rows do not add up to. `values`: read columns; `scale_of`: factor of a column."""
    added = [column for column in columns if column.field.kind in {Kind.INTEGER, Kind.DECIMAL} and column.field.unit in ADDITIVE]
    for total, start, end in _spans(totals, len(next(iter(values.values()), []))):
        for column in added:
            parts = [value for value in values[column.field.name][start:end] if value is not None]
            scale = scale_of(column)
            unlimited = replace(column.field, minimum=None, maximum=None)
            stated = read_cell(unlimited, sheet.columns[column.index][total.row], scale).value
            if isinstance(stated, (int, float)) and parts and differs(stated, parts, scale):
                yield finding("R02", sheet=sheet.name, cell=cell_name(total.row, column.index), field=column.field.label,
                              value=f"{stated:,.10g}", expected=f"{sum(parts):,.10g}")


def differs(stated: float, parts: Sequence[float], scale: float) -> bool:
    """Whether a stated total is further from its parts than rounding to two decimals of the written unit explains."""
    return abs(stated - sum(parts)) > max(0.011 * scale, 1e-6 * abs(sum(parts)))


def _spans(totals: list[Total], rows: int) -> Iterator[tuple[Total, int, int]]:
    """(total, first data row, end) of what each total stands for; a form has its 小计 above or below their blocks."""
    blocks = [one for one in totals if not one.grand]
    leading = bool(blocks) and blocks[0].above == 0
    for one in totals:
        if one.grand:
            yield one, 0, rows
    for index, one in enumerate(blocks):
        if leading:
            yield one, one.above, blocks[index + 1].above if index + 1 < len(blocks) else rows
        else:
            yield one, blocks[index - 1].above if index else 0, one.above
