"""A figure over months: gaps, 街镇 together, and how a change is told."""

from __future__ import annotations

import pytest

from lib.datasets.places import subdistrict_codes
from lib.figures.series import Point, change_text, quotient, series_of, value_of
from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, evaluate
from lib.spec.period import Period
from tests.support.published import Row, rental
from tests.support.small import THREE, A, B, C, snapshot, whole_world

JULY, AUGUST, SEPTEMBER, DECEMBER = (Period(f"2024-{month}") for month in ("07", "08", "09", "12"))
SEVEN = tuple(code for code in subdistrict_codes() if code not in THREE)
PLACE = {"a": A, "b": B, "c": C}


def let(**places: int) -> list[Row]:
    """A project of 100 homes in each place, so many of them let."""
    return [rental(f"H{name}", PLACE[name], "一套房", "新建", "轮候", 100, leased_units=homes) for name, homes in places.items()]


@pytest.fixture(scope="module")
def small() -> Snapshot:
    return whole_world()


@pytest.fixture(scope="module")
def july() -> Snapshot:
    return snapshot({"rental_projects": let(a=90, b=70, c=20)}, period=JULY)


@pytest.fixture(scope="module")
def september() -> Snapshot:
    """C has not reported."""
    return snapshot({"rental_projects": let(a=80, b=75)}, period=SEPTEMBER, reported={"rental_projects": frozenset({A, B})})


@pytest.fixture(scope="module")
def occupancy(july: Snapshot, september: Snapshot) -> dict[Period, Breakdown]:
    return {SEPTEMBER: evaluate(CATALOGUE["H11"], september), JULY: evaluate(CATALOGUE["H11"], july)}


@pytest.mark.parametrize(
    ("units", "then", "now", "missing"),
    [
        ((), (60.0, 180, 300), (77.5, 155, 200), (C,)),
        ((A,), (90.0, 90, 100), (80.0, 80, 100), ()),
        ((A, B), (80.0, 160, 200), (77.5, 155, 200), ()),
        # C is left out where it has said nothing, and named; never taken for nothing.
        ((A, C), (55.0, 110, 200), (80.0, 80, 100), (C,)),
        ((C,), (20.0, 20, 100), (None, None, None), (C,)),
    ],
)
def test_a_rate_over_months(
    occupancy: dict[Period, Breakdown],
    units: tuple[str, ...],
    then: tuple[float, float, float],
    now: tuple[float | None, float | None, float | None],
    missing: tuple[str, ...],
) -> None:
    others = SEVEN if not units else ()
    first, gap, last = series_of(occupancy, units)
    assert first.missing == others
    assert first == Point(JULY, *then, others, ())
    assert gap == Point(AUGUST, None, None, None, (), ()), "nothing was published: a gap, not a zero"
    assert (last.period, last.value, last.numerator, last.denominator) == (SEPTEMBER, *now)
    assert set(last.missing) == {*missing, *others}


def test_all_ten_are_the_district(occupancy: dict[Period, Breakdown]) -> None:
    assert series_of(occupancy, subdistrict_codes()[::-1]) == series_of(occupancy)


def test_nothing_and_one_month(occupancy: dict[Period, Breakdown]) -> None:
    assert series_of({}) == ()
    assert [point.period for point in series_of({JULY: occupancy[JULY]})] == [JULY]
    with pytest.raises(KeyError):
        series_of(occupancy, ("999999999",))


def test_months_run_over_the_year(occupancy: dict[Period, Breakdown]) -> None:
    ends = {DECEMBER: occupancy[JULY], Period("2025-02"): occupancy[SEPTEMBER]}
    assert [point.period for point in series_of(ends)] == ["2024-12", "2025-01", "2025-02"]


def test_a_rate_without_a_base(july: Snapshot) -> None:
    """No bed project: nothing above and nothing below the line."""
    (point,) = series_of({JULY: evaluate(CATALOGUE["H11B"], july)}, (A, B))
    assert (point.value, point.numerator, point.denominator, point.missing) == (None, 0, 0, ())


