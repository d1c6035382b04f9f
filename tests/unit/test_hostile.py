"""Files made to do harm: each is answered in time with the finding it deserves, and the app does not grow."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest

from lib.ingest.expected import Expected
from lib.ingest.intake import read_upload
from tests.support.hostile import Hostile, every_kind

SECONDS, SECONDS_SHOWN = 5.0, 3.0
MOST_GROWTH_MB = 20.0
KINDS = every_kind()
EXPECTED = Expected(period="2024-09")


def status_mb(name: str) -> float:
    """A line of /proc/self/status, such as VmHWM: the most memory since it was last reset."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def test_there_are_enough_of_them_and_each_has_its_own_name() -> None:
    assert len({one.title for one in KINDS}) == len(KINDS) >= 80


@pytest.mark.parametrize("kind", KINDS, ids=[one.title for one in KINDS])
def test_hostile(kind: Hostile) -> None:
    data = kind.make()
    assert len(data) < 30 * 1024 * 1024
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = status_mb("VmRSS")
    start = time.monotonic()
    reading = read_upload(kind.name, data, EXPECTED)
    seconds = time.monotonic() - start
    grown = status_mb("VmHWM") - before
    codes = [one.code for one in reading.all_findings]
    said = [(one.code, one.message[:120]) for one in reading.all_findings[:5]]
    if "" not in kind.codes or not reading.readable:
        assert set(codes) & set(kind.codes), said
    assert not any("内部错误" in one.message for one in reading.all_findings), said
    assert seconds < (SECONDS_SHOWN if kind.shown else SECONDS), (seconds, said)
    assert grown < MOST_GROWTH_MB, (grown, said)


def test_the_app_reads_on_after_all_of_them() -> None:
    good = next(one for one in KINDS if one.title == "zip64")
    assert read_upload("业委会.xlsx", good.make(), EXPECTED).readable
