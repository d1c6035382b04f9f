"""What committees have to do and by when: every open step of 换届, of forming a first committee and of the yearly audit, by day.

Its one rule: what waits for an earlier step is counted in the month it is expected in, never as somebody's delay.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import DAY_DTYPE, Days, days_between, days_of, happened, spans_later
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW, codes_of, named
from lib.rules.marks import among
from lib.rules.terms import (
    CLOCKED_STATES,
    FORMATION_CLOCK,
    FORMED,
    FORMING,
    NEXT_STEPS,
    OVERDUE_STATES,
    RENEWAL_CLOCK,
    audit_year,
    cycle_days,
    formation_deadlines,
    frozen,
    substituted,
    term_deadlines,
    term_states,
)
from lib.spec.period import end_of, period_of, shift

RENEWAL, FORMATION, AUDIT = "换届", "组建", "年度审计"
OWNERS: dict[str, str] = {
    "report": "业委会",
    "group": "街镇",
    "handover": "业委会",
    "election": "换届改选小组",
    "filing": "业委会",
    "handback": "房管机构",
    "exit_audit": "业委会",
    "annual_audit": "业委会",
    "developer_report": "建设单位",
    "preparatory": "街镇",
    "announcement": "筹备组",
    "first_assembly": "筹备组",
    "notice": "筹备组",
    "filing_closed": "街镇",
}
"""Step → who does it, as an office or a body, never a person (S1 13–16, 28–29, 34; S15a 十一)."""
WORKLOAD_KINDS: dict[str, tuple[str, ...]] = {
    "换届报告": ("report",),
    "改选小组": ("group",),
    "移交保管": ("handover", "handback"),
    "选举": ("election",),
    "备案": ("filing",),
    "换届审计": ("exit_audit",),
    "年度审计": ("annual_audit",),
    "首次组建": ("developer_report", "preparatory", "announcement", "first_assembly", "notice", "filing_closed"),
}
"""Kinds of work → their steps; a filing of a first committee is one of its formation."""
STEP_COLUMNS = ("compound_id", "subdistrict", "theme", "step", "title", "owner", "due", "days", "waits", "untold", "light", "words",
                "basis", "term")
"""Of an open step. theme: 换届, 组建 or 年度审计; due: its day; days: due − on (negative: over); waits: an earlier step is not done;
untold: it settles a former election, and nobody has said whether it was done; term: the end of the term that is renewed, of an audit
its day; NaT for a first committee."""
URGENT_FIRST = ("election", "group", "report", "filing")
"""Among what is over: without these a committee cannot act in its term; all other steps come after them."""
BACKLOG = ""
"""The period of what is behind: terms that have ended, steps whose day has passed."""


def open_steps(committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """Every step that is still to be done on a date, by day: columns `STEP_COLUMNS`.

    Steps before one that is done are passed, told or not. The filing, handing back and exit audit that will follow the election to come
    are reckoned from the end of the term. Substituted, dissolved and unknown terms have no clock of 换届. The audit of last year is owed
    by every committee that is formed, by the end of `committee.annual_audit_month` (S15a 十一), also by those in which somebody stands in;
    where somebody does, words say how.
    """
    parts = [_renewal(committees, on, registry), _to_follow(committees, on, registry), _formation(committees, on, registry),
             _audits(committees, on, registry)]
    steps = pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)
    acting = committees[substituted(committees, on)]
    who = acting.drop_duplicates("compound_id").set_index("compound_id")["substitute"]
    kind = steps["compound_id"].map(who)
    steps["words"] = steps["words"].mask(kind.notna(), steps["words"] + "（" + kind.astype("str") + "）")
    ordered: pd.DataFrame = steps.loc[:, list(STEP_COLUMNS)]
    return ordered.sort_values(["due", "subdistrict", "compound_id", "step"], kind="stable", ignore_index=True)


def to_do(steps: pd.DataFrame, on: date) -> pd.DataFrame:
    """Of `open_steps` what is over already and what is to be done in the month that follows `on`; those that wait for an earlier step only
    if they fall into that month.

    The month ahead comes first, then what is over: what a committee cannot act without (`URGENT_FIRST`), the other steps, and at last
    what is `untold`; within each by day.
    """
    last = np.datetime64(end_of(period_of(on + timedelta(days=1))), "D")
    due = days_of(steps, "due")
    behind = due <= np.datetime64(on, "D")
    found: pd.DataFrame = steps[(due <= last) & ~(behind & steps["waits"].to_numpy(bool))]
    last_rank = len(URGENT_FIRST)
    rank = found["step"].map({step: place for place, step in enumerate(URGENT_FIRST)}).fillna(last_rank).to_numpy(np.int64)
    rank = np.where(found["untold"].to_numpy(bool), last_rank + 1, rank)
    rank = np.where(days_of(found, "due") <= np.datetime64(on, "D"), rank, -1)
    return found.iloc[np.argsort(rank, kind="stable")].reset_index(drop=True)


def workload(steps: pd.DataFrame, on: date, months: int) -> pd.DataFrame:
    """How much is to be done, per 街镇, month and kind of work: columns subdistrict, period (`BACKLOG` for what is over, waits for nothing
    and is not `untold`), kind, count. Only what there is; at most so many months ahead, the first that of the day after `on`.
    """
    first = period_of(on + timedelta(days=1))
    due = days_of(steps, "due")
    behind = due <= np.datetime64(on, "D")
    month = np.where(behind, BACKLOG, due.astype("datetime64[M]").astype(str))
    open_behind = ~steps["waits"].to_numpy(bool) & ~steps["untold"].to_numpy(bool)
    kept = np.where(behind, open_behind, month <= shift(first, months - 1))
    kind = steps["step"].map({step: kind for kind, own in WORKLOAD_KINDS.items() for step in own}).astype("object")
    kind = kind.mask(steps["theme"].eq(FORMATION), "首次组建")
    told = pd.DataFrame({"subdistrict": steps["subdistrict"], "period": month, "kind": kind})[kept.astype(bool)]
    return told.groupby(["subdistrict", "period", "kind"]).size().rename("count").reset_index()


def ends_by_month(committees: pd.DataFrame, on: date, registry: Registry, months: int) -> pd.DataFrame:
    """Terms that end, a row per committee: compound_id, subdistrict, period (`BACKLOG`: ended and not renewed), for those whose clock
    runs and whose end is known; later than so many months is left out. The last day of a term is a day of it.
    """
    running = committees[term_states(committees, on, registry).isin(CLOCKED_STATES)]
    end, first = days_of(running, "term_end"), period_of(on + timedelta(days=1))
    behind = end < np.datetime64(on, "D")
    month = end.astype("datetime64[M]").astype(str)
    # A term that ends on the very day is neither behind nor ahead: it belongs to the month that ends.
    kept = behind | ((end > np.datetime64(on, "D")) & (month <= shift(first, months - 1)))
    told = pd.DataFrame({"compound_id": running["compound_id"], "subdistrict": running["subdistrict"],
                         "period": np.where(behind, BACKLOG, month)})
    return told[kept].reset_index(drop=True)


def standing(committees: pd.DataFrame, on: date, registry: Registry, deadlines: pd.DataFrame | None = None) -> pd.DataFrame:
    """Where each committee stands, a row per committee: compound_id, state, light (of all its steps), frozen, step, step_title,
    due, step_light, words.

    The step is the one due first among the next that leads to the election and those still owed after the latest one, but for what is
    `untold`; of those being formed, of the clock of formation; empty where no clock runs. deadlines: `term_deadlines` of the same day,
    where worked out before.
    """
    states = term_states(committees, on, registry)
    told = term_deadlines(committees, on, registry) if deadlines is None else deadlines
    forming = among(committees["formation_status"], *FORMING)
    first = formation_deadlines(committees[forming], on, registry)
    running = states.isin(CLOCKED_STATES).to_numpy(bool)
    light = np.zeros(len(committees), np.int8)
    at = np.full(len(committees), -1)
    steps = pd.concat([told, first], ignore_index=True)
    for rows, table, clock, start in ((running, told, RENEWAL_CLOCK, 0), (forming, first, FORMATION_CLOCK, len(told))):
        light[rows] = codes_of(table["light"]).reshape(-1, len(clock)).max(axis=1, initial=0)
        place = _next_place(table, len(clock), NEXT_STEPS if clock is RENEWAL_CLOCK else None)
        own = start + np.arange(len(place)) * len(clock) + place
        at[rows] = np.where(place >= 0, own, -1)
    found = steps[["step", "title", "due", "light", "words"]].take(at[at >= 0])
    found = found.set_axis(np.flatnonzero(at >= 0)).reindex(range(len(committees)))
    return pd.DataFrame({
        "compound_id": committees["compound_id"].to_numpy(),
        "state": states.to_numpy(),
        "light": named(light).mask(states.isin(OVERDUE_STATES).to_numpy(bool), RED).to_numpy(),
        "frozen": frozen(committees, on).to_numpy(),
        "step": found["step"].to_numpy(),
        "step_title": found["title"].to_numpy(),
        "due": found["due"].to_numpy(),
        "step_light": found["light"].to_numpy(),
        "words": found["words"].to_numpy(),
    }, index=committees.index)


def _next_place(table: pd.DataFrame, size: int, leading: tuple[str, ...] | None) -> npt.NDArray[np.intp]:
    """Of each row of `deadlines` the place of the step to be done next, -1 where there is none. leading: how many of the steps lead to
    the election, the first of which counts against the earliest of the others; None: the earliest of all.
    """
    done, waits, due = (table[name].to_numpy().reshape(-1, size) for name in ("done", "waits", "due"))
    leads = np.arange(size) < (size if leading is None else len(leading))
    last = np.where(done & leads, np.arange(size), -1).max(axis=1, initial=-1)
    open_now = ~done & ~waits & ~np.isnat(due) & (~leads | (np.arange(size) > last[:, None]))
    if leading is not None:
        open_now &= ~table["untold"].to_numpy(bool).reshape(-1, size)
        # Of the steps that lead to the election only the first that is open.
        first = open_now & leads
        open_now &= ~leads | (np.cumsum(first, axis=1) == 1)
    far = np.where(open_now, due, np.datetime64("9999-01-01", "ms"))
    return np.where(open_now.any(axis=1), far.argmin(axis=1), -1)


def freeze_votes(committees: pd.DataFrame, votes: pd.DataFrame, on: date) -> pd.DataFrame:
    """Votes held or planned while their committee is in the freeze, which contradict it (S1 29): the rows of `votes` (compound_id,
    vote_date and any others) with group_date (when the freeze began) and held (whether the day had come), by day.

    Only the freeze that runs on the date counts, and votes not before it; a later day may follow the election and is told as planned.
    """
    own = cycle_days(committees, on)
    begun = pd.Series(own["cycle_group"].astype(DAY_DTYPE), index=committees["compound_id"].to_numpy())
    begun = begun[frozen(committees, on).to_numpy(bool)]
    begun = begun[~begun.index.duplicated()]
    day = days_of(votes, "vote_date")
    since = begun.reindex(votes["compound_id"]).to_numpy().astype("datetime64[D]")
    inside = day >= since
    found = votes.assign(group_date=since.astype(DAY_DTYPE), held=day <= np.datetime64(on, "D"))[inside]
    return found.sort_values(["vote_date", "compound_id"], kind="stable", ignore_index=True)


_AFTERWARDS = ("filing", "handback", "exit_audit")


def _unpassed(told: pd.DataFrame) -> pd.DataFrame:
    """Of `deadlines` the open steps after the last one done."""
    place = told.groupby("compound_id").cumcount()
    last = place.where(told["done"]).groupby(told["compound_id"]).transform("max").fillna(-1)
    return told[(place > last) & ~told["done"]]


def _told(rows: pd.DataFrame, theme: str) -> pd.DataFrame:
    return rows.assign(theme=theme, owner=rows["step"].map(OWNERS))[list(STEP_COLUMNS)]


def _renewal(committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    told = term_deadlines(committees, on, registry)
    before = _unpassed(told[told["step"].isin(NEXT_STEPS)])
    after = told[told["step"].isin(_AFTERWARDS) & ~told["done"]]
    both = pd.concat([before, after]).sort_index()
    kept = both[both["due"].notna() & (both["light"] != UNJUDGED)]
    # A step after the election belongs to the term that the latest election renewed, any other to the present one.
    ends = pd.DataFrame({"own": days_of(committees, "term_end"), "last": cycle_days(committees, on)["last_term_end"]},
                        index=committees["compound_id"].to_numpy())
    ends = ends[~ends.index.duplicated()].reindex(kept["compound_id"])
    term = np.where(kept["step"].isin(_AFTERWARDS), ends["last"].to_numpy(), ends["own"].to_numpy())
    return _told(kept.assign(term=term.astype(DAY_DTYPE)), RENEWAL)


def _to_follow(committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """What follows the election to come, where the clock still tells of the one before."""
    running = committees[term_states(committees, on, registry).isin(CLOCKED_STATES)]
    own = cycle_days(running, on)
    running = running[~np.isnat(own["last_election"]) & np.isnat(own["cycle_election"])]
    end = days_of(running, "term_end")
    filing, filing_basis = spans_later(end, "committee.filing_days", registry)
    back, back_basis = spans_later(filing, "committee.handback_days", registry)
    audit, audit_basis = spans_later(end, "committee.exit_audit_months", registry)
    parts = [
        _ahead(running, on, step, title, due, basis)
        for step, title, due, basis in (
            ("filing", "换届备案", filing, filing_basis),
            ("handback", "移交新一届业委会", back, back_basis),
            ("exit_audit", "换届财务审计", audit, audit_basis),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def _ahead(rows: pd.DataFrame, on: date, step: str, title: str, due: Days, basis: object) -> pd.DataFrame:
    left = days_between(np.full(len(rows), np.datetime64(on, "D")), due)
    return pd.DataFrame({
        "compound_id": rows["compound_id"].to_numpy(),
        "subdistrict": rows["subdistrict"].to_numpy(),
        "theme": RENEWAL,
        "step": step,
        "title": title,
        "owner": OWNERS[step],
        "due": due.astype(DAY_DTYPE),
        "days": left,
        "waits": True,
        "untold": False,
        "light": GREEN,
        "words": "待选举后办理，按本届任期止推算",
        "basis": basis,
        "term": days_of(rows, "term_end").astype(DAY_DTYPE),
    })


def _formation(committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    rows = committees[among(committees["formation_status"], *FORMING)]
    told = _unpassed(formation_deadlines(rows, on, registry)).assign(untold=False)
    kept = told[told["due"].notna() & (told["light"] != UNJUDGED)]
    return _told(kept.assign(term=np.full(len(kept), np.datetime64("NaT", "ms"))), FORMATION)


def _audits(committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The yearly audit that is due next, of the year before, where it is not done; one after its day is done late and asks for no more."""
    month = registry.at("committee.annual_audit_month", on)
    rows = committees[among(committees["formation_status"], FORMED)]
    audited = happened(rows, "annual_audit_date", on).astype("datetime64[Y]")
    this_year = np.datetime64(on, "Y")
    due_year = np.where(audited >= this_year, this_year + 1, audit_year(rows, on)).astype("datetime64[Y]")
    after = due_year.astype("datetime64[M]") + np.timedelta64(month.whole, "M")
    due: Days = np.asarray(after.astype("datetime64[D]") - np.timedelta64(1, "D"))
    told = _ahead(rows, on, "annual_audit", "上年度审计", due, month.basis)
    left = told["days"].to_numpy(np.float64)
    near = registry.at("light.near_days", on).whole
    words = [f"已超期{-one:,.0f}天" if one < 0 else f"还有{one:,.0f}天" if one else "今天到期" for one in left]
    light = np.select([left < 0, left <= near], [RED, YELLOW], GREEN)
    return told.assign(theme=AUDIT, waits=False, light=light, words=words, term=told["due"])
