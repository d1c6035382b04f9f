"""The same map as an SVG drawing by Plotly, for browsers without WebGL.

Its one rule: plain lines and fills on plain axes (no geo subplot, no tile map), so nothing is asked of any other host.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts import geography
from lib.charts.classes import scale, value_in_full, value_text, values_by_code
from lib.charts.figure import plain, safe, text_width
from lib.charts.label_places import label_places
from lib.charts.map_layers import discs
from lib.charts.palette import SUPPLY, ground
from lib.datasets.places import unit_name

_SCALED = 0.8
"""Points and type are drawn at this part of their size on the WebGL map; how wide the drawing gets is not known here."""


def subdistrict_map_svg(
    measure: pd.DataFrame,
    points: pd.DataFrame,
    *,
    title: str,
    unit: str,
    decimals: int,
    selected: frozenset[str] = frozenset(),
    dark: bool = False,
    height: int = 560,
) -> go.Figure:
    """The district as ten filled traces with names and values, rivers and project points.

    Frames as in `bed_map.subdistrict_map`. A click on a name selects (selection_mode="points"): customdata is the code of
    the 街镇 in the trace "街镇", the project_id in the traces of projects.
    """
    colours = ground(dark)
    values = values_by_code(measure)
    classes = scale(measure, decimals, unit, dark)
    figure = go.Figure()
    hints = []
    for area in geography.areas():
        value = values[area.code]
        fill = classes.colour(value)
        x, y = _joined([ring for rings in area.polygons for ring in rings])
        hints.append(f"{unit_name(area.code)}<br>{title}：{value_in_full(value, decimals, unit)}")
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=fill or colours.missing,
            hoveron="fills",
            hoverinfo="text",
            text=hints[-1],
            line={"color": colours.border, "width": 1.2},
            name=unit_name(area.code),
            customdata=[area.code] * len(x),
            showlegend=False,
            fillpattern=None
            if fill
            else {
                "shape": "/",
                "size": 7,
                "solidity": 0.15,
                "bgcolor": colours.missing,
                "fgcolor": colours.hatch,
            },
        )
    for line in geography.waterways():
        if line.name == "吴淞江":
            continue  # outside the district, and here there are no districts around to explain it
        x, y = _joined(list(line.paths))
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": colours.water, "width": 3 if line.width_m > 40 else 1.6},
            name=line.name,
            hoverinfo="skip",
            showlegend=False,
        )
    x, y = _joined(
        [
            ring
            for area in geography.areas()
            if area.code in selected
            for rings in area.polygons
            for ring in rings
        ]
    )
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colours.selected, "width": 3.5},
        hoverinfo="skip",
        showlegend=False,
        name="已选",
    )
    _add_projects(figure, points, selected, dark)
    figures = {code: value_text(value, decimals, unit) for code, value in values.items()}
    places = label_places(
        {code: max(text_width(text, 13), 26) / 2 for code, text in figures.items()},
        discs(points, _SCALED),
        geography.fitted(round(height * 1.2), height)[2],
        _SCALED,
    )
    figure.add_scatter(
        x=[places[area.code][0] for area in geography.areas()],
        y=[places[area.code][1] for area in geography.areas()],
        mode="markers+text",
        text=[
            f"{unit_name(area.code, short=True)}<br><b>{figures[area.code]}</b>" for area in geography.areas()
        ],
        textposition="middle center",
        customdata=[area.code for area in geography.areas()],
        name="街镇",
        showlegend=False,
        textfont={"size": 12, "color": colours.text, "shadow": ", ".join([f"0 0 2px {colours.halo}"] * 4)},
        marker={"size": 32, "opacity": 0.0},
        hoverinfo="text",
        hovertext=hints,
        selected={"marker": {"opacity": 0.0}},
        unselected={"marker": {"opacity": 0.0}, "textfont": {}},
    )
    west, south, east, north = geography.bounds()
    margin = 0.002
    plain(figure, height=height, title=f"{title}（{unit}）" if unit else title)
    figure.update_layout(
        xaxis={"visible": False, "range": [west - margin, east + margin], "constrain": "domain"},
        yaxis={
            "visible": False,
            "range": [south - margin, north + margin],
            "scaleanchor": "x",
            "scaleratio": geography.stretch(),
            "constrain": "domain",
        },
    )
    figure.add_annotation(
        text=geography.ATTRIBUTION,
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 10},
    )
    return figure


def _joined(paths: list[geography.Path]) -> tuple[list[float | None], list[float | None]]:
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
    drawn = list(zip(rows, discs(points, _SCALED), strict=True))
    for status, supply in SUPPLY.items():
        mine = [(row, disc) for row, disc in drawn if row["status"] == status]
        if not mine:
            continue
        chosen = [str(row["project_id"]) in selected for row, _ in mine]
        figure.add_scatter(
            x=[lon for _, (lon, _, _) in mine],
            y=[lat for _, (_, lat, _) in mine],
            mode="markers",
            name=supply.word,
            customdata=[str(row["project_id"]) for row, _ in mine],
            hoverinfo="text",
            text=[
                f"{safe(row['project_name'])}<br>{safe(row['tier'])} · {safe(row['size_text'])}<br>"
                f"{supply.word} · {safe(row['stage'])}"
                for row, _ in mine
            ],
            marker={
                "size": [2 * radius for _, (_, _, radius) in mine],
                "color": supply.fill(dark),
                "opacity": 0.92,
                "line": {"color": supply.line(dark), "width": [4 if one else 1.8 for one in chosen]},
            },
        )
