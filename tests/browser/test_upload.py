"""As a clerk and as the bureau: a wrong file is told at its cells and changes nothing; a good one changes the figure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from lib.settings import SAMPLES
from tests.browser.conftest import Visit
from tests.support.server import Server, serve

MONTH = SAMPLES / "2026-10"
SAMPLE = MONTH / "长风新村街道业主委员会组建和换届情况表（2026年10月）.xlsx"


@pytest.fixture(scope="module")
def own(app: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own on a copy of the database, because these tests publish."""
    folder = tmp_path_factory.mktemp("own")
    with closing(sqlite3.connect(app.database)) as source, closing(sqlite3.connect(folder / "yjpt.db")) as target:
        source.backup(target)
    with serve({"YJPT_DEMO": "1"}, folder=folder, seconds=120) as server:
        yield server


def changed(target: Path, edits: dict[str, object]) -> Path:
    """The sample with some cells changed, at the addresses given as `header row text → value` pairs resolved below."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book.worksheets[0]
    for cell, value in edits.items():
        sheet[cell].value = value
    book.save(target)
    return target


def header_cells() -> dict[str, str]:
    """Leaf header → its column letter, and `row` → the first data row, of the sample."""
    sheet = openpyxl.load_workbook(SAMPLE).worksheets[0]
    found: dict[str, str] = {}
    first = 0
    for row in sheet.iter_rows(min_row=1, max_row=9):
        for cell in row:
            text = str(cell.value or "").replace("\n", "").lstrip("*")
            if str(cell.value or "").startswith("PT0140001"):
                first = cell.row
            elif text and not first:
                found.setdefault(text, cell.column_letter)
    return {**found, "row": str(first)}


def test_five_mistakes_are_told_at_their_cells_and_change_nothing(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    row = int(at["row"])
    place = next(at[name] for name in at if name in {"街镇", "所属街镇", "街道镇", "属地街镇", "街道（镇）", "街道"})
    key = next(at[name] for name in at if name in {"小区编码", "小区代码", "小区编号"})
    end = next(at[name] for name in at if name in {"止", "任期止", "任期届满", "届满日期", "任期截止", "任期截止日期"})
    session = next(at[name] for name in at if name in {"届别", "届次", "第几届"})
    status = next(at[name] for name in at if name in {"组建状态", "组建情况", "业委会组建状态"})
    bad = changed(
        tmp_path / "写错的报表.xlsx",
        {
            f"{place}{row + 1}": "长峰街道",
            f"{key}{row + 2}": "PT0140001",
            f"{end}{row + 3}": "明年底",
            f"{session}{row + 4}": "三届半",
            f"{status}{row + 5}": "成立了",
        },
    )
    visitor = visit(origin=own.url)
    page = visitor.open("/submit?as=street&form=业主委员会组建和换届情况表")
    assert "选择文件" in page.locator('[data-testid="stFileUploader"]').inner_text()
    with visitor.rerun():
        page.locator("input[type=file]").set_input_files(bad)
    text = page.locator('[data-testid="stMain"]').inner_text()
    assert "个致命问题，不能发布" in text
    assert "识别为 业主委员会组建和换届情况表，2026年10月，长风新村街道" in text
    assert page.get_by_role("button", name="发布", exact=True).count() == 0
    visitor.shoot("submit-five-mistakes")
    table = page.get_by_role("figure", name="问题清单").or_(page.locator('[aria-label="问题清单"]'))
    assert table.count() >= 1
    cells = own_findings(own, bad)
    for cell in (f"{place}{row + 1}", f"{key}{row + 2}", f"{end}{row + 3}", f"{session}{row + 4}", f"{status}{row + 5}"):
        assert cell in cells
    page = visitor.open("/committees?period=2026-10")
    assert page.locator('[data-testid="stMetricValue"]').first.inner_text().strip() == "97.2%"


def own_findings(own: Server, file: Path) -> set[str]:
    """Cells of the 致命 findings, read through the same door."""
    from lib.ingest.reading import Expected, read_file

    staging = read_file(file.name, file.read_bytes(), Expected("committees", "2026-10", "310107014"))
    return {one.cell for one in staging.findings if one.level == "致命"}


def test_upload_publish_and_the_new_figure_names_the_new_file(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    row = int(at["row"])
    status = next(at[name] for name in at if name in {"组建状态", "组建情况", "业委会组建状态"})
    good = changed(tmp_path / "长风改正稿（2026年10月）.xlsx", {f"{status}{row}": "应建未建"})
    leader = visit(origin=own.url)
    before = leader.open("/committees?period=2026-10")
    assert "581 / 598" in before.locator('[data-testid="stMain"]').inner_text()

    visitor = visit(origin=own.url)
    page = visitor.open("/submit?as=bureau&form=业主委员会组建和换届情况表")
    with visitor.rerun():
        page.locator("input[type=file]").set_input_files(good)
    text = page.locator('[data-testid="stMain"]').inner_text()
    assert "发布后将变化的数" in text
    visitor.shoot("submit-effect")
    with visitor.rerun():
        page.get_by_role("button", name="发布", exact=True).click()
    assert "已发布为第 27 版" in page.locator('[data-testid="stMain"]').inner_text()

    with leader.rerun():
        before.get_by_role("link", name="总览").click()
    assert "580 / 598" in before.locator('[data-testid="stMain"]').inner_text()
    with leader.rerun():
        before.get_by_role("link", name="业委会").click()
    with leader.rerun():
        before.locator(".st-key-passport-G05").get_by_role("button").click()
    with before.expect_download() as download:
        before.get_by_role("dialog").get_by_role("link", name="下载这些行").click()
    rows = download.value.path().read_bytes().decode("utf-8-sig").splitlines()
    mine = [line for line in rows if good.name in line]
    assert len(mine) > 50
    assert not any("PT0140001" in line for line in mine)
    old = leader.open("/committees?period=2026-10&v=26")
    assert "581 / 598" in old.locator('[data-testid="stMain"]').inner_text()
