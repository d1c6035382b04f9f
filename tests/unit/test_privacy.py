"""Personal data at the door: what is refused, what is not, and that no finding repeats it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from lib.ingest.reading import read_file
from lib.spec.findings import finding
from lib.spec.personal import mask_personal, personal_number
from tests.support.workbooks import (
    DISTRICT,
    HEADER,
    Page,
    committee,
    form,
    of_few,
    only,
    read,
    told,
    values,
    workbook,
)

CARD = "6222021234567890128"
"""Nineteen digits that pass Luhn; made up."""


@pytest.mark.parametrize(("text", "what"), [
    ("4111111111111111", "银行账号"), ("4111 1111 1111 1111", "银行账号"), ("卡4111-1111-1111-1111", "银行账号"),
    ("账号：310066123456", "银行账号"), ("开户银行 中国银行 123456789012345", "银行账号"), ("卡号1234 5678 9012", "银行账号"),
    ("11010519491231002X", "身份证号码"), ("110105194912310021", "身份证号码"), ("31010719880512003x", "身份证号码"),
    ("电话：021-62345678", "电话号码"), ("联系电话 62345678", "电话号码"), ("联系：（021）6234 5678", "电话号码"),
    ("电话6234567", "电话号码"),
    ("13800000000", "手机号码"),
])
def test_personal_numbers(text: str, what: str) -> None:
    assert personal_number(text) == what
    assert not any(part in mask_personal(text) for part in ("1111", "310066", "123456", "4912", "1988", "6234", "0000"))


@pytest.mark.parametrize("text", [
    "PT0140001", "310107014001", "4111111111111112", "123456789012345678", "91310107123456789X", "20240901", "2024-09-30",
    "电话调查20000户", "联系单20240901", "联系人：（略） 填报日期：20241008", "银行贷款2024-10-01 2025-10-01", "021-62345678", "62345678",
    "310107198813120012", "1234567.89", "1,234,567,890.12", "建设银行大厦12号", "沪房规范〔2023〕1号", "经度121.42345678",
])
def test_harmless_numbers(text: str) -> None:
    assert personal_number(text) == ""
    assert mask_personal(text) == text or len(text) == 18  # masked all the same: a finding can do without them


def test_findings_hold_neither_numbers_nor_names() -> None:
    for secret in (CARD, "电话：021-62345678", "填报人：张三丰", "负责人（签字）：李四"):
        message = finding("T03", header=f"某{secret}").message
        assert not any(part in message for part in (CARD, "62345678", "张三", "李四"))
    assert "负责人：" in finding("T03", header="负责人：").message


@pytest.mark.parametrize("title", ["账号", "账户", "帐号", "账户名", "卡号"])
def test_columns_of_accounts(title: str) -> None:
    staging = read(form([*committee("A1"), "某"], header=[*HEADER, title]))
    assert told(staging, "T13", "T03") == [("T13", "H4")]
    assert (staging.personal, staging.rows) == (True, None)


@pytest.mark.parametrize("title", ["主任", "负责人", "业委会主任", "项目经理", "经办人", "单位负责人", "户主", "业委会副主任（签字）"])
def test_columns_of_persons(title: str) -> None:
    named = read(form([*committee("A1"), None], [*committee("A2"), "张三"], header=[*HEADER, title]))
    assert told(named) == [("T13", "H4")]
    assert named.personal
    assert "张三" not in json.dumps(named.as_dict(), ensure_ascii=False)
    for harmless in (None, "已配备", "未配备", "空缺", "有", 3, "（略）", "详见业委会备案资料"):
        staging = read(form([*committee("A1"), harmless], header=[*HEADER, title]))
        assert not staging.personal, harmless
        assert told(staging) == [("T03", "H4")]


@pytest.mark.parametrize("title", ["维修资金账户余额", "主任科员数", "负责人数", "经理部", "责任单位", "物业企业"])
def test_other_columns_are_not_personal(title: str) -> None:
    assert not read(form([*committee("A1"), "某某某"], header=[*HEADER, title])).personal


def test_persons_on_a_sheet_that_is_not_read() -> None:
    staging = read(form(committee("A1")), Page([["小区", "主任"], ["某", "张三"]], name="通讯录"))
    assert [(one.code, one.sheet, one.cell) for one in staging.findings if one.code == "T13"] == [("T13", "通讯录", "B1")]
    assert not read(form(committee("A1")), Page([["小区", "主任"], ["某", "已配备"]], name="情况")).personal


@pytest.mark.parametrize("line", [
    ["填报人：张三"], ["填报人", "张三"], ["负责人："], ["负责人：（略）"], ["填报人：张三", None, "负责人：李四", None, "审核：王五"],
    ["单位负责人（签字）：李四"],
])
def test_names_around_the_table_stay_in_the_original_only(line: list[Any]) -> None:
    above = form(committee("A1"), titles=(["情况表（2024年9月）"], ["填报单位：区房管局"], line))
    for staging in (read(form(committee("A1"), line)), read(above)):
        assert not staging.personal
        assert staging.publishable
        assert told(staging) == []
        assert not any(name in json.dumps(staging.as_dict(), ensure_ascii=False) for name in ("张三", "李四", "王五"))


@pytest.mark.parametrize(("line", "cell"), [
    (["填报人：张三 电话：62345678"], "A6"), (["填报人：张三", "联系电话：", 62345678], "C6"), (["电话", "021-62345678"], "B6"),
    (["联系电话：", "", "13800000000"], "C6"), (["账号：", "310066123456"], "B6"),
])
def test_a_number_around_the_table_is_refused(line: list[Any], cell: str) -> None:
    staging = read(form(committee("A1"), line))
    assert told(staging, "T14") == [("T14", cell)]
    assert staging.personal
    assert not any(part in json.dumps(staging.as_dict(), ensure_ascii=False) for part in ("62345678", "13800000000", "310066123456"))


@pytest.mark.parametrize("value", [4111111111111111, "4111111111111111", "110105194912310021", 110105194912310021])
def test_numbers_in_cells(value: Any) -> None:
    staging = read(form([*committee("A1"), value], header=[*HEADER, "备注"]))
    assert told(staging, "T14") == [("T14", "H5")]


MOBILES = [f"1380000{number:04d}" for number in range(6)]


def test_a_column_of_telephones_is_told_once_at_its_header() -> None:
    staging = read(form(*([*committee(f"A{at}"), number] for at, number in enumerate(MOBILES)), header=[*HEADER, "值班"]))
    assert told(staging) == [("T36", "H4")]
    assert "6 格疑似手机号码" in staging.findings[0].message
    assert staging.personal
    assert not any(number in json.dumps(staging.as_dict(), ensure_ascii=False) for number in MOBILES)


def test_a_few_telephones_in_a_column_are_told_one_by_one() -> None:
    cells = [*MOBILES[:2], "无", "无", "某", "某", "某"]
    staging = read(form(*([*committee(f"A{at}"), text] for at, text in enumerate(cells)), header=[*HEADER, "备注"]))
    assert told(staging) == [("T14", "H5"), ("T14", "H6")]


def test_large_amounts_of_money_are_no_telephones() -> None:
    header = ["小区编码", "小区名称", "街镇", "首期筹集金额（元）", "当前余额（元）"]
    lines = [["维修资金（2024年9月）"], ["填报单位：区房管局"], header]
    staging = read(Page([*lines, ["A1", "某", "长风", 13_800_000_000.0, 20.0], ["A2", "某", "长风", 5, 1.0]]))
    assert not staging.personal


def test_the_columns_are_dropped_by_choice_and_the_copy_holds_nothing_of_them() -> None:
    rows = [[*committee(f"A{at}"), number, "某"] for at, number in enumerate(MOBILES)]
    rows[3][1] = f"演示 {MOBILES[0]}"
    data = workbook(form(*rows, header=[*HEADER, "值班电话", "备注"]))
    reading = read_file("业委会.xlsx", data, replace(DISTRICT, drop_personal=True))
    assert (reading.personal, reading.readable) == (False, True)
    assert reading.cleaned is not None
    staging = of_few(only(reading))
    assert told(staging) == [("T39", ""), ("C10", "B8")]
    assert staging.findings[0].message == "按您的选择，已删去 “Sheet1”H4、“Sheet1”B8，保存的是删去后的副本。"
    assert values(staging, "compound_id") == [f"A{at}" for at in range(6)]
    with zipfile.ZipFile(io.BytesIO(reading.cleaned)) as archive:
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert not any(number in text for number in MOBILES)
    again = of_few(only(read_file("业委会.xlsx", reading.cleaned, DISTRICT)))
    assert (told(again), again.personal) == ([("C10", "B8")], False)
