"""What must hold of every figure on every world: parts, shares, neighbours and order."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.charts.amounts import Amount, amounts
from lib.datasets import DATASETS
from lib.datasets.campaign_works import STATUSES, WORK_KINDS
from lib.datasets.committees import FORMATION_STATUSES, SUBSTITUTES
from lib.datasets.consent_rounds import ROUNDS
from lib.datasets.fee_changes import VOTE_RESULTS
from lib.datasets.ladders import LIFT, RENEWAL_LADDERS, RENTAL_LADDERS
from lib.datasets.places import subdistrict_codes
from lib.datasets.rental_projects import SOURCE_MODES
from lib.datasets.thresholds import shipped_registry
from lib.figures.rows import dissolved_compounds, unknown_committees
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Measure, Rows, column_unit, count, filled, holds, total
from lib.indicators.declaring import change, number, ratio, share
from lib.indicators.evaluate import evaluate, reporting_units, rows_behind, split
from lib.reports.rental import crossed
from lib.reports.sentences import rental_sentence
from lib.rules.derived import DERIVED
from lib.spec.fields import Nature
from lib.spec.kinds import Kind
from lib.spec.period import window_months
from tests.support.published import SEPTEMBER, Row, committee, compound, renewal, rental
from tests.support.small import (
    A,
    B,
    C,
    candidate,
    consent,
    fee_change,
    fund,
    lift,
    node,
    red_point,
    snapshot,
    tickets,
    training,
    work,
)

SOME = st.sampled_from((A, B, C))
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31)).map(str)
# Sums of them are exact, in whatever order they are added.
QUARTERS = st.integers(0, 400).map(lambda number: number / 4)
Tables = dict[str, list[Row]]
# Each example evaluates the whole catalogue, some of them twice.
FEWER = settings(max_examples=max(settings.default.max_examples // 5, 1))


@st.composite
def part_of(draw: st.DrawFn, whole: int) -> int | None:
    return draw(st.none() | st.integers(0, whole))


@st.composite
def compound_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    more = {"pm_fee": draw(st.none() | QUARTERS), "party_covered": draw(st.none() | st.booleans())}
    return compound(identity, unit, draw(st.booleans()), **more)


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
        annual_audit_date=draw(st.none() | DAYS),
        election_date=draw(st.none() | DAYS),
        filing_date=draw(st.none() | DAYS),
        secretary=draw(st.none() | st.booleans()),
    )


@st.composite
def renewal_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    kind = draw(st.sampled_from(tuple(RENEWAL_LADDERS)))
    to_sign, to_return, approved = (draw(st.none() | st.integers(0, 400)) for _ in range(3))
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
        start_actual=draw(st.none() | DAYS),
        complete_actual=draw(st.none() | DAYS),
        funds_approved=approved,
        funds_paid=draw(part_of(approved or 0)),
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
        filed_rent=draw(st.none() | QUARTERS),
        market_rent=draw(st.none() | QUARTERS),
        supply_date=draw(st.none() | DAYS),
        waitlist=draw(part_of(300)),
        bed_price=draw(st.none() | QUARTERS),
        rental_area=draw(st.none() | QUARTERS),
        **{f"rooms_{kind}": draw(part_of(40)) for kind in ("1p", "2p", "4p", "5to6p")},
    )


@st.composite
def consent_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    entitled = draw(st.integers(0, 400))
    more = {"households_agreed": draw(part_of(entitled)), "households_signed": draw(part_of(entitled))}
    return consent(identity, unit, draw(st.sampled_from(ROUNDS)), entitled, **more)


@st.composite
def node_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    """Of two projects, so that leaving and coming back meet."""
    project = f"{identity[:-1]}{int(identity[-1]) % 2}"
    return node(project, unit, draw(st.sampled_from(("外搬过渡", "施工", "回搬"))), draw(st.none() | DAYS))


@st.composite
def lift_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    voted = draw(st.integers(0, 24))
    agreed = draw(part_of(voted))
    vote = (24, 1800.0, voted, voted * 75.0, agreed, None if agreed is None else agreed * 75.0)
    days = {"unit_vote_date": draw(st.none() | DAYS), "accept_date": draw(st.none() | DAYS)}
    return lift(identity, "1号", unit, draw(st.sampled_from(LIFT.stages)), draw(st.sampled_from((vote, ()))), **days)


@st.composite
def candidate_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    return candidate(identity, unit, draw(st.sampled_from(("储备", "预选", "放弃"))))


@st.composite
def fee_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    old, new = draw(st.none() | QUARTERS), draw(st.none() | QUARTERS)
    year = draw(st.sampled_from((2023, 2024)))
    return fee_change(identity, unit, draw(st.sampled_from(VOTE_RESULTS)), old, new, year, vote_date=draw(st.none() | DAYS))


@st.composite
def fund_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    due = draw(st.none() | st.integers(0, 400))
    days = {"trigger_date": draw(st.none() | DAYS), "topup_done_date": draw(st.none() | DAYS)}
    return fund(identity, unit, draw(st.none() | QUARTERS), draw(st.none() | QUARTERS), due=due, raised=draw(part_of(due or 0)), **days)


@st.composite
def ticket_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    due, rated = draw(st.none() | st.integers(0, 40)), draw(st.none() | st.integers(0, 40))
    more = {"closed": draw(part_of(due or 0)), "satisfied": draw(part_of(rated or 0)), "solved": draw(part_of(rated or 0))}
    kind = draw(st.sampled_from(("物业服务", "停车管理")))
    return tickets(unit, draw(st.integers(0, 40)), kind, compound_id=identity, due=due, rated=rated, **more)


@st.composite
def point_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    return red_point(identity, unit, draw(st.sampled_from(("实践点", "示范点"))), draw(st.sampled_from(("申报中", "已命名", "复核通过"))))


@st.composite
def training_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    return training(unit, f"2024-09-{1 + int(identity[-1]):02d}", draw(part_of(4)))


@st.composite
def work_row(draw: st.DrawFn, unit: str, identity: str) -> Row:
    numbers = {name: draw(part_of(40)) for name in ("activities", "copies", "committees")}
    return work(unit, draw(st.sampled_from(WORK_KINDS)), identity, draw(st.sampled_from(STATUSES)), **numbers)


ROWS = {
    "compounds": compound_row,
    "committees": committee_row,
    "renewal_projects": renewal_row,
    "rental_projects": rental_row,
    "consent_rounds": consent_row,
    "milestones": node_row,
    "lifts": lift_row,
    "site_candidates": candidate_row,
    "fee_changes": fee_row,
    "maintenance_funds": fund_row,
    "hotline": ticket_row,
    "red_points": point_row,
    "trainings": training_row,
    "campaign_works": work_row,
}
MONTHLY = ("compounds", "committees", "renewal_projects", "rental_projects")
LOGS = tuple(name for name, dataset in DATASETS.items() if dataset.nature is Nature.LOG)
BACK = (*window_months(SEPTEMBER, "last_year"), *window_months(SEPTEMBER, "year")[:-1])
OPEN_ENDED = {"G21Y", "G24", "G37A", "H10", "H12"}
"""Percentages that are no part of a whole: a change, a lower bound, a plan, a price against another."""


@st.composite
def worlds(draw: st.DrawFn, units: st.SearchStrategy[str] = SOME, prefix: str = "") -> Tables:
    """Rows of every dataset of `ROWS`; committees sit on compounds of the same number where there is one."""
    return {
        name: [draw(row(draw(units), f"{prefix}{at}")) for at in range(draw(st.integers(0, 5 if name in MONTHLY else 3)))]
        for name, row in ROWS.items()
    }


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """Every month of the logs that windows look back on, some of them not reported by everybody."""
    months = {
        name: {when: [draw(ROWS[name](draw(SOME), "0"))] if draw(st.booleans()) else [] for when in BACK} for name in LOGS
    }
    silent = {name: {draw(st.sampled_from(BACK)): draw(st.frozensets(SOME, max_size=1))} for name in LOGS}
    return {"months": months, "unreported": silent}


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
@given(worlds(), reports(), histories())
def test_parts_add_up_to_the_district(tables: Tables, reported: dict[str, frozenset[str]], history: dict[str, Any]) -> None:
    data = snapshot(tables, reported=reported, **history)
    for name, breakdown in all_breakdowns(data).items():
        measures = CATALOGUE[name].measures
        for part, measure in zip(("numerator", "denominator"), measures, strict=False):
            whole = getattr(breakdown.whole, part)
            parts = [getattr(one, part) for one in breakdown.places if getattr(one, part) is not None]
            if measure.how == "rule":
                assert parts == [], "the target is the district's alone"
                assert whole in (None, 3200)
            else:
                assert whole == (sum(parts) if parts else None), (name, part)
        assert {one.unit for one in breakdown.places if one.numerator is None} == set(breakdown.whole.missing)
        assert len(breakdown.places) == len(subdistrict_codes())


@FEWER
@given(worlds(), st.sets(SOME, min_size=1), histories())
def test_chosen_places_add_up_too(tables: Tables, chosen: set[str], history: dict[str, Any]) -> None:
    data = snapshot(tables, **history)
    for indicator in CATALOGUE.values():
        whole, some = evaluate(indicator, data), evaluate(indicator, data, tuple(chosen))
        known = [one for unit in chosen if (one := whole.of(unit).numerator) is not None]
        assert some.whole.numerator == (sum(known) if known else None)
        assert {one.unit for one in some.places} == chosen


@FEWER
@given(worlds(), reports(), histories())
def test_rows_behind_give_the_figure_again(tables: Tables, reported: dict[str, frozenset[str]], history: dict[str, Any]) -> None:
    data = snapshot(tables, reported=reported, **history)
    for indicator in CATALOGUE.values():
        if not reporting_units(indicator, data):
            continue
        for part, measure in zip(("numerator", "denominator"), indicator.measures, strict=False):
            if measure.how in {"all_places", "reference", "rule"}:
                continue
            rows = rows_behind(indicator, data, part=part)
            column = rows[measure.column] if measure.column else rows["subdistrict"]
            if measure.how == "peak":
                assert not rows["subdistrict"].duplicated().any()
            again = len(rows) if measure.how == "rows" else column.nunique() if measure.how == "places" else column.sum()
            assert getattr(evaluate(indicator, data).whole, part) == again, (indicator.id, part)


@FEWER
@given(worlds())
def test_a_split_adds_up(tables: Tables) -> None:
    data = snapshot(tables)
    for indicator in CATALOGUE.values():
        if indicator.split:
            assert sum(split(indicator, data).values()) == evaluate(indicator, data).whole.numerator


@FEWER
@pytest.mark.parametrize("dataset", [*MONTHLY, "hotline"])
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
    assert (formed.denominator or 0) + len(unknown_committees(data)) + len(dissolved_compounds(data)) == all_of_them.numerator
    assert data.tables["compounds"].totals(count(eligible)).sum() == all_of_them.numerator


@FEWER
@given(worlds(), reports())
def test_shares_lie_between_nothing_and_all(tables: Tables, reported: dict[str, frozenset[str]]) -> None:
    for name, breakdown in all_breakdowns(snapshot(tables, reported=reported)).items():
        for one in (breakdown.whole, *breakdown.places):
            if CATALOGUE[name].unit == "%" and name not in OPEN_ENDED and one.value is not None:
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


# -- beds, homes and households are never added ------------------------------------------------------------------------

APART = ("张", "套(间)", "户")
"""Units of what people live in. A room (间) is a kind of place, and is turned into beds where its kind says how many it has."""
AMOUNT_COLUMNS = [
    (name, field.name) for name, dataset in DATASETS.items() for field in dataset.fields if field.kind in {Kind.INTEGER, Kind.DECIMAL}
] + [(one.dataset, one.name) for one in DERIVED if one.unit in APART]
COLUMNS = st.sampled_from(AMOUNT_COLUMNS)
WORDS: dict[str, Any] = {"definition": "x", "basis": "x"}


def test_there_are_columns_of_each_unit() -> None:
    assert set(APART) <= {column_unit(*one) for one in AMOUNT_COLUMNS}


@given(COLUMNS, COLUMNS)
def test_no_door_lets_two_units_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    """A sum of columns, a percentage, a change, a figure shown in another unit, an axis: each takes one unit, or refuses."""
    first, second = (total(Rows(name), column) for name, column in (one, other))
    alike = first.unit == second.unit
    doors: list[Callable[[], object]] = [
        lambda: ratio("X", "x", "x", first, second, **WORDS),
        lambda: change("X", "x", "x", first, second, **WORDS),
        lambda: replace(number("X", "x", "x", first, **WORDS), unit=second.unit),
        lambda: replace(ratio("X", "x", "x", first, first, **WORDS), denominator=second),
        lambda: Measure(Rows(one[0]), "sum", one[1], second.unit),
        lambda: amounts([Amount("一", 1.0, first.unit), Amount("二", 2.0, second.unit)]),
    ]
    for door in doors:
        if alike:
            door()
        else:
            with pytest.raises(ValueError, match=r"no part of|not compared with|not shown as|not in|one axis has one unit"):
                door()
    if one != other and one[0] == other[0]:
        with pytest.raises(ValueError, match="one column a sum" if alike else "units are never added"):
            total(Rows(one[0]), one[1], other[1])


def test_no_derived_column_adds_what_is_apart() -> None:
    """A derived amount of beds, homes or households rests on none of the other two."""
    for one in DERIVED:
        if one.unit in APART:
            units = {column_unit(one.dataset, name) for name in one.inputs}
            assert not units & (set(APART) - {one.unit}), one.name


def test_every_figure_is_of_one_unit() -> None:
    for one in CATALOGUE.values():
        if one.denominator is None:
            assert one.unit == one.numerator.unit, one.id
        elif one.unit == "%":
            mean = one.numerator.unit == "%" and one.denominator.how == "rows"
            assert mean or one.numerator.unit == one.denominator.unit, one.id
        if one.unit in APART:
            assert one.numerator.how == "rows" or column_unit(one.numerator.rows.dataset, one.numerator.column) == one.unit


@FEWER
@given(worlds())
def test_a_cross_table_is_the_figure_again(tables: Tables) -> None:
    data = snapshot(tables)
    for name in ("H01", "H02", "H07"):
        parts = crossed(data, name, ("product_tier", "building_class"), "source_mode")
        whole = evaluate(CATALOGUE[name], data)
        assert parts["value"].sum() == whole.whole.numerator
        assert parts["projects"].sum() == len(rows_behind(CATALOGUE[name], data))
        assert crossed(data, name, ("product_tier", "building_class"), "source_mode", (A,))["value"].sum() == whole.of(A).numerator


@FEWER
@given(worlds(), reports())
def test_the_sentence_of_rental_supply_adds_nothing(tables: Tables, reported: dict[str, frozenset[str]]) -> None:
    """Every number in it is one of a figure, or the watch line."""
    data = snapshot(tables, reported=reported)
    figures = all_breakdowns(data)
    said = set(re.findall(r"[\d,.]+", rental_sentence(figures, data.as_of, shipped_registry())))
    known = [figures[name].whole for name in ("H07", "H09", "H11")]
    numbers = {text for one in known for text in re.findall(r"[\d,.]+", f"{one.text} {one.fraction}")}
    assert said <= numbers | {"80"}
