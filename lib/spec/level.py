"""How grave a finding is, and what one entry of the catalogue of findings holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """致命 blocks publishing, 警告 wants a typed reason, 提示 informs."""

    FATAL = "致命"
    WARNING = "警告"
    INFO = "提示"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue: templates take the named values of the finding."""

    code: str
    level: Level
    title: str
    template: str
    advice: str
