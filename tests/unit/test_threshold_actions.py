"""Changing the registry of thresholds: what the edits do, what is refused, what a release of it changes and what it leaves."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.actions import thresholds
from lib.actions.opening import open_database
from lib.actions.staging import stage
from lib.actions.threshold_edits import (
    add_from,
    confirm,
    correct,
    row_changes,
    rows_in_doubt,
    rows_in_force,
    supersede,
    undo,
)
from lib.actions.thresholds import (
    change_thresholds,
    needed_rules,
    registry_history,
    registry_problems,
    rule_uses,
    threshold_effect,
    thresholds_csv,
)
from lib.auth.permissions import User
from lib.datasets.places import DISTRICT
from lib.datasets.thresholds import Registry, Threshold, registry_from_csv, shipped_registry
from lib.errors import AppError, Blocked, Forbidden, NotFound
from lib.figures.content import registry_at
from lib.settings import settings
from lib.spec.period import Period
from lib.store import audit, releases
from lib.store.database import Database
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    LEADER,
    STREET,
    committee,
    compound,
    new_database,
    publish_rows,
    renewal,
    snapshot_at,
    workbook,
)

REASON = "新文件已经印发，自10月起施行。"
GATE, TERM, START = "renewal.signing_gate", "committee.term_max_years", "renewal.start_gate"
SHIPPED = shipped_registry()


def row_of(rule: str, registry: Registry = SHIPPED) -> Threshold:
    """The newest row of a rule."""
    return registry.rows_of(rule)[-1]


def with_value(rule: str, value: str, registry: Registry = SHIPPED) -> Registry:
    row = row_of(rule, registry)
    return correct(registry, row, replace(row, value=value))


def from_day(rule: str, value: str, day: date, registry: Registry = SHIPPED) -> Registry:
    row = row_of(rule, registry)
    return add_from(registry, replace(row, value=value, effective_from=day, effective_to=None, document="新办法", paragraph="第1条"))


# -- edits -----------------------------------------------------------------------------------------------------------


def spans(registry: Registry, rule: str) -> list[tuple[str, str, str, str]]:
    """Of each row of a rule: value, first day, last day, what took its place."""
    return [(row.value, str(row.effective_from), str(row.effective_to or ""), row.superseded_by) for row in registry.rows_of(rule)]


def test_a_new_row_ends_the_one_before_on_the_eve() -> None:
    assert spans(from_day(GATE, "96", date(2026, 10, 15)), GATE) == [
        ("95", "2021-09-01", "2026-10-14", "新办法第1条"),
        ("96", "2026-10-15", "", ""),
    ]


def test_a_new_row_leaves_one_that_had_already_ended_as_it_was() -> None:
    assert spans(from_day(START, "85", date(2026, 10, 1)), START) == [
        ("80", "2023-02-01", "2024-12-31", ""),
        ("85", "2026-10-01", "", ""),
    ]


def test_a_new_row_before_a_later_one_ends_on_its_eve() -> None:
    later = from_day(GATE, "97", date(2027, 1, 1))
    between = add_from(later, replace(row_of(GATE), value="96", effective_from=date(2026, 7, 1)))
    assert [one[:3] for one in spans(between, GATE)] == [
        ("95", "2021-09-01", "2026-06-30"),
        ("96", "2026-07-01", "2026-12-31"),
        ("97", "2027-01-01", ""),
    ]


def test_confirming_keeps_the_document_in_the_note() -> None:
    row = row_of("rental.occupancy_watch")
    to_day = confirm(SHIPPED, row, until=date(2027, 12, 31), document="沪房规范〔2026〕9号")
    assert row_of(row.rule, to_day).effective_to == date(2027, 12, 31)
    assert row_of(row.rule, to_day).note.endswith("待核对；延续依据：沪房规范〔2026〕9号")
    assert row_of(row.rule, confirm(SHIPPED, row, until=None, document="文件")).effective_to is None


def test_marking_superseded() -> None:
    marked = row_of(GATE, supersede(SHIPPED, row_of(GATE), by=" 新条例 ", last=date(2026, 9, 30)))
    assert (marked.superseded_by, marked.effective_to, marked.value) == ("新条例", date(2026, 9, 30), "95")


DOUBTFUL, OLD_VOTE = row_of(START), SHIPPED.rows_of("vote.general.area")[0]
EDITS: dict[str, tuple[Callable[[], Registry], str]] = {
    "更正改了规则编号": (lambda: correct(SHIPPED, row_of(GATE), replace(row_of(GATE), rule="x")), "更正不能改变规则编号。"),
    "更正的行已经不在": (lambda: correct(SHIPPED, replace(row_of(GATE), value="1"), row_of(GATE)), "这一行已经不是刚才的样子。"),
    "新增到没有的规则": (lambda: add_from(SHIPPED, replace(row_of(GATE), rule="x")), "没有规则“x”。"),
    "新增在已有的施行日期": (lambda: add_from(SHIPPED, row_of(GATE)), "已有一行自 2021-09-01 起施行。"),
    "新增在最早一行以前": (lambda: from_day(GATE, "9", date(2020, 1, 1)), "施行日期应在 2021-09-01 以后。"),
    "确认没有截止日期的": (lambda: confirm(SHIPPED, row_of(GATE), until=None, document="x"), "这一行没有截止日期"),
    "确认到同一天": (lambda: confirm(SHIPPED, DOUBTFUL, until=date(2024, 12, 31), document="x"), "新的截止日期应晚于 2024-12-31。"),
    "确认而没有文件": (lambda: confirm(SHIPPED, DOUBTFUL, until=None, document=" "), "请写明确认延续的文件。"),
    "确认已被取代的": (lambda: confirm(SHIPPED, OLD_VOTE, until=None, document="x"), "已被民法典第278条取代"),
    "取代而没有写明": (lambda: supersede(SHIPPED, row_of(GATE), by="", last=date(2026, 1, 1)), "请写明被哪个文件或规则取代。"),
    "取代于施行以前": (lambda: supersede(SHIPPED, row_of(GATE), by="x", last=date(2021, 8, 31)), "最后一天不能早于施行日期 2021-09-01。"),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_that_makes_no_sense_is_refused(case: str) -> None:
    edit, words = EDITS[case]
    with pytest.raises(Blocked) as refused:
        edit()
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("rule", "at", "on", "state"),
    [
        (GATE, 0, "2021-08-31", "尚未施行"),
        (GATE, 0, "2021-09-01", "有效"),
        (START, 0, "2024-12-31", "有效"),
        (START, 0, "2025-01-01", "待确认是否延续"),
        ("rental.rent_ratio", 0, "2026-11-30", "有效"),
        ("rental.rent_ratio", 0, "2026-12-01", "待确认是否延续"),
        ("vote.general.heads", 0, "2020-12-31", "有效"),
        ("vote.general.heads", 0, "2021-01-01", "已被取代"),
        ("vote.general.heads", 1, "2020-12-31", "尚未施行"),
        ("vote.general.heads", 1, "2021-01-01", "有效"),
    ],
)
def test_where_a_row_stands_on_a_day(rule: str, at: int, on: str, state: str) -> None:
    assert SHIPPED.state_of(SHIPPED.rows_of(rule)[at], date.fromisoformat(on)) == state


def test_a_row_in_doubt_is_superseded_only_once_the_next_one_has_begun() -> None:
    registry = from_day(START, "85", date(2026, 10, 1))
    old = registry.rows_of(START)[0]
    assert registry.state_of(old, date(2026, 9, 30)) == "待确认是否延续"
    assert registry.state_of(old, date(2026, 10, 1)) == "已被取代"


def test_rows_in_doubt_and_in_force() -> None:
    letting = ["rental.contract_max_years", "rental.contract_min_years", "rental.occupancy_months", "rental.occupancy_watch"]
    assert [row.rule for row in rows_in_doubt(SHIPPED, date(2024, 12, 31))] == letting
    assert [row.rule for row in rows_in_doubt(SHIPPED, date(2026, 10, 31))] == [START, *letting]
    ended = ("access_area", "conversion_years", "deposit_months", "prepay_months", "rent_ratio", "rent_rise")
    later = sorted([*letting, *(f"rental.{one}" for one in ended)])
    assert [row.rule for row in rows_in_doubt(SHIPPED, date(2026, 12, 1))] == [START, *later]
    in_force = {row.rule: row for row in rows_in_force(SHIPPED, date(2020, 6, 1))}
    assert len(in_force) == len(SHIPPED.rules)
    assert in_force["vote.special.heads"].text == "≥ 2/3"


def test_differences_in_words() -> None:
    changed = from_day(GATE, "96", date(2026, 10, 15), with_value("light.near_days", "7"))
    told = [(one.row.rule, one.words) for one in row_changes(SHIPPED, changed)]
    assert told == [
        ("light.near_days", "值由“10”改为“7”"),
        (GATE, "截止日期由“无”改为“2026-10-14”；被何取代由“无”改为“新办法第1条”"),
        (GATE, "新增一行：≥ 96%，自 2026-10-15 起（新办法第1条）"),
    ]
    row = row_of(GATE)
    moved = correct(SHIPPED, row, replace(row, effective_from=date(2021, 9, 2)))
    assert [one.words for one in row_changes(SHIPPED, moved)] == ["施行日期由“2021-09-01”改为“2021-09-02”"]
    assert [one.words for one in row_changes(changed, undo(changed, SHIPPED, "light.near_days"))] == ["值由“7”改为“10”"]
    assert row_changes(SHIPPED, undo(undo(changed, SHIPPED, GATE), SHIPPED, "light.near_days")) == ()
    gone = Registry(tuple(one for one in SHIPPED.rows if one.rule != "thinbeam.city"))
    assert [one.words for one in row_changes(SHIPPED, gone)] == ["删去一行：2026-12-31，自 2026-01-01 起"]


DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@given(rule=st.sampled_from(sorted(SHIPPED.rules)), first=DAYS, asked=DAYS)
def test_a_new_row_changes_its_rule_from_its_day_and_nothing_else(rule: str, first: date, asked: date) -> None:
    rows = SHIPPED.rows_of(rule)
    assume(rows[0].effective_from < first and first not in {row.effective_from for row in rows})
    changed = add_from(SHIPPED, replace(row_of(rule), effective_from=first, effective_to=None, superseded_by="", document="新办法"))
    assert changed.problems() == []
    later = [row.effective_from for row in rows if row.effective_from > first]
    for other in SHIPPED.rules:
        now, was = changed.at(other, asked), SHIPPED.at(other, asked)
        new = other == rule and first <= asked and not any(day <= asked for day in later)
        assert (now.effective_from == first and now.document == "新办法") if new else (now.value, now.document) == (was.value, was.document)
    assert registry_from_csv(changed.csv()).key == changed.key
    eve = [row for row in changed.rows_of(rule) if row.effective_to == first - timedelta(days=1)]
    assert len(eve) <= 1
    assert undo(changed, SHIPPED, rule).key == SHIPPED.key


@given(edits=st.lists(st.tuples(st.sampled_from(sorted(SHIPPED.rules)), st.integers(1, 12)), max_size=5))
def test_differences_are_none_exactly_when_two_registries_are_the_same(edits: list[tuple[str, int]]) -> None:
    registry = SHIPPED
    for rule, value in edits:
        registry = with_value(rule, str(value), registry)
    assert (row_changes(SHIPPED, registry) == ()) == (registry.key == SHIPPED.key)
    told = {(one.row.rule, one.row.effective_from) for one in row_changes(SHIPPED, registry)}
    old, new = ({(row.rule, row.effective_from): row for row in one.rows} for one in (SHIPPED, registry))
    assert told == {place for place in old if old[place] != new[place]}


# -- what may be published ---------------------------------------------------------------------------------------------


def test_every_rule_that_the_code_names_is_needed(root: Path) -> None:
    named = set()
    for file in (root / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in SHIPPED.rules:
                named.add(node.value)
    assert named <= needed_rules()
    assert needed_rules() <= set(SHIPPED.rules)
    assert {"vote.quorum.heads", "lift.whole.area", "committee.handover_days", TERM, "beds.plan_2030"} <= needed_rules()
    assert set(SHIPPED.rules) - needed_rules() == {"selfcontained.district", "selfcontained.overall"}


def test_what_a_rule_is_for() -> None:
    assert rule_uses()["committee.report_months"][0] == "G08 按时报告率"
    assert rule_uses()["committee.report_months"][-1] == "换届时钟"
    assert rule_uses()["committee.filing_days"] == ("G11 备案及时率", "G11N 备案逾期数", "换届时钟", "组建时钟")
    assert rule_uses()[TERM] == ("《业主委员会组建和换届情况表》核对",)
    assert rule_uses()["vote.special.area"] == ("业主表决（特别事项）",)
    assert "H10 “十五五”床位完成率" in rule_uses()["beds.plan_2030"]
    assert rule_uses()["data.small_base"] == ("小基数不排名",), "not each of the many figures that it holds back"


def test_the_shipped_registry_may_be_published() -> None:
    assert registry_problems(SHIPPED) == []


def changed_row(rule: str, **values: object) -> Registry:
    row = row_of(rule)
    return correct(SHIPPED, row, replace(row, **values))  # type: ignore[arg-type]


def without(*rules: str) -> Registry:
    return Registry(tuple(row for row in SHIPPED.rows if row.rule not in rules))


PROBLEMS: dict[str, tuple[Registry, str]] = {
    "值不是数": (changed_row(GATE, value="九十五"), "值“九十五”不是数"),
    "截止早于施行": (changed_row(GATE, effective_to=date(2021, 8, 31)), "截止日期早于施行日期。"),
    "两行重叠": (Registry((*SHIPPED.rows, replace(row_of(START), effective_from=date(2024, 1, 1)))), "重叠"),
    "缺少要用的规则": (without(GATE), "缺少规则“renewal.signing_gate”（协议签约生效线），系统计算时要用到它。"),
    "改了单位": (changed_row("committee.report_months", unit="天"), "换届书面报告提前量：单位应为“个月”，不能改成“天”。"),
    "期限不是整数": (changed_row("committee.report_months", value="5.5"), "值“5.5”应为不超过 1200 的整数（个月）。"),
    "期限是负数": (changed_row("committee.filing_days", value="-1"), "值“-1”应为不超过 36500 的整数（天）。"),
    "没有第十三个月": (changed_row("committee.annual_audit_month", value="13"), "值“13”应为不超过 12 的整数（月）。"),
    "没有第零个月": (changed_row("committee.annual_audit_month", value="0"), "值“0”应为不超过 12 的整数（月）。"),
    "比较方向反了": (changed_row(GATE, comparison="≤"), "协议签约生效线：比较应为“≥”或“>”。"),
    "比较是空的": (changed_row("fund.trigger_share", comparison=""), "比较应为“≤”或“<”。"),
    "性质不认识": (changed_row(GATE, standing="传闻"), "性质“传闻”不正确"),
    "备注太长": (changed_row(GATE, note="长" * 301), "有一项超过 300 个字。"),
    "备注里换行": (changed_row(GATE, note="一\n二"), "换行或不可见的字符"),
    "备注里有手机号": (changed_row(GATE, note="联系13812345678"), "请删去个人信息"),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_registry_that_could_not_be_worked_with_is_refused(case: str) -> None:
    registry, words = PROBLEMS[case]
    found = registry_problems(registry)
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize(("comparison", "value"), [(">", "95"), ("≥", "95.5"), ("≥", "19/20")])
def test_a_registry_that_may_be_published(comparison: str, value: str) -> None:
    assert registry_problems(changed_row(GATE, comparison=comparison, value=value)) == []


def test_a_rule_that_nothing_asks_for_may_go() -> None:
    assert registry_problems(without("selfcontained.overall")) == []


# -- the release -------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("YJPT_NOW", "2024-11-23T09:00:00+08:00")
    opened = new_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database) -> Database:
    """September and October: a project with 96 of 100 households signed in 长风 and one with 90 of 100 in 曹杨; releases 1 and 2."""
    for month in ("2024-09", "2024-10"):
        publish_rows(database, "renewal_projects", [
            renewal("P1", CHANGFENG, "旧住房成套改造", "协议签订", households_to_sign=100, households_signed=96),
            renewal("P2", CAOYANG, "旧住房成套改造", "协议签订", households_to_sign=100, households_signed=90),
        ], period=month)
    return database


def change(database: Database, registry: Registry, *, by: User = BUREAU, base: int = 2, key: str = "k1", note: str = REASON) -> int:
    return change_thresholds(database, by=by, registry=registry, base_release=base, key=key, note=note)


def figures(database: Database, number: int, indicator: str, unit: str = DISTRICT) -> dict[str, float | None]:
    """Period → the figure stored, as of a release."""
    with database.reading() as connection:
        return {one.period: one.value for one in releases.values_at(connection, number, unit) if one.indicator == indicator}


def registry_in(database: Database, number: int) -> Registry:
    with database.reading() as connection:
        return registry_at(connection, number)


def head(database: Database) -> int:
    with database.reading() as connection:
        return releases.head(connection)


def test_a_change_is_a_release_with_figures_of_its_own(world: Database) -> None:
    assert change(world, from_day(GATE, "98", date(2024, 10, 1))) == 3
    assert figures(world, 2, "R05") == {"2024-09": 5.0, "2024-10": 5.0}
    assert figures(world, 3, "R05") == {"2024-09": 5.0, "2024-10": 10.0}, "5 short of 95; 2 and 8 short of 98, from October on"
    assert figures(world, 3, "R05", CHANGFENG) == {"2024-09": 0.0, "2024-10": 2.0}
    assert registry_in(world, 2).key == SHIPPED.key
    assert registry_in(world, 3).at(GATE, date(2024, 10, 31)).value == "98"
    assert snapshot_at(world, 2, "2024-10").registry.key == SHIPPED.key
    assert snapshot_at(world, 3, "2024-10").registry.key == registry_in(world, 3).key


def test_a_later_publication_follows_the_changed_registry(world: Database) -> None:
    change(world, from_day(GATE, "98", date(2024, 10, 1)))
    signed = renewal("P1", CHANGFENG, "旧住房成套改造", "协议签订", households_to_sign=100, households_signed=97)
    publish_rows(world, "renewal_projects", [signed], unit=CHANGFENG, period="2024-10")
    assert figures(world, 4, "R05", CHANGFENG) == {"2024-09": 0.0, "2024-10": 1.0}


def test_the_change_stands_in_the_audit_log(world: Database) -> None:
    change(world, with_value("light.near_days", "7"))
    with world.reading() as connection:
        last = audit.entries(connection)[-1]
        assert audit.verify(connection) is None
        note = releases.list_releases(connection)[0].note
    assert (last.actor, last.action, last.subject) == ("bureau", "thresholds", "release 3")
    assert json.loads(last.detail) == {
        "base": 2,
        "key": "k1",
        "note": REASON,
        "rows": [{"rule": "light.near_days", "effective_from": "2024-01-01", "columns": {"value": ["10", "7"]}}],
    }
    assert note == REASON


def test_the_same_key_saves_once(world: Database) -> None:
    registry = with_value("light.near_days", "7")
    assert [change(world, registry), change(world, registry)] == [3, 3]
    assert head(world) == 3


def test_a_registry_may_be_changed_before_anything_is_published(database: Database) -> None:
    assert change(database, with_value("light.near_days", "7"), base=0) == 1
    assert publish_rows(database, "compounds", [compound("X1", CHANGFENG)]) == 2
    assert registry_in(database, 2).at("light.near_days", date(2024, 9, 30)).value == "7"


NEAR_7 = with_value("light.near_days", "7")
REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "没有理由": ({"note": "  "}, "还没有填写修改理由。"),
    "理由太短": ({"note": "改一下"}, "修改理由应为 5～500 个字，现在是 3 个字。"),
    "理由里有手机号": ({"note": "请联系13812345678核对"}, "修改理由中疑似有"),
    "没有变化": ({"registry": SHIPPED}, "标准与阈值没有任何变化。"),
    "只换了行的次序": ({"registry": Registry(SHIPPED.rows[::-1])}, "标准与阈值没有任何变化。"),
    "缺少规则": ({"registry": without(GATE)}, "缺少规则“renewal.signing_gate”"),
    "内容有错": ({"registry": with_value(GATE, "x")}, "值“x”不是数"),
    "没有的版次": ({"base": 9}, "标准与阈值已有新版发布。"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_that_must_not_be(world: Database, case: str) -> None:
    given_, words = REFUSED[case]
    with world.reading() as connection:
        before = len(audit.entries(connection))
    with pytest.raises(Blocked) as refused:
        change(world, **{"registry": NEAR_7, **given_})  # type: ignore[arg-type]
    assert words in refused.value.message
    with world.reading() as connection:
        assert (releases.head(connection), len(audit.entries(connection))) == (2, before)


@pytest.mark.parametrize("by", [LEADER, STREET])
def test_who_may_not(world: Database, by: User) -> None:
    with pytest.raises(Forbidden):
        change(world, NEAR_7, by=by)
    with pytest.raises(Forbidden):
        threshold_effect(world, by=by, registry=NEAR_7, period=Period("2024-10"))
    assert head(world) == 2


def test_somebody_else_was_first(world: Database) -> None:
    change(world, NEAR_7)
    with pytest.raises(Blocked, match="moved"):
        change(world, with_value(GATE, "98"), key="k2")
    assert change(world, with_value(GATE, "98", registry_in(world, 3)), base=3, key="k3") == 4


def test_a_publication_in_between_is_no_hindrance(world: Database) -> None:
    publish_rows(world, "compounds", [compound("X1", CHANGFENG)])
    assert change(world, NEAR_7, base=2) == 4


def test_a_failure_in_the_middle_leaves_nothing(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(thresholds.audit, "append", fail)
    with pytest.raises(RuntimeError):
        change(world, with_value(GATE, "98"))
    assert head(world) == 2
    assert registry_in(world, 2).key == SHIPPED.key
    assert figures(world, 2, "R05") == {"2024-09": 5.0, "2024-10": 5.0}


# -- the effect --------------------------------------------------------------------------------------------------------


def effect_of(database: Database, registry: Registry, period: str = "2024-10") -> thresholds.Effect:
    return threshold_effect(database, by=BUREAU, registry=registry, period=Period(period))


def test_the_figures_and_lights_that_a_gate_changes(world: Database) -> None:
    found = effect_of(world, from_day(GATE, "98", date(2024, 10, 1)))
    assert [(one.indicator, one.unit, one.before and one.before.value, one.after.value) for one in found.figures] == [
        ("R05", DISTRICT, 5.0, 10.0), ("R05", CAOYANG, 5.0, 8.0), ("R05", CHANGFENG, 0.0, 2.0)]
    lights = {(one.indicator, one.unit): (one.before.light.text, one.after.light.text) for one in found.lights}
    assert lights == {
        ("R03", CAOYANG): ("▲ 关注", "■ 预警"),
        ("R03", CHANGFENG): ("● 正常", "▲ 关注"),
        ("R05", CHANGFENG): ("● 正常", "▲ 关注"),
    }, "90 of 98 is 8 short, 96 of 98 is 2 short; the district, 93 of 98, is just the 5 short that stay 黄"
    assert effect_of(world, from_day(GATE, "98", date(2024, 10, 1)), "2024-09") == thresholds.Effect((), (), ())


@pytest.mark.parametrize(
    ("first", "changed"),
    [("2024-09-30", {"2024-09", "2024-10"}), ("2024-10-01", {"2024-10"}), ("2024-10-31", {"2024-10"}), ("2024-11-01", set())],
)
def test_the_day_of_a_threshold_decides_which_months_change(world: Database, first: str, changed: set[str]) -> None:
    registry = from_day(GATE, "98", date.fromisoformat(first))
    assert {month for month in ("2024-09", "2024-10") if effect_of(world, registry, month).lights} == changed
    assert change(world, registry) == 3
    assert {month for month, value in figures(world, 3, "R05").items() if value == 10.0} == changed


def test_a_span_changes_the_lights_of_single_committees(database: Database) -> None:
    publish_rows(database, "committees", [
        committee("A1", CHANGFENG, start="2020-05-01", end="2025-04-30"),
        committee("A2", CHANGFENG, start="2023-05-01", end="2028-04-30"),
        committee("A3", CAOYANG, start="2020-04-01", end="2025-03-31"),
    ])
    moved = effect_of(database, with_value("committee.report_months", "7", with_value("committee.expiring_months", "8")), "2024-09")
    assert [(one.clock, one.unit, one.before, one.after, one.count) for one in moved.rows] == [
        ("换届时钟", DISTRICT, "绿", "黄", 1),
        ("换届时钟", DISTRICT, "黄", "红", 1),
        ("换届时钟", CAOYANG, "黄", "红", 1),
        ("换届时钟", CHANGFENG, "绿", "黄", 1),
    ], "A3 was to report by 31 August and has not; A1 is to report this very day, 30 September; A2 has time"


def test_a_vote_in_the_freeze_has_no_light_that_a_threshold_could_change(database: Database) -> None:
    """Two funds with the same days; the committee of A1 is in the freeze, so its vote is not judged before and not after."""
    publish_rows(database, "committees", [
        committee("A1", CHANGFENG, start="2019-12-01", end="2024-11-30", renewal_report_date="2024-06-03", group_date="2024-07-01"),
        committee("A2", CHANGFENG, start="2023-05-01", end="2028-04-30"),
    ])
    publish_rows(database, "maintenance_funds", [
        {"compound_id": one, "compound_name": f"小区{one}", "subdistrict": CHANGFENG, "initial": 1000.0, "balance": 200.0,
         "trigger_date": date(2024, 8, 1)} for one in ("A1", "A2")])
    moved = effect_of(database, with_value("fund.vote_days", "30"), "2024-09")
    assert [(one.clock, one.unit, one.after, one.count) for one in moved.rows] == [
        ("续筹时钟", DISTRICT, "红", 1), ("续筹时钟", CHANGFENG, "红", 1)]


def test_the_effect_of_a_registry_that_may_not_be_published(world: Database) -> None:
    with pytest.raises(Blocked, match="problems"):
        effect_of(world, without(GATE))


# -- history and files -------------------------------------------------------------------------------------------------


def test_history(world: Database) -> None:
    change(world, NEAR_7)
    publish_rows(world, "compounds", [compound("X1", CHANGFENG)])
    change(world, with_value("light.near_days", "5", NEAR_7), base=4, key="k2", note="再次核对以后改为5天。")
    kept = registry_history(world, by=LEADER)
    assert [(one.release.number, one.release.note, [change_.words for change_ in one.changes]) for one in kept] == [
        (5, "再次核对以后改为5天。", ["值由“7”改为“5”"]), (3, REASON, ["值由“10”改为“7”"]), (1, "", [])]
    assert [one.release.number for one in registry_history(world, by=LEADER, upto=4)] == [3, 1]
    with pytest.raises(Forbidden):
        registry_history(world, by=User("x", "x", "管理员"))  # type: ignore[arg-type]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that downloads open by themselves."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    settings.cache_clear()
    open_database.cache_clear()
    yield open_database()
    open_database().close()
    open_database.cache_clear()
    monkeypatch.undo()
    settings.cache_clear()


def test_the_registry_as_csv(opened: Database) -> None:
    change(opened, with_value("light.near_days", "7"), base=0)
    lines = thresholds_csv(by=LEADER, release="1").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "规则编号,值,单位,比较,基数,名称,文件,条款,施行日期,截止日期,被何取代,性质,备注"
    assert len(lines) == len(SHIPPED.rows) + 2
    told = {line.split(",")[0]: line.split(",")[1] for line in lines[1:-1]}
    assert told["light.near_days"] == "7"
    assert (told["hotline.yearly_change"], told["fee.rise_min"], told["thinbeam.city"]) == ("-20", "0.2", "2026-12-31")
    assert told["lift.unit.area"] == "'3/4", "not the third of April"
    assert "light.near_days,10,天" in thresholds_csv(by=LEADER, release="0").decode("utf-8-sig")


@pytest.mark.parametrize(("release", "kind"), [("9", NotFound), ("x", NotFound), ("", NotFound), ("1" * 30, NotFound)])
def test_a_release_that_is_not_there(opened: Database, release: str, kind: type[AppError]) -> None:
    with pytest.raises(kind):
        thresholds_csv(by=LEADER, release=release)
    with pytest.raises(Forbidden):
        thresholds_csv(by=None, release="0")


# -- what the clerk is told --------------------------------------------------------------------------------------------


def test_the_clerk_is_told_the_term_in_force(database: Database) -> None:
    data = workbook("committees", [committee("A1", CHANGFENG, start="2024-01-01", end="2029-12-31")], unit=CHANGFENG)

    def told() -> list[str]:
        reading = stage(database, by=STREET, name="业委会.xlsx", data=data).reading
        return [one.message for one in reading.all_findings if one.code == "R05"]

    assert told() == ["从“任期起”到“任期止”为 6 年，应为 3～5 年。"]
    change(database, from_day(TERM, "6", date(2024, 1, 1)), base=0)
    assert told() == [], "through the worker process"
    change(database, from_day(TERM, "4", date(2024, 1, 1)), base=1, key="k2")
    assert told() == ["从“任期起”到“任期止”为 6 年，应为 3～4 年。"]
