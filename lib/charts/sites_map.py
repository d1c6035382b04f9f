"""A small map of chosen sites: circles of their radius over the ten 街镇, what is covered already, the other candidates.

Its one rule: plain lines and fills as on the flat map of beds (SVG, nothing fetched), and the same words of origin on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lib.charts import geography
from lib.charts.figure import plain, safe
from lib.charts.palette import SUPPLY, accent, ground
from lib.datasets.boundaries import Boundary
from lib.datasets.places import unit_name

EXISTING, CHOSEN, OTHER = "已供应“一张床”项目", "所选候选点", "其他候选点"
_METRES_NORTH, _METRES_EAST = 110_868.0, 111_413.0
_CORNERS = 60


def coverage_map(
    sites: pd.DataFrame, *, radius: float, boundary: Boundary, covered: frozenset[str], added: frozenset[str], dark: bool = False,
    height: int = 460,
) -> go.Figure:
    """The ten 街镇, those covered and those that the choice adds filled, and circles around existing and chosen sites.

    sites: name, lon, lat (WGS-84, none missing), kind (one of the three above). radius: metres; 0 draws no circles; what is seen is the
    district with all of them. covered, added: codes.
    """
    colours, supply = ground(dark), SUPPLY["supplied"]
    fills = {"covered": _faded(supply.fill(dark), 0.28), "added": _faded(accent(dark), 0.45), "": "rgba(138,143,152,0.12)"}
    words_of = {"covered": "已覆盖街镇", "added": "选后新覆盖街镇", "": "未覆盖街镇"}
    figure = go.Figure()
    for state, words in words_of.items():
        figure.add_scatter(x=[None], y=[None], mode="markers", name=words, hoverinfo="skip",
                           marker={"symbol": "square", "size": 13, "color": fills[state], "line": {"width": 1, "color": colours.hatch}})
    for area in geography.areas(boundary):
        state = "added" if area.code in added else "covered" if area.code in covered else ""
        x, y = _joined([ring for rings in area.polygons for ring in rings])
        words = words_of[state].removesuffix("街镇")
        figure.add_scatter(
            x=x, y=y, mode="lines", fill="toself", fillcolor=fills[state], hoveron="fills", hoverinfo="text", showlegend=False,
            text=f"{unit_name(area.code)}：{words}", name=unit_name(area.code), line={"color": colours.hatch, "width": 1},
        )
    for line in geography.waterways():
        if line.name == "吴淞江":
            continue  # outside the district, as on the flat map of beds
        x, y = _joined(list(line.paths))
        figure.add_scatter(x=x, y=y, mode="lines", line={"color": colours.water, "width": 1.6}, hoverinfo="skip", showlegend=False,
                           name=line.name)
    looks = {
        EXISTING: (supply.fill(dark), "circle", 9),
        OTHER: (colours.station, "circle-open", 7),
        CHOSEN: (colours.selected, "star", 15),
    }
    for kind, (colour, symbol, size) in looks.items():
        own = sites[sites["kind"] == kind]
        if own.empty:
            continue
        if radius and kind != OTHER:
            x, y = _joined([_circle(lon, lat, radius) for lon, lat in zip(own["lon"], own["lat"], strict=True)])
            figure.add_scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=_faded(colour, 0.12), hoverinfo="skip", showlegend=False,
                               line={"color": colour, "width": 1.6, "dash": "solid" if kind == CHOSEN else "dot"}, name=f"{kind}范围")
        figure.add_scatter(
            x=own["lon"].tolist(), y=own["lat"].tolist(), mode="markers", name=kind, showlegend=True, hoverinfo="text",
            text=[f"{safe(name)}<br>{kind}" for name in own["name"]],
            marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": 1, "color": "#12161C" if dark else "#FFFFFF"}},
        )
    figure.add_scatter(
        x=[area.label[0] for area in geography.areas(boundary)], y=[area.label[1] for area in geography.areas(boundary)], mode="text",
        text=[unit_name(area.code, short=True) for area in geography.areas(boundary)], hoverinfo="skip", showlegend=False, name="街镇",
        textfont={"size": 12, "color": colours.text, "shadow": ", ".join([f"0 0 2px {colours.halo}"] * 4)},
    )
    west, south, east, north = _seen(sites[sites["kind"] != OTHER], radius)
    plain(figure, height=height)
    figure.update_layout(
        xaxis={"visible": False, "range": [west - 0.003, east + 0.003], "constrain": "domain"},
        yaxis={"visible": False, "range": [south - 0.008, north + 0.002], "scaleanchor": "x", "scaleratio": geography.stretch(),
               "constrain": "domain"},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 12}, "itemclick": False,
                "itemdoubleclick": False},
        margin={"t": 34},
    )
    figure.add_annotation(text=boundary.attribution, x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
                          showarrow=False, font={"size": 10})
    return figure


def _seen(circled: pd.DataFrame, radius: float) -> tuple[float, float, float, float]:
    """West, south, east, north of the district and the circles around some sites."""
    edges = np.array([*geography.bounds()]).reshape(2, 2)
    if radius and len(circled):
        rings = np.array([_circle(lon, lat, radius) for lon, lat in zip(circled["lon"], circled["lat"], strict=True)]).reshape(-1, 2)
        edges = np.array([np.minimum(edges[0], rings.min(axis=0)), np.maximum(edges[1], rings.max(axis=0))])
    west, south, east, north = edges.ravel().tolist()
    return west, south, east, north


def _circle(lon: float, lat: float, radius: float) -> list[list[float]]:
    east, north = radius / (_METRES_EAST * math.cos(math.radians(lat))), radius / _METRES_NORTH
    turns = [2 * math.pi * at / _CORNERS for at in range(_CORNERS + 1)]
    return [[round(lon + east * math.cos(turn), 5), round(lat + north * math.sin(turn), 5)] for turn in turns]


def _joined(paths: Sequence[geography.Ring]) -> tuple[list[float | None], list[float | None]]:
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


def _faded(colour: str, strength: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{strength})"
