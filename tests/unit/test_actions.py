"""Staging and publishing: what is kept, who may, what blocks, and that nothing is ever half done."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lib import clock
from lib.actions import publishing, staging
from lib.actions.downloads import zero_workbook
from lib.actions.publishing import publish
from lib.actions.reasons import explain
from lib.actions.staging import effect, keep, stage
from lib.auth.permissions import Action, Role, User, may
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.errors import AppError, Blocked, Forbidden, NotFound
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.ingest.expected import Expected
from lib.settings import ROOT
from lib.spec.findings import finding
from lib.store import audit, blobs, releases, submissions
from lib.store.database import Database
from lib.store.schema import metadata
from lib.store.submissions import Status
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    LEADER,
    OTHER_STREET,
    SEPTEMBER,
    STREET,
    TAOPU,
    Row,
    committee,
    compound,
    new_database,
    publish_rows,
    read,
    snapshot_at,
    stage_rows,
    workbook,
)
from tests.support.small import SMALL

NOBODY = User("", "", Role.STREET_EDITOR)
Figures = dict[tuple[str, str], tuple[float | None, float | None]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YJPT_NOW", "2024-10-08T01:30:00+00:00")


def counts(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {
            name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for name, table in metadata.tables.items()
        }


def log(database: Database) -> list[tuple[str, str, str, dict[str, Any]]]:
    with database.reading() as connection:
        assert audit.verify(connection) is None
        return [(one.actor, one.action, one.subject, json.loads(one.detail)) for one in audit.entries(connection)]


def status(database: Database, identity: int) -> Status:
    with database.reading() as connection:
        return submissions.get_submission(connection, identity).status


def figures(database: Database, number: int, period: str = SEPTEMBER) -> Figures:
    """Every figure of a release, computed anew from its rows."""
    found = all_breakdowns(snapshot_at(database, number, period)).values()
    return {(one.indicator.id, one.unit): (one.numerator, one.denominator) for each in found for one in (each.whole, *each.places)}


def explained(database: Database, identity: int) -> int:
    """A submission with a reason for what it is warned about, whatever that is."""
    explain(database, by=BUREAU, submission=identity, text="测试数据，情况属实。")
    return identity


def rows_of(unit: str, count: int, **more: Any) -> list[Row]:
    return [compound(f"{unit[-3:]}{at}", unit, **more) for at in range(count)]


# -- staging ---------------------------------------------------------------------------------------------------------


def test_staging_keeps_file_rows_findings_and_audit(database: Database) -> None:
    rows = [*rows_of(CAOYANG, 2), compound("X", TAOPU, gfa_m2=None)]
    data = workbook("compounds", rows)
    kept = keep(database, by=BUREAU, data=data, reading=read(data, "小区.xlsx"))
    assert kept.kept == (1,)
    with database.reading() as connection:
        one = submissions.get_submission(connection, 1)
        assert blobs.get_blob(connection, one.file_sha256) == data
        stored = blobs.rows_from_parquet(blobs.get_blob(connection, one.rows_sha256))
    assert stored.column("compound_id").to_pylist() == ["0050", "0051", "X"]
    assert stored.column("_row").to_pylist() == [7, 8, 9]
    assert (one.file_name, one.dataset, one.period, one.units, one.row_count) == (
        "小区.xlsx",
        "compounds",
        "2024-09",
        subdistrict_codes(),
        3,
    )
    assert (one.status, one.publishable, one.submitted_by, one.base_release) == (Status.STAGED, True, "bureau", 0)
    assert one.submitted_at == "2024-10-08T09:30:00+08:00", "the time of Shanghai, wherever the server stands"
    with database.reading() as connection:
        reading = submissions.reading_of(connection, one.id)
    assert reading == json.loads(json.dumps(kept.submissions[0][0].as_dict()))
    assert "C10" in {found["code"] for found in reading["findings"]}
    assert log(database) == [
        ("bureau", "stage", "submission 1", {"dataset": "compounds", "period": "2024-09", "rows": 3, "publishable": True, "superseded": []})
    ]
    assert releases_head(database) == 0


def releases_head(database: Database) -> int:
    with database.reading() as connection:
        return releases.head(connection)


def test_a_file_with_fatal_findings_is_kept_but_not_publishable(database: Database) -> None:
    identity = stage_rows(database, "compounds", [*rows_of(CAOYANG, 1), *rows_of(CAOYANG, 1)])  # the same key twice
    with database.reading() as connection:
        assert not submissions.get_submission(connection, identity).publishable
    with pytest.raises(Blocked, match="致命") as refused:
        publish(database, by=BUREAU, submission_ids=[identity], key="k")
    assert refused.value.code == "fatal"
    assert releases_head(database) == 0
    assert status(database, identity) is Status.STAGED


IDENTITY, MOBILE = "11010519491231002X", "13912345678"
REFUSED: dict[str, tuple[bytes, str]] = {
    "identity number": (workbook("compounds", [compound("X", CAOYANG, address=f"某路1弄 {IDENTITY}")]), "T14"),
    "mobile number": (workbook("compounds", [compound("X", CAOYANG, property_firm=f"某公司{MOBILE}")]), "T14"),
    "no workbook": (b"PK\x03\x04 broken " + MOBILE.encode(), "F03"),
    "empty": (b"", "F01"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_only_a_line_without_values(database: Database, case: str) -> None:
    data, code = REFUSED[case]
    staged = keep(database, by=BUREAU, data=data, reading=read(data, "小区.xlsx"))
    assert staged.kept == ()
    assert code in {one.code for one in staged.reading.all_findings}
    assert {name: count for name, count in counts(database).items() if count} == {"audit": 1}
    actor, action, _, detail = log(database)[0]
    assert (actor, action) == ("bureau", "refuse")
    assert code in detail["findings"]
    with database.reading() as connection:
        everything = repr(audit.entries(connection))
    assert IDENTITY not in everything
    assert MOBILE not in everything


@pytest.mark.parametrize("unknown", [{"period": ""}, {"units": ()}], ids=["period", "place"])
def test_a_file_without_a_period_or_a_place_is_not_kept(database: Database, unknown: dict[str, Any]) -> None:
    data = workbook("compounds", rows_of(CAOYANG, 1))
    whole = read(data)
    lacking = replace(whole, stagings=(replace(whole.stagings[0], **unknown),))
    assert keep(database, by=BUREAU, data=data, reading=lacking).kept == ()
    assert (counts(database)["submission"], counts(database)["blob"], counts(database)["audit"]) == (0, 0, 1)


def test_the_account_of_a_place_sends_for_that_place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Expected] = []

    def reading(name: str, data: bytes, expected: Expected, **_more: Any) -> Any:
        seen.append(expected)
        return read(data, name, expected)

    monkeypatch.setattr(staging, "read_upload", reading)
    data = workbook("compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    assert stage(database, by=STREET, name="a.xlsx", data=data).kept == (1,)
    assert stage(database, by=STREET, name="a.xlsx", data=data, expected=Expected("compounds", "2024-09")).kept == (2,)
    assert stage(database, by=STREET, name="a.xlsx", data=data, expected=Expected(unit=TAOPU)).kept == (3,)
    assert stage(database, by=BUREAU, name="a.xlsx", data=data, expected=Expected("compounds")).kept == (4,)
    assert seen == [
        Expected("", "", CHANGFENG),
        Expected("compounds", "2024-09", CHANGFENG),
        Expected("", "", CHANGFENG),
        Expected("compounds"),
    ]


def several(*sheets: bytes) -> bytes:
    """One workbook with the first sheet of each."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for data in sheets:
        source = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        target = book.create_sheet(source.title)
        for row in source.iter_rows():
            for cell in row:
                if cell.value is not None:
                    target.cell(cell.row, cell.column).value = cell.value
        for merged in source.merged_cells.ranges:
            target.merge_cells(str(merged))
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_each_form_of_a_file_is_a_submission(database: Database) -> None:
    data = several(
        workbook("compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG),
        workbook("committees", [committee("0140", CHANGFENG, "应建未建")] * 2, unit=CHANGFENG),  # the same key twice
    )
    staged = keep(database, by=STREET, data=data, reading=read(data, "两种.xlsx"))
    assert [(form.dataset, identity, form.publishable) for form, identity in staged.submissions] == [
        ("compounds", 1, True),
        ("committees", 2, False),
    ]
    assert (staged.kept, staged.publishable) == ((1, 2), False)
    assert publish(database, by=BUREAU, submission_ids=[1], key="k") == 1, "each stands for itself"
    blocked(database, "fatal", 2)
    assert counts(database)["blob"] == 4, "one file, two tables of rows, the thresholds of the first release"


def test_what_is_said_of_the_file_blocks_all_its_forms(database: Database) -> None:
    data = workbook("compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    reading = read(data)
    wrong = replace(reading, findings=(finding("F03", name="a.xlsx", reason="×"),))
    staged = keep(database, by=STREET, data=data, reading=wrong)
    assert (staged.kept, staged.publishable) == ((1,), False)
    blocked(database, "fatal", 1)
    with database.reading() as connection:
        assert "F03" in {one["code"] for one in submissions.reading_of(connection, 1)["findings"]}


def test_a_form_of_another_place_is_left_out(database: Database) -> None:
    data = several(
        workbook("compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG),
        workbook("committees", [committee("0140", TAOPU, "应建未建")], unit=TAOPU),
    )
    staged = keep(database, by=STREET, data=data, reading=read(data))
    assert [(form.dataset, identity) for form, identity in staged.submissions] == [("compounds", 1), ("committees", None)]
    assert staged.refusals == ("", "填报单位是“桃浦镇”。您只能报送本街镇的报表。")
    assert [line[1:3] for line in log(database)] == [("stage", "submission 1"), ("refuse", "committees")]


def test_forms_of_one_file_are_kept_together_or_not_at_all(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    data = several(
        workbook("compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG),
        workbook("committees", [committee("0140", CHANGFENG, "应建未建")], unit=CHANGFENG),
    )
    calls = iter([None])

    def second_breaks(*_: object, **__: object) -> None:
        if next(calls, "broken") is not None:
            raise Broken

    monkeypatch.setattr("lib.actions.staging.audit.append", second_breaks)
    with pytest.raises(Broken):
        keep(database, by=STREET, data=data, reading=read(data))
    assert sum(counts(database).values()) == 0


def test_personal_data_may_be_dropped_and_then_the_cleaned_copy_is_kept(database: Database) -> None:
    data = workbook("compounds", [compound("X1", CHANGFENG, property_firm=f"某公司{MOBILE}"), compound("X2", CHANGFENG)], unit=CHANGFENG)
    staged = keep(database, by=STREET, data=data, reading=read(data, expected=Expected(drop_personal=True)))
    assert staged.kept == (1,)
    with database.reading() as connection:
        one = submissions.get_submission(connection, 1)
        stored = blobs.get_blob(connection, one.file_sha256)
        rows = blobs.rows_from_parquet(blobs.get_blob(connection, one.rows_sha256))
    assert stored == staged.reading.cleaned
    assert rows.column("property_firm").to_pylist()[0] is None
    book = openpyxl.load_workbook(io.BytesIO(stored))
    assert not any(MOBILE in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_of_a_number_outside_of_the_cells_nothing_is_stored(database: Database) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook("compounds", [compound("X1", CHANGFENG)], unit=CHANGFENG)))
    book.worksheets[0].title, book.properties.creator = f"张三{MOBILE}", f"张三{MOBILE}"
    sink = io.BytesIO()
    book.save(sink)
    staged = stage(database, by=STREET, name=f"{MOBILE}.xlsx", data=sink.getvalue())
    assert (staged.kept, staged.reading.personal) == ((), True)
    assert {one.code for one in staged.reading.findings} >= {"T42", "T44"}
    with database.reading() as connection:
        kept = {table.name: [tuple(row) for row in connection.execute(select(table))] for table in metadata.sorted_tables}
    assert {name: len(rows) for name, rows in kept.items() if rows} == {"audit": 1}
    assert not any(part in str(kept) for part in (MOBILE, "张三"))


def test_a_zero_report_stands_for_its_place(database: Database) -> None:
    data = zero_workbook(by=STREET, dataset="renewal_projects", period=SEPTEMBER)
    staged = keep(database, by=STREET, data=data, reading=read(data))
    ((form, identity),) = staged.submissions
    assert (form.zero, form.publishable, form.units, identity) == (True, True, (CHANGFENG,), 1)
    number = publish(database, by=BUREAU, submission_ids=[1], key="k")
    with database.reading() as connection:
        assert ("renewal_projects", SEPTEMBER, CHANGFENG) in releases.state_at(connection, number)
    for by, dataset in ((LEADER, "renewal_projects"), (STREET, "compounds"), (STREET, "nothing")):
        with pytest.raises(AppError):
            zero_workbook(by=by, dataset=dataset, period=SEPTEMBER)


def test_staging_through_the_worker_process(database: Database) -> None:
    staged = stage(database, by=STREET, name="小区.xlsx", data=workbook("compounds", rows_of(CHANGFENG, 3), unit=CHANGFENG))
    assert [(form.units, identity) for form, identity in staged.submissions] == [((CHANGFENG,), 1)]
    refused = stage(database, by=STREET, name="小区.docx", data=b"nothing")
    assert (refused.kept, refused.submissions) == ((), ())
    assert [line[1] for line in log(database)] == ["stage", "refuse"]


# -- who may ---------------------------------------------------------------------------------------------------------

GENERAL = {
    Role.VIEWER: {Action.VIEW, Action.EXPORT},
    Role.STREET_EDITOR: {Action.VIEW, Action.EXPORT, Action.SUBMIT},
    Role.BUREAU_EDITOR: {Action.VIEW, Action.EXPORT, Action.SUBMIT, Action.PUBLISH, Action.SET_RULES, Action.APPROVE_SHEET},
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_permission_matrix(role: Role, action: Action) -> None:
    user = User("x", "x", role, CHANGFENG if role is Role.STREET_EDITOR else "")
    allowed = action in GENERAL[role]
    assert may(user, action) is allowed
    assert may(user, action, units=(CHANGFENG,)) is allowed
    elsewhere = allowed and not (role is Role.STREET_EDITOR and action is Action.SUBMIT)
    assert may(user, action, units=(TAOPU,)) is elsewhere
    assert may(user, action, units=(CHANGFENG, TAOPU)) is elsewhere
    assert may(user, action, units=()) is False
    assert may(None, action) is False


def test_every_role_is_in_the_matrix() -> None:
    assert set(GENERAL) == set(Role)


@pytest.mark.parametrize("user", [None, NOBODY, User("x", "x", "管理员")], ids=["none", "street of nowhere", "unknown role"])  # type: ignore[arg-type]
@pytest.mark.parametrize("action", [Action.SUBMIT, Action.PUBLISH, Action.SET_RULES, "purge"])
def test_unknown_means_no(user: User | None, action: Any) -> None:
    assert not may(user, action)
    assert not may(user, action, units=(CHANGFENG,))
    assert not may(BUREAU, "purge")  # type: ignore[arg-type]


@pytest.mark.parametrize("by", [LEADER, NOBODY])
def test_who_may_not_submit_leaves_nothing(database: Database, by: User) -> None:
    data = workbook("compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    with pytest.raises(Forbidden):
        stage(database, by=by, name="a.xlsx", data=data)
    with pytest.raises(Forbidden):
        keep(database, by=by, data=data, reading=read(data))
    with pytest.raises(Forbidden):
        keep(database, by=by, data=b"", reading=read(b""))
    assert sum(counts(database).values()) == 0


@pytest.mark.parametrize(("unit", "words"), [(TAOPU, "桃浦镇"), (None, "全区")], ids=["another place", "the whole district"])
def test_a_street_editor_may_not_submit_for_others(database: Database, unit: str | None, words: str) -> None:
    data = workbook("compounds", rows_of(TAOPU, 1), unit=unit)
    staged = keep(database, by=STREET, data=data, reading=read(data))
    assert (staged.kept, staged.publishable) == ((), False)
    assert staged.refusals == (f"填报单位是“{words}”。您只能报送本街镇的报表。",)
    assert {name: count for name, count in counts(database).items() if count} == {"audit": 1}
    assert [line[:3] for line in log(database)] == [("street", "refuse", "compounds")]


def test_a_form_of_another_place_is_answered_with_everything(database: Database) -> None:
    data = workbook("compounds", [*rows_of(TAOPU, 2), *rows_of(TAOPU, 1)], unit=TAOPU)  # the same key twice
    staged = keep(database, by=STREET, data=data, reading=read(data, expected=Expected(unit=CHANGFENG)))
    ((form, identity),) = staged.submissions
    unit = next(one for one in form.findings if one.code == "T09")
    assert (identity, unit.cell) == (None, "A2")
    assert staged.refusals == (f"{unit.sheet}!A2 填报单位是“桃浦镇”，与您的所属单位“长风新村街道”不符。您只能报送本街镇的报表。",)
    assert {"T09", "R01"} <= {one.code for one in form.findings}
    assert form.rows is not None, "what was read is shown, not stored"
    assert (counts(database)["submission"], counts(database)["blob"]) == (0, 0)
    assert set(log(database)[0][3]["findings"]) == {one.code for one in form.findings}


@pytest.mark.parametrize("by", [LEADER, STREET, OTHER_STREET])
def test_who_may_not_publish(database: Database, by: User) -> None:
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    with pytest.raises(Forbidden, match="科室"):
        publish(database, by=by, submission_ids=[identity], key="k")
    assert (releases_head(database), len(log(database))) == (0, 1)


# -- publishing ------------------------------------------------------------------------------------------------------


def test_publish_makes_the_next_release(database: Database) -> None:
    chosen = [explained(database, stage_rows(database, name, rows)) for name, rows in SMALL.items()]
    number = publish(database, by=BUREAU, submission_ids=chosen, key="k1", note="九月")
    assert number == 1
    with database.reading() as connection:
        one = releases.list_releases(connection)[0]
        assert (one.number, one.published_by, one.published_at, one.note) == (1, "bureau", "2024-10-08T09:30:00+08:00", "九月")
        state = releases.state_at(connection, 1)
        assert len(state) == 40
        assert {place[0]: identity for place, identity in state.items()} == dict(zip(SMALL, chosen, strict=True))
        stored = {
            unit: {found.indicator: found for found in releases.values_at(connection, 1, unit)}
            for unit in (DISTRICT, *subdistrict_codes())
        }
    assert {status(database, identity) for identity in chosen} == {Status.PUBLISHED}
    assert log(database)[-1] == ("bureau", "publish", "release 1", {"submissions": chosen, "key": "k1", "note": "九月"})
    assert set(stored[DISTRICT]) == set(CATALOGUE)
    again = figures(database, 1)
    assert {(name, unit): (found.numerator, found.denominator) for unit, row in stored.items() for name, found in row.items()} == again
    assert (again["G01", DISTRICT], again["G03", DISTRICT], again["G03", CAOYANG]) == ((12, None), (7, 9), (3, 4))
    assert stored[DISTRICT]["G03"].value == 700 / 9


def test_the_next_release_replaces_the_first(database: Database) -> None:
    first = stage_rows(database, "compounds", rows_of(CHANGFENG, 3), unit=CHANGFENG)
    assert publish(database, by=BUREAU, submission_ids=[first], key="k1") == 1
    second = stage_rows(database, "compounds", rows_of(CHANGFENG, 5), unit=CHANGFENG)
    assert publish(database, by=BUREAU, submission_ids=[second], key="k2") == 2
    assert (status(database, first), status(database, second)) == (Status.SUPERSEDED, Status.PUBLISHED)
    assert (figures(database, 1)["G01", DISTRICT], figures(database, 2)["G01", DISTRICT]) == ((3, None), (5, None))


def test_a_submission_that_still_stands_somewhere_is_not_superseded(database: Database) -> None:
    whole = stage_rows(database, "compounds", [*rows_of(CHANGFENG, 3), *rows_of(TAOPU, 2)])
    publish(database, by=BUREAU, submission_ids=[whole], key="k1")
    part = publish_rows(database, "compounds", rows_of(CHANGFENG, 4), unit=CHANGFENG)
    assert status(database, whole) is Status.PUBLISHED
    after = figures(database, part)
    assert (after["G01", DISTRICT], after["G01", CHANGFENG], after["G01", TAOPU]) == ((6, None), (4, None), (2, None))


def test_rows_of_other_places_in_a_partly_replaced_file_do_not_come_back(database: Database) -> None:
    """Submissions with the very same rows share one blob and still keep their own place and source."""
    publish_rows(database, "compounds", rows_of(CHANGFENG, 3), name="一.xlsx")
    number = publish_rows(database, "compounds", rows_of(CHANGFENG, 3), name="二.xlsx")
    data = snapshot_at(database, number)
    assert {one.file_name for one in data.sources.values()} == {"二.xlsx"}
    assert set(data.frames["compounds"]["_submission"]) == {"2"}
    assert counts(database)["submission"] == 2


def test_periods_do_not_touch_each_other(database: Database) -> None:
    publish_rows(database, "compounds", rows_of(CHANGFENG, 3), period="2024-09")
    number = publish_rows(database, "compounds", rows_of(CHANGFENG, 4), period="2024-10")
    assert figures(database, number, "2024-09")["G01", DISTRICT] == (3, None)
    assert figures(database, number, "2024-10")["G01", DISTRICT] == (4, None)
    with database.reading() as connection:
        assert [(one.period, one.value) for one in releases.values_at(connection, number, DISTRICT) if one.indicator == "G01"] == [
            ("2024-09", 3.0),
            ("2024-10", 4.0),
        ]


def test_several_periods_in_one_release(database: Database) -> None:
    chosen = [
        explained(database, stage_rows(database, "compounds", rows_of(CHANGFENG, count), period=period))
        for count, period in ((3, "2024-09"), (4, "2024-10"))
    ]
    number = publish(database, by=BUREAU, submission_ids=chosen, key="k")
    assert [figures(database, number, period)["G01", DISTRICT] for period in ("2024-09", "2024-10")] == [(3, None), (4, None)]


def test_the_same_key_publishes_nothing_twice(database: Database) -> None:
    one, two = (stage_rows(database, "compounds", rows_of(unit, 1), unit=unit) for unit in (CHANGFENG, TAOPU))
    assert publish(database, by=BUREAU, submission_ids=[one], key="k") == 1
    before = counts(database)
    assert publish(database, by=BUREAU, submission_ids=[one], key="k") == 1
    assert publish(database, by=BUREAU, submission_ids=[two], key="k") == 1
    assert counts(database) == before
    assert status(database, two) is Status.STAGED


def test_older_releases_stay_as_they_were(database: Database) -> None:
    for name, rows in SMALL.items():
        publish_rows(database, name, rows)
    seen = {number: (figures(database, number), counts_of(database, number)) for number in range(1, 5)}
    publish_rows(database, "compounds", rows_of(CHANGFENG, 9), unit=CHANGFENG)
    publish_rows(database, "committees", [committee("0140", CHANGFENG, start="2020-01-01", end="2024-12-31")], unit=CHANGFENG)
    publish_rows(database, "compounds", rows_of(TAOPU, 2), period="2024-10")
    assert {number: (figures(database, number), counts_of(database, number)) for number in range(1, 5)} == seen
    assert figures(database, 4)["G03", DISTRICT] == (7, 9)
    assert figures(database, 7) != figures(database, 4)


def counts_of(database: Database, number: int) -> list[tuple[str, float | None]]:
    with database.reading() as connection:
        return [(one.indicator, one.value) for one in releases.values_at(connection, number, DISTRICT)]


# -- what blocks -----------------------------------------------------------------------------------------------------


def blocked(database: Database, code: str, *identities: int) -> None:
    before = counts(database)
    with pytest.raises(AppError) as refused:
        publish(database, by=BUREAU, submission_ids=identities, key=f"key-{code}")
    assert refused.value.code == code
    assert refused.value.text
    assert counts(database) == before


def test_nothing_chosen_and_nothing_there(database: Database) -> None:
    blocked(database, "nothing")
    blocked(database, "not_found", 99)


@pytest.mark.parametrize("state", [one for one in Status if one is not Status.STAGED])
def test_only_what_waits_can_be_published(database: Database, state: Status) -> None:
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    with database.writing() as connection:
        submissions.set_status(connection, [identity], state)
    blocked(database, "status", identity)


def test_the_same_place_twice(database: Database) -> None:
    whole = stage_rows(database, "compounds", rows_of(TAOPU, 1))
    one = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    blocked(database, "twice", one, one)
    blocked(database, "twice", whole, one)


def test_one_bad_submission_blocks_all(database: Database) -> None:
    good = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    bad = stage_rows(database, "compounds", [*rows_of(TAOPU, 1), *rows_of(TAOPU, 1)], unit=TAOPU)
    blocked(database, "fatal", good, bad)
    assert status(database, good) is Status.STAGED


def test_a_dataset_that_is_gone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    monkeypatch.setattr(publishing, "DATASETS", {})
    blocked(database, "unknown", identity)


def test_two_editors_of_the_same_place(database: Database) -> None:
    """Both upload; the first to publish is told that another file has come since, and what he looked at is not published."""
    first, second = (stage_rows(database, "compounds", rows_of(CHANGFENG, count), unit=CHANGFENG) for count in (3, 4))
    blocked(database, "status", first)
    assert publish(database, by=BUREAU, submission_ids=[second], key="k1") == 1
    assert figures(database, 1)["G01", DISTRICT] == (4, None)


def test_what_comes_later_takes_the_place_of_what_waits(database: Database) -> None:
    mine = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG, by=STREET)
    theirs = stage_rows(database, "compounds", rows_of(TAOPU, 1), unit=TAOPU, by=OTHER_STREET)
    other_table = stage_rows(database, "committees", [committee("0140", CHANGFENG, "应建未建")], unit=CHANGFENG)
    other_month = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG, period="2024-08")
    again = stage_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG, by=STREET, name="二.xlsx")
    kept = (theirs, other_table, other_month, again)
    assert status(database, mine) is Status.SUPERSEDED
    assert {status(database, one) for one in kept} == {Status.STAGED}
    assert log(database)[-1][3]["superseded"] == [mine]
    with pytest.raises(Blocked, match="”已被后来的报送替代，不能发布") as refused:
        publish(database, by=BUREAU, submission_ids=[mine], key="k")
    assert refused.value.code == "status"
    assert "重新上传" in refused.value.text
    # A file of the whole district takes the place of all that wait for a part of it; the other way round it does not.
    whole = stage_rows(database, "compounds", [*rows_of(CHANGFENG, 3), *rows_of(TAOPU, 3)])
    assert log(database)[-1][3]["superseded"] == [theirs, again]
    part = stage_rows(database, "compounds", rows_of(CHANGFENG, 4), unit=CHANGFENG, by=STREET)
    assert log(database)[-1][3]["superseded"] == []
    assert [status(database, one) for one in (theirs, again, whole, part, other_table, other_month)] == [
        Status.SUPERSEDED,
        Status.SUPERSEDED,
        *[Status.STAGED] * 4,
    ]


def test_what_is_published_is_not_replaced_before_the_next_release(database: Database) -> None:
    publish_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    stage_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    assert status(database, 1) is Status.PUBLISHED


def test_a_blocked_upload_replaces_nothing(database: Database) -> None:
    good = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    bad = stage_rows(database, "compounds", [*rows_of(CHANGFENG, 1), *rows_of(CHANGFENG, 1)], unit=CHANGFENG)
    assert [status(database, one) for one in (good, bad)] == [Status.STAGED, Status.STAGED]
    assert log(database)[-1][3] == {"dataset": "compounds", "period": "2024-09", "rows": 2, "publishable": False, "superseded": []}
    assert publish(database, by=BUREAU, submission_ids=[good], key="k") == 1


def test_an_upload_that_waits_for_its_reason_replaces_nothing_yet(database: Database) -> None:
    def send(years: int) -> int:
        rows = [committee("0140", CHANGFENG, "已组建", session_no=2, term_start=date(2020, 1, 1), term_end=date(2020 + years, 1, 1))]
        return stage_rows(database, "committees", rows, unit=CHANGFENG, by=STREET)

    submitted, nine, ten = send(5), send(9), send(10)
    with database.reading() as connection:
        assert [submissions.get_submission(connection, one).warnings for one in (submitted, nine, ten)] == [0, 1, 1]
    assert {status(database, one) for one in (submitted, nine, ten)} == {Status.STAGED}
    explain(database, by=STREET, submission=nine, text="经业主大会决定，任期九年。")
    assert log(database)[-1][3]["superseded"] == [submitted]
    assert [status(database, one) for one in (submitted, nine, ten)] == [Status.SUPERSEDED, Status.STAGED, Status.STAGED]
    explain(database, by=STREET, submission=ten, text="经业主大会决定，任期十年。")
    assert [status(database, one) for one in (nine, ten)] == [Status.SUPERSEDED, Status.STAGED]
    explain(database, by=STREET, submission=ten, text="再补充一句：已备案。")
    assert log(database)[-1][3]["superseded"] == []


def test_a_failure_after_replacing_leaves_what_waited(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    monkeypatch.setattr("lib.actions.staging.audit.append", breaking)
    with pytest.raises(Broken):
        stage_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    assert (status(database, first), counts(database)["submission"]) == (Status.STAGED, 1)


def test_a_month_that_has_not_begun(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock of Shanghai: there it is already November while it is still October in Greenwich. Reading says so first;
    here the clock is set back between reading and publishing.
    """
    monkeypatch.setenv("YJPT_NOW", "2025-02-10T00:00:00+08:00")
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG, period="2024-11")
    far = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG, period="2025-01")
    monkeypatch.setenv("YJPT_NOW", "2024-10-08T01:30:00+00:00")
    blocked(database, "future", identity)
    blocked(database, "future", far)
    with pytest.raises(Blocked, match="”的报告期2024年11月还没有到"):
        publish(database, by=BUREAU, submission_ids=[identity], key="k")
    monkeypatch.setenv("YJPT_NOW", "2024-10-31T15:59:59+00:00")
    blocked(database, "future", identity)
    monkeypatch.setenv("YJPT_NOW", "2024-10-31T16:00:00+00:00")
    assert publish(database, by=BUREAU, submission_ids=[identity], key="k") == 1
    blocked(database, "future", far)


@pytest.mark.parametrize("whole_first", [True, False])
def test_a_file_of_the_whole_district_and_one_of_a_place(database: Database, whole_first: bool) -> None:
    whole = stage_rows(database, "compounds", rows_of(TAOPU, 1))
    part = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    first, second = (whole, part) if whole_first else (part, whole)
    publish(database, by=BUREAU, submission_ids=[first], key="k1")
    blocked(database, "moved", second)


def test_editors_of_different_places_never_disturb_each_other(database: Database) -> None:
    one = stage_rows(database, "compounds", rows_of(CHANGFENG, 3), unit=CHANGFENG, by=STREET)
    two = stage_rows(database, "compounds", rows_of(TAOPU, 2), unit=TAOPU, by=OTHER_STREET)
    other_table = stage_rows(database, "committees", [committee("0140", CHANGFENG, "应建未建")], unit=CHANGFENG)
    other_month = explained(database, stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG, period="2024-10"))
    assert [
        publish(database, by=BUREAU, submission_ids=[identity], key=f"k{identity}") for identity in (one, two, other_table, other_month)
    ] == [1, 2, 3, 4]
    after = figures(database, 4)
    assert (after["G01", CHANGFENG], after["G01", TAOPU], after["G01", DISTRICT]) == ((3, None), (2, None), (5, None))


def test_one_compound_may_not_be_reported_by_two_places(database: Database) -> None:
    mine = stage_rows(database, "compounds", [compound("X1", CHANGFENG), compound("X2", CHANGFENG)], unit=CHANGFENG)
    theirs = stage_rows(database, "compounds", [compound("X2", TAOPU)], unit=TAOPU)
    assert publish(database, by=BUREAU, submission_ids=[mine], key="k1") == 1
    with pytest.raises(Blocked, match="“小区编码”X2 被重复报送（长风新村街道和桃浦镇），会重复计数"):
        publish(database, by=BUREAU, submission_ids=[theirs], key="k2")
    with database.reading() as connection:
        assert releases.head(connection) == 1
        assert submissions.get_submission(connection, theirs).status is Status.STAGED


def test_the_effect_of_a_foreign_submission_is_not_told(database: Database) -> None:
    theirs = stage_rows(database, "compounds", [compound("X2", TAOPU)], unit=TAOPU)
    with pytest.raises(Forbidden):
        effect(database, by=STREET, submission=theirs)
    with pytest.raises(Forbidden):
        effect(database, by=LEADER, submission=theirs)
    assert len(effect(database, by=OTHER_STREET, submission=theirs)) > 0


# -- all or nothing --------------------------------------------------------------------------------------------------


class Broken(RuntimeError):
    """The power goes out here."""


def breaking(*_: object, **__: object) -> None:
    raise Broken


@pytest.mark.parametrize(
    "place",
    [
        "lib.actions.publishing.submissions.set_status",
        "lib.actions.publishing.load_snapshot",
        "lib.actions.publishing.releases.add_values",
        "lib.actions.publishing.audit.append",
    ],
)
def test_a_failure_in_the_middle_of_publishing_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    publish_rows(database, "compounds", rows_of(CHANGFENG, 3), unit=CHANGFENG)
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 4), unit=CHANGFENG)
    before, seen = counts(database), figures(database, 1)
    with monkeypatch.context() as patched:
        patched.setattr(place, breaking)
        with pytest.raises(Broken):
            publish(database, by=BUREAU, submission_ids=[identity], key="k")
    assert (counts(database), status(database, identity), status(database, 1)) == (before, Status.STAGED, Status.PUBLISHED)
    assert figures(database, 1) == seen
    assert publish(database, by=BUREAU, submission_ids=[identity], key="k") == 2
    assert figures(database, 2)["G01", DISTRICT] == (4, None)


def test_a_failure_in_the_middle_of_staging_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook("compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    monkeypatch.setattr("lib.actions.staging.audit.append", breaking)
    with pytest.raises(Broken):
        keep(database, by=STREET, data=data, reading=read(data))
    assert sum(counts(database).values()) == 0


# -- at the same time ------------------------------------------------------------------------------------------------


def check_all_are_there(database: Database, numbers: list[int], units: list[str]) -> None:
    assert sorted(numbers) == list(range(1, len(units) + 1))
    after = figures(database, len(units))
    assert after["G01", DISTRICT] == (len(units), None)
    assert all(after["G01", unit] == (1, None) for unit in units)
    assert [line[1] for line in log(database)].count("publish") == len(units)


def test_threads_that_publish_at_once(database: Database) -> None:
    units = list(subdistrict_codes())[:6]
    chosen = [stage_rows(database, "compounds", rows_of(unit, 1), unit=unit) for unit in units]
    numbers: list[int] = []
    gate = threading.Barrier(len(units))

    def work(identity: int) -> None:
        gate.wait()
        numbers.append(publish(database, by=BUREAU, submission_ids=[identity], key=f"k{identity}"))

    run(work, chosen)
    check_all_are_there(database, numbers, units)


def run(work: Callable[[int], None], chosen: list[int]) -> None:
    threads = [threading.Thread(target=work, args=(identity,)) for identity in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_that_publish_the_same_thing_at_once(database: Database) -> None:
    """A double click: one release, and both are told its number."""
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 1), unit=CHANGFENG)
    numbers: list[int] = []
    run(lambda _: numbers.append(publish(database, by=BUREAU, submission_ids=[identity], key="click")), [1, 2, 3])
    assert (numbers, releases_head(database)) == ([1, 1, 1], 1)


PUBLISH_ELSEWHERE = """
import json, sys
from lib.actions.publishing import publish
from lib.store.database import Database
from tests.support.published import BUREAU
database = Database(sys.argv[1])
print(json.dumps([publish(database, by=BUREAU, submission_ids=[one], key=f"k{one}") for one in json.loads(sys.argv[2])]))
"""
"""What another process does: publish some submissions one after the other."""


def test_processes_that_publish_at_once(database: Database) -> None:
    units = list(subdistrict_codes())[:8]
    chosen = [stage_rows(database, "compounds", rows_of(unit, 1), unit=unit) for unit in units]
    url = database.engine.url.render_as_string(hide_password=False)
    others = [
        subprocess.Popen([sys.executable, "-c", PUBLISH_ELSEWHERE, url, json.dumps(part)], stdout=subprocess.PIPE, cwd=ROOT)
        for part in (chosen[:4], chosen[4:])
    ]
    numbers = [json.loads(other.communicate(timeout=120)[0]) for other in others]
    check_all_are_there(database, [number for part in numbers for number in part], units)


# -- effect ----------------------------------------------------------------------------------------------------------


def test_the_effect_is_what_publishing_then_changes(database: Database) -> None:
    for name, rows in SMALL.items():
        publish_rows(database, name, rows)
    before = figures(database, 4)
    rows = [*rows_of(CHANGFENG, 2), compound("B01", CHANGFENG), compound("B02", CHANGFENG, False)]
    identity = stage_rows(database, "compounds", rows, unit=CHANGFENG)
    announced = effect(database, by=BUREAU, submission=identity)
    number = publish(database, by=BUREAU, submission_ids=[identity], key="k")
    after = figures(database, number)
    assert {(one.indicator, one.unit): (one.after.numerator, one.after.denominator) for one in announced} == {
        key: value for key, value in after.items() if value != before[key]
    }
    assert all(
        one.before is not None and (one.before.numerator, one.before.denominator) == before[one.indicator, one.unit] for one in announced
    )
    changed = {one.indicator for one in announced}
    assert {"G03", "G04"} <= changed
    assert not changed & {"G01", "G02"}, "as many compounds and as many eligible as before, but other ones"
    assert announced[0].unit == DISTRICT
    assert [one.unit == DISTRICT for one in announced] == sorted((one.unit == DISTRICT for one in announced), reverse=True)


def test_the_effect_of_the_first_submission(database: Database) -> None:
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    announced = [(one.indicator, one.unit, one.before, one.after.text) for one in effect(database, by=BUREAU, submission=identity)]
    assert announced == [
        ("G01", DISTRICT, None, "2 个"),
        ("G02", DISTRICT, None, "2 个"),
        ("G02N", DISTRICT, None, "0 个"),
        ("G01", CHANGFENG, None, "2 个"),
        ("G02", CHANGFENG, None, "2 个"),
        ("G02N", CHANGFENG, None, "0 个"),
    ]


def test_the_effect_of_the_same_again_is_nothing(database: Database) -> None:
    publish_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    identity = stage_rows(database, "compounds", rows_of(CHANGFENG, 2), unit=CHANGFENG)
    assert effect(database, by=BUREAU, submission=identity) == []
    with pytest.raises(NotFound):
        effect(database, by=BUREAU, submission=99)


def test_the_clock_is_that_of_shanghai() -> None:
    assert clock.now().isoformat() == "2024-10-08T09:30:00+08:00"
    assert clock.today().isoformat() == "2024-10-08"


def test_reading_a_blocked_file_again_takes_the_place_of_its_first_reading(database: Database) -> None:
    rows = [{**row, "compound_name": None} for row in rows_of(CHANGFENG, 2)]
    data = workbook("compounds", rows, unit=CHANGFENG)
    other = workbook("compounds", rows[:1], unit=CHANGFENG)
    for content in (data, data, other):
        keep(database, by=STREET, data=content, reading=read(content))
    assert [status(database, one) for one in (1, 2, 3)] == [Status.SUPERSEDED, Status.STAGED, Status.STAGED]
