"""Maintenance funds of compounds: their share, the state of a top-up, and its clock: 30 % → vote → collection → 50 %.

Its one rule: a share is compared with its line in whole 分, never as a rounded percentage.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.thresholds import Registry, Threshold
from lib.rules.clock import Clock, Days, Flags, Step, days_of, deadlines, happened, worst_step
from lib.rules.lights import UNJUDGED

SOUND, IDLE, VOTING, COLLECTING, UNKNOWN = "正常", "应续筹未启动", "表决中", "筹集中", "不明"
VOTED_DOWN, COLLECTED, RESTORED = "表决未通过", "已筹未达恢复线", "已恢复"
FUND_STATES = (SOUND, IDLE, VOTING, VOTED_DOWN, COLLECTING, COLLECTED, RESTORED, UNKNOWN)
TRIGGERED_STATES = (IDLE, VOTING, VOTED_DOWN, COLLECTING, COLLECTED, RESTORED)
"""States in which the clock of a top-up runs or has run."""
COMPLETED_STATES = (COLLECTED, RESTORED)
"""States in which a top-up is done: the money is there, whether it reaches the line of restoring or not."""
PASSED, FAILED = "表决通过", "表决未通过"

FUND_CLOCK: Clock = (
    Step("vote", "业主大会表决续筹", "trigger_date", "fund.vote_days", "vote_passed", reached="voted"),
    Step("collect", "续筹资金筹集到位", "vote", "fund.collect_days", "done_date", reached="collected"),
    Step("restore", "余额恢复到位", "collect", actual="restored_date", reached="restored", basis="续筹后余额恢复线"),
)
"""domain.md A.3.4: from the day the balance fell below the line. The restoring has no span of its own: it is due with the collection,
and judged until that is done; what the owners resolved to collect may be less (`COLLECTED`).
"""

VOTE_FROZEN = "冻结期内不得表决，待换届选举后再议"
"""Of a vote that the freeze of the committee forbids (S1 29)."""

_FEN = 1_000_000
"""分 in 万元."""


def fund_share(funds: pd.DataFrame) -> pd.Series:
    """Balance ÷ first collection, in %; NaN where one is missing or the first collection is not above nothing. Unrounded."""
    initial = funds["initial"].astype("float64")
    share: pd.Series = funds["balance"].astype("float64") / initial.where(initial > 0) * 100
    return share


def below(funds: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """Whether the share meets the line at which a top-up is due (`fund.trigger_share`: 29.99 % does, 30.00 % does not); empty where it
    is not known. S1 on maintenance funds; G18.
    """
    return _compared(funds, registry.at("fund.trigger_share", on))


def restored_share(funds: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """Whether the share meets the line to which a top-up leads (`fund.restore_share`); empty where it is not known."""
    return _compared(funds, registry.at("fund.restore_share", on))


def fund_states(funds: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """The state of each fund on a date, one of `FUND_STATES`.

    正常: not below the line, and no top-up triggered; 不明: neither is known. Once triggered (a trigger day that has come, or below the
    line now): 已恢复: the share is at the line of restoring; 已筹未达恢复线: collected and not below the line of the trigger, the share
    below that of restoring or not known; 筹集中: the vote passed; 表决未通过: it failed, and no later one is planned; 表决中: a day of a
    vote is told; else 应续筹未启动. Days before the trigger belong to an earlier top-up.
    """
    known = _topup(funds, on, registry)
    low = below(funds, on, registry)
    triggered = ~np.isnat(happened(funds, "trigger_date", on)) | _true(low)
    state = np.select(
        [~triggered & low.isna().to_numpy(bool), ~triggered,
         known["restored"], known["collected"], known["passed"], known["voted_down"], known["voting"]],
        [UNKNOWN, SOUND, RESTORED, COLLECTED, COLLECTING, VOTED_DOWN, VOTING],
        IDLE,
    )
    return pd.Series(state, index=funds.index, dtype="str")


def fund_deadlines(
    funds: pd.DataFrame, on: date, registry: Registry, keys: Sequence[str] = ("compound_id",), *, frozen: Collection[str] = ()
) -> pd.DataFrame:
    """The three steps of a top-up for every fund in `TRIGGERED_STATES`, as `deadlines` gives them. Without a trigger day there is
    nothing to count from: 不判定. So is the restoring of what is collected and not at the line: open, without a day.

    frozen: compounds whose committee is in the freeze (`lib.rules.terms.frozen_compounds`): an open vote of theirs is not judged and is
    marked in the column `held`, whatever its day.
    """
    running = _topup(_triggered(funds, on, registry), on, registry)
    table = deadlines(FUND_CLOCK, running, on, registry, keys)
    held = np.repeat(running["compound_id"].isin(list(frozen)).to_numpy(bool), len(FUND_CLOCK)) & table["step"].eq("vote").to_numpy(bool)
    held &= ~table["done"].to_numpy(bool) & table["due"].notna().to_numpy(bool)
    short = np.repeat(_short(running), len(FUND_CLOCK)) & table["step"].eq("restore").to_numpy(bool)
    told = np.repeat(restored_share(running, on, registry).notna().to_numpy(bool), len(FUND_CLOCK))
    table.loc[short, ["planned", "due"]] = pd.NaT
    table.loc[short, "days"] = np.nan
    table.loc[short, "light"] = UNJUDGED
    table.loc[short, "words"] = np.where(told, "已筹集，未达恢复线", "已筹集，余额不明")[short]
    return table.assign(light=table["light"].mask(held, UNJUDGED), words=table["words"].mask(held, VOTE_FROZEN), held=held)


def fund_light(funds: pd.DataFrame, on: date, registry: Registry, *, frozen: Collection[str] = ()) -> pd.Series:
    """The light of each fund: the most urgent step of its top-up; 不判定 where none is triggered, in the state 已筹未达恢复线, and while
    the freeze holds its vote up (`fund_deadlines`).
    """
    running = _triggered(funds, on, registry)
    table = fund_deadlines(running, on, registry, ("compound_id",), frozen=frozen)
    held = table["held"].to_numpy(bool).reshape(len(running), len(FUND_CLOCK)).any(axis=1)
    unjudged = held | _short(_topup(running, on, registry))
    return worst_step(table, FUND_CLOCK, running.index).mask(unjudged, UNJUDGED).reindex(funds.index, fill_value=UNJUDGED)


def fund_next(funds: pd.DataFrame, on: date, registry: Registry, *, frozen: Collection[str] = ()) -> pd.DataFrame:
    """For each fund in `TRIGGERED_STATES` the first open step of its top-up: columns compound_id, step_title, due, words, light. A fund
    of which every step is done has no row.
    """
    told = fund_deadlines(funds, on, registry, frozen=frozen)
    opened = told[~told["done"]].drop_duplicates("compound_id")
    return opened.rename(columns={"title": "step_title"})[["compound_id", "step_title", "due", "words", "light"]].reset_index(drop=True)


def restore_short(funds: pd.DataFrame, on: date, registry: Registry) -> pd.Series:
    """万元 that the balance is below the line of restoring, in whole 分 rounded up, 0 where it is reached; NaN where it is not known."""
    line = registry.at("fund.restore_share", on)
    initial, balance = _fen(funds["initial"]), _fen(funds["balance"])
    known = restored_share(funds, on, registry).notna().to_numpy(bool)
    per = 100 * line.exact.denominator
    short = [max(-(-one * line.exact.numerator // per) - two, 0) / _FEN for one, two in zip(initial, balance, strict=True)]
    return pd.Series(short, index=funds.index, dtype="float64").where(known)


def by_method(funds: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """Top-ups by the way in which owners pay (续筹方式), of funds in `TRIGGERED_STATES` for which a way is told.

    Columns: method, funds, voted (a result is told), passed, collected and restored (states 已筹未达恢复线 and 已恢复);
    most funds first.
    """
    state = fund_states(funds, on, registry)
    mine = state.isin(TRIGGERED_STATES) & funds["topup_method"].notna()
    held = ~(days_of(funds, "vote_date") > np.datetime64(on, "D"))
    rows = pd.DataFrame({
        "method": funds["topup_method"].astype("object"),
        "funds": 1,
        "voted": (funds["vote_result"].isin([PASSED, FAILED]) & held).astype("int64"),
        "passed": (funds["vote_result"].eq(PASSED).fillna(False) & held).astype("int64"),
        "collected": state.eq(COLLECTED).astype("int64"),
        "restored": state.eq(RESTORED).astype("int64"),
    })[mine]
    return rows.groupby("method").sum().sort_values("funds", ascending=False, kind="stable").reset_index()


def _triggered(funds: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    return funds[fund_states(funds, on, registry).isin(TRIGGERED_STATES)]


def _topup(funds: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The funds with what is known of the present top-up: vote_passed, done_date, restored_date (days), passed, voted_down, voting,
    collected, restored, voted (flags).

    What is collected needs no vote any more, told or not; what is restored no day of the collection.
    """
    trigger = days_of(funds, "trigger_date")
    result = funds["vote_result"].fillna("")
    held = _since(happened(funds, "vote_date", on), trigger)
    undated = np.isnat(days_of(funds, "vote_date"))
    told = undated | ~np.isnat(held)
    passed = result.eq(PASSED).to_numpy(bool) & told
    voted_down = result.eq(FAILED).to_numpy(bool) & told
    planned = ~np.isnat(_since(days_of(funds, "vote_date"), trigger))
    done = _since(happened(funds, "topup_done_date", on), trigger)
    low = _true(below(funds, on, registry))
    done = np.where(low, np.datetime64("NaT"), done)
    restored = _true(restored_share(funds, on, registry))
    collected = ~np.isnat(done) | restored
    return funds.assign(
        vote_passed=np.where(passed, held, np.datetime64("NaT")).astype("datetime64[ms]"),
        done_date=done.astype("datetime64[ms]"),
        restored_date=np.where(restored, done, np.datetime64("NaT")).astype("datetime64[ms]"),
        passed=passed,
        voted_down=voted_down,
        voting=~passed & ~voted_down & planned,
        collected=collected,
        restored=restored,
        voted=passed | collected,
    )


