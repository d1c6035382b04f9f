"""保租房: its sections, and 总体: raised, supplied and let, beside what the plan published, 中岚居, and what a tenant may ask.

Its one rule: figures come from the catalogue; homes are counted in 套(间), beds stand apart.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.figures.published import ARTICLE_PERIOD, compare_article, read_rows
from lib.indicators import CATALOGUE
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, title_of
from lib.ui import data, state
from lib.ui.cards import show_cards, show_lines
from lib.ui.homes_published import show_plan
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.rental_links import on_the_map
from lib.ui.words import literal

OVERALL, STRUCTURE, LETTING, LIST = PARTS = ("总体", "户型和结构", "出租和租金", "清单")
CARDS = ("H01", "H02", "H03", "H11", "H11N", "H12N")
LINES = ("H12", "H12U", "H14", "H14U", "H17", "H11M")
PLACES = ("H02", "H01", "H03", "H11")
AMOUNTS = ("H02", "H01")
"""Of these the amounts: most first, as on the map."""
NAMED = "中岚居"
TALENT = "rental.talent.units"
CONTRACT_RULES = (
    "rental.access_area", "rental.contract_min_years", "rental.contract_max_years", "rental.deposit_months", "rental.prepay_months",
    "rental.rent_ratio", "rental.rent_rise", "rental.occupancy_watch", "rental.conversion_years", "beds.term_min_months",
    "beds.term_max_years",
)
"""What a tenant or an operator may ask, all from the registry of thresholds."""


def choose_part() -> str:
    """Which section of the page is asked for; kept in the address (`?part=`)."""
    state.only_among("part", PARTS)
    part = st.segmented_control(
        "内容", PARTS, default=OVERALL, key="part", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return part or OVERALL


def anything(page: Page) -> bool:
    """Whether there are rows to show; says why where there are none."""
    if page.nobody("rental_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['rental_projects'].title}》，暂无数据。可在报告期中选择上一期。")
        return False
    return True


def show_overview(page: Page) -> None:
    """总体."""
    anything(page)
    show_cards(page, CARDS, columns=3)
    show_lines(page, LINES, columns=2)
    show_plan(page)
    left, right = st.columns(2)
    with left:
        state.only_among("homes_by", PLACES)
        name = st.selectbox("按街镇", PLACES, format_func=lambda one: CATALOGUE[one].title, key="homes_by", bind="query-params")
        show_places(page, name, order="most" if name in AMOUNTS else "push")
    with right:
        _named(f"{page.key}|{page.pinned}|{page.user.id}", page)
        _contract(page.key, page)


@st.cache_resource(show_spinner=False, max_entries=32)
def _named(key: str, _page: Page) -> None:
    """中岚居 with its homes for talents as a part of it; replayed by `key`."""
    rows = _page.frame("rental_projects")
    rows = rows[rows["project_name"].fillna("").str.contains(NAMED, regex=False)]
    if len(rows) != 1:
        return
    row = rows.to_dict("records")[0]
    printed = {one["id"]: one for one in read_rows("article_2024.csv")}
    talent = printed[TALENT]
    st.markdown(f"**{literal(row['project_name'])}**（{unit_name(row['subdistrict'], short=True)}）")
    address = on_the_map(_page, rows["project_id"])[0]
    homes, named = f"{show(row['units'])} 套(间)", title_of(Period(talent["as_of"]))
    let = f"已出租 {show_unit(row['leased_units'], '套(间)')}，出租率 {show_unit(row['occupancy'], '%', 1)}"
    rent = f"备案租金 {show_unit(row['filed_rent'], '元/㎡·月', 2)}"
    lines = [
        f"{homes}，{literal(row['stage'])}；{let}，{rent}。[在地图上查看]({address})",
        f"其中 **{show(float(talent['value']))} 间**为文化人才公寓（{named}，据新民晚报），已含在上述 {homes}和筹措、供应中，**不另加**。",
    ]
    if (content := _page.edition.contents.get(ARTICLE_PERIOD)) is not None:
        then = data.snapshot(content.key, content, _page.edition.registry)
        told = {one.id: one for one in compare_article(then)}
        lines += [f"{one.title}：公布 {one.published}，本系统（{title_of(ARTICLE_PERIOD)}）{one.computed}，{one.verdict}。"
                  for one in (told["rental.zhonglanju.area"], told["rental.zhonglanju.signed"])]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption("公布的签约按户计、本系统的已出租按套(间)计，口径不同，只作对照。")


@st.cache_resource(show_spinner=False, max_entries=32)
def _contract(key: str, _page: Page) -> None:
    """Access, contract and rent rules with the day on which each stands; replayed by `key`."""
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    rows = [registry.at(rule, on) for rule in CONTRACT_RULES]
    with st.expander("准入、合同和租金的规定要点"):
        st.markdown("准入以在本市合法就业、住房困难为条件；具体以区房管局公布为准。")
        st.table(
            pd.DataFrame({
                "内容": [row.title for row in rows],
                "标准": [row.text.replace(" ", "\u00a0") for row in rows],
                "依据": [row.basis for row in rows],
                "状态": [registry.state_of(row, on) for row in rows],
            }),
            hide_index=True, border="horizontal", alt="准入、合同和租金的规定要点",
        )
        st.caption(f"状态按 {on} 判断；数值和日期都在“数据—标准与阈值”中维护。")
