"""Rises of property fees: the votes on them, and the prices of the register of compounds that follow from them.

Its one rule: the price in the register changes with the month in which a rise that was voted through takes effect, and never else.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.demo.committees import Story, formed, frozen, stories
from lib.demo.making import BASE_DAY, LAST_DAY, Row, chance, days_after
from lib.demo.renewal import improved
from lib.demo.votes import AREA_SHORT, HEADS_SHORT, ORDINARY, PASSES, TOO_FEW, Vote, hold
from lib.spec.period import Period, add_months, end_of

YEARS = (2024, 2025, 2026)
A_YEAR = 60
RISES = (0.1, 0.15, 0.15, 0.18, 0.2, 0.2, 0.2, 0.2, 0.25, 0.3, 0.35, 0.35, 0.5)
"""Around the 0.2 元/㎡·月 from which a rise counts (普房管规范〔2025〕1号)."""
LOWEST, SMALL = 0.33, 0.62
"""No price was lower than the first; of prices up to the second only small rises were voted on."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rise of one compound and year. told: when it shows up in the form; effective: None when it did not pass."""

    story: Story
    year: int
    told: date
    evaluated: date | None
    vote: Vote
    passed: bool
    effective: date | None
    old: float
    rise: float
    method: str
    mode: str
    collected: float

    @property
    def new(self) -> float:
        """The price after it."""
        return round(self.old + self.rise, 2)


@lru_cache(maxsize=1)
def changes() -> tuple[Change, ...]:
    """All of them, by year; no compound has two. Where houses are repaired or get lifts (`improved`) it is in the last year."""
    ready = [one for one in stories() if formed(one, date(2024, 1, 15)) and isinstance(one.compound.base["pm_fee"], float)
             and "pm_fee" not in dict(one.compound.gaps) and not one.dissolved]
    drawn = chance("fees", "pick").sample(ready, A_YEAR * len(YEARS))
    together = [one for one in ready if one.compound.id in improved()]
    others = [one for one in drawn if one.compound.id not in improved()]
    chosen = [*others[: A_YEAR * len(YEARS) - len(together)], *together]
    last = chosen[-A_YEAR:]
    hasty = next(one for one in last if _renewing(one))
    return tuple(_change(story, year, story is hasty) for at, year in enumerate(YEARS)
                 for story in chosen[at * A_YEAR: (at + 1) * A_YEAR])


def rows(period: Period) -> list[Row]:
    """The rows of a month: every change told by its last day."""
    return [_row(one, end_of(period)) for one in changes() if one.told <= end_of(period)]


def with_prices(compounds: Iterable[Row], period: Period) -> list[Row]:
    """Rows of the register of compounds with the prices of a month; given are those of 2024-09."""
    rises = {one.story.compound.id: one.rise for one in changes() if one.effective and BASE_DAY < one.effective <= end_of(period)}
    return [row | {"pm_fee": round(fee + rises.get(str(row["compound_id"]), 0.0), 2)} if isinstance(fee := row["pm_fee"], float) else row
            for row in compounds]


def _renewing(story: Story) -> date | None:
    """The day in the last year on which a committee called a vote in the freeze of its renewal, if that still holds at the end."""
    days = [term.group + timedelta(days=30) for term in story.terms if term.group and term.election and term.election > LAST_DAY]
    return next((day for day in days if day.year == YEARS[-1] and day <= LAST_DAY), None)


def _change(story: Story, year: int, hasty: bool) -> Change:
    """hasty: whether its vote was called in the freeze of a renewal, as happens once."""
    rng = chance("fee", story.compound.id)
    price = float(str(story.compound.base["pm_fee"]))
    rise = rng.choice([one for one in RISES if price > SMALL or one <= 0.2])
    day = (_renewing(story) if hasty else None) or _vote_day(story, year, rng)
    outcome = PASSES if rng.random() < 0.82 or hasty else rng.choice((TOO_FEW, HEADS_SHORT, AREA_SHORT))
    households, area = story.compound.base["households"], story.compound.base["gfa_m2"]
    vote = hold(day, int(str(households)), round(float(str(area)) * 0.97, 1), outcome, ORDINARY, rng)
    effective = add_months((day + timedelta(days=20)).replace(day=1), rng.randint(1, 2)) if outcome == PASSES else None
    old = round(price - rise, 2) if effective and effective <= BASE_DAY else price
    if old < LOWEST:
        old, rise = LOWEST, round(price - LOWEST, 2)
    mode = "包干制" if rng.random() < 0.85 else "酬金制"
    told = max(date(year, 1, 6), day - timedelta(days=rng.randint(45, 110)))
    evaluated = max(told - timedelta(days=25), day - timedelta(days=rng.randint(20, 50))) if mode == "包干制" else None
    return Change(story, year, told, evaluated, vote, outcome == PASSES, effective, old, rise,
                  "阶梯式" if rise >= 0.3 and rng.random() < 0.5 else "一次性", mode, round(rng.triangular(71, 98.5, 88), 1))


def _vote_day(story: Story, year: int, rng: random.Random) -> date:
    """A day of the year on which the committee could call a vote."""
    days = [days_after(date(year, 2, 12), 0, 300, rng) for _ in range(60)]
    return next((day for day in days if formed(story, day) and not frozen(story, day)), days[0])


def _row(one: Change, today: date) -> Row:
    compound = one.story.compound
    voted = one.vote.day <= today
    running = one.effective is not None and one.effective <= today
    row: Row = {"compound_id": compound.id, "compound_name": compound.name, "subdistrict": compound.code, "year": one.year,
                "old_price": one.old, "new_price": one.new, "rise": one.rise, "method": one.method, "charge_mode": one.mode,
                "evaluation": ("第三方评估" if one.collected < 90 else "前12个月审计") if one.mode == "包干制" else "无",
                "evaluation_date": one.evaluated if one.evaluated and one.evaluated <= today else None,
                "vote_result": ("表决通过" if one.passed else "表决未通过") if voted else "未表决",
                "effective_date": one.effective if running else None,
                "collection_pct": one.collected if one.effective and add_months(one.effective, 2) <= today else None,
                "note": None if voted or today.month < 10 else "预计年内提交业主大会表决"}
    return row | (one.vote.columns("vote") if voted else dict.fromkeys(one.vote.columns("vote")))
