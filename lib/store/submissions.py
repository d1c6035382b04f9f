"""Submissions: a file as read, with its findings and rows, and the 街镇 it speaks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, func, insert, select, update

from lib.errors import NotFound
from lib.spec.level import Level
from lib.store.blobs import put_blob, rows_to_parquet
from lib.store.schema import submission, submission_unit


class Status(StrEnum):
    """Where a submission stands; values are the words of the office (domain.md A.0.3)."""

    STAGED = "已提交"
    PUBLISHED = "已发布"
    SUPERSEDED = "已被替代"
    RETURNED = "已退回"
    WITHDRAWN = "已撤回"


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission without its file, its rows and what reading it said (`reading_of`). warnings: how many 警告."""

    id: int
    dataset: str
    period: str
    units: tuple[str, ...]
    reporter: str
    file_name: str
    file_sha256: str
    rows_sha256: str
    row_count: int
    sheet: str
    publishable: bool
    base_release: int
    submitted_by: str
    submitted_at: str
    status: Status
    warnings: int = 0


_COLUMNS = tuple(column for column in submission.c if column.name != "reading")


def add_submission(
    connection: Connection, *, reading: dict[str, Any], file: bytes, rows: pa.Table, fingerprint: str, base_release: int, by: str, at: str
) -> int:
    """Store a submission with its original file and rows; gives its id."""
    values = {
        "dataset": reading["dataset"],
        "period": reading["period"],
        "reporter": reading["reporter"][:200],
        "file_name": reading["file"][:400],
        "file_sha256": put_blob(connection, file),
        "rows_sha256": put_blob(connection, rows_to_parquet(rows)),
        "row_count": rows.num_rows,
        "sheet": reading["sheet"][:200],
        "reading": json.dumps(reading, ensure_ascii=False),
        "publishable": reading["publishable"],
        "fingerprint": fingerprint,
        "base_release": base_release,
        "submitted_by": by,
        "submitted_at": at,
        "status": Status.STAGED.value,
        "warnings": sum(one.get("level") == Level.WARNING.value for one in reading["findings"]),
    }
    key = connection.execute(insert(submission).values(**values)).inserted_primary_key
    assert key is not None
    identity = int(key[0])
    if reading["units"]:
        connection.execute(insert(submission_unit), [{"submission_id": identity, "unit": unit} for unit in reading["units"]])
    return identity


def get_submission(connection: Connection, identity: int) -> Submission:
    """One submission. Raises NotFound."""
    known = 0 < identity < 2**63
    row = connection.execute(select(*_COLUMNS).where(submission.c.id == identity)).one_or_none() if known else None
    if row is None:
        raise NotFound(f"没有编号为 {identity} 的报送。", "请刷新页面后重试。")
    return _submission(row, _units(connection, [identity])[identity])


def reading_of(connection: Connection, identity: int) -> dict[str, Any]:
    """What `Staging.as_dict()` said when a submission was read: findings and mapping. Raises NotFound."""
    text = connection.execute(select(submission.c.reading).where(submission.c.id == identity)).scalar_one_or_none()
    if text is None:
        raise NotFound(f"没有编号为 {identity} 的报送。", "请刷新页面后重试。")
    reading: dict[str, Any] = json.loads(text)
    return reading


def list_submissions(connection: Connection, *, status: Status | None = None, unit: str = "", limit: int = 200) -> list[Submission]:
    """Submissions, newest first; `unit`: only those that speak for this 街镇 and no other."""
    query = select(*_COLUMNS).order_by(submission.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(submission.c.status == status.value)
    if unit:
        alone = select(submission_unit.c.submission_id).group_by(submission_unit.c.submission_id)
        query = query.where(
            submission.c.id.in_(alone.having(func.min(submission_unit.c.unit) == unit, func.max(submission_unit.c.unit) == unit))
        )
    rows = connection.execute(query).all()
    units = _units(connection, [row.id for row in rows])
    return [_submission(row, units[row.id]) for row in rows]


def waiting_submissions(connection: Connection, *, dataset: str, period: str) -> list[Submission]:
    """All submissions of a table and a period that wait to be published, oldest first."""
    query = select(*_COLUMNS).where(
        submission.c.dataset == dataset, submission.c.period == period, submission.c.status == Status.STAGED.value
    )
    rows = connection.execute(query.order_by(submission.c.id)).all()
    units = _units(connection, [row.id for row in rows])
    return [_submission(row, units[row.id]) for row in rows]


def submissions_by_id(connection: Connection, identities: list[int]) -> dict[int, Submission]:
    """Several submissions by id."""
    rows = connection.execute(select(*_COLUMNS).where(submission.c.id.in_(identities))).all()
    units = _units(connection, identities)
    return {row.id: _submission(row, units[row.id]) for row in rows}


def set_status(connection: Connection, identities: list[int], status: Status) -> None:
    """Change where submissions stand."""
    connection.execute(update(submission).where(submission.c.id.in_(identities)).values(status=status.value))


def _units(connection: Connection, identities: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {identity: [] for identity in identities}
    query = select(submission_unit).where(submission_unit.c.submission_id.in_(identities)).order_by(submission_unit.c.unit)
    for row in connection.execute(query):
        found[row.submission_id].append(row.unit)
    return {identity: tuple(units) for identity, units in found.items()}


def _submission(row: Row[Any], units: tuple[str, ...]) -> Submission:
    return Submission(
        row.id,
        row.dataset,
        row.period,
        units,
        row.reporter,
        row.file_name,
        row.file_sha256,
        row.rows_sha256,
        row.row_count,
        row.sheet,
        row.publishable,
        row.base_release,
        row.submitted_by,
        row.submitted_at,
        Status(row.status),
        row.warnings,
    )
