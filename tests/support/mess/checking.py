"""Plants messes into clean books, and compares what is read with what they say. Its one rule: rows and findings are compared whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

from lib.datasets import DATASETS
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import FileReading
from tests.support.mess.clean import clean_rows
from tests.support.mess.kinds import Mess
from tests.support.mess.layout import ANY, PERIOD, Book, Page, clean_table

ROWS = 20


def clean_book(dataset: str, seed: int) -> Book:
    """A workbook of one form in which nothing is wrong."""
    declared, rng = DATASETS[dataset], Random(seed)
    table = clean_table(declared, clean_rows(declared, ROWS))
    expected = rng.choice([Expected(), Expected(period=PERIOD), Expected(dataset, PERIOD)])
    return Book(Page("Sheet1", [table]), rng, expected=expected)


def plant(book: Book, messes: Iterable[Mess]) -> list[str]:
    """Plant all that find a place, in the order of their stages; the codes of those planted."""
    for one in sorted(messes, key=lambda one: one.stage):
        if one.plant(book):
            book.planted.append(one.code)
    return book.planted


def read(book: Book) -> FileReading:
    """The reading of a book as its sender sends it."""
    return read_file(book.name, book.write(), book.expected, book.ask)


def found(reading: FileReading) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of all findings, sorted."""
    return sorted((one.code, one.sheet, one.cell) for one in reading.all_findings)


def follows(one: tuple[str, str, str], planted: list[tuple[str, str, str]]) -> bool:
    """Whether it is a finding about a place in a row in which something was planted: a mistaken number is a mistaken place too."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rows = {(sheet, cell.strip(letters)) for _, sheet, cell in planted}
    return one[0].startswith("D") and (one[1], one[2].strip(letters)) in rows


def differences(book: Book) -> list[str]:
    """Everything in which the reading of a book differs from what must be read, in words; empty when nothing does."""
    reading = read(book)
    missing, invented = Counter(book.findings()), Counter(found(reading))
    told = [f"not told: {one}" for one in (missing - invented).elements()]
    messages = {(one.code, one.sheet, one.cell): one.message for one in reading.all_findings}
    planted = book.findings()
    told += [f"invented: {one} {messages[one]}" for one in (invented - missing).elements() if not follows(one, planted)]
    return told if book.refused else told + _rows(book, reading)


def _rows(book: Book, reading: FileReading) -> list[str]:
    wanted = book.rows()
    stagings = {one.dataset: one for one in reading.stagings}
    told = (
        []
        if sorted(wanted) == sorted(stagings)
        else [f"forms {sorted(stagings)} instead of {sorted(wanted)}"]
    )
    if book.personal:
        return [
            *told,
            *(f"{one} kept in spite of personal data" for one in stagings if stagings[one].rows is not None),
        ]
    for dataset in wanted.keys() & stagings.keys():
        rows = stagings[dataset].rows
        if rows is None:
            told.append(f"{dataset} has no rows")
            continue
        got: list[dict[str, Any]] = rows.drop_columns(["_submission"]).to_pylist()
        places = [[(row["_sheet"], row["_row"]) for row in one] for one in (got, wanted[dataset])]
        if places[0] != places[1]:
            told.append(f"{dataset}: rows at {places[0]} instead of {places[1]}")
            continue
        told += [
            f"{dataset} {row['_sheet']} row {row['_row']} {name}: {row[name]!r} instead of {value!r}"
            for row, right in zip(got, wanted[dataset], strict=True)
            for name, value in right.items()
            if value is not ANY and row[name] != value
        ]
    return told
