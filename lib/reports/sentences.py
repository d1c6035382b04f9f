"""One sentence per pillar, built by rules from figures: what stands, against which line, and where it is worst."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lib.datasets.places import unit_name
from lib.datasets.thresholds import threshold
from lib.indicators.evaluate import Breakdown, Value
from lib.spec.numbers import show

Figures = Mapping[str, Breakdown]


def renewal_sentence(figures: Figures, on: date) -> str:
    """城市更新: signing against the gate, households short, overdue projects and where."""
    gate = show(threshold("renewal.signing_gate", on).value)
    signing, short, late = figures["R03"].whole, figures["R05"].whole, figures["R16"].whole
    if signing.value is None:
        first = "目前没有正在签约的项目"
    elif short.value:
        first = f"正在签约的项目签约率 {signing.text}（{signing.fraction}），各项目距 {gate}% 生效线合计还差 {short.text}"
    else:
        first = f"正在签约的项目均已达到 {gate}% 生效线"
    second = f"{late.text}有超期节点，{worst(figures['R16'])}" if late.value else "没有超期节点"
    return f"{first}；{second}{_absent(signing)}。"


def rental_sentence(figures: Figures, on: date) -> str:
    """租赁住房: beds and coverage, who is not covered, occupancy against the watch line."""
    beds, coverage, occupancy = figures["H07"].whole, figures["H09"], figures["H11"].whole
    line = threshold("rental.occupancy_watch", on)
    without = [unit_name(one.unit, short=True) for one in coverage.places if one.value == 0]
    first = f"“一张床”累计供应 {beds.text}，覆盖 {show(coverage.whole.numerator)}/{show(coverage.whole.denominator)} 个街镇"
    if without:
        first += f"，尚缺{'、'.join(without)}"
    if occupancy.value is None:
        return f"{first}{_absent(beds)}。"
    relation = "低于" if occupancy.value < line.value else "不低于"
    return f"{first}；保租房出租率 {occupancy.text}，{relation} {show(line.value)}% 观察线{_absent(beds)}。"


def governance_sentence(figures: Figures, _on: date) -> str:
    """小区治理: formation, what is missing, expired terms and where, what expires next."""
    formed, missing, expired, soon = (figures[name].whole for name in ("G03", "G04", "G06", "G07"))
    first = f"业委会组建率 {formed.text}（{formed.fraction}），应建未建 {missing.text}"
    second = f"超期未换届 {expired.text}，{worst(figures['G06'])}" if expired.value else "没有超期未换届"
    return f"{first}；{second}；6 个月内届满 {soon.text}{_absent(formed)}。"


def _absent(value: Value) -> str:
    """Who is not in the sentence's figures; empty when all have reported."""
    names = "、".join(unit_name(code, short=True) for code in value.missing)
    return f"（{names}未报，未计入）" if names else ""


def worst(breakdown: Breakdown, count: int = 2) -> str:
    """The 街镇 with the highest value, with their figures; equal ones beyond the limit are counted, not hidden."""
    ranked: list[Value] = sorted((one for one in breakdown.places if one.value), key=lambda one: (-(one.value or 0), one.unit))
    if not ranked:
        return "无"
    shown = ranked[:count]
    tied = sum(one.value == shown[-1].value for one in ranked[count:])
    words = "、".join(f"{unit_name(one.unit, short=True)}（{one.text}）" for one in shown)
    return f"最多的是{words}" + (f"，另有 {tied} 个街镇相同" if tied else "")
