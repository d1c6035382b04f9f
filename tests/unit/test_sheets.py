"""Opening files: every wrong type has a finding of its own that says what to do, every right one its cells."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from lib.ingest.formats import open_file, shown_name
from lib.ingest.formats.encoding import decode, garbled
from lib.ingest.formats.grid import MAX_SHEETS
from lib.ingest.formats.text import LONGEST_CELL, LONGEST_LINE
from lib.ingest.sheet import MAX_CELLS, Sheet, Unreadable, cell_name, column_index
from tests.support import formats
from tests.support.formats import Leaf, ods_of, packed, record, xlsb_cell, xlsb_row
from tests.support.workbooks import committee, form, workbook

GOOD = workbook(form(committee("A1")))
LEAF = Leaf([["小区编码", "名称"], ["A1", "甲"]])
XLS, XLSB, ODS = formats.xls(LEAF), formats.xlsb(LEAF), formats.ods(LEAF)
LOCK = b"\x05admin" + b" " * 49 + b"\x05\0" + "admin".encode("utf-16-le") + b" \0" * 49


def compound_file(*streams: str) -> bytes:
    """The smallest OLE2 file: a header, one FAT sector, one directory sector with the named streams, all empty."""
    end = 0xFFFFFFFE
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + b"\xff" * (512 - len(header) - 4)
    fat = struct.pack("<II", 0xFFFFFFFD, end) + b"\xff" * 504

    def entry(name: str, kind: int, child: int) -> bytes:
        text = name.encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + bytes(36) + struct.pack("<IQ", end, 0)

    directory = entry("Root Entry", 5, 1) + b"".join(entry(name, 2, 0xFFFFFFFF) for name in streams)
    return header + fat + directory.ljust(512, b"\0")


def encrypted_xls() -> bytes:
    """An .xls whose workbook begins with the record that says it is encrypted."""
    bof = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    secret = struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2)
    at = XLS.index(bof[:8])
    return XLS[: at + 20] + secret + XLS[at + 30 :]


def sheet_of(*places: tuple[int, int]) -> bytes:
    """An .xlsb with one number at each of the places."""
    cells = b"".join(xlsb_row(row) + xlsb_cell(2, column, struct.pack("<I", 6)) for row, column in places)
    return formats.xlsb(LEAF, sheets=[record(129) + record(145) + cells + record(146) + record(130)])


def repeated(rows: int, columns: int) -> str:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    return f'<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>'


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
PAGE = "<html><body>登录已过期，请重新登录</body></html>"

WRONG = {
    "空.xlsx": (b"", "F01", "没有内容"),
    "空.csv": (b" \r\n\t\n", "F01", "没有内容"),
    "只有标记.csv": (b"\xef\xbb\xbf", "F01", "没有内容"),
    "零.xlsx": (bytes(4096), "F01", "没有内容"),
    "网页存档.xls": (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related", "F02", "网页存档"),
    "数据.xml": (b"<?xml version='1.0'?><rows><row/></rows>", "F02", "XML 数据"),
    "~$业委会.xlsx": (b"\x05admin" + bytes(160), "F10", "临时文件"),
    "C:\\数据\\~$业委会.xlsx": (GOOD, "F10", "“~$业委会.xlsx”"),
    ".~lock.业委会.ods#": (b",user,host,01.01.2024,file:///;", "F10", "临时文件"),
    "改了名的临时文件.xlsx": (LOCK, "F10", "临时文件"),
    "文档.pdf": (b"%PDF-1.7\n...", "F11", "PDF"),
    "文档.xlsx": (b"%PDF-1.7\n...", "F11", "PDF"),
    "图.png": (b"\x89PNG\r\n\x1a\n...", "F11", "图片"),
    "图.jpg": (b"\xff\xd8\xff\xe0...", "F11", "图片"),
    "图.gif": (b"GIF89a...", "F11", "图片"),
    "图.bmp": (b"BM" + struct.pack("<IIIIii", 58, 0, 54, 40, 1, 1) + bytes(32), "F11", "图片"),
    "图.webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "F11", "图片"),
    "图.tif": (b"II*\0\x08\0\0\0", "F11", "图片"),
    "图.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "F11", "图片"),
    "录像.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0", "F11", "视频"),
    "包.rar": (b"Rar!\x1a\x07\x00", "F12", ".rar"),
    "包.7z": (b"7z\xbc\xaf\x27\x1c", "F12", ".7z"),
    "包.zip": (packed({"表.xlsx": GOOD}), "F12", ".zip"),
    "包.gz": (b"\x1f\x8b\x08\0", "F12", "压缩包"),
    "文.docx": (packed({"word/document.xml": "<x/>"}), "F13", "Word"),
    "文.doc": (compound_file("WordDocument"), "F13", "Word"),
    "文.wps": (compound_file("WordDocument", "1Table"), "F13", "WPS"),
    "片.pptx": (packed({"ppt/presentation.xml": "<x/>"}), "F13", "演示"),
    "片.ppt": (compound_file("PowerPoint Document"), "F13", "演示"),
    "文.odt": (packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, method=0), "F13", "文字"),
    "文.rtf": (b"{\\rtf1\\ansi}", "F13", "RTF"),
    "信.eml": (b"Received: from a\r\n by b\r\nFrom: <a@b>\r\nSubject: x\r\n\r\ntext", "F14", "邮件"),
    "信.msg": (compound_file("__properties_version1.0"), "F14", "Outlook"),
    "程序.exe": (b"MZ\x90\0\x03\0\0\0", "F15", "程序"),
    "程序.xlsx": (b"\x7fELF\x02\x01\x01", "F15", "程序"),
    "导出.xls": (PAGE.encode(), "F16", "没有表格"),
    "空表.xls": (b"<table><tr><td> </td></tr></table>", "F16", "没有表格"),
    "数据.xlsx": ('{"小区": [1, 2]}'.encode(), "F17", "JSON"),
    "数组.json": (b'[{"a": 1}]', "F17", "JSON"),
    "文字.xlsx": ("小区编码".encode(), "F17", "普通文字"),
    "文字.txt": ("今年，我们\n做了许多工作，也，有\n".encode(), "F17", "普通文字"),
    "密码.xlsx": (compound_file("EncryptedPackage"), "F04", "密码"),
    "密码.xls": (encrypted_xls(), "F04", "密码"),
    "密码.ods": (ods_of("", manifest="<manifest:encryption-data/>", content="encrypted-package"), "F04", "密码"),
    "加密.xlsx": (b"b\x14#e\x01\x02\0\0\0\0E-SafeNet\0\0\0LOCK" + bytes(500), "F23", "加密软件"),
    "无簿.xls": (compound_file("Contents"), "F03", "没有工作表"),
    "断.xlsx": (GOOD[: len(GOOD) // 2], "F03", "没有下载"),
    "断.xls": (XLS[: len(XLS) // 2], "F03", "不完整"),
    "断.xlsb": (XLSB[:-30], "F03", "没有下载"),
    "断.ods": (ODS[: len(ODS) // 2], "F03", "没有下载"),
    "断.xml": (formats.spreadsheetml(LEAF)[:-30].encode(), "F03", "XML"),
    "少一段.xlsb": (formats.xlsb(LEAF, sheets=[record(129) + record(145) + b"\x02\x7f"]), "F03", "不完整"),
    "无此文字.xlsb": (formats.xlsb(LEAF, sheets=[xlsb_row(0) + xlsb_cell(7, 0, struct.pack("<I", 9))]), "F03", "不完整"),
    "无表.ods": (ods_of(""), "F03", "没有工作表"),
    "倒着.xml": (formats.spreadsheetml(LEAF).replace('<Row ss:Index="2">', '<Row ss:Index="1">').encode(), "F03", "位置"),
    "坏.csv": (b'a,b\n"x"y,2\n', "F03", "第 2 行引号的位置不对"),
    "没完.csv": (b'a,b\n"x,2\n', "F03", "引号没有结束"),
    "空字节.csv": (b"a,b\n1\x00\x00,2\n", "F03", "空字节"),
    "无标记.csv": ("小区编码,小区名称\n".encode("utf-16-le"), "F22", "UTF-16"),
    "无标记大端.csv": ("小区编码,小区名称\n".encode("utf-16-be"), "F22", "UTF-16"),
    "乱.csv": (b"a,b\n\xff\xff\xff\n", "F07", "编码"),
    "半个.csv": (b"\xff\xfea", "F07", "编码"),
    "实体.ods": (ods_of("<table:table/>", before=DOCTYPE), "F33", "实体"),
    "实体.xml": (formats.spreadsheetml(LEAF, before=DOCTYPE).encode(), "F33", "实体"),
    "宽.csv": (b",".ljust(MAX_CELLS // 100, b",") + b"\n" * 101, "F05", "行列过多"),
    "百万列.csv": (b"," * 1_000_000, "F05", "行列过多"),
    "百万行.csv": (b"a,b\n" + b"\n" * 1_048_577, "F05", "行列过多"),
    "百万空行.csv": (b"a,b\n" + b"\n" * 5_000_000, "F05", "行列过多"),
    "跨行.html": (b"<table>" + b"<tr><td rowspan=60000 colspan=9000>" + b"<tr>" * 2_000, "F05", "合并单元格过多"),
    "一行.csv": (b"a,b\n" + b"x" * (LONGEST_LINE + 1), "F05", "有一行过长"),
    "一行旧式.csv": (b"a,b\r" + b"x" * (LONGEST_LINE + 1), "F05", "有一行过长"),
    "一格.csv": (b"a,b\n1," + b"x" * (LONGEST_CELL + 1), "F05", "第 2 行有一格过长"),
    "远.xlsb": (sheet_of((0, 0), (1_048_575, 16_383)), "F05", "范围过大"),
    "斜.xlsb": (sheet_of(*((at, at) for at in range(0, 16_000, 200))), "F05", "范围过大"),
    "越界.xlsb": (sheet_of((2**31, 0)), "F05", "范围过大"),
    "炸弹.ods": (ods_of(repeated(1_048_576, 16_384)), "F05", "范围过大"),
    "远.xml": (formats.spreadsheetml(LEAF).replace('ss:Index="2"', 'ss:Index="1048576"', 2).replace('Cell ss:Index="1048576"',
                'Cell ss:Index="16384"').encode(), "F05", "范围过大"),
    "远.xls": (b"<table><tr><td colspan=16384>a<td>b</table>", "F05", "列数过多"),
    "多.ods": (ods_of('<table:table table:name="a"/>' * (MAX_SHEETS + 1)), "F43", f"{MAX_SHEETS}"),
    "多.xls": (b"<table><tr><td>1</table>" * (MAX_SHEETS + 1), "F43", f"{MAX_SHEETS}"),
    "合并.ods": (ods_of('<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000"><table:table-cell '
                        'table:number-columns-spanned="2"/></table:table-row></table:table>'), "F38", "合并"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read(name: str) -> None:
    data, code, words = WRONG[name]
    with pytest.raises(Unreadable) as caught:
        open_file(name, data)
    found = caught.value.finding
    assert found.code == code
    assert words in found.message
    assert found.advice


def test_lock_files_tell_what_to_do() -> None:
    with pytest.raises(Unreadable) as caught:
        open_file("~$a.xlsx", b"x")
    assert caught.value.finding.advice == "请关闭 Excel 或 WPS，重新选择名称前没有“~$”的原文件。"


@pytest.mark.parametrize("front", [b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<html>x</html>", b"Rar!", b"MZ", b"a,b\n1,2\n"])
@pytest.mark.parametrize("behind", [GOOD, XLS, ODS])
def test_of_two_files_in_one_the_first_decides(front: bytes, behind: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        open_file("表.xlsx", front + behind)
    assert caught.value.finding.code in {"F11", "F12", "F15", "F03", "F07", "F22"}


def test_a_page_behind_a_workbook_is_not_seen() -> None:
    assert [sheet.row(1) for sheet in open_file("表.xls", XLS + b"<table><tr><td>x</table>").sheets] == [["A1", "甲"]]


def only(name: str, data: bytes, *codes: str) -> Sheet:
    """The one sheet of a file that gives these findings."""
    opened = open_file(name, data)
    assert [one.code for one in opened.findings] == list(codes)
    [sheet] = opened.sheets
    return sheet


@pytest.mark.parametrize("data", [GOOD, XLS, XLSB, ODS, formats.html(LEAF).encode(), formats.spreadsheetml(LEAF).encode()])
@pytest.mark.parametrize("ending", ["xlsx", "xls", "et", "xlsb", "ods", "csv", "html", "xml", "doc"])
def test_what_a_file_is_is_told_by_its_content(data: bytes, ending: str) -> None:
    page = "html" if data.startswith(b"<html") else "xml"
    own = {GOOD: {"xlsx", "et"}, XLS: {"xls", "et"}, XLSB: {"xlsb"}, ODS: {"ods"}}.get(data, {page})
    codes = ["F20"] if ending == "et" and ending in own else [] if ending in own else ["F19"]
    sheet = only(f"目录/表.{ending}", data, *codes)
    assert "A1" in sheet.columns[0]


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLSX", "a.xlsm", "a", "目录\\a.xlsx"])
def test_names_of_workbooks(name: str) -> None:
    assert only(name, GOOD).rows[4][0] == "A1"


def test_what_the_content_really_is_is_said() -> None:
    [told] = open_file("表.xls", formats.html(LEAF).encode()).findings
    assert (told.code, told.message) == ("F19", "“表.xls”的内容实际是网页，已按内容读取。")


@pytest.mark.parametrize(("name", "data"), [("表.xlsm", GOOD), ("表.xlsb", XLSB)])
def test_macros_are_not_run_and_that_is_said(name: str, data: bytes) -> None:
    sink = BytesIO(data)
    with zipfile.ZipFile(sink, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    opened = open_file(name, sink.getvalue())
    assert [(one.code, one.message) for one in opened.findings] == [
        ("F21", f"“{name}”含有宏，宏不会执行，读取的是上次保存时的数据。")]


TEXT = "小区编码,小区名称\nA1,演示𠮷㙦小区\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings(encoding: str, ending: str) -> None:
    sheet = only("表.csv", TEXT.replace("\n", ending).encode(encoding))
    assert (sheet.name, sheet.rows) == ("表", [["小区编码", "小区名称"], ["A1", "演示𠮷㙦小区"]])


@pytest.mark.parametrize(("data", "expected"), [
    (b"", ""), (b"abc", "abc"), ("中".encode("gbk"), "中"), (b"\xff\xfe\x2d\x4e", "中"), (b"\xfe\xff\x4e\x2d", "中"),
    (b"\xef\xbb\xbfa", "a"), (b"\x81", None), ("联通".encode("gbk"), "联通"), ("联通".encode(), "联通"), (b"\xef\xbb\xbf\xff", None),
])
def test_decode(data: bytes, expected: str | None) -> None:
    assert decode(data) == expected


def test_csv_cells_are_texts_and_short_rows_are_padded() -> None:
    sheet = only("a.csv", b'BM,"b ""x"", y"\n1,2,3\n\n"two\nlines"\n')
    assert sheet.rows == [["BM", 'b "x", y', ""], ["1", "2", "3"], ["", "", ""], ["two\nlines", "", ""]]
    assert sheet.widths == (2, 3, 0, 1)


@pytest.mark.parametrize(("text", "rows"), [
    ("标题\na\tb\n1,5\t2\n", [["标题", ""], ["a", "b"], ["1,5", "2"]]),
    ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
    ("sep=;\na;b,c\n", [["a", "b,c"]]),
    ('"sep=|"\r\na|b\r\n', [["a", "b"]]),
    ("编码，名称\nA1，甲\n", [["编码", "名称"], ["A1", "甲"]]),
    ('a,"x;y;z"\n1,"x\ty"\n', [["a", "x;y;z"], ["1", "x\ty"]]),
    ('编码,电话\n="00123",="0"""\n"=""007""",=1+1\n', [["编码", "电话"], ["00123", '0"'], ["007", "=1+1"]]),
    ("@a,-1+2\n=cmd|' /C calc'!A0,+1\n", [["@a", "-1+2"], ["=cmd|' /C calc'!A0", "+1"]]),
    ('[a],"{b}"\n1,2\n', [["[a]", "{b}"], ["1", "2"]]),
])
def test_delimiters_and_texts_that_look_like_formulas(text: str, rows: list[list[str]]) -> None:
    assert only("a.txt", text.encode()).rows == rows


