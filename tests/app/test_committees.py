"""业委会: the chain and its lists, the calendar, who has to do what this month, the work of committees, the lists; all in the address."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.actions import opening
from lib.actions.downloads import Asked, committee_calendar, to_do_csv
from lib.auth.demo import account
from lib.figures.snapshot import release_snapshot
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import evaluate
from lib.indicators.lights import Judged, Target
from lib.rules.lights import LIGHT, UNJUDGED
from lib.settings import ROOT, settings
from lib.spec.period import Period
from lib.store import releases
from lib.store.database import Database
from lib.ui.governance_lists import CHAIN_LISTS, LISTS
from tests.support.published import Row, committee, compound, publish_rows

Run = Callable[..., AppTest]
FILE = "pages/governance/committees.py"
CAOYANG, GANQUAN = "310107005", "310107016"


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    found = [one.value for one in page.dataframe if column in one.value.columns]
    assert len(found) == 1, [list(one.value.columns) for one in page.dataframe]
    return found[0]


def words(page: AppTest) -> str:
    return " ".join(one.value for group in (page.markdown, page.caption, page.info, page.success, page.warning) for one in group)


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def links(page: AppTest) -> list[str]:
    return [one.proto.url for one in page.get("link_button")]  # type: ignore[union-attr]


def newest(office: Database) -> int:
    with office.reading() as connection:
        return releases.head(connection)


def figure(office: Database, name: str, part: str, period: str) -> float | None:
    with office.reading() as connection:
        found = release_snapshot(connection, newest(office), Period(period))
    assert found is not None
    whole = evaluate(CATALOGUE[name], found).whole
    return whole.numerator if part == "numerator" else whole.denominator


# -- the chain and the lists -----------------------------------------------------------------------------------------


CHAIN = {"住宅小区": 678, "不符合条件": 21, "符合条件": 657, "应建未建": 26, "已组建": 631, "不在任期内": 163, "任期有效": 468}


@pytest.mark.parametrize("name", CHAIN_LISTS)
def test_every_step_and_loss_opens_its_list_from_the_address(run_page: Run, name: str) -> None:
    page = run_page(FILE, period="2024-09", step=name)
    assert not page.exception
    rows = table(page, "小区名称")
    assert len(rows) == CHAIN[name]
    assert f"“{name}”共 {CHAIN[name]} 个" in words(page)
    assert rows["打开"].iloc[0].startswith("/compound?compound=")
    asked = parse_qs(urlsplit(next(one for one in links(page) if "rows/" in one)).query)
    assert asked["period"] == ["2024-09"]


def test_a_step_is_chosen_by_keyboard(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09")
    assert "点击图中的一段，或在上面选择一步" in words(page)
    page.pills(key="step").set_value("不在任期内").run()
    assert len(table(page, "超期天数")) == 163
    assert table(page, "超期天数")["任期状态"].isin(["超期未启动", "超期换届中"]).all()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_equals_the_catalogue(run_page: Run, office: Database, name: str) -> None:
    page = run_page(FILE, period="2026-10", part="清单", list=name)
    assert not page.exception
    listed = LISTS[name]
    count = figure(office, listed.indicator, listed.part, "2026-10")
    if not count:
        assert f"没有“{name}”的" in words(page)
        return
    assert len(table(page, "小区名称")) == count


def test_what_is_due_says_how_far_it_is(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="清单", list="应建未建")
    rows = table(page, "小区名称")
    assert len(rows) == 16
    assert "石泉演示小区009" not in set(rows["小区名称"]), "its committee was dissolved in a merger"
    assert set(rows["组建状态"]) <= {"应建未建", "筹备中"}
    assert {"替代履职方式", "下一步灯色", "下一步", "时限", "期限"} <= set(rows.columns)
    assert rows["下一步"].notna().any()


def test_a_merged_compound_is_named_under_the_chain(run_page: Run) -> None:
    text = words(run_page(FILE, period="2026-10"))
    assert "符合条件到已组建减少 17 个，其中已合并注销 1 个" in text
    assert "已合并注销" not in words(run_page(FILE, period="2024-09"))


def test_the_official_rate_stands_under_the_ranking(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10")
    told = next(one.value for one in page.table if "排名口径" in one.value.columns).set_index("街镇")
    assert told.loc["长征", "排名口径"] == "51 / 64 = 79.7%"
    assert told.loc["石泉", "排名口径"] == "51 / 67 = 76.1%"
    assert told["冻结期（任期内）"].astype(int).sum() == 20
    assert told["冻结期（已超期）"].astype(int).sum() == 17


def test_what_is_over_and_not_begun_says_who_has_reported(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="清单", list="超期未启动")
    reported = table(page, "超期天数")["本轮换届报告日期"].le(pd.Timestamp("2026-10-31")).sum()
    assert reported > 0
    assert f"其中 {reported} 个已报告，未成立改选小组。" in words(page)


def test_an_audit_never_told_is_not_taken_for_a_late_one(run_page: Run) -> None:
    rows = table(run_page(FILE, period="2026-10", part="清单", list="年度审计未按时完成"), "小区名称")
    assert set(rows["年度审计情况"]) == {"未填", "往年的日期", "迟办"}
    assert rows.loc[rows["年度审计情况"] == "未填", "年度审计完成日期"].isna().all()


def test_a_place_narrows_the_list(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="清单", list="应建未建", unit=CAOYANG)
    assert set(table(page, "小区名称")["街镇"]) == {"曹杨"}


def test_cards_say_month_and_target(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = Target(2026, Fraction(98))
    monkeypatch.setattr("lib.ui.page.Page.judged", lambda self, name: Judged(LIGHT[UNJUDGED], "", None, None, goal))
    st.cache_resource.clear()
    page = run_page(FILE, period="2026-10")
    st.cache_resource.clear()
    told = {metric.label: metric for metric in page.metric}
    assert "个百分点" in str(told["业委会组建率"].delta)
    captions = [one.value for one in page.caption]
    assert any("651 / 667" in one and "2026年目标 98.0%" in one for one in captions)
    assert any(one.startswith("2026年目标 98 个") for one in captions), "of a count in its unit"


def test_the_chain_stands_under_the_main_figures(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09")
    order = [(one.type, getattr(one, "label", "") if one.type == "metric" else one.value)
             for one in page.main if one.type in ("metric", "subheader")]
    assert order[:6] == [
        ("metric", "业委会组建率"), ("metric", "任期有效率"), ("metric", "超期未换届数"),
        ("subheader", "从小区到有效任期"), ("subheader", "应建、临期和办理情况"), ("metric", "应建未建数"),
    ]


def test_bars_are_a_ranking_only_where_somebody_is_outside(run_page: Run) -> None:
    alike = "按街镇顺序排列，差异未超出偶然。"
    assert words(run_page(FILE, period="2026-10")).count(alike) == 2
    outside = words(run_page(FILE, period="2026-10", part="履职"))
    assert "**曹杨** 84.5%（49/58）：低于内侧线，可能有原因，值得了解" in outside
    assert alike not in outside


def test_a_place_alone_is_neither_first_nor_in_order(run_page: Run) -> None:
    assert "按街镇顺序排列" not in words(run_page(FILE, period="2026-10", unit=CAOYANG))


def test_who_has_not_reported_is_not_praised_for_an_empty_list(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="清单", list="会议情况", unit=GANQUAN)
    assert [one.value for one in page.info] == ["所选街镇本期未报，没有“会议情况”的清单。"]
    assert not page.success


def test_the_light_of_the_next_step_is_a_badge(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="清单", list="超期未启动")
    assert set(table(page, "下一步灯色")["下一步灯色"]) <= {"■ 预警", "▲ 关注", "● 正常", None}
    config = json.loads(next(one for one in page.dataframe if "下一步灯色" in one.value.columns).proto.columns)["下一步灯色"]["type_config"]
    assert config["type"] == "multiselect"
    assert {one["value"]: one["color"] for one in config["options"]} == {
        "○ 不判定": "gray", "● 正常": "green", "▲ 关注": "orange", "■ 预警": "red"}


def test_the_note_stands_where_the_figure_stands(run_page: Run) -> None:
    assert any("468 ÷ 629 = 74.40%" in one.value for one in run_page(FILE, period="2024-09").markdown)


def test_the_ranking_says_who_is_left_out(run_page: Run) -> None:
    text = words(run_page(FILE, period="2026-10"))
    assert "本期未报、沿用前月的不参加比较：甘泉" in text
    assert "任期内处于冻结期的业委会不计入比较：" in text
    assert "在控制线以内：相互之间的高低可以是偶然，不宜据此排先后" in text
    assert "99.8%" in text


# -- the calendar ------------------------------------------------------------------------------------------------------


def test_one_click_says_who_has_to_do_what(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="换届日历")
    assert not page.exception
    assert "谁要在11月做什么" in [one.value for one in page.subheader]
    page.pills(key="todo").set_value("曹杨").run()
    frames = [one.value for one in page.dataframe if "事项" in one.value.columns]
    month, over, untold = frames
    assert month["期限"].between(pd.Timestamp("2026-11-01"), pd.Timestamp("2026-11-30")).all()
    assert (over["期限"] <= pd.Timestamp("2026-10-31")).all()
    assert month["期限"].is_monotonic_increasing
    first = {one: at for at, one in enumerate(("换届：业主大会选举", "换届：组建换届改选小组", "换届：换届书面报告", "换届：换届备案"))}
    ranks = [(first.get(what, 4), due) for what, due in zip(over["事项"], over["期限"], strict=True)]
    assert ranks == sorted(ranks), "what a committee cannot act without comes first"
    assert set(untold["事项"]) <= {"换届：移交新一届业委会", "换届：换届财务审计"}
    assert set(untold["灯色"]) == {"▲ 关注"}
    assert f"曹杨 · 2026年11月到期（{len(month)} 件，{month['小区名称'].nunique()} 个小区）" in words(page)


@pytest.mark.parametrize("short", ["曹杨", "长风", "长寿", "甘泉", "石泉", "宜川", "万里", "真如", "长征", "桃浦"])
def test_every_place_is_answered_and_may_be_taken_out(run_page: Run, short: str) -> None:
    page = run_page(FILE, period="2026-10", part="换届日历", todo=short)
    assert not page.exception
    shown = sum(len(one.value) for one in page.dataframe if "事项" in one.value.columns)
    address = next(one for one in links(page) if "committees.csv" in one)
    asked = parse_qs(urlsplit(address).query)
    by, where = account("leader"), Asked(asked["v"][0], asked["period"][0], tuple(asked["unit"][0].split(",")))
    assert len(pd.read_csv(BytesIO(to_do_csv(by=by, asked=where)))) == shown
    name, content = committee_calendar(by=by, asked=where)
    assert name == f"换届日历_{short}_2026-10_v{where.release}.ics"
    assert content.startswith(b"BEGIN:VCALENDAR")


def test_the_calendar_of_terms_agrees_with_the_figures(run_page: Run, office: Database) -> None:
    page = run_page(FILE, period="2026-10", part="换届日历")
    behind = figure(office, "G06", "numerator", "2026-10")
    assert f"◆ 已超期 {behind:.0f} 个" in words(page)


def test_a_month_of_the_calendar_opens_its_clocks(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="换届日历", month="已超期")
    assert not page.exception
    assert "已超期：共 98 个业委会。" in words(page)
    html = page.get("html")[0].proto.body  # type: ignore[union-attr]
    assert html.count("role='listitem'") == 20, "a page of them"


def test_the_freeze_has_its_pattern(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="换届日历", due="冻结期")
    html = page.get("html")[0].proto.body  # type: ignore[union-attr]
    assert "class='cell" in html
    assert " fz " in html.replace("'", " ")
    assert "冻结期自 " in html


# -- the work of committees ----------------------------------------------------------------------------------------------


def test_the_work_of_committees(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="履职")
    assert not page.exception
    assert set(metrics(page)) == {"两个月内开会率", "年度审计完成率", "备案及时率", "委员到位率", "业委会秘书覆盖率", "替代履职小区数"}
    acting = table(page, "替代履职方式")
    assert acting.set_index("小区名称").loc["苏堤春晓", "试点"] == "报道试点"
    assert "金鼎公寓（长征）2023-06-15 起，2025-09-12 止" in words(page)
    page.selectbox(key="work").set_value("年度审计未按时完成").run()
    assert "“年度审计未按时完成”共 " in words(page)


# -- nobody, and nothing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["总体", "换届日历", "履职", "清单"])
def test_a_month_without_reports_is_told(run_page: Run, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.ui.page.Page.nobody", lambda self, dataset: True)
    st.cache_resource.clear()
    page = run_page(FILE, period="2026-09", part=part)
    assert not page.exception
    assert "尚未报送" in words(page)
    st.cache_resource.clear()


def test_an_unknown_choice_is_the_first_one(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="没有", step="没有")
    assert not page.exception
    assert page.segmented_control(key="part").value == "总体"


# -- a world of one's own ------------------------------------------------------------------------------------------------

Publish = Callable[[str, list[Row]], None]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publish]:
    """Publishes rows of September 2024 into a database of this test alone."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("YJPT_DEMO", "1")
    kept = opening.open_database
    opened = Database(address)
    opened.migrate()
    settings.cache_clear()
    kept.cache_clear()
    st.cache_resource.clear()
    yield lambda dataset, rows: publish_rows(opened, dataset, rows, key=f"key-{dataset}") and None
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(timeout=60)
    opening.open_database().close()
    opened.close()
    kept.cache_clear()
    st.cache_resource.clear()
    monkeypatch.undo()
    settings.cache_clear()


