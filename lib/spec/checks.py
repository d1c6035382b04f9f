"""Checks as data: what must hold in a row. They are carried out, over whole columns, by `lib.ingest.checks`.

Its one rule: a check here names fields and constants only; tests/contract asserts that every class has its procedure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.spec.level import Level


@dataclass(frozen=True, slots=True)
class Check(ABC):
    """A rule over the fields of one row. `basis` names the document and paragraph it comes from."""

    level: Level
    basis: str = field(default="", kw_only=True)

    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""


@dataclass(frozen=True, slots=True)
class SumEquals(Check):
    """The parts add up to the total, where all are given."""

    total: str
    parts: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.total, *self.parts)


@dataclass(frozen=True, slots=True)
class AtMost(Check):
    """`lesser` ≤ `greater`, where both are given; for numbers and for dates."""

    lesser: str
    greater: str

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.lesser, self.greater)


@dataclass(frozen=True, slots=True)
class YearsBetween(Check):
    """From `start` to `end` are at least `least` and at most `most` years: rules of the registry of thresholds."""

    start: str
    end: str
    least: str
    most: str

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class RequiredWhen(Check):
    """`fields` must be filled where `column` holds one of `values`."""

    fields: tuple[str, ...]
    column: str
    values: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (*self.fields, self.column)


@dataclass(frozen=True, slots=True)
class OnLadder(Check):
    """The stage belongs to the ladder of its type; ladders are never mixed (domain.md, "Seven things", 4)."""

    stage: str
    type: str
    ladders: Mapping[str, tuple[str, ...]]

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.stage, self.type)


@dataclass(frozen=True, slots=True)
class KnownIn(Check):
    """`column` names a row of another dataset: one of its keys, as far as that dataset has been published."""

    column: str
    dataset: str

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class NeverFalls(Check):
    """`column` of one key is not less than in the month before; for numbers that only grow and for dates that stay."""

    column: str

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class NeverBack(Check):
    """The stage of one key stands on its ladder no lower than in the month before."""

    stage: str
    type: str
    ladders: Mapping[str, tuple[str, ...]]

    def columns(self) -> tuple[str, ...]:
        """The fields it reads."""
        return (self.stage, self.type)
