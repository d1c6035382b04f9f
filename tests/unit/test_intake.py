"""The door for files: whatever happens to the worker, a reading with a finding comes back; and the queue before it."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pytest

from lib.datasets.places import subdistricts
from lib.ingest import conversation, frames, intake
from lib.ingest.conversation import Worker, WorkerFailed
from lib.ingest.expected import Context, Correction, Expected, Question
from lib.ingest.intake import make_returned, read_upload, reading_from
from lib.ingest.reading import read_file
from lib.ingest.staging import FileReading, to_bytes
from lib.ingest.watch import Cancelled, Line, Watch
from lib.settings import ROOT, settings
from lib.spec.findings import finding
from lib.spec.level import Level
from tests.support.workbooks import DISTRICT, committee, form, workbook

ROWS = [committee(f"A{at}", one.name, start="2022年5月", end="2027-04-30") for at, one in enumerate(subdistricts())]
GOOD = workbook(form(*ROWS))


def refused(reading: FileReading, code: str) -> str:
    """The message of the one finding of a file that could not be read."""
    assert [one.code for one in reading.findings] == [code]
    assert (reading.stagings, reading.readable, reading.publishable) == ((), False, False)
    return reading.findings[0].message


def limit(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    changed = replace(settings(), **limits)  # type: ignore[arg-type]
    monkeypatch.setattr(intake, "settings", lambda: changed)


def instead(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let another program stand in for the worker; it has `send(kind, content)` and `take()`."""
    head = ("import json, os, signal, struct, sys, time\n"
            "def send(kind, content, length=None):\n"
            "    sys.stdout.buffer.write(struct.pack('<cQ', kind, len(content) if length is None else length) + content)\n"
            "    sys.stdout.buffer.flush()\n"
            "def take():\n"
            "    kind, length = struct.unpack('<cQ', sys.stdin.buffer.read(9))\n"
            "    return sys.stdin.buffer.read(length)\n")
    monkeypatch.setattr(conversation, "COMMAND", [sys.executable, "-c", head + script])


def until(what: Callable[[], bool]) -> None:
    """Wait for something that is about to happen."""
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_good_file_is_read_as_in_this_process() -> None:
    reading = read_upload("业委会.xlsx", GOOD, DISTRICT)
    assert reading == read_file("业委会.xlsx", GOOD, DISTRICT)
    assert reading.publishable
    [staging] = reading.stagings
    assert staging.rows is not None
    assert staging.rows.column("compound_id").to_pylist() == [f"A{at}" for at in range(10)]


@pytest.mark.parametrize(("now", "told"), [("2024-08-31", ["T22"]), ("2024-09-30", ["T23"]), ("2024-10-01", [])])
def test_the_time_of_the_office_reaches_the_worker(monkeypatch: pytest.MonkeyPatch, now: str, told: list[str]) -> None:
    monkeypatch.setenv("YJPT_NOW", f"{now}T12:00:00+08:00")
    reading = read_upload("业委会.xlsx", GOOD, DISTRICT)
    assert [one.code for one in reading.all_findings if one.level is not Level.INFO] == told
    assert reading.publishable == (told != ["T22"])


def test_what_is_expected_reaches_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "head = json.loads(take()); take(); send(b'E', json.dumps({'type': head['kind'], 'place': ''}).encode())\n")
    heads: list[dict[str, object]] = []
    original = frames.write_frame

    def spy(stream: io.BufferedWriter, kind: bytes, content: bytes) -> None:
        if kind == frames.HEAD:
            heads.append(json.loads(content))
        original(stream, kind, content)

    monkeypatch.setattr(frames, "write_frame", spy)
    correction = Correction("compounds", "甲/乙", "x", "万", True)
    expected = Expected("compounds", "2024-10", "310107014", "committees", (correction,), ("表",), True, "rule,value", "{}")
    refused(read_upload("a.xlsx", GOOD, expected), "F45")
    assert heads == [{"kind": "read", "name": "a.xlsx", "memory_mb": settings().worker_memory_mb, "cpu_s": settings().worker_cpu_s,
                      "expected": {"dataset": "compounds", "period": "2024-10", "unit": "310107014", "prefer": "committees",
                                   "corrections": [{"dataset": "compounds", "header": "甲/乙", "field": "x", "unit": "万", "fill": True}],
                                   "skip": ["表"], "drop_personal": True, "thresholds": "rule,value", "boundary": "{}"}}]


