"""What can be done to a registry of thresholds: correct a row, add one from a day, confirm that one goes on, mark one superseded.

Its one rule: each gives a new registry and saves nothing; `lib.actions.thresholds` makes a release of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.datasets.thresholds import COLUMNS, IN_DOUBT, TITLES, Registry, Threshold
from lib.errors import Blocked

CONFIRMED = "延续依据："
"""Begins, in the note, the document that confirms a row."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that differs between two registries; before None: it is new, after None: it is gone."""

    before: Threshold | None
    after: Threshold | None

    @property
    def row(self) -> Threshold:
        """The row as it is now, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ; all of a row that is new or gone."""
        if self.before is None or self.after is None:
            return COLUMNS
        return tuple(name for name in COLUMNS if getattr(self.before, name) != getattr(self.after, name))

    @property
    def words(self) -> str:
        """The difference in Chinese."""
        if self.before is None:
            return f"新增一行：{self.row.text}，自 {self.row.effective_from} 起（{self.row.basis}）"
        if self.after is None:
            return f"删去一行：{self.row.text}，自 {self.row.effective_from} 起"
        return "；".join(f"{TITLES[name]}由“{_shown(self.before, name)}”改为“{_shown(self.after, name)}”" for name in self.columns)

    def as_dict(self) -> dict[str, object]:
        """For the audit log: rule, first day, and for each column that differs what it was and what it is."""
        changed = {name: [_plain(self.before, name), _plain(self.after, name)] for name in self.columns}
        return {"rule": self.row.rule, "effective_from": self.row.effective_from.isoformat(), "columns": changed}


def row_changes(before: Registry, after: Registry) -> tuple[RowChange, ...]:
    """The rows that differ, in order of rule and day. Rows belong together by rule and first day; where only the first day of one
    row of a rule was changed, that is a change of this row.
    """
    found = []
    for rule in sorted({*before.rules, *after.rules}):
        old = {row.effective_from: row for row in before.rows_of(rule)}
        new = {row.effective_from: row for row in after.rows_of(rule)}
        gone, come = [row for day, row in old.items() if day not in new], [row for day, row in new.items() if day not in old]
        if len(gone) == len(come) == 1:
            changes = [RowChange(gone[0], come[0])]
        else:
            changes = [*(RowChange(row, None) for row in gone), *(RowChange(None, row) for row in come)]
        changes += [RowChange(old[day], new[day]) for day in old if day in new and old[day] != new[day]]
        found += sorted(changes, key=lambda one: one.row.effective_from)
    return tuple(found)


def rows_in_doubt(registry: Registry, on: date) -> tuple[Threshold, ...]:
    """The rows past their printed end on a day that nothing took the place of."""
    return tuple(row for rule in registry.rules for row in registry.rows_of(rule) if registry.state_of(row, on) == IN_DOUBT)


def rows_in_force(registry: Registry, on: date) -> tuple[Threshold, ...]:
    """One row for each rule: the one that is followed on a day, in order of rules."""
    return tuple(registry.at(rule, on) for rule in registry.rules)


def correct(registry: Registry, row: Threshold, corrected: Threshold) -> Registry:
    """The registry with one row written as it should be. Raises Blocked when the row is not there, or is of another rule."""
    if corrected.rule != row.rule:
        raise Blocked("rule", "更正不能改变规则编号。")
    return _with(registry, {row: corrected})


def add_from(registry: Registry, row: Threshold) -> Registry:
    """The registry with a further row of a rule; the one before it ends the day before, superseded by it. A row with no end, where
    a later one of the rule stands, ends the day before that one. Raises Blocked: unknown rule, a day that has a row, or one
    before the first.
    """
    rows = registry.rows_of(row.rule)
    if not rows:
        raise Blocked("rule", f"没有规则“{row.rule}”。", "只能为已有的规则新增一行。")
    if any(one.effective_from == row.effective_from for one in rows):
        raise Blocked("effective_from", f"已有一行自 {row.effective_from} 起施行。", "请改用“更正”，或选择另一个施行日期。")
    earlier = [one for one in rows if one.effective_from < row.effective_from]
    if not earlier:
        raise Blocked("effective_from", f"施行日期应在 {rows[0].effective_from} 以后。", "需要改写更早的，请用“更正”。")
    later = next((one for one in rows if one.effective_from > row.effective_from), None)
    if later is not None and row.effective_to is None:
        row = replace(row, effective_to=later.effective_from - timedelta(days=1))
    before, eve = earlier[-1], row.effective_from - timedelta(days=1)
    if before.effective_to is not None and before.effective_to < row.effective_from:
        return Registry((*registry.rows, row))
    return _with(registry, {before: replace(before, effective_to=eve, superseded_by=before.superseded_by or row.basis)}, (row,))


def confirm(registry: Registry, row: Threshold, *, until: date | None, document: str) -> Registry:
    """The registry with a row that goes on to a later day, or without end (None), by the document that says so, kept in the note.
    Raises Blocked: no end was printed, the new one is no later, it was superseded, or there is no document.
    """
    if row.effective_to is None:
        raise Blocked("until", "这一行没有截止日期，不需要确认延续。")
    if row.superseded_by:
        raise Blocked("until", f"这一行已被{row.superseded_by}取代，不能确认延续。", "写错的请用“更正”清空“被何取代”。")
    if until is not None and until <= row.effective_to:
        raise Blocked("until", f"新的截止日期应晚于 {row.effective_to}。", "不再有截止日期的，请留空。")
    if not document.strip():
        raise Blocked("document", "请写明确认延续的文件。", "例如：沪房规范〔2025〕1号。")
    note = "；".join(part for part in (row.note, f"{CONFIRMED}{document.strip()}") if part)
    return _with(registry, {row: replace(row, effective_to=until, note=note)})


def supersede(registry: Registry, row: Threshold, *, by: str, last: date) -> Registry:
    """The registry with a row that holds up to a day and that something took the place of. Raises Blocked: nothing named, or a day
    before its first.
    """
    if not by.strip():
        raise Blocked("superseded_by", "请写明被哪个文件或规则取代。")
    if last < row.effective_from:
        raise Blocked("last", f"最后一天不能早于施行日期 {row.effective_from}。")
    return _with(registry, {row: replace(row, effective_to=last, superseded_by=by.strip())})


def undo(registry: Registry, standing: Registry, rule: str) -> Registry:
    """The registry with the rows of one rule as they stand."""
    return Registry((*(row for row in registry.rows if row.rule != rule), *standing.rows_of(rule)))


def _with(registry: Registry, changed: dict[Threshold, Threshold], more: Iterable[Threshold] = ()) -> Registry:
    if not set(changed) <= set(registry.rows):
        raise Blocked("moved", "这一行已经不是刚才的样子。", "请刷新页面后重试。")
    return Registry((*(changed.get(row, row) for row in registry.rows), *more))


def _shown(row: Threshold, name: str) -> str:
    value = getattr(row, name)
    return "无" if value in (None, "") else str(value)


def _plain(row: Threshold | None, name: str) -> str | None:
    value = None if row is None else getattr(row, name)
    return None if value is None else str(value)
