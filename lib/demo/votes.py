"""Made-up votes of owners. Its one rule: a vote is a base and four numbers, and passes only by both heads and area (民法典 278)."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lib.demo.making import Row

QUORUM = Fraction(2, 3)
"""Of heads and of area that must take part."""
ORDINARY, SPECIAL = Fraction(1, 2), Fraction(3, 4)
"""Of those taking part that must agree: more than one half, or at least three quarters for what 278 sets apart."""

PASSES, TOO_FEW, HEADS_SHORT, AREA_SHORT = "passes", "too few took part", "heads short", "area short"


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote: heads (人) and area (㎡) of the base, of those who took part, of those who agreed."""

    day: date
    heads: tuple[int, int, int]
    area: tuple[float, float, float]

    def columns(self, prefix: str) -> Row:
        """Its seven columns of a form."""
        row: Row = {f"{prefix}_date": self.day}
        for name, heads, area in zip(("base", "voted", "agreed"), self.heads, self.area, strict=True):
            row |= {f"{prefix}_{name}_heads": heads, f"{prefix}_{name}_area": area}
        return row

    def passes(self, line: Fraction) -> bool:
        """Whether both heads and area took part and agreed enough, exactly."""
        return all(self._enough(parts, line) for parts in (self.heads, self.area))

    @staticmethod
    def _enough(parts: tuple[float, ...], line: Fraction) -> bool:
        base, voted, agreed = (Fraction(str(one)) for one in parts)
        reached = agreed > line * voted if line == ORDINARY else agreed >= line * voted
        return voted >= QUORUM * base and reached


def hold(day: date, heads: int, area: float, outcome: str, line: Fraction, rng: random.Random) -> Vote:
    """A vote with a given outcome: one of the four words of this module."""
    took = [rng.uniform(0.70, 0.96), 0.0]
    took[1] = min(0.99, max(0.69, took[0] + rng.uniform(-0.05, 0.05)))
    agreed = [rng.uniform(float(line) + 0.04, 0.97), 0.0]
    agreed[1] = min(0.99, max(float(line) + 0.03, agreed[0] + rng.uniform(-0.06, 0.06)))
    down = [False, False]
    if outcome == TOO_FEW:
        took = [rng.uniform(0.44, 0.63), rng.uniform(0.46, 0.65)]
        down = [True, True]
    elif outcome in (HEADS_SHORT, AREA_SHORT):
        at = int(outcome == AREA_SHORT)
        agreed[at] = float(line) - rng.uniform(0.01, 0.12)
        down[at] = True
    voted = _whole(heads * took[0], down[0] and outcome == TOO_FEW)
    area_voted = round(area * took[1], 1)
    return Vote(day, (heads, voted, min(voted, _whole(voted * agreed[0], down[0]))),
                (area, area_voted, min(area_voted, round(area_voted * agreed[1], 1))))


def _whole(number: float, down: bool) -> int:
    return math.floor(number) if down else math.ceil(number)
