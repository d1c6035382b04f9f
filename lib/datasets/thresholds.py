"""The registry of thresholds, from data/reference/thresholds.csv: a rule asks for the value in force on a date."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lib.settings import REFERENCE


@dataclass(frozen=True, slots=True)
class Threshold:
    """One row of the registry. `effective_to` None: no end printed."""

    rule: str
    value: float
    unit: str
    title: str
    basis: str
    effective_from: date
    effective_to: date | None
    note: str

    def in_doubt(self, on: date) -> bool:
        """Whether its printed end has passed: shown as 待确认是否延续."""
        return self.effective_to is not None and on > self.effective_to


@lru_cache(maxsize=1)
def thresholds() -> tuple[Threshold, ...]:
    """All rows of the registry."""
    with (REFERENCE / "thresholds.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Threshold(row["rule"], float(row["value"]), row["unit"], row["title"], row["basis"],
                      date.fromisoformat(row["effective_from"]),
                      date.fromisoformat(row["effective_to"]) if row["effective_to"] else None, row["note"])
            for row in csv.DictReader(file)
        )


def threshold(rule: str, on: date) -> Threshold:
    """The row of a rule in force on a date; past the printed end of the last one, that last one (it is then in doubt);
    before the first one, the first one. Raises KeyError for an unknown rule.
    """
    rows = sorted((row for row in thresholds() if row.rule == rule), key=lambda row: row.effective_from)
    if not rows:
        raise KeyError(rule)
    begun = [row for row in rows if row.effective_from <= on]
    return begun[-1] if begun else rows[0]
