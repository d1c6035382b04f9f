"""The body of 边界底图: the boundary of the release at the screen, a file of the bureau to take its place, earlier ones.

Its one rule: a file is only kept by saving it as a release; until then it lives in the uploader and is read anew from there.
"""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from lib.actions.boundaries import (
    LONGEST,
    SHORTEST,
    AreaRow,
    area_rows,
    boundary_history,
    check_boundary,
    restore_boundary,
    set_boundary,
)
from lib.actions.opening import open_database
from lib.auth.demo import account_name
from lib.auth.permissions import Action, User, may
from lib.charts.boundary import boundary_chart
from lib.charts.figure import PLOTLY_CONFIG, FrozenFigure, frozen
from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.places import unit_name
from lib.errors import AppError
from lib.rules.boundary_file import BoundaryFile
from lib.settings import settings
from lib.spec.geodesy import DATUMS
from lib.ui import state
from lib.ui.page import Page
from lib.ui.submit_offer import moment
from lib.ui.warm import warm_in_background
from lib.ui.words import literal

_UPLOADS = "_boundary_uploads"
AS_WRITTEN = "按文件写明的"
WATCHED = 0.05
"""Areas that differ from the published ones by more are called out; published ones are rounded and of different years."""


def show_boundary(page: Page) -> None:
    """Which boundary is in force, where it came from, drawn, with its areas, and as a file."""
    boundary = page.edition.boundary
    st.markdown(_words(boundary))
    left, right = st.columns([3, 2])
    with left:
        _draw(boundary, "现在使用的底图", page.dark, "in-force")
    with right:
        _show_areas(boundary)
    if may(page.user, Action.EXPORT):
        address = f"/api/download/boundary.geojson?v={page.edition.number}&as={page.user.id}"
        st.link_button("下载现在使用的底图（GeoJSON）", address, icon=":material/download:")


def _words(boundary: Boundary) -> str:
    if boundary.ours:
        return ("现在使用**系统自带的示意边界**（来自 OpenStreetMap，不是法定界线），地图上注明“示意图”。"
                "区局有带审图号的边界文件时，可以在这里替换；替换后地图改注审图号。")
    return (f"现在使用**区局的边界文件**“{literal(boundary.file)}”，审图号 **{literal(boundary.approval)}**，"
            f"原坐标系 {boundary.datum}，已换算为 WGS-84。")


@st.cache_resource(show_spinner=False, max_entries=16)
def _figure(key: str, title: str, dark: bool, _boundary: Boundary) -> FrozenFigure:
    name = "系统自带" if _boundary.ours else "区局文件"
    return frozen(boundary_chart(_boundary, shipped_boundary(), title=title, name=name, dark=dark))


def _draw(boundary: Boundary, title: str, dark: bool, place: str) -> None:
    alt = f"{title}：十个街镇的边界" + ("" if boundary.ours else "，虚线为系统自带的示意边界")
    st.plotly_chart(_figure(boundary.key, title, dark, boundary), config=PLOTLY_CONFIG, key=f"boundary-{place}", alt=alt)


@st.cache_resource(show_spinner=False, max_entries=16)
def _areas(key: str, _boundary: Boundary) -> tuple[AreaRow, ...]:
    return area_rows(_boundary)


def _show_areas(boundary: Boundary) -> None:
    rows = _areas(boundary.key, boundary)
    table = {
        "街镇": [unit_name(one.code, short=True) for one in rows],
        "面积（km²）": [f"{one.area:.2f}" for one in rows],
        "公布面积": ["—" if one.published is None else f"{one.published:.2f}" for one in rows],
        "相差": ["—" if one.difference is None else f"{one.difference:+.1%}" for one in rows],
    }
    if not boundary.ours:
        table["系统自带"] = [f"{one.ours:.2f}" for one in rows]
    st.dataframe(pd.DataFrame(table), hide_index=True, height=36 * (len(rows) + 1) + 2, alt="各街镇面积与公布面积的对照")
    off = [unit_name(one.code, short=True) for one in rows if one.difference is not None and abs(one.difference) > WATCHED]
    total = sum(one.area for one in rows)
    called = f"与公布面积相差超过 {WATCHED:.0%} 的：{'、'.join(off)}。" if off else ""
    st.caption(f"合计 {total:.2f} km²。{called}公布面积取自各街镇概况和年鉴，有的只到一位小数；没有找到公布数的写“—”。")


