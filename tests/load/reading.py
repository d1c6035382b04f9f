"""`make bench`: reading a workbook beside a bare read of the same file with calamine, in processes of their own.

One workbook of each size is made (committees, its columns and further ones up to 30); then bare and whole readings take turns,
so that a busy moment of the machine falls on both. Reported per size:

    bare    python-calamine: every sheet to Python, nothing else
    read    the worker's part: opening, finding the table, cleaning, every check, the answer as bytes
    ratio   read against bare
    wall    from the click to the findings: `read_upload`, start of the worker included
    memory  the most the worker held

The budget (issue: "Speed") is a ratio of 3 from 13,000 rows on, a wall of 1 s at 700 rows and of 4 s at 13,000, and 500 MB;
`--limit` makes crossing it an error.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.ingest.conversation import environment
from lib.ingest.expected import Expected
from lib.ingest.intake import read_upload
from lib.settings import ROOT

SIZES = (700, 13_000, 100_000)
COLUMNS = 30
PERIOD = "2026-09"
MOST_RATIO, RATIO_FROM = 3.0, 13_000
MOST_WALL_S = {700: 1.0, 13_000: 4.0}
MOST_MB = 500

BARE = """
import io, sys, time
from python_calamine import CalamineWorkbook
data = open(sys.argv[1], 'rb').read()
start = time.perf_counter()
book = CalamineWorkbook.from_filelike(io.BytesIO(data))
kept = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
print(time.perf_counter() - start)
"""
WHOLE = """
import gc, sys, time
from lib.ingest import worker
worker.leave_out()
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import to_bytes
gc.disable()
data = open(sys.argv[1], 'rb').read()
start = time.perf_counter()
reading = read_file('a.xlsx', data, Expected(period=sys.argv[2]))
answer = to_bytes(reading)
print(time.perf_counter() - start)
print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])
assert reading.publishable, [one.message for one in reading.all_findings][:5]
"""


@dataclass(frozen=True)
class Measurement:
    """One size; times in seconds, the median of the rounds."""

    rows: int
    megabytes: float
    bare_s: float
    read_s: float
    wall_s: float
    memory_mb: float

    @property
    def ratio(self) -> float:
        """How many times as long as the bare read."""
        return self.read_s / self.bare_s

    @property
    def over(self) -> list[str]:
        """The budgets that are crossed."""
        crossed = {
            "ratio": self.rows >= RATIO_FROM and self.ratio > MOST_RATIO,
            "wall": self.wall_s > MOST_WALL_S.get(self.rows, float("inf")),
            "memory": self.memory_mb > MOST_MB,
        }
        return [name for name, is_over in crossed.items() if is_over]


def large_workbook(count: int) -> bytes:
    """The form 业委会 with so many rows and `COLUMNS` columns, without anything wrong."""
    dataset = DATASETS["committees"]
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(dataset.title[:31])
        sheet.write_row(0, 0, [dataset.title])
        sheet.write_row(1, 0, [f"填报单位：普陀区房管局　报告期：{PERIOD[:4]}年{int(PERIOD[5:])}月"])
        names = [one.name for one in dataset.fields]
        extra = [f"附列{number}" for number in range(1, COLUMNS + 1 - len(names))]
        sheet.write_row(2, 0, [*(f"{one.label}（{one.unit}）" if one.unit else one.label for one in dataset.fields), *extra])
        for at in range(count):
            row = committee_row(at)
            for column, name in enumerate(names):
                value = row.get(name)
                if isinstance(value, date):
                    sheet.write_datetime(3 + at, column, value, day)
                elif value is not None:
                    sheet.write(3 + at, column, value)
            sheet.write_row(3 + at, len(names), [at % 97] * len(extra))
    return sink.getvalue()


def committee_row(at: int) -> dict[str, Any]:
    """A row of the form."""
    start = date(2022, 1, 1) + timedelta(days=at % 900)
    end = date(start.year + 4, start.month, min(start.day, 28))
    codes = subdistrict_codes()
    return {
        "compound_id": f"PT{at:07d}", "compound_name": f"演示小区{at:06d}", "subdistrict": unit_name(codes[at % len(codes)]),
        "formation_status": "已组建", "session_no": at % 7 + 1, "term_start": start, "term_end": end, "seats": 7, "seated": 5 + at % 3,
        "alternates": at % 3, "party_members": at % 4, "filing_date": start, "renewal_report_date": None if at % 3 else start,
        "annual_audit_date": start, "last_meeting": start, "substitute": "无", "rating_stars": "四星", "rating": 60 + at % 4000 / 100,
        "note": f"备注{at}" if at % 4 == 0 else None,
    }


def run(script: str, file: Path) -> list[float]:
    """The numbers that a script prints, run as the worker is."""
    command = [sys.executable, "-c", script, str(file), PERIOD]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True)
    return [float(line) for line in done.stdout.split()]


def measure(count: int, rounds: int) -> Measurement:
    """Measure one size."""
    data = large_workbook(count)
    bare, read, wall, memory = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(data)
        for _ in range(rounds):
            bare += run(BARE, file)
            seconds, kilobytes = run(WHOLE, file)
            read.append(seconds)
            memory.append(kilobytes / 1024)
            start = time.perf_counter()
            reading = read_upload("a.xlsx", data, Expected(period=PERIOD))
            wall.append(time.perf_counter() - start)
            assert reading.publishable
            del reading
    return Measurement(count, len(data) / 1e6, *map(statistics.median, (bare, read, wall)), max(memory))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.reading", description="Reading workbooks against bare calamine.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--limit", action="store_true", help="fail when a budget is crossed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = [measure(count, options.rounds) for count in options.sizes]
    if options.json:
        print(json.dumps([{**asdict(one), "ratio": one.ratio, "over": one.over} for one in found], indent=1))
    else:
        print(f"{'rows':>8}{'MB':>7}{'bare s':>9}{'read s':>9}{'ratio':>8}{'wall s':>9}{'memory MB':>11}")
        for one in found:
            print(f"{one.rows:>8}{one.megabytes:>7.1f}{one.bare_s:>9.3f}{one.read_s:>9.3f}{one.ratio:>8.2f}{one.wall_s:>9.2f}"
                  f"{one.memory_mb:>11.0f}  {'OVER: ' + ', '.join(one.over) if one.over else ''}".rstrip())
    return int(options.limit and any(one.over for one in found))


if __name__ == "__main__":
    sys.exit(main())
