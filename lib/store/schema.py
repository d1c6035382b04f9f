"""Tables of the one database, portable between SQLite and PostgreSQL. Changes go through `migrations/`, never here alone."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
_ID = BigInteger().with_variant(Integer, "sqlite")

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("dataset", String(64), nullable=False, index=True),
    Column("period", String(7), nullable=False, index=True),
    Column("reporter", String(200), nullable=False),
    Column("file_name", String(400), nullable=False),
    Column("file_sha256", String(64), ForeignKey("blob.sha256"), nullable=False),
    Column("rows_sha256", String(64), ForeignKey("blob.sha256"), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("sheet", String(200), nullable=False),
    Column("reading", Text, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("base_release", Integer, nullable=False),
    Column("submitted_by", String(100), nullable=False),
    Column("submitted_at", String(40), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("warnings", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
"""reading: JSON of `Staging.as_dict()` (mapping and findings). base_release: head when it was staged. warnings: how many
findings are 警告.
"""

submission_unit = Table(
    "submission_unit",
    metadata,
    Column("submission_id", _ID, ForeignKey("submission.id"), primary_key=True),
    Column("unit", String(12), primary_key=True),
)

submission_reason = Table(
    "submission_reason",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("submission_id", _ID, ForeignKey("submission.id"), nullable=False, index=True),
    Column("given_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""情况说明: why what a submission is warned about is right all the same."""

header_correction = Table(
    "header_correction",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("unit", String(12), nullable=False, index=True),
    Column("dataset", String(64), nullable=False),
    Column("header", Text, nullable=False),
    Column("field", String(64), nullable=False),
    Column("measure", String(40), nullable=False),
    Column("fill", Boolean, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    sqlite_autoincrement=True,
)
"""How a 街镇 (unit; empty for the bureau) wants a column of a form read; the newest row of a header counts."""

release = Table(
    "release",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_by", String(100), nullable=False),
    Column("published_at", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("idempotency_key", String(100), nullable=False, unique=True),
)

release_change = Table(
    "release_change",
    metadata,
    Column("release", Integer, ForeignKey("release.number"), primary_key=True),
    Column("dataset", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("submission_id", _ID, ForeignKey("submission.id"), nullable=True),
)
"""What a release changed. The state of release N is the latest change up to N of each (dataset, period, unit)."""

release_registry = Table(
    "release_registry",
    metadata,
    Column("release", Integer, ForeignKey("release.number"), primary_key=True),
    Column("sha256", String(64), ForeignKey("blob.sha256"), nullable=False),
)
"""Thresholds as CSV, where a release changed them: those of release N are the latest up to N."""

release_boundary = Table(
    "release_boundary",
    metadata,
    Column("release", Integer, ForeignKey("release.number"), primary_key=True),
    Column("sha256", String(64), ForeignKey("blob.sha256"), nullable=True),
)
"""Boundaries of the 街镇 as GeoJSON, where a release changed them: that of release N is the latest up to N; no sha256: our own."""

indicator_value = Table(
    "indicator_value",
    metadata,
    Column("release", Integer, ForeignKey("release.number"), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("indicator", String(20), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("numerator", Float, nullable=True),
    Column("denominator", Float, nullable=True),
    Column("value", Float, nullable=True),
    Column("missing", Text, nullable=False),
)
"""Figures of each release for the periods it touched; unrounded. missing: codes of 街镇 left out, joined by commas."""

sheet_step = Table(
    "sheet_step",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("project", String(200), nullable=False, index=True),
    Column("release", Integer, ForeignKey("release.number"), nullable=False),
    Column("step", String(20), nullable=False),
    Column("given_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("sha256", String(64), ForeignKey("blob.sha256"), nullable=False),
    Column("note", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Public progress sheets: each request, approval and return, with the very content it is about; the newest step counts."""

site_weights = Table(
    "site_weights",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("weights", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    sqlite_autoincrement=True,
)
"""Weights of the site scores, version by version: JSON of part → weight; the newest is in force."""

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""Append-only and chained by hash. No foreign keys, so that it never gets in the way."""

FROZEN_TABLES = (
    "blob",
    "release",
    "release_change",
    "release_registry",
    "release_boundary",
    "indicator_value",
    "audit",
    "submission_unit",
    "submission_reason",
    "header_correction",
    "sheet_step",
    "site_weights",
)
"""Tables whose rows are never updated or deleted; triggers refuse it. Of a submission only the status ever changes."""
