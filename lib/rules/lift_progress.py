"""How lifts get on: the time each stage takes, and which compounds have all their entrances done.

Its one rule: only days that are told and in order are counted, and few of them give no median.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from lib.datasets.lifts import STAGE_DATES
from lib.rules.clock import happened

SLOW = 0.9
"""The share of entrances after which the slowest tenth begins."""
DONE, MORE_THAN_ALL, PART, NONE_YET, UNKNOWN = "✓ 全部完成", "✗ 完工多于门洞数，待核对", "▷ 部分完成", "· 尚无完工", "○ 门洞数未报"


def stage_times(lifts: pd.DataFrame, on: date, small: int) -> pd.DataFrame:
    """How long each stage took: days from the day of the stage before to its own, where both are known and in order.

    Columns stage, n, median, slow (the slowest tenth took at least so many; both NaN below `small`), now (lifts at this stage),
    longer (of those, they have been at it longer than `slow`; NaN where that is not known). A row per stage after the first.
    """
    rows = []
    for (before, earlier), (after, stage) in pairwise(STAGE_DATES):
        start, end = happened(lifts, f"{before}_date", on), happened(lifts, f"{after}_date", on)
        days = (end - start).astype("timedelta64[D]").astype("float64")
        days = np.where(np.isnat(end) | np.isnat(start) | (days < 0), np.nan, days)
        known = days[~np.isnan(days)]
        enough = len(known) >= small
        slow = float(np.quantile(known, SLOW, method="higher")) if enough else np.nan
        here = lifts["stage"].isin((stage, earlier)).to_numpy(bool) & ~np.isnat(start) & np.isnat(end)
        waited = np.subtract(np.datetime64(on, "D"), start[here]).astype("timedelta64[D]").astype("float64")
        rows.append({
            "stage": stage,
            "n": len(known),
            "median": float(np.median(known)) if enough else np.nan,
            "slow": slow,
            "now": int(here.sum()),
            "longer": float((waited > slow).sum()) if enough else np.nan,
        })
    return pd.DataFrame(rows)


def compound_rows(lifts: pd.DataFrame, compounds: pd.DataFrame) -> pd.DataFrame:
    """Compounds with lifts: entrances (NaN: not told), completed, pipeline (lifts), state; those done in full first, then the furthest.

    A compound that the register does not have, or has without a number of entrances, is 未报 and never done.
    """
    groups = lifts.groupby("compound_id", sort=True)
    rows = pd.DataFrame({
        "compound_name": groups["compound_name"].first(),
        "subdistrict": groups["subdistrict"].first(),
        "completed": groups["completed"].sum().astype("int64"),
        "lifts": groups.size(),
    })
    known = compounds.drop_duplicates("compound_id").set_index("compound_id")["entrances"]
    rows["entrances"] = known.reindex(rows.index).astype("float64")
    rows["pipeline"] = rows["lifts"] - rows["completed"]
    rows["state"] = np.select(
        [rows["entrances"].isna(), rows["completed"] > rows["entrances"], rows["completed"] == 0, rows["completed"] == rows["entrances"]],
        [UNKNOWN, MORE_THAN_ALL, NONE_YET, DONE],
        PART,
    )
    place = {DONE: 0, MORE_THAN_ALL: 1, PART: 2, NONE_YET: 3, UNKNOWN: 4}
    rows["share"] = (rows["completed"] / rows["entrances"].where(rows["entrances"] > 0) * 100).where(rows["state"] != MORE_THAN_ALL)
    order = rows.assign(_place=rows["state"].map(place))
    order = order.sort_values(["_place", "share", "completed"], ascending=[True, False, False], kind="stable")
    return order.drop(columns="_place").reset_index()
