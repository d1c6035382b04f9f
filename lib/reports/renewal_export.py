"""What is seen under a section of 更新进度, to take out: its tables for a selection, and the words that say what they are.

Its one rule: the tables are those of the screen, made by the same functions; only the links are missing and units stand in the headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from lib.datasets.places import unit_name
from lib.figures.snapshot import Filters, Snapshot, filtered
from lib.reports.consent_tables import (
    VIEWS,
    after_table,
    board_table,
    gated,
    round_rows,
    signed_rows,
    to_settle,
    votes_of,
    votes_table,
)
from lib.reports.lift_tables import ACTIVE_ONLY, STAGES, compounds_table, entrances_table, found_entrances
from lib.reports.projects import Choice, chosen, projects_table
from lib.reports.renewal_tables import (
    GROUPS,
    coming_table,
    digital_table,
    in_groups,
    node_rows,
    nodes_table,
    outlook_tables,
    prechecks_table,
    project_rows,
    returns_table,
    taken_out,
)
from lib.rules.coming import coming_nodes
from lib.rules.lift_progress import compound_rows
from lib.rules.lights import LIGHT
from lib.rules.outline import outline
from lib.rules.people import people_rows
from lib.spec.period import title_of

SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "signing": ("签约", {"board": "征询签约看板", "votes": "业主表决", "after": "达到生效线之后"}),
    "nodes": ("节点", {"coming": "今后三个月到期的节点", "plan": "计划与实际", "gate": "签约生效的推算", "delays": "节点的推算"}),
    "moving": ("搬迁", {"returns": "回搬", "prechecks": "前置式政务协助", "digital": "全数字应用"}),
    "lifts": ("加梯", {"entrances": "门洞清单", "compounds": "按小区"}),
    "list": ("清单", {"projects": "项目清单"}),
}
"""Section in an address → its title and its tables, by their names in an address."""
TABLES: dict[str, str] = {name: section for section, (_, tables) in SECTIONS.items() for name in tables}
"""Table in an address → its section."""
HISTORIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "signing": ("consent_rounds", ("project_id", "round", "households_agreed", "households_signed")),
    "nodes": ("renewal_projects", ("project_id", "households_signed")),
}
"""Section → the dataset and columns whose earlier months it looks at."""
MONTHS_SEEN = 6
"""Months that are looked at, the present one included: three for a pace, more for who reports late."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is chosen on the page besides release and month; the defaults are those of the page."""

    units: tuple[str, ...] = ()
    filters: Filters = ()
    choice: Choice = field(default_factory=Choice)
    view: str = VIEWS[0]
    group: str = next(iter(GROUPS))
    closed: bool = False
    lift_stages: tuple[str, ...] = (ACTIVE_ONLY,)
    lift_words: str = ""

    @property
    def any(self) -> bool:
        """Whether projects are narrowed by more than 街镇."""
        return any(values for _, values in self.filters) or not self.choice.empty


FILTERS = {"project_type": "改造类别", "stage": "当前阶段"}
"""Columns that the page filters by → their words."""


def selection(query: Mapping[str, str], units: tuple[str, ...], filters: Filters) -> Selection:
    """What an address chooses; what it does not name, or names in vain, is as the page shows it first. Names: year, light, find, rounds,
    tgroup, tclosed, lstage (empty: all), lfind.
    """
    usual = Selection()
    years, lights, stages = (tuple(one for one in query.get(name, "").split(",") if one) for name in ("year", "light", "lstage"))
    return Selection(
        units,
        tuple(one for one in filters if one[0] in FILTERS),
        Choice(years, tuple(one for one in lights if one in LIGHT), query.get("find", "")),
        query["rounds"] if query.get("rounds") in VIEWS else usual.view,
        query["tgroup"] if query.get("tgroup") in GROUPS else usual.group,
        query.get("tclosed") == "true",
        tuple(one for one in stages if one in STAGES) if "lstage" in query else usual.lift_stages,
        query.get("lfind", ""),
    )


