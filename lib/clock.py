"""The time of the office: Asia/Shanghai. Its one rule: nothing else in `lib` asks the system for the time."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment in Shanghai. `YJPT_NOW` (ISO 8601) freezes it, for tests and demonstrations."""
    frozen = os.environ.get("YJPT_NOW")
    if frozen:
        moment = datetime.fromisoformat(frozen)
        return moment.astimezone(SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return datetime.now(SHANGHAI)


def today() -> date:
    """The present day in Shanghai."""
    return now().date()
