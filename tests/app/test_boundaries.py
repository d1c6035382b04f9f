"""边界底图: everyone sees the boundary with its areas; who may puts a file in its place, is told what is wrong, and can go back."""

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
from lib.settings import ROOT, settings
from lib.store.database import Database
from tests.support.boundary_files import APPROVAL, REASON, as_bytes, plain, rename
from tests.support.published import CHANGFENG, publish_rows, rental

FILE = "pages/data/boundaries.py"
Run = Callable[..., AppTest]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of this test alone, because it is changed."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    monkeypatch.setenv("YJPT_DEMO", "1")
    opened = Database(f"sqlite:///{tmp_path / 'own.db'}")
    opened.migrate()
    kept = opening.open_database
    settings.cache_clear()
    kept.cache_clear()
    st.cache_resource.clear()
    publish_rows(opened, "rental_projects", [rental("P1", CHANGFENG, "一套房", "新建", "建设", 100)], period="2026-10")
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


def open_page(user: str = "bureau") -> AppTest:
    page = AppTest.from_file(str(ROOT / FILE), default_timeout=60)
    page.session_state["_user"] = account(user)
    return page.run()


def upload(page: AppTest, content: bytes) -> AppTest:
    page = page.file_uploader[0].set_value(("界线.geojson", content, "application/geo+json")).run()
    assert not page.exception
    return page


def press(page: AppTest, label: str, reason: str) -> AppTest:
    page.text_area[0].set_value(reason)
    page = next(one for one in page.button if one.label == label).click().run()
    assert not page.exception
    return page


def texts(elements: object) -> list[str]:
    return [one.value.replace("\\", "") for one in elements]  # type: ignore[attr-defined]


def areas(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value


def test_a_leader_sees_it_and_no_form(run_page: Run) -> None:
    page = run_page(FILE, period="2026-10")
    assert not page.exception
    assert page.markdown[0].value.startswith("现在使用**系统自带的示意边界**（来自 OpenStreetMap，不是法定界线）")
    table = areas(page).set_index("街镇")
    assert list(table.loc["长寿"]) == ["4.04", "4.02", "+0.5%"]
    assert list(table.loc["桃浦"]) == ["19.16", "—", "—"]
    assert any("合计 55.82 km²。与公布面积相差超过 5% 的：万里。" in one for one in texts(page.caption))
    assert "还没有更换过，一直使用系统自带的示意边界。" in texts(page.caption)
    assert [one.value for one in page.subheader] == ["历次更换"]


def test_a_pinned_release_is_not_changed(run_page: Run) -> None:
    page = run_page(FILE, user="bureau", v="1")
    assert "正在查看固定的版次，不能更换；请先点上方的“查看最新版”。" in texts(page.caption)
    assert not page.file_uploader


def test_from_a_file_to_a_release_and_back(own: Database) -> None:
    given = plain("BD-09")
    rename(3, 名称="甘泉新村")(given)
    page = upload(open_page(), as_bytes(given))
    (told,) = texts(page.error)
    assert told.startswith("这个文件还不能使用，共 3 处问题，改正后重新上传：")
    assert "1. 没有审图号。" in told
    assert "3. 缺少 1 个街镇：甘泉路街道。" in told
    assert not page.text_area

    page = page.text_input(key="boundary-approval").set_value(APPROVAL).run()
    page = upload(page, as_bytes(plain("BD-09")))
    assert texts(page.success) == [f"检查通过：十个街镇各一个、边线有效、互不重叠、没有空隙。审图号 {APPROVAL}，坐标系 BD-09。"]
    page = press(page, "保存为新版次", "")
    assert texts(page.error) == ["更换理由应为 5～500 个字，现在是 0 个字。请写明依据和来源。"]
    page = press(page, "保存为新版次", REASON)
    assert texts(page.success)[0].startswith("已保存为第 2 版，")
    assert f"审图号 **{APPROVAL}**，原坐标系 BD-09，已换算为 WGS-84。" in texts(page.markdown)[0]
    assert "系统自带" in areas(page).columns
    assert list(page.dataframe[-1].value["理由"]) == [REASON]

    page = press(page, "恢复系统自带", "文件过期，先用示意边界。")
    assert texts(page.success)[0].startswith("已保存为第 3 版，")
    assert page.markdown[0].value.startswith("现在使用**系统自带的示意边界**")
    assert list(page.dataframe[-1].value["审图号"]) == ["—", APPROVAL]


def test_a_file_that_says_another_system_than_is_chosen(own: Database) -> None:
    page = open_page()
    page = page.selectbox(key="boundary-datum").select("GCJ-02").run()
    page = upload(page, as_bytes(plain("BD-09", 审图号=APPROVAL)))
    assert "文件写明的坐标系是 BD-09，您选的是 GCJ-02。" in texts(page.error)[0]
