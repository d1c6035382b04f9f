"""What is due or over in one compound: by the statutory clocks, by the plans of its projects, by its contracts.

Its one rule: a matter has a day, a light and somebody who owes it; a step that waits for another one, or was passed, is no matter yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.places import unit_name
from lib.datasets.thresholds import Registry
from lib.rules.clock import Clock, Step, deadlines
from lib.rules.funds import fund_deadlines
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED, YELLOW
from lib.rules.milestones import form_nodes, list_nodes, unfinished
from lib.rules.term_calendar import AUDIT, FORMATION, RENEWAL, freeze_votes, open_steps
from lib.rules.terms import frozen_compounds
from lib.spec.numbers import show
from lib.spec.period import add_months

PROJECT, LIFT, FEE, FUND, TERM, CLOCK, RED_POINT, HOTLINE = (
    "更新项目", "加装电梯", "物业服务和收费", "维修资金", "业委会任期", "换届和组建", "红色物业", "12345工单")
LANES = (PROJECT, LIFT, FEE, FUND, TERM, CLOCK, RED_POINT, HOTLINE)
"""The sides of a compound's life, in the order of the drawing."""
MONTHS_AHEAD = 6
"""So far ahead what is in good time is told."""

_COMMITTEE, _PLACE = "业委会", "街镇"
_CONTRACT_CLOCK: Clock = (Step("contract", "物业服务合同到期", "pm_contract_end", reached="_never", basis="小区基本情况表的合同到期日"),)
_FREEZE_BASIS = "上海市住宅物业管理规定第29条"
_URGENCY = {RED: 0, YELLOW: 1, GREEN: 2, UNJUDGED: 3}
_COLUMNS = ("compound_id", "lane", "title", "light", "due", "days", "words", "owner", "basis", "project")


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is due or over. due: its day; days: due − the day asked (negative: over); owner: who owes it, an office or an
    organisation; basis: the rule or the plan it follows; lane: one of `LANES`; project: where it is of one, its code.
    """

    lane: str
    title: str
    light: str
    due: date
    days: int
    words: str
    owner: str
    basis: str
    project: str = ""


def matters_of(matters: pd.DataFrame, compound_id: str) -> tuple[Matter, ...]:
    """The open matters of one compound. matters: from `matters_frame`."""
    own = matters[matters["compound_id"].eq(compound_id).to_numpy(bool)]
    return tuple(Matter(str(row["lane"]), str(row["title"]), str(row["light"]), row["due"].date(), int(row["days"]), str(row["words"]),
                        str(row["owner"]), str(row["basis"]), str(row["project"])) for row in own.to_dict("records"))


def matters_frame(frames: Mapping[str, pd.DataFrame], on: date, registry: Registry) -> pd.DataFrame:
    """The open matters of all compounds in some frames, the most urgent first: 红 by how long they are over, 黄 by their day, then what is
    in good time and due within `MONTHS_AHEAD` months, last the votes on funds that the freeze forbids (不判定). Columns: compound_id and
    those of `Matter`.
    """
    parts = [
        *_committees(frames["committees"].drop_duplicates("compound_id"), on, registry),
        _funds(frames["maintenance_funds"].drop_duplicates("compound_id"), frames["committees"], on, registry),
        _frozen_votes(frames["committees"], frames["fee_changes"], FEE, on),
        _frozen_votes(frames["committees"], frames["maintenance_funds"], FUND, on),
        _contracts(frames["compounds"].drop_duplicates("compound_id"), on, registry),
        *_projects(frames["renewal_projects"].dropna(subset=["compound_id"]), frames["milestones"], on, registry),
    ]
    table = pd.concat([part[list(_COLUMNS)] for part in parts], ignore_index=True)
    ahead = table["due"] <= pd.Timestamp(add_months(on, MONTHS_AHEAD))
    held = table["lane"].eq(FUND) & table["light"].eq(UNJUDGED)
    table = table[table["light"].isin((RED, YELLOW)) | (table["light"].eq(GREEN) & ahead) | held]
    places = {lane: at for at, lane in enumerate(LANES)}
    order = table.assign(_light=table["light"].map(_URGENCY), _lane=table["lane"].map(places))
    return order.sort_values(["_light", "due", "_lane", "title"], kind="stable").drop(columns=["_light", "_lane"]).reset_index(drop=True)


def urgent_in(matters: Iterable[Matter], lane: str) -> Matter | None:
    """The most urgent matter of a side, 红 or 黄; None where there is none. matters: as `matters_of` has them."""
    return next((one for one in matters if one.lane == lane and one.light in (RED, YELLOW)), None)


def open_fund_steps(funds: pd.DataFrame, committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The steps of top-ups that are judged or `held`, and not done, as `fund_deadlines` gives them. The balance is due with the
    collection that leads to it: one step, not two.
    """
    steps = fund_deadlines(funds, on, registry, frozen=frozen_compounds(committees, on))
    return steps[~steps["done"] & ((steps["light"] != UNJUDGED) | steps["held"]) & (steps["step"] != "restore")]


