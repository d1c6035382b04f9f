"""三大行动: sections and choices in the address, figures of the samples, what is missing said; and with no rows at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.ui import passport
from lib.ui.campaigns import PARTS, TOPICS
from lib.ui.page import Page
from tests.support.published import CAOYANG

Run = Callable[..., AppTest]
FILE = "pages/governance/campaigns.py"
SECTIONS = [{"part": "强基"}, {"part": "赋能"}, *({"part": "攻坚", "topic": topic} for topic in TOPICS)]


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, *columns: str) -> pd.DataFrame:
    """The one table that has columns of these names."""
    found = [one.value for one in page.dataframe if set(columns) <= set(one.value.columns)]
    assert len(found) == 1, [list(one.value.columns) for one in page.dataframe]
    return found[0]


def words(page: AppTest) -> str:
    return " ".join(one.value for group in (page.markdown, page.caption, page.info, page.success, page.warning) for one in group)


def addresses(page: AppTest) -> list[str]:
    return [one.proto.url for one in page.get("link_button")]  # type: ignore[union-attr]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: "-".join(one.values()))
@pytest.mark.parametrize("period", ["2024-09", "2026-10"])
@pytest.mark.parametrize("unit", ["", CAOYANG])
def test_every_section(run_page: Run, section: dict[str, str], period: str, unit: str) -> None:
    page = run_page(FILE, period=period, **section, **({"unit": unit} if unit else {}))
    assert not page.exception
    assert page.metric
    assert all(parse_qs(urlsplit(one).query).get("unit", [""]) == [unit] for one in addresses(page)), "a list is of what is seen"


def test_unknown_choices_are_as_none(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="没有", topic="没有", points="没有", measure="没有")
    assert not page.exception
    assert "红色物业实践点创建率" in metrics(page)
    assert not run_page(FILE, period="2024-09", part="攻坚", topic="没有", fyear="1900", fvote="X", fstate="没有").exception


def test_base(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="强基")
    assert metrics(page) == {
        "红色物业实践点创建率": "9.7%", "红色物业示范点创建率": "1.6%", "党建工作覆盖率": "89.5%", "申报中的红色物业点数": "14 个",
    }
    text = words(page)
    assert "66 个 / 678 个住宅小区；目标 204 个，**还差 138 个**" in text
    assert "11 个 / 678 个住宅小区；目标 68 个，**还差 57 个**" in text
    assert "607 个 / 678 个住宅小区；目标 678 个，**还差 71 个**" in text
    assert "不是符合成立条件的小区" in text
    assert "联建共建没有列入任何报表" in text
    assert len(table(page, "类型", "命名日期")) == 91
    named = run_page(FILE, period="2024-09", part="强基", points="申报中")
    assert len(table(named, "类型", "命名日期")) == 14
    uncovered = run_page(FILE, period="2024-09", part="强基", points="党建未覆盖")
    assert len(table(uncovered, "党建工作")) == 71, "678 − 607"


def test_the_pace_of_the_points(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="强基")
    text = words(page)
    assert "168 个 / 678 个住宅小区；目标 204 个，**还差 36 个**；近 " in text
    assert "期限为 2026-09-01，已过" in text
    one = words(run_page(FILE, period="2026-10", part="强基", unit=CAOYANG))
    assert "目标是全区口径，按所选街镇折算只作参照" in one


def test_training(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="赋能")
    assert metrics(page) == {"培训覆盖率": "97.5%", "培训参加人次": "800 人", "培训到训率": "97.3%"}
    topics = table(page, "主题", "场次").set_index("主题")
    # 10 rows of the district's training are one.
    assert topics.loc["合计"].tolist() == [7, 800]
    assert topics["场次"].drop("合计").sum() == 7
    assert topics.loc["规范化运作评价", "场次"] == 2, "that of the district and one of 长风"
    left = table(page, "未覆盖（至多）")
    assert left["未覆盖（至多）"].sum() == 631 - 615
    assert len(table(page, "应训（人）")) == 16
    text = words(page)
    assert "报道：600 余人" in text
    assert "97.5%（615 / 631）" in text
    assert "列不出从未受训的业委会" in text
    assert "未报的月份：1月、2月" in text


def lines(page: AppTest) -> list[str]:
    """The figures that stand as lines, as their buttons say them."""
    return [one.label for one in page.button if "**" in one.label]


def test_alliances(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="强基")
    assert lines(page) == ["物业党建联盟街镇覆盖率　**90%** :red[■]", "物业党建品牌数　**4 个**"]
    text = words(page)
    assert "**物业党建联盟**　还没有建成的街镇：甘泉（筹建中）" in text
    assert "清单共 15 行，报送月份：2026年10月。目标：街镇≥ 100%（新民晚报关于普陀区房管局的报道）。只有已建成的计入。" in text
    rows = table(page, "成员单位（家）").set_index("名称")
    assert rows.loc["甘泉演示物业党建联盟", ["街镇", "状态", "成员单位（家）"]].tolist() == ["甘泉", "筹建中", 7]
    assert rows["类型"].value_counts().to_dict() == {"联盟": 10, "品牌": 5}
    assert [urlsplit(one).path for one in addresses(page)][:2] == [f"/api/download/rows/{name}.csv" for name in ("G35", "G35A")]
    before = run_page(FILE, period="2024-09", part="强基")
    assert lines(before)[0].startswith("物业党建联盟街镇覆盖率　**70%**")
    assert "还没有建成的街镇：甘泉（筹建中）、万里（筹建中）、长征（筹建中）" in words(before)


def test_workrooms_and_handbook(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10", part="赋能")
    assert lines(page) == [
        "实训工作室数　**6 个**", "筹建中的实训工作室数　**1 个**", "实训工作室本年活动次数　**82 次**", "赋能手册发放册数　**6,571 册**",
        "赋能手册业委会覆盖率　**94.5%\\***",
    ]
    assert "还没有建成的街镇：甘泉、石泉、万里、长征（筹建中）" in words(page)
    assert len(table(page, "建成日期", "本年活动（次）")) == 7
    handed = table(page, "发放（册）")
    assert handed["发放（册）"].sum() == 6571
    assert set(handed["状态"]) == {"已发放"}
    paths = [urlsplit(one).path for one in addresses(page)]
    assert paths == [f"/api/download/rows/{name}.csv" for name in ("G24A", "G36", "G36P", "G37")]


def test_works_that_nobody_has_reported(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Page.nobody
    monkeypatch.setattr(Page, "nobody", lambda page, dataset: dataset == "campaign_works" or nobody(page, dataset))
    for part, card in (("强基", "红色物业实践点创建率"), ("赋能", "培训覆盖率")):
        page = run_page(FILE, period="2026-10", part=part)
        assert not page.exception
        assert card in metrics(page)
        assert "所选街镇本期没有可用的《三大行动建设情况表》，暂无数据" in words(page)
        assert not lines(page)


def test_fees(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="攻坚", topic="物业费")
    assert metrics(page) == {"质价双提升小区数": "29 个", "质价双提升率": "49.2%", "调价表决通过率": "82.7%", "调价后平均收缴率": "87.7%"}
    rows = table(page, "距达标线")
    assert len(rows) == 20
    assert rows["结果"].tolist()[:9] == ["▲ 表决未通过"] * 9, "what did not pass stands first"
    assert rows["同意面积"].str.contains("✗").any()
    text = words(page)
    assert "2025-08-15 起至 2029-08-14，尚未施行；本期早于施行日，按该值回溯计算" in text
    assert "清单共 59 行" in text
    ways = table(page, "调价方式").set_index("调价方式")
    assert ways["调价"].to_dict() == {"一次性": 51, "阶梯式": 8}
    assert ways["达标"].sum() == 29
    stepped = run_page(FILE, period="2024-09", part="攻坚", topic="物业费", fway="阶梯式", fstate="达标")
    assert set(table(stepped, "距达标线")["方式"]) == {"阶梯式"}
    assert set(table(stepped, "距达标线")["结果"]) == {"● 达标"}


def test_funds(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="攻坚", topic="维修资金")
    assert metrics(page) == {
        "应续筹小区数": "28 个", "应续筹未启动小区数": "14 个", "续筹推进中小区数": "11 个", "续筹已完成小区数": "26 个",
    }
    text = words(page)
    assert "试点 大上海城市花园" in text
    lines = {one.key: one.label for one in page.button if str(one.key).startswith("line-")}
    assert "**24 个**" in lines["line-G18D"]
    assert "**2 个**" in lines["line-G18E"]
    assert "**7 个**" in lines["line-G18F"]
    assert "方式：一次性和分期结合；应筹 398.73 万元，已筹 42.02 万元" in text
    assert "清单共 32 个" in text, "14 + 11 + 7 voted down"
    rows = table(page, "距恢复线")
    assert set(rows["灯"]) <= {"■ 预警", "▲ 关注", "● 正常", "○ 不判定"}
    assert rows["下一步"].notna().all()
    done = run_page(FILE, period="2024-09", part="攻坚", topic="维修资金", gstate="已恢复")
    assert table(done, "距恢复线")["下一步"].isna().all()
    assert set(table(done, "距恢复线")["距恢复线"]) == {0.0}
    later = run_page(FILE, period="2026-10", part="攻坚", topic="维修资金", gstate="已筹未达恢复线")
    short = table(later, "距恢复线")
    assert len(short) == 11
    assert set(short["灯"]) == {"○ 不判定"}
    assert set(short["时限"]) == {"已筹集，未达恢复线"}
    assert "已到恢复线。" in words(later), "the pilot"


def test_hotline(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="攻坚", topic="12345")
    assert metrics(page)["12345物业类工单量"] == "1,706 件"
    kinds = table(page, "类别").set_index("类别")
    assert kinds.loc["物业服务", "当月（件）"] == "1,706"
    assert kinds.loc["合计", "当月（件）"] == "4,088"
    assert set(kinds["累计（件）"]) == {"—"}, "January to August are not known"
    assert "没有街镇报齐所需的各月" in words(page)
    assert "10 个街镇缺本月或以前月份的数据" in words(page)
    assert "工单量和同比均按受理量计" in words(page)
    compounds = table(page, "百户工单量")
    assert compounds["当月（件）"].is_monotonic_decreasing
    found = run_page(FILE, period="2024-09", part="攻坚", topic="12345", hfind="没有这样的小区")
    assert "没有符合条件的小区" in words(found)


def test_joint(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="攻坚", topic="建管并举")
    assert metrics(page) == {"建管并举三项并推小区数": "0 个", "建管并举两项以上小区数": "8 个", "合并注销小区数": "0 个"}
    assert len(table(page, "工程自")) == 8
    text = words(page)
    assert "16 个在推进的更新项目没有填小区编码" in text
    assert "合并面积没有列入任何报表" in text
    later = run_page(FILE, period="2026-10", part="攻坚", topic="建管并举")
    assert metrics(later)["建管并举三项并推小区数"] == "4 个"
    assert metrics(later)["建管并举两项以上小区数"] == "28 个"
    assert "4 个在推进的更新项目没有填小区编码" in words(later)
    assert table(later, "组建状态")["小区"].tolist() == ["石泉演示小区009"]


def test_links_lead_to_the_rows_behind_the_figures(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09", part="攻坚", topic="维修资金")
    paths = [urlsplit(one).path for one in addresses(page)]
    assert paths == [f"/api/download/rows/{name}.csv" for name in ("G18", "G18A", "G18B", "G18C", "G18D", "G18E", "G18F")]
    assert {parse_qs(urlsplit(one).query)["period"][0] for one in addresses(page)} == {"2024-09"}


def test_a_passport_of_the_page(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(passport, "_drawer", lambda page, name: opened.append(name))
    run_page(FILE, period="2024-09", part="攻坚", topic="建管并举", passport="G31A")
    assert opened == ["G31A"]


@pytest.fixture
def without_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every form has been reported, and holds nothing; with caches of its own."""
    frames = Page.frame
    st.cache_resource.clear()
    monkeypatch.setattr(Page, "frame", lambda page, dataset: frames(page, dataset).iloc[:0])
    yield
    st.cache_resource.clear()


