"""Personal data at the door: what is refused, what is not, and that no finding repeats it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from lib.ingest.formats import open_file
from lib.ingest.reading import read_file
from lib.ingest.report_sheet import CHECKER
from lib.ingest.returned import returned_workbook
from lib.ingest.sheet import Opened, Unreadable
from lib.ingest.staging import FileReading
from lib.spec.findings import finding
from lib.spec.personal import mask_personal, personal_number
from tests.support import formats
from tests.support.formats import Leaf
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
    ("13800000000", "手机号码"), ("11010519491231002X43", "身份证号码"), ("残疾证11010519491231002x11B1", "身份证号码"),
    ("11010519491231002X 12号", "身份证号码"),
])
def test_personal_numbers(text: str, what: str) -> None:
    assert personal_number(text) == what
    assert not any(part in mask_personal(text) for part in ("1111", "310066", "123456", "4912", "1988", "6234", "0000"))


@pytest.mark.parametrize("text", [
    "PT0140001", "310107014001", "4111111111111112", "123456789012345678", "91310107123456789X", "20240901", "2024-09-30",
    "电话调查20000户", "联系单20240901", "联系人：（略） 填报日期：20241008", "银行贷款2024-10-01 2025-10-01", "021-62345678", "62345678",
    "20123456789012345678", "310107198813120012", "1234567.89", "1,234,567,890.12",
    "建设银行大厦12号", "沪房规范〔2023〕1号", "经度121.42345678",
])
def test_harmless_numbers(text: str) -> None:
    assert personal_number(text) == ""
    assert mask_personal(text) == text or len(text) == 18  # masked all the same: a finding can do without them


def test_twenty_digits_are_a_number_of_a_disabled_person_only_when_all_of_it_fits() -> None:
    assert personal_number("31010719880512003042") == ""  # no check digit
    assert personal_number("11010519491231002X85") == ""  # no such kind


def test_findings_hold_neither_numbers_nor_names() -> None:
    for secret in (CARD, "电话：021-62345678", "填报人：张三丰", "负责人（签字）：李四"):
        message = finding("T03", header=f"某{secret}", hint="").message
        assert not any(part in message for part in (CARD, "62345678", "张三", "李四"))
    assert "负责人：" in finding("T03", header="负责人：", hint="").message


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
    assert all(read(form([*committee("A1"), two], header=[*HEADER, title])).personal for two in ("张三/李四", "张三、李四", "张三；李四"))
    for harmless in (None, "已配备", "未配备", "空缺", "有", 3, "（略）", "详见业委会备案资料", "已配备/未配备", "有/无", "/"):
        staging = read(form([*committee("A1"), harmless], header=[*HEADER, title]))
        assert not staging.personal, harmless
        assert told(staging) == [("T03", "H4")]


@pytest.mark.parametrize("title", ["邮箱", "电子邮件地址", "E-mail", "微信", "业主微信号", "QQ", "ＱＱ号码（必填）", "车牌", "车牌号码",
                                   "残疾证", "残疾人证号", "护照号码"])
def test_columns_of_other_personal_data(title: str) -> None:
    staging = read(form([*committee("A1"), "某"], header=[*HEADER, title]))
    assert (told(staging), staging.personal) == ([("T13", "H4")], True)


@pytest.mark.parametrize("title", ["微信群数", "是否有微信公众号", "QQ群", "车位数", "车牌识别系统", "持残疾证人数", "是否持残疾证",
                                   "智能信报箱",
                                   "维修资金账户余额", "主任科员数", "负责人数", "经理部", "责任单位", "物业企业"])
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


# -- outside of the cells --------------------------------------------------------------------------------------------------

MOBILE = "13812345678"
SAID = f"经办人张三 {MOBILE}"


def changed(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook with one form, of which something outside of its cells was changed."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(form(committee("A1")))))
    change(book)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def with_part(data: bytes, path: str, text: str, links: str = "") -> bytes:
    """A workbook with another part, and with a link to it from its first sheet."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != path:
                new.writestr(name, old.read(name))
        new.writestr(path, text)
        if links:
            new.writestr("xl/worksheets/_rels/sheet1.xml.rels", f'<Relationships><Relationship Id="r1" Target="{links}"/></Relationships>')
    return sink.getvalue()


