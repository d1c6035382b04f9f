"""What a file speaks for: all ten 街镇 or one, a month that has been, and at which cell it is told when not."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from lib.datasets.places import subdistricts
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.spec.level import Level
from tests.support.workbooks import (
    DISTRICT,
    HEADER,
    Page,
    committee,
    form,
    only,
    read,
    told,
    values,
    workbook,
)

TEN = [committee(f"A{number}", one.name) for number, one in enumerate(subdistricts())]


def test_a_file_of_the_district_has_all_ten() -> None:
    assert read(form(*TEN), whole=True).findings == ()
    staging = read(form(*TEN[1:-1]), whole=True)
    assert told(staging) == [("T21", "C4")]
    assert staging.findings[0].message == "没有曹杨新村街道、桃浦镇的行；全区报表应包含十个街镇。"
    assert staging.findings[0].level is Level.FATAL
    assert not staging.publishable


def test_a_file_of_one_street_lacks_nobody() -> None:
    titles = (["（2024年9月）"], ["填报单位：长风新村街道"], [])
    assert read(form(committee("A1"), titles=titles), whole=True).findings == ()


def test_without_rows_nobody_is_named() -> None:
    assert told(read(form(), whole=True)) == [("T05", "A5")]
    [only] = read(form(), whole=True).findings
    assert only.advice == "请填写数据后重新上传；本期确无数据的，请勾选表上的“零报告”或用本页的“零报告”。"


def test_projects_need_not_be_everywhere() -> None:
    header = ["项目编码", "项目名称", "改造类别", "街镇", "地址", "实施主体", "年度计划批次", "涉及户数", "建筑面积（㎡）", "当前阶段"]
    rows = [[f"P{at}", "某", "拆除重建", one.name, "某", "某", 2024, 60, 1000, "施工"] for at, one in enumerate(subdistricts()[:-1])]
    staging = read(Page([["更新项目（2024年9月）"], ["填报单位：区房管局"], [], header, *rows]), whole=True)
    assert [(one.code, one.level, one.cell) for one in staging.findings] == [("T24", Level.INFO, "D4")]
    assert staging.findings[0].message == "没有桃浦镇的行，视为这些街镇本期没有项目。"
    assert staging.publishable


@pytest.mark.parametrize(("now", "expected"), [
    ("2024-08-31T23:59:00+08:00", ("T22", Level.FATAL, "报告期 2024年9月 还没有开始。")),
    ("2024-08-31T16:00:00+00:00", ("T23", Level.WARNING, "报告期 2024年9月 尚未结束。")),
    ("2024-09-30T12:00:00+08:00", ("T23", Level.WARNING, "报告期 2024年9月 尚未结束。")), ("2024-10-01T00:00:00+08:00", None),
])
def test_a_month_that_is_not_over(monkeypatch: pytest.MonkeyPatch, now: str, expected: Any) -> None:
    monkeypatch.setenv("YJPT_NOW", now)
    staging = read(form(*TEN), whole=True)
    assert [(one.code, one.level, one.message) for one in staging.findings] == ([expected] if expected else [])
    assert staging.publishable == (expected is None or expected[1] is Level.WARNING)
    assert all(one.cell == "A1" for one in staging.findings)


@pytest.mark.parametrize(("expected", "places"), [
    (Expected("compounds", "2024-10", "310107014"), [("T09", "B2"), ("T06", "A1"), ("T07", "C2")]),
])
def test_findings_name_the_line_they_speak_of(expected: Expected, places: list[tuple[str, str]]) -> None:
    titles = (["表号：PT-YW-01"], ["制表", "填报单位：区房管局", "报告期：2024年9月"], [])
    staging = read(form(committee("A1"), titles=titles), expected=expected)
    assert sorted(told(staging, "T06", "T07", "T09")) == sorted(places)


def test_findings_without_a_line_name_the_header() -> None:
    titles = (["情况表"], ["填报单位：长峰街道"], [])
    staging = read(form(committee("A1"), titles=titles), expected=Expected("compounds", "2024-10"), name="业委会（2024年9月）.xlsx")
    assert sorted(told(staging, "T06", "T07", "T10")) == [("T06", "A4"), ("T07", "A4"), ("T10", "A2")]


# -- formulas that were never calculated -----------------------------------------------------------------------------------


def with_formula(cell: bytes, inner: bytes, kind: bytes = b"") -> bytes:
    """The ten rows with a formula in place of a number, as written by programs other than Excel."""
    source = zipfile.ZipFile(io.BytesIO(workbook(form(*TEN))))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as out:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part, count = re.subn(rb'<c r="' + cell + rb'"[^>]*>.*?</c>', b'<c r="' + cell + b'"' + kind + b">" + inner + b"</c>", part)
                assert count == 1
            out.writestr(name, part)
    return sink.getvalue()


@pytest.mark.parametrize("inner", [b"<f>1+2</f>", b"<f>1+2</f><v></v>", b"<f>1+2</f><v/>", b'<f t="shared" si="0"/><v />'])
def test_a_formula_without_its_value_is_told(inner: bytes) -> None:
    staging = only(read_file("业委会.xlsx", with_formula(b"E6", inner), DISTRICT))
    assert told(staging) == [("C17", "E6")]
    assert staging.findings[0].message == "“届别”是公式，文件中没有保存计算结果。"
    assert staging.findings[0].advice == "请在 Excel 中打开、重新计算并保存后上传，或改填数值。"
    assert not staging.publishable


def test_a_formula_with_its_value_is_a_value() -> None:
    staging = only(read_file("业委会.xlsx", with_formula(b"E6", b"<f>1+2</f><v>3</v>"), DISTRICT))
    assert staging.findings == ()
    assert values(staging, "session_no")[1] == 3
    empty = only(read_file("业委会.xlsx", with_formula(b"E6", b"<f>IF(1,&quot;&quot;)</f><v></v>", b' t="str"'), DISTRICT))
    assert told(empty) == [("C10", "E6")]
    assert HEADER[4] == "届别"


def test_two_months_in_one_file_are_told() -> None:
    def page(title: str, *lines: str) -> Page:
        return Page([[title], ["填报单位：区房管局", *lines], [], list(HEADER), *TEN])

    both = read(page("情况表（2024年8月）", "报告期：2024年9月"))
    assert told(both) == [("T43", "A1")]
    assert both.findings[0].message == "这里写的是 2024年8月，而报告期是 2024年9月。"
    assert told(read(page("情况表（8月份）"))) == [("T08", ""), ("T43", "")]
    assert told(read(page("情况表（9月份）"))) == [("T08", "")]
    assert told(read(page("情况表（2024年9月）"), name="业委会2024年8月.xlsx")) == [("T45", "")]
