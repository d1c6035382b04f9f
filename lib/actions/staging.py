"""Staging an upload: read it, keep each form of it with its findings, and say what publishing one would change."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from lib import clock
from lib.actions.corrections import with_remembered
from lib.actions.standing import context_for, with_thresholds
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.errors import Forbidden
from lib.figures.content import content_of, contents_of, registry_at
from lib.figures.snapshot import load_snapshot
from lib.figures.values import Change, changes_between, figures_of
from lib.indicators.evaluate import Breakdown
from lib.ingest.expected import Context, Expected, Question
from lib.ingest.intake import read_upload
from lib.ingest.staging import FileReading, Staging
from lib.ingest.watch import Watch
from lib.spec.level import Level
from lib.spec.period import Period
from lib.store import audit, reasons, releases, submissions
from lib.store.database import Database
from lib.store.submissions import Status

NOT_YOURS = "您只能报送本街镇的报表。"
OTHER_UNIT = "T09"
"""The finding that a 填报单位 is not that of the sender."""


@dataclass(frozen=True)
class Staged:
    """The outcome: how the file was read, and for each form in it the submission that keeps it; None when it was not kept.
    refusals: for each form why it was not kept, in Chinese; empty for one that was.
    """

    reading: FileReading
    submissions: tuple[tuple[Staging, int | None], ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[int, ...]:
        """The submissions that keep something of the file."""
        return tuple(identity for _, identity in self.submissions if identity is not None)

    @property
    def publishable(self) -> bool:
        """Whether every form of the file was kept and nothing 致命 stands against any of them."""
        return bool(self.submissions) and all(identity is not None and one.publishable for one, identity in self.submissions)


def stage(database: Database, *, by: User, name: str, data: bytes, expected: Expected | None = None, watch: Watch | None = None) -> Staged:
    """Read an upload and keep each form in it as a submission, all of them or, when something fails, none.

    A form that cannot be read, that speaks for no 街镇, or for one for which `by` may not submit, is not kept: what was found
    in it is told, with the refusal. Of a file that holds personal data nothing is kept, unless the sender chose to have those
    columns dropped: then the copy without them is. Whatever is expected, the account of a 街镇 sends for that 街镇; its
    remembered corrections apply where none is given. A form takes the place of older ones that still wait for the same 街镇
    when it counts as submitted: at once without 致命 and 警告, else with the reason for them; a blocked one replaces nothing.
    Raises Forbidden when `by` may not submit at all. watch: tells how far it is, and cancels.
    """
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    expected = replace(expected or Expected(), unit=by.unit or (expected.unit if expected else ""))
    expected = with_thresholds(database, with_remembered(database, expected, by.unit))
    reading = read_upload(name, data, expected, ask=partial(_context_for_own, database, by), watch=watch)
    return keep(database, by=by, data=data, reading=reading)


def _context_for_own(database: Database, by: User, question: Question) -> Context:
    """The context of a form; empty of one for which `by` may not submit, which learns nothing of what stands there."""
    return context_for(database, question) if may(by, Action.SUBMIT, units=question.units) else Context()


def keep(database: Database, *, by: User, data: bytes, reading: FileReading) -> Staged:
    """Store what a reading gave; see `stage`."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    forms = reading.whole()
    fit = [] if reading.personal else [one for one in forms if one.rows is not None and one.units and one.period]
    own = [one for one in fit if may(by, Action.SUBMIT, units=one.units)]
    with database.writing() as connection:
        kept = _keep_forms(connection, by, data if reading.cleaned is None else reading.cleaned, own)
        left = [one for one in forms if id(one) not in kept]
        if left or not forms:
            codes = sorted({one.code for one in (*reading.findings, *(found for form in left for found in form.findings))})
            subject = "、".join(one.dataset or "?" for one in left) or "?"
            audit.append(connection, at=clock.now().isoformat(), actor=by.id, action="refuse", subject=subject,
                         detail={"findings": codes})
    refusals = tuple("" if id(one) in kept else _refusal(by, reading, one) for one in forms)
    return Staged(reading, tuple((one, kept.get(id(one))) for one in forms), refusals)


def _refusal(by: User, reading: FileReading, form: Staging) -> str:
    """Why a form was not kept."""
    if reading.personal:
        return "含有个人信息，不得上报。"
    if form.rows is not None and form.units and form.period and not may(by, Action.SUBMIT, units=form.units):
        told = [one for one in form.findings if one.code == OTHER_UNIT]
        words = "".join(f"{'!'.join(part for part in (one.sheet, one.cell) if part)} {one.message}" for one in told)
        spoken = "全区" if len(form.units) == len(subdistrict_codes()) else "、".join(map(unit_name, form.units))
        return (words or f"填报单位是“{spoken}”。") + NOT_YOURS
    reason = next((one for one in form.findings if one.level is Level.FATAL), None)
    return reason.message + reason.advice if reason else "请核对文件。"


