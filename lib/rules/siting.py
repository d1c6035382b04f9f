"""Scores of site candidates: their parts, the bureau's weights, ranks with ties and bands, and how far the order depends on weights.

Its one rule: no total without its parts. A missing part makes a band between its least and its most, never a guessed number; all sums
are of whole numbers, so that a tie is a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.rules.marks import numbers

LEAST, MOST = 1, 5
"""Points of a part, as the form has them."""
FULL = 100
"""What a candidate with the most points of every part scores."""
SWING_RULE = "site.weight_swing"
HEAVIEST = 100
"""The largest weight that can be set."""
MANY = 100
"""Of more candidates than this only the corners of the weights are looked at, not the middles of their edges too."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: the column that holds its points (是/否: the most or the least), and where they come from."""

    id: str
    title: str
    column: str
    how: str


_TYPED, _YES = "填报 1～5 分", "是 5 分，否 1 分"
PARTS: tuple[Part, ...] = (
    Part("traffic", "交通便利", "metro_points", "按到最近轨交站的直线距离分档折算 1～5 分"),
    Part("amenities", "配套资源", "amenities_score", _TYPED),
    Part("demand", "租赁需求", "demand_score", _TYPED),
    Part("industry", "产业匹配", "industry_score", _TYPED),
    Part("operator", "市场主体", "operator_score", _TYPED),
    Part("conversion", "改造条件", "conversion_score", _TYPED),
    Part("balance", "职住平衡", "balance_score", _TYPED),
    Part("will", "主体意愿", "operator_willing", _YES),
    Part("title", "产权清晰", "clear_title", _YES),
)
TITLES = {one.id: one.title for one in PARTS}
Weights = tuple[int, ...]
"""Whole numbers in the order of `PARTS`; only their proportions count."""
EQUAL: Weights = (10,) * len(PARTS)
"""The proposal until the bureau has set weights of its own: no document names any, and equal ones prefer nothing."""
FORMULA = f"总分 = Σ 权重 × 分值 ÷（{MOST} × 权重合计）× {FULL}"


def weights_problem(weights: Sequence[int]) -> str:
    """What is wrong with weights, in Chinese; empty when they will do."""
    if len(weights) != len(PARTS):
        return f"应有 {len(PARTS)} 项权重，现在是 {len(weights)} 项。"
    wrong = [one.title for one, weight in zip(PARTS, weights, strict=True) if not 0 <= weight <= HEAVIEST]
    if wrong:
        return f"权重应为 0～{HEAVIEST} 的整数：{'、'.join(wrong)}。"
    return "" if any(weights) else "至少一项权重应大于 0。"


def part_points(rows: pd.DataFrame) -> pd.DataFrame:
    """Points of every part of each row of `site_candidates` with derived columns: 1 to 5, NaN where missing or outside of that; columns
    are the ids of `PARTS`, the index is kept.
    """
    found = {}
    for part in PARTS:
        points = numbers(rows[part.column])
        if pd.api.types.is_bool_dtype(rows[part.column]):
            points = np.where(np.isnan(points), np.nan, np.where(points == 1, MOST, LEAST))
        found[part.id] = np.where((points >= LEAST) & (points <= MOST) & (points % 1 == 0), points, np.nan)
    return pd.DataFrame(found, index=rows.index)


def shares(weights: Weights) -> tuple[Fraction, ...]:
    """Each weight as a share of their sum."""
    return tuple(Fraction(weight, sum(weights)) for weight in weights)


