"""Finds every table on a sheet: side by side, one under the other, below title lines, beside blocks of help text.

Its one rule: a table is told by the names in its header; where none stands out, the best reading of the sheet is the only one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from lib.datasets import DATASETS
from lib.ingest.cells import is_blank
from lib.ingest.expected import Expected
from lib.ingest.header import (
    MAX_COLUMNS,
    Path,
    Table,
    all_names,
    fold_header,
    header_paths,
    header_text,
    is_name,
    read_header,
    without,
)
from lib.ingest.rows import is_total
from lib.ingest.sheet import Sheet, Unreadable
from lib.ingest.titles import read_titles
from lib.spec.fields import Dataset
from lib.spec.findings import finding

SEARCH_ROWS = 60
"""In so many rows a header is looked for by folded names; further down only by names written exactly alike."""
MAX_DEPTH = 3
MIN_MATCHED = 3
MAX_TABLES = 120
MAX_WINDOWS = 600
"""More tables, or more rows that may be headers, are no report but an export of something else."""
LONGEST_NAME = 40
TITLE_CELLS = 2
"""A row above a lower table with at most so many filled cells is one of its title lines."""


def find_tables(sheet: Sheet, expected: Expected | None = None) -> list[Table]:
    """Every table of the sheet that stands out, from the top down; else the best reading of it as one; else none. Raises
    Unreadable when there are more than any report has.
    """
    expected = expected or Expected()
    found: list[Table] = []
    best: Table | None = None
    for count, (first, last) in enumerate(windows(sheet)):
        if count >= MAX_WINDOWS or len(found) > MAX_TABLES:
            raise Unreadable(finding("T46", sheet=sheet.name, limit=MAX_TABLES))
        paths = header_paths(sheet, first, last)
        for table in _standing(sheet, (first, last), paths, expected, found):
            _take(found, table)
        if not found:
            whole = _best(sheet, (first, last), paths, expected, [])
            if whole is not None and (best is None or (whole.score >= best.score and whole.rank > best.rank)):
                best = whole
    if not found:
        return [] if best is None else [_trimmed(best)]
    return _bounded(sheet, found)


def windows(sheet: Sheet, least: int = MIN_MATCHED) -> Iterator[tuple[int, int]]:
    """(first, last) rows in which a header may stand: together they name at least so many columns."""
    hits = _hits(sheet)
    for first in sorted(hits):
        columns: set[int] = set()
        for last in range(first, min(first + MAX_DEPTH, sheet.height)):
            columns |= hits.get(last, set())
            if len(columns) >= least and last in hits:
                yield first, last


def _hits(sheet: Sheet) -> dict[int, set[int]]:
    """Row → the columns in which the name of a field or a group stands."""
    hits: dict[int, set[int]] = defaultdict(set)
    top = min(SEARCH_ROWS, sheet.height)
    for row in range(top):
        for column, value in enumerate(cells[row] for cells in sheet.columns[:MAX_COLUMNS]):
            if isinstance(value, str) and value and len(value) <= LONGEST_NAME and is_name(value):
                hits[row].add(column)
    for (first, left), (last, right) in sheet.merges:
        for row in range(first, min(last, first + MAX_DEPTH) + 1):
            if left in hits.get(first, ()) and row < top:
                hits[row].update(range(left, min(right, sheet.width - 1) + 1))
    if sheet.height > top:
        _add_lower(sheet, top, hits)
    return hits


def _add_lower(sheet: Sheet, top: int, hits: dict[int, set[int]]) -> None:
    """Rows further down that name at least three columns, in words that stand in a declaration or higher up on the sheet."""
    above = {value for row in hits for value in sheet.row(row) if isinstance(value, str) and value and is_name(value)}
    names = above | _declared_names()
    places: dict[int, set[int]] = defaultdict(set)
    for column, cells in enumerate(sheet.columns[:MAX_COLUMNS]):
        known = {value for value in set(cells) & names if isinstance(value, str)}
        rows = [row for row, value in enumerate(cells) if value in known] if known else []
        if len(rows) > max(50, len(cells) // 5):
            continue
        for row in rows:
            places[row].add(column)
    counts = Counter({row: len(columns) for row, columns in places.items()})
    for row, count in counts.items():
        if row >= top and count >= MIN_MATCHED:
            for near in range(row - MAX_DEPTH + 1, row + MAX_DEPTH):
                if near >= top and near in places:
                    hits[near] |= places[near]


@lru_cache(maxsize=1)
def _declared_names() -> frozenset[object]:
    return frozenset(all_names().union(*({one.title, *one.aliases} for dataset in DATASETS.values() for one in dataset.fields)))


def _forms(sheet: Sheet, first: int, columns: tuple[int, int], expected: Expected, found: Sequence[Table]) -> list[Dataset]:
    """The forms a header in this row and these columns may be: those whose code stands above it, below any other table; else
    all of them. The wanted one comes first.
    """
    left, right = columns
    top = max((one.last + 1 for one in found if one.last < first and one.left <= right and left <= one.right), default=0)
    codes = read_titles(sheet, first, top=top, left=left, right=right).form_codes
    named = [one for one in DATASETS.values() if one.form_code in codes]
    return sorted(named or DATASETS.values(), key=lambda one: (one.id != expected.dataset, one.id != expected.prefer))


def _best(
    sheet: Sheet, rows: tuple[int, int], paths: Sequence[tuple[int, Path]], expected: Expected, found: Sequence[Table],
    columns: tuple[int, int] | None = None,
) -> Table | None:
    """The best reading of some columns as one of the forms; None when fewer than three are known. columns: those in which the
    form's code may stand, where not every one.
    """
    forms = _forms(sheet, rows[0], columns or (0, sheet.width), expected, found)
    tables = [read_header(form, sheet, rows, paths, expected.corrections) for form in forms]
    tables = [one for one in tables if one.score >= MIN_MATCHED]
    if not tables:
        return None
    best = max(tables, key=lambda one: (one.strong, one.dataset.id == expected.dataset, not one.strong and
                                        one.dataset.id == expected.prefer, one.score, -one.lacking))
    if best.dataset.id in {expected.dataset, expected.prefer}:
        return best
    rivals = tuple(one.dataset for one in tables if one is not best and (one.score, one.lacking) == (best.score, best.lacking))
    return replace(best, rivals=rivals)


def _standing(
    sheet: Sheet, rows: tuple[int, int], paths: Sequence[tuple[int, Path]], expected: Expected, found: Sequence[Table]
) -> list[Table]:
    """The tables of one band of rows that can each stand alone."""

    def alone(part: Sequence[tuple[int, Path]]) -> Table | None:
        return _best(sheet, rows, part, expected, found, (part[0][0], part[-1][0]))

    segments = [part for segment in _segments(paths) for part in _halves(segment, alone)]
    strong = [one for one in map(alone, segments) if one is not None and one.strong]
    if len(strong) > 1:
        return strong
    whole = _best(sheet, rows, paths, expected, found)
    if whole is None or not whole.strong:
        return strong
    return [_trimmed(whole)]


def _trimmed(table: Table) -> Table:
    """The table without what stands beside it: columns that add nothing to it behind an empty one."""
    matched = {one.index for one in table.columns} | {index for index, _, _ in table.ambiguous} | {index for index, _ in table.left_out}
    aside: list[int] = []
    for segment in _segments([(index, (header,)) for index, header in table.titled]):
        indices = {index for index, _ in segment}
        if not indices & matched:
            aside += indices
    return without(table, aside) if aside else table


def _segments(paths: Sequence[tuple[int, Path]]) -> list[list[tuple[int, Path]]]:
    """Columns with a header, cut where one without stands between."""
    segments: list[list[tuple[int, Path]]] = []
    for index, path in paths:
        if not segments or index > segments[-1][-1][0] + 1:
            segments.append([])
        segments[-1].append((index, path))
    return segments


def _halves(
    segment: list[tuple[int, Path]], alone: Callable[[Sequence[tuple[int, Path]]], Table | None]
) -> list[list[tuple[int, Path]]]:
    """A segment cut before each repetition of its own header: tables put side by side without a gap."""
    names = [tuple(fold_header(part) for part in path) for _, path in segment]
    starts = [at for at, name in enumerate(names) if name == names[0]]
    if len(starts) < 2:
        return [segment]
    parts = [segment[start:end] for start, end in zip(starts, [*starts[1:], len(segment)], strict=True)]
    return parts if all(one is not None and one.strong for one in map(alone, parts)) else [segment]


def _take(found: list[Table], table: Table) -> None:
    """Add a table, unless it shares header rows and columns with others; of two keep the better reading, of more the others."""
    shared = [at for at, other in enumerate(found) if table.first <= other.last and other.first <= table.last
              and table.left <= other.right and other.left <= table.right]
    if not shared:
        found.append(table)
    elif len(shared) == 1 and table.score >= found[shared[0]].score and table.rank > found[shared[0]].rank:
        found[shared[0]] = table


def _bounded(sheet: Sheet, found: list[Table]) -> list[Table]:
    """The tables with the rows that belong to each: its title lines above, and where it ends."""
    ordered = sorted(found, key=lambda one: (one.first, one.left))
    tops = [_top(sheet, one, ordered) for one in ordered]
    bounded = []
    for one, top in zip(ordered, tops, strict=True):
        ends = [start for other, start in zip(ordered, tops, strict=True)
                if other.first > one.last and one.left <= other.right and other.left <= one.right]
        bounded.append(replace(one, top=top, bottom=min(ends, default=sheet.height)))
    return bounded


def _top(sheet: Sheet, table: Table, tables: list[Table]) -> int:
    """The first row above a table that speaks of it: all of them, but below another table only short lines, and lines of
    group names that were not taken into the header.
    """
    above = [one for one in tables if one.last < table.first and one.left <= table.right and table.left <= one.right]
    if not above:
        return 0
    row = table.first
    floor = max(one.last for one in above) + 1
    merged = {start for start, _ in sheet.merges}
    while row > floor:
        cells = sheet.row(row - 1)[table.left : table.right + 1]
        filled = {at: header_text(value) for at, value in enumerate(cells, start=table.left) if not is_blank(value)}
        bands = 2 * len(set(filled.values())) <= len(filled) and len(set(filled.values())) <= MAX_DEPTH
        named = bands or all(is_name(text) or (row - 1, at) in merged for at, text in filled.items())
        if (len(filled) > TITLE_CELLS and not named) or any(map(is_total, filled.values())):
            break
        row -= 1
    return row
