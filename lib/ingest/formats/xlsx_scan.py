"""One look over the XML of a workbook before it is opened: what calamine does not tell, and what it dies of.

Its one rule: the XML is looked at piece by piece and never as a whole, quickly where it is written as Excel writes it, cell by
cell where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from lib.ingest.formats.archive import Archive
from lib.ingest.sheet import MAX_CELLS, UNCALCULATED, Unreadable, cell_name, column_index
from lib.spec.findings import finding

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of Excel, counted from 1."""

MAX_MERGES = 200_000
MAX_RUN = 1024 * 1024
"""The most bytes between two tags: a cell of 32,767 characters takes a fifth of it."""

LONG = 32_767

MAX_GAP = 20_000
"""Empty rows before the last one."""

MAX_STEPS = 40
"""So many times the right edge may move within one piece before it is looked at cell by cell."""

MAX_EACH = 1_000_000
"""The most cells that are looked at one by one."""

_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PLACE = re.compile(rb"([A-Za-z]{1,20})([0-9]{1,20})")
_TOKEN = re.compile(rb"<(?:\w+:)?(?:row\b([^>]*)>|c\b(?![-.:])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>))", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ROW = re.compile(rb'<row r="(\d{1,9})"([^>]*)>')
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN_TAG = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b")
_OTHERWISE = re.compile(rb"<\w+:row|<row(?! r=\"\d)|<c(?! r=\"|ol|f)|<\w+:c\b|\bt='")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_CELL_START = re.compile(rb"<(?:\w+:)?c[\s/>]")
_REFERENCE = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,20})([0-9]{1,20})[\"']")
_IS_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_FIRST = re.compile(rb'(?<=<c r=")([A-Za-z]{1,20})([0-9]{1,20})')
_NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_WITHIN_TEXT = re.compile(rb"[^>\s]\s*<!--|-->\s*[^<\s]")
_PRINTED = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")
_ASKED = re.compile(rb"<(?:\w+:)?(?:(?:dataValidation|hyperlink)\b([^>]*)|formula[12]>([^<]*))")
_WRITTEN = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*[0-9]{11}[^<]*)<")
_COUNT = re.compile(rb"\bunique[Cc]ount\s*=\s*[\"'](\d+)")
_ITEM = re.compile(rb"<(?:\w+:)?si\b")
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
"""Those calamine knows; of another it reads nothing."""


@dataclass
class SheetScan:
    """What was seen of one sheet, 0-based. bottom, right: the last row and column that may hold something; -1: none. cells, rows: how
    many are written. long: a text may be longer than a cell can be. headers: the headers and footers that are printed;
    prompts: what validations and links say; formulas: those with a long number in them.
    """

    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    bottom: int = -1
    right: int = -1
    merges: int = 0
    cells: int = 0
    rows: int = 0
    long: bool = False
    headers: list[bytes] = field(default_factory=list)
    prompts: list[bytes] = field(default_factory=list)
    formulas: list[bytes] = field(default_factory=list)

    @property
    def too_far(self) -> bool:
        """Whether something stands so far away that nearly all cells up to it are empty, or too many."""
        height = self.bottom + 1
        return height * (self.right + 1) > MAX_CELLS or height > MAX_GAP + 4 * self.rows


def check_part(archive: Archive, path: str) -> None:
    """Look at a part other than sheets: no DTD, UTF-8, nothing endless. Raises Unreadable."""
    for _ in _Part(archive, path).pieces():
        pass


def check_texts(archive: Archive, path: str) -> bool:
    """Look at the shared texts: they must be about as many as their head says. Gives whether one may be longer than a cell
    can be. Raises Unreadable.
    """
    said = found = 0
    part = _Part(archive, path)
    for piece in part.pieces():
        if not said and (match := _COUNT.search(piece[:4096])):
            said = int(match.group(1)[:20])
        found += piece.count(b"<si>") or len(_ITEM.findall(piece))
    if said > max(1_000_000, 2 * found):
        raise archive.forged("共享字符串的个数与内容不符")
    return part.long


