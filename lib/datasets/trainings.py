"""培训: trainings of the month and how many took part, by 街镇 (domain.md A.3.4). Numbers only, no list of participants."""

from __future__ import annotations

from lib.datasets.columns import NOTE, SUBDISTRICT
from lib.spec.checks import AtMost
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

TOPICS = ("换届程序", "规范化运作评价", "维修资金和公共收益", "物业服务和收费", "业委会秘书", "红色物业", "综合", "其他")


def _people(name: str, title: str, aliases: tuple[str, ...], need: Need) -> Field:
    return Field(name, title, Kind.INTEGER, need, aliases, unit="人", minimum=0, maximum=10_000)


TRAININGS = Dataset(
    id="trainings",
    title="业委会培训情况表",
    form_code="PT-YW-06",
    version=1,
    grain="一行一个街镇参加的一次培训",
    key=("subdistrict", "training_date", "topic"),
    nature=Nature.LOG,
    summary="当月举办的培训，按街镇报应训、实训人数和覆盖的业委会数，不报名单。",
    fields=(
        SUBDISTRICT,
        Field("training_date", "培训日期", Kind.DATE, Need.REQUIRED, ("举办日期", "培训时间")),
        Field(
            "topic",
            "培训主题",
            Kind.CHOICE,
            Need.REQUIRED,
            ("培训内容", "主题"),
            choices=TOPICS,
            choice_aliases={
                "换届": "换届程序",
                "规范化评价": "规范化运作评价",
                "维修资金": "维修资金和公共收益",
                "公共收益": "维修资金和公共收益",
            },
        ),
        Field(
            "held_by",
            "主办层级",
            Kind.CHOICE,
            aliases=("主办单位层级", "举办层级"),
            choices=("区", "街镇", "其他"),
            choice_aliases={"区级": "区", "区局": "区", "街镇级": "街镇"},
        ),
        _people("invited", "应训人数", ("应参训人数", "应到人数"), Need.COLUMN),
        _people("attended", "实训人数", ("实际参训人数", "参训人数", "实到人数"), Need.REQUIRED),
        Field(
            "committees",
            "覆盖业委会数",
            Kind.INTEGER,
            Need.COLUMN,
            ("参训业委会数", "业委会数"),
            unit="个",
            minimum=0,
            maximum=1_000,
        ),
        Field("hours", "学时", Kind.DECIMAL, aliases=("培训学时",), unit="学时", minimum=0, maximum=200),
        NOTE,
    ),
    checks=(AtMost(Level.WARNING, "attended", "invited"),),
)
