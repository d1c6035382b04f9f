"""The tables of 签约 of 更新进度: rounds against their gates, owners' votes, what follows a signing that is in force.

Its one rule: a gate and a vote are judged by lib/rules; here stands only what they said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets.consent_rounds import ROUNDS
from lib.datasets.ladders import REBUILDING
from lib.datasets.thresholds import IN_DOUBT, Registry, Threshold
from lib.reports.renewal_tables import URGENCY, light_text, named, places
from lib.rules.consent import GATES, VOTE_COLUMNS, VOTES, Step, after_signing, consent_columns
from lib.rules.pace import gate_days
from lib.rules.votes import SIDES, Side, Verdict, Vote, judge, rules_at
from lib.spec.numbers import MISSING, show

RUNNING = "进行中"
VIEWS = ("尚未达标", "全部")
SIGNING = "协议签约"
PASSED, FAILED, UNDECIDED = "✓ 通过", "✗ 未通过", "○ 尚未判定"
AFTER_RULES = ("consent.mediation_days", "consent.decision_days", "consent.move_days")
SETTLED = frozenset(REBUILDING.at_or_after("建设审批"))
"""Stages in which 行政调解和决定 is over."""


def is_open(rounds: pd.DataFrame) -> pd.Series:
    """Which rounds have not reached their gate, or passed, or cannot be judged."""
    return ~rounds["reached"].fillna(False).astype(bool)


def standing_rounds(rounds: pd.DataFrame) -> pd.DataFrame:
    """Of each project the rounds that run; where none runs, the last by 开始日期, 结束日期 and the order of the rounds."""
    place = rounds["round"].map({name: at for at, name in enumerate(ROUNDS)}).fillna(-1)
    ordered = rounds.assign(_place=place).sort_values(["start_date", "end_date", "_place"], na_position="first", kind="stable")
    last = ~ordered.duplicated("project_id", keep="last")
    running = ordered["result"].eq(RUNNING).fillna(False)
    has_running = running.groupby(ordered["project_id"]).transform("any")
    return ordered[running | (last & ~has_running)].drop(columns="_place")


def round_rows(rounds: pd.DataFrame, projects: pd.DataFrame, seen: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The standing rounds with what the rules say of them, their pace and the stage of their project, the most urgent first.

    seen: project_id, round, day, households_agreed and households_signed of the last months. gate: NA where a round has none.
    """
    rounds = consent_columns(standing_rounds(rounds), on, registry)
    rounds = rounds.assign(gate=rounds["gate"].astype("object").where(rounds["round"].isin(list(GATES)), None))
    short = rounds[rounds["gate"].notna() & is_open(rounds)]
    seen = seen[seen["project_id"].isin(short["project_id"])]
    rounds = rounds.join(gate_days(rounds, seen, on, registry))
    stages = projects.drop_duplicates("project_id").set_index("project_id")["stage"]
    over = (pd.Timestamp(on) - rounds["end_date"]).dt.days.where(is_open(rounds)).fillna(-np.inf)
    rounds = rounds.assign(
        stage=rounds["project_id"].map(stages), _light=rounds["round_light"].map(URGENCY), _over=-over
    ).sort_values(["_light", "_over", "project_id"], kind="stable")
    return rounds.drop(columns=["_light", "_over"]).reset_index(drop=True)


def gated(rounds: pd.DataFrame, view: str) -> pd.DataFrame:
    """The rows of `round_rows` that have a gate, for one of `VIEWS`."""
    rows = rounds[rounds["gate"].notna()]
    return rows[is_open(rows)] if view == VIEWS[0] else rows


def gates_of(rows: pd.DataFrame, on: date, registry: Registry) -> list[Threshold]:
    """The threshold each round was judged by: that of 生效日期, else 结束日期, else `on`."""
    days = rows["effective_date"].fillna(rows["end_date"])
    return [registry.at(str(gate), on if day != day else day.date()) for gate, day in zip(rows["gate"], days, strict=True)]


