"""As the bureau: a threshold is changed on the page, its effect is seen, it becomes a release, and the leader sees what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.support.browser import Visitor
from tests.support.server import Server, serve


@pytest.fixture(scope="module")
def own(app: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own on a copy of the database, because these tests publish."""
    folder = tmp_path_factory.mktemp("thresholds")
    with closing(sqlite3.connect(app.database)) as source, closing(sqlite3.connect(folder / "yjpt.db")) as target:
        source.backup(target)
    with serve({"YJPT_DEMO": "1"}, folder=folder, seconds=120) as server:
        yield server


def choose(visitor: Visitor, page: Page, words: str) -> None:
    """Choose a rule by a part of its name."""
    visitor.choose(page.get_by_role("combobox", name="选择一项标准"), words)


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.blur()


def test_a_threshold_becomes_a_release_of_its_own(visit: Visit, own: Server) -> None:
    visitor = visit(origin=own.url)
    page = visitor.open("/thresholds?as=bureau&period=2026-10")
    expect(page.get_by_text("项标准已过印载有效期，待确认是否延续")).to_be_visible()
    choose(visitor, page, "协议签约生效线")
    with visitor.rerun():
        page.get_by_role("radio", name="新增一行").click()
    fill(page, "值（%）", "九十八")
    fill(page, "施行日期", "2026年10月1日")
    fill(page, "文件", "新办法")
    with visitor.rerun():
        page.get_by_role("button", name="列入修改").click()
    expect(page.get_by_text("值“九十八”不是数，请写成 95、0.2 或 2/3 的形式。")).to_be_visible()
    expect(page.get_by_label("值（%）", exact=True)).to_have_value("九十八")
    fill(page, "值（%）", "98")
    with visitor.rerun():
        page.get_by_role("button", name="列入修改").click()
    expect(page.get_by_text("尚未保存的修改：2 处")).to_be_visible()
    with visitor.rerun():
        page.get_by_role("link", name="指标与口径").click()
    with visitor.rerun():
        page.get_by_role("link", name="标准与阈值").click()
    expect(page.get_by_text("尚未保存的修改：2 处")).to_be_visible()
    with visitor.rerun():
        page.get_by_role("button", name="查看影响").click()
    expect(page.get_by_text("个数有变化")).to_be_visible()
    visitor.shoot("thresholds-effect")
    with visitor.rerun():
        page.get_by_role("button", name="保存为新版次").click()
    expect(page.get_by_text("还没有填写修改理由。").first).to_be_visible()
    fill(page, "修改理由（必填）", "新办法自10月1日起施行，第5条规定为98%。")
    with visitor.rerun():
        page.get_by_role("button", name="保存为新版次").click()
    expect(page.get_by_text("各报告期已按新的标准重新计算").first).to_be_visible()
    assert visitor.overflow() == 0
    visitor.shoot("thresholds-saved")
    leader = visit(origin=own.url)
    seen = leader.open("/thresholds?as=leader&period=2026-10")
    expect(seen.get_by_role("button", name="列入修改")).to_have_count(0)
    assert seen.get_by_role("link", name="下载本版标准（CSV）").get_attribute("href").startswith("/api/download/thresholds.csv?v=")
    leader.assert_clean()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_form_fits_the_screen(visit: Visit, own: Server, size: str) -> None:
    visitor = visit(size, origin=own.url)
    page = visitor.open("/thresholds?as=bureau")
    choose(visitor, page, "出租率观察线")
    with visitor.rerun():
        page.get_by_role("radio", name="确认延续").click()
    expect(page.get_by_label("确认延续的文件")).to_be_visible()
    assert visitor.overflow() == 0
    visitor.shoot(f"thresholds-form-{size}")
