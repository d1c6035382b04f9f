"""Statutory clocks: steps declared as data, carried out over a whole frame for one date.

Its one rule: a span is asked of the registry for the day it counts from; what happened after the date has not happened.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.thresholds import Registry
from lib.rules.lights import GREEN, LIGHT_NAMES, RED, UNJUDGED, YELLOW, Codes, codes_of, named

Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

NEAR_RULE = "light.near_days"
"""Within how many days before it is due an open step is 黄, where it has no reminder of its own."""
DAY_DTYPE = "datetime64[ms]"
DUE_COLUMNS = ("step", "title", "planned", "due", "actual", "days", "done", "waits", "light", "words", "basis")
"""What `deadlines` says of each step, after the key columns and the 街镇."""

_MONTHS = {"个月": 1, "年": 12}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a clock.

    anchor: what its span counts from: the id of another step, or a column of days. plan: where the anchor is a column of days that
    may not have come yet, the step or column that says when it is to come. rule: the span in the registry; none: due on the anchor
    itself. before: counted back from the anchor. remind: rule of a longer span from the same anchor at which it turns 黄.
    actual: column of the day it was done; none: it is not judged. reached: column of whether it is done although no day is known.
    when: column of whether the step is there at all. basis: its document and paragraph; none: those of the rule.
    """

    id: str
    title: str
    anchor: str
    rule: str = ""
    actual: str = ""
    plan: str = ""
    before: bool = False
    remind: str = ""
    reached: str = ""
    when: str = ""
    basis: str = ""


