"""The rows behind a figure as a table for people: key, name, 街镇, the columns that decided, and where each row came from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.datasets.thresholds import Threshold
from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator, Measure, column_title
from lib.indicators.evaluate import part_of, reporting_units, rows_behind
from lib.indicators.statistics import statistics_rows
from lib.rules.derived import DERIVED_BY_NAME
from lib.spec.fields import Dataset
from lib.store.submissions import Submission

NAME_COLUMNS = ("compound_name", "project_name")
SOURCE_TITLES = ("来源文件", "工作表", "行号", "报告期", "报送人", "报送时间")
NUMBER = "数值"
"""Column of a number that no form carries: a statistic, a threshold."""


def passport_rows(
    indicator: Indicator, data: Snapshot, part: str = "numerator", units: tuple[str, ...] = (), names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The rows of the numerator or denominator with Chinese headers: key, name, 街镇, the columns that decided, behind each
    derived one those it rests on; the last six say where a row came from (file, sheet, row as Excel counts it, month, who sent
    it, when). `names`: account → name of who sent it; the account itself where it has none. Where the part counts the 街镇
    that have reported, a row is one of those, and its source the whole file; a statistic has a row per 街镇, a threshold one row,
    each with its number under `NUMBER`. Raises ValueError for a part the indicator does not have.
    """
    measure = part_of(indicator, part)
    dataset = DATASETS[measure.rows.dataset]
    match measure.how:
        case "all_places":
            return _reports(indicator, dataset, data, units, names or {})
        case "reference":
            return _statistics(measure, reporting_units(indicator, data, units))
        case "rule":
            return _threshold(data.registry.at(measure.column, data.as_of))
    rows = rows_behind(indicator, data, part=part, units=units)
    used = [condition.column for condition in measure.rows.conditions] + ([measure.column] if measure.column else [])
    decided = [column for name in used for column in (name, *_inputs(dataset.id, name))]
    wanted = [*dataset.key, *(name for name in NAME_COLUMNS if name in rows.columns), dataset.owner, *decided]
    table = pd.DataFrame(index=rows.index)
    for name in dict.fromkeys(wanted):
        table[column_title(dataset.id, name)] = _shown(rows[name], name == dataset.owner)
    for name in dict.fromkeys(used):
        _add_witness(table, rows, dataset.id, name, data)
    sources = [data.sources[int(identity)] for identity in rows["_submission"]]
    return _with_sources(table, sources, rows["_sheet"], rows["_row"], names or {}).reset_index(drop=True)


def _inputs(dataset: str, column: str) -> tuple[str, ...]:
    derived = DERIVED_BY_NAME.get((dataset, column))
    return derived.inputs if derived else ()


def unknown_committees(data: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Eligible compounds of which the committees' table says nothing, over the 街镇 that have sent both tables: they are
    neither formed nor unformed, and the rate of formation leaves them out.
    """
    compounds = data.frames["compounds"]
    asked = compounds["subdistrict"].isin(reporting_units(CATALOGUE["G03"], data, units))
    return compounds[
        asked & compounds["eligible_for_assembly"].fillna(False).astype(bool) & compounds["formed"].isna()
    ]


def dissolved_compounds(data: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Eligible compounds whose committee was dissolved in a merger, over the 街镇 that have sent both tables: neither formed nor due."""
    compounds = data.frames["compounds"]
    asked = compounds["subdistrict"].isin(reporting_units(CATALOGUE["G03"], data, units))
    return compounds[asked & compounds["eligible_for_assembly"].fillna(False).astype(bool) & compounds["dissolved"]]


def _add_witness(table: pd.DataFrame, rows: pd.DataFrame, dataset: str, column: str, data: Snapshot) -> None:
    """A derived column that rests on a row of another table says which: its file, sheet and row."""
    derived = DERIVED_BY_NAME.get((dataset, column))
    if derived is None or derived.witness is None:
        return
    key = DATASETS[dataset].key[0]
    witnesses = derived.witness.rows(data.frames).dropna(subset=[key]).drop_duplicates(key).set_index(key)
    found = witnesses[["_submission", "_sheet", "_row"]].reindex(rows[key]).set_axis(rows.index)
    if found["_submission"].isna().all():
        return
    files = {identity: data.sources[int(identity)].file_name for identity in found["_submission"].dropna().unique()}
    table[f"{derived.title}（来源文件）"] = found["_submission"].map(files)
    table[f"{derived.title}（工作表）"] = found["_sheet"]
    table[f"{derived.title}（行号）"] = found["_row"].astype("Int64")


def _statistics(measure: Measure, units: tuple[str, ...]) -> pd.DataFrame:
    rows = [row for row in statistics_rows() if row["indicator"] == measure.column and row["code"] in units]
    return pd.DataFrame({
        "街镇": [row["name"] for row in rows], NUMBER: [float(row["value"]) for row in rows],
        "统计口径": [row["definition"] for row in rows], "截至": [row["as_of"] for row in rows],
        "发布": [row["publisher"] for row in rows], "网址": [row["url"] for row in rows],
    })


def _threshold(row: Threshold) -> pd.DataFrame:
    until = row.effective_to.isoformat() if row.effective_to else ""
    return pd.DataFrame({"标准": [row.title], NUMBER: [row.number], "单位": [row.unit], "依据": [row.basis],
                         "施行日期": [row.effective_from.isoformat()], "截止日期": [until]})


def _reports(
    indicator: Indicator, dataset: Dataset, data: Snapshot, units: tuple[str, ...], names: Mapping[str, str]
) -> pd.DataFrame:
    wanted = reporting_units(indicator, data, units)
    found = {
        one.unit: data.sources[one.submission] for one in data.content.of(dataset.id) if one.unit in wanted
    }
    table = pd.DataFrame(
        {column_title(dataset.id, dataset.owner): pd.Series([unit_name(unit) for unit in found], dtype="str")}
    )
    sheets = pd.Series([one.sheet for one in found.values()], dtype="str")
    return _with_sources(
        table, list(found.values()), sheets, pd.Series(pd.NA, index=table.index, dtype="Int64"), names
    )


def _with_sources(
    table: pd.DataFrame,
    sources: list[Submission],
    sheets: pd.Series,
    rows: pd.Series,
    names: Mapping[str, str],
) -> pd.DataFrame:
    file, sheet, row, period, sender, sent = SOURCE_TITLES
    table[file] = pd.Series([one.file_name for one in sources], index=table.index, dtype="str")
    table[sheet] = sheets
    table[row] = rows
    table[period] = pd.Series([one.period for one in sources], index=table.index, dtype="str")
    table[sender] = pd.Series(
        [names.get(one.submitted_by, one.submitted_by) for one in sources], index=table.index, dtype="str"
    )
    table[sent] = pd.Series(
        [one.submitted_at[:16].replace("T", " ") for one in sources], index=table.index, dtype="str"
    )
    return table


def _shown(column: pd.Series, is_place: bool) -> pd.Series:
    if is_place:
        return column.map(unit_name)
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "是", False: "否"}).astype("str").where(column.notna())
    if column.dtype == "float64" and (column.dropna() % 1 == 0).all():
        return column.astype("Int64")
    return column
