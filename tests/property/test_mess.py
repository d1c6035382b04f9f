"""Any mess of an office workbook, alone and with others: what can be read is read exactly, what cannot is told at its cell, and
nothing else is said.
"""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.ingest.against import AGAINST
from lib.ingest.checks import PROCEDURES
from tests.support.mess import MESSES
from tests.support.mess.checking import clean_book, differences, plant
from tests.support.mess.clean import MENDERS
from tests.support.mess.kinds import shuffled

ALONE = 4
"""In so many forms a mess is tried alone."""


def test_every_mess_of_the_domain_can_be_planted() -> None:
    numbers = {found.group() for code in MESSES if (found := re.match(r"M\d+", code))}
    assert numbers == {f"M{number}" for number in range(1, 36)}


def test_clean_rows_obey_every_kind_of_check() -> None:
    assert set(MENDERS) == {*PROCEDURES, *AGAINST}


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("seed", range(3))
def test_a_clean_book(dataset: str, seed: int) -> None:
    book = clean_book(dataset, seed)
    assert differences(book) == []
    assert book.findings() == []


@pytest.mark.parametrize("code", MESSES)
def test_a_mess_alone(code: str) -> None:
    start = sorted(MESSES).index(code)
    names = sorted(DATASETS)
    planted = 0
    for at in range(2 * len(names)):
        book = clean_book(names[(start + at) % len(names)], start + at)
        if plant(book, [MESSES[code]]):
            planted += 1
            assert differences(book) == []
        if planted == ALONE:
            break
    assert planted


@settings(max_examples=max(500, settings().max_examples), suppress_health_check=[HealthCheck.too_slow])
@given(
    dataset=st.sampled_from(sorted(DATASETS)),
    codes=st.lists(st.sampled_from(sorted(MESSES)), min_size=2, max_size=10, unique=True),
    seed=st.integers(0, 2**20),
)
def test_messes_together(dataset: str, codes: list[str], seed: int) -> None:
    book = clean_book(dataset, seed)
    planted = plant(book, [MESSES[code] for code in codes])
    assert (planted, differences(book)) == (planted, [])


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("seed", range(2))
def test_everything_that_fits_into_one_book(dataset: str, seed: int) -> None:
    book = clean_book(dataset, seed)
    unreadable = {"M25a", "M26a", "F01", "M31a", "M31b", "M31c", "M32b"}
    planted = plant(
        book, shuffled(Random(seed), [one for code, one in MESSES.items() if code not in unreadable])
    )
    assert len(planted) >= 30
    assert differences(book) == []
