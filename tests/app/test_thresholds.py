"""标准与阈值: everyone sees the registry with its states; who may changes it, is told what is wrong, and sees what it would change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.actions import opening
from lib.auth.demo import account
from lib.datasets.thresholds import shipped_registry
from lib.settings import ROOT, settings
from lib.store.database import Database
from tests.support.published import CAOYANG, CHANGFENG, publish_rows, renewal

FILE = "pages/data/thresholds.py"
ROWS = len(shipped_registry().rows)
GATE = "renewal.signing_gate|2021-09-01"
START = "renewal.start_gate|2023-02-01"
REASON = "新办法自10月起施行，第5条规定为98%。"
Run = Callable[..., AppTest]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of this test alone, because it is changed: 96 of 100 households signed in 长风, 90 of 100 in 曹杨, for October."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    monkeypatch.setenv("YJPT_DEMO", "1")
    kept = opening.open_database
    opened = Database(f"sqlite:///{tmp_path / 'own.db'}")
    opened.migrate()
    settings.cache_clear()
    kept.cache_clear()
    st.cache_resource.clear()
    publish_rows(opened, "renewal_projects", [
        renewal("P1", CHANGFENG, "旧住房成套改造", "协议签订", households_to_sign=100, households_signed=96),
        renewal("P2", CAOYANG, "旧住房成套改造", "协议签订", households_to_sign=100, households_signed=90),
    ], period="2026-10")
    yield opened
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(timeout=60)
    opening.open_database().close()
    opened.close()
    kept.cache_clear()
    st.cache_resource.clear()
    monkeypatch.undo()
    settings.cache_clear()


def open_page(user: str = "bureau", **query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / FILE), default_timeout=60)
    page.session_state["_user"] = account(user)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The first table that has a column of this name."""
    return next(one.value for one in page.dataframe if column in one.value.columns)


def field(page: AppTest, label: str) -> object:
    return next(one for one in page.text_input if one.label.startswith(label))


def fill(page: AppTest, **values: str) -> AppTest:
    """Fill fields of the form by the beginning of their labels, and hand it in."""
    for label, value in values.items():
        field(page, label).set_value(value)  # type: ignore[attr-defined]
    return press(page, "列入修改")


def press(page: AppTest, label: str) -> AppTest:
    page = next(one for one in page.button if one.label == label).click().run()
    assert not page.exception
    return page


def choose(page: AppTest, row: str, way: str = "") -> AppTest:
    page = page.selectbox(key="threshold-row").select(row).run()
    if way:
        page.segmented_control(key=f"threshold-way-{row}").set_value(way).run()
    assert not page.exception
    return page


def errors(page: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in page.error]


def buttons(page: AppTest) -> set[str]:
    return {one.label for one in page.button}


