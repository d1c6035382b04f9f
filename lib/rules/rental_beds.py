"""一张床 by place and by sector: which 街镇 has none yet, what would cover it next, and whom the projects serve.

Its one rule: what is told comes from one row each; a 街镇 is covered by a project that is supplied, by nothing else.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from lib.datasets.rental_projects import SECTORS
from lib.rules.marks import among

PREPARING, CONVERTING, PRESELECTED, RESERVED = "入市准备", "储备改造", "候选点（预选）", "候选点（储备）"
NOTHING, UNTOLD = "没有储备", "候选点未报"
STEPS = (PREPARING, CONVERTING, PRESELECTED, RESERVED, NOTHING, UNTOLD)
"""What would cover a 街镇, nearest first; at last those of which nothing is known."""
BETWEEN = "、"


def next_coverage(
    projects: pd.DataFrame, candidates: pd.DataFrame, uncovered: Collection[str], *, told_candidates: Collection[str]
) -> pd.DataFrame:
    """For each 街镇 without a supplied project what stands nearest to one; columns subdistrict, step, names, count, beds (Σ of those
    told, NaN: nobody told), untold (of the count).

    projects: `rental_projects` with derived columns; candidates: `site_candidates`; told_candidates: 街镇 that have reported them. In
    order of the steps, then of the beds.
    """
    beds = projects[among(projects["product_tier"], "一张床")]
    found = []
    for name, rows, title, amount in (
        (PREPARING, beds[among(beds["status"], PREPARING)], "project_name", "beds"),
        (CONVERTING, beds[among(beds["status"], CONVERTING)], "project_name", "beds"),
        (PRESELECTED, candidates[among(candidates["status"], "预选")], "candidate_name", "beds_estimate"),
        (RESERVED, candidates[among(candidates["status"], "储备")], "candidate_name", "beds_estimate"),
    ):
        found.append(pd.DataFrame({
            "subdistrict": rows["subdistrict"], "step": STEPS.index(name), "name": rows[title], "beds": rows[amount].astype("float64"),
        }))
    every = pd.concat(found, ignore_index=True)
    told = []
    for code in uncovered:
        own = every[every["subdistrict"] == code]
        step = int(own["step"].min()) if len(own) else STEPS.index(NOTHING if code in told_candidates else UNTOLD)
        own = own[own["step"] == step].sort_values("beds", ascending=False, kind="stable")
        told.append({
            "subdistrict": code, "step": STEPS[step], "names": BETWEEN.join(own["name"].dropna()), "count": len(own),
            "beds": own["beds"].sum(min_count=1), "untold": int(own["beds"].isna().sum()),
        })
    table = pd.DataFrame(told, columns=["subdistrict", "step", "names", "count", "beds", "untold"])
    order = table.assign(_step=table["step"].map(STEPS.index), _beds=-table["beds"].astype("float64").fillna(0))
    return table.loc[order.sort_values(["_step", "_beds"], kind="stable").index].reset_index(drop=True)


def sectors_served(projects: pd.DataFrame) -> pd.DataFrame:
    """How many projects name each sector: columns sector, projects, those named most first. A project may name several, so the
    counts are not added.
    """
    named = projects["target_sectors"].dropna().str.split(BETWEEN).explode()
    counts = named.value_counts()
    order = sorted((name for name in SECTORS if name in counts.index), key=lambda name: (-int(counts[name]), SECTORS.index(name)))
    return pd.DataFrame({"sector": order, "projects": [int(counts[name]) for name in order]})
