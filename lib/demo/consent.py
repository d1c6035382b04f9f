"""The rounds in which households and owners of renewal projects were asked.

Its one rule: what the project's own form says of consulting and signing, this one says too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from lib.datasets.ladders import EXPROPRIATION, REBUILDING, REPAIR
from lib.demo.making import Row, chance
from lib.demo.renewal import CAOYANG8, MONTHS, Project, projects, signed
from lib.demo.renewal import rows as project_rows
from lib.demo.votes import ORDINARY, PASSES, hold
from lib.spec.period import Period, end_of, shift

NOT_BEGUN, RUNNING, REACHED, MISSED, IN_FORCE = "未启动", "进行中", "已达标", "未达标", "已生效"
_TRIAL, _RENEWAL, _BUYOUT, _CIVIL = ("沪房规范〔2023〕1号", "上海市城市更新条例 第32条", "征收与补偿实施细则", "民法典 278")


@dataclass(frozen=True, slots=True)
class _Round:
    """A round, the stage in which it is held, the share of households (%) it needs, and the pair of the project's form it is."""

    name: str
    stage: str
    gate: int | None
    pair: str = ""


ROUNDS: dict[str, tuple[_Round, ...]] = {
    REBUILDING.name: (_Round("启动意愿征询", "意愿征询", 80, "consult"), _Round("方案意见征询", "方案意见征询", None),
                      _Round("协议签约", "协议签订", 95, "sign")),
    EXPROPRIATION.name: (_Round("征收一轮征询", "一轮征询", 90, "consult"), _Round("征收二轮签约", "二轮签约", 80, "sign")),
    REPAIR.name: (_Round("修缮业主表决", "业主表决", None, "consult"),),
}
"""Ladder → its rounds; lifts are voted on entrance by entrance, in their own form."""


def rows(period: Period) -> list[Row]:
    """The rows of a month: rounds begun by its last day, and the next one as 未启动, of projects known the month before."""
    today, known = end_of(period), end_of(shift(period, -1))
    own = {str(row["project_id"]): row for row in project_rows(period)}
    found = _caoyang8(next(row for row in own.values() if row["project_name"] == CAOYANG8))
    for one in projects():
        if one.stages[0][1] <= known:
            found += _rounds(one, own[one.id], today)
    return found


def _rounds(one: Project, project: Row, today: date) -> list[Row]:
    found = []
    for each in ROUNDS.get(one.ladder.name, ()):
        since = one.begun(each.stage)
        if since is None:
            continue
        if since > today:
            if one.ladder is not REPAIR and (each.stage in _coming(one, today)):
                found.append(_blank(project, each.name) | {"result": NOT_BEGUN})
            continue
        found.append(_round(one, each, project, since, today))
    return found


def _coming(one: Project, today: date) -> tuple[str, ...]:
    """The stages of the next half year."""
    return tuple(name for name, since in one.stages if today < since <= today + timedelta(days=180))


def _blank(project: Row, name: str) -> Row:
    return dict.fromkeys((
        "start_date", "end_date", "households_entitled", "households_voted", "households_agreed", "households_signed", "area_entitled",
        "area_voted", "area_agreed", "threshold_version", "effective_date", "note")) | {
        "project_id": project["project_id"], "project_name": project["project_name"], "subdistrict": project["subdistrict"], "round": name}


def _round(one: Project, each: _Round, project: Row, since: date, today: date) -> Row:
    rng = chance("consent", one.id, each.name)
    months = MONTHS[one.ladder.name][one.ladder.stages.index(each.stage)]
    over = _over(one, each)
    end = since + timedelta(days=round(months * 30.4))
    row = _blank(project, each.name) | {"start_date": since, "end_date": end, "households_entitled": one.plan.households,
                                        "threshold_version": _version(one, each, since)}
    if each.pair == "sign":
        return row | _signing(one, each, project, today, end)
    share = 1.0 if today >= over else max(0.15, (today - since).days / max(1, (over - since).days))
    if one.ladder is REPAIR:
        return row | _owners(one, project, over, share, rng, today)
    took, agreed = _asked(one.plan.households, each.gate or 70, rng)
    row |= {"households_voted": round(took * share), "households_agreed": min(round(took * share), round(agreed * share))}
    done = today >= over
    return row | {"result": REACHED if done else RUNNING, "effective_date": over if done and each.pair else None}


