"""The time line of a compound: all its sides on one drawing, and the same as a list in words.

Its one rule: what the drawing shows stands in the list below it, word for word.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.actions.opening import open_database
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.lifeline import LEGEND, lifeline
from lib.figures.compound import TICKET_COLUMNS, TicketMonth, ticket_months
from lib.figures.compound_events import (
    FROZEN,
    HAPPENED,
    LATE,
    OPEN_LATE,
    OVER,
    PLANNED,
    RUN,
    STAND_IN,
    TERM_SPAN,
    Event,
    Lane,
    events_of,
    lanes_of,
)
from lib.figures.compound_matters import HOTLINE, LANES
from lib.figures.content import Content
from lib.figures.history import rows_over_time
from lib.spec.numbers import MISSING, show
from lib.spec.period import add_months, title_of
from lib.ui import state
from lib.ui.compound import compound_at, matters_at
from lib.ui.page import Page
from lib.ui.words import literal

SPANS: dict[str, tuple[int, int]] = {"近三年": (36, 24), "近十年": (120, 60)}
"""Choice → months back and ahead; the third choice is everything."""
ALL = "全部"
MOST_PAST, MOST_OLDER = 12, 200
"""On a phone so many lines behind the day stand open, and so many of the older ones are listed."""
_STATES = {HAPPENED: "● 已发生", PLANNED: "○ 计划", OVER: "⊗ 过期未完成", RUN: "起止", TERM_SPAN: "任期", FROZEN: "◇ 冻结期",
           STAND_IN: "替代履职"}
_PARTS = (LATE, OPEN_LATE)
"""Spans that the points beside them already tell in words."""
_COLUMNS = ("lane", "track", "day", "until", "kind", "text", "label")


@st.fragment
def show_timeline(page: Page, identity: str) -> None:
    """Drawing and list; the choice of the stretch of time and of the sides is kept in the address."""
    st.subheader("时间线", anchor=False)
    options = [*SPANS, ALL]
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    chosen = left.segmented_control("时间范围", options, default=options[0], key="span", bind="query-params") or options[0]
    st.plotly_chart(
        _figure(page.key, identity, chosen, state.on_phone(), page), config=PLOTLY_CONFIG, key=f"lifeline-{page.key}-{identity}-{chosen}",
        alt="这个小区各方面的事项和计划，同样的内容见下面的清单",
    )
    sides = right.pills("清单只看", LANES[:-1], selection_mode="multi", key="side", bind="query-params", wrap=True) or []
    _below(page.key, identity, chosen, tuple(sides), state.on_phone(), page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _told(key: str, identity: str, _page: Page) -> tuple[tuple[Event, ...], tuple[Lane, ...]]:
    compound = compound_at(key, identity, _page)
    events = events_of(compound, _page.snapshot.as_of, _page.snapshot.registry)
    return events, lanes_of(compound, matters_at(key, identity, _page), _tickets(key, identity, _page))


def _stretch(chosen: str, on: date, events: tuple[Event, ...]) -> tuple[date, date]:
    if chosen in SPANS:
        back, ahead = SPANS[chosen]
        return add_months(on, -back), add_months(on, ahead)
    days = [on, *(one.day for one in events), *(one.until for one in events if one.until)]
    return add_months(min(days), -3), add_months(max(days), 3)


@st.cache_resource(show_spinner=False, max_entries=128)
def _figure(key: str, identity: str, chosen: str, narrow: bool, _page: Page) -> go.Figure:
    events, sides = _told(key, identity, _page)
    lanes = [one for one in sides if one.told]
    on = _page.snapshot.as_of
    first, last = _stretch(chosen, on, events)
    frame = pd.DataFrame(
        [(one.lane, one.track, one.day, one.until, one.kind, one.text, one.label) for one in events], columns=list(_COLUMNS)
    ).astype({"day": "datetime64[ms]", "until": "datetime64[ms]"})
    spans, points = frame[frame["until"].notna()], frame[frame["until"].isna()]
    drawn = pd.DataFrame({
        "name": [one.name for one in lanes], "words": [one.words for one in lanes], "light": [one.light for one in lanes],
        "volume": [one.name == HOTLINE for one in lanes],
    })
    months = [one for one in _tickets(key, identity, _page) if one.received is not None or not one.reported]
    volume = pd.DataFrame({"day": [f"{one.period}-01" for one in months], "count": [one.received for one in months]}
                          ).astype({"day": "datetime64[ms]", "count": "float64"})
    return frozen(lifeline(drawn, spans, points, volume, today=on, first=first, last=last, narrow=narrow, dark=_page.dark))


@st.cache_resource(show_spinner=False, max_entries=8)
def _hotline(key: str, _contents: tuple[Content, ...]) -> pd.DataFrame:
    """The tickets of every compound in the months of some contents; `key` is the identity of the selection."""
    with open_database().reading() as connection:
        return rows_over_time(connection, _contents, "hotline", TICKET_COLUMNS)


@st.cache_resource(show_spinner=False, max_entries=128)
def _tickets(key: str, identity: str, _page: Page) -> tuple[TicketMonth, ...]:
    contents = tuple(one for period, one in sorted(_page.edition.contents.items()) if period <= _page.period)
    rows = _hotline(f"{_page.edition.number}|{_page.period}", contents)
    return ticket_months(rows, contents, compound_at(key, identity, _page))


@st.cache_resource(show_spinner=False, max_entries=128)
def _below(key: str, identity: str, chosen: str, sides: tuple[str, ...], narrow: bool, _page: Page) -> None:
    """Legend, the list, and the tickets by month; replayed."""
    events, lanes = _told(key, identity, _page)
    on = _page.snapshot.as_of
    first, last = _stretch(chosen, on, events)
    outside = sum(1 for one in events if one.kind not in _PARTS and ((one.until or one.day) < first or one.day > last))
    st.caption(LEGEND + (f"　·　图外另有 {outside} 件，见清单" if outside else ""))
    if absent := absent_sides(lanes):
        st.caption(f"图中不列：{absent}。")
    listed = [one for one in events if one.kind not in _PARTS and (not sides or one.lane in sides)]
    if not listed:
        st.info("没有报过日期的事项。")
    else:
        _list(listed, on, narrow)
    if months := _tickets(key, identity, _page):
        _months(months)


def absent_sides(lanes: tuple[Lane, ...]) -> str:
    """The sides of which nothing is told, by the reason."""
    why: dict[str, list[str]] = {}
    for one in lanes:
        if not one.told:
            why.setdefault(one.words, []).append(one.name)
    return "；".join(f"{words}的{'、'.join(names)}" for words, names in why.items())


def _list(events: list[Event], on: date, narrow: bool) -> None:
    rows = [(one.day, one.told + (f" 至 {one.until}" if one.until else ""), one.lane, one.text, _STATES[one.kind]) for one in events]
    rows.append((on, on.isoformat(), MISSING, "截至日：以上为计划，以下为已过", MISSING))
    rows.sort(key=lambda row: (row[0], row[2] == MISSING), reverse=True)
    ahead = sum(1 for one in events if one.day > on)
    table = pd.DataFrame([row[1:] for row in rows], columns=["日期", "方面", "事项", "情况"])
    if narrow:
        _lines(table)
    else:
        _table(table)
    st.caption(f"清单共 {show(len(events))} 件，其中计划 {show(ahead)} 件；最晚的在上。日期照报送的写，只报到月的写到月。")


def _lines(table: pd.DataFrame) -> None:
    """The list for a narrow screen: a line each, the older ones folded away."""
    lines = [f"- **{day}　{text}**" if lane == MISSING else f"- **{day}**　{literal(words)}　{lane}　{literal(text)}"
             for day, lane, text, words in table.itertuples(index=False)]
    at = next(place for place, lane in enumerate(table["方面"]) if lane == MISSING) + MOST_PAST
    st.markdown("\n".join(lines[:at]))
    if older := lines[at:]:
        with st.expander(f"更早的 {len(older)} 件"):
            st.markdown("\n".join(older[:MOST_OLDER]))
            if len(older) > MOST_OLDER:
                st.caption(f"这里列出 {MOST_OLDER} 件，用“清单只看”选一个方面可以看到更早的。")


def _table(table: pd.DataFrame) -> None:
    st.dataframe(table, hide_index=True, alt="时间线的清单", height=min(480, 36 * (len(table) + 1) + 2), row_height=36, column_config={
        "日期": st.column_config.TextColumn(width=190, pinned=True),
        "方面": st.column_config.TextColumn(width=110), "事项": st.column_config.TextColumn(width="large")})


def _months(months: tuple[TicketMonth, ...]) -> None:
    table = pd.DataFrame({
        "月份": [title_of(one.period) for one in months],
        "受理量（件）": [_count(one.received, one) for one in months],
        "其中物业服务类（件）": [_count(one.owned, one) for one in months],
    }).iloc[::-1]
    with st.expander(f"12345工单逐月（{len(table)} 个月）"):
        st.dataframe(table, hide_index=True, alt="12345工单逐月受理量", height=min(400, 36 * (len(table) + 1) + 2), row_height=36)
        st.caption("“未报”为本街镇当月未报送；“无记录”为已报送而没有这个小区的行。")


def _count(value: int | None, month: TicketMonth) -> str:
    if value is not None:
        return show(value)
    return "无记录" if month.reported else "未报"
