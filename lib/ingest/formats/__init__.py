"""Every format in which offices send tables, each opened into the same plain sheets.

Its one rule: what a file is, is told by its first bytes, never by its name; what cannot be read is told as a finding.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import PurePath

from lib.ingest.expected import Tell, tell_nobody
from lib.ingest.formats.compound import SIGNATURE as OLE2
from lib.ingest.formats.encoding import decoded
from lib.ingest.formats.html import open_html
from lib.ingest.formats.names import shown_name
from lib.ingest.formats.ods import CONTENT, open_ods
from lib.ingest.formats.signatures import check_signature
from lib.ingest.formats.spreadsheetml import NAMESPACE, open_spreadsheetml
from lib.ingest.formats.text import open_text
from lib.ingest.formats.xls import BARE, open_xls
from lib.ingest.formats.xlsb import BOOK, open_xlsb
from lib.ingest.formats.xlsx import open_xlsx
from lib.ingest.sheet import Opened, Unreadable
from lib.spec.findings import finding

__all__ = ["open_file", "shown_name"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_ZIP = b"PK\x05\x06"
_MOST_ENTRIES = 40_000
_ET = {".et", ".ett"}
_XLSX, _XLS = "Excel 工作簿（.xlsx）", "Excel 97—2003 工作簿（.xls）"
_XLSB, _ODS = "Excel 二进制工作簿（.xlsb）", "OpenDocument 表格（.ods）"
_HTML, _XML, _TEXT = "网页", "XML 表格", "文本"
_EXTENSIONS = {
    _XLSX: {".xlsx", ".xlsm", ".xltx", ".xltm", *_ET},
    _XLS: {".xls", ".xlt", *_ET},
    _XLSB: {".xlsb"},
    _ODS: {".ods", ".ots"},
    _HTML: {".html", ".htm"},
    _XML: {".xml"},
    _TEXT: {".csv", ".txt", ".tsv"},
}
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style|div|!--)", re.IGNORECASE)


def open_file(name: str, data: bytes, tell: Tell = tell_nobody) -> Opened:
    """All sheets of a file, with what is to be said of it; `tell` hears how many rows it has as soon as they are counted.
    Raises Unreadable.
    """
    base = shown_name(name)
    check_signature(base, data)
    kind, opened = _open(base, data, tell)
    told = list(opened.findings)
    suffix = PurePath(base).suffix.lower()
    if suffix and suffix not in _EXTENSIONS[kind]:
        told.append(finding("F19", name=base, kind=kind))
    elif suffix in _ET:
        told.append(finding("F20", name=base))
    return replace(opened, findings=tuple(told))


def _open(name: str, data: bytes, tell: Tell) -> tuple[str, Opened]:
    if data.startswith(_ZIP):
        return _open_zip(name, data, tell)
    if data.startswith((OLE2, *BARE)):
        return _XLS, open_xls(name, data)
    text = decoded(name, data)
    head = text[:8192].lstrip("\ufeff \t\r\n")
    if head.startswith("<") and NAMESPACE in head:
        return _XML, open_spreadsheetml(name, text)
    if _PAGE.match(head) or (head.startswith("<?xml") and "<html" in head.lower()):
        return _HTML, open_html(name, text)
    if head.startswith("<?xml"):
        raise Unreadable(finding("F02", name=name, reason="这是 XML 数据，不是表格"))
    return _TEXT, open_text(name, text)


def _open_zip(name: str, data: bytes, tell: Tell) -> tuple[str, Opened]:
    if _END_OF_ZIP not in data[-65_600:]:
        raise Unreadable(finding("F03", name=name, reason="压缩结构不完整，文件可能没有下载或保存完"))
    entries = _entries(data)
    if BOOK in entries:
        return _XLSB, _with_macros(name, entries, open_xlsb(name, data))
    if any(entry.startswith("xl/") for entry in entries) or not entries:
        return _XLSX, _with_macros(name, entries, open_xlsx(name, data, tell))
    folders = {entry.split("/")[0] for entry in entries}
    said = data[:200] if CONTENT in entries else b""
    if "word" in folders or b"opendocument.text" in said:
        raise Unreadable(finding("F13", name=name, kind="Word 或 WPS 文字文档"))
    if "ppt" in folders or b"opendocument.presentation" in said:
        raise Unreadable(finding("F13", name=name, kind="演示文稿"))
    if {CONTENT, "encrypted-package"} & entries:
        return _ODS, open_ods(name, data)
    raise Unreadable(finding("F12", name=name, kind="压缩包（.zip）"))


def _entries(data: bytes) -> set[str]:
    """The names in an archive, in small letters; none when the archive is not fit for being listed."""
    if data.count(b"PK\x01\x02") > _MOST_ENTRIES:
        return set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.replace("\\", "/").removeprefix("/").lower() for entry in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError):
        return set()


def _with_macros(name: str, entries: set[str], opened: Opened) -> Opened:
    if not any(entry.endswith("vbaproject.bin") for entry in entries):
        return opened
    return replace(opened, findings=(*opened.findings, finding("F21", name=name)))
