"""Published data for the screens, cached by content: shared, never cleared, handed out as shallow copies.

Its one rule: a cache key is the identity of the content; a new release is a new key, so nothing is ever invalidated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lib.actions.opening import open_database
from lib.datasets import MONTHLY
from lib.datasets.places import DISTRICT
from lib.figures.snapshot import Content, Filters, Snapshot, content_of, filtered, load_snapshot, periods_of
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, evaluate
from lib.spec.period import Period
from lib.store import releases
from lib.store.releases import Release, StoredValue

ENOUGH_PLACES = 8
"""Of the ten 街镇."""

@dataclass(frozen=True)
class Edition:
    """What stands in one release: its periods (newest first), and per period the content and its short key."""

    number: int
    info: Release | None
    periods: tuple[Period, ...]
    contents: Mapping[Period, tuple[str, Content]]

    @property
    def default(self) -> Period | None:
        """The period that pages show first: the newest for which nearly all have reported every monthly table, so that the
        first upload of a new month does not empty everybody's screen; else the newest at all; None when there is none.
        """
        for period in self.periods:
            if all(count >= ENOUGH_PLACES for count in self.reports(period).values()):
                return period
        return self.periods[0] if self.periods else None

    def reports(self, period: Period) -> dict[str, int]:
        """How many 街镇 have reported each monthly dataset for a period."""
        content = self.contents[period][1]
        return {name: sum(dataset == name for dataset, _, _ in content) for name in MONTHLY}


def newest_release() -> int:
    """The number of the newest release; 0 when nothing has been published. Asked at every rerun."""
    with open_database().reading() as connection:
        return releases.head(connection)


@st.cache_resource(show_spinner=False, max_entries=64)
def edition(number: int) -> Edition:
    """One release."""
    with open_database().reading() as connection:
        state = releases.state_at(connection, number)
        info = next((one for one in releases.list_releases(connection) if one.number == number), None)
    periods = periods_of(state)
    contents = {}
    for period in periods:
        content = content_of(state, period)
        contents[period] = (hashlib.sha256(repr(content).encode()).hexdigest()[:20], content)
    return Edition(number, info, periods, contents)


@st.cache_resource(show_spinner=False, max_entries=40)
def snapshot(key: str, period: Period, _content: Content) -> Snapshot:
    """The snapshot of a content; `key` is its identity."""
    with open_database().reading() as connection:
        return load_snapshot(connection, _content, period)


@st.cache_resource(show_spinner=False, max_entries=200)
def breakdowns(key: str, period: Period, units: tuple[str, ...], filters: Filters, _content: Content) -> dict[str, Breakdown]:
    """Every indicator of the catalogue for a content, limited to some 街镇 (empty: all) and filters."""
    data = filtered(snapshot(key, period, _content), filters)
    return {name: evaluate(indicator, data, units) for name, indicator in CATALOGUE.items()}


@st.cache_resource(show_spinner=False, max_entries=64)
def published(number: int, unit: str = DISTRICT) -> dict[tuple[Period, str], StoredValue]:
    """Every figure of a unit as it stands in a release: (period, indicator) → value."""
    with open_database().reading() as connection:
        return {(Period(one.period), one.indicator): one for one in releases.values_at(connection, number, unit)}


def value_in(number: int, indicator: str, period: Period, units: tuple[str, ...] = ()) -> float | None:
    """A figure of a period as it stands in a release; None when there is none, or when a 街镇 asked for is missing.
    For several 街镇 it is recomputed from their numerators and denominators, never averaged.
    """
    spec = CATALOGUE[indicator]
    found = [published(number, unit).get((period, indicator)) for unit in (units or (DISTRICT,))]
    if any(one is None or one.numerator is None or one.missing for one in found):
        return None
    top = sum(one.numerator for one in found if one is not None and one.numerator is not None)
    if spec.denominator is None:
        return top
    below = sum(one.denominator or 0.0 for one in found if one is not None)
    return top * spec.scale / below if below else None
