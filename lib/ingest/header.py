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
from lib.spec.text import fold_header as fold_text
from lib.spec.units import MULTIPLES, factor

fold_header = lru_cache(maxsize=50_000)(fold_text)
SEARCH_ROWS = 40
MAX_DEPTH = 3
MIN_MATCHED = 3
_TRAILING_UNIT = re.compile(r"[(\[]([^()\[\]]{1,12}(?:\([^()]*\)[^()\[\]]*)?)[)\]]$")
_NO_UNIT = {"必填", "选填", "可选"}


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

    `columns` holds the first column of each field, `repeated` the further columns of a field that occurs twice,
    `ambiguous` those whose name stands for several fields (index, header, the fields' names), `unknown` all others.
    """

    dataset: Dataset
    sheet: Sheet
    first: int
    last: int
    columns: tuple[Column, ...]
    repeated: tuple[Column, ...]
    ambiguous: tuple[tuple[int, str, str], ...]
    unknown: tuple[tuple[int, str], ...]

    @property
    def titled(self) -> list[tuple[int, str]]:
        """(index, header) of every column that has one, from left to right."""
        matched = [(one.index, one.header) for one in (*self.columns, *self.repeated)]
        return sorted([*matched, *((index, header) for index, header, _ in self.ambiguous), *self.unknown])

    @property
    def score(self) -> int:
        """How many fields were found."""
        return len(self.columns)

    @property
    def rank(self) -> tuple[int, bool, int]:
        """More fields first, then no merged cell cut in two (it may hold a group or a unit), then fewer header rows, so
        that title lines are not taken into the header.
        """
        whole = not any(top < self.first <= bottom or top <= self.last < bottom for (top, _), (bottom, _) in self.sheet.merges)
        return self.score, whole, self.first - self.last


def find_table(sheet: Sheet, datasets: Iterable[Dataset] | None = None) -> Table | None:
    """The best reading of a sheet as one of the forms (of equal ones the first form named); None when no header has at
    least three known columns.
    """
    choices = tuple(DATASETS.values() if datasets is None else datasets)
    best: Table | None = None
    for first in range(min(SEARCH_ROWS, len(sheet.rows))):
        for last in range(first, min(first + MAX_DEPTH, len(sheet.rows))):
            paths = _paths(sheet, first, last)
            if len(paths) < MIN_MATCHED:
                continue
            for dataset in choices:
                table = _read_header(dataset, sheet, first, last, paths)
                if table.score >= MIN_MATCHED and (best is None or (table.score >= best.score and table.rank > best.rank)):
                    best = table
    return best


Path = tuple[str, ...]
"""The header texts above one column, from the upper level down."""


def _read_header(dataset: Dataset, sheet: Sheet, first: int, last: int, paths: list[tuple[int, Path]]) -> Table:
    columns: dict[str, Column] = {}
    repeated: list[Column] = []
    ambiguous: list[tuple[int, str, str]] = []
    unknown: list[tuple[int, str]] = []
    for index, path in paths:
        names, unit = _match(dataset.id, dataset.fingerprint, path)
        header = "/".join(path)
        if not names:
            unknown.append((index, header))
            continue
        if len(names) > 1:
            ambiguous.append((index, header, "、".join(dataset.by_name[name].label for name in names)))
            continue
        column = Column(index, dataset.by_name[names[0]], header, unit)
        if names[0] in columns:
            repeated.append(column)
        else:
            columns[names[0]] = column
    return Table(dataset, sheet, first, last, tuple(columns.values()), tuple(repeated), tuple(ambiguous), tuple(unknown))


def _paths(sheet: Sheet, first: int, last: int) -> list[tuple[int, Path]]:
    """(column, path) of every column with a header; a text repeated by a merge counts once."""
    band: list[list[str]] = [[_text(value) for value in sheet.rows[row]] for row in range(first, last + 1)]
    for (top, left), (bottom, right) in sheet.merges:
        if bottom < first or top > last or left >= len(sheet.rows[top]):
            continue
        text = _text(sheet.rows[top][left])
        for texts in band[max(top - first, 0) : bottom - first + 1]:
            texts[left : right + 1] = [text] * len(texts[left : right + 1])
    paths: list[tuple[int, Path]] = []
    for index, stack in enumerate(zip(*band, strict=True)):
        kept: list[str] = []
        for text in stack:
            if text and (not kept or fold_header(kept[-1]) != fold_header(text)):
                kept.append(text)
        if kept:
            paths.append((index, tuple(kept)))
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


@lru_cache(maxsize=20_000)
def _match(dataset_id: str, fingerprint: str, path: Path) -> tuple[Path, str]:
    """(names of the fields a header path may stand for, unit written): no field, one, or several."""
    names = _names(dataset_id, fingerprint)
    leaf, unit = fold_header(path[-1]), ""
    above = [_split_unit(fold_header(text)) for text in path[:-1]]
    parents = {name for name, _ in above} | {fold_header(text) for text in path[:-1]}
    while True:
        candidates = list(names.get(leaf, ()))
        candidates += [one for parent in parents for one in names.get(parent + leaf, ()) if one not in candidates]
        if len(candidates) > 1 or (candidates and candidates[0].group and parents):
            grouped = [one for one in candidates if one.group and fold_header(one.group) in parents]
            candidates = grouped or [one for one in candidates if leaf in _own_names(one)]
        if candidates:
            base = candidates[0].unit
            inherited = next((written for _, written in above if written and base and factor(base, written) is not None), "")
            return tuple(one.name for one in candidates), unit or inherited
        bare, written = _split_unit(leaf)
        if bare == leaf:
            return (), ""
        leaf, unit = bare, written or unit


def _split_unit(name: str) -> tuple[str, str]:
    """A folded header without what stands in brackets at its end, and that, unless it only says 必填."""
    found = _TRAILING_UNIT.search(name)
    if found is None:
        return name, ""
    return name[: found.start()], "" if found.group(1) in _NO_UNIT else found.group(1)


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
