"""Start and end of the process: migrate, publish the demonstration once, warm up, freeze what is there from the collector.

Its one rule: the server answers at once; the work is done in a thread and its progress is on screen.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from streamlit import config

from lib.actions.opening import PROGRESS, open_database
from lib.demo.firststart import publish_samples
from lib.server.middleware import LOCAL_HOSTS
from lib.settings import settings
from lib.ui.warm import warm_up

log = logging.getLogger("yjpt")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start the work in the background; refuse to start on any address but this machine's own."""
    address = config.get_option("server.address")
    if address and address not in LOCAL_HOSTS and address != "::1":
        raise SystemExit(f"登录功能启用之前只允许本机访问：server.address 不能是 {address}，请改为 127.0.0.1。")
    threading.Thread(target=start, name="start", daemon=True).start()
    yield {}


def start() -> None:
    """Migrate, publish samples, warm up, freeze. An error is told on screen and by the health route."""
    try:
        database = open_database()
        if settings().demo:
            publish_samples(database, _report)
        warm_up()
        PROGRESS.ready = True
    except Exception as error:
        log.exception("start failed")
        PROGRESS.failed = type(error).__name__


def _report(done: int, total: int) -> None:
    PROGRESS.done, PROGRESS.total = done, total
