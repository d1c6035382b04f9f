"""The door for files: whatever happens to the worker, a `Staging` with a finding comes back."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from lib.datasets.places import subdistricts
from lib.ingest import intake
from lib.ingest.intake import read_upload
from lib.ingest.reading import Expected, read_file
from lib.ingest.staging import Staging, from_bytes, to_bytes
from lib.settings import ROOT, settings
from lib.spec.findings import Level, finding
from tests.support.workbooks import DISTRICT, Page, committee, form, values, workbook

ROWS = [committee(f"A{at}", one.name, start="2022年5月", end="2027-04-30") for at, one in enumerate(subdistricts())]
GOOD = workbook(form(*ROWS))


def refused(staging: Staging, code: str) -> str:
    """The message of the one finding of a file that could not be read."""
    assert [one.code for one in staging.findings] == [code]
    assert (staging.rows, staging.readable, staging.publishable, staging.units) == (None, False, False, ())
    return staging.findings[0].message


def limit(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    changed = replace(settings(), **limits)  # type: ignore[arg-type]
    monkeypatch.setattr(intake, "settings", lambda: changed)


def far_cell() -> bytes:
    """A few kilobytes with one cell in the last corner of the sheet, on which calamine takes more memory than there is."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            out.writestr(name, part)
    return sink.getvalue()


def test_a_good_file_is_read_as_in_this_process() -> None:
    staging = read_upload("业委会.xlsx", GOOD, DISTRICT)
    assert staging == read_file("业委会.xlsx", GOOD, DISTRICT)
    assert staging.publishable
    assert values(staging, "compound_id", "_row") == [(f"A{at}", 5 + at) for at in range(10)]


@pytest.mark.parametrize(("now", "told"), [("2024-08-31", ["T22"]), ("2024-09-30", ["T23"]), ("2024-10-01", [])])
def test_the_time_of_the_office_reaches_the_worker(monkeypatch: pytest.MonkeyPatch, now: str, told: list[str]) -> None:
    monkeypatch.setenv("YJPT_NOW", f"{now}T12:00:00+08:00")
    staging = read_upload("业委会.xlsx", GOOD, DISTRICT)
    assert [one.code for one in staging.findings if one.level is not Level.INFO] == told
    assert staging.publishable == (told != ["T22"])


def test_what_is_expected_reaches_the_worker() -> None:
    staging = read_upload("业委会.xlsx", GOOD, Expected("compounds", "2024-10", "310107014"))
    assert {one.code for one in staging.findings} >= {"T06", "T07", "T09"}


@pytest.mark.parametrize(("name", "data", "code"),
    [("a.pdf", b"%PDF-1.4", "F02"), ("a.xlsx", b"", "F01"), ("a.xlsx", GOOD[:900], "F03"), ("a.csv", b"a,\xff\xff", "F07")])
def test_a_bad_file_is_told(name: str, data: bytes, code: str) -> None:
    refused(read_upload(name, data), code)


@pytest.mark.parametrize("name", ["业委会 ‘’\"$(x)\n.xlsx", "\udc80.xlsx", "长" * 300 + ".xlsx", "-c.xlsx"])
def test_names_do_no_harm(name: str) -> None:
    assert read_upload(name, GOOD, DISTRICT).publishable


def test_one_cell_in_the_last_corner() -> None:
    data = far_cell()
    assert len(data) < 20_000
    assert "超出限额" in refused(read_upload("大.xlsx", data, Expected("committees", "2024-09")), "F05")
    assert read_upload("业委会.xlsx", GOOD, DISTRICT).publishable


def test_zip_bomb() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b"0" * 50_000_000)
    refused(read_upload("弹.xlsx", sink.getvalue()), "F05")


def test_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, worker_memory_mb=64)
    assert "超出限额" in refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")


def test_wall_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, worker_wall_s=0)
    assert "超过 0 秒" in refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")


