"""Derived columns of compounds and owners' committees: formed, state of the term, deadlines that fall in the month."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import Days, days_of, happened, spans_later
from lib.rules.derived.declared import Derived, Frames, Witness
from lib.rules.derived.periods import in_month, in_year
from lib.rules.marks import Marks, among, keyed, numbers, with_columns
from lib.rules.terms import (
    FORMED,
    NOT_ELECTED,
    cycle_days,
    days_over,
    ends_within,
    frozen,
    substituted,
    term_states,
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        "compounds",
        "formed",
        "已组建业委会",
        "",
        "业委会表中该小区的组建状态为“已组建”；业委会表中没有该小区的，不作判断",
        witness=Witness("committees", (("formation_status", (FORMED,)),)),
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
        "按任期止、本届任期内成立的换届改选小组或举行的选举、替代履职方式推定（物业管理规定28–29）",
        ("term_start", "term_end", "group_date", "election_date", "substitute"),
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
    Derived("committees", "ends_in_3", "3个月内届满", "", "截至日 < 任期止 ≤ 截至日后3个月", ("term_end", "substitute")),
    Derived("committees", "ends_in_12", "12个月内届满", "", "截至日 < 任期止 ≤ 截至日后12个月", ("term_end", "substitute")),
    Derived(
        "committees",
        "substituted",
        "替代履职中",
        "",
        "替代履职方式不为“无”，已开始且未结束",
        ("substitute", "substitute_start", "substitute_end"),
    ),
    Derived(
        "committees",
        "frozen",
        "冻结期",
        "",
        "自本轮换届改选小组成立之日起，至新一届业委会选举产生前（物业管理规定29）",
        ("group_date", "election_date"),
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
        "选举日期不晚于上届任期止；任期起止尚未更新的，本轮选举日期不晚于本届任期止",
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
        "备案日期在选举当日至其后30日内",
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
    return {"compounds": _compounds(frames["compounds"], committees), "committees": _committees(committees, as_of, registry)}


def _compounds(compounds: pd.DataFrame, committees: pd.DataFrame) -> pd.DataFrame:
    """`formed` comes from the committees' table, and is not known for a compound that has no row in it."""
    keys = compounds["compound_id"]
    told = keyed(keys, committees["compound_id"])
    formed = keyed(keys, committees["compound_id"][among(committees["formation_status"], FORMED)])
    return with_columns(compounds, {
        "formed": pd.arrays.BooleanArray(formed, ~told),
        "fee_area": numbers(compounds["pm_fee"]) * numbers(compounds["gfa_m2"]),
    })


def _committees(committees: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    today = np.datetime64(as_of, "D")
    away = substituted(committees, as_of)
    acting = among(committees["formation_status"], FORMED) & ~away
    end = days_of(committees, "term_end")
    own = cycle_days(committees, as_of)
    return with_columns(committees, {
        "in_term": acting & (end >= today),
        "term_state": term_states(committees, as_of, registry),
        "substituted": away,
        "frozen": frozen(committees, as_of),
        "days_over": days_over(committees, as_of),
        "cycle_report": own["cycle_report"].astype("datetime64[ms]"),
        "cycle_group": np.where(own["cycle_group"] <= today, own["cycle_group"], np.datetime64("NaT")).astype("datetime64[ms]"),
        "expiring": ends_within(committees, as_of, registry.at("committee.expiring_months", as_of).whole),
        **{f"ends_in_{months}": ends_within(committees, as_of, months) for months in (3, 12)},
        **_deadlines(committees, own, acting, as_of, registry),
    })


def _deadlines(committees: pd.DataFrame, own: dict[str, Days], acting: Marks, as_of: date, registry: Registry) -> dict[str, Any]:
    end, former = days_of(committees, "term_end"), days_of(committees, "previous_term_end")
    report_by, _ = spans_later(end, "committee.report_months", registry, before=True)
    elected = happened(committees, "election_date", as_of)
    won = ~np.isnat(elected) & ~among(committees["election_result"], NOT_ELECTED)
    file_by, _ = spans_later(elected, "committee.filing_days", registry)
    filed, start = happened(committees, "filing_date", as_of), days_of(committees, "term_start")
    audited = happened(committees, "annual_audit_date", as_of)
    audit_until = np.datetime64(date(as_of.year, registry.at("committee.annual_audit_month", as_of).whole, 1), "M") + 1
    renewed = in_year(former, as_of)
    return {
        "report_due": acting & in_month(report_by, as_of),
        "reported_on_time": (own["cycle_report"] <= np.datetime64(as_of, "D")) & (own["cycle_report"] <= report_by),
        "renewal_due": acting & (renewed | (in_year(end, as_of) & (end < np.datetime64(as_of, "D")))),
        "renewed_on_time": won & ((renewed & (elected <= former)) | (in_year(end, as_of) & (elected > start) & (elected <= end))),
        "filing_due": won & in_month(file_by, as_of),
        "filed_on_time": (filed >= elected) & (filed <= file_by),
        "audited_on_time": in_year(audited, as_of) & (audited < audit_until.astype("datetime64[D]")),
    }
