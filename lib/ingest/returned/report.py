"""The sheet 问题清单: every finding with a link to its cell, and, hidden in it, the former styles of the marked cells.

Its one rule: it is written anew each time; its texts are cells of text, never formulas.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape

from lib.ingest.report_sheet import MARKER, REPORT_SHEET
from lib.ingest.returned.styles import LABELS, Styles
from lib.ingest.rewritten import storable
from lib.ingest.sheet import cell_name, column_index, column_letters
from lib.spec.findings import Finding
from lib.spec.level import Level

HEADER = ("序号", "级别", "代码", "工作表", "单元格", "问题", "说明", "怎么改")
_WIDTHS = (6, 8, 8, 20, 10, 20, 54, 54)
_HEADER_ROW = 6
_MEANINGS = {
    Level.FATAL: "必须改正，否则不能发布。",
    Level.WARNING: "请核对；确实无误的，发布时写明理由。",
    Level.INFO: "供了解，不影响发布。",
}
_HINT = "点“单元格”一列可跳到该处。改好后保存，直接上传本文件即可：颜色、批注和本表不必删除，下次会重新生成。"
MARKED, FORMER = column_index("AX"), column_index("AY")
"""Columns of empty cells: the first has the style of marked cells, the second the one they had before."""

_MAX_LINKS = 60_000
_MAX_TEXT = 32_000


def report_xml(namespace: str, findings: Sequence[Finding], links: Mapping[int, str], styles: Styles) -> bytes:
    """The XML of the sheet; links: number of a finding → the place it leads to."""
    rows = {**_head(findings, styles), **_list(findings, links, styles)}
    heights = {0: 26.0, 1: 16.0, **{_HEADER_ROW + 1 + at: _height(one) for at, one in enumerate(findings)}}
    for at, pair in enumerate(pair_cells(styles)):
        rows.setdefault(at, []).append(pair)
    last = _HEADER_ROW + len(findings)
    area = f"A{_HEADER_ROW + 1}:{column_letters(len(HEADER) - 1)}{last + 1}"
    columns = "".join(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(_WIDTHS, start=1))
    columns += f'<col min="{MARKED + 1}" max="{FORMER + 1}" width="4" hidden="1" customWidth="1"/>'
    hyperlinks = "".join(
        f'<hyperlink ref="E{_HEADER_ROW + 2 + at}" location="{escape(place)}" display="{escape(findings[at].cell or findings[at].sheet)}"/>'
        for at, place in list(links.items())[:_MAX_LINKS]
    )
    below = f"A{_HEADER_ROW + 2}"
    return "".join([
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">',
        '<sheetPr><tabColor rgb="FFC0392B"/><pageSetUpPr fitToPage="1"/></sheetPr>',
        f'<dimension ref="A1:{cell_name(max(rows), FORMER if styles.pairs else len(HEADER) - 1)}"/>',
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">',
        f'<pane ySplit="{_HEADER_ROW + 1}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>',
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>',
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>',
        *(row_xml(row, rows[row], heights.get(row, 0)) for row in sorted(rows)),
        f'</sheetData><autoFilter ref="{area}"/>',
        f"<hyperlinks>{hyperlinks}</hyperlinks>" if hyperlinks else "",
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>',
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>',
    ]).encode()


def filter_area(name: str, findings: Sequence[Finding]) -> str:
    """The list as a range of the workbook, which a filter needs beside it."""
    return f"{quoted(name)}!$A${_HEADER_ROW + 1}:${column_letters(len(HEADER) - 1)}${_HEADER_ROW + 1 + len(findings)}"


def quoted(name: str) -> str:
    """The name of a sheet as a reference wants it."""
    return "'" + name.replace("'", "''") + "'"


def pair_cells(styles: Styles) -> list[str]:
    """For each row from the first on the two empty cells that keep a style that was made and its former one."""
    return [f'<c r="{cell_name(at, MARKED)}" s="{marked}"/><c r="{cell_name(at, FORMER)}" s="{former}"/>'
            for at, (marked, former) in enumerate(sorted(styles.pairs.items()))]


def advice_text(found: Finding) -> str:
    """One finding as it stands in a comment."""
    return f"【{found.level}】{found.title}：{found.message}" + (f"\n怎么改：{found.advice}" if found.advice else "")


def row_xml(row: int, cells: Sequence[str], height: float) -> str:
    """The XML of a row, 0-based; height in points, 0 for the usual one."""
    size = f' ht="{height:.4g}" customHeight="1"' if height else ""
    return f'<row r="{row + 1}"{size}>{"".join(cells)}</row>'


def text_cell(row: int, column: int, text: str, style: int) -> str:
    """The XML of a cell of text, which is never a formula."""
    if not text:
        return f'<c r="{cell_name(row, column)}" s="{style}"/>'
    words = escape(storable(text[:_MAX_TEXT]), quote=False)
    return f'<c r="{cell_name(row, column)}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def text_height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """The height, in points, of a row whose texts are broken at the widths of their columns, in characters."""
    return min(max(_lines(text, width) for text, width in zip(texts, widths, strict=True)) * 14.0 + 4, 400.0)


def _head(findings: Sequence[Finding], styles: Styles) -> dict[int, list[str]]:
    quiet = styles.plain()
    rows = {0: [text_cell(0, 0, REPORT_SHEET, styles.plain(bold=True, size=16))], 1: [text_cell(1, 0, MARKER, quiet)]}
    for row, level in enumerate(Level, start=2):
        count = sum(one.level is level for one in findings)
        label = styles.plain(fill=LABELS[level], bold=True, centre=True)
        rows[row] = [
            text_cell(row, 0, level, label),
            f'<c r="{cell_name(row, 1)}" s="{label}"><v>{count}</v></c>',
            text_cell(row, 2, _MEANINGS[level], quiet),
        ]
    rows[5] = [text_cell(5, 0, _HINT, quiet)]
    header = styles.plain(fill="E8EEF4", bold=True, grid=True, centre=True)
    rows[_HEADER_ROW] = [text_cell(_HEADER_ROW, column, title, header) for column, title in enumerate(HEADER)]
    return rows


def _list(findings: Sequence[Finding], links: Mapping[int, str], styles: Styles) -> dict[int, list[str]]:
    plain, centre = styles.plain(grid=True), styles.plain(grid=True, centre=True)
    link = styles.plain(grid=True, centre=True, link=True)
    levels = {level: styles.plain(grid=True, centre=True, bold=True, fill=LABELS[level]) for level in Level}
    rows = {}
    for at, one in enumerate(findings):
        row = _HEADER_ROW + 1 + at
        place = one.cell or (one.sheet and "整张表" if at in links else "")
        rows[row] = [
            f'<c r="A{row + 1}" s="{centre}"><v>{at + 1}</v></c>',
            text_cell(row, 1, one.level, levels[one.level]),
            text_cell(row, 2, one.code, centre),
            text_cell(row, 3, one.sheet or "整个文件", plain),
            text_cell(row, 4, place, link if at in links else centre),
            text_cell(row, 5, one.title, plain),
            text_cell(row, 6, one.message, plain),
            text_cell(row, 7, one.advice, plain),
        ]
    return rows


def _height(one: Finding) -> float:
    return text_height((one.sheet, one.title, one.message, one.advice), (20, 20, 54, 54))


def _lines(text: str, width: int) -> int:
    return sum(max(1, math.ceil(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) / (width - 2)))
               for line in text.split("\n"))
