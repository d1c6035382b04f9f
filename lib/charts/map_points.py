"""Projects as points: their shape by tier, their fill by status, their area by beds or by homes.

Its one rule: beds and homes are measured on two scales that never meet; a shape says which of them is meant. The pictures are
drawn here once as SVG and are the same on the map, in its legend and on paper.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pydeck as pdk

from lib.charts.figure import safe
from lib.charts.label_places import Disc
from lib.charts.palette import SUPPLY, ground
from lib.datasets.places import unit_name

BED_TIER = "一张床"
SHAPES: dict[str, str] = {BED_TIER: "circle", "一间房": "diamond", "一套房": "square"}
"""Tier → the shape of its point; the names are Plotly's too."""
SHAPE_WORDS: dict[str, str] = {"circle": "圆形", "diamond": "菱形", "square": "方形"}
UNITS: dict[str, str] = {tier: "张" if tier == BED_TIER else "套(间)" for tier in SHAPES}
"""Tier → the unit that its size is counted in."""

LARGEST_RADIUS = 20.0
SMALLEST_RADIUS = 5.0
"""Radius in pixels of a circle, and of the circle that a square or diamond is as large as."""
ROOMY = 60
"""So many points have room at their full size; of more each is smaller."""
CELL = 96
"""Pixels of one picture in the atlas; the circle in it has the radius `_IN_CELL`."""
_IN_CELL = 32.0
_NICE = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class SizeScale:
    """How large a point is. full: the size that has the largest radius; 0 where nothing is counted. crowd: all radii are this part of
    their full ones, where there are many points.
    """

    unit: str
    full: float
    crowd: float = 1.0

    def radius(self, size: float) -> float:
        """Pixels; the area grows with the size. The least one without a size."""
        if not size > 0 or not self.full:
            return SMALLEST_RADIUS * self.crowd
        return max(SMALLEST_RADIUS, LARGEST_RADIUS * math.sqrt(size / self.full)) * self.crowd

    @property
    def examples(self) -> tuple[float, ...]:
        """Sizes to be shown in a legend, small to large."""
        return (self.full / 10, self.full / 2, self.full) if self.full else ()


def size_scales(points: pd.DataFrame) -> dict[str, SizeScale]:
    """Unit (张, 套(间)) → its scale, for the units that occur (columns tier, size); each by its own largest, rounded up."""
    units = points["tier"].map(UNITS)
    crowd = min(1.0, max(0.4, math.sqrt(ROOMY / max(len(points), 1))))
    return {
        unit: SizeScale(unit, _rounded_up(points["size"][units == unit].max()), crowd)
        for unit in dict.fromkeys(UNITS.values())
        if (units == unit).any()
    }


def _rounded_up(largest: float) -> float:
    if not largest > 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(part * power for part in _NICE if part * power >= largest)


def discs(points: pd.DataFrame, scaled: float) -> list[Disc]:
    """Longitude, latitude and radius in pixels of every project that has coordinates, in the order of the frame."""
    scales = size_scales(points)
    placed = points[points["lon"].notna() & points["lat"].notna()]
    return [
        (float(lon), float(lat), round(scaled * scales[UNITS[tier]].radius(size), 1))
        for lon, lat, tier, size in zip(placed["lon"], placed["lat"], placed["tier"], placed["size"], strict=True)
    ]


def icon_name(tier: str, status: str, chosen: bool = False) -> str:
    """The picture of a point in the atlas."""
    return f"{SHAPES[tier]}-{status}{'-chosen' if chosen else ''}"


def icon_cells() -> dict[str, tuple[int, int]]:
    """Name of each picture → its left and top edge in the atlas."""
    return {icon_name(tier, status, chosen): (CELL * (column + 3 * chosen), CELL * row)
            for row, tier in enumerate(SHAPES) for column, status in enumerate(SUPPLY) for chosen in (False, True)}


def shape_svg(shape: str, x: float, y: float, radius: float, *, fill: str, line: str, width: float) -> str:
    """A point as an SVG element: a circle, or a square or diamond of the same area."""
    if shape == "circle":
        drawn = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"'
    else:
        half = radius * math.sqrt(math.pi) / 2
        turned = f' transform="rotate(45 {x:g} {y:g})"' if shape == "diamond" else ""
        drawn = f'<rect x="{x - half:.6g}" y="{y - half:.6g}" width="{2 * half:.6g}" height="{2 * half:.6g}"{turned}'
    return f'{drawn} fill="{fill}" stroke="{line}" stroke-width="{width:g}"/>'


def icon_atlas(dark: bool = False) -> str:
    """All pictures of points as one SVG, as the map loads it."""
    parts = []
    for tier, shape in SHAPES.items():
        for status, supply in SUPPLY.items():
            for chosen in (False, True):
                left, top = icon_cells()[icon_name(tier, status, chosen)]
                x, y, fill = left + CELL / 2, top + CELL / 2, supply.fill(dark)
                line, width = (ground(dark).selected, 9.0) if chosen else (supply.line(dark), 4.5)
                parts.append(shape_svg(shape, x, y, _IN_CELL, fill=fill, line=ground(dark).halo, width=width + 8))
                parts.append(shape_svg(shape, x, y, _IN_CELL, fill=fill, line=line, width=width))
    across, down = CELL * 6, CELL * 3
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {across} {down}">'
            f'{"".join(parts)}</svg>')


def tips(row: Mapping[Any, Any]) -> tuple[str, str, str]:
    """What is told of a project under the pointer: its name; tier and size; 街镇, status and stage."""
    supply = SUPPLY[str(row["status"])]
    return (
        safe(row["project_name"]),
        safe(f"{row['tier']} · {row['size_text']}"),
        safe(f"{unit_name(str(row['subdistrict']), short=True)} · {supply.word} · {row['stage']}"),
    )


def projects(points: pd.DataFrame, selected: frozenset[str], scaled: float, atlas: str) -> list[pdk.Layer]:
    """Projects as a layer (pickable), the largest below, and the chosen ones once more on top, ringed. The order of the first does not
    follow what is chosen: the browser keeps what was picked by its place. atlas: the address of `icon_atlas`.
    """
    rows = points[points["lon"].notna() & points["lat"].notna()].to_dict("records")
    drawn = sorted(zip(rows, discs(points, scaled), strict=True), key=lambda pair: (-pair[1][2], str(pair[0]["project_id"])))
    chosen = [pair for pair in drawn if pair[0]["project_id"] in selected]
    return [_icons("projects", drawn, False, atlas), *([_icons("chosen-project", chosen, True, atlas)] if chosen else [])]


def _icons(identity: str, drawn: list[tuple[Any, Any]], ringed: bool, atlas: str) -> pdk.Layer:
    features = []
    for row, (lon, lat, radius) in drawn:
        name, first, second = tips(row)
        features.append({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
            "properties": {
                "project_id": str(row["project_id"]),
                "icon": icon_name(row["tier"], row["status"], ringed),
                "size": round(radius * CELL / _IN_CELL, 1),
                "tip_name": name,
                "tip_first": first,
                "tip_second": second,
            },
        })
    return pdk.Layer(
        "GeoJsonLayer",
        features,
        id=identity,
        pickable=not ringed,
        point_type=pdk.types.String("icon"),
        icon_atlas=pdk.types.String(atlas),
        icon_mapping={name: {"x": x, "y": y, "width": CELL, "height": CELL} for name, (x, y) in icon_cells().items()},
        get_icon="properties.icon",
        get_icon_size="properties.size",
        icon_size_units=pdk.types.String("pixels"),
    )
