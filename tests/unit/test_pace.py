"""The pace of the last months and the day that follows from it, worked out by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.rules.consent import consent_columns
from lib.rules.pace import gate_days, recent_pace, too_far
from tests.support.small import A, consent, frame

ON = date(2026, 10, 31)
REGISTRY = shipped_registry()
SIGNED = [(date(2026, 5, 31), 186), (date(2026, 6, 30), 228), (date(2026, 7, 31), 252), (date(2026, 8, 31), 264), (date(2026, 9, 30), 269),
          (date(2026, 10, 31), 271)]


def test_only_the_last_three_months_count() -> None:
    pace = recent_pace(SIGNED, ON, REGISTRY, "签约户数")
    assert (pace.first, pace.last, pace.span, pace.gain) == (date(2026, 7, 31), ON, 92, 19), "not the 85 of five months"
    assert pace.day_of(3, ON) == date(2026, 11, 15), "3 ÷ (19 ÷ 92) is 14.5 days, rounded up"


@pytest.mark.parametrize(
    ("seen", "doubt"),
    [
        ([], "不确定：户数的观测不足两次"),
        ([(date(2026, 6, 30), 1), (date(2026, 10, 31), 9)], "不确定：户数的观测不足两次"),  # the first lies outside of the window
        ([(date(2026, 10, 12), 0), (date(2026, 10, 31), 48)], "不确定：首末两次观测只隔19天，少于28天"),
        ([(date(2026, 8, 31), 9), (date(2026, 10, 31), 9)], "不确定：近61天户数没有增加"),
    ],
)
def test_too_little_to_go_by(seen: list[tuple[date, int]], doubt: str) -> None:
    assert recent_pace(seen, ON, REGISTRY, "户数").doubt == doubt


def test_a_day_years_away_is_not_told() -> None:
    assert too_far(date(2028, 10, 30), ON, REGISTRY) == ""
    assert too_far(date(2028, 10, 31), ON, REGISTRY) == "不确定：按近期进度还要731天，超过730天的不作推算"


def rounds(start: str, signed: int) -> pd.DataFrame:
    rows = frame("consent_rounds", [consent("P1", A, "协议签约", 200, start_date=start, households_signed=signed)])
    return consent_columns(rows, ON, REGISTRY)


def seen(*told: tuple[str, int]) -> pd.DataFrame:
    rows = [("P1", "协议签约", day, None, count) for day, count in told]
    table = pd.DataFrame(rows, columns=["project_id", "round", "day", "households_agreed", "households_signed"])
    return table.astype({"day": "datetime64[us]", "households_agreed": "float64", "households_signed": "float64"})


def test_a_round_begins_with_nobody() -> None:
    found = gate_days(rounds("2026-10-01", 60), seen(("2026-10-31", 60)), ON, REGISTRY).iloc[0]
    assert found["per_day"] == 2.0
    assert found["reached_on"] == pd.Timestamp("2027-01-04"), "95 % of 200 is 190: 130 more at 2 a day are 65 days"


def test_a_crawl_has_no_day() -> None:
    found = gate_days(rounds("2024-01-01", 100), seen(("2026-08-31", 99), ("2026-10-31", 100)), ON, REGISTRY).iloc[0]
    assert (found["certain"], found["rule"]) == (False, "不确定：按近期进度还要5,490天，超过730天的不作推算")
    assert pd.isna(found["reached_on"])
