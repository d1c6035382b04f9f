"""What was told of one compound, month by month and release by release, over all forms, as a readable list.

Its one rule: a month is compared with the month before it that was reported; what a later release changed in a published month is told
apart from it, as a correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.figures.compound import KEYED, form_title
from lib.figures.project import day_text, marks_of
from lib.figures.project_history import Told
from lib.figures.snapshot import decoded, to_frame
from lib.spec.fields import Dataset
from lib.spec.kinds import Kind
from lib.spec.numbers import show_unit
from lib.spec.period import Period
from lib.store.blobs import get_blobs
from lib.store.changes import PlaceChange, changes_of
from lib.store.submissions import submissions_by_id

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
"""The rows of a compound in one form of one month: the rest of their key ("" where there is none) → row."""

_WATCHED: dict[str, tuple[str, ...]] = {
    "compounds": ("compound_name", "compound_alias", "subdistrict", "housing_class", "households", "gfa_m2", "eligible_for_assembly",
                  "property_firm", "pm_contract_end", "pm_fee", "party_covered"),
    "committees": ("formation_status", "session_no", "term_start", "term_end", "renewal_report_date", "group_date", "handover_date",
                   "election_date", "election_result", "filing_date", "handback_date", "exit_audit_date", "developer_report_date",
                   "preparatory_date", "first_assembly_date", "annual_audit_date", "substitute", "substitute_start", "substitute_end",
                   "secretary", "rating_stars"),
    "renewal_projects": ("stage", "households_signed", "households_returned"),
    "lifts": ("stage",),
    "fee_changes": ("old_price", "new_price", "method", "vote_date", "vote_result", "effective_date"),
    "maintenance_funds": ("trigger_date", "topup_method", "vote_date", "vote_result", "topup_done_date"),
    "red_points": ("status", "named_date", "review_date"),
}
"""Form → the columns whose changes are told; what moves each month (a balance, a share collected) is not."""
_OTHER_KEY: dict[str, str] = {"renewal_projects": "project_id", "lifts": "entrance", "fee_changes": "year", "red_points": "point_type"}
_FIRST: dict[str, tuple[str, ...]] = {
    "compounds": ("households", "pm_fee"),
    "committees": ("formation_status", "term_end"),
    "renewal_projects": ("stage",),
    "lifts": ("stage",),
    "fee_changes": ("new_price", "vote_result"),
    "maintenance_funds": ("trigger_date", "vote_result"),
    "red_points": ("status",),
}
"""Form → what is told of a row seen for the first time."""
_MOST = 6
"""So many changes of one form are told one by one in a month; more are counted."""
_NAMED = 3
"""So many rows that changed alike are named."""


@dataclass(frozen=True, slots=True)
class _Version:
    release: int
    published_at: str
    rows: Rows


def compound_history(connection: Connection, number: int, identity: str) -> tuple[Told, ...]:
    """Everything told of a compound in the releases up to `number`, newest month first; nothing of months in which nothing changed."""
    versions = _versions(connection, number, identity)
    found: list[Told] = []
    months: dict[Period, tuple[_Version, list[str]]] = {}
    for form in KEYED:
        own = {period: kept for (name, period), kept in versions.items() if name == form}
        before: Rows | None = None
        for period in sorted(own):
            first, last = own[period][0], own[period][-1]
            if texts := _changes(form, before, last.rows):
                months.setdefault(period, (first, []))[1].extend(texts)
            for earlier, later in zip(own[period], own[period][1:], strict=False):
                if words := _changes(form, earlier.rows, later.rows):
                    found.append(Told(period, later.release, later.published_at, True, tuple(words)))
            before = last.rows
    found += [Told(period, first.release, first.published_at, False, tuple(texts)) for period, (first, texts) in months.items()]
    return tuple(sorted(found, key=lambda one: (one.period, one.correction, one.release), reverse=True))


def months_told(connection: Connection, number: int, identity: str) -> tuple[Period, ...]:
    """Months whose register of compounds has a compound, newest first."""
    versions = _versions(connection, number, identity, ("compounds",))
    return tuple(sorted((period for (_, period), kept in versions.items() if kept[-1].rows), reverse=True))


def _versions(
    connection: Connection, number: int, identity: str, forms: tuple[str, ...] = KEYED
) -> dict[tuple[str, Period], list[_Version]]:
    """(form, month) → what stood of the compound after each release that changed it, oldest first, from the first on that had it."""
    changes = changes_of(connection, number, forms)
    rows = _rows(connection, changes, identity)
    homes = {unit for _, unit in rows}
    standing: dict[tuple[str, Period], dict[str, int]] = {}
    found: dict[tuple[str, Period], list[_Version]] = {}
    seen: set[str] = set()
    touched: dict[tuple[int, str, Period], list[PlaceChange]] = {}
    for one in changes:
        touched.setdefault((one.release, one.dataset, Period(one.period)), []).append(one)
    for (release, form, period), group in touched.items():
        units = standing.setdefault((form, period), {})
        for one in group:
            if one.submission is None:
                units.pop(one.unit, None)
            else:
                units[one.unit] = one.submission
        now = {key: row for unit, submission in units.items() for key, row in rows.get((submission, unit), {}).items()}
        kept = found.setdefault((form, period), [])
        if now or (form in seen and homes & units.keys()):
            seen.add(form)
            if not kept or kept[-1].rows != now:
                kept.append(_Version(release, group[0].published_at, now))
    return {place: kept for place, kept in found.items() if kept}


def _rows(connection: Connection, changes: list[PlaceChange], identity: str) -> dict[tuple[int, str], dict[str, Row]]:
    """(submission, 街镇) → the rows of the compound that stand for that 街镇, with the watched columns."""
    sources = submissions_by_id(connection, sorted({one.submission for one in changes if one.submission is not None}))
    blobs = get_blobs(connection, (one.rows_sha256 for one in sources.values())) if sources else {}
    found: dict[tuple[int, str], dict[str, Row]] = {}
    for number, one in sources.items():
        spec = DATASETS[one.dataset]
        other = _OTHER_KEY.get(one.dataset, "")
        names = dict.fromkeys(("compound_id", "subdistrict", *((other,) if other else ()), *_WATCHED[one.dataset], "_marks"))
        table = decoded(spec, number, blobs[one.rows_sha256], pa.schema([spec.schema.field(name) for name in names]))
        rows = table.filter(pc.fill_null(pc.equal(table.column("compound_id"), identity), False))
        if not rows.num_rows:
            continue
        own = to_frame(rows)
        for row in own.astype("object").where(own.notna(), None).to_dict("records"):
            key = "" if not other else str(int(row[other]) if isinstance(row[other], float) else row[other])
            found.setdefault((number, str(row["subdistrict"])), {})[key] = {str(name): value for name, value in row.items()}
    return found


def _changes(form: str, before: Rows | None, now: Rows) -> list[str]:
    """The changes of one form in words. before None: nothing was told of the compound in this form yet."""
    spec = DATASETS[form]
    if not now:
        return [f"{form_title(form)}中已没有这个小区"] if before else []
    same: dict[str, list[str]] = {}
    for key, row in now.items():
        if words := _row_changes(spec, (before or {}).get(key), row):
            same.setdefault("，".join(words), []).append(key)
    if gone := [key for key in (before or {}) if key not in now]:
        same.setdefault("已不在表中", []).extend(gone)
    texts = [f"{_named(form, _several(keys))}{words}" for words, keys in same.items()]
    if len(texts) > _MOST:
        return [*texts[:_MOST], f"{form_title(form)}中另有 {len(texts) - _MOST} 种变化"]
    return texts


def _several(keys: list[str]) -> str:
    """The rows that changed alike: the first of them, the others counted."""
    return "、".join(keys) if len(keys) <= _NAMED else f"{'、'.join(keys[:_NAMED])} 等 {len(keys)} 个"


def _named(form: str, key: str) -> str:
    """What a row is called before its changes."""
    match form:
        case "lifts":
            return f"加梯 {key} "
        case "fee_changes":
            return f"{key}年调价 "
        case "maintenance_funds":
            return "维修资金 "
        case "renewal_projects":
            return f"更新项目 {key} "
        case "red_points":
            return f"红色物业{key} "
        case "committees":
            return "业委会 "
    return "小区 "


def _row_changes(spec: Dataset, before: Row | None, now: Row) -> list[str]:
    if before is None:
        shown = [f"{spec.by_name[name].title} {_text(spec, now, name)}" for name in _FIRST[spec.id] if now[name] is not None]
        return [f"首次列入：{'、'.join(shown)}" if shown else "首次列入"]
    return [_change(spec, before, now, name) for name in _WATCHED[spec.id] if before[name] != now[name]]


def _change(spec: Dataset, before: Row, now: Row, name: str) -> str:
    title = spec.by_name[name].title
    if before[name] is None:
        return f"{title} {_text(spec, now, name)}"
    return f"{title} {_text(spec, before, name)}→{_text(spec, now, name)}"


def _text(spec: Dataset, row: Row, name: str) -> str:
    value = row[name]
    if value is None:
        return "未报"
    field = spec.by_name[name]
    if field.kind is Kind.DATE:
        return day_text(value, marks_of(row).get(name, ""))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return show_unit(float(value), field.unit, 0 if float(value).is_integer() else 2)
    return str(value)
