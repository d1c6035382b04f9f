"""The votes of a compound on its fee and its fund: four numbers and a base each, with what they come to by the rules of their day.

Its one rule: a verdict is reckoned from the numbers; where the reported result says otherwise, both stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.datasets.thresholds import Registry
from lib.figures.compound import Compound
from lib.figures.project import day_text, marks_of
from lib.rules.votes import Kind, Vote, judge

_PASSED, _FAILED = "表决通过", "表决未通过"
_NUMBERS = ("base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")


@dataclass(frozen=True, slots=True)
class VoteTold:
    """A vote: what it was on, its day as told (empty: not told), the reported result, and the four numbers in words. differs: whether the
    numbers say otherwise than the result; basis: the rules it is judged by.
    """

    title: str
    day: str
    result: str
    words: str
    differs: bool
    basis: tuple[str, ...]


def votes_of(compound: Compound, on: date, registry: Registry) -> tuple[VoteTold, ...]:
    """Every vote of which a day, a number or a result is told, those on the fee first, newest first."""
    changes = compound.frames["fee_changes"].sort_values("year", ascending=False, kind="stable")
    fees = [_told(f"{int(row['year'])}年物业费调价", row, Kind.GENERAL, on, registry) for row in changes.to_dict("records")]
    topups = [_told("维修资金续筹", row, Kind.SPECIAL, on, registry) for row in compound.frames["maintenance_funds"].to_dict("records")]
    return tuple(one for one in (*fees, *topups) if one is not None)


def _told(title: str, row: dict[Any, Any], kind: Kind, on: date, registry: Registry) -> VoteTold | None:
    numbers = {name: None if pd.isna(row[f"vote_{name}"]) else float(row[f"vote_{name}"]) for name in _NUMBERS}
    day = None if pd.isna(row["vote_date"]) else row["vote_date"].date()
    result = row["vote_result"] if isinstance(row["vote_result"], str) else ""
    if day is None and not result and not any(numbers.values()):
        return None
    verdict = judge(Vote(day, **numbers), kind, on, registry)
    words = "未报票数" if all(number is None for number in numbers.values()) else verdict.words
    differs = (verdict.passed is True and result == _FAILED) or (verdict.passed is False and result == _PASSED)
    marks = marks_of(row) if isinstance(row["_marks"], str) else {}
    told = day_text(row["vote_date"], marks.get("vote_date", ""))
    return VoteTold(title, told, result, words, differs, tuple(dict.fromkeys(one.basis for one in verdict.thresholds)))
