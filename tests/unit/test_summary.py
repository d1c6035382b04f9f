"""A 汇总 sheet is a checksum over the rows of the same workbook."""

from __future__ import annotations

from typing import Any

from tests.support.workbooks import Page, of_few, read, told

HEADER = ["小区编码", "小区名称", "街镇", "居委会", "地址", "房屋类型", "总建筑面积（万㎡）", "总户数", "门洞数",
          "是否符合成立业主大会条件"]


def compound(code: str, street: str, area: float, households: int) -> list[Any]:
    return [code, f"演示{code}", street, "演示居委", "演示路1号", "商品房", area, households, 5, "是"]


def with_summary(*lines: list[Any], name: str = "汇总表", header: tuple[str, ...] = ("街镇", "总户数", "总建筑面积（万㎡）")) -> Any:
    rows = [["小区（2024年9月）"], ["填报单位：区房管局"], HEADER, compound("A1", "长征", 1.2, 300), compound("A2", "长征", 0.8, 200),
            compound("A3", "桃浦", 3, 700)]
    return of_few(read(Page(rows, name="明细"), Page([["汇总"], list(header), *lines], name=name)))


def test_a_summary_that_agrees_is_silent() -> None:
    assert told(with_summary(["长征镇", 500, 2], ["桃浦", 700, 3.004], ["合计", 1200, 5])) == []


def test_a_summary_that_differs_is_told_at_its_cell() -> None:
    staging = with_summary(["长征镇", 501, 2], ["桃浦镇", 700, 2.5], ["总计", 1200, "约5"])
    assert [(one.code, one.sheet, one.cell) for one in staging.findings] == [("R11", "汇总表", "B3"), ("R11", "汇总表", "C4")]
    assert staging.findings[0].message == "汇总表中长征镇“总户数”为 501，明细相加为 500。"
    assert staging.publishable


def test_another_sheet_is_no_summary() -> None:
    staging = with_summary(["长征镇", 1, 1], name="说明")
    assert told(staging) == [("T15", "")]
    assert told(with_summary(["长征镇", 1, 1], name="台账")) == [("T15", "")]
    assert told(with_summary(["长征镇", 1, 1], header=("街镇", "甲", "乙"))) == [("T15", "")]