def test_file_beyond_the_upload_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_upload_mb=1)
    assert refused(read_upload("a.xlsx", bytes(2_500_000)), "F06") == "文件 2 MB，超过上限 1 MB。"


@pytest.mark.parametrize(("script", "reason"), [
    ("import os; os.abort()", "异常终止"), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "计算时间超限"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "计算时间超限"), ("raise MemoryError", "内存超限"), ("", "不完整"),
    ("print('nonsense')", "不完整"),
    ("import sys, pyarrow as pa; w = pa.ipc.new_stream(sys.stdout.buffer, pa.schema([])); w.close()", "不完整"),
])
def test_a_worker_that_dies(monkeypatch: pytest.MonkeyPatch, script: str, reason: str) -> None:
    run = subprocess.run

    def other(command: list[str], **options: Any) -> Any:
        assert command[1:3] == ["-m", "lib.ingest.worker"]
        assert "PATH" in options["env"]
        assert "DATABASE_URL" not in options["env"]
        return run([sys.executable, "-c", script], **options)

    monkeypatch.setattr(intake.subprocess, "run", other)
    assert reason in refused(read_upload("a.xlsx", bytes(1000), DISTRICT), "F05")


def test_the_slots_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, worker_wall_s=0)
    for _ in range(5):
        refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")
    assert intake._WORKERS.acquire(blocking=False)
    assert intake._WORKERS.acquire(blocking=False)
    assert not intake._WORKERS.acquire(blocking=False)
    intake._WORKERS.release(2)


def test_the_worker_has_limits_and_does_not_know_the_database() -> None:
    probe = ("import lib.ingest.reading as reading, lib.ingest.worker as worker, os, resource\n"
             "def look(name, data, expected):\n"
             "    limits = [resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]\n"
             "    print(limits, os.nice(0) >= 10, 'DATABASE_URL' in os.environ)\n"
             "    raise SystemExit(0)\n"
             "reading.read_file = look\n"
             "worker.main(['{\"name\": \"a\", \"dataset\": \"\", \"period\": \"\", \"unit\": \"\", \"memory_mb\": 900, \"cpu_s\": 7}'])\n")
    assert "DATABASE_URL" in os.environ
    done = subprocess.run([sys.executable, "-c", probe], input=b"", capture_output=True, cwd=ROOT, env=intake._environment(), check=False)
    assert done.stdout.decode().strip() == f"{[900 * 1024 * 1024, 7, 0]} True False"
    assert signal.SIGXCPU in signal.valid_signals()


# -- the stream ------------------------------------------------------------------------------------------------------------


def test_staging_survives_the_stream() -> None:
    staging = read_file("业委会.xlsx", GOOD, DISTRICT)
    again = from_bytes(to_bytes(staging))
    assert again == staging
    assert again.rows is not None
    assert again.rows.schema.equals(staging.rows.schema)  # type: ignore[union-attr]
    assert again.findings[0].level is Level.INFO


def test_staging_without_rows_survives_the_stream() -> None:
    staging = Staging("a", "", "", ("1",), "某", "表", (1, 2), (), (finding("F01", name="某"),), None, personal=True)
    assert from_bytes(to_bytes(staging)) == staging
    empty = read_file("a.xlsx", workbook(form()), DISTRICT)
    assert empty.rows is not None
    assert from_bytes(to_bytes(empty)) == empty


@pytest.mark.parametrize("cut", [0, 1, 8, 100, -20])
def test_a_broken_stream_is_refused(cut: int) -> None:
    data = to_bytes(read_file("业委会.xlsx", GOOD, DISTRICT))
    with pytest.raises((pa.ArrowException, ValueError, OSError)):
        from_bytes(data[:cut])


def test_as_dict_is_plain_json() -> None:
    plain = read_file("业委会.xlsx", workbook(form(committee("A1", street="长峰")), Page([["x"]], "另")), DISTRICT).as_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert (plain["rows"], plain["readable"], plain["publishable"], plain["header_rows"]) == (1, True, False, [4, 4])
    assert plain["findings"][0]["level"] == "致命"
