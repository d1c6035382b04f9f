"""Two boundaries of the 街镇 laid over each other, to be compared before one takes the other's place.

Its one rule: lines on plain axes, nothing else; what is measured in them stands in the table beside it.
"""

from __future__ import annotations

import plotly.graph_objects as go

from lib.charts.figure import key, plain
from lib.charts.geography import stretch
from lib.charts.palette import accent, ground
from lib.datasets.boundaries import OSM, Boundary
from lib.datasets.places import unit_name

HEIGHT = 420
OURS = "系统自带"


def boundary_chart(boundary: Boundary, ours: Boundary, *, title: str, name: str, dark: bool = False) -> go.Figure:
    """The ten outlines with their names. Where they are not ours, ours lie beneath them, dashed. name: of `boundary`, in the legend."""
    colours = ground(dark)
    figure = go.Figure()
    told = {name: accent(dark)}
    if boundary.key != ours.key:
        told[OURS] = colours.road
        _add(figure, ours, OURS, {"color": colours.road, "width": 1.5, "dash": "dot"})
    _add(figure, boundary, name, {"color": accent(dark), "width": 2})
    figure.add_scatter(
        x=[one.label[0] for one in boundary.outlines],
        y=[one.label[1] for one in boundary.outlines],
        mode="text",
        text=[unit_name(one.code, short=True) for one in boundary.outlines],
        textfont={"size": 12, "color": colours.text},
        hoverinfo="skip",
        name="街镇",
    )
    plain(figure, height=HEIGHT, title=title, notes=key(told))
    axis = {"visible": False, "constrain": "domain"}
    figure.update_layout(xaxis=axis, yaxis={**axis, "scaleanchor": "x", "scaleratio": stretch()})
    words = {"text": boundary.attribution if boundary.ours else f"审图号：{boundary.approval}；虚线 {OSM}", "font": {"size": 10}}
    figure.add_annotation(x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False, **words)
    return figure


def _add(figure: go.Figure, boundary: Boundary, name: str, line: dict[str, object]) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in (ring for one in boundary.outlines for rings in one.polygons for ring in rings):
        x += [*(pair[0] for pair in ring), None]
        y += [*(pair[1] for pair in ring), None]
    figure.add_scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip")
