"""Site candidates as they are ranked: totals with their parts, why one is not ranked, and the list to take out.

Its one rule: a total never stands without its parts and the weights it was made with; what the form says of itself stands beside it.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter

from lib.datasets.places import unit_name
from lib.datasets.thresholds import Registry
from lib.figures.snapshot import Snapshot
from lib.rules.derived.sites import CONSIDERED, FAILED, METRO_RULES, PASSED
from lib.rules.siting import FORMULA, PARTS, Weights, contributions, order_of, part_points, scored
from lib.spec.numbers import MISSING, show
from lib.spec.period import title_of

DECIMALS = 1
"""Of a total and its parts."""
EXCLUSIONS = (
    "排除条件：消防或结构初判“不通过”、状态为“放弃”的不参与排序；“需整改”“未填全”只作提示，不扣分。"
    "主体意愿和产权计入得分（是 5 分，否 1 分）"
)
BAND_RULE = "缺一项的不给总分，只给区间：缺项按最低 1 分和最高 5 分各算一次；位次相应为区间"
TIE_RULE = "总分完全相同的并列，占同一位次"


Record = dict[Hashable, Any]
"""A row by its columns."""


@dataclass(frozen=True)
class Assessment:
    """Every candidate of a month under some weights. rows: with derived columns, those that are ranked first, in their order; points and
    parts (what each adds to the total) by the index of all rows; table: `siting.scored` of those that are ranked.
    """

    weights: Weights
    rows: pd.DataFrame
    points: pd.DataFrame
    parts: pd.DataFrame
    table: pd.DataFrame

    @property
    def ranked(self) -> pd.DataFrame:
        """The rows that are ranked, in their order."""
        return self.rows.loc[self.table.index]

    def told(self, rows: pd.DataFrame) -> list[tuple[Record, Record]]:
        """Of some rows that are ranked: what the form says of each, and what `siting.scored` does."""
        return list(zip(rows.to_dict("records"), self.table.loc[rows.index].to_dict("records"), strict=True))

    @property
    def left_out(self) -> pd.DataFrame:
        """The rows that are not ranked, by code."""
        return self.rows.loc[self.rows.index.difference(self.table.index, sort=False)]


def assess(rows: pd.DataFrame, weights: Weights) -> Assessment:
    """Rank the rows of `site_candidates` with derived columns, all against each other."""
    rows = rows.sort_values("candidate_id", kind="stable").reset_index(drop=True)
    points = part_points(rows)
    marked = rows["ranked"].to_numpy(bool)
    table = scored(points[marked], weights)
    table = table.loc[order_of(table, rows["candidate_id"])]
    rest = rows.index[~marked]
    ordered = rows.loc[[*table.index, *rest]]
    return Assessment(weights, ordered, points.loc[ordered.index], contributions(points, weights).loc[ordered.index], table)


def left_out_why(row: Mapping[Any, Any]) -> str:
    """Why a candidate is not ranked; empty for one that is."""
    if row["status"] not in CONSIDERED:
        reason = row["exclusion_reason"]
        return f"已放弃：{reason}" if isinstance(reason, str) and reason else "已放弃，未填排除原因"
    failed = [title for title, name in (("消防", "fire_check"), ("结构", "structure_check")) if row[name] == FAILED]
    return f"{'、'.join(failed)}初判不通过" if failed else ""


def bands_text(registry: Registry, on: date) -> str:
    """How metres to the nearest station become points, from the registry."""
    told = "、".join(f"{registry.at(rule, on).text.replace('≤ ', '')}以内 {points} 分" for points, rule in METRO_RULES.items())
    return f"交通便利按直线距离：{told}，更远 1 分（{registry.at(METRO_RULES[5], on).standing}）"


def given(value: object) -> bool:
    """Whether a cell holds anything."""
    return bool(pd.notna(value))  # type: ignore[call-overload]


def site_name(row: Mapping[Any, Any]) -> str:
    """The name of a candidate, its code where it has none."""
    name = row["candidate_name"]
    return name if isinstance(name, str) and name else str(row["candidate_id"])


def flags(row: Mapping[Any, Any]) -> list[str]:
    """What must be seen to before a candidate is taken, in few words; none for one without conditions."""
    found = [
        f"{title}{'未初判' if pd.isna(row[name]) else row[name]}"
        for title, name in (("消防", "fire_check"), ("结构", "structure_check"))
        if pd.isna(row[name]) or row[name] != PASSED
    ]
    if not pd.isna(row["clear_title"]) and not row["clear_title"]:
        found.append("产权不清")
    if not pd.isna(row["operator_willing"]) and not row["operator_willing"]:
        found.append("主体不愿")
    return found


def missing_parts(points: Mapping[Any, float]) -> list[str]:
    """Titles of the parts of a row of points that are missing."""
    return [part.title for part in PARTS if points[part.id] != points[part.id]]


def total_text(row: Mapping[Any, Any]) -> str:
    """A total: 84.4; where a part is missing the band: 68.9～77.8."""
    low = show(row["low"], DECIMALS)
    return low if row["known"] else f"{low}～{show(row['high'], DECIMALS)}"


def rank_text(row: Mapping[Any, Any]) -> str:
    """A rank: 3; 3 并列; 14～17 where a missing part leaves it open."""
    if row["best"] != row["worst"]:
        return f"{row['best']}～{row['worst']}"
    return f"{row['best']} 并列" if row["tied"] else str(row["best"])


def moved_text(now: Mapping[Any, Any], before: Mapping[Any, Any]) -> str:
    """How a rank moved against other weights: ↑ 原 5; empty when it did not."""
    change = int(before["best"] + before["worst"] - now["best"] - now["worst"])
    if not change and now["best"] == before["best"]:
        return ""
    return f"{'↑' if change > 0 else '↓' if change < 0 else '↔'} 原 {rank_text(before)}"


def chosen_sites(rows: pd.DataFrame, units: Collection[str], statuses: Collection[str], text: str) -> pd.DataFrame:
    """Of some rows those of some 街镇 and statuses (empty: all) whose name, code or address holds every word of a text."""
    if units:
        rows = rows[rows["subdistrict"].isin(units)]
    if statuses:
        rows = rows[rows["status"].isin(statuses)]
    for word in _plain(text).split():
        searched = rows[["candidate_id", "candidate_name", "address"]].fillna("").agg(" ".join, axis=1)
        rows = rows[searched.map(lambda one, word=word: word in _plain(one)).astype(bool)]
    return rows


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def reported_gap(row: Mapping[Any, Any], told: Mapping[Any, Any]) -> str:
    """How far our total lies from the one in the form: +3.2; a band where ours is one; a dash where either is missing."""
    reported = row["total_score"]
    if pd.isna(reported):
        return MISSING
    ends = [show(told[name] - reported, DECIMALS) for name in (("low",) if told["known"] else ("low", "high"))]
    return "～".join(end if end.startswith("-") or end == show(0, DECIMALS) else f"+{end}" for end in ends)


def sites_table(found: Assessment, rows: pd.DataFrame, data: Snapshot, named: str) -> pd.DataFrame:
    """The list to take out: some rows of an assessment, in its order, with every part, its weight and what it adds. named: the weights."""
    lines = []
    for index, row in zip(rows.index, rows.to_dict("records"), strict=True):
        told = found.table.loc[index] if index in found.table.index else None
        points, parts = found.points.loc[index], found.parts.loc[index]
        source = data.sources.get(int(row["_submission"]))
        line: dict[str, Any] = {
            "位次": rank_text(told) if told is not None else MISSING,
            "候选点编码": row["candidate_id"],
            "候选点名称": row["candidate_name"],
            "街镇": unit_name(row["subdistrict"]),
            "地址": row["address"],
            "状态": row["status"],
            "未排序原因": left_out_why(row),
            "总分": _rounded(told["low"]) if told is not None and told["known"] else None,
            "总分下限": _rounded(told["low"]) if told is not None else None,
            "总分上限": _rounded(told["high"]) if told is not None else None,
        }
        for part, weight in zip(PARTS, found.weights, strict=True):
            line |= {f"{part.title}分值": points[part.id], f"{part.title}权重": weight, f"{part.title}得分": _rounded(parts[part.id])}
        line |= {
            "缺项": "、".join(missing_parts(points)),
            "需注意": "、".join(flags(row)),
            "最近轨交站": row["metro_station"],
            "直线距离（米）": row["metro_line_m"],
            "填报步行距离（米）": row["metro_m"],
            "距离核对": row["metro_gap"],
            "可改建床位估算（张）": row["beds_estimate"],
            "填报综合得分": row["total_score"],
            "填报权重版本": row["weights_version"],
            "总分减填报": _rounded(told["low"] - row["total_score"]) if told is not None and told["known"] else None,
            "本表权重": named,
            "来源文件": source.file_name if source else None,
            "工作表": row["_sheet"],
            "行号": row["_row"],
        }
        lines.append(line)
    columns = list(lines[0]) if lines else ["位次", "候选点编码", "候选点名称", "街镇", "总分", "本表权重"]
    table = pd.DataFrame(lines, columns=columns)
    whole = [name for name in columns if table[name].dtype == "float64" and (table[name].dropna() % 1 == 0).all() and name not in _TENTHS]
    return table.astype(dict.fromkeys(whole, "Int64"))


_TENTHS = {"总分", "总分下限", "总分上限", "填报综合得分", "总分减填报", *(f"{part.title}得分" for part in PARTS)}
"""Columns that have one decimal even where it is 0."""


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else float(show(value, DECIMALS).replace(",", ""))


def notes_of(data: Snapshot, release: str | int, named: str, weights: Weights, *, demo: bool) -> list[tuple[str, str]]:
    """What has to be known to read the list, as pairs of title and words."""
    told = "；".join(f"{part.title} {weight}（{part.how}）" for part, weight in zip(PARTS, weights, strict=True))
    found = [
        ("报告期", f"{title_of(data.period)}（第 {release} 版）"),
        ("权重", named),
        ("各部分权重和分值来源", told),
        ("计算", FORMULA),
        ("交通分档", bands_text(data.registry, data.as_of)),
        ("排除和提示", EXCLUSIONS),
        ("缺项", BAND_RULE),
        ("并列", TIE_RULE),
        ("位次范围", "位次按全区参与排序的候选点计，不随街镇、状态和搜索筛选变化"),
    ]
    return [*found, ("注意", "演示数据，候选点和权重均为虚构")] if demo else found


def sites_workbook(table: pd.DataFrame, notes: list[tuple[str, str]]) -> bytes:
    """The list as a workbook: the ranking, and a sheet of notes. Texts are written as texts, so that none is ever run as a formula."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("选址排序")
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, str(name), bold)
        for at, value in enumerate(table[name], start=1):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None and not pd.isna(value):
                sheet.write_number(at, column, float(value))
    sheet.set_column(0, max(len(table.columns) - 1, 0), 12)
    sheet.freeze_panes(1, 3)
    other = book.add_worksheet("权重和口径")
    for at, (title, words) in enumerate(notes):
        other.write_string(at, 0, title, bold)
        other.write_string(at, 1, words, wrapped)
    other.set_column(0, 0, 22)
    other.set_column(1, 1, 90)
    book.close()
    return sink.getvalue()
