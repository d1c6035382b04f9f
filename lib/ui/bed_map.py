"""The map of 床位供应地图: what is chosen, the drawing with and without WebGL, the same as bars and table, files and links.

Its one rule: every choice stands in the address; what can be clicked can be chosen from a list, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import streamlit as st

from lib.actions.map_picture import MEASURES
from lib.charts import bed_map
from lib.charts.bed_map_svg import subdistrict_map_svg
from lib.charts.classes import NO_WORDS, value_in_full, values_by_code
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.geography import fitted
from lib.charts.palette import ground
from lib.datasets.places import subdistrict_codes, unit_name
from lib.indicators import CATALOGUE
from lib.reports.bed_points import TIERS, WORDS, filled_line
from lib.spec.numbers import show
from lib.spec.period import title_of
from lib.ui import state
from lib.ui.bed_map_legend import show_legend
from lib.ui.bed_map_months import choose_month, show_growth
from lib.ui.bed_map_points import filled_parts, may_export, points, reach, show_unplaced
from lib.ui.bed_map_project import project_link, show_project
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.tables import place_frame

CARDS = ("H07", "H08", "H09", "H11B")
LINES = ("H08P", "H08S", "H02", "H11")
"""In preparation, all by stage (in the passport), homes supplied and their occupancy."""
PICK_KEY, PROJECT = "map-project", "project"
_LAST = "_map_last"
FLAT_CONFIG = {
    **PLOTLY_CONFIG,
    "displayModeBar": True,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "filename": "床位供应地图", "scale": 3},
}
"""The button makes the picture in the browser itself."""
HALO = """<style>[class*="st-key-flat-map"] .textpoint text {{
  paint-order: stroke; stroke: {halo} !important; stroke-width: 3px !important; stroke-linejoin: round}}</style>"""
"""Lettering of the flat map with a rim in the colour of the ground; browsers draw no shadow around text of a drawing."""
SIZES = {False: (570, 560), True: (360, 400)}
"""Pixels of the map at a desk and on a phone."""
PRINT = """<style>@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-map-choices, .st-key-map-project-choice, .st-key-map-months,
  .st-key-map-files {display: none !important}
  [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; overflow: visible !important; height: auto !important}
  [data-testid="stElementContainer"] {break-inside: avoid}
}</style>"""
"""On paper the whole page is printed, not what the window shows of it, and no controls."""


def show_map(page: Page) -> None:
    """Choices, map with legend and time line, beside it the project that is open, else bars and table of the same figure."""
    st.html(PRINT)
    with st.container(key="map-choices"):
        choice = _choose()
        measure, tier = choice.measure, choice.tier
    phone = state.on_phone()
    left, right = st.columns([3, 2], gap="medium")
    with right, st.container(key="map-project-choice"):
        project = _choose_project(page, tier)
    with left:
        _draw(page, choice, project, phone)
        drawn, over = points(page, tier, project), reach(page, measure)
        show_legend(
            f"{page.key}|{measure}|{tier}|{project}|{phone}|{sorted(choice.layers)}", _measure(page, measure), drawn, CATALOGUE[measure],
            page.dark, WORDS.get(measure, NO_WORDS), over, _scaled(phone), page.edition.boundary.attribution, choice.layers,
            filled_line(filled_parts(page, measure)),
        )
        with st.container(key="map-months"):
            choose_month(page)
        show_unplaced(f"{page.key}|{page.pinned}|{page.user.id}", tier, page)
        if phone and project:
            _panel(page, project)
        show_growth(page, measure)
    with right:
        if project and not phone:
            _panel(page, project)
        show_places(page, measure, title=f"各街镇{CATALOGUE[measure].title}", all_places=True)
        _beside(f"{page.key}|{measure}", page, measure)
        _files(page, measure, tier, project)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen above the map. wheel: whether the wheel of the mouse zooms it."""

    measure: str
    tier: str
    layers: frozenset[str]
    flat: bool
    wheel: bool


