"""What is read from a cell: tables of input → output, one per kind of field."""

from __future__ import annotations

import datetime as dt
from datetime import date
from typing import Any

import pytest

from lib.datasets import DATASETS
from lib.datasets.places import subdistricts
from lib.ingest.cells import EMPTY, Reading, is_blank, points_written, read_cell
from lib.spec.fields import Field
from lib.spec.findings import finding
from lib.spec.kinds import Kind

TEXT = Field("a", "文字", Kind.TEXT)
CODE = Field("a", "编码", Kind.CODE)
HOUSEHOLDS = Field("a", "户数", Kind.INTEGER, unit="户", minimum=0, maximum=20_000)
SESSION = Field("a", "届别", Kind.INTEGER, unit="届", minimum=1, maximum=20)
AREA = Field("a", "面积", Kind.DECIMAL, unit="㎡", minimum=0, maximum=3_000_000)
MONEY = Field("a", "投资", Kind.DECIMAL, unit="万元", minimum=0)
LATITUDE = Field("a", "纬度", Kind.DECIMAL, unit="°", minimum=30, maximum=32.5)
PERCENT = Field("a", "比例", Kind.PERCENT, unit="%", minimum=0, maximum=100)
YEAR = Field("a", "年份", Kind.YEAR, unit="年", minimum=1900, maximum=2100)
DATE = Field("a", "日期", Kind.DATE)
BOOLEAN = Field("a", "是否", Kind.BOOLEAN)
CHOICE = Field("a", "状态", Kind.CHOICE, choices=("已组建", "“城中村”改造"), choice_aliases={"已成立": "已组建", "城中村": "“城中村”改造"})
MULTI = Field("a", "行业", Kind.MULTI, choices=("快递", "外卖", "医护"))
NAMES = Field("a", "别名", Kind.MULTI)
STREET = Field("a", "街镇", Kind.SUBDISTRICT)
END = Field("a", "止", Kind.DATE, ends=True)


def refused(reading: Reading) -> str:
    """The code of the one finding of a reading without a value."""
    assert reading.value is None
    assert reading.mark == ""
    [(code, values)] = reading.problems
    finding(code, field="某列", **values)
    return code


def table(*rows: tuple[Any, Any]) -> Any:
    return pytest.mark.parametrize(("raw", "expected"), rows, ids=[repr(row[0]) for row in rows])


@pytest.mark.parametrize("raw",
    [None, "", " ", "-", "--", "—", "——", "－", "–", "/", "／", "\\", "…", "……", "...", "*", "\u3000", "\u200b"])
@pytest.mark.parametrize("field", [TEXT, CODE, HOUSEHOLDS, PERCENT, DATE, BOOLEAN, CHOICE, MULTI, STREET], ids=lambda one: one.kind)
def test_signs_for_nothing_are_missing(field: Field, raw: Any) -> None:
    assert is_blank(raw)
    assert read_cell(field, raw) is EMPTY


@pytest.mark.parametrize("raw", [0, 0.0, False, "0", "-5", "无", "A-1", "．5", "一"])
def test_these_are_not_blank(raw: Any) -> None:
    assert not is_blank(raw)


@pytest.mark.parametrize("field", [CODE, HOUSEHOLDS, AREA, PERCENT, YEAR, DATE, CHOICE, MULTI, NAMES], ids=lambda one: one.title)
def test_none_at_all_is_missing(field: Field) -> None:
    assert read_cell(field, " 无 ") == EMPTY
    assert read_cell(field, "暂无") == EMPTY


@pytest.mark.parametrize("raw", ["#REF!", "#N/A", " #DIV/0! ", "#value!", "#NAME?"])
@pytest.mark.parametrize("field", [TEXT, CODE, HOUSEHOLDS, DATE, CHOICE, STREET], ids=lambda one: one.kind)
def test_error_values_are_told(field: Field, raw: str) -> None:
    assert refused(read_cell(field, raw)) == "C12"


@table(
    ("演示小区", "演示小区"), ("  演示\n小区  ", "演示 小区"), ("检　　　查", "检 查"), (77.0, "77"), (0.5, "0.5"), ("无", "无"),
    ("77-85号", "77-85号"), (date(2024, 3, 5), "2024-03-05"), (dt.datetime(2024, 3, 5), "2024-03-05"), (True, "True"),
)
def test_text(raw: Any, expected: str) -> None:
    assert read_cell(TEXT, raw) == Reading(expected)


