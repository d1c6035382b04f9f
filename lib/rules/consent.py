"""Rounds of consent: which gate a round has, whether it is reached, how many are short, its light, and what follows the signing.

Its one rule: a gate is met by whole households or owners, exactly; a rate is for display and decides nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.datasets.thresholds import Registry
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW
from lib.rules.votes import SIDES, Days, Kind, days_of, least, measured, passed_of, periods, shorts

GATES: dict[str, tuple[str, str]] = {
    "启动意愿征询": ("renewal.start_gate", "households_agreed"),
    "协议签约": ("renewal.signing_gate", "households_signed"),
    "征收一轮征询": ("expropriation.first_gate", "households_agreed"),
    "征收二轮签约": ("expropriation.second_gate", "households_signed"),
}
"""Round → the rule of its gate and the column that is counted against households_entitled. Two ladders that share no gate:
成套改造、拆除重建 80 % and 95 % (沪房规范〔2023〕1号 5, 13; 城市更新条例 32), 征收 90 % and 80 % (征收与补偿实施细则 12, 21).

公房 count by 租用公房凭证 (a household each), 征收 by 产/证 (a property or tenancy certificate each): the form keeps both in the same
columns, a figure never adds them up. 方案意见征询 has no percentage and no gate.
"""

VOTES: dict[str, Kind] = {"加梯单元表决": Kind.LIFT_UNIT, "加梯全体表决": Kind.LIFT_WHOLE, "修缮业主表决": Kind.GENERAL}
"""Rounds that are owners' votes: four numbers and a base, no rate (民法典278; 沪房更新〔2024〕126号 三（二）)."""

VOTE_COLUMNS: dict[str, str] = {
    "base_heads": "households_entitled",
    "base_area": "area_entitled",
    "voted_heads": "households_voted",
    "voted_area": "area_voted",
    "agreed_heads": "households_agreed",
    "agreed_area": "area_agreed",
}
"""The numbers of a vote → the columns of consent_rounds that carry them."""


class Step(NamedTuple):
    """A step after the signing. starts: its first possible day; until: its last day where every step before took its regular time
    and nothing is extended; until_extended: the same with every extension used, the latest there can be.
    """

    title: str
    starts: date
    until: date
    until_extended: date


