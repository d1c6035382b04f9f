"""Maintenance funds of the compounds with a committee: how they shrink, fall below 30 % and are filled up again.

Its one rule: the balance falls by and by, and rises only by what has been raised.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.demo.committees import Story, formed, frozen, stories
from lib.demo.making import BASE_DAY, LAST_DAY, Row, chance, days_after, months_between
from lib.demo.renewal import improved
from lib.demo.votes import AREA_SHORT, HEADS_SHORT, PASSES, SPECIAL, Vote, hold
from lib.spec.period import Period, end_of

LINE, TARGET = 0.30, 0.50
"""Of the first sum: below the one the owners must pay in again, up to the other (物业管理规定)."""
TOPPED_UP = 114
"""Compounds that fall below the line at some time of the demonstration or shortly before."""
WANTED, LESS = (0.28, 0.31, 0.34, 0.4), 0.15
"""Shares of the first sum to collect besides what is spent meanwhile: enough for years, and what owners resolved who wanted to pay less."""
CALLED = 30
"""Days before a vote from which its day stands in the form."""
PILOT = "大上海城市花园"
METHODS = ("一次性", "分期（按月）", "分期（按季）", "一次性和分期结合")
_RATE = {"直管公房": 26, "系统公房": 28, "售后公房": 32, "售后公房与商品房混合": 46, "早期商品房": 58, "商品房": 92, "保障性住房": 60}
"""First payment in 元 for each ㎡; made up."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """One filling up. vote: None until owners are asked, which some never were; begins, done: first and last payment."""

    trigger: date
    vote: Vote | None
    passed: bool
    method: str
    due: float
    begins: date | None
    done: date | None
    share: float

    def raised(self, day: date) -> float:
        """万元 paid in by a day."""
        if self.begins is None or day < self.begins:
            return 0.0
        end = self.done or self.begins + timedelta(days=900)
        part = min(1.0, (day - self.begins).days / max(1, (end - self.begins).days))
        return round(self.due * part, 2) if self.done else round(self.due * part * self.share, 2)


@dataclass(frozen=True, slots=True)
class Fund:
    """The fund of one compound. initial: 万元; start: share of it left on `BASE_DAY`, fall: share spent in a month."""

    story: Story
    initial: float
    start: float
    fall: float
    topup: TopUp | None

    def balance(self, day: date) -> float:
        """万元 on a day."""
        months = months_between(BASE_DAY, day)
        if self.topup is None:
            return round(self.initial * max(self.start - self.fall * months, LINE + 0.025), 2)
        below = months_between(self.topup.trigger, day)
        left = LINE - 0.002 - self.fall * below if day >= self.topup.trigger else LINE + 0.004 - self.fall * below
        return round(self.initial * max(left, 0.06) + self.topup.raised(day), 2)


@lru_cache(maxsize=1)
def funds() -> tuple[Fund, ...]:
    """One of each compound that ever has a committee, but for the houses that have no such fund."""
    owners = [one for one in stories() if one.terms and one.compound.base["housing_class"] != "直管公房"]
    pilot = next(one for one in owners if one.compound.name == PILOT)
    others = [one for one in owners if one is not pilot and one.terms[0].start <= BASE_DAY and not one.dissolved]
    together = [one for one in others if one.compound.id in improved()]
    drawn = [one for one in chance("funds", "pick").sample(others, TOPPED_UP - 1) if one.compound.id not in improved()]
    short = [*drawn[: TOPPED_UP - 1 - len(together)], *together]
    low = {one.compound.id for one in (pilot, *short)}
    hasty = next(one for one in short if frozen(one, LAST_DAY) and frozen(one, LAST_DAY + timedelta(days=CALLED)))
    return tuple(_fund(one, one.compound.id in low, one is hasty) for one in owners)


def rows(period: Period) -> list[Row]:
    """The rows of a month: compounds with a committee on its last day."""
    today = end_of(period)
    return [_row(one, today) for one in funds() if formed(one.story, today)]


def _fund(story: Story, low: bool, hasty: bool) -> Fund:
    """hasty: whether its vote is called for a day in the freeze of a renewal, as happens once."""
    compound = story.compound
    rng = chance("fund", compound.id)
    area = float(str(compound.base["gfa_m2"]))
    paid_in = area * _RATE[str(compound.base["housing_class"])] * rng.uniform(0.85, 1.15) / 10_000
    initial = max(round(paid_in, 2), round(rng.uniform(22, 40), 2))
    if not low:
        return Fund(story, initial, rng.triangular(0.42, 1.03, 0.78), rng.uniform(0.0008, 0.0045), None)
    fall = rng.uniform(0.001, 0.004)
    if compound.name == PILOT:
        trigger = date(2024, 3, 18)
        vote = hold(date(2024, 6, 26), _heads(story), round(area * 0.97, 1), PASSES, SPECIAL, rng)
        done = date(2025, 11, 20)
        due = round(initial * (WANTED[0] + fall * months_between(trigger, done)), 2)
        return Fund(story, initial, LINE, fall, TopUp(trigger, vote, True, METHODS[3], due, date(2024, 8, 12), done, 1.0))
    if hasty:
        vote = hold(LAST_DAY + timedelta(days=20), _heads(story), round(area * 0.97, 1), PASSES, SPECIAL, rng)
        return Fund(story, initial, LINE, fall, TopUp(LAST_DAY - timedelta(days=58), vote, True, METHODS[0], 0.0, None, None, 0.0))
    trigger = days_after(date(2023, 6, 5), 0, 1190, rng)
    return Fund(story, initial, LINE, fall, _topup(story, trigger, initial, fall, rng))


def _topup(story: Story, trigger: date, initial: float, fall: float, rng: random.Random) -> TopUp:
    """Most ask their owners within 90 days and have the money in another 90; some are late, some fail, some never ask, and some resolve
    to collect less than would restore the fund.
    """
    draw = rng.random()
    method = rng.choice(METHODS)
    wanted = rng.choice(WANTED)
    if draw < 0.16:
        return TopUp(trigger, None, False, method, 0.0, None, None, 0.0)
    day = trigger + timedelta(days=rng.randint(48, 88) if rng.random() < 0.6 else rng.randint(95, 240))
    outcome = PASSES if draw < 0.86 else rng.choice((HEADS_SHORT, AREA_SHORT))
    vote = hold(day, _heads(story), round(float(str(story.compound.base["gfa_m2"])) * 0.97, 1), outcome, SPECIAL, rng)
    if outcome != PASSES:
        return TopUp(trigger, vote, False, method, 0.0, None, None, 0.0)
    begins = day + timedelta(days=rng.randint(10, 28))
    lasts = rng.randint(40, 62) if method == METHODS[0] or rng.random() < 0.5 else rng.randint(110, 420)
    wanted = LESS if 0.7 < draw <= 0.78 else wanted
    done = None if draw > 0.78 else begins + timedelta(days=lasts)
    due = round(initial * (wanted + fall * months_between(trigger, begins + timedelta(days=lasts))), 2)
    return TopUp(trigger, vote, True, method, due, begins, done, rng.uniform(0.3, 0.5))


def _heads(story: Story) -> int:
    return int(str(story.compound.base["households"]))


def _row(one: Fund, today: date) -> Row:
    compound, topup = one.story.compound, one.topup
    told: Row = dict.fromkeys(("trigger_date", "topup_method", "vote_result", "due", "raised", "topup_done_date", "households_due",
                               "households_paid", "note", *Vote(today, (0, 0, 0), (0.0, 0.0, 0.0)).columns("vote")))
    told |= {"compound_id": compound.id, "compound_name": compound.name, "subdistrict": compound.code, "initial": one.initial,
             "balance": one.balance(today)}
    if topup is None or topup.trigger > today:
        return told
    told |= {"trigger_date": topup.trigger, "vote_result": "未表决"}
    if topup.vote is None or topup.vote.day > today:
        if topup.vote and topup.vote.day <= today + timedelta(days=CALLED):
            return told | {"vote_date": topup.vote.day, "topup_method": topup.method, "note": "已发布业主大会会议公告"}
        late = (today - topup.trigger).days > 150
        return told | {"note": "业主意见不统一，续筹方案尚未提交表决" if late else None}
    told |= topup.vote.columns("vote") | {"vote_result": "表决通过" if topup.passed else "表决未通过", "topup_method": topup.method}
    if not topup.passed:
        return told
    raised = topup.raised(today)
    paid = round(_heads(one.story) * raised / topup.due)
    done = topup.done if topup.done and topup.done <= today else None
    note = "新闻报道的一次性和分期结合续筹试点小区" if compound.name == PILOT else None
    return told | {"due": topup.due, "raised": raised, "households_due": _heads(one.story), "households_paid": paid,
                   "topup_done_date": done, "note": note}
