"""建管并举: what runs on a day, in which compounds together; all counted by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import derive
from lib.rules.joint import PARTS, RUNNING, combinations, joint_rows, window
from lib.ui.campaigns_joint import VIEWS, combination_words, seen
from tests.support.published import Row, compound, renewal
from tests.support.small import A, B, fee_change, frames, fund, lift

ON = date(2026, 10, 31)
REGISTRY = shipped_registry()


def derived(**tables: list[Row]) -> dict[str, pd.DataFrame]:
    return derive(frames(tables), ON, REGISTRY)


def test_the_window_is_two_years() -> None:
    assert window(ON, REGISTRY) == date(2024, 10, 31)
    assert window(date(2026, 2, 28), REGISTRY) == date(2024, 2, 28)


@pytest.mark.parametrize(
    ("kind", "stage", "more", "runs"),
    [
        ("旧住房综合修缮", "施工", {}, True),
        ("旧住房综合修缮", "项目申报", {}, True),
        ("旧住房综合修缮", "审价决算", {"complete_actual": "2024-10-31"}, True),  # the first day of the window
        ("旧住房综合修缮", "审价决算", {"complete_actual": "2024-10-30"}, False),
        ("旧住房综合修缮", "审价决算", {}, False),  # done; nobody said when
        ("旧住房综合修缮", "施工", {"complete_actual": "2023-01-01"}, False),  # done, whatever its stage says
        ("旧住房成套改造", "外搬过渡", {}, True),
        ("旧城区改建（征收）", "二轮签约", {}, False),  # there will be no compound
        ("“城中村”改造", "搬迁", {}, False),
    ],
)
def test_a_project(kind: str, stage: str, more: Row, runs: bool) -> None:
    tables = derived(renewal_projects=[renewal("P", A, kind, stage, compound_id="X", **more)], compounds=[compound("X", A)])
    assert tables["renewal_projects"][RUNNING].tolist() == [runs]
    assert tables["compounds"]["joint_work"].tolist() == [runs]


@pytest.mark.parametrize(
    ("stage", "accepted", "runs"),
    [
        ("安装", None, True),
        ("竣工验收", "2024-10-31", True),
        ("竣工验收", "2024-10-30", False),
        ("竣工验收", None, False),
        (None, None, False),
    ],
)
def test_a_lift(stage: str, accepted: str | None, runs: bool) -> None:
    tables = derived(lifts=[lift("X", "1号", A, stage, accept_date=accepted)], compounds=[compound("X", A)])
    assert tables["compounds"]["joint_lift"].tolist() == tables["compounds"]["joint_work"].tolist() == [runs]


@pytest.mark.parametrize(
    ("result", "year", "day", "runs"),
    [
        ("未表决", 2026, None, True),
        ("未表决", 2025, None, False),  # was to be voted on last year, and was not
        ("表决通过", 2026, "2026-11-01", True),  # tomorrow: still to be voted on
        ("表决通过", 2024, "2024-10-31", True),
        ("表决通过", 2024, "2024-10-30", False),
        ("表决通过", 2024, None, True),  # only the year is known
        ("表决通过", 2023, None, False),
        ("表决未通过", 2026, "2026-05-01", False),
    ],
)
def test_a_rise(result: str, year: int, day: str | None, runs: bool) -> None:
    tables = derived(fee_changes=[fee_change("X", A, result, 1.0, 1.1, year, vote_date=day)], compounds=[compound("X", A)])
    assert tables["compounds"]["joint_fee"].tolist() == [runs]


@pytest.mark.parametrize(
    ("more", "runs"),
    [
        ({"trigger_date": "2026-05-01"}, False),  # due and not begun
        ({"trigger_date": "2026-05-01", "vote_date": "2026-12-01"}, True),  # a day is set
        ({"trigger_date": "2026-05-01", "vote_result": "表决通过", "vote_date": "2026-07-01"}, True),
        ({"trigger_date": "2026-05-01", "vote_result": "表决未通过", "vote_date": "2026-07-01"}, False),
        ({"trigger_date": "2026-05-01", "vote_result": "表决未通过", "vote_date": "2026-12-01"}, True),  # a second vote is set
        ({"trigger_date": "2023-05-01", "vote_result": "表决通过", "topup_done_date": "2024-10-31", "balance": 60.0}, True),
        ({"trigger_date": "2023-05-01", "vote_result": "表决通过", "topup_done_date": "2024-10-30", "balance": 60.0}, False),
        ({}, False),
    ],
)
def test_a_top_up(more: Row, runs: bool) -> None:
    row = {"balance": 25.0 if more else 80.0, **more}
    tables = derived(maintenance_funds=[fund("X", A, 100.0, row.pop("balance"), **row)], compounds=[compound("X", A)])
    assert tables["compounds"]["joint_fund"].tolist() == [runs]


WORLD = {
    "compounds": [compound(one, A if one < "X4" else B) for one in ("X1", "X2", "X3", "X4", "X5")],
    "renewal_projects": [
        renewal("P1", A, "旧住房综合修缮", "施工", compound_id="X1", start_actual="2026-03-01"),
        renewal("P2", A, "老旧小区专项提升改造", "施工", compound_id="X1", start_actual="2025-03-01"),
        renewal("P3", A, "旧住房综合修缮", "施工"),  # of no compound that is told
        renewal("P4", A, "旧住房综合修缮", "施工", compound_id="X3", start_actual="2026-12-01"),  # begins later
    ],
    "lifts": [lift("X1", "1号", A, "安装", unit_vote_date="2025-01-01"), lift("X1", "2号", A, "安装")],
    "fee_changes": [
        fee_change("X1", A, "表决通过", 1.0, 1.2, 2026, evaluation_date="2026-01-10", vote_date="2026-02-10"),
        fee_change("X2", A, "表决通过", 1.0, 1.1, 2026, vote_date="2026-02-11"),
    ],
    "maintenance_funds": [
        fund("X1", A, 100.0, 20.0, trigger_date="2026-01-01", vote_date="2026-04-01", vote_result="表决通过"),
        fund("X2", A, 100.0, 20.0, trigger_date="2026-01-02", vote_date="2026-12-01"),
        fund("X4", B, 100.0, 20.0, trigger_date="2026-01-02"),
    ],
}


def test_what_runs_where_and_since_when() -> None:
    rows = joint_rows(derived(**WORLD), ON, REGISTRY)
    assert rows["compound_id"].tolist() == ["X1", "X2", "X3"]
    assert rows["count"].tolist() == [3, 2, 1]
    first = rows.iloc[0]
    assert first["work_what"] == "加装电梯、老旧小区专项提升改造、旧住房综合修缮", "each once, by the day it began"
    assert [str(first[f"{name}_since"])[:10] for name in PARTS] == ["2025-01-01", "2026-01-10", "2026-04-01"]
    assert [first[f"{name}_what"] for name in ("fee", "fund")] == ["达标", "筹集中"]
    second = rows.iloc[1]
    assert [bool(second[name]) for name in PARTS] == [False, True, True]
    assert [str(second[f"{name}_since"])[:10] for name in ("fee", "fund")] == ["2026-02-11", "2026-01-02"], "the vote is still to come"
    assert pd.isna(rows.iloc[2]["work_since"]), "it has not begun by then"


def test_combinations() -> None:
    tables = derived(**WORLD)
    found = combinations(joint_rows(tables, ON, REGISTRY), len(tables["compounds"]))
    told = {tuple(map(bool, one[:3])): int(one[3]) for one in found[[*PARTS, "count"]].to_numpy().tolist()}
    assert told == {
        (True, True, True): 1, (True, True, False): 0, (True, False, True): 0, (False, True, True): 1,
        (True, False, False): 1, (False, True, False): 0, (False, False, True): 0, (False, False, False): 2,
    }
    assert sum(told.values()) == 5
    marks = tables["compounds"].set_index("compound_id")
    assert marks.index[marks["joint_two"]].tolist() == ["X1", "X2"]
    assert marks.index[marks[["joint_work", "joint_fee", "joint_fund"]].all(axis=1)].tolist() == ["X1"]


def test_views_of_the_matrix() -> None:
    rows = joint_rows(derived(**WORLD), ON, REGISTRY)
    assert {view: seen(rows, view)["compound_id"].tolist() for view in VIEWS} == {
        "两项以上": ["X1", "X2"], "全部": ["X1", "X2", "X3"], "只有工程": ["X3"], "只有调价": [], "只有续筹": [],
    }
    assert combination_words({"work": True, "fee": False, "fund": True}) == "工程＋续筹"
    assert combination_words({"work": False, "fee": True, "fund": False}) == "只有调价"


def test_nothing_at_all() -> None:
    tables = derived()
    rows = joint_rows(tables, ON, REGISTRY)
    assert rows.empty
    assert combinations(rows, 0)["count"].tolist() == [0] * 8
