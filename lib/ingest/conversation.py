"""One worker process, as the app sees it: it is started, given files, listened to, and ended.

Its one rule: whatever the worker does (dies, hangs, sends nonsense or too much), the app gets a `WorkerFailed` with a finding.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from lib.ingest import frames
from lib.ingest.expected import Ask, Context, Question
from lib.ingest.watch import Cancelled, Watch
from lib.ingest.worker import OUT_OF_MEMORY
from lib.settings import ROOT
from lib.spec.findings import Finding, finding

COMMAND = [sys.executable, "-m", "lib.ingest.worker"]
MOST_RESULT = 64 * 1024 * 1024
_MOST = {frames.PROGRESS: 1_000, frames.QUESTION: 10_000, frames.ERROR: 1_000}
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "YJPT_NOW")
_OF_ITS_OWN = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
_LOG = logging.getLogger(__name__)


class WorkerFailed(Exception):
    """The worker gave no result; `finding` says why and what to do."""

    def __init__(self, what: Finding) -> None:
        super().__init__(what.message)
        self.finding = what


def environment() -> dict[str, str]:
    """What the worker inherits: enough to start, and no address or password of a database."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _OF_ITS_OWN


class Worker:
    """A worker process. Use it in a `with` block: it ends with it."""

    def __init__(self, wall_s: float) -> None:
        self._wall = wall_s
        self._late = False
        self._process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment(),
            start_new_session=True,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        self._process.wait()

    def kill(self) -> None:
        """End it at once; from any thread."""
        self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def request(self, head: dict[str, Any], data: bytes, ask: Ask, watch: Watch) -> bytes:
        """The result for one file. Raises WorkerFailed, and whatever `ask` raises."""
        name = head["name"]
        timer = threading.Timer(self._wall, self._too_late)
        timer.start()
        try:
            watch.on_cancel(self.kill)
            return self._converse(head, data, ask, watch.tell)
        except Cancelled:
            raise WorkerFailed(finding("F37", name=name)) from None
        except (EOFError, OSError):
            self.kill()
            what = "F37" if watch.cancelled else "F05"
            raise WorkerFailed(finding(what, name=name, reason=self._reason())) from None
        except (ValueError, KeyError, TypeError):
            self.kill()
            raise WorkerFailed(finding("F45", name=name, reason="读取结果不完整")) from None
        finally:
            timer.cancel()

    def _too_late(self) -> None:
        self._late = True
        self.kill()

    def _converse(self, head: dict[str, Any], data: bytes, ask: Ask, tell: Callable[[str, int], None]) -> bytes:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise EOFError
        frames.write_frame(asked, frames.HEAD, json.dumps(head).encode())
        frames.write_frame(asked, frames.DATA, data)
        while True:
            kind, content = frames.read_frame(answers, {**_MOST, frames.RESULT: MOST_RESULT})
            if kind == frames.RESULT:
                return content
            plain = json.loads(content)
            if kind == frames.PROGRESS:
                tell(str(plain[0]), int(plain[1]))
            elif kind == frames.QUESTION:
                context = _answer(ask, Question(str(plain["dataset"]), str(plain["period"]), tuple(map(str, plain["units"]))))
                frames.write_frame(asked, frames.CONTEXT, context[0])
                frames.write_frame(asked, frames.PREVIOUS, context[1])
            else:
                where = f"{str(plain['type'])[:60]} {str(plain['place'])[:60]}".strip()
                _LOG.error("reading a file failed: %s", where)
                if plain["type"] in {"MemoryError", "ImportError"}:  # a library cannot be loaded when memory has run out
                    raise WorkerFailed(finding("F05", name=head["name"], reason="内存超限或结构异常"))
                raise WorkerFailed(finding("F45", name=head["name"], reason=f"读取程序内部错误：{where}"))

    def _reason(self) -> str:
        """Why the worker has ended."""
        if self._late:
            return f"超过 {self._wall:g} 秒"
        status = self._process.wait()
        if status in {-signal.SIGXCPU, -signal.SIGKILL}:
            return "计算时间超限"
        if status in {-signal.SIGABRT, OUT_OF_MEMORY}:
            return "内存超限"
        return "读取程序异常终止"


class AskFailed(Exception):
    """The answer to a question could not be had; its cause says why."""


def _answer(ask: Ask, question: Question) -> tuple[bytes, bytes]:
    try:
        context: Context = ask(question)
    except Exception as error:
        raise AskFailed from error
    known = {dataset: sorted(keys) for dataset, keys in context.known.items()}
    head = json.dumps({"known": known, "previous_period": context.previous_period}).encode()
    if context.previous is None:
        return head, b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, context.previous.schema) as writer:
        writer.write_table(context.previous)
    return head, sink.getvalue().to_pybytes()
