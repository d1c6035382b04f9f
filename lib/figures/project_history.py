"""What was told of one project, month by month and release by release, as a readable list.

Its one rule: a month is compared with the month before it that was reported; what a later release changed in a month that
had been published is told apart from it, as a correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.datasets.renewal_projects import MILESTONES
from lib.figures.project import FORM_NODES, TABLES, day_text, marks_of
from lib.figures.snapshot import decoded, to_frame
from lib.rules.milestones import MOVED_BACK
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, title_of
from lib.store.blobs import get_blobs
from lib.store.changes import PlaceChange, changes_of
from lib.store.submissions import submissions_by_id

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
"""The rows of a project in one form of one month: node or round ("" in the progress form) → row."""
_KEYS = {"renewal_projects": "", "milestones": "node", "consent_rounds": "round"}
_COUNTS = (("households_signed", "签约", "户"), ("households_moved_out", "外搬", "户"), ("households_returned", "回搬", "户"))
_MONEY = (("funds_approved", "已批复资金", "万元"), ("funds_paid", "已拨付资金", "万元"))
NOT_THERE = "本月的表中没有这个项目"
DEADLINE = "解决时限 "
FINISHED = "完成（"
"""In the text of a node that was done; two forms may tell it in different months, it is told once."""


@dataclass(frozen=True, slots=True)
class Told:
    """What changed in a month, or (correction) what a later release changed in a month already published. release: the one that
    brought it; texts: the changes, most telling first.
    """

    period: Period
    release: int
    published_at: str
    correction: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Version:
    release: int
    published_at: str
    rows: Rows


def project_history(connection: Connection, number: int, identity: str) -> tuple[Told, ...]:
    """Everything told of a project in the releases up to `number`, newest month first; nothing of months in which nothing changed."""
    versions = _versions(connection, number, identity)
    found: list[Told] = []
    months: dict[Period, tuple[_Version, list[str]]] = {}
    for dataset in TABLES:
        own = {period: kept for (name, period), kept in versions.items() if name == dataset}
        before: Rows = {}
        for period in sorted(own):
            first, last = own[period][0], own[period][-1]
            texts = _changes(dataset, before, last.rows)
            if texts:
                _, told = months.setdefault(period, (first, []))
                told += [one for one in texts if one not in told]
            for earlier, later in zip(own[period], own[period][1:], strict=False):
                words = _changes(dataset, earlier.rows, later.rows, corrects=True)
                if words:
                    found.append(Told(period, later.release, later.published_at, True, tuple(words)))
            before = last.rows or before
    done: set[str] = set()
    for period, (first, texts) in sorted(months.items()):
        new = tuple(one for one in texts if one not in done)
        done.update(one for one in texts if FINISHED in one)
        if new:
            found.append(Told(period, first.release, first.published_at, False, new))
    return _gathered(sorted(found, key=lambda one: (one.period, one.correction, one.release), reverse=True))


def _gathered(told: list[Told]) -> tuple[Told, ...]:
    """Months in a row in which nothing but the deadline of a risk was moved are told as one, in the newest of them."""
    found: list[Told] = []
    for moved, group in groupby(told, lambda one: not one.correction and len(one.texts) == 1 and one.texts[0].startswith(DEADLINE)):
        months = list(group)
        if moved and len(months) > 1:
            newest, oldest = months[0], months[-1]
            first, last = oldest.texts[0].removeprefix(DEADLINE).partition("→")[0], newest.texts[0].partition("→")[2]
            words = f"{DEADLINE}{first}→{last}（{title_of(oldest.period)}以来逐次改动 {len(months)} 次）"
            months = [replace(newest, texts=(words,))]
        found += months
    return tuple(found)


def _versions(connection: Connection, number: int, identity: str) -> dict[tuple[str, Period], list[_Version]]:
    """(form, month) → what stood of the project after each release that changed it, oldest first, from the first on that had it."""
    changes = changes_of(connection, number, TABLES)
    rows = _rows(connection, changes, identity)
    standing: dict[tuple[str, Period], dict[str, int]] = {}
    found: dict[tuple[str, Period], list[_Version]] = {}
    seen: set[str] = set()
    for (release, dataset, period), group in _by_release(changes).items():
        place = (dataset, Period(period))
        units = standing.setdefault(place, {})
        for one in group:
            if one.submission is None:
                units.pop(one.unit, None)
            else:
                units[one.unit] = one.submission
        now = {key: row for unit, submission in units.items() for key, row in rows.get((submission, unit), {}).items()}
        homes = {unit for (submission, unit) in rows if unit in units}
        kept = found.setdefault(place, [])
        if now or (dataset in seen and homes):
            seen.add(dataset)
            if not kept or kept[-1].rows != now:
                kept.append(_Version(release, group[0].published_at, now))
    return {place: kept for place, kept in found.items() if kept}


def _by_release(changes: list[PlaceChange]) -> dict[tuple[int, str, str], list[PlaceChange]]:
    found: dict[tuple[int, str, str], list[PlaceChange]] = {}
    for one in changes:
        found.setdefault((one.release, one.dataset, one.period), []).append(one)
    return found


def _rows(connection: Connection, changes: list[PlaceChange], identity: str) -> dict[tuple[int, str], dict[str, Row]]:
    """(submission, 街镇) → the rows of the project that stand for that 街镇."""
    sources = submissions_by_id(connection, sorted({one.submission for one in changes if one.submission is not None}))
    blobs = get_blobs(connection, (one.rows_sha256 for one in sources.values())) if sources else {}
    found: dict[tuple[int, str], dict[str, Row]] = {}
    for number, one in sources.items():
        spec = DATASETS[one.dataset]
        wanted = pa.schema([part for part in spec.schema if part.name not in ("_sheet", "_row", "_submission")])
        table = decoded(spec, number, blobs[one.rows_sha256], wanted)
        own = to_frame(table.filter(pc.fill_null(pc.equal(table.column("project_id"), identity), False)))
        for row in own.astype("object").where(own.notna(), None).to_dict("records"):
            key = str(row[_KEYS[one.dataset]]) if _KEYS[one.dataset] else ""
            found.setdefault((number, str(row["subdistrict"])), {})[key] = {str(name): value for name, value in row.items()}
    return found


def _changes(dataset: str, before: Rows, now: Rows, *, corrects: bool = False) -> list[str]:
    """The changes in words; of a project seen for the first time what it began with."""
    if dataset == "renewal_projects":
        if not now:
            return ["撤销本月的行" if corrects else NOT_THERE] if before else []
        return _project_changes(before.get(""), now[""])
    if not before and not corrects:
        return []
    tell = _node_changes if dataset == "milestones" else _round_changes
    return [text for key, row in now.items() for text in tell(key, before.get(key), row)]


def _project_changes(before: Row | None, now: Row) -> list[str]:
    if before is None:
        first = f"首次列入：阶段 {now['stage'] or '未报'}，涉及 {_number(now['households'])} 户"
        signed = f"签约 {_number(now['households_signed'])}/{_number(now['households_to_sign'])} 户"
        return [first] if now["households_signed"] is None else [first, signed]
    texts = []
    if before["stage"] != now["stage"]:
        texts.append(f"阶段 {before['stage'] or '未报'}→{now['stage'] or '未报'}")
    texts += [f"{title} {_number(before[name])}→{_number(now[name])} {unit}" for name, title, unit in _COUNTS if before[name] != now[name]]
    for prefix, title in MILESTONES:
        texts += _day_changes(title, before, now, f"{prefix}_actual", f"{prefix}_plan")
    if before["risk"] != now["risk"]:
        texts.append("风险和问题已消除" if now["risk"] is None else f"风险和问题：{now['risk']}")
    if before["risk_due"] != now["risk_due"] and before["risk"] == now["risk"]:
        texts.append(f"{DEADLINE}{_day(before, 'risk_due')}→{_day(now, 'risk_due')}")
    texts += [f"{title} {_number(before[name], 2)}→{_number(now[name], 2)} {unit}"
              for name, title, unit in _MONEY if before[name] != now[name]]
    for name in ("project_type", "project_name", "households", "households_to_sign", "households_to_return"):
        if before[name] != now[name]:
            spec = DATASETS["renewal_projects"].by_name[name]
            texts.append(f"{spec.label} {_plain(before[name], spec.unit)}→{_plain(now[name], spec.unit)}")
    return texts


def _node_changes(node: str, before: Row | None, now: Row) -> list[str]:
    same = dict(MILESTONES).get(FORM_NODES.get(node, ""), node)
    if before is None:
        return [] if now["plan_date"] is None else [f"新列节点 {node}，计划 {_day(now, 'plan_date')}"]
    texts = _day_changes(same, before, now, "actual_date", "plan_date")
    reason = now["delay_reason"]
    if reason is not None and before["delay_reason"] != reason:
        texts.append(f"{node}延期原因：{reason}")
    return texts


def _round_changes(title: str, before: Row | None, now: Row) -> list[str]:
    if before is None:
        return [f"{title}开始（{now['result']}）"]
    texts = []
    if before["result"] != now["result"]:
        texts.append(f"{title} {before['result']}→{now['result']}")
    for name, word in (("households_voted", "参与"), ("households_agreed", "同意")):
        if before[name] != now[name]:
            texts.append(f"{title}{word} {_number(before[name])}→{_number(now[name])} 户")
    return texts


def _day_changes(title: str, before: Row, now: Row, actual: str, plan: str) -> list[str]:
    texts = []
    if before[actual] != now[actual]:
        told = _day(now, actual)
        word = f"填报{FINISHED}" if title == MOVED_BACK else FINISHED  # some are back: whether all are is told by the households
        texts.append(f"{title}{word}{told}）" if before[actual] is None else f"{title}实际日期 {_day(before, actual)}→{told}")
    if before[plan] != now[plan]:
        texts.append(f"{title}计划 {_day(before, plan)}→{_day(now, plan)}")
    return texts


def _day(row: Row, name: str) -> str:
    return day_text(row[name], marks_of(row).get(name, "")) or "未报"


def _number(value: Any, decimals: int = 0) -> str:
    if value is None:
        return "未报"
    return show(float(value), decimals if float(value) % 1 else 0)


def _plain(value: Any, unit: str) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "未报"
    return value if isinstance(value, str) else show_unit(float(value), unit)
