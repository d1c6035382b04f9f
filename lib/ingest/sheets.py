"""Opens a file into plain sheets of cells. Its one rule: what cannot be read is told as a finding, never as a stack trace."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from lib.spec.findings import Finding, finding

Cell = object
"""str, float, int, bool, date, datetime, time or timedelta; an empty text for an empty cell."""

UNCALCULATED = "#未计算!"
"""Stands in a formula cell that was saved without its value, which calamine would give as an empty one."""

MAX_CELLS = 6_000_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 300
MAX_ENTRIES = 4_000

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "这是 PDF 文档"),
    (b"\x89PNG", "这是图片"),
    (b"\xff\xd8\xff", "这是图片"),
    (b"GIF8", "这是图片"),
    (b"Rar!", "这是压缩包"),
    (b"7z\xbc\xaf", "这是压缩包"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells from A1 on, all of one length, and merged ranges as ((row, column), (row, column)), 0-based,
    inclusive. hidden: not to be read as data. widths: of a text file, how many cells each row was written with.
    """

    name: str
    rows: list[list[Cell]]
    merges: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    hidden: bool = False
    widths: tuple[int, ...] = ()


class Unreadable(Exception):
    """The file cannot be read; `finding` says why and what to do."""

    def __init__(self, what: Finding) -> None:
        super().__init__(what.message)
        self.finding = what


def open_sheets(name: str, data: bytes) -> tuple[list[Sheet], list[Finding]]:
    """All sheets of a file, and findings about the hidden ones. Raises Unreadable."""
    base = PurePath(name.replace("\\", "/")).name
    if base.startswith("~$"):
        raise Unreadable(finding("F02", name=base, reason="这是 Excel 打开文件时的临时文件，请关闭 Excel 后重新选择"))
    if not data.strip(b"\x00 \r\n\t"):
        raise Unreadable(finding("F01", name=base))
    for magic, what in _SIGNATURES:
        if data.startswith(magic):
            raise Unreadable(finding("F02", name=base, reason=what))
    suffix = PurePath(base).suffix.lower()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip(base, data)
    if suffix in {".csv", ".txt"}:
        return [_open_csv(base, data)], []
    if data.startswith(OLE2):
        raise Unreadable(_ole_finding(base, data))
    raise Unreadable(finding("F02", name=base, reason="内容不是 Excel 表格或 CSV 文本"))


def _ole_finding(name: str, data: bytes) -> Finding:
    try:
        CalamineWorkbook.from_filelike(io.BytesIO(data)).close()
    except PasswordError:
        return finding("F04", name=name)
    except (CalamineError, OSError, ValueError):
        pass
    if "EncryptedPackage".encode("utf-16-le") in data:
        return finding("F04", name=name)
    return finding("F02", name=name, reason="旧版 .xls、.et 格式暂不支持")


