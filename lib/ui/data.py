"""Published data for the screens, cached by content: shared, never cleared, handed out as shallow copies.

Its one rule: a cache key is the identity of the content; a new release is a new key, so nothing is ever invalidated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.datasets import MONTHLY
from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.thresholds import Registry
from lib.figures.content import Content, boundary_of, contents_of, registry_at
from lib.figures.history import rows_over_time
from lib.figures.passport import Passport, passport_of
from lib.figures.published import PLAN_YEARS
from lib.figures.series import Point, series_of, value_of
from lib.figures.snapshot import Filters, Snapshot, filtered, load_snapshot
from lib.figures.values import all_breakdowns
from lib.figures.yearly import by_year
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown
from lib.spec.period import Period
from lib.store import releases
from lib.store.boundaries import boundary_digest_at
from lib.store.releases import Release

ENOUGH_PLACES = 8
"""Of the ten 街镇."""


@dataclass(frozen=True)
class Edition:
    """What stands in one release: its thresholds, the outlines of the 街镇, its periods (newest first), and per period the content."""

    number: int
    info: Release | None
    registry: Registry = field(repr=False)
    contents: Mapping[Period, Content] = field(repr=False)
    boundary: Boundary = field(default_factory=shipped_boundary, repr=False)

    @property
    def periods(self) -> tuple[Period, ...]:
        """All periods with anything published, newest first."""
        return tuple(self.contents)

    @cached_property
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
        return {name: len(self.contents[period].reported(name)) for name in MONTHLY}

    def content(self, period: Period) -> Content:
        """The content of a period; an empty one when nothing was published for it."""
        return self.contents.get(period) or Content(period, (), self.registry.key)


def newest_release() -> int:
    """The number of the newest release; 0 when nothing has been published. Asked at every rerun."""
    with open_database().reading() as connection:
        return releases.head(connection)


@st.cache_resource(show_spinner=False, max_entries=64)
def edition(number: int) -> Edition:
    """One release."""
    with open_database().reading() as connection:
        registry = registry_at(connection, number)
        state = releases.state_at(connection, number)
        info = next((one for one in releases.list_releases(connection) if one.number == number), None)
        digest = boundary_digest_at(connection, number)
        boundary = boundary_of(connection, digest)
    return Edition(number, info, registry, contents_of(state, registry, digest), boundary)


@st.cache_resource(show_spinner=False, max_entries=12)
def snapshot(key: str, _content: Content, _registry: Registry) -> Snapshot:
    """The snapshot of a content; `key` is its identity."""
    with open_database().reading() as connection:
        return load_snapshot(connection, _content, _registry)


@st.cache_resource(show_spinner=False, max_entries=240)
def whole(key: str, _content: Content, _registry: Registry, _kept: bool) -> dict[str, Breakdown]:
    """Every indicator of the catalogue for a content, without any limit. _kept: whether the rows are kept for pages, too."""
    if _kept:
        return all_breakdowns(snapshot(key, _content, _registry))
    with open_database().reading() as connection:
        return all_breakdowns(load_snapshot(connection, _content, _registry, lean=True))


@st.cache_resource(show_spinner=False, max_entries=200)
def limited(
    key: str, units: tuple[str, ...], filters: Filters, _content: Content, _registry: Registry
) -> dict[str, Breakdown]:
    """Every indicator of the catalogue for a content, limited to some 街镇 (empty: all) and filters."""
    return all_breakdowns(filtered(snapshot(key, _content, _registry), filters), units)


def breakdowns(
    edition: Edition, period: Period, units: tuple[str, ...] = (), filters: Filters = ()
) -> dict[str, Breakdown]:
    """Every indicator of the catalogue for a period of a release, limited to some 街镇 (empty: all) and filters."""
    content = edition.content(period)
    if units or filters:
        return limited(content.key, units, filters, content, edition.registry)
    return whole(content.key, content, edition.registry, True)


@st.cache_resource(show_spinner=False, max_entries=64)
def passport(key: str, name: str, _snapshot: Snapshot, _units: tuple[str, ...], _filters: Filters, _info: Release | None) -> Passport:
    """The passport of a figure; `key` is the identity of the selection."""
    with open_database().reading() as connection:
        return passport_of(connection, _snapshot, CATALOGUE[name], units=_units, filters=_filters, release=_info)


@st.cache_resource(show_spinner=False, max_entries=32)
def signing_history(key: str, _contents: tuple[Content, ...]) -> pd.DataFrame:
    """Households signed of every project in the months of some contents; `key` is the identity of the newest."""
    with open_database().reading() as connection:
        return rows_over_time(connection, _contents, "renewal_projects", ("project_id", "households_signed"))


def value_in(edition: Edition, indicator: str, period: Period, units: tuple[str, ...] = ()) -> float | None:
    """A figure of a period as it stands in a release; None when there is none, or when a 街镇 asked for is missing.
    For several 街镇 it is recomputed from their numerators and denominators, never averaged.
    """
    content = edition.contents.get(period)
    return (
        None
        if content is None
        else value_of(whole(content.key, content, edition.registry, False)[indicator], units)
    )


@st.cache_resource(show_spinner=False, max_entries=24)
def years(key: str, _snapshot: Snapshot) -> dict[int, dict[str, Breakdown]]:
    """Figures of whole years by the rows of a content (`key`), from the first year of the plan on (`lib.figures.yearly`)."""
    return by_year(_snapshot, range(PLAN_YEARS[0], _snapshot.as_of.year + 1))


def series(edition: Edition, indicator: str, units: tuple[str, ...] = ()) -> tuple[Point, ...]:
    """A figure over all periods of a release, oldest first."""
    figures = {
        period: whole(content.key, content, edition.registry, False)[indicator]
        for period, content in edition.contents.items()
    }
    return series_of(figures, units)