def board_table(rows: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """征询签约看板 of rows of `gated`."""
    signs = rows["round"].map({name: column == "households_signed" for name, (_, column) in GATES.items()}).astype(bool)
    reached = ~is_open(rows)
    return pd.DataFrame({
        **named(rows), "灯": light_text(rows["round_light"]), "环节": rows["round"], "比例": rows["consent_rate"],
        "标准线": [one.text for one in gates_of(rows, on, registry)], "还差户数": rows["short"], "推算达标": rows["reached_on"],
        "街镇": places(rows), "结果": rows["result"], "应参与": rows["households_entitled"],
        "同意或签约": rows["households_signed"].where(signs, rows["households_agreed"]), "结束日期": rows["end_date"],
        "日均": rows["per_day"].astype("float64"),
        "把握": np.where(reached, "已达标", np.where(rows["certain"], "按规则推算", "不确定")), "怎样得出": rows["rule"],
    })


# Votes


def verdict_of(row: dict[Any, Any], on: date, registry: Registry) -> Verdict:
    """What a round that is an owners' vote came to, by the numbers so far."""
    numbers = {name: None if row[column] != row[column] else row[column] for name, column in VOTE_COLUMNS.items()}
    day = row["effective_date"] if row["effective_date"] == row["effective_date"] else row["end_date"]
    return judge(Vote(None if day != day else min(day.date(), on), **numbers), VOTES[row["round"]], on, registry)


def votes_of(rounds: pd.DataFrame, *, passed: bool) -> pd.DataFrame:
    """The owners' votes among `round_rows`: those that passed, or the others, failed ones first."""
    rows = rounds[rounds["round"].isin(list(VOTES))]
    if passed:
        return rows[~is_open(rows)]
    return rows[is_open(rows)].sort_values("reached", na_position="last", kind="stable")


def votes_table(rows: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """业主表决: the four shares, each of its own base, what is missing, the numbers behind them, and the four lines."""
    verdicts = [verdict_of(row, on, registry) for row in rows.to_dict("records")]
    result = rows["reached"].astype("object").map({True: PASSED, False: FAILED}).fillna(UNDECIDED)
    counts = {"应参与人数": "base_heads", "参与人数": "voted_heads", "同意人数": "agreed_heads",
              "应参与面积": "base_area", "参与面积": "voted_area", "同意面积": "agreed_area"}
    return pd.DataFrame({
        **named(rows), "结论": result.astype("str"),
        "还差": ["，".join(side.short_words for side in one.sides if side.short) or MISSING for one in verdicts],
        **{f"{title}占比": pd.Series([_share(one.sides[at]) for one in verdicts], rows.index, "float64")
           for at, title in enumerate(SIDES.values())},
        "灯": light_text(rows["round_light"]), "街镇": places(rows), "环节": rows["round"],
        **{title: rows[VOTE_COLUMNS[name]] for title, name in counts.items()},
        "结束日期": rows["end_date"], "四项标准线": [_lines(one) for one in verdicts],
    })


def _share(side: Side) -> float:
    return np.nan if side.count is None or not side.total else float(side.count / side.total * 100)


def _lines(verdict: Verdict) -> str:
    told = ((SIDES[side.name], side.threshold) for side in verdict.sides)
    return "，".join(f"{title}{'不要求' if row is None else row.text.replace(' ', '')}" for title, row in told)


# After the signing


def signed_rows(rounds: pd.DataFrame) -> pd.DataFrame:
    """Rounds of 协议签约 that have reached their gate, with `left`: households that have not signed."""
    rows = rounds[(rounds["round"] == SIGNING) & ~is_open(rounds)]
    return rows.assign(left=(rows["households_entitled"] - rows["households_signed"]).astype("float64"))


def to_settle(signed: pd.DataFrame) -> pd.DataFrame:
    """Those of `signed_rows` with a day of effect, households left and a project not yet beyond 行政调解和决定."""
    return signed[(signed["left"] > 0) & signed["effective_date"].notna() & ~signed["stage"].isin(SETTLED)]


def after_table(rows: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """签约达到生效线之后: of each of `to_settle` where it stands on its way, and the last days of each step."""
    steps = [after_signing(day.date(), on, registry) for day in rows["effective_date"]]
    titles = ("行政调解", "行政决定", "搬离期限")
    return pd.DataFrame({
        **named(rows), "现在": [_now(one, on) for one in steps], "未签约": rows["left"], "生效日期": rows["effective_date"],
        **{f"{title}{word}": pd.Series([getattr(one[at], name) if one else None for one in steps], rows.index, "datetime64[ms]")
           for at, title in enumerate(titles) for word, name in (("至", "until"), ("最长至", "until_extended"))},
        "街镇": places(rows),
    })


def _now(steps: list[Step], on: date) -> str:
    """The step that runs, or how long the last one is over."""
    if not steps:
        return "○ 尚未生效"
    for step in steps:
        if on <= step.until:
            return f"▷ {step.title}期内，还有 {show((step.until - on).days)} 天"
    last = steps[-1]
    if on <= last.until_extended:
        return f"▷ 规定期已满，用足延长还有 {show((last.until_extended - on).days)} 天"
    return f"◁ 各期已满 {show((on - last.until_extended).days)} 天"


def basis_lines(names: Iterable[str], registry: Registry, on: date) -> Iterator[str]:
    """The lines that some rounds are judged by as of a day, each with its basis and whether that is in doubt."""
    there = set(names)
    for name, (rule, _) in GATES.items():
        if name in there:
            yield f"**{name}**：{threshold_words(registry.at(rule, on), registry, on)}"
    for name, kind in VOTES.items():
        if name in there:
            found = rules_at(kind, on, registry)
            lines = "；".join(f"{SIDES[side]}为{row.base}的 {row.text}" for side, row in found.items())
            basis = dict.fromkeys(f"{row.basis}，{_standing(row, registry, on)}" for row in found.values())
            yield f"**{name}**：{lines}（{'；'.join(basis)}）"


def side_words(side: Side) -> str:
    """One of the four numbers with its own line, its mark first: ✓ 402/600 人 67.0%（≥2/3）."""
    decimals = 0 if side.unit == "人" else 2
    counted = f"{show(side.count, decimals)}/{show(side.total, decimals)} {side.unit}"
    if side.threshold is None:
        return f"✓ {counted}（当时无参与比例要求）"
    share = f" {show(side.count / side.total * 100, 1)}%" if side.count is not None and side.total else ""
    return f"{'○' if side.short is None else '✗' if side.short else '✓'} {counted}{share}（{side.threshold.text.replace(' ', '')}）"


def threshold_words(row: Threshold, registry: Registry, on: date) -> str:
    """A threshold with its base, basis and whether it is in force or in doubt."""
    return f"{row.base}的 {row.text}（{row.basis}，{_standing(row, registry, on)}）"


def _standing(row: Threshold, registry: Registry, on: date) -> str:
    found = registry.state_of(row, on)
    words = f"印明的有效期至 {row.effective_to}，**{found}**" if found == IN_DOUBT else found
    return words if row.official else f"{row.standing}，{words}"
