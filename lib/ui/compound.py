"""The body of 小区: finding a compound, its open matters, its facts and its figures.

Its one rule: it shows rows as they were reported and what the rules say of them; a form without a row for it is named.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.actions.opening import open_database
from lib.datasets.places import unit_name
from lib.figures.compound import FORMS, Compound, compound_of, form_title
from lib.figures.compound_find import compound_index, find_compounds, nearby, rental_projects_named
from lib.figures.compound_history import months_told
from lib.figures.compound_matters import MONTHS_AHEAD, Matter, matters_frame, matters_of
from lib.figures.compound_votes import VoteTold, votes_of
from lib.indicators import CATALOGUE
from lib.rules.funds import SOUND
from lib.rules.lights import GREEN, LIGHT, LIGHT_NAMES, RED, UNJUDGED, YELLOW
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import Period, title_of
from lib.ui import state
from lib.ui.cards import show_lines
from lib.ui.compound_link import COMPOUND_KEY
from lib.ui.lights import WORDS, light_column
from lib.ui.page import Page
from lib.ui.passport import open_asked_passport
from lib.ui.renewal_table import drawn_key, project_link
from lib.ui.words import literal

MOST_LISTED = 500
NOTHING_DUE = "○ 无待办"
MOST_URGENT = 8
"""So many open matters stand open; more are folded away."""
TICKETS = ("G21", "G21N", "G21Y", "G23", "G22A", "G22B", "G22C")
LIFTS, FUND = ("R10", "R10Y"), ("G20",)
"""Figures of the catalogue that say something of one compound, by the form they rest on."""
_URGENCY = {name: -at for at, name in enumerate(LIGHT_NAMES)}
_COLOURS = {RED: "red", YELLOW: "orange", GREEN: "green", UNJUDGED: "gray"}


def choose_compound(page: Page) -> str:
    """The search box, kept in the address as ?compound=; the code of the one compound that is found, else empty with the list of those
    found or the way on.
    """
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    text = left.text_input(
        "查找小区", key=COMPOUND_KEY, bind="query-params", placeholder="小区名称、别名、地址、编码、街镇", icon=":material/search:"
    )
    text = (text or "").strip()
    index = _index(page.key, page)
    found = _found(page.key, text, page)
    chosen = str(found["compound_id"].iloc[0]) if text and len(found) == 1 else ""
    if len(index):
        _pick(right, _labels(page.key, "" if chosen else text, page), chosen)
    if chosen:
        return chosen
    if index.empty:
        st.info("本期没有小区的数据。可在报告期中选择其他月份。")
    elif found.empty:
        _unknown(page, text)
    else:
        _list(page, found, text)
    return ""


@st.cache_resource(show_spinner=False, max_entries=24)
def _index(key: str, _page: Page) -> pd.DataFrame:
    return compound_index(_page.snapshot, _matters(key, _page))


@st.cache_resource(show_spinner=False, max_entries=24)
def _matters(key: str, _page: Page) -> pd.DataFrame:
    return matters_frame(_page.snapshot.frames, _page.snapshot.as_of, _page.snapshot.registry)


@st.cache_resource(show_spinner=False, max_entries=256)
def _found(key: str, text: str, _page: Page) -> pd.DataFrame:
    return find_compounds(_index(key, _page), text)


@st.cache_resource(show_spinner=False, max_entries=64)
def _labels(key: str, text: str, _page: Page) -> dict[str, str]:
    """Code → what it is called in the box, of the compounds that a text finds; of all where it finds none."""
    found = _found(key, text, _page)
    listed = _index(key, _page) if found.empty else found
    rows = zip(listed["compound_id"], listed["name"], listed["place"], strict=True)
    return {code: f"{name}（{where}，{code}）" for code, name, where in rows}


def _pick(place: Any, labels: dict[str, str], chosen: str) -> None:
    """A box with the found compounds; with one that is open, all of them."""
    options = list(labels)
    key = f"pick-{chosen}-{len(options)}"
    place.selectbox("选择小区", options, index=options.index(chosen) if chosen else None, format_func=labels.__getitem__, key=key,
                    placeholder=f"{len(options)} 个小区，点开选择", on_change=lambda: state.remember(COMPOUND_KEY, state.recall(key)))


def _unknown(page: Page, text: str) -> None:
    """Nothing is found: why that may be, and the ways on."""
    st.error(f"没有找到“{literal(text)}”：{title_of(page.period)}的各表中没有这个编码，也没有名称、别名、地址、街镇与之相符的小区。")
    months, others, rentals = _hints(page.key, text, page)
    if months:
        when = "、".join(title_of(one) for one in months[:6]) + (" 等" if len(months) > 6 else "")
        st.info(f"这个编码见于 {when}的小区名册，本期已没有：可能已合并或改用新编码。请在报告期中选择以前的月份查看。")
    if rentals:
        more = f"等 {len(rentals)} 个" if len(rentals) > 1 else ""
        st.info(f"“{literal(rentals[0])}”{more}是租赁住房项目，不是住宅小区，请到“租赁住房—床位供应地图”查看。")
    if others:
        st.markdown("按固定的写法规则，以下写法可以找到（不会自动代替您的输入）：")
        with st.container(horizontal=True):
            for spelling, count in others:
                st.button(f"{spelling}（{count} 个）", key=f"near-{spelling}",
                          on_click=lambda word=spelling: state.remember(COMPOUND_KEY, word))
    elif not (months or rentals):
        st.caption("请核对名称或编码，或换一个词（如别名、路名、街镇）。别名须先登记在《住宅小区基本情况表》的“小区别名”中。")
    st.button("查看全部小区", on_click=lambda: state.remember(COMPOUND_KEY, ""), icon=":material/list:")


@st.cache_resource(show_spinner=False, max_entries=64)
def _hints(key: str, text: str, _page: Page) -> tuple[tuple[Period, ...], tuple[tuple[str, int], ...], tuple[str, ...]]:
    """Months that know the code, other spellings, rental projects of that name."""
    with open_database().reading() as connection:
        months = months_told(connection, _page.edition.number, text)
    return months, nearby(_index(key, _page), text), rental_projects_named(_page.snapshot, text)


def _list(page: Page, found: pd.DataFrame, text: str) -> None:
    key = f"found-{len(found)}-{page.period}-{text}"
    shown, table = _listed(page.key, text, page)

    def picked() -> None:
        if rows := state.selection(key).get("rows", []):
            state.remember(COMPOUND_KEY, str(shown[rows[0]]))

    st.dataframe(table, hide_index=True, alt="住宅小区", key=key, on_select=picked, selection_mode="single-row", placeholder=MISSING,
                 height=min(640, 36 * (len(table) + 1) + 2), row_height=36,
                 column_config={"灯色": light_column({**WORDS, NOTHING_DUE: UNJUDGED}, width=92),
                                "小区": st.column_config.TextColumn(width=140),
                                "最急的事项": st.column_config.TextColumn(width=225)})
    more = f"，这里列出前 {MOST_LISTED} 个，请输入更多的字" if len(found) > MOST_LISTED else ""
    st.caption(f"清单共 {show(len(found))} 个小区{more}。点一行打开；最急的在前，灯色为业委会、维修资金、物业合同、更新项目中最急的事项。")


@st.cache_resource(show_spinner=False, max_entries=64)
def _listed(key: str, text: str, _page: Page) -> tuple[list[str], pd.DataFrame]:
    found = _found(key, text, _page)
    order = found.assign(_urgency=found["light"].map(_URGENCY)).sort_values(["_urgency", "due"], kind="stable", na_position="last")
    shown = order.head(MOST_LISTED)
    return list(shown["compound_id"]), pd.DataFrame({
        "灯色": [NOTHING_DUE if one == UNJUDGED else LIGHT[one].text for one in shown["light"]],
        "小区": shown["name"].to_numpy(), "街镇": shown["place"].to_numpy(),
        "最急的事项": shown["urgent"].to_numpy(), "业委会": shown["state"].to_numpy(), "地址": shown["address"].to_numpy(),
        "别名": shown["alias"].to_numpy(),
        "编码": shown["compound_id"].to_numpy(),
    })


@st.cache_resource(show_spinner=False, max_entries=128)
def compound_at(key: str, identity: str, _page: Page) -> Compound:
    """A compound of the page's snapshot; `identity` is one that the index has."""
    found = compound_of(_page.snapshot, identity)
    assert found is not None
    return found


