"""A snapshot: everything that stands published for one period in one release.

Its one rule: it is made from its content alone, so that the same content always gives the same figures.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from threading import Lock

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.thresholds import Registry
from lib.figures.content import Content, Entry, boundary_of, content_of, registry_at
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.data import Data, Month
from lib.indicators.table import Table
from lib.rules.derived import READS, derive
from lib.spec.fields import Dataset, Nature
from lib.spec.period import Period, end_of
from lib.store.blobs import get_blobs, rows_from_parquet
from lib.store.boundaries import boundary_digest_at
from lib.store.releases import state_at
from lib.store.submissions import Submission, submissions_by_id

KEPT_BYTES = 192 * 1024 * 1024
KEPT_MONTHS = 96
Rows = Mapping[int, pa.Table]
"""Submission → its rows, in the schema of its dataset as it is now."""


@dataclass(frozen=True)
class Snapshot(Data):
    """The data of one period with where they came from. sources: submission id → the submission, for passports.
    boundary: the outlines of the 街镇 that its places were held against.
    """

    content: Content = field(repr=False)
    sources: Mapping[int, Submission] = field(repr=False)
    boundary: Boundary = field(repr=False)

    @property
    def reported(self) -> Mapping[str, frozenset[str]]:
        """Dataset → codes of the 街镇 that have reported it for the period itself."""
        return {name: self.content.reported(name) for name in DATASETS}


def load_snapshot(
    connection: Connection,
    content: Content,
    registry: Registry,
    *,
    lean: bool = False,
    known: Mapping[int, Submission] | None = None,
    as_of: date | None = None,
) -> Snapshot:
    """Read the rows of every submission in `content` and derive the columns of the rules. lean: only with the columns that figures
    need, for who wants no rows. known: its submissions, where they were read before. as_of: the day that rules and lights follow, the
    last of the period when None.
    """
    wanted = sorted({one.submission for one in content.entries})
    sources = submissions_by_id(connection, wanted) if known is None else {one: known[one] for one in wanted}
    rows = _DECODED.rows(connection, sources, lean)
    frames = {}
    months: dict[str, dict[Period, Month]] = {}
    for dataset in DATASETS.values():
        if dataset.nature is Nature.LOG:
            months[dataset.id] = _months(dataset, content, rows, sources, lean)
            now = months[dataset.id].get(content.period)
            frames[dataset.id] = _nothing(dataset.id) if now is None else now[0].frame
        else:
            frames[dataset.id] = _register(dataset, content, rows, sources, lean)
    boundary = boundary_of(connection, content.boundary)
    return snapshot_of(content, registry, frames, months, sources, as_of=as_of, boundary=boundary)


def release_snapshot(connection: Connection, number: int, period: Period, *, as_of: date | None = None) -> Snapshot | None:
    """What stands for a period in a release, None when nothing was published for it; `as_of` as `load_snapshot` has it."""
    registry = registry_at(connection, number)
    content = content_of(state_at(connection, number), period, registry, boundary_digest_at(connection, number))
    return load_snapshot(connection, content, registry, as_of=as_of) if content else None


def snapshot_of(
    content: Content,
    registry: Registry,
    frames: Mapping[str, pd.DataFrame],
    months: Mapping[str, Mapping[Period, Month]],
    sources: Mapping[int, Submission],
    *,
    as_of: date | None = None,
    boundary: Boundary | None = None,
) -> Snapshot:
    """A snapshot of frames as they were reported; the columns of the rules are derived here, as of the last day of the period or
    another one, and by a boundary of the 街镇, ours when None.
    """
    boundary = boundary or shipped_boundary()
    as_of = as_of or end_of(content.period)
    derived = derive(frames, as_of, registry, boundary)
    tables = {name: Table(frame) for name, frame in derived.items()}
    for name, known in months.items():
        if content.period in known:
            tables[name] = known[content.period][0]
    of_month = {name: {one.unit: one.period for one in content.of(name)} for name in DATASETS}
    standing = {name: frozenset(known) for name, known in of_month.items()}
    carried = {
        name: {unit: when for unit, when in of_month[name].items() if when != content.period}
        for name, dataset in DATASETS.items()
        if dataset.monthly
    }
    return Snapshot(content.period, as_of, registry, tables, standing, of_month, carried, months, content, sources, boundary)


def standing_rows(dataset: Dataset, rows: pa.Table, units: Collection[str]) -> pa.Table:
    """Of the rows of a submission those of some 街镇."""
    if set(pc.unique(rows.column(dataset.owner)).to_pylist()) <= set(units):
        return rows
    return rows.filter(pc.is_in(rows.column(dataset.owner), value_set=pa.array(sorted(units), pa.string())))


@cache
def figure_columns(name: str) -> pa.Schema:
    """Of the schema of a dataset the columns that figures need: keys, those of conditions and sums, those the rules read."""
    dataset = DATASETS[name]
    wanted = {*dataset.key, dataset.owner, *READS.get(name, ())}
    for measure in (
        one for indicator in CATALOGUE.values() for one in indicator.measures if one.rows.dataset == name
    ):
        wanted |= {measure.column, *(condition.column for condition in measure.rows.conditions)}
    if name == "targets":
        wanted |= set(dataset.schema.names)
    return pa.schema([one for one in dataset.schema if one.name in wanted])


def decoded(dataset: Dataset, identity: int, content: bytes, schema: pa.Schema | None = None) -> pa.Table:
    """The rows of a submission from their Parquet file, in the schema of the dataset as it is now, or a part of it."""
    schema = schema or dataset.schema
    stored = rows_from_parquet(content, schema.names)
    there = set(stored.column_names)
    columns = []
    for name, kind in zip(schema.names, schema.types, strict=True):
        if name == "_submission":
            columns.append(pa.repeat(pa.scalar(str(identity), kind), stored.num_rows))
        elif name not in there:
            columns.append(pa.nulls(stored.num_rows, kind))
        else:
            column = stored.column(name)
            columns.append(column if column.type == kind else column.cast(kind))
    return pa.table(columns, schema=schema)


def _register(
    dataset: Dataset, content: Content, rows: Rows, sources: Mapping[int, Submission], lean: bool
) -> pd.DataFrame:
    """The rows that stand. Of a row that a 街镇 has reported this month and another one in an earlier month, which it has since
    given away, only the newer counts; so among earlier months, whose newest rows come first.
    """
    entries = content.of(dataset.id)
    now = _frame(dataset, [one for one in entries if one.period == content.period], rows)
    older = sorted((one for one in entries if one.period != content.period), key=lambda one: one.period, reverse=True)
    if not older:
        return now
    before = _kept(dataset, older, rows, sources, lean)[0].frame
    key = list(dataset.key)
    if len({one.period for one in older}) > 1:
        before = before.drop_duplicates(key, ignore_index=True)
    if now.empty:
        return before
    gone = pd.MultiIndex.from_frame(before[key]).isin(pd.MultiIndex.from_frame(now[key]))
    return pd.concat([now, before[~gone]], ignore_index=True)


def _months(
    dataset: Dataset, content: Content, rows: Rows, sources: Mapping[int, Submission], lean: bool
) -> dict[Period, Month]:
    entries: dict[Period, list[Entry]] = {}
    for one in content.entries:
        if one.dataset == dataset.id:
            entries.setdefault(one.period, []).append(one)
    return {period: _kept(dataset, own, rows, sources, lean) for period, own in entries.items()}


def _kept(
    dataset: Dataset, entries: list[Entry], rows: Rows, sources: Mapping[int, Submission], lean: bool
) -> Month:
    """Rows that several periods rest on: a month of a log, a register carried on. Made once, with what was counted in them."""
    identity = (
        dataset.fingerprint,
        lean,
        *((one.unit, one.submission, sources[one.submission].rows_sha256) for one in entries),
    )
    return _MONTHS.get(identity) or _MONTHS.keep(
        identity, (Table(_frame(dataset, entries, rows)), frozenset(one.unit for one in entries))
    )


def _frame(dataset: Dataset, entries: Iterable[Entry], rows: Rows) -> pd.DataFrame:
    units: dict[int, set[str]] = {}
    for one in entries:
        units.setdefault(one.submission, set()).add(one.unit)
    if not units:
        return _nothing(dataset.id)
    parts = [standing_rows(dataset, rows[identity], codes) for identity, codes in units.items()]
    return to_frame(parts[0] if len(parts) == 1 else pa.concat_tables(parts))


@cache
def _nothing(name: str) -> pd.DataFrame:
    return to_frame(DATASETS[name].schema.empty_table())


class _Months:
    """Tables by what they hold, the last used kept: many periods rest on the same one, and what was counted in it
    stays with it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Month] = OrderedDict()
        self._lock = Lock()

    def get(self, identity: Hashable) -> Month | None:
        """A month; None when it is not there any more."""
        with self._lock:
            if identity in self._kept:
                self._kept.move_to_end(identity)
            return self._kept.get(identity)

    def keep(self, identity: Hashable, month: Month) -> Month:
        """Keep a month; gives it back."""
        with self._lock:
            self._kept[identity] = month
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return month


