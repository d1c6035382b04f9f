"""One plain table in every format gives the same sheets, as far as the format can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.formats import open_file
from lib.ingest.sheet import UNCALCULATED, Sheet
from tests.support import formats
from tests.support.formats import TYPED, Leaf, shown

ROWS: list[list[Any]] = [
    ["普陀区情况表 <1> & “2”", None, None, None, None],
    ["小区编码", "名称", "数量", "日期", "是否"],
    ["00123", "甲  小区\n二行", 3, date(2024, 3, 1), True],
    ["A2", "㙦𠮷", -1.25, datetime(2024, 3, 1, 12, 30), False],
    ["#REF!", "#N/A", 0.1, "#DIV/0!", "1e5"],
    [None, None, None, None, None],
    ["合并", None, 123456789012, date(1999, 12, 31), None],
    [None, None, 0, None, "=1+1"],
]
PLAIN = Leaf(ROWS, "明 细", (((0, 0), (0, 4)), ((6, 0), (7, 1))), hidden_rows=(3, 4), hidden_columns=(2,))
HIDDEN, VERY = Leaf([["暗"]], "隐", state="hidden"), Leaf([["更暗", 1]], "深", state="veryHidden")


def as_sheet(leaf: Leaf, *, texts: bool = False) -> Sheet:
    """What a reader must give for it; texts: where the format knows nothing else."""
    rows = [["" if value is None else shown(value) if texts else value for value in row] for row in leaf.rows]
    return replace(
        Sheet.of_rows(leaf.name, rows, tuple(leaf.merges), hidden=leaf.state != ""),
        very_hidden=leaf.state == "veryHidden",
        hidden_rows=frozenset(leaf.hidden_rows),
        hidden_columns=frozenset(leaf.hidden_columns),
    )


def assert_same(found: Sheet, wanted: Sheet) -> None:
    """Equal, types of values too; 3 and 3.0 are the same number. Only .xlsx tells whether percents are shown."""
    assert replace(found, shows_percent=True) == wanted
    kinds = [[type(cell) if not isinstance(cell, int) or isinstance(cell, bool) else float for cell in row] for row in found.rows]
    assert kinds == [[type(cell) if type(cell) is not int else float for cell in row] for row in wanted.rows]


@pytest.mark.parametrize("format_", TYPED)
def test_the_same_table_in_every_format(format_: str) -> None:
    opened = open_file(f"表.{format_}", TYPED[format_](PLAIN, HIDDEN, VERY))
    very = replace(VERY, state="hidden") if format_ == "ods" else VERY  # it knows one way to hide
    for found, leaf in zip(opened.sheets, (PLAIN, HIDDEN, very), strict=True):
        assert_same(found, as_sheet(leaf))
    told = [(one.code, one.sheet) for one in opened.findings]
    assert told == [("F08", "隐"), ("F08" if format_ == "ods" else "F35", "深"), *([("F20", "")] if format_ == "et" else [])]


def test_the_same_table_as_a_page() -> None:
    rows = [[" ".join(cell.split(" ")).replace("  ", " ") if isinstance(cell, str) else cell for cell in row] for row in ROWS]
    page = replace(PLAIN, rows=rows)  # a browser shows several blanks as one
    opened = open_file("表.html", formats.html(PLAIN, HIDDEN).encode())
    assert_same(opened.sheets[0], as_sheet(page, texts=True))
    assert_same(opened.sheets[1], as_sheet(HIDDEN))
    assert [(one.code, one.sheet) for one in opened.findings] == [("F08", "隐")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_same_table_as_text(delimiter: str) -> None:
    opened = open_file("明 细.csv", formats.text(PLAIN, delimiter).encode())
    assert opened.findings == ()
    bare = replace(PLAIN, merges=(), hidden_rows=(), hidden_columns=())
    assert_same(opened.sheets[0], replace(as_sheet(bare, texts=True), widths=(5,) * len(ROWS)))


@pytest.mark.parametrize("format_", ["ods", "xml"])
def test_a_formula_without_its_value(format_: str) -> None:
    [sheet] = open_file(f"表.{format_}", TYPED[format_](Leaf([["甲", UNCALCULATED], [1, 2]]))).sheets
    assert sheet.rows == [["甲", UNCALCULATED], [1, 2]]


@pytest.mark.parametrize("format_", ["xls", "xlsb"])
def test_dates_since_1904(format_: str) -> None:
    leaf = Leaf([[date(2024, 3, 1), datetime(2024, 3, 1, 12, 30), 7]])
    [sheet] = open_file(f"表.{format_}", TYPED[format_](leaf, from_1904=True)).sheets
    assert_same(sheet, as_sheet(leaf))


@pytest.mark.parametrize("format_", TYPED)
def test_a_table_away_from_the_corner_keeps_its_place(format_: str) -> None:
    [sheet] = open_file(f"表.{format_}", TYPED[format_](Leaf([[None, None], [], [None, None, "甲"]]))).sheets
    assert sheet.rows == [["", "", ""], ["", "", ""], ["", "", "甲"]]


@pytest.mark.parametrize("format_", TYPED)
def test_an_empty_sheet(format_: str) -> None:
    [sheet] = open_file(f"表.{format_}", TYPED[format_](Leaf([], "空"))).sheets
    assert (sheet.name, sheet.height, sheet.width) == ("空", 0, 0)


TEXTS = st.text(st.sampled_from("甲乙路㙦𠮷aB1 0.,;<>&\"'%#=-/（）\n"), min_size=1, max_size=6).filter(lambda text: text == text.strip())
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4) + 0.0)
DAYS = st.dates(date(1930, 1, 1), date(2098, 12, 31))
VALUES = st.one_of(st.none(), TEXTS, NUMBERS, st.booleans(), DAYS, st.sampled_from(["#REF!", "#N/A", "#VALUE!"]))


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Leaf]:
    """Small tables; the last cell is filled so that none is smaller than it seems."""
    return st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda size: st.lists(st.lists(values, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    ).map(lambda rows: Leaf([["头", *rows[0]], *[[None, *row] for row in rows[1:]], [None] * len(rows[0]) + ["末"]]))


@settings(max_examples=40, deadline=None)
@given(leaf=tables(VALUES))
@pytest.mark.parametrize("format_", TYPED)
def test_any_small_table_survives(format_: str, leaf: Leaf) -> None:
    [sheet] = open_file(f"表.{format_}", TYPED[format_](leaf)).sheets
    assert_same(sheet, as_sheet(leaf))


@settings(max_examples=60, deadline=None)
@given(
    leaf=tables(st.none() | TEXTS),
    delimiter=st.sampled_from(",\t;"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_any_small_table_survives_as_text(leaf: Leaf, delimiter: str, encoding: str) -> None:
    data = f"sep={delimiter}\r\n{formats.text(leaf, delimiter)}".encode(encoding)
    [sheet] = open_file("表.csv", data).sheets
    assert sheet.rows == as_sheet(leaf, texts=True).rows


@settings(max_examples=60, deadline=None)
@given(leaf=tables(st.none() | TEXTS.map(lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")).strip("\n"))))
def test_any_small_table_survives_as_a_page(leaf: Leaf) -> None:
    [sheet] = open_file("表.html", formats.html(leaf).encode()).sheets
    assert sheet.rows == as_sheet(leaf, texts=True).rows