@st.cache_resource(show_spinner=False, max_entries=128)
def matters_at(key: str, identity: str, _page: Page) -> tuple[Matter, ...]:
    """Its open matters."""
    return matters_of(_matters(key, _page), identity)


def show_head(page: Page, identity: str) -> None:
    """Name, where it stands in a line, and its open matters."""
    _head(drawn_key(page), identity, page)


@st.cache_resource(show_spinner=False, max_entries=128)
def _head(key: str, identity: str, _page: Page) -> None:
    compound = compound_at(_page.key, identity, _page)
    st.header(literal(compound.name), anchor=False)
    st.markdown(_summary(compound))
    _gaps(compound, _page)
    st.subheader("待办和超期", anchor=False)
    matters = matters_at(_page.key, identity, _page)
    if not matters:
        unknown = "" if compound.committee else "业委会表中没有这个小区，换届和组建的期限无从判断。"
        st.info(f"按已报的资料，没有超期或 {MONTHS_AHEAD} 个月内到期的事项。{unknown}")
        return
    st.markdown("\n".join(_matter(_page, one) for one in matters[:MOST_URGENT]))
    if len(matters) > MOST_URGENT:
        with st.expander(f"其余 {len(matters) - MOST_URGENT} 项"):
            st.markdown("\n".join(_matter(_page, one) for one in matters[MOST_URGENT:]))
    st.caption(f"最急的在前：先超期的，再将到期的，后为 {MONTHS_AHEAD} 个月内的。"
               "期限依法定时钟、项目节点计划和合同推算；待前一步完成的不列。")


