"""Tables as CSV that Excel and WPS open without harm: UTF-8 with BOM, and no text that a spreadsheet would run."""

from __future__ import annotations

import pandas as pd

_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def to_csv(table: pd.DataFrame, head: str = "") -> bytes:
    """The table with its headers; a text that begins like a formula gets an apostrophe in front. head: one cell above the headers."""
    safe = table.copy(deep=False)
    for name in safe.columns:
        column = safe[name]
        if isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
            safe[name] = column.map(_harmless, na_action="ignore")
    above = '"' + str(_harmless(head)).replace('"', '""') + '"\r\n' if head else ""
    return b"\xef\xbb\xbf" + above.encode() + safe.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\r\n").encode()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
