"""Addresses that the rental pages share: a project on the map, and the list as it is seen to take out."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd

from lib.reports.rental import Choice
from lib.ui.page import Page

SEEN = "project"
"""Key of the address under which the map opens the panel of a project."""


def on_the_map(page: Page, projects: pd.Series) -> list[str]:
    """For each project id the address that opens it on the map, at the same month and account, and release where that is pinned."""
    asked = {"period": page.period, "as": page.user.id, **({"v": str(page.edition.number)} if page.pinned else {})}
    return [f"/bed_map?{urlencode({SEEN: one, **asked})}" for one in projects]


def list_address(page: Page, choice: Choice) -> str:
    """Where the rows of a choice are taken out as a file."""
    asked = {
        "v": str(page.edition.number), "period": page.period, "unit": ",".join(page.units), "tier": ",".join(choice.tiers),
        "source": ",".join(choice.sources), "stage": ",".join(choice.stages), "operator": ",".join(choice.operators), "find": choice.text,
        "as": page.user.id,
    }
    return "/api/download/rental.csv?" + urlencode({name: value for name, value in asked.items() if value})
