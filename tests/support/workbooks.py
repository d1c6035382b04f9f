"""Office workbooks made in memory, row by row as a clerk would see them, and their reading."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import xlsxwriter

from lib.ingest.expected import Expected
from lib.ingest.limits import limited
from lib.ingest.reading import read_file
from lib.ingest.staging import FileReading, Staging

Rows = Sequence[Sequence[Any]]
"""What stands in the cells; None leaves a cell out, a text such as #REF! becomes an error value."""


@dataclass
class Page:
    """One sheet. merges: ranges such as A1:C1, whose value is that of their first cell."""

    rows: Rows
    name: str = "Sheet1"
    merges: Sequence[str] = ()
    hidden: bool = False


def workbook(*pages: Page) -> bytes:
    """The pages as one .xlsx."""
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sink, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for page in pages:
            sheet = book.add_worksheet(page.name)
            if page.hidden:
                sheet.hide()
            for merged in page.merges:
                sheet.merge_range(merged, "")
            for row, cells in enumerate(page.rows):
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        sheet.write_datetime(row, column, value, day)
                    elif isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "A")):
                        sheet.write_formula(row, column, "=NA()", None, value)
                    elif value is not None:
                        sheet.write(row, column, value)
    return sink.getvalue()


TITLES: Rows = (["普陀区业主委员会组建和换届情况表（2024年9月）"], ["填报单位：普陀区房管局"], [])
HEADER = ["小区编码", "小区名称", "街镇", "组建状态", "届别", "任期起", "任期止"]
"""The columns that the form 业委会 must have; below `TITLES` they stand in row 4, data from row 5 on."""

START, END = date(2022, 5, 16), date(2027, 5, 15)
DISTRICT = Expected(period="2024-09")


def committee(code: str, street: str = "长风", **other: Any) -> list[Any]:
    """A row under `HEADER`."""
    row = {"code": code, "name": f"演示{code}", "street": street, "status": "已组建", "session": 3, "start": START, "end": END}
    return list({**row, **other}.values())


def form(*data: Sequence[Any], header: Sequence[Any] = HEADER, titles: Rows = TITLES) -> Page:
    """The form 业委会: titles, header, data."""
    return Page([*titles, header, *data])


def read(*pages: Page, expected: Expected = DISTRICT, name: str = "业委会.xlsx", whole: bool = False) -> OneForm:
    """The reading of the pages as one workbook with one form."""
    staging = only(read_file(name, workbook(*pages), expected))
    return staging if whole else of_few(staging)


@dataclass(frozen=True)
class OneForm(Staging):
    """The one form of a file, with what is said of the file. personal: the file must not be stored."""

    personal: bool = False


def only(reading: FileReading) -> OneForm:
    """The one form of a file; of a file without a form all that is said, with nothing read."""
    if not reading.stagings:
        return OneForm(reading.file_name, "", "", (), "", (), (), reading.findings, None, personal=reading.personal)
    (staging,) = reading.stagings
    assert reading.personal == (staging.rows is None)
    parts = {one.name: getattr(staging, one.name) for one in fields(staging)}
    return OneForm(**{**parts, "findings": limited((*reading.findings, *staging.findings))}, personal=reading.personal)


def of_few(staging: OneForm) -> OneForm:
    """Without what is told of a file of the whole district that has rows of few 街镇, and of unusually small numbers, as the
    small pages of tests have them.
    """
    return replace(staging, findings=tuple(one for one in staging.findings if one.code not in {"T21", "T24", "C18"}))


def told(staging: Staging, *codes: str) -> list[tuple[str, str]]:
    """(code, cell) of the findings, of these codes or of all, in their order."""
    return [(one.code, one.cell) for one in staging.findings if not codes or one.code in codes]


def values(staging: Staging, *names: str) -> list[Any]:
    """The rows read: of one column its values, of several tuples."""
    assert staging.rows is not None
    columns = [staging.rows.column(name).to_pylist() for name in names]
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
