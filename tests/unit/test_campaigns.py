"""三大行动: points on their way, trainings, top-ups with their next step, and the words of the page; all counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.figures.published import compare_article
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE, THEMES
from lib.indicators.evaluate import Value
from lib.rules.funds import by_method, fund_next, fund_states, restore_short
from lib.rules.points import progress
from lib.rules.trainings import COLUMNS, sessions
from lib.spec.period import Period
from lib.ui import (
    campaigns_base,
    campaigns_fees,
    campaigns_funds,
    campaigns_hotline,
    campaigns_joint,
    campaigns_training,
    campaigns_works,
)
from lib.ui.campaigns import PARTS, TOPICS
from lib.ui.page import Page
from tests.support.published import SEPTEMBER, Row
from tests.support.small import (
    A,
    B,
    C,
    fee_change,
    frame,
    fund,
    red_point,
    snapshot,
    training,
    whole_world,
    work,
)

REGISTRY = shipped_registry()
ON = date(2026, 10, 31)
SHARE = REGISTRY.at("redpoint.practice_share", ON)


# -- red points --------------------------------------------------------------------------------------------------------


def test_the_target_is_a_whole_number_of_all_compounds() -> None:
    """30 % of 678 is 203.4, 10 % is 67.8: 204 and 68, as the article's figures come to."""
    model = REGISTRY.at("redpoint.model_share", ON)
    assert [progress([(ON, 1)], 678, one, ON, 28).target for one in (SHARE, model)] == [204, 68]
    assert [progress([(ON, 1)], 657, one, ON, 28).target for one in (SHARE, model)] == [198, 66], "not of those that are eligible"
    assert progress([(ON, 1)], 680, SHARE, ON, 28).target == 204, "204 exactly"
    assert progress([(ON, 1)], 0, SHARE, ON, 28).target == 0


def test_the_way_to_the_target() -> None:
    seen = [(date(2025, 10, 31), 113), (date(2026, 4, 30), 140), (ON, 168)]
    way = progress(seen, 678, SHARE, ON, 28)
    assert (way.count, way.target, way.short) == (168, 204, 36)
    assert (way.pace.gain, way.pace.span) == (55, 365)
    # 36 × 365 / 55 = 238.9 days from 31 October 2026.
    assert way.expected == date(2027, 6, 27)


@pytest.mark.parametrize(
    ("seen", "doubt"),
    [
        ([(ON, 168)], "观测不足两次"),
        ([(date(2026, 10, 4), 160), (ON, 168)], "只隔27天"),
        ([(date(2026, 4, 30), 168), (ON, 168)], "没有增加"),
        ([(date(2026, 4, 30), 170), (ON, 168)], "没有增加"),
    ],
)
def test_no_day_without_a_pace(seen: list[tuple[date, int]], doubt: str) -> None:
    way = progress(seen, 678, SHARE, ON, 28)
    assert way.expected is None
    assert doubt in way.pace.doubt


def test_a_target_that_is_reached() -> None:
    way = progress([(date(2026, 1, 31), 190), (ON, 204)], 678, SHARE, ON, 28)
    assert (way.short, way.expected) == (0, None)
    with pytest.raises(ValueError, match="observation"):
        progress([], 678, SHARE, ON, 28)


def test_views_of_the_points() -> None:
    rows = frame("red_points", [
        red_point("X1", A, "实践点", "已命名", named_date="2026-01-20"),
        red_point("X2", A, "示范点", "复核通过", named_date="2026-05-20"),
        red_point("X3", A, "实践点", "申报中", apply_date="2026-09-01"),
        red_point("X4", A, "实践点", "复核未通过", named_date="2025-01-20"),
        red_point("X5", A, "实践点", "已取消", named_date="2024-01-20"),
    ])
    told = {view: campaigns_base.points_of(rows, view)["compound_id"].tolist() for view in campaigns_base.POINT_VIEWS[:-1]}
    assert told == {
        "全部": ["X2", "X1", "X4", "X5", "X3"], "实践点": ["X1", "X4", "X5", "X3"], "示范点": ["X2"], "申报中": ["X3"],
        "复核未通过或取消": ["X4", "X5"],
    }


# -- trainings ---------------------------------------------------------------------------------------------------------


def test_a_training_of_the_whole_district_is_one() -> None:
    district: list[Row] = [{**training(unit, "2026-05-20", 5, "综合"), "held_by": "区"} for unit in (A, B)]
    own = [{**training(unit, "2026-05-21", 3), "held_by": "街镇"} for unit in (A, B)]
    silent = [{**training(A, "2026-05-22", 1), "held_by": None, "attended": None}]  # nobody said by whom, nor how many came
    later = [{**training(A, "2026-06-01", 1), "held_by": "街镇"}]
    told = sessions(frame("trainings", [*district, *own, *silent, *later])).set_index(["month", "topic"])
    assert told["sessions"].to_dict() == {("2026-05", "综合"): 1, ("2026-05", "换届程序"): 3, ("2026-06", "换届程序"): 1}
    assert told["attended"].to_dict() == {("2026-05", "综合"): 40, ("2026-05", "换届程序"): 40, ("2026-06", "换届程序"): 20}
    assert told["places"].to_dict() == {("2026-05", "综合"): 2, ("2026-05", "换届程序"): 2, ("2026-06", "换届程序"): 1}


