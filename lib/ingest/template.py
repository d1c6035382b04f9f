"""The template workbook of a dataset, made from its declaration: what staff fill in, and what reading gives back unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.datasets.places import subdistricts, unit_name
from lib.spec.fields import Dataset, Field, Need
from lib.spec.kinds import KIND_TITLES, Kind
from lib.spec.period import Period, title_of

BUREAU = "普陀区住房保障和房屋管理局"
HEADER_ROW = 4
"""0-based row of the upper header level; data starts two rows below."""
SPARE_ROWS = 500

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "remove_timezone": True}
CELL_FORMATS: dict[Kind, str] = {
    Kind.CODE: "@", Kind.TEXT: "@", Kind.INTEGER: "0", Kind.DECIMAL: "General", Kind.PERCENT: "0.0###%", Kind.YEAR: "0",
    Kind.DATE: "yyyy-mm-dd", Kind.BOOLEAN: "@", Kind.CHOICE: "@", Kind.MULTI: "@", Kind.SUBDISTRICT: "@",
}
"""Excel number format of a kind's cells."""


def write_template(dataset: Dataset, period: Period, unit: str | None, rows: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """The workbook as bytes. unit: the 街镇 that reports, None for the bureau. rows: stored values to fill in, may be empty."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, _OPTIONS) as book:
        book.set_custom_property("form_code", f"{dataset.form_code}/{dataset.version}")
        sheet = book.add_worksheet(dataset.title[:31])
        grid = {"border": 1, "border_color": "#C8CDD3", "valign": "vcenter"}
        formats = {kind: book.add_format({**grid, "num_format": code}) for kind, code in CELL_FORMATS.items()}
        _write_titles(book, sheet, dataset, period, unit)
        _write_header(book, sheet, dataset)
        row = HEADER_ROW + 2
        for values in rows:
            for column, field in enumerate(dataset.fields):
                _write_cell(sheet, row, column, field, values.get(field.name), formats[field.kind])
            row += 1
        _validate(sheet, dataset, max(row, HEADER_ROW + 2 + SPARE_ROWS))
        sheet.freeze_panes(HEADER_ROW + 2, 2)
        _write_help(book, dataset)
    return sink.getvalue()


def _write_titles(book: xlsxwriter.Workbook, sheet: Worksheet, dataset: Dataset, period: Period, unit: str | None) -> None:
    width = len(dataset.fields) - 1
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    plain = book.add_format({"font_size": 11})
    sheet.merge_range(0, 0, 0, width, f"普陀区{dataset.title}（{title_of(period)}）", title)
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, f"填报单位：{unit_name(unit) if unit else BUREAU}", plain)
    sheet.write_string(1, 4, f"报告期：{title_of(period)}", plain)
    sheet.write_string(2, 0, f"表号：{dataset.form_code}", plain)
    sheet.write_string(2, 4, "请勿填写姓名、电话、身份证号等个人信息", plain)


def header_title(field: Field) -> str:
    """The leaf header of a field with its unit."""
    return f"{field.title}（{field.unit}）" if field.unit and field.unit not in {"年", "届", "°"} else field.title


def _write_header(book: xlsxwriter.Workbook, sheet: Worksheet, dataset: Dataset) -> None:
    base = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": "#C8CDD3"}
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
            if one.note:
                sheet.write_comment(HEADER_ROW + (1 if field.group else 0), at, one.note)
            sheet.set_column(at, at, max(11, min(30, 2 * len(header_title(one)) + 2)))
        column = last + 1
    sheet.set_row(HEADER_ROW + 1, 32)


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


def _validate(sheet: Worksheet, dataset: Dataset, last: int) -> None:
    for column, field in enumerate(dataset.fields):
        choices: list[str] = []
        if field.kind is Kind.CHOICE:
            choices = list(field.choices)
        elif field.kind is Kind.BOOLEAN:
            choices = ["是", "否"]
        elif field.kind is Kind.SUBDISTRICT:
            choices = [one.name for one in subdistricts()]
        if choices and len(",".join(choices)) <= 255:
            sheet.data_validation(HEADER_ROW + 2, column, last, column, {"validate": "list", "source": choices, "error_type": "warning"})


def _write_help(book: xlsxwriter.Workbook, dataset: Dataset) -> None:
    sheet = book.add_worksheet("填表说明")
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{dataset.title}填表说明：{dataset.grain}", bold)
    for column, text in enumerate(("列名", "类型", "要求", "可选内容", "备注")):
        sheet.write_string(2, column, text, bold)
    words = {Need.REQUIRED: "每行必填", Need.COLUMN: "必须有此列", Need.OPTIONAL: "选填"}
    for row, field in enumerate(dataset.fields, start=3):
        texts = (field.label, KIND_TITLES[field.kind], words[field.need], "、".join(field.choices), field.note or field.unit)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
    for column, width in enumerate((28, 10, 12, 60, 40)):
        sheet.set_column(column, column, width)
