"""Weights of the site scores that the bureau has set, version by version. Append-only: the newest is in force, each stays to be seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from lib.store.schema import site_weights


@dataclass(frozen=True, slots=True)
class WeightsVersion:
    """One version. number: counts from 1; weights: part → weight, as it was saved."""

    number: int
    name: str
    weights: Mapping[str, int]
    reason: str
    by: str
    at: str


def add_weights(connection: Connection, *, name: str, weights: Mapping[str, int], reason: str, by: str, at: str) -> int:
    """Write a version; gives its number. A name that is taken raises IntegrityError."""
    text = json.dumps(dict(weights), ensure_ascii=False)
    values = {"name": name, "weights": text, "reason": reason, "made_by": by, "at": at}
    number: int = connection.execute(insert(site_weights).values(**values).returning(site_weights.c.id)).scalar_one()
    return number


def newest_weights(connection: Connection) -> int:
    """The number of the newest version; 0 when there is none."""
    return connection.execute(select(func.max(site_weights.c.id))).scalar() or 0


def all_weights(connection: Connection) -> list[WeightsVersion]:
    """Every version, newest first."""
    query = select(site_weights).order_by(site_weights.c.id.desc())
    return [WeightsVersion(row.id, row.name, json.loads(row.weights), row.reason, row.made_by, row.at) for row in connection.execute(query)]
