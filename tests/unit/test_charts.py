"""Charts: what they draw and write, value by value; that missing is shown as missing; that a map asks no other host."""

from __future__ import annotations

import json
import math
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pydeck as pdk
import pytest

from lib.charts import (
    bars,
    bed_map,
    classes,
    figure,
    geography,
    growth,
    label_places,
    map_files,
    map_layers,
    map_points,
    palette,
)
from lib.datasets.boundaries import Boundary
from lib.datasets.places import subdistrict_codes, unit_name
from lib.spec.geodesy import inside
from lib.spec.period import Period

NAN = float("nan")
CODES = subdistrict_codes()
TAGS = re.compile(r"<[^>]*>")


def plain(text: str) -> str:
    return TAGS.sub("", text.replace("<br>", ""))


def left_and_right(drawn: Any) -> tuple[list[str], list[str]]:
    return [plain(text) for text in drawn.layout.yaxis.ticktext], [plain(text) for text in drawn.layout.yaxis2.ticktext]


@pytest.fixture
def beds() -> pd.DataFrame:
    return pd.DataFrame({"code": CODES, "value": [0, 420, 600, NAN, 0, 0, 0, 343, NAN, 510]})


@pytest.fixture
def rates() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "code": CODES,
            "name": [unit_name(code) for code in CODES],
            "numerator": [62, 74, 71, NAN, 60, 61, 49, 70, 68, 58],
            "denominator": [63, 77, 75, NAN, 66, 61, 52, 72, 70, 61],
        }
    )
    return frame.assign(value=frame["numerator"] / frame["denominator"] * 100)


@pytest.fixture
def points() -> pd.DataFrame:
    rows = [
        ("P1", "<b>长寿</b>{x}", 121.43, 31.24, "一张床", "挂牌", "supplied", 600.0, "600 张", "310107015"),
        ("P2", "万里公寓", 121.402, 31.273, "一张床", "改造", "preparing", 150.0, "150 张", "310107021"),
        ("P3", "宜川储备", 121.433, 31.256, "一间房", "储备", "planned", NAN, "未报", "310107020"),
        ("P4", "没有坐标", NAN, NAN, "一间房", "储备", "planned", 10.0, "10 间", "310107020"),
    ]
    names = ["project_id", "project_name", "lon", "lat", "tier", "stage", "status", "size", "size_text", "subdistrict"]
    return pd.DataFrame(rows, columns=names)


def deck_of(beds: pd.DataFrame, points: pd.DataFrame, **more: Any) -> pdk.Deck:
    return bed_map.subdistrict_map(beds, points, title="一张床床位", unit="张", decimals=0, **more)


def layers_of(deck: pdk.Deck) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


# Palette


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4, 5, 9, 15])
def test_the_ramp_runs_one_way_in_grey(count: int, dark: bool) -> None:
    light = [palette.lightness(colour) for colour in palette.sequential(count, dark)]
    assert len(set(palette.sequential(count, dark))) == count
    assert all((after > before) == dark for before, after in pairwise(light))


@pytest.mark.parametrize("dark", [False, True])
def test_lights_are_told_apart_without_colour_and_read_on_their_ground(dark: bool) -> None:
    assert len({status.mark for status in palette.STATUS.values()}) == len(palette.STATUS)
    assert len({status.word for status in palette.STATUS.values()}) == len(palette.STATUS)
    page = "#0E1117" if dark else "#FFFFFF"
    assert all(palette.contrast(status.colour(dark), page) >= 3 for status in palette.STATUS.values())
    assert palette.STATUS["late"].text == "■ 逾期"


def test_red_amber_and_green_mean_only_lights() -> None:
    lights = {colour for status in palette.STATUS.values() for colour in (status.light, status.dark)}
    others = {*palette.CATEGORICAL, *palette.sequential(5), *palette.sequential(5, dark=True)}
    assert not lights & others


def test_text_reads_on_every_class() -> None:
    fills = [*palette.sequential(9), *palette.sequential(9, dark=True)]
    assert min(palette.contrast(palette.text_on(fill), fill) for fill in fills) >= 4


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_chosen_segment_reads_on_both_grounds(ground: str, root: Path) -> None:
    """White on the primary colour (`lib.ui.frame.CHOSEN`), which is also what a primary button is; and it stands off from the page."""
    theme = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][ground]
    assert palette.contrast("#ffffff", theme["primaryColor"]) >= 4.5
    assert palette.contrast(theme["backgroundColor"], theme["primaryColor"]) >= 3


# Classes and legend


def texts_of(values: list[float], decimals: int, unit: str) -> list[str]:
    return [entry.text for entry in classes.legend(pd.DataFrame({"code": CODES, "value": values}), decimals, unit)]


def test_zero_is_a_class_of_its_own_and_missing_is_counted(beds: pd.DataFrame) -> None:
    assert [entry.text for entry in bed_map.legend(beds, 0, "张")] == [
        "0 张", "1–199 张", "200–399 张", "400–599 张", "600–799 张", "未报（2 个街镇）",
    ]  # fmt: skip
    assert bed_map.legend(beds, 0, "张")[-1].colour_hex == palette.ground().hatch
    assert bed_map.legend(beds, 0, "张", dark=True)[0].colour_hex == palette.sequential(5, dark=True)[0]


def test_percent_classes_close_at_one_hundred(rates: pd.DataFrame) -> None:
    assert [entry.text for entry in classes.legend(rates, 1, "%")] == [
        "90.0–91.9%", "92.0–93.9%", "94.0–95.9%", "96.0–97.9%", "98.0–100.0%", "未报（1 个街镇）",
    ]  # fmt: skip


