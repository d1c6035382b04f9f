"""Rows of one dataset with what was already counted in them: each condition is looked at once, each measure added up once.

Its one rule: a table is never changed; fewer rows are another table.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.datasets.places import subdistrict_codes
from lib.indicators.algebra import Condition, Mask, Measure, Rows
from lib.rules.marks import numbers

Totals = npt.NDArray[np.float64]
"""One number per 街镇, in the order of `subdistrict_codes`. Shape (10,)."""


class Table:
    """A frame of a dataset, derived columns included."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._masks: dict[Condition, Mask] = {}
        self._totals: dict[Measure, Totals] = {}
        self._columns: dict[str, Totals] = {}

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """For each row the position of its 街镇 in `subdistrict_codes`; -1 for none of them."""
        held = pa.array(self.frame["subdistrict"].array, pa.string(), from_pandas=True)
        found = pc.index_in(held, value_set=pa.array(subdistrict_codes(), pa.string()))
        return np.asarray(found.fill_null(-1).to_numpy(), np.intp)

    def mask(self, rows: Rows) -> Mask:
        """True for the rows of a set."""
        found = np.ones(len(self.frame), bool)
        for condition in rows.conditions:
            if condition not in self._masks:
                self._masks[condition] = condition.mask(self.frame)
            found &= self._masks[condition]
        return found

    def contributing(self, measure: Measure) -> Mask:
        """True for the rows that a measure takes: of a sum those with a number, of the largest those that attain it."""
        mask = self.mask(measure.rows)
        if measure.how == "sum":
            mask &= ~np.isnan(self._numbers(measure.column))
        if measure.how == "peak":
            values = self._numbers(measure.column)
            largest = self.totals(measure)
            at = np.where(self.places >= 0, largest[self.places], np.nan)
            attaining = mask & (values == at) & (values > 0)
            first = pd.Series(self.places).where(attaining).duplicated().to_numpy(bool)
            mask = attaining & ~first
        return mask

    def totals(self, measure: Measure) -> Totals:
        """The measure for each of the ten 街镇."""
        if measure not in self._totals:
            self._totals[measure] = self._count(measure)
        return self._totals[measure]

    def _count(self, measure: Measure) -> Totals:
        size = len(subdistrict_codes())
        if measure.how == "peak":
            mask = (
                self.mask(measure.rows)
                & self.frame[measure.column].notna().to_numpy(bool)
                & (self.places >= 0)
            )
            largest = np.zeros(size)
            np.maximum.at(largest, self.places[mask], self._numbers(measure.column)[mask])
            return largest
        mask = self.contributing(measure) & (self.places >= 0)
        weights = self._numbers(measure.column)[mask] if measure.how == "sum" else None
        found = np.bincount(self.places[mask], weights=weights, minlength=size).astype("float64")
        return (found > 0).astype("float64") if measure.how == "places" else found

    def _numbers(self, column: str) -> Totals:
        if column not in self._columns:
            self._columns[column] = numbers(self.frame[column])
        return self._columns[column]
