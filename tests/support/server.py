"""The application as a process of its own, for browser tests and measurements: `with serve() as server: ...`.

Its one rule: a server belongs to one test run — its own port on this machine, its own database, its own log.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


class ServerFailed(RuntimeError):
    """The server ended, or was not ready in time; the text ends with the tail of its log."""


class Server:
    """A running application. `url` is its origin without a slash at the end, `pid` the process to measure."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log_file: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.log_file = log_file

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def database(self) -> Path:
        """The SQLite file of a server that was started without DATABASE_URL."""
        return self.log_file.parent / "yjpt.db"

    def log(self) -> str:
        """Everything the process has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, timeout: float = 10) -> tuple[int, str]:
        """Status and body of a GET on this server."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", errors="replace")
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether `/healthz` says {"ready": true}; Streamlit's own health route counts where the app has none."""
        try:
            status, body = self.get("/healthz", timeout=5)
            if body.lstrip().startswith("{"):
                health = json.loads(body)
                if health.get("failed"):
                    raise ServerFailed(f"The server could not make ready: {body}\n{self.log()[-4000:]}")
                return status == 200 and health.get("ready") is True
            # Streamlit answers an unknown path with its index page.
            return self.get("/_stcore/health", timeout=5) == (200, "ok")
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def wait(self, seconds: float) -> None:
        """Return once the server is ready; raise `ServerFailed` when it ends first or is not in time."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if self.process.poll() is not None:
                raise ServerFailed(f"The server ended with {self.process.returncode}.\n{self.log()[-4000:]}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"The server was not ready after {seconds:.0f} s.\n{self.log()[-4000:]}")
            time.sleep(0.05)

    def stop(self, grace: float = 10) -> None:
        """End the process and whatever it started; harmless when it has ended already."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with suppress(ProcessLookupError):
            # It leads a group of its own: workers that outlived it go too.
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serve(
    environment: Mapping[str, str] | None = None,
    *,
    root: Path = ROOT,
    folder: Path | None = None,
    seconds: float = 180,
) -> Iterator[Server]:
    """Start `app.py` of `root` on a free port and stop it at the end.

    `environment` adds to and overrides that of this process, of which STREAMLIT_* is left out. Without DATABASE_URL
    the database is a new SQLite file in `folder` (a temporary one by default), where the log is written as well.
    """
    with tempfile.TemporaryDirectory(prefix="yjpt-") as scratch:
        place = folder or Path(scratch)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
        inherited["DATABASE_URL"] = f"sqlite:///{place / 'yjpt.db'}"
        inherited["PYTHONUNBUFFERED"] = "1"
        port = _free_port()
        log_file = place / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(port), "--server.address", HOST]
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=root,
                env={**inherited, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = Server(process, port, log_file)
        try:
            server.wait(seconds)
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
