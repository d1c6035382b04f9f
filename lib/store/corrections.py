"""How a 街镇 wants columns of its forms read, remembered. Append-only: the newest row of a header counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from lib.store.schema import header_correction

AUTOMATIC = "?"
"""Stands in the place of a field when a header is to be recognised by the reader again."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One remembered correction. header: folded. field: empty when the column is to be left out. measure: 计量单位."""

    dataset: str
    header: str
    field: str
    measure: str = ""
    fill: bool = False


def add_corrections(connection: Connection, *, unit: str, made: Iterable[Remembered], by: str, at: str) -> None:
    """Write corrections of one 街镇; `unit` empty: of the bureau."""
    rows = [{"unit": unit, "dataset": one.dataset, "header": one.header, "field": one.field, "measure": one.measure, "fill": one.fill,
             "made_by": by, "at": at} for one in made]
    if rows:
        connection.execute(insert(header_correction), rows)


def corrections_of(connection: Connection, unit: str) -> list[Remembered]:
    """The corrections of a 街镇 that are in force, by dataset and header."""
    query = select(header_correction).where(header_correction.c.unit == unit).order_by(header_correction.c.id)
    newest = {(row.dataset, row.header): Remembered(row.dataset, row.header, row.field, row.measure, row.fill)
              for row in connection.execute(query)}
    return [newest[key] for key in sorted(newest) if newest[key].field != AUTOMATIC]
