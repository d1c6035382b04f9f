"""Staging an upload: read it, keep it with its findings, and say what publishing it would change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from lib import clock
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.errors import Forbidden
from lib.figures.snapshot import content_of, load_snapshot
from lib.figures.values import Change, changes_between
from lib.ingest.intake import read_upload
from lib.ingest.reading import Expected
from lib.ingest.staging import Staging
from lib.spec.period import Period
from lib.store import audit, releases, submissions
from lib.store.database import Database
from lib.store.submissions import Status


@dataclass(frozen=True, slots=True)
class Staged:
    """The outcome: how the file was read, and the submission that keeps it; None when nothing was stored."""

    staging: Staging
    submission: int | None


def stage(database: Database, *, by: User, name: str, data: bytes, expected: Expected | None = None) -> Staged:
    """Read an upload and keep it as a submission. A file that cannot be read, that speaks for no 街镇 or that holds
    personal data is not stored. Whatever is expected, the account of a 街镇 sends for that 街镇.
    A publishable one takes the place of older ones that still wait for the same 街镇; a blocked one replaces nothing.
    Raises Forbidden when `by` may not submit for the 街镇 the file speaks for.
    """
    expected = expected or Expected()
    expected = replace(expected, unit=by.unit or expected.unit)
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    return keep(database, by=by, data=data, staging=read_upload(name, data, expected))


def keep(database: Database, *, by: User, data: bytes, staging: Staging) -> Staged:
    """Store what a reading gave; see `stage`."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    if staging.rows is None or staging.personal or not staging.units or not staging.period:
        with database.writing() as connection:
            audit.append(connection, at=clock.now().isoformat(), actor=by.id, action="refuse", subject=staging.dataset or "?",
                         detail={"findings": sorted({one.code for one in staging.findings})})
        return Staged(staging, None)
    if not may(by, Action.SUBMIT, units=staging.units):
        raise Forbidden("您只能报送本街镇的报表。", "请核对文件中的填报单位。")
    at = clock.now().isoformat()
    with database.writing() as connection:
        replaced = _replaced(connection, by, staging) if staging.publishable else []
        identity = submissions.add_submission(
            connection, reading=staging.as_dict(), file=data, rows=staging.rows, fingerprint=DATASETS[staging.dataset].fingerprint,
            base_release=releases.head(connection), by=by.id, at=at)
        if replaced:
            submissions.set_status(connection, replaced, Status.SUPERSEDED)
        audit.append(connection, at=at, actor=by.id, action="stage", subject=f"submission {identity}",
                     detail={"dataset": staging.dataset, "period": staging.period, "rows": staging.rows.num_rows,
                             "publishable": staging.publishable, "superseded": replaced})
    return Staged(staging, identity)


def _replaced(connection: Connection, by: User, staging: Staging) -> list[int]:
    """Submissions that still wait and that a new one makes old: those of the same table and period that speak for none
    but its 街镇, and that the actor could have sent.
    """
    waiting = submissions.waiting_submissions(connection, dataset=staging.dataset, period=staging.period)
    return [one.id for one in waiting if set(one.units) <= set(staging.units) and may(by, Action.SUBMIT, units=one.units)]


def effect(database: Database, *, by: User, submission: int) -> list[Change]:
    """The figures that publishing a submission would change, from what to what. Raises Forbidden for one of another 街镇."""
    with database.reading() as connection:
        one = submissions.get_submission(connection, submission)
        if not may(by, Action.SUBMIT, units=one.units):
            raise Forbidden()
        state = releases.state_at(connection, releases.head(connection))
        period = Period(one.period)
        before = content_of(state, period)
        after = content_of({**state, **{(one.dataset, one.period, unit): one.id for unit in one.units}}, period)
        earlier = load_snapshot(connection, before, period) if before else None
        return changes_between(earlier, load_snapshot(connection, after, period))
