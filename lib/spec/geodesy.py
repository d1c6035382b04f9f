"""Coordinates: between the four systems in which offices write them, and on the ground in metres.

Its one rule: pure functions of numbers; every system is turned into WGS-84 by a published formula, and back. CGCS2000 differs from
WGS-84 by centimetres and counts as equal here (docs/decisions/0010-coordinates.md says how exact each way is).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84, GCJ02, BD09, SHANGHAI = "WGS-84", "GCJ-02", "BD-09", "上海2000"
DATUMS = (WGS84, GCJ02, BD09, SHANGHAI)
Pair = tuple[float, float]
"""(longitude, latitude) in degrees; on the plane (east, north) in metres."""
Ring = Sequence[Sequence[float]]
"""A closed line of (longitude, latitude)."""

WINDOW = (120.85, 30.65, 122.25, 31.9)
"""West, south, east, north of Shanghai in degrees: no point of a form lies outside."""
PLANE_WINDOW = (-60_000.0, -66_000.0, 76_000.0, 75_000.0)
"""The same on the plane, in metres."""
_KRASOVSKY = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = math.pi * 3000.0 / 180.0
_CLOSE = 1e-11
_METRES_NORTH = 110_868.0
"""Of one degree of latitude at 31.25° (WGS-84)."""
_METRES_EAST = 111_413.0
"""Of one degree of longitude, times the cosine of the latitude, there."""


def gcj02_from_wgs84(lon: float, lat: float) -> Pair:
    """GCJ-02 as the published re-computations have it (github.com/googollee/eviltransform): the offset is a sum of sines over the
    distance from 105° E 35° N, turned into degrees on the Krasovsky ellipsoid.
    """
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = math.radians(lat)
    share = 1.0 - _ECCENTRICITY * math.sin(radians) ** 2
    meridian = _KRASOVSKY * (1.0 - _ECCENTRICITY) / (share * math.sqrt(share))
    across = _KRASOVSKY / math.sqrt(share) * math.cos(radians)
    return lon + math.degrees(east / across), lat + math.degrees(north / meridian)


def bd09_from_gcj02(lon: float, lat: float) -> Pair:
    """BD-09 from GCJ-02, by the formula that Baidu's converters share (same source)."""
    length = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BAIDU)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BAIDU)
    return length * math.cos(angle) + 0.0065, length * math.sin(angle) + 0.006


def wgs84_from_gcj02(lon: float, lat: float) -> Pair:
    """The WGS-84 pair whose GCJ-02 this is, to 1e-9°."""
    return _inverse(gcj02_from_wgs84, lon, lat)


def gcj02_from_bd09(lon: float, lat: float) -> Pair:
    """The GCJ-02 pair whose BD-09 this is, to 1e-9°."""
    return _inverse(bd09_from_gcj02, lon, lat)


def shanghai_from_wgs84(lon: float, lat: float) -> Pair:
    """(east, north) in metres of 上海2000."""
    east, north = shanghai_plane().transform(lon, lat)
    return float(east), float(north)


def wgs84_from_shanghai(east: float, north: float) -> Pair:
    """The WGS-84 pair of (east, north) in metres of 上海2000."""
    lon, lat = shanghai_plane().transform(east, north, direction="INVERSE")
    return float(lon), float(lat)


@cache
def shanghai_plane() -> Transformer:
    """The plane 上海2000, for whole arrays too, as its announcement prints it (上海市规划和自然资源局, in force 2021-01-01):
    Gauss-Krüger on the ellipsoid of CGCS2000, central meridian 121°27′52″, origin 121°28′01″ E 31°14′07″ N, plane 16.32 m above it.
    """
    from pyproj import Transformer  # a tenth of a second, for the few files that need it

    scale = 1.0 + 16.32 / 6378137.0
    projection = f"+proj=tmerc +lat_0=0 +lon_0={121 + 27 / 60 + 52 / 3600:.12f} +k_0={scale:.12f} +ellps=GRS80"
    geographic = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step "
    east, north = Transformer.from_pipeline(geographic + projection).transform(121 + 28 / 60 + 1 / 3600, 31 + 14 / 60 + 7 / 3600)
    return Transformer.from_pipeline(f"{geographic}{projection} +x_0={-east:.6f} +y_0={-north:.6f}")


def to_wgs84(datum: str, first: float, second: float) -> Pair:
    """The WGS-84 pair of one in another system. first, second: longitude and latitude, or east and north of the plane. Raises KeyError
    for a system that is not one of `DATUMS`.
    """
    return _TO_WGS84[datum](first, second)


def from_wgs84(datum: str, lon: float, lat: float) -> Pair:
    """The other way round; KeyError likewise."""
    return _FROM_WGS84[datum](lon, lat)


def plausible(datum: str, first: float, second: float) -> bool:
    """Whether a pair may be one of Shanghai in its system; nothing and infinity are not. On the plane, what reads as degrees is not
    either: so near its origin lies the middle of a square of the city.
    """
    if datum == SHANGHAI and (plausible(WGS84, first, second) or plausible(WGS84, second, first)):
        return False
    west, south, east, north = PLANE_WINDOW if datum == SHANGHAI else WINDOW
    return west <= first <= east and south <= second <= north


def _same(lon: float, lat: float) -> Pair:
    return lon, lat


def _wgs84_from_bd09(lon: float, lat: float) -> Pair:
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def _bd09_from_wgs84(lon: float, lat: float) -> Pair:
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def _inverse(forth: Callable[[float, float], Pair], lon: float, lat: float) -> Pair:
    """The pair that `forth` turns into this one; each step takes off what the last one missed by."""
    x, y = lon, lat
    for _ in range(30):
        reached = forth(x, y)
        off = lon - reached[0], lat - reached[1]
        x, y = x + off[0], y + off[1]
        if max(abs(off[0]), abs(off[1])) < _CLOSE:
            break
    return x, y


_TO_WGS84: dict[str, Callable[[float, float], Pair]] = {
    WGS84: _same, GCJ02: wgs84_from_gcj02, BD09: _wgs84_from_bd09, SHANGHAI: wgs84_from_shanghai,
}
_FROM_WGS84: dict[str, Callable[[float, float], Pair]] = {
    WGS84: _same, GCJ02: gcj02_from_wgs84, BD09: _bd09_from_wgs84, SHANGHAI: shanghai_from_wgs84,
}


def metres_apart(one: Sequence[float], other: Sequence[float]) -> float:
    """Metres between two WGS-84 points of the district, straight: within 0.1 % of the geodesic up to 30 km."""
    east = (other[0] - one[0]) * _METRES_EAST * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, (other[1] - one[1]) * _METRES_NORTH)


def inside(rings: Iterable[Ring], lon: float, lat: float) -> bool:
    """Whether a point lies in a polygon: its outer ring and its holes, in any order (even-odd rule)."""
    found = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                found = not found
    return found


def metres_to_line(rings: Iterable[Ring], lon: float, lat: float) -> float:
    """Metres from a point to the nearest border of a polygon, whether it lies in it or not."""
    kx, ky = _METRES_EAST * math.cos(math.radians(lat)), _METRES_NORTH
    nearest = math.inf
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            ax, ay, bx, by = (x1 - lon) * kx, (y1 - lat) * ky, (x2 - x1) * kx, (y2 - y1) * ky
            length = bx * bx + by * by
            along = min(max(-(ax * bx + ay * by) / length, 0.0), 1.0) if length else 0.0
            nearest = min(nearest, math.hypot(ax + along * bx, ay + along * by))
    return nearest
