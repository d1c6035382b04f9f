"""Every workbook of data/samples gives exactly the rows from which it was made, and no finding that asks for anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes
from lib.demo.samples import SILENT, SPLIT, TOGETHER
from lib.demo.world import PERIODS, REGISTERS, SITES, TARGETS, tables
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import Staging
from lib.settings import SAMPLES
from lib.spec.level import Level
from lib.spec.period import Period


@pytest.fixture(autouse=True, scope="module")
def after_the_last_month() -> Iterator[None]:
    """The world's last month is over, whenever the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YJPT_NOW", "2026-11-02T09:00:00+08:00")
        yield


@cache
def stagings(period: Period) -> list[Staging]:
    readings = [read_file(path.name, path.read_bytes(), Expected()) for path in sorted((SAMPLES / period).glob("*.xlsx"))]
    assert [one.message for reading in readings for one in reading.findings if one.level is not Level.INFO] == []
    return [staging for reading in readings for staging in reading.stagings]


def keyed(name: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[part] for part in DATASETS[name].key): row for row in rows}


def test_there_is_a_folder_for_every_month() -> None:
    assert sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()) == list(PERIODS)
    assert {path.suffix for path in SAMPLES.rglob("*") if path.is_file()} == {".xlsx", ".md"}


@pytest.mark.parametrize("period", PERIODS)
def test_samples_give_their_rows(period: Period) -> None:
    found = stagings(period)
    for staging in found:
        assert [one.message for one in staging.findings if one.level is not Level.INFO] == [], staging.file_name
        assert staging.publishable
        assert staging.period == period
    world = tables(period)
    assert {staging.dataset for staging in found} == set(world)
    for name in world:
        dataset = DATASETS[name]
        own = [staging for staging in found if staging.dataset == name]
        assert len(own) == (9 if (name, period) == SPLIT else 1)
        units = [unit for staging in own for unit in staging.units]
        everybody = [code for code in subdistrict_codes() if (name, period) != SPLIT or code != SILENT]
        assert sorted(units) == everybody, "a file of the bureau speaks for all ten, also for those of whom it has no row"
        columns = [one.name for one in dataset.fields]
        for staging in own:
            assert staging.rows is not None
            expected = [row for row in world[name] if row[dataset.owner] in staging.units]
            rows = staging.rows.select(columns).to_pylist()
            assert len(rows) == len(expected)
            assert keyed(name, rows) == keyed(name, expected), staging.file_name


def test_every_file_is_of_one_of_the_months() -> None:
    together = {"热线和培训月报": len(PERIODS), "更新改造专项报表": len(REGISTERS), "小区治理专项报表": len(REGISTERS)}
    assert set(together) == set(TOGETHER)
    alone = 4 * len(PERIODS) + 8 + len(REGISTERS) + len(SITES) + len(TARGETS)
    assert len(list(SAMPLES.rglob("*.xlsx"))) == alone + sum(together.values())
    read = sum(len(stagings(period)) for period in PERIODS)
    assert read == alone + sum(count * len(TOGETHER[title]) for title, count in together.items())


def test_sample_path_is_inside_the_project(root: Path) -> None:
    assert SAMPLES.is_relative_to(root)