def test_the_worker_understands_what_is_expected() -> None:
    expected = Expected("compounds", "2024-10", "310107014")
    assert {one.code for one in read_upload("a.xlsx", GOOD, expected).all_findings} >= {"T06", "T07", "T09"}


@pytest.mark.parametrize(("name", "data", "code"), [("a.xlsx", b"", "F01"), ("a.xlsx", GOOD[:900], "F03"), ("a.csv", b"a,\xff\xff", "F07")])
def test_a_bad_file_is_told(name: str, data: bytes, code: str) -> None:
    refused(read_upload(name, data), code)


@pytest.mark.parametrize("name", ["业委会 ‘’\"$(x)\n.xlsx", "\udc80.xlsx", "长" * 300 + ".xlsx", "-c.xlsx"])
def test_names_do_no_harm(name: str) -> None:
    assert read_upload(name, GOOD, DISTRICT).publishable


# -- limits ----------------------------------------------------------------------------------------------------------------


def test_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, worker_memory_mb=64)
    assert "超出限额" in refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")


def test_wall_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, worker_wall_s=0)
    assert "超过 0 秒" in refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")


def test_cpu_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass\n")
    assert "计算时间超限" in refused(read_upload("a.xlsx", GOOD, DISTRICT), "F05")


def test_file_beyond_the_upload_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_upload_mb=1)
    assert refused(read_upload("a.xlsx", bytes(2_500_000)), "F06") == "文件 2 MB，超过上限 1 MB。"


def test_the_worker_takes_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = ("import lib.ingest.worker as worker, os, resource\n"
             "worker.limit({'memory_mb': 900, 'cpu_s': 7})\n"
             "print([resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)],"
             " 'DATABASE_URL' in os.environ, os.environ['OMP_NUM_THREADS'])\n")
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, cwd=ROOT, env=conversation.environment(), check=True)
    assert done.stdout.decode().strip() == f"{[900 * 1024 * 1024, 8, 0]} False 1"


def test_the_worker_is_started_with_what_it_needs_only() -> None:
    slow = {"numpy", "pandas", "sqlalchemy", "streamlit", "plotly", "openpyxl", "lib.store", "lib.ui"}
    probe = ("import sys, lib.ingest.worker as worker; worker.leave_out(); import lib.ingest.reading as reading\n"
             "from lib.ingest.expected import Expected\nfrom lib.ingest.staging import to_bytes\n"
             "read = reading.read_file('a.xlsx', sys.stdin.buffer.read(), Expected(period='2024-09'))\nassert read.publishable\n"
             "to_bytes(read); print(' '.join(sys.modules))")
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, input=GOOD, capture_output=True, cwd=ROOT, env=conversation.environment(), check=True)
    assert not slow & set(done.stdout.decode().split())


