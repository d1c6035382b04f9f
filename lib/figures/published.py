"""Published figures beside ours: never mixed in, always with their source, the arithmetic and the difference."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, evaluate
from lib.settings import REFERENCE
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period

ARTICLE_PERIOD = Period("2024-09")
PLAN_PERIOD = Period("2025-12")
PLAN_YEARS = (2021, 2022, 2023, 2024, 2025)
"""The years whose sums the plan prints."""
SAME, ROUNDED, ABOUT, DIFFERENT, TARGET, WITHOUT = (
    "一致",
    "取整后一致",
    "约数相符",
    "不一致",
    "目标值",
    "本系统无此项",
)
NEAR, ABOVE = 0.05, 0.1
"""An approximate figure agrees when ours is this share of it away, or less; “600余” when ours is not less, and this share more at most."""
YearFigures = Mapping[int, Mapping[str, Breakdown]]
"""Year → every indicator as it stands at its end."""


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a snapshot has for a published figure. value: in its unit, None when there is none; text, base: as shown. loose: it can only
    agree roughly, because it is not quite the same thing.
    """

    value: float | None
    text: str = ""
    base: str = ""
    note: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Misprint:
    """Words of the article that are likely misprinted. read_as: empty where they stay as printed. certain: whether that is settled."""

    printed: str
    read_as: str
    reason: str
    certain: bool


_ARTICLE = {
    "committee.compounds": "G01",
    "committee.eligible": "G02",
    "committee.formed": "G03N",
    "committee.formation_rate": "G03",
    "committee.in_term": "G05N",
    "committee.in_term_rate": "G05",
    "redpoint.practice_target": "G13",
    "redpoint.model_target": "G14",
    "party.coverage_target": "G15",
    "training.heads": "G24",
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
    "lifts.completed": "R10",
    "renewal.comprehensive_area": "R08",
    "renewal.special_area": "R09",
    "renewal.selfcontained_area": "R07",
    "beds.target_2030": "H10N",
}
_TARGETS = ("_target", "target_2030")
_RULES = {
    "redpoint.practice_target": "redpoint.practice_share",
    "redpoint.model_target": "redpoint.model_share",
    "party.coverage_target": "party.coverage",
    "beds.target_2030": "beds.plan_2030",
}
"""Published targets that stand in the registry of thresholds."""
_FIVE_YEARS = {"renewal.comprehensive_area", "renewal.special_area", "renewal.selfcontained_area"}
_SAID = ("", "约数", "目标")
"""Notes that the figure as shown says already."""
_SQUARE_METRES = 10_000
"""In one 万㎡."""


def _project(name: str, dataset: str, column: str, scale: float = 1.0) -> Callable[[Snapshot], Reading]:
    """A number of one named project."""

    def read(snapshot: Snapshot) -> Reading:
        frame = snapshot.frames[dataset]
        found = frame.loc[frame["project_name"].str.contains(name, regex=False), column].dropna()
        return Reading(None if len(found) != 1 else float(found.iloc[0]) / scale)

    return read


def _departments(snapshot: Snapshot) -> Reading:
    """The most departments that took part in the 前置式政务协助 of one project, and the span over all."""
    known = snapshot.frames["renewal_projects"]["precheck_departments"].dropna().astype("float64")
    if known.empty:
        return Reading(None)
    span = f"{show(known.min())}～{show(known.max())} 家"
    note = f"各项目参与部门 {span}，取最多的一个与“近20家”对照"
    return Reading(float(known.max()), f"最多 {show(known.max())} 家", f"{len(known)} 个项目", note, loose=True)


def _subdistricts(snapshot: Snapshot) -> Reading:
    return Reading(float(len(snapshot.standing["compounds"])))


_ROWS: dict[str, Callable[[Snapshot], Reading]] = {
    "renewal.caoyang8.households": _project("曹杨八村77-85号", "renewal_projects", "households_returned"),
    "renewal.precheck.departments": _departments,
    "rental.zhonglanju.area": _project("中岚居", "rental_projects", "rental_area", _SQUARE_METRES),
    "rental.zhonglanju.signed": _project("中岚居", "rental_projects", "leased_units"),
    "district.subdistricts": _subdistricts,
}
"""Published figures that are no figure of the catalogue: where our rows have them."""


def compare_article(snapshot: Snapshot) -> list[Comparison]:
    """The article's figures beside those of a snapshot of 2024-09."""
    return [_compare(row, _article_reading(row, snapshot), _ARTICLE.get(row["id"], ""), snapshot) for row in read_rows("article_2024.csv")]


def compare_plan(snapshot: Snapshot, years: YearFigures | None = None) -> list[Comparison]:
    """The plan's figures of the end of 2025 beside those of a snapshot of 2025-12. years: the figures at the end of each year that
    there are data for; sums over five years are only compared when all five are there.
    """
    known = years or {}
    return [
        _compare(row, _plan_reading(row, snapshot, known), _PLAN.get(row["id"], ""), snapshot) for row in read_rows("plan_2025.csv")
    ]


