"""业委会 in a real Chromium: a click on the chain opens the list of that step, a click on a square of the calendar its clocks, one on a
街镇 what it has to do, with its calendar file.
"""

from __future__ import annotations

import re

from icalendar import Calendar

from tests.browser.conftest import Visit


def test_every_step_and_loss_of_the_chain_opens_its_list(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/committees?period=2024-09")
    counts = {"住宅小区": 678, "不符合条件": 21, "符合条件": 657, "应建未建": 26, "已组建": 631, "不在任期内": 163, "任期有效": 468}
    parts = page.locator('[class*="st-key-chain-"] .barlayer .point path')
    drawn = [at for at in range(parts.count()) if (box := parts.nth(at).bounding_box()) and box["width"] > 1]
    assert len(drawn) == len(counts)
    opened = {}
    for at in drawn:
        with visitor.rerun():
            visitor.click_part(parts.nth(at))
        told = re.search(r"“(.+?)”共 ([\d,]+) 个，即指标", page.locator("body").inner_text())
        assert told is not None
        opened[told[1]] = int(told[2])
    assert opened == counts


def test_a_square_of_the_calendar_opens_the_clocks_of_its_place_and_month(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/committees?period=2024-09&part=换届日历")
    layers = page.locator('[class*="st-key-sheet-"] .scatterlayer .trace')
    behind = layers.nth(0).locator(".point")
    counts = [int(one) for one in layers.nth(0).locator("text").all_text_contents()]
    assert counts[0] == sum(counts[1:]) == 163
    with visitor.rerun():
        visitor.click_part(behind.nth(2))
    assert "unit=310107014" in page.url
    assert "month=已超期" in page.evaluate("decodeURIComponent(location.search)")
    assert f"已超期：共 {counts[2]} 个业委会" in page.locator("body").inner_text()
    assert page.locator(".clk .row").count() == min(counts[2], 20)


def test_one_click_answers_who_has_to_do_what_and_gives_the_calendar(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/committees?period=2026-10&part=换届日历")
    with visitor.rerun():
        page.get_by_role("radio", name="长风", exact=True).click()
    told = re.search(r"长风 · 已到期未办（(\d+) 件", page.locator("body").inner_text())
    assert told is not None
    with page.expect_download() as download:
        page.get_by_role("link", name="下载日历（.ics）").click()
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    summaries = [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")]
    assert summaries[0] == f"【已到期未办】长风新村街道 {told[1]} 项"
    days = [one.decoded("DTSTART").isoformat() for one in calendar.walk("VEVENT")]
    assert min(days[1:]) > "2026-10-31"
    assert days[0] == "2026-11-23", "today: where somebody still sees it"
