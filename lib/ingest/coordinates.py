"""The places of a form: turns coordinates into WGS-84 once, and tells those that cannot be what they say.

Its one rule: what was written stays as it is; a pair that is doubted is told, never mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lib.datasets.boundaries import BORDER_METRES, Boundary
from lib.datasets.places import unit_name
from lib.ingest.checks import Columns
from lib.ingest.degrees import packed_degrees
from lib.ingest.limits import MOST_MADE
from lib.spec.fields import COORDINATES, PLACE, Need
from lib.spec.findings import Finding, finding
from lib.spec.geodesy import BD09, GCJ02, SHANGHAI, WGS84, WINDOW, Pair, metres_apart, plausible, to_wgs84
from lib.spec.level import Level

Refused = Callable[[str, int], bool]
"""Whether the cell of (field, position) was refused for a reason that is told already."""

SAME_METRES = 20
"""So near to its place of the month before a point is at the same place."""
_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Places:
    """For each row where it lies on WGS-84 (None where its coordinates cannot be used), and what was found."""

    pairs: list[Pair | None]
    findings: list[Finding]

    @property
    def columns(self) -> dict[str, list[float | None]]:
        """As they are stored beside the row."""
        return {name: [None if pair is None else pair[axis] for pair in self.pairs] for axis, (name, _) in enumerate(PLACE)}


def find_places(columns: Columns, boundary: Boundary, refused: Refused) -> Places:
    """The places of the rows of a dataset that has coordinates. `columns` may lack any of the three."""
    places = Places([None] * columns.count, [])
    lons, lats, datums = (columns.of(name) for name in COORDINATES)
    given = [at for at in range(columns.count) if lons[at] is not None or lats[at] is not None]
    absent = [columns.dataset.by_name[name] for name in COORDINATES if name not in columns.values]
    if given and absent:
        places.findings.extend(
            finding("T02", level=Level.WARNING, sheet=columns.sheet(0), cell=columns.header, field=one.label,
                    aliases="、".join((one.label, *one.aliases[:3])))
            for one in absent if one.need is Need.OPTIONAL  # of the others the form has been told
        )
        return places
    owners = columns.of(columns.dataset.owner)
    made: Counter[str] = Counter()
    for at in given:
        for told in _read(places, columns, boundary, refused, at, (lons[at], lats[at], datums[at], owners[at])):
            made[told.code] += 1
            if made[told.code] <= MOST_MADE:
                places.findings.append(told)
    return places


def _read(
    places: Places, columns: Columns, boundary: Boundary, refused: Refused, at: int, row: tuple[Any, Any, Any, Any]
) -> Iterator[Finding]:
    """One row that has a longitude or a latitude: keeps its pair, and gives what is wrong with it."""
    lon, lat, datum, owner = row

    def told(code: str, name: str, **values: Any) -> Finding:
        return finding(code, sheet=columns.sheet(at), cell=columns.cell(name, at), field=columns.title(name), **values)

    if lon is None or lat is None:
        absent, there = ("lon", "lat") if lon is None else ("lat", "lon")
        if not refused(absent, at):
            yield told("D06", absent, other=columns.title(there))
        return
    if datum is None:
        if not refused("datum", at):
            yield told("D05", "datum")
        return
    if not plausible(datum, lon, lat):
        yield told(_implausible(datum, lon, lat), "lon", lon=f"{lon:.10g}", lat=f"{lat:.10g}", datum=datum)
        return
    x, y = to_wgs84(datum, lon, lat)
    places.pairs[at] = pair = round(x, _DECIMALS), round(y, _DECIMALS)
    metres = boundary.metres_outside(owner, *pair) if owner else 0.0
    if metres <= BORDER_METRES:
        return
    inside = boundary.place_of(*pair)
    words = {"where": f"{unit_name(inside)}内" if inside else "普陀区以外", "place": unit_name(owner), "metres": f"{metres:,.0f}"}

    def at_home(other: Pair | None) -> bool:
        return other is not None and boundary.metres_outside(owner, *other) == 0

    if others := [name for name, other in _other_systems(datum, lon, lat) if at_home(other)]:
        yield told("D11", "datum", datum=datum, other=" 或 ".join(others), **words)
    elif at_home(_exchanged(datum, lon, lat)):
        yield told("D14", "lon", **words)
    elif at_home(_packed(datum, lon, lat)):
        yield told("D15", "lon", lon=f"{lon:.10g}", lat=f"{lat:.10g}", **words)
    else:
        yield told("D12", "lon", **words)


def _implausible(datum: str, lon: float, lat: float) -> str:
    """Why a pair cannot be one of Shanghai in its system."""
    if datum == SHANGHAI:
        return "D09" if plausible(WGS84, lon, lat) or plausible(WGS84, lat, lon) else "D10"
    if plausible(datum, lat, lon):
        return "D07"
    return "D08" if plausible(SHANGHAI, lon, lat) and max(abs(lon), abs(lat)) > 2 * WINDOW[2] else "D10"


def _other_systems(datum: str, lon: float, lat: float) -> Iterator[tuple[str, Pair]]:
    """The other systems that a pair of degrees might be of, with the place that it has then."""
    if datum == SHANGHAI:
        return
    for other in (WGS84, GCJ02, BD09):
        if other != datum:
            yield other, to_wgs84(other, lon, lat)


def _exchanged(datum: str, lon: float, lat: float) -> Pair | None:
    """Where a pair of the plane lies with its axes exchanged (degrees that are exchanged are told by their size alone)."""
    return to_wgs84(SHANGHAI, lat, lon) if datum == SHANGHAI and plausible(SHANGHAI, lat, lon) else None


def _packed(datum: str, lon: float, lat: float) -> Pair | None:
    """Where a pair lies when its decimals are minutes and seconds; None when they cannot be."""
    if datum == SHANGHAI:
        return None
    x, y = packed_degrees(lon), packed_degrees(lat)
    return to_wgs84(datum, x, y) if x is not None and y is not None and plausible(datum, x, y) else None


def moved(columns: Columns, places: Sequence[Pair | None], before: Sequence[tuple[int, Pair]], month: str) -> Iterator[Finding]:
    """Rows that lie elsewhere than in the month before, by just the difference of two systems. before: (position, its place then)."""
    lons, lats, datums = (columns.of(name) for name in COORDINATES)
    for at, then in before:
        now = places[at]
        if now is None or (metres := metres_apart(now, then)) <= BORDER_METRES:
            continue
        same = [name for name, other in _other_systems(datums[at], lons[at], lats[at]) if metres_apart(other, then) <= SAME_METRES]
        if same:
            yield finding("D13", sheet=columns.sheet(at), cell=columns.cell("datum", at), field=columns.title("datum"), month=month,
                          metres=f"{metres:,.0f}", other=" 或 ".join(same))
