"""What a month changed in the renewal projects, most important first.

Its one rule: two months are compared only for 街镇 that stand in both; each change is one clause with before and after.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.rules.milestones import partly_back
from lib.spec.numbers import show

SLIPPED, BACK, DONE, FORWARD, HOUSEHOLDS, REGISTER = range(6)
"""How important a change is: newly overdue; put off or taken back; a node done; a stage further; households; entries of the register."""
CHANGE_ORDER = "新增超期、计划推迟和退回在前，其次是节点完成、阶段推进、签约和搬迁户数"
_HOUSEHOLDS = (("households_signed", "签约"), ("households_moved_out", "外搬"), ("households_returned", "回搬"))


@dataclass(frozen=True, slots=True)
class Clause:
    """One change in words; rank: as above; size: days or households, the greater the earlier."""

    rank: int
    words: str
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one project, the most important clause first."""

    project_id: str
    name: str
    subdistrict: str
    clauses: tuple[Clause, ...]

    @property
    def order(self) -> tuple[int, float, int, str]:
        """What lists are sorted by."""
        return self.clauses[0].rank, -self.clauses[0].size, -len(self.clauses), self.project_id


def changes(now: pd.DataFrame, before: pd.DataFrame, units: Collection[str]) -> list[Change]:
    """Projects that differ between two months, both frames with derived columns; units: 街镇 that stand in both."""
    here, there = (_by_id(frame[frame["subdistrict"].isin(units)]) for frame in (now, before))
    found = []
    for identity, row in here.items():
        old = there.get(identity)
        clauses = [Clause(REGISTER, f"新登记，当前阶段“{row['stage']}”")] if old is None else _compare(row, old)
        if clauses:
            found.append(Change(identity, str(row["project_name"]), str(row["subdistrict"]), _ordered(clauses)))
    known = {str(one) for one in now["project_id"].dropna()}
    gone = [identity for identity in there if identity not in known]
    found += [Change(one, str(there[one]["project_name"]), str(there[one]["subdistrict"]),
                     (Clause(REGISTER, f"不再登记，上月阶段“{there[one]['stage']}”"),)) for one in gone]
    return sorted(found, key=lambda one: one.order)


def _by_id(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    kept = frame.dropna(subset=["project_id"]).drop_duplicates("project_id")
    kept = kept.assign(return_actual=kept["return_actual"].mask(partly_back(kept)))  # begun is not done
    return {str(row["project_id"]): {str(name): value for name, value in row.items()} for row in kept.to_dict("records")}


def _ordered(clauses: list[Clause]) -> tuple[Clause, ...]:
    return tuple(sorted(clauses, key=lambda one: (one.rank, -one.size)))


def _compare(row: dict[str, Any], old: dict[str, Any]) -> list[Clause]:
    found = []
    if row["overdue"] and not (old["overdue"] and old["overdue_node"] == row["overdue_node"]):
        days = row["overdue_days"]
        found.append(Clause(SLIPPED, f"新增超期：“{row['overdue_node']}”已超期 {show(days)} 天", float(days)))
    if row["stage"] != old["stage"]:
        found.append(_stage(row, old))
    for prefix, title in MILESTONES:
        found += _node(row, old, prefix, title)
    for column, title in _HOUSEHOLDS:
        found += _households(row[column], old[column], title)
    return found


def _stage(row: dict[str, Any], old: dict[str, Any]) -> Clause:
    words = f"阶段 {old['stage']} → {row['stage']}"
    ladder = RENEWAL_LADDERS.get(str(row["project_type"]))
    if row["project_type"] != old["project_type"] or ladder is None or not {row["stage"], old["stage"]} <= set(ladder.stages):
        return Clause(FORWARD, words)
    steps = ladder.stages.index(str(row["stage"])) - ladder.stages.index(str(old["stage"]))
    return Clause(FORWARD, words, float(steps)) if steps > 0 else Clause(BACK, f"{words}（退回）", float(-steps))


def _node(row: dict[str, Any], old: dict[str, Any], prefix: str, title: str) -> list[Clause]:
    found = []
    plan, plan_before = row[f"{prefix}_plan"], old[f"{prefix}_plan"]
    actual, actual_before = row[f"{prefix}_actual"], old[f"{prefix}_actual"]
    if isinstance(actual, pd.Timestamp):
        if not isinstance(actual_before, pd.Timestamp):
            late = (actual - plan).days if isinstance(plan, pd.Timestamp) else 0
            found.append(Clause(DONE, f"“{title}”已于 {actual.date()} 完成" + (f"，晚 {show(late)} 天" if late > 0 else "")))
        elif actual != actual_before:
            found.append(Clause(BACK, f"“{title}”实际日期由 {actual_before.date()} 改为 {actual.date()}"))
    elif isinstance(actual_before, pd.Timestamp):
        found.append(Clause(BACK, f"“{title}”实际日期 {actual_before.date()} 已撤去"))
    if isinstance(plan, pd.Timestamp) and isinstance(plan_before, pd.Timestamp) and plan != plan_before:
        moved = (plan - plan_before).days
        word = f"推迟 {show(moved)} 天" if moved > 0 else f"提前 {show(-moved)} 天"
        words = f"“{title}”计划 {plan_before.date()} → {plan.date()}（{word}）"
        found.append(Clause(BACK if moved > 0 else FORWARD, words, float(max(moved, 0))))
    elif isinstance(plan_before, pd.Timestamp) and not isinstance(plan, pd.Timestamp):
        found.append(Clause(BACK, f"“{title}”计划日期 {plan_before.date()} 已撤去"))
    return found


def _households(value: Any, old: Any, title: str) -> list[Clause]:
    after, before = (None if pd.isna(one) else float(one) for one in (value, old))
    if after == before:
        return []
    if after is None or before is None:
        return [Clause(HOUSEHOLDS, f"{title} {' → '.join('未填' if one is None else f'{show(one)} 户' for one in (before, after))}")]
    words = f"{title} {show(before)} → {show(after)} 户"
    step = after - before
    sign = f"+{show(step)}" if step > 0 else f"−{show(-step)}"
    return [Clause(HOUSEHOLDS if step > 0 else BACK, f"{words}（{sign}）", abs(step))]
