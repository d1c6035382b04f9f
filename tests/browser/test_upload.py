"""As a clerk and as the bureau: a wrong file is told at its cells and changes nothing; a good one changes the figure."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from playwright.sync_api import Page

from lib.datasets import DATASETS
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.settings import SAMPLES
from tests.browser.conftest import Visit
from tests.support.browser import Visitor
from tests.support.server import Server, serve
from tests.support.workbooks import HEADER, committee, form, workbook

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
    page.get_by_text("个致命问题，不能发布").wait_for()
    visitor.settle()
    text = page.locator('[data-testid="stMain"]').inner_text()
    assert "个致命问题，不能发布" in text
    assert "识别为 业主委员会组建和换届情况表，2026年10月，长风新村街道" in text
    assert page.get_by_role("button", name="发布", exact=True).count() == 0
    visitor.shoot("submit-five-mistakes")
    cells = own_findings(own, bad)
    for cell in (f"{place}{row + 1}", f"{key}{row + 2}", f"{end}{row + 3}", f"{session}{row + 4}", f"{status}{row + 5}"):
        assert cell in cells
        assert re.search(rf"\b{cell}\b", text), "each stands in the list at its cell"
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带标注的工作簿").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert "问题清单" in book.sheetnames
    sheet = book[openpyxl.load_workbook(SAMPLE).sheetnames[0]]
    assert all(sheet[cell].comment is not None for cell in cells)
    page = visitor.open("/committees?period=2026-10")
    assert page.locator('[data-testid="stMetricValue"]').first.inner_text().strip() == "97.6%"


def own_findings(own: Server, file: Path) -> set[str]:
    """Cells of the 致命 findings, read through the same door."""
    reading = read_file(file.name, file.read_bytes(), Expected("committees", "2026-10", "310107014"))
    return {one.cell for one in reading.all_findings if one.level == "致命"}


def test_upload_publish_and_the_new_figure_names_the_new_file(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    row = int(at["row"])
    status = next(at[name] for name in at if name in {"组建状态", "组建情况", "业委会组建状态"})
    good = changed(tmp_path / "长风改正稿（2026年10月）.xlsx", {f"{status}{row}": "应建未建"})
    leader = visit(origin=own.url)
    before = leader.open("/committees?period=2026-10")
    assert "651 / 667" in before.locator('[data-testid="stMain"]').inner_text()

    visitor = visit(origin=own.url)
    page = visitor.open("/submit?as=bureau&form=业主委员会组建和换届情况表")
    with visitor.rerun():
        page.locator("input[type=file]").set_input_files(good)
    page.get_by_text("发布后将变化的数").wait_for()
    visitor.settle()
    text = page.locator('[data-testid="stMain"]').inner_text()
    assert "发布后将变化的数" in text
    visitor.shoot("submit-effect")
    with visitor.rerun():
        page.get_by_role("button", name="发布", exact=True).click()
    assert "已发布为第 27 版" in page.locator('[data-testid="stMain"]').inner_text()

    with leader.rerun():
        before.get_by_role("link", name="总览").click()
    assert "650 / 667" in before.locator('[data-testid="stMain"]').inner_text()
    with leader.rerun():
        before.get_by_role("link", name="业委会").click()
    with leader.rerun():
        before.locator(".st-key-passport-G05").get_by_role("button").click()
    with leader.rerun():
        before.get_by_role("dialog").get_by_role("radio", name="明细", exact=True).click()
    with before.expect_download() as download:
        before.get_by_role("dialog").get_by_role("link", name="下载这些行").click()
    rows = download.value.path().read_bytes().decode("utf-8-sig").splitlines()
    mine = [line for line in rows if good.name in line]
    assert len(mine) > 50
    assert not any("PT0140001" in line for line in mine)
    old = leader.open("/committees?period=2026-10&v=26")
    assert "651 / 667" in old.locator('[data-testid="stMain"]').inner_text()


# -- what a clerk decides --------------------------------------------------------------------------------------------

FORM = "/submit?as=street&form=committees"


def main_text(page: Page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()


def send(visitor: Visitor, file: Path, address: str = FORM) -> Page:
    """Upload a file and wait for what comes of it."""
    page = visitor.open(address)
    with visitor.rerun():
        page.locator("input[type=file]").set_input_files(file)
    page.get_by_text(re.compile("已读取“|没有收下|种报表，分别检查")).first.wait_for()
    visitor.settle()
    return page


def choose(visitor: Visitor, page: Page, label: str, option: str, *, at: int = 0) -> None:
    """Choose in the list of this label (the nth of them)."""
    visitor.choose(page.locator('[data-testid="stSelectbox"]').filter(has_text=label).nth(at).locator("input"), option)


def test_an_unknown_column_is_named_and_remembered(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    header = next(at[name] for name in at if name in {"组建状态", "组建情况", "业委会组建状态"})
    row = next(line for line in range(1, int(at["row"])) if openpyxl.load_workbook(SAMPLE).worksheets[0][f"{header}{line}"].value)
    odd = changed(tmp_path / "列名改了.xlsx", {f"{header}{row}": "情况栏"})
    for size in ("phone", "desk"):
        visitor = visit(size, origin=own.url)
        page = send(visitor, odd)
        assert "请在下面指明各列读作什么" in main_text(page)
        assert f"{header} 列“情况栏”" in main_text(page)
        choose(visitor, page, "读作", "组建状态")
        visitor.shoot("submit-mapping")
        assert visitor.overflow() == 0
        with visitor.rerun():
            page.get_by_role("button", name="按更正重新读取").click()
        page.get_by_text("没有致命问题和警告").wait_for()
        # The next file with this header is read by itself; then it is taken back.
        page = send(visitor, odd)
        assert "没有致命问题和警告" in main_text(page)
        with visitor.rerun():
            page.get_by_text("各列是怎样读的（可更正）").click()
        assert "按您的更正" in main_text(page) or page.get_by_text("已记住 1 处更正").count() == 1
        with visitor.rerun():
            page.get_by_role("button", name="恢复自动识别").click()
        page.get_by_text("请在下面指明各列读作什么").wait_for()


def test_personal_data_is_dropped_by_choice(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    note = next(at[name] for name in at if name == "备注")
    private = changed(tmp_path / "有电话.xlsx", {f"{note}{int(at['row']) + 3}": "电话13912345678"})
    visitor = visit(origin=own.url)
    page = send(visitor, private)
    assert "含有个人信息，不得上报。文件没有保存" in main_text(page)
    assert "13912345678" not in main_text(page)
    visitor.shoot("submit-personal")
    with visitor.rerun():
        page.get_by_role("button", name="删去这些内容后继续").click()
    page.get_by_text("保存的是删去后的文件").wait_for()
    assert "已删去个人信息" in main_text(page)
    with closing(sqlite3.connect(own.database)) as database:
        (stored,) = database.execute(
            "SELECT content FROM submission JOIN blob ON sha256 = file_sha256 ORDER BY submission.id DESC LIMIT 1"
        ).fetchone()
    copy = tmp_path / "存下的.xlsx"
    copy.write_bytes(stored)
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(copy) for line in sheet.iter_rows() for cell in line]
    assert not any("13912345678" in one for one in cells)


def test_a_warning_is_explained_and_published(own: Server, visit: Visit, tmp_path: Path) -> None:
    at = header_cells()
    end = next(at[name] for name in at if name in {"止", "任期止", "任期届满", "届满日期", "任期截止", "任期截止日期"})
    odd = changed(tmp_path / "任期太长.xlsx", {f"{end}{int(at['row']) + 1}": "2033-07-11"})
    visitor = visit(origin=own.url)
    page = send(visitor, odd)
    assert "填写后才算提交" in main_text(page)
    assert "已提交区局科室审核" not in main_text(page)
    page.get_by_role("textbox", name="情况说明（必填）").fill("经业主大会决定延长任期，已备案。")
    with visitor.rerun():
        page.get_by_role("button", name="提交情况说明").click()
    assert "已提交区局科室审核" in main_text(page)
    visitor.shoot("submit-explained")

    bureau = visit(origin=own.url)
    page = bureau.open("/submit?as=bureau&form=committees")
    field = page.locator('[data-testid="stSelectbox"]').filter(has_text="选择一份").locator("input")
    field.click()
    with bureau.rerun():
        page.get_by_role("option").filter(has_text="长风").first.click()
    assert "经业主大会决定延长任期，已备案。" in main_text(page)
    with bureau.rerun():
        page.get_by_role("button", name="发布", exact=True).click()
    assert re.search(r"已发布为第 \d+ 版（业主委员会组建和换届情况表", main_text(page))


def test_the_file_of_another_place_is_answered_with_everything(own: Server, visit: Visit, tmp_path: Path) -> None:
    """Nothing of it is stored; the annotated workbook is made from what stands in the uploader."""
    other = tmp_path / "桃浦的.xlsx"
    titles = [["业委会情况表（2026年10月）"], ["填报单位：桃浦镇"], []]
    other.write_bytes(workbook(form(committee("A1", "桃浦"), committee("A1", "桃浦", status="成立了"), titles=titles)))
    with closing(sqlite3.connect(own.database)) as database:
        before = database.execute("SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM blob)").fetchone()
    for size in ("phone", "desk"):
        visitor = visit(size, origin=own.url)
        page = send(visitor, other)
        assert "A2 填报单位是“桃浦镇”，与您的所属单位“长风新村街道”不符。您只能报送本街镇的报表。" in main_text(page)
        assert "主键重复" in main_text(page)
        assert "“组建状态”填的是“成立了”" in main_text(page)
        assert visitor.overflow() == 0
        visitor.shoot("submit-other-place")
        with page.expect_download() as download:
            page.get_by_role("button", name="下载带标注的工作簿").click()
        assert download.value.suggested_filename == "桃浦的_问题标注.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
        assert "填报单位不符" in book["Sheet1"]["A2"].comment.text
    with closing(sqlite3.connect(own.database)) as database:
        after = database.execute("SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM blob)").fetchone()
    assert after == before


def test_merged_cells_taken_apart_are_filled_down_by_one_click(own: Server, visit: Visit, tmp_path: Path) -> None:
    apart = tmp_path / "拆开.csv"
    lines = ["填报单位：长风新村街道", "", ",".join(HEADER)]
    lines += [f"PT014000{at},某小区,{'长风' if at == 1 else ''},应建未建,,," for at in range(1, 6)]
    apart.write_text("\n".join(lines), encoding="utf-8-sig")
    for size in ("phone", "desk"):
        visitor = visit(size, origin=own.url)
        page = send(visitor, apart)
        assert "请在下面点“向下填充”补齐拆开的合并单元格" in main_text(page)
        visitor.shoot("submit-fill-down")
        assert visitor.overflow() == 0
        with visitor.rerun():
            page.get_by_role("button", name="向下填充", exact=True).click()
        page.get_by_text(re.compile("已读取“拆开.csv”，有 [0-9]+ 个警告")).wait_for()
        with visitor.rerun():
            page.get_by_text("各列是怎样读的（可更正）").click()
        with visitor.rerun():
            page.get_by_role("button", name="恢复自动识别").click()
        page.get_by_text("请在下面点“向下填充”").wait_for()


def test_a_zero_report(own: Server, visit: Visit) -> None:
    visitor = visit("phone", origin=own.url)
    page = visitor.open("/submit?as=street&form=renewal_projects")
    page.get_by_role("button", name="零报告").click()
    page.get_by_role("button", name="确认：本期没有，提交零报告").wait_for()
    visitor.shoot("submit-zero")
    with visitor.rerun():
        page.get_by_role("button", name="确认：本期没有，提交零报告").click()
    page.get_by_text("零报告.xlsx").first.wait_for()
    assert "长风新村街道，零报告" in main_text(page).replace(" ", "")
    assert visitor.overflow() == 0


def test_a_large_file_shows_how_far_it_is_and_is_called_off(own: Server, visit: Visit, tmp_path: Path) -> None:
    large = tmp_path / "很大.xlsx"
    titles = [field.title for field in DATASETS["compounds"].fields]
    with xlsxwriter.Workbook(large, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("小区")
        sheet.write_row(0, 0, ["填报单位：长风新村街道"])
        sheet.write_row(1, 0, titles)
        for row in range(60_000):
            cells = [f"X{row:06d}", f"小区{row}", "", "长风新村街道", "一居委", f"某路{row}弄", "商品房", 1990, 20000.5, 200]
            sheet.write_row(row + 2, 0, cells)
    with closing(sqlite3.connect(own.database)) as database:
        before = database.execute("SELECT count(*) FROM submission").fetchone()
    visitor = visit(origin=own.url)
    page = visitor.open("/submit?as=street&form=compounds")
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text(re.compile("“很大.xlsx”：(排队中|正在)")).first.wait_for()
    visitor.page.screenshot(path=visitor.screens / "submit-progress.png")
    page.get_by_role("button", name="取消").click()
    page.get_by_text("已取消检查“很大.xlsx”，文件没有保存。").wait_for()
    visitor.settle()
    with closing(sqlite3.connect(own.database)) as database:
        assert database.execute("SELECT count(*) FROM submission").fetchone() == before
    with visitor.rerun():
        page.get_by_role("link", name="总览").click()
    assert page.locator("h1").inner_text() == "总览", "the application goes on"
