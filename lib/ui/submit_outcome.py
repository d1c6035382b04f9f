"""What came of a file: for each form in it the verdict and the next step, all findings, how it was read, and the way on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.actions.downloads import annotated_workbook
from lib.actions.queue import one_submission
from lib.actions.staging import OTHER_UNIT, Staged
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.ingest.returned import returned_name
from lib.ingest.staging import Staging
from lib.spec.findings import Finding
from lib.spec.level import Level
from lib.spec.period import Period, title_of
from lib.ui import submit_job
from lib.ui.findings import LEVEL_MARKS, show_findings
from lib.ui.page import Page
from lib.ui.submit_mapping import is_unclear, next_step, show_mapping
from lib.ui.submit_offer import ask_reason, offer
from lib.ui.words import literal

EITHER_FORM = "T25"
"""The finding that a header may be that of several forms; then the sender chooses one."""
PERSONAL_CODES = ("T13", "T14", "T36", "T42", "T44")


def show_outcome_of(page: Page, staged: Staged, chosen: str, *, key: str, content: Callable[[], bytes] | None) -> None:
    """The outcome of the file at the screen. chosen: the form chosen above it; content: of the file, None when it is none
    that could be read again.
    """
    reading = staged.reading
    if reading.personal:
        _show_personal(staged, key)
        return
    if reading.cleaned is not None:
        st.info("已删去含个人信息的内容，保存的是删去后的文件；删去了什么见问题清单。")
    forms = staged.submissions
    if not forms:
        reason = next(iter(reading.findings), None)
        words = literal(reason.message + reason.advice) if reason else "请核对文件。"
        st.error(f"“{literal(reading.file_name)}”没有收下：{words}")
        if content is not None and submit_job.choices().skip:
            st.button("读取全部工作表", key=f"all-{key}", icon=":material/refresh:", on_click=submit_job.read_again, kwargs={"skip": ()})
        if len(reading.findings) > 1:
            show_findings(reading.findings, key=key)
        return
    if content is not None:
        _ask_form(staged, chosen, key)
    if len(forms) == 1:
        _show_form(page, staged, 0, key=key, content=content)
        return
    st.markdown(f"“{literal(reading.file_name)}”中有 **{len(forms)}** 种报表，分别检查、分别报送：")
    labels = [f"{at + 1} {_title(one)} {_counts(one) if identity is not None else '未收下'}" for at, (one, identity) in enumerate(forms)]
    for at, tab in enumerate(st.tabs(labels, key=f"forms-{key}", on_change="rerun")):
        if tab.open:
            with tab:
                _show_form(page, staged, at, key=f"{key}-{at}", content=content)


def _ask_form(staged: Staged, chosen: str, key: str) -> None:
    """The way to another form, where the file may be one or is not the form chosen above it."""
    forms = [form for form, _ in staged.submissions]
    forced = submit_job.choices().form
    if forced:
        st.info(f"按您的选择，作为《{DATASETS[forced].title}》读取。")
        st.button("改由系统识别", key=f"as-any-{key}", icon=":material/refresh:", on_click=submit_job.read_again, kwargs={"form": ""})
        return
    either = any(one.code == EITHER_FORM for form in forms for one in form.findings)
    if either:
        st.info("表头可能是几种报表之一：请在上面“报表”中选择正确的一种，再按所选重新读取。")
    elif len(forms) == 1 and forms[0].readable and forms[0].dataset != chosen:
        st.info(f"文件是《{DATASETS[forms[0].dataset].title}》，与上面所选的报表不同，已按文件处理。")
    else:
        return
    st.button(f"按《{DATASETS[chosen].title}》重新读取", key=f"as-{key}", icon=":material/refresh:", on_click=submit_job.read_again,
              kwargs={"form": chosen})


def _title(staging: Staging) -> str:
    return DATASETS[staging.dataset].title if staging.dataset else "未识别的表"


def _counts(staging: Staging) -> str:
    counts = {level: staging.count(level) for level in (Level.FATAL, Level.WARNING)}
    return " ".join(f"{LEVEL_MARKS[level]}{count}" for level, count in counts.items() if count) or "✓"


def _show_personal(staged: Staged, key: str) -> None:
    """Personal data was found: where, without the values, and the two ways on."""
    reading = staged.reading
    found = [one for one in reading.findings if one.code in PERSONAL_CODES]
    found += [one for form, _ in staged.submissions for one in form.findings if one.code in PERSONAL_CODES and one not in found]
    st.error(f"“{literal(reading.file_name)}”没有收下：含有个人信息，不得上报。文件没有保存，已发布的数据没有变化。")
    st.markdown("\n".join(f"- **{literal('!'.join(part for part in (one.sheet, one.cell) if part) or '文件')}**　{literal(one.message)}"
                          for one in found[:40]))
    if len(found) > 40:
        st.caption(f"另有 {len(found) - 40} 处。")
    st.markdown("请选择一种办法：在文件中**删除这些内容后重新上传**；或由系统**删去这些列、单元格和批注等**，只读取、保存其余内容。")
    st.button("删去这些内容后继续", key=f"drop-{key}", type="primary", icon=":material/content_cut:", on_click=submit_job.read_again,
              kwargs={"drop": True})
    rest = [one for one in _all(staged) if one.code not in PERSONAL_CODES]
    if rest:
        with st.expander(f"其他问题（{len(rest)}）"):
            show_findings(rest, key=key)


def _all(staged: Staged) -> list[Finding]:
    forms = [one for form, _ in staged.submissions for one in form.findings]
    return list(dict.fromkeys((*staged.reading.findings, *forms)))


def _show_form(page: Page, staged: Staged, at: int, *, key: str, content: Callable[[], bytes] | None) -> None:
    """One form: verdict and next step first, then findings, how it was read, and the way on."""
    staging, submission = staged.submissions[at]
    name = literal(staging.file_name)
    fatal, warning = staging.count(Level.FATAL), staging.count(Level.WARNING)
    kept = one_submission(page.user, submission) if submission is not None else None
    asks = content is not None and bool(staging.mapping) and is_unclear(staging)
    step = next_step(staging) if asks else ""
    if kept is None:
        others = "查到的全部问题见下面的问题清单。" if len(staging.findings) > 1 else ""
        st.error(f"“{name}”没有收下：{literal(staged.refusals[at])}{others}文件没有保存，已发布的数据没有变化。")
    elif fatal:
        way = f"{step}，或按问题清单改正后重新上传" if step else "请按问题清单改正后重新上传"
        st.error(f"已读取“{name}”，有 {fatal} 个致命问题，不能发布。{way}；已发布的数据没有变化。")
    elif kept.unexplained:
        way = f"{step}；" if step else ""
        st.warning(f"已读取“{name}”，有 {warning} 个警告。{way}核对属实的，请在下面填写情况说明，填写后才算提交；不属实的改正后重新上传。")
    elif warning:
        st.success(f"已读取“{name}”，{warning} 个警告已有情况说明。")
    elif staging.findings:
        st.success(f"已读取“{name}”，没有致命问题和警告；{staging.count(Level.INFO)} 个提示供参考。")
    else:
        st.success(f"已读取“{name}”，没有问题。")
    if staging.readable:
        st.markdown(_description(staging))
    if submission is not None and staging.findings:
        address = f"/api/download/returned/{submission}.xlsx?as={page.user.id}"
        st.link_button("下载带标注的工作簿", address, icon=":material/edit_note:", type="primary" if fatal else "secondary",
                       help="原文件的副本：有问题的单元格已标色并加批注，另有一张问题清单。改好后可直接上传。")
    if submission is None and content is not None:
        _offer_refused(staged, staging, content, key)
    if asks:
        show_mapping(page, staging, key=key)
    show_findings(staging.findings, key=key)
    if content is not None and staging.mapping and not asks:
        show_mapping(page, staging, key=key)
    if kept is not None and staging.publishable:
        ask_reason(page, kept, key=key)
        offer(page, kept, key=key)


def _offer_refused(staged: Staged, staging: Staging, content: Callable[[], bytes], key: str) -> None:
    """For a form that was not kept: its annotated workbook, made from the file in the uploader, and the way to leave out the
    sheets of another 街镇.
    """
    foreign = {one.sheet for one in staging.findings if one.code == OTHER_UNIT}
    own = {one.sheet for one in staging.tables} - foreign
    with st.container(horizontal=True):
        if staged.reading.cleaned is None and staging.findings:
            st.download_button("下载带标注的工作簿", lambda: annotated_workbook(staging.file_name, content(), staging.findings),
                               file_name=returned_name(staging.file_name), key=f"returned-{key}", icon=":material/edit_note:",
                               on_click="ignore", type="primary", help="文件没有保存；标注由刚才上传的文件当场生成。")
        if foreign and own:
            names = "、".join(f"“{name}”" for name in sorted(foreign))
            st.button(f"不读取工作表{literal(names)}，只报送本街镇的", key=f"own-{key}", icon=":material/refresh:",
                      on_click=submit_job.read_again, kwargs={"skip": {*submit_job.choices().skip, *foreign}})


def _description(staging: Staging) -> str:
    units = "全区十个街镇" if len(staging.units) == 10 else "、".join(unit_name(code) for code in staging.units) or "填报单位不明"
    period = title_of(Period(staging.period)) if staging.period else "报告期不明"
    what = f"识别为 **{DATASETS[staging.dataset].title}**，{period}，{units}"
    if staging.zero:
        return f"{what}，**零报告**。"
    count = sum(one.rows for one in staging.tables)
    places = "；".join(f"工作表“{literal(one.sheet)}”第 {one.last_row} 行" for one in staging.tables)
    return f"{what}，共 **{count}** 行；表头在{places}。"
