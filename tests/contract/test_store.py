"""What the store promises, on every kind of database it may run on. To add one: one line in `DATABASES`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from lib.datasets import DATASETS
from lib.errors import NotFound
from lib.spec.kinds import ARROW_TYPES
from lib.store import audit, blobs, corrections, reasons, releases, sheets, submissions
from lib.store.boundaries import add_boundary
from lib.store.corrections import AUTOMATIC, Remembered
from lib.store.database import MIGRATIONS, Database
from lib.store.reasons import Reason
from lib.store.releases import StoredValue
from lib.store.schema import FROZEN_TABLES, metadata
from lib.store.submissions import Status
from lib.store.weights import add_weights

DATABASES: dict[str, Callable[[Path], str]] = {"sqlite": lambda folder: f"sqlite:///{folder / 'nested' / 'store.db'}"}
"""Kind of database → the address of an empty one."""

X, Y = "310107005", "310107014"
AT = "2024-10-08T09:30:00+08:00"
ROWS = pa.table({"compound_id": ["1", "2"]})
READING: dict[str, Any] = {
    "dataset": "compounds",
    "period": "2024-09",
    "units": [Y, X],
    "reporter": "区房管局",
    "file": "小区.xlsx",
    "sheet": "表",
    "publishable": True,
    "findings": [{"code": "C10"}],
}


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    opened = Database(DATABASES[request.param](tmp_path))
    opened.migrate()
    yield opened
    opened.close()


def submit(connection: Connection, *, file: bytes = b"file", rows: pa.Table = ROWS, **more: Any) -> int:
    return submissions.add_submission(
        connection, reading={**READING, **more}, file=file, rows=rows, fingerprint="f", base_release=0, by="bureau", at=AT
    )


def release(connection: Connection, changes: dict[releases.Place, int | None], key: str) -> int:
    return releases.add_release(connection, by="bureau", at=AT, note="第一次", key=key, changes=changes)


def note(connection: Connection, count: int) -> None:
    for at in range(count):
        audit.append(connection, at=AT, actor="bureau", action="publish", subject=f"release {at}", detail={"说明": at})


def thaw(connection: Connection) -> None:
    """What somebody with the file in hands can do: take the triggers away."""
    if connection.dialect.name == "sqlite":
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        for table in metadata.tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


# -- schema ----------------------------------------------------------------------------------------------------------


def test_migrations_make_exactly_the_declared_tables(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        found = inspect(connection)
        assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
        for name, table in metadata.tables.items():
            columns = {one["name"]: one["nullable"] for one in found.get_columns(name)}
            assert columns == {one.name: bool(one.nullable) for one in table.columns}, name
            assert found.get_pk_constraint(name)["constrained_columns"] == [one.name for one in table.primary_key.columns], name
            foreign = {
                (*one["constrained_columns"], one["referred_table"], *one["referred_columns"]) for one in found.get_foreign_keys(name)
            }
            assert foreign == {(one.parent.name, one.column.table.name, one.column.name) for one in table.foreign_keys}, name
            indexes = {tuple(one["column_names"]) for one in found.get_indexes(name) if not one["unique"]}
            assert indexes == {tuple(column.name for column in one.columns) for one in table.indexes}, name
            unique = {tuple(one["column_names"]) for one in found.get_unique_constraints(name)}
            assert unique == {(one.name,) for one in table.columns if one.unique}, name


def test_migrating_again_is_harmless(database: Database) -> None:
    with database.writing() as connection:
        note(connection, 2)
    database.migrate()
    with database.reading() as connection:
        assert len(audit.entries(connection)) == 2
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0006"]


@pytest.mark.parametrize("kind", DATABASES)
def test_starting_several_times_at_once_is_harmless(tmp_path: Path, kind: str) -> None:
    address = DATABASES[kind](tmp_path)
    opened = [Database(address) for _ in range(3)]
    run_together([one.migrate for one in opened])
    with opened[0].reading() as connection:
        assert releases.head(connection) == 0
    for one in opened:
        one.close()


def test_sqlite_keeps_what_it_said_it_kept(tmp_path: Path) -> None:
    opened = Database(DATABASES["sqlite"](tmp_path))
    opened.migrate()
    pragmas = {"journal_mode": "truncate", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000, "recursive_triggers": 1}
    with opened.reading() as one, opened.reading() as two:
        for connection in (one, two):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas} == pragmas
    opened.close()


# -- frozen tables ---------------------------------------------------------------------------------------------------


def filled(database: Database) -> int:
    """One row in every table; gives the submission."""
    with database.writing() as connection:
        identity = submit(connection)
        number = release(connection, {("compounds", "2024-09", X): identity}, "k1")
        releases.add_values(connection, number, [StoredValue("2024-09", "G01", X, 1.0, None, 1.0, ())])
        releases.add_registry(connection, number, "rule\n")
        add_boundary(connection, number, "{}")
        sheets.add_step(connection, project="P1", release=number, step=sheets.Step.REQUESTED, by="street", at=AT, content=b"sheet")
        reasons.add_reason(connection, submission=identity, by="street", at=AT, text="已核对")
        corrections.add_corrections(connection, unit=X, made=[Remembered("compounds", "建面", "gfa_m2")], by="street", at=AT)
        add_weights(connection, name="权重", weights={"traffic": 10}, reason="测试", by="bureau", at=AT)
        note(connection, 1)
    return identity


def test_every_table_is_frozen_but_for_the_status() -> None:
    assert set(FROZEN_TABLES) == set(metadata.tables) - {"submission"}


@pytest.mark.parametrize("name", [*FROZEN_TABLES, "submission"])
def test_rows_are_never_updated_or_deleted(database: Database, name: str) -> None:
    filled(database)
    table = metadata.tables[name]
    key, free = (
        next(iter(table.primary_key.columns)),
        [column for column in table.columns if not (name == "submission" and column.name == "status")],
    )
    with database.reading() as connection:
        before = connection.execute(select(table)).all()
    assert before
    for column in free:
        with pytest.raises(DatabaseError, match="append-only"), database.writing() as connection:
            connection.execute(update(table).values({column.name: column}))
    with pytest.raises(DatabaseError, match="append-only"), database.writing() as connection:
        connection.execute(delete(table).where(key == getattr(before[0], key.name)))
    with database.reading() as connection:
        assert connection.execute(select(table)).all() == before


def test_a_replace_is_a_delete_too(tmp_path: Path) -> None:
    opened = Database(DATABASES["sqlite"](tmp_path))
    opened.migrate()
    filled(opened)
    with pytest.raises(DatabaseError, match="append-only"), opened.writing() as connection:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO audit SELECT seq, at, 'somebody', action, subject, detail, previous, hash FROM audit"
        )
    with opened.reading() as connection:
        assert audit.verify(connection) is None
    opened.close()


def test_the_status_may_change(database: Database) -> None:
    identity = filled(database)
    with database.writing() as connection:
        submissions.set_status(connection, [identity], Status.RETURNED)
    with database.reading() as connection:
        assert submissions.get_submission(connection, identity).status is Status.RETURNED


# -- reasons and corrections -----------------------------------------------------------------------------------------


def test_reasons_stand_in_the_order_they_were_given(database: Database) -> None:
    with database.writing() as connection:
        one, two, without = submit(connection), submit(connection), submit(connection)
        for identity, text_ in ((one, "先说"), (two, "别的"), (one, "再说")):
            reasons.add_reason(connection, submission=identity, by="street", at=AT, text=text_)
    with database.reading() as connection:
        found = reasons.reasons_of(connection, [one, two, without, one])
        assert found == {
            one: [Reason(one, "street", AT, "先说"), Reason(one, "street", AT, "再说")],
            two: [Reason(two, "street", AT, "别的")],
        }
        assert reasons.reasons_of(connection, []) == {}
    with pytest.raises(IntegrityError), database.writing() as connection:
        reasons.add_reason(connection, submission=99, by="street", at=AT, text="没有这份")


def test_the_newest_correction_of_a_header_counts(database: Database) -> None:
    first = [
        Remembered("compounds", "建面", "gfa_m2", "万㎡"),
        Remembered("compounds", "备注", ""),
        Remembered("lists", "建面", "x", fill=True),
    ]
    with database.writing() as connection:
        corrections.add_corrections(connection, unit=X, made=first, by="street", at=AT)
        corrections.add_corrections(connection, unit="", made=[Remembered("compounds", "建面", "households")], by="bureau", at=AT)
        corrections.add_corrections(connection, unit=Y, made=[], by="bureau", at=AT)
    with database.reading() as connection:
        assert corrections.corrections_of(connection, X) == [first[1], first[0], first[2]]
        assert corrections.corrections_of(connection, "") == [Remembered("compounds", "建面", "households")]
        assert corrections.corrections_of(connection, Y) == []
    again = [Remembered("compounds", "备注", AUTOMATIC), Remembered("compounds", "建面", "gfa_m2", "㎡")]
    with database.writing() as connection:
        corrections.add_corrections(connection, unit=X, made=again, by="street", at=AT)
    with database.reading() as connection:
        assert corrections.corrections_of(connection, X) == [again[1], first[2]]
        assert len(connection.execute(select(metadata.tables["header_correction"])).all()) == 6, "what was is kept"


def test_warnings_are_counted_when_a_submission_is_stored(database: Database) -> None:
    found = [{"code": "R02", "level": "警告"}, {"code": "C10", "level": "提示"}, {"code": "R05", "level": "警告"}]
    with database.writing() as connection:
        warned, quiet = submit(connection, findings=found), submit(connection)
    with database.reading() as connection:
        assert [submissions.get_submission(connection, one).warnings for one in (warned, quiet)] == [2, 0]


def test_an_older_database_learns_its_warnings(tmp_path: Path) -> None:
    """Brought to the first schema, filled, and migrated on: the count is made from what reading said, and frozen."""
    opened = Database(DATABASES["sqlite"](tmp_path))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with opened.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO blob VALUES ('s', x'00', 1)")
        reading = json.dumps({"findings": [{"level": "警告"}, {"level": "提示"}]}, ensure_ascii=False)
        connection.execute(
            text(
                "INSERT INTO submission (dataset, period, reporter, file_name, file_sha256, rows_sha256, row_count, sheet, reading, "
                "publishable, fingerprint, base_release, submitted_by, submitted_at, status) "
                "VALUES ('compounds', '2024-09', '', 'a.xlsx', 's', 's', 1, '', :reading, 1, 'f', 0, 'bureau', :at, '已发布')"
            ),
            {"reading": reading, "at": AT},
        )
    opened.migrate()
    with opened.reading() as connection:
        assert submissions.get_submission(connection, 1).warnings == 1
    with pytest.raises(DatabaseError, match="append-only"), opened.writing() as connection:
        connection.exec_driver_sql("UPDATE submission SET warnings = 0")
    opened.close()


# -- transactions ----------------------------------------------------------------------------------------------------


def run_together(works: list[Callable[[], object]]) -> None:
    """Run all at once; what any of them raises is raised here."""
    gate, failures = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait()
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fails() -> None:
        with database.writing() as connection:
            release(connection, {("compounds", "2024-09", X): submit(connection)}, "k1")
            note(connection, 1)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fails()
    with database.reading() as connection:
        for table in metadata.tables.values():
            assert connection.execute(select(table)).all() == [], table.name


def test_writers_wait_for_each_other(database: Database) -> None:
    """Each reads the head before it writes: with late locks two would take the same number, or one would fail."""

    def work() -> None:
        for _ in range(5):
            with database.writing() as connection:
                release(connection, {}, f"k{releases.head(connection)}")
                note(connection, 1)

    run_together([work] * 4)
    with database.reading() as connection:
        assert [one.number for one in releases.list_releases(connection)] == list(range(20, 0, -1))
        assert (audit.verify(connection), len(audit.entries(connection))) == (None, 20)


def test_a_reader_sees_one_state(database: Database) -> None:
    def write() -> None:
        with database.writing() as connection:
            release(connection, {}, "k")

    writer = threading.Thread(target=write)
    with database.reading() as connection:
        assert releases.head(connection) == 0
        writer.start()
        writer.join(0.2)  # time enough for a database that lets a writer pass its readers; SQLite holds it back until they are gone
        assert releases.head(connection) == 0
    writer.join()
    with database.reading() as connection:
        assert releases.head(connection) == 1


# -- blobs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 3, "表".encode() * 700_000], ids=["empty", "bytes", "2 MB"])
def test_content_comes_back(database: Database, content: bytes) -> None:
    with database.writing() as connection:
        digest = blobs.put_blob(connection, content)
        assert blobs.put_blob(connection, content) == digest
    with database.reading() as connection:
        assert blobs.get_blob(connection, digest) == content
        row = connection.execute(select(metadata.tables["blob"])).one()
        assert (row.sha256, row.size) == (digest, len(content))


def test_several_contents_in_one_query(database: Database) -> None:
    with database.writing() as connection:
        one, two = blobs.put_blob(connection, b"one"), blobs.put_blob(connection, b"two")
    with database.reading() as connection:
        assert blobs.get_blobs(connection, [one, two, one]) == {one: b"one", two: b"two"}
        assert blobs.get_blobs(connection, []) == {}
        with pytest.raises(KeyError, match="0000"):
            blobs.get_blobs(connection, [one, "0" * 64])
        with pytest.raises(KeyError, match="0000"):
            blobs.get_blob(connection, "0" * 64)


@pytest.mark.parametrize("dataset", DATASETS)
def test_rows_come_back_with_their_types(dataset: str) -> None:
    samples = {pa.string(): "一、二", pa.int64(): 7, pa.float64(): 0.1, pa.date32(): date(2024, 9, 30), pa.bool_(): False}
    assert set(samples) == set(ARROW_TYPES.values())
    schema = DATASETS[dataset].schema
    table = pa.Table.from_pylist([{field.name: samples[field.type] for field in schema}, {}], schema=schema)
    back = blobs.rows_from_parquet(blobs.rows_to_parquet(table))
    assert back.schema.equals(schema)
    assert back.to_pylist() == table.to_pylist()
    assert blobs.rows_from_parquet(blobs.rows_to_parquet(schema.empty_table())).num_rows == 0


# -- submissions -----------------------------------------------------------------------------------------------------


def test_a_submission_comes_back(database: Database) -> None:
    with database.writing() as connection:
        identity = submit(connection)
    with database.reading() as connection:
        one = submissions.get_submission(connection, identity)
        assert (one.dataset, one.period, one.units, one.reporter, one.file_name) == (
            "compounds",
            "2024-09",
            (X, Y),
            "区房管局",
            "小区.xlsx",
        )
        assert (one.row_count, one.publishable, one.base_release, one.submitted_by, one.submitted_at) == (2, True, 0, "bureau", AT)
        assert one.status is Status.STAGED
        assert submissions.reading_of(connection, identity) == READING
        assert blobs.get_blob(connection, one.file_sha256) == b"file"
        assert blobs.rows_from_parquet(blobs.get_blob(connection, one.rows_sha256)).equals(ROWS)
        assert submissions.submissions_by_id(connection, [identity]) == {identity: one}
        assert submissions.submissions_by_id(connection, []) == {}
        with pytest.raises(NotFound, match="没有编号为 99 的报送"):
            submissions.get_submission(connection, 99)


def test_submissions_newest_first(database: Database) -> None:
    with database.writing() as connection:
        one, two, three = submit(connection), submit(connection, units=[X]), submit(connection, units=[])
        submissions.set_status(connection, [two], Status.PUBLISHED)
    with database.reading() as connection:
        assert [(found.id, found.units) for found in submissions.list_submissions(connection)] == [
            (three, ()),
            (two, (X,)),
            (one, (X, Y)),
        ]
        assert [found.id for found in submissions.list_submissions(connection, status=Status.STAGED)] == [three, one]
        assert [found.id for found in submissions.list_submissions(connection, limit=1)] == [three]
        assert submissions.list_submissions(connection, status=Status.WITHDRAWN) == []


def test_words_of_a_file_are_kept_as_they_are(database: Database) -> None:
    """Quotes, long names and everything else that a file may call itself; what is too long for its column is cut."""
    words = 'a\'; DROP TABLE blob; -- "报表" 😀%_\\'
    with database.writing() as connection:
        identity = submit(connection, file=b"1", reporter="长" * 999, sheet="表" * 999, period="2024-09")
        quoted = submit(connection, reporter=words, sheet=words, findings=[{"message": words}])
    with database.reading() as connection:
        assert submissions.get_submission(connection, identity).reporter == "长" * 200
        found = submissions.get_submission(connection, quoted)
        assert (found.reporter, submissions.reading_of(connection, quoted)["findings"][0]["message"]) == (words, words)
        with pytest.raises(NotFound, match="没有编号为 99 的报送"):
            submissions.reading_of(connection, 99)


def test_the_submissions_of_one_place_are_those_for_it_alone(database: Database) -> None:
    with database.writing() as connection:
        whole = submit(connection, file=b"1")
        own = submit(connection, file=b"2", units=[X])
        other = submit(connection, file=b"3", units=[Y])
    with database.reading() as connection:
        assert [one.id for one in submissions.list_submissions(connection)] == [other, own, whole]
        assert [one.id for one in submissions.list_submissions(connection, unit=X)] == [own]


def test_two_submissions_of_the_same_file_share_it(database: Database) -> None:
    with database.writing() as connection:
        one, two = submit(connection), submit(connection)
        assert one != two
        assert len(connection.execute(select(metadata.tables["blob"].c.sha256)).all()) == 2


def test_a_submission_needs_its_file(database: Database) -> None:
    table = metadata.tables["submission_unit"]
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(table.insert().values(submission_id=12345, unit=X))


# -- releases --------------------------------------------------------------------------------------------------------


def test_state_of_each_release(database: Database) -> None:
    here, there, other = ("compounds", "2024-09", X), ("compounds", "2024-09", Y), ("committees", "2024-10", X)
    with database.writing() as connection:
        one, two, three = submit(connection), submit(connection), submit(connection)
        assert releases.head(connection) == 0
        assert release(connection, {here: one, there: one}, "k1") == 1
        assert release(connection, {here: two, other: three}, "k2") == 2
        assert release(connection, {here: one, other: None}, "k3") == 3  # a rollback is a release too
        assert release(connection, {other: three}, "k4") == 4
    with database.reading() as connection:
        assert releases.head(connection) == 4
        assert [releases.state_at(connection, number) for number in range(6)] == [
            {},
            {here: one, there: one},
            {here: two, there: one, other: three},
            {here: one, there: one},
            {here: one, there: one, other: three},
            {here: one, there: one, other: three},
        ]
        assert [releases.changed_since(connection, number) for number in range(5)] == [
            {here, there, other},
            {here, other},
            {here, other},
            {other},
            set(),
        ]
        assert [(found.number, found.note, found.published_by, found.published_at) for found in releases.list_releases(connection)] == [
            (number, "第一次", "bureau", AT) for number in (4, 3, 2, 1)
        ]


def test_idempotency_key(database: Database) -> None:
    with database.writing() as connection:
        release(connection, {}, "k1")
        assert releases.release_with_key(connection, "k1") == 1
        assert releases.release_with_key(connection, "k2") is None
    with pytest.raises(IntegrityError), database.writing() as connection:
        release(connection, {}, "k1")
    with database.reading() as connection:
        assert releases.head(connection) == 1


def test_a_release_points_to_submissions_that_exist(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        release(connection, {("compounds", "2024-09", X): 77}, "k")


def test_values_of_a_release(database: Database) -> None:
    def value(
        period: str, indicator: str, unit: str, top: float | None, below: float | None = None, missing: tuple[str, ...] = ()
    ) -> StoredValue:
        return StoredValue(period, indicator, unit, top, below, None if top is None else top / (below or 1), missing)

    with database.writing() as connection:
        for key in ("k1", "k2", "k3"):
            release(connection, {}, key)
        first = [value("2024-09", "G01", X, 10), value("2024-09", "G03", X, 631, 657), value("2024-09", "G01", Y, 5)]
        releases.add_values(connection, 1, first)
        second = [value("2024-10", "G01", X, 11), value("2024-10", "G03", X, None, None, (X, Y))]
        releases.add_values(connection, 2, second)
        releases.add_values(connection, 3, [value("2024-09", "G01", X, 12)])
        releases.add_values(connection, 3, [])
    with database.reading() as connection:
        assert releases.values_at(connection, 0, X) == []
        assert releases.values_at(connection, 1, X) == first[:2]
        assert releases.values_at(connection, 1, Y) == first[2:]
        assert releases.values_at(connection, 2, X) == [*first[:2], *second]
        assert releases.values_at(connection, 3, X) == [value("2024-09", "G01", X, 12), first[1], *second]
        assert releases.values_at(connection, 2, X)[1].value == 631 / 657, "unrounded"


# -- audit -----------------------------------------------------------------------------------------------------------


def test_audit_entries_in_order(database: Database) -> None:
    with database.writing() as connection:
        assert audit.entries(connection) == []
        assert audit.verify(connection) is None
        head = audit.append(connection, at=AT, actor="bureau", action="publish", subject="release 1", detail={"b": 1, "a": "一"})
        note(connection, 2)
    with database.reading() as connection:
        found = audit.entries(connection)
        assert [one.seq for one in found] == [1, 2, 3]
        assert (found[0].actor, found[0].action, found[0].subject, found[0].detail) == (
            "bureau",
            "publish",
            "release 1",
            '{"a": "一", "b": 1}',
        )
        assert (found[0].previous, found[0].hash, found[1].previous) == (audit.GENESIS, head, head)
        assert audit.verify(connection) is None


ENTRY = metadata.tables["audit"]


def edited(column: str, value: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(ENTRY).where(ENTRY.c.seq == 3).values({column: value}))


def removed(seq: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(ENTRY).where(ENTRY.c.seq == seq))


def removed_and_closed_up(connection: Connection) -> None:
    removed(3)(connection)
    for seq in (4, 5):
        connection.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(seq=seq - 1))


def reordered(connection: Connection) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        connection.execute(update(ENTRY).where(ENTRY.c.seq == old).values(seq=new))


def edited_with_a_hash_that_fits(connection: Connection) -> None:
    row = next(one for one in audit.entries(connection) if one.seq == 3)
    digest = audit._hash(3, row.at, "somebody", row.action, row.subject, row.detail, row.previous)
    connection.execute(update(ENTRY).where(ENTRY.c.seq == 3).values(actor="somebody", hash=digest))


def inserted(connection: Connection) -> None:
    connection.execute(
        ENTRY.insert().values(seq=6, at=AT, actor="somebody", action="x", subject="x", detail="{}", previous="0" * 64, hash="0" * 64)
    )


TAMPERED: dict[str, tuple[Callable[[Connection], object], int]] = {
    **{f"edited {column}": (edited(column, "x"), 3) for column in ("at", "actor", "action", "subject", "detail", "previous", "hash")},
    "first removed": (removed(1), 2),
    "middle removed": (removed(3), 4),
    "closed up": (removed_and_closed_up, 3),
    "reordered": (reordered, 2),
    "hash mended": (edited_with_a_hash_that_fits, 4),
    "inserted": (inserted, 6),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_verify_finds_the_first_entry_that_does_not_fit(database: Database, case: str) -> None:
    tamper, expected = TAMPERED[case]
    with database.writing() as connection:
        note(connection, 5)
    with database.writing() as connection:
        assert audit.verify(connection) is None
        thaw(connection)
        tamper(connection)
        assert audit.verify(connection) == expected


def test_a_cut_tail_shows_in_the_head_hash(database: Database) -> None:
    """The chain alone cannot know how long it was; the hash of its last entry, written down elsewhere, can."""
    with database.writing() as connection:
        note(connection, 3)
        head = audit.entries(connection)[-1].hash
        thaw(connection)
        removed(3)(connection)
        assert audit.verify(connection) is None
        assert audit.entries(connection)[-1].hash != head