def _told(steps: pd.DataFrame, lane: str) -> pd.DataFrame:
    """Steps, each with its `owner`, that wait for nobody as matters; what the 街镇 owes is told by its name."""
    own = steps.assign(lane=lane, project="")[~steps["waits"].to_numpy(bool)]
    return own.assign(owner=own["owner"].mask(own["owner"].eq(_PLACE), own["subdistrict"].map(unit_name)))


def _committees(rows: pd.DataFrame, on: date, registry: Registry) -> list[pd.DataFrame]:
    """The steps of 换届 and of the yearly audit, and of a formation the next one: what is counted back from the first assembly is not
    to be done while the preparation has not begun.
    """
    steps = open_steps(rows, on, registry)
    themes = {theme: steps[steps["theme"].eq(theme).to_numpy(bool)] for theme in (RENEWAL, FORMATION, AUDIT)}
    first = _told(themes[FORMATION], CLOCK).drop_duplicates("compound_id")
    return [_told(themes[RENEWAL], CLOCK), first, _told(themes[AUDIT], TERM)]


def _funds(rows: pd.DataFrame, committees: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    return _told(open_fund_steps(rows, committees, on, registry).assign(owner=_COMMITTEE), FUND)


def _frozen_votes(committees: pd.DataFrame, votes: pd.DataFrame, lane: str, on: date) -> pd.DataFrame:
    """Votes that lie in the freeze that holds: they contradict it."""
    found = freeze_votes(committees, votes[["compound_id", "vote_date"]].dropna(), on)
    words = [f"改选小组 {day.date()} 成立，至选举产生前不得表决" for day in found["group_date"]]
    return found.assign(lane=lane, title="冻结期内的" + ("调价表决" if lane == FEE else "续筹表决"), light=RED, due=found["vote_date"],
                        owner=_COMMITTEE, project="", words=words, days=(found["vote_date"] - pd.Timestamp(on)).dt.days,
                        basis=_FREEZE_BASIS)


def _contracts(rows: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    told = deadlines(_CONTRACT_CLOCK, rows.assign(_never=False), on, registry, ("compound_id",))
    formed = rows.loc[rows["formed"].fillna(False).to_numpy(bool), "compound_id"]
    known = told[told["light"] != UNJUDGED]
    owner = np.where(known["compound_id"].isin(formed), _COMMITTEE, _PLACE)
    # No rule says by when a contract is to be renewed: one that has ended is watched, it is not a breach.
    return _told(known.assign(light=known["light"].replace(RED, YELLOW), owner=owner).astype({"owner": "str"}), FEE)


def _projects(projects: pd.DataFrame, milestones: pd.DataFrame, on: date, registry: Registry) -> list[pd.DataFrame]:
    going = projects[unfinished(projects)]
    nodes = nodes_of(going, milestones, on, registry)
    opened = nodes[~nodes["done"] & (nodes["light"] != UNJUDGED)]
    over, coming = opened[opened["days"] < 0], opened[opened["days"] >= 0]
    after = over.groupby("project_id")["project_id"].transform("size") - 1
    more = [f"；其后 {count} 个节点也已过计划日" if count else "" for count in after]
    words = over["words"] + pd.Series(more, index=over.index, dtype="str")
    first = pd.concat([over.assign(words=words).drop_duplicates("project_id"), coming.drop_duplicates("project_id")])
    own = first.drop(columns="subdistrict").merge(
        going[["project_id", "compound_id", "project_name", "implementer"]].drop_duplicates("project_id"), on="project_id")
    titles = own["node"] + "（" + own["project_name"].fillna(own["project_id"]) + "）"
    planned = own.assign(lane=PROJECT, title=titles, due=own["plan"], owner=own["implementer"].fillna("实施主体（未报）"),
                         project=own["project_id"])
    return [planned, _risks(going, on, registry)]


def nodes_of(projects: pd.DataFrame, milestones: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The nodes of projects in the order of their days: those of the list where it has any of a project, else the five of the progress
    form; columns `lib.rules.milestones.NODE_COLUMNS`.
    """
    listed = milestones[milestones["project_id"].isin(projects["project_id"])]
    plain = projects[~projects["project_id"].isin(listed["project_id"])]
    table = pd.concat([list_nodes(listed, on, registry), form_nodes(plain, on, registry)], ignore_index=True)
    return table.assign(_day=table["plan"].fillna(table["actual"])).sort_values(["project_id", "_day"], kind="stable").drop(columns="_day")


def _risks(projects: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    rows = projects[(projects["risk"].notna() & projects["risk_due"].notna()).to_numpy(bool)]
    days = (rows["risk_due"] - pd.Timestamp(on)).dt.days
    near = registry.at("light.near_days", on).whole
    words = [f"已过解决时限 {show(-left)} 天" if left < 0 else f"还有 {show(left)} 天" for left in days]
    return rows.assign(lane=PROJECT, title="风险：" + rows["risk"], light=np.select([days < 0, days <= near], [RED, YELLOW], GREEN),
                       due=rows["risk_due"], days=days, words=words, owner=rows["risk_unit"].fillna("责任单位（未报）"),
                       basis="项目进展表的解决时限", project=rows["project_id"])


def short_words(matter: Matter) -> str:
    """A matter in few words, its mark first, without the name of a project and what comes after it."""
    return f"{LIGHT[matter.light].shape} {re.split('[（：]', matter.title)[0]}{matter.words.partition('；')[0]}"
