"""Rental projects as people read them: the list and its choices, what figures are made of, operators, published figures beside ours.

Its one rule: beds, homes and projects stand in columns of their own and are never added; parts add up to the figure of the catalogue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.ladders import RENTAL_LADDERS
from lib.datasets.places import unit_name
from lib.figures.published import (
    DIFFERENT,
    SAME,
    WITHOUT,
    Comparison,
    compare_article,
    compare_plan,
    read_rows,
)
from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, evaluate, rows_behind
from lib.rules.rental_pace import QUARTER, PlanPace
from lib.spec.numbers import MISSING, show, show_unit

UNSAID = "未填"
"""What stands for an operator, a source or a class that nobody filled in."""
STAGE_NAMES = tuple(dict.fromkeys(stage for ladder in RENTAL_LADDERS.values() for stage in ladder.stages))
ARTICLE_BEDS = ("beds.supplied", "beds.projects_done", "beds.projects_preparing", "beds.coverage")
PLAN_HOMES = ("rental.raised", "rental.supplied", "rental.conversions.projects", "rental.conversions.units")
UNITS_OF = {"套(间)数": "套(间)", "已出租套(间)": "套(间)", "床位数": "张", "已出租床位": "张", "出租率": "%", "备案租金": "元/㎡·月",
            "市场租金": "元/㎡·月", "床位价": "元/床·月", "床价合计减备案价": "元/月", "轮候": "人"}
"""Columns of the list → their unit, written behind them where the list is taken out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rental projects are looked at; empty takes all. text: words that all have to stand in name, code, address or operator."""

    tiers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    text: str = ""


def chosen(projects: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The rows of a choice."""
    marks = pd.Series(True, index=projects.index)
    for column, values in (
        ("product_tier", choice.tiers), ("source_mode", choice.sources), ("stage", choice.stages), ("operator", choice.operators)
    ):
        if values:
            marks &= projects[column].fillna(UNSAID).isin(values)
    if words := _plain(choice.text).split():
        searched = projects[["project_name", "project_id", "address", "operator"]].fillna("").agg(" ".join, axis=1).map(_plain)
        marks &= searched.map(lambda text: all(word in text for word in words)).astype(bool)
    rows: pd.DataFrame = projects[marks]
    return rows


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def listing(projects: pd.DataFrame) -> pd.DataFrame:
    """The list with Chinese headers, tier by tier, by stage from the furthest and then by name; index of `projects`."""
    place = projects["stage"].map({name: at for at, name in enumerate(STAGE_NAMES)}).astype("float64")
    tier = projects["product_tier"].map({name: at for at, name in enumerate(RENTAL_LADDERS)}).astype("float64")
    order = projects.assign(_tier=tier, _place=-place).sort_values(["_tier", "_place", "project_name"], kind="stable").index
    rows = projects.loc[order]
    is_bed = rows["is_bed"].to_numpy(bool)
    return pd.DataFrame({
        "项目名称": rows["project_name"],
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)).astype("str"),
        "产品层次": rows["product_tier"],
        "阶段": rows["stage"],
        "供应状态": rows["status"],
        "供应日期": rows["supply_date"],
        "套(间)数": rows["units"],
        "已出租套(间)": rows["leased_units"].mask(is_bed),
        "床位数": rows["beds"].where(is_bed),
        "已出租床位": rows["leased_beds"].where(is_bed),
        "出租率": rows["occupancy"].where(rows["supplied"].to_numpy(bool)),
        "备案租金": rows["filed_rent"],
        "市场租金": rows["market_rent"],
        "租金比": (rows["filed_rent"] / rows["market_rent"]).replace([np.inf, -np.inf], np.nan),
        "床位价": rows["bed_price"],
        "床价合计减备案价": rows["bed_price_gap"],
        "轮候": rows["waitlist"],
        "筹措方式": rows["source_mode"],
        "建筑类型": rows["building_class"],
        "运营单位": rows["operator"],
        "服务行业": rows["target_sectors"],
        "项目编码": rows["project_id"],
    })


def rental_table(snapshot: Snapshot, *, units: tuple[str, ...] = (), choice: Choice | None = None) -> pd.DataFrame:
    """The list of a release and period to take out: what is seen for 街镇 and a choice of rows."""
    projects = snapshot.frames["rental_projects"]
    if units:
        projects = projects[projects["subdistrict"].isin(units)]
    table = listing(chosen(projects, choice or Choice()))
    table["出租率"], table["租金比"] = table["出租率"].round(1), table["租金比"].round(4)
    return table.rename(columns={name: f"{name}（{unit}）" for name, unit in UNITS_OF.items()}).reset_index(drop=True)


