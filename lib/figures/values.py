"""All figures of a snapshot, as they are written beside a release and compared before publishing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd
from sqlalchemy import Connection

from lib.datasets.places import DISTRICT, unit_name
from lib.datasets.thresholds import Registry
from lib.figures.content import Content
from lib.figures.snapshot import Snapshot, load_snapshot
from lib.indicators import CATALOGUE, THEMES
from lib.indicators.data import Data
from lib.indicators.evaluate import Breakdown, Value, evaluate
from lib.indicators.lights import judge
from lib.store.releases import StoredValue
from lib.store.submissions import submissions_by_id


def all_breakdowns(snapshot: Data, units: tuple[str, ...] = ()) -> dict[str, Breakdown]:
    """Every indicator of the catalogue on the data of a period, by id; `units` limits the whole to some 街镇 (empty: all ten)."""
    return {name: evaluate(indicator, snapshot, units) for name, indicator in CATALOGUE.items()}


def figures_of(connection: Connection, contents: Iterable[Content], registry: Registry) -> Iterator[tuple[Content, dict[str, Breakdown]]]:
    """Every indicator of the catalogue for each content; what several of them rest on is read once."""
    contents = tuple(contents)
    known = submissions_by_id(connection, sorted({one.submission for content in contents for one in content.entries}))
    for content in contents:
        yield content, all_breakdowns(load_snapshot(connection, content, registry, lean=True, known=known))


def stored_values(snapshot: Snapshot) -> list[StoredValue]:
    """Every figure of a snapshot, for the table that other tools read."""
    return [
        _stored(snapshot, value)
        for breakdown in all_breakdowns(snapshot).values()
        for value in (breakdown.whole, *breakdown.places)
    ]


def _stored(snapshot: Snapshot, value: Value) -> StoredValue:
    return StoredValue(
        snapshot.period,
        value.indicator.id,
        value.unit,
        value.numerator,
        value.denominator,
        value.value,
        value.missing,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after: as shown, for the district or a 街镇."""

    indicator: str
    unit: str
    before: Value | None
    after: Value


def changes_between(before: Snapshot | None, after: Snapshot) -> list[Change]:
    """The figures that differ between two snapshots of one period, the district first. `before` None: nothing stood
    published, so every figure was missing.
    """
    old = {} if before is None else all_breakdowns(before)
    changes = []
    for name, breakdown in all_breakdowns(after).items():
        earlier = old.get(name)
        for value in (breakdown.whole, *breakdown.places):
            was = None if earlier is None else earlier.of(value.unit)
            stood = (None, None) if was is None else (was.numerator, was.denominator)
            nothing = value.value is None and (was is None or was.value is None)
            if stood != (value.numerator, value.denominator) and not nothing:
                changes.append(Change(name, value.unit, was, value))
    return sorted(changes, key=lambda change: (change.unit != DISTRICT, change.unit))


def figures_table(data: Snapshot, release: str, units: tuple[str, ...] = (), kinds: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every figure of a snapshot as a table for people: the district (without `units`) and each 街镇, with its light and where its
    passport is. kinds: types of project to which its rows were limited.
    """
    pages = {one.id: theme.page for theme in THEMES for one in theme.indicators}
    rows = []
    for name, breakdown in all_breakdowns(data, units).items():
        for one in ((breakdown.whole, *breakdown.places) if not units else breakdown.places):
            judged = judge(one, data, part=bool(kinds))
            query = {"v": release, "period": data.period, **({} if one.unit == DISTRICT else {"unit": one.unit}), "passport": name}
            address = f"/{pages[name]}?" + urlencode([*query.items(), *(("type", kind) for kind in kinds)])
            rows.append({
                "指标编号": name, "指标": one.indicator.title, "街镇": unit_name(one.unit), "报告期": data.period, "版次": release,
                "值": one.value, "单位": one.indicator.unit, "分子": one.numerator, "分母": one.denominator, "显示": one.text,
                "灯色": judged.light.text, "判定": judged.reason,
                "未报沿用": "、".join(f"{unit_name(code, short=True)}{period}" for code, period in one.carried),
                "未报未计入": "、".join(unit_name(code, short=True) for code in one.missing),
                "数据护照": address,
            })
    return pd.DataFrame(rows)
