"""Do the pages show the figures that the workbooks hold, and nothing to those who may not?"""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.actions.publishing import publish
from lib.actions.reasons import explain
from lib.actions.staging import keep
from lib.auth.demo import account
from lib.datasets import DATASETS
from lib.indicators import CATALOGUE
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.template import write_template
from lib.settings import ROOT
from lib.spec.period import Period
from lib.store.database import Database
from lib.ui import state
from lib.ui.registry import PAGES

Run = Callable[..., AppTest]
FILES = {page.url: page.file for page in PAGES}


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    found = [one.value for one in page.dataframe if column in one.value.columns]
    assert len(found) == 1, [list(one.value.columns) for one in page.dataframe]
    return found[0]


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url)
def test_nobody_sees_nothing(run_page: Run, spec: object) -> None:
    page = run_page(spec.file, user=None)  # type: ignore[attr-defined]
    assert [one.value for one in page.error] == ["请先选择账号。"]
    assert not page.metric
    assert not page.dataframe
    assert not page.title


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.url)
def test_every_page_runs_for_the_bureau(run_page: Run, spec: object) -> None:
    page = run_page(spec.file, user="bureau")  # type: ignore[attr-defined]
    assert not page.exception
    assert [one.value for one in page.title] == [spec.title]  # type: ignore[attr-defined]


def test_a_leader_may_not_submit(run_page: Run) -> None:
    page = run_page(FILES["submit"], user="leader")
    assert "没有查看本页的权限" in page.error[0].value
    assert not page.title


def test_the_menu_follows_the_role(office: object) -> None:
    shell = AppTest.from_file(str(ROOT / "lib/ui/shell.py"), default_timeout=60).run()
    assert not shell.exception
    assert [one.value for one in shell.title] == ["总览"]
    assert any("演示数据" in one.value for one in shell.caption)
    assert shell.sidebar.selectbox[0].options == ["局领导（演示）", "长风新村街道填报员（演示）", "科室编辑（演示）", "科室编辑二（演示）"]


def test_overview_of_the_article_month(run_page: Run) -> None:
    page = run_page(FILES["overview"], period="2024-09")
    assert metrics(page) == {"超期项目数": "6 个", "一张床累计床位": "1,873 张", "业委会组建率": "96.0%"}
    captions = " ".join(one.value for one in page.caption)
    assert "631 / 657 · 截至 2024-09-30" in captions
    words = " ".join(one.value for one in page.markdown)
    assert "“一张床”累计供应 1,873 张，覆盖 5/10 个街镇，尚缺曹杨、甘泉、石泉、宜川、长征" in words
    assert "业委会组建率 96.0%（631 / 657），应建未建 26 个；超期未换届 163 个" in words
    assert [one.value for one in page.success] == ["四张报表本期均已报齐。"]
    heat = table(page, "组建率%")
    assert len(heat) == 10
    assert sum(map(figure, heat["应建未建"])) == 26
    assert sum(map(figure, heat["超期换届"])) == 163
    assert sum(map(figure, heat["床位(张)"])) == 1873
    assert {text[0] for text in heat["应建未建"]} <= set("▲0"), "none left is well, any left is marked by its shape"


def figure(text: str) -> int:
    """The number in a cell of the heat table, without the shape of its light and the star of an earlier month."""
    return int(text.strip("▲■* ").replace(",", ""))


def test_who_has_not_reported_stands_with_the_month_before_and_is_named(run_page: Run) -> None:
    page = run_page(FILES["overview"])
    assert "**业主委员会组建和换届情况表**：甘泉路街道（沿用2026年9月）" in page.warning[0].value
    assert [one.value for one in page.caption if "未报：甘泉（沿用9月）" in one.value], "on the card"
    assert any("（甘泉沿用9月，本期未报）" in one.value for one in page.markdown), "in the sentence"
    assert any("本期未报、沿用前月的：业主委员会组建和换届情况表：甘泉（2026年9月）" in one.value for one in page.caption), "at the head"
    heat = table(page, "组建率%")
    before = table(run_page(FILES["overview"], period="2026-09"), "组建率%")
    assert heat.loc["甘泉", "有效率%"] == "77.1*"
    assert figure(heat.loc["甘泉", "应建未建"]) == figure(before.loc["甘泉", "应建未建"])
    assert heat.loc["甘泉", "床位(张)"] == "318"