def scan_sheet(archive: Archive, path: str, sheet: str) -> SheetScan:
    """Look at one sheet. Raises Unreadable when it cannot be opened safely, naming the cell where there is one."""
    scan = _scan(archive, path, sheet, exact=False)
    if scan.too_far:
        scan = _scan(archive, path, sheet, exact=True)
        if scan.too_far:
            raise Unreadable(finding("F30", sheet=sheet, cell=cell_name(scan.bottom, scan.right)))
    if scan.cells > 2 * (scan.bottom + 1) * (scan.right + 1) + 10_000:
        raise archive.forged("同一单元格写了多次")
    if scan.merges > MAX_MERGES:
        raise Unreadable(finding("F38", sheet=sheet, count=scan.merges))
    return scan


def _scan(archive: Archive, path: str, sheet: str, *, exact: bool) -> SheetScan:
    part = _Part(archive, path)
    looker = _Looker(archive, sheet, exact=exact)
    rest = b""
    for piece in part.pieces():
        text = rest + piece if rest else piece
        cut = _cut(text)
        rest = text[cut:]
        looker.look(text[:cut], commented=part.commented)
        if len(rest) > 4 * MAX_RUN:
            raise archive.forged("内容没有分行分格")
    looker.look(rest, commented=part.commented)
    looker.scan.long = part.long
    return looker.scan


def _cut(text: bytes) -> int:
    """Where a piece may end: behind a row, else behind a cell, else behind a tag."""
    cut = text.rfind(b"row>") + 4
    if cut < 4:
        cut = max(text.rfind(b"</c>") + 4, text.rfind(b":c>") + 3)
    if cut < 4:
        cut = text.rfind(b"/>") + 2
    return cut if cut > 3 else 0


