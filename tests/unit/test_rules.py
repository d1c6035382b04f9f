"""Thresholds with their dates, and the derived columns on frames made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.datasets.ladders import BEDS, HOMES, RENEWAL_LADDERS
from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import DERIVED, derive
from lib.rules.terms import COMMITTEE_STATES
from tests.support.published import Row, committee, compound, renewal, rental
from tests.support.small import SMALL, A, frames

SEPTEMBER_30 = date(2024, 9, 30)


def derived(dataset: str, rows: list[Row], on: date = SEPTEMBER_30, **others: list[Row]) -> pd.DataFrame:
    return derive(frames({dataset: rows, **others}), on, shipped_registry())[dataset]


def one(dataset: str, row: Row, on: date = SEPTEMBER_30) -> dict[str, Any]:
    return derived(dataset, [row], on).iloc[0].to_dict()


# -- committees ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "end", "state", "in_term", "expiring", "over"),
    [
        # The day of the end is in the term; the day after it is not.
        ("2024-09-30", "2024-09-29", "超期未启动", False, False, 1),
        ("2024-09-30", "2024-09-30", "有效期内", True, False, None),
        ("2024-09-30", "2024-10-01", "临期", True, True, None),
        # Six months ahead, to the day.
        ("2024-09-30", "2025-03-30", "临期", True, True, None),
        ("2024-09-30", "2025-03-31", "有效期内", True, False, None),
        # Where the day does not exist six months later, the last of the month.
        ("2024-08-31", "2025-02-28", "临期", True, True, None),
        ("2024-08-31", "2025-03-01", "有效期内", True, False, None),
        ("2023-08-31", "2024-02-29", "临期", True, True, None),
        ("2024-02-29", "2024-08-29", "临期", True, True, None),
        ("2024-02-29", "2024-08-30", "有效期内", True, False, None),
        ("2024-12-31", "2025-06-30", "临期", True, True, None),
        ("2024-12-31", "2025-07-01", "有效期内", True, False, None),
        ("2025-03-01", "2024-02-29", "超期未启动", False, False, 366),
    ],
)
def test_committee_at_the_edges(on: str, end: str, state: str, in_term: bool, expiring: bool, over: int | None) -> None:
    found = one("committees", committee("X", A, start="2019-01-01", end=end), date.fromisoformat(on))
    assert (found["term_state"], found["in_term"], found["expiring"]) == (state, in_term, expiring)
    assert found["days_over"] == over if over is not None else pd.isna(found["days_over"])


GROUPS = [
    # group_date, end of the term, state
    ("2024-09-30", "2024-12-31", "换届中"),
    ("2024-10-01", "2024-12-31", "临期"),
    ("2024-10-01", "2026-12-31", "有效期内"),
    ("2024-08-01", "2024-08-31", "超期换届中"),
    ("2024-10-01", "2024-08-31", "超期未启动"),
    (None, "2024-08-31", "超期未启动"),
    # A group formed before this term began is that of the renewal before: it says nothing of this one.
    ("2019-06-01", "2026-12-31", "有效期内"),
    ("2019-06-01", "2024-12-31", "临期"),
    ("2019-06-01", "2024-08-31", "超期未启动"),
]


@pytest.mark.parametrize(("group", "end", "state"), GROUPS)
def test_committee_with_a_group(group: str | None, end: str, state: str) -> None:
    assert one("committees", committee("X", A, start="2020-01-01", end=end, group_date=group))["term_state"] == state


@pytest.mark.parametrize("end", ["2023-12-31", "2024-12-31", "2027-12-31"])
@pytest.mark.parametrize("substitute", ["居委会代为履职", "物业治理委员会"])
def test_a_substitute_stands_apart(end: str, substitute: str) -> None:
    found = one("committees", committee("X", A, start="2020-01-01", end=end, substitute=substitute))
    assert (found["term_state"], found["in_term"], found["expiring"]) == ("替代履职", False, False)
    assert pd.isna(found["days_over"])


@pytest.mark.parametrize("status", ["不符合条件", "应建未建", "筹备中", "已注销"])
def test_a_committee_that_is_not_formed(status: str) -> None:
    found = one("committees", committee("X", A, status, start="2020-01-01", end="2023-12-31"))
    assert (found["term_state"], found["in_term"], found["expiring"]) == ("未组建", False, False)
    assert pd.isna(found["days_over"])


def test_an_end_that_is_not_known_is_not_in_term() -> None:
    found = one("committees", committee("X", A))
    assert (found["in_term"], found["expiring"]) == (False, False)
    assert pd.isna(found["days_over"])


def test_states_are_the_declared_ones() -> None:
    states = set(derived("committees", SMALL["committees"])["term_state"])
    assert states <= set(COMMITTEE_STATES)


def test_formed_compounds() -> None:
    compounds = [compound(name, A) for name in ("X1", "X2", "X3", "X4")]
    committees = [committee("X1", A, start="2020-01-01", end="2024-12-31"), committee("X2", A, "筹备中"), committee("X4", A, "已注销")]
    formed = derived("compounds", compounds, committees=committees)["formed"]
    assert str(formed.dtype) == "boolean"
    assert formed.tolist() == [True, False, pd.NA, False], "no row of X3 in the committees' table: it says nothing of it"
    assert derived("compounds", compounds)["formed"].isna().all()
    nameless = derived("compounds", [{"subdistrict": A}], committees=[{"subdistrict": A, "formation_status": "应建未建"}])
    assert nameless["formed"].isna().all(), "two rows without a code are not each other's"


def test_what_a_derived_column_rests_on_is_there() -> None:
    tables = derive(frames(SMALL), SEPTEMBER_30, shipped_registry())
    for one in DERIVED:
        assert set(one.inputs) <= set(tables[one.dataset].columns), one.name
        assert one.name not in one.inputs
    inputs = {one.name: one.inputs for one in DERIVED}
    assert inputs["in_term"] == ("term_end", "substitute")
    assert inputs["households_short"] == ("households_to_sign", "households_signed")
    assert inputs["supplied"] == ("product_tier", "stage")
    assert inputs["active"] == inputs["signing"] == ("project_type", "stage")
    assert {"overdue_node", "overdue_days"} < set(inputs["overdue"])
    assert [one.name for one in DERIVED if not one.inputs] == ["formed"], "it rests on another table, whose row is named"


# -- renewal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to_sign", "signed", "short"),
    [
        (200, 189, 1),
        (200, 190, 0),
        (200, 200, 0),  # 94.5 and 95.00 of 200
        (60, 56, 1),
        (60, 57, 0),
        (162, 153, 1),
        (162, 154, 0),
        (310, 294, 1),
        (310, 295, 0),
        (310, 0, 295),
        (10_000, 9_499, 1),
        (10_000, 9_500, 0),
        (20, 18, 1),
        (20, 19, 0),
        (40, 38, 0),
        (1, 0, 1),
        (1, 1, 0),
        (0, 0, 0),
    ],
)
def test_households_short_of_the_gate(to_sign: int, signed: int, short: int) -> None:
    found = one("renewal_projects", renewal("X", A, "旧住房成套改造", "协议签订", households_to_sign=to_sign, households_signed=signed))
    assert found["households_short"] == short
    assert found["signing"]
    if to_sign:
        assert found["signing_rate"] == pytest.approx(signed / to_sign * 100)
        assert (found["signing_rate"] >= 95) == (short == 0)
    else:
        assert pd.isna(found["signing_rate"])


@pytest.mark.parametrize(("to_sign", "signed"), [(100, None), (None, 50), (None, None)])
def test_a_missing_count_of_households_is_not_zero(to_sign: int | None, signed: int | None) -> None:
    found = one("renewal_projects", renewal("X", A, "拆除重建", "协议签订", households_to_sign=to_sign, households_signed=signed))
    assert pd.isna(found["households_short"])
    assert pd.isna(found["signing_rate"])


@pytest.mark.parametrize(
    ("kind", "stage", "signing"),
    [
        ("旧住房成套改造", "协议签订", True),
        ("拆除重建", "行政调解和决定", True),
        ("小梁薄板房屋改造", "协议签订", True),
        ("旧住房成套改造", "实施方案认定", False),
        ("旧住房成套改造", "建设审批", False),
        ("旧城区改建（征收）", "二轮签约", False),
    ],
)
def test_who_is_signing(kind: str, stage: str, signing: bool) -> None:
    found = one("renewal_projects", renewal("X", A, kind, stage, households_to_sign=100, households_signed=10))
    assert found["signing"] == signing
    assert pd.isna(found["households_short"]) != signing


@pytest.mark.parametrize("kind", RENEWAL_LADDERS)
def test_active_until_closed(kind: str) -> None:
    ladder = RENEWAL_LADDERS[kind]
    rows = [renewal(str(at), A, kind, stage) for at, stage in enumerate(ladder.stages)]
    closed = ladder.stages.index(ladder.closed_from)
    assert derived("renewal_projects", rows)["active"].tolist() == [at < closed for at in range(len(ladder.stages))]


@pytest.mark.parametrize(
    ("more", "days", "node"),
    [
        ({"start_plan": "2024-09-29"}, 1, "开工"),
        ({"start_plan": "2024-09-30"}, None, None),  # due today
        ({"start_plan": "2024-10-01"}, None, None),
        ({"start_plan": "2024-09-29", "start_actual": "2024-09-30"}, None, None),
        ({"start_plan": None}, None, None),
        ({"consult_plan": "2024-01-01", "start_plan": "2023-09-30"}, 366, "开工"),  # the worst of two
        ({"consult_plan": "2024-01-01", "consult_actual": "2024-02-01", "sign_plan": "2024-09-01"}, 29, "签约生效"),
    ],
)
def test_overdue_milestones(more: dict[str, str | None], days: int | None, node: str | None) -> None:
    found = one("renewal_projects", renewal("X", A, "拆除重建", "建设审批", **more))
    assert found["overdue"] == (days is not None)
    assert found["overdue_days"] == days if days is not None else pd.isna(found["overdue_days"])
    assert found["overdue_node"] == node if node is not None else pd.isna(found["overdue_node"])


@pytest.mark.parametrize(
    ("kind", "stage", "more", "overdue"),
    [
        ("旧住房综合修缮", "竣工验收", {"start_plan": "2024-01-01"}, False),  # closed
        ("旧住房成套改造", "回搬", {"return_plan": "2024-01-01", "households_to_return": 60, "households_returned": 60}, False),
        ("旧住房成套改造", "回搬", {"return_plan": "2024-01-01", "households_to_return": 60, "households_returned": 59}, True),
        ("旧住房成套改造", "回搬", {"return_plan": "2024-01-01", "households_to_return": 60}, True),
        ("旧住房成套改造", "回搬", {"return_plan": "2024-01-01"}, False),
    ],
)
def test_what_is_finished_is_not_overdue(kind: str, stage: str, more: dict[str, Any], overdue: bool) -> None:
    assert one("renewal_projects", renewal("X", A, kind, stage, **more))["overdue"] == overdue


# -- rental ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "recognised", "started", "supplied", "status"),
    [
        ("储备", False, False, False, "储备改造"),
        ("认定", True, False, False, "储备改造"),
        ("建设", True, True, False, "储备改造"),
        ("竣工", True, True, False, "储备改造"),
        ("供应备案", True, True, True, "已供应"),
        ("集中配租", True, True, True, "已供应"),
        ("常态化配租", True, True, True, "已供应"),
        ("轮候", True, True, True, "已供应"),
        ("退出", False, False, False, "退出"),
    ],
)
def test_homes_by_stage(stage: str, recognised: bool, started: bool, supplied: bool, status: str) -> None:
    assert stage in HOMES.stages
    found = one("rental_projects", rental("X", A, "一套房", "新建", stage, 100))
    assert [found[name] for name in ("recognised", "started", "supplied", "preparing", "is_bed")] == [
        recognised,
        started,
        supplied,
        False,
        False,
    ]
    assert found["status"] == status
    assert not one("rental_projects", rental("X", A, "一间房", "配建", stage, 100))["started"], "only new builds are started"


@pytest.mark.parametrize(
    ("stage", "recognised", "preparing", "supplied", "status"),
    [
        ("储备清单", False, False, False, "储备改造"),
        ("预选清单", False, False, False, "储备改造"),
        ("改造", False, False, False, "储备改造"),
        ("核验", False, True, False, "入市准备"),
        ("认定", True, True, False, "入市准备"),
        ("挂牌", True, False, True, "已供应"),
        ("复核", True, False, True, "已供应"),
        ("退出", False, False, False, "退出"),
    ],
)
def test_beds_by_stage(stage: str, recognised: bool, preparing: bool, supplied: bool, status: str) -> None:
    assert stage in BEDS.stages
    found = one("rental_projects", rental("X", A, "一张床", "新建", stage, 10, beds=40))
    assert [found[name] for name in ("recognised", "preparing", "supplied", "started", "is_bed")] == [
        recognised,
        preparing,
        supplied,
        False,
        True,
    ]
    assert found["status"] == status


def test_every_stage_is_tried() -> None:
    for function, ladder in ((test_homes_by_stage, HOMES), (test_beds_by_stage, BEDS)):
        tried = next(mark for mark in function.pytestmark if mark.name == "parametrize").args[1]
        assert [case[0] for case in tried] == list(ladder.stages)


# -- all -------------------------------------------------------------------------------------------------------------


def test_empty_frames_have_every_derived_column() -> None:
    tables = derive(frames({}), SEPTEMBER_30, shipped_registry())
    for column in DERIVED:
        assert len(tables[column.dataset][column.name]) == 0


def test_declared_and_made_columns_are_the_same() -> None:
    given = frames(SMALL)
    for name, table in derive(given, SEPTEMBER_30, shipped_registry()).items():
        made = set(table.columns) - set(given[name].columns)
        declared = {one.name for one in DERIVED if one.dataset == name}
        evidence = {f"{one}_{part}" for one in declared for part in ("_submission", "_sheet", "_row")}
        assert made - evidence == declared
        assert made & evidence == ({"formed__submission", "formed__sheet", "formed__row"} if name == "compounds" else set())


def test_frames_given_are_left_alone() -> None:
    given = frames(SMALL)
    before = {name: table.copy(deep=True) for name, table in given.items()}
    derive(given, SEPTEMBER_30, shipped_registry())
    for name, table in given.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_rows_that_are_all_empty_break_nothing() -> None:
    bare = {
        "compounds": [{"compound_id": "X", "subdistrict": A}],
        "committees": [{"compound_id": "X", "subdistrict": A}],
        "renewal_projects": [{"project_id": "X", "subdistrict": A}],
        "rental_projects": [{"project_id": "X", "subdistrict": A}],
    }
    tables = derive(frames(bare), SEPTEMBER_30, shipped_registry())
    assert not tables["compounds"]["formed"].any()
    assert tables["committees"]["term_state"].tolist() == ["未组建"]
    assert not tables["renewal_projects"][["active", "signing", "returning", "overdue"]].any().any()
    assert not tables["rental_projects"][["is_bed", "recognised", "supplied", "preparing", "started"]].any().any()
