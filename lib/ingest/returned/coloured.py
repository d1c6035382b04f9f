"""Colours rows in an .xlsx or .xlsm, and says in the sheet 数据护照 what they are.

Its one rule: what an earlier round coloured is taken off before anything is coloured, so that exactly these rows are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lib.ingest.report_sheet import PASSPORT_SHEET
from lib.ingest.returned.book import Book
from lib.ingest.returned.cells import SheetPart
from lib.ingest.returned.package import Unusual
from lib.ingest.returned.passport import Coloured, passport_xml
from lib.ingest.returned.styles import AMBER
from lib.ingest.sheet import cell_name


def coloured(data: bytes, rows: Mapping[str, Collection[int]], title: str, legend: str) -> bytes:
    """The workbook with rows coloured; see `coloured_workbook`. Raises Unusual when it cannot be edited with certainty."""
    try:
        return _coloured(Book(data), rows, title, legend)
    except (ValueError, LookupError) as error:  # a number that is none, an id of nothing
        raise Unusual(str(error)) from None


def _coloured(book: Book, rows: Mapping[str, Collection[int]], title: str, legend: str) -> bytes:
    passport = book.earlier(PASSPORT_SHEET)
    unmarked = book.styles.unmarked(book.earlier_pairs(passport), {AMBER})
    sheets: dict[str, SheetPart] = {}
    told: list[Coloured] = []
    for name in book.names:
        if name != passport:
            sheets[name] = sheet = SheetPart(book.package, book.paths[name])
            if unmarked:
                sheet.restyle(unmarked)
            if wanted := sorted(set(rows.get(name, ()))):
                told.append(_fill(book, sheet, name, wanted))
    told += [Coloured(name, empty=tuple(sorted(set(rows[name]))), known=False) for name in rows if name not in sheets and rows[name]]
    first = next((one.sheet for one in told if one.rows and not one.unseen), "")
    for name, sheet in sheets.items():
        sheet.select(shown=name == first)
        sheet.save()
    passport = passport or book.add_sheet(PASSPORT_SHEET)
    lines = [line for line in legend.splitlines() if line.strip()]
    book.put_sheet(passport, passport_xml(book.namespace[1:-1], title, lines, told, book.styles, shown=not first))
    book.show_first(first or passport)
    return book.package.save()


def _fill(book: Book, sheet: SheetPart, name: str, rows: list[int]) -> Coloured:
    areas, hidden = sheet.used({row - 1 for row in rows})
    sheet.fill(areas, AMBER, book.styles.painted)
    filled = sorted(areas)
    first = next((row for row in filled if row not in hidden), filled[0] if filled else None)
    return Coloured(
        name,
        rows=tuple(row + 1 for row in filled),
        hidden=tuple(row + 1 for row in sorted(hidden)),
        empty=tuple(row for row in rows if row - 1 not in areas),
        first="" if first is None else cell_name(first, areas[first].start),
        unseen=book.hides(name),
    )
