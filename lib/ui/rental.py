"""The body of 床位供应地图: the map, the same as bars and table, legends, and what is not on the map."""

from __future__ import annotations

import pandas as pd
import pydeck as pdk
import streamlit as st

from lib.charts import bed_map
from lib.charts.bed_map_svg import subdistrict_map_svg
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.spec.numbers import show, show_unit
from lib.ui import state
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.tables import place_frame, rows_table

CARDS = ("H07", "H08", "H09", "H11B")
LINES = ("H08P", "H08S", "H02", "H11")
"""In preparation, all by stage (in the passport), homes supplied and their occupancy."""
MEASURES = ("H07", "H11B", "H02", "H01", "H11", "H03")
TIERS = ("一张床", "保租房", "全部项目")
STATUS_KEYS = {"已供应": "supplied", "入市准备": "preparing"}
MAP_KEY = "map"


def show_map(page: Page) -> None:
    """Choices, map with legends, and the bars of the same measure. A click on a 街镇 filters the page."""
    left, middle, right = st.columns([2, 2, 2])
    measure = left.selectbox(
        "地图指标", MEASURES, format_func=lambda name: CATALOGUE[name].title, key="measure", bind="query-params"
    )
    tier = middle.segmented_control("项目点位", TIERS, default=TIERS[0], key="tier", bind="query-params") or TIERS[0]
    hidden = right.multiselect(
        "隐藏图层",
        list(bed_map.LAYER_TITLES),
        format_func=bed_map.LAYER_TITLES.__getitem__,
        key="hide",
        bind="query-params",
        placeholder="全部显示",
    )
    layers = bed_map.ALL_LAYERS - set(hidden)
    chart, bars_beside = st.columns([3, 2])
    with chart:
        phone = state.on_phone()
        if st.toggle(
            "平面图（不用 WebGL）", key="flat", bind="query-params", help="地图显示不出来时打开；点街镇名称同样可以筛选。"
        ):
            st.plotly_chart(
                _flat(_key(page, measure, tier), page, measure, tier),
                config=PLOTLY_CONFIG,
                key="flat-map",
                on_select=_flat_clicked,
                alt=_alt(measure),
            )
        else:
            deck = _deck(f"{_key(page, measure, tier)}|{sorted(layers)}|{phone}", page, measure, tier, layers, phone)
            st.pydeck_chart(
                deck,
                height=400 if phone else 560,
                key=MAP_KEY,
                on_select=_clicked,
                selection_mode="single-object",
                alt=_alt(measure),
            )
        _legends(_key(page, measure, tier), page, measure, tier)
    with bars_beside:
        show_places(page, measure, title=f"各街镇{CATALOGUE[measure].title}", all_places=True)
        _beside(_key(page, measure, tier), page, measure)


def _key(page: Page, measure: str, tier: str) -> str:
    return f"{page.key}|{measure}|{tier}"


def _alt(measure: str) -> str:
    return f"普陀区十个街镇{CATALOGUE[measure].title}示意图，同样的数据见旁边的条形图和下方的表"


def _clicked() -> None:
    codes, _ = bed_map.picked(state.selection(MAP_KEY))
    _choose(codes)


def _flat_clicked() -> None:
    _choose(frozenset(state.picked_codes("flat-map")))


def _choose(codes: frozenset[str]) -> None:
    """Filter the page by the 街镇 clicked; a click on the one already chosen shows all again."""
    chosen = sorted(codes)
    state.choose_units([] if chosen == state.chosen_units() else chosen)


def points(page: Page, tier: str) -> pd.DataFrame:
    """Projects of a tier as the map wants them; those in another datum than WGS-84 come without coordinates."""
    projects = page.select().frame("rental_projects")
    projects = projects[projects["stage"] != "退出"]
    if tier != TIERS[2]:
        projects = projects[projects["is_bed"] == (tier == TIERS[0])]
    elsewhere = projects["datum"].notna() & (projects["datum"] != "WGS-84")
    size = projects["beds"].where(projects["is_bed"], projects["units"])
    words = [
        "未填" if value != value else f"{show(value)} {'张' if bed else '套(间)'}"
        for value, bed in zip(size, projects["is_bed"], strict=True)
    ]
    return pd.DataFrame(
        {
            "project_id": projects["project_id"],
            "project_name": projects["project_name"],
            "lon": projects["lon"].mask(elsewhere),
            "lat": projects["lat"].mask(elsewhere),
            "tier": projects["product_tier"],
            "stage": projects["stage"],
            "status": projects["status"].map(STATUS_KEYS).fillna("planned"),
            "size": size.fillna(0.0),
            "size_text": words,
            "subdistrict": projects["subdistrict"],
        }
    )


