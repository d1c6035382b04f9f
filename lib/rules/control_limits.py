"""Control limits of a funnel plot: between which counts chance alone would keep a place that is like the district.

Its one rule: exact binomial, no normal approximation: many bases are below 60 and many shares near 100 %, where that one is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

INSIDE, BELOW, ABOVE, FAR_BELOW, FAR_ABOVE = "线内", "低于内侧线", "高于内侧线", "低于外侧线", "高于外侧线"
VERDICTS = (INSIDE, BELOW, ABOVE, FAR_BELOW, FAR_ABOVE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Control limits as shares of a base, 0 to 1; a limit no count can cross is 0 or 1."""

    low: float
    high: float


def limits(base: int, share: float, level: float) -> Limits:
    """The limits of a place with so many cases, if each of them counts with the probability `share`; level: 0.95 for 95 %, two-sided.

    A count lies outside exactly when as few, or as many, have a probability below (1 − level) / 2 under the binomial distribution;
    between counts the line is drawn straight by cumulated probability (Spiegelhalter 2005, Statistics in Medicine 24, A.1.1).
    The upper limit is the lower one of those that do not count, so that both sides are told by one rule. Raises ValueError for a base
    below 1 or a share outside 0 to 1.
    """
    if base < 1 or not 0 <= share <= 1:
        raise ValueError(f"no limits for {base} of {share}")
    tail = (1 - level) / 2
    return Limits(_least(base, share, tail) / base, 1 - _least(base, 1 - share, tail) / base)


def _least(base: int, share: float, tail: float) -> float:
    """The count below which a place is outside: of the smallest count with P(X ≤ count) ≥ tail, less its part above the tail."""
    below = 0.0
    for count in range(base + 1):
        point = comb(base, count) * share**count * (1 - share) ** (base - count)
        if below + point >= tail:
            return max(0.0, count - (below + point - tail) / point)
        below += point
    return float(base)


def verdicts(numerators: Iterable[float], bases: Iterable[float], share: float, inner: float, outer: float) -> list[str]:
    """Of each count one of `VERDICTS`, against the limits of its own base."""
    return [_verdict(round(count), round(base), share, inner, outer) for count, base in zip(numerators, bases, strict=True)]


def _verdict(count: int, base: int, share: float, inner: float, outer: float) -> str:
    for level, low, high in ((outer, FAR_BELOW, FAR_ABOVE), (inner, BELOW, ABOVE)):
        tail = (1 - level) / 2
        if count < _least(base, share, tail):
            return low
        if base - count < _least(base, 1 - share, tail):
            return high
    return INSIDE


def curves(first: int, last: int, share: float, levels: tuple[float, ...]) -> pd.DataFrame:
    """The limits of every base from `first` to `last`: columns base, and for each level low_0, high_0, low_1, … (shares, 0 to 1)."""
    bases = range(max(first, 1), last + 1)
    columns: dict[str, npt.NDArray[np.float64]] = {"base": np.array(bases, np.float64)}
    for at, level in enumerate(levels):
        found = [limits(base, share, level) for base in bases]
        columns[f"low_{at}"] = np.array([one.low for one in found])
        columns[f"high_{at}"] = np.array([one.high for one in found])
    return pd.DataFrame(columns)
