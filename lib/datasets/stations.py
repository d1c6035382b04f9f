"""The metro stations of the map window, from data/reference/geo/metro_stations.geojson (© OpenStreetMap contributors, ODbL).

Its one rule: WGS-84 degrees, as they stand in the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from lib.settings import REFERENCE


@dataclass(frozen=True, slots=True)
class MetroStation:
    """One station: its name without 站, its place, the numbers of its lines."""

    name: str
    lon: float
    lat: float
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """As people name it: 真如（11、14号线）."""
        return f"{self.name}（{'、'.join(self.lines)}号线）"


@lru_cache(maxsize=1)
def metro_stations() -> tuple[MetroStation, ...]:
    """All stations, in the order of the file; those of the districts around too, for they may be the nearest."""
    loaded = json.loads((REFERENCE / "geo" / "metro_stations.geojson").read_text(encoding="utf-8"))
    found = []
    for one in loaded["features"]:
        lon, lat = one["geometry"]["coordinates"]
        found.append(MetroStation(one["properties"]["name"], float(lon), float(lat), tuple(one["properties"]["lines"])))
    return tuple(found)
