"""What a template tells its reader: the note of each column, its drop-down, the 填表说明 sheet with the long lists.

Its one rule: everything said follows from the declaration, so that a form and its explanation cannot drift apart.
"""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.datasets.places import subdistricts
from lib.datasets.targets import MEASURE
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import KIND_TITLES, Kind

HELP_SHEET = "填表说明"
MAX_LIST = 255
"""So many characters of a drop-down list Excel keeps in the cell; a longer one must stand on a sheet."""
WIDTHS, LINE = (26, 8, 24, 48, 12, 36, 44), 16
"""Of the columns of the explanation; points of height of one line. A Chinese character is two wide."""
NEED_WORDS = {Need.REQUIRED: "每行必填", Need.COLUMN: "必须有此列，内容可空", Need.OPTIONAL: "选填"}
DEGREES = "°"
"""Of coordinates, whose range depends on their system: their note says what to write."""
BARE_UNITS = frozenset({"年", "届", DEGREES, MEASURE})
"""Units that go without saying: not written into headers."""

RULES = (
    "表头（列名）已锁定，请勿改动；可以增删行、排序、筛选、调整列宽。列的先后次序可以不同，列名也可以用“也可写作”中的写法。",
    "没有数据的单元格留空，不要填0；填0表示确实为零。也可以填“—”或“/”，与留空相同。",
    "日期写作 2026-10-31、2026年10月31日 或 20261031；只知道月份的写 2026年10月，只知道年份的写 2026年，系统会注明精度。",
    "大约的数写“约3832”，系统会注明是约数。一格只填一个数，说明文字写到备注。",
    "数值按列名后括号里的单位填写，同一列只用一种单位。百分数填 75% 这样的形式。",
    "多选的内容用顿号“、”隔开。",
    "合计行可以保留，系统用来核对，不作为数据。以“示例”开头的行不读入，可以删除，也可以留着。",
    "请勿填写任何人的姓名、电话、身份证号、银行账号；含有这些内容的文件不予接收，也不会保存。",
)
ZERO_RULE = "本期确实没有内容可报的，在表头上方“零报告”处选“是”，不填数据行，即为零报告。没有报送与零报告不是一回事。"
WHOM_TO_ASK = "填报口径和系统操作，请联系区房管局业务科室（各表由主管科室解释）。"


def choices_of(field: Field) -> tuple[str, ...]:
    """What the drop-down of a column offers; nothing where anything may be written."""
    if field.kind is Kind.CHOICE:
        return field.choices
    if field.kind is Kind.BOOLEAN:
        return ("是", "否")
    return tuple(one.name for one in subdistricts()) if field.kind is Kind.SUBDISTRICT else ()


def unit_of(field: Field) -> str:
    """The unit as a header shows it; empty where it goes without saying."""
    return "" if field.unit in BARE_UNITS else field.unit


def header_title(field: Field) -> str:
    """The leaf header of a field with its unit."""
    return f"{field.title}（{field.unit}）" if unit_of(field) else field.title


def range_of(field: Field) -> str:
    """Between which numbers a value must lie: 0～3,000,000."""
    return f"{field.minimum:,.10g}～{field.maximum:,.10g}"


def column_note(field: Field) -> str:
    """What is expected in a column, for the comment on its header."""
    lines = [f"{KIND_TITLES[field.kind]}，{NEED_WORDS[field.need]}"]
    if unit_of(field):
        lines.append(f"单位：{field.unit}")
    if field.kind in {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT} and field.unit != DEGREES:
        lines.append(f"范围：{range_of(field)}")
    if field.kind is Kind.DATE:
        lines.append("例如 2026-10-31 或 2026年10月31日")
    if field.kind is Kind.MULTI:
        lines.append("可填多项，用“、”隔开")
    if field.choices:
        text = "、".join(field.choices)
        lines.append(f"可填：{text}" if len(text) <= MAX_LIST else f"从下拉列表中选，全部选项见“{HELP_SHEET}”")
    if field.note:
        lines.append(field.note)
    if field.aliases:
        lines.append(f"列名也可写作：{'、'.join(field.aliases)}")
    return "\n".join(lines)


def write_help(book: xlsxwriter.Workbook, dataset: Dataset) -> dict[str, str]:
    """Add the sheet; gives for each field whose list is too long for a drop-down the range in which it stands."""
    sheet = book.add_worksheet(HELP_SHEET)
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#C8CDD3", "valign": "vcenter"})
    body = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C8CDD3"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{dataset.title}填表说明", title)
    nature = "报告期末的全部情况" if dataset.nature is Nature.REGISTER else "报告期当月发生的情况"
    sheet.write_string(1, 0, f"表号 {dataset.form_code}（第{dataset.version}版）。{dataset.grain}；填{nature}。{dataset.summary}")
    row = _write_columns(sheet, dataset, 3, head, body)
    rules = [*RULES, *(() if dataset.everywhere else (ZERO_RULE,)), WHOM_TO_ASK]
    for number, text in enumerate(rules, start=1):
        sheet.merge_range(row + number, 0, row + number, len(WIDTHS) - 1, f"{number}. {text}", plain)
        sheet.set_row(row + number, LINE)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    return _write_lists(sheet, dataset, head)


def _write_columns(sheet: Worksheet, dataset: Dataset, top: int, head: Format, body: Format) -> int:
    """One line per field; gives the row after the last."""
    for column, text in enumerate(("列名", "类型", "要求", "可选内容", "计量单位", "填写要求", "也可写作")):
        sheet.write_string(top, column, text, head)
    for row, field in enumerate(dataset.fields, start=top + 1):
        choices = "、".join(field.choices or choices_of(field))
        aliases = "、".join(field.aliases)
        texts = (field.label, KIND_TITLES[field.kind], NEED_WORDS[field.need], choices, unit_of(field), field.note, aliases)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, body)
        sheet.set_row(row, LINE * max(-(-2 * len(text) // width) for text, width in zip(texts, WIDTHS, strict=True)))
    return top + 1 + len(dataset.fields)


def _write_lists(sheet: Worksheet, dataset: Dataset, head: Format) -> dict[str, str]:
    ranges = {}
    column = 8
    for field in dataset.fields:
        choices = choices_of(field)
        if len(",".join(choices)) <= MAX_LIST:
            continue
        sheet.write_string(3, column, f"“{field.title}”的选项", head)
        sheet.write_column(4, column, choices)
        sheet.set_column(column, column, 24)
        letter = chr(ord("A") + column)
        ranges[field.name] = f"='{HELP_SHEET}'!${letter}$5:${letter}${4 + len(choices)}"
        column += 1
    return ranges
