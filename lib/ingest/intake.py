"""The door for files: reads an upload in a worker process of its own and gives its `FileReading`.

Its one rule: whatever the file does to the worker, the caller gets a `FileReading` with a finding in plain Chinese.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from lib.ingest.conversation import AskFailed, Worker, WorkerFailed
from lib.ingest.expected import Ask, Expected, nothing_published
from lib.ingest.staging import FileReading, from_bytes
from lib.ingest.watch import Cancelled, Line, Watch
from lib.settings import settings
from lib.spec.findings import Finding, finding

LONGEST_NAME = 255
WORKERS = 2
MOST_HEAD = 4 * 1024 * 1024
"""Bytes of a reading without its rows and its cleaned copy."""

_LINE = Line(WORKERS)
_SIZE = struct.Struct("<Q")
_BROKEN = (pa.ArrowException, ValueError, KeyError, TypeError, OSError, struct.error, RecursionError)


def read_upload(
    name: str, data: bytes, expected: Expected | None = None, *, ask: Ask = nothing_published, watch: Watch | None = None
) -> FileReading:
    """Read one file in a worker process; waits for a free worker when two are busy. Never raises for a bad file; what `ask`
    raises is raised on.
    """
    name = plain_name(name)
    watch = watch or Watch()
    head = {"kind": "read", "name": name, "expected": asdict(expected or Expected())}
    try:
        return reading_from(name, _result(head, data, ask, watch))
    except WorkerFailed as failed:
        return FileReading(name, findings=(failed.finding,))
    finally:
        watch.end()


def make_returned(name: str, data: bytes, findings: Sequence[Finding], *, watch: Watch | None = None) -> bytes:
    """The user's own workbook with the findings marked in it, as .xlsx. Raises WorkerFailed."""
    watch = watch or Watch()
    head = {"kind": "return", "name": plain_name(name), "findings": [one.as_dict() for one in findings]}
    try:
        return _result(head, data, nothing_published, watch)
    finally:
        watch.end()


def make_coloured(
    name: str, data: bytes, rows: Mapping[str, Sequence[int]], title: str, legend: str, *, watch: Watch | None = None
) -> bytes:
    """The workbook with rows coloured and the sheet 数据护照, as .xlsx. rows: name of a sheet → rows, counted from 1 as Excel
    shows them. See `lib.ingest.returned.coloured_workbook`. Raises WorkerFailed, ValueError for a row below 1.
    """
    watch = watch or Watch()
    plain = {sheet: [int(row) for row in numbers] for sheet, numbers in rows.items()}
    if any(row < 1 for numbers in plain.values() for row in numbers):
        raise ValueError("rows are counted from 1")
    head = {"kind": "colour", "name": plain_name(name), "rows": plain, "title": title, "legend": legend}
    try:
        return _result(head, data, nothing_published, watch)
    finally:
        watch.end()


def plain_name(name: str) -> str:
    """The name of a file as it may be shown and sent on: its last part, no longer than a file name can be."""
    return name.encode("utf-8", "replace").decode().replace("\x00", "")[-LONGEST_NAME:]


def reading_from(name: str, result: bytes) -> FileReading:
    """The reading a worker has sent. Raises WorkerFailed when it is none."""
    try:
        if MOST_HEAD < _SIZE.unpack_from(result)[0] <= len(result):
            raise WorkerFailed(finding("F05", name=name, reason="问题过多"))
        return from_bytes(result)
    except _BROKEN:
        raise WorkerFailed(finding("F45", name=name, reason="读取结果不完整")) from None


def limits() -> dict[str, int]:
    """What a worker may use, as its request says it."""
    return {"memory_mb": settings().worker_memory_mb, "cpu_s": settings().worker_cpu_s}


def _result(head: dict[str, Any], data: bytes, ask: Ask, watch: Watch) -> bytes:
    size = len(data) / 1024 / 1024
    if size > settings().max_upload_mb:
        raise WorkerFailed(finding("F06", size=f"{size:.0f}", limit=settings().max_upload_mb))
    try:
        with _LINE.turn(watch), _worker(head["name"]) as worker:
            return worker.request({**head, **limits()}, data, ask, watch)
    except Cancelled:
        raise WorkerFailed(finding("F37", name=head["name"])) from None
    except AskFailed as failed:
        raise (failed.__cause__ or failed) from None


def _worker(name: str) -> Worker:
    try:
        return Worker(settings().worker_wall_s)
    except OSError:
        raise WorkerFailed(finding("F45", name=name, reason="读取程序未能启动")) from None
