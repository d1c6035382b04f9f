"""The boards of 更新进度: which rounds stand, the pace to a gate, days in transition, time per stage, compounds; and the four
sections on no project, on one, and on five hundred.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.auth.permissions import Role, User
from lib.datasets.ladders import LIFT, RENEWAL_LADDERS
from lib.datasets.thresholds import shipped_registry
from lib.figures.snapshot import Filters, Snapshot, filtered
from lib.figures.values import all_breakdowns
from lib.indicators.evaluate import Breakdown
from lib.reports.consent_tables import basis_lines, standing_rounds, verdict_of
from lib.reports.renewal_export import Selection, section_tables
from lib.reports.renewal_tables import feature_matrix, taken_out
from lib.rules import lift_progress
from lib.rules.consent import consent_columns
from lib.rules.pace import gate_days
from lib.rules.people import people_rows
from lib.ui import data as data_of_pages
from lib.ui import renewal_consent, renewal_people, renewal_timeline
from lib.ui.data import Edition
from lib.ui.page import Page
from lib.ui.renewal_lifts import side_words
from lib.ui.renewal_table import CODE
from tests.support.published import Row, compound, renewal
from tests.support.small import A, B, C, consent, frame, lift, node, snapshot, whole_world

REGISTRY = shipped_registry()
ON = date(2024, 9, 30)
LEADER = User("leader", "领导", Role.VIEWER)
_NUMBERS = count(900_001)
_SNAPSHOTS: dict[int, Snapshot] = {}


def page_of(data: Snapshot, **more: Any) -> Page:
    """A page on a snapshot, with a number of its own: caches go by it."""
    number = next(_NUMBERS)
    edition = Edition(number, None, data.registry, {data.period: replace(data.content, registry=str(number))})
    _SNAPSHOTS[edition.number] = data
    return Page(LEADER, edition, False, data.period, data, **more)


@pytest.fixture
def no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """No database behind the pages: figures are those of the snapshot, nothing is known of earlier months."""

    def breakdowns(edition: Edition, period: str, units: tuple[str, ...] = (), filters: Filters = ()) -> dict[str, Breakdown]:
        return all_breakdowns(filtered(_SNAPSHOTS[edition.number], filters), units)

    days = pd.Series(dtype="datetime64[us]")
    nothing = frame("renewal_projects", [])[["project_id"]].assign(signed=pd.Series(dtype="float64"), day=days)
    told = frame("consent_rounds", [])[["project_id", "round", "households_agreed", "households_signed"]]
    monkeypatch.setattr(data_of_pages, "breakdowns", breakdowns)
    monkeypatch.setattr(renewal_timeline, "signing_seen", lambda _: nothing)
    monkeypatch.setattr(renewal_consent, "_seen", lambda *_: told.assign(day=days))


# Which rounds stand


def rounds(*rows: Row) -> pd.DataFrame:
    return frame("consent_rounds", rows)


def test_of_each_project_the_running_rounds_stand_else_the_last() -> None:
    table = rounds(
        consent("P1", A, "启动意愿征询", 100, result="已达标", start_date="2024-01-01"),
        consent("P1", A, "协议签约", 100, result="已生效", start_date="2024-06-01"),
        consent("P2", A, "启动意愿征询", 100, result="进行中", start_date="2024-01-01"),
        consent("P2", A, "协议签约", 100, result="未启动", start_date="2024-09-01"),
        consent("P3", A, "方案意见征询", 100, result="已达标"),
        consent("P3", A, "协议签约", 100, result="未达标"),  # no days: the later of the ladder
        consent("P4", A, "加梯单元表决", 24, result="进行中"),
        consent("P4", A, "加梯全体表决", 200, result="进行中"),
    )
    found = standing_rounds(table)
    assert sorted(zip(found["project_id"], found["round"], strict=True)) == [
        ("P1", "协议签约"), ("P2", "启动意愿征询"), ("P3", "协议签约"), ("P4", "加梯全体表决"), ("P4", "加梯单元表决")
    ]
    assert "_place" not in found


# The pace


def seen(*rows: tuple[str, str, str, int | None, int | None]) -> pd.DataFrame:
    """Project, round, day, agreed, signed."""
    columns = ["project_id", "round", "day", "households_agreed", "households_signed"]
    table = pd.DataFrame(rows, columns=columns).astype({"day": "datetime64[us]"})
    return table.astype({"households_agreed": "float64", "households_signed": "float64"})


def paced(row: Row, *told: tuple[str, str, str, int | None, int | None]) -> Row:
    table = consent_columns(rounds(row), ON, REGISTRY)
    return gate_days(table, seen(*told), ON, REGISTRY).iloc[0].to_dict()


def test_the_day_of_the_gate_is_one_division() -> None:
    # 95 % of 200 is 190: 20 short. 10 households in 61 days, so 20 more take 122 days.
    found = paced(
        consent("P1", A, "协议签约", 200, households_signed=170),
        ("P1", "协议签约", "2024-07-31", None, 160), ("P1", "协议签约", "2024-09-30", None, 170),
        ("P1", "启动意愿征询", "2024-08-31", 1, None), ("P2", "协议签约", "2024-01-31", None, 1),
        ("P1", "协议签约", "2024-10-31", None, 200),
    )
    assert found["reached_on"] == pd.Timestamp("2025-01-30")
    assert found["certain"]
    assert found["per_day"] == pytest.approx(10 / 61)
    assert "新增10户" in found["rule"]
    assert "尚差20户" in found["rule"]


def test_a_round_that_counts_agreement_is_paced_by_it() -> None:
    # 90 % of 100: 10 short of 80 agreed; signed counts not. 20 in 30 days: 15 days.
    found = paced(
        consent("P1", A, "征收一轮征询", 100, households_agreed=80, households_signed=5),
        ("P1", "征收一轮征询", "2024-08-31", 60, 1), ("P1", "征收一轮征询", "2024-09-30", 80, 5),
    )
    assert found["reached_on"] == pd.Timestamp("2024-10-15")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((), "不足两次"),
        ((("P1", "协议签约", "2024-09-30", None, 170),), "不足两次"),
        ((("P1", "协议签约", "2024-08-31", None, 170), ("P1", "协议签约", "2024-09-30", None, 170)), "没有增加"),
        ((("P1", "协议签约", "2024-08-31", None, 180), ("P1", "协议签约", "2024-09-30", None, 170)), "没有增加"),
        ((("P1", "协议签约", "2024-09-29", None, 160), ("P1", "协议签约", "2024-09-30", None, 170)), "只隔1天"),
    ],
)
def test_too_little_to_go_by_is_uncertain(told: tuple[Any, ...], words: str) -> None:
    found = paced(consent("P1", A, "协议签约", 200, households_signed=170), *told)
    assert pd.isna(found["reached_on"])
    assert not found["certain"]
    assert found["rule"].startswith("不确定：")
    assert words in found["rule"]


def test_what_is_reached_or_not_told_has_no_day() -> None:
    reached = paced(consent("P1", A, "协议签约", 200, households_signed=190))
    assert (reached["rule"], pd.isna(reached["reached_on"])) == ("已达标", True)
    assert paced(consent("P1", A, "协议签约", 200))["rule"] == "不确定：户数未填"


def test_a_vote_is_four_numbers_each_with_its_own_line() -> None:
    row = consent(
        "P1", A, "修缮业主表决", 600, households_voted=402, households_agreed=201, area_entitled=60_000.0, area_voted=39_999.0,
        area_agreed=30_000.0, end_date="2024-08-01", result="未达标",
    )
    told = rounds(row).to_dict("records")[0]
    words = [side_words(side) for side in verdict_of(told, ON, REGISTRY).sides]
    assert words == [
        "✓ 402/600 人 67.0%（≥2/3）", "✗ 39,999.00/60,000.00 ㎡ 66.7%（≥2/3）",
        "✗ 201/402 人 50.0%（>1/2）", "✓ 30,000.00/39,999.00 ㎡ 75.0%（>1/2）",
    ]


def test_a_vote_that_still_runs_is_told_by_the_numbers_so_far() -> None:
    row = consent("P1", A, "加梯单元表决", 24, households_voted=10, end_date="2024-12-31")
    verdict = verdict_of(rounds(row).to_dict("records")[0], ON, REGISTRY)
    assert side_words(verdict.sides[0]).startswith("✗ 10/24 人")
    assert side_words(verdict.sides[1]).startswith("○ —/— ㎡")


def test_the_gates_are_named_with_basis_and_standing() -> None:
    lines = list(basis_lines(["协议签约", "征收一轮征询", "加梯单元表决"], REGISTRY, date(2026, 10, 31)))
    assert len(lines) == 3
    for line, rule in zip(lines, ("renewal.signing_gate", "expropriation.first_gate", "lift.unit.heads"), strict=True):
        row = REGISTRY.at(rule, date(2026, 10, 31))
        assert row.basis in line
        assert row.text in line
        assert REGISTRY.state_of(row, date(2026, 10, 31)) in line


# People


def test_days_out_count_from_the_actual_move_and_the_longest_stands_first() -> None:
    back = {"households_moved_out": 100, "households_to_return": 100}
    data = snapshot({
        "renewal_projects": [
            renewal("P1", A, "旧住房成套改造", "施工", **back, households_returned=0, return_plan="2024-08-31"),
            renewal("P2", B, "拆除重建", "施工", **back, return_plan="2025-01-01"),
            renewal(
                "P3", C, "小梁薄板房屋改造", "回搬", **back, households_returned=100, return_plan="2024-01-01", return_actual="2024-05-01"
            ),
            renewal("P4", A, "拆除重建", "回搬", **back, households_returned=9, return_plan="2024-09-20", return_actual="2024-09-20"),
            renewal("P5", A, "拆除重建", "外搬过渡", households_moved_out=10),
            renewal("P6", A, "旧城区改建（征收）", "搬迁", households_moved_out=50),
            renewal("P7", A, "拆除重建", "协议签订"),
        ],
        "milestones": [
            node("P1", A, "外搬过渡", "2024-08-31"), node("P2", B, "外搬过渡", "2023-10-01"), node("P3", C, "外搬过渡", "2022-01-01"),
            node("P4", A, "外搬过渡", "2024-07-01"), node("P5", A, "外搬过渡", "2024-10-01"),  # tomorrow
        ],
    })
    rows = people_rows(data.frames["renewal_projects"], data.frames["milestones"], data.as_of, data.registry).set_index("project_id")
    assert list(rows.index) == ["P2", "P4", "P1", "P5", "P3"]
    assert rows["days"].tolist()[:3] == [365, 91, 30]
    assert rows["days"].isna().tolist()[3:] == [True, True]
    assert rows["planned"].tolist()[:3] == [458, 81, 0]
    assert rows.loc["P1", "back_words"] == "回搬未完成，超期30天"
    assert rows.loc["P4", "back_light"] == "红"
    assert (rows.loc["P3", "back_light"], rows.loc["P3", "back_words"]) == ("绿", "全部回搬")
    assert rows.loc["P5", "back_words"] == "未排日期"


def test_those_who_need_care_are_a_count_and_who_has_not_told_it_is_said() -> None:
    back = {"households_moved_out": 100, "households_to_return": 100, "households_returned": 0}
    rows = frame("renewal_projects", [
        renewal("P1", A, "旧住房成套改造", "外搬过渡", **back, households_cared=4), renewal("P2", A, "拆除重建", "施工", **back),
    ])
    told = people_rows(rows, frame("milestones", []), date(2024, 9, 30), REGISTRY)
    assert renewal_people.care_told(told) == "在外过渡的 2 个项目中 1 个填报了本栏，其余未报"
    assert renewal_people.care_told(told[told["project_id"] == "P1"]) == "在外过渡的 1 个项目均已填报"


def test_a_feature_that_is_not_told_is_missing_and_not_absent() -> None:
    rows = frame("renewal_projects", [
        renewal("P1", A, "拆除重建", "施工", digital_features="VR展示、云监工"), renewal("P2", A, "拆除重建", "施工"),
    ])
    matrix = feature_matrix(rows)
    assert matrix.iloc[0].to_dict() == {
        "VR展示": "✓", "数字化签约": "无", "云监工": "✓", "云发布": "无", "线上选房": "无", "一对一沟通答疑": "无"
    }
    assert set(matrix.iloc[1]) == {"未报"}


# Lifts


def lifts(*rows: Row) -> pd.DataFrame:
    return whole_world(lifts=list(rows)).frames["lifts"]


def test_time_per_stage_is_from_one_day_to_the_next_and_few_are_only_counted() -> None:
    rows = [
        lift("A01", f"{at}号", A, "征询表决", assess_date="2024-01-01", scheme_date=f"2024-01-{1 + days:02d}", consult_date=done)
        for at, (days, done) in enumerate([(1, "2024-03-01"), (2, None), (3, None), (4, None), (30, None)])
    ]
    rows.append(lift("A02", "1号", A, "方案编制", assess_date="2024-01-01"))  # at it for 273 days
    rows.append(lift("A02", "2号", A, "方案编制", assess_date="2024-09-29"))
    rows.append(lift("A02", "3号", A, "方案编制", assess_date="2024-02-01", scheme_date="2024-01-01"))  # the wrong way round
    rows.append(lift("A02", "4号", A, "方案编制", scheme_date="2024-01-05"))
    rows.append(lift("A02", "5号", A, "方案编制", assess_date="2024-01-01", scheme_date="2024-10-01"))  # tomorrow: not yet
    times = lift_progress.stage_times(lifts(*rows), ON, 5).set_index("stage")
    scheme = times.loc["方案编制"]
    assert (scheme["n"], scheme["median"], scheme["slow"], scheme["now"], scheme["longer"]) == (5, 3, 30, 3, 2)
    consult = times.loc["征询表决"]
    assert consult["n"] == 1
    assert pd.isna(consult["median"])
    assert pd.isna(consult["longer"])
    assert len(times) == 11


def test_a_compound_is_done_when_every_entrance_is() -> None:
    table = lifts(
        lift("A01", "1号", A, "竣工验收"), lift("A01", "2号", A, "后续管理"),
        lift("A02", "1号", A, "竣工验收"), lift("A02", "2号", A, "安装"),
        lift("B01", "1号", B, "后续管理"),
        lift("B02", "1号", B, "后续管理"), lift("B02", "2号", B, "后续管理"),
        lift("C01", "1号", C, "安装"),
        lift("C02", "1号", C, "后续管理"),
    )
    register = frame("compounds", [
        compound("A01", A, entrances=2), compound("A02", A, entrances=3), compound("B01", B), compound("B02", B, entrances=1),
        compound("C01", C, entrances=4),
    ])
    rows = lift_progress.compound_rows(table, register).set_index("compound_id")
    assert rows["state"].to_dict() == {
        "A01": lift_progress.DONE, "B02": lift_progress.MORE_THAN_ALL, "A02": lift_progress.PART, "C01": lift_progress.NONE_YET,
        "B01": lift_progress.UNKNOWN, "C02": lift_progress.UNKNOWN,
    }
    assert list(rows.index[:4]) == ["A01", "B02", "A02", "C01"]
    assert rows.loc["A02", ["entrances", "completed", "pipeline"]].tolist() == [3, 1, 1]
    assert rows.loc["A02", "share"] == pytest.approx(100 / 3)
    assert rows["share"].isna().to_dict()["B02"]


# The sections


def _timeline(page: object) -> None:
    from lib.ui.renewal_timeline import show_timeline

    show_timeline(page)


def _consent(page: object) -> None:
    from lib.ui.renewal_consent import show_consent

    show_consent(page)


def _people(page: object) -> None:
    from lib.ui.renewal_people import show_people

    show_people(page)


def _lifts(page: object) -> None:
    from lib.ui.renewal_lifts import show_lifts

    show_lifts(page)


SECTIONS = (_timeline, _consent, _people, _lifts)
EMPTY: dict[str, list[Row]] = {"renewal_projects": [], "consent_rounds": [], "milestones": [], "lifts": []}


def shown(section: Callable[[Any], None], page: Page, **query: str) -> AppTest:
    test = AppTest.from_function(section, args=(page,), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def texts(test: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*test.markdown, *test.caption, *test.info, *test.subheader))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("no_history")
def test_sections_on_nothing_reported_and_on_no_row(section: Callable[[Any], None]) -> None:
    nobody = snapshot({}, reported=dict.fromkeys(EMPTY, frozenset()))
    assert "报送" in texts(shown(section, page_of(nobody)))
    assert "所选范围内没有" in texts(shown(section, page_of(whole_world(**EMPTY))))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("no_history")
def test_sections_on_the_small_world_and_for_one_place(section: Callable[[Any], None]) -> None:
    shown(section, page_of(whole_world()))
    shown(section, page_of(whole_world(), units=(A,), dark=True))
    shown(section, page_of(whole_world(), filters=(("project_type", ("拆除重建",)),)))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("no_history")
def test_sections_on_one_project(section: Callable[[Any], None]) -> None:
    one = whole_world(
        renewal_projects=[renewal("P1", A, "拆除重建", "协议签订", households_to_sign=100, households_signed=96, sign_plan="2024-09-01")],
        consent_rounds=[consent("P1", A, "协议签约", 100, households_signed=96, result="已生效", effective_date="2024-09-10")],
        milestones=[node("P1", A, "外搬过渡", "2024-08-01")],
        lifts=[lift("A01", "1号", A, "方案编制")],
    )
    told = texts(shown(section, page_of(one)))
    bare = {"renewal_projects": [renewal("P2", B, "旧住房综合修缮", "项目申报")], "lifts": [lift("B01", "1号", B, "安装")]}
    shown(section, page_of(whole_world(**{**EMPTY, **bare})))
    if section is _consent:
        assert "都已达标" in told
        assert "各步骤自前一步期满起算的最外日期" in told


def _many(number: int) -> Snapshot:
    kinds = [kind for kind, ladder in RENEWAL_LADDERS.items() if "协议签订" in ladder.stages]
    projects, consents, places, out = [], [], [], []
    for at in range(number):
        unit, kind, name = (A, B, C)[at % 3], kinds[at % len(kinds)], f"P{at:04d}"
        projects.append(renewal(
            name, unit, kind, "施工" if at % 2 else "协议签订", households_to_sign=200, households_signed=100 + at % 100,
            consult_plan="2022-01-01", consult_actual="2022-01-20", sign_plan=f"2024-{1 + at % 12:02d}-10", complete_plan="2026-01-01",
            return_plan="2024-06-01" if at % 5 else "2026-06-01", households_moved_out=200 if at % 2 else 0, households_to_return=200,
            digital_features="VR展示、云监工" if at % 4 else None,
        ))
        dates = {"start_date": "2024-01-01", "end_date": "2024-12-31"}
        consents.append(consent(name, unit, "协议签约", 200, households_signed=100 + at % 100, **dates))
        out.append(node(name, unit, "外搬过渡", f"2023-{1 + at % 12:02d}-01"))
        vote = (24, 1800.0, 16 + at % 8, 1500.0, 15, 1125.0)
        dates = {"unit_vote_date": "2024-05-01", "assess_date": "2024-01-01"}
        places.append(lift(f"A{at // 3:03d}", f"{at}号", unit, LIFT.stages[at % 13], vote, **dates))
    return whole_world(renewal_projects=projects, consent_rounds=consents, milestones=out, lifts=places)


@pytest.fixture(scope="module")
def five_hundred() -> Snapshot:
    return _many(500)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("no_history")
def test_sections_on_five_hundred_projects_are_paged_and_quick(section: Callable[[Any], None], five_hundred: Snapshot) -> None:
    page = page_of(five_hundred)
    shown(section, page)
    start = time.perf_counter()
    test = shown(section, page)
    assert time.perf_counter() - start < 1.5
    for table in test.dataframe:
        assert len(table.value) <= 500
    if section is _timeline:
        assert "本表列第 1—20 个项目，清单共 500 个，最需要推动的在前。" in texts(test)
        assert "本表列第 481—500 个项目" in texts(shown(section, page, tpage="25"))
    if section is _lifts:
        assert "可选前 200 个" in texts(test)


@pytest.mark.usefixtures("no_history")
def test_the_worst_stands_first_and_a_group_goes_by_its_worst() -> None:
    page = page_of(whole_world())
    rows = renewal_timeline._sorted(f"{page.key}-a", page, "不分组", True)
    over = rows["over"].tolist()
    assert rows["project_id"].iloc[0] == "P4"  # 91 days over, against 30 of P2 and 29 of P6
    assert over == sorted(over, reverse=True)
    assert rows.loc[rows["project_id"] == "P4", "words"].tolist() == ["■ 竣工超期 91 天"]
    assert rows["light"].iloc[-1] == "绿"
    grouped = renewal_timeline._sorted(f"{page.key}-b", page, "按类别", True)
    assert grouped["group"].iloc[0] == "旧住房综合修缮"
    assert list(dict.fromkeys(grouped["group"])) == [name for name, _ in grouped.groupby("group", sort=False)]


@pytest.mark.usefixtures("no_history")
def test_the_table_says_what_the_drawing_shows() -> None:
    test = shown(_timeline, page_of(whole_world()))
    table = test.dataframe[0].value.set_index("项目")
    assert table.loc["更新项目P4", "开工"] == "✓ 2024-06-01（迟31天）"
    assert table.loc["更新项目P4", "竣工"] == "计划 2024-07-01 ■ 已超期91天"
    assert table.loc["更新项目P1", "签约生效"] == "计划 2024-09-30 ▲ 今天到期"
    assert table.loc["更新项目P1", "回搬"] == "—"
    assert table.loc["更新项目P4", "项目编码"] == "/project?project=P4&period=2024-09"


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table of the screen without its links, by its columns as they are taken out."""
    linked = "项目编码" in table and table["项目编码"].str.startswith("/project?").all()
    codes = {"项目编码": table["项目编码"].str.extract(CODE)[0]} if linked else {}
    return taken_out(table.assign(**codes))


