"""Carries out the declared checks over whole columns. Its one rule: one procedure per class of `lib.spec.checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from lib.datasets.thresholds import Registry, registry_from_csv, shipped_registry
from lib.ingest.cells import shown
from lib.ingest.limits import MOST_MADE
from lib.spec.checks import AtMost, Check, OnLadder, RequiredWhen, SumEquals, YearsBetween
from lib.spec.fields import Dataset, Need
from lib.spec.findings import Finding, finding
from lib.spec.period import add_months


@dataclass(frozen=True, slots=True)
class Columns:
    """Read values by field (all of one length) with functions that name the sheet of a position and the cell of (field,
    position). header: the cell at which the header begins. thresholds: the registry in force as text, empty: the shipped one.
    """

    dataset: Dataset
    sheet: Callable[[int], str]
    values: dict[str, list[Any]]
    cell: Callable[[str, int], str]
    header: str
    thresholds: str = ""

    @property
    def count(self) -> int:
        """How many rows."""
        return len(next(iter(self.values.values()), []))

    def of(self, name: str) -> list[Any]:
        """The values of a field; Nones when the file has no such column."""
        return self.values.get(name) or [None] * self.count

    def title(self, name: str) -> str:
        """The field's Chinese name."""
        return self.dataset.by_name[name].label

    def registry(self) -> Registry:
        """The thresholds that the checks follow."""
        return registry_from_csv(self.thresholds).with_missing(shipped_registry()) if self.thresholds else shipped_registry()


def run_checks(columns: Columns) -> list[Finding]:
    """All findings of the dataset's declared checks."""
    return [one for check in columns.dataset.checks for one in islice(PROCEDURES[type(check)](check, columns), MOST_MADE)]


def _sum_equals(check: SumEquals, columns: Columns) -> Iterator[Finding]:
    parts = [columns.of(name) for name in check.parts]
    for at, total in enumerate(columns.of(check.total)):
        given = [part[at] for part in parts]
        if total is None or any(one is None for one in given):
            continue
        if abs(sum(given) - total) > 1e-6 * max(1.0, abs(total)):
            yield finding("R03", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.total, at),
                          field=columns.title(check.total), parts="、".join(columns.title(name) for name in check.parts),
                          value=f"{sum(given):,.10g}", expected=f"{total:,.10g}")


def _at_most(check: AtMost, columns: Columns) -> Iterator[Finding]:
    for at, (lesser, greater) in enumerate(zip(columns.of(check.lesser), columns.of(check.greater), strict=True)):
        if lesser is not None and greater is not None and lesser > greater:
            yield finding("R04", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.lesser, at),
                          field=columns.title(check.lesser), other=columns.title(check.greater), value=shown(lesser),
                          expected=shown(greater))


def _years_between(check: YearsBetween, columns: Columns) -> Iterator[Finding]:
    pairs = list(zip(columns.of(check.start), columns.of(check.end), strict=True))
    registry = columns.registry()
    limits = {start: [registry.at(rule, start).whole for rule in (check.least, check.most)] for start, _ in set(pairs) if start}
    wrong = {pair for pair in set(pairs) if None not in pair and _outside(*pair, *limits[pair[0]])}
    for at, (start, end) in enumerate(pairs):
        if (start, end) in wrong:
            least, most = limits[start]
            yield finding("R05", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.end, at),
                          field=columns.title(check.end), other=columns.title(check.start), value=f"{term_years(start, end):g}",
                          low=least, high=most)


def _outside(start: date, end: date, least: int, most: int) -> bool:
    return not add_months(start, 12 * least) <= end + timedelta(days=1) or end > add_months(start, 12 * most)


def term_years(start: date, end: date) -> float:
    """Length of a term in years, for display; a term that ends on the day before its anniversary is whole."""
    after = end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    return round(months / 12 + (after.day - start.day) / 365.25, 2)


def _required_when(check: RequiredWhen, columns: Columns) -> Iterator[Finding]:
    for name in check.fields:
        if name not in columns.values:
            field = columns.dataset.by_name[name]
            if field.need is Need.OPTIONAL and set(check.values) & set(columns.of(check.column)):
                yield finding("T02", level=check.level, sheet=columns.sheet(0), cell=columns.header, field=field.label,
                              aliases="、".join((field.label, *field.aliases[:3])))
            continue
        for at, (given, value) in enumerate(zip(columns.of(check.column), columns.of(name), strict=True)):
            if value is None and given in check.values:
                yield finding("R06", level=check.level, sheet=columns.sheet(at), cell=columns.cell(name, at),
                              field=columns.title(name), other=columns.title(check.column), value=given)


def _on_ladder(check: OnLadder, columns: Columns) -> Iterator[Finding]:
    for at, (stage, kind) in enumerate(zip(columns.of(check.stage), columns.of(check.type), strict=True)):
        if stage is not None and kind in check.ladders and stage not in check.ladders[kind]:
            yield finding("R07", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.stage, at),
                          field=columns.title(check.stage), value=stage, other=kind, choices="、".join(check.ladders[kind]))


PROCEDURES: dict[type[Check], Callable[[Any, Columns], Iterator[Finding]]] = {
    SumEquals: _sum_equals,
    AtMost: _at_most,
    YearsBetween: _years_between,
    RequiredWhen: _required_when,
    OnLadder: _on_ladder,
}
"""Class of check → its procedure."""
