"""Owners' votes: passed or not, by which rows of the registry, and how many short on which of the four numbers.

Its one rule: a vote is four numbers and a base, judged in whole steps (one owner, 0.01 ㎡) by the rules of the day it was held.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.datasets.thresholds import Registry, Threshold
from lib.spec.numbers import show

Whole = TypeVar("Whole", int, NDArray[np.int64])
Number = int | float | Fraction
Days = NDArray[np.datetime64]


class Kind(StrEnum):
    """What is voted on, which decides the share that must agree (民法典278; 沪房更新〔2024〕126号 三（二） for lifts)."""

    GENERAL = "一般事项"
    """Hiring or dismissing the property firm, the price of its service, repairs, the use of the maintenance fund."""
    SPECIAL = "特别事项"
    """Raising money for the maintenance fund, rebuilding, another use of the parts in common."""
    LIFT_UNIT = "加梯单元表决"
    LIFT_WHOLE = "加梯全体表决"


RULES: dict[Kind, tuple[str, str]] = {
    Kind.GENERAL: ("vote.quorum", "vote.general"),
    Kind.SPECIAL: ("vote.quorum", "vote.special"),
    Kind.LIFT_UNIT: ("lift.unit.quorum", "lift.unit"),
    Kind.LIFT_WHOLE: ("lift.whole.quorum", "lift.whole"),
}
"""Kind → the rules, without .heads and .area, of who must take part and who must agree."""

TAKING_PART = "参与表决业主"
"""Base of a threshold that is a share of those who took part; any other base is that of all who may vote."""

_WHATS = ("heads", "area")
_NUMBERS = tuple(f"{part}_{what}" for part in ("base", "voted", "agreed") for what in _WHATS)
SIDES: dict[str, str] = {"voted_heads": "参与人数", "voted_area": "参与面积", "agreed_heads": "同意人数", "agreed_area": "同意面积"}
"""The four numbers, by the end of their columns' names, with their Chinese titles."""

