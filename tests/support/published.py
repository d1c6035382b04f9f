"""A database of one's own, with submissions and releases made from rows in memory through the doors of the product.

Its one rule: files are real template workbooks, read in this process; only the worker process is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from lib.actions.publishing import publish
from lib.actions.reasons import explain
from lib.actions.staging import Staged, keep
from lib.auth.permissions import Role, User
from lib.datasets import DATASETS
from lib.datasets.boundaries import shipped_boundary
from lib.figures.snapshot import Snapshot, release_snapshot
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import FileReading
from lib.ingest.template import write_template
from lib.spec.findings import Finding
from lib.spec.period import Period
from lib.store.database import Database
from lib.store.submissions import get_submission

CAOYANG, CHANGFENG, TAOPU = "310107005", "310107014", "310107103"
SEPTEMBER = Period("2024-09")

BUREAU = User("bureau", "科室编辑", Role.BUREAU_EDITOR)
LEADER = User("leader", "局领导", Role.VIEWER)
STREET = User("street", "长风填报员", Role.STREET_EDITOR, CHANGFENG)
OTHER_STREET = User("other", "桃浦填报员", Role.STREET_EDITOR, TAOPU)

Row = dict[str, Any]


def new_database(folder: Path) -> Database:
    """An empty SQLite database with the newest schema."""
    database = Database(f"sqlite:///{folder / 'test.db'}")
    database.migrate()
    return database


def compound(identity: str, unit: str, eligible: bool = True, **more: Any) -> Row:
    """A row of `compounds` that no check objects to."""
    return {
        "compound_id": identity,
        "compound_name": f"小区{identity}",
        "subdistrict": unit,
        "neighbourhood_committee": "一居委",
        "address": "某路1弄",
        "housing_class": "商品房",
        "gfa_m2": 20_000.0,
        "households": 200,
        "eligible_for_assembly": eligible,
        **more,
    }


def committee(identity: str, unit: str, status: str = "已组建", start: str = "", end: str = "", **more: Any) -> Row:
    """A row of `committees`; dates as YYYY-MM-DD."""
    return {
        "compound_id": identity,
        "compound_name": f"小区{identity}",
        "subdistrict": unit,
        "formation_status": status,
        "session_no": 1,
        "term_start": _day(start),
        "term_end": _day(end),
        **{name: _date_like(name, value) for name, value in more.items()},
    }


def renewal(identity: str, unit: str, kind: str, stage: str, **more: Any) -> Row:
    """A row of `renewal_projects`; milestones as YYYY-MM-DD."""
    return {
        "project_id": identity,
        "project_name": f"更新项目{identity}",
        "project_type": kind,
        "subdistrict": unit,
        "address": "某路1弄",
        "implementer": "某公司",
        "plan_year": 2024,
        "households": 100,
        "gfa_m2": 8_000.0,
        "stage": stage,
        **{name: _date_like(name, value) for name, value in more.items()},
    }


def rental(identity: str, unit: str, tier: str, mode: str, stage: str, units: int, **more: Any) -> Row:
    """A row of `rental_projects`, at the label point of its 街镇."""
    lon, lat = shipped_boundary().of[unit].label
    return {
        "project_id": identity,
        "project_name": f"租赁项目{identity}",
        "subdistrict": unit,
        "address": "某路2号",
        "lon": lon,
        "lat": lat,
        "datum": "WGS-84",
        "product_tier": tier,
        "building_class": "住宅型",
        "source_mode": mode,
        "owner_unit": "某公司",
        "lessor": "某公司",
        "operator": "某公司",
        "units": units,
        "stage": stage,
        **{name: _date_like(name, value) for name, value in more.items()},
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _date_like(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and name.endswith(("_date", "_plan", "_actual", "_start")) else value


def workbook(dataset: str, rows: Iterable[Mapping[str, Any]], *, period: str = SEPTEMBER, unit: str | None = None) -> bytes:
    """A filled template of a dataset; `unit` None: sent by the bureau for all ten 街镇."""
    return write_template(DATASETS[dataset], Period(period), unit, rows)


def read(data: bytes, name: str = "报表.xlsx", expected: Expected | None = None) -> FileReading:
    """A file as read, in this process; a small world of few 街镇 and small numbers passes for the whole district."""
    reading = read_file(name, data, expected or Expected())
    forms = tuple(replace(one, findings=_of_few(one.findings)) for one in reading.stagings)
    return replace(reading, stagings=forms, findings=_of_few(reading.findings))


def _of_few(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.code not in {"T21", "T24", "C18"})


def stage_rows(
    database: Database,
    dataset: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    period: str = SEPTEMBER,
    unit: str | None = None,
    by: User = BUREAU,
    name: str = "报表.xlsx",
) -> int:
    """Stage rows as a workbook; gives the submission."""
    data = workbook(dataset, rows, period=period, unit=unit)
    staged: Staged = keep(database, by=by, data=data, reading=read(data, name))
    assert len(staged.kept) == 1, staged.reading.all_findings
    return staged.kept[0]


def publish_rows(
    database: Database,
    dataset: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    period: str = SEPTEMBER,
    unit: str | None = None,
    by: User = BUREAU,
    key: str = "",
    name: str = "报表.xlsx",
) -> int:
    """Stage and publish rows, with a reason where they are warned about; gives the number of the release."""
    identity = stage_rows(database, dataset, rows, period=period, unit=unit, by=by, name=name)
    with database.reading() as connection:
        warned = get_submission(connection, identity).warnings > 0
    if warned:
        explain(database, by=by, submission=identity, text="测试数据，情况属实。")
    return publish(database, by=BUREAU, submission_ids=[identity], key=key or f"key-{identity}")


def snapshot_at(database: Database, number: int, period: str = SEPTEMBER) -> Snapshot:
    """What stands published for a period in a release."""
    with database.reading() as connection:
        found = release_snapshot(connection, number, Period(period))
    assert found is not None
    return found
