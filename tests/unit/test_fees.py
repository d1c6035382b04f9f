"""Rises of the fee: states, the line, and results that the four numbers do not bear out; all counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import derive
from lib.rules.fees import (
    CONFLICT_FAILED,
    CONFLICT_PASSED,
    COUNTS,
    FEE_STATES,
    REJECTED,
    SMALL,
    UNPRICED,
    WAITING,
    fee_columns,
    fee_states,
)
from tests.support.published import Row
from tests.support.small import A, fee_change, frame, frames

ON = date(2026, 10, 31)
REGISTRY = shipped_registry()


def vote(base: float, voted: float, agreed: float, area: tuple[float, float, float] = (9_000.0, 9_000.0, 9_000.0)) -> Row:
    """Columns of a vote: heads, and area of all, of those who took part, of those who agreed."""
    heads = {"vote_base_heads": base, "vote_voted_heads": voted, "vote_agreed_heads": agreed}
    return {**heads, **dict(zip(("vote_base_area", "vote_voted_area", "vote_agreed_area"), area, strict=True))}


@pytest.mark.parametrize(
    ("result", "old", "new", "day", "state"),
    [
        ("表决通过", 1.0, 1.2, "2026-10-31", COUNTS),  # 0.20 exactly, on the very day
        ("表决通过", 0.85, 1.05, "2026-03-01", COUNTS),  # 0.2000…018 in floats
        ("表决通过", 0.33, 0.53, "2026-03-01", COUNTS),  # 0.2 in floats is 0.2000…01
        ("表决通过", 1.0, 1.19, "2026-03-01", SMALL),
        ("表决通过", 1.2, 1.0, "2026-03-01", SMALL),  # a fall is no rise
        ("表决通过", None, 1.6, "2026-03-01", UNPRICED),
        ("表决通过", 1.0, None, "2026-03-01", UNPRICED),
        ("表决通过", 1.0, 1.5, None, COUNTS),  # nobody said when
        ("表决通过", 1.0, 1.5, "2026-11-01", WAITING),  # tomorrow
        ("表决未通过", 1.0, 1.5, "2026-03-01", REJECTED),
        ("表决未通过", 1.0, 1.5, "2026-11-01", WAITING),
        ("未表决", 1.0, 1.5, None, WAITING),
    ],
)
def test_the_state_of_a_rise(result: str, old: float | None, new: float | None, day: str | None, state: str) -> None:
    rows = frame("fee_changes", [fee_change("X", A, result, old, new, 2026, vote_date=day)])
    assert fee_states(rows, ON, REGISTRY).tolist() == [state]
    assert state in FEE_STATES


def test_what_counts_is_what_the_catalogue_counts() -> None:
    changes = [
        fee_change("X1", A, "表决通过", 1.0, 1.2, 2026, vote_date="2026-01-05"),
        fee_change("X2", A, "表决通过", 1.0, 1.1, 2026, vote_date="2026-01-05"),
        fee_change("X3", A, "表决未通过", 1.0, 1.3, 2026, vote_date="2026-01-05"),
    ]
    table = derive(frames({"fee_changes": changes}), ON, REGISTRY)["fee_changes"]
    assert table["raised"].tolist() == [True, False, False]
    assert table["voted"].tolist() == [True, True, True]
    assert table["passed"].tolist() == [True, True, False]
    assert table["raised"].tolist() == (fee_states(table, ON, REGISTRY) == COUNTS).tolist()


@pytest.mark.parametrize(
    ("result", "numbers", "conflict", "short"),
    [
        # 300 owners: 200 take part (2/3), 101 agree (more than half of 200).
        ("表决通过", vote(300, 200, 101), "", (0, 0, 0, 0)),
        ("表决通过", vote(300, 200, 100), CONFLICT_PASSED, (0, 0, 1, 0)),
        ("表决通过", vote(300, 199, 199), CONFLICT_PASSED, (1, 0, 0, 0)),
        ("表决未通过", vote(300, 200, 100), "", (0, 0, 1, 0)),
        ("表决未通过", vote(300, 300, 300), CONFLICT_FAILED, (0, 0, 0, 0)),
        # 6,000 of 9,000 ㎡ is 2/3; half of them is not more than half: 0.01 ㎡ are short.
        ("表决通过", vote(300, 300, 300, (9_000.0, 6_000.0, 3_000.0)), CONFLICT_PASSED, (0, 0, 0, 0.01)),
        ("表决通过", {}, "", (np.nan,) * 4),  # no number is told: nothing is said against it
    ],
)
def test_the_result_beside_the_four_numbers(result: str, numbers: Row, conflict: str, short: tuple[float, ...]) -> None:
    rows = frame("fee_changes", [fee_change("X", A, result, 1.0, 1.5, 2026, vote_date="2026-03-01", **numbers)])
    told = fee_columns(rows, ON, REGISTRY).iloc[0]
    assert told["conflict"] == conflict
    columns = [f"vote_short_{name}" for name in ("voted_heads", "voted_area", "agreed_heads", "agreed_area")]
    assert told[columns].astype("float64").tolist() == pytest.approx(short, nan_ok=True)


def test_how_far_a_rise_is_from_the_line() -> None:
    rows = frame("fee_changes", [
        fee_change("X1", A, "未表决", 1.0, 1.15, 2026),
        fee_change("X2", A, "未表决", 1.0, 1.2, 2026),
        fee_change("X3", A, "未表决", None, 1.2, 2026),
    ])
    told = fee_columns(rows, ON, REGISTRY)
    assert told["rise_short"].tolist() == pytest.approx([0.05, 0.0, np.nan], nan_ok=True)
    assert told["rise"].tolist() == pytest.approx([0.15, 0.2, np.nan], nan_ok=True)
    assert "fee_state" not in rows.columns, "the frame given is not changed"


def test_no_rows() -> None:
    told = fee_columns(frame("fee_changes", []), ON, REGISTRY)
    assert told.empty
    assert {"fee_state", "rise_short", "conflict", "vote_passed"} <= set(told.columns)


def test_the_prices_are_worked_out_anew() -> None:
    """What the form says of the rise is not taken for it: intake tells the difference."""
    rows = frame("fee_changes", [fee_change("X", A, "表决通过", 1.0, 1.1, 2026, vote_date="2026-01-01", rise=0.5)])
    assert fee_states(rows, ON, REGISTRY).tolist() == [SMALL]
    assert pd.isna(fee_columns(rows.assign(new_price=np.nan), ON, REGISTRY)["rise_short"].iloc[0])
