"""The shapes under the map, read once from data/reference/geo and handed out ready to draw.

Its one rule: every coordinate is WGS-84 longitude and latitude in degrees; distances here are good to a few per mille, for drawing only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lib.datasets.boundaries import Boundary, Outline, shipped_boundary
from lib.settings import REFERENCE

Point = list[float]
Path = list[Point]
Ring = Sequence[Sequence[float]]

ATTRIBUTION = "示意图 © OpenStreetMap contributors (ODbL)"
"""Must stand on every map that draws these shapes (data/reference/geo/README.md)."""

NEIGHBOUR_LABELS: tuple[tuple[str, float, float], ...] = (
    ("嘉定区", 121.3345, 31.2480),
    ("宝山区", 121.4020, 31.2920),
    ("静安区", 121.4385, 31.2840),
    ("长宁区", 121.4130, 31.2152),
)
"""Name and place of the districts around, chosen by eye for the fitted view."""

_KM_PER_DEGREE = 111.32


@dataclass(frozen=True, slots=True)
class Line:
    """One named line of the context: its paths, its colour where it has one of its own, its width in metres."""

    name: str
    paths: tuple[Path, ...]
    colour: str | None = None
    width_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Station:
    """One metro station with the numbers of its lines."""

    name: str
    place: Point
    lines: tuple[str, ...]


def _features(layer: str) -> list[dict[str, Any]]:
    loaded: dict[str, list[dict[str, Any]]] = json.loads(
        (REFERENCE / "geo" / f"{layer}.geojson").read_text(encoding="utf-8")
    )
    return loaded["features"]


def _parts(geometry: dict[str, Any]) -> list[Any]:
    """The coordinates of a simple or a multi geometry, always as a list of simple ones."""
    coordinates: list[Any] = geometry["coordinates"]
    return coordinates if geometry["type"].startswith("Multi") else [coordinates]


def areas(boundary: Boundary | None = None) -> tuple[Outline, ...]:
    """The ten 街镇 in the order of their codes: of a boundary, of ours when None."""
    return (boundary or shipped_boundary()).outlines


@lru_cache(maxsize=1)
def neighbour_borders() -> tuple[Path, ...]:
    """Borders of the districts around, without the straight edges of the map window they were clipped to."""
    rings = [ring for one in _features("neighbours") for rings in _parts(one["geometry"]) for ring in rings]
    west, east = min(p[0] for ring in rings for p in ring), max(p[0] for ring in rings for p in ring)
    south, north = min(p[1] for ring in rings for p in ring), max(p[1] for ring in rings for p in ring)

    def on_window(one: Point, other: Point) -> bool:
        return any(
            abs(one[axis] - edge) < 1e-6 and abs(other[axis] - edge) < 1e-6
            for axis, edge in ((0, west), (0, east), (1, south), (1, north))
        )

    paths: list[Path] = []
    for ring in rings:
        path: Path = [ring[0]]
        for before, after in pairwise(ring):
            if not on_window(before, after):
                path.append(after)
                continue
            paths.append(path)
            path = [after]
        paths.append(path)
    return tuple([[round(x, 4), round(y, 4)] for x, y in path] for path in paths if len(path) > 1)


def _lines(layer: str, colour: str = "", width: str = "") -> tuple[Line, ...]:
    return tuple(
        Line(
            one["properties"]["name"],
            tuple(_parts(one["geometry"])),
            one["properties"].get(colour),
            float(one["properties"].get(width, 0.0)),
        )
        for one in _features(layer)
    )


@lru_cache(maxsize=1)
def metro_lines() -> tuple[Line, ...]:
    """Metro lines, each with its official colour."""
    return _lines("metro_lines", colour="color")


@lru_cache(maxsize=1)
def expressways() -> tuple[Line, ...]:
    """Ring roads and elevated roads."""
    return _lines("expressways")


@lru_cache(maxsize=1)
def waterways() -> tuple[Line, ...]:
    """Rivers as centre lines with their usual width in metres."""
    return _lines("waterways", width="nominal_width_m")


@lru_cache(maxsize=1)
def stations() -> tuple[Station, ...]:
    """Metro stations of the map window."""
    return tuple(
        Station(one["properties"]["name"], one["geometry"]["coordinates"], tuple(one["properties"]["lines"]))
        for one in _features("metro_stations")
    )


@lru_cache(maxsize=1)
def bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of the ten 街镇 in degrees."""
    points = [point for area in areas() for rings in area.polygons for ring in rings for point in ring]
    return (
        min(point[0] for point in points),
        min(point[1] for point in points),
        max(point[0] for point in points),
        max(point[1] for point in points),
    )


def stretch() -> float:
    """How many times longer a degree of latitude is than one of longitude here."""
    _, south, _, north = bounds()
    return 1 / math.cos(math.radians((south + north) / 2))


CONTEXT_LABELS: tuple[tuple[str, str, float, float], ...] = (
    ("waterways", "苏州河", 121.3985, 31.2198),
    ("expressways", "中环路", 121.3690, 31.2585),
    ("expressways", "外环高速", 121.3462, 31.2560),
    ("expressways", "内环高架路", 121.4262, 31.2247),
)
"""Layer, name and place of the river and the ring roads, chosen by eye beside their lines."""


def south_edge() -> float:
    """The latitude at the foot of the fitted map: a strip below the district that holds the attribution."""
    return bounds()[1] - 0.0085


def fitted(width: int, height: int, padding: int = 12) -> tuple[float, float, float]:
    """Longitude, latitude and zoom (of a 512-pixel world) at which the district fills a map of so many pixels."""
    west, _, east, north = bounds()
    south = south_edge()

    def mercator(latitude: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)

    across = (east - west) / 360
    upward = mercator(north) - mercator(south)
    scale = min(max(width - 2 * padding, 50) / across, max(height - 2 * padding, 50) / upward)
    return (west + east) / 2, (south + north) / 2, math.log2(scale / 512)


def hatch(area: Outline, spacing_km: float = 0.28) -> list[Path]:
    """Diagonal strokes that fill a 街镇, for 'no value here'; each path has two points."""
    kx, ky = _KM_PER_DEGREE / stretch(), _KM_PER_DEGREE
    strokes: list[Path] = []
    for rings in area.polygons:
        turned = [[((x * kx + y * ky), (y * ky - x * kx)) for x, y in ring] for ring in rings]
        levels = [v for ring in turned for _, v in ring]
        level = math.ceil(min(levels) / spacing_km) * spacing_km
        while level < max(levels):
            crossings = sorted(
                u1 + (level - v1) * (u2 - u1) / (v2 - v1)
                for ring in turned
                for (u1, v1), (u2, v2) in pairwise(ring)
                if (v1 <= level) != (v2 <= level)
            )
            for start, end in zip(crossings[::2], crossings[1::2], strict=False):
                strokes.append(
                    [[round((u - level) / 2 / kx, 5), round((u + level) / 2 / ky, 5)] for u in (start, end)]
                )
            level += spacing_km
    return strokes
