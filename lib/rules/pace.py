"""The pace at which households sign or agree, and the day that follows from it.

Its one rule: one line of arithmetic between the first and the last observation of the last months; too few, too close, none gained
or years away is 不确定.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.consent import GATES
from lib.spec.numbers import show

Seen = Sequence[tuple[date, int]]
"""(day, households), oldest first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What observations say. doubt: why no day follows, as the end of a sentence, empty where one does; span: days between the first
    and the last; gain: households more.
    """

    doubt: str
    first: date | None = None
    last: date | None = None
    span: int = 0
    gain: int = 0

    @property
    def per_day(self) -> float | None:
        """Households a day; None where the observations are too few or too close."""
        return self.gain / self.span if self.span else None

    def day_of(self, short: int, on: date) -> date:
        """The day on which so many households more are reached, counted from a date and rounded up."""
        return on + timedelta(days=-(-short * self.span // self.gain))


def pace_of(seen: Seen, least_days: int, what: str) -> Pace:
    """The pace of observations that are at least so many days apart. what: the word for what is counted."""
    if len(seen) < 2:
        return Pace(f"不确定：{what}的观测不足两次")
    (first, before), (last, now) = seen[0], seen[-1]
    span = (last - first).days
    if span < least_days:
        return Pace(f"不确定：首末两次观测只隔{span}天，少于{least_days}天")
    doubt = "" if now > before else f"不确定：近{span}天{what}没有增加"
    return Pace(doubt, first, last, span, now - before)


def recent_pace(seen: Seen, on: date, registry: Registry, what: str) -> Pace:
    """`pace_of` the observations of the `outlook.window_days` before the last of them, at least `outlook.least_days` apart."""
    least_days, window = (registry.at(f"outlook.{name}", on).whole for name in ("least_days", "window_days"))
    return pace_of([one for one in seen if (seen[-1][0] - one[0]).days <= window], least_days, what)


def too_far(day: date, on: date, registry: Registry) -> str:
    """Why a projected day is not told: it lies beyond `outlook.horizon_days`; empty where it is near enough."""
    horizon = registry.at("outlook.horizon_days", on).whole
    return f"不确定：按近期进度还要{show((day - on).days)}天，超过{show(horizon)}天的不作推算" if (day - on).days > horizon else ""


def gate_days(rounds: pd.DataFrame, seen: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """When each round reaches its gate at its pace: columns per_day, reached_on (NaT: not known), certain, rule.

    rounds: rows of `consent_columns`; the day a round began counts as an observation of none. seen: project_id, round, day and the
    counted columns of earlier months; what is later than `on` counts not. 不确定 as `recent_pace` and `too_far` say; nothing for what is
    reached or open.
    """
    histories = _histories(seen, on)
    told = [
        _gate_day(_from_start(histories.get((project, name), ()), start), short, reached, on, registry)
        for project, name, start, short, reached in zip(
            rounds["project_id"], rounds["round"], rounds["start_date"], rounds["short"],
            rounds["reached"].fillna(False).astype(bool), strict=True,
        )
    ]
    columns = ("per_day", "reached_on", "certain", "rule")
    return pd.DataFrame(told, columns=list(columns), index=rounds.index).astype({"reached_on": "datetime64[ms]"})


def _from_start(seen: Seen, start: pd.Timestamp) -> Seen:
    """The observations with the day the round began, on which nobody had signed yet."""
    return [(start.date(), 0), *seen] if seen and start == start and start.date() < seen[0][0] else seen


def _histories(seen: pd.DataFrame, on: date) -> dict[tuple[str, str], list[tuple[date, int]]]:
    """Project and round → (day, households counted), oldest first."""
    found: dict[tuple[str, str], list[tuple[date, int]]] = {}
    past = seen[seen["day"] <= pd.Timestamp(on)].sort_values("day", kind="stable")
    for name, (_, column) in GATES.items():
        part = past[past["round"].eq(name).fillna(False) & past[column].notna()]
        for project, day, count in zip(part["project_id"], part["day"], part[column], strict=True):
            found.setdefault((project, name), []).append((day.date(), int(count)))
    return found


def _gate_day(seen: Seen, short: float, reached: bool, on: date, registry: Registry) -> tuple[float | None, date | None, bool, str]:
    if reached:
        return None, None, True, "已达标"
    if short != short:
        return None, None, False, "不确定：户数未填"
    pace = recent_pace(seen, on, registry, "户数")
    if pace.doubt:
        return pace.per_day, None, False, pace.doubt
    day = pace.day_of(int(short), on)
    if doubt := too_far(day, on, registry):
        return pace.per_day, None, False, doubt
    words = f"{pace.first}至{pace.last}新增{show(pace.gain)}户，日均{show(pace.per_day, 2)}户；尚差{show(short)}户"
    return pace.per_day, day, True, words
