"""What comes next, the tables of 更新进度 and the files made of them, by values counted on paper; and that a file holds what the
screen holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from urllib.parse import unquote, urlencode

import openpyxl
import pandas as pd
import pytest
from starlette.applications import Starlette

from lib.actions.opening import open_database
from lib.datasets.thresholds import shipped_registry
from lib.figures.snapshot import Snapshot
from lib.reports import renewal_export
from lib.reports.consent_tables import (
    VIEWS,
    after_table,
    board_table,
    gated,
    round_rows,
    signed_rows,
    to_settle,
    votes_of,
    votes_table,
)
from lib.reports.csv import to_csv
from lib.reports.projects import Choice
from lib.reports.renewal_export import (
    SECTIONS,
    TABLES,
    Selection,
    about,
    filter_words,
    section_tables,
    selection,
)
from lib.reports.renewal_tables import delay_reasons, outlook_tables, taken_out
from lib.reports.workbook import to_workbook
from lib.rules.coming import COMING_COLUMNS, coming_nodes
from lib.server.routes import ROUTES
from lib.settings import settings
from tests.support.asgi import get
from tests.support.published import Row, publish_rows, renewal
from tests.support.small import A, B, C, consent, frame, lift, node, snapshot, whole_world

APP = Starlette(routes=ROUTES)
REGISTRY = shipped_registry()
ON = date(2024, 9, 30)
"""The as-of date of the small world."""
NO_HISTORY = {
    "signing": pd.DataFrame({"project_id": [], "round": [], "households_agreed": [], "households_signed": [],
                             "day": pd.Series(dtype="datetime64[ms]")}),
    "nodes": pd.DataFrame({"project_id": [], "households_signed": [], "day": pd.Series(dtype="datetime64[ms]")}),
}


def tables(section: str, data: Snapshot, wanted: Selection | None = None) -> dict[str, pd.DataFrame]:
    return section_tables(section, data, wanted or Selection(), NO_HISTORY.get(section, pd.DataFrame()))


# What comes next


def coming(projects: list[Row], nodes: list[Row], months: int = 3) -> pd.DataFrame:
    data = snapshot({"renewal_projects": projects, "milestones": nodes})
    return coming_nodes(data.frames["renewal_projects"], data.frames["milestones"], data.as_of, REGISTRY, months)


def test_what_falls_due_from_the_day_itself_to_the_same_day_three_months_on() -> None:
    found = coming([
        renewal("P1", A, "拆除重建", "施工", complete_plan="2024-09-30", return_plan="2024-12-30", risk_unit="某专班"),
        renewal("P2", B, "拆除重建", "施工", complete_plan="2024-09-29", return_plan="2024-12-31"),
    ], [])
    assert found[["project_id", "node", "days"]].values.tolist() == [["P1", "竣工", 0], ["P1", "回搬", 91]]
    assert list(found.columns) == list(COMING_COLUMNS)
    assert found.loc[0, ["project_name", "subdistrict", "implementer", "risk_unit"]].tolist() == ["更新项目P1", A, "某公司", "某专班"]
    assert len(coming([renewal("P1", A, "拆除重建", "施工", return_plan="2024-12-30")], [], 2)) == 0


def test_a_node_of_both_forms_counts_once_as_the_progress_form_tells_it() -> None:
    found = coming(
        [renewal("P1", A, "旧住房成套改造", "外搬过渡", start_plan="2024-11-30", sign_plan="2024-10-01", sign_actual="2024-09-01")],
        [
            node("P1", A, "施工", plan_date="2024-11-01", delay_reason="雨季停工"),  # 开工 of the form, on another day
            node("P1", A, "协议签订", plan_date="2024-10-01"),  # done, says the form
            node("P1", A, "竣工", plan_date="2024-12-01"),  # the form has no day for it
            node("P1", A, "建设审批", plan_date="2024-10-15"),  # not in the form at all
            node("P1", A, "外搬过渡", "2024-09-01", plan_date="2024-10-20"),  # done
            node("P9", A, "施工", plan_date="2024-10-20"),  # of no project
        ],
    )
    assert found[["node", "days"]].values.tolist() == [["建设审批", 15], ["开工", 61], ["竣工", 62]]
    assert found["delay_reason"].fillna("").tolist() == ["", "雨季停工", ""]


def test_what_is_finished_does_not_come_and_a_return_that_not_all_have_made_does() -> None:
    back = {"households_moved_out": 100, "households_to_return": 100}
    found = coming([
        renewal("P1", A, "旧住房综合修缮", "满意度回访", complete_plan="2024-11-01"),
        renewal("P2", A, "拆除重建", "回搬", return_plan="2024-10-10", return_actual="2024-09-20", **back, households_returned=60),
        renewal("P3", A, "拆除重建", "回搬", return_plan="2024-10-10", return_actual="2024-09-20", **back, households_returned=100),
    ], [node("P2", A, "回搬", "2024-09-20", plan_date="2024-10-10")])
    assert found[["project_id", "node", "days"]].values.tolist() == [["P2", "回搬", 10]]


def test_the_expected_day_carries_the_delay_so_far() -> None:
    dates = {"start_plan": "2024-01-01", "start_actual": "2024-01-31", "complete_plan": "2024-10-10"}
    found = coming([renewal("P1", A, "拆除重建", "施工", **dates)], [])
    assert found.loc[0, "projected"] == pd.Timestamp("2024-11-09")


def test_nothing_to_come_is_an_empty_table_with_all_columns() -> None:
    found = coming([], [])
    assert found.empty
    assert list(found.columns) == list(COMING_COLUMNS)


# Tables


def test_the_reason_of_a_delay_is_of_what_is_open_else_of_the_last_node_done() -> None:
    told = frame("milestones", [
        node("P1", A, "协议签订", "2024-01-01", delay_reason="旧因"), node("P1", A, "施工", delay_reason="雨季停工"),
        node("P1", A, "竣工", delay_reason="雨季停工"), node("P1", A, "回搬", delay_reason="管线协调"),
        node("P2", A, "协议签订", "2024-01-01", delay_reason="早"), node("P2", A, "施工", "2024-05-01", delay_reason="晚"),
        node("P3", A, "施工"),
    ])
    assert delay_reasons(told).to_dict() == {"P1": "雨季停工、管线协调", "P2": "晚"}


def rounds_of(*rows: Row, projects: list[Row] | None = None) -> pd.DataFrame:
    return round_rows(frame("consent_rounds", rows), frame("renewal_projects", projects or []), NO_HISTORY["signing"], ON, REGISTRY)


def test_the_board_has_a_row_per_gate_and_its_numbers_in_columns() -> None:
    rows = rounds_of(
        consent("P1", A, "协议签约", 200, households_signed=170, project_name="甲"),
        consent("P2", B, "征收一轮征询", 100, households_agreed=95, households_signed=3),
        consent("P3", C, "方案意见征询", 50),
    )
    table = board_table(gated(rows, VIEWS[1]), ON, REGISTRY).set_index("项目编码")
    columns = ["项目", "比例", "标准线", "还差户数", "同意或签约", "把握"]
    assert table.loc["P1", columns].tolist() == ["甲", 85.0, "≥ 95%", 20, 170, "不确定"]
    assert table.loc["P2", ["项目", "比例", "还差户数", "同意或签约", "把握"]].tolist() == ["P2", 95.0, 0, 95, "已达标"]
    assert "P3" not in table.index
    assert board_table(gated(rows, VIEWS[0]), ON, REGISTRY)["项目编码"].tolist() == ["P1"]


def vote(project: str, voted: int, agreed: int, area: float = 1_000.0) -> Row:
    return consent(project, A, "修缮业主表决", 600, households_voted=voted, households_agreed=agreed, area_entitled=60_000.0,
                   area_voted=voted * 100.0, area_agreed=agreed * area / 10, end_date="2024-08-01", result="未达标")


def test_a_vote_has_a_column_per_number_and_those_that_failed_stand_apart() -> None:
    rows = rounds_of(vote("P1", 402, 300), vote("P2", 390, 300), consent("P3", A, "修缮业主表决", 600, result="进行中"))
    failed = votes_table(votes_of(rows, passed=False), ON, REGISTRY).set_index("项目编码")
    assert failed["结论"].to_dict() == {"P2": "✗ 未通过", "P3": "○ 尚未判定"}
    # 2/3 of 600 are 400 people, of 60 000 ㎡ 40 000 ㎡; 390 took part with 39 000 ㎡
    assert failed.loc["P2", "还差"] == "参与人数还差 10 人，参与面积还差 1,000.00 ㎡"
    assert failed.loc["P2", ["参与人数占比", "参与面积占比"]].tolist() == [65.0, 65.0]
    assert failed.loc["P2", "同意人数占比"] == pytest.approx(300 / 390 * 100)
    counts = failed.loc["P2", ["应参与人数", "参与人数", "同意人数", "应参与面积", "参与面积"]]
    assert counts.tolist() == [600, 390, 300, 60_000.0, 39_000.0]
    assert failed.loc["P2", "四项标准线"] == "参与人数≥2/3，参与面积≥2/3，同意人数>1/2，同意面积>1/2"
    assert failed.loc["P3", "参与人数占比"] != failed.loc["P3", "参与人数占比"]
    passed = votes_table(votes_of(rows, passed=True), ON, REGISTRY)
    assert passed[["项目编码", "结论", "还差"]].values.tolist() == [["P1", "✓ 通过", "—"]]


def test_after_a_signing_each_project_is_one_row_and_who_is_past_it_is_left_out() -> None:
    signed = {"households_signed": 98, "result": "已生效", "effective_date": "2024-09-10"}
    rows = rounds_of(
        consent("P1", A, "协议签约", 100, **signed), consent("P2", A, "协议签约", 100, **signed),
        consent("P3", A, "协议签约", 98, **signed),
        projects=[renewal("P1", A, "拆除重建", "行政调解和决定"), renewal("P2", A, "拆除重建", "建设审批"),
                  renewal("P3", A, "拆除重建", "协议签订")],
    )
    table = after_table(to_settle(signed_rows(rows)), ON, REGISTRY)
    assert table[["项目编码", "未签约", "现在"]].values.tolist() == [["P1", 2, "▷ 行政调解期内，还有 10 天"]]
    dates = [table[name].iloc[0].date().isoformat() for name in ("行政调解至", "行政调解最长至", "行政决定至", "行政决定最长至")]
    assert dates == ["2024-10-10", "2024-10-25", "2024-11-09", "2024-12-24"]
    assert len(signed_rows(rows)) == 3


def test_signing_that_is_in_force_is_not_forecast() -> None:
    sign = {"households_to_sign": 100, "sign_plan": "2024-06-30"}
    data = snapshot({"renewal_projects": [
        renewal("P1", A, "拆除重建", "协议签订", **sign, households_signed=96, sign_actual="2024-08-01"),
        renewal("P2", A, "拆除重建", "协议签订", **sign, households_signed=80),
        renewal("P3", A, "拆除重建", "协议签订", **sign, households_signed=96),  # reached, its day not told
    ]})
    seen = pd.DataFrame({
        "project_id": ["P1", "P1", "P2", "P2"], "signed": [90, 96, 60, 80],
        "day": pd.to_datetime(["2024-07-31", "2024-09-30", "2024-07-31", "2024-09-30"]),
    })
    table, _ = outlook_tables(data.frames["renewal_projects"], seen, data.as_of, REGISTRY)
    # 15 short; 20 in 61 days: 46 days more
    assert table[["项目编码", "推算日期", "把握"]].values.tolist() == [["P2", pd.Timestamp("2024-11-15"), "按规则推算"]]


# Taken out


def test_numbers_leave_with_their_unit_and_rounded_as_on_screen() -> None:
    table = taken_out(pd.DataFrame({"项目": ["甲"], "比例": [66.666], "日均": [0.1234], "参与面积": [1.005], "应参与": [3.0]}, index=[7]))
    assert list(table.columns) == ["项目", "比例（%）", "日均（户）", "参与面积（㎡）", "应参与（户）"]
    assert table.iloc[0, 1:3].tolist() == [66.7, 0.12]
    assert table.index.tolist() == [0]


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_section_has_its_tables_and_they_leave_as_a_workbook(section: str) -> None:
    data = whole_world()
    made = tables(section, data)
    assert list(made) == list(SECTIONS[section][1].values())
    head = about(section, data, "7", Selection())
    book = openpyxl.load_workbook(BytesIO(to_workbook(head, made)))
    assert book.sheetnames == ["说明", *made]
    told = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert told["报告期"] == "2024年9月（第 7 版）"
    assert (told["数据截至"], told["筛选"].split("；")[0]) == ("2024-09-30", filter_words(section, Selection()).split("；")[0])
    for name, table in made.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == list(table.columns)
        assert sheet.max_row == len(table) + 1
        assert told[f"表：{name}"] == f"{len(table)} 行"


def test_a_cell_is_never_run_and_days_are_days() -> None:
    table = pd.DataFrame({"项目": ["=1+1", None], "计划日期": pd.to_datetime(["2024-10-01", None]), "比例": [1.5, None]})
    sheet = openpyxl.load_workbook(BytesIO(to_workbook([], {"表": table})))["表"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert sheet["B2"].value.date() == date(2024, 10, 1)
    assert [sheet[cell].value for cell in ("A3", "B3", "C3")] == [None, None, None]
    assert to_csv(table, "=头").decode("utf-8-sig").splitlines()[0] == '"\'=头"'


def test_filters_narrow_what_leaves() -> None:
    data = whole_world(
        renewal_projects=[renewal("P1", A, "拆除重建", "协议签订"), renewal("P2", B, "拆除重建", "施工"),
                          renewal("P3", A, "旧住房综合修缮", "施工")],
        consent_rounds=[consent(name, A, "协议签约", 100, households_signed=50) for name in ("P1", "P3")],
        lifts=[lift("A01", "1号", A, "安装"), lift("B01", "1号", B, "后续管理")],
    )

    def codes(section: str, name: str, wanted: Selection) -> list[str]:
        table = tables(section, data, wanted)[name]
        return sorted(table["项目编码" if "项目编码" in table else "小区编码"])

    assert codes("nodes", "计划与实际", Selection()) == ["P1", "P2", "P3"]
    assert codes("nodes", "计划与实际", Selection(units=(A,))) == ["P1", "P3"]
    assert codes("nodes", "计划与实际", Selection(filters=(("stage", ("施工",)),))) == ["P2", "P3"]
    assert codes("signing", "征询签约看板", Selection(filters=(("project_type", ("拆除重建",)),))) == ["P1"]
    assert codes("signing", "征询签约看板", Selection(choice=Choice(text="P3"))) == ["P3"]
    assert codes("list", "项目清单", Selection(choice=Choice(text="P2"))) == ["P2"]
    assert codes("lifts", "门洞清单", Selection()) == ["A01"]
    assert codes("lifts", "门洞清单", Selection(lift_stages=())) == ["A01", "B01"]
    assert codes("lifts", "门洞清单", Selection(lift_stages=(), lift_words="b01")) == ["B01"]
    assert codes("lifts", "按小区", Selection(units=(B,))) == ["B01"]


def test_an_address_chooses_what_the_page_can_choose_and_nothing_else() -> None:
    asked = {"year": "2024,未填", "light": "红,紫", "find": "曹杨", "rounds": "全部", "tgroup": "按街镇", "tclosed": "true"}
    asked |= {"lstage": "安装,飞", "lfind": "1号"}
    found = selection(asked, (A,), (("stage", ("施工",)),))
    assert found.choice == Choice(("2024", "未填"), ("红",), "曹杨")
    assert (found.view, found.group, found.closed, found.lift_stages, found.lift_words) == ("全部", "按街镇", True, ("安装",), "1号")
    assert selection({"rounds": "没有", "tgroup": "没有"}, (), ()) == Selection()
    assert selection({"lstage": ""}, (), ()).lift_stages == ()
    words = filter_words("nodes", found)
    assert words == "街镇：曹杨；当前阶段：施工；计划年度：2024、未填；灯色：预警；搜索：曹杨；排列：按街镇；已完成的项目：包含"
    assert filter_words("lifts", found) == "街镇：曹杨；阶段：安装；查找：1号"
    assert filter_words("list", Selection()) == "未作筛选"


def test_every_table_belongs_to_one_section() -> None:
    assert len(TABLES) == sum(len(names) for _, names in SECTIONS.values())
    assert set(renewal_export.HISTORIES) <= set(SECTIONS)


# The files


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two months: 85 of 200 households signed by the end of August, 115 by the end of September."""
    projects = [renewal("P1", A, "拆除重建", "协议签订", households_to_sign=200, households_signed=85, sign_plan="2024-12-31")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('renewal') / 'renewal.db'}")
        patch.setenv("YJPT_DEMO", "1")
        settings.cache_clear()
        open_database.cache_clear()
        for period, signed in (("2024-08", 85), ("2024-09", 115)):
            publish_rows(open_database(), "renewal_projects", projects, period=period)
            row = {"start_date": "2024-05-01", "end_date": "2024-12-31", "households_signed": signed, "project_name": "更新项目P1"}
            publish_rows(open_database(), "consent_rounds", [consent("P1", A, "协议签约", 200, **row)], period=period)
        yield
        open_database().close()
        open_database.cache_clear()
    settings.cache_clear()


