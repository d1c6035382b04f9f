"""What happened in a compound and what is planned, on one time line: points, spans and sides, and the same as a list in words.

Its one rule: the drawing and the list are made of the same events; a day that was not told is no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.datasets.lifts import STAGE_DATES
from lib.datasets.thresholds import Registry
from lib.figures.compound import Compound, TicketMonth
from lib.figures.compound_matters import (
    CLOCK,
    FEE,
    FUND,
    HOTLINE,
    LANES,
    LIFT,
    PROJECT,
    RED_POINT,
    TERM,
    Matter,
    nodes_of,
    open_fund_steps,
    short_words,
    urgent_in,
)
from lib.figures.project import day_text, marks_of
from lib.rules.funds import TRIGGERED_STATES, fund_states
from lib.rules.lights import LIGHT, RED, UNJUDGED
from lib.rules.milestones import unfinished
from lib.rules.term_calendar import AUDIT, open_steps
from lib.rules.terms import FORMED, OVERDUE_STATES, cycle_days, frozen, substituted
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import title_of

HAPPENED, PLANNED, OVER = "happened", "planned", "over"
"""Of a point: it came; it is to come; its day has passed and it was not done."""
RUN, TERM_SPAN, FROZEN, STAND_IN, LATE, OPEN_LATE = "run", "term", "frozen", "stand_in", "late", "open_late"
"""Of a span: something goes on; a term; a freeze; somebody stands in; done, but late by so much; open, and over by so much."""
LIFT_DONE = "竣工验收"


@dataclass(frozen=True, slots=True)
class Event:
    """A point (until None) or a span of a side. day, until: days; kind: HAPPENED … or RUN …; text: what, in words; told: its day as
    exactly as it was reported; track: which of several lines of a side it belongs to; project: its code where it is of one; label: of a
    span, the few words that stand on it.
    """

    lane: str
    day: date
    kind: str
    text: str
    told: str
    until: date | None = None
    track: int = 0
    project: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A side of the drawing: how it stands in words, and the light of its most urgent matter. told: whether there is anything of it."""

    name: str
    words: str
    light: str
    told: bool = True


def events_of(compound: Compound, on: date, registry: Registry) -> tuple[Event, ...]:
    """Every event of a compound as known on a day, oldest first within a side, the sides in the order of `LANES`."""
    found = [
        *_projects(compound, on, registry),
        *_lifts(compound, on),
        *_fees(compound, on),
        *_fund(compound, on, registry),
        *_terms(compound, on),
        *_clocks(compound, on, registry),
        *_red_points(compound, on),
    ]
    return tuple(sorted(found, key=lambda one: (LANES.index(one.lane), one.day, one.track, one.text)))


def _point(lane: str, row: Mapping[str, Any], name: str, text: str, on: date, *, track: int = 0, project: str = "") -> list[Event]:
    """The event of a column of days that were told; ahead of `on` it is planned."""
    if pd.isna(row[name]):
        return []
    day = row[name].date()
    return [Event(lane, day, HAPPENED if day <= on else PLANNED, text, _told(row, name), track=track, project=project)]


def _told(row: Mapping[str, Any], name: str) -> str:
    marks = marks_of(row) if isinstance(row.get("_marks"), str) else {}
    return day_text(row[name], marks.get(name, ""))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _projects(compound: Compound, on: date, registry: Registry) -> list[Event]:
    """A line per project, from its first node to its last."""
    found: list[Event] = []
    projects = compound.frames["renewal_projects"]
    nodes = nodes_of(projects, compound.frames["milestones"], on, registry)
    for at, (going, row) in enumerate(zip(unfinished(projects), _rows(projects), strict=True)):
        code, name = str(row["project_id"]), row["project_name"] if isinstance(row["project_name"], str) else str(row["project_id"])
        prefix = f"{name}：" if len(projects) > 1 else ""
        own: list[Event] = []
        for node in _rows(nodes[nodes["project_id"].eq(code).to_numpy(bool)]):
            own += _node(node, prefix, code, at, on, going=bool(going))
        if own:
            first, last = min(one.day for one in own), max(one.until or one.day for one in own)
            found.append(Event(PROJECT, first, RUN, f"{name}（首个节点至末个节点）", first.isoformat(), last, at, code))
        found += own
    return found


