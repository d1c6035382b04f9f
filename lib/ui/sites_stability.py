"""选址评估 · 敏感性: how far each rank can move while the weights vary, and who stays on top.

Its one rule: what is proved is told apart from what was only seen.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.sites import rank_ranges
from lib.datasets.places import unit_name
from lib.reports.sites import Record, rank_text, site_name, total_text
from lib.rules.siting import SWING_RULE, Stability, Weights, stability
from lib.spec.numbers import show
from lib.ui import state
from lib.ui.page import Page
from lib.ui.sites import Sites, choose_listed
from lib.ui.sites_ranking import MOST_BARS
from lib.ui.sites_weights import choose_weights
from lib.ui.words import literal

TOPS = ("1", "3", "5", "10")
TOP = "top"


def show_stability(page: Page) -> None:
    """The section."""
    weighed = choose_weights(page, folded=True)
    sites = replace(weighed, **choose_listed())
    state.only_among(TOP, TOPS)
    top = st.segmented_control("看前几名", TOPS, default="5", key=TOP, bind="query-params", required=True)
    if sites.found.table.empty:
        st.info("没有参与排序的候选点，无从比较。")
        return
    _drawn(f"{sites.key}|{top}", sites, int(top or 5))


@st.cache_resource(show_spinner=False, max_entries=64)
def _stability(key: str, weights: Weights, top: int, _sites: Sites) -> Stability:
    registry, on = _sites.page.snapshot.registry, _sites.page.snapshot.as_of
    found = _sites.found
    return stability(found.points.loc[found.table.index], weights, registry.at(SWING_RULE, on).exact / 100, top)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _sites: Sites, top: int) -> None:
    page, found = _sites.page, _sites.found
    told = _stability(_sites.whole, _sites.used.weights, top, _sites)
    rows = _sites.listed(found.ranked)
    swing = page.snapshot.registry.at(SWING_RULE, page.snapshot.as_of)
    stays = list(map(site_name, found.ranked[told.stays].to_dict("records")))
    st.subheader(f"权重各自增减 {swing.text}，谁稳居前 {top} 名", anchor=False)
    if stays:
        st.markdown(f"**{len(stays)} 个候选点无论怎样增减都在前 {top} 名**：{literal('、'.join(stays))}。")
    else:
        st.markdown(f"**没有候选点无论怎样增减都在前 {top} 名**；可能进入前 {top} 名的有 {int((~told.never).sum())} 个。")
    if rows.empty:
        st.info("所选范围内没有参与排序的候选点。请放宽街镇、状态或搜索。")
        return
    st.plotly_chart(_figure(_sites, told, rows.head(MOST_BARS), top), config=PLOTLY_CONFIG, alt="各候选点位次的变动范围，同样的数据见下表")
    st.dataframe(_table(_sites, told, rows, top), hide_index=True, height=min(640, 36 * (len(rows) + 1) + 2), alt="位次的变动范围和结论",
                 column_config={"出现次数占比": st.column_config.TextColumn(help=f"在看过的各组权重中，位次在前 {top} 名以内的占比"),
                                "候选点": st.column_config.TextColumn(pinned=True)})
    st.caption(
        f"圆点为现位次，粗线为看到过的位次，细线两端为不能排除的位次；两者一致的即确切。算法：每项权重各自在 ±{swing.text} 内独立变动"
        f"（{swing.standing}）；总分是权重的线性式，两个候选点谁能超过谁，在变动范围的顶点上即可确定，由此得出位次的界限；"
        f"再逐一计算 {show(told.examined)} 组权重（各项取低、原、高的全部组合），得出看到过的位次和占比。缺项另按 1～5 分变动。"
        "结果不含随机数，每次相同。"
    )


def _figure(sites: Sites, told: Stability, rows: pd.DataFrame, top: int) -> go.Figure:
    table, now = told.table.loc[rows.index], sites.found.table.loc[rows.index]
    spans = table.to_dict("records")
    frame = pd.DataFrame({
        "name": list(map(site_name, rows.to_dict("records"))),
        "best": table["best"], "worst": table["worst"], "seen_best": table["best_seen"], "seen_worst": table["worst_seen"],
        "now": now["best"].where(now["best"] == now["worst"]).astype("float64"),
        "words": [f"{rank_text(one)}（{_span(span)}）" for one, span in zip(now.to_dict("records"), spans, strict=True)],
    })
    return frozen(rank_ranges(frame, top=top, last=len(sites.found.table), narrow=state.on_phone(), dark=sites.page.dark))


def _span(row: Record) -> str:
    return f"{row['best']}" if row["best"] == row["worst"] else f"{row['best']}～{row['worst']}"


def _end(row: Record, name: str) -> str:
    """A best or worst rank: exact, or from what was seen to what is not excluded."""
    low, high = sorted((row[f"{name}_seen"], row[name]))
    return f"{low}" if low == high else f"{low}～{high} 之间"


def verdict(row: Record, top: int) -> str:
    """What is proved about a candidate and the first `top` ranks."""
    if row["worst"] <= top:
        return "稳居"
    if row["best"] > top:
        return "不会进入"
    if row["worst_seen"] <= top:
        return "未见跌出，不能排除"
    return "时进时出" if row["best_seen"] <= top else "未见进入，不能排除"


def _table(sites: Sites, told: Stability, rows: pd.DataFrame, top: int) -> pd.DataFrame:
    spans = told.table.loc[rows.index].to_dict("records")
    return pd.DataFrame([
        {
            "候选点": site_name(row),
            "街镇": unit_name(row["subdistrict"], short=True),
            "现位次": rank_text(now),
            "总分": total_text(now),
            "最好位次": _end(span, "best"),
            "最差位次": _end(span, "worst"),
            "出现次数占比": f"{show(span['often'], 1)}%",
            f"前 {top} 名": verdict(span, top),
        }
        for (row, now), span in zip(sites.found.told(rows), spans, strict=True)
    ])
