"""The demonstration world: what each form holds in each month. Its one rule: the same month gives the same rows, always."""

from __future__ import annotations

from collections.abc import Callable

from lib.datasets import DATASETS
from lib.demo import (
    campaign_works,
    committees,
    compounds,
    consent,
    fees,
    funds,
    hotline,
    lifts,
    nodes,
    red_points,
    renewal,
    rental,
    sites,
    targets,
    trainings,
)
from lib.demo.making import PERIODS, Row
from lib.spec.period import Period

REGISTERS: tuple[Period, ...] = tuple(period for period in PERIODS if period >= "2026-01" or int(period[5:]) % 3 == 0)
"""Months in which the registers that are not owed monthly came in: at the end of each quarter, and every month of 2026."""
SITES = tuple(Period(month) for month in ("2025-01", "2026-01", "2026-04", "2026-07", "2026-10"))
TARGETS = tuple(Period(month) for month in ("2025-01", "2026-01"))


def _priced(period: Period) -> list[Row]:
    return fees.with_prices(compounds.rows(period), period)


_MAKERS: dict[str, tuple[Callable[[Period], list[Row]], tuple[Period, ...]]] = {
    "compounds": (_priced, PERIODS),
    "renewal_projects": (renewal.rows, PERIODS),
    "rental_projects": (rental.rows, PERIODS),
    "committees": (committees.rows, PERIODS),
    "consent_rounds": (consent.rows, REGISTERS),
    "milestones": (nodes.rows, REGISTERS),
    "lifts": (lifts.rows, REGISTERS),
    "site_candidates": (sites.rows, SITES),
    "fee_changes": (fees.rows, REGISTERS),
    "maintenance_funds": (funds.rows, REGISTERS),
    "hotline": (hotline.rows, PERIODS),
    "red_points": (red_points.rows, REGISTERS),
    "trainings": (trainings.rows, PERIODS),
    "campaign_works": (campaign_works.rows, REGISTERS),
    "targets": (targets.rows, TARGETS),
}
"""Form → who makes its rows up, and in which months it comes in."""

__all__ = ["PERIODS", "REGISTERS", "SITES", "TARGETS", "Row", "tables"]


def tables(period: Period) -> dict[str, list[Row]]:
    """Canonical rows of the forms that come in for a month of `PERIODS`, in the order of their keys, columns as declared, None
    where nothing is made up.

    Values are as stored: base units, 街镇 by code, percent in points, several choices joined by 、. Raises ValueError
    for a month outside the demonstration.
    """
    if period not in PERIODS:
        raise ValueError(f"the demonstration does not cover {period}")
    found = {}
    for name, (make, months) in _MAKERS.items():
        if period in months:
            dataset = DATASETS[name]
            columns = [one.name for one in dataset.fields]
            made = {tuple(str(row[part]) for part in dataset.key): row for row in make(period)}
            found[name] = [{column: made[key].get(column) for column in columns} for key in sorted(made)]
    return found
