"""The guard of every page, and what a page works with: `page = require(Action.VIEW)`.

Its one rule: without a known user who may, nothing below the first line of a page runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd
import streamlit as st

from lib import clock
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS, MONTHLY
from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.snapshot import Filters, Snapshot, filtered
from lib.indicators.evaluate import Breakdown
from lib.indicators.lights import Judged, judge
from lib.spec.period import Period, period_of, title_of
from lib.ui import data, state

PROJECT_FORMS = ("renewal_projects", "consent_rounds", "milestones")
"""Forms whose rows are of renewal projects."""
FEW = 3
"""So many 街镇 are named in a line; more are counted, and named below."""


@dataclass(frozen=True)
class Page:
    """One page for one user, at one release and period, for some 街镇 (empty: all ten) and filters.

    projects: where rows of renewal projects are chosen further, the ids of those looked at, and `narrowed` what was chosen: this
    reaches `frame`, never a figure.
    """

    user: User
    edition: data.Edition
    pinned: bool
    period: Period
    snapshot: Snapshot = field(repr=False)
    units: tuple[str, ...] = ()
    filters: Filters = ()
    dark: bool = False
    projects: frozenset[str] | None = field(default=None, repr=False)
    narrowed: str = ""

    @property
    def key(self) -> str:
        """Identity of everything that a drawn body depends on; the key of replayed bodies."""
        return f"{self.edition.number}|{self.period}|{','.join(self.units)}|{self.filters}|{self.dark}{self.narrowed}"

    @cached_property
    def figures(self) -> dict[str, Breakdown]:
        """Every indicator for the selection."""
        return data.breakdowns(self.edition, self.period, self.units, self.filters)

    @cached_property
    def figures_data(self) -> Snapshot:
        """The snapshot with the page's filters applied: what the figures were computed from."""
        return filtered(self.snapshot, self.filters)

    def judged(self, name: str) -> Judged:
        """The light of a figure for the selection."""
        return judge(self.figures[name].whole, self.figures_data, self.units, part=any(values for _, values in self.filters))

    def frame(self, dataset: str) -> pd.DataFrame:
        """The rows of a dataset for the selection, with derived columns; a shallow copy, safe to change."""
        frame = self.figures_data.frames[dataset]
        if self.units:
            frame = frame[frame["subdistrict"].isin(self.units)]
        if self.projects is not None and dataset in PROJECT_FORMS:
            frame = frame[frame["project_id"].isin(self.projects)]
        return frame.copy(deep=False)

    def select(self, *, units: tuple[str, ...] = (), filters: Filters = ()) -> Page:
        """The same page for a narrower selection."""
        return replace(self, units=units, filters=filters)

    def missing(self, dataset: str) -> tuple[str, ...]:
        """Codes of the selected 街镇 that have not reported a dataset for the period."""
        return tuple(code for code in (self.units or subdistrict_codes()) if code not in self.snapshot.reported[dataset])

    @property
    def as_of(self) -> str:
        """The as-of date as shown."""
        if self.snapshot.as_of > clock.today():
            return f"{title_of(self.period)}（本月尚未结束）"
        return f"数据截至 {self.snapshot.as_of.isoformat()}"

    def nobody(self, dataset: str) -> bool:
        """Whether no rows of a dataset stand for any of the selected 街镇."""
        return not self.snapshot.standing[dataset].intersection(self.units or subdistrict_codes())

    def without(self, dataset: str) -> tuple[str, ...]:
        """Codes of the selected 街镇 of which no rows of a dataset stand, not even of an earlier month."""
        return tuple(code for code in (self.units or subdistrict_codes()) if code not in self.snapshot.standing[dataset])

    def carried(self, dataset: str) -> dict[str, Period]:
        """Of the selected 街镇 that have not reported a monthly dataset: code → the month whose rows stand for it."""
        found = self.snapshot.carried.get(dataset, {})
        return {code: found[code] for code in (self.units or subdistrict_codes()) if code in found}


