"""The sheet 数据护照: of which figure the coloured rows are, how many of each sheet, and links to them.

Its one rule: all it says stands in its first column, as cells of text, never as formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lib.ingest.report_sheet import MARKER
from lib.ingest.returned.report import FORMER, MARKED, pair_cells, quoted, row_xml, text_cell, text_height
from lib.ingest.returned.styles import AMBER, Styles
from lib.ingest.sheet import cell_name

_WIDTH = 100
_SWATCH = f"{AMBER[:4]}C0"
"""The same colour to the eye, but none that is taken off when the workbook comes again."""

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Coloured:
    """What was coloured in a sheet. rows, hidden, empty: as Excel counts them; empty ones hold nothing and were left alone.
    first: the name of the first coloured cell. unseen: the whole sheet is hidden. known: there is a sheet of this name.
    """

    sheet: str
    rows: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    empty: tuple[int, ...] = ()
    first: str = ""
    unseen: bool = False
    known: bool = True

    @property
    def text(self) -> str:
        """The line of the sheet."""
        if not self.known:
            return f"原工作簿中没有名为“{self.sheet}”的工作表，其中 {len(self.empty):,} 行没有标色。"
        told = [f"工作表“{self.sheet}”{'（已隐藏）' if self.unseen else ''}：标色 {len(self.rows):,} 行"]
        if len(self.rows) > 1:
            told[0] += f"，第 {self.rows[0]} 行至第 {self.rows[-1]} 行"
        elif self.rows:
            told[0] += f"，第 {self.rows[0]} 行"
        if self.hidden:
            told.append(f"其中 {len(self.hidden):,} 行是隐藏行，取消隐藏后才能看到：{_numbers(self.hidden)}")
        if self.empty:
            told.append(f"另有 {len(self.empty):,} 行在原件中没有内容，没有标色：{_numbers(self.empty)}")
        return "；".join(told) + "。"


def _numbers(rows: Sequence[int]) -> str:
    return "第 " + "、".join(map(str, rows[:_LISTED])) + (" 等行" if len(rows) > _LISTED else " 行")


def passport_xml(namespace: str, title: str, legend: Sequence[str], coloured: Sequence[Coloured], styles: Styles, *, shown: bool) -> bytes:
    """The XML of the sheet. legend: its lines; the first has the colour of the rows. shown: it is seen first."""
    quiet, link = styles.plain(wrap=True), styles.plain(link=True, wrap=True)
    lines = [(title, styles.plain(bold=True, size=14, wrap=True)), (MARKER, quiet)]
    lines += [(line, quiet if at else styles.plain(fill=_SWATCH, wrap=True)) for at, line in enumerate(legend)]
    begin = len(lines)
    lines += [(one.text, link if _leads(one) else quiet) for one in coloured]
    rows = {at: [text_cell(at, 0, text, style)] for at, (text, style) in enumerate(lines)}
    pairs = pair_cells(styles)
    for at, pair in enumerate(pairs):
        rows.setdefault(at, []).append(pair)
    heights = {at: text_height([text], [_WIDTH]) for at, (text, _) in enumerate(lines)} | {0: 8 + text_height([title], [_WIDTH * 2 // 3])}
    hyperlinks = "".join(
        f'<hyperlink ref="A{begin + at + 1}" location="{escape(f"{quoted(one.sheet)}!{one.first}")}" display="{escape(one.sheet)}"/>'
        for at, one in enumerate(coloured) if _leads(one)
    )
    selected = ' tabSelected="1"' if shown else ""
    return "".join([
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">',
        f'<sheetPr><tabColor rgb="FF{AMBER}"/><pageSetUpPr fitToPage="1"/></sheetPr>',
        f'<dimension ref="A1:{cell_name(max(rows), FORMER if pairs else 0)}"/>',
        f'<sheetViews><sheetView showGridLines="0"{selected} workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>',
        f'<cols><col min="1" max="1" width="{_WIDTH}" customWidth="1"/>',
        f'<col min="{MARKED + 1}" max="{FORMER + 1}" width="4" hidden="1" customWidth="1"/></cols><sheetData>',
        *(row_xml(row, rows[row], heights.get(row, 0)) for row in sorted(rows)),
        "</sheetData>",
        f"<hyperlinks>{hyperlinks}</hyperlinks>" if hyperlinks else "",
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>',
        '<pageSetup paperSize="9" orientation="portrait" fitToHeight="0"/></worksheet>',
    ]).encode()


def _leads(one: Coloured) -> bool:
    """A link to a sheet that is hidden leads nowhere."""
    return bool(one.first) and not one.unseen