def _short(running: pd.DataFrame) -> Flags:
    """Of what `_topup` gave: whether it is collected and not at the line of restoring."""
    return (running["collected"] & ~running["restored"]).to_numpy(bool)


def _since(days: Days, first: Days) -> Days:
    return np.where(days < first, np.datetime64("NaT"), days)


def _true(flags: pd.Series) -> Flags:
    return np.asarray(flags.fillna(False), bool)


def _compared(funds: pd.DataFrame, line: Threshold) -> pd.Series:
    initial, balance = _fen(funds["initial"]), _fen(funds["balance"])
    known = (funds["initial"].notna() & (funds["initial"] > 0) & funds["balance"].notna()).to_numpy(bool)
    left, right = balance * (100 * line.exact.denominator), initial * line.exact.numerator
    match line.comparison:
        case "<":
            met = left < right
        case "≥":
            met = left >= right
        case _:
            raise ValueError(f"{line.rule}: {line.comparison}")
    return pd.Series(met.astype(bool), index=funds.index, dtype="boolean").where(known)


def _fen(amounts: pd.Series) -> npt.NDArray[np.object_]:
    """万元 as whole 分: Python's own integers, which do not overflow."""
    whole: npt.NDArray[np.object_] = np.rint(amounts.fillna(0).to_numpy(np.float64) * _FEN).astype(np.int64).astype(object)
    return whole
