"""Marks and columns over whole frames, quickly. Its one rule: a missing value is never among anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Marks = npt.NDArray[np.bool_]


def among(column: pd.Series, *values: object) -> Marks:
    """True where a column holds one of the values. Shape (rows,)."""
    held = pa.array(column, from_pandas=True)
    kind = held.type if values else pa.null()
    found: Marks = pc.is_in(held, value_set=pa.array(values, kind)).to_numpy(zero_copy_only=False)
    return found


def known(column: pd.Series) -> Marks:
    """True where a column holds anything."""
    return column.notna().to_numpy(bool)


def numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    """A column as floating numbers, NaN where there is none."""
    found: npt.NDArray[np.float64] = column.to_numpy("float64", na_value=np.nan)
    return found


def with_columns(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The frame with further columns; the one given is not changed."""
    return pd.concat([frame, pd.DataFrame(dict(columns), index=frame.index)], axis=1)


def row_of(table: pd.DataFrame, keys: pd.Series) -> npt.NDArray[np.intp]:
    """For each key the first row of a table whose first column holds it; -1 where none does. Nothing is no key."""
    wanted = table.iloc[:, 0]
    first = (wanted.notna() & ~wanted.duplicated()).to_numpy(bool)
    at = np.flatnonzero(first)
    found = pd.Index(wanted[first]).get_indexer(pd.Index(keys))
    return np.where(found < 0, -1, at[found]) if len(at) else found


def taken(table: pd.DataFrame, rows: npt.NDArray[np.intp], columns: tuple[str, ...], prefix: str, index: pd.Index) -> dict[str, pd.Series]:
    """Columns of some rows of a table, named with a prefix; missing where the row is -1."""
    return {f"{prefix}_{name}": pd.Series(table[name].array.take(rows, allow_fill=True), index=index) for name in columns}
