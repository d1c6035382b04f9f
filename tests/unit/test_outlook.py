"""The outlook on histories made up so that the answer is known: signing at its pace, delays carried on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from lib.datasets.thresholds import shipped_registry
from lib.rules.outlook import (
    OUTLOOK_COLUMNS,
    delay_outlook,
    form_outlook,
    list_outlook,
    signing_outlook,
)
from tests.support.published import Row, renewal
from tests.support.small import A, frame

REGISTRY = shipped_registry()
SEPTEMBER_30 = date(2024, 9, 30)


def projects(*rows: Row) -> pd.DataFrame:
    return frame("renewal_projects", rows)


def seen(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    """Project, day, households signed by then."""
    return pd.DataFrame({
        "project_id": pd.array([row[0] for row in rows], dtype="str"),
        "day": pd.array([row[1] for row in rows], dtype="datetime64[ms]"),
        "signed": pd.array([row[2] for row in rows], dtype="float64"),
    })


def text(day: Any) -> str | None:
    return None if pd.isna(day) else f"{day:%Y-%m-%d}"


def lines(found: pd.DataFrame) -> list[tuple[Any, ...]]:
    assert tuple(found.columns) == OUTLOOK_COLUMNS
    assert found["certain"].dtype == bool
    return [(row.project_id, row.node, text(row.projected), None if pd.isna(row.days_late) else row.days_late, row.certain)
            for row in found.itertuples()]


# -- signing ---------------------------------------------------------------------------------------------------------

# 200 households to sign: 190 are needed.
SEPTEMBER, FROM_AUGUST = "2024-09-01至2024-09-29", "2024-08-31至2024-09-30"
GOES_ON = "，按此进度自截至日推算"
SIGNING = [
    # seen → projected, days late against 2024-10-31, certain, words
    ((("2024-09-01", 130), ("2024-09-29", 158)), "2024-11-01", 1, True, f"{SEPTEMBER}新签28户，日均1.00户；距生效尚差32户{GOES_ON}"),
    ((("2024-09-01", 131), ("2024-09-29", 159)), "2024-10-31", 0, True, f"{SEPTEMBER}新签28户，日均1.00户；距生效尚差31户{GOES_ON}"),
    # A third of a household a day, 10 to go: 30 days; one more needs a begun day more.
    ((("2024-08-31", 170), ("2024-09-30", 180)), "2024-10-30", -1, True, f"{FROM_AUGUST}新签10户，日均0.33户；距生效尚差10户{GOES_ON}"),
    ((("2024-08-31", 169), ("2024-09-30", 180)), "2024-10-28", -3, True, f"{FROM_AUGUST}新签11户，日均0.37户；距生效尚差10户{GOES_ON}"),
    # What was seen in between does not matter, nor what is later than the day, nor what is empty.
    ((("2024-09-01", 130), ("2024-09-10", 157), ("2024-09-29", 158), ("2024-10-01", 189), ("2024-09-30", None)),
     "2024-11-01", 1, True, f"{SEPTEMBER}新签28户，日均1.00户；距生效尚差32户{GOES_ON}"),
    # Told twice for a day: the greater number.
    ((("2024-09-01", 130), ("2024-09-29", 150), ("2024-09-29", 158)), "2024-11-01", 1, True,
     f"{SEPTEMBER}新签28户，日均1.00户；距生效尚差32户{GOES_ON}"),
    # Too little to go by.
    ((), None, None, False, "不确定：签约户数的观测不足两次"),
    ((("2024-09-29", 158),), None, None, False, "不确定：签约户数的观测不足两次"),
    ((("2024-09-02", 130), ("2024-09-29", 158)), None, None, False, "不确定：首末两次观测只隔27天，少于28天"),
    ((("2024-09-01", 158), ("2024-09-29", 158)), None, None, False, "不确定：近28天签约户数没有增加"),
    ((("2024-09-01", 160), ("2024-09-29", 158)), None, None, False, "不确定：近28天签约户数没有增加"),
    # Reached: 189 of 200 are not enough, 190 are.
    ((("2024-09-01", 160), ("2024-09-28", 190), ("2024-09-29", 192)), "2024-09-28", -33, True, "已签约192户，已达到生效所需的190户"),
    ((("2024-09-29", 190),), "2024-09-29", -32, True, "已签约190户，已达到生效所需的190户"),
    ((("2024-09-29", 189),), None, None, False, "不确定：签约户数的观测不足两次"),
]


@pytest.mark.parametrize(("told", "projected", "late", "certain", "words"), SIGNING)
def test_signing_at_its_pace(
    told: tuple[tuple[str, int | None], ...], projected: str | None, late: int | None, certain: bool, words: str
) -> None:
    row = renewal("P", A, "旧住房成套改造", "协议签订", households_to_sign=200, sign_plan="2024-10-31")
    found = signing_outlook(projects(row), seen(*(("P", *one) for one in told)), SEPTEMBER_30, REGISTRY)
    assert lines(found) == [("P", "签约生效", projected, late, certain)]
    assert found["rule"].item() == words


def test_which_projects_sign() -> None:
    rows = projects(
        renewal("in force", A, "拆除重建", "施工", households_to_sign=100, sign_plan="2024-05-01", sign_actual="2024-06-01"),
        renewal("force to come", A, "拆除重建", "协议签订", households_to_sign=100, sign_actual="2024-10-01"),
        renewal("told only now", A, "小梁薄板房屋改造", "协议签订", households_to_sign=100, households_signed=95),
        renewal("nobody to sign", A, "拆除重建", "组织评估", households_to_sign=0),
        renewal("not told", A, "拆除重建", "协议签订"),
        renewal("other ladder", A, "旧城区改建（征收）", "二轮签约", households_to_sign=50),
    )
    found = signing_outlook(rows, seen(("other ladder", "2024-09-01", 1)), SEPTEMBER_30, REGISTRY)
    assert lines(found) == [
        ("in force", "签约生效", "2024-06-01", 31, True),
        ("force to come", "签约生效", None, None, False),
        ("told only now", "签约生效", None, None, True),
    ]
    assert found["rule"].tolist() == ["已签约生效", "不确定：签约户数的观测不足两次", "已签约95户，已达到生效所需的95户"]


@pytest.mark.parametrize(("to_sign", "need"), [(100, 95), (101, 96), (60, 57), (61, 58), (20, 19), (21, 20), (1, 1)])
def test_the_gate_is_counted_in_whole_households(to_sign: int, need: int) -> None:
    row = projects(renewal("P", A, "拆除重建", "协议签订", households_to_sign=to_sign))
    for signed, reached in ((need - 1, False), (need, True)):
        assert signing_outlook(row, seen(("P", "2024-09-29", signed)), SEPTEMBER_30, REGISTRY)["certain"].item() is reached


def test_each_project_at_its_own_pace() -> None:
    rows = projects(*(renewal(name, A, "拆除重建", "协议签订", households_to_sign=100, sign_plan="2024-12-31") for name in "PQR"))
    told = seen(("P", "2024-08-31", 0), ("Q", "2024-08-31", 35), ("Q", "2024-09-30", 65), ("P", "2024-09-30", 15))
    assert lines(signing_outlook(rows, told, SEPTEMBER_30, REGISTRY)) == [
        ("P", "签约生效", "2025-03-09", 68, True),  # 80 to go at half a household a day: 160 days
        ("Q", "签约生效", "2024-10-30", -62, True),  # 30 to go at one a day
        ("R", "签约生效", None, None, False),
    ]


# -- delays ----------------------------------------------------------------------------------------------------------


def history(**nodes: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """Nodes of one project in order: name=(title, plan, actual)."""
    rows = list(nodes.values())
    return pd.DataFrame({
        "project_id": pd.array(["P"] * len(rows), dtype="str"),
        "node": pd.array([row[0] for row in rows], dtype="str"),
        "plan": pd.array([row[1] for row in rows], dtype="datetime64[ms]"),
        "actual": pd.array([row[2] for row in rows], dtype="datetime64[ms]"),
    })


SHIFTED, AT_LEAST = "，后续节点按计划日顺延同样天数", "，至少顺延同样天数"
UNSURE = "不确定：尚无排过计划的已完成节点"
DELAYS = [
    # what was planned and done (甲, 乙), planned (丙, 丁) → of 丙 and 丁: projected, late, certain; words of 丁
    (("2024-06-01", "2024-06-01"), ("2024-08-01", "2024-08-31"),
     ("2024-12-01", "2024-12-31", 30, True), ("2025-06-01", "2025-07-01", 30, True), f"末个已完成节点“乙”晚30天{SHIFTED}"),
    # Only the last one counts; what was early is no advance.
    (("2024-06-01", "2024-09-01"), ("2024-08-01", "2024-07-01"),
     ("2024-12-01", "2024-12-01", 0, True), ("2025-06-01", "2025-06-01", 0, True), "末个已完成节点“乙”未延误，后续节点按计划日推算"),
    # The last one never had a plan: the one before it.
    (("2024-06-01", "2024-06-11"), (None, "2024-09-01"),
     ("2024-12-01", "2024-12-11", 10, True), ("2025-06-01", "2025-06-11", 10, True), f"末个已完成节点“甲”晚10天{SHIFTED}"),
    # 丙 is over by ten days, and that is more than what was carried: at least so much, and no more is known.
    (("2024-06-01", "2024-06-01"), ("2024-08-01", "2024-08-04"),
     ("2024-09-20", "2024-09-30", 10, False), ("2025-06-01", "2025-06-11", 10, False), f"本节点或前序节点已超期10天未完成{AT_LEAST}"),
    # Over by ten days, but the thirty carried still hold.
    (("2024-06-01", "2024-06-01"), ("2024-08-01", "2024-08-31"),
     ("2024-09-20", "2024-10-20", 30, True), ("2025-06-01", "2025-07-01", 30, True), f"末个已完成节点“乙”晚30天{SHIFTED}"),
    # Nothing was finished.
    (("", None), ("", None), ("2024-12-01", None, None, False), ("2025-06-01", None, None, False), UNSURE),
    ((None, "2024-06-01"), ("", None), ("2024-12-01", None, None, False), ("2025-06-01", None, None, False), UNSURE),
    (("", None), ("", None), ("2024-09-29", "2024-09-30", 1, False), ("2025-06-01", "2025-06-02", 1, False),
     f"本节点或前序节点已超期1天未完成{AT_LEAST}"),
    (("", None), ("", None), ("2024-09-30", None, None, False), ("2025-06-01", None, None, False), UNSURE),
    # Finished only after the date: not finished.
    (("2024-06-01", "2024-06-01"), ("2024-10-05", "2024-10-31"),
     ("2024-12-01", "2024-12-01", 0, True), ("2025-06-01", "2025-06-01", 0, True), "末个已完成节点“甲”未延误，后续节点按计划日推算"),
]


@pytest.mark.parametrize(("first", "second", "third", "fourth", "words"), DELAYS)
def test_a_delay_is_carried_on(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None],
    third: tuple[str, str | None, int | None, bool], fourth: tuple[str, str | None, int | None, bool], words: str,
) -> None:
    nodes = history(a=("甲", first[0] or None, first[1]), b=("乙", second[0] or None, second[1]), c=("丙", third[0], None),
                    d=("丁", fourth[0], None))
    found = delay_outlook(nodes, SEPTEMBER_30)
    expected = [("P", "丙", *third[1:]), ("P", "丁", *fourth[1:])]
    assert lines(found[found["node"].isin(("丙", "丁"))]) == expected
    assert found["rule"].iloc[-1] == words


def test_only_what_is_still_to_come() -> None:
    nodes = history(
        passed=("甲", "2024-01-01", None),  # passed over: a later one is finished
        done=("乙", "2024-06-01", "2024-06-21"),
        unplanned=("丙", None, None),
        coming=("丁", "2024-12-01", None),
    )
    assert lines(delay_outlook(nodes, SEPTEMBER_30)) == [("P", "丁", "2024-12-21", 20, True)]
    assert lines(delay_outlook(nodes.iloc[1:2], SEPTEMBER_30)) == lines(delay_outlook(nodes.iloc[:0], SEPTEMBER_30)) == []


def test_a_node_over_moves_those_after_it_and_none_before() -> None:
    nodes = history(a=("甲", "2024-10-31", None), b=("乙", "2024-09-20", None), c=("丙", "2024-12-01", None))
    assert lines(delay_outlook(nodes, SEPTEMBER_30)) == [
        ("P", "甲", None, None, False),
        ("P", "乙", "2024-09-30", 10, False),
        ("P", "丙", "2024-12-11", 10, False),
    ]


def test_projects_of_the_form() -> None:
    rows = projects(
        renewal("P", A, "拆除重建", "施工", sign_plan="2024-03-01", sign_actual="2024-03-31", start_plan="2024-10-01",
                complete_plan="2025-10-01", return_plan="2026-01-01"),
        renewal("closed", A, "旧住房综合修缮", "竣工验收", sign_plan="2024-03-01", sign_actual="2024-03-31", complete_plan="2024-06-01"),
        renewal("unplanned", A, "拆除重建", "施工"),
    )
    assert lines(form_outlook(rows, SEPTEMBER_30, REGISTRY)) == [
        ("P", "开工", "2024-10-31", 30, True),
        ("P", "竣工", "2025-10-31", 30, True),
        ("P", "回搬", "2026-01-31", 30, True),
    ]


def test_projects_of_the_list_in_the_order_of_their_ladder() -> None:
    def node(project: str, name: str, plan: date, actual: date | None = None) -> Row:
        return {"project_id": project, "project_type": "拆除重建", "subdistrict": A, "node": name, "plan_date": plan, "actual_date": actual}

    first = date(2024, 3, 1)
    rows = frame("milestones", [
        node("Q", "竣工", date(2025, 3, 1)),
        node("P", "回搬", date(2026, 3, 1)),
        node("Q", "施工", first, first),
        node("P", "竣工", date(2025, 3, 1)),
        node("P", "施工", first, first + timedelta(days=7)),
    ])
    assert lines(list_outlook(rows, SEPTEMBER_30, REGISTRY)) == [
        ("P", "竣工", "2025-03-08", 7, True),
        ("P", "回搬", "2026-03-08", 7, True),
        ("Q", "竣工", "2025-03-01", 0, True),
    ]


def test_no_projects() -> None:
    assert lines(form_outlook(projects(), SEPTEMBER_30, REGISTRY)) == []
    assert lines(list_outlook(frame("milestones", []), SEPTEMBER_30, REGISTRY)) == []
    assert lines(signing_outlook(projects(), seen(), SEPTEMBER_30, REGISTRY)) == []