def test_text_named_as_a_workbook_is_read_and_told() -> None:
    assert only("导出.xls", "编码\t名称\nA1\t甲\n".encode("gb18030"), "F19").rows == [["编码", "名称"], ["A1", "甲"]]


@pytest.mark.parametrize(("cell", "piece"), [
    ("各锟斤拷锟斤拷", "锟斤拷"),
    ("演示\ufffd小区", "\ufffd"),
    ("普陀区".encode().decode("gb18030", "replace"), "普陀".encode().decode("gb18030")),
    ("老小区".encode("gbk").decode("latin-1"), "Ð¡Çø"),
    ("新项目".encode().decode("latin-1"), "项目".encode().decode("latin-1")),
    ("新项目".encode().decode("cp1252", "ignore"), "项目".encode().decode("cp1252")),
    ("\ufeff编".encode().decode("gb18030", "ignore"), "锘"),
    ("元素锘，éàü²·×㎡", ""),
    ("普通的小区", ""),
])
def test_garbled_text_is_known(cell: str, piece: str) -> None:
    assert garbled(cell) == piece


@pytest.mark.parametrize("name", ["a.csv", "a.html", "a.xml"])
def test_garbled_text_is_told_at_its_cell(name: str) -> None:
    leaf = Leaf([["编码", "名称"], ["A1", "锟斤拷"], ["锟斤拷", ""]], "a")
    data = {"a.csv": formats.text, "a.html": formats.html, "a.xml": formats.spreadsheetml}[name](leaf).encode()
    [told] = open_file(name, data).findings
    assert (told.code, told.level, told.sheet, told.cell) == ("F18", "致命", "a", "B2")
    assert "锟斤拷" in told.message


