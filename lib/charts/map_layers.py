"""The layers of the map, from the ground up: the districts around, the ten 街镇, context, lettering. Points: `map_points`.

Its one rule: every layer has a fixed id, sends only what is drawn or shown, and holds its colours where Streamlit leaves
them alone. Streamlit fades every object that is not selected as soon as one is, and colours would disagree with the
legend; it reaches only the accessors at the top of a layer, so ours stand in `_subLayerProps` or in line colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import pydeck as pdk

from lib.charts import geography
from lib.charts.classes import NO_WORDS, WITHOUT_BASE, Scale, Words, value_in_full, value_text
from lib.charts.figure import safe, text_width
from lib.charts.label_places import Disc, label_places
from lib.charts.map_files import address
from lib.charts.palette import MAP_FONT, Ground, rgba
from lib.datasets.boundaries import Boundary, Outline
from lib.datasets.places import unit_name

STATIONS = "stations"
"""The layer whose points are told under the pointer, but choose nothing."""
NAMES_FROM = 13
"""Zoom from which the names of stations are shown."""
_TILE = 8
"""Zoom of the one square of the world that holds the whole district, as map tiles count."""


def _paths(layer: str, paths: list[dict[str, Any]], width: float, *, rounded: bool = True) -> pdk.Layer:
    """Lines. Each row: path and colour. Width in pixels."""
    features = [
        {"type": "Feature", "properties": {"colour": one["colour"]}, "geometry": {"type": "LineString", "coordinates": one["path"]}}
        for one in paths
    ]
    return _lines(layer, features, "properties.colour", width, rounded=rounded)


def _lines(
    layer: str, data: Any, colour: Any, width: float, *, metres: bool = False, rounded: bool = True, most: float = 1000.0
) -> pdk.Layer:
    """Lines of features or of a file of them. Width in pixels, or in metres with a least width of one pixel."""
    return pdk.Layer(
        "GeoJsonLayer",
        data,
        id=layer,
        pickable=False,
        filled=False,
        stroked=True,
        get_line_color=colour,
        get_line_width=width,
        line_width_units=pdk.types.String("meters" if metres else "pixels"),
        line_width_min_pixels=1.0,
        line_width_max_pixels=most,
        line_cap_rounded=rounded,
        line_joint_rounded=rounded,
    )


def _file(name: str) -> pdk.types.String:
    return pdk.types.String(address(name))


def neighbours(colours: Ground) -> list[pdk.Layer]:
    """Everything outside the district in grey, with the borders of the districts around."""
    everywhere = [[120.6, 30.7], [122.2, 30.7], [122.2, 31.8], [120.6, 31.8], [120.6, 30.7]]
    fill = rgba(colours.outside, 64)
    return [
        pdk.Layer(
            "PolygonLayer",
            [{"polygon": everywhere}],
            id="neighbours",
            pickable=False,
            stroked=False,
            get_polygon="polygon",
            _subLayerProps={"fill": {"getFillColor": fill}},
        ),
        _lines("neighbour-borders", _file("neighbours"), rgba(colours.outside_line, 220), 1.4),
    ]


def subdistricts(
    values: Mapping[str, float],
    classes: Scale,
    colours: Ground,
    title: str,
    unit: str,
    decimals: int,
    words: Words,
    boundary: Boundary | None,
    notes: Mapping[str, str],
) -> list[pdk.Layer]:
    """The ten 街镇 filled by class (pickable, with code and tooltip); the missing ones grey and hatched, those without a base dotted.
    notes: code → what is told under the figure.
    """
    rows: list[dict[str, Any]] = []
    strokes: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    for area in geography.areas(boundary):
        value = values[area.code]
        rows.extend(
            {
                "code": area.code,
                "polygon": list(rings),
                "colour": rgba(classes.colour(value) or colours.missing),
                "tip_name": safe(unit_name(area.code)),
                "tip_first": safe(f"{title}：{value_in_full(value, decimals, unit, words)}"),
                "tip_second": safe("　".join(filter(None, (notes.get(area.code, ""), "点击可筛选")))),
            }
            for rings in area.polygons
        )
        if value == WITHOUT_BASE:
            dots += [{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": one}} for one in _dots(area)]
        elif value != value:
            strokes += [{"path": path, "colour": rgba(colours.hatch)} for path in geography.hatch(area)]
    return [
        pdk.Layer(
            "PolygonLayer",
            rows,
            id="subdistricts",
            pickable=True,
            filled=True,
            get_polygon="polygon",
            stroked=True,
            get_line_color=rgba(colours.border),
            get_line_width=1.6,
            line_width_units=pdk.types.String("pixels"),
            line_joint_rounded=True,
            _subLayerProps={"fill": {"getFillColor": "@@=colour"}},
        ),
        _paths("missing", strokes, 1.2, rounded=False),
        pdk.Layer(
            "GeoJsonLayer",
            dots,
            id="no-base",
            pickable=False,
            stroked=False,
            get_point_radius=1.7,
            point_radius_units=pdk.types.String("pixels"),
            _subLayerProps={"points-circle": {"getFillColor": rgba(colours.hatch)}},
        ),
    ]


def _dots(area: Outline, spacing: float = 0.0034) -> list[list[float]]:
    """Points in rows that fill a 街镇, for 'reported, but nothing to be a part of', so many degrees of longitude apart."""
    strokes = (sorted(stroke) for stroke in geography.hatch(area))
    return [
        [round(x, 5), round(start[1] + (end[1] - start[1]) * (x - start[0]) / (end[0] - start[0]), 5)]
        for start, end in strokes
        for x in (spacing * at for at in range(ceil(start[0] / spacing), ceil(end[0] / spacing)))
    ]


def context(colours: Ground, layers: frozenset[str], scaled: float) -> list[pdk.Layer]:
    """Roads, rivers, metro lines and stations, as far as `layers` names them; `scaled` makes them thinner."""
    drawn: list[pdk.Layer] = []
    if "expressways" in layers:
        drawn.append(_lines("expressways", _file("expressways"), rgba(colours.road, 140), 1.6 * scaled))
    if "waterways" in layers:
        drawn += [
            _lines(f"waterways-{kind}", _file(name), rgba(colour), metres_wide, metres=True, most=pixels)
            for kind, name, colour, metres_wide, pixels in (
                ("bank", "rivers-wide", colours.halo, 115, 11.0),
                ("wide", "rivers-wide", colours.water, 75, 7.0),
                ("narrow", "rivers-narrow", colours.water, 34, 4.0),
            )
        ]
    if "metro" in layers:
        drawn.append(_lines("metro", _file("metro"), "properties.colour", 2.0 * scaled))
    if "stations" in layers:
        drawn.append(
            pdk.Layer(
                "GeoJsonLayer",
                _file("stations"),
                id=STATIONS,
                pickable=True,
                get_point_radius=2.4 * scaled,
                point_radius_units=pdk.types.String("pixels"),
                stroked=True,
                get_line_color=rgba(colours.station),
                get_line_width=1.2 * scaled,
                line_width_units=pdk.types.String("pixels"),
                _subLayerProps={"points-circle": {"getFillColor": rgba(colours.halo)}},
            )
        )
    return drawn


def station_names(colours: Ground) -> pdk.Layer:
    """Names of stations, from `NAMES_FROM` on. Only a layer of tiles knows the zoom: the whole district is one tile of it."""
    return pdk.Layer(
        "TileLayer",
        _file("stations"),
        id="station-names",
        pickable=False,
        zoom_offset=_TILE - NAMES_FROM,
        min_zoom=_TILE,
        max_zoom=_TILE,
        point_type=pdk.types.String("text"),
        get_text_size=13,
        get_text_color=rgba(colours.station),
        get_text_anchor=pdk.types.String("start"),
        get_text_pixel_offset=[7, 0],
        text_character_set=pdk.types.String("auto"),
        text_font_family=pdk.types.String(MAP_FONT),
        text_font_weight=500,
        text_font_settings={"sdf": True, "fontSize": 64, "buffer": 18, "radius": 18, "smoothing": 0.12},
        text_outline_width=9,
        text_outline_color=rgba(colours.halo),
    )


def context_names(colours: Ground, layers: frozenset[str]) -> pdk.Layer:
    """Names of the river and of the ring roads, as far as `layers` names them."""
    rows = [{"text": name, "place": [lon, lat], "layer": layer} for layer, name, lon, lat in geography.CONTEXT_LABELS if layer in layers]
    return lettering("context-names", rows, colours.outside_text, colours.outside_halo, metres=(230, 10, 13))


def outlines(colours: Ground, selected: frozenset[str], boundary: Boundary | None = None) -> list[pdk.Layer]:
    """A strong outline around each chosen 街镇."""
    chosen = [
        {"path": ring, "colour": rgba(colours.selected)}
        for area in geography.areas(boundary)
        if area.code in selected
        for rings in area.polygons
        for ring in rings
    ]
    return [
        _paths("selected-halo", [{"path": row["path"], "colour": rgba(colours.halo)} for row in chosen], 6.5),
        _paths("selected", chosen, 3.5),
    ]


def labels(
    values: Mapping[str, float],
    colours: Ground,
    unit: str,
    decimals: int,
    discs: Sequence[Disc],
    zoom: float,
    scaled: float,
    words: Words = NO_WORDS,
    boundary: Boundary | None = None,
) -> list[pdk.Layer]:
    """Short name of each 街镇 and below it its figure, moved aside where a project's point would be covered."""
    figures = {code: value_text(value, decimals, unit, words) for code, value in values.items()}
    type_scale = max(scaled, 0.75)  # the least size in pixels stops type from shrinking as far as points do
    half_widths = {code: max(text_width(text, 17), 2 * 15) * type_scale / 2 for code, text in figures.items()}
    places = label_places(half_widths, discs, zoom, type_scale, boundary)
    names = [{"text": unit_name(code, short=True), "place": place} for code, place in places.items()]
    below = [{"text": figures[code], "place": place} for code, place in places.items()]
    return [
        lettering(
            "names", names, colours.text, colours.halo, metres=(330, 11, 18), baseline="bottom", bold=True
        ),
        lettering(
            "values", below, colours.text, colours.halo, metres=(390, 12, 22), baseline="top", bold=True
        ),
    ]


