"""What a derived column is: declared with its title, unit and rule, so that a passport can say why a row counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lib.rules.marks import among

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Witness:
    """Rows of a dataset: those that hold one of some values in every named column."""

    dataset: str
    conditions: tuple[tuple[str, tuple[object, ...]], ...]

    def rows(self, frames: Frames) -> pd.DataFrame:
        """The rows, with all their columns."""
        frame = frames[self.dataset]
        for column, values in self.conditions:
            frame = frame[among(frame[column], *values)]
        return frame


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column: its dataset, name, Chinese title, unit, and the rule it follows.

    inputs: columns of the same dataset that show why it says what it says; a passport puts them behind it. witness: the rows of
    another dataset with the same key that it rests on; a passport says which row of it.
    """

    dataset: str
    name: str
    title: str
    unit: str
    rule: str
    inputs: tuple[str, ...] = ()
    witness: Witness | None = None
