"""The template workbook of a dataset, made from its declaration: what staff fill in, and what reading gives back unchanged.

Its one rule: only what is filled in can be changed; titles and header are locked, without a password.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.datasets.places import subdistricts, unit_name
from lib.ingest.template_help import (
    DEGREES,
    choices_of,
    column_note,
    header_title,
    range_of,
    unit_of,
    write_help,
)
from lib.spec.fields import Dataset, Field, Need
from lib.spec.kinds import Kind
from lib.spec.period import Period, end_of, title_of

BUREAU = "普陀区住房保障和房屋管理局"
HEADER_ROW = 4
"""0-based row of the upper header level; data starts two rows below."""
SPARE_ROWS = 500
LAST_COLUMN = 16_383
A4_WIDTH, A3_WIDTH = 180, 320
"""So many characters of width stay legible on one page; wider forms run over several."""
SCREEN = 12
"""So many columns are seen at once: the title stands over them."""

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "remove_timezone": True}
_ALLOWED = (
    "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter", "select_locked_cells",
    "select_unlocked_cells",
)
_GRID = {"border": 1, "border_color": "#C8CDD3", "valign": "vcenter"}
_EXAMPLE = {"italic": True, "font_color": "#8A9099", "bg_color": "#F4F5F6"}
CELL_FORMATS: dict[Kind, str] = {
    Kind.CODE: "@", Kind.TEXT: "@", Kind.INTEGER: "0", Kind.DECIMAL: "General", Kind.PERCENT: "0.0###%", Kind.YEAR: "0",
    Kind.DATE: "yyyy-mm-dd", Kind.BOOLEAN: "@", Kind.CHOICE: "@", Kind.MULTI: "@", Kind.SUBDISTRICT: "@",
}
"""Excel number format of a kind's cells."""


def write_template(
    dataset: Dataset, period: Period, unit: str | None, rows: Iterable[Mapping[str, Any]] = (), *, zero: bool = False
) -> bytes:
    """The workbook as bytes. unit: the 街镇 that reports, None for the bureau. rows: stored values to fill in; when there are
    none an example row stands in their place. zero: marked as 零报告 (and then without the example); raises ValueError for a
    dataset that must have rows.
    """
    if zero and dataset.everywhere:
        raise ValueError(f"{dataset.id} has rows everywhere: there is no 零报告 of it")
    sink = io.BytesIO()
    rows = list(rows)
    with xlsxwriter.Workbook(sink, _OPTIONS) as book:
        name = dataset.title[:31]
        book.set_custom_property("form_code", f"{dataset.form_code}/{dataset.version}")
        sheet = book.add_worksheet(name)
        ranges = write_help(book, dataset)
        _write_columns(book, sheet, dataset)
        _write_titles(book, sheet, dataset, period, unit, zero=zero)
        _write_header(book, sheet, dataset)
        first = HEADER_ROW + 2
        if rows or zero:
            _write_rows(sheet, dataset, first, rows, _formats(book, _GRID))
        else:
            _write_rows(sheet, dataset, first, [example_row(dataset, period, unit)], _formats(book, {**_GRID, **_EXAMPLE}), example=True)
        last = first + max(len(rows), 1) + SPARE_ROWS
        _validate(sheet, dataset, last, ranges)
        _protect(sheet, dataset, last)
        _set_up_print(sheet, dataset)
        book.define_name("表号", f"='{name}'!$A$3")
        book.define_name("form_code", f'="{dataset.form_code}/{dataset.version}"')
    return sink.getvalue()


def _formats(book: xlsxwriter.Workbook, look: Mapping[str, object]) -> dict[Kind, Format]:
    return {kind: book.add_format({**look, "num_format": code, "locked": False}) for kind, code in CELL_FORMATS.items()}


