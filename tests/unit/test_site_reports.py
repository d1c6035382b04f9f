"""The words of the ranking: ranks, totals, moves, reasons, as they stand on screen and on the list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.charts.sites import rank_ranges, stacked_totals
from lib.charts.sites_map import CHOSEN, EXISTING, OTHER, coverage_map
from lib.datasets.boundaries import shipped_boundary
from lib.datasets.thresholds import shipped_registry
from lib.reports.sites import (
    assess,
    bands_text,
    flags,
    left_out_why,
    moved_text,
    rank_text,
    reported_gap,
    total_text,
)
from lib.rules.siting import EQUAL, PARTS

NAN = float("nan")


def told(best: int, worst: int | None = None, *, tied: bool = False, low: float = 80.0, high: float | None = None) -> dict[str, Any]:
    """A row of `siting.scored`."""
    return {"best": best, "worst": worst or best, "tied": tied, "low": low, "high": high or low, "known": high is None}


def site(identity: str, points: float, **more: Any) -> dict[str, Any]:
    """A candidate with the same points of every part, all conditions met."""
    typed = {part.column: points for part in PARTS if part.id not in ("will", "title")}
    row = {"candidate_id": identity, "candidate_name": f"候选点{identity}", "subdistrict": "310107005", "address": "某路1号",
           "status": "储备", "exclusion_reason": None, "fire_check": "通过", "structure_check": "通过",
           "clear_title": True, "operator_willing": True,
           "ranked": True, "total_score": NAN}
    return row | typed | more


def test_ranks_and_totals_in_words() -> None:
    assert [rank_text(one) for one in (told(3), told(3, tied=True), told(2, 7))] == ["3", "3 并列", "2～7"]
    assert [total_text(one) for one in (told(1, low=84.44), told(1, low=68.88, high=77.77))] == ["84.4", "68.9～77.8"]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (told(2), told(5), "↑ 原 5"),
        (told(5, tied=True), told(2, tied=True), "↓ 原 2 并列"),
        (told(3), told(3, tied=True), ""),
        (told(2, 6), told(3, 9), "↑ 原 3～9"),
        (told(3, 5), told(4), "↔ 原 4"),
    ],
)
def test_how_a_rank_moved(now: dict[str, Any], before: dict[str, Any], said: str) -> None:
    assert moved_text(now, before) == said


@pytest.mark.parametrize(
    ("reported", "ours", "said"),
    [
        (70.0, told(1, low=86.66), "+16.7"),
        (90.0, told(1, low=86.66), "-3.3"),
        (80.0, told(1), "0.0"),
        (80.0, told(1, low=75.0, high=85.0), "-5.0～+5.0"),
        (NAN, told(1), "—"),
    ],
)
def test_how_far_ours_lies_from_the_form(reported: float, ours: dict[str, Any], said: str) -> None:
    assert reported_gap({"total_score": reported}, ours) == said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"status": "放弃", "exclusion_reason": "产权不清"}, "已放弃：产权不清"),
        ({"status": "放弃"}, "已放弃，未填排除原因"),
        ({"fire_check": "不通过"}, "消防初判不通过"),
        ({"fire_check": "不通过", "structure_check": "不通过"}, "消防、结构初判不通过"),
    ],
)
def test_why_one_is_left_out(more: dict[str, Any], said: str) -> None:
    assert left_out_why(site("A", 3, **more)) == said


def test_what_must_be_seen_to() -> None:
    assert flags(site("A", 3)) == []
    row = site("A", 3, fire_check="需整改", structure_check=None, clear_title=False, operator_willing=False)
    assert flags(row) == ["消防需整改", "结构未初判", "产权不清", "主体不愿"]
    assert flags(site("A", 3, clear_title=None, operator_willing=pd.NA)) == []


def test_the_order_of_an_assessment() -> None:
    rows = pd.DataFrame([site("C", 3), site("B", 3), site("D", 5, ranked=False, status="放弃"), site("A", 4)])
    found = assess(rows, EQUAL)
    assert found.ranked["candidate_id"].tolist() == ["A", "B", "C"]
    assert found.left_out["candidate_id"].tolist() == ["D"]
    assert [rank_text(one) for _, one in found.told(found.ranked)] == ["1", "2 并列", "2 并列"]
    # 7 × 4 + 5 + 5 = 38 of 45
    assert found.table["low"].iloc[0] == pytest.approx(3800 / 45)
    assert found.parts.loc[found.table.index[0]].sum() == pytest.approx(3800 / 45)


def test_bands_are_those_of_the_registry() -> None:
    said = bands_text(shipped_registry(), date(2026, 10, 31))
    assert said == "交通便利按直线距离：300 米以内 5 分、600 米以内 4 分、1,000 米以内 3 分、1,500 米以内 2 分，更远 1 分（建议口径）"


def test_bars_are_parts_and_a_hatched_band() -> None:
    frame = pd.DataFrame({
        "id": ["A", "B"], "name": ["1　甲", "2　乙"], "words": ["80.0", "60.0～76.0"], "low": [80.0, 60.0], "high": [80.0, 76.0],
        "交通": [30.0, NAN], "需求": [50.0, 56.0], "交通_text": ["a", "—"], "需求_text": ["b", "d"],
    })
    figure = stacked_totals(frame, ("交通", "需求"))
    bars = {one.name: list(one.x) for one in figure.data if one.type == "bar"}
    assert bars == {"交通": [30.0, None], "需求": [50.0, 56.0], "缺项（1～5 分）": [None, 20.0]}
    assert figure.layout.barmode == "stack"
    assert [list(one.customdata) for one in figure.data if one.type == "bar"] == [["A", "B"]] * 3
    assert stacked_totals(frame.head(0), ("交通",)).layout.annotations[0].text == "没有参与排序的候选点"


def test_ranges_of_ranks() -> None:
    frame = pd.DataFrame([{"name": "甲", "best": 1, "worst": 4, "seen_best": 1, "seen_worst": 3, "now": 2.0, "words": "2（1～4）"},
                          {"name": "乙", "best": 2, "worst": 2, "seen_best": 2, "seen_worst": 2, "now": NAN, "words": "1～3（2）"}])
    figure = rank_ranges(frame, top=1, last=4)
    thin, thick, dots = figure.data[:3]
    assert [round(one, 2) for one in thin.x if one is not None] == [0.92, 4.08, 1.92, 2.08]
    assert [round(one, 2) for one in thick.x if one is not None] == [0.92, 3.08, 1.92, 2.08]
    assert (list(dots.x), list(dots.y)) == ([2.0], [0])
    assert [one.text for one in figure.layout.annotations] == ["前 1 名"]
    assert not rank_ranges(frame, top=4, last=4).layout.annotations


def test_the_map_of_a_choice() -> None:
    sites = pd.DataFrame([
        {"name": "现有", "lon": 121.40, "lat": 31.24, "kind": EXISTING},
        {"name": "新", "lon": 121.42, "lat": 31.25, "kind": CHOSEN},
        {"name": "他", "lon": 121.41, "lat": 31.26, "kind": OTHER},
    ])
    figure = coverage_map(sites, radius=800, boundary=shipped_boundary(), covered=frozenset({"310107005"}), added=frozenset({"310107017"}))
    names = [one.name for one in figure.data]
    assert {f"{EXISTING}范围", f"{CHOSEN}范围", EXISTING, CHOSEN, OTHER} <= set(names)
    assert f"{OTHER}范围" not in names
    told = {one.name: one.text for one in figure.data if isinstance(one.text, str) and one.fill}
    for place, words in (("曹杨新村街道", "已覆盖"), ("石泉路街道", "选后新覆盖"), ("桃浦镇", "未覆盖")):
        assert told[place] == f"{place}：{words}"
    assert "© OpenStreetMap contributors" in figure.layout.annotations[0].text
    circle = next(one for one in figure.data if one.name == f"{CHOSEN}范围")
    assert max(circle.y) - 31.25 == pytest.approx(800 / 110_868, abs=1e-5)
