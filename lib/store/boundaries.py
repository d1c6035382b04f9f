"""Which boundary of the 街镇 a release shows: content of its own, written where a release changes it.

Its one rule: rows are only added; the boundary of release N is the newest up to N.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from lib.store.blobs import get_blob, put_blob
from lib.store.schema import release_boundary


def add_boundary(connection: Connection, number: int, text: str) -> None:
    """Write the boundary that is shown from a release on, as GeoJSON; empty: the one that came with the programme."""
    digest = put_blob(connection, text.encode()) if text else None
    connection.execute(insert(release_boundary).values(release=number, sha256=digest))


def boundary_digest_at(connection: Connection, number: int) -> str:
    """The sha256 of the boundary of a release; empty when it is the one that came with the programme."""
    query = select(release_boundary.c.sha256).where(release_boundary.c.release <= number)
    return connection.execute(query.order_by(release_boundary.c.release.desc()).limit(1)).scalar_one_or_none() or ""


def boundary_text(connection: Connection, digest: str) -> str:
    """The GeoJSON behind a sha256. Raises KeyError when there is none."""
    return get_blob(connection, digest).decode()


def boundary_changes(connection: Connection) -> list[tuple[int, str]]:
    """(release, sha256) of every release that set a boundary, newest first; the sha256 is empty for our own."""
    rows = connection.execute(select(release_boundary).order_by(release_boundary.c.release.desc()))
    return [(row.release, row.sha256 or "") for row in rows]
