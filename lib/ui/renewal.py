"""The body of 更新进度."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.figures.history import DAY
from lib.rules.outlook import DELAY_RULE, PACE_RULE, SIGNED_NODE, form_outlook, signing_outlook
from lib.spec.numbers import show
from lib.spec.period import shift
from lib.ui import data
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.tables import overdue_table, rows_table

CARDS = ("R01", "R03", "R05", "R13", "R16")
LINES = ("R16F", "R15", "R04", "R18", "R10", "R12")
MONTHS_SEEN = 6
"""Months whose signing figures show the pace."""


@st.cache_resource(show_spinner=False, max_entries=64)
def show_body(key: str, _page: Page) -> None:
    """Charts for the selection; replayed by `key`."""
    projects = _page.frame("renewal_projects")
    if _page.nobody("renewal_projects"):
        st.info("所选街镇本期尚未报送《旧住房更新改造项目进展表》，暂无数据。可在报告期中选择上一期。")
        return
    if projects.empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    st.subheader("正在签约的项目", anchor=False)
    _signing(_page, projects)
    st.subheader("各类项目的阶段", anchor=False)
    st.caption("每类项目走各自的阶段，互不混算；图中只列在册项目。")
    _stages(_page, projects)


def show_overdue_places(page: Page) -> None:
    """Overdue projects by 街镇."""
    if not page.nobody("renewal_projects") and len(page.frame("renewal_projects")):
        show_places(page, "R16", title="超期项目按街镇")


@st.cache_resource(show_spinner=False, max_entries=64)
def show_lists(key: str, _page: Page) -> None:
    """Overdue milestones and all projects for the selection; replayed by `key`."""
    projects = _page.frame("renewal_projects")
    if projects.empty:
        return
    st.subheader("超期节点", anchor=False)
    overdue_table(_page, "更新项目", 20)
    st.subheader("展望", anchor=False)
    _outlook(_page, projects)
    st.subheader("项目清单", anchor=False)
    rows_table(
        _page,
        "renewal_projects",
        projects.sort_values(["overdue_days", "project_id"], ascending=[False, True]),
        (
            "project_name",
            "subdistrict",
            "project_type",
            "stage",
            "households",
            "signing_rate",
            "households_short",
            "overdue_node",
            "overdue_days",
            "risk",
        ),
        alt="更新项目清单",
        empty="没有项目。",
        height=560,
    )


def _outlook(page: Page, projects: pd.DataFrame) -> None:
    """When signing reaches its gate at the present pace, and which nodes follow late; each with its rule in words."""
    as_of, registry = page.snapshot.as_of, page.snapshot.registry
    months = [shift(page.period, -back) for back in range(MONTHS_SEEN)]
    contents = tuple(page.edition.contents[month] for month in months if month in page.edition.contents)
    told = data.signing_history(page.edition.content(page.period).key, contents)
    seen = told.rename(columns={"households_signed": "signed", DAY: "day"}).dropna(subset=["signed"])
    signing = signing_outlook(projects[projects["signing"]], seen, as_of, registry)
    late = form_outlook(projects, as_of, registry)
    late = late[~((late["node"] == SIGNED_NODE) & late["project_id"].isin(signing["project_id"]))]
    names = projects.drop_duplicates("project_id").set_index("project_id")["project_name"]
    tables = (("签约生效的推算", signing, PACE_RULE), ("节点的推算（晚于计划的）", late[late["days_late"] > 0], DELAY_RULE))
    for title, rows, rule in tables:
        st.markdown(f"**{title}**")
        if rows.empty:
            st.info("没有需要推算的项目。")
            continue
        table = pd.DataFrame(
            {
                "项目": rows["project_id"].map(names),
                "节点": rows["node"],
                "计划": rows["plan"],
                "推算": rows["projected"],
                "晚于计划": rows["days_late"],
                "把握": rows["certain"].map({True: "按规则推算", False: "不确定"}),
                "怎样得出": rows["rule"],
            }
        ).sort_values("晚于计划", ascending=False)
        config: dict[str, Any] = {
            "晚于计划": st.column_config.NumberColumn(format="%d 天"),
            "怎样得出": st.column_config.TextColumn(width="large"),
            **{name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("计划", "推算")},
        }
        st.dataframe(table, hide_index=True, alt=title, placeholder="—", height=min(320, 36 * (len(table) + 1) + 2), column_config=config)
        st.caption(f"规则：{rule}。只作加法，不作其他推测。")


def _signing(page: Page, projects: pd.DataFrame) -> None:
    signing = projects[projects["signing"]]
    if signing.empty:
        st.info("目前没有正在签约的项目。")
        return
    gate = page.snapshot.registry.at("renewal.signing_gate", page.snapshot.as_of)
    frame = pd.DataFrame(
        {
            "name": signing["project_name"],
            "share": signing["signing_rate"],
            "gate": gate.number,
            "short": signing["households_short"],
        }
    )
    st.plotly_chart(
        bars.progress_bars(frame.sort_values("short", ascending=False), title="", dark=page.dark),
        config=PLOTLY_CONFIG,
        alt="正在签约项目的签约率与差户",
    )
    st.caption(f"竖线为 {show(gate.number)}% 生效线（{gate.basis}）；右侧为达到生效线还差的户数。")


def _stages(page: Page, projects: pd.DataFrame) -> None:
    active = projects[projects["active"]]
    ladders = {ladder.name: ladder for ladder in RENEWAL_LADDERS.values()}
    shown = [
        (name, ladder)
        for name, ladder in ladders.items()
        if active["project_type"].isin([kind for kind, one in RENEWAL_LADDERS.items() if one is ladder]).any()
    ]
    if not shown:
        st.info("所选范围内没有在册项目。")
        return
    for start in range(0, len(shown), 2):
        for column, (name, ladder) in zip(st.columns(2), shown[start : start + 2], strict=False):
            kinds = [kind for kind, one in RENEWAL_LADDERS.items() if one is ladder]
            counts = (
                active[active["project_type"].isin(kinds)]
                .groupby(["project_type", "stage"], observed=True)
                .size()
                .rename("count")
                .reset_index()
            )
            with column:
                st.plotly_chart(
                    bars.stacked(
                        counts,
                        index="project_type",
                        column="stage",
                        value="count",
                        order=ladder.active,
                        title=name,
                        unit="个",
                        dark=page.dark,
                    ),
                    config=PLOTLY_CONFIG,
                    alt=f"{name}类项目各阶段的项目数",
                    key=f"stages-{name}",
                )
