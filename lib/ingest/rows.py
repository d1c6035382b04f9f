"""Which rows below a header are data. Its one rule: a row that shows a key, or that nothing else explains, is data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from lib.ingest.cells import is_blank
from lib.ingest.header import Table
from lib.ingest.sheet import Cell
from lib.ingest.titles import plain
from lib.ingest.totals import Total
from lib.spec.fields import Need
from lib.spec.text import compact
from lib.spec.units import MULTIPLES

_TOTAL = re.compile(r".{0,12}(?:合计|小计|总计|累计|共计)(?:\(.{0,12}\))?:?")
_GRAND = re.compile(r"(?:全区|全部)?(?:合计|总计|累计|共计)(?:\(.{0,12}\))?:?")
_FOOTER = re.compile(
    r"(?:注|备注|说明|填表说明|(?:单位|部门|分管)?(?:负责人|领导)|填报人?|填表人?|制表人?|审核人?|复核人?|经办人?|联系人|联系电话|"
    r"(?:填报|填表|制表|报出|打印)(?:日期|时间))(?:\(.{0,6}\)|签字|签名|签章)?:"
)
_FOOTER_LABEL = re.compile(r"(?:(?:单位|部门|分管)?负责人|填报人|填表人|制表人|审核人|复核人|经办人|联系人|联系电话)(?:\(.{0,6}\))?")
_REMARK = re.compile(r"注|备注|说明|填表说明")
_STAMP = re.compile(r"盖章|公章|签章|^\(章\)")
_EXAMPLE = re.compile(r"[(\[【]?(?:示例|样例|范例|例如|例:)")
_EXAMPLE_LABEL = re.compile(r"[(\[【]?(?:示例|样例|范例|例)[0-9]*[)\]】]?[0-9]*:?")
_DATE = re.compile(r"(?:19|20)[0-9]{2}[年./-][0-9]{1,2}[月./-](?:[0-9]{1,2}日?)?")
_DOTS = re.compile(r"[.…·]{2,}")
_SUSPECT = re.compile(r"\W*$|[^\w(（]|.*[计:：例注备人章员导]|.*(?:日期|时间|电话)|.{0,3}说|.{0,6}[、)）]|第", re.DOTALL)
"""What every special row has in one of its first cells or in its key; what has not is data and looked at no further."""
_COLUMN_NUMBER = re.compile(r"[(]?([0-9]{1,2})(?:\.0)?[)]?")
_SECTION = re.compile(r"(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|第[一二三四五六七八九十]+(?:部分|类|节))")
_UNITS = frozenset(compact(name) for names in MULTIPLES.values() for name in names) | {"%", "年", "届", "个", "间", "件", "次"}
_STEMS = "甲乙丙丁戊己庚辛"
MIN_NUMBERED = 3
FIRST_CELLS = 3
MAX_FOOTER_CELLS = 6


class Row(Enum):
    """What a row below the header is."""

    BLANK = auto()
    TOTAL = auto()
    GRAND_TOTAL = auto()
    PLACEHOLDER = auto()
    FOOTER = auto()
    DATA = auto()


@dataclass(slots=True)
class Split:
    """The rows below a header, 0-based. examples: those of examples and placeholders that were skipped. leftovers: rows below
    the end of the table that hold something all the same; keyed: whether something stands in their key. sections: rows that only head those
    below; units: column → unit of measure from a row of units below the header.
    """

    data: Sequence[int]
    totals: list[Total]
    examples: list[int] = field(default_factory=list)
    leftovers: list[int] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)
    keyed: bool = False


def split_rows(table: Table) -> Split:
    """Data rows, total rows and the others of a table."""
    rows = range(table.last + 1, table.bottom)
    keys = [one.index for one in table.columns if one.field.name in table.dataset.key]
    owner = next((one.index for one in table.columns if one.field.name == table.dataset.owner), None)
    suspects = _suspects(table, rows, {*keys, *range(table.left, min(table.left + FIRST_CELLS, table.right + 1))})
    units: dict[int, str] = {}
    while rows and not units:
        below = {at: table.sheet.columns[at][rows.start] for at in range(table.left, table.right + 1)}
        units = _units_in(below)
        if not units and not _is_numbering(list(below.values())):
            break
        rows = rows[1:]
    if not suspects & set(rows):
        return Split(rows, [], units=units)
    split = Split([], [], units=units)
    wide = {top: right - left for (top, left), (bottom, right) in table.sheet.merges if top == bottom and table.left <= left <= table.right}
    data: list[int] = []
    shift = [key - table.left for key in keys]
    at = None if owner is None else owner - table.left
    needed = [one.index - table.left for one in table.columns if one.field.need is Need.REQUIRED and one.index not in keys]
    blank = signed = False
    for row in rows:
        if row not in suspects and not blank:
            data.append(row)
            continue
        cells = [column[row] for column in table.sheet.columns[table.left : table.right + 1]]
        kind = kind_of(cells, shift, at)
        if kind is Row.DATA and _is_section(cells, wide.get(row, 0)):
            split.sections.append(row)
            continue
        if kind is Row.DATA and signed and _is_date_alone(cells):
            kind = Row.FOOTER
        if kind is Row.DATA and blank and data and _is_stray(cells, shift, needed):
            split.leftovers.append(row)
            continue
        if kind is Row.DATA:
            data.append(row)
        elif kind in {Row.TOTAL, Row.GRAND_TOTAL}:
            split.totals.append(Total(row, kind is Row.GRAND_TOTAL, len(data)))
        elif kind is Row.PLACEHOLDER:
            split.examples.append(row)
        signed = kind is Row.FOOTER or (signed and kind is Row.BLANK)
        blank = kind in {Row.BLANK, Row.FOOTER} or (blank and kind is Row.PLACEHOLDER)
    split.data = data
    split.keyed = any(not is_blank(table.sheet.columns[key][row]) for row in split.leftovers for key in keys)
    return split


def _suspects(table: Table, rows: range, columns: Collection[int]) -> set[int]:
    """Rows that may be something else than data, told by their key and their first cells."""
    suspects: set[int] = set()
    keys = {one.index for one in table.columns if one.field.name in table.dataset.key}
    for index in columns:
        cells = table.sheet.columns[index][rows.start : rows.stop]
        odd = {value for value in set(cells) if isinstance(value, str) and _SUSPECT.match(value)}
        if index not in keys:
            odd.discard("")
        if odd:
            suspects.update(row for row, value in zip(rows, cells, strict=True) if value in odd)
    return suspects


def _is_stray(cells: Sequence[Cell], keys: Sequence[int], needed: Sequence[int]) -> bool:
    """Whether a row below a gap is no row of the table: without most of its key and with few cells, or with next to
    nothing of what every row must have.
    """
    filled = sum(not is_blank(value) for value in cells)
    if 2 * filled >= len(cells) or filled > MAX_FOOTER_CELLS:
        return False
    lacking = sum(is_blank(cells[one]) for one in needed)
    keyless = sum(is_blank(cells[key]) for key in keys)
    if keyless == len(keys) or (2 * keyless >= len(keys) and filled <= 2):
        return True
    return filled <= FIRST_CELLS and lacking > 0 and 2 * lacking >= len(needed)


def _units_in(cells: Mapping[int, Cell]) -> dict[int, str]:
    """Column → unit of a row in which nothing but units of measure stands; empty when it is none."""
    texts = {at: plain(value) for at, value in cells.items() if not is_blank(value)}
    units = {at: text.strip("()") for at, text in texts.items() if text.strip("()") in _UNITS}
    others = [text for at, text in texts.items() if at not in units]
    return units if len(units) >= 2 and set(others) <= {"单位", "计量单位"} else {}


def _is_section(cells: Sequence[Cell], merged: int) -> bool:
    """Whether a row only heads those below: one text, numbered as a section or merged over several columns."""
    texts = [text for text in map(plain, cells) if text]
    return len(texts) == 1 and (merged >= 2 or _SECTION.match(texts[0]) is not None) and not texts[0].isascii()


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """Whether a row below a header only numbers its columns: 栏次, 甲, 乙, 1, 2, 3."""
    texts = [text for text in map(plain, cells) if text not in {"", "栏次", "行次"}]
    numbers = [_shown_number(text) for text in texts if text not in set(_STEMS)]
    stems = [text for text in texts if text in set(_STEMS)]
    if len(texts) < MIN_NUMBERED or stems != list(_STEMS[: len(stems)]):
        return False
    return numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 1


def _shown_number(text: str) -> int:
    found = _COLUMN_NUMBER.fullmatch(text)
    return int(found.group(1)) if found else 0


def _is_date_alone(cells: Sequence[Cell]) -> bool:
    texts = [text for text in map(plain, cells) if text]
    return len(texts) == 1 and _DATE.match(texts[0]) is not None


def is_total(text: str) -> bool:
    """Whether a text labels a row of totals."""
    return _TOTAL.fullmatch(plain(text)) is not None




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
    if keyless and len(filled) <= MAX_FOOTER_CELLS and (_is_footer(filled[0]) or any(_STAMP.search(text) for text in filled)):
        return Row.FOOTER
    labels_below = sum(map(_is_signature, filled))
    if _is_signature(filled[0]) and len(filled) <= MAX_FOOTER_CELLS and (2 * len(filled) < len(cells) or labels_below > 1):
        return Row.FOOTER
    return Row.DATA


def _is_footer(text: str) -> bool:
    return bool(_FOOTER.match(text)) or bool(_FOOTER_LABEL.fullmatch(text)) or bool(_STAMP.search(text))


def _is_signature(text: str) -> bool:
    return bool(_FOOTER_LABEL.fullmatch(text.rstrip(":"))) or (_FOOTER.match(text) is not None and not _REMARK.match(text))


def _is_dots(value: Cell) -> bool:
    return isinstance(value, str) and _DOTS.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None
