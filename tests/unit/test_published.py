"""Are published figures compared fairly: what counts as the same, as about the same, as different; and is nothing made up?"""

from __future__ import annotations

import pytest

from lib.datasets.places import DISTRICT
from lib.figures import published
from lib.figures.explanations import points_explanation, supply_explanation, training_explanation
from lib.figures.published import PLAN_YEARS, YearFigures, compare_article, compare_plan, misprints
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, Value
from tests.support.published import renewal
from tests.support.small import SMALL, A, snapshot

SAME, ROUNDED, ABOUT, DIFFERENT, TARGET, WITHOUT = "一致", "取整后一致", "约数相符", "不一致", "目标值", "本系统无此项"


def row(name: str, value: str, unit: str = "%", *, about: str = "0", note: str = "") -> dict[str, str]:
    known = {"id": name, "value": value, "unit": unit, "approximate": about, "note": note}
    return {**known, "title": "某数", "as_of": "2024", "as_printed": ""}


@pytest.mark.parametrize(
    ("one", "shown", "computed", "verdict"),
    [
        # ours: 5 of 8 committees are in term, 62.5 %
        (row("committee.in_term_rate", "62.5"), "62.5%", "62.5%", SAME),
        (row("committee.in_term_rate", "63"), "63%", "62.5%", ROUNDED),
        (row("committee.in_term_rate", "62"), "62%", "62.5%", DIFFERENT),
        (row("committee.in_term_rate", "62.4"), "62.4%", "62.5%", DIFFERENT),
        (row("committee.in_term_rate", "60", about="1"), "约 60%", "62.5%", ABOUT),
        (row("committee.in_term_rate", "66", about="1"), "约 66%", "62.5%", DIFFERENT),
        (row("committee.in_term_rate", "58", note="下限"), "58 余%", "62.5%", ABOUT),
        (row("committee.in_term_rate", "56", note="下限"), "56 余%", "62.5%", DIFFERENT),
        (row("committee.in_term_rate", "64", note="下限"), "64 余%", "62.5%", DIFFERENT),
        (row("committee.in_term", "5", "个"), "5 个", "5 个", SAME),
        (row("committee.in_term", "6", "个"), "6 个", "5 个", DIFFERENT),
        (row("redpoint.practice_target", "30"), "30%", "0.0%", TARGET),
        (row("rental.talent.units", "150", "间"), "150 间", "—", WITHOUT),
        (row("rental.zhonglanju.area", "4.3", "万㎡"), "4.3 万㎡", "—", WITHOUT),
        (row("district.subdistricts", "3", "个"), "3 个", "3 个", SAME),
    ],
)
def test_verdicts(one: dict[str, str], shown: str, computed: str, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "read_rows", lambda _: [one])
    (found,) = compare_article(snapshot(SMALL))
    assert (found.published, found.computed, found.verdict) == (shown, computed, verdict)


def test_a_target_says_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, note in (("30", "登记值：≥ 30%（报道）"), ("35", "登记值：≥ 30%（报道），与公布的目标不同")):
        monkeypatch.setattr(published, "read_rows", lambda _, value=value: [row("redpoint.practice_target", value)])
        assert [one.note for one in compare_article(snapshot(SMALL))] == [note]


def test_without_data_nothing_is_compared() -> None:
    nothing = snapshot({}, reported=dict.fromkeys(SMALL, frozenset()))
    verdicts = {one.id: one.verdict for one in compare_article(nothing)}
    assert verdicts.pop("district.subdistricts") == DIFFERENT
    assert {name for name, verdict in verdicts.items() if verdict == TARGET} == {
        "redpoint.practice_target",
        "redpoint.model_target",
        "party.coverage_target",
    }
    assert {verdict for name, verdict in verdicts.items() if not name.endswith("_target")} == {WITHOUT}


