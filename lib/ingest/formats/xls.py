"""Workbooks of Excel 2003 and before and of WPS (.xls, .et). Its one rule: every failure of the library is a finding.

xlrd, not calamine: calamine gives error values as empty cells here and believes the range that a sheet claims.
"""

from __future__ import annotations

import io
import struct

import xlrd
from xlrd.biffh import XLRDError

from lib.ingest.formats.compound import SIGNATURE, BrokenFile, Compound
from lib.ingest.formats.grid import (
    ERRORS,
    MAX_SHEETS,
    Grid,
    of_hidden_sheets,
    of_serial,
    shows_time,
    too_many_sheets,
)
from lib.ingest.formats.remarks import COMMENT, has_number
from lib.ingest.sheet import Opened, Remark, Sheet, Unreadable, cell_name
from lib.spec.findings import finding

BARE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""How workbooks begin that are in no compound file: those before Excel 5, and what some systems write."""
_BROKEN = "内容不完整或已被改动，可能没有下载完"
_BOOKS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_OTHER_DOCUMENTS = {
    "WordDocument": "Word 或 WPS 文字文档",
    "PowerPoint Document": "演示文稿",
    "__properties_version1.0": "Outlook 邮件",
    "VisioDocument": "Visio 图",
}


def open_xls(name: str, data: bytes) -> Opened:
    """The sheets of a BIFF workbook, in a compound file or as it is. Raises Unreadable."""
    stream = _workbook(name, data) if data.startswith(SIGNATURE) else data
    try:
        # xlrd prints what it wonders at; standard output belongs to the process that waits for the reading.
        book = xlrd.open_workbook(file_contents=stream, logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True)
        if book.nsheets > MAX_SHEETS:
            raise too_many_sheets(name, book.nsheets)
        remarks: list[Remark] = []
        sheets = tuple(_sheet(name, book, index, remarks) for index in range(book.nsheets))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a broken file makes xlrd raise IndexError, struct.error, AssertionError and more
        if isinstance(error, XLRDError) and "encrypted" in str(error):
            raise Unreadable(finding("F04", name=name)) from None
        raise Unreadable(finding("F03", name=name, reason=_BROKEN)) from None
    return Opened(sheets, tuple(of_hidden_sheets(sheets)), tuple(remarks))


def _workbook(name: str, data: bytes) -> bytes:
    """The stream that holds the workbook. xlrd would look for it itself, and for ever where sectors run in a circle."""
    try:
        file = Compound(data)
        for stream in _BOOKS:
            if stream in file.names:
                return file.read(stream)
    except (BrokenFile, struct.error):
        raise Unreadable(finding("F03", name=name, reason=_BROKEN)) from None
    if {"EncryptedPackage", "EncryptionInfo"} & file.names:
        raise Unreadable(finding("F04", name=name))
    for stream, kind in _OTHER_DOCUMENTS.items():
        if stream in file.names:
            raise Unreadable(finding("F14" if "邮件" in kind else "F13", name=name, kind=kind))
    raise Unreadable(finding("F03", name=name, reason="其中没有工作表"))


def _sheet(name: str, book: xlrd.Book, index: int, remarks: list[Remark]) -> Sheet:
    """One sheet; its comments are put to the remarks."""
    source = book.sheet_by_index(index)
    grid = Grid(name, source.name)
    shown = [shows_time(xf.format_key, _code(book, xf.format_key)) for xf in book.xf_list]
    dates = {at for at, kind in enumerate(shown) if kind}
    from_1904 = book.datemode == 1
    number, text, true, error = xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_TEXT, xlrd.XL_CELL_BOOLEAN, xlrd.XL_CELL_ERROR
    for row in range(source.nrows):
        for column, (kind, value) in enumerate(zip(source.row_types(row), source.row_values(row), strict=True)):
            if kind == text:
                grid.put(row, column, value)
            elif kind in {number, xlrd.XL_CELL_DATE}:
                style = source.cell_xf_index(row, column)
                grid.put(row, column, of_serial(float(value), shown[style], from_1904=from_1904) if style in dates else value)
            elif kind == true:
                grid.put(row, column, bool(value))
            elif kind == error:
                grid.put(row, column, ERRORS.get(int(value), "#N/A"))
    for top, bottom, left, right in source.merged_cells:
        grid.merge(top, left, bottom - 1, right - 1)
    grid.hidden_rows.update(row for row, info in source.rowinfo_map.items() if info.hidden)
    grid.hidden_columns.update(column for column, info in source.colinfo_map.items() if info.hidden)
    texts = {at: f"{note.author or ''}\n{note.text or ''}" for at, note in source.cell_note_map.items()}
    remarks += [Remark(source.name, cell_name(*at), COMMENT, text) for at, text in texts.items() if has_number(text)]
    visibility = source.visibility
    book.unload_sheet(index)
    return grid.sheet(hidden=visibility != 0, very_hidden=visibility == 2)


def _code(book: xlrd.Book, key: int) -> str:
    known = book.format_map.get(key)
    return known.format_str if known and known.format_str else ""
