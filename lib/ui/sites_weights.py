"""The weights on screen: choosing a saved version, trying others, saving them as a new version, the versions so far.

Its one rule: trying changes nothing that anybody else sees; the trial stands in the address, so that a link shows the same.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.actions.weights import LONGEST_NAME, SetWeights, from_address, save_weights, to_address, tried
from lib.auth.demo import account_name
from lib.auth.permissions import Action, may
from lib.errors import AppError
from lib.rules.siting import FORMULA, HEAVIEST, PARTS, Weights, shares, weights_problem
from lib.spec.numbers import show
from lib.ui import state
from lib.ui.page import Page
from lib.ui.sites import Sites, newest_saved, versions_upto
from lib.ui.words import literal

VERSION, TRIAL = "weights", "try"
_TRIAL = "_sites_trial"
_NAME, _REASON = "weights-name", "weights-reason"


def choose_weights(page: Page, *, folded: bool = False) -> Sites:
    """Draw the choice of version and the weights to try, on a phone or where asked folded away; the page with them."""
    newest = newest_saved(page)
    known = {one.number: one for one in versions_upto(newest, page)}
    _link_problems(known)
    base = known[_asked_version(known, newest)]
    folded = folded or state.on_phone()
    trying = "，正在试算" if state.recall(_TRIAL) or state.in_address(TRIAL) else ""
    with st.expander(f"权重：{base.text}{trying}", icon=":material/tune:") if folded else st.container(border=True, gap="xsmall"):
        if not folded:
            st.markdown("**权重**")
        base = known[_version(known, base.number, newest)]
        weights = _sliders(base)
        if problem := weights_problem(weights):
            st.error(problem)
            weights = base.weights
        used = base if weights == base.weights else tried(weights)
        _shares(used)
        st.button("恢复为所选版本", key="weights-reset", on_click=_set, args=(base.weights,), disabled=used is base, width="stretch")
    state.remember(_TRIAL, "" if used is base else to_address(weights))
    state.put_address(TRIAL, "" if used is base else to_address(weights))
    return Sites(page, used, base, newest)


def _link_problems(known: dict[int, SetWeights]) -> None:
    """What the address asks for in vain; it is rewritten below."""
    version, trial = state.in_address(VERSION), state.in_address(TRIAL)
    if version and version not in map(str, known):
        st.warning(f"链接中的权重版本“{literal(version)}”不存在，已按现行权重显示。")
    if trial and from_address(trial) is None:
        st.warning("链接中的试算权重不正确，已忽略。")


def _asked_version(known: dict[int, SetWeights], newest: int) -> int:
    text = state.recall(f"_kept_{VERSION}") or state.in_address(VERSION)
    return int(text) if text.isascii() and text.isdigit() and int(text) in known else newest


def _version(known: dict[int, SetWeights], asked: int, newest: int) -> int:
    """The box of versions; the one chosen stands in the address."""
    state.linked(VERSION, asked)
    chosen = st.selectbox("版本", list(known), format_func=lambda number: known[number].text, key=VERSION,
                          on_change=lambda: _set(known[int(state.recall(VERSION))].weights))
    state.keep(VERSION, chosen, str(chosen))
    one = known[chosen]
    st.caption(literal(one.reason) + (f"（{account_name(one.by)}，{one.at[:10]}）" if one.number else ""))
    if chosen != newest:
        st.caption(f"▲ 这不是现行的权重；现行的是{literal(known[newest].text)}。")
    if one.dropped or one.added:
        gone, new = ("、".join(names) or "无" for names in (one.dropped, one.added))
        st.caption(f"这一版保存之后评分部分有变化：不再计的有 {gone}；当时没有、按 0 计的有 {new}。")
    return int(chosen)


def _sliders(base: SetWeights) -> Weights:
    start = from_address(state.recall(_TRIAL) or state.in_address(TRIAL)) or base.weights
    found = []
    for part, weight in zip(PARTS, start, strict=True):
        key = f"weight-{part.id}"
        state.linked(key, weight)
        value = st.slider(part.title, 0, HEAVIEST, step=1, key=key, help=part.how)
        state.keep(key, value, "")
        found.append(int(value))
    return tuple(found)


def _shares(used: SetWeights) -> None:
    told = "　".join(f"{part.title} {show(float(share * 100), 1)}%" for part, share in zip(PARTS, shares(used.weights), strict=True))
    st.caption(f"占比：{told}。只有比例起作用，不必合计 100。{FORMULA}。")


def _set(weights: Weights) -> None:
    """Give the sliders these weights; for a callback."""
    state.remember(_TRIAL, "")
    state.choose(**{f"weight-{part.id}": weight for part, weight in zip(PARTS, weights, strict=True)})


def show_saving(sites: Sites) -> None:
    """For who may: the way to save the weights that are tried; and the versions so far."""
    page, used, base = sites.page, sites.used, sites.base
    if outcome := state.take_outcome():
        (st.success if outcome[0] == "success" else st.error)(literal(outcome[1]))
    st.subheader("权重版本", anchor=False)
    if not may(page.user, Action.SET_RULES):
        st.caption("权重由区局科室设定；这里的试算只影响自己看到的页面和下载的清单。")
    elif used is base and base.number:
        st.caption("要设定新的权重，请先在“权重”中试算，再在这里保存；已保存的版本不能修改。")
    else:
        _form(page, used)
    _history(sites.newest, page)


def _form(page: Page, used: SetWeights) -> None:
    with st.container(border=True):
        st.markdown(f"**保存为新版本**　{literal(to_words(used.weights))}")
        left, right = st.columns([1, 2])
        left.text_input("名称", key=_NAME, max_chars=LONGEST_NAME, placeholder="如 2026年选址权重")
        right.text_input("设定理由", key=_REASON, placeholder="依据，如会议纪要或文号")
        st.button("保存", key="weights-save", type="primary", on_click=_save, args=(page, used.weights))


def _save(page: Page, weights: Weights) -> None:
    try:
        number = save_weights(open_database(), by=page.user, name=state.recall(_NAME), weights=weights, reason=state.recall(_REASON))
    except AppError as wrong:
        state.set_outcome("error", wrong.text)
        return
    state.set_outcome("success", f"已保存为第 {number} 版权重，即日起为现行权重。")
    state.choose(**{VERSION: number, _NAME: "", _REASON: ""})
    _set(weights)


def to_words(weights: Weights) -> str:
    """Weights by name: 交通便利 10、配套资源 10…"""
    return "、".join(f"{part.title} {weight}" for part, weight in zip(PARTS, weights, strict=True))


@st.cache_resource(show_spinner=False, max_entries=16)
def _history(newest: int, _page: Page) -> None:
    table = pd.DataFrame([
        {"版本": one.number or "—", "名称": one.name, **{part.title: weight for part, weight in zip(PARTS, one.weights, strict=True)},
         "理由": one.reason, "设定": account_name(one.by) if one.by else "随系统提供", "时间": one.at[:16].replace("T", " ") or "—"}
        for one in versions_upto(newest, _page)
    ])
    table["版本"] = table["版本"].astype("str")
    st.dataframe(table, hide_index=True, height="content", alt="权重的历次版本",
                 column_config={"理由": st.column_config.TextColumn(width="large")})
