"""The section 一张床 of 床位供应地图: stages, coverage, rooms, the way to the target of the plan, prices, sectors, the list.

Its one rule: figures come from the catalogue, counts of the list say so; beds are never added to homes or people.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.auth.permissions import Action, may
from lib.charts.amounts import Amount, Step, amounts, way_to
from lib.charts.bed_flow import bed_stages
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets import DATASETS
from lib.datasets.ladders import BEDS
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import split
from lib.indicators.rental_rows import ROOM_KINDS
from lib.reports.rental import Choice, chosen, listing, plan_words
from lib.rules.rental_beds import STEPS, next_coverage, sectors_served
from lib.rules.rental_pace import PlanPace, plan_pace
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.amount_bars import show_amounts
from lib.ui.cards import show_lines
from lib.ui.homes_published import show_article
from lib.ui.page import Page
from lib.ui.rental_links import list_address, on_the_map

PROGRESS, ROOMS_AND_PRICES, LISTED = PARTS = ("进展和覆盖", "房间、床价和行业", "清单")
PLAN_LINES, PRICE_LINES, LIST_LINES = ("H10", "H10N", "H10P", "H08B"), ("H13", "H13U"), ("H17B",)
PART = "bed_part"
STAGE, WORDS = "bed_stage", "bed_find"
"""Keys of the choices of the list, the same in the address."""
ROOMS = tuple((f"H18{letter}", title) for letter, title in zip("ABCD", ROOM_KINDS.values(), strict=True))
ROOM_BEDS = tuple((f"H19{letter}", title) for letter, title in zip("ABCD", ROOM_KINDS.values(), strict=True))
PRICE_FIELDS = ("bed_price", "beds", "filed_rent", "rental_area")
LIST_COLUMNS = (
    "项目名称", "街镇", "阶段", "床位数", "已出租床位", "出租率", "床位价", "床价合计减备案价", "轮候", "服务行业", "供应日期", "运营单位"
)


def show_beds(page: Page) -> None:
    """The whole section, below the map; call it once a run, outside of cached bodies."""
    st.subheader("一张床", anchor=False)
    if page.nobody("rental_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['rental_projects'].title}》。")
        return
    state.only_among(PART, PARTS)
    part = st.segmented_control(
        "一张床内容", PARTS, default=PROGRESS, key=PART, bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    if part == ROOMS_AND_PRICES:
        _rooms_and_prices(page)
    elif part == LISTED:
        show_lines(page, LIST_LINES)
        _list(page)
    else:
        show_article(page)
        left, right = st.columns(2)
        with left:
            _flow(page)
        with right:
            _coverage(page.key, page)
        _progress(page.key, state.on_phone(), page)
        show_lines(page, PLAN_LINES, columns=2)


def _rooms_and_prices(page: Page) -> None:
    st.markdown("**房间和床位按几人间**")
    left, right = st.columns(2)
    with left:
        show_amounts(page, ROOMS, "已供应的一张床项目各类房间数")
        st.caption("房间数（间）。")
    with right:
        show_amounts(page, ROOM_BEDS, "已供应的一张床项目各类房间的床位")
        st.caption("床位（张）；5-6人间为床位数减去其他房间的床位。")
    left, right = st.columns([3, 2])
    with left:
        _prices(page.key, page)
        show_lines(page, PRICE_LINES)
    with right:
        _sectors(page.key, page)


# -- stages ------------------------------------------------------------------------------------------------------------


def _flow(page: Page) -> None:
    st.markdown("**各阶段的项目和床位**")
    selected = frozenset(state.choices(STAGE))
    key = f"bed-flow-{'-'.join(sorted(selected))}"  # a chart of its own for each choice, so that the same bar can be clicked again
    st.plotly_chart(
        _stages(f"{page.key}|{sorted(selected)}", page, selected), config=PLOTLY_CONFIG, key=key, on_select=lambda: _clicked(key),
        selection_mode="points", alt="一张床各阶段的项目数和床位数，点击条形打开该阶段的清单",
    )
    st.caption("点击条形打开该阶段的清单。清单计数，不含未报的街镇。")


def _clicked(key: str) -> None:
    if codes := state.picked_codes(key):
        state.choose(**{STAGE: codes, PART: LISTED})


@st.cache_resource(show_spinner=False, max_entries=128)
def _stages(key: str, _page: Page, selected: frozenset[str]) -> go.Figure:
    rows = _bed_rows(_page)
    groups = rows.groupby("stage", sort=False)["beds"]
    table = pd.DataFrame({"projects": groups.size(), "beds": groups.sum(min_count=1)}).reset_index()
    return frozen(bed_stages(table, selected=selected, dark=_page.dark), clickable=True)


def _bed_rows(page: Page) -> pd.DataFrame:
    rows = page.frame("rental_projects")
    return rows[rows["is_bed"].to_numpy(bool)]


# -- coverage ----------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _coverage(key: str, _page: Page) -> None:
    """How many 街镇 are covered, which are not, and what would cover each next; replayed by `key`."""
    found = _page.figures["H09"]
    covered = [unit_name(one.unit, short=True) for one in found.places if one.value]
    without = tuple(one.unit for one in found.places if one.value == 0)
    st.markdown(f"**街镇覆盖 {found.whole.fraction.replace(' ', '')}**　{found.whole.text}　已覆盖：{'、'.join(covered) or '无'}")
    if found.whole.missing:
        st.caption(f"未报、未计入：{'、'.join(unit_name(code, short=True) for code in found.whole.missing)}。")
    if not without:
        st.success("已报送的街镇均有已供应的“一张床”项目。")
        return
    rows = next_coverage(
        _page.frame("rental_projects"), _page.frame("site_candidates"), without, told_candidates=_page.snapshot.standing["site_candidates"]
    )
    table = pd.DataFrame({
        "街镇": [unit_name(code, short=True) for code in rows["subdistrict"]],
        "最近的一步": rows["step"],
        "床位": [_beds_text(beds, untold) for beds, untold in zip(rows["beds"], rows["untold"], strict=True)],
        "项目或候选点": [name or MISSING for name in rows["names"]],
    })
    st.markdown(f"**尚未覆盖的 {len(without)} 个街镇，按离供应的远近**")
    st.dataframe(table, hide_index=True, height="content", alt="尚未覆盖的街镇和最近的一步", column_config={
        "街镇": st.column_config.TextColumn(width=56), "最近的一步": st.column_config.TextColumn(width=110),
        "床位": st.column_config.TextColumn(width=160 if (rows["untold"] > 0).any() else 84),
    })
    st.caption(f"次序：{'、'.join(STEPS[:4])}。候选点的床位为估算；“候选点未报”的街镇没有报送选址候选点，不等于没有储备。")


def _beds_text(beds: float, untold: int) -> str:
    if beds != beds:
        return MISSING
    return f"{show(beds)} 张" + (f"（{untold} 处未填）" if untold else "")


# -- the plan ----------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _progress(key: str, phone: bool, _page: Page) -> None:
    """The way to the beds of the plan and the pace it needs; replayed by `key`."""
    plan = _page.snapshot.registry.at("beds.plan_2030", _page.snapshot.as_of)
    st.markdown(f"**“十五五”新增床位：到 {plan.effective_to} 新增 {show(plan.exact)} 张**")
    if _page.units:
        st.caption(f"目标为全区目标，不分解到街镇；选定街镇时不推算。依据：{plan.basis}（{plan.standing}）。")
        return
    added, coming = _page.figures["H10N"].whole, _page.figures["H08B"].whole
    pace = pace_of_plan(_page)
    if pace is None:
        st.info("本期没有可以计算新增床位的报送。")
        return
    begun = _page.snapshot.as_of >= plan.effective_from  # what is supplied before counts for nothing
    ahead = split(CATALOGUE["H08B"], _page.figures_data) if coming.value and begun else {}
    nearest = sorted(ahead, key=BEDS.stages.index, reverse=True)
    steps = [Step("已新增", float(pace.added), True), *(Step(f"在途·{stage}", ahead[stage], False) for stage in nearest)]
    st.plotly_chart(way_to(steps, plan.number, "张", narrow=phone, dark=_page.dark), config=PLOTLY_CONFIG,
                    alt=f"新增床位 {added.text}，目标 {show(plan.exact)} 张，在途 {coming.text}")
    st.markdown("\n".join(f"- {line}" for line in plan_words(pace, coming.value if begun else None)))
    absent = [unit_name(code, short=True) for code in added.missing]
    left_out = f"{'、'.join(absent)}未报，未计入。" if absent else ""
    st.caption(f"实心为已新增，斜纹为在途项目（尚未供应）。{left_out}依据：{plan.basis}（{plan.standing}）；{plan.note}。")


def pace_of_plan(page: Page) -> PlanPace | None:
    """Where the plan of beds stands; None where nobody has reported."""
    data = page.snapshot
    added, lately = page.figures["H10N"].whole.value, page.figures["H10P"].whole.value
    if added is None or lately is None:
        return None
    rows = _bed_rows(page)
    return plan_pace(
        data.registry.at("beds.plan_2030", data.as_of), data.as_of, added=round(added), recent=round(lately),
        window=data.registry.at("beds.pace_months", data.as_of).whole, projects=int(rows["recent"].sum()), small=int(data.small_base),
    )


# -- prices and sectors ------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _prices(key: str, _page: Page) -> None:
    """床价 against the filed price of each project: those above it, by how much, and those that cannot be checked."""
    st.markdown("**床价核对：床位价合计不超过备案价**")
    rows = _bed_rows(_page)
    rows = rows[rows["supplied"].to_numpy(bool)]
    over, known = rows[rows["bed_price_over"].to_numpy(bool)], rows[rows["bed_price_known"].to_numpy(bool)]
    unknown = rows[~rows["bed_price_known"].to_numpy(bool)]
    told = f"可核对 {len(known)} 个，其中 **超出 {len(over)} 个**；不可核对 {len(unknown)} 个" if len(known) else "均缺数据，**无法核对**"
    st.markdown(f"已供应 {len(rows)} 个项目：{told}。" if len(rows) else "没有已供应的项目。")
    table = pd.concat([over.sort_values("bed_price_gap", ascending=False), unknown])
    if len(table):
        titles = DATASETS["rental_projects"].by_name
        missing = [[titles[name].label for name in PRICE_FIELDS if pd.isna(row[name])] for row in table.to_dict("records")]
        st.dataframe(
            pd.DataFrame({
                "项目": table["project_name"].to_numpy(),
                "街镇": [unit_name(code, short=True) for code in table["subdistrict"]],
                "结论": [f"■ 超出 {show(gap, 2)} 元/月" if not lack else f"○ 不可核对：缺{'、'.join(lack)}"
                         for gap, lack in zip(table["bed_price_gap"], missing, strict=True)],
            }),
            hide_index=True, height="content", alt="床价超出备案价或不可核对的项目",
            column_config={"街镇": st.column_config.TextColumn(width=56), "结论": st.column_config.TextColumn(width=300)},
        )
    st.caption(
        "清单计数。床位价 × 床位数 与 备案租金 × 租赁面积 按项目合计比较；规定按每套（间）核对，报表只有项目合计。"
        f"依据：{CATALOGUE['H13'].basis}。"
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _sectors(key: str, _page: Page) -> None:
    """Sectors that the supplied projects serve."""
    st.markdown("**服务行业**")
    rows = _bed_rows(_page)
    rows = rows[rows["supplied"].to_numpy(bool)]
    found = sectors_served(rows)
    if found.empty:
        st.info("已供应的项目都没有填服务行业。")
        return
    bars = [Amount(name, float(count), "个") for name, count in zip(found["sector"], found["projects"], strict=True)]
    st.plotly_chart(amounts(bars, row=24, dark=_page.dark), config=PLOTLY_CONFIG, alt="服务各行业的已供应项目数")
    told = int(rows["target_sectors"].notna().sum())
    homes = int(rows["industry_home"].fillna(False).astype(bool).sum())
    st.caption(f"清单计数：{len(rows)} 个已供应项目中 {told} 个填了行业；一个项目可服务多个行业，不相加。加挂行业之家 {homes} 个。")


# -- the list ----------------------------------------------------------------------------------------------------------


@st.fragment
def _list(page: Page) -> None:
    left, right = st.columns([3, 2])
    stages = left.multiselect("阶段", BEDS.stages, key=STAGE, bind="query-params", placeholder="全部阶段")
    words = right.text_input("查找项目", key=WORDS, bind="query-params", placeholder="名称、编码、地址或运营单位", icon=":material/search:")
    choice = Choice(("一张床",), stages=tuple(stages), text=words.strip())
    _rows(f"{page.key}|{page.pinned}|{page.user.id}|{choice}", page, choice)
    if may(page.user, Action.EXPORT):
        st.link_button("下载这份清单（CSV）", list_address(page, choice), icon=":material/download:")


@st.cache_resource(show_spinner=False, max_entries=128)
def _rows(key: str, _page: Page, choice: Choice) -> None:
    """The list of a choice; replayed by `key`."""
    rows = chosen(_page.frame("rental_projects"), choice)
    if rows.empty:
        st.info("没有符合条件的“一张床”项目。")
        return
    full = listing(rows)
    table = full[list(LIST_COLUMNS)]
    table.insert(1, "地图", on_the_map(_page, full["项目编码"]))
    show_list_table(table, "一张床项目清单")
    st.caption(f"清单共 {len(table)} 个项目。床位为张，轮候为人，各列不相加。")


def show_list_table(table: pd.DataFrame, alt: str) -> None:
    """A list of rental projects with its formats."""
    beds, homes = st.column_config.NumberColumn(format="%d 张"), st.column_config.NumberColumn(format="localized")
    config: dict[str, Any] = {
        "地图": st.column_config.LinkColumn(display_text="查看", width=56, help="在地图上打开这个项目"),
        "项目名称": st.column_config.TextColumn(width=210),
        "街镇": st.column_config.TextColumn(width=56),
        "出租率": st.column_config.NumberColumn(format="%.1f%%"),
        "租金比": st.column_config.NumberColumn(format="%.3f"),
        "床位价": st.column_config.NumberColumn("床位价（元/床·月）", format="%.0f"),
        "床价合计减备案价": st.column_config.NumberColumn("床价合计−备案价（元/月）", format="localized"),
        "备案租金": st.column_config.NumberColumn("备案租金（元/㎡·月）", format="%.2f"),
        "市场租金": st.column_config.NumberColumn("市场租金（元/㎡·月）", format="%.2f"),
        "轮候": st.column_config.NumberColumn(format="%d 人"),
        "供应日期": st.column_config.DateColumn(format="YYYY-MM-DD"),
        **dict.fromkeys(("床位数", "已出租床位"), beds),
        **dict.fromkeys(("套(间)数", "已出租套(间)"), homes),
    }
    height = min(560, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, alt=alt, placeholder=MISSING, height=height,
                 column_config={name: one for name, one in config.items() if name in table.columns})
