"""Reading a column as a whole gives what reading every single cell gives."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.ingest.cells import EMPTY, read_cell
from lib.ingest.columns import pick, read_column
from lib.spec.fields import Field

FIELDS = {(one.kind, one.unit == "届", bool(one.choices)): one for dataset in DATASETS.values() for one in dataset.fields}
CELLS = st.sampled_from((
    "", "-", "无", "约3832", "391、55、80", "１２", "2024年3月", "1984年", "长风", "是", "√", "96.5%", "#REF!", "A-1", " A 1", "某",
    "第3届", "1,234.5", "10万", True, False, 0.965, 96.5, 3, 1, 0, 20240305.0, 45352.0, -5.0, 1e16, date(2024, 3, 1)))


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda one: f"{one.kind}-{one.name}")
@given(raws=st.lists(CELLS, max_size=12), factor=st.sampled_from((1.0, 10_000.0, 100.0)))
def test_a_column_is_its_cells(field: Field, raws: list[Any], factor: float) -> None:
    read = read_column(field, raws, factor)
    single = [read_cell(field, raw, factor) for raw in raws]
    assert [(type(value), value) for value in read.values] == [(type(one.value), one.value) for one in single]
    assert read.odd == {at: one for at, one in enumerate(single) if one.mark or one.problems}
    assert read.blanks == [at for at, one in enumerate(single) if one is EMPTY]


@given(st.lists(st.integers(), max_size=9), st.data())
def test_pick(cells: list[int], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1), unique=True)) if cells else []
    assert pick(cells, rows) == [cells[row] for row in rows]
    assert pick(cells, range(1, len(cells))) == cells[1:]
