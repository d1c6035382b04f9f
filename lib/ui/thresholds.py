"""The body of 标准与阈值: the registry with its states, rows in doubt called out, earlier registries.

Its one rule: it shows the registry of the release at the screen; what may be done to it stands in `lib.ui.threshold_form`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.actions.threshold_edits import rows_in_doubt
from lib.actions.thresholds import Kept, registry_history, rule_uses
from lib.auth.demo import account_name
from lib.auth.permissions import Action, may
from lib.datasets.thresholds import IN_DOUBT, IN_FORCE, NOT_YET, REPLACED, Registry, Threshold
from lib.ui.page import Page
from lib.ui.submit_offer import moment
from lib.ui.words import literal

ORDER = (IN_DOUBT, NOT_YET, IN_FORCE, REPLACED)
"""Rows in doubt come first."""
MOST_USES = 4
"""So many uses of a rule are named in the table."""


def show_registry(page: Page, wanted: str) -> None:
    """The rows that contain `wanted`, those in doubt first and called out above; the way to take them out."""
    _show_doubts(page)
    _show_rows(f"{page.edition.number}|{page.snapshot.as_of}", wanted, page)
    if may(page.user, Action.EXPORT):
        address = f"/api/download/thresholds.csv?v={page.edition.number}&as={page.user.id}"
        st.link_button("下载本版标准（CSV）", address, icon=":material/download:")


def _show_doubts(page: Page) -> None:
    registry, on = page.edition.registry, page.snapshot.as_of
    doubtful = rows_in_doubt(registry, on)
    if doubtful:
        lines = "\n".join(f"- {literal(f'{row.title} {row.text}（{row.basis}，印载至 {row.effective_to}）')}" for row in doubtful)
        st.warning(f"{len(doubtful)} 项标准已过印载有效期，待确认是否延续；确认之前仍按原值计算：\n\n{lines}")
    else:
        st.success(f"截至 {on}，没有待确认是否延续的标准。")


@st.cache_resource(show_spinner=False, max_entries=16)
def _show_rows(key: str, wanted: str, _page: Page) -> None:
    registry = _page.edition.registry
    table = registry_table(_page, registry)
    if wanted:
        hit = table.apply(lambda row: any(wanted.lower() in str(cell).lower() for cell in row), axis=1)
        table = table[hit]
    if table.empty:
        st.info(f"没有包含“{literal(wanted)}”的标准。请换一个词，或清空搜索框。")
        return
    show_table(table, "标准与阈值")
    st.caption(f"共 {len(table)} 行，全部 {len(registry.rows)} 行。状态按 {_page.snapshot.as_of} 判断；"
               "性质为“建议口径”的是本系统的建议，不是规定。")


def registry_table(page: Page, registry: Registry) -> pd.DataFrame:
    """A registry as a table for people, with the state of each row on the page's as-of date."""
    on = page.snapshot.as_of
    states = {row: registry.state_of(row, on) for row in registry.rows}
    rows = sorted(registry.rows, key=lambda row: (ORDER.index(states[row]), row.rule, row.effective_from))
    return pd.DataFrame([_cells(row, states[row]) for row in rows])


def _cells(row: Threshold, state: str) -> dict[str, str]:
    uses = rule_uses().get(row.rule, ())
    more = f" 等 {len(uses)} 项" if len(uses) > MOST_USES else ""
    return {
        "标准": row.title,
        "值": row.text,
        "状态": state,
        "施行": row.effective_from.isoformat(),
        "至": row.effective_to.isoformat() if row.effective_to else "—",
        "文件": row.document,
        "条款": row.paragraph or "—",
        "被何取代": row.superseded_by or "—",
        "性质": row.standing,
        "基数": row.base or "—",
        "用于": ("、".join(uses[:MOST_USES]) + more) or "仅作列示",
        "备注": row.note,
        "编号": row.rule,
    }


def show_table(table: pd.DataFrame, alt: str) -> None:
    """A registry on screen."""
    st.dataframe(
        table,
        hide_index=True,
        height=min(520, 36 * (len(table) + 1) + 2),
        alt=alt,
        column_config={
            "标准": st.column_config.TextColumn(pinned=True, width="medium"),
            "值": st.column_config.TextColumn(width=110),
            "文件": st.column_config.TextColumn(width="medium"),
            "用于": st.column_config.TextColumn(width="medium"),
            "备注": st.column_config.TextColumn(width="medium"),
        },
    )


def show_history(page: Page) -> None:
    """Every registry up to the release at the screen, newest first, with what changed and why; any of them in full."""
    st.subheader("历次版本", anchor=False)
    kept = registry_history(open_database(), by=page.user, upto=page.edition.number)
    if not kept:
        st.caption("还没有发布过标准与阈值；现在使用的是随系统提供的一份。")
        return
    st.dataframe(
        _history_table(kept),
        hide_index=True,
        height=min(360, 36 * (sum(max(len(one.changes), 1) for one in kept) + 1) + 2),
        alt="标准与阈值的历次修改",
        column_config={"改动": st.column_config.TextColumn(width="large"), "理由": st.column_config.TextColumn(width="medium")},
    )
    named = {one.release.number: one for one in kept}
    chosen = st.selectbox("查看某一版的全部标准", list(named), format_func=lambda number: f"第 {number} 版", index=None,
                          placeholder="选择版次", key="threshold-release")
    if chosen is not None:
        show_table(registry_table(page, named[chosen].registry), f"第 {chosen} 版的标准与阈值")


def _history_table(kept: Sequence[Kept]) -> pd.DataFrame:
    rows = []
    for one in kept:
        release = one.release
        told = [(change.row.title, change.words) for change in one.changes] or [("（全部）", f"最初的 {len(one.registry.rows)} 行")]
        rows += [
            {"版次": release.number, "时间": moment(release.published_at), "标准": title, "改动": words,
             "理由": release.note if one.changes else "", "办理人": account_name(release.published_by)}
            for title, words in told
        ]
    return pd.DataFrame(rows)
