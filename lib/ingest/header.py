"""Matches the header of a table: which column holds which field, in which unit, and why.

Its one rule: a column is matched by an exact name (title or declared alias, folded) or by the sender's own correction, never by
similarity.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lib.datasets import DATASETS
from lib.ingest.expected import Correction
from lib.ingest.sheet import Cell, Sheet
from lib.spec.fields import Dataset, Field, Need
from lib.spec.text import fold_header as fold_text
from lib.spec.units import MULTIPLES, factor

fold_header = lru_cache(maxsize=50_000)(fold_text)
_TRAILING_UNIT = re.compile(r"[(\[]([^()\[\]]{1,12}(?:\([^()]*\)[^()\[\]]*)?)[)\]]$")
_NO_UNIT = {"必填", "选填", "可选"}
_NOTES = {"说明", "备注", "注"}
"""With a colon behind them they begin a note beside the table; any other title may carry one."""
_UNIT_PART = re.compile(r"[,;:]")
_SUFFIXES = sorted({fold_text(name) for names in MULTIPLES.values() for name in names if len(name) > 1}, key=len, reverse=True)
"""Units that may stand behind a name without brackets: 总投资/万元."""

MAX_COLUMNS = 600
"""A header is looked for in so many columns: 25 tables of 24 columns side by side."""
COMMON = 3
"""A title in so many forms is common."""

Path = tuple[str, ...]
"""The header texts above one column, from the upper level down."""


@dataclass(frozen=True, slots=True)
class Column:
    """One matched column. unit: the unit written in its header, empty when there is none. reason: why it was matched, in
    Chinese. fill: whether an empty cell takes the value above it, asked: the unit of measure, both as the sender asked.
    """

    index: int
    field: Field
    header: str
    unit: str
    reason: str = ""
    fill: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table found on a sheet. first, last: its header rows, 0-based; data starts at last + 1. top: the row from which the
    lines above belong to it; bottom: the row before which it ends. left, right: its columns, inclusive.

    `columns` holds the first column of each field, `repeated` the further columns of a field that occurs twice,
    `ambiguous` those whose name stands for several fields (index, header, the fields' names), `unknown` all others, `left_out`
    those that the sender wants unread. rivals: other forms that the header fits as well. paths: of all columns among
    which it was found.
    """

    dataset: Dataset
    sheet: Sheet
    first: int
    last: int
    columns: tuple[Column, ...]
    repeated: tuple[Column, ...]
    ambiguous: tuple[tuple[int, str, Path], ...]
    unknown: tuple[tuple[int, str], ...]
    left_out: tuple[tuple[int, str], ...] = ()
    rivals: tuple[Dataset, ...] = ()
    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0
    paths: tuple[tuple[int, Path], ...] = ()

    @property
    def titled(self) -> list[tuple[int, str]]:
        """(index, header) of every column that has one, from left to right."""
        matched = [(one.index, one.header) for one in (*self.columns, *self.repeated)]
        return sorted([*matched, *((index, header) for index, header, _ in self.ambiguous), *self.unknown, *self.left_out])

    @property
    def score(self) -> int:
        """How many fields were found."""
        return len(self.columns)

    @property
    def lacking(self) -> int:
        """How many columns that the form must have were not found."""
        found = {one.field.name for one in self.columns}
        return sum(one.need is not Need.OPTIONAL and one.name not in found for one in self.dataset.fields)

    @property
    def strong(self) -> bool:
        """Whether it can stand beside another table: it has the key of its form, half of what the form must have, and a column
        that few other forms have.
        """
        found = {one.field.name for one in self.columns}
        needed = sum(one.need is not Need.OPTIONAL for one in self.dataset.fields)
        own = any(one.field.title not in _common_titles() for one in self.columns)
        return set(self.dataset.key) <= found and own and self.score >= 3 and 2 * self.lacking <= needed

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """More fields first, then fewer lacking, then no merged cell cut in two (it may hold a group or a unit), then fewer
        header rows, so that title lines are not taken into the header.
        """
        whole = not any(
            (top < self.first <= bottom or top <= self.last < bottom) and left <= self.right and self.left <= right
            for (top, left), (bottom, right) in self.sheet.merges
        )
        return self.score, -self.lacking, whole, self.first - self.last


