"""征询签约: the rounds in which households or owners of a renewal project are asked (domain.md A.1.1). Never a list of households."""

from __future__ import annotations

from lib.datasets.columns import NOTE, PROJECT_ID, PROJECT_NAME, SUBDISTRICT
from lib.spec.checks import AtMost, KnownIn, NeverFalls, RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

ROUNDS = (
    "启动意愿征询",
    "方案意见征询",
    "协议签约",
    "征收一轮征询",
    "征收二轮签约",
    "加梯单元表决",
    "加梯全体表决",
    "修缮业主表决",
)
RESULTS = ("未启动", "进行中", "已达标", "未达标", "已生效")


def _households(name: str, title: str, aliases: tuple[str, ...], note: str = "", *, usual: tuple[float, float] | None = None) -> Field:
    return Field(name, title, Kind.INTEGER, aliases=aliases, group="户数", unit="户", minimum=0, maximum=20_000, note=note, usual=usual)


def _area(name: str, title: str, aliases: tuple[str, ...], note: str = "") -> Field:
    return Field(name, title, Kind.DECIMAL, aliases=aliases, group="面积", unit="㎡", minimum=0, maximum=3_000_000, note=note)


CONSENT_ROUNDS = Dataset(
    id="consent_rounds",
    title="旧住房更新征询签约情况表",
    form_code="PT-GX-02",
    version=1,
    grain="一行一个更新项目的一个征询（签约、表决）环节",
    key=("project_id", "round"),
    nature=Nature.REGISTER,
    summary="意愿征询、方案征询、协议签约和业主表决的基数、参与、同意、签约和结果；不含任何住户名单。",
    fields=(
        PROJECT_ID,
        PROJECT_NAME,
        SUBDISTRICT,
        Field(
            "round",
            "征询环节",
            Kind.CHOICE,
            Need.REQUIRED,
            ("征询轮次", "环节", "轮次"),
            choices=ROUNDS,
            choice_aliases={
                "意愿征询": "启动意愿征询",
                "方案征询": "方案意见征询",
                "签约": "协议签约",
                "一轮征询": "征收一轮征询",
                "二轮签约": "征收二轮签约",
                "单元表决": "加梯单元表决",
                "全体表决": "加梯全体表决",
                "业主表决": "修缮业主表决",
            },
            note="同一环节重新征询的，填最近一次",
        ),
        Field("start_date", "开始日期", Kind.DATE, Need.COLUMN, ("启动日期", "征询开始日期")),
        Field("end_date", "结束日期", Kind.DATE, aliases=("截止日期", "征询结束日期"), ends=True),
        _households(
            "households_entitled",
            "应参与户数",
            ("应征询户数", "总户数", "应签约户数"),
            "公房按租用公房凭证计户；征收按产/证计",
            usual=(20, 20_000),
        ),
        _households("households_voted", "参与户数", ("实际参与户数", "已征询户数")),
        _households("households_agreed", "同意户数", ("赞成户数",)),
        _households("households_signed", "签约户数", ("已签约户数", "已签户数")),
        _area("area_entitled", "应参与面积", ("全体面积", "专有部分总面积"), "仅业主表决填写"),
        _area("area_voted", "参与面积", ("实际参与面积",)),
        _area("area_agreed", "同意面积", ("赞成面积",)),
        Field(
            "threshold_version",
            "达标标准依据",
            Kind.TEXT,
            aliases=("适用标准", "标准版本", "达标标准版本"),
            note="写文号，例如 沪房规范〔2023〕1号",
        ),
        Field(
            "result",
            "结果",
            Kind.CHOICE,
            Need.REQUIRED,
            ("征询结果", "环节结果"),
            choices=RESULTS,
            choice_aliases={"未开始": "未启动", "达标": "已达标", "通过": "已达标", "未通过": "未达标", "生效": "已生效"},
        ),
        Field("effective_date", "生效日期", Kind.DATE, aliases=("协议生效日期", "达标日期")),
        NOTE,
    ),
    checks=(
        AtMost(Level.FATAL, "households_voted", "households_entitled"),
        AtMost(Level.FATAL, "households_agreed", "households_voted"),
        AtMost(Level.FATAL, "households_signed", "households_entitled"),
        AtMost(Level.FATAL, "area_voted", "area_entitled", basis="民法典 278"),
        AtMost(Level.FATAL, "area_agreed", "area_voted", basis="民法典 278"),
        AtMost(Level.WARNING, "start_date", "end_date"),
        AtMost(Level.WARNING, "start_date", "effective_date"),
        RequiredWhen(Level.WARNING, ("households_entitled",), "result", ("进行中", "已达标", "未达标", "已生效")),
        RequiredWhen(Level.WARNING, ("effective_date",), "result", ("已生效",)),
        RequiredWhen(
            Level.WARNING,
            ("area_entitled", "area_voted", "area_agreed"),
            "round",
            ("加梯单元表决", "加梯全体表决", "修缮业主表决"),
            basis="民法典 278",
        ),
    ),
    across=(
        KnownIn(Level.WARNING, "project_id", "renewal_projects"),
        NeverFalls(Level.WARNING, "households_signed"),
        NeverFalls(Level.WARNING, "effective_date"),
    ),
)
