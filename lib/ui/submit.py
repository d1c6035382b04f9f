"""The upper half of 报送: choice of form and month, the workbook to fill in, 零报告, the upload and what came of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib import clock
from lib.actions.downloads import zero_workbook
from lib.actions.opening import open_database
from lib.actions.standing import context_for
from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.errors import AppError
from lib.ingest.expected import Expected, Question
from lib.settings import settings
from lib.spec.period import Period, period_of, shift, title_of
from lib.ui import state, submit_job
from lib.ui.data import newest_release
from lib.ui.page import Page
from lib.ui.submit_outcome import show_outcome_of
from lib.ui.words import literal

MONTHS_BACK = 36
_ZERO = "_job_zero"


def show_upload(page: Page) -> None:
    """Choice of form and month, templates, the uploader, and what came of the last file."""
    dataset, period = _choose()
    _offer_workbooks(page, dataset, period)
    file = st.file_uploader(
        "上传报表",
        key="file",
        help=f"Excel、WPS 表格或 CSV，不超过 {settings().max_upload_mb} MB。含个人信息的文件不会保存。",
    )
    if file is not None:
        expected = Expected(period=period, unit=page.user.unit, prefer=dataset)
        if submit_job.follow(page, file.file_id, file.name, file.getvalue, expected):
            state.remember(_ZERO, "")
    elif not state.recall(_ZERO):
        st.info("上传后逐格检查，一次列出全部问题；没有致命问题才能发布。上传不会改动已发布的数据。")
        return
    _show_current(page, dataset, None if file is None or state.recall(_ZERO) else file.getvalue)


def _choose() -> tuple[str, Period]:
    left, right = st.columns(2)
    state.linked("form", state.asked("form", DATASETS, next(iter(DATASETS))))
    dataset = left.selectbox("报表", list(DATASETS), format_func=lambda name: DATASETS[name].title, key="form")
    state.keep("form", dataset, dataset)
    newest = shift(period_of(clock.today()), -1)
    months = [shift(newest, -back) for back in range(MONTHS_BACK)]
    state.linked("month", state.asked("month", months, newest))
    period = right.selectbox("报告期", months, format_func=title_of, key="month", help="本期报送上个月月末的情况。")
    state.keep("month", period, period if period != newest else "")
    spec = DATASETS[dataset]
    st.caption(f"{spec.summary}（{spec.grain}，表号 {spec.form_code}）")
    return dataset, period


def _offer_workbooks(page: Page, dataset: str, period: Period) -> None:
    spec = DATASETS[dataset]
    address = f"/api/download/template/{dataset}.xlsx?period={period}&as={page.user.id}"
    with st.container(horizontal=True):
        st.link_button("下载上期数据表（改好即可上传）", f"{address}&filled=1", icon=":material/download:")
        st.link_button("下载空白模板", address, icon=":material/description:")
        if not spec.everywhere:
            with st.popover("零报告", icon=":material/do_not_disturb_on:"):
                place = unit_name(page.user.unit) if page.user.unit else "全区十个街镇"
                st.markdown(f"{place}{title_of(period)}没有需要填报的“{spec.title}”内容时，不必上传文件，直接提交零报告。")
                count, month = _rows_before(dataset, period, page.user.unit, newest_release())
                if count:
                    st.warning(f"{title_of(Period(month))}有 {count} 行。没有变化的不是零报告，请下载上期数据表后原样上传。")
                st.button("确认：本期没有，提交零报告", key="zero", type="primary", on_click=_report_nothing, args=(page, dataset, period))


@st.cache_resource(show_spinner=False, max_entries=256)
def _rows_before(dataset: str, period: str, unit: str, release: int) -> tuple[int, str]:
    """How many rows stood for a 街镇 (empty: for the district) in the newest earlier month, and that month; of a release."""
    units = (unit,) if unit else subdistrict_codes()
    context = context_for(open_database(), Question(dataset, period, units))
    return (0 if context.previous is None else context.previous.num_rows), context.previous_period


def _report_nothing(page: Page, dataset: str, period: Period) -> None:
    """Send the 零报告 through the same door as a file; for a callback."""
    place = unit_name(page.user.unit) if page.user.unit else "全区"
    name = f"{place}{DATASETS[dataset].title}（{title_of(period)}）零报告.xlsx"
    try:
        data = zero_workbook(by=page.user, dataset=dataset, period=period)
    except AppError as refused:
        state.set_outcome("error", literal(refused.text))
        return
    state.remember(_ZERO, "1")
    submit_job.begin(page, name, data, Expected(dataset=dataset, period=period, unit=page.user.unit))


def _show_current(page: Page, chosen: str, content: Callable[[], bytes] | None) -> None:
    """What came of the upload at the screen, or how far it is; and the way to try a file again. content: of the file in the
    uploader, None when the upload is none.
    """
    upload = submit_job.current(page)
    if refused := submit_job.refusal() or (upload.refusal if upload else ""):
        st.error(literal(refused))
    elif upload is None:
        st.info("检查结果已过期，没有显示。已收下的报送见下面的“报送记录”。")
    elif not upload.done:
        submit_job.show_progress(page)
        return
    elif upload.cancelled and (upload.staged is None or not upload.staged.kept):
        st.info(f"已取消检查“{literal(upload.name)}”，文件没有保存。")
    elif upload.staged is not None:
        show_outcome_of(page, upload.staged, chosen, key=upload.id, content=content)
        return
    if content is not None:
        st.button("重新检查", key="again", icon=":material/refresh:", on_click=submit_job.read_again)
