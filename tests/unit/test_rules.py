"""Thresholds with their dates, and the derived columns on frames made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib.datasets.ladders import BEDS, HOMES, LIFT, RENEWAL_LADDERS
from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import DERIVED, derive
from lib.rules.derived.periods import in_month, in_year
from lib.rules.terms import COMMITTEE_STATES
from tests.support.published import Row, committee, compound, renewal, rental
from tests.support.small import SMALL, WORLD, A, dated, fee_change, frames, fund, lift, node, red_point

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
    dissolved = derived("compounds", compounds, committees=committees)["dissolved"]
    assert dissolved.tolist() == [False, False, False, True]
    assert derived("compounds", compounds)["formed"].isna().all()
    nameless = derived("compounds", [{"subdistrict": A}], committees=[{"subdistrict": A, "formation_status": "应建未建"}])
    assert nameless["formed"].isna().all(), "two rows without a code are not each other's"


def test_what_a_derived_column_rests_on_is_there() -> None:
    tables = derive(frames(WORLD), SEPTEMBER_30, shipped_registry())
    for one in DERIVED:
        assert set(one.inputs) <= set(tables[one.dataset].columns), one.name
        assert one.name not in one.inputs
    inputs = {one.name: one.inputs for one in DERIVED}
    assert inputs["in_term"] == ("term_end", "substitute")
    assert inputs["households_short"] == ("households_to_sign", "households_signed")
    assert inputs["supplied"] == ("product_tier", "stage")
    assert inputs["active"] == inputs["signing"] == ("project_type", "stage")
    assert {"overdue_node", "overdue_days"} < set(inputs["overdue"])
    resting_on_nothing = [one.name for one in DERIVED if not one.inputs and one.witness is None]
    assert resting_on_nothing == [], "what shows why, or the row of another table, is named"


def test_the_row_of_another_table_that_a_column_rests_on() -> None:
    tables = derive(frames(WORLD), SEPTEMBER_30, shipped_registry())
    for one in DERIVED:
        if one.witness is not None:
            told = set(one.witness.rows(tables)["compound_id"])
            marked = tables[one.dataset].loc[tables[one.dataset][one.name].fillna(False).astype(bool), "compound_id"]
            assert set(marked) == told & set(tables[one.dataset]["compound_id"]), one.name
            assert len(marked) > 0 or one.name == "dissolved", "the merged compounds of this world are in no register"
    assert {one.name: one.witness.dataset for one in DERIVED if one.witness is not None} == {
        "formed": "committees",
        "dissolved": "committees",
        "practice_point": "red_points",
        "model_point": "red_points",
        "joint_project": "renewal_projects",
        "joint_lift": "lifts",
        "joint_fee": "fee_changes",
        "joint_fund": "maintenance_funds",
    }


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


# -- days of the month and of the year -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "on", "month", "year"),
    [
        ("2024-09-01", "2024-09-30", True, True),
        ("2024-08-31", "2024-09-30", False, True),
        ("2024-09-30", "2024-09-30", True, True),
        ("2024-10-01", "2024-09-30", False, False),
        ("2024-09-16", "2024-09-15", False, False),  # it has not happened yet
        ("2024-01-01", "2024-02-29", False, True),
        ("2023-12-31", "2024-02-29", False, False),
        ("2024-02-29", "2024-02-29", True, True),
        ("2023-09-15", "2024-09-30", False, False),
        ("", "2024-09-30", False, False),
    ],
)
def test_in_the_month_and_in_the_year(day: str, on: str, month: bool, year: bool) -> None:
    days = np.array([day or "NaT"], "datetime64[D]")
    assert [in_month(days, date.fromisoformat(on)).tolist(), in_year(days, date.fromisoformat(on)).tolist()] == [[month], [year]]


# -- deadlines of committees -----------------------------------------------------------------------------------------------


def formed_committee(start: str = "2020-01-01", end: str = "2028-12-31", **more: Any) -> Row:
    return dated("committees", committee("X", A, start=start, end=end, **more))


@pytest.mark.parametrize(
    ("end", "report", "due", "on_time"),
    [
        # Five months before the end of the term, to the day; in September only what is due in September.
        ("2025-02-28", "2024-09-28", True, True),
        ("2025-02-28", "2024-09-29", True, False),
        ("2025-02-28", "2024-06-01", True, True),
        ("2025-02-28", None, True, False),
        ("2025-02-28", "2019-12-31", True, False),  # of the renewal before
        ("2025-02-01", "2024-09-01", True, True),
        ("2025-01-31", "2024-08-31", False, True),
        ("2025-03-01", "2024-10-01", False, False),  # it has not happened yet
        # The last day of the month where the day does not exist: 31 July less five months is 29 February in a leap year.
        ("2024-07-31", "2024-02-29", False, True),
        ("2024-07-31", "2024-03-01", False, False),
        ("2023-07-31", "2023-02-28", False, True),
    ],
)
def test_the_report_of_a_renewal(end: str, report: str | None, due: bool, on_time: bool) -> None:
    found = one("committees", formed_committee(end=end, renewal_report_date=report))
    assert (found["report_due"], found["reported_on_time"]) == (due, on_time)


@pytest.mark.parametrize(
    ("more", "due", "on_time"),
    [
        # Renewed: the end of the former term counts.
        ({"previous_term_end": "2024-06-30", "election_date": "2024-06-30"}, True, True),
        ({"previous_term_end": "2024-06-30", "election_date": "2024-07-01"}, True, False),
        ({"previous_term_end": "2024-06-30", "election_date": "2024-06-30", "election_result": "选举未成功"}, True, False),
        ({"previous_term_end": "2024-01-01", "election_date": "2023-12-15"}, True, True),
        ({"previous_term_end": "2023-12-31", "election_date": "2023-12-31"}, False, False),
        ({"previous_term_end": "2024-06-30"}, True, False),
        # Not renewed: the term is over once its last day has passed.
        ({"end": "2024-09-29"}, True, False),
        ({"end": "2024-09-30"}, False, False),
        ({"end": "2023-12-31"}, False, False),
        # Somebody stands in.
        ({"end": "2024-06-30", "substitute": "居委会代为履职"}, False, False),
    ],
)
def test_renewed_on_time(more: dict[str, Any], due: bool, on_time: bool) -> None:
    found = one("committees", formed_committee(**more))
    assert (found["renewal_due"], found["renewed_on_time"]) == (due, on_time)


@pytest.mark.parametrize(
    ("election", "filing", "result", "due", "on_time"),
    [
        ("2024-08-25", "2024-09-24", "选举成功", True, True),
        ("2024-08-25", "2024-09-25", "选举成功", True, False),
        ("2024-08-25", None, None, True, False),
        ("2024-08-02", "2024-08-02", None, True, True),  # due on 1 September
        ("2024-08-01", "2024-08-31", None, False, True),  # due on 31 August
        ("2024-08-31", "2024-09-30", None, True, True),
        ("2024-09-01", "2024-09-30", None, False, True),  # due on 1 October
        ("2024-08-25", "2024-09-24", "选举未成功", False, True),
        ("2024-08-31", "2024-10-01", None, True, False),  # it has not happened yet
    ],
)
def test_filed_on_time(election: str, filing: str | None, result: str | None, due: bool, on_time: bool) -> None:
    found = one("committees", formed_committee(election_date=election, filing_date=filing, election_result=result))
    assert found["filing_due"] == due
    if due:
        assert found["filed_on_time"] == on_time


@pytest.mark.parametrize(
    ("day", "on", "audited"),
    [
        ("2024-06-30", "2024-09-30", True),
        ("2024-07-01", "2024-09-30", False),
        ("2024-01-01", "2024-09-30", True),
        ("2023-12-31", "2024-09-30", False),
        ("2023-06-30", "2024-09-30", False),
        ("2024-06-30", "2024-05-31", False),  # it has not happened yet
        ("2024-02-29", "2024-02-29", True),
        (None, "2024-09-30", False),
    ],
)
def test_audited_on_time(day: str | None, on: str, audited: bool) -> None:
    assert one("committees", formed_committee(annual_audit_date=day), date.fromisoformat(on))["audited_on_time"] == audited


@pytest.mark.parametrize(
    ("end", "three", "six", "twelve"),
    [
        ("2024-09-30", False, False, False),
        ("2024-10-01", True, True, True),
        ("2024-12-30", True, True, True),
        ("2024-12-31", False, True, True),
        ("2025-03-30", False, True, True),
        ("2025-03-31", False, False, True),
        ("2025-09-30", False, False, True),
        ("2025-10-01", False, False, False),
    ],
)
def test_terms_that_end_soon(end: str, three: bool, six: bool, twelve: bool) -> None:
    found = one("committees", formed_committee(end=end))
    assert [found[name] for name in ("ends_in_3", "expiring", "ends_in_12")] == [three, six, twelve]
    nobody = one("committees", formed_committee(end=end, substitute="物业治理委员会"))
    assert not any(nobody[name] for name in ("ends_in_3", "expiring", "ends_in_12"))


@pytest.mark.parametrize(
    ("begins", "ends", "standing_in"),
    [
        (None, None, True),
        ("2024-09-30", None, True),
        ("2024-10-01", None, False),
        (None, "2024-09-30", True),
        (None, "2024-09-29", False),
        ("2024-01-01", "2024-12-31", True),
    ],
)
def test_somebody_stands_in_from_a_day_to_a_day(begins: str | None, ends: str | None, standing_in: bool) -> None:
    found = one("committees", formed_committee(substitute="居委会代为履职", substitute_start=begins, substitute_end=ends))
    assert (found["substituted"], found["in_term"], found["term_state"] == "替代履职") == (standing_in, not standing_in, standing_in)
    assert not one("committees", formed_committee(substitute="无"))["substituted"]


# -- renewal: what counts in the year, before the signing, in the month -----------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (False, False, False, False)),
        ({"sign_actual": "2024-09-30"}, (True, False, False, False)),
        ({"sign_actual": "2024-10-01"}, (False, False, False, False)),  # it has not happened yet
        ({"precheck_date": "2024-09-30"}, (False, True, False, False)),  # nothing signed so far
        ({"precheck_date": "2024-10-01"}, (False, False, False, False)),
        ({"precheck_date": "2024-03-01", "sign_actual": "2024-03-01"}, (True, True, False, False)),
        ({"precheck_date": "2024-03-02", "sign_actual": "2024-03-01"}, (True, False, False, False)),
        ({"complete_actual": "2024-01-01"}, (False, False, True, False)),
        ({"complete_actual": "2023-12-31"}, (False, False, False, False)),
        ({"complete_actual": "2024-10-01"}, (False, False, False, False)),
        ({"start_actual": "2024-09-30"}, (False, False, False, True)),
        ({"start_actual": "2025-01-01"}, (False, False, False, False)),
    ],
)
def test_what_has_happened_to_a_project(more: dict[str, str], expected: tuple[bool, ...]) -> None:
    found = one("renewal_projects", renewal("X", A, "拆除重建", "协议签订", **more))
    assert tuple(found[name] for name in ("in_force", "prechecked", "completed_this_year", "started_this_year")) == expected


@pytest.mark.parametrize(
    ("kind", "stage", "entered"),
    [
        ("旧住房成套改造", "实施方案认定", False),
        ("旧住房成套改造", "协议签订", True),
        ("拆除重建", "回搬", True),
        ("小梁薄板房屋改造", "施工", True),
        ("旧城区改建（征收）", "二轮签约", False),  # another ladder
        ("旧住房综合修缮", "施工", False),
    ],
)
def test_who_has_come_to_signing(kind: str, stage: str, entered: bool) -> None:
    assert one("renewal_projects", renewal("X", A, kind, stage))["entered_signing"] == entered


@pytest.mark.parametrize(
    ("more", "due", "on_time"),
    [
        ({"sign_plan": "2024-09-01", "sign_actual": "2024-09-01"}, 1, 1),
        ({"sign_plan": "2024-09-01", "sign_actual": "2024-09-02"}, 1, 0),
        ({"sign_plan": "2024-09-30"}, 1, 0),
        ({"sign_plan": "2024-08-31", "sign_actual": "2024-08-31"}, 0, 0),
        ({"sign_plan": "2024-10-01", "sign_actual": "2024-09-15"}, 0, 0),  # early, but due next month
        ({"sign_plan": "2024-09-15", "sign_actual": "2023-09-15"}, 1, 1),
        ({"sign_plan": "2024-09-15", "sign_actual": "2024-09-15", "start_plan": "2024-09-20", "complete_plan": "2024-09-25"}, 3, 1),
    ],
)
def test_nodes_of_the_month(more: dict[str, str], due: int, on_time: int) -> None:
    found = one("renewal_projects", renewal("X", A, "旧住房综合修缮", "施工", **more))
    assert (found["nodes_due"], found["nodes_on_time"]) == (due, on_time)


@pytest.mark.parametrize(
    ("more", "late"),
    [
        ({"start_plan": "2024-09-29"}, True),  # overdue
        ({"start_plan": "2024-09-30"}, False),
        # The last node that is done was late, and another is planned: it will be late by as many days.
        ({"sign_plan": "2024-05-01", "sign_actual": "2024-05-02", "start_plan": "2024-12-01"}, True),
        ({"sign_plan": "2024-05-01", "sign_actual": "2024-05-01", "start_plan": "2024-12-01"}, False),
        ({"sign_plan": "2024-05-01", "sign_actual": "2024-05-02"}, False),  # nothing planned after it
        (  # made up for since
            {
                "consult_plan": "2024-01-01",
                "consult_actual": "2024-02-01",
                "sign_plan": "2024-05-01",
                "sign_actual": "2024-05-01",
                "start_plan": "2024-12-01",
            },
            False,
        ),
    ],
)
def test_expected_later_than_planned(more: dict[str, str], late: bool) -> None:
    assert one("renewal_projects", renewal("X", A, "拆除重建", "建设审批", **more))["expected_late"] == late


@pytest.mark.parametrize(
    ("left", "back", "days"),
    [
        ("2023-02-28", "2024-02-29", 366),
        ("2024-09-30", "2024-09-30", 0),
        ("2024-09-29", "2024-10-01", None),  # not back before tomorrow
        ("2024-09-30", "2024-09-29", None),  # back before they left
        (None, "2024-09-30", None),
        ("2024-01-01", None, None),
    ],
)
def test_days_between_leaving_and_coming_back(left: str | None, back: str | None, days: int | None) -> None:
    other = node("Q", A, "回搬", "2024-09-01")
    rows = [node("P", A, "外搬过渡", left), node("P", A, "施工", "2024-08-01"), node("P", A, "回搬", back), other]
    found = derived("milestones", rows)["transition_days"]
    assert found.iloc[[0, 1, 3]].isna().all()
    assert (None if pd.isna(found.iloc[2]) else found.iloc[2]) == days


ALL_AGREED = (24, 1800.0, 24, 1800.0, 24, 1800.0)


@pytest.mark.parametrize(
    ("vote", "held", "passed"),
    [
        (ALL_AGREED, True, True),
        # Two thirds of 24 heads and 1,800 ㎡ take part, three quarters of those agree: on each of the four exactly, and a step short.
        ((24, 1800.0, 16, 1200.0, 12, 900.0), True, True),
        ((24, 1800.0, 15, 1200.0, 15, 1200.0), True, False),
        ((24, 1800.0, 16, 1199.99, 16, 1199.99), True, False),
        ((24, 1800.0, 16, 1200.0, 11, 900.0), True, False),
        ((24, 1800.0, 16, 1200.0, 12, 899.99), True, False),
        ((24, 1800.0, 0, 0.0, 0, 0.0), True, False),
        # A number that is not known, or nobody who may vote.
        ((24, 1800.0, 24, 1800.0, 24, None), False, False),
        ((None, 1800.0, 24, 1800.0, 24, 1800.0), False, False),
        ((0, 0.0, 0, 0.0, 0, 0.0), False, False),
        ((), False, False),
    ],
)
def test_the_vote_of_an_entrance(vote: tuple[float | None, ...], held: bool, passed: bool) -> None:
    found = one("lifts", lift("X", "1号", A, "征询表决", vote, unit_vote_date="2024-09-30"))
    assert (found["unit_vote_held"], found["unit_vote_passed"]) == (held, passed)
    later = one("lifts", lift("X", "1号", A, "征询表决", vote, unit_vote_date="2024-10-01"))
    assert (later["unit_vote_held"], later["unit_vote_passed"]) == (False, False)


@pytest.mark.parametrize("stage", LIFT.stages)
def test_lifts_by_stage(stage: str) -> None:
    done = LIFT.stages.index(stage) >= LIFT.stages.index("竣工验收")
    found = [one("lifts", lift("X", "1号", A, stage, accept_date=day)) for day in ("2024-01-01", "2023-12-31", "2024-10-01", None)]
    assert [row["completed"] for row in found] == [done] * 4
    assert [row["completed_this_year"] for row in found] == [done, False, False, False]


# -- the campaigns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "result", "day", "raised"),
    [
        (1.0, 1.2, "表决通过", "2024-09-30", True),  # 0.20 exactly, though not to a float
        (0.85, 1.05, "表决通过", "2024-09-30", True),
        (2.35, 2.55, "表决通过", None, True),
        (1.0, 1.1999, "表决通过", "2024-09-30", False),
        (1.0, 1.19, "表决通过", "2024-09-30", False),
        (1.2, 1.0, "表决通过", "2024-09-30", False),
        (1.0, 1.2, "表决未通过", "2024-09-30", False),
        (1.0, 1.2, "未表决", None, False),
        (1.0, 1.2, "表决通过", "2024-10-01", False),
        (None, 1.2, "表决通过", "2024-09-30", False),
        (1.0, None, "表决通过", "2024-09-30", False),
    ],
)
def test_a_fee_that_was_raised(old: float | None, new: float | None, result: str, day: str | None, raised: bool) -> None:
    assert one("fee_changes", fee_change("X", A, result, old, new, vote_date=day))["raised"] == raised


def test_fees_of_the_year() -> None:
    rows = [fee_change("X", A, "未表决", 1.0, 1.2, year) for year in (2023, 2024, 2025)]
    assert derived("fee_changes", rows)["of_the_year"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("initial", "balance", "below"),
    [
        (100.0, 30.0, False),
        (100.0, 29.99, True),
        (100.0, 29.9999, True),
        (333.33, 99.999, False),  # 30 % exactly
        (333.33, 99.9989, True),
        (1.1, 0.33, False),  # 30 % exactly, though 0.33 / 1.1 is not 0.3 to a float
        (100.0, 0.0, True),
        (0.0, 0.0, False),  # nothing was collected: nothing is known
        (None, 10.0, False),
        (100.0, None, False),
    ],
)
def test_a_fund_below_the_line(initial: float | None, balance: float | None, below: bool) -> None:
    assert one("maintenance_funds", fund("X", A, initial, balance))["below"] == below


@pytest.mark.parametrize(
    ("trigger", "done", "triggered", "topped_up"),
    [
        ("2024-01-01", None, True, False),
        ("2024-09-30", "2024-09-30", True, True),
        ("2024-10-01", None, False, False),  # not yet
        ("2023-12-31", None, True, False),  # open since last year
        ("2023-12-31", "2023-12-31", False, True),  # done last year
        ("2023-12-31", "2024-01-01", True, True),
        ("2020-01-01", "2024-10-01", True, False),  # not done before tomorrow
        # Done before it was triggered: that was the top-up before this one.
        ("2024-05-01", "2020-06-01", True, False),
        ("2023-06-01", "2020-06-01", True, False),
        (None, None, False, False),
    ],
)
def test_a_fund_to_be_topped_up(trigger: str | None, done: str | None, triggered: bool, topped_up: bool) -> None:
    found = one("maintenance_funds", fund("X", A, 100.0, 50.0, trigger_date=trigger, topup_done_date=done))
    assert (found["triggered"], found["topped_up"]) == (triggered, topped_up)


@pytest.mark.parametrize(
    ("status", "counts"), [("申报中", False), ("已命名", True), ("复核通过", True), ("复核未通过", False), ("已取消", False)]
)
def test_red_points_by_state(status: str, counts: bool) -> None:
    compounds = [compound("X", A), compound("Y", A)]
    for kind, name, other in (("实践点", "practice_point", "model_point"), ("示范点", "model_point", "practice_point")):
        found = derived("compounds", compounds, red_points=[red_point("X", A, kind, status)])
        assert found[name].tolist() == [counts, False]
        assert found[other].tolist() == [False, False]


# -- rents and beds against their lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "market", "over"),
    [
        (45.0, 50.0, False),
        (45.01, 50.0, True),
        (44.99, 50.0, False),
        (62.91, 69.9, False),  # 0.9 exactly, though not to a float
        (62.92, 69.9, True),
        (None, 50.0, False),
        (45.0, None, False),
    ],
)
def test_a_rent_above_nine_tenths_of_the_market(filed: float | None, market: float | None, over: bool) -> None:
    assert one("rental_projects", rental("X", A, "一套房", "新建", "轮候", 10, filed_rent=filed, market_rent=market))["rent_over"] == over


@pytest.mark.parametrize(
    ("price", "beds", "rent", "area", "over"),
    [
        (500.0, 160, 40.0, 2_000.0, False),  # 80,000 元 both
        (500.01, 160, 40.0, 2_000.0, True),
        (499.99, 160, 40.0, 2_000.0, False),
        (None, 160, 40.0, 2_000.0, False),
        (500.0, None, 40.0, 2_000.0, False),
        (500.0, 160, None, 2_000.0, False),
        (500.0, 160, 40.0, None, False),
    ],
)
def test_beds_that_cost_more_than_was_filed(
    price: float | None, beds: int | None, rent: float | None, area: float | None, over: bool
) -> None:
    more = {"bed_price": price, "beds": beds, "filed_rent": rent, "rental_area": area}
    assert one("rental_projects", rental("X", A, "一张床", "新建", "挂牌", 10, **more))["bed_price_over"] == over
    assert not one("rental_projects", rental("X", A, "一间房", "新建", "轮候", 10, **more))["bed_price_over"], "only of beds"


@pytest.mark.parametrize(
    ("stage", "day", "counted"),
    [
        ("挂牌", "2026-01-01", True),
        ("挂牌", "2025-12-31", False),
        ("复核", "2026-06-30", True),
        ("挂牌", "2026-07-01", False),  # it has not happened yet
        ("认定", "2026-01-01", False),
        ("退出", "2026-01-01", False),
        ("挂牌", None, False),
    ],
)
def test_beds_of_the_plan(stage: str, day: str | None, counted: bool) -> None:
    found = one("rental_projects", rental("X", A, "一张床", "新建", stage, 10, beds=40, supply_date=day), date(2026, 6, 30))
    assert found["in_plan"] == counted


# -- all -------------------------------------------------------------------------------------------------------------


def test_empty_frames_have_every_derived_column() -> None:
    tables = derive(frames({}), SEPTEMBER_30, shipped_registry())
    for column in DERIVED:
        assert len(tables[column.dataset][column.name]) == 0


def test_declared_and_made_columns_are_the_same() -> None:
    given = frames(WORLD)
    for name, table in derive(given, SEPTEMBER_30, shipped_registry()).items():
        made = set(table.columns) - set(given[name].columns)
        assert made == {one.name for one in DERIVED if one.dataset == name}


def test_frames_given_are_left_alone() -> None:
    given = frames(WORLD)
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
        "consent_rounds": [{"project_id": "X", "subdistrict": A}],
        "milestones": [{"project_id": "X", "subdistrict": A}],
        "lifts": [{"compound_id": "X", "subdistrict": A}],
        "fee_changes": [{"compound_id": "X", "subdistrict": A}],
        "maintenance_funds": [{"compound_id": "X", "subdistrict": A}],
        "red_points": [{"compound_id": "X", "subdistrict": A}],
    }
    tables = derive(frames(bare), SEPTEMBER_30, shipped_registry())
    assert not tables["compounds"]["formed"].any()
    assert tables["committees"]["term_state"].tolist() == ["未组建"]
    assert not tables["renewal_projects"][["active", "signing", "returning", "overdue"]].any().any()
    assert not tables["rental_projects"][["is_bed", "recognised", "supplied", "preparing", "started"]].any().any()
    for one in DERIVED:
        column = tables[one.dataset][one.name]
        if str(column.dtype) in {"bool", "boolean"}:
            assert not column.any(), one.name
        elif one.name not in {"term_state", "status", "fund_state", "place_state", "last_audit"}:
            assert (column.isna() | (column == 0)).all(), one.name


@pytest.mark.parametrize(
    ("filing", "on_time"),
    [
        ("2024-08-20", True),  # on the day of the election
        ("2024-09-19", True),  # thirty days later
        ("2024-09-20", False),
        ("2019-05-01", False),  # the filing of the term before
        (None, False),
    ],
)
def test_a_filing_of_before_is_none_of_this_election(filing: str | None, on_time: bool) -> None:
    row = committee("X", A, start="2019-04-01", end="2025-03-31", election_date="2024-08-20", filing_date=filing)
    found = one("committees", row)
    assert (found["filing_due"], found["filed_on_time"]) == (True, on_time)


def test_an_election_in_time_counts_before_the_dates_of_the_term_are_moved() -> None:
    row = committee("X", A, start="2019-09-01", end="2024-08-31", election_date="2024-08-31")
    found = one("committees", row)
    assert (found["renewal_due"], found["renewed_on_time"]) == (True, True)
    late = one("committees", committee("X", A, start="2019-09-01", end="2024-08-31", election_date="2024-09-01"))
    assert (late["renewal_due"], late["renewed_on_time"]) == (True, False)