def test_a_leader_sees_the_registry_and_no_form(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10")
    assert not page.exception
    assert page.warning[0].value.startswith("5 项标准已过印载有效期，待确认是否延续")
    shown = table(page, "用于")
    assert len(shown) == ROWS
    assert list(shown["状态"][:6]) == ["待确认是否延续"] * 5 + ["有效"]
    gate = shown[shown["编号"] == "renewal.signing_gate"].iloc[0]
    assert (gate["标准"], gate["值"], gate["状态"], gate["施行"], gate["至"]) == ("协议签约生效线", "≥ 95%", "有效", "2021-09-01", "—")
    assert (gate["文件"], gate["条款"], gate["性质"]) == ("城市更新条例", "第32条", "规定")
    assert gate["用于"].startswith("R03 签约率、R05 距生效差户")
    assert "修改标准" not in [one.value for one in page.subheader]
    assert not page.button
    assert table(page, "改动")["改动"].to_list() == [f"最初的 {ROWS} 行"]


def test_states_follow_the_as_of_date(run_page: Run) -> None:
    page = run_page(FILE, period="2024-09")
    shown = table(page, "用于").set_index("编号")
    assert page.warning[0].value.startswith("4 项标准")
    assert shown.loc["renewal.start_gate", "状态"] == "有效"
    assert shown.loc["beds.plan_2030", "状态"] == "尚未施行"
    assert sorted(shown.loc["vote.special.area", "状态"]) == ["已被取代", "有效"]


def test_search(run_page: Run) -> None:
    assert list(table(run_page(FILE, rule="G11N"), "用于")["编号"]) == ["committee.filing_days"]
    assert list(table(run_page(FILE, rule="G11S"), "用于")["编号"]) == ["committee.exit_audit_months", "committee.handback_days"]
    page = run_page(FILE, rule="没有的词")
    assert "没有包含“没有的词”的标准" in page.info[0].value


def test_a_pinned_release_is_not_changed(run_page: Run) -> None:
    page = run_page(FILE, user="bureau", v="1")
    assert "正在查看固定的版次，不能修改；请先点上方的“查看最新版”。" in [one.value for one in page.caption]
    assert "列入修改" not in buttons(page)


def test_from_an_edit_to_a_release(own: Database) -> None:
    page = choose(open_page(), GATE, "新增一行")
    page = fill(page, 值="98", 施行日期="2026年10月1日", 文件="新办法", 条款="第5条")
    assert errors(page) == []
    words = " ".join(one.value.replace("\\", "") for one in page.markdown)
    assert "尚未保存的修改：2 处" in words
    assert "新增一行：≥ 98%，自 2026-10-01 起（新办法第5条）" in words
    assert "保存为新版次" not in buttons(page), "not before its effect was looked at"
    page = press(page, "查看影响")
    assert any("**对2026年10月的影响**：3 个数有变化，3 盏指标灯有变化" in one.value for one in page.markdown)
    changed = table(page, "保存后")
    assert changed.to_dict("list") == {
        "指标": ["距生效差户"] * 3, "范围": ["全区", "曹杨", "长风"], "现在": ["5 户", "5 户", "0 户"], "保存后": ["10 户", "8 户", "2 户"]}
    lights = table(page, "判定")
    assert list(zip(lights["指标"], lights["范围"], lights["现在"], lights["保存后"], strict=True)) == [
        ("签约率", "曹杨", "▲ 关注", "■ 预警"), ("签约率", "长风", "● 正常", "▲ 关注"), ("距生效差户", "长风", "● 正常", "▲ 关注")]
    page = press(page, "保存为新版次")
    assert errors(page) == ["还没有填写修改理由。请写明依据哪个文件、为什么修改。"]
    page = page.text_area[0].set_value(REASON).run()
    page = press(page, "保存为新版次")
    assert page.success[0].value == "已保存为第 2 版，各报告期已按新的标准重新计算；以前的版次不变。"
    assert not page.text_area
    history = table(page, "改动")
    assert list(history["版次"]) == [2, 2, 1]
    assert history["理由"][0] == REASON
    gates = table(page, "用于").set_index("编号").loc["renewal.signing_gate"]
    assert list(gates["值"]) == ["≥ 98%", "≥ 95%"]
    assert list(gates["状态"]) == ["有效", "已被取代"]
    page = page.selectbox(key="threshold-release").select(1).run()
    assert any(len(one.value) == ROWS and "用于" in one.value.columns for one in page.dataframe)


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(own: Database) -> None:
    page = choose(open_page(), GATE)
    page = fill(page, 值="九十五")
    assert errors(page) == ["值“九十五”不是数，请写成 95、0.2 或 2/3 的形式。"]
    assert field(page, "值").value == "九十五"  # type: ignore[attr-defined]
    page = fill(page, 值="96", 施行日期="2021年13月1日")
    assert errors(page) == ["“2021年13月1日”不是日期，请写成 2026-12-31 的形式。"]
    page = fill(page, 施行日期="2021-09-01", 截止日期="2020-01-01")
    assert errors(page) == ["截止日期早于施行日期。"]
    page = fill(page, 值="95", 截止日期="")
    assert errors(page) == ["没有改动。"]
    assert "查看影响" not in buttons(page)
    page = choose(page, GATE, "新增一行")
    page = fill(page, 施行日期="")
    assert errors(page) == ["请填写新的值。", "请填写日期，例如 2026-12-31。", "请写明依据的文件。"]


def test_confirming_and_superseding(own: Database) -> None:
    page = fill(choose(open_page(), START, "确认延续"), 新的截止日期="2024-12-31", 确认延续的文件="沪房规范〔2026〕9号")
    assert errors(page) == ["新的截止日期应晚于 2024-12-31。不再有截止日期的，请留空。"]
    page = fill(page, 新的截止日期="2027-12-31")
    words = " ".join(one.value.replace("\\", "") for one in page.markdown)
    assert "截止日期由“2024-12-31”改为“2027-12-31”" in words
    assert "延续依据：沪房规范〔2026〕9号" in words
    page = fill(choose(page, GATE, "标为被取代"), 被何取代="新条例", 执行的最后一天="2026-10-15")
    assert any("被取代后没有新的一行，仍会按" in one.value for one in page.warning)
    assert "尚未保存的修改：2 处" in " ".join(one.value for one in page.markdown)
    page = page.button(key="threshold-undo-renewal.signing_gate").click().run()
    assert "尚未保存的修改：1 处" in " ".join(one.value for one in page.markdown)
    page = press(page, "放弃全部修改")
    assert "查看影响" not in buttons(page)


def test_somebody_else_was_first(own: Database) -> None:
    first, second = open_page(), open_page()
    first = press(fill(choose(first, GATE), 值="96"), "查看影响")
    second = press(fill(choose(second, GATE), 值="97"), "查看影响")
    for page in (first, second):
        page.text_area[0].set_value(REASON).run()
    assert press(first, "保存为新版次").success
    second = press(second, "保存为新版次")
    assert errors(second)[0] == "您打开之后，标准与阈值已有新版发布。请放弃修改，在最新版上重新办理。"
    assert "值由“95”改为“97”" in " ".join(one.value for one in second.markdown), "the draft is still there to be read"
    assert next(one for one in second.button if one.label == "保存为新版次").disabled
