"""Frames and snapshots from rows in memory, and one small world of three 街镇 in which every figure can be counted by hand.

Its one rule: what stands here was thought out on paper; nothing in it comes from the code under test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.datasets import DATASETS
from lib.datasets.thresholds import Registry, shipped_registry
from lib.figures.content import Content, Entry
from lib.figures.snapshot import Snapshot, snapshot_of, to_frame
from lib.indicators.data import Month
from lib.indicators.table import Table
from lib.spec.fields import Nature
from lib.spec.period import Period
from lib.store.submissions import Status, Submission
from tests.support.published import (
    CAOYANG,
    CHANGFENG,
    SEPTEMBER,
    TAOPU,
    Row,
    committee,
    compound,
    renewal,
    rental,
)

A, B, C = CAOYANG, CHANGFENG, TAOPU
THREE = frozenset({A, B, C})
Tables = Mapping[str, Iterable[Mapping[str, Any]]]


def frame(dataset: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the store gives them back: reported columns and where each row came from, no derived ones."""
    rows = list(rows)
    schema = DATASETS[dataset].schema
    source = {"_submission": str(1 + list(DATASETS).index(dataset)), "_sheet": "表", "_marks": None}
    return to_frame(pa.Table.from_pylist([{**row, **source, "_row": at + 7} for at, row in enumerate(rows)], schema=schema))


def frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """A frame for every dataset; empty ones for those not given."""
    return {name: frame(name, tables.get(name, ())) for name in DATASETS}


def snapshot(tables: Tables, *, period: Period = SEPTEMBER, reported: Mapping[str, frozenset[str]] | None = None,
             registry: Registry | None = None, months: Mapping[str, Mapping[Period, list[Row]]] | None = None) -> Snapshot:
    """A snapshot without a database. reported: dataset → 街镇, where it is not the three of this world. months: rows of a log in
    earlier months, which all three have reported.
    """
    registry = registry or shipped_registry()
    known = {name: (reported or {}).get(name, THREE) for name in DATASETS}
    numbers = {name: at for at, name in enumerate(DATASETS, start=1)}
    entries = [Entry(name, unit, period, numbers[name]) for name in DATASETS for unit in known[name]]
    logs: dict[str, dict[Period, Month]] = {}
    for name, dataset in DATASETS.items():
        if dataset.nature is Nature.LOG:
            logs[name] = {period: (Table(frame(name, tables.get(name, ()))), known[name])}
            for when, rows in (months or {}).get(name, {}).items():
                logs[name][when] = (Table(frame(name, rows)), THREE)
                entries += [Entry(name, unit, when, numbers[name]) for unit in THREE]
    content = Content(period, tuple(sorted(entries)), registry.key)
    sources = {at: _submission(at, name, period) for name, at in numbers.items()}
    return snapshot_of(content, registry, frames(tables), logs, sources)


def _submission(identity: int, dataset: str, period: str) -> Submission:
    return Submission(
        identity,
        dataset,
        period,
        tuple(sorted(THREE)),
        "区房管局",
        f"{dataset}.xlsx",
        "0" * 64,
        "0" * 64,
        0,
        {"sheet": "表"},
        True,
        0,
        "bureau",
        "2024-10-08T09:30:00+08:00",
        Status.PUBLISHED,
    )


COMPOUNDS: list[Row] = [
    *(compound(f"A0{n}", A, n < 5) for n in range(1, 6)),
    *(compound(f"B0{n}", B, n < 4) for n in range(1, 5)),
    *(compound(f"C0{n}", C, n < 3) for n in range(1, 4)),
]
"""12 compounds, 9 of them eligible: A 4 of 5, B 3 of 4, C 2 of 3."""

COMMITTEES: list[Row] = [
    committee("A01", A, start="2022-01-01", end="2026-12-31"),
    committee("A02", A, start="2021-03-01", end="2025-02-28"),  # within six months
    committee("A03", A, start="2019-07-01", end="2024-06-30", group_date="2024-05-01"),  # expired, renewing
    committee("A04", A, "应建未建"),
    committee("A05", A, "不符合条件"),
    committee("B01", B, start="2021-10-01", end="2024-09-30", group_date="2024-08-01"),  # the last day of its term, renewing
    committee("B02", B, start="2018-10-01", end="2023-09-30", group_date="2018-08-01"),  # expired; the group is of the renewal before
    committee("B03", B, "应建未建", substitute="居委会代为履职"),
    committee("B04", B, start="2022-06-01", end="2027-05-31"),  # formed although not (or no longer) eligible
    committee("C01", C, start="2023-05-01", end="2028-04-30", substitute="无"),
    committee("C02", C, start="2020-01-01", end="2024-01-01", substitute="物业治理委员会"),  # expired, but somebody stands in
    committee("C03", C, "不符合条件"),
]
"""8 formed: A 3, B 3, C 2."""

RENEWAL_PROJECTS: list[Row] = [
    renewal(
        "P1", A, "旧住房成套改造", "协议签订", households_to_sign=200, households_signed=189, sign_plan="2024-09-30"
    ),  # due today: not overdue
    renewal("P2", A, "拆除重建", "行政调解和决定", households_to_sign=100, households_signed=96, sign_plan="2024-08-31"),
    renewal("P3", B, "旧住房成套改造", "协议签订", households_to_sign=60),  # nobody said how many have signed
    renewal("P4", B, "旧住房综合修缮", "施工", complete_plan="2024-07-01", start_plan="2024-05-01", start_actual="2024-06-01"),
    renewal("P5", B, "旧住房成套改造", "回搬", households_to_return=60, households_returned=60, return_plan="2024-06-30"),  # all are back
    renewal("P6", C, "小梁薄板房屋改造", "回搬", households_to_return=80, households_returned=50, return_plan="2024-09-01"),
    renewal("P7", C, "既有多层住宅加装电梯", "竣工验收", complete_plan="2024-01-01"),  # closed
    renewal("P8", A, "旧城区改建（征收）", "二轮签约", households_to_sign=50, households_signed=40),  # another ladder
]

RENTAL_PROJECTS: list[Row] = [
    rental("H1", A, "一套房", "新建", "常态化配租", 300, br1=200, br2=80, br3plus=20, leased_units=270),
    rental("H2", A, "一间房", "非居住存量房屋改建", "供应备案", 100, leased_units=60),
    rental("H3", B, "一套房", "新建", "建设", 150, br1=100, br2=40, br3plus=10),
    rental("H4", B, "一张床", "非居住存量房屋改建", "挂牌", 40, beds=160, leased_units=30, leased_beds=120),
    rental("H5", C, "一张床", "非居住存量房屋改建", "认定", 20, beds=80),
    rental("H6", C, "一间房", "存量租赁房纳管", "储备", 70),
    rental("H7", A, "一套房", "配建", "退出", 90, leased_units=0),
    rental("H8", B, "一套房", "非居住存量房屋改建", "轮候", 50),  # supplied; nobody said how many are let
]

SMALL: dict[str, list[Row]] = {
    "compounds": COMPOUNDS,
    "committees": COMMITTEES,
    "renewal_projects": RENEWAL_PROJECTS,
    "rental_projects": RENTAL_PROJECTS,
}
