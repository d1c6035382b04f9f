"""Rises of the property fee: how far each is, what it is short of, and whether its four numbers bear out the result that was told.

Its one rule: a rise counts when the owners voted for it and it reaches the line of the registry; never one of the two alone.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import days_of
from lib.rules.marks import Marks, among, numbers, with_columns
from lib.rules.votes import Kind, vote_columns

PASSED, FAILED = "表决通过", "表决未通过"
WAITING, REJECTED, UNPRICED, SMALL, COUNTS = "未表决", "表决未通过", "通过，单价未填", "通过，涨幅未达标", "达标"
FEE_STATES = (COUNTS, SMALL, UNPRICED, REJECTED, WAITING)
RISE_RULE = "fee.rise_min"
NEVER_TOLD = ""
CONFLICT_PASSED, CONFLICT_FAILED = "填报通过，四项数未达标准", "填报未通过，四项数已达标准"

Prices = npt.NDArray[np.float64]


def rise(changes: pd.DataFrame) -> Prices:
    """New price − old price in 元/㎡·月, NaN where one is not told. Prices have two decimals; what lies beyond six is noise."""
    found: Prices = np.round(numbers(changes["new_price"]) - numbers(changes["old_price"]), 6)
    return found


def voted(changes: pd.DataFrame, on: date) -> Marks:
    """Whether the owners have voted, either way: a result is told and its day, where there is one, has come."""
    return among(changes["vote_result"], PASSED, FAILED) & ~(days_of(changes, "vote_date") > np.datetime64(on, "D"))


def passed(changes: pd.DataFrame, on: date) -> Marks:
    """Whether the owners have voted for the rise, by the result that was told."""
    return among(changes["vote_result"], PASSED) & voted(changes, on)


def fee_states(changes: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """The state of each rise on a date, one of `FEE_STATES`. 达标: voted for, and the rise is not below `fee.rise_min` (普房管规范
    〔2025〕1号; G16). A rise without both prices is neither 达标 nor below the line.
    """
    least = registry.at(RISE_RULE, on).number
    up, held, agreed = rise(changes), voted(changes, on), passed(changes, on)
    state = np.select([~held, ~agreed, np.isnan(up), up < least], [WAITING, REJECTED, UNPRICED, SMALL], COUNTS)
    return pd.Series(state, index=changes.index, dtype="str")


def fee_columns(changes: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The rises with: fee_state; rise (元/㎡·月, from the prices); rise_short (元/㎡·月 to the line, 0 when reached, NaN not known);
    what `vote_columns` says of the vote as 一般事项 (民法典278); conflict: in words where the result told is not what the four numbers
    come to, `NEVER_TOLD` where they agree or a number is missing. The frame given is not changed.
    """
    least = registry.at(RISE_RULE, on).number
    up = rise(changes)
    told = vote_columns(changes, "vote", Kind.GENERAL, registry, on)
    verdict = told["vote_passed"]
    met, unmet = verdict.fillna(False).to_numpy(bool), (~verdict).fillna(False).to_numpy(bool)
    agreed = passed(changes, on)
    rejected = voted(changes, on) & ~agreed
    return with_columns(told, {
        "fee_state": fee_states(changes, on, registry),
        "rise": up,
        "rise_short": np.where(np.isnan(up), np.nan, np.round(np.maximum(least - up, 0.0), 6)),
        "conflict": np.select([agreed & unmet, rejected & met], [CONFLICT_PASSED, CONFLICT_FAILED], NEVER_TOLD),
    })