class _Looker:
    """Takes the pieces of a sheet one after the other; each ends with a row, or with a cell when a row is very long."""

    def __init__(self, archive: Archive, sheet: str, *, exact: bool) -> None:
        self.scan = SheetScan()
        self._archive = archive
        self._sheet = sheet
        self._exact = exact
        self._row = -1
        self._column = -1
        self._looked = 0
        self._told = self._otherwise = False

    def look(self, text: bytes, *, commented: bool) -> None:
        """The next piece. commented: comments or CDATA may be in it."""
        if commented and b"<!" in text:
            if b"<![CDATA[" in text:
                raise self._archive.forged("单元格用了 CDATA 写法")
            if _WITHIN_TEXT.search(text):
                raise self._archive.forged("单元格中夹有注释")
            text = _COMMENT.sub(b"", text)
        if self._exact or not (self._quick(text) if self._plain(text) else self._loose(text)):
            self._each(text)
        else:
            self._find_marks(text)
        if b"<f" in text or b":f" in text:
            self.scan.formulas += _WRITTEN.findall(text)
        if not text.endswith(b"row>"):
            self.scan.prompts += (attributes or list_ for attributes, list_ in _ASKED.findall(text))
            if b"<col" in text or b":col" in text:
                self._columns(text)
            if b"mergeCell" in text:
                self.scan.merges += len(_MERGE.findall(text))
            if b"Header" in text or b"Footer" in text:
                self.scan.headers += _PRINTED.findall(text)

    def _plain(self, text: bytes) -> bool:
        """Whether a sheet is written as Excel writes it, told by its first rows: who writes otherwise does so throughout."""
        if not self._told:
            self._columns(text)
            self._told = b"<row" in text or b":row" in text
            self._otherwise = self._told and _OTHERWISE.search(text) is not None
            if self._told and not self._otherwise:
                for place in _FIRST.finditer(text, 0, 50_000):
                    self._reach(*self._place(place.group(1), place.group(2)))
        return not self._otherwise

    def _quick(self, text: bytes) -> bool:
        """Take a piece written as Excel writes it; False when it needs a look cell by cell."""
        rows = _ROW.findall(text)
        if rows:
            numbers = [int(number) for number, _ in rows]
            self.scan.rows += len(rows)
            self._row = numbers[-1] - 1
            self.scan.bottom = max(self.scan.bottom, max(numbers) - 1)
            self._rows(rows)
            if _lower(len(str(max(numbers)))).search(text):
                return False
        start, found = 0, None
        for _ in range(MAX_STEPS):
            found = _beyond(self.scan.right).search(text, start)
            if found is None:
                break
            start = found.end()
            place = _PLACE.match(text, found.start() + 6)
            if place is None:
                return False
            self._reach(*self._place(*place.groups()))
        if found is not None:
            return False
        self.scan.cells += text.count(b"<c ")
        return True

    def _loose(self, text: bytes) -> bool:
        """Take a piece in which every cell says its place, however it is written; False when one does not."""
        cells = _REFERENCE.findall(text)
        if len(cells) != len(_CELL_START.findall(text)):
            return False
        if cells:
            letters, numbers = {one for one, _ in cells}, {int(one) for _, one in cells}
            for one in letters:
                self._reach(*self._place(one, b"%d" % max(numbers)))
            self._place(cells[0][0], b"%d" % min(numbers))
        self.scan.cells += len(cells)
        for match in _ROW_TAG.finditer(text):
            self._begin_row(_attributes(match.group(1)))
        return True

    def _find_marks(self, text: bytes) -> None:
        if b"e" in text and (self._otherwise or b't="e"' in text):
            for found in _IS_ERROR.finditer(text):
                self._error(text, found.start())
        if b"f" in text and (b"<f" in text or b":f" in text):
            for found in _NO_VALUE.finditer(text):
                self._empty_formula(text, found)

    def _error(self, text: bytes, at: int) -> None:
        tag = _CELL_TAG.match(text, text.rfind(b"<", 0, at))
        if tag is None or tag.group(1).endswith(b"/"):
            return
        place = _PLACE.fullmatch(_attributes(tag.group(1)).get(b"r", b""))
        value = _VALUE.search(text, tag.end(), text.find(b"c>", tag.end()))
        if place and value:
            self._mark(self._place(*place.groups()), value.group(1))

    def _empty_formula(self, text: bytes, found: re.Match[bytes]) -> None:
        tag = _CELL_TAG.match(text, max(text.rfind(b"<c ", 0, found.start()), _prefixed(text, found.start())))
        written = _attributes(tag.group(1)) if tag else {}
        place = _PLACE.fullmatch(written.get(b"r", b""))
        if place and not (written.get(b"t") == b"str" and (b"<v" in found.group() or b":v" in found.group())):
            self.scan.marks[self._place(*place.groups())] = UNCALCULATED

    def _each(self, text: bytes) -> None:
        """Cell by cell: any prefix, any order of attributes, cells and rows without their place."""
        for match in _TOKEN.finditer(text):
            row, cell, inner = match.groups()
            if row is not None:
                self._begin_row(_attributes(row))
                continue
            self._looked += 1
            if self._looked > MAX_EACH:
                raise Unreadable(finding("F05", name=self._archive.name, reason=f"工作表“{self._sheet}”的单元格过多"))
            written = _attributes(cell)
            place = _PLACE.fullmatch(written.get(b"r", b""))
            at = self._place(*place.groups()) if place else (max(self._row, 0), self._column + 1)
            self._column = at[1]
            value = _VALUE.search(inner) if inner else None
            kind = written.get(b"t", b"")
            if (value and (value.group(1) or kind == b"str")) or (inner and _INLINE.search(inner)):
                self.scan.cells += 1
                self._reach(*at)
                if kind == b"e" and value:
                    self._mark(at, value.group(1))
            elif inner and _FORMULA.search(inner):
                self._reach(*at)
                self.scan.marks[at] = UNCALCULATED

    def _begin_row(self, written: dict[bytes, bytes]) -> None:
        self.scan.rows += 1
        self._row = int(written[b"r"][:20]) - 1 if written.get(b"r", b"").isdigit() else self._row + 1
        self._column = -1
        if _is_hidden(written, b"ht"):
            self.scan.hidden_rows.add(self._row)

    def _mark(self, at: tuple[int, int], value: bytes) -> None:
        text = value.decode("utf-8", "replace")
        if text not in _ERRORS:
            raise Unreadable(finding("F44", sheet=self._sheet, cell=cell_name(*at), value=text))
        self.scan.marks[at] = text

    def _place(self, letters: bytes, number: bytes) -> tuple[int, int]:
        row, column = int(number), column_index(letters.decode().upper()) + 1
        if not 1 <= row <= LAST_ROW or column > LAST_COLUMN:
            raise Unreadable(finding("F31", sheet=self._sheet, cell=(letters + number).decode()))
        return row - 1, column - 1

    def _reach(self, row: int, column: int) -> None:
        if row >= LAST_ROW or column >= LAST_COLUMN:
            raise Unreadable(finding("F31", sheet=self._sheet, cell=cell_name(row, column)))
        self.scan.bottom = max(self.scan.bottom, row)
        self.scan.right = max(self.scan.right, column)

    def _rows(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        for number, written in rows:
            if (b"hidden=" in written or b'ht="0"' in written) and _is_hidden(_attributes(written), b"ht"):
                self.scan.hidden_rows.add(int(number) - 1)

    def _columns(self, text: bytes) -> None:
        for match in _COLUMN_TAG.finditer(text):
            written = _attributes(match.group(1))
            first, last = written.get(b"min", b""), written.get(b"max", b"")
            if _is_hidden(written, b"width") and first.isdigit() and last.isdigit():
                self.scan.hidden_columns.append((int(first[:9]) - 1, min(int(last[:9]), LAST_COLUMN) - 1))


def _is_hidden(written: dict[bytes, bytes], size: bytes) -> bool:
    return written.get(b"hidden") in {b"1", b"true"} or written.get(size) == b"0"


@cache
def _beyond(right: int) -> re.Pattern[bytes]:
    """Finds a cell right of a column, among cells written as Excel writes them."""
    letters = cell_name(0, right)[:-1] if right >= 0 else ""
    further = []
    for at, letter in enumerate(letters):
        later = "".join(chr(one) for one in range(ord(letter) + 1, ord("Z") + 1))
        further.append(f"{letters[:at]}[{later}a-z]" + "[A-Za-z]" * (len(letters) - at - 1))
    further.append("[A-Za-z]" * (len(letters) + 1))
    return re.compile(f'<c r="(?:{"|".join(further)})'.encode())


@cache
def _lower(digits: int) -> re.Pattern[bytes]:
    """Finds a cell in a row whose number has more digits."""
    return re.compile(f'<c r="[A-Za-z]+[0-9]{{{digits + 1}}}'.encode())


def _attributes(written: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(written)}


def _prefixed(text: bytes, end: int) -> int:
    """Where the last cell with a prefix begins before a place; -1: nowhere."""
    colon = text.rfind(b":c ", 0, end)
    return text.rfind(b"<", 0, colon) if colon >= 0 else -1


class _Part:
    """The content of a part, looked at for what no part may hold. commented: a comment or CDATA was seen. long: see `SheetScan`."""

    def __init__(self, archive: Archive, path: str) -> None:
        self.commented = self.long = False
        self._archive = archive
        self._path = path
        self._run = 0

    def pieces(self) -> Iterator[bytes]:
        """Piece by piece. Raises Unreadable."""
        tail = b""
        for piece in self._archive.chunks(self._path):
            if not tail and piece.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
                raise self._archive.broken("内容不是 UTF-8 编码")
            for text in (tail + piece[:10], piece):
                if b"!" in text and b"<!" in text:
                    self.commented = True
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        raise self._archive.forged("有文档类型或实体声明")
            tail = piece[-10:]
            self._measure(piece)
            yield piece

    def _measure(self, piece: bytes) -> None:
        """How many bytes stand between one tag and the next; `_run` of them before this piece."""
        at = 0
        while (found := piece.rfind(b"<", at, at + max(1, LONG - self._run))) >= 0 or at + LONG - self._run < len(piece):
            if found < 0:
                self.long = True
                found = piece.find(b"<", at)
                if (len(piece) if found < 0 else found) - at + self._run > MAX_RUN:
                    raise self._archive.forged("有一处连续超长的内容")
                if found < 0:
                    break
            at, self._run = found + 1, 0
        self._run += len(piece) - at
