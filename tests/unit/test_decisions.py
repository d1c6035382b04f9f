"""What a sender decides: reasons for warnings, corrections of headers; who may, what is refused, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.actions import opening, queue
from lib.actions.corrections import forget_corrections, remember_corrections, remembered, with_remembered
from lib.actions.publishing import publish
from lib.actions.queue import one_submission
from lib.actions.reasons import explain
from lib.actions.staging import keep
from lib.auth.permissions import User
from lib.errors import AppError, Blocked, Forbidden, NotFound
from lib.ingest.expected import Correction, Expected
from lib.store import audit, submissions
from lib.store.database import Database
from lib.store.submissions import Status
from tests.support.published import (
    BUREAU,
    CHANGFENG,
    LEADER,
    OTHER_STREET,
    STREET,
    TAOPU,
    committee,
    compound,
    new_database,
    read,
    stage_rows,
    workbook,
)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = new_database(tmp_path)
    monkeypatch.setattr(queue, "open_database", lambda: opened)
    monkeypatch.setenv("YJPT_NOW", "2024-10-08T01:30:00+00:00")
    yield opened
    opened.close()


def warned(database: Database, unit: str = CHANGFENG, by: User = STREET) -> int:
    """A submission with one 警告: a term of nine years."""
    rows = [committee("X1", unit, start="2020-01-01", end="2029-01-01")]
    identity = stage_rows(database, "committees", rows, unit=unit, by=by)
    with database.reading() as connection:
        assert submissions.get_submission(connection, identity).warnings == 1
    return identity


def entries(database: Database, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    with database.reading() as connection:
        assert audit.verify(connection) is None
        return [(one.actor, one.subject, json.loads(one.detail)) for one in audit.entries(connection) if one.action == action]


# -- reasons ---------------------------------------------------------------------------------------------------------


def test_what_is_warned_about_is_published_only_with_a_reason(database: Database) -> None:
    identity = warned(database)
    with pytest.raises(Blocked, match="有 1 个警告，还没有情况说明，不能发布") as refused:
        publish(database, by=BUREAU, submission_ids=[identity], key="k")
    assert (refused.value.code, entries(database, "publish")) == ("reason", [])
    explain(database, by=STREET, submission=identity, text="  经业主大会决定，\n任期九年。 ")
    assert publish(database, by=BUREAU, submission_ids=[identity], key="k") == 1
    given = one_submission(BUREAU, identity).reasons
    assert [(one.by, one.at, one.text) for one in given] == [("street", "2024-10-08T09:30:00+08:00", "经业主大会决定， 任期九年。")]
    assert entries(database, "explain") == [("street", f"submission {identity}", {"length": 14, "superseded": []})]


def test_without_warnings_nobody_is_asked(database: Database) -> None:
    identity = stage_rows(database, "committees", [committee("X1", CHANGFENG, "应建未建")], unit=CHANGFENG)
    assert publish(database, by=BUREAU, submission_ids=[identity], key="k") == 1


def test_one_without_a_reason_holds_up_all(database: Database) -> None:
    explained, other = warned(database), warned(database, TAOPU, OTHER_STREET)
    explain(database, by=STREET, submission=explained, text="情况属实，已核对。")
    with pytest.raises(Blocked):
        publish(database, by=BUREAU, submission_ids=[explained, other], key="k")
    with database.reading() as connection:
        assert submissions.get_submission(connection, explained).status is Status.STAGED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "reason"),
        ("属实啊吧", "reason"),
        ("   　 \n", "reason"),
        ("长" * 501, "reason"),
        ("请电 13912345678 核实", "personal"),
        ("身份证 11010519491231002X", "personal"),
    ],
)
def test_a_reason_that_is_none(database: Database, text: str, code: str) -> None:
    identity = warned(database)
    with pytest.raises(Blocked) as refused:
        explain(database, by=STREET, submission=identity, text=text)
    assert refused.value.code == code
    assert one_submission(STREET, identity).reasons == ()
    with database.reading() as connection:
        assert "13912345678" not in repr(audit.entries(connection))


@pytest.mark.parametrize("length", [5, 500])
def test_a_reason_as_short_and_as_long_as_may_be(database: Database, length: int) -> None:
    identity = warned(database)
    explain(database, by=STREET, submission=identity, text="说" * length)
    assert len(one_submission(STREET, identity).reasons[0].text) == length


@pytest.mark.parametrize(("by", "allowed"), [(STREET, True), (BUREAU, True), (OTHER_STREET, False), (LEADER, False)])
def test_who_may_give_a_reason_and_read_it(database: Database, by: User, allowed: bool) -> None:
    identity = warned(database)
    if allowed:
        explain(database, by=by, submission=identity, text="情况属实，已核对。")
        assert len(one_submission(by, identity).reasons) == 1
        return
    with pytest.raises(Forbidden):
        explain(database, by=by, submission=identity, text="情况属实，已核对。")
    with pytest.raises(Forbidden):
        one_submission(by, identity)
    assert entries(database, "explain") == []


def test_a_reason_for_what_does_not_wait(database: Database) -> None:
    identity = warned(database)
    explain(database, by=STREET, submission=identity, text="情况属实，已核对。")
    publish(database, by=BUREAU, submission_ids=[identity], key="k")
    with pytest.raises(Blocked) as refused:
        explain(database, by=STREET, submission=identity, text="再说一句，补充。")
    assert refused.value.code == "status"
    with pytest.raises(NotFound):
        explain(database, by=STREET, submission=99, text="情况属实，已核对。")


def test_a_submission_counts_when_it_is_explained(database: Database) -> None:
    identity = warned(database)
    one = queue.one_submission(STREET, identity)
    assert (one.unexplained, one.state) == (True, "待填情况说明")
    explain(database, by=STREET, submission=identity, text="情况属实，已核对。")
    assert [(one.unexplained, one.state) for one in queue.submissions_for(STREET)] == [(False, "已提交")]
    assert [one.reasons[0].text for one in queue.waiting_for(BUREAU)] == ["情况属实，已核对。"]
    assert queue.waiting_for(STREET) == []
    bad = stage_rows(database, "committees", [committee("X1", CHANGFENG, "应建未建")] * 2, unit=CHANGFENG)
    assert queue.one_submission(STREET, bad).state == "有致命问题"
    publish(database, by=BUREAU, submission_ids=[identity], key="k")
    assert queue.one_submission(STREET, identity).state == "已发布"
    with pytest.raises(Forbidden):
        queue.one_submission(OTHER_STREET, identity)


# -- corrections -----------------------------------------------------------------------------------------------------

AREA = Correction("compounds", "建面", "gfa_m2", "万㎡")
NOTE = Correction("compounds", "备注", "")


def test_corrections_are_remembered_for_a_place_and_a_form(database: Database) -> None:
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[AREA, NOTE])
    assert set(remembered(database, by=STREET)) == {AREA, NOTE}
    assert remembered(database, by=STREET, dataset="committees") == ()
    assert remembered(database, by=OTHER_STREET) == ()
    assert remembered(database, by=BUREAU) == (), "the bureau has its own"
    assert set(remembered(database, by=BUREAU, unit=CHANGFENG)) == {AREA, NOTE}
    assert entries(database, "correct") == [("street", f"compounds {CHANGFENG}", {"fields": ["gfa_m2", ""]})]
    other = Correction("compounds", "建面", "households")
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[other])
    assert set(remembered(database, by=STREET)) == {other, NOTE}, "the newest counts"


def test_corrections_can_be_taken_back(database: Database) -> None:
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[AREA, NOTE])
    assert forget_corrections(database, by=STREET, unit=CHANGFENG, dataset="committees") == 0
    assert forget_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds") == 2
    assert remembered(database, by=STREET) == ()
    assert forget_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds") == 0
    assert len(entries(database, "forget")) == 1
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[AREA])
    assert remembered(database, by=STREET) == (AREA,)


@pytest.mark.parametrize(
    ("by", "unit", "allowed"),
    [(STREET, CHANGFENG, True), (BUREAU, CHANGFENG, True), (BUREAU, "", True), (STREET, TAOPU, False), (STREET, "", False),
     (LEADER, CHANGFENG, False), (LEADER, "", False)],
)  # fmt: skip
def test_who_may_correct(database: Database, by: User, unit: str, allowed: bool) -> None:
    if allowed:
        remember_corrections(database, by=by, unit=unit, dataset="compounds", corrections=[AREA])
        assert remembered(database, by=by, unit=unit) == (AREA,)
        return
    for attempt in (remember_corrections, forget_corrections):
        more = {"corrections": [AREA]} if attempt is remember_corrections else {}
        with pytest.raises(Forbidden):
            attempt(database, by=by, unit=unit, dataset="compounds", **more)  # type: ignore[operator]
    with pytest.raises(Forbidden):
        remembered(database, by=by, unit=unit)


@pytest.mark.parametrize(
    ("dataset", "correction", "code"),
    [
        ("nothing", AREA, "not_found"),
        ("committees", AREA, "not_found"),
        ("compounds", Correction("compounds", "建面", "no_such_field"), "not_found"),
        ("compounds", Correction("compounds", "列" * 401, "gfa_m2"), "header"),
        ("compounds", Correction("compounds", "王13912345678", "gfa_m2"), "header"),
    ],
)
def test_corrections_that_make_no_sense(database: Database, dataset: str, correction: Correction, code: str) -> None:
    with pytest.raises(AppError) as refused:
        remember_corrections(database, by=STREET, unit=CHANGFENG, dataset=dataset, corrections=[correction])
    assert refused.value.code == code
    with pytest.raises(Blocked):
        remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[AREA] * 201)
    assert (remembered(database, by=STREET), entries(database, "correct")) == ((), [])


def test_what_is_given_wins_over_what_is_remembered(database: Database) -> None:
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[AREA, NOTE])
    given = Correction("compounds", "建面", "households")
    found = with_remembered(database, Expected(period="2024-09", corrections=(given,)), CHANGFENG)
    assert found == Expected(period="2024-09", corrections=(given, NOTE))


def test_a_remembered_correction_is_what_the_next_file_is_read_by(database: Database) -> None:
    data = workbook("compounds", [compound("X1", CHANGFENG)], unit=CHANGFENG)
    left_out = Correction("compounds", "地址", "")
    remember_corrections(database, by=STREET, unit=CHANGFENG, dataset="compounds", corrections=[left_out])
    reading = read(data, expected=with_remembered(database, Expected(), CHANGFENG))
    staged = keep(database, by=STREET, data=data, reading=reading)
    mapping = {one.header: one.field for one in staged.submissions[0][0].mapping}
    assert (mapping["地址"], mapping["小区名称"]) == ("", "compound_name")


def test_there_is_one_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there is not made by asking for it."""
    from lib.settings import settings

    target = tmp_path / "not" / "there.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{target}")
    settings.cache_clear()
    assert not opening.database_exists()
    target.parent.mkdir()
    target.touch()
    assert opening.database_exists()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/x")
    settings.cache_clear()
    assert opening.database_exists()
    monkeypatch.undo()
    settings.cache_clear()
