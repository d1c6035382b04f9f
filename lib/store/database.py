"""Opens the one database and gives transactions. Its one rule: a writer takes its lock when it begins, so that what it
read first is still true when it writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


class Database:
    """An engine with two kinds of transaction: `reading()` and `writing()`."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.sqlite = address.get_backend_name() == "sqlite"
        if self.sqlite and address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(address, pool_pre_ping=not self.sqlite)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent state, whatever is published meanwhile."""
        with self.engine.connect() as raw:
            connection = raw if self.sqlite else raw.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: it waits for other writers first and is committed as a whole or not at all."""
        with self.engine.connect() as raw:
            connection = raw.execution_options(writes=True)
            with connection.begin():
                if not self.sqlite:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(310107)")
                yield connection

    def migrate(self) -> None:
        """Bring the schema to its newest version; does nothing when it is there."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # recursive_triggers: a REPLACE deletes, and the triggers of frozen tables must see it.
    for pragma in ("busy_timeout=15000", "journal_mode=TRUNCATE", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
