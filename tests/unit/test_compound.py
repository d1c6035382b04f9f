"""One compound over all pillars: found by exact rules, its open matters and its time line counted by hand, its history and sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.lifeline import lifeline
from lib.datasets import DATASETS
from lib.figures.compound import TICKET_COLUMNS, Compound, compound_of, compound_sources, ticket_months
from lib.figures.compound_events import Event, events_of, lanes_of
from lib.figures.compound_find import compound_index, find_compounds, folded, nearby, rental_projects_named
from lib.figures.compound_history import compound_history, months_told
from lib.figures.compound_matters import LANES, Matter, matters_frame, matters_of, short_words, urgent_in
from lib.figures.compound_votes import votes_of
from lib.figures.content import contents_of, registry_at
from lib.figures.history import rows_over_time
from lib.figures.project_history import Told
from lib.figures.snapshot import Snapshot
from lib.spec.period import Period
from lib.store import releases
from lib.store.database import Database
from lib.ui.compound_timeline import absent_sides
from tests.support.city import keep_month
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    Row,
    committee,
    compound,
    new_database,
    publish_rows,
    renewal,
    rental,
    snapshot_at,
)
from tests.support.small import dated, fee_change, fund, lift, node, red_point, snapshot, tickets

KIND = "旧住房成套改造"
END = date(2024, 9, 30)


def register(identity: str = "C1", unit: str = CAOYANG, **more: Any) -> Row:
    return dated("compounds", compound(identity, unit, **more))


def formed(identity: str = "C1", start: str = "2022-01-01", end: str = "2026-12-31", **more: Any) -> Row:
    """A committee whose yearly audit of 2024 is done, so that nothing but what a test says is open."""
    return dated("committees", committee(identity, CAOYANG, start=start, end=end, **{"annual_audit_date": "2024-05-05", **more}))


def one(data: Snapshot, identity: str = "C1") -> Compound:
    found = compound_of(data, identity)
    assert found is not None
    return found


def matters(data: Snapshot, identity: str = "C1") -> tuple[Matter, ...]:
    return matters_of(matters_frame(data.frames, data.as_of, data.registry), identity)


def events(data: Snapshot, lane: str) -> list[Event]:
    return [event for event in events_of(one(data), data.as_of, data.registry) if event.lane == lane]


# -- finding -----------------------------------------------------------------------------------------------------------


def world() -> Snapshot:
    return snapshot({
        "compounds": [
            register("C1", CAOYANG, compound_name="曹杨八村", address="兰溪路130弄", compound_alias="八村、曹杨第八居民区"),
            register("C2", CAOYANG, compound_name="曹杨八村北区"),
            register("C3", CHANGFENG, compound_name="金鼎花园", address="兰溪路13弄"),
        ],
        "committees": [committee("C9", CHANGFENG, "已注销")],
        "renewal_projects": [renewal("P1", CAOYANG, KIND, "施工", compound_id="C1", project_name="曹杨八村77-85号旧住房成套改造项目")],
        "rental_projects": [rental("H1", CAOYANG, "一间房", "新建", "储备", 10, project_name="中岚居")],
    })


def index(data: Snapshot) -> pd.DataFrame:
    return compound_index(data, matters_frame(data.frames, data.as_of, data.registry))


@cache
def known() -> pd.DataFrame:
    """The index of `world`."""
    return index(world())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c1", ["C1"]),
        ("Ｃ１", ["C1"]),
        ("曹杨八村", ["C1"]),  # called exactly so: the other one only holds it
        ("曹楊八村", ["C1"]),
        ("八村", ["C1"]),  # an alias
        ("曹杨 八村", ["C1"]),  # blanks do not count
        ("八村 曹杨", ["C1", "C2"]),
        ("曹杨八村77-85号", ["C1"]),  # what its renewal project is called
        ("金鼎花園", ["C3"]),
        ("兰溪路130弄", ["C1"]),
        ("兰溪路", ["C1", "C3"]),
        ("长风新村街道", ["C3", "C9"]),
        ("长风 金鼎", ["C3"]),
        ("C9", ["C9"]),  # the register does not have it, another form has
        ("曹杨9村", []),
        ("曹杨八邨", []),  # like it, and not it
        ("", ["C1", "C2", "C3", "C9"]),
    ],
)
def test_a_compound_is_found_by_exact_rules_only(text: str, found: list[str]) -> None:
    assert list(find_compounds(known(), text)["compound_id"]) == found


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("曹杨8村", ["曹杨八村"]),
        ("普陀区金鼎花园小区", ["金鼎花园"]),
        ("曹杨八村99号", ["曹杨八村"]),
        ("曹杨八邨", []),
        ("银鼎花园", []),
        ("村1", []),
    ],
)
def test_other_spellings_are_offered_by_rule(text: str, offered: list[str]) -> None:
    assert [spelling for spelling, _ in nearby(known(), text)] == offered


@given(st.text("曹杨八村金鼎花园北区兰溪路130弄号8小 C", max_size=8))
def test_whatever_is_asked_every_word_stands_in_what_is_found(text: str) -> None:
    table = known().set_index("compound_id")
    for code in find_compounds(known(), text)["compound_id"]:
        exact = folded(text) in {folded(code), *table.loc[code, "names"].split("\n")}
        assert exact or all(folded(word) in table.loc[code, "words"] or table.loc[code, "place"] in word for word in text.split())
    for spelling, count in nearby(known(), text):
        assert count == len(find_compounds(known(), spelling)) > 0
        assert spelling != folded(text)


def test_a_rental_project_is_told_apart() -> None:
    assert rental_projects_named(world(), "中嵐居") == ()
    assert rental_projects_named(world(), "中岚居") == ("中岚居",)
    assert rental_projects_named(world(), "") == ()


def test_the_index_says_how_each_stands() -> None:
    table = index(world()).set_index("compound_id")
    assert table.loc["C9", ["name", "place", "state", "light"]].tolist() == ["小区C9", "长风", "业委会已注销", "不判定"]
    assert pd.isna(table.loc["C1", "state"]), "the form of committees has no row of it"


# -- what is there, what is not ----------------------------------------------------------------------------------------


def test_forms_without_a_row_are_named() -> None:
    data = snapshot({"compounds": [register()], "lifts": [lift("C1", "1号", CAOYANG, "安装")]}, reported={"red_points": frozenset()})
    found = one(data)
    assert found.unreported == ("red_points",)
    assert found.silent == ("committees", "renewal_projects", "fee_changes", "maintenance_funds", "milestones", "consent_rounds", "hotline")
    assert (found.row is not None, found.committee, found.formed, found.dissolved) == (True, None, False, False)
    assert compound_of(data, "C9") is None


def test_a_dissolved_committee_says_so() -> None:
    found = one(snapshot({"committees": [committee("C1", CAOYANG, "已注销", note="小微小区合并")]}))
    assert (found.dissolved, found.row, found.name, found.subdistrict) == (True, None, "小区C1", CAOYANG)


# -- open matters ------------------------------------------------------------------------------------------------------


def test_matters_are_ordered_by_urgency_and_say_who_owes_them() -> None:
    data = snapshot({
        # The report is due five months before the end of the term: on 30 September 2024 it is 30 days over.
        "compounds": [register(pm_contract_end="2024-08-31")],
        "committees": [formed(end="2025-01-31")],
        "maintenance_funds": [fund("C1", CAOYANG, 100.0, 20.0, trigger_date="2023-01-01", vote_date="2023-02-01", vote_result="表决通过")],
        "renewal_projects": [renewal("P1", CAOYANG, KIND, "施工", compound_id="C1", risk="管线未迁", risk_unit="某专班", risk_due=END)],
        "milestones": [
            node("P1", CAOYANG, "施工", "2024-01-01", plan_date="2024-01-01"),
            node("P1", CAOYANG, "竣工", plan_date="2024-09-20"),
            node("P1", CAOYANG, "回搬", plan_date="2024-09-25"),
        ],
    })
    told = [(one.light, one.title, one.due, one.days, one.owner) for one in matters(data)]
    assert told == [
        ("红", "续筹资金筹集到位", date(2023, 5, 2), -517, "业委会"),
        ("红", "换届书面报告", date(2024, 8, 31), -30, "业委会"),
        ("红", "竣工（更新项目P1）", date(2024, 9, 20), -10, "某公司"),
        ("黄", "物业服务合同到期", date(2024, 8, 31), -30, "业委会"),
        ("黄", "风险：管线未迁", END, 0, "某专班"),
        ("绿", "业主大会选举", date(2025, 1, 31), 123, "换届改选小组"),
    ]
    [node_late] = [one for one in matters(data) if one.title.startswith("竣工")]
    assert (node_late.words, node_late.project) == ("已超期10天；其后 1 个节点也已过计划日", "P1")
    assert short_words(node_late) == "■ 竣工已超期10天"
    assert urgent_in(matters(data), "更新项目") == node_late
    assert urgent_in(matters(data), "红色物业") is None


def test_of_a_formation_the_next_step_alone_is_a_matter() -> None:
    data = snapshot({"committees": [dated("committees", committee("C1", CAOYANG, "应建未建", eligible_date="2024-01-01"))]})
    assert [(one.title, one.due, one.owner) for one in matters(data)] == [("建设单位书面报告", date(2024, 1, 31), "建设单位")]


def test_a_group_that_is_due_is_owed_by_the_street() -> None:
    data = snapshot({"committees": [formed(end="2025-01-31", renewal_report_date="2024-08-05")]})
    assert [(one.title, one.due, one.owner) for one in matters(data)][:1] == [("组建换届改选小组", date(2024, 10, 4), "曹杨新村街道")]


def test_a_vote_in_the_freeze_is_a_contradiction() -> None:
    tables = {
        "committees": [formed(end="2025-01-31", renewal_report_date="2024-06-01", group_date="2024-07-01", handover_date="2024-07-05")],
        "fee_changes": [
            fee_change("C1", CAOYANG, "未表决", 1.0, 1.3, vote_date="2024-11-01"),
            fee_change("C1", CAOYANG, "表决通过", 0.9, 1.0, year=2023, vote_date="2024-06-30"),
        ],
    }
    [vote] = [one for one in matters(snapshot(tables)) if "表决" in one.title]
    assert (vote.light, vote.due, vote.words, vote.basis) == (
        "红", date(2024, 11, 1), "改选小组 2024-07-01 成立，至选举产生前不得表决", "上海市住宅物业管理规定第29条")


def test_a_vote_on_a_fund_waits_while_the_committee_is_in_the_freeze() -> None:
    frozen = formed(end="2025-01-31", renewal_report_date="2024-06-01", group_date="2024-07-01", handover_date="2024-07-05")
    below = dated("maintenance_funds", fund("C1", CAOYANG, 100.0, 20.0, trigger_date="2024-05-01"))
    data = snapshot({"committees": [frozen], "maintenance_funds": [below]})
    [step] = [one for one in matters(data) if one.lane == "维修资金"]
    assert (step.title, step.light, step.words) == ("业主大会表决续筹", "不判定", "冻结期内不得表决，待换届选举后再议")
    assert urgent_in(matters(data), "维修资金") is None
    assert [one.text for one in events(data, "维修资金") if "期限" in one.text or "待前一步" in one.text] == []
    free = snapshot({"committees": [formed(end="2028-01-31")], "maintenance_funds": [below]})
    assert [(one.title, one.light) for one in matters(free) if one.lane == "维修资金"] == [("业主大会表决续筹", "红")]
    assert any(one.kind == "over" and one.text.startswith("业主大会表决续筹（期限），超期") for one in events(free, "维修资金"))


def test_a_finished_project_has_no_matters() -> None:
    row = renewal("P1", CAOYANG, KIND, "回搬", compound_id="C1", households_to_return=10, households_returned=10)
    data = snapshot({"renewal_projects": [row], "milestones": [node("P1", CAOYANG, "竣工", plan_date="2024-01-01")]})
    assert matters(data) == ()


def test_nodes_come_from_the_progress_form_where_the_list_has_none() -> None:
    data = snapshot({"renewal_projects": [renewal("P1", CAOYANG, KIND, "施工", compound_id="C1", complete_plan="2024-12-01")]})
    assert [(one.title, one.due, one.days) for one in matters(data)] == [("竣工（更新项目P1）", date(2024, 12, 1), 62)]


def test_the_index_tells_the_first_matter() -> None:
    data = snapshot({"compounds": [register(), register("C2")], "committees": [formed(end="2025-01-31"), formed("C2")]})
    table = index(data).set_index("compound_id")
    assert table.loc["C1", ["light", "urgent"]].tolist() == ["红", "换届书面报告已超期30天"]
    assert table.loc["C2", "light"] == "不判定", "nothing is due within half a year"


# -- votes -------------------------------------------------------------------------------------------------------------


def test_votes_are_four_numbers_judged_by_their_own_rule() -> None:
    def numbers(voted: int, agreed: int) -> dict[str, Any]:
        """Of 100 owners with 10,000 ㎡, each with 100 ㎡."""
        told = {"base": 100, "voted": voted, "agreed": agreed}
        return {f"vote_{name}_{what}": count * size for name, count in told.items() for what, size in (("heads", 1), ("area", 100.0))}

    data = snapshot({
        "fee_changes": [
            fee_change("C1", CAOYANG, "表决通过", 1.0, 1.3, year=2023, vote_date="2023-05-01", **numbers(67, 34)),
            fee_change("C1", CAOYANG, "表决通过", 1.3, 1.5, vote_date="2024-05-01", **numbers(67, 33)),
            fee_change("C2", CAOYANG, "表决通过", 1.3, 1.5),
        ],
        # All who came agree, but two thirds of all, 67, must come.
        "maintenance_funds": [fund("C1", CAOYANG, 100.0, 20.0, vote_date="2024-06-01", vote_result="表决未通过", **numbers(66, 66))],
    })
    newest, older, topup = votes_of(one(data), END, data.registry)
    assert (newest.title, newest.day, newest.result, newest.differs) == ("2024年物业费调价", "2024-05-01", "表决通过", True)
    assert newest.words.endswith("；未通过，同意人数还差 1 人，同意面积还差 50.01 ㎡"), "more than half of 6,700 ㎡"
    assert (older.title, older.differs) == ("2023年物业费调价", False)
    assert older.words.endswith("；通过")
    assert (topup.title, topup.result, topup.differs) == ("维修资金续筹", "表决未通过", False)
    assert "参与人数还差 1 人" in topup.words
    silent = snapshot({"maintenance_funds": [fund("C1", CAOYANG, 100.0, 80.0)]})
    assert votes_of(one(silent), END, silent.registry) == ()
    planned = snapshot({"fee_changes": [fee_change("C1", CAOYANG, "未表决", 1.0, 1.3)]})
    assert [(vote.day, vote.words) for vote in votes_of(one(planned), END, planned.registry)] == [("", "未报票数")]


# -- the time line -----------------------------------------------------------------------------------------------------


def test_a_project_on_the_line() -> None:
    data = snapshot({
        "renewal_projects": [renewal("P1", CAOYANG, KIND, "施工", compound_id="C1")],
        "milestones": [
            node("P1", CAOYANG, "协议签订", "2024-01-11", plan_date="2024-01-01"),
            node("P1", CAOYANG, "施工", "2024-02-01", plan_date="2024-02-01"),
            node("P1", CAOYANG, "竣工", plan_date="2024-09-20"),
            node("P1", CAOYANG, "回搬", plan_date="2025-01-31"),
        ],
    })
    assert [(one.kind, one.day.isoformat(), one.until and one.until.isoformat(), one.text) for one in events(data, "更新项目")] == [
        ("late", "2024-01-01", "2024-01-11", "协议签订，迟 10 天"),
        ("run", "2024-01-01", "2025-01-31", "更新项目P1（首个节点至末个节点）"),
        ("happened", "2024-01-11", None, "协议签订（迟 10 天）"),
        ("happened", "2024-02-01", None, "施工"),
        ("over", "2024-09-20", None, "竣工（计划），超期 10 天"),
        ("open_late", "2024-09-20", "2024-09-30", "竣工（计划），超期 10 天"),
        ("planned", "2025-01-31", None, "回搬（计划）"),
    ]


def test_two_projects_are_two_lines_with_their_names() -> None:
    rows = [renewal(f"P{at}", CAOYANG, KIND, "施工", compound_id="C1", complete_plan="2025-01-01") for at in (1, 2)]
    points = [one for one in events(snapshot({"renewal_projects": rows}), "更新项目") if one.kind == "planned"]
    assert [(one.track, one.text, one.project) for one in points] == [
        (0, "更新项目P1：竣工（计划）", "P1"), (1, "更新项目P2：竣工（计划）", "P2")]


def test_lifts_are_a_line_per_entrance() -> None:
    data = snapshot({"lifts": [
        lift("C1", "2号", CAOYANG, "后续管理", install_date="2023-01-01", accept_date="2023-08-01", subsidy_date="2023-10-01"),
        lift("C1", "1号", CAOYANG, "安装", permit_date="2024-05-01", install_date="2024-07-01"),
        lift("C1", "3号", CAOYANG, "前期评估"),
    ]})
    runs = [(one.track, one.text, one.day.isoformat(), one.until and one.until.isoformat()) for one in events(data, "加装电梯")
            if one.kind == "run"]
    assert runs == [(0, "2号：后续管理", "2023-01-01", "2023-08-01"), (1, "1号：安装", "2024-05-01", "2024-09-30")]
    assert len(events(data, "加装电梯")) == 7, "a day that was not told is no event"


def test_term_freeze_and_who_stood_in() -> None:
    data = snapshot({"committees": [formed(
        end="2024-08-31", session_no=3, renewal_report_date="2024-03-01", group_date="2024-04-30", handover_date="2024-05-05",
        substitute="无", substitute_start="2021-01-01", substitute_end="2021-12-31")]})
    term = [(one.kind, one.day.isoformat(), one.until and one.until.isoformat(), one.text, one.track) for one in events(data, "业委会任期")]
    assert term == [
        ("stand_in", "2021-01-01", "2021-12-31", "替代履职", 1),
        ("term", "2022-01-01", "2024-08-31", "第 3 届任期", 0),
        ("happened", "2024-05-05", None, "年度审计完成", 0),
        ("open_late", "2024-08-31", "2024-09-30", "第 3 届任期届满，超期 30 天", 0),
        ("over", "2024-08-31", None, "第 3 届任期届满，超期 30 天未换届", 0),
        ("planned", "2025-06-30", None, "上年度审计（期限）", 0),
    ]
    clock = events(data, "换届和组建")
    assert [(one.day.isoformat(), one.until and one.until.isoformat(), one.track) for one in clock if one.kind == "frozen"] == [
        ("2024-04-30", "2024-09-30", 1)]
    assert [one.text for one in clock if one.kind == "over"] == ["业主大会选举（期限），超期 30 天"]


def test_the_freeze_of_the_renewal_before_has_ended() -> None:
    data = snapshot({"committees": [formed(group_date="2021-09-01", election_date="2021-12-20", election_result="选举成功")]})
    assert [(one.day.isoformat(), one.until and one.until.isoformat(), one.text) for one in events(data, "换届和组建")
            if one.kind == "frozen"] == [("2021-09-01", "2021-12-20", "冻结期（已结束）")]


def test_fees_funds_and_red_points_on_the_line() -> None:
    data = snapshot({
        "compounds": [register(pm_contract_end="2024-12-31")],
        "fee_changes": [fee_change("C1", CAOYANG, "未表决", 1.2, 1.45, method="阶梯式", vote_date="2024-10-15")],
        "maintenance_funds": [fund("C1", CAOYANG, 100.0, 60.0, trigger_date="2023-01-01", topup_done_date="2023-09-01",
                                   topup_method="一次性", vote_date="2023-03-01", vote_result="表决通过")],
        "red_points": [red_point("C1", CAOYANG, "实践点", "已命名", apply_date="2024-01-01", named_date="2024-03-01")],
    })
    told = {lane: [(one.kind, one.day.isoformat(), one.text) for one in events(data, lane)] for lane in LANES}
    assert told["物业服务和收费"] == [
        ("planned", "2024-10-15", "调价表决：1.20→1.45 元/㎡·月，阶梯式，未表决"), ("planned", "2024-12-31", "物业服务合同到期")]
    assert told["维修资金"] == [
        ("happened", "2023-01-01", "余额低于续筹线"), ("run", "2023-01-01", "续筹，一次性"),
        ("happened", "2023-03-01", "续筹表决，表决通过"),
        ("happened", "2023-09-01", "续筹资金筹集完成")]
    assert told["红色物业"] == [("happened", "2024-01-01", "实践点申报"), ("happened", "2024-03-01", "实践点命名")]


def test_every_side_says_how_it_stands() -> None:
    data = snapshot({
        "compounds": [register(pm_fee=2.5)],
        "committees": [formed(end="2024-08-31")],
        "maintenance_funds": [fund("C1", CAOYANG, 200.0, 90.0)],
        "red_points": [red_point("C1", CAOYANG, "实践点", "已命名")],
    }, reported={"lifts": frozenset()})
    lanes = lanes_of(one(data), matters(data), ())
    assert {lane.name: (lane.words, lane.light) for lane in lanes} == {
        "更新项目": ("无记录", "不判定"),
        "加装电梯": ("本街镇未报", "不判定"),
        "物业服务和收费": ("2.50 元/㎡·月", "不判定"),
        "维修资金": ("余额比 45.0%", "不判定"),
        "业委会任期": ("■ 超期未启动 30 天", "红"),
        "换届和组建": ("■ 换届书面报告已超期183天", "红"),
        "红色物业": ("实践点已命名", "不判定"),
        "12345工单": ("无记录", "不判定"),
    }
    assert [lane.name for lane in lanes if not lane.told] == ["更新项目", "加装电梯", "12345工单"]
    assert absent_sides(lanes) == "无记录的更新项目、12345工单；本街镇未报的加装电梯"


LANE_COLUMNS = ["name", "words", "light", "volume"]
SPAN_COLUMNS = ["lane", "track", "day", "until", "kind", "text", "label"]
DAY = pd.Timestamp


def drawing(spans: list[tuple[Any, ...]] = [], points: list[tuple[Any, ...]] = [], volume: list[tuple[Any, ...]] = [],  # noqa: B006
            narrow: bool = False) -> Any:
    lanes = pd.DataFrame([("甲", "■ 超期", "红", False), ("乙", "3 件", "不判定", True)], columns=LANE_COLUMNS)
    return lifeline(
        lanes, pd.DataFrame(spans, columns=SPAN_COLUMNS), pd.DataFrame(points, columns=["lane", "track", "day", "kind", "text"]),
        pd.DataFrame(volume, columns=["day", "count"]).astype({"count": "float64"}), today=END, first=date(2024, 1, 1),
        last=date(2024, 12, 31), narrow=narrow)


def trace(figure: Any, name: str) -> Any:
    return next(one for one in figure.data if one.name == name)


def test_the_drawing_cuts_joins_and_labels_spans() -> None:
    figure = drawing(spans=[
        ("甲", 0, DAY("2023-07-01"), DAY("2024-03-01"), "open_late", "先的", "超期 90 天"),
        ("甲", 0, DAY("2024-02-01"), DAY("2024-05-01"), "open_late", "后的", "超期 9 天"),
        ("甲", 0, DAY("2022-01-01"), DAY("2023-01-01"), "term", "早已过去", "第 1 届"),
    ])
    bars = trace(figure, "超期的一段")
    assert (list(bars.base), [round(one / 86_400_000) for one in bars.x]) == (["2024-01-01T00:00:00"], [121])
    assert bars.marker.pattern.shape == "x"
    assert bars.hovertext[0] == "先的<br>后的<br>2023-07-01 至 2024-05-01"
    assert "超期 90 天" in trace(figure, "超期的一段文字").text[0]
    assert not [one for one in figure.data if one.name == "任期"], "outside of the stretch"


def test_points_differ_in_shape() -> None:
    figure = drawing(points=[("甲", 0, DAY("2024-02-01"), kind, kind) for kind in ("happened", "planned", "over")])
    assert [trace(figure, name).marker.symbol for name in ("已发生", "计划", "过期未完成")] == ["circle", "circle-open", "circle-x-open"]


def test_only_lines_with_something_on_them_take_room_and_many_are_thin() -> None:
    def runs(count: int, day: str) -> list[tuple[Any, ...]]:
        return [("甲", at, DAY(day), DAY("2024-06-01"), "run", str(at), "") for at in range(count)]

    none, one_line, many = drawing(), drawing(spans=runs(1, "2024-02-01")), drawing(spans=runs(120, "2024-02-01"))
    past = drawing(spans=[(*row[:3], DAY("2023-12-31"), *row[4:]) for row in runs(120, "2023-01-01")])
    assert none.layout.height == one_line.layout.height == past.layout.height
    assert many.layout.height - none.layout.height == 200
    assert max(trace(many, "进行").width) < 1.1
    assert len(set(trace(many, "进行").y)) == 120
    apart = drawing(spans=[(*row[:1], 7 * row[1], *row[2:]) for row in runs(2, "2024-02-01")])
    first, second = trace(apart, "进行").y
    assert second - first == 20, "tracks 0 and 7 are two lines"


def test_months_of_tickets_stand_on_their_lane_and_unreported_ones_are_hatched() -> None:
    figure = drawing(volume=[(DAY("2024-02-01"), 4), (DAY("2024-03-01"), 8), (DAY("2024-04-01"), None)])
    columns = trace(figure, "12345工单")
    assert [round(one / columns.y[1], 2) for one in columns.y] == [0.5, 1.0]
    assert list(columns.hovertext) == ["2024年2月：4 件", "2024年3月：8 件"]
    assert list(trace(figure, "未报").hovertext) == ["2024年4月：未报"]
    assert trace(figure, "未报").marker.pattern.shape == "/"


def test_on_a_phone_the_names_stand_above() -> None:
    wide, narrow = drawing(), drawing(narrow=True)
    assert "甲" in wide.layout.yaxis.ticktext[0]
    assert "■" in wide.layout.yaxis2.ticktext[0]
    assert not narrow.layout.yaxis.visible
    assert sum("<b>" in note.text for note in narrow.layout.annotations) == 2
    assert narrow.layout.height > wide.layout.height
    assert any("截至 2024-09-30" in note.text for note in narrow.layout.annotations)


# -- months, history and sources, from a database ----------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    yield made
    made.close()


def publish(database: Database, dataset: str, rows: list[Row], period: str = "2024-09") -> int:
    """One release more, with the rows of 长风 in one form of a month."""
    source = {"_submission": "", "_sheet": "表", "_marks": None}
    stored = [{**row, **source, "_row": at + 7} for at, row in enumerate(rows)]
    table = pa.Table.from_pylist(stored, schema=DATASETS[dataset].schema)
    return keep_month(database, Period(period), {dataset: table}, {dataset: (CHANGFENG,)})


def test_months_of_tickets_that_were_not_reported_are_no_zero(database: Database) -> None:
    publish(database, "compounds", [compound("C1", CHANGFENG), compound("C2", CHANGFENG)])
    publish(database, "hotline", [tickets(CHANGFENG, 5, compound_id="C1"), tickets(CHANGFENG, 2, "租赁", compound_id="C1")], "2024-06")
    publish(database, "hotline", [tickets(CHANGFENG, 9, compound_id="C2")], "2024-08")
    number = publish(database, "hotline", [tickets(CHANGFENG, 3, "停车管理", compound_id="C1")], "2024-09")
    with database.reading() as connection:
        contents = tuple(contents_of(releases.state_at(connection, number), registry_at(connection, number)).values())
        rows = rows_over_time(connection, contents, "hotline", TICKET_COLUMNS)
    found = one(snapshot_at(database, number))
    assert [(month.period, month.received, month.owned, month.reported) for month in ticket_months(rows, contents, found)] == [
        ("2024-06", 7, 5, True), ("2024-07", None, None, False), ("2024-08", None, None, True), ("2024-09", 3, 0, True)]
    assert ticket_months(rows, (), found) == ()


def told(database: Database, number: int) -> tuple[Told, ...]:
    with database.reading() as connection:
        return compound_history(connection, number, "C1")


def test_history_over_forms_months_and_releases(database: Database) -> None:
    publish(database, "compounds", [compound("C1", CHANGFENG, pm_fee=1.5)], "2024-07")
    publish(database, "committees", [committee("C1", CHANGFENG, start="2022-01-01", end="2025-02-28")], "2024-07")
    publish(database, "compounds", [compound("C1", CHANGFENG, pm_fee=1.8)], "2024-08")
    publish(database, "committees",
            [committee("C1", CHANGFENG, start="2022-01-01", end="2025-02-28", renewal_report_date="2024-08-20")], "2024-08")
    publish(database, "compounds", [compound("C1", CHANGFENG, pm_fee=1.8)], "2024-09")
    before = told(database, 5)
    assert [(month.period, month.release, month.correction, month.texts) for month in before] == [
        ("2024-08", 3, False, ("小区 物业费单价 1.50 元/㎡·月→1.80 元/㎡·月", "业委会 换届报告日期 2024-08-20")),
        ("2024-07", 1, False, (
            "小区 首次列入：总户数 200 户、物业费单价 1.50 元/㎡·月", "业委会 首次列入：组建状态 已组建、任期止 2025-02-28")),
    ]
    publish(database, "compounds", [compound("C1", CHANGFENG, pm_fee=1.9)], "2024-08")
    after = [month for month in told(database, 6) if month.correction or month.period == "2024-09"]
    assert [(month.period, month.release, month.correction, month.texts) for month in after] == [
        ("2024-09", 5, False, ("小区 物业费单价 1.90 元/㎡·月→1.80 元/㎡·月",)),
        ("2024-08", 6, True, ("小区 物业费单价 1.80 元/㎡·月→1.90 元/㎡·月",)),
    ]
    assert told(database, 5) == before, "an earlier release tells what it told"


def test_a_compound_that_has_left_the_register_is_told(database: Database) -> None:
    publish(database, "compounds", [compound("C1", CHANGFENG), compound("C2", CHANGFENG)], "2024-08")
    number = publish(database, "compounds", [compound("C2", CHANGFENG)])
    assert told(database, number)[0].texts == ("《住宅小区基本情况表》中已没有这个小区",)
    with database.reading() as connection:
        assert months_told(connection, number, "C1") == (Period("2024-08"),)
        assert months_told(connection, number, "C9") == ()


def test_many_lifts_of_a_month_are_counted(database: Database) -> None:
    publish(database, "lifts", [lift("C1", f"{at}号", CHANGFENG, "安装") for at in range(1, 10)], "2024-08")
    number = publish(database, "lifts", [lift("C1", f"{at}号", CHANGFENG, "安装" if at < 3 else "监督检验") for at in range(1, 9)])
    newest, oldest = told(database, number)
    assert newest.texts == ("加梯 3号、4号、5号 等 6 个 当前阶段 安装→监督检验", "加梯 9号 已不在表中")
    assert oldest.texts == ("加梯 1号、2号、3号 等 9 个 首次列入：当前阶段 安装",)


def test_sources_name_file_sheet_and_row(database: Database) -> None:
    publish_rows(database, "compounds", [compound("C0", CHANGFENG), compound("C1", CHANGFENG)], unit=CHANGFENG, name="长风名册.xlsx")
    number = publish(database, "hotline", [tickets(CHANGFENG, 5, compound_id="C1")])
    data = snapshot_at(database, number)
    found = one(data)
    with database.reading() as connection:
        first, second = compound_sources(connection, data, found)
    assert (first.file, first.dataset, first.sent_by, first.units) == ("长风名册.xlsx", "compounds", BUREAU.id, (CHANGFENG,))
    assert first.rows == (int(found.frames["compounds"]["_row"].iloc[0]),)
    assert first.release is not None
    assert (first.release.number, second.dataset, second.period) == (1, "hotline", "2024-09")
