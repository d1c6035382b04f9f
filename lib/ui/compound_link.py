"""The way to a compound's page, for every list that names compounds: the same period, account and pinned release."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from lib.ui import state
from lib.ui.page import Page

COMPOUND_KEY = "compound"
"""Under which the address names a compound, by its code or by what it is called."""


def compound_link(page: Page, compound_id: str) -> str:
    """The address of a compound's page, for the period at the screen, the account and, where one is pinned, the release."""
    kept = {"as": state.asked_account(), "v": str(page.edition.number) if page.pinned else ""}
    return "/compound?" + urlencode({COMPOUND_KEY: compound_id, "period": page.period, **{name: one for name, one in kept.items() if one}})


def compound_links(page: Page, codes: Iterable[str]) -> list[str]:
    """`compound_link` of each code, in order: for a column of links."""
    return [compound_link(page, one) for one in codes]
