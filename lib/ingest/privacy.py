"""Personal data at the door: by header and by content. Its one rule: a finding names the place, never the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lib.ingest.sheets import Cell, Sheet, cell_name
from lib.spec.findings import Finding, finding
from lib.spec.personal import personal_number, shows_birthday
from lib.spec.text import compact, fold_header

_INSTRUCTION = re.compile(r"[:请勿]|不得|禁止")
_HEADERS = re.compile(r"姓名|联系人|联系电话|联系方式|电话|手机|身份证|证件号|银行卡|[账帐]号|卡号|[账帐]户(?:名称?|号码?)?$")
_ROLE = re.compile(
    r"(?:业委会|居委会|居民区|物业|小区|项目|单位|部门|分管|工程|现场|街镇|街道|企业|公司|法定)*"
    r"(?:正|副)?(?:主任|书记|主管|经理|总经理|项目经理|负责人|责任人|联络员|经办人|填报人|填表人|制表人|审核人|复核人|法人|法人代表|"
    r"法定代表人|代表人|委员|楼组长|户主|业主|住户|承租人|产权人|权利人|申请人|签约人|网格员|社工)(?:名单|名字)?"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{1,3}[·\u4e00-\u9fff][\u4e00-\u9fff]{0,3}")
_NO_NAME = re.compile(r"已.*|未.*|暂.*|空缺|待定|缺位|没有|不详|不适用|兼任|专职|兼职|符合|同上|是|否|无|有")
_LABEL = re.compile(r".{0,8}(?:[账帐]号|[账帐]户|卡号|电话|手机|座机|传真|联系方式):?")
SEARCH_ROWS, LONGEST_TITLE, LONGEST_NAME, SHORTEST_NUMBER = 40, 10, 4, 7


def personal_headers(headers: Iterable[tuple[int, str]], sheet: str, row: int) -> Iterator[Finding]:
    """Findings for columns titled as personal data; `row` is the 0-based header row."""
    for column, header in headers:
        if _HEADERS.search(fold_header(header)):
            yield finding("T13", sheet=sheet, cell=cell_name(row, column), header=header)


def personal_roles(headers: Iterable[tuple[int, str]], sheet: Sheet, row: int, rows: Sequence[Sequence[Cell]]) -> Iterator[Finding]:
    """Findings for columns that no form knows, titled as a person (主任, 负责人), whose cells in `rows` look like names."""
    for column, header in headers:
        title = re.sub(r"\(.*\)$", "", fold_header(header.split("/")[-1]))
        if _ROLE.fullmatch(title) and any(_is_name(cells[column]) for cells in rows):
            yield finding("T13", sheet=sheet.name, cell=cell_name(row, column), header=header)


def _is_name(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    text = compact(value)
    return len(text) <= LONGEST_NAME and bool(_NAME.fullmatch(text)) and not _NO_NAME.fullmatch(text)


def personal_lists(sheet: Sheet) -> Iterator[Finding]:
    """Findings for columns titled as personal data on a sheet that is not read: it would be kept with the file."""
    for row, cells in enumerate(sheet.rows[:SEARCH_ROWS]):
        below = sheet.rows[row + 1 : row + 2]
        for column, value in enumerate(cells):
            if not isinstance(value, str) or len(value) > LONGEST_TITLE or _INSTRUCTION.search(compact(value)):
                continue
            if below and below[0][column] != "":
                yield from personal_headers([(column, value)], sheet.name, row)
                yield from personal_roles([(column, value)], sheet, row, below)


def personal_content(sheets: list[Sheet]) -> Iterator[Finding]:
    """Findings for cells that hold an identity number, a telephone number or the number of an account."""
    for sheet in sheets:
        for row, cells in enumerate(sheet.rows):
            before = ""
            for column, value in enumerate(cells):
                if value == "":
                    continue
                what = _what(value, before)
                if what:
                    yield finding("T14", sheet=sheet.name, cell=cell_name(row, column), what=what)
                before = compact(value) if isinstance(value, str) and len(value) <= 2 * LONGEST_TITLE else ""


def _what(value: Cell, before: str) -> str:
    """What personal number a cell holds; `before`: the text of the cell on its left, which may be its label."""
    labelled = bool(before) and _LABEL.fullmatch(before) is not None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 13_000_000_000 <= value < 20_000_000_000 and value == int(value):
            return "手机号码"
        if 1e17 <= value < 1e18 and shows_birthday(f"{value:.0f}"):
            return "身份证号码"
        if not 1e15 <= value < 1e19:
            return personal_number(f"{before}{value:.0f}") if labelled and value >= 1e6 and value == int(value) else ""
        return personal_number(f"{before if labelled else ''}{value:.0f}")
    if not isinstance(value, str) or len(value) < SHORTEST_NUMBER:
        return ""
    return personal_number(f"{before}{value}" if labelled else value)