def test_a_utf8_file_cut_in_the_middle_of_a_character_is_garbled() -> None:
    data = "小区编码,小区名称\nA1,演示小区".encode()[:-1]
    with pytest.raises(Unreadable) as caught:
        open_file("a.csv", data)
    assert caught.value.finding.code == "F07"
    [told] = open_file("a.csv", data + b"\x80\xe5\xb0").findings
    assert (told.code, told.cell) == ("F18", "A1")


@pytest.mark.parametrize(("name", "shown"), [
    ("#U4f4f#U5efa.xlsx", "住建.xlsx"), ("a/b\\表.xlsx", "表.xlsx"), ("报表\u202excod.xlsx", "报表xcod.xlsx"), ("a\x00b\n.csv", "a b .csv"),
    ("..\\..\\etc\\x.xls", "x.xls"), ("#Ud842#Udfb7.xlsx", "𠮷.xlsx"), ("#Ud842.xlsx", "\ufffd.xlsx"), ("#U002e#U002e#U002fa.csv", "a.csv"),
    ("  空 格 .xlsx ", "空 格 .xlsx"), ("", "未命名"), ("/", "未命名"), ("\ufeff表\u200b.xlsx", "表.xlsx"), ("第#1期.xlsx", "第#1期.xlsx"),
])
def test_names_are_shown_as_meant(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(("row", "column", "name"),
    [(6, 2, "C7"), (0, 0, "A1"), (0, 25, "Z1"), (9, 26, "AA10"), (1048575, 16383, "XFD1048576"), (0, 701, "ZZ1")])
def test_cell_names(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name
    assert column_index(name.rstrip("0123456789")) == column
