"""The yearly rise of filed rents against its limit (沪府办规〔2021〕12号; 沪住建规范联〔2022〕3号 9).

Its one rule: two rents are compared when both were reported, twelve months apart; whatever else is 不可核对, with its reason.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

import pandas as pd

MONTHS_APART = 12
"""A yearly rise is of one year."""
HALF_CENT = Fraction(1, 200)
"""Rents are reported in 分: the rent itself may be so much more or less."""
OVER, WITHIN, UNKNOWN = "超出", "未超出", "不可核对"
NO_RENT, NOT_THEN, NO_RENT_THEN = "本期未填备案租金", "一年前未在册", "一年前未填备案租金"
CARRIED_NOW, CARRIED_THEN = "本街镇本期未报，沿用前月", "本街镇一年前当月未报"
MARKET_UNKNOWN = "市场租金涨幅不明，只与上限比较"
COLUMNS = ("project_id", "before", "now", "rise", "market_rise", "line", "state", "reason")


def rent_rises(
    now: pd.DataFrame, before: pd.DataFrame, limit: Fraction, *, carried_now: Collection[str] = (), carried_before: Collection[str] = ()
) -> pd.DataFrame:
    """The rise of each project of `now`; columns `COLUMNS`, index of `now`. before: the projects a year earlier.

    limit: of the rise in per cent; the line is that or the rise of the market rent, whichever is less, where that is known. Above the
    limit is meant exactly; above the market only what rounding to 分 on either side does not explain. A rent that has not risen is
    未超出 whatever the market did. carried: 街镇 whose rows are of another month. rise, market_rise, line: per cent, NaN where not known.
    """
    earlier = before.drop_duplicates("project_id").set_index("project_id")
    told = [_rise(row, earlier, limit, carried_now, carried_before) for row in now.to_dict("records")]
    return pd.DataFrame(told, columns=list(COLUMNS), index=now.index)


def _rise(
    row: dict[Any, Any], earlier: pd.DataFrame, limit: Fraction, late_now: Collection[str], late_then: Collection[str]
) -> tuple[Any, ...]:
    identity = row["project_id"]
    old = earlier.loc[identity] if identity in earlier.index else None
    rent, market = _exact(row["filed_rent"]), _exact(row["market_rent"])
    rent_then, market_then = (None, None) if old is None else (_exact(old["filed_rent"]), _exact(old["market_rent"]))
    if row["subdistrict"] in late_now:
        reason = CARRIED_NOW
    elif rent is None:
        reason = NO_RENT
    elif row["subdistrict"] in late_then:
        reason = CARRIED_THEN
    elif old is None:
        reason = NOT_THEN
    else:
        reason = "" if rent_then else NO_RENT_THEN
    if rent is None or not rent_then or reason:
        return identity, _number(rent_then), _number(rent), None, None, None, UNKNOWN, reason
    rise = (rent / rent_then - 1) * 100
    if market is None or not market_then:
        state, words, market_rise, line = OVER if rise > limit else WITHIN, MARKET_UNKNOWN, None, limit
    else:
        market_rise = (market / market_then - 1) * 100
        least = ((rent - HALF_CENT) / (rent_then + HALF_CENT) - 1) * 100
        most = ((market + HALF_CENT) / (market_then - HALF_CENT) - 1) * 100
        state = OVER if rise > limit or least > max(most, Fraction(0)) else WITHIN
        words, line = "", min(limit, market_rise)
    return identity, _number(rent_then), _number(rent), _number(rise), _number(market_rise), _number(line), state, words


def _exact(value: Any) -> Fraction | None:
    return None if pd.isna(value) else Fraction(str(round(float(value), 4)))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