def require(action: Action, *, without_data: bool = False) -> Page:
    """The page for the user at the screen, or a plain refusal and nothing else. `without_data`: the page makes sense
    before anything has been published.
    """
    user = state.current_user()
    if user is None:
        st.error("请先选择账号。")
        st.stop()
    if not may(user, action):
        st.error(f"您的账号（{user.name}）没有查看本页的权限。如需办理，请联系区局科室管理人员。")
        st.stop()
    newest = data.newest_release()
    asked = state.asked_release()
    if asked is not None and not 1 <= asked <= newest:
        st.error(f"链接指定的版次不存在，最新为第 {newest} 版。")
        st.button("查看最新版", on_click=state.unpin)
        st.stop()
    edition = data.edition(asked or newest)
    if not edition.periods and not without_data:
        st.info("还没有发布任何数据。请到“数据—报送”上传第一份报表，审核发布后即可看到图表。")
        st.stop()
    period = _period(edition)
    content = edition.content(period)
    page = Page(user, edition, asked is not None, period, data.snapshot(content.key, content, edition.registry), dark=_dark())
    if page.pinned:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"正在查看固定的第 {edition.number} 版，与当时发布的完全一致；最新为第 {newest} 版。")
            st.button("查看最新版", on_click=state.unpin)
    return page


def _period(edition: data.Edition) -> Period:
    asked = state.asked_period()
    if asked in edition.periods:
        return Period(asked)
    return edition.default or period_of(clock.today())


def _dark() -> bool:
    return st.context.theme.type == "dark"


def heading(
    page: Page, title: str, *, with_units: bool = True, types: tuple[str, ...] = (), further: Callable[[Page], Page] | None = None
) -> Page:
    """Title line with the choices of period, 街镇 and type, all kept in the address; gives the page for the choice. further: draws
    more choices below it and narrows the page by them.
    """
    left, *right = st.columns([2.2, 1, 1.6, 1.8] if types else [3, 1, 2], vertical_alignment="bottom")
    with left:
        st.title(title, anchor=False)
    state.linked("period", page.period)
    chosen = right[0].selectbox("报告期", page.edition.periods, format_func=title_of, key="period")
    state.keep("period", chosen, chosen if chosen != page.edition.default or page.pinned else "")
    units: list[str] = []
    filters: Filters = ()
    if with_units:
        state.linked("unit", state.asked_units())
        units = right[1].multiselect(
            "街镇", subdistrict_codes(), format_func=lambda code: unit_name(code, short=True), key="unit", placeholder="全部街镇"
        )
        state.keep("unit", units, ",".join(units))
    if types:
        kinds = right[2].multiselect("改造类别", types, key="type", bind="query-params", placeholder="全部类别")
        filters = (("project_type", tuple(kinds)),) if kinds else ()
    chosen_page = page.select(units=tuple(units), filters=filters)
    if further is not None:
        chosen_page = further(chosen_page)
    edition = page.edition
    note = f"{page.as_of} · 第 {edition.number} 版"
    if edition.info is not None:
        note += f"（{edition.info.published_at[:10]} 发布）"
    if with_units:
        note += " · 彩色标签为较上月变化"
    st.caption(note + _collecting(edition) + _carried(chosen_page))
    for problem in state.link_problems(edition.periods):
        st.warning(problem)
    return chosen_page


def _carried(page: Page) -> str:
    """Who has not reported a monthly table and stands with which month."""
    parts = []
    for name in MONTHLY:
        if older := page.carried(name):
            named = "、".join(f"{unit_name(code, short=True)}（{title_of(period)}）" for code, period in older.items())
            parts.append(f"{DATASETS[name].title}：{named if len(older) <= FEW else f'{len(older)} 个街镇'}")
    return f" · \\* 本期未报、沿用前月的：{'；'.join(parts)}" if parts else ""


def _collecting(edition: data.Edition) -> str:
    """What is being collected for months newer than the one shown first."""
    newer = [period for period in edition.periods if edition.default is not None and period > edition.default]
    parts = []
    for period in newer:
        reports = edition.reports(period)
        parts.append(f"{title_of(period)}正在报送（{sum(reports.values())}/{10 * len(reports)}），可在报告期中选择查看")
    return " · " + "；".join(parts) if parts else ""
