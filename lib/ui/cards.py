"""Cards of figures. Its one rule: a card takes a figure of the catalogue, never a number."""

from __future__ import annotations

import streamlit as st

from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Value
from lib.spec.numbers import show
from lib.spec.period import Period, shift
from lib.ui import data
from lib.ui.page import Page
from lib.ui.passport import open_passport


def show_cards(page: Page, names: tuple[str, ...], *, columns: int = 0) -> None:
    """A row of cards, each with value, change, numerator and denominator, date, and the way to its passport."""
    width = columns or len(names)
    for start in range(0, len(names), width):
        for column, name in zip(st.columns(width), names[start : start + width], strict=False):
            with column:
                show_card(page, name)


def show_card(page: Page, name: str) -> None:
    """One card."""
    indicator = CATALOGUE[name]
    value = page.figures[name].whole
    with st.container(border=True, gap="xxsmall", key=f"card-{name}"):
        month = change_text(page, indicator, value, -1)
        st.metric(indicator.title, value.text, delta=month or None, delta_color=change_colour(indicator, page, value),
                  delta_description="较上月" if month else None, help=indicator.definition)
        st.caption(card_note(page, indicator, value))
        if st.button("数从何来", key=f"passport-{name}", type="tertiary", icon="🔎"):
            open_passport(page, name)


def card_note(page: Page, indicator: Indicator, value: Value) -> str:
    """What stands under a figure: its base, last year, and who is not in it."""
    parts = []
    if value.fraction:
        parts.append(value.fraction)
    year = change_text(page, indicator, value, -12)
    if year:
        parts.append(f"较上年同月 {year}")
    parts.append(f"截至 {page.snapshot.as_of.isoformat()}")
    if value.missing:
        parts.append("未报：" + "、".join(unit_name(code, short=True) for code in value.missing) + "，未计入")
    return " · ".join(parts)


def earlier(page: Page, indicator: Indicator, months: int) -> float | None:
    """The figure so many months before, for the same 街镇, as it stands in the same release; None when there is none."""
    if page.filters:
        return None
    table = data.history(page.edition.number, indicator.id, page.units)
    found = table.loc[table["period"] == shift(Period(page.period), months), "value"]
    return None if found.empty or found.isna().any() else float(found.iloc[0])


def change(page: Page, indicator: Indicator, value: Value, months: int) -> float | None:
    """The change against an earlier month: points for a rate, the difference for a stock; None when unknown."""
    before = earlier(page, indicator, months)
    if before is None or value.value is None or value.missing:
        return None
    return value.value - before


def change_text(page: Page, indicator: Indicator, value: Value, months: int) -> str:
    """`change` as shown, with its sign: +0.2 个百分点, −3; empty when unknown."""
    difference = change(page, indicator, value, months)
    if difference is None:
        return ""
    text = show(abs(difference), indicator.decimals)
    if float(text.replace(",", "")) == 0:
        return "持平"
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    return f"{'+' if difference > 0 else '-'}{text} {unit}"


def change_colour(indicator: Indicator, page: Page, value: Value) -> str:
    """Green for better, red for worse, grey where no direction is good or nothing changed."""
    difference = change(page, indicator, value, -1)
    if indicator.good == "none" or not difference or change_text(page, indicator, value, -1) == "持平":
        return "off"
    return "green" if (difference > 0) == (indicator.good == "up") else "red"
