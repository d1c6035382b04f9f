"""The user's own workbook back: the same file, its offending cells coloured and commented, with the sheet 问题清单.

Its one rule: only looks are added; sent again unchanged it gives the same findings. Called in the worker, after reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lib.ingest.formats import open_file
from lib.ingest.report_sheet import is_report_sheet, returned_name
from lib.ingest.returned.annotated import annotated
from lib.ingest.returned.package import Unusual
from lib.ingest.rewritten import rewritten_workbook, sheet_names
from lib.spec.findings import Finding
from lib.spec.level import Level

__all__ = ["returned_name", "returned_workbook"]


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
