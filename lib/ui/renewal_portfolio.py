"""更新进度 · 总体: what to push first, what the month changed, projects by type and stage, years beside the published sums.

Its one rule: a count here is a count of rows and says so; a figure comes from the catalogue.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.flow import Measured, against_published, picked, stage_flow
from lib.datasets.ladders import EXPROPRIATION, RENEWAL_LADDERS, Ladder
from lib.datasets.places import unit_name
from lib.figures.published import PLAN_PERIOD, PLAN_YEARS, read_rows
from lib.figures.series import value_of
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown
from lib.indicators.lights import Judged
from lib.reports.project_changes import CHANGE_ORDER, SLIPPED, Change, changes
from lib.reports.projects import by_type, count_text, worst
from lib.rules.coming import coming_nodes
from lib.rules.lights import LIGHT, RED
from lib.rules.outline import ORDER_RULE
from lib.settings import ROOT
from lib.spec.numbers import show, show_unit
from lib.spec.period import shift, title_of
from lib.ui import data, state
from lib.ui.lights import shape
from lib.ui.page import Page
from lib.ui.renewal_filters import SEEN_PROJECTS, STAGE, TYPE, facts, without_stage
from lib.ui.words import literal

PUBLISHED = {"renewal.selfcontained_area": "R07", "renewal.comprehensive_area": "R08", "renewal.special_area": "R09"}
"""Published sums over the five years of the plan → the figure of one year."""
LIFTS_PUBLISHED = "lifts.completed"
THIN_BEAM = "小梁薄板房屋改造"
SQUARE_METRES = 10_000
"""In one 万㎡."""
COMING_WORDS = "三个月"
FIRST_COMING = 5
"""So many nodes to come are read at once; 节点 has all."""
FIRST_CHANGES = 8
"""So many changed projects are read at once; the others are folded away."""
LADDERS: tuple[Ladder, ...] = tuple(dict.fromkeys(RENEWAL_LADDERS.values()))


# -- what to push first ------------------------------------------------------------------------------------------------


def show_worst(page: Page, *, key: str = "worst") -> None:
    """The three projects that need a push most, each with why and the way to its page."""
    st.subheader("最需要推动的三个项目", anchor=False)
    rows = _worst(page.key, page)
    if not rows:
        absent = page.missing("renewal_projects")
        words = "没有预警或关注的更新项目。" + (f"（{len(absent)} 个街镇本期未报）" if absent else "")
        st.info("所选街镇本期尚未报送《旧住房更新改造项目进展表》。" if page.nobody("renewal_projects") else words)
        return
    with st.container(border=True, gap="xsmall", key=f"{key}-projects"):
        for identity, title, place, reason in rows:
            if st.button(title, key=f"{key}-{identity}", type="tertiary", help="打开项目页"):
                st.switch_page(ROOT / "pages" / "renewal" / "project.py", query_params={SEEN_PROJECTS: identity})
            st.caption(f"{place}　{reason}")
    st.caption(f"取清单前三位：{ORDER_RULE}。")


@st.cache_resource(show_spinner=False, max_entries=128)
def _worst(key: str, _page: Page) -> list[tuple[str, str, str, str]]:
    told = facts(_page)
    rows = worst(_page.frame("renewal_projects"), told)
    found = []
    for row, own in zip(rows.to_dict("records"), told.loc[rows.index].to_dict("records"), strict=True):
        title = f"{_mark(own['light'])} **{literal(row['project_name'])}**"
        place = f"{unit_name(row['subdistrict'], short=True)} · {literal(row['project_type'])} · {row['stage']}"
        found.append((str(row["project_id"]), title, place, literal(own["reason"])))
    return found


def _mark(name: str) -> str:
    """The shape of a light in its colour, then its word."""
    return f"{shape(Judged(LIGHT[name], ''))} {LIGHT[name].word}"


# -- what comes next ---------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def show_coming(key: str, _page: Page) -> None:
    """The nodes that are due within the next months, the next first; replayed by `key`."""
    st.subheader(f"今后{COMING_WORDS}到期的节点", anchor=False)
    as_of, registry = _page.snapshot.as_of, _page.snapshot.registry
    rows = coming_nodes(_page.frame("renewal_projects"), _page.frame("milestones"), as_of, registry)
    if rows.empty:
        st.info(f"所选项目今后{COMING_WORDS}没有排了计划的节点。")
        return
    lines = [
        f"- {row['plan'].date()}　**{literal(row['node'])}**　{literal(row['project_name'])}（{unit_name(row['subdistrict'], short=True)}）"
        f"　还有 {show(row['days'])} 天{_later(row)}"
        for row in rows.head(FIRST_COMING).to_dict("records")
    ]
    st.markdown("\n".join(lines))
    more = f"这里列出最近的 {FIRST_COMING} 个，" if len(rows) > FIRST_COMING else ""
    st.caption(f"共 {len(rows)} 个节点、{rows['project_id'].nunique()} 个项目（清单计数），{more}全部见“节点”。")


def _later(row: dict[Any, Any]) -> str:
    """What the delay so far makes of a node that is planned."""
    return f"，按已有延误推算 {row['projected'].date()}" if row["projected"] > row["plan"] else ""


# -- what the month changed --------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def show_changes(key: str, _page: Page) -> None:
    """What differs from the month before, most important first; replayed by `key`."""
    before = shift(_page.period, -1)
    st.subheader(f"比{title_of(before)}变了什么", anchor=False)
    content = _page.edition.contents.get(before)
    if content is None or not content.of("renewal_projects"):
        st.info(f"本版没有{title_of(before)}的项目数据，无法比较。")
        return
    earlier = data.snapshot(content.key, content, _page.edition.registry)
    both = earlier.standing["renewal_projects"] & _page.snapshot.standing["renewal_projects"]
    found = changes(_page.frame("renewal_projects"), earlier.frames["renewal_projects"], both)
    if _page.projects is not None or _page.filters:
        there = {str(one) for one in _page.frame("renewal_projects")["project_id"]}
        found = [one for one in found if one.project_id in there]
    if _page.units:
        found = [one for one in found if one.subdistrict in _page.units]
    absent = list(_page.carried("renewal_projects"))
    note = f"；{'、'.join(unit_name(code, short=True) for code in absent)}本期未报，不会有变化" if absent else ""
    if not found:
        st.info(f"所选项目与{title_of(before)}相比没有变化{note}。")
        return
    st.markdown("\n".join(f"- {_change(one)}" for one in found[:FIRST_CHANGES]))
    if len(found) > FIRST_CHANGES:
        with st.expander(f"其余 {len(found) - FIRST_CHANGES} 个项目"):
            st.markdown("\n".join(f"- {_change(one)}" for one in found[FIRST_CHANGES:]))
    st.caption(f"共 {len(found)} 个项目有变化（清单计数），{CHANGE_ORDER}{note}。")


def _change(one: Change) -> str:
    parts = [f"{_mark(RED)}　{literal(clause.words)}" if clause.rank == SLIPPED else literal(clause.words) for clause in one.clauses]
    return f"**{literal(one.name)}**（{unit_name(one.subdistrict, short=True)}）　{'；'.join(parts)}"


# -- by type and stage -------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def show_types(key: str, _page: Page) -> None:
    """Projects by type as a table; replayed by `key`."""
    st.subheader("按改造类别", anchor=False)
    rows = by_type(_page.frame("renewal_projects"), tuple(RENEWAL_LADDERS))
    apart = {kind for kind, ladder in RENEWAL_LADDERS.items() if ladder is EXPROPRIATION}
    table = pd.DataFrame({
        "改造类别": rows["改造类别"],
        "在册（个）": rows["在册"],
        "登记（个）": rows["登记"],
        "超期（个）": rows["超期"],
        "涉及户数": [f"{count_text(value, unknown)}{'　产/证' if kind in apart else ' 户'}" for kind, value, unknown in
                 zip(rows["改造类别"], rows["涉及户数"], rows["户数未填"], strict=True)],
        "建筑面积（万㎡）": [show(None if pd.isna(value) else value / SQUARE_METRES, 1) + (f"（{unknown} 个未填）" if unknown else "")
                     for value, unknown in zip(rows["建筑面积"], rows["面积未填"], strict=True)],
    })
    right = {name: st.column_config.TextColumn(name, alignment="right") for name in ("涉及户数", "建筑面积（万㎡）")}
    st.dataframe(table, hide_index=True, height="content", alt="各改造类别的项目数、户数和面积", column_config=right)
    st.caption("清单计数：“登记”含已完成的项目，“在册”即指标“在册更新项目数”的分类数。征收类按产/证计户，各类户数不相加。")


def show_flows(page: Page) -> None:
    """The stages of every ladder that has projects, two beside each other; a click on a count filters by its stage and type."""
    st.subheader("各阶段的项目", anchor=False)
    whole = without_stage(page)
    figures = _flows(f"{whole.key}|{_selected()}", whole, _selected())
    names = list(figures)
    turn = "-".join(_selected())  # a chart of its own for each choice, so that what was clicked before can be clicked again
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[start : start + 2], strict=False):
            with column:
                key = f"flow-{name}-{turn}"
                st.plotly_chart(
                    figures[name], config=PLOTLY_CONFIG, alt=f"{name}类项目各阶段的项目数，点击数字按阶段和类别筛选", key=key,
                    on_select=partial(_clicked, key), selection_mode="points",
                )
    st.caption("每类项目走各自的阶段，互不混算；数字为登记项目的清单计数。点击数字按该阶段和类别筛选全页，再点一次取消。")


def _selected() -> tuple[str, str]:
    stages, kinds = state.choices(STAGE), state.choices(TYPE)
    return (stages[0] if len(stages) == 1 else "", kinds[0] if len(kinds) == 1 else "")


def _clicked(key: str) -> None:
    codes = state.picked_codes(key)
    if not codes:
        return
    stage, kind = picked(codes[0])
    again = _selected() == (stage, kind)
    state.choose(**{STAGE: [] if again else [stage], TYPE: [] if again else [kind]})


@st.cache_resource(show_spinner=False, max_entries=64)
def _flows(key: str, _page: Page, selected: tuple[str, str]) -> dict[str, go.Figure]:
    projects = _page.frame("renewal_projects")
    counts = projects.groupby(["project_type", "stage"], observed=True).size().rename("count").reset_index()
    counts = counts.rename(columns={"project_type": "type"})
    found = {}
    for ladder in LADDERS:
        kinds = [kind for kind, one in RENEWAL_LADDERS.items() if one is ladder]
        own = counts[counts["type"].isin(kinds)].sort_values("type", key=lambda column: column.map(kinds.index))
        if len(own):
            found[ladder.name] = frozen(stage_flow(own, ladder, selected=selected, dark=_page.dark), clickable=True)
    return found


# -- years beside the published sums -----------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def show_plan(key: str, _page: Page) -> None:
    """Area and lifts by year, beside the sums that the plan publishes for 2021–2025; replayed by `key`."""
    st.subheader("各年面积和加梯，与规划公布的五年数对照", anchor=False)
    years = data.years(_page.edition.content(_page.period).key, _page.snapshot)
    if not years:
        st.info("本期台账中没有填报实际日期的项目。")
        return
    published = {row["id"]: row for row in read_rows("plan_2025.csv")}
    names = (*PUBLISHED.values(), "R10Y")
    table: dict[str, list[Any]] = {"指标": [CATALOGUE[name].title for name in (*names, "R10")]}
    for year, figures in years.items():
        table[_year_title(_page, year)] = [*(_shown(figures[name], _page.units) for name in names), "—"]
    held = [year for year in PLAN_YEARS if year in years]
    if held:
        table["2021—2025合计"] = [*(_summed([years[year][name] for year in held], _page.units) for name in names), _lifts_then(_page)]
    if held and not _page.units:
        sums = [_as_published(published[one]) for one in PUBLISHED]
        table["规划公布（2021—2025）"] = [*sums, "—", _as_published(published[LIFTS_PUBLISHED])]
        rows = [_measured(published[one], [(str(year), years[year][name]) for year in held]) for one, name in PUBLISHED.items()]
        st.plotly_chart(against_published(rows, dark=_page.dark), config=PLOTLY_CONFIG, alt="各年面积与规划公布的五年数，同样的数据见下表")
    st.dataframe(pd.DataFrame(table), hide_index=True, height="content", alt="各年面积和加梯台数")
    st.caption(_plan_note(_page, held, published[LIFTS_PUBLISHED]["source"]))
    st.markdown(_thin_beams(_page))


def _year_title(page: Page, year: int) -> str:
    as_of = page.snapshot.as_of
    return f"{year}年（至{as_of.month}月）" if year == as_of.year and as_of.month < 12 else f"{year}年"


def _scaled(value: float | None, name: str) -> tuple[float | None, str, int]:
    """A figure with its unit: areas in 万㎡."""
    if CATALOGUE[name].unit != "㎡":
        return value, CATALOGUE[name].unit, CATALOGUE[name].decimals
    return (None if value is None else value / SQUARE_METRES), "万㎡", 1


def _shown(figure: Breakdown, units: tuple[str, ...]) -> str:
    value, unit, decimals = _scaled(value_of(figure, units), figure.whole.indicator.id)
    return "未报" if value is None else show_unit(value, unit, decimals)


def _summed(figures: list[Breakdown], units: tuple[str, ...]) -> str:
    known = [value for one in figures if (value := value_of(one, units)) is not None]
    value, unit, decimals = _scaled(sum(known) if len(known) == len(figures) else None, figures[0].whole.indicator.id)
    return "—" if value is None else show_unit(value, unit, decimals)


def _lifts_then(page: Page) -> str:
    """Lifts completed in all by the end of the plan's years, as published then."""
    value = data.value_in(page.edition, "R10", PLAN_PERIOD, page.units)
    return "—" if value is None else f"{show_unit(value, CATALOGUE['R10'].unit)}（2025年末累计）"


