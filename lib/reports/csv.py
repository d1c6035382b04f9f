"""Tables as CSV that Excel and WPS open without harm: UTF-8 with BOM, and no text that a spreadsheet would run."""

from __future__ import annotations

import pandas as pd

_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def to_csv(table: pd.DataFrame) -> bytes:
    """The table with its headers; a text that begins like a formula gets an apostrophe in front."""
    safe = table.copy(deep=False)
    for name in safe.columns:
        column = safe[name]
        if isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
            safe[name] = column.map(_harmless, na_action="ignore")
    return b"\xef\xbb\xbf" + safe.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\r\n").encode()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
