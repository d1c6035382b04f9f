"""What is overdue, over all themes, worst first. A pure function of frames with derived columns."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("kind", "subdistrict", "name", "what", "days")


def overdue_items(renewal: pd.DataFrame, committees: pd.DataFrame) -> pd.DataFrame:
    """Overdue milestones of renewal projects and expired committees. Columns: kind, subdistrict (code), name, what,
    days (int, days over); most days first.
    """
    projects = renewal[renewal["overdue"]]
    expired = committees[committees["days_over"].notna()]
    parts = [
        pd.DataFrame({"kind": "更新项目", "subdistrict": projects["subdistrict"], "name": projects["project_name"],
                      "what": projects["overdue_node"].astype("str") + "节点未完成", "days": projects["overdue_days"]}),
        pd.DataFrame({"kind": "业委会", "subdistrict": expired["subdistrict"], "name": expired["compound_name"],
                      "what": expired["term_state"], "days": expired["days_over"]}),
    ]
    kept = [part for part in parts if len(part)]
    items = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(COLUMNS))
    items["days"] = items["days"].astype("int64")
    return items.sort_values(["days", "name"], ascending=[False, True], ignore_index=True)
