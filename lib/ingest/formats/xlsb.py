"""Binary workbooks of Excel 2007 and later (.xlsb), record by record. Its one rule: a record is read only within its own length.

No calamine: it gives error values as empty cells, hides hidden rows, and aborts the process on a cell at the far corner.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lib.ingest.formats.archive import Archive
from lib.ingest.formats.grid import (
    ERRORS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Grid,
    of_hidden_sheets,
    of_serial,
    shows_time,
    too_many_sheets,
)
from lib.ingest.formats.markup import Attributes, Reader, read_markup
from lib.ingest.sheet import Cell, Opened, Sheet
from lib.spec.findings import finding

BOOK = "xl/workbook.bin"
_ROW, _FIRST_CELL, _LAST_CELL, _FIRST_SHORT, _LAST_SHORT, _RICH = 0, 1, 11, 12, 18, 62
_SHARED_TEXT, _FORMAT, _STYLE, _COLUMN, _MERGE = 19, 44, 47, 60, 176
_CELL_STYLES, _CELL_STYLES_END, _BOOK_SETTINGS, _SHEET_NAMED = 617, 618, 153, 156
_U32, _F64 = struct.Struct("<I"), struct.Struct("<d")


@dataclass(frozen=True)
class _Shared:
    """What the sheets of a workbook have in common. shown: of each cell style, see `shows_time`."""

    texts: list[str]
    shown: list[str]
    from_1904: bool


def open_xlsb(name: str, data: bytes) -> Opened:
    """The sheets of an .xlsb. Raises Unreadable."""
    archive = Archive(name, data)
    try:
        return _open(name, archive)
    except (struct.error, IndexError, ValueError, KeyError):
        raise archive.broken("内容不完整或已被改动") from None


def _open(name: str, archive: Archive) -> Opened:
    book = archive.read(BOOK)
    links = _Links()
    read_markup(name, archive.chunks("xl/_rels/workbook.bin.rels"), links)
    listed: list[tuple[str, int, str]] = []
    from_1904 = False
    for kind, at, end in records(book):
        if kind == _BOOK_SETTINGS:
            from_1904 = bool(book[at] & 1)
        elif kind == _SHEET_NAMED:
            link, after = _text(book, at + 8, end)
            title, _ = _text(book, after, end)
            role, path = links.targets[link]
            if role == "worksheet":
                listed.append((title, _U32.unpack_from(book, at)[0], path))
    if len(listed) > MAX_SHEETS:
        raise too_many_sheets(name, len(listed))
    shared = _Shared(_shared_texts(archive), _styles(archive), from_1904)
    sheets = tuple(_sheet(Grid(name, title), archive.read(path), shared, state) for title, state, path in listed)
    external = sum(one.lower().startswith("xl/externallinks/") and one.endswith(".bin") for one in archive.names)
    told = [finding("F34", count=external)] if external else []
    return Opened(sheets, (*of_hidden_sheets(sheets), *told))


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, start, end) of the records of a part. Raises IndexError or ValueError when one reaches beyond the end."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 21:
                raise ValueError(at)
        if at + length > len(data):
            raise ValueError(at)
        yield kind, at, at + length
        at += length


def _text(data: bytes, at: int, end: int) -> tuple[str, int]:
    """(the text at a place, the place after it); no text where the count says so."""
    count = _U32.unpack_from(data, at)[0]
    if count == 0xFFFFFFFF:
        return "", at + 4
    after = at + 4 + 2 * count
    if after > end:
        raise ValueError(at)
    return data[at + 4 : after].decode("utf-16-le", "replace"), after


def _shared_texts(archive: Archive) -> list[str]:
    path = archive.find("xl/sharedStrings.bin")
    if path is None:
        return []
    data = archive.read(path)
    return [_text(data, at + 1, end)[0] for kind, at, end in records(data) if kind == _SHARED_TEXT]


def _styles(archive: Archive) -> list[str]:
    path = archive.find("xl/styles.bin")
    if path is None:
        return []
    data = archive.read(path)
    codes: dict[int, str] = {}
    shown: list[str] = []
    of_cells = False
    for kind, at, end in records(data):
        if kind == _FORMAT:
            codes[int.from_bytes(data[at : at + 2], "little")] = _text(data, at + 2, end)[0]
        elif kind in {_CELL_STYLES, _CELL_STYLES_END}:
            of_cells = kind == _CELL_STYLES
        elif kind == _STYLE and of_cells:
            number = int.from_bytes(data[at + 2 : at + 4], "little")
            shown.append(shows_time(number, codes.get(number, "")))
    return shown


def _sheet(grid: Grid, data: bytes, shared: _Shared, state: int) -> Sheet:
    row = column = described = -1
    for kind, at, end in records(data):
        if _FIRST_CELL <= kind <= _LAST_CELL or kind == _RICH:
            column = _U32.unpack_from(data, at)[0]
            grid.put(row, column, _value(kind, data, at + 4, end, shared))
        elif _FIRST_SHORT <= kind <= _LAST_SHORT:
            column += 1
            grid.put(row, column, _value(kind - _FIRST_SHORT + _FIRST_CELL, data, at, end, shared))
        elif kind == _ROW:
            row, column = _U32.unpack_from(data, at)[0], -1
            if data[at + 11] & 0x10 and row < MAX_ROWS:
                grid.hidden_rows.add(row)
        elif kind == _COLUMN:
            first, last = struct.unpack_from("<II", data, at)
            if not described < first <= last < MAX_COLUMNS:
                raise ValueError(first)
            described = last
            if data[at + 16] & 1:
                grid.hidden_columns.update(range(first, last + 1))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", data, at)
            grid.merge(top, left, bottom, right)
    return grid.sheet(hidden=state != 0, very_hidden=state == 2)


def _value(kind: int, data: bytes, at: int, end: int, shared: _Shared) -> Cell:
    """The value of a cell record; `at` is where its style stands, which the value follows."""
    style = int.from_bytes(data[at : at + 3], "little")
    at += 4
    if kind == 7:
        return shared.texts[_U32.unpack_from(data, at)[0]]
    if kind in {6, 8}:
        return _text(data, at, end)[0]
    if kind == _RICH:
        return _text(data, at + 1, end)[0]
    if kind in {4, 10}:
        return bool(data[at])
    if kind in {3, 11}:
        return ERRORS.get(data[at], "#N/A")
    if kind in {2, 5, 9}:
        number = _packed(_U32.unpack_from(data, at)[0]) if kind == 2 else float(_F64.unpack_from(data, at)[0])
        return of_serial(number, shared.shown[style] if style < len(shared.shown) else "", from_1904=shared.from_1904)
    return ""


def _packed(raw: int) -> float:
    """A number packed into four bytes: its first bit says hundredths, its second a whole number."""
    if raw & 2:
        whole = raw >> 2
        number = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        number = float(_F64.unpack(bytes(4) + _U32.pack(raw & 0xFFFFFFFC))[0])
    return number / 100 if raw & 1 else number


class _Links(Reader):
    """Reads which part a workbook calls by which id: (its role, its path)."""

    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        if tag.endswith(" Relationship"):
            target = attributes.get("Target", "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], path)

    def end(self, tag: str) -> None:
        """An element is over."""

    def text(self, text: str) -> None:
        """A piece of text."""