@table(
    ("02", "02"), (205.0, "205"), (205, "205"), ("205.0", "205"), ("２０５", "205"), (" PT 0１ ", "PT01"), (310107005001.0, "310107005001"),
    ("123456789012345678", "123456789012345678"), (999999999999999.0, "999999999999999"), ("沪〔2024〕１２号", "沪〔2024〕12号"),
    ("1.50", "1.50"), ("pt-01", "PT-01"), ("ｐｔ0１", "PT01"), ("205.0x", "205.0X"),
)
def test_code(raw: Any, expected: str) -> None:
    assert read_cell(CODE, raw) == Reading(expected)


def test_a_code_that_lost_its_digits_is_refused() -> None:
    assert refused(read_cell(CODE, 3.10107199001011e17)) == "C15"
    assert refused(read_cell(CODE, 1e15)) == "C15"


@table(
    (431.0, 431), (431, 431), ("431", 431), ("１２３", 123), ("1,234", 1234), ("１，２３４", 1234), (" 60 户 ", 60), ("60户", 60),
    ("1.2万", 12000),
    ("1.2万户", 12000), ("0.57万户", 5700), ("+5", 5), ("12.0", 12), (0.0, 0), ("5000.", "C02"), ("391、55、80", "C02"),
    ("391 55 80", "C02"),
    ("391\n55", "C02"), ("10人+9专项", "C02"), ("12,34", "C02"), ("1,2345", "C02"), ("十二", "C02"), ("60套", "C02"), ("1e3", "C02"),
    (True, "C02"), (date(2024, 3, 5), "C02"), (dt.time(0, 0), "C02"), ("12.5", "C07"), (12.5, "C07"), ("-5", "C08"), (-5, "C08"),
    ("20001", "C08"), ("2.1万", "C08"), ("99999999999999999999", "C08"), ("^12", "C02"), ("．5", "C02"),
)
def test_integer(raw: Any, expected: int | str) -> None:
    reading = read_cell(HOUSEHOLDS, raw)
    if isinstance(expected, str):
        assert refused(reading) == expected
    else:
        assert reading == Reading(expected)
        assert type(reading.value) is int


@table(
    ("约3832", 3832), ("大约 3832", 3832), ("近20户", 20), ("600余", 600), ("3800多", 3800), ("约3832左右", 3832), ("约1,200户", 1200),
)
def test_about(raw: str, expected: int) -> None:
    assert read_cell(HOUSEHOLDS, raw) == Reading(expected, "approx", (("C11", {"value": raw.strip()}),))


@table(("约", "C02"), ("约十户", "C02"), ("余", "C02"), ("约30000", "C08"))
def test_about_nothing_certain(raw: str, expected: str) -> None:
    assert refused(read_cell(HOUSEHOLDS, raw)) == expected


@table((3.0, 3), ("第3届", 3), ("3届", 3), ("第三届", 3), ("三", 3), ("第十届", 10), ("第十二届", 12), ("二十", 20), ("第二届", 2))
def test_session(raw: Any, expected: int) -> None:
    assert read_cell(SESSION, raw) == Reading(expected)


def test_an_approximate_session_says_so() -> None:
    assert read_cell(SESSION, "第三届左右") == Reading(3, "approx", (("C11", {"value": "第三届左右"}),))


@pytest.mark.parametrize("raw", ["第三十届", "十十", "一二", "首届", "第届"])
def test_no_session(raw: str) -> None:
    assert refused(read_cell(SESSION, raw)) == "C02"


@pytest.mark.parametrize(("raw", "factor", "expected"), [
    (1234.5, 1, 1234.5), ("1,234.5", 1, 1234.5), (0.12, 10_000, 1200.0), ("0.12", 10_000, 1200.0), (0.1, 10_000, 1000.0),
    (4.3, 10_000, 43000.0),
    (0.57, 10_000, 5700.0), ("1.2万㎡", 1, 12000.0), ("1.2万平方米", 10_000, 12000.0), ("1200㎡", 10_000, 1200.0), ("1200 m2", 1, 1200.0),
    ("1.2万", 1, 12000.0), (0, 1, 0.0),
])
def test_area(raw: Any, factor: float, expected: float) -> None:
    reading = read_cell(AREA, raw, factor)
    assert reading == Reading(expected)
    assert type(reading.value) is float