def _node(node: Mapping[str, Any], prefix: str, code: str, track: int, on: date, *, going: bool) -> list[Event]:
    """Plan and actual of a node, with the part between them where it is late."""
    plan, actual = (None if pd.isna(node[column]) else node[column].date() for column in ("plan", "actual"))
    late = 0 if pd.isna(node["days"]) else int(-node["days"])
    text = f"{prefix}{node['node']}"
    found = []
    if actual is not None and actual <= on:
        done = f"{text}（迟 {show(late)} 天）" if late > 0 else text
        found.append(Event(PROJECT, actual, HAPPENED, done, day_text(node["actual"]), track=track, project=code))
        if plan is not None and late > 0:
            found.append(Event(PROJECT, plan, LATE, f"{text}，迟 {show(late)} 天", plan.isoformat(), actual, track, code))
    elif plan is not None and going:
        kind, words = (OVER, f"（计划），超期 {show(late)} 天") if plan < on else (PLANNED, "（计划）")
        found.append(Event(PROJECT, plan, kind, text + words, day_text(node["plan"]), track=track, project=code))
        if kind == OVER:
            found.append(_over(PROJECT, plan, on, f"{text}（计划）", track, code))
    return found


def _lifts(compound: Compound, on: date) -> list[Event]:
    """A line per entrance, the earliest first, from the first day that was told to the acceptance, or to the day asked while it goes on."""
    found: list[Event] = []
    days = [f"{prefix}_date" for prefix, _ in STAGE_DATES]
    lifts = compound.frames["lifts"].assign(_first=compound.frames["lifts"][days].min(axis=1)).dropna(subset=["_first"])
    for track, row in enumerate(_rows(lifts.sort_values(["_first", "entrance"], kind="stable"))):
        own: list[Event] = []
        for name, (_, stage) in zip(days, STAGE_DATES, strict=True):
            own += _point(LIFT, row, name, f"{row['entrance']} {stage}", on, track=track)
        done = [one.day for one in own if one.text.endswith(LIFT_DONE)]
        first, last = min(one.day for one in own), done[0] if done else max(on, *(one.day for one in own))
        found.append(Event(LIFT, first, RUN, f"{row['entrance']}：{row['stage']}", first.isoformat(), last, track))
        found += own
    return found


def _fees(compound: Compound, on: date) -> list[Event]:
    found: list[Event] = []
    for row in _rows(compound.frames["fee_changes"]):
        prices = f"{show(row['old_price'], 2)}→{show(row['new_price'], 2)} 元/㎡·月"
        method = f"，{row['method']}" if isinstance(row["method"], str) else ""
        found += _point(FEE, row, "vote_date", f"调价表决：{prices}{method}，{row['vote_result']}", on)
        found += _point(FEE, row, "effective_date", f"新价执行：{prices}", on)
        found += _point(FEE, row, "evaluation_date", f"{row['evaluation']}完成", on)
    for row in _rows(compound.frames["compounds"].head(1)):
        if not pd.isna(row["pm_contract_end"]):
            end = row["pm_contract_end"].date()
            found.append(Event(FEE, end, PLANNED if end >= on else OVER, "物业服务合同到期", _told(row, "pm_contract_end")))
    return found


def _fund(compound: Compound, on: date, registry: Registry) -> list[Event]:
    rows = compound.frames["maintenance_funds"].head(1)
    found: list[Event] = []
    for row in _rows(rows):
        found += _point(FUND, row, "trigger_date", "余额低于续筹线", on)
        result = row["vote_result"] if isinstance(row["vote_result"], str) else "结果未报"
        found += _point(FUND, row, "vote_date", f"续筹表决，{result}", on)
        found += _point(FUND, row, "topup_done_date", "续筹资金筹集完成", on)
        if not pd.isna(row["trigger_date"]) and row["trigger_date"].date() <= on:
            start, done = row["trigger_date"].date(), row["topup_done_date"]
            until = done.date() if not pd.isna(done) and start <= done.date() <= on else on
            method = f"，{row['topup_method']}" if isinstance(row["topup_method"], str) else ""
            found.append(Event(FUND, start, RUN, f"续筹{method}", start.isoformat(), until))
    if len(rows) and fund_states(rows, on, registry).iloc[0] in TRIGGERED_STATES:
        steps = open_fund_steps(rows, compound.frames["committees"], on, registry)
        if not steps["held"].any():  # what follows a vote that may not be held has no day either
            found += _due(FUND, steps, on)
    return found


