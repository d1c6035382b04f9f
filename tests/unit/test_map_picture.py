"""The map on paper: what stands on it, value by value; that it stands alone; that nobody takes it out who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pandas as pd
import pytest

from lib.actions import downloads, map_picture
from lib.actions.downloads import Asked
from lib.auth.permissions import User
from lib.charts import geography
from lib.datasets.boundaries import Boundary
from lib.datasets.places import subdistrict_codes
from lib.errors import Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.reports.bed_points import ALL, BEDS, HOMES, bed_points
from lib.reports.map_picture import MAP_HEIGHT, MAP_LEFT, MAP_TOP, MAP_WIDTH, MapPicture, map_svg
from lib.store.database import Database
from tests.support.published import (
    BUREAU,
    CHANGFENG,
    LEADER,
    TAOPU,
    new_database,
    publish_rows,
    rental,
    snapshot_at,
)

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")


def picture(**more: object) -> MapPicture:
    places = pd.DataFrame({"code": subdistrict_codes(), "value": [0.0, 356.0, *[NAN] * 7, 868.0], "numerator": NAN, "denominator": None})
    points = pd.DataFrame(
        [("P1", "甲", 121.36, 31.28, "一张床", "挂牌", "supplied", 502.0, "502 张", TAOPU),
         ("P2", "乙", 121.39, 31.23, "一套房", "建设", "planned", 300.0, "300 套(间)", CHANGFENG),
         ("P3", "丙", NAN, NAN, "一张床", "改造", "planned", 100.0, "100 张", CHANGFENG)],
        columns=["project_id", "project_name", "lon", "lat", "tier", "stage", "status", "size", "size_text", "subdistrict"],
    )
    told: dict[str, object] = {
        "title": "一张床累计床位", "unit": "张", "decimals": 0, "month": "2026年10月", "standing": "第 26 版（2026-11-23 发布）",
        "whole": "1,224 张", "places": places, "points": points, "notes": "未报：宜川，未计入。", "link": "http://h/bed_map?v=26",
        "demo": False,
    }
    return MapPicture(**{**told, **more})  # type: ignore[arg-type]


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_page_says_what_it_is() -> None:
    told = texts(map_svg(picture()))
    assert told[:2] == ["普陀区一张床累计床位（2026年10月）", "第 26 版（2026-11-23 发布）　全区 1,224 张"]
    assert f"{geography.ATTRIBUTION}。界线不作为法定依据。未报：宜川，未计入。" in told
    assert "示意图" in geography.ATTRIBUTION
    assert "© OpenStreetMap contributors" in geography.ATTRIBUTION
    assert told[-1] == "同一张图：http://h/bed_map?v=26"
    assert {"图例", "北", "0", "1", "2 km", "一张床", "一套房", "入市准备"} <= set(told)
    assert "演示数据" not in told
    assert "演示数据" in texts(map_svg(picture(demo=True)))


def test_the_ten_figures_stand_beside_it_most_first_and_missing_last() -> None:
    told = texts(map_svg(picture()))
    at = told.index("各街镇一张床累计床位（张）")
    assert told[at + 1 : at + 7] == ["桃浦", "868", "长风", "356", "曹杨", "0"]
    assert told[at + 7 : at + 21].count("未报") == 7


def test_what_is_missing_is_hatched_and_said_in_the_legend() -> None:
    svg = map_svg(picture())
    assert svg.count('fill="url(#missing)"') == 7 + 1
    assert "未报（7 个街镇）" in texts(svg)


def test_no_base_is_dotted_and_said() -> None:
    places = pd.DataFrame({"code": subdistrict_codes(), "value": [NAN, 89.9, *[NAN] * 8], "numerator": [0.0, 320.0, *[NAN] * 8],
                           "denominator": [0.0, 356.0, *[NAN] * 8]})
    svg = map_svg(picture(places=places, unit="%", decimals=1))
    assert svg.count('fill="url(#no-base)"') == 1 + 1
    assert svg.count('fill="url(#missing)"') == 8 + 1
    told = texts(svg)
    assert told.count("—") == 1
    assert told.count("没有基数") == 1
    assert {"— 没有基数（1 个街镇）", "未报（8 个街镇）"} <= set(told)


def test_sizes_of_beds_and_homes_have_scales_of_their_own() -> None:
    told = texts(map_svg(picture()))
    assert [text for text in told if text.endswith((" 张", " 套(间)")) and "–" not in text and "全区" not in text][-6:] == [
        "60 张", "300 张", "600 张", "30 套(间)", "150 套(间)", "300 套(间)",
    ]


def test_nothing_is_loaded_from_elsewhere() -> None:
    svg = map_svg(picture(link=""))
    assert set(re.findall(r"https?://[^\"'<) ]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert "<image" not in svg
    assert "<script" not in svg
    assert set(re.findall(r"url\(([^)]*)\)", svg)) == {"#missing", "#frame"}


def test_names_are_no_markup() -> None:
    assert "&lt;b&gt;" in map_svg(picture(notes="<b>"))


def test_the_bar_is_as_long_as_two_kilometres() -> None:
    root = ElementTree.fromstring(map_svg(picture()))
    halves = [float(one.get("width", "")) for one in root.iter(f"{SVG}rect") if one.get("height") == "6"]
    west, south, east, north = geography.bounds()
    across_km = (east - west) * 111.32 / geography.stretch()
    upward_km = (north - south) * 111.2
    per_km = min((MAP_WIDTH - 52) / across_km, (640.0 - 52) / upward_km)
    assert halves == pytest.approx([per_km, per_km], rel=0.003)


def test_the_chosen_are_outlined_and_a_bureau_boundary_is_named() -> None:
    plain, chosen = map_svg(picture()), map_svg(picture(selected=frozenset({TAOPU, "P1"})))
    assert chosen.count('stroke="#0B1B2E"') == plain.count('stroke="#0B1B2E"') + 2
    own = Boundary(geography.areas(), "沪S(2026)001号")
    assert any("审图号：沪S(2026)001号" in text and "示意图" not in text for text in texts(map_svg(picture(boundary=own))))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = new_database(tmp_path_factory.mktemp("map"))
    place = {"datum": "WGS-84"}
    rows = [
        rental("B1", TAOPU, "一张床", "新建", "挂牌", 100, beds=868, lon=121.36, lat=31.28, supply_date="2024-01-01", **place),
        rental("B2", CHANGFENG, "一张床", "新建", "认定", 50, beds=200, lon=121.39, lat=31.23, **place),
        rental("U1", CHANGFENG, "一套房", "新建", "认定", 300, lon=121.38, lat=31.225, **place),
        rental("U2", CHANGFENG, "一间房", "新建", "退出", 80, lon=121.38, lat=31.226, **place),
    ]
    publish_rows(database, "rental_projects", rows)
    yield database
    database.close()


def test_points_of_a_choice(office: Database) -> None:
    projects = snapshot_at(office, 1).frames["rental_projects"]
    assert list(bed_points(projects, BEDS)["project_id"]) == ["B1", "B2"]
    assert list(bed_points(projects, HOMES)["project_id"]) == ["U1"]
    assert list(bed_points(projects, ALL)["project_id"]) == ["B1", "B2", "U1"]
    assert list(bed_points(projects, BEDS, "U2")["project_id"]) == ["B1", "B2", "U2"], "the one that is open is drawn in any case"
    told = bed_points(projects, ALL).set_index("project_id")
    assert list(told["size_text"]) == ["868 张", "200 张", "300 套(间)"]
    assert list(told["status"]) == ["supplied", "preparing", "planned"]
    assert told.loc["B1", ["lon", "lat"]].tolist() == pytest.approx([121.36, 31.28])


def made(database: Database, monkeypatch: pytest.MonkeyPatch, by: User | None = BUREAU, **more: str) -> str:
    for module in (downloads, map_picture):
        monkeypatch.setattr(module, "open_database", lambda: database)
    asked = {"measure": "H07", "tier": BEDS, "project": "B1", "release": "1", "period": "2024-09", "unit": TAOPU, **more}
    where = Asked(asked["release"], asked["period"], (asked["unit"],))
    return map_picture.map_picture(
        by=by, asked=where, measure=asked["measure"], tier=asked["tier"], project=asked["project"], page="http://h/bed_map"
    ).decode()


def test_the_map_of_a_release_with_its_choices_and_its_link(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told = texts(made(office, monkeypatch))
    assert told[0] == "普陀区一张床累计床位（2024年9月）"
    assert told[1].endswith("数据截至 2024-09-30　全区 868 张")
    assert told[-1] == f"同一张图：http://h/bed_map?v=1&period=2024-09&unit={TAOPU}&measure=一张床累计床位&tier=一张床&project=B1"
    assert "已选：桃浦镇。" in told[-2]
    covered = texts(made(office, monkeypatch, measure="H09"))
    assert covered[1].endswith("全区 10%（1 / 10）")
    assert covered.count("未覆盖") == 9 + 9 + 1  # on the map, in the table, in the legend
    waiting = texts(made(office, monkeypatch, measure="H17"))
    assert waiting[-3] == "已填的项目：桃浦 0/1；未填的不计入，不等于没有。", "长风 has no supplied project"
    assert "注意：" in waiting[-2]
    assert not any("已填的项目" in text for text in told)


def test_who_may_not_and_what_is_not_there(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(office, monkeypatch, by=LEADER)
    with pytest.raises(Forbidden):
        made(office, monkeypatch, by=None)
    for wrong in ({"measure": "R01"}, {"measure": ""}, {"tier": "全部"}, {"release": "9"}, {"period": "2023-01"}, {"unit": "1"}):
        with pytest.raises(NotFound):
            made(office, monkeypatch, **wrong)


def test_every_measure_of_the_map_is_in_the_catalogue_and_by_place() -> None:
    assert len(set(map_picture.MEASURES)) == 9
    assert set(map_picture.MEASURES) <= set(CATALOGUE)


def test_the_names_of_the_districts_around_are_whole_on_paper() -> None:
    root = ElementTree.fromstring(map_svg(picture()))
    drawn = {one.text: (float(one.get("x", "")), float(one.get("y", ""))) for one in root.iter("{http://www.w3.org/2000/svg}text")}
    for name, _, _ in geography.NEIGHBOUR_LABELS:
        x, y = drawn[name]
        assert MAP_LEFT + 24 < x < MAP_LEFT + MAP_WIDTH - 24, name
        assert MAP_TOP + 16 < y < MAP_TOP + MAP_HEIGHT - 6, name