class _Decoded:
    """Rows of submissions as they were decoded, the last used kept up to so many bytes: what a hash stands for never changes."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[tuple[str, str, int, bool], pa.Table] = OrderedDict()
        self._lock = Lock()

    def rows(
        self, connection: Connection, sources: Mapping[int, Submission], lean: bool
    ) -> dict[int, pa.Table]:
        """The rows of each submission; lean: only the columns that figures need."""
        keys = {
            identity: (one.rows_sha256, DATASETS[one.dataset].fingerprint, identity, lean)
            for identity, one in sources.items()
        }
        with self._lock:
            found = {identity: self._kept[key] for identity, key in keys.items() if key in self._kept}
            for identity in found:
                self._kept.move_to_end(keys[identity])
        absent = [identity for identity in sources if identity not in found]
        blobs = (
            get_blobs(connection, (sources[identity].rows_sha256 for identity in absent)) if absent else {}
        )
        for identity in absent:
            one = sources[identity]
            schema = figure_columns(one.dataset) if lean else None
            found[identity] = decoded(DATASETS[one.dataset], identity, blobs[one.rows_sha256], schema)
        with self._lock:
            for identity in absent:
                if keys[identity] not in self._kept:
                    self._kept[keys[identity]] = found[identity]
                    self._size += found[identity].nbytes
            while self._size > self._most and self._kept:
                self._size -= self._kept.popitem(last=False)[1].nbytes
        return found


_MONTHS, _DECODED = _Months(KEPT_MONTHS), _Decoded(KEPT_BYTES)

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Further choices: (column, values) pairs, applied to every dataset that has the column."""


