"""Checks a form against what stands published: other tables (unknown compounds and projects) and the month before.

Its one rule: the month before is compared by key, over whole columns; what is new or gone is no fault in itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from lib.datasets import DATASETS
from lib.ingest.checks import Columns
from lib.ingest.coordinates import moved
from lib.ingest.expected import Context
from lib.ingest.limits import MOST_MADE
from lib.spec.checks import Check, KnownIn, NeverBack, NeverFalls
from lib.spec.fields import PLACE, Nature
from lib.spec.findings import Finding, finding
from lib.spec.geodesy import Pair
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.numbers import show
from lib.spec.period import Period, title_of

FEWEST_TO_COMPARE = 3
"""A table with fewer rows may well be the same two months running."""
MOST_KEYS = 10
TIMES = ((10_000.0, "上月的 1 万倍"), (0.0001, "上月的万分之一"), (10.0, "上月的 10 倍"), (0.1, "上月的十分之一"))
PERCENT_TIMES = ((100.0, "上月的 100 倍"), (0.01, "上月的百分之一"))
_SHOWN = "上月"


def run_against(columns: Columns, context: Context, places: Sequence[Pair | None] = ()) -> list[Finding]:
    """All findings of the declared checks against other tables and the month before, and of those that hold for every form. places: of
    a dataset with coordinates where each row lies.
    """
    before = Before(columns, context)
    found = [one for check in columns.dataset.across for one in islice(AGAINST[type(check)](check, columns, context, before), MOST_MADE)]
    same = list(_as_before(columns, before))
    return [*found, *same, *_lost(columns, before), *_gone(columns, before), *islice(_by_powers(columns, before), MOST_MADE),
            *islice(_moved(columns, before, places), MOST_MADE)]


class Before:
    """The rows of the month before, and for each row of this month the position of the same key in them."""

    def __init__(self, columns: Columns, context: Context) -> None:
        self.rows = context.previous
        self.month = title_of(Period(context.previous_period)) if context.previous_period else _SHOWN
        self.positions: dict[tuple[Any, ...], int] = {}
        self.pairs: list[tuple[int, int]] = []
        self._values: dict[str, list[Any]] = {}
        self.keys = list(zip(*(columns.of(name) for name in columns.dataset.key), strict=True))
        if self.rows is not None:
            parts = [self.of(name) for name in columns.dataset.key]
            self.positions = {key: at for at, key in enumerate(zip(*parts, strict=True))}
            self.pairs = [(at, self.positions[key]) for at, key in enumerate(self.keys) if key in self.positions]

    def of(self, name: str) -> list[Any]:
        """The values of a field in the month before."""
        if name not in self._values:
            self._values[name] = [] if self.rows is None else self.rows.column(name).to_pylist()
        return self._values[name]

    def changes(self, columns: Columns, name: str) -> Iterator[tuple[int, Any, Any]]:
        """(position, value, value before) where both are given and differ."""
        if name not in columns.values or not self.pairs:
            return
        now, then = columns.of(name), self.of(name)
        for at, was in self.pairs:
            if now[at] is not None and then[was] is not None and now[at] != then[was]:
                yield at, now[at], then[was]


def _known_in(check: KnownIn, columns: Columns, context: Context, _before: Before) -> Iterator[Finding]:
    known = context.known.get(check.dataset)
    if known is None or check.column not in columns.values:
        return
    for at, value in enumerate(columns.of(check.column)):
        if value is not None and value not in known:
            yield finding("X01", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.column, at),
                          field=columns.title(check.column), value=value, title=DATASETS[check.dataset].title)


def _never_falls(check: NeverFalls, columns: Columns, _context: Context, before: Before) -> Iterator[Finding]:
    for at, now, then in before.changes(columns, check.column):
        if now < then:
            code = "X03" if isinstance(now, date) else "X02"
            yield finding(code, level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.column, at),
                          field=columns.title(check.column), value=_text(now), month=before.month, before=_text(then))


def _never_back(check: NeverBack, columns: Columns, _context: Context, before: Before) -> Iterator[Finding]:
    types = columns.of(check.type)
    for at, now, then in before.changes(columns, check.stage):
        ladder = check.ladders.get(types[at], ())
        if now in ladder and then in ladder and ladder.index(now) < ladder.index(then):
            yield finding("X04", level=check.level, sheet=columns.sheet(at), cell=columns.cell(check.stage, at),
                          field=columns.title(check.stage), value=now, month=before.month, before=then)


def _as_before(columns: Columns, before: Before) -> Iterator[Finding]:
    """The whole table unchanged: last month's file sent again (domain.md, M34)."""
    count = len(before.keys)
    if before.rows is None or count < FEWEST_TO_COMPARE or count != before.rows.num_rows or len(before.pairs) != count:
        return
    if columns.dataset.nature is Nature.REGISTER and all(_same(columns, before, name) for name in columns.dataset.by_name):
        yield finding("X05", sheet=columns.sheet(0), cell=columns.header, count=count, month=before.month)