def _due(lane: str, steps: pd.DataFrame, on: date) -> list[Event]:
    """The days on which open steps are due, with the part that is over. A step that waits is told while its day by the plan is ahead:
    behind it, it is due only once the step before is done.
    """
    found = []
    for row in _rows(steps):
        due, text = row["due"].date(), f"{row['title']}（{'待前一步完成' if row['waits'] else '期限'}）"
        if due >= on:
            found.append(Event(lane, due, PLANNED, text, due.isoformat()))
        elif not row["waits"]:
            found.append(Event(lane, due, OVER, f"{text}，超期 {show((on - due).days)} 天", due.isoformat()))
            found.append(_over(lane, due, on, text))
    return found


def _over(lane: str, due: date, on: date, text: str, track: int = 0, project: str = "") -> Event:
    """The part from a day that was missed to the day asked."""
    words = f"超期 {show((on - due).days)} 天"
    return Event(lane, due, OPEN_LATE, f"{text}，{words}", due.isoformat(), on, track, project, words)


def _terms(compound: Compound, on: date) -> list[Event]:
    rows = compound.frames["committees"].head(1)
    found: list[Event] = []
    for row in _rows(rows):
        found += _stand_in(row, on)
        if row["formation_status"] != FORMED:
            continue
        found += _point(TERM, row, "previous_term_end", "上届任期届满", on)
        found += _point(TERM, row, "annual_audit_date", "年度审计完成", on)
        found += _point(TERM, row, "secretary_date", "选派业委会秘书", on)
        if pd.isna(row["term_end"]):
            continue
        end = row["term_end"].date()
        session = f"第 {int(row['session_no'])} 届任期" if not pd.isna(row["session_no"]) else "本届任期"
        if not pd.isna(row["term_start"]):
            start = row["term_start"].date()
            found.append(Event(TERM, start, TERM_SPAN, session, _told(row, "term_start"), end, label=session))
        over = end < on and not substituted(rows, on)[0]
        ends = f"{session}届满，超期 {show((on - end).days)} 天未换届" if over else f"{session}届满"
        found.append(Event(TERM, end, OVER if over else PLANNED if end >= on else HAPPENED, ends, _told(row, "term_end")))
        if over:
            found.append(_over(TERM, end, on, f"{session}届满"))
    return found


def _stand_in(row: Mapping[str, Any], on: date) -> list[Event]:
    """The time in which somebody stood or stands in for the committee, whichever is told now."""
    if pd.isna(row["substitute_start"]):
        return []
    start, end = row["substitute_start"].date(), row["substitute_end"]
    kind = str(row["substitute"]) if isinstance(row["substitute"], str) and row["substitute"] != "无" else "替代履职"
    until = max(start, on) if pd.isna(end) else end.date()
    text = kind + ("（未报结束日期）" if pd.isna(end) else "")
    return [Event(TERM, start, STAND_IN, text, start.isoformat(), until, 1, label=kind)]


_CLOCK_DAYS = (
    ("renewal_report_date", "换届书面报告"), ("group_date", "换届改选小组成立"), ("handover_date", "移交保管"), ("filing_date", "备案"),
    ("handback_date", "移交新业委会"), ("exit_audit_date", "换届审计完成"), ("eligible_date", "符合成立条件"),
    ("developer_report_date", "建设单位书面报告"), ("preparatory_date", "筹备组成立"), ("announcement_date", "首次业主大会公告"),
    ("first_assembly_date", "首次业主大会召开"), ("notice_date", "委员名单公告"), ("filing_closed_date", "备案办结"),
)


def _clocks(compound: Compound, on: date, registry: Registry) -> list[Event]:
    rows = compound.frames["committees"].head(1)
    found: list[Event] = []
    for row in _rows(rows):
        for name, title in _CLOCK_DAYS:
            found += _point(CLOCK, row, name, title, on)
        result = f"，{row['election_result']}" if isinstance(row["election_result"], str) else ""
        found += _point(CLOCK, row, "election_date", f"业主大会选举{result}", on)
        found += _freezes(row, rows, on)
    steps = open_steps(rows, on, registry)
    audits = steps["theme"].eq(AUDIT).to_numpy(bool)
    return [*found, *_due(CLOCK, steps[~audits], on), *_due(TERM, steps[audits], on)]