@pytest.mark.parametrize(
    ("departments", "computed", "base", "verdict"),
    [
        ([20, 15, None], "最多 20 家", "2 个项目", ABOUT),
        ([19], "最多 19 家", "1 个项目", ABOUT),
        ([12, 8], "最多 12 家", "2 个项目", DIFFERENT),
        ([None], "—", "", WITHOUT),
    ],
)
def test_departments_of_the_precheck(departments: list[int | None], computed: str, base: str, verdict: str) -> None:
    rows = [renewal(f"R{at}", A, "拆除重建", "施工", precheck_departments=number) for at, number in enumerate(departments)]
    found = {one.id: one for one in compare_article(snapshot({**SMALL, "renewal_projects": rows}))}["renewal.precheck.departments"]
    assert (found.published, found.computed, found.base, found.verdict) == ("约 20 家", computed, base, verdict)


def years(values: dict[int, float | None]) -> YearFigures:
    """Square metres of each year, the same for the three kinds of work."""
    return {
        year: {name: Breakdown(Value(CATALOGUE[name], DISTRICT, value, None), ()) for name in ("R07", "R08", "R09")}
        for year, value in values.items()
    }


BY_DAYS = "按台账中各项目的实际日期归入年度"
ALL_YEARS = dict.fromkeys(PLAN_YEARS, 505_000.0)


@pytest.mark.parametrize(
    ("values", "computed", "verdict", "note"),
    [
        (ALL_YEARS, "252.5 万㎡", ROUNDED, BY_DAYS),
        (ALL_YEARS | {2025: 470_000.0}, "249.0 万㎡", ABOUT, BY_DAYS),
        (ALL_YEARS | {2025: 0.0}, "202.0 万㎡", DIFFERENT, BY_DAYS),
        (ALL_YEARS | {2023: None}, "—", WITHOUT, "本系统只有 2021、2022、2024、2025 年数据（202.0 万㎡），不与五年合计对照"),
        ({2024: 505_000.0, 2025: 10_000.0}, "—", WITHOUT, "本系统只有 2024、2025 年数据（51.5 万㎡），不与五年合计对照"),
        ({}, "—", WITHOUT, "台账中没有 2021—2025 年的实际日期"),
    ],
)
def test_sums_over_five_years_want_all_five(values: dict[int, float | None], computed: str, verdict: str, note: str) -> None:
    found = {one.id: one for one in compare_plan(snapshot(SMALL), years(values))}["renewal.comprehensive_area"]
    assert (found.published, found.computed, found.verdict, found.note) == ("约 253 万㎡", computed, verdict, note)


def test_the_misprints() -> None:
    found = {one.printed: (one.read_as, one.certain) for one in misprints()}
    assert found == {
        "人市准备": ("入市准备", True),
        "随时随地掌握改造咨询": ("随时随地掌握改造资讯", True),
        "各街镇换届改造工作": ("各街镇换届改选工作", True),
        "5个非存量房屋项目": ("5个非居住存量房屋项目", True),
        "数字式以及签约交互": ("数字化展示以及签约交互（或数字式签约）", False),
        "三架马车": ("三驾马车", True),
        "一线运维人员": ("", False),
        "达74.4%": ("74.2%（或分母为629）", False),
    }
    assert all(one.reason for one in misprints())


def test_the_arithmetic_of_points_training_and_supply() -> None:
    small = snapshot(SMALL)
    told = points_explanation(small)
    assert told.startswith(
        "原文的基数是“住宅小区”678 个：30% × 678 = 203.4，即 204 个；10% × 678 = 67.8，即 68 个。"
        "若以符合条件的 657 个为基数，则为 30% × 657 = 197.1，即 198 个；10% × 657 = 65.7，即 66 个。"
    )
    assert "600 ÷ 631 = 95.09%，即覆盖率不低于 95.1%" in training_explanation()
    assert supply_explanation(small).startswith("规划没有印出供应转化率，由两个公布数推算：24,183 ÷ 32,665 = 74.0%。本系统：")
    nothing = snapshot({}, reported=dict.fromkeys(SMALL, frozenset()))
    assert supply_explanation(nothing).endswith("本版数据中没有可以计算的保租房项目。")
