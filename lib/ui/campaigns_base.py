"""强基 of 三大行动: red points against the shares announced, the party's work, alliances, by 街镇, and the lists behind.

Its one rule: the denominator is said wherever a share stands: all compounds of the register, not those that may have a committee.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.bed_map_svg import subdistrict_map_svg
from lib.charts.columns import series
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.indicators import CATALOGUE
from lib.rules.points import Progress, progress
from lib.spec.numbers import show
from lib.spec.period import add_months, end_of, period_of, title_of
from lib.ui import data, state
from lib.ui.campaigns import LIST, SMALL_LIST, absent_words, anything, compound_table, download
from lib.ui.campaigns_works import show_alliances
from lib.ui.cards import show_cards
from lib.ui.governance_funnel import show_ranked
from lib.ui.page import Page
from lib.ui.renewal_table import drawn_key
from lib.ui.tables import place_frame

CARDS = ("G13", "G14", "G15", "G13A")
POINTS = {"实践点": ("G13", "redpoint.practice_share"), "示范点": ("G14", "redpoint.model_share")}
MEASURES = {**POINTS, "党建覆盖": ("G15", "party.coverage")}
"""What 街镇 are compared by: the figure and the rule of its target."""
SPAN_RULE = "redpoint.months"
MONTHS_SEEN = 12
"""Months whose counts show the pace."""
POINT_VIEWS = ("全部", "实践点", "示范点", "申报中", "复核未通过或取消", "党建未覆盖")
NO_POINT = ("复核未通过", "已取消")


def show_base(page: Page) -> None:
    """Cards, the way to the shares, alliances and brands, 街镇 side by side, lists."""
    known = anything(page, "compounds")
    if known:
        show_cards(page, CARDS)
        _ways(drawn_key(page), page)
    show_alliances(page)
    st.caption("联建共建没有列入任何报表，本系统没有数据。")
    if known:
        _by_place(page)
        _lists(page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _ways(key: str, _page: Page) -> None:
    """Both counts over the months with their targets, and what they come to in words; replayed by `key`."""
    st.subheader("创建进度和目标", anchor=False)
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    for column, (title, (name, rule)) in zip(st.columns(2), POINTS.items(), strict=True):
        with column:
            points = data.series(_page.edition, name, _page.units)
            points = tuple(one for one in points if one.period <= _page.period)
            share = registry.at(rule, on)
            frame = pd.DataFrame({"period": [one.period for one in points], "value": [one.value for one in points]})
            st.plotly_chart(
                series(frame, title=f"{title}创建率", unit="%", decimals=1, target=share.number),
                config=PLOTLY_CONFIG, alt=f"{title}创建率各月的走势和目标",
            )
            st.markdown(point_words(title, way_of(_page, name, rule), _page))
    st.markdown(point_words("党建覆盖", way_of(_page, "G15", "party.coverage"), _page))
    span = registry.at(SPAN_RULE, on)
    end = add_months(span.effective_from, span.whole)
    st.caption(
        f"目标出自{span.document}：{span.whole // 12} 年内创建实践点 {registry.at('redpoint.practice_share', on).text}、"
        f"示范点 {registry.at('redpoint.model_share', on).text}。起算日未载明；若自报道的 {title_of(period_of(span.effective_from))} 起算，"
        f"期限为 {end.isoformat()}{'，已过' if end < on else ''}。目标个数 = ⌈比例 × 住宅小区数⌉，"
        "分母是全部住宅小区，不是符合成立条件的小区。推算只按首末两次观测作加法。"
        + ("目标是全区口径，按所选街镇折算只作参照。" if _page.units else "")
    )


def way_of(page: Page, name: str, rule: str) -> Progress | None:
    """The progress of a kind of points for the selection; None where nobody has reported."""
    value = page.figures[name].whole
    if value.numerator is None or not value.denominator:
        return None
    points = [one for one in data.series(page.edition, name, page.units) if one.period <= page.period and one.numerator is not None]
    seen = [(end_of(one.period), int(one.numerator or 0)) for one in points if not one.missing][-MONTHS_SEEN - 1:]
    on, registry = page.snapshot.as_of, page.snapshot.registry
    known = [one for one in seen if one[0] < on]
    return progress([*known, (on, int(value.numerator))], int(value.denominator), registry.at(rule, on), on,
                    registry.at("outlook.least_days", on).whole, "覆盖数" if name == "G15" else "点数")


def point_words(title: str, way: Progress | None, page: Page) -> str:
    """The way in words: how many of how many, what is short, the pace, and the day that follows."""
    if way is None:
        return f"**{title}**　未报"
    share = f"{show(way.count)} 个 / {show(way.base)} 个住宅小区"
    if not way.short:
        return f"**{title}**　{share}；目标 {show(way.target)} 个，**已达到**"
    gain = f"近 {way.pace.span} 天净增 {show(way.pace.gain)} 个" if way.pace.span else ""
    told = f"按此进度约 {way.expected.isoformat()} 达到" if way.expected else way.pace.doubt
    partial = "" if page.units or way.base == page.figures["G01"].whole.value else "（只含已报已填的）"
    return f"**{title}**　{share}{partial}；目标 {show(way.target)} 个，**还差 {show(way.short)} 个**；{gain + '，' if gain else ''}{told}"


@st.fragment
def _by_place(page: Page) -> None:
    st.subheader("按街镇", anchor=False)
    state.only_among("measure", MEASURES)
    chosen = st.segmented_control(
        "按街镇比较", list(MEASURES), default="实践点", key="measure", bind="query-params", required=True, label_visibility="collapsed"
    ) or "实践点"
    name = MEASURES[chosen][0]
    show_ranked(page, name)
    st.plotly_chart(_map(f"{page.key}|{chosen}", page, chosen), config=PLOTLY_CONFIG, key=f"map-{name}-{page.key}",
                    alt=f"各街镇{CATALOGUE[name].title}示意图，同样的数见条形图")
    st.caption("示意图，不作边界依据。目标是全区口径，各街镇只作参照。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _map(key: str, _page: Page, chosen: str) -> go.Figure:
    name, _ = MEASURES[chosen]
    return frozen(subdistrict_map_svg(
        place_frame(_page, name, all_places=True), _NO_POINTS, title=CATALOGUE[name].title, unit="%", decimals=1,
        selected=frozenset(_page.units), dark=_page.dark, height=420,
    ))


_NO_POINTS = pd.DataFrame({
    name: pd.Series(dtype="float64" if name in {"lon", "lat", "size"} else "str")
    for name in ("project_id", "project_name", "lon", "lat", "size", "status", "stage", "tier", "size_text", "subdistrict")
})


@st.fragment
def _lists(page: Page) -> None:
    st.subheader("清单", anchor=False)
    state.only_among("points", POINT_VIEWS)
    view = st.segmented_control("清单内容", POINT_VIEWS, default=POINT_VIEWS[0], key="points", bind="query-params", required=True,
                                wrap=True, label_visibility="collapsed") or POINT_VIEWS[0]
    _list(f"{drawn_key(page)}|{view}", page, view)


@st.cache_resource(show_spinner=False, max_entries=64)
def _list(key: str, _page: Page, view: str) -> None:
    if view == POINT_VIEWS[-1]:
        _uncovered(_page)
        return
    if not anything(_page, "red_points"):
        return
    rows = points_of(_page.frame("red_points"), view)
    absent = absent_words(_page, "red_points")
    if rows.empty:
        st.info(f"所选范围内没有符合条件的创建点{absent}。")
        return
    compound_table(_page, rows, {
        "类型": rows["point_type"], "状态": rows["status"], "申报日期": rows["apply_date"], "命名日期": rows["named_date"],
        "复核日期": rows["review_date"], "备注": rows["note"],
    }, alt="红色物业创建点", height=LIST)
    counts = "、".join(f"{name} {count} 个" for name, count in rows["status"].value_counts().items())
    st.caption(f"清单共 {len(rows)} 行，一行一个小区的一个创建点：{counts}。“已命名”和“复核通过”计入创建率{absent}。")
    download(_page, {"G13": "有实践点的小区", "G14": "有示范点的小区", "G13A": "申报中的创建点"})


def points_of(rows: pd.DataFrame, view: str) -> pd.DataFrame:
    """The points of a view, the latest named first."""
    if view in {"实践点", "示范点"}:
        rows = rows[rows["point_type"] == view]
    elif view == "申报中":
        rows = rows[rows["status"] == view]
    elif view != POINT_VIEWS[0]:
        rows = rows[rows["status"].isin(NO_POINT)]
    return rows.sort_values(["named_date", "apply_date", "compound_id"], ascending=[False, False, True], kind="stable")


def _uncovered(page: Page) -> None:
    compounds = page.frame("compounds")
    told = compounds["party_covered"]
    rows = compounds[told.isna() | told.eq(False).fillna(False)]
    unknown = int(told.isna().sum())
    absent = absent_words(page, "compounds")
    if rows.empty:
        st.success(f"所选范围内的 {len(compounds)} 个住宅小区党建工作都已覆盖{absent}。")
        return
    told_words = ["未填" if one is pd.NA or one != one else "未覆盖" for one in rows["party_covered"].astype("object")]
    compound_table(page, rows, {"党建工作": told_words, "居委会": rows["neighbourhood_committee"], "总户数": rows["households"]},
                   alt="党建工作未覆盖的小区", height=SMALL_LIST, config={"总户数": st.column_config.NumberColumn(format="localized")})
    st.caption(f"未覆盖 {len(rows) - unknown} 个，未填 {unknown} 个（未填的不计入覆盖率）{absent}。")