def _write_columns(book: xlsxwriter.Workbook, sheet: Worksheet, dataset: Dataset) -> None:
    """Every column open for writing, in the format of its field; whole rows can then be inserted and deleted."""
    formats = _formats(book, {"valign": "vcenter"})
    for at, field in enumerate(dataset.fields):
        sheet.set_column(at, at, _width(field, first=at == 0), formats[field.kind])
    sheet.set_column(len(dataset.fields), LAST_COLUMN, None, book.add_format({"locked": False}))


def _width(field: Field, *, first: bool) -> int:
    """Characters; the first column holds the example's mark too."""
    return max(18 if first else 11, min(30, 2 * len(header_title(field)) + 2))


def _write_titles(
    book: xlsxwriter.Workbook, sheet: Worksheet, dataset: Dataset, period: Period, unit: str | None, *, zero: bool
) -> None:
    width = min(len(dataset.fields), SCREEN) - 1
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    fixed = book.add_format({"font_size": 11})
    open_ = book.add_format({"font_size": 11, "locked": False})
    sheet.merge_range(0, 0, 0, width, f"普陀区{dataset.title}（{title_of(period)}）", title)
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, f"填报单位：{unit_name(unit) if unit else BUREAU}", open_)
    sheet.write_string(1, 4, f"报告期：{title_of(period)}", open_)
    sheet.write_string(2, 0, f"表号：{dataset.form_code}（第{dataset.version}版）", fixed)
    sheet.write_string(2, 4, "请勿填写姓名、电话、身份证号等个人信息", fixed)
    # 套(间) comes last: what follows a bracket in such a line is not read.
    units = sorted(dict.fromkeys(unit_of(one) for one in dataset.fields if unit_of(one)), key=lambda one: "(" in one)
    sheet.write_string(3, 0, f"单位：{'、'.join(units)}" if units else "", fixed)
    if not dataset.everywhere:
        mark = book.add_format({**_GRID, "align": "center", "bg_color": "#FFF6DB", "locked": False})
        sheet.write_string(3, 4, "零报告：", book.add_format({"font_size": 11, "align": "right"}))
        sheet.write_string(3, 5, "是" if zero else "否", mark)
        sheet.data_validation(3, 5, 3, 5, {"validate": "list", "source": ["否", "是"]})


def _write_header(book: xlsxwriter.Workbook, sheet: Worksheet, dataset: Dataset) -> None:
    base = {**_GRID, "bold": True, "align": "center", "text_wrap": True, "locked": True}
    normal = book.add_format({**base, "bg_color": "#E8EEF4"})
    needed = book.add_format({**base, "bg_color": "#CFE0F0"})
    column = 0
    while column < len(dataset.fields):
        field = dataset.fields[column]
        last = column
        while field.group and last + 1 < len(dataset.fields) and dataset.fields[last + 1].group == field.group:
            last += 1
        if last > column:
            sheet.merge_range(HEADER_ROW, column, HEADER_ROW, last, field.group, normal)
        elif field.group:
            sheet.write_string(HEADER_ROW, column, field.group, normal)
        for at in range(column, last + 1):
            one = dataset.fields[at]
            style = needed if one.need is not Need.OPTIONAL else normal
            if field.group:
                sheet.write_string(HEADER_ROW + 1, at, header_title(one), style)
            else:
                sheet.merge_range(HEADER_ROW, at, HEADER_ROW + 1, at, header_title(one), style)
            sheet.write_comment(HEADER_ROW + (1 if field.group else 0), at, column_note(one), {"x_scale": 2, "y_scale": 1.4})
        column = last + 1
    sheet.set_row(HEADER_ROW + 1, 32)


def example_row(dataset: Dataset, period: Period, unit: str | None) -> dict[str, Any]:
    """Values that show how each column is filled in; one of each kind, made up."""
    return {one.name: _example(one, period, unit or subdistricts()[0].code) for one in dataset.fields}


