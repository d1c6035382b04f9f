"""Evaluates indicators on the data of a period. Its one rule: the district is computed from the rows, never averaged from 街镇
rates. Who has not reported a table that is owed monthly stands with the rows of the last month reported, and is named; who has
none is left out, and named (domain.md B.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np
import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.indicators.algebra import Indicator, Measure
from lib.indicators.data import Data, Presence
from lib.indicators.statistics import statistic
from lib.indicators.table import Totals
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period

Carried = tuple[tuple[str, Period], ...]
"""(code of a 街镇, month of its rows), in the order of `subdistrict_codes`."""


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of one unit. value, numerator: None when missing; denominator: None for counts and sums.

    missing: codes of the 街镇 that are left out because they have not reported. carried: those that are in it with the rows of
    an earlier month, because they have not reported this one. few: its base is so small that it is not ranked.
    """

    indicator: Indicator
    unit: str
    numerator: float | None
    denominator: float | None
    missing: tuple[str, ...] = ()
    carried: Carried = ()
    few: bool = False

    @property
    def value(self) -> float | None:
        """The figure itself, unrounded; None when missing or without a base."""
        if self.numerator is None:
            return None
        if self.indicator.denominator is None:
            return self.numerator
        if not self.denominator:
            return None
        return self.numerator * self.indicator.scale / self.denominator + self.indicator.shift

    @property
    def exact(self) -> Fraction | None:
        """The figure without any error of floating point: what is compared with a threshold."""
        if self.value is None or self.numerator is None:
            return None
        if self.indicator.denominator is None:
            return _exactly(self.numerator)
        assert self.denominator
        return _exactly(self.numerator) / _exactly(self.denominator) * _exactly(
            self.indicator.scale
        ) + _exactly(self.indicator.shift)

    @property
    def text(self) -> str:
        """As shown: rounded half up, with its unit."""
        return show_unit(self.value, self.indicator.unit, self.indicator.decimals)

    @property
    def fraction(self) -> str:
        """Numerator and denominator as shown under a rate, with units where these differ; of a mean what it is of (123 个小区平均): its sum
        says nothing. Empty for counts and sums.
        """
        top, below = self.indicator.numerator, self.indicator.denominator
        if below is None or self.numerator is None:
            return ""
        base = show(self.denominator, shown_decimals(self.denominator))
        if top.how == "sum" and below.how == "rows":
            return f"{base} {below.unit}平均"
        part = show(self.numerator, shown_decimals(self.numerator))
        return f"{part} / {base}" if top.unit == below.unit or self.indicator.unit == "%" else f"{part} {top.unit} / {base} {below.unit}"


def shown_decimals(number: float | None) -> int:
    """Decimals with which a numerator or denominator is shown: those it has, up to two."""
    return 0 if number is None or number == int(number) else 1 if round(number, 1) == round(number, 6) else 2


