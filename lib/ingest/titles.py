"""What stands around a table: form code, period, reporting unit, unit of measure, and which rows below are no data.

Its one rule: lines are recognised by their own words; a name of a person in them is never kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from lib.datasets import DATASETS
from lib.datasets.places import find_subdistrict, is_bureau, subdistrict_codes
from lib.ingest.cells import is_blank
from lib.ingest.sheets import Cell, Sheet

_PERIOD_LINE = re.compile(r"报告期[:：]?(\d{4})[年./-](\d{1,2})")
_PERIOD = re.compile(r"(\d{4})[年./-](0?[1-9]|1[0-2])(?:月|(?![\d.]))")
_OTHER_DATE = re.compile(r"(填报|填表|制表|打印|上报|审核)(日期|时间)")
_REPORTER = re.compile(r"(?:填报|编制|报送|上报)(?:单位|部门)[:：](.*)")
_UNIT_LINE = re.compile(r"^[(]?(?:计量)?单位[:：](.+?)[)]?$")
_TOTAL = re.compile(r"^.{0,12}(合计|小计|总计|累计)$")
_FOOTER = re.compile(r"^(注|备注|说明|填表说明|审核|审核人|填报人|填表人|制表|制表人|负责人|单位负责人|复核|填报日期)[:：]")
_EXAMPLE = re.compile(r"^(示例|例如|例|样例)[:：]?")
_DOTS = {"…", "……", "...", "……."}


@dataclass(slots=True)
class Titles:
    """Metadata lines of a sheet. period: YYYY-MM or empty. reporter: as written. units: text of the 单位 line."""

    form_codes: list[str] = field(default_factory=list)
    period: str = ""
    reporter: str = ""
    units: str = ""


def plain(value: Cell) -> str:
    """NFKC without any white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value))) if not is_blank(value) else ""


def read_titles(sheet: Sheet, header_row: int) -> Titles:
    """The metadata lines above a header."""
    titles = Titles()
    loose = ""
    for row in sheet.rows[:header_row]:
        texts = [plain(value) for value in row]
        for index, text in enumerate(texts):
            if not text:
                continue
            titles.form_codes += [one.form_code for one in DATASETS.values() if one.form_code.lower() in text.lower()]
            following = next((other for other in texts[index + 1 :] if other), "")
            if (match := _PERIOD_LINE.search(text)) or (text.rstrip(":") == "报告期" and (match := _PERIOD.search(following))):
                titles.period = titles.period or _period(match)
            elif not loose and not _OTHER_DATE.search(text) and (match := _PERIOD.search(text)):
                loose = _period(match)
            if not titles.reporter and (match := _REPORTER.search(text)):
                titles.reporter = re.split(r"(?=报告期|填报日期|表号|单位[:：])", match.group(1) or following)[0]
            if not titles.units and (match := _UNIT_LINE.match(text)):
                titles.units = match.group(1)
    titles.period = titles.period or loose
    return titles


def period_in(text: str) -> str:
    """The first period named in a text such as a sheet or file name; empty when there is none."""
    match = _PERIOD.search(plain(text))
    return _period(match) if match else ""


def _period(match: re.Match[str]) -> str:
    return f"{int(match.group(1)):04d}-{int(match.group(2)):02d}"


def reporting_units(reporter: str) -> tuple[str, ...] | None:
    """The 街镇 a 填报单位 speaks for: all ten for the bureau, one for a 街镇, None when the name is unknown."""
    if is_bureau(reporter):
        return subdistrict_codes()
    code = find_subdistrict(reporter.split("(")[0])
    return None if code is None else (code,)


def is_total(texts: list[str]) -> bool:
    """Whether a row, given as its plain texts, is a 合计 or 小计 row."""
    return any(_TOTAL.match(text) for text in [one for one in texts if one][:3])


def is_grand_total(texts: list[str]) -> bool:
    """Whether a total row is the total of the whole table."""
    return any(re.match(r"^(全区)?(合计|总计)$", text) for text in [one for one in texts if one][:3])


def is_footer(texts: list[str]) -> bool:
    """Whether a row below the table is a note or a signature line: it begins like one, or is little but a seal."""
    filled = [one for one in texts if one]
    return bool(filled) and (bool(_FOOTER.match(filled[0])) or (len(filled) <= 3 and any("盖章" in text for text in filled)))


def is_placeholder(texts: list[str]) -> bool:
    """Whether a row is an example or a row of dots."""
    filled = [one for one in texts if one]
    return bool(filled) and (bool(_EXAMPLE.match(filled[0])) or all(one in _DOTS for one in filled))
