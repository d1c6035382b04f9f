"""The map on paper: one A4 page across as SVG, with title, month, release, legend, scale, the ten figures and the link to the same.

Its one rule: it stands alone (nothing is loaded from elsewhere) and says what it is: 示意图, whose shapes, which release.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html import escape
from math import isfinite

import pandas as pd

from lib.charts import geography
from lib.charts.classes import (
    WITHOUT_BASE,
    LegendEntry,
    Words,
    legend,
    scale,
    value_in_full,
    value_text,
    values_by_code,
)
from lib.charts.figure import text_width
from lib.charts.geography import Ring
from lib.charts.label_places import label_places
from lib.charts.map_points import BED_TIER, SHAPES, UNITS, discs, shape_svg, size_scales
from lib.charts.palette import FONT, SUPPLY, accent, ground
from lib.datasets.boundaries import Boundary
from lib.datasets.places import unit_name
from lib.spec.numbers import show

WIDTH, HEIGHT = 1188, 840
"""A4 across, four units a millimetre."""
MAP_LEFT, MAP_TOP, MAP_WIDTH, MAP_HEIGHT = 40.0, 108.0, 760.0, 640.0
SIDE = 826.0
"""Where the column beside the map begins."""
_RIGHT = WIDTH - 40.0
_INK, _FAINT, _LINE = "#1F2933", "#5B6470", "#D5DAE0"
_KM_PER_DEGREE = 111.2
_ROW = 23.0
_REACH = {"circle": 1.0, "square": 0.886, "diamond": 1.253}
"""Half the width of a shape, by the radius of the circle of its area."""


@dataclass(frozen=True)
class MapPicture:
    """What the page shows. title, unit, decimals: of the figure; month, standing: lines under the title; whole: the figure of the district;
    places: code, value, numerator, denominator; points as `bed_points`; notes: said below; link: opens the same again; over, words,
    boundary as `subdistrict_map`; base: of how many projects the figures are, in a line of its own.
    """

    title: str
    unit: str
    decimals: int
    month: str
    standing: str
    whole: str
    places: pd.DataFrame
    points: pd.DataFrame
    notes: str
    link: str
    demo: bool
    selected: frozenset[str] = frozenset()
    words: Words = field(default_factory=dict)
    over: Collection[float] = ()
    boundary: Boundary | None = None
    base: str = ""


def map_svg(picture: MapPicture) -> str:
    """The page as SVG text."""
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>', _heading(picture), _map(picture), _table(picture)]
    parts += [_legend(picture, MAP_TOP + 50 + _ROW * 11), _footer(picture)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{escape(FONT)}"><title>{escape(picture.title)}　{escape(picture.month)}</title>{"".join(parts)}</svg>'
    )


def _text(
    x: float, y: float, text: str, size: float, colour: str = _INK, *, bold: bool = False, anchor: str = "start", halo: str = ""
) -> str:
    style = f' stroke="{halo}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    style += ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{style}>{escape(text)}</text>'


def _heading(picture: MapPicture) -> str:
    title = f"普陀区{picture.title}（{picture.month}）"
    told = f"{picture.standing}　全区 {picture.whole}"
    parts = [_text(MAP_LEFT, 62, title, 30, bold=True), _text(MAP_LEFT, 92, told, 16, _FAINT)]
    if picture.demo:
        left = _RIGHT - 104
        parts.append(f'<rect x="{left}" y="38" width="104" height="32" fill="none" stroke="{_INK}" stroke-width="1.5"/>')
        parts.append(_text(left + 52, 60, "演示数据", 18, bold=True, anchor="middle"))
    return "".join(parts)


class _Plane:
    """Degrees → units of the page; the district fills the map's frame."""

    def __init__(self) -> None:
        west, south, east, north = geography.bounds()
        stretch, room = geography.stretch(), 26.0
        self.across = min((MAP_WIDTH - 2 * room) / (east - west), (MAP_HEIGHT - 2 * room) / (north - south) / stretch)
        self.upward = self.across * stretch
        self.x0 = MAP_LEFT + MAP_WIDTH / 2 - (west + east) / 2 * self.across
        self.y0 = MAP_TOP + MAP_HEIGHT / 2 + (south + north) / 2 * self.upward

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return self.x0 + lon * self.across, self.y0 - lat * self.upward

    @property
    def zoom(self) -> float:
        """The zoom of a web map of the same size, a unit taken for a pixel."""
        return math.log2(self.across * 360 / 512)

    def path(self, paths: Iterable[Ring], *, closed: bool = False) -> str:
        drawn = []
        for path in paths:
            places = (self.at(one[0], one[1]) for one in path)
            drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + ("Z" if closed else ""))
        return "".join(drawn)