def section_tables(section: str, data: Snapshot, wanted: Selection, history: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of a section by title, as they leave the house. history: of `HISTORIES` with `day`, empty for other sections."""
    if section == "list":
        tables = [projects_table(data, units=wanted.units, filters=wanted.filters, choice=wanted.choice)]
    else:
        make = {"signing": _signing, "nodes": _nodes, "moving": _moving, "lifts": _lifts}[section]
        tables = [taken_out(one) for one in make(data, wanted, history)]
    return dict(zip(SECTIONS[section][1].values(), tables, strict=True))


def about(section: str, data: Snapshot, release: str, wanted: Selection) -> list[tuple[str, str]]:
    """What a file is: section, month and release, the as-of date, what is chosen."""
    return [
        ("内容", f"更新进度 · {SECTIONS[section][0]}"),
        ("报告期", f"{title_of(data.period)}（第 {release} 版）"),
        ("数据截至", data.as_of.isoformat()),
        ("筛选", filter_words(section, wanted)),
    ]


def filter_words(section: str, wanted: Selection) -> str:
    """What is chosen, in words; only what reaches the section."""
    told = [("街镇", "、".join(unit_name(one, short=True) for one in wanted.units))]
    if section == "lifts":
        told += [("阶段", "、".join(wanted.lift_stages)), ("查找", wanted.lift_words)]
    else:
        told += [(FILTERS[column], "、".join(values)) for column, values in wanted.filters]
        lights = "、".join(LIGHT[one].word for one in wanted.choice.lights)
        told += [("计划年度", "、".join(wanted.choice.years)), ("灯色", lights), ("搜索", wanted.choice.text)]
    if section == "signing":
        told.append(("列出的环节", wanted.view))
    if section == "nodes":
        told += [("排列", wanted.group), ("已完成的项目", "包含" if wanted.closed else "不含")]
    return "；".join(f"{title}：{words}" for title, words in told if words) or "未作筛选"


def _rows(data: Snapshot, wanted: Selection, *names: str) -> list[pd.DataFrame]:
    """The rows of renewal_projects and of further forms about projects for a selection."""
    frames = filtered(data, wanted.filters).frames
    found = [frames[name] for name in ("renewal_projects", *names)]
    if wanted.units:
        found = [one[one["subdistrict"].isin(wanted.units)] for one in found]
    if not wanted.any:
        return found
    told = outline(found[0], data.as_of, data.registry)
    projects = found[0][chosen(found[0], told["light"], wanted.choice)]
    return [projects, *(one[one["project_id"].isin(projects["project_id"])] for one in found[1:])]


def _signing(data: Snapshot, wanted: Selection, history: pd.DataFrame) -> list[pd.DataFrame]:
    on, registry = data.as_of, data.registry
    projects, rounds = _rows(data, wanted, "consent_rounds")
    rows = round_rows(rounds, projects, history, on, registry)
    votes = pd.concat([votes_of(rows, passed=False), votes_of(rows, passed=True)])
    return [
        board_table(gated(rows, wanted.view), on, registry), votes_table(votes, on, registry),
        after_table(to_settle(signed_rows(rows)), on, registry),
    ]


def _nodes(data: Snapshot, wanted: Selection, history: pd.DataFrame) -> list[pd.DataFrame]:
    on, registry = data.as_of, data.registry
    projects, listed = _rows(data, wanted, "milestones")
    nodes = node_rows(projects, on, registry)
    told = project_rows(projects, outline(projects, on, registry), nodes, listed, on, registry)
    rows = in_groups(told, wanted.group, wanted.closed)
    signing, delays = outlook_tables(projects, history.rename(columns={"households_signed": "signed"}), on, registry)
    return [coming_table(coming_nodes(projects, listed, on, registry)), nodes_table(rows, nodes), signing, delays]


def _moving(data: Snapshot, wanted: Selection, _history: pd.DataFrame) -> list[pd.DataFrame]:
    projects, listed = _rows(data, wanted, "milestones")
    people = people_rows(projects, listed, data.as_of, data.registry)
    return [returns_table(people), prechecks_table(projects), digital_table(projects)]


def _lifts(data: Snapshot, wanted: Selection, _history: pd.DataFrame) -> list[pd.DataFrame]:
    lifts, compounds = (data.frames[name] for name in ("lifts", "compounds"))
    if wanted.units:
        lifts, compounds = (one[one["subdistrict"].isin(wanted.units)] for one in (lifts, compounds))
    found = found_entrances(lifts, wanted.lift_stages, wanted.lift_words)
    return [entrances_table(found, data.as_of), compounds_table(compound_rows(lifts, compounds))]
