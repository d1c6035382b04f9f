"""The demonstration world: what each monthly dataset holds in each month. Its one rule: the same month gives the same rows, always."""

from __future__ import annotations

from lib.datasets import DATASETS
from lib.demo import committees, compounds, renewal, rental
from lib.demo.making import PERIODS, Row
from lib.spec.period import Period

_MAKERS = {"compounds": compounds.rows, "renewal_projects": renewal.rows, "rental_projects": rental.rows, "committees": committees.rows}

__all__ = ["PERIODS", "Row", "tables"]


def tables(period: Period) -> dict[str, list[Row]]:
    """Canonical rows of the monthly datasets for a month of `PERIODS`, in the order of their keys, columns as declared,
    None where nothing is made up. Of the other datasets nothing is made up.

    Values are as stored: base units, 街镇 by code, percent in points, several choices joined by 、. Raises ValueError
    for a month outside the demonstration.
    """
    if period not in PERIODS:
        raise ValueError(f"the demonstration does not cover {period}")
    found = {}
    for name, make in _MAKERS.items():
        dataset = DATASETS[name]
        columns = [one.name for one in dataset.fields]
        made = {tuple(str(row[part]) for part in dataset.key): row for row in make(period)}
        found[name] = [{column: made[key].get(column) for column in columns} for key in sorted(made)]
    return found
