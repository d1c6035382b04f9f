"""Marks findings in an .xlsx or .xlsm: colours, comments, the sheet 问题清单.

Its one rule: what an earlier round added is taken away before anything is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lib.ingest.report_sheet import REPORT_SHEET
from lib.ingest.returned.book import Book
from lib.ingest.returned.cells import SheetPart, place_of
from lib.ingest.returned.comments import write_comments
from lib.ingest.returned.package import Unusual
from lib.ingest.returned.report import advice_text, filter_area, quoted, report_xml
from lib.ingest.returned.styles import FILLS
from lib.spec.findings import Finding

_MAX_COMMENT = 8_000


def annotated(data: bytes, findings: Sequence[Finding]) -> bytes:
    """The workbook with its findings marked. Raises Unusual when it cannot be edited with certainty."""
    try:
        return _annotated(Book(data), findings)
    except (ValueError, LookupError) as error:  # a number that is none, an id of nothing
        raise Unusual(str(error)) from None


def _annotated(book: Book, findings: Sequence[Finding]) -> bytes:
    report = book.earlier(REPORT_SHEET)
    unmarked = book.styles.unmarked(book.earlier_pairs(report), FILLS.values())
    for name in book.names:
        if name != report:
            sheet = SheetPart(book.package, book.paths[name])
            if unmarked:
                sheet.restyle(unmarked)
            _mark(book, sheet, [one for one in findings if one.sheet == name])
            sheet.select(shown=False)
            sheet.save()
    _write_report(book, report or book.add_sheet(REPORT_SHEET), findings)
    return book.package.save()


def _mark(book: Book, sheet: SheetPart, findings: Iterable[Finding]) -> None:
    marks: dict[int, dict[int, str]] = {}
    texts: dict[tuple[int, int], list[str]] = {}
    for one in findings:
        place = place_of(one.cell)
        if place is None:
            continue
        row, column = sheet.shown_at(*place)
        marks.setdefault(row, {}).setdefault(column, FILLS[one.level])
        texts.setdefault((row, column), []).append(advice_text(one))
    sheet.mark(marks, book.styles.painted)
    write_comments(book.package, sheet, book.base, {place: "\n".join(lines)[:_MAX_COMMENT] for place, lines in texts.items()})


def _write_report(book: Book, name: str, findings: Sequence[Finding]) -> None:
    links = {}
    for at, one in enumerate(findings):
        if one.sheet in book.paths and one.sheet != name:
            links[at] = f"{quoted(one.sheet)}!{one.cell if place_of(one.cell) else 'A1'}"
    book.put_sheet(name, report_xml(book.namespace[1:-1], findings, links, book.styles))
    book.show_first(name)
    book.name_filter(name, filter_area(name, findings))
