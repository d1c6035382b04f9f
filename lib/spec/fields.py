"""Field and Dataset: a table is declared once, with its grain, and drives template, reading, checks, storage and docs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property

import pyarrow as pa

from lib.spec.checks import Check
from lib.spec.kinds import ARROW_TYPES, Kind


class Need(StrEnum):
    """How badly a field is needed."""

    REQUIRED = "required"
    """Column and every cell must be there; otherwise 致命."""
    COLUMN = "column"
    """The column must be there; an empty cell is a 提示 (real lists have gaps, domain.md A.0.2)."""
    OPTIONAL = "optional"


class Nature(StrEnum):
    """What the rows of one period are."""

    REGISTER = "register"
    """The list as it stands at the end of the period."""
    LOG = "log"
    """What happened in the month."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column.

    name: column name in frames; title: its Chinese header; group: the upper header where the form has two levels.
    unit: base unit in which the value is stored (see `units`). minimum, maximum: in the base unit, inclusive.
    choices: allowed values; choice_aliases: other spellings → the allowed value.
    ends: of a date, whether it is when something ends or is due: "2024年3月" is then the last day of March, not the first.
    exact: of a date, whether one without its day is a 警告. usual: of a number, between which values (in the base unit) nearly
    all lie: one outside that would lie inside were it 10 or 10,000 times as large or as small is told as a 提示.
    """

    name: str
    title: str
    kind: Kind
    need: Need = Need.OPTIONAL
    aliases: tuple[str, ...] = ()
    group: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    note: str = ""
    ends: bool = False
    exact: bool = False
    usual: tuple[float, float] | None = None

    @property
    def label(self) -> str:
        """The full Chinese name: 签约生效/计划日期 for a field under a group whose title does not name it already."""
        return f"{self.group}/{self.title}" if self.group and self.group not in self.title else self.title


PROVENANCE: tuple[tuple[str, pa.DataType], ...] = (
    ("_submission", pa.string()),
    ("_sheet", pa.string()),
    ("_row", pa.int64()),
    ("_marks", pa.string()),
)
"""Columns every stored row carries: its submission, sheet and row in the file (1-based, as Excel shows it), and a
JSON object {field: mark} for values that are less exact than they look (month, year, approx)."""
COORDINATES = ("lon", "lat", "datum")
"""The fields of a dataset whose rows have a place."""
PLACE: tuple[tuple[str, pa.DataType], ...] = (("_wgs_lon", pa.float64()), ("_wgs_lat", pa.float64()))
"""Where such a row lies on WGS-84, worked out once, on intake; empty where its coordinates could not be used."""


@dataclass(frozen=True)
class Dataset:
    """One table that the office reports.

    grain: what one row is. key: fields that identify a row within a period. owner: the field with the 街镇 a row
    belongs to. form_code, version: printed on the template and used to recognise a workbook. everywhere: whether every
    街镇 has rows, so that a file of the whole district without one of them is incomplete. monthly: whether every 街镇 owes it
    each month, so that the newest complete month is told by it. checks hold in a row; across: against other datasets and
    against the month before. A dataset without `everywhere` may be reported as 零报告.
    """

    id: str
    title: str
    form_code: str
    version: int
    grain: str
    key: tuple[str, ...]
    nature: Nature
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    across: tuple[Check, ...] = ()
    owner: str = "subdistrict"
    summary: str = ""
    everywhere: bool = False
    monthly: bool = False

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.id}: a field is declared twice")
        missing = ({*self.key, self.owner} | {name for check in (*self.checks, *self.across) for name in check.columns()}) - set(names)
        if missing:
            raise ValueError(f"{self.id}: unknown fields {sorted(missing)}")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by name."""
        return {one.name: one for one in self.fields}

    @cached_property
    def placed(self) -> bool:
        """Whether its rows have coordinates."""
        return set(COORDINATES) <= set(self.by_name)

    @cached_property
    def fingerprint(self) -> str:
        """Identity of the declaration: changes whenever its meaning may have."""
        rules = [repr(self.checks), repr(self.across), self.key, self.owner, self.nature]
        plain = json.dumps([*(asdict(one) for one in self.fields), *rules], default=str)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]

    @cached_property
    def schema(self) -> pa.Schema:
        """Arrow schema of stored rows: the fields, of places `PLACE`, then `PROVENANCE`."""
        columns = [(one.name, ARROW_TYPES[one.kind]) for one in self.fields]
        return pa.schema([*columns, *(PLACE if self.placed else ()), *PROVENANCE])
