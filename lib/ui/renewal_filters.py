"""Further choices of 更新进度: 当前阶段, 计划年度, 灯色 and words, all in the address; and what stands about every project.

Its one rule: a choice of stage narrows figures and rows; year, light and words narrow rows only, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.datasets.ladders import RENEWAL_LADDERS
from lib.reports.projects import Choice, chosen, year_text
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED, YELLOW
from lib.rules.outline import LIGHT_RULE, outline
from lib.ui import state
from lib.ui.page import Page

TYPE, STAGE, YEAR, SHADE, WORDS = "type", "stage", "year", "light", "find"
"""Keys of the widgets, the same in the address."""
LIGHT_WORDS = {LIGHT[name].word: name for name in (RED, YELLOW, GREEN, UNJUDGED)}
"""Word as it stands in the address → name of the light."""
SEEN_PROJECTS = "project"
"""Address of the page of one project."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The page before these choices, and the choices."""

    base: Page
    stages: tuple[str, ...]
    rows: Choice

    @property
    def any(self) -> bool:
        """Whether anything is chosen, type included."""
        return bool(self.stages or self.base.filters) or not self.rows.empty


def choose_projects(page: Page) -> Page:
    """Draw the choices (on a phone folded away) and narrow the page by them; for `heading(further=…)`."""
    with st.expander("更多筛选：阶段、年度、灯色、搜索") if state.on_phone() else st.container():
        stage, year, light, words = st.columns([1.6, 1.2, 1.4, 1.8], vertical_alignment="bottom")
        stage.multiselect("当前阶段", _stages(page), key=STAGE, bind="query-params", placeholder="全部阶段")
        year.multiselect("计划年度", _years(page), key=YEAR, bind="query-params", placeholder="全部年度")
        light.multiselect(
            "灯色", list(LIGHT_WORDS), key=SHADE, bind="query-params", placeholder="全部灯色", help=LIGHT_RULE
        )
        words.text_input("搜索项目", key=WORDS, bind="query-params", placeholder="名称、编码或地址", icon=":material/search:")
    found = asked(page)
    if found.any:
        _told(found)
    return narrowed(found)


def asked(page: Page) -> Asked:
    """What is chosen on a page that these choices have not narrowed yet."""
    shades = tuple(LIGHT_WORDS[word] for word in state.choices(SHADE) if word in LIGHT_WORDS)
    return Asked(page, tuple(state.choices(STAGE)), Choice(tuple(state.choices(YEAR)), shades, state.recall(WORDS).strip()))


def narrowed(found: Asked) -> Page:
    """The page for the choices: figures by stage, rows by all."""
    base = found.base
    if not found.any:
        return base
    filters = (*base.filters, *((("stage", found.stages),) if found.stages else ()))
    page = base.select(units=base.units, filters=filters)
    words = "" if found.rows.empty else f"|{found.rows}"
    return replace(page, projects=_ids(page.key + words, page, found.rows), narrowed=words)


@st.cache_resource(show_spinner=False, max_entries=256)
def _ids(key: str, _page: Page, _choice: Choice) -> frozenset[str]:
    rows = _page.frame("renewal_projects")
    told = facts(_page)
    return frozenset(rows.loc[chosen(rows, told.loc[rows.index, "light"], _choice), "project_id"].dropna())


def count(page: Page) -> int:
    """How many projects are looked at."""
    return _count(page.key, page)


@st.cache_resource(show_spinner=False, max_entries=256)
def _count(key: str, _page: Page) -> int:
    return len(_page.frame("renewal_projects"))


def without_stage(page: Page) -> Page:
    """The page as narrowed but for the choice of stage: for lifts, whose stages are of another ladder, and for the flow, where the
    choice is made.
    """
    filters = tuple(one for one in page.filters if one[0] != "stage")
    if filters == page.filters:
        return page
    base = replace(page, projects=None, narrowed="", filters=filters)
    return narrowed(replace(asked(base), stages=()))


def facts(page: Page) -> pd.DataFrame:
    """What stands about every project of the month (`outline`), by the index of the rows; made once for a content."""
    return _facts(page.edition.content(page.period).key, page)


@st.cache_resource(show_spinner=False, max_entries=24)
def _facts(key: str, _page: Page) -> pd.DataFrame:
    return outline(_page.snapshot.frames["renewal_projects"], _page.snapshot.as_of, _page.snapshot.registry)


def clear_filters() -> None:
    """Take every choice back but period and 街镇; for a callback."""
    state.choose(**{TYPE: [], STAGE: [], YEAR: [], SHADE: [], WORDS: ""})


def query(page: Page) -> str:
    """The choices as a query, with release, period and account: what /api/download/renewal is asked with."""
    found = {"v": str(page.edition.number), "period": page.period, "unit": ",".join(page.units)}
    found |= {column: ",".join(values) for column, values in page.filters}
    rows = asked(page).rows
    found |= {YEAR: ",".join(rows.years), SHADE: ",".join(rows.lights), WORDS: rows.text, "as": page.user.id}
    return urlencode({name: value for name, value in found.items() if value})


def _told(found: Asked) -> None:
    words = "年度、灯色和搜索只筛选项目行（阶段图、变化和清单等），卡片和按街镇的指标不随之变化。" if not found.rows.empty else \
        "类别和阶段同时筛选指标和项目行；加装电梯台账不分项目阶段，不受阶段筛选影响。"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("清除筛选", key="clear-filters", icon=":material/filter_alt_off:", on_click=clear_filters)
        st.caption(words, width="content")


def _stages(page: Page) -> list[str]:
    """The stages of the ladders of the types chosen, in order, and what is chosen already; of all ladders where no type is chosen."""
    kinds = next((values for column, values in page.filters if column == "project_type"), tuple(RENEWAL_LADDERS))
    ladders = dict.fromkeys(RENEWAL_LADDERS[kind] for kind in kinds if kind in RENEWAL_LADDERS)
    known = {stage for ladder in RENEWAL_LADDERS.values() for stage in ladder.stages}
    kept = [stage for stage in state.choices(STAGE) if stage in known]
    return list(dict.fromkeys([*(stage for ladder in ladders for stage in ladder.stages), *kept]))


def _years(page: Page) -> list[str]:
    return _years_of(page.edition.content(page.period).key, page)


@st.cache_resource(show_spinner=False, max_entries=24)
def _years_of(key: str, _page: Page) -> list[str]:
    return sorted(set(year_text(_page.snapshot.frames["renewal_projects"]["plan_year"])), reverse=True)
