"""Commands that read what stands published: indicators, rows, releases."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection

from lib.actions.opening import open_database
from lib.auth.demo import account_names
from lib.cli.answers import PUBLISHABLE, plain, print_json
from lib.cli.arguments import indicator_named, period_named, unit_named
from lib.datasets.places import DISTRICT, unit_name
from lib.errors import NotFound
from lib.figures.content import periods_of
from lib.figures.rows import passport_rows
from lib.figures.snapshot import Snapshot, release_snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value, evaluate
from lib.indicators.lights import judge
from lib.spec.period import Period, period_of
from lib.store import releases


def indicators(options: argparse.Namespace) -> int:
    """Every figure of a place."""
    number, snapshot = asked_snapshot(options)
    unit = unit_named(options.unit)
    values = [evaluate(indicator, snapshot).of(unit) for indicator in CATALOGUE.values()]
    lights = [judge(one, snapshot) for one in values]
    if options.json:
        print_json({"release": number, "period": snapshot.period, "as_of": snapshot.as_of.isoformat(), "unit": unit,
               "indicators": [{**_value(one), "light": judged.light.name, "reason": judged.reason}
                              for one, judged in zip(values, lights, strict=True)]})
        return PUBLISHABLE
    print(f"第 {number} 版 · {snapshot.period} · {unit_name(unit)}")
    for one, judged in zip(values, lights, strict=True):
        older = [f"{unit_name(code, short=True)}沿用{period}" for code, period in one.carried]
        absent = [*older, *(f"{unit_name(code, short=True)}未计入" for code in one.missing)]
        missing = f"（未报：{'、'.join(absent)}）" if absent else ""
        print(f"{one.indicator.id:6}{one.indicator.title}\t{one.text}\t{one.fraction}{missing}\t{judged.light.text}")
    return PUBLISHABLE


def rows(options: argparse.Namespace) -> int:
    """The rows behind a figure."""
    indicator = indicator_named(options.indicator)
    if options.part == "denominator" and indicator.denominator is None:
        raise NotFound(f"指标 {indicator.id} 没有分母。")
    _, snapshot = asked_snapshot(options)
    unit = unit_named(options.unit)
    names = account_names()
    table = passport_rows(indicator, snapshot, options.part, () if unit == DISTRICT else (unit,), names)
    if options.json:
        print_json([{str(name): plain(value) for name, value in row.items()} for row in table.to_dict("records")])
    else:
        print("\t".join(map(str, table.columns)))
        for row in table.itertuples(index=False):
            print("\t".join("" if plain(value) is None else str(plain(value)) for value in row))
    return PUBLISHABLE


def list_releases(options: argparse.Namespace) -> int:
    """All releases."""
    with open_database().reading() as connection:
        listed = releases.list_releases(connection)
    if options.json:
        print_json([asdict(one) for one in listed])
    else:
        for one in listed:
            print(f"第 {one.number} 版\t{one.published_at[:16]}\t{one.published_by}\t{one.note}")
    return PUBLISHABLE


def asked_release(connection: Connection, number: int, *, empty: bool = False) -> int:
    """The number of a release, the newest for 0. Raises NotFound; empty: nothing published is fine, too."""
    newest = releases.head(connection)
    if empty and not newest and not number:
        return 0
    if not 1 <= (number or newest) <= newest:
        raise NotFound(f"没有第 {number} 版数据，最新为第 {newest} 版。" if newest else "还没有发布任何数据。")
    return number or newest


def asked_snapshot(options: argparse.Namespace, on: date | None = None) -> tuple[int, Snapshot]:
    """The release and the snapshot that options ask for. on: the day that rules and lights follow; without a period, the newest one
    that had begun by then. Raises NotFound.
    """
    with open_database().reading() as connection:
        number = asked_release(connection, options.release)
        periods = periods_of(releases.state_at(connection, number))
        period = period_named(options.period) or next((one for one in periods if on is None or one <= period_of(on)), "")
        snapshot = release_snapshot(connection, number, Period(period), as_of=on) if period else None
    if snapshot is None:
        raise NotFound(f"第 {number} 版没有{f' {period} ' if period else f' {on} 及以前' if on else '任何报告期'}的数据。")
    return number, snapshot


def _value(one: Value) -> dict[str, Any]:
    return {"id": one.indicator.id, "title": one.indicator.title, "unit_of_measure": one.indicator.unit, "numerator": one.numerator,
            "denominator": one.denominator, "value": one.value, "text": one.text, "missing": list(one.missing),
            "carried": dict(one.carried)}
