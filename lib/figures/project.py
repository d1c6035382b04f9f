"""One renewal project: its facts, its own ladder with what is done and due, its rounds of consent, the rows it was told in.

Its one rule: what a form does not say stays None; nothing is guessed from a stage.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.datasets.ladders import RENEWAL_LADDERS, Ladder
from lib.datasets.places import find_subdistrict, unit_name
from lib.datasets.thresholds import IN_FORCE, Registry, Threshold
from lib.figures.snapshot import Snapshot
from lib.rules.consent import GATES, VOTE_COLUMNS, VOTES, Step, after_signing, consent_columns
from lib.rules.lights import UNJUDGED
from lib.rules.milestones import CLOSED_WORDS, MOVED_OUT, list_nodes, partly_back, unfinished
from lib.rules.outline import outline
from lib.rules.outlook import list_outlook
from lib.rules.votes import Vote, judge
from lib.spec.numbers import show
from lib.spec.period import Period
from lib.spec.text import fold
from lib.store.releases import Release, publications

TABLES = ("renewal_projects", "milestones", "consent_rounds")
"""The forms that speak of a project."""
SIGNING_ROUND = "协议签约"
DONE, PASSED, NOW, AHEAD = "已完成", "已过或不适用", "当前阶段", "未到"
"""Of a stage; PASSED: the project stands behind it, but no day was told: it may not have applied (行政调解和决定)."""
STATE_MARKS: dict[str, str] = {DONE: "✓", PASSED: "–", NOW: "▶", AHEAD: "○"}
FORM_NODES = {"意愿征询": "consult", "协议签订": "sign", "施工": "start", "竣工": "complete", "回搬": "return"}
"""Node of the list → the milestone of the progress form that is the same thing."""


@dataclass(frozen=True)
class Project:
    """A project as it stands for a period. row: its row of `renewal_projects` with derived columns, None where nothing was told;
    marks: field → how much less exact a value is than it looks; nodes, rounds: its rows of the other two forms.
    """

    id: str
    row: Mapping[str, Any]
    marks: Mapping[str, str]
    nodes: pd.DataFrame = field(repr=False)
    rounds: pd.DataFrame = field(repr=False)
    frame: pd.DataFrame = field(repr=False)

    @property
    def name(self) -> str:
        """Its name, its code where it has none."""
        return str(self.row["project_name"] or self.id)

    @property
    def ladder(self) -> Ladder | None:
        """The ladder of its type."""
        return RENEWAL_LADDERS.get(str(self.row["project_type"]))

    @property
    def going(self) -> bool:
        """Whether there is still something to do."""
        return bool(unfinished(self.frame)[0])

    def number(self, name: str) -> float | None:
        """A number of its row."""
        value = self.row[name]
        return None if value is None else float(value)

    def day(self, name: str) -> str:
        """A day of its row as exactly as it was told: 2024-03 where only the month was; empty when it was not."""
        return day_text(self.row[name], self.marks.get(name, ""))


def day_text(value: Any, mark: str = "") -> str:
    """A day as YYYY-MM-DD, as YYYY-MM or YYYY where only that was told; empty for none."""
    if value is None or pd.isna(value):
        return ""
    return pd.Timestamp(value).strftime({"month": "%Y-%m", "year": "%Y"}.get(mark, "%Y-%m-%d"))


def project_of(data: Snapshot, identity: str) -> Project | None:
    """A project of a snapshot; None when the progress form does not have it."""
    projects = data.frames["renewal_projects"]
    own = projects[(projects["project_id"] == identity).to_numpy(bool, na_value=False)]
    if own.empty:
        return None
    others = {}
    for name in TABLES[1:]:
        rows = data.frames[name]
        others[name] = rows[(rows["project_id"] == identity).to_numpy(bool, na_value=False)]
    own = own.head(1)
    plain = row_values(own)
    return Project(identity, plain, marks_of(plain), others["milestones"], others["consent_rounds"], own)


def row_values(frame: pd.DataFrame) -> dict[str, Any]:
    """The first row with None where nothing was told."""
    return {str(name): _known(value)
            for name, value in frame.astype("object").iloc[0].items()}


def marks_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Field → mark, of a stored row."""
    return dict(json.loads(row["_marks"])) if row.get("_marks") else {}


