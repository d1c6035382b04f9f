"""One project: found by what people know of it, its ladder and rounds told as reported, its history by months and releases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.actions import sheets
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.thresholds import shipped_registry
from lib.errors import Forbidden, NotFound
from lib.figures.project import (
    AHEAD,
    DONE,
    NOW,
    PASSED,
    Project,
    expected_days,
    find_projects,
    ladder_steps,
    project_index,
    project_of,
    rounds_told,
    sources_of,
    steps_after_signing,
    transition,
)
from lib.figures.project_history import Told, project_history
from lib.store.database import Database
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    OTHER_STREET,
    compound,
    new_database,
    publish_rows,
    renewal,
    snapshot_at,
)
from tests.support.small import consent, node, snapshot

SEPTEMBER_END = date(2024, 9, 30)
RULES = shipped_registry()
KIND = "旧住房成套改造"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    yield made
    made.close()


def project(rows: dict[str, Any] | None = None, **tables: Any) -> Project:
    row = renewal("P1", CAOYANG, KIND, "施工", **(rows or {}))
    found = project_of(snapshot({"renewal_projects": [row, renewal("P2", CHANGFENG, KIND, "竣工")], **tables}), "P1")
    assert found is not None
    return found


def test_what_is_not_there_is_none() -> None:
    assert project_of(snapshot({"renewal_projects": []}), "P1") is None
    one = project()
    assert one.number("households_signed") is None
    assert one.day("start_actual") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [("p1", ["P1"]), ("更新项目", ["P1", "P2"]), ("老名字", ["P1"]), ("曹杨新村街道", ["P1"]), ("长风", ["P2"]), ("曹杨 成套", ["P1"]),
     ("没有的", []), ("曹杨 P2", [])],
)
def test_a_project_is_found_by_code_name_alias_and_place(text: str, found: list[str]) -> None:
    rows = [renewal("P1", CAOYANG, KIND, "施工", compound_id="C1"), renewal("P2", CHANGFENG, KIND, "竣工")]
    data = snapshot({"renewal_projects": rows, "compounds": [compound("C1", CAOYANG, compound_alias="老名字、别的")]})
    assert list(find_projects(project_index(data), text)["project_id"]) == found


def test_the_ladder_says_what_is_done_where_it_is_and_what_is_due() -> None:
    one = project(milestones=[
        node("P1", CAOYANG, "协议签订", "2024-01-10", plan_date="2024-01-01", first_plan_date="2023-12-01", delay_reason="雨季"),
        node("P1", CAOYANG, "施工", "2024-08-01", plan_date="2024-08-01"),
        node("P1", CAOYANG, "竣工", plan_date="2024-09-01"),
        node("P1", CAOYANG, "回搬", plan_date="2025-12-31"),
        node("P2", CHANGFENG, "回搬", "2024-01-01", plan_date="2024-01-01"),
    ])
    steps = {step.stage: step for step in ladder_steps(one, SEPTEMBER_END, RULES)}
    assert tuple(steps) == RENEWAL_LADDERS[KIND].stages
    signed = steps["协议签订"]
    assert (signed.state, signed.slip, signed.days, signed.reason, signed.actual) == (DONE, 31, -9, "雨季", "2024-01-10")
    assert (steps["施工"].state, steps["施工"].here) == (NOW, True), "begun, and going on"
    assert (steps["竣工"].state, steps["竣工"].light, steps["竣工"].words) == (AHEAD, "红", "已超期29天")
    assert (steps["回搬"].state, steps["回搬"].light) == (AHEAD, "绿")
    assert (steps["行政调解和决定"].state, steps["行政调解和决定"].words) == (PASSED, "未报节点计划")


def test_what_is_to_come_is_moved_by_the_delay_so_far() -> None:
    one = project(milestones=[
        node("P1", CAOYANG, "施工", "2024-08-11", plan_date="2024-08-01"),
        node("P1", CAOYANG, "竣工", plan_date="2024-10-01"),
        node("P1", CAOYANG, "回搬", plan_date="2024-12-31"),
    ])
    assert expected_days(one, SEPTEMBER_END, RULES) == {"竣工": "2024-10-11", "回搬": "2025-01-10"}
    late = project(milestones=[
        node("P1", CAOYANG, "施工", "2024-08-11", plan_date="2024-08-01"), node("P1", CAOYANG, "竣工", plan_date="2024-09-01"),
    ])
    assert expected_days(late, SEPTEMBER_END, RULES) == {"竣工": "不早于 2024-09-30"}
    unknown = project(milestones=[node("P1", CAOYANG, "竣工", plan_date="2024-11-01")])
    assert expected_days(unknown, SEPTEMBER_END, RULES) == {"竣工": "不确定"}
    assert expected_days(project(), SEPTEMBER_END, RULES) == {}


def test_open_nodes_of_a_finished_project_are_not_late() -> None:
    row = renewal("P1", CAOYANG, KIND, "回搬", households_to_return=60, households_returned=60)
    found = project_of(snapshot({"renewal_projects": [row], "milestones": [node("P1", CAOYANG, "竣工", plan_date="2024-03-31")]}), "P1")
    assert found is not None
    assert not found.going
    done = next(step for step in ladder_steps(found, SEPTEMBER_END, RULES) if step.stage == "竣工")
    assert (done.light, done.days) == ("不判定", None)


def test_rounds_are_numbers_and_a_base() -> None:
    one = project(consent_rounds=[
        consent("P1", CAOYANG, "协议签约", 100, start_date="2024-05-01", households_signed=94),
        consent("P1", CAOYANG, "启动意愿征询", 100, start_date="2024-01-01", households_voted=90, households_agreed=80),
        consent("P1", CAOYANG, "修缮业主表决", 90, start_date="2024-08-01", households_voted=60, households_agreed=31, area_entitled=900.0,
                area_voted=600.0, area_agreed=301.0),
        consent("P1", CAOYANG, "方案意见征询", 100, start_date="2024-03-01"),
    ])
    told = rounds_told(one, SEPTEMBER_END, RULES)
    assert [each.title for each in told] == ["启动意愿征询", "方案意见征询", "协议签约", "修缮业主表决"], "by their days"
    assert told[0].words == "同意 80/100 户（80.0%，≥80%），已达到"
    assert told[1].words == "不设比例要求"
    assert told[1].agreed is None
    assert told[2].words == "签约 94/100 户（94.0%，≥95%），还差 1 户"
    assert "参与 60/90 人（" in told[3].words
    assert "600.00/900.00 ㎡" in told[3].words
    assert told[3].words.endswith("；通过")
    assert [state for _, state in told[0].applied] == ["有效"]


def test_what_follows_the_signing_while_it_goes_on() -> None:
    rows = [consent("P1", CAOYANG, "协议签约", 100, start_date="2024-05-01", households_signed=95, effective_date="2024-09-01")]
    assert steps_after_signing(project(consent_rounds=rows), SEPTEMBER_END, RULES) == (), "it is being built already"
    row = renewal("P1", CAOYANG, KIND, "行政调解和决定")
    found = project_of(snapshot({"renewal_projects": [row], "consent_rounds": rows}), "P1")
    assert found is not None
    assert [step.title for step in steps_after_signing(found, SEPTEMBER_END, RULES)] == ["行政调解", "行政决定", "搬离期限"]


def test_days_of_transition() -> None:
    assert transition(project(), SEPTEMBER_END) == (None, False)
    assert transition(project(milestones=[node("P1", CAOYANG, "外搬过渡", "2024-09-20")]), SEPTEMBER_END) == (10, False)
    both = [node("P1", CAOYANG, "外搬过渡", "2024-01-01"), node("P1", CAOYANG, "回搬", "2024-01-31")]
    assert transition(project(milestones=both), SEPTEMBER_END) == (30, True)


def told(database: Database, number: int, identity: str = "P1") -> tuple[Told, ...]:
    with database.reading() as connection:
        return project_history(connection, number, identity)


def publish_project(database: Database, period: str, stage: str, **more: Any) -> int:
    row = renewal("P1", CHANGFENG, KIND, stage, **more)
    return publish_rows(database, "renewal_projects", [row], period=period, unit=CHANGFENG, key=f"{period}-{stage}-{more}")


def test_history_by_months_and_releases(database: Database) -> None:
    publish_project(database, "2024-07", "协议签订", households_to_sign=400, households_signed=312)
    publish_project(database, "2024-08", "施工", households_to_sign=400, households_signed=340, start_actual="2024-08-05", risk="管线未迁")
    publish_project(database, "2024-09", "施工", households_to_sign=400, households_signed=340, start_actual="2024-08-05")
    publish_project(database, "2024-08", "施工", households_to_sign=400, households_signed=338, start_actual="2024-08-05", risk="管线未迁")
    at_three = told(database, 3)
    assert [(one.period, one.release, one.correction) for one in at_three] == [
        ("2024-09", 3, False), ("2024-08", 2, False), ("2024-07", 1, False)]
    assert at_three[1].texts == ("阶段 协议签订→施工", "签约 312→340 户", "开工完成（2024-08-05）", "风险和问题：管线未迁")
    assert at_three[0].texts == ("风险和问题已消除",)
    assert at_three[2].texts == ("首次列入：阶段 协议签订，涉及 100 户", "签约 312/400 户")
    now = told(database, 4)
    assert [(one.period, one.release, one.correction, one.texts) for one in now if one.correction] == [
        ("2024-08", 4, True, ("签约 340→338 户",))]
    assert next(one for one in now if one.period == "2024-09").texts == ("签约 338→340 户", "风险和问题已消除")
    assert told(database, 4, "P9") == ()


def test_a_project_that_is_no_longer_in_the_table_is_told(database: Database) -> None:
    publish_project(database, "2024-08", "施工")
    publish_rows(database, "renewal_projects", [renewal("P2", CHANGFENG, KIND, "施工")], unit=CHANGFENG)
    assert next((one.period, one.texts) for one in told(database, 2)) == ("2024-09", ("本月的表中没有这个项目",))


def test_a_deadline_moved_month_by_month_is_one_entry(database: Database) -> None:
    for month in ("06", "07", "08", "09"):
        publish_project(database, f"2024-{month}", "施工", risk="管线未迁", risk_due=date(2024, int(month) + 1, 28))
    now = told(database, 4)
    assert [one.period for one in now] == ["2024-09", "2024-06"]
    assert now[0].texts == ("解决时限 2024-07-28→2024-10-28（2024年7月以来逐次改动 3 次）",)


def test_a_month_that_was_not_reported_is_passed_over(database: Database) -> None:
    publish_project(database, "2024-06", "协议签订", households_to_sign=400, households_signed=300)
    publish_project(database, "2024-09", "协议签订", households_to_sign=400, households_signed=310)
    assert [one.period for one in told(database, 2)] == ["2024-09", "2024-06"]
    assert told(database, 2)[0].texts == ("签约 300→310 户",)


def test_sources_name_file_sheet_and_row(database: Database) -> None:
    rows = [renewal("P0", CHANGFENG, KIND, "施工"), renewal("P1", CHANGFENG, KIND, "施工")]
    number = publish_rows(database, "renewal_projects", rows, unit=CHANGFENG, name="长风九月.xlsx")
    data = snapshot_at(database, number)
    found = project_of(data, "P1")
    assert found is not None
    with database.reading() as connection:
        [source] = sources_of(connection, data, found)
    assert (source.file, source.dataset, source.units, source.sent_by) == ("长风九月.xlsx", "renewal_projects", (CHANGFENG,), BUREAU.id)
    assert source.rows == (int(found.frame["_row"].iloc[0]),)
    assert source.release is not None
    assert source.release.number == number


def test_who_may_have_the_workbook_of_a_project(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = publish_project(database, "2024-09", "施工")
    monkeypatch.setattr(sheets, "open_database", lambda: database)
    monkeypatch.setattr(sheets, "make_coloured", lambda name, content, rows, title, legend: repr((name, rows, title)).encode())
    data = snapshot_at(database, number)
    found = project_of(data, "P1")
    assert found is not None
    submission = int(found.row["_submission"])
    asked: dict[str, Any] = {"project": "P1", "release": str(number), "period": "2024-09", "submission": submission}
    name, content = sheets.coloured_project(by=BUREAU, **asked)
    assert name.endswith(".xlsx")
    assert "项目：更新项目P1" in content.decode()
    for by in (None, OTHER_STREET):
        with pytest.raises(Forbidden):
            sheets.coloured_project(by=by, **asked)
    for wrong in ({"project": "P9"}, {"release": "9"}, {"release": "x"}, {"period": "2024"}, {"period": "2020-01"}, {"submission": 99}):
        with pytest.raises(NotFound):
            sheets.coloured_project(by=BUREAU, **{**asked, **wrong})