def _open_zip(name: str, data: bytes) -> tuple[list[Sheet], list[Finding]]:
    _inspect_zip(name, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise Unreadable(finding("F04", name=name)) from None
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(finding("F03", name=name, reason=type(error).__name__)) from None
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for meta in book.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        hidden = meta.visible is not SheetVisibleEnum.Visible
        if hidden:
            findings.append(finding("F08", sheet=meta.name))
        try:
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise Unreadable(finding("F05", name=name, reason=f"工作表“{meta.name}”的范围过大"))
            rows: list[list[Cell]] = [list[Cell](row) for row in sheet.to_python(skip_empty_area=False)]
            merges = tuple((start, end) for start, end in sheet.merged_cell_ranges or ())
        except (CalamineError, OSError, ValueError) as error:
            raise Unreadable(finding("F03", name=name, reason=f"工作表“{meta.name}”：{type(error).__name__}")) from None
        sheets.append(Sheet(meta.name, rows, merges, hidden))
    _restore_errors(data, {sheet.name: sheet for sheet in sheets})
    return sheets, findings


_TAG = re.compile(rb"<(?:\w+:)?(?:sheet|Relationship)\b[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?P<empty><(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _restore_errors(data: bytes, sheets: dict[str, Sheet]) -> None:
    """Put error values (#REF!) back into their cells, and a mark into formula cells without a value: calamine gives an
    empty text for both, which would pass as missing. An empty text that a formula gave (t="str") is a value.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, path in _sheet_paths(archive):
            text = archive.read(path) if name in sheets else b""
            if b'"e"' in text or b"'e'" in text:
                for attributes, inner in _ERROR_CELL.findall(text):
                    if value := _VALUE.search(inner):
                        _put(sheets[name].rows, dict(_ATTRIBUTE.findall(attributes)), value.group(1).decode("utf-8", "replace"))
            for attributes, empty in _FORMULA_CELL.findall(text):
                written = dict(_ATTRIBUTE.findall(attributes))
                if not empty or written.get(b"t") != b"str":
                    _put(sheets[name].rows, written, UNCALCULATED)


def _put(rows: list[list[Cell]], attributes: dict[bytes, bytes], value: str) -> None:
    place = _PLACE.fullmatch(attributes.get(b"r", b"").decode())
    if place and int(place.group(2)) <= len(rows) and column_index(place.group(1)) < len(rows[0]):
        rows[int(place.group(2)) - 1][column_index(place.group(1))] = value


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(sheet name, path in the archive) of the sheets of a workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    links = [dict(_ATTRIBUTE.findall(tag)) for tag in _TAG.findall(archive.read("xl/_rels/workbook.xml.rels"))]
    targets = {link.get(b"Id", b""): link.get(b"Target", b"").decode() for link in links}
    for tag in _TAG.findall(archive.read("xl/workbook.xml")):
        one = dict(_ATTRIBUTE.findall(tag))
        target = targets.get(next((value for key, value in one.items() if key.endswith(b":id")), b""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if path in names and b"name" in one:
            yield html.unescape(one[b"name"].decode("utf-8", "replace")), path


def _inspect_zip(name: str, data: bytes) -> None:
    """Look at the zip directory before anything is unpacked: entries, sizes, ratio, kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(finding("F03", name=name, reason="压缩结构不完整")) from None
    names = {entry.filename for entry in entries}
    if not any(one.startswith("xl/") for one in names):
        kind = "这是 Word 文档" if any(one.startswith("word/") for one in names) else "这是压缩包或其他文档，不是 Excel 工作簿"
        raise Unreadable(finding("F02", name=name, reason=kind))
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or (unpacked > 20_000_000 and unpacked / packed > MAX_RATIO):
        raise Unreadable(finding("F05", name=name, reason="解压后的内容异常庞大"))


def _open_csv(name: str, data: bytes) -> Sheet:
    text = decode(data)
    if text is None:
        raise Unreadable(finding("F07", name=name))
    if "\x00" in text:
        raise Unreadable(finding("F03", name=name, reason="文本中有空字节"))
    head = "".join(text.splitlines(keepends=True)[:20])
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    try:
        rows: list[list[Cell]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise Unreadable(finding("F03", name=name, reason=f"CSV 结构有误：{error}")) from None
    widths = tuple(len(row) for row in rows)
    width = max(widths, default=0)
    if width * len(rows) > MAX_CELLS:
        raise Unreadable(finding("F05", name=name, reason="行列过多"))
    for row in rows:
        row.extend([""] * (width - len(row)))
    return Sheet(PurePath(name).stem, rows, widths=widths)


def decode(data: bytes) -> str | None:
    """The text of a CSV, its encoding decided strictly: UTF-16 by its mark, then UTF-8, then GB18030; None when none fits."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding, errors="strict")
        except UnicodeDecodeError:
            continue
    return None


def cell_name(row: int, column: int) -> str:
    """The name Excel shows for a 0-based position: (6, 2) → C7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def column_index(letters: str) -> int:
    """The 0-based column of Excel's letters: C → 2."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
