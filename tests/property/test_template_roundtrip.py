"""What is written into a template is what is read from it, for every dataset and every value that may be stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes
from lib.ingest.reading import Expected, read_file
from lib.ingest.template import HEADER_ROW, write_template
from lib.spec.fields import Dataset
from lib.spec.findings import Level
from lib.spec.period import Period
from tests.support.strategies import rows_of

PERIODS = st.builds(lambda year, month: Period(f"{year}-{month:02d}"), st.integers(2020, 2035), st.integers(1, 12))
CHECKS = {"R03", "R04", "R05", "R06", "R07", "T21"}
"""Findings of the declared checks over several fields, which generated rows do not obey, and of 街镇 they do not have."""


@pytest.fixture(autouse=True, scope="module")
def after_all_periods() -> Iterator[None]:
    """The last of `PERIODS` is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YJPT_NOW", "2036-01-08T09:00:00+08:00")
        yield


def assert_read(dataset: Dataset, period: Period, unit: str, rows: list[dict[str, Any]], first_row: int, data: bytes) -> None:
    staging = read_file("表.xlsx", data, Expected(dataset.id, period, unit))
    assert [one.message for one in staging.findings if one.level is not Level.INFO and one.code not in CHECKS] == []
    assert staging.rows is not None
    assert (staging.dataset, staging.period, staging.units) == (dataset.id, period, (unit,) if unit else subdistrict_codes())
    names = [one.name for one in dataset.fields]
    assert staging.rows.select(names).to_pylist() == rows
    assert staging.rows.column("_row").to_pylist() == [first_row + index for index in range(len(rows))]
    assert set(staging.rows.column("_marks").to_pylist()) == {None}
    assert {one.field for one in staging.mapping} == set(names)


@pytest.mark.parametrize("name", DATASETS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), period=PERIODS)
def test_template_gives_back_its_rows(name: str, data: st.DataObject, period: Period) -> None:
    dataset = DATASETS[name]
    rows = data.draw(rows_of(dataset))
    assert_read(dataset, period, "", rows, HEADER_ROW + 3, write_template(dataset, period, None, rows))


@pytest.mark.parametrize("unit", subdistrict_codes())
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_template_of_one_street(unit: str, data: st.DataObject) -> None:
    dataset = DATASETS["committees"]
    rows = [{**row, dataset.owner: unit} for row in data.draw(rows_of(dataset))]
    period = Period("2026-10")
    assert_read(dataset, period, unit, rows, HEADER_ROW + 3, write_template(dataset, period, unit, rows))


@pytest.mark.parametrize("name", DATASETS)
def test_empty_template_is_recognised_and_has_no_rows(name: str) -> None:
    staging = read_file("表.xlsx", write_template(DATASETS[name], Period("2026-10"), None), Expected())
    assert [one.code for one in staging.findings if one.level is not Level.INFO] == ["T05"]
    assert (staging.dataset, staging.period) == (name, "2026-10")
    assert {one.field for one in staging.mapping} == {one.name for one in DATASETS[name].fields}
