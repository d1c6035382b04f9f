"""What is to come, as far as it can honestly be told: projects that will pass their planned days.

Its one rule: every forecast is one line of arithmetic and says it in words; where there is too little to go by it says 不确定.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import REBUILDING_TYPES, RENEWAL_LADDERS
from lib.datasets.thresholds import Registry
from lib.rules.clock import Days, days_of, happened
from lib.rules.milestones import form_nodes, list_nodes, unfinished
from lib.rules.pace import recent_pace, too_far
from lib.spec.numbers import show

OUTLOOK_COLUMNS = ("project_id", "node", "plan", "projected", "days_late", "certain", "rule")
"""days_late: projected − plan (positive: later than planned), NaN where one is not known. certain False: 不确定, or no more than a
least delay. rule: how the day was worked out, in words."""

PACE_RULE = "推算日 = 截至日 + ⌈尚差户数 ÷ 日均签约户数⌉；日均签约户数 =（末次户数 − 首次户数）÷ 首末两次观测相隔天数，取近三个月的观测"
DELAY_RULE = "推算日 = 计划日 + 末个已完成节点的延误天数（提前的按0计）；有节点已超期未完成的，至少顺延其已超期的天数"

SIGNED_NODE = "签约生效"


def signing_outlook(projects: pd.DataFrame, observations: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """When 签约 will reach `renewal.signing_gate` at its present pace (`PACE_RULE`), a row per project of 成套改造 or 拆除重建 with a
    number of households to sign. Columns `OUTLOOK_COLUMNS`.

    observations: project_id, day, signed (households), at least one row per time it was told; what is later than `on` is left out, and
    of a day told twice the greater number counts. 不确定 as `lib.rules.pace` says.
    Reached already: projected is the day it came into force or, where that is not told, the first day on which it was seen.
    """
    gate = registry.at("renewal.signing_gate", on).exact
    chosen = projects[(projects["project_type"].isin(REBUILDING_TYPES) & (projects["households_to_sign"] > 0)).to_numpy(bool)]
    seen = observations[(observations["day"] <= pd.Timestamp(on)).to_numpy(bool) & observations["signed"].notna().to_numpy(bool)]
    daily = seen.groupby(["project_id", "day"])["signed"].max().reset_index()
    history: dict[str, list[tuple[date, int]]] = {}
    for name, day, count in zip(daily["project_id"], days_of(daily, "day").tolist(), daily["signed"], strict=True):
        history.setdefault(name, []).append((day, int(count)))
    effective = happened(chosen, "sign_actual", on)
    found = []
    for at, (name, to_sign, signed) in enumerate(
        zip(chosen["project_id"], chosen["households_to_sign"], chosen["households_signed"], strict=True)
    ):
        need = -(-int(to_sign) * gate.numerator // (100 * gate.denominator))
        if not np.isnat(effective[at]):
            found.append((effective[at].astype(date), True, "已签约生效"))
        else:
            found.append(_at_pace(history.get(name, []), need, None if pd.isna(signed) else int(signed), on, registry))
    plan = days_of(chosen, "sign_plan")
    projected = np.array([day for day, _, _ in found], "datetime64[D]")
    return _outlook(chosen["project_id"], SIGNED_NODE, plan, projected, [sure for _, sure, _ in found], [words for _, _, words in found])


def _at_pace(told: list[tuple[date, int]], need: int, signed: int | None, on: date, registry: Registry) -> tuple[date | None, bool, str]:
    """The projected day, whether it is certain, and why. told: households signed by day, oldest first; signed: what the form says."""
    latest = told[-1][1] if told else signed
    if latest is not None and latest >= need:
        reached = next((day for day, count in told if count >= need), None)
        return reached, True, f"已签约{show(latest)}户，已达到生效所需的{show(need)}户"
    pace = recent_pace(told, on, registry, "签约户数")
    if pace.doubt:
        return None, False, pace.doubt
    left = need - told[-1][1]
    day = pace.day_of(left, on)
    if doubt := too_far(day, on, registry):
        return None, False, doubt
    gained = f"{pace.first}至{pace.last}新签{show(pace.gain)}户，日均{show(pace.per_day, 2)}户"
    return day, True, f"{gained}；距生效尚差{show(left)}户，按此进度自截至日推算"


def form_outlook(projects: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The nodes still to come of unfinished rows of `renewal_projects`, by `DELAY_RULE`; columns `OUTLOOK_COLUMNS`."""
    return delay_outlook(form_nodes(projects[unfinished(projects)], on, registry), on)


