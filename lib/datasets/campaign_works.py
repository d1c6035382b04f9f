"""What 强基 and 赋能 have set up: alliances, brands, workrooms, and the handbook as it is handed out, by 街镇.

The newspaper article names these works; the columns are our proposal, no rule asks for them. A name is that of a body, a place or a
document, never of a person.
"""

from __future__ import annotations

from lib.datasets.columns import NOTE, SUBDISTRICT
from lib.spec.checks import NeverFalls, RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

ALLIANCE, BRAND, WORKROOM, HANDBOOK = WORK_KINDS = ("物业党建联盟", "物业党建品牌", "实训工作室", "赋能手册发放")
PREPARING, DONE, ENDED = STATUSES = ("筹建中", "已建成", "已撤销")


def _number(name: str, title: str, aliases: tuple[str, ...], unit: str, maximum: int, note: str) -> Field:
    return Field(name, title, Kind.INTEGER, aliases=aliases, unit=unit, minimum=0, maximum=maximum, note=note)


CAMPAIGN_WORKS = Dataset(
    id="campaign_works",
    title="三大行动建设情况表",
    form_code="PT-YW-07",
    version=1,
    grain="一行一个街镇的一项建设",
    key=("subdistrict", "work_kind", "work_name"),
    nature=Nature.REGISTER,
    summary="物业党建联盟、物业党建品牌、“双业红”实训工作室的建设和赋能手册的发放。",
    fields=(
        SUBDISTRICT,
        Field(
            "work_kind",
            "建设类型",
            Kind.CHOICE,
            Need.REQUIRED,
            ("类型", "建设类别", "建设内容"),
            choices=WORK_KINDS,
            choice_aliases={
                "党建联盟": ALLIANCE,
                "区域化物业党建联盟": ALLIANCE,
                "党建品牌": BRAND,
                "双业红实训工作室": WORKROOM,
                "“双业红”实训工作室": WORKROOM,
                "工作室": WORKROOM,
                "赋能手册": HANDBOOK,
                "手册发放": HANDBOOK,
            },
        ),
        Field(
            "work_name",
            "名称",
            Kind.TEXT,
            Need.REQUIRED,
            ("建设名称", "联盟名称", "品牌名称", "工作室名称"),
            note="联盟、品牌、工作室或手册的名称，不写个人",
        ),
        Field(
            "status",
            "状态",
            Kind.CHOICE,
            Need.REQUIRED,
            ("建设状态", "当前状态"),
            choices=STATUSES,
            choice_aliases={"筹建": PREPARING, "在建": PREPARING, "建成": DONE, "已发放": DONE, "撤销": ENDED},
            note="手册已发放的填“已建成”或“已发放”",
        ),
        Field("set_up_date", "建成日期", Kind.DATE, Need.COLUMN, ("建成时间", "成立日期", "发放日期"), note="手册填首次发放日期"),
        _number("members", "成员单位数", ("成员单位",), "家", 1_000, "物业党建联盟填写"),
        _number("activities", "本年活动次数", ("活动次数", "本年开展活动次数"), "次", 10_000, "本年1月1日至报告期末的累计次数"),
        _number("copies", "发放册数", ("累计发放册数", "手册发放册数"), "册", 1_000_000, "赋能手册填写，历年累计"),
        _number("committees", "覆盖业委会数", ("业委会数", "覆盖的业委会数"), "个", 1_000, "赋能手册填写，历年累计，同一业委会只计一次"),
        NOTE,
    ),
    checks=(
        RequiredWhen(Level.WARNING, ("set_up_date",), "status", (DONE,)),
        RequiredWhen(Level.WARNING, ("copies", "committees"), "work_kind", (HANDBOOK,)),
    ),
    across=(NeverFalls(Level.WARNING, "set_up_date"), NeverFalls(Level.WARNING, "copies")),
)