def crossed(data: Snapshot, name: str, index: tuple[str, ...], columns: str, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """A sum of the catalogue by its rows' columns: index (values joined by ·), column, value, projects. The values add up to the
    figure. Raises ValueError for a figure that is no sum.
    """
    indicator = CATALOGUE[name]
    if indicator.denominator is not None or indicator.numerator.how != "sum":
        raise ValueError(f"{name} is no sum")
    rows = rows_behind(indicator, data, units=units)
    parts = [_ordered(rows[column], column) for column in (*index, columns)]
    grouped = pd.DataFrame({
        "index": ["　".join(values) for values in zip(*(part.astype(str) for part in parts[:-1]), strict=True)],
        "column": parts[-1].astype(str),
        "value": rows[indicator.numerator.column].astype("float64").to_numpy(),
        "_order": list(zip(*(part.cat.codes for part in parts), strict=True)),
    })
    table = grouped.groupby(["index", "column"], sort=False).agg(
        value=("value", "sum"), projects=("value", "size"), _order=("_order", "min")
    )
    return table.sort_values("_order").drop(columns="_order").reset_index()


def _ordered(values: pd.Series, column: str) -> pd.Series:
    """The values as a category in the order in which they are declared, 未填 last."""
    order = [*DATASETS["rental_projects"].by_name[column].choices, UNSAID]
    return pd.Series(pd.Categorical(values.fillna(UNSAID), categories=order), index=values.index)


def operators(data: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Operators of supplied projects, most homes first: operator, projects, units, beds, homes_rate, beds_rate (%, over the projects
    in which both are filled, NaN where none is), low (projects below the watch line), few (fewer projects than are ranked).
    """
    rows = rows_behind(CATALOGUE["H02"], data, units=units)
    rows = rows.assign(operator=rows["operator"].fillna(UNSAID))
    is_bed = rows["is_bed"].to_numpy(bool)
    for part, whole, mine in (("leased_units", "units", ~is_bed), ("leased_beds", "beds", is_bed)):
        both = mine & rows[part].notna().to_numpy(bool) & rows[whole].notna().to_numpy(bool)
        rows = rows.assign(**{f"_{part}": rows[part].where(both), f"_{whole}": rows[whole].where(both)})
    groups = rows.assign(_bed=rows["beds"].where(is_bed)).groupby("operator", sort=True)
    table = pd.DataFrame({
        "projects": groups.size(),
        "units": groups["units"].sum(),
        "beds": groups["_bed"].sum(min_count=1),
        "homes_rate": groups["_leased_units"].sum(min_count=1) * 100 / groups["_units"].sum(min_count=1),
        "beds_rate": groups["_leased_beds"].sum(min_count=1) * 100 / groups["_beds"].sum(min_count=1),
        "low": groups["occupancy_low"].sum(),
    })
    table["few"] = table["projects"] < data.small_base
    return table.sort_values(["units", "projects"], ascending=False, kind="stable").reset_index()


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure beside ours of its month and of the month looked at. gap: ours of the month less the published one."""

    title: str
    published: str
    then: str
    verdict: str
    gap: str
    now: str
    indicator: str


def beside_article(then: Snapshot, now: Mapping[str, Breakdown]) -> list[Beside]:
    """The article's figures of 一张床; then: the snapshot of its month, now: the figures of the month looked at."""
    return [_beside(row, "article_2024.csv", then, now) for row in compare_article(then) if row.id in ARTICLE_BEDS]


def beside_plan(then: Snapshot, now: Mapping[str, Breakdown]) -> list[Beside]:
    """The plan's figures of rental homes, and the share supplied that follows from two of them."""
    found = [_beside(row, "plan_2025.csv", then, now) for row in compare_plan(then) if row.id in PLAN_HOMES]
    printed = _printed("plan_2025.csv")
    inferred = printed["rental.supplied"] * 100 / printed["rental.raised"]
    ours = evaluate(CATALOGUE["H03"], then).whole
    verdict = WITHOUT if ours.value is None else SAME if show(ours.value, 1) == show(inferred, 1) else DIFFERENT
    text = f"{show_unit(inferred, '%', 1)}（推算）"
    rate = Beside(CATALOGUE["H03"].title, text, ours.text, verdict, _gap(ours.value, inferred, "%", 1), now["H03"].whole.text, "H03")
    return [*found[:2], rate, *found[2:]]


def _printed(file: str) -> dict[str, float]:
    return {row["id"]: float(row["value"]) for row in read_rows(file)}


def _beside(row: Comparison, file: str, then: Snapshot, now: Mapping[str, Breakdown]) -> Beside:
    indicator = CATALOGUE[row.indicator]
    gap = _gap(evaluate(indicator, then).whole.value, _printed(file)[row.id], indicator.unit, indicator.decimals)
    return Beside(row.title, row.published, row.computed, row.verdict, gap, now[row.indicator].whole.text, row.indicator)


def _gap(ours: float | None, printed: float, unit: str, decimals: int) -> str:
    """By how much ours is more or less: +12 张, −0.3 个百分点, 0; nothing where there is none of ours."""
    if ours is None:
        return MISSING
    text = show(abs(ours - printed), decimals)
    sign = "+" if ours > printed else "−"
    return "0" if not float(text.replace(",", "")) else f"{sign}{text} {'个百分点' if unit == '%' else unit}"


def plan_words(pace: PlanPace, coming: float | None) -> list[str]:
    """Where the plan of beds stands, in sentences. coming: beds of projects that are not supplied yet; None: not known."""
    if not pace.left:
        return [f"已新增 {show(pace.added)} 张，目标 {show(pace.target)} 张已达到。"]
    words = [f"还差 **{show(pace.left)} 张**" + (f"，还有 {pace.months_left} 个月" if pace.needed is not None else "")]
    if pace.needed is not None:
        words[0] += f"：每月需新增 **{show(pace.needed, 1)} 张**，每季 {show(pace.needed * QUARTER, 0)} 张"
    words.append(
        f"近 {pace.window} 个月新增 {show(pace.recent)} 张，平均每月 **{show(pace.pace, 1)} 张**，每季 {show(pace.pace * QUARTER, 0)} 张"
    )
    if pace.by_the_end is None:
        words.append(f"按此速度到期能否完成：{pace.doubt}")
    else:
        short = pace.target - pace.by_the_end
        told = f"差 {show(short)} 张" if short > 0 else "可以完成"
        words.append(f"按此速度到期新增约 {show(pace.by_the_end)} 张，{told}（推算，仅供参考）")
    if coming is not None:
        after = max(pace.left - coming, 0)
        words.append(f"在途项目 {show(coming)} 张，全部供应后" + (f"仍差 {show(after)} 张，需新增项目" if after else "可达到目标"))
    return [f"{line}。" for line in words]
