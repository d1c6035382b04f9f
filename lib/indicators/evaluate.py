"""Evaluates indicators on a snapshot. Its one rule: the district is computed from the rows of those who reported,
never averaged from 街镇 rates; who has not reported is left out and named (domain.md B.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.indicators.algebra import Indicator, Measure
from lib.spec.numbers import show, show_unit


class Data(Protocol):
    """What an evaluation needs: frames with derived columns, and which 街镇 have reported each dataset."""

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Dataset → rows with derived columns."""
        ...

    @property
    def reported(self) -> Mapping[str, frozenset[str]]:
        """Dataset → codes of the 街镇 that have reported it."""
        ...


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of one unit. value, numerator: None when missing; denominator: None for counts and sums.

    missing: codes of the 街镇 that are left out because they have not reported.
    """

    indicator: Indicator
    unit: str
    numerator: float | None
    denominator: float | None
    missing: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The figure itself, unrounded; None when missing or without a base."""
        if self.numerator is None:
            return None
        if self.indicator.denominator is None:
            return self.numerator
        if not self.denominator:
            return None
        return self.numerator * self.indicator.scale / self.denominator

    @property
    def text(self) -> str:
        """As shown: rounded half up, with its unit."""
        return show_unit(self.value, self.indicator.unit, self.indicator.decimals)

    @property
    def fraction(self) -> str:
        """Numerator and denominator as shown under a rate; empty for counts and sums."""
        if self.indicator.denominator is None or self.numerator is None:
            return ""
        return f"{show(self.numerator)} / {show(self.denominator)}"


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
        """Columns code, numerator, denominator, value: one row per 街镇, NaN where missing."""
        return pd.DataFrame(
            {
                "code": [one.unit for one in self.places],
                "numerator": [np.nan if one.numerator is None else one.numerator for one in self.places],
                "denominator": [np.nan if one.denominator is None else one.denominator for one in self.places],
                "value": [np.nan if one.value is None else one.value for one in self.places],
            }
        )


def evaluate(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> Breakdown:
    """The indicator on a snapshot; `units` limits the whole to some 街镇 (empty: all ten)."""
    codes = subdistrict_codes()
    chosen = [code in units for code in codes] if units else [True] * len(codes)
    present = np.isin(codes, reporting_units(indicator, data))
    counted = present & np.array(chosen)
    tops = indicator.numerator.by_place(data.frames[indicator.numerator.rows.dataset])
    below = None
    if indicator.denominator is not None:
        below = indicator.denominator.by_place(data.frames[indicator.denominator.rows.dataset])
    places = []
    for at, code in enumerate(codes):
        if not chosen[at]:
            continue
        if present[at]:
            places.append(Value(indicator, code, float(tops[at]), None if below is None else float(below[at])))
        else:
            places.append(Value(indicator, code, None, None, (code,)))
    missing = tuple(code for at, code in enumerate(codes) if chosen[at] and not present[at])
    if not counted.any():
        return Breakdown(Value(indicator, DISTRICT, None, None, missing), tuple(places))
    whole = Value(indicator, DISTRICT, float(tops[counted].sum()), None if below is None else float(below[counted].sum()), missing)
    return Breakdown(whole, tuple(places))


def split(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> dict[str, float]:
    """A count or sum by the values of its `split` column, over the 街镇 that reported; in the order of the declared
    choices, rows without a value last under “未填”. The parts add up to the figure. Raises ValueError for an indicator
    without a split.
    """
    if not indicator.split:
        raise ValueError(f"{indicator.id} has no split")
    frame = rows_behind(indicator, data, units=units)
    weights = frame[indicator.numerator.column] if indicator.numerator.how == "sum" else pd.Series(1.0, index=frame.index)
    grouped = weights.astype("float64").groupby(frame[indicator.split].fillna("未填")).sum()
    declared = DATASETS[indicator.numerator.rows.dataset].by_name.get(indicator.split)
    order = [name for name in (declared.choices if declared else ()) if name in grouped.index]
    return {str(name): float(grouped[name]) for name in dict.fromkeys([*order, *grouped.index])}


def rows_behind(indicator: Indicator, data: Data, *, part: str = "numerator", units: tuple[str, ...] = ()) -> pd.DataFrame:
    """The rows that make the numerator or the denominator, over the 街镇 that reported.

    Raises ValueError for an unknown part, or for the denominator of an indicator that has none.
    """
    measure = part_of(indicator, part)
    frame = data.frames[measure.rows.dataset]
    mask = measure.mask(frame) & frame["subdistrict"].isin(reporting_units(indicator, data, units)).to_numpy(bool)
    return frame[mask]


def reporting_units(indicator: Indicator, data: Data, units: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Codes of the 街镇 that count: those of `units` (empty: all ten) that have reported every dataset it rests on."""
    return tuple(code for code in subdistrict_codes() if (not units or code in units)
                 and all(code in data.reported.get(dataset, frozenset()) for dataset in indicator.datasets))


def part_of(indicator: Indicator, part: str) -> Measure:
    """The measure that is the numerator or the denominator of an indicator. Raises ValueError where there is none."""
    if part == "numerator":
        return indicator.numerator
    if part == "denominator" and indicator.denominator is not None:
        return indicator.denominator
    raise ValueError(f"{indicator.id} has no {part}")
