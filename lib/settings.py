"""Every setting of the installation, read once from the environment. Each is listed in docs/settings.md (a test compares)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data" / "reference"
SAMPLES = ROOT / "data" / "samples"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force.

    database_url: SQLAlchemy address of the one database.
    demo: load the demonstration workbooks at the first start and say 演示数据 on every screen.
    worker_memory_mb, worker_cpu_s, worker_wall_s: limits of the process that reads one workbook.
    max_upload_mb: largest accepted workbook.
    bench: adds an empty page that `make bench` measures against; never set in production.
    """

    database_url: str
    demo: bool
    worker_memory_mb: int
    worker_cpu_s: int
    worker_wall_s: int
    max_upload_mb: int
    bench: bool


ENVIRONMENT = {
    "DATABASE_URL": "database_url",
    "YJPT_DEMO": "demo",
    "YJPT_WORKER_MEMORY_MB": "worker_memory_mb",
    "YJPT_WORKER_CPU_S": "worker_cpu_s",
    "YJPT_WORKER_WALL_S": "worker_wall_s",
    "YJPT_MAX_UPLOAD_MB": "max_upload_mb",
    "YJPT_BENCH": "bench",
}
"""Environment variable → field of `Settings`."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; read from the environment at the first call."""
    return read_settings(dict(os.environ))


def read_settings(environment: dict[str, str]) -> Settings:
    """Settings from a mapping of environment variables; what is absent takes its default."""
    return Settings(
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'var' / 'yjpt.db'}",
        demo=environment.get("YJPT_DEMO", "1") == "1",
        worker_memory_mb=int(environment.get("YJPT_WORKER_MEMORY_MB", "1024")),
        worker_cpu_s=int(environment.get("YJPT_WORKER_CPU_S", "20")),
        worker_wall_s=int(environment.get("YJPT_WORKER_WALL_S", "30")),
        max_upload_mb=int(environment.get("YJPT_MAX_UPLOAD_MB", "30")),
        bench=environment.get("YJPT_BENCH") == "1",
    )