@pytest.mark.parametrize("units", [(A,), (A, C), (A, B, C)])
@pytest.mark.parametrize("name", CATALOGUE)
def test_some_places_together_are_what_the_rows_give(small: Snapshot, name: str, units: tuple[str, ...]) -> None:
    breakdown, alone = evaluate(CATALOGUE[name], small), evaluate(CATALOGUE[name], small, units).whole
    (point,) = series_of({SEPTEMBER: breakdown}, units)
    assert (point.numerator, point.denominator) == (alone.numerator, alone.denominator)
    assert point.value == alone.value
    assert set(point.missing) == set(alone.missing)
    assert value_of(breakdown, units) == (None if alone.missing else alone.value)



def test_the_value_of_some_places_is_there_only_when_all_have_reported(occupancy: dict[Period, Breakdown]) -> None:
    july, september = occupancy[JULY], occupancy[SEPTEMBER]
    assert value_of(july, (A, B)) == 80
    assert value_of(september, (A, C)) is None
    assert value_of(july) is None, "seven 街镇 have not"
    assert value_of(july, (C,)) == 20


@pytest.mark.parametrize(
    ("name", "top", "below", "expected"),
    [
        ("G01", 12, None, 12),
        ("G03", 7, 9, 700 / 9),
        ("G03", 0, 0, None),
        ("H10", 640, None, None),
        ("H15", 160, 177_000, 160_000 / 177_000),
        ("G21Y", 140, 175, -20),
        ("G23", 51, 2_400, 2.125),
    ],
)
def test_a_value_from_its_two_parts(name: str, top: float, below: float | None, expected: float | None) -> None:
    assert quotient(CATALOGUE[name], top, below) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("name", "now", "before", "text"),
    [
        # A rate: in 个百分点.
        ("G03", 78.0, 77.75, "+0.3 个百分点"),
        ("G03", 62.25, 62.5, "-0.3 个百分点"),
        ("G03", 77.8, 77.8, "持平"),
        ("G03", 77.84, 77.8, "持平"),
        ("G03", 77.76, 77.8, "持平"),  # never −0.0
        ("G03", 100.0, 0.0, "+100.0 个百分点"),
        ("H09", 40.0, 30.0, "+10 个百分点"),
        ("G21Y", -17.4, -20.0, "+2.6 个百分点"),  # a change already, and still a rate
        ("G22A", 84.4, 85.5, "-1.1 个百分点"),
        # An amount that stands: in its unit.
        ("G06", 1, 3, "-2 个"),
        ("G06", 3, 3, "持平"),
        ("G06", 3, 0, "+3 个"),
        ("H07", 1_260, 160, "+1,100 张"),
        ("R10", 5, 4, "+1 台"),
        ("G10", 166.3, 166.0, "持平"),
        ("G10", 165.5, 166.0, "-1 天"),
        ("G17", 1.5, 1.25, "+0.25 元/㎡·月"),
        ("H15", 0.5, 0.25, "+0.25 张/千人"),
        # What happened in a month or in the year so far: in per cent of what it was.
        ("G21", 104.1, 100, "+4.1%"),
        ("G21", 41, 41, "持平"),
        ("G21", 10_001, 10_000, "持平"),
        ("G21", 0, 5, "-100.0%"),
        ("G21", 0, 0, "持平"),
        ("G21", 5, 0, ""),  # of nothing there is no per cent
        ("G21N", 140, 175, "-20.0%"),
        ("R07", 12_000, 10_000, "+20.0%"),
        ("R10Y", 3, 2, "+50.0%"),
        # Of cases it is a number of cases: one of four is no 25 %.
        ("G16N", 2, 3, "-1 个"),
        ("G08B", 5, 4, "+1 个"),
        ("G11N", 1, 0, "+1 个"),
        # Unknown.
        ("G03", None, 77.8, ""),
        ("G03", 77.8, None, ""),
        ("G21", None, None, ""),
    ],
)
def test_a_change_in_words(name: str, now: float | None, before: float | None, text: str) -> None:
    assert change_text(CATALOGUE[name], now, before) == text
