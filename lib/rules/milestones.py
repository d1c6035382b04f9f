"""Nodes of renewal projects against their plan: the five of the progress form and those of the list of nodes.

Its one rule: a node is due on its present plan day; how far that day has moved from the first plan is told beside it, never hidden.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import REBUILDING, REBUILDING_TYPES, RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.clock import Clock, Days, Flags, Step, days_between, days_of, deadlines, happened
from lib.rules.marks import among, numbers

NODE_COLUMNS = ("project_id", "subdistrict", "node", "first_plan", "plan", "actual", "days", "slip", "done", "light", "words", "basis")
"""days: of an open node plan − on (negative: over), of a done one plan − actual (negative: late). slip: plan − first plan (positive:
put off), NaN where there is no first plan."""

CLOSED_WORDS = "项目已完成，本节点未填实际日期"
MOVED_OUT, MOVED_BACK = "外搬过渡", "回搬"
_BASIS = "项目节点计划"
_ACTIVE: dict[tuple[str, ...], tuple[str, ...]] = {
    ladder.active: tuple(name for name, one in RENEWAL_LADDERS.items() if one.active == ladder.active)
    for ladder in RENEWAL_LADDERS.values()
}
"""Stages in which a project is active → the types of project that follow that ladder."""
FORM_CLOCK: Clock = tuple(
    Step(title, title, f"{prefix}_plan", actual=f"{prefix}_actual", when=f"{prefix}_counts", basis=_BASIS) for prefix, title in MILESTONES
)
LIST_CLOCK: Clock = (Step("node", "", "plan_date", actual="actual_date", basis=_BASIS),)


def partly_back(projects: pd.DataFrame) -> Flags:
    """Of which rows of `renewal_projects` both numbers are told and fewer households are back than are to come back: 回搬 has begun and
    is not done, whatever day was entered for it. A number that is not told leaves the day to be believed.
    """
    found: Flags = numbers(projects["households_returned"]) < numbers(projects["households_to_return"])
    return found


def actual_days(projects: pd.DataFrame, on: date) -> Days:
    """The actual days of the five nodes of every row of `renewal_projects`, (rows, 5), NaT for what has not happened by `on` and for a
    回搬 that is not done (`partly_back`).
    """
    days = [happened(projects, f"{prefix}_actual", on) for prefix, _ in MILESTONES]
    back = [title for _, title in MILESTONES].index(MOVED_BACK)
    days[back] = np.where(partly_back(projects), np.datetime64("NaT"), days[back])
    return np.stack(days, axis=1)


def form_nodes(projects: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The five nodes of every row of `renewal_projects`, in their order; columns `NODE_COLUMNS`. A 回搬 to which not all have come is
    open (`partly_back`).

    A node without an actual day is left 不判定 once its project is finished (`unfinished`): it was passed, only its day is not told.
    """
    open_project = unfinished(projects)
    projects = projects.assign(return_actual=projects["return_actual"].mask(partly_back(projects)))
    counts = {f"{prefix}_counts": open_project | ~np.isnat(days_of(projects, f"{prefix}_actual")) for prefix, _ in MILESTONES}
    told = deadlines(FORM_CLOCK, projects.assign(**counts), on, registry, ("project_id",))
    closed = np.repeat(~open_project, len(MILESTONES)) & ~told["done"].to_numpy(bool)
    told["words"] = told["words"].mask(closed, CLOSED_WORDS)
    plan = np.stack([days_of(projects, f"{prefix}_plan") for prefix, _ in MILESTONES], axis=1).ravel()
    first = np.full(len(told), np.datetime64("NaT"), "datetime64[D]")
    return _table(told, told["title"], first, plan)


def list_nodes(milestones: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """Every row of `milestones`, in order; columns `NODE_COLUMNS`. Whether its project goes on is not asked; a 回搬 marked by the derived
    column `unreturned` is open.
    """
    if "unreturned" in milestones.columns:
        milestones = milestones.assign(actual_date=milestones["actual_date"].mask(milestones["unreturned"]))
    told = deadlines(LIST_CLOCK, milestones, on, registry, ("project_id",))
    return _table(told, milestones["node"], days_of(milestones, "first_plan_date"), days_of(milestones, "plan_date"))


def unfinished(projects: pd.DataFrame) -> Flags:
    """Which renewal projects still have something to do: the stage is before the one that closes the ladder of their type, or they are
    at 回搬 and fewer households are back than are to come back.
    """
    back, to_return = (np.nan_to_num(numbers(projects[name])) for name in ("households_returned", "households_to_return"))
    rebuilding = among(projects["project_type"], *REBUILDING_TYPES)
    return active(projects) | (rebuilding & among(projects["stage"], *REBUILDING.at_or_after(MOVED_BACK)) & (back < to_return))


def active(projects: pd.DataFrame) -> Flags:
    """Which renewal projects are at a stage before the one that closes the ladder of their type."""
    kind, stage = projects["project_type"], projects["stage"]
    found: Flags = np.logical_or.reduce([among(kind, *kinds) & among(stage, *stages) for stages, kinds in _ACTIVE.items()])
    return found


def node_counts(projects: pd.DataFrame, on: date) -> pd.DataFrame:
    """For R15, of each row of `renewal_projects`: nodes_due_month, nodes_on_time_month, nodes_due_year, nodes_on_time_year (whole
    numbers): nodes whose plan day lies in the month (the year) of `on`, up to `on`; and how many of them were done by their plan day.
    """
    plan = np.stack([days_of(projects, f"{prefix}_plan") for prefix, _ in MILESTONES], axis=1)
    actual = actual_days(projects, on)
    today = np.datetime64(on, "D")
    marks: dict[str, Flags] = {}
    for name, unit in (("month", "datetime64[M]"), ("year", "datetime64[Y]")):
        due = (plan <= today) & (plan.astype(unit) == today.astype(unit))
        marks |= {f"nodes_due_{name}": due, f"nodes_on_time_{name}": due & (actual <= plan)}
    return pd.DataFrame({name: mark.sum(axis=1) for name, mark in marks.items()}, index=projects.index)


def transition_days(milestones: pd.DataFrame, on: date) -> pd.Series:
    """For R14, on rows of `milestones` with node 回搬: days from the actual 外搬过渡 of the same project to the actual 回搬. NaN on other
    rows, while one of the two is open, and where they stand in the wrong order.
    """
    actual = pd.Series(happened(milestones, "actual_date", on), index=milestones.index)
    out = milestones["node"].eq(MOVED_OUT).fillna(False)
    left = actual[out].groupby(milestones.loc[out, "project_id"]).min()
    days = days_between(left.reindex(milestones["project_id"]).to_numpy().astype("datetime64[D]"), happened(milestones, "actual_date", on))
    counts = milestones["node"].eq(MOVED_BACK).fillna(False).to_numpy(bool) & (days >= 0)
    return pd.Series(np.where(counts, days, np.nan), index=milestones.index)


def _table(told: pd.DataFrame, node: pd.Series, first: Days, plan: Days) -> pd.DataFrame:
    slip = days_between(first, plan)
    told = told.assign(node=node.array, first_plan=first.astype("datetime64[ms]"), plan=plan.astype("datetime64[ms]"), slip=slip)
    return told[list(NODE_COLUMNS)]
