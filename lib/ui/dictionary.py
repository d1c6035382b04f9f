"""The body of 指标与口径: every indicator to be found and read in full, and what waits for data.

Its one rule: what is said of an indicator comes from its declaration, the registry and the releases; this page words nothing anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode
from zlib import crc32

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.auth.permissions import Action, may
from lib.datasets.places import DISTRICT
from lib.datasets.thresholds import IN_DOUBT, IN_FORCE, NOT_YET, OWN, REPLACED, Registry, Threshold
from lib.figures.value_changes import changes_over_releases
from lib.indicators import CATALOGUE, PLANNED, THEMES, Planned
from lib.indicators.algebra import Indicator
from lib.reports import catalogue
from lib.reports.catalogue import Found
from lib.spec.numbers import show
from lib.spec.period import title_of
from lib.store.history import values_over_releases
from lib.ui import state
from lib.ui.lights import KEY_WORDS, badge, light_column
from lib.ui.page import Page
from lib.ui.passport import open_passport
from lib.ui.words import literal

INDICATORS, PUBLISHED = "indicators", "published"
PARTS = {INDICATORS: "指标", PUBLISHED: "公布数对照"}
"""Parts of the page: id in the address → title."""
ALL = "all"
NEWEST = 12
"""So many changes of a figure are listed."""
_THEMES = {ALL: "全部", **{theme.id: theme.title for theme in THEMES}}
_IDS = {theme.id: {one.id for one in theme.indicators} for theme in THEMES}
_CHOSEN, _WRITTEN, _TURN = "indicator", "_dictionary_written", "_dictionary_turn"
_BADGES = {IN_FORCE: "blue", NOT_YET: "gray", IN_DOUBT: "orange", REPLACED: "gray"}


def choose_part() -> str:
    """Which part of the page is asked for; kept in the address."""
    state.linked("part", state.asked("part", PARTS, INDICATORS))
    part = st.segmented_control(
        "内容", list(PARTS), format_func=PARTS.__getitem__, key="part", required=True, label_visibility="collapsed"
    )
    part = part or INDICATORS
    state.keep("part", part, part if part != INDICATORS else "")
    return part


def show_indicators(page: Page) -> None:
    """Search, overview and one indicator in full. On a phone the one in full comes first: a table is hard to read there."""
    found, theme = _search(page.snapshot.registry)
    if not found.indicators:
        _nothing(found, page.snapshot.registry)
        _waiting(found.planned)
        return
    shown = [one for one in found.indicators if theme == ALL or one.id in _IDS[theme]]
    if not shown:
        st.info(f"“{_THEMES[theme]}”中没有符合的指标，其他板块有 {len(found.indicators)} 项。")
        st.button("查看全部板块", on_click=_all_themes)
        return
    ids = tuple(one.id for one in shown)
    chosen = _chosen(ids)
    if state.on_phone():
        _one(page, ids, chosen)
        _overview(page, ids, chosen)
    else:
        left, right = st.columns(2, gap="medium")
        with left:
            _overview(page, ids, chosen)
        with right:
            _one(page, ids, chosen)
    _waiting(found.planned)


def _search(registry: Registry) -> tuple[Found, str]:
    left, right = st.columns([3, 4], vertical_alignment="bottom")
    text = left.text_input(
        "搜索指标", key="q", bind="query-params", placeholder="名称、编号、定义、依据、报表、标准", icon=":material/search:"
    )
    state.linked("theme", state.asked("theme", _THEMES, ALL))
    theme = right.segmented_control(
        "板块", list(_THEMES), format_func=_THEMES.__getitem__, key="theme", required=True, wrap=True, label_visibility="collapsed"
    )
    theme = theme or ALL
    state.keep("theme", theme, theme if theme != ALL else "")
    return _found(text or "", registry.key, registry), theme


@st.cache_resource(show_spinner=False, max_entries=128)
def _found(text: str, key: str, _registry: Registry) -> Found:
    return catalogue.search(text, _registry)


def _nothing(found: Found, registry: Registry) -> None:
    """What to do when nothing is found: which of the words alone finds something, and the way back."""
    words = "”“".join(found.words)
    each = "；".join(f"“{literal(word)}”{f'有 {count} 项' if count else '没有'}" for word, count in catalogue.hits(found, registry).items())
    if len(found.words) > 1:
        st.info(f"没有同时包含“{literal(words)}”的指标。分开查找：{each}。请减少一个词，或清空搜索框。")
    else:
        st.info(f"没有包含“{literal(words)}”的指标。请换一个词（如“业委会”“床位”“签约”），或清空搜索框。")
    st.button("清空搜索", on_click=_clear, icon=":material/backspace:")


def _clear() -> None:
    state.remember("q", "")


def _all_themes() -> None:
    state.remember("theme", ALL)


def _chosen(ids: Sequence[str]) -> str:
    """The indicator to be read in full: the one just chosen, asked for by a link, or the first that was found."""
    asked = state.asked(_CHOSEN, CATALOGUE, "")
    if asked and asked != state.recall(_WRITTEN):
        state.remember(_CHOSEN, asked)
    state.linked(_CHOSEN, ids[0])
    if state.recall(_CHOSEN) not in ids:
        state.remember(_CHOSEN, ids[0])
    return state.recall(_CHOSEN)


def _overview(page: Page, ids: tuple[str, ...], chosen: str) -> None:
    """The found ones as a table; a click on a row reads it in full."""
    key = f"catalogue-{state.recall(_TURN) or 0}-{crc32(','.join(ids).encode())}"
    st.dataframe(
        _table(page.key, ids, page),
        hide_index=True,
        height=min(640, 36 * (len(ids) + 1) + 2),
        row_height=36,
        alt="指标目录",
        key=key,
        on_select=lambda: _picked(key, ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(chosen)]}},
        column_config={
            "编号": st.column_config.TextColumn(width=60),
            "指标": st.column_config.TextColumn(width=190),
            "本期": st.column_config.TextColumn(width=104, alignment="right"),
            "灯色": light_column(width=92),
        },
    )
    st.caption(
        f"{show(len(CATALOGUE))} 项中的 {show(len(ids))} 项；点一行，查看该指标的全部口径。灯色：{KEY_WORDS}　○ 不判定。"
        "四舍五入只在显示时进行；率由分子、分母重新计算，不作平均。"
    )
    if may(page.user, Action.EXPORT):
        query = urlencode({"v": page.edition.number, "period": page.period, "as": page.user.id})
        st.link_button("下载全部口径（CSV）", f"/api/download/catalogue.csv?{query}", icon=":material/download:")
        st.link_button("下载本期全部指标值（CSV）", f"/api/download/figures.csv?{query}", icon=":material/download:")


def _picked(key: str, ids: tuple[str, ...]) -> None:
    rows = state.selection(key).get("rows", [])
    if rows:
        state.remember(_CHOSEN, ids[rows[0]])


@st.cache_resource(show_spinner=False, max_entries=64)
def _table(key: str, ids: tuple[str, ...], _page: Page) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "编号": name,
                "指标": CATALOGUE[name].title,
                "本期": _page.figures[name].whole.text,
                "灯色": _page.judged(name).light.text,
            }
            for name in ids
        ]
    )


def _one(page: Page, ids: tuple[str, ...], chosen: str) -> None:
    """One indicator: the choice, its value, the way to its passport, and everything that is declared of it."""
    st.selectbox(
        "查看一项指标", ids, format_func=lambda name: f"{name} {CATALOGUE[name].title}", key=_CHOSEN, on_change=_turn
    )
    state.keep(_CHOSEN, chosen, chosen if chosen != ids[0] else "")
    state.remember(_WRITTEN, chosen if chosen != ids[0] else "")
    with st.container(border=True):
        _head(page.key, chosen, page)
        if st.button("数从何来", key=f"passport-{chosen}", type="tertiary", icon=":material/fact_check:"):
            open_passport(page, chosen)
        _full(page.key, chosen, page)


def _turn() -> None:
    """Another one was chosen beside the table: the table begins anew with that row marked."""
    state.remember(_TURN, str(int(state.recall(_TURN) or 0) + 1))


@st.cache_resource(show_spinner=False, max_entries=256)
def _head(key: str, name: str, _page: Page) -> None:
    one, value, judged = CATALOGUE[name], _page.figures[name].whole, _page.judged(name)
    st.metric(f"{one.title} · {title_of(_page.period)}", value.text)
    parts = [badge(judged), literal(judged.reason), literal(value.fraction)]
    st.caption(" · ".join(part for part in parts if part))


@st.cache_resource(show_spinner=False, max_entries=256)
def _full(key: str, name: str, _page: Page) -> None:
    """Everything that is declared of an indicator; replayed by `key` and name."""
    one, registry = CATALOGUE[name], _page.snapshot.registry
    lines = [
        f"**{name}**　{literal(one.title_en)}　·　{catalogue.theme_title(name)}",
        f"**定义**　{literal(one.definition)}",
        f"**公式**　{literal(one.formula)}",
        f"**依据**　{literal(catalogue.basis_of(one))}",
        f"**单位**　{literal(one.unit)}（{one.decimals} 位小数）　**方向**　{catalogue.DIRECTIONS[one.good]}",
        f"**期间**　{one.period}　**层级**　{catalogue.grain_of(one)}",
        f"**灯色判定**　{literal(catalogue.light_words(one))}",
    ]
    if one.caution:
        lines.append(f"**注意**　{literal(one.caution)}")
    st.markdown("\n\n".join(lines))
    st.markdown("**来源报表和用到的列**\n\n" + "\n".join(f"- {literal(line)}" for line in catalogue.datasets_words(one)))
    _rules(one, registry, _page)
    _changes(one, _page)


def _rules(one: Indicator, registry: Registry, page: Page) -> None:
    rows = catalogue.rows_of(registry, one)
    if not rows:
        st.markdown("**所用标准**　无")
        return
    st.markdown("**所用标准**\n\n" + "\n".join(f"- {_rule(registry, row, page)}" for row in rows))


def _rule(registry: Registry, row: Threshold, page: Page) -> str:
    """A threshold in two lines: value, standing and state; then dates and document."""
    now = registry.state_of(row, page.snapshot.as_of)
    base = f"（{row.base}）" if row.base else ""
    more = [
        catalogue.span_of(row),
        "" if row.standing == OWN else row.basis,
        f"被{row.superseded_by}取代" if row.superseded_by else "",
    ]
    note = f"　{literal(row.note)}" if row.note else ""
    return (
        f"{literal(row.title)} **{literal(row.text)}**{literal(base)} :{_BADGES[now]}-badge[{now}]"
        f" :gray-badge[{catalogue.standing_of(row)}]  \n{literal('，'.join(part for part in more if part))}{note}"
    )


def _changes(one: Indicator, page: Page) -> None:
    """Which releases changed the figure of the district."""
    with open_database().reading() as connection:
        found = changes_over_releases(values_over_releases(connection, page.edition.number, one.id, DISTRICT))
    if not found:
        st.markdown("**变化记录（全区）**　尚未公布")
        return
    listed = "\n".join(f"- {literal(change.words(one))}" for change in found[:NEWEST])
    more = f"最近 {NEWEST} 次，共 {len(found)} 次。" if len(found) > NEWEST else ""
    st.markdown(f"**变化记录（全区）**\n\n{listed}")
    st.caption(more + "“新增”与前一个月的数比较，“修订”与该月原公布数比较；都是当时公布的数。")


def _waiting(planned: tuple[Planned, ...]) -> None:
    """The figures that no data carries yet."""
    if not planned:
        return
    st.subheader("等待数据的指标", anchor=False)
    st.markdown("\n".join(f"- **{one.id} {one.title}**（{one.title_en}）：{one.why}" for one in planned))
    if len(planned) == len(PLANNED):
        st.caption("以上指标尚无数据来源，不显示数值，也不按 0 计。")