def show_form(page: Page) -> None:
    """For those who may: a file to take its place, what is wrong with it or how it would look, the reason and the way to save it; the
    way back to ours. Nothing for others.
    """
    if not may(page.user, Action.SET_RULES):
        return
    st.subheader("更换底图", anchor=False)
    if page.pinned:
        st.caption("正在查看固定的版次，不能更换；请先点上方的“查看最新版”。")
        return
    left, right = st.columns(2)
    approval = left.text_input("审图号", key="boundary-approval", placeholder="例如 沪S〔2026〕012号", max_chars=40,
                               help="文件中已写明审图号的可以留空。")
    asked = right.selectbox("文件的坐标系", (AS_WRITTEN, *DATUMS), key="boundary-datum",
                            help="CGCS2000 经纬度选 WGS-84，两者在这里没有差别；平面坐标选上海2000（先横坐标、后纵坐标）。")
    file = st.file_uploader("边界文件（GeoJSON）", key=f"boundary-file-{state.recall(_UPLOADS)}",
                            help=f"十个街镇各一个面要素，属性中有街镇全称或代码，不超过 {settings().max_upload_mb} MB。")
    if file is None:
        st.caption("上传后先检查、预览，保存以前不影响任何页面。")
    else:
        _show_upload(page, file.name, file.getvalue(), approval.strip(), "" if asked == AS_WRITTEN else asked)
    if not page.edition.boundary.ours:
        with st.expander("恢复系统自带的示意边界"):
            _save_button(page, "restore", "恢复系统自带", None)


def _show_upload(page: Page, name: str, content: bytes, approval: str, datum: str) -> None:
    digest = hashlib.sha256(content).hexdigest()
    try:
        found = _check(digest, name, approval, datum, content, page.user)
    except AppError as refused:
        st.error(literal(refused.text))
        return
    if found.boundary is None:
        lines = "\n".join(f"{number}. {literal(text)}" for number, text in enumerate(found.problems, start=1))
        st.error(f"这个文件还不能使用，共 {len(found.problems)} 处问题，改正后重新上传：\n\n{lines}")
        return
    st.success(f"检查通过：十个街镇各一个、边线有效、互不重叠、没有空隙。审图号 {literal(found.boundary.approval)}，坐标系 {found.datum}。")
    left, right = st.columns([3, 2])
    with left:
        _draw(found.boundary, "上传的底图", page.dark, "upload")
    with right:
        _show_areas(found.boundary)
    _save_button(page, digest[:16], "保存为新版次", (name, content, approval, datum))


@st.cache_resource(show_spinner="正在检查边界文件…", max_entries=4)
def _check(digest: str, name: str, approval: str, datum: str, _content: bytes, _by: User) -> BoundaryFile:
    return check_boundary(by=_by, data=_content, file=name, approval=approval, datum=datum)


def _save_button(page: Page, mark: str, words: str, upload: tuple[str, bytes, str, str] | None) -> None:
    field = f"boundary-note-{mark}"
    st.text_area("更换理由（必填）", key=field, max_chars=LONGEST, placeholder="例如：市测绘院 2026 年 10 月提供的街镇界线，已送审。",
                 help=f"写明文件从哪里来、为什么更换，{SHORTEST}～{LONGEST} 个字；不要写姓名、电话等个人信息。")
    st.button(words, key=f"boundary-save-{mark}", type="primary", icon=":material/save:", on_click=_save,
              args=(page.user, page.edition.number, mark, field, upload))


def _save(user: User, base: int, mark: str, field: str, upload: tuple[str, bytes, str, str] | None) -> None:
    """Save, and keep the outcome for the run that follows: this is a callback."""
    key, note = f"boundary-{base}-{mark}", state.recall(field)
    try:
        if upload is None:
            number = restore_boundary(open_database(), by=user, base_release=base, key=key, note=note)
        else:
            name, content, approval, datum = upload
            number = set_boundary(open_database(), by=user, data=content, file=name, approval=approval, datum=datum, base_release=base,
                                  key=key, note=note)
    except AppError as refused:
        state.set_outcome("error", literal(refused.text))
        return
    state.remember(_UPLOADS, str(number))
    warm_in_background()
    state.set_outcome("success", f"已保存为第 {number} 版，地图从这一版起使用新的底图；以前的版次不变。")


def show_history(page: Page) -> None:
    """Every boundary up to the release at the screen, newest first, with the reason."""
    st.subheader("历次更换", anchor=False)
    kept = boundary_history(open_database(), by=page.user, upto=page.edition.number)
    if not kept:
        st.caption("还没有更换过，一直使用系统自带的示意边界。")
        return
    table = {
        "版次": [one.release.number for one in kept],
        "时间": [moment(one.release.published_at) for one in kept],
        "底图": ["系统自带的示意边界" if one.boundary.ours else one.boundary.file for one in kept],
        "审图号": [one.boundary.approval or "—" for one in kept],
        "原坐标系": [one.boundary.datum for one in kept],
        "理由": [one.release.note for one in kept],
        "办理人": [account_name(one.release.published_by) for one in kept],
    }
    st.dataframe(pd.DataFrame(table), hide_index=True, alt="历次更换边界底图")
    st.caption("要看某一版当时的底图，在地址后加 ?v=版次。")
