"""Commands that tell of rules and days: thresholds, clock."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pandas as pd

from lib import clock as time
from lib.actions.opening import open_database
from lib.actions.threshold_edits import rows_in_force
from lib.actions.thresholds import rule_uses
from lib.cli.answers import PUBLISHABLE, plain, print_json
from lib.cli.arguments import compound_named, day_named, unit_named
from lib.cli.figures import asked_release, asked_snapshot
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, unit_name
from lib.datasets.thresholds import Registry, Threshold
from lib.figures.content import registry_at
from lib.figures.snapshot import Snapshot
from lib.rules.funds import fund_deadlines, fund_light, fund_share, fund_states
from lib.rules.lights import LIGHT
from lib.rules.terms import (
    cycle_days,
    formation_deadlines,
    forming,
    frozen,
    frozen_compounds,
    term_deadlines,
    term_light,
    term_states,
)
from lib.spec.numbers import show


def thresholds(options: argparse.Namespace) -> int:
    """The registry in force on a day: one row per rule, or all rows."""
    on = day_named(options.on) or time.today()
    with open_database().reading() as connection:
        number = asked_release(connection, options.release, empty=True)
        registry = registry_at(connection, number)
    rows = [row for rule in registry.rules for row in registry.rows_of(rule)] if options.all else list(rows_in_force(registry, on))
    if options.json:
        print_json({"release": number, "on": on.isoformat(), "rows": [_threshold(row, registry, on) for row in rows]})
        return PUBLISHABLE
    print(f"第 {number} 版 · {on}" if number else f"随系统提供 · {on}")
    for row in rows:
        until = f"{row.effective_from} {f'至 {row.effective_to}' if row.effective_to else '起'}"
        print("\t".join((row.rule, row.title, row.text, registry.state_of(row, on), until, row.standing, row.basis)))
    return PUBLISHABLE


def _threshold(row: Threshold, registry: Registry, on: date) -> dict[str, Any]:
    plain_row = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(row).items()}
    return {**plain_row, "text": row.text, "state": registry.state_of(row, on), "uses": list(rule_uses().get(row.rule, ()))}


def clock(options: argparse.Namespace) -> int:
    """The clocks of a compound: 换届, formation, top-up of the fund; with the freeze."""
    on = day_named(options.on)
    number, snapshot = asked_snapshot(options, on)
    on = on or snapshot.as_of
    unit = unit_named(options.unit)
    found = compound_named(options.compound, _compounds(snapshot), "" if unit == DISTRICT else unit)
    committees = _rows(snapshot, "committees", found["compound_id"])
    funds = _rows(snapshot, "maintenance_funds", found["compound_id"])
    told = {
        "release": number,
        "period": snapshot.period,
        "on": on.isoformat(),
        **found,
        "committee": _committee(committees, on, snapshot.registry),
        "fund": _fund(funds, frozen_compounds(committees, on), on, snapshot.registry),
    }
    if options.json:
        print_json(told)
    else:
        _print(told)
    return PUBLISHABLE


def _compounds(snapshot: Snapshot) -> pd.DataFrame:
    """Compounds by id, name, aliases and 街镇, of every form that names one; the register first."""
    names = ["compound_id", "compound_name", "compound_alias", "subdistrict"]
    parts = [snapshot.frames[name].reindex(columns=names) for name in ("compounds", "committees", "maintenance_funds")]
    return pd.concat([one for one in parts if not one.empty] or parts[:1], ignore_index=True).drop_duplicates("compound_id")


def _rows(snapshot: Snapshot, dataset: str, compound: str) -> pd.DataFrame:
    """The rows of a compound as they were reported, without derived columns."""
    frame = snapshot.frames[dataset]
    return frame[frame["compound_id"] == compound].reindex(columns=DATASETS[dataset].schema.names).reset_index(drop=True)


def _committee(rows: pd.DataFrame, on: date, registry: Registry) -> dict[str, Any] | None:
    if rows.empty:
        return None
    row = rows.iloc[0]
    return {
        "formation_status": plain(row["formation_status"]),
        "session_no": plain(row["session_no"]),
        "term_start": plain(row["term_start"]),
        "term_end": plain(row["term_end"]),
        "state": term_states(rows, on, registry).iloc[0],
        "light": term_light(rows, on, registry).iloc[0],
        "freeze": _freeze(rows, on),
        "renewal": _steps(term_deadlines(rows, on, registry)),
        "formation": None if forming(rows).empty else _steps(formation_deadlines(rows, on, registry)),
    }


def _freeze(rows: pd.DataFrame, on: date) -> dict[str, Any]:
    """Whether the freeze holds, its first day, and its last one; None while the one or the other is not known."""
    days = cycle_days(rows, on)
    group, election = (plain(pd.Timestamp(days[name][0])) for name in ("cycle_group", "cycle_election"))
    begun = group if group is not None and group <= on.isoformat() else None
    ended = None if begun is None or election is None else (date.fromisoformat(election) - timedelta(days=1)).isoformat()
    return {"frozen": bool(frozen(rows, on).iloc[0]), "from": begun, "to": ended}


def _fund(rows: pd.DataFrame, held: frozenset[str], on: date, registry: Registry) -> dict[str, Any] | None:
    if rows.empty:
        return None
    share = fund_share(rows).iloc[0]
    return {
        "state": fund_states(rows, on, registry).iloc[0],
        "light": fund_light(rows, on, registry, frozen=held).iloc[0],
        "share": None if pd.isna(share) else float(share),
        "trigger_date": plain(rows.iloc[0]["trigger_date"]),
        "steps": _steps(fund_deadlines(rows, on, registry, frozen=held)),
    }


def _steps(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = ("step", "title", "planned", "due", "actual", "days", "done", "light", "words", "basis")
    rows = [{name: plain(row[name]) for name in names} for row in table.to_dict("records")]
    return [{**row, "days": None if row["days"] is None else int(row["days"]), "done": bool(row["done"])} for row in rows]


def _print(told: dict[str, Any]) -> None:
    print(f"{told['compound_name']}（{told['compound_id']}，{unit_name(told['subdistrict'])}）· 第 {told['release']} 版 · "
          f"{told['period']} · 按 {told['on']} 计算")
    committee, fund = told["committee"], told["fund"]
    if committee is None:
        print("业委会表中没有该小区。")
    else:
        term = f"，第 {int(committee['session_no'])} 届" if committee["session_no"] is not None else ""
        term += f"，任期 {committee['term_start']} 至 {committee['term_end']}" if committee["term_end"] else ""
        print(f"业委会：{committee['state']}（{committee['formation_status']}{term}）{LIGHT[committee['light']].text}")
        print(f"冻结期：{_freeze_words(committee['freeze'])}")
        _print_steps("换届时钟", committee["renewal"], "该小区没有换届时钟")
        if committee["formation"] is not None:
            _print_steps("组建时钟", committee["formation"], "")
    if fund is None:
        print("维修资金表中没有该小区。")
    else:
        share = "—" if fund["share"] is None else f"{show(fund['share'], 2)}%"
        print(f"维修资金：{fund['state']}（余额比 {share}）{LIGHT[fund['light']].text}")
        _print_steps("续筹时钟", fund["steps"], "没有触发续筹")


def _freeze_words(freeze: dict[str, Any]) -> str:
    if freeze["from"] is None:
        return "无"
    if freeze["to"] is not None:
        return f"{freeze['from']} 至 {freeze['to']}，已结束"
    return f"自 {freeze['from']} 起，至选举产生前" + ("" if freeze["frozen"] else "（不适用）")


def _print_steps(title: str, steps: list[dict[str, Any]], none: str) -> None:
    print(f"{title}：" + ("" if steps else none))
    for one in steps:
        days = [f"{words} {one[name] or '—'}" for words, name in (("计划", "planned"), ("期限", "due"), ("实际", "actual"))]
        print("\t".join(["  " + one["title"], *days, LIGHT[one["light"]].text, one["words"], one["basis"] or ""]).rstrip())
