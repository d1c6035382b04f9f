"""The tables of 加梯 of 更新进度: entrances and compounds.

Its one rule: one entrance is one lift; what is chosen of projects does not reach them.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import LIFT
from lib.datasets.lifts import STAGE_DATES
from lib.reports.renewal_tables import places
from lib.rules.clock import happened

ACTIVE_ONLY = "在途"
STAGES = (ACTIVE_ONLY, *LIFT.stages)
"""What the entrances are narrowed by: under way at all, or at some stages."""


def found_entrances(lifts: pd.DataFrame, stages: tuple[str, ...], words: str) -> pd.DataFrame:
    """The entrances at some of `STAGES` (none: all) in which every word stands: those with a vote that did not pass first, then by how
    far they are.
    """
    if stages:
        wanted = lifts["stage"].isin([one for one in stages if one != ACTIVE_ONLY]).to_numpy(bool)
        if ACTIVE_ONLY in stages:
            wanted = wanted | ~lifts["completed"].to_numpy(bool)
        lifts = lifts[wanted]
    for word in words.split():
        found = np.zeros(len(lifts), bool)
        for name in ("compound_name", "compound_id", "entrance", "address"):
            found |= lifts[name].fillna("").str.contains(word, regex=False, case=False).to_numpy(bool)
        lifts = lifts[found]
    place = {name: at for at, name in enumerate(LIFT.stages)}
    order = lifts.assign(
        _failed=~(lifts["unit_vote_held"] & ~lifts["unit_vote_passed"]), _place=-lifts["stage"].map(place).astype("float64").fillna(-1)
    ).sort_values(["_failed", "_place", "compound_id", "entrance"], kind="stable")
    return lifts.loc[order.index]


def entrances_table(rows: pd.DataFrame, on: date) -> pd.DataFrame:
    """门洞清单 of rows of `found_entrances`."""
    dates = np.stack([happened(rows, f"{prefix}_date", on) for prefix, _ in STAGE_DATES], axis=1)
    vote = np.select([~rows["unit_vote_held"], rows["unit_vote_passed"]], ["○ 没有结果", "✓ 通过"], "✗ 未通过")
    return pd.DataFrame({
        "小区": rows["compound_name"], "小区编码": rows["compound_id"], "门洞": rows["entrance"], "街镇": places(rows),
        "阶段": rows["stage"], "最近办理": pd.DataFrame(dates, rows.index).max(axis=1), "单元表决": vote, "层数": rows["floors"],
        "户数": rows["households"], "备注": rows["note"],
    })


def compounds_table(rows: pd.DataFrame) -> pd.DataFrame:
    """按小区; rows: of `lib.rules.lift_progress.compound_rows`."""
    return pd.DataFrame({
        "小区": rows["compound_name"], "小区编码": rows["compound_id"], "街镇": places(rows), "情况": rows["state"],
        "门洞数": rows["entrances"], "已完工": rows["completed"], "在途": rows["pipeline"], "完工占门洞": rows["share"],
    })
