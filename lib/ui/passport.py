"""The passport of a figure on screen: what it is, how it was made, and the rows behind it with file, sheet and row."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from lib.actions.coloured import may_have_workbook
from lib.auth.demo import account_name, account_names
from lib.auth.permissions import Action, may
from lib.charts.columns import series
from lib.charts.figure import PLOTLY_CONFIG
from lib.charts.way import way_svg
from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.thresholds import IN_DOUBT, NOT_YET, OWN
from lib.figures.passport import Passport, Source, series_table
from lib.figures.rows import passport_rows
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator, column_title
from lib.indicators.evaluate import split
from lib.reports.catalogue import basis_of
from lib.spec.numbers import show, show_unit
from lib.spec.period import title_of
from lib.ui import data, state
from lib.ui.lights import badge
from lib.ui.page import Page
from lib.ui.words import literal

VIEWS = ("口径", "明细", "来源", "走势")
PARTS = ("numerator", "denominator")
MOST_SOURCES = 12
"""So many source files are listed with their links; the others are counted."""


def open_passport(page: Page, name: str) -> None:
    """Open the drawer with the passport of a figure for the page's selection."""
    _drawer(page, name)


def open_asked_passport(page: Page) -> None:
    """Open the passport that the address asks for, once."""
    asked = state.asked_passport()
    if asked in CATALOGUE:
        _drawer(page, asked)


@st.dialog("数据护照", width="large", position="right")
def _drawer(page: Page, name: str) -> None:
    passport = data.passport(page.key, name, page.snapshot, page.units, page.filters, page.edition.info)
    indicator, value = passport.indicator, passport.value
    st.metric(f"{indicator.title} · {passport.place}", value.text, help=indicator.definition)
    release = f"第 {page.edition.number} 版" if passport.release else "未发布"
    st.markdown(f"{badge(passport.judged)} {title_of(passport.period)}（截至 {passport.as_of}） · {release}".strip())
    if value.missing or value.carried:
        st.warning(f"未报：{passport.missing}。")
    if indicator.caution:
        st.caption(f"注意：{indicator.caution}")
    first = state.asked("view", VIEWS, VIEWS[0])
    view = st.segmented_control("内容", VIEWS, default=first, key=f"view-{name}", label_visibility="collapsed") or VIEWS[0]
    {"口径": _definition, "明细": _rows, "来源": _sources, "走势": _series}[view](page, passport)
    st.caption("固定链接：以后打开仍显示本版数据")
    st.code(_link(page, name), language=None, wrap_lines=True)


def _definition(page: Page, passport: Passport) -> None:
    st.markdown(_facts(passport, any(values for _, values in page.filters)))
    indicator = passport.indicator
    if indicator.split and passport.value.numerator:
        found = split(indicator, page.figures_data, page.units)
        title = column_title(indicator.numerator.rows.dataset, indicator.split)
        table = pd.DataFrame({title: list(found), indicator.title: [show_unit(number, indicator.unit) for number in found.values()]})
        st.dataframe(table, hide_index=True, height="content", alt=f"{indicator.title}分{title}")


def _facts(passport: Passport, page_filters: bool) -> str:
    indicator, judged = passport.indicator, passport.judged
    lines = [f"**定义**　{indicator.definition}", f"**公式**　{indicator.formula}"]
    if passport.substituted:
        lines.append(f"**代入**　{passport.substituted}")
    lines.append(f"**依据**　{basis_of(indicator)}")
    lines.append(f"**判定**　{judged.light.text}：{judged.reason}（{indicator.judging.words}）")
    if judged.progress is not None:
        lines.append(f"**进度**　{show(judged.progress, 1)}%")
    for applied in passport.thresholds:
        row = applied.threshold
        until = f"至 {row.effective_to}" if row.effective_to else "起"
        state_words = f"**{applied.state}**" if applied.state == IN_DOUBT else applied.state
        kind = "建议口径" if row.standing == OWN else "所用标准"
        back = "，本期按该值回溯计算" if applied.state == NOT_YET else ""
        lines.append(f"**{kind}**　{row.title} {row.text}（{row.basis}，{row.effective_from} {until}，{state_words}{back}）")
    if page_filters and not passport.filters:
        lines.append("**筛选**　本指标所用的表没有这一列，不受页面筛选影响")
    if passport.filters:
        lines.append("**筛选**　" + "；".join("、".join(values) for _, values in passport.filters if values))
    lines.append(f"**未报**　{passport.missing}")
    return "\n\n".join(lines)


def _rows(page: Page, passport: Passport) -> None:
    indicator = passport.indicator
    parts = PARTS[: len(indicator.measures)]
    titles = {"numerator": "计入的行" if len(parts) == 1 else "分子的行", "denominator": "分母的行"}
    part = st.segmented_control(
        "明细", parts, format_func=titles.__getitem__, default="numerator", key=f"part-{indicator.id}", label_visibility="collapsed"
    )
    part = part or "numerator"
    rows = passport_rows(indicator, page.figures_data, part, page.units, account_names())
    st.caption(f"共 {show(len(rows))} 行，每行注明来源文件、工作表和行号。")
    st.dataframe(rows, hide_index=True, height=320, alt=f"{indicator.title}的明细行", column_config=_columns(rows))
    if may(page.user, Action.EXPORT):
        address = f"/api/download/rows/{quote(indicator.id)}.csv?" + urlencode({**_query(page), "part": part, "as": page.user.id})
        st.link_button("下载这些行（CSV）", address, icon=":material/download:")