@pytest.mark.parametrize(("raw", "factor", "expected"), [
    ("1.2万", 10_000, "C02"), ("1200元", 1, "C02"), ("约", 1, "C02"), (500, 10_000, "C08"), (-0.1, 1, "C08"), ("1200㎡左", 1, "C02"),
])
def test_no_area(raw: Any, factor: float, expected: str) -> None:
    assert refused(read_cell(AREA, raw, factor)) == expected


@pytest.mark.parametrize(("raw", "factor", "expected"), [
    (12_345_678.9, 0.0001, 1234.56789), ("12000元", 1, 1.2), ("1.5亿元", 1, 15000.0), (1.5, 10_000, 15000.0), ("30千元", 1, 3.0),
    ("5万元", 0.0001, 5.0),
])
def test_money(raw: Any, factor: float, expected: float) -> None:
    assert read_cell(MONEY, raw, factor) == Reading(expected)


@pytest.mark.parametrize("factor", [1, 0.0001])
def test_ten_thousands_of_what_is_already_counted_in_ten_thousands_is_refused(factor: float) -> None:
    assert refused(read_cell(MONEY, "1.2万", factor)) == "C02"


def test_range_is_told_exactly() -> None:
    [(code, texts)] = read_cell(LATITUDE, 33.0).problems
    assert finding(code, field="纬度", **texts).message == "“纬度”为 33，超出 30～32.5°。"
    [(code, texts)] = read_cell(AREA, 500, 10_000).problems
    assert finding(code, field="面积", **texts).message == "“面积”为 500，超出 0～3000000㎡。"
    [(code, texts)] = read_cell(MONEY, -1).problems
    assert finding(code, field="投资", **texts).message == "“投资”为 -1，超出 0～不限万元。"


@pytest.mark.parametrize(("raw", "factor", "expected"), [
    ("96.5%", 1, 96.5), ("96.5%", 100, 96.5), ("９６．５％", 100, 96.5), ("96.5 %", 1, 96.5), ("0.5%", 100, 0.5), (0.965, 100, 96.5),
    (0.07, 100, 7.0),
    (0.29, 100, 29.0), (1.0, 100, 100.0), (96.5, 1, 96.5), ("96.5", 1, 96.5), (0, 100, 0.0), ("100%", 1, 100.0),
])
def test_percent(raw: Any, factor: float, expected: float) -> None:
    assert read_cell(PERCENT, raw, factor) == Reading(expected)


@pytest.mark.parametrize(("raw", "factor", "expected"), [
    (101, 1, "C08"), (1.01, 100, "C08"), ("120%", 1, "C08"), ("-1%", 1, "C08"), ("九成", 1, "C02"), ("%", 1, "C02"), (True, 100, "C02"),
])
def test_no_percent(raw: Any, factor: float, expected: str) -> None:
    assert refused(read_cell(PERCENT, raw, factor)) == expected


@table((0.965, 0.965), ("0.965", 0.965), ("96.5", 96.5), ("96.5%", None), ("约0.9", 0.9), ("-", None), ("无", None), (True, None),
    (None, None))
def test_percent_cells_without_a_sign(raw: Any, expected: float | None) -> None:
    assert points_written(raw) == expected


@table(
    ("1984年", 1984), (1984.0, 1984), ("１９８４", 1984), ("1984年5月", 1984), ("1984.5", 1984), ("1984-05-06", 1984),
    (date(1984, 5, 6), 1984),
    ("84年", "C02"), ("1984年左右", "C02"), ("1980年代", "C02"), (1984.5, "C02"), (1899, "C08"), (2101, "C08"), (198.0, "C08"),
    ("24", "C08"),
    ("八四年", "C02"),
)
def test_year(raw: Any, expected: int | str) -> None:
    reading = read_cell(YEAR, raw)
    assert (refused(reading) if isinstance(expected, str) else reading) == (expected if isinstance(expected, str) else Reading(expected))


MARCH_5 = date(2024, 3, 5)


