"""The outlines of the ten 街镇: ours, or those of a file that the bureau has set in their place.

Its one rule: a boundary is a value in WGS-84; which one a release shows stands in the store, never here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from lib.datasets.places import unit_name
from lib.settings import REFERENCE
from lib.spec.geodesy import inside, metres_to_line

BORDER_METRES = 50
"""A point so near outside its 街镇 is not told: outlines and geocoded points are no better than that (decision 10)."""
OSM = "© OpenStreetMap contributors (ODbL)"

Polygon = tuple[tuple[tuple[float, float], ...], ...]
"""An outer ring and its holes; each closed, of (longitude, latitude)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One 街镇: its code, its polygons and the point for its label."""

    code: str
    polygons: tuple[Polygon, ...]
    label: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Boundary:
    """The ten outlines in the order of their codes; two are compared by `key`. approval: the 审图号 of a bureau file, empty for ours.
    file, datum: its name and the system in which it was written.
    """

    outlines: tuple[Outline, ...]
    approval: str = ""
    file: str = ""
    datum: str = "WGS-84"

    @property
    def ours(self) -> bool:
        """Whether these are the outlines that came with the programme."""
        return not self.approval

    @property
    def attribution(self) -> str:
        """The words that must stand on every map that draws it; all other layers are of OpenStreetMap in any case."""
        return f"示意图 {OSM}" if self.ours else f"审图号：{self.approval}；其余图层 {OSM}"

    @cached_property
    def of(self) -> Mapping[str, Outline]:
        """Outlines by code."""
        return {one.code: one for one in self.outlines}

    @cached_property
    def key(self) -> str:
        """Identity, short enough for a cache."""
        return hashlib.sha256(self.geojson().encode()).hexdigest()[:16]

    def metres_outside(self, code: str, lon: float, lat: float) -> float:
        """Metres from a 街镇 to a point outside of it, 0 for one inside; 0 too for a code that it has no outline of."""
        polygons = self.of[code].polygons if code in self.of else ()
        if not polygons or any(inside(rings, lon, lat) for rings in polygons):
            return 0.0
        return min(metres_to_line(rings, lon, lat) for rings in polygons)

    def place_of(self, lon: float, lat: float) -> str:
        """The code of the 街镇 that a point lies in, empty for none of them."""
        return next((one.code for one in self.outlines if any(inside(rings, lon, lat) for rings in one.polygons)), "")

    def geojson(self) -> str:
        """As text: an RFC 7946 feature collection, with 审图号, file and datum of origin as members of its own; it can be read by
        `lib.rules.boundary_file` again.
        """
        features = [
            {
                "type": "Feature",
                "properties": {"code": one.code, "name": unit_name(one.code), "label": list(one.label)},
                "geometry": {"type": "MultiPolygon", "coordinates": one.polygons},
            }
            for one in self.outlines
        ]
        plain: dict[str, Any] = {"type": "FeatureCollection", "审图号": self.approval, "原文件": self.file, "原坐标系": self.datum}
        plain |= {"坐标系": "WGS-84", "说明": self.attribution, "features": features}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def boundary_from_geojson(text: str) -> Boundary:
    """The boundary that `Boundary.geojson` wrote, or our own file. Raises ValueError or KeyError for any other text."""
    plain = json.loads(text)
    outlines = tuple(sorted((_outline(one) for one in plain["features"]), key=lambda one: one.code))
    return Boundary(outlines, plain.get("审图号", ""), plain.get("原文件", ""), plain.get("原坐标系", "WGS-84"))


def _outline(feature: dict[str, Any]) -> Outline:
    geometry, about = feature["geometry"], feature["properties"]
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    polygons = tuple(tuple(tuple((float(x), float(y)) for x, y in ring) for ring in rings) for rings in parts)
    return Outline(about["code"], polygons, (float(about["label"][0]), float(about["label"][1])))


@cache
def shipped_boundary() -> Boundary:
    """Our own outlines, from OpenStreetMap (data/reference/geo/README.md)."""
    return boundary_from_geojson((REFERENCE / "geo" / "subdistricts.geojson").read_text(encoding="utf-8"))
