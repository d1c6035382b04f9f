"""Days against the month and the year of a date. Its one rule: what lies after the date has not happened."""

from __future__ import annotations

from datetime import date

import numpy as np

from lib.rules.clock import Days
from lib.rules.marks import Marks


def in_month(days: Days, on: date) -> Marks:
    """True where a day lies in the month of `on`, up to `on`."""
    return between(days, on.replace(day=1), on)


def in_year(days: Days, on: date) -> Marks:
    """True where a day lies in the year of `on`, up to `on`."""
    return between(days, date(on.year, 1, 1), on)


def between(days: Days, first: date, last: date) -> Marks:
    """True where a day lies between two, both inclusive; False where it is missing."""
    return np.asarray((days >= np.datetime64(first, "D")) & (days <= np.datetime64(last, "D")))
