"""Rows of a dataset in which nothing is wrong, made from its declaration. Its one rule: every declared check holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lib.datasets.boundaries import shipped_boundary
from lib.datasets.places import subdistrict_codes
from lib.spec.checks import (
    AtMost,
    Check,
    KnownIn,
    NeverBack,
    NeverFalls,
    OnLadder,
    RequiredWhen,
    SumEquals,
    YearsBetween,
)
from lib.spec.fields import Dataset, Field, Need
from lib.spec.geodesy import WGS84
from lib.spec.kinds import Kind
from lib.spec.period import add_months

Row = dict[str, Any]
HANZI = "甲乙丙丁戊己庚辛壬癸"
START = date(2019, 3, 4)


def _number(field: Field, at: int, step: float) -> float:
    low, high = field.usual or (max(0, field.minimum or 0), field.maximum or 10_000)
    return min(low + (high - low) / 2, low + (high - low) / 200 + (at * 7 % 23) * step)


def _date(field: Field, at: int) -> date:
    return START + timedelta(days=40 * (sum(map(ord, field.group or field.name)) % 12) + 3 * at)


VALUES: dict[Kind, Callable[[Field, int], Any]] = {
    Kind.CODE: lambda field, at: f"{field.name[:2].upper()}{at + 1:03d}",
    Kind.TEXT: lambda field, at: f"演示{HANZI[at % 10]}{at + 1}号",
    Kind.INTEGER: lambda field, at: 1 + int(_number(field, at, 1 if (field.maximum or 100) < 100 else 3)),
    Kind.DECIMAL: lambda field, at: round(
        _number(field, at, 0.5 if (field.maximum or 1000) > 1000 else 0.01), 2
    ),
    Kind.PERCENT: lambda field, at: 12.5 + at * 7 % 23,
    Kind.YEAR: lambda field, at: min(int(field.maximum or 2024), 2024 - at % 7),
    Kind.DATE: _date,
    Kind.BOOLEAN: lambda field, at: at % 3 != 0,
    Kind.CHOICE: lambda field, at: field.choices[at % len(field.choices)],
    Kind.MULTI: lambda field, at: (
        "、".join(dict.fromkeys((field.choices[at % len(field.choices)], field.choices[-1])))
        if field.choices
        else f"{HANZI[at % 10]}里、{HANZI[-1 - at % 10]}坊"
    ),
    Kind.SUBDISTRICT: lambda field, at: subdistrict_codes()[at // 2 % 10],
}
"""Kind of field → its value in the row at a position; two rows after each other are of one 街镇."""


def _sum(check: SumEquals, dataset: Dataset, row: Row) -> None:
    row[check.total] = round(sum(row[name] for name in check.parts), 2)


def _at_most(check: AtMost, dataset: Dataset, row: Row) -> None:
    if row[check.lesser] > row[check.greater]:
        row[check.lesser], row[check.greater] = row[check.greater], row[check.lesser]


def _years(check: YearsBetween, dataset: Dataset, row: Row) -> None:
    row[check.end] = add_months(row[check.start], 48) - timedelta(days=1)


def _ladder(check: OnLadder | NeverBack, dataset: Dataset, row: Row) -> None:
    ladder = check.ladders.get(row[check.type])
    if ladder and row[check.stage] not in ladder:
        row[check.stage] = ladder[sum(map(ord, str(row[dataset.key[0]]))) % len(ladder)]


def _nothing(check: Check, dataset: Dataset, row: Row) -> None:
    """Holds as long as nothing is published, and where every field is filled."""


MENDERS: dict[type[Check], Callable[[Any, Dataset, Row], None]] = {
    SumEquals: _sum,
    AtMost: _at_most,
    YearsBetween: _years,
    OnLadder: _ladder,
    RequiredWhen: _nothing,
    KnownIn: _nothing,
    NeverFalls: _nothing,
    NeverBack: _nothing,
}
"""Class of check → how a row is made to obey it."""


PLACE = frozenset({"lon", "lat", "datum"})


def fragile(dataset: Dataset) -> set[str]:
    """The fields that a check over several fields reads, the coordinates, the key and the 街镇: they are never left empty."""
    return {*dataset.key, dataset.owner, *(PLACE & set(dataset.by_name))} | {
        name for check in (*dataset.checks, *dataset.across) for name in check.columns()
    }


def clean_rows(dataset: Dataset, count: int) -> list[Row]:
    """So many rows with different keys, of all ten 街镇 from 20 on; optional fields are empty here and there."""
    kept = fragile(dataset)
    rows = []
    for at in range(count):
        row = {one.name: VALUES[one.kind](one, at) for one in dataset.fields}
        for _ in range(3):
            for check in (*dataset.checks, *dataset.across):
                MENDERS[type(check)](check, dataset, row)
        for index, one in enumerate(dataset.fields):
            if one.need is Need.OPTIONAL and one.name not in kept and (at + index) % 5 == 0:
                row[one.name] = None
        rows.append(row | place_of(dataset, str(row[dataset.owner])))
    return rows


def place_of(dataset: Dataset, owner: str) -> Row:
    """Coordinates inside a 街镇, for a dataset that has them."""
    if not set(dataset.by_name) >= PLACE:
        return {}
    lon, lat = shipped_boundary().of[owner].label
    return {"lon": lon, "lat": lat, "datum": WGS84}
