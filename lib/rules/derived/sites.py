"""Derived columns of site candidates: metres to the nearest metro station, its points, what the first checks say, who is ranked.

Its one rule: the straight line is measured from the place on WGS-84; what the form says of the way on foot is shown beside it.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.stations import metro_stations
from lib.datasets.thresholds import Registry
from lib.rules.derived.declared import Derived, Frames
from lib.rules.marks import among, known, numbers, with_columns
from lib.spec.geodesy import shanghai_from_wgs84

METRO_RULES = {5: "site.metro_5", 4: "site.metro_4", 3: "site.metro_3", 2: "site.metro_2"}
"""Points → the rule with the farthest metres that still earn them, most points first; farther than all of them earns 1."""
GAP_RULE = "site.metro_gap"
PASSED, TO_MEND, FAILED, UNKNOWN = "通过", "需整改", "不通过", "未填全"
FIRST_CHECKS = (FAILED, TO_MEND, UNKNOWN, PASSED)
"""What `first_check` says, the gravest first."""
CONSIDERED = ("储备", "预选")
"""Statuses of candidates that are still looked at."""
SHORTER, FARTHER = "短于直线", "远于直线"
_PLACE = ("wgs_lon", "wgs_lat")
_READ = (*_PLACE, "metro_m", "fire_check", "structure_check", "status")

_CHECKS = ("fire_check", "structure_check")


def _column(name: str, title: str, unit: str, rule: str, *inputs: str) -> Derived:
    return Derived("site_candidates", name, title, unit, rule, inputs)


DERIVED: tuple[Derived, ...] = (
    _column("metro_station", "最近轨交站", "", "直线距离最近的轨交站（含区外）", *_PLACE),
    _column("metro_line_m", "距最近轨交站直线距离", "米", "由换算后的坐标到最近轨交站的直线距离，四舍五入到米", *_PLACE),
    _column("metro_points", "交通分（按距离）", "分", "按直线距离分档折算为 1～5 分，分档见标准与阈值", "metro_line_m"),
    _column("metro_gap", "填报距离核对", "", "填报距离短于直线距离或长出较多的，注明方向；容许差距见标准与阈值", "metro_m", "metro_line_m"),
    _column("first_check", "初判结论", "", "消防、结构有一项不通过为“不通过”，否则有一项需整改为“需整改”，有一项未填为“未填全”", *_CHECKS),
    _column("ranked", "参与排序", "", "状态为储备或预选，且初判结论不是“不通过”", "status", *_CHECKS),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Site candidates with their columns. They rest on those of places, and no figure rests on them: a table that was read for figures
    alone stays as it is.
    """
    rows = frames["site_candidates"]
    return {"site_candidates": _told(rows, as_of, registry)} if set(_READ) <= set(rows.columns) else {}


def _told(rows: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    names, metres = nearest_station(numbers(rows["wgs_lon"]), numbers(rows["wgs_lat"]))
    checks = [rows[name] for name in _CHECKS]
    failed = np.any([among(one, FAILED) for one in checks], axis=0)
    mend = np.any([among(one, TO_MEND) for one in checks], axis=0)
    whole = np.all([known(one) for one in checks], axis=0)
    gap = numbers(rows["metro_m"]) - metres
    allowed = registry.at(GAP_RULE, as_of).number
    found = {
        "metro_station": pd.Series(names, index=rows.index, dtype="str"),
        "metro_line_m": metres,
        "metro_points": metro_points(metres, as_of, registry),
        # On foot it is never nearer than straight; half of what is allowed leaves room for where the point was set.
        "metro_gap": pd.Series(np.select([gap < -allowed / 2, gap > allowed], [SHORTER, FARTHER], ""), index=rows.index, dtype="str"),
        "first_check": pd.Series(
            np.select([failed, mend, ~whole], [FAILED, TO_MEND, UNKNOWN], PASSED), index=rows.index, dtype="str"
        ),
        "ranked": among(rows["status"], *CONSIDERED) & ~failed,
    }
    return with_columns(rows, found)


def nearest_station(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> tuple[list[str | None], npt.NDArray[np.float64]]:
    """Of each place the nearest station as text and the whole metres to it, straight on the plane; None and NaN without a place. Of
    stations equally near the first of the file.
    """
    there = ~(np.isnan(lon) | np.isnan(lat))
    names: list[str | None] = [None] * len(lon)
    metres = np.full(len(lon), np.nan)
    for at in np.flatnonzero(there):
        away = np.hypot(*(_station_places() - shanghai_from_wgs84(float(lon[at]), float(lat[at]))).T)
        nearest = int(np.argmin(away))
        names[at], metres[at] = metro_stations()[nearest].text, np.floor(away[nearest] + 0.5)
    return names, metres


@cache
def _station_places() -> npt.NDArray[np.float64]:
    return np.array([shanghai_from_wgs84(one.lon, one.lat) for one in metro_stations()])


def metro_points(metres: npt.NDArray[np.float64], as_of: date, registry: Registry) -> npt.NDArray[np.float64]:
    """1 to 5 points for metres to the nearest station, by the bands of the registry; NaN without metres."""
    bands = [(points, metres <= registry.at(rule, as_of).number) for points, rule in METRO_RULES.items()]
    found = np.select([inside for _, inside in bands], [float(points) for points, _ in bands], 1.0)
    return np.where(np.isnan(metres), np.nan, found)
