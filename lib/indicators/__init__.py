"""The indicator catalogue: every figure on every screen comes from here. To add one: one declaration in its theme's file.

Its one rule: declarations and pure evaluation over frames; nothing here loads data or draws.
"""

from __future__ import annotations

from lib.indicators.algebra import Indicator, Theme
from lib.indicators.governance import GOVERNANCE
from lib.indicators.renewal import RENEWAL
from lib.indicators.rental import RENTAL

THEMES: tuple[Theme, ...] = (RENEWAL, RENTAL, GOVERNANCE)
CATALOGUE: dict[str, Indicator] = {one.id: one for theme in THEMES for one in theme.indicators}
"""Every indicator by id."""