def _summary(compound: Compound) -> str:
    row, committee = compound.row, compound.committee
    parts = [unit_name(compound.subdistrict)]
    if row is None:
        parts.append(":orange-badge[▲ 小区名册中没有这个小区]")
    else:
        parts.append(f"**{_told(row['households'], '户')}**，{_text(row['housing_class'])}")
        eligible = row["eligible_for_assembly"]
        parts.append("是否符合成立条件未报" if eligible is None else f"{'' if eligible else '不'}符合成立业主大会条件")
    if compound.dissolved and committee is not None:
        note = f"：{literal(str(committee['note']))}" if committee["note"] else ""
        parts.append(f":gray-badge[◇ 业委会已注销]{note}")
    elif committee is not None:
        session = f"第 {int(committee['session_no'])} 届，" if committee["session_no"] is not None else ""
        end = compound.day(committee, "term_end")
        parts.append(f"业委会 {session}**{_text(committee['term_state'])}**" + (f"（任期至 {end}）" if end else ""))
        if committee["frozen"]:
            parts.append(":gray-badge[◇ 冻结期]")
    return "；".join(parts) + "。"


def _gaps(compound: Compound, page: Page) -> None:
    """Forms that say nothing of it, or stand with an earlier month."""
    older = {form: months[compound.subdistrict] for form, months in page.snapshot.carried.items() if compound.subdistrict in months}
    parts = [f"本街镇本期未报、沿用{title_of(month)}：{form_title(form)}" for form, month in older.items() if form in FORMS]
    if compound.unreported:
        parts.append(f"本街镇未报：{'、'.join(map(form_title, compound.unreported))}")
    if compound.silent:
        parts.append(f"没有这个小区的行：{'、'.join(map(form_title, compound.silent))}")
    parts.append("《业委会培训情况表》按街镇报送，不到小区")
    st.caption("；".join(parts) + "。")


def _matter(page: Page, one: Matter) -> str:
    name = f"[{literal(one.title)}]({project_link(page, one.project)})" if one.project else f"**{literal(one.title)}**"
    due = "" if one.light == UNJUDGED else f"期限 {one.due}　"
    return (f"- :{_COLOURS[one.light]}-badge[{LIGHT[one.light].text}] {name}　{literal(one.words)}　{due}"
            f"由 **{literal(one.owner)}** 办理（{literal(one.basis)}）")


def _told(value: Any, unit: str = "", decimals: int = 0) -> str:
    return MISSING if value is None else show_unit(float(value), unit, decimals)


def _text(value: Any) -> str:
    return literal(str(value)) if value not in (None, "") else MISSING


def _flag(value: Any) -> str:
    return MISSING if value is None else "是" if value else "否"


@st.cache_resource(show_spinner=False, max_entries=128)
def show_facts(key: str, identity: str, _page: Page) -> None:
    """What the forms say of it, side by side; replayed."""
    compound = compound_at(_page.key, identity, _page)
    left, right = st.columns(2, gap="large")
    for place, title, facts in ((left, "基本情况", _register(compound)), (right, "业委会和维修资金", _committee(compound))):
        with place:
            st.subheader(title, anchor=False)
            st.markdown("\n".join(f"- **{name}**　{words}" for name, words in facts))
    if votes := votes_of(compound, _page.snapshot.as_of, _page.snapshot.registry):
        st.subheader("业主大会表决", anchor=False)
        st.markdown("\n".join(map(_vote, votes)))


def _vote(one: VoteTold) -> str:
    differs = "　:orange-badge[▲ 票数与上报结果不符，待核对]" if one.differs else ""
    basis = f"（依据：{'、'.join(one.basis)}）" if one.basis else ""
    return f"- **{one.title}**　{one.day or '日期未报'}，上报结果：{one.result or MISSING}{differs}　{literal(one.words + basis)}"


