"""The user's own workbook back: the same file with its offending cells coloured and commented and the sheet 问题清单, or with
the rows behind a figure coloured and the sheet 数据护照.

Its one rule: only looks are added; sent again unchanged it gives the same reading. Called in the worker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lib.ingest.formats import open_file
from lib.ingest.report_sheet import coloured_name, is_passport_sheet, is_report_sheet, returned_name
from lib.ingest.returned.annotated import annotated
from lib.ingest.returned.coloured import coloured
from lib.ingest.returned.package import Unusual
from lib.ingest.rewritten import rewritten_workbook, sheet_names
from lib.spec.findings import Finding
from lib.spec.level import Level

__all__ = ["coloured_name", "coloured_workbook", "returned_name", "returned_workbook"]

_KEPT = "除颜色和本表外，原件的数值、公式和格式都没有改动；每行从第一个到最后一个有内容的单元格标色。"
_REWRITTEN = "原件不是可以直接标色的 .xlsx 文件：本文件是内容和行号相同的副本，不含原件的公式和格式。"


def returned_workbook(name: str, data: bytes, findings: Sequence[Finding]) -> bytes:
    """A copy of an upload with its findings marked in it. Raises Unreadable for a file that `open_file` cannot open.

    An .xlsx or .xlsm stays what it is but for colours, comments and the sheet 问题清单; what an earlier round added is replaced.
    Any other file, and an .xlsx built so unusually that it cannot be edited with certainty, becomes an .xlsx with the same
    content; there a finding about rows of a text file with too many or too few cells (R10) cannot come back.
    """
    levels = list(Level)
    ordered = sorted(findings, key=lambda one: levels.index(one.level))
    try:
        return annotated(data, ordered)
    except Unusual:
        sheets = [sheet for sheet in open_file(name, data).sheets if not is_report_sheet(sheet)]
        names = dict(zip((sheet.name for sheet in sheets), sheet_names(sheets), strict=True))
        return annotated(rewritten_workbook(sheets), [replace(one, sheet=names.get(one.sheet, one.sheet)) for one in ordered])


def coloured_workbook(name: str, data: bytes, rows: Mapping[str, Collection[int]], title: str, legend: str) -> bytes:
    """A copy of a workbook in which rows are filled with a light amber. Raises Unreadable for a file that `open_file` cannot open.

    rows: name of a sheet → the rows, counted from 1 as Excel shows them; of each the cells from the first to the last one used
    are filled, the empty ones between them too, of a merged range its first cell. Everything else stays: values, formulas, number
    formats, fonts (but for white ones, which would not be seen), borders, what is hidden. The first sheet with such a row is the
    one seen first. The sheet 数据护照 says it all: title, the lines of legend, whether it is the original or a rewritten copy, per
    sheet how many rows, with a link, and which of them are hidden, hold nothing or are of no sheet of the workbook; it takes the
    place of an earlier one, whose colours are taken off. What becomes of other formats stands at `returned_workbook`.
    """
    try:
        return coloured(data, rows, title, f"{legend}\n{_KEPT}")
    except Unusual:
        sheets = [sheet for sheet in open_file(name, data).sheets if not is_passport_sheet(sheet)]
        names = dict(zip((sheet.name for sheet in sheets), sheet_names(sheets), strict=True))
        renamed = {names.get(sheet, sheet): numbers for sheet, numbers in rows.items()}
        return coloured(rewritten_workbook(sheets), renamed, title, f"{legend}\n{_REWRITTEN}")
