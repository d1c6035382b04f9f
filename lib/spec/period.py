"""Reporting periods: calendar months written as YYYY-MM. Stock figures stand at the last day of the month."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import NewType

Period = NewType("Period", str)

WINDOWS = ("year", "year_any", "last_year")
"""Stretches of months that end with a period: see `window_months`."""

_PERIOD = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])")


def parse_period(text: str) -> Period:
    """A checked period. Raises ValueError when the text is not YYYY-MM."""
    if not _PERIOD.fullmatch(text):
        raise ValueError(f"not a period: {text!r}")
    return Period(text)


def period_of(day: date) -> Period:
    """The month a day lies in."""
    return Period(f"{day.year:04d}-{day.month:02d}")


def shift(period: Period, months: int) -> Period:
    """The period so many months later (earlier when negative)."""
    index = int(period[:4]) * 12 + int(period[5:]) - 1 + months
    return Period(f"{index // 12:04d}-{index % 12 + 1:02d}")


def window_months(period: Period, window: str) -> tuple[Period, ...]:
    """The months of a window, oldest first: "year" and "year_any", January to the month; "last_year", the same months of the
    year before. Raises ValueError for another name.
    """
    if window not in WINDOWS:
        raise ValueError(f"not a window: {window!r}")
    last = -12 if window == "last_year" else 0
    return tuple(shift(period, last - back) for back in range(int(period[5:]) - 1, -1, -1))


def end_of(period: Period) -> date:
    """The last day of the month: the as-of date of its stock figures."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def title_of(period: Period) -> str:
    """The period as staff write it: 2024年9月."""
    return f"{int(period[:4])}年{int(period[5:])}月"
