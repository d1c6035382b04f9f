"""Kinds of field and, by kind, how a column is stored.

Its one rule: whoever needs something per kind (a reader, a column type, a format, a test strategy) keeps a table
keyed by `Kind`; tests/contract/test_kinds.py asserts that all these tables have the same keys.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa


class Kind(StrEnum):
    """What a cell holds."""

    CODE = "code"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    YEAR = "year"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    MULTI = "multi"
    SUBDISTRICT = "subdistrict"


ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.CODE: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.PERCENT: pa.float64(),
    Kind.YEAR: pa.int64(),
    Kind.DATE: pa.date32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.CHOICE: pa.string(),
    Kind.MULTI: pa.string(),
    Kind.SUBDISTRICT: pa.string(),
}
"""Stored column type. Percent is kept in percentage points (96.0, not 0.96); multi is joined by 、; a 街镇 is its code."""

KIND_TITLES: dict[Kind, str] = {
    Kind.CODE: "编码",
    Kind.TEXT: "文字",
    Kind.INTEGER: "整数",
    Kind.DECIMAL: "数值",
    Kind.PERCENT: "百分数",
    Kind.YEAR: "年份",
    Kind.DATE: "日期",
    Kind.BOOLEAN: "是/否",
    Kind.CHOICE: "选项",
    Kind.MULTI: "多选",
    Kind.SUBDISTRICT: "街镇",
}
"""The word for a kind on screen and in templates."""