def misprints() -> list[Misprint]:
    """The likely misprints of the article, in its order of importance to a reader."""
    return [Misprint(row["printed"], row["read_as"], row["reason"], row["certain"] == "1") for row in read_rows("misprints.csv")]


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of published figures, as they stand in it."""
    with (REFERENCE / "figures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _article_reading(row: Mapping[str, str], snapshot: Snapshot) -> Reading:
    if row["id"] in _ROWS:
        return _ROWS[row["id"]](snapshot)
    if row["id"] not in _ARTICLE:
        return Reading(None)
    figure = _figure(_ARTICLE[row["id"]], row, snapshot)
    return _trained(float(row["value"]), figure, snapshot) if row["id"] == "training.heads" else figure


def _plan_reading(row: Mapping[str, str], snapshot: Snapshot, years: YearFigures) -> Reading:
    if row["id"] not in _PLAN:
        return Reading(None)
    if row["id"] in _FIVE_YEARS:
        return _five_years(_PLAN[row["id"]], years)
    return _figure(_PLAN[row["id"]], row, snapshot)


def _figure(name: str, row: Mapping[str, str], snapshot: Snapshot) -> Reading:
    """A figure of the catalogue; of what has a threshold with that threshold."""
    indicator, figure = CATALOGUE[name], evaluate(CATALOGUE[name], snapshot).whole
    unit = indicator.unit if row["id"].endswith(_TARGETS) else row["unit"]
    text = show_unit(figure.value, unit, max(_decimals(row), indicator.decimals))
    note = ""
    if row["id"] in _RULES:
        known = snapshot.registry.at(_RULES[row["id"]], snapshot.as_of)
        note = f"登记值：{known.text}（{known.standing}）" + ("" if known.number == float(row["value"]) else "，与公布的目标不同")
    return Reading(figure.value, text, figure.fraction, note)


def _trained(heads: float, figure: Reading, snapshot: Snapshot) -> Reading:
    """People trained beside committees reached: with one head each, so many people are at least that share of the committees."""
    whole = evaluate(CATALOGUE["G24"], snapshot).whole
    if figure.value is None or not whole.denominator:
        return Reading(None)
    least = f"{show(heads)} ÷ {show(whole.denominator)} = {show(heads * 100 / whole.denominator, 1)}%"
    note = f"公布数按人计，本系统按业委会计（培训覆盖率）；每会一人时不低于 {least}"
    return Reading(whole.numerator, whole.text, whole.fraction, note, loose=True)


def _five_years(name: str, years: YearFigures) -> Reading:
    """The sum over the five years of the plan, when the data hold each of them; else only what years there are."""
    values = {year: years[year][name].whole.value for year in PLAN_YEARS if year in years}
    known = {year: value for year, value in values.items() if value is not None}
    total = sum(known.values()) / _SQUARE_METRES
    if len(known) == len(PLAN_YEARS):
        return Reading(total, show_unit(total, "万㎡", 1), "五年合计", "按台账中各项目的实际日期归入年度")
    if not known:
        return Reading(None, note="台账中没有 2021—2025 年的实际日期")
    listed = "、".join(map(str, known))
    return Reading(None, note=f"本系统只有 {listed} 年数据（{show_unit(total, '万㎡', 1)}），不与五年合计对照")


def _decimals(row: Mapping[str, str]) -> int:
    return 1 if float(row["value"]) != int(float(row["value"])) else 0


def _compare(row: Mapping[str, str], ours: Reading, indicator: str, snapshot: Snapshot) -> Comparison:
    published, decimals = float(row["value"]), _decimals(row)
    about = row.get("approximate") == "1" or row["note"] == "约数"
    floor = "下限" in row["note"]
    shown = show_unit(published, row["unit"], decimals)
    if floor:
        shown = f"{show(published, decimals)} 余{row['unit']}"
    elif about:
        shown = f"约 {shown}"
    computed = ours.text if ours.text and ours.value is not None else show_unit(ours.value, row["unit"], decimals)
    return Comparison(
        row["id"],
        row["title"],
        shown,
        row["as_of"],
        row.get("as_printed", ""),
        indicator,
        computed,
        ours.base if ours.value is not None else "",
        _verdict(row["id"], published, ours, decimals, ABOVE if floor else NEAR if about else 0.0),
        "；".join(part for part in (row["note"], ours.note) if part not in _SAID),
    )


def _verdict(name: str, published: float, ours: Reading, decimals: int, allowed: float) -> str:
    value = ours.value
    if name.endswith(_TARGETS):
        return TARGET
    if value is None:
        return WITHOUT
    if not ours.loose and value == published:
        return SAME
    if not ours.loose and show(value, decimals) == show(published, decimals):
        return ROUNDED
    least = published * (1 if allowed == ABOVE else 1 - allowed)
    return ABOUT if allowed and least <= value <= published * (1 + allowed) else DIFFERENT
