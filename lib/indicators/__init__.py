"""The indicator catalogue: every figure on every screen comes from here. To add one: one declaration in its theme's file.

Its one rule: declarations and pure evaluation over frames; nothing here loads data or draws.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.indicators.algebra import Indicator, Theme
from lib.indicators.campaigns import CAMPAIGNS
from lib.indicators.governance import GOVERNANCE
from lib.indicators.renewal import RENEWAL
from lib.indicators.rental import RENTAL

THEMES: tuple[Theme, ...] = (RENEWAL, RENTAL, GOVERNANCE, CAMPAIGNS)
CATALOGUE: dict[str, Indicator] = {one.id: one for theme in THEMES for one in theme.indicators}
"""Every indicator by id."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A figure of domain.md B.2 that no data carries yet, and what it waits for."""

    id: str
    title: str
    title_en: str
    why: str


PLANNED: tuple[Planned, ...] = (
    Planned("G27", "月报按时率", "on-time reporting", "要等报送日历（应报日期）上线"),
    Planned("G28", "数据一次通过率", "first-pass rate", "每次上传的结果不随版次保存，要等报送进度上线"),
    Planned("G29", "督办按时办结率", "supervision closure", "要等督办事项上线"),
)
"""Shown in the dictionary as waiting, never as 0."""
