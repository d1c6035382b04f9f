"""Cards of figures. Its one rule: a card takes a figure of the catalogue, never a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Value
from lib.spec.numbers import show
from lib.spec.period import shift
from lib.ui import data, state
from lib.ui.page import Page
from lib.ui.passport import open_passport

UNCHANGED = "持平"
MONTH, YEAR = -1, -12
Colour = Literal["green", "red", "off"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card says. month: change against the month before, empty when unknown. note: base, last year, date, who is missing."""

    title: str
    definition: str
    value: str
    base: str
    month: str
    colour: Colour
    note: str


def show_cards(page: Page, names: tuple[str, ...], *, columns: int = 0) -> None:
    """A row of cards, each with value, change, numerator and denominator, date, and the way to its passport. On a phone
    the first is a card and the others are lines, so that the page below stays in reach.
    """
    facts = _facts(page.key, names, page)
    if state.on_phone():
        _card(page, names[0], facts[names[0]])
        for name in names[1:]:
            _line(page, name, facts[name], with_base=True)
        return
    width = columns or len(names)
    for start in range(0, len(names), width):
        for column, name in zip(st.columns(width), names[start : start + width], strict=False):
            with column:
                _card(page, name, facts[name])


def show_lines(page: Page, names: tuple[str, ...]) -> None:
    """Figures as lines, one below the other."""
    facts = _facts(page.key, names, page)
    with st.container(gap="xxsmall"):
        for name in names:
            _line(page, name, facts[name])


def _card(page: Page, name: str, facts: Facts) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch", key=f"card-{name}"):
        st.metric(facts.title, facts.value, delta=facts.month or None, delta_color=facts.colour,
                  delta_arrow="off" if facts.month == UNCHANGED else "auto", help=facts.definition)
        st.caption(facts.note)
        if st.button("数从何来", key=f"passport-{name}", type="tertiary", icon=":material/fact_check:"):
            open_passport(page, name)


def _line(page: Page, name: str, facts: Facts, *, with_base: bool = False) -> None:
    """One figure as a line that opens its passport: title, value, and in brackets the change against the month before."""
    base = f" {facts.base}" if with_base and facts.base else ""
    moved = f" :gray[（{facts.month}）]" if facts.month else ""
    help_text = f"{facts.base}，点击查看数从何来" if facts.base else "点击查看数从何来"
    if st.button(f"{facts.title}　**{facts.value}**{base}{moved}", key=f"line-{name}", type="tertiary", help=help_text):
        open_passport(page, name)


@st.cache_resource(show_spinner=False, max_entries=256)
def _facts(key: str, names: tuple[str, ...], _page: Page) -> dict[str, Facts]:
    return {name: facts_of(_page, name) for name in names}


def facts_of(page: Page, name: str) -> Facts:
    """What the card of a figure says for the page's selection."""
    indicator = CATALOGUE[name]
    value = page.figures[name].whole
    difference = _change(page, indicator, value, MONTH)
    return Facts(indicator.title, indicator.definition, value.text, value.fraction, change_text(indicator, difference),
                 _colour(indicator, difference), _note(page, indicator, value))


def _note(page: Page, indicator: Indicator, value: Value) -> str:
    parts = [value.fraction] if value.fraction else []
    year = change_text(indicator, _change(page, indicator, value, YEAR))
    if year:
        parts.append(f"较上年同月 {year}")
    parts.append(f"截至 {page.snapshot.as_of.isoformat()}")
    if value.missing:
        parts.append("未报：" + "、".join(unit_name(code, short=True) for code in value.missing) + "，未计入")
    return " · ".join(parts)


def _change(page: Page, indicator: Indicator, value: Value, months: int) -> float | None:
    """The change against an earlier month of the same release, for the same 街镇; None when either side is not whole."""
    if page.filters or value.value is None or value.missing:
        return None
    before = data.value_in(page.edition.number, indicator.id, shift(page.period, months), page.units)
    return None if before is None else value.value - before


def change_text(indicator: Indicator, difference: float | None) -> str:
    """A change as shown, with its sign: +0.2 个百分点, -3 个; empty when unknown."""
    if difference is None:
        return ""
    text = show(abs(difference), indicator.decimals)
    if float(text.replace(",", "")) == 0:
        return UNCHANGED
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    return f"{'+' if difference > 0 else '-'}{text} {unit}"


def _colour(indicator: Indicator, difference: float | None) -> Colour:
    """Green for better, red for worse; off where no direction is good, or nothing changed or is known."""
    if indicator.good == "none" or not difference or change_text(indicator, difference) == UNCHANGED:
        return "off"
    return "green" if (difference > 0) == (indicator.good == "up") else "red"
