"""Columns that follow from reported ones on a date: states, gates, deadlines, what counts in the year.

Its one rule: pure functions of (frames, as-of date, thresholds); every derived column is declared in `DERIVED` with its title.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.derived import campaigns, governance, places, renewal, rental, sites
from lib.rules.derived.declared import Derived, Frames

__all__ = ["DERIVED", "DERIVED_BY_NAME", "Derived", "Frames", "derive"]

DERIVED: tuple[Derived, ...] = (*governance.DERIVED, *campaigns.DERIVED, *renewal.DERIVED, *rental.DERIVED, *places.DERIVED, *sites.DERIVED)
DERIVED_BY_NAME: dict[tuple[str, str], Derived] = {(one.dataset, one.name): one for one in DERIVED}
"""(dataset, column) → its declaration."""


READS: dict[str, tuple[str, ...]] = {
    "compounds": ("compound_id", "pm_fee", "gfa_m2"),
    "committees": (
        "compound_id",
        "formation_status",
        "session_no",
        "term_start",
        "term_end",
        "previous_term_end",
        "renewal_report_date",
        "group_date",
        "handover_date",
        "election_date",
        "election_result",
        "filing_date",
        "handback_date",
        "exit_audit_date",
        "annual_audit_date",
        "last_meeting",
        "seats",
        "seated",
        "substitute",
        "substitute_start",
        "substitute_end",
    ),
    "renewal_projects": (
        "compound_id",
        "project_type",
        "stage",
        "households_to_sign",
        "households_signed",
        "households_to_return",
        "households_returned",
        "precheck_date",
        *(f"{prefix}_{suffix}" for prefix, _ in MILESTONES for suffix in ("plan", "actual")),
    ),
    "rental_projects": (
        "product_tier",
        "stage",
        "source_mode",
        "filed_rent",
        "market_rent",
        "units",
        "bed_price",
        "beds",
        "rental_area",
        "supply_date",
        "leased_units",
        "leased_beds",
        "rooms_1p",
        "rooms_2p",
        "rooms_4p",
        "rooms_5to6p",
        *places.READS,
    ),
    "site_candidates": places.READS,
    "milestones": ("project_id", "node", "actual_date"),
    "lifts": (
        "compound_id",
        "stage",
        "accept_date",
        "unit_vote_date",
        *(f"unit_vote_{side}_{what}" for side in ("base", "voted", "agreed") for what in ("heads", "area")),
    ),
    "fee_changes": ("compound_id", "year", "old_price", "new_price", "vote_result", "vote_date"),
    "maintenance_funds": ("compound_id", "initial", "balance", "trigger_date", "vote_result", "vote_date", "topup_done_date"),
    "red_points": ("compound_id", "point_type", "status"),
}
"""Reported columns that `derive` reads: who only wants figures need load no others. A test compares figures with and without."""


def derive(frames: Frames, as_of: date, registry: Registry, boundary: Boundary | None = None) -> dict[str, pd.DataFrame]:
    """The frames with their derived columns, as of a date, by a registry of thresholds and the boundary in force (ours when None). The
    frames given are not changed.
    """
    derived = dict(frames)
    for theme in (governance, campaigns, renewal, rental):
        derived.update(theme.derive(frames, as_of, registry))
    derived.update(places.derive(derived, boundary or shipped_boundary()))
    derived.update(sites.derive(derived, as_of, registry))
    derived["compounds"] = campaigns.with_points(derived["compounds"], frames["red_points"])
    derived.update(campaigns.with_joint(derived, as_of, registry))
    return derived
