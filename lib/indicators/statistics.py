"""Official statistics by 街镇, from data/reference/figures/statistics.csv: denominators that no form reports.

Its one rule: a number is taken as printed, with its date and caution; where there is none it is missing.
"""

from __future__ import annotations

import csv
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lib.datasets.places import subdistrict_codes
from lib.settings import REFERENCE

PATH = REFERENCE / "figures" / "statistics.csv"


@lru_cache(maxsize=1)
def statistics_rows() -> tuple[dict[str, str], ...]:
    """All rows, as they stand in the file."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache(maxsize=8)
def statistic(name: str) -> npt.NDArray[np.float64]:
    """A statistic for each of the ten 街镇, NaN where there is none. Shape (10,). Raises KeyError for an unknown name."""
    found = {row["code"]: float(row["value"]) for row in statistics_rows() if row["indicator"] == name}
    if not found:
        raise KeyError(name)
    values = np.array([found.get(code, np.nan) for code in subdistrict_codes()])
    values.flags.writeable = False
    return values
