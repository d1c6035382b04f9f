"""What may be wrong with one cell or one column (C)."""

from __future__ import annotations

from lib.spec.level import FindingKind, Level

KINDS = (
    FindingKind("C01", Level.FATAL, "必填项为空", "“{field}”没有填写。", "请补填。"),
    FindingKind(
        "C02",
        Level.FATAL,
        "不是数字",
        "“{field}”应为数字，填的是“{value}”。",
        "请只填一个数字；说明文字写到备注列，没有备注列的写在“情况说明”中。",
    ),
    FindingKind(
        "C03",
        Level.FATAL,
        "不是日期",
        "“{field}”应为日期，填的是“{value}”。",
        "请按 2026-10-31 或 2026年10月31日 填写。",
    ),
    FindingKind(
        "C04",
        Level.FATAL,
        "不在选项之内",
        "“{field}”填的是“{value}”，不在规定选项之内。",
        "请从下列选项中选填：{choices}。",
    ),
    FindingKind(
        "C05",
        Level.FATAL,
        "不认识的街镇",
        "“{value}”不是十个街镇的名称或通用简称。",
        "请写全称，例如“长风新村街道”。{hint}",
    ),
    FindingKind("C06", Level.FATAL, "应填是或否", "“{field}”填的是“{value}”，无法判断是或否。", "请填“是”或“否”。"),
    FindingKind("C07", Level.FATAL, "应为整数", "“{field}”应为整数，填的是“{value}”。", "请核对后填整数。"),
    FindingKind("C08", Level.FATAL, "超出合理范围", "“{field}”为 {value}，超出 {low}～{high}。", "请核对数值和单位。"),
    FindingKind(
        "C09",
        Level.INFO,
        "日期只到月",
        "“{field}”只写到月（{value}），按 {day} 记录，并注明精度为月。",
        "如知道具体日期，请补写。",
    ),
    FindingKind(
        "C10", Level.INFO, "没有填写", "“{field}”有 {count} 行没有填写，按缺失处理，不计为 0。", "如有数据，请补填。"
    ),
    FindingKind(
        "C11", Level.INFO, "约数", "“{field}”填的是约数“{value}”，按该数记录并注明为约数。", "如有准确数，请改填。"
    ),
    FindingKind("C12", Level.FATAL, "单元格显示错误值", "“{field}”显示为 {value}。", "请修正公式，或改填数值。"),
    FindingKind(
        "C13",
        Level.INFO,
        "日期只到年",
        "“{field}”只写到年（{value}），按 {day} 记录，并注明精度为年。",
        "如知道具体日期，请补写。",
    ),
    FindingKind(
        "C14",
        Level.WARNING,
        "百分数写法不一",
        "“{field}”填的是没有百分号的数，同列写法不一，按 {value}% 处理。",
        "请核对是 {value}% 还是 {percent}%，并统一写法。",
    ),
    FindingKind(
        "C15",
        Level.FATAL,
        "编码位数丢失",
        "“{field}”存成了数字，超过 15 位的部分已经丢失。",
        "请将该列设为文本格式后重新填写编码。",
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
    FindingKind(
        "C18",
        Level.INFO,
        "数量级可疑",
        "“{field}”为 {value} {unit}，通常在 {low}～{high} 之间，可能应{words}。",
        "请核对计量单位（例如万㎡、万元）和小数点。",
    ),
    FindingKind(
        "C19",
        Level.WARNING,
        "编码前面的 0 可能丢失",
        "“{field}”存成了数字 {value}，同列其他编码都是 {length} 位。",
        "请将该列设为文本格式，补上前面的 0。",
    ),
    FindingKind(
        "C20",
        Level.FATAL,
        "疑似乱码",
        "“{field}”疑似乱码：“{value}”。",
        "多因编码转换出错，请回到原来的文件或系统重新导出，不要在乱码上修改。",
    ),
    FindingKind(
        "C21",
        Level.WARNING,
        "百分数按小数读取",
        "“{field}”的数都在 0～1 之间，单元格又不是百分比格式，按小数读取：{value} 即 {percent}%。",
        "请核对；如应为 {value}%，请在“各列是怎样读的”中把该列的单位选为“%”，或在单元格中写上百分号。",
    ),
    FindingKind(
        "C22",
        Level.WARNING,
        "按要求向下填充",
        "“{field}”有 {count} 格为空，已按您的更正取上一行的值（{cells}）。",
        "请核对这些格确与上一行相同；有漏填的请补填后重新上传。",
    ),
    FindingKind(
        "C23",
        Level.WARNING,
        "实际日期在报告期之后",
        "“{field}”为 {value}，晚于报告期末 {end}。",
        "请核对是否把计划日期填成了实际日期。",
    ),
    FindingKind(
        "C24",
        Level.FATAL,
        "编码含有形似字符",
        "“{field}”填的“{value}”含有形似英文或数字的其他字符。",
        "请在英文输入法下重新输入编码，或从上期数据表中复制。",
    ),
)
