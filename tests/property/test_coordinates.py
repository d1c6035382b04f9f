"""Coordinates survive every way from system to system, and are read as they were written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.boundaries import shipped_boundary
from lib.datasets.places import subdistrict_codes
from lib.ingest.cells import read_cell
from lib.ingest.checks import Columns
from lib.ingest.coordinates import find_places
from lib.settings import REFERENCE
from lib.spec.geodesy import (
    BD09,
    DATUMS,
    SHANGHAI,
    WINDOW,
    bd09_from_gcj02,
    from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    metres_apart,
    to_wgs84,
    wgs84_from_gcj02,
)

FEATURES: list[dict[str, Any]] = json.loads((REFERENCE / "geo" / "metro_stations.geojson").read_text(encoding="utf-8"))["features"]
STATIONS = {
    one["properties"]["name"]: tuple(one["geometry"]["coordinates"]) for one in FEATURES if one["properties"].get("subdistrict")
}
WEST, SOUTH, EAST, NORTH = WINDOW
POINTS = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
LON = DATASETS["compounds"].by_name["lon"]


def round_trip(lon: float, lat: float) -> tuple[float, float]:
    """WGS-84 → GCJ-02 → BD-09 → WGS-84."""
    gcj02 = gcj02_from_wgs84(lon, lat)
    return wgs84_from_gcj02(*gcj02_from_bd09(*bd09_from_gcj02(*gcj02)))


def test_the_27_stations_inside_putuo() -> None:
    assert len(STATIONS) == 27


@pytest.mark.parametrize("name", STATIONS)
def test_stations_survive_the_way_round(name: str) -> None:
    back = round_trip(*STATIONS[name])
    assert metres_apart(STATIONS[name], back) < 1
    assert back == pytest.approx(STATIONS[name], abs=1e-9)


@given(POINTS)
def test_any_point_survives_the_way_round(point: tuple[float, float]) -> None:
    assert round_trip(*point) == pytest.approx(point, abs=1e-9)


@given(POINTS, st.sampled_from(DATUMS))
def test_any_point_survives_each_system(point: tuple[float, float], datum: str) -> None:
    assert to_wgs84(datum, *from_wgs84(datum, *point)) == pytest.approx(point, abs=1e-9)


@given(POINTS)
def test_systems_are_not_mistaken_for_each_other(point: tuple[float, float]) -> None:
    """They lie so far apart that a wrong one is always seen: 300 m to 1.6 km in Shanghai."""
    assert 300 < metres_apart(point, gcj02_from_wgs84(*point)) < 700
    assert 700 < metres_apart(point, from_wgs84(BD09, *point)) < 1600


@given(
    st.integers(120, 122), st.integers(0, 59), st.integers(0, 5999),
    st.sampled_from(["{}°{}′{}″", "{}°{}'{}\"", "{}度{}分{}秒", "东经{}°{}′{}″", "{}-{}-{}", "{}.{}.{}", "{}：{}：{}", "E {}°{}′{}″"]),
)
def test_degrees_with_minutes_and_seconds(degrees: int, minutes: int, hundredths: int, form: str) -> None:
    text = form.format(degrees, minutes, f"{hundredths / 100:.2f}")
    reading = read_cell(LON, text)
    assert reading.value == pytest.approx(degrees + minutes / 60 + hundredths / 360_000, abs=1e-8)
    assert [code for code, _ in reading.problems] in (["D01"], ["D02"])


@given(st.text(alphabet="0123456789.,°′″'\"-: 东经北纬度分秒EN", max_size=20))
def test_nothing_written_breaks_the_reader(text: str) -> None:
    reading = read_cell(LON, text)
    assert reading.value is None or isinstance(reading.value, float)


@given(st.sampled_from(subdistrict_codes()), st.sampled_from(DATUMS))
def test_a_point_in_its_place_is_told_in_no_system(code: str, datum: str) -> None:
    lon, lat = shipped_boundary().of[code].label
    x, y = from_wgs84(datum, lon, lat)
    decimals = 2 if datum == SHANGHAI else 7
    values = {"lon": [round(x, decimals)], "lat": [round(y, decimals)], "datum": [datum], "subdistrict": [code]}
    columns = Columns(DATASETS["site_candidates"], lambda _at: "表", values, lambda name, _at: name, "A1")
    found = find_places(columns, shipped_boundary(), lambda _name, _at: False)
    assert found.findings == []
    (pair,) = found.pairs
    assert pair is not None
    assert metres_apart(pair, (lon, lat)) < 0.1
