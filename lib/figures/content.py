"""What stands published for a period: which submission, of which month, speaks for each dataset and 街镇.

Its one rule: a content is an identity; two equal ones give the same figures, so every cache is keyed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.datasets.boundaries import Boundary, boundary_from_geojson, shipped_boundary
from lib.datasets.thresholds import Registry, registry_from_csv, shipped_registry
from lib.spec.fields import Dataset, Nature
from lib.spec.period import Period, end_of, shift, window_months
from lib.store.boundaries import boundary_digest_at, boundary_text
from lib.store.releases import Place, registry_csv_at

CARRY_RULE = "data.carry_months"
_NO_LIMIT = 1200


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One 街镇's rows of one dataset: the submission that holds them and the month it is of."""

    dataset: str
    unit: str
    period: Period
    submission: int


@dataclass(frozen=True)
class Content:
    """Everything that the figures of a period rest on.

    entries: of a register one per 街镇, of the period itself or, where the 街镇 has not reported, of its newest month before;
    of a log those of the months back to January of the year before. registry: key of the thresholds in force. boundary: sha256 of
    the outlines of the 街镇, empty for ours; no figure rests on them, but what is told of single places does.
    """

    period: Period
    entries: tuple[Entry, ...]
    registry: str
    boundary: str = ""

    @cached_property
    def key(self) -> str:
        """Identity, short enough for a cache."""
        return hashlib.sha256(repr((self.period, self.entries, self.registry, self.boundary)).encode()).hexdigest()[:20]

    def __bool__(self) -> bool:
        """Whether anything was published for the period itself."""
        return any(one.period == self.period for one in self.entries)

    def of(self, dataset: str) -> tuple[Entry, ...]:
        """The entries of a dataset that make its rows: of a log those of the period alone."""
        log = DATASETS[dataset].nature is Nature.LOG
        return tuple(
            one for one in self.entries if one.dataset == dataset and (not log or one.period == self.period)
        )

    @cached_property
    def _reported(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for one in self.entries:
            if one.period == self.period:
                found.setdefault(one.dataset, set()).add(one.unit)
        return {name: frozenset(units) for name, units in found.items()}

    def reported(self, dataset: str) -> frozenset[str]:
        """Codes of the 街镇 that have reported a dataset for the period itself."""
        return self._reported.get(dataset, frozenset())


Standing = dict[tuple[str, str], dict[Period, int]]


def contents_of(state: Mapping[Place, int], registry: Registry, boundary: str = "") -> dict[Period, Content]:
    """The content of every period with anything published, newest first."""
    standing = _standing(state)
    return {period: _content(standing, period, registry, boundary) for period in periods_of(state)}


def content_of(state: Mapping[Place, int], period: Period, registry: Registry, boundary: str = "") -> Content:
    """What stands for a period in a state of the releases."""
    return _content(_standing(state), period, registry, boundary)


def periods_of(state: Iterable[Place]) -> tuple[Period, ...]:
    """All periods with anything published, newest first."""
    return tuple(sorted({Period(period) for _, period, _ in state}, reverse=True))


def registry_at(connection: Connection, number: int) -> Registry:
    """The thresholds of a release: as they were when it was published, and of rules that nobody knew then those shipped."""
    stored = registry_csv_at(connection, number)
    return (
        shipped_registry() if stored is None else registry_from_csv(stored).with_missing(shipped_registry())
    )


def boundary_of(connection: Connection, digest: str) -> Boundary:
    """The boundary behind a sha256, as `Content.boundary` has it."""
    return _boundary(boundary_text(connection, digest)) if digest else shipped_boundary()


def boundary_at(connection: Connection, number: int) -> Boundary:
    """The boundary of a release, as it was when it was published."""
    return boundary_of(connection, boundary_digest_at(connection, number))


@lru_cache(maxsize=4)
def _boundary(text: str) -> Boundary:
    return boundary_from_geojson(text)


def months_back(period: Period) -> tuple[Period, ...]:
    """The months that the windows of a log reach back to: this year's and last year's, to the month of the period."""
    return (*window_months(period, "last_year"), *window_months(period, "year"))


def _standing(state: Mapping[Place, int]) -> Standing:
    found: Standing = {}
    for (dataset, period, unit), identity in state.items():
        if dataset in DATASETS:
            found.setdefault((dataset, unit), {})[Period(period)] = identity
    return found


def _content(standing: Standing, period: Period, registry: Registry, boundary: str) -> Content:
    carry = registry.at(CARRY_RULE, end_of(period)).whole
    entries: list[Entry] = []
    for (name, unit), months in standing.items():
        dataset = DATASETS[name]
        if dataset.nature is Nature.LOG:
            entries += [
                Entry(name, unit, when, months[when]) for when in months_back(period) if when in months
            ]
        elif (when := _newest(dataset, months, period, carry)) is not None:
            entries.append(Entry(name, unit, when, months[when]))
    return Content(period, tuple(sorted(entries)), registry.key, boundary)


def _newest(dataset: Dataset, months: Mapping[Period, int], period: Period, carry: int) -> Period | None:
    """The newest month of a register up to a period; of a table that is owed monthly not more than `carry` months before."""
    first = shift(period, -(carry if dataset.monthly else _NO_LIMIT))
    return max((when for when in months if first <= when <= period), default=None)
