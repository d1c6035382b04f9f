"""Findings as a table: all at once, with counts by level and a choice of level."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.spec.findings import Finding, Level

LEVEL_COLOURS = {Level.FATAL: "red", Level.WARNING: "orange", Level.INFO: "gray"}
LEVEL_MARKS = {Level.FATAL: "■", Level.WARNING: "▲", Level.INFO: "●"}


def show_findings(findings: Sequence[Finding], *, key: str) -> None:
    """Every finding with level, sheet, cell, what is wrong and what to do; nothing when there are none."""
    if not findings:
        return
    counts = {level: sum(one.level is level for one in findings) for level in Level}
    words = [f":{LEVEL_COLOURS[level]}[{LEVEL_MARKS[level]} {level.value} {count}]" for level, count in counts.items() if count]
    st.markdown("**问题清单**　" + "　".join(words))
    levels = [level.value for level, count in counts.items() if count]
    wanted = levels
    if len(levels) > 1:
        wanted = st.pills("只看", levels, selection_mode="multi", key=f"levels-{key}", label_visibility="collapsed") or levels
    shown = [one for one in findings if one.level.value in wanted]
    table = pd.DataFrame(
        {
            "级别": [f"{LEVEL_MARKS[one.level]} {one.level.value}" for one in shown],
            "工作表": [one.sheet for one in shown],
            "单元格": [one.cell for one in shown],
            "问题": [one.message for one in shown],
            "怎么办": [one.advice for one in shown],
            "代码": [one.code for one in shown],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(420, 36 * (len(table) + 1) + 2),
        alt="问题清单",
        column_config={
            "问题": st.column_config.TextColumn(width="large"),
            "怎么办": st.column_config.TextColumn(width="large"),
            "级别": st.column_config.TextColumn(width=70),
            "单元格": st.column_config.TextColumn(width=70),
        },
    )
