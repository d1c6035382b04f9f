"""What an evaluation works on: the tables of one period, the months of the logs behind it, and who has reported.

Its one rule: nothing in it is changed after it was made; counts are kept beside the rows they are of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.places import subdistrict_codes
from lib.datasets.thresholds import Registry
from lib.indicators.algebra import Rows
from lib.indicators.judging import SMALL_BASE
from lib.indicators.table import Table
from lib.spec.period import Period, window_months

Presence = npt.NDArray[np.bool_]
"""One mark per 街镇, in the order of `subdistrict_codes`. Shape (10,)."""
Month = tuple[Table, frozenset[str]]
"""Rows of a log in one month, and the codes of the 街镇 that have reported it."""


@dataclass(frozen=True)
class Data:
    """The state of one period.

    as_of: its last day. tables: dataset → rows with derived columns; of a log those of the month. standing: dataset → codes of
    the 街镇 whose rows count. of_month: dataset → code → the month that its rows are of. carried: the same for the 街镇 whose rows
    are of an earlier month because they have not reported a table that is owed monthly. months: log → month → rows, back to January
    of the year before.
    """

    period: Period
    as_of: date
    registry: Registry = field(repr=False)
    tables: Mapping[str, Table] = field(repr=False)
    standing: Mapping[str, frozenset[str]]
    of_month: Mapping[str, Mapping[str, Period]]
    carried: Mapping[str, Mapping[str, Period]]
    months: Mapping[str, Mapping[Period, Month]] = field(repr=False)
    known: dict[tuple[str, str], Presence] = field(init=False, repr=False, compare=False, default_factory=dict)
    """What `present` has found."""

    @cached_property
    def small_base(self) -> float:
        """A base below this is shown with its number and not ranked."""
        return self.registry.at(SMALL_BASE, self.as_of).number

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Dataset → rows with derived columns. Shared: callers take `.copy(deep=False)` before they change one."""
        return {name: table.frame for name, table in self.tables.items()}

    def tables_of(self, rows: Rows) -> list[Table]:
        """The tables that a set of rows is taken from: one, or of a window one for each month."""
        if rows.window in {"", "this_year"}:
            return [self.tables[rows.dataset]]
        months = self.months.get(rows.dataset, {})
        return [months[when][0] for when in window_months(self.period, rows.window) if when in months]

    def present(self, dataset: str, window: str = "") -> Presence:
        """Which 街镇 count in a table, or over a window of a log."""
        if (dataset, window) not in self.known:
            self.known[dataset, window] = self._presence(dataset, window)
        return self.known[dataset, window]

    def _presence(self, dataset: str, window: str) -> Presence:
        if not window:
            return _marks(self.standing.get(dataset, frozenset()))
        if window == "this_year":
            known = self.of_month.get(dataset, {})
            return _marks(frozenset(code for code, when in known.items() if when[:4] == self.period[:4]))
        months = self.months.get(dataset, {})
        absent = np.zeros(len(subdistrict_codes()), bool)
        marks = [_marks(months[when][1]) if when in months else absent for when in window_months(self.period, window)]
        joined: Presence = (np.logical_or if window == "year_any" else np.logical_and).reduce(marks)
        return joined


def _marks(units: frozenset[str]) -> Presence:
    return np.array([code in units for code in subdistrict_codes()])