@table(
    ("2024年3月5日", MARCH_5), ("2024年03月05日", MARCH_5), ("2024年3月5", MARCH_5), (" 2024 年 3 月 5 日 ", MARCH_5),
    ("２０２４年３月５日", MARCH_5),
    ("2024/3/5", MARCH_5), ("2024.3.5", MARCH_5), ("2024-3-5", MARCH_5), ("2024-03-05", MARCH_5), ("20240305", MARCH_5),
    (20240305.0, MARCH_5),
    (20240305, MARCH_5), ("2024-03-05 00:00:00", MARCH_5), ("2024/3/5 0:00:00", MARCH_5), ("2024-03-05T10:30", MARCH_5),
    ("2024/3/5 10:30", MARCH_5),
    (date(2024, 3, 5), MARCH_5), (dt.datetime(2024, 3, 5, 12, 30), MARCH_5), (45352.0, date(2024, 3, 1)), (45352, date(2024, 3, 1)),
    ("45352", date(2024, 3, 1)), (45352.75, date(2024, 3, 1)), ("2024/3/1", date(2024, 3, 1)), ("2024年2月29日", date(2024, 2, 29)),
    ("1920-01-01", date(1920, 1, 1)), ("2099-12-31", date(2099, 12, 31)),
)
def test_date(raw: Any, expected: date) -> None:
    assert read_cell(DATE, raw) == Reading(expected)


@table(
    ("2024年3月", date(2024, 3, 1)), ("2024.3", date(2024, 3, 1)), ("2024/03", date(2024, 3, 1)), ("2024-12", date(2024, 12, 1)),
    (2024.3, date(2024, 3, 1)), (2024.12, date(2024, 12, 1)), ("2024.1", date(2024, 1, 1)), ("2024.10", date(2024, 10, 1)),
)
def test_date_to_the_month(raw: Any, expected: date) -> None:
    assert read_cell(DATE, raw) == Reading(expected, "month", (("C09", {"value": str(raw), "day": expected.isoformat()}),))


@table(
    ("2024年2月", date(2024, 2, 29)), ("2023.2", date(2023, 2, 28)), ("2024-12", date(2024, 12, 31)), ("2024年4月", date(2024, 4, 30)),
)
def test_an_end_to_the_month_is_its_last_day(raw: Any, expected: date) -> None:
    assert read_cell(END, raw) == Reading(expected, "month", (("C09", {"value": str(raw), "day": expected.isoformat()}),))


def test_an_end_to_the_year_is_its_last_day() -> None:
    assert read_cell(END, "2027年") == Reading(date(2027, 12, 31), "year", (("C13", {"value": "2027年", "day": "2027-12-31"}),))
    assert read_cell(END, "2027-05-15") == Reading(date(2027, 5, 15))


def test_the_fields_that_end() -> None:
    ends = {one.name for dataset in DATASETS.values() for one in dataset.fields if one.ends}
    assert ends >= {"term_end", "substitute_end", "pm_contract_end", "risk_due",
        *(f"{prefix}_plan" for prefix in ("consult", "sign", "start", "complete", "return"))}
    assert {one.name for dataset in DATASETS.values() for one in dataset.fields if one.exact} == {"term_end"}


@table(("1984年", date(1984, 1, 1)), (1984.0, date(1984, 1, 1)), ("1984", date(1984, 1, 1)))
def test_date_to_the_year(raw: Any, expected: date) -> None:
    assert read_cell(DATE, raw) == Reading(expected, "year", (
        ("C13", {"value": "1984年" if raw == "1984年" else "1984", "day": "1984-01-01"}),))


@table(
    ("2024年2月30日", "C03"), ("2023-02-29", "C03"), ("2024-13-01", "C03"), ("2024年13月", "C03"), ("2024.0", "C03"),
    ("20241301", "C03"), ("24.3.5", "C03"),
    ("3月5日", "C03"), ("2024年3月底", "C03"), ("2024年3月5日前", "C03"), ("2024-2025", "C03"), ("已完成", "C03"), (True, "C03"),
    (0.0, "C03"), (12.0, "C03"),
    (202403.0, "C03"), (-45352.0, "C03"), (1e9, "C03"), (dt.time(0, 0), "C03"), (dt.timedelta(days=3), "C03"), (2024.1, "C03"),
    (2024.13, "C03"),
    (date(1900, 1, 1), "C08"), (date(9999, 12, 31), "C08"), ("1900-01-00", "C03"), ("1900-01-01", "C08"), ("2100-01-01", "C08"),
    (99999.0, "C08"),
    ("1919", "C08"),
)
def test_no_date(raw: Any, expected: str) -> None:
    assert refused(read_cell(DATE, raw)) == expected


