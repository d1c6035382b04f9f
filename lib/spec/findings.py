"""Findings: what is wrong or worth knowing in a workbook, each with a code, a level, its sheet and cell, and what to do.

Its one rule: the catalogue (`finding_kinds`) is the only place where their texts stand; a finding never holds personal data.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lib.spec.finding_kinds import cells, files, places, rows, tables
from lib.spec.level import FindingKind, Level
from lib.spec.personal import mask_personal


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, at one place. `cell` is as Excel shows it (C7), empty when it speaks of the sheet or the file."""

    code: str
    level: Level
    title: str
    message: str
    advice: str
    sheet: str = ""
    cell: str = ""
    field: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


CATALOGUE: dict[str, FindingKind] = {
    kind.code: kind for kind in (*files.KINDS, *tables.KINDS, *cells.KINDS, *rows.KINDS, *places.KINDS)
}


def finding(code: str, *, sheet: str = "", cell: str = "", field: str = "", level: Level | None = None, **values: object) -> Finding:
    """A finding from the catalogue with its texts filled in, without mobile and identity numbers that a value may hold.

    Raises KeyError for an unknown code or a missing value.
    """
    kind = CATALOGUE[code]
    named = {"sheet": sheet, "cell": cell, "field": field, **values}
    shown = {key: _clip(value) for key, value in named.items()}
    return Finding(code, level or kind.level, kind.title, kind.template.format(**shown), kind.advice.format(**shown), sheet, cell, field)


def blocks(findings: list[Finding]) -> bool:
    """Whether any of them is 致命."""
    return any(one.level is Level.FATAL for one in findings)


def _clip(value: object) -> str:
    text = mask_personal(str(value))
    return text if len(text) <= 200 else text[:199] + "…"
