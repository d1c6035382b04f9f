"""街镇 side by side with care: bars with their n, beside them the funnel that says who differs by more than chance.

Its one rule: a ranking of 街镇 never stands alone: too small a base has no rank, the freeze within the term and 未报 are left out
and named; where nobody differs by more than chance there is no ranking at all.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.charts import funnel
from lib.charts.figure import PLOTLY_CONFIG
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Breakdown
from lib.reports.ranking import INNER, OUTER, judged_places, left_out, lines, share_of, verdict_lines
from lib.ui import state
from lib.ui.page import Page
from lib.ui.place_chart import show_places


def show_ranked(page: Page, name: str, *, also: str = "") -> None:
    """The bars of a share by 街镇 and its funnel beside each other, with who is left out and what the picture says. also: a share of
    the same rows, of which the note is to say by how many its base is larger (those in the freeze within their term).
    """
    left, right = st.columns(2)
    with left:
        late = frozenset(code for code, _ in _all_places(page).figures[name].whole.carried)
        alike = len(page.units) != 1 and _alike(_all_places(page).key, name, page)
        show_places(page, name, title=f"{CATALOGUE[name].title}按街镇", unranked=late, order="chance" if alike else "push")
    narrow = state.on_phone()
    with right:
        _chart(f"{page.key}|{name}|{narrow}", page, name, narrow)
    _words(f"{page.key}|{name}|{also}", page, name, also)


@st.cache_resource(show_spinner=False, max_entries=128)
def _chart(key: str, _page: Page, name: str, narrow: bool) -> None:
    """The funnel; replayed by `key`. The way to a figure is by its bar."""
    inner, outer = _levels(_page)
    st.subheader("漏斗图：差异是否超出偶然", anchor=False, help=(
        f"控制线按参加比较的街镇的合计比例和二项分布精确计算（{inner}、{outer}，建议口径），基数越小线越宽。"
        f"10 个街镇中偶有一个越过{inner}线也可能是偶然。"
    ))
    figure, points = _points(_page, name)
    drawn = lines(figure, points, _page.snapshot.as_of, _page.snapshot.registry) if len(points) else points
    whole, words = share_of(figure) * 100, _base_words(CATALOGUE[name])
    st.plotly_chart(
        funnel.funnel(points, drawn, whole=whole, unit_name=words, narrow=narrow, dark=_page.dark),
        config=PLOTLY_CONFIG,
        alt=f"各街镇{CATALOGUE[name].title}与控制线，结论见下方文字",
    )


@st.cache_resource(show_spinner=False, max_entries=128)
def _words(key: str, _page: Page, name: str, also: str) -> None:
    """What the picture says, what its marks mean and who is left out; replayed by `key`."""
    figure, points = _points(_page, name)
    if points.empty:
        return
    st.markdown("\n".join(f"- {one}" for one in verdict_lines(points)))
    whole = _all_places(_page).figures[also] if also else None
    st.caption("；".join([
        funnel.legend(share_of(figure) * 100, *_levels(_page)),
        *left_out(figure, whole, int(_page.figures_data.small_base)),
    ]) + "。")


def _levels(page: Page) -> tuple[str, str]:
    """The levels of both pairs of lines as words."""
    registry, as_of = page.snapshot.registry, page.snapshot.as_of
    return registry.at(INNER, as_of).text, registry.at(OUTER, as_of).text


def _points(page: Page, name: str) -> tuple[Breakdown, pd.DataFrame]:
    """The figure of all ten 街镇, whatever is selected, and where each of them lies."""
    figure = _all_places(page).figures[name]
    return figure, judged_places(figure, page.snapshot.as_of, page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=128)
def _alike(key: str, name: str, _page: Page) -> bool:
    """Whether all that are compared lie inside the inner lines."""
    _, points = _points(_page, name)
    return len(points) > 0 and not points["outside"].any()


def _all_places(page: Page) -> Page:
    return page.select(filters=page.filters)


def _base_words(indicator: Indicator) -> str:
    below = indicator.denominator
    what = "业委会" if below is not None and below.rows.dataset == "committees" else "小区"
    return f"分母：{what}数（个）"