def test_changes_against_the_month_before(run_page: Run) -> None:
    page = run_page(FILES["bed_map"])
    beds = next(one for one in page.metric if one.label == "一张床累计床位")
    assert (beds.value, beds.delta) == ("2,841 张", "持平")
    occupancy = next(one for one in page.metric if one.label == "一张床出租率")
    assert (occupancy.value, occupancy.delta) == ("89.5%", "-0.3 个百分点")


def test_bed_projects_by_stage_stand_in_the_passport(run_page: Run) -> None:
    page = run_page(FILES["bed_map"], period="2024-09")
    lines = {one.key: one.label for one in page.button if one.key and one.key.startswith("line-")}
    assert lines["line-H08P"] == "一张床入市准备项目数　**1 个**"
    assert lines["line-H08S"] == "一张床项目数　**8 个**"
    page = run_page(FILES["bed_map"], period="2024-09", passport="H08S")
    stages = next(one.value for one in page.dataframe if list(one.value.columns) == ["阶段", "一张床项目数"])
    assert dict(zip(stages["阶段"], stages["一张床项目数"], strict=True))["认定"] == "1 个"
    assert sum(int(text.split()[0]) for text in stages["一张床项目数"]) == 8


def test_progress_lists_what_is_short_of_the_gate(run_page: Run) -> None:
    page = run_page(FILES["progress"], period="2024-09")
    assert metrics(page)["距生效差户"] == "232 户"
    assert metrics(page)["回搬户数"] == "3,512 户"
    projects = table(run_page(FILES["progress"], period="2024-09", part="清单"), "改造类别")
    mine = projects[projects["项目名称"] == "曹杨八村77-85号旧住房成套改造项目"].iloc[0]
    assert (mine["街镇"], mine["当前阶段"], mine["涉及户数"]) == ("曹杨", "回搬", 60)
    assert projects["距生效差户"].sum() == 232
    assert sum(light.startswith("■") for light in projects["灯色"]) == 6


def test_a_filter_narrows_figures_and_tables(run_page: Run) -> None:
    page = run_page(FILES["progress"], period="2024-09", unit="310107005", part="清单")
    projects = table(page, "改造类别")
    assert set(projects["街镇"]) == {"曹杨"}
    page.multiselect(key="type").set_value(["旧住房成套改造"]).run()
    assert set(table(page, "改造类别")["改造类别"]) == {"旧住房成套改造"}


def test_committees_chain_and_lists(run_page: Run) -> None:
    page = run_page(FILES["committees"], period="2024-09")
    assert metrics(page) == {
        "业委会组建率": "96.0%",
        "任期有效率": "74.2%",
        "应建未建数": "26 个",
        "超期未换届数": "163 个",
        "临期数（6个月内）": "54 个",
        "替代履职小区数": "2 个",
    }
    acting = table(run_page(FILES["committees"], period="2024-09", part="清单", list="替代履职"), "替代履职方式")
    assert set(acting["小区名称"]) == {"金鼎公寓", "苏堤春晓"}
    assert any("468 ÷ 631 = 74.17%" in one.value and "468 ÷ 629 = 74.40%" in one.value for one in page.markdown)


def test_the_chain_counts_who_stands_with_an_earlier_month(run_page: Run) -> None:
    page = run_page(FILES["committees"])
    assert not any("不在图中" in one.value for one in page.caption)
    assert any("不在任期内的 101 个：超期未换届 98 个，替代履职 3 个。" in one.value for one in page.caption)


def test_a_pinned_release_shows_what_it_held(run_page: Run) -> None:
    page = run_page(FILES["overview"], v="1")
    assert metrics(page)["业委会组建率"] == "96.0%"
    assert "正在查看固定的第 1 版" in page.info[0].value
    assert page.selectbox(key="period").options == ["2024年9月"]
    page.button[0].click().run()
    assert not page.info
    assert page.selectbox(key="period").options == ["2026年10月", "2026年9月", "2025年12月", "2024年9月"]
    assert metrics(page)["业委会组建率"] == "96.0%"


@pytest.mark.parametrize("text", ["99", "0", "abc", "²", "99999999999"])
def test_an_unknown_release_is_told(run_page: Run, text: str) -> None:
    page = run_page(FILES["overview"], v=text)
    assert "链接指定的版次不存在，最新为第 4 版。" in page.error[0].value
    assert not page.metric


