"""The small algebra of figures: rows, conditions on them, and measures over them.

Its one rule: a figure is declared, not programmed, so that value, breakdown, rows behind it and words come from one place.
Units stand on measures: 张, 套(间), 户 and 个 are never added (domain.md, "Seven things", 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes
from lib.rules.derived import DERIVED

Mask = npt.NDArray[np.bool_]


def column_title(dataset: str, name: str) -> str:
    """Chinese title of a reported or derived column."""
    declared = DATASETS[dataset].by_name.get(name)
    if declared is not None:
        return declared.label
    return next(one.title for one in DERIVED if one.dataset == dataset and one.name == name)


def column_unit(dataset: str, name: str) -> str:
    """Unit of a reported or derived column."""
    declared = DATASETS[dataset].by_name.get(name)
    if declared is not None:
        return declared.unit
    return next(one.unit for one in DERIVED if one.dataset == dataset and one.name == name)


@dataclass(frozen=True, slots=True)
class Condition:
    """A column holds one of some values; `negated`: none of them."""

    column: str
    values: tuple[object, ...]
    negated: bool = False

    def mask(self, frame: pd.DataFrame) -> Mask:
        """True where the condition holds; a missing value never satisfies one, negated or not."""
        column = frame[self.column]
        known = column.notna().to_numpy(bool)
        inside = (column.fillna(False) if self.values == (True,) else column.isin(self.values)).to_numpy(bool)
        return known & (~inside if self.negated else inside)

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


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a dataset that satisfy all conditions."""

    dataset: str
    conditions: tuple[Condition, ...] = ()

    def where(self, *conditions: Condition) -> Rows:
        """Fewer rows: those that satisfy these conditions too."""
        return Rows(self.dataset, self.conditions + conditions)

    def mask(self, frame: pd.DataFrame) -> Mask:
        """True for the rows of the set; `frame` is the dataset's frame with derived columns."""
        mask = np.ones(len(frame), bool)
        for condition in self.conditions:
            mask &= condition.mask(frame)
        return mask

    def words(self) -> str:
        """The set in Chinese."""
        title = DATASETS[self.dataset].title
        if not self.conditions:
            return f"《{title}》的全部行"
        return f"《{title}》中" + "，且".join(condition.words(self.dataset) for condition in self.conditions) + "的行"


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of a set of rows: their number, the sum of a column, or the number of 街镇 that have any.

    how "rows": count, unit as given. "sum": Σ column, missing values left out, unit of the column. "places": 街镇 with
    at least one row. "all_places": every reporting 街镇 (rows is then the set that defines who reports).
    """

    rows: Rows
    how: Literal["rows", "sum", "places", "all_places"] = "rows"
    column: str = ""
    unit: str = "个"

    def by_place(self, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Its value for each of the ten 街镇, in the order of `subdistrict_codes`. Shape (10,)."""
        codes = subdistrict_codes()
        if self.how == "all_places":
            return np.ones(len(codes))
        mask = self.mask(frame)
        place = pd.Index(codes).get_indexer(pd.Index(frame["subdistrict"]))[mask]
        weights = frame[self.column].astype("float64").to_numpy()[mask] if self.how == "sum" else np.ones(int(mask.sum()))
        known = place >= 0
        totals = np.bincount(place[known], weights=weights[known], minlength=len(codes)).astype("float64")
        return (totals > 0).astype("float64") if self.how == "places" else totals

    def mask(self, frame: pd.DataFrame) -> Mask:
        """True for the rows that contribute."""
        mask = self.rows.mask(frame)
        if self.how == "sum":
            mask &= frame[self.column].notna().to_numpy(bool)
        return mask

    def words(self) -> str:
        """The measure in Chinese."""
        if self.how == "all_places":
            return "已报送的街镇数"
        if self.how == "places":
            return f"至少有一行满足下列条件的街镇数：{self.rows.words()}"
        if self.how == "sum":
            return f"{self.rows.words()}的“{column_title(self.rows.dataset, self.column)}”之和"
        return f"{self.rows.words()}数"


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


def places(rows: Rows) -> Measure:
    """The number of 街镇 with at least one such row."""
    return Measure(rows, "places", "", "个街镇")


def all_places(dataset: str) -> Measure:
    """The number of 街镇 that have reported the dataset."""
    return Measure(Rows(dataset), "all_places", "", "个街镇")


Good = Literal["up", "down", "none"]
PeriodKind = Literal["时点", "当月", "本年累计", "历年累计"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the catalogue. Its value is numerator, or numerator ÷ denominator × `scale`.

    unit: on screen. good: which way is good. period: kind of period. datasets: all that must be reported by a 街镇
    for it to be counted, those behind derived columns included. split: column for a further breakdown. moving: its rows
    are another set each month (projects that are signing), so a change against an earlier month is no judgement.
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

    @property
    def absolute_supply(self) -> bool:
        """Whether it is an amount of which more is better: 街镇 differ in size, so less of it is no fault."""
        return self.denominator is None and self.numerator.how == "sum" and self.good == "up"

    @property
    def datasets(self) -> tuple[str, ...]:
        """Ids of the datasets it rests on."""
        own = [self.numerator.rows.dataset]
        if self.denominator is not None:
            own.append(self.denominator.rows.dataset)
        return tuple(dict.fromkeys([*own, *self.also]))

    @property
    def formula(self) -> str:
        """The formula in words."""
        if self.denominator is None:
            return self.numerator.words()
        percent = " × 100%" if self.scale == 100 else ""
        return f"（{self.numerator.words()}）÷（{self.denominator.words()}）{percent}"


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of indicators on screen."""

    id: str
    title: str
    indicators: tuple[Indicator, ...]


def number(id: str, title: str, title_en: str, measure: Measure, *, definition: str, basis: str, good: Good = "none",
           period: PeriodKind = "时点", decimals: int = 0, also: tuple[str, ...] = (), split: str = "",
           thresholds: tuple[str, ...] = (), moving: bool = False) -> Indicator:
    """A count or a sum, in the unit of its measure."""
    return Indicator(id, title, title_en, definition, basis, measure, None, measure.unit, 1.0, decimals, good, period, also,
                     split, thresholds, moving)


def ratio(id: str, title: str, title_en: str, part: Measure, whole: Measure, *, definition: str, basis: str,
          good: Good = "none", period: PeriodKind = "时点", decimals: int = 1, also: tuple[str, ...] = (),
          thresholds: tuple[str, ...] = (), moving: bool = False) -> Indicator:
    """A percentage of two measures of the same unit, or of two counts. Of two sums, only rows in which both columns are
    filled are taken: a missing part is not a part of 0 (domain.md B.1).
    """
    if part.how == "sum" and whole.how == "sum":
        if part.unit != whole.unit:
            raise ValueError(f"{id}: {part.unit} is no part of {whole.unit}")
        if part.rows.dataset == whole.rows.dataset and part.column != whole.column:
            both = (filled(part.column), filled(whole.column))
            part, whole = replace(part, rows=part.rows.where(*both)), replace(whole, rows=whole.rows.where(*both))
    return Indicator(id, title, title_en, definition, basis, part, whole, "%", 100.0, decimals, good, period, also, "", thresholds,
                     moving)


def share(id: str, title: str, title_en: str, *, of: Rows, that: Condition, definition: str, basis: str, unit: str = "个",
          good: Good = "none", decimals: int = 1, also: tuple[str, ...] = ()) -> Indicator:
    """The percentage of a set of rows that satisfies one more condition."""
    return ratio(id, title, title_en, count(of.where(that), unit), count(of, unit), definition=definition, basis=basis,
                 good=good, decimals=decimals, also=also)
