"""Frames and snapshots from rows in memory, and one small world of three 街镇 in which every figure can be counted by hand.

Its one rule: what stands here was thought out on paper; nothing in it comes from the code under test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
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
from lib.spec.kinds import Kind
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
Months = Mapping[str, Mapping[Period, list[Row]]]


def frame(dataset: str, rows: Iterable[Mapping[str, Any]], submission: int | None = None) -> pd.DataFrame:
    """Rows as the store gives them back: reported columns and where each row came from, no derived ones. submission: None for the
    one of the month itself.
    """
    rows = list(rows)
    schema = DATASETS[dataset].schema
    source = {"_submission": str(submission or 1 + list(DATASETS).index(dataset)), "_sheet": "表", "_marks": None}
    return to_frame(pa.Table.from_pylist([{**row, **source, "_row": at + 7} for at, row in enumerate(rows)], schema=schema))


def frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """A frame for every dataset; empty ones for those not given."""
    return {name: frame(name, tables.get(name, ())) for name in DATASETS}


def snapshot(
    tables: Tables,
    *,
    period: Period = SEPTEMBER,
    reported: Mapping[str, frozenset[str]] | None = None,
    registry: Registry | None = None,
    months: Months | None = None,
    unreported: Mapping[str, Mapping[Period, frozenset[str]]] | None = None,
) -> Snapshot:
    """A snapshot without a database. reported: dataset → 街镇, where it is not the three of this world. months: rows of a log in
    earlier months, which all three have reported but for those of `unreported`.
    """
    registry = registry or shipped_registry()
    known = {name: (reported or {}).get(name, THREE) for name in DATASETS}
    numbers = {name: at for at, name in enumerate(DATASETS, start=1)}
    entries = [Entry(name, unit, period, numbers[name]) for name in DATASETS for unit in known[name]]
    sources = {at: _submission(at, name, period) for name, at in numbers.items()}
    logs: dict[str, dict[Period, Month]] = {}
    for name, dataset in DATASETS.items():
        if dataset.nature is Nature.LOG:
            logs[name] = {period: (Table(frame(name, tables.get(name, ()))), known[name])}
            for when, rows in (months or {}).get(name, {}).items():
                number = 1 + len(sources)
                sources[number] = _submission(number, name, when)
                there = THREE - (unreported or {}).get(name, {}).get(when, frozenset())
                logs[name][when] = (Table(frame(name, rows, number)), there)
                entries += [Entry(name, unit, when, number) for unit in there]
    content = Content(period, tuple(sorted(entries)), registry.key)
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


# -- makers: one row of each table that `published` has none for; days as YYYY-MM-DD -----------------------------------


def dated(dataset: str, row: Row) -> Row:
    """A row whose days are days: text in a column of dates is read as YYYY-MM-DD."""
    fields = DATASETS[dataset].by_name
    return {
        name: date.fromisoformat(value) if isinstance(value, str) and fields[name].kind is Kind.DATE else value
        for name, value in row.items()
    }


def consent(project: str, unit: str, name: str, entitled: int, **more: Any) -> Row:
    """A row of `consent_rounds`."""
    row = {"project_id": project, "subdistrict": unit, "round": name, "households_entitled": entitled, "result": "进行中"}
    return dated("consent_rounds", {**row, **more})


def node(project: str, unit: str, name: str, actual: str | None = None, **more: Any) -> Row:
    """A row of `milestones`."""
    row = {"project_id": project, "project_type": "旧住房成套改造", "subdistrict": unit, "node": name, "actual_date": actual}
    return dated("milestones", {**row, **more})


VOTE = ("base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")


def lift(compound_id: str, entrance: str, unit: str, stage: str, vote: tuple[float | None, ...] = (), **more: Any) -> Row:
    """A row of `lifts`. vote: the six numbers of the 单元表决 in the order of `VOTE`."""
    row = {"compound_id": compound_id, "entrance": entrance, "compound_name": f"小区{compound_id}", "subdistrict": unit, "stage": stage}
    numbers = {f"unit_vote_{name}": number for name, number in zip(VOTE, vote, strict=bool(vote))}
    return dated("lifts", {**row, **numbers, **more})


def fee_change(compound_id: str, unit: str, result: str, old: float | None, new: float | None, year: int = 2024, **more: Any) -> Row:
    """A row of `fee_changes`."""
    row = {"compound_id": compound_id, "compound_name": f"小区{compound_id}", "subdistrict": unit, "year": year, "vote_result": result}
    return dated("fee_changes", {**row, "old_price": old, "new_price": new, **more})


def fund(compound_id: str, unit: str, initial: float | None, balance: float | None, **more: Any) -> Row:
    """A row of `maintenance_funds`; money in 万元."""
    row = {"compound_id": compound_id, "compound_name": f"小区{compound_id}", "subdistrict": unit, "initial": initial, "balance": balance}
    return dated("maintenance_funds", {**row, **more})


def tickets(unit: str, received: int, category: str = "物业服务", **more: Any) -> Row:
    """A row of `hotline`."""
    return {"subdistrict": unit, "category": category, "received": received, **more}


def red_point(compound_id: str, unit: str, kind: str, status: str, **more: Any) -> Row:
    """A row of `red_points`."""
    row = {"compound_id": compound_id, "compound_name": f"小区{compound_id}", "subdistrict": unit, "point_type": kind, "status": status}
    return dated("red_points", {**row, **more})


def training(unit: str, day: str, committees: int | None, topic: str = "换届程序") -> Row:
    """A row of `trainings`."""
    row = {"subdistrict": unit, "training_date": day, "topic": topic, "invited": 25, "attended": 20, "committees": committees}
    return dated("trainings", row)


def work(unit: str, kind: str, name: str, status: str = "已建成", **more: Any) -> Row:
    """A row of `campaign_works`."""
    return dated("campaign_works", {"subdistrict": unit, "work_kind": kind, "work_name": name, "status": status, **more})


def candidate(identity: str, unit: str, status: str) -> Row:
    """A row of `site_candidates`."""
    return {"candidate_id": identity, "candidate_name": f"候选点{identity}", "subdistrict": unit, "status": status, "beds_estimate": 80}


def target(
    indicator: str, unit: str, value: float | None, district: float | None = None, baseline: float | None = None, year: int = 2024
) -> Row:
    """A row of `targets`."""
    row = {"indicator": indicator, "subdistrict": unit, "year": year, "target": value}
    return {**row, "district_target": district, "baseline": baseline}


# -- the world of 30 September 2024 ------------------------------------------------------------------------------------

COMPOUNDS: list[Row] = [
    compound("A01", A, party_covered=True, pm_fee=2.5),
    compound("A02", A, party_covered=True, pm_fee=1.2, gfa_m2=50_000.0),
    compound("A03", A, party_covered=True),
    compound("A04", A, party_covered=True),
    compound("A05", A, False, party_covered=False),
    compound("B01", B, party_covered=True),
    compound("B02", B, party_covered=False),
    compound("B03", B, pm_fee=2.0),  # nobody said whether the party's work covers it
    compound("B04", B, False),
    compound("C01", C, party_covered=True, pm_fee=0.85),
    compound("C02", C, party_covered=True),
    compound("C03", C, False, party_covered=True),
]
"""12 compounds, 9 of them eligible: A 4 of 5, B 3 of 4, C 2 of 3. Each has 200 households and, but for A02, 20,000 ㎡."""

COMMITTEES: list[Row] = [
    committee("A01", A, start="2022-01-01", end="2026-12-31", annual_audit_date="2024-06-30", secretary=True),
    committee(  # within six months; reported on the very day on which the report was due
        "A02",
        A,
        start="2021-03-01",
        end="2025-02-28",
        renewal_report_date="2024-09-28",
        annual_audit_date="2024-07-01",
        secretary=False,
    ),
    committee("A03", A, start="2019-07-01", end="2024-06-30", group_date="2024-05-01", annual_audit_date="2023-06-30"),  # expired, renewing
    committee("A04", A, "应建未建", secretary=True),  # a secretary, but no committee
    committee("A05", A, "不符合条件"),
    committee(  # the last day of its term, renewing
        "B01", B, start="2021-10-01", end="2024-09-30", group_date="2024-08-01", annual_audit_date="2024-01-01", secretary=True
    ),
    committee("B02", B, start="2018-10-01", end="2023-09-30", group_date="2018-08-01"),  # expired; the group is of the renewal before
    committee("B03", B, "应建未建", substitute="居委会代为履职"),
    committee("B04", B, start="2022-06-01", end="2027-05-31", annual_audit_date="2024-03-15", secretary=True),  # formed though not eligible
    committee("C01", C, start="2023-05-01", end="2028-04-30", substitute="无", secretary=True),
    committee(  # expired, but somebody stands in
        "C02", C, start="2020-01-01", end="2024-01-01", substitute="物业治理委员会", annual_audit_date="2024-02-01", secretary=True
    ),
    committee("C03", C, "不符合条件"),
]
"""8 formed: A 3, B 3, C 2."""

RENEWAL_PROJECTS: list[Row] = [
    renewal(  # due today: not overdue
        "P1",
        A,
        "旧住房成套改造",
        "协议签订",
        households_to_sign=200,
        households_signed=189,
        sign_plan="2024-09-30",
        precheck_date="2024-03-01",
        funds_approved=1000.0,
        funds_paid=250.5,
    ),
    renewal(  # nobody said how much was paid
        "P2",
        A,
        "拆除重建",
        "行政调解和决定",
        households_to_sign=100,
        households_signed=96,
        sign_plan="2024-08-31",
        funds_approved=500.0,
    ),
    renewal(  # nobody said how many have signed; asked a day late, and another node is planned; checked beforehand today
        "P3",
        B,
        "旧住房成套改造",
        "协议签订",
        households_to_sign=60,
        consult_plan="2024-09-10",
        consult_actual="2024-09-11",
        sign_plan="2024-12-31",
        precheck_date="2024-09-30",
    ),
    renewal(
        "P4",
        B,
        "旧住房综合修缮",
        "施工",
        compound_id="B02",
        complete_plan="2024-07-01",
        start_plan="2024-05-01",
        start_actual="2024-06-01",
        funds_approved=300.0,
        funds_paid=300.0,
    ),
    renewal(  # all are back; checked beforehand on the day the agreement took effect; completed on the first day of the year
        "P5",
        B,
        "旧住房成套改造",
        "回搬",
        households_to_return=60,
        households_returned=60,
        return_plan="2024-06-30",
        precheck_date="2021-05-10",
        sign_actual="2021-05-10",
        complete_actual="2024-01-01",
    ),
    renewal(  # checked a day after the agreement took effect; completed this year, but of another type
        "P6",
        C,
        "小梁薄板房屋改造",
        "回搬",
        households_to_return=80,
        households_returned=50,
        households_cared=5,
        return_plan="2024-09-01",
        sign_actual="2022-03-01",
        precheck_date="2022-03-02",
        complete_actual="2024-02-01",
        funds_approved=200.0,
        funds_paid=0.0,
    ),
    renewal("P7", C, "既有多层住宅加装电梯", "竣工验收", complete_plan="2024-01-01"),  # closed
    renewal(  # another ladder; nobody said how much was approved; its next node is due tomorrow
        "P8", A, "旧城区改建（征收）", "二轮签约", households_to_sign=50, households_signed=40, start_plan="2024-10-01", funds_paid=10.0
    ),
]

RENTAL_PROJECTS: list[Row] = [
    rental(  # rent at 0.9 of the market exactly
        "H1",
        A,
        "一套房",
        "新建",
        "常态化配租",
        300,
        br1=200,
        br2=80,
        br3plus=20,
        leased_units=270,
        filed_rent=45.0,
        market_rent=50.0,
        supply_date="2024-01-15",
        waitlist=12,
    ),
    rental(  # 0.92 of the market, 60 % let, and half a year old on the last day of the month
        "H2",
        A,
        "一间房",
        "非居住存量房屋改建",
        "供应备案",
        100,
        leased_units=60,
        filed_rent=46.0,
        market_rent=50.0,
        supply_date="2024-03-31",
    ),
    rental("H3", B, "一套房", "新建", "建设", 150, br1=100, br2=40, br3plus=10),
    rental(  # 500 元 × 160 = 80,000 元, above 27 元 × 2,962.96 ㎡ = 79,999.92 元
        "H4",
        B,
        "一张床",
        "非居住存量房屋改建",
        "挂牌",
        40,
        beds=160,
        leased_units=30,
        leased_beds=120,
        filed_rent=27.0,
        market_rent=30.0,
        bed_price=500.0,
        rental_area=2_962.96,
        supply_date="2023-10-01",
        waitlist=7,
        rooms_1p=4,
        rooms_2p=1,
        rooms_4p=28,
        rooms_5to6p=7,
    ),
    rental(  # its beds cost more than was filed too, but it is not supplied
        "H5", C, "一张床", "非居住存量房屋改建", "认定", 20, beds=80, filed_rent=20.0, bed_price=900.0, rental_area=1_000.0, waitlist=3
    ),
    rental("H6", C, "一间房", "存量租赁房纳管", "储备", 70),
    rental("H7", A, "一套房", "配建", "退出", 90, leased_units=0),
    rental("H8", B, "一套房", "非居住存量房屋改建", "轮候", 50, market_rent=60.0),  # supplied; nobody said how many are let, nor the rent
]

SMALL: dict[str, list[Row]] = {
    "compounds": COMPOUNDS,
    "committees": COMMITTEES,
    "renewal_projects": RENEWAL_PROJECTS,
    "rental_projects": RENTAL_PROJECTS,
}
"""The four tables that every 街镇 owes each month."""

MORE_COMMITTEES: list[Row] = [
    dated("committees", row)
    for row in (
        committee(  # elected on the last day of the term; filed in July
            "A06",
            A,
            start="2024-07-01",
            end="2029-06-30",
            previous_term_end="2024-06-30",
            election_date="2024-06-30",
            election_result="选举成功",
            filing_date="2024-07-30",
        ),
        committee("A07", A, start="2020-02-02", end="2025-02-01", renewal_report_date="2024-09-02"),  # reported a day late
        committee("A08", A, "已注销"),
        committee(  # filed on the thirtieth day
            "B05",
            B,
            start="2024-09-01",
            end="2029-08-31",
            previous_term_end="2024-08-31",
            election_date="2024-08-25",
            election_result="选举成功",
            filing_date="2024-09-24",
        ),
        committee(  # a vote without success: still to be renewed, nothing to file
            "B06", B, start="2019-08-21", end="2024-08-20", election_date="2024-08-20", election_result="选举未成功"
        ),
        committee("B07", B, start="2019-12-31", end="2024-12-30"),  # three months, to the day
        committee(  # elected a day late, filed a day late
            "C04",
            C,
            start="2024-08-15",
            end="2029-08-14",
            previous_term_end="2024-08-13",
            election_date="2024-08-14",
            filing_date="2024-09-14",
        ),
        committee("C05", C, start="2022-02-16", end="2025-02-15"),  # its report was due on 15 September
        committee("C06", C, "已注销"),
    )
]
"""7 more formed: A 2, B 3, C 2. Their compounds are in no other table."""

MORE_PROJECTS: list[Row] = [
    renewal("P9", C, "旧住房成套改造", "回搬", sign_actual="2020-06-01", complete_actual="2023-12-31"),  # completed last year
    renewal(  # completed on the day planned, which is today
        "P10",
        A,
        "旧住房成套改造",
        "回搬",
        gfa_m2=4_200.5,
        sign_actual="2022-05-01",
        complete_plan="2024-09-30",
        complete_actual="2024-09-30",
    ),
    renewal("P11", C, "旧住房综合修缮", "竣工验收", start_actual="2023-12-31"),  # begun last year
    renewal("P12", A, "旧住房综合修缮", "审价决算", gfa_m2=3_000.0, start_plan="2024-09-15", start_actual="2024-01-01"),
    renewal("P13", A, "老旧小区专项提升改造", "竣工验收", gfa_m2=12_000.4, start_actual="2024-03-05"),
    renewal("P14", C, "老旧小区专项提升改造", "竣工验收", gfa_m2=500.0, start_plan="2024-09-30", start_actual="2024-09-30"),
]
"""All closed: none of them is active, signing or still moving back."""

CONSENT_ROUNDS: list[Row] = [
    consent("P1", A, "启动意愿征询", 200, households_voted=198, households_agreed=160),  # 80.00 % exactly
    consent("P3", B, "启动意愿征询", 60, households_voted=60, households_agreed=47),
    consent("P6", C, "启动意愿征询", 80),  # nobody said how many agreed
    consent("P2", A, "协议签约", 100, households_agreed=100, households_signed=96),
    consent("P8", A, "征收一轮征询", 50, households_agreed=45),  # 90.00 % exactly
    consent("P15", B, "征收一轮征询", 1000, households_agreed=899),
    consent("P8", A, "征收二轮签约", 50, households_agreed=50, households_signed=40),  # signed counts, agreed does not
    consent("P15", B, "征收二轮签约", 1000),
    consent("P16", C, "征收二轮签约", 10, households_signed=7),
]

NODES: list[Row] = [
    node("P5", B, "外搬过渡", "2022-04-01"),
    node("P5", B, "施工", "2023-12-31"),
    node("P5", B, "回搬", "2024-06-30"),  # 821 days
    node("P10", A, "外搬过渡", "2023-02-28"),
    node("P10", A, "回搬", "2024-02-29"),  # 366 days
    node("P6", C, "外搬过渡", "2022-05-01"),
    node("P6", C, "回搬"),  # not back
    node("P9", C, "回搬", "2023-12-31"),  # nobody said when they left
    node("P1", A, "外搬过渡", "2024-01-01"),
    node("P1", A, "回搬", "2024-10-01"),  # not before tomorrow
]

LIFTS: list[Row] = [
    lift("A01", "1号", A, "竣工验收", (24, 1800.0, 20, 1500.0, 15, 1125.0), unit_vote_date="2023-05-01", accept_date="2024-09-30"),
    lift("A01", "2号", A, "后续管理", accept_date="2023-12-31"),  # completed last year
    lift("A02", "1号", A, "安装", (24, 1800.0, 16, 1200.0, 12, 900.0), unit_vote_date="2024-09-30"),  # 2/3 and 3/4 exactly, today
    lift("B01", "1号", B, "征询表决", (24, 1800.0, 16, 1199.99, 16, 1199.99), unit_vote_date="2024-08-01"),  # short on area only
    lift("B01", "2号", B, "补贴拨付", (24, 1800.0, 24, 1800.0, 24, 1800.0), unit_vote_date="2023-01-01", accept_date="2024-01-01"),
    lift("B02", "1号", B, "使用登记"),  # nothing known of its vote
    lift("C01", "1号", C, "费用分摊", (24, 1800.0, 24, 1800.0, 18, 1349.99), unit_vote_date="2024-07-01"),  # area agreed is short of 3/4
    lift("C01", "2号", C, "方案编制", (24, 1800.0, 24, 1800.0, 24, 1800.0), unit_vote_date="2024-10-01"),  # the vote is tomorrow
    lift("C02", "1号", C, "竣工验收"),  # completed; nobody said when
    lift("C02", "2号", C, "设计公示", (24, 1800.0, 24, 1800.0, None, None), unit_vote_date="2024-07-01"),  # nobody said how many agreed
]

CANDIDATES: list[Row] = [
    candidate("S1", A, "储备"),
    candidate("S2", A, "预选"),
    candidate("S3", B, "放弃"),
    candidate("S4", B, "预选"),
    candidate("S5", C, "储备"),
    candidate("S6", C, "储备"),
]

FEE_CHANGES: list[Row] = [
    fee_change("A01", A, "表决通过", 1.0, 1.2, vote_date="2024-09-30", collection_pct=90.0),  # 0.20 元 exactly
    fee_change("A02", A, "表决通过", 1.0, 1.19, vote_date="2024-05-01"),  # 0.19 元
    fee_change("A03", A, "未表决", 1.0, 1.5),
    fee_change("B01", B, "表决通过", 2.0, 2.5, vote_date="2024-10-01"),  # tomorrow
    fee_change("B02", B, "表决通过", 1.0, 1.5, 2023, vote_date="2023-11-11"),  # last year
    fee_change("B03", B, "表决通过", 0.85, 1.05, vote_date="2024-03-01", collection_pct=85.5),  # 0.20 元 exactly
    fee_change("C01", C, "表决未通过", 1.0, 1.5, vote_date="2024-03-01"),
    fee_change("C02", C, "表决通过", 1.3, 1.6),  # nobody said when
    fee_change("C03", C, "表决通过", None, 1.6, vote_date="2024-03-01"),  # nobody said from how much
]

FUNDS: list[Row] = [
    fund("A01", A, 100.0, 30.0),  # 30.00 % exactly
    fund("A02", A, 100.0, 29.99, trigger_date="2024-05-20", due=20.0, raised=5.0),  # 29.99 %
    fund("A03", A, 333.33, 99.999),  # 30 % exactly
    fund("A04", A, 100.0, 60.0, trigger_date="2024-01-01", topup_done_date="2024-09-30", due=30.0, raised=30.0),
    fund("B01", B, 0.0, 0.0, trigger_date="2023-03-03", topup_done_date="2024-01-01", due=10.0, raised=2.5),  # not done last year
    fund("B02", B, 100.0, None),
    fund(  # triggered last year, voted down, still open; nobody said how much is there
        "B03", B, 200.0, 10.0, trigger_date="2023-06-01", vote_date="2023-12-07", vote_result="表决未通过", due=40.0
    ),
    fund("B04", B, 100.0, 80.0, trigger_date="2022-02-02", topup_done_date="2023-12-31"),  # done last year
    fund("C01", C, 1000.0, 299.9999, trigger_date="2024-10-01"),  # one 元 below the line; triggered tomorrow
    fund("C02", C, 50.0, 49.0),
    fund(  # voted for; done tomorrow
        "C03",
        C,
        100.0,
        40.0,
        trigger_date="2024-03-03",
        vote_date="2024-05-01",
        vote_result="表决通过",
        topup_done_date="2024-10-01",
        due=12.5,
        raised=0.0,
    ),
]

HOTLINE: list[Row] = [
    tickets(A, 10, compound_id="A01", due=8, closed=6, rated=5, satisfied=4, solved=3),
    tickets(A, 5),
    tickets(A, 7, "停车管理", due=7, closed=7, rated=2, satisfied=2, solved=1),
    tickets(B, 20, due=25, closed=20, rated=10, satisfied=9),  # nobody said how many were solved
    tickets(C, 6, due=5, closed=5, rated=4, satisfied=1, solved=2),
    tickets(C, 3, "环境卫生", due=0, closed=0),
]

RED_POINTS: list[Row] = [
    red_point("A01", A, "实践点", "已命名"),
    red_point("A02", A, "实践点", "复核通过"),
    red_point("A03", A, "实践点", "申报中"),
    red_point("B01", B, "实践点", "已命名"),
    red_point("B01", B, "示范点", "已命名"),
    red_point("C01", C, "实践点", "复核未通过"),
    red_point("C02", C, "实践点", "已取消"),
    red_point("C03", C, "示范点", "复核通过"),
]

TRAININGS: list[Row] = [
    training(A, "2024-09-05", 1),
    training(B, "2024-09-05", 4),
    training(B, "2024-09-06", 2, "红色物业"),
    training(C, "2024-09-07", None),
]

WORKS: list[Row] = [
    work(A, "物业党建联盟", "一", members=12),
    work(A, "物业党建联盟", "二", members=5),
    work(B, "物业党建联盟", "三", "筹建中"),
    work(C, "物业党建联盟", "四"),
    work(A, "物业党建品牌", "五"),
    work(B, "物业党建品牌", "六"),
    work(B, "物业党建品牌", "七", "已撤销"),
    work(A, "实训工作室", "八", activities=3),
    work(A, "实训工作室", "九"),  # nobody said how many
    work(B, "实训工作室", "十", "筹建中", activities=9),
    work(C, "实训工作室", "十一", activities=4),
    work(A, "赋能手册发放", "初版", copies=120, committees=4),
    work(A, "赋能手册发放", "修订版", copies=30, committees=2),
    work(B, "赋能手册发放", "初版", copies=80, committees=5),
    work(C, "赋能手册发放", "初版", "筹建中", copies=50, committees=3),
]

TARGETS: list[Row] = [
    target("G03", A, 100.0, 96.0),
    target("G03", B, 90.0, 96.0),
    target("G03", C, None, 96.0),
    target("G03", A, 60.0, 70.0, year=2025),
    target("R10Y", A, 4.0, 12.0),
    target("R10Y", B, 4.0, 12.0),
    target("R10Y", C, 4.0, 12.0),
]

WORLD: dict[str, list[Row]] = {
    **SMALL,
    "committees": [*COMMITTEES, *MORE_COMMITTEES],
    "renewal_projects": [*RENEWAL_PROJECTS, *MORE_PROJECTS],
    "consent_rounds": CONSENT_ROUNDS,
    "milestones": NODES,
    "lifts": LIFTS,
    "site_candidates": CANDIDATES,
    "fee_changes": FEE_CHANGES,
    "maintenance_funds": FUNDS,
    "hotline": HOTLINE,
    "red_points": RED_POINTS,
    "trainings": TRAININGS,
    "campaign_works": WORKS,
    "targets": TARGETS,
}
"""All fifteen tables, in which every indicator of September 2024 has something to count."""


def _months(year: int, last: int, january: tuple[int, int, int], others: tuple[int, int, int]) -> dict[Period, list[Row]]:
    """Property tickets of A, B and C in January and in each other month up to `last`; and parking, which is no business of theirs."""
    return {
        Period(f"{year}-{month:02d}"): [
            *(tickets(unit, count) for unit, count in zip((A, B, C), january if month == 1 else others, strict=True)),
            tickets(A, 30, "停车管理"),
        ]
        for month in range(1, last + 1)
    }


MONTHS: Months = {
    "hotline": {
        # 2023: A 19 + 8 × 12 = 115, C 12 + 8 × 6 = 60, both to September; the later months are not looked at.
        **_months(2023, 9, (19, 8, 12), (12, 8, 6)),
        Period("2023-10"): [tickets(A, 999), tickets(B, 999), tickets(C, 999)],
        # 2024: A 10 + 7 × 10 + 15 = 95, C 4 + 7 × 5 + 6 = 45.
        **_months(2024, 8, (10, 8, 4), (10, 8, 5)),
    },
    "trainings": {
        Period("2023-12"): [training(B, "2023-12-01", 5)],
        Period("2024-03"): [training(A, "2024-03-01", 3), training(A, "2024-03-02", 2, "红色物业"), training(B, "2024-03-01", 1)],
        Period("2024-05"): [training(A, "2024-05-01", 3)],
    },
}
"""The logs of earlier months."""

UNREPORTED: dict[str, dict[Period, frozenset[str]]] = {"hotline": {Period("2024-04"): frozenset({B})}}
"""B said nothing of its tickets in April 2024."""


def whole_world(registry: Registry | None = None, period: Period = SEPTEMBER, **more: list[Row]) -> Snapshot:
    """The snapshot of `WORLD` with its months; `more`: other rows for some tables."""
    return snapshot({**WORLD, **more}, period=period, registry=registry, months=MONTHS, unreported=UNREPORTED)


JUNE_2026 = Period("2026-06")
PLAN_PROJECTS: list[Row] = [
    rental("T1", A, "一张床", "非居住存量房屋改建", "挂牌", 160, beds=640, supply_date="2026-01-01"),  # the first day of the plan
    rental("T2", A, "一张床", "非居住存量房屋改建", "挂牌", 25, beds=100, supply_date="2025-12-31"),
    rental("T3", B, "一张床", "非居住存量房屋改建", "复核", 40, beds=160, supply_date="2026-06-30"),
    rental("T4", C, "一张床", "非居住存量房屋改建", "认定", 75, beds=300),
    rental("T5", C, "一张床", "非居住存量房屋改建", "退出", 13, beds=50, supply_date="2026-02-01"),
    rental("T6", B, "一套房", "新建", "供应备案", 500, supply_date="2026-03-01"),
]
"""A quarter of the 3,200 beds of 2026–2030, six months into the plan."""


def plan_world(registry: Registry | None = None) -> Snapshot:
    """The snapshot of `PLAN_PROJECTS` in June 2026: before the plan began its figures are all nothing."""
    return snapshot({"rental_projects": PLAN_PROJECTS}, period=JUNE_2026, registry=registry)
