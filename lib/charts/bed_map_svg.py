"""The same map as an SVG drawing by Plotly, for browsers without WebGL.

Its one rule: plain lines and fills on plain axes (no geo subplot, no tile map), so nothing is asked of any other host.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil

import pandas as pd
import plotly.graph_objects as go

from lib.charts import geography
from lib.charts.classes import (
    NO_WORDS,
    WITHOUT_BASE,
    Scale,
    Words,
    scale,
    value_in_full,
    value_text,
    values_by_code,
)
from lib.charts.figure import plain, text_width
from lib.charts.geography import Ring
from lib.charts.label_places import label_places
from lib.charts.map_points import SHAPES, discs, tips
from lib.charts.palette import SUPPLY, Ground, ground
from lib.datasets.boundaries import Boundary, Outline
from lib.datasets.places import unit_name
from lib.spec.geodesy import inside

_SCALED = 0.8
"""Points and type are drawn at this part of their size on the WebGL map."""
_SAME_AREA = {"circle": 1.0, "square": 0.886, "diamond": 0.964}
"""Plotly's squares and diamonds are larger than its circles of the same size."""
PLACES = "街镇"
"""The trace whose points are the names: a click on one chooses the 街镇."""
GROUNDS = "街镇范围"
"""The trace of unseen points that fill the 街镇: Plotly selects points, never a filled shape."""
_APART = 0.0035
"""Degrees of longitude from one unseen point to the next; closer than Plotly reaches from the pointer (20 pixels)."""
LAYERS = frozenset({"projects", "labels", "metro", "stations", "waterways", "expressways"})
"""The layers drawn when none are named: those of the WebGL map but the districts around."""


def subdistrict_map_svg(
    measure: pd.DataFrame,
    points: pd.DataFrame,
    *,
    title: str,
    unit: str,
    decimals: int,
    selected: frozenset[str] = frozenset(),
    dark: bool = False,
    layers: frozenset[str] = LAYERS,
    height: int = 560,
    width: int | None = None,
    words: Words = NO_WORDS,
    over: Collection[float] = (),
    boundary: Boundary | None = None,
    notes: Mapping[str, str] | None = None,
    clickable: bool = False,
) -> go.Figure:
    """The district as ten filled traces with names and values, context and project points.

    Arguments as of `bed_map.subdistrict_map`; width: about what the page will give it, where that is known. A click on a name or,
    where `clickable`, anywhere in a 街镇 selects (selection_mode="points"): customdata is its code in the traces `PLACES` and
    `GROUNDS`, the project_id in the traces of projects.
    """
    colours = ground(dark)
    values = values_by_code(measure)
    figure = go.Figure()
    told = {
        code: "<br>".join(filter(None, (
            unit_name(code), f"{title}：{value_in_full(value, decimals, unit, words)}", (notes or {}).get(code, "")
        )))
        for code, value in values.items()
    }
    if "neighbours" in layers:
        _add_lines(figure, "相邻区", geography.neighbour_borders(), colours.outside_line, 1.2)
    _add_areas(figure, values, told, scale(measure, decimals, unit, dark, over), colours, boundary)
    if clickable:
        _add_grounds(figure, told, boundary)
    _add_context(figure, layers, colours)
    areas = geography.areas(boundary)
    chosen = (ring for one in areas if one.code in selected for rings in one.polygons for ring in rings)
    _add_lines(figure, "已选", chosen, colours.selected, 3.5)
    if "projects" in layers:
        _add_projects(figure, points, selected, dark)
    figures = {code: value_text(value, decimals, unit, words) for code, value in values.items()}
    places = label_places(
        {code: max(text_width(text, 13), 26) / 2 for code, text in figures.items()},
        discs(points, _SCALED) if "projects" in layers else [],
        geography.fitted(width or round(height * 1.2), height)[2],
        _SCALED,
        boundary,
    )
    figure.add_scatter(
        x=[places[area.code][0] for area in areas],
        y=[places[area.code][1] for area in areas],
        mode="markers+text" if "labels" in layers else "markers",
        text=[f"{unit_name(area.code, short=True)}<br><b>{figures[area.code]}</b>" for area in areas],
        textposition="middle center",
        customdata=[area.code for area in areas],
        name=PLACES,
        showlegend=False,
        textfont={"size": 12, "color": colours.text, "shadow": ", ".join([f"0 0 2px {colours.halo}"] * 4)},
        marker={"size": 32, "opacity": 0.0},
        hoverinfo="text",
        hovertext=[told[area.code] for area in areas],
        selected={"marker": {"opacity": 0.0}},
        unselected={"marker": {"opacity": 0.0}, "textfont": {}},
    )
    west, _, east, north = geography.bounds()
    margin = 0.002
    beyond = "neighbours" in layers
    plain(figure, height=height, title=f"{title}（{unit}）" if unit and not words else title)
    figure.update_layout(
        paper_bgcolor=colours.border,  # the ground of the page, so that a saved picture has one
        plot_bgcolor=colours.outside_halo if beyond else colours.border,
        margin={"pad": 0},  # else Streamlit's: a rim around the map that no line reaches
        xaxis={"visible": False, "range": [west - margin, east + margin], "constrain": "range" if beyond else "domain"},
        yaxis={
            "visible": False,
            "range": [geography.south_edge(), north + margin],
            "scaleanchor": "x",
            "scaleratio": geography.stretch(),
            "constrain": "range" if beyond else "domain",
        },
    )
    figure.add_annotation(
        text=boundary.attribution if boundary else geography.ATTRIBUTION,
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": colours.text},
        bgcolor=colours.halo,
        borderpad=3,
    )
    return figure