def commented(author: str, text: str) -> bytes:
    return changed(lambda book: setattr(book.active["B5"], "comment", Comment(text, author)))


def drawn(*texts: str) -> bytes:
    """A workbook with a text box of one paragraph, its runs, and positions that look like numbers when put together."""
    runs = "".join(f"<a:r><a:rPr sz='1400'/><a:t>{one}</a:t></a:r>" for one in texts)
    box = ("<xdr:wsDr xmlns:xdr='urn:x' xmlns:a='urn:a'><xdr:from><xdr:col>1</xdr:col><xdr:colOff>3812345</xdr:colOff>"
           "<xdr:row>678</xdr:row>"
           f"</xdr:from><xdr:sp><xdr:txBody><a:p><a:pPr algn='l'/>{runs}</a:p><a:p><a:r><a:t>2024</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
           "</xdr:wsDr>")
    return with_part(workbook(form(committee("A1"))), "xl/drawings/drawing1.xml", box, "../drawings/drawing1.xml")


THREADED = with_part(
    workbook(form(committee("A1"))), "xl/threadedComments/threadedComment1.xml",
    "<ThreadedComments><threadedComment ref='C5' dT='2024-09-30T10:00:00.00' personId='{0A}' id='{13812345678}'>"
    f"<text>{SAID}</text></threadedComment></ThreadedComments>", "/xl/threadedComments/threadedComment1.xml")


def with_properties(inner: str) -> bytes:
    """A workbook with properties; among the names of its parts stands a number, which is told of elsewhere."""
    text = (f"<Properties xmlns:vt='urn:vt'><Application>Microsoft Excel</Application>{inner}<TitlesOfParts><vt:vector>"
            f"<vt:lpstr>{MOBILE}</vt:lpstr></vt:vector></TitlesOfParts><AppVersion>16.0300</AppVersion></Properties>")
    return with_part(workbook(form(committee("A1"))), "docProps/app.xml", text)


def named(name: str, value: str, comment: str = "") -> bytes:
    return changed(lambda book: book.defined_names.add(DefinedName(name, attr_text=value, comment=comment)))


def validated(**said: str) -> bytes:
    rule = DataValidation(type="list", sqref="D5:D9", **{"formula1": '"已组建,应建未建"', **said})
    return changed(lambda book: book.active.add_data_validation(rule))


def linked(target: str, tip: str = "") -> bytes:
    return changed(lambda book: setattr(book.active["B5"], "hyperlink", Hyperlink(ref="B5", target=target, tooltip=tip or None)))


BESIDE = {
    "a comment": (commented("李四", SAID), "Sheet1", "B5", "批注"),
    "an author": (commented(SAID, "请核对"), "Sheet1", "", "批注"),
    "a threaded comment": (THREADED, "Sheet1", "C5", "批注"),
    "a header": (changed(lambda book: setattr(book.active.oddHeader.left, "text", SAID)), "Sheet1", "", "页眉页脚"),
    "a footer": (changed(lambda book: setattr(book.active.firstFooter.right, "text", f"&8张三{MOBILE}")), "Sheet1", "", "页眉页脚"),
    "a text box": (drawn("经办人张三 138", "12345678"), "Sheet1", "", "文本框"),
    "a creator": (changed(lambda book: setattr(book.properties, "creator", SAID)), "", "", "文档属性"),
    "a manager": (with_properties(f"<Manager>{SAID}</Manager>"), "", "", "文档属性"),
    "a defined name": (named(f"张三{MOBILE}", "Sheet1!$A$1"), "", "", "名称管理器"),
    "a defined value": (named("经办人", f'"{SAID}"'), "", "", "名称管理器"),
    "a prompt": (validated(prompt=SAID), "Sheet1", "", "数据验证或超链接"),
    "a list to choose from": (validated(formula1=f'"张三{MOBILE},某"'), "Sheet1", "", "数据验证或超链接"),
    "a link": (linked(f"tel:{MOBILE}"), "Sheet1", "", "数据验证或超链接"),
    "the tip of a link": (linked("https://a.example/", SAID), "Sheet1", "", "数据验证或超链接"),
    "a formula": (changed(lambda book: setattr(book.active["J9"], "value", f'=HYPERLINK("tel:{MOBILE}","打")')), "Sheet1", "", "公式"),
    "the comment of a name": (named("经办人", "Sheet1!$A$1", SAID), "", "", "名称管理器"),
}


def unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def dropped(data: bytes, name: str = "业委会.xlsx") -> FileReading:
    """The reading without what is personal; nothing of it may be left anywhere."""
    reading = read_file(name, data, replace(DISTRICT, drop_personal=True))
    assert (reading.personal, reading.readable) == (False, True)
    assert reading.cleaned is not None
    assert not any(part in unpacked(reading.cleaned) + json.dumps(reading.as_dict(), ensure_ascii=False) for part in (MOBILE, "张三"))
    return reading


@pytest.mark.parametrize("place", BESIDE)
def test_numbers_outside_of_cells_are_refused_and_dropped_by_choice(place: str) -> None:
    data, sheet, cell, where = BESIDE[place]
    assert MOBILE in unpacked(data) or place == "a text box"
    reading = read_file("业委会.xlsx", data, DISTRICT)
    (found,) = [one for one in reading.all_findings if one.code == "T42"]
    assert (found.sheet, found.cell, found.message) == (sheet, cell, f"{where}中疑似手机号码，不得上报。")
    assert (reading.personal, only(reading).rows, only(reading).publishable) == (True, None, False)
    assert not any(part in json.dumps(reading.as_dict(), ensure_ascii=False) for part in (MOBILE, "张三"))
    (told_of_it,) = [one.message for one in dropped(data).all_findings if one.code == "T39"]
    place_in_words = f"“{sheet}”{cell}{where}" if sheet else where
    assert told_of_it == f"按您的选择，已删去 {place_in_words}，保存的是删去后的副本。"


HARMLESS = {
    "a comment": commented("张三", "2024年9月30日核对，共 20240930 号文，余额 1234567.89 元"),
    "our comment": commented(CHECKER, "[致命] 联系率：62345678 超出范围"),
    "a header": changed(lambda book: setattr(book.active.oddHeader.center, "text", '&"宋体,Bold"&14普陀区 2024 年 &D 第&P页')),
    "a text box": drawn("说明 2024年9月"),
    "properties": changed(lambda book: setattr(book.properties, "creator", "张三")),
    "what machines write": with_properties(
        "<Company>A1B2C3D4E13812345678F4E3F9A8B_13</Company><Company>2052-12.1.0.17827</Company>"),
    "a list of a form": validated(prompt="2024年9月底的状态"),
    "a long number in a formula": changed(lambda book: setattr(book.active["J9"], "value", "=13812345678*0")),
    "an area": named("_xlnm.Print_Area1", "Sheet1!$A$1:$G$13812"),
    "a person who comments": with_part(workbook(form(committee("A1"))), "xl/persons/person.xml", "<personList><person displayName='张三' "
                                 "id='{13812345678}' userId='S::13812345678@x'/></personList>"),
}


@pytest.mark.parametrize("place", HARMLESS)
def test_ordinary_remarks_are_not_personal(place: str) -> None:
    reading = read_file("业委会.xlsx", HARMLESS[place], DISTRICT)
    assert not reading.personal
    assert only(reading).rows is not None


def test_a_sheet_named_with_a_number_is_called_otherwise() -> None:
    name = f"张三{MOBILE}"
    other = Page([["某", "某"]], name="第2张工作表")
    data = workbook(other, Page(form(committee("A1"), [*committee("A1")]).rows, name=name), Page([["x", SAID]], name="其他", hidden=True))
    reading = read_file("业委会.xlsx", data, DISTRICT)
    assert [(one.code, one.sheet, one.cell) for one in reading.findings if one.code in {"T44", "T14", "F08"}] == [
        ("T14", "其他", "B1"), ("T44", "第2张工作表（改名）", ""), ("F08", "其他", "")]
    assert {one.sheet for one in reading.stagings[0].findings if one.code == "R01"} == {"第2张工作表（改名）"}
    assert not any(part in json.dumps(reading.as_dict(), ensure_ascii=False) for part in (MOBILE, "张三"))
    told_of_it = [one.message for one in dropped(data).all_findings if one.code == "T39"]
    assert told_of_it == ["按您的选择，已删去 “第2张工作表（改名）”原来的名称、“其他”B1，保存的是删去后的副本。"]


