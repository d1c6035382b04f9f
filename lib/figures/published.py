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
SAME, ROUNDED, ABOUT, DIFFERENT, TARGET, WITHOUT = "一致", "取整后一致", "约数相符", "不一致", "目标值", "本系统无此项"


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
    "committee.compounds": "G01", "committee.eligible": "G02", "committee.formed": "G03N", "committee.formation_rate": "G03",
    "committee.in_term": "G05N", "committee.in_term_rate": "G05", "substitute.pilots": "G25", "rental.studio.units": "H04N",
    "rental.studio.share": "H04", "rental.twobed.units": "H05N", "rental.twobed.share": "H05", "beds.supplied": "H07",
    "beds.projects_done": "H08", "beds.projects_preparing": "H08P", "beds.coverage": "H09",
}
_PLAN = {"rental.raised": "H01", "rental.supplied": "H02", "rental.conversions.projects": "H14", "rental.conversions.units": "H14U"}
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
    "district.subdistricts": lambda snapshot: float(len(snapshot.reported["compounds"])),
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
    return Comparison(row["id"], row["title"], shown, row["as_of"], row.get("as_printed", ""), indicator, computed, base,
                      _verdict(row["id"], published, value, decimals, about), row["note"])


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


def in_term_explanation() -> str:
    """Why the article prints 74.4 % where 468/631 is 74.2 %: the arithmetic, and what is only a guess."""
    rate = show(468 * 100 / 631, 2)
    low, high, other = show(469 * 100 / 631, 2), show(470 * 100 / 631, 2), show(468 * 100 / 629, 2)
    return (f"文章称任期在有效期内 468 个、“达74.4%”，而 468 ÷ 631 = {rate}%。以 631 为分母，任何整数分子都得不到 74.4%"
            f"（469 → {low}%，470 → {high}%）；以 629 为分母时 468 ÷ 629 = {other}%。631 − 629 = 2，恰为两个居委会代为履职试点小区数，"
            "但原文没有说明，待业务科室确认。本系统按 468 ÷ 631 计算并显示 74.2%。")


def studio_explanation() -> str:
    """The band in which the unstated total of new builds must lie for both printed shares to be true."""
    band = [total for total in range(4752, 5200) if show(3832 * 100 / total) == "79" and show(920 * 100 / total) == "19"]
    low, high = band[0], band[-1]
    return (f"文章给出一室户约 3,832 套占 79%、二室户约 920 套占 19%，未给总数。"
            f"两项占比同时成立时，总数在 {show(low)}～{show(high)} 套之间，"
            f"其余户型为 {low - 4752}～{high - 4752} 套。总数不作为公布数使用。")
