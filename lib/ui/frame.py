"""What the shell shows: the waiting screen while the process starts, then account, menu, demonstration line and page."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from lib.actions.opening import PROGRESS
from lib.auth.demo import demo_accounts
from lib.auth.permissions import User, may
from lib.settings import ROOT, settings
from lib.ui import state
from lib.ui.registry import BENCH_PAGE, PAGES, PageSpec

ICON = Path(__file__).resolve().parent / "icon.svg"
"""The picture in the browser's tab; a local file, because a named icon would be asked from another host."""

CHOSEN = """<style>
[data-testid="stButtonGroup"] button[data-selected="true"]:not(:disabled) { background-color: currentColor; }
[data-testid="stButtonGroup"] button[data-selected="true"]:not(:disabled) * { color: #ffffff; }
</style>"""
"""The chosen segment and pill in full colour: on the theme's own tint of a tenth it cannot be told on dark ground. White on the primary
colour reads on both grounds (a test of lib.charts.palette.contrast).
"""


@st.fragment(run_every=1.0)
def wait() -> None:
    """Progress of the start; opens the dashboard by itself when it is done."""
    st.title("宜居普陀", anchor=False)
    if PROGRESS.ready:
        st.rerun(scope="app")
    if PROGRESS.failed:
        st.error("系统启动失败，请联系管理员查看日志。数据没有改变。")
        return
    share = PROGRESS.done / PROGRESS.total if PROGRESS.total else 0.0
    words = f"正在载入演示数据：{PROGRESS.done} / {PROGRESS.total} 个月" if PROGRESS.total else "正在启动…"
    st.progress(share, text=words)
    if PROGRESS.total:
        st.caption("首次启动需读取全部演示报表，约一两分钟；完成后自动进入，无需刷新。")


def show() -> None:
    """The dashboard for the user at the screen."""
    st.html(CHOSEN)
    user = _account()
    state.set_user(user)
    pages: dict[str, list[object]] = {}
    for spec in (*PAGES, BENCH_PAGE) if settings().bench else PAGES:
        pages.setdefault(spec.section, []).append(_page(spec, shown=may(user, spec.action)))
    chosen = st.navigation(pages, expanded=True)  # type: ignore[arg-type]
    if settings().demo:
        st.caption("**演示数据**：除文章公布数外均为虚构，小区、企业名称不对应真实主体。")
    chosen.run()


def _page(spec: PageSpec, *, shown: bool) -> object:
    """A page of the menu; one that the user may not see keeps its address, where its guard says so."""
    visibility: Literal["visible", "hidden"] = "visible" if shown else "hidden"
    return st.Page(ROOT / spec.file, title=spec.title, url_path=spec.url, default=spec is PAGES[0], visibility=visibility)


def _account() -> User | None:
    accounts = demo_accounts()
    if not accounts:
        return None
    state.check_link(accounts)
    asked = state.asked_account()
    state.linked("as", asked if asked in accounts else next(iter(accounts)))
    with st.sidebar:
        chosen = st.selectbox(
            "演示账号",
            list(accounts),
            format_func=lambda key: accounts[key].name,
            key="as",
            help="登录功能启用前，在此选择演示账号。",
        )
    state.keep("as", chosen, chosen if chosen != next(iter(accounts)) else "")
    return accounts.get(chosen)
