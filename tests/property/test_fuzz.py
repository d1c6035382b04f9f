"""Two thousand files with something wrong in them: each ends in a reading, and nothing the worker does reaches the app.

A worker reads many of them one after the other, and is started anew when one of them has killed it.
"""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date

import pytest

from lib.datasets import DATASETS
from lib.ingest.conversation import Worker, WorkerFailed
from lib.ingest.expected import Expected, nothing_published
from lib.ingest.intake import limits, reading_from
from lib.ingest.template import write_template
from lib.ingest.watch import Watch
from lib.spec.level import Level
from lib.spec.period import Period
from tests.support import formats
from tests.support.formats import Leaf
from tests.support.workbooks import HEADER, Page, committee, form, workbook

HOW_MANY = 2_000
AT_ONCE = 250
SECONDS = 90
EXPECTED = Expected(period="2024-09")
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

ROWS = [["业主委员会情况表（2024年9月）"], ["填报单位：普陀区房管局"], HEADER, committee("A1"),
        committee("A2", "真如", start=date(2023, 2, 1)), committee("A3", status="#REF!")]
LEAF = Leaf(ROWS, merges=(((0, 0), (0, 6)),))


def seeds() -> dict[str, bytes]:
    """The files that are spoiled: names and contents."""
    rows = [{"compound_id": f"A{at}", "compound_name": "演示", "subdistrict": "310107005", "formation_status": "已组建", "session_no": at,
             "term_start": date(2022, 5, 1), "term_end": date(2027, 4, 30)} for at in range(5)]
    pages = (form(committee("A1"), committee("A2", status="#N/A")), Page([["甲", 1.5], ["乙", True]], "另", merges=("A1:A2",)),
             Page([["丙"]], "藏", hidden=True))
    text = formats.text(LEAF)
    made = {
        "模板.xlsx": write_template(DATASETS["committees"], Period("2024-09"), None, rows),
        "业委会.xlsx": workbook(*pages),
        "小.xlsx": formats.xlsx(LEAF),
        "表.csv": text.encode("utf-8-sig"),
        "国标.csv": text.encode("gb18030"),
        "旧.xls": formats.xls(LEAF),
        "二.xlsb": formats.xlsb(LEAF),
        "开.ods": formats.ods(LEAF),
        "网页.xls": formats.html(LEAF).encode(),
        "标记.xls": formats.spreadsheetml(LEAF).encode(),
    }
    return {name: timeless(data) for name, data in made.items()}


def timeless(data: bytes) -> bytes:
    """The same file whenever it is made: an archive without the time of its making."""
    if not data.startswith(b"PK"):
        return data
    return packed({name: _MOMENT.sub(b"2024-09-30T12:00:00Z", part) for name, part in unpacked(data).items()})


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """An archive of the parts, all of one old date."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as out:
        for name, part in parts.items():
            out.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def flip(data: bytes, dice: random.Random) -> bytes:
    """One to eight bits turned."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(data: bytes, dice: random.Random) -> bytes:
    """The beginning only, or without a piece in the middle."""
    start = dice.randrange(len(data))
    return data[:start] + (data[start + dice.randint(1, 300) :] if dice.random() < 0.5 else b"")


def swap(data: bytes, dice: random.Random) -> bytes:
    """Two pieces in each other's place."""
    a, b, c, d = sorted(dice.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def insert(data: bytes, dice: random.Random) -> bytes:
    """Bytes that do not belong there."""
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice([dice.randbytes(dice.randint(1, 40)), b"\x00" * 9, b"<!--", b"&", b'"', b"\xff\xfe"]) + data[at:]


def numbers(data: bytes, dice: random.Random) -> bytes:
    """Some numbers written in it become others."""
    wild = [b"0", b"-1", b"1048576", b"1048577", b"99999999999", b"1e308", b"NaN", b"", b"4294967296"]
    share = dice.choice([0.01, 0.1, 0.5])
    return re.sub(rb"\d+", lambda found: dice.choice(wild) if dice.random() < share else found.group(), data)


def tags(data: bytes, dice: random.Random) -> bytes:
    """Tags that are gone, doubled or in another place."""
    pieces = re.split(rb"(<[^>]*>)", data)
    for _ in range(dice.randint(1, 4)):
        at, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        pieces[at] = dice.choice([b"", pieces[at] * 2, pieces[other], pieces[at] + pieces[other]])
    return b"".join(pieces)


PLAIN: list[Callable[[bytes, random.Random], bytes]] = [flip, cut, swap, insert, numbers, tags]


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """The file with something wrong; of an archive mostly in one of its parts, packed again."""
    change = dice.choice(PLAIN)
    if not data.startswith(b"PK") or dice.random() < 0.25:
        return change(data, dice)
    parts = unpacked(data)
    chosen = dice.choice([*parts, *(one for one in parts if "sheet" in one or "ontent" in one)])
    return packed({**parts, chosen: change(parts[chosen], dice) if parts[chosen] else b""})


def files() -> Iterator[tuple[str, bytes]]:
    """Names and contents of the spoiled files; always the same."""
    dice = random.Random(20240930)
    every = list(seeds().items())
    for number in range(HOW_MANY):
        name, data = every[number % len(every)]
        yield name, spoiled(data, dice)


@pytest.mark.slow
def test_no_spoiled_file_ends_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    unclassified: list[str] = []
    start = time.monotonic()
    with ExitStack() as stack:
        worker: Worker | None = None
        for number, (name, data) in enumerate(files()):
            if worker is None or not worker.alive or number % AT_ONCE == 0:
                stack.close()
                worker = stack.enter_context(Worker(20))
            head = {"kind": "read", "name": name, "expected": asdict(EXPECTED), **limits()}
            try:
                reading = reading_from(name, worker.request(head, data, nothing_published, Watch()))
            except WorkerFailed as failed:
                outcomes[f"{failed.finding.code}（读取程序）"] += 1
                if "内部错误" in failed.finding.message or "不完整" in failed.finding.message:
                    unclassified.append(f"{number} {name}: {failed.finding.message}")
                continue
            fatal = sorted({one.code for one in reading.all_findings if one.level is Level.FATAL})
            outcomes["可读" if reading.readable else "、".join(fatal)] += 1
            if not reading.readable and not fatal:
                unclassified.append(f"{number} {name}: nothing said")
    seconds = time.monotonic() - start
    with capsys.disabled():
        print(f"\n{HOW_MANY} spoiled files in {seconds:.0f} s: " + ", ".join(f"{code} {count}" for code, count in outcomes.most_common()))
    assert outcomes.total() == HOW_MANY
    assert not unclassified, "\n".join([f"{len(unclassified)} of {HOW_MANY}", *unclassified[:40]])
    assert seconds < SECONDS
