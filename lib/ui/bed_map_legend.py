"""What the signs of the map mean: colours of the 街镇, shapes, fills and sizes of points.

Its one rule: every sign is drawn by the same code as on the map, and beds and homes have a scale of sizes each.
"""

from __future__ import annotations

from base64 import b64encode
from itertools import takewhile

import pandas as pd
import streamlit as st

from lib.charts import bed_map, geography
from lib.charts.classes import NO_WORDS, Words
from lib.charts.map_points import BED_TIER, SHAPES, UNITS, SizeScale, shape_svg, size_scales
from lib.charts.palette import SUPPLY, Ground, ground
from lib.indicators.algebra import Indicator
from lib.spec.numbers import show

_SWATCH = "display:inline-block;width:18px;height:14px;margin:0 5px 0 0;vertical-align:-2px;border:1px solid #8A8F98"
_ITEM = "display:inline-block;white-space:nowrap;margin-right:14px"
_ROW = "display:flex;flex-wrap:wrap;align-items:center;gap:2px 0"
_HEAD = "font-weight:600;margin-right:10px;white-space:nowrap"
_PICTURE = "display:inline-block;vertical-align:middle;margin-right:4px"
_SIGN = 7.0
"""Radius of a sign in the legend in pixels, where size says nothing."""


def legend_html(
    measure: pd.DataFrame,
    points: pd.DataFrame,
    spec: Indicator,
    *,
    dark: bool,
    scaled: float,
    words: Words = NO_WORDS,
    over: tuple[float, ...] = (),
    layers: frozenset[str] = bed_map.ALL_LAYERS,
) -> str:
    """The legend of the map as HTML. scaled: the part of their full size that points are drawn at. layers: those that are drawn."""
    classes = bed_map.legend(measure, spec.decimals, spec.unit, dark, words=words, over=over)
    rows = [_row(spec.title, [_swatch(_fill(one.colour_hex, dark)) + one.text for one in classes])]
    if len(points):
        tiers = [tier for tier in SHAPES if (points["tier"] == tier).any()]
        rows.append(_row("形状", [_sign(SHAPES[tier], "planned", _SIGN, dark) + tier for tier in tiers]))
        shape = SHAPES[tiers[0]]
        rows.append(_row("填色", [_sign(shape, status, _SIGN, dark) + one.word for status, one in SUPPLY.items()]))
        rows += [_sizes(scale, dark, scaled) for scale in size_scales(points).values()]
    lines = _context(layers, dark)
    if lines:
        rows.append(f'<details><summary style="cursor:pointer">图例：{"、".join(lines)}</summary>{"".join(lines.values())}</details>')
    return f'<div style="font-size:0.85rem;line-height:1.7">{"".join(rows)}</div>'


def _context(layers: frozenset[str], dark: bool) -> dict[str, str]:
    """What the lines of the map mean, kind by kind, as far as they are drawn."""
    colours = ground(dark)
    drawn = {
        "metro": ("轨道交通", _metro(colours)),
        "stations": ("站点", [("站点（指着看站名）", "", 0.0)]),
        "waterways": ("河流", [("苏州河等较宽的河", colours.water, 5.0), ("其他河流", colours.water, 2.5)]),
        "expressways": ("快速路", [("内环、中环、外环等快速路、高架路", colours.road, 2.0)]),
    }
    return {
        title: _row(title, [(_stroke(colour, width) if colour else _station(colours)) + name for name, colour, width in lines])
        for layer, (title, lines) in drawn.items()
        if layer in layers
    }


def _metro(colours: Ground) -> list[tuple[str, str, float]]:
    """Name, colour and width of each line, in the order of their numbers."""
    lines = [(line.name.removeprefix("上海地铁"), line.colour or colours.road, 3.0) for line in geography.metro_lines()]
    return sorted(lines, key=lambda line: int("".join(takewhile(str.isdigit, line[0])) or 0))


def _stroke(colour: str, width: float) -> str:
    style = f"width:22px;border-top:{width:g}px solid {colour};margin-right:5px;vertical-align:4px"
    return f'<span style="display:inline-block;{style}"></span>'


def _station(colours: Ground) -> str:
    style = f"width:7px;height:7px;border-radius:50%;border:1.5px solid {colours.station};background:{colours.halo}"
    return f'<span style="display:inline-block;{style};margin-right:5px"></span>'


def _fill(colour: str, dark: bool) -> str:
    under, over = ground(dark).missing, ground(dark).hatch
    return {
        over: f"repeating-linear-gradient(135deg,{over} 0 1.5px,{under} 1.5px 5px)",
        under: f"radial-gradient(circle,{over} 1.4px,transparent 1.7px) 0 0/6px 6px {under}",
    }.get(colour, colour)


def _swatch(background: str) -> str:
    return f'<span style="{_SWATCH};background:{background}"></span>'


def _row(title: str, items: list[str]) -> str:
    told = "".join(f'<span style="{_ITEM}">{one}</span>' for one in items)
    return f'<div style="{_ROW}"><span style="{_HEAD}">{title}</span>{told}</div>'


def _sign(shape: str, status: str, radius: float, dark: bool) -> str:
    """A point as a picture of its own: Streamlit takes drawings out of the text it shows."""
    supply, side = SUPPLY[status], radius * 2.7 + 2
    drawn = shape_svg(shape, side / 2, side / 2, radius, fill=supply.fill(dark), line=SUPPLY["planned"].line(dark), width=1.5)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{side:g}" height="{side:g}">{drawn}</svg>'
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" style="{_PICTURE}">'


def _sizes(scale: SizeScale, dark: bool, scaled: float) -> str:
    beds = scale.unit == UNITS[BED_TIER]
    title, shape = ("圆的大小：床位数", SHAPES[BED_TIER]) if beds else ("方形、菱形的大小：套(间)数", "square")
    examples = ((scale.radius(size) * scaled, f"{show(size)} {scale.unit}") for size in scale.examples)
    return _row(title, [_sign(shape, "supplied", radius, dark) + text for radius, text in examples])


@st.cache_resource(show_spinner=False, max_entries=64)
def show_legend(
    key: str,
    _measure: pd.DataFrame,
    _points: pd.DataFrame,
    _spec: Indicator,
    dark: bool,
    _words: Words,
    _over: tuple[float, ...],
    scaled: float,
    _attribution: str,
    _layers: frozenset[str],
    _base: str,
) -> None:
    """The legend and what must be said under the map; replayed by key."""
    st.html(legend_html(_measure, _points, _spec, dark=dark, scaled=scaled, words=_words, over=_over, layers=_layers))
    if _base:
        st.caption(_base)
    absent = bed_map.without_place(_points)
    drawn = f"其中 {show(absent)} 个未上图（见下）" if absent else "全部上图"
    told = f"共 {show(len(_points))} 个项目，{drawn}" if len(_points) else "没有项目点位"
    two = "床位和套(间)各用一把尺，圆与方不能互相比大小。" if len(size_scales(_points)) > 1 else ""
    st.caption(f"{told}。{two}颜色按本版各月的最小值到最大值分级，换月份不变。{_attribution}，界线不作为法定依据。")
    if _spec.caution:
        st.caption(f"注意：{_spec.caution}")
