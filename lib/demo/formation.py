"""The steps by which a first committee was formed (domain.md A.3.2). Its one rule: a step stands in the table once its day has come."""

from __future__ import annotations

import random
from datetime import date, timedelta

from lib.datasets.committees import FORMATION_DATES
from lib.demo.compounds import Compound
from lib.demo.making import PERIODS, Row, chance, days_after
from lib.spec.period import add_months, end_of, period_of

RECENT = date(2023, 10, 1)
"""First terms from this day on have their steps told; of older ones nobody kept them."""


def formation(compound: Compound, preparing: date | None, elected: date | None, filed: date | None, today: date) -> Row:
    """The columns of `FORMATION_DATES`, those that lie after `today` empty.

    preparing: when the preparatory group was set up; elected: when the first committee was; filed: when it was filed.
    """
    rng = chance("formation", compound.id)
    eligible = _eligible_on(compound, rng)
    days: dict[str, date | None] = dict.fromkeys(name for name, _ in FORMATION_DATES)
    days["eligible_date"] = eligible
    if preparing:
        days["eligible_date"] = eligible if eligible and eligible < preparing else None
        earliest = (days["eligible_date"] or preparing - timedelta(days=400)) + timedelta(days=2)
        days["developer_report_date"] = max(earliest, preparing - timedelta(days=rng.choice((rng.randint(20, 58), rng.randint(62, 130)))))
        days["preparatory_date"] = preparing
        if elected:
            days |= _assembly(preparing, elected, filed, rng)
    return {name: day if day and day <= today else None for name, day in days.items()}


def _assembly(preparing: date, elected: date, filed: date | None, rng: random.Random) -> dict[str, date | None]:
    """From the announcement to the end of filing; two of three assemblies within 90 days of the preparatory group."""
    intime = rng.random() < 0.65
    assembly = min(elected, preparing + timedelta(days=rng.randint(68, 88))) if intime else elected - timedelta(days=rng.randint(0, 14))
    announced = max(preparing + timedelta(days=8), assembly - timedelta(days=rng.randint(15, 24) if rng.random() < 0.9 else 12))
    filed = filed or elected + timedelta(days=24)
    return {"announcement_date": announced, "first_assembly_date": assembly,
            "notice_date": elected + timedelta(days=rng.randint(1, 3) if rng.random() < 0.9 else 6),
            "filing_closed_date": filed + timedelta(days=rng.randint(6, 19) if rng.random() < 0.9 else 27)}


def _eligible_on(compound: Compound, rng: random.Random) -> date | None:
    """The day on which the compound came to fulfil the conditions; of those long occupied a day of the last years."""
    if compound.single_owner:
        return None
    if compound.handover is None:
        return days_after(date(2022, 1, 10), 0, 560, rng)
    by_time = add_months(compound.handover, 24)
    half = [period for period in PERIODS if (compound.sold_pct(end_of(period)) or 0.0) >= 50]
    by_share = days_after(date(int(half[0][:4]), int(half[0][5:]), 1), 0, 26, rng) if half and half[0] != PERIODS[0] else by_time
    return min(by_time, by_share) if period_of(by_share) != PERIODS[0] else by_time