def contributions(points: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """What each part adds to the total of 100: weight × points, as a share of the most that all could add; NaN where missing."""
    return points * np.array(weights, "float64") * FULL / (MOST * sum(weights))


def scored(points: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Totals and ranks of candidates that are ranked against each other, by the index of `points`.

    Columns: low, high (of 100; equal where nothing is missing that weighs anything), known (low is high), best and worst (the rank is
    certainly between them; equal ranks of equal totals), tied (another one has the very same known total).
    """
    low, high = _sums(points, weights)
    best, worst = _ranks(low, high)
    sure = low == high
    totals = pd.Series(np.where(sure, low, -1 - np.arange(len(low))))
    scale = FULL / (MOST * sum(weights))
    return pd.DataFrame(
        {"low": low * scale, "high": high * scale, "known": sure, "best": best, "worst": worst,
         "tied": totals.duplicated(keep=False).to_numpy()},
        index=points.index,
    )


def order_of(table: pd.DataFrame, identities: pd.Series) -> pd.Index:
    """The index of `scored` in the order of ranks, what is equal by its id."""
    keys = pd.DataFrame({"best": table["best"], "worst": table["worst"], "id": identities.reindex(table.index)})
    return keys.sort_values(["best", "worst", "id"], kind="stable").index


@dataclass(frozen=True)
class Stability:
    """How ranks depend on weights that vary, each by itself, by a share of itself.

    table, by the index of the points: best and worst — no weights give a better or a worse rank (from every pair: whether one can pass
    the other at all); best_seen and worst_seen — ranks that some weights looked at do give; often — the share of these weights, in %,
    with a rank of `top` or better. examined: how many sets of weights were looked at.
    """

    table: pd.DataFrame
    top: int
    examined: int

    @property
    def stays(self) -> pd.Series:
        """Certainly among the top, whatever the weights."""
        return self.table["worst"] <= self.top

    @property
    def never(self) -> pd.Series:
        """Certainly never among the top."""
        return self.table["best"] > self.top


def stability(points: pd.DataFrame, weights: Weights, swing: Fraction, top: int) -> Stability:
    """Best and worst ranks while every weight varies between (1 − swing) and (1 + swing) of itself.

    The difference of two candidates is linear in the weights, so over the box of all weights its least and its most are at corners:
    each pair is decided exactly. A rank counts several pairs at once, which no corner need show; so bounds from pairs are given beside
    ranks that were seen at the corners, the middles of all edges and faces (3 to the number of weights), and where both agree the rank
    is exact. A missing part varies between its least and its most besides.
    """
    lows, highs = (_filled(points, value) for value in (LEAST, MOST))
    own = np.array(weights, np.int64)
    can_pass = _largest(highs, lows, own, swing) > 0
    always_above = _largest(highs, lows, own, swing).T < 0
    np.fill_diagonal(can_pass, False)
    factors = _factors(own, swing, middles=len(points) <= MANY)
    low, high = factors @ lows.T, factors @ highs.T
    best, worst = _ranks(low, high)
    table = pd.DataFrame(
        {
            "best": 1 + always_above.sum(axis=1),
            "worst": 1 + can_pass.sum(axis=1),
            "best_seen": best.min(axis=0, initial=len(points)),
            "worst_seen": worst.max(axis=0, initial=1),
            "often": (worst <= top).mean(axis=0) * 100,
        },
        index=points.index,
    )
    return Stability(table, top, len(factors))


def _filled(points: pd.DataFrame, value: int) -> Ints:
    return points.fillna(value).to_numpy("float64").astype(np.int64)


def _sums(points: pd.DataFrame, weights: Weights) -> tuple[Ints, Ints]:
    own = np.array(weights, np.int64)
    return _filled(points, LEAST) @ own, _filled(points, MOST) @ own


def _ranks(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Best and worst rank of each of the last axis, whose total lies between low and high: one more than those certainly above it, and
    than those possibly above it.
    """
    rows, tops = np.atleast_2d(low), np.atleast_2d(high)
    surely, possibly = _above(rows, tops), _above(tops, rows) - (tops > rows)
    return (1 + surely).reshape(low.shape), (1 + possibly).reshape(low.shape)


def _above(theirs: Ints, ours: Ints) -> Ints:
    """Row by row, how many of theirs are greater than each of ours."""
    if not theirs.size:
        return np.zeros(ours.shape, np.int64)
    span = int(max(theirs.max(), ours.max())) + 1
    shift = (np.arange(len(theirs)) * span)[:, None]
    ordered = np.sort(theirs, axis=1) + shift
    ends = (np.arange(len(theirs)) + 1) * theirs.shape[1]
    found: Ints = ends[:, None] - np.searchsorted(ordered.ravel(), ours + shift, side="right")
    return found


def _largest(one: Ints, other: Ints, weights: Ints, swing: Fraction) -> Ints:
    """[a, b]: the most by which `one` of b can lie above `other` of a over the box of weights, times the denominator of `swing`."""
    base, step = swing.denominator, swing.numerator
    found = np.zeros((len(other), len(one)), np.int64)
    for at, weight in enumerate(weights):
        gap = one[None, :, at] - other[:, None, at]
        found += weight * gap * np.where(gap > 0, base + step, base - step)
    return found


def _factors(weights: Ints, swing: Fraction, *, middles: bool) -> Ints:
    """The sets of weights that are looked at: every weight at its least, its own and its most; without middles at its least and most, and
    all at their own. Times the denominator of `swing`.
    """
    base, step = swing.denominator, swing.numerator
    kinds = (base - step, base, base + step) if middles else (base - step, base + step)
    choices = [[int(weight) * kind for kind in kinds] if weight else [0] for weight in weights]
    found = np.array(list(product(*choices)), np.int64)
    return found if middles else np.vstack([weights * base, found])
