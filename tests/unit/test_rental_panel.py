"""One rental project: the stages of its own ladder with their days, its rents beside their limits, its source; nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.figures.project import AHEAD, DONE, NOW, PASSED
from lib.figures.rental_project import RentalProject, rent_limit, rental_project_of
from lib.figures.snapshot import Snapshot
from tests.support.published import CHANGFENG, TAOPU, new_database, publish_rows, rental, snapshot_at


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    database = new_database(tmp_path_factory.mktemp("panel"))
    rows = [
        rental("B1", TAOPU, "一张床", "非居住存量房屋改建", "认定", 50, beds=200, datum="WGS-84", lon=121.36, lat=31.28,
               reserve_date="2023-11-02", verify_date="2024-05-20", recognition_date="2024-06-01", leased_beds=0),
        rental("U1", CHANGFENG, "一套房", "新建", "供应备案", 300, filed_rent=90.0, market_rent=100.0, supply_date="2024-03-05",
               leased_units=240),
        rental("U2", CHANGFENG, "一间房", "新建", "退出", 80, filed_rent=90.01, market_rent=100.0),
        rental("U3", CHANGFENG, "一间房", "新建", "储备", 80),
    ]
    publish_rows(database, "rental_projects", rows, name="九月.xlsx")
    yield snapshot_at(database, 1)
    database.close()


def project(data: Snapshot, identity: str) -> RentalProject:
    found = rental_project_of(data, identity)
    assert found is not None
    return found


def test_the_stages_of_a_bed_project_with_their_days(data: Snapshot) -> None:
    told = [(one.stage, one.state, one.day) for one in project(data, "B1").stages]
    assert told == [
        ("储备清单", DONE, "2023-11-02"), ("预选清单", PASSED, ""), ("改造", PASSED, ""), ("核验", DONE, "2024-05-20"),
        ("认定", NOW, "2024-06-01"), ("挂牌", AHEAD, ""), ("复核", AHEAD, ""),
    ]


def test_the_stages_of_homes_are_of_their_own_ladder(data: Snapshot) -> None:
    told = {one.stage: (one.state, one.day) for one in project(data, "U1").stages}
    assert told["供应备案"] == (NOW, "2024-03-05")
    assert told["建设"] == (DONE, ""), "the form asks for no day of it"
    assert told["认定"] == (PASSED, "")
    assert "退出" not in told
    assert project(data, "U2").stages[-1].stage == "退出"
    assert project(data, "U2").stages[-1].state == NOW


def test_rents_beside_their_limit(data: Snapshot) -> None:
    assert project(data, "U1").rent_share == 0.9
    assert project(data, "U1").row["rent_over"] is False
    assert project(data, "U2").rent_share == pytest.approx(0.9001)
    assert project(data, "U2").row["rent_over"] is True
    assert project(data, "U3").rent_share is None
    limit, _ = rent_limit(data)
    assert (limit.number, limit.unit) == (0.9, "倍")


def test_what_the_form_does_not_say_is_none(data: Snapshot) -> None:
    bare = project(data, "U3")
    assert (bare.number("leased_units"), bare.number("waitlist"), bare.day("supply_date")) == (None, None, "")
    assert (bare.name, bare.is_bed, project(data, "B1").is_bed) == ("租赁项目U3", False, True)
    assert project(data, "B1").number("beds") == 200.0


def test_the_source_is_file_sheet_and_row(data: Snapshot) -> None:
    found = project(data, "U1")
    assert found.source is not None
    assert found.source.file_name == "九月.xlsx"
    assert found.row["_row"] == project(data, "B1").row["_row"] + 1
    assert found.row["_sheet"]


def test_a_project_that_is_not_there(data: Snapshot) -> None:
    assert rental_project_of(data, "没有") is None
