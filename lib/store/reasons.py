"""Reasons (情况说明) given for the warnings of submissions. Append-only: who wants to say more adds one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from lib.store.schema import submission_reason


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: of which submission, by whom, when."""

    submission: int
    by: str
    at: str
    text: str


def add_reason(connection: Connection, *, submission: int, by: str, at: str, text: str) -> None:
    """Write one reason."""
    connection.execute(insert(submission_reason).values(submission_id=submission, given_by=by, at=at, text=text))


def reasons_of(connection: Connection, submissions: Iterable[int]) -> dict[int, list[Reason]]:
    """The reasons of several submissions, oldest first; a submission without any is left out."""
    table = submission_reason.c
    query = select(submission_reason).where(table.submission_id.in_(sorted(set(submissions)))).order_by(table.id)
    found: dict[int, list[Reason]] = {}
    for row in connection.execute(query):
        found.setdefault(row.submission_id, []).append(Reason(row.submission_id, row.given_by, row.at, row.text))
    return found
