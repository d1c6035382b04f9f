"""Rules of every test run: it touches no database but its own, repeats itself exactly, and skips nothing in silence."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before anything of `lib` is imported: the settings of this process are for tests. A database that happens to be named
# in the environment is not ours to write; YJPT_TEST_DATABASE_URL names one that is.
_SCRATCH = tempfile.TemporaryDirectory(prefix="yjpt-test-", ignore_cleanup_errors=True)
os.environ["DATABASE_URL"] = os.environ.get("YJPT_TEST_DATABASE_URL") or f"sqlite:///{Path(_SCRATCH.name) / 'test.db'}"
os.environ["YJPT_DEMO"] = "0"
for _name in [name for name in os.environ if name.startswith("STREAMLIT_") or name == "YJPT_BENCH"]:
    del os.environ[_name]
# The day the tests live in: after the last month of the samples, so that none of them is a report from the future.
os.environ["YJPT_NOW"] = "2026-11-23T09:00:00+08:00"

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parent.parent

ONE_WORKER = ("tests/browser/", "tests/app/")

_skipped: list[str] = []


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


# A skipped test is a test that did not run: it fails the whole run, in every worker, with its reason.


def _note(report: Any) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped.append(f"{report.nodeid}: {reason}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a skipped test (the controller of xdist hears of those in its workers too)."""
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a module that skipped itself."""
    _note(report)


# Two cores hold one Chromium, and the tests of pages share a database and Streamlit's caches: each of these folders is one worker's.


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """All tests of a folder of `ONE_WORKER` go to one worker, every other test to whoever is free.

    Marks do not do it: xdist 3.8 writes groups into names that pytest 9.2 no longer reads, and says nothing.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFolder(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in ONE_WORKER if nodeid.startswith(folder)), nodeid)

    return ByFolder(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a worker of xdist has noted while collecting."""
    _skipped.extend(getattr(node, "workeroutput", {}).get("skipped", []))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a run with skipped tests into a failed one."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["skipped"] = list(_skipped)
    elif _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which tests did not run and why."""
    if _skipped:
        terminalreporter.section("skipped tests fail this run", red=True)
        for line in sorted(set(_skipped)):
            terminalreporter.line(line)
