"""建管并举: in which compounds building work, a rise of the fee and a top-up of the maintenance fund run together, and since when.

Its one rule: each of the three runs while it is in hand, and for so many months after it is done (`joint.months`); what was voted
down or was never begun does not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import EXPROPRIATION, RENEWAL_LADDERS
from lib.datasets.thresholds import Registry
from lib.rules.clock import Days, days_of, happened
from lib.rules.fees import WAITING, fee_states, passed
from lib.rules.funds import COLLECTING, COMPLETED_STATES, VOTING
from lib.rules.marks import Marks, among, keyed, known, looked_up, numbers
from lib.spec.period import add_months

Frames = Mapping[str, pd.DataFrame]
WORK, FEE, FUND = "work", "fee", "fund"
PARTS: dict[str, str] = {WORK: "民生工程", FEE: "物业费调价", FUND: "维修资金续筹"}
"""The three, with their Chinese titles, in the order in which they are shown."""
WORK_TYPES = tuple(name for name, ladder in RENEWAL_LADDERS.items() if ladder is not EXPROPRIATION)
"""Types of project after which the compound is still there: neither 征收 nor 城中村."""
LIFTS = "加装电梯"
WINDOW_RULE = "joint.months"
RUNNING = "running"
"""The derived column of whether a row runs."""


def window(on: date, registry: Registry) -> date:
    """The first day on which what is done still counts."""
    return add_months(on, -registry.at(WINDOW_RULE, on).whole)


def running_projects(projects: pd.DataFrame, on: date, registry: Registry) -> Marks:
    """Whether a renewal project of `WORK_TYPES` is active, or was completed in the window. projects: with derived columns."""
    done = happened(projects, "complete_actual", on)
    going = projects["active"].to_numpy(bool) & np.isnat(done)
    return np.asarray(among(projects["project_type"], *WORK_TYPES) & (going | (done >= _first(on, registry))))


def running_lifts(lifts: pd.DataFrame, on: date, registry: Registry) -> Marks:
    """Whether a lift is under way, or was accepted in the window. lifts: with derived columns."""
    going = known(lifts["stage"]) & ~lifts["completed"].to_numpy(bool)
    return np.asarray(going | (happened(lifts, "accept_date", on) >= _first(on, registry)))


def running_fees(changes: pd.DataFrame, on: date, registry: Registry) -> Marks:
    """Whether a rise is of the year and not voted on yet, or passed in the window; without a day: is of a year in it."""
    first = _first(on, registry)
    year, day = numbers(changes["year"]), days_of(changes, "vote_date")
    waiting = fee_states(changes, on, registry).eq(WAITING).to_numpy(bool) & (year == on.year)
    recent = np.where(np.isnat(day), year >= window(on, registry).year, day >= first)
    return np.asarray(waiting | (passed(changes, on) & recent))


def running_funds(funds: pd.DataFrame, on: date, registry: Registry) -> Marks:
    """Whether a top-up is voted on or collected, or was done in the window. funds: with their fund_state."""
    done = among(funds["fund_state"], *COMPLETED_STATES) & (happened(funds, "topup_done_date", on) >= _first(on, registry))
    return np.asarray(among(funds["fund_state"], VOTING, COLLECTING) | done)


def joint_rows(frames: Frames, on: date, registry: Registry) -> pd.DataFrame:
    """The compounds in which anything runs: compound_id, compound_name, subdistrict; for each part its flag (work, fee, fund), the day
    (work_since …: the earliest told) and the words (work_what …: each once); count (parts that run). Most parts first, then by code.

    frames: with derived columns. A project runs since it was begun, a lift since its vote, a rise since its assessment, else its vote,
    a top-up since its vote, else its trigger.
    """
    compounds = frames["compounds"]
    rows = compounds[["compound_id", "compound_name", "subdistrict"]].copy()
    for name, found in _running(frames, on, registry).items():
        own = found.sort_values("since", kind="stable").groupby("compound_id")
        rows[name] = keyed(rows["compound_id"], found["compound_id"])
        rows[f"{name}_since"] = looked_up(rows["compound_id"], own["since"].min())
        rows[f"{name}_what"] = looked_up(rows["compound_id"], own["what"].agg(lambda words: "、".join(dict.fromkeys(words)))).fillna("")
    rows["count"] = rows[list(PARTS)].sum(axis=1)
    rows = rows[rows["count"] > 0]
    return rows.sort_values(["count", "compound_id"], ascending=[False, True], ignore_index=True)


def combinations(rows: pd.DataFrame, compounds: int) -> pd.DataFrame:
    """How many compounds each of the eight combinations holds; rows: of `joint_rows`, compounds: how many there are at all.

    Columns work, fee, fund (bool), count; all three first, none last.
    """
    order = [(True, True, True), (True, True, False), (True, False, True), (False, True, True),
             (True, False, False), (False, True, False), (False, False, True)]
    found = []
    for flags in order:
        same = np.logical_and.reduce([rows[name].to_numpy(bool) == flag for name, flag in zip(PARTS, flags, strict=True)])
        found.append({**dict(zip(PARTS, flags, strict=True)), "count": int(same.sum())})
    return pd.DataFrame([*found, {**dict.fromkeys(PARTS, False), "count": compounds - len(rows)}])


def _first(on: date, registry: Registry) -> np.datetime64:
    return np.datetime64(window(on, registry), "D")


def _running(frames: Frames, on: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Part → rows that run, with compound_id, since (NaT: no day is told) and what, in words."""
    projects, lifts, changes, funds = (frames[name] for name in ("renewal_projects", "lifts", "fee_changes", "maintenance_funds"))
    assessed, trigger = happened(changes, "evaluation_date", on), happened(funds, "trigger_date", on)
    held = happened(funds, "vote_date", on)
    held = np.where(held < trigger, np.datetime64("NaT"), held)
    work = [
        _told(projects, happened(projects, "start_actual", on), projects["project_type"]),
        _told(lifts, happened(lifts, "unit_vote_date", on), pd.Series(LIFTS, index=lifts.index, dtype="str")),
    ]
    return {
        WORK: pd.concat(work, ignore_index=True),
        FEE: _told(changes, np.where(np.isnat(assessed), happened(changes, "vote_date", on), assessed), fee_states(changes, on, registry)),
        FUND: _told(funds, np.where(np.isnat(held), trigger, held), funds["fund_state"]),
    }


def _told(frame: pd.DataFrame, since: Days, what: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"compound_id": frame["compound_id"], "since": since.astype("datetime64[ms]"), "what": what}, index=frame.index)
    return rows[frame[RUNNING].to_numpy(bool) & known(frame["compound_id"])]
