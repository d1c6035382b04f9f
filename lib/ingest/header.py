"""Finds the table of a form on a sheet: its header rows, and which column holds which field.

Its one rule: a column is matched by an exact name (title or declared alias, folded), never by similarity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lib.datasets import DATASETS
from lib.ingest.sheets import Cell, Sheet
from lib.spec.fields import Dataset, Field
from lib.spec.text import fold_header
from lib.spec.units import MULTIPLES, factor

SEARCH_ROWS = 40
MAX_DEPTH = 3
MIN_MATCHED = 3
_TRAILING_UNIT = re.compile(r"[(\[]([^()\[\]]{1,12}(?:\([^()]*\)[^()\[\]]*)?)[)\]]$")


@dataclass(frozen=True, slots=True)
class Column:
    """One matched column. `unit` is the unit written in its header, empty when there is none."""

    index: int
    field: Field
    header: str
    unit: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table found on a sheet. `first` and `last` are the header rows, 0-based; data starts at last + 1.

    `columns` holds the first column of each field; `repeated` the further columns of a field that occurs twice.
    """

    dataset: Dataset
    sheet: Sheet
    first: int
    last: int
    columns: tuple[Column, ...]
    repeated: tuple[Column, ...]
    unknown: tuple[tuple[int, str], ...]

    @property
    def score(self) -> int:
        """How many fields were found."""
        return len(self.columns)

    @property
    def rank(self) -> tuple[int, int]:
        """More fields first, then fewer header rows, so that title lines are not taken into the header."""
        return self.score, self.first - self.last


def find_table(sheet: Sheet, datasets: Iterable[Dataset] | None = None) -> Table | None:
    """The best reading of a sheet as one of the forms; None when no header has at least three known columns."""
    best: Table | None = None
    for dataset in datasets or DATASETS.values():
        for first in range(min(SEARCH_ROWS, len(sheet.rows))):
            for depth in range(1, MAX_DEPTH + 1):
                if first + depth > len(sheet.rows):
                    break
                table = _read_header(dataset, sheet, first, first + depth - 1)
                if table.score >= MIN_MATCHED and (best is None or table.rank > best.rank):
                    best = table
    return best


def _read_header(dataset: Dataset, sheet: Sheet, first: int, last: int) -> Table:
    names = _names(dataset.id, dataset.fingerprint)
    columns: dict[str, Column] = {}
    repeated: list[Column] = []
    unknown: list[tuple[int, str]] = []
    for index, path in enumerate(_paths(sheet, first, last)):
        if not path:
            continue
        found = _match(names, path)
        header = "/".join(path)
        if found is None:
            unknown.append((index, header))
            continue
        column = Column(index, dataset.by_name[found[0]], header, found[1])
        if found[0] in columns:
            repeated.append(column)
        else:
            columns[found[0]] = column
    return Table(dataset, sheet, first, last, tuple(columns.values()), tuple(repeated), tuple(unknown))


def _paths(sheet: Sheet, first: int, last: int) -> list[tuple[str, ...]]:
    """The header texts above each column, from the upper level down; a text repeated by a merge counts once."""
    band = [list(sheet.rows[row]) for row in range(first, last + 1)]
    for (top, left), (bottom, right) in sheet.merges:
        if bottom < first or top > last:
            continue
        value = sheet.rows[top][left] if left < len(sheet.rows[top]) else ""
        for row in range(max(top, first), min(bottom, last) + 1):
            for column in range(left, min(right + 1, len(band[row - first]))):
                band[row - first][column] = value
    width = max((len(row) for row in band), default=0)
    paths = []
    for column in range(width):
        texts: list[str] = []
        for row in band:
            text = _text(row[column]) if column < len(row) else ""
            if text and (not texts or fold_header(texts[-1]) != fold_header(text)):
                texts.append(text)
        paths.append(tuple(texts))
    return paths


def _text(value: Cell) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


@lru_cache(maxsize=64)
def _names(dataset_id: str, _fingerprint: str) -> dict[str, tuple[Field, ...]]:
    """Folded name → the fields it may stand for."""
    table: dict[str, dict[str, Field]] = {}
    for one in DATASETS[dataset_id].fields:
        for name in {fold_header(text) for text in (one.title, *one.aliases, one.name)}:
            table.setdefault(name, {})[one.name] = one
            if one.group:
                table.setdefault(fold_header(one.group) + name, {})[one.name] = one
    return {name: tuple(fields.values()) for name, fields in table.items()}


def _match(names: dict[str, tuple[Field, ...]], path: tuple[str, ...]) -> tuple[str, str] | None:
    """(field name, unit written) for a header path, or None."""
    leaf, unit = fold_header(path[-1]), ""
    parents = {fold_header(text) for text in path[:-1]}
    for _ in range(2):
        candidates = list(names.get(leaf, ()))
        candidates += [one for parent in parents for one in names.get(parent + leaf, ()) if one not in candidates]
        if len(candidates) > 1 or (candidates and candidates[0].group and parents):
            grouped = [one for one in candidates if one.group and fold_header(one.group) in parents]
            candidates = grouped or [one for one in candidates if leaf in _own_names(one)]
        if len(candidates) == 1:
            return candidates[0].name, unit
        stripped = _TRAILING_UNIT.search(leaf)
        if stripped is None:
            return None
        leaf, unit = leaf[: stripped.start()], stripped.group(1)
    return None


def _own_names(one: Field) -> set[str]:
    return {fold_header(text) for text in (one.title, *one.aliases)}


def unit_from_line(line: str, base: str) -> str:
    """The unit for fields of base unit `base` in a line such as 单位：万㎡、万元; empty when the line has none."""
    if base not in MULTIPLES:
        return ""
    for part in re.split(r"[、,，;；\s]+", line):
        if part and factor(base, part) is not None:
            return part
    return ""
