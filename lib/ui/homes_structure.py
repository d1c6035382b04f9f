"""户型和结构 of 保租房: the room mix of new builds beside the article, tiers by class and source, operators.

Its one rule: parts add up to a figure of the catalogue; a total that nobody printed is a band.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.bars import stacked
from lib.charts.figure import PLOTLY_CONFIG
from lib.charts.room_mix import Mix, room_mix
from lib.datasets.rental_projects import SOURCE_MODES
from lib.figures.explanations import studio_explanation
from lib.figures.published import ARTICLE_PERIOD, read_rows
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown
from lib.reports.rental import UNSAID, crossed, operators
from lib.rules.rental_mix import total_band
from lib.spec.numbers import MISSING, show
from lib.spec.period import title_of
from lib.ui import data, state
from lib.ui.cards import show_lines
from lib.ui.homes import anything
from lib.ui.page import Page

MIX_LINES = ("H04N", "H04", "H05N", "H05", "H06N", "H06")
TITLES = ("一室户（含宿舍型）", "二室户", "三室户及以上及其他")
AMOUNTS = {"H02": "供应", "H01": "筹措"}


def show_structure(page: Page) -> None:
    """The whole section."""
    if not anything(page):
        return
    st.subheader("新建项目的户型", anchor=False)
    _mix(f"{page.key}|{page.edition.number}", page)
    show_lines(page, MIX_LINES, columns=2)
    st.subheader("产品层次 × 建筑类型 × 筹措方式", anchor=False)
    state.only_among("amount", tuple(AMOUNTS))
    name = st.segmented_control(
        "口径", tuple(AMOUNTS), default="H02", format_func=AMOUNTS.__getitem__, key="amount", bind="query-params", required=True,
        label_visibility="collapsed",
    ) or "H02"
    _cross(f"{page.key}|{name}", page, name)
    st.subheader("运营单位", anchor=False)
    _operators(page.key, page)


@st.cache_resource(show_spinner=False, max_entries=32)
def _mix(key: str, _page: Page) -> None:
    """What the article printed with the band of what it did not, our register of its month and of this one; replayed by `key`."""
    printed = {row["id"]: int(float(row["value"])) for row in read_rows("article_2024.csv") if row["id"].startswith("rental.")}
    one, two = printed["rental.studio.units"], printed["rental.twobed.units"]
    band = total_band(((one, printed["rental.studio.share"]), (two, printed["rental.twobed.share"])))
    rest = None if band is None else (float(band.rest[0]), float(band.rest[1]))
    rows = [Mix("文章（约数）", (float(one), float(two), None), rest)]
    content = _page.edition.contents.get(ARTICLE_PERIOD)
    if content is not None and _page.period != ARTICLE_PERIOD:
        rows.append(_ours(f"登记 {title_of(ARTICLE_PERIOD)}", data.breakdowns(_page.edition, ARTICLE_PERIOD)))
    whole = _page.select().figures
    rows.append(_ours(f"登记 {title_of(_page.period)}", whole))
    st.plotly_chart(room_mix(rows, TITLES, "套", dark=_page.dark), config=PLOTLY_CONFIG,
                    alt="新建项目各户型的套数：文章公布数和推算区间，本系统登记数；同样的数见下表")
    table: dict[str, list[str]] = {"": [row.name for row in rows]}
    for at, title in enumerate(TITLES):
        table[title] = [_part(row, at) for row in rows]
    table["合计"] = [_total(row) for row in rows]
    st.dataframe(pd.DataFrame(table), hide_index=True, height="content", alt="新建项目各户型的套数")
    if band is not None:
        low, high = (show(share, 1) for share in band.rest_share)
        st.caption(
            f"文章只印出一室户、二室户的套数和占比，没有总数；由取整的占比推算，总数在 {show(band.low)}～{show(band.high)} 套之间，"
            f"其余 {show(band.rest[0])}～{show(band.rest[1])} 套（{low}%～{high}%）。"
            "区间不作为公布数使用。口径为开工新建项目，全区，不随所选街镇变化。"
        )
    if content is not None:
        with st.expander("占比和总数怎样推算"):
            st.markdown(studio_explanation(data.snapshot(content.key, content, _page.edition.registry)))


def _ours(name: str, figures: dict[str, Breakdown]) -> Mix:
    return Mix(name, tuple(figures[one].whole.value for one in ("H04N", "H05N", "H06N")))


def _part(row: Mix, at: int) -> str:
    if at == len(TITLES) - 1 and row.band is not None:
        return f"{show(row.band[0])}～{show(row.band[1])}（推算）"
    return show(row.parts[at])


def _total(row: Mix) -> str:
    known = sum(part or 0.0 for part in row.parts)
    if row.band is not None:
        return f"{show(known + row.band[0])}～{show(known + row.band[1])}（推算，未公布）"
    return show(known) if any(part is not None for part in row.parts) else MISSING


@st.cache_resource(show_spinner=False, max_entries=64)
def _cross(key: str, _page: Page, name: str) -> None:
    """A sum by tier, class and source as bars and as a table with counts; beds apart; replayed by `key`."""
    rows = crossed(_page.figures_data, name, ("product_tier", "building_class"), "source_mode", _page.units)
    if rows.empty:
        st.info("所选范围内没有这样的项目。")
        return
    whole = _page.figures[name].whole
    order = (*SOURCE_MODES, UNSAID)
    st.plotly_chart(
        stacked(rows, index="index", column="column", value="value", order=order, title="", unit="套(间)", ordered=False, dark=_page.dark),
        config=PLOTLY_CONFIG, alt=f"{whole.indicator.title}按产品层次、建筑类型和筹措方式；同样的数见下表",
    )
    cells = rows.assign(text=[f"{show(value)}（{projects} 个）" for value, projects in zip(rows["value"], rows["projects"], strict=True)])
    table = cells.pivot_table(index="index", columns="column", values="text", aggfunc="first", sort=False)
    table = table[[one for one in order if one in table.columns]]
    sums = rows.groupby("index", sort=False)[["value", "projects"]].sum()
    table["合计"] = [f"{show(sums.loc[one, 'value'])}（{show(sums.loc[one, 'projects'])} 个）" for one in table.index]
    config: dict[str, Any] = {one: st.column_config.TextColumn(alignment="right") for one in table.columns}
    st.dataframe(table.rename_axis("层次　建筑类型").reset_index(), hide_index=True, height="content", placeholder=MISSING,
                 alt=f"{whole.indicator.title}分产品层次、建筑类型和筹措方式", column_config=config)
    st.caption(f"单位为套(间)，括号内为项目数；各格相加为“{whole.indicator.title}”{whole.text}。一张床的套(间)是房间，床位另列，不与套(间)相加。")
    _bed_cross(_page)


def _bed_cross(page: Page) -> None:
    rows = crossed(page.figures_data, "H07", ("product_tier", "building_class"), "source_mode", page.units)
    whole = page.figures["H07"].whole
    told = "；".join(f"{one['index']}　{one['column']} {show(one['value'])} 张（{one['projects']} 个）" for one in rows.to_dict("records"))
    st.markdown(f"**床位（张）**　已供应 {whole.text}" + (f"：{told}" if told else ""))


@st.cache_resource(show_spinner=False, max_entries=64)
def _operators(key: str, _page: Page) -> None:
    """Operators of supplied projects; replayed by `key`."""
    rows = operators(_page.figures_data, _page.units)
    if rows.empty:
        st.info("所选范围内没有已供应的项目。")
        return
    few = int(_page.snapshot.small_base)
    table = pd.DataFrame({
        "运营单位": rows["operator"],
        "项目数": rows["projects"],
        "样本": [f"少于 {few} 个" if one else "" for one in rows["few"]],
        "套(间)数": rows["units"],
        "套(间)出租率": rows["homes_rate"],
        "床位数": rows["beds"],
        "床位出租率": rows["beds_rate"],
        "低于观察线": rows["low"],
    })
    percent = st.column_config.NumberColumn(format="%.1f%%")
    height = min(480, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, height=height, placeholder=MISSING, alt="运营单位的项目、房源和出租率",
                 column_config={
                     "套(间)出租率": percent, "床位出租率": percent, "套(间)数": st.column_config.NumberColumn(format="localized"),
                     "床位数": st.column_config.NumberColumn(format="%d 张"), "低于观察线": st.column_config.NumberColumn(format="%d 个"),
                 })
    unsaid = rows.loc[rows["operator"] == UNSAID, "projects"].sum()
    st.caption(
        f"已供应的项目，按套(间)数排列；套(间)数相加为“{CATALOGUE['H02'].title}”{_page.figures['H02'].whole.text}。"
        f"出租率只含已填出租情况的项目，套(间)与床位分别计算；项目少于 {few} 个的只列数，不作比较。"
        + (f"{show(unsaid)} 个项目没有填运营单位。" if unsaid else "")
    )