def test_classes_of_odd_measures() -> None:
    assert texts_of([7.0] * 10, 0, "个") == ["7 个"]
    assert texts_of([NAN] * 10, 0, "个") == ["未报（10 个街镇）"]
    assert texts_of([0.0] * 9 + [3.0], 0, "个") == ["0 个", "1 个", "2 个", "3 个"]
    assert texts_of([0.0] * 9 + [100.0], 1, "%") == ["0.0%", "0.1–24.9%", "25.0–49.9%", "50.0–74.9%", "75.0–100.0%"]
    assert texts_of([float(number) for number in range(1, 11)], 0, "") == ["0–4", "5–9", "10–14"]


def test_a_value_lies_in_the_class_of_its_shown_figure() -> None:
    measure = pd.DataFrame({"code": CODES, "value": [89.949, 89.95, *[85.0] * 7, 100.0]})
    scale = classes.scale(measure, 1, "%")
    assert scale.colour(89.95) == scale.colour(90.0)
    assert scale.colour(89.949) == scale.colour(89.9)
    assert scale.colour(NAN) is None


@pytest.mark.parametrize("values", [[3.0, 812.0, 12.0], [0.0, 1.0, 100000.0], [-5.0, 5.0, 0.0], [99.0, 100.0, 98.5], [0.0, 100.0, 50.0]])
@pytest.mark.parametrize("unit", ["%", "户"])
def test_classes_are_few_and_leave_no_gap(values: list[float], unit: str) -> None:
    measure = pd.DataFrame({"code": CODES[:3], "value": values})
    scale = classes.scale(measure, 1, unit)
    assert len(scale.limits) == len(scale.colours) <= classes.MOST_CLASSES
    assert all(after[0] == before[1] + 1 for before, after in pairwise(scale.limits))
    assert scale.limits[0][0] <= min(values) * 10
    assert scale.limits[-1][1] >= max(values) * 10


# The map


