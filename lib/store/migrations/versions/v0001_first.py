"""First tables: blobs, submissions, releases, indicator values, audit; triggers that keep published rows as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_FROZEN = ("blob", "release", "release_change", "indicator_value", "audit", "submission_unit")
_KEPT = ("id, dataset, period, reporter, file_name, file_sha256, rows_sha256, row_count, sheet, reading, publishable, fingerprint, "
         "base_release, submitted_by, submitted_at")
"""Columns of a submission that never change: all but its status."""


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blob"),
    )
    op.create_table(
        "submission",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("reporter", sa.String(200), nullable=False),
        sa.Column("file_name", sa.String(400), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("rows_sha256", sa.String(64), nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("sheet", sa.String(200), nullable=False),
        sa.Column("reading", sa.Text, nullable=False),
        sa.Column("publishable", sa.Boolean, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("base_release", sa.Integer, nullable=False),
        sa.Column("submitted_by", sa.String(100), nullable=False),
        sa.Column("submitted_at", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.ForeignKeyConstraint(["file_sha256"], ["blob.sha256"], name="fk_submission_file_sha256"),
        sa.ForeignKeyConstraint(["rows_sha256"], ["blob.sha256"], name="fk_submission_rows_sha256"),
        sqlite_autoincrement=True,
    )
    for column in ("dataset", "period", "status"):
        op.create_index(f"ix_submission_{column}", "submission", [column])
    op.create_table(
        "submission_unit",
        sa.Column("submission_id", _ID, nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "unit", name="pk_submission_unit"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_submission_unit_submission_id"),
    )
    op.create_table(
        "release",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("published_by", sa.String(100), nullable=False),
        sa.Column("published_at", sa.String(40), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_release"),
        sa.UniqueConstraint("idempotency_key", name="uq_release_idempotency_key"),
    )
    op.create_table(
        "release_change",
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.Column("submission_id", _ID, nullable=True),
        sa.PrimaryKeyConstraint("release", "dataset", "period", "unit", name="pk_release_change"),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name="fk_release_change_release"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_release_change_submission_id"),
    )
    op.create_table(
        "indicator_value",
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("indicator", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.Column("numerator", sa.Float, nullable=True),
        sa.Column("denominator", sa.Float, nullable=True),
        sa.Column("value", sa.Float, nullable=True),
        sa.Column("missing", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("release", "period", "indicator", "unit", name="pk_indicator_value"),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name="fk_indicator_value_release"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    _freeze()


def _freeze() -> None:
    refused = [(table, verb, verb) for table in _FROZEN for verb in ("UPDATE", "DELETE")]
    refused += [("submission", "UPDATE", f"UPDATE OF {_KEPT}"), ("submission", "DELETE", "DELETE")]
    if op.get_bind().dialect.name == "sqlite":
        for table, verb, event in refused:
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {event} ON {table} "
                       f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        return
    op.execute("CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
               "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$")
    for table, verb, event in refused:
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    for table in (*_FROZEN, "submission"):
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    """Published data is never removed."""
    raise RuntimeError("the first migration cannot be undone")