def open_page(**query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / FILE), default_timeout=60)
    page.session_state["_user"] = account("leader")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def test_a_vote_within_the_freeze_is_told_with_both_days_and_sources(own: Publish) -> None:
    own("compounds", [compound("X", CAOYANG), compound("Y", CAOYANG)])
    own("committees", [
        committee("X", CAOYANG, start="2020-01-01", end="2024-12-31", renewal_report_date="2024-07-01", group_date="2024-08-01"),
        committee("Y", CAOYANG, start="2020-01-01", end="2024-12-31", renewal_report_date="2024-07-01", group_date="2024-08-15"),
    ])
    vote = {"vote_base_heads": 100, "vote_base_area": 9000.0}
    own("fee_changes", [{"compound_id": "X", "compound_name": "小区X", "subdistrict": CAOYANG, "year": 2024, "old_price": 1.0,
                         "new_price": 1.3, "vote_result": "未表决", "vote_date": date(2024, 11, 20), **vote}])
    own("maintenance_funds", [{"compound_id": "Y", "compound_name": "小区Y", "subdistrict": CAOYANG, "initial": 100.0, "balance": 20.0,
                               "trigger_date": date(2024, 6, 1), "vote_result": "表决未通过", "vote_date": date(2024, 9, 10), **vote}])
    page = open_page(part="换届日历", due="冻结期内安排表决", unit=CAOYANG)
    assert not page.exception
    told = table(page, "表决事项").set_index("小区名称")
    assert told.loc["小区X", "情况"] == "▲ 计划表决，冻结期尚未结束"
    assert told.loc["小区Y", "情况"] == "■ 已在冻结期内表决"
    days = [f"{told.loc['小区X', name]:%Y-%m-%d}" for name in ("表决日期", "冻结期始（改选小组成立）")]
    assert days == ["2024-11-20", "2024-08-01"]
    assert told.loc["小区X", "表决出处"].startswith("《物业费调价情况表》报表.xlsx · ")
    assert told.loc["小区Y", "表决出处"].startswith("《住宅专项维修资金情况表》报表.xlsx · ")
    assert told.loc["小区X", "改选小组出处"].startswith("《业主委员会组建和换届情况表》报表.xlsx · ")
    assert "“冻结期内安排表决”共 2 个" in words(page)


