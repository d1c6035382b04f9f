"""In a real Chromium: does every page draw, ask nobody else, say nothing on the console, and fit the screen?"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import Locator

from lib.ui.registry import PAGES
from tests.browser.conftest import Visit
from tests.support.browser import Visitor
from tests.support.server import Server

ADDRESSES = {spec.url: ("/" if spec is PAGES[0] else f"/{spec.url}") for spec in PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("url", list(ADDRESSES))
def test_every_page_draws_clean(visit: Visit, url: str, size: str, scheme: Any) -> None:
    visitor = visit(size, scheme)
    page = visitor.open(f"{ADDRESSES[url]}?as=bureau")
    title = next(spec.title for spec in PAGES if spec.url == url)
    assert page.locator("h1").inner_text() == title
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert visitor.overflow() == 0
    visitor.shoot(url)
    visitor.assert_clean()


def test_the_policy_is_on_every_answer(visit: Visit) -> None:
    visitor = visit()
    answers: list[Any] = []

    def note(answer: Any) -> None:
        answers.append(answer)

    visitor.page.on("response", note)
    visitor.open("/bed_map")
    assert len(answers) > 10
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
        assert "script-src 'self'" in policy
        assert "http" not in policy


def test_the_article_month_by_its_link(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/committees?period=2024-09")
    values = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    assert [value.strip() for value in values] == ["96.0%", "74.2%", "163 个", "26 个", "54 个", "2 个"]
    assert page.get_by_role("combobox", name="报告期").input_value() == "2024年9月"
    with visitor.rerun():
        page.get_by_role("link", name="床位供应地图").click()
    assert page.locator('[data-testid="stMetricValue"]').first.inner_text().strip() == "1,873 张"
    assert page.url.endswith("/bed_map?period=2024-09")


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(15, 94, 115)"), ("dark", "rgb(39, 128, 154)")])
def test_the_chosen_segment_is_filled(visit: Visit, scheme: Any, ground: str) -> None:
    page = visit("desk", scheme).open("/committees?period=2024-09&step=应建未建")
    for name in ("总体", "应建未建"):  # a segment and a pill
        chosen = page.get_by_test_id("stButtonGroup").get_by_role("radio", name=name, exact=True)
        assert chosen.evaluate("e => getComputedStyle(e).backgroundColor") == ground
        assert chosen.locator("p").evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"


def test_passport_opens_from_a_card_and_from_a_line(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/?period=2024-09")
    with visitor.rerun():
        page.locator(".st-key-passport-G03").get_by_role("button").click()
    drawer = page.get_by_role("dialog")
    assert "631 个 ÷ 657 个 × 100% = 96.0%" in drawer.inner_text()
    look(visitor, drawer, "明细")
    assert "共 631 行" in drawer.inner_text()
    with page.expect_download() as download:
        drawer.get_by_role("link", name="下载这些行").click()
    lines = download.value.path().read_bytes().decode("utf-8-sig").split("\r\n")
    assert len([line for line in lines if line]) == 632
    look(visitor, drawer, "走势")
    assert drawer.locator(".st-key-series-G03 .main-svg").count() > 0
    visitor.shoot("passport-series")
    look(visitor, drawer, "来源")
    assert "分子 631 行、分母 657 行" in drawer.inner_text()
    visitor.shoot("passport-sources")
    with page.expect_download() as download:
        drawer.get_by_role("link", name="标色原件（分子）").click()
    assert download.value.suggested_filename.endswith("（业委会组建率_标色）.xlsx")
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    fills = [
        cell.row for sheet in book if sheet.title != "数据护照" for row in sheet.iter_rows() for cell in row
        if cell.fill.fgColor.rgb == "FFFFF0C2"
    ]
    # The 街镇 is one merged cell for many rows: it is coloured with them, also where its own first row does not count.
    assert sum(count > 1 for count in Counter(fills).values()) == 631
    assert book.active is not None
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    with visitor.rerun():
        page.locator(".st-key-line-H09").get_by_role("button").click()
    assert "5 个街镇 ÷ 10 个街镇 × 100% = 50%" in page.get_by_role("dialog").inner_text()


def look(visitor: Visitor, drawer: Locator, view: str) -> None:
    """Choose one of the views of a passport."""
    with visitor.rerun():
        drawer.get_by_role("radio", name=view, exact=True).click()


def test_a_cell_of_the_heat_table_opens_its_passport(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/?period=2024-09")
    table = page.locator('[data-testid="stDataFrame"]').first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    width = (box["width"] - 64) / 11
    with visitor.rerun():
        page.mouse.click(box["x"] + 64 + 6.5 * width, box["y"] + 36 * 2.5)  # 组建率% of the second row, 长风
    drawer = page.get_by_role("dialog")
    assert "业委会组建率 · 长风新村街道" in drawer.inner_text()
    assert "unit=310107014" in drawer.locator("code").inner_text()
    visitor.shoot("passport-from-heat")


def test_a_bar_opens_the_passport_of_its_place(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/committees?period=2024-09")
    chart = page.locator('[class*="st-key-places-G05"]')
    chart.scroll_into_view_if_needed()
    with visitor.rerun():
        visitor.click_part(chart.locator(".barlayer .point path").first)
    assert "任期有效率（排名口径） · " in page.get_by_role("dialog").inner_text()
    assert "普陀区（全区）" not in page.get_by_role("dialog").inner_text()


def test_the_dictionary_reads_the_row_that_is_clicked(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/dictionary?period=2024-09&q=业委会 率")
    shown = page.locator('[data-testid="stMetricLabel"]')
    assert shown.inner_text() == "业委会组建率 · 2024年9月"
    box = page.locator('[data-testid="stDataFrame"] canvas').first.bounding_box()
    assert box is not None
    with visitor.rerun():
        page.mouse.click(box["x"] + 17, box["y"] + 36 * 2 + 18)
    assert shown.inner_text() == "任期有效率 · 2024年9月"
    assert "indicator=G05" in page.url
    with visitor.rerun():
        page.get_by_role("link", name="业委会").click()
    with visitor.rerun():
        page.get_by_role("link", name="指标与口径").click()
    assert shown.inner_text() == "任期有效率 · 2024年9月"


def test_an_indicator_in_full_and_the_published_figures_fit_a_phone(visit: Visit) -> None:
    visitor = visit("phone")
    page = visitor.open("/dictionary?indicator=R03&period=2024-09")
    full = page.locator('[data-testid="stMain"]').inner_text()
    for told in ("定义", "公式", "城市更新条例第32条", "协议签约生效线 ≥ 95%", "建议口径（非规定）", "变化记录（全区）"):
        assert told in full
    assert visitor.overflow() == 0
    visitor.shoot("dictionary-R03")
    page = visitor.open("/dictionary?part=published")
    assert "公布 74.4%　本系统 74.2%（468 / 631）" in page.locator('[data-testid="stMain"]').inner_text()
    assert visitor.overflow() == 0
    visitor.shoot("dictionary-published")


def test_a_click_on_the_map_filters_the_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/bed_map")
    canvas = page.locator('[data-testid="stDeckGlJsonChart"] canvas').first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.25
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.locator(".deck-tooltip", has_text="桃浦").wait_for()
    with visitor.rerun():
        page.mouse.click(x, y)
    assert "unit=310107103" in page.url
    assert page.locator('[data-testid="stMetricValue"]').first.inner_text().strip() == "868 张"
    chosen = page.locator('[data-testid="stMultiSelect"]').filter(has_text="街镇").inner_text()
    assert "桃浦" in chosen
    visitor.shoot("bed_map-selected")


def test_the_map_without_webgl(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/bed_map?flat=true")
    assert page.locator('[data-testid="stDeckGlJsonChart"]').count() == 0
    assert page.locator('[class*="st-key-flat-map"] .main-svg').count() > 0
    visitor.shoot("bed_map-flat")


def test_another_name_of_this_machine_is_refused(app: Server) -> None:
    address = urlsplit(app.url)
    with closing(HTTPConnection(str(address.hostname), address.port)) as connection:
        connection.request("GET", "/", headers={"Host": "dashboard.example"})
        answer = connection.getresponse()
        assert answer.status == 403
        assert "只接受本机访问" in answer.read().decode()