def _add_areas(
    figure: go.Figure, values: dict[str, float], told: dict[str, str], classes: Scale, colours: Ground, boundary: Boundary | None
) -> None:
    for area in geography.areas(boundary):
        fill = classes.colour(values[area.code])
        x, y = _joined([ring for rings in area.polygons for ring in rings])
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=fill or colours.missing,
            hoveron="fills",
            hoverinfo="text",
            text=told[area.code],
            line={"color": colours.border, "width": 1.2},
            name=unit_name(area.code),
            customdata=[area.code] * len(x),
            showlegend=False,
            fillpattern=None
            if fill
            else {
                "shape": "." if values[area.code] == WITHOUT_BASE else "/",
                "size": 7,
                "solidity": 0.15,
                "bgcolor": colours.missing,
                "fgcolor": colours.hatch,
            },
        )


def _add_grounds(figure: go.Figure, told: dict[str, str], boundary: Boundary | None) -> None:
    found = _grounds(geography.areas(boundary))
    figure.add_scatter(
        x=[x for x, _, _ in found],
        y=[y for _, y, _ in found],
        mode="markers",
        name=GROUNDS,
        customdata=[code for _, _, code in found],
        hoverinfo="text",
        hovertext=[told[code] for _, _, code in found],
        showlegend=False,
        marker={"size": 6, "opacity": 0.0},
        selected={"marker": {"opacity": 0.0}},
        unselected={"marker": {"opacity": 0.0}},
    )


@lru_cache(maxsize=2)
def _grounds(areas: tuple[Outline, ...]) -> tuple[tuple[float, float, str], ...]:
    """Longitude, latitude and code of points in rows that fill each 街镇."""
    west, south, east, north = geography.bounds()
    down = _APART / geography.stretch()
    grid = [
        (round(west + across * _APART, 5), round(south + up * down, 5))
        for up in range(ceil((north - south) / down))
        for across in range(ceil((east - west) / _APART))
    ]
    return tuple((x, y, area.code) for area in areas for x, y in grid if any(inside(rings, x, y) for rings in area.polygons))


def _add_context(figure: go.Figure, layers: frozenset[str], colours: Ground) -> None:
    """Roads, rivers, metro lines and stations near the district, and names: what lies further off is cut by the edges of the drawing."""
    if "expressways" in layers:
        _add_lines(figure, "快速路", (path for one in geography.expressways() for path in one.paths), colours.road, 1.2)
    if "waterways" in layers:
        for line in geography.waterways():
            _add_lines(figure, line.name, line.paths, colours.water, 3 if line.width_m > 40 else 1.6)
    if "metro" in layers:
        for line in geography.metro_lines():
            _add_lines(figure, line.name, line.paths, line.colour or colours.road, 1.6)
    if "stations" in layers:
        stations = geography.stations()
        figure.add_scatter(
            x=[one.place[0] for one in stations],
            y=[one.place[1] for one in stations],
            mode="markers",
            marker={"size": 5, "color": colours.halo, "line": {"color": colours.station, "width": 1}},
            hoverinfo="text",
            text=[f"{one.name}站（{'、'.join(one.lines)}号线）" for one in stations],
            name="站点",
            showlegend=False,
            selected={"marker": {"opacity": 1.0}},
            unselected={"marker": {"opacity": 1.0}},
        )
    named = [(name, lon, lat) for layer, name, lon, lat in geography.CONTEXT_LABELS if layer in layers]
    named += geography.NEIGHBOUR_LABELS if "neighbours" in layers else ()
    if named:
        figure.add_scatter(
            x=[lon for _, lon, _ in named],
            y=[lat for _, _, lat in named],
            mode="text",
            text=[name for name, _, _ in named],
            textfont={"size": 11, "color": colours.outside_text},
            name="周边名称",
            hoverinfo="skip",
            showlegend=False,
        )


def _add_lines(figure: go.Figure, name: str, paths: Iterable[Ring], colour: str, width: float) -> None:
    x, y = _joined(list(paths))
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, name=name, hoverinfo="skip", showlegend=False)


def _joined(paths: Sequence[Ring]) -> tuple[list[float | None], list[float | None]]:
    """Several paths as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    for path in paths:
        if x:
            x.append(None)
            y.append(None)
        x += [point[0] for point in path]
        y += [point[1] for point in path]
    return x, y


def _add_projects(figure: go.Figure, points: pd.DataFrame, selected: frozenset[str], dark: bool) -> None:
    rows = points[points["lon"].notna() & points["lat"].notna()].to_dict("records")
    drawn = sorted(zip(rows, discs(points, _SCALED), strict=True), key=lambda pair: -pair[1][2])
    for status, supply in SUPPLY.items():
        mine = [(row, disc) for row, disc in drawn if row["status"] == status]
        if not mine:
            continue
        chosen = [str(row["project_id"]) in selected for row, _ in mine]
        shapes = [SHAPES[row["tier"]] for row, _ in mine]
        figure.add_scatter(
            x=[lon for _, (lon, _, _) in mine],
            y=[lat for _, (_, lat, _) in mine],
            mode="markers",
            name=supply.word,
            customdata=[str(row["project_id"]) for row, _ in mine],
            hoverinfo="text",
            text=["<br>".join(tips(row)) for row, _ in mine],
            marker={
                "symbol": shapes,
                "size": [2 * radius * _SAME_AREA[shape] for (_, (_, _, radius)), shape in zip(mine, shapes, strict=True)],
                "color": supply.fill(dark),
                "opacity": 0.92,
                "line": {
                    "color": [ground(dark).selected if one else supply.line(dark) for one in chosen],
                    "width": [4 if one else 1.8 for one in chosen],
                },
            },
            selected={"marker": {"opacity": 0.92}},
            unselected={"marker": {"opacity": 0.92}},
        )
