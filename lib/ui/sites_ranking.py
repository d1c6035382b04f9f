"""选址评估 · 排序: the candidates in the order of their totals, as bars of parts and as a table; who is not ranked and why.

Its one rule: every total stands with its parts; what is missing makes a band, what is equal shares a rank.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.sites import stacked_totals
from lib.datasets.places import unit_name
from lib.reports.sites import (
    BAND_RULE,
    DECIMALS,
    EXCLUSIONS,
    TIE_RULE,
    bands_text,
    flags,
    left_out_why,
    missing_parts,
    moved_text,
    rank_text,
    reported_gap,
    site_name,
    total_text,
)
from lib.rules.derived.sites import GAP_RULE
from lib.rules.siting import PARTS
from lib.spec.numbers import MISSING, show
from lib.ui import state
from lib.ui.page import Page
from lib.ui.sites import ROUNDED, SITE, Sites, choose_listed, show_downloads
from lib.ui.sites_weights import choose_weights, show_saving
from lib.ui.words import literal

MOST_BARS = 20
"""So many candidates are drawn; the table has all."""
FIRST = 3


def show_ranking(page: Page) -> None:
    """The section."""
    listed = choose_listed()
    if state.on_phone():
        sites = replace(choose_weights(page), **listed)
        _bars(sites)
    else:
        left, right = st.columns([1, 2.4], gap="medium")
        with left:
            sites = replace(choose_weights(page), **listed)
        with right:
            _bars(sites)
    _table(sites)
    _left_out(sites.key, sites)
    show_downloads(sites)
    show_saving(sites)


def _bars(sites: Sites) -> None:
    _words(sites.key, sites)
    if sites.found.table.empty:
        st.info("没有参与排序的候选点：都已放弃，或消防、结构初判不通过。见下面的清单。")
        return
    key = f"site-bars-{sites.key}"

    def clicked() -> None:
        if codes := state.picked_codes(key):
            state.choose(**{SITE: codes[0], "part": "候选点"})

    st.plotly_chart(_figure(sites.key, sites), config=PLOTLY_CONFIG, key=key, on_select=clicked, selection_mode="points",
                    alt="候选点总分由各部分得分相加，同样的数据见下表；点击打开候选点")


@st.cache_resource(show_spinner=False, max_entries=64)
def _words(key: str, _sites: Sites) -> None:
    """What comes first and what moved, in two lines; replayed by `key`."""
    found, rows = _sites.found, _sites.listed(_sites.found.ranked)
    if rows.empty:
        if len(found.table):
            st.info("所选范围内没有参与排序的候选点。请放宽街镇、状态或搜索。")
        return
    first = [f"**{rank_text(told)}**　{literal(site_name(row))}（{total_text(told)}）" for row, told in found.told(rows.head(FIRST))]
    st.markdown("；".join(first))
    told = f"全区参与排序 {len(found.table)} 个，这里列出 {len(rows)} 个"
    bands = int((~found.table["known"]).sum())
    told += f"；{bands} 个有缺项，只有区间" if bands else ""
    if _sites.used is not _sites.base:
        moves = sum(map(bool, _moves(_sites, found.ranked)))
        told += f"；与{_sites.base.text}相比，{moves} 个位次有变" if moves else f"；与{_sites.base.text}相比，位次没有变化"
    st.caption(f"权重：{_sites.used.text}。{told}。")


def _moves(sites: Sites, rows: pd.DataFrame) -> list[str]:
    """How each of some ranked rows moved against the saved version; empty texts while nothing is tried."""
    if sites.used is sites.base:
        return [""] * len(rows)
    now, before = (one.table.loc[rows.index].to_dict("records") for one in (sites.found, sites.before))
    return [moved_text(*one) for one in zip(now, before, strict=True)]


@st.cache_resource(show_spinner=False, max_entries=64)
def _figure(key: str, _sites: Sites) -> go.Figure:
    found = _sites.found
    rows = _sites.listed(found.ranked).head(MOST_BARS)
    frame = pd.DataFrame({
        "id": rows["candidate_id"],
        "name": [f"{rank_text(told)}　{site_name(row)}" for row, told in found.told(rows)],
        "words": [f"{total_text(told)} {move}".strip() for (_, told), move in zip(found.told(rows), _moves(_sites, rows), strict=True)],
        "low": found.table["low"].reindex(rows.index),
        "high": found.table["high"].reindex(rows.index),
    })
    for part, weight in zip(PARTS, found.weights, strict=True):
        frame[part.title] = found.parts[part.id].reindex(rows.index)
        frame[f"{part.title}_text"] = [
            f"{show(points)} 分 × 权重 {weight} → {show(adds, DECIMALS)}"
            for points, adds in zip(found.points.loc[rows.index, part.id], frame[part.title], strict=True)
        ]
    figure = stacked_totals(frame, tuple(part.title for part in PARTS), narrow=state.on_phone(), dark=_sites.page.dark)
    return frozen(figure, clickable=True)


def _table(sites: Sites) -> None:
    table, codes = _listing(sites.key, sites)
    if table.empty:
        return
    st.subheader("排序清单", anchor=False)
    key = f"site-table-{sites.key}"

    def picked() -> None:
        if rows := state.selection(key).get("rows", []):
            state.choose(**{SITE: codes[rows[0]], "part": "候选点"})

    st.dataframe(table, hide_index=True, alt="候选点的位次、总分、各部分分值和得分", key=key, on_select=picked, selection_mode="single-row",
                 height=min(640, 36 * (len(table) + 1) + 2), placeholder=MISSING, column_config=_config(sites))
    data = sites.page.snapshot
    gap = data.registry.at(GAP_RULE, data.as_of).text.replace("≤ ", "")
    st.caption("各部分为“分值 → 得分”，得分 = 权重 × 分值按百分制折算，相加即总分；"
               f"{ROUNDED}。{bands_text(data.registry, data.as_of)}。{BAND_RULE}。{TIE_RULE}。"
               f"“距离核对”：填报的步行距离短于直线或长出 {gap}以上的标 ▲。"
               "“填报”各列为报表原样；“差”为本页总分减填报综合得分，权重和口径不同，只作对照。点一行打开候选点。")


def _config(sites: Sites) -> dict[str, Any]:
    small = {part.title: st.column_config.TextColumn(f"{part.title}（{weight}）", help=f"权重 {weight}；{part.how}", width=124)
             for part, weight in zip(PARTS, sites.used.weights, strict=True)}
    return {
        "位次": st.column_config.TextColumn(width=76, pinned=not state.on_phone()),
        "候选点": st.column_config.TextColumn(width=150, pinned=True),
        "街镇": st.column_config.TextColumn(width=56),
        "总分": st.column_config.TextColumn(width=112, alignment="right"),
        "直线距离": st.column_config.NumberColumn(format="%d 米", help="到最近轨交站的直线距离，由坐标计算"),
        "填报距离": st.column_config.NumberColumn(format="%d 米", help="报表填写的步行距离"),
        "可改建床位": st.column_config.NumberColumn(format="%d 张"),
        "填报综合得分": st.column_config.NumberColumn(format="%.1f"),
        **small,
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def _listing(key: str, _sites: Sites) -> tuple[pd.DataFrame, list[str]]:
    """The ranked candidates that are listed, and their codes."""
    found = _sites.found
    rows = _sites.listed(found.ranked)
    told = found.told(rows)
    table = pd.DataFrame({
        "位次": [rank_text(one) for _, one in told],
        "候选点": [site_name(row) for row, _ in told],
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
        "状态": rows["status"],
        "总分": [total_text(one) for _, one in told],
    }, index=rows.index)
    if _sites.used is not _sites.base:
        table.insert(1, "变化", _moves(_sites, rows))
    gaps = [missing_parts(points) for points in found.points.loc[rows.index].to_dict("records")]
    table["需注意"] = ["、".join([*(f"缺{title}" for title in absent), *flags(row)]) or "—"
                    for absent, (row, _) in zip(gaps, told, strict=True)]
    for part in PARTS:
        table[part.title] = [
            f"{show(points)} → {show(adds, DECIMALS)}" if points == points else "缺"
            for points, adds in zip(found.points.loc[rows.index, part.id], found.parts.loc[rows.index, part.id], strict=True)
        ]
    table["最近轨交站"], table["直线距离"], table["填报距离"] = rows["metro_station"], rows["metro_line_m"], rows["metro_m"]
    table["距离核对"] = rows["metro_gap"].map(lambda text: f"▲ {text}" if text else "")
    table["可改建床位"] = rows["beds_estimate"]
    table["填报综合得分"], table["填报权重版本"] = rows["total_score"], rows["weights_version"]
    table["差"] = [reported_gap(*one) for one in told]
    return table, rows["candidate_id"].astype("str").tolist()


@st.cache_resource(show_spinner=False, max_entries=64)
def _left_out(key: str, _sites: Sites) -> None:
    """Who is not ranked and why; replayed by `key`."""
    rows = _sites.listed(_sites.found.left_out)
    if rows.empty:
        return
    with st.expander(f"未参与排序的候选点 {len(rows)} 个"):
        records = rows.to_dict("records")
        table = pd.DataFrame({
            "候选点": list(map(site_name, records)),
            "编码": rows["candidate_id"],
            "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)),
            "状态": rows["status"],
            "原因": list(map(left_out_why, records)),
            "填报综合得分": rows["total_score"],
        })
        height = min(420, 36 * (len(table) + 1) + 2)
        st.dataframe(table, hide_index=True, alt="未参与排序的候选点和原因", placeholder=MISSING, height=height, column_config={
            "原因": st.column_config.TextColumn(width="large"), "填报综合得分": st.column_config.NumberColumn(format="%.1f"),
        })
    st.caption(f"{EXCLUSIONS}。")
