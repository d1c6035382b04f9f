"""A figure over periods, for the district or any 街镇. Its one rule: a month without a figure is a gap, never a zero and never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lib.datasets.places import subdistrict_codes
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Breakdown, Carried
from lib.spec.numbers import show
from lib.spec.period import Period, shift

UNCHANGED = "持平"


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one month: unrounded, None where it is missing. missing, carried: as of `Value`."""

    period: Period
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: tuple[str, ...]
    carried: Carried


def series_of(figures: Mapping[Period, Breakdown], units: tuple[str, ...] = ()) -> tuple[Point, ...]:
    """A figure for some 街镇 together (empty: all ten) over periods, oldest first, every month between the first and the last."""
    if not figures:
        return ()
    found, period, last = [], min(figures), max(figures)
    while period <= last:
        found.append(
            _point(period, figures[period], units)
            if period in figures
            else Point(period, None, None, None, (), ())
        )
        period = shift(period, 1)
    return tuple(found)


def _point(period: Period, breakdown: Breakdown, units: tuple[str, ...]) -> Point:
    if not units or set(units) == set(subdistrict_codes()):
        one = breakdown.whole
        return Point(period, one.value, one.numerator, one.denominator, one.missing, one.carried)
    values = [breakdown.of(unit) for unit in units]
    known = [one for one in values if one.numerator is not None]
    missing = tuple(code for one in values for code in one.missing)
    carried = tuple(mark for one in values for mark in one.carried)
    if not known:
        return Point(period, None, None, None, missing, carried)
    spec = breakdown.whole.indicator
    top = sum(one.numerator or 0.0 for one in known)
    below = _sum_below(spec, [one.denominator for one in known])
    return Point(period, quotient(spec, top, below), top, below, missing, carried)


def _sum_below(spec: Indicator, parts: list[float | None]) -> float | None:
    return (
        None
        if spec.denominator is None or any(part is None for part in parts)
        else sum(part or 0.0 for part in parts)
    )


def quotient(spec: Indicator, numerator: float, denominator: float | None) -> float | None:
    """The value of an indicator from its two parts; None without a base."""
    if spec.denominator is None:
        return numerator
    return numerator * spec.scale / denominator + spec.shift if denominator else None


def value_of(breakdown: Breakdown, units: tuple[str, ...] = ()) -> float | None:
    """A figure for some 街镇 together; None when there is none, or when one of those asked for is missing."""
    point = _point(Period(""), breakdown, units)
    return None if point.missing else point.value


def change_text(indicator: Indicator, now: float | None, before: float | None) -> str:
    """A change as shown, with its sign: +0.2 个百分点, -3 个, of what happened in a stretch of time +4.1%, but of cases, which are
    few, +1 个; 持平 where it rounds to nothing; empty when unknown.
    """
    if now is None or before is None:
        return ""
    if indicator.flow and indicator.unit != "个":
        if not before:
            return "" if now else UNCHANGED
        return _signed((now - before) / before * 100, 1, "%", "")
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    return _signed(now - before, indicator.decimals, unit, " ")


def _signed(difference: float, decimals: int, unit: str, gap: str) -> str:
    text = show(round(abs(difference), 9), decimals)
    if float(text.replace(",", "")) == 0:
        return UNCHANGED
    return f"{'+' if difference > 0 else '-'}{text}{gap}{unit}"
