"""保租房 and the section 一张床: figures as the article and the plan have them, bands, lines, lists and choices; worlds of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.actions import opening
from lib.auth.demo import account
from lib.indicators import CATALOGUE
from lib.settings import ROOT, settings
from lib.store.database import Database
from lib.ui.beds import PARTS as BED_PARTS
from lib.ui.homes import CONTRACT_RULES, PARTS
from tests.support.published import CAOYANG, CHANGFENG, Row, publish_rows, rental

Run = Callable[..., AppTest]
FILE, MAP = "pages/rental/homes.py", "pages/rental/bed_map.py"
OVERALL, STRUCTURE, LETTING, LIST = PARTS
PROGRESS, ROOMS, BED_LIST = BED_PARTS


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    found = [one.value for one in [*page.dataframe, *page.table] if column in one.value.columns]
    assert len(found) == 1, [list(one.value.columns) for one in [*page.dataframe, *page.table]]
    return found[0]


def words(page: AppTest) -> str:
    return " ".join(one.value for group in (page.markdown, page.caption, page.info, page.success) for one in group)


def lines(page: AppTest) -> dict[str, str]:
    return {one.key.removeprefix("line-"): one.label for one in page.button if one.key and one.key.startswith("line-")}


# -- 保租房 on the samples ---------------------------------------------------------------------------------------------


def test_raised_supplied_and_their_share(run_page: Run) -> None:
    page = run_page(FILE, period="2025-12")
    assert not page.exception
    shown = metrics(page)
    assert [shown[name] for name in ("保租房累计筹措", "保租房累计供应", "供应转化率")] == ["32,665 套(间)", "24,183 套(间)", "74.0%"]
    plan = table(page, "规划公布数")
    assert plan["结论"].tolist() == ["一致"] * 5
    assert [text.replace("\u00a0", " ") for text in plan["规划公布数"]] == [
        "32,665 套(间)", "24,183 套(间)", "74.0%（推算）", "32 个", "7,438 套(间)",
    ]
    assert "24,183 ÷ 32,665 = 74.0%" in words(page)


@pytest.mark.parametrize("name", ["H02", "H01"])
def test_amounts_stand_most_first_as_on_the_map(run_page: Run, name: str) -> None:
    drawn = {}
    for file, asked in ((FILE, {"homes_by": CATALOGUE[name].title}), (MAP, {"measure": CATALOGUE[name].title})):
        specs = [json.loads(one.proto.spec) for one in run_page(file, period="2025-12", **asked).get("plotly_chart")]
        drawn[file] = [one["data"][0]["x"] for one in specs if "310107103" in one["data"][0].get("customdata", ())]
    assert drawn[FILE] == [sorted(drawn[FILE][0], reverse=True)]
    assert sum(drawn[FILE][0]) == {"H02": 24_183, "H01": 32_665}[name]
    assert drawn[FILE][0] in drawn[MAP]


def test_zhonglanju_holds_its_homes_for_talents(run_page: Run) -> None:
    text = words(run_page(FILE, period="2024-09"))
    assert "1,230 套(间)，常态化配租；已出租 1,206 套(间)" in text
    assert "其中 **150 间**为文化人才公寓（2024年2月，据新民晚报），已含在上述 1,230 套(间)和筹措、供应中，**不另加**" in text
    assert "中岚居已签约户数：公布 1,200 余户，本系统（2024年9月）1,206 户，约数相符" in text
    assert "中岚居" not in words(run_page(FILE, period="2024-09", unit=CAOYANG))


def test_rules_of_contracts_come_from_the_registry(run_page: Run) -> None:
    rules = table(run_page(FILE), "标准")
    assert len(rules) == len(CONTRACT_RULES)
    states = dict(zip(rules["内容"], rules["状态"], strict=True))
    assert (states["租赁押金上限"], states["出租率观察线"], states["一张床租赁合同最短期限"]) == ("有效", "待确认是否延续", "有效")


def test_the_room_mix_beside_the_article(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part=STRUCTURE)
    assert not page.exception
    mix = table(page, "二室户").set_index("")
    assert mix.loc["文章（约数）"].tolist() == ["3,832", "920", "69～129（推算）", "4,821～4,881（推算，未公布）"]
    assert mix.loc["登记 2024年9月"].tolist() == ["3,832", "920", "98", "4,850"]
    assert "总数在 4,821～4,881 套之间，其余 69～129 套（1.4%～2.6%）" in words(page)
    assert lines(page)["H04N"].startswith("新建一室户（含宿舍型）　**3,832 套(间)")
    later = table(run_page(FILE, period="2026-10", part=STRUCTURE), "二室户")[""].tolist()
    assert later == ["文章（约数）", "登记 2024年9月", "登记 2026年10月"]


def test_tiers_by_class_and_source_add_up(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part=STRUCTURE)
    cross = table(page, "层次　建筑类型")
    assert cross["层次　建筑类型"].tolist() == ["一套房　住宅型", "一间房　宿舍型", "一张床　宿舍型"]
    assert sum(int(text.split("（")[0].replace(",", "")) for text in cross["合计"]) == 28_876
    assert "各格相加为“保租房累计供应”28,876 套(间)" in words(page)
    assert "**床位（张）**　已供应 2,841 张：一张床　宿舍型　非居住存量房屋改建 2,841 张（8 个）" in words(page)
    raised = table(run_page(FILE, period="2026-10", part=STRUCTURE, amount="筹措"), "层次　建筑类型")
    assert sum(int(text.split("（")[0].replace(",", "")) for text in raised["合计"]) == 33_463
    run = table(page, "运营单位")
    assert run["套(间)数"].sum() == 28_876
    assert set(run.loc[run["项目数"] < 5, "样本"]) == {"少于 5 个"}
    assert set(run.loc[run["项目数"] >= 5, "样本"]) == {""}


def test_occupancy_and_rents_against_their_lines(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part=LETTING)
    assert not page.exception
    low = table(page, "差")
    assert low["出租率"].is_monotonic_increasing
    assert (low["出租率"] < 80).all()
    assert f"**{len(low)} 个**" in lines(page)["H11N"]
    assert "**待确认是否延续**，印定期限至 2023-12-31" in words(page)
    over = table(page, "租金比")
    assert over["结论"].str.startswith("■").sum() == 1
    assert "备案租金与市场租金之比上限 ≤ 0.9 倍，依据：关于加快发展本市保障性租赁住房的实施意见（沪府办规〔2021〕12号）" in words(page)
    assert "（有效，印定期限至 2026-11-30）" in words(page)
    assert "本版没有2025年10月的报送，无法与一年前的备案租金比较。" in words(page)


def test_the_list_with_its_choices(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part=LIST)
    assert not page.exception
    assert len(table(page, "项目编码")) == 112
    page.multiselect(key="rtier").set_value(["一张床"]).run()
    page.text_input(key="rfind").set_value("桃浦").run()
    rows = table(page, "项目编码")
    assert rows["项目名称"].tolist() == ["桃浦演示建设者管理者之家01", "桃浦演示建设者管理者之家02"]
    assert rows["床位数"].tolist() == [502, 366]
    link = urlsplit(rows["地图"].iloc[0])
    assert (link.path, parse_qs(link.query)) == (
        "/bed_map", {"project": [rows["项目编码"].iloc[0]], "period": ["2026-10"], "as": ["leader"]},
    )
    address = parse_qs(urlsplit(page.get("link_button")[0].proto.url).query)  # type: ignore[union-attr]
    assert (address["tier"], address["find"], address["period"]) == (["一张床"], ["桃浦"], ["2026-10"])


def test_a_place_that_was_chosen(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part=LIST, unit=CHANGFENG)
    assert set(table(page, "项目编码")["街镇"]) == {"长风"}


def test_nobody_sees_it_without_an_account(run_page: Run) -> None:
    page = run_page(FILE, user=None)
    assert [one.value for one in page.error] == ["请先选择账号。"]
    assert not page.metric


# -- 一张床 on the samples ---------------------------------------------------------------------------------------------


def test_beds_as_the_article_has_them(run_page: Run) -> None:
    page = run_page(MAP, period="2024-09")
    assert not page.exception
    article = table(page, "文章公布数")
    assert [text.replace("\u00a0", " ") for text in article["文章公布数"]] == ["1,873 张", "5 个", "1 个", "50%"]
    assert article["结论"].tolist() == ["一致"] * 4
    assert "**街镇覆盖 5/10**" in words(page)
    later = table(run_page(MAP, period="2026-10"), "文章公布数")
    assert [text.replace("\u00a0", " ") for text in later["本系统（2026年10月）"]] == ["2,841 张", "8 个", "1 个", "70%"]


def test_what_covers_the_rest_next(run_page: Run) -> None:
    rows = table(run_page(MAP, period="2026-10"), "最近的一步")
    assert rows["街镇"].tolist() == ["石泉", "曹杨", "宜川"]
    assert rows["最近的一步"].tolist()[:2] == ["入市准备", "储备改造"]
    assert rows["床位"].tolist()[:2] == ["276 张", "198 张"]


def test_the_way_to_the_target(run_page: Run) -> None:
    text = words(run_page(MAP, period="2026-10"))
    assert "还差 **2,882 张**，还有 50 个月：每月需新增 **57.6 张**，每季 173 张。" in text
    assert "按此速度到期能否完成：不确定：近12个月只有1个项目新增床位，少于5个，不足以推算。" in text
    assert "在途项目 894 张，全部供应后仍差 1,988 张" in text
    one = words(run_page(MAP, period="2026-10", unit=CAOYANG))
    assert "目标为全区目标，不分解到街镇" in one
    assert "每月需新增" not in one


def test_rooms_prices_and_sectors(run_page: Run) -> None:
    page = run_page(MAP, period="2024-09", bed_part=ROOMS)
    assert not page.exception
    assert "清单计数：5 个已供应项目中 5 个填了行业" in words(page)
    assert {"H13", "H13U"} <= set(lines(page))


def test_the_list_of_beds(run_page: Run) -> None:
    page = run_page(MAP, period="2026-10", bed_part=BED_LIST)
    assert len(table(page, "服务行业")) == 11
    page.multiselect(key="bed_stage").set_value(["改造"]).run()
    assert table(page, "服务行业")["床位数"].tolist() == [198, 420]
    assert "一张床轮候人数" in lines(page)["H17B"]


def test_a_click_on_a_stage_opens_its_list(monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.ui import beds, state

    chosen: dict[str, object] = {}
    monkeypatch.setattr(state, "choose", lambda **values: chosen.update(values))
    monkeypatch.setattr(state, "picked_codes", lambda key: {"flow": ["改造"]}.get(key, []))
    beds._clicked("other")
    assert chosen == {}
    beds._clicked("flow")
    assert chosen == {"bed_stage": ["改造"], "bed_part": BED_LIST}


def test_a_bar_opens_the_passport_of_its_figure(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.ui import amount_bars

    opened: list[str] = []
    monkeypatch.setattr(amount_bars.state, "picked_codes", lambda key: ["H19C"] if "H19A" in key else [])
    monkeypatch.setattr(amount_bars, "open_passport", lambda page, name: opened.append(name))
    assert not run_page(MAP, period="2024-09", bed_part=ROOMS).exception
    assert opened == ["H19C"]


# -- worlds of their own -----------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Publishes rental projects by month into a database of this test alone: as the district, or as one 街镇."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("YJPT_DEMO", "1")
    kept = opening.open_database
    opened = Database(address)
    opened.migrate()
    settings.cache_clear()
    kept.cache_clear()
    st.cache_resource.clear()

    def fill(months: dict[str, list[Row]], unit: str | None = None) -> None:
        for period, rows in months.items():
            publish_rows(opened, "rental_projects", rows, period=period, unit=unit, key=f"own-{period}")

    yield fill
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(timeout=60)
    opening.open_database().close()
    opened.close()
    kept.cache_clear()
    st.cache_resource.clear()
    monkeypatch.undo()
    settings.cache_clear()


def open_page(file: str = FILE, **query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / file), default_timeout=60)
    page.session_state["_user"] = account("leader")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def home(identity: str, rent: float | None, market: float | None, **more: object) -> Row:
    return rental(identity, CAOYANG, "一套房", "新建", "常态化配租", 100, filed_rent=rent, market_rent=market, supply_date="2024-01-01",
                  leased_units=90, **more)


def test_rents_of_a_year_before(own: Callable[..., None]) -> None:
    own({
        "2025-10": [home("N1", 40.0, 50.0), home("N2", 40.0, 50.0)],
        "2026-10": [home("N1", 42.5, 60.0), home("N2", 40.4, 50.6), home("N3", 40.0, 50.0)],
    })
    page = open_page(part=LETTING, period="2026-10")
    assert not page.exception
    assert "与2025年10月相比：可核对 2 个，**超出 1 个**；不可核对 1 个。" in words(page)
    rows = table(page, "市场涨幅")
    assert rows["项目"].tolist() == ["租赁项目N1", "租赁项目N3", "租赁项目N2"]
    assert rows["结论"].tolist() == ["■ 超出", "○ 不可核对", "● 未超出"]
    assert rows["说明"].tolist() == ["", "一年前未在册", ""]


def test_bed_prices_above_the_filed_price(own: Callable[..., None]) -> None:
    def beds(identity: str, rent: float | None) -> Row:
        return rental(identity, CHANGFENG, "一张床", "非居住存量房屋改建", "挂牌", 40, beds=160, bed_price=500.0, rental_area=2_963.0,
                      filed_rent=rent, supply_date="2026-01-01", listing_date="2026-01-01")

    own({"2026-10": [beds("N1", 27.0), beds("N2", 26.0), beds("N3", None)]})
    page = open_page(MAP, period="2026-10", bed_part=ROOMS)
    assert not page.exception
    assert "可核对 2 个，其中 **超出 1 个**；不可核对 1 个" in words(page)
    assert table(page, "结论")["结论"].tolist() == ["■ 超出 2,962.00 元/月", "○ 不可核对：缺备案租金"]


def test_a_month_with_no_bed_project(own: Callable[..., None]) -> None:
    own({"2026-10": [home("N1", 40.0, 50.0)]})
    for part in BED_PARTS:
        page = open_page(MAP, period="2026-10", bed_part=part)
        assert not page.exception, part
    assert "没有“一张床”项目" not in words(page), "the picture says so"
    for part in PARTS:
        assert not open_page(part=part, period="2026-10").exception, part
        assert not open_page(part=part, period="2026-10", unit=CHANGFENG).exception, part


def test_a_place_that_has_not_reported(own: Callable[..., None]) -> None:
    own({"2026-10": [home("N1", 40.0, 50.0)]}, CAOYANG)
    for part in PARTS:
        page = open_page(part=part, period="2026-10", unit=CHANGFENG)
        assert not page.exception, part
        assert "所选街镇本期尚未报送《保障性租赁住房项目情况表》" in words(page), part
    page = open_page(MAP, period="2026-10", unit=CHANGFENG)
    assert not page.exception
    assert "所选街镇本期尚未报送《保障性租赁住房项目情况表》" in words(page)
