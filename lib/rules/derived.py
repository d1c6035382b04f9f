"""Columns that follow from reported ones on a date: states, gates, overdue milestones.

Its one rule: pure functions of (frames, as-of date); every derived column is declared in `DERIVED` with its title.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import BEDS, HOMES, REBUILDING, REBUILDING_TYPES, RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.spec.period import add_months

Frames = Mapping[str, pd.DataFrame]

IN_TERM, EXPIRING, RENEWING = "有效期内", "临期", "换届中"
OVERDUE_RENEWING, OVERDUE_IDLE, SUBSTITUTED = "超期换届中", "超期未启动", "替代履职"
NO_COMMITTEE = "未组建"
COMMITTEE_STATES = (IN_TERM, EXPIRING, RENEWING, OVERDUE_RENEWING, OVERDUE_IDLE, SUBSTITUTED, NO_COMMITTEE)
VALID_STATES = (IN_TERM, EXPIRING, RENEWING)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived column: its dataset, name, Chinese title, unit, and the rule it follows.

    inputs: columns of the same dataset that show why it says what it says; a passport puts them behind it.
    """

    dataset: str
    name: str
    title: str
    unit: str
    rule: str
    inputs: tuple[str, ...] = ()


DERIVED: tuple[Derived, ...] = (
    Derived("compounds", "formed", "已组建业委会", "", "业委会表中该小区的组建状态为“已组建”；业委会表中没有该小区的，不作判断"),
    Derived("committees", "in_term", "任期在有效期内", "", "已组建，截至日 ≤ 任期止，且不是替代履职",
            ("term_end", "substitute")),
    Derived("committees", "term_state", "任期状态", "", "按任期止、本届任期内成立的换届改选小组和替代履职方式推定（物业管理规定28–29）",
            ("term_start", "term_end", "group_date", "substitute")),
    Derived("committees", "cycle_report", "本轮换届报告日期", "", "换届报告日期，晚于本届任期起的才属于本轮",
            ("renewal_report_date", "term_start")),
    Derived("committees", "cycle_group", "本轮改选小组成立日期", "", "换届改选小组成立日期，晚于本届任期起的才属于本轮",
            ("group_date", "term_start")),
    Derived("committees", "days_over", "超期天数", "天", "截至日 − 任期止，未超期为空", ("term_end",)),
    Derived("committees", "expiring", "6个月内届满", "", "截至日 < 任期止 ≤ 截至日后6个月", ("term_end", "substitute")),
    Derived("renewal_projects", "active", "在册", "", "当前阶段早于本类项目的完成阶段", ("project_type", "stage")),
    Derived("renewal_projects", "signing", "正在签约", "", "成套改造、拆除重建类项目，当前阶段为协议签订或行政调解和决定",
            ("project_type", "stage")),
    Derived("renewal_projects", "households_short", "距生效差户", "户", "max(0, ⌈生效线 × 应签约户数⌉ − 已签约户数)，两项有一项未填则为空",
            ("households_to_sign", "households_signed")),
    Derived("renewal_projects", "signing_rate", "签约率", "%", "已签约户数 ÷ 应签约户数",
            ("households_to_sign", "households_signed")),
    Derived("renewal_projects", "returning", "已进入回搬", "", "成套改造、拆除重建类项目，当前阶段为回搬", ("project_type", "stage")),
    Derived("renewal_projects", "overdue", "有超期节点", "", "在册或回搬未完成的项目中，某节点计划日期早于截至日且无实际日期",
            ("stage", "overdue_node", "overdue_days")),
    Derived("renewal_projects", "overdue_node", "超期节点", "", "超期最久的节点", ("overdue_days",)),
    Derived("renewal_projects", "overdue_days", "超期天数", "天", "截至日 − 该节点计划日期", ("overdue_node",)),
    Derived("rental_projects", "is_bed", "一张床项目", "", "产品层次为“一张床”", ("product_tier",)),
    Derived("rental_projects", "recognised", "已认定", "", "阶段在认定及以后（不含退出）", ("product_tier", "stage")),
    Derived("rental_projects", "supplied", "已供应", "", "保租房：供应备案及以后；一张床：挂牌及以后（均不含退出）",
            ("product_tier", "stage")),
    Derived("rental_projects", "preparing", "入市准备", "", "一张床项目，阶段为核验或认定", ("product_tier", "stage")),
    Derived("rental_projects", "started", "开工新建", "", "筹措方式为新建，阶段在建设及以后（不含退出）",
            ("product_tier", "source_mode", "stage")),
    Derived("rental_projects", "status", "供应状态", "", "已供应、入市准备、储备改造、退出", ("product_tier", "stage")),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """The frames with their derived columns, as of a date and by a registry of thresholds. The frames given are not changed."""
    derived = dict(frames)
    derived["compounds"] = _compounds(frames)
    derived["committees"] = _committees(frames["committees"], as_of, registry)
    derived["renewal_projects"] = _renewal(frames["renewal_projects"], as_of, registry)
    derived["rental_projects"] = _rental(frames["rental_projects"])
    return derived


def _compounds(frames: Frames) -> pd.DataFrame:
    """`formed` comes from the committees' table, and is not known for a compound that has no row in it; `formed__submission`
    and the like say from which row of it.
    """
    compounds, committees = frames["compounds"], frames["committees"]
    formed = committees[committees["formation_status"] == "已组建"].drop_duplicates("compound_id").set_index("compound_id")
    evidence = formed.reindex(compounds["compound_id"])
    known = compounds["compound_id"].isin(committees["compound_id"].dropna())
    return compounds.assign(
        formed=compounds["compound_id"].isin(formed.index).astype("boolean").where(known),
        **{f"formed_{name}": evidence[name].set_axis(compounds.index) for name in ("_submission", "_sheet", "_row")},
    )


def _committees(committees: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    soon = pd.Timestamp(add_months(as_of, registry.at("committee.expiring_months", as_of).whole))
    formed = (committees["formation_status"] == "已组建").to_numpy(bool)
    substituted = committees["substitute"].fillna("无").ne("无").to_numpy(bool)
    end = committees["term_end"]
    inside = formed & (end >= day).to_numpy(bool)
    # Dates before the present term began belong to the renewal that ended in it.
    begun = committees["group_date"].where((committees["group_date"] <= day) & ~(committees["group_date"] < committees["term_start"]))
    reported = committees["renewal_report_date"].where(~(committees["renewal_report_date"] < committees["term_start"]))
    group = begun.notna().to_numpy(bool)
    expiring = inside & (end <= soon).to_numpy(bool) & (end > day).to_numpy(bool)
    state = np.select(
        [substituted, ~formed, inside & group, expiring, inside, group],
        [SUBSTITUTED, NO_COMMITTEE, RENEWING, EXPIRING, IN_TERM, OVERDUE_RENEWING],
        OVERDUE_IDLE,
    )
    over = (day - end).dt.days.where(formed & ~substituted & (end < day).to_numpy(bool))
    return committees.assign(
        in_term=inside & ~substituted,
        term_state=pd.Series(state, index=committees.index, dtype="str"),
        days_over=over,
        cycle_report=reported,
        cycle_group=begun,
        expiring=expiring & ~substituted,
    )


def _renewal(projects: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    kind, stage = projects["project_type"], projects["stage"]
    active = np.zeros(len(projects), bool)
    for name, ladder in RENEWAL_LADDERS.items():
        active |= ((kind == name) & stage.isin(ladder.active)).to_numpy(bool)
    rebuilding = kind.isin(REBUILDING_TYPES).to_numpy(bool)
    signing = rebuilding & stage.isin(("协议签订", "行政调解和决定")).to_numpy(bool)
    returning = rebuilding & stage.isin(REBUILDING.at_or_after("回搬")).to_numpy(bool)
    gate = registry.at("renewal.signing_gate", as_of).number
    to_sign = projects["households_to_sign"].astype("float64")
    signed = projects["households_signed"].astype("float64")
    needed = (to_sign * gate / 100).round(9).apply(np.ceil)
    short = (needed - signed).clip(lower=0).where(signing)
    returned, to_return = projects["households_returned"].fillna(0), projects["households_to_return"].fillna(0)
    unfinished = active | (returning & (returned < to_return).to_numpy(bool))
    late = pd.DataFrame({title: _late_days(projects, prefix, day) for prefix, title in MILESTONES}, index=projects.index)
    late = late.where(pd.Series(unfinished, index=projects.index), np.nan)
    worst = late.max(axis=1)
    node = pd.Series(pd.NA, index=projects.index, dtype="str")
    filled = worst.notna()
    if filled.any():
        node[filled] = late[filled].idxmax(axis=1).astype("str")
    return projects.assign(active=active, signing=signing, returning=returning, households_short=short,
                           signing_rate=(signed / to_sign.where(to_sign > 0) * 100), overdue=filled.to_numpy(bool),
                           overdue_node=node, overdue_days=worst)


def _late_days(projects: pd.DataFrame, prefix: str, day: pd.Timestamp) -> pd.Series:
    plan, actual = projects[f"{prefix}_plan"], projects[f"{prefix}_actual"]
    late = plan.notna() & (plan < day) & actual.isna()
    days: pd.Series = (day - plan).dt.days
    return days.astype("float64").where(late)


def _rental(projects: pd.DataFrame) -> pd.DataFrame:
    stage = projects["stage"]
    is_bed = (projects["product_tier"] == "一张床").to_numpy(bool)
    homes_from = {name: stage.isin(_open_from(HOMES.stages, name)).to_numpy(bool) for name in ("认定", "建设", "供应备案")}
    beds_from = {name: stage.isin(_open_from(BEDS.stages, name)).to_numpy(bool) for name in ("认定", "挂牌")}
    supplied = np.where(is_bed, beds_from["挂牌"], homes_from["供应备案"])
    preparing = is_bed & stage.isin(("核验", "认定")).to_numpy(bool)
    left = (stage == "退出").to_numpy(bool)
    status = np.select([left, supplied, preparing], ["退出", "已供应", "入市准备"], "储备改造")
    return projects.assign(
        is_bed=is_bed,
        recognised=np.where(is_bed, beds_from["认定"], homes_from["认定"]),
        supplied=supplied,
        preparing=preparing,
        started=~is_bed & (projects["source_mode"] == "新建").to_numpy(bool) & homes_from["建设"],
        status=pd.Series(status, index=projects.index, dtype="str"),
    )


def _open_from(stages: tuple[str, ...], first: str) -> tuple[str, ...]:
    return tuple(stage for stage in stages[stages.index(first):] if stage != "退出")