def _choose() -> Choice:
    left, middle, right, last = st.columns([2, 2, 2, 1.3], vertical_alignment="bottom")
    measure = left.selectbox("地图指标", MEASURES, format_func=lambda name: CATALOGUE[name].title, key="measure", bind="query-params")
    tier = middle.segmented_control("项目点位", TIERS, default=TIERS[0], key="tier", bind="query-params") or TIERS[0]
    hidden = right.multiselect(
        "隐藏图层",
        list(bed_map.LAYER_TITLES),
        format_func=bed_map.LAYER_TITLES.__getitem__,
        key="hide",
        bind="query-params",
        placeholder="全部显示",
    )
    absent = state.without_webgl()
    flat = last.toggle("平面图", value=absent, key="flat", bind="query-params",
                       help="不用 WebGL 的画法：地图显示不出来时打开；右上角的相机可存为 PNG 图片。点街镇、点项目同样可以筛选和查看。")
    wheel = not flat and last.toggle(
        "滚轮缩放", key="wheel", bind="query-params", help="打开后，鼠标滚轮放大缩小地图；放大后显示站名。触摸屏用两指。"
    )
    if absent and flat:
        st.caption("这个浏览器不能用 WebGL，已自动改为平面图。")
    return Choice(measure, tier, bed_map.ALL_LAYERS - set(hidden), flat, wheel)


def _choose_project(page: Page, tier: str) -> str:
    """The list of projects, the same as a click on the map; gives the code of the one that is open, kept in the address."""
    asked = state.in_address(PROJECT)
    names = _names(page.key, tier, asked, page)
    state.choose(**{PICK_KEY: asked if asked in names else None})
    st.selectbox(
        "查看项目（也可点地图上的项目）", list(names), index=None, format_func=names.__getitem__, key=PICK_KEY, on_change=_listed,
        placeholder=f"{show(len(names))} 个项目，点开选择或输入名称",
    )
    return asked


@st.cache_resource(show_spinner=False, max_entries=128)
def _names(key: str, tier: str, asked: str, _page: Page) -> dict[str, str]:
    drawn = points(_page, tier, asked)
    if _page.units:
        drawn = drawn[drawn["subdistrict"].isin(_page.units) | (drawn["project_id"] == asked)]
    drawn = drawn.sort_values(["subdistrict", "project_id"])
    return {
        row["project_id"]: f"{row['project_name']}（{unit_name(row['subdistrict'], short=True)}，{row['tier']} {row['size_text']}）"
        for row in drawn.to_dict("records")
    }


def _listed() -> None:
    state.put_address(PROJECT, state.choice(PICK_KEY))


def _close() -> None:
    state.put_address(PROJECT, "")


def _panel(page: Page, project: str) -> None:
    with st.container(border=True, key="map-panel"):
        st.button("关闭，回到各街镇", key="map-close", icon=":material/close:", type="tertiary", on_click=_close)
        show_project(page.key, project, project_link(page, project, state.page_address()), page)


def _draw(page: Page, choice: Choice, project: str, phone: bool) -> None:
    key = f"{page.key}|{choice.measure}|{choice.tier}|{sorted(choice.layers)}|{choice.flat}|{choice.wheel}|{project}|{phone}"
    own = f"{choice.tier}-{page.period}"  # a map of its own for other points: the browser keeps what was picked by its place among them
    if choice.flat:
        st.html(HALO.format(halo=ground(page.dark).halo))
        st.plotly_chart(
            _flat(key, page, choice, project, phone), config=FLAT_CONFIG, key=f"flat-map-{own}",
            on_select=partial(_flat_clicked, f"flat-map-{own}"), alt=_alt(choice.measure),
        )
        return
    st.pydeck_chart(
        _deck(key, page, choice, project, phone),
        height=SIZES[phone][1],
        key=f"map-{own}",
        on_select=partial(_clicked, f"map-{own}"),
        selection_mode="single-object",
        alt=_alt(choice.measure),
    )


def _alt(measure: str) -> str:
    return f"普陀区十个街镇{CATALOGUE[measure].title}示意图，同样的数据见旁边的条形图和表"


def _clicked(key: str) -> None:
    found = bed_map.picked(state.selection(key))
    if found is not None:
        _choose_picked(sorted(found[0] | found[1]))


def _flat_clicked(key: str) -> None:
    found = state.picked_codes(key)
    if found or not state.selection(key).get("points"):
        _choose_picked(found)


def _choose_picked(found: list[str]) -> None:
    """Choose the 街镇 or open the project clicked; a click on what is chosen already takes it back, as does one that unselects it."""
    again = not found
    clicked = found[0] if found else state.recall(_LAST)
    state.remember(_LAST, clicked)
    if clicked in subdistrict_codes():
        chosen = state.chosen_units() == [clicked]
        if chosen or not again:
            state.choose_units([] if chosen else [clicked])
    elif clicked:
        shown = state.in_address(PROJECT) == clicked
        if shown or not again:
            state.put_address(PROJECT, "" if shown else clicked)


