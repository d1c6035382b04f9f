"""The audit log: append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from lib.store.schema import audit

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. detail: JSON text without any cell value."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str


def append(connection: Connection, *, at: str, actor: str, action: str, subject: str, detail: dict[str, Any]) -> str:
    """Append an entry in the caller's transaction; gives its hash."""
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    digest = _hash(seq, at, actor, action, subject, text, previous)
    connection.execute(insert(audit).values(seq=seq, at=at, actor=actor, action=action, subject=subject, detail=text,
                                            previous=previous, hash=digest))
    return digest


def entries(connection: Connection) -> list[Entry]:
    """All entries in order."""
    return [Entry(**row._mapping) for row in connection.execute(select(audit).order_by(audit.c.seq))]


def verify(connection: Connection) -> int | None:
    """The number of the first entry that does not fit its place, None when the chain is whole."""
    previous, expected = GENESIS, 1
    for one in entries(connection):
        digest = _hash(one.seq, one.at, one.actor, one.action, one.subject, one.detail, previous)
        if one.seq != expected or one.previous != previous or one.hash != digest:
            return one.seq
        previous, expected = one.hash, expected + 1
    return None


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
