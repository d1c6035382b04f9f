"""Tables as a workbook for Excel and WPS: a sheet that says what they are, then a sheet each.

Its one rule: what is text stays text; nothing in a cell is run as a formula or becomes a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import pandas as pd
import xlsxwriter

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST, _SHORTEST = 46, 8
_SHEET_NAME = 31


def to_workbook(head: Sequence[tuple[str, str]], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook: the sheet 说明 with `head` and how many rows each table has, and every table on a sheet of its own."""
    sink = BytesIO()
    with xlsxwriter.Workbook(sink, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "bg_color": "#EEF1F4", "border": 1, "border_color": "#C8CDD3"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        about = book.add_worksheet("说明")
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 90)
        for at, (title, words) in enumerate((*head, *((f"表：{name}", f"{len(table)} 行") for name, table in tables.items()))):
            about.write_string(at, 0, title, bold)
            about.write_string(at, 1, words)
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:_SHEET_NAME])
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(table), max(len(table.columns) - 1, 0))
            for place, title in enumerate(table.columns):
                sheet.write_string(0, place, title, bold)
                dated = pd.api.types.is_datetime64_any_dtype(table[title])
                values = [None if pd.isna(one) else one for one in table[title]]
                for row, value in enumerate(values, 1):
                    if value is None:
                        continue
                    if dated:
                        sheet.write_datetime(row, place, value.to_pydatetime(), day)
                    elif isinstance(value, str):
                        sheet.write_string(row, place, value)
                    else:
                        sheet.write_number(row, place, float(value))
                widest = max((_width(one) for one in (title, *(one for one in values[:200] if isinstance(one, str)))), default=0)
                sheet.set_column(place, place, min(max(widest + 2, 12 if dated else _SHORTEST), _LONGEST))
    return sink.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
