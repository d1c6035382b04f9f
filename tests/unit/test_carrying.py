"""Who has not reported stands with the rows of an earlier month, marked and not for ever; a log is never carried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.datasets.thresholds import Registry, shipped_registry
from lib.figures.content import Content, Entry, content_of, contents_of, periods_of, registry_at
from lib.figures.snapshot import Snapshot, load_snapshot
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import evaluate
from lib.spec.fields import Nature
from lib.spec.period import Period, shift
from lib.store.database import Database
from lib.store.releases import State, state_at, values_at
from tests.support.published import SEPTEMBER, compound, new_database, publish_rows, rental, snapshot_at
from tests.support.small import WORLD, A, B, C, snapshot, tickets, work

REGISTRY = shipped_registry()
JULY, AUGUST, OCTOBER = (Period(f"2024-{month}") for month in ("07", "08", "10"))


# -- what stands for a period ----------------------------------------------------------------------------------------------


def state(dataset: str, *months: str, unit: str = A) -> State:
    """A 街镇 that has reported a dataset in some months: submission 1, 2, …"""
    return {(dataset, month, unit): at for at, month in enumerate(months, start=1)}


def stands(dataset: str, months: tuple[str, ...], period: str, registry: Registry = REGISTRY) -> list[str]:
    return [one.period for one in content_of(state(dataset, *months), Period(period), registry).of(dataset)]


@pytest.mark.parametrize(
    ("dataset", "months", "period", "expected"),
    [
        # A table that is owed each month: the month itself, else the newest before it, at most twelve months old.
        ("committees", ("2024-09",), "2024-09", ["2024-09"]),
        ("committees", ("2024-07", "2024-08"), "2024-09", ["2024-08"]),
        ("committees", ("2024-08", "2024-09"), "2024-09", ["2024-09"]),
        ("committees", ("2023-09",), "2024-09", ["2023-09"]),
        ("committees", ("2023-08",), "2024-09", []),
        ("committees", ("2024-10",), "2024-09", []),  # never from a month to come
        ("committees", ("2023-12", "2024-10"), "2024-09", ["2023-12"]),
        # A register that changes now and then: without limit.
        ("fee_changes", ("2009-01",), "2024-09", ["2009-01"]),
        ("targets", ("2023-01", "2024-01"), "2024-09", ["2024-01"]),
        ("fee_changes", ("2024-10",), "2024-09", []),
        # What happened in a month did not happen in the next.
        ("hotline", ("2024-09",), "2024-09", ["2024-09"]),
        ("hotline", ("2024-08",), "2024-09", []),
        ("trainings", ("2024-08", "2024-10"), "2024-09", []),
    ],
)
def test_which_month_stands(dataset: str, months: tuple[str, ...], period: str, expected: list[str]) -> None:
    assert stands(dataset, months, period) == expected


def limited(months: int) -> Registry:
    return Registry(tuple(replace(row, value=str(months)) if row.rule == "data.carry_months" else row for row in REGISTRY.rows))


@pytest.mark.parametrize(("limit", "expected"), [(0, []), (1, []), (2, ["2024-07"]), (12, ["2024-07"])])
def test_the_limit_is_a_rule(limit: int, expected: list[str]) -> None:
    assert stands("committees", ("2024-07",), "2024-09", limited(limit)) == expected
    assert stands("committees", ("2024-09",), "2024-09", limited(limit)) == ["2024-09"]
    assert stands("red_points", ("2024-07",), "2024-09", limited(limit)) == ["2024-07"]


def test_every_dataset_is_carried_by_its_kind() -> None:
    """Thirteen months back: registers that are not owed monthly, and those alone."""
    carried = {name for name in DATASETS if stands(name, (shift(SEPTEMBER, -13),), SEPTEMBER)}
    assert carried == {name for name, one in DATASETS.items() if one.nature is Nature.REGISTER and not one.monthly}
    month_before = {name for name in DATASETS if stands(name, (AUGUST,), SEPTEMBER)}
    assert month_before == {name for name, one in DATASETS.items() if one.nature is Nature.REGISTER}


def test_the_months_of_a_log_that_are_looked_back_on() -> None:
    """This year to the month, and the same months of last year; the others are no part of the content."""
    every = tuple(shift(Period("2024-12"), -back) for back in range(36))
    content = content_of(state("hotline", *every), Period("2024-03"), REGISTRY)
    assert [one.period for one in content.entries] == ["2023-01", "2023-02", "2023-03", "2024-01", "2024-02", "2024-03"]
    assert [one.period for one in content.of("hotline")] == ["2024-03"]


def test_who_has_reported_and_who_is_carried() -> None:
    both = {**state("committees", "2024-08"), ("committees", "2024-09", B): 7, ("hotline", "2024-08", A): 8}
    content = content_of(both, SEPTEMBER, REGISTRY)
    assert content.of("committees") == (Entry("committees", A, AUGUST, 1), Entry("committees", B, SEPTEMBER, 7))
    assert content.reported("committees") == {B}
    assert content.reported("hotline") == set()
    assert bool(content)
    assert not content_of(state("committees", "2024-08"), SEPTEMBER, REGISTRY), "carried rows alone are no report of the month"


def test_a_content_for_every_month_with_a_report() -> None:
    months = {**state("committees", "2024-07", "2024-09"), ("fee_changes", "2024-10", B): 9}
    assert periods_of(months) == ("2024-10", "2024-09", "2024-07")
    found = contents_of(months, REGISTRY)
    assert list(found) == ["2024-10", "2024-09", "2024-07"]
    assert found[OCTOBER] == content_of(months, OCTOBER, REGISTRY)
    assert [(one.dataset, one.period) for one in found[OCTOBER].entries] == [("committees", "2024-09"), ("fee_changes", "2024-10")]
    assert contents_of({}, REGISTRY) == {}


def test_a_dataset_that_is_no_more_says_nothing() -> None:
    assert content_of({("no_such_form", "2024-09", A): 1}, SEPTEMBER, REGISTRY).entries == ()


def test_the_key_is_the_identity() -> None:
    def key(months: State, period: Period = SEPTEMBER, registry: Registry = REGISTRY) -> str:
        content: Content = content_of(months, period, registry)
        return content.key

    plain = state("committees", "2024-07", "2024-08")
    assert key(dict(reversed(plain.items()))) == key(plain)
    assert key({**plain, ("committees", "2024-07", A): 9}) == key(plain), "July does not stand in September"
    assert key({**plain, ("committees", "2024-08", A): 9}) != key(plain)
    assert key(plain, OCTOBER) != key(plain)
    assert key(plain, registry=limited(11)) != key(plain), "other rules, other figures"


# -- in a database ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("YJPT_NOW", "2025-01-08T01:30:00+00:00")
    opened = new_database(tmp_path)
    yield opened
    opened.close()


def counts(data: Snapshot, name: str = "G01") -> dict[str, float | None]:
    return {unit: evaluate(CATALOGUE[name], data).of(unit).numerator for unit in (DISTRICT, A, B, C)}


def stored(database: Database, release: int, name: str = "G01") -> dict[str, float | None]:
    """The values of the district that are kept beside a release, by month."""
    with database.reading() as connection:
        return {one.period: one.value for one in values_at(connection, release, DISTRICT) if one.indicator == name}


def test_who_has_not_reported_is_carried_and_marked(database: Database) -> None:
    publish_rows(database, "compounds", [compound("B1", B), compound("B2", B)], period=AUGUST, unit=B)
    release = publish_rows(database, "compounds", [compound("A1", A)], unit=A)
    data = snapshot_at(database, release)
    assert counts(data) == {DISTRICT: 3, A: 1, B: 2, C: None}
    breakdown = evaluate(CATALOGUE["G01"], data)
    assert breakdown.of(A).carried == ()
    assert (breakdown.of(B).carried, breakdown.of(B).missing) == (((B, AUGUST),), ())
    assert (breakdown.of(C).carried, breakdown.of(C).missing) == ((), (C,))
    assert breakdown.whole.carried == ((B, AUGUST),)
    assert set(breakdown.whole.missing) == set(subdistrict_codes()) - {A, B}
    assert data.reported["compounds"] == {A}
    assert data.standing["compounds"] == {A, B}


def test_the_oldest_of_several_tables_is_told(database: Database) -> None:
    """G23 rests on the tickets of the month and on the compounds; the rate of formation on compounds of July and committees."""
    publish_rows(database, "compounds", [compound("A1", A)], period=JULY, unit=A)
    publish_rows(database, "committees", [{"compound_id": "A1", "compound_name": "小区A1", "subdistrict": A,
                                           "formation_status": "应建未建"}], period=AUGUST, unit=A)
    release = publish_rows(database, "hotline", [tickets(A, 4)], unit=A)
    data = snapshot_at(database, release)
    assert {name: evaluate(CATALOGUE[name], data).whole.carried for name in ("G23", "G03", "G05", "G21")} == {
        "G23": ((A, JULY),),
        "G03": ((A, JULY),),
        "G05": ((A, AUGUST),),
        "G21": (),
    }
    assert evaluate(CATALOGUE["G23"], data).whole.text == "2.00 件/百户"


def test_what_is_not_owed_monthly_is_not_marked(database: Database) -> None:
    row = {"candidate_id": "S1", "candidate_name": "某处", "subdistrict": A, "status": "预选"}
    publish_rows(database, "site_candidates", [row], period=JULY, unit=A)
    release = publish_rows(database, "compounds", [compound("A1", A)], unit=A)
    value = evaluate(CATALOGUE["H16N"], snapshot_at(database, release)).whole
    assert (value.numerator, value.carried) == (1, ())


def test_a_log_is_not_carried(database: Database) -> None:
    publish_rows(database, "hotline", [tickets(B, 9)], period=AUGUST, unit=B)
    release = publish_rows(database, "hotline", [tickets(A, 4)], unit=A)
    assert counts(snapshot_at(database, release), "G21") == {DISTRICT: 4, A: 4, B: None, C: None}
    assert counts(snapshot_at(database, release, AUGUST), "G21") == {DISTRICT: 9, A: None, B: 9, C: None}


def test_a_row_given_to_another_place_counts_once(database: Database) -> None:
    """X was of B in August; A reports it in September, and B has not reported yet."""
    publish_rows(database, "compounds", [compound("X", B), compound("B1", B)], period=AUGUST, unit=B)
    release = publish_rows(database, "compounds", [compound("X", A), compound("A1", A)], unit=A)
    assert counts(snapshot_at(database, release)) == {DISTRICT: 3, A: 2, B: 1, C: None}
    assert counts(snapshot_at(database, release, AUGUST)) == {DISTRICT: 2, A: None, B: 2, C: None}


def test_a_row_given_away_counts_once_in_the_months_after_too(database: Database) -> None:
    """In October neither A nor B has reported: of the two rows of X that are carried the newer one counts, and nobody else is refused."""
    publish_rows(database, "compounds", [compound("X", B), compound("B1", B)], period=AUGUST, unit=B)
    publish_rows(database, "compounds", [compound("X", A), compound("A1", A)], unit=A)
    homes = publish_rows(database, "rental_projects", [rental("H1", C, "一套房", "配建", "认定", 30)], period=OCTOBER, unit=C)
    assert counts(snapshot_at(database, homes, OCTOBER)) == {DISTRICT: 3, A: 2, B: 1, C: None}
    release = publish_rows(database, "compounds", [compound("C1", C)], period=OCTOBER, unit=C)
    assert counts(snapshot_at(database, release, OCTOBER)) == {DISTRICT: 4, A: 2, B: 1, C: 1}


def test_what_was_held_in_a_year_is_not_known_of_rows_of_the_year_before(database: Database) -> None:
    """The workrooms of December stand in January; how much they held this year nobody has said yet."""
    december, january = Period("2024-12"), Period("2025-01")
    for unit, count in ((A, 7), (B, 5)):
        publish_rows(database, "campaign_works", [work(unit, "实训工作室", "一", activities=count)], period=december, unit=unit)
    release = publish_rows(database, "campaign_works", [work(B, "实训工作室", "一", activities=1)], period=january, unit=B)
    old, new = (snapshot_at(database, release, period) for period in (december, january))
    assert counts(old, "G36A") == {DISTRICT: 12, A: 7, B: 5, C: None}
    assert counts(new, "G36A") == {DISTRICT: 1, A: None, B: 1, C: None}
    assert A in evaluate(CATALOGUE["G36A"], new).whole.missing
    assert counts(new, "G36") == {DISTRICT: 2, A: 1, B: 1, C: None}


def test_publishing_an_old_month_changes_the_months_it_is_carried_into(database: Database) -> None:
    first = publish_rows(database, "compounds", [compound("A1", A)], unit=A)
    assert stored(database, first) == {SEPTEMBER: 1}
    second = publish_rows(database, "compounds", [compound("B1", B), compound("B2", B)], period=AUGUST, unit=B)
    assert stored(database, second) == {AUGUST: 2, SEPTEMBER: 3}, "September has B's rows of August now"
    assert stored(database, first) == {SEPTEMBER: 1}, "what was published stays"
    assert counts(snapshot_at(database, first)) == {DISTRICT: 1, A: 1, B: None, C: None}
    third = publish_rows(database, "compounds", [compound("B1", B)], period=JULY, unit=B)
    assert stored(database, third) == {JULY: 1, AUGUST: 2, SEPTEMBER: 3}, "August stands between July and September"
    fourth = publish_rows(database, "compounds", [compound("B1", B), compound("B2", B), compound("B3", B)], unit=B)
    assert stored(database, fourth) == {JULY: 1, AUGUST: 2, SEPTEMBER: 4}


def test_publishing_a_month_of_a_log_changes_the_year_so_far(database: Database) -> None:
    """The tickets of the year are told only when no month is missing: here January and February."""
    publish_rows(database, "hotline", [tickets(A, 5)], period="2024-02", unit=A)
    second = publish_rows(database, "hotline", [tickets(A, 4)], period="2024-01", unit=A)
    assert stored(database, second, "G21N") == {"2024-01": 4, "2024-02": 9}
    assert stored(database, second, "G21") == {"2024-01": 4, "2024-02": 5}
    assert stored(database, second - 1, "G21N") == {"2024-02": None}


def test_the_limit_in_a_database(database: Database) -> None:
    old = shift(SEPTEMBER, -13)
    publish_rows(database, "rental_projects", [rental("H1", B, "一套房", "配建", "认定", 30)], period=old, unit=B)
    publish_rows(database, "rental_projects", [rental("H2", C, "一套房", "配建", "认定", 40)], period=shift(old, 1), unit=C)
    release = publish_rows(database, "rental_projects", [rental("H3", A, "一套房", "配建", "认定", 50)], unit=A)
    assert counts(snapshot_at(database, release), "H01") == {DISTRICT: 90, A: 50, B: None, C: 40}


def test_figures_from_the_columns_they_need_are_those_from_all(database: Database) -> None:
    """The whole small world, published: read with all columns, and with only those that figures rest on."""
    for name, rows in WORLD.items():
        release = publish_rows(database, name, rows)
    with database.reading() as connection:
        registry = registry_at(connection, release)
        content = content_of(state_at(connection, release), SEPTEMBER, registry)
        full, lean = (load_snapshot(connection, content, registry, lean=lean) for lean in (False, True))
    assert len(lean.frames["compounds"].columns) < len(full.frames["compounds"].columns)
    assert all_breakdowns(lean) == all_breakdowns(full)
    assert evaluate(CATALOGUE["G05"], lean).whole.fraction == "11 / 15"


def test_what_happened_in_the_month_is_not_known_of_older_rows() -> None:
    data = replace(snapshot(WORLD), carried={"committees": {A: Period("2024-08")}})
    filed, in_term = (evaluate(CATALOGUE[name], data) for name in ("G11", "G05"))
    assert (filed.of(A).numerator, filed.of(A).missing) == (None, (A,)), "left out of a figure of the month"
    assert A in filed.whole.missing
    assert (in_term.of(A).carried, in_term.of(A).missing) == (((A, "2024-08"),), ()), "in what stands, and marked"
