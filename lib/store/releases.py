"""Releases: the next integer, and which submission stands for each (dataset, period, 街镇). A release never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from lib.store.blobs import get_blob, put_blob
from lib.store.schema import indicator_value, release, release_change, release_registry

Place = tuple[str, str, str]
"""(dataset, period, unit)"""
State = Mapping[Place, int]
"""Which submission stands for each place, in one release."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release: its number, who published it and when, and why."""

    number: int
    published_by: str
    published_at: str
    note: str


def head(connection: Connection) -> int:
    """The newest release number; 0 when nothing has been published."""
    return int(connection.execute(select(func.coalesce(func.max(release.c.number), 0))).scalar_one())


def list_releases(connection: Connection) -> list[Release]:
    """All releases, newest first."""
    return [Release(row.number, row.published_by, row.published_at, row.note)
            for row in connection.execute(select(release).order_by(release.c.number.desc()))]


def release_with_key(connection: Connection, key: str) -> int | None:
    """The release that was published with this idempotency key."""
    return connection.execute(select(release.c.number).where(release.c.idempotency_key == key)).scalar_one_or_none()


def state_at(connection: Connection, number: int) -> dict[Place, int]:
    """Which submission stands for each place as of a release."""
    query = select(release_change).where(release_change.c.release <= number).order_by(release_change.c.release)
    state: dict[Place, int] = {}
    for row in connection.execute(query):
        place = (row.dataset, row.period, row.unit)
        if row.submission_id is None:
            state.pop(place, None)
        else:
            state[place] = row.submission_id
    return state


def changed_since(connection: Connection, number: int) -> set[Place]:
    """Places changed by any release after this one."""
    query = select(release_change).where(release_change.c.release > number)
    return {(row.dataset, row.period, row.unit) for row in connection.execute(query)}


def add_release(connection: Connection, *, by: str, at: str, note: str, key: str, changes: Mapping[Place, int | None]) -> int:
    """Write the next release; gives its number."""
    number = head(connection) + 1
    connection.execute(insert(release).values(number=number, published_by=by, published_at=at, note=note, idempotency_key=key))
    rows = [{"release": number, "dataset": dataset, "period": period, "unit": unit, "submission_id": identity}
            for (dataset, period, unit), identity in changes.items()]
    if rows:
        connection.execute(insert(release_change), rows)
    return number


def publications(connection: Connection, identities: Sequence[int]) -> dict[int, Release]:
    """Submission → the release that first published it; those never published are left out."""
    change = release_change.c
    first = select(change.submission_id, func.min(change.release).label("number")).where(change.submission_id.in_(sorted(identities)))
    found = first.group_by(change.submission_id).subquery()
    query = select(found.c.submission_id, release).join(release, release.c.number == found.c.number)
    return {row.submission_id: Release(row.number, row.published_by, row.published_at, row.note) for row in connection.execute(query)}


def add_registry(connection: Connection, number: int, text: str) -> None:
    """Write the thresholds, as CSV, that hold from a release on."""
    connection.execute(insert(release_registry).values(release=number, sha256=put_blob(connection, text.encode())))


def registry_csv_at(connection: Connection, number: int) -> str | None:
    """The thresholds of a release as CSV; None when none were written up to it."""
    query = select(release_registry.c.sha256).where(release_registry.c.release <= number)
    found = connection.execute(query.order_by(release_registry.c.release.desc()).limit(1)).scalar_one_or_none()
    return None if found is None else get_blob(connection, found).decode()


@dataclass(frozen=True, slots=True)
class StoredValue:
    """One figure as published: unrounded. missing: codes of the 街镇 left out."""

    period: str
    indicator: str
    unit: str
    numerator: float | None
    denominator: float | None
    value: float | None
    missing: tuple[str, ...]


def add_values(connection: Connection, number: int, values: Iterable[StoredValue]) -> None:
    """Write the figures of a release."""
    rows = [{"release": number, "period": one.period, "indicator": one.indicator, "unit": one.unit, "numerator": one.numerator,
             "denominator": one.denominator, "value": one.value, "missing": ",".join(one.missing)} for one in values]
    if rows:
        connection.execute(insert(indicator_value), rows)


def values_at(connection: Connection, number: int, unit: str) -> list[StoredValue]:
    """The figures of one unit for every period and indicator, as they stood in a release."""
    query = select(indicator_value).where(indicator_value.c.release <= number, indicator_value.c.unit == unit)
    found: dict[tuple[str, str], StoredValue] = {}
    for row in connection.execute(query.order_by(indicator_value.c.release)):
        found[row.period, row.indicator] = StoredValue(row.period, row.indicator, row.unit, row.numerator, row.denominator, row.value,
                                                       tuple(code for code in row.missing.split(",") if code))
    return [found[key] for key in sorted(found)]