def test_no_trainings() -> None:
    assert list(sessions(frame("trainings", [])).columns) == list(COLUMNS)


def test_the_heads_of_the_article_stand_beside_ours() -> None:
    heads = next(one for one in compare_article(whole_world()) if one.id == campaigns_training.HEADS)
    words = campaigns_training.heads_words(heads)
    assert words.startswith("**与新闻报道对照**　报道：600 余人（原文“全区600余名业委会负责人”，连续两年）；")
    assert "本系统2024年9月：46.7%（7 / 15）" in words
    assert "下限" in words


# -- maintenance funds -------------------------------------------------------------------------------------------------

FUNDS = [
    fund("X1", A, 100.0, 20.0, trigger_date="2026-07-01"),  # to be voted on by 29 September: 32 days over
    fund("X2", A, 100.0, 25.0, trigger_date="2026-06-01", vote_date="2026-08-10", vote_result="表决通过",  # due on 8 November
         topup_method="一次性"),
    fund("X3", B, 100.0, 60.0, trigger_date="2025-01-01", vote_date="2025-02-01", vote_result="表决通过", topup_done_date="2025-04-01",
         topup_method="分期（按月）"),
    fund("X4", B, 100.0, 49.999, trigger_date="2025-01-01", vote_date="2025-02-01", vote_result="表决通过", topup_done_date="2025-04-01",
         topup_method="一次性"),
    fund("X5", B, 333.33, 40.0, trigger_date="2026-05-01", vote_date="2026-06-01", vote_result="表决未通过", topup_method="一次性"),
    fund("X6", B, 100.0, 80.0),
    fund("X7", B, None, 80.0, trigger_date="2026-10-30", vote_date="2026-12-01", topup_method="分期（按月）"),
]


def test_the_next_step_of_a_top_up() -> None:
    rows = frame("maintenance_funds", FUNDS)
    told = fund_next(rows, ON, REGISTRY).set_index("compound_id")
    states = ["应续筹未启动", "筹集中", "已恢复", "已筹未达恢复线", "表决未通过", "正常", "表决中"]
    assert fund_states(rows, ON, REGISTRY).tolist() == states
    assert told["step_title"].to_dict() == {
        "X1": "业主大会表决续筹", "X2": "续筹资金筹集到位", "X4": "余额恢复到位", "X5": "业主大会表决续筹", "X7": "业主大会表决续筹",
    }, "what is restored has no step, what is collected short of it the last one, what is sound no clock"
    assert {name: str(day)[:10] for name, day in told["due"].items()} == {
        "X1": "2026-09-29", "X2": "2026-11-08", "X4": "NaT", "X5": "2026-07-30", "X7": "2027-01-28",
    }
    assert told["light"].to_dict() == {"X1": "红", "X2": "黄", "X4": "不判定", "X5": "红", "X7": "绿"}
    assert told.loc["X1", "words"] == "已超期32天"
    assert told.loc["X4", "words"] == "已筹集，未达恢复线"


def test_what_is_short_of_the_line_of_restoring() -> None:
    told = restore_short(frame("maintenance_funds", FUNDS), ON, REGISTRY)
    # Half of 333.33 is 166.665; 0.00001 万元 is ten 分.
    assert told.tolist() == pytest.approx([30.0, 25.0, 0.0, 0.001, 126.665, 0.0, np.nan], nan_ok=True)


def test_ways_to_pay() -> None:
    told = by_method(frame("maintenance_funds", FUNDS), ON, REGISTRY).set_index("method")
    assert told.loc["一次性"].to_dict() == {"funds": 3, "voted": 3, "passed": 2, "collected": 1, "restored": 0}
    assert told.loc["分期（按月）"].to_dict() == {"funds": 2, "voted": 1, "passed": 1, "collected": 0, "restored": 1}
    assert by_method(frame("maintenance_funds", []), ON, REGISTRY).empty


def test_the_pilot_in_words() -> None:
    row = {"fund_state": "已筹未达恢复线", "trigger_date": "2024-03-18", "vote_date": "2024-06-26", "vote_result": "表决通过",
           "topup_method": "一次性和分期结合", "due": 325.49, "raised": 325.49, "topup_done_date": np.nan, "fund_share": 49.159}
    words = campaigns_funds.pilot_words(row, 14.82)
    assert "应筹 325.49 万元，已筹 325.49 万元，完成 未填；" in words
    assert words.endswith("余额为首期的 49.2%，距恢复线还差 14.82 万元。")
    assert campaigns_funds.pilot_words(row | {"fund_share": 50.0}, 0.0).endswith("余额为首期的 50.0%，已到恢复线。")
    assert "2024-06-26 表决（表决通过），方式：一次性和分期结合" in words
    empty = campaigns_funds.pilot_words({**dict.fromkeys(row, np.nan), "fund_state": "应续筹未启动"}, np.nan)
    assert "未填 触发" in empty
    assert empty.endswith("余额比不明。")


