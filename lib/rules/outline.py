"""Renewal projects as people push them: the light of each, why, and which comes first.

Its one rule: a project's light is that of its nodes on the day (■ is exactly what R16 counts), and its reason is made of reported rows.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.lights import GREEN, LIGHT_NAMES, RED, UNJUDGED, YELLOW, codes_of
from lib.rules.marks import numbers
from lib.rules.milestones import form_nodes, unfinished
from lib.spec.numbers import show

OUTLINE_COLUMNS = ("light", "worst_node", "over", "next_node", "next_plan", "next_days", "reason", "place")
"""over: days by which the worst node is over, NaN when none is. next_node: the first open node with a plan after the last one done;
next_days: days until its plan (negative: over). reason: in words. place: 0 for the project that needs a push most."""
LIGHT_RULE = (
    "■ 预警：有超期节点（与“超期项目数”同一口径）；▲ 关注：有节点临近计划日期，或前一节点已延误、按规则顺延将晚于计划；"
    "● 正常：其余；○ 不判定：后续没有排了计划的节点"
)
ORDER_RULE = "先按灯色，再按超期天数、下一节点的远近和距生效差户排列；已完成的在最后"
FINISHED, UNPLANNED, ENDED = "已完成", "后续节点未排计划日期", "各节点均已填实际日期，回搬尚未完成"


def outline(projects: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """What stands about each row of `renewal_projects` with derived columns; same index, columns `OUTLINE_COLUMNS`."""
    nodes = form_nodes(projects, on, registry)
    shape = (len(projects), len(MILESTONES))
    going = unfinished(projects)
    done = nodes["done"].to_numpy(bool).reshape(shape)
    days = nodes["days"].to_numpy(np.float64).reshape(shape)
    codes = codes_of(nodes["light"]).reshape(shape)
    at = np.arange(len(MILESTONES))
    last = np.where(done, at, -1).max(axis=1, initial=-1)
    planned = ~done & ~np.isnan(days) & going[:, None]
    ahead = planned & (at > last[:, None])
    following = np.where(ahead.any(axis=1), ahead.argmax(axis=1), -1)
    near = (planned & (codes == LIGHT_NAMES.index(YELLOW))).any(axis=1)
    overdue = projects["overdue"].to_numpy(bool)
    late = projects["expected_late"].to_numpy(bool)
    light = np.select([overdue, near | late, ~going | planned.any(axis=1)], [RED, YELLOW, GREEN], UNJUDGED)
    titles = [title for _, title in MILESTONES]
    rows = np.arange(len(projects))
    plan = nodes["plan"].to_numpy().astype("datetime64[ms]").reshape(shape)
    has_next = following >= 0
    next_plan = np.full(len(projects), np.datetime64("NaT"), "datetime64[ms]")
    next_plan[has_next] = plan[rows, following][has_next]
    table = pd.DataFrame({
        "light": pd.Series(light, index=projects.index, dtype="str"),
        "worst_node": projects["overdue_node"],
        "over": projects["overdue_days"],
        "next_node": pd.Series([titles[one] if one >= 0 else None for one in following], index=projects.index, dtype="str"),
        "next_plan": next_plan,
        "next_days": np.where(has_next, days[rows, following], np.nan),
    }, index=projects.index)
    further = (planned & (days < 0)).sum(axis=1) - 1
    ended = last == len(MILESTONES) - 1
    gate = show(registry.at("renewal.signing_gate", on).number)
    table["reason"] = pd.Series(
        [_reason(row, told, int(more), ENDED if end else UNPLANNED, bool(open_), on, gate) for row, told, more, end, open_ in
         zip(_records(projects), _records(table), further, ended, going, strict=True)],
        index=projects.index, dtype="str",
    )
    urgency = np.select([overdue, light == YELLOW, ~going, light == UNJUDGED], [4, 3, 0, 2], 1)
    over = np.nan_to_num(numbers(table["over"]))
    short = np.nan_to_num(numbers(projects["households_short"]))
    left = np.where(has_next, numbers(table["next_days"]), np.inf)
    table["place"] = np.argsort(np.lexsort((projects["project_id"].fillna("").to_numpy(str), -short, left, -over, -urgency)))
    return table


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _reason(row: dict[str, Any], told: dict[str, Any], more: int, unplanned: str, going: bool, on: date, gate: str) -> str:
    """Why a project stands where it stands, in words. unplanned: why nothing can be said of what is to come."""
    parts = []
    if told["light"] == RED:
        also = f"，另有 {more} 个节点超期" if more > 0 else ""
        parts.append(f"“{told['worst_node']}”节点已超期 {show(told['over'])} 天{also}")
    elif told["light"] == YELLOW and not pd.isna(told["next_days"]):
        left = show(told["next_days"])
        parts.append(f"“{told['next_node']}”节点{'今天到期' if left == '0' else f'还有 {left} 天到计划日期'}")
    if told["light"] == YELLOW and row["expected_late"]:
        parts.append(f"前一节点晚 {show(row['carried_delay'])} 天，后续节点顺延将晚于计划")
    if told["light"] == UNJUDGED:
        parts.append(unplanned)
    if row["signing"]:
        parts.append(_signing(row, gate))
    back, to_return = row["households_returned"], row["households_to_return"]
    if going and row["returning"] and not pd.isna(to_return):
        left = show(to_return - (0 if pd.isna(back) else back))
        parts.append(f"已回搬 {show(None if pd.isna(back) else back)} / {show(to_return)} 户，还有 {left} 户")
    if going and not pd.isna(row["risk"]):
        parts.append(f"问题：{row['risk']}{_risk(row, on)}")
    return "；".join(parts) if parts else ("正常推进" if going else FINISHED)


def _signing(row: dict[str, Any], gate: str) -> str:
    short = row["households_short"]
    if pd.isna(short):
        return "签约户数未填"
    share = f"已签约 {show(row['households_signed'])} / {show(row['households_to_sign'])} 户"
    return f"{share}，距 {gate}% 生效线还差 {show(short)} 户" if short else f"{share}，已达 {gate}% 生效线"


def _risk(row: dict[str, Any], on: date) -> str:
    due = row["risk_due"]
    words = [str(row["risk_unit"])] if not pd.isna(row["risk_unit"]) else []
    if isinstance(due, pd.Timestamp):
        over = (on - due.date()).days
        words.append(f"时限 {due.date()}" + (f"，已过 {show(over)} 天" if over > 0 else ""))
    return f"（{'，'.join(words)}）" if words else ""
