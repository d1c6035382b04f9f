"""The boundary of the 街镇 that a release shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TABLE = "release_boundary"


def upgrade() -> None:
    """Create the table and freeze it."""
    op.create_table(
        _TABLE,
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("release", name="pk_release_boundary"),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name="fk_release_boundary_release"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_release_boundary_sha256"),
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
    """What releases have shown is never removed."""
    raise RuntimeError("boundaries of releases are append-only; this migration cannot be undone")
