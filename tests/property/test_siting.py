"""The search for the best sites against trying all; ranks and their bounds against weights drawn at random."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.rules.siting import HEAVIEST, LEAST, MOST, PARTS, contributions, scored, stability
from lib.rules.siting_coverage import LISTED, best_choices

IDS = [part.id for part in PARTS]
WEIGHTS = st.tuples(*[st.integers(0, HEAVIEST)] * len(PARTS)).filter(any)
POINT = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")])
BOARDS = st.lists(st.lists(POINT, min_size=len(PARTS), max_size=len(PARTS)), min_size=1, max_size=7).map(
    lambda rows: pd.DataFrame(rows, columns=IDS)
)


@given(st.data(), st.integers(1, 9), st.integers(0, 9), st.integers(1, 5))
def test_the_search_finds_what_trying_all_finds(data: st.DataObject, n: int, m: int, k: int) -> None:
    covers = np.array(data.draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n)), bool).reshape(n, m)
    worth = np.array(data.draw(st.lists(st.integers(0, 5), min_size=m, max_size=m)), np.int64)
    tried = {some: int(worth[covers[list(some)].any(axis=0)].sum()) for some in combinations(range(n), min(k, n))}
    most = max(tried.values())
    best = {some for some, value in tried.items() if value == most}
    found = best_choices(covers, worth, k)
    assert (found.gain, found.count) == (most, len(best))
    assert len(set(found.choices)) == len(found.choices) == min(LISTED, len(best))
    assert set(found.choices) <= best


@given(BOARDS, WEIGHTS)
def test_a_total_is_the_sum_of_its_parts_and_ranks_agree_with_it(points: pd.DataFrame, weights: tuple[int, ...]) -> None:
    table = scored(points, weights)
    parts = contributions(points, weights)
    whole = points.notna().all(axis=1)
    assert np.allclose(parts.sum(axis=1)[whole], table["low"][whole])
    assert ((table["low"] >= 20 - 1e-9) & (table["high"] <= 100 + 1e-9)).all()
    low = [sum(w * int(LEAST if p != p else p) for w, p in zip(weights, row, strict=True)) for row in points.to_numpy()]
    high = [sum(w * int(MOST if p != p else p) for w, p in zip(weights, row, strict=True)) for row in points.to_numpy()]
    for at in range(len(points)):
        others = [one for one in range(len(points)) if one != at]
        assert table["best"].iloc[at] == 1 + sum(low[one] > high[at] for one in others)
        assert table["worst"].iloc[at] == 1 + sum(high[one] > low[at] for one in others)


@settings(max_examples=25)
@given(BOARDS, WEIGHTS, st.data())
def test_no_weights_within_the_swing_give_a_rank_outside_of_the_bounds(
    points: pd.DataFrame, weights: tuple[int, ...], data: st.DataObject
) -> None:
    swing = Fraction(1, 5)
    table = stability(points, weights, swing, 3).table
    assert (table["best"] <= table["best_seen"]).all()
    assert (table["best_seen"] <= table["worst_seen"]).all()
    assert (table["worst_seen"] <= table["worst"]).all()
    factors = data.draw(st.lists(st.integers(80, 120), min_size=len(PARTS), max_size=len(PARTS)))
    varied = scored(points, tuple(weight * factor for weight, factor in zip(weights, factors, strict=True)))
    assert (varied["best"] >= table["best"]).all()
    assert (varied["worst"] <= table["worst"]).all()
    now = scored(points, weights)
    assert (now["best"] >= table["best_seen"]).all()
    assert (now["worst"] <= table["worst_seen"]).all()
