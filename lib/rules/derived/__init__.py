"""Columns that follow from reported ones on a date: states, gates, deadlines, what counts in the year.

Its one rule: pure functions of (frames, as-of date, thresholds); every derived column is declared in `DERIVED` with its title.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.derived import campaigns, governance, renewal, rental
from lib.rules.derived.declared import Derived, Frames

__all__ = ["DERIVED", "DERIVED_BY_NAME", "Derived", "Frames", "derive"]

DERIVED: tuple[Derived, ...] = (*governance.DERIVED, *campaigns.DERIVED, *renewal.DERIVED, *rental.DERIVED)
DERIVED_BY_NAME: dict[tuple[str, str], Derived] = {(one.dataset, one.name): one for one in DERIVED}
"""(dataset, column) → its declaration."""


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """The frames with their derived columns, as of a date and by a registry of thresholds. The frames given are not changed."""
    derived = dict(frames)
    for theme in (governance, campaigns, renewal, rental):
        derived.update(theme.derive(frames, as_of, registry))
    derived["compounds"] = campaigns.with_points(derived["compounds"], frames["red_points"])
    return derived
