"""A boundary file of the bureau: what is wrong with it, and what putting it in the place of ours does and leaves."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.actions.boundaries import (
    area_rows,
    boundary_geojson,
    boundary_history,
    check_boundary,
    restore_boundary,
    set_boundary,
)
from lib.actions.standing import with_thresholds
from lib.charts.boundary import boundary_chart
from lib.datasets.boundaries import boundary_from_geojson, shipped_boundary
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.thresholds import shipped_registry
from lib.errors import Blocked, Forbidden, NotFound
from lib.figures.content import boundary_at, registry_at
from lib.ingest.expected import Expected
from lib.rules.boundary_file import BoundaryFile, areas_km2, read_boundary
from lib.rules.derived.places import DRAWN, ELSEWHERE
from lib.settings import settings
from lib.spec.geodesy import BD09, DATUMS, SHANGHAI, WGS84, metres_apart
from lib.store import audit, releases
from lib.store.blobs import get_blob
from lib.store.database import Database
from tests.support.boundary_files import APPROVAL, REASON, Plain, as_bytes, plain, rename, ring
from tests.support.published import (
    BUREAU,
    CHANGFENG,
    LEADER,
    STREET,
    new_database,
    publish_rows,
    rental,
    snapshot_at,
)

ZHENRU = "310107022"


def read(given: Plain, approval: str = APPROVAL, datum: str = "") -> BoundaryFile:
    return read_boundary(as_bytes(given), file="界线.geojson", approval=approval, datum=datum)


def problems(spoil: Callable[[Plain], None]) -> tuple[str, ...]:
    """What is told of a good file that was spoilt."""
    given = plain()
    spoil(given)
    return read(given).problems


# -- reading ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("datum", DATUMS)
def test_a_good_file_in_any_system(datum: str) -> None:
    found = read(plain(datum))
    assert found.problems == ()
    assert found.boundary is not None
    assert (found.datum, found.boundary.datum, found.boundary.approval, found.boundary.file) == (datum, datum, APPROVAL, "界线.geojson")
    for mine, ours in zip(found.boundary.outlines, shipped_boundary().outlines, strict=True):
        assert mine.code == ours.code
        assert mine.label == ours.label
        assert all(metres_apart(a, b) < 0.2 for a, b in zip(mine.polygons[0][0], ours.polygons[0][0], strict=True))


def test_it_comes_back_from_the_store_as_it_was() -> None:
    boundary = read(plain()).boundary
    assert boundary is not None
    back = boundary_from_geojson(boundary.geojson())
    assert (back.outlines, back.attribution, back.file) == (boundary.outlines, boundary.attribution, boundary.file)
    assert back.key == boundary.key != shipped_boundary().key
    again = read_boundary(boundary.geojson().encode(), file="下载.geojson", approval="", datum="")
    assert again.problems == (), "what is downloaded can be uploaded"


def test_words_that_must_stand_on_a_map() -> None:
    assert shipped_boundary().attribution == "示意图 © OpenStreetMap contributors (ODbL)"
    boundary = read(plain()).boundary
    assert boundary is not None
    assert boundary.attribution == f"审图号：{APPROVAL}；其余图层 © OpenStreetMap contributors (ODbL)"
    assert "示意图" not in boundary.attribution


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"[1,", b"\xff\xfe{", b"[" * 50_000, b"null", b"[]", b'{"type":"Feature"}', b'{"type":"FeatureCollection"}'],
    ids=list("abcdefghi"),
)
def test_what_is_no_geojson(data: bytes) -> None:
    found = read_boundary(data, file="a", approval=APPROVAL, datum=WGS84)
    assert found.boundary is None
    assert len(found.problems) == 1
    assert found.problems[0].startswith("文件不是")


@pytest.mark.parametrize("number", ["沪S〔2026〕012号", "GS（2023）1234号", "GS京(2022)1133号", "审图号：沪S(2024)5号", " 沪S [2024]5号 "])
def test_numbers_of_approval(number: str) -> None:
    assert read(plain(), number).problems == ()


@pytest.mark.parametrize(
    ("written", "given", "told"),
    [
        ("", "", "没有审图号。公开使用的地图须经审核并标明审图号，请填写。"),
        ("", "12号", "审图号“12号”的写法不对，应如 沪S〔2026〕012号 或 GS（2026）1234号。"),
        ("示意", "", "审图号“示意”的写法不对，应如 沪S〔2026〕012号 或 GS（2026）1234号。"),
    ],
)
def test_no_number_of_approval(written: str, given: str, told: str) -> None:
    assert read(plain(审图号=written), given).problems == (told,)
    assert read(plain(审图号=APPROVAL), "").problems == ()


@pytest.mark.parametrize(
    ("more", "datum", "told"),
    [
        ({"坐标系": ""}, "", "文件没有写明坐标系，请在上传时选择。"),
        ({"坐标系": "北京54"}, "", "文件写明的坐标系“北京54”不认识，只能是 WGS-84、GCJ-02、BD-09、上海2000。"),
        ({"坐标系": "CGCS2000"}, "BD-09", "文件写明的坐标系是 WGS-84，您选的是 BD-09。请核对后重选，或改正文件。"),
        ({"坐标系": "", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}}, "",
         "文件写明的坐标参照系“urn:ogc:def:crs:EPSG::4549”不能读取，请转换为 CGCS2000 经纬度（EPSG:4490）后导出。"),
    ],
)
def test_systems_of_a_file(more: Plain, datum: str, told: str) -> None:
    assert read(plain(**more), datum=datum).problems == (told,)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4490"])
def test_a_crs_member_says_the_system(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert read(plain(坐标系="", crs=crs)).datum == WGS84
    assert read({**plain(BD09), "坐标系": "", "crs": crs}, datum=BD09).problems == (), "programs write it of any degrees"


def test_a_wrong_system_is_noticed() -> None:
    given = plain("GCJ-02")
    given["坐标系"] = "WGS-84"
    (told,) = read(given).problems
    assert told == "坐标系可能不对：按 WGS-84 读与系统自带的底图相差 21%，按 GCJ-02 读则基本吻合。请核对后重选坐标系。"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (rename(2, 名称="长寿新村"),
         ("第 3 个要素的属性中没有街镇的全称、通用简称或代码（属性值：“长寿新村”）。", "缺少 1 个街镇：长寿路街道。")),
        (rename(2), ("第 3 个要素的属性中没有街镇的全称、通用简称或代码（属性值：无）。", "缺少 1 个街镇：长寿路街道。")),
        (rename(2, a="长寿", b="长风"),
         ("第 3 个要素的属性中有几个街镇的名称（长寿路街道、长风新村街道），不知道是哪一个。", "缺少 1 个街镇：长寿路街道。")),
        (rename(2, 名称="长风"),
         ("长风新村街道出现了 2 次（第 2、3 个要素）。一个街镇有几块的，请合为一个 MultiPolygon。", "缺少 1 个街镇：长寿路街道。")),
        (lambda given: given["features"].pop(), ("缺少 1 个街镇：桃浦镇。",)),
        (lambda given: given["features"].append(5),
         ("第 11 个要素的属性中没有街镇的全称、通用简称或代码（属性值：无）。",
          "第 11 个要素不是面（Polygon 或 MultiPolygon），而是“None”。")),
    ],
)
def test_ten_names_each_once(spoil: Callable[[Plain], Any], told: tuple[str, ...]) -> None:
    assert problems(spoil) == told


def test_names_by_code_and_alias() -> None:
    given = plain()
    for one, code in zip(given["features"], subdistrict_codes(), strict=True):
        one["properties"] = {"XZQDM": int(code)}
    given["features"][0]["properties"] = {"MC": "普陀区曹杨新村街道"}
    assert read(given).problems == ()


def spoil_ring(at: int, change: Callable[[list[list[float]]], Any]) -> Callable[[Plain], None]:
    return lambda given: change(ring(given, at))


def cross(points: list[list[float]]) -> None:
    points[5], points[20] = points[20], points[5]


def turn(points: list[list[float]]) -> None:
    points[:] = [[y, x] for x, y in points]


def move(east: float) -> Callable[[list[list[float]]], None]:
    return lambda points: points.__setitem__(slice(None), [[x + east, y] for x, y in points])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoil_ring(4, lambda points: points.pop()), "第 5 个要素（石泉路街道）有边线没有闭合（首末两点应相同，至少 4 点）。"),
        (spoil_ring(4, lambda points: points[3].__setitem__(0, "x")), "第 5 个要素（石泉路街道）的坐标不是成对的数。"),
        (spoil_ring(4, lambda points: points.__setitem__(3, [1])), "第 5 个要素（石泉路街道）的坐标不是成对的数。"),
        (spoil_ring(4, lambda points: points[3].__setitem__(0, float("nan"))), "第 5 个要素（石泉路街道）没有坐标，或坐标不是有限的数。"),
        (spoil_ring(4, turn), "第 5 个要素（石泉路街道）的经度和纬度次序相反（GeoJSON 应先经度、后纬度）。"),
        (spoil_ring(4, move(-5)), "第 5 个要素（石泉路街道）有点不在上海范围内，坐标系可能不是 WGS-84。"),
        (spoil_ring(4, move(0.3)), "第 5 个要素（石泉路街道）有 45 个点远在普陀区之外，例如 121.7"),
        (spoil_ring(4, cross), "第 5 个要素（石泉路街道）不是有效的面：边线自相交，位置 121.4"),
        (lambda given: given["features"][4]["geometry"].update(type="Point"),
         "第 5 个要素（石泉路街道）不是面（Polygon 或 MultiPolygon），而是“Point”。"),
        (lambda given: given["features"][4].pop("geometry"), "第 5 个要素（石泉路街道）不是面（Polygon 或 MultiPolygon），而是“None”。"),
    ],
)
def test_shapes_that_cannot_be_used(spoil: Callable[[Plain], Any], told: str) -> None:
    (found,) = problems(spoil)
    assert found.startswith(told)


def test_overlaps_and_gaps() -> None:
    """石泉 moved 100 m to the east: it covers a strip of its neighbours there and leaves one open behind it."""
    found = problems(spoil_ring(4, move(100 / 95_200)))
    assert any(one.startswith("第 5 个要素（石泉路街道）与第 6 个要素（宜川路街道）重叠 ") for one in found)
    assert any(one.startswith("街镇之间有空隙，约 ") for one in found)
    assert all("平方米，位置 121.4" in one for one in found)


def test_borders_rounded_to_a_metre_are_no_fault() -> None:
    """Each 街镇 drawn by itself to five decimals: neighbours overlap and gape by up to a metre."""
    given = plain()
    for at in range(0, 10, 2):
        for point in ring(given, at)[1:-1]:
            point[0] += 0.000006
            point[1] -= 0.000005
    assert read(given).problems == ()


def test_parts_that_do_not_hang_together() -> None:
    found = problems(spoil_ring(9, move(-0.02)))
    assert "10 个要素拼不成一整块，而是互不相连的 2 块。" in found


def test_too_many_points() -> None:
    def densify(given: Plain) -> None:
        points = ring(given, 9)
        (x1, y1), (x2, y2) = points[0], points[1]
        points[1:1] = [[x1 + (x2 - x1) * at / 20_001, y1 + (y2 - y1) * at / 20_001] for at in range(1, 20_001)]

    assert problems(densify) == ("边线共有约 21,030 个点，超过 20,000 个，地图会很慢。请先抽稀（容差 1～2 米即可）再上传。",)


def test_a_giant_is_not_opened() -> None:
    found = read_boundary(b'{"a":' + b"[1]," * 80_001, file="a", approval=APPROVAL, datum=WGS84)
    assert found.problems == ("边线共有约 80,001 个点，超过 20,000 个，地图会很慢。请先抽稀（容差 1～2 米即可）再上传。",)


def test_everything_is_told_at_once() -> None:
    given = plain(坐标系="")
    rename(3, 名称="甘泉新村")(given)
    ring(given, 4).pop()
    told = [one[:5] for one in read(given, "").problems]
    assert told == ["文件没有写", "没有审图号", "第 4 个", "第 5 个", "缺少 1 "]


def test_a_hole_filled_by_another_place_and_a_place_of_two_parts() -> None:
    given = plain()
    square = [[121.36, 31.23], [121.362, 31.23], [121.362, 31.232], [121.36, 31.232], [121.36, 31.23]]
    given["features"][8]["geometry"]["coordinates"].append(square)
    taopu = given["features"][9]["geometry"]
    given["features"][9]["geometry"] = {"type": "MultiPolygon", "coordinates": [taopu["coordinates"], [copy.deepcopy(square)]]}
    boundary = read(given).boundary
    assert boundary is not None
    assert boundary.place_of(121.361, 31.231) == "310107103"
    assert boundary.metres_outside("310107102", 121.361, 31.231) == pytest.approx(95, abs=3)


# -- areas -----------------------------------------------------------------------------------------------------------------


def test_areas_beside_the_published_ones() -> None:
    rows = {one.code: one for one in area_rows(shipped_boundary())}
    assert tuple(rows) == subdistrict_codes()
    changshou = rows["310107015"]
    assert (round(changshou.area, 2), changshou.published, changshou.source) == (4.04, 4.02, "普陀年鉴2016")
    assert changshou.difference == pytest.approx(0.0052, abs=5e-4)
    assert rows["310107103"].published is None
    assert rows["310107103"].difference is None
    assert sum(areas_km2(shipped_boundary()).values()) == pytest.approx(55.81, abs=0.02)
    assert all(one.area == one.ours for one in rows.values())


# -- releases --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One release: a project at the label point of 长风."""
    opened = new_database(tmp_path)
    publish_rows(opened, "rental_projects", [rental("P1", CHANGFENG, "一套房", "新建", "建设", 100)])
    yield opened
    opened.close()


