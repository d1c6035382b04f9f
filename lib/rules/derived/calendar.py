"""Days against the month and the year of a date. Its one rule: what has not happened by the date has not happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.spec.period import add_months

Marks = npt.NDArray[np.bool_]


def in_month(days: pd.Series, on: date) -> Marks:
    """True where a day lies in the month of `on`, up to `on`."""
    return between(days, on.replace(day=1), on)


def in_year(days: pd.Series, on: date) -> Marks:
    """True where a day lies in the year of `on`, up to `on`."""
    return between(days, date(on.year, 1, 1), on)


def between(days: pd.Series, first: date, last: date) -> Marks:
    """True where a day lies between two, both inclusive; False where it is missing."""
    found: Marks = ((days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))).to_numpy(bool)
    return found


def happened(days: pd.Series, on: date) -> pd.Series:
    """The days that have come by `on`; NaT for later ones."""
    return days.where(days <= pd.Timestamp(on))


def months_later(days: pd.Series, months: int) -> pd.Series:
    """The same day so many months later (earlier when negative), the last of the month where that day does not exist."""
    known = days.dropna().unique()
    moved = {day: pd.Timestamp(add_months(pd.Timestamp(day).date(), months)) for day in known}
    return days.map(moved).astype(days.dtype)


def days_later(days: pd.Series, count: int) -> pd.Series:
    """So many days later."""
    return days + pd.Timedelta(days=count)
