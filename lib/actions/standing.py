"""What stands published, as far as a form being read is checked against it: answers `lib.ingest.expected.Question`.

Its one rule: it only reads, and of other forms no more than the column of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.datasets.thresholds import shipped_registry
from lib.figures.content import boundary_at, registry_at
from lib.figures.snapshot import decoded, standing_rows
from lib.ingest.expected import Context, Expected, Question
from lib.spec.checks import KnownIn
from lib.spec.fields import Dataset
from lib.store import releases
from lib.store.blobs import get_blobs, rows_from_parquet
from lib.store.database import Database
from lib.store.releases import Place
from lib.store.submissions import submissions_by_id


def context_for(database: Database, question: Question) -> Context:
    """The context of a form; empty for an unknown form.

    known: of each 街镇 the keys of its newest month up to the one asked, so that a month for which only some have
    reported hides nobody's. previous: the newest earlier month for which any of the asked 街镇 has reported.
    """
    spec = DATASETS.get(question.dataset)
    if spec is None:
        return Context()
    with database.reading() as connection:
        state = releases.state_at(connection, releases.head(connection))
        known = {}
        for name in sorted({check.dataset for check in spec.across if isinstance(check, KnownIn)}):
            places = _newest_of_each(state, name, question.period)
            if places:
                known[name] = _keys(connection, DATASETS[name], places)
        earlier = {place: identity for place, identity in state.items()
                   if place[0] == spec.id and place[1] < question.period and place[2] in question.units}
        if not earlier:
            return Context(known)
        month = max(when for _, when, _ in earlier)
        units = _by_submission({place: identity for place, identity in earlier.items() if place[1] == month})
        contents = _contents(connection, units)
        rows = [standing_rows(spec, decoded(spec, identity, contents[identity]), codes) for identity, codes in units.items()]
        return Context(known, pa.concat_tables(rows), month)


def with_thresholds(database: Database, expected: Expected) -> Expected:
    """What is expected, with the thresholds and the boundary of the newest release, whatever was said of them."""
    with database.reading() as connection:
        head = releases.head(connection)
        registry, boundary = registry_at(connection, head), boundary_at(connection, head)
    thresholds = "" if registry.key == shipped_registry().key else registry.csv()
    return replace(expected, thresholds=thresholds, boundary="" if boundary.ours else boundary.geojson())


def _keys(connection: Connection, spec: Dataset, places: Mapping[Place, int]) -> frozenset[str]:
    """The keys in the rows that stand for some places."""
    units = _by_submission(places)
    contents = _contents(connection, units)
    found: set[str] = set()
    for identity, codes in units.items():
        table = rows_from_parquet(contents[identity], (spec.key[0], spec.owner))
        own = table.filter(pc.is_in(table.column(spec.owner), value_set=pa.array(sorted(codes))))
        found.update(own.column(spec.key[0]).drop_null().to_pylist())
    return frozenset(found)


def _newest_of_each(state: Mapping[Place, int], dataset: str, period: str) -> dict[Place, int]:
    newest: dict[str, Place] = {}
    for place in state:
        name, when, unit = place
        if name == dataset and when <= period and (unit not in newest or newest[unit][1] < when):
            newest[unit] = place
    return {place: state[place] for place in newest.values()}


def _by_submission(places: Mapping[Place, int]) -> dict[int, set[str]]:
    """Submission → the 街镇 for which it stands, in order of submission."""
    found: dict[int, set[str]] = {}
    for (_, _, unit), identity in sorted(places.items(), key=lambda one: one[1]):
        found.setdefault(identity, set()).add(unit)
    return found


def _contents(connection: Connection, identities: Iterable[int]) -> dict[int, bytes]:
    """The Parquet files of submissions."""
    sources = submissions_by_id(connection, list(identities))
    stored = get_blobs(connection, (one.rows_sha256 for one in sources.values()))
    return {identity: stored[one.rows_sha256] for identity, one in sources.items()}