def _map(picture: MapPicture) -> str:
    plane, colours = _Plane(), ground()
    values = values_by_code(picture.places)
    classes = scale(picture.places, picture.decimals, picture.unit, over=picture.over)
    areas = geography.areas(picture.boundary)
    frame = f'x="{MAP_LEFT}" y="{MAP_TOP}" width="{MAP_WIDTH}" height="{MAP_HEIGHT}"'
    parts = [
        f'<defs><clipPath id="frame"><rect {frame}/></clipPath>{_hatch()}</defs><g clip-path="url(#frame)"><rect {frame} fill="#E9EBED"/>',
        _stroke(plane.path(geography.neighbour_borders()), colours.outside_line, 1.8),
    ]
    for area in areas:
        fill = classes.colour(values[area.code]) or ("url(#no-base)" if values[area.code] == WITHOUT_BASE else "url(#missing)")
        d = plane.path((ring for rings in area.polygons for ring in rings), closed=True)
        parts.append(f'<path d="{d}" fill="{fill}" fill-rule="evenodd" stroke="{colours.border}" stroke-width="2"/>')
    parts.append(_stroke(plane.path(path for one in geography.expressways() for path in one.paths), colours.road, 1.6, opacity=0.6))
    parts += [_stroke(plane.path(one.paths), colours.water, 4.5 if one.width_m > 40 else 2.2) for one in geography.waterways()]
    parts += [_stroke(plane.path(one.paths), one.colour or colours.road, 2.2, opacity=0.85) for one in geography.metro_lines()]
    for station in geography.stations():
        x, y = plane.at(station.place[0], station.place[1])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8" fill="#FFFFFF" stroke="{colours.station}" stroke-width="1.2"/>')
    chosen = [ring for area in areas if area.code in picture.selected for rings in area.polygons for ring in rings]
    parts.append(_stroke(plane.path(chosen, closed=True), colours.selected, 4.0))
    parts += _points(picture, plane)
    parts += _names(picture, plane, values)
    parts += [_scale_bar(plane), _north(), f'</g><rect {frame} fill="none" stroke="{_LINE}" stroke-width="1.5"/>']
    return "".join(parts)


def _hatch() -> str:
    ground_and_stroke = ((7, ground().missing), (1.6, ground().hatch))
    drawn = "".join(f'<rect width="{width}" height="7" fill="{fill}"/>' for width, fill in ground_and_stroke)
    hatched = f'<pattern id="missing" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">{drawn}</pattern>'
    dotted = f'<rect width="9" height="9" fill="{ground().missing}"/><circle cx="4.5" cy="4.5" r="1.6" fill="{ground().hatch}"/>'
    return f'{hatched}<pattern id="no-base" width="9" height="9" patternUnits="userSpaceOnUse">{dotted}</pattern>'


def _stroke(d: str, colour: str, width: float, opacity: float = 1.0) -> str:
    if not d:
        return ""
    style = f'stroke="{colour}" stroke-width="{width:g}" stroke-opacity="{opacity:g}" stroke-linejoin="round" stroke-linecap="round"'
    return f'<path d="{d}" fill="none" {style}/>'


def _points(picture: MapPicture, plane: _Plane) -> list[str]:
    placed = picture.points[picture.points["lon"].notna() & picture.points["lat"].notna()].to_dict("records")
    drawn = []
    for row, (lon, lat, radius) in sorted(zip(placed, discs(picture.points, 1.0), strict=True), key=lambda pair: -pair[1][2]):
        supply, chosen = SUPPLY[row["status"]], row["project_id"] in picture.selected
        shape, (x, y), width = SHAPES[row["tier"]], plane.at(lon, lat), 4.0 if chosen else 1.8
        line = ground().selected if chosen else supply.line()
        drawn.append(shape_svg(shape, x, y, radius, fill=supply.fill(), line=ground().halo, width=width + 2.4))
        drawn.append(shape_svg(shape, x, y, radius, fill=supply.fill(), line=line, width=width))
    return drawn


def _names(picture: MapPicture, plane: _Plane, values: dict[str, float]) -> list[str]:
    colours = ground()
    texts = {code: value_text(value, picture.decimals, picture.unit, picture.words) for code, value in values.items()}
    half = {code: max(text_width(text, 19), 34) / 2 for code, text in texts.items()}
    places = label_places(half, discs(picture.points, 1.0), plane.zoom, 1.0, picture.boundary)
    parts = []
    for name, lon, lat in geography.NEIGHBOUR_LABELS:
        parts.append(_text(*plane.at(lon, lat), name, 14, colours.outside_text, anchor="middle", halo=colours.outside_halo))
    for code, (lon, lat) in places.items():
        x, y = plane.at(lon, lat)
        parts.append(_text(x, y - 3, unit_name(code, short=True), 17, colours.text, bold=True, anchor="middle", halo=colours.halo))
        parts.append(_text(x, y + 17, texts[code], 19, colours.text, bold=True, anchor="middle", halo=colours.halo))
    return parts


