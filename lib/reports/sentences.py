"""One sentence per pillar, built by rules from figures: what stands, against which line, and where it is worst.

Its one rule: every clause names who is missing in its own figures, and says nothing of what nobody has reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes, unit_name
from lib.datasets.thresholds import Registry
from lib.indicators.evaluate import Breakdown, Value
from lib.spec.numbers import show

Figures = Mapping[str, Breakdown]
Clause = tuple[Value, str]
"""A figure that says who is missing, and the words about it; those are not said where nobody has reported."""


def renewal_sentence(figures: Figures, on: date, registry: Registry) -> str:
    """城市更新: signing against the gate, households short, overdue projects and where."""
    gate = show(registry.at("renewal.signing_gate", on).number)
    signing, short, late = figures["R03"].whole, figures["R05"].whole, figures["R16"].whole
    if signing.value is None:
        first = "目前没有已填报户数的正在签约项目"
    elif short.value:
        first = f"正在签约的项目签约率 {signing.text}（{signing.fraction}），各项目距 {gate}% 生效线合计还差 {short.text}"
    else:
        first = f"正在签约的项目均已达到 {gate}% 生效线"
    second = f"{show(late.value)} 个项目有超期节点{_where(figures['R16'])}" if late.value else "没有超期节点"
    return _sentence((signing, first), (late, second))


def rental_sentence(figures: Figures, on: date, registry: Registry) -> str:
    """租赁住房: beds and coverage, who is not covered, occupancy against the watch line."""
    beds, coverage, occupancy = figures["H07"].whole, figures["H09"], figures["H11"].whole
    line = registry.at("rental.occupancy_watch", on)
    without = [unit_name(one.unit, short=True) for one in coverage.places if one.value == 0]
    first = f"“一张床”累计供应 {beds.text}，覆盖 {show(coverage.whole.numerator)}/{show(coverage.whole.denominator)} 个街镇"
    if without:
        first += f"，尚缺{'、'.join(without)}"
    clauses = [(beds, first)]
    if occupancy.value is not None:
        relation = "低于" if occupancy.value < line.number else "不低于"
        clauses.append((occupancy, f"保租房出租率 {occupancy.text}，{relation} {show(line.number)}% 观察线"))
    elif occupancy.numerator is None:
        clauses.append((occupancy, ""))
    return _sentence(*clauses)


def governance_sentence(figures: Figures, _on: date, _registry: Registry) -> str:
    """小区治理: formation, what is missing, expired terms and where, what expires next."""
    formed, missing, expired, soon = (figures[name].whole for name in ("G03", "G04", "G06", "G07"))
    first = f"业委会组建率 {formed.text}（{formed.fraction}）" if formed.value is not None else "没有可计算组建率的小区"
    second = f"超期未换届 {expired.text}{_where(figures['G06'])}" if expired.value else "没有超期未换届"
    return _sentence((formed, f"{first}，应建未建 {missing.text}"), (expired, second), (soon, f"6 个月内届满 {soon.text}"))


def _sentence(*clauses: Clause) -> str:
    """The clauses one after the other, each with who has not reported for it; not again where the same ones were just named."""
    told: list[str] = []
    named = ""
    for value, words in clauses:
        if value.numerator is None:
            text = _nobody(value)
            if text not in told:
                told.append(text)
            continue
        absent = _absent(value)
        told.append(words + ("" if absent == named else absent))
        named = absent
    return "；".join(told) + "。"


def _nobody(value: Value) -> str:
    """That the table behind a figure has come from nobody: from no 街镇 at all, or from none of those chosen."""
    titles = [f"《{DATASETS[name].title}》" for name in value.indicator.datasets]
    tables = titles[0] if len(titles) == 1 else "同时报送" + "和".join(titles)
    verb = "报送" if len(titles) == 1 else ""
    if set(value.missing) == set(subdistrict_codes()):
        return f"本期尚无街镇{verb}{tables}"
    return f"本期{'、'.join(unit_name(code, short=True) for code in value.missing)}尚未{verb}{tables}"


def _absent(value: Value) -> str:
    """Who has not reported for a clause's figures, and what stands for them; empty when all have."""
    parts = []
    if value.carried:
        older = "、".join(f"{unit_name(code, short=True)}沿用{int(period[5:])}月" for code, period in value.carried)
        parts.append(f"{older}，本期未报")
    if value.missing:
        parts.append(f"{'、'.join(unit_name(code, short=True) for code in value.missing)}未报，未计入")
    return f"（{'；'.join(parts)}）" if parts else ""


def _where(breakdown: Breakdown) -> str:
    """Where it is worst, behind a comma; nothing when only one 街镇 is looked at."""
    return f"，{worst(breakdown)}" if len(breakdown.places) > 1 else ""


def worst(breakdown: Breakdown, count: int = 2) -> str:
    """The 街镇 with the highest value, with their figures; equal ones beyond the limit are counted, not hidden."""
    ranked: list[Value] = sorted((one for one in breakdown.places if one.value), key=lambda one: (-(one.value or 0), one.unit))
    if not ranked:
        return "无"
    if len(ranked) > count and ranked[0].value == ranked[-1].value:
        return f"{len(ranked)} 个街镇各 {ranked[0].text}"
    if len(ranked) > count and ranked[1].value == ranked[-1].value:
        return f"最多的是{_with_figure(ranked[0])}，其余 {len(ranked) - 1} 个街镇各 {ranked[1].text}"
    shown = ranked[:count]
    tied = sum(one.value == shown[-1].value for one in ranked[count:])
    return f"最多的是{'、'.join(map(_with_figure, shown))}" + (f"，另有 {tied} 个街镇也是 {shown[-1].text}" if tied else "")


def _with_figure(value: Value) -> str:
    return f"{unit_name(value.unit, short=True)}（{value.text}）"