def exchanged() -> bytes:
    """A file in which 长风 and 真如 have each other's name."""
    given = plain(SHANGHAI)
    for one in given["features"]:
        name = one["properties"]["街镇"]
        one["properties"]["街镇"] = {"长风新村街道": "真如镇街道", "真如镇街道": "长风新村街道"}.get(name, name)
    return as_bytes(given)


def put(database: Database, **changed: Any) -> int:
    asked = {"by": BUREAU, "data": exchanged(), "file": "界线.geojson", "approval": APPROVAL, "datum": SHANGHAI, "base_release": 1,
             "key": "k1", "note": REASON, **changed}
    return set_boundary(database, **asked)


def test_a_boundary_is_a_release_of_its_own(database: Database) -> None:
    assert put(database) == 2
    assert put(database) == 2, "a second click changes nothing"
    with database.reading() as connection:
        assert releases.head(connection) == 2
        assert boundary_at(connection, 1) is shipped_boundary()
        standing = boundary_at(connection, 2)
        assert (standing.approval, standing.file, standing.datum) == (APPROVAL, "界线.geojson", SHANGHAI)
        assert standing.place_of(121.38988, 31.22707) == ZHENRU
        entry = audit.entries(connection)[-1]
        detail = json.loads(entry.detail) if isinstance(entry.detail, str) else entry.detail
        assert (entry.action, entry.subject, entry.actor) == ("boundary", "release 2", BUREAU.id)
        assert detail["note"] == REASON
        assert get_blob(connection, detail["original"]) == exchanged(), "the file as it was sent is kept"


