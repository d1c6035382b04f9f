"""物业费调价: one row per compound and year, with the vote and the new price (domain.md A.3.4)."""

from __future__ import annotations

from lib.datasets.columns import COMPOUND_NAME, NOTE, SUBDISTRICT, compound_id, vote_checks, vote_fields
from lib.spec.checks import AtMost, KnownIn, NeverFalls, RequiredWhen, SumEquals
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

VOTE_RESULTS = ("未表决", "表决通过", "表决未通过")
VOTE_RESULT_ALIASES = {"通过": "表决通过", "未通过": "表决未通过", "已通过": "表决通过", "进行中": "未表决"}


def _price(name: str, title: str, aliases: tuple[str, ...], need: Need = Need.OPTIONAL) -> Field:
    return Field(name, title, Kind.DECIMAL, need, aliases, unit="元/㎡·月", minimum=0, maximum=50, usual=(0.3, 12))


FEE_CHANGES = Dataset(
    id="fee_changes",
    title="物业费调价情况表",
    form_code="PT-YW-02",
    version=1,
    grain="一行一个小区在一个年度的调价",
    key=("compound_id", "year"),
    nature=Nature.REGISTER,
    summary="物业费原价、新价、调价方式、业主大会表决、执行和收缴情况。",
    fields=(
        compound_id(),
        COMPOUND_NAME,
        SUBDISTRICT,
        Field("year", "调价年度", Kind.YEAR, Need.REQUIRED, ("年度", "调价年份"), unit="年", minimum=2000, maximum=2100),
        _price("old_price", "原单价", ("原物业费单价", "调整前单价", "原价"), Need.COLUMN),
        _price("new_price", "新单价", ("新物业费单价", "调整后单价", "新价"), Need.COLUMN),
        Field(
            "rise", "涨幅", Kind.DECIMAL, aliases=("上涨金额", "涨价幅度"), unit="元/㎡·月", minimum=-50, maximum=50, note="新单价减原单价"
        ),
        Field(
            "method",
            "调价方式",
            Kind.CHOICE,
            choices=("一次性", "阶梯式"),
            choice_aliases={"一次到位": "一次性", "分步": "阶梯式", "阶梯": "阶梯式"},
        ),
        Field(
            "charge_mode",
            "收费方式",
            Kind.CHOICE,
            aliases=("计费方式",),
            choices=("包干制", "酬金制"),
            choice_aliases={"包干": "包干制", "酬金": "酬金制"},
        ),
        Field(
            "evaluation",
            "评估审计方式",
            Kind.CHOICE,
            aliases=("评估方式", "评估/审计"),
            choices=("第三方评估", "前12个月审计", "无"),
            choice_aliases={"评估": "第三方评估", "审计": "前12个月审计"},
            note="包干制调价须有第三方评估或前12个月审计",
        ),
        Field("evaluation_date", "评估审计完成日期", Kind.DATE, aliases=("评估日期", "审计日期")),
        *vote_fields("vote", "业主大会表决"),
        Field(
            "vote_result",
            "表决结果",
            Kind.CHOICE,
            Need.REQUIRED,
            ("业主大会表决结果",),
            choices=VOTE_RESULTS,
            choice_aliases=VOTE_RESULT_ALIASES,
        ),
        Field("effective_date", "执行日期", Kind.DATE, aliases=("新价执行日期", "调价执行日期")),
        Field("collection_pct", "收缴率", Kind.PERCENT, aliases=("物业费收缴率",), unit="%", minimum=0, maximum=100),
        NOTE,
    ),
    checks=(
        *vote_checks("vote"),
        SumEquals(Level.WARNING, "new_price", ("old_price", "rise")),
        AtMost(Level.WARNING, "vote_date", "effective_date"),
        RequiredWhen(Level.WARNING, ("vote_date", "new_price"), "vote_result", ("表决通过",), basis="普房管规范〔2025〕1号"),
        RequiredWhen(Level.WARNING, ("evaluation",), "charge_mode", ("包干制",), basis="沪房规范〔2021〕6号 十五"),
    ),
    across=(
        KnownIn(Level.WARNING, "compound_id", "compounds"),
        NeverFalls(Level.WARNING, "vote_date"),
        NeverFalls(Level.WARNING, "effective_date"),
    ),
)
