"""The rows behind a figure as a table for people: key, name, 街镇, the columns that decided, and where each row came from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.figures.snapshot import Snapshot
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator, column_title
from lib.indicators.evaluate import part_of, reporting_units, rows_behind
from lib.rules.derived import DERIVED
from lib.spec.fields import Dataset
from lib.store.submissions import Submission

NAME_COLUMNS = ("compound_name", "project_name")
SOURCE_TITLES = ("来源文件", "工作表", "行号", "报送人", "报送时间")


def passport_rows(
    indicator: Indicator,
    data: Snapshot,
    part: str = "numerator",
    units: tuple[str, ...] = (),
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The rows of the numerator or denominator with Chinese headers: key, name, 街镇, the columns that decided, behind each
    derived one those it rests on; the last five say where a row came from (file, sheet, row as Excel counts it, who sent
    it, when). `names`: account → name of who sent it; the account itself where it has none. Where the part counts the 街镇
    that have reported, a row is one of those, and its source the whole file. Raises ValueError for a part the indicator
    does not have.
    """
    measure = part_of(indicator, part)
    dataset = DATASETS[measure.rows.dataset]
    if measure.how == "all_places":
        return _reports(indicator, dataset, data, units, names or {})
    rows = rows_behind(indicator, data, part=part, units=units)
    used = [condition.column for condition in measure.rows.conditions] + (
        [measure.column] if measure.column else []
    )
    why = {one.name: one.inputs for one in DERIVED if one.dataset == dataset.id}
    decided = [column for name in used for column in (name, *why.get(name, ()))]
    wanted = [*dataset.key, *(name for name in NAME_COLUMNS if name in rows.columns), dataset.owner, *decided]
    table = pd.DataFrame(index=rows.index)
    for name in dict.fromkeys(wanted):
        table[column_title(dataset.id, name)] = _shown(rows[name], name == dataset.owner)
    for name in dict.fromkeys(used):
        _add_evidence(table, column_title(dataset.id, name), rows, name, data)
    sources = [data.sources[int(identity)] for identity in rows["_submission"]]
    return _with_sources(table, sources, rows["_sheet"], rows["_row"], names or {}).reset_index(drop=True)


def unknown_committees(data: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Eligible compounds of which the committees' table says nothing, over the 街镇 that have sent both tables: they are
    neither formed nor unformed, and the rate of formation leaves them out.
    """
    compounds = data.frames["compounds"]
    asked = compounds["subdistrict"].isin(reporting_units(CATALOGUE["G03"], data, units))
    return compounds[
        asked & compounds["eligible_for_assembly"].fillna(False).astype(bool) & compounds["formed"].isna()
    ]


def _add_evidence(table: pd.DataFrame, title: str, rows: pd.DataFrame, name: str, data: Snapshot) -> None:
    """A derived column that rests on a row of another table says which: its file, sheet and row."""
    if f"{name}__submission" not in rows.columns or rows[f"{name}__submission"].isna().all():
        return
    files = {
        identity: data.sources[int(identity)].file_name
        for identity in rows[f"{name}__submission"].dropna().unique()
    }
    table[f"{title}（来源文件）"] = rows[f"{name}__submission"].map(files)
    table[f"{title}（工作表）"] = rows[f"{name}__sheet"]
    table[f"{title}（行号）"] = rows[f"{name}__row"].astype("Int64")


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
    file, sheet, row, sender, sent = SOURCE_TITLES
    table[file] = pd.Series([one.file_name for one in sources], index=table.index, dtype="str")
    table[sheet] = sheets
    table[row] = rows
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
