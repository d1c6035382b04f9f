"""The time line and the boards: what they draw and write, value by value; that nothing is told by colour alone."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.charts.board import gates, spans
from lib.charts.timeline import SHAPES, coloured, label, legend, on_one_line, timeline
from lib.datasets.renewal_projects import MILESTONES

NAN = float("nan")
TODAY = date(2026, 10, 31)
TAGS = re.compile(r"<[^>]*>")


def plain(text: str) -> str:
    return TAGS.sub("", text.replace("<br>", ""))


def trace(figure: Any, name: str) -> Any:
    return next(one for one in figure.data if one.name == name)


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def projects(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """project_id, group, light, words."""
    frame = pd.DataFrame(rows, columns=["project_id", "group", "light", "words"])
    return frame.assign(project_name="演示<b>" + frame["project_id"] + "</b>")


def nodes(*rows: tuple[str, str, str | None, str | None, float, bool]) -> pd.DataFrame:
    """project_id, node, plan, actual, late, open."""
    frame = pd.DataFrame(rows, columns=["project_id", "node", "plan", "actual", "late", "open"])
    return frame.assign(plan=days(*frame["plan"]), actual=days(*frame["actual"]))


@pytest.fixture
def two() -> Any:
    return timeline(
        projects(("P1", "", "红", "■ 竣工超期 303 天"), ("P2", "", "绿", "● 开工还有94天")),
        nodes(
            ("P1", "开工", "2025-01-01", "2025-11-12", 315.0, False),
            ("P1", "竣工", "2026-01-01", None, 303.0, True),
            ("P1", "回搬", None, None, NAN, False),
            ("P2", "意愿征询", "2026-08-31", "2026-07-23", 0.0, False),
            ("P2", "开工", "2027-02-02", None, 0.0, False),
        ),
        today=TODAY,
    )


def test_every_node_has_a_shape_of_its_own_and_the_legend_names_it() -> None:
    assert list(SHAPES) == [title for _, title in MILESTONES]
    assert len({symbol for symbol, _, _ in SHAPES.values()}) == len({mark for _, mark, _ in SHAPES.values()}) == len(MILESTONES)
    assert all(f"{hollow} {name}" in legend() for name, (_, hollow, _) in SHAPES.items())


def test_plan_is_hollow_actual_is_filled_and_a_node_without_a_day_is_not_drawn(two: Any) -> None:
    plan, actual = trace(two, "计划"), trace(two, "实际")
    assert list(plan.marker.symbol) == ["triangle-up-open", "square-open", "circle-open", "triangle-up-open"]
    assert list(actual.marker.symbol) == ["triangle-up", "circle"]
    assert list(plan.y) == [0, 0, 1, 1]
    assert list(plan.customdata) == ["P1", "P1", "P2", "P2"]
    assert actual.hovertext[0] == "开工（实际）2025-11-12"


def test_what_is_late_is_hatched_and_the_worst_of_a_row_is_labelled(two: Any) -> None:
    done, still = trace(two, "迟的一段"), trace(two, "超期的一段")
    assert (done.marker.pattern.shape, still.marker.pattern.shape) == ("/", "x")
    assert list(done.x) == [315 * 86_400_000]
    assert list(still.x) == [303 * 86_400_000]
    assert done.base[0].startswith("2025-01-01")
    assert [plain(text) for text in trace(two, "迟延天数").text] == ["超期 303 天"]


def test_today_is_a_line_with_its_day_and_the_words_stand_at_the_right(two: Any) -> None:
    assert [note.text for note in two.layout.annotations] == ["截至 2026-10-31"]
    assert two.layout.shapes[0].x0 == pd.Timestamp(TODAY).timestamp() * 1000
    assert [plain(text) for text in two.layout.yaxis2.ticktext] == ["■ 竣工超期 303 天", "● 开工还有94天"]
    assert [plain(text) for text in two.layout.yaxis.ticktext] == ["演示＜b＞P1＜/b＞", "演示＜b＞P2＜/b＞"]


def test_groups_have_a_heading_each() -> None:
    drawn = timeline(
        projects(("P1", "曹杨", "绿", "● a"), ("P2", "曹杨", "绿", "● b"), ("P3", "长风", "绿", "● c")),
        nodes(*((name, "开工", "2026-01-01", None, 0.0, False) for name in ("P1", "P2", "P3"))),
        today=TODAY,
    )
    names = [plain(text) for text in drawn.layout.yaxis.ticktext]
    assert names[0] == "曹杨"
    assert names[3] == "长风"
    assert list(trace(drawn, "计划").y) == [1, 2, 4]


def test_on_a_phone_names_and_words_stand_above_the_rows(two: Any) -> None:
    drawn = timeline(
        projects(("P1", "", "红", "■ 竣工超期 303 天")), nodes(("P1", "竣工", "2026-01-01", None, 303.0, True)), today=TODAY, narrow=True
    )
    told = [plain(note.text) for note in drawn.layout.annotations]
    assert "演示＜b＞P1＜/b＞■ 竣工超期 303 天" in told
    assert drawn.layout.yaxis.visible is False
    assert all(one.name != "迟延天数" for one in drawn.data)


def test_a_name_of_two_lines_stands_on_two_and_on_a_phone_on_one() -> None:
    assert label("曹杨演示小区041旧住房成套改造项目\nPTGX2023012", 260) == "曹杨演示小区041旧住房成套改造项目<br>PTGX2023012"
    assert on_one_line("甲<b>\nP1") == "甲＜b＞ P1"
    rows = projects(("P1", "", "绿", "● a")).assign(project_name="甲项目\nP1")
    drawn = [timeline(rows, nodes(("P1", "开工", "2026-01-01", None, 0.0, False)), today=TODAY, narrow=one) for one in (False, True)]
    assert re.sub("<(?!br)[^>]*>", "", drawn[0].layout.yaxis.ticktext[0]) == "甲项目<br>P1"
    assert any(plain(note.text).startswith("甲项目 P1") for note in drawn[1].layout.annotations)


def test_nothing_to_draw_says_so() -> None:
    drawn = timeline(projects(("P1", "", "绿", "● a")), nodes(("P1", "开工", None, None, NAN, False)), today=TODAY)
    assert drawn.layout.annotations[0].text == "没有排过日期的节点"


@pytest.mark.parametrize("narrow", [False, True])
def test_twenty_rows_are_drawn_in_few_traces_without_webgl(narrow: bool) -> None:
    many = [f"P{at:03d}" for at in range(20)]
    rows = [
        (name, node, f"202{1 + at}-03-01", None if at > 2 else f"202{1 + at}-05-01", 61.0 if at < 3 else 0.0, False)
        for name in many for at, (_, node) in enumerate(MILESTONES)
    ]
    listed, told = projects(*((name, "", "绿", "● x") for name in many)), nodes(*rows)
    start = time.perf_counter()
    drawn = timeline(listed, told, today=TODAY, narrow=narrow)
    assert time.perf_counter() - start < 1
    assert len(drawn.data) <= 7
    assert {one.type for one in drawn.data} == {"bar", "scatter"}
    assert len(drawn.to_json()) < 60_000


def test_only_a_mark_takes_the_colour_of_a_light() -> None:
    assert plain(coloured("■ 超期", "红", False)) == "■ 超期"
    assert "color" in coloured("■ 超期", "红", False)
    assert coloured("中位 3 天", "不判定", False) == "中位 3 天"


# Boards


def shares(*rows: tuple[str, float, float, bool | None, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["name", "share", "gate", "reached", "words", "light"])
    return frame.assign(gate_text=[f"≥{gate:g}%" if gate == gate else "" for gate in frame["gate"]], key=frame["name"])


def test_each_row_has_its_own_line_and_what_is_short_is_hatched() -> None:
    drawn = gates(shares(
        ("甲", 94.1, 95.0, False, "■ 94.1% 差 3 户", "红"),
        ("乙", 92.0, 90.0, True, "● 92.0% 已达标", "绿"),
        ("丙", NAN, 80.0, None, "○ 户数未填", ""),
    ))
    assert list(trace(drawn, "标准线").x) == [95, 90, 80]
    assert [plain(text) for text in trace(drawn, "标准").text] == ["≥95%", "≥90%", "≥80%"]
    met, short = trace(drawn, "已达标"), trace(drawn, "未达标")
    assert (list(met.x), list(met.y), met.marker.pattern.shape) == ([92.0], [1], None)
    assert (list(short.x), list(short.y), short.marker.pattern.shape) == ([94.1], [0], "/")
    assert list(short.customdata) == ["甲"]
    assert [plain(text) for text in drawn.layout.yaxis2.ticktext] == ["■ 94.1% 差 3 户", "● 92.0% 已达标", "○ 户数未填"]


def test_a_row_without_a_line_has_none() -> None:
    drawn = gates(shares(("甲", 50.0, NAN, None, "○ 50.0%", "")), narrow=True)
    assert list(trace(drawn, "标准线").x) == []


def test_what_goes_beyond_a_plan_is_hatched_from_there() -> None:
    frame = pd.DataFrame([
        {"name": "甲", "solid": 345.0, "end": 937.0, "mark": 345.0, "words": "■ 937 天", "light": "红"},
        {"name": "乙", "solid": 148.0, "end": 148.0, "mark": 300.0, "words": "● 148 天", "light": "绿"},
        {"name": "丙", "solid": NAN, "end": NAN, "mark": NAN, "words": "n=3", "light": ""},
    ])
    drawn = spans(frame, beyond="late")
    assert list(trace(drawn, "天数").x) == [345.0, 148.0, None]
    assert list(trace(drawn, "其后").x) == [592.0, None, None]
    assert list(trace(drawn, "其后").base) == [345.0, 148.0, 0.0]
    assert list(trace(drawn, "计划").x) == [345.0, 300.0]
    assert trace(drawn, "其后").marker.pattern.shape == "x"


@pytest.mark.parametrize("draw", [gates, spans])
def test_empty_boards_say_so(draw: Any) -> None:
    assert draw(pd.DataFrame()).layout.annotations[0].text == "没有可画的行"


@pytest.mark.parametrize("dark", [False, True])
def test_a_name_is_never_markup(dark: bool) -> None:
    drawn = gates(shares(("<a href='x'>名</a>", 50.0, 80.0, False, "■ <b>差</b> 3 户", "红")).assign(key="P1"), dark=dark)
    told = json.dumps(json.loads(drawn.to_json()), ensure_ascii=False)
    assert "<a href" not in told
    assert "<b>差" not in told
