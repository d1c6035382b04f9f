"""Derived columns of the three campaigns: fee rises, maintenance funds, red points, trainings, candidates of sites."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.derived.calendar import happened, in_year
from lib.rules.derived.declared import Derived, Frames

NAMED = ("已命名", "复核通过")
"""States in which a red point counts."""
POINTS = (("practice_point", "实践点"), ("model_point", "示范点"))

DERIVED: tuple[Derived, ...] = (
    *(
        Derived(
            "compounds", name, f"红色物业{kind}", "", f"红色物业表中该小区的{kind}状态为“已命名”或“复核通过”"
        )
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
    """Compounds with the red points that stand in them, and from which row each comes."""
    named = red_points[red_points["status"].isin(NAMED)]
    more: dict[str, Any] = {}
    for name, kind in POINTS:
        own = named[named["point_type"] == kind].drop_duplicates("compound_id").set_index("compound_id")
        evidence = own[["_submission", "_sheet", "_row"]].reindex(compounds["compound_id"])
        more[name] = compounds["compound_id"].isin(own.index).to_numpy(bool)
        more |= {f"{name}_{part}": evidence[part].set_axis(compounds.index) for part in evidence.columns}
    return compounds.assign(**more)


def _fee_changes(changes: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    least = registry.at("fee.rise_min", as_of).number
    rise = (changes["new_price"] - changes["old_price"]).round(6)
    held = ~(changes["vote_date"] > pd.Timestamp(as_of)).to_numpy(bool)
    passed = (changes["vote_result"] == "表决通过").to_numpy(bool) & held
    return changes.assign(
        of_the_year=(changes["year"] == as_of.year).to_numpy(bool),
        raised=passed & (rise >= least).to_numpy(bool),
    )


def _funds(funds: pd.DataFrame, as_of: date, registry: Registry) -> pd.DataFrame:
    line = registry.at("fund.trigger_share", as_of).exact
    initial = funds["initial"].where(funds["initial"] > 0)
    share = funds["balance"] / initial * 100
    # Compared as whole ten-thousandths of 万元, so that 29.99 and 30.00 per cent fall where they belong.
    left = (funds["balance"] * 10_000).round() * 100 * line.denominator
    right = (initial * 10_000).round() * line.numerator
    triggered = happened(funds["trigger_date"], as_of)
    done = happened(funds["topup_done_date"], as_of)
    earlier = triggered.notna() & ~(done < pd.Timestamp(date(as_of.year, 1, 1)))
    return funds.assign(
        fund_share=share,
        below=np.asarray(left < right, bool),
        triggered=(in_year(triggered, as_of) | earlier.to_numpy(bool)),
        topped_up=done.notna().to_numpy(bool),
    )