def test_each_release_shows_places_by_its_own_boundary(database: Database) -> None:
    put(database)
    states = [snapshot_at(database, number).frames["rental_projects"]["place_state"].to_list() for number in (1, 2)]
    assert states == [[DRAWN], [ELSEWHERE]]
    assert [snapshot_at(database, number).boundary.ours for number in (1, 2)] == [True, False]
    keys = {snapshot_at(database, number).content.key for number in (1, 2)}
    assert len(keys) == 2, "so that no screen shows the one for the other"


def test_figures_rest_on_no_boundary(database: Database) -> None:
    put(database)
    with database.reading() as connection:
        assert releases.values_at(connection, 2, "310107") == releases.values_at(connection, 1, "310107")
    assert publish_rows(database, "rental_projects", [rental("P1", CHANGFENG, "一套房", "新建", "建设", 120)], period="2024-10") == 3
    assert not snapshot_at(database, 3, "2024-10").boundary.ours, "what is published next goes on with it"


def test_intake_is_told_of_it(database: Database) -> None:
    assert with_thresholds(database, Expected()).boundary == ""
    put(database)
    told = with_thresholds(database, Expected(boundary="x")).boundary
    assert boundary_from_geojson(told).approval == APPROVAL


def test_the_way_back(database: Database) -> None:
    put(database)
    assert restore_boundary(database, by=BUREAU, base_release=2, key="k2", note="文件过期，先用示意边界。") == 3
    with database.reading() as connection:
        assert boundary_at(connection, 3) is shipped_boundary()
        assert not boundary_at(connection, 2).ours
    history = boundary_history(database, by=LEADER, upto=3)
    assert [(one.release.number, one.boundary.ours, one.release.note) for one in history] == [
        (3, True, "文件过期，先用示意边界。"), (2, False, REASON)
    ]
    assert [one.release.number for one in boundary_history(database, by=LEADER, upto=2)] == [2]
    assert boundary_history(database, by=LEADER, upto=1) == ()


