"""Content by its sha256: original workbooks and rows as Parquet. The same content is stored once and never changed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select

from lib.store.schema import blob


def put_blob(connection: Connection, content: bytes) -> str:
    """Store content and give its sha256; content that is there already is left alone."""
    digest = hashlib.sha256(content).hexdigest()
    known = connection.execute(select(blob.c.sha256).where(blob.c.sha256 == digest)).first()
    if known is None:
        connection.execute(insert(blob).values(sha256=digest, content=content, size=len(content)))
    return digest


def get_blob(connection: Connection, digest: str) -> bytes:
    """The content behind a sha256. Raises KeyError when there is none."""
    found = connection.execute(select(blob.c.content).where(blob.c.sha256 == digest)).scalar_one_or_none()
    if found is None:
        raise KeyError(digest)
    return bytes(found)


def get_blobs(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """The contents behind several sha256, in one query. Raises KeyError when one is missing."""
    wanted = set(digests)
    query = select(blob.c.sha256, blob.c.content).where(blob.c.sha256.in_(sorted(wanted)))
    found = {row.sha256: bytes(row.content) for row in connection.execute(query)}
    if wanted - set(found):
        raise KeyError(min(wanted - set(found)))
    return found


def rows_to_parquet(rows: pa.Table) -> bytes:
    """Rows as one compressed Parquet file."""
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    return sink.getvalue()


def rows_from_parquet(content: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Rows of one Parquet file: all columns, or those of the named ones that it has."""
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        names = set(file.schema_arrow.names)
        return file.read(columns=None if columns is None else [name for name in columns if name in names], use_threads=False)
