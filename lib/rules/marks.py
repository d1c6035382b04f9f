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
    held = pa.array(column.array, from_pandas=True)
    kind = held.type if values else pa.null()
    found: Marks = pc.is_in(held, value_set=pa.array(values, kind)).to_numpy(zero_copy_only=False)
    return found


def known(column: pd.Series) -> Marks:
    """True where a column holds anything."""
    return ~np.asarray(column.array.isna(), bool)


def numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    """A column as floating numbers, NaN where there is none."""
    found: npt.NDArray[np.float64] = column.to_numpy("float64", na_value=np.nan)
    return found


def with_columns(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The frame with further columns, in place of those it has under the same names; the one given is not changed."""
    same = [name for name in columns if name in frame.columns]
    return pd.concat([frame.drop(columns=same) if same else frame, pd.DataFrame(dict(columns), index=frame.index)], axis=1)


def keyed(keys: pd.Series, wanted: pd.Series) -> Marks:
    """True where a key is one of those wanted; nothing is no key. Shape (keys,)."""
    known_keys = pa.array(wanted.dropna(), pa.string())
    found: Marks = pc.is_in(pa.array(keys.array, from_pandas=True), value_set=known_keys).to_numpy(zero_copy_only=False)
    return found


def looked_up(keys: pd.Series, found: pd.Series) -> pd.Series:
    """Of each key what stands under it, empty where nothing does; the index is that of the keys. (`Series.map` fails on an empty
    column of days.)
    """
    first = found[~found.index.duplicated()]
    return pd.Series(first.reindex(keys).array, index=keys.index)
