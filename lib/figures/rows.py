"""The rows behind a figure as a table for people: key, name, 街镇, the columns that decided, and where each row came from."""

from __future__ import annotations

import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.figures.snapshot import Snapshot
from lib.indicators.algebra import Indicator, column_title
from lib.indicators.evaluate import part_of, rows_behind

NAME_COLUMNS = ("compound_name", "project_name")
SOURCE_TITLES = ("来源文件", "工作表", "行号", "报送人", "报送时间")


def passport_rows(indicator: Indicator, data: Snapshot, part: str = "numerator", units: tuple[str, ...] = ()) -> pd.DataFrame:
    """The rows of the numerator or denominator with Chinese headers; the last five columns say where a row came from
    (file, sheet, row as Excel counts it, who sent it, when). Raises ValueError for a part the indicator does not have."""
    measure = part_of(indicator, part)
    dataset = DATASETS[measure.rows.dataset]
    rows = rows_behind(indicator, data, part=part, units=units)
    used = [condition.column for condition in measure.rows.conditions] + ([measure.column] if measure.column else [])
    wanted = [*dataset.key, *(name for name in NAME_COLUMNS if name in rows.columns), dataset.owner, *used]
    table = pd.DataFrame(index=rows.index)
    for name in dict.fromkeys(wanted):
        table[column_title(dataset.id, name)] = _shown(rows[name], name == dataset.owner)
    sources = [data.sources[int(identity)] for identity in rows["_submission"]]
    table["来源文件"] = [one.file_name for one in sources]
    table["工作表"] = rows["_sheet"]
    table["行号"] = rows["_row"]
    table["报送人"] = [one.submitted_by for one in sources]
    table["报送时间"] = [one.submitted_at[:16].replace("T", " ") for one in sources]
    return table.reset_index(drop=True)


def _shown(column: pd.Series, is_place: bool) -> pd.Series:
    if is_place:
        return column.map(unit_name)
    if column.dtype == "boolean" or column.dtype == bool:
        return column.map({True: "是", False: "否"}).astype("str").where(column.notna())
    return column
