"""Office-like workbooks that carry the demonstration rows.

Its one rule: the same rows, month, unit and style give the same file, byte for byte.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from lib.datasets.places import unit_name
from lib.demo.cells import Written, in_written_unit, write
from lib.demo.layout import Heading, headings
from lib.demo.making import Row, chance
from lib.demo.styles import Style, style_of
from lib.spec.fields import Dataset, Field
from lib.spec.kinds import Kind
from lib.spec.period import Period, shift, title_of

ADDITIVE = {"㎡", "万元", "户", "套(间)", "张", "幢", "个", "台", "人", "间", "件", "次", "册"}
"""Units whose columns are added up in 小计 and 合计 rows."""

SHORT_TITLES = {
    "compounds": "小区名册", "renewal_projects": "更新项目", "rental_projects": "保租房", "committees": "业委会",
    "consent_rounds": "征询签约", "milestones": "项目节点", "lifts": "加装电梯", "site_candidates": "选址候选点",
    "fee_changes": "物业费调价", "maintenance_funds": "维修资金", "hotline": "12345热线", "red_points": "红色物业",
    "trainings": "业委会培训", "campaign_works": "三大行动建设", "targets": "年度目标",
}
"""What a form is called in the names of files and sheets."""

_CREATED = datetime(2026, 11, 2, 9, 0, 0)  # noqa: DTZ001 - xlsx properties carry no zone
_OFFICES = ("普陀区房屋管理局", "普陀区住房保障和房屋管理局", "普陀区房管局")
_GUIDE = (
    "填表说明",
    "一、本表由区房管局按月汇总，各街镇据实填报。",
    "二、没有数据的单元格留空或填“—”，不要填 0。",
    "三、日期填到日；项目节点只知道月份的，可写“2024年3月”。",
    "四、不得填写个人姓名、电话、证件号码。",
    "五、本表为演示数据，均系虚构。",
)


def write_workbook(dataset: Dataset, rows: Sequence[Row], period: Period, unit: str | None, path: Path, style: int) -> None:
    """Write rows of one dataset and month as an .xlsx. unit: the 街镇 that reports, None for the bureau (whole district)."""
    book = _book(path, dataset.title)
    name = style_of(style).sheet.format(code=dataset.form_code, title=SHORT_TITLES[dataset.id], short=SHORT_TITLES[dataset.id],
                                        month=title_of(period))
    rng = chance("workbook", dataset.id, period, unit or "", style)
    _Page(book, dataset, period, unit, style_of(style), rng, name, _Looks(book)).write(rows)
    _behind(book, style_of(style))
    book.close()


def write_several(parts: Sequence[tuple[Dataset, Sequence[Row]]], title: str, period: Period, path: Path, style: int) -> None:
    """Write rows of several datasets and one month, each on its own sheet, as one .xlsx of the bureau."""
    book, habits = _book(path, title), style_of(style)
    looks = _Looks(book)
    for dataset, rows in parts:
        short = SHORT_TITLES[dataset.id]
        name = dataset.form_code if "{code}" in habits.sheet else f"{short} " if habits.sheet.endswith(" ") else short
        rng = chance("workbook", dataset.id, period, "", style)
        _Page(book, dataset, period, None, habits, rng, name, looks).write(rows)
    _behind(book, habits)
    book.close()


def _book(path: Path, title: str) -> Any:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": "演示数据", "company": "演示数据", "created": _CREATED})
    return book


def _behind(book: Any, style: Style) -> None:
    """The sheets behind the tables."""
    if style.guide:
        guide = book.add_worksheet("填表说明")
        for row, text in enumerate(_GUIDE):
            guide.write_string(row, 0, text)
    if style.spare:
        book.add_worksheet("Sheet3")


@dataclass
class _Looks:
    """Cell formats by what they are for; made once per workbook."""

    book: Any

    def __post_init__(self) -> None:
        self._made: dict[str, Any] = {}
        self.title = self.book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "font_name": "宋体"})
        self.line = self.book.add_format({"font_size": 11, "valign": "vcenter"})
        self.right = self.book.add_format({"font_size": 11, "align": "right"})
        self.header = self.book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
        self.total = self.book.add_format({"bold": True, "border": 1, "bg_color": "#F2F2F2"})

    def cell(self, look: str) -> Any:
        """The format of a data cell with a number format."""
        if look not in self._made:
            wanted = {"border": 1, "valign": "vcenter"} | ({"num_format": look} if look else {})
            self._made[look] = self.book.add_format(wanted)
        return self._made[look]


class _Page:
    """One sheet being written, from top to bottom. `at` is the next row, 0-based."""

    def __init__(self, book: Any, dataset: Dataset, period: Period, unit: str | None, style: Style, rng: random.Random, name: str,
                 looks: _Looks) -> None:
        self.dataset, self.period, self.unit, self.style, self.rng, self.looks = dataset, period, unit, style, rng, looks
        self.sheet = book.add_worksheet(name)
        self.headings = headings(dataset, style, rng)
        self.last = len(self.headings) - 1
        self.at = 0

    def write(self, rows: Sequence[Row]) -> None:
        """The lines above, the table, the lines below."""
        self._lines()
        self._header()
        self._data(rows)
        self._below()
        self.sheet.set_column(0, self.last, 13)
        self.sheet.set_landscape()

    def _span(self, row: int, left: int, right: int, text: str, look: Any) -> None:
        if right > left:
            self.sheet.merge_range(row, left, row, right, text, look)
        elif text:
            self.sheet.write_string(row, left, text, look)

    def _texts(self) -> dict[str, str]:
        following = shift(self.period, 1)
        day = date(int(following[:4]), int(following[5:]), self.rng.randint(3, 10))
        reporter = self.rng.choice(_OFFICES)
        owner = "普陀区"
        if self.unit:
            owner = unit_name(self.unit)
            reporter = f"{owner}人民政府" if owner.endswith("镇") else self.rng.choice((f"{owner}办事处", owner))
        filled = f"填报日期：{title_of(following)}{day.day}日"
        return {
            "title": f"{owner}{self.dataset.title}（{title_of(self.period)}）", "plain_title": f"{owner}{self.dataset.title}",
            "reporter": f"填报单位：{reporter}", "period": f"报告期：{title_of(self.period)}", "code": f"表号：{self.dataset.form_code}",
            "filled": filled, "corner": f"单位：{self.style.area}、万元", "blank": "",
            "together": f"填报单位：{reporter}    报告期：{title_of(self.period)}    {filled}",
        }

    def _lines(self) -> None:
        """The rows above the header."""
        texts = self._texts()
        for line in self.style.lines:
            width = (self.last + 1) // len(line)
            for index, name in enumerate(line):
                left, right = index * width, self.last if index == len(line) - 1 else (index + 1) * width - 1
                if name in {"title", "plain_title"}:
                    self._span(self.at, left, right, texts[name], self.looks.title)
                elif name == "corner":
                    self.sheet.write_string(self.at, right, texts[name], self.looks.right)
                elif name != "blank":
                    self._span(self.at, left, min(right, left + 4), texts[name], self.looks.line)
            self.at += 1

    def _header(self) -> None:
        bottom = self.at + self.style.levels - 1
        column = 0
        for group, members in groupby(self.headings, key=lambda one: one.group):
            inner = list(members)
            if group:
                self._span(self.at, column, column + len(inner) - 1, group, self.looks.header)
            for one in inner:
                self._heading(one, column, bottom, grouped=bool(group))
                column += 1
        self.at = bottom + 1
        self.sheet.freeze_panes(self.at, 0)

    def _heading(self, one: Heading, column: int, bottom: int, *, grouped: bool) -> None:
        if self.style.levels == 2 and not grouped:
            self.sheet.merge_range(self.at, column, bottom, column, one.text, self.looks.header)
        else:
            self.sheet.write_string(bottom, column, one.text, self.looks.header)

    def _data(self, rows: Sequence[Row]) -> None:
        owner = self.dataset.owner
        by_street = self.style.merged_streets or self.style.subtotals
        ordered = sorted(rows, key=lambda row: str(row[owner])) if by_street else list(rows)
        serial = 1
        for street, members in groupby(ordered, key=lambda row: str(row[owner]) if by_street else ""):
            block = list(members)
            top = self.at
            for row in block:
                self._row(row, serial)
                serial += 1
                self.at += 1
            if self.style.merged_streets:
                self._merge_street(block[0], top)
            if self.style.subtotals and self.unit is None:
                self._total(f"{unit_name(street, short=True)}小计" if self.rng.random() < 0.5 else "小计", block)
        if self.style.total:
            self._total("合计" if self.unit else self.style.total, rows)

    def _row(self, row: Row, serial: int) -> None:
        for column, one in enumerate(self.headings):
            if one.field is None:
                value = Written(serial) if one.text == "序号" else Written(self.rng.choice(("一致", "已核", None)))
            elif self.style.merged_streets and one.field.name == self.dataset.owner:
                continue
            else:
                value = write(one.field, row[one.field.name], self.style, self.rng)
            self._cell(column, value)

    def _cell(self, column: int, written: Written) -> None:
        look = self.looks.cell(written.look)
        value = written.value
        if value is None:
            self.sheet.write_blank(self.at, column, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(self.at, column, value, look)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.at, column, value, look)
        else:
            self.sheet.write_number(self.at, column, value, look)

    def _merge_street(self, first: Row, top: int) -> None:
        column = next(index for index, one in enumerate(self.headings) if one.field and one.field.name == self.dataset.owner)
        field = self.dataset.by_name[self.dataset.owner]
        text = str(write(field, first[field.name], self.style, self.rng).value)
        if self.at - 1 > top:
            self.sheet.merge_range(top, column, self.at - 1, column, text, self.looks.cell(""))
        else:
            self.sheet.write_string(top, column, text, self.looks.cell(""))

    def _total(self, label: str, rows: Sequence[Row]) -> None:
        self.sheet.write_string(self.at, 0, label, self.looks.total)
        for column, one in enumerate(self.headings[1:], start=1):
            added = _sum(one.field, rows, self.style) if one.field else None
            if added is None:
                self.sheet.write_blank(self.at, column, None, self.looks.total)
            else:
                self.sheet.write_number(self.at, column, added, self.looks.total)
        self.at += 1

    def _below(self) -> None:
        """Notes and the signature line."""
        if self.style.note:
            text = "注：空白表示没有数据，不按 0 计；带“演示”字样的名称均系虚构。"
            self._span(self.at, 0, min(9, self.last), text, self.looks.line)
            self.at += 1
        if self.style.signature:
            self.sheet.write_string(self.at, 0, "填报人：（略）", self.looks.line)
            self.sheet.write_string(self.at, 4, "审核：（略）", self.looks.line)
            self.sheet.write_string(self.at, min(8, self.last), "（盖章）", self.looks.line)


def _sum(field: Field | None, rows: Sequence[Row], style: Style) -> float | int | None:
    """The total of an additive column in the unit in which it is written."""
    if field is None or field.kind not in {Kind.INTEGER, Kind.DECIMAL} or field.unit not in ADDITIVE:
        return None
    numbers = [value for row in rows if isinstance(value := row[field.name], (int, float))]
    if not numbers:
        return None
    return sum(numbers) if field.kind is Kind.INTEGER else round(in_written_unit(field, round(sum(numbers), 4), style), 6)


