"""Renewal projects as lists: which rows are looked at, in which order, by type, and the list to take out.

Its one rule: the order and the lights are those of `lib.rules.outline`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pandas as pd

from lib.datasets.places import unit_name
from lib.figures.snapshot import Filters, Snapshot, filtered
from lib.rules.lights import LIGHT, RED, YELLOW
from lib.rules.outline import outline
from lib.spec.numbers import MISSING, show


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of projects are looked at, besides the filters on columns. years: as text, 未填 for none; lights: names; text: words
    that all have to stand in name, code or address.
    """

    years: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether it takes every row."""
        return not (self.years or self.lights or self.text.strip())


NO_YEAR = "未填"


def year_text(years: pd.Series) -> pd.Series:
    """年度计划批次 as text: 2024; 未填 where there is none."""
    return years.map(lambda year: NO_YEAR if pd.isna(year) else str(int(year))).astype("str")


def chosen(projects: pd.DataFrame, lights: pd.Series, choice: Choice) -> pd.Series:
    """True for the rows of a choice; `lights` by the same index."""
    marks = pd.Series(True, index=projects.index)
    if choice.years:
        marks &= year_text(projects["plan_year"]).isin(choice.years)
    if choice.lights:
        marks &= lights.isin(choice.lights)
    if words := _plain(choice.text).split():
        searched = projects[["project_name", "project_id", "address"]].fillna("").agg(" ".join, axis=1).map(_plain)
        marks &= searched.map(lambda text: all(word in text for word in words)).astype(bool)
    return marks


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def sorted_by_trouble(projects: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of `ORDER_RULE`. told: `outline` of these rows or of more."""
    rows: pd.DataFrame = projects.loc[told.loc[projects.index, "place"].sort_values().index]
    return rows


def worst(projects: pd.DataFrame, told: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """The rows that need a push most: with ■ or ▲, at most `count`."""
    pressing = projects[told.loc[projects.index, "light"].isin((RED, YELLOW))]
    return sorted_by_trouble(pressing, told).head(count)


def listing(projects: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The list of projects with Chinese headers, as on screen and as taken out, in the order of `ORDER_RULE`; same index."""
    rows = sorted_by_trouble(projects, told)
    own = told.loc[rows.index]
    return pd.DataFrame({
        "灯色": own["light"].map(lambda name: LIGHT[name].text).astype("str"),
        "项目名称": rows["project_name"],
        "说明": own["reason"],
        "街镇": rows["subdistrict"].map(lambda code: unit_name(code, short=True)).astype("str"),
        "当前阶段": rows["stage"],
        "超期节点": own["worst_node"],
        "超期天数": own["over"],
        "签约率": rows["signing_rate"],
        "距生效差户": rows["households_short"],
        "下一节点": own["next_node"],
        "下一节点计划": own["next_plan"],
        "距计划天数": own["next_days"],
        "改造类别": rows["project_type"],
        "计划年度": rows["plan_year"],
        "涉及户数": rows["households"],
        "建筑面积": rows["gfa_m2"],
        "项目编码": rows["project_id"],
    })


def projects_table(snapshot: Snapshot, *, units: tuple[str, ...] = (), filters: Filters = (), choice: Choice | None = None) -> pd.DataFrame:
    """The list of a release and period to take out: what is seen under 清单 for 街镇, filters on columns and a choice of rows."""
    projects = filtered(snapshot, filters).frames["renewal_projects"]
    if units:
        projects = projects[projects["subdistrict"].isin(units)]
    told = outline(projects, snapshot.as_of, snapshot.registry)
    table = listing(projects[chosen(projects, told["light"], choice or Choice())], told)
    table["签约率"] = table["签约率"].round(1)
    units_of = {"签约率": "%", "建筑面积": "㎡", "涉及户数": "户", "距生效差户": "户", "超期天数": "天", "距计划天数": "天"}
    return table.rename(columns={name: f"{name}（{unit}）" for name, unit in units_of.items()}).reset_index(drop=True)


def by_type(projects: pd.DataFrame, types: tuple[str, ...]) -> pd.DataFrame:
    """Counts of rows by type, in the order of `types`, only types that occur: 改造类别, 在册, 登记, 超期, 涉及户数, 建筑面积 (㎡), and how
    many rows lack households or area. Sums leave out what is not filled in; NaN where no row has it.
    """
    groups = projects.groupby("project_type", observed=True)
    table = pd.DataFrame({
        "在册": groups["active"].sum(),
        "登记": groups.size(),
        "超期": groups["overdue"].sum(),
        "涉及户数": groups["households"].sum(min_count=1),
        "建筑面积": groups["gfa_m2"].sum(min_count=1),
        "户数未填": groups["households"].agg(lambda column: int(column.isna().sum())),
        "面积未填": groups["gfa_m2"].agg(lambda column: int(column.isna().sum())),
    })
    return table.reindex([name for name in types if name in table.index]).rename_axis("改造类别").reset_index()


def count_text(value: float | None, unknown: int) -> str:
    """A sum of a list with how many rows have not filled it in: 1,200（1 个未填）."""
    text = MISSING if value is None or pd.isna(value) else show(value)
    return f"{text}（{unknown} 个未填）" if unknown and text != MISSING else text
