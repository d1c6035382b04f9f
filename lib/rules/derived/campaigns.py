"""Derived columns of the three campaigns: fee rises, maintenance funds, red points, trainings, candidates of sites."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.clock import days_of, happened
from lib.rules.derived.declared import Derived, Frames, Witness
from lib.rules.derived.periods import in_year
from lib.rules.funds import below, fund_share
from lib.rules.marks import among, keyed, numbers, with_columns

NAMED = ("已命名", "复核通过")
"""States in which a red point counts."""
POINTS = (("practice_point", "实践点"), ("model_point", "示范点"))

DERIVED: tuple[Derived, ...] = (
    *(
        Derived("compounds", name, f"红色物业{kind}", "", f"红色物业表中该小区的{kind}状态为“已命名”或“复核通过”",
                witness=Witness("red_points", (("point_type", (kind,)), ("status", NAMED))))
        for name, kind in POINTS
    ),
    Derived("fee_changes", "of_the_year", "本年度应推进", "", "调价年度为截至日所在年", ("year",)),
    Derived(
        "fee_changes",
        "raised",
        "质价双提升达标",
        "",
        "业主大会表决通过，且涨幅（新单价 − 原单价）达到达标线",
        ("vote_result", "vote_date", "old_price", "new_price"),
    ),
    Derived(
        "maintenance_funds", "fund_share", "余额比", "%", "当前余额 ÷ 首期筹集金额", ("balance", "initial")
    ),
    Derived(
        "maintenance_funds",
        "below",
        "余额低于续筹线",
        "",
        "当前余额 ÷ 首期筹集金额低于续筹触发线",
        ("balance", "initial"),
    ),
    Derived(
        "maintenance_funds",
        "triggered",
        "当年触发续筹",
        "",
        "触发续筹日期在当年，或更早触发而到上年末仍未完成",
        ("trigger_date", "topup_done_date"),
    ),
    Derived(
        "maintenance_funds",
        "topped_up",
        "已完成续筹",
        "",
        "续筹完成日期已到",
        ("trigger_date", "topup_done_date"),
    ),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Fee changes and maintenance funds with their derived columns."""
    return {
        "fee_changes": _fee_changes(frames["fee_changes"], as_of, registry),
        "maintenance_funds": _funds(frames["maintenance_funds"], as_of, registry),
    }


def with_points(compounds: pd.DataFrame, red_points: pd.DataFrame) -> pd.DataFrame:
    """Compounds with the red points that stand in them."""
    named = among(red_points["status"], *NAMED)
    return with_columns(compounds, {
        name: keyed(compounds["compound_id"], red_points["compound_id"][named & among(red_points["point_type"], kind)])
        for name, kind in POINTS
    })


def _fee_changes(changes: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    least = registry.at("fee.rise_min", as_of).number
    rise = np.round(numbers(changes["new_price"]) - numbers(changes["old_price"]), 6)
    held = ~(days_of(changes, "vote_date") > np.datetime64(as_of, "D"))
    return with_columns(changes, {
        "of_the_year": numbers(changes["year"]) == as_of.year,
        "raised": among(changes["vote_result"], "表决通过") & held & (rise >= least),
    })


def _funds(funds: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    triggered, done = happened(funds, "trigger_date", as_of), happened(funds, "topup_done_date", as_of)
    # A day before the trigger belongs to an earlier top-up.
    done = np.where(done >= triggered, done, np.datetime64("NaT"))
    still = ~np.isnat(triggered) & ~(done < np.datetime64(date(as_of.year, 1, 1), "D"))
    return with_columns(funds, {
        "fund_share": fund_share(funds),
        "below": below(funds, as_of, registry).fillna(False).to_numpy(bool),
        "triggered": in_year(triggered, as_of) | still,
        "topped_up": ~np.isnat(done),
    })