_UNITS = {"heads": "人", "area": "㎡"}
_STEPS = {"heads": 1, "area": 100}
_FINE = 10_000
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Vote:
    """The numbers of one vote: base, took part, agreed, each in heads and in ㎡; None where not known.

    day: when it was held, None where not known. Areas count to 0.01 ㎡, half up; a negative number is taken as not known.
    """

    day: date | None
    base_heads: Number | None
    base_area: Number | None
    voted_heads: Number | None
    voted_area: Number | None
    agreed_heads: Number | None
    agreed_area: Number | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the four numbers against its line. threshold None: the rules of the day ask nothing of it.

    count, total: owners or ㎡, exactly; short: what is missing to the line, 0 when it is reached, None when that is not known.
    """

    name: str
    count: Fraction | None
    total: Fraction | None
    threshold: Threshold | None
    short: Fraction | None

    @property
    def unit(self) -> str:
        """人 or ㎡."""
        return _UNITS[self.name.partition("_")[2]]

    @property
    def short_words(self) -> str:
        """What is missing: 同意人数还差 12 人."""
        return f"{SIDES[self.name]}还差 {show(self.short, 0 if self.unit == '人' else 2)} {self.unit}"

    @property
    def words(self) -> str:
        """Count and total, the share with its line and whether it is reached: 402/600 人（全体业主的 67.0%，≥2/3 ✓）."""
        decimals = 0 if self.unit == "人" else 2
        counted = f"{show(self.count, decimals)}/{show(self.total, decimals)} {self.unit}"
        if self.threshold is None:
            return f"{counted}（当时无参与比例要求）"
        line = self.threshold.text.replace(" ", "")
        if self.count is None or not self.total:
            return f"{counted}（{line}）"
        mark = "" if self.short is None else " ✗" if self.short else " ✓"
        return f"{counted}（{self.threshold.base}的 {show(self.count / self.total * 100, 1)}%，{line}{mark}）"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a vote came to. passed None: not held yet, a number it needs is not known, or nobody may vote.

    sides: the four numbers in the order of `SIDES`; held: whether its day has come.
    """

    vote: Vote
    kind: Kind
    sides: tuple[Side, ...]
    passed: bool | None
    held: bool

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The rows of the registry it was judged by."""
        return tuple(side.threshold for side in self.sides if side.threshold is not None)

    @property
    def short(self) -> dict[str, Fraction | None]:
        """How many are missing on each of the four: whole owners, ㎡ to 0.01."""
        return {side.name: side.short for side in self.sides}

    @property
    def words(self) -> str:
        """The verdict in Chinese with all four numbers, never one percentage alone."""
        told = [side.words for side in self.sides]
        numbers = f"参与 {told[0]}、{told[1]}；同意 {told[2]}、{told[3]}"
        if not self.held:
            return f"{numbers}；尚未到表决日"
        if self.passed is None:
            missing = [SIDES[side.name] for side in self.sides if side.short is None]
            return f"{numbers}；资料不全，不作判断（{'、'.join(missing)}）"
        if self.passed:
            return f"{numbers}；通过"
        return f"{numbers}；未通过，{'，'.join(side.short_words for side in self.sides if side.short)}"


def rules_at(kind: Kind, day: date, registry: Registry) -> dict[str, Threshold]:
    """The rows a vote of that day is judged by: side of `SIDES` → row; a side of which nothing is asked is left out.

    Before 2021 nobody had to take part and the base was all owners (物权法76); since then 民法典278. A vote older than the first
    row of its rule is judged by that first row. Raises KeyError when the registry does not have the rule.
    """
    quorum, agreed = RULES[kind]
    found: dict[str, Threshold] = {}
    for what in _WHATS:
        row = registry.at(f"{agreed}.{what}", day)
        asked = registry.find(f"{quorum}.{what}", max(day, row.effective_from))
        found |= {f"voted_{what}": asked} if asked else {}
        found[f"agreed_{what}"] = row
    return found


def least(total: Whole, row: Threshold, points: Fraction = Fraction(0)) -> Whole:
    """The smallest whole number that meets a threshold (≥ or >) of a total, exactly; for a number or for an array of them.

    points: how many percentage points lower the line is to be put; it is then met when reached, whatever the comparison.
    Raises ValueError for a threshold that is no lower limit.
    """
    if row.comparison not in ("≥", ">"):
        raise ValueError(f"{row.rule} is no lower limit")
    ratio = max((row.exact / 100 if row.unit == "%" else row.exact) - points / 100, Fraction(0))
    over, under = ratio.numerator, ratio.denominator
    return total * over // under + 1 if row.comparison == ">" and not points else -(-total * over // under)


def periods(days: Days, rules: tuple[str, ...], registry: Registry) -> Iterator[tuple[date, NDArray[np.intp]]]:
    """Positions of the days, together where the same rows of all `rules` are in force, each with a day to ask the registry for."""
    starts = sorted({row.effective_from for rule in rules for row in registry.rows_of(rule)})
    at = np.searchsorted(np.array(starts, dtype="datetime64[D]"), days, side="right")
    for index in np.unique(at):
        yield starts[max(int(index) - 1, 0)], np.flatnonzero(at == index)


def judge(vote: Vote, kind: Kind, on: date, registry: Registry) -> Verdict:
    """One vote by the rules of its day, of `on` where that is not known; not held yet when its day is after `on` (民法典278).

    Raises KeyError when the registry does not have the rule.
    """
    day = vote.day or on
    rules = rules_at(kind, day, registry)
    steps = {name: _steps(getattr(vote, name), name) for name in _NUMBERS}
    sides = tuple(_side(name, rules.get(name), steps, held=day <= on) for name in SIDES)
    shorts = [side.short for side in sides]
    passed = None if None in shorts else not any(shorts)
    return Verdict(vote, kind, sides, passed, day <= on)


def vote_columns(votes: pd.DataFrame, prefix: str, kind: Kind, registry: Registry, on: date) -> pd.DataFrame:
    """The frame with the verdict on each row's vote: what `judge` says, for all rows at once.

    votes: has the columns of `lib.datasets.columns.vote_fields(prefix, …)`. Adds {prefix}_passed (boolean, NA where `judge` has
    None) and {prefix}_short_voted_heads, _short_voted_area, _short_agreed_heads, _short_agreed_area (owners or ㎡, NaN where not
    known). Raises KeyError when the registry does not have the rule.
    """
    given = days_of(votes[f"{prefix}_date"])
    days = np.where(np.isnat(given), np.datetime64(on, "D"), given)
    numbers = {name: _measured(votes[f"{prefix}_{name}"], name) for name in _NUMBERS}
    short = shorts(numbers, days, kind, registry)
    held = days <= np.datetime64(on, "D")
    told = {name: np.where(held, one, np.nan) for name, one in short.items()}
    added = votes.assign(**{f"{prefix}_short_{name}": one for name, one in told.items()})
    added[f"{prefix}_passed"] = passed_of(told, votes.index)
    return added


def measured(votes: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, NDArray[np.int64]]:
    """The six numbers of votes in whole steps, for `shorts`. columns: base_heads … agreed_area → name of the frame's column."""
    return {name: _measured(votes[columns[name]], name) for name in _NUMBERS}


