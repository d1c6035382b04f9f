"""节点 of 更新进度: plan against actual of every project on one time line, the same as a table, and the outlook.

Its one rule: the worst stands first; what the drawing shows stands in the table below it, word for word.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.timeline import SHAPES, legend, timeline
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.figures.history import DAY
from lib.reports.projects import outline
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED, YELLOW
from lib.rules.marks import looked_up
from lib.rules.milestones import form_nodes, unfinished
from lib.rules.outlook import DELAY_RULE, PACE_RULE, SIGNED_NODE, form_outlook, signing_outlook
from lib.settings import ROOT
from lib.spec.numbers import MISSING, show
from lib.spec.period import shift
from lib.ui import data, state
from lib.ui.page import Page
from lib.ui.registry import PAGES
from lib.ui.words import literal

PAGE_ROWS = 20
"""Projects on one page of the drawing and of the table."""
GROUPS: dict[str, str] = {"不分组": "", "按街镇": "subdistrict", "按类别": "project_type"}
MONTHS_SEEN = 6
"""Months whose signing figures show the pace."""
MOST_EXPECTED = 100
"""So many rows of each outlook are listed, the latest; the others are counted."""
URGENCY = {RED: 0, YELLOW: 1, GREEN: 2, UNJUDGED: 3}


def show_timeline(page: Page) -> None:
    """Projects against their plans, worst first, then what is to be expected."""
    if page.nobody("renewal_projects"):
        st.info(f"所选街镇本期尚未报送《{DATASETS['renewal_projects'].title}》，暂无数据。可在报告期中选择上一期。")
        return
    if page.frame("renewal_projects").empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    st.subheader("计划与实际", anchor=False)
    _board(page)
    show_outlook(drawn_key(page), page)


@st.fragment
def _board(page: Page) -> None:
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    group = left.segmented_control("分组", list(GROUPS), default=next(iter(GROUPS)), key="tgroup", bind="query-params") or "不分组"
    closed = middle.toggle("含已完成的项目", key="tclosed", bind="query-params")
    key = f"{drawn_key(page)}|{group}|{closed}"
    rows = _sorted(key, page, group, closed)
    if rows.empty:
        st.info("所选范围内没有未完成的项目。打开“含已完成的项目”可以查看已完成的。")
        return
    with right:
        number = pager("tpage", len(rows))
    name = f"{key}|{number}"
    chart = f"timeline-{name}"
    st.plotly_chart(
        _figure(name, page, group, closed, number, state.on_phone()),
        config=PLOTLY_CONFIG,
        alt="各项目五个节点的计划与实际，同样的内容见下表",
        key=chart,
        on_select="rerun",
        selection_mode="points",
    )
    _below(name, page, group, closed, number)
    picked = state.picked_codes(chart)
    if state.newly(chart, ",".join(picked)) and picked:
        open_project(picked[0])


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, _page: Page, group: str, closed: bool, number: int, narrow: bool) -> go.Figure:
    rows = _cut(_page, group, closed, number)
    nodes = _nodes(_page.key, _page)
    own = nodes[nodes["project_id"].isin(rows["project_id"])]
    return frozen(timeline(rows, own, today=_page.snapshot.as_of, narrow=narrow, dark=_page.dark))


@st.cache_resource(show_spinner=False, max_entries=128)
def _below(key: str, _page: Page, group: str, closed: bool, number: int) -> None:
    """Legend and table of one page of projects; replayed by `key`."""
    rows = _cut(_page, group, closed, number)
    total = len(_sorted(key.rpartition("|")[0], _page, group, closed))
    st.caption(f"{legend()}。点击图中任一项目的条形或节点打开该项目。")
    words = _nodes(_page.key, _page).set_index(["project_id", "node"])["cell"].unstack().reindex(rows["project_id"])
    table = pd.DataFrame({
        "项目": rows["project_name"].to_numpy(),
        "打开": [project_link(_page, one) for one in rows["project_id"]],
        "情况": rows["words"].to_numpy(),
        "街镇": [unit_name(one, short=True) for one in rows["subdistrict"]],
        "类别": rows["project_type"].to_numpy(),
        "当前阶段": rows["stage"].to_numpy(),
        **{node: words[node].to_numpy() for node in SHAPES},
    })
    project_table(table, alt="各项目五个节点的计划与实际")
    first = (number - 1) * PAGE_ROWS + 1
    st.caption(f"本表列第 {first}—{first + len(rows) - 1} 个项目，清单共 {total} 个，最需要推动的在前。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _nodes(key: str, _page: Page) -> pd.DataFrame:
    """The five nodes of every project with what the drawing and the table need."""
    as_of = _page.snapshot.as_of
    nodes = form_nodes(_page.frame("renewal_projects"), as_of, _page.snapshot.registry)
    still = ~nodes["done"] & (nodes["light"] != UNJUDGED)
    late = np.where(nodes["days"] < 0, -nodes["days"], 0.0)
    nodes = nodes.assign(open=still, late=np.where(nodes["done"] | still, late, 0.0))
    nodes["cell"] = [_cell(*one) for one in zip(nodes["plan"], nodes["actual"], nodes["done"], nodes["light"], nodes["words"], strict=True)]
    return nodes


def _cell(plan: pd.Timestamp, actual: pd.Timestamp, done: bool, light: str, words: str) -> str:
    """A node in words: what is done with its day, else its plan with its light."""
    if done:
        late = words.partition("（")[2].rstrip("）")
        return f"✓ {_day(actual)}" + (f"（{late}）" if late else "")
    if plan != plan:
        return MISSING
    mark = f" {LIGHT[light].shape} {words}" if light in (RED, YELLOW) else ""
    return f"计划 {_day(plan)}{mark}" if light != UNJUDGED else f"计划 {_day(plan)}，实际未填"


def _day(day: pd.Timestamp) -> str:
    return MISSING if pd.isna(day) else day.strftime("%Y-%m-%d")


@st.cache_resource(show_spinner=False, max_entries=64)
def _all(key: str, _page: Page) -> pd.DataFrame:
    """Every project with its light, its words and its trouble, worst first."""
    projects, as_of, registry = _page.frame("renewal_projects"), _page.snapshot.as_of, _page.snapshot.registry
    expected = form_outlook(projects, as_of, registry).dropna(subset=["days_late"])
    late = expected.groupby("project_id")["days_late"].max()
    nodes = _nodes(_page.key, _page)
    coming = nodes[nodes["open"] & nodes["plan"].notna()].drop_duplicates("project_id").set_index("project_id")
    rows = pd.DataFrame({name: projects[name] for name in ("project_id", "project_name", "subdistrict", "project_type", "stage")})
    rows["going"] = unfinished(projects)
    rows["over"] = projects["overdue_days"].fillna(0.0)
    rows["late"] = looked_up(rows["project_id"], late).fillna(0.0).clip(lower=0).where(rows["going"], 0.0)
    rows["light"] = outline(projects, as_of, registry)["light"]
    node = projects["overdue_node"].astype("object").where(projects["overdue_days"].notna(), looked_up(rows["project_id"], coming["node"]))
    words = looked_up(rows["project_id"], coming["words"])
    came, due = projects["households_returned"], projects["households_to_return"]
    back = [f"{show(one)} / {show(other)}" for one, other in zip(came, due, strict=True)]
    told = zip(rows["light"], rows["going"], rows["over"], rows["late"], node, words, back, strict=True)
    rows["words"] = [_words(*one) for one in told]
    order = rows.assign(
        urgency=rows["light"].map(URGENCY), over=-rows["over"], late=-rows["late"], done=~rows["going"]
    ).sort_values(["done", "urgency", "over", "late", "project_id"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def _words(light: str, going: bool, over: float, late: float, node: object, words: object, back: str) -> str:
    """Mark of the light and where a project stands, in few words."""
    mark = LIGHT[light].shape
    if over > 0:
        return f"{mark} {node}超期 {show(over)} 天"
    if not going:
        return "✓ 已完成"
    if node is None or node != node:
        return f"{mark} 没有待办的计划节点" + ("" if MISSING in back else f"，回搬 {back} 户")
    return f"{mark} {node}{words}" + (f"，预计晚 {show(late)} 天" if late > 0 else "")


@st.cache_resource(show_spinner=False, max_entries=128)
def _sorted(key: str, _page: Page, group: str, closed: bool) -> pd.DataFrame:
    """The projects of the drawing, worst first; grouped: the group with the worst project first."""
    rows = _all(_page.key, _page)
    if not closed:
        rows = rows[rows["going"]]
    column = GROUPS[group]
    if not column:
        return rows.assign(group="")
    titles = rows[column].map(unit_name) if column == "subdistrict" else rows[column]
    place = {one: at for at, one in enumerate(dict.fromkeys(titles))}
    return rows.assign(group=titles, place=titles.map(place)).sort_values("place", kind="stable").drop(columns="place")


def _cut(page: Page, group: str, closed: bool, number: int) -> pd.DataFrame:
    rows = _sorted(f"{drawn_key(page)}|{group}|{closed}", page, group, closed)
    return rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]


@st.cache_resource(show_spinner=False, max_entries=64)
def show_outlook(key: str, _page: Page) -> None:
    """When signing reaches its gate at the present pace, and which nodes follow late; each with its rule in words; replayed by `key`."""
    projects, as_of, registry = _page.frame("renewal_projects"), _page.snapshot.as_of, _page.snapshot.registry
    seen = signing_seen(_page).rename(columns={"households_signed": "signed", DAY: "day"}).dropna(subset=["signed"])
    signing = signing_outlook(projects[projects["signing"]], seen, as_of, registry)
    late = form_outlook(projects, as_of, registry)
    late = late[~((late["node"] == SIGNED_NODE) & late["project_id"].isin(signing["project_id"]))]
    names = projects.drop_duplicates("project_id").set_index("project_id")["project_name"]
    st.subheader("展望", anchor=False)
    tables = (("签约生效的推算", signing, PACE_RULE), ("节点的推算（晚于计划的）", late[late["days_late"] > 0], DELAY_RULE))
    for title, rows, rule in tables:
        st.markdown(f"**{title}**")
        if rows.empty:
            st.info("没有需要推算的项目。")
            continue
        shown = rows.sort_values("days_late", ascending=False).head(MOST_EXPECTED)
        table = pd.DataFrame({
            "项目": looked_up(shown["project_id"], names),
            "打开": [project_link(_page, one) for one in shown["project_id"]],
            "节点": shown["node"],
            "计划": shown["plan"],
            "推算": shown["projected"],
            "晚于计划": shown["days_late"],
            "把握": shown["certain"].map({True: "按规则推算", False: "不确定"}),
            "怎样得出": shown["rule"],
        })
        project_table(table, alt=title, height=320, config={
            "晚于计划": st.column_config.NumberColumn(format="%d 天"),
            "怎样得出": st.column_config.TextColumn(width="large"),
            **{name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("计划", "推算")},
        })
        cut = f"列出晚得最多的 {len(shown)} 行，共 {len(rows)} 行。" if len(shown) < len(rows) else ""
        st.caption(f"{cut}规则：{rule}。只作加法，不作其他推测。")


def drawn_key(page: Page) -> str:
    """The key of drawn bodies: their links name a pinned release and the account, their tables are narrower on a phone."""
    return f"{page.key}|{page.pinned}|{state.asked_account()}|{state.on_phone()}"


def signing_seen(page: Page) -> pd.DataFrame:
    """Households signed of every project at the end of each of the last months."""
    months = [shift(page.period, -back) for back in range(MONTHS_SEEN)]
    contents = tuple(page.edition.contents[month] for month in months if month in page.edition.contents)
    return data.signing_history(page.edition.content(page.period).key, contents)


def pager(key: str, count: int) -> int:
    """Which page of a list of so many rows is asked for, kept in the address; nothing to choose where one page holds all."""
    pages = max(1, -(-count // PAGE_ROWS))
    if pages == 1:
        return 1
    return int(st.pagination(pages, key=key, bind="query-params"))


def project_link(page: Page, project_id: str) -> str:
    """The address of a project's page, for the period at the screen, the account and, where one is pinned, the release."""
    kept = {"as": state.asked_account(), "v": str(page.edition.number) if page.pinned else ""}
    return "/project?" + urlencode({"project": project_id, "period": page.period, **{name: one for name, one in kept.items() if one}})


def open_project(project_id: str) -> None:
    """Go to the page of a project; says so where there is none."""
    spec = next((one for one in PAGES if one.url == "project"), None)
    if spec is None:
        st.info(f"项目 {literal(project_id)} 的页面尚未开放。")
        return
    st.switch_page(ROOT / spec.file, query_params={"project": project_id})


def project_table(table: pd.DataFrame, *, alt: str, height: int = 760, config: dict[str, Any] | None = None) -> None:
    """A table whose first column is pinned and whose column 打开, where there is one, links to the page of the project."""
    columns: dict[str, Any] = {"项目": st.column_config.TextColumn(pinned=True, width=140 if state.on_phone() else 215)}
    if "打开" in table.columns:
        columns["打开"] = st.column_config.LinkColumn(display_text="查看", width=56, help="打开该项目的页面")
    columns |= config or {}
    height = min(height, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, alt=alt, placeholder=MISSING, height=height, row_height=36, column_config=columns)
