"""Where the name and figure of each 街镇 stand, so that they cover no project's point and no other label.

Its one rule: a label stays near the point the geo file gives it, and inside its 街镇 wherever it fits; the search is
small, fixed and has no chance in it, so the same points give the same places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.charts import geography
from lib.charts.geography import Area, Point

Disc = tuple[float, float, float]
"""A point on the map: longitude, latitude, radius in pixels."""

HALF_HEIGHT = 19.0
"""Half the height of a label of two lines in pixels, at full size."""
_STEPS = (0.0, 7.0, -7.0, 14.0, -14.0, 21.0, -21.0, 28.0, -28.0, 36.0, -36.0)
_MARGIN = 9.0
"""Pixels that `geography.fitted` leaves free at the sides, less a little air."""
_OUTSIDE, _ON_POINT, _ON_LABEL, _OFF_MAP = 30.0, 6.0, 8.0, 20.0


def label_places(
    half_widths: Mapping[str, float], discs: Sequence[Disc], zoom: float, scaled: float
) -> dict[str, Point]:
    """Code → longitude and latitude of the middle of its label.

    half_widths: half the width of each label in pixels. zoom: of the map, 512-pixel world; scaled: size of type, 1 = full.
    """
    across = 512 * 2**zoom / 360
    upward = across * geography.stretch()
    circles = [(lon * across, lat * upward, radius) for lon, lat, radius in discs]
    west, _, east, _ = (degrees * across for degrees in geography.bounds())
    west, east = west - _MARGIN, east + _MARGIN
    taken: list[_Box] = []
    places: dict[str, Point] = {}
    steps = [(dx * scaled, dy * scaled) for dx in _STEPS for dy in _STEPS]
    for area in geography.areas():
        x, y = area.label[0] * across, area.label[1] * upward
        choices = [_Box(x + dx, y + dy, half_widths[area.code], HALF_HEIGHT * scaled) for dx, dy in steps]
        costs = [
            abs(dx)
            + abs(dy)
            + _OUTSIDE * sum(not _inside(area, cx / across, cy / upward) for cx, cy in box.corners())
            + _ON_POINT * sum(box.overlap_disc(*circle) for circle in circles)
            + _OFF_MAP * max(0.0, west - box.x + box.half, box.x + box.half - east)
            + _ON_LABEL * sum(box.overlap(other) for other in taken)
            for (dx, dy), box in zip(steps, choices, strict=True)
        ]
        best = choices[costs.index(min(costs))]
        taken.append(best)
        places[area.code] = [round(best.x / across, 5), round(best.y / upward, 5)]
    return places


@dataclass(frozen=True, slots=True)
class _Box:
    """A label as a rectangle in pixels: its middle and half its sides."""

    x: float
    y: float
    half: float
    rise: float

    def corners(self) -> list[tuple[float, float]]:
        return [(self.x + side * self.half, self.y + up * self.rise) for side in (-1, 1) for up in (-1, 1)]

    def overlap_disc(self, x: float, y: float, radius: float) -> float:
        """How deep a point reaches into the label, with two pixels of air."""
        across, upward = max(abs(x - self.x) - self.half, 0.0), max(abs(y - self.y) - self.rise, 0.0)
        return max(0.0, radius + 2 - math.hypot(across, upward))

    def overlap(self, other: _Box) -> float:
        return max(
            0.0,
            min(
                self.half + other.half - abs(self.x - other.x), self.rise + other.rise - abs(self.y - other.y)
            ),
        )


def _inside(area: Area, longitude: float, latitude: float) -> bool:
    """Whether the point lies in the 街镇 (even-odd rule over all rings)."""
    crossings = 0
    for rings in area.polygons:
        for ring in rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) * (x2 - x1) / (
                    y2 - y1
                ):
                    crossings += 1
    return crossings % 2 == 1
