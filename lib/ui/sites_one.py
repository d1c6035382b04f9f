"""选址评估 · 候选点: one candidate with its facts, its parts, what excludes it, its rank over the months, and its source row.

Its one rule: everything as it was reported, and beside it what is computed from it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.datasets.places import unit_name
from lib.figures.site_history import candidates_over_time
from lib.reports.sites import (
    DECIMALS,
    Assessment,
    Record,
    assess,
    flags,
    given,
    left_out_why,
    rank_text,
    reported_gap,
    site_name,
    total_text,
)
from lib.rules.siting import PARTS
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import Period, title_of
from lib.ui import state
from lib.ui.page import Page
from lib.ui.sites import ROUNDED, SITE, Sites
from lib.ui.sites_weights import choose_weights
from lib.ui.words import literal

_BEHIND = {"amenities": ("amenities_500m", "周边 500 米配套 {} 个"), "demand": ("demand_index", "需求指数 {}")}
"""Part → a reported column that tells more about it, and its words."""


def show_one(page: Page) -> None:
    """The section."""
    sites = choose_weights(page, folded=True)
    rows = sites.found.rows
    names = {str(row["candidate_id"]): f"{site_name(row)}（{row['candidate_id']}，{unit_name(row['subdistrict'], short=True)}）"
             for row in rows.to_dict("records")}
    asked = state.in_address(SITE)
    state.only_among(SITE, names)
    state.linked(SITE, asked if asked in names else next(iter(names)))
    if asked and asked not in names:
        st.warning(f"本期没有编码为“{literal(asked)}”的候选点，显示的是排在第一的候选点。")
    chosen = st.selectbox("候选点", list(names), format_func=names.__getitem__, key=SITE)
    state.keep(SITE, chosen, chosen)
    _drawn(f"{sites.key}|{chosen}", sites, chosen)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(key: str, _sites: Sites, code: str) -> None:
    found, page = _sites.found, _sites.page
    rows = found.rows
    at = rows.index[rows["candidate_id"] == code][0]
    row = rows.loc[[at]].to_dict("records")[0]
    told = found.table.loc[[at]].to_dict("records")[0] if at in found.table.index else None
    st.header(literal(site_name(row)), anchor=False)
    st.markdown(_summary(row, told, len(found.table)))
    left, right = st.columns([4.2, 2], gap="medium")
    with left:
        st.subheader("得分", anchor=False)
        _parts(found, at, row, told)
        st.caption(f"权重：{_sites.used.text}。{ROUNDED}。")
    with right:
        st.subheader("基本情况", anchor=False)
        st.markdown("\n".join(f"- {title}　{literal(words)}" for title, words in _facts(row, told)))
    ranks = _over_time(_sites, code)
    if ranks:
        st.subheader("各月位次", anchor=False)
        st.markdown("　→　".join(f"{title_of(month)} **{words}**" for month, words in ranks))
        st.caption("每月按当月报送的候选点、用现在这组权重和分档重新计算；没有报送选址表的月份不列。")
    st.subheader("来源", anchor=False)
    source = page.snapshot.sources.get(int(row["_submission"]))
    file = source.file_name if source else MISSING
    st.markdown(f"{literal(file)}　工作表“{literal(str(row['_sheet']))}”第 {row['_row']} 行"
                + (f"（{title_of(Period(source.period))}报送）" if source else ""))


def _summary(row: Record, told: Record | None, count: int) -> str:
    where = f"{unit_name(row['subdistrict'])} · {row['status']}"
    if told is None:
        return f"{where}　**不参与排序**：{literal(left_out_why(row))}"
    kind = "总分" if told["known"] else "总分区间（有缺项）"
    words = f"{where}　位次 **{rank_text(told)}** / {count}　{kind} **{total_text(told)}**"
    marks = flags(row)
    return words + (f"\n\n▲ 需注意：{'、'.join(marks)}" if marks else "")


def _parts(found: Assessment, at: Any, row: Record, told: Record | None) -> None:
    points, parts = found.points.loc[at], found.parts.loc[at]
    lines = []
    for part, weight in zip(PARTS, found.weights, strict=True):
        known = points[part.id] == points[part.id]
        lines.append({
            "部分": part.title,
            "分值": f"{show(points[part.id])} 分" if known else "缺（1～5 分）",
            "权重": str(weight),
            "得分": show(parts[part.id], DECIMALS) if known else "—",
            "依据": _evidence(part.id, row),
        })
    total = total_text(told) if told is not None else show(float(parts.sum()), DECIMALS) if points.notna().all() else "—"
    note = "" if told is not None else "未参与排序，仅供参考"
    lines.append({"部分": "合计", "分值": "", "权重": str(sum(found.weights)), "得分": total, "依据": note})
    right = {name: st.column_config.TextColumn(alignment="right", width=width) for name, width in (("权重", 52), ("得分", 110))}
    st.dataframe(pd.DataFrame(lines), hide_index=True, height="content", alt="各部分的依据、分值、权重和得分", column_config={
        "部分": st.column_config.TextColumn(width=76), "依据": st.column_config.TextColumn(width=270),
        "分值": st.column_config.TextColumn(width=110), **right,
    })


def _evidence(part: str, row: Record) -> str:
    if part == "traffic":
        return f"距{row['metro_station']}直线 {show(row['metro_line_m'])} 米" if isinstance(row["metro_station"], str) else "没有可用的坐标"
    if part in ("will", "title"):
        value = row["operator_willing" if part == "will" else "clear_title"]
        return ("是" if value else "否") if given(value) else "未填"
    if part in _BEHIND:
        column, words = _BEHIND[part]
        return "填报评分" + ("" if not given(row[column]) else f"；{words.format(show(row[column], 1).removesuffix('.0'))}")
    return "填报评分"


def _facts(row: Record, told: Record | None) -> list[tuple[str, str]]:
    def text(name: str) -> str:
        return str(row[name]) if given(row[name]) else MISSING

    metro = f"{show_unit(row['metro_m'], '米')}（步行，填报）；直线 {show_unit(row['metro_line_m'], '米')}（计算）"
    typed = f"{text('traffic_score')} 分（填报）"
    reported = "未填" if not given(row["total_score"]) else f"{show(row['total_score'], DECIMALS)}（{text('weights_version')}）"
    if told is not None and given(row["total_score"]):
        reported += f"，本页相差 {reported_gap(row, told)}"
    found = [
        ("地址", text("address")),
        ("现状用途", text("current_use")),
        ("可改建床位估算", show_unit(row["beds_estimate"], "张")),
        ("最近轨交站", f"{text('metro_station')}"),
        ("到轨交站", metro + (f"　▲ {row['metro_gap']}" if row["metro_gap"] else "")),
        ("填报的交通评分", typed),
        ("消防初判", text("fire_check")),
        ("结构初判", text("structure_check")),
        ("点位", text("place_state")),
        ("填报综合得分", reported),
    ]
    if given(row["exclusion_reason"]):
        found.append(("排除原因", str(row["exclusion_reason"])))
    return found + ([("备注", str(row["note"]))] if given(row["note"]) else [])


@st.cache_resource(show_spinner=False, max_entries=8)
def _months(key: str, _page: Page) -> dict[Period, pd.DataFrame]:
    edition = _page.edition
    own = [one for period, one in edition.contents.items() if period <= _page.period]
    with open_database().reading() as connection:
        return candidates_over_time(connection, own, edition.registry, edition.boundary)


def _over_time(sites: Sites, code: str) -> list[tuple[Period, str]]:
    """Month → the rank of a candidate, and of how many; what stood there of one that was not ranked."""
    found = []
    for month, rows in _months(f"{sites.page.edition.number}|{sites.page.period}", sites.page).items():
        own = assess(rows, sites.used.weights)
        at = own.rows.index[own.rows["candidate_id"] == code]
        if not len(at):
            continue
        if at[0] in own.table.index:
            found.append((month, f"{rank_text(own.table.loc[at].to_dict('records')[0])}（共 {len(own.table)} 个）"))
        else:
            found.append((month, f"{own.rows.loc[at[0], 'status']}，未参与排序"))
    return found