def list_outlook(milestones: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The nodes still to come of the rows of `milestones`, each project in the order of its ladder, by `DELAY_RULE`; columns
    `OUTLOOK_COLUMNS`.
    """
    places = {(kind, stage): at for kind, ladder in RENEWAL_LADDERS.items() for at, stage in enumerate(ladder.stages)}
    place = [places.get(key, -1) for key in zip(milestones["project_type"], milestones["node"], strict=True)]
    ordered = milestones.assign(_place=place).sort_values(["project_id", "_place"], kind="stable")
    return delay_outlook(list_nodes(ordered.drop(columns="_place"), on, registry), on)


def delay_outlook(nodes: pd.DataFrame, on: date) -> pd.DataFrame:
    """What the present delay of each project does to its nodes still to come (`DELAY_RULE`); columns `OUTLOOK_COLUMNS`.

    nodes: project_id, node, plan, actual, those of a project in the order in which they come. A row for every node after the last
    finished one that has a plan day. The delay is that of the last finished node that had a plan; none such and none over: 不确定.
    """
    project = nodes["project_id"]
    place = nodes.groupby("project_id").cumcount()
    plan, actual = nodes["plan"], nodes["actual"].where(nodes["actual"] <= pd.Timestamp(on))
    done = actual.notna()
    last = place.where(done).groupby(project).transform("max").fillna(-1)
    dated = done & plan.notna()
    carrier = dated & (place == place.where(dated).groupby(project).transform("max"))
    carried = (actual - plan).dt.days.clip(lower=0).where(carrier).groupby(project).transform("max")
    after = nodes["node"].where(carrier).groupby(project).transform("first")
    ahead = (~done & plan.notna() & (place > last)).to_numpy(bool)
    over = (pd.Timestamp(on) - plan).dt.days.clip(lower=0).where(ahead, 0)
    table = pd.DataFrame({"project_id": project, "node": nodes["node"], "plan": plan, "carried": carried, "after": after,
                          "over": over.groupby(project).cummax()})[ahead]
    delay = np.fmax(table["carried"].to_numpy(np.float64), np.where(table["over"] > 0, table["over"], np.nan))
    known_delay = ~np.isnan(delay)
    moved = days_of(table, "plan") + np.where(known_delay, delay, 0).astype("timedelta64[D]")
    projected = np.where(known_delay, moved, np.datetime64("NaT"))
    sure = (table["carried"] >= table["over"]).to_numpy(bool)
    words = [_delay_words(*one) for one in zip(table["carried"], table["over"], table["after"], strict=True)]
    return _outlook(table["project_id"], table["node"].to_numpy(), days_of(table, "plan"), projected, list(sure), words)


def _delay_words(carried: float, over: float, after: str) -> str:
    if over > 0 and not over <= carried:
        return f"本节点或前序节点已超期{show(over)}天未完成，至少顺延同样天数"
    if np.isnan(carried):
        return "不确定：尚无排过计划的已完成节点"
    if carried > 0:
        return f"末个已完成节点“{after}”晚{show(carried)}天，后续节点按计划日顺延同样天数"
    return f"末个已完成节点“{after}”未延误，后续节点按计划日推算"


def _outlook(project: pd.Series, node: object, plan: Days, projected: Days, certain: list[bool], rule: list[str]) -> pd.DataFrame:
    late = (projected - plan).astype("timedelta64[D]")
    return pd.DataFrame({
        "project_id": project.to_numpy(),
        "node": node,
        "plan": plan.astype("datetime64[ms]"),
        "projected": projected.astype("datetime64[ms]"),
        "days_late": np.where(np.isnat(late), np.nan, late.astype(np.int64)),
        "certain": np.array(certain, bool),
        "rule": rule,
    }).astype({"project_id": "str", "node": "str", "rule": "str"})
