"""The thresholds that a release was published with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLE = "release_registry"


def upgrade() -> None:
    """Create the table and freeze it."""
    op.create_table(
        _TABLE,
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("release", name="pk_release_registry"),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name="fk_release_registry_release"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_release_registry_sha256"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
                       f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(f"CREATE TRIGGER {_TABLE}_no_truncate BEFORE TRUNCATE ON {_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    """What releases were published with is never removed."""
    raise RuntimeError("thresholds of releases are append-only; this migration cannot be undone")
