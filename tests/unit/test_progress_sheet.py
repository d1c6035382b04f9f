"""The public progress sheet: nothing in it that is for the office alone, and nobody takes it out before it is approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.actions import sheets
from lib.actions.sheets import (
    approve_sheet,
    draft_sheet,
    progress_sheet,
    request_sheet,
    return_sheet,
    sheet_steps,
    waiting_sheets,
)
from lib.auth.permissions import Role, User
from lib.datasets import DATASETS
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.errors import Blocked, Forbidden, NotFound
from lib.reports.progress_sheet import (
    FEW,
    NODE_COLUMNS,
    PROJECT_COLUMNS,
    households,
    sheet_html,
    sheet_name,
    sheet_of,
)
from lib.spec.kinds import Kind
from lib.store import audit
from lib.store.database import Database
from lib.store.sheets import Step
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    LEADER,
    OTHER_STREET,
    STREET,
    new_database,
    publish_rows,
    renewal,
)
from tests.support.small import frame, node

AS_OF = date(2024, 9, 30)
SECOND = User("bureau2", "科室编辑二", Role.BUREAU_EDITOR)
KIND = "旧住房成套改造"


def sheet_bytes(row: dict[str, Any], nodes: list[dict[str, Any]] | None = None, *, demo: bool = False) -> str:
    made = sheet_of(frame("renewal_projects", [row]), frame("milestones", nodes or []), as_of=AS_OF, release=7, demo=demo)
    return sheet_html(made).decode()


# -- what it says ----------------------------------------------------------------------------------------------------

ARTICLE = renewal("P1", CAOYANG, KIND, "回搬", project_name="曹杨八村77-85号旧住房成套改造项目", households=60, households_to_sign=60,
                  households_signed=60, households_to_return=60, households_returned=60, complete_actual="2024-03-01",
                  return_actual="2024-06-01", investment=2780.0)


def test_the_project_of_the_article() -> None:
    page = sheet_bytes(ARTICLE)
    for words in ("曹杨八村77-85号旧住房成套改造项目", "<td>60 户</td>", "竣工（2024年3月）", "回搬（2024年6月）", "数据截至 2024-09-30",
                  "2,780 万元"):
        assert words in page
    assert "演示数据" not in page
    assert "当前阶段" not in page
    assert sheet_bytes(ARTICLE, demo=True).count("演示数据") == 2


def test_what_comes_next_has_its_planned_month_and_lateness_is_not_hidden() -> None:
    row = renewal("P1", CAOYANG, KIND, "施工", complete_plan="2024-08-31", return_plan="2025-06-30")
    page = sheet_bytes(row, [node("P1", CAOYANG, "竣工", plan_date="2024-08-31"), node("P1", CAOYANG, "协议签订", "2024-10-02")])
    assert "▶ 施工" in page
    assert "竣工：原计划 2024年8月，尚未完成" in page
    assert "回搬：计划 2025年6月" in page
    assert "协议签订" not in page, "what comes after the date has not happened"
    done = renewal("P1", CAOYANG, KIND, "竣工", complete_actual="2024-08-21")
    assert "▶ 竣工（2024年8月）" in sheet_bytes(done)
    assert "竣工：时间待定" in sheet_bytes(renewal("P1", CAOYANG, KIND, "施工"))


def test_back_is_only_told_when_all_are_back() -> None:
    nodes = [node("P1", CAOYANG, "回搬", "2024-08-27", plan_date="2024-08-31")]
    some = renewal("P1", CAOYANG, KIND, "回搬", households_to_return=232, households_returned=9, return_actual="2024-08-27",
                   return_plan="2024-08-31")
    assert "▶ 回搬" in sheet_bytes(some, nodes)
    assert "✓ 回搬" not in sheet_bytes(some, nodes)
    assert "9 户（共 232 户）" in sheet_bytes(some, nodes)
    assert "✓ 回搬（2024年8月）" in sheet_bytes({**some, "households_returned": 232}, nodes)


def test_a_procedure_against_single_households_is_not_announced() -> None:
    row = renewal("P1", CAOYANG, KIND, "行政调解和决定")
    page = sheet_bytes(row, [node("P1", CAOYANG, "行政调解和决定", "2024-09-01", plan_date="2024-09-01")])
    assert "行政" not in page
    assert "▶ 协议签订" in page


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [(None, 60, "—"), (3, None, "—"), (0, 0, "—"), (0, 60, f"{FEW}（共 60 户）"), (2, 60, f"{FEW}（共 60 户）"),
     (3, 60, "3 户（共 60 户）"), (57, 60, "57 户（共 60 户）"), (58, 60, f"其余{FEW}尚未签约（共 60 户）"),
     (59, 60, f"其余{FEW}尚未签约（共 60 户）"),
     (60, 60, "60 户（共 60 户）"), (3, 5, "户数较少，不予公布"), (61, 60, "户数较少，不予公布")],
)
def test_few_households_do_not_stand_out(count: float | None, total: float | None, words: str) -> None:
    assert households(count, total, "签约") == words


@given(st.integers(0, 2), st.integers(6, 500))
def test_a_count_below_three_and_what_is_left_of_all_but_as_few_is_never_told(few: int, total: int) -> None:
    for count in (few, total - few):
        words = households(count, total, "签约")
        if count not in (total, 0):
            assert f"{count} 户（" not in words
    assert f"{few} 户（" not in households(few, total, "签约")


def test_it_is_a_page_of_its_own() -> None:
    page = sheet_bytes({**ARTICLE, "project_name": "<script>alert(1)</script>&“项目”"})
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for outside in ("http://", "https://", "src=", "url(", "@import", "<link"):
        assert outside not in page
    assert "@page { size: A4" in page
    made = sheet_of(frame("renewal_projects", [{**ARTICLE, "project_name": "a/b:c"}]), frame("milestones", []), as_of=AS_OF, release=1,
                    demo=False)
    assert sheet_name(made) == "进度公示_a_b_c_2024-09-30.html"


# -- what it never says ----------------------------------------------------------------------------------------------

SECRET_TEXTS = {"renewal_projects": ("risk", "risk_unit", "implementer", "address", "method", "digital_features"),
                "milestones": ("delay_reason", "note")}
SECRET_NUMBERS = ("subsidy_city", "subsidy_district", "funds_approved", "funds_paid", "progress_pct", "precheck_departments")


def test_every_field_is_either_named_public_or_cut_off() -> None:
    """A field added to a form is cut off until somebody names it here and there."""
    assert {one.name for one in DATASETS["renewal_projects"].fields} - set(PROJECT_COLUMNS) == {
        "compound_id", "address", "implementer", "plan_year", "method", "gfa_m2", "entrances", "lifts", "households_moved_out",
        "households_cared", "subsidy_city", "subsidy_district",
        "funds_approved", "funds_paid", "progress_pct", "has_party_branch", "precheck_date",
        "precheck_departments", "digital_features", "risk", "risk_unit", "risk_due"}
    assert {one.name for one in DATASETS["milestones"].fields} - set(NODE_COLUMNS) == {
        "project_id", "project_name", "project_type", "subdistrict", "first_plan_date", "delay_reason", "note"}


secrets = st.text("甲乙丙丁戊己庚辛壬癸子丑寅卯", min_size=4, max_size=12).map(lambda words: f"密{words}")
days = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    """A project and its nodes with everything filled in, and the words that nobody outside may read."""
    kind = draw(st.sampled_from(sorted(RENEWAL_LADDERS)))
    stages = RENEWAL_LADDERS[kind].stages
    row = renewal("P1", CAOYANG, kind, draw(st.sampled_from(stages)))
    told: list[str] = []
    for name in SECRET_TEXTS["renewal_projects"]:
        row[name] = draw(secrets)
        told.append(str(row[name]))
    for at, name in enumerate(SECRET_NUMBERS):
        row[name] = 70_000 + 1_000 * at + draw(st.integers(0, 999))
        told += [str(row[name]), f"{row[name]:,}"]
    due = date(2031, draw(st.integers(1, 12)), draw(st.integers(1, 28)))
    row["risk_due"] = due
    told += [due.isoformat(), "2031"]
    total = draw(st.integers(0, 900))
    row |= {"households": total, "households_to_sign": total, "households_to_return": total,
            "households_signed": draw(st.integers(0, total)), "households_returned": draw(st.integers(0, total))}
    for field in DATASETS["renewal_projects"].fields:
        if field.kind is Kind.DATE and field.name.endswith(("_plan", "_actual")):
            row[field.name] = draw(st.none() | days)
    nodes = []
    for stage in draw(st.lists(st.sampled_from(stages), unique=True)):
        reason, note = draw(secrets), draw(secrets)
        nodes.append({"project_id": "P1", "project_type": kind, "subdistrict": CAOYANG, "node": stage, "plan_date": draw(st.none() | days),
                      "actual_date": draw(st.none() | days), "delay_reason": reason, "note": note})
        told += [reason, note]
    return row, nodes, told


@given(rows())
def test_nothing_of_the_office_is_in_the_bytes(case: tuple[dict[str, Any], list[dict[str, Any]], list[str]]) -> None:
    row, nodes, told = case
    page = sheet_bytes(row, nodes)
    assert [one for one in told if one in page] == []
    assert "密" not in page


def test_a_number_of_a_person_in_a_name_is_masked() -> None:
    assert "13800138000" not in sheet_bytes({**ARTICLE, "project_name": "项目（联系 13800138000）"})


# -- who lets it out -------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    made = new_database(tmp_path)
    monkeypatch.setattr(sheets, "open_database", lambda: made)
    yield made
    made.close()


def publish_project(database: Database, unit: str = CHANGFENG, period: str = "2024-09", **more: Any) -> int:
    row = renewal("P1", unit, KIND, "施工", **more)
    return publish_rows(database, "renewal_projects", [row], unit=unit, period=period, key=f"{unit}{period}{more}")


def approve(database: Database, release: int) -> None:
    [*_, last] = sheet_steps(database, by=BUREAU, project="P1", release=release)
    approve_sheet(database, by=SECOND, project="P1", release=release, sha256=last.sha256)


def test_nobody_takes_it_out_before_it_is_approved(database: Database) -> None:
    release = publish_project(database)
    asked: dict[str, Any] = {"project": "P1", "release": release}
    with pytest.raises(Forbidden, match="还没有批准"):
        progress_sheet(by=BUREAU, **asked)
    request_sheet(database, by=STREET, **asked)
    for by in (BUREAU, STREET, LEADER):
        with pytest.raises(Forbidden, match="还没有批准"):
            progress_sheet(by=by, **asked)
    assert [one.project for one in waiting_sheets(database, by=BUREAU, release=release)] == ["P1"]
    approve(database, release)
    assert waiting_sheets(database, by=BUREAU, release=release) == ()
    name, content = progress_sheet(by=LEADER, project="P1", release=str(release))
    assert name == "进度公示_更新项目P1_2024-09-30.html"
    assert content == sheet_html(draft_sheet(database, by=LEADER, **asked).sheet)
    with pytest.raises(Forbidden):
        progress_sheet(by=None, **asked)
    with database.reading() as connection:
        log = [(one.actor, one.action, one.subject) for one in audit.entries(connection) if one.action.startswith("sheet")]
        assert audit.verify(connection) is None
    assert log == [(STREET.id, "sheet requested", "project P1"), (SECOND.id, "sheet approved", "project P1")]


def test_a_new_release_needs_a_new_approval(database: Database) -> None:
    first = publish_project(database)
    request_sheet(database, by=BUREAU, project="P1", release=first)
    approve(database, first)
    second = publish_project(database, period="2024-10")
    with pytest.raises(Forbidden, match="还没有批准"):
        progress_sheet(by=BUREAU, project="P1", release=second)
    assert "2024-09-30" in progress_sheet(by=BUREAU, project="P1", release=first)[1].decode(), "what was approved stays what it was"
    with pytest.raises(Blocked, match="已有新版"):
        request_sheet(database, by=BUREAU, project="P1", release=first)
    request_sheet(database, by=BUREAU, project="P1", release=second)
    publish_rows(database, "renewal_projects", [renewal("P2", CAOYANG, KIND, "施工")], unit=CAOYANG)
    with pytest.raises(Blocked, match="已有新版"):
        approve(database, second)


def test_nobody_approves_what_he_asked_for(database: Database) -> None:
    release = publish_project(database)
    request_sheet(database, by=BUREAU, project="P1", release=release)
    (waiting,) = waiting_sheets(database, by=BUREAU, release=release)
    with pytest.raises(Forbidden, match="须由另一位科室编辑批准"):
        approve_sheet(database, by=BUREAU, project="P1", release=release, sha256=waiting.sha256)
    assert sheet_steps(database, by=BUREAU, project="P1", release=release)[-1].step is Step.REQUESTED
    approve_sheet(database, by=SECOND, project="P1", release=release, sha256=waiting.sha256)
    assert b"2024-09-30" in progress_sheet(by=BUREAU, project="P1", release=release)[1]


def test_who_may_do_what(database: Database) -> None:
    release = publish_project(database)
    asked: dict[str, Any] = {"project": "P1", "release": release}
    for by in (LEADER, OTHER_STREET):
        with pytest.raises(Forbidden):
            request_sheet(database, by=by, **asked)
    request_sheet(database, by=STREET, **asked)
    [step] = sheet_steps(database, by=LEADER, **asked)
    for by in (LEADER, STREET, OTHER_STREET):
        with pytest.raises(Forbidden):
            approve_sheet(database, by=by, sha256=step.sha256, **asked)
        with pytest.raises(Forbidden):
            return_sheet(database, by=by, text="内容需要更正", **asked)
        assert waiting_sheets(database, by=by, release=release) == ()
    with pytest.raises(Blocked, match="不必再申请"):
        request_sheet(database, by=BUREAU, **asked)
    with pytest.raises(Blocked, match="不在等待批准"):
        approve_sheet(database, by=BUREAU, sha256="0" * 64, **asked)


def test_an_approved_sheet_can_be_called_back(database: Database) -> None:
    release = publish_project(database)
    asked: dict[str, Any] = {"project": "P1", "release": release}
    with pytest.raises(Blocked):
        return_sheet(database, by=BUREAU, text="没有可以退回的", **asked)
    request_sheet(database, by=STREET, **asked)
    approve(database, release)
    for words in ("短", "请联系13800138000更正"):
        with pytest.raises(Blocked):
            return_sheet(database, by=BUREAU, text=words, **asked)
    return_sheet(database, by=BUREAU, text="竣工月份需要更正", **asked)
    with pytest.raises(Forbidden):
        progress_sheet(by=BUREAU, **asked)
    request_sheet(database, by=STREET, **asked)
    approve(database, release)
    assert progress_sheet(by=STREET, **asked)[1]
    assert [one.step for one in sheet_steps(database, by=BUREAU, **asked)] == [
        Step.REQUESTED, Step.APPROVED, Step.RETURNED, Step.REQUESTED, Step.APPROVED]


def test_what_was_asked_for_is_what_is_approved(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    release = publish_project(database)
    request_sheet(database, by=STREET, project="P1", release=release)
    monkeypatch.setattr(sheets, "sheet_html", lambda sheet: sheet_html(sheet) + b"<!-- newer -->")
    with pytest.raises(Blocked, match="与申请时不同"):
        approve(database, release)


def test_what_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound):
        draft_sheet(database, by=BUREAU, project="P1", release=0)
    release = publish_project(database)
    for project, number in (("P9", release), ("P1", release + 1), ("P1", "abc"), ("P1", "²")):
        with pytest.raises(NotFound):
            progress_sheet(by=BUREAU, project=project, release=number)
        with pytest.raises((NotFound, Blocked)):
            request_sheet(database, by=BUREAU, project=project, release=number if isinstance(number, int) else 99)


@pytest.mark.parametrize("statement", ["UPDATE sheet_step SET step = '已批准'", "DELETE FROM sheet_step"])
def test_steps_are_never_rewritten(database: Database, statement: str) -> None:
    request_sheet(database, by=BUREAU, project="P1", release=publish_project(database))
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.execute(text(statement))
