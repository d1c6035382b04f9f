"""The door for files: reads an upload in a worker process of its own and gives its `Staging`.

Its one rule: whatever the file does to the worker, the caller gets a `Staging` with a finding in plain Chinese.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pyarrow as pa

from lib.ingest.reading import Expected
from lib.ingest.staging import Staging, from_bytes
from lib.settings import ROOT, settings
from lib.spec.findings import Finding, finding

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "YJPT_NOW")
LONGEST_NAME = 255
_WORKERS = threading.BoundedSemaphore(2)


def read_upload(name: str, data: bytes, expected: Expected | None = None) -> Staging:
    """Read one file in a worker process; waits for a free worker when two are busy. Never raises for a bad file."""
    expected = expected or Expected()
    name = name.encode("utf-8", "replace").decode()[-LONGEST_NAME:]
    limits = settings()
    size = len(data) / 1024 / 1024
    if size > limits.max_upload_mb:
        return _failed(name, expected, finding("F06", size=f"{size:.0f}", limit=limits.max_upload_mb))
    request = {
        "name": name,
        "dataset": expected.dataset,
        "period": expected.period,
        "unit": expected.unit,
        "memory_mb": limits.worker_memory_mb,
        "cpu_s": limits.worker_cpu_s,
    }
    command = [sys.executable, "-m", "lib.ingest.worker", json.dumps(request)]
    with _WORKERS:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=limits.worker_wall_s, cwd=ROOT,
                                  env=_environment(), check=False)
        except subprocess.TimeoutExpired:
            return _failed(name, expected, finding("F05", name=name, reason=f"超过 {limits.worker_wall_s} 秒"))
    if done.returncode != 0:
        return _failed(name, expected, finding("F05", name=name, reason=_reason(done.returncode)))
    try:
        return from_bytes(done.stdout)
    except (pa.ArrowException, ValueError, KeyError, TypeError, OSError):
        return _failed(name, expected, finding("F05", name=name, reason="读取结果不完整"))


def _environment() -> dict[str, str]:
    """What the worker inherits: enough to start, and no address or password of a database."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def _failed(name: str, expected: Expected, what: Finding) -> Staging:
    return Staging(name, expected.dataset, expected.period, (), "", "", (0, 0), (), (what,), None)


def _reason(status: int) -> str:
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "计算时间超限"
    if status < 0:
        return "读取程序异常终止"
    return "内存超限或结构异常"
