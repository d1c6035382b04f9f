"""What the reader of a file is told and may ask: the choices of the sender, and what stands published.

Its one rule: it can all be written as JSON and Arrow, because reading happens in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Correction:
    """How a sender wants one column of a form read, remembered for the 街镇 and the form.

    header: the key of the column, as `lib.ingest.header.column_keys` gives it and `Mapping.key` carries it. field: the field
    it is, empty: leave the column out. unit: the unit of measure written in it, empty: as the file says; of a percent field
    “%” for points and “1” for fractions. fill: an empty cell takes the value above it.
    """

    dataset: str
    header: str
    field: str
    unit: str = ""
    fill: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sender says of a file; empty where nothing was said.

    dataset: the form it must be. prefer: the form to take when it may be several, or when no form
    stands out. unit: the 街镇 it must speak for.
    skip: sheets not to be read. drop_personal: read (and keep) a copy without the columns that hold personal data.
    thresholds: the registry in force, as the text of its file, for the checks; empty: the shipped one.
    boundary: the outlines of the 街镇 in force, as GeoJSON; empty: the shipped ones.
    """

    dataset: str = ""
    period: str = ""
    unit: str = ""
    prefer: str = ""
    corrections: tuple[Correction, ...] = ()
    skip: tuple[str, ...] = ()
    drop_personal: bool = False
    thresholds: str = ""
    boundary: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What reading a form asks of what stands published: see `Context`."""

    dataset: str
    period: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """What stands published, as far as a form may be checked against it.

    known: dataset → keys (of its first key field) in the newest month of each 街镇 up to the period asked; a dataset of which
    nothing stands is left out. previous: rows of the same form and the asked 街镇 in the newest earlier month, None when there are none;
    previous_period: that month.
    """

    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    previous: pa.Table | None = None
    previous_period: str = ""


Ask = Callable[[Question], Context]
"""Asked once for each form, after it was read."""

Tell = Callable[[str, int], None]
"""Told the stage in Chinese (打开文件, 查找表格, 逐列读取, 核对) and how many rows are done."""


def nothing_published(_question: Question) -> Context:
    """An empty context."""
    return Context()


def tell_nobody(_stage: str, _rows: int) -> None:
    """For readers whom nobody watches."""
