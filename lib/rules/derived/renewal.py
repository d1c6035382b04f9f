"""Derived columns of the renewal of old housing: projects, rounds of consent, milestones, lifts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.ladders import LIFT, REBUILDING, REBUILDING_TYPES
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.clock import days_of, happened
from lib.rules.derived.declared import Derived, Frames
from lib.rules.derived.periods import in_year
from lib.rules.marks import among, numbers, with_columns
from lib.rules.milestones import (
    MOVED_BACK,
    active,
    actual_days,
    node_counts,
    partly_back,
    transition_days,
    unfinished,
)
from lib.rules.votes import Kind, vote_columns

Numbers = npt.NDArray[np.float64]

SHORTS = tuple(
    (f"unit_vote_short_{side}_{what}", f"单元表决{word}{count}还差", unit)
    for side, word in (("voted", "参与"), ("agreed", "同意"))
    for what, count, unit in (("heads", "人数", "人"), ("area", "面积", "㎡"))
)
"""Column, title, unit: how many a unit's vote is short on each of its four numbers."""

DERIVED: tuple[Derived, ...] = (
    *(
        Derived(
            "lifts",
            f"unit_vote_short_{side}_{what}",
            title,
            unit,
            "按单元表决的参与和同意标准还差多少，已达到为0",
            (f"unit_vote_{side}_{what}", f"unit_vote_base_{what}"),
        )
        for (side, what), (_, title, unit) in zip(
            ((side, what) for side in ("voted", "agreed") for what in ("heads", "area")), SHORTS, strict=True
        )
    ),
    Derived(
        "renewal_projects", "active", "在册", "", "当前阶段早于本类项目的完成阶段", ("project_type", "stage")
    ),
    Derived(
        "renewal_projects",
        "signing",
        "正在签约",
        "",
        "成套改造、拆除重建类项目，当前阶段为协议签订或行政调解和决定",
        ("project_type", "stage"),
    ),
    Derived(
        "renewal_projects",
        "households_short",
        "距生效差户",
        "户",
        "max(0, ⌈生效线 × 应签约户数⌉ − 已签约户数)，两项有一项未填则为空",
        ("households_to_sign", "households_signed"),
    ),
    Derived(
        "renewal_projects",
        "signing_rate",
        "签约率",
        "%",
        "已签约户数 ÷ 应签约户数",
        ("households_to_sign", "households_signed"),
    ),
    Derived(
        "renewal_projects",
        "entered_signing",
        "已进入签约",
        "",
        "成套改造、拆除重建类项目，当前阶段为协议签订及以后",
        ("project_type", "stage"),
    ),
    Derived("renewal_projects", "in_force", "签约已生效", "", "签约生效的实际日期已到", ("sign_actual",)),
    Derived(
        "renewal_projects",
        "prechecked",
        "签约前完成前置协助",
        "",
        "前置式政务协助日期已到，且不晚于签约生效的实际日期",
        ("precheck_date", "sign_actual"),
    ),
    Derived(
        "renewal_projects",
        "returning",
        "已进入回搬",
        "",
        "成套改造、拆除重建类项目，当前阶段为回搬",
        ("project_type", "stage"),
    ),
    Derived(
        "renewal_projects",
        "completed_this_year",
        "当年竣工",
        "",
        "竣工的实际日期在当年",
        ("complete_actual",),
    ),
    Derived(
        "renewal_projects", "started_this_year", "当年开工", "", "开工的实际日期在当年", ("start_actual",)
    ),
    Derived(
        "renewal_projects",
        "overdue",
        "有超期节点",
        "",
        "在册或回搬未完成的项目中，某节点计划日期早于截至日且无实际日期；回搬户数未到齐的，回搬节点不作完成",
        ("stage", "overdue_node", "overdue_days"),
    ),
    Derived("renewal_projects", "overdue_node", "超期节点", "", "超期最久的节点", ("overdue_days",)),
    Derived(
        "renewal_projects",
        "expected_late",
        "预计晚于计划",
        "",
        "有超期节点，或末个已完成节点晚于计划、后面还有已排计划的节点：按同样天数顺延即晚于计划",
        ("overdue_node", "carried_delay"),
    ),
    Derived("renewal_projects", "carried_delay", "末个已完成节点延误", "天", "末个已完成节点实际日期 − 计划日期，提前的按0计",
            tuple(f"{name}_{suffix}" for name, _ in MILESTONES for suffix in ("plan", "actual"))),
    Derived(
        "renewal_projects", "overdue_days", "超期天数", "天", "截至日 − 该节点计划日期", ("overdue_node",)
    ),
    Derived(
        "renewal_projects",
        "nodes_due",
        "当月到期节点",
        "个",
        "计划日期在当月的节点数",
        tuple(f"{name}_plan" for name, _ in MILESTONES),
    ),
    Derived(
        "renewal_projects",
        "nodes_on_time",
        "当月按期完成节点",
        "个",
        "计划日期在当月、实际日期不晚于计划日期的节点数",
        tuple(f"{name}_actual" for name, _ in MILESTONES),
    ),
    Derived(
        "milestones",
        "transition_days",
        "过渡天数",
        "天",
        "“回搬”节点实际日期 − 同一项目“外搬过渡”节点实际日期；回搬户数未到齐的为空",
        ("node", "actual_date", "unreturned"),
    ),
    Derived(
        "milestones",
        "unreturned",
        "回搬户数未到齐",
        "",
        "“回搬”节点所属项目的已回搬户数少于应回搬户数（两项均已填）：节点虽填了实际日期，不作完成",
        ("node",),
    ),
    Derived("lifts", "completed", "已完工", "", "当前阶段为竣工验收及以后", ("stage",)),
    Derived("lifts", "completed_this_year", "当年完工", "", "当前阶段为竣工验收及以后，且竣工验收日期在当年", ("stage", "accept_date")),
    Derived(
        "lifts",
        "unit_vote_held",
        "单元表决已有结果",
        "",
        "单元表决的基数、参与和同意的人数、面积已填，且表决日期已到",
        tuple(
            f"unit_vote_{name}"
            for name in (
                "base_heads",
                "base_area",
                "voted_heads",
                "voted_area",
                "agreed_heads",
                "agreed_area",
            )
        ),
    ),
    Derived(
        "lifts",
        "unit_vote_passed",
        "单元表决通过",
        "",
        "参与人数、参与面积、同意人数、同意面积四项均达标",
        (
            *(f"unit_vote_{side}_{what}" for side in ("base", "voted", "agreed") for what in ("heads", "area")),
            *(name for name, _, _ in SHORTS),
        ),
    ),
)

