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
from lib.spec.units import MULTIPLES
from lib.ui import submit_job
from lib.ui.page import Page
from lib.ui.words import literal

UNNAMED, WRONG_UNIT, HOLLOW, FRACTIONS, LOST = frozenset({"T02", "T04", "T18"}), "T12", "T35", "C21", "X08"
UNCLEAR = frozenset({*UNNAMED, WRONG_UNIT, HOLLOW, FRACTIONS, "T25"})
"""Findings that open this screen by itself: a missing, repeated, ambiguous column, an unknown unit, merged cells taken apart,
percents read as fractions, an unknown form; and a column of the month before that is gone (LOST), while there is a column
that may be it. An extra column (T03) does not: most workbooks have some.
"""
OF_A_COLUMN = frozenset({"T04", WRONG_UNIT, HOLLOW, FRACTIONS})
"""Findings about a column that was recognised: it is asked about all the same."""
NOT_READ, AS_WRITTEN = "", ""
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT})
"""Of these an empty cell never takes the value above it."""
PERCENT_UNITS = {"%": "%（95 即 95%）", "1": "小数（0.95 即 95%）"}


def is_unclear(staging: Staging) -> bool:
    """Whether the sender has something to decide about the columns."""
    return any(one.code in UNCLEAR for one in staging.findings) or _may_be_lost(staging)


def next_step(staging: Staging) -> str:
    """What the sender is to decide on this screen, as a sentence without its full stop; empty when nothing stands on it."""
    codes = {one.code for one in staging.findings}
    steps = [words for words, asked in (
        ("指明各列读作什么", bool(codes & UNNAMED)),
        ("选定计量单位", WRONG_UNIT in codes),
        ("点“向下填充”补齐拆开的合并单元格", HOLLOW in codes),
        ("选定百分数的写法", FRACTIONS in codes),
        ("指明上月有的列现在是哪一列", not codes & UNNAMED and _may_be_lost(staging)),
    ) if asked]
    return f"请在下面{'、'.join(steps)}" if steps else ""


def _may_be_lost(staging: Staging) -> bool:
    return any(one.code == LOST for one in staging.findings) and any(not one.field for one in staging.mapping)


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
    hollow = [one for one in asked if (one.sheet, one.field) in _fields_told(staging, spec, {HOLLOW})]
    filled = bool(hollow) and _ask_fill(hollow, spec, key)
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
        again = st.button("按更正重新读取", key=f"reread-{key}", icon=":material/refresh:",
                          type="primary" if len(asked) > len(hollow) else "secondary")
        forget = bool(standing) and st.button(f"恢复自动识别（已记住 {len(standing)} 处更正）", key=f"forget-{key}")
    made = [one for one in wanted if one is not None]
    if again and not made and set(skip) == set(skipped):
        st.info("没有改动。请先在上面选择各列读作什么。")
    elif again or forget:
        _carry_out(page, spec.id, made, skip, forget=forget)
    elif filled:
        fills = {one.key: Correction(spec.id, one.key, one.field, standing[one.key].unit if one.key in standing else AS_WRITTEN, True)
                 for one in hollow}
        _carry_out(page, spec.id, [*(one for one in made if one.header not in fills), *fills.values()], skip, forget=False)


def _ask_fill(hollow: Sequence[Mapping], spec: Dataset, key: str) -> bool:
    """The one click for columns whose merged cells were taken apart; gives whether it was made."""
    names = "".join(f"“{spec.by_name[one.field].label}”" for one in hollow)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{literal(names)}像是合并单元格被拆开，只有每组的第一行写了。空格都应取上一行的值的，点：")
        return st.button("向下填充", key=f"fill-all-{key}", type="primary", icon=":material/vertical_align_bottom:",
                         help="空格取上一行的值，并按此重新读取。")


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
    must have, or had the month before, is missing: it may be that one.
    """
    lacking = bool(_missing(staging, spec))
    open_ones = [one for one in staging.mapping if not one.field and one.key not in standing]
    asked = [one for one in open_ones if one.candidates]
    asked += [one for one in staging.mapping if (one.sheet, one.field) in _fields_told(staging, spec, OF_A_COLUMN)]
    asked += [one for one in open_ones if lacking and not one.candidates]
    return asked, [one for one in staging.mapping if one not in asked]


def _missing(staging: Staging, spec: Dataset) -> list[Field]:
    """The fields without a column that the form must have, or had the month before."""
    found = {one.field for one in staging.mapping}
    lost = {name for _, name in _fields_told(staging, spec, {LOST})}
    return [one for one in spec.fields if one.name not in found and (one.need is not Need.OPTIONAL or one.name in lost)]


def _fields_told(staging: Staging, spec: Dataset, codes: Collection[str]) -> set[tuple[str, str]]:
    """(sheet, field) of what findings of these codes speak of: of their field, or of all that their message names."""
    told = [one for one in staging.findings if one.code in codes]
    return {(one.sheet, field.name) for one in told for field in spec.fields
            if (field.label == one.field if one.field else f"“{field.label}”" in one.message)}


def _decide(one: Mapping, spec: Dataset, first: Sequence[str], standing: dict[str, Correction], key: str) -> Correction | None:
    """The choices for one column, the likeliest fields `first`; gives the correction, None when all stays as it is."""
    now = standing.get(one.key)
    before = (now.field, now.unit, now.fill) if now else (one.field or None, AS_WRITTEN, False)
    options = list(dict.fromkeys([*first, *(field.name for field in spec.fields), NOT_READ]))
    with st.container(border=True):
        st.markdown(f"**{one.column} 列“{literal(one.header)}”**　{literal(one.reason)}")
        columns = st.columns([3, 2, 2], vertical_alignment="bottom")
        field = columns[0].selectbox(
            "读作", options, index=options.index(before[0]) if before[0] in options else None, key=f"field-{key}",
            placeholder="请选择", format_func=lambda option: spec.by_name[option].label if option else "（不读取）")
        unit = _choose_unit(columns[1], spec.by_name[field], before[1], key) if field else AS_WRITTEN
        fill = False
        if field and spec.by_name[field].kind not in NUMBERS:
            fill = columns[2].checkbox("向下填充", value=before[2], key=f"fill-{key}", help="空格取上一行的值，用于只写在第一行的列。")
    return None if field is None or (field, unit, fill) == before else Correction(spec.id, one.key, field, unit, fill)


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
