"""What must hold of every figure on every world: parts, shares, neighbours and order."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.committees import FORMATION_STATUSES, SUBSTITUTES
from lib.datasets.ladders import RENEWAL_LADDERS, RENTAL_LADDERS
from lib.datasets.places import subdistrict_codes
from lib.datasets.rental_projects import SOURCE_MODES
from lib.figures.rows import unknown_committees
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Rows, count, filled, holds
from lib.indicators.declaring import share
from lib.indicators.evaluate import evaluate, reporting_units, rows_behind, split
from tests.support.published import Row, committee, compound, renewal, rental
from tests.support.small import A, B, C, snapshot

SOME = st.sampled_from((A, B, C))
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31)).map(str)
Tables = dict[str, list[Row]]
# Each example evaluates the whole catalogue, some of them twice.
FEWER = settings(max_examples=max(settings.default.max_examples // 5, 1))


@st.composite
def part_of(draw: st.DrawFn, whole: int) -> int | None:
    return draw(st.none() | st.integers(0, whole))


@st.composite
def compound_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    return compound(identity, unit, draw(st.booleans()))


@st.composite
def committee_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    return committee(
        identity,
        unit,
        draw(st.sampled_from(FORMATION_STATUSES)),
        start=draw(st.just("") | DAYS),
        end=draw(st.just("") | DAYS),
        group_date=draw(st.none() | DAYS),
        substitute=draw(st.none() | st.sampled_from(SUBSTITUTES)),
    )


@st.composite
def renewal_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    kind = draw(st.sampled_from(tuple(RENEWAL_LADDERS)))
    to_sign, to_return = draw(st.none() | st.integers(0, 400)), draw(st.none() | st.integers(0, 400))
    return renewal(
        identity,
        unit,
        kind,
        draw(st.sampled_from(RENEWAL_LADDERS[kind].stages)),
        households_to_sign=to_sign,
        households_signed=draw(part_of(to_sign or 0)),
        households_to_return=to_return,
        households_returned=draw(part_of(to_return or 0)),
        sign_plan=draw(st.none() | DAYS),
        sign_actual=draw(st.none() | DAYS),
        return_plan=draw(st.none() | DAYS),
    )


@st.composite
def rental_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    tier = draw(st.sampled_from(tuple(RENTAL_LADDERS)))
    units, beds = draw(st.integers(0, 500)), draw(st.none() | st.integers(0, 500))
    first = draw(part_of(units))
    return rental(
        identity,
        unit,
        tier,
        draw(st.sampled_from(SOURCE_MODES)),
        draw(st.sampled_from(RENTAL_LADDERS[tier].stages)),
        units,
        br1=first,
        br2=draw(part_of(units - (first or 0))),
        beds=beds,
        leased_units=draw(part_of(units)),
        leased_beds=draw(part_of(beds or 0)),
    )


ROWS = {"compounds": compound_row, "committees": committee_row, "renewal_projects": renewal_row, "rental_projects": rental_row}


@st.composite
def worlds(draw: st.DrawFn, units: st.SearchStrategy[str] = SOME, prefix: str = "") -> Tables:
    """Rows of every dataset of `ROWS`; committees sit on compounds of the same number where there is one."""
    return {name: [draw(row(draw(units), f"{prefix}{at}")) for at in range(draw(st.integers(0, 5)))] for name, row in ROWS.items()}


@st.composite
def reports(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    return {name: draw(st.frozensets(SOME)) for name in DATASETS}


def figures(tables: Tables, **more: Any) -> dict[str, list[tuple[float | None, float | None]]]:
    return {
        name: [(one.numerator, one.denominator) for one in (breakdown.whole, *breakdown.places)]
        for name, breakdown in all_breakdowns(snapshot(tables, **more)).items()
    }


def test_every_dataset_that_a_figure_rests_on_is_drawn() -> None:
    assert set(ROWS) == {name for one in CATALOGUE.values() for name in one.datasets}


@FEWER
@given(worlds(), reports())
def test_parts_add_up_to_the_district(tables: Tables, reported: dict[str, frozenset[str]]) -> None:
    data = snapshot(tables, reported=reported)
    for name, breakdown in all_breakdowns(data).items():
        for part in ("numerator", "denominator"):
            whole = getattr(breakdown.whole, part)
            parts = [getattr(one, part) for one in breakdown.places if getattr(one, part) is not None]
            assert whole == (sum(parts) if parts else None), (name, part)
        assert {one.unit for one in breakdown.places if one.numerator is None} == set(breakdown.whole.missing)
        assert len(breakdown.places) == len(subdistrict_codes())


@FEWER
@given(worlds(), st.sets(SOME, min_size=1))
def test_chosen_places_add_up_too(tables: Tables, chosen: set[str]) -> None:
    data = snapshot(tables)
    for indicator in CATALOGUE.values():
        whole, some = evaluate(indicator, data), evaluate(indicator, data, tuple(chosen))
        assert some.whole.numerator == sum(whole.of(unit).numerator or 0 for unit in chosen)
        assert {one.unit for one in some.places} == chosen


@FEWER
@given(worlds(), reports())
def test_rows_behind_give_the_figure_again(tables: Tables, reported: dict[str, frozenset[str]]) -> None:
    data = snapshot(tables, reported=reported)
    for indicator in CATALOGUE.values():
        if not reporting_units(indicator, data):
            continue
        rows, measure = rows_behind(indicator, data), indicator.numerator
        again = {"rows": len(rows), "places": rows["subdistrict"].nunique(), "sum": rows[measure.column].sum() if measure.column else 0}
        assert evaluate(indicator, data).whole.numerator == again[measure.how]


@FEWER
@given(worlds())
def test_a_split_adds_up(tables: Tables) -> None:
    data = snapshot(tables)
    for indicator in CATALOGUE.values():
        if indicator.split:
            assert sum(split(indicator, data).values()) == evaluate(indicator, data).whole.numerator


@FEWER
@pytest.mark.parametrize("dataset", ROWS)
@given(tables=worlds())
def test_the_share_of_all_is_a_hundred_percent(dataset: str, tables: Tables) -> None:
    of = Rows(dataset)
    one = share("X", "全部", "all", of=of, that=filled("subdistrict"), definition="全部。", basis="x")
    whole = evaluate(one, snapshot(tables)).whole
    assert whole.value == (100 if tables[dataset] else None)


@FEWER
@given(worlds())
def test_a_share_and_its_rest_are_a_hundred_percent(tables: Tables) -> None:
    eligible = Rows("compounds").where(holds("eligible_for_assembly"))
    data = snapshot(tables)
    formed, unformed, all_of_them = (evaluate(CATALOGUE[name], data).whole for name in ("G03", "G04", "G02"))
    assert (formed.numerator or 0) + (unformed.numerator or 0) == formed.denominator
    assert (formed.denominator or 0) + len(unknown_committees(data)) == all_of_them.numerator
    assert data.tables["compounds"].totals(count(eligible)).sum() == all_of_them.numerator


@FEWER
@given(worlds(), reports())
def test_shares_lie_between_nothing_and_all(tables: Tables, reported: dict[str, frozenset[str]]) -> None:
    for name, breakdown in all_breakdowns(snapshot(tables, reported=reported)).items():
        for one in (breakdown.whole, *breakdown.places):
            if CATALOGUE[name].unit == "%" and one.value is not None:
                assert 0 <= one.value <= 100, (name, one.numerator, one.denominator)


@FEWER
@given(worlds(st.sampled_from((A, B))), worlds(st.just(C), "C"))
def test_rows_of_another_place_change_nothing(tables: Tables, more: Tables) -> None:
    before = all_breakdowns(snapshot(tables))
    after = all_breakdowns(snapshot({name: [*rows, *more[name]] for name, rows in tables.items()}))
    for name, breakdown in before.items():
        for unit in (A, B):
            assert (breakdown.of(unit).numerator, breakdown.of(unit).denominator) == (
                after[name].of(unit).numerator,
                after[name].of(unit).denominator,
            )


@FEWER
@given(worlds(), st.integers())
def test_the_order_of_rows_does_not_matter(tables: Tables, seed: int) -> None:
    shuffled = {name: random.Random(f"{seed}{name}").sample(rows, len(rows)) for name, rows in tables.items()}
    assert figures(shuffled) == figures(tables)
