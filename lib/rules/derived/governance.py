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
from lib.rules.term_calendar import freeze_votes
from lib.rules.terms import (
    DISSOLVED,
    FORMED,
    NOT_ELECTED,
    audit_year,
    cycle_days,
    days_over,
    ends_within,
    frozen,
    substituted,
    term_deadlines,
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
        "dissolved",
        "业委会已注销",
        "",
        "业委会表中该小区的组建状态为“已注销”（小微小区合并等）",
        witness=Witness("committees", (("formation_status", (DISSOLVED,)),)),
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
    Derived(
        "committees",
        "frozen_in_term",
        "任期内的冻结期",
        "",
        "冻结期内，且截至日 ≤ 任期止；任期已届满的冻结期已是拖延",
        ("frozen", "term_end"),
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
        "audit_owed",
        "应完成上年度审计",
        "",
        "已组建；本届任期起在当年而当年没有审计日期的不计：首届没有上年度账目，换届的表中没有上一届的审计日期",
        ("term_start", "annual_audit_date"),
    ),
    Derived(
        "committees",
        "audited_on_time",
        "按时完成年度审计",
        "",
        "年度审计完成日期在当年1月1日至6月30日",
        ("annual_audit_date",),
    ),
    Derived(
        "committees",
        "last_audit",
        "年度审计情况",
        "",
        "年度审计完成日期未填、还没有到的为“未填”，不在当年的为“往年的日期”，当年的按是否在6月30日以前为“按时”“迟办”",
        ("annual_audit_date",),
    ),
    Derived(
        "committees",
        "report_soon",
        "报告期限临近",
        "",
        "任期未届满、本轮尚未报告，书面报告期限在截至日起30日内（含当日）",
        ("term_end", "cycle_report"),
    ),
    Derived(
        "committees",
        "report_missed",
        "报告逾期",
        "",
        "任期未届满、本轮尚未报告也未成立改选小组，书面报告期限已过",
        ("term_end", "cycle_report"),
    ),
    Derived(
        "committees",
        "group_missed",
        "改选小组逾期",
        "",
        "任期未届满、本轮已报告而未成立改选小组，自报告起60日已过",
        ("cycle_report", "cycle_group", "term_end"),
    ),
    Derived(
        "committees",
        "frozen_vote",
        "冻结期内安排表决",
        "",
        "现处冻结期，调价或续筹的表决日期在改选小组成立之日及以后（物业管理规定29）",
        ("cycle_group", "election_date"),
    ),
    Derived(
        "committees", "filing_missed", "备案逾期", "", "选举成功后30日已过，尚未备案", ("election_date", "filing_date", "election_result")
    ),
    Derived(
        "committees",
        "settling_untold",
        "上次换届移交、审计未填",
        "",
        "上次换届选出的业委会任期已开始，移交或换届审计的期限已过而没有填日期",
        ("election_date", "handback_date", "exit_audit_date", "term_start"),
    ),
    Derived("committees", "met_in_time", "两个月内开过会", "", "最近会议日期后2个月 ≥ 截至日", ("last_meeting",)),
    Derived("committees", "idle", "六个月未开会", "", "最近会议日期后6个月 < 截至日，且不是替代履职", ("last_meeting", "substitute")),
    Derived(
        "committees", "seats_short", "委员不足半数", "", "委员现有人数 < 应有人数的一半，且不是替代履职", ("seats", "seated", "substitute")
    ),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Compounds and committees with their derived columns."""
    committees = frames["committees"]
    return {
        "compounds": _compounds(frames["compounds"], committees),
        "committees": _committees(committees, _votes(frames), as_of, registry),
    }


def _compounds(compounds: pd.DataFrame, committees: pd.DataFrame) -> pd.DataFrame:
    """`formed` comes from the committees' table, and is not known for a compound that has no row in it."""
    keys = compounds["compound_id"]
    told = keyed(keys, committees["compound_id"])
    formed = keyed(keys, committees["compound_id"][among(committees["formation_status"], FORMED)])
    return with_columns(compounds, {
        "formed": pd.arrays.BooleanArray(formed, ~told),
        "dissolved": keyed(keys, committees["compound_id"][among(committees["formation_status"], DISSOLVED)]),
        "fee_area": numbers(compounds["pm_fee"]) * numbers(compounds["gfa_m2"]),
    })


def _votes(frames: Frames) -> pd.DataFrame:
    """Every vote on a fee or a fund: compound_id, vote_date."""
    return pd.concat([frames[name][["compound_id", "vote_date"]] for name in ("fee_changes", "maintenance_funds")], ignore_index=True)


def _committees(committees: pd.DataFrame, votes: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    today = np.datetime64(as_of, "D")
    away = substituted(committees, as_of)
    acting = among(committees["formation_status"], FORMED) & ~away
    end = days_of(committees, "term_end")
    own = cycle_days(committees, as_of)
    freeze, dues = frozen(committees, as_of), _deadlines(committees, own, acting, as_of, registry)
    return with_columns(committees, {
        "in_term": acting & (end >= today),
        "term_state": term_states(committees, as_of, registry),
        "substituted": away,
        "frozen": freeze,
        "frozen_in_term": freeze.to_numpy(bool) & (end >= today),
        "days_over": days_over(committees, as_of),
        "cycle_report": own["cycle_report"].astype("datetime64[ms]"),
        "cycle_group": np.where(own["cycle_group"] <= today, own["cycle_group"], np.datetime64("NaT")).astype("datetime64[ms]"),
        "expiring": ends_within(committees, as_of, registry.at("committee.expiring_months", as_of).whole),
        **{f"ends_in_{months}": ends_within(committees, as_of, months) for months in (3, 12)},
        "settling_untold": _untold(committees, as_of, registry),
        "frozen_vote": keyed(committees["compound_id"], freeze_votes(committees, votes, as_of)["compound_id"]),
        **dues,
        "last_audit": _last_audit(committees, dues["audited_on_time"], as_of),
        **_work(committees, own, acting, as_of, registry),
    })


def _untold(committees: pd.DataFrame, as_of: date, registry: Registry) -> Marks:
    told = term_deadlines(committees, as_of, registry)
    return keyed(committees["compound_id"], told["compound_id"][told["untold"].to_numpy(bool)])


def _last_audit(committees: pd.DataFrame, punctual: Marks, as_of: date) -> pd.Series:
    """What the day of the annual audit says, so that one never told is not taken for one that was late."""
    audited = happened(committees, "annual_audit_date", as_of)
    told = np.select([np.isnat(audited), punctual, in_year(audited, as_of)], ["未填", "按时", "迟办"], "往年的日期")
    return pd.Series(told, index=committees.index, dtype="str")


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
        "audit_owed": among(committees["formation_status"], FORMED)
        & ((audit_year(committees, as_of) <= np.datetime64(as_of, "Y")) | in_year(audited, as_of)),
        "audited_on_time": in_year(audited, as_of) & (audited < audit_until.astype("datetime64[D]")),
    }


def _work(committees: pd.DataFrame, own: dict[str, Days], acting: Marks, as_of: date, registry: Registry) -> dict[str, Any]:
    """What is close or missed on the way to the election, and how the committee works."""
    today = np.datetime64(as_of, "D")
    end, last_meeting = days_of(committees, "term_end"), happened(committees, "last_meeting", as_of)
    running = acting & (end >= today)
    reported, grouped = (own[name] <= today for name in ("cycle_report", "cycle_group"))
    waiting = running & ~reported & ~grouped & np.isnat(own["cycle_election"])
    report_by, _ = spans_later(end, "committee.report_months", registry, before=True)
    group_by, _ = spans_later(own["cycle_report"], "committee.group_days", registry)
    soon = today + np.timedelta64(registry.at("committee.report_soon_days", as_of).whole, "D")
    met, idle = (spans_later(last_meeting, f"committee.{rule}_months", registry)[0] for rule in ("meeting", "idle"))
    file_by, _ = spans_later(own["last_election"], "committee.filing_days", registry)
    least = registry.at("committee.seats_least", as_of).exact
    seats, seated = numbers(committees["seats"]), numbers(committees["seated"])
    return {
        "report_soon": waiting & (report_by >= today) & (report_by <= soon),
        "report_missed": waiting & (report_by < today),
        "group_missed": running & reported & ~grouped & np.isnat(own["cycle_election"]) & (group_by < today),
        "filing_missed": acting & (file_by < today) & np.isnat(own["last_filing"]),
        "met_in_time": met >= today,
        "idle": acting & (idle < today),
        "seats_short": acting & (seated * least.denominator < seats * least.numerator),
    }
