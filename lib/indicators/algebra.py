"""The small algebra of figures: rows, conditions on them, and measures over them.

Its one rule: a figure is declared, not programmed, so that value, breakdown, rows behind it and words come from one place.
Units stand on measures: 张, 套(间), 户 and 个 are never added (domain.md, "Seven things", 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from lib.datasets import DATASETS
from lib.indicators.judging import NOT_JUDGED, Judging
from lib.rules import marks
from lib.rules.derived import DERIVED_BY_NAME
from lib.rules.marks import Marks

Mask = Marks


def column_title(dataset: str, name: str) -> str:
    """Chinese title of a reported or derived column."""
    declared = DATASETS[dataset].by_name.get(name)
    if declared is not None:
        return declared.label
    return DERIVED_BY_NAME[dataset, name].title


def column_unit(dataset: str, name: str) -> str:
    """Unit of a reported or derived column."""
    declared = DATASETS[dataset].by_name.get(name)
    if declared is not None:
        return declared.unit
    return DERIVED_BY_NAME[dataset, name].unit


@dataclass(frozen=True, slots=True)
class Condition:
    """A column holds one of some values; `negated`: none of them."""

    column: str
    values: tuple[object, ...]
    negated: bool = False

    def mask(self, frame: pd.DataFrame) -> Mask:
        """True where the condition holds; a missing value never satisfies one, negated or not."""
        column = frame[self.column]
        if column.dtype == bool and self.values == (True,):
            plain = column.to_numpy()
            return ~plain if self.negated else plain.copy()
        if not self.values:
            return marks.known(column)
        inside = marks.among(column, *self.values)
        return marks.known(column) & ~inside if self.negated else inside

    def words(self, dataset: str) -> str:
        """The condition in Chinese."""
        title = column_title(dataset, self.column)
        if self.values == (True,):
            return f"非“{title}”" if self.negated else title
        if not self.values:
            return f"已{'填' if self.column in DATASETS[dataset].by_name else '知'}“{title}”"
        listed = "、".join(str(value) for value in self.values)
        return f"{title}{'不为' if self.negated else '为'}“{listed}”"


def holds(column: str) -> Condition:
    """The boolean column is true."""
    return Condition(column, (True,))


def fails(column: str) -> Condition:
    """The boolean column is known and false."""
    return Condition(column, (True,), negated=True)


def among(column: str, *values: str) -> Condition:
    """The column holds one of the values."""
    return Condition(column, values)


def filled(column: str) -> Condition:
    """The column is known: none of no values."""
    return Condition(column, (), negated=True)


Window = Literal["", "this_year", "year", "year_any", "last_year"]
_WINDOW_WORDS = {
    "": "",
    "this_year": "本年报送的",
    "year": "本年1月至本月",
    "year_any": "本年1月至本月",
    "last_year": "上年同期（1月至同月）",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a dataset that satisfy all conditions.

    window: of a log, the months whose rows are taken. "": the month itself; "year": this year up to the month, and a 街镇 counts
    when it has reported every one of them; "year_any": the same, when it has reported any; "last_year": the same months of the
    year before, every one of them. Of a register, "this_year": a 街镇 counts when its rows are of this year.
    """

    dataset: str
    conditions: tuple[Condition, ...] = ()
    window: Window = ""

    def where(self, *conditions: Condition) -> Rows:
        """Fewer rows: those that satisfy these conditions too."""
        return replace(self, conditions=self.conditions + conditions)

    def words(self) -> str:
        """The set in Chinese."""
        title = f"{_WINDOW_WORDS[self.window]}《{DATASETS[self.dataset].title}》"
        if not self.conditions:
            return f"{title}的全部行"
        return (
            f"{title}中"
            + "，且".join(condition.words(self.dataset) for condition in self.conditions)
            + "的行"
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of a set of rows, for each 街镇.

    how "rows": their number, unit as given. "sum": Σ column, missing values left out, unit of the column. "peak": the largest
    value of the column, 0 where there is none. "places": 1 for a 街镇 with at least one row. "all_places": 1 for every 街镇
    that counts (rows is then the set that defines who reports). "reference": a number of data/reference/figures/statistics.csv,
    `column` its name. "rule": a threshold of the registry, of the district alone, `column` its rule.
    """

    rows: Rows
    how: Literal["rows", "sum", "peak", "places", "all_places", "reference", "rule"] = "rows"
    column: str = ""
    unit: str = "个"

    def __post_init__(self) -> None:
        """A sum is in the unit of its column, whoever makes it. Raises ValueError."""
        if self.how in {"sum", "peak"} and self.unit != (own := column_unit(self.rows.dataset, self.column)):
            raise ValueError(f"{self.column} is in {own}, not in {self.unit}")

    def words(self) -> str:
        """The measure in Chinese."""
        if self.how == "all_places":
            return "已报送的街镇数"
        if self.how == "reference":
            return f"统计数据“{REFERENCE_TITLES[self.column]}”"
        if self.how == "rule":
            return f"标准：{RULE_TITLES[self.column]}"
        if self.how == "places":
            return f"至少有一行满足下列条件的街镇数：{self.rows.words()}"
        if self.how == "sum":
            return f"{self.rows.words()}的“{column_title(self.rows.dataset, self.column)}”之和"
        if self.how == "peak":
            return (
                f"各街镇{self.rows.words()}中“{column_title(self.rows.dataset, self.column)}”最大的一行，相加"
            )
        return f"{self.rows.words()}数"


REFERENCE_TITLES = {"jobs_2023": "第二、三产业法人单位从业人员（2023年末，不含金融业）"}
"""Numbers of statistics.csv that a measure may use, and what they are."""
RULE_TITLES = {"beds.plan_2030": "“十五五”新增床位目标"}
"""Thresholds that a figure is a share of."""


def count(rows: Rows, unit: str = "个") -> Measure:
    """The number of rows."""
    return Measure(rows, "rows", "", unit)


def total(rows: Rows, *columns: str) -> Measure:
    """The sum of a column. Several columns are refused unless their units are the same; then use a derived column."""
    units = {column_unit(rows.dataset, column) for column in columns}
    if len(units) != 1:
        raise ValueError(f"units are never added to each other: {sorted(units)}")
    if len(columns) != 1:
        raise ValueError("one column a sum")
    return Measure(rows, "sum", columns[0], units.pop())


def peak(rows: Rows, column: str) -> Measure:
    """The largest value of a column in each 街镇."""
    return Measure(rows, "peak", column, column_unit(rows.dataset, column))


def places(rows: Rows) -> Measure:
    """The number of 街镇 with at least one such row."""
    return Measure(rows, "places", "", "个街镇")


def all_places(dataset: str) -> Measure:
    """The number of 街镇 that have reported the dataset."""
    return Measure(Rows(dataset), "all_places", "", "个街镇")


def reference(dataset: str, name: str, unit: str) -> Measure:
    """A number of the statistics for each 街镇 that has reported the dataset."""
    return Measure(Rows(dataset), "reference", name, unit)


Good = Literal["up", "down", "none"]
PeriodKind = Literal["时点", "当月", "本年累计", "历年累计"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the catalogue. Its value is numerator, or numerator ÷ denominator × `scale` + `shift`.

    unit: on screen. good: which way is good. period: kind of period. datasets: all that must be reported by a 街镇
    for it to be counted, those behind derived columns included. split: column for a further breakdown. moving: its rows
    are another set each month (projects that are signing), so a change against an earlier month is no judgement. judging: what
    its light follows. grain: for what it stands, D district, S 街镇, C 小区, P 项目. caution: what a reader must know.
    checked: the rows that could have been counted at all; where there are none, a count of none is not judged.
    """

    id: str
    title: str
    title_en: str
    definition: str
    basis: str
    numerator: Measure
    denominator: Measure | None = None
    unit: str = "个"
    scale: float = 1.0
    decimals: int = 0
    good: Good = "none"
    period: PeriodKind = "时点"
    also: tuple[str, ...] = ()
    split: str = ""
    thresholds: tuple[str, ...] = field(default=())
    moving: bool = False
    shift: float = 0.0
    judging: Judging = NOT_JUDGED
    grain: str = "DS"
    caution: str = ""
    checked: Measure | None = None

    def __post_init__(self) -> None:
        """An amount is shown in the unit of its measure, and only like is a percentage of like, but for the mean of percentages.
        Raises ValueError.
        """
        if self.denominator is None:
            if self.unit != self.numerator.unit:
                raise ValueError(f"{self.id}: {self.numerator.unit} is not shown as {self.unit}")
        elif self.unit == "%" and self.numerator.unit != self.denominator.unit and not (
            self.numerator.unit == "%" and self.denominator.how == "rows"
        ):
            raise ValueError(f"{self.id}: {self.numerator.unit} is no part of {self.denominator.unit}")

    @property
    def absolute_supply(self) -> bool:
        """Whether it is an amount of which more is better: 街镇 differ in size, so less of it is no fault."""
        return self.denominator is None and self.numerator.how == "sum" and self.good == "up"

    @property
    def additive(self) -> bool:
        """Whether the 街镇 add up to the district."""
        return self.denominator is None

    @property
    def flow(self) -> bool:
        """Whether it counts what happened in a stretch of time: its change is then told in per cent, but of cases (个)."""
        return self.period in {"当月", "本年累计"} and self.additive

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules of the registry that its value or its light follows."""
        return tuple(dict.fromkeys([*self.thresholds, *self.judging.rules]))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Numerator and, where there is one, denominator."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Ids of the datasets it rests on."""
        return tuple(dict.fromkeys([*(one.rows.dataset for one in self.measures), *self.also]))

    @property
    def formula(self) -> str:
        """The formula in words."""
        if self.denominator is None:
            return self.numerator.words()
        times = {1.0: "", 100.0: " × 100%" if self.unit.startswith("%") else " × 100"}.get(
            self.scale, f" × {self.scale:,.10g}"
        )
        return f"（{self.numerator.words()}）÷（{self.denominator.words()}）{times}" + (
            f" − {-self.shift:g}%" if self.shift else ""
        )


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of indicators on screen. page: the address of the page that shows them."""

    id: str
    title: str
    page: str
    indicators: tuple[Indicator, ...]


def rule(dataset: str, name: str, unit: str) -> Measure:
    """A threshold of the registry on the day, for the district."""
    return Measure(Rows(dataset), "rule", name, unit)
