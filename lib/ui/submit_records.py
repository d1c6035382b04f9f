"""The lower half of 报送: what waits to be published, for those who publish, and the own submissions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.actions.queue import Listed, findings_of, one_submission, submissions_for, waiting_for
from lib.auth.demo import account_name
from lib.auth.permissions import Action, may
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.spec.period import Period, title_of
from lib.store.submissions import Submission
from lib.ui.findings import show_findings
from lib.ui.page import Page
from lib.ui.submit_offer import ask_reason, moment, offer
from lib.ui.words import literal

RECENT = 30


def show_queue(page: Page) -> None:
    """For those who publish: what waits, oldest first, with its findings, its reasons and its effect."""
    if not may(page.user, Action.PUBLISH):
        return
    waiting = [one for one in reversed(waiting_for(page.user)) if one.submission.publishable]
    st.subheader("等待发布", anchor=False)
    ready = {one.submission.id: _name(one.submission) for one in waiting if not one.unexplained}
    unexplained = sum(one.unexplained for one in waiting)
    if unexplained:
        st.caption(f"另有 {unexplained} 份有警告、还没有情况说明，见“报送记录”。")
    if not ready:
        st.caption("没有等待发布的报送。")
        return
    chosen = st.selectbox("选择一份", list(ready), format_func=ready.__getitem__, index=None, placeholder="选择后查看差异", key="waiting")
    if chosen is not None:
        _show_one(page, chosen, key=f"queue-{chosen}")


def show_history(page: Page) -> None:
    """Own submissions, newest first, and each of them with its findings and files."""
    st.subheader("报送记录", anchor=False)
    found = submissions_for(page.user, limit=RECENT)
    if not found:
        st.caption("还没有报送记录。上传第一份报表后，在这里查看它的状态、问题和文件。")
        return
    st.dataframe(_table(page, found), hide_index=True, height=min(400, 36 * (len(found) + 1) + 2), alt="报送记录", column_config={
        "原文件": st.column_config.LinkColumn(display_text="下载"),
        "标注": st.column_config.LinkColumn(display_text="下载", help="带标注的工作簿：有问题的单元格已标色并加批注。"),
    })
    names = {one.submission.id: f"{_name(one.submission)} · {one.state}" for one in found}
    chosen = st.selectbox("打开一份", list(names), format_func=names.__getitem__, index=None, placeholder="查看问题、填写情况说明",
                          key="opened")
    if chosen is not None:
        _show_one(page, chosen, key=f"opened-{chosen}")


def _show_one(page: Page, identity: int, *, key: str) -> None:
    one = one_submission(page.user, identity)
    submission = one.submission
    st.markdown(
        f"“{literal(submission.file_name)}”，{_units(submission)}，{submission.row_count} 行，"
        f"由 {literal(account_name(submission.submitted_by))} 于 {moment(submission.submitted_at)} 报送，状态：{one.state}。"
    )
    findings = findings_of(page.user, identity)
    with st.container(horizontal=True):
        st.link_button("下载原文件", _original(page, submission), icon=":material/download:")
        if findings:
            st.link_button("下载带标注的工作簿", _returned(page, submission), icon=":material/edit_note:")
    show_findings(findings, key=key)
    if submission.publishable:
        ask_reason(page, one, key=key)
        offer(page, one, key=key)


def _name(one: Submission) -> str:
    title = DATASETS[one.dataset].title if one.dataset in DATASETS else one.dataset
    return " · ".join((str(one.id), title, title_of(Period(one.period)), _units(one), moment(one.submitted_at)))


def _original(page: Page, one: Submission) -> str:
    return f"/api/download/original/{one.id}?as={page.user.id}"


def _returned(page: Page, one: Submission) -> str:
    return f"/api/download/returned/{one.id}.xlsx?as={page.user.id}"


def _units(one: Submission) -> str:
    return "全区" if len(one.units) == 10 else "、".join(unit_name(code, short=True) for code in one.units)


def _table(page: Page, found: list[Listed]) -> pd.DataFrame:
    rows = [one.submission for one in found]
    return pd.DataFrame(
        {
            "编号": [one.id for one in rows],
            "状态": [one.state for one in found],
            "报表": [DATASETS[one.dataset].title if one.dataset in DATASETS else one.dataset for one in rows],
            "报告期": [title_of(Period(one.period)) for one in rows],
            "单位": [_units(one) for one in rows],
            "行数": [one.row_count for one in rows],
            "警告": [one.warnings for one in rows],
            "情况说明": ["；".join(reason.text for reason in one.reasons) for one in found],
            "文件": [one.file_name for one in rows],
            "原文件": [_original(page, one) for one in rows],
            "标注": [_returned(page, one) for one in rows],
            "报送人": [account_name(one.submitted_by) for one in rows],
            "时间": [moment(one.submitted_at) for one in rows],
        }
    )