def test_who_may(database: Database) -> None:
    for user in (LEADER, STREET):
        with pytest.raises(Forbidden):
            put(database, by=user)
        with pytest.raises(Forbidden):
            restore_boundary(database, by=user, base_release=1, key="k", note=REASON)
        with pytest.raises(Forbidden):
            check_boundary(by=user, data=b"", file="a", approval="", datum="")
    with database.reading() as connection:
        assert releases.head(connection) == 1


def test_what_is_refused(database: Database) -> None:
    def code(**changed: Any) -> str:
        with pytest.raises(Blocked) as refused:
            put(database, **changed)
        return refused.value.code

    assert code(note="") == "note"
    assert code(note="好") == "note"
    assert code(note="问王工13800000000要的文件") == "personal"
    assert code(data=b"{}") == "problems"
    assert code(data=b" " * (settings().max_upload_mb * 1024 * 1024 + 1)) == "size"
    assert code(base_release=9) == "moved"
    put(database)
    assert code(key="k2", base_release=2) == "same"
    assert code(key="k2", base_release=1) == "moved"
    with pytest.raises(Blocked) as refused:
        restore_boundary(database, by=BUREAU, base_release=1, key="k3", note=REASON)
    assert refused.value.code == "moved"


def test_ours_is_not_restored_where_it_stands(database: Database) -> None:
    with pytest.raises(Blocked) as refused:
        restore_boundary(database, by=BUREAU, base_release=1, key="k", note=REASON)
    assert refused.value.code == "same"


