"""The panel of one project beside the map: its stages with days, beds or homes, prices against their limits, who runs it, its source."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.auth.demo import account_name
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.datasets.thresholds import IN_FORCE
from lib.figures.project import DONE, NOW
from lib.figures.rental_project import RentalProject, rent_limit, rental_project_of
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import Period, title_of
from lib.ui.bed_map_points import HINTS, address
from lib.ui.page import Page
from lib.ui.words import literal

_COLOURS = {DONE: "green", NOW: "blue"}
ROOMS = (("rooms_1p", "单人间"), ("rooms_2p", "2人间"), ("rooms_4p", "4人间"), ("rooms_5to6p", "5–6人间"))
KINDS = (("br1", "一室户"), ("br2", "二室户"), ("br3plus", "三室户及以上"))


@st.cache_resource(show_spinner=False, max_entries=128)
def show_project(key: str, identity: str, link: str, _page: Page) -> None:
    """One project for the period; replayed by key, code and link."""
    project = rental_project_of(_page.snapshot, identity)
    if project is None:
        st.warning(f"{title_of(_page.period)}的《{DATASETS['rental_projects'].title}》中没有编码为“{literal(identity)}”的项目。"
                   "可能当时还没有列入；请换一个月份，或在“查看项目”中另选。")
        return
    row = project.row
    st.subheader(literal(project.name), anchor=False)
    st.markdown(f"{unit_name(str(row['subdistrict']))}，{_text(row['product_tier'])}，{_text(row['status'])}（{_text(row['stage'])}）；"
                f"**{_size(project)}**。{_address(project)}")
    st.markdown(" ".join(_stage(project)))
    st.markdown("\n".join(f"- **{title}**　{words}" for title, words in _facts(project, _page)))
    st.caption(_source(project, _page))
    st.caption("本项目的链接")
    st.code(link, language=None, wrap_lines=True)


def _told(value: float | None, unit: str = "", decimals: int = 0) -> str:
    return MISSING if value is None else show_unit(value, unit, decimals)


def _text(value: Any) -> str:
    return literal(str(value)) if value else MISSING


def _address(project: RentalProject) -> str:
    return f"地址：{_text(project.row['address'])}。" if project.row["address"] else ""


def _size(project: RentalProject) -> str:
    return _told(project.number("beds"), "张") if project.is_bed else _told(project.number("units"), "套(间)")


def _stage(project: RentalProject) -> list[str]:
    return [f":{_COLOURS.get(one.state, 'gray')}-badge[{one.mark} {literal(one.stage)}{f' {one.day}' if one.day else ''}]"
            for one in project.stages]


def _facts(project: RentalProject, page: Page) -> list[tuple[str, str]]:
    row = project.row
    supplied = project.day("supply_date")
    facts = [("供应日期", supplied)] if supplied else []
    if project.is_bed:
        facts += [
            ("床位", f"{_told(project.number('beds'), '张')}，在 {_told(project.number('units'), '套(间)')}内"),
            ("房间", _kinds(project, ROOMS, "间")),
            ("出租", f"{_told(project.number('leased_beds'), '张')}已出租，出租率 {_occupancy(project)}"),
            ("床位价", _bed_price(project)),
        ]
    else:
        facts += [
            ("户型", _kinds(project, KINDS, "套(间)")),
            ("出租", f"{_told(project.number('leased_units'), '套(间)')}已出租，出租率 {_occupancy(project)}"),
        ]
    facts += [
        ("租金", _rent(project, page)),
        ("满员轮候", _told(project.number("waitlist"), "人")),
        ("运营", f"运营单位 {_text(row['operator'])}；出租单位 {_text(row['lessor'])}；产权单位 {_text(row['owner_unit'])}"),
        ("来源", f"{_text(row['source_mode'])}，{_text(row['building_class'])}"
                 + (f"，{_text(row['land_type'])}" if row["land_type"] else "")),
    ]
    if project.is_bed:
        sectors = _text(row["target_sectors"])
        facts.append(("服务行业", sectors + ("（已加挂行业之家）" if row["industry_home"] else "")))
        if row["corporate_tenants"] is not None:
            facts.append(("包租单位", _told(project.number("corporate_tenants"), "家")))
    facts.append(("点位", _place(project)))
    if row["note"]:
        facts.append(("备注", _text(row["note"])))
    return facts


def _kinds(project: RentalProject, kinds: tuple[tuple[str, str], ...], unit: str) -> str:
    told = [f"{title} {_told(project.number(name), unit)}" for name, title in kinds if project.number(name)]
    if told:
        return "，".join(told)
    return "0" if any(project.number(name) is not None for name, _ in kinds) else MISSING


def _occupancy(project: RentalProject) -> str:
    return _told(project.number("occupancy"), "%", 1) + ("（低于观察线）" if project.row["occupancy_low"] else "")


def _rent(project: RentalProject, page: Page) -> str:
    limit, standing = rent_limit(page.snapshot)
    filed, market, share = project.number("filed_rent"), project.number("market_rent"), project.rent_share
    told = f"备案 {_told(filed, '元/㎡·月', 2)}，市场 {_told(market, '元/㎡·月', 2)}"
    if share is None:
        return f"{told}；不可核对"
    mark = "▲ 高于上限" if project.row["rent_over"] else "● 未超上限"
    doubt = "" if standing == IN_FORCE else f"，{standing}"
    return f"{told}，为市场的 {show(share, 3)} 倍（上限 {literal(limit.text)}{doubt}），{mark}"


def _bed_price(project: RentalProject) -> str:
    told = _told(project.number("bed_price"), "元/床·月")
    if not project.row["bed_price_known"]:
        return f"{told}；四项数据不全，不可与备案价核对"
    gap = project.number("bed_price_gap") or 0.0
    if project.row["bed_price_over"]:
        return f"{told}；▲ 床价合计超出备案价 {show(gap)} 元/月"
    return f"{told}；● 床价合计低于或等于备案价（相差 {show(-gap)} 元/月）"


def _place(project: RentalProject) -> str:
    row = project.row
    state = str(row["place_state"])
    told = literal(state)
    if row["wgs_lon"] is not None and row["wgs_lat"] is not None:
        told += f"，{row['wgs_lon']:.5f}，{row['wgs_lat']:.5f}（WGS-84）"
        if row["datum"] and row["datum"] != "WGS-84":
            told += f"；由 {literal(str(row['datum']))} 换算"
    return f"{told}。{HINTS[state]}" if state in HINTS else told


def _source(project: RentalProject, page: Page) -> str:
    row, one = project.row, project.source
    where = f"“{literal(str(row['_sheet']))}”第 {show(row['_row'])} 行，编码 {literal(project.id)}"
    if one is None:
        return f"来源：{where}"
    carried = f"（沿用{title_of(Period(one.period))}）" if one.period != page.period else ""
    return (f"来源：{literal(one.file_name)}，{where}{carried}；{literal(account_name(one.submitted_by))} "
            f"{one.submitted_at[:16].replace('T', ' ')} 报送")


def project_link(page: Page, identity: str, origin: str) -> str:
    """The address that opens this project in this month and release again, whatever is published later."""
    pinned = address(page, project=identity, v=str(page.edition.number)).partition("?")[2]
    return f"{origin}?{pinned}"