@pytest.mark.parametrize("count", [1, 500])
def test_any_number_of_committees(own: Publish, count: int) -> None:
    own("compounds", [compound(f"K{at:03d}", CAOYANG) for at in range(count)])
    ends = ("2024-08-31", "2024-12-31", "2025-03-31", "2026-08-31", "2028-12-31")
    starts = ("2020-01-01", "2021-01-01", "2021-04-01", "2022-09-01", "2024-01-01")
    own("committees", [committee(f"K{at:03d}", CAOYANG, start=starts[at % 5], end=ends[at % 5]) for at in range(count)])
    for query in ({}, {"step": "已组建"}, {"part": "换届日历", "month": "已超期", "todo": "曹杨"}, {"part": "履职"}, {"part": "清单"}):
        page = open_page(**query)
        assert not page.exception, query
    page = open_page(part="换届日历", month="已超期")
    assert page.get("html")[0].proto.body.count("role='listitem'") == min(20, count)  # type: ignore[union-attr]
    assert f"已超期：共 {max(1, count // 5)} 个业委会。" in words(page)


def test_names_are_shown_as_they_are(own: Publish) -> None:
    own("compounds", [compound("X", CAOYANG)])
    own("committees", [{**committee("X", CAOYANG, start="2020-01-01", end="2024-08-31"), "compound_name": "甲<b>&"}])
    page = open_page(part="换届日历", month="已超期")
    assert "甲&lt;b&gt;&amp;" in page.get("html")[0].proto.body  # type: ignore[union-attr]
