"""选址评估 · 覆盖效果: which k new sites cover most 街镇 or most jobs, and what each of the best choices adds.

Its one rule: what stands covered now is the catalogue's (H09); jobs are the census spread evenly, and said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.sites_map import CHOSEN, EXISTING, OTHER, coverage_map
from lib.datasets.boundaries import Boundary
from lib.datasets.places import subdistrict_codes, unit_name
from lib.indicators.statistics import statistic
from lib.reports.sites import given, site_name
from lib.rules.siting_coverage import (
    JOBS_MARGIN,
    LISTED,
    MILLION,
    MOST_SITES,
    RADIUS_RULES,
    Chosen,
    Ground,
    Optimum,
    Reach,
    best_choices,
    ground_of,
    new_places,
    reach_of,
)
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.page import Page
from lib.ui.sites import DATASET
from lib.ui.words import literal

PLACES, NEAR, FAR = GOALS = ("覆盖最多街镇", "近处岗位最多", "远处岗位最多")
COUNTS = ("1", "2", "3", "4", "5")
GOAL, COUNT, COMBINATION = "goal", "k", "combo"


@dataclass(frozen=True, eq=False)
class Setting:
    """What a choice is made of. rows: candidates that are ranked, by code; placed: their row numbers that have a place; existing: supplied
    bed projects with a place; unplaced: names of those without; covered: codes of 街镇 with supplied beds; known: of those that reported.
    """

    rows: pd.DataFrame
    placed: tuple[int, ...]
    existing: pd.DataFrame
    unplaced: tuple[str, ...]
    covered: frozenset[str]
    known: frozenset[str]

    @cached_property
    def codes(self) -> list[str]:
        """The 街镇 of each candidate."""
        return self.rows["subdistrict"].astype("str").tolist()

    @cached_property
    def names(self) -> list[str]:
        """The name of each candidate."""
        return list(map(site_name, self.rows.to_dict("records")))

    def added(self, chosen: Chosen) -> list[str]:
        """Codes of the 街镇 that a choice would be the first to cover."""
        return sorted({self.codes[at] for at in chosen} & self.known - self.covered)


def show_coverage(page: Page) -> None:
    """The section."""
    page = page.select()
    setting = _setting(page.edition.content(page.period).key, page)
    near, far = _radii(page)
    left, right = st.columns([2, 1.2], vertical_alignment="bottom")
    state.only_among(GOAL, GOALS)
    state.only_among(COUNT, COUNTS)
    goal = left.segmented_control("目标", GOALS, default=PLACES, key=GOAL, bind="query-params", required=True, wrap=True,
                                  help=f"近处：{near} 米以内；远处：{far} 米以内；都是直线距离（建议口径，可在“标准与阈值”修改）") or PLACES
    k = int(right.segmented_control("新增几个", COUNTS, default="2", key=COUNT, bind="query-params", required=True) or 2)
    show_lines(page, ("H09",))
    if setting.rows.empty:
        st.info("没有参与排序的候选点：都已放弃，或消防、结构初判不通过。")
        return
    if goal != PLACES and not setting.placed:
        st.info("参与排序的候选点都没有可用的坐标，不能计算岗位。")
        return
    if goal != PLACES and len(setting.placed) > MOST_SITES:
        st.info(f"有坐标的候选点超过 {MOST_SITES} 个，岗位的精确最优需要计算过久，不作计算；可看“{PLACES}”。")
        return
    best = _best(page.edition.content(page.period).key, goal, k, page)
    _answer(page, setting, goal, k, best)
    labels = [f"组合 {at}：{'、'.join(setting.names[one] for one in chosen)}" for at, chosen in enumerate(best.choices, start=1)]
    at = st.selectbox("查看组合", range(len(labels)), format_func=labels.__getitem__, key=f"{COMBINATION}-{goal}-{k}") or 0
    _drawn(f"{page.key}|{goal}|{k}|{at}", page, goal, k, at)


def _radii(page: Page) -> tuple[int, ...]:
    return tuple(page.snapshot.registry.at(rule, page.snapshot.as_of).whole for rule in RADIUS_RULES)


@st.cache_resource(show_spinner=False, max_entries=16)
def _setting(key: str, _page: Page) -> Setting:
    frames = _page.snapshot.frames
    rows = frames[DATASET]
    rows = rows[rows["ranked"].astype(bool)].sort_values("candidate_id", kind="stable").reset_index(drop=True)
    supply = frames["rental_projects"]
    supply = supply[supply["is_bed"].astype(bool) & supply["supplied"].astype(bool)]
    there = supply["wgs_lon"].notna()
    placed = tuple(int(at) for at in np.flatnonzero(rows["wgs_lon"].notna().to_numpy(bool)))
    return Setting(rows, placed, supply[there], tuple(supply.loc[~there, "project_name"].fillna(supply["project_id"])),
                   frozenset(supply["subdistrict"]), _page.snapshot.standing["rental_projects"])


@st.cache_resource(show_spinner=False, max_entries=4)
def _ground(key: str, _boundary: Boundary) -> Ground:
    jobs = dict(zip(subdistrict_codes(), statistic("jobs_2023").tolist(), strict=True))
    return ground_of(_boundary, jobs)


@st.cache_resource(show_spinner=False, max_entries=32)
def _reach(key: str, radius: int, _page: Page) -> Reach:
    """What the candidates with a place reach; its rows are those of `Setting.placed`."""
    setting = _setting(key, _page)
    boundary = _page.edition.boundary
    return reach_of(_ground(boundary.key, boundary), _places(setting.rows.loc[list(setting.placed)]), _places(setting.existing), radius)


def _places(rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    return rows[["wgs_lon", "wgs_lat"]].to_numpy("float64")


@st.cache_resource(show_spinner=False, max_entries=64)
def _best(key: str, goal: str, k: int, _page: Page) -> Optimum:
    """The best choices as row numbers of `Setting.rows`."""
    setting = _setting(key, _page)
    if goal == PLACES:
        first = new_places(setting.codes, setting.covered, setting.known)
        return best_choices(first, np.ones(first.shape[1], np.int64), k)
    reach = _reach(key, _radii(_page)[GOALS.index(goal) - 1], _page)
    found = best_choices(reach.covers, reach.worth, k)
    return Optimum(found.gain, found.count, tuple(tuple(setting.placed[one] for one in chosen) for chosen in found.choices))


def _answer(page: Page, setting: Setting, goal: str, k: int, best: Optimum) -> None:
    size = len(best.choices[0])
    few = f"（只有 {size} 个可选）" if size < k else ""
    if goal == PLACES:
        words = f"新增 {size} 个{few}，最多再覆盖 **{best.gain}** 个街镇：{_coverage(page, best.gain)}"
    else:
        metres = _radii(page)[GOALS.index(goal) - 1]
        words = f"新增 {size} 个{few}，{metres} 米以内最多再覆盖约 **{_people(best.gain / MILLION)}** 个岗位"
    ties = f"；并列最优的组合共 {show(best.count)} 种" + (f"，列出其中 {len(best.choices)} 种" if best.count > len(best.choices) else "")
    st.markdown(f"{words}{ties if best.count > 1 else '，只有这一种组合'}。")


def _coverage(page: Page, gain: int) -> str:
    value = page.figures["H09"].whole
    now, of = int(value.numerator or 0), int(value.denominator or 0)
    return f"{now}/{of} → {now + gain}/{of}"


def _people(jobs: float) -> str:
    return f"{show(round(jobs, -2))}"


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _page: Page, goal: str, k: int, at: int) -> None:
    content = _page.edition.content(_page.period).key
    setting, best = _setting(content, _page), _best(content, goal, k, _page)
    chosen = best.choices[at]
    st.table(_effects(_page, setting, chosen), hide_index=True, border="horizontal", alt="所选组合的效果")
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        added = "、".join(unit_name(code, short=True) for code in setting.added(chosen))
        st.markdown(f"新覆盖街镇：**{added or '无'}**")
        st.markdown("\n".join(f"- {literal(setting.names[one])}（{unit_name(setting.codes[one], short=True)}，"
                              f"{_beds(setting.rows.loc[one, 'beds_estimate'])}）" for one in chosen))
    with right:
        st.plotly_chart(_map(_page, setting, goal, chosen), config=PLOTLY_CONFIG, alt="所选候选点和服务范围示意图")
    if len(best.choices) > 1:
        with st.expander(f"各组合的效果（{len(best.choices)} 种）"):
            st.dataframe(_all_effects(_page, setting, best), hide_index=True, height="content", alt="各最优组合的效果")
    st.markdown(_open_places(setting))
    st.caption(_notes(_page, setting))


def _beds(value: object) -> str:
    return f"可改建约 {show(float(str(value)))} 张" if given(value) else "床位未估算"


def _effects(page: Page, setting: Setting, chosen: Chosen) -> pd.DataFrame:
    gain = len(setting.added(chosen))
    rows = [{"项目": "一张床街镇覆盖（H09）", "增加": f"{gain} 个街镇", "现有 → 选后": _coverage(page, gain)}]
    for metres, (before, after, margin) in _jobs(page, setting, chosen).items():
        rows.append({"项目": f"{metres} 米以内岗位", "增加": f"约\u00a0{_people(after - before)}\u00a0个",
                     "现有 → 选后": f"约\u00a0{_people(before)} → 约\u00a0{_people(after)}\u00a0个（±{_people(margin)}）"})
    return pd.DataFrame(rows)


def _jobs(page: Page, setting: Setting, chosen: Chosen) -> dict[int, tuple[float, float, float]]:
    """Radius → jobs covered now, with the choice, and how far the latter may be wrong by rounding. A choice without a place adds none."""
    found = {}
    placed = [setting.placed.index(one) for one in chosen if one in setting.placed]
    for metres in _radii(page):
        reach = _reach(page.edition.content(page.period).key, metres, page)
        before, (after, margin) = reach.after([])[0], reach.after(placed)
        found[metres] = (before, after, margin)
    return found


def _all_effects(page: Page, setting: Setting, best: Optimum) -> pd.DataFrame:
    rows = []
    for at, chosen in enumerate(best.choices, start=1):
        jobs = {f"{metres} 米以内岗位增加": f"约 {_people(after - before)}"
                for metres, (before, after, _) in _jobs(page, setting, chosen).items()}
        added = "、".join(unit_name(code, short=True) for code in setting.added(chosen))
        rows.append({"组合": at, "候选点": "、".join(setting.names[one] for one in chosen), "新覆盖街镇": added or MISSING,
                     "街镇覆盖": _coverage(page, len(setting.added(chosen))), **jobs})
    return pd.DataFrame(rows)


def _map(page: Page, setting: Setting, goal: str, chosen: Chosen) -> go.Figure:
    near, far = _radii(page)
    placed = setting.rows.loc[list(setting.placed)]
    sites = pd.concat([
        pd.DataFrame({"name": setting.existing["project_name"], "lon": setting.existing["wgs_lon"], "lat": setting.existing["wgs_lat"],
                      "kind": EXISTING}),
        pd.DataFrame({"name": [setting.names[at] for at in setting.placed], "lon": placed["wgs_lon"], "lat": placed["wgs_lat"],
                      "kind": [CHOSEN if at in chosen else OTHER for at in setting.placed]}),
    ], ignore_index=True)
    return frozen(coverage_map(sites, radius=far if goal == FAR else near, boundary=page.edition.boundary, covered=setting.covered,
                               added=frozenset(setting.added(chosen)), dark=page.dark))


def _open_places(setting: Setting) -> str:
    """Which 街镇 have no supplied beds, and how many candidates could be the first there."""
    missing = [code for code in subdistrict_codes() if code in setting.known and code not in setting.covered]
    if not missing:
        return "已报送的街镇都有已供应的“一张床”项目。"
    counts = {code: len(list(own)) for code, own in groupby(sorted(setting.codes))}
    told = "、".join(f"{unit_name(code, short=True)}（{counts.get(code, 0)} 个候选点）" for code in missing)
    return f"尚未覆盖的街镇：{told}。"


def _notes(page: Page, setting: Setting) -> str:
    near, far = _radii(page)
    found = [f"从 {len(setting.rows)} 个参与排序的候选点中选，不受街镇、状态、搜索和权重影响"]
    found.append(f"结果为精确最优（分支定界，与逐一枚举等同），并列的全部计数，最多列出 {LISTED} 种")
    found.append("街镇覆盖：有一个已供应“一张床”项目即算覆盖，入市准备的不算；现有覆盖保留")
    found.append(f"岗位：第五次经济普查各街镇从业人员（2023年末，各 ±{JOBS_MARGIN} 人，不含金融业和个体经营户），按街镇面积平均摊开，"
                 f"只计本区；{near} 米、{far} 米为直线距离；已供应项目的范围先计入，只算新增；数字取整到百")
    absent = [setting.names[at] for at in range(len(setting.rows)) if at not in setting.placed]
    if absent:
        found.append(f"没有可用坐标、不能计算岗位的候选点：{'、'.join(absent)}")
    if setting.unplaced:
        found.append(f"没有可用坐标、范围未计入的已供应项目：{'、'.join(setting.unplaced)}")
    unknown = [unit_name(code, short=True) for code in subdistrict_codes() if code not in setting.known]
    if unknown:
        found.append(f"没有租赁项目数据、不能判断是否覆盖的街镇：{'、'.join(unknown)}")
    return literal("；".join(found) + "。")
