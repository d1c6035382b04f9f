"""Which rows below a header are data. Its one rule: a row that shows a key, or that nothing else explains, is data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto

from lib.ingest.sheets import Cell
from lib.ingest.titles import plain

_TOTAL = re.compile(r".{0,12}(?:合计|小计|总计|累计|共计)(?:\(.{0,12}\))?:?")
_GRAND = re.compile(r"(?:全区|全部)?(?:合计|总计|累计|共计)(?:\(.{0,12}\))?:?")
_FOOTER = re.compile(
    r"(?:注|备注|说明|填表说明|(?:单位|部门|分管)?(?:负责人|领导)|填报人?|填表人?|制表人?|审核人?|复核人?|经办人?|联系人|联系电话|"
    r"(?:填报|填表|制表|报出|打印)(?:日期|时间))(?:\(.{0,6}\)|签字|签名|签章)?:"
)
_FOOTER_LABEL = re.compile(r"(?:(?:单位|部门|分管)?负责人|填报人|填表人|制表人|审核人|复核人|经办人|联系人|联系电话)(?:\(.{0,6}\))?")
_EXAMPLE = re.compile(r"示例|样例|范例|例如|例:")
_EXAMPLE_LABEL = re.compile(r"(?:示例|样例|范例|例)[0-9]*:?")
_DOTS = re.compile(r"[.…·]*[.…][.…·]+")
MAX_FOOTER_CELLS = 6


class Row(Enum):
    """What a row below the header is."""

    BLANK = auto()
    TOTAL = auto()
    GRAND_TOTAL = auto()
    PLACEHOLDER = auto()
    FOOTER = auto()
    DATA = auto()


def kind_of(cells: Sequence[Cell], keys: Sequence[int], owner: int | None) -> Row:
    """What a row is. keys: columns of the key fields; owner: the column of the 街镇, None when there is none."""
    texts = [plain(value) for value in cells]
    filled = [text for text in texts if text]
    if not filled:
        return Row.PLACEHOLDER if any(_is_dots(value) for value in cells) else Row.BLANK
    if _EXAMPLE_LABEL.fullmatch(filled[0]) or any(_EXAMPLE.match(texts[key]) for key in keys):
        return Row.PLACEHOLDER
    keyless = all(not texts[key] or _TOTAL.fullmatch(texts[key]) or _is_footer(texts[key]) for key in keys)
    if keyless and _EXAMPLE.match(filled[0]):
        return Row.PLACEHOLDER
    labels = [text for text in filled[:3] if _TOTAL.fullmatch(text)]
    if labels and (keyless or (labels[0] == filled[0] and owner is not None and not texts[owner])):
        return Row.GRAND_TOTAL if any(_GRAND.fullmatch(text) for text in labels) else Row.TOTAL
    if keyless and len(filled) <= MAX_FOOTER_CELLS and (_is_footer(filled[0]) or any("盖章" in text for text in filled)):
        return Row.FOOTER
    return Row.DATA


def _is_footer(text: str) -> bool:
    return bool(_FOOTER.match(text)) or bool(_FOOTER_LABEL.fullmatch(text)) or "盖章" in text


def _is_dots(value: Cell) -> bool:
    return isinstance(value, str) and _DOTS.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None
