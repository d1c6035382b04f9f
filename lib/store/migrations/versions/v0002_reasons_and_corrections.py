"""Reasons for warnings, remembered corrections of headers, and how many warnings a submission has."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_FROZEN = ("submission_reason", "header_correction")
_KEPT = ("id, dataset, period, reporter, file_name, file_sha256, rows_sha256, row_count, sheet, reading, publishable, fingerprint, "
         "base_release, submitted_by, submitted_at, warnings")
"""Columns of a submission that never change: all but its status."""


def upgrade() -> None:
    """Create two tables, add the count of warnings and freeze all three."""
    op.create_table(
        "submission_reason",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("submission_id", _ID, nullable=False),
        sa.Column("given_by", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission_reason"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_submission_reason_submission_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_reason_submission_id", "submission_reason", ["submission_id"])
    op.create_table(
        "header_correction",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("header", sa.Text, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("fill", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_header_correction"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_header_correction_unit", "header_correction", ["unit"])
    op.add_column("submission", sa.Column("warnings", sa.Integer, nullable=False, server_default="0"))
    _count_warnings()
    _freeze()


def _count_warnings() -> None:
    connection = op.get_bind()
    table = sa.table("submission", sa.column("id"), sa.column("reading"), sa.column("warnings"))
    for row in connection.execute(sa.select(table.c.id, table.c.reading)).all():
        found = json.loads(row.reading).get("findings", [])
        count = sum(one.get("level") == "警告" for one in found)
        connection.execute(sa.update(table).where(table.c.id == row.id).values(warnings=count))


def _freeze() -> None:
    refused = [(table, verb, verb) for table in _FROZEN for verb in ("UPDATE", "DELETE")]
    refused.append(("submission", "UPDATE", f"UPDATE OF {_KEPT}"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER submission_no_update")
        for table, verb, event in refused:
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {event} ON {table} "
                       f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    op.execute("DROP TRIGGER submission_no_update ON submission")
    for table, verb, event in refused:
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    for table in _FROZEN:
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    """Reasons are never removed."""
    raise RuntimeError("reasons and corrections are append-only; this migration cannot be undone")