def _as_published(row: dict[str, str]) -> str:
    return f"{'约 ' if row['note'] == '约数' else ''}{show_unit(float(row['value']), row['unit'])}"


def _measured(row: dict[str, str], figures: list[tuple[str, Breakdown]]) -> Measured:
    """A published sum of areas beside ours by year."""
    years = tuple((year, _scaled(value_of(one, ()), one.whole.indicator.id)[0]) for year, one in figures)
    return Measured(figures[0][1].whole.indicator.title, row["unit"], 1, years, float(row["value"]))


def _plan_note(page: Page, held: list[int], source: str) -> str:
    absent = [str(year) for year in PLAN_YEARS if year not in held]
    words = [f"各年数按{title_of(page.period)}台账中各项目的实际日期归入年度；规划公布数出自{source}，为 2021—2025 年合计，只作对照"]
    if absent:
        words.append(f"台账没有 {'、'.join(absent)} 年的实际日期")
    if page.units:
        words.append("公布数是全区的，选定街镇时不对照")
    if page.filters or page.projects is not None:
        words.append("不受类别、阶段等筛选影响")
    return "；".join(words) + "。"


def _thin_beams(page: Page) -> str:
    """小梁薄板: the day of the city's plan and that of the district's, side by side, and how many projects go on."""
    projects = page.snapshot.frames["renewal_projects"]
    if page.units:
        projects = projects[projects["subdistrict"].isin(page.units)]
    going = int((projects["project_type"].eq(THIN_BEAM).fillna(False) & projects["active"]).sum())
    registry, on = page.snapshot.registry, page.snapshot.as_of
    lines = [f"{row.title} **{row.text}**（{row.basis}）" for rule in ("thinbeam.city", "thinbeam.district")
             if (row := registry.find(rule, on)) is not None]
    return f"**{THIN_BEAM}**：在册 {going} 个（清单计数）。" + ("；".join(lines) + "。两个日期不同，一并列出。" if lines else "")
