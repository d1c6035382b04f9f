"""What may be wrong with a table: its form, header, month, units of measure, reporting unit (T)."""

from __future__ import annotations

from lib.spec.level import FindingKind, Level

KINDS = (
    FindingKind(
        "T01", Level.FATAL, "认不出报表", "没有找到任何一种报表的表头。", "请使用本页下载的模板，或保留上期报表的表头。"
    ),
    FindingKind("T02", Level.FATAL, "缺少必填列", "没有找到必填列“{field}”。", "请补上这一列；列名可写作：{aliases}。"),
    FindingKind(
        "T03", Level.INFO, "多余的列", "列“{header}”不在报表规定之内，未读取。", "如需上报该项内容，请联系区局科室。{hint}"
    ),
    FindingKind("T04", Level.FATAL, "同一列出现两次", "“{field}”出现在 {cell} 和 {other} 两列。", "请只保留一列。"),
    FindingKind(
        "T05",
        Level.FATAL,
        "没有数据行",
        "表头下面没有数据行。",
        "请填写数据后重新上传；本期确无数据的，请勾选表上的“零报告”或用本页的“零报告”。",
    ),
    FindingKind(
        "T06",
        Level.FATAL,
        "报表种类不符",
        "所选报表为“{chosen}”，文件内容却是“{found}”。",
        "请改选报表种类或更换文件。",
    ),
    FindingKind(
        "T07",
        Level.FATAL,
        "报告期不符",
        "所选报告期为 {chosen}，文件写的是 {found}。",
        "请核对是否传错月份；如文件有误，请改正文件中的报告期。",
    ),
    FindingKind(
        "T08",
        Level.WARNING,
        "文件没有写报告期",
        "文件中没有找到报告期，按所选 {chosen} 处理。",
        "请在表头上方写明“报告期：2026年10月”。",
    ),
    FindingKind(
        "T09",
        Level.FATAL,
        "填报单位不符",
        "填报单位是“{found}”，与您的所属单位“{chosen}”不符。",
        "请上传本单位的报表。",
    ),
    FindingKind(
        "T10",
        Level.FATAL,
        "填报单位无法识别",
        "填报单位“{found}”不是区局，也不在十个街镇的名称之列。",
        "请写街镇全称，例如“长风新村街道”。",
    ),
    FindingKind(
        "T11",
        Level.WARNING,
        "单位未注明",
        "“{field}”没有注明计量单位，按{unit}处理。",
        "请在列名或表头右上角写明单位。",
    ),
    FindingKind(
        "T12", Level.FATAL, "计量单位不符", "“{field}”的单位写成“{found}”，无法换算为{unit}。", "请改用{unit}或其倍数。"
    ),
    FindingKind(
        "T13",
        Level.FATAL,
        "含有个人信息",
        "列“{header}”是个人信息，不得上报。",
        "请删除整列后重新上传；本次文件没有保存。",
    ),
    FindingKind(
        "T14", Level.FATAL, "疑似个人信息", "单元格内容疑似{what}，不得上报。", "请删除后重新上传；本次文件没有保存。"
    ),
    FindingKind(
        "T15",
        Level.INFO,
        "另有工作表未读取",
        "工作表“{sheet}”中没有认出可以一并读取的报表，未读取。",
        "如其中有数据，请按模板的表头整理后上传。",
    ),
    FindingKind(
        "T16", Level.INFO, "文件没有写填报单位", "文件未写填报单位，按“{chosen}”处理。", "请在表头上方写明填报单位。"
    ),
    FindingKind(
        "T17",
        Level.FATAL,
        "无法确定报告期",
        "文件中没有报告期，也没有选择报告期。",
        "请选择报告期，或在表头上方写明“报告期：2026年10月”。",
    ),
    FindingKind(
        "T18", Level.FATAL, "列名含义不明", "列“{header}”可能是：{fields}。", "请写全列名，或合并上一级表头的单元格。"
    ),
    FindingKind(
        "T19", Level.INFO, "表格之外另有内容", "没有列名的列中有 {count} 格内容，未读取。", "如是上报数据，请补写列名。"
    ),
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
    FindingKind(
        "T22", Level.FATAL, "报告期还没有开始", "报告期 {period} 还没有开始。", "请核对报告期；月报在当月结束后上报。"
    ),
    FindingKind(
        "T23",
        Level.WARNING,
        "报告期尚未结束",
        "报告期 {period} 尚未结束。",
        "月末数据可能变动，请在当月结束后核对或重新上报。",
    ),
    FindingKind(
        "T24",
        Level.INFO,
        "部分街镇没有项目",
        "没有{names}的行，视为这些街镇本期没有项目。",
        "如有遗漏，请补上后重新上传。",
    ),
    FindingKind(
        "T25",
        Level.FATAL,
        "可能是两种报表",
        "这张表的表头同时符合{forms}，无法判断是哪一种。",
        "请在上方选定报表后重新读取，或在表头上方写明表号（例如“表号：{number}”）。",
    ),
    FindingKind(
        "T26",
        Level.FATAL,
        "同一报表有两种口径",
        "工作簿中《{title}》有“{first}”和“{second}”两种口径，不能相加。",
        "请在“各列是怎样读的”中勾去不报送的工作表，或只保留一种口径后重新上传。",
    ),
    FindingKind(
        "T27",
        Level.WARNING,
        "隐藏的行也读入了",
        "数据中有 {count} 行是隐藏的（第 {rows} 行），已照常读入。",
        "请取消隐藏后核对；不应上报的行请删除，不要只隐藏。",
    ),
    FindingKind(
        "T28",
        Level.WARNING,
        "隐藏的列也读入了",
        "列 {columns} 是隐藏的，已照常读入。",
        "请取消隐藏后核对；不应上报的列请删除，不要只隐藏。",
    ),
    FindingKind(
        "T29",
        Level.INFO,
        "同一报表分在几处",
        "《{title}》的另一处表格（{rows} 行）已合并读入。",
        "如这一处不应上报，请删除后重新上传。",
    ),
    FindingKind(
        "T30",
        Level.FATAL,
        "零报告却有数据",
        "勾选了“零报告”，表中却有 {count} 行数据。",
        "请将“零报告”改为“否”，或删除数据行后重新上传。",
    ),
    FindingKind(
        "T31", Level.INFO, "零报告", "按零报告处理：{unit}本期没有{title}的数据。", "如有数据，请填写后重新上传。"
    ),
    FindingKind(
        "T32", Level.FATAL, "不能零报告", "《{title}》每个街镇都应有数据，不能零报告。", "请填写数据后重新上传。"
    ),
    FindingKind(
        "T33",
        Level.INFO,
        "表格旁的内容未读取",
        "表格旁边另有 {count} 格内容，与表格之间隔着空列，未读取。",
        "如是上报数据，请移入表格。",
    ),
    FindingKind(
        "T34",
        Level.INFO,
        "表格下方的内容未读取",
        "表格结束后，第 {row} 行起另有零散内容，未读取。",
        "如是上报数据，请移入表格、补上主键。",
    ),
    FindingKind(
        "T35",
        Level.FATAL,
        "像是合并单元格被拆开",
        "“{field}”有 {count} 行为空，像是合并的单元格被拆开，只留下第一格。",
        "请逐行填写；或在“各列是怎样读的”中为该列勾选“向下填充”后重新读取。",
    ),
    FindingKind(
        "T36",
        Level.FATAL,
        "整列疑似个人信息",
        "该列有 {count} 格疑似{what}，不得上报。",
        "请删除整列后重新上传，或选择“删去这些列后继续”；本次文件没有保存。",
    ),
    FindingKind(
        "T37",
        Level.FATAL,
        "工作簿中有几个月",
        "《{title}》在工作簿中有{months}几个报告期的表。",
        "请选择报告期，或每个月单独存为一个文件后上传。",
    ),
    FindingKind(
        "T38",
        Level.INFO,
        "别的月份未读取",
        "这张表的报告期是 {found}，不是所选的 {chosen}，未读取。",
        "如需报送该月，请选择该报告期后再上传一次。",
    ),
    FindingKind(
        "T39", Level.INFO, "已删去个人信息", "按您的选择，已删去 {columns}，保存的是删去后的副本。", "原文件没有保存。"
    ),
    FindingKind(
        "T40",
        Level.INFO,
        "按要求未读取",
        "按您的选择，没有读取工作表“{sheet}”。",
        "如需读取，请在“各列是怎样读的”中重新勾选。",
    ),
    FindingKind(
        "T41",
        Level.FATAL,
        "行数过多",
        "这张表有 {count} 行，超过上限 {limit} 行。",
        "请检查是否误传了明细导出或有大量重复行；确需报送的，请联系区局科室。",
    ),
    FindingKind(
        "T43",
        Level.WARNING,
        "写了两个报告期",
        "这里写的是 {found}，而报告期是 {chosen}。",
        "请核对是否沿用了上月的文件；核对无误的，请把标题中的月份一并改正。",
    ),
    FindingKind(
        "T45", Level.INFO, "文件名的月份不同", "工作表名或文件名写的是 {found}，报告期是 {chosen}，按报告期处理。", "请核对是否传错文件。"
    ),
    FindingKind(
        "T42",
        Level.FATAL,
        "批注等处疑似个人信息",
        "{where}中疑似{what}，不得上报。",
        "请在 Excel 中删除（批注：审阅—删除；页眉页脚：页面布局—页面设置；属性、文本框等：文件—信息—检查文档）后重新上传，"
        "或选择“删去这些内容后继续”；本次文件没有保存。",
    ),
    FindingKind(
        "T44",
        Level.FATAL,
        "工作表名称疑似个人信息",
        "工作表的名称中疑似{what}，不得上报；这里改称“{sheet}”。",
        "请双击工作表标签改名后重新上传，或选择“删去这些内容后继续”；本次文件没有保存。",
    ),
    FindingKind(
        "T46",
        Level.FATAL,
        "一张工作表中的表过多",
        "工作表“{sheet}”中像表头的行或表格过多（超过 {limit} 个），不像是报表。",
        "请检查是否误传了导出文件；确为报表的，请将表格分到几张工作表后上传。",
    ),
)