def test_the_name_of_a_sheet_is_nowhere_told() -> None:
    hidden = read_file("a.xlsx", workbook(form(committee("A1")), Page([["x"]], name=f"张三{MOBILE}", hidden=True)), DISTRICT)
    (found,) = [one for one in hidden.findings if one.code == "F08"]
    assert (found.sheet, "第2张工作表" in found.message) == ("第2张工作表", True)
    beyond = "<worksheet><sheetData><row r='1'><c r='ZZZZ1'><v>1</v></c></row></sheetData></worksheet>"
    broken = with_part(workbook(Page([["x"]], name=f"张三{MOBILE}")), "xl/worksheets/sheet1.xml", beyond)
    refused = read_file("a.xlsx", broken, DISTRICT)
    assert [(one.code, one.sheet) for one in refused.findings] == [("F31", "名称含号码的工作表")]
    for reading in (hidden, refused):
        assert not any(part in json.dumps(reading.as_dict(), ensure_ascii=False) for part in (MOBILE, "张三"))


def test_a_number_in_the_name_of_a_file_is_left_out() -> None:
    assert read_file(f"业委会{MOBILE}.xlsx", workbook(form(committee("A1"))), DISTRICT).file_name == "业委会___.xlsx"
    assert read_file("业委会20240930.xlsx", workbook(form(committee("A1"))), DISTRICT).file_name == "业委会20240930.xlsx"


def opened(name: str, data: bytes | str) -> Opened:
    return open_file(name, data.encode() if isinstance(data, str) else data)


def test_remarks_of_other_formats() -> None:
    leaf = Leaf([["a", "b"], ["c", "d"]], name="表")
    comment = f"<Comment ss:Author='李四'><ss:Data xmlns='http://www.w3.org/TR/REC-html40'><B>{SAID}</B></ss:Data></Comment></Cell>"
    xml = formats.spreadsheetml(leaf).replace("</Cell>", comment, 1)
    (found,) = opened("a.xml", xml).remarks
    assert (found.sheet, found.cell, found.where, MOBILE in found.text) == ("表", "A1", "批注", True)
    assert opened("a.xml", xml).sheets[0].rows == [["a", "b"], ["c", "d"]]
    ods = formats.ods(leaf)
    note = "<office:annotation><text:p>经办人张三 138<text:span>12345678</text:span></text:p></office:annotation></table:table-cell>"
    content = zipfile.ZipFile(io.BytesIO(ods)).read("content.xml").decode().replace("</table:table-cell>", note, 1)
    (found,) = opened("a.ods", with_part(ods, "content.xml", content)).remarks
    assert (found.sheet, found.cell, found.where, MOBILE in found.text) == ("表", "A1", "批注", True)
    (outside,) = opened("a.html", "<html><p>经办人<b>张三138</b>12345678</p><table><tr><td>a<td>b</table><p>2024</p>").remarks
    assert (outside.where, MOBILE in outside.text) == ("表格外的文字", True)


def test_a_huge_part_of_remarks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.ingest.formats.remarks.MAX_PART", 10_000)
    data = with_part(workbook(form(committee("A1"))), "xl/comments1.xml", f"<comments>{'<c>12345678</c>' * 1_000}</comments>")
    with pytest.raises(Unreadable, match="异常庞大"):
        opened("a.xlsx", data)


def test_a_returned_workbook_is_no_more_personal_than_before() -> None:
    data = commented("李四", "请核对")
    marked = finding("C10", sheet="Sheet1", cell="B5", field="联系率", value="62345678", count=1)
    back = returned_workbook("业委会.xlsx", data, [marked, replace(marked, cell="C5", message="联系率 62345678")])
    assert "联系率 62345678" in unpacked(back)
    assert not read_file("业委会_问题标注.xlsx", back, DISTRICT).personal


@pytest.mark.parametrize("piece", ["<comment ", "<comment ref='A1'>", "<t>", "<author>", "<comment a:a:a:a:a:a"])
def test_unfinished_comments_take_no_time(piece: str) -> None:
    data = with_part(workbook(form(committee("A1"))), "xl/comments1.xml", piece * (400_000 // len(piece)) + "<x>")
    started = process_time()
    opened("a.xlsx", data)
    assert process_time() - started < 2
