"""The figures of the article of September 2024, from the sample workbooks through the reader to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.actions.publishing import publish
from lib.actions.staging import keep
from lib.figures.snapshot import Snapshot
from lib.figures.values import all_breakdowns
from lib.indicators.evaluate import Breakdown
from lib.settings import SAMPLES
from tests.support.published import BUREAU, new_database, read, snapshot_at

FIGURES = {
    "G01": (678, None, "678 个"),
    "G02": (657, None, "657 个"),
    "G03N": (631, None, "631 个"),
    "G03": (631, 657, "96.0%"),
    "G04": (26, None, "26 个"),
    "G05N": (468, None, "468 个"),
    "G05": (468, 631, "74.2%"),
    "G06": (163, None, "163 个"),
    "G25": (2, None, "2 个"),
    "H07": (1873, None, "1,873 张"),
    "H08": (5, None, "5 个"),
    "H08P": (1, None, "1 个"),
    "H09": (5, 10, "50%"),
    "H04N": (3832, None, "3,832 套(间)"),
    "H05N": (920, None, "920 套(间)"),
    "H04": (3832, 4850, "79.0%"),
    "H05": (920, 4850, "19.0%"),
}


@pytest.fixture(scope="module")
def september(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    database = new_database(tmp_path_factory.mktemp("article"))
    chosen = []
    for file in sorted((SAMPLES / "2024-09").glob("*.xlsx")):
        data = file.read_bytes()
        staged = keep(database, by=BUREAU, data=data, staging=read(data, file.name))
        assert staged.staging.publishable, staged.staging.findings
        assert staged.submission is not None
        chosen.append(staged.submission)
    publish(database, by=BUREAU, submission_ids=chosen, key="article")
    yield snapshot_at(database, 1)
    database.close()


@pytest.fixture(scope="module")
def figures(september: Snapshot) -> dict[str, Breakdown]:
    return all_breakdowns(september)


def test_all_four_tables_are_there(september: Snapshot) -> None:
    assert {name: len(units) for name, units in september.reported.items()} == dict.fromkeys(september.frames, 10)
    assert {Path(one.file_name).suffix for one in september.sources.values()} == {".xlsx"}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_of_the_article(figures: dict[str, Breakdown], name: str) -> None:
    top, below, text = FIGURES[name]
    whole = figures[name].whole
    assert (whole.numerator, whole.denominator, whole.text, whole.missing) == (top, below, text, ())


def test_the_five_places_with_beds(figures: dict[str, Breakdown]) -> None:
    covered = {one.unit for one in figures["H09"].places if one.value}
    assert covered == {"310107015", "310107014", "310107022", "310107021", "310107103"}  # 长寿 长风 真如 万里 桃浦
    assert sum(one.numerator or 0 for one in figures["H07"].places if one.unit in covered) == 1873


def test_sixty_households_moved_back(september: Snapshot) -> None:
    projects = september.frames["renewal_projects"]
    row = projects[projects["project_name"].str.contains("曹杨八村", regex=False)]
    assert row["households_returned"].tolist() == [60]
    assert row["stage"].tolist() == ["回搬"]
    assert row["subdistrict"].tolist() == ["310107005"]


def test_the_two_pilots(september: Snapshot) -> None:
    committees = september.frames["committees"]
    acting = committees[committees["term_state"] == "替代履职"]
    assert sorted(acting["compound_name"]) == ["苏堤春晓", "金鼎公寓"]
    assert set(acting["substitute"]) == {"居委会代为履职"}
