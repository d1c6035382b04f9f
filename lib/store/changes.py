"""What releases changed, in order: which submission took which place, and in which release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lib.store.schema import release, release_change


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """In a release a submission took a place (dataset, period, 街镇); None: the place was emptied."""

    release: int
    published_at: str
    dataset: str
    period: str
    unit: str
    submission: int | None


def changes_of(connection: Connection, number: int, datasets: Iterable[str]) -> list[PlaceChange]:
    """All that releases up to `number` changed of some datasets, in order of release, dataset, period and 街镇."""
    one = release_change.c
    query = (
        select(one.release, release.c.published_at, one.dataset, one.period, one.unit, one.submission_id)
        .join(release, release.c.number == one.release)
        .where(one.release <= number, one.dataset.in_(sorted(datasets)))
        .order_by(one.release, one.dataset, one.period, one.unit)
    )
    return [PlaceChange(*row) for row in connection.execute(query)]
