"""The page 小区: found by what the article calls it, told over all pillars, what is not there named, figures and links."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

Run = Callable[..., AppTest]
PAGE = "pages/overview/compound.py"
GARDEN, JINDING, SUDI, CAOYANG_EIGHT, STALLED, MERGED = "PT0150043", "PT1020041", "PT0150042", "PT0050040", "PT0170072", "PT0170009"


def words(page: AppTest) -> str:
    """Everything that is written on the page."""
    return " ".join(one.value for one in (*page.markdown, *page.caption, *page.info, *page.error)).replace("\\", "")


def title(page: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in page.header]


@pytest.mark.parametrize(
    ("text", "name"),
    [("曹杨八村", "曹杨八村"), ("曹杨八村77-85号", "曹杨八村"), ("金鼎公寓", "金鼎公寓"), ("苏堤春晓", "苏堤春晓"),
     ("大上海城市花园", "大上海城市花园"), (GARDEN.lower(), "大上海城市花园")],
)
def test_the_compounds_of_the_article_are_found_by_their_names(run_page: Run, text: str, name: str) -> None:
    page = run_page(PAGE, compound=text)
    assert not page.exception
    assert title(page) == [name]


def test_the_fund_of_the_article_over_all_pillars(run_page: Run) -> None:
    page = run_page(PAGE, compound=GARDEN)
    told = words(page)
    assert "长寿路街道；**2,051 户**，早期商品房；符合成立业主大会条件；业委会 第 6 届，**有效期内**（任期至 2028-03-21）" in told
    assert "没有这个小区的行：《旧住房更新改造项目进展表》、《既有多层住宅加装电梯进展表》" in told
    assert ":orange-badge[▲ 关注] **换届财务审计**　期限已过932天，未填日期　期限 2024-04-12　由 **业委会** 办理" in told
    assert "**维修资金余额 / 首期**　673.29 万元 / 1,220.62 万元（余额比 55.2%）" in told
    assert "**维修资金续筹**　2024-06-26，上报结果：表决通过　参与 1,689/2,051 人（全体业主的 82.4%，≥2/3 ✓）" in told
    assert "**物业服务合同到期**　—" in told, "missing is shown as missing"
    [listed] = [one.value for one in page.dataframe if "事项" in one.value.columns]
    assert ["2024-03-18 至 2025-11-20", "维修资金", "续筹，一次性和分期结合", "起止"] in listed.to_numpy().tolist()
    assert list(listed["日期"]).index("2026-10-31") == (listed["情况"] == "○ 计划").sum(), "what is planned stands above the day"
    lines = {one.key: one.label for one in page.button if str(one.key).startswith("line-")}
    assert "**8 件**" in lines["line-G21"]
    assert "**0.63 件/百户**" in lines["line-G23"]
    assert "**100.0%**" in lines["line-G20"]


def test_what_has_no_base_or_no_record_is_named_not_drawn(run_page: Run) -> None:
    page = run_page(PAGE, compound="PT0050001")
    told = words(page)
    assert "没有可计算的指标：续筹资金完成率没有基数（分母为零或未填）。" in [one.value for one in page.info]
    assert "line-G20" not in {one.key for one in page.button}
    assert "**续筹**　未触发，不适用" in told
    assert "图中不列：无记录的更新项目、" in told
    assert "图中不列：" in words(run_page(PAGE, compound=GARDEN))


def test_what_a_committee_would_have_is_not_missing_where_there_is_none(run_page: Run) -> None:
    told = words(run_page(PAGE, compound="PT1030067"))
    assert "**组建状态**　应建未建" in told
    assert "**委员现有 / 应有**" not in told


def test_a_stalled_project_stands_first_and_links_to_its_page(run_page: Run) -> None:
    told = words(run_page(PAGE, compound=STALLED))
    assert "- :red-badge[■ 预警] [协议签订（石泉演示小区072拆除重建项目）](/project?project=PTGX2022003&period=2026-10)" in told
    assert "已超期1,065天；其后 6 个节点也已过计划日　期限 2023-12-01　由 **演示城市更新二公司** 办理（项目节点计划）" in told


def test_the_project_links_back(run_page: Run) -> None:
    told = words(run_page("pages/renewal/project.py", project="PTGX2020000"))
    assert f"**小区编码**　[{CAOYANG_EIGHT}](/compound?compound={CAOYANG_EIGHT}&period=2026-10)" in told
    pinned = words(run_page("pages/renewal/project.py", project="PTGX2020000", v="4"))
    assert f"(/compound?compound={CAOYANG_EIGHT}&period=2026-10&v=4)" in pinned


def test_who_stands_in_is_told(run_page: Run) -> None:
    page = run_page(PAGE, compound=SUDI)
    assert "业委会 **替代履职**" in words(page)
    [listed] = [one.value for one in page.dataframe if "事项" in one.value.columns]
    assert "居委会代为履职（未报结束日期）" in list(listed["事项"])


def test_a_form_carried_on_is_named(run_page: Run) -> None:
    assert "本街镇本期未报、沿用2026年9月：《业主委员会组建和换届情况表》" in words(run_page(PAGE, compound="PT0160010"))


def test_a_dissolved_committee_is_said_to_be(run_page: Run) -> None:
    assert ":gray-badge[◇ 业委会已注销]：小微小区合并，业委会已注销" in words(run_page(PAGE, compound=MERGED))


def test_history_sources_and_permalink(run_page: Run) -> None:
    page = run_page(PAGE, compound=JINDING)
    told = words(page)
    assert "**2024年9月**（第 1 版" in told
    assert "组建状态 应建未建" in told
    [sources] = [one.value for one in page.dataframe if "行号" in one.value.columns]
    assert list(sources["报表"])[:2] == ["住宅小区基本情况表", "业主委员会组建和换届情况表"]
    assert set(sources["首次发布"]) >= {"第 4 版（科室编辑（演示））"}
    query = parse_qs(urlsplit(page.code[0].value).query)
    assert query == {"compound": [JINDING], "period": ["2026-10"], "v": ["4"]}
    earlier = run_page(PAGE, compound=JINDING, period="2024-09", v="1")
    assert "业委会 **替代履职**" in words(earlier)
    assert "列到第 1 版为止" in words(earlier)


def test_the_list_is_ordered_by_urgency_and_found_by_place(run_page: Run) -> None:
    page = run_page(PAGE)
    [listed] = [one.value for one in page.dataframe]
    assert len(listed) == 500
    assert listed["灯色"].iloc[0] == "■ 预警"
    assert "清单共 678 个小区，这里列出前 500 个" in words(page)
    page.text_input(key="compound").set_value("曹杨").run()
    assert set(page.dataframe[0].value["街镇"]) == {"曹杨"}
    box = next(one for one in page.selectbox if one.label == "选择小区")
    box.set_value(CAOYANG_EIGHT).run()
    assert page.text_input(key="compound").value == CAOYANG_EIGHT
    assert title(page) == ["曹杨八村"]


def test_an_unknown_name_is_never_guessed(run_page: Run) -> None:
    page = run_page(PAGE, compound="曹杨8村")
    assert not page.header
    assert "没有找到“曹杨8村”：2026年10月的各表中没有这个编码" in words(page)
    next(one for one in page.button if one.label == "曹杨八村（1 个）").click().run()
    assert title(page) == ["曹杨八村"]
    rental = run_page(PAGE, compound="中岚居")
    assert "“中岚居”是租赁住房项目，不是住宅小区" in words(rental)
    assert "请核对名称或编码" in words(run_page(PAGE, compound="没有的小区"))


def test_markup_in_the_address_is_shown_as_it_is(run_page: Run) -> None:
    assert r"\[x\]\(http\://y\)" in run_page(PAGE, compound="[x](http://y)").error[0].value


def test_the_stretch_and_the_sides_of_the_list(run_page: Run) -> None:
    page = run_page(PAGE, compound=STALLED, side="红色物业", span="全部")
    [listed] = [one.value for one in page.dataframe if "事项" in one.value.columns]
    assert set(listed["方面"]) == {"红色物业", "—"}
    assert "图外另有" not in words(page)
    assert "图外另有" in words(run_page(PAGE, compound=STALLED))


def test_nobody_sees_nothing(run_page: Run) -> None:
    page = run_page(PAGE, user=None, compound=GARDEN)
    assert not page.header
    assert page.error[0].value == "请先选择账号。"
