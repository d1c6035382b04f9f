"""Derived columns of places: where on WGS-84 a row of the register lies, and whether it may be drawn.

Its one rule: the pair that intake has worked out is taken as it is; only rows read before there was one are converted here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.boundaries import BORDER_METRES, Boundary
from lib.rules.derived.declared import Derived, Frames
from lib.rules.marks import with_columns
from lib.spec.fields import COORDINATES, PLACE
from lib.spec.geodesy import DATUMS, plausible, to_wgs84

PLACED = ("compounds", "rental_projects", "site_candidates")
"""Datasets whose rows have coordinates."""
DRAWN, EMPTY, NO_DATUM, UNUSABLE, ELSEWHERE = "已上图", "未填坐标", "坐标系未填", "坐标不可用", "不在所填街镇内"
STATES = (DRAWN, ELSEWHERE, EMPTY, NO_DATUM, UNUSABLE)
"""What `place_state` says; rows of the first two have a place."""
PLACE_NAMES = tuple(name for name, _ in PLACE)
READS = (*COORDINATES, *PLACE_NAMES)
"""Stored columns that are read here."""

DERIVED: tuple[Derived, ...] = tuple(
    Derived(dataset, name, title, unit, rule, (*COORDINATES, *more))
    for dataset in PLACED
    for name, title, unit, rule, more in (
        ("wgs_lon", "经度（WGS-84）", "°", "由所填经度、纬度按坐标系换算为 WGS-84", ()),
        ("wgs_lat", "纬度（WGS-84）", "°", "由所填经度、纬度按坐标系换算为 WGS-84", ()),
        (
            "place_state",
            "点位状态",
            "",
            f"坐标可用的为“{DRAWN}”，超出所填街镇边界 {BORDER_METRES} 米以上的为“{ELSEWHERE}”（仍上图）；其余不上图并说明原因",
            ("subdistrict",),
        ),
    )
)


def derive(frames: Frames, boundary: Boundary) -> dict[str, pd.DataFrame]:
    """The datasets of places with their columns; one that was read without coordinates stays as it is."""
    return {name: _placed(frames[name], boundary) for name in PLACED if set(COORDINATES) <= set(frames[name].columns)}


def _placed(rows: pd.DataFrame, boundary: Boundary) -> pd.DataFrame:
    read = (_values(rows[name]) if name in rows else [None] * len(rows) for name in ("lon", "lat", "datum", *PLACE_NAMES, "subdistrict"))
    found = [_place(boundary, *row) for row in zip(*read, strict=True)]
    return with_columns(rows, {
        "wgs_lon": np.array([lon for lon, _, _ in found], "float64"),
        "wgs_lat": np.array([lat for _, lat, _ in found], "float64"),
        "place_state": pd.Series([state for _, _, state in found], index=rows.index, dtype="str"),
    })


def _values(column: pd.Series) -> list[Any]:
    """The values of a column, None where there is none."""
    return [None if value != value else value for value in column.tolist()]


@lru_cache(maxsize=16_384)
def _place(
    boundary: Boundary, lon: float | None, lat: float | None, datum: str | None, x: float | None, y: float | None, code: str | None
) -> tuple[float, float, str]:
    """Where a row lies, and what `place_state` says of it; x, y: its stored pair. Kept, because months hold the same places."""
    nowhere = (np.nan, np.nan)
    if x is None or y is None:
        if lon is None and lat is None:
            return *nowhere, EMPTY
        if lon is None or lat is None:
            return *nowhere, UNUSABLE
        if datum not in DATUMS:
            return *nowhere, NO_DATUM
        if not plausible(datum, lon, lat):
            return *nowhere, UNUSABLE
        x, y = to_wgs84(datum, lon, lat)
    far = code is not None and boundary.metres_outside(code, x, y) > BORDER_METRES
    return x, y, ELSEWHERE if far else DRAWN
