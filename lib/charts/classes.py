"""Classes of a coloured map: few, equal, with round limits, and the legend that names them.

Its one rule: a value belongs to the class in which its *shown* (half-up rounded) figure lies, so map, label and legend never disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite, isnan

import pandas as pd

from lib.charts.palette import NO_BASE, NOT_REPORTED, ground, sequential
from lib.datasets.places import subdistrict_codes
from lib.spec.numbers import show, show_unit

MOST_CLASSES = 5
FINE_FROM = 80
"""Percent above which shares crowd: a border of classes, and finer steps above it. A habit of drawing, no rule of anybody's."""
Words = Mapping[float, str]
"""Figure → the word that stands for it where a figure says less: of a share that is all or nothing, 100 → 已覆盖."""
NO_WORDS: Words = {}
WITHOUT_BASE = float("inf")
"""Stands for a share whose base is none, apart from NaN for what was not reported."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a legend: the colour as #RRGGBB and what it stands for."""

    colour_hex: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Classes as inclusive limits in units of the last shown decimal, and the colour of each."""

    limits: tuple[tuple[int, int], ...]
    colours: tuple[str, ...]
    decimals: int

    def colour(self, value: float) -> str | None:
        """The colour of a value, None when it is missing."""
        if not isfinite(value):
            return None
        tick = _ticks(value, self.decimals)
        return next(
            (
                colour
                for (low, high), colour in zip(self.limits, self.colours, strict=True)
                if low <= tick <= high
            ),
            self.colours[-1],
        )


def values_by_code(measure: pd.DataFrame) -> dict[str, float]:
    """Code → value for all ten 街镇 from a frame (code, value and, where there is one, numerator); NaN where nothing was reported,
    `WITHOUT_BASE` where a numerator was, but there is nothing to divide it by.
    """
    values = measure["value"].astype(float)
    if "numerator" in measure.columns:
        values = values.mask(values.isna() & measure["numerator"].notna(), WITHOUT_BASE)
    given = dict(zip(measure["code"].astype(str), values, strict=True))
    return {code: float(given.get(code, float("nan"))) for code in subdistrict_codes()}


def value_text(value: float, decimals: int, unit: str, words: Words = NO_WORDS) -> str:
    """The figure as a label: 96.0% or 1,873 (other units stand in the title), or its word; 未报 when missing."""
    if not isfinite(value):
        return NOT_REPORTED if isnan(value) else "—"
    if value in words:
        return words[value]
    return show_unit(value, unit, decimals) if unit == "%" else show(value, decimals)


def value_in_full(value: float, decimals: int, unit: str, words: Words = NO_WORDS) -> str:
    """The figure with its unit: 96.0%, 1,873 张, or its word; 未报 when missing."""
    if not isfinite(value):
        return NOT_REPORTED if isnan(value) else NO_BASE
    return words.get(value) or show_unit(value, unit, decimals)


def scale(measure: pd.DataFrame, decimals: int, unit: str, dark: bool = False, over: Collection[float] = ()) -> Scale:
    """The classes of a measure (columns code, value): at most five, zero apart, equal steps of 1, 2, 2.5 or 5 times a power of ten.
    Percentages on both sides of `FINE_FROM`, none of them zero: one class below it, equal steps above.

    over: further figures that they must hold, of other months, so that a colour means the same in each.
    """
    ticks = [_ticks(value, decimals) for value in (*values_by_code(measure).values(), *over) if isfinite(value)]
    limits = _limits(ticks, 100 * 10**decimals if unit == "%" else None)
    return Scale(limits, sequential(len(limits), dark), decimals)


def legend(
    measure: pd.DataFrame, decimals: int, unit: str, dark: bool = False, *, words: Words = NO_WORDS, over: Collection[float] = ()
) -> list[LegendEntry]:
    """The legend of `scale` from little to much, by words where there are any; last 未报 with the number of 街镇, when any is missing."""
    classes = scale(measure, decimals, unit, dark, over)
    if words:
        entries = [LegendEntry(classes.colour(value) or "", word) for value, word in words.items()] if classes.limits else []
    else:
        entries = [
            LegendEntry(colour, _range_text(low, high, decimals, unit))
            for (low, high), colour in zip(classes.limits, classes.colours, strict=True)
        ]
    values = values_by_code(measure).values()
    if without := sum(value == WITHOUT_BASE for value in values):
        entries.append(LegendEntry(ground(dark).missing, f"— {NO_BASE}（{without} 个街镇）"))
    if missing := sum(value != value for value in values):
        entries.append(LegendEntry(ground(dark).hatch, f"{NOT_REPORTED}（{missing} 个街镇）"))
    return entries


def _ticks(value: float, decimals: int) -> int:
    return int((Decimal(str(value)) * 10**decimals).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _range_text(low: int, high: int, decimals: int, unit: str) -> str:
    ends = [show(float(Decimal(tick) / 10**decimals), decimals) for tick in (low, high)]
    text = ends[0] if low == high else "–".join(ends)
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".rstrip()


_ROUND_STEPS = sorted(
    {part * 10**power for power in range(13) for part in (1, 2, 5)} | {25 * 10**power for power in range(12)}
)


def _start(low: int, step: int, zero: bool) -> int:
    """Where the classes above zero begin: at 1 when they are single figures, else at 0, whose own class is cut off later."""
    if zero:
        return 1 if step == 1 else 0
    return low // step * step


def _limits(ticks: list[int], full: int | None) -> tuple[tuple[int, int], ...]:
    """Inclusive limits that cover the ticks. `full` is 100 % in ticks: the class below takes it in."""
    if not ticks:
        return ()
    if len(set(ticks)) == 1:
        return ((ticks[0], ticks[0]),)
    zero = min(ticks) == 0
    rest = [tick for tick in ticks if tick > 0] if zero else ticks
    low, high = min(rest), max(rest)
    closed = full is not None and high == full and (zero or low < full)
    top = high - 1 if closed else high
    border = 0 if full is None else full * FINE_FROM // 100
    if full is not None and not zero and 0 <= low < border <= top < full:
        step = next(step for step in _ROUND_STEPS if (top - border) // step < MOST_CLASSES - 1)
        above = [(start, start + step - 1) for start in range(border, top + 1, step)]
        if closed:
            above[-1] = (above[-1][0], full)
        return ((low // step * step, border - 1), *above)
    room = MOST_CLASSES - zero
    step = next(step for step in _ROUND_STEPS if (top - _start(low, step, zero)) // step < room)
    start = _start(low, step, zero)
    count = (top - start) // step + 1
    limits = [(start + place * step, start + (place + 1) * step - 1) for place in range(count)]
    if closed and full is not None:
        limits[-1] = (limits[-1][0], full)
    if zero:
        limits[0] = (1, limits[0][1])
        limits.insert(0, (0, 0))
    return tuple(limits)