def _register(compound: Compound) -> list[tuple[str, str]]:
    row = compound.row
    facts = [("小区编码", _text(compound.id)), ("街镇", unit_name(compound.subdistrict))]
    if row is None:
        return facts
    fee = _told(row["pm_fee"], "元/㎡·月", 2)
    return [
        *facts, ("别名", _text(row["compound_alias"])), ("居委会", _text(row["neighbourhood_committee"])), ("地址", _text(row["address"])),
        ("房屋类型", _text(row["housing_class"])), ("建成年份", MISSING if row["built_year"] is None else f"{int(row['built_year'])} 年"),
        ("总建筑面积", _told(row["gfa_m2"], "㎡")),
        ("户数 / 楼栋 / 门洞", f"{_told(row['households'], '户')} / {_told(row['buildings'], '幢')} / {_told(row['entrances'], '个')}"),
        ("符合成立业主大会条件", _flag(row["eligible_for_assembly"])), ("物业服务企业", _text(row["property_firm"])),
        ("物业费单价", fee), ("物业服务合同到期", compound.day(row, "pm_contract_end") or MISSING),
        ("党建覆盖", _flag(row["party_covered"])),
    ]


def _committee(compound: Compound) -> list[tuple[str, str]]:
    row = compound.committee
    facts: list[tuple[str, str]] = []
    if row is not None:
        term = f"{compound.day(row, 'term_start') or MISSING} 至 {compound.day(row, 'term_end') or MISSING}"
        seats = f"{_told(row['seated'])} / {_told(row['seats'])} 人"
        stars = " ".join(one for one in (row["rating_stars"], None if row["rating"] is None else f"{_told(row['rating'], '分', 1)}") if one)
        facts = [
            ("组建状态", _text(row["formation_status"])), ("任期状态", _text(row["term_state"])), ("任期", term),
            ("委员现有 / 应有", seats), ("最近会议", compound.day(row, "last_meeting") or MISSING),
            ("年度审计", compound.day(row, "annual_audit_date") or MISSING), ("替代履职", _text(row["substitute"])),
            ("业委会秘书", _flag(row["secretary"])), ("规范化评价", _text(stars)),
        ]
        if not compound.formed:  # what a committee would have is not missing where there is none
            facts = [(name, words) for name, words in facts if MISSING not in words]
    funds = compound.frames["maintenance_funds"]
    if len(funds):
        fund = {str(name): None if pd.isna(value) else value for name, value in funds.iloc[0].items()}
        sums = f"{_told(fund['balance'], '万元', 2)} / {_told(fund['initial'], '万元', 2)}"
        facts += [
            ("维修资金余额 / 首期", f"{sums}（余额比 {_told(fund['fund_share'], '%', 1)}）"),
            ("续筹", f"{fund['fund_state']}；{_text(fund['topup_method'])}，"
                     f"已筹 {_told(fund['raised'], '万元', 2)} / 应筹 {_told(fund['due'], '万元', 2)}"
             if fund["fund_state"] != SOUND else "未触发，不适用"),
        ]
    return facts or [("业委会、维修资金", MISSING)]


def without_base(page: Page, names: tuple[str, ...]) -> tuple[str, ...]:
    """Of some figures those that have been reported and have nothing to be a share of: a compound that
    collects nothing has no 续筹资金完成率.
    """
    values = {name: page.figures[name].whole for name in names}
    return tuple(name for name, one in values.items() if one.numerator is not None and one.value is None)


def show_figures(page: Page, identity: str) -> None:
    """The figures of the catalogue over the rows of this compound alone, each with its passport."""
    compound = compound_at(page.key, identity, page)
    names: tuple[str, ...] = TICKETS if len(compound.hotline) else ()
    names += (LIFTS if compound.rows_of("lifts") else ()) + (FUND if compound.rows_of("maintenance_funds") else ())
    st.subheader("指标", anchor=False)
    if not names:
        st.info("12345工单、加装电梯、维修资金的表中都没有这个小区，没有可计算的指标。")
        return
    own = page.select(units=(compound.subdistrict,), filters=(("compound_id", (identity,)),))
    baseless = without_base(own, names)
    if len(baseless) == len(names):
        st.info(f"没有可计算的指标：{'、'.join(CATALOGUE[name].title for name in baseless)}没有基数（分母为零或未填）。")
        return
    st.caption("只计这个小区的行，口径与全区相同；点一项看数从何来。件数少的比率变动大，请看分子和分母。"
               + (f"没有基数（分母为零或未填）、不列的：{'、'.join(CATALOGUE[name].title for name in baseless)}。" if baseless else ""))
    show_lines(own, tuple(name for name in names if name not in baseless), columns=1 if state.on_phone() else 2)
    open_asked_passport(own)