def shorts(
    numbers: Mapping[str, NDArray[np.int64]], days: Days, kind: Kind, registry: Registry, points: Fraction = Fraction(0)
) -> dict[str, NDArray[np.float64]]:
    """What is missing on each of the four, in owners and ㎡, NaN where not known: side of `SIDES` → array.

    numbers: from `measured`; days: of the rules, without gaps; points: how many percentage points lower the lines are put.
    """
    quorum, agreed = RULES[kind]
    found = {name: np.full(len(days), np.nan) for name in SIDES}
    for day, at in periods(days, tuple(f"{rule}.{what}" for rule in (quorum, agreed) for what in _WHATS), registry):
        rules = rules_at(kind, day, registry)
        for name, short in found.items():
            row = rules.get(name)
            if row is None:
                short[at] = 0
                continue
            base = _base(name, row)
            count, total = numbers[name][at], numbers[base][at]
            known = (count != _UNKNOWN) & (total >= _smallest(base))
            missing = np.maximum(least(np.maximum(total, 1), row, points) - count, 0)
            short[at] = np.where(known, missing / _STEPS[name.partition("_")[2]], np.nan)
    return found


def passed_of(short: Mapping[str, NDArray[np.float64]], index: pd.Index) -> pd.Series:
    """Whether nothing is missing on any of the four (boolean); NA where one of them is not known."""
    total = np.sum(list(short.values()), axis=0)
    return pd.Series(total == 0, index=index, dtype="boolean").mask(np.isnan(total))


def days_of(column: pd.Series) -> Days:
    """A column of days as datetime64[D], NaT where empty."""
    return pd.to_datetime(column).to_numpy("datetime64[D]")


def _base(side: str, row: Threshold | None) -> str:
    part, _, what = side.partition("_")
    return f"voted_{what}" if part == "agreed" and row is not None and row.base == TAKING_PART else f"base_{what}"


def _smallest(base: str) -> int:
    """Of nobody who may vote no share is known; of nobody who took part, nobody agreed."""
    return 1 if base.startswith("base") else 0


def _side(name: str, row: Threshold | None, steps: Mapping[str, int | None], *, held: bool) -> Side:
    base = _base(name, row)
    count, total = steps[name], steps[base]
    missing: int | None = None
    if held and row is None:
        missing = 0
    elif held and row is not None and count is not None and total is not None and total >= _smallest(base):
        missing = max(least(max(total, 1), row) - count, 0)
    per = _STEPS[name.partition("_")[2]]
    shown = [None if one is None else Fraction(one, per) for one in (count, total, missing)]
    return Side(name, shown[0], shown[1], row, shown[2])


def _steps(value: Number | None, name: str) -> int | None:
    if value is None or value != value or value < 0:
        return None
    exact = Fraction(round(value * _FINE), _FINE) if isinstance(value, float) else Fraction(value)
    return math.floor(exact * _STEPS[name.partition("_")[2]] + Fraction(1, 2))


def _measured(column: pd.Series, name: str) -> NDArray[np.int64]:
    """A column in whole steps, half up, `_UNKNOWN` where empty or negative. Decimals beyond the fourth are noise of the float."""
    values = column.to_numpy(np.float64, na_value=np.nan)
    known = values >= 0
    fine = np.rint(np.where(known, values, 0) * _FINE).astype(np.int64)
    return np.where(known, (fine * (2 * _STEPS[name.partition("_")[2]]) + _FINE) // (2 * _FINE), _UNKNOWN)
