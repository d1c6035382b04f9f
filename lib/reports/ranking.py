"""What may be said of 街镇 side by side: who differs by more than chance, who is only inside the lines, and who is not compared.

Its one rule: inside the lines there is no first and no last; who is left out is named with the reason.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.datasets.places import unit_name
from lib.datasets.thresholds import Registry
from lib.indicators.evaluate import Breakdown, Value
from lib.rules.control_limits import ABOVE, BELOW, INSIDE, curves, verdicts
from lib.spec.numbers import show

INNER, OUTER = "funnel.inner", "funnel.outer"
"""Rules: the levels of the two pairs of control limits, in per cent."""
OUTSIDE = {1: "可能有原因，值得了解", 2: "差异超出偶然，值得查明原因"}
"""What is said of who lies beyond the inner and the outer lines: of ten, one beyond the inner ones is no surprise."""
POINT_COLUMNS = ("code", "name", "numerator", "base", "value", "verdict", "outside", "words")


def judged_places(figure: Breakdown, on: date, registry: Registry) -> pd.DataFrame:
    """The 街镇 that are compared (`compared`), each against the control limits around the share of all of them together: columns
    `POINT_COLUMNS`. value: in per cent; outside: 0 inside, 1 beyond the inner lines, 2 beyond the outer ones.
    """
    known = compared(figure)
    tops, bases = [one.numerator or 0.0 for one in known], [one.denominator or 0.0 for one in known]
    told = verdicts(tops, bases, share_of(figure), *levels(on, registry))
    rows = []
    for one, verdict in zip(known, told, strict=True):
        name = unit_name(one.unit, short=True)
        beyond = 0 if verdict == INSIDE else 1 if verdict in (BELOW, ABOVE) else 2
        words = f"{name}：{one.text}（{one.fraction}），{verdict}"
        rows.append((one.unit, name, one.numerator, one.denominator, one.value, verdict, beyond, words))
    return pd.DataFrame(rows, columns=list(POINT_COLUMNS))


def compared(figure: Breakdown) -> list[Value]:
    """The 街镇 with a base that have reported the month itself: rows of an earlier month look worse by their age alone."""
    return [one for one in figure.places if one.numerator is not None and one.denominator and not one.carried]


def share_of(figure: Breakdown) -> float:
    """The share of the 街镇 that are compared, together, 0 to 1; 0 without a base."""
    known = compared(figure)
    base = sum(one.denominator or 0.0 for one in known)
    return sum(one.numerator or 0.0 for one in known) / base if base else 0.0


def levels(on: date, registry: Registry) -> tuple[float, float]:
    """The levels of the inner and the outer control limits, 0 to 1."""
    inner, outer = (float(registry.at(rule, on).exact / 100) for rule in (INNER, OUTER))
    return inner, outer


def lines(figure: Breakdown, points: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The control limits over the bases of some points and a little beyond: columns base, low_0, high_0, low_1, high_1, in per cent."""
    least, most = int(points["base"].min()), int(points["base"].max())
    room = max((most - least) // 12, 2)
    table = curves(max(least - room, 1), most + room, share_of(figure), levels(on, registry))
    return table.assign(**{column: table[column] * 100 for column in table.columns if column != "base"})


def verdict_lines(points: pd.DataFrame) -> list[str]:
    """What a funnel says in words: who is outside and how far, the furthest first; then that inside is chance."""
    out = points[points["outside"] > 0].sort_values(["outside", "value"], ascending=[False, True])
    found = [
        f"**{row['name']}** {show(row['value'], 1)}%（{show(row['numerator'])}/{show(row['base'])}）：{row['verdict']}，"
        f"{OUTSIDE[row['outside']]}"
        for row in out.to_dict("records")
    ]
    inside = points[points["outside"] == 0]["name"].tolist()
    if inside:
        found.append(f"{'、'.join(inside)}（{len(inside)} 个街镇）在控制线以内：相互之间的高低可以是偶然，不宜据此排先后")
    return found


def left_out(shown: Breakdown, whole: Breakdown | None, least: int) -> list[str]:
    """Who is not compared and why: too small a base, 未报, and, where `whole` counts them too, those in the freeze
    within their term.
    """
    parts = []
    few = [_named(one) for one in shown.places if one.few]
    if few:
        parts.append(f"基数不足 {least} 个的不排名：{'、'.join(few)}")
    carried = [unit_name(code, short=True) for code, _ in shown.whole.carried]
    if carried:
        parts.append(f"本期未报、沿用前月的不参加比较：{'、'.join(carried)}")
    absent = [unit_name(code, short=True) for code in shown.whole.missing]
    if absent:
        parts.append(f"未报的不参加比较：{'、'.join(absent)}")
    if whole is not None:
        gaps = [(one.unit, (whole.of(one.unit).denominator or 0) - (one.denominator or 0)) for one in shown.places]
        named = [f"{unit_name(unit, short=True)} {show(count)} 个" for unit, count in gaps if count > 0]
        parts.append(f"任期内处于冻结期的业委会不计入比较：{'、'.join(named)}" if named else "没有任期内处于冻结期的业委会")
    return parts


def _named(one: Value) -> str:
    return f"{unit_name(one.unit, short=True)}（{show(one.denominator)} 个）"
