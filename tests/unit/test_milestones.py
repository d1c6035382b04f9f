"""Nodes of renewal projects: days left and over, how far the plan was put off, on-time counts, days of transition."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import derive
from lib.rules.milestones import (
    NODE_COLUMNS,
    actual_days,
    form_nodes,
    list_nodes,
    node_counts,
    partly_back,
    transition_days,
    unfinished,
)
from tests.support.published import Row, renewal
from tests.support.small import A, frame, frames

REGISTRY = shipped_registry()
JUNE_30 = date(2025, 6, 30)


def projects(*rows: Row) -> pd.DataFrame:
    return frame("renewal_projects", rows)


def node(project: str, name: str, plan: str | None, actual: str | None = None, first: str | None = None) -> Row:
    days = {"plan_date": plan, "actual_date": actual, "first_plan_date": first}
    return {"project_id": project, "project_type": "拆除重建", "subdistrict": A, "node": name,
            **{column: date.fromisoformat(value) if value else None for column, value in days.items()}}


def nodes(*rows: Row) -> pd.DataFrame:
    return frame("milestones", rows)


def only(found: pd.DataFrame) -> dict[str, Any]:
    assert len(found) == 1
    return {str(name): value for name, value in found.iloc[0].to_dict().items()}


NODES = [
    # plan, actual, first plan → days, light, words, slip
    ("2025-06-30", None, None, 0, "黄", "今天到期", None),
    ("2025-06-29", None, None, -1, "红", "已超期1天", None),
    ("2025-07-10", None, "2025-05-31", 10, "黄", "还有10天", 40),
    ("2025-07-11", None, "2025-07-11", 11, "绿", "还有11天", 0),
    ("2025-05-31", "2025-05-31", "2025-06-30", 0, "绿", "已完成", -30),
    ("2025-05-31", "2025-06-30", "2025-05-31", -30, "绿", "已完成（迟30天）", 0),
    ("2025-07-31", "2025-06-15", None, 46, "绿", "已完成", None),
    # Told for a day that has not come: open.
    ("2025-06-20", "2025-07-01", None, -10, "红", "已超期10天", None),
    (None, "2025-06-15", None, None, "绿", "已完成", None),
    (None, None, "2025-05-31", None, "不判定", "未排日期", None),
]


@pytest.mark.parametrize(("plan", "actual", "first", "days", "light", "words", "slip"), NODES)
def test_a_node_of_the_list(
    plan: str | None, actual: str | None, first: str | None, days: int | None, light: str, words: str, slip: int | None
) -> None:
    found = only(list_nodes(nodes(node("P", "施工", plan, actual, first)), JUNE_30, REGISTRY))
    assert tuple(found) == NODE_COLUMNS
    assert (found["project_id"], found["node"], found["light"], found["words"]) == ("P", "施工", light, words)
    assert [None if pd.isna(found[name]) else found[name] for name in ("days", "slip")] == [days, slip]


@pytest.mark.parametrize(("plan", "actual", "first", "days", "light", "words", "slip"), NODES)
def test_the_same_node_in_the_form_of_the_project(
    plan: str | None, actual: str | None, first: str | None, days: int | None, light: str, words: str, slip: int | None
) -> None:
    row = renewal("P", A, "拆除重建", "施工", start_plan=plan, start_actual=actual)
    found = form_nodes(projects(row), JUNE_30, REGISTRY).set_index("node")
    assert list(found.index) == [title for _, title in MILESTONES]
    started = found.loc["开工"]
    assert (started["light"], started["words"]) == (light, words)
    assert pd.isna(started["days"]) if days is None else started["days"] == days
    assert pd.isna(started["slip"])
    assert set(found["light"].drop("开工")) == {"不判定"}


def test_a_finished_project_has_no_open_node() -> None:
    row = renewal("P", A, "既有多层住宅加装电梯", "竣工验收", start_plan="2024-01-01", start_actual="2024-02-01",
                  complete_plan="2024-12-31")
    found = form_nodes(projects(row), JUNE_30, REGISTRY).set_index("node")
    assert found["words"].to_dict() == {
        "意愿征询": "项目已完成，本节点未填实际日期",
        "签约生效": "项目已完成，本节点未填实际日期",
        "开工": "已完成（迟31天）",
        "竣工": "项目已完成，本节点未填实际日期",
        "回搬": "项目已完成，本节点未填实际日期",
    }
    assert found["light"].tolist() == ["不判定", "不判定", "绿", "不判定", "不判定"]
    assert f"{found.loc['竣工', 'plan']:%Y-%m-%d}" == "2024-12-31"


@pytest.mark.parametrize(
    ("kind", "stage", "to_return", "returned", "open_project"),
    [
        ("拆除重建", "竣工", None, None, True),
        ("拆除重建", "回搬", 60, 59, True),
        ("拆除重建", "回搬", 60, 60, False),
        ("拆除重建", "回搬", 60, None, True),
        ("拆除重建", "回搬", None, None, False),
        ("小梁薄板房屋改造", "回搬", 10, 1, True),
        ("旧住房综合修缮", "施工", None, None, True),
        ("旧住房综合修缮", "竣工验收", 10, 1, False),
        ("旧城区改建（征收）", "搬迁", None, None, True),
        ("旧城区改建（征收）", "收尾", None, None, False),
        ("既有多层住宅加装电梯", "使用登记", None, None, True),
        ("既有多层住宅加装电梯", "补贴拨付", None, None, False),
    ],
)
def test_which_projects_go_on(kind: str, stage: str, to_return: int | None, returned: int | None, open_project: bool) -> None:
    row = renewal("P", A, kind, stage, households_to_return=to_return, households_returned=returned)
    assert unfinished(projects(row)).tolist() == [open_project]


def test_every_kind_of_project_goes_on_at_its_first_stage() -> None:
    rows = [renewal(kind, A, kind, ladder.stages[0]) for kind, ladder in RENEWAL_LADDERS.items()]
    assert unfinished(projects(*rows)).all()


COUNTS = [
    # plan, actual → due in June, in time, due in 2025, in time (as of 2025-06-30)
    ("2025-06-01", "2025-06-01", (1, 1, 1, 1)),
    ("2025-06-30", "2025-06-30", (1, 1, 1, 1)),
    ("2025-06-30", None, (1, 0, 1, 0)),
    ("2025-06-01", "2025-06-02", (1, 0, 1, 0)),
    ("2025-06-15", "2024-12-01", (1, 1, 1, 1)),
    ("2025-05-31", "2025-05-31", (0, 0, 1, 1)),
    ("2025-01-01", "2025-06-01", (0, 0, 1, 0)),
    ("2024-12-31", "2024-12-31", (0, 0, 0, 0)),
    ("2024-06-15", "2024-06-15", (0, 0, 0, 0)),
    ("2025-07-01", "2025-06-15", (0, 0, 0, 0)),
    (None, "2025-06-15", (0, 0, 0, 0)),
    (None, None, (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("plan", "actual", "counts"), COUNTS)
def test_nodes_due_and_in_time(plan: str | None, actual: str | None, counts: tuple[int, ...]) -> None:
    row = renewal("P", A, "拆除重建", "施工", start_plan=plan, start_actual=actual)
    found = node_counts(projects(row), JUNE_30)
    assert list(found.columns) == ["nodes_due_month", "nodes_on_time_month", "nodes_due_year", "nodes_on_time_year"]
    assert tuple(found.iloc[0]) == counts


def test_the_five_nodes_of_a_project_are_added_up() -> None:
    row = renewal("P", A, "拆除重建", "施工", consult_plan="2025-01-10", consult_actual="2025-01-10", sign_plan="2025-06-01",
                  sign_actual="2025-06-05", start_plan="2025-06-30", start_actual="2025-06-20", complete_plan="2026-06-30")
    found = node_counts(projects(row, renewal("Q", A, "拆除重建", "施工")), JUNE_30)
    assert found.to_numpy().tolist() == [[2, 1, 3, 2], [0, 0, 0, 0]]


def test_a_node_due_later_in_the_month_does_not_count_yet() -> None:
    row = renewal("P", A, "拆除重建", "施工", start_plan="2025-06-20", start_actual="2025-06-10")
    assert node_counts(projects(row), date(2025, 6, 19))["nodes_due_month"].tolist() == [0]
    assert node_counts(projects(row), date(2025, 6, 20))["nodes_on_time_month"].tolist() == [1]


@pytest.mark.parametrize(
    ("out", "back", "on", "days"),
    [
        ("2024-01-01", "2025-01-01", JUNE_30, 366),
        ("2025-03-01", "2025-03-01", JUNE_30, 0),
        ("2024-01-01", None, JUNE_30, None),
        (None, "2025-01-01", JUNE_30, None),
        ("2025-02-01", "2025-01-01", JUNE_30, None),
        ("2024-01-01", "2025-07-01", JUNE_30, None),
        ("2024-01-01", "2025-07-01", date(2025, 7, 1), 547),
    ],
)
def test_days_of_transition(out: str | None, back: str | None, on: date, days: int | None) -> None:
    rows = nodes(node("P", "外搬过渡", None, out), node("P", "回搬", None, back), node("Q", "回搬", None, "2025-01-01"),
                 node("R", "外搬过渡", None, "2020-01-01"))
    found = transition_days(rows, on)
    assert [None if pd.isna(one) else one for one in found] == [None, days, None, None]


def test_back_is_done_when_all_are_back_whatever_day_was_entered() -> None:
    day = {"return_plan": "2025-05-31", "return_actual": "2025-06-01"}
    rows = projects(
        renewal("P1", A, "拆除重建", "回搬", households_to_return=232, households_returned=9, **day),
        renewal("P2", A, "拆除重建", "回搬", households_to_return=232, households_returned=232, **day),
        renewal("P3", A, "拆除重建", "回搬", households_to_return=232, **day),
    )
    assert list(partly_back(rows)) == [True, False, False], "who is back of the third is not told: its day is believed"
    told = form_nodes(rows, JUNE_30, REGISTRY)
    back = told[told["node"] == "回搬"]
    assert back["light"].tolist() == ["红", "绿", "绿"]
    assert back["days"].tolist() == [-30, -1, -1]
    assert [list(one) for one in ~np.isnat(actual_days(rows, JUNE_30))] == [[False] * 5, [False] * 4 + [True], [False] * 4 + [True]]
    listed = nodes(node("P1", "外搬过渡", None, "2024-06-01"), node("P1", "回搬", "2025-05-31", "2025-06-01"),
                   node("P2", "外搬过渡", None, "2024-06-01"), node("P2", "回搬", "2025-05-31", "2025-06-01"))
    derived = derive({**frames({}), "renewal_projects": rows, "milestones": listed}, JUNE_30, REGISTRY)
    assert derived["milestones"]["unreturned"].tolist() == [False, True, False, False]
    assert derived["milestones"]["transition_days"].fillna(-1).tolist() == [-1, -1, -1, 365]
    assert derived["renewal_projects"]["overdue"].tolist() == [True, False, False]
    assert list_nodes(derived["milestones"], JUNE_30, REGISTRY)["light"].tolist() == ["绿", "红", "绿", "绿"]


def test_no_rows() -> None:
    assert tuple(form_nodes(projects(), JUNE_30, REGISTRY).columns) == NODE_COLUMNS
    assert tuple(list_nodes(nodes(), JUNE_30, REGISTRY).columns) == NODE_COLUMNS
    assert len(node_counts(projects(), JUNE_30)) == len(transition_days(nodes(), JUNE_30)) == 0


def test_the_frames_given_are_left_alone_and_their_index_is_kept() -> None:
    rows = nodes(node("P", "外搬过渡", None, "2024-01-01"), node("P", "回搬", "2025-06-30", "2025-01-01")).set_index(pd.Index([5, 2]))
    before = rows.copy(deep=True)
    assert list(list_nodes(rows, JUNE_30, REGISTRY)["node"]) == ["外搬过渡", "回搬"]
    assert transition_days(rows, JUNE_30).dropna().to_dict() == {2: 366}
    pd.testing.assert_frame_equal(rows, before)
