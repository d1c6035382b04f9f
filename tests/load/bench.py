"""`make bench`: the CPU of one rerun of each page beside that of an empty page, in one process of the server.

The application runs with YJPT_BENCH=1, which adds an empty page with the address `blank`. Each page is opened over
Streamlit's own socket by a session of its own; then all pages take turns, a few reruns at a time, so that a busy
moment of the machine falls on all of them alike. Reported per page:

    cold    CPU of the first run of the page in this process (the empty page goes first and pays what all share)
    warm    CPU per rerun after the warm-up runs: user and system time of all threads of the server process, garbage
            collection after the run included, children (such as the worker that reads workbooks) not
    ratio   warm CPU against that of the empty page
    p50 p95 wall time from sending the request to `script_finished`
    bytes   received over the socket per warm rerun; what the browser holds in its message cache is not sent again

The budget (issue: "Done means") is 5 times the empty page and 25 ms; `--limit` makes crossing it an error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.support.server import ROOT, serve
from tests.support.wire import NOT_FOUND, Session

BLANK = "blank"
MOST_TIMES_EMPTY = 5.0
MOST_MS = 25.0


@dataclass
class Measurement:
    """One page; times in milliseconds."""

    page: str
    cold_ms: float
    cold_bytes: int
    warm_ms: float = 0.0
    ratio: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    bytes: int = 0
    reruns: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.ratio > MOST_TIMES_EMPTY or self.warm_ms > MOST_MS or bool(self.errors)


def cpu_clock(pid: int) -> Callable[[], float]:
    """A clock of the CPU time of a process, in milliseconds.

    Linux gives every process a CPU clock, to the nanosecond and with threads that have ended already (Streamlit runs
    each script in a new thread, so a sum over /proc/PID/task loses them); its number is made of the process id.
    """
    clock = (~pid << 3) | 2
    return lambda: time.clock_gettime_ns(clock) / 1e6


def wait_idle(cpu: Callable[[], float], seconds: float = 30) -> float:
    """The CPU clock once the process has done next to nothing for 0.2 s (the collection after a run is over)."""
    deadline = time.monotonic() + seconds
    before = cpu()
    while time.monotonic() < deadline:
        time.sleep(0.2)
        after = cpu()
        if after - before < 1.0:
            return after
        before = after
    return before


def measure(
    url: str, pid: int, pages: Sequence[str], *, accounts: Sequence[str], reruns: int, warmups: int, rounds: int
) -> list[Measurement]:
    """Measure the empty page and `pages` (addresses without a leading slash) on a running server.

    Each page is opened by the first of the demonstration `accounts` that may see it.
    """
    cpu = cpu_clock(pid)
    names = [BLANK, *(page for page in pages if page != BLANK)]
    found: dict[str, Measurement] = {}
    walls: dict[str, list[float]] = {name: [] for name in names}
    spent: dict[str, float] = dict.fromkeys(names, 0.0)
    with ExitStack() as open_tabs:
        tabs: dict[str, Session] = {}
        for name in names:
            for account in accounts:
                before = wait_idle(cpu)
                tabs[name] = open_tabs.enter_context(Session(url, f"{name}?as={account}"))
                first = tabs[name].rerun()
                found[name] = Measurement(name, wait_idle(cpu) - before, first.received, errors=first.errors)
                if NOT_FOUND not in first.errors:
                    break
        for name in names:
            for _ in range(warmups):
                tabs[name].rerun()
        for _ in range(rounds):
            for name in names:
                before = wait_idle(cpu)
                for _ in range(-(-reruns // rounds)):
                    run = tabs[name].rerun()
                    walls[name].append(run.seconds * 1000)
                    found[name].bytes += run.received
                    found[name].errors += [error for error in run.errors if error not in found[name].errors]
                spent[name] += wait_idle(cpu) - before
    for name in names:
        row = found[name]
        row.reruns = len(walls[name])
        row.warm_ms = spent[name] / row.reruns
        row.bytes //= row.reruns
        row.p50_ms = statistics.median(walls[name])
        row.p95_ms = statistics.quantiles(walls[name], n=20)[-1]
    for row in found.values():
        row.ratio = row.warm_ms / found[BLANK].warm_ms
    return list(found.values())


def table(rows: Sequence[Measurement]) -> str:
    """The measurements as text, one page a line."""
    head = f"{'page':<16}{'cold ms':>9}{'warm ms':>9}{'ratio':>7}{'p50 ms':>8}{'p95 ms':>8}{'cold B':>10}{'bytes':>9}  "
    lines = [head]
    for row in rows:
        verdict = "; ".join(row.errors) or ("over budget" if row.over else "")
        lines.append(
            f"{row.page or '/':<16}{row.cold_ms:>9.1f}{row.warm_ms:>9.2f}{row.ratio:>7.2f}{row.p50_ms:>8.1f}"
            f"{row.p95_ms:>8.1f}{row.cold_bytes:>10}{row.bytes:>9}  {verdict}"
        )
    return "\n".join(line.rstrip() for line in lines)


def registered_pages(root: Path) -> list[str]:
    """Addresses of all pages of the application, in the order of its menu.

    The first one is the default page: Streamlit knows it by the empty address alone, whatever `url_path` says.
    """
    sys.path.insert(0, str(root))
    from lib.ui.registry import PAGES

    return ["" if page is PAGES[0] else page.url.strip("/") for page in PAGES]


def demonstration_accounts() -> list[str]:
    """What `?as=` may say: ids, and the titles that Streamlit puts into the address for options with a format_func."""
    os.environ["YJPT_DEMO"] = "1"
    from lib.auth.demo import demo_accounts

    return [quote(name) for user in reversed(demo_accounts().values()) for name in (user.id, user.name)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when a page fails or, with --limit, is over its budget."""
    parser = argparse.ArgumentParser(description="CPU per rerun of each page beside an empty page.")
    parser.add_argument("pages", nargs="*", help="addresses of pages (all of the registry when left out)")
    parser.add_argument("--reruns", type=int, default=40, help="measured reruns of each page (default 40)")
    parser.add_argument("--warmups", type=int, default=5, help="reruns before measuring (default 5)")
    parser.add_argument("--rounds", type=int, default=4, help="turns in which the reruns are made (default 4)")
    parser.add_argument("--accounts", help="who opens the pages, the first that may (default: each demonstration account)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements there as well")
    parser.add_argument("--limit", action="store_true", help="exit with 1 when a page is over its budget")
    parser.add_argument("--database", help="measure on this database (default: new, with the demonstration data)")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the application")
    chosen = parser.parse_args(arguments)

    pages = [page.strip("/") for page in chosen.pages] or registered_pages(chosen.root)
    accounts = chosen.accounts.split(",") if chosen.accounts else demonstration_accounts()
    environment = {"YJPT_BENCH": "1", "YJPT_DEMO": "1"}
    if chosen.database:
        environment["DATABASE_URL"] = chosen.database
    with serve(environment, root=chosen.root, seconds=300) as server:
        turns = {"reruns": chosen.reruns, "warmups": chosen.warmups, "rounds": chosen.rounds}
        rows = measure(server.url, server.pid, pages, accounts=accounts, **turns)
    print(table(rows))
    print(f"budget: {MOST_TIMES_EMPTY:g} x the empty page and {MOST_MS:g} ms; {rows[0].reruns} reruns of each page")
    if chosen.json:
        result = {"python": platform.python_version(), "machine": platform.machine(), "pages": [asdict(r) for r in rows]}
        chosen.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    failed = any(row.errors for row in rows)
    return 1 if failed or (chosen.limit and any(row.over for row in rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
