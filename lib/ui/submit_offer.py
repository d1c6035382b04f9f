"""The way on from a submission: the reason for its warnings, what publishing it would change, and publishing it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.actions.publishing import publish
from lib.actions.queue import Listed
from lib.actions.reasons import LONGEST, SHORTEST, explain
from lib.actions.staging import effect, effect_later
from lib.auth.demo import account_name
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.errors import AppError
from lib.figures.values import Change
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value
from lib.spec.period import Period, title_of
from lib.store.submissions import Status, Submission
from lib.ui import state
from lib.ui.data import newest_release
from lib.ui.page import Page
from lib.ui.warm import warm_in_background
from lib.ui.words import literal


def ask_reason(page: Page, one: Listed, *, key: str) -> None:
    """The reasons given for a submission and, while it waits and has 警告, the form to give one. key: of the place on the
    page, because a submission may stand in several.
    """
    for reason in one.reasons:
        st.markdown(f"**情况说明**（{literal(account_name(reason.by))}，{moment(reason.at)}）：{literal(reason.text)}")
    if not one.submission.warnings or one.submission.status is not Status.STAGED:
        return
    if one.unexplained:
        _reason_form(page, one, key)
    else:
        with st.expander("补充情况说明"):
            _reason_form(page, one, key)


def _reason_form(page: Page, one: Listed, key: str) -> None:
    field = f"reason-{key}-{one.submission.id}-{len(one.reasons)}"
    with st.form(f"form-{field}", enter_to_submit=False, border=one.unexplained):
        st.text_area("情况说明（必填）" if one.unexplained else "情况说明", key=field, max_chars=LONGEST,
                     placeholder="例如：该小区本月拆除两幢，建筑面积减少，已与房屋登记核对。",
                     help=f"写明警告所指的情况为什么属实，{SHORTEST}～{LONGEST} 个字；不要写姓名、电话等个人信息。")
        st.form_submit_button("提交情况说明", type="primary" if one.unexplained else "secondary", on_click=_explain,
                              args=(page.user, one.submission.id, field))


def _explain(user: User, submission: int, field: str) -> None:
    try:
        explain(open_database(), by=user, submission=submission, text=state.recall(field))
    except AppError as refused:
        state.set_outcome("error", literal(refused.text))
        return
    state.set_outcome("success", f"情况说明已提交（报送编号 {submission}）。")


def offer(page: Page, one: Listed, *, key: str) -> None:
    """The difference a submission makes, and the button for those who may publish."""
    submission = one.submission
    if submission.status is not Status.STAGED:
        st.info(f"这份报送（编号 {submission.id}）的状态：{submission.status.value}。")
        return
    if one.unexplained:
        return
    changes = _effect(submission.id, newest_release(), page)
    st.markdown(f"**发布后将变化的数：{len(changes)} 个**")
    if changes:
        st.dataframe(_changes(changes), hide_index=True, height=min(320, 36 * (len(changes) + 1) + 2), alt="发布后的变化")
    else:
        st.caption("与已发布的数据相比，各项指标没有变化。")
    later = _effect_later(submission.id, newest_release(), page)
    if later:
        months = "、".join(f"{title_of(period)} {count} 个" for period, count in later.items())
        st.caption(f"以后各月因沿用或累计而随之变化的数：{months}。")
    if not may(page.user, Action.PUBLISH, units=submission.units):
        st.success(f"已提交区局科室审核（编号 {submission.id}）。发布前已发布的数据不变。")
        return
    st.button(
        "发布",
        key=f"publish-{key}-{submission.id}",
        type="primary",
        icon=":material/publish:",
        on_click=_publish,
        args=(page.user, submission),
    )


@st.cache_resource(show_spinner="正在比较…", max_entries=64)
def _effect(identity: int, release: int, _page: Page) -> list[Change]:
    """What publishing would change, against a release: computed once for both."""
    return effect(open_database(), by=_page.user, submission=identity)


@st.cache_resource(show_spinner="正在比较以后各月…", max_entries=64)
def _effect_later(identity: int, release: int, _page: Page) -> dict[Period, int]:
    """How many figures of later months publishing would change, against a release."""
    return effect_later(open_database(), by=_page.user, submission=identity)


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
    """What came of the last click: at the top of the page, and over whatever part of it is at the screen."""
    outcome = state.take_outcome()
    if outcome is not None:
        kind, text = outcome
        (st.success if kind == "success" else st.error)(text)
        st.toast(text, icon=":material/check_circle:" if kind == "success" else ":material/error:", duration="long")


def moment(at: str) -> str:
    """A stored time as shown."""
    return at[:16].replace("T", " ")


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
