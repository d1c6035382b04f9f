"""The data dictionary docs/datasets.md, written from the declarations: `python -m lib.reports.dictionary`.

Its one rule: nothing in that file is written by hand; a test compares it with what is declared.
"""

from __future__ import annotations

from collections.abc import Iterator

from lib.datasets import DATASETS
from lib.settings import ROOT
from lib.spec.checks import (
    AtMost,
    Check,
    KnownIn,
    NeverBack,
    NeverFalls,
    OnLadder,
    RequiredWhen,
    SumEquals,
    YearsBetween,
)
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import ARROW_TYPES, KIND_TITLES, Kind
from lib.spec.level import Level

PATH = ROOT / "docs" / "datasets.md"
_NEEDS = {Need.REQUIRED: "every row", Need.COLUMN: "column", Need.OPTIONAL: ""}
_HEAD = """# Data dictionary

Written by `python -m lib.reports.dictionary` from `lib/datasets`; not edited by hand.

A column *needed in every row* blocks publishing when it is missing or empty (致命); a *column* must be there, its cells may be
empty. Numbers are stored in the unit named here. `null` is missing, never zero. Every stored row also carries `_submission`,
`_sheet`, `_row` (as Excel shows it) and `_marks` (`{field: month | year | approx}` for values less exact than they look);
those of tables with coordinates `_wgs_lon` and `_wgs_lat`, worked out on intake from `lon`, `lat` and `datum` (decision 10).
*Monthly* tables are owed by every 街镇 every month; tables that are not *everywhere* may be reported as 零报告. No table has a
column for a name, a telephone number or any other personal data.
"""


def dictionary() -> str:
    """The whole file."""
    lines = ["| id | form | title | key | nature | monthly | everywhere |", "|---|---|---|---|---|---|---|"]
    for one in DATASETS.values():
        marks = ["yes" if mark else "" for mark in (one.monthly, one.everywhere)]
        cells = (f"[`{one.id}`](#{one.id})", one.form_code, one.title, _names(one.key), str(one.nature), *marks)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([_HEAD, *lines, *(line for one in DATASETS.values() for line in _chapter(one)), ""])


def _chapter(dataset: Dataset) -> Iterator[str]:
    yield f"\n## {dataset.id}\n"
    nature = "as it stands at the end of the month" if dataset.nature is Nature.REGISTER else "what happened in the month"
    yield f"{dataset.title} ({dataset.form_code}, version {dataset.version}; {nature}). {dataset.grain}。{dataset.summary}\n"
    yield "| column | title | kind, stored as | unit | needed | values | note | also written |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in dataset.fields:
        kind = f"{KIND_TITLES[one.kind]}, {ARROW_TYPES[one.kind]}"
        cells = (f"`{one.name}`", one.label, kind, one.unit, _NEEDS[one.need], _values(one), one.note, "、".join(one.aliases))
        yield f"| {' | '.join(cells)} |"
    if dataset.checks or dataset.across:
        yield "\nChecks:\n"
        yield from (f"- {_check(dataset, check)}" for check in (*dataset.checks, *dataset.across))


def _values(field: Field) -> str:
    if field.choices:
        return "、".join(field.choices)
    if field.minimum is None or field.maximum is None or field.kind is Kind.YEAR:
        return ""
    usual = f", usually {field.usual[0]:,.10g}–{field.usual[1]:,.10g}" if field.usual else ""
    return f"{field.minimum:,.10g}–{field.maximum:,.10g}{usual}"


def _check(dataset: Dataset, check: Check) -> str:
    level = {Level.FATAL: "致命", Level.WARNING: "警告", Level.INFO: "提示"}[check.level]
    basis = f" ({check.basis})" if check.basis else ""
    return f"{level}: {_words(dataset, check)}{basis}"


def _words(dataset: Dataset, check: Check) -> str:
    match check:
        case SumEquals(total=total, parts=parts):
            return f"{' + '.join(f'`{name}`' for name in parts)} = `{total}`"
        case AtMost(lesser=lesser, greater=greater):
            return f"`{lesser}` ≤ `{greater}`"
        case YearsBetween(start=start, end=end, least=least, most=most):
            return f"from `{start}` to `{end}` between the thresholds `{least}` and `{most}`"
        case RequiredWhen(fields=fields, column=column, values=values):
            return f"{_names(fields)} filled where `{column}` is {'、'.join(values)}"
        case OnLadder(stage=stage, type=kind):
            return f"`{stage}` belongs to the ladder of its `{kind}`"
        case KnownIn(column=column, dataset=other):
            return f"`{column}` is a `{_names(DATASETS[other].key).strip('`')}` of `{other}`"
        case NeverFalls(column=column):
            moved = "earlier" if dataset.by_name[column].kind is Kind.DATE else "less"
            return f"`{column}` is not {moved} than in the month before"
        case NeverBack(stage=stage):
            return f"`{stage}` does not go back on its ladder from one month to the next"
    raise TypeError(type(check).__name__)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main() -> None:
    """Write the file."""
    PATH.write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main()
