"""Figures of whole years, worked out from the rows as they stand now by the days they hold.

Its one rule: only figures of 当年 that go by actual days are asked for; a year before the first day told is missing, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, evaluate
from lib.indicators.table import Table
from lib.rules.derived import derive

OF_A_YEAR = ("R07", "R08", "R09", "R10Y")
"""Areas begun or completed and lifts completed in the year: the figures that this module may be asked for."""
_TABLES = ("renewal_projects", "milestones", "lifts")
_DAYS = {"renewal_projects": ("start_actual", "complete_actual"), "lifts": ("accept_date",)}


def by_year(data: Snapshot, years: Iterable[int]) -> dict[int, dict[str, Breakdown]]:
    """Year → the figures of `OF_A_YEAR` for it, each as the catalogue declares it, as of the year's last day or, in the year of the
    data, of their as-of date. A year after the data or before the first actual day of a table is left out.
    """
    first = _first_year(data)
    frames = {name: frame if name in _TABLES else frame.iloc[:0] for name, frame in data.frames.items()}
    found = {}
    for year in years:
        if not first <= year <= data.as_of.year:
            continue
        end = min(date(year, 12, 31), data.as_of)
        derived = derive(frames, end, data.registry)
        then = replace(data, as_of=end, tables={**data.tables, **{name: Table(derived[name]) for name in _TABLES}})
        found[year] = {name: evaluate(CATALOGUE[name], then) for name in OF_A_YEAR}
    return found


def _first_year(data: Snapshot) -> int:
    """The year of the first actual day that is told; the one after the data where none is."""
    days = [data.frames[name][column].min() for name, columns in _DAYS.items() for column in columns]
    return min((day.year for day in days if day == day), default=data.as_of.year + 1)
