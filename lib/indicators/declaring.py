"""Ways to declare an indicator: a number, a percentage, a quotient, a mean, a change.

Its one rule: units are checked when a figure is declared; what cannot be divided or compared is refused there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lib.indicators.algebra import Condition, Indicator, Measure, Rows, column_unit, count, filled, total


def number(
    id: str,
    title: str,
    title_en: str,
    measure: Measure,
    *,
    definition: str,
    basis: str,
    decimals: int = 0,
    **more: Any,
) -> Indicator:
    """A count or a sum, in the unit of its measure. more: further fields of `Indicator`."""
    return Indicator(
        id, title, title_en, definition, basis, measure, None, measure.unit, decimals=decimals, **more
    )


def ratio(
    id: str,
    title: str,
    title_en: str,
    part: Measure,
    whole: Measure,
    *,
    definition: str,
    basis: str,
    unit: str = "%",
    scale: float = 100.0,
    decimals: int = 1,
    **more: Any,
) -> Indicator:
    """A percentage of two measures of the same unit, or of two counts. Of two sums, only rows in which both columns are
    filled are taken: a missing part is not a part of 0 (domain.md B.1). more: further fields of `Indicator`.
    """
    if part.how == "sum" and whole.how == "sum":
        if part.unit != whole.unit:
            raise ValueError(f"{id}: {part.unit} is no part of {whole.unit}")
        part, whole = _both_filled(part, whole)
    return Indicator(id, title, title_en, definition, basis, part, whole, unit, scale, decimals, **more)


def per(
    id: str,
    title: str,
    title_en: str,
    part: Measure,
    whole: Measure,
    *,
    definition: str,
    basis: str,
    unit: str,
    scale: float = 1.0,
    decimals: int = 1,
    **more: Any,
) -> Indicator:
    """A quotient of two measures of different units, with its own: 件/百户, 天, 元/㎡·月. Of two sums of one table only rows in
    which both columns are filled are taken.
    """
    if part.how == "sum" and whole.how == "sum":
        part, whole = _both_filled(part, whole)
    return Indicator(id, title, title_en, definition, basis, part, whole, unit, scale, decimals, **more)


def mean(
    id: str,
    title: str,
    title_en: str,
    rows: Rows,
    column: str,
    *,
    definition: str,
    basis: str,
    each: str,
    decimals: int = 0,
    **more: Any,
) -> Indicator:
    """The mean of a column over the rows in which it is filled, in its unit. each: what a row is, with its measure word: 个小区."""
    known = rows.where(filled(column))
    return per(
        id,
        title,
        title_en,
        total(known, column),
        count(known, each),
        definition=definition,
        basis=basis,
        unit=column_unit(rows.dataset, column),
        decimals=decimals,
        **more,
    )


def change(
    id: str,
    title: str,
    title_en: str,
    now: Measure,
    before: Measure,
    *,
    definition: str,
    basis: str,
    decimals: int = 1,
    **more: Any,
) -> Indicator:
    """The change of an amount against an earlier one, in per cent of that."""
    if now.unit != before.unit:
        raise ValueError(f"{id}: {now.unit} is not compared with {before.unit}")
    return Indicator(
        id, title, title_en, definition, basis, now, before, "%", 100.0, decimals, shift=-100.0, **more
    )


def share(
    id: str,
    title: str,
    title_en: str,
    *,
    of: Rows,
    that: Condition,
    definition: str,
    basis: str,
    unit: str = "个",
    **more: Any,
) -> Indicator:
    """The percentage of a set of rows that satisfies one more condition."""
    return ratio(
        id,
        title,
        title_en,
        count(of.where(that), unit),
        count(of, unit),
        definition=definition,
        basis=basis,
        **more,
    )


def _both_filled(part: Measure, whole: Measure) -> tuple[Measure, Measure]:
    if part.rows.dataset != whole.rows.dataset or part.column == whole.column:
        return part, whole
    both = (filled(part.column), filled(whole.column))
    return replace(part, rows=part.rows.where(*both)), replace(whole, rows=whole.rows.where(*both))
