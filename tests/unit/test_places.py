"""Places: what is told of coordinates on intake, what is stored of them, and where a row of the register lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.datasets import DATASETS
from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.thresholds import shipped_registry
from lib.ingest.degrees import packed_degrees, read_degrees
from lib.ingest.expected import Context
from lib.ingest.reading import read_file
from lib.rules.derived import derive
from lib.rules.derived.places import DRAWN, ELSEWHERE, EMPTY, NO_DATUM, PLACED, STATES, UNUSABLE
from lib.spec.geodesy import BD09, GCJ02, SHANGHAI, WGS84, from_wgs84, metres_apart
from lib.spec.level import Level
from tests.support.small import frames
from tests.support.workbooks import DISTRICT, OneForm, Page, read, told, values, workbook

CHANGFENG, ZHENRU, TAOPU = "310107014", "310107022", "310107103"
HERE = (121.38988, 31.22707)
"""The label point of 长风."""
HEADER = ["候选点编码", "候选点名称", "街镇", "地址", "经度", "纬度", "坐标系", "现状用途", "可改建床位估算", "状态"]


def page(*rows: tuple[Any, Any, Any], header: list[str] = HEADER, place: str = "长风") -> Page:
    """Site candidates of a 街镇 with these coordinates; the first stands in row 5, longitude in E, latitude in F, system in G."""
    data = [[f"PT{at}", "某", place, "某路", *row, "厂房", 100, "储备"] for at, row in enumerate(rows)]
    return Page([["选址候选点情况表（2024年9月）"], ["填报单位：区房管局"], [], header, *data])


def reading(*rows: tuple[Any, Any, Any], **more: Any) -> OneForm:
    return read(page(*rows, **more), name="候选点.xlsx")


def one(*row: Any, **more: Any) -> tuple[str, str, Level, str]:
    """(code, cell, level, message) of the only finding of a row."""
    (found,) = reading(tuple(row), **more).findings  # type: ignore[arg-type]
    return found.code, found.cell, found.level, found.message


def shift(metres_east: float, metres_north: float, start: tuple[float, float] = HERE) -> tuple[float, float]:
    return round(start[0] + metres_east / 95_200, 6), round(start[1] + metres_north / 110_870, 6)


# -- what is stored --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09, SHANGHAI])
def test_every_system_is_converted_once_and_the_original_stays(datum: str) -> None:
    x, y = (round(number, 2 if datum == SHANGHAI else 7) for number in from_wgs84(datum, *HERE))
    staging = reading((x, y, datum))
    assert staging.findings == ()
    assert values(staging, "lon", "lat", "datum") == [(x, y, datum)]
    ((lon, lat),) = values(staging, "_wgs_lon", "_wgs_lat")
    assert metres_apart((lon, lat), HERE) < 0.1
    assert (round(lon, 8), round(lat, 8)) == (lon, lat)


@pytest.mark.parametrize(
    ("word", "datum"),
    [("CGCS2000", WGS84), ("天地图", WGS84), ("高德", GCJ02), ("gcj02", GCJ02), ("腾讯地图", GCJ02), ("百度", BD09), ("BD09", BD09),
     ("上海城建坐标", SHANGHAI), ("上海平面", SHANGHAI)],
)
def test_other_words_for_a_system(word: str, datum: str) -> None:
    x, y = (round(number, 6) for number in from_wgs84(datum, *HERE))
    assert values(reading((x, y, word)), "datum") == [datum]


def test_nothing_given_is_no_fault() -> None:
    staging = reading((None, None, None), ("—", "/", ""), (None, None, "WGS-84"))
    assert told(staging) == []
    assert values(staging, "_wgs_lon", "_wgs_lat") == [(None, None)] * 3


# -- how degrees are written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("121°24′30″", (121.40833333, "D01")),
        ("121°24'30.5\"", (121.40847222, "D01")),
        ("121°24′30''", (121.40833333, "D01")),
        ("121度24分30秒", (121.40833333, "D01")),
        ("121°24.5′", (121.40833333, "D01")),
        ("东经121°24′30″", (121.40833333, "D01")),
        ("E121.4", (121.4, "D01")),
        ("31.25N", (31.25, "D01")),
        ("121-24-30", (121.40833333, "D02")),
        ("121.24.30", (121.40833333, "D02")),
        ("121.24.30.5", (121.40847222, "D02")),
        ("121 24 30", (121.40833333, "D02")),
        ("121,403", (None, "D03")),
        ("31,2503", (None, "D03")),
        ("121.403,31.25", (None, "D04")),
        ("121.403 31.25", (None, "D04")),
        ("121°75′", (None, "")),
        ("121-75-10", (None, "")),
        ("121.4", (None, "")),
        ("121.4°", (None, "")),
        ("12,345", (None, "")),
        ("某路", (None, "")),
    ],
)
def test_degrees_as_people_write_them(text: str, found: tuple[float | None, str]) -> None:
    assert read_degrees(text) == found


def test_degrees_with_minutes_are_converted_and_told() -> None:
    staging = reading(("121°23′23.57″", "31-13-37.45", "WGS-84"))
    assert told(staging) == [("D02", "F5"), ("D01", "E5")]
    assert staging.findings[1].message == "“经度”填的是“121°23′23.57″”，换算为 121.3898806°。"
    assert [one.level for one in staging.findings] == [Level.WARNING, Level.INFO]
    assert values(staging, "_wgs_lon") == [121.38988056]


def test_commas_are_never_guessed_at() -> None:
    assert one("121,38988", 31.22707, "WGS-84")[:3] == ("D03", "E5", Level.FATAL)
    assert one("121.38988，31.22707", 31.22707, "WGS-84")[:3] == ("D04", "E5", Level.FATAL)


def test_words_in_place_of_a_number() -> None:
    assert one("121°75′", 31.22707, "WGS-84")[:3] == ("C02", "E5", Level.FATAL)


# -- what cannot be --------------------------------------------------------------------------------------------------------


def test_a_system_must_be_given() -> None:
    assert one(*HERE, None) == (
        "D05", "G5", Level.WARNING, "填了经度和纬度，没有填“坐标系”，无法确定点位（不同坐标系相差约 500～1000 米）。"
    )
    assert told(reading((*HERE, "北京54"))) == [("C04", "G5")], "what is refused is not told as missing, too"


def test_a_column_of_the_system_must_be_there() -> None:
    header = [name for name in HEADER if name != "坐标系"]
    rows = [["PT1", "某", "长风", "某路", *HERE, "厂房", 100, "储备"]]
    staging = read(Page([["选址候选点情况表（2024年9月）"], ["填报单位：区房管局"], [], header, *rows]))
    assert told(staging) == [("T02", "A4")]
    assert (staging.findings[0].level, staging.findings[0].message) == (Level.WARNING, "没有找到必填列“坐标系”。")


def test_half_a_pair() -> None:
    assert one(HERE[0], None, "WGS-84") == ("D06", "F5", Level.WARNING, "“经度”已填，“纬度”没有填，该点不上图。")
    assert one(None, HERE[1], "WGS-84")[:2] == ("D06", "E5")
    assert told(reading((HERE[0], "不详", "WGS-84"))) == [("C02", "F5")]


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "code"),
    [
        (31.22707, 121.38988, "WGS-84", "D07"),
        (31.22707, 121.38988, "BD-09", "D07"),
        (-7360.0, -900.0, "WGS-84", "D08"),
        (121.38988, 31.22707, "上海2000", "D09"),
        (116.4, 39.9, "WGS-84", "D10"),
        (0, 0, "GCJ-02", "D10"),
        (-90_000, 80_000, "上海2000", "D10"),
    ],
)
def test_what_cannot_be_a_point_of_shanghai(lon: float, lat: float, datum: str, code: str) -> None:
    staging = reading((lon, lat, datum))
    assert told(staging) == [(code, "E5")]
    assert staging.findings[0].level is Level.FATAL
    assert values(staging, "lon", "lat", "_wgs_lon", "_wgs_lat") == [(lon, lat, None, None)], "told, never mended"


def test_swapped_axes_say_what_to_do() -> None:
    staging = reading((31.22707, 121.38988, "WGS-84"))
    assert staging.findings[0].message == "经度填的是 31.22707，纬度填的是 121.38988，两项填反。"
    assert "对调两列" in staging.findings[0].advice


# -- where it lies ---------------------------------------------------------------------------------------------------------


def test_a_point_half_a_kilometre_in_the_neighbour() -> None:
    """North of 长风, 500 m and more into 长征 or 曹杨: under no system would it lie in 长风."""
    lon, lat = shift(0, 1_700)
    staging = reading((lon, lat, "WGS-84"))
    assert told(staging) == [("D12", "E5")]
    metres = shipped_boundary().metres_outside(CHANGFENG, lon, lat)
    assert metres > 500
    assert staging.findings[0].message == f"点位在长征镇内，距长风新村街道边界 {metres:,.0f} 米。"
    assert staging.findings[0].level is Level.WARNING
    assert values(staging, "_wgs_lon", "_wgs_lat") == [(lon, lat)], "it is drawn where it lies"


def test_a_point_beyond_the_district() -> None:
    assert one(121.30, 31.15, "WGS-84")[3].startswith("点位在普陀区以外，距长风新村街道边界 ")


def test_a_wrong_system_is_noticed() -> None:
    """A point of GCJ-02 near the southern border, said to be WGS-84, lies across Suzhou Creek."""
    true = next(
        (lon, lat)
        for north in range(-1_500, 0, 20)
        if shipped_boundary().place_of(*(pair := shift(0, north))) == CHANGFENG
        and shipped_boundary().metres_outside(CHANGFENG, *from_wgs84(GCJ02, *pair)) > 60
        for lon, lat in [pair]
    )
    x, y = (round(number, 6) for number in from_wgs84(GCJ02, *true))
    code, cell, level, message = one(x, y, "WGS-84")
    metres = shipped_boundary().metres_outside(CHANGFENG, x, y)
    assert (code, cell, level) == ("D11", "G5", Level.WARNING)
    assert message == f"按所填的“WGS-84”，点位在普陀区以外，距长风新村街道边界 {metres:,.0f} 米；按 GCJ-02 读则落在长风新村街道内。"
    assert told(reading((x, y, "GCJ-02"))) == []


def test_axes_of_the_plane_exchanged() -> None:
    """East and north of 桃浦 differ so much in size that the exchanged pair lies in another district."""
    east, north = (round(number, 1) for number in from_wgs84(SHANGHAI, *shipped_boundary().of[TAOPU].label))
    assert told(reading((east, north, SHANGHAI), place="桃浦")) == []
    staging = reading((north, east, SHANGHAI), place="桃浦")
    assert told(staging) == [("D14", "E5")]
    (found,) = staging.findings
    assert found.level is Level.WARNING
    assert found.message.startswith("按所填的横、纵坐标，点位在普陀区以外，距桃浦镇边界 ")
    assert found.message.endswith(" 米；横、纵坐标对调后落在桃浦镇内。")
    assert "对调两列" in found.advice
    assert not any(word in found.advice for word in ("高德", "百度", "GPS")), "maps have nothing to do with it"


@pytest.mark.parametrize(
    ("number", "degrees"),
    [
        (121.2304, 121.38444444),
        (31.1329, 31.22472222),
        (121.23, 121.38333333),
        (121.230450, 121.38458333),
        (121.0, 121.0),
        (121.6004, None),
        (121.2360, None),
        (121.2304567, None),
    ],
)
def test_minutes_and_seconds_packed_into_decimals(number: float, degrees: float | None) -> None:
    """121°23′04″ = 121 + 23/60 + 4/3600 = 121.38444…"""
    assert packed_degrees(number) == degrees


def test_packed_minutes_are_noticed() -> None:
    """121°23′04″ 31°13′29″ is in 长风; as decimals it lies 17 km to the south-west."""
    code, cell, level, message = one(121.2304, 31.1329, "WGS-84")
    metres = shipped_boundary().metres_outside(CHANGFENG, 121.2304, 31.1329)
    assert (code, cell, level) == ("D15", "E5", Level.WARNING)
    assert 16_000 < metres < 18_000
    assert message == (f"点位在普陀区以外，距长风新村街道边界 {metres:,.0f} 米；经度 121.2304、纬度 31.1329 可能是度分秒写成了小数，"
                       "小数按分、秒读则落在长风新村街道内。")
    assert values(reading((121.2304, 31.1329, "WGS-84")), "_wgs_lon", "_wgs_lat") == [(121.2304, 31.1329)], "told, never mended"
    assert one(121.2304, 31.1329, "WGS-84", place="桃浦")[0] == "D12", "only where it would be at home"


def test_a_point_near_the_border_is_not_told() -> None:
    edge = next(shift(0, -north) for north in range(100, 3_000) if shipped_boundary().metres_outside(CHANGFENG, *shift(0, -north)) > 0)
    assert told(reading((*edge, "WGS-84"))) == []
    near, far = shift(0, -40, edge), shift(0, -70, edge)
    assert 30 < shipped_boundary().metres_outside(CHANGFENG, *near) < 50 < shipped_boundary().metres_outside(CHANGFENG, *far)
    assert told(reading((*near, "WGS-84"))) == []
    assert told(reading((*far, "WGS-84"))) != []


def test_the_boundary_in_force_is_the_one_that_counts() -> None:
    """With 长风 and 真如 exchanged a point of 长风 lies in 真如."""
    outlines = [
        replace(one, code={CHANGFENG: ZHENRU, ZHENRU: CHANGFENG}.get(one.code, one.code)) for one in shipped_boundary().outlines
    ]
    text = Boundary(tuple(outlines), "沪S〔2026〕012号").geojson()
    staging = read(page((*HERE, "WGS-84")), expected=replace(DISTRICT, boundary=text))
    assert told(staging) == [("D12", "E5")]
    assert staging.findings[0].message.startswith("点位在真如镇街道内，")


# -- the month before ------------------------------------------------------------------------------------------------------


def against(now: tuple[Any, Any, Any], then: tuple[Any, Any, Any]) -> list[tuple[str, str, str]]:
    before = read_file("a.xlsx", workbook(page(then)), DISTRICT).stagings[0].rows
    (staging,) = read_file("b.xlsx", workbook(page(now)), DISTRICT, lambda _question: Context({}, before, "2024-08")).stagings
    return [(one.code, one.cell, one.message) for one in staging.findings if one.code == "D13"]


def test_a_move_by_just_the_difference_of_two_systems() -> None:
    x, y = (round(number, 6) for number in from_wgs84(GCJ02, *HERE))
    metres = metres_apart((x, y), HERE)
    told_of = [("D13", "G5", f"点位比2024年8月移动了 {metres:,.0f} 米；按 GCJ-02 读则与2024年8月相同。")]
    assert against((x, y, "WGS-84"), (*HERE, "WGS-84")) == told_of
    assert against((x, y, "GCJ-02"), (*HERE, "WGS-84")) == [], "the same place in another system has not moved"
    assert against((*shift(-300, 0), "WGS-84"), (*HERE, "WGS-84")) == [], "a real move is no mistake"
    assert against((*HERE, "WGS-84"), (None, None, None)) == []


# -- derived ---------------------------------------------------------------------------------------------------------------


def placed(**row: Any) -> pd.Series:
    full = {"candidate_id": "X1", "subdistrict": CHANGFENG, "status": "储备", **row}
    tables = derive(frames({"site_candidates": [full]}), date(2024, 9, 30), shipped_registry())
    return tables["site_candidates"].iloc[0]


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"lon": HERE[0], "lat": HERE[1], "datum": "WGS-84"}, DRAWN),
        ({"lon": 121.3963, "lat": 31.26487, "datum": "WGS-84"}, ELSEWHERE),
        ({}, EMPTY),
        ({"datum": "WGS-84"}, EMPTY),
        ({"lon": HERE[0], "lat": HERE[1]}, NO_DATUM),
        ({"lon": HERE[0], "datum": "WGS-84"}, UNUSABLE),
        ({"lon": HERE[1], "lat": HERE[0], "datum": "WGS-84"}, UNUSABLE),
        ({"lon": HERE[0], "lat": HERE[1], "datum": "上海2000"}, UNUSABLE),
    ],
)
def test_state_of_a_place(row: dict[str, Any], state: str) -> None:
    found = placed(**row)
    assert found["place_state"] == state
    assert pd.isna(found["wgs_lon"]) == pd.isna(found["wgs_lat"]) == (state not in {DRAWN, ELSEWHERE})
    assert state in STATES


def test_rows_of_before_are_converted_and_newer_ones_are_not() -> None:
    x, y = from_wgs84(BD09, *HERE)
    older = placed(lon=x, lat=y, datum="BD-09")
    assert metres_apart((older["wgs_lon"], older["wgs_lat"]), HERE) < 0.001
    newer = placed(lon=x, lat=y, datum="BD-09", _wgs_lon=121.39, _wgs_lat=31.227)
    assert (newer["wgs_lon"], newer["wgs_lat"]) == (121.39, 31.227)
    assert (newer["lon"], newer["lat"], newer["datum"]) == (x, y, "BD-09")


def test_datasets_with_places() -> None:
    assert tuple(name for name, dataset in DATASETS.items() if dataset.placed) == PLACED