def _measure(page: Page, measure: str) -> pd.DataFrame:
    return _measured(page.key, measure, page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _measured(key: str, measure: str, _page: Page) -> pd.DataFrame:
    return place_frame(_page, measure, all_places=True)


def _scaled(phone: bool) -> float:
    return bed_map.point_scale(fitted(*SIZES[phone])[2])


@st.cache_resource(show_spinner=False, max_entries=64)
def _deck(key: str, _page: Page, _choice: Choice, project: str, phone: bool) -> pdk.Deck:
    width, height = SIZES[phone]
    return bed_map.subdistrict_map(
        _measure(_page, _choice.measure), points(_page, _choice.tier, project), width=width, height=height, scroll_zoom=_choice.wheel,
        **_look(_page, _choice, project),
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _flat(key: str, _page: Page, _choice: Choice, project: str, phone: bool) -> go.Figure:
    width, height = SIZES[phone]
    return frozen(subdistrict_map_svg(
        _measure(_page, _choice.measure), points(_page, _choice.tier, project), width=width, height=height, clickable=True,
        **_look(_page, _choice, project),
    ), clickable=True)


def _look(page: Page, choice: Choice, project: str) -> dict[str, Any]:
    """What both drawings are told."""
    spec = CATALOGUE[choice.measure]
    return {
        "title": spec.title, "unit": spec.unit, "decimals": spec.decimals, "selected": frozenset((*page.units, project)), "dark": page.dark,
        "layers": choice.layers, "words": WORDS.get(spec.id, NO_WORDS), "over": reach(page, spec.id), "boundary": page.edition.boundary,
        "notes": {code: f"{part} 个项目已填" for code, part in filled_parts(page, spec.id).items()},
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def _beside(key: str, _page: Page, measure: str) -> None:
    spec = CATALOGUE[measure]
    coverage = _page.select().figures["H09"]
    if coverage.whole.numerator is None:
        st.info("本期尚无街镇报送《保障性租赁住房项目情况表》。")
        return
    without = [unit_name(one.unit) for one in coverage.places if one.value == 0]
    absent = f"另有 {len(coverage.whole.missing)} 个街镇未报。" if coverage.whole.missing else ""
    uncovered = f"尚未覆盖：{'、'.join(without)}。" if without else "已报送的街镇均已覆盖。"
    st.markdown(f"**“一张床”覆盖 {coverage.whole.fraction.replace(' ', '')} 个街镇。** {uncovered}{absent}")
    with st.expander("同样的数据（表）"):
        frame = _measure(_page, measure)
        told = WORDS.get(measure, NO_WORDS)
        values = values_by_code(frame)
        words = [value_in_full(values[code], spec.decimals, spec.unit, told) for code in frame["code"]]
        marks = ["▶ " if code in _page.units else "" for code in frame["code"]]
        table = pd.DataFrame({"街镇": [mark + name for mark, name in zip(marks, frame["name"], strict=True)], spec.title: words})
        if spec.denominator is not None:
            table["分子"], table["分母"] = frame["numerator"].map(show), frame["denominator"].map(show)
        st.dataframe(table, hide_index=True, height="content", alt=f"各街镇{spec.title}（表）")


def _files(page: Page, measure: str, tier: str, project: str) -> None:
    """The map as a picture, the rows behind it, and the link that shows the same for ever."""
    with st.container(key="map-files"), st.popover("导出和固定链接", icon=":material/ios_share:"):
        _links(f"{page.key}|{page.user.id}|{measure}|{tier}|{project}", page, measure, tier, project, state.page_address())


@st.cache_resource(show_spinner=False, max_entries=128)
def _links(key: str, _page: Page, measure: str, tier: str, project: str, address: str) -> None:
    title, number = CATALOGUE[measure].title, _page.edition.number
    pinned = {"v": str(number), "period": _page.period, "unit": ",".join(_page.units)}
    shown = {name: value for name, value in {**pinned, "measure": measure, "tier": tier, "project": project}.items() if value}
    if may_export(_page):
        files = urlencode({**shown, "as": _page.user.id})
        st.link_button("下载地图（SVG，A4 横向，可打印）", f"/api/download/map.svg?{files}", icon=":material/map:")
        st.link_button(f"下载“{title}”的明细行（CSV）", f"/api/download/rows/{measure}.csv?{files}", icon=":material/download:")
        st.caption("要 PNG 图片：打开“平面图”，点图右上角的相机。")
    st.caption(f"固定链接：以后打开仍显示第 {number} 版{title_of(_page.period)}的这张图")
    same = "&".join(f"{name}={value}" for name, value in {**shown, "measure": title}.items())
    st.code(f"{address}?{same}", language=None, wrap_lines=True)
