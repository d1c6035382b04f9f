"""Where the name and figure of each 街镇 stand, so that they cover no project's point and no other label.

Its one rule: a label stays near the point the geo file gives it, and inside its 街镇 wherever it fits; the search is
small, fixed and has no chance in it, so the same points give the same places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lib.charts import geography
from lib.charts.geography import Point
from lib.datasets.boundaries import Boundary

Numbers = npt.NDArray[Any]
Disc = tuple[float, float, float]
"""A point on the map: longitude, latitude, radius in pixels."""

HALF_HEIGHT = 19.0
"""Half the height of a label of two lines in pixels, at full size."""
_STEPS = (0.0, 7.0, -7.0, 14.0, -14.0, 21.0, -21.0, 28.0, -28.0, 36.0, -36.0)
_MARGIN = 9.0
"""Pixels that `geography.fitted` leaves free at the sides, less a little air."""
_AIR = 4.0
"""Pixels between two labels, so that a name is not read as part of the label above it."""
_OUTSIDE, _ON_POINT, _ON_LABEL, _OFF_MAP = 30.0, 6.0, 30.0, 20.0


def label_places(
    half_widths: Mapping[str, float], discs: Sequence[Disc], zoom: float, scaled: float, boundary: Boundary | None = None
) -> dict[str, Point]:
    """Code → longitude and latitude of the middle of its label.

    half_widths: half the width of each label in pixels. zoom: of the map, 512-pixel world; scaled: size of type, 1 = full.
    boundary: of the ten 街镇, ours when None.
    """
    across = 512 * 2**zoom / 360
    upward = across * geography.stretch()
    circles = np.array(discs, "float64").reshape(-1, 3) * (across, upward, 1.0)
    west, _, east, _ = (degrees * across for degrees in geography.bounds())
    west, east = west - _MARGIN, east + _MARGIN
    steps = np.array([(dx, dy) for dx in _STEPS for dy in _STEPS]) * scaled
    rise, taken = HALF_HEIGHT * scaled, np.empty((0, 3))
    places: dict[str, Point] = {}
    for area in geography.areas(boundary):
        half = half_widths[area.code]
        x, y = area.label[0] * across + steps[:, 0], area.label[1] * upward + steps[:, 1]
        corners = [_within(area.polygons, (x + side * half) / across, (y + up * rise) / upward) for side in (-1, 1) for up in (-1, 1)]
        costs = (
            abs(steps).sum(axis=1)
            + _OUTSIDE * sum(~corner for corner in corners)
            + _ON_POINT * _on_points(x, y, half, rise, circles) / scaled
            + _OFF_MAP * np.maximum(0.0, np.maximum(west - x + half, x + half - east))
            + _ON_LABEL * _on_labels(x, y, half, rise, taken)
        )
        best = int(np.argmin(np.round(costs, 9)))
        taken = np.vstack([taken, (x[best], y[best], half)])
        places[area.code] = [round(float(x[best]) / across, 5), round(float(y[best]) / upward, 5)]
    return places


def _on_points(x: Numbers, y: Numbers, half: float, rise: float, circles: Numbers) -> Numbers:
    """How deep points (rows of x, y, radius) reach into a label at each of some places, all together, with two pixels of air."""
    reach = half + (x.max() - x.min()) / 2 + circles[:, 2] + 2
    near = circles[(abs(circles[:, 0] - x.mean()) < reach) & (abs(circles[:, 1] - y.mean()) < reach)]
    sideways = np.maximum(abs(near[:, 0] - x[:, None]) - half, 0.0)
    upwards = np.maximum(abs(near[:, 1] - y[:, None]) - rise, 0.0)
    return np.asarray(np.maximum(near[:, 2] + 2 - np.hypot(sideways, upwards), 0.0).sum(axis=1))


def _on_labels(x: Numbers, y: Numbers, half: float, rise: float, taken: Numbers) -> Numbers:
    """How deep labels that stand already (rows of x, y, half their width) reach into a label at each of some places, all together."""
    sideways = half + taken[:, 2] + _AIR - abs(taken[:, 0] - x[:, None])
    upwards = 2 * rise + _AIR - abs(taken[:, 1] - y[:, None])
    return np.asarray(np.maximum(np.minimum(sideways, upwards), 0.0).sum(axis=1))


def _within(polygons: Sequence[Any], lon: Numbers, lat: Numbers) -> Numbers:
    """Which of some points lie in one of the polygons (even-odd rule over all rings)."""
    found = np.zeros(len(lon), bool)
    for rings in polygons:
        for ring in rings:
            (x1, y1), (x2, y2) = np.array(ring[:-1]).T[:, :, None], np.array(ring[1:]).T[:, :, None]
            with np.errstate(divide="ignore", invalid="ignore"):
                crossed = ((y1 > lat) != (y2 > lat)) & (lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1))
            found ^= crossed.sum(axis=0) % 2 == 1
    return found
