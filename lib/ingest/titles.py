"""What stands above a table: form code, period, reporting unit, unit of measure.

Its one rule: lines are recognised by their own words; a name of a person in them is never kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from lib.datasets import DATASETS
from lib.datasets.places import find_subdistrict, is_bureau, subdistrict_codes
from lib.ingest.cells import is_blank
from lib.ingest.sheet import Cell, Sheet, cell_name
from lib.spec.text import compact

_MONTH = r"(?<![0-9])(20[0-9]{2})(?:年(1[0-2]|0?[1-9])月(?![0-9]+日)|[./-](1[0-2]|0?[1-9])(?![0-9]|[./-][0-9]|年|月))"
_PERIOD = re.compile(_MONTH)
_PERIOD_LINE = re.compile(r"报告期[:：]?" + _MONTH.replace("(?![0-9]+日)", ""))
_AS_OF = re.compile(r"(?:截至|截止)[^0-9]{0,4}(20[0-9]{2})(?:年(1[0-2]|0?[1-9])月|[./-](1[0-2]|0?[1-9])[./-])")
_DATED = re.compile(r"(?<!截至|截止)(?:日期|时间)[:：]?[0-9年月日./:-]*")
_RUN = re.compile(r"(?<![0-9A-Za-z-])(20[0-9]{2})(0[1-9]|1[0-2])(?![0-9])()")
_NUMERALS = "〇一二三四五六七八九"
_IN_NUMERALS = re.compile(rf"([零{_NUMERALS}]{{4}})年(十[一二]?|[{_NUMERALS}])月")
_MONTH_ALONE = re.compile(r"(?<![0-9年./-])(1[0-2]|0?[1-9])月份?(?![0-9]|日)")
_DATE_CELL = re.compile(r"(20[0-9]{2})-([0-9]{2})(-)[0-9]{2}$")
_REPORTER = re.compile(r"(?:填报|编制|报送|上报)(?:单位|部门)(?:名称)?(?:\([^)]{0,6}\))?(?:[:：](.*)|$)")
_NEXT_LABEL = re.compile(r"报告期|填报日期|填表日期|填报人|填表人|联系|表号|表码|(?:计量|金额|面积)?单位[:：]|[(]")
_ZERO = re.compile(r"(?P<mark>[☑√✓✔■])?零报告(?:[:：]?(?P<said>.*))$")
_YES = re.compile(r"是|有|√|✓|✔|☑|■|1|y|yes|true", re.IGNORECASE)
_BASIS = re.compile(r"(?:单位|部门|属地|街镇|本级|全)口径")
_UNIT_LINE = re.compile(r"(?<!填报|编制|报送|上报|申报|建设|责任|主管|实施)单位[:：](.+?)(?:[)]|填报|报告期|表号|$)")


MAX_COLUMNS, MAX_LINES = 100, 60
"""So far to the right, and so far above a header, lines are looked for."""


@dataclass(slots=True)
class Titles:
    """Metadata lines of a sheet. period: YYYY-MM or empty. reporter: as written. units: text of the 单位 line. The cells in
    which form code, period and reporter stand, as Excel shows them; empty where there is none. zero: whether 零报告 is ticked,
    in zero_cell; basis: the 口径 it names. other_period: a month that another line names, in other_cell; month: one named without
    a year.
    """

    form_codes: list[str] = field(default_factory=list)
    period: str = ""
    reporter: str = ""
    units: str = ""
    code_cell: str = ""
    period_cell: str = ""
    reporter_cell: str = ""
    zero: bool = False
    zero_cell: str = ""
    basis: str = ""
    other_period: str = ""
    other_cell: str = ""
    month: int = 0

    def fill_from(self, other: Titles) -> None:
        """Take over from lines further away what the own lines do not say."""
        for one, cell in (("period", "period_cell"), ("reporter", "reporter_cell"), ("units", ""), ("basis", "")):
            if not getattr(self, one):
                setattr(self, one, getattr(other, one))
                if cell:
                    setattr(self, cell, getattr(other, cell))


def plain(value: Cell) -> str:
    """The text of a cell without any white space; empty for a blank one."""
    if is_blank(value):
        return ""
    return value.isoformat()[:10] if isinstance(value, date) else compact(str(value))


def read_titles(sheet: Sheet, header_row: int, *, top: int = 0, left: int = 0, right: int | None = None) -> Titles:
    """The metadata lines from row `top` to a header, in the columns from `left` to `right`, inclusive."""
    titles = Titles()
    loose = loose_cell = ""
    columns = sheet.columns[left : min(sheet.width if right is None else right + 1, left + MAX_COLUMNS)]
    for number in range(max(top, header_row - MAX_LINES), min(header_row, sheet.height)):
        row = [column[number] for column in columns]
        filled = [(cell_name(number, column), text) for column, text in enumerate(map(plain, row), start=left) if text]
        texts = [text for _, text in filled]
        for before, (cell, text), following in zip(["", *texts], filled, [*texts[1:], ""], strict=False):
            if codes := _codes(text):
                titles.form_codes += codes
                titles.code_cell = titles.code_cell or cell
            found = _period(_PERIOD_LINE.search(text))
            if before.rstrip(":") == "报告期":
                found = found or _period(_DATE_CELL.match(text)) or period_in(text)
            elif not loose and not before.rstrip(":").endswith(("日期", "时间")):
                loose, loose_cell = period_in(text), cell
            if found and not titles.period:
                titles.period, titles.period_cell = found, cell
            if not titles.reporter and (match := _REPORTER.search(text)):
                titles.reporter, titles.reporter_cell = _NEXT_LABEL.split(match.group(1) or following)[0], cell
            if not titles.units and (match := _UNIT_LINE.search(text)):
                titles.units = match.group(1)
            if (match := _ZERO.search(text)) and not titles.zero_cell:
                titles.zero = bool(match["mark"]) or _YES.fullmatch(match["said"] or following) is not None
                titles.zero_cell = cell
            if match := _BASIS.search(text):
                titles.basis = titles.basis or match.group()
            if (match := _MONTH_ALONE.search(_DATED.sub("", text))) and not titles.month:
                titles.month = int(match.group(1))
    if loose and not titles.period:
        titles.period, titles.period_cell = loose, loose_cell
    elif loose and loose != titles.period:
        titles.other_period, titles.other_cell = loose, loose_cell
    return titles


@lru_cache(maxsize=10_000)
def _codes(text: str) -> list[str]:
    """The codes of the forms that a line names, by code or, without any code, by title."""
    codes = [one.form_code for one in DATASETS.values() if one.form_code.lower() in text.lower()]
    return codes or [one.form_code for one in DATASETS.values() if one.title in text]


def period_in(text: str) -> str:
    """The first month named in a text such as a title, a sheet or file name; empty when there is none.

    A full date names a month only after 截至; a date behind 填报日期, or a span such as 2024年1-9月, names none.
    """
    bare = _DATED.sub("", plain(text))
    if match := _IN_NUMERALS.search(bare):
        year = "".join(str(_NUMERALS.index(one.replace("零", "〇"))) for one in match.group(1))
        ones = match.group(2).removeprefix("十")
        month = (10 if "十" in match.group(2) else 0) + (_NUMERALS.index(ones) if ones else 0)
        bare = f"{year}年{month}月"
    return _period(_AS_OF.search(bare) or _PERIOD.search(bare) or _RUN.search(bare))


def basis_in(text: str) -> str:
    """The 口径 named in a text such as the name of a sheet; empty when there is none."""
    match = _BASIS.search(plain(text))
    return match.group() if match else ""


def _period(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    year, first, second = match.groups()
    return f"{year}-{int(first or second):02d}"


def reporting_units(reporter: str) -> tuple[str, ...] | None:
    """The 街镇 a 填报单位 speaks for: all ten for the bureau, one for a 街镇, None when the name is unknown."""
    if is_bureau(reporter):
        return subdistrict_codes()
    code = find_subdistrict(reporter)
    return None if code is None else (code,)
