"""住宅专项维修资金: one row per compound (domain.md A.3.4). Its one rule: never the account of an owner, only sums of a compound.

Shares (余额比例, 恢复比例) are not asked for: they follow from the sums.
"""

from __future__ import annotations

from lib.datasets.columns import COMPOUND_NAME, NOTE, SUBDISTRICT, compound_id, vote_checks, vote_fields
from lib.datasets.fee_changes import VOTE_RESULT_ALIASES, VOTE_RESULTS
from lib.spec.checks import AtMost, KnownIn, NeverFalls, RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level


def _money(
    name: str,
    title: str,
    aliases: tuple[str, ...],
    need: Need = Need.OPTIONAL,
    *,
    group: str = "",
    usual: tuple[float, float] | None = None,
) -> Field:
    return Field(name, title, Kind.DECIMAL, need, aliases, group, unit="万元", minimum=0, maximum=1_000_000, usual=usual, note="小区合计数")


MAINTENANCE_FUNDS = Dataset(
    id="maintenance_funds",
    title="住宅专项维修资金情况表",
    form_code="PT-YW-03",
    version=1,
    grain="一行一个住宅小区",
    key=("compound_id",),
    nature=Nature.REGISTER,
    summary="维修资金的首期筹集、余额、续筹触发、表决和进度；只报小区合计，不报业主分户情况。",
    fields=(
        compound_id(),
        COMPOUND_NAME,
        SUBDISTRICT,
        _money("initial", "首期筹集金额", ("首期筹集", "首期金额", "首期维修资金"), Need.COLUMN, usual=(20, 20_000)),
        _money("balance", "当前余额", ("余额", "账面余额", "维修资金余额"), Need.COLUMN),
        Field("trigger_date", "触发续筹日期", Kind.DATE, aliases=("触发日期", "续筹触发日期"), note="余额低于首期30%的日期"),
        Field(
            "topup_method",
            "续筹方式",
            Kind.CHOICE,
            aliases=("筹集方式",),
            choices=("一次性", "分期（按月）", "分期（按季）", "一次性和分期结合"),
            choice_aliases={"按月": "分期（按月）", "按季": "分期（按季）", "一次性+分期": "一次性和分期结合"},
            group="续筹",
        ),
        *vote_fields("vote", "续筹表决"),
        Field("vote_result", "表决结果", Kind.CHOICE, aliases=("续筹表决结果",), choices=VOTE_RESULTS, choice_aliases=VOTE_RESULT_ALIASES),
        _money("due", "应筹金额", ("应筹",), group="续筹进度"),
        _money("raised", "已筹金额", ("已筹",), group="续筹进度"),
        Field("topup_done_date", "续筹完成日期", Kind.DATE, aliases=("恢复日期", "筹集完成日期"), group="续筹进度"),
        Field("households_due", "应交户数", Kind.INTEGER, aliases=("应缴户数",), group="续筹进度", unit="户", minimum=0, maximum=20_000),
        Field(
            "households_paid",
            "完成户数",
            Kind.INTEGER,
            aliases=("已交户数", "已缴户数"),
            group="续筹进度",
            unit="户",
            minimum=0,
            maximum=20_000,
        ),
        NOTE,
    ),
    checks=(
        *vote_checks("vote"),
        AtMost(Level.WARNING, "raised", "due"),
        AtMost(Level.FATAL, "households_paid", "households_due"),
        RequiredWhen(Level.WARNING, ("due",), "vote_result", ("表决通过",)),
    ),
    across=(
        KnownIn(Level.WARNING, "compound_id", "compounds"),
        NeverFalls(Level.WARNING, "raised"),
        NeverFalls(Level.WARNING, "households_paid"),
        NeverFalls(Level.WARNING, "trigger_date"),
    ),
)