def _over(one: Project, each: _Round) -> date:
    """When the round has its result: as the project's form has it."""
    if each.pair:
        return one.actual[each.pair]
    names = [name for name, _ in one.stages]
    return one.stages[names.index(each.stage) + 1][1]


def _asked(households: int, gate: int, rng: random.Random) -> tuple[int, int]:
    """Households that took part and that agreed, at the end: just above the gate or well above it."""
    needed = -(-gate * households // 100)
    agreed = min(households, needed + rng.randint(0, max(1, (households - needed) * 3 // 4)))
    return min(households, agreed + rng.randint(0, max(1, (households - agreed) // 2))), agreed


def _signing(one: Project, each: _Round, project: Row, today: date, end: date) -> Row:
    count = signed(one, today)
    effective = project["sign_actual"]
    gate = each.gate or 95
    reached = count is not None and count * 100 >= gate * one.plan.households
    result = IN_FORCE if effective else REACHED if reached and one.ladder is EXPROPRIATION else RUNNING
    if result == RUNNING and one.plan.stall.get(each.stage, 0) >= 12 and today > end + timedelta(days=240):
        result = MISSED
    note = "首轮签约期满未达生效比例，正在补签" if result == MISSED else None
    entitled = project["households_to_sign"] or one.plan.households
    return {"households_entitled": entitled, "households_signed": count, "result": result, "effective_date": effective, "note": note}


def _owners(one: Project, project: Row, over: date, share: float, rng: random.Random, today: date) -> Row:
    """Owners' vote on a repair: general matter, more than one half of those taking part."""
    known = project["gfa_m2"]
    area = float(known) if isinstance(known, float) else one.plan.households * 50.0
    vote = hold(over, one.plan.households, area, PASSES, ORDINARY, rng)
    heads = [vote.heads[0], *(round(number * share) for number in vote.heads[1:])]
    areas = [vote.area[0], *(round(number * share, 1) for number in vote.area[1:])]
    done = today >= over
    return {"households_entitled": heads[0], "households_voted": heads[1], "households_agreed": min(heads[1], heads[2]),
            "area_entitled": areas[0], "area_voted": areas[1], "area_agreed": min(areas[1], areas[2]),
            "result": REACHED if done else RUNNING, "effective_date": over if done else None}


def _version(one: Project, each: _Round, since: date) -> str | None:
    """The document whose gate holds on the day a round begins."""
    if one.ladder is EXPROPRIATION:
        return f"{_BUYOUT} 第{12 if each.pair == 'consult' else 21}条"
    if one.ladder is REPAIR:
        return _CIVIL if since >= date(2021, 1, 1) else None
    if since >= date(2023, 2, 1):
        return _TRIAL
    return _RENEWAL if since >= date(2021, 9, 1) else None


def _caoyang8(project: Row) -> list[Row]:
    """曹杨八村77-85号: 60 households; all but the days of the project's own form is made up."""
    first = {"start_date": date(2021, 4, 26), "end_date": date(2021, 6, 20), "households_entitled": 60, "households_voted": 60,
             "households_agreed": 56, "result": REACHED, "effective_date": date(2021, 6, 18)}
    second = {"start_date": date(2021, 10, 8), "end_date": date(2021, 10, 29), "households_entitled": 60, "households_voted": 59,
              "households_agreed": 57, "result": REACHED, "threshold_version": _RENEWAL}
    third = {"start_date": date(2021, 11, 22), "end_date": date(2021, 12, 31), "households_entitled": 60, "households_signed": 60,
             "result": IN_FORCE, "effective_date": date(2021, 12, 20), "threshold_version": _RENEWAL}
    rounds = (each.name for each in ROUNDS[REBUILDING.name])
    return [_blank(project, name) | told for name, told in zip(rounds, (first, second, third), strict=True)]