def notes(colours: Ground, title: str, unit: str, attribution: str = geography.ATTRIBUTION) -> list[pdk.Layer]:
    """Title and unit in the empty north-east, the attribution below the district in the south-west."""
    west, _, east, north = geography.bounds()
    lines = [title[start : start + 11] for start in range(0, len(title), 11)] + (
        [f"单位：{unit}"] if unit else []
    )
    heading = "\n".join(lines).translate(_NARROW_SIGNS)
    return [
        lettering(
            "title",
            [{"text": heading, "place": [round(east, 5), round(north, 5)]}],
            colours.text,
            colours.halo,
            metres=(330, 12, 17),
            anchor="end",
            baseline="top",
            bold=True,
        ),
        lettering(
            "attribution",
            [{"text": attribution.translate(_NARROW_SIGNS), "place": [round(west, 5), round(geography.south_edge(), 5)]}],
            colours.text,
            colours.halo,
            metres=(220, 10, 12),
            anchor="start",
            baseline="bottom",
            bold=True,
            plate=True,
        ),
    ]


_NARROW_SIGNS = str.maketrans("“”‘’（）【】《》", "\"\"''()[]<>")
"""deck.gl sets the opening full-width signs at the wrong side of their square."""


def lettering(
    layer: str,
    rows: list[dict[str, Any]],
    colour: str,
    halo: str,
    *,
    metres: tuple[int, int, int],
    anchor: str = "middle",
    baseline: str = "center",
    bold: bool = False,
    plate: bool = False,
) -> pdk.Layer:
    """Lettering. Rows: text, place. `metres`: its height on the ground and the least and most pixels it may have. plate: on a ground
    of its own, so that no line crosses it.
    """
    under = {"background": True, "get_background_color": rgba(halo, 225), "background_padding": [5, 3]} if plate else {}
    return pdk.Layer(
        "TextLayer",
        rows,
        id=layer,
        pickable=False,
        get_position="place",
        get_text="text",
        get_size=metres[0],
        size_units=pdk.types.String("meters"),
        size_min_pixels=metres[1],
        size_max_pixels=metres[2],
        get_text_anchor=pdk.types.String(anchor),
        get_alignment_baseline=pdk.types.String(baseline),
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String(MAP_FONT),
        font_weight=700 if bold else 500,
        line_height=1.15,
        font_settings={"sdf": True, "fontSize": 64, "buffer": 18, "radius": 18, "smoothing": 0.12},
        outline_width=0 if plate else 11,
        outline_color=rgba(halo),
        _subLayerProps={"characters": {"getColor": rgba(colour)}},
        **under,
    )
