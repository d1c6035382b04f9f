"""各列是怎样读的: what each column of a form was taken for and why, and the way to correct it.

Its one rule: a column is asked about when it is unclear; every other one can be corrected too, but is not asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.actions.corrections import forget_corrections, remember_corrections, remembered
from lib.actions.opening import open_database
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.errors import AppError
from lib.ingest.expected import Correction
from lib.ingest.staging import Mapping, Staging
from lib.spec.fields import Dataset, Field, Need
from lib.spec.kinds import Kind
from lib.spec.text import fold_header
from lib.spec.units import MULTIPLES
from lib.ui import submit_job
from lib.ui.page import Page
from lib.ui.words import literal

UNCLEAR = frozenset({"T02", "T04", "T12", "T18", "T25"})
"""Findings that open this screen by itself: a missing, repeated, ambiguous column, an unknown unit, an unknown form. An extra
column (T03) does not: most workbooks have some.
"""
NOT_READ, AS_WRITTEN = "", ""
PERCENT_UNITS = {"%": "百分数（95 即 95%）", "1": "小数（0.95 即 95%）"}


def is_unclear(staging: Staging) -> bool:
    """Whether the sender has something to decide about the columns."""
    return any(one.code in UNCLEAR for one in staging.findings)


@st.fragment
def show_mapping(page: Page, staging: Staging, *, key: str) -> None:
    """The columns of a form as read, those that are unclear to be decided first."""
    with st.expander("各列是怎样读的（可更正）", expanded=is_unclear(staging), key=f"columns-{key}", on_change="rerun") as panel:
        if not panel.open:
            return
        spec = DATASETS[staging.dataset]
        for one in staging.tables:
            st.caption(f"工作表“{literal(one.sheet)}”：表头第 {_span(one.first_row, one.last_row)} 行，"
                       f"{_span(one.first_column, one.last_column)} 列，{one.rows} 行数据")
        _show_corrections(page, staging, spec, key)
        st.dataframe(_table(staging, spec), hide_index=True, height=min(420, 36 * (len(staging.mapping) + 1) + 2), alt="列的对应",
                     column_config={"为什么": st.column_config.TextColumn(width="medium")})


def _show_corrections(page: Page, staging: Staging, spec: Dataset, key: str) -> None:
    standing = {one.header: one for one in remembered(open_database(), by=page.user, dataset=spec.id)}
    asked, others = _sorted_out(staging, spec, standing)
    if asked:
        st.markdown("**请确认下面各列是什么**")
    first = tuple(one.name for one in _missing(staging, spec))
    wanted = [_decide(one, spec, (*one.candidates, *first), standing, f"{key}-{at}") for at, one in enumerate(asked)]
    names = {at: f"{one.column} 列 {one.header}" for at, one in enumerate(others)}
    more = st.multiselect("还要更正的列", list(names), format_func=names.__getitem__, key=f"more-{key}", placeholder="选择要更正的列")
    wanted += [_decide(others[at], spec, (*others[at].candidates, *first), standing, f"{key}-o{at}") for at in more]
    skipped = submit_job.choices().skip
    sheets = list(dict.fromkeys([*skipped, *(one.sheet for one in staging.tables),
                                 *(one.sheet for one in staging.findings if one.sheet)]))
    skip = list(skipped)
    if len(sheets) > 1 or skip:
        skip = st.multiselect("不读取的工作表", sheets, default=skip, key=f"skip-{key}", placeholder="全部读取")
    whose = unit_name(page.user.unit) if page.user.unit else "区局"
    st.caption(f"更正会记住：以后{whose}上传“{spec.title}”时，同名的列都照此读取；随时可以恢复自动识别。")
    with st.container(horizontal=True):
        again = st.button("按更正重新读取", key=f"reread-{key}", type="primary" if asked else "secondary", icon=":material/refresh:")
        forget = bool(standing) and st.button(f"恢复自动识别（已记住 {len(standing)} 处更正）", key=f"forget-{key}")
    made = [one for one in wanted if one is not None]
    if again and not made and set(skip) == set(skipped):
        st.info("没有改动。请先在上面选择各列读作什么。")
    elif again or forget:
        _carry_out(page, spec.id, made, skip, forget=forget)


def _carry_out(page: Page, dataset: str, made: Sequence[Correction], skip: Sequence[str], *, forget: bool) -> None:
    """Remember or forget, then read the same file again."""
    try:
        if forget:
            forget_corrections(open_database(), by=page.user, unit=page.user.unit, dataset=dataset)
        else:
            remember_corrections(open_database(), by=page.user, unit=page.user.unit, dataset=dataset, corrections=made)
    except AppError as refused:
        st.error(literal(refused.text))
        return
    submit_job.read_again(skip=skip)
    st.rerun(scope="app")


def _sorted_out(staging: Staging, spec: Dataset, standing: Collection[str]) -> tuple[list[Mapping], list[Mapping]]:
    """The columns to be asked about and all others. A column that nothing is known of is asked about while one that the form
    must have is missing: it may be that one.
    """
    lacking = bool(_missing(staging, spec))
    open_ones = [one for one in staging.mapping if not one.field and fold_header(one.header) not in standing]
    asked = [one for one in open_ones if one.candidates]
    asked += [one for one in open_ones if lacking and not one.candidates]
    return asked, [one for one in staging.mapping if one not in asked]


def _missing(staging: Staging, spec: Dataset) -> list[Field]:
    found = {one.field for one in staging.mapping}
    return [one for one in spec.fields if one.need is not Need.OPTIONAL and one.name not in found]


def _decide(one: Mapping, spec: Dataset, first: Sequence[str], standing: dict[str, Correction], key: str) -> Correction | None:
    """The choices for one column, the likeliest fields `first`; gives the correction, None when all stays as it is."""
    header = fold_header(one.header)
    now = standing.get(header)
    before = (now.field, now.unit, now.fill) if now else (one.field or None, AS_WRITTEN, False)
    options = list(dict.fromkeys([*first, *(field.name for field in spec.fields), NOT_READ]))
    with st.container(border=True):
        st.markdown(f"**{one.column} 列“{literal(one.header)}”**　{literal(one.reason)}")
        columns = st.columns([3, 2, 2], vertical_alignment="bottom")
        field = columns[0].selectbox(
            "读作", options, index=options.index(before[0]) if before[0] in options else None, key=f"field-{key}",
            placeholder="请选择", format_func=lambda option: spec.by_name[option].label if option else "（不读取）")
        unit = _choose_unit(columns[1], spec.by_name[field], before[1], key) if field else AS_WRITTEN
        fill = bool(field) and columns[2].checkbox("向下填充", value=before[2], key=f"fill-{key}",
                                                   help="空格取上一行的值，用于只在第一行写了一次的列。")
    return None if field is None or (field, unit, fill) == before else Correction(spec.id, header, field, unit, fill)


def _choose_unit(place: DeltaGenerator, field: Field, before: str, key: str) -> str:
    """The unit of measure of a column, where its field can be written in several."""
    written = PERCENT_UNITS if field.kind is Kind.PERCENT else {one: one for one in MULTIPLES.get(field.unit, {})}
    if len(written) < 2:
        return AS_WRITTEN
    options = [AS_WRITTEN, *written]
    start = options.index(before) if before in options else 0
    return place.selectbox("计量单位", options, index=start, key=f"unit-{key}-{field.name}",
                           format_func=lambda option: written.get(option, "按文件所写"))


def _table(staging: Staging, spec: Dataset) -> pd.DataFrame:
    several = len(staging.tables) > 1
    table = {
        "列": [f"{one.sheet}!{one.column}" if several else one.column for one in staging.mapping],
        "表头": [one.header for one in staging.mapping],
        "读作": [spec.by_name[one.field].label if one.field in spec.by_name else "（不读取）" for one in staging.mapping],
        "单位": [one.unit for one in staging.mapping],
        "为什么": [one.reason for one in staging.mapping],
    }
    return pd.DataFrame(table)


def _span(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first}–{last}"
