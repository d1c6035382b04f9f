"""The tables the office reports, one file each, declarations only. To add one: its file, and one line here."""

from __future__ import annotations

from lib.datasets.committees import COMMITTEES
from lib.datasets.compounds import COMPOUNDS
from lib.datasets.renewal_projects import RENEWAL_PROJECTS
from lib.datasets.rental_projects import RENTAL_PROJECTS
from lib.spec.fields import Dataset

DATASETS: dict[str, Dataset] = {one.id: one for one in (COMPOUNDS, RENEWAL_PROJECTS, RENTAL_PROJECTS, COMMITTEES)}
"""Every dataset by id, in the order in which screens list them."""
