"""Messes of what a file speaks for: its reporter, its month, a ticked 零报告, a summary that differs (M22, and findings that
domain.md, C.2, does not name).
"""

from __future__ import annotations

from lib.datasets.places import subdistricts
from lib.ingest.sheet import cell_name
from tests.support.mess.kinds import AROUND, is_additive, mess, own_tables
from tests.support.mess.layout import ANY, Book, Line, Page, flat_title, with_unit


@mess("T30", "零报告 ticked above rows", AROUND)
def _zero(book: Book) -> bool:
    if len(book.tables()) > 1 or not book.claim("zero"):
        return False
    line = Line({2: book.rng.choice(["零报告：是", "☑零报告", "零报告：√"])})
    book.table.titles.insert(1, line)
    book.expect("T30", lambda: (book.page.name, cell_name(line.row, book.table.left + 2)))
    return True


@mess("T10", "a reporter nobody knows", AROUND)
def _unknown_reporter(book: Book) -> bool:
    if len(book.tables()) > 1 or not book.claim("reporter"):
        return False
    line = next(one for one in book.table.titles if "填报单位" in str(one.cells.get(0, "")))
    line.cells[0] = "填报单位：长峰街道"
    book.expect("T10", lambda: (book.page.name, cell_name(line.row, book.table.left)))
    return True


@mess("T16", "no reporter", AROUND)
def _no_reporter(book: Book) -> bool:
    if len(book.tables()) > 1 or not book.claim("reporter"):
        return False
    book.table.titles = [one for one in book.table.titles if "填报单位" not in str(one.cells.get(0, ""))]
    book.expect("T16", lambda: (book.page.name, ""))
    return True


@mess("T08", "no month", AROUND)
def _no_month(book: Book) -> bool:
    if len(book.tables()) > 1 or not book.claim("title", "sheet name"):
        return False
    book.table.titles[0] = Line({0: f"普陀区{book.table.dataset.title}"})
    book.expect("T08" if book.expected.period else "T17", lambda: (book.page.name, ""))
    return True


@mess("M22f", "a summary that was not brought up to date", AROUND)
def _summary(book: Book) -> bool:
    tables = own_tables(book)
    dataset = book.table.dataset
    lines = [line for table in tables for line in table.lines()]
    fields = [
        one
        for one in dataset.fields
        if is_additive(one)
        and all(table.of(one.name) for table in tables)
        and not any(one.name in line.refused or (line.values or {})[one.name] is ANY for line in lines)
    ]
    if (
        len(fields) < 2
        or any(None in {(line.values or {})[dataset.owner]} for line in lines)
        or not book.claim("summary")
    ):
        return False
    fields = fields[:3]
    page = Page(
        "汇总",
        loose={
            (0, 0): "街镇",
            **{(0, at): with_unit(one, flat_title(dataset, one)) for at, one in enumerate(fields, 1)},
        },
    )
    wrong = book.rng.randrange(10), book.rng.randrange(len(fields))
    for row, street in enumerate(subdistricts()):
        page.loose[row + 1, 0] = street.name
        for at, one in enumerate(fields):
            values = [
                line.values[one.name]
                for line in lines
                if line.values and line.values[dataset.owner] == street.code
            ]
            total = sum(value for value in values if value is not None)
            page.loose[row + 1, at + 1] = 2 * total + 77 if (row, at) == wrong else round(total, 6)
    book.pages.append(page)
    book.expect("R11", lambda: ("汇总", cell_name(wrong[0] + 1, wrong[1] + 1)))
    return True
