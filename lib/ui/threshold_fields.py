"""The forms of the edits of a threshold: correct, add, confirm, mark superseded, each with what is wrong told under its field.

Its one rule: a form gives an edit to be carried out, and changes nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.actions.threshold_edits import add_from, confirm, correct, supersede
from lib.datasets.thresholds import COMPARISONS, DAY, STANDINGS, TITLES, Registry, Threshold
from lib.ui.words import literal

CORRECT, ADD, CONFIRM, SUPERSEDE = "更正这一行", "新增一行", "确认延续", "标为被取代"
WORDS = {
    CORRECT: "写错的、与文件不符的，改成文件上的样子。各报告期都按改后的这一行重新计算；以前的版次不变。",
    ADD: "文件有了新的规定：写明新的值和施行日期，原来的一行到前一天为止。",
    CONFIRM: "印载的有效期已过、但文件说继续执行的：写明文件和新的截止日期。",
    SUPERSEDE: "被别的文件取代、不再执行的：写明被何取代和执行的最后一天。",
}
"""What each edit is for."""
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


class Fields:
    """The fields of a form, each with room below it for what is wrong with it."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._places: dict[str, DeltaGenerator] = {}
        self.wrong = False

    def text(self, name: str, label: str, value: str = "", **more: str) -> str:
        """A line of text."""
        found = st.text_input(label, value, key=f"{self._prefix}-{name}", max_chars=300, **more)  # type: ignore[call-overload]
        self._places[name] = st.empty()
        return str(found or "").strip()

    def choice(self, name: str, label: str, options: tuple[str, ...], value: str) -> str:
        """One of several words; empty is shown as 无."""
        found = st.selectbox(label, options, index=options.index(value), format_func=lambda one: one or "无", key=f"{self._prefix}-{name}")
        self._places[name] = st.empty()
        return str(found)

    def tell(self, name: str, words: str) -> None:
        """Say what is wrong under a field, or under the last one when there is no such field."""
        self.wrong = True
        place = self._places.get(name) or next(reversed(self._places.values()))
        place.error(literal(words))

    def day(self, name: str, text: str, *, required: bool = True) -> date | None:
        """A text as a day; says under its field when it is none."""
        match = _DAY.fullmatch(text)
        if not text and not required:
            return None
        try:
            if match:
                return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
        self.tell(name, f"“{text}”不是日期，请写成 2026-12-31 的形式。" if text else "请填写日期，例如 2026-12-31。")
        return None


Make = Callable[[Registry], Registry | None]
"""Carries out the edit of a form; None when something is wrong with a field, which is told there."""


def _correct(fields: Fields, row: Threshold) -> Make:
    left, right = st.columns(2)
    with left:
        title = fields.text("title", TITLES["title"], row.title)
        value = fields.text("value", _value_label(row), row.value)
        comparison = fields.choice("comparison", TITLES["comparison"], COMPARISONS, row.comparison)
        base = fields.text("base", TITLES["base"], row.base)
        standing = fields.choice("standing", TITLES["standing"], STANDINGS, row.standing)
    with right:
        document = fields.text("document", TITLES["document"], row.document)
        paragraph = fields.text("paragraph", TITLES["paragraph"], row.paragraph)
        begins = fields.text("effective_from", TITLES["effective_from"], row.effective_from.isoformat())
        ends = fields.text("effective_to", f"{TITLES['effective_to']}（没有的留空）", _text(row.effective_to))
        superseded = fields.text("superseded_by", TITLES["superseded_by"], row.superseded_by)
    note = fields.text("note", TITLES["note"], row.note)

    def make(registry: Registry) -> Registry | None:
        first, last = fields.day("effective_from", begins), fields.day("effective_to", ends, required=False)
        if first is None or fields.wrong:
            return None
        return correct(registry, row, replace(
            row, title=title, value=value, comparison=comparison, base=base, standing=standing, document=document, paragraph=paragraph,
            effective_from=first, effective_to=last, superseded_by=superseded, note=note))

    return make


def _add(fields: Fields, row: Threshold) -> Make:
    left, right = st.columns(2)
    with left:
        value = fields.text("value", _value_label(row), placeholder=f"现为 {row.value}")
        comparison = fields.choice("comparison", TITLES["comparison"], COMPARISONS, row.comparison)
        standing = fields.choice("standing", TITLES["standing"], STANDINGS, row.standing)
        base = fields.text("base", TITLES["base"], row.base)
    with right:
        begins = fields.text("effective_from", TITLES["effective_from"], placeholder="2026-12-31")
        ends = fields.text("effective_to", f"{TITLES['effective_to']}（没有的留空）")
        document = fields.text("document", TITLES["document"], placeholder="文件名（文号）")
        paragraph = fields.text("paragraph", TITLES["paragraph"], placeholder="第几条")
    note = fields.text("note", TITLES["note"])

    def make(registry: Registry) -> Registry | None:
        first, last = fields.day("effective_from", begins), fields.day("effective_to", ends, required=False)
        if not value:
            fields.tell("value", "请填写新的值。")
        if not document:
            fields.tell("document", "请写明依据的文件。")
        if first is None or fields.wrong:
            return None
        return add_from(registry, replace(
            row, value=value, comparison=comparison, base=base, standing=standing, document=document, paragraph=paragraph,
            effective_from=first, effective_to=last, superseded_by="", note=note))

    return make


def _confirm(fields: Fields, row: Threshold) -> Make:
    document = fields.text("document", "确认延续的文件", placeholder="文件名（文号）")
    ends = fields.text("effective_to", f"新的截止日期（原为 {row.effective_to}；不再有截止日期的留空）")

    def make(registry: Registry) -> Registry | None:
        until = fields.day("effective_to", ends, required=False)
        return None if fields.wrong else confirm(registry, row, until=until, document=document)

    return make


def _supersede(fields: Fields, row: Threshold) -> Make:
    by = fields.text("superseded_by", "被何取代", placeholder="文件名（文号）或规则编号")
    ends = fields.text("effective_to", "执行的最后一天", _text(row.effective_to), placeholder="2026-12-31")

    def make(registry: Registry) -> Registry | None:
        last = fields.day("effective_to", ends)
        return None if last is None else supersede(registry, row, by=by, last=last)

    return make


FORMS: Mapping[str, Callable[[Fields, Threshold], Make]] = {
    CORRECT: _correct, ADD: _add, CONFIRM: _confirm, SUPERSEDE: _supersede}
"""Edit → the form that draws its fields."""


def _value_label(row: Threshold) -> str:
    return f"{TITLES['value']}（{'日期' if row.unit == DAY else row.unit or '分数，例如 2/3'}）"


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
