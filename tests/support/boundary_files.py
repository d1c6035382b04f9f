"""Boundary files as the bureau might send them: our own outlines in any system, to be spoilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lib.datasets.boundaries import shipped_boundary
from lib.datasets.places import unit_name
from lib.spec.geodesy import WGS84, from_wgs84

APPROVAL = "沪S〔2026〕012号"
REASON = "市测绘院2026年10月提供，已送审。"
Plain = dict[str, Any]


def plain(datum: str = WGS84, **more: Any) -> Plain:
    """Our outlines as a file of the bureau would have them, in a system."""
    features = [
        {
            "type": "Feature",
            "properties": {"街镇": unit_name(one.code), "序号": at},
            "geometry": {"type": "Polygon", "coordinates": [[list(from_wgs84(datum, *pair)) for pair in one.polygons[0][0]]]},
        }
        for at, one in enumerate(shipped_boundary().outlines)
    ]
    return {"type": "FeatureCollection", "坐标系": datum, "features": features, **more}


def ring(given: Plain, at: int) -> list[list[float]]:
    """The outer line of a feature, to be spoilt."""
    found: list[list[float]] = given["features"][at]["geometry"]["coordinates"][0]
    return found


def as_bytes(given: Plain) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()


def rename(at: int, **properties: Any) -> Callable[[Plain], None]:
    return lambda given: given["features"][at].update(properties=properties)