@table(
    ("是", True), ("有", True), ("√", True), ("☑", True), ("已配备", True), ("Y", True), ("1", True), (1.0, True), (True, True),
    ("ＹＥＳ", True),
    ("否", False), ("无", False), ("×", False), ("□", False), ("未配备", False), ("N", False), ("0", False), (0, False), (False, False),
    ("没有", False),
    ("是否", "C06"), ("2", "C06"), (2.0, "C06"), ("是（部分）", "C06"), ("待定", "C06"),
)
def test_boolean(raw: Any, expected: bool | str) -> None:
    reading = read_cell(BOOLEAN, raw)
    if isinstance(expected, str):
        assert refused(reading) == expected
    else:
        assert reading == Reading(expected)
        assert type(reading.value) is bool


@table(
    ("已组建", "已组建"), (" 已 组建 ", "已组建"), ("已成立", "已组建"), ("城中村", "“城中村”改造"), ("“城中村”改造", "“城中村”改造"),
    ("组建", "C04"), ("已组建中", "C04"), (1.0, "C04"), (True, "C04"),
)
def test_choice(raw: Any, expected: str) -> None:
    reading = read_cell(CHOICE, raw)
    assert (refused(reading) if expected == "C04" else reading.value) == expected


def test_choices_are_named_in_the_advice() -> None:
    [(code, texts)] = read_cell(CHOICE, "组建").problems
    assert finding(code, field="状态", **texts).advice == "请从下列选项中选填：已组建、“城中村”改造。"


@table(
    ("快递", "快递"), ("快递、外卖", "快递、外卖"), ("快递，外卖", "快递、外卖"), ("快递；外卖;医护", "快递、外卖、医护"),
    ("快递\n外卖", "快递、外卖"),
    ("快递、快递、", "快递"), (" 外卖 、 快递 ", "外卖、快递"), ("快递、骑手", "C04"), ("快递 外卖", "C04"), ("快递、无", "C04"),
)
def test_several_choices(raw: str, expected: str) -> None:
    reading = read_cell(MULTI, raw)
    assert (refused(reading) if expected == "C04" else reading.value) == expected


@table(("一村、二村", "一村、二村"), ("一村;一村", "一村"), ("77-85号", "77-85号"), ("、", None), ("无", None), (77.0, "77"))
def test_several_names(raw: Any, expected: str | None) -> None:
    assert read_cell(NAMES, raw) == Reading(expected)


STREETS = {
    "310107005": ("曹杨新村街道", "曹杨", "曹杨新村", "曹杨街道"), "310107014": ("长风新村街道", "长风", "长风新村", "长风街道"),
    "310107015": ("长寿路街道", "长寿", "长寿路", "长寿街道"), "310107016": ("甘泉路街道", "甘泉", "甘泉路", "甘泉街道"),
    "310107017": ("石泉路街道", "石泉", "石泉路", "石泉街道"), "310107020": ("宜川路街道", "宜川", "宜川路", "宜川街道"),
    "310107021": ("万里街道", "万里"), "310107022": ("真如镇街道", "真如", "真如镇", "真如街道"), "310107102": ("长征镇", "长征"),
    "310107103": ("桃浦镇", "桃浦"),
}


@pytest.mark.parametrize("code", STREETS)
def test_every_name_of_every_street(code: str) -> None:
    for name in STREETS[code]:
        for written in (name, f"普陀区{name}", f"上海市普陀区{name}", f" {name[0]} {name[1:]}", f"{name}办事处", code):
            assert read_cell(STREET, written) == Reading(code), written
    assert read_cell(STREET, float(code)) == Reading(code)


def test_the_table_holds_these_ten_and_no_other() -> None:
    assert {one.code: (one.name, *one.aliases) for one in subdistricts()} == STREETS
    kinds = {one.code: one.kind for one in subdistricts()}
    assert kinds["310107022"] == "街道"
    assert [code for code, kind in kinds.items() if kind == "镇"] == ["310107102", "310107103"]


@table(
    ("长峰", "长风新村街道、长寿路街道、长征镇"), ("长峰街道", "长风新村街道、长寿路街道、长征镇"), ("石桥路街道", "石泉路街道"),
    ("长风路街道", "长风新村街道、长寿路街道、长征镇"), ("真如镇街", "真如镇街道"), ("普陀区万理街道", "万里街道"), ("某某街道", ""),
    ("普陀区", ""), ("全区", ""), ("静安寺", ""),
)
def test_an_unknown_street_is_refused_with_a_hint(raw: str, expected: str) -> None:
    [(code, texts)] = read_cell(STREET, raw).problems
    assert code == "C05"
    assert texts["hint"] == (f"是否为：{expected}？" if expected else "")
    assert read_cell(STREET, raw).value is None
