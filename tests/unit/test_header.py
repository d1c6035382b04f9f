"""The header of a table: where it stands, which column holds which field, in which unit."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from lib.datasets import DATASETS
from lib.ingest.expected import Expected
from lib.ingest.header import header_paths, read_header
from lib.ingest.sheet import Sheet
from lib.ingest.tables import find_tables
from tests.support.workbooks import HEADER


def found(*rows: list[Any], merges: tuple[Any, ...] = (), dataset: str = "") -> Any:
    width = max(len(row) for row in rows)
    full = [[*("" if value is None else value for value in row), *[""] * (width - len(row))] for row in rows]
    return first(Sheet.of_rows("a", full, merges), dataset)


def first(sheet: Sheet, dataset: str = "") -> Any:
    """The first table of a sheet, or None."""
    return next(iter(find_tables(sheet, Expected(dataset=dataset))), None)


def mapping(table: Any) -> dict[str, int]:
    return {column.field.name: column.index for column in table.columns}


def units(table: Any) -> dict[str, str]:
    return {column.field.name: column.unit for column in table.columns if column.unit}


NAMES = ["compound_id", "compound_name", "subdistrict", "formation_status", "session_no", "term_start", "term_end"]


@pytest.mark.parametrize("above", [0, 1, 5, 30])
def test_header_below_titles(above: int) -> None:
    table = found(*[[f"标题 {row}", "街镇", "小区名称"] if row % 2 else [] for row in range(above)], HEADER, ["A1"])
    assert (table.dataset.id, table.first, table.last) == ("committees", above, above)
    assert mapping(table) == {name: index for index, name in enumerate(NAMES)}
    assert (table.repeated, table.unknown, table.ambiguous) == ((), (), ())


def test_columns_in_any_order_and_by_any_name() -> None:
    header = ["任期届满", "*街 镇", "届次", "任期起始", "“小区代码”", "组建\n情况", "住宅小区名称（必填）"]
    assert mapping(found(header)) == {
        "term_end": 0, "subdistrict": 1, "session_no": 2, "term_start": 3, "compound_id": 4, "formation_status": 5, "compound_name": 6}


@pytest.mark.parametrize("order", range(5))
def test_shuffled(order: int) -> None:
    columns = list(zip(HEADER, NAMES, strict=True))
    random.Random(order).shuffle(columns)
    assert mapping(found([title for title, _ in columns])) == {name: index for index, (_, name) in enumerate(columns)}


def test_similar_names_are_not_taken() -> None:
    table = found([*HEADER, "小区名称2", "街镇编号", "任期"])
    assert [header for _, header in table.unknown] == ["小区名称2", "街镇编号", "任期"]


@pytest.mark.parametrize("rows", [[["a", "b", "c"]], [["小区编码", "街镇"]], [["小区编码"], ["街镇"], ["小区名称"]], [[""] * 5]])
def test_no_table(rows: list[list[Any]]) -> None:
    assert found(*rows) is None


def test_no_rows() -> None:
    assert first(Sheet.of_rows("a", [])) is None


def test_a_header_far_down_is_found_only_when_written_exactly() -> None:
    odd = ["小区 编码", "小区 名称", "街 镇", "组建 状态", "届 别", "任期 起", "任期 止"]
    assert found(*[[""]] * 59, odd).first == 59
    assert found(*[[""]] * 62, odd) is None
    assert found(*[[""]] * 62, HEADER).first == 62


TWO_LEVELS = [
    ["项目编码", "项目名称", "改造类别", "签约生效", None, "竣工", None, "资金（亿元）", None],
    [None, None, None, "计划日期", "实际日期", "计划", "实际", "总投资", "已拨付资金（万元）"],
]
MERGES = (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (1, 2)), ((0, 3), (0, 4)), ((0, 5), (0, 6)), ((0, 7), (0, 8)))


def test_two_levels_with_merged_cells() -> None:
    table = found(*TWO_LEVELS, ["P1"], merges=MERGES)
    assert (table.first, table.last) == (0, 1)
    assert mapping(table) == {
        "project_id": 0, "project_name": 1, "project_type": 2, "sign_plan": 3, "sign_actual": 4, "complete_plan": 5, "complete_actual": 6,
        "investment": 7, "funds_paid": 8}
    assert [column.header for column in table.columns][3:5] == ["签约生效/计划日期", "签约生效/实际日期"]


def test_unit_of_the_upper_level_counts_where_the_lower_has_none() -> None:
    assert units(found(*TWO_LEVELS, merges=MERGES)) == {"investment": "亿元", "funds_paid": "万元"}


def test_without_the_merge_the_lower_names_are_ambiguous_and_told() -> None:
    table = found(*TWO_LEVELS, merges=())
    assert [(index, header) for index, header, _ in table.ambiguous] == [(4, "实际日期"), (6, "实际")]
    assert table.ambiguous[0][2][:2] == ("consult_actual", "sign_actual")
    assert mapping(table)["sign_plan"] == 3


def test_a_title_merged_over_the_table_is_no_group() -> None:
    table = found(["更新项目（2024年9月）", *[None] * 8], *TWO_LEVELS, merges=(
        ((0, 0), (0, 8)), *(((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in MERGES)))
    assert (table.first, table.last) == (1, 2)
    assert len(mapping(table)) == 9


def test_group_and_name_in_one_cell() -> None:
    table = found(["项目编码", "项目名称", "改造类别", "签约生效计划日期", "竣工实际日期", "计划竣工"])
    assert list(mapping(table))[3:] == ["sign_plan", "complete_actual", "complete_plan"]


@pytest.mark.parametrize(("title", "unit"), [
    ("总建筑面积（㎡）", "m2"), ("总建筑面积(万㎡)", "万m2"), ("总建筑面积[平方米]", "平方米"), ("总建筑面积（㎡）（必填）", "m2"),
    ("总建筑面积（必填）", ""),
    ("总建筑面积", ""), ("建筑面积\n（万平方米）", "万平方米"), ("总建筑面积（亿元）", "亿元"),
])
def test_unit_in_the_header(title: str, unit: str) -> None:
    table = found(["小区编码", "小区名称", "居委会", title])
    assert (table.columns[3].field.name, table.columns[3].unit) == ("gfa_m2", unit)


def test_name_that_ends_in_brackets_is_no_unit() -> None:
    table = found(["项目编码", "项目名称", "街道（镇）", "套(间)数", "一室户（含宿舍型）（套）"])
    assert mapping(table) == {"project_id": 0, "project_name": 1, "subdistrict": 2, "units": 3, "br1": 4}
    assert units(table) == {"br1": "套"}


def test_repeated_column() -> None:
    table = found([*HEADER, "小区代码"])
    assert [(column.index, column.field.name) for column in table.repeated] == [(7, "compound_id")]
    assert mapping(table)["compound_id"] == 0


def test_titled_lists_every_column_with_a_header() -> None:
    table = found([*HEADER, "小区代码", "", "其他"])
    assert table.titled == [*enumerate(HEADER), (7, "小区代码")]
    inside = found([*HEADER[:6], "", "其他", HEADER[6]])
    assert inside.titled == [*enumerate(HEADER[:6]), (7, "其他"), (8, "任期止")]


def test_of_equal_forms_the_one_preferred_is_taken_else_they_are_rivals() -> None:
    sheet = Sheet.of_rows("a", [["小区编码", "街镇", "备注"]])
    open_question = first(sheet)
    assert (open_question.dataset.id, [one.id for one in open_question.rivals]) == ("lifts", ["maintenance_funds"])
    for name in ("lifts", "maintenance_funds"):
        preferred = next(iter(find_tables(sheet, Expected(prefer=name))))
        assert (preferred.dataset.id, preferred.rivals) == (name, ())


@pytest.mark.parametrize("name", DATASETS)
def test_every_name_of_every_field_alone_or_with_its_group_means_one_field_or_is_ambiguous(name: str) -> None:
    dataset = DATASETS[name]
    anchors = [one for one in dataset.fields if not one.group][:3]
    for one in dataset.fields:
        for title in (one.title, *one.aliases):
            sheet = Sheet.of_rows("a", [[*(field.title for field in anchors), one.group], [*[""] * 3, title]])
            table = read_header(dataset, sheet, (0, 1), header_paths(sheet, 0, 1))
            assert table.columns[-1].field is one or one in anchors, title


def test_wide_and_long_sheets_are_searched_in_seconds() -> None:
    wide = [[f"列{row}-{column}" for column in range(1000)] for row in range(40)]
    began = time.process_time()
    assert first(Sheet.of_rows("a", wide)) is None
    assert first(Sheet.of_rows("a", [[""] * 16384 for _ in range(40)])) is None
    assert first(Sheet.of_rows("a", [["", "x"]] * 40, tuple(((row, 0), (row, 1)) for row in range(50_000)))) is None
    assert time.process_time() - began < 30
