"""What rounded percentages say about a total that nobody printed.

Its one rule: the answer is a band, from the smallest to the largest total for which every printed percentage is true; never a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)
"""Half of the last printed place: percentages are printed whole."""


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `low` to `high`, both possible, of which `known` is told part by part."""

    low: int
    high: int
    known: int

    @property
    def rest(self) -> tuple[int, int]:
        """What the parts that are not told come to, at least and at most."""
        return self.low - self.known, self.high - self.known

    @property
    def rest_share(self) -> tuple[Fraction, Fraction]:
        """The same in per cent of the total."""
        least, most = self.rest
        return Fraction(100 * least, self.low), Fraction(100 * most, self.high)


def total_band(parts: Sequence[tuple[int, int]]) -> Band | None:
    """The totals for which each count is its whole percentage, rounded half up. parts: (count, percentage), percentages above 0.

    None where no total makes all of them true. Raises ValueError without parts.
    """
    if not parts:
        raise ValueError("no parts, no band")
    known = sum(count for count, _ in parts)
    low = max(known, *(floor(Fraction(100 * count) / (percent + HALF)) + 1 for count, percent in parts))
    high = min(floor(Fraction(100 * count) / (percent - HALF)) for count, percent in parts)
    return Band(low, high, known) if low <= high else None
