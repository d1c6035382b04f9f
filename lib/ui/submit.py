"""The body of 报送: download a workbook, upload it, read the findings, see what would change, publish, own history."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from lib import clock
from lib.actions.opening import open_database
from lib.actions.publishing import publish
from lib.actions.queue import findings_of, one_submission, submissions_for, waiting_for
from lib.actions.staging import effect, stage
from lib.auth.demo import account_name
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.errors import AppError
from lib.figures.values import Change
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value
from lib.ingest.reading import Expected
from lib.ingest.staging import Staging
from lib.settings import settings
from lib.spec.findings import Level
from lib.spec.period import Period, period_of, shift, title_of
from lib.store.submissions import Status, Submission
from lib.ui import state
from lib.ui.data import newest_release
from lib.ui.findings import show_findings
from lib.ui.page import Page
from lib.ui.warm import warm_in_background
from lib.ui.words import literal

PERSONAL_CODES = ("T13", "T14")
MONTHS_BACK = 36
LAST_READING = "_last_reading"
LAST_FILE = "_last_file"
LAST_REFUSAL = "_last_refusal"


def show_upload(page: Page) -> None:
    """Choice of form and month, templates, the uploader, and what came of the last file."""
    left, right = st.columns(2)
    state.linked("form", state.asked("form", DATASETS, next(iter(DATASETS))))
    dataset = left.selectbox("报表", list(DATASETS), format_func=lambda name: DATASETS[name].title, key="form")
    state.keep("form", dataset, dataset)
    newest = shift(period_of(clock.today()), -1)
    months = [shift(newest, -back) for back in range(MONTHS_BACK)]
    state.linked("month", state.asked("month", months, newest))
    period = right.selectbox("报告期", months, format_func=title_of, key="month", help="本期报送上个月月末的情况。")
    state.keep("month", period, period if period != newest else "")
    st.caption(f"{DATASETS[dataset].summary}（{DATASETS[dataset].grain}，表号 {DATASETS[dataset].form_code}）")
    with st.container(horizontal=True):
        query = f"period={period}&as={page.user.id}"
        st.link_button(
            "下载上期数据表（改好即可上传）", f"/api/download/template/{dataset}.xlsx?{query}&filled=1", icon=":material/download:"
        )
        st.link_button("下载空白模板", f"/api/download/template/{dataset}.xlsx?{query}", icon=":material/description:")
    file = st.file_uploader(
        "上传报表（.xlsx 或 .csv）",
        key="file",
        help=f"不超过 {settings().max_upload_mb} MB。含个人信息的文件不会保存。",
    )
    if file is None:
        st.info("上传后会逐格检查，一次列出全部问题；没有致命问题才能发布。上传不会改动已发布的数据。")
        return
    _stage_once(page, file.name, file.getvalue(), Expected("", period, page.user.unit), dataset)


def _stage_once(page: Page, name: str, content: bytes, expected: Expected, chosen: str) -> None:
    """Stage a file once, however often the page reruns while it stands in the uploader; then show what came of it. The
    file itself says which form it is; a different one chosen above is mentioned, not objected to.
    """
    identity = hashlib.sha256(content).hexdigest() + repr(expected) + name + page.user.id
    if state.recall(LAST_FILE) != identity:
        refusal = ""
        with st.spinner("正在读取和检查…"):
            try:
                staged = stage(open_database(), by=page.user, name=name, data=content, expected=expected)
                state.remember_reading(LAST_READING, staged.staging, staged.submission)
            except AppError as refused:
                refusal = refused.text
        state.remember(LAST_REFUSAL, refusal)
        state.remember(LAST_FILE, identity)
    refusal, found = state.recall(LAST_REFUSAL), state.recall_reading(LAST_READING)
    if refusal:
        st.error(literal(refusal))
    elif found is not None:
        staging, submission = found
        if staging.readable and staging.dataset != chosen:
            st.info(f"文件是《{DATASETS[staging.dataset].title}》，与上面所选的报表不同，已按文件处理。")
        show_reading(page, staging, submission)


def show_reading(page: Page, staging: Staging, submission: int | None) -> None:
    """What a file was read as, with all findings; and, when it may go on, what it would change."""
    fatal, warning = staging.count(Level.FATAL), staging.count(Level.WARNING)
    if not staging.readable or staging.personal:
        reason = next((one for one in staging.findings if not staging.personal or one.code in PERSONAL_CODES), None)
        words = literal(reason.message + reason.advice) if reason else "请核对文件。"
        st.error(f"“{literal(staging.file_name)}”没有收下：{words}")
    elif fatal:
        st.error(
            f"已读取“{literal(staging.file_name)}”，有 {fatal} 个致命问题，不能发布。请按下表改正后重新上传；已发布的数据没有变化。"
        )
    elif warning:
        st.warning(f"已读取“{literal(staging.file_name)}”，可以发布，但有 {warning} 个警告，请先核对。")
    else:
        st.success(f"已读取“{literal(staging.file_name)}”，没有问题。")
    if staging.readable:
        units = (
            "全区十个街镇" if len(staging.units) == 10 else "、".join(unit_name(code) for code in staging.units) or "填报单位不明"
        )
        period = title_of(Period(staging.period)) if staging.period else "报告期不明"
        count = 0 if staging.rows is None else staging.rows.num_rows
        st.markdown(
            f"识别为 **{DATASETS[staging.dataset].title}**，{period}，{units}，共 **{count}** 行；"
            f"表头在工作表“{literal(staging.sheet)}”第 {staging.header_rows[1]} 行。"
        )
    show_findings(staging.findings, key="last")
    if staging.readable:
        with st.expander("各列是怎样读的"):
            st.dataframe(_mapping(staging), hide_index=True, alt="列的对应")
    if submission is not None and staging.publishable:
        _offer(page, one_submission(page.user, submission))


def _mapping(staging: Staging) -> pd.DataFrame:
    fields = DATASETS[staging.dataset].by_name
    return pd.DataFrame(
        {
            "列": [one.column for one in staging.mapping],
            "表头": [one.header for one in staging.mapping],
            "读作": [fields[one.field].label if one.field else "（不读取）" for one in staging.mapping],
            "单位": [one.unit for one in staging.mapping],
        }
    )


def _offer(page: Page, submission: Submission) -> None:
    """The difference a submission makes, and the button for those who may publish."""
    if submission.status is not Status.STAGED:
        st.info(f"这份报送（编号 {submission.id}）的状态：{submission.status.value}。")
        return
    changes = _effect(submission.id, newest_release(), page)
    st.markdown(f"**发布后将变化的数：{len(changes)} 个**")
    if changes:
        st.dataframe(_changes(changes), hide_index=True, height=min(320, 36 * (len(changes) + 1) + 2), alt="发布后的变化")
    else:
        st.caption("与已发布的数据相比，各项指标没有变化。")
    if not may(page.user, Action.PUBLISH, units=submission.units):
        st.success(f"已提交区局科室审核（编号 {submission.id}）。发布前已发布的数据不变。")
        return
    st.button(
        "发布",
        key=f"publish-{submission.id}",
        type="primary",
        icon=":material/publish:",
        on_click=_publish,
        args=(page.user, submission),
    )


@st.cache_resource(show_spinner="正在比较…", max_entries=64)
def _effect(identity: int, release: int, _page: Page) -> list[Change]:
    """What publishing would change, against a release: computed once for both."""
    return effect(open_database(), by=_page.user, submission=identity)


def _publish(user: User, submission: Submission) -> None:
    """Publish and keep the outcome for the run that follows: this is a callback, so it is answered even when somebody else
    has published meanwhile and the button is gone.
    """
    try:
        number = publish(
            open_database(),
            by=user,
            submission_ids=[submission.id],
            key=f"submission-{submission.id}-{user.id}",
            note=submission.file_name,
        )
    except AppError as refused:
        state.set_outcome("error", literal(refused.text))
        return
    warm_in_background()
    title = f"{DATASETS[submission.dataset].title}，{title_of(Period(submission.period))}"
    state.set_outcome("success", f"已发布为第 {number} 版（{title}），各页面即刻生效。")


def show_outcome() -> None:
    """What came of the last click on 发布."""
    outcome = state.take_outcome()
    if outcome is not None:
        (st.success if outcome[0] == "success" else st.error)(outcome[1])


def _changes(changes: list[Change]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "指标": [CATALOGUE[one.indicator].title for one in changes],
            "范围": [unit_name(one.unit, short=True) for one in changes],
            "现在": [_with_base(one.before) for one in changes],
            "发布后": [_with_base(one.after) for one in changes],
        }
    )


def _with_base(value: Value | None) -> str:
    if value is None or value.numerator is None:
        return "未报"
    return f"{value.text}（{value.fraction}）" if value.fraction else value.text


def show_queue(page: Page) -> None:
    """For those who publish: what waits, oldest first, with its effect."""
    waiting = waiting_for(page.user)
    if not may(page.user, Action.PUBLISH):
        return
    st.subheader("等待发布", anchor=False)
    ready = [one for one in reversed(waiting) if one.publishable]
    if not ready:
        st.caption("没有等待发布的报送。")
        return
    names = {
        one.id: " · ".join((str(one.id), DATASETS[one.dataset].title, title_of(Period(one.period)), _units(one), _at(one)))
        for one in ready
    }
    chosen = st.selectbox(
        "选择一份", list(names), format_func=names.__getitem__, index=None, placeholder="选择后查看差异", key="waiting"
    )
    if chosen is None:
        return
    submission = one_submission(page.user, chosen)
    st.markdown(
        f"“{literal(submission.file_name)}”，{_units(submission)}，{submission.row_count} 行，"
        f"由 {literal(account_name(submission.submitted_by))} 于 {_at(submission)} 报送。"
    )
    show_findings(findings_of(page.user, chosen), key=f"queue-{chosen}")
    _offer(page, submission)


def _at(one: Submission) -> str:
    return one.submitted_at[:16].replace("T", " ")


def _units(one: Submission) -> str:
    return "全区" if len(one.units) == 10 else "、".join(unit_name(code, short=True) for code in one.units)


def show_history(page: Page) -> None:
    """Own submissions, newest first."""
    st.subheader("报送记录", anchor=False)
    found = submissions_for(page.user, limit=30)
    if not found:
        st.caption("还没有报送记录。")
        return
    table = pd.DataFrame(
        {
            "编号": [one.id for one in found],
            "报表": [DATASETS[one.dataset].title if one.dataset in DATASETS else one.dataset for one in found],
            "报告期": [title_of(Period(one.period)) for one in found],
            "单位": [_units(one) for one in found],
            "行数": [one.row_count for one in found],
            "状态": [one.status.value if one.publishable or one.status.value != "已提交" else "有致命问题" for one in found],
            "文件": [one.file_name for one in found],
            "报送人": [account_name(one.submitted_by) for one in found],
            "时间": [_at(one) for one in found],
        }
    )
    st.dataframe(table, hide_index=True, height=min(360, 36 * (len(table) + 1) + 2), alt="报送记录")
