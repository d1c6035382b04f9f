"""三大行动: its sections, and what they share: choices in the address, lists to take away, who has not reported, votes.

Its one rule: what no form carries is said to be missing; it is never shown as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from lib.auth.permissions import Action, may
from lib.charts.figure import PLOTLY_CONFIG
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.reports.consent_tables import side_words, threshold_words
from lib.rules.votes import SIDES, Kind, Verdict
from lib.spec.numbers import MISSING
from lib.ui import state
from lib.ui.compound_link import compound_links
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.renewal_lifts import verdict_of, vote_figure

BASE, TRAINING, HARD = PARTS = ("强基", "赋能", "攻坚")
FEES, FUNDS, HOTLINE, JOINT = TOPICS = ("物业费", "维修资金", "12345", "建管并举")
SMALL_LIST, LIST = 360, 480


def choose_part() -> str:
    """Which campaign is asked for; kept in the address (`?part=`)."""
    state.only_among("part", PARTS)
    part = st.segmented_control(
        "行动", PARTS, default=BASE, key="part", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return part or BASE


def choose_topic() -> str:
    """Which work of 攻坚 is asked for; kept in the address (`?topic=`)."""
    state.only_among("topic", TOPICS)
    topic = st.segmented_control(
        "攻坚内容", TOPICS, default=FEES, key="topic", bind="query-params", required=True, wrap=True, label_visibility="collapsed"
    )
    return topic or FEES


def anything(page: Page, *datasets: str) -> bool:
    """Whether rows of all these forms stand for some of the selected 街镇; says so where they do not."""
    silent = [f"《{DATASETS[name].title}》" for name in datasets if page.nobody(name)]
    if silent:
        st.info(f"所选街镇本期没有可用的{'、'.join(silent)}，暂无数据。可在报告期中选择上一期。")
    return not silent


def absent_words(page: Page, *datasets: str) -> str:
    """Who is not in the lists because no rows of theirs stand, as the end of a sentence; empty when all are in."""
    silent = {name: codes for name in datasets if (codes := page.without(name))}
    told = [
        f"《{DATASETS[name].title}》{'、'.join(unit_name(code, short=True) for code in codes)}未报，不在其中"
        for name, codes in silent.items()
    ]
    return f"；{'；'.join(told)}" if told else ""


def download(page: Page, figures: Mapping[str, str]) -> None:
    """Links to the rows behind figures as files, and that these are not the list as it is chosen. figures: id → words of the link."""
    if not may(page.user, Action.EXPORT):
        return
    asked = {"v": str(page.edition.number), "period": page.period, "unit": ",".join(page.units), "part": "numerator", "as": page.user.id}
    query = urlencode({name: one for name, one in asked.items() if one})
    with st.container(horizontal=True, gap="small"):
        for name, words in figures.items():
            st.link_button(f"{words}（CSV）", f"/api/download/rows/{quote(name)}.csv?{query}", icon=":material/download:")
    st.caption("下载的是链接所写的报表行（所选报告期和街镇），不随本页清单的筛选、排序和分页变化。")


def places(codes: pd.Series) -> list[str]:
    """街镇 by their short names."""
    return [unit_name(code, short=True) for code in codes]


def compound_table(
    page: Page, rows: pd.DataFrame, columns: Mapping[str, Any], *, alt: str, config: Mapping[str, Any] | None = None, height: int = LIST
) -> None:
    """A list of compounds: name (pinned), the way to its page and its 街镇 before the columns, on a phone the 街镇 behind them.

    rows: compound_id, compound_name, subdistrict. columns: title → values, in the order of the rows.
    """
    where, told = {"街镇": places(rows["subdistrict"])}, {name: getattr(one, "array", one) for name, one in columns.items()}
    table = pd.DataFrame({
        "小区": rows["compound_name"].to_numpy(),
        "打开": compound_links(page, rows["compound_id"]),
        **(told | where if state.on_phone() else where | told),
    })
    known: dict[str, Any] = {
        "小区": st.column_config.TextColumn(pinned=True, width=130 if state.on_phone() else 150),
        "打开": st.column_config.LinkColumn(display_text="查看", width=56, help="打开该小区的页面"),
        "街镇": st.column_config.TextColumn(width=56),
        "灯": light_column(),
        **{str(name): st.column_config.DateColumn(str(name), format="YYYY-MM-DD") for name in table.select_dtypes("datetime").columns},
    }
    plain_table(table, alt=alt, config={**known, **(config or {})}, height=height)


def plain_table(table: pd.DataFrame, *, alt: str, config: Mapping[str, Any] | None = None, height: int = LIST) -> None:
    """A table as high as its rows need, up to a height."""
    height = min(height, 36 * (len(table) + 1) + 2)
    st.dataframe(table, hide_index=True, alt=alt, placeholder=MISSING, height=height, row_height=36, column_config=dict(config or {}))


def verdicts(page: Page, rows: pd.DataFrame, kind: Kind) -> list[Verdict | None]:
    """What the vote of each row came to; None where nothing of it is told."""
    return [verdict_of(row, kind, "vote", page) for row in rows.to_dict("records")]


def vote_columns(told: Sequence[Verdict | None]) -> dict[str, list[str]]:
    """The four numbers of votes and what is short, for a table."""
    found = {title: [MISSING if one is None else side_words(one.sides[at]) for one in told] for at, title in enumerate(SIDES.values())}
    return {**found, "还差": [short_words(one) for one in told]}


VOTE_WIDTHS: dict[str, Any] = {title: st.column_config.TextColumn(width=235) for title in SIDES.values()}


def short_words(verdict: Verdict | None) -> str:
    """What a vote is short of on each of its numbers."""
    return (verdict and "，".join(side.short_words for side in verdict.sides if side.short)) or MISSING


def show_vote(page: Page, row: Mapping[Any, Any], kind: Kind, title: str, narrow: bool) -> None:
    """The four numbers of one compound's vote, each against its own line, with quorum and majority told apart."""
    verdict = verdict_of(row, kind, "vote", page)
    if verdict is None:
        st.info(f"{row['compound_name']}没有填报表决日期和四项数。")
        return
    day = "日期未报" if verdict.vote.day is None else verdict.vote.day.isoformat()
    st.markdown(f"**{title}**　{day}　{_outcome(verdict)}")
    st.plotly_chart(vote_figure(verdict, narrow=narrow, dark=page.dark), config=PLOTLY_CONFIG, alt=f"{title}：{verdict.words}")
    short = short_words(verdict)
    lines: dict[str, list[str]] = {}
    for side in verdict.sides:
        if side.threshold is not None:
            words = threshold_words(side.threshold, page.snapshot.registry, page.snapshot.as_of)
            lines.setdefault(words, []).append(SIDES[side.name])
    told = "；".join(f"{'、'.join(names)}为{words}" for words, names in lines.items())
    st.caption((f"{short}。" if short != MISSING else "") + f"四项各有各的线，都过才通过。{told}。")


def _outcome(verdict: Verdict) -> str:
    """Quorum and majority one by one, then the whole."""
    parts = []
    for word, sides in (("参与", verdict.sides[:2]), ("同意", verdict.sides[2:])):
        shorts = [side.short for side in sides]
        parts.append(f"{word}{'○ 资料不全' if None in shorts else '✗ 不足' if any(shorts) else '✓ 达到'}")
    whole = "○ 不作判断" if verdict.passed is None else "✓ 通过" if verdict.passed else "✗ 未通过"
    return f"{whole}（{'，'.join(parts)}）"
