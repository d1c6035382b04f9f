"""What of the map never changes, as texts that our own server gives and the browser keeps: a click then sends little and redraws little.

Its one rule: shapes and names of OpenStreetMap only (ODbL), nothing of the bureau's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from lib.charts import geography
from lib.charts.palette import rgba

FOLDER = "/assets/map/"
WIDE_RIVER = 40.0
"""Metres from which a river is drawn with banks."""


@cache
def map_file(name: str) -> str:
    """A GeoJSON text by its name in `MAP_FILES`."""
    return json.dumps({"type": "FeatureCollection", "features": MAP_FILES[name]()}, ensure_ascii=False, separators=(",", ":"))


def address(name: str) -> str:
    """Where the server gives it."""
    return f"{FOLDER}{name}.geojson"


def _line(path: geography.Path, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": path}}


def _rivers(wide: bool) -> list[dict[str, Any]]:
    return [_line(path) for one in geography.waterways() if (one.width_m > WIDE_RIVER) == wide for path in one.paths]


def _lines(paths: Iterable[geography.Path]) -> list[dict[str, Any]]:
    return [_line(path) for path in paths]


def _metro() -> list[dict[str, Any]]:
    return [_line(path, colour=rgba(one.colour or "#808080", 200)) for one in geography.metro_lines() for path in one.paths]


def _stations() -> list[dict[str, Any]]:
    """text: the name beside it; tip_…: what is told under the pointer."""
    return [
        {
            "type": "Feature",
            "properties": {
                "text": one.name, "tip_name": f"{one.name}站", "tip_first": f"轨道交通{'、'.join(one.lines)}号线", "tip_second": "",
            },
            "geometry": {"type": "Point", "coordinates": one.place},
        }
        for one in geography.stations()
    ]


MAP_FILES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "neighbours": lambda: _lines(geography.neighbour_borders()),
    "expressways": lambda: _lines(path for one in geography.expressways() for path in one.paths),
    "rivers-wide": lambda: _rivers(wide=True),
    "rivers-narrow": lambda: _rivers(wide=False),
    "metro": _metro,
    "stations": _stations,
}
"""Name → its features."""