def test_passport_names_formula_numbers_and_sources(run_page: Run) -> None:
    page = run_page(FILES["committees"], period="2024-09", passport="G05")
    words = " ".join(one.value for one in page.markdown)
    assert "**代入**　468 个 ÷ 631 个 × 100% = 74.2%" in words
    assert "**未报**　无，所选街镇均已报送" in words
    assert "**公式**　（《业主委员会组建和换届情况表》中组建状态为“已组建”，且任期在有效期内的行数）÷" in words
    assert "**判定**　○ 不判定：没有设定目标" in words
    assert any("?v=4&period=2024-09&passport=G05" in one.value for one in page.code)


def test_the_views_of_a_passport(run_page: Run) -> None:
    rows = table(run_page(FILES["committees"], period="2024-09", passport="G05", view="明细"), "来源文件")
    assert len(rows) == 468
    assert set(rows["来源文件"]) == {"普陀区业主委员会组建和换届情况表（2024年9月）.xlsx"}
    assert rows["行号"].is_unique
    words = [one.value for one in run_page(FILES["committees"], period="2024-09", passport="G05", view="来源").markdown]
    [source] = [one for one in words if "标色原件" in one]
    assert "分子 468 行、分母 631 行" in source
    assert "第 1 版" in source
    assert "/api/download/coloured/" in source
    months = table(run_page(FILES["committees"], period="2024-09", passport="G05", view="走势"), "分子")
    assert months.iloc[-1].to_dict() == {"报告期": "2024年9月", "任期有效率": "74.2%", "分子": "468", "分母": "631", "未报": ""}


def test_dictionary_explains_the_published_figures(run_page: Run) -> None:
    page = run_page(FILES["dictionary"], part="published")
    assert not page.exception
    article, plan, misprints = (one.value for one in page.table)
    article = article.set_index("公布项目")
    assert list(article.loc["任期有效率", ["公布数", "本系统", "分子/分母"]]) == ["74.4%", "74.2%", "468\u00a0/\u00a0631"]
    assert [title for title, verdict in article["结论"].items() if "不一致" in verdict] == ["任期有效率"]
    words = " ".join(one.value for one in page.markdown)
    for told in ("468 ÷ 629 = 74.40%", "203.4，即 204 个", "67.8，即 68 个", "600 ÷ 631 = 95.09%", "24,183 ÷ 32,665 = 74.0%"):
        assert told in words
    assert "4,821～4,881 套" in words
    plan = plan.set_index("公布项目")
    assert (plan.loc["保租房累计筹措", "结论"], plan.loc["既有多层住宅加装电梯累计完工", "结论"]) == ("一致", "一致")
    five = plan.loc["专项提升修缮实施面积（2021—2025）"]
    assert list(five[["公布数", "本系统", "结论"]]) == ["约\u00a01,016\u00a0万㎡", "1,033.8\u00a0万㎡", "约数相符"]
    assert five["说明"] == "按台账中各项目的实际日期归入年度"
    assert len(misprints) == 8
    assert dict(zip(misprints["原文"], misprints["是否确定"], strict=True))["一线运维人员"] == "未定，待确认"


def test_dictionary_search(run_page: Run) -> None:
    page = run_page(FILES["dictionary"], q="组建率")
    assert list(table(page, "编号")["编号"]) == ["G03"]
    assert page.selectbox(key="indicator").value == "G03"
    page.text_input(key="q").set_value("业委会 没有这样的词").run()
    assert "没有同时包含“业委会”“没有这样的词”的指标" in page.info[0].value
    assert "“没有这样的词”没有" in page.info[0].value
    clear = next(one for one in page.button if one.label == "清空搜索")
    clear.click().run()
    assert page.text_input(key="q").value == ""
    assert len(table(page, "编号")) == len(CATALOGUE)
    page.text_input(key="q").set_value("督办").run()
    assert any("G29 督办按时办结率" in one.value for one in page.markdown)
    page.text_input(key="q").set_value("").run()
    page.segmented_control(key="theme").set_value("rental").run()
    assert {name[0] for name in table(page, "编号")["编号"]} == {"H"}


def test_one_indicator_in_full_by_its_link(run_page: Run) -> None:
    page = run_page(FILES["dictionary"], period="2024-09", indicator="R02")
    assert metrics(page) == {"意愿征询同意率 · 2024年9月": page.metric[0].value}
    words = " ".join(one.value for one in page.markdown)
    assert "意愿征询启动线 **≥ 80%**（应参与户数） :blue-badge[有效] :gray-badge[规定]" in words.replace("\\", "")
    assert "《旧住房更新征询签约情况表》（PT-GX-02）：征询环节、同意户数、应参与户数" in words.replace("\\", "")
    assert "建议口径（非规定）" in words
    later = run_page(FILES["dictionary"], period="2026-10", indicator="R02")
    assert ":orange-badge[待确认是否延续] :gray-badge[规定]" in " ".join(one.value for one in later.markdown)
    page.selectbox(key="indicator").set_value("G05").run()
    words = " ".join(one.value for one in page.markdown).replace("\\", "")
    assert metrics(page) == {"任期有效率 · 2024年9月": "74.2%"}
    assert "首次公布2024年9月，74.2%" in words
    assert "新增2025年12月，74.2% → " in words
    page.button(key="passport-G05").click().run()
    assert not page.exception
    assert any("passport=G05" in one.value for one in page.code)


