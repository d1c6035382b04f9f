"""更新进度: sections and choices in the address, what to push first, what changed, the list; and with no, one and 500 projects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.actions import opening
from lib.auth.demo import account
from lib.charts.flow import SEPARATOR
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.settings import ROOT, settings
from lib.store import releases
from lib.store.database import Database
from lib.ui import state
from lib.ui.renewal import PARTS
from tests.support.published import CAOYANG, CHANGFENG, Row, publish_rows, renewal

Run = Callable[..., AppTest]
FILE = "pages/renewal/progress.py"
OVERVIEW = "pages/overview/overview.py"
REBUILT = "旧住房成套改造"


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    found = [one.value for one in page.dataframe if column in one.value.columns]
    assert len(found) == 1, [list(one.value.columns) for one in page.dataframe]
    return found[0]


def pushed(page: AppTest) -> list[str]:
    """Labels of the projects to push first."""
    return [one.label for one in page.button if one.key and one.key.startswith("worst-")]


def words(page: AppTest) -> str:
    return " ".join(one.value for group in (page.markdown, page.caption, page.info) for one in group)


# -- on the samples ----------------------------------------------------------------------------------------------------


def test_overall_section(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09")
    assert not page.exception
    assert [metrics(page)[name] for name in ("距生效差户", "回搬户数", "超期项目数")] == ["232 户", "3,512 户", "6 个"]
    assert len(pushed(page)) == 3
    assert all("■" in label and "预警" in label for label in pushed(page)), "colour with shape and word"
    by_type = table(page, "登记（个）")
    assert f"{by_type['在册（个）'].sum()} 个" == metrics(page)["在册更新项目数"]
    assert f"{by_type['超期（个）'].sum()} 个" == metrics(page)["超期项目数"]
    assert "产/证" in by_type.set_index("改造类别").loc["旧城区改建（征收）", "涉及户数"]
    assert "本版没有2024年8月的项目数据，无法比较。" in words(page)


def test_three_projects_on_the_overview_are_those_of_the_list(run_page: Run) -> None:
    listed = table(run_page(FILE, part="清单"), "项目编码")
    shown = [one.key for one in run_page(OVERVIEW).button if one.key and one.key.startswith("worst-")]
    assert shown == [f"worst-{identity}" for identity in listed["项目编码"].head(3)]


def test_what_a_month_changed(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10")
    text = words(page)
    assert "比2026年9月变了什么" in [one.value for one in page.subheader]
    assert "新增超期：“签约生效”已超期 5 天" in text
    assert "共 16 个项目有变化（清单计数）" in text


def test_years_beside_the_plan(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10")
    years = table(page, "规划公布（2021—2025）").set_index("指标")
    assert list(years.columns) == [
        *(f"{year}年" for year in range(2021, 2026)), "2026年（至10月）", "2021—2025合计", "规划公布（2021—2025）"]
    assert years.loc["加梯累计完工台数"].tolist()[-1] == "1,286 台"
    assert years.loc["综合修缮实施面积"].tolist()[-2:] == ["255.5 万㎡", "约 253 万㎡"], "by the actual days of the rows as they stand"
    assert years.loc["专项提升实施面积"].tolist()[-2:] == ["1,033.8 万㎡", "约 1,016 万㎡"]
    assert years.loc["成套改造完工面积"].tolist()[-2:] == ["20.0 万㎡", "约 20 万㎡"]
    assert "小梁薄板房屋改造完成日（市） **2026-12-31**" in words(page)
    assert "小梁薄板房屋改造完成日（区） **2027-12-31**" in words(page)
    one = run_page(FILE, period="2026-10", unit=CAOYANG)
    assert not [frame for frame in one.dataframe if "规划公布（2021—2025）" in frame.value.columns], "it is published for the district"
    assert "选定街镇时不对照" in words(one)


def test_the_list_says_of_every_project_where_it_stands(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="清单")
    projects = table(page, "项目编码")
    mine = projects[projects["项目名称"] == "曹杨八村77-85号旧住房成套改造项目"].iloc[0]
    assert (mine["街镇"], mine["当前阶段"], mine["涉及户数"], mine["灯色"], mine["说明"]) == ("曹杨", "回搬", 60, "● 正常", "已完成")
    assert projects["距生效差户"].sum() == 232
    assert (projects["灯色"] == "■ 预警").sum() == 6
    late = projects["超期天数"].dropna()
    assert late.is_monotonic_decreasing
    assert late.index.tolist() == projects.index[: len(late)].tolist()
    assert f"清单共 {len(projects)} 个项目" in words(page)
    link = urlsplit(mine["项目页"])
    assert (link.path, parse_qs(link.query)) == ("/project", {"project": [mine["项目编码"]], "period": ["2024-09"], "as": ["leader"]})


def newest(office: Database) -> int:
    """The release that pages show."""
    with office.reading() as connection:
        return releases.head(connection)


def test_choices_stand_in_the_address_and_narrow_rows(run_page: Run, office: Database) -> None:
    page = run_page(FILE, period="2024-09", part="清单", light="预警")
    assert set(table(page, "项目编码")["灯色"]) == {"■ 预警"}
    address = page.get("link_button")[0].proto.url  # type: ignore[union-attr]
    assert parse_qs(urlsplit(address).query) == {
        "v": [str(newest(office))], "period": ["2024-09"], "light": ["红"], "as": ["leader"],
    }
    found = table(run_page(FILE, period="2024-09", part="清单", find="曹杨八村"), "项目编码")
    assert found["项目名称"].tolist() == ["曹杨八村77-85号旧住房成套改造项目"]
    year = table(run_page(FILE, period="2024-09", part="清单", year="2022"), "项目编码")
    assert set(year["计划年度"]) == {2022}
    assert not run_page(FILE, period="2024-09", part="没有", light="蓝", year="1999", stage="x").exception


def test_stage_and_type_narrow_figures_but_not_those_of_lifts(run_page: Run) -> None:
    whole = run_page(FILE, period="2024-09")
    page = run_page(FILE, period="2024-09", stage="协议签订", type=REBUILT)
    assert not page.exception
    lifts = [one.label for one in whole.button if one.key == "line-R10"]
    assert [one.label for one in page.button if one.key == "line-R10"] == lifts
    assert int(metrics(page)["在册更新项目数"].split()[0]) < int(metrics(whole)["在册更新项目数"].split()[0])
    by_type = table(page, "登记（个）")
    assert by_type["改造类别"].tolist() == [REBUILT]
    page.button(key="clear-filters").click().run()
    assert metrics(page) == metrics(whole)
    assert "stage" not in page.query_params
    assert "type" not in page.query_params


def test_light_and_words_leave_the_cards_as_they_are(run_page: Run) -> None:
    whole, page = run_page(FILE, period="2024-09"), run_page(FILE, period="2024-09", find="曹杨")
    assert metrics(page) == metrics(whole)
    assert "卡片和按街镇的指标不随之变化" in words(page)
    assert table(page, "登记（个）")["登记（个）"].sum() < table(whole, "登记（个）")["登记（个）"].sum()


def test_nothing_found_says_so(run_page: Run) -> None:
    for part in ("总体", "清单"):
        page = run_page(FILE, period="2024-09", part=part, find="没有这样的项目")
        assert not page.exception
        assert "所选范围内没有更新项目" in words(page)
        assert not pushed(page)


def test_a_click_on_a_count_chooses_stage_and_type(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.ui import renewal_portfolio

    chosen: dict[str, Any] = {}
    monkeypatch.setattr(state, "choose", lambda **values: chosen.update(values))
    monkeypatch.setattr(state, "choices", lambda key: chosen.get(key, []))
    monkeypatch.setattr(state, "picked_codes", lambda key: [f"施工{SEPARATOR}{REBUILT}"])
    renewal_portfolio._clicked("flow")
    assert chosen == {"stage": ["施工"], "type": [REBUILT]}
    renewal_portfolio._clicked("flow")
    assert chosen == {"stage": [], "type": []}, "once more takes it back"


# -- a database of one's own: no, one and 500 projects ------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[Row]], None]]:
    """Publishes rows of October 2026 into a database of this test alone."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("YJPT_DEMO", "1")
    kept = opening.open_database
    opened = Database(address)
    opened.migrate()
    settings.cache_clear()
    kept.cache_clear()
    st.cache_resource.clear()
    yield lambda rows: publish_rows(opened, "renewal_projects", rows, period="2026-10") and None
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