def test_before_anything_was_published(tmp_path: Path) -> None:
    empty = new_database(tmp_path)
    assert put(empty, base_release=0) == 1
    with empty.reading() as connection:
        assert releases.registry_csv_at(connection, 1) == shipped_registry().csv(), "the thresholds of the first release are written"
        assert registry_at(connection, 1).key == shipped_registry().key
    empty.close()


def test_many_problems_are_counted(database: Database) -> None:
    given = plain()
    for at in range(10):
        rename(at, 名称="某")(given)
    with pytest.raises(Blocked) as refused:
        put(database, data=as_bytes(given), datum="")
    assert refused.value.text.count("个要素的属性中没有") == 5
    assert "（另有 6 处）" in refused.value.text


# -- as a file, and drawn --------------------------------------------------------------------------------------------------


def test_download(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    put(database)
    monkeypatch.setattr("lib.actions.boundaries.open_database", lambda: database)
    ours, theirs = (json.loads(boundary_geojson(by=LEADER, release=number)) for number in ("1", "2"))
    assert ours["说明"] == "示意图 © OpenStreetMap contributors (ODbL)"
    assert (theirs["审图号"], theirs["坐标系"], theirs["原坐标系"]) == (APPROVAL, "WGS-84", "上海2000")
    assert [one["properties"]["name"] for one in theirs["features"]] == [unit_name(code) for code in subdistrict_codes()]
    with pytest.raises(Forbidden):
        boundary_geojson(by=None, release="2")
    for wrong in ("", "x", "3", "9" * 20):
        with pytest.raises(NotFound):
            boundary_geojson(by=LEADER, release=wrong)


def test_the_chart_lays_them_over_each_other() -> None:
    ours = shipped_boundary()
    alone = boundary_chart(ours, ours, title="底图", name="系统自带")
    assert [trace.name for trace in alone.data] == ["系统自带", "街镇"]
    assert [note.text for note in alone.layout.annotations] == ["示意图 © OpenStreetMap contributors (ODbL)"]
    theirs = read(plain()).boundary
    assert theirs is not None
    both = boundary_chart(theirs, ours, title="底图", name="区局文件", dark=True)
    assert [trace.name for trace in both.data] == ["系统自带", "区局文件", "街镇"]
    assert list(both.data[2].text)[2] == "长寿"
    assert [note.text for note in both.layout.annotations] == [f"审图号：{APPROVAL}；虚线 © OpenStreetMap contributors (ODbL)"]
