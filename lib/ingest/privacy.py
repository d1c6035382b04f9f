"""Personal data at the door: by header, by content, by a vote over each column, and outside of the cells.

Its one rule: a finding names the place, never the value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lib.ingest.header import Table, fold_header
from lib.ingest.sheet import Cell, Opened, Remark, Sheet, cell_name
from lib.spec.findings import Finding, finding
from lib.spec.personal import mask_personal, personal_number, shows_birthday
from lib.spec.text import compact, fold
from lib.spec.units import MULTIPLES

_INSTRUCTION = re.compile(r"[:请勿]|不得|禁止")
_HEADERS = re.compile(
    r"姓名|联系人|联系电话|联系方式|电话|手机|身份证|证件号|银行卡|[账帐]号|卡号|[账帐]户(?:名称?|号码?)?$|邮箱|电子邮件|e-?mail"
    r"|(?:微信|(?<![a-z])qq)(?:号码?|id|名|昵称)?(?:\(.*)?$|(?:车牌|护照|(?<![持有无办领])残疾人?证)(?:号码?|编号)?(?:\(.*)?$"
)
"""Not 微信群数, 车牌识别系统, 持残疾证人数: those are counted, or owned by a compound."""
_ROLE = re.compile(
    r"(?:业委会|居委会|居民区|物业|小区|项目|单位|部门|分管|工程|现场|街镇|街道|企业|公司|法定)*"
    r"(?:正|副)?(?:主任|书记|主管|经理|总经理|项目经理|负责人|责任人|联络员|经办人|填报人|填表人|制表人|审核人|复核人|法人|法人代表|"
    r"法定代表人|代表人|委员|楼组长|户主|业主|住户|承租人|产权人|权利人|申请人|签约人|网格员|社工)(?:名单|名字)?"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{1,3}[·\u4e00-\u9fff][\u4e00-\u9fff]{0,3}")
_NO_NAME = re.compile(r"已.*|未.*|暂.*|空缺|待定|缺位|没有|不详|不适用|兼任|专职|兼职|符合|同上|是|否|无|有")
_LABEL = re.compile(r".{0,8}(?:[账帐]号|[账帐]户|卡号|电话|手机|座机|传真|联系方式):?")
_BETWEEN_NAMES = re.compile(r"[/,;|&]")
SEARCH_ROWS, LONGEST_TITLE, LONGEST_NAME, SHORTEST_NUMBER = 40, 10, 4, 7
_MAYBE = re.compile(r"(?:\d[\s-]?){10}\d|(?:电话|联系|座机|手机|传真|[账帐]号|[账帐]户|卡号|银行)")
"""What every text with a personal number has in it; columns without are looked at no further."""
_MAYBE_LABEL = re.compile(r"电话|联系|座机|手机|传真|[账帐]号|[账帐]户|卡号")
COLUMN_VOTES = 3
"""So many cells with personal numbers, and half of what stands in the column, make it a column of personal data."""


@dataclass(frozen=True, slots=True)
class Personal:
    """One place with personal data: what is told of it, and the cells to be emptied: column, first and last row, 0-based.

    beside: the kind of a place outside of the cells (批注), which has no column: -1, and no rows.
    """

    finding: Finding
    sheet: str
    column: int = -1
    first: int = 0
    last: int = -1
    beside: str = ""

    @property
    def place(self) -> str:
        """The place in words."""
        return f"“{self.sheet}”{self.finding.cell}{self.beside}" if self.sheet else self.beside


def find_personal(sheets: Sequence[Sheet], tables: Sequence[Table]) -> list[Personal]:
    """All places with personal data in a file: columns by their header, columns by their content, single cells."""
    found: list[Personal] = []
    for sheet in sheets:
        own = [one for one in tables if one.sheet is sheet]
        columns = [*_titled(sheet, own), *(() if own else _listed(sheet))]
        covered = {(one.column, row) for one in columns for row in range(one.first, one.last + 1)}
        found += columns
        found += [one for one in _contents(sheet, own) if (one.column, one.first) not in covered]
    return found


def find_remarked(remarks: Sequence[Remark]) -> list[Personal]:
    """The places outside of cells with personal numbers; a name alone, such as that of an author, is none."""
    seen = dict.fromkeys((one.sheet, one.cell, one.where, what) for one in remarks if (what := personal_number(one.text)))
    return [Personal(finding("T42", sheet=sheet, cell=cell, where=where, what=what), sheet, beside=where)
            for sheet, cell, where, what in seen]


def with_harmless_names(opened: Opened) -> tuple[Opened, list[Personal]]:
    """The file with every sheet whose name holds a personal number called 第N张工作表, in its findings too; what is told of them."""
    names: dict[str, str] = {}
    found: list[Personal] = []
    sheets = list(opened.sheets)
    taken = {one.name for one in sheets}
    for at, sheet in enumerate(sheets):
        if what := personal_number(sheet.name):
            name = f"第{at + 1}张工作表"
            while name in taken:
                name += "（改名）"
            taken.add(name)
            names.setdefault(sheet.name, name)
            sheets[at] = replace(sheet, name=name)
            found.append(Personal(finding("T44", sheet=name, what=what), name, beside="原来的名称"))
    if not names:
        return opened, []
    findings = tuple(_renamed(one, names) for one in opened.findings)
    remarks = tuple(replace(one, sheet=names.get(one.sheet, one.sheet)) for one in opened.remarks)
    return Opened(tuple(sheets), findings, remarks), found


def harmless_file_name(name: str) -> str:
    """The name of a file without the personal number in it: a file is not refused for its name, but kept under another."""
    return mask_personal(name).replace("*", "_") if personal_number(name) else name


def without_name(one: Finding) -> Finding:
    """A finding of a file that cannot be opened, without the name of its sheet where that holds a personal number."""
    return _renamed(one, {one.sheet: "名称含号码的工作表"}) if personal_number(one.sheet) else one


def _renamed(one: Finding, names: Mapping[str, str]) -> Finding:
    name = names.get(one.sheet)
    return one if name is None else replace(one, sheet=name, message=one.message.replace(mask_personal(one.sheet), name))


def _titled(sheet: Sheet, tables: Sequence[Table]) -> Iterator[Personal]:
    """Columns of the tables that are titled as personal data, or as a person whose cells look like names."""
    for table in tables:
        unknown = dict(table.unknown)
        for column, header in table.titled:
            cells = sheet.columns[column][table.last + 1 : table.bottom]
            if _HEADERS.search(fold_header(header)) or (column in unknown and _names_persons(header, cells)):
                yield _column(sheet, column, table.last, table.bottom - 1, header)


def _listed(sheet: Sheet) -> Iterator[Personal]:
    """The same on a sheet without a table: it would be kept with the file."""
    for row in range(min(SEARCH_ROWS, sheet.height - 1)):
        below = sheet.row(row + 1)
        for column, value in enumerate(sheet.row(row)):
            if not isinstance(value, str) or not value or len(value) > LONGEST_TITLE or _INSTRUCTION.search(compact(value)):
                continue
            if below[column] != "" and (_HEADERS.search(fold_header(value)) or _names_persons(value, [below[column]])):
                yield _column(sheet, column, row, sheet.height - 1, value)


def _column(sheet: Sheet, column: int, first: int, last: int, header: str) -> Personal:
    return Personal(finding("T13", sheet=sheet.name, cell=cell_name(first, column), header=header), sheet.name, column, first, last)


def _names_persons(header: str, cells: Sequence[Cell]) -> bool:
    title = re.sub(r"\(.*\)$", "", fold_header(header.rsplit("/", maxsplit=1)[-1]))
    return _ROLE.fullmatch(title) is not None and any(_is_name(value) for value in set(cells))


def _is_name(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    names = [one for one in _BETWEEN_NAMES.split(fold(value)) if one]
    return bool(names) and all(len(one) <= LONGEST_NAME and _NAME.fullmatch(one) and not _NO_NAME.fullmatch(one) for one in names)


def _contents(sheet: Sheet, tables: Sequence[Table]) -> Iterator[Personal]:
    """Cells that hold an identity number, a telephone number or the number of an account."""
    labelled: dict[tuple[int, int], str] = {}
    for column, cells in enumerate(sheet.columns):
        distinct = set(cells)
        texts = [value for value in distinct if isinstance(value, str) and len(value) >= SHORTEST_NUMBER]
        if _MAYBE_LABEL.search("\n".join(value for value in distinct if isinstance(value, str) and len(value) <= 2 * LONGEST_TITLE)):
            labelled.update(_labelled(sheet, column))
        suspects = texts if texts and _MAYBE.search("\n".join(texts)) else []
        numbers = [value for value in distinct if isinstance(value, (int, float)) and value >= 1e10]
        told = {value: what for value in [*suspects, *numbers] if (what := _what(value))}
        places = [(row, told[value]) for row, value in enumerate(cells) if value in told] if told else []
        yield from _voted(sheet, column, places, tables)
    for (row, column), what in sorted(labelled.items()):
        yield Personal(finding("T14", sheet=sheet.name, cell=cell_name(row, column), what=what), sheet.name, column, row, row)


def _voted(sheet: Sheet, column: int, places: list[tuple[int, str]], tables: Sequence[Table]) -> Iterator[Personal]:
    """The cells of one column, table by table: as a column where most are personal, each where they are few."""
    rest = dict(places)
    for table in tables:
        inside = {row: what for row, what in rest.items() if table.last < row < table.bottom and table.left <= column <= table.right}
        if not inside:
            continue
        cells = sheet.columns[column][table.last + 1 : table.bottom]
        filled = sum(value != "" for value in cells)
        most = len(inside) >= COLUMN_VOTES and 2 * len(inside) >= filled
        field = next((one.field for one in table.columns if one.index == column), None)
        if most:
            what = Counter(inside.values()).most_common(1)[0][0]
            told = finding("T36", sheet=sheet.name, cell=cell_name(table.last, column), count=len(inside), what=what)
            yield Personal(told, sheet.name, column, table.last, table.bottom - 1)
        elif field is not None and min(MULTIPLES.get(field.unit, {}).values(), default=1) < 1:
            # A few large numbers in a column of money are amounts in 元; a text with a number in it is not.
            inside = {row: what for row, what in inside.items() if not isinstance(sheet.columns[column][row], str)}
        else:
            continue
        rest = {row: what for row, what in rest.items() if row not in inside}
    for row, what in rest.items():
        yield Personal(finding("T14", sheet=sheet.name, cell=cell_name(row, column), what=what), sheet.name, column, row, row)


def _labelled(sheet: Sheet, column: int) -> Iterator[tuple[tuple[int, int], str]]:
    """((row, column), what) of cells that are a personal number by the label in the cell on their left."""
    for row, value in enumerate(sheet.columns[column]):
        if not isinstance(value, str) or not value or len(value) > 2 * LONGEST_TITLE or not _LABEL.fullmatch(compact(value)):
            continue
        right = next((at for at in range(column + 1, sheet.width) if sheet.columns[at][row] != ""), None)
        if right is not None and not _what(sheet.columns[right][row]) and (what := _what(sheet.columns[right][row], compact(value))):
            yield (row, right), what


def _what(value: Cell, label: str = "") -> str:
    """What personal number a cell holds; label: that of the cell on its left."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 13_000_000_000 <= value < 20_000_000_000 and value == int(value):
            return "手机号码"
        if (1e17 <= value < 1e18 or 1e19 <= value < 1e20) and shows_birthday(f"{value:.0f}"):
            return "身份证号码"
        if not 1e15 <= value < 1e19:
            return personal_number(f"{label}{value:.0f}") if label and value >= 1e6 and value == int(value) else ""
        return personal_number(f"{label}{value:.0f}")
    if not isinstance(value, str) or len(value) < SHORTEST_NUMBER:
        return ""
    return personal_number(f"{label}{value}")
