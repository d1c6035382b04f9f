"""Control limits by hand, and the funnel plot: exact binomial, inside is chance, outside is named."""

from __future__ import annotations

from math import comb

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.funnel import Place, funnel, legend, places
from lib.rules.control_limits import (
    ABOVE,
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    INSIDE,
    VERDICTS,
    curves,
    limits,
    verdicts,
)

INNER, OUTER = 0.95, 0.998


def test_ten_coins_by_hand() -> None:
    """Of 1024 ways: 1 for none, 11 for at most one, 56 for at most two, 176 for at most three. 2.5 % are 25.6 ways, 0.1 % are 1.024."""
    inner = limits(10, 0.5, INNER)
    assert inner.low == pytest.approx((2 - (56 - 25.6) / 45) / 10)  # 0.1324: one head is outside, two are not
    assert inner.high == pytest.approx(1 - inner.low)
    outer = limits(10, 0.5, OUTER)
    assert outer.low == pytest.approx((1 - (11 - 1.024) / 10) / 10)  # 0.00024: none is outside, one is not
    assert verdicts([0, 1, 2, 5, 8, 9, 10], [10] * 7, 0.5, INNER, OUTER) == [FAR_BELOW, BELOW, INSIDE, INSIDE, INSIDE, ABOVE, FAR_ABOVE]


def test_a_small_base_is_never_blamed() -> None:
    """Of 32 ways of five coins one is none: 3.1 % and so not below 2.5 %."""
    assert limits(5, 0.5, INNER).low == 0.0
    assert verdicts([0, 5], [5, 5], 0.5, INNER, OUTER) == [INSIDE, INSIDE]
    assert limits(1, 0.97, OUTER).low == 0.0
    assert verdicts([0], [1], 0.97, INNER, OUTER) == [INSIDE]


def test_the_rate_of_the_article_at_four_fifths() -> None:
    """None of two in term where four fifths are: 4 % by chance; of three 0.8 %, of four 0.16 %, of five 0.032 %."""
    assert verdicts([0, 0, 0, 0], [2, 3, 4, 5], 0.8, INNER, OUTER) == [INSIDE, BELOW, BELOW, FAR_BELOW]


def test_a_district_without_any_or_with_all() -> None:
    assert (limits(20, 1.0, INNER).low, limits(20, 1.0, INNER).high) == (pytest.approx((20 - 0.975) / 20), 1.0)
    assert verdicts([20, 19], [20, 20], 1.0, INNER, OUTER) == [INSIDE, FAR_BELOW]
    assert verdicts([0, 1], [20, 20], 0.0, INNER, OUTER) == [INSIDE, FAR_ABOVE]


@pytest.mark.parametrize(("base", "share"), [(0, 0.5), (5, -0.1), (5, 1.1)])
def test_no_limits_of_nothing(base: int, share: float) -> None:
    with pytest.raises(ValueError, match="no limits"):
        limits(base, share, INNER)


@given(base=st.integers(1, 90), share=st.floats(0.01, 0.99), level=st.sampled_from([INNER, OUTER]))
def test_outside_is_exactly_what_is_unlikely(base: int, share: float, level: float) -> None:
    """By another way: the tails summed up, count by count."""
    tail = (1 - level) / 2
    found = limits(base, share, level)
    for count in range(base + 1):
        as_few = sum(comb(base, k) * share**k * (1 - share) ** (base - k) for k in range(count + 1))
        as_many = sum(comb(base, k) * share**k * (1 - share) ** (base - k) for k in range(count, base + 1))
        if min(abs(as_few - tail), abs(as_many - tail)) < 1e-9:
            continue
        told = verdicts([count], [base], share, level, level)[0]
        assert (told in (BELOW, FAR_BELOW)) == (as_few < tail)
        assert (told in (ABOVE, FAR_ABOVE)) == (as_many < tail and not as_few < tail)
        assert (count / base < found.low - 1e-12) <= (as_few < tail)


@given(share=st.floats(0.05, 0.95))
def test_lines_close_in_and_do_not_cross(share: float) -> None:
    table = curves(1, 60, share, (INNER, OUTER))
    assert table["base"].tolist() == list(range(1, 61))
    assert ((table["low_1"] <= table["low_0"] + 1e-12) & (table["high_1"] >= table["high_0"] - 1e-12)).all()
    assert (table["low_0"] <= share + 1e-9).all()
    assert (table["high_0"] >= share - 1e-9).all()
    assert table["low_0"].iloc[-1] > table["low_0"].iloc[0] - 1e-12


def test_the_picture() -> None:
    points = pd.DataFrame({"code": ["1", "2", "3"], "name": ["甲", "乙<b>", "丙"], "value": [70.0, 90.0, 30.0], "base": [10, 40, 30],
                           "numerator": [7, 36, 9], "outside": [0, 1, 2], "words": ["w1", "w2", "w3"]})
    lines = curves(8, 42, 0.7, (INNER, OUTER))
    lines = lines.assign(**{name: lines[name] * 100 for name in lines.columns if name != "base"})
    figure = funnel(points, lines, whole=70.0, unit_name="业委会数（个）")
    marks = figure.data[-1]
    assert list(marks.marker.symbol) == ["circle", "diamond", "square"], "told by shape too"
    names = [note.text.removeprefix("<span style='color:currentColor'>").removesuffix("</span>") for note in figure.layout.annotations]
    assert names == ["甲", "乙＜b＞", "丙"]
    assert [(note.x, note.y) for note in figure.layout.annotations] == [(10, 70.0), (40, 90.0), (30, 30.0)]
    assert {trace.name for trace in figure.data} == {"low_0", "high_0", "low_1", "high_1", "合计", "街镇"}
    assert figure.layout.yaxis.range[0] < 30
    assert "合计 70.0%" in legend(70.0, "95%", "99.8%")
    assert "没有可以比较的街镇" in funnel(points.iloc[:0], lines, whole=70.0, unit_name="个").layout.annotations[0].text
    assert len(VERDICTS) == 5


CROWD = [(200.0, 120.0), (206.0, 124.0), (212.0, 119.0), (204.0, 112.0), (214.0, 128.0), (220.0, 121.0), (198.0, 130.0), (225.0, 126.0)]


def boxes(marks: list[tuple[float, float]], found: list[Place], width: float) -> list[tuple[float, float]]:
    return [(x + one.right, y + one.up) for (x, y), one in zip(marks, found, strict=True)]


@pytest.mark.parametrize("plane", [430.0, 270.0])
def test_names_of_a_crowd_do_not_meet(plane: float) -> None:
    found = places(CROWD, [24.0] * 8, plane, 262.0)
    middles = boxes(CROWD, found, 24.0)
    for at, (x, y) in enumerate(middles):
        assert all(abs(x - a) >= 24 or abs(y - b) >= 14 for a, b in middles[:at]), "no name on another"
        assert all(abs(x - a) >= 18 or abs(y - b) >= 13 for a, b in CROWD), "no name on a mark"
        assert 12 <= x <= plane - 12
        assert y >= 7
    assert any(one.led for one in found)
    assert all(one.led == (abs(one.right) > 20.1 or abs(one.up) > 13.1) for one in found), "what stands off has its line"


def test_a_mark_alone_has_its_name_above_it() -> None:
    assert places([(100.0, 100.0)], [24.0], 430.0, 262.0) == [Place(0.0, 13.0, False)]
    assert places([(2.0, 100.0)], [24.0], 430.0, 262.0)[0].right >= 10, "inside of the plane"
    assert len(places([(50.0, 50.0)] * 3, [24.0] * 3, 430.0, 262.0)) == 3, "three on one spot"
