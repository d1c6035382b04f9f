"""Cards of figures. Its one rule: a card takes a figure of the catalogue, never a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.datasets.places import subdistrict_codes, unit_name
from lib.figures.series import UNCHANGED, change_text
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Value
from lib.indicators.lights import Judged
from lib.spec.numbers import show_unit
from lib.spec.period import shift
from lib.ui import data, state
from lib.ui.lights import badge, shape
from lib.ui.page import FEW, Page
from lib.ui.passport import open_passport

MONTH, YEAR = -1, -12
Colour = Literal["green", "red", "off"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card says. month: change against the month before, empty when unknown. note: base, last year, date, who
    is missing. left_out: who is not in it, in few words. star: marks that
    somebody stands with an earlier month. judged: its light.
    """

    title: str
    definition: str
    value: str
    base: str
    month: str
    colour: Colour
    note: str
    left_out: str
    star: str
    judged: Judged


def show_cards(page: Page, names: tuple[str, ...], *, columns: int = 0) -> None:
    """A row of cards, each with value, change, numerator and denominator, date, and the way to its passport. On a phone
    the first is a card and the others are lines, so that the page below stays in reach.
    """
    facts = _facts(page.key, names, page)
    if state.on_phone():
        _card(page, names[0], facts[names[0]])
        for name in names[1:]:
            _line(page, name, facts[name], two=True)
        return
    width = columns or len(names)
    for start in range(0, len(names), width):
        for column, name in zip(st.columns(width), names[start : start + width], strict=False):
            with column:
                _card(page, name, facts[name])


def show_lines(page: Page, names: tuple[str, ...], *, columns: int = 1) -> None:
    """Figures as lines, one below the other; in several columns and on a phone each takes two lines, so that nothing is cut and rows
    stay level.
    """
    facts = _facts(page.key, names, page)
    if columns == 1:
        with st.container(gap="xxsmall"):
            for name in names:
                _line(page, name, facts[name], two=state.on_phone())
        return
    for start in range(0, len(names), columns):
        for column, name in zip(st.columns(columns), names[start : start + columns], strict=False):
            with column, st.container(gap=None):
                _line(page, name, facts[name], two=True)


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
        st.caption(f"{badge(facts.judged)} {facts.note}".strip())
        if st.button("数从何来", key=f"passport-{name}", type="tertiary", icon=":material/fact_check:"):
            open_passport(page, name)


def _line(page: Page, name: str, facts: Facts, *, two: bool = False) -> None:
    """One figure as a line: title and value open its passport; beside them (two: below them) its base, its change against the month
    before and who is missing. The date stands in the heading of the page.
    """
    details = [facts.base, f"较上月 {facts.month}" if facts.month else "", facts.left_out]
    with st.container(gap=None) if two else st.container(horizontal=True, gap="small", vertical_alignment="center"):
        clicked = st.button(
            f"{facts.title}　**{facts.value}{facts.star}** {shape(facts.judged)}".rstrip(),
            key=f"line-{name}",
            type="tertiary",
            help=f"{facts.note}，点击查看数从何来",
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
    before = _earlier(page, value, MONTH)
    change = change_text(indicator, value.value, before)
    return Facts(
        indicator.title,
        indicator.definition,
        value.text,
        value.fraction,
        change,
        _colour(indicator, value.value, before, change),
        _note(page, indicator, value),
        left_out_text(value),
        "\\*" if value.carried else "",
        page.judged(name),
    )


def _note(page: Page, indicator: Indicator, value: Value) -> str:
    parts = [value.fraction] if value.fraction else []
    year = change_text(indicator, value.value, _earlier(page, value, YEAR))
    if year:
        parts.append(f"较上年同月 {year}")
    if indicator.moving and year:
        parts.append("每月所含项目不尽相同")
    target = page.judged(value.indicator.id).target
    if target is not None:
        parts.append(f"{target.year}年目标 {show_unit(target.value, indicator.unit, indicator.decimals)}")
    parts.append(f"截至 {page.snapshot.as_of.isoformat()}")
    absent = absent_text(value)
    if absent:
        parts.append(absent)
    return " · ".join(parts)


def absent_text(value: Value) -> str:
    """Who has not reported, in few words: those that stand with rows of an earlier month, and those that are left out; empty when
    all have.
    """
    parts = []
    if value.carried:
        named = "、".join(f"{unit_name(code, short=True)}（沿用{int(period[5:])}月）" for code, period in value.carried[:FEW])
        parts.append(f"未报：{named}" if len(value.carried) <= FEW else f"{len(value.carried)} 个街镇未报，沿用前月数")
    if value.missing:
        parts.append(left_out_text(value))
    return "；".join(parts)


def left_out_text(value: Value) -> str:
    """Who is not in a figure at all, in few words; empty when all are."""
    if not value.missing:
        return ""
    if any(one.rows.window in ("year", "last_year") for one in value.indicator.measures):
        # Whoever is left out may well have reported this month: one of the others is missing.
        named = "、".join(unit_name(code, short=True) for code in value.missing)
        return f"{named if len(value.missing) <= FEW else f'{len(value.missing)} 个街镇'}缺本月或以前月份的数据，未计入"
    if len(value.missing) <= FEW:
        return f"未报：{'、'.join(unit_name(code, short=True) for code in value.missing)}，未计入"
    return f"{len(value.missing)} 个街镇未报" + ("" if value.numerator is None else "，仅含已报的")


def _earlier(page: Page, value: Value, months: int) -> float | None:
    """The figure of an earlier month of the same release, like for like: over the 街镇 that are in it now. None when one of them
    is missing there, a filter is set, or the month before says nothing: of what piles up over the year.
    """
    if page.filters or value.value is None or (months == MONTH and value.indicator.period == "本年累计"):
        return None
    units = tuple(code for code in (page.units or subdistrict_codes()) if code not in value.missing) if value.missing else page.units
    return data.value_in(page.edition, value.indicator.id, shift(page.period, months), units)


def _colour(indicator: Indicator, now: float | None, before: float | None, change: str) -> Colour:
    """Green for better, red for worse; off where no direction is good, or nothing changed or is known."""
    if indicator.good == "none" or indicator.moving or not change or change == UNCHANGED or now is None or before is None:
        return "off"
    return "green" if (now > before) == (indicator.good == "up") else "red"
