"""`make bench-figures`: what all figures cost, from the database and from the cache, and beside plain pandas group-bys.

Each measurement runs in a process of its own, after imports and `gc.freeze`, as the application does when it has warmed up:

    demonstration   the rows of data/samples, further months added up to 36: every indicator for every unit and month, from
                    opening the database to the last figure
    city            the same with the generated forms of `tests/support/city.py`: 13,000 compounds, 5,000 projects, 36 months
    cached          one look-up of all figures of a month, and of one figure over 36 months, through the cache of the pages
    group-bys       evaluation alone (every indicator on fresh tables, month by month) beside the same figures written as one
                    boolean expression and one group-by each, on the same frames with the derived columns already there; the
                    two must agree in every numerator, denominator and value

Told are the best and the median of the runs. Limits (issue: "Speed") are on the best CPU time: the work has one thread, and wall
time on a machine with other work measures that work; on the most memory; of look-ups on what 95 of 100 stay within. `--limit` makes
crossing one an error: by more than a tenth, which is what the same run differs by on one machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.figures.content import Content, contents_of, registry_at
from lib.figures.snapshot import load_snapshot
from lib.figures.values import all_breakdowns, figures_of
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Condition, Indicator, Measure, Rows
from lib.indicators.data import Data
from lib.indicators.evaluate import Breakdown
from lib.indicators.statistics import statistic
from lib.indicators.table import Table
from lib.settings import ROOT
from lib.spec.period import window_months
from lib.store import releases
from lib.store.database import Database
from lib.store.submissions import submissions_by_id
from tests.support.city import SIZES, city, keep_demonstration, keep_further_months, keep_month

MONTHS = 36
NOISE = 1.1
PARTS = ("numerator", "denominator", "value")
DEMONSTRATION_S, CITY_S, CITY_MB, CACHED_MS, RATIO = 1.5, 20.0, 1536.0, 5.0, 1.5


# -- the same figures as direct group-bys ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Direct:
    """A figure by hand: of each 街镇 that counts, and of the district (`whole`); denominator: None for counts and sums."""

    numerator: pd.Series
    denominator: pd.Series | None
    value: pd.Series
    whole: tuple[float, float | None, float | None]

    def of(self, unit: str) -> tuple[float | None, float | None, float | None]:
        """Numerator, denominator and value of a unit, as `Value` has them."""
        if unit == DISTRICT:
            return self.whole if len(self.numerator) else (None, None, None)
        if unit not in self.numerator.index:
            return None, None, None
        below = None if self.denominator is None else _known(self.denominator[unit])
        return self.numerator[unit], below, _known(self.value[unit])


def direct_figures(data: Data) -> dict[str, Direct]:
    """Every indicator as an analyst would write it in pandas. Nothing is shared between two figures."""
    return {name: _direct(indicator, data) for name, indicator in CATALOGUE.items()}


def _direct(indicator: Indicator, data: Data) -> Direct:
    counted = _counted(indicator, data)
    top = _by_place(indicator.numerator, data)[counted]
    if indicator.denominator is None:
        return Direct(top, None, top, (top.sum(), None, top.sum()))
    below = _by_place(indicator.denominator, data)[counted]
    value = top * indicator.scale / below.where(below != 0) + indicator.shift
    rule = indicator.denominator.how == "rule"
    base = data.registry.at(indicator.denominator.column, data.as_of).number if rule else below.sum()
    return Direct(top, below, value, (top.sum(), base, top.sum() * indicator.scale / base + indicator.shift if base else None))


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number


def _counted(indicator: Indicator, data: Data) -> list[str]:
    """Codes of the 街镇 that have reported all that the indicator rests on."""
    units = set(subdistrict_codes())
    for dataset, window in {*((one.rows.dataset, one.rows.window) for one in indicator.measures), *((name, "") for name in indicator.also)}:
        if not window:
            units &= data.standing[dataset]
            continue
        if window == "this_year":
            units &= {code for code, when in data.of_month[dataset].items() if when[:4] == data.period[:4]}
            continue
        known = data.months[dataset]
        sets = [known[when][1] if when in known else frozenset[str]() for when in window_months(data.period, window)]
        units &= frozenset.union(*sets) if window == "year_any" else frozenset.intersection(*sets)
    for one in indicator.measures:
        if one.how == "reference":
            units &= set(pd.Series(statistic(one.column), index=subdistrict_codes()).dropna().index)
    if indicator.period == "当月":
        units -= set(data.carried.get(indicator.numerator.rows.dataset, {}))
    return sorted(units)


def _by_place(measure: Measure, data: Data) -> pd.Series:
    """A measure for each of the ten 街镇."""
    codes = list(subdistrict_codes())
    if measure.how in {"all_places", "rule"}:
        return pd.Series(1.0 if measure.how == "all_places" else np.nan, index=codes)
    if measure.how == "reference":
        return pd.Series(statistic(measure.column), index=codes)
    frame = _frame(measure.rows, data)
    if measure.rows.conditions:
        frame = frame[reduce(lambda one, other: one & other, (_holds(frame, one) for one in measure.rows.conditions))]
    groups = frame.groupby("subdistrict")
    if measure.how == "sum":
        found = groups[measure.column].sum()
    elif measure.how == "peak":
        found = groups[measure.column].max()
    else:
        found = groups.size()
    found = found.reindex(codes).fillna(0).astype("float64")
    return (found > 0).astype("float64") if measure.how == "places" else found


def _frame(rows: Rows, data: Data) -> pd.DataFrame:
    if rows.window in {"", "this_year"}:
        return data.tables[rows.dataset].frame
    months = data.months[rows.dataset]
    frames = [months[when][0].frame for when in window_months(data.period, rows.window) if when in months]
    return pd.concat(frames) if frames else data.tables[rows.dataset].frame.iloc[:0]


def _holds(frame: pd.DataFrame, condition: Condition) -> pd.Series:
    column = frame[condition.column]
    if not condition.values:
        return column.notna()
    if condition.values == (True,):
        if column.dtype == bool:
            return ~column if condition.negated else column
        return (column == (not condition.negated)).fillna(False).astype(bool)
    inside = column.isin(list(condition.values))
    return column.notna() & ~inside if condition.negated else inside


def disagreements(ours: dict[str, Breakdown], direct: dict[str, Direct]) -> list[str]:
    """What differs between figures and those of `direct_figures`: "id, unit, part: ours, theirs"; sums of decimals may differ in the
    tenth digit, by the order in which they are added.
    """
    found = []
    for name, breakdown in ours.items():
        for one in (*breakdown.places, breakdown.whole):
            by_hand = direct[name].of(one.unit)
            for part, number, told in zip(PARTS, (one.numerator, one.denominator, one.value), by_hand, strict=True):
                if number != told and (number is None or told is None or not np.isclose(number, told, rtol=1e-9, atol=0)):
                    found.append(f"{name}, {one.unit}, {part}: {number}, {told}")
    return found


def fresh(data: Data) -> Data:
    """The same data with nothing counted yet."""
    tables = {name: Table(table.frame) for name, table in data.tables.items()}
    months = {name: {when: (Table(table.frame), units) for when, (table, units) in own.items()} for name, own in data.months.items()}
    return replace(data, tables=tables, months=months)


# -- what a process of its own measures --------------------------------------------------------------------------------------


def _cold(url: str) -> dict[str, Any]:
    gc.collect()
    gc.freeze()
    wall, cpu = time.perf_counter(), time.process_time()
    with Database(url).reading() as connection:
        number = releases.head(connection)
        registry = registry_at(connection, number)
        contents = contents_of(releases.state_at(connection, number), registry)
        values = sum(1 + len(one.places) for _, own in figures_of(connection, contents.values(), registry) for one in own.values())
    spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return {**spent, "months": len(contents), "values": values, "mb": _peak_mb()}


def _peak_mb() -> float:
    """The most this process has held: of its own memory alone, unlike `getrusage`, which starts from that of its parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def _beside(url: str) -> dict[str, Any]:
    """Evaluation beside direct group-bys, turn by turn, month by month."""
    spent = {"ours": 0.0, "direct": 0.0}
    wrong: list[str] = []
    with Database(url).reading() as connection:
        number = releases.head(connection)
        registry = registry_at(connection, number)
        contents: list[Content] = list(contents_of(releases.state_at(connection, number), registry).values())
        known = submissions_by_id(connection, sorted({one.submission for content in contents for one in content.entries}))
        for content in contents:
            data = load_snapshot(connection, content, registry, lean=True, known=known)
            gc.collect()
            gc.freeze()
            bare = fresh(data)
            start = time.process_time()
            ours = all_breakdowns(bare)
            middle = time.process_time()
            direct = direct_figures(data)
            spent["direct"] += time.process_time() - middle
            spent["ours"] += middle - start
            wrong += [f"{content.period}: {one}" for one in disagreements(ours, direct)]
    return {**spent, "wrong": wrong, "months": len(contents)}