def _exactly(number: float) -> Fraction:
    return Fraction(round(number)) if number == round(number) else Fraction(str(round(number, 6)))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure for the district (or the chosen 街镇 together) and for each 街镇."""

    whole: Value
    places: tuple[Value, ...]

    def of(self, unit: str) -> Value:
        """The value of a 街镇, or of the whole. Raises KeyError for another code."""
        if unit == DISTRICT:
            return self.whole
        return {value.unit: value for value in self.places}[unit]

    def frame(self) -> pd.DataFrame:
        """Columns code, numerator, denominator, value, few: one row per 街镇, NaN where missing."""
        return pd.DataFrame(
            {
                "code": [one.unit for one in self.places],
                "numerator": [np.nan if one.numerator is None else one.numerator for one in self.places],
                "denominator": [
                    np.nan if one.denominator is None else one.denominator for one in self.places
                ],
                "value": [np.nan if one.value is None else one.value for one in self.places],
                "few": [one.few for one in self.places],
            }
        )


def evaluate(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> Breakdown:
    """The indicator on the data of a period; `units` limits the whole to some 街镇 (empty: all ten)."""
    codes = subdistrict_codes()
    chosen = [code in units for code in codes] if units else [True] * len(codes)
    present = present_in(indicator, data)
    tops = totals(indicator.numerator, data)
    below = None if indicator.denominator is None else totals(indicator.denominator, data)
    bases = [None] * len(codes) if below is None else [None if isnan(one) else one for one in below.tolist()]
    older = carried_in(indicator, data)
    small = data.small_base

    def value(
        unit: str, top: float, base: float | None, missing: tuple[str, ...] = (), carried: Carried = ()
    ) -> Value:
        return Value(indicator, unit, top, base, missing, carried, base is not None and 0 < base < small)

    places = []
    for code, asked, there, top, base in zip(codes, chosen, present.tolist(), tops.tolist(), bases, strict=True):
        if not asked:
            continue
        if there:
            places.append(value(code, top, base, (), ((code, older[code]),) if code in older else ()))
        else:
            places.append(Value(indicator, code, None, None, (code,)))
    counted = present & np.array(chosen)
    missing = tuple(code for at, code in enumerate(codes) if chosen[at] and not present[at])
    if not counted.any():
        return Breakdown(Value(indicator, DISTRICT, None, None, missing), tuple(places))
    carried = tuple((code, older[code]) for at, code in enumerate(codes) if counted[at] and code in older)
    whole = None if below is None else _whole(indicator, below[counted], data, bool(units))
    return Breakdown(value(DISTRICT, float(tops[counted].sum()), whole, missing, carried), tuple(places))


def _whole(indicator: Indicator, below: Totals, data: Data, limited: bool) -> float | None:
    """The denominator of the whole; None of a threshold of the district when only some 街镇 are looked at."""
    assert indicator.denominator is not None
    if indicator.denominator.how != "rule":
        return float(below.sum())
    return None if limited else data.registry.at(indicator.denominator.column, data.as_of).number


def totals(measure: Measure, data: Data) -> Totals:
    """A measure for each of the ten 街镇, whether they have reported or not."""
    if measure.how == "all_places":
        return np.ones(len(subdistrict_codes()))
    if measure.how == "reference":
        return statistic(measure.column)
    if measure.how == "rule":
        return np.full(len(subdistrict_codes()), np.nan)
    parts = [table.totals(measure) for table in data.tables_of(measure.rows)]
    if not parts:
        return np.zeros(len(subdistrict_codes()))
    if len(parts) == 1:
        return parts[0]
    joined: Totals = np.max(parts, axis=0) if measure.how in {"peak", "places"} else np.sum(parts, axis=0)
    return joined


def present_in(indicator: Indicator, data: Data) -> Presence:
    """Which of the ten 街镇 count: those with every table it rests on, over its windows, and of a statistic those that have one."""
    needed = dict.fromkeys(
        [
            *((one.rows.dataset, one.rows.window) for one in indicator.measures),
            *((name, "") for name in indicator.also),
        ]
    )
    found: Presence = np.logical_and.reduce([data.present(dataset, window) for dataset, window in needed])
    for one in indicator.measures:
        if one.how == "reference":
            found = found & ~np.isnan(statistic(one.column))
    if indicator.period == "当月":
        # What happened in the month is not known of a 街镇 whose rows are of an earlier one.
        older = data.carried.get(indicator.numerator.rows.dataset, {})
        found = found & np.array([code not in older for code in subdistrict_codes()])
    return found


def carried_in(indicator: Indicator, data: Data) -> dict[str, Period]:
    """街镇 that are in a figure with rows of an earlier month → the oldest such month."""
    found: dict[str, Period] = {}
    for dataset in indicator.datasets:
        for code, period in data.carried.get(dataset, {}).items():
            found[code] = min(found.get(code, period), period)
    return found


def split(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> dict[str, float]:
    """A count or sum by the values of its `split` column, over the 街镇 that reported; in the order of the declared
    choices, rows without a value last under “未填”. The parts add up to the figure. Raises ValueError for an indicator
    without a split.
    """
    if not indicator.split:
        raise ValueError(f"{indicator.id} has no split")
    frame = rows_behind(indicator, data, units=units)
    weights = (
        frame[indicator.numerator.column]
        if indicator.numerator.how == "sum"
        else pd.Series(1.0, index=frame.index)
    )
    grouped = weights.astype("float64").groupby(frame[indicator.split].fillna("未填")).sum()
    declared = DATASETS[indicator.numerator.rows.dataset].by_name.get(indicator.split)
    order = [name for name in (declared.choices if declared else ()) if name in grouped.index]
    return {str(name): float(grouped[name]) for name in dict.fromkeys([*order, *grouped.index])}


def rows_behind(
    indicator: Indicator, data: Data, *, part: str = "numerator", units: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The rows that make the numerator or the denominator, over the 街镇 that reported.

    Raises ValueError for an unknown part, or for the denominator of an indicator that has none.
    """
    measure = part_of(indicator, part)
    wanted = np.isin(subdistrict_codes(), reporting_units(indicator, data, units))
    if measure.how == "peak":
        return _peak_rows(measure, data, wanted)
    parts = []
    for table in data.tables_of(measure.rows):
        inside = (table.places >= 0) & wanted[table.places]
        parts.append(table.frame[table.contributing(measure) & inside])
    return (
        parts[0]
        if len(parts) == 1
        else pd.concat(parts, ignore_index=True)
        if parts
        else data.tables[measure.rows.dataset].frame.iloc[:0]
    )


def _peak_rows(measure: Measure, data: Data, wanted: Presence) -> pd.DataFrame:
    """For each 街镇 the one row that attains the largest value, the earliest of several."""
    largest = totals(measure, data)
    parts, seen = [], np.zeros(len(wanted), bool)
    for table in data.tables_of(measure.rows):
        ahead = wanted & ~seen & (table.totals(measure) == largest) & (largest > 0)
        parts.append(table.frame[table.contributing(measure) & (table.places >= 0) & ahead[table.places]])
        seen |= ahead
    return pd.concat(parts, ignore_index=True) if parts else data.tables[measure.rows.dataset].frame.iloc[:0]


def reporting_units(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Codes of the 街镇 that count: those of `units` (empty: all ten) with every dataset it rests on."""
    present = present_in(indicator, data)
    return tuple(
        code for at, code in enumerate(subdistrict_codes()) if present[at] and (not units or code in units)
    )


def part_of(indicator: Indicator, part: str) -> Measure:
    """The measure that is the numerator or the denominator of an indicator. Raises ValueError where there is none."""
    if part == "numerator":
        return indicator.numerator
    if part == "denominator" and indicator.denominator is not None:
        return indicator.denominator
    raise ValueError(f"{indicator.id} has no {part}")