def project_index(data: Snapshot) -> pd.DataFrame:
    """All projects with what they are found by; columns project_id, name, place, subdistrict, project_type, stage, light, order (0
    for the one that needs a push most; both of `lib.rules.outline`), words (the folded text that is searched).
    """
    projects, compounds = data.frames["renewal_projects"], data.frames["compounds"]
    known = compounds.dropna(subset=["compound_id"]).drop_duplicates("compound_id").set_index("compound_id")
    told = outline(projects, data.as_of, data.registry)
    places = projects["subdistrict"].map(unit_name)
    parts = [projects["project_id"], projects["project_name"], places, projects["address"], projects["project_type"]]
    parts += [projects["compound_id"].map(known[name]) for name in ("compound_name", "compound_alias")]
    words = ["\n".join(fold(str(one)) for one in row if not pd.isna(one)) for row in zip(*parts, strict=True)]
    table = pd.DataFrame({
        "project_id": projects["project_id"],
        "name": projects["project_name"].fillna(projects["project_id"]),
        "place": projects["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "subdistrict": projects["subdistrict"],
        "project_type": projects["project_type"],
        "stage": projects["stage"],
        "light": told["light"],
        "order": told["place"],
        "words": words,
    })
    return table.drop_duplicates("project_id").reset_index(drop=True)


def find_projects(index: pd.DataFrame, text: str) -> pd.DataFrame:
    """The projects that a text finds: that of this very code, else those in which every word of it stands; a name or alias of a 街镇
    finds those of that 街镇.
    """
    exact = index[index["project_id"].str.lower() == text.strip().lower()]
    if len(exact):
        return exact
    found = index
    for word in text.split():
        code, part = find_subdistrict(word), fold(word)
        hit = found["words"].map(lambda told, part=part: part in told).astype(bool)
        found = found[hit | (found["subdistrict"] == code)] if code else found[hit]
    return found


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A stage of a project's own ladder. state: DONE, PASSED, NOW or AHEAD; here: whether it is the present stage; days: of an open one
    days left (negative: over), of a done one days early (negative: late); slip: by how many days the plan moved from the first plan;
    reported: whether the list of nodes has it.
    """

    stage: str
    state: str
    here: bool
    first_plan: str
    plan: str
    actual: str
    days: float | None
    slip: float | None
    light: str
    words: str
    reason: str
    reported: bool

    @property
    def mark(self) -> str:
        """A shape for the state."""
        return STATE_MARKS[self.state]


def ladder_steps(project: Project, as_of: date, registry: Registry) -> tuple[LadderStep, ...]:
    """Every stage of the ladder of a project's type, in order, with the node that was told of it."""
    ladder = project.ladder
    if ladder is None:
        return ()
    told = list_nodes(project.nodes, as_of, registry)
    told["reason"], told["marks"] = project.nodes["delay_reason"].to_numpy(object), project.nodes["_marks"].to_numpy(object)
    rows = {str(row["node"]): row for row in told.to_dict("records")}
    stage = project.row["stage"]
    at = ladder.stages.index(stage) if stage in ladder.stages else -1
    return tuple(_step(name, place - at, rows.get(name), project) for place, name in enumerate(ladder.stages))


def _step(name: str, ahead: int, node: Mapping[Any, Any] | None, project: Project) -> LadderStep:
    """ahead: by how many stages it comes after the present one, which goes on although its node has its day (开工, the first 回搬)."""
    going, done = project.going, node is not None and bool(node["done"])
    if ahead == 0 and (going or not done):
        state = NOW
    elif done:
        state = DONE
    else:
        state = PASSED if ahead < 0 else AHEAD
    if node is None:
        return LadderStep(name, state, ahead == 0, "", "", "", None, None, UNJUDGED, "未报节点计划", "", False)
    marks = _node_marks(name, node, project)
    closed = not done and not going
    return LadderStep(
        name, state, ahead == 0,
        day_text(node["first_plan"], marks.get("first_plan_date", "")), day_text(node["plan"], marks.get("plan_date", "")),
        day_text(node["actual"], marks.get("actual_date", "")), None if closed else _known(node["days"]), _known(node["slip"]),
        UNJUDGED if closed else str(node["light"]), CLOSED_WORDS if closed else str(node["words"]), str(_known(node["reason"]) or ""), True,
    )


def expected_days(project: Project, as_of: date, registry: Registry) -> dict[str, str]:
    """Stage still to come of an unfinished project → the day on which it is to be expected by the delay so far
    (`lib.rules.outlook.DELAY_RULE`), 不早于 where the delay still grows, 不确定 where nothing can be said.
    """
    if not project.going or project.nodes.empty:
        return {}
    told = list_outlook(project.nodes, as_of, registry)
    return {node: _expected(day, bool(sure)) for node, day, sure in zip(told["node"], told["projected"], told["certain"], strict=True)}


def _expected(day: Any, sure: bool) -> str:
    if pd.isna(day):
        return "不确定"
    return day_text(day) if sure else f"不早于 {day_text(day)}"


def _node_marks(name: str, node: Mapping[Any, Any], project: Project) -> dict[str, str]:
    """How exact the days of a node are; a month in the progress form makes the same day of the list no more than a month."""
    marks = marks_of({"_marks": _known(node["marks"])})
    form = f"{FORM_NODES.get(name, '')}_actual"
    if form in project.marks and project.row[form] == node["actual"]:
        marks.setdefault("actual_date", project.marks[form])
    return marks


def _known(value: Any) -> Any:
    return None if value is None or value is pd.NA or value is pd.NaT or value != value else value


@dataclass(frozen=True, slots=True)
class RoundTold:
    """A round of consent: its base and numbers (None where not told), what they come to in words, by which rule, and its light.

    result: as reported. applied: the rules it is judged by, each with its state on the day (有效, 待确认是否延续 …).
    """

    title: str
    base: float | None
    voted: float | None
    agreed: float | None
    signed: float | None
    base_area: float | None
    voted_area: float | None
    agreed_area: float | None
    words: str
    light: str
    result: str
    start: str
    end: str
    effective: str
    version: str
    applied: tuple[tuple[Threshold, str], ...]


_ROUND_NUMBERS = {
    "base": "households_entitled", "voted": "households_voted", "agreed": "households_agreed", "signed": "households_signed",
    "base_area": "area_entitled", "voted_area": "area_voted", "agreed_area": "area_agreed",
}


def rounds_told(project: Project, as_of: date, registry: Registry) -> tuple[RoundTold, ...]:
    """Every round of a project, in order of the day it began."""
    rounds = consent_columns(project.rounds, as_of, registry).sort_values("start_date", kind="stable")
    return tuple(_round(row_values(rounds.iloc[[at]]), as_of, registry) for at in range(len(rounds)))


def _round(row: Mapping[str, Any], as_of: date, registry: Registry) -> RoundTold:
    title, marks = str(row["round"]), marks_of(row)
    day = next((pd.Timestamp(row[name]).date() for name in ("effective_date", "end_date") if row[name] is not None), as_of)
    thresholds: tuple[Threshold, ...] = ()
    if title in VOTES:
        vote = Vote(day=min(day, as_of), **{to: row[name] for to, name in VOTE_COLUMNS.items()})
        verdict = judge(vote, VOTES[title], as_of, registry)
        words, thresholds = verdict.words, verdict.thresholds
    elif title in GATES:
        rule, column = GATES[title]
        thresholds = (registry.at(rule, day),)
        words = _gate_words(row, column, thresholds[0])
    else:
        words = "不设比例要求"
    numbers = {to: row[name] for to, name in _ROUND_NUMBERS.items()}
    start, end, effective = (day_text(row[name], marks.get(name, "")) for name in ("start_date", "end_date", "effective_date"))
    applied = tuple((one, registry.state_of(one, as_of)) for one in thresholds)
    return RoundTold(title=title, words=words, light=str(row["round_light"] or UNJUDGED), result=str(row["result"] or ""),
                     version=str(row["threshold_version"] or ""), start=start, end=end, effective=effective, applied=applied, **numbers)


def _gate_words(row: Mapping[str, Any], column: str, gate: Threshold) -> str:
    verb = "同意" if column == "households_agreed" else "签约"
    told = f"{verb} {show(row[column])}/{show(row['households_entitled'])} 户"
    line = gate.text.replace(" ", "")
    if row["reached"] is None:
        return f"{told}（{line}）；资料不全，不作判断"
    reached = "已达到" if row["reached"] else f"还差 {show(row['short'])} 户"
    return f"{told}（{show(row['consent_rate'], 1)}%，{line}），{reached}"


def doubtful(told: tuple[RoundTold, ...]) -> tuple[tuple[Threshold, str], ...]:
    """The rules of some rounds that are not plainly in force, each once."""
    return tuple(dict.fromkeys(one for told_one in told for one in told_one.applied if one[1] != IN_FORCE))


def steps_after_signing(project: Project, as_of: date, registry: Registry) -> tuple[Step, ...]:
    """What may follow the signing for households that have not signed, while that is not over; none otherwise."""
    if not project.going or project.row["stage"] not in (SIGNING_ROUND, "协议签订", "行政调解和决定"):
        return ()
    rounds = consent_columns(project.rounds, as_of, registry)
    own = rounds[(rounds["round"] == SIGNING_ROUND) & rounds["reached"].fillna(False).astype(bool)].dropna(subset=["effective_date"])
    return tuple(after_signing(own["effective_date"].iloc[-1].date(), as_of, registry)) if len(own) else ()


def transition(project: Project, as_of: date) -> tuple[float | None, bool]:
    """Days from moving out to moving back, and whether that is over; days so far while it is not. (None, False) when it has not begun."""
    over = project.nodes["transition_days"].dropna()
    if len(over) and not partly_back(project.frame)[0]:
        return float(over.iloc[0]), True
    left = project.nodes.loc[project.nodes["node"] == MOVED_OUT, "actual_date"].dropna()
    if left.empty or not project.going or left.min().date() > as_of:
        return None, False
    return float((pd.Timestamp(as_of) - left.min()).days), False


@dataclass(frozen=True, slots=True)
class ProjectSource:
    """Rows of a project in one submission. rows: as Excel counts them."""

    submission: int
    dataset: str
    file: str
    sheet: str
    rows: tuple[int, ...]
    period: Period
    units: tuple[str, ...]
    sent_by: str
    sent_at: str
    release: Release | None


def sources_of(connection: Connection, data: Snapshot, project: Project) -> tuple[ProjectSource, ...]:
    """Where the rows of a project stand, in order of form, submission and sheet."""
    found: list[tuple[str, int, str, tuple[int, ...]]] = []
    for name, rows in (("renewal_projects", project.frame), ("milestones", project.nodes), ("consent_rounds", project.rounds)):
        for (submission, sheet), own in rows.groupby(["_submission", "_sheet"], observed=True, sort=True):
            found.append((name, int(str(submission)), str(sheet), tuple(sorted(int(row) for row in own["_row"]))))
    published = publications(connection, [submission for _, submission, _, _ in found])
    told = []
    for name, identity, sheet, numbers in found:
        one = data.sources[identity]
        told.append(ProjectSource(identity, name, one.file_name, sheet, numbers, Period(one.period), one.units, one.submitted_by,
                                  one.submitted_at, published.get(identity)))
    return tuple(told)
