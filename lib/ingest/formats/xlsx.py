"""Excel workbooks of 2007 and later (.xlsx, .xlsm).

Its one rule: the archive and every sheet are looked at before the workbook is opened, and nothing that was seen is lost.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from lib.ingest.expected import Tell, tell_nobody
from lib.ingest.formats.archive import Archive
from lib.ingest.formats.remarks import of_sheet, remarks_of
from lib.ingest.formats.xlsx_scan import SheetScan, check_part, check_texts, scan_sheet
from lib.ingest.sheet import MAX_CELLS, Cell, Opened, Range, Sheet, Unreadable, cell_name
from lib.spec.findings import Finding, finding

MAX_SHEETS = 256
MAX_TEXT = 32_767
"""Characters of a cell, as Excel allows."""

_ROWS_AT_ONCE = 2_000
_XML = (".xml", ".rels", ".vml")
_TAG = re.compile(rb"<(?:\w+:)?(?:sheet|Relationship)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_PERCENT = re.compile(rb"\bnumFmtId\s*=\s*[\"'](?:9|10)[\"']|\bformatCode\s*=\s*[\"'][^\"']*%")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def open_xlsx(name: str, data: bytes, tell: Tell = tell_nobody) -> Opened:
    """The sheets of an .xlsx or .xlsm. Raises Unreadable."""
    archive = Archive(name, data)
    if not any(one.replace("\\", "/").startswith("xl/") for one in archive.names):
        word = any(one.startswith("word/") for one in archive.names)
        kind = "这是 Word 文档" if word else "这是压缩包或其他文档，不是 Excel 工作簿"
        raise Unreadable(finding("F02", name=name, reason=kind))
    scans = _look(archive)
    tell("打开文件", max((scan.bottom + 1 for scan in scans), default=0))
    with _failures(archive, "工作簿的目录不完整"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if len(book.sheets_metadata) != len(scans):
        raise archive.broken("工作表目录不完整")
    findings = list(_links(archive))
    sheets: list[Sheet] = []
    for index, (meta, scan) in enumerate(zip(book.sheets_metadata, scans, strict=True)):
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        very = meta.visible is SheetVisibleEnum.VeryHidden
        hidden = meta.visible is not SheetVisibleEnum.Visible
        if hidden:
            findings.append(finding("F35" if very else "F08", sheet=meta.name))
        with _failures(archive, f"工作表“{meta.name}”的内容有误"):
            sheet = book.get_sheet_by_index(index)
            columns = read_columns(sheet)
            merges = sheet.merged_cell_ranges or []
        del sheet
        sheets.append(_sheet(meta.name, columns, merges, scan, hidden=hidden, very_hidden=very))
    from_1904, shows_percent = _from_1904(archive), _shows_percent(archive)
    listed = list(_sheets(archive))
    remarks = [one for (_, title), scan in zip(listed, scans, strict=True)
               for one in of_sheet(title, scan.headers, scan.prompts, scan.formulas)]
    remarks += remarks_of(archive, listed)
    sheets = [replace(one, from_1904=from_1904, shows_percent=shows_percent) for one in sheets]
    return Opened(tuple(sheets), tuple(findings), tuple(remarks))


@contextmanager
def _failures(archive: Archive, reason: str) -> Iterator[None]:
    """Whatever calamine fails with becomes a finding; a panic of it is no Exception and cannot be imported."""
    try:
        yield
    except PasswordError:
        raise Unreadable(finding("F04", name=archive.name)) from None
    except (CalamineError, OSError, ValueError, ArithmeticError):
        raise archive.broken(reason) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise archive.broken(reason) from None


def read_columns(sheet: CalamineSheet) -> tuple[list[Cell], ...]:
    """The columns of a sheet from A1 on; equal texts are kept once."""
    if sheet.start is None or sheet.end is None:
        return ()
    left, (bottom, right) = sheet.start[1], sheet.end
    # The rows that calamine gives begin with row 1, but with the first column that holds something.
    columns: list[list[Cell]] = [[""] * (bottom + 1) if at < left else [] for at in range(right + 1)]
    pools: list[dict[Cell, Cell] | None] = [{} for _ in columns]
    rows = sheet.iter_rows()
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        for at, values in enumerate(zip(*chunk, strict=True), left):
            pool = pools[at]
            if pool is not None and str in set(map(type, values)):
                _keep_once(columns[at], values, pool)
                if len(pool) > _ROWS_AT_ONCE and 2 * len(pool) > len(columns[at]):
                    pools[at] = None
            else:
                columns[at].extend(values)
    return tuple(columns)


def _keep_once(column: list[Cell], values: tuple[Cell, ...], pool: dict[Cell, Cell]) -> None:
    if set(map(type, values)) == {str}:
        column.extend(map(pool.setdefault, values, values))
    else:
        column.extend(pool.setdefault(value, value) if type(value) is str else value for value in values)


def _sheet(
    name: str, columns: tuple[list[Cell], ...], merges: Iterable[Range], scan: SheetScan, *, hidden: bool, very_hidden: bool
) -> Sheet:
    if scan.long:
        _check_texts(name, columns)
    columns = _with_marks(columns, scan.marks)
    height = len(columns[0]) if columns else 0
    return Sheet(
        name,
        columns,
        _clipped(name, merges, height, len(columns)),
        hidden,
        very_hidden,
        frozenset(row for row in scan.hidden_rows if row < height),
        frozenset(at for first, last in scan.hidden_columns for at in range(first, min(last + 1, len(columns)))),
    )


def _check_texts(name: str, columns: tuple[list[Cell], ...]) -> None:
    for at, column in enumerate(columns):
        for row, value in enumerate(column):
            if type(value) is str and len(value) > MAX_TEXT:
                raise Unreadable(finding("F40", sheet=name, cell=cell_name(row, at), count=len(value)))


def _with_marks(columns: tuple[list[Cell], ...], marks: dict[tuple[int, int], str]) -> tuple[list[Cell], ...]:
    """Put error values (#REF!) back into their cells, and a mark into formula cells without a value: calamine gives an
    empty text for both, which would pass as missing.
    """
    if not marks:
        return columns
    height = max(len(columns[0]) if columns else 0, 1 + max(row for row, _ in marks))
    for column in columns:
        column.extend([""] * (height - len(column)))
    width = max(len(columns), 1 + max(column for _, column in marks))
    columns += tuple([""] * height for _ in range(width - len(columns)))
    for (row, at), value in marks.items():
        columns[at][row] = value
    return columns


def _clipped(name: str, merges: Iterable[Range], height: int, width: int) -> tuple[Range, ...]:
    """The merges as far as they lie on cells. Raises Unreadable when they cover more than there is."""
    kept: list[Range] = []
    area = 0
    for (top, left), (bottom, right) in merges:
        lowest, rightmost = min(bottom, height - 1), min(right, width - 1)
        if top <= lowest and left <= rightmost:
            kept.append(((top, left), (lowest, rightmost)))
            area += (lowest - top + 1) * (rightmost - left + 1)
    if area > height * width:
        raise Unreadable(finding("F38", sheet=name, count=len(kept)))
    return tuple(kept)


def _look(archive: Archive) -> list[SheetScan]:
    """Look at every part; gives what was seen of the sheets, in the order of the workbook."""
    paths = dict.fromkeys(path for path, _ in sheets if path) if (sheets := list(_sheets(archive))) else {}
    if len(sheets) > MAX_SHEETS:
        raise Unreadable(finding("F43", name=archive.name, count=len(sheets), limit=MAX_SHEETS))
    long = False
    for path in archive.names:
        lower = path.lower()
        if path in paths or not lower.endswith(_XML):
            continue
        if lower.endswith("sharedstrings.xml"):
            long |= check_texts(archive, path)
        else:
            check_part(archive, path)
    scans: list[SheetScan] = []
    seen: dict[str, SheetScan] = {}
    for path, name in sheets:
        if path and path not in seen:
            seen[path] = scan_sheet(archive, path, name)
            seen[path].long |= long
        scans.append(seen[path] if path else SheetScan())
    if sum((scan.bottom + 1) * (scan.right + 1) for scan in scans) > MAX_CELLS:
        raise Unreadable(finding("F05", name=archive.name, reason="各工作表的行列合计过多"))
    return scans


def _sheets(archive: Archive) -> Iterator[tuple[str, str]]:
    """(path in the archive, name) of the sheets of a workbook, in its order; no path: none is there."""
    book, links = archive.find("xl/workbook.xml"), archive.find("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return
    targets = {link.get(b"Id", b""): link.get(b"Target", b"").decode("utf-8", "replace") for link in _tags(archive, links)}
    for tag in _tags(archive, book):
        target = targets.get(next((value for key, value in tag.items() if key.endswith(b":id")), b""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        yield archive.find(path) or "", html.unescape(tag.get(b"name", b"").decode("utf-8", "replace"))


def _from_1904(archive: Archive) -> bool:
    """Whether the workbook counts its days from 1904 on. calamine does so for dates; for plain numbers nobody can."""
    book = archive.find("xl/workbook.xml")
    return book is not None and _FROM_1904.search(archive.read(book)) is not None


def _shows_percent(archive: Archive) -> bool:
    """Whether any style of the workbook shows numbers as percents."""
    styles = archive.find("xl/styles.xml")
    return styles is not None and _PERCENT.search(archive.read(styles)) is not None


def _tags(archive: Archive, path: str) -> Iterator[dict[bytes, bytes]]:
    for written in _TAG.findall(archive.read(path)):
        yield {name: double or single for name, double, single in _ATTRIBUTE.findall(written)}


def _links(archive: Archive) -> Iterator[Finding]:
    count = sum(one.lower().startswith("xl/externallinks/") and one.lower().endswith(".xml") for one in archive.names)
    if count:
        yield finding("F34", count=count)
