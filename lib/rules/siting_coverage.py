"""Which k sites cover most: 街镇 that have no supplied beds yet, or jobs within a radius; and what any choice covers.

Its one rule: exact. Jobs are whole millionths of a person on a grid of the ground, so that sums have no error and a tie is a tie;
the best choices are found by search with proof (tests compare with trying all), and all of them are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, islice, product
from math import comb

import numpy as np
import numpy.typing as npt
import shapely

from lib.datasets.boundaries import Boundary
from lib.spec.geodesy import shanghai_from_wgs84

RADIUS_RULES = ("site.radius_near", "site.radius_far")
CELL_METRES = 20
"""Edge of a cell of the ground; a cell is covered when its centre is."""
JOBS_MARGIN = 500
"""Jobs of a 街镇 are published in 万人 with one decimal."""
MILLION = 1_000_000
MOST_SITES = 150
"""Of more candidates than this the best choice for jobs is not searched: it could take minutes."""
LISTED = 20
"""So many of the best choices are listed, those of the candidates that cover most alone; all are counted."""

Marks = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Chosen = tuple[int, ...]
"""Row numbers of candidates, ascending."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The most that k candidates can add, by how many choices, and the first of these."""

    gain: int
    count: int
    choices: tuple[Chosen, ...]


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells of the district on the plane (metres), each with its share of the jobs of its 街镇 in millionths of a person, and with its
    share of what these may be wrong by, in persons.
    """

    places: Floats
    worth: npt.NDArray[np.int64]
    margin: Floats


@dataclass(frozen=True, eq=False)
class Reach:
    """What candidates cover within a radius, besides what is covered already. covers: [candidate, patch], patches are parts of the ground
    that the same candidates reach; worth and margin of each patch; before: what the existing sites cover.
    """

    covers: Marks
    worth: npt.NDArray[np.int64]
    margin: Floats
    before: int
    margin_before: float

    def after(self, chosen: Sequence[int]) -> tuple[float, float]:
        """Jobs covered by existing sites and the chosen ones together, and how far this may be wrong either way by rounding."""
        covered = self.covers[list(chosen)].any(axis=0)
        jobs = (self.before + int(self.worth[covered].sum())) / MILLION
        return jobs, self.margin_before + float(self.margin[covered].sum())


@lru_cache(maxsize=4)
def _cells(boundary: Boundary) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Centres of the cells in the ten 街镇, and the number of the outline that each lies in."""
    shapes = []
    for outline in boundary.outlines:
        polygons = [[[shanghai_from_wgs84(*point) for point in ring] for ring in rings] for rings in outline.polygons]
        shapes.append(shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons]))
    west, south, east, north = shapely.total_bounds(np.array(shapes))
    x, y = (np.arange(np.floor(low / CELL_METRES), np.ceil(high / CELL_METRES)) * CELL_METRES + CELL_METRES / 2
            for low, high in ((west, east), (south, north)))
    across, up = (one.ravel() for one in np.meshgrid(x, y))
    owner = np.full(len(across), -1, np.int64)
    for at, one in enumerate(shapes):
        shapely.prepare(one)
        owner[(owner < 0) & shapely.contains_xy(one, across, up)] = at
    inside = owner >= 0
    return np.column_stack([across[inside], up[inside]]), owner[inside]


def ground_of(boundary: Boundary, jobs: Mapping[str, float]) -> Ground:
    """The ground with jobs spread evenly over the area of their 街镇; a 街镇 without a number of jobs counts none."""
    places, owner = _cells(boundary)
    sizes = np.bincount(owner, minlength=len(boundary.outlines))
    known = np.array([jobs.get(one.code, np.nan) for one in boundary.outlines])
    there = ~np.isnan(known) & (sizes > 0)
    spread = np.divide(np.nan_to_num(known) * MILLION, sizes, out=np.zeros(len(sizes)), where=there)
    margin = np.divide(JOBS_MARGIN, sizes, out=np.zeros(len(sizes)), where=there)
    return Ground(places, np.floor(spread + 0.5).astype(np.int64)[owner], margin[owner].astype("float64"))


def reach_of(ground: Ground, sites: Floats, existing: Floats, radius: float) -> Reach:
    """What sites at places (longitude, latitude) reach within metres, besides what existing ones do. Shapes (sites, 2), (existing, 2)."""
    already = _near(ground, existing, radius).any(axis=0)
    near = _near(ground, sites, radius)[:, ~already]
    worth, margin = ground.worth[~already], ground.margin[~already]
    touched = near.any(axis=0)
    near, worth, margin = near[:, touched], worth[touched], margin[touched]
    packed = np.ascontiguousarray(np.packbits(near, axis=0).T)
    _, first, patch = np.unique(packed.view(f"V{packed.shape[1]}").ravel() if packed.size else packed.ravel(),
                                return_index=True, return_inverse=True)
    return Reach(
        near[:, first],
        np.bincount(patch, weights=worth.astype("float64"), minlength=len(first)).astype(np.int64),  # whole numbers below 2**53
        np.bincount(patch, weights=margin, minlength=len(first)).astype("float64"),
        int(ground.worth[already].sum()),
        float(ground.margin[already].sum()),
    )