def test_every_layer_has_a_fixed_id_and_the_ten_are_real_polygons(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layers = layers_of(deck_of(beds, points))
    assert list(layers) == [
        "neighbours", "neighbour-borders", "subdistricts", "missing", "no-base", "expressways", "waterways-bank", "waterways-wide",
        "waterways-narrow", "metro", "stations", "selected-halo", "selected", "context-names", "station-names", "projects", "names",
        "values", "neighbour-names", "title", "attribution",
    ]  # fmt: skip
    rows = layers["subdistricts"]["data"]
    assert [row["code"] for row in rows] == list(CODES)
    assert all(len(row["polygon"][0]) > 20 and row["polygon"][0][0] == row["polygon"][0][-1] for row in rows)
    assert [layer for layer, spec in layers.items() if spec["pickable"]] == ["subdistricts", "stations", "projects"]
    assert [row["text"] for row in layers["names"]["data"]] == [unit_name(code, short=True) for code in CODES]
    assert [row["text"] for row in layers["values"]["data"]] == ["0", "420", "600", "未报", "0", "0", "0", "343", "未报", "510"]
    assert "OpenStreetMap" in layers["attribution"]["data"][0]["text"]


def test_colours_agree_with_the_legend_and_missing_is_hatched(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layers = layers_of(deck_of(beds, points))
    legend = [palette.rgba(entry.colour_hex) for entry in bed_map.legend(beds, 0, "张")]
    drawn = {row["code"]: row["colour"] for row in layers["subdistricts"]["data"]}
    assert drawn["310107005"] == legend[0]
    assert drawn["310107015"] == legend[4]
    assert drawn["310107016"] == palette.rgba(palette.ground().missing)
    assert len(layers["missing"]["data"]) > 20
    complete = beds.assign(value=5.0)
    assert layers_of(deck_of(complete, points))["missing"]["data"] == []


def test_a_subdistrict_absent_from_the_frame_is_missing_not_zero(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layers = layers_of(deck_of(beds.head(1), points))
    assert [row["text"] for row in layers["values"]["data"]] == ["0", *["未报"] * 9]
    assert layers["subdistricts"]["data"][1]["tip_first"] == "一张床床位：未报"
    assert layers["subdistricts"]["data"][0]["tip_first"] == "一张床床位：0 张"


def test_streamlit_cannot_fade_what_is_not_selected(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    """Streamlit replaces these accessors at the top of a layer as soon as something is selected (DeckGlJsonChart)."""
    fading = {"PolygonLayer": {"getFillColor"}, "GeoJsonLayer": {"getFillColor"}, "TextLayer": {"getColor"}}
    for layer in layers_of(deck_of(beds, points)).values():
        assert not fading.get(layer["@@type"], set()) & set(layer)


def test_points_show_size_status_and_tier_and_only_what_is_shown_is_sent(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layers = layers_of(deck_of(beds, points))
    drawn = {one["properties"]["project_id"]: one["properties"] for one in layers["projects"]["data"]}
    assert list(drawn) == ["P1", "P2", "P3"]
    assert bed_map.without_place(points) == 1
    assert drawn["P1"]["size"] == pytest.approx(2 * drawn["P2"]["size"], abs=0.6)
    assert drawn["P3"]["size"] > 0
    assert [drawn[one]["icon"] for one in drawn] == ["circle-supplied", "circle-preparing", "diamond-planned"]
    assert layers["projects"]["iconAtlas"] == "/assets/map/points-light.svg"
    assert set(layers["projects"]["iconMapping"]) >= {drawn[one]["icon"] for one in drawn}
    assert drawn["P2"]["tip_second"] == "万里 · 入市准备 · 改造"
    assert set(drawn["P1"]) == {"project_id", "icon", "size", "tip_name", "tip_first", "tip_second"}
    assert drawn["P1"]["tip_name"] == "＜b＞长寿＜/b＞｛x｝"


def test_what_never_changes_is_a_file_with_the_official_colours() -> None:
    counts = {name: len(json.loads(map_files.map_file(name))["features"]) for name in map_files.MAP_FILES}
    assert counts["stations"] == 58
    assert all(counts.values())
    metro = {tuple(one["properties"]["colour"][:3]) for one in json.loads(map_files.map_file("metro"))["features"]}
    assert palette.rgb("#871C2B") in metro  # line 11
    told = next(one["properties"] for one in json.loads(map_files.map_file("stations"))["features"] if one["properties"]["text"] == "真如")
    assert (told["tip_name"], told["tip_first"]) == ("真如站", "轨道交通11、14号线")


def test_beds_and_homes_are_measured_on_two_scales(points: pd.DataFrame) -> None:
    homes = points.assign(tier="一套房", size=[1230.0, 157.0, 300.0, 10.0])
    scales = map_points.size_scales(pd.concat([points, homes]))
    assert {unit: (one.full, one.examples) for unit, one in scales.items()} == {
        "张": (600.0, (60.0, 300.0, 600.0)), "套(间)": (1500.0, (150.0, 750.0, 1500.0)),
    }
    assert scales["张"].radius(600) == scales["套(间)"].radius(1500) == map_points.LARGEST_RADIUS
    assert scales["张"].radius(150) == 10.0
    assert scales["张"].radius(NAN) == scales["张"].radius(1) == map_points.SMALLEST_RADIUS
    many = map_points.size_scales(pd.concat([points] * 60))["张"]
    assert many.radius(600) == 0.5 * map_points.LARGEST_RADIUS, "240 points have half the radius"
    alone = map_points.discs(points[points["tier"] == "一张床"], 1.0)
    assert alone == map_points.discs(pd.concat([points, homes]), 1.0)[:2]


def test_shapes_of_a_size_have_the_same_area() -> None:
    half = re.search(r'width="([0-9.]+)"', map_points.shape_svg("square", 0, 0, 10, fill="#000000", line="#000000", width=1))
    assert half is not None
    assert float(half[1]) ** 2 == pytest.approx(314.159, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
def test_the_pictures_of_points_are_one_svg_with_every_shape_and_fill(dark: bool) -> None:
    atlas = map_points.icon_atlas(dark)
    cells = map_points.icon_cells()
    assert len(cells) == len(set(cells.values())) == 18
    assert atlas.count("<circle") == 12
    assert atlas.count("<rect") == 24
    assert atlas.count(f'stroke="{palette.ground(dark).halo}"') >= 18
    assert all(one.fill(dark) in atlas for one in palette.SUPPLY.values())
    assert "http" not in atlas.replace("http://www.w3.org/2000/svg", "")


def test_names_of_stations_wait_for_the_zoom_in_one_tile_of_our_own(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layer = layers_of(deck_of(beds, points))["station-names"]
    assert layer["data"] == map_files.address("stations") == "/assets/map/stations.geojson"
    assert layer["minZoom"] - layer["zoomOffset"] == map_layers.NAMES_FROM
    names = [one["properties"]["text"] for one in json.loads(map_files.map_file("stations"))["features"]]
    assert len(names) == 58
    assert "真如" in names
    west, _, east, _ = geography.bounds()
    assert int((west + 180) / 360 * 2**8) == int((east + 180) / 360 * 2**8)  # the district lies in one tile of this zoom


def test_without_a_base_is_not_the_same_as_not_reported() -> None:
    measure = pd.DataFrame({
        "code": ["310107005", "310107014", "310107015"], "value": [float("nan"), float("nan"), 80.0], "numerator": [0.0, float("nan"), 8.0],
        "denominator": [0.0, float("nan"), 10.0]})
    values = classes.values_by_code(measure)
    assert classes.value_text(values["310107005"], 1, "%") == "—"
    assert classes.value_in_full(values["310107005"], 1, "%") == "没有基数"
    assert classes.value_in_full(values["310107014"], 1, "%") == "未报"
    assert [one.text for one in classes.legend(measure, 1, "%")] == ["80.0%", "— 没有基数（1 个街镇）", "未报（8 个街镇）"]
    assert classes.scale(measure, 1, "%").colour(values["310107005"]) is None


def test_selection_is_outlined_and_read_back(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    layers = layers_of(deck_of(beds, points, selected=frozenset({"310107015", "P2"})))
    assert len(layers["selected"]["data"]) == 1
    assert layers_of(deck_of(beds, points))["selected"]["data"] == []
    drawn = {one["properties"]["project_id"]: one["properties"] for one in layers["projects"]["data"]}
    assert (drawn["P2"]["icon"], drawn["P1"]["icon"]) == ("circle-preparing", "circle-supplied")
    plain = layers_of(deck_of(beds, points))["projects"]["data"]
    assert [one["properties"]["project_id"] for one in plain] == list(drawn), "the browser keeps what was picked by its place"
    (ringed,) = layers["chosen-project"]["data"]
    assert (ringed["properties"]["project_id"], ringed["properties"]["icon"]) == ("P2", "circle-preparing-chosen")
    assert not layers["chosen-project"]["pickable"]
    assert list(layers).index("chosen-project") > list(layers).index("projects"), "the chosen one lies on top"
    assert "chosen-project" not in layers_of(deck_of(beds, points))
    selection = {"indices": {}, "objects": {"subdistricts": [layers["subdistricts"]["data"][2]]}}
    assert bed_map.picked(selection) == (frozenset({"310107015"}), frozenset())
    assert bed_map.picked({"objects": {"projects": layers["projects"]["data"][:1]}}) == (frozenset(), frozenset({"P1"}))
    assert bed_map.picked({"indices": {}, "objects": {}}) == (frozenset(), frozenset())
    assert bed_map.picked({"objects": {"stations": json.loads(map_files.map_file("stations"))["features"][:1]}}) is None


def test_layers_can_be_switched_off(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    bare = layers_of(deck_of(beds, points, layers=frozenset()))
    assert list(bare) == ["subdistricts", "missing", "no-base", "selected-halo", "selected", "context-names", "title", "attribution"]
    assert set(bed_map.LAYER_TITLES) == bed_map.ALL_LAYERS


def test_a_map_without_projects_is_drawn(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    assert layers_of(deck_of(beds, points.head(0)))["projects"]["data"] == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_deck_names_no_other_host(beds: pd.DataFrame, points: pd.DataFrame, dark: bool) -> None:
    deck = deck_of(beds, points, dark=dark)
    written = deck.to_json()
    assert "http" not in written
    assert "//" not in written
    assert sorted(set(re.findall(r'"(/[a-z][^"]*)"', written))) == [
        *(f"/assets/map/{name}.geojson" for name in ("expressways", "metro", "neighbours")),
        f"/assets/map/points-{'dark' if dark else 'light'}.svg",
        *(f"/assets/map/{name}.geojson" for name in ("rivers-narrow", "rivers-wide", "stations")),
    ]
    assert len(written) < 40_000
    specification = json.loads(written)
    assert specification["mapStyle"] == "__MAP_STYLE__"  # Streamlit takes it for "no base map"; None would ask Carto
    assert "mapProvider" not in specification
    assert "auto" in {layer.get("characterSet") for layer in specification["layers"]}


def test_json_is_written_once(beds: pd.DataFrame, points: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = deck_of(beds, points)
    assert isinstance(deck, bed_map.FrozenDeck)
    assert bed_map.frozen(deck) is deck
    first = deck.to_json()
    monkeypatch.setattr(bed_map, "default_serialize", lambda *_: pytest.fail("written again"))
    assert deck.to_json() is first
    assert "\n" not in first


def test_any_deck_can_be_frozen() -> None:
    plain_deck = pdk.Deck(map_provider=None, tooltip={"text": "{a}"}, layers=[pdk.Layer("ScatterplotLayer", [{"a": 1}], id="one")])
    deck = bed_map.frozen(plain_deck)
    assert json.loads(deck.to_json()) == json.loads(plain_deck.to_json())
    assert deck._tooltip == {"text": "{a}"}


@pytest.mark.parametrize(("width", "height"), [(760, 560), (1100, 620), (360, 400)])
def test_the_district_fits_the_map(width: int, height: int) -> None:
    longitude, latitude, zoom = geography.fitted(width, height)
    west, south, east, north = geography.bounds()
    across = 512 * 2**zoom / 360
    assert (east - west) * across <= width
    assert (north - south) * across * geography.stretch() <= height * 1.001
    assert west < longitude < east
    assert south < latitude < north


def test_hatching_stays_inside() -> None:
    area = geography.areas()[3]
    strokes = geography.hatch(area)
    for (x1, y1), (x2, y2) in strokes:
        assert inside(area.polygons[0], (x1 + x2) / 2, (y1 + y2) / 2)


def test_labels_make_way_for_points() -> None:
    _, _, zoom = geography.fitted(760, 560)
    half = dict.fromkeys(CODES, 20.0)
    at_rest = label_places.label_places(half, [], zoom, 1.0)
    area = geography.areas()[2]
    assert at_rest[area.code] == pytest.approx(area.label)
    moved = label_places.label_places(half, [(*area.label, 8.0)], zoom, 1.0)  # type: ignore[list-item]
    assert moved[area.code] != at_rest[area.code]
    assert inside(area.polygons[0], *moved[area.code])
    assert {code for code in CODES if moved[code] != at_rest[code]} == {area.code}


def test_no_label_leaves_a_phones_map() -> None:
    _, _, zoom = geography.fitted(360, 400)
    west, _, east, _ = geography.bounds()
    across = 512 * 2**zoom / 360
    edge = [(121.4365, 31.2585, 4.0)]
    for lon, _ in label_places.label_places(dict.fromkeys(CODES, 20.0), edge, zoom, 0.75).values():
        assert west * across - 12 <= lon * across - 20
        assert lon * across + 20 <= east * across + 12


def test_the_drawing_without_webgl(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    drawn = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0, selected=frozenset({"310107015"}))
    polygons = [trace for trace in drawn.data if trace.fill == "toself"]
    assert [trace.customdata[0] for trace in polygons] == list(CODES)
    assert polygons[3].fillpattern.shape == "/"
    assert polygons[0].fillpattern.shape is None
    assert {trace.type for trace in drawn.data} == {"scatter"}
    names = next(trace for trace in drawn.data if trace.name == "街镇")
    assert list(names.customdata) == list(CODES)
    assert [plain(text) for text in names.text][:4] == ["曹杨0", "长风420", "长寿600", "甘泉未报"]
    assert [trace.name for trace in drawn.data if trace.name in ("已供应", "入市准备", "储备改造")] == ["已供应", "入市准备", "储备改造"]
    assert next(trace for trace in drawn.data if trace.name == "已选").x
    assert "http" not in drawn.to_json()


def test_the_drawing_without_webgl_has_the_same_shapes_and_layers(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    drawn = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0)
    by_name = {trace.name: trace for trace in drawn.data}
    assert list(by_name["储备改造"].marker.symbol) == ["diamond"]
    assert list(by_name["已供应"].marker.symbol) == ["circle"]
    assert {"苏州河", "上海地铁11号线", "站点", "快速路"} <= set(by_name)
    assert by_name["上海地铁11号线"].line.color == "#871C2B"
    bare = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0, layers=frozenset())
    assert [trace.name for trace in bare.data][10:] == ["已选", "街镇"]
    assert list(by_name["周边名称"].text) == ["苏州河", "中环路", "外环高速", "内环高架路"]
    whole = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0, layers=bed_map.ALL_LAYERS)
    assert whole.data[0].name == "相邻区", "under all others"
    assert list(whole.data[[trace.name for trace in whole.data].index("周边名称")].text)[4:] == ["嘉定区", "宝山区", "静安区", "长宁区"]
    assert (drawn.layout.xaxis.constrain, whole.layout.xaxis.constrain) == ("domain", "range"), "what lies around fills the drawing"
    assert whole.layout.margin.pad == 0


def test_the_name_of_a_district_around_stands_in_it_and_on_the_map() -> None:
    areas = {one["properties"]["name"]: geography._parts(one["geometry"]) for one in geography._features("neighbours")}
    west, _, east, north = geography.bounds()
    for name, lon, lat in geography.NEIGHBOUR_LABELS:
        assert any(inside(rings, lon, lat) for rings in areas[name]), name
        assert west < lon < east, name
        assert geography.south_edge() <= lat < north, name


def test_every_place_of_the_drawing_without_webgl_can_be_clicked(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    drawn = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0, clickable=True)
    grounds = next(trace for trace in drawn.data if trace.name == "街镇范围")
    areas = {area.code: area for area in geography.areas()}
    assert set(grounds.customdata) == set(CODES)
    for x, y, code in zip(grounds.x, grounds.y, grounds.customdata, strict=True):
        assert any(inside(rings, x, y) for rings in areas[code].polygons)
    order = [trace.name for trace in drawn.data]
    assert order.index("街镇范围") < order.index("已供应"), "a project lies above them"


def bare_rates() -> pd.DataFrame:
    """Six rates, three 街镇 without a base, one that has not reported."""
    return pd.DataFrame({
        "code": CODES,
        "name": [unit_name(code, short=True) for code in CODES],
        "value": [NAN, 89.9, 90.0, 86.5, NAN, NAN, 83.6, 93.0, 49.7, NAN],
        "numerator": [0.0, 320.0, 371.0, 275.0, 0.0, 0.0, 255.0, 277.0, 79.0, NAN],
        "denominator": [0.0, 356.0, 412.0, 318.0, 0.0, 0.0, 305.0, 298.0, 159.0, NAN],
    })


def test_no_base_is_a_word_and_a_pattern_of_its_own_everywhere(points: pd.DataFrame) -> None:
    rates = bare_rates()
    entries = classes.legend(rates, 1, "%")
    assert [one.text for one in entries[-2:]] == ["— 没有基数（3 个街镇）", "未报（1 个街镇）"]
    layers = layers_of(bed_map.subdistrict_map(rates, points, title="出租率", unit="%", decimals=1, notes={CODES[0]: "7/11 个项目已填"}))
    assert [row["text"] for row in layers["values"]["data"]] == [
        "—", "89.9%", "90.0%", "86.5%", "—", "—", "83.6%", "93.0%", "49.7%", "未报",
    ]  # fmt: skip
    first = layers["subdistricts"]["data"][0]
    assert (first["tip_first"], first["tip_second"]) == ("出租率：没有基数", "7/11 个项目已填　点击可筛选")
    assert len(layers["missing"]["data"]) > 20
    for one in layers["no-base"]["data"]:
        lon, lat = one["geometry"]["coordinates"]
        assert any(inside(rings, lon, lat) for at in (0, 4, 5) for rings in geography.areas()[at].polygons)
    flat = bed_map.subdistrict_map_svg(rates, points, title="出租率", unit="%", decimals=1)
    shapes = [trace.fillpattern.shape for trace in flat.data if trace.fill == "toself"]
    assert shapes == [".", None, None, None, ".", ".", None, None, None, "/"]
    names, texts = left_and_right(bars.bars_by_subdistrict(rates, title="率", unit="%", decimals=1))
    assert list(zip(names, texts, strict=True))[-4:] == [
        ("曹杨", "○ 没有基数"), ("石泉", "○ 没有基数"), ("宜川", "○ 没有基数"), ("桃浦", "○ 未报"),
    ]  # fmt: skip


def test_shares_above_eighty_have_finer_classes_and_eighty_is_a_border() -> None:
    texts = [one.text for one in classes.legend(bare_rates(), 1, "%")][:-2]
    assert texts == ["45.0–79.9%", "80.0–84.9%", "85.0–89.9%", "90.0–94.9%"]
    assert texts_of([28.2, 64.3, *[85.0] * 7, 100.0], 1, "%") == ["25.0–79.9%", "80.0–84.9%", "85.0–89.9%", "90.0–94.9%", "95.0–100.0%"]
    assert texts_of([28.2, *[60.0] * 8, 79.9], 1, "%") == ["20.0–39.9%", "40.0–59.9%", "60.0–79.9%"]


def test_names_keep_apart_where_projects_crowd() -> None:
    _, _, zoom = geography.fitted(570, 560)
    across = 512 * 2**zoom / 360
    upward = across * geography.stretch()
    crowd = [(121.39 + at % 9 * 0.003, 31.25 + at // 9 * 0.003, 8.0) for at in range(81)]
    placed = list(label_places.label_places(dict.fromkeys(CODES, 28.0), crowd, zoom, 1.0).values())
    for at, one in enumerate(placed):
        for other in placed[at + 1 :]:
            beside, above = abs(one[0] - other[0]) * across, abs(one[1] - other[1]) * upward
            assert beside >= 56 - 0.5 or above >= 2 * label_places.HALF_HEIGHT - 0.5


def test_words_stand_for_figures_that_say_all_or_nothing(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    covered = pd.DataFrame({"code": CODES, "value": [0.0, 100.0] * 4 + [NAN, 100.0]})
    words = {0.0: "未覆盖", 100.0: "已覆盖"}
    layers = layers_of(bed_map.subdistrict_map(covered, points, title="覆盖", unit="%", decimals=0, words=words))
    assert [row["text"] for row in layers["values"]["data"]] == ["未覆盖", "已覆盖"] * 4 + ["未报", "已覆盖"]
    assert layers["subdistricts"]["data"][1]["tip_first"] == "覆盖：已覆盖"
    assert [one.text for one in bed_map.legend(covered, 0, "%", words=words)] == ["未覆盖", "已覆盖", "未报（1 个街镇）"]
    assert bed_map.legend(covered, 0, "%", words=words)[0].colour_hex != bed_map.legend(covered, 0, "%", words=words)[1].colour_hex


def test_a_colour_means_the_same_in_every_month(beds: pd.DataFrame) -> None:
    early = pd.DataFrame({"code": CODES[:1], "value": [100.0]})
    assert [one.text for one in bed_map.legend(early, 0, "张", over=(0.0, 868.0))][:2] == ["0 张", "1–249 张"]
    assert classes.scale(early, 0, "张", over=(0.0, 868.0)).colour(100.0) == palette.sequential(5)[1]
    assert classes.scale(early, 0, "张").colour(100.0) == palette.sequential(1)[0]


def test_a_boundary_of_the_bureau_is_drawn_with_its_approval(beds: pd.DataFrame, points: pd.DataFrame) -> None:
    boundary = Boundary(geography.areas()[:9], "沪S(2026)001号")
    layers = layers_of(deck_of(beds, points, boundary=boundary))
    assert len(layers["subdistricts"]["data"]) == 9
    assert "沪S(2026)001号" in layers["attribution"]["data"][0]["text"]
    flat = bed_map.subdistrict_map_svg(beds, points, title="床位", unit="张", decimals=0, boundary=boundary)
    assert "沪S(2026)001号" in flat.layout.annotations[0].text


# How colour-blind people and a grey printer see the map (Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB)

SIGHTS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab_of(colour: str, sight: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as it is seen."""
    linear = [(part / 255 / 12.92) if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in palette.rgb(colour)]
    if sight == "grey":
        linear = [palette.lightness(colour)] * 3
    elif sight in SIGHTS:
        linear = [min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in SIGHTS[sight]]
    matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    whites = zip(matrix, (0.95047, 1.0, 1.08883), strict=True)
    x, y, z = (sum(a * b for a, b in zip(row, linear, strict=True)) / white for row, white in whites)
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str, sight: str) -> float:
    """ΔE*ab between two colours as they are seen; 2.3 is just noticeable."""
    return math.dist(lab_of(one, sight), lab_of(other, sight))


@pytest.mark.parametrize("sight", ["full", "grey", *SIGHTS])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_classes_are_told_apart_by_everybody_and_run_one_way(count: int, dark: bool, sight: str) -> None:
    ramp = palette.sequential(count, dark)
    assert all(apart(one, other, sight) >= 8 for one, other in pairwise(ramp))
    depths = [lab_of(colour, sight)[0] for colour in ramp]
    assert depths == sorted(depths, reverse=not dark)


@pytest.mark.parametrize("sight", ["full", "grey", *SIGHTS])
@pytest.mark.parametrize("dark", [False, True])
def test_the_three_fills_of_points_are_told_apart_by_everybody(dark: bool, sight: str) -> None:
    fills = [one.fill(dark) for one in palette.SUPPLY.values()]
    assert all(apart(one, other, sight) >= 18 for at, one in enumerate(fills) for other in fills[at + 1 :])


@pytest.mark.parametrize("dark", [False, True])
def test_points_stand_out_from_every_class_by_fill_outline_or_the_ring_around(dark: bool) -> None:
    for ground in palette.sequential(5, dark):
        for one in palette.SUPPLY.values():
            assert max(palette.contrast(ground, colour) for colour in (one.fill(dark), one.line(dark), palette.ground(dark).halo)) >= 3


# The time line


def test_months_stand_evenly_and_the_one_at_the_screen_is_marked() -> None:
    frame = pd.DataFrame({"period": ["2025-03", "2024-12", "2025-01"], "value": [318.0, 0.0, NAN]})
    drawn = growth.growth(frame, now=Period("2025-03"), title="床位", unit="张", decimals=0)
    columns, texts = drawn.data
    assert list(columns.customdata) == ["2024-12", "2025-01", "2025-02", "2025-03"]
    assert list(columns.y) == [0.0, None, None, 318.0]
    assert columns.hovertext[1] == "2025年1月：未报"
    assert columns.marker.color[3] == palette.accent()
    assert set(columns.marker.color[:3]) == {palette.accent(soft=True)}
    assert [plain(text) for text in texts.text] == ["0 张", "318 张"]
    assert growth.growth(frame.assign(value=NAN), now=Period("2025-03"), title="床位", unit="张", decimals=0).layout.annotations


# Bars


def test_bars_are_sorted_and_the_missing_come_last(rates: pd.DataFrame) -> None:
    drawn = bars.bars_by_subdistrict(rates, title="业委会组建率", unit="%", decimals=1, target=96.0, selected=frozenset({"310107021"}))
    names, texts = left_and_right(drawn)
    assert names[0] == "宜川路街道"
    assert texts[0] == "100.0% 61/61"
    assert names[-1] == "甘泉路街道"
    assert texts[-1] == "○ 未报"
    assert drawn.data[0].x[-1] is None
    assert "▸ 万里街道" in names
    assert drawn.data[0].customdata[0] == "310107020"
    colours = dict(zip(names, drawn.data[0].marker.color, strict=True))
    assert colours["长风新村街道"] == palette.accent()
    assert colours["桃浦镇"] == palette.accent(soft=True)
    assert drawn.layout.shapes[0].x0 == 96.0
    assert [note.text for note in drawn.layout.annotations] == ["目标 96.0%"]


def test_where_nobody_differs_bars_stand_in_the_order_of_the_codes(rates: pd.DataFrame) -> None:
    drawn = bars.bars_by_subdistrict(rates.assign(few=rates["code"] == "310107020"), title="率", unit="%", decimals=1, as_listed=True)
    assert list(drawn.data[0].customdata) == sorted(rates["code"])
    names, texts = left_and_right(drawn)
    assert texts[names.index("甘泉路街道")] == "○ 未报"
    assert drawn.data[0].marker.color[names.index("宜川路街道")] == palette.FAINT, "a small base stays told apart"


def test_fewer_can_be_better_and_counts_need_no_parts(rates: pd.DataFrame) -> None:
    counts = rates.assign(value=[5, 3, 0, NAN, 8, 1, 2, 4, 7, 6], numerator=None, denominator=None)
    drawn = bars.bars_by_subdistrict(counts, title="超期", unit="个", decimals=0, good="down", target=3)
    names, texts = left_and_right(drawn)
    assert texts[:4] == ["0 个", "1 个", "2 个", "3 个"]
    assert texts[-1] == "○ 未报"
    assert names[0] == "长寿路街道"
    assert list(drawn.data[0].marker.color[:5]) == [palette.accent()] * 4 + [palette.accent(soft=True)]


def test_all_missing_still_names_everyone(rates: pd.DataFrame) -> None:
    names, texts = left_and_right(bars.bars_by_subdistrict(rates.assign(value=NAN, numerator=NAN), title="率", unit="%", decimals=1))
    assert len(names) == 10
    assert set(texts) == {"○ 未报"}


def test_rounding_is_half_up_and_does_not_decide(rates: pd.DataFrame) -> None:
    close = rates.head(1).assign(value=95.95)
    drawn = bars.bars_by_subdistrict(close, title="率", unit="%", decimals=1, target=96.0)
    assert left_and_right(drawn)[1] == ["96.0% 62/63"]
    assert drawn.data[0].marker.color == (palette.accent(soft=True),)


def test_a_chain_without_a_loss_has_no_minus() -> None:
    drawn = bars.chain([("符合条件", 70), ("已组建", 70)], losses=("应建未建",))
    assert left_and_right(drawn)[1] == ["", "0 应建未建"]


def test_the_chain_names_its_losses() -> None:
    steps = [("住宅小区", 678), ("符合成立条件", 657), ("已成立业委会", 631), ("任期有效期内", 468)]
    drawn = bars.chain(steps, losses=("不符合成立条件", "应建未建", "任期已届满"), title="从住宅小区到有效任期")
    names, texts = left_and_right(drawn)
    assert names == [name for name, _ in steps]
    assert texts == ["", "−21 不符合成立条件", "−26 应建未建", "−163 任期已届满"]
    assert list(drawn.data[0].x) == [678, 657, 631, 468]
    assert list(drawn.data[1].x) == [None, 21, 26, 163]
    assert [plain(text) for text in drawn.data[0].text] == ["678", "657", "631", "468"]
    assert left_and_right(bars.chain(steps))[1] == ["", "−21", "−26", "−163"]


def test_stacked_parts_and_sums() -> None:
    frame = pd.DataFrame({"type": ["甲", "甲", "乙"], "stage": ["施工", "竣工", "施工"], "n": [3, 1, 12]})
    order = ["立项", "施工", "竣工"]
    drawn = bars.stacked(frame, index="type", column="stage", value="n", order=order, title="项目", unit="个")
    assert [trace.name for trace in drawn.data if trace.type == "bar"] == ["施工", "竣工"]
    assert list(drawn.data[0].x) == [3, 12]
    assert list(drawn.data[1].text) == ["1", ""]
    assert left_and_right(drawn) == (["甲", "乙"], ["4 个", "12 个"])
    assert "施工" in drawn.layout.title.text
    assert "立项" not in drawn.layout.title.text
    turned = bars.stacked(
        frame, index="type", column="stage", value="n", order=order, title="项目", unit="个", rows=["乙", "丙"], ordered=False
    )
    assert left_and_right(turned) == (["乙", "丙"], ["12 个", "0 个"])
    assert [list(one.text) for one in turned.data if one.name == "施工"] == [["", ""]], "one kind of part: its figure is the sum, told once"


def test_months_without_rows_keep_their_place() -> None:
    frame = pd.DataFrame({"month": ["2024-11", "2025-02", "2025-02"], "count": [3, 5, 2], "series": ["临期", "临期", "以后"]})
    drawn = bars.by_month(frame, title="届满", unit="个")
    assert [trace.name for trace in drawn.data] == ["临期", "以后", "合计"]
    assert list(drawn.data[0].y) == [3, 0, 0, 5]
    assert list(drawn.data[0].customdata) == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert [plain(text) for text in drawn.data[2].text] == ["3", "", "", "7"]
    assert [plain(text) for text in drawn.layout.xaxis.ticktext] == ["11月2024", "12月", "1月2025", "2月"]
    assert "单位：个" in drawn.layout.title.text


def test_a_line_has_gaps_and_writes_its_last_figure() -> None:
    frame = pd.DataFrame({"period": ["2024-09", "2024-06", "2024-07"], "value": [74.17, 71.0, NAN]})
    drawn = bars.series(frame, title="任期有效率", unit="%", decimals=1, target=80)
    assert list(drawn.data[0].y) == [71.0, None, None, 74.17]
    assert drawn.data[0].hovertext[1] == "2024年7月：未报"
    assert [plain(text) for text in drawn.data[1].text] == ["74.2%"]
    assert [note.text for note in drawn.layout.annotations] == ["目标 80.0%"]
    assert drawn.layout.yaxis.range[1] > 80


def test_progress_says_what_is_short() -> None:
    frame = pd.DataFrame(
        {
            "name": ["甲", "乙", "丙", "丁", "戊"], "share": [96.2, 81.5, 79.95, NAN, 50.0],
            "gate": [95, 95, 80, 95, NAN], "short": [0, 21, 1, NAN, NAN],
        }
    )  # fmt: skip
    drawn = bars.progress_bars(frame, title="签约")
    assert left_and_right(drawn)[1] == ["96.2% ✓ 已达标", "81.5% 差 21 户", "80.0% 差 1 户", "○ 未报", "50.0%"]
    assert [note.text for note in drawn.layout.annotations] == ["80%", "95%"]
    assert list(drawn.data[2].x) == [95.0, 95.0, 80.0, 95.0]
    assert drawn.data[1].x[3] is None


def test_nothing_to_draw_is_said() -> None:
    values = pd.DataFrame(columns=["code", "name", "numerator", "denominator", "value"])
    empty = [
        bars.bars_by_subdistrict(values, title="a", unit="", decimals=0),
        bars.stacked(pd.DataFrame(columns=["a", "b", "n"]), index="a", column="b", value="n", order=[], title="a", unit=""),
        bars.chain([]),
        bars.by_month(pd.DataFrame(columns=["month", "count", "series"]), title="a", unit=""),
        bars.series(pd.DataFrame({"period": ["2024-01"], "value": [NAN]}), title="a", unit="", decimals=0),
        bars.progress_bars(pd.DataFrame(columns=["name", "share", "gate", "short"]), title="a"),
    ]
    assert [drawn.layout.annotations[0].text for drawn in empty] == ["暂无数据"] * 6


def test_figures_follow_the_theme_and_ask_no_host(rates: pd.DataFrame) -> None:
    drawn = bars.bars_by_subdistrict(rates, title="率" * 50, unit="%", decimals=1, target=96)
    assert drawn.layout.paper_bgcolor == drawn.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert drawn.layout.font.color is None
    assert all("currentColor" in text for text in drawn.layout.yaxis2.ticktext)
    assert {trace.type for trace in drawn.data} == {"bar", "scatter"}
    assert "http" not in drawn.to_json()
    assert drawn.layout.title.text.count("<br>") == 2
    assert drawn.layout.height > 10 * figure.ROW


def test_names_are_no_markup(rates: pd.DataFrame) -> None:
    named = rates.head(1).assign(name="<a href='x'>甲</a>")
    drawn = bars.bars_by_subdistrict(named, title="率", unit="%", decimals=1)
    assert "<a" not in drawn.to_json()


def test_the_browser_part_is_told_chinese_and_no_toolbar() -> None:
    assert figure.PLOTLY_CONFIG["displayModeBar"] is False
    assert figure.PLOTLY_CONFIG["locale"] in figure.PLOTLY_CONFIG["locales"]
    assert json.dumps(figure.PLOTLY_CONFIG)


@pytest.mark.parametrize("text", ["短", "这是一个比较长的图题用来看看会不会在手机上被切掉", "Ab 12" * 30, ""])
def test_titles_are_broken_to_a_phones_width(text: str) -> None:
    lines = figure.wrapped(text).split("<br>")
    assert "".join(lines) == text
    assert all(figure.text_width(line, 16) <= figure.NARROW for line in lines)
