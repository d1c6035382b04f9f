"""Columns in any order, under any of their names, below any noise: the same rows."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.places import subdistricts
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.spec.fields import Field
from lib.spec.kinds import Kind
from lib.spec.level import Level
from tests.property.test_template_roundtrip import CHECKS, after_all_periods
from tests.support.strategies import rows_of
from tests.support.workbooks import Page, workbook

__all__ = ["after_all_periods"]

NOISE = st.lists(st.sampled_from(["", "普陀区情况表", "单位：㎡、万元", "表号：", "内部资料", "2021—2025年", "填报日期：2031年1月8日",
    "共3页", 7]), max_size=4)
NAMES = {one.code: (one.name, one.short_name, *one.aliases) for one in subdistricts()}


def title(field: Field, data: st.DataObject) -> str:
    """One of the names of a field, decorated as offices do, with its unit."""
    name = data.draw(st.sampled_from([field.title, *field.aliases]))
    decorated = data.draw(st.sampled_from([name, f"*{name}", f" {name} ", f"{name[:1]}\n{name[1:]}"]))
    return f"{decorated}（{field.unit}）" if field.unit and field.kind in {Kind.INTEGER, Kind.DECIMAL} else decorated


def written(field: Field, value: Any, data: st.DataObject) -> Any:
    """A stored value as a clerk may type it."""
    if value is None:
        return data.draw(st.sampled_from([None, "", "—", "/"]))
    if field.kind is Kind.SUBDISTRICT:
        return data.draw(st.sampled_from(NAMES[value]))
    if field.kind is Kind.BOOLEAN:
        return data.draw(st.sampled_from(["是", "√", True] if value else ["否", "×", False]))
    if field.kind is Kind.PERCENT:
        return f"{value}%"
    if isinstance(value, date):
        return data.draw(st.sampled_from([value, f"{value.year}年{value.month}月{value.day}日", value.strftime("%Y%m%d"),
            f"{value.year}.{value.month}.{value.day}"]))
    if field.kind is Kind.INTEGER:
        return data.draw(st.sampled_from([value, f"{value:,}", f"{value}{field.unit}"]))
    return value


@pytest.mark.parametrize("name", DATASETS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_same_rows_from_a_shuffled_form(name: str, data: st.DataObject) -> None:
    dataset = DATASETS[name]
    rows = data.draw(rows_of(dataset, max_size=4))
    blocks = data.draw(st.permutations([list(members) for _, members in groupby(dataset.fields, key=lambda one: one.group or one.name)]))
    fields = [one for block in blocks for one in data.draw(st.permutations(block))]
    noise = [*data.draw(st.lists(NOISE, max_size=5)), ["填报单位：区房管局", "报告期：2026年10月"]]
    upper, lower, top = [], [], len(noise)
    merges: list[str] = []
    for index, one in enumerate(fields):
        letter = chr(65 + index) if index < 26 else f"A{chr(39 + index)}"
        upper.append(one.group or title(one, data))
        lower.append(title(one, data) if one.group else None)
        if not one.group:
            merges.append(f"{letter}{top + 1}:{letter}{top + 2}")
    body = [[written(one, row[one.name], data) for one in fields] for row in rows]
    reading = read_file("表.xlsx", workbook(Page([*noise, upper, lower, *body], merges=merges)), Expected())
    serious = [one.message for one in reading.all_findings if one.level is not Level.INFO and one.code not in CHECKS]
    assert serious == []
    staging, = reading.stagings
    assert staging.rows is not None
    assert (staging.dataset, staging.period) == (name, "2026-10")
    names = [one.name for one in dataset.fields]
    assert staging.rows.select(names).to_pylist() == rows
    assert staging.rows.column("_row").to_pylist() == [top + 3 + index for index in range(len(rows))]
