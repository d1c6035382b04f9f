"""One workbook with 200 planted faults: each is found at its cell, and no other."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from lib.datasets import DATASETS
from tests.support.mess import MESSES
from tests.support.mess.checking import differences, follows, found, read
from tests.support.mess.clean import clean_rows
from tests.support.mess.layout import Book, Page, clean_table

FAULTS = 200
FORMS = ("committees", "compounds", "renewal_projects", "rental_projects", "fee_changes", "lifts")
ROWS = 40
OF_A_FORM = (
    "M10d",
    "T04",
    "T18",
    "M5d",
    "M5e",
    "M7c",
    "M15d",
    "M11c",
    "M12a",
    "M3e",
    "M6a",
    "R01",
    "M19a",
    "M33a",
    "M21a",
    "M21b",
)
"""Messes of a whole form, planted once into each that has a place for them."""
OF_THE_FILE = ("M20a", "M20b", "M8c")
OF_A_CELL = (
    "M16a",
    "M16b",
    "M22b",
    "M22d",
    "C03",
    "C04",
    "M30b",
    "C06",
    "C07",
    "C08",
    "C08d",
    "C18",
    "M32a",
    "M13b",
    "M13c",
    "M11e",
    "M29a",
    "R03",
    "R04",
    "R05",
    "R06",
    "R07",
)
"""Messes of one cell, planted in turn until there are enough."""


def count(book: Book) -> int:
    """How many faults are in a book."""
    book.place()
    return len(book.findings())


def faulty_book(seed: int) -> Book:
    """Six forms on six sheets with 200 faults among them."""
    pages = [
        Page(DATASETS[one].title, [clean_table(DATASETS[one], clean_rows(DATASETS[one], ROWS))])
        for one in FORMS
    ]
    book = Book(pages[0], Random(seed), list(pages))
    for page in pages:
        book.page = page
        book.claims = {one for one in book.claims if not isinstance(one, str)}
        for code in OF_A_FORM:
            MESSES[code].plant(book)
    for code in OF_THE_FILE:
        assert MESSES[code].plant(book)
    while count(book) < FAULTS:
        before = count(book)
        for code in OF_A_CELL:
            if count(book) < FAULTS:
                book.page = book.rng.choice(pages)
                book.claims = {one for one in book.claims if not isinstance(one, str)}
                MESSES[code].plant(book)
        assert count(book) > before
    return book


@pytest.mark.parametrize("seed", [2026, 2027, 2028])
def test_200_faults_are_all_found_where_they_are_and_none_is_invented(seed: int) -> None:
    book = faulty_book(seed)
    told = found(read(book))
    planted = book.findings()
    assert len(planted) == FAULTS
    assert len(set(planted)) == FAULTS
    assert len(Counter(code for code, _, _ in planted)) >= 25
    assert {sheet for _, sheet, _ in planted} >= {DATASETS[one].title for one in FORMS}
    assert [one for one in told if not follows(one, planted)] == planted
    assert differences(book) == []
