"""The arithmetic behind published figures that do not speak for themselves: why one differs, and what is only inferred.

Its one rule: every number in a sentence comes from the published file or the snapshot; what nobody has stated is called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from lib.figures.published import read_rows
from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value, evaluate
from lib.rules.rental_mix import total_band
from lib.spec.numbers import show


@dataclass(frozen=True, slots=True)
class Explanation:
    """The arithmetic behind a published figure, with its title."""

    title: str
    text: str


def article_explanations(snapshot: Snapshot) -> list[Explanation]:
    """The arithmetic behind the article's figures, and what a snapshot of 2024-09 gives."""
    return [
        Explanation("任期有效率：74.4% 还是 74.2%", in_term_explanation(snapshot)),
        Explanation("一室户、二室户的占比与总套数", studio_explanation(snapshot)),
        Explanation("红色物业 30%、10% 是多少个", points_explanation(snapshot)),
        Explanation("业委会负责人培训 600 余名", training_explanation()),
    ]


def plan_explanations(snapshot: Snapshot) -> list[Explanation]:
    """The arithmetic behind the plan's figures, and what a snapshot of 2025-12 gives."""
    return [Explanation("保租房供应转化率（推算）", supply_explanation(snapshot))]


def points_explanation(snapshot: Snapshot) -> str:
    """How many compounds 30 % and 10 % are, by the base the article names and by the other one it gives."""
    printed = _article("committee.compounds", "committee.eligible", "redpoint.practice_target", "redpoint.model_target")
    all_of, eligible, practice, model = (int(number) for number in printed.values())
    text = f"原文的基数是“住宅小区”{show(all_of)} 个：{_share_of(practice, all_of)}；{_share_of(model, all_of)}。"
    text += f"若以符合条件的 {show(eligible)} 个为基数，则为 {_share_of(practice, eligible)}；{_share_of(model, eligible)}。"
    text += "原文写“住宅小区”，故按前者；“两年”的起算日未载明。"
    points = [evaluate(CATALOGUE[name], snapshot).whole for name in ("G13", "G14")]
    if any(one.value is None for one in points):
        return text + "本版数据中没有可以计算的创建点。"
    first, second = points
    return text + f"本版数据：实践点 {first.fraction}，为 {first.text}；示范点 {second.fraction}，为 {second.text}。"


def _share_of(percent: int, base: int) -> str:
    """30% × 678 = 203.4，即 204 个."""
    exact = Fraction(percent * base, 100)
    return f"{percent}% × {show(base)} = {show(exact, 0 if exact.denominator == 1 else 1)}，即 {show(ceil(exact))} 个"


def training_explanation() -> str:
    """What share of the committees so many heads are at least."""
    heads, formed = (int(number) for number in _article("training.heads", "committee.formed").values())
    return (
        f"“{show(heads)}余名”是下限，原文没有说明一个业委会几人参加。每会一名负责人时，"
        f"{show(heads)} ÷ {show(formed)} = {_rate(heads, formed)}%，即覆盖率不低于 {show(heads * 100 / formed, 1)}%。"
        "本系统的培训覆盖率按业委会计，取各街镇覆盖最广的一次，也是下限；人数与业委会数不直接比较。"
    )


def supply_explanation(snapshot: Snapshot) -> str:
    """The share supplied that follows from the plan's two counts; the plan does not print it."""
    rows = {row["id"]: float(row["value"]) for row in read_rows("plan_2025.csv")}
    raised, supplied = int(rows["rental.raised"]), int(rows["rental.supplied"])
    text = f"规划没有印出供应转化率，由两个公布数推算：{show(supplied)} ÷ {show(raised)} = {show(supplied * 100 / raised, 1)}%。"
    ours = evaluate(CATALOGUE["H03"], snapshot).whole
    return text + ("本版数据中没有可以计算的保租房项目。" if ours.value is None else f"本系统：{ours.fraction}，为 {ours.text}。")


