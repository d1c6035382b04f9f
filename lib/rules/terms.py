"""The terms of owners' committees: states, the clock of 换届, the freeze, and the clock of forming a first committee.

Its one rule: a day before the present term began belongs to the renewal that ended in it, and so does an election on the very day;
only what comes after tells of the renewal to come.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import Clock, Days, Flags, Step, days_between, days_of, deadlines, happened, worst_step
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW
from lib.rules.marks import among, known, numbers, with_columns
from lib.spec.period import add_months

IN_TERM, EXPIRING, RENEWING = "有效期内", "临期", "换届中"
OVERDUE_RENEWING, OVERDUE_IDLE, SUBSTITUTED = "超期换届中", "超期未启动", "替代履职"
NO_COMMITTEE, UNKNOWN_TERM = "未组建", "任期不明"
COMMITTEE_STATES = (IN_TERM, EXPIRING, RENEWING, OVERDUE_RENEWING, OVERDUE_IDLE, SUBSTITUTED, NO_COMMITTEE, UNKNOWN_TERM)
VALID_STATES = (IN_TERM, EXPIRING, RENEWING)
OVERDUE_STATES = (OVERDUE_RENEWING, OVERDUE_IDLE)
CLOCKED_STATES = (*VALID_STATES, *OVERDUE_STATES)
"""States in which the clock of 换届 runs."""

FORMED, FORMING, DISSOLVED = "已组建", ("应建未建", "筹备中"), "已注销"
NOT_ELECTED = "选举未成功"

RENEWAL_CLOCK: Clock = (
    Step("report", "换届书面报告", "term_end", "committee.report_months", "cycle_report", before=True, remind="committee.expiring_months"),
    Step("group", "组建换届改选小组", "report", "committee.group_days", "cycle_group"),
    Step("handover", "移交财务凭证、印章等", "group", "committee.handover_days", "cycle_handover"),
    Step("election", "业主大会选举", "term_end", actual="cycle_election", basis="上海市住宅物业管理规定第28条"),
    Step("filing", "换届备案", "last_election", "committee.filing_days", "last_filing", plan="last_term_end"),
    Step("handback", "移交新一届业委会", "filing", "committee.handback_days", "last_handback", when="succeeds"),
    Step("exit_audit", "换届财务审计", "last_election", "committee.exit_audit_months", "last_exit_audit", plan="last_term_end",
         when="succeeds"),
)
"""domain.md A.3.3 [S1 28–29, 34; S15a]. The last three follow the latest successful election, whichever term it began."""

FORMATION_CLOCK: Clock = (
    Step("developer_report", "建设单位书面报告", "eligible_date", "formation.developer_report_days", "developer_report_date"),
    Step("preparatory", "组建首次业主大会筹备组", "developer_report", "formation.preparatory_days", "preparatory_date"),
    Step("announcement", "首次业主大会公告", "first_assembly", "formation.announcement_days", "announcement_date", before=True),
    Step("first_assembly", "召开首次业主大会", "preparatory", "formation.first_assembly_days", "first_assembly_date"),
    Step("notice", "公告委员名单", "first_election", "formation.notice_days", "notice_date", plan="first_assembly"),
    Step("filing", "业委会备案", "first_election", "committee.filing_days", "first_filing", plan="first_assembly"),
    Step("filing_closed", "街镇办结备案", "filing", "formation.filing_closed_days", "filing_closed_date"),
)
"""domain.md A.3.2 [S1 13–16, 23]."""


def cycle(committees: pd.DataFrame, on: date) -> pd.DataFrame:
    """The committees with the columns of `cycle_days`."""
    own = cycle_days(committees, on)
    days = {name: _column(value) for name, value in own.items() if name != "succeeds"}
    return with_columns(committees, {**days, "succeeds": own["succeeds"]})


def cycle_days(committees: pd.DataFrame, on: date) -> dict[str, Days]:
    """For each committee the days of the renewal to come (`cycle_*`, since the present term began) and those that follow the
    latest successful election (`last_*`, on or after it), as known on a date.

    last_term_end: the end of the term that this election was to renew. succeeds: whether a committee was there before the one elected.
    An election without result is taken for a successful one; 选举未成功 is none.
    """
    start = days_of(committees, "term_start")
    succeeded = ~among(committees["election_result"], NOT_ELECTED)
    election = np.where(succeeded, happened(committees, "election_date", on), np.datetime64("NaT"))
    renewed = ~np.isnat(election) & (election <= start)
    first = numbers(committees["session_no"]) == 1
    return {
        "cycle_report": _own(days_of(committees, "renewal_report_date"), start),
        "cycle_group": _own(days_of(committees, "group_date"), start),
        "cycle_handover": _own(days_of(committees, "handover_date"), start),
        "cycle_election": _later(election, start),
        "last_election": election,
        "last_term_end": np.where(renewed, days_of(committees, "previous_term_end"), days_of(committees, "term_end")),
        "last_filing": _from(days_of(committees, "filing_date"), election),
        "last_handback": _from(days_of(committees, "handback_date"), election),
        "last_exit_audit": _from(days_of(committees, "exit_audit_date"), election),
        "succeeds": ~(renewed & first),
    }


def term_states(committees: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """The state of each committee on a date, one of `COMMITTEE_STATES` (domain.md A.3.3; S1 28–29).

    Somebody standing in comes first, then 未组建, then 任期不明 (no end of the term). The end of the term is a day of the term. 换届中:
    a group of this cycle stands, or a vote of this cycle was held; so it stays until the dates of the new term are entered. 临期:
    on < end ≤ on + `committee.expiring_months`.
    """
    today = np.datetime64(on, "D")
    soon = np.datetime64(add_months(on, registry.at("committee.expiring_months", on).whole), "D")
    start, end = days_of(committees, "term_start"), days_of(committees, "term_end")
    begun = ~np.isnat(_own(happened(committees, "group_date", on), start))
    begun |= ~np.isnat(_later(happened(committees, "election_date", on), start))
    inside = end >= today
    state = np.select(
        [substituted(committees, on), ~_formed(committees), np.isnat(end), inside & begun, (end > today) & (end <= soon), inside, begun],
        [SUBSTITUTED, NO_COMMITTEE, UNKNOWN_TERM, RENEWING, EXPIRING, IN_TERM, OVERDUE_RENEWING],
        OVERDUE_IDLE,
    )
    return pd.Series(state, index=committees.index, dtype="str")


def substituted(committees: pd.DataFrame, on: date) -> Flags:
    """Whether somebody stands in for the committee on a date: a kind of 替代履职 that has begun and has not ended, both days included;
    without a day, it holds.
    """
    today = np.datetime64(on, "D")
    named = known(committees["substitute"]) & ~among(committees["substitute"], "无")
    return np.asarray(named & ~(days_of(committees, "substitute_start") > today) & ~(days_of(committees, "substitute_end") < today))


def ends_within(committees: pd.DataFrame, on: date, months: int) -> Flags:
    """Whether a term ends after a date and not more than so many months later, of committees that act themselves."""
    end = days_of(committees, "term_end")
    ahead = (end > np.datetime64(on, "D")) & (end <= np.datetime64(add_months(on, months), "D"))
    return np.asarray(ahead & _formed(committees) & ~substituted(committees, on))


def days_over(committees: pd.DataFrame, on: date) -> pd.Series:
    """Days since the end of the term, for committees that are 超期; NaN for all others."""
    over = days_between(days_of(committees, "term_end"), np.full(len(committees), np.datetime64(on, "D")))
    late = _formed(committees) & ~substituted(committees, on) & (over > 0)
    return pd.Series(np.where(late, over, np.nan), index=committees.index)


def audit_year(committees: pd.DataFrame, on: date) -> Days:
    """The first year from that of a date on in which an audit of the year before can be asked of a committee (S15a 十一), by year.

    Not that in which its term began: a first one had no year before, and of one that was renewed the form has its own days only; the
    audit of the one before it, done in time, would look as if it had been left out.
    """
    this = np.datetime64(on, "Y")
    begun = days_of(committees, "term_start").astype("datetime64[Y]")
    return np.where(begun >= this, begun + 1, this)


def frozen(committees: pd.DataFrame, on: date) -> pd.Series:
    """Whether a committee may call no vote on fees, on the property firm or on major repairs: from the day the group of this cycle was
    formed, to the day before the election (S1 29). A vote without success does not end it; 未组建 and 替代履职 have none.
    """
    own = cycle_days(committees, on)
    grouped = own["cycle_group"] <= np.datetime64(on, "D")
    flags = grouped & np.isnat(own["cycle_election"]) & _formed(committees) & ~substituted(committees, on)
    return pd.Series(flags, index=committees.index)


def frozen_compounds(committees: pd.DataFrame, on: date) -> frozenset[str]:
    """The compounds whose committee is `frozen`."""
    return frozenset(committees["compound_id"][frozen(committees, on).to_numpy(bool)])


def term_deadlines(committees: pd.DataFrame, on: date, registry: Registry, keys: Sequence[str] = ("compound_id",)) -> pd.DataFrame:
    """The seven steps of 换届 for every committee whose clock runs (`CLOCKED_STATES`), as `deadlines` gives them (S1 28–29, 34; S15a).

    A step before one that is done is passed: its day was not told, and nothing is judged by that. Of an election that brought the
    present term in, handing over and audit whose day is over and was not told (column `untold`) stay 黄: a cell left empty is no proof
    that nothing was done, and time alone does not make it so. An election is not 绿 while its group is overdue. [D]
    """
    running = committees[term_states(committees, on, registry).isin(CLOCKED_STATES)]
    return _renewal_steps(running, on, registry, keys)


def term_light(committees: pd.DataFrame, on: date, registry: Registry, steps: Collection[str] | None = None) -> pd.Series:
    """The light of each committee: the most urgent of its steps, 红 when 超期, 不判定 where no clock runs. steps: only these of
    `RENEWAL_CLOCK`, all when None.
    """
    states = term_states(committees, on, registry)
    running = committees[states.isin(CLOCKED_STATES)]
    table = _renewal_steps(running, on, registry, ())
    lights = worst_step(table, RENEWAL_CLOCK, running.index, steps)
    return lights.reindex(committees.index, fill_value=UNJUDGED).mask(states.isin(OVERDUE_STATES), RED)


NEXT_STEPS = ("report", "group", "handover", "election")
"""The steps that lead to the election: what must be done next is one of them."""
SETTLING_STEPS = ("handback", "exit_audit")
"""The steps by which an earlier committee hands over and is audited, after the filing."""
PASSED_WORDS = "后一步已办，未填日期"
UNGROUPED_WORDS = "，改选小组尚未成立"
"""Of an election whose group should stand by now: it cannot be held in time by itself, however many days are left."""


def _renewal_steps(running: pd.DataFrame, on: date, registry: Registry, keys: Sequence[str]) -> pd.DataFrame:
    own = cycle(running, on)
    told = deadlines(RENEWAL_CLOCK, own, on, registry, keys)
    size = len(RENEWAL_CLOCK)
    leads = np.array([step.id in NEXT_STEPS for step in RENEWAL_CLOCK], bool)
    done = told["done"].to_numpy(bool).reshape(-1, size)
    latest = np.where(done & leads, np.arange(size), -1).max(axis=1, initial=-1)
    passed = (~done & leads & (np.arange(size) < latest[:, None])).ravel()
    settles = np.tile(np.array([step.id in SETTLING_STEPS for step in RENEWAL_CLOCK], bool), len(running))
    renewed = days_of(own, "last_election") <= days_of(own, "term_start")
    days = told["days"].to_numpy(np.float64)
    silent = settles & np.repeat(renewed, size) & ~told["done"].to_numpy(bool) & ~told["waits"].to_numpy(bool) & (days < 0)
    words = told["words"].mask(passed, PASSED_WORDS)
    late_group = (told["light"].eq(RED) & told["step"].eq("group")).to_numpy(bool) & ~passed
    ahead = told["step"].eq("election").to_numpy(bool) & ~told["done"].to_numpy(bool) & (days >= 0)
    ungrouped = np.repeat(late_group.reshape(-1, size).any(axis=1), size) & ahead
    words[ungrouped] += UNGROUPED_WORDS
    words[silent] = [f"期限已过{-one:,.0f}天，未填日期" for one in days[silent]]
    return told.assign(
        light=told["light"].mask(passed, UNJUDGED).mask(silent | (ungrouped & told["light"].eq(GREEN)), YELLOW),
        days=told["days"].mask(passed),
        waits=told["waits"].mask(passed, False),
        words=words,
        untold=silent,
    )


def forming(committees: pd.DataFrame) -> pd.DataFrame:
    """The rows that the clock of formation tells of: a committee is due or in preparation, or is the first one of its compound."""
    status = committees["formation_status"]
    first = status.eq(FORMED) & committees["session_no"].eq(1).fillna(False)
    return committees[(status.isin(FORMING) | first).to_numpy(bool)]


def formation_deadlines(committees: pd.DataFrame, on: date, registry: Registry, keys: Sequence[str] = ("compound_id",)) -> pd.DataFrame:
    """The seven steps of forming a first committee for every row of `forming`, as `deadlines` gives them (S1 13–16, 23).

    The election is taken to be on the day of the first assembly where its own day is not told; of a first committee that is already
    being renewed, the days of that renewal are left out, and of one that stands a day never told is not judged.
    """
    rows = forming(committees)
    told = deadlines(FORMATION_CLOCK, _founding(rows, on), on, registry, keys)
    # Of a committee that stands, a day that was never told is no deadline that runs.
    settled = np.repeat(_formed(rows), len(FORMATION_CLOCK)) & ~told["done"].to_numpy(bool)
    told["light"] = told["light"].mask(settled, UNJUDGED)
    told["words"] = told["words"].mask(settled, "已组建，未填日期")
    told["days"] = told["days"].mask(settled)
    return told


def formation_light(committees: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """The light of each row: the most urgent step of its formation; 不判定 for rows that are not of `forming`."""
    rows = forming(committees)
    table = formation_deadlines(committees, on, registry, ())
    return worst_step(table, FORMATION_CLOCK, rows.index).reindex(committees.index, fill_value=UNJUDGED)


def _founding(rows: pd.DataFrame, on: date) -> pd.DataFrame:
    start = np.where(_formed(rows), days_of(rows, "term_start"), np.datetime64("NaT"))
    election, filing = days_of(rows, "election_date"), days_of(rows, "filing_date")
    renewal = election > start
    failed = rows["election_result"].eq(NOT_ELECTED).fillna(False).to_numpy(bool) & ~renewal
    assembly = days_of(rows, "first_assembly_date")
    founded = np.where(np.isnat(election) | renewal, assembly, election)
    founded = np.where(failed, np.datetime64("NaT"), founded)
    founded = np.where(founded <= np.datetime64(on, "D"), founded, np.datetime64("NaT"))
    filed = np.where(renewal & (filing >= election), np.datetime64("NaT"), _from(filing, founded))
    return rows.assign(first_election=_column(founded), first_filing=_column(filed))


def _formed(committees: pd.DataFrame) -> Flags:
    return among(committees["formation_status"], FORMED)


def _own(days: Days, start: Days) -> Days:
    return np.where(days < start, np.datetime64("NaT"), days)


def _later(days: Days, start: Days) -> Days:
    return np.where(days <= start, np.datetime64("NaT"), days)


def _from(days: Days, first: Days) -> Days:
    return np.where(days >= first, days, np.datetime64("NaT"))


def _column(days: Days) -> Days:
    return days.astype("datetime64[ms]")
