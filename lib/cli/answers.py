"""What a command answers: exit status and plain JSON."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

PUBLISHABLE, BLOCKED, UNREADABLE, REFUSED, USAGE, CLOSED = 0, 1, 2, 3, 64, 141
"""Exit status: publishable (or done), blocked, not readable, refused (permission, unknown thing), words that are no command
(as sysexits.h has it), and nobody reads on (as a shell has it for a closed pipe).
"""


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def plain(value: Any) -> Any:
    """A cell of a table as JSON has it; a date without its empty time."""
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
