"""What a figure was in each release. Its one rule: as it was published then, never recomputed now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from lib.store.schema import indicator_value, release


@dataclass(frozen=True, slots=True)
class ValueThen:
    """A stored figure of one period in the release that wrote it: unrounded; None when it was missing."""

    release: int
    published_at: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None


def values_over_releases(connection: Connection, number: int, indicator: str, unit: str) -> list[ValueThen]:
    """All that releases up to `number` wrote of a figure of the district or a 街镇, in order of release and period; none of what is
    unknown.
    """
    one = indicator_value.c
    query = (
        select(one.release, release.c.published_at, one.period, one.numerator, one.denominator, one.value)
        .join(release, release.c.number == one.release)
        .where(one.indicator == indicator, one.unit == unit, one.release <= number)
        .order_by(one.release, one.period)
    )
    return [ValueThen(*row) for row in connection.execute(query)]
