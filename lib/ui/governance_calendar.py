"""换届日历 of 业委会: who has to do what this month, terms by month, each committee's clock, the lists behind, the work ahead.

Its one rule: everything here follows from the steps of `lib.rules.term_calendar`; a count says what it counts, a figure has its passport.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.auth.permissions import Action, may
from lib.charts.calendar import month_sheet, picked
from lib.charts.clock_strip import legend, strips
from lib.charts.columns import by_month
from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.palette import accent
from lib.datasets.places import find_subdistrict, subdistrict_codes, unit_name
from lib.reports.calendar_ics import OVER, UNTOLD, coming, steps_of, to_do_table
from lib.rules.term_calendar import BACKLOG, WORKLOAD_KINDS, ends_by_month, workload
from lib.spec.period import Period, period_of, shift, title_of
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.compound_link import compound_links
from lib.ui.governance_clock import SHORT, committee_strips, show_contradictions
from lib.ui.governance_lists import CALENDAR_LISTS, list_rows, show_rows
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.renewal_table import PAGE_ROWS, drawn_key, pager
from lib.ui.words import literal

FIGURES = ("G08A", "G08B", "G08C", "G06S", "G08D", "G08E", "G07A", "G07", "G07B")
MONTHS_AHEAD, WORK_MONTHS = 24, 12
PHONE_ROWS = 6
"""Clocks on a page of the list on a phone, where each is as high as the screen is wide."""
BY_MONTH, BEHIND = "按届满月份", "已超期"
WHO, DUE, MONTH = "todo", "due", "month"
"""Keys of the widgets, the same in the address."""
EVERYBODY = "全区"
YEARLY = "年度审计"
BESIDES = {
    "委员不足半数": "委员不足半数，应提前换届",
    "六个月未开会": "六个月未开会，应提前换届",
    "冻结期内安排表决": "冻结期内安排表决，应改期",
}
"""Lists of matters without a day → what is to be done about them (S1 29, 32)."""
MOST_NAMED = 5


def show_calendar(page: Page) -> None:
    """What is to be done this month, the calendar of terms, the clocks of a list and the work ahead."""
    _to_do(page)
    st.subheader("换届节点", anchor=False)
    show_lines(page, FIGURES, columns=3)
    st.subheader("任期届满日历", anchor=False)
    _sheet(page)
    _clocks(page)
    st.subheader("工作量预测", anchor=False)
    _workload(drawn_key(page), page)


# -- who has to do what this month -----------------------------------------------------------------------------------


def _to_do(page: Page) -> None:
    month = period_of(page.snapshot.as_of + timedelta(days=1))
    st.subheader(f"谁要在{int(month[5:])}月做什么", anchor=False)
    names = [unit_name(code, short=True) for code in page.units or subdistrict_codes()]
    who: str | None = names[0]
    if len(names) > 1:
        options = [*names, EVERYBODY]
        state.only_among(WHO, options)
        who = st.pills("街镇", options, key=WHO, bind="query-params", label_visibility="collapsed")
    if not who:
        st.caption(f"点一个街镇，列出各业委会{title_of(month)}到期要办的事和已到期未办的事，按日排列，可下载清单和日历文件。")
        return
    units = page.units if who == EVERYBODY else (find_subdistrict(who) or "",)
    _to_do_list(f"{drawn_key(page)}|{who}", page, units, who)
    if may(page.user, Action.EXPORT):
        query = {"v": str(page.edition.number), "period": page.period, "unit": ",".join(units), "as": page.user.id}
        address = urlencode({name: value for name, value in query.items() if value})
        with st.container(horizontal=True):
            st.link_button("下载待办（CSV）", f"/api/download/committees.csv?{address}", icon=":material/download:")
            st.link_button("下载日历（.ics）", f"/api/download/committees.ics?{address}", icon=":material/calendar_month:")


@st.cache_resource(show_spinner=False, max_entries=64)
def _to_do_list(key: str, _page: Page, units: tuple[str, ...], who: str) -> None:
    told = to_do_table(_page.snapshot, units)
    absent = [unit_name(code, short=True) for code in _page.select(units=units).without("committees")]
    on = _page.snapshot.as_of
    for kind, empty in ((coming(_page.snapshot), "没有在该月到期的事项。"), (OVER, "没有已到期未办的事项。"), (UNTOLD, "")):
        rows = told[told["类别"] == kind].drop(columns="类别")
        if rows.empty and not empty:
            continue
        title = f"**{who} · {kind}（{len(rows)} 件，{rows['小区编码'].nunique()} 个小区）**　截至 {on.isoformat()}"
        place = st.expander(title) if kind == UNTOLD else st.container()
        if kind != UNTOLD:
            place.markdown(title)
        if rows.empty:
            place.info(empty)
            continue
        rows = _for_people(_page, rows, who == EVERYBODY)
        config: dict[str, Any] = {
            "期限": st.column_config.DateColumn(format="YYYY-MM-DD", width=100),
            "灯色": light_column(),
            "小区名称": st.column_config.TextColumn(width=128 if state.on_phone() else 180),
            "打开": st.column_config.LinkColumn(display_text="查看", width=56),
            "事项": st.column_config.TextColumn(width=128 if state.on_phone() else 190),
            "依据": st.column_config.TextColumn(width="large"),
        }
        height = min(380, 36 * (len(rows) + 1) + 2)
        place.dataframe(rows, hide_index=True, alt=f"{who}{kind}的事项", placeholder="—", height=height, column_config=config)
    _besides(_page.select(units=units))
    note = f"{'、'.join(absent)}没有可用的报送，不在其中。" if absent else ""
    older = _page.select(units=units).carried("committees")
    note += "".join(f"{unit_name(code, short=True)}为{title_of(period)}的数据，此后已办的没有反映。" for code, period in older.items())
    st.caption(
        f"由期限推算，天数按 {on.isoformat()} 计；“待前一步”的到期只作提示，已过期的不计为拖延。"
        "已到期未办的，选举、改选小组、报告、备案在前。"
        f"“{UNTOLD}”的，表中该格为空，可能已办未填：请补填日期或补办，黄灯不转红。{note}"
    )


def _besides(page: Page) -> None:
    """What else committees of the selection have to mend, by name: it has no day of its own, so it stands in no list by day."""
    lines = []
    for name, words in BESIDES.items():
        rows = list_rows(page, name)
        if len(rows):
            named = "、".join(rows["compound_name"].head(MOST_NAMED)) + ("等" if len(rows) > MOST_NAMED else "")
            lines.append(f"- **{words}**　{len(rows)} 个：{literal(named)}，见清单“{name}”")
    if lines:
        st.markdown("另需处理（没有固定期限）：\n" + "\n".join(lines))


def _for_people(page: Page, rows: pd.DataFrame, everybody: bool) -> pd.DataFrame:
    """The columns in the order in which they are read; on a phone what is to be done stands beside its day."""
    rows = rows.assign(打开=compound_links(page, rows["小区编码"]))
    columns = ["期限", "灯色", "小区名称", "打开", *(["街镇"] if everybody else []), "事项", "由谁办理", "时限", "依据"]
    if not state.on_phone():
        return rows[columns]
    shapes = rows["灯色"].str.partition(" ")[0]
    rows = rows.assign(事项=shapes + " " + rows["事项"].str.partition("：")[2].replace(SHORT))
    return rows[["期限", "事项", *(one for one in columns if one not in ("期限", "事项", "灯色"))]]


# -- terms by month ----------------------------------------------------------------------------------------------------


def _periods(page: Page) -> list[Period]:
    first = period_of(page.snapshot.as_of + timedelta(days=1))
    return [shift(first, ahead) for ahead in range(MONTHS_AHEAD)]


def _sheet(page: Page) -> None:
    """Terms that end by 街镇 and month, the backlog at the left; a click opens the list."""
    chosen = f"{state.recall(MONTH)}-{len(page.units)}"
    key = f"sheet-{page.key}-{chosen}"
    st.plotly_chart(
        _sheet_figure(f"{page.key}|{state.on_phone()}", page, state.on_phone()),
        config=PLOTLY_CONFIG, alt="各街镇今后24个月届满的业委会数和已超期数，点击打开清单，下方可用键盘选择月份",
        key=key, on_select=lambda: _clicked(key), selection_mode="points",
    )
    _sheet_note(page.key, page)


def _clicked(key: str) -> None:
    codes = state.picked_codes(key)
    if not codes:
        return
    unit, period = picked(codes[0])
    state.choose(**{DUE: BY_MONTH, MONTH: title_of(Period(period)) if period else BEHIND})
    if unit:
        state.choose_units([unit])


@st.cache_resource(show_spinner=False, max_entries=64)
def _ends(key: str, _page: Page) -> pd.DataFrame:
    return ends_by_month(_page.frame("committees"), _page.snapshot.as_of, _page.snapshot.registry, MONTHS_AHEAD)


@st.cache_resource(show_spinner=False, max_entries=64)
def _sheet_figure(key: str, _page: Page, narrow: bool) -> go.Figure:
    ends = _ends(_page.key, _page)
    counts = ends.groupby(["subdistrict", "period"]).size().rename("count").reset_index().rename(columns={"subdistrict": "code"})
    known = [code for code in (_page.units or subdistrict_codes()) if code not in _page.without("committees")]
    places = [(code, unit_name(code, short=True)) for code in known]
    return frozen(month_sheet(counts, places, _periods(_page), what="任期届满", narrow=narrow, dark=_page.dark), clickable=True)


@st.cache_resource(show_spinner=False, max_entries=64)
def _sheet_note(key: str, _page: Page) -> None:
    ends = _ends(_page.key, _page)
    behind = int((ends["period"] == BACKLOG).sum())
    absent = [unit_name(code, short=True) for code in _page.without("committees")]
    note = f"；{'、'.join(absent)}未报，不在图中" if absent else ""
    st.caption(
        f"◆ 已超期 {behind} 个（即“超期未换届数”）；■ 今后 {MONTHS_AHEAD} 个月届满 {len(ends) - behind} 个，颜色越突出越多。"
        f"点击任一格按该街镇和月份打开下面的清单{note}。"
    )


# -- the clocks of a list ------------------------------------------------------------------------------------------------


def _clocks(page: Page) -> None:
    """The list in view with the clock of each of its committees, paged."""
    options = [BY_MONTH, *CALENDAR_LISTS]
    state.only_among(DUE, options)
    left, right = st.columns(2, vertical_alignment="bottom")
    name = left.selectbox("看哪些业委会的时钟", options, key=DUE, bind="query-params") or BY_MONTH
    if name == BY_MONTH:
        months = [BEHIND, *(title_of(period) for period in _periods(page))]
        state.only_among(MONTH, months)
        month = right.selectbox("届满月份", months, index=1, key=MONTH, bind="query-params") or months[1]
        rows = _of_month(f"{page.key}|{month}", page, month)
        if rows.empty:
            st.info(f"{month}没有届满的业委会。" if month != BEHIND else "没有超期的业委会。")
            return
        st.caption(f"{month}：共 {len(rows)} 个业委会。")
    else:
        show_rows(page, name)
        if name == "冻结期内安排表决":
            show_contradictions(drawn_key(page), page)
        rows = list_rows(page, name)
        if rows.empty:
            return
    size = PHONE_ROWS if state.on_phone() else PAGE_ROWS
    number = pager("cpage", len(rows), size)
    cut = rows.iloc[(number - 1) * size : number * size]
    _strips(f"{drawn_key(page)}|{name}|{state.recall(MONTH)}|{number}", page, cut)


@st.cache_resource(show_spinner=False, max_entries=128)
def _of_month(key: str, _page: Page, month: str) -> pd.DataFrame:
    ends = _ends(_page.key, _page)
    wanted = next((str(period) for period in _periods(_page) if title_of(period) == month), BACKLOG)
    ids = ends[ends["period"] == wanted]["compound_id"]
    committees = _page.frame("committees")
    return committees[committees["compound_id"].isin(ids)].sort_values(["term_end", "compound_id"], kind="stable")


@st.cache_resource(show_spinner=False, max_entries=128)
def _strips(key: str, _page: Page, _rows: pd.DataFrame) -> None:
    st.caption(legend())
    st.html(strips(committee_strips(_page, _rows), narrow=state.on_phone(), dark=_page.dark))


# -- the work ahead -------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _workload(key: str, _page: Page) -> None:
    """What is to be done in the months ahead by kind, and per 街镇 and month; replayed by `key`."""
    on = _page.snapshot.as_of
    steps = steps_of(_page.snapshot, _page.units)
    work = workload(steps, on, WORK_MONTHS)
    audits = work[(work["kind"] == YEARLY) & (work["period"] != BACKLOG)]
    ahead = work[(work["period"] != BACKLOG) & (work["kind"] != YEARLY)]
    months = [shift(period_of(on + timedelta(days=1)), one) for one in range(WORK_MONTHS)]
    if ahead.empty:
        st.info(f"今后 {WORK_MONTHS} 个月没有到期的事项。")
    else:
        frame = ahead.rename(columns={"period": "month", "kind": "series"}).groupby(["month", "series"])["count"].sum().reset_index()
        gaps = pd.DataFrame({"month": [str(one) for one in months], "series": "换届报告", "count": 0})
        order = [one for one in WORKLOAD_KINDS if one != YEARLY]
        st.plotly_chart(
            by_month(pd.concat([frame, gaps]), title="", unit="件", order=order, colours={"首次组建": accent(_page.dark, soft=True)}),
            config=PLOTLY_CONFIG,
            alt="今后12个月各类换届工作的件数",
        )
    if len(audits):
        st.caption(f"图中不含年度审计：另有 {int(audits['count'].sum())} 件按每年6月底到期，已计入下表。")
    table = work.pivot_table(index="subdistrict", columns="period", values="count", aggfunc="sum", fill_value=0, observed=True)
    table = table.reindex(columns=[BACKLOG, *map(str, months)], fill_value=0)
    table = table.reindex([code for code in (_page.units or subdistrict_codes()) if code not in _page.without("committees")], fill_value=0)
    table.loc["合计"] = table.sum()
    table.index = pd.Index([unit_name(code, short=True) for code in table.index], name="街镇")
    table.columns = pd.Index(["已到期未办", *(f"{one[2:4]}年{int(one[5:])}月" for one in months)])
    config = {"街镇": st.column_config.TextColumn(pinned=True, width=64)}
    st.dataframe(table, height="content", alt="各街镇今后12个月各月的工作件数", column_config=config)
    st.caption(
        "清单计数：把每个业委会尚未办结的步骤按期限归月，还没轮到的步骤按法定期限推算；实际办得早晚，后面的步骤随之移动。"
        "首次组建含建设单位报告至备案办结的各步。"
    )