@pytest.mark.usefixtures("without_rows")
@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: "-".join(one.values()))
def test_no_rows_at_all(run_page: Run, section: dict[str, str]) -> None:
    page = run_page(FILE, period="2026-09", **section)
    assert not page.exception
    assert page.info


@pytest.mark.parametrize("section", [one for one in SECTIONS if one["part"] != "赋能"], ids=lambda one: "-".join(one.values()))
def test_a_form_that_nobody_has_reported(run_page: Run, monkeypatch: pytest.MonkeyPatch, section: dict[str, str]) -> None:
    monkeypatch.setattr(Page, "nobody", lambda page, dataset: True)
    page = run_page(FILE, period="2024-09", **section)
    assert not page.exception
    assert "暂无数据。可在报告期中选择上一期。" in page.info[0].value
    assert not page.metric


def test_who_has_not_reported_is_named(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Page, "without", lambda page, dataset: (CAOYANG,))
    st.cache_resource.clear()
    text = words(run_page(FILE, period="2024-09", part="攻坚", topic="维修资金"))
    st.cache_resource.clear()
    assert "《住宅专项维修资金情况表》曹杨未报，不在其中" in text


def test_nobody_sees_it_without_an_account(run_page: Run) -> None:
    page = run_page(FILE, user=None, period="2024-09")
    assert not page.metric
    assert "请先选择账号" in page.error[0].value


def test_parts_are_those_of_the_page() -> None:
    assert PARTS == ("强基", "赋能", "攻坚")
