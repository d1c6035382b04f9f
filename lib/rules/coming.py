"""What comes next: the nodes of projects whose planned day lies within the coming months.

Its one rule: a node that both forms tell counts once, as the progress form tells it; what is done or finished does not come.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.clock import Days, Flags, days_between, days_of, happened
from lib.rules.milestones import actual_days, unfinished
from lib.rules.outlook import form_outlook, list_outlook
from lib.spec.period import add_months

COMING_MONTHS = 3
"""Months ahead that are meant by 今后三个月."""
COMING_COLUMNS = (
    "project_id", "project_name", "subdistrict", "node", "plan", "days", "projected", "implementer", "risk_unit", "delay_reason"
)
NODES = tuple(title for _, title in MILESTONES)
SAME_NODE: dict[str, str] = {
    "意愿征询": "意愿征询", "业主表决": "意愿征询", "征询表决": "意愿征询", "一轮征询": "意愿征询",
    "协议签订": "签约生效", "二轮签约": "签约生效",
    "施工": "开工", "安装": "开工",
    "竣工": "竣工", "竣工验收": "竣工", "收尾": "竣工",
    "回搬": "回搬",
}
"""Stage of a ladder, as the list of nodes names it → the node of the progress form that is the same."""


def coming_nodes(
    projects: pd.DataFrame, milestones: pd.DataFrame, as_of: date, registry: Registry, months: int = COMING_MONTHS
) -> pd.DataFrame:
    """Nodes not done of unfinished projects, as_of ≤ planned day ≤ as_of + months, the next first; columns `COMING_COLUMNS`.

    projects, milestones: rows of renewal_projects and milestones with derived columns. days: until the planned day; projected: the day
    by the delay so far (lib/rules/outlook), NaT where not known; implementer, risk_unit: who owes it; delay_reason: of the same node in
    the list of nodes; the last three empty where not told.
    """
    going = projects[unfinished(projects)].drop_duplicates("project_id")
    plan = np.stack([days_of(going, f"{prefix}_plan") for prefix, _ in MILESTONES], axis=1)
    actual = actual_days(going, as_of)
    rows, columns = np.nonzero(np.isnat(actual) & _ahead(plan, as_of, months))
    form = pd.DataFrame({"project_id": going["project_id"].array[rows], "node": np.array(NODES)[columns], "plan": plan[rows, columns]})
    listed = milestones[_ahead(days_of(milestones, "plan_date"), as_of, months)]
    done = ~np.isnat(happened(listed, "actual_date", as_of)) & ~listed["unreturned"].to_numpy(bool)
    listed = listed[~done & listed["project_id"].isin(going["project_id"]).to_numpy(bool)]
    place = pd.Index(going["project_id"]).get_indexer(pd.Index(listed["project_id"]))
    column = pd.Index(NODES).get_indexer(pd.Index(_same(listed["node"])))
    told = ~np.isnat(plan) | ~np.isnat(actual)
    only = listed[(column < 0) | ~told[place, column]]
    only = pd.DataFrame({"project_id": only["project_id"], "node": only["node"], "plan": days_of(only, "plan_date")})
    table = pd.concat([form, only], ignore_index=True).astype({"project_id": "str", "node": "str", "plan": "datetime64[ms]"})
    expected = pd.concat([
        form_outlook(going[going["project_id"].isin(form["project_id"])], as_of, registry),
        list_outlook(milestones[milestones["project_id"].isin(only["project_id"])], as_of, registry),
    ]).drop_duplicates(["project_id", "node"])
    table = table.merge(expected[["project_id", "node", "projected"]], "left", ["project_id", "node"])
    reasons = milestones[milestones["project_id"].isin(table["project_id"])]
    reasons = reasons.assign(same=_same(reasons["node"])).drop_duplicates(["project_id", "same"])
    table = table.assign(same=_same(table["node"])).merge(reasons[["project_id", "same", "delay_reason"]], "left", ["project_id", "same"])
    table = table.merge(going[["project_id", "project_name", "subdistrict", "implementer", "risk_unit"]], "left", "project_id")
    today = np.full(len(table), np.datetime64(as_of, "D"))
    table = table.assign(days=days_between(today, days_of(table, "plan"))).sort_values(["plan", "project_id", "node"], ignore_index=True)
    return pd.DataFrame({name: table[name] for name in COMING_COLUMNS})


def _same(nodes: pd.Series) -> pd.Series:
    """Stages as the nodes of the progress form, where they are the same."""
    return nodes.map(SAME_NODE).fillna(nodes)


def _ahead(days: Days, as_of: date, months: int) -> Flags:
    found: Flags = (days >= np.datetime64(as_of, "D")) & (days <= np.datetime64(add_months(as_of, months), "D"))
    return found
