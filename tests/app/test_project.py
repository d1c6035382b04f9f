"""The page 项目: found by its code, told as in the article, unknown codes, and the way of the public sheet."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

from lib.actions.sheets import progress_sheet
from lib.auth.demo import account
from lib.store.database import Database

Run = Callable[..., AppTest]
PAGE = "pages/renewal/project.py"
CAOYANG_EIGHT, STALLED, OF_CHANGFENG = "PTGX2020000", "PTGX2022003", "PTGX2021008"


def words(page: AppTest) -> str:
    """Everything that is written on the page."""
    return " ".join(one.value for one in (*page.markdown, *page.caption, *page.info)).replace("\\", "")


def button(page: AppTest, label: str) -> object:
    return next(one for one in page.button if one.label == label)


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def columns(page: AppTest) -> list[list[str]]:
    return [list(one.value.columns) for one in page.dataframe]


def test_the_project_of_the_article(run_page: Run) -> None:
    page = run_page(PAGE, project=CAOYANG_EIGHT, period="2024-09")
    assert not page.exception
    assert [one.value.replace("\\", "") for one in page.header] == ["曹杨八村77-85号旧住房成套改造项目"]
    told = words(page)
    assert "项目已完成；曹杨新村街道，旧住房成套改造，涉及 **60 户**" in told
    assert "2024-03 竣工，2024-06 回搬；已签约 60 / 60 户；已回搬 60 / 60 户" in told
    nodes = next(one.value for one in page.dataframe if "延期原因" in one.value.columns)
    assert dict(zip(nodes["节点"], nodes["实际"], strict=True))["✓ 竣工"] == "2024-03"
    assert "签约 60/60 户（100.0%，≥95%），已达到" in told
    assert "**过渡时间**　781 天（外搬至回搬）" in told
    assert "**参与部门**　20 家" in told


def test_a_project_in_trouble_says_so_first(run_page: Run) -> None:
    page = run_page(PAGE, project=STALLED)
    told = words(page)
    assert "当前阶段 **协议签订**" in told
    assert "距生效差 **21 户**" in told
    assert ":red-badge[■ 签约生效超期 1,065 天]" in told
    assert ":red-badge[▶■ 协议签订]" in told
    assert "意愿征询启动线 ≥ 80%" in told
    assert "待确认是否延续" in told
    assert "拨付率（已拨付 ÷ 已批复）**　40.0%" in told
    assert "**市级补助**　—" in told


def test_history_and_sources(run_page: Run) -> None:
    page = run_page(PAGE, project=STALLED)
    told = words(page)
    assert "**2024年9月**（第 1 版" in told
    assert "签约 273→274 户" in told
    [source] = [one.value for one in page.dataframe if "行号" in one.value.columns]
    assert list(source["报表"]) == ["旧住房更新改造项目进展表", "旧住房更新项目节点计划和完成情况表", "旧住房更新征询签约情况表"]
    assert told.count("[标色原件](/api/download/project/PTGX2022003/") == 3
    assert "[标色原件]" not in words(run_page(PAGE, user="street", project=STALLED)), "the workbook holds other 街镇, too"


def test_search_and_choice(run_page: Run) -> None:
    page = run_page(PAGE)
    assert len(page.dataframe[0].value) == 62
    assert page.dataframe[0].value["灯色"].iloc[0].startswith("■")
    page.text_input(key="project").set_value("曹杨").run()
    assert set(page.dataframe[0].value["街镇"]) == {"曹杨"}
    page.text_input(key="project").set_value("曹杨八村").run()
    assert len(page.header) == 1, "the only one found is opened"
    box = next(one for one in page.selectbox if one.label == "选择项目")
    box.set_value(STALLED).run()
    assert page.text_input(key="project").value == STALLED
    assert page.header[0].value == "石泉演示小区072拆除重建项目"


def test_an_unknown_code_has_a_way_back(run_page: Run) -> None:
    page = run_page(PAGE, project="PTGX9999")
    assert "没有找到“PTGX9999”：2026年10月" in page.error[0].value
    assert not page.header
    button(page, "查看全部项目").click().run()  # type: ignore[attr-defined]
    assert not page.error
    assert len(page.dataframe[0].value) == 62


def test_a_code_of_another_month_names_it(run_page: Run) -> None:
    newest = set(run_page(PAGE).dataframe[0].value["编码"])
    first = set(run_page(PAGE, period="2024-09").dataframe[0].value["编码"])
    page = run_page(PAGE, project=sorted(newest - first)[0], period="2024-09")
    assert page.error
    assert "这个编码见于" in page.info[0].value


def test_markup_in_the_address_is_shown_as_it_is(run_page: Run) -> None:
    page = run_page(PAGE, project="[x](http://y)")
    assert r"\[x\]\(http\://y\)" in page.error[0].value


def test_the_sheet_from_request_to_download(run_page: Run, office: Database) -> None:
    page = run_page(PAGE, user="leader", project=OF_CHANGFENG)
    assert not {"申请发布", "批准", "退回"} & set(labels(page))
    page = run_page(PAGE, user="street", project=STALLED)
    assert "申请发布" not in labels(page), "a 街镇 asks for its own projects only"
    page = run_page(PAGE, user="street", project=OF_CHANGFENG)
    button(page, "申请发布").click().run()  # type: ignore[attr-defined]
    assert [one.value for one in page.success] == ["已申请，等待区局科室批准。"]
    assert "▲ 等待批准" in words(page)
    assert "批准" not in labels(page)

    start = run_page(PAGE, user="bureau")
    waiting = next(one for one in start.button if one.key == f"waiting-{OF_CHANGFENG}")
    waiting.click().run()
    assert start.text_input(key="project").value == OF_CHANGFENG
    button(start, "批准").click().run()  # type: ignore[attr-defined]
    assert "● 已批准" in words(start)
    link = next(one for one in start.get("link_button") if "下载公示单" in one.proto.label)
    address = urlsplit(link.proto.url)
    assert address.path == f"/api/download/sheet/{OF_CHANGFENG}"
    name, content = progress_sheet(by=account("leader"), project=OF_CHANGFENG, release=parse_qs(address.query)["v"][0])
    assert name.endswith(".html")
    assert "演示数据" in content.decode()

    pinned = run_page(PAGE, user="street", project=OF_CHANGFENG, v="1")
    assert "○ 未申请" in words(pinned)
    assert "只有最新版可以申请" in words(pinned)
    page = run_page(PAGE, user="bureau", project=OF_CHANGFENG)
    next(one for one in page.text_input if one.label == "理由").set_value("竣工月份需要更正").run()
    button(page, "确定").click().run()  # type: ignore[attr-defined]
    assert "○ 已退回" in words(page)
    assert "竣工月份需要更正" in words(page)
