"""The body of 更新进度."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.spec.numbers import show
from lib.ui.page import Page
from lib.ui.tables import overdue_table, place_frame, rows_table

CARDS = ("R01", "R03", "R05", "R13", "R16")


@st.cache_resource(show_spinner=False, max_entries=64)
def show_body(key: str, _page: Page) -> None:
    """Charts and tables for the selection; replayed by `key`."""
    projects = _page.frame("renewal_projects")
    if _page.nobody("renewal_projects"):
        st.info("所选街镇本期尚未报送《旧住房更新改造项目进展表》，暂无数据。可在报告期中选择上一期。")
        return
    if projects.empty:
        st.info("所选范围内没有更新项目。请放宽街镇或类别的筛选。")
        return
    left, right = st.columns(2)
    with left:
        st.subheader("正在签约的项目", anchor=False)
        _signing(_page, projects)
    with right:
        st.subheader("超期项目按街镇", anchor=False)
        st.plotly_chart(
            bars.bars_by_subdistrict(
                place_frame(_page, "R16"), title="", unit="个", decimals=0, good="down", worst_first=True, dark=_page.dark
            ),
            config=PLOTLY_CONFIG,
            alt="各街镇超期项目数",
        )
    st.subheader("各类项目的阶段", anchor=False)
    st.caption("每类项目走各自的阶段，互不混算；图中只列在册项目。")
    _stages(_page, projects)
    st.subheader("超期节点", anchor=False)
    overdue_table(_page, "更新项目", 20)
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