def filtered(data: Snapshot, filters: Filters) -> Snapshot:
    """The snapshot with fewer rows; the datasets without such a column are left as they are."""
    wanted = tuple((column, values) for column, values in filters if values)
    if not wanted:
        return data
    tables = {name: _chosen(table, _reaching(name, wanted)) for name, table in data.tables.items()}
    months = {
        name: {when: (_chosen(table, _reaching(name, wanted)), units) for when, (table, units) in known.items()}
        for name, known in data.months.items()
    }
    return replace(data, tables=tables, months=months)


ONLY_OF = {"stage": "renewal_projects"}
"""Columns of the same name in several tables, of which a filter means that of one."""


def _reaching(dataset: str, filters: Filters) -> Filters:
    return tuple((column, values) for column, values in filters if ONLY_OF.get(column, dataset) == dataset)


def takes_filter(data: Snapshot, indicator: Indicator, column: str) -> bool:
    """Whether a filter on a column reaches the rows of an indicator."""
    return any(column in data.tables[name].frame.columns and ONLY_OF.get(column, name) == name for name in indicator.datasets)


def _chosen(table: Table, filters: Filters) -> Table:
    frame = table.frame
    for column, values in filters:
        if column in frame.columns:
            frame = frame[frame[column].isin(values)]
    return table if frame is table.frame else Table(frame)


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Stored rows as a frame: text as str, dates as datetime64, 是/否 as nullable boolean, integers with gaps as float."""
    frame: pd.DataFrame = rows.to_pandas(
        types_mapper={pa.bool_(): pd.BooleanDtype()}.get, date_as_object=False, use_threads=False
    )
    return frame
