"""Opening files: every wrong type has a finding of its own, every right one its cells."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from lib.ingest.sheets import MAX_CELLS, Sheet, Unreadable, cell_name, column_index, decode, open_sheets
from tests.support.workbooks import Page, committee, form, workbook

GOOD = workbook(form(committee("A1")))


def archive(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return sink.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts put through `change`."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return archive({name: change(name, source.read(name)) for name in source.namelist()})


def compound_file(*, encrypted: bool) -> bytes:
    """The smallest OLE2 file: a header, one FAT sector, one directory sector with the named streams."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
        0xFFFFFFFE, 0,
                                                                       0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (512 - len(header) - 4)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504

    def entry(name: str, kind: int, child: int) -> bytes:
        text = name.encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF,
            child) + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)

    names = ["EncryptedPackage"] if encrypted else ["Workbook"]
    directory = entry("Root Entry", 5, 1) + b"".join(entry(name, 2, 0xFFFFFFFF) for name in names)
    return header + fat + directory.ljust(512, b"\0")


WRONG = [
    ("空.xlsx", b"", "F01", "没有内容"),
    ("空.csv", b" \r\n\t\n", "F01", "没有内容"),
    ("零.xlsx", bytes(4096), "F01", "没有内容"),
    ("文档.pdf", b"%PDF-1.7\n...", "F02", "PDF"),
    ("文档.xlsx", b"%PDF-1.7\n...", "F02", "PDF"),
    ("图.png", b"\x89PNG\r\n\x1a\n...", "F02", "图片"),
    ("图.jpg", b"\xff\xd8\xff\xe0...", "F02", "图片"),
    ("图.gif", b"GIF89a...", "F02", "图片"),
    ("包.rar", b"Rar!\x1a\x07\x00", "F02", "压缩包"),
    ("包.7z", b"7z\xbc\xaf\x27\x1c", "F02", "压缩包"),
    ("包.zip", archive({"表.xlsx": b"x"}), "F02", "压缩包"),
    ("空包.xlsx", archive({}), "F02", "压缩包"),
    ("文.docx", archive({"word/document.xml": b"<x/>"}), "F02", "Word"),
    ("~$业委会.xlsx", b"\x05admin" + bytes(160), "F02", "临时文件"),
    ("C:\\数据\\~$业委会.xlsx", GOOD, "F02", "临时文件"),
    ("导出.xls", b"<html><table></table></html>", "F02", "不是 Excel"),
    ("文字.doc", "小区编码".encode(), "F02", "不是 Excel"),
    ("密码.xlsx", compound_file(encrypted=True), "F04", "密码"),
    ("旧版.xls", compound_file(encrypted=False), "F02", "旧版 .xls"),
    ("断.xlsx", GOOD[: len(GOOD) // 2], "F03", "压缩结构"),
    ("断.xlsx", GOOD[:-10], "F03", "压缩结构"),
    ("坏.xlsx", changed(GOOD, lambda name, data: b"<worksheet><sheetData><row" if name.endswith("sheet1.xml") else data), "F03", "工作表"),
    ("无簿.xlsx", archive({"xl/styles.xml": b"<x/>"}), "F03", "Error"),
    ("坏.csv", b'a,b\n"x"y,2\n', "F03", "CSV"),
    ("坏.csv", b'a,b\n"x,2\n', "F03", "CSV"),
    ("空字节.csv", b"a,b\n1\x00,2\n", "F03", "空字节"),
    ("无标记.csv", "小区编码,小区名称".encode("utf-16-le"), "F03", "空字节"),
    ("乱.csv", b"a,b\n\xff\xff\xff\n", "F07", "编码"),
    ("乱.csv", b"\xff\xfea", "F07", "编码"),
    ("炸弹.xlsx", archive({"xl/workbook.xml": b" " * 30_000_000}), "F05", "庞大"),
    ("多.xlsx", archive({f"xl/{number}": b"" for number in range(4001)}), "F05", "庞大"),
    ("宽.csv", b",".ljust(MAX_CELLS // 100, b",") + b"\n" * 101, "F05", "行列过多"),
]


@pytest.mark.parametrize(("name", "data", "code", "words"), WRONG,
    ids=[f"{name}-{code}-{index}" for index, (name, _, code, _) in enumerate(WRONG)])
def test_what_is_no_workbook(name: str, data: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        open_sheets(name, data)
    found = caught.value.finding
    assert found.code == code
    assert words in found.message
    assert found.advice
    assert "Traceback" not in found.message


def test_lock_files_tell_what_to_do() -> None:
    with pytest.raises(Unreadable) as caught:
        open_sheets("~$a.xlsx", b"x")
    assert "请关闭 Excel 后重新选择" in caught.value.finding.message


def only(name: str, data: bytes) -> Sheet:
    sheets, findings = open_sheets(name, data)
    assert findings == []
    [sheet] = sheets
    return sheet


def test_workbook() -> None:
    sheet = only("a.xlsx", workbook(Page([["甲", None, 1.5], [], [True, date(2024, 3, 1), "#REF!"]], name="表 ", merges=("A5:B6",))))
    assert sheet == Sheet("表 ", [["甲", "", 1.5], ["", "", ""], [True, date(2024, 3, 1), "#REF!"]], (((4, 0), (5, 1)),))


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLSX", "a.xlsm", "a", "a.xls", "a.csv", "目录/a.xlsx"])
def test_a_workbook_is_known_by_its_content(name: str) -> None:
    assert only(name, GOOD).rows[4][0] == "A1"


def test_table_away_from_the_corner_keeps_its_place() -> None:
    sheet = only("a.xlsx", workbook(Page([[], [None, None, "甲"]])))
    assert sheet.rows == [["", "", ""], ["", "", "甲"]]


def test_hidden_sheets_are_marked_and_told() -> None:
    sheets, findings = open_sheets("a.xlsx", workbook(Page([["甲"]], "明"), Page([["乙"]], "暗", hidden=True)))
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("明", False), ("暗", True)]
    assert [(one.code, one.sheet) for one in findings] == [("F08", "暗")]


def test_wrong_dimension_does_not_hide_rows() -> None:
    data = changed(GOOD, lambda name,
        part: part.replace(b'<dimension ref="A1:G5"/>', b'<dimension ref="A1:A1"/>') if name.endswith("sheet1.xml") else part)
    assert data != GOOD
    assert only("a.xlsx", data).rows == only("a.xlsx", GOOD).rows


def test_error_values_of_every_sheet_come_back_to_their_cells() -> None:
    data = workbook(Page([["甲", "#REF!"], [None, None, "#N/A"]], "一&<二"), Page([["#DIV/0!"]], "三"))
    first, second = open_sheets("a.xlsx", data)[0]
    assert first.rows == [["甲", "#REF!", ""], ["", "", "#N/A"]]
    assert second.rows == [["#DIV/0!"]]


TEXT = "小区编码,小区名称\nA1,演示𠮷㙦小区\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings(encoding: str, ending: str) -> None:
    sheet = only("表.csv", TEXT.replace("\n", ending).encode(encoding))
    assert (sheet.name, sheet.rows) == ("表", [["小区编码", "小区名称"], ["A1", "演示𠮷㙦小区"]])


@pytest.mark.parametrize(("data", "expected"), [
    (b"", ""), (b"abc", "abc"), ("中".encode("gbk"), "中"), (b"\xff\xfe\x2d\x4e", "中"), (b"\xfe\xff\x4e\x2d", "中"),
    (b"\xef\xbb\xbfa", "a"), (b"\x81", None),
])
def test_decode(data: bytes, expected: str | None) -> None:
    assert decode(data) == expected


def test_csv_cells_are_texts_and_short_rows_are_padded() -> None:
    sheet = only("a.csv", b'BM,"b ""x"", y"\n1,2,3\n\n"two\nlines"\n')
    assert sheet.rows == [["BM", 'b "x", y', ""], ["1", "2", "3"], ["", "", ""], ["two\nlines", "", ""]]
    assert sheet.widths == (2, 3, 0, 1)


def test_tabs_and_a_title_without_any() -> None:
    assert only("a.txt", "标题\na\tb\n1,5\t2\n".encode()).rows == [["标题", ""], ["a", "b"], ["1,5", "2"]]


@pytest.mark.parametrize(("row", "column", "name"),
    [(6, 2, "C7"), (0, 0, "A1"), (0, 25, "Z1"), (9, 26, "AA10"), (1048575, 16383, "XFD1048576"), (0, 701, "ZZ1")])
def test_cell_names(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name
    assert column_index(name.rstrip("0123456789")) == column
