"""Rental projects as points of a map: which of them a choice of tier means, their status, and their size with its unit.

Its one rule: beds and homes keep units of their own; a project that has left is not drawn.
"""

from __future__ import annotations

import pandas as pd

from lib.charts.map_points import UNITS
from lib.datasets.places import unit_name
from lib.rules.rental_filled import filled_by_place
from lib.spec.numbers import show

BEDS, HOMES, ALL = TIERS = ("一张床", "保租房", "全部项目")
"""Choices of points: 一张床, the homes of both other tiers, or all."""
STATUS_KEYS = {"已供应": "supplied", "入市准备": "preparing", "储备改造": "planned"}
GONE = "退出"
COVERED = {0.0: "未覆盖", 100.0: "已覆盖"}
WORDS = {"H09": COVERED}
"""Indicator → words for the figures of one 街镇 that say all or nothing."""
FILLED = {"H17": "waitlist"}
"""Indicator → the field that it adds up and that a supplied project may leave empty."""


def filled(projects: pd.DataFrame, measure: str) -> dict[str, str]:
    """Code of each 街镇 with supplied projects → in how many of them the field of an indicator is filled in, as 4/5; empty for an
    indicator without such a field.
    """
    if measure not in FILLED:
        return {}
    return {code: f"{part}/{whole}" for code, (part, whole) in filled_by_place(projects, FILLED[measure]).items() if whole}


def filled_line(parts: dict[str, str]) -> str:
    """What `filled` gives as one sentence, empty for nothing."""
    told = "、".join(f"{unit_name(code, short=True)} {part}" for code, part in parts.items())
    return f"已填的项目：{told}；未填的不计入，不等于没有。" if told else ""


def bed_points(projects: pd.DataFrame, tier: str, chosen: str = "") -> pd.DataFrame:
    """Rows of `rental_projects` (with derived columns) of a tier as the map wants them (`lib.charts.bed_map.subdistrict_map`, and
    place_state), and the one that is `chosen` whatever its tier. lon, lat: WGS-84, NaN for none.
    """
    seen = projects["stage"] != GONE
    if tier != ALL:
        seen &= projects["is_bed"] == (tier == BEDS)
    projects = projects[seen | (projects["project_id"] == chosen)]
    size = projects["beds"].where(projects["is_bed"], projects["units"])
    counted = zip(size, projects["product_tier"], strict=True)
    words = ["未填" if value != value else f"{show(value)} {UNITS[own]}" for value, own in counted]
    return pd.DataFrame({
        "project_id": projects["project_id"],
        "project_name": projects["project_name"].fillna(projects["project_id"]),
        "lon": projects["wgs_lon"],
        "lat": projects["wgs_lat"],
        "tier": projects["product_tier"],
        "stage": projects["stage"],
        "status": projects["status"].map(STATUS_KEYS).fillna("planned"),
        "size": size,
        "size_text": words,
        "subdistrict": projects["subdistrict"],
        "place_state": projects["place_state"],
    })
