"""The layers of the map, from the ground up: the districts around, the ten 街镇, context, points, lettering.

Its one rule: every layer has a fixed id, sends only what is drawn or shown, and holds its colours where Streamlit leaves
them alone. Streamlit fades every object that is not selected as soon as one is, and colours would disagree with the
legend; it reaches only the accessors at the top of a layer, so ours stand in `_subLayerProps` or in line colours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pydeck as pdk

from lib.charts import geography
from lib.charts.classes import Scale, value_in_full, value_text
from lib.charts.figure import safe, text_width
from lib.charts.label_places import Disc, label_places
from lib.charts.palette import MAP_FONT, SUPPLY, Ground, ground, rgba
from lib.datasets.places import unit_name

LARGEST_RADIUS = 20.0
SMALLEST_RADIUS = 5.0
"""Radius of a project's point in pixels: the area grows with the size."""


def _paths(
    layer: str,
    paths: list[dict[str, Any]],
    width: float,
    *,
    metres: bool = False,
    rounded: bool = True,
    most: float | None = None,
) -> pdk.Layer:
    """Lines. Each row: path and colour. Width in pixels, or in metres with a least width of one pixel."""
    features = [
        {
            "type": "Feature",
            "properties": {"colour": one["colour"]},
            "geometry": {"type": "LineString", "coordinates": one["path"]},
        }
        for one in paths
    ]
    return pdk.Layer(
        "GeoJsonLayer",
        features,
        id=layer,
        pickable=False,
        filled=False,
        stroked=True,
        get_line_color="properties.colour",
        get_line_width=width,
        line_width_units=pdk.types.String("meters" if metres else "pixels"),
        line_width_min_pixels=1.0,
        line_width_max_pixels=most or 1000,
        line_cap_rounded=rounded,
        line_joint_rounded=rounded,
    )


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
        _paths(
            "neighbour-borders",
            [
                {"path": path, "colour": rgba(colours.outside_line, 220)}
                for path in geography.neighbour_borders()
            ],
            1.4,
        ),
    ]


def subdistricts(
    values: Mapping[str, float], classes: Scale, colours: Ground, title: str, unit: str, decimals: int
) -> list[pdk.Layer]:
    """The ten 街镇 filled by class (pickable, with code and tooltip); the missing ones grey and hatched."""
    rows: list[dict[str, Any]] = []
    strokes: list[dict[str, Any]] = []
    for area in geography.areas():
        value = values[area.code]
        rows.extend(
            {
                "code": area.code,
                "polygon": list(rings),
                "colour": rgba(classes.colour(value) or colours.missing),
                "tip_name": safe(unit_name(area.code)),
                "tip_first": safe(f"{title}：{value_in_full(value, decimals, unit)}"),
                "tip_second": "点击可筛选",
            }
            for rings in area.polygons
        )
        if value != value:
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
    ]


