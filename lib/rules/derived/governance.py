"""Derived columns of compounds and owners' committees: formed, state of the term, deadlines that fall in the month."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.derived.calendar import days_later, happened, in_month, in_year, months_later
from lib.rules.derived.declared import Derived, Frames
from lib.spec.period import add_months

IN_TERM, EXPIRING, RENEWING = "有效期内", "临期", "换届中"
OVERDUE_RENEWING, OVERDUE_IDLE, SUBSTITUTED = "超期换届中", "超期未启动", "替代履职"
NO_COMMITTEE, UNKNOWN_TERM = "未组建", "任期不明"
COMMITTEE_STATES = (
    IN_TERM,
    EXPIRING,
    RENEWING,
    OVERDUE_RENEWING,
    OVERDUE_IDLE,
    SUBSTITUTED,
    NO_COMMITTEE,
    UNKNOWN_TERM,
)
FORMED = "已组建"

DERIVED: tuple[Derived, ...] = (
    Derived(
        "compounds",
        "formed",
        "已组建业委会",
        "",
        "业委会表中该小区的组建状态为“已组建”；业委会表中没有该小区的，不作判断",
    ),
    Derived(
        "compounds",
        "fee_area",
        "物业费单价×总建筑面积",
        "元/月",
        "物业费单价 × 总建筑面积",
        ("pm_fee", "gfa_m2"),
    ),
    Derived(
        "committees",
        "in_term",
        "任期在有效期内",
        "",
        "已组建，截至日 ≤ 任期止，且不是替代履职",
        ("term_end", "substitute"),
    ),
    Derived(
        "committees",
        "term_state",
        "任期状态",
        "",
        "按任期止、本届任期内成立的换届改选小组和替代履职方式推定（物业管理规定28–29）",
        ("term_start", "term_end", "group_date", "substitute"),
    ),
    Derived(
        "committees",
        "cycle_report",
        "本轮换届报告日期",
        "",
        "换届报告日期，不早于本届任期起的才属于本轮",
        ("renewal_report_date", "term_start"),
    ),
    Derived(
        "committees",
        "cycle_group",
        "本轮改选小组成立日期",
        "",
        "换届改选小组成立日期，不早于本届任期起的才属于本轮",
        ("group_date", "term_start"),
    ),
    Derived("committees", "days_over", "超期天数", "天", "截至日 − 任期止，未超期为空", ("term_end",)),
    Derived(
        "committees",
        "expiring",
        "6个月内届满",
        "",
        "截至日 < 任期止 ≤ 截至日后6个月",
        ("term_end", "substitute"),
    ),
    Derived(
        "committees",
        "report_due",
        "当月应报告换届",
        "",
        "书面报告期限（任期止前5个月）在当月内，已组建且不是替代履职",
        ("term_end", "substitute"),
    ),
    Derived(
        "committees",
        "reported_on_time",
        "按时报告换届",
        "",
        "本轮换届报告日期不晚于书面报告期限",
        ("term_end", "cycle_report"),
    ),
    Derived(
        "committees",
        "renewal_due",
        "当年届满",
        "",
        "本届任期止在当年且已过，或上届任期止在当年且已过（已换届）",
        ("term_end", "previous_term_end"),
    ),
    Derived(
        "committees",
        "renewed_on_time",
        "按时换届",
        "",
        "选举日期不晚于上届任期止",
        ("previous_term_end", "election_date"),
    ),
    Derived(
        "committees",
        "filing_due",
        "备案期限在当月",
        "",
        "选举日期后30日在当月内，选举成功",
        ("election_date", "election_result"),
    ),
    Derived(
        "committees",
        "filed_on_time",
        "按时备案",
        "",
        "备案日期在选举日期后30日内",
        ("election_date", "filing_date"),
    ),
    Derived(
        "committees",
        "audited_on_time",
        "按时完成年度审计",
        "",
        "年度审计完成日期在当年1月1日至6月30日",
        ("annual_audit_date",),
    ),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Compounds and committees with their derived columns."""
    committees = frames["committees"]
    return {
        "compounds": _compounds(frames["compounds"], committees),
        "committees": _committees(committees, as_of, registry),
    }