def _same(columns: Columns, before: Before, name: str) -> bool:
    now, then = columns.of(name), before.of(name)
    return all(now[at] == then[was] for at, was in before.pairs)


def _lost(columns: Columns, before: Before) -> Iterator[Finding]:
    """Columns that the month before had filled and this file has not."""
    absent = [one for one in columns.dataset.fields if one.name not in columns.values] if before.keys else []
    lost = [one.label for one in absent if any(value is not None for value in before.of(one.name))]
    if lost:
        names = "、".join(f"“{one}”" for one in lost)
        yield finding("X08", sheet=columns.sheet(0), cell=columns.header, fields=names, month=before.month, count=len(lost))


def _gone(columns: Columns, before: Before) -> Iterator[Finding]:
    if before.rows is None or columns.dataset.nature is not Nature.REGISTER:
        return
    gone = sorted(before.positions.keys() - set(before.keys), key=str)
    if gone:
        names = "、".join("/".join(map(str, key)) for key in gone[:MOST_KEYS]) + ("等" if len(gone) > MOST_KEYS else "")
        level = Level.WARNING if 2 * len(gone) > len(before.positions) else None
        yield finding("X06", level=level, sheet=columns.sheet(0), cell=columns.header, month=before.month, count=len(gone), keys=names)


def _by_powers(columns: Columns, before: Before) -> Iterator[Finding]:
    """Numbers that are 10 or 10,000 times what they were, or a 10th or a 10,000th: 万 or a decimal point is off."""
    for name in columns.values:
        kind = columns.dataset.by_name[name].kind
        if kind not in {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT}:
            continue
        for at, now, then in before.changes(columns, name):
            steps = PERCENT_TIMES if kind is Kind.PERCENT else TIMES
            words = next((words for times, words in steps if then and abs(now / then - times) < times * 1e-9), "")
            if words and max(now, then) >= (1 if kind is Kind.PERCENT else 100):
                yield finding("X07", sheet=columns.sheet(at), cell=columns.cell(name, at), field=columns.title(name), value=_text(now),
                              month=before.month, before=_text(then), times=words)


def _moved(columns: Columns, before: Before, places: Sequence[Pair | None]) -> Iterator[Finding]:
    """Places that have moved by just the difference of two systems of coordinates."""
    if columns.dataset.placed and before.pairs:
        lons, lats = (before.of(name) for name, _ in PLACE)
        then = [(at, (lons[was], lats[was])) for at, was in before.pairs if lons[was] is not None and lats[was] is not None]
        yield from moved(columns, places, then, before.month)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else show(value, 0 if value == int(value) else 2)


AGAINST: dict[type[Check], Callable[[Any, Columns, Context, Before], Iterator[Finding]]] = {
    KnownIn: _known_in,
    NeverFalls: _never_falls,
    NeverBack: _never_back,
}
"""Class of check against other tables and months → its procedure."""
