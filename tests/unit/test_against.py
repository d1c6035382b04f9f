"""A form against what stands published: other tables and the month before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lib.datasets import DATASETS
from lib.ingest.expected import Context, Expected, Question
from lib.ingest.reading import read_file
from lib.ingest.staging import Staging
from lib.ingest.template import write_template
from lib.spec.checks import KnownIn, NeverBack, NeverFalls
from lib.spec.level import Level
from lib.spec.period import Period
from tests.support.workbooks import DISTRICT, HEADER, committee, form, read, told, workbook

CHANGFENG = "310107014"
RENEWAL = DATASETS["renewal_projects"]
ROW: dict[str, Any] = {
    "project_id": "P1", "project_name": "演示项目", "project_type": "旧住房成套改造", "subdistrict": CHANGFENG, "compound_id": "C1",
    "address": "演示路1号", "implementer": "演示公司", "plan_year": 2024, "households": 200, "gfa_m2": 12_000.0, "stage": "协议签订",
    "households_to_sign": 200, "households_signed": 120, "sign_plan": date(2026, 12, 31), "consult_actual": date(2026, 3, 5),
}


def rows(**changes: Any) -> list[dict[str, Any]]:
    """Three projects; the changes are those of the first."""
    return [{**ROW, **changes}, {**ROW, "project_id": "P2"}, {**ROW, "project_id": "P3", "households_signed": 7}]


def reading(now: list[dict[str, Any]], then: list[dict[str, Any]] | None, known: dict[str, frozenset[str]] | None = None) -> Staging:
    questions: list[Question] = []

    def ask(question: Question) -> Context:
        questions.append(question)
        if then is None:
            return Context(known or {})
        before = read_file("a.xlsx", write_template(RENEWAL, Period("2026-09"), CHANGFENG, then), Expected()).stagings[0].rows
        return Context(known or {}, before, "2026-09")

    data = write_template(RENEWAL, Period("2026-10"), CHANGFENG, now)
    (staging,) = read_file("a.xlsx", data, Expected(), ask).stagings
    assert questions == [Question("renewal_projects", "2026-10", (CHANGFENG,))]
    return replace(staging, findings=tuple(one for one in staging.findings if one.code.startswith("X")))


def cell(name: str, row: int = 0) -> str:
    from lib.ingest.sheet import cell_name

    (staging,) = read_file("a.xlsx", write_template(RENEWAL, Period("2026-10"), CHANGFENG, rows()), Expected()).stagings
    assert staging.rows is not None
    return cell_name(staging.rows.column("_row")[row].as_py() - 1, [one.name for one in RENEWAL.fields].index(name))


def test_nothing_published_before_is_no_fault() -> None:
    assert told(reading(rows(), None)) == []


def test_a_month_that_went_on() -> None:
    assert told(reading(rows(households_signed=130, stage="行政调解和决定"), rows())) == []


def test_a_total_that_falls() -> None:
    staging = reading(rows(households_signed=110), rows())
    assert told(staging) == [("X02", cell("households_signed"))]
    assert staging.findings[0].message == f"“{RENEWAL.by_name['households_signed'].label}”为 110，2026年9月为 120，只应增加。"
    assert staging.findings[0].level is Level.WARNING


def test_a_date_that_moves_back() -> None:
    staging = reading(rows(consult_actual=date(2026, 2, 1)), rows())
    assert told(staging) == [("X03", cell("consult_actual"))]
    assert "2026-02-01" in staging.findings[0].message
    assert "2026-03-05" in staging.findings[0].message


def test_a_stage_that_goes_back() -> None:
    staging = reading(rows(stage="意愿征询"), rows())
    assert told(staging) == [("X04", cell("stage"))]
    assert staging.findings[0].message == "“当前阶段”为“意愿征询”，2026年9月已是“协议签订”。"


def test_the_whole_table_unchanged() -> None:
    staging = reading(rows(), rows())
    assert [code for code, _ in told(staging)] == ["X05"]
    assert staging.findings[0].message == "全部 3 行与2026年9月完全相同，确认？"
    assert told(reading(rows()[::-1], rows()))[0][0] == "X05"


def test_rows_that_are_gone() -> None:
    staging = reading(rows(households_signed=121)[:2], rows())
    assert [(one.code, one.level) for one in staging.findings] == [("X06", Level.INFO)]
    assert staging.findings[0].message == "2026年9月有、本期没有的共 1 行：P3。"


@pytest.mark.parametrize(("now", "words"), [(120_000.0, "10 倍"), (1_200.0, "十分之一"), (12_000.5, ""), (24_000.0, "")])
def test_a_decimal_point_that_moved(now: float, words: str) -> None:
    staging = reading(rows(gfa_m2=now), rows())
    assert told(staging) == ([("X07", cell("gfa_m2"))] if words else [])
    assert words in "".join(one.message for one in staging.findings)


def test_an_unknown_compound() -> None:
    staging = reading(rows(), None, {"compounds": frozenset({"C2"})})
    assert told(staging) == [("X01", cell("compound_id", row)) for row in range(3)]
    assert staging.findings[0].message == "“小区编码”C1 不在已发布的《住宅小区基本情况表》中。"
    assert told(reading(rows(), None, {"compounds": frozenset({"C1"})})) == []


def test_what_is_checked_across() -> None:
    kinds = {type(check) for dataset in DATASETS.values() for check in dataset.across}
    assert kinds == {KnownIn, NeverFalls, NeverBack}


def test_most_rows_gone_wants_a_reason() -> None:
    staging = reading(rows(households_signed=121)[:1], rows())
    assert [(one.code, one.level) for one in staging.findings] == [("X06", Level.WARNING)]


def test_columns_that_last_month_had_filled_are_told_at_once() -> None:
    more = ["评价得分", "届别说明", "替代履职方式"]
    lines = [[*committee("A1"), 80, "某", "无"], [*committee("A2"), None, "某", None]]
    before = read(form(*lines, header=[*HEADER, *more])).rows
    file = workbook(form(*(committee(code) for code in ("A1", "A2"))))
    (staging,) = read_file("a.xlsx", file, DISTRICT, lambda _question: Context({}, before, "2024-08")).stagings
    lost = [one for one in staging.findings if one.code == "X08"]
    assert [(one.cell, one.level) for one in lost] == [("A4", Level.WARNING)]
    assert lost[0].message == "2024年8月有填写、本期文件没有的共 2 列：“替代履职方式”、“评价得分”。"
