"""Cards of figures. Its one rule: a card takes a figure of the catalogue, never a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.datasets.places import subdistrict_codes, unit_name
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
FEW = 3
"""So many missing 街镇 are named on a card; more are counted (the passport names them all)."""
Colour = Literal["green", "red", "off"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card says. month: change against the month before, empty when unknown. note: base, last year, date, who
    is missing. absent: who is missing, in few words.
    """

    title: str
    definition: str
    value: str
    base: str
    month: str
    colour: Colour
    note: str
    absent: str


def show_cards(page: Page, names: tuple[str, ...], *, columns: int = 0) -> None:
    """A row of cards, each with value, change, numerator and denominator, date, and the way to its passport. On a phone
    the first is a card and the others are lines, so that the page below stays in reach.
    """
    facts = _facts(page.key, names, page)
    if state.on_phone():
        _card(page, names[0], facts[names[0]])
        for name in names[1:]:
            _line(page, name, facts[name])
        return
    width = columns or len(names)
    for start in range(0, len(names), width):
        for column, name in zip(st.columns(width), names[start : start + width], strict=False):
            with column:
                _card(page, name, facts[name])


def show_lines(page: Page, names: tuple[str, ...], *, columns: int = 1) -> None:
    """Figures as lines, one below the other, in one column or several."""
    facts = _facts(page.key, names, page)
    for at, column in enumerate(st.columns(columns) if columns > 1 else [st.container()]):
        with column, st.container(gap="xxsmall"):
            for name in names[at::columns]:
                _line(page, name, facts[name])


def _card(page: Page, name: str, facts: Facts) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch", key=f"card-{name}"):
        st.metric(
            facts.title,
            facts.value,
            delta=facts.month or None,
            delta_color=facts.colour,
            delta_arrow="off" if facts.month == UNCHANGED else "auto",
            help=facts.definition,
        )
        st.caption(facts.note)
        if st.button("数从何来", key=f"passport-{name}", type="tertiary", icon=":material/fact_check:"):
            open_passport(page, name)


def _line(page: Page, name: str, facts: Facts) -> None:
    """One figure as a line: title and value open its passport; beside them its base, its change against the month before
    and who is missing. The date stands in the heading of the page.
    """
    details = [facts.base, f"较上月 {facts.month}" if facts.month else "", facts.absent]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        clicked = st.button(
            f"{facts.title}　**{facts.value}**", key=f"line-{name}", type="tertiary", help=f"{facts.note}，点击查看数从何来"
        )
        st.caption(" · ".join(part for part in details if part) or "　", width="content")
    if clicked:
        open_passport(page, name)


@st.cache_resource(show_spinner=False, max_entries=256)
def _facts(key: str, names: tuple[str, ...], _page: Page) -> dict[str, Facts]:
    return {name: facts_of(_page, name) for name in names}


def facts_of(page: Page, name: str) -> Facts:
    """What the card of a figure says for the page's selection."""
    indicator = CATALOGUE[name]
    value = page.figures[name].whole
    difference = _change(page, indicator, value, MONTH)
    return Facts(
        indicator.title,
        indicator.definition,
        value.text,
        value.fraction,
        change_text(indicator, difference),
        _colour(indicator, difference),
        _note(page, indicator, value),
        _absent(value),
    )


def _note(page: Page, indicator: Indicator, value: Value) -> str:
    parts = [value.fraction] if value.fraction else []
    year = change_text(indicator, _change(page, indicator, value, YEAR))
    if year:
        parts.append(f"较上年同月 {year}")
    if indicator.moving and year:
        parts.append("签约中的项目每月不尽相同")
    parts.append(f"截至 {page.snapshot.as_of.isoformat()}")
    absent = _absent(value)
    if absent:
        parts.append(f"{absent}，未计入" if len(value.missing) <= FEW else absent)
    return " · ".join(parts)


def _absent(value: Value) -> str:
    """Who is not in a figure, in few words; empty when all are."""
    if not value.missing:
        return ""
    names = "、".join(unit_name(code, short=True) for code in value.missing)
    if len(value.missing) <= FEW:
        return f"未报：{names}"
    return f"{len(value.missing)} 个街镇未报" + ("" if value.numerator is None else "，仅含已报的")


def _change(page: Page, indicator: Indicator, value: Value, months: int) -> float | None:
    """The change against an earlier month of the same release, like for like: over the 街镇 that are in the figure now;
    None when one of them is missing there, or a filter is set.
    """
    if page.filters or value.value is None:
        return None
    units = (
        tuple(code for code in (page.units or subdistrict_codes()) if code not in value.missing) if value.missing else page.units
    )
    before = data.value_in(page.edition.number, indicator.id, shift(page.period, months), units)
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
    if indicator.good == "none" or indicator.moving or not difference or change_text(indicator, difference) == UNCHANGED:
        return "off"
    return "green" if (difference > 0) == (indicator.good == "up") else "red"
