"""The portfolio of renewal projects: lights and reasons, which come first, what a month changed, the list, the two pictures."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.charts.flow import Measured, against_published, picked, stage_flow
from lib.datasets.ladders import LIFT, REBUILDING, RENEWAL_LADDERS
from lib.datasets.renewal_projects import MILESTONES
from lib.datasets.thresholds import shipped_registry
from lib.figures.yearly import OF_A_YEAR, by_year
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import evaluate, split
from lib.reports.csv import to_csv
from lib.reports.project_changes import changes
from lib.reports.projects import NO_YEAR, Choice, by_type, chosen, listing, projects_table, worst
from lib.rules.derived import derive
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW
from lib.rules.outline import ENDED, FINISHED, UNPLANNED, outline
from tests.support.published import renewal
from tests.support.small import A, B, C, Row, frames, snapshot

ON = date(2024, 9, 30)
REGISTRY = shipped_registry()
REBUILT = "旧住房成套改造"


def derived(rows: list[Row], on: date = ON) -> pd.DataFrame:
    return derive(frames({"renewal_projects": rows}), on, REGISTRY)["renewal_projects"]


def told(rows: list[Row]) -> pd.DataFrame:
    projects = derived(rows)
    return outline(projects, ON, REGISTRY).set_index(projects["project_id"])


def many(count: int, seed: int = 7) -> list[Row]:
    """Projects of all types and stages with nodes here and there, by chance but always the same."""
    chance = random.Random(seed)
    rows = []
    for at in range(count):
        kind = chance.choice(list(RENEWAL_LADDERS))
        row: dict[str, Any] = {}
        for prefix, _ in MILESTONES:
            if chance.random() < 0.7:
                row[f"{prefix}_plan"] = f"202{chance.randrange(1, 7)}-0{chance.randrange(1, 10)}-15"
            if chance.random() < 0.4:
                row[f"{prefix}_actual"] = f"202{chance.randrange(1, 5)}-0{chance.randrange(1, 9)}-20"
        if chance.random() < 0.6:
            row |= {"households_to_sign": 100, "households_signed": chance.randrange(101)}
        row["plan_year"] = chance.choice([2022, 2023, None])
        rows.append(renewal(f"P{at:03d}", chance.choice([A, B, C]), kind, chance.choice(RENEWAL_LADDERS[kind].stages), **row))
    return rows


# -- lights, reasons, order --------------------------------------------------------------------------------------------


def test_a_light_says_why() -> None:
    rows = told([
        renewal("LATE", A, REBUILT, "协议签订", sign_plan="2024-08-31", start_plan="2024-09-15", households_to_sign=100,
                households_signed=90, risk="一户未签", risk_unit="某专班", risk_due=date(2024, 9, 20)),
        renewal("NEAR", A, REBUILT, "施工", complete_plan="2024-10-10"),
        renewal("FAR", A, REBUILT, "施工", complete_plan="2025-10-10"),
        renewal("DELAYED", A, REBUILT, "施工", start_plan="2024-01-01", start_actual="2024-02-01", complete_plan="2025-10-10"),
        renewal("UNPLANNED", A, REBUILT, "施工"),
        renewal("DONE", A, REBUILT, "回搬"),
        renewal("UNFILLED", A, REBUILT, "协议签订", sign_plan="2025-08-31"),
    ])
    assert rows["light"].to_dict() == {
        "LATE": RED, "NEAR": YELLOW, "FAR": GREEN, "DELAYED": YELLOW, "UNPLANNED": UNJUDGED, "DONE": GREEN, "UNFILLED": GREEN,
    }
    assert rows.loc["LATE", "reason"] == (
        "“签约生效”节点已超期 30 天，另有 1 个节点超期；已签约 90 / 100 户，距 95% 生效线还差 5 户；"
        "问题：一户未签（某专班，时限 2024-09-20，已过 10 天）"
    )
    assert rows.loc["NEAR", "reason"] == "“竣工”节点还有 10 天到计划日期"
    assert rows.loc["FAR", "reason"] == "正常推进"
    assert rows.loc["DELAYED", "reason"].endswith("前一节点晚 31 天，后续节点顺延将晚于计划")
    assert rows.loc["UNPLANNED", "reason"] == UNPLANNED
    assert rows.loc["DONE", "reason"] == FINISHED
    assert rows.loc["UNFILLED", "reason"] == "签约户数未填", "missing is said, never 0"
    assert (rows.loc["LATE", "next_node"], rows.loc["LATE", "next_days"]) == ("签约生效", -30)
    order = rows["place"].sort_values().index.tolist()
    assert order == ["LATE", "NEAR", "DELAYED", "UNPLANNED", "UNFILLED", "FAR", "DONE"]


def test_all_nodes_done_but_not_all_are_back() -> None:
    nodes = {f"{prefix}_{suffix}": "2024-08-01" for prefix, _ in MILESTONES for suffix in ("plan", "actual")}
    row = told([renewal("P", A, REBUILT, "回搬", households_to_return=100, households_returned=40, **nodes)]).loc["P"]
    assert (row["light"], row["reason"]) == (RED, "“回搬”节点已超期 60 天；已回搬 40 / 100 户，还有 60 户"), "a day is not enough"
    row = told([renewal("P", A, REBUILT, "回搬", households_to_return=100, **nodes)]).loc["P"]
    assert (row["light"], row["reason"]) == (UNJUDGED, f"{ENDED}；已回搬 — / 100 户，还有 100 户"), "who is back is not told"


@pytest.mark.parametrize("count", [0, 1, 500])
def test_any_number_of_projects(count: int) -> None:
    data = snapshot({"renewal_projects": many(count)})
    projects = data.frames["renewal_projects"]
    facts = outline(projects, data.as_of, data.registry)
    assert int((facts["light"] == RED).sum()) == evaluate(CATALOGUE["R16"], data).whole.value, "■ is what R16 counts"
    assert sorted(facts["place"]) == list(range(count))
    first = worst(projects, facts)
    assert len(first) <= 3
    assert facts.loc[first.index, "over"].fillna(-1).is_monotonic_decreasing
    table = listing(projects, facts)
    assert len(table) == count
    assert table["灯色"].isin({"■ 预警", "▲ 关注", "● 正常", "○ 不判定"}).all()
    assert (table["说明"].str.len() > 0).all()
    by = by_type(projects, tuple(RENEWAL_LADDERS))
    active = split(CATALOGUE["R01"], data)
    assert {kind: float(number) for kind, number in zip(by["改造类别"], by["在册"], strict=True) if number} == active
    assert by["登记"].sum() == count
    assert len(projects_table(data)) == count
    assert changes(projects, projects, {A, B, C}) == []
    for kind, ladder in RENEWAL_LADDERS.items():
        counts = projects[projects["project_type"] == kind].groupby(["project_type", "stage"]).size().rename("count").reset_index()
        drawn = stage_flow(counts.rename(columns={"project_type": "type"}), ladder)
        assert sum(value or 0 for bar in drawn.data if bar.customdata is not None for value in bar.x) == counts["count"].sum()


# -- choices and the list ----------------------------------------------------------------------------------------------


def test_a_choice_narrows_rows() -> None:
    projects = derived([
        renewal("AB-1", A, REBUILT, "施工", complete_plan="2024-01-01", plan_year=2023),
        renewal("AB-2", B, REBUILT, "施工", plan_year=None, project_name="更新项目ＡＢ"),
        renewal("CD-3", C, REBUILT, "施工", complete_plan="2024-10-01"),
    ])
    lights = outline(projects, ON, REGISTRY)["light"]

    def ids(choice: Choice) -> list[str]:
        return projects.loc[chosen(projects, lights, choice), "project_id"].tolist()

    assert ids(Choice()) == ["AB-1", "AB-2", "CD-3"]
    assert ids(Choice(years=("2023", NO_YEAR))) == ["AB-1", "AB-2"]
    assert ids(Choice(lights=(RED, YELLOW))) == ["AB-1", "CD-3"]
    assert ids(Choice(text=" ab  更新 ")) == ["AB-1", "AB-2"]
    assert ids(Choice(text="弄")) == ["AB-1", "AB-2", "CD-3"], "the address is searched, too"
    assert ids(Choice(text="[.*")) == []
    assert Choice(text="  ").empty


def test_the_list_taken_out_is_what_is_seen() -> None:
    data = snapshot({"renewal_projects": [
        renewal("P1", A, REBUILT, "协议签订", households_to_sign=300, households_signed=200, sign_plan="2024-08-31", project_name="=1+1"),
        renewal("P2", B, REBUILT, "施工", gfa_m2=None),
        renewal("P3", B, "拆除重建", "施工", complete_plan="2024-10-10"),
    ]})
    table = projects_table(data)
    assert table["项目编码"].tolist() == ["P1", "P3", "P2"]
    assert table["签约率（%）"].tolist()[0] == 66.7
    assert pd.isna(table["建筑面积（㎡）"].tolist()[2])
    assert projects_table(data, units=(B,), filters=(("project_type", ("拆除重建",)),))["项目编码"].tolist() == ["P3"]
    assert projects_table(data, choice=Choice(lights=(UNJUDGED,)))["项目编码"].tolist() == ["P2"]
    text = to_csv(table).decode("utf-8-sig")
    assert "'=1+1" in text
    assert text.startswith("灯色,项目名称,说明,街镇,当前阶段,超期节点,超期天数（天）")


def test_sums_by_type_name_what_is_not_filled_in() -> None:
    table = by_type(derived([
        renewal("P1", A, REBUILT, "施工", gfa_m2=None),
        renewal("P2", B, REBUILT, "回搬"),
        renewal("P3", B, "拆除重建", "施工", gfa_m2=None),
    ]), tuple(RENEWAL_LADDERS)).set_index("改造类别")
    assert table.index.tolist() == [REBUILT, "拆除重建"]
    assert table.loc[REBUILT, ["在册", "登记", "涉及户数", "建筑面积", "面积未填"]].tolist() == [1, 2, 200, 8000, 1]
    assert pd.isna(table.loc["拆除重建", "建筑面积"]), "nothing known is no 0"


# -- what a month changed ----------------------------------------------------------------------------------------------


def test_changes_most_important_first() -> None:
    before = derived([
        renewal("LATE", A, REBUILT, "施工", complete_plan="2024-09-10"),
        renewal("OFF", A, REBUILT, "施工", complete_plan="2024-11-10"),
        renewal("BACK", A, REBUILT, "施工"),
        renewal("DONE", A, REBUILT, "施工", complete_plan="2024-09-01"),
        renewal("SIGN", A, REBUILT, "协议签订", households_to_sign=100, households_signed=50),
        renewal("FALL", A, REBUILT, "协议签订", households_to_sign=100, households_signed=50),
        renewal("SAME", A, REBUILT, "施工"),
        renewal("GONE", A, REBUILT, "施工"),
        renewal("ELSE", C, REBUILT, "施工"),
    ], date(2024, 8, 31))
    now = derived([
        renewal("LATE", A, REBUILT, "施工", complete_plan="2024-09-10"),
        renewal("OFF", A, REBUILT, "施工", complete_plan="2025-01-10"),
        renewal("BACK", A, REBUILT, "外搬过渡"),
        renewal("DONE", A, REBUILT, "竣工", complete_plan="2024-09-01", complete_actual="2024-09-11"),
        renewal("SIGN", A, REBUILT, "建设审批", households_to_sign=100, households_signed=97),
        renewal("FALL", A, REBUILT, "协议签订", households_to_sign=100, households_signed=48),
        renewal("SAME", A, REBUILT, "施工"),
        renewal("NEW", A, REBUILT, "组织评估"),
    ])
    found = [(one.project_id, [clause.words for clause in one.clauses]) for one in changes(now, before, {A, B})]
    assert found == [
        ("LATE", ["新增超期：“竣工”已超期 20 天"]),
        ("OFF", ["“竣工”计划 2024-11-10 → 2025-01-10（推迟 61 天）"]),
        ("FALL", ["签约 50 → 48 户（−2）"]),
        ("BACK", ["阶段 施工 → 外搬过渡（退回）"]),
        ("DONE", ["“竣工”已于 2024-09-11 完成，晚 10 天", "阶段 施工 → 竣工"]),
        ("SIGN", ["阶段 协议签订 → 建设审批", "签约 50 → 97 户（+47）"]),
        ("GONE", ["不再登记，上月阶段“施工”"]),
        ("NEW", ["新登记，当前阶段“组织评估”"]),
    ], "ELSE is of a 街镇 that does not stand in both months"


def test_a_day_taken_back_and_a_number_not_filled_in() -> None:
    before = derived([renewal("P", A, REBUILT, "施工", start_actual="2024-08-01", complete_plan="2024-12-01", households_signed=50)])
    now = derived([renewal("P", A, REBUILT, "施工")])
    assert [clause.words for clause in changes(now, before, {A})[0].clauses] == [
        "“开工”实际日期 2024-08-01 已撤去", "“竣工”计划日期 2024-12-01 已撤去", "签约 50 户 → 未填",
    ]


def test_a_day_of_the_first_who_is_back_is_no_completion() -> None:
    here = {"households_to_return": 100, "return_plan": "2024-12-31"}
    before = derived([renewal("P", A, REBUILT, "回搬", households_returned=0, **here)])
    now = derived([renewal("P", A, REBUILT, "回搬", households_returned=9, return_actual="2024-09-20", **here)])
    (found,) = changes(now, before, {A})
    assert [one.words for one in found.clauses] == ["回搬 0 → 9 户（+9）"]


def test_a_project_that_moved_to_another_place_is_not_gone() -> None:
    before, now = derived([renewal("P", A, REBUILT, "施工")]), derived([renewal("P", C, REBUILT, "施工")])
    assert changes(now, before, {A}) == []


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_the_flow_has_every_stage_of_its_ladder_and_no_other() -> None:
    counts = pd.DataFrame({"type": [REBUILT, "拆除重建", REBUILT], "stage": ["施工", "施工", "回搬"], "count": [2, 1, 4]})
    drawn = stage_flow(counts, REBUILDING, selected=("施工", REBUILT))
    names = [re.sub("<[^>]*>", "", text) for text in drawn.layout.yaxis.ticktext]
    assert names == ["▸ 施工" if stage == "施工" else stage for stage in REBUILDING.stages]
    texts = [re.sub("<[^>]*>", "", text) for text in drawn.layout.yaxis2.ticktext]
    assert texts[REBUILDING.stages.index("施工")] == "3 个"
    assert texts[0] == "0"
    bar = drawn.data[0]
    at = REBUILDING.stages.index("施工")
    assert picked(bar.customdata[at]) == ("施工", REBUILT)
    assert (bar.x[at], bar.x[0], bar.marker.line.width[at], bar.marker.line.width[0]) == (2, None, 3, 0)
    assert drawn.layout.shapes[0].y0 == REBUILDING.stages.index("回搬") - 0.5
    assert "不计入在册" in drawn.layout.title.text
    assert "没有项目" in stage_flow(counts[:0], LIFT).layout.annotations[0].text


def test_years_beside_the_published_sum() -> None:
    rows = [
        Measured("面积", "万㎡", 1, (("2024年", 5.0), ("2025年（至6月）", 2.5)), 20.0),
        Measured("更多", "万㎡", 1, (("2024年", 30.0), ("2025年（至6月）", None)), 20.0),
        Measured("台数", "台", 0, (("2025年末", None),), 100.0),
    ]
    drawn = against_published(rows)
    texts = [re.sub("<[^>]*>", "", text) for text in drawn.layout.yaxis2.ticktext]
    assert texts == ["7.5 / 20 万㎡", "30.0 / 20 万㎡", "○ 未报"]
    assert list(drawn.data[1].x) == [25.0, 150.0, None]
    assert list(drawn.data[2].x) == [12.5, None, None]
    assert list(drawn.data[2].base) == [25.0, 150.0, 0.0]
    assert drawn.layout.xaxis.range[1] > 150
    assert against_published([]).layout.annotations[0].text == "暂无数据"


def test_years_follow_the_actual_days_of_the_rows_as_they_stand() -> None:
    rows = [
        renewal("P1", A, "旧住房综合修缮", "竣工备案", gfa_m2=1_000.0, complete_actual="2024-12-31", start_actual="2021-12-31"),
        renewal("P2", B, "旧住房综合修缮", "竣工备案", gfa_m2=300.0, start_actual="2023-01-01"),
        renewal("P3", B, REBUILT, "回搬", gfa_m2=50.0, complete_actual="2024-09-30"),
        renewal("P4", B, REBUILT, "施工", gfa_m2=7.0, complete_actual="2024-10-01"),
    ]
    data = snapshot({"renewal_projects": rows, "lifts": [], "milestones": []})
    found = by_year(data, range(2019, 2027))
    assert list(found) == [2021, 2022, 2023, 2024], "neither before the first day that is told nor after the data"
    assert [found[year]["R08"].whole.value for year in found] == [1_000, 0, 300, 0]
    assert [found[year]["R07"].whole.value for year in found] == [0, 0, 0, 50], "what lies after the date has not happened"
    assert found[2023]["R08"].of(B).value == 300
    assert by_year(snapshot({"renewal_projects": []}), range(2021, 2025)) == {}
    now = found[2024]
    assert {name: one.whole.value for name, one in now.items()} == {
        name: evaluate(CATALOGUE[name], data).whole.value for name in OF_A_YEAR}, "this year is that of the catalogue"
