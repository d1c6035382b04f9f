"""Pages by AppTest: each runs in this process on a database into which four months of samples were published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.actions import opening
from lib.actions.publishing import publish
from lib.actions.staging import keep
from lib.auth.demo import account
from lib.auth.permissions import User
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.settings import ROOT, SAMPLES, settings
from lib.store.database import Database
from lib.ui import submit_job

MONTHS = ("2024-09", "2025-12", "2026-09", "2026-10")


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of the application under test."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('app') / 'app.db'}")
    patch.setenv("YJPT_DEMO", "1")
    settings.cache_clear()
    opening.open_database.cache_clear()
    st.cache_resource.clear()
    database = opening.open_database()
    bureau = account("bureau")
    assert bureau is not None
    for month in MONTHS:
        publish_month(database, bureau, month)
    patch.setattr(opening.PROGRESS, "ready", True)
    patch.setattr(submit_job, "QUICK_S", 60.0)
    yield database
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(timeout=60)
    patch.undo()
    database.close()
    settings.cache_clear()
    opening.open_database.cache_clear()
    st.cache_resource.clear()


def publish_month(database: Database, by: User, month: str) -> int:
    """Publish all sample workbooks of a month as one release."""
    identities = []
    for file in sorted((SAMPLES / month).glob("*.xlsx")):
        content = file.read_bytes()
        staged = keep(database, by=by, data=content, reading=read_file(file.name, content, Expected()))
        assert staged.publishable, file.name
        identities += staged.kept
    return publish(database, by=by, submission_ids=identities, key=f"test-{month}", note=month)


@pytest.fixture
def run_page(office: Database) -> Callable[..., AppTest]:
    """Run one page file alone: `run_page("pages/data/dictionary.py", period="2024-09")`; `user=None`: nobody."""

    def run(file: str, *, user: str | None = "leader", **query: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / file), default_timeout=60)
        if user is not None:
            page.session_state["_user"] = account(user)
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    return run
