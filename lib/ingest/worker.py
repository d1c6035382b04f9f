"""The process that reads files for the app: requests on standard input, answers on standard output, as `frames` says.

Its one rule: it has limits on memory and CPU, a low priority, no way to the database, and it writes no value of a cell anywhere
but into its answer.
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import sys
import time
from pathlib import PurePath
from typing import IO, Any

from lib.ingest import frames

OUT_OF_MEMORY = 3
"""Exit status."""

_EVERY = 0.1
"""Seconds between two words about progress within one stage."""

_ANY = 1 << 40


def main() -> int:
    """Answer requests until the app closes the pipe; gives the exit status."""
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    gc.disable()
    leave_out()
    os.nice(10)
    while True:
        try:
            head = json.loads(frames.read_frame(asked, {frames.HEAD: _ANY})[1])
            limit(head)
            data = frames.read_frame(asked, {frames.DATA: _ANY})[1]
            answer = answer_to(head, data, asked, answers)
        except EOFError:
            return 0
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BaseException as error:
            frames.write_frame(answers, frames.ERROR, json.dumps({"type": type(error).__name__, "place": place_of(error)}).encode())
        else:
            frames.write_frame(answers, frames.RESULT, answer)
            del answer, data
        gc.collect()


class _LeftOut:
    """Finds nothing in place of libraries that Arrow would load if they were there, and never needs."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Raises ModuleNotFoundError for those, and leaves all others to the next finder."""
        if name in {"numpy", "pandas"}:
            raise ModuleNotFoundError(name)


def leave_out() -> None:
    """Let this process do without pandas and numpy: that halves its start and its memory."""
    sys.meta_path.insert(0, _LeftOut())


def limit(head: dict[str, Any]) -> None:
    """Take the limits of a request: memory_mb of the process, cpu_s from now on."""
    memory = int(head["memory_mb"]) * 1024 * 1024
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = math.ceil(used.ru_utime + used.ru_stime) + int(head["cpu_s"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer_to(head: dict[str, Any], data: bytes, asked: IO[bytes], answers: IO[bytes]) -> bytes:
    """The result of one request: kind "read" gives a reading as bytes, kinds "return" and "colour" a workbook."""
    if head["kind"] == "return":
        from lib.ingest.returned import returned_workbook
        from lib.spec.findings import Finding
        from lib.spec.level import Level

        findings = [Finding(**{**one, "level": Level(one["level"])}) for one in head["findings"]]
        return returned_workbook(head["name"], data, findings)
    if head["kind"] == "colour":
        from lib.ingest.returned import coloured_workbook

        return coloured_workbook(head["name"], data, head["rows"], head["title"], head["legend"])
    from lib.ingest.expected import Correction, Expected
    from lib.ingest.reading import read_file
    from lib.ingest.staging import to_bytes

    gc.freeze()
    talk = Talk(asked, answers)
    plain = head["expected"]
    corrections = tuple(Correction(**one) for one in plain["corrections"])
    expected = Expected(**{**plain, "corrections": corrections, "skip": tuple(plain["skip"])})
    return to_bytes(read_file(head["name"], data, expected, talk.ask, talk.tell))


class Talk:
    """What the reader of a file asks and tells, sent to the app."""

    def __init__(self, asked: IO[bytes], answers: IO[bytes]) -> None:
        self._asked = asked
        self._answers = answers
        self._stage = ""
        self._told = 0.0

    def tell(self, stage: str, rows: int) -> None:
        """See `lib.ingest.expected.Tell`."""
        now = time.monotonic()
        if stage != self._stage or now - self._told >= _EVERY:
            self._stage, self._told = stage, now
            frames.write_frame(self._answers, frames.PROGRESS, json.dumps([stage, rows]).encode())

    def ask(self, question: Any) -> Any:
        """See `lib.ingest.expected.Ask`."""
        import pyarrow as pa

        from lib.ingest.expected import Context

        words = {"dataset": question.dataset, "period": question.period, "units": list(question.units)}
        frames.write_frame(self._answers, frames.QUESTION, json.dumps(words).encode())
        plain = json.loads(frames.read_frame(self._asked, {frames.CONTEXT: _ANY})[1])
        rows = frames.read_frame(self._asked, {frames.PREVIOUS: _ANY})[1]
        known = {dataset: frozenset(keys) for dataset, keys in plain["known"].items()}
        previous = pa.ipc.open_stream(pa.BufferReader(rows)).read_all() if rows else None
        return Context(known, previous, plain["previous_period"])


def place_of(error: BaseException) -> str:
    """File and line of the innermost own code in an error; never its message, which may quote a cell."""
    place, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if f"{os.sep}lib{os.sep}" in name and "site-packages" not in name:
            place = f"{PurePath(name).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    sys.exit(main())
