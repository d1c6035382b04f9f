"""赋能 of 三大行动: trainings by month and topic, who took part, how many committees they reached at least; workrooms, the handbook.

Its one rule: forms carry numbers, no names; how many committees were reached over several trainings is a lower bound and says so.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts.columns import by_month
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.trainings import TOPICS
from lib.figures.published import ARTICLE_PERIOD, Comparison, compare_article
from lib.rules.trainings import sessions
from lib.spec.numbers import show
from lib.spec.period import Period, title_of, window_months
from lib.ui import data
from lib.ui.campaigns import LIST, absent_words, download, places, plain_table
from lib.ui.campaigns_works import show_workrooms
from lib.ui.cards import show_cards
from lib.ui.governance_funnel import show_ranked
from lib.ui.page import Page
from lib.ui.renewal_table import drawn_key

CARDS = ("G24", "G24A", "G24B")
HEADS = "training.heads"
"""The article's figure of heads trained."""
NO_LIST = "培训只按街镇报覆盖的业委会数，不报名单，因此列不出从未受训的业委会，只能按街镇列出至多还有几个未覆盖。"


def show_training(page: Page) -> None:
    """Cards, the article's figure beside ours, months and topics, 街镇, trainings; workrooms and the handbook."""
    show_cards(page, CARDS)
    _published(page.edition.number, page)
    _months(drawn_key(page), page)
    show_ranked(page, "G24")
    _uncovered(drawn_key(page), page)
    _list(drawn_key(page), page)
    st.info(NO_LIST, icon=":material/help:")
    show_workrooms(page)


@st.cache_resource(show_spinner=False, max_entries=24)
def _published(release: int, _page: Page) -> None:
    """“600余名” as printed, beside what the forms say for that month; replayed by release."""
    content = _page.edition.contents.get(ARTICLE_PERIOD)
    if content is None:
        st.caption(f"新闻报道“600余名业委会负责人”：本版没有{title_of(ARTICLE_PERIOD)}的数据，无法对照。")
        return
    found = compare_article(data.snapshot(content.key, content, _page.edition.registry))
    st.caption(heads_words(next(one for one in found if one.id == HEADS)))


def heads_words(one: Comparison) -> str:
    """The article's figure of heads trained beside ours in a sentence."""
    return (f"**与新闻报道对照**　报道：{one.published}（原文“{one.as_printed}”，{one.as_of}）；"
            f"本系统{title_of(ARTICLE_PERIOD)}：{one.computed}（{one.base}），{one.verdict}。{one.note}。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _year(key: str, _page: Page) -> pd.DataFrame:
    """The rows of the trainings of the year up to the month, of the selected 街镇."""
    months = _page.snapshot.months["trainings"]
    frames = [months[when][0].frame for when in window_months(_page.period, "year") if when in months]
    frames = [one for one in frames if len(one)]
    if not frames:
        return _page.frame("trainings").iloc[:0]
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["subdistrict"].isin(_page.units)] if _page.units else rows


def _silent(page: Page) -> str:
    """The months of the year that some selected 街镇 have not reported, as a sentence."""
    months = page.snapshot.months["trainings"]
    asked = page.units or subdistrict_codes()
    told = []
    for when in window_months(page.period, "year"):
        absent = [code for code in asked if when not in months or code not in months[when][1]]
        if absent:
            who = "" if len(absent) == len(asked) else f"（{'、'.join(unit_name(code, short=True) for code in absent)}）"
            told.append(f"{int(when[5:])}月{who}")
    return f"未报的月份：{'、'.join(told)}，不在其中。" if told else "各月都已报送。"


