"""云发布: the public progress sheet of one renewal project, one page to be printed.

Its one rule: it is made from the columns named here and no others. Whatever is for the office alone (risks, who is responsible,
money but for the total, notes, reasons) is cut off before anything is worded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.places import unit_name
from lib.datasets.renewal_projects import MILESTONES
from lib.figures.project import FORM_NODES
from lib.rules.milestones import MOVED_BACK, partly_back
from lib.spec.numbers import show, show_unit
from lib.spec.period import Period, period_of, title_of
from lib.spec.personal import mask_personal

PROJECT_COLUMNS = (
    "project_id", "project_name", "project_type", "subdistrict", "stage", "households", "households_to_sign", "households_signed",
    "households_to_return", "households_returned", "investment", "_marks",
    *(f"{prefix}_{suffix}" for prefix, _ in MILESTONES for suffix in ("plan", "actual")),
)
NODE_COLUMNS = ("node", "plan_date", "actual_date", "_marks")
"""Of a project and of its nodes what may be seen by anybody (P0)."""
FEWEST = 3
"""Households below this are not told, nor are as few that are left: they could be known by name (建议口径)."""
FEW = f"不足 {FEWEST} 户"
MOST_NEXT = 5
UNSAID = {"行政调解和决定": "协议签订"}
"""Stages that concern single households → what is said instead."""
_MAYBE = ("规划研究方案", *UNSAID)
"""Stages that not every project has; they are not announced."""
NO_DATE = "时间待定"


@dataclass(frozen=True, slots=True)
class ProgressSheet:
    """What the sheet says. facts: title and words; done: stage and month, as far as it is known; following: stage and when it is planned;
    now: the present stage, with the month that was told of it, empty when it is the last and done.
    """

    name: str
    as_of: date
    release: int
    demo: bool
    facts: tuple[tuple[str, str], ...]
    done: tuple[tuple[str, str], ...]
    now: str
    following: tuple[tuple[str, str], ...]


def sheet_of(project: pd.DataFrame, nodes: pd.DataFrame, *, as_of: date, release: int, demo: bool) -> ProgressSheet:
    """The sheet of a project from its row of `renewal_projects` and its rows of `milestones`, as they were reported."""
    row = _plain(project[list(PROJECT_COLUMNS)].head(1))[0]
    told = {str(one["node"]): one for one in _plain(nodes[list(NODE_COLUMNS)])}
    ladder = RENEWAL_LADDERS.get(str(row["project_type"]))
    stages = ladder.stages if ladder else ()
    stage = UNSAID.get(str(row["stage"]), str(row["stage"] or ""))
    at = stages.index(stage) if stage in stages else -1
    done: list[tuple[str, str]] = []
    following: list[tuple[str, str]] = []
    now = stage
    partly = bool(partly_back(project.head(1))[0])
    for place, name in enumerate(stages):
        if name in _MAYBE:
            continue
        plan, actual = _days(name, row, told.get(name), as_of)
        if name == MOVED_BACK and partly:
            actual = ""  # some are back, not all: the day that was entered is that of the first
        if place == at and not (place == len(stages) - 1 and actual):
            now = f"{stage}（{actual}）" if actual else stage
            continue
        if place == at:
            now = ""
        if actual:
            done.append((name, actual))
        elif place > at >= 0 and (plan is not None or not following):
            following.append((name, _planned(plan, as_of)))
    return ProgressSheet(_safe(row["project_name"] or row["project_id"]), as_of, release, demo, tuple(_facts(row)), tuple(done),
                         now, tuple(following[:MOST_NEXT]))


def households(count: Any, total: Any, verb: str) -> str:
    """How many of the households of a project have done something, so that no few of them stand out: fewer than `FEWEST` are not told,
    and where all but as few have done it only that is said.
    """
    if count is None or total is None or total <= 0:
        return "—"
    if total < 2 * FEWEST or count > total:
        return "户数较少，不予公布"
    if count < FEWEST:
        return f"{FEW}（共 {show(total)} 户）"
    if 0 < total - count < FEWEST:
        return f"其余{FEW}尚未{verb}（共 {show(total)} 户）"
    return f"{show(count)} 户（共 {show(total)} 户）"


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    total = row["households"]
    facts = [
        ("改造类别", str(row["project_type"] or "—")),
        ("所在街镇", unit_name(str(row["subdistrict"]))),
        ("涉及户数", "—" if total is None else FEW if total < FEWEST else f"{show(total)} 户"),
        ("已签约户数", households(row["households_signed"], row["households_to_sign"], "签约")),
        ("已回搬户数", households(row["households_returned"], row["households_to_return"], "回搬")),
    ]
    return [*facts, ("总投资", show_unit(row["investment"], "万元"))] if row["investment"] is not None else facts


def _days(stage: str, row: Mapping[str, Any], node: Mapping[str, Any] | None, as_of: date) -> tuple[pd.Timestamp | None, str]:
    """The planned day and the month in which a stage was done, as the list of nodes or else the progress form has it."""
    prefix = FORM_NODES.get(stage, "")
    sources = [(node, "plan_date", "actual_date")] if node else []
    sources += [(row, f"{prefix}_plan", f"{prefix}_actual")] if prefix else []
    plan, actual = None, ""
    for source, planned, done in sources:
        plan = plan if plan is not None else source[planned]
        if not actual and source[done] is not None and source[done].date() <= as_of:
            year = json.loads(source["_marks"] or "{}").get(done) == "year"
            actual = f"{source[done].year}年" if year else title_of(period_of(source[done].date()))
    return plan, actual


def _planned(plan: pd.Timestamp | None, as_of: date) -> str:
    if plan is None:
        return NO_DATE
    month = title_of(Period(plan.strftime("%Y-%m")))
    return f"原计划 {month}，尚未完成" if plan.date() <= as_of else f"计划 {month}"


def _plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
    told = rows.astype("object").to_dict("records")
    return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in told]


def _safe(text: Any) -> str:
    return mask_personal(str(text))


_STYLE = """
@page { size: A4 portrait; margin: 18mm 16mm; }
* { box-sizing: border-box; }
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "SimSun", sans-serif; color: #111; background: #fff; margin: 0 auto;
  max-width: 178mm; padding: 8mm 0; font-size: 12pt; line-height: 1.5; }
