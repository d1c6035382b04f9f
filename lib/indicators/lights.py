"""Targets, progress and the light of a figure. Its one rule: a light is computed from rules and targets with their dates, exactly,
and says why.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.datasets.thresholds import Registry, Threshold
from lib.indicators.algebra import Indicator
from lib.indicators.data import Data
from lib.indicators.evaluate import Value, totals
from lib.indicators.judging import NEAR_POINTS, NEAR_PROGRESS, ByRule, NoneLeft, NotJudged
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED, YELLOW, Light
from lib.spec.numbers import show, show_unit


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is to reach by the end of a year: the target, and from where it starts; None where that was not set."""

    year: int
    value: Fraction
    baseline: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The light of a figure. reason: why, in Chinese. line: what was expected on the day; progress: the share of the way done,
    in per cent; both None where there is none. thresholds: the rows of the registry that it followed.
    """

    light: Light
    reason: str
    line: Fraction | None = None
    progress: Fraction | None = None
    target: Target | None = None
    thresholds: tuple[Threshold, ...] = ()


def target_of(data: Data, indicator: Indicator, units: tuple[str, ...] = ()) -> Target | None:
    """The target of the year of the data for the district (no units), a 街镇, or several together: those of an amount added, where
    each has one. The district starts from the starting values of the ten added, of an amount where each has one. None where none is
    set, or the rows of the district do not agree.
    """
    rows = _targets(data, indicator.id)
    if rows.empty:
        return None
    if not units:
        values = rows["district_target"].dropna().unique()
        known = indicator.additive and rows["baseline"].notna().all() and set(rows["subdistrict"]) == set(subdistrict_codes())
        start = sum((_exact(one) for one in rows["baseline"]), Fraction(0)) if known else None
        if start is None and len(told := rows["district_baseline"].dropna().unique()) == 1:
            start = _exact(told[0])
        return Target(data.as_of.year, _exact(values[0]), start) if len(values) == 1 else None
    own = rows[rows["subdistrict"].isin(units)].dropna(subset=["target"])
    if set(own["subdistrict"]) != set(units):
        return None
    baseline = own["baseline"]
    return Target(
        data.as_of.year,
        sum((_exact(one) for one in own["target"]), Fraction(0)),
        sum((_exact(one) for one in baseline), Fraction(0)) if baseline.notna().all() else None,
    )


def _targets(data: Data, indicator: str) -> pd.DataFrame:
    targets = data.tables["targets"].frame
    return targets[(targets["indicator"] == indicator) & (targets["year"] == data.as_of.year)]


def judge(value: Value, data: Data, units: tuple[str, ...] = (), *, part: bool = False) -> Judged:
    """The light of a figure of the data: of the district, of the 街镇 it is of, or of several `units` together. part: it is of a part
    of the rows only, so targets, which are for all of them, say nothing.
    """
    indicator = value.indicator
    if isinstance(indicator.judging, NotJudged):
        return Judged(LIGHT[UNJUDGED], "本指标不判定")
    exact = value.exact
    if exact is None:
        return Judged(LIGHT[UNJUDGED], "未报" if value.numerator is None else "没有基数")
    if value.few:
        return Judged(LIGHT[UNJUDGED], f"基数只有 {show(value.denominator)}，不判定")
    chosen = units or (() if value.unit == DISTRICT else (value.unit,))
    target = None if part or (not indicator.additive and len(chosen) > 1) else target_of(data, indicator, chosen)
    if target is not None and indicator.additive and value.missing:
        return Judged(LIGHT[UNJUDGED], "有街镇没有可用的报送，不与合计目标比较")
    if target is not None:
        return _by_target(indicator, exact, target, data.as_of, data.registry)
    if isinstance(indicator.judging, ByRule):
        return _by_rule(indicator, indicator.judging, exact, data.as_of, data.registry)
    if isinstance(indicator.judging, NoneLeft):
        return _none_left(value, exact, data, chosen)
    return Judged(LIGHT[UNJUDGED], "设有筛选，不与目标比较" if part else "没有设定目标")


def _none_left(value: Value, exact: Fraction, data: Data, units: tuple[str, ...]) -> Judged:
    """Of what there should be none: a count of none is no good news where a 街镇 is left out, or where no row could have
    been counted.
    """
    if exact > 0:
        return Judged(LIGHT[YELLOW], f"还有 {value.text}")
    if value.indicator.checked is not None:
        found = totals(value.indicator.checked, data)
        if not any(found[at] for at, code in enumerate(subdistrict_codes()) if not units or code in units):
            return Judged(LIGHT[UNJUDGED], "没有可核对的，不判定")
    if value.missing:
        return Judged(LIGHT[UNJUDGED], "有街镇没有可用的报送，为 0 不作判定")
    return Judged(LIGHT[GREEN], "没有")


def year_share(on: date) -> Fraction:
    """The share of the year gone at the end of a day."""
    return Fraction((on - date(on.year, 1, 1)).days + 1, 366 if isleap(on.year) else 365)


def time_share(first: date, last: date, on: date) -> Fraction:
    """The share of a stretch of days gone at the end of a day, 0 before it and 1 after it."""
    gone = Fraction((on - first).days + 1, (last - first).days + 1)
    return min(max(gone, Fraction(0)), Fraction(1))


def _by_target(indicator: Indicator, value: Fraction, target: Target, on: date, registry: Registry) -> Judged:
    """Of what piles up over the year, the target times the share of the year gone is expected; of what stands with a starting
    value, that share of the way from there; else the target itself.
    """
    gone = year_share(on)
    start = Fraction(0) if indicator.flow else target.baseline
    expected = target.value if start is None else start + (target.value - start) * gone
    way = target.value - (start or Fraction(0))
    progress = (value - (start or Fraction(0))) / way * 100 if way else None
    words = f"{target.year}年目标 {_text(indicator, target.value)}，应到 {_text(indicator, expected)}"
    near = registry.at(NEAR_POINTS if indicator.unit == "%" else NEAR_PROGRESS, on)
    return _against(indicator, value, expected, abs(way), near, words, progress, target)


def _by_rule(indicator: Indicator, judging: ByRule, value: Fraction, on: date, registry: Registry) -> Judged:
    row = registry.find(judging.rule, on)
    if row is None:
        first = registry.rows_of(judging.rule)[0]
        return Judged(LIGHT[UNJUDGED], f"{first.title}自 {first.effective_from} 起施行，此前不判定", None, None, None, (first,))
    line, words, progress = row.exact, f"{row.title} {row.text}", None
    if judging.paced and row.effective_to is not None:
        line = 100 * time_share(registry.rows_of(judging.rule)[0].effective_from, row.effective_to, on)
        words, progress = (
            f"{row.title} {show(row.exact)} {row.unit}，到期 {row.effective_to}，应到 {show(line, 1)}%",
            value,
        )
    elif row.comparison and row.met_by(value):
        return Judged(LIGHT[GREEN], f"达到{words}", line, progress, None, (row,))
    near = registry.at(NEAR_PROGRESS if judging.paced or indicator.unit != "%" else NEAR_POINTS, on)
    found = _against(indicator, value, line, abs(row.exact), near, words, progress, None)
    # Who misses a line that only earns a reward has neglected nothing.
    light = LIGHT[YELLOW] if judging.reward and found.light.name == RED else found.light
    reason = found.reason + (f"；标准对每个{judging.each}分别适用，合计只作参照" if judging.each else "")
    return Judged(light, reason, line, progress, None, (row, *found.thresholds))


def _against(
    indicator: Indicator,
    value: Fraction,
    line: Fraction,
    way: Fraction,
    near: Threshold,
    words: str,
    progress: Fraction | None,
    target: Target | None,
) -> Judged:
    """near: so many 个百分点, or per cent of the way, short of the line is 黄 and not yet 红."""
    short = line - value if indicator.good == "up" else value - line
    if short <= 0:
        return Judged(LIGHT[GREEN], f"达到{words}", line, progress, target)
    points = indicator.unit == "%"
    allowed = near.exact if points else way * near.exact / 100
    name = YELLOW if short <= allowed else RED
    unit = "个百分点" if points else indicator.unit
    gap = f"{'差' if indicator.good == 'up' else '超'} {_amount(short, indicator.decimals)} {unit}"
    margin = f"{_amount(allowed, indicator.decimals)} {unit}以内为关注"
    return Judged(LIGHT[name], f"{gap}：{words}；{'差' if indicator.good == 'up' else '超'} {margin}", line, progress, target, (near,))


def _amount(number: Fraction, decimals: int) -> str:
    """An amount with so many decimals that it is not shown as nothing."""
    while decimals < 4 and number and float(show(number, decimals).replace(",", "")) == 0:
        decimals += 1
    return show(number, decimals)


def _text(indicator: Indicator, value: Fraction) -> str:
    return show_unit(value, indicator.unit, indicator.decimals)


def _exact(value: object) -> Fraction:
    return Fraction(str(round(float(str(value)), 6)))
