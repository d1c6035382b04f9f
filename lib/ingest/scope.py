"""What a file speaks for: its month and its 街镇, as its own lines, its rows and its sender say.

Its one rule: where they disagree nothing is chosen in silence; every disagreement is a finding at the line it speaks of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from lib import clock
from lib.datasets.places import subdistrict_codes, unit_name
from lib.ingest import titles as around
from lib.spec.fields import Dataset
from lib.spec.findings import Finding, finding
from lib.spec.period import Period, end_of, title_of


def check_months(titles: around.Titles, chosen: str, named: str, sheet: str) -> Iterator[Finding]:
    """Findings about other months than the one taken: of another line, of the name of sheet or file (`named`), or named
    without a year while the file has no other and another was `chosen`.
    """
    if titles.other_period:
        yield finding("T43", sheet=sheet, cell=titles.other_cell, found=title_of(Period(titles.other_period)),
                      chosen=title_of(Period(titles.period)))
    if titles.period and named and named != titles.period:
        yield finding("T45", sheet=sheet, found=title_of(Period(named)), chosen=title_of(Period(titles.period)))
    if not titles.period and titles.month and chosen and titles.month != int(chosen[5:]):
        yield finding("T43", sheet=sheet, found=f"{titles.month}月", chosen=title_of(Period(chosen)))


def check_period(found: str, chosen: str, sheet: str, cell: str) -> Iterator[Finding]:
    """Findings about the month: `found` in the file, at `cell`, and `chosen` by the sender; either may be empty."""
    if found and chosen and found != chosen:
        yield finding("T07", sheet=sheet, cell=cell, chosen=title_of(Period(chosen)), found=title_of(Period(found)))
    if not found:
        yield finding("T08", sheet=sheet, chosen=title_of(Period(chosen))) if chosen else finding("T17", sheet=sheet)
    period, today = chosen or found, clock.today()
    if period and date(int(period[:4]), int(period[5:]), 1) > today:
        yield finding("T22", sheet=sheet, cell=cell, period=title_of(Period(period)))
    elif period and today <= end_of(Period(period)):
        yield finding("T23", sheet=sheet, cell=cell, period=title_of(Period(period)))


def reporting_units(
    titles: around.Titles, wanted: str, owners: Collection[str], sheet: str
) -> tuple[tuple[str, ...], list[Finding]]:
    """The 街镇 the file speaks for, with what is to be said of it. wanted: the 街镇 of the sender; owners: those of the rows.

    Without a 填报单位 and a sender of one 街镇 it is the district only when rows of all ten are there: a list of one 街镇
    must not stand for the others too.
    """
    reporter = titles.reporter
    if not reporter:
        if not wanted and set(owners) != set(subdistrict_codes()):
            chosen = "、".join(unit_name(code) for code in sorted(owners)) or "不明街镇"
            return (), [finding("T20", sheet=sheet, chosen=chosen)]
        units = (wanted,) if wanted else subdistrict_codes()
        return units, [finding("T16", sheet=sheet, chosen=unit_name(wanted) if wanted else "全区")]
    spoken = around.reporting_units(reporter)
    if spoken is None:
        return (), [finding("T10", sheet=sheet, cell=titles.reporter_cell, found=reporter)]
    if wanted and spoken != (wanted,):
        return spoken, [finding("T09", sheet=sheet, cell=titles.reporter_cell, found=reporter, chosen=unit_name(wanted))]
    return spoken, []


def check_everywhere(dataset: Dataset, units: tuple[str, ...], owners: Collection[str], sheet: str, cell: str) -> Iterator[Finding]:
    """A file of the whole district names the 街镇 of which it has no row; `cell`: the header of their column."""
    absent = [unit_name(code) for code in units if code not in owners]
    if len(units) > 1 and absent:
        code = "T21" if dataset.everywhere else "T24"
        yield finding(code, sheet=sheet, cell=cell, names="、".join(absent))


def spoken_units(titles: around.Titles) -> tuple[str, ...]:
    """The 街镇 for which the lines above one table speak; none when they name no unit that is known."""
    return around.reporting_units(titles.reporter) or () if titles.reporter else ()
