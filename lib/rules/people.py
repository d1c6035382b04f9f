"""Residents of projects who have moved out: how long they are out, and when they are to be back.

Its one rule: households are counts from the form; what is not told is missing, never guessed.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import REBUILDING_TYPES
from lib.datasets.thresholds import Registry
from lib.rules.clock import happened
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW
from lib.rules.marks import looked_up
from lib.rules.milestones import MOVED_BACK, MOVED_OUT, form_nodes, partly_back
from lib.rules.outlook import form_outlook
from lib.spec.numbers import show


def people_rows(projects: pd.DataFrame, nodes: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    """Projects whose residents move out and come back, with the days they have been out and the day promised, the longest out first.

    left: the earliest actual day of node 外搬过渡; days: from there to the as-of date, NaN where not known or all are back;
    planned: days from there to the planned 回搬; expected: by the delay so far (lib/rules/outlook).
    """
    rows = projects[projects["project_type"].isin(REBUILDING_TYPES)]
    rows = rows[(rows["households_moved_out"] > 0) | (rows["households_returned"] > 0)]
    out = nodes[nodes["node"].eq(MOVED_OUT).fillna(False)]
    actual = pd.Series(happened(out, "actual_date", as_of), index=out.index).groupby(out["project_id"]).min()
    told = form_nodes(rows, as_of, registry)
    back = told[told["node"] == MOVED_BACK].set_index("project_id")
    outlook = form_outlook(rows, as_of, registry)
    coming = outlook[outlook["node"] == MOVED_BACK].set_index("project_id")["projected"]
    left = looked_up(rows["project_id"], actual).astype("datetime64[ms]")
    due, came = (rows[name].astype("float64") for name in ("households_to_return", "households_returned"))
    dated = ~np.isnat(happened(rows, "return_actual", as_of))
    back_again = np.where(due.notna() & came.notna(), ~partly_back(rows), dated)
    all_back: pd.Series[bool] = pd.Series(back_again, index=rows.index, dtype=bool)
    rows = rows.assign(
        left=left,
        all_back=all_back,
        days=(pd.Timestamp(as_of) - left).dt.days.mask(all_back),
        planned=(rows["return_plan"] - left).dt.days,
        expected=looked_up(rows["project_id"], coming).astype("datetime64[ms]").mask(all_back),
        back_light=looked_up(rows["project_id"], back["light"]).fillna(UNJUDGED),
        back_words=looked_up(rows["project_id"], back["words"]).fillna(""),
    )
    late = ~all_back & (rows["return_plan"] < pd.Timestamp(as_of))
    coming_late = rows["expected"] > rows["return_plan"]
    rows["back_light"] = rows["back_light"].mask(coming_late, YELLOW).mask(late, RED).mask(all_back, GREEN)
    over = (pd.Timestamp(as_of) - rows["return_plan"]).dt.days
    coming_back = "已回搬 " + _shown(came) + " / " + _shown(due) + " 户，计划日还有" + _shown(-over) + "天"
    delayed = rows["back_words"] + "，按已有延误推算 " + rows["expected"].dt.strftime("%Y-%m-%d") + " 回搬"
    words = rows["back_words"].mask(came > 0, coming_back).mask(coming_late, delayed).mask(late, "回搬未完成，超期" + _shown(over) + "天")
    rows["back_words"] = words.mask(all_back, "全部回搬")
    return rows.sort_values(["all_back", "days", "project_id"], ascending=[True, False, True], na_position="last", kind="stable")


def _shown(column: pd.Series) -> pd.Series:
    return pd.Series([show(one) for one in column], index=column.index, dtype="str")
