"""What the rental pages show: published figures beside ours, the list and its choices, tables by tier, operators, and the pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from lib.charts.amounts import Amount, Step, amounts, way_to
from lib.charts.bed_flow import bed_stages
from lib.charts.room_mix import Mix, room_mix
from lib.charts.strip import strip
from lib.datasets.ladders import BEDS
from lib.datasets.thresholds import shipped_registry
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import evaluate
from lib.indicators.lights import judge
from lib.reports.rental import (
    Choice,
    beside_article,
    beside_plan,
    chosen,
    crossed,
    listing,
    operators,
    plan_words,
    rental_table,
)
from lib.rules.lights import GREEN, UNJUDGED, YELLOW
from lib.rules.rental_pace import PlanPace
from lib.ui.homes_letting import rule_words
from tests.support.published import rental
from tests.support.small import A, B, C, plan_world, snapshot, whole_world

TITLES = ("一室户（含宿舍型）", "二室户", "三室户及以上及其他")


def ticks(figure: go.Figure, axis: str = "yaxis2") -> list[str]:
    """Texts of an axis without their markup of colour and weight."""
    texts = [str(one) for one in figure.layout[axis].ticktext]
    return [re.sub(r"<.*?>", "", one) for one in texts]


# -- published beside ours ---------------------------------------------------------------------------------------------


def test_the_plan_beside_another_world() -> None:
    """The small world has 660 homes raised, 490 of them supplied; the plan says 32,665 and 24,183."""
    then = whole_world()
    found = {one.indicator: one for one in beside_plan(then, all_breakdowns(plan_world()))}
    assert list(found) == ["H01", "H02", "H03", "H14", "H14U"]
    assert (found["H01"].published, found["H01"].then, found["H01"].gap) == ("32,665 套(间)", "660 套(间)", "−32,005 套(间)")
    assert (found["H03"].published, found["H03"].then, found["H03"].verdict, found["H03"].gap) == (
        "74.0%（推算）", "74.2%", "不一致", "+0.2 个百分点",
    )
    assert (found["H14"].then, found["H14"].gap, found["H14"].now) == ("3 个", "−29 个", "3 个")


def test_the_article_beside_the_same() -> None:
    rows = [
        rental(f"N{at}", A, "一张床", "非居住存量房屋改建", "复核", 100, beds=beds)
        for at, beds in enumerate((412, 356, 298, 305, 502))
    ]
    rows.append(rental("N9", B, "一张床", "非居住存量房屋改建", "认定", 100, beds=284))
    then = snapshot({"rental_projects": rows})
    found = beside_article(then, all_breakdowns(then))
    assert [(one.indicator, one.then, one.gap) for one in found] == [
        ("H07", "1,873 张", "0"), ("H08", "5 个", "0"), ("H08P", "1 个", "0"), ("H09", "33%", "−17 个百分点"),
    ]
    assert [one.verdict for one in found] == ["一致", "一致", "一致", "不一致"]


def test_nobody_has_reported() -> None:
    then = snapshot({}, reported=dict.fromkeys(("rental_projects",), frozenset()))
    assert {one.gap for one in beside_plan(then, all_breakdowns(then))} == {"—"}


# -- the plan in sentences ---------------------------------------------------------------------------------------------


def test_where_the_plan_stands_in_sentences() -> None:
    pace = PlanPace(3200, 318, 318, 12, 50, "不确定：近12个月只有1个项目新增床位，少于5个，不足以推算")
    assert plan_words(pace, 894.0) == [
        "还差 **2,882 张**，还有 50 个月：每月需新增 **57.6 张**，每季 173 张。",
        "近 12 个月新增 318 张，平均每月 **26.5 张**，每季 80 张。",
        "按此速度到期能否完成：不确定：近12个月只有1个项目新增床位，少于5个，不足以推算。",
        "在途项目 894 张，全部供应后仍差 1,988 张，需新增项目。",
    ]
    sure = plan_words(replace(pace, recent=1200, doubt=""), 3000.0)
    assert sure[2:] == ["按此速度到期新增约 5,318 张，可以完成（推算，仅供参考）。", "在途项目 3,000 张，全部供应后可达到目标。"]
    assert plan_words(replace(pace, recent=120, doubt=""), None)[2:] == ["按此速度到期新增约 818 张，差 2,382 张（推算，仅供参考）。"]
    assert plan_words(replace(pace, added=3200), 894.0) == ["已新增 3,200 张，目标 3,200 张已达到。"]
    assert plan_words(replace(pace, months_left=0, doubt="规划期已结束"), None)[0] == "还差 **2,882 张**。"


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_keeps_beds_and_homes_apart() -> None:
    rows = listing(whole_world().frames["rental_projects"]).set_index("项目编码")
    assert rows.index.tolist() == ["H7", "H8", "H1", "H3", "H2", "H6", "H4", "H5"], "tier by tier, the furthest first"
    assert rows.loc["H4", ["床位数", "已出租床位", "出租率"]].tolist() == [160, 120, 75]
    assert pd.isna(rows.loc["H4", "已出租套(间)"]), "its rooms are let as beds"
    assert rows.loc["H1", ["套(间)数", "已出租套(间)", "出租率", "租金比"]].tolist() == [300, 270, 90, 0.9]
    assert rows.loc["H1", ["床位数", "已出租床位"]].isna().all()
    assert pd.isna(rows.loc["H7", "出租率"]), "it has left"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8"]),
        (Choice(tiers=("一张床",)), ["H4", "H5"]),
        (Choice(sources=("新建", "配建"), stages=("建设", "退出")), ["H3", "H7"]),
        (Choice(operators=("未填",)), []),
        (Choice(operators=("某公司",), text="h2"), ["H2"]),
        (Choice(text="某路 租赁项目Ｈ６"), ["H6"]),
        (Choice(text="没有这样的"), []),
    ],
)
def test_choices_of_the_list(choice: Choice, expected: list[str]) -> None:
    assert sorted(chosen(whole_world().frames["rental_projects"], choice)["project_id"]) == expected


def test_the_list_to_take_out_has_units() -> None:
    table = rental_table(whole_world(), units=(A,), choice=Choice(tiers=("一套房",)))
    assert table["项目编码"].tolist() == ["H7", "H1"]
    assert {"套(间)数（套(间)）", "床位数（张）", "出租率（%）", "备案租金（元/㎡·月）", "轮候（人）"} <= set(table.columns)


# -- tables ------------------------------------------------------------------------------------------------------------


def test_a_cross_table_in_the_order_of_the_choices() -> None:
    table = crossed(whole_world(), "H02", ("product_tier",), "source_mode")
    assert table.to_dict("list") == {
        "index": ["一套房", "一套房", "一间房", "一张床"],
        "column": ["新建", "非居住存量房屋改建", "非居住存量房屋改建", "非居住存量房屋改建"],
        "value": [300, 50, 100, 40],
        "projects": [1, 1, 1, 1],
    }
    assert crossed(whole_world(), "H07", ("product_tier",), "source_mode")["value"].tolist() == [160]
    for name in ("H03", "H14"):
        with pytest.raises(ValueError, match="is no sum"):
            crossed(whole_world(), name, ("product_tier",), "source_mode")


def test_operators_with_homes_and_beds_apart() -> None:
    """H1 300 homes, 270 let; H8 50, not told; H4 160 beds, 120 let, in 40 rooms; H2 of another one."""
    tables = [
        rental("H1", A, "一套房", "新建", "轮候", 300, leased_units=270, operator="甲", supply_date="2024-01-01"),
        rental("H8", B, "一套房", "新建", "轮候", 50, operator="甲"),
        rental("H4", B, "一张床", "新建", "挂牌", 40, beds=160, leased_beds=120, operator="甲", supply_date="2024-01-01"),
        rental("H2", C, "一间房", "新建", "轮候", 100, leased_units=60, operator=None),
        rental("H3", C, "一间房", "新建", "建设", 900, operator="乙"),
    ]
    data = snapshot({"rental_projects": tables})
    table = operators(data).set_index("operator")
    assert table.index.tolist() == ["甲", "未填"], "what is not supplied has nobody running it yet"
    columns = ["projects", "units", "beds", "homes_rate", "beds_rate", "low", "few"]
    assert table.loc["甲", columns].tolist() == [3, 390, 160, 90, 75, 1, True]
    assert table["units"].sum() == evaluate(CATALOGUE["H02"], data).whole.value
    assert pd.isna(table.loc["未填", "beds"])
    assert operators(snapshot({})).empty


# -- lights ------------------------------------------------------------------------------------------------------------


def test_none_above_a_line_is_good_news_only_where_some_could_be() -> None:
    """No bed price above the filed one: nobody told one, all are below it, one is above it."""
    common = {"beds": 160, "bed_price": 500.0, "rental_area": 2_963.0}

    def light(*rents: float | None) -> tuple[str, str]:
        rows = [rental(f"N{at}", A, "一张床", "新建", "挂牌", 40, filed_rent=rent, **common) for at, rent in enumerate(rents)]
        data = snapshot({"rental_projects": rows})
        found, whole = (judge(one, data) for one in (evaluate(CATALOGUE["H13"], data).of(A), evaluate(CATALOGUE["H13"], data).whole))
        told = found.light.name if found.light.name != GREEN else UNJUDGED
        assert whole.light.name == told, "none of three 街镇 says nothing of the other seven"
        return found.light.name, found.reason

    assert light(None) == (UNJUDGED, "没有可核对的，不判定")
    assert light() == (UNJUDGED, "没有可核对的，不判定")
    assert light(None, 27.0) == (GREEN, "没有")
    assert light(None, 26.9) == (YELLOW, "还有 1 个")


@pytest.mark.parametrize(
    ("day", "state"), [(date(2026, 11, 30), "有效"), (date(2026, 12, 1), "**待确认是否延续**"), (date(2027, 6, 30), "**待确认是否延续**")]
)
def test_a_rule_past_its_printed_end_is_in_doubt(day: date, state: str) -> None:
    registry = shipped_registry()
    words = rule_words(registry.at("rental.rent_ratio", day), registry, day)
    basis = "关于加快发展本市保障性租赁住房的实施意见（沪府办规〔2021〕12号）"
    assert words == f"备案租金与市场租金之比上限 ≤ 0.9 倍，依据：{basis}（{state}，印定期限至 2026-11-30）"


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_amounts_of_two_units_share_no_axis() -> None:
    with pytest.raises(ValueError, match=r"one axis has one unit: \['张', '间'\]"):
        amounts([Amount("单人间", 4, "间"), Amount("床位", 160, "张")])


def test_amounts_say_what_is_missing() -> None:
    figure = amounts([Amount("单人间", 4, "间", "H18A"), Amount("<b>", None, "间", "H18B", "，二处")], selected="H18A")
    assert ticks(figure) == ["4 间", "○ 未报，二处"]
    assert ticks(figure, "yaxis") == ["▸ 单人间", "＜b＞"]
    assert list(figure.data[0].customdata) == ["H18A", "H18B"]
    assert "暂无数据" in str(amounts([]).layout.annotations)


def test_the_way_to_a_target() -> None:
    steps = [Step("已新增", 318, True), Step("在途·认定", 276, False), Step("在途·改造", 618, False)]
    figure = way_to(steps, 3200, "张")
    assert ticks(figure) == ["318 / 3,200 张"], "what is in prospect is not there yet"
    assert [(bar.base[0] if bar.base else 0, bar.x[0]) for bar in figure.data if bar.type == "bar"] == [
        (0, 3200), (0, 318), (318, 276), (594, 618)
    ]
    assert figure.layout.xaxis.range[1] == pytest.approx(3232)
    assert [bar.text[0] for bar in figure.data[1:4]] == ["318", "276", "618"]
    narrow = way_to(steps, 3200, "张", narrow=True)
    assert [bar.text[0] for bar in narrow.data[1:4]] == ["", "", "618"], "what has no room in the bar is not drawn over its neighbour"
    for told in ("已新增 318", "在途·认定 276", "在途·改造 618"):
        assert told in narrow.layout.title.text


def test_the_mix_shows_a_band_and_no_total() -> None:
    article, ours = Mix("文章（约数）", (3832.0, 920.0, None), (69.0, 129.0)), Mix("登记", (3832.0, 920.0, 98.0))
    figure = room_mix([article, ours], TITLES, "套")
    assert ticks(figure) == ["4,821～4,881 套", "4,850 套"]
    bars = {bar.name: list(bar.x) for bar in figure.data if bar.type == "bar"}
    assert bars["至少"] == [69, None]
    assert bars["至多"] == [60, None]
    assert bars["三室户及以上及其他"] == [None, 98]
    assert "69～129 套（推算区间）" in figure.data[3].hovertext[0]
    assert "暂无数据" in str(room_mix([Mix("x", (None, None, None))], TITLES, "套").layout.annotations)


def test_every_project_has_its_mark() -> None:
    frame = pd.DataFrame({
        "group": ["一套房", "一套房", "一张床", "一张床"],
        "key": ["N1", "N2", "N3", "N4"],
        "words": ["一", "二", "三", "四"],
        "value": [90.0, 71.0, 60.0, float("nan")],
        "beyond": [False, True, False, False],
        "judged": [True, True, False, True],
    })
    figure = strip(frame, line=80.0, line_name="观察线", line_text="80%", beyond_words="低于观察线", suffix="%")
    assert figure.layout.title.text.endswith("■</span> 低于观察线</span>")
    assert "越过" not in figure.layout.title.text
    marks = {one.name: (list(one.x), list(one.customdata), one.marker.symbol) for one in figure.data}
    assert marks == {
        "未越线": ([90], ["N1"], "circle"),
        "不判定": ([60], ["N3"], "circle-open"),
        "越线": ([71], ["N2"], "square"),
    }
    empty = strip(frame[frame["value"].isna()], line=80.0, line_name="", line_text="", beyond_words="")
    assert "没有可画的项目" in str(empty.layout.annotations)


def test_marks_on_one_place_stand_above_each_other() -> None:
    frame = pd.DataFrame({
        "group": "一套房", "key": [str(at) for at in range(3)], "words": "", "value": [90.0, 90.0, 90.0], "beyond": False, "judged": True,
    })
    heights = list(strip(frame, line=80.0, line_name="", line_text="", beyond_words="").data[0].y)
    assert len(set(heights)) == 3
    assert max(map(abs, heights)) < 0.5


def test_stages_of_beds() -> None:
    stages = pd.DataFrame({"stage": ["改造", "复核"], "projects": [2, 7], "beds": [618.0, float("nan")]})
    figure = bed_stages(stages, selected=frozenset({"改造"}))
    assert list(figure.data[0].customdata) == list(BEDS.stages)
    assert ticks(figure) == ["0", "0", "2 个 · 618 张", "0", "0", "0", "7 个 · 床位未填", "0"]
    assert ticks(figure, "yaxis")[2] == "▸ 改造"
    assert "没有“一张床”项目" in str(bed_stages(stages.iloc[:0]).layout.annotations)
