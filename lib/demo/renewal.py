"""The renewal projects, month by month, as they follow from `renewal_plans`.

Its one rule: a milestone is the passing of a stage; its planned date is what the same stages would take without delay.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from lib.datasets.ladders import EXPROPRIATION, LIFT, REBUILDING, RENEWAL_LADDERS, REPAIR, Ladder
from lib.datasets.renewal_projects import DIGITAL_FEATURES, MILESTONES
from lib.demo.compounds import Compound, compounds
from lib.demo.making import LAST_DAY, Row, apportion, chance, days_after, firm, lane, short
from lib.demo.renewal_plans import (
    BOUGHT_OUT,
    LIFTED,
    REBUILT,
    REPAIRED,
    SELF_CONTAINED,
    SPECIAL,
    VILLAGE,
    Plan,
    plans,
)
from lib.spec.period import Period, add_months, end_of

DONE_BY_2025 = {SELF_CONTAINED: 200_000, REPAIRED: 2_530_000, SPECIAL: 10_160_000}
"""Area (㎡) completed in 2021–2025 by type, as the district plan prints it (about 20, 253 and 1,016 万㎡)."""

LIFTS_BY_2025 = 1_286

CAOYANG8 = "曹杨八村77-85号旧住房成套改造项目"

MONTHS: dict[str, tuple[float, ...]] = {
    REBUILDING.name: (2, 2, 2, 2, 3, 3, 1, 1, 4, 3, 3, 2, 14, 3, 0),
    EXPROPRIATION.name: (2, 2, 3, 2, 1, 2, 4, 8, 0),
    REPAIR.name: (2, 1, 2, 2, 2, 2, 1, 8, 2, 3, 0),
    LIFT.name: (2, 2, 3, 1, 1, 1, 2, 6, 1, 1, 2, 2, 0),
}
"""Planned months in each stage of a ladder; made up."""

PASSED: dict[str, dict[str, tuple[str, bool]]] = {
    REBUILDING.name: {"consult": ("意愿征询", True), "sign": ("协议签订", True), "start": ("施工", False), "complete": ("竣工", False),
                      "return": ("回搬", False)},
    EXPROPRIATION.name: {"consult": ("一轮征询", True), "sign": ("二轮签约", True), "complete": ("收尾", False)},
    REPAIR.name: {"consult": ("业主表决", True), "start": ("施工", False), "complete": ("竣工验收", False)},
    LIFT.name: {"consult": ("征询表决", True), "start": ("安装", False), "complete": ("竣工验收", False)},
}
"""Ladder → milestone → the stage it belongs to, and whether it is reached at the end of that stage (else at its start)."""

_COST = {"旧住房成套改造": 0.72, "拆除重建": 0.95, "小梁薄板房屋改造": 0.7, "老旧小区专项提升改造": 0.018, "旧住房综合修缮": 0.042,
         "安全隐患房屋处置": 0.09}
_FEATURED = {"协议签订": ("一对一沟通答疑", "VR展示", "数字化签约"), "施工": ("云监工", "云发布"), "竣工": ("线上选房",)}


@dataclass(frozen=True, slots=True)
class Project:
    """One project: the day each stage begins and was to begin, and what does not change."""

    plan: Plan
    id: str
    ladder: Ladder
    stages: tuple[tuple[str, date], ...]
    schedule: dict[str, date]
    planned: dict[str, date]
    actual: dict[str, date]
    base: Row
    investment: float

    def begun(self, stage: str) -> date | None:
        """When a stage begins; None for a stage it skips."""
        return next((since for name, since in self.stages if name == stage), None)

    def share(self, today: date) -> float:
        """How far it has come, 0 to 1, by stages."""
        passed = sum(1 for _, since in self.stages if since <= today)
        return passed / len(self.stages)


@lru_cache(maxsize=1)
def projects() -> tuple[Project, ...]:
    """All drawn projects with their areas and lifts shared out to the published totals."""
    made = [_project(plan, number) for number, plan in enumerate(plans(), start=1)]
    for kind, total in DONE_BY_2025.items():
        done = [one for one in made if one.plan.type == kind and date(2021, 1, 1) <= one.actual["complete"] <= date(2025, 12, 31)]
        rest = total - 3_860 if kind == SELF_CONTAINED else total
        for one, area in zip(done, apportion(rest, [one.plan.households for one in done]), strict=True):
            one.base["gfa_m2"] = float(area)
    done = [one for one in made if one.plan.type == LIFTED and one.actual["complete"] <= date(2025, 12, 31)]
    for one, lifts in zip(done, apportion(LIFTS_BY_2025, [one.plan.households for one in done]), strict=True):
        one.base.update({"lifts": lifts, "entrances": lifts, "households": lifts * 12})
    return tuple(made)


@lru_cache(maxsize=1)
def improved() -> frozenset[str]:
    """Compounds with a project of their own that is under way at the end or was done in the two years before, and after which they stand
    as they stood: repairs and lifts. Most of them also raise their fee and fill up their fund (建管并举).
    """
    return frozenset(str(one.base["compound_id"]) for one in projects()
                     if one.plan.type in (SPECIAL, REPAIRED, LIFTED) and not one.plan.batch
                     and one.stages[0][1] <= LAST_DAY and one.actual["complete"] >= add_months(LAST_DAY, -24))


def rows(period: Period) -> list[Row]:
    """The rows of a month: 曹杨八村, and the projects begun by its last day."""
    today = end_of(period)
    return [_caoyang8(today), *(_row(one, today) for one in projects() if one.stages[0][1] <= today)]


def _project(plan: Plan, number: int) -> Project:
    rng = chance("renewal", number)
    ladder = RENEWAL_LADDERS[plan.type]
    skipped = {"规划研究方案"} if plan.type != REBUILT else set()
    if rng.random() < 0.4 or (plan.signed and plan.signed[-1][1] == plan.households):
        skipped.add("行政调解和决定")
    names = [stage for stage in ladder.stages if stage not in skipped]
    months = {stage: length for stage, length in zip(ladder.stages, MONTHS[ladder.name], strict=True) if stage in names}
    begins = _days(plan.start, names, {stage: months[stage] * plan.pace + plan.stall.get(stage, 0) for stage in names}, rng)
    if plan.anchor:
        moved = plan.anchor[1] - begins[plan.anchor[0]]
        begins = {stage: day + moved for stage, day in begins.items()}
    planned = _days(begins[names[0]], names, {stage: months[stage] * 1.05 for stage in names}, rng)
    over = [*names[1:], names[-1]]
    following = dict(zip(names, over, strict=True))
    actual: dict[str, date] = {}
    plan_days: dict[str, date] = {}
    for prefix, (stage, at_end) in PASSED[ladder.name].items():
        moment = following[stage] if at_end else stage
        actual[prefix] = _month_only(begins[moment], rng, 0.08)
        plan_days[prefix] = _month_only(planned[moment], rng, 0.16)
    if plan.signed and "sign" in actual:
        reached = [days for days, count in plan.signed if count * 100 >= plan.households * 95]
        actual["sign"] = begins["协议签订"] + timedelta(days=reached[0]) if reached else begins[following["协议签订"]]
    base = _base(plan, number, rng)
    money = _investment(plan, base, rng)
    return Project(plan, str(base["project_id"]), ladder, tuple(begins.items()), planned, plan_days, actual, base, money)


def _days(start: date, names: list[str], months: dict[str, float], rng: random.Random) -> dict[str, date]:
    found, day = {}, start
    for stage in names:
        found[stage] = day
        day = day + timedelta(days=max(6, round(months[stage] * 30.4 * rng.uniform(0.9, 1.1))))
    return found


def _month_only(day: date, rng: random.Random, share: float) -> date:
    """Some offices write the month alone; it is kept as its first day."""
    return day.replace(day=1) if rng.random() < share else day


def _home(plan: Plan, rng: random.Random) -> Compound:
    public = [one for one in compounds() if one.code == plan.code and "公房" in str(one.base["housing_class"]) and one.name != "曹杨八村"]
    return rng.choice(public or [one for one in compounds() if one.code == plan.code])


def _base(plan: Plan, number: int, rng: random.Random) -> Row:
    home = None if plan.batch or plan.type in (BOUGHT_OUT, VILLAGE) else _home(plan, rng)
    plain = plan.type.replace("“", "").replace("”", "").replace("（征收）", "")
    name = f"{plan.batch}项目" if plan.batch else f"{home.name if home else f'{short(plan.code)}演示地块{number:02d}'}{plain}项目"
    lifts = max(2, plan.households // 12) if plan.type == LIFTED else None
    rebuilt = RENEWAL_LADDERS[plan.type] is REBUILDING
    office = f"{short(plan.code)}演示{'城市更新' if rebuilt else '房屋修缮'}有限公司"
    return {
        "project_id": f"PTGX{plan.start.year}{number:03d}", "project_name": name, "project_type": plan.type, "subdistrict": plan.code,
        "compound_id": home.id if home else None,
        "address": None if plan.batch and rng.random() < 0.3 else f"{lane(plan.code, rng.randint(3, 420))}{rng.randint(1, 30)}号等",
        "implementer": office if rng.random() < 0.4 else firm("城市更新", rng.randint(1, 8)),
        "plan_year": plan.start.year + 1 if rng.random() < 0.96 else None,
        "method": _method(plan), "households": plan.households,
        "gfa_m2": round(plan.households * rng.uniform(38, 62), 1),
        "entrances": lifts if lifts else max(1, plan.households // 16) if rng.random() < 0.85 else None,
        "lifts": lifts if lifts else plan.households // 16 if plan.type in (SELF_CONTAINED, REBUILT) else None,
        "risk_unit": f"{short(plan.code)}演示更新专班", "precheck_departments": rng.randint(12, 20),
    }


def _method(plan: Plan) -> str | None:
    if plan.type in (BOUGHT_OUT, VILLAGE):
        return "旧城区改建" if plan.type == BOUGHT_OUT else "功能置换"
    return {SELF_CONTAINED: "原址改建", REBUILT: "拆除重建", "小梁薄板房屋改造": "原址改建"}.get(plan.type)


def _investment(plan: Plan, base: Row, rng: random.Random) -> float:
    if plan.type == LIFTED:
        return round(plan.households / 12 * rng.uniform(68, 82), 2)
    if plan.type in (BOUGHT_OUT, VILLAGE):
        return round(plan.households * rng.uniform(380, 520), 2)
    return round(plan.households * 50 * _COST[plan.type] * rng.uniform(0.8, 1.2), 2)


def signed(one: Project, today: date) -> int | None:
    """Households that have signed: scripted points, else a curve that reaches 95 % when the stage ends."""
    stage = "协议签订" if one.ladder is REBUILDING else "二轮签约"
    since = one.begun(stage)
    if since is None or since > today:
        return None
    total, elapsed = one.plan.households, (today - since).days
    points = one.plan.signed or ((0, 0), *_curve(one, stage, since))
    for (left, low), (right, high) in pairwise(points):
        if elapsed < right:
            return low + (high - low) * (elapsed - left) // (right - left)
    return min(total, points[-1][1])


def _curve(one: Project, stage: str, since: date) -> tuple[tuple[int, int], ...]:
    names = [name for name, _ in one.stages]
    length = max(20, (one.stages[names.index(stage) + 1][1] - since).days)
    total = one.plan.households
    needed = -(-95 * total // 100)
    return ((length // 4, total * 45 // 100), (length // 2, total * 74 // 100), (length * 3 // 4, total * 88 // 100), (length, needed),
            (length + 80, total))


def _moved(one: Project, stage: str, days: int, today: date) -> int | None:
    since = one.begun(stage)
    if since is None or since > today:
        return None
    return one.plan.households * min(days, (today - since).days) // days


def _row(one: Project, today: date) -> Row:
    row = dict.fromkeys(("households_to_sign", "households_signed", "households_moved_out", "households_to_return", "households_returned",
                         "households_cared",
                         "funds_approved", "funds_paid", "has_party_branch", "precheck_date", "digital_features", "risk", "risk_due",
                         *(f"{prefix}_{suffix}" for prefix, _ in MILESTONES for suffix in ("plan", "actual"))), None) | one.base
    row["stage"] = [name for name, since in one.stages if since <= today][-1]
    row["investment"] = one.investment
    for prefix, day in one.planned.items():
        row[f"{prefix}_plan"] = day
        row[f"{prefix}_actual"] = one.actual[prefix] if one.actual[prefix] <= today else None
    row |= _people(one, today) | _money(one, today) | _digital(one, today)
    if today < (one.begun("意愿征询") or one.begun("一轮征询") or one.stages[1][1]):
        row["investment"] = None
    return row | _risk(one, row, today)


def _people(one: Project, today: date) -> Row:
    if one.ladder not in (REBUILDING, EXPROPRIATION):
        return {}
    frozen = one.begun("实施方案认定") or one.begun("征收决定")
    settled = frozen is not None and frozen <= today
    found: Row = {"households_to_sign": one.plan.households if settled else None, "households_signed": signed(one, today)}
    if one.ladder is EXPROPRIATION:
        return found | {"households_moved_out": _moved(one, "搬迁", 240, today)}
    out = _moved(one, "外搬过渡", 55, today)
    back = _moved(one, "回搬", 100, today)
    if out is not None:
        found |= {"households_moved_out": out, "households_to_return": one.plan.households, "households_returned": back or 0}
        found |= {"households_cared": _cared(one, out - (back or 0), today)}
    return found


def _cared(one: Project, out: int, today: date) -> int | None:
    """Of the households that are out about one in twelve needs care; some offices have not begun to say so, none before 2026."""
    if today < date(2026, 1, 1) or chance("cared", one.id).random() < 0.3:
        return None
    return round(out / 12)


def _money(one: Project, today: date) -> Row:
    share = one.share(today)
    if share < 0.35:
        return {}
    approved = round(one.investment * min(1.0, 0.4 + share * 0.6), 2)
    return {"funds_approved": approved, "funds_paid": round(approved * max(0.0, share - 0.3) / 0.75, 2)}


def _digital(one: Project, today: date) -> Row:
    rng = chance("renewal-digital", one.id)
    if one.ladder is REPAIR or one.ladder is LIFT:
        return {"precheck_departments": None, "has_party_branch": rng.choice((None, False, False))}
    signing = one.begun("协议签订") or one.begun("二轮签约") or one.stages[-1][1]
    precheck = days_after(signing, -150, -40, rng)
    chosen = {name for stage, names in _FEATURED.items() if (since := one.begun(stage)) and since <= today
              for name in names if rng.random() < 0.75}
    branch = rng.random() < 0.7
    return {"precheck_date": precheck if precheck <= today else None,
            "precheck_departments": one.base["precheck_departments"] if precheck <= today else None,
            "has_party_branch": branch if signing <= today else None,
            "digital_features": "、".join(name for name in DIGITAL_FEATURES if name in chosen) or None}


def _risk(one: Project, row: Row, today: date) -> Row:
    late = [prefix for prefix, day in one.planned.items() if day <= today and row[f"{prefix}_actual"] is None]
    stalled = [stage for stage in one.plan.stall if (since := one.begun(stage)) and since <= today and row["stage"] == stage]
    if one.plan.risk and (stalled or (late and not one.plan.stall)):
        due = add_months(today, 2).replace(day=28) if chance("risk", one.id).random() < 0.6 else add_months(one.stages[0][1], 30)
        return {"risk": one.plan.risk, "risk_due": due}
    if late and chance("risk", one.id, late[0]).random() < 0.7:
        title = dict(MILESTONES)[late[0]]
        return {"risk": f"{title}节点滞后，正在倒排工期", "risk_due": add_months(one.planned[late[0]], 5)}
    return {"risk_unit": None}


def _caoyang8(today: date) -> Row:
    """曹杨八村77-85号 as the article tells it; address, firm, area and money are made up."""
    home = next(one for one in compounds() if one.name == "曹杨八村")
    return {
        "project_id": "PTGX2020000", "project_name": CAOYANG8, "project_type": SELF_CONTAINED, "subdistrict": home.code,
        "compound_id": home.id, "address": "曹杨演示路8弄77-85号", "implementer": firm("城市更新", 1),
        "plan_year": 2021, "method": "原址改建", "households": 60,
        "gfa_m2": 3860.0, "entrances": 5, "lifts": 5, "stage": "回搬", "households_to_sign": 60, "households_signed": 60,
        "households_moved_out": 60, "households_to_return": 60, "households_returned": 60, "households_cared": None,
        "consult_plan": date(2021, 5, 31), "consult_actual": date(2021, 6, 18),
        "sign_plan": date(2021, 12, 31), "sign_actual": date(2021, 12, 20),
        "start_plan": date(2022, 6, 30), "start_actual": date(2022, 6, 28),
        "complete_plan": date(2024, 3, 31), "complete_actual": date(2024, 3, 1),
        "return_plan": date(2024, 6, 30), "return_actual": date(2024, 6, 1), "investment": 2780.0, "funds_approved": 2780.0,
        "funds_paid": 2640.5 if today < date(2025, 3, 31) else 2780.0, "has_party_branch": True, "precheck_date": date(2021, 9, 15),
        "precheck_departments": 20, "digital_features": None, "risk": None, "risk_unit": None, "risk_due": None,
    }