def _sources(page: Page, passport: Passport) -> None:
    st.image(way_svg(_stations(page, passport), dark=page.dark, narrow=state.on_phone()), width="content")
    if not passport.sources:
        st.info("这个数没有来自报表的行。")
        return
    st.caption(f"{len(passport.sources)} 份报送；“标色原件”是报送时的原工作簿，计入的行已标色。")
    st.markdown("\n".join(_source(page, passport.indicator, one) for one in passport.sources[:MOST_SOURCES]))
    if len(passport.sources) > MOST_SOURCES:
        st.caption(f"另有 {len(passport.sources) - MOST_SOURCES} 份，见明细的来源文件一列。")


def _stations(page: Page, passport: Passport) -> list[tuple[str, str]]:
    rows = passport.numbers
    behind = " / ".join(show(rows[part]) for part in PARTS if part in rows)
    return [
        ("原工作簿", f"{len({one.file for one in passport.sources})} 个文件"),
        ("报送", f"{len(passport.sources)} 份"),
        ("发布", f"第 {page.edition.number} 版"),
        ("数据行", f"{behind} 行" if behind else "—"),
        (passport.indicator.title, passport.value.text),
    ]


def _source(page: Page, indicator: Indicator, one: Source) -> str:
    units = "全区" if len(one.units) == len(subdistrict_codes()) else "、".join(unit_name(code, short=True) for code in one.units)
    counted = "、".join(f"{'计入' if len(indicator.measures) == 1 else '分子' if part == 'numerator' else '分母'} {show(number)} 行"
                       for part, number in one.rows.items() if number)
    published = (f"第 {one.release.number} 版，{literal(account_name(one.release.published_by))} {one.release.published_at[:10]} 发布"
                 if one.release else "未发布")
    checked = f"{one.checks} 项核对，" + (f"{one.warnings} 个警告：{literal('；'.join(one.reasons))}" if one.warnings else "没有警告")
    links = []
    if may_have_workbook(page.user, one.units):
        for part, number in one.rows.items():
            if number:
                words = "标色原件" if len(one.rows) == 1 else f"标色原件（{'分子' if part == 'numerator' else '分母'}）"
                links.append(f"[{words}]({_coloured(page, indicator.id, part, one.submission)})")
    return (f"- **{literal(one.file)}**　《{DATASETS[one.dataset].title}》{title_of(one.period)}，{units}；"
            f"{counted or '据以判断哪些行计入'}。"
            f"{literal(account_name(one.sent_by))} {one.sent_at[:16].replace('T', ' ')} 报送；{published}；{checked}。{'　'.join(links)}")


def _series(page: Page, passport: Passport) -> None:
    indicator = passport.indicator
    if page.filters:
        st.info("设有筛选时不显示走势：各月按全部数据计算。")
        return
    points = data.series(page.edition, indicator.id, page.units)
    frame = pd.DataFrame({"period": [one.period for one in points], "value": [one.value for one in points]})
    line = passport.judged.target.value if passport.judged.target else None
    st.plotly_chart(
        series(frame, title="", unit=indicator.unit, decimals=indicator.decimals, target=None if line is None else float(line), height=260),
        config=PLOTLY_CONFIG, alt=f"{indicator.title}各月的走势", key=f"series-{indicator.id}",
    )
    st.dataframe(series_table(points[::-1], indicator), hide_index=True, height=240, alt=f"{indicator.title}各月的数")
    st.caption("缺的月份是空档，不是零。各月都按本版所含的报送计算。")


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        name: st.column_config.DateColumn(name, format="YYYY-MM-DD")
        for name in rows.columns
        if str(rows[name].dtype).startswith("datetime")
    }


def _query(page: Page) -> dict[str, str]:
    query = {"v": str(page.edition.number), "period": page.period}
    if page.units:
        query["unit"] = ",".join(page.units)
    for column, values in page.filters:
        query[column] = ",".join(values)
    return query


def _coloured(page: Page, name: str, part: str, submission: int) -> str:
    query = {**_query(page), "indicator": name, "part": part, "as": page.user.id}
    return f"/api/download/coloured/{submission}?" + urlencode(query)


def _link(page: Page, name: str) -> str:
    query = {"v": str(page.edition.number), "period": page.period, "passport": name}
    if page.units:
        query["unit"] = ",".join(page.units)
    names = {"project_type": "type", "stage": "stage", "compound_id": "compound"}
    kinds = [(names[column], value) for column, values in page.filters if column in names for value in values]
    return state.page_address() + "?" + urlencode([*query.items(), *kinds], safe=",")
