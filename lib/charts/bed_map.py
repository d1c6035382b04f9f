"""The map of the ten 街镇 with projects as points, drawn by deck.gl without any base map.

Its one rule: nothing is asked of any other host (`map_provider=None`, `map_style` left unset).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from lib.charts import geography, map_layers, map_points
from lib.charts.bed_map_svg import subdistrict_map_svg
from lib.charts.classes import NO_WORDS, LegendEntry, Words, legend, scale, values_by_code
from lib.charts.palette import MAP_FONT, ground
from lib.datasets.boundaries import Boundary

__all__ = [
    "ALL_LAYERS",
    "LAYER_TITLES",
    "FrozenDeck",
    "LegendEntry",
    "frozen",
    "legend",
    "picked",
    "subdistrict_map",
    "subdistrict_map_svg",
    "without_place",
]

LAYER_TITLES: dict[str, str] = {
    "projects": "项目点位",
    "labels": "街镇名称和数值",
    "metro": "轨道交通线路",
    "stations": "轨道交通站点",
    "waterways": "河流",
    "expressways": "快速路、高架路",
    "neighbours": "相邻区",
}
"""Layers that may be switched off, with the words for the switch. The ten 街镇 themselves are always drawn."""
ALL_LAYERS: frozenset[str] = frozenset(LAYER_TITLES)
ATLAS = {False: "/assets/map/points-light.svg", True: "/assets/map/points-dark.svg"}
"""Where the server gives the pictures of points (`map_points.icon_atlas`), for a light and a dark page."""

FULL_SIZE_ZOOM = 11.4
"""From this zoom on points and lines have their full size; on a phone they are drawn smaller."""


class FrozenDeck(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON is written once, without blanks; st.pydeck_chart asks for it at every rerun.

    Do not edit it after the first use.
    """

    _frozen_json: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._frozen_json = None

    def to_json(self) -> str:
        """The specification of the deck as compact JSON; the same text object at every call."""
        if self._frozen_json is None:
            # What pydeck does itself, but for the blanks, which cost ten times as much as the rest.
            self._frozen_json = json.dumps(
                self, sort_keys=True, default=default_serialize, ensure_ascii=False, separators=(",", ":")
            )
        return self._frozen_json

    def __repr__(self) -> str:
        return self.to_json()


def frozen(deck: pdk.Deck) -> FrozenDeck:
    """The same deck with its JSON written once. A deck of `subdistrict_map` is frozen already and comes back unchanged."""
    if isinstance(deck, FrozenDeck):
        return deck
    copy = FrozenDeck(map_provider=None)
    copy.__dict__.update(deck.__dict__)
    return copy


def subdistrict_map(
    measure: pd.DataFrame,
    points: pd.DataFrame,
    *,
    title: str,
    unit: str,
    decimals: int,
    selected: frozenset[str] = frozenset(),
    dark: bool = False,
    layers: frozenset[str] = ALL_LAYERS,
    width: int = 760,
    height: int = 560,
    scroll_zoom: bool = False,
    words: Words = NO_WORDS,
    over: Collection[float] = (),
    boundary: Boundary | None = None,
    notes: Mapping[str, str] | None = None,
) -> pdk.Deck:
    """The district: ten 街镇 coloured by class, names and values, projects as points, context in grey; JSON written once.

    measure: code, value (float in the shown unit: 96.0 for 96 %; NaN or absent = 未报, grey and hatched; NaN with a numerator, where
    there is that column, = no base, grey and dotted). notes: code → what is told under its figure.
    points: project_id, project_name, lon, lat (WGS-84), tier, stage, status (key of SUPPLY), size, size_text, subdistrict
    (code). Points without coordinates are not drawn: say how many with `without_place`.
    selected: codes of 街镇 and ids of projects that get a strong outline. layers: subset of ALL_LAYERS.
    width, height: the pixels the district is fitted into; give st.pydeck_chart the same height, and a phone about 360 × 400.
    scroll_zoom: whether the wheel zooms the map instead of scrolling the page. words: stand for figures. over: figures of other months
    that the colours must hold, too. boundary: of the ten 街镇, ours when None.
    Pickable layers: "subdistricts" and "projects"; read a selection with `picked`.
    """
    longitude, latitude, zoom = geography.fitted(width, height)
    scaled = point_scale(zoom)
    colours = ground(dark)
    values = values_by_code(measure)
    classes = scale(measure, decimals, unit, dark, over)
    drawn: list[pdk.Layer] = []
    if "neighbours" in layers:
        drawn += map_layers.neighbours(colours)
    drawn += map_layers.subdistricts(values, classes, colours, title, unit, decimals, words, boundary, notes or {})
    drawn += map_layers.context(colours, layers, scaled)
    drawn += map_layers.outlines(colours, selected, boundary)
    drawn.append(map_layers.context_names(colours, layers))
    if "stations" in layers:
        drawn.append(map_layers.station_names(colours))
    discs = map_points.discs(points, scaled) if "projects" in layers else []
    if "projects" in layers:
        drawn += map_points.projects(points, selected, scaled, ATLAS[dark])
    if "labels" in layers:
        drawn += map_layers.labels(values, colours, unit, decimals, discs, zoom, scaled, words, boundary)
    if "neighbours" in layers:
        drawn.append(
            map_layers.lettering(
                "neighbour-names",
                [{"text": name, "place": [lon, lat]} for name, lon, lat in geography.NEIGHBOUR_LABELS],
                colours.outside_text,
                colours.outside_halo,
                metres=(270, 10, 14),
            )
        )
    attribution = boundary.attribution if boundary else geography.ATTRIBUTION
    drawn += map_layers.notes(colours, title, "" if words else unit, attribution)
    return FrozenDeck(
        layers=drawn,
        views=[
            pdk.View(
                type="MapView",
                # Without a double click to wait for, a click is answered 0.3 s sooner.
                controller={"scrollZoom": scroll_zoom, "doubleClickZoom": False, "dragRotate": False, "touchRotate": False},
            )
        ],
        initial_view_state=pdk.ViewState(
            longitude=round(longitude, 5),
            latitude=round(latitude, 5),
            zoom=round(zoom, 3),
            min_zoom=round(zoom - 1, 3),
            max_zoom=16,
            pitch=0,
            bearing=0,
        ),
        map_provider=None,
        height=height,
        tooltip={
            "html": "<b>{tip_name}</b><br/>{tip_first}<br/>{tip_second}",
            "style": {
                "backgroundColor": "#1B2430",
                "color": "#FFFFFF",
                "fontSize": "14px",
                "lineHeight": "1.5",
                "borderRadius": "6px",
                "maxWidth": "260px",
                "fontFamily": MAP_FONT,
                "zIndex": "10",
            },
        },
    )


def point_scale(zoom: float) -> float:
    """The part of their full size that points and lines have at a zoom."""
    return min(1.0, max(0.6, float(2 ** (zoom - FULL_SIZE_ZOOM))))


def without_place(points: pd.DataFrame) -> int:
    """How many projects have no coordinates and so are not on the map (columns lon, lat)."""
    return int((points["lon"].isna() | points["lat"].isna()).sum())


def picked(selection: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]] | None:
    """Codes of 街镇 and ids of projects in the `selection` that st.pydeck_chart returns (or its `objects`); None when something was
    clicked that chooses nothing.
    """
    objects: Mapping[str, Any] = selection.get("objects", selection)
    codes = frozenset(str(one["code"]) for one in objects.get("subdistricts") or ())
    projects = frozenset(str(one["properties"]["project_id"]) for one in objects.get("projects") or ())
    return None if objects.get(map_layers.STATIONS) else (codes, projects)
