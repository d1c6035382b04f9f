"""What a returned workbook is called, and how its sheet 问题清单 is told from a sheet of the user's own.

Its one rule: name and marker together make it ours; it is never read as data.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from lib.ingest.sheet import Sheet

REPORT_SHEET = "问题清单"
"""Its name; with a number behind it where the user has a sheet of that name."""

CHECKER = "宜居普陀检查"
"""The author of our comments, and the first word of the marker."""

MARKER = f"{CHECKER}：本表由系统生成，再次上传时不读取。"
"""Stands in the first column of the sheet, in one of its first rows."""

_SEARCHED = 10
_SUFFIX = "_问题标注"
_COPY = re.compile(rf"(?:{_SUFFIX}(?:\s*[(（][0-9]+[)）])?)+$")


def is_report_sheet(sheet: Sheet) -> bool:
    """Whether it is the list of findings of an earlier round, not data."""
    return sheet.name.startswith(REPORT_SHEET) and sheet.width > 0 and MARKER in sheet.columns[0][:_SEARCHED]


def returned_name(name: str) -> str:
    """What the copy is called: 原名_问题标注.xlsx, or .xlsm for an .xlsm; the same however often it comes and goes."""
    path = PurePath(name.replace("\\", "/"))
    suffix = ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
    return f"{_COPY.sub('', path.stem)}{_SUFFIX}{suffix}"
