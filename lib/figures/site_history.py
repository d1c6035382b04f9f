"""Site candidates month by month, as they stood in the months that reported them: what a rank over time rests on.

Its one rule: every month by itself, under the thresholds and the boundary of one release; a month without a report is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Connection

from lib.datasets.boundaries import Boundary
from lib.datasets.thresholds import Registry
from lib.figures.content import Content
from lib.figures.history import DAY, rows_over_time
from lib.rules.derived import places, sites
from lib.rules.siting import PARTS
from lib.spec.period import Period, period_of

DATASET = "site_candidates"
_DERIVED = {one.name for one in sites.DERIVED}
_READ = ("candidate_id", "status", "metro_m", "fire_check", "structure_check", *places.READS,
         *(part.column for part in PARTS if part.column not in _DERIVED))


def candidates_over_time(
    connection: Connection, contents: Iterable[Content], registry: Registry, boundary: Boundary
) -> dict[Period, pd.DataFrame]:
    """Month → its candidates with derived columns, oldest first."""
    rows = rows_over_time(connection, contents, DATASET, _READ)
    found = {}
    for day, own in rows.groupby(DAY):
        frames = {name: pd.DataFrame() for name in places.PLACED} | {DATASET: own.drop(columns=DAY).reset_index(drop=True)}
        placed = places.derive(frames, boundary)
        on = pd.Timestamp(str(day)).date()
        found[period_of(on)] = sites.derive(placed, on, registry)[DATASET]
    return found
