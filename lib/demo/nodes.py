"""The nodes of every renewal project with their planned and actual days.

Its one rule: where the project's own form carries a node, both forms say the same two days.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from lib.demo.making import Row, chance
from lib.demo.renewal import CAOYANG8, PASSED, Project, projects
from lib.demo.renewal import rows as project_rows
from lib.spec.period import Period, end_of, shift

AT_BEGIN = {"外搬过渡", "施工", "竣工", "回搬", "搬迁", "收尾", "竣工验收", "安装", "监督检验", "使用登记", "补贴拨付", "后续管理",
            "审价决算", "满意度回访"}
"""Nodes that are reached when their stage begins; all others when it is over."""

REASONS = ("规划方案调整", "招标流程延后", "居民意见尚未统一", "管线迁改协调", "雨季停工", "资金计划调整")

_CAOYANG8: tuple[tuple[str, date, date], ...] = (
    ("组织评估", date(2020, 10, 31), date(2020, 10, 26)), ("意愿征询", date(2021, 5, 31), date(2021, 6, 18)),
    ("列入计划", date(2021, 6, 30), date(2021, 7, 9)), ("规划设计方案", date(2021, 8, 31), date(2021, 9, 6)),
    ("实施方案编制", date(2021, 9, 30), date(2021, 9, 28)), ("方案意见征询", date(2021, 10, 31), date(2021, 10, 29)),
    ("实施方案认定", date(2021, 11, 15), date(2021, 11, 12)), ("协议签订", date(2021, 12, 31), date(2021, 12, 20)),
    ("建设审批", date(2022, 3, 31), date(2022, 3, 25)), ("外搬过渡", date(2022, 4, 15), date(2022, 4, 12)),
    ("施工", date(2022, 6, 30), date(2022, 6, 28)), ("竣工", date(2024, 3, 31), date(2024, 3, 1)),
    ("回搬", date(2024, 6, 30), date(2024, 6, 1)),
)
"""Node, planned and actual day of 曹杨八村77-85号; the last two as the article tells them, the others made up."""


def rows(period: Period) -> list[Row]:
    """The rows of a month: every node of the projects begun by the month before; a new one is entered in the month after."""
    today, known = end_of(period), end_of(shift(period, -1))
    caoyang8 = project_rows(period)[0]
    found = [_row(caoyang8, node, plan, plan, actual, None) for node, plan, actual in _CAOYANG8]
    for one in projects():
        if one.stages[0][1] <= known:
            found += _nodes(one, today)
    return found


def _nodes(one: Project, today: date) -> list[Row]:
    rng = chance("nodes", one.id)
    names = [name for name, _ in one.stages]
    paired = {stage: prefix for prefix, (stage, _) in PASSED[one.ladder.name].items()}
    begins = dict(one.stages)
    found = []
    for name, following in zip(names, [*names[1:], names[-1]], strict=True):
        moment = name if name in AT_BEGIN else following
        plan, actual = one.schedule[moment], begins[moment]
        if name in paired:
            plan, actual = one.planned[paired[name]], one.actual[paired[name]]
        first, reason = _first_plan(plan, begins[moment], rng)
        found.append(_row(one.base, name, first, plan, actual if actual <= today else None, reason))
    return found


def _first_plan(plan: date, likely: date, rng: random.Random) -> tuple[date, str | None]:
    """The day first planned, earlier than the present plan where the project is behind, and the reason for moving it."""
    moved = rng.random() < (0.45 if likely > plan else 0.08)
    days = rng.randint(25, 130)
    return (plan - timedelta(days=days), rng.choice(REASONS)) if moved else (plan, None)


def _row(project: Row, node: str, first: date, plan: date, actual: date | None, reason: str | None) -> Row:
    return {"project_id": project["project_id"], "project_name": project["project_name"], "project_type": project["project_type"],
            "subdistrict": project["subdistrict"], "node": node, "first_plan_date": first, "plan_date": plan, "actual_date": actual,
            "delay_reason": reason, "note": "新闻报道的竣工、回搬月份" if project["project_name"] == CAOYANG8 and node == "回搬" else None}
