"""Changing the registry on the screen: a draft of several edits, what it would change, the reason, and saving it as a release.

Its one rule: the draft is kept in the session as the text of a registry, so that nothing is lost by a rerun or a change of page.
"""

from __future__ import annotations

import re
import secrets

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.actions.threshold_edits import RowChange, row_changes, undo
from lib.actions.thresholds import (
    LONGEST,
    SHORTEST,
    Effect,
    change_thresholds,
    registry_problems,
    threshold_effect,
)
from lib.auth.permissions import Action, User, may
from lib.datasets.places import unit_name
from lib.datasets.thresholds import Registry, Threshold, registry_from_csv
from lib.errors import AppError, Blocked
from lib.indicators import CATALOGUE
from lib.rules.lights import LIGHT
from lib.spec.period import Period, title_of
from lib.ui import data, state
from lib.ui.page import Page
from lib.ui.threshold_fields import ADD, CONFIRM, CORRECT, FORMS, SUPERSEDE, WORDS, Fields, Make
from lib.ui.warm import warm_in_background
from lib.ui.words import literal

_PLACES = (("值“", "value"), ("单位", "value"), ("比较", "comparison"), ("截止", "effective_to"), ("施行", "effective_from"),
           ("名称不能为空", "title"))
"""Words of a problem → the field under which it is told."""
_FIELD_OF = {"until": "effective_to", "last": "effective_to"}
"""Code of a refused edit → its field."""


def show_form(page: Page) -> None:
    """For those who may: the edits, the draft that they make, its effect and the way to save it; nothing for others."""
    if not may(page.user, Action.SET_RULES):
        return
    st.subheader("修改标准", anchor=False)
    if page.pinned:
        st.caption("正在查看固定的版次，不能修改；请先点上方的“查看最新版”。")
        return
    draft = _Draft(page)
    _edit(draft)
    _show_draft(page, draft)


class _Draft:
    """The registry as edited so far by the account at the screen, and the release that it was made from."""

    def __init__(self, page: Page) -> None:
        self._key = f"_thresholds_{page.user.id}"
        text, base = state.recall(self._key), state.recall(f"{self._key}_base")
        self.base = int(base) if text and base.isdigit() else page.edition.number
        self.standing = data.edition(self.base).registry
        self.registry = registry_from_csv(text) if text else self.standing
        self.moved = self.standing.key != page.edition.registry.key
        self.mark = self.registry.key[:12]
        self.changes = row_changes(self.standing, self.registry)

    @property
    def seen(self) -> bool:
        """Whether the effect of just this registry was looked at."""
        return state.recall(f"{self._key}_seen") == self.registry.key

    def look(self) -> None:
        """Note that its effect is looked at; for a callback."""
        state.remember(f"{self._key}_seen", self.registry.key)

    def take(self, registry: Registry) -> None:
        """Keep another registry as the draft; one that differs in nothing is none."""
        if not row_changes(self.standing, registry):
            self.drop()
            return
        if not state.recall(self._key):
            state.remember(f"{self._key}_base", str(self.base))
            state.remember(f"{self._key}_id", secrets.token_hex(8))
        state.remember(self._key, registry.csv())

    def drop(self) -> None:
        """Forget the draft; for a callback."""
        for part in ("", "_base", "_id", "_seen"):
            state.remember(f"{self._key}{part}", "")

    @property
    def idempotency_key(self) -> str:
        """The same for the same draft with the same rows, so that a second click saves nothing twice."""
        return f"thresholds-{state.recall(f'{self._key}_id')}-{self.registry.key[:16]}"


def _edit(draft: _Draft) -> None:
    rows = {f"{row.rule}|{row.effective_from}": row for rule in draft.registry.rules for row in draft.registry.rows_of(rule)}
    chosen = st.selectbox("选择一项标准", list(rows), index=None, placeholder="名称、编号", key="threshold-row",
                          format_func=lambda key: f"{rows[key].title} {rows[key].text}（{rows[key].effective_from} 起）")
    if chosen is None:
        st.caption("选择一项标准后，可以更正、新增一行、确认延续或标为被取代。改动先列在下面，保存以前不影响任何数字。")
        return
    row = rows[chosen]
    ways: list[str] = [CORRECT, ADD]
    if row.effective_to is not None and not row.superseded_by:
        ways.append(CONFIRM)
    if not row.superseded_by:
        ways.append(SUPERSEDE)
    way = st.segmented_control("办理", ways, default=CORRECT, key=f"threshold-way-{chosen}") or CORRECT
    st.caption(WORDS[way])
    with st.form(f"threshold-{way}-{chosen}-{draft.mark}", enter_to_submit=False):
        fields = Fields(f"threshold-{way}-{chosen}-{draft.mark}")
        make = FORMS[way](fields, row)
        if st.form_submit_button("列入修改", type="primary"):
            _take(draft, fields, row, make)


def _take(draft: _Draft, fields: Fields, row: Threshold, make: Make) -> None:
    try:
        made = make(draft.registry)
    except Blocked as refused:
        fields.tell(_FIELD_OF.get(refused.code, refused.code), refused.text)
        return
    if made is None or fields.wrong:
        return
    problems = [re.sub(r"^第 \d+ 行：", "", problem) for problem in registry_problems(made)]
    for problem in problems:
        fields.tell(next((name for part, name in _PLACES if part in problem), ""), problem)
    if problems:
        return
    if made.key == draft.registry.key:
        fields.tell("", "没有改动。")
        return
    draft.take(made)
    st.rerun()