def _measure(page: Page, measure: str) -> pd.DataFrame:
    return place_frame(page, measure, all_places=True)


@st.cache_resource(show_spinner=False, max_entries=64)
def _deck(key: str, _page: Page, measure: str, tier: str, _layers: frozenset[str], phone: bool) -> pdk.Deck:
    spec = CATALOGUE[measure]
    width, height = (360, 400) if phone else (570, 560)
    return bed_map.subdistrict_map(
        _measure(_page, measure),
        points(_page, tier),
        title=spec.title,
        unit=spec.unit,
        decimals=spec.decimals,
        selected=frozenset(_page.units),
        dark=_page.dark,
        layers=_layers,
        width=width,
        height=height,
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _flat(key: str, _page: Page, measure: str, tier: str) -> object:
    spec = CATALOGUE[measure]
    return frozen(subdistrict_map_svg(
        _measure(_page, measure),
        points(_page, tier),
        title=spec.title,
        unit=spec.unit,
        decimals=spec.decimals,
        selected=frozenset(_page.units),
        dark=_page.dark,
    ))


@st.cache_resource(show_spinner=False, max_entries=64)
def _legends(key: str, _page: Page, measure: str, tier: str) -> None:
    spec = CATALOGUE[measure]
    classes = bed_map.legend(_measure(_page, measure), spec.decimals, spec.unit, _page.dark)
    swatch = "display:inline-block;width:14px;height:14px;margin:0 4px 0 10px;vertical-align:-2px;border:1px solid #8A8F98"
    parts = [f'<span style="{swatch};background:{one.colour_hex}"></span>{one.text}' for one in classes]
    dot = "display:inline-block;width:12px;height:12px;border-radius:50%;margin:0 4px 0 10px;vertical-align:-1px"
    parts += [
        f'<span style="{dot};background:{fill};border:2px solid {line}"></span>{word}'
        for fill, line, word in bed_map.points_legend(_page.dark)
    ]
    st.html(f'<div style="font-size:0.85rem;line-height:1.9">{"".join(parts)}</div>')
    drawn = points(_page, tier)
    absent = bed_map.without_place(drawn)
    note = f"圆点大小按床位数或套（间）数；共 {len(drawn)} 个项目"
    note += f"，其中 {absent} 个没有可用的 WGS-84 坐标，未上图（见下表）。" if absent else "，全部上图。"
    st.caption(f"{note} 示意图，界线不作为法定依据。© OpenStreetMap contributors（ODbL）。点街镇可筛选全页，再点一次取消。")


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
        table = pd.DataFrame(
            {"街镇": frame["name"], spec.title: frame["value"].map(lambda value: show_unit(value, spec.unit, spec.decimals))}
        )
        if spec.denominator is not None:
            table["分子"], table["分母"] = frame["numerator"].map(show), frame["denominator"].map(show)
        st.dataframe(table, hide_index=True, height="content", alt=f"各街镇{spec.title}（表）")


@st.cache_resource(show_spinner=False, max_entries=64)
def show_lists(key: str, _page: Page) -> None:
    """Projects of the selection in two tables: beds and homes are never added; replayed by `key`."""
    projects = _page.frame("rental_projects").sort_values(["subdistrict", "project_id"])
    beds, homes = projects[projects["is_bed"]], projects[~projects["is_bed"]]
    st.subheader("“一张床”项目", anchor=False)
    rows_table(
        _page,
        "rental_projects",
        beds,
        (
            "project_name",
            "subdistrict",
            "status",
            "stage",
            "beds",
            "leased_beds",
            "bed_price",
            "supply_date",
            "operator",
            "lon",
            "lat",
        ),
        alt="一张床项目清单",
        empty="所选街镇没有“一张床”项目。",
    )
    st.subheader("“一套房”“一间房”项目", anchor=False)
    rows_table(
        _page,
        "rental_projects",
        homes,
        (
            "project_name",
            "subdistrict",
            "product_tier",
            "source_mode",
            "status",
            "stage",
            "units",
            "leased_units",
            "filed_rent",
            "market_rent",
            "supply_date",
        ),
        alt="保租房项目清单",
        empty="所选街镇没有保租房项目。",
    )
