"""Messes of the file itself: its format, encoding, name, what it says of its month, and the month before (M23–M29, M34)."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
from xlwt.CompoundDoc import XlsDoc

from lib.ingest.expected import Context, Expected, Question
from lib.ingest.sheet import cell_name
from lib.spec.checks import KnownIn, NeverBack, NeverFalls
from lib.spec.fields import Dataset, Nature
from lib.spec.kinds import Kind
from lib.spec.period import title_of
from tests.support import formats
from tests.support.mess.clean import Row
from tests.support.mess.kinds import (
    AROUND,
    CELLS,
    FILE,
    Place,
    first_cell,
    free_cells,
    mess,
    own_tables,
    put,
    take_cell,
    value_at,
)
from tests.support.mess.layout import ANY, PERIOD, Book, Formula, Line, Shown

NEED_TYPES = {
    "C03",
    "C07",
    "M7a",
    "M7b",
    "M7c",
    "M13c",
    "M14a",
    "M14b",
    "M14c",
    "M22b",
    "M22d",
    "M32a",
    "M32b",
    "M18a",
    "M33b",
}
"""Messes that a format without types would undo or turn into others."""
ONE_SHEET = {"M22f", "M8b", "M8c", "M8d", "M9d", "M20a", "M20b", "M35a"}
MERGES = {"M2a", "M2b", "M2d", "M11a", "M11b", "M11c", "M21a", "M21b", "M21c"}
"""Messes of what a text file cannot hold."""


def leaves(book: Book) -> list[formats.Leaf]:
    """The book as plain sheets, for the writers of other formats."""
    found = []
    for page, cells, merges in book.grids():
        height, width = (1 + max((place[at] for place in cells), default=-1) for at in (0, 1))
        rows = [[_plain(cells.get((row, column))) for column in range(width)] for row in range(height)]
        lines = [line for table in page.tables for line in (*table.titles, *table.body, *table.after)]
        found.append(
            formats.Leaf(
                rows,
                page.name,
                [((top, left), (bottom, right)) for top, left, bottom, right in merges],
                {"": "", "hidden": "hidden", "very": "veryHidden"}[page.hidden],
                [line.row for line in lines if line.hidden],
                [one.index for table in page.tables for one in table.columns if one.hidden],
            )
        )
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Shown):
        return _plain(value.value)
    if isinstance(value, Formula):
        return formats.UNCALCULATED if value.saved is None else value.saved
    return value


def _sent_as(book: Book, ending: str, encode: Callable[[Book], bytes], *codes: str) -> bool:
    if not book.claim("file"):
        return False
    book.name = f"报表{ending}"
    book.encode = encode
    for code in codes:
        book.expect(code, lambda: ("", ""))
    return True


def _has_types(book: Book) -> bool:
    return not NEED_TYPES.intersection(book.planted)


def _is_text(book: Book) -> bool:
    return _has_types(book) and not (ONE_SHEET | MERGES).intersection(book.planted) and len(book.pages) == 1


# -- M23, M24: other formats -------------------------------------------------------------------------------------------


@mess("M23a", "a web page named .xls", FILE)
def _page(book: Book) -> bool:
    if not _has_types(book) or "M20b" in book.planted:
        return False
    charset = book.rng.choice(["utf-8", "gb2312"])
    encoding = "gb18030" if charset == "gb2312" else charset
    if not _sent_as(
        book, ".xls", lambda one: formats.html(*leaves(one), charset=charset).encode(encoding), "F19"
    ):
        return False
    book.as_text = True
    for page in book.pages:
        page.name = page.name.strip()
    return True


@mess("M23b", "an XML spreadsheet named .xls", FILE)
def _xml(book: Book) -> bool:
    if "M14b" in book.planted or not _sent_as(
        book, ".xls", lambda one: formats.spreadsheetml(*leaves(one)).encode(), "F19"
    ):
        return False
    book.as_text = True
    return True


@mess("M24a", "a workbook of WPS", FILE)
def _et(book: Book) -> bool:
    return "M14b" not in book.planted and _sent_as(book, ".et", lambda one: formats.xls(*leaves(one)), "F20")


@mess("M24b", "an older workbook", FILE)
def _xls(book: Book) -> bool:
    return "M14b" not in book.planted and _sent_as(book, ".xls", lambda one: formats.xls(*leaves(one)))


@mess("M24c", "a binary workbook", FILE)
def _xlsb(book: Book) -> bool:
    return "M14b" not in book.planted and _sent_as(book, ".xlsb", lambda one: formats.xlsb(*leaves(one)))


@mess("M24d", "an OpenDocument table", FILE)
def _ods(book: Book) -> bool:
    return not {"M14b", "M20b"} & set(book.planted) and _sent_as(
        book, ".ods", lambda one: formats.ods(*leaves(one))
    )


@mess("M24e", "a workbook under another ending", FILE)
def _renamed(book: Book) -> bool:
    if not book.claim("file"):
        return False
    book.name = book.rng.choice(["报表.xls", "报表.csv", "报表.dat"])
    book.expect("F19", lambda: ("", ""))
    return True


# -- M25, M26: what cannot be read -------------------------------------------------------------------------------------


def _refused(book: Book, name: str, code: str, data: bytes) -> bool:
    if not book.claim("file"):
        return False
    book.name, book.encode, book.refused = name, lambda _book: data, code
    return True


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _encrypted() -> bytes:
    """As much of a workbook with a password as tells what it is: an .xls whose second record is FILEPASS."""
    sink = io.BytesIO()
    records = (
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)),
        _record(0x002F, bytes([1, 0, 1, 0, 1, 0]) + bytes(48)),
        _record(0x000A),
    )
    XlsDoc().save(sink, b"".join(records))
    return sink.getvalue()


@mess("M25a", "a password", FILE)
def _password(book: Book) -> bool:
    return _refused(book, "报表.xls", "F04", _encrypted())


@mess("M26a", "the lock file of an open workbook", FILE)
def _lock(book: Book) -> bool:
    name = "王某".encode("gbk")
    data = (
        bytes([len(name)])
        + name.ljust(54, b" ")
        + bytes([2, 0])
        + "王某".encode("utf-16-le").ljust(108, b" ")
    )
    return _refused(book, book.rng.choice(["~$报表.xlsx", "报表.xlsx"]), "F10", data)


@mess("F01", "an empty file", FILE)
def _empty(book: Book) -> bool:
    return _refused(book, "报表.xlsx", "F01", b"")


# -- M27: text ---------------------------------------------------------------------------------------------------------


def _text(book: Book, ending: str, delimiter: str, encoding: str) -> bool:
    if not _is_text(book) or not book.free("sheet name") or not book.claim("file"):
        return False
    book.page.name = "报表"
    book.as_text = True
    book.name = f"报表{ending}"
    book.encode = lambda one: formats.text(leaves(one)[0], delimiter).encode(encoding)
    return True


@mess("M27a", "text in UTF-8", FILE)
def _utf8(book: Book) -> bool:
    return _text(book, ".csv", ",", book.rng.choice(["utf-8", "utf-8-sig"]))


@mess("M27b", "text in GB18030, with rare characters", FILE)
def _gb18030(book: Book) -> bool:
    if not book.free("before") or not _text(book, ".csv", ",", "gb18030"):
        return False
    place = first_cell(book, Kind.TEXT, loose=True)
    if place is not None:
        put(place, "㙦𠮷新村", "㙦𠮷新村")
    return True


@mess("M27c", "text in UTF-16 with tabs", FILE)
def _utf16(book: Book) -> bool:
    return _text(book, ".txt", "\t", "utf-16")


# -- M28, M29 ----------------------------------------------------------------------------------------------------------


@mess("M28a", "the name mangled by an archive, the month in it alone", FILE)
def _mangled(book: Book) -> bool:
    if (
        not book.free("title", "file")
        or not book.claim("title", "file")
        or len(own_tables(book)) < len(book.tables())
    ):
        return False
    for table in own_tables(book):
        for line in table.titles:
            line.cells = {
                key: value.replace(f"（{title_of(PERIOD)}）", "") if isinstance(value, str) else value
                for key, value in line.cells.items()
            }
    book.name = "".join(
        one if one.isascii() else f"#U{ord(one):04x}" for one in f"报表（{title_of(PERIOD)}）.xlsx"
    )
    return True


@mess("M29a", "a text saved in the wrong encoding", CELLS)
def _mojibake(book: Book) -> bool:
    place = first_cell(book, Kind.TEXT, loose=True)
    if place is None or not book.claim("mojibake"):
        return False
    put(place, "普陀小区名称".encode().decode("gb18030"), ANY)
    table, line, column = place
    for code, as_text in (("C20", False), ("F18", True)):
        book.expect(
            code,
            lambda as_text=as_text: (
                (book.page_of(table).name, cell_name(line.row, column.index))
                if book.as_text is as_text
                else None
            ),
        )
    return True


# -- M34: months -------------------------------------------------------------------------------------------------------


@mess("M34a", "the file of another month", AROUND)
def _other_month(book: Book) -> bool:
    if len(book.tables()) > 1 or not book.claim("title", "month"):
        return False
    book.expected = Expected(book.expected.dataset, PERIOD)
    book.table.titles[0] = Line({0: f"普陀区{book.table.dataset.title}（2024年8月）"})
    book.expect("T07", lambda: (book.page.name, _cell_of(book, book.table.titles[0])))
    return True


def _cell_of(book: Book, line: Line) -> str:
    return cell_name(line.row, book.table.left + next(key for key in line.cells if isinstance(key, int)))


@mess("M34b", "the same rows as the month before", FILE)
def _same_rows(book: Book) -> bool:
    dataset = book.table.dataset
    if dataset.nature is not Nature.REGISTER or "R01" in book.planted or not _claim_month(book):
        return False
    rows = [line.values for table in own_tables(book) for line in table.lines()]
    if any(value is ANY for row in rows if row for value in row.values()):
        return False
    present = [{one.field.name for one in table.columns if one.field} for table in own_tables(book)]
    shown = [
        {name: (value if name in present[0] else None) for name, value in (row or {}).items()} for row in rows
    ]
    book.ask = _asked(dataset.id, Context(previous=_month(dataset, shown), previous_period="2024-08"))
    book.at_head("X05", own_tables(book)[0])
    return True


def _claim_month(book: Book) -> bool:
    """Whether this mess alone may say what stood in the month before; a file without reporter or month is not compared."""
    return not {"T08", "T10", "M27b"} & set(book.planted) and book.claim("before")


def _month(dataset: Dataset, rows: list[Row]) -> pa.Table:
    """Rows as they stand published."""
    return pa.Table.from_pylist(
        [{**row, "_sheet": "", "_row": 1, "_marks": None, "_submission": ""} for row in rows],
        schema=dataset.schema,
    )


def _asked(dataset: str, context: Context) -> Callable[[Question], Context]:
    return lambda question: context if question.dataset == dataset else Context()


@mess("X01", "a code that no register has", FILE)
def _unknown(book: Book) -> bool:
    table = book.table
    for check in table.dataset.across:
        if not isinstance(check, KnownIn) or any(one.dataset.id == check.dataset for one in book.tables()):
            continue
        column = table.of(check.column)
        lines = [
            line
            for one in own_tables(book)
            for line in one.lines()
            if line.values and line.values[check.column] is not None
        ]
        if column is None or len(lines) < 2 or not _claim_month(book):
            continue
        strange = book.rng.choice([line for line in table.lines() if line in lines] or [lines[0]])
        assert strange.values
        gone = strange.values[check.column]
        known = frozenset(str(line.values[check.column]) for line in lines if line.values) - {gone}
        book.ask = _asked(table.dataset.id, Context(known={check.dataset: known}))
        for one in own_tables(book):
            for line in one.lines():
                at = one.of(check.column)
                if line.values and line.values[check.column] == gone and at is not None:
                    book.at("X01", one, line, at)
        return True
    return False


def _before(book: Book, place: Place, then: Any, code: str) -> None:
    """The month before had another value in one cell; of the rest nothing but the key is known."""
    table, line, column = take_cell(book, place)
    assert column.field
    assert line.values is not None
    keys = {name: line.values[name] for name in table.dataset.key}
    row = dict.fromkeys(line.values) | keys | {column.field.name: then}
    book.ask = _asked(
        table.dataset.id, Context(previous=_month(table.dataset, [row]), previous_period="2024-08")
    )
    book.at(code, *place)


def _keyed(book: Book, place: Place) -> bool:
    """Whether a cell is of the first form, in a row with a key that stands but once."""
    table, line, _ = place
    return (
        table.dataset is book.table.dataset
        and "R01" not in book.planted
        and line.values is not None
        and all(line.values[name] not in (None, ANY) for name in table.dataset.key)
    )


@mess("X02", "a number or date that fell since the month before", FILE)
def _fell(book: Book) -> bool:
    names = {check.column for check in book.table.dataset.across if isinstance(check, NeverFalls)} - set(
        book.table.dataset.key
    )
    for place in free_cells(book, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, when=lambda one: one.name in names):
        if not _keyed(book, place) or not _claim_month(book):
            continue
        value: Any = value_at(place)
        if isinstance(value, date):
            _before(book, place, value.replace(year=value.year + 1, day=1), "X03")
        else:
            _before(book, place, value * 2 + 1, "X02")
        return True
    return False


@mess("X04", "a stage that went back", FILE)
def _back(book: Book) -> bool:
    for check in book.table.dataset.across:
        if not isinstance(check, NeverBack):
            continue
        for place in free_cells(book, Kind.CHOICE, when=lambda one, name=check.stage: one.name == name):
            _table, line, _ = place
            if not _keyed(book, place) or line.values is None:
                continue
            ladder = check.ladders.get(line.values[check.type], ())
            value = value_at(place)
            if value in ladder[:-1] and _claim_month(book):
                _before(book, place, ladder[-1], "X04")
                return True
    return False


@mess("X07", "a tenth of the month before", FILE)
def _tenth(book: Book) -> bool:
    names = {check.column for check in book.table.dataset.across if isinstance(check, NeverFalls)} | set(
        book.table.dataset.key
    )
    for place in free_cells(book, Kind.INTEGER, Kind.DECIMAL, when=lambda one: one.name not in names):
        value: Any = value_at(place)
        if _keyed(book, place) and isinstance(value, (int, float)) and value >= 10 and _claim_month(book):
            _before(book, place, value * 10, "X07")
            return True
    return False


@mess("X06", "rows of the month before that are gone", FILE)
def _gone(book: Book) -> bool:
    table = book.table
    if table.dataset.nature is not Nature.REGISTER or not _claim_month(book):
        return False
    names = {one.name for one in table.dataset.fields}
    row = dict.fromkeys(names) | {
        name: 1999 if table.dataset.by_name[name].kind is Kind.YEAR else "GONE" for name in table.dataset.key
    }
    book.ask = _asked(
        table.dataset.id, Context(previous=_month(table.dataset, [row]), previous_period="2024-08")
    )
    book.at_head("X06", table)
    return True
