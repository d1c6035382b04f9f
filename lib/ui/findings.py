"""Findings on screen: all at once, grouped by kind with counts, to be narrowed by level, kind, sheet and words.

Its one rule: nothing is left out silently; what a group does not list it counts, and the list shows every one.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.spec.findings import Finding
from lib.spec.level import Level
from lib.ui.words import literal

LEVEL_COLOURS = {Level.FATAL: "red", Level.WARNING: "orange", Level.INFO: "gray"}
LEVEL_MARKS = {Level.FATAL: "■", Level.WARNING: "▲", Level.INFO: "●"}
FEW = 6
"""Up to so many findings need nothing to narrow them."""
LISTED, LISTED_ALONE, PLACES = 8, 200, 40
"""So many different messages of a kind are written out; when one kind is chosen, so many; and so many places of each."""
GROUPED, LIST = "按类型", "列成表"


@st.fragment
def show_findings(findings: Sequence[Finding], *, key: str) -> None:
    """Every finding with level, place, what is wrong and what to do; nothing when there are none."""
    if not findings:
        return
    counts = {level: sum(one.level is level for one in findings) for level in Level}
    words = [f":{LEVEL_COLOURS[level]}[{LEVEL_MARKS[level]} {level.value} {count}]" for level, count in counts.items() if count]
    st.markdown("**问题清单**　" + "　".join(words))
    shown, alone, view = list(findings), False, GROUPED
    if len(findings) > FEW:
        shown, alone, view = _narrowed(findings, counts, key)
    if not shown:
        st.caption("没有符合条件的问题。")
    elif view == LIST:
        _as_table(shown)
    else:
        _as_groups(shown, LISTED_ALONE if alone else LISTED)


def kind_name(one: Finding) -> str:
    """Level mark and title of the kind of a finding."""
    return f"{LEVEL_MARKS[one.level]} {one.title}"


def _narrowed(findings: Sequence[Finding], counts: dict[Level, int], key: str) -> tuple[list[Finding], bool, str]:
    """The findings that the choices leave, whether one kind was chosen, and how to show them."""
    kinds: dict[str, int] = {}
    for one in sorted(findings, key=lambda one: list(Level).index(one.level)):
        kinds[kind_name(one)] = kinds.get(kind_name(one), 0) + 1
    sheets = list(dict.fromkeys(one.sheet for one in findings if one.sheet))
    levels = [level.value for level, count in counts.items() if count]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = levels
        if len(levels) > 1:
            wanted = st.pills("级别", levels, selection_mode="multi", key=f"levels-{key}") or levels
        view = st.segmented_control("显示", [GROUPED, LIST], default=GROUPED, key=f"view-{key}", required=True)
    columns = st.columns(3 if len(sheets) > 1 else 2)
    kind = columns[0].selectbox("问题类型", list(kinds), index=None, key=f"kind-{key}", placeholder=f"全部 {len(kinds)} 类",
                                format_func=lambda name: f"{name}（{kinds[name]}）")
    words = columns[1].text_input("查找", key=f"words-{key}", placeholder="单元格、列名或内容").strip().lower()
    sheet = columns[2].selectbox("工作表", sheets, index=None, key=f"sheet-{key}", placeholder="全部工作表") if len(sheets) > 1 else None
    shown = [one for one in findings
             if one.level.value in wanted and kind in (None, kind_name(one)) and sheet in (None, one.sheet)
             and (not words or words in f"{one.sheet} {one.cell} {one.title} {one.message} {one.advice} {one.code}".lower())]
    return shown, kind is not None, str(view)


def _as_groups(findings: Sequence[Finding], most: int) -> None:
    groups: dict[tuple[Level, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.level, one.title), []).append(one)
    one_sheet = len({one.sheet for one in findings if one.sheet}) <= 1
    for (level, title), group in sorted(groups.items(), key=lambda item: list(Level).index(item[0][0])):
        with st.container(border=True):
            st.markdown(_group_words(level, title, group, most, one_sheet))


def _group_words(level: Level, title: str, group: Sequence[Finding], most: int, one_sheet: bool) -> str:
    count = f"（{len(group)} 处）" if len(group) > 1 else ""
    lines = [f":{LEVEL_COLOURS[level]}[**{LEVEL_MARKS[level]} {level.value}**] **{literal(title)}**{count}"]
    advice = {one.advice for one in group}
    if len(advice) == 1:
        lines[0] += f"  \n怎么办：{literal(group[0].advice)}"
    told: dict[str, list[str]] = {}
    for one in group:
        words = literal(one.message) + (literal(one.advice) if len(advice) > 1 else "")
        place = "!".join(part for part in ("" if one_sheet and one.cell else one.sheet, one.cell) if part)
        told.setdefault(words, []).append(place)
    lines.append("")
    for words, places in list(told.items())[:most]:
        where = literal("、".join(place for place in places[:PLACES] if place))
        more = f" 等 {len(places)} 处" if len(places) > PLACES else ""
        lines.append(f"- **{where}**{more}　{words}" if where else f"- {words}")
    if len(told) > most:
        rest = sum(len(places) for places in list(told.values())[most:])
        lines.append(f"- 还有 {rest} 处：请在“显示”中选“{LIST}”，或下载带标注的工作簿。")
    return "\n".join(lines)


def _as_table(findings: Sequence[Finding]) -> None:
    table = pd.DataFrame(
        {
            "级别": [f"{LEVEL_MARKS[one.level]} {one.level.value}" for one in findings],
            "工作表": [one.sheet for one in findings],
            "单元格": [one.cell for one in findings],
            "问题": [one.message for one in findings],
            "怎么办": [one.advice for one in findings],
            "类型": [one.title for one in findings],
            "代码": [one.code for one in findings],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(560, 36 * (len(table) + 1) + 2),
        alt="问题清单",
        column_config={
            "问题": st.column_config.TextColumn(width="large"),
            "怎么办": st.column_config.TextColumn(width="large"),
            "级别": st.column_config.TextColumn(width=70),
            "单元格": st.column_config.TextColumn(width=70),
        },
    )