def _compounds(compounds: pd.DataFrame, committees: pd.DataFrame) -> pd.DataFrame:
    """`formed` comes from the committees' table, and is not known for a compound that has no row in it; `formed__submission`
    and the like say from which row of it.
    """
    formed = (
        committees[committees["formation_status"] == FORMED]
        .drop_duplicates("compound_id")
        .set_index("compound_id")
    )
    evidence = formed[["_submission", "_sheet", "_row"]].reindex(compounds["compound_id"])
    known = compounds["compound_id"].isin(committees["compound_id"].dropna())
    return compounds.assign(
        formed=compounds["compound_id"].isin(formed.index).astype("boolean").where(known),
        fee_area=compounds["pm_fee"] * compounds["gfa_m2"],
        **{
            f"formed_{name}": evidence[name].set_axis(compounds.index)
            for name in ("_submission", "_sheet", "_row")
        },
    )


def _committees(committees: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    soon = pd.Timestamp(add_months(as_of, registry.at("committee.expiring_months", as_of).whole))
    formed = (committees["formation_status"] == FORMED).to_numpy(bool)
    substituted = committees["substitute"].fillna("无").ne("无").to_numpy(bool)
    acting = formed & ~substituted
    end = committees["term_end"]
    unknown = end.isna().to_numpy(bool)
    inside = formed & (end >= day).to_numpy(bool)
    # Dates before the present term began belong to the renewal that ended in it.
    own = ~(committees["group_date"] < committees["term_start"])
    begun = committees["group_date"].where((committees["group_date"] <= day) & own)
    reported = committees["renewal_report_date"].where(
        ~(committees["renewal_report_date"] < committees["term_start"])
    )
    group = begun.notna().to_numpy(bool)
    expiring = inside & (end <= soon).to_numpy(bool) & (end > day).to_numpy(bool)
    state = np.select(
        [substituted, ~formed, unknown, inside & group, expiring, inside, group],
        [SUBSTITUTED, NO_COMMITTEE, UNKNOWN_TERM, RENEWING, EXPIRING, IN_TERM, OVERDUE_RENEWING],
        OVERDUE_IDLE,
    )
    over = (day - end).dt.days.where(acting & (end < day).to_numpy(bool))
    return committees.assign(
        in_term=inside & ~substituted,
        term_state=pd.Series(state, index=committees.index, dtype="str"),
        days_over=over,
        cycle_report=reported,
        cycle_group=begun,
        expiring=expiring & ~substituted,
        **_deadlines(committees, acting, reported, as_of, registry),
    )


def _deadlines(
    committees: pd.DataFrame, acting: np.ndarray, reported: pd.Series, as_of: date, registry: Registry
) -> dict[str, Any]:
    end, former = committees["term_end"], committees["previous_term_end"]
    report_by = months_later(end, -registry.at("committee.report_months", as_of).whole)
    elected = happened(committees["election_date"], as_of)
    won = elected.notna().to_numpy(bool) & (
        committees["election_result"].fillna("选举成功") == "选举成功"
    ).to_numpy(bool)
    file_by = days_later(elected, registry.at("committee.filing_days", as_of).whole)
    audit_until = registry.at("committee.annual_audit_month", as_of).whole
    audited = happened(committees["annual_audit_date"], as_of)
    renewed = in_year(former, as_of)
    return {
        "report_due": acting & in_month(report_by, as_of),
        "reported_on_time": (reported <= report_by).to_numpy(bool),
        "renewal_due": acting
        & (renewed | (in_year(end, as_of) & (end < pd.Timestamp(as_of)).to_numpy(bool))),
        "renewed_on_time": renewed & won & (elected <= former).to_numpy(bool),
        "filing_due": won & in_month(file_by, as_of),
        "filed_on_time": (happened(committees["filing_date"], as_of) <= file_by).to_numpy(bool),
        "audited_on_time": in_year(audited, as_of) & (audited.dt.month <= audit_until).to_numpy(bool),
    }