def url(path: str, **more: str) -> str:
    return f"/api/download/renewal/{path}?" + urlencode({"v": "4", "period": "2024-09", "as": "leader", **more})


@pytest.mark.usefixtures("_published")
def test_a_table_leaves_under_a_line_that_says_what_it_is() -> None:
    answer = get(APP, url("board.csv", rounds="全部", find="P1"))
    assert answer.status == 200
    assert unquote(answer.headers["content-disposition"]).endswith("更新进度_签约_征询签约看板_2024-09_v4.csv")
    head, titles, row = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert head == ["更新进度 · 签约 · 征询签约看板；报告期：2024年9月（第 4 版）；数据截至：2024-09-30；筛选：搜索：P1；列出的环节：全部"]
    told = dict(zip(titles, row, strict=True))
    # 75 short; 30 households in the 30 days of September
    assert (told["还差户数（户）"], told["日均（户）"], told["推算达标"], told["把握"]) == ("75", "1.0", "2024-12-14", "按规则推算")


@pytest.mark.usefixtures("_published")
def test_all_tables_of_a_section_leave_as_one_workbook() -> None:
    for section, (title, names) in SECTIONS.items():
        answer = get(APP, url(f"{section}.xlsx"))
        assert answer.status == 200
        assert unquote(answer.headers["content-disposition"]).endswith(f"更新进度_{title}_2024-09_v4.xlsx")
        assert openpyxl.load_workbook(BytesIO(answer.body)).sheetnames == ["说明", *names.values()]


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("board.csv", {"as": ""}, 403),
        ("signing.xlsx", {"as": "nobody"}, 403),
        ("nothing.csv", {}, 404),
        ("nothing.xlsx", {}, 404),
        ("board.csv", {"v": "99"}, 404),
        ("board.csv", {"period": "1999-01"}, 404),
        ("plan.csv", {"unit": "999"}, 404),
        ("plan.csv", {"project_type": "没有"}, 404),
        ("plan.csv", {"tgroup": "没有", "light": "没有", "stage": "没有"}, 200),
    ],
)
def test_who_may_not_and_what_is_not_there(path: str, more: dict[str, str], status: int) -> None:
    answer = get(APP, url(path, **more))
    assert answer.status == status
    assert status == 200 or answer.headers["content-type"].startswith("text/plain")