# -- workers that fail -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("script", "reason"), [
    ("os.abort()", "内存超限"), ("os.kill(os.getpid(), signal.SIGKILL)", "计算时间超限"),
    ("os.kill(os.getpid(), signal.SIGXCPU)", "计算时间超限"), ("os.kill(os.getpid(), signal.SIGSEGV)", "异常终止"),
    ("sys.exit(3)", "内存超限"), ("sys.exit(0)", "异常终止"), ("raise MemoryError", "异常终止"), ("print('nonsense'); take()", "不完整"),
    ("take(); take(); send(b'R', b'nonsense')", "不完整"), ("take(); take(); send(b'R', b'')", "不完整"),
    ("take(); take(); send(b'R', bytes(8) + b'{}')", "不完整"), ("take(); take(); send(b'R', b'', 1 << 40)", "不完整"),
    ("take(); take(); send(b'R', b'x', 2)", "异常终止"), ("take(); take(); send(b'P', b'x' * 2000)", "不完整"),
    ("take(); take(); send(b'P', b'{}')", "不完整"),
    ("take(); take(); send(b'Q', b'[]')", "不完整"), ("take(); take(); send(b'?', b'')", "不完整"),
    ("take(); take(); send(b'R', struct.pack('<Q', 5_000_000) + bytes(6_000_000))", "问题过多"),
])
def test_a_worker_that_fails(monkeypatch: pytest.MonkeyPatch, script: str, reason: str) -> None:
    instead(monkeypatch, script)
    code = "F45" if reason == "不完整" else "F05"
    assert reason in refused(read_upload("a.xlsx", bytes(1000), DISTRICT), code)


def test_a_worker_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "COMMAND", ["/nowhere"])
    assert "未能启动" in refused(read_upload("a.xlsx", GOOD), "F45")
    assert intake._LINE._free == 2


def test_a_fault_of_our_own_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    script = ("import sys; sys.path.insert(0, '.')\nimport lib.ingest.reading, lib.ingest.worker\n"
              "def fail(*_): raise KeyError('13812345678')\n"
              "lib.ingest.reading.read_file = fail\nsys.exit(lib.ingest.worker.main())")
    monkeypatch.setattr(conversation, "COMMAND", [sys.executable, "-c", script])
    with caplog.at_level(logging.DEBUG):
        message = refused(read_upload("名单13812345678.xlsx", GOOD), "F45")
    assert "内部错误：KeyError worker.py:" in message
    assert "13812345678" not in message + caplog.text
    assert "reading a file failed: KeyError worker.py:" in caplog.text


def test_what_a_worker_writes_does_not_grow_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "take(); take()\nwhile True: send(b'P', b'[\"x\", 1]')\n")
    limit(monkeypatch, worker_wall_s=1)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _memory_mb("VmRSS")
    assert "超过 1 秒" in refused(read_upload("a.xlsx", GOOD), "F05")
    assert _memory_mb("VmHWM") - before < 20


def _memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def test_one_worker_may_read_many_files() -> None:
    head = {"kind": "read", "name": "a.xlsx", "expected": asdict(DISTRICT)}
    with Worker(30) as one:
        for _ in range(3):
            result = one.request({**head, **intake.limits()}, GOOD, lambda _: Context(), Watch())
            assert reading_from("a.xlsx", result).publishable
        assert one.alive
    assert not one.alive


# -- questions -------------------------------------------------------------------------------------------------------------

ECHO = ("import sys\nsys.path.insert(0, '.')\nfrom lib.ingest import frames, worker\nfrom lib.ingest.expected import Question\n"
        "take(); take()\n"
        "talk = worker.Talk(sys.stdin.buffer, sys.stdout.buffer)\n"
        "talk.tell('核对', 7)\n"
        "found = talk.ask(Question('committees', '2024-09', ('310107005',)))\n"
        "rows = None if found.previous is None else found.previous.to_pylist()\n"
        "send(b'E', json.dumps({'type': repr([sorted(found.known['compounds']), rows, found.previous_period]), 'place': ''}).encode())\n")


@pytest.mark.parametrize(("previous", "shown"), [(None, None), (pa.table({"a": ["甲"]}), [{"a": "甲"}])])
def test_questions_are_answered(monkeypatch: pytest.MonkeyPatch, previous: pa.Table | None, shown: object) -> None:
    instead(monkeypatch, ECHO)
    asked: list[Question] = []

    def ask(question: Question) -> Context:
        asked.append(question)
        return Context({"compounds": frozenset({"B", "A"})}, previous, "2024-08")

    watch = Watch()
    message = refused(read_upload("a.xlsx", GOOD, ask=ask, watch=watch), "F45")
    assert repr([["A", "B"], shown, "2024-08"])[:60] in message
    assert asked == [Question("committees", "2024-09", ("310107005",))]
    assert (watch.stage, watch.rows, watch.waiting, watch.done) == ("核对", 7, 0, True)


