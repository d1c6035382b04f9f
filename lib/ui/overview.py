"""The body of 总览: pillars above, drawn anew at each rerun because they hold buttons; tables below, replayed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from lib.datasets.thresholds import Registry
from lib.reports.sentences import Figures, governance_sentence, renewal_sentence, rental_sentence
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import Page
from lib.ui.renewal_portfolio import show_worst
from lib.ui.tables import heat_table, not_reported, overdue_table

PILLARS: tuple[tuple[str, str, tuple[str, ...], Callable[[Figures, date, Registry], str]], ...] = (
    ("旧住房更新改造", "R16", ("R01", "R03", "R05"), renewal_sentence),
    ("租赁住房床位", "H07", ("H09", "H02", "H11"), rental_sentence),
    ("业委会与小区治理", "G03", ("G05", "G06", "G07"), governance_sentence),
)
"""Title, headline figure, further figures, sentence."""
HEAT = (
    ("R01", "在册项目"),
    ("R16", "超期项目"),
    ("R05", "差户"),
    ("H07", "床位(张)"),
    ("H02", "供应(套间)"),
    ("H11", "出租率%"),
    ("G03", "组建率%"),
    ("G04", "应建未建"),
    ("G05", "有效率%"),
    ("G06", "超期换届"),
    ("G07", "临期"),
)
"""Figures of the heat table with their short headers."""


def show_pillars(page: Page) -> None:
    """Three columns, one per pillar: headline figure and one sentence; the three projects to push first; three more figures each."""
    for column, (title, headline, _, sentence) in zip(st.columns(3), PILLARS, strict=True):
        with column:
            st.subheader(title, anchor=False)
            show_cards(page, (headline,))
            st.markdown(sentence(page.figures, page.snapshot.as_of, page.snapshot.registry))
    show_worst(page)
    for column, (_, _, others, _) in zip(st.columns(3), PILLARS, strict=True):
        with column:
            show_lines(page, others)


def show_heat(page: Page) -> None:
    """The ten 街镇 side by side."""
    st.subheader("各街镇一览", anchor=False)
    heat_table(page, HEAT)


@st.cache_resource(show_spinner=False, max_entries=64)
def show_tables(key: str, _page: Page) -> None:
    """Overdue items and who has not reported; replayed by `key`."""
    for column, kind in zip(st.columns(2), ("更新项目", "业委会"), strict=True):
        with column:
            st.subheader(f"{kind}超期事项", anchor=False)
            overdue_table(_page, kind, 6)
    st.subheader("本期报送", anchor=False)
    not_reported(_page)