header { border-bottom: 2pt solid #111; padding-bottom: 3mm; margin-bottom: 5mm; }
h1 { font-size: 20pt; margin: 0 0 2mm; line-height: 1.3; }
h2 { font-size: 14pt; margin: 6mm 0 2mm; }
.demo { border: 1pt solid #111; display: inline-block; padding: 0 2mm; margin-left: 2mm; font-weight: bold; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.5pt solid #666; padding: 1.2mm 2.5mm; text-align: left; vertical-align: top; font-weight: normal; }
th { width: 32%; background: #f2f2f2; }
ol { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 8mm; }
li { break-inside: avoid; padding: 0.6mm 0; }
.now { font-weight: bold; border: 1pt solid #111; padding: 2mm 3mm; }
footer { margin-top: 8mm; border-top: 0.5pt solid #666; padding-top: 2mm; font-size: 10pt; }
@media print { body { padding: 0; max-width: none; } th { background: none; } }
"""


def sheet_html(sheet: ProgressSheet) -> bytes:
    """The sheet as a page of its own: nothing is loaded from elsewhere, nothing runs; printed it is one page of A4."""
    demo = '<span class="demo">演示数据</span>' if sheet.demo else ""
    as_of = f"数据截至 {sheet.as_of.isoformat()}"
    facts = "".join(f"<tr><th>{escape(title)}</th><td>{escape(words)}</td></tr>" for title, words in sheet.facts)
    done = "".join(f"<li>✓ {escape(stage)}（{escape(month)}）</li>" for stage, month in sheet.done)
    following = "".join(f"<li>○ {escape(stage)}：{escape(words)}</li>" for stage, words in sheet.following)
    parts = [
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
        f"<title>{escape(sheet.name)} 进度公示</title><style>{_STYLE}</style></head><body>",
        f"<header><h1>{escape(sheet.name)}</h1>项目进度公示　{as_of}{demo}</header>",
        f"<table>{facts}</table>",
        f"<h2>已完成</h2><ol>{done}</ol>" if done else "<h2>已完成</h2><p>—</p>",
        f'<h2>当前阶段</h2><p class="now">▶ {escape(sheet.now)}</p>' if sheet.now else "",
        f"<h2>接下来</h2><ol>{following}</ol>" if following else "",
        f"<footer>{as_of}，数据版次第 {sheet.release} 版{'；演示数据，不对应真实主体' if sheet.demo else ''}。",
        f"计划时间以实际办理为准；{FEW}的户数不单独公布。普陀区住房保障和房屋管理局</footer></body></html>",
    ]
    return "".join(parts).encode()


def sheet_name(sheet: ProgressSheet) -> str:
    """The name of the file."""
    plain = "".join("_" if one in '\\/:*?"<>|' or ord(one) < 32 else one for one in sheet.name)[:80]
    return f"进度公示_{plain}_{sheet.as_of.isoformat()}.html"
