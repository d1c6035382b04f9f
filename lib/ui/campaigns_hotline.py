"""12345 of 攻坚: tickets by month and kind against last year, how they were closed, and where they come from.

Its one rule: a count stands beside every percentage, and a percentage of few tickets is marked.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.bars import bars_by_subdistrict
from lib.charts.campaign import beside_last_year
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.datasets.places import subdistrict_codes, unit_name
from lib.indicators.evaluate import Value
from lib.rules.hotline import ALL, SMALL_RULE, Compared, Months, by_category, by_compound, two_years
from lib.spec.numbers import MISSING, show
from lib.spec.period import shift, title_of
from lib.ui import state
from lib.ui.campaigns import LIST, absent_words, anything, compound_table, download, plain_table
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import Page
from lib.ui.passport import open_passport
from lib.ui.place_chart import show_places
from lib.ui.renewal_table import drawn_key
from lib.ui.tables import place_frame

CARDS = ("G21", "G21Y", "G21N", "G23")
LINES = ("G21T", "G22A", "G22B", "G22C")
QUALITY = {"G22A": "按时办结", "G22B": "满意", "G22C": "解决"}
FEW_MARK = "△"
MOST_COMPOUNDS = 50


def show_hotline(page: Page) -> None:
    """Cards, both years by month, kinds, 街镇, compounds."""
    if not anything(page, "hotline"):
        return
    show_cards(page, CARDS)
    show_lines(page, LINES, columns=2)
    _months(drawn_key(page), page)
    left, right = st.columns(2)
    with left:
        _changes(page)
    with right:
        show_places(page, "G23", title="百户工单量按街镇", order="register")
    _quality(drawn_key(page), page)
    _compounds(page)


def months_of(page: Page) -> Months:
    """The months of the log with who reported them."""
    return {when: (table.frame, units) for when, (table, units) in page.snapshot.months["hotline"].items()}


def _units(page: Page) -> tuple[str, ...]:
    return page.units or subdistrict_codes()


def _left_out(found: Compared, units: tuple[str, ...]) -> str:
    if not found.absent:
        return ""
    if len(found.absent) == len(units):
        return "没有街镇报齐所需的各月，累计不列。"
    return f"{'、'.join(unit_name(code, short=True) for code in found.absent)}有月份未报，不在其中。"


@st.cache_resource(show_spinner=False, max_entries=64)
def _months(key: str, _page: Page) -> None:
    """Property tickets of both years by month, and all kinds as a table; replayed by `key`."""
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    small, line = registry.at(SMALL_RULE, on), registry.at("hotline.yearly_change", on)
    months, units = months_of(_page), _units(_page)
    st.subheader("物业服务类工单，两年对照", anchor=False)
    both = two_years(months, _page.period, units)
    figure = beside_last_year(both.table, year=on.year, unit="件", narrow=state.on_phone(), dark=_page.dark)
    st.plotly_chart(figure, config=PLOTLY_CONFIG, alt="物业服务类工单今年和去年各月的受理量")
    st.caption("工单量和同比均按受理量计；报表另有物业服务类有效投诉量，奖励口径用哪一项待局里确认。"
               f"空着的月份没有报送。{_left_out(both, units)}")
    st.subheader("按类别和同比", anchor=False)
    found = by_category(months, _page.period, units, small.number)
    plain_table(category_table(found), alt="各类工单当月和累计受理量与同比", height=440, config={
        "类别": st.column_config.TextColumn(pinned=True, width=132 if state.on_phone() else None)})
    note = "".join(dict.fromkeys(_left_out(one, units) for one in found.values()))
    st.caption(
        f"{line.title}：{line.text}，只对物业服务类累计（{line.basis}，{line.effective_from} 起，{registry.state_of(line, on)}）。"
        f"{FEW_MARK} 去年同期少于 {small.text.lstrip('< ')}（{small.basis}），百分比只作参考。“{MISSING}”为没有去年同期数。{note}"
    )
    download(_page, {"G21": "当月物业服务类工单，按小区", "G21T": "当月各类工单，按小区和类别"})


def category_table(found: Mapping[str, Compared]) -> pd.DataFrame:
    """The tables of `by_category` as one for people: counts, then the change with its mark; kinds that nobody called about are left out."""
    table = pd.DataFrame({"类别": found["month"].table["category"]})
    for name, words in (("month", "当月"), ("year", "累计")):
        rows = found[name].table
        table[f"{words}（件）"] = [show(None if one != one else one) for one in rows["now"]]
        table[f"{words}同比"] = [change_words(*one) for one in zip(rows["change"], rows["few"], strict=True)]
        table[f"{words}去年（件）"] = [show(None if one != one else one) for one in rows["before"]]
    numbers = [found[name].table[column].fillna(0) for name in ("month", "year") for column in ("now", "before")]
    return table[(sum(numbers) > 0) | (table["类别"] == ALL)].reset_index(drop=True)


def change_words(change: float, few: bool) -> str:
    """A change with its sign, and the mark of a small base."""
    if change != change:
        return MISSING
    return f"{f'{FEW_MARK} ' if few else ''}{'+' if change > 0 else ''}{show(change, 1)}%"


@st.fragment
def _changes(page: Page) -> None:
    """The change of each 街镇 against the line of the reward; a click opens its passport."""
    st.subheader("累计同比按街镇", anchor=False)
    key = f"places-G21Y-{page.key}"
    st.plotly_chart(_change_bars(key, page), config=PLOTLY_CONFIG, alt="各街镇物业服务类工单累计同比，点击条形打开数据护照", key=key,
                    on_select="rerun", selection_mode="points")
    st.caption("按街镇顺序排列，不是名次；虚线为同比奖励线，颜色重的已达到；点击条形查看数从何来。")
    codes = state.picked_codes(key)
    if codes and state.newly(key, ",".join(codes)):
        open_passport(page.select(units=tuple(codes), filters=page.filters), "G21Y")


@st.cache_resource(show_spinner=False, max_entries=64)
def _change_bars(key: str, _page: Page) -> go.Figure:
    line = _page.snapshot.registry.at("hotline.yearly_change", _page.snapshot.as_of)
    return frozen(bars_by_subdistrict(place_frame(_page, "G21Y"), title="", unit="%", decimals=1, target=line.number, good="down",
                                      as_listed=True, dark=_page.dark), clickable=True)


@st.cache_resource(show_spinner=False, max_entries=64)
def _quality(key: str, _page: Page) -> None:
    """Counts behind the change and behind how tickets were closed, by 街镇, small bases marked; replayed by `key`."""
    st.subheader("各街镇的件数和办理质量", anchor=False)
    small = _page.snapshot.registry.at(SMALL_RULE, _page.snapshot.as_of)
    figures = _page.figures
    rows = []
    for at, one in enumerate(figures["G21Y"].places):
        unknown = one.numerator is None or one.denominator is None
        rows.append({
            "街镇": unit_name(one.unit, short=True),
            "同比": MISSING if one.value is None else change_words(one.value, (one.denominator or 0) < small.number),
            "累计（件）": show(one.numerator), "去年同期（件）": show(one.denominator),
            "增减（件）": MISSING if unknown else f"{(one.numerator or 0) - (one.denominator or 0):+,.0f}",
            **{title: rate_words(figures[name].places[at]) for name, title in QUALITY.items()},
        })
    plain_table(pd.DataFrame(rows), alt="各街镇物业服务类工单累计件数、同比和当月办理质量", height=420, config={
        "街镇": st.column_config.TextColumn(pinned=True, width=56)})
    few = _page.snapshot.registry.at("data.small_base", _page.snapshot.as_of)
    st.caption(
        f"累计和同比为物业服务类，办理质量为当月各类工单（件）。{FEW_MARK} 基数小，百分比只作参考："
        f"同比的去年同期少于 {small.text.lstrip('< ')}，办理质量的基数少于 {few.number:g} 件（均为建议口径）。"
    )


def rate_words(value: Value) -> str:
    """A rate with its counts, before them the mark of a small base: 88.6%（31/35）."""
    if value.numerator is None:
        return "未报"
    if value.value is None:
        return MISSING
    return f"{f'{FEW_MARK} ' if value.few else ''}{value.text}（{show(value.numerator)}/{show(value.denominator)}）"


@st.fragment
def _compounds(page: Page) -> None:
    st.subheader("工单最多的小区", anchor=False)
    words = st.text_input("查找小区", key="hfind", bind="query-params", placeholder="小区名称或编码", icon=":material/search:").strip()
    _compound_list(f"{drawn_key(page)}|{words}", page, words)


@st.cache_resource(show_spinner=False, max_entries=64)
def _compound_list(key: str, _page: Page, words: str) -> None:
    now = _page.frame("hotline")
    before = _page.snapshot.months["hotline"].get(shift(_page.period, -12))
    rows = by_compound(now, None if before is None else before[0].frame, _page.frame("compounds"))
    whole = len(rows)
    for word in words.split():
        rows = rows[rows["compound_name"].str.contains(word, regex=False, na=False)
                    | rows["compound_id"].str.contains(word, regex=False, na=False)]
    loose = now.loc[now["compound_id"].isna(), "received"].sum()
    if rows.empty:
        st.info(f"没有符合条件的小区（{title_of(_page.period)}有工单对应到小区的共 {whole} 个）。")
        return
    shown = rows.head(MOST_COMPOUNDS)
    small = _page.snapshot.registry.at(SMALL_RULE, _page.snapshot.as_of).number
    change = (shown["received"].astype("float64") - shown["before"]) * 100 / shown["before"].where(shown["before"] > 0)
    compound_table(_page, shown, {
        "当月（件）": shown["received"],
        "同比": [change_words(one, bool(base < small)) for one, base in zip(change, shown["before"], strict=True)],
        "去年同月（件）": shown["before"],
        "总户数": shown["households"], "百户工单量": shown["per_hundred"],
    }, alt="工单最多的小区", height=LIST, config={
        "去年同月（件）": st.column_config.NumberColumn(format="%d"),
        "总户数": st.column_config.NumberColumn(format="localized"),
        "百户工单量": st.column_config.NumberColumn(format="%.2f 件/百户"),
    })
    st.caption(
        f"各类工单合计，列出 {len(shown)} 个，共 {whole} 个小区有对应的工单；另有 {show(float(loose))} 件没有对应到小区，不在表中。"
        f"单个小区件数少，{FEW_MARK} 的同比只作参考{absent_words(_page, 'hotline')}。"
        + ("" if state.on_phone() else "按件数排列，不是好坏的名次：户数多的小区工单自然多。")
    )