def context(colours: Ground, layers: frozenset[str], scaled: float) -> list[pdk.Layer]:
    """Roads, rivers, metro lines and stations, as far as `layers` names them; `scaled` makes them thinner."""
    drawn: list[pdk.Layer] = []
    if "expressways" in layers:
        roads = [path for line in geography.expressways() for path in line.paths]
        drawn.append(
            _paths(
                "expressways",
                [{"path": path, "colour": rgba(colours.road, 140)} for path in roads],
                1.6 * scaled,
            )
        )
    if "waterways" in layers:
        banks = [(path, line.width_m) for line in geography.waterways() for path in line.paths]
        drawn += [
            _paths(
                f"waterways-{kind}",
                [{"path": path, "colour": rgba(colour)} for path, width in banks if (width > 40) == wide],
                metres_wide,
                metres=True,
                most=pixels,
            )
            for kind, colour, wide, metres_wide, pixels in (
                ("bank", colours.halo, True, 115, 11.0),
                ("wide", colours.water, True, 75, 7.0),
                ("narrow", colours.water, False, 34, 4.0),
            )
        ]
    if "metro" in layers:
        tracks = [
            (path, line.colour or colours.road) for line in geography.metro_lines() for path in line.paths
        ]
        drawn.append(
            _paths(
                "metro",
                [{"path": path, "colour": rgba(colour, 200)} for path, colour in tracks],
                2.0 * scaled,
            )
        )
    if "stations" in layers:
        stops = [
            {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": one.place}}
            for one in geography.stations()
        ]
        drawn.append(
            pdk.Layer(
                "GeoJsonLayer",
                stops,
                id="stations",
                pickable=False,
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


def outlines(colours: Ground, selected: frozenset[str]) -> list[pdk.Layer]:
    """A strong outline around each chosen 街镇."""
    chosen = [
        {"path": ring, "colour": rgba(colours.selected)}
        for area in geography.areas()
        if area.code in selected
        for rings in area.polygons
        for ring in rings
    ]
    return [
        _paths("selected-halo", [{"path": row["path"], "colour": rgba(colours.halo)} for row in chosen], 6.5),
        _paths("selected", chosen, 3.5),
    ]


def discs(points: pd.DataFrame, scaled: float) -> list[Disc]:
    """Longitude, latitude and radius in pixels of every project that has coordinates, in the order of the frame."""
    placed = points[points["lon"].notna() & points["lat"].notna()]
    sizes = placed["size"].astype("float64")
    largest = float(sizes.max()) if sizes.notna().any() else 0.0
    shares = [math.sqrt(size / largest) if size == size and largest > 0 else 0.0 for size in sizes]
    return [
        (float(lon), float(lat), round(scaled * max(SMALLEST_RADIUS, LARGEST_RADIUS * share), 1))
        for lon, lat, share in zip(placed["lon"], placed["lat"], shares, strict=True)
    ]


def projects(points: pd.DataFrame, selected: frozenset[str], dark: bool, scaled: float) -> pdk.Layer:
    """Projects as points (pickable): area by size, fill by status, the largest below; without size the least radius."""
    rows = points[points["lon"].notna() & points["lat"].notna()].to_dict("records")
    features = []
    for row, (lon, lat, radius) in sorted(
        zip(rows, discs(points, scaled), strict=True), key=lambda pair: -pair[1][2]
    ):
        supply = SUPPLY[str(row["status"])]
        chosen = str(row["project_id"]) in selected
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
                "properties": {
                    "project_id": str(row["project_id"]),
                    "fill": rgba(supply.fill(dark), 235),
                    "line": rgba(ground(dark).selected if chosen else supply.line(dark)),
                    "width": 4.0 if chosen else 1.8,
                    "radius": radius,
                    "tip_name": safe(row["project_name"]),
                    "tip_first": safe(f"{row['tier']} · {row['size_text']}"),
                    "tip_second": safe(
                        f"{unit_name(str(row['subdistrict']), short=True)} · {supply.word} · {row['stage']}"
                    ),
                },
            }
        )
    return pdk.Layer(
        "GeoJsonLayer",
        features,
        id="projects",
        pickable=True,
        stroked=True,
        get_line_color="properties.line",
        get_line_width="properties.width",
        line_width_units=pdk.types.String("pixels"),
        get_point_radius="properties.radius",
        point_radius_units=pdk.types.String("pixels"),
        _subLayerProps={"points-circle": {"getFillColor": "@@=properties.fill"}},
    )


def labels(
    values: Mapping[str, float],
    colours: Ground,
    unit: str,
    decimals: int,
    discs: Sequence[Disc],
    zoom: float,
    scaled: float,
) -> list[pdk.Layer]:
    """Short name of each 街镇 and below it its figure, moved aside where a project's point would be covered."""
    figures = {code: value_text(value, decimals, unit) for code, value in values.items()}
    type_scale = max(scaled, 0.75)  # the least size in pixels stops type from shrinking as far as points do
    half_widths = {code: max(text_width(text, 17), 2 * 15) * type_scale / 2 for code, text in figures.items()}
    places = label_places(half_widths, discs, zoom, type_scale)
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


def notes(colours: Ground, title: str, unit: str) -> list[pdk.Layer]:
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
            [{"text": geography.ATTRIBUTION, "place": [round(west, 5), round(geography.south_edge(), 5)]}],
            colours.outside_text,
            colours.outside_halo,
            metres=(220, 9, 11),
            anchor="start",
            baseline="bottom",
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
) -> pdk.Layer:
    """Lettering. Rows: text, place. `metres`: its height on the ground and the least and most pixels it may have."""
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
        outline_width=11,
        outline_color=rgba(halo),
        _subLayerProps={"characters": {"getColor": rgba(colour)}},
    )
