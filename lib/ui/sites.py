"""选址评估: its sections, the choices in the address, and what they all rest on: candidates ranked under the weights chosen.

Its one rule: ranks are of the whole district; a choice of 街镇, status or words narrows what is listed, never a total or a rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.actions.weights import SetWeights, newest_version, to_address, versions
from lib.auth.permissions import Action, may
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.reports.sites import Assessment, assess, chosen_sites
from lib.rules.siting import Weights
from lib.spec.period import Period, title_of
from lib.ui import state
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import Page

DATASET = "site_candidates"
RANKING, STABILITY, COVERAGE, ONE = PARTS = ("排序", "敏感性", "覆盖效果", "候选点")
STATUSES = ("储备", "预选", "放弃")
CARDS = ("H16N", "H16")
ROUNDED = "各部分和总分分别取一位小数，逐项相加可能与总分差零点几分（不超过 0.5）"
STATUS, WORDS, SITE = "status", "find", "site"
"""Keys of widgets, the same in the address."""


@dataclass(frozen=True)
class Sites:
    """The page with the weights that are looked at. used: these; base: the saved version (or the proposal) that they are held against;
    newest: number of the newest version; statuses, words: what is listed.
    """

    page: Page
    used: SetWeights
    base: SetWeights
    newest: int
    statuses: tuple[str, ...] = ()
    words: str = ""

    @property
    def whole(self) -> str:
        """Identity of the candidates of the month and the ground they stand on, whatever the weights and choices."""
        return self.page.edition.content(self.page.period).key

    @property
    def key(self) -> str:
        """Identity of everything that a drawn body depends on."""
        return (f"{self.page.key}|{to_address(self.used.weights)}|{self.used.number}|{to_address(self.base.weights)}|{self.base.number}|"
                f"{self.statuses}|{self.words}|{state.on_phone()}")

    @property
    def found(self) -> Assessment:
        """Every candidate of the month under the weights."""
        return assessed(self.whole, self.used.weights, self.page)

    @property
    def before(self) -> Assessment:
        """The same under the weights that they are held against."""
        return assessed(self.whole, self.base.weights, self.page)

    def listed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Of some rows those of the 街镇, statuses and words chosen."""
        return chosen_sites(rows, self.page.units, self.statuses, self.words)


@st.cache_resource(show_spinner=False, max_entries=64)
def assessed(key: str, weights: Weights, _page: Page) -> Assessment:
    """The candidates of a content under some weights."""
    return assess(_page.snapshot.frames[DATASET], weights)


def newest_saved(page: Page) -> int:
    """The number of the newest version of weights; 0 while there is none. Asked at every rerun, as the newest release is."""
    return newest_version(open_database(), by=page.user)


@st.cache_resource(show_spinner=False, max_entries=8)
def versions_upto(newest: int, _page: Page) -> tuple[SetWeights, ...]:
    """Every saved version, newest first, and the proposal at the end."""
    return versions(open_database(), by=_page.user)


def choose_part() -> str:
    """Which section of the page is asked for; kept in the address (`?part=`)."""
    state.only_among("part", PARTS)
    part = st.segmented_control(
        "内容", PARTS, default=RANKING, key="part", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return part or RANKING


def anything(page: Page) -> bool:
    """Whether there are candidates to show; says why where there are none."""
    if page.select().nobody(DATASET):
        st.info(f"本期没有《{DATASETS[DATASET].title}》的数据。请在报告期中选择其他月份，或到“数据—报送”上传。")
        return False
    if page.snapshot.frames[DATASET].empty:
        st.info("各街镇已报送，但没有登记候选点。")
        return False
    return True


def show_head(page: Page, part: str) -> None:
    """The months of older rows, the figures of the catalogue, large over the ranking, and the half that the forms cannot give."""
    if words := older_words(page):
        st.caption(words)
    if part != RANKING:
        show_lines(page, CARDS, columns=2)
        return
    show_cards(page, CARDS)
    st.caption("“认定 ÷ 预选”暂缺：选址表和租赁项目表没有共同的编码，不能核对预选的候选点有几个已经认定。"
               "如需掌握，可在租赁项目表增加“候选点编码”一列。")


def older_words(page: Page) -> str:
    """Of which month the candidates are, where not of the one looked at: 候选点表为 2026年7月报送; empty where all are of it. Of the whole
    district, as ranks are.
    """
    months: dict[Period, list[str]] = {}
    for one in page.snapshot.content.of(DATASET):
        months.setdefault(one.period, []).append(unit_name(one.unit, short=True))
    if set(months) <= {page.period}:
        return ""
    if len(months) == 1:
        return f"▲ 候选点表为 {title_of(next(iter(months)))}报送，本期没有新的报送。"
    told = "、".join(f"{title_of(month)}（{'、'.join(names)}）" for month, names in sorted(months.items()))
    return f"▲ 候选点表为不同月份报送：{told}。"


def choose_listed() -> dict[str, Any]:
    """Which statuses and words are listed, for `replace(sites, …)`; in the address."""
    left, right = st.columns([1.4, 2], vertical_alignment="bottom")
    chosen = left.multiselect("状态", STATUSES, key=STATUS, bind="query-params", placeholder="全部状态")
    words = right.text_input("搜索候选点", key=WORDS, bind="query-params", placeholder="名称、编码或地址", icon=":material/search:")
    return {"statuses": tuple(chosen), "words": (words or "").strip()}


def show_downloads(sites: Sites) -> None:
    """The list as it is seen, to take out."""
    page = sites.page
    if not may(page.user, Action.EXPORT):
        return
    asked = {"v": str(page.edition.number), "period": page.period, "unit": ",".join(page.units), STATUS: ",".join(sites.statuses),
             WORDS: sites.words, "as": page.user.id, **address_of(sites)}
    query = urlencode({name: value for name, value in asked.items() if value})
    with st.container(horizontal=True, gap="small"):
        st.link_button("下载排序清单（CSV）", f"/api/download/sites.csv?{query}", icon=":material/download:")
        st.link_button("下载排序清单（Excel，含权重和口径）", f"/api/download/sites.xlsx?{query}", icon=":material/download:")


def address_of(sites: Sites) -> dict[str, str]:
    """The weights as they stand in an address: the version, and a trial where it differs from it."""
    trial = to_address(sites.used.weights) if sites.used is not sites.base else ""
    return {"weights": str(sites.base.number), "try": trial}
