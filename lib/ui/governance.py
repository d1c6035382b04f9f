"""The body of 业委会."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts import bars
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.rows import unknown_committees
from lib.indicators import CATALOGUE
from lib.rules.lights import LIGHT
from lib.rules.outlook import terms_by_month
from lib.rules.terms import OVERDUE_IDLE, OVERDUE_RENEWING, SUBSTITUTED, next_steps
from lib.ui.page import Page
from lib.ui.place_chart import show_places
from lib.ui.tables import rows_table

CARDS = ("G03", "G05", "G04", "G06", "G07", "G25")
LINES = ("G07A", "G07B", "G10", "G08", "G09", "G12")
"""The outlook of the next 3 and 12 months, and how punctual the work is."""
CHAIN = (("G01", "住宅小区"), ("G02", "符合条件"), ("G03", "已组建"), ("G05N", "任期有效"))
"""Steps of the chain: the numerator of each figure, so that 657 − 631 is the 26 that G04 lists."""
CHAIN_LOSSES = ("不符合条件", "应建未建", "不在任期内")
MONTHS_AHEAD = 24


@st.cache_resource(show_spinner=False, max_entries=64)
def show_body(key: str, _page: Page) -> None:
    """Chain and calendar for the selection; replayed by `key`."""
    if _page.nobody("committees"):
        st.info("所选街镇本期尚未报送《业主委员会组建和换届情况表》，暂无数据。可在报告期中选择上一期。")
        return
    left, right = st.columns([3, 2])
    with left:
        st.subheader("从小区到有效任期", anchor=False)
        _chain(_page)
    with right:
        st.subheader("任期届满日历", anchor=False)
        _calendar(_page)


def show_places_of(page: Page) -> None:
    """Formation and terms in force by 街镇, side by side."""
    if page.nobody("committees"):
        return
    for column, name in zip(st.columns(2), ("G03", "G05"), strict=True):
        with column:
            show_places(page, name, title=f"{CATALOGUE[name].title}按街镇")


@st.cache_resource(show_spinner=False, max_entries=64)
def show_lists(key: str, _page: Page) -> None:
    """The lists for the selection; replayed by `key`."""
    if not _page.nobody("committees"):
        _lists(_page)


def _chain(page: Page) -> None:
    """Compounds → eligible → formed → in term, over the 街镇 that have reported both tables: otherwise a 街镇 that has not
    reported would look like missing committees.
    """
    absent = sorted({*page.without("compounds"), *page.without("committees")})
    units = tuple(code for code in (page.units or subdistrict_codes()) if code not in absent)
    if not units:
        st.info("所选街镇本期都没有报送，暂无数据。")
        return
    figures = page.select(units=units, filters=page.filters).figures
    steps = [(title, int(figures[name].whole.numerator or 0)) for name, title in CHAIN]
    st.plotly_chart(
        bars.chain(steps, losses=CHAIN_LOSSES, dark=page.dark),
        config=PLOTLY_CONFIG,
        alt="住宅小区、符合条件、已组建、任期有效的链条",
    )
    out, expired = steps[2][1] - steps[3][1], int(figures["G06"].whole.numerator or 0)
    note = f"不在任期内的 {out} 个：超期未换届 {expired} 个，替代履职 {out - expired} 个。" if out > expired else ""
    if absent:
        note += f"未报的{'、'.join(unit_name(code) for code in absent)}不在图中：只统计已报齐两张表的 {len(units)} 个街镇。"
    if note:
        st.caption(note)


def _calendar(page: Page) -> None:
    """Terms that end in the months to come."""
    ahead = terms_by_month(page.frame("committees"), page.snapshot.as_of, page.snapshot.registry, MONTHS_AHEAD)
    frame = ahead.groupby("period")["ends"].sum().rename_axis("month").rename("count").reset_index().assign(series="届满业委会")
    st.plotly_chart(bars.by_month(frame, title="", unit="个"), config=PLOTLY_CONFIG, alt="未来24个月届满的业委会数")
    st.caption(f"今后 {MONTHS_AHEAD} 个月内届满 {int(frame['count'].sum())} 个；已超期的见下方清单。")


def _lists(page: Page) -> None:
    compounds, committees = page.frame("compounds"), page.frame("committees")
    reported = page.snapshot.standing["committees"]
    waiting = compounds[
        compounds["eligible_for_assembly"].fillna(False).astype(bool)
        & compounds["formed"].eq(False).fillna(False)
        & compounds["subdistrict"].isin(reported)
    ]
    expired = committees[committees["term_state"].isin((OVERDUE_RENEWING, OVERDUE_IDLE))].sort_values("days_over", ascending=False)
    soon = committees[committees["expiring"]].sort_values("term_end")
    acting = committees[committees["term_state"] == SUBSTITUTED]
    unknown = unknown_committees(page.figures_data, page.units)
    if len(unknown):
        st.warning(f"有 {len(unknown)} 个符合条件的小区在业委会表中没有行，组建情况不明，未计入组建率和应建未建数。")
    steps = next_steps(committees, page.snapshot.as_of, page.snapshot.registry)
    tabs = st.tabs(
        [
            f"超期未换届（{len(expired)}）",
            f"应建未建（{len(waiting)}）",
            f"6个月内届满（{len(soon)}）",
            f"替代履职（{len(acting)}）",
        ]
    )
    with tabs[0]:
        _clocked(page, expired, steps, alt="超期未换届的业委会", empty="没有超期未换届的业委会。")
    with tabs[1]:
        rows_table(
            page,
            "compounds",
            waiting,
            ("compound_name", "subdistrict", "housing_class", "households", "first_handover_date", "sold_delivered_pct"),
            alt="应建未建的小区",
            empty="没有应建未建的小区。",
        )
    with tabs[2]:
        _clocked(page, soon, steps, alt="6个月内届满的业委会", empty="6个月内没有届满的业委会。")
    with tabs[3]:
        rows_table(
            page,
            "committees",
            acting,
            ("compound_name", "subdistrict", "formation_status", "substitute", "substitute_start"),
            alt="替代履职的小区",
            empty="没有替代履职的小区。",
        )


def _clocked(page: Page, rows: pd.DataFrame, steps: pd.DataFrame, *, alt: str, empty: str) -> None:
    """Committees with what their statutory clock asks for next, how long there is, its light, and whether they are in the freeze."""
    if rows.empty or page.nobody("committees"):
        rows_table(page, "committees", rows, ("compound_name",), alt=alt, empty=empty)
        return
    step = steps.drop_duplicates("compound_id").set_index("compound_id").reindex(rows["compound_id"])
    table = pd.DataFrame(
        {
            "小区名称": rows["compound_name"].to_numpy(),
            "街镇": [unit_name(code, short=True) for code in rows["subdistrict"]],
            "任期状态": rows["term_state"].to_numpy(),
            "任期止": rows["term_end"].to_numpy(),
            "超期天数": rows["days_over"].to_numpy(),
            "下一步": step["step_title"].to_numpy(),
            "期限": step["due"].to_numpy(),
            "时限": [f"{LIGHT[light].shape} {words}" if isinstance(light, str) else None
                   for light, words in zip(step["light"], step["words"], strict=True)],
            "冻结期": ["是" if frozen else "" for frozen in rows["frozen"]],
            "本轮报告": rows["cycle_report"].to_numpy(),
            "本轮改选小组": rows["cycle_group"].to_numpy(),
        }
    )
    dates = {name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in ("任期止", "期限", "本轮报告", "本轮改选小组")}
    st.dataframe(table, hide_index=True, alt=alt, placeholder="—", height=min(360, 36 * (len(table) + 1) + 2), column_config=dates)
    st.caption(f"共 {len(table)} 行。下一步按物业管理规定第28、29条推算；冻结期内不得就选聘解聘物业、调价、重大维修召集表决。")
