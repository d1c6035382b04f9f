"""What is written into a template is what is read from it, for every dataset and every value that may be stored."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import Staging
from lib.ingest.template import HEADER_ROW, write_template
from lib.spec.fields import Dataset
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.period import Period
from tests.support.strategies import rows_of

PERIODS = st.builds(lambda year, month: Period(f"{year}-{month:02d}"), st.integers(2020, 2035), st.integers(1, 12))
CHECKS = {"R03", "R04", "R05", "R06", "R07", "T21", "D11", "D12"}
"""Findings of the declared checks over several fields, which generated rows do not obey, and of 街镇 they do not have."""
OCTOBER = Period("2026-10")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
FORMS = pytest.mark.parametrize("name", DATASETS)


@pytest.fixture(autouse=True, scope="module")
def after_all_periods() -> Iterator[None]:
    """The last of `PERIODS` is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YJPT_NOW", "2036-01-08T09:00:00+08:00")
        yield


def read(data: bytes, expected: Expected) -> Staging:
    """The one form of a file of which nothing but of that form is to be said."""
    reading = read_file("表.xlsx", data, expected)
    assert [one.message for one in reading.findings if one.level is not Level.INFO] == []
    assert len(reading.stagings) == 1
    return reading.stagings[0]


def assert_read(dataset: Dataset, period: Period, unit: str, rows: list[dict[str, Any]], first_row: int, data: bytes) -> None:
    staging = read(data, Expected(dataset.id, period, unit))
    assert [one.message for one in staging.findings if one.level is not Level.INFO and one.code not in CHECKS] == []
    assert staging.rows is not None
    assert (staging.dataset, staging.period) == (dataset.id, period)
    assert staging.units == ((unit,) if unit else subdistrict_codes())
    names = [one.name for one in dataset.fields]
    assert staging.rows.select(names).to_pylist() == rows
    assert staging.rows.column("_row").to_pylist() == [first_row + index for index in range(len(rows))]
    assert set(staging.rows.column("_marks").to_pylist()) == {None}
    assert {one.field for one in staging.mapping} == set(names)


@FORMS
@settings(max_examples=20, suppress_health_check=SLOW)
@given(data=st.data(), period=PERIODS)
def test_template_gives_back_its_rows(name: str, data: st.DataObject, period: Period) -> None:
    dataset = DATASETS[name]
    rows = data.draw(rows_of(dataset))
    assert_read(dataset, period, "", rows, HEADER_ROW + 3, write_template(dataset, period, None, rows))


@pytest.mark.parametrize("unit", subdistrict_codes())
@settings(max_examples=3, suppress_health_check=SLOW)
@given(data=st.data())
def test_template_of_one_street(unit: str, data: st.DataObject) -> None:
    dataset = DATASETS["committees"]
    rows = [{**row, dataset.owner: unit} for row in data.draw(rows_of(dataset))]
    assert_read(dataset, OCTOBER, unit, rows, HEADER_ROW + 3, write_template(dataset, OCTOBER, unit, rows))


def typed(kind: Kind, value: Any) -> Any:
    """What a clerk types for a stored value into a cell of the template."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind is Kind.SUBDISTRICT:
        return unit_name(value)
    return f"{value}%" if kind is Kind.PERCENT and value is not None else value


@FORMS
@settings(max_examples=3, suppress_health_check=SLOW)
@given(data=st.data())
def test_empty_template_filled_in_below_its_example_and_saved_by_another_program(name: str, data: st.DataObject) -> None:
    dataset = DATASETS[name]
    rows = data.draw(rows_of(dataset))
    book = openpyxl.load_workbook(io.BytesIO(write_template(dataset, OCTOBER, None)))
    sheet = book.worksheets[0]
    first = HEADER_ROW + 4
    for at, row in enumerate(rows):
        for column, field in enumerate(dataset.fields, start=1):
            cell = sheet.cell(first + at, column)
            value = typed(field.kind, row[field.name])
            cell.value = value
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(value, str):
                cell.data_type = "s"  # also one that begins with =
    saved = io.BytesIO()
    book.save(saved)
    assert_read(dataset, OCTOBER, "", rows, first, saved.getvalue())


@FORMS
def test_empty_template_is_recognised_and_has_no_rows(name: str) -> None:
    staging = read(write_template(DATASETS[name], OCTOBER, None), Expected())
    assert [one.code for one in staging.findings if one.level is not Level.INFO] == ["T05"]
    assert (staging.dataset, staging.period, staging.zero) == (name, OCTOBER, False)
    assert {one.field for one in staging.mapping} == {one.name for one in DATASETS[name].fields}


@pytest.mark.parametrize("unit", [None, "310107014"])
@pytest.mark.parametrize("name", [name for name, one in DATASETS.items() if not one.everywhere])
def test_a_report_of_nothing(name: str, unit: str | None) -> None:
    staging = read(write_template(DATASETS[name], OCTOBER, unit, zero=True), Expected())
    assert [one.message for one in staging.findings if one.level is Level.FATAL] == []
    assert (staging.dataset, staging.period, staging.zero) == (name, OCTOBER, True)
    assert staging.units == ((unit,) if unit else subdistrict_codes())
    assert staging.rows is not None
    assert staging.rows.num_rows == 0
    assert staging.publishable


@pytest.mark.parametrize("name", [name for name, one in DATASETS.items() if one.everywhere])
def test_no_report_of_nothing_where_there_is_always_something(name: str) -> None:
    with pytest.raises(ValueError, match="no 零报告"):
        write_template(DATASETS[name], OCTOBER, None, zero=True)
