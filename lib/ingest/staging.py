"""What reading a file gives: rows as Arrow, findings, and how the file was understood. It crosses the process border
as one Arrow stream; nothing is ever unpickled.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from lib.spec.findings import Finding, Level, blocks

_META = b"staging"


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one column was understood: its header, the field it was read as (empty: none), and the unit applied."""

    column: str
    header: str
    field: str
    unit: str


@dataclass(frozen=True)
class Staging:
    """A workbook as read.

    dataset, period and units are empty where they could not be told. units: codes of the 街镇 the file speaks for.
    rows: stored schema of the dataset; None when no table was found. personal: the file must not be stored.
    """

    file_name: str
    dataset: str
    period: str
    units: tuple[str, ...]
    reporter: str
    sheet: str
    header_rows: tuple[int, int]
    mapping: tuple[Mapping, ...]
    findings: tuple[Finding, ...]
    rows: pa.Table | None
    personal: bool = False

    @property
    def readable(self) -> bool:
        """Whether a table was found at all."""
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
            "sheet": self.sheet,
            "header_rows": list(self.header_rows),
            "rows": 0 if self.rows is None else self.rows.num_rows,
            "readable": self.readable,
            "publishable": self.publishable,
            "personal": self.personal,
            "mapping": [asdict(one) for one in self.mapping],
            "findings": [one.as_dict() for one in self.findings],
        }


def to_bytes(staging: Staging) -> bytes:
    """One Arrow IPC stream with the rows and, in its metadata, everything else."""
    table = staging.rows if staging.rows is not None else pa.table({})
    table = table.replace_schema_metadata({_META: json.dumps(staging.as_dict(), ensure_ascii=False).encode()})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def from_bytes(data: bytes) -> Staging:
    """The staging of a stream made by `to_bytes`. Raises pyarrow.ArrowInvalid or ValueError when it is broken."""
    table = pa.ipc.open_stream(pa.BufferReader(data)).read_all()
    metadata = table.schema.metadata or {}
    if _META not in metadata:
        raise ValueError("not a staging stream")
    plain = json.loads(metadata[_META])
    return Staging(
        file_name=plain["file"],
        dataset=plain["dataset"],
        period=plain["period"],
        units=tuple(plain["units"]),
        reporter=plain["reporter"],
        sheet=plain["sheet"],
        header_rows=(plain["header_rows"][0], plain["header_rows"][1]),
        mapping=tuple(Mapping(**one) for one in plain["mapping"]),
        findings=tuple(Finding(**{**one, "level": Level(one["level"])}) for one in plain["findings"]),
        rows=table.replace_schema_metadata(None) if plain["readable"] else None,
        personal=plain["personal"],
    )