Clock = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of one step, an entry per row."""

    planned: Days
    due: Days
    remind: Days
    actual: Days
    done: Flags
    waits: Flags
    applies: Flags
    basis: Texts


def days_of(frame: pd.DataFrame, column: str) -> Days:
    """A column of days as whole days; NaT where there is none."""
    return frame[column].to_numpy().astype("datetime64[D]")


def happened(frame: pd.DataFrame, column: str, on: date) -> Days:
    """A column of days as far as they have come on a date; NaT for those that are still ahead."""
    days = days_of(frame, column)
    return np.where(days <= np.datetime64(on, "D"), days, np.datetime64("NaT"))


def months_later(days: Days, months: int | npt.NDArray[np.int64]) -> Days:
    """The same day so many months later (earlier when negative); the last of the month where that day does not exist."""
    month = days.astype("datetime64[M]")
    first = (month + months).astype("datetime64[D]")
    last = (month + (np.asarray(months) + 1)).astype("datetime64[D]") - first - np.timedelta64(1, "D")
    return np.asarray(first + np.minimum(days - month.astype("datetime64[D]"), last))


def spans_later(days: Days, rule: str, registry: Registry, *, before: bool = False) -> tuple[Days, Texts]:
    """Each day moved by the span of a rule, and the basis of that span: by the row in force on the day moved.

    Raises KeyError for a rule that is not in the registry, ValueError when it is no span of days, months or years.
    """
    rows = registry.rows_of(rule)
    if not rows:
        raise KeyError(rule)
    begins = np.array([row.effective_from for row in rows[1:]], "datetime64[D]")
    at = np.searchsorted(begins, days, side="right")
    counts = np.array([row.whole for row in rows], np.int64)[at] * (-1 if before else 1)
    unit = rows[0].unit
    if unit == "天":
        moved = np.asarray(days + counts.astype("timedelta64[D]"))
    elif unit in _MONTHS:
        moved = months_later(days, counts * _MONTHS[unit])
    else:
        raise ValueError(f"{rule} is no span: {unit}")
    return moved, np.array([row.basis for row in rows], object)[at]


def deadlines(clock: Clock, frame: pd.DataFrame, on: date, registry: Registry, keys: Sequence[str]) -> pd.DataFrame:
    """One row per row of `frame` and step, in their order: `keys`, subdistrict, then `DUE_COLUMNS`.

    planned: the day that follows from the anchor of the clock if each step before takes all its time. due: counted from the day the
    step before was really done; while it is still open (`waits`), from when that one is due. Of a step that is done, only what had
    happened by its own day counts, so its due day stays; counted back from another step (`before`) it moves once, when that one happens,
    and waits as long as that one waits.
    actual: NaT unless it has come on `on`. days: of an open step due − on (negative: over), of a done one due − actual (negative: late).
    light: open: 红 after the due day, 黄 from the reminder or within `NEAR_RULE` days, else 绿; done: 绿; 不判定 where nothing can be said.
    words: the same in words. The frame is not changed; a clock has at least one step. Raises KeyError for what is not there.
    """
    walk = _Walk(clock, frame, on, registry)
    told = [walk.told(step.id) for step in clock]
    rows, steps = len(frame), len(clock)
    owner = np.repeat(np.arange(rows), steps)
    places = np.tile(np.arange(steps), rows)
    columns = [*keys, *(["subdistrict"] if "subdistrict" in frame.columns and "subdistrict" not in keys else [])]
    table = {name: frame[name].array.take(owner) for name in columns}

    def days(name: str) -> Days:
        return np.stack([getattr(one, name) for one in told], axis=1).ravel()

    def flags(name: str) -> Flags:
        return np.stack([getattr(one, name) for one in told], axis=1).ravel()

    planned, due, actual = days("planned"), days("due"), days("actual")
    done, waits, applies = flags("done"), flags("waits"), flags("applies")
    judged = applies & np.array([bool(step.actual or step.reached) for step in clock], bool)[places]
    left = days_between(np.where(done, actual, np.datetime64(on, "D")), due)
    left[~judged] = np.nan
    named_steps = {step.id for step in clock}
    plain = np.array([not step.rule and step.anchor not in named_steps for step in clock], bool)[places]
    basis = np.stack([one.basis for one in told], axis=1).ravel()
    table |= {
        "step": pd.array([step.id for step in clock], dtype="str").take(places),
        "title": pd.array([step.title for step in clock], dtype="str").take(places),
        "planned": planned.astype(DAY_DTYPE),
        "due": due.astype(DAY_DTYPE),
        "actual": actual.astype(DAY_DTYPE),
        "days": left,
        "done": done,
        "waits": waits,
        "light": pd.array(LIGHT_NAMES, dtype="str").take(_lights(left, done, judged, days("remind") <= np.datetime64(on, "D"))),
        "words": _words(left, ~np.isnat(actual), done, waits, applies, judged, plain),
        "basis": _shared(basis),
    }
    return pd.DataFrame(table)


def worst_step(table: pd.DataFrame, clock: Clock, index: pd.Index, steps: Collection[str] | None = None) -> pd.Series:
    """Of each row the most urgent light of its steps, from what `deadlines` gave for it. index: of the frame given to it; steps: only
    these ids, all when None.
    """
    chosen = [at for at, step in enumerate(clock) if steps is None or step.id in steps]
    return named(codes_of(table["light"]).reshape(len(index), len(clock))[:, chosen].max(axis=1, initial=0), index)


class _Walk:
    """The steps of a clock over a frame; each is worked out once, after the one it counts from."""

    def __init__(self, clock: Clock, frame: pd.DataFrame, on: date, registry: Registry) -> None:
        self._steps = {step.id: step for step in clock}
        self._frame, self._on, self._registry = frame, on, registry
        self._told: dict[str, _Told] = {}

    @cached_property
    def _near(self) -> np.timedelta64:
        return np.timedelta64(self._registry.at(NEAR_RULE, self._on).whole, "D")

    @cached_property
    def _none(self) -> Days:
        return np.full(len(self._frame), np.datetime64("NaT"), "datetime64[D]")

    @cached_property
    def _no(self) -> Flags:
        return np.zeros(len(self._frame), bool)

    def told(self, name: str) -> _Told:
        """What is known of a step."""
        if name not in self._told:
            self._told[name] = self._tell(self._steps[name])
        return self._told[name]

    def _tell(self, step: Step) -> _Told:
        actual = happened(self._frame, step.actual, self._on) if step.actual else self._none
        applies = self._flag(step.when) if step.when else ~self._no
        actual = np.where(applies, actual, np.datetime64("NaT"))
        dated = ~np.isnat(actual)
        done = dated | (applies & self._flag(step.reached) if step.reached else self._no)
        came, planned_from, expected_from, open_before = self._anchor(step)
        planned, _ = self._moved(step, planned_from)
        expected, basis = self._moved(step, expected_from)
        due = expected
        if came is not None:
            from_actual, basis_actual = self._moved(step, came)
            counts = ~np.isnat(came)
            if not step.before:
                # A step that is done was judged by what had happened then: a later day of the step before does not move it.
                counts &= ~(came > actual)
                expected = np.where(dated, planned, expected)
            due = np.where(counts, from_actual, expected)
            basis = np.where(counts, basis_actual, basis)
        planned, due = (np.where(applies, one, np.datetime64("NaT")) for one in (planned, due))
        if step.remind:
            remind, _ = spans_later(expected_from, step.remind, self._registry, before=step.before)
        else:
            remind = due - self._near
        waits = ~done & open_before & ~np.isnat(due)
        return _Told(planned, due, remind, actual, done, waits, applies, basis)

    def _anchor(self, step: Step) -> tuple[Days | None, Days, Days, Flags]:
        """When the anchor came (None: it is a day that simply stands), was planned, is expected; whether it is still awaited."""
        if step.anchor in self._steps:
            before = self.told(step.anchor)
            return before.actual, before.planned, before.due, before.waits if step.before else ~before.done
        day = days_of(self._frame, step.anchor)
        if not step.plan:
            return None, day, day, self._no
        came = happened(self._frame, step.anchor, self._on)
        if step.plan in self._steps:
            ahead = self.told(step.plan)
            return came, ahead.planned, ahead.due, np.isnat(came)
        plan = days_of(self._frame, step.plan)
        return came, plan, plan, np.isnat(came)

    def _moved(self, step: Step, days: Days) -> tuple[Days, Texts]:
        if not step.rule:
            return days, np.full(len(days), step.basis, object)
        moved, basis = spans_later(days, step.rule, self._registry, before=step.before)
        return moved, np.full(len(days), step.basis, object) if step.basis else basis

    def _flag(self, column: str) -> Flags:
        return self._frame[column].fillna(False).to_numpy(bool)


def days_between(earlier: Days, later: Days) -> npt.NDArray[np.float64]:
    """Whole days from one day to another; NaN where one of them is not known."""
    span = np.subtract(later, earlier)
    return np.where(np.isnat(span), np.nan, span.astype(np.int64).astype(np.float64))


def _lights(left: npt.NDArray[np.float64], done: Flags, judged: Flags, reminded: Flags) -> Codes:
    place = {name: at for at, name in enumerate(LIGHT_NAMES)}
    return np.select(
        [judged & done, ~judged | np.isnan(left), left < 0, reminded],
        [place[GREEN], place[UNJUDGED], place[RED], place[YELLOW]],
        place[GREEN],
    ).astype(np.int8)


_ABSENT, _LATE, _DONE, _UNDATED, _UNASKED, _UNPLANNED, _UNANCHORED, _WAITS, _OPEN = range(9)
_FIXED = {_ABSENT: "不适用", _DONE: "已完成", _UNDATED: "已完成（未填日期）", _UNASKED: "表中没有完成日期，不判定", _UNPLANNED: "未排日期",
          _UNANCHORED: "缺起算日期"}


def _words(left: npt.NDArray[np.float64], dated: Flags, done: Flags, waits: Flags, applies: Flags, judged: Flags, plain: Flags) -> object:
    """A sentence for each entry; every different one is put together once."""
    known = ~np.isnan(left)
    kind = np.select(
        [~applies, done & (left < 0), dated, done, ~judged, ~known & plain, ~known, waits],
        [_ABSENT, _LATE, _DONE, _UNDATED, _UNASKED, _UNPLANNED, _UNANCHORED, _WAITS],
        _OPEN,
    )
    whole = np.where(known, left, 0).astype(np.int64)
    codes, found = pd.factorize(whole * 16 + kind)
    return pd.array([_sentence(int(one) % 16, int(one) // 16) for one in found], dtype="str").take(codes)


def _sentence(kind: int, days: int) -> str:
    if kind in _FIXED:
        return _FIXED[kind]
    count = f"{abs(days):,}"
    if kind == _LATE:
        return f"已完成（迟{count}天）"
    if kind == _WAITS:
        return f"待前一步完成，按计划{f'已过{count}天' if days < 0 else f'还有{count}天' if days else '今天到期'}"
    if days == 0:
        return "今天到期"
    return f"已超期{count}天" if days < 0 else f"还有{count}天"


def _shared(texts: Texts) -> object:
    codes, found = pd.factorize(texts)
    return pd.array(list(found), dtype="str").take(codes)