def late(at: int) -> Row:
    kinds = list(RENEWAL_LADDERS)
    kind = kinds[at % len(kinds)]
    stage = RENEWAL_LADDERS[kind].active[at % 5]
    more: dict[str, Any] = {"complete_plan": "2026-10-01"} if at % 7 == 0 else {}
    return renewal(f"P{at:03d}", (CAOYANG, CHANGFENG)[at % 2], kind, stage, project_name=f"演示项目{at:03d}", **more)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_any_number_of_projects(own: Callable[[list[Row]], None], count: int) -> None:
    own([late(at) for at in range(count)] or [renewal("X", CHANGFENG, REBUILT, "施工")])
    unit = {"unit": CAOYANG} if count == 0 else {}
    page = open_page(**unit)
    assert not page.exception
    assert len(pushed(page)) == min(count, 3)
    if count == 0:
        assert "所选范围内没有更新项目" in words(page)
    listed = open_page(part="清单", **unit)
    assert not listed.exception
    if count:
        assert len(table(listed, "项目编码")) == count
        assert table(page, "登记（个）")["登记（个）"].sum() == count
    assert not open_page(OVERVIEW, **unit).exception


def test_names_are_shown_as_they_are(own: Callable[[list[Row]], None]) -> None:
    own([renewal("P1", CAOYANG, REBUILT, "施工", complete_plan="2026-10-01", project_name="**甲**[乙](http://x)<b>")])
    page = open_page()
    assert r"\*\*甲\*\*\[乙\]" in pushed(page)[0]


def test_parts_are_those_of_the_page() -> None:
    assert PARTS == ("总体", "签约", "节点", "搬迁", "加梯", "清单")
