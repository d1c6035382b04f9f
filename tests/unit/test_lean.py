"""Figures read with only the columns they need are those read with all; and those of plain group-bys, written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT
from lib.demo.samples import SILENT
from lib.figures.content import content_of, registry_at
from lib.figures.snapshot import Snapshot, figure_columns, load_snapshot
from lib.figures.values import all_breakdowns, figures_of
from lib.indicators import CATALOGUE
from lib.spec.period import Period
from lib.store.database import Database
from lib.store.releases import head, state_at
from tests.load.figures import Line, direct_figures, disagreements
from tests.support.city import CITY_END, SIZES, city, keep_demonstration, keep_further_months, keep_month

MONTHS = (Period("2026-10"), Period("2025-12"), Period("2024-09"))
"""The newest month of the samples, in which a 街镇 is silent; one in the middle, with a full year behind it; the first one."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('lean') / 'samples.db'}")
    database.migrate()
    keep_demonstration(database)
    yield database
    database.close()


def loaded(database: Database, period: Period, *, lean: bool) -> Snapshot:
    with database.reading() as connection:
        number = head(connection)
        registry = registry_at(connection, number)
        return load_snapshot(connection, content_of(state_at(connection, number), period, registry), registry, lean=lean)


@pytest.mark.parametrize("period", MONTHS)
def test_figures_from_few_columns_are_those_from_all(samples: Database, period: Period) -> None:
    """Every indicator, every unit: numerator, denominator, who is missing, whose rows are of an earlier month, how small the base is."""
    full, lean = (all_breakdowns(loaded(samples, period, lean=lean)) for lean in (False, True))
    assert set(full) == set(CATALOGUE)
    for name, breakdown in full.items():
        assert len(breakdown.places) == 10
        for one in (breakdown.whole, *breakdown.places):
            other = lean[name].of(one.unit)
            told = (one.numerator, one.denominator, one.value, one.missing, one.carried, one.few)
            assert told == (other.numerator, other.denominator, other.value, other.missing, other.carried, other.few), (name, one.unit)


def test_few_columns_are_fewer() -> None:
    """Of every form but the targets, which are read as a whole, some columns are left on disk: names, notes, where a row stood."""
    for name, dataset in DATASETS.items():
        left = set(dataset.schema.names) - set(figure_columns(name).names)
        assert left if name != "targets" else not left, name
    assert not {"compound_name", "address", "lon", "lat", "_row"} & set(figure_columns("compounds").names)


def test_the_months_of_the_samples_say_something(samples: Database) -> None:
    """Equal figures prove little where there are none: what is compared has numbers, a silent 街镇 and months carried on."""
    figures = all_breakdowns(loaded(samples, MONTHS[0], lean=True))
    assert figures["G01"].whole.numerator == 678
    committees = figures["G03N"].of(SILENT)
    assert (committees.carried, committees.missing) == (((SILENT, Period("2026-09")),), ())
    assert sum(1 for one in figures.values() if one.whole.numerator) >= 75
    assert all_breakdowns(loaded(samples, MONTHS[2], lean=True))["G21Y"].whole.numerator is None


def test_all_months_in_one_go_are_the_months_one_by_one(samples: Database) -> None:
    with samples.reading() as connection:
        number = head(connection)
        registry, state = registry_at(connection, number), state_at(connection, number)
        contents = [content_of(state, period, registry) for period in MONTHS]
        together = {content.period: figures for content, figures in figures_of(connection, contents, registry)}
    assert together == {period: all_breakdowns(loaded(samples, period, lean=False)) for period in MONTHS}


@pytest.mark.parametrize("period", MONTHS)
def test_figures_are_those_of_direct_group_bys(samples: Database, period: Period) -> None:
    """Each written as one boolean expression and one group-by, without the tables that count for us."""
    data = loaded(samples, period, lean=False)
    assert disagreements(all_breakdowns(data), direct_figures(data)) == []


def test_a_wrong_figure_is_told(samples: Database) -> None:
    """The comparison sees one row too many, a missing 街镇 that is counted, and one that is left out."""
    data = loaded(samples, MONTHS[1], lean=True)
    ours, direct = all_breakdowns(data), direct_figures(data)
    whole = ours["G01"].whole
    assert whole.numerator == 678
    assert disagreements({"G01": replace(ours["G01"], whole=replace(whole, numerator=679.0))}, direct) == [
        f"G01, {DISTRICT}, numerator: 679.0, 678.0",
        f"G01, {DISTRICT}, value: 679.0, 678.0",
    ]
    first = ours["R01"].places[0]
    silent = replace(ours["R01"], places=(replace(first, numerator=None),))
    assert [one.split(": ")[0] for one in disagreements({"R01": silent}, direct)] == [
        f"R01, {first.unit}, numerator",
        f"R01, {first.unit}, value",
    ]


@pytest.mark.parametrize(
    ("best", "judged", "expected"),
    [
        (1.2, None, "ok"),
        (1.5, None, "ok"),
        (1.6, None, "at the limit"),
        (1.66, None, "OVER"),
        (0.1, 1.7, "OVER"),
        (1.7, 0.1, "ok"),
    ],
)
def test_a_limit_is_crossed_by_more_than_a_tenth(best: float, judged: float | None, expected: str) -> None:
    assert Line("demonstration, cold", best, best, "s", 1.5, judged=judged).verdict == expected


def test_further_months_follow_the_newest(tmp_path: Path) -> None:
    """What the measurement of 36 months stands on: two more months, with the rows of the last two as submissions of their own."""
    database = Database(f"sqlite:///{tmp_path / 'two.db'}")
    database.migrate()
    for period, tables in city(2):
        keep_month(database, period, {name: tables[name] for name in ("compounds", "hotline")})
    keep_further_months(database, 4)
    months = ("2026-09", "2026-10", "2026-11", "2026-12")
    rows = {period: len(loaded(database, Period(period), lean=True).frames["compounds"]) for period in months}
    database.close()
    assert rows["2026-10"] == SIZES["compounds"]
    assert (rows["2026-11"], rows["2026-12"]) == (rows["2026-09"], rows["2026-10"])
    assert rows["2026-09"] < rows["2026-10"]


@cache
def one_month() -> Mapping[str, pa.Table]:
    return dict(city(1))[CITY_END]


@pytest.mark.parametrize("name", list(DATASETS))
def test_the_city_has_a_row_for_every_key(name: str) -> None:
    """The generated forms are of the size told, with no row twice and choices and 街镇 that the form knows."""
    dataset, rows = DATASETS[name], one_month()[name].to_pandas()
    assert len(rows) == SIZES[name]
    assert not rows.duplicated(list(dataset.key)).any()
    assert rows[dataset.owner].nunique() == 10
    for field in dataset.fields:
        if field.choices:
            assert set(rows[field.name].dropna()) <= set(field.choices), field.name
