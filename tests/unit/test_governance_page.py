"""What 业委会 draws, without a browser: the strips of the clock, the sheet of months, the words beside a ranking."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from lib.charts.calendar import BEHIND, SEPARATOR, month_sheet, picked
from lib.charts.clock_strip import Cell, Strip, legend, strips
from lib.datasets.places import subdistrict_codes
from lib.datasets.thresholds import shipped_registry
from lib.figures.snapshot import Snapshot
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, Value, evaluate, rows_behind
from lib.reports.ranking import compared, judged_places, left_out, levels, lines, share_of, verdict_lines
from lib.spec.period import Period
from lib.ui.governance import due_words, terms_table
from lib.ui.governance_lists import CALENDAR_LISTS, CHAIN_LISTS, LISTS, WORK_LISTS, pilots
from tests.support.small import A, B, C, whole_world

REGISTRY = shipped_registry()
SEPTEMBER_30 = date(2024, 9, 30)


# -- the strips ----------------------------------------------------------------------------------------------------------

CELLS = (
    Cell("书面报告", "2024-05-01", "已完成（迟2天）", "绿", True, False),
    Cell("移交保管", "应于 2024-08-15", "还有3天", "黄", False, False),
    Cell("选举", "应于 2024-09-30", "已超期5天", "红", False, False),
    Cell("备案", "应于 2024-10-30", "待前一步", "红", False, True),
    Cell("换届审计", "—", "缺起算日期", "不判定", False, False),
)


def test_a_strip_says_everything_in_words() -> None:
    html = strips([Strip("小区甲", "/compound?compound=X&period=2024-09", "长风 · 换届中", CELLS, (1, 2), "冻结期自 2024-08-05 起")])
    cells = re.findall(r"<li class='([^']*)'>(.*?)</li>", html)
    texts = [re.sub(r"<[^>]+>", " ", text) for _, text in cells]
    assert [text.split()[0][0] for text in texts] == ["✓", "▲", "■", "…", "○"], "a mark for every state"
    assert "应于 2024-08-15" in texts[1]
    assert "还有3天" in texts[1]
    assert ["fz" in kinds.split() for kinds, _ in cells] == [False, True, True, False, False], "the freeze has a pattern of its own"
    assert ["冻结期内" in text for text in texts] == [False, True, True, False, False], "and is spoken"
    assert "l-late" not in cells[3][0].split(), "what waits is nobody's delay"
    assert "冻结期自 2024-08-05 起" in html
    assert "href='/compound?compound=X&amp;period=2024-09'" in html
    assert "role='list'" in html
    assert "repeating-linear-gradient" in html


def test_on_a_phone_what_is_done_is_one_line() -> None:
    """The freeze stays on its own steps although the ones before them are folded."""
    html = strips([Strip("小区甲", "", "x", CELLS, (1, 2), "")], narrow=True)
    assert "<div class='past'>✓ 书面报告 2024-05-01</div>" in html
    kinds = re.findall(r"<li class='([^']*)'>", html)
    assert [one.split()[1] == "fz" for one in kinds] == [True, True, False, False]
    assert "class='past'" not in strips([Strip("小区甲", "", "x", CELLS[1:])], narrow=True)


def test_names_are_no_markup() -> None:
    html = strips([Strip("<script>'\"&", "", "<b>", (Cell("<i>", "<u>", "&", "绿", False, False),))])
    assert not re.search(r"<(script|u)>|<b><script", html)
    assert "&lt;script&gt;" in html
    assert "没有可以显示" in strips([])
    assert "╱╱" in legend()


@pytest.mark.parametrize("dark", [False, True])
def test_five_hundred_strips_are_quick_and_small(dark: bool) -> None:
    html = strips([Strip(f"小区{at}", "", "x", CELLS * 2) for at in range(500)], dark=dark)
    assert html.count("role='listitem'") == 500
    assert len(html) < 1_500_000


# -- the sheet of months ---------------------------------------------------------------------------------------------

PLACES = [(A, "曹杨"), (B, "长风")]
PERIODS = [Period(f"2024-{month:02d}") for month in range(10, 13)] + [Period(f"2025-{month:02d}") for month in range(1, 10)]
COUNTS = pd.DataFrame({"code": [A, A, B, B, C], "period": ["", "2024-10", "2024-10", "2025-02", "2024-10"], "count": [3, 1, 2, 4, 9]})


def squares(narrow: bool) -> dict[tuple[str, str], str]:
    figure = month_sheet(COUNTS, PLACES, PERIODS, what="任期届满", narrow=narrow)
    return {picked(data): text for trace in figure.data for data, text in zip(trace.customdata, trace.text, strict=True)}


def test_every_square_carries_its_count() -> None:
    assert squares(False) == {
        ("", ""): "<b>3</b>", (A, ""): "3", ("", "2024-10"): "<b>3</b>", (A, "2024-10"): "1", (B, "2024-10"): "2",
        ("", "2025-02"): "<b>4</b>", (B, "2025-02"): "4",
    }, "C is not looked at"


def test_quarters_on_a_phone() -> None:
    assert squares(True) == {
        ("", ""): "<b>3</b>", (A, ""): "3", ("", "2024-10"): "<b>3</b>", (A, "2024-10"): "1", (B, "2024-10"): "2",
        ("", "2025-02"): "<b>4</b>", (B, "2025-02"): "4",
    }
    narrow, wide = (month_sheet(COUNTS, PLACES, PERIODS, what="x", narrow=one) for one in (True, False))
    assert (len(narrow.layout.xaxis.ticktext), len(wide.layout.xaxis.ticktext)) == (1 + 4, 1 + 12)
    assert BEHIND in wide.layout.xaxis.ticktext[0]
    assert {trace.marker.symbol for trace in wide.data} == {"diamond-wide", "square"}, "what is behind has another shape"


@pytest.mark.parametrize("narrow", [False, True])
def test_the_two_lines_above_the_columns_have_room(narrow: bool) -> None:
    """Also over a single row: the lines of a header are 2 × 17 pixels, and the row keeps its 30."""
    layout = month_sheet(COUNTS, PLACES[:1], PERIODS, what="x", narrow=narrow).layout
    assert layout.margin.t == 40
    assert layout.height - layout.margin.t - layout.margin.b == 30 + 60 - 8


def test_an_empty_sheet() -> None:
    assert month_sheet(COUNTS.iloc[:0], [], PERIODS, what="x").layout.annotations[0].text == "暂无数据"
    figure = month_sheet(COUNTS.iloc[:0], PLACES, PERIODS, what="x")
    assert sum(len(trace.x) for trace in figure.data) == 0
    assert picked(f"{A}{SEPARATOR}") == (A, "")


# -- the chain ---------------------------------------------------------------------------------------------------------


def test_the_loss_of_the_chain_says_what_of_it_is_due() -> None:
    assert due_words(26, 26, merged=0, unknown=0) is None
    assert due_words(16, 21, merged=5, unknown=0) == {"应建未建": "应建未建 16<br>已合并 5"}
    assert due_words(16, 24, merged=5, unknown=3) == {"应建未建": "应建未建 16<br>已合并 5<br>情况不明 3"}
    assert due_words(0, 2, merged=0, unknown=2) == {"应建未建": "应建未建 0<br>情况不明 2"}


# -- the lists ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Snapshot:
    return whole_world()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_figure(world: Snapshot, name: str) -> None:
    """As many rows as the figure says, for the district and for each place; its columns are there."""
    listed = LISTS[name]
    indicator = CATALOGUE[listed.indicator]
    figure = evaluate(indicator, world)
    for unit in ("", A, B, C):
        rows = rows_behind(indicator, world, part=listed.part, units=(unit,) if unit else ())
        value = figure.of(unit) if unit else figure.whole
        assert len(rows) == (value.numerator if listed.part == "numerator" else value.denominator)
        assert {*listed.columns, listed.by, "compound_id", "compound_name", "subdistrict"} <= set(rows.columns)


def test_the_lists_of_the_page() -> None:
    assert set(LISTS) == {*CHAIN_LISTS, *CALENDAR_LISTS, *WORK_LISTS}
    assert len(LISTS) == len(CHAIN_LISTS) + len(CALENDAR_LISTS) + len(WORK_LISTS)
    assert pilots() == ("金鼎公寓", "苏堤春晓")


# -- a ranking with care -------------------------------------------------------------------------------------------------


def places(**parts: tuple[float, float] | None) -> Breakdown:
    """G05R of some 街镇, in the order of their codes: (numerator, denominator), None for one that has not reported."""
    indicator, found = CATALOGUE["G05R"], []
    for code, part in zip(subdistrict_codes(), parts.values(), strict=False):
        if part is None:
            found.append(Value(indicator, code, None, None, (code,)))
        else:
            found.append(Value(indicator, code, *part, few=part[1] < 5))
    known = [one for one in found if one.numerator is not None]
    absent = tuple(code for one in found for code in one.missing)
    whole = Value(indicator, "310107", sum(one.numerator or 0 for one in known), sum(one.denominator or 0 for one in known), absent)
    return Breakdown(whole, tuple(found))


def test_outside_is_named_and_inside_is_chance() -> None:
    """Of 200 in four places 160 are in term: four fifths. Expected are 76.8 of 96, give or take 3.9: 88 are 2.7 times that off; of 50 40,
    give or take 2.8: 28 are 4.1 times that off, 41 are not; nor are 3 of 4.
    """
    figure = places(a=(88, 96), b=(28, 50), c=(3, 4), d=(41, 50), e=None)
    assert share_of(figure) == 0.8
    points = judged_places(figure, SEPTEMBER_30, REGISTRY)
    assert points["verdict"].tolist() == ["高于内侧线", "低于外侧线", "线内", "线内"]
    assert points["outside"].tolist() == [1, 2, 0, 0]
    assert verdict_lines(points) == [
        "**长风** 56.0%（28/50）：低于外侧线，差异超出偶然，值得查明原因",
        "**曹杨** 91.7%（88/96）：高于内侧线，可能有原因，值得了解",
        "长寿、甘泉（2 个街镇）在控制线以内：相互之间的高低可以是偶然，不宜据此排先后",
    ]
    assert left_out(figure, None, 5) == ["基数不足 5 个的不排名：长寿（4 个）", "未报的不参加比较：石泉"]


def test_the_freeze_is_left_out_and_named(world: Snapshot) -> None:
    shown, whole = evaluate(CATALOGUE["G05R"], world), evaluate(CATALOGUE["G05"], world)
    assert left_out(shown, whole, 5)[-1] == "任期内处于冻结期的业委会不计入比较：长风 1 个"
    assert left_out(shown, shown, 5)[-1] == "没有任期内处于冻结期的业委会"


def test_the_official_rate_stands_beside_that_of_the_ranking(world: Snapshot) -> None:
    table = terms_table(all_breakdowns(world)).set_index("街镇")
    assert table.loc["曹杨"].tolist() == ["4 / 5 = 80.0%", "4 / 5 = 80.0%", "0", "1"], "past its term it counts"
    assert table.loc["长风"].tolist() == ["4 / 6 = 66.7%", "3 / 5 = 60.0%", "1", "0"]
    assert table.loc["甘泉"].tolist() == ["—"] * 4, "who has not reported has no noughts"


def test_rows_of_an_earlier_month_are_not_compared() -> None:
    figure = places(a=(88, 96), b=(28, 50))
    late = replace(figure.places[1], carried=((figure.places[1].unit, Period("2024-08")),))
    figure = Breakdown(replace(figure.whole, carried=late.carried), (figure.places[0], late))
    assert [one.unit for one in compared(figure)] == [figure.places[0].unit]
    assert share_of(figure) == 88 / 96
    assert left_out(figure, None, 5) == ["本期未报、沿用前月的不参加比较：长风"]


def test_the_lines_of_the_picture() -> None:
    figure = places(a=(88, 96), b=(28, 50))
    points = judged_places(figure, SEPTEMBER_30, REGISTRY)
    table = lines(figure, points, SEPTEMBER_30, REGISTRY)
    assert (table["base"].min(), table["base"].max()) == (47, 99)
    assert table["low_0"].between(50, 80).all()
    assert levels(SEPTEMBER_30, REGISTRY) == (0.95, 0.998)
    assert judged_places(places(a=None), SEPTEMBER_30, REGISTRY).empty
    assert verdict_lines(judged_places(places(a=None), SEPTEMBER_30, REGISTRY)) == []