def _keep_forms(connection: Connection, by: User, file: bytes, forms: list[Staging]) -> dict[int, int]:
    """Store forms of one file, which are of different tables; gives id() of a form → its submission."""
    kept: dict[int, int] = {}
    for one in forms:
        assert one.rows is not None
        at = clock.now().isoformat()
        if one.publishable and not one.count(Level.WARNING):
            replaced = replaced_by(connection, by, one.dataset, one.period, one.units)
        else:
            replaced = _read_before(connection, by, one, hashlib.sha256(file).hexdigest())
        identity = submissions.add_submission(
            connection, reading=one.as_dict(), file=file, rows=one.rows, fingerprint=DATASETS[one.dataset].fingerprint,
            base_release=releases.head(connection), by=by.id, at=at)
        if replaced:
            submissions.set_status(connection, replaced, Status.SUPERSEDED)
        audit.append(connection, at=at, actor=by.id, action="stage", subject=f"submission {identity}",
                     detail={"dataset": one.dataset, "period": one.period, "rows": one.rows.num_rows, "publishable": one.publishable,
                             "superseded": replaced})
        kept[id(one)] = identity
    return kept


def _read_before(connection: Connection, by: User, form: Staging, digest: str) -> list[int]:
    """Earlier readings of the same file by the same account that were never submitted: blocked, or with 警告 left unexplained."""
    waiting = submissions.waiting_submissions(connection, dataset=form.dataset, period=form.period)
    same = [one for one in waiting if (one.submitted_by, one.file_sha256, one.units) == (by.id, digest, form.units)]
    explained = reasons.reasons_of(connection, [one.id for one in same])
    return [one.id for one in same if not one.publishable or (one.warnings and one.id not in explained)]


def replaced_by(connection: Connection, by: User, dataset: str, period: str, units: Collection[str], than: int | None = None) -> list[int]:
    """Submissions that still wait and that one which is now submitted makes old: those of the same table and period that
    speak for none but its 街镇 and that the actor could have sent. than: its id, when it was stored before.
    """
    waiting = submissions.waiting_submissions(connection, dataset=dataset, period=period)
    return [one.id for one in waiting
            if (than is None or one.id < than) and set(one.units) <= set(units) and may(by, Action.SUBMIT, units=one.units)]


def effect_later(database: Database, *, by: User, submission: int) -> dict[Period, int]:
    """How many figures of later months publishing a submission would change, because its rows are carried into them or counted in
    their year; months in which nothing changes are left out. Raises Forbidden for one of another 街镇.
    """
    with database.reading() as connection:
        one = submissions.get_submission(connection, submission)
        if not may(by, Action.SUBMIT, units=one.units):
            raise Forbidden()
        head = releases.head(connection)
        state, registry, period = releases.state_at(connection, head), registry_at(connection, head), Period(one.period)
        before = contents_of(state, registry)
        after = contents_of({**state, **{(one.dataset, one.period, unit): one.id for unit in one.units}}, registry)
        later = [when for when in sorted(after) if when > period and before[when] != after[when]]
        old = dict(figures_of(connection, (before[when] for when in later), registry))
        new = dict(figures_of(connection, (after[when] for when in later), registry))
    counted = {when: sum(map(_differs, old[before[when]].values(), new[after[when]].values())) for when in later}
    return {when: count for when, count in counted.items() if count}


def _differs(before: Breakdown, after: Breakdown) -> int:
    pairs = zip((before.whole, *before.places), (after.whole, *after.places), strict=True)
    return sum((old.numerator, old.denominator) != (new.numerator, new.denominator) for old, new in pairs)


def effect(database: Database, *, by: User, submission: int) -> list[Change]:
    """The figures that publishing a submission would change, from what to what. Raises Forbidden for one of another 街镇."""
    with database.reading() as connection:
        one = submissions.get_submission(connection, submission)
        if not may(by, Action.SUBMIT, units=one.units):
            raise Forbidden()
        head = releases.head(connection)
        state, registry, period = releases.state_at(connection, head), registry_at(connection, head), Period(one.period)
        before = content_of(state, period, registry)
        after = content_of({**state, **{(one.dataset, one.period, unit): one.id for unit in one.units}}, period, registry)
        earlier = load_snapshot(connection, before, registry) if before else None
        return changes_between(earlier, load_snapshot(connection, after, registry))
