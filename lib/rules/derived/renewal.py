"""Derived columns of the renewal of old housing: projects, rounds of consent, milestones, lifts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.ladders import LIFT, REBUILDING, REBUILDING_TYPES, RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.derived.calendar import between, happened, in_year
from lib.rules.derived.declared import Derived, Frames
from lib.rules.votes import Kind, vote_columns

Marks = npt.NDArray[np.bool_]

DERIVED: tuple[Derived, ...] = (
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
        "在册或回搬未完成的项目中，某节点计划日期早于截至日且无实际日期",
        ("stage", "overdue_node", "overdue_days"),
    ),
    Derived("renewal_projects", "overdue_node", "超期节点", "", "超期最久的节点", ("overdue_days",)),
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
        "“回搬”节点实际日期 − 同一项目“外搬过渡”节点实际日期",
        ("node", "actual_date"),
    ),
    Derived("lifts", "completed", "已完工", "", "当前阶段为竣工验收及以后", ("stage",)),
    Derived("lifts", "completed_this_year", "当年完工", "", "竣工验收日期在当年", ("stage", "accept_date")),
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
)
_BEFORE_BACK = ("外搬过渡", "回搬")


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Projects, milestones and lifts with their derived columns."""
    return {
        "renewal_projects": _projects(frames["renewal_projects"], as_of, registry),
        "milestones": _milestones(frames["milestones"], as_of),
        "lifts": _lifts(frames["lifts"], as_of, registry),
    }


def _projects(projects: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    kind, stage = projects["project_type"], projects["stage"]
    active = np.zeros(len(projects), bool)
    for name, ladder in RENEWAL_LADDERS.items():
        active |= ((kind == name) & stage.isin(ladder.active)).to_numpy(bool)
    rebuilding = kind.isin(REBUILDING_TYPES).to_numpy(bool)
    signing = rebuilding & stage.isin(("协议签订", "行政调解和决定")).to_numpy(bool)
    entered = rebuilding & stage.isin(REBUILDING.at_or_after("协议签订")).to_numpy(bool)
    returning = rebuilding & stage.isin(REBUILDING.at_or_after("回搬")).to_numpy(bool)
    to_sign = projects["households_to_sign"].astype("float64")
    signed = projects["households_signed"].astype("float64")
    signed_on = happened(projects["sign_actual"], as_of)
    checked_on = happened(projects["precheck_date"], as_of)
    return projects.assign(
        active=active,
        signing=signing,
        returning=returning,
        entered_signing=entered,
        in_force=signed_on.notna().to_numpy(bool),
        prechecked=(checked_on.notna() & ~(checked_on > signed_on)).to_numpy(bool),
        households_short=_short(to_sign, signed, as_of, registry).where(signing),
        signing_rate=(signed / to_sign.where(to_sign > 0) * 100),
        completed_this_year=in_year(projects["complete_actual"], as_of),
        started_this_year=in_year(projects["start_actual"], as_of),
        **_overdue(projects, active, returning, as_of),
        **_nodes(projects, as_of),
    )


def _short(to_sign: pd.Series, signed: pd.Series, as_of: date, registry: Registry) -> pd.Series:
    """Households short of the gate, rounded up, exactly: in whole numbers."""
    gate = registry.at("renewal.signing_gate", as_of).exact / 100
    needed = -(-(to_sign * gate.numerator) // gate.denominator)
    return (needed - signed).clip(lower=0)


def _overdue(projects: pd.DataFrame, active: Marks, returning: Marks, as_of: date) -> dict[str, Any]:
    day = pd.Timestamp(as_of)
    returned, to_return = (
        projects["households_returned"].fillna(0),
        projects["households_to_return"].fillna(0),
    )
    unfinished = active | (returning & (returned < to_return).to_numpy(bool))
    late = np.full((len(projects), len(MILESTONES)), np.nan)
    for at, (prefix, _) in enumerate(MILESTONES):
        plan, actual = projects[f"{prefix}_plan"], projects[f"{prefix}_actual"]
        open_late = unfinished & (plan < day).to_numpy(bool) & actual.isna().to_numpy(bool)
        late[:, at] = np.where(open_late, (day - plan).dt.days.to_numpy("float64", na_value=np.nan), np.nan)
    found = ~np.isnan(late).all(axis=1)
    worst = np.full(len(projects), np.nan)
    node = np.full(len(projects), None, object)
    if found.any():
        at = np.nanargmax(late[found], axis=1)
        worst[found] = late[found, at]
        node[found] = np.array([title for _, title in MILESTONES], object)[at]
    return {
        "overdue": found,
        "overdue_node": pd.Series(node, index=projects.index, dtype="str"),
        "overdue_days": pd.Series(worst, index=projects.index),
    }


def _nodes(projects: pd.DataFrame, as_of: date) -> dict[str, Any]:
    due, on_time = np.zeros(len(projects), "int64"), np.zeros(len(projects), "int64")
    for prefix, _ in MILESTONES:
        plan, actual = projects[f"{prefix}_plan"], happened(projects[f"{prefix}_actual"], as_of)
        mine = between(plan, as_of.replace(day=1), as_of)
        due += mine
        on_time += mine & (actual <= plan).to_numpy(bool)
    return {"nodes_due": due, "nodes_on_time": on_time}


def _milestones(nodes: pd.DataFrame, as_of: date) -> pd.DataFrame:
    done = happened(nodes["actual_date"], as_of)
    out = nodes["node"] == _BEFORE_BACK[0]
    left = done[out].groupby(nodes.loc[out, "project_id"]).min()
    days = (done - left.reindex(nodes["project_id"]).set_axis(nodes.index)).dt.days.astype("float64")
    return nodes.assign(transition_days=days.where((nodes["node"] == _BEFORE_BACK[1]) & (days >= 0)))


def _lifts(lifts: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    done = lifts["stage"].isin(LIFT.at_or_after("竣工验收")).to_numpy(bool)
    verdict = vote_columns(lifts, "unit_vote", Kind.LIFT_UNIT, registry, as_of)["unit_vote_passed"]
    return lifts.assign(
        completed=done,
        completed_this_year=done & in_year(lifts["accept_date"], as_of),
        unit_vote_held=verdict.notna().to_numpy(bool),
        unit_vote_passed=verdict.fillna(False).to_numpy(bool),
    )
