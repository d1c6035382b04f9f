"""What reading a file gives: for each form in it rows as Arrow, findings, and how it was understood.

Its one rule: it crosses the process border as JSON and Arrow streams; nothing is ever unpickled.
"""

from __future__ import annotations

import io
import json
import struct
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from lib.spec.findings import Finding, blocks
from lib.spec.level import Level

_HEAD = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one column was understood.

    sheet, row, column: where its header stands, as Excel shows it (row 1-based, column in letters). field: what it was read
    as, empty: not read. unit: the unit of measure applied. reason: why, in Chinese. candidates: fields it may stand for. key: by
    which a `Correction` of it is remembered.
    """

    sheet: str
    row: int
    column: str
    header: str
    field: str
    unit: str
    reason: str = ""
    candidates: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a table stands: rows of its header (1-based, inclusive), its columns in letters (inclusive), how many rows of data."""

    sheet: str
    first_row: int
    last_row: int
    first_column: str
    last_column: str
    rows: int


@dataclass(frozen=True)
class Staging:
    """One form of a file as read, from one table or several.

    dataset, period and units are empty where they could not be told. units: codes of the 街镇 it speaks for. basis: the 口径
    it names, empty when none. zero: a 零报告. rows: stored schema of the dataset; None when they must not be kept.
    """

    file_name: str
    dataset: str
    period: str
    units: tuple[str, ...]
    reporter: str
    tables: tuple[Found, ...]
    mapping: tuple[Mapping, ...]
    findings: tuple[Finding, ...]
    rows: pa.Table | None
    basis: str = ""
    zero: bool = False

    @property
    def sheet(self) -> str:
        """The sheets it was read from."""
        return "、".join(dict.fromkeys(one.sheet for one in self.tables))

    @property
    def readable(self) -> bool:
        """Whether there are rows to keep."""
        return self.rows is not None

    @property
    def publishable(self) -> bool:
        """Whether nothing 致命 stands against publishing."""
        return self.readable and not blocks(list(self.findings))

    def count(self, level: Level) -> int:
        """How many findings of a level."""
        return sum(one.level is level for one in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Everything but the rows, as plain values (for JSON)."""
        return {
            "file": self.file_name,
            "dataset": self.dataset,
            "period": self.period,
            "units": list(self.units),
            "reporter": self.reporter,
            "basis": self.basis,
            "zero": self.zero,
            "sheet": self.sheet,
            "tables": [asdict(one) for one in self.tables],
            "rows": 0 if self.rows is None else self.rows.num_rows,
            "readable": self.readable,
            "publishable": self.publishable,
            "mapping": [asdict(one) for one in self.mapping],
            "findings": [one.as_dict() for one in self.findings],
        }


@dataclass(frozen=True)
class FileReading:
    """A file as read. stagings: one for each form found in it. findings: what is said of the file as a whole and of sheets
    that belong to no form. personal: the file as sent must not be stored. cleaned: the copy to be stored in its place, when
    the sender chose to have the columns with personal data dropped.
    """

    file_name: str
    stagings: tuple[Staging, ...] = ()
    findings: tuple[Finding, ...] = ()
    personal: bool = False
    cleaned: bytes | None = None

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the file, then those of each form."""
        return (*self.findings, *(one for staging in self.stagings for one in staging.findings))

    @property
    def readable(self) -> bool:
        """Whether a form was found whose rows may be kept."""
        return any(one.readable for one in self.stagings)

    @property
    def publishable(self) -> bool:
        """Whether every form in it may be published."""
        return bool(self.stagings) and not blocks(list(self.findings)) and all(one.publishable for one in self.stagings)

    def count(self, level: Level) -> int:
        """How many findings of a level."""
        return sum(one.level is level for one in self.all_findings)

    def whole(self) -> tuple[Staging, ...]:
        """The stagings as they are kept: each with the findings of the file before its own."""
        return tuple(replace(one, findings=(*self.findings, *one.findings)) for one in self.stagings)

    def as_dict(self) -> dict[str, Any]:
        """Everything but rows and cleaned copy, as plain values (for JSON)."""
        return {
            "file": self.file_name,
            "readable": self.readable,
            "publishable": self.publishable,
            "personal": self.personal,
            "findings": [one.as_dict() for one in self.findings],
            "forms": [one.as_dict() for one in self.stagings],
        }


def to_bytes(reading: FileReading) -> bytes:
    """The reading as bytes: the length of a JSON head, the head, then rows and cleaned copy one after the other."""
    blobs = [b"" if one.rows is None else _stream(one.rows) for one in reading.stagings]
    blobs.append(reading.cleaned or b"")
    plain = {**reading.as_dict(), "sizes": [len(blob) for blob in blobs]}
    head = json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")
    return b"".join([_HEAD.pack(len(head)), head, *blobs])


def _stream(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue()


def from_bytes(data: bytes) -> FileReading:
    """The reading made by `to_bytes`. Raises pyarrow.ArrowInvalid, ValueError, KeyError, TypeError or struct.error when it is broken."""
    (length,) = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    plain = json.loads(data[_HEAD.size : start])
    if start + sum(plain["sizes"]) != len(data):
        raise ValueError("not a whole reading")
    parts = []
    for size in plain["sizes"]:
        parts.append(data[start : start + size])
        start += size
    *streams, cleaned = parts
    stagings = tuple(_staging(one, stream) for one, stream in zip(plain["forms"], streams, strict=True))
    return FileReading(plain["file"], stagings, _findings(plain["findings"]), plain["personal"], cleaned or None)


def _findings(plain: list[dict[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(**{**one, "level": Level(one["level"])}) for one in plain)


def _staging(plain: dict[str, Any], stream: bytes) -> Staging:
    return Staging(
        file_name=plain["file"],
        dataset=plain["dataset"],
        period=plain["period"],
        units=tuple(plain["units"]),
        reporter=plain["reporter"],
        tables=tuple(Found(**one) for one in plain["tables"]),
        mapping=tuple(Mapping(**{**one, "candidates": tuple(one["candidates"])}) for one in plain["mapping"]),
        findings=_findings(plain["findings"]),
        rows=pa.ipc.open_stream(pa.BufferReader(stream)).read_all() if plain["readable"] else None,
        basis=plain["basis"],
        zero=plain["zero"],
    )
