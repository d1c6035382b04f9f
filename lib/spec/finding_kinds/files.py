"""What may be wrong with a file before a table is looked for (F)."""

from __future__ import annotations

from lib.spec.level import FindingKind, Level

KINDS = (
    FindingKind(
        "F01", Level.FATAL, "文件为空", "文件“{name}”没有内容。", "请在 Excel 或 WPS 中打开确认有数据、保存后重新上传。"
    ),
    FindingKind(
        "F02",
        Level.FATAL,
        "文件类型不支持",
        "无法读取“{name}”：{reason}。",
        "请在 Excel 或 WPS 中另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F03",
        Level.FATAL,
        "文件无法打开",
        "“{name}”已损坏或不是真正的表格文件（{reason}）。",
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后上传；打不开时请使用备份。",
    ),
    FindingKind(
        "F04", Level.FATAL, "文件有密码", "“{name}”设有打开密码。", "请在“文件—信息—保护工作簿”中取消密码、保存后上传。"
    ),
    FindingKind(
        "F05",
        Level.FATAL,
        "读取被中止",
        "读取“{name}”时超出限额（{reason}），文件可能异常庞大或有破坏性内容。",
        "请将数据复制到新建的空白工作簿、另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F06", Level.FATAL, "文件过大", "文件 {size} MB，超过上限 {limit} MB。", "请删除无关工作表和图片后上传。"
    ),
    FindingKind(
        "F07",
        Level.FATAL,
        "编码无法识别",
        "文本文件的编码不是 UTF-8、GB18030 或 UTF-16。",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F08",
        Level.INFO,
        "隐藏的工作表未读取",
        "工作表“{sheet}”是隐藏的，已跳过。",
        "如其中有数据，请取消隐藏后重新上传。",
    ),
    FindingKind(
        "F30",
        Level.FATAL,
        "数据之外很远处有内容",
        "工作表“{sheet}”在 {cell} 有内容，离其余数据太远，无法读取。",
        "请按 Ctrl+End 跳到该处，把数据之后的空白行、空白列整行整列删除，保存后重新上传。",
    ),
    FindingKind(
        "F31",
        Level.FATAL,
        "单元格位置不正确",
        "工作表“{sheet}”有单元格写在 {cell}，超出 Excel 的行列范围。",
        "文件由其他软件生成时有误：请在 Excel 或 WPS 中打开核对，另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F33",
        Level.FATAL,
        "文件结构异常",
        "“{name}”含有表格软件不会写入的内容（{reason}），为安全起见没有读取。",
        "请在 Excel 或 WPS 中打开，将数据复制到新建的空白工作簿、另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F34",
        Level.INFO,
        "引用了其他工作簿",
        "文件中有公式引用其他工作簿（{count} 个），读取的是上次保存时的结果。",
        "请确认保存前已更新链接；最好将引用的数粘贴为数值。",
    ),
    FindingKind(
        "F35",
        Level.INFO,
        "深度隐藏的工作表未读取",
        "工作表“{sheet}”是深度隐藏的（右键菜单中看不到），已跳过。",
        "如其中有数据：按 Alt+F11，选中该表，把 Visible 改为 xlSheetVisible，保存后重新上传。",
    ),
    FindingKind("F37", Level.FATAL, "已取消", "已取消读取“{name}”。", "如需继续，请重新上传。"),
    FindingKind(
        "F38",
        Level.FATAL,
        "合并单元格异常",
        "工作表“{sheet}”的合并单元格有 {count} 处，数量过多或互相重叠，无法读取。",
        "请选中全表，取消合并单元格，补填各行后重新上传。",
    ),
    FindingKind(
        "F40",
        Level.FATAL,
        "单元格文字过长",
        "工作表“{sheet}”的 {cell} 有 {count} 个字，超过 Excel 的上限 32767 个。",
        "请删减该单元格的文字后重新上传。",
    ),
    FindingKind("F41", Level.FATAL, "压缩包有密码", "“{name}”是加了密的压缩包。", "请解压后，直接上传其中的工作簿。"),
    FindingKind(
        "F43",
        Level.FATAL,
        "工作表过多",
        "“{name}”有 {count} 张工作表，超过上限 {limit} 张。",
        "请只保留要上报的工作表，另存后上传。",
    ),
    FindingKind(
        "F44",
        Level.FATAL,
        "无法识别的错误值",
        "工作表“{sheet}”的 {cell} 显示为错误值“{value}”。",
        "请修正公式，或改填数值后重新上传。",
    ),
    FindingKind(
        "F10",
        Level.FATAL,
        "临时文件",
        "“{name}”是 Excel 或 WPS 打开文件时留下的临时文件，里面没有数据。",
        "请关闭 Excel 或 WPS，重新选择名称前没有“~$”的原文件。",
    ),
    FindingKind(
        "F11",
        Level.FATAL,
        "不是表格文件",
        "“{name}”是{kind}，不是表格。",
        "请上传原来的 Excel 表格；只有扫描件或截图时，请照模板填写后上传。",
    ),
    FindingKind("F12", Level.FATAL, "文件是压缩包", "“{name}”是{kind}，不能直接读取。", "请先解压，再上传其中的表格。"),
    FindingKind(
        "F13",
        Level.FATAL,
        "文件是文档",
        "“{name}”是{kind}，不是表格。",
        "请将其中的表格复制到 Excel 或 WPS 表格，另存为 .xlsx 后上传。",
    ),
    FindingKind("F14", Level.FATAL, "文件是邮件", "“{name}”是{kind}，不是表格。", "请打开邮件，把附件中的表格保存下来再上传。"),
    FindingKind(
        "F15",
        Level.FATAL,
        "文件是程序",
        "“{name}”是{kind}，不是表格，没有读取。",
        "请不要运行此文件；请确认来源，上传 Excel 或 WPS 表格。",
    ),
    FindingKind(
        "F16",
        Level.FATAL,
        "网页中没有表格",
        "“{name}”是网页，其中没有表格。",
        "可能是系统登录已过期：请重新登录原系统导出，用 Excel 或 WPS 打开核对后上传。",
    ),
    FindingKind(
        "F17",
        Level.FATAL,
        "文本不是表格",
        "“{name}”的内容是{kind}，其中没有用逗号、制表符或分号分开的列。",
        "请上传 Excel 或 WPS 表格，或逗号分隔的 .csv 文件。",
    ),
    FindingKind(
        "F18",
        Level.FATAL,
        "文字是乱码",
        "工作表“{sheet}”的 {cell} 是乱码“{value}”，文件在别处用错误的编码打开并保存过。",
        "请从原系统重新导出；用 Excel 打开 .csv 时，请在“数据—自文本/CSV”中选择 UTF-8。",
    ),
    FindingKind(
        "F19",
        Level.INFO,
        "扩展名与内容不一致",
        "“{name}”的内容实际是{kind}，已按内容读取。",
        "不影响上传；下次请在 Excel 或 WPS 中另存为 .xlsx。",
    ),
    FindingKind("F20", Level.INFO, "WPS 表格格式", "“{name}”是 WPS 的 .et 格式，已读取。", "不影响上传；下次请在 WPS 中另存为 .xlsx。"),
    FindingKind(
        "F21",
        Level.INFO,
        "宏没有执行",
        "“{name}”含有宏，宏不会执行，读取的是上次保存时的数据。",
        "如数据要由宏填写，请先在 Excel 或 WPS 中运行并保存，再上传。",
    ),
    FindingKind(
        "F22",
        Level.FATAL,
        "文本缺少编码标记",
        "“{name}”的编码像是 UTF-16，但文件开头没有编码标记，无法可靠读取。",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。",
    ),
    FindingKind(
        "F23",
        Level.FATAL,
        "文件被加密软件加密",
        "“{name}”被单位的文档加密软件加密，无法读取。",
        "请在加密软件中解密（或申请外发）后上传。",
    ),
)
