"""Tickets of the 12345 hotline over months: by kind, against the same time of last year, and by compound.

Its one rule: months are compared over the same 街镇; who did not report one of them is left out and named, and a count always stands
beside a percentage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.datasets.hotline import CATEGORIES
from lib.rules.marks import looked_up
from lib.spec.period import Period, shift, window_months

Months = Mapping[Period, tuple[pd.DataFrame, frozenset[str]]]
"""Month → rows of the form, and the codes of the 街镇 that have reported it."""
ALL = "合计"
SMALL_RULE = "hotline.small_base"
PROPERTY = "物业服务"
"""The kind whose fall is rewarded (普房管规范〔2025〕1号)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A table, and the codes of the 街镇 that are left out of it because a month of theirs is missing."""

    table: pd.DataFrame
    absent: tuple[str, ...]


def by_category(months: Months, period: Period, units: Collection[str], small: float) -> dict[str, Compared]:
    """Tickets received by kind against last year: "month" the month alone, "year" January to the month.

    units: codes looked at. Each table: category (those of the form, then `ALL`), now, before (件), change (%; NaN when there were none
    before), few (fewer than `small` before, so that the percentage says little). Without a whole window of both years before is NaN.
    """
    windows = {"month": ((period,), (shift(period, -12),)), "year": (window_months(period, "year"), window_months(period, "last_year"))}
    found = {}
    for name, (now, before) in windows.items():
        there = _there(months, now, units)
        both = there & _there(months, before, units)
        comparable = bool(both)
        mine = both if comparable else there
        table = pd.DataFrame({
            "category": [*CATEGORIES, ALL],
            "now": _received(months, now, mine) if mine else np.nan,
            "before": _received(months, before, mine) if comparable else np.nan,
        })
        base = table["before"].where(table["before"] > 0)
        table["change"] = (table["now"] - base) / base * 100
        table["few"] = table["before"] < small
        found[name] = Compared(table, tuple(code for code in units if code not in mine))
    return found


def two_years(months: Months, period: Period, units: Collection[str], category: str = PROPERTY) -> Compared:
    """Tickets of a kind in each month of the year up to the month, and in the same month of last year.

    Columns: month (1 to 12), now, before (件, NaN for a month that nobody reported). A 街镇 without a month that others reported is left
    out of all.
    """
    pairs = [(when, shift(when, -12)) for when in window_months(period, "year")]
    known = [when for pair in pairs for when in pair if when in months and months[when][1].intersection(units)]
    mine = _there(months, known, units)
    rows = [
        {"month": int(now[5:]), "now": _count(months, now, mine, category), "before": _count(months, before, mine, category)}
        for now, before in pairs
    ]
    return Compared(pd.DataFrame(rows), tuple(code for code in units if code not in mine))


def by_compound(now: pd.DataFrame, before: pd.DataFrame | None, compounds: pd.DataFrame) -> pd.DataFrame:
    """Tickets of all kinds by compound in a month, most first: compound_id, compound_name, subdistrict, received, before (件; NaN where
    last year's month is not known), households, per_hundred (件/百户; NaN without households). Tickets without a compound are in none.
    """
    own = now[now["compound_id"].notna()]
    rows = own.groupby("compound_id").agg(
        compound_name=("compound_name", "first"), subdistrict=("subdistrict", "first"), received=("received", "sum")
    ).reset_index()
    if before is None:
        rows["before"] = np.nan
    else:
        earlier = before[before["compound_id"].notna()].groupby("compound_id")["received"].sum()
        rows["before"] = looked_up(rows["compound_id"], earlier).astype("float64").fillna(0.0)
    households = looked_up(rows["compound_id"], compounds.set_index("compound_id")["households"]).astype("float64")
    rows["households"] = households
    rows["per_hundred"] = rows["received"].astype("float64") * 100 / households.where(households > 0)
    return rows.sort_values(["received", "compound_id"], ascending=[False, True], ignore_index=True)


def _there(months: Months, wanted: Collection[Period], units: Collection[str]) -> frozenset[str]:
    """The 街镇 that have reported every one of some months."""
    if not wanted or not all(when in months for when in wanted):
        return frozenset()
    return frozenset(units).intersection(*(months[when][1] for when in wanted))


def _received(months: Months, wanted: Collection[Period], units: frozenset[str]) -> list[float]:
    counts = dict.fromkeys(CATEGORIES, 0.0)
    for when in wanted:
        if when in months:
            rows = months[when][0]
            own = rows[rows["subdistrict"].isin(units)].groupby("category", observed=True)["received"].sum()
            for category, count in own.items():
                counts[str(category)] += float(count)
    return [*counts.values(), sum(counts.values())]


def _count(months: Months, when: Period, units: frozenset[str], category: str) -> float:
    if when not in months or not months[when][1] & units:
        return np.nan
    rows = months[when][0]
    return float(rows.loc[rows["subdistrict"].isin(units) & rows["category"].eq(category), "received"].sum())
