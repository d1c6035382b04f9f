"""Opening the database of this installation. Its one rule: one `Database` a process, brought to its newest schema first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.engine import make_url

from lib.settings import settings
from lib.store.database import Database


@lru_cache(maxsize=1)
def open_database() -> Database:
    """The database of the settings in force, migrated."""
    database = Database(settings().database_url)
    database.migrate()
    return database


def database_exists() -> bool:
    """Whether there is a database to ask; opening one in a file makes the file."""
    address = make_url(settings().database_url)
    return address.get_backend_name() != "sqlite" or bool(address.database and Path(address.database).exists())


@dataclass(slots=True)
class Progress:
    """How far the start is: `done` of `total` steps, `ready` when pages may be shown, `failed` with a text for the log."""

    done: int = 0
    total: int = 0
    ready: bool = False
    failed: str = ""


PROGRESS = Progress()
"""The start of this process; written by the server's start-up, read by screens and the health route."""