def _freezes(row: Mapping[str, Any], rows: pd.DataFrame, on: date) -> list[Event]:
    """The freeze that holds, to the day asked; and that of the renewal before, from its group to its election."""
    group, election = (pd.NaT if pd.isna(row[name]) else row[name] for name in ("group_date", "election_date"))
    if frozen(rows, on).iloc[0]:
        start = pd.Timestamp(cycle_days(rows, on)["cycle_group"][0]).date()
        return [Event(CLOCK, start, FROZEN, "冻结期：至选举产生前不得表决选聘、调价、重大维修", start.isoformat(), on, 1, label="冻结期")]
    if pd.isna(group) or pd.isna(election) or not group <= election <= pd.Timestamp(on):
        return []
    return [Event(CLOCK, group.date(), FROZEN, "冻结期（已结束）", group.date().isoformat(), election.date(), 1, label="冻结期")]


def _red_points(compound: Compound, on: date) -> list[Event]:
    found: list[Event] = []
    for row in _rows(compound.frames["red_points"]):
        for name, title in (("apply_date", "申报"), ("named_date", "命名"), ("review_date", "复核")):
            after = f"（{row['status']}）" if name == "review_date" and isinstance(row["status"], str) else ""
            found += _point(RED_POINT, row, name, f"{row['point_type']}{title}{after}", on)
    return found


def lanes_of(compound: Compound, matters: tuple[Matter, ...], tickets: tuple[TicketMonth, ...]) -> tuple[Lane, ...]:
    """The sides of a compound, all of them: one of which nothing is told says why. The light is that of its most urgent matter."""
    found = []
    for name in LANES:
        urgent = urgent_in(matters, name)
        words, light = (short_words(urgent), urgent.light) if urgent is not None else _standing(compound, name, tickets)
        known = bool(tickets) if name == HOTLINE else name == FEE or bool(compound.rows_of(_FORMS[name]))
        found.append(Lane(name, words, light, urgent is not None or known))
    return tuple(found)


_FORMS = {PROJECT: "renewal_projects", LIFT: "lifts", FEE: "fee_changes", FUND: "maintenance_funds", TERM: "committees",
          CLOCK: "committees", RED_POINT: "red_points", HOTLINE: "hotline"}


def _standing(compound: Compound, lane: str, tickets: tuple[TicketMonth, ...]) -> tuple[str, str]:
    """How a side without anything urgent stands, in few words, and its light."""
    form = _FORMS[lane]
    if lane != FEE and not compound.rows_of(form):
        return ("无记录" if compound.told[form] else "本街镇未报"), UNJUDGED
    if lane == TERM:
        row = compound.frames[form].iloc[0]
        over = row["term_state"] in OVERDUE_STATES
        return (f"{LIGHT[RED].shape} {row['term_state']} {show(row['days_over'])} 天", RED) if over else (str(row["term_state"]), UNJUDGED)
    return (_tickets(tickets) if lane == HOTLINE else _plain(compound, lane, compound.frames[form])), UNJUDGED


def _plain(compound: Compound, lane: str, rows: pd.DataFrame) -> str:
    match lane:
        case "更新项目":
            return "、".join(dict.fromkeys(str(one) for one in rows["stage"].dropna())) or MISSING
        case "加装电梯":
            return f"完工 {int(rows['completed'].sum())} / 共 {len(rows)} 个门洞"
        case "物业服务和收费":
            fee = compound.row["pm_fee"] if compound.row else None
            return "单价未报" if fee is None else show_unit(float(fee), "元/㎡·月", 2)
        case "维修资金":
            share = rows["fund_share"].iloc[0]
            return "余额比未报" if pd.isna(share) else f"余额比 {show(float(share), 1)}%"
        case "换届和组建":
            return "冻结期" if bool(rows["frozen"].iloc[0]) else str(rows["formation_status"].iloc[0])
    return "、".join(f"{kind}{state}" for kind, state in zip(rows["point_type"], rows["status"], strict=True))


def _tickets(months: tuple[TicketMonth, ...]) -> str:
    if not months:
        return "无记录"
    last = months[-1]
    return f"{title_of(last.period)} {'无记录' if last.received is None else f'{show(last.received)} 件'}"
