"""A snapshot: everything that stands published for one period in one release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.rules.derived import derive
from lib.spec.fields import Dataset
from lib.spec.period import Period, end_of
from lib.store.blobs import get_blobs, rows_from_parquet
from lib.store.releases import Place
from lib.store.submissions import Submission, submissions_by_id

Content = tuple[tuple[str, str, int], ...]
"""Identity of what stands published for a period: (dataset, unit, submission) in order. The key of every cache."""


@dataclass(frozen=True)
class Snapshot:
    """Frames of one period with derived columns.

    as_of: the last day of the period. reported: dataset → codes of the 街镇 that have reported. sources: submission id
    → the submission, for passports. The frames are shared: callers take `.copy(deep=False)` before they change one.
    """

    period: Period
    as_of: date
    content: Content
    frames: Mapping[str, pd.DataFrame]
    reported: Mapping[str, frozenset[str]]
    sources: Mapping[int, Submission]


def content_of(state: Mapping[Place, int], period: Period) -> Content:
    """What stands for a period in a state of the releases."""
    return tuple(sorted((dataset, unit, identity) for (dataset, when, unit), identity in state.items()
                        if when == period and dataset in DATASETS))


def periods_of(state: Mapping[Place, int]) -> tuple[Period, ...]:
    """All periods with anything published, newest first."""
    return tuple(sorted({Period(period) for _, period, _ in state}, reverse=True))


def load_snapshot(connection: Connection, content: Content, period: Period) -> Snapshot:
    """Read the rows of every submission in `content` and derive the columns of the rules."""
    sources = submissions_by_id(connection, sorted({identity for _, _, identity in content}))
    stored = get_blobs(connection, (one.rows_sha256 for one in sources.values()))
    frames = {}
    reported = {}
    for dataset in DATASETS.values():
        units: dict[int, set[str]] = {}
        for name, unit, identity in content:
            if name == dataset.id:
                units.setdefault(identity, set()).add(unit)
        tables = [standing_rows(dataset, identity, stored[sources[identity].rows_sha256], codes) for identity, codes in units.items()]
        frames[dataset.id] = to_frame(pa.concat_tables([dataset.schema.empty_table(), *tables]))
        reported[dataset.id] = frozenset().union(*units.values()) if units else frozenset()
    as_of = end_of(period)
    return Snapshot(period, as_of, content, derive(frames, as_of), reported, sources)


def standing_rows(dataset: Dataset, identity: int, content: bytes, units: set[str]) -> pa.Table:
    """The rows of a submission that stand for some 街镇, from their Parquet file, in the schema of the dataset as it is now."""
    stored = rows_from_parquet(content)
    length = stored.num_rows
    columns = []
    for name, kind in zip(dataset.schema.names, dataset.schema.types, strict=True):
        if name == "_submission":
            columns.append(pa.array([str(identity)] * length, type=kind))
        else:
            columns.append(stored.column(name).cast(kind) if name in stored.column_names else pa.nulls(length, kind))
    table = pa.table(columns, schema=dataset.schema)
    owners = table.column(dataset.owner)
    return table.filter(pc.is_in(owners, value_set=pa.array(sorted(units))))


Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Further choices: (column, values) pairs, applied to every dataset that has the column."""


def filtered(data: Snapshot, filters: Filters) -> Snapshot:
    """The snapshot with fewer rows; the datasets without such a column are left as they are."""
    if not filters:
        return data
    return replace(data, frames={name: _chosen(frame, filters) for name, frame in data.frames.items()})


def _chosen(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    for column, values in filters:
        if values and column in frame.columns:
            frame = frame[frame[column].isin(values)]
    return frame


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Stored rows as a frame: text as str, dates as datetime64, 是/否 as nullable boolean, integers with gaps as float."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get, date_as_object=False)
    return frame
