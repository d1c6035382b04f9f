"""What a derived column is: declared with its title, unit and rule, so that a passport can say why a row counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column: its dataset, name, Chinese title, unit, and the rule it follows.

    inputs: columns of the same dataset that show why it says what it says; a passport puts them behind it.
    """

    dataset: str
    name: str
    title: str
    unit: str
    rule: str
    inputs: tuple[str, ...] = ()
