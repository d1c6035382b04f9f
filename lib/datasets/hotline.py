"""12345工单: what the hotline took in during the month, by compound and kind (domain.md A.3.4). No caller, no text of a ticket."""

from __future__ import annotations

from lib.datasets.columns import COMPOUND_NAME, NOTE, SUBDISTRICT, compound_id
from lib.spec.checks import AtMost, KnownIn
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

CATEGORIES = (
    "物业服务",
    "房屋修缮",
    "维修资金和公共收益",
    "业委会",
    "加装电梯",
    "停车管理",
    "环境卫生",
    "违法建筑",
    "租赁",
    "其他",
)


def _count(name: str, title: str, aliases: tuple[str, ...], need: Need = Need.OPTIONAL, note: str = "") -> Field:
    return Field(name, title, Kind.INTEGER, need, aliases, unit="件", minimum=0, maximum=100_000, note=note)


HOTLINE = Dataset(
    id="hotline",
    title="12345热线工单情况表",
    form_code="PT-YW-04",
    version=1,
    grain="一行一个街镇（小区）当月一类工单",
    key=("subdistrict", "compound_id", "category"),
    nature=Nature.LOG,
    summary="12345工单的受理、有效投诉、按时办结、满意和解决情况，只报件数。",
    fields=(
        SUBDISTRICT,
        compound_id(Need.COLUMN, "对应不到小区的工单留空，同类合为一行"),
        COMPOUND_NAME,
        Field(
            "category",
            "工单类别",
            Kind.CHOICE,
            Need.REQUIRED,
            ("诉求类别", "投诉类别", "类别"),
            choices=CATEGORIES,
            choice_aliases={
                "物业": "物业服务",
                "维修资金": "维修资金和公共收益",
                "业主委员会": "业委会",
                "加梯": "加装电梯",
                "停车": "停车管理",
            },
        ),
        _count("received", "受理量", ("受理件数", "工单量", "受理数"), Need.REQUIRED, "当月件数"),
        _count("valid", "有效投诉量", ("物业服务类有效投诉量", "有效投诉件数", "有效投诉数")),
        _count("due", "应办结量", ("应办结件数", "到期工单量"), note="当月到期的件数"),
        _count("closed", "按时办结量", ("按时办结件数", "按时办结数"), Need.COLUMN),
        _count("rated", "回访量", ("回访件数", "测评量"), note="满意量、解决量的基数"),
        _count("satisfied", "满意量", ("满意件数", "满意数"), Need.COLUMN),
        _count("solved", "解决量", ("解决件数", "解决数"), Need.COLUMN),
        NOTE,
    ),
    checks=(
        AtMost(Level.WARNING, "valid", "received"),
        AtMost(Level.WARNING, "closed", "due"),
        AtMost(Level.FATAL, "satisfied", "rated"),
        AtMost(Level.FATAL, "solved", "rated"),
    ),
    across=(KnownIn(Level.WARNING, "compound_id", "compounds"),),
)