def in_term_explanation(snapshot: Snapshot) -> str:
    """Why the article's rate of terms in force is not its own two counts divided: the arithmetic, what is only a guess, and
    what the snapshot gives.
    """
    printed = _article("committee.in_term_rate", "committee.in_term", "committee.formed", "substitute.pilots")
    rate, top, below, pilots = (
        printed["committee.in_term_rate"],
        *(int(one) for one in list(printed.values())[1:]),
    )
    goal = show(rate, 1)
    first = f"文章称任期在有效期内 {show(top)} 个、“达{goal}%”，而 {show(top)} ÷ {show(below)} = {_rate(top, below)}%。"
    near = [other for other in range(1, below + 1) if show(other * 100 / below, 1) == goal]
    if not near:
        low = max(other for other in range(below + 1) if other * 100 / below < rate)
        first += (
            f"以 {show(below)} 为分母，任何整数分子都得不到 {goal}%"
            f"（{show(low)} → {_rate(low, below)}%，{show(low + 1)} → {_rate(low + 1, below)}%）"
        )
    others = sorted(
        (one for one in range(below - 20, below + 21) if show(top * 100 / one, 1) == goal),
        key=lambda one: abs(one - below),
    )
    if others and others[0] != below:
        other, gap = others[0], abs(below - others[0])
        first += f"；以 {show(other)} 为分母时 {show(top)} ÷ {show(other)} = {_rate(top, other)}%。"
        guess = (
            f"，恰为{'两' if pilots == 2 else f' {pilots} '}个居委会代为履职试点小区数"
            if gap == pilots
            else ""
        )
        first += f"{show(max(below, other))} − {show(min(below, other))} = {gap}{guess}，但原文没有说明，待业务科室确认。"
    return first + _in_term_here(evaluate(CATALOGUE["G05"], snapshot).whole, top, below)


def _in_term_here(ours: Value, top: int, below: int) -> str:
    """What the snapshot gives, and that it is not the article's counts where it is not."""
    if ours.value is None:
        return "本版数据中没有可以计算这项比例的业委会。"
    sums = f"{show(ours.numerator)} ÷ {show(ours.denominator)}"
    if (ours.numerator, ours.denominator) == (top, below):
        return f"本系统按 {sums} 计算并显示 {ours.text}。"
    return f"本版数据与文章的两个数不同：本系统按 {sums} 计算并显示 {ours.text}。"


def studio_explanation(snapshot: Snapshot) -> str:
    """The band in which the unstated total of new builds must lie for both printed shares to be true."""
    printed = _article(
        "rental.studio.units", "rental.twobed.units", "rental.studio.share", "rental.twobed.share"
    )
    one, two, share_one, share_two = (int(number) for number in printed.values())
    band = total_band(((one, share_one), (two, share_two)))
    text = (
        f"文章给出一室户约 {show(one)} 套占 {share_one}%、二室户约 {show(two)} 套占 {share_two}%，未给总数。"
    )
    if band is not None:
        text += (
            f"两项占比同时成立时，总数在 {show(band.low)}～{show(band.high)} 套之间，"
            f"其余户型为 {show(band.rest[0])}～{show(band.rest[1])} 套。总数不作为公布数使用。"
        )
    ours = [evaluate(CATALOGUE[name], snapshot).whole for name in ("H04", "H05")]
    if [value.numerator for value in ours] != [one, two]:
        text += "本版数据与文章的两个数不同：" + (
            f"一室户 {ours[0].fraction}，占 {ours[0].text}；二室户 {ours[1].fraction}，占 {ours[1].text}。"
            if all(value.value is not None for value in ours)
            else "没有可以计算这两项占比的开工新建项目。"
        )
    return text


def _article(*names: str) -> dict[str, float]:
    """Published figures of the article by name, in the order asked."""
    rows = {row["id"]: float(row["value"]) for row in read_rows("article_2024.csv")}
    return {name: rows[name] for name in names}


def _rate(top: int, below: int) -> str:
    return show(top * 100 / below, 2)
