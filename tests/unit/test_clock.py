"""The engine of the clocks, on clocks made up for it: spans, due days, lights and words at their edges; and the lights themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib.datasets.thresholds import Registry, registry_from_rows
from lib.rules.clock import DUE_COLUMNS, Clock, Step, deadlines, months_later, spans_later, worst_step
from lib.rules.lights import LIGHT, LIGHT_NAMES, LIGHTS, worst


def row(rule: str, value: int, unit: str, since: str = "2000-01-01", until: str = "") -> dict[str, str]:
    return {"rule": rule, "value": str(value), "unit": unit, "title": rule, "document": "某规定", "paragraph": f"{rule} {since[:4]}",
            "effective_from": since, "effective_to": until, "standing": "规定"}


REGISTRY = registry_from_rows([
    row("light.near_days", 10, "天"),
    row("ask", 5, "个月", until="2025-06-14"),
    row("ask", 4, "个月", since="2025-06-15"),
    row("remind", 6, "个月"),
    row("answer", 60, "天"),
    row("hand", 10, "天"),
    row("term", 3, "年"),
    row("share", 95, "%"),
])
ASKED = Step("ask", "书面报告", "end", "ask", "asked", before=True, remind="remind")
ANSWERED = Step("answer", "答复", "ask", "answer", "answered")
HANDED = Step("hand", "移交", "answer", "hand", "handed")
THREE: Clock = (ASKED, ANSWERED, HANDED)
COLUMNS = ("end", "asked", "answered", "handed")


def table(*rows: dict[str, Any], **more: list[Any]) -> pd.DataFrame:
    days = {name: pd.array([one.get(name) for one in rows], dtype="datetime64[ms]") for name in COLUMNS}
    return pd.DataFrame({"id": [f"r{at}" for at in range(len(rows))], "subdistrict": "街", **days, **more})


def told(clock: Clock, frame: pd.DataFrame, on: str, registry: Registry = REGISTRY) -> dict[str, dict[str, Any]]:
    """What is said of the first row, by step."""
    found = deadlines(clock, frame, date.fromisoformat(on), registry, ("id",))
    return {one["step"]: one for one in found[found["id"] == "r0"].to_dict("records")}


def text(day: Any) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


# -- spans -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        # The last of the month where the day is not there.
        ("2025-07-31", -5, "2025-02-28"),
        ("2024-07-31", -5, "2024-02-29"),
        ("2025-03-31", -5, "2024-10-31"),
        ("2025-07-30", -5, "2025-02-28"),
        ("2025-07-28", -5, "2025-02-28"),
        ("2025-07-27", -5, "2025-02-27"),
        ("2025-11-30", -5, "2025-06-30"),
        # Not the other way round: the last of a short month does not become the last of a long one.
        ("2025-02-28", -5, "2024-09-28"),
        ("2024-02-29", -5, "2023-09-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-02-29", -48, "2020-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-12-31", 1, "2026-01-31"),
        ("2025-01-01", -1, "2024-12-01"),
        ("1969-12-31", 2, "1970-02-28"),
        ("2025-05-31", 0, "2025-05-31"),
    ],
)
def test_months_later(day: str, months: int, moved: str) -> None:
    assert months_later(np.array([day, "NaT"], "datetime64[D]"), months).astype(str).tolist() == [moved, "NaT"]


@pytest.mark.parametrize(
    ("rule", "day", "moved", "basis"),
    [
        # The row of the rule in force on the day the span counts from, although it changes in mid-month.
        ("ask", "2025-06-14", "2025-11-14", "某规定ask 2000"),
        ("ask", "2025-06-15", "2025-10-15", "某规定ask 2025"),
        ("ask", "2025-06-30", "2025-10-30", "某规定ask 2025"),
        ("ask", "1999-12-31", "2000-05-31", "某规定ask 2000"),
        ("answer", "2024-02-28", "2024-04-28", "某规定answer 2000"),
        ("answer", "2023-02-28", "2023-04-29", "某规定answer 2000"),
        ("term", "2024-02-29", "2027-02-28", "某规定term 2000"),
    ],
)
def test_a_span_is_that_of_the_day_it_counts_from(rule: str, day: str, moved: str, basis: str) -> None:
    days, bases = spans_later(np.array([day], "datetime64[D]"), rule, REGISTRY)
    assert (str(days[0]), bases[0]) == (moved, basis)


def test_a_span_before() -> None:
    days, _ = spans_later(np.array(["2025-06-14", "2025-06-15", "NaT"], "datetime64[D]"), "ask", REGISTRY, before=True)
    assert days.astype(str).tolist() == ["2025-01-14", "2025-02-15", "NaT"]


def test_what_is_no_span() -> None:
    day = np.array(["2025-01-01"], "datetime64[D]")
    with pytest.raises(KeyError, match="nothing"):
        spans_later(day, "nothing", REGISTRY)
    with pytest.raises(ValueError, match="share is no span: %"):
        spans_later(day, "share", REGISTRY)


# -- planned, due, actual --------------------------------------------------------------------------------------------

CASES = [
    # on, asked, answered, handed → of 答复 and 移交: planned, due, words
    # The end is 2025-05-31: to be asked by 2024-12-31, answered within 60 days, handed over within 10.
    ("2024-12-01", None, None, None, "2025-03-01", "待前一步完成，按计划还有90天", "2025-03-11", "待前一步完成，按计划还有100天"),
    # Asked early: the answer is due from that day, and so is what follows it.
    ("2024-12-01", "2024-11-01", None, None, "2024-12-31", "还有30天", "2025-01-10", "待前一步完成，按计划还有40天"),
    # Asked late.
    ("2025-02-01", "2025-01-15", None, None, "2025-03-16", "还有43天", "2025-03-26", "待前一步完成，按计划还有53天"),
    # Asked after the date: not asked yet.
    ("2025-01-14", "2025-01-15", None, None, "2025-03-01", "待前一步完成，按计划还有46天", "2025-03-11", "待前一步完成，按计划还有56天"),
    # Answered a day late, which moves the hand-over.
    ("2025-03-20", "2025-01-15", "2025-03-17", None, "2025-03-16", "已完成（迟1天）", "2025-03-27", "还有7天"),
    ("2025-03-20", "2025-01-15", "2025-03-16", None, "2025-03-16", "已完成", "2025-03-26", "还有6天"),
    ("2025-03-30", "2025-01-15", "2025-03-16", "2025-03-30", "2025-03-16", "已完成", "2025-03-26", "已完成（迟4天）"),
    # Answered although never asked: judged by the plan; the hand-over counts from the answer.
    ("2025-03-20", None, "2025-03-05", None, "2025-03-01", "已完成（迟4天）", "2025-03-15", "已超期5天"),
    # Handed over before the answer: the answer that came later does not move what was done.
    ("2025-03-20", "2025-01-15", "2025-03-16", "2025-03-01", "2025-03-16", "已完成", "2025-03-11", "已完成"),
]


@pytest.mark.parametrize(("on", "asked", "answered", "handed", "answer_due", "answer_words", "hand_due", "hand_words"), CASES)
def test_due_days(
    on: str, asked: str | None, answered: str | None, handed: str | None,
    answer_due: str, answer_words: str, hand_due: str, hand_words: str,
) -> None:
    found = told(THREE, table({"end": "2025-05-31", "asked": asked, "answered": answered, "handed": handed}), on)
    assert [text(found[step]["planned"]) for step in ("ask", "answer", "hand")] == ["2024-12-31", "2025-03-01", "2025-03-11"]
    assert (text(found["answer"]["due"]), found["answer"]["words"]) == (answer_due, answer_words)
    assert (text(found["hand"]["due"]), found["hand"]["words"]) == (hand_due, hand_words)
    assert all(one["waits"] is ("待前一步" in one["words"]) for one in found.values())


@pytest.mark.parametrize(
    ("on", "light", "days", "words"),
    [
        # 60 days after 2025-01-15 are 2025-03-16; it turns 黄 ten days before.
        ("2025-03-05", "绿", 11, "还有11天"),
        ("2025-03-06", "黄", 10, "还有10天"),
        ("2025-03-15", "黄", 1, "还有1天"),
        ("2025-03-16", "黄", 0, "今天到期"),
        ("2025-03-17", "红", -1, "已超期1天"),
        ("2028-03-16", "红", -1096, "已超期1,096天"),
    ],
)
def test_an_open_step(on: str, light: str, days: int, words: str) -> None:
    step = told(THREE, table({"end": "2025-05-31", "asked": "2025-01-15"}), on)["answer"]
    assert (step["light"], step["days"], step["words"], step["done"], step["waits"]) == (light, days, words, False, False)


@pytest.mark.parametrize(
    ("on", "light", "words"),
    [
        # Its own reminder: six months before the end, not ten days before it is due.
        ("2024-11-29", "绿", "还有32天"),
        ("2024-11-30", "黄", "还有31天"),
        ("2024-12-31", "黄", "今天到期"),
        ("2025-01-01", "红", "已超期1天"),
    ],
)
def test_a_step_with_a_reminder_of_its_own(on: str, light: str, words: str) -> None:
    step = told(THREE, table({"end": "2025-05-31"}), on)["ask"]
    assert (step["light"], step["words"], text(step["due"])) == (light, words, "2024-12-31")


@pytest.mark.parametrize(
    ("on", "light", "words"),
    [
        # A step that waits never looks worse than the one it waits for.
        ("2025-02-18", "绿", "待前一步完成，按计划还有11天"),
        ("2025-02-19", "黄", "待前一步完成，按计划还有10天"),
        ("2025-03-01", "黄", "待前一步完成，按计划今天到期"),
        ("2025-03-02", "红", "待前一步完成，按计划已过1天"),
    ],
)
def test_a_step_that_waits(on: str, light: str, words: str) -> None:
    step = told(THREE, table({"end": "2025-05-31"}), on)["answer"]
    assert (step["light"], step["words"], step["waits"]) == (light, words, True)


@pytest.mark.parametrize(
    ("end", "due"),
    [("2025-06-14", "2025-01-14"), ("2025-06-15", "2025-02-15"), ("2025-07-31", "2025-03-31")],
)
def test_a_rule_that_changes_in_mid_month_moves_only_what_counts_from_then_on(end: str, due: str) -> None:
    assert text(told(THREE, table({"end": end}), "2025-01-01")["ask"]["due"]) == due


def test_done_is_green_in_time_or_late() -> None:
    for asked, words, days in (("2024-12-31", "已完成", 0), ("2024-12-01", "已完成", 30), ("2025-02-10", "已完成（迟41天）", -41)):
        step = told(THREE, table({"end": "2025-05-31", "asked": asked}), "2025-06-30")["ask"]
        assert (step["light"], step["words"], step["days"], step["done"], text(step["actual"])) == ("绿", words, days, True, asked)


def test_nothing_to_count_from() -> None:
    found = told((*THREE, Step("plain", "计划", "end", actual="handed")), table({}), "2025-01-01")
    assert {(one["light"], one["words"]) for name, one in found.items() if name != "plain"} == {("不判定", "缺起算日期")}
    assert (found["plain"]["light"], found["plain"]["words"]) == ("不判定", "未排日期")
    assert not any(one["waits"] or one["done"] for one in found.values())
    assert all(np.isnan(one["days"]) for one in found.values())


def test_done_although_nothing_says_when_it_was_due() -> None:
    found = told(THREE, table({"answered": "2025-01-10"}), "2025-02-01")
    assert (found["answer"]["light"], found["answer"]["words"], found["answer"]["done"]) == ("绿", "已完成", True)
    assert (text(found["hand"]["due"]), found["hand"]["words"]) == ("2025-01-20", "已超期12天")


# -- kinds of steps --------------------------------------------------------------------------------------------------


def test_counted_back_from_another_step() -> None:
    clock: Clock = (Step("notice", "公告", "meeting", "hand", "asked", before=True), Step("meeting", "大会", "end", actual="answered"))
    for on, answered, due, words in (
        # The meeting is planned for its last day, 2025-05-31.
        ("2025-05-01", None, "2025-05-21", "还有20天"),
        ("2025-05-25", None, "2025-05-21", "已超期4天"),
        # It was held earlier: so the notice was due earlier.
        ("2025-05-25", "2025-05-20", "2025-05-10", "已超期15天"),
    ):
        step = told(clock, table({"end": "2025-05-31", "answered": answered}), on)["notice"]
        assert (text(step["due"]), step["words"], step["waits"]) == (due, words, False)
    step = told(clock, table({"end": "2025-05-31", "answered": "2025-05-20", "asked": "2025-05-12"}), "2025-06-01")["notice"]
    assert (step["words"], text(step["planned"])) == ("已完成（迟2天）", "2025-05-21")


def test_an_anchor_that_is_a_day_with_a_plan() -> None:
    clock: Clock = (Step("hand", "移交", "asked", "hand", "handed", plan="end"),)
    for asked, on, due, planned, words in (
        (None, "2025-05-30", "2025-06-10", "2025-06-10", "待前一步完成，按计划还有11天"),
        ("2025-05-20", "2025-05-19", "2025-06-10", "2025-06-10", "待前一步完成，按计划还有22天"),
        ("2025-05-20", "2025-05-20", "2025-05-30", "2025-06-10", "还有10天"),
    ):
        step = told(clock, table({"end": "2025-05-31", "asked": asked}), on)["hand"]
        assert (text(step["due"]), text(step["planned"]), step["words"]) == (due, planned, words)


def test_an_anchor_planned_by_another_step() -> None:
    clock: Clock = (ASKED, Step("hand", "移交", "answered", "hand", "handed", plan="ask"))
    step = told(clock, table({"end": "2025-05-31", "asked": "2024-12-20"}), "2025-01-01")["hand"]
    assert (text(step["due"]), step["waits"]) == ("2025-01-10", True)
    step = told(clock, table({"end": "2025-05-31", "asked": "2024-12-20", "answered": "2024-12-27"}), "2025-01-01")["hand"]
    assert (text(step["due"]), step["waits"]) == ("2025-01-06", False)


def test_a_step_that_is_not_there_or_not_asked() -> None:
    clock: Clock = (
        Step("when", "移交", "end", "hand", "handed", when="there"),
        Step("unasked", "抄送", "end", "hand"),
        Step("reached", "恢复", "end", "hand", "handed", reached="back"),
        Step("after", "其后", "reached", "hand", "asked"),
    )
    frame = table({"end": "2025-05-31", "handed": "2025-06-01"}, {"end": "2025-05-31"}, there=[False, True], back=[False, True])
    found = deadlines(clock, frame, date(2025, 6, 15), REGISTRY, ("id",)).set_index(["id", "step"])
    assert found["words"].to_dict() == {
        ("r0", "when"): "不适用",
        ("r0", "unasked"): "表中没有完成日期，不判定",
        ("r0", "reached"): "已完成",
        ("r0", "after"): "已超期4天",
        ("r1", "when"): "已超期5天",
        ("r1", "unasked"): "表中没有完成日期，不判定",
        # Done, but nobody said when: what follows counts from when it was due.
        ("r1", "reached"): "已完成（未填日期）",
        ("r1", "after"): "还有5天",
    }
    assert found["light"].tolist() == ["不判定", "不判定", "绿", "红", "红", "不判定", "绿", "黄"]
    assert not found.loc[("r0", "when"), "done"]
    assert text(found.loc[("r0", "unasked"), "due"]) == "2025-06-10"


def test_the_basis_is_that_of_the_rule_or_its_own() -> None:
    clock: Clock = (ASKED, ANSWERED, Step("own", "大会", "end", actual="handed", basis="某规定第9条"))
    found = told(clock, table({"end": "2025-06-15"}), "2025-01-01")
    assert [one["basis"] for one in found.values()] == ["某规定ask 2025", "某规定answer 2000", "某规定第9条"]


# -- the table -------------------------------------------------------------------------------------------------------


def test_rows_and_columns() -> None:
    frame = table({"end": "2025-05-31"}, {"end": "2025-06-30"}).set_index(pd.Index([7, 3]))
    before = frame.copy(deep=True)
    found = deadlines(THREE, frame, date(2025, 1, 1), REGISTRY, ("id",))
    pd.testing.assert_frame_equal(frame, before)
    assert tuple(found.columns) == ("id", "subdistrict", *DUE_COLUMNS)
    assert list(zip(found["id"], found["step"], found["title"], strict=True)) == [
        (name, step.id, step.title) for name in ("r0", "r1") for step in THREE
    ]
    assert "subdistrict" in deadlines(THREE, frame, date(2025, 1, 1), REGISTRY, ("subdistrict", "id")).columns
    assert {str(found[name].dtype) for name in ("planned", "due", "actual")} == {"datetime64[ms]"}


def test_no_rows() -> None:
    found = deadlines(THREE, table(), date(2025, 1, 1), REGISTRY, ("id",))
    assert (len(found), tuple(found.columns)) == (0, ("id", "subdistrict", *DUE_COLUMNS))
    assert worst_step(found, THREE, pd.RangeIndex(0)).tolist() == []


def test_the_worst_step_of_each_row() -> None:
    frame = table({"end": "2025-05-31"}, {"end": "2025-08-31"}, {"end": "2030-12-31"}, {}).set_index(pd.Index(list("abcd")))
    found = deadlines(THREE, frame, date(2025, 2, 28), REGISTRY, ())
    assert worst_step(found, THREE, frame.index).to_dict() == {"a": "红", "b": "黄", "c": "绿", "d": "不判定"}
    assert worst_step(found, THREE, frame.index, ("answer",)).to_dict() == {"a": "黄", "b": "绿", "c": "绿", "d": "不判定"}
    assert set(worst_step(found, THREE, frame.index, ())) == {"不判定"}


# -- lights ----------------------------------------------------------------------------------------------------------


def test_each_light_has_its_shape_and_word() -> None:
    assert [(one.name, one.shape, one.word) for one in LIGHTS] == [
        ("不判定", "○", "不判定"), ("绿", "●", "正常"), ("黄", "▲", "关注"), ("红", "■", "预警"),
    ]
    assert [LIGHT[name].text for name in LIGHT_NAMES] == ["○ 不判定", "● 正常", "▲ 关注", "■ 预警"]


@pytest.mark.parametrize(
    ("lights", "found"),
    [([], "不判定"), (["绿"], "绿"), (["不判定", "绿"], "绿"), (["绿", "黄", "绿"], "黄"), (["黄", "红", "不判定"], "红")],
)
def test_worst(lights: list[str], found: str) -> None:
    assert worst(lights) == found


def test_what_is_no_light() -> None:
    with pytest.raises(KeyError, match="蓝"):
        worst(["绿", "蓝"])
