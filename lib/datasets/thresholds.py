"""The registry of thresholds: a rule asks for the value in force on a date; no number of a regulation stands in code.

Its one rule: a registry is a value. The one shipped stands in data/reference/thresholds.csv; a release keeps the one it was
published with, so that a later change moves no earlier figure.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

from lib.settings import REFERENCE
from lib.spec.numbers import show

OFFICIAL, PLANNED, ARTICLE, OWN = "规定", "规划", "报道", "建议口径"
STANDINGS = (OFFICIAL, PLANNED, ARTICLE, OWN)
"""What a row rests on. Only the first is ever called a rule on screen; 建议口径 is this system's own proposal."""
COMPARISONS = ("", "≥", ">", "≤", "<")
DAY = "日期"
"""Unit of a threshold that is a day."""
IN_FORCE, NOT_YET, REPLACED, IN_DOUBT = "有效", "尚未施行", "已被取代", "待确认是否延续"
STATES = (IN_FORCE, NOT_YET, REPLACED, IN_DOUBT)
"""Where a row can stand on a day."""

_FRACTION = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One row: the value of a rule from a day to a day, both inclusive.

    value: a decimal, a fraction such as 2/3, or a day where `unit` is 日期. comparison: how a figure meets it; empty where it is
    a span. base: of what it is a share, where that matters (全体业主, 参与表决业主). effective_to None: no end printed.
    superseded_by: the document or rule that took its place. standing: one of `STANDINGS`.
    """

    rule: str
    value: str
    unit: str
    comparison: str
    base: str
    title: str
    document: str
    paragraph: str
    effective_from: date
    effective_to: date | None
    superseded_by: str
    standing: str
    note: str

    @property
    def exact(self) -> Fraction:
        """The value as a number, exactly. Raises ValueError for a day."""
        return Fraction(self.value)

    @property
    def number(self) -> float:
        """The value as a number. Raises ValueError for a day."""
        return float(self.exact)

    @property
    def whole(self) -> int:
        """The value as a whole number of days, months or years. Raises ValueError when it is none."""
        return int(self.value)

    @property
    def day(self) -> date:
        """The value as a day. Raises ValueError for a number."""
        return date.fromisoformat(self.value)

    @property
    def text(self) -> str:
        """The value as shown, with its comparison and unit: ≥ 95%, 2/3, 5 个月."""
        if self.unit == DAY or "/" in self.value:
            shown = self.value
        else:
            shown = show(self.exact, len(self.value.partition(".")[2])) + ("" if self.unit == "%" else " ") + self.unit
        return f"{self.comparison} {shown}".strip()

    @property
    def basis(self) -> str:
        """Document and paragraph."""
        return f"{self.document}{self.paragraph}"

    @property
    def official(self) -> bool:
        """Whether it may be called a rule."""
        return self.standing == OFFICIAL

    def in_doubt(self, on: date) -> bool:
        """Whether its printed end has passed and nothing took its place: shown as 待确认是否延续."""
        return self.effective_to is not None and on > self.effective_to and not self.superseded_by

    def met_by(self, value: Fraction | int) -> bool:
        """Whether a figure, exactly as it is, meets the threshold. Raises ValueError where it compares nothing."""
        line = self.exact
        match self.comparison:
            case "≥":
                return value >= line
            case ">":
                return value > line
            case "≤":
                return value <= line
            case "<":
                return value < line
        raise ValueError(f"{self.rule} compares nothing")


COLUMNS = tuple(one.name for one in fields(Threshold))
_TITLES = {"rule": "规则编号", "value": "值", "unit": "单位", "comparison": "比较", "base": "基数", "title": "名称", "document": "文件",
           "paragraph": "条款", "effective_from": "施行日期", "effective_to": "截止日期", "superseded_by": "被何取代", "standing": "性质",
           "note": "备注"}
TITLES: dict[str, str] = {name: _TITLES[name] for name in COLUMNS}
"""Column → its Chinese title."""


@dataclass(frozen=True)
class Registry:
    """All rows, in order of rule and first day."""

    rows: tuple[Threshold, ...]

    @cached_property
    def _by_rule(self) -> dict[str, tuple[Threshold, ...]]:
        found: dict[str, list[Threshold]] = {}
        for row in sorted(self.rows, key=lambda one: (one.rule, one.effective_from)):
            found.setdefault(row.rule, []).append(row)
        return {rule: tuple(rows) for rule, rows in found.items()}

    @cached_property
    def key(self) -> str:
        """Identity of the content."""
        return hashlib.sha256(self.csv().encode()).hexdigest()

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of all rules."""
        return tuple(self._by_rule)

    def rows_of(self, rule: str) -> tuple[Threshold, ...]:
        """All rows of a rule, oldest first; none for an unknown one."""
        return self._by_rule.get(rule, ())

    def at(self, rule: str, on: date) -> Threshold:
        """The row of a rule for a date; past the printed end of the last one, that last one (it is then in doubt); before the
        first one, the first one. Raises KeyError for an unknown rule.
        """
        rows = self._by_rule[rule]
        begun = [row for row in rows if row.effective_from <= on]
        return begun[-1] if begun else rows[0]

    def find(self, rule: str, on: date) -> Threshold | None:
        """The row of a rule for a date, None before its first day: for rules that were not there before."""
        row = self.at(rule, on)
        return row if row.effective_from <= on else None

    def state_of(self, row: Threshold, on: date) -> str:
        """Where a row stands on a day: 有效, 尚未施行, 已被取代 (by a later row of its rule that has begun, or by what it names, once it
        has ended) or 待确认是否延续 (its printed end has passed and nothing took its place).
        """
        if row.effective_from > on:
            return NOT_YET
        ended = row.effective_to is None or row.effective_to < on
        if any(row.effective_from < one.effective_from <= on for one in self.rows_of(row.rule)) or (ended and row.superseded_by):
            return REPLACED
        return IN_DOUBT if row.in_doubt(on) else IN_FORCE

    def csv(self) -> str:
        """All rows as the text of the reference file."""
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rows in self._by_rule.values():
            for row in rows:
                writer.writerow(["" if (value := getattr(row, name)) is None else str(value) for name in COLUMNS])
        return sink.getvalue()

    def problems(self) -> list[str]:
        """What is wrong with the registry, in Chinese; none when it may be published."""
        found = [f"第 {at} 行：{text}" for at, row in enumerate(self.rows, start=1) for text in _row_problems(row)]
        for rule, rows in self._by_rule.items():
            if len({row.unit for row in rows}) > 1:
                found.append(f"{rule}：各行的单位不一致。")
            for before, after in pairwise(rows):
                if before.effective_from == after.effective_from:
                    found.append(f"{rule}：有两行都自 {after.effective_from} 起施行。")
                elif before.effective_to is not None and before.effective_to >= after.effective_from:
                    found.append(f"{rule}：{before.effective_from} 起的一行截止于 {before.effective_to}，"
                                 f"与 {after.effective_from} 起的一行重叠；"
                                 f"请把截止日期改为 {after.effective_from - timedelta(days=1)} 或更早。")
        return found

    def with_missing(self, shipped: Registry) -> Registry:
        """This registry, and of `shipped` the rules that it does not have: a newer programme may ask for them."""
        more = tuple(row for rule in shipped.rules if rule not in self._by_rule for row in shipped.rows_of(rule))
        return Registry((*self.rows, *more)) if more else self


