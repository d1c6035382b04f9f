"""Published figures beside ours: never mixed in, always with their source, the arithmetic and the difference."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass

from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Value, evaluate
from lib.settings import REFERENCE
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period

ARTICLE_PERIOD = Period("2024-09")
PLAN_PERIOD = Period("2025-12")
SAME, ROUNDED, ABOUT, DIFFERENT, TARGET, WITHOUT = (
    "一致",
    "取整后一致",
    "约数相符",
    "不一致",
    "目标值",
    "本系统无此项",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published figure beside the computed one. indicator: id in the catalogue or empty. computed, base: as shown."""

    id: str
    title: str
    published: str
    as_of: str
    as_printed: str
    indicator: str
    computed: str
    base: str
    verdict: str
    note: str


_ARTICLE = {
    "committee.compounds": "G01",
    "committee.eligible": "G02",
    "committee.formed": "G03N",
    "committee.formation_rate": "G03",
    "committee.in_term": "G05N",
    "committee.in_term_rate": "G05",
    "substitute.pilots": "G25",
    "rental.studio.units": "H04N",
    "rental.studio.share": "H04",
    "rental.twobed.units": "H05N",
    "rental.twobed.share": "H05",
    "beds.supplied": "H07",
    "beds.projects_done": "H08",
    "beds.projects_preparing": "H08P",
    "beds.coverage": "H09",
}
_PLAN = {
    "rental.raised": "H01",
    "rental.supplied": "H02",
    "rental.conversions.projects": "H14",
    "rental.conversions.units": "H14U",
}
_TARGETS = ("_target", "target_2030")


def _project(name: str, dataset: str, column: str, scale: float = 1.0) -> Callable[[Snapshot], float | None]:
    """A number of one named project."""

    def read(snapshot: Snapshot) -> float | None:
        frame = snapshot.frames[dataset]
        found = frame.loc[frame["project_name"].str.contains(name, regex=False), column].dropna()
        return None if len(found) != 1 else float(found.iloc[0]) / scale

    return read


_ROWS: dict[str, Callable[[Snapshot], float | None]] = {
    "renewal.caoyang8.households": _project("曹杨八村77-85号", "renewal_projects", "households_returned"),
    "rental.zhonglanju.area": _project("中岚居", "rental_projects", "rental_area", 10_000),
    "rental.zhonglanju.signed": _project("中岚居", "rental_projects", "leased_units"),
    "district.subdistricts": lambda snapshot: float(len(snapshot.standing["compounds"])),
}
"""Published figures of a single project: where our row has them."""


def compare_article(snapshot: Snapshot) -> list[Comparison]:
    """The article's figures beside those of a snapshot of 2024-09."""
    return [_compare(row, _ARTICLE.get(row["id"], ""), snapshot) for row in _read("article_2024.csv")]


def compare_plan(snapshot: Snapshot) -> list[Comparison]:
    """The plan's figures of the end of 2025 beside those of a snapshot of 2025-12."""
    return [_compare(row, _PLAN.get(row["id"], ""), snapshot) for row in _read("plan_2025.csv")]


def _read(name: str) -> list[dict[str, str]]:
    with (REFERENCE / "figures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _compare(row: dict[str, str], indicator: str, snapshot: Snapshot) -> Comparison:
    published = float(row["value"])
    about = row.get("approximate") == "1" or row["note"] == "约数"
    decimals = 1 if published != int(published) else 0
    shown = ("约 " if about else "") + show_unit(published, row["unit"], decimals)
    value: float | None = None
    computed, base = "—", ""
    if indicator:
        figure: Value = evaluate(CATALOGUE[indicator], snapshot).whole
        value, base = figure.value, figure.fraction
        computed = show_unit(value, row["unit"], max(decimals, CATALOGUE[indicator].decimals))
    elif row["id"] in _ROWS:
        value = _ROWS[row["id"]](snapshot)
        computed = show_unit(value, row["unit"], decimals)
    return Comparison(
        row["id"],
        row["title"],
        shown,
        row["as_of"],
        row.get("as_printed", ""),
        indicator,
        computed,
        base,
        _verdict(row["id"], published, value, decimals, about),
        row["note"],
    )


def _verdict(name: str, published: float, value: float | None, decimals: int, about: bool) -> str:
    if name.endswith(_TARGETS):
        return TARGET
    if value is None:
        return WITHOUT
    if value == published:
        return SAME
    if show(value, decimals) == show(published, decimals):
        return ROUNDED
    return ABOUT if about and abs(value - published) <= 0.05 * published else DIFFERENT


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
    least = one + two
    band = [
        total
        for total in range(least, 2 * least)
        if (show(one * 100 / total), show(two * 100 / total)) == (show(share_one), show(share_two))
    ]
    text = (
        f"文章给出一室户约 {show(one)} 套占 {share_one}%、二室户约 {show(two)} 套占 {share_two}%，未给总数。"
    )
    if band:
        text += (
            f"两项占比同时成立时，总数在 {show(band[0])}～{show(band[-1])} 套之间，"
            f"其余户型为 {show(band[0] - least)}～{show(band[-1] - least)} 套。总数不作为公布数使用。"
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
    rows = {row["id"]: float(row["value"]) for row in _read("article_2024.csv")}
    return {name: rows[name] for name in names}


def _rate(top: int, below: int) -> str:
    return show(top * 100 / below, 2)
