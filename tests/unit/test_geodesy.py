"""Conversions against published values, and ground distances against geodesics."""

from __future__ import annotations

import pytest
from pyproj import Geod

from lib.spec import geodesy
from lib.spec.geodesy import (
    BD09,
    DATUMS,
    GCJ02,
    SHANGHAI,
    WGS84,
    bd09_from_gcj02,
    from_wgs84,
    gcj02_from_wgs84,
    inside,
    metres_apart,
    metres_to_line,
    plausible,
    shanghai_from_wgs84,
    shanghai_plane,
    to_wgs84,
)

ORIGIN = (121 + 28 / 60 + 1 / 3600, 31 + 14 / 60 + 7 / 3600)
MERIDIAN = 121 + 27 / 60 + 52 / 3600
SQUARE = ((121.40, 31.24), (121.42, 31.24), (121.42, 31.26), (121.40, 31.26), (121.40, 31.24))
HOLE = ((121.405, 31.245), (121.415, 31.245), (121.415, 31.255), (121.405, 31.255), (121.405, 31.245))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # the test data of eviltransform, and of coordtransform
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_gcj02_as_published(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert gcj02_from_wgs84(*wgs84) == pytest.approx(gcj02, abs=1e-10)
    assert to_wgs84(GCJ02, *gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_bd09_as_published() -> None:
    assert bd09_from_gcj02(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-10)
    assert geodesy.gcj02_from_bd09(116.41036949371029, 39.92133699351021) == pytest.approx((116.404, 39.915), abs=1e-9)


def test_how_far_the_systems_lie_apart_in_the_district() -> None:
    """A point of 真如: read in the wrong system it lies 500 to 1,100 m away."""
    here = (121.4, 31.255)
    assert metres_apart(here, gcj02_from_wgs84(*here)) == pytest.approx(487, abs=3)
    assert metres_apart(here, from_wgs84(BD09, *here)) == pytest.approx(1150, abs=30)


def test_the_plane_as_announced() -> None:
    assert shanghai_from_wgs84(*ORIGIN) == pytest.approx((0, 0), abs=1e-5)
    east, north = shanghai_from_wgs84(MERIDIAN, ORIGIN[1])
    assert east == pytest.approx(-238.173, abs=0.001)
    assert north == pytest.approx(-0.003, abs=0.001), "a parallel curves away from the pole"
    assert shanghai_from_wgs84(MERIDIAN, 31.3)[0] == pytest.approx(east, abs=1e-6), "the central meridian is a straight line"
    assert to_wgs84(SHANGHAI, 0, 0) == pytest.approx(ORIGIN, abs=1e-9)


@pytest.mark.parametrize("there", [(121.34, 31.29), (121.38, 31.22), (121.45, 31.26)])
def test_lengths_on_the_plane_are_those_on_the_ground(there: tuple[float, float]) -> None:
    """2.6 millionths more for its height, and what a Gauss-Krüger strip adds 12 km from its middle."""
    here = (121.41, 31.25)
    (x1, y1), (x2, y2) = shanghai_from_wgs84(*here), shanghai_from_wgs84(*there)
    true = Geod(ellps="GRS80").inv(*here, *there)[2]
    assert ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 == pytest.approx(true, rel=5e-6)


def test_the_plane_takes_whole_arrays() -> None:
    east, north = shanghai_plane().transform([121.4, 121.45], [31.25, 31.26])
    assert list(zip(east, north, strict=True)) == [shanghai_from_wgs84(121.4, 31.25), shanghai_from_wgs84(121.45, 31.26)]


@pytest.mark.parametrize("there", [(121.401, 31.25), (121.4, 31.2501), (121.34, 31.29), (121.45, 31.23), (121.5, 31.3)])
def test_metres_apart_are_geodesic_ones(there: tuple[float, float]) -> None:
    here = (121.4, 31.25)
    assert metres_apart(here, there) == pytest.approx(Geod(ellps="WGS84").inv(*here, *there)[2], rel=1e-3)
    assert metres_apart(here, here) == 0


def test_inside_a_polygon_with_a_hole() -> None:
    assert inside([SQUARE], 121.41, 31.25)
    assert not inside([SQUARE, HOLE], 121.41, 31.25)
    assert inside([SQUARE, HOLE], 121.403, 31.25)
    assert not inside([SQUARE], 121.43, 31.25)
    assert not inside([], 121.41, 31.25)


def test_metres_to_a_line() -> None:
    north = metres_apart((121.41, 31.26), (121.41, 31.261))
    assert metres_to_line([SQUARE], 121.41, 31.261) == pytest.approx(north, rel=1e-6), "to the middle of an edge"
    corner = metres_apart((121.42, 31.26), (121.421, 31.261))
    assert metres_to_line([SQUARE], 121.421, 31.261) == pytest.approx(corner, rel=1e-4), "to a corner"
    assert metres_to_line([SQUARE, HOLE], 121.41, 31.2549) == pytest.approx(metres_apart((0, 31.2549), (0, 31.255)), rel=1e-6)
    point = ((121.41, 31.25), (121.41, 31.25))
    assert metres_to_line([point], 121.41, 31.26) == pytest.approx(metres_apart((0, 31.25), (0, 31.26))), "a line of no length"


@pytest.mark.parametrize(
    ("datum", "first", "second", "may_be"),
    [
        (WGS84, 121.4, 31.25, True),
        (BD09, 121.4, 31.25, True),
        (WGS84, 31.25, 121.4, False),
        (WGS84, -6376.8, 1634.1, False),
        (GCJ02, 116.4, 39.9, False),
        (SHANGHAI, -6376.8, 1634.1, True),
        (SHANGHAI, 121.4, 31.25, False),  # degrees: read as metres they would lie in the middle of the city
        (SHANGHAI, 31.25, 121.4, False),
        (SHANGHAI, 500_000, 3_457_000, False),
        (WGS84, float("nan"), 31.25, False),
    ],
)
def test_what_may_be_a_pair_of_shanghai(datum: str, first: float, second: float, may_be: bool) -> None:
    assert plausible(datum, first, second) is may_be


def test_systems_by_name() -> None:
    assert DATUMS == ("WGS-84", "GCJ-02", "BD-09", "上海2000")
    with pytest.raises(KeyError):
        to_wgs84("北京54", 121.4, 31.25)
