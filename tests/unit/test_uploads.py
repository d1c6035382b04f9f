"""Uploads in the background: two at once, called off, a worker that dies, what is kept of them and for whom."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.actions import staging, uploads
from lib.actions.uploads import MOST_WAITING, Upload, begin_upload, find_upload
from lib.errors import Blocked, Forbidden
from lib.ingest.expected import Expected
from lib.ingest.staging import FileReading
from lib.ingest.watch import Watch
from lib.spec.findings import finding
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
    compound,
    new_database,
    read,
    workbook,
)

Reader = Callable[..., FileReading]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("YJPT_NOW", "2024-10-08T01:30:00+00:00")
    monkeypatch.setattr(uploads, "_UPLOADS", {})
    opened = new_database(tmp_path)
    yield opened
    opened.close()


def reads_with(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    monkeypatch.setattr(staging, "read_upload", reader)


def here(name: str, data: bytes, expected: Expected, *, ask: Any, watch: Watch) -> FileReading:
    """In this process; the worker has tests of its own."""
    return read(data, name, expected)


def compounds(unit: str, count: int = 3) -> bytes:
    return workbook("compounds", [compound(f"{unit[-3:]}{at}", unit) for at in range(count)], unit=unit)


def ended(upload: Upload) -> Upload:
    assert upload.wait(30)
    return upload


def stored(database: Database) -> list[tuple[tuple[str, ...], Status]]:
    with database.reading() as connection:
        assert audit.verify(connection) is None
        return [(one.units, one.status) for one in reversed(submissions.list_submissions(connection))]


def test_an_upload_through_the_worker(database: Database) -> None:
    upload = begin_upload(database, by=STREET, name="小区.xlsx", data=compounds(CHANGFENG), expected=Expected(period="2024-09"))
    assert find_upload(upload.id, by=STREET) is upload
    staged = ended(upload).staged
    assert staged is not None
    assert (staged.kept, upload.refusal, staged.publishable) == ((1,), "", True)
    ((form, _),) = staged.submissions
    assert (form.readable, form.tables[0].rows) == (True, 3)
    assert form.rows is not None
    assert (form.rows.num_rows, form.rows.nbytes) == (0, 0), "the rows are stored, not held in memory"
    assert stored(database) == [((CHANGFENG,), Status.STAGED)]


def test_two_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two 街镇 both are kept; of one 街镇 the one that ends last takes the place of the other."""
    gate = threading.Barrier(4)

    def together(name: str, data: bytes, expected: Expected, **more: Any) -> FileReading:
        gate.wait(30)
        return here(name, data, expected, **more)

    reads_with(monkeypatch, together)
    begun = [
        begin_upload(database, by=by, name="a.xlsx", data=compounds(by.unit, count), expected=Expected())
        for by, count in ((STREET, 1), (STREET, 2), (OTHER_STREET, 1), (OTHER_STREET, 2))
    ]
    for upload in begun:
        assert ended(upload).refusal == ""
    found = stored(database)
    assert sorted(units for units, _ in found) == [(CHANGFENG,), (CHANGFENG,), (TAOPU,), (TAOPU,)]
    waiting = [units for units, status in found if status is Status.STAGED]
    assert sorted(waiting) == [(CHANGFENG,), (TAOPU,)]


def test_called_off_in_the_queue_and_while_it_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(name: str, data: bytes, expected: Expected, *, ask: Any, watch: Watch) -> FileReading:
        begun.set()
        assert gate.wait(30)
        if watch.cancelled:
            return FileReading(name, findings=(finding("F37", name=name),))
        return here(name, data, expected, ask=ask, watch=watch)

    reads_with(monkeypatch, slow)
    upload = begin_upload(database, by=STREET, name="a.xlsx", data=compounds(CHANGFENG), expected=Expected())
    assert begun.wait(30)
    upload.cancel()
    gate.set()
    staged = ended(upload).staged
    assert staged is not None
    assert (staged.kept, upload.cancelled, stored(database)) == ((), True, [])
    upload.cancel()  # once more, after the end: harmless