def _voted(project: str, agreed: int) -> Row:
    areas = {"area_entitled": 6_000.0, "area_voted": 6_000.0, "area_agreed": agreed * 100.0}
    dates = {"end_date": "2024-08-01", "result": "未达标"}
    return consent(project, A, "修缮业主表决", 60, households_voted=60, households_agreed=agreed, **areas, **dates)


ROUNDS = [
    _voted("P4", 50), _voted("P6", 20),
    consent("P1", A, "协议签约", 100, households_signed=96, result="已生效", effective_date="2024-09-10"),
    consent("P2", B, "协议签约", 100, households_signed=50, end_date="2024-12-31"),
]


@pytest.mark.parametrize(
    ("section", "name", "number"), [(_timeline, "nodes", 4), (_consent, "signing", 4), (_people, "moving", 3), (_lifts, "lifts", 2)]
)
@pytest.mark.parametrize("place", [(), (A,)])
@pytest.mark.usefixtures("no_history")
def test_what_is_taken_out_is_what_is_seen(section: Callable[[Any], None], name: str, number: int, place: tuple[str, ...]) -> None:
    data = whole_world(consent_rounds=ROUNDS)
    test = AppTest.from_function(section, args=(page_of(data, units=place),), default_timeout=60)
    for box in ("votes-passed", "gate-outlook", "node-outlook", "digital-rows", "compound-rows"):
        test.session_state[box] = True
    test.query_params["rounds"] = "全部"
    test.run()
    assert not test.exception, test.exception
    history = pd.DataFrame({"project_id": [], "round": [], "households_agreed": [], "households_signed": [],
                            "day": pd.Series(dtype="datetime64[ms]")})
    taken = list(section_tables(name, data, Selection(units=place, view="全部"), history).values())
    on_screen = [_plain(one.value) for one in test.dataframe]
    assert len(on_screen) == number or place
    for table in on_screen:
        same = [one for one in taken if list(one.columns) == list(table.columns)]
        assert any(table.astype("object").fillna("").values.tolist() in (
            one.astype("object").fillna("").values.tolist(), _part(one, table)) for one in same), table


def _part(taken: pd.DataFrame, table: pd.DataFrame) -> list[list[Any]]:
    """Of a table that the screen parts in two, votes that passed and others, the rows that are in one part."""
    rows = taken[taken["项目编码"].isin(table["项目编码"])] if "结论" in taken else taken
    return rows.astype("object").fillna("").values.tolist()


@pytest.mark.usefixtures("no_history")
def test_lifts_say_that_choices_of_projects_do_not_reach_them() -> None:
    page = page_of(whole_world())
    assert "不影响本页" not in texts(shown(_lifts, page))
    chosen = page_of(whole_world(), filters=(("project_type", ("拆除重建",)),))
    assert "上方所选的类别、阶段、年度、灯色和搜索不影响本页" in texts(shown(_lifts, chosen))
    assert "没有符合条件的门洞" in texts(shown(_lifts, page, lfind="没有这个小区"))
