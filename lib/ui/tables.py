"""Tables for people: the heat table of the ten 街镇, what is overdue, lists with Chinese headers. They draw, they compute nothing."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from lib.datasets import DATASETS, MONTHLY
from lib.datasets.places import unit_name
from lib.indicators import CATALOGUE
from lib.indicators.algebra import column_title, column_unit
from lib.indicators.evaluate import Breakdown, Value
from lib.indicators.lights import judge
from lib.rules.overdue import overdue_items
from lib.spec.kinds import Kind
from lib.spec.numbers import show
from lib.spec.period import title_of
from lib.ui import state
from lib.ui.lights import KEY_WORDS, mark
from lib.ui.page import Page
from lib.ui.passport import open_passport

STEPS = 5
"""So many depths of the amber are told apart; fewer styles are also sooner sent."""
HEAT_COLOURS = {False: (180, 83, 9), True: (245, 158, 11)}
"""Amber on light and on dark ground; only its strength varies."""


@st.fragment
def heat_table(page: Page, columns: tuple[tuple[str, str], ...]) -> None:
    """The 街镇 of the selection × some figures, given as (indicator, short header with unit). The deeper the amber, the
    more a cell needs attention within its column; a shape is its light; what has not been reported says so. A click on a cell opens
    its passport.
    """
    key = f"heat-{page.key}"
    count = len(page.figures[columns[0][0]].places)
    table, config = _heat(page.key, columns, page)
    st.dataframe(
        table,
        height=36 * (count + 1) + 2,
        row_height=36,
        alt="各街镇的主要指标，点击任一格打开它的数据护照",
        column_config=config,
        on_select="rerun",
        selection_mode="single-cell",
        key=key,
    )
    st.caption(f"点击任一格查看数从何来。{KEY_WORDS}；底色越深，同列中越需要关注。“*”为本期未报、沿用前月，“未报”没有可用数，“—”没有基数。")
    cells = state.selection(key).get("cells", ())
    if cells and state.newly(key, repr(cells)):
        row, title = cells[0]
        name = next((one for one, header in columns if header == title), None)
        if name is not None:
            open_passport(page.select(units=(page.figures[name].places[row].unit,), filters=page.filters), name)


@st.cache_resource(show_spinner=False, max_entries=64)
def _heat(key: str, columns: tuple[tuple[str, str], ...], _page: Page) -> tuple[Styler, dict[str, Any]]:
    figures = _page.figures
    index = [unit_name(one.unit, short=True) for one in figures[columns[0][0]].places]
    texts, shades = {}, {}
    for name, title in columns:
        texts[title] = [_cell(one, _page) for one in figures[name].places]
        shades[title] = _attention(figures[name])
    table = pd.DataFrame(texts, index=pd.Index(index, name="街镇"))
    colour = ",".join(map(str, HEAT_COLOURS[_page.dark]))
    depths = [f"background-color: rgba({colour},{step / STEPS * 0.45:.2f})" if step else "" for step in range(STEPS + 1)]
    styles = pd.DataFrame(
        {title: [depths[math.ceil(shade * STEPS)] for shade in values] for title, values in shades.items()}, index=table.index
    )
    config: dict[str, Any] = {
        title: st.column_config.TextColumn(title, help=CATALOGUE[name].definition, alignment="right") for name, title in columns
    }
    config["街镇"] = st.column_config.TextColumn(pinned=True, width=64)
    return _worked_out(table.style.apply(lambda _: styles, axis=None)), config


def _worked_out(styler: Styler) -> Styler:
    """A styled table whose styles are worked out now: Streamlit asks for them again at every rerun."""
    styler.set_uuid("heat")
    made = styler._compute()  # type: ignore[attr-defined]
    told = styler._translate(False, False)  # type: ignore[attr-defined]
    vars(styler).update(_compute=lambda: made, _translate=lambda *_: told)
    return styler


def _cell(value: Value, page: Page) -> str:
    if value.numerator is None:
        return "未报"
    shape = mark(judge(value, page.figures_data))
    text = show(value.value, value.indicator.decimals)
    return f"{shape} {text}{'*' if value.carried else ''}".strip()


def _attention(breakdown: Breakdown) -> list[float]:
    """0 for the best of a column to 1 for the worst; 0 where there is nothing to compare."""
    values = [None if one.few else one.value for one in breakdown.places]
    known = [value for value in values if value is not None]
    good = breakdown.whole.indicator.good
    if good == "none" or breakdown.whole.indicator.absolute_supply or len(known) < 2 or min(known) == max(known):
        return [0.0] * len(values)
    low, high = min(known), max(known)
    return [0.0 if value is None else (high - value if good == "up" else value - low) / (high - low) for value in values]


OVERDUE_SOURCES = {"更新项目": "renewal_projects", "业委会": "committees"}


def overdue_table(page: Page, kind: str, limit: int) -> None:
    """The worst overdue items of one kind (更新项目, 业委会)."""
    dataset = OVERDUE_SOURCES[kind]
    if page.nobody(dataset):
        st.info(f"本期尚无街镇报送《{DATASETS[dataset].title}》。")
        return
    items = overdue_items(page.frame("renewal_projects"), page.frame("committees"))
    items = items[items["kind"] == kind]
    absent = page.missing(dataset)
    if items.empty and absent:
        st.info(f"已报送的街镇没有超期事项；{len(absent)} 个街镇未报。")
        return
    if items.empty:
        st.success("没有超期事项。")
        return
    shown = items.head(limit)
    table = pd.DataFrame(
        {
            "超期天数": shown["days"],
            "街镇": shown["subdistrict"].map(lambda code: unit_name(code, short=True)),
            "情况": shown["what"],
            "名称": shown["name"],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        alt=f"{kind}超期事项",
        height="content",
        column_config={
            "超期天数": st.column_config.NumberColumn(width=80, format="%d 天"),
            "街镇": st.column_config.TextColumn(width=56),
        },
    )
    st.caption(f"按超期天数列出前 {len(shown)} 项，共 {len(items)} 项。")


def rows_table(
    page: Page, dataset: str, rows: pd.DataFrame, columns: tuple[str, ...], *, alt: str, empty: str, height: int = 360
) -> None:
    """Rows of a dataset with Chinese headers, 街镇 by name, 是/否 as words; says so when there are none, and when nobody
    has reported, which is something else.
    """
    if page.nobody(dataset):
        st.info(f"所选街镇本期尚未报送《{DATASETS[dataset].title}》。")
        return
    if rows.empty:
        absent = "、".join(unit_name(code, short=True) for code in page.missing(dataset))
        st.info(empty + (f"（{absent}未报）" if absent else ""))
        return
    table = pd.DataFrame(index=rows.index)
    config: dict[str, Any] = {}
    for name in columns:
        title = column_title(dataset, name)
        declared = DATASETS[dataset].by_name.get(name)
        column = rows[name]
        if name == "subdistrict":
            column = column.map(lambda code: unit_name(code, short=True))
        elif pd.api.types.is_bool_dtype(column):
            column = column.map({True: "是", False: "否"})
        if str(column.dtype).startswith("datetime"):
            config[title] = st.column_config.DateColumn(title, format="YYYY-MM-DD")
        elif column_unit(dataset, name) == "%":
            config[title] = st.column_config.NumberColumn(title, format="%.1f%%")
        elif declared is not None and declared.kind is Kind.INTEGER:
            config[title] = st.column_config.NumberColumn(title, format="localized")
        table[title] = column
    st.dataframe(
        table, hide_index=True, alt=alt, placeholder="—", height=min(height, 36 * (len(table) + 1) + 2), column_config=config
    )
    st.caption(f"共 {len(table)} 行")


def not_reported(page: Page) -> None:
    """Which 街镇 have not reported which monthly table for the period, and what stands for them."""
    lines = []
    for name in MONTHLY:
        absent = page.missing(name)
        if absent:
            older = page.carried(name)
            groups: dict[str, list[str]] = {}
            for code in absent:
                groups.setdefault(f"沿用{title_of(older[code])}" if code in older else "未计入", []).append(unit_name(code))
            named = [f"{'全部街镇' if len(units) == 10 else '、'.join(units)}（{words}）" for words, units in groups.items()]
            lines.append(f"- **{DATASETS[name].title}**：{'；'.join(named)}")
    if lines:
        st.warning("以下未报。沿用的按最近一次报送计入，并在各处注明：\n\n" + "\n".join(lines))
    else:
        st.success("四张报表本期均已报齐。")


def place_frame(page: Page, name: str, *, all_places: bool = False) -> pd.DataFrame:
    """A figure by 街镇 for the bar charts: code, name, numerator, denominator, value. all_places: without the page's choice of 街镇."""
    figures = page.select(filters=page.filters).figures if all_places else page.figures
    frame = figures[name].frame()
    frame["name"] = [unit_name(code, short=True) for code in frame["code"]]
    return frame