def _near(ground: Ground, places: Floats, radius: float) -> Marks:
    found = np.zeros((len(places), len(ground.places)), bool)
    for at, (lon, lat) in enumerate(places):
        centre = shanghai_from_wgs84(float(lon), float(lat))
        band = slice(*np.searchsorted(ground.places[:, 1], (centre[1] - radius, centre[1] + radius)))  # cells lie in rows from the south
        found[at, band] = ((ground.places[band] - centre) ** 2).sum(axis=1) <= radius * radius
    return found


def new_places(codes: Sequence[str], covered: Collection[str], known: Collection[str]) -> Marks:
    """[candidate, 街镇]: which candidate would be the first of which 街镇 that has reported and has no supplied beds."""
    open_ = sorted(set(codes) & set(known) - set(covered))
    return np.array([[code == one for one in open_] for code in codes], bool).reshape(len(codes), len(open_))


def best_choices(covers: Marks, worth: npt.NDArray[np.int64], k: int) -> Optimum:
    """Which k candidates together cover most, each patch counted once; k of more than there are is all of them.

    Branch and bound over candidates that cover the same counted as one: adding a candidate never covers more than it does alone, so the
    sum of the largest of what is left bounds every way on.
    """
    k = min(k, len(covers))
    search = _Search(covers[:, worth > 0], worth[worth > 0].astype("float64"), k)
    return search.run() if k else Optimum(0, 1, ((),))


class _Search:
    """One search; its parts are the groups of candidates that cover exactly the same."""

    def __init__(self, covers: Marks, worth: Floats, k: int) -> None:
        members: dict[bytes, list[int]] = {}
        for at, row in enumerate(covers):
            members.setdefault(row.tobytes(), []).append(at)
        gains = {key: float(worth @ covers[own[0]]) for key, own in members.items()}
        self._groups = sorted(members.values(), key=lambda own: (-gains[covers[own[0]].tobytes()], own[0]))
        self._sizes = [len(own) for own in self._groups]
        self._covers = covers[[own[0] for own in self._groups]].astype("float64")
        self._worth, self._k = worth, k
        self._best = -1.0
        self._found: list[tuple[Chosen, Chosen]] = []

    def run(self) -> Optimum:
        """Everything that is best."""
        self._best = self._greedy()
        self._look(np.arange(len(self._groups)), (), 0.0, self._worth)
        ways = sum(self._ways(*one) for one in self._found)
        listed = islice(chain.from_iterable(self._sets(*one) for one in self._found), LISTED)
        return Optimum(round(self._best), ways, tuple(sorted(listed)))

    def _greedy(self) -> float:
        """What taking the most each time gives: something to compare with from the start."""
        value, rest, taken = 0.0, self._worth, 0
        while taken < self._k:
            gains = self._covers @ rest
            at = int(np.argmax(gains))
            if gains[at] <= 0:
                break
            value, rest, taken = value + gains[at], rest * (1 - self._covers[at]), taken + 1
        return value

    def _look(self, others: npt.NDArray[np.int64], used: Chosen, value: float, rest: Floats) -> None:
        """All choices that take some of every group in `used`, and else only of `others`; rest: worth of the patches not covered yet."""
        gains = (self._covers @ rest)[others]
        if not gains.any():
            self._keep(used, tuple(others.tolist()), value)
            return
        self._keep(used, (), value)
        left = self._k - len(used)
        if not left:
            return
        order = np.argsort(-gains, kind="stable")
        others, gains = others[order], gains[order]
        for at, gain in enumerate(gains):
            if value + float(gains[at : at + left].sum()) < self._best:
                return  # the largest that are left cannot reach the best, nor can any after them
            one = int(others[at])
            self._look(others[at + 1 :], (*used, one), value + float(gain), rest * (1 - self._covers[one]))

    def _keep(self, used: Chosen, free: Chosen, value: float) -> None:
        if value < self._best or not self._ways(used, free):
            return
        if value > self._best:
            self._best, self._found = value, []
        self._found.append((used, free))

    def _ways(self, used: Chosen, free: Chosen) -> int:
        """How many choices of k take some of each group in `used`, and any of those in `free`."""
        more = sum(self._sizes[at] for at in free)
        total = 0
        for kept in range(len(used) + 1):
            for some in combinations(used, kept):
                total += (-1) ** (len(used) - kept) * comb(sum(self._sizes[at] for at in some) + more, self._k)
        return total

    def _sets(self, used: Chosen, free: Chosen) -> Iterator[Chosen]:
        """These choices, one by one: one of each group in `used`, filled up from what else may be taken."""
        later = [one for at in free for one in self._groups[at]]
        seen: set[Chosen] = set()
        for one_each in product(*(self._groups[at] for at in used)):
            pool = [one for at in used for one in self._groups[at] if one not in one_each] + later
            for more in combinations(pool, self._k - len(used)):
                found = tuple(sorted((*one_each, *more)))
                if found not in seen:
                    seen.add(found)
                    yield found
