"""Fixtures of the browser tests: one server and one Chromium for all of them, a new window for each visitor.

`visit()` gives a `Visitor`; when the test ends each of them is asked `assert_clean()`, so no test can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import ARTIFACTS, SIZES, Scheme, Visitor, launch
from tests.support.server import Server, serve

HERE = Path(__file__).parent
OUTCOME: pytest.StashKey[bool] = pytest.StashKey()

Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests are marked so."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember that a test failed, so that its windows are photographed before they close."""
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.failed
    return report


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The one Chromium of these tests. It ends with them: its event loop would be in the way of other tests of the worker."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def app() -> Iterator[Server]:
    """The application with its demonstration data in a database of its own. Its log is kept in artifacts/."""
    with serve({"YJPT_DEMO": "1"}, seconds=300) as server:
        yield server
        ARTIFACTS.mkdir(exist_ok=True)
        (ARTIFACTS / "server.log").write_text(server.log(), encoding="utf-8")


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Visit]:
    """Open a window: `visit(size="phone", scheme="dark")`, of another server with `origin=server.url`."""
    visitors: list[Visitor] = []

    def opened(size: str = "desk", scheme: Scheme = "light", origin: str | None = None) -> Visitor:
        address = origin or request.getfixturevalue("app").url
        visitor = Visitor(chromium, address, size=SIZES[size], scheme=scheme)
        visitors.append(visitor)
        return visitor

    yield opened
    failed = request.node.stash.get(OUTCOME, False)
    try:
        for number, visitor in enumerate(visitors):
            if failed:
                target = ARTIFACTS / "failures" / f"{request.node.name}-{number}.png".replace("/", "_")
                visitor.page.screenshot(path=target)
            else:
                visitor.assert_clean()
    finally:
        for visitor in visitors:
            visitor.close()


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """A window at the desk, in light colours."""
    return visit()