def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Projects, milestones and lifts with their derived columns."""
    return {
        "renewal_projects": _projects(frames["renewal_projects"], as_of, registry),
        "milestones": _milestones(frames["milestones"], frames["renewal_projects"], as_of),
        "lifts": _lifts(frames["lifts"], as_of, registry),
    }


def _projects(projects: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    stage = projects["stage"]
    rebuilding = among(projects["project_type"], *REBUILDING_TYPES)
    returning = rebuilding & among(stage, *REBUILDING.at_or_after("回搬"))
    signing = rebuilding & among(stage, "协议签订", "行政调解和决定")
    to_sign, signed = numbers(projects["households_to_sign"]), numbers(projects["households_signed"])
    signed_on, checked_on = (happened(projects, name, as_of) for name in ("sign_actual", "precheck_date"))
    counts = node_counts(projects, as_of)
    return with_columns(projects, {
        "active": active(projects),
        "signing": signing,
        "entered_signing": rebuilding & among(stage, *REBUILDING.at_or_after("协议签订")),
        "returning": returning,
        "in_force": ~np.isnat(signed_on),
        "prechecked": ~np.isnat(checked_on) & ~(checked_on > signed_on),
        "households_short": np.where(signing, _short(to_sign, signed, as_of, registry), np.nan),
        "signing_rate": signed / np.where(to_sign > 0, to_sign, np.nan) * 100,
        "completed_this_year": in_year(days_of(projects, "complete_actual"), as_of),
        "started_this_year": in_year(days_of(projects, "start_actual"), as_of),
        "nodes_due": counts["nodes_due_month"],
        "nodes_on_time": counts["nodes_on_time_month"],
        **_overdue(projects, as_of),
    })


def _short(to_sign: Numbers, signed: Numbers, as_of: date, registry: Registry) -> Numbers:
    """Households short of the gate, rounded up, exactly: in whole numbers."""
    gate = registry.at("renewal.signing_gate", as_of).exact / 100
    needed = -(-(to_sign * gate.numerator) // gate.denominator)
    return np.maximum(needed - signed, 0)


def _overdue(projects: pd.DataFrame, as_of: date) -> dict[str, Any]:
    """What is late now, and what the delay of the last finished node does to the nodes to come (`outlook.DELAY_RULE`)."""
    today = np.datetime64(as_of, "D")
    going = unfinished(projects)[:, None]
    plan = np.stack([days_of(projects, f"{prefix}_plan") for prefix, _ in MILESTONES], axis=1)
    actual = actual_days(projects, as_of)
    done, planned = ~np.isnat(actual), ~np.isnat(plan)
    over = going & ~done & (plan < today)
    late = np.where(over, (today - np.where(over, plan, today)).astype("int64"), -1)
    found = np.asarray(over.any(axis=1), bool)
    titles = [title for _, title in MILESTONES]
    node = [titles[at] if known else None for at, known in zip(late.argmax(axis=1), found, strict=True)]
    place = np.arange(len(MILESTONES))
    last = np.where(done, place, -1).max(axis=1)
    carrier = np.where(done & planned, place, -1).max(axis=1)
    rows = np.arange(len(projects))
    held = carrier >= 0
    delay = np.where(held, (actual[rows, carrier] - plan[rows, carrier]).astype("timedelta64[D]").astype("float64"), 0.0)
    ahead = (place > last[:, None]) & planned & ~done & going
    return {
        "overdue": found,
        "overdue_node": pd.Series(node, index=projects.index, dtype="str"),
        "overdue_days": np.where(found, late.max(axis=1), np.nan),
        "expected_late": found | (held & (delay > 0) & ahead.any(axis=1)),
        "carried_delay": np.where(held & going[:, 0], np.maximum(delay, 0), np.nan),
    }


def _milestones(nodes: pd.DataFrame, projects: pd.DataFrame, as_of: date) -> pd.DataFrame:
    partly = projects.loc[partly_back(projects), "project_id"].dropna()
    unreturned = among(nodes["node"], MOVED_BACK) & nodes["project_id"].isin(partly).to_numpy(bool)
    days = transition_days(nodes, as_of).mask(unreturned)
    return with_columns(nodes, {"unreturned": unreturned, "transition_days": days})


def _lifts(lifts: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    done = among(lifts["stage"], *LIFT.at_or_after("竣工验收"))
    told = vote_columns(lifts, "unit_vote", Kind.LIFT_UNIT, registry, as_of)
    verdict = told["unit_vote_passed"]
    return with_columns(lifts, {
        "completed": done,
        "completed_this_year": done & in_year(days_of(lifts, "accept_date"), as_of),
        "unit_vote_held": verdict.notna().to_numpy(bool),
        "unit_vote_passed": verdict.fillna(False).to_numpy(bool),
        **{name: told[name] for name, _, _ in SHORTS},
    })
