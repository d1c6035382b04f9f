"""云发布 on screen: what the public progress sheet of a project says, asking for it, approving it, taking it out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import streamlit as st

from lib.actions.opening import open_database
from lib.actions.sheets import (
    Draft,
    approve_sheet,
    draft_sheet,
    request_sheet,
    return_sheet,
    sheet_steps,
    waiting_sheets,
)
from lib.auth.demo import account_name
from lib.auth.permissions import Action, User, may
from lib.errors import AppError
from lib.reports.progress_sheet import FEW
from lib.store.sheets import SheetStep, Step
from lib.ui import data, state
from lib.ui.page import Page
from lib.ui.project import KEY
from lib.ui.words import literal

_REASON = "sheet-reason"
_MARKS = {Step.REQUESTED: ":orange-badge[▲ 等待批准]", Step.APPROVED: ":green-badge[● 已批准]", Step.RETURNED: ":gray-badge[○ 已退回]"}
MOST_WAITING = 10


def show_waiting(page: Page) -> None:
    """For who may approve: the sheets that wait, each with the way to its project."""
    if not may(page.user, Action.APPROVE_SHEET):
        return
    waiting = waiting_sheets(open_database(), by=page.user, release=page.edition.number)
    if not waiting:
        return
    with st.container(border=True):
        st.markdown(f"**等待批准的进度公示单**（清单 {len(waiting)} 份）")
        for one in waiting[:MOST_WAITING]:
            st.button(f"{one.project}　{account_name(one.by)} {one.at[:16].replace('T', ' ')} 申请", key=f"waiting-{one.project}",
                      type="tertiary", on_click=lambda code=one.project: state.remember(KEY, code))


@st.fragment
def show_sheet(page: Page, identity: str) -> None:
    """The sheet of a project in the release at the screen: where it stands, what it says, and the next step."""
    st.subheader("云发布：进度公示单", anchor=False)
    try:
        draft = _draft(page.edition.number, identity, page.user)
    except AppError as wrong:
        st.info(literal(wrong.text))
        return
    steps = sheet_steps(open_database(), by=page.user, project=identity, release=page.edition.number)
    if outcome := state.take_outcome():
        (st.success if outcome[0] == "success" else st.error)(literal(outcome[1]))
    last = steps[-1] if steps else None
    st.markdown(_where(last))
    with st.expander("公示单上写什么"):
        _preview(draft)
    _next(page, identity, draft, last)


@st.cache_resource(show_spinner=False, max_entries=128)
def _draft(number: int, identity: str, _user: User) -> Draft:
    return draft_sheet(open_database(), by=_user, project=identity, release=number)


def _where(last: SheetStep | None) -> str:
    if last is None:
        return ":gray-badge[○ 未申请]　一页纸，供张贴和对外发布；经区局科室批准后才能下载，每发布新版须重新批准。"
    note = f"：{literal(last.note)}" if last.note else ""
    return f"{_MARKS[last.step]}　{literal(account_name(last.by))} {last.at[:16].replace('T', ' ')} {last.step.value}{note}"


def _preview(draft: Draft) -> None:
    sheet = draft.sheet
    lines = [f"**{literal(sheet.name)}**　数据截至 {sheet.as_of}{'　**演示数据**' if sheet.demo else ''}"]
    lines.append("\n".join(f"- {title}　{literal(words)}" for title, words in sheet.facts))
    lines.append("已完成：" + ("、".join(f"{stage}（{month}）" for stage, month in sheet.done) or "—"))
    if sheet.now:
        lines.append(f"当前阶段：{literal(sheet.now)}")
    if sheet.following:
        lines.append("接下来：" + "；".join(f"{stage}，{words}" for stage, words in sheet.following))
    st.markdown("\n\n".join(lines))
    st.caption(f"不含风险、责任单位、原因、备注和总投资以外的资金；{FEW}的户数不单独公布。")


def _next(page: Page, identity: str, draft: Draft, last: SheetStep | None) -> None:
    """The buttons for whoever may do something now."""
    number = page.edition.number
    newest = number == data.newest_release()
    database = open_database()
    if last is not None and last.step is Step.APPROVED and may(page.user, Action.EXPORT):
        address = f"/api/download/sheet/{quote(identity, safe='')}?{urlencode({'v': number, 'as': page.user.id})}"
        st.link_button("下载公示单（可打印）", address, icon=":material/download:")
    if last is None or last.step is Step.RETURNED:
        if not newest:
            st.caption("这不是最新版：只有最新版可以申请。")
        elif may(page.user, Action.SUBMIT, units=(draft.unit,)):
            _button("申请发布", "已申请，等待区局科室批准。",
                    lambda: request_sheet(database, by=page.user, project=identity, release=number), primary=True)
        return
    if not may(page.user, Action.APPROVE_SHEET):
        return
    if last.step is Step.REQUESTED and last.by == page.user.id:
        st.caption("由您申请，须由另一位科室编辑批准。")
    elif last.step is Step.REQUESTED and newest:
        _button("批准", "已批准，可以下载。",
                lambda: approve_sheet(database, by=page.user, project=identity, release=number, sha256=last.sha256), primary=True)
    with st.popover("退回" if last.step is Step.REQUESTED else "收回"):
        st.text_input("理由", key=_REASON, placeholder="写明哪里需要更正")
        _button("确定", "已退回，不能再下载。",
                lambda: return_sheet(database, by=page.user, project=identity, release=number, text=state.recall(_REASON)))


def _button(label: str, done: str, act: Callable[[], None], *, primary: bool = False) -> None:
    def clicked() -> None:
        try:
            act()
            state.set_outcome("success", done)
        except AppError as wrong:
            state.set_outcome("error", wrong.text)

    st.button(label, key=f"sheet-{label}", type="primary" if primary else "secondary", on_click=clicked)
