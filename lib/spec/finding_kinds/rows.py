"""What may be wrong with rows: among each other, against totals, against other tables and the month before (R, X)."""

from __future__ import annotations

from lib.spec.level import FindingKind, Level

KINDS = (
    FindingKind(
        "R01", Level.FATAL, "主键重复", "“{field}”的值“{value}”在{other}已经出现。", "请删除或更正重复的一行。"
    ),
    FindingKind(
        "R02",
        Level.WARNING,
        "合计与明细不符",
        "合计行“{field}”为 {value}，明细相加为 {expected}。",
        "请核对是否漏行、重行，或更新合计。",
    ),
    FindingKind(
        "R03",
        Level.WARNING,
        "分项与总数不符",
        "{parts}之和为 {value}，而“{field}”为 {expected}。",
        "请核对分项和总数。",
    ),
    FindingKind(
        "R04", Level.WARNING, "大小关系不符", "“{field}”（{value}）大于“{other}”（{expected}）。", "请核对这两项。"
    ),
    FindingKind(
        "R05",
        Level.WARNING,
        "年限不符",
        "从“{other}”到“{field}”为 {value} 年，应为 {low}～{high} 年。",
        "请核对起止日期。",
    ),
    FindingKind("R06", Level.WARNING, "此情形下应填写", "“{other}”为“{value}”时，应填写“{field}”。", "请补填。"),
    FindingKind(
        "R07",
        Level.FATAL,
        "阶段与类别不符",
        "“{value}”不是“{other}”类项目的阶段。",
        "该类项目的阶段依次为：{choices}。",
    ),
    FindingKind(
        "R08",
        Level.FATAL,
        "不属本单位",
        "第 {row} 行属于“{value}”，不是填报单位“{expected}”。",
        "请删除其他街镇的行，或更正街镇。",
    ),
    FindingKind(
        "R09",
        Level.INFO,
        "示例与提示行已跳过",
        "共跳过 {count} 行示例、省略号或提示文字。",
        "如其中有实际数据，请改写后上传。",
    ),
    FindingKind(
        "R10",
        Level.FATAL,
        "格数与表头不符",
        "第 {row} 行有 {count} 格，表头有 {expected} 格。",
        "请检查该行是否多了或少了逗号、引号，或另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "R11",
        Level.WARNING,
        "汇总表与明细不符",
        "汇总表中{place}“{field}”为 {value}，明细相加为 {expected}。",
        "请核对明细是否漏行、重行，或更新汇总表。",
    ),
    FindingKind(
        "R12",
        Level.INFO,
        "分节标题行已跳过",
        "共跳过 {count} 行分节标题（例如“一、××”），未作数据读取。",
        "如其中有数据，请逐列填写。",
    ),
    # Against other tables and the month before
    FindingKind(
        "X01",
        Level.WARNING,
        "名册中没有",
        "“{field}”{value} 不在已发布的《{title}》中。",
        "请核对编码；确为新增的，请先报送《{title}》。",
    ),
    FindingKind(
        "X02",
        Level.WARNING,
        "累计数减少",
        "“{field}”为 {value}，{month}为 {before}，只应增加。",
        "请核对；确有更正的，请在情况说明中写明原因。",
    ),
    FindingKind(
        "X03",
        Level.WARNING,
        "日期提前",
        "“{field}”为 {value}，{month}为 {before}。",
        "请核对；确有更正的，请在情况说明中写明原因。",
    ),
    FindingKind(
        "X04",
        Level.WARNING,
        "阶段倒退",
        "“{field}”为“{value}”，{month}已是“{before}”。",
        "请核对；确有退回的，请在情况说明中写明原因。",
    ),
    FindingKind(
        "X05",
        Level.WARNING,
        "与上月完全相同",
        "全部 {count} 行与{month}完全相同，确认？",
        "请核对是否误传上月的文件；确无变化的，请在情况说明中写明。",
    ),
    FindingKind("X06", Level.INFO, "比上月少了行", "{month}有、本期没有的共 {count} 行：{keys}。", "请核对是否漏报。"),
    FindingKind(
        "X07",
        Level.INFO,
        "与上月相差整倍数",
        "“{field}”为 {value}，{month}为 {before}，恰为{times}。",
        "请核对计量单位和小数点。",
    ),
    FindingKind(
        "X08",
        Level.WARNING,
        "上月有的列本期没有",
        "{month}有填写、本期文件没有的共 {count} 列：{fields}。",
        "请核对列名是否改动；可在“各列是怎样读的”中指定，确不再填报的，请在情况说明中写明。",
    ),
)
