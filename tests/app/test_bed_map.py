"""床位供应地图 by AppTest: its choices in the address, the panel of a project, the months, what has no place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets.places import subdistrict_codes
from lib.indicators import CATALOGUE
from lib.ui import bed_map, state

PAGE = "pages/rental/bed_map.py"
Run = Callable[..., AppTest]
TAOPU = "310107103"


def deck(page: AppTest) -> dict[str, Any]:
    """The layers of the map by id."""
    found = page.get("deck_gl_json_chart")
    return {layer["id"]: layer for layer in json.loads(found[0].proto.json)["layers"]}


def drawn(page: AppTest, layer: str = "projects") -> dict[str, str]:
    """Code of each project on the map → its picture."""
    return {one["properties"]["project_id"]: one["properties"]["icon"] for one in deck(page)[layer]["data"]}


def words(page: AppTest) -> str:
    return "\n".join(one.value for kind in (page.markdown, page.caption, page.info, page.warning) for one in kind)


def test_the_map_shows_the_figures_of_the_catalogue(run_page: Run) -> None:
    page = run_page(PAGE, period="2024-09")
    assert not page.exception
    assert page.metric[0].value == "1,873 张"
    assert "覆盖 5/10 个街镇" in words(page)
    values = [row["text"] for row in deck(page)["values"]["data"]]
    assert sum(int(value.replace(",", "")) for value in values) == 1873
    assert values.count("0") == 5
    assert sorted(drawn(page).values()).count("circle-supplied") == 5
    assert sorted(drawn(page).values()).count("circle-preparing") == 1


@pytest.mark.parametrize("name", ["H07", "H15", "H09", "H11B", "H17", "H01", "H02", "H03", "H11"])
def test_every_measure_is_drawn_with_its_own_title(run_page: Run, name: str) -> None:
    title = CATALOGUE[name].title
    page = run_page(PAGE, measure=title)
    assert not page.exception
    assert deck(page)["subdistricts"]["data"][0]["tip_first"].startswith(f"{title}：")
    assert any(f"全区{title}（" in one.value for one in page.caption)
    assert CATALOGUE[name].caution in words(page)


def test_coverage_is_said_in_words(run_page: Run) -> None:
    page = run_page(PAGE, measure=CATALOGUE["H09"].title, period="2024-09")
    assert sorted({row["text"] for row in deck(page)["values"]["data"]}) == ["已覆盖", "未覆盖"]


def test_the_tier_in_the_address_chooses_the_points(run_page: Run) -> None:
    assert {one.split("-")[0] for one in drawn(run_page(PAGE)).values()} == {"circle"}
    assert {one.split("-")[0] for one in drawn(run_page(PAGE, tier="保租房")).values()} == {"diamond", "square"}
    assert {one.split("-")[0] for one in drawn(run_page(PAGE, tier="全部项目")).values()} == {"circle", "diamond", "square"}


def test_hidden_layers_stand_in_the_address(run_page: Run) -> None:
    page = run_page(PAGE, hide="轨道交通线路")
    assert "metro" not in deck(page)
    assert "stations" in deck(page)


def test_a_link_opens_a_project_whatever_points_are_chosen(run_page: Run) -> None:
    home = next(one for one, icon in drawn(run_page(PAGE, tier="保租房")).items() if icon == "square-supplied")
    page = run_page(PAGE, project=home)
    assert not page.exception
    assert page.button(key="map-close")
    told = words(page)
    assert "**户型**" in told
    assert "**租金**" in told
    assert "来源：" in told
    assert f"编码 {home}" in told
    assert drawn(page, "chosen-project") == {home: "square-supplied-chosen"}
    assert any(f"project={home}" in one.value and f"v={number(page)}" in one.value for one in page.code)
    page.button(key="map-close").click().run()
    assert "project" not in page.query_params
    assert home not in drawn(page)


def number(page: AppTest) -> str:
    return next(one.value for one in page.caption if "数据截至" in one.value).split("第 ")[1].split(" ")[0]


def test_a_bed_project_tells_rooms_price_and_sectors(run_page: Run) -> None:
    bed = next(iter(drawn(run_page(PAGE, period="2024-09"))))
    told = words(run_page(PAGE, project=bed, period="2024-09"))
    for title in ("房间", "床位价", "服务行业", "满员轮候", "运营", "点位"):
        assert f"**{title}**" in told


def test_a_project_that_is_not_there_is_said(run_page: Run) -> None:
    page = run_page(PAGE, project="没有这个")
    assert any("没有编码为“没有这个”的项目" in one.value for one in page.warning)
    assert page.selectbox(key="map-project").value is None


def test_the_list_opens_a_project_without_a_map(run_page: Run) -> None:
    page = run_page(PAGE)
    assert len(page.selectbox(key="map-project").options) == len(drawn(page))
    page.selectbox(key="map-project").select_index(0).run()
    opened = page.query_params["project"]
    assert list(drawn(page, "chosen-project")) == [opened]
    assert page.button(key="map-close")
    page.selectbox(key="map-project").set_value(None).run()
    assert "project" not in page.query_params


def test_the_slider_moves_the_whole_page(run_page: Run) -> None:
    page = run_page(PAGE, period="2026-10")
    slider = page.select_slider(key="map-month")
    assert slider.value == "2026-10"
    slider.set_value("2024-09").run()
    assert page.metric[0].value == "1,873 张"
    assert page.selectbox(key="period").value == "2024-09"
    assert page.query_params["period"] == "2024-09"


def test_colours_do_not_change_with_the_month(run_page: Run) -> None:
    def colours(period: str) -> dict[str, list[int]]:
        layers = deck(run_page(PAGE, period=period))
        values = dict(zip(subdistrict_codes(), (row["text"] for row in layers["values"]["data"]), strict=True))
        return {values[row["code"]]: row["colour"] for row in layers["subdistricts"]["data"]}

    early, late = colours("2024-09"), colours("2026-10")
    shared = set(early) & set(late)
    assert len(shared) > 2
    assert all(early[value] == late[value] for value in shared)


def test_what_has_no_place_is_counted_and_listed(run_page: Run) -> None:
    page = run_page(PAGE, tier="保租房")
    table = next(one.value for one in page.dataframe if "怎么办" in one.value.columns)
    absent = table[table["点位状态"] != "不在所填街镇内"]
    assert len(absent) > 0
    assert any(f"其中 {len(absent)} 个未上图" in one.value for one in page.caption)
    assert set(absent["点位状态"]) <= {"未填坐标", "坐标系未填", "坐标不可用"}
    assert all(absent["怎么办"].str.len() > 0)


def test_without_webgl_the_flat_map_comes_by_itself(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not run_page(PAGE).get("plotly_chart")[0].proto.id.endswith("flat-map")
    monkeypatch.setattr(state, "without_webgl", lambda: True)
    page = run_page(PAGE)
    assert not page.get("deck_gl_json_chart")
    assert any("已自动改为平面图" in one.value for one in page.caption)
    assert page.toggle(key="flat").value is True


def test_a_click_on_a_place_filters_and_a_click_on_a_project_opens_it(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Any] = {"unit": []}
    address: dict[str, str] = {}
    clicked: list[dict[str, Any]] = [{}]
    monkeypatch.setattr(state, "selection", lambda _key: clicked[0])
    monkeypatch.setattr(state, "chosen_units", lambda: kept["unit"])
    monkeypatch.setattr(state, "choose_units", lambda codes: kept.update(unit=codes))
    monkeypatch.setattr(state, "in_address", lambda key: address.get(key, ""))
    monkeypatch.setattr(state, "put_address", lambda key, value: address.update({key: value}))
    monkeypatch.setattr(state, "remember", lambda key, value: kept.update({key: value}))
    monkeypatch.setattr(state, "recall", lambda key: str(kept.get(key, "")))

    def click(**objects: Any) -> tuple[list[str], str]:
        clicked[0] = {"objects": objects}
        bed_map._clicked("map")
        return kept["unit"], address.get("project", "")

    place, project = {"subdistricts": [{"code": TAOPU}]}, {"projects": [{"properties": {"project_id": "P1"}}]}
    assert click(**place) == ([TAOPU], "")
    assert click(**project) == ([TAOPU], "P1")
    assert click(stations=[{"properties": {}}]) == ([TAOPU], "P1"), "a station chooses nothing"
    assert click() == ([TAOPU], ""), "what is clicked again is taken back"
    assert click(**place) == ([], "")
    assert click() == ([], ""), "empty ground chooses nothing"
    assert click(**project) == ([], "P1")
    assert click(**project) == ([], "")


def test_no_base_is_not_taken_for_missing(run_page: Run) -> None:
    page = run_page(PAGE, measure=CATALOGUE["H11B"].title, period="2026-10")
    layers = deck(page)
    texts = dict(zip(subdistrict_codes(), (row["text"] for row in layers["values"]["data"]), strict=True))
    assert {code for code, text in texts.items() if text == "—"} == {"310107005", "310107017", "310107020"}  # 曹杨、石泉、宜川
    assert "未报" not in texts.values()
    assert layers["missing"]["data"] == []
    assert len(layers["no-base"]["data"]) > 20
    tips = {row["code"]: row["tip_first"] for row in layers["subdistricts"]["data"]}
    assert tips["310107005"] == "一张床出租率：没有基数"
    assert any("没有基数（3 个街镇）" in one.proto.body for one in page.get("html"))
    table = next(one.value for one in page.dataframe if list(one.value.columns)[:2] == ["街镇", "一张床出租率"])
    assert list(table["一张床出租率"]).count("没有基数") == 3


def test_people_waiting_are_told_with_their_base(run_page: Run) -> None:
    page = run_page(PAGE, measure=CATALOGUE["H17"].title, period="2026-10")
    told = next(one.value for one in page.caption if "已填的项目" in one.value)
    assert told == (
        "已填的项目：曹杨 4/5、长风 4/7、长寿 10/12、甘泉 4/6、石泉 6/9、宜川 1/1、万里 7/11、真如 7/9、长征 10/15、桃浦 11/16；"
        "未填的不计入，不等于没有。"
    )
    tips = {row["code"]: row["tip_second"] for row in deck(page)["subdistricts"]["data"]}
    assert tips["310107005"] == "4/5 个项目已填　点击可筛选"
    assert tips[TAOPU] == "11/16 个项目已填　点击可筛选"
    assert not any("已填" in one.value for one in run_page(PAGE).caption)


def test_the_lines_of_the_map_stand_in_its_legend(run_page: Run) -> None:
    page = run_page(PAGE, hide="河流")
    told = "".join(one.proto.body for one in page.get("html"))
    assert ">1号线<" in told
    assert told.index(">2号线<") < told.index(">11号线<")
    assert "#871C2B" in told
    assert "苏州河" not in told


def test_nobody_sees_the_map(run_page: Run) -> None:
    page = run_page(PAGE, user=None)
    assert page.error[0].value == "请先选择账号。"
    assert not page.get("deck_gl_json_chart")
