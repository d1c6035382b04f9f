"""The tables the office reports, one file each, declarations only. To add one: its file, and one line here."""

from __future__ import annotations

from lib.datasets.campaign_works import CAMPAIGN_WORKS
from lib.datasets.committees import COMMITTEES
from lib.datasets.compounds import COMPOUNDS
from lib.datasets.consent_rounds import CONSENT_ROUNDS
from lib.datasets.fee_changes import FEE_CHANGES
from lib.datasets.hotline import HOTLINE
from lib.datasets.lifts import LIFTS
from lib.datasets.maintenance_funds import MAINTENANCE_FUNDS
from lib.datasets.milestones import PROJECT_NODES
from lib.datasets.red_points import RED_POINTS
from lib.datasets.renewal_projects import RENEWAL_PROJECTS
from lib.datasets.rental_projects import RENTAL_PROJECTS
from lib.datasets.site_candidates import SITE_CANDIDATES
from lib.datasets.targets import TARGETS
from lib.datasets.trainings import TRAININGS
from lib.spec.fields import Dataset

DATASETS: dict[str, Dataset] = {
    one.id: one
    for one in (
        COMPOUNDS,
        RENEWAL_PROJECTS,
        RENTAL_PROJECTS,
        COMMITTEES,
        CONSENT_ROUNDS,
        PROJECT_NODES,
        LIFTS,
        SITE_CANDIDATES,
        FEE_CHANGES,
        MAINTENANCE_FUNDS,
        HOTLINE,
        RED_POINTS,
        TRAININGS,
        CAMPAIGN_WORKS,
        TARGETS,
    )
}
"""Every dataset by id, in the order in which screens list them; of forms a header fits equally well the first is taken."""

MONTHLY: tuple[str, ...] = tuple(name for name, one in DATASETS.items() if one.monthly)
"""The datasets that every 街镇 owes each month."""
