"""Rows of earlier months of one dataset, a few columns of them: what an outlook needs to see a pace.

Its one rule: every row is of its own month; what a 街镇 did not report then is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.figures.content import Content
from lib.figures.snapshot import decoded, standing_rows, to_frame
from lib.spec.period import end_of
from lib.store.blobs import get_blobs
from lib.store.submissions import submissions_by_id

DAY = "_day"
"""Column: the last day of the month a row is of."""


def rows_over_time(connection: Connection, contents: Iterable[Content], dataset: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows of a dataset reported for the months of `contents` themselves, with some of its columns and `DAY`, oldest month first."""
    spec = DATASETS[dataset]
    entries = [one for content in contents for one in content.of(dataset) if one.period == content.period]
    sources = submissions_by_id(connection, sorted({one.submission for one in entries}))
    blobs = get_blobs(connection, (one.rows_sha256 for one in sources.values())) if sources else {}
    names = dict.fromkeys((*columns, spec.owner))
    schema = pa.schema([spec.schema.field(name) for name in names])
    parts = []
    for identity, one in sorted(sources.items(), key=lambda pair: (pair[1].period, pair[0])):
        units = {entry.unit for entry in entries if entry.submission == identity}
        frame = to_frame(standing_rows(spec, decoded(spec, identity, blobs[one.rows_sha256], schema), units))
        month = next(entry.period for entry in entries if entry.submission == identity)
        parts.append(frame.assign(**{DAY: pd.Timestamp(end_of(month))}))
    nothing = to_frame(schema.empty_table()).assign(**{DAY: pd.Series(dtype="datetime64[us]")})
    return pd.concat(parts, ignore_index=True) if parts else nothing