def _show_draft(page: Page, draft: _Draft) -> None:
    if not draft.changes:
        return
    st.markdown(f"**尚未保存的修改：{len(draft.changes)} 处**")
    for rule in dict.fromkeys(one.row.rule for one in draft.changes):
        own = [one for one in draft.changes if one.row.rule == rule]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("\n\n".join(_line(one) for one in own))
            st.button("撤回", key=f"threshold-undo-{rule}", on_click=_undo, args=(draft, rule))
    _warn(page, draft)
    with st.container(horizontal=True):
        st.button("查看影响", key="threshold-look", type="secondary" if draft.seen else "primary", icon=":material/compare_arrows:",
                  on_click=draft.look)
        st.button("放弃全部修改", key="threshold-drop", on_click=draft.drop)
    if draft.seen:
        _show_effect(page, draft)
        _save_form(page, draft)


def _line(change: RowChange) -> str:
    return f"**{literal(change.row.title)}**（{change.row.effective_from} 起）：{literal(change.words)}"


def _undo(draft: _Draft, rule: str) -> None:
    draft.take(undo(draft.registry, draft.standing, rule))


def _warn(page: Page, draft: _Draft) -> None:
    if draft.moved:
        st.error("您开始修改之后，标准与阈值已有新版发布，这些修改不能再保存。请记下改动，点“放弃全部修改”后在最新版上重新办理。")
    for change in draft.changes:
        row = change.after
        if row is not None and row.superseded_by and row == draft.registry.rows_of(row.rule)[-1]:
            st.warning(f"“{literal(row.title)}”被取代后没有新的一行，仍会按 {literal(row.text)} 计算。请再为它新增一行。")


def _show_effect(page: Page, draft: _Draft) -> None:
    try:
        effect = _effect(draft.registry.key, page.edition.number, page.period, draft.registry, page.user)
    except AppError as refused:
        st.error(literal(refused.text))
        return
    st.markdown(f"**对{title_of(page.period)}的影响**：{len(effect.figures)} 个数有变化，{len(effect.lights)} 盏指标灯有变化")
    for table, alt in ((_figures(effect), "有变化的数"), (_lights(effect), "有变化的灯"), (_rows(effect), "时钟灯有变化的小区")):
        if not table.empty:
            st.dataframe(table, hide_index=True, height=min(320, 36 * (len(table) + 1) + 2), alt=alt)
    if not (effect.figures or effect.lights or effect.rows):
        st.caption("本期各项指标和灯色都没有变化。保存后，各报告期都会按新的标准重新计算。")


@st.cache_resource(show_spinner="正在比较…", max_entries=16)
def _effect(key: str, release: int, period: str, _registry: Registry, _by: User) -> Effect:
    return threshold_effect(open_database(), by=_by, registry=_registry, period=Period(period))


def _figures(effect: Effect) -> pd.DataFrame:
    return pd.DataFrame([
        {"指标": CATALOGUE[one.indicator].title, "范围": unit_name(one.unit, short=True),
         "现在": "未报" if one.before is None else f"{one.before.text} {_base(one.before.fraction)}".strip(),
         "保存后": f"{one.after.text} {_base(one.after.fraction)}".strip()}
        for one in effect.figures
    ])


def _base(fraction: str) -> str:
    return f"（{fraction}）" if fraction else ""


def _lights(effect: Effect) -> pd.DataFrame:
    return pd.DataFrame([
        {"指标": CATALOGUE[one.indicator].title, "范围": unit_name(one.unit, short=True), "现在": one.before.light.text,
         "保存后": one.after.light.text, "判定": one.after.reason}
        for one in effect.lights
    ])


def _rows(effect: Effect) -> pd.DataFrame:
    return pd.DataFrame([
        {"时钟": one.clock, "范围": unit_name(one.unit, short=True), "现在": LIGHT[one.before].text, "保存后": LIGHT[one.after].text,
         "小区数": one.count}
        for one in effect.rows
    ])


def _save_form(page: Page, draft: _Draft) -> None:
    field = f"threshold-note-{page.user.id}"
    state.linked(field, "")
    st.text_area("修改理由（必填）", key=field, max_chars=LONGEST,
                 placeholder="例如：沪房规范〔2026〕9号自2026年12月1日起施行，第5条规定为85%。",
                 help=f"写明依据哪个文件、为什么修改，{SHORTEST}～{LONGEST} 个字；不要写姓名、电话等个人信息。")
    state.keep(field, state.recall(field), "")
    st.button("保存为新版次", key="threshold-save", type="primary", icon=":material/save:", disabled=draft.moved, on_click=_save,
              args=(page.user, draft, field))


def _save(user: User, draft: _Draft, field: str) -> None:
    """Save, and keep the outcome for the run that follows: this is a callback, answered even when the draft can no longer be saved."""
    try:
        number = change_thresholds(open_database(), by=user, registry=draft.registry, base_release=draft.base, key=draft.idempotency_key,
                                   note=state.recall(field))
    except AppError as refused:
        state.set_outcome("error", literal(refused.text))
        return
    draft.drop()
    state.remember(field, "")
    state.keep(field, "", "")
    warm_in_background()
    state.set_outcome("success", f"已保存为第 {number} 版，各报告期已按新的标准重新计算；以前的版次不变。")
