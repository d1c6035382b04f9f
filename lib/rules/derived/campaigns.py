"""Derived columns of the three campaigns: fee rises, maintenance funds, red points, trainings, candidates of sites."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import happened
from lib.rules.derived.declared import Derived, Frames, Witness
from lib.rules.derived.periods import in_year
from lib.rules.fees import COUNTS, fee_states, passed, voted
from lib.rules.funds import below, fund_share, fund_states
from lib.rules.joint import RUNNING, running_fees, running_funds, running_lifts, running_projects
from lib.rules.marks import among, keyed, numbers, with_columns

NAMED = ("已命名", "复核通过")
"""States in which a red point counts."""
POINTS = (("practice_point", "实践点"), ("model_point", "示范点"))

DERIVED: tuple[Derived, ...] = (
    *(
        Derived("compounds", name, f"红色物业{kind}", "", f"红色物业表中该小区的{kind}状态为“已命名”或“复核通过”",
                witness=Witness("red_points", (("point_type", (kind,)), ("status", NAMED))))
        for name, kind in POINTS
    ),
    Derived("fee_changes", "of_the_year", "本年度应推进", "", "调价年度为截至日所在年", ("year",)),
    Derived(
        "fee_changes",
        "raised",
        "质价双提升达标",
        "",
        "业主大会表决通过，且涨幅（新单价 − 原单价）达到达标线",
        ("vote_result", "vote_date", "old_price", "new_price"),
    ),
    Derived("fee_changes", "voted", "已表决", "", "填报了表决结果（通过或未通过），且表决日期不晚于截至日", ("vote_result", "vote_date")),
    Derived("fee_changes", "passed", "表决已通过", "", "表决结果为“表决通过”，且表决日期不晚于截至日", ("vote_result", "vote_date")),
    Derived(
        "maintenance_funds", "fund_share", "余额比", "%", "当前余额 ÷ 首期筹集金额", ("balance", "initial")
    ),
    Derived(
        "maintenance_funds",
        "below",
        "余额低于续筹线",
        "",
        "当前余额 ÷ 首期筹集金额低于续筹触发线",
        ("balance", "initial"),
    ),
    Derived(
        "maintenance_funds",
        "triggered",
        "当年触发续筹",
        "",
        "触发续筹日期在当年，或更早触发而到上年末仍未完成",
        ("trigger_date", "topup_done_date"),
    ),
    Derived(
        "maintenance_funds",
        "topped_up",
        "已完成续筹",
        "",
        "续筹完成日期已到",
        ("trigger_date", "topup_done_date"),
    ),
    Derived(
        "maintenance_funds",
        "fund_state",
        "续筹状态",
        "",
        "触发后：余额回到恢复线为已恢复，筹集完成、不低于续筹线而未到恢复线（或余额不明）为已筹未达恢复线，表决通过为筹集中，"
        "表决未通过且未另定表决日为表决未通过，已定表决日为表决中，其余为应续筹未启动",
        ("balance", "initial", "trigger_date", "vote_result", "vote_date", "topup_done_date"),
    ),
    *(
        Derived(dataset, RUNNING, title, "", rule, inputs)
        for dataset, title, rule, inputs in (
            ("renewal_projects", "民生工程在推进", "在册且没有竣工日期，或在观察期内竣工；征收、城中村改造除外",
             ("project_type", "active", "complete_actual")),
            ("lifts", "加梯在推进", "在途，或在观察期内竣工验收", ("stage", "accept_date")),
            ("fee_changes", "调价在推进", "当年待表决，或在观察期内表决通过", ("year", "vote_result", "vote_date")),
            ("maintenance_funds", "续筹在推进", "续筹在表决、筹集中，或在观察期内完成", ("fund_state", "topup_done_date")),
        )
    ),
    *(
        Derived("compounds", name, title, "", rule, witness=Witness(dataset, ((RUNNING, (True,)),)))
        for name, dataset, title, rule in (
            ("joint_project", "renewal_projects", "更新项目在推进", "小区有在推进的更新项目（征收、城中村除外）"),
            ("joint_lift", "lifts", "加装电梯在推进", "小区有在推进的加装电梯"),
            ("joint_fee", "fee_changes", "物业费调价在推进", "小区有在推进的物业费调价"),
            ("joint_fund", "maintenance_funds", "维修资金续筹在推进", "小区有在推进的维修资金续筹"),
        )
    ),
    Derived("compounds", "joint_work", "民生工程在推进", "", "更新项目或加装电梯在推进", ("joint_project", "joint_lift")),
    Derived("compounds", "joint_two", "至少两项在推进", "", "民生工程、物业费调价、维修资金续筹中至少两项在推进",
            ("joint_work", "joint_fee", "joint_fund")),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Fee changes and maintenance funds with their derived columns."""
    return {
        "fee_changes": _fee_changes(frames["fee_changes"], as_of, registry),
        "maintenance_funds": _funds(frames["maintenance_funds"], as_of, registry),
    }


def with_points(compounds: pd.DataFrame, red_points: pd.DataFrame) -> pd.DataFrame:
    """Compounds with the red points that stand in them."""
    named = among(red_points["status"], *NAMED)
    return with_columns(compounds, {
        name: keyed(compounds["compound_id"], red_points["compound_id"][named & among(red_points["point_type"], kind)])
        for name, kind in POINTS
    })


def with_joint(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """What runs of renewal projects, lifts, fee changes and funds, and in which compounds. frames: with derived columns."""
    marks = {
        "renewal_projects": running_projects(frames["renewal_projects"], as_of, registry),
        "lifts": running_lifts(frames["lifts"], as_of, registry),
        "fee_changes": running_fees(frames["fee_changes"], as_of, registry),
        "maintenance_funds": running_funds(frames["maintenance_funds"], as_of, registry),
    }
    compounds = frames["compounds"]
    own = [keyed(compounds["compound_id"], frames[name]["compound_id"][runs]) for name, runs in marks.items()]
    project, lift, fee, fund = own
    work = project | lift
    joint = {"joint_project": project, "joint_lift": lift, "joint_fee": fee, "joint_fund": fund, "joint_work": work}
    two = work.astype(np.int8) + fee + fund >= 2
    told = {name: with_columns(frames[name], {RUNNING: runs}) for name, runs in marks.items()}
    return {**told, "compounds": with_columns(compounds, {**joint, "joint_two": two})}


def _fee_changes(changes: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    return with_columns(changes, {
        "of_the_year": numbers(changes["year"]) == as_of.year,
        "voted": voted(changes, as_of),
        "passed": passed(changes, as_of),
        "raised": among(fee_states(changes, as_of, registry), COUNTS),
    })


def _funds(funds: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    triggered, done = happened(funds, "trigger_date", as_of), happened(funds, "topup_done_date", as_of)
    # A day before the trigger belongs to an earlier top-up.
    done = np.where(done >= triggered, done, np.datetime64("NaT"))
    still = ~np.isnat(triggered) & ~(done < np.datetime64(date(as_of.year, 1, 1), "D"))
    return with_columns(funds, {
        "fund_share": fund_share(funds),
        "below": below(funds, as_of, registry).fillna(False).to_numpy(bool),
        "triggered": in_year(triggered, as_of) | still,
        "topped_up": ~np.isnat(done),
        "fund_state": fund_states(funds, as_of, registry),
    })
