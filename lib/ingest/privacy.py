"""Personal data at the door: by header and by content. Its one rule: a finding names the place, never the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lib.ingest.sheets import Cell, Sheet, cell_name
from lib.spec.findings import Finding, finding
from lib.spec.text import IDENTITY_NUMBER, MOBILE_NUMBER, compact, fold_header

_INSTRUCTION = re.compile(r"[:请勿]|不得|禁止")
_HEADERS = re.compile(r"姓名|联系人|联系电话|联系方式|电话|手机|身份证|证件号|银行卡|银行账号|卡号")
SEARCH_ROWS, LONGEST_TITLE = 40, 10
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are an identity number by its check digit (GB 11643)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(text[:17], _WEIGHTS, strict=True)) % 11] == text[17].upper()


def personal_headers(headers: list[tuple[int, str]], sheet: str, row: int) -> Iterator[Finding]:
    """Findings for columns titled as personal data; `row` is the 0-based header row."""
    for column, header in headers:
        if _HEADERS.search(fold_header(header)):
            yield finding("T13", sheet=sheet, cell=cell_name(row, column), header=header)


def personal_lists(sheet: Sheet) -> Iterator[Finding]:
    """Findings for columns titled as personal data on a sheet that is not read: it would be kept with the file."""
    for row, cells in enumerate(sheet.rows[:SEARCH_ROWS]):
        below = sheet.rows[row + 1 : row + 2]
        for column, value in enumerate(cells):
            if not isinstance(value, str) or len(value) > LONGEST_TITLE or _INSTRUCTION.search(compact(value)):
                continue
            if below and below[0][column] != "":
                yield from personal_headers([(column, value)], sheet.name, row)


def personal_content(sheets: list[Sheet]) -> Iterator[Finding]:
    """Findings for cells that hold an identity number or a mobile number."""
    for sheet in sheets:
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                what = _what(value)
                if what:
                    yield finding("T14", sheet=sheet.name, cell=cell_name(row, column), what=what)


def _what(value: Cell) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 13_000_000_000 <= value < 20_000_000_000 and value == int(value):
            return "手机号码"
        return "身份证号码" if 1e17 <= value < 1e18 and _birthday(f"{value:.0f}") else ""
    if not isinstance(value, str) or len(value) < 11:
        return ""
    text = unicodedata.normalize("NFKC", value)
    if any(is_identity_number(compact(match)) for match in IDENTITY_NUMBER.findall(text)):
        return "身份证号码"
    return "手机号码" if MOBILE_NUMBER.search(text) else ""


def _birthday(digits: str) -> bool:
    """Whether an identity number stored as a number, which has lost its last digits, shows a date of birth."""
    return digits[6:8] in {"19", "20"} and 1 <= int(digits[10:12]) <= 12 and 1 <= int(digits[12:14]) <= 31
