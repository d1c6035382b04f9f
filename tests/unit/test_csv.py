"""CSV that Excel and WPS open without harm."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from lib.reports.csv import to_csv


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_bom_line_ends_and_headers() -> None:
    content = to_csv(pd.DataFrame({"小区": ["甲", "乙"], "户数": [1, 2]}))
    assert content == b"\xef\xbb\xbf" + "小区,户数\r\n甲,1\r\n乙,2\r\n".encode()
    assert to_csv(pd.DataFrame({"小区": pd.Series([], dtype="str")})) == b"\xef\xbb\xbf" + "小区\r\n".encode()


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]
)
@pytest.mark.parametrize("kind", ["str", "object"])
def test_a_text_that_a_spreadsheet_would_run_is_escaped(text: str, kind: str) -> None:
    table = pd.DataFrame({"名称": pd.Series([text, "甲"], dtype=kind)})
    assert [row[0] for row in cells(to_csv(table))] == ["名称", f"'{text}", "甲"]


@pytest.mark.parametrize("text", ["1=1", "甲-乙", " =1", "a@b", "'=1", "曹杨八村77-85号", '他说"好"', "a,b", "一\r\n二"])
def test_other_texts_come_back_as_they_were(text: str) -> None:
    assert cells(to_csv(pd.DataFrame({"名称": [text]}))) == [["名称"], [text]]


def test_numbers_dates_and_gaps() -> None:
    table = pd.DataFrame(
        {
            "数": [-1.5, 2.0],
            "整": pd.array([3, None], dtype="Int64"),
            "日": pd.to_datetime(["2024-09-30", None]).astype("datetime64[ms]"),
            "文": pd.Series(["甲", None], dtype="str"),
            "是": pd.array([True, None], dtype="boolean"),
        }
    )
    assert cells(to_csv(table))[1:] == [["-1.5", "3", "2024-09-30", "甲", "True"], ["2.0", "", "", "", ""]]


def test_the_table_given_is_left_alone() -> None:
    table = pd.DataFrame({"名称": ["=1"]})
    to_csv(table)
    assert table["名称"].tolist() == ["=1"]