def test_what_the_answer_fails_with_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, ECHO)

    def ask(_: Question) -> Context:
        raise OSError("the database is away")

    with pytest.raises(OSError, match="away"):
        read_upload("a.xlsx", GOOD, ask=ask)


# -- the queue -------------------------------------------------------------------------------------------------------------


def test_first_come_first_served() -> None:
    line = Line(1)
    order: list[int] = []
    gate = threading.Event()
    watches = [Watch() for _ in range(4)]

    def take(number: int) -> None:
        with line.turn(watches[number]):
            order.append(number)
            gate.wait(20)

    threads = []
    for number, watch in enumerate(watches):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        until(lambda watch=watch: watch.waiting > 0 or watch.started is not None)  # type: ignore[misc]
    assert [one.waiting for one in watches] == [0, 1, 2, 3]
    assert [one.stage for one in watches] == ["排队"] * 4
    watches[2].cancel()
    gate.set()
    for thread in threads:
        thread.join(20)
    assert order == [0, 1, 3]
    assert watches[2].cancelled
    assert watches[2].started is None


@pytest.fixture(autouse=True)
def _quiet_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that ends with Cancelled, as it should, is no news."""
    shown = threading.excepthook
    monkeypatch.setattr(threading, "excepthook", lambda what: None if what.exc_type is Cancelled else shown(what))


def test_called_off_before_its_turn() -> None:
    watch = Watch()
    watch.cancel()
    assert refused(read_upload("a.xlsx", GOOD, watch=watch), "F37") == "已取消读取“a.xlsx”。"


def test_called_off_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "take(); take(); send(b'P', b'[\"x\", 1]'); time.sleep(60)")
    watch = Watch()
    readings: list[FileReading] = []
    thread = threading.Thread(target=lambda: readings.append(read_upload("a.xlsx", GOOD, watch=watch)))
    thread.start()
    until(lambda: watch.rows == 1)
    assert (watch.started is not None, watch.done, watch.elapsed() < 20) == (True, False, True)
    watch.cancel()
    thread.join(20)
    refused(readings[0], "F37")
    elapsed = watch.elapsed()
    watch.cancel()
    assert watch.elapsed() == elapsed
    assert not Watch().cancelled


def test_two_are_read_at_once_and_the_places_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "take(); take(); send(b'P', b'[\"x\", 1]'); time.sleep(60)")
    watches = [Watch() for _ in range(3)]
    threads = [threading.Thread(target=read_upload, args=("a.xlsx", GOOD), kwargs={"watch": one}) for one in watches]
    for thread in threads:
        thread.start()
    until(lambda: sorted((one.rows, one.waiting) for one in watches) == [(0, 1), (1, 0), (1, 0)])
    for one in watches:
        one.cancel()
    for thread in threads:
        thread.join(20)
    assert all(one.done for one in watches)
    assert intake._LINE._free == 2


# -- the returned workbook -------------------------------------------------------------------------------------------------


def test_the_returned_workbook_is_made_in_a_worker() -> None:
    told = [finding("C01", sheet="Sheet1", cell="A5", field="小区编码")]
    assert make_returned("业委会.xlsx", GOOD, told).startswith(b"PK")


def test_a_returned_workbook_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "os.abort()")
    with pytest.raises(WorkerFailed) as caught:
        make_returned("业委会.xlsx", GOOD, [])
    assert caught.value.finding.code == "F05"
    limit(monkeypatch, max_upload_mb=0)
    with pytest.raises(WorkerFailed) as caught:
        make_returned("业委会.xlsx", GOOD, [])
    assert caught.value.finding.code == "F06"


def test_a_broken_result_is_refused() -> None:
    data = to_bytes(read_file("业委会.xlsx", GOOD, DISTRICT))
    for cut in (0, 1, 8, 100, -20):
        with pytest.raises(WorkerFailed):
            reading_from("业委会.xlsx", data[:cut])