def consent_columns(rounds: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The rounds (dataset consent_rounds) with what follows from them as of a day. The frame given is not changed. Adds

    gate (str): id of the rule of the round, NA for 方案意见征询 and for owners' votes; consent_rate (%, float): agreed or signed
    households of those entitled, NaN without a gate; reached (boolean): the gate, or all four numbers of a vote; NA where a number
    is not known, nobody is entitled or there is no gate; short (households, rounded up; NaN likewise);
    short_voted_heads, short_voted_area, short_agreed_heads, short_agreed_area (owners, ㎡): those of votes, NaN elsewhere;
    round_light: see `_lights`.

    The rule is the one in force on 生效日期, else on 结束日期 (a planned one too), else on `on`. A vote still open is judged by the
    numbers so far. Raises KeyError when the registry does not have a rule.
    """
    name = rounds["round"].astype("object")
    days = _rule_days(rounds, on)
    near = registry.at("light.near_points", on).exact
    entitled = _count(rounds["households_entitled"])
    rate, short = np.full(len(rounds), np.nan), np.full(len(rounds), np.nan)
    missing = {side: np.full(len(rounds), np.nan) for side in SIDES}
    close = np.zeros(len(rounds), bool)
    for title, (rule, column) in GATES.items():
        mine = np.flatnonzero((name == title).to_numpy(bool))
        counted = _count(rounds[column])[mine]
        base = entitled[mine]
        known = (counted >= 0) & (base > 0)
        rate[mine] = np.where(known, counted * 100 / np.maximum(base, 1), np.nan)
        short[mine] = np.where(known, _missing(counted, base, rule, days[mine], registry), np.nan)
        close[mine] = known & (_missing(counted, base, rule, days[mine], registry, near) == 0)
    for title, kind in VOTES.items():
        mine = np.flatnonzero((name == title).to_numpy(bool))
        numbers = measured(rounds.iloc[mine], VOTE_COLUMNS)
        for side, one in shorts(numbers, days[mine], kind, registry).items():
            missing[side][mine] = one
        eased = shorts(numbers, days[mine], kind, registry, near)
        close[mine] = np.sum(list(eased.values()), axis=0) == 0
    votes = name.isin(list(VOTES)).to_numpy(bool)
    by_gate = pd.Series(short == 0, index=rounds.index, dtype="boolean").mask(np.isnan(short))
    reached = by_gate.mask(votes, passed_of(missing, rounds.index))
    return rounds.assign(
        gate=name.map({title: rule for title, (rule, _) in GATES.items()}).astype("str"),
        consent_rate=rate,
        reached=reached,
        short=short,
        **{f"short_{side}": one for side, one in missing.items()},
        round_light=_lights(rounds, reached, close, on, registry),
    )


def after_signing(effective_date: date, on: date, registry: Registry) -> list[Step]:
    """The steps after an agreement took effect at 95 %, for households that have not signed; none before that day has come.

    行政调解 (30 days, 15 more), 行政决定 (30 days, 30 more), 搬离期限 (at least 15 days) (沪房规范〔2022〕5号 7, 12, 14), by the rules of
    the day it took effect. These are the outer days of a plan, each step begun when the one before ends: the statutory spans run
    from the acceptance of an application, which is not reported. Raises KeyError when the registry does not have a rule.
    """
    if effective_date > on:
        return []
    steps, starts, latest = [], effective_date, effective_date
    for title, rule, extension in (
        ("行政调解", "consent.mediation_days", "consent.mediation_extra_days"),
        ("行政决定", "consent.decision_days", "consent.decision_extra_days"),
        ("搬离期限", "consent.move_days", ""),
    ):
        regular = registry.at(rule, effective_date).whole
        more = registry.at(extension, effective_date).whole if extension else 0
        until, latest = starts + timedelta(days=regular), latest + timedelta(days=regular + more)
        steps.append(Step(title, starts, until, latest))
        starts = until
    return steps


def _lights(rounds: pd.DataFrame, reached: pd.Series, close: NDArray[np.bool_], on: date, registry: Registry) -> pd.Series:
    """绿 when the gate is reached. Not reached: 红 when the round is over (结束日期 before `on`, or 结果 未达标), and when
    light.near_days or fewer are left and more than light.near_points are missing (of a vote, on any of the four); else 黄.
    不判定 without a gate, without the numbers, and for a round 未启动. With the same row and rule a later day never makes it
    greener (the distances are proposals of this system, not rules).
    """
    day = np.datetime64(on, "D")
    end = days_of(rounds["end_date"])
    told = rounds["result"].astype("object")
    judged = reached.notna().to_numpy(bool) & (told != "未启动").to_numpy(bool)
    over = (end < day) | (told == "未达标").to_numpy(bool)
    soon = (end - day) <= np.timedelta64(registry.at("light.near_days", on).whole, "D")
    lights = np.select(
        [~judged, reached.fillna(False).to_numpy(bool), over | (soon & ~close)],
        [UNJUDGED, GREEN, RED],
        YELLOW,
    )
    return pd.Series(lights, index=rounds.index, dtype="str")


def _rule_days(rounds: pd.DataFrame, on: date) -> Days:
    effective, end = days_of(rounds["effective_date"]), days_of(rounds["end_date"])
    days = np.where(np.isnat(effective), end, effective)
    return np.where(np.isnat(days), np.datetime64(on, "D"), days)


def _count(column: pd.Series) -> NDArray[np.int64]:
    """Households as whole numbers, −1 where empty."""
    values = column.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(values), -1, np.nan_to_num(values)).astype(np.int64)


def _missing(
    counted: NDArray[np.int64], base: NDArray[np.int64], rule: str, days: Days, registry: Registry, points: Fraction = Fraction(0)
) -> NDArray[np.int64]:
    """Households short of a gate by the rule of each day."""
    missing = np.zeros(len(days), np.int64)
    for day, at in periods(days, (rule,), registry):
        missing[at] = np.maximum(least(np.maximum(base[at], 1), registry.at(rule, day), points) - counted[at], 0)
    return missing
