"""What a workbook given back is called, and how its sheet 问题清单 or 数据护照 is told from a sheet of the user's own.

Its one rule: name and marker together make it ours; it is never read as data.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from lib.ingest.sheet import Sheet

REPORT_SHEET = "问题清单"
"""Its name; with a number behind it where the user has a sheet of that name."""

PASSPORT_SHEET = "数据护照"
"""The name of the sheet that says of which figure the coloured rows are; numbered in the same way."""

CHECKER = "宜居普陀检查"
"""The author of our comments, and the first word of the marker."""

MARKER = f"{CHECKER}：本表由系统生成，再次上传时不读取。"
"""Stands in the first column of the sheet, in one of its first rows."""

_SEARCHED = 10
_SUFFIX = "_问题标注"
_AGAIN = r"(?:\s*[(（][0-9]+[)）])?"
_COPY = re.compile(rf"(?:{_SUFFIX}{_AGAIN})+$")
_COLOURED = "标色"
_COLOURED_COPY = re.compile(rf"(?:（(?:[^（）]|（[^（）]*）)*_{_COLOURED}）{_AGAIN})+$")
_NOT_IN_NAMES = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")
_LONGEST = 80
"""Characters of the name of a coloured copy, without its ending: in Chinese as many as fit into 255 bytes."""


def is_report_sheet(sheet: Sheet) -> bool:
    """Whether it was put in by us, as the list of findings or the passport of a figure, and is not data."""
    return sheet.name.startswith((REPORT_SHEET, PASSPORT_SHEET)) and sheet.width > 0 and MARKER in sheet.columns[0][:_SEARCHED]


def is_passport_sheet(sheet: Sheet) -> bool:
    """Whether it is the passport of a figure that was put in by us."""
    return sheet.name.startswith(PASSPORT_SHEET) and is_report_sheet(sheet)


def returned_name(name: str) -> str:
    """What the copy is called: 原名_问题标注.xlsx, or .xlsm for an .xlsm; the same however often it comes and goes."""
    stem, suffix = _parts(name)
    return f"{_COPY.sub('', stem)}{_SUFFIX}{suffix}"


def coloured_name(name: str, figure: str) -> str:
    """What the copy with the rows behind a figure coloured is called: 原名（指标_标色）.xlsx, or .xlsm for an .xlsm; the same
    however often it comes and goes. The original name is cut where the whole would be longer than file systems take.
    """
    stem, suffix = _parts(name)
    tail = f"（{_NOT_IN_NAMES.sub('_', figure)[: _LONGEST // 2]}_{_COLOURED}）"
    return f"{_COLOURED_COPY.sub('', stem)[: _LONGEST - len(tail)]}{tail}{suffix}"


def _parts(name: str) -> tuple[str, str]:
    path = PurePath(name.replace("\\", "/"))
    return path.stem, ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
