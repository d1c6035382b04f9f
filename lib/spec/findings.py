"""Findings: what is wrong or worth knowing in a workbook, each with a code, a level, its sheet and cell, and what to do.

Its one rule: the catalogue below is the only place where their texts stand; a finding never holds personal data.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lib.spec.personal import mask_personal


class Level(StrEnum):
    """致命 blocks publishing, 警告 should be mended or explained, 提示 informs."""

    FATAL = "致命"
    WARNING = "警告"
    INFO = "提示"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue: templates take the named values of the finding."""

    code: str
    level: Level
    title: str
    template: str
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, at one place. `cell` is as Excel shows it (C7), empty when it speaks of the sheet or the file."""

    code: str
    level: Level
    title: str
    message: str
    advice: str
    sheet: str = ""
    cell: str = ""
    field: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


_KINDS = (
    # The file
    FindingKind("F01", Level.FATAL, "文件为空", "文件“{name}”没有内容。", "请在 Excel 或 WPS 中打开确认有数据、保存后重新上传。"),
    FindingKind("F02", Level.FATAL, "文件类型不支持", "无法读取“{name}”：{reason}。", "请在 Excel 或 WPS 中另存为 .xlsx 后上传。"),
    FindingKind(
        "F03",
        Level.FATAL,
        "文件无法打开",
        "“{name}”已损坏或不是真正的表格文件（{reason}）。",
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后上传；打不开时请使用备份。",
    ),
    FindingKind("F04", Level.FATAL, "文件有密码", "“{name}”设有打开密码。", "请在“文件—信息—保护工作簿”中取消密码、保存后上传。"),
    FindingKind(
        "F05",
        Level.FATAL,
        "读取被中止",
        "读取“{name}”时超出限额（{reason}），文件可能异常庞大或有破坏性内容。",
        "请将数据复制到新建的空白工作簿、另存为 .xlsx 后上传。",
    ),
    FindingKind("F06", Level.FATAL, "文件过大", "文件 {size} MB，超过上限 {limit} MB。", "请删除无关工作表和图片后上传。"),
    FindingKind(
        "F07", Level.FATAL, "编码无法识别", "文本文件的编码不是 UTF-8、GB18030 或 UTF-16。", "请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。"
    ),
    FindingKind("F08", Level.INFO, "隐藏的工作表未读取", "工作表“{sheet}”是隐藏的，已跳过。", "如其中有数据，请取消隐藏后重新上传。"),
    # The table
    FindingKind("T01", Level.FATAL, "认不出报表", "没有找到任何一种报表的表头。", "请使用本页下载的模板，或保留上期报表的表头。"),
    FindingKind("T02", Level.FATAL, "缺少必填列", "没有找到必填列“{field}”。", "请补上这一列；列名可写作：{aliases}。"),
    FindingKind("T03", Level.INFO, "多余的列", "列“{header}”不在报表规定之内，未读取。", "如需上报该项内容，请联系区局科室。"),
    FindingKind("T04", Level.FATAL, "同一列出现两次", "“{field}”出现在 {cell} 和 {other} 两列。", "请只保留一列。"),
    FindingKind("T05", Level.FATAL, "没有数据行", "表头下面没有数据行。", "请填写数据后重新上传；本期确无数据的请联系区局科室。"),
    FindingKind("T06", Level.FATAL, "报表种类不符", "所选报表为“{chosen}”，文件内容却是“{found}”。", "请改选报表种类或更换文件。"),
    FindingKind(
        "T07",
        Level.FATAL,
        "报告期不符",
        "所选报告期为 {chosen}，文件写的是 {found}。",
        "请核对是否传错月份；如文件有误，请改正文件中的报告期。",
    ),
    FindingKind(
        "T08", Level.WARNING, "文件没有写报告期", "文件中没有找到报告期，按所选 {chosen} 处理。", "请在表头上方写明“报告期：2026年10月”。"
    ),
    FindingKind("T09", Level.FATAL, "填报单位不符", "填报单位是“{found}”，与您的所属单位“{chosen}”不符。", "请上传本单位的报表。"),
    FindingKind(
        "T10",
        Level.FATAL,
        "填报单位无法识别",
        "填报单位“{found}”不是区局，也不在十个街镇的名称之列。",
        "请写街镇全称，例如“长风新村街道”。",
    ),
    FindingKind("T11", Level.WARNING, "单位未注明", "“{field}”没有注明计量单位，按{unit}处理。", "请在列名或表头右上角写明单位。"),
    FindingKind("T12", Level.FATAL, "计量单位不符", "“{field}”的单位写成“{found}”，无法换算为{unit}。", "请改用{unit}或其倍数。"),
    FindingKind("T13", Level.FATAL, "含有个人信息", "列“{header}”是个人信息，不得上报。", "请删除整列后重新上传；本次文件没有保存。"),
    FindingKind("T14", Level.FATAL, "疑似个人信息", "单元格内容疑似{what}，不得上报。", "请删除后重新上传；本次文件没有保存。"),
    FindingKind("T15", Level.INFO, "另有工作表未读取", "只读取一张工作表，“{sheet}”未读取。", "如其中有数据，请合并到同一张表。"),
    FindingKind("T16", Level.INFO, "文件没有写填报单位", "文件未写填报单位，按“{chosen}”处理。", "请在表头上方写明填报单位。"),
    FindingKind(
        "T17", Level.FATAL, "无法确定报告期", "文件中没有报告期，也没有选择报告期。", "请选择报告期，或在表头上方写明“报告期：2026年10月”。"
    ),
    FindingKind("T18", Level.FATAL, "列名含义不明", "列“{header}”可能是：{fields}。", "请写全列名，或合并上一级表头的单元格。"),
    FindingKind("T19", Level.INFO, "表格之外另有内容", "没有列名的列中有 {count} 格内容，未读取。", "如是上报数据，请补写列名。"),
    FindingKind(
        "T20",
        Level.FATAL,
        "无法确定填报单位",
        "文件没有写填报单位，数据行只涉及{chosen}。",
        "请在表头上方写明“填报单位：××街道”或“填报单位：普陀区房管局”。",
    ),
    FindingKind(
        "T21",
        Level.FATAL,
        "缺少街镇",
        "没有{names}的行；全区报表应包含十个街镇。",
        "请补上所缺街镇的行；由街镇自行上报的，请由街镇以本街镇名义上传。",
    ),
    FindingKind("T22", Level.FATAL, "报告期还没有开始", "报告期 {period} 还没有开始。", "请核对报告期；月报在当月结束后上报。"),
    FindingKind("T23", Level.WARNING, "报告期尚未结束", "报告期 {period} 尚未结束。", "月末数据可能变动，请在当月结束后核对或重新上报。"),
    FindingKind("T24", Level.INFO, "部分街镇没有项目", "没有{names}的行，视为这些街镇本期没有项目。", "如有遗漏，请补上后重新上传。"),
    # Cells
    FindingKind("C01", Level.FATAL, "必填项为空", "“{field}”没有填写。", "请补填。"),
    FindingKind("C02", Level.FATAL, "不是数字", "“{field}”应为数字，填的是“{value}”。", "请只填一个数字，说明文字写到备注。"),
    FindingKind("C03", Level.FATAL, "不是日期", "“{field}”应为日期，填的是“{value}”。", "请按 2026-10-31 或 2026年10月31日 填写。"),
    FindingKind("C04", Level.FATAL, "不在选项之内", "“{field}”填的是“{value}”，不在规定选项之内。", "请从下列选项中选填：{choices}。"),
    FindingKind("C05", Level.FATAL, "不认识的街镇", "“{value}”不是十个街镇的名称或通用简称。", "请写全称，例如“长风新村街道”。{hint}"),
    FindingKind("C06", Level.FATAL, "应填是或否", "“{field}”填的是“{value}”，无法判断是或否。", "请填“是”或“否”。"),
    FindingKind("C07", Level.FATAL, "应为整数", "“{field}”应为整数，填的是“{value}”。", "请核对后填整数。"),
    FindingKind("C08", Level.FATAL, "超出合理范围", "“{field}”为 {value}，超出 {low}～{high}。", "请核对数值和单位。"),
    FindingKind(
        "C09", Level.INFO, "日期只到月", "“{field}”只写到月（{value}），按 {day} 记录，并注明精度为月。", "如知道具体日期，请补写。"
    ),
    FindingKind("C10", Level.INFO, "没有填写", "“{field}”有 {count} 行没有填写，按缺失处理，不计为 0。", "如有数据，请补填。"),
    FindingKind("C11", Level.INFO, "约数", "“{field}”填的是约数“{value}”，按该数记录并注明为约数。", "如有准确数，请改填。"),
    FindingKind("C12", Level.FATAL, "单元格显示错误值", "“{field}”显示为 {value}。", "请修正公式，或改填数值。"),
    FindingKind(
        "C13", Level.INFO, "日期只到年", "“{field}”只写到年（{value}），按 {day} 记录，并注明精度为年。", "如知道具体日期，请补写。"
    ),
    FindingKind(
        "C14",
        Level.WARNING,
        "百分数写法不一",
        "“{field}”填的是 {value}，同列另有大于 1 的数，按 {value}% 处理。",
        "请核对是 {value}% 还是 {percent}%，并统一写法。",
    ),
    FindingKind(
        "C15", Level.FATAL, "编码位数丢失", "“{field}”存成了数字，超过 15 位的部分已经丢失。", "请将该列设为文本格式后重新填写编码。"
    ),
    FindingKind(
        "C16",
        Level.FATAL,
        "数值单元格被合并",
        "“{field}”的数值 {value} 占用了合并的 {count} 行，无法判断各行是多少。",
        "请取消合并，逐行填写。",
    ),
    FindingKind(
        "C17",
        Level.FATAL,
        "公式没有计算结果",
        "“{field}”是公式，文件中没有保存计算结果。",
        "请在 Excel 中打开、重新计算并保存后上传，或改填数值。",
    ),
    # Rows and tables
    FindingKind("R01", Level.FATAL, "主键重复", "“{field}”的值“{value}”在第 {other} 行已经出现。", "请删除或更正重复的一行。"),
    FindingKind(
        "R02", Level.WARNING, "合计与明细不符", "合计行“{field}”为 {value}，明细相加为 {expected}。", "请核对是否漏行、重行，或更新合计。"
    ),
    FindingKind("R03", Level.WARNING, "分项与总数不符", "{parts}之和为 {value}，而“{field}”为 {expected}。", "请核对分项和总数。"),
    FindingKind("R04", Level.WARNING, "大小关系不符", "“{field}”（{value}）大于“{other}”（{expected}）。", "请核对这两项。"),
    FindingKind("R05", Level.WARNING, "年限不符", "从“{other}”到“{field}”为 {value} 年，应为 {low}～{high} 年。", "请核对起止日期。"),
    FindingKind("R06", Level.WARNING, "此情形下应填写", "“{other}”为“{value}”时，应填写“{field}”。", "请补填。"),
    FindingKind("R07", Level.FATAL, "阶段与类别不符", "“{value}”不是“{other}”类项目的阶段。", "该类项目的阶段依次为：{choices}。"),
    FindingKind(
        "R08", Level.FATAL, "不属本单位", "第 {row} 行属于“{value}”，不是填报单位“{expected}”。", "请删除其他街镇的行，或更正街镇。"
    ),
    FindingKind("R09", Level.INFO, "示例与提示行已跳过", "共跳过 {count} 行示例、省略号或提示文字。", "如其中有实际数据，请改写后上传。"),
    FindingKind(
        "R10",
        Level.FATAL,
        "格数与表头不符",
        "第 {row} 行有 {count} 格，表头有 {expected} 格。",
        "请检查该行是否多了或少了逗号、引号，或另存为 .xlsx 后上传。",
    ),
)

CATALOGUE: dict[str, FindingKind] = {kind.code: kind for kind in _KINDS}


def finding(code: str, *, sheet: str = "", cell: str = "", field: str = "", level: Level | None = None, **values: object) -> Finding:
    """A finding from the catalogue with its texts filled in, without mobile and identity numbers that a value may hold.

    Raises KeyError for an unknown code or a missing value.
    """
    kind = CATALOGUE[code]
    named = {"sheet": sheet, "cell": cell, "field": field, **values}
    shown = {key: _clip(value) for key, value in named.items()}
    return Finding(code, level or kind.level, kind.title, kind.template.format(**shown), kind.advice.format(**shown), sheet, cell, field)


def blocks(findings: list[Finding]) -> bool:
    """Whether any of them is 致命."""
    return any(one.level is Level.FATAL for one in findings)


def _clip(value: object) -> str:
    text = mask_personal(str(value))
    return text if len(text) <= 200 else text[:199] + "…"