def _row_problems(row: Threshold) -> list[str]:
    found = []
    if not row.rule or not row.title:
        found.append("规则编号和名称不能为空。")
    if row.unit == DAY:
        try:
            row.day  # noqa: B018
        except ValueError:
            found.append(f"值“{row.value}”不是日期，请写成 2026-12-31 的形式。")
    elif not (_DECIMAL.fullmatch(row.value) or _FRACTION.fullmatch(row.value)):
        found.append(f"值“{row.value}”不是数，请写成 95、0.2 或 2/3 的形式。")
    if row.comparison not in COMPARISONS:
        found.append(f"比较“{row.comparison}”不正确，可用的有：≥、>、≤、<，或留空。")
    if row.standing not in STANDINGS:
        found.append(f"性质“{row.standing}”不正确，可用的有：{'、'.join(STANDINGS)}。")
    if row.effective_to is not None and row.effective_to < row.effective_from:
        found.append("截止日期早于施行日期。")
    return found


def registry_from_csv(text: str) -> Registry:
    """A registry from the text of a file. Raises ValueError with a Chinese sentence when a column or a day is wrong."""
    reader = csv.DictReader(io.StringIO(text))
    absent = [TITLES[name] for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise ValueError(f"缺少列：{'、'.join(absent)}。")
    return registry_from_rows(reader)


def registry_from_rows(rows: Iterable[dict[str, str]]) -> Registry:
    """A registry from rows of texts by column. Raises ValueError with a Chinese sentence when a day is wrong."""
    found = []
    for at, row in enumerate(rows, start=1):
        texts = {name: (row.get(name) or "").strip() for name in COLUMNS}
        try:
            begins = date.fromisoformat(texts.pop("effective_from"))
            until = texts.pop("effective_to")
            ends = date.fromisoformat(until) if until else None
        except ValueError:
            raise ValueError(f"第 {at} 行：施行日期、截止日期请写成 2026-12-31 的形式；没有截止日期的留空。") from None
        found.append(Threshold(**texts, effective_from=begins, effective_to=ends))
    return Registry(tuple(found))


@lru_cache(maxsize=1)
def shipped_registry() -> Registry:
    """The registry that comes with the programme."""
    return registry_from_csv((REFERENCE / "thresholds.csv").read_text(encoding="utf-8"))
