"""Public progress sheets: what was asked for, approved and returned, step by step. Append-only: the newest step of a sheet counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from lib.store.blobs import put_blob
from lib.store.schema import sheet_step


class Step(StrEnum):
    """What was done with a sheet; the value is the word on screen."""

    REQUESTED = "已申请"
    APPROVED = "已批准"
    RETURNED = "已退回"


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of the sheet of a project in a release. sha256: the content it is about; note: why it was returned."""

    project: str
    release: int
    step: Step
    by: str
    at: str
    sha256: str
    note: str


def add_step(
    connection: Connection, *, project: str, release: int, step: Step, by: str, at: str, content: bytes, note: str = ""
) -> None:
    """Write one step, and the content it is about."""
    values = {"project": project, "release": release, "step": step.value, "given_by": by, "at": at,
              "sha256": put_blob(connection, content), "note": note}
    connection.execute(insert(sheet_step).values(**values))


def steps_of(connection: Connection, project: str, release: int) -> list[SheetStep]:
    """All steps of the sheet of a project in a release, oldest first; none when it was never asked for."""
    table = sheet_step.c
    query = select(sheet_step).where(table.project == project, table.release == release).order_by(table.id)
    return [SheetStep(row.project, row.release, Step(row.step), row.given_by, row.at, row.sha256, row.note)
            for row in connection.execute(query)]


def waiting_steps(connection: Connection, release: int) -> list[SheetStep]:
    """The requests of a release that nobody has answered, oldest first."""
    table = sheet_step.c
    newest = select(func.max(table.id)).where(table.release == release).group_by(table.project)
    query = select(sheet_step).where(table.id.in_(newest), table.step == Step.REQUESTED.value).order_by(table.id)
    return [SheetStep(row.project, row.release, Step(row.step), row.given_by, row.at, row.sha256, row.note)
            for row in connection.execute(query)]