@st.cache_resource(show_spinner=False, max_entries=64)
def _months(key: str, _page: Page) -> None:
    """Trainings held by month and topic, as a picture and as a table; replayed by `key`."""
    st.subheader("今年的培训，按月份和主题", anchor=False)
    held = sessions(_year(_page.key, _page))
    if held.empty:
        st.info(f"所选街镇{_page.period[:4]}年没有填报培训。{_silent(_page)}")
        return
    order = [one for one in TOPICS if one in set(held["topic"])]
    frame = held.rename(columns={"sessions": "count", "topic": "series"})[["month", "series", "count"]]
    frame = pd.concat([frame, _empty(_page.period, set(frame["month"]), order[0])], ignore_index=True)
    left, right = st.columns([3, 2])
    with left:
        st.plotly_chart(by_month(frame, title="", unit="场", order=order), config=PLOTLY_CONFIG,
                        alt="今年各月各主题的培训场次，同样的数见旁表")
        st.caption(f"全区集中培训各街镇分别报送，图和表中按一场计。{_silent(_page)}")
    with right:
        table = held.groupby("topic")[["sessions", "attended"]].sum().reindex(order).reset_index()
        total = pd.DataFrame([{"topic": "合计", "sessions": table["sessions"].sum(), "attended": table["attended"].sum()}])
        table = pd.concat([table, total], ignore_index=True).rename(columns={"topic": "主题", "sessions": "场次", "attended": "参加人次"})
        plain_table(table, alt="今年各主题的培训场次和参加人次", config={
            "场次": st.column_config.NumberColumn(format="%d 场"), "参加人次": st.column_config.NumberColumn(format="localized"),
        })


def _empty(period: Period, there: set[str], name: str) -> pd.DataFrame:
    """The first and the last month of the year as empty places, so that the picture begins and ends with them."""
    ends = [when for when in (window_months(period, "year")[0], period) if when not in there]
    return pd.DataFrame({"month": ends, "series": name, "count": 0})


@st.cache_resource(show_spinner=False, max_entries=64)
def _uncovered(key: str, _page: Page) -> None:
    """How many committees of each 街镇 no training may have reached; replayed by `key`."""
    values = _page.figures["G24"].places
    table = pd.DataFrame([
        {
            "街镇": unit_name(one.unit, short=True),
            "已组建业委会": one.denominator,
            "覆盖（至少）": one.numerator,
            "未覆盖（至多）": None if one.numerator is None or one.denominator is None else max(one.denominator - one.numerator, 0),
            "覆盖率": one.value,
        }
        for one in values
    ]).sort_values("未覆盖（至多）", ascending=False, na_position="last", kind="stable")
    numbers = {name: st.column_config.NumberColumn(format="%d 个") for name in ("已组建业委会", "覆盖（至少）", "未覆盖（至多）")}
    rates = {"覆盖率": st.column_config.NumberColumn(format="%.1f%%")}
    plain_table(table, alt="各街镇覆盖和未覆盖的业委会数", config={**numbers, **rates}, height=400)
    whole = _page.figures["G24"].whole
    left = "" if whole.numerator is None or whole.denominator is None else \
        f"合计覆盖至少 {show(whole.numerator)} 个，至多还有 {show(max(whole.denominator - whole.numerator, 0))} 个未覆盖。"
    st.caption(f"{left}覆盖数取每个街镇今年覆盖最广的一次培训，不累加，故为下限。{_silent(_page)}")


@st.cache_resource(show_spinner=False, max_entries=64)
def _list(key: str, _page: Page) -> None:
    """The trainings of the year, the latest first; replayed by `key`."""
    st.subheader("培训清单", anchor=False)
    rows = _year(_page.key, _page).sort_values(["training_date", "subdistrict"], ascending=[False, True], kind="stable")
    if rows.empty:
        st.info("所选范围内今年没有填报培训。")
        return
    table = pd.DataFrame({
        "日期": rows["training_date"], "主题": rows["topic"], "街镇": places(rows["subdistrict"]), "主办": rows["held_by"],
        "应训（人）": rows["invited"], "实训（人）": rows["attended"], "覆盖业委会（个）": rows["committees"], "学时": rows["hours"],
        "备注": rows["note"],
    })
    plain_table(table, alt="今年的培训清单", height=LIST, config={"日期": st.column_config.DateColumn(format="YYYY-MM-DD")})
    st.caption(f"清单共 {len(table)} 行，一行一个街镇参加的一次培训{absent_words(_page, 'trainings')}。")
    download(_page, {"G24A": "培训明细"})