def test_history_of_a_pinned_release_ends_with_it(run_page: Run) -> None:
    page = run_page(FILES["dictionary"], v="1", indicator="G03")
    words = " ".join(one.value for one in page.markdown).replace("\\", "")
    assert "第1版 " in words
    assert "首次公布2024年9月，96.0%" in words
    assert "第2版" not in words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"period": "2031-01"}, "链接中的报告期“2031\\-01”没有数据"),
        ({"unit": "foo"}, "链接中的街镇“foo”不存在"),
        ({"passport": "ZZZ"}, "链接中的指标“ZZZ”不存在"),
    ],
)
def test_a_mistyped_link_is_told(run_page: Run, query: dict[str, str], words: str) -> None:
    shell = AppTest.from_file(str(ROOT / "lib/ui/shell.py"), default_timeout=60)
    for key, value in query.items():
        shell.query_params[key] = value
    shell.run()
    assert not shell.exception
    assert any(words in one.value for one in shell.warning)


def test_the_first_upload_of_a_new_month_empties_nobodys_screen(run_page: Run, office: Database) -> None:
    bureau = account("bureau")
    assert bureau is not None
    rows = [{"compound_id": "PT0140001", "compound_name": "某小区", "subdistrict": "310107014", "formation_status": "应建未建"}]
    content = write_template(DATASETS["committees"], Period("2026-11"), "310107014", rows)
    staged = keep(office, by=bureau, data=content, reading=read_file("十一月.xlsx", content, Expected()))
    for identity in staged.kept:
        explain(office, by=bureau, submission=identity, text="提前试报，月底重报。")
    publish(office, by=bureau, submission_ids=staged.kept, key="november")
    page = run_page(FILES["overview"])
    assert page.selectbox(key="period").value == "2026-10"
    assert any("2026年11月正在报送（1/40）" in one.value for one in page.caption)

    page = run_page(FILES["overview"], period="2026-11")
    assert not page.exception
    assert metrics(page)["一张床累计床位"] == "2,841 张", "October's rows stand until November's come"
    told = page.warning[0].value
    assert told.count("全部街镇（沿用2026年10月）") == 3
    assert "甘泉路街道（沿用2026年9月）" in told
    assert "长风" not in told.split("业主委员会组建和换届情况表")[1]
    assert not page.success
    assert any("10 个街镇未报，沿用前月数" in one.value for one in page.caption)
    for url in ("progress", "bed_map", "committees", "dictionary"):
        page = run_page(FILES[url], period="2026-11")
        assert not page.exception
        shown = " ".join(one.value for one in (*page.info, *page.markdown, *page.success))
        assert "已全部覆盖" not in shown
        assert "没有“一张床”项目" not in shown


@pytest.mark.parametrize(("url", "told"), [
    ("progress", {}),
    ("progress", {"part": "签约"}),
    ("progress", {"part": "节点"}),
    ("bed_map", {"flat": "true"}),
    ("homes", {}),
    ("sites", {}),
    ("committees", {}),
    ("committees", {"part": "换届日历"}),
    ("campaigns", {"part": "攻坚", "topic": "12345"}),
    ("campaigns", {"part": "攻坚", "topic": "维修资金"}),
], ids=str)
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_chart_that_answers_clicks_says_so_itself(
    run_page: Run, monkeypatch: pytest.MonkeyPatch, url: str, told: dict[str, str], phone: bool
) -> None:
    """Streamlit adds it only after the first drawing and may lose it on a busy machine; then the chart would take no click."""
    monkeypatch.setattr(state, "on_phone", lambda: phone)
    charts = [one.proto for one in run_page(FILES[url], period="2026-10", **told).get("plotly_chart")]
    answering = [bool(one.selection_mode) for one in charts]
    assert answering == [json.loads(one.spec)["layout"].get("clickmode") == "event+select" for one in charts]
    assert any(answering)