def _example(field: Field, period: Period, unit: str) -> Any:
    low, high = field.usual or (field.minimum or 0, field.maximum or 100)
    number = min(max(100, low), high)
    made: dict[Kind, Any] = {
        Kind.CODE: "G03" if field.name == "indicator" else "12号" if field.name == "entrance" else "PT0010001",
        Kind.TEXT: f"（{field.title}）",
        Kind.INTEGER: int(number),
        Kind.DECIMAL: {"lon": 121.41234, "lat": 31.25432}.get(field.name, float(number)),
        Kind.PERCENT: 75.0,
        Kind.YEAR: int(period[:4]),
        Kind.DATE: end_of(period),
        Kind.BOOLEAN: True,
        Kind.CHOICE: field.choices[0] if field.choices else "",
        Kind.MULTI: "、".join(field.choices[:2]) or f"（{field.title}）",
        Kind.SUBDISTRICT: unit,
    }
    return made[field.kind]


def _write_rows(
    sheet: Worksheet, dataset: Dataset, first: int, rows: list[Mapping[str, Any]], formats: Mapping[Kind, Format], *, example: bool = False
) -> None:
    for row, values in enumerate(rows, start=first):
        for column, field in enumerate(dataset.fields):
            value = values.get(field.name)
            if example and column == 0:
                shown = unit_name(str(value)) if field.kind is Kind.SUBDISTRICT else value
                sheet.write_string(row, column, f"示例：{shown}", formats[Kind.TEXT])
            else:
                _write_cell(sheet, row, column, field, value, formats[field.kind])


def _write_cell(sheet: Worksheet, row: int, column: int, field: Field, value: Any, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif field.kind is Kind.DATE:
        assert isinstance(value, date)
        sheet.write_datetime(row, column, value, style)
    elif field.kind is Kind.BOOLEAN:
        sheet.write_string(row, column, "是" if value else "否", style)
    elif field.kind is Kind.SUBDISTRICT:
        sheet.write_string(row, column, unit_name(str(value)), style)
    elif field.kind is Kind.PERCENT:
        sheet.write_number(row, column, round(float(value) / 100, 12), style)
    elif field.kind in {Kind.INTEGER, Kind.DECIMAL, Kind.YEAR}:
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)


def _validate(sheet: Worksheet, dataset: Dataset, last: int, ranges: Mapping[str, str]) -> None:
    """Drop-downs, and a question (never a refusal) at a number out of range. ranges: of the lists too long for a cell."""
    for column, field in enumerate(dataset.fields):
        choices = list(choices_of(field))
        rule: dict[str, Any] = {}
        if choices:
            rule = {"validate": "list", "source": ranges.get(field.name, choices)}
        elif field.kind in {Kind.INTEGER, Kind.DECIMAL}:
            rule = {"validate": "decimal", "criteria": "between", "minimum": field.minimum, "maximum": field.maximum,
                    "error_title": "请核对", "error_message": _expected(field)}
        if rule:
            sheet.data_validation(HEADER_ROW + 2, column, last, column, {**rule, "error_type": "warning"})


def _expected(field: Field) -> str:
    return f"应为{field.note}。" if field.unit == DEGREES else f"应为 {range_of(field)} 之间的数。"


def _protect(sheet: Worksheet, dataset: Dataset, last: int) -> None:
    sheet.autofilter(HEADER_ROW + 1, 0, last, len(dataset.fields) - 1)
    sheet.freeze_panes(HEADER_ROW + 2, 2)
    sheet.protect("", dict.fromkeys(_ALLOWED, True))


def _set_up_print(sheet: Worksheet, dataset: Dataset) -> None:
    sheet.set_landscape()
    width = sum(_width(field, first=at == 0) for at, field in enumerate(dataset.fields))
    sheet.set_paper(9 if width <= A4_WIDTH else 8)
    sheet.fit_to_pages(max(1, -(-width // A3_WIDTH)), 0)
    sheet.repeat_rows(HEADER_ROW, HEADER_ROW + 1)
    sheet.repeat_columns(0, 1)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