def _cached(url: str) -> dict[str, Any]:
    os.environ["DATABASE_URL"] = url
    from lib.ui import data

    edition = data.edition(data.newest_release())
    for period in edition.periods:
        data.breakdowns(edition, period)
    gc.collect()
    gc.freeze()
    periods = edition.periods
    return {
        "look_up_ms": _each_ms(lambda at: data.breakdowns(edition, periods[at % len(periods)])),
        "series_ms": _each_ms(lambda at: data.series(edition, list(CATALOGUE)[at % len(CATALOGUE)])),
    }


def _each_ms(ask: Callable[[int], object]) -> list[float]:
    taken = []
    for at in range(500):
        start = time.perf_counter()
        ask(at)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


MEASURES: dict[str, Callable[[str], dict[str, Any]]] = {"cold": _cold, "beside": _beside, "cached": _cached}


def _child(what: str, url: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.load.figures", "--measure", what, "--database", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# -- the table -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was measured, the best and the median of its runs, the limit, and what else is told. The limit is on
    the best run, or on `judged` where that is given.
    """

    what: str
    best: float
    median: float
    unit: str
    limit: float
    more: str = ""
    judged: float | None = None

    @property
    def verdict(self) -> str:
        """ok; at the limit: crossed by no more than noise; OVER."""
        found = (self.best if self.judged is None else self.judged) / self.limit
        return "OVER" if found > NOISE else "at the limit" if found > 1 else "ok"

    def __str__(self) -> str:
        numbers = f"{self.best:>9.3f}{self.median:>9.3f}{self.limit:>9g} {self.unit:<3}"
        return f"{self.what:<44}{numbers} {self.verdict:<13}{self.more}".rstrip()


def _cold_lines(name: str, url: str, runs: int, seconds: float, most_mb: float | None) -> list[Line]:
    told = [_child("cold", url) for _ in range(runs)]
    best = min(told, key=lambda one: one["cpu"])
    more = f"wall {min(one['wall'] for one in told):.2f} s, {best['mb']:.0f} MB, {best['months']} months, {best['values']:,} values"
    lines = [Line(f"{name}, cold (CPU)", best["cpu"], statistics.median(one["cpu"] for one in told), "s", seconds, more)]
    if most_mb is not None:
        sizes = [one["mb"] for one in told]
        lines.append(Line(f"{name}, peak memory", min(sizes), statistics.median(sizes), "MB", most_mb, judged=max(sizes)))
    return lines


def _cached_lines(url: str) -> list[Line]:
    told = _child("cached", url)
    names = {"look_up_ms": "all figures of a month, from cache", "series_ms": f"a figure over {MONTHS} months, from cache"}
    lines = []
    for key, title in names.items():
        most = statistics.quantiles(told[key], n=20)[-1]
        more = f"95 of 100 within {most:.2f} ms, slowest {max(told[key]):.2f} ms"
        lines.append(Line(title, min(told[key]), statistics.median(told[key]), "ms", CACHED_MS, more, judged=most))
    return lines


def _beside_line(name: str, url: str, runs: int) -> tuple[Line, list[str]]:
    told = [_child("beside", url) for _ in range(runs)]
    ratios = [one["ours"] / one["direct"] for one in told]
    ours, direct = (min(one[key] for one in told) for key in ("ours", "direct"))
    line = Line(f"{name}, evaluation beside group-bys", min(ratios), statistics.median(ratios), "x", RATIO,
                f"{ours:.2f} s beside {direct:.2f} s CPU for {told[0]['months']} months")
    return line, told[0]["wrong"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when the two ways disagree or, with --limit, when a limit is crossed."""
    parser = argparse.ArgumentParser(description="What all figures cost, cold, cached and beside plain pandas group-bys.")
    parser.add_argument("--runs", type=int, default=3, help="processes for each cold measurement (default 3)")
    parser.add_argument("--limit", action="store_true", help="exit with 1 when a limit is crossed by more than a tenth")
    parser.add_argument("--database", help="a SQLite file with the demonstration published (default: made from the world of samples)")
    parser.add_argument("--only", choices=("demonstration", "city"), help="one of the two sizes")
    parser.add_argument("--measure", choices=list(MEASURES), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        print(json.dumps(MEASURES[chosen.measure](chosen.database)))
        return 0
    lines: list[Line] = []
    wrong: list[str] = []
    print(f"{'':<44}{'best':>9}{'median':>9}{'limit':>9}")
    with tempfile.TemporaryDirectory(prefix="yjpt-figures-") as folder:
        for name, seconds, most_mb in (("demonstration", DEMONSTRATION_S, None), ("city", CITY_S, CITY_MB)):
            if chosen.only not in (None, name):
                continue
            path = Path(folder) / f"{name}.db"
            url = _made(name, path, chosen.database)
            told = _cold_lines(name, url, chosen.runs, seconds, most_mb)
            told += _cached_lines(url) if name == "demonstration" else []
            line, differing = _beside_line(name, url, chosen.runs if name == "demonstration" else 1)
            for one in (*told, line):
                print(one, flush=True)
            lines += [*told, line]
            wrong += differing
            path.unlink()
    print(f"python {platform.python_version()}, pandas {pd.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
          f"city: {SIZES['compounds']:,} compounds, {SIZES['renewal_projects']:,} projects; a limit is crossed above {NOISE:g} x itself")
    print("\n".join(wrong[:20]) or "every numerator, denominator and value agrees with the group-bys, in every month")
    return 1 if wrong or (chosen.limit and any(one.verdict == "OVER" for one in lines)) else 0


def _made(name: str, path: Path, published: str | None) -> str:
    """A database of one size in a file of its own; gives its address."""
    if name == "demonstration" and published:
        shutil.copy(published, path)
    database = Database(f"sqlite:///{path}")
    database.migrate()
    if name == "city":
        for period, tables in city(MONTHS):
            keep_month(database, period, tables)
    else:
        if not published:
            keep_demonstration(database)
        keep_further_months(database, MONTHS)
    database.close()
    return f"sqlite:///{path}"


if __name__ == "__main__":
    sys.exit(main())
