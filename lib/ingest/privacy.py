"""Personal data at the door: by header and by content. Its one rule: a finding names the place, never the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lib.ingest.sheets import Cell, Sheet, cell_name
from lib.spec.findings import Finding, finding
from lib.spec.text import fold_header

_HEADERS = re.compile(r"姓名|联系人|联系电话|联系方式|电话|手机|身份证|证件号|银行卡|银行账号|卡号")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are an identity number by its check digit (GB 11643)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(text[:17], _WEIGHTS, strict=True)) % 11] == text[17].upper()


def personal_headers(headers: list[tuple[int, str]], sheet: str, row: int) -> Iterator[Finding]:
    """Findings for columns titled as personal data; `row` is the 0-based header row."""
    for column, header in headers:
        if _HEADERS.search(fold_header(header)):
            yield finding("T13", sheet=sheet, cell=cell_name(row, column), header=header)


def personal_content(sheets: list[Sheet]) -> Iterator[Finding]:
    """Findings for cells that hold an identity number or a mobile number."""
    for sheet in sheets:
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                what = _what(value)
                if what:
                    yield finding("T14", sheet=sheet.name, cell=cell_name(row, column), what=what)


def _what(value: Cell) -> str:
    if isinstance(value, float) and 13_000_000_000 <= value < 20_000_000_000 and value.is_integer():
        return "手机号码"
    if not isinstance(value, str) or len(value) < 11:
        return ""
    if any(is_identity_number(match) for match in _IDENTITY.findall(value)):
        return "身份证号码"
    return "手机号码" if _MOBILE.search(value) else ""
