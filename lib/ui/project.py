"""The body of 项目: finding a project, and everything that stands about it for the period.

Its one rule: it shows rows as they were reported and what the rules say of them; what was not reported is said to be so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.datasets.places import unit_name
from lib.datasets.renewal_projects import DIGITAL_FEATURES
from lib.figures.project import (
    AHEAD,
    DONE,
    NOW,
    LadderStep,
    Project,
    RoundTold,
    doubtful,
    expected_days,
    find_projects,
    ladder_steps,
    project_index,
    project_of,
    rounds_told,
    steps_after_signing,
    transition,
)
from lib.rules.lights import LIGHT, RED, UNJUDGED, YELLOW
from lib.rules.milestones import form_nodes, partly_back
from lib.rules.outline import outline
from lib.rules.outlook import DELAY_RULE
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import title_of
from lib.ui import state
from lib.ui.compound_link import compound_link
from lib.ui.lights import light_column
from lib.ui.page import Page
from lib.ui.project_history import months_of
from lib.ui.words import literal

KEY = "project"
"""Of the search box, and of the address."""
MOST_LISTED = 500
_COLOURS = {DONE: "green", NOW: "blue", AHEAD: "gray"}
_LIGHT_COLOURS = {YELLOW: "orange", RED: "red"}


def choose_project(page: Page) -> str:
    """The search box, kept in the address as ?project=; the code of the one project that is found, else empty with the list of those
    found or the way back.
    """
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    text = left.text_input(
        "查找项目", key=KEY, bind="query-params", placeholder="项目名称、编码、小区名称或别名、街镇", icon=":material/search:"
    )
    text = (text or "").strip()
    index = _index(page.key, page)
    found = _found(page.key, text, page)
    chosen = str(found["project_id"].iloc[0]) if text and len(found) == 1 else ""
    listed = (index if chosen else found).head(MOST_LISTED)
    if len(listed):
        _pick(right, listed, chosen)
    if chosen or not len(index):
        if not chosen:
            st.info("本期没有更新项目的数据。可在报告期中选择其他月份。")
        return chosen
    if found.empty:
        _unknown(page, text)
    else:
        _list(page, found, text)
    return ""


@st.cache_resource(show_spinner=False, max_entries=24)
def _index(key: str, _page: Page) -> pd.DataFrame:
    return project_index(_page.snapshot)


@st.cache_resource(show_spinner=False, max_entries=256)
def _found(key: str, text: str, _page: Page) -> pd.DataFrame:
    return find_projects(_index(key, _page), text)


def _pick(place: Any, listed: pd.DataFrame, chosen: str) -> None:
    """A box with the found projects; with one that is open, all of them."""
    labels = {row["project_id"]: f"{row['name']}（{row['place']}，{row['project_id']}）" for row in listed.to_dict("records")}
    if chosen:
        labels.setdefault(chosen, chosen)
    options = list(labels)
    key = f"pick-{chosen}-{len(options)}"
    place.selectbox("选择项目", options, index=options.index(chosen) if chosen else None, format_func=labels.__getitem__, key=key,
                    placeholder=f"{len(options)} 个项目，点开选择", on_change=lambda: state.remember(KEY, state.recall(key)))


def _unknown(page: Page, text: str) -> None:
    """Nothing is found: why that may be, and the way back."""
    months = months_of(page, text)
    st.error(f"没有找到“{literal(text)}”：{title_of(page.period)}的《旧住房更新改造项目进展表》中没有这个编码，也没有名称、小区、街镇与之相符的项目。")
    if months:
        st.info(f"这个编码见于 {'、'.join(title_of(one) for one in months[:6])}{' 等' if len(months) > 6 else ''}的表，请在报告期中选择。")
    else:
        st.caption("请核对编码，或换一个词（如小区名称、街镇）。")
    st.button("查看全部项目", on_click=lambda: state.remember(KEY, ""), icon=":material/list:")


def _list(page: Page, found: pd.DataFrame, text: str) -> None:
    shown = found.sort_values("order").head(MOST_LISTED)
    key = f"found-{len(found)}-{page.period}-{text}"
    table = pd.DataFrame({
        "灯色": shown["light"].map(_light), "项目": shown["name"], "街镇": shown["place"],
        "改造类别": shown["project_type"], "当前阶段": shown["stage"], "编码": shown["project_id"],
    })

    def picked() -> None:
        if rows := state.selection(key).get("rows", []):
            state.remember(KEY, str(shown["project_id"].iloc[rows[0]]))

    st.dataframe(table, hide_index=True, alt="更新项目", key=key, on_select=picked, selection_mode="single-row",
                 height=min(640, 36 * (len(table) + 1) + 2),
                 column_config={"灯色": light_column(), "项目": st.column_config.TextColumn(width=280)})
    more = f"，这里列出前 {MOST_LISTED} 个，请输入更多的字" if len(found) > MOST_LISTED else ""
    st.caption(f"清单共 {show(len(found))} 个项目{more}。点一行打开这个项目；次序和灯色与更新进度的清单相同，最急的在前。")


def show_project(key: str, identity: str, page: Page) -> None:
    """One project for the period; replayed by key and code, and by what its links keep."""
    _project(f"{key}|{page.pinned}|{state.asked_account()}", identity, page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _project(key: str, identity: str, _page: Page) -> None:
    project = project_of(_page.snapshot, identity)
    if project is None:
        return
    as_of, registry = _page.snapshot.as_of, _page.snapshot.registry
    steps = ladder_steps(project, as_of, registry)
    st.header(literal(project.name), anchor=False)
    st.markdown(_summary(project))
    if project.going:
        st.markdown(f"**为什么**　{literal(str(outline(project.frame, as_of, registry)['reason'].iloc[0]))}。")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _ladder(project, steps)
    with right:
        st.subheader("基本情况", anchor=False)
        st.markdown(_lines(_facts(project, _page)))
    _nodes(_page, project, steps)
    _rounds(_page, project)
    columns = st.columns(2, gap="large")
    for at, (title, facts) in enumerate((("户数与过渡", _people(project, _page)), ("资金", _money(project)),
                                         ("前置式政务协助和数字化应用", _digital(project)), ("风险和问题", _risk(project, _page)))):
        with columns[at % 2]:
            st.subheader(title, anchor=False)
            st.markdown(_lines(facts))


def _lines(facts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"- **{title}**　{words}" for title, words in facts)


def _told(value: Any, unit: str = "", decimals: int = 0) -> str:
    return MISSING if value is None else show_unit(float(value), unit, decimals)


def _text(value: Any) -> str:
    return literal(str(value)) if value else MISSING


def _of(project: Project, count: str, total: str) -> str:
    return f"{_told(project.number(count))} / {_told(project.number(total))} 户"


def _summary(project: Project) -> str:
    """The project in one line: place, type, households, the last things that happened, how many have signed and are back."""
    row = project.row
    parts = [f"{unit_name(str(row['subdistrict']))}，{_text(row['project_type'])}，涉及 **{_told(row['households'], '户')}**"]
    last = (("start", "开工"), ("complete", "竣工"), ("return", "回搬"))
    happened = [f"{project.day(f'{prefix}_actual')} {title}" for prefix, title in last if row[f"{prefix}_actual"] is not None]
    if happened and row["return_actual"] is not None and partly_back(project.frame)[0]:
        happened[-1] = f"{project.day('return_actual')} 起回搬"
    if happened:
        parts.append("，".join(happened))
    if row["households_signed"] is not None:
        parts.append(f"已签约 {_of(project, 'households_signed', 'households_to_sign')}")
    if row["households_returned"] is not None:
        parts.append(f"已回搬 {_of(project, 'households_returned', 'households_to_return')}")
    stage = f"当前阶段 **{_text(row['stage'])}**" if project.going else "项目已完成"
    if short := project.number("households_short"):
        parts.append(f"距生效差 **{show(short)} 户**")
    if row["overdue_node"] is not None:
        parts.append(f":red-badge[■ {literal(str(row['overdue_node']))}超期 {show(row['overdue_days'])} 天]")
    elif row["expected_late"]:
        parts.append(":orange-badge[▲ 预计晚于计划]")
    return "；".join([stage, *parts]) + "。"


def _facts(project: Project, page: Page) -> list[tuple[str, str]]:
    row = project.row
    return [
        ("项目编码", _text(project.id)), ("地址", _text(row["address"])), ("实施主体", _text(row["implementer"])),
        ("年度计划批次", MISSING if row["plan_year"] is None else f"{int(row['plan_year'])} 年"), ("更新方式", _text(row["method"])),
        ("建筑面积", _told(row["gfa_m2"], "㎡")), ("门洞 / 加梯", f"{_told(row['entrances'], '个')} / {_told(row['lifts'], '台')}"),
        ("形象进度", _told(row["progress_pct"], "%", 1)),
        ("临时党支部", MISSING if row["has_party_branch"] is None else "已建立" if row["has_party_branch"] else "未建立"),
        ("小区编码", f"[{_text(row['compound_id'])}]({compound_link(page, row['compound_id'])})" if row["compound_id"] else MISSING),
    ]


def _ladder(project: Project, steps: tuple[LadderStep, ...]) -> None:
    """The stages of its own type, and what comes next."""
    st.subheader("阶段", anchor=False)
    if not steps:
        st.info("改造类别没有对应的阶段，无法列出。")
        return
    st.markdown(" ".join(_stage_badge(one) for one in steps))
    st.caption("✓ 已完成　▶ 当前阶段　○ 未到　– 已过但未报日期，或不适用。有 ▲、■ 的为关注、预警。")
    if not project.going:
        return
    lines = [_due(one) for one in steps if one.state in (NOW, AHEAD) and one.reported and one.days is not None and not one.actual][:3]
    st.markdown("**接下来**\n\n" + ("\n".join(lines) if lines else "未报后续节点的计划。"))


def _stage_badge(step: LadderStep) -> str:
    urgent = step.light in _LIGHT_COLOURS and step.state in (NOW, AHEAD)
    colour = _LIGHT_COLOURS[step.light] if urgent else _COLOURS.get(step.state, "gray")
    return f":{colour}-badge[{step.mark}{LIGHT[step.light].shape if urgent else ''} {literal(step.stage)}]"


def _due(step: LadderStep) -> str:
    return f"- {literal(step.stage)}：计划 {step.plan or '未报'}，{LIGHT[step.light].text}，{literal(step.words)}"


def _nodes(page: Page, project: Project, steps: tuple[LadderStep, ...]) -> None:
    st.subheader("节点", anchor=False)
    if project.nodes.empty:
        st.info("《旧住房更新项目节点计划和完成情况表》中没有这个项目的节点。")
    else:
        listed = [one for one in steps if one.reported]
        coming = expected_days(project, page.snapshot.as_of, page.snapshot.registry)
        table = pd.DataFrame({
            "节点": [f"{one.mark} {one.stage}" for one in listed],
            "灯色": [_light(one.light) for one in listed],
            "情况": [one.words for one in listed],
            "计划": [one.plan or None for one in listed],
            "实际": [one.actual or None for one in listed],
            "推算": [coming.get(one.stage) for one in listed],
            "首次计划": [one.first_plan or None for one in listed],
            "计划推移": [_slip(one.slip) for one in listed],
            "延期原因": [one.reason or None for one in listed],
        })
        _table(table, "各节点的计划和实际", {
            "计划推移": st.column_config.TextColumn(help="现行计划与首次计划相比"),
            "推算": st.column_config.TextColumn(help=DELAY_RULE, width=130)})
        if coming:
            st.caption("推算：按末个已完成节点的延误天数顺延，已超期未完成的至少顺延已超期的天数；“不早于”表示还在增加，“不确定”表示没有可依据的节点。")
    told = form_nodes(project.frame, page.snapshot.as_of, page.snapshot.registry)
    prefixes = ("consult", "sign", "start", "complete", "return")
    form = pd.DataFrame({
        "节点": told["node"], "灯色": told["light"].map(_light),
        "计划": [project.day(f"{one}_plan") or None for one in prefixes],
        "实际": [project.day(f"{one}_actual") or None for one in prefixes],
        "情况": told["words"],
    })
    with st.expander("进展表的五个节点"):
        _table(form, "进展表的五个节点")


def _slip(days: float | None) -> str | None:
    if days is None:
        return None
    return "未变" if not days else f"{'推后' if days > 0 else '提前'} {show(abs(days))} 天"


def _light(name: str) -> str:
    return LIGHT[name].text


def _table(table: pd.DataFrame, alt: str, config: dict[str, Any] | None = None) -> None:
    height = 36 * (len(table) + 1) + 2
    config = {"灯色": light_column(), **(config or {})}
    st.dataframe(table, hide_index=True, alt=alt, placeholder=MISSING, height=height, row_height=36, column_config=config)


_ROUND_TITLES = {
    "base": "应参与（户）", "voted": "参与", "agreed": "同意", "signed": "签约", "base_area": "应参与面积（㎡）", "voted_area": "参与面积",
    "agreed_area": "同意面积",
}


def _rounds(page: Page, project: Project) -> None:
    st.subheader("征询和签约", anchor=False)
    as_of, registry = page.snapshot.as_of, page.snapshot.registry
    told = rounds_told(project, as_of, registry)
    if not told:
        st.info("《旧住房更新征询签约情况表》中没有这个项目的征询。")
        return
    table = pd.DataFrame({"环节": [one.title for one in told], "灯色": [_light(one.light) for one in told]})
    config: dict[str, Any] = {}
    for name, title in _ROUND_TITLES.items():
        values = [getattr(one, name) for one in told]
        if any(value is not None for value in values):
            table[title] = pd.array(values, dtype="Float64")
            config[title] = st.column_config.NumberColumn(title, format="localized")
    table["上报结果"] = [one.result for one in told]
    table["起止"] = [f"{one.start or MISSING} 至 {one.end or MISSING}" for one in told]
    table["生效"] = [one.effective or None for one in told]
    _table(table, "各轮征询的基数、参与、同意和签约", config)
    st.markdown("\n".join(_round_line(one) for one in told))
    if doubts := doubtful(told):
        st.caption("；".join(literal(f"{row.title} {row.text}（{row.basis}）：{words}") for row, words in doubts))
    if after := steps_after_signing(project, as_of, registry):
        st.markdown("**生效后对未签约户的程序**（规定的最长期间，未计申请受理前的时间）\n\n" + "\n".join(
            f"- {one.title}：{one.starts} 起，至 {one.until}，延长的至 {one.until_extended}" for one in after))


def _round_line(one: RoundTold) -> str:
    basis = [f"依据：{one_basis}" for one_basis in dict.fromkeys(row.basis for row, _ in one.applied)]
    told = "；".join([*basis, *([f"上报依据：{one.version}"] if one.version else [])])
    light = f"{_light(one.light)}，" if one.light != UNJUDGED else ""
    return f"- **{one.title}**　{light}{literal(one.words)}" + (f"（{literal(told)}）" if told else "")


def _people(project: Project, page: Page) -> list[tuple[str, str]]:
    days, over = transition(project, page.snapshot.as_of)
    words = MISSING if days is None else f"{show(days)} 天" + ("（外搬至回搬）" if over else f"（外搬至 {page.snapshot.as_of}，仍在过渡）")
    short = project.number("households_short")
    return [
        ("涉及户数", _told(project.number("households"), "户")),
        ("已签约 / 应签约", _of(project, "households_signed", "households_to_sign") + (f"，距生效差 {show(short)} 户" if short else "")),
        ("已外搬", _told(project.number("households_moved_out"), "户")),
        ("已回搬 / 应回搬", _of(project, "households_returned", "households_to_return")),
        ("在外过渡重点户数", _told(project.number("households_cared"), "户")),
        ("过渡时间", words),
    ]


def _money(project: Project) -> list[tuple[str, str]]:
    facts = [(title, _told(project.number(name), "万元", 2)) for name, title in (
        ("investment", "总投资"), ("subsidy_city", "市级补助"), ("subsidy_district", "区级补助"), ("funds_approved", "已批复"),
        ("funds_paid", "已拨付"))]
    approved, paid = project.number("funds_approved"), project.number("funds_paid")
    share = show_unit(paid / approved * 100, "%", 1) if approved and paid is not None else MISSING
    return [*facts, ("拨付率（已拨付 ÷ 已批复）", share)]


def _digital(project: Project) -> list[tuple[str, str]]:
    row = project.row
    told = str(row["digital_features"] or "").split("、") if row["digital_features"] else []
    features = "　".join(f"{'✓' if one in told else '○'} {one}" for one in DIGITAL_FEATURES) if told else "未报"
    return [("前置式政务协助", project.day("precheck_date") or MISSING),
            ("参与部门", _told(project.number("precheck_departments"), "家")), ("数字化应用", literal(features))]


def _risk(project: Project, page: Page) -> list[tuple[str, str]]:
    row = project.row
    if row["risk"] is None:
        return [("风险和问题", "未报")]
    due = row["risk_due"]
    over = (page.snapshot.as_of - due.date()).days if due is not None else 0
    late = f"，■ 已过 {show(over)} 天" if over > 0 else ""
    return [("风险和问题", _text(row["risk"])), ("责任单位", _text(row["risk_unit"])),
            ("解决时限", (project.day("risk_due") or MISSING) + late)]
