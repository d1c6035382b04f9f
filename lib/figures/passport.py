"""The passport of a figure: what it is, how it was made and from what, for screens, command line and reports alike.

Its one rule: it is put together from the figure's own declaration, its rows and the releases; nothing in it is worded by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.thresholds import Threshold
from lib.figures.series import Point
from lib.figures.snapshot import Filters, Snapshot, filtered, takes_filter
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Value, evaluate, reporting_units, rows_behind, shown_decimals
from lib.indicators.lights import Judged, judge
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, title_of
from lib.store.reasons import reasons_of
from lib.store.releases import Release, publications

DISTRICT_NAME = "普陀区（全区）"
PARTS = ("numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Applied:
    """A threshold that a figure or its light follows, on the day. state: 有效, 尚未施行, 待确认是否延续, 已被取代."""

    threshold: Threshold
    state: str


@dataclass(frozen=True, slots=True)
class Source:
    """A submission that rows of a figure come from. rows: how many of its rows are in the numerator and in the denominator; none of
    a table that only tells which rows count.
    checks: how many checks its table has; warnings: how many of them were told and explained; reasons: with what words. release:
    the one that first published it.
    """

    submission: int
    file: str
    dataset: str
    period: Period
    units: tuple[str, ...]
    rows: Mapping[str, int]
    sent_by: str
    sent_at: str
    release: Release | None
    checks: int
    warnings: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passport:
    """A figure with everything that stands behind it. units: the 街镇 it is of, none for the district. release: the one at which it
    was looked up. numbers: how many rows numerator and denominator count.
    """

    indicator: Indicator
    units: tuple[str, ...]
    filters: Filters
    period: Period
    as_of: date
    release: Release | None
    value: Value
    judged: Judged
    thresholds: tuple[Applied, ...]
    sources: tuple[Source, ...]
    numbers: Mapping[str, int]

    @property
    def place(self) -> str:
        """The 街镇 it is of, or the district."""
        return "、".join(unit_name(code) for code in self.units) or DISTRICT_NAME

    @property
    def substituted(self) -> str:
        """The formula with the numbers put in; empty without a value."""
        value = self.value
        if value.numerator is None:
            return ""
        top = show_unit(value.numerator, self.indicator.numerator.unit, shown_decimals(value.numerator))
        if self.indicator.denominator is None:
            return f"= {value.text}"
        below = show_unit(value.denominator, self.indicator.denominator.unit, shown_decimals(value.denominator))
        times = {1.0: "", 100.0: " × 100%" if self.indicator.unit == "%" else " × 100"}.get(
            self.indicator.scale, f" × {self.indicator.scale:,.10g}")
        return f"{top} ÷ {below}{times}{f' − {-self.indicator.shift:g}%' if self.indicator.shift else ''} = {value.text}"

    @property
    def missing(self) -> str:
        """Who is not in the figure, and who stands with older rows, as a sentence."""
        parts = []
        if self.value.carried:
            named = "、".join(f"{unit_name(code)}（沿用{title_of(period)}）" for code, period in self.value.carried)
            parts.append(f"{named}本期未报，按最近一次报送计入")
        if self.value.missing:
            parts.append(f"{'、'.join(unit_name(code) for code in self.value.missing)}没有可用的报送，未计入")
        return "；".join(parts) if parts else "无，所选街镇均已报送"


def passport_of(connection: Connection, data: Snapshot, indicator: Indicator, *, units: tuple[str, ...] = (), filters: Filters = (),
                release: Release | None = None) -> Passport:
    """The passport of a figure of a snapshot, for the district (no units), a 街镇 or several together, and further filters."""
    units = () if set(units) == set(subdistrict_codes()) else units
    chosen = filtered(data, filters)
    value = evaluate(indicator, chosen, units).whole
    rows: dict[int, dict[str, int]] = {}
    numbers: dict[str, int] = {}
    for part, measure in zip(PARTS, indicator.measures, strict=False):
        if measure.how in {"reference", "rule"}:
            continue
        if measure.how == "all_places":
            counted = {one.submission: 0 for one in chosen.content.of(measure.rows.dataset)
                       if one.unit in reporting_units(indicator, chosen, units)}
            numbers[part] = len(reporting_units(indicator, chosen, units))
        else:
            found = rows_behind(indicator, chosen, part=part, units=units)
            numbers[part] = len(found)
            counted = {int(identity): count for identity, count in Counter(found["_submission"].astype("str")).items()}
        for identity, number in counted.items():
            rows.setdefault(identity, {})[part] = number
    counting = reporting_units(indicator, chosen, units)
    for one in (entry for name in indicator.also for entry in chosen.content.of(name) if entry.unit in counting):
        rows.setdefault(one.submission, {})
    judged = judge(value, chosen, units, part=any(values for _, values in filters))
    own = [chosen.registry.at(rule, chosen.as_of) for rule in indicator.thresholds]
    applied = tuple(Applied(row, chosen.registry.state_of(row, chosen.as_of)) for row in dict.fromkeys([*own, *judged.thresholds]))
    filters = tuple((column, values) for column, values in filters if values and takes_filter(data, indicator, column))
    return Passport(indicator, units, filters, chosen.period, chosen.as_of, release, value, judged, applied,
                    _sources(connection, chosen, rows), numbers)


def _sources(connection: Connection, data: Snapshot, rows: Mapping[int, Mapping[str, int]]) -> tuple[Source, ...]:
    published = publications(connection, list(rows))
    given = reasons_of(connection, list(rows))
    found = []
    for identity, numbers in rows.items():
        one = data.sources[identity]
        spec = DATASETS[one.dataset]
        reasons = tuple(reason.text for reason in given.get(identity, ()))
        found.append(Source(identity, one.file_name, one.dataset, Period(one.period), one.units, numbers, one.submitted_by,
                            one.submitted_at, published.get(identity), len(spec.checks) + len(spec.across), one.warnings, reasons))
    return tuple(sorted(found, key=lambda one: (one.dataset, one.period, one.submission)))


def series_table(points: tuple[Point, ...], indicator: Indicator) -> pd.DataFrame:
    """A series as a table for people: month, value, numerator, denominator, who had not reported."""
    return pd.DataFrame({
        "报告期": [title_of(one.period) for one in points],
        indicator.title: [show_unit(one.value, indicator.unit, indicator.decimals) for one in points],
        "分子": [show(one.numerator, shown_decimals(one.numerator)) for one in points],
        "分母": [show(one.denominator, shown_decimals(one.denominator)) for one in points],
        "未报": ["、".join(unit_name(code, short=True) for code in (*(code for code, _ in one.carried), *one.missing)) for one in points],
    })