def test_called_off_really(database: Database) -> None:
    """Through the worker process: whether it is called off before, while or after it was read, the file is kept or it is not."""
    upload = begin_upload(database, by=STREET, name="a.xlsx", data=compounds(CHANGFENG, 400), expected=Expected())
    upload.cancel()
    staged = ended(upload).staged
    assert staged is not None
    assert (staged.kept, [one.code for one in staged.reading.findings], stored(database)) == ((), ["F37"], [])


def test_a_worker_that_dies(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.settings import settings

    monkeypatch.setenv("YJPT_WORKER_MEMORY_MB", "20")
    settings.cache_clear()
    try:
        upload = ended(begin_upload(database, by=STREET, name="a.xlsx", data=compounds(CHANGFENG), expected=Expected()))
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert upload.staged is not None
    assert [one.code for one in upload.staged.reading.findings] == ["F05"]
    assert stored(database) == []


def test_what_goes_wrong_in_the_house_is_a_sentence_with_a_number(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> FileReading:
        raise RuntimeError("disk full")

    reads_with(monkeypatch, broken)
    upload = ended(begin_upload(database, by=STREET, name="a.xlsx", data=b"x", expected=Expected()))
    assert upload.staged is None
    assert upload.id in upload.refusal
    assert upload.refusal.startswith("检查文件时出现意外错误")
    assert [one.message for one in caplog.records if one.name == "yjpt"] == [f"upload {upload.id} failed"]


def test_a_refusal_is_kept_as_it_is(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any, **__: Any) -> FileReading:
        raise Forbidden("不行。", "请停。")

    reads_with(monkeypatch, refuses)
    upload = ended(begin_upload(database, by=STREET, name="a.xlsx", data=b"x", expected=Expected()))
    assert (upload.staged, upload.refusal) == (None, "不行。请停。")


def test_what_was_found_in_the_file_of_another_place_is_kept_at_the_screen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_with(monkeypatch, here)
    upload = ended(begin_upload(database, by=STREET, name="a.xlsx", data=compounds(TAOPU), expected=Expected()))
    assert upload.staged is not None
    assert (upload.refusal, upload.staged.kept) == ("", ())
    (refusal,) = upload.staged.refusals
    assert refusal == ("住宅小区基本情况表!A2 填报单位是“桃浦镇”，与您的所属单位“长风新村街道”不符。"
                       "您只能报送本街镇的报表。")


def test_an_upload_belongs_to_its_account(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_with(monkeypatch, here)
    with pytest.raises(Forbidden):
        begin_upload(database, by=LEADER, name="a.xlsx", data=b"x", expected=Expected())
    upload = ended(begin_upload(database, by=STREET, name="a.xlsx", data=compounds(CHANGFENG), expected=Expected()))
    assert find_upload(upload.id, by=OTHER_STREET) is None
    assert find_upload(upload.id, by=BUREAU) is None
    assert find_upload("", by=STREET) is None


def test_too_many_are_told_to_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def slow(name: str, data: bytes, expected: Expected, **more: Any) -> FileReading:
        assert gate.wait(30)
        return FileReading(name, findings=(finding("F01", name=name),))

    reads_with(monkeypatch, slow)
    begun = [begin_upload(database, by=STREET, name="a.xlsx", data=b"", expected=Expected()) for _ in range(MOST_WAITING)]
    with pytest.raises(Blocked, match="正在检查的文件太多") as refused:
        begin_upload(database, by=STREET, name="a.xlsx", data=b"", expected=Expected())
    assert refused.value.code == "busy"
    gate.set()
    for upload in begun:
        ended(upload)
    ended(begin_upload(database, by=STREET, name="a.xlsx", data=b"", expected=Expected()))


def test_what_came_of_an_upload_is_forgotten_after_a_while(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_with(monkeypatch, here)

    def begun() -> Upload:
        return ended(begin_upload(database, by=STREET, name="a.xlsx", data=b"", expected=Expected()))

    old, looked_at = begun(), begun()
    old.seen -= uploads.KEPT_S + 1
    looked_at.seen -= uploads.KEPT_S + 1
    assert find_upload(looked_at.id, by=STREET) is looked_at
    begun()
    assert find_upload(old.id, by=STREET) is None
    assert find_upload(looked_at.id, by=STREET) is looked_at
    monkeypatch.setattr(uploads, "MOST_KEPT", 1)
    newest = begun()
    assert find_upload(newest.id, by=STREET) is newest
    assert len(uploads._UPLOADS) == 2
