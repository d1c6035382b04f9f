"""更新进度 with some five hundred projects in a real Chromium: what a click on a section costs, the very first one as well.

Its one rule: work is measured, not the clock on the wall: processor time of the server and of the browser's main thread, which another
test beside this one does not make longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lib.datasets import DATASETS
from lib.demo import world
from lib.store.database import Database
from tests.browser.conftest import Visit
from tests.support.browser import SLACK, Visitor
from tests.support.city import keep_month
from tests.support.server import Server, serve

PARTS = ("签约", "节点", "搬迁", "加梯", "清单")
FORMS = ("renewal_projects", "milestones", "consent_rounds")
TIMES = 8
"""Each of the 62 projects of the demonstration stands so often, under codes of its own."""
FIRST, LATER = 1.0, 0.7
"""Seconds of work for the first click on a section and for one that follows."""


def _stored(name: str, rows: list[dict[str, object]]) -> pa.Table:
    source = {"_submission": "", "_sheet": "表", "_marks": None}
    return pa.Table.from_pylist([{**row, **source, "_row": at + 4} for at, row in enumerate(rows)], schema=DATASETS[name].schema)


def _often(rows: pa.Table) -> pa.Table:
    copies = [rows]
    for number in range(1, TIMES):
        copy = rows
        for name in ("project_id", "project_name"):
            at = copy.schema.get_field_index(name)
            codes = pc.binary_join_element_wise(copy.column(name).cast(pa.string()), f"-{number}", "")
            copy = copy.set_column(at, copy.schema.field(name), codes.cast(copy.schema.field(name).type))
        copies.append(copy)
    return pa.concat_tables(copies)


@pytest.fixture(scope="module")
def many(app: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on a copy of the demonstration, with 496 projects in the last four months."""
    folder = tmp_path_factory.mktemp("many")
    with closing(sqlite3.connect(app.database)) as source, closing(sqlite3.connect(folder / "yjpt.db")) as copy:
        source.backup(copy)
    database = Database(f"sqlite:///{folder / 'yjpt.db'}")
    for period in world.PERIODS[-4:]:
        rows = world.tables(period)
        keep_month(database, period, {name: _often(_stored(name, rows[name])) for name in FORMS})
    database.close()
    with serve({"YJPT_DEMO": "1"}, folder=folder, seconds=300) as server:
        yield server


def _server_seconds(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(ticks[11]) + int(ticks[12])) / 100


def _work(visitor: Visitor, server: Server, part: str) -> float:
    """Seconds of work that a click on a section makes."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"]) + _server_seconds(server.pid)

    before = spent()
    with visitor.rerun():
        visitor.page.get_by_role("radio", name=part, exact=True).click()
    after = spent()
    session.detach()
    return after - before


def test_a_click_on_a_section_makes_little_work(visit: Visit, many: Server) -> None:
    visitor = visit(origin=many.url)
    visitor.open("/progress?as=leader")
    first = {part: _work(visitor, many, part) for part in PARTS}
    later = {part: _work(visitor, many, part) for part in PARTS}
    assert max(first.values()) < FIRST * SLACK, first
    assert max(later.values()) < LATER * SLACK, later
    assert "共 496 个项目" in visitor.page.locator('[data-testid="stMain"]').inner_text()