def _scale_bar(plane: _Plane) -> str:
    """Two kilometres in two halves."""
    km = plane.upward / _KM_PER_DEGREE
    x, y = MAP_LEFT + 22, MAP_TOP + MAP_HEIGHT - 24
    halves = "".join(
        f'<rect x="{x + at * km:.1f}" y="{y:.1f}" width="{km:.1f}" height="6" fill="{fill}" stroke="{_INK}" stroke-width="1"/>'
        for at, fill in ((0, _INK), (1, "#FFFFFF"))
    )
    marks = "".join(_text(x + at * km, y - 5, f"{at} km" if at == 2 else str(at), 13, anchor="middle", halo="#E9EBED") for at in range(3))
    return halves + marks


def _north() -> str:
    x, y = MAP_LEFT + MAP_WIDTH - 34, MAP_TOP + 30
    arrow = f'<path d="M{x} {y}l10 30l-10 -7l-10 7z" fill="{_INK}"/>'
    return arrow + _text(x, y - 6, "北", 15, bold=True, anchor="middle", halo="#E9EBED")


def _table(picture: MapPicture) -> str:
    """The ten figures, most first and the missing last, each with a bar beside it."""
    frame = picture.places.sort_values("value", ascending=False, na_position="last", kind="stable")
    known, values = frame["value"].dropna(), values_by_code(frame)
    most = float(known.max()) if len(known) else 0.0
    unit = f"（{picture.unit}）" if picture.unit and not picture.words else ""
    parts = [_text(SIDE, MAP_TOP + 18, f"各街镇{picture.title}{unit}", 17, bold=True)]
    for at, row in enumerate(frame.to_dict("records")):
        y = MAP_TOP + 48 + at * _ROW
        value = values[str(row["code"])]
        chosen = row["code"] in picture.selected
        parts.append(_text(SIDE, y, unit_name(row["code"], short=True), 15, bold=chosen))
        if isfinite(value) and most > 0:
            width = max(value / most, 0.0) * 150
            parts.append(f'<rect x="{SIDE + 46}" y="{y - 12:.1f}" width="{width:.1f}" height="13" fill="{accent()}"/>')
        words = value_in_full(value, picture.decimals, picture.unit if picture.unit == "%" else "", picture.words)
        parts.append(_text(SIDE + 258, y, words, 15, anchor="end", bold=True))
        if isfinite(value) and row["denominator"] == row["denominator"] and row["denominator"] is not None:
            parts.append(_text(_RIGHT, y, f"{show(row['numerator'])}/{show(row['denominator'])}", 12, _FAINT, anchor="end"))
    return "".join(parts)


def _legend(picture: MapPicture, top: float) -> str:
    classes = legend(picture.places, picture.decimals, picture.unit, words=picture.words, over=picture.over)
    parts = [_text(SIDE, top, "图例", 17, bold=True)]
    y = top + 12
    for at, one in enumerate(classes):
        x, line = SIDE + at % 2 * 166, y + at // 2 * 22
        parts.append(f'<rect x="{x}" y="{line}" width="22" height="15" fill="{_fill(one)}" stroke="#8A8F98"/>')
        parts.append(_text(x + 29, line + 13, one.text, 13))
    y += (len(classes) + 1) // 2 * 22 + 16
    tiers = [tier for tier in SHAPES if (picture.points["tier"] == tier).any()]
    if tiers:
        parts += _signs([(SHAPES[tier], "planned", 7.0, tier) for tier in tiers], y)
        parts += _signs([(SHAPES[tiers[0]], status, 7.0, one.word) for status, one in SUPPLY.items()], y + 24)
        y += 56
        for unit, own in size_scales(picture.points).items():
            shape = SHAPES[BED_TIER] if unit == UNITS[BED_TIER] else "square"
            parts += _signs([(shape, "supplied", own.radius(size), f"{show(size)} {unit}") for size in own.examples], y + 4)
            y += 48
    return "".join(parts)


def _fill(entry: LegendEntry) -> str:
    patterns = {ground().hatch: "url(#missing)", ground().missing: "url(#no-base)"}
    return patterns.get(entry.colour_hex, entry.colour_hex)


def _signs(signs: list[tuple[str, str, float, str]], y: float) -> list[str]:
    parts, x = [], SIDE
    for shape, status, radius, words in signs:
        supply, reach = SUPPLY[status], radius * _REACH[shape] + 2
        parts.append(shape_svg(shape, x + reach, y, radius, fill=supply.fill(), line=SUPPLY["planned"].line(), width=1.6))
        parts.append(_text(x + 2 * reach + 4, y + 5, words, 13))
        x += 2 * reach + 4 + text_width(words, 13) + 10
    return parts


def _footer(picture: MapPicture) -> str:
    attribution = picture.boundary.attribution if picture.boundary else geography.ATTRIBUTION
    lines = [*filter(None, [picture.base]), f"{attribution}。界线不作为法定依据。{picture.notes}", f"同一张图：{picture.link}"]
    return "".join(_text(MAP_LEFT, MAP_TOP + MAP_HEIGHT + 22 + at * 17, line, 12, _FAINT) for at, line in enumerate(lines))