# -- fees and words ----------------------------------------------------------------------------------------------------


# -- what was set up ---------------------------------------------------------------------------------------------------


def page_of(of_month: dict[str, Period], *rows: Row) -> Page:
    """As much of a page as the lists of what was set up ask for; the figures are those of these rows."""
    data = replace(snapshot({"campaign_works": list(rows)}), of_month={"campaign_works": of_month})
    page = SimpleNamespace(period=data.period, snapshot=data, frame=data.frames.__getitem__, figures=all_breakdowns(data))
    return cast(Page, page)


def test_who_has_no_alliance() -> None:
    rows = [work(A, "物业党建联盟", "一"), work(B, "物业党建联盟", "二", "筹建中"), work(C, "实训工作室", "三", "筹建中")]
    page = page_of(dict.fromkeys((A, B, C), SEPTEMBER), *rows)
    assert campaigns_works.without_words(page, "G35", "物业党建联盟") == "还没有建成的街镇：长风（筹建中）、桃浦"
    every = page_of(dict.fromkeys((A, B, C), SEPTEMBER), *(work(unit, "物业党建联盟", "一") for unit in (A, B, C)))
    assert campaigns_works.without_words(every, "G35", "物业党建联盟") == "已报送的街镇都已建成"


def test_rows_of_the_year_before_say_nothing_of_this_year() -> None:
    rows = [work(unit, "实训工作室", "一", activities=5) for unit in (B, A)]
    page = page_of({A: Period("2023-12"), B: Period("2024-01"), C: SEPTEMBER}, *rows)
    found = campaigns_works.works_of(page, "实训工作室")
    assert found["subdistrict"].tolist() == [A, B]
    assert found["activities"].isna().tolist() == [True, False]
    assert campaigns_works.list_words(page, found) == "清单共 2 行，报送月份：2023年12月 曹杨；2024年1月 长风。上年报送的不列本年活动次数。"
    assert campaigns_works.list_words(page, found.iloc[1:]) == "清单共 1 行，报送月份：2024年1月。"
    assert campaigns_works.list_words(page, found.iloc[:0]) == ""


def test_one_off_and_stepped() -> None:
    rows = campaigns_fees.fee_columns(frame("fee_changes", [
        fee_change("X1", A, "表决通过", 1.0, 1.2, 2026, vote_date="2026-01-01", method="一次性"),
        fee_change("X2", A, "表决通过", 1.0, 1.1, 2026, vote_date="2026-01-01", method="一次性"),
        fee_change("X3", A, "表决未通过", 1.0, 1.9, 2026, vote_date="2026-01-01", method="一次性"),
        fee_change("X4", A, "未表决", 1.0, 1.9, 2026, method="阶梯式"),
        fee_change("X5", A, "未表决", 1.0, 1.9, 2026),
    ]), ON, REGISTRY)
    told = campaigns_fees.by_way(rows).set_index("调价方式")
    assert told.loc["一次性"].tolist() == pytest.approx([3, 3, 2, 1, 0.15]), "what was voted down raises no mean"
    assert told.loc["阶梯式"].tolist() == pytest.approx([1, 0, 0, 0, np.nan], nan_ok=True)
    assert told.loc["未填", "调价"] == 1


def test_a_rate_with_few_counts_is_marked() -> None:
    indicator = CATALOGUE["G22B"]
    assert campaigns_hotline.rate_words(Value(indicator, A, 31, 35)) == "88.6%（31/35）"
    assert campaigns_hotline.rate_words(Value(indicator, A, 2, 2, few=True)) == "△ 100.0%（2/2）"
    assert campaigns_hotline.rate_words(Value(indicator, A, 0, 0)) == "—"
    assert campaigns_hotline.rate_words(Value(indicator, A, None, None, (A,))) == "未报"


def test_every_figure_on_the_page_is_in_the_catalogue() -> None:
    modules = (campaigns_base, campaigns_training, campaigns_fees, campaigns_funds, campaigns_hotline, campaigns_joint)
    for module in modules:
        shown = (*module.CARDS, *getattr(module, "LINES", ()))
        assert set(shown) <= set(CATALOGUE), module.__name__
        assert len(set(shown)) == len(shown)
    works = (*campaigns_works.ALLIANCE_LINES, *campaigns_works.WORKROOM_LINES)
    assert set(works) == {one for one in CATALOGUE if one.startswith(("G35", "G36", "G37"))}
    assert next(theme.page for theme in THEMES if theme.id == "campaigns") == "campaigns"
    assert (PARTS, TOPICS) == (("强基", "赋能", "攻坚"), ("物业费", "维修资金", "12345", "建管并举"))
