"""The pace at which beds are added, against the pace that the plan needs.

Its one rule: a few projects are no pace; then what they would come to by the end is 不确定, and why is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from lib.datasets.thresholds import Threshold
from lib.spec.numbers import show

QUARTER = 3
"""Months."""


@dataclass(frozen=True, slots=True)
class PlanPace:
    """Beds of a plan on a day. recent: added in the last `window` months; months_left: whole months to the end of the plan, all of its
    own before it begins; doubt: why nothing is said of the end, empty where it is.
    """

    target: int
    added: int
    recent: int
    window: int
    months_left: int
    doubt: str

    @property
    def left(self) -> int:
        """Beds still to add."""
        return max(self.target - self.added, 0)

    @property
    def needed(self) -> Fraction | None:
        """Beds a month that reach the target; None when no month is left."""
        return Fraction(self.left, self.months_left) if self.months_left > 0 else None

    @property
    def pace(self) -> Fraction:
        """Beds a month, lately."""
        return Fraction(self.recent, self.window)

    @property
    def by_the_end(self) -> Fraction | None:
        """Beds added by the end of the plan at the recent pace; None where that cannot be said."""
        return None if self.doubt else self.added + self.pace * self.months_left


def plan_pace(plan: Threshold, on: date, *, added: int, recent: int, window: int, projects: int, small: int) -> PlanPace:
    """Where a plan of beds stands. added: since it began; recent: in the last `window` months, by so many projects; small: fewer
    projects than that say nothing of the end. Raises ValueError for a plan without an end.
    """
    if plan.effective_to is None:
        raise ValueError(f"{plan.rule} has no end")
    last = plan.effective_to
    since = max(on, plan.effective_from - timedelta(days=1))
    months_left = max((last.year - since.year) * 12 + last.month - since.month, 0)
    if on < plan.effective_from:
        doubt = f"规划期自{plan.effective_from}起，尚未开始"
    elif months_left == 0:
        doubt = "规划期已结束"
    elif not recent:
        doubt = f"不确定：近{window}个月没有新增床位"
    elif projects < small:
        doubt = f"不确定：近{window}个月只有{show(projects)}个项目新增床位，少于{show(small)}个，不足以推算"
    else:
        doubt = ""
    return PlanPace(plan.whole, added, recent, window, months_left, doubt)
