"""What the map of 床位供应地图 is drawn from: projects as points, the colours' reach over all months, and who has no place.

Its one rule: figures come from the catalogue; beds and homes keep units of their own.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.auth.permissions import Action, may
from lib.datasets.places import unit_name
from lib.reports.bed_points import bed_points, filled
from lib.rules.derived.places import DRAWN, ELSEWHERE, EMPTY, NO_DATUM, UNUSABLE
from lib.ui import data
from lib.ui.page import Page

HINTS = {
    EMPTY: "在《保障性租赁住房项目情况表》中补填经度、纬度和坐标系，下次报送后自动上图",
    NO_DATUM: "经纬度已填，请补填坐标系（WGS-84、GCJ-02 等），否则无法换算",
    UNUSABLE: "坐标不在上海范围内或只填了一半，请核对经纬度是否填反、填错",
    ELSEWHERE: "已上图；点位落在其他街镇，请核对坐标、坐标系或所属街镇",
}
"""State of a place → what to do about it."""


def points(page: Page, tier: str, chosen: str = "") -> pd.DataFrame:
    """Projects of a tier in all ten 街镇 as the map wants them, and the one that is `chosen` whatever its tier."""
    return _points(page.select().key, tier, chosen, page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _points(key: str, tier: str, chosen: str, _page: Page) -> pd.DataFrame:
    return bed_points(_page.select().frame("rental_projects"), tier, chosen)


def reach(page: Page, measure: str) -> tuple[float, ...]:
    """The least and the largest figure of a 街镇 in any month of the release: a colour means the same in all of them."""
    return _reach(f"{page.edition.number}|{page.edition.registry.key}", measure, page)


@st.cache_resource(show_spinner=False, max_entries=64)
def _reach(key: str, measure: str, _page: Page) -> tuple[float, ...]:
    edition = _page.edition
    months = (data.whole(content.key, content, edition.registry, False)[measure].places for content in edition.contents.values())
    known = [one.value for places in months for one in places if one.value is not None]
    return (min(known), max(known)) if known else ()


@st.cache_resource(show_spinner=False, max_entries=128)
def show_unplaced(key: str, tier: str, _page: Page) -> None:
    """Projects of the selection that are not on the map, and those that lie elsewhere, with what to do; replayed by key and tier."""
    drawn = points(_page, tier)
    own = drawn[drawn["subdistrict"].isin(_page.units)] if _page.units else drawn
    doubtful = own[own["place_state"] != DRAWN]
    if doubtful.empty:
        return
    absent = int((doubtful["place_state"] != ELSEWHERE).sum())
    elsewhere = len(doubtful) - absent
    parts = [f"{absent} 个项目未上图"] * bool(absent) + [f"{elsewhere} 个点位不在所填街镇内"] * bool(elsewhere)
    with st.expander(f":material/wrong_location: 点位待核对：{'，'.join(parts)}"):
        table = pd.DataFrame({
            "项目名称": doubtful["project_name"],
            "街镇": doubtful["subdistrict"].map(lambda code: unit_name(code, short=True)),
            "产品层次": doubtful["tier"],
            "点位状态": doubtful["place_state"],
            "怎么办": doubtful["place_state"].map(HINTS),
            "打开": [address(_page, project=one) for one in doubtful["project_id"]],
        })
        st.dataframe(table, hide_index=True, alt="点位待核对的项目", height=min(360, 36 * (len(table) + 1) + 2), column_config={
            "打开": st.column_config.LinkColumn(display_text="查看", width=64),
            "怎么办": st.column_config.TextColumn(width="large"),
        })


def filled_parts(page: Page, measure: str) -> dict[str, str]:
    """Of how many supplied projects the field of a measure is filled in, by code of the 街镇 (`bed_points.filled`)."""
    return _filled(page.select().key, measure, page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _filled(key: str, measure: str, _page: Page) -> dict[str, str]:
    return filled(_page.select().frame("rental_projects"), measure)


def address(page: Page, **more: str) -> str:
    """The address of this page in this month, with further choices; pinned where the page is."""
    query = {"period": page.period, **({"v": str(page.edition.number)} if page.pinned else {}), **more, "as": page.user.id}
    return f"/bed_map?{urlencode({name: value for name, value in query.items() if value}, safe=',')}"


def may_export(page: Page) -> bool:
    """Whether files may be taken out."""
    return may(page.user, Action.EXPORT)
