"""How a figure changed from release to release: months that were added, and months that were put right.

Its one rule: figures as they were stored with their release; what is the same as before is no change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import shown_decimals
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, title_of
from lib.store.history import ValueThen


class Nature(StrEnum):
    """What a release did to a figure."""

    FIRST = "首次公布"
    ADDED = "新增"
    REVISED = "修订"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One change. before: of a month put right what stood for it; of a month that is new what stands for the month before it, None
    when it is the first one.
    """

    release: int
    day: str
    period: Period
    nature: Nature
    before: ValueThen | None
    after: ValueThen

    def words(self, indicator: Indicator) -> str:
        """The change in Chinese: 第26版 2026-11-05：修订2024年9月，74.2% → 75.0%. Where both round to the same, with what they are
        made of.
        """
        head = f"第{self.release}版 {self.day}：{self.nature}{title_of(self.period)}，"
        now = show_unit(self.after.value, indicator.unit, indicator.decimals)
        if self.before is None:
            return head + now
        was = show_unit(self.before.value, indicator.unit, indicator.decimals)
        if was == now:
            was, now = was + _parts(self.before), now + _parts(self.after)
        return f"{head}{was} → {now}"


def _parts(one: ValueThen) -> str:
    top = show(one.numerator, shown_decimals(one.numerator))
    return f"（{top}）" if one.denominator is None else f"（{top} / {show(one.denominator, shown_decimals(one.denominator))}）"


def changes_over_releases(stored: Iterable[ValueThen]) -> list[ValueChange]:
    """The changes of one figure, newest first. `stored`: what its releases wrote, in order of release and period."""
    standing: dict[str, ValueThen] = {}
    found = []
    for one in stored:
        was = standing.get(one.period)
        earlier = max((period for period in standing if period < one.period), default="")
        standing[one.period] = one
        before = was or standing.get(earlier)
        if before is not None and before.value == one.value:
            continue
        nature = Nature.REVISED if was else Nature.ADDED if before else Nature.FIRST
        found.append(ValueChange(one.release, one.published_at[:10], Period(one.period), nature, before, one))
    return found[::-1]
