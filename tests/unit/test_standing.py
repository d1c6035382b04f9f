"""What stands published, as the reader of a file is told it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.actions.standing import context_for
from lib.datasets import DATASETS
from lib.ingest.expected import Context, Question
from lib.store.database import Database
from tests.support.published import (
    CAOYANG,
    CHANGFENG,
    TAOPU,
    committee,
    compound,
    new_database,
    publish_rows,
    stage_rows,
)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("YJPT_NOW", "2025-01-08T01:30:00+00:00")
    opened = new_database(tmp_path)
    yield opened
    opened.close()


def ask(database: Database, period: str, *units: str, dataset: str = "committees") -> Context:
    return context_for(database, Question(dataset, period, units))


def test_nothing_stands(database: Database) -> None:
    stage_rows(database, "compounds", [compound("X1", CHANGFENG)], unit=CHANGFENG)
    for dataset in ("committees", "compounds", "no_such_form"):
        assert ask(database, "2024-09", CHANGFENG, dataset=dataset) == Context()


def test_the_keys_of_each_place_in_its_newest_month(database: Database) -> None:
    publish_rows(database, "compounds", [compound("A1", CHANGFENG), compound("B1", TAOPU)], period="2024-09")
    publish_rows(database, "compounds", [compound("A2", CHANGFENG)], unit=CHANGFENG, period="2024-10")
    assert ask(database, "2024-08", CHANGFENG).known == {}
    assert ask(database, "2024-09", CHANGFENG).known == {"compounds": frozenset({"A1", "B1"})}
    assert ask(database, "2024-11", CHANGFENG).known == {"compounds": frozenset({"A2", "B1"})}, "taopu has not reported October yet"


def test_rows_of_a_file_that_was_partly_replaced_do_not_stand(database: Database) -> None:
    publish_rows(database, "compounds", [compound("A1", CHANGFENG), compound("B1", TAOPU)])
    publish_rows(database, "compounds", [compound("B2", TAOPU)], unit=TAOPU)
    assert ask(database, "2024-09", CHANGFENG).known == {"compounds": frozenset({"A1", "B2"})}


def test_the_rows_of_the_month_before(database: Database) -> None:
    publish_rows(database, "committees", [committee("A1", CHANGFENG, "应建未建"), committee("B1", TAOPU, "应建未建")], period="2024-07")
    publish_rows(database, "committees", [committee("A2", CHANGFENG, "应建未建"), committee("B2", TAOPU, "应建未建")], period="2024-08")
    publish_rows(database, "committees", [committee("A3", CHANGFENG, "应建未建")], unit=CHANGFENG, period="2024-09")

    def previous(period: str, *units: str) -> tuple[str, list[str]]:
        found = ask(database, period, *units)
        return found.previous_period, [] if found.previous is None else sorted(found.previous.column("compound_id").to_pylist())

    assert previous("2024-07", CHANGFENG) == ("", [])
    assert previous("2024-08", CHANGFENG) == ("2024-07", ["A1"])
    assert previous("2024-09", CHANGFENG, TAOPU) == ("2024-08", ["A2", "B2"])
    assert previous("2024-10", CHANGFENG, TAOPU) == ("2024-09", ["A3"]), "the newest month of any of them"
    assert previous("2024-10", TAOPU) == ("2024-08", ["B2"])
    assert previous("2024-10", CAOYANG) == ("2024-08", []), "the bureau's file spoke for it too: it had none"
    assert previous("", CHANGFENG) == ("", [])
    found = ask(database, "2024-10", TAOPU).previous
    assert found is not None
    assert found.schema == DATASETS["committees"].schema