def header_text(value: Cell) -> str:
    """The text of a header cell, its white space made single blanks."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def header_paths(sheet: Sheet, first: int, last: int) -> list[tuple[int, Path]]:
    """(column, path) of every column with a header, of the first MAX_COLUMNS; a text repeated by a merge counts once."""
    columns = sheet.columns[:MAX_COLUMNS]
    band: list[list[str]] = [[header_text(column[row]) for column in columns] for row in range(first, last + 1)]
    for (top, left), (bottom, right) in sheet.merges:
        if bottom < first or top > last or left >= len(columns) or top >= sheet.height:
            continue
        text = header_text(sheet.columns[left][top])
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


def path_key(path: Path) -> str:
    """A header path as it is compared."""
    return "/".join(fold_header(part) for part in path)


def column_keys(dataset: Dataset, paths: Sequence[tuple[int, Path]]) -> dict[int, str]:
    """Column → the key under which a correction of it is remembered: its header path; where that stands several times in the
    table or may mean several fields, with the path on its left, so that it never speaks for another column of that name.
    """
    plain = [path_key(path) for _, path in paths]
    keys: dict[int, str] = {}
    for at, (index, path) in enumerate(paths):
        names, _, _ = _match(dataset.id, dataset.fingerprint, path)
        alone = plain.count(plain[at]) == 1 and len(names) < 2
        key = plain[at] if alone else f"{plain[at]}<{plain[at - 1] if at else ''}"
        again = sum(one == key or one.startswith(f"{key}#") for one in keys.values())
        keys[index] = f"{key}#{again + 1}" if again else key
    return keys


def read_header(
    dataset: Dataset, sheet: Sheet, rows: tuple[int, int], paths: Sequence[tuple[int, Path]], corrections: Iterable[Correction] = ()
) -> Table:
    """The header of `paths`, standing in `rows` (first, last), read as one of a form."""
    wanted = {one.header: one for one in corrections if one.dataset == dataset.id}
    keys = column_keys(dataset, paths) if wanted else {}
    columns: dict[str, Column] = {}
    repeated: list[Column] = []
    ambiguous: list[tuple[int, str, Path]] = []
    unknown: list[tuple[int, str]] = []
    left_out: list[tuple[int, str]] = []
    for index, path in paths:
        header = "/".join(path)
        correction = wanted.get(keys[index]) if wanted else None
        names, unit, reason = _match(dataset.id, dataset.fingerprint, path)
        fill = False
        if correction is not None:
            if correction.field not in dataset.by_name:
                left_out.append((index, header))
                continue
            names, unit, reason, fill = (correction.field,), correction.unit or unit, "按您的更正", correction.fill
        if not names:
            unknown.append((index, header))
        elif len(names) > 1:
            ambiguous.append((index, header, names))
        else:
            column = Column(index, dataset.by_name[names[0]], header, unit, reason, fill, correction.unit if correction else "")
            known = columns.setdefault(names[0], column)
            if known is not column and correction is not None and known.reason != column.reason:
                columns[names[0]] = column
                unknown.append((known.index, known.header))
            elif known is not column:
                repeated.append(column)
    indices = [index for index, _ in paths]
    return Table(dataset, sheet, *rows, tuple(columns.values()), tuple(repeated), tuple(ambiguous), tuple(unknown), tuple(left_out),
                 bottom=sheet.height, left=min(indices, default=0), right=max(indices, default=0), paths=tuple(paths))


def without(table: Table, dropped: Iterable[int]) -> Table:
    """The table without some of its columns that hold nothing of it."""
    gone = set(dropped)
    unknown = tuple(one for one in table.unknown if one[0] not in gone)
    kept = replace(table, unknown=unknown, repeated=tuple(one for one in table.repeated if one.index not in gone))
    indices = [index for index, _ in kept.titled]
    return replace(kept, left=min(indices), right=max(indices))


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


@lru_cache(maxsize=1)
def _common_titles() -> frozenset[str]:
    """Titles that several forms have: they tell none of them."""
    counts = Counter(one.title for dataset in DATASETS.values() for one in dataset.fields)
    return frozenset(title for title, count in counts.items() if count >= COMMON)


@lru_cache(maxsize=1)
def all_names() -> frozenset[str]:
    """Folded names of all fields and groups of all forms."""
    groups = {fold_header(one.group) for dataset in DATASETS.values() for one in dataset.fields if one.group}
    return frozenset(groups.union(*(_names(one.id, one.fingerprint) for one in DATASETS.values())))


@lru_cache(maxsize=50_000)
def is_name(text: str) -> bool:
    """Whether a text is the name of a field or group of some form, its unit of measure aside."""
    name = fold_header(text)
    while name not in all_names():
        bare, _ = _split_unit(name)
        if bare == name:
            return False
        name = bare
    return True


@lru_cache(maxsize=20_000)
def _match(dataset_id: str, fingerprint: str, path: Path) -> tuple[Path, str, str]:
    """(names of the fields a header path may stand for, unit written, reason): no field, one, or several."""
    names = _names(dataset_id, fingerprint)
    leaf, unit = fold_header(path[-1]), ""
    if leaf in _NOTES and path[-1].rstrip().endswith((":", "：")):
        return (), "", ""
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
            reason = _reason(candidates, leaf, path)
            return tuple(one.name for one in candidates), _unit_in(unit, base) or inherited, reason
        bare, written = _split_unit(leaf)
        if bare == leaf:
            bare, written = _split_suffix(leaf)
        if bare == leaf:
            return (), "", ""
        leaf, unit = bare, written or unit


def _reason(candidates: list[Field], leaf: str, path: Path) -> str:
    if len(candidates) > 1:
        return "可能是：" + "、".join(one.label for one in candidates)
    one = candidates[0]
    if leaf == fold_header(one.title):
        return "列名相同" if len(path) == 1 or not one.group else f"“{path[0]}”下的“{path[-1]}”"
    return "列名的另一种写法" if leaf in _own_names(one) else f"“{path[0]}”下的“{path[-1]}”"


def _split_unit(name: str) -> tuple[str, str]:
    """A folded header without what stands in brackets at its end, and that, unless it only says 必填."""
    found = _TRAILING_UNIT.search(name)
    if found is None:
        return name, ""
    return name[: found.start()], "" if found.group(1) in _NO_UNIT else found.group(1)


def _split_suffix(name: str) -> tuple[str, str]:
    """A folded header without a unit that stands behind it without brackets: 总投资/万元, 总投资万元."""
    suffix = next((one for one in _SUFFIXES if name.endswith(one) and len(name) > len(one)), "")
    return (name[: -len(suffix)].rstrip("/_-·"), suffix) if suffix else (name, "")


def _unit_in(written: str, base: str) -> str:
    """The unit that brackets behind a name give: 单位:万元, ㎡,含地下 and 万 are units too. What is none is given as it is."""
    if not base or not written or factor(base, written) is not None:
        return written
    for part in _UNIT_PART.split(written):
        unit = base if part == "万" and base.startswith("万") else f"万{base}" if part == "万" else part
        if unit and factor(base, unit) is not None:
            return unit
    return written


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
