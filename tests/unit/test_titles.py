"""The lines above a table and the kinds of rows below its header, as tables of input → output."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from lib.datasets.places import subdistrict_codes
from lib.ingest.header import unit_from_line
from lib.ingest.rows import Row, kind_of
from lib.ingest.sheet import Sheet
from lib.ingest.titles import Titles, period_in, plain, read_titles, reporting_units


def titles(*rows: list[Any]) -> Titles:
    return read_titles(Sheet.of_rows("a", [*rows, ["小区编码"]]), len(rows))


@pytest.mark.parametrize(("text", "expected"), [
    ("普陀区住宅小区基本情况表（2024年9月）", "2024-09"), ("2024年09月份", "2024-09"), ("２０２４年１０月", "2024-10"),
    ("2024.9", "2024-09"),
    ("2024-10", "2024-10"), ("2024/1", "2024-01"), ("2024 年 9 月", "2024-09"), ("附件：2024年12月定稿", "2024-12"),
    ("报表（2024.12）", "2024-12"),
    ("截至2024年9月30日", "2024-09"), ("数据截止日期：2024-09-30", "2024-09"), ("截至2024.9.30", "2024-09"),
    ("2024年13月", ""), ("2024-13", ""), ("2024年0月", ""), ("2021—2025年", ""), ("2021-2025年规划", ""), ("2024-2025年度", ""),
    ("2024年度", ""),
    ("2024年1-9月", ""), ("2024年1—9月", ""), ("2024年第3季度", ""), ("2024年9月30日", ""), ("2024-10-31", ""), ("2024.10.31", ""),
    ("填报日期：2024年10月8日", ""), ("填报日期：2024年10月", ""), ("打印时间:2024-10", ""), ("沪房规范〔2023〕1号", ""), ("1234.5", ""),
    ("12024年9月", ""), ("1999年9月", ""), ("", ""),
    ("报告期：2024年9月 填报日期：2024年10月8日", "2024-09"), ("填报日期：2024年10月8日 2024年9月", ""),
])
def test_month_named_in_a_text(text: str, expected: str) -> None:
    assert period_in(text) == expected


@pytest.mark.parametrize(("rows", "expected"), [
    ([["普陀区情况表（2024年9月）"]], "2024-09"),
    ([["普陀区情况表（2024年9月）"], ["报告期：2024年8月"]], "2024-08"),
    ([["报告期", "", "2024年8月"]], "2024-08"),
    ([["报告期：", datetime(2024, 8, 1)]], "2024-08"),
    ([["报告期：", date(2024, 8, 31)]], "2024-08"),
    ([["报告期：2024-08"]], "2024-08"),
    ([["填报单位：区房管局", "填报日期：2024年10月8日"]], ""),
    ([["填报日期：", "2024年10月"]], ""),
    ([["填报日期：", datetime(2024, 10, 8)]], ""),
    ([["填报日期", "2024年10月", "2024年9月"]], "2024-09"),
    ([["填报日期：2024年10月8日"], ["情况表（2024年9月）"]], "2024-09"),
    ([["填报单位：区房管局    报告期：2024年9月    填报日期：2024年10月8日"]], "2024-09"),
    ([["报告期：2024年13月"]], ""),
    ([["2021—2025年更新计划"], ["2024年9月"]], "2024-09"),
    ([[datetime(2024, 10, 8)]], ""),
    ([[2024.9]], "2024-09"),
    ([["情况表（2024年9月）"], ["上期：2024年8月"]], "2024-09"),
    ([["报告期：2024年9月"], ["上期报告期：2024年8月"]], "2024-09"),
    ([], ""),
])
def test_period_of_a_sheet(rows: list[list[Any]], expected: str) -> None:
    assert titles(*rows).period == expected


@pytest.mark.parametrize(("rows", "expected"), [
    ([["填报单位：长风新村街道"]], "长风新村街道"),
    ([["填报单位", "长风新村街道"]], "长风新村街道"),
    ([["填报单位：", "", "长风新村街道"]], "长风新村街道"),
    ([["填报单位（盖章）：长风新村街道办事处"]], "长风新村街道办事处"),
    ([["填报单位:长风新村街道（盖章）"]], "长风新村街道"),
    ([["编制部门：区房管局"]], "区房管局"),
    ([["填报单位：区房管局    报告期：2024年9月    填报日期：2024年10月8日"]], "区房管局"),
    ([["填报单位：区房管局 单位：万元"]], "区房管局"),
    ([["填报单位：", "报告期：2024年9月"]], ""),
    ([["填报单位：长风新村街道 填报人：某某"]], "长风新村街道"),
    ([["填报单位：长风新村街道联系电话：某某"]], "长风新村街道"),
    ([["单位：万元"]], ""),
    ([["建设单位：某公司"]], ""),
])
def test_reporter_of_a_sheet(rows: list[list[Any]], expected: str) -> None:
    assert titles(*rows).reporter == expected


@pytest.mark.parametrize(("reporter", "expected"), [
    ("长风新村街道", "310107014"), ("长风新村街道办事处", "310107014"), ("普陀区长风新村街道办事处", "310107014"),
    ("上海市普陀区长风新村街道办事处", "310107014"), ("长风", "310107014"), ("长征镇人民政府", "310107102"),
    ("真如镇街道办事处", "310107022"),
])
def test_a_street_speaks_for_itself(reporter: str, expected: str) -> None:
    assert reporting_units(reporter) == (expected,)


@pytest.mark.parametrize("reporter", ["普陀区房管局", "普陀区住房保障和房屋管理局", "上海市普陀区房屋管理局", "区房管局物业科", "全区"])
def test_the_bureau_speaks_for_all(reporter: str) -> None:
    assert reporting_units(reporter) == subdistrict_codes()
    assert len(subdistrict_codes()) == 10


@pytest.mark.parametrize("reporter", ["长峰街道", "静安区房管局", "某某公司", "长风新村街道房管科科长"])
def test_others_speak_for_nobody(reporter: str) -> None:
    assert reporting_units(reporter) is None


@pytest.mark.parametrize(("rows", "area", "money"), [
    ([["单位：万㎡、万元"]], "万m2", "万元"), ([["（单位：万平方米）"]], "万平方米", ""), ([["计量单位：亿元"]], "", "亿元"),
    ([["填报单位：区房管局", "单位：元"]], "", "元"), ([["填报单位：区房管局  单位：元"]], "", "元"),
    ([["建设单位：万元公司"], ["金额单位：万元"]], "", "万元"),
    ([["填报单位：区房管局"]], "", ""), ([["单位：户"]], "", ""),
])
def test_unit_line(rows: list[list[Any]], area: str, money: str) -> None:
    line = titles(*rows).units
    assert (unit_from_line(line, "㎡"), unit_from_line(line, "万元")) == (area, money)


def test_form_code() -> None:
    assert titles(["表号：pt-yw-01"], ["业委会情况表"]).form_codes == ["PT-YW-01"]


@pytest.mark.parametrize(("value", "expected"), [
    ("合　 计", "合计"), (" 注：\n某", "注:某"), ("—", ""), (None, ""), (date(2024, 9, 1), "2024-09-01"), (3.0, "3.0"),
])
def test_plain(value: Any, expected: str) -> None:
    assert plain(value) == expected


KEY, OWNER = [1], 2
ROWS = [
    # 序号, 小区编码, 街镇, 备注
    ([1.0, "A1", "长风", "注：某"], Row.DATA), ([1.0, "A1", "", ""], Row.DATA), (["", "A1", "", ""], Row.DATA),
    ([1.0, "", "长风", ""], Row.DATA),
    (["备注：已核", "A1", "长风", ""], Row.DATA), (["例园", "A1", "长风", ""], Row.DATA), (["例如", "A1", "长风", ""], Row.DATA),
    (["合计", "A1", "长风", ""], Row.DATA), (["", "", "", "只有备注"], Row.DATA), (["本表一式两份", "", "", ""], Row.DATA),
    (["", "", "", ""], Row.BLANK), (["—", "/", None, " "], Row.BLANK),
    (["…", "…", "…", ""], Row.PLACEHOLDER), (["……", "", "", ""], Row.PLACEHOLDER), (["...", "-", "", ""], Row.PLACEHOLDER),
    (["示例", "A1", "长风", ""], Row.PLACEHOLDER), (["例：", "A1", "", ""], Row.PLACEHOLDER),
    ([1.0, "示例001", "长风", ""], Row.PLACEHOLDER),
    (["例如：填写全称", "", "", ""], Row.PLACEHOLDER),
    (["合计", "", "", 5.0], Row.GRAND_TOTAL), (["合 计", "", "", 5.0], Row.GRAND_TOTAL), (["", "总计", "", 5.0], Row.GRAND_TOTAL),
    (["合计：", "57个", "", 5.0], Row.GRAND_TOTAL), (["全区合计", "", "", 5.0], Row.GRAND_TOTAL),
    (["合计（10个街镇）", "", "", 5.0], Row.GRAND_TOTAL),
    (["小计", "", "长风", 5.0], Row.TOTAL), (["长风小计", "", "", 5.0], Row.TOTAL), (["长风合计", "", "", 5.0], Row.TOTAL),
    ([1.0, "", "小计", 5.0], Row.TOTAL),
    (["注：空白表示没有数据", "", "", ""], Row.FOOTER), (["填报人：（略）", "", "", "（盖章）"], Row.FOOTER),
    (["", "审核：（略）", "", ""], Row.FOOTER),
    (["填表人（签字）：", "", "", "联系电话："], Row.FOOTER), (["单位负责人签字：", "", "", ""], Row.FOOTER),
    (["", "", "（盖章）", ""], Row.FOOTER),
]


@pytest.mark.parametrize(("cells", "expected"), ROWS, ids=[str(cells) for cells, _ in ROWS])
def test_kind_of_row(cells: list[Any], expected: Row) -> None:
    assert kind_of(cells, KEY, OWNER) is expected


def test_a_long_row_without_a_key_is_data_whatever_it_begins_with() -> None:
    assert kind_of(["备注：某", "", "长风", *range(1, 6)], KEY, OWNER) is Row.DATA


@pytest.mark.parametrize(("text", "expected"), [
    ("进展表202609", "2026-09"), ("进展表（二〇二六年九月）", "2026-09"), ("二零二六年十二月", "2026-12"), ("二〇二六年十月", "2026-10"),
    ("编号20260912", ""), ("PT-202609", ""), ("2026年1-9月", ""),
])
def test_other_spellings_of_a_month(text: str, expected: str) -> None:
    assert period_in(text) == expected


def test_a_title_of_another_month_is_kept_beside_the_period() -> None:
    found = read_titles(Sheet.of_rows("a", [["进展表（2026年9月）"], ["报告期：2026年10月"], ["小区编码"]]), 2)
    assert (found.period, found.period_cell, found.other_period, found.other_cell) == ("2026-10", "A2", "2026-09", "A1")
    assert read_titles(Sheet.of_rows("a", [["进展表（9月份）"], ["小区编码"]]), 1).month == 9


def test_a_form_is_named_by_its_title_where_no_code_stands() -> None:
    sheet = Sheet.of_rows("a", [["普陀区业主委员会组建和换届情况表"], ["小区编码"]])
    assert read_titles(sheet, 1).form_codes == ["PT-YW-01"]
