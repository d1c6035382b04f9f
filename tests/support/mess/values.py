"""Messes in cells that are read all the same, or told as less exact (M7, M13–M18, M22, M30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lib.datasets.places import subdistricts
from lib.ingest.sheet import cell_name
from lib.spec.fields import Field, Need
from lib.spec.kinds import Kind
from lib.spec.period import end_of, period_of
from tests.support.mess.clean import fragile
from tests.support.mess.kinds import (
    CELLS,
    COLUMNS,
    FILE,
    filled,
    first_cell,
    free_cells,
    free_fields,
    mess,
    own_tables,
    put,
    take_cell,
    take_field,
    value_at,
)
from tests.support.mess.layout import Book, Column, Formula, Shown, Table

# -- M7: codes ---------------------------------------------------------------------------------------------------------


def _codes(book: Book) -> Field | None:
    return next((one for one in free_fields(book, Kind.CODE)), None)


def _renumber(book: Book, value: Callable[[int], tuple[str, Any]]) -> bool:
    one = _codes(book)
    if one is None:
        return False
    at = 0
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            line.values[one.name], line.cells[column] = value(at)
            at += 1
    return True


@mess("M7a", "codes stored as numbers", COLUMNS)
def _number_codes(book: Book) -> bool:
    return _renumber(book, lambda at: (f"{310107001 + at}", 310107001 + at))


@mess("M7b", "codes some of which are numbers", COLUMNS)
def _mixed_codes(book: Book) -> bool:
    return _renumber(book, lambda at: (f"{2050 + at}", 2050 + at) if at % 3 else (f"PT-{at}", f" PT-{at}"))


@mess("M7c", "a number among codes with leading zeros", COLUMNS)
def _lost_zeros(book: Book) -> bool:
    one = _codes(book)
    tables = own_tables(book)
    if one is None or len(tables) > 1:
        return False
    [(table, column)] = take_field(book, one)
    lines = filled(table, column)
    lost = book.rng.sample(range(len(lines)), 2)
    for at, line in enumerate(lines):
        assert line.values is not None
        line.values[one.name], line.cells[column] = (
            (f"{at + 11}", at + 11) if at in lost else (f"{at + 11:04d}", f"{at + 11:04d}")
        )
        if at in lost:
            book.at("C19", table, line, column)
    return True


@mess("M7d", "text codes with .0", COLUMNS)
def _point_codes(book: Book) -> bool:
    return _renumber(book, lambda at: (f"{205 + at}", f"{205 + at}.0"))


# -- M13, M14: dates ---------------------------------------------------------------------------------------------------

SPELLINGS: tuple[Callable[[date], Any], ...] = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y年%m月%d日}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: day.isoformat(),
    lambda day: f"{day.year}-{day.month}-{day.day}",
    lambda day: f"{day:%Y－%m－%d}",
    lambda day: f"{day} 00:00:00",
    lambda day: f"{day}T08:30:00",
    lambda day: f" {day.year}年 {day.month}月 {day.day}日 ",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: "".join(chr(0xFEE0 + ord(one)) if one.isdigit() else one for one in f"{day:%Y年%m月%d日}"),
    lambda day: f"{day.year}年{day.month}月{day.day}号",
)
"""Ways of writing a day as text or number."""
SERIALS: tuple[Callable[[date], Any], ...] = (
    lambda day: (day - date(1899, 12, 30)).days,
    lambda day: (day - date(1899, 12, 30)).days + 0.5,
    lambda day: str((day - date(1899, 12, 30)).days),
)
FORMATS = (
    "yyyy-mm-dd",
    "yyyy/m/d",
    'yyyy"年"m"月"d"日"',
    '[$-804]yyyy"年"m"月"d"日";@',
    '[DBNum1][$-804]yyyy"年"m"月"d"日";@',
    "m/d/yyyy",
    "m/d/yy",
    "d-mmm-yy",
    "dd-mmm-yyyy",
    "mmm-yy",
    "mmmm d, yyyy",
    "[$-409]mmmm d, yyyy;@",
    "[$-F800]dddd, mmmm dd, yyyy",
    'yyyy"年"m"月"',
    'm"月"d"日"',
    "yyyy.mm.dd",
    "yyyymmdd",
    "yy-m-d",
    "yyyy-mm-dd hh:mm:ss",
    "yyyy/m/d h:mm",
    "[$-409]h:mm AM/PM",
    "aaaa",
    "[$-804]aaa",
    "dd/mm/yyyy",
    "d.m.yyyy",
    "[Red]yyyy-mm-dd",
    "yyyy-mm-dd;@",
    "[$-x-sysdate]dddd, mmmm dd, yyyy",
)
"""The 28 formats in which one and the same day may be shown."""


def _each_date(book: Book, write: Callable[[date], Any]) -> bool:
    one = next(free_fields(book, Kind.DATE), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            line.cells[column] = write(line.values[one.name])
    return True


@mess("M13a", "days written in many ways", COLUMNS)
def _days(book: Book) -> bool:
    return _each_date(book, book.rng.choice(SPELLINGS))


def _vague(book: Book, code: str, mark: str, ways: tuple[Callable[[date], Any], ...]) -> bool:
    place = first_cell(book, Kind.DATE, loose=True)
    if place is None:
        return False
    _table, line, column = place
    one = column.field
    day = value_at(place)
    assert one
    assert isinstance(day, date)
    start = day.replace(day=1) if mark == "month" else date(day.year, 1, 1)
    stored = (
        start if not one.ends else end_of(period_of(start if mark == "month" else start.replace(month=12)))
    )
    put(place, book.rng.choice(ways)(day), stored)
    line.marks[one.name] = mark
    book.at(code, *place)
    return True


@mess("M13b", "a day known to the month", CELLS)
def _months(book: Book) -> bool:
    return _vague(
        book,
        "C09",
        "month",
        (
            lambda day: f"{day.year}年{day.month}月",
            lambda day: f"{day.year}.{day.month:02d}",
            lambda day: f"{day:%Y-%m}",
            lambda day: f"{day.year}/{day.month}",
            lambda day: f" {day.year} 年 {day.month} 月",
        ),
    )


@mess("M13c", "a day known to the year", CELLS)
def _years(book: Book) -> bool:
    return _vague(
        book, "C13", "year", (lambda day: f"{day.year}年", lambda day: day.year, lambda day: str(day.year))
    )


@mess("M13d", "years with 年 or as dates", COLUMNS)
def _year_fields(book: Book) -> bool:
    one = next(free_fields(book, Kind.YEAR), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            year = line.values[one.name]
            line.cells[column] = book.rng.choice(
                [
                    f"{year}年",
                    str(year),
                    f"{year}年5月",
                    date(year, 5, 1),
                    Shown(float(year), "0"),
                    f" {year} ",
                ]
            )
    return True


@mess("M14a", "one day shown 28 ways", COLUMNS)
def _formats(book: Book) -> bool:
    return _each_date(book, lambda day: Shown(day, book.rng.choice(FORMATS)))


@mess("M14b", "days counted from 1904", FILE)
def _mac(book: Book) -> bool:
    if "C08d" in book.planted or not book.claim("serials", "file"):
        return False
    book.mac = True
    return True


@mess("M14c", "days as bare serial numbers", COLUMNS)
def _serials(book: Book) -> bool:
    return book.claim("serials") and _each_date(book, book.rng.choice(SERIALS))


# -- M15: percents -----------------------------------------------------------------------------------------------------


def _each_percent(book: Book, write: Callable[[float], Any]) -> bool:
    one = next(free_fields(book, Kind.PERCENT), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            line.cells[column] = write(line.values[one.name])
    return True


@mess("M15a", "percents as points", COLUMNS)
def _points(book: Book) -> bool:
    return _each_percent(book, lambda value: value)


@mess("M15b", "percents as text", COLUMNS)
def _percent_text(book: Book) -> bool:
    return _each_percent(
        book, lambda value: book.rng.choice([f"{value}%", f"{value}％", f" {value} %", f"{value:.2f}%"])
    )


@mess("M15c", "fractions without a sign", COLUMNS)
def _fractions(book: Book) -> bool:
    before = set(book.claims)
    if not _each_percent(
        book, lambda value: book.rng.choice([round(value / 100, 12), str(round(value / 100, 12))])
    ):
        return False
    for table in own_tables(book):
        for column in table.columns:
            if column.field and ("field", table.dataset.id, column.field.name) in book.claims - before:
                book.expect("C21", lambda table=table, column=column: _asked_for_sign(book, table, column))
    return True


def _asked_for_sign(book: Book, table: Table, column: Column) -> tuple[str, str] | None:
    """The first cell of a column of fractions, where nothing in the file shows a number as a percent."""
    cells = [value for _, grid, _ in book.grids() for value in grid.values()]
    if book.encode is not None or any(isinstance(value, Shown) and "%" in value.format for value in cells):
        return None
    lines = [line for line in filled(table, column) if line.values and line.values[column.field.name]]
    return (book.page_of(table).name, cell_name(min(line.row for line in lines), column.index)) if lines else None


@mess("M15d", "a fraction among points", COLUMNS)
def _mixed_percents(book: Book) -> bool:
    if len(own_tables(book)) > 1 or not _each_percent(book, lambda value: value):
        return False
    [(table, column)] = [
        (table, column)
        for table in own_tables(book)
        for column in table.columns
        if column.field is not None
        and column.field.kind is Kind.PERCENT
        and ("field", table.dataset.id, column.field.name) in book.claims
        and all(isinstance(line.cells[column], float) for line in filled(table, column))
    ]
    line = book.rng.choice(filled(table, column))
    put((table, line, column), 0.96, 0.96)
    book.at("C14", table, line, column)
    return True


# -- M16, M17, M18: numbers, blanks, yes and no ------------------------------------------------------------------------


def _in_bounds(one: Field) -> bool:
    return one.unit != "届"


@mess("M16a", "an approximate number", CELLS)
def _about(book: Book) -> bool:
    place = first_cell(book, Kind.INTEGER, Kind.DECIMAL, when=lambda one: _in_bounds(one) and one.unit != "°")
    if place is None:
        return False
    _table, line, column = place
    assert column.field
    value = value_at(place)
    put(
        place,
        book.rng.choice([f"约{value}", f"{value}余", f"{value}左右", f"约 {value}", f"近{value}"]),
        value,
    )
    line.marks[column.field.name] = "approx"
    book.at("C11", *place)
    return True


def _wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if 33 <= ord(one) <= 126 else one for one in text)


def _put_any(
    book: Book, write: Callable[[Any], Any], *kinds: Kind, when: Callable[[Field], bool] = lambda _one: True
) -> bool:
    place = first_cell(book, *kinds, when=when)
    if place is None:
        return False
    value = value_at(place)
    put(place, write(value), value)
    return True


@mess("M17a", "full-width digits and thousands separators", CELLS)
def _wide_digits(book: Book) -> bool:
    return _put_any(
        book,
        lambda value: book.rng.choice(
            [_wide(str(value)), f"{value:,}", f" {value} ", _wide(f"{value:,}"), f"\u200b{value}"]
        ),
        Kind.INTEGER,
        Kind.DECIMAL,
    )


@mess("M17b", "blanks and line breaks in a choice", CELLS)
def _spaced_choice(book: Book) -> bool:
    return _put_any(
        book,
        lambda value: book.rng.choice(
            [f"{value[:1]}　{value[1:]}", f"{value}\n", f"\t{value}   ", f"{value[:2]}\n{value[2:]}"]
        ),
        Kind.CHOICE,
    )


@mess("M17c", "full-width codes", CELLS)
def _wide_code(book: Book) -> bool:
    return _put_any(
        book,
        lambda value: book.rng.choice(
            [_wide(value), f" {value}", value.lower(), f"{value}\n", f"\u200e{value}"]
        ),
        Kind.CODE,
    )


@mess("M17d", "trailing blanks in a text", CELLS)
def _trailing(book: Book) -> bool:
    return _put_any(
        book,
        lambda value: book.rng.choice([f"{value}                 ", f"\n{value}", f"　{value}　"]),
        Kind.TEXT,
    )


@mess("M18a", "yes and no in many ways", COLUMNS)
def _truths(book: Book) -> bool:
    one = next(free_fields(book, Kind.BOOLEAN), None)
    if one is None:
        return False
    yes, no = book.rng.choice(
        [
            (("√",), ("×",)),
            (("☑", "☑是"), ("□", "☐")),
            (("有",), ("无", "没有")),
            ((True,), (False,)),
            ((1,), (0,)),
            (("Y", "yes"), ("N", "no")),
            (("是", "√", "有", "☑", " 是 "), ("否", "×", "□", "无")),
            (("对",), ("错",)),
            (("√\n",), ("✗",)),
        ]
    )
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            line.cells[column] = book.rng.choice(yes if line.values[one.name] else no)
    return True


@mess("M18b", "both boxes of a form, one ticked", COLUMNS)
def _boxes(book: Book) -> bool:
    one = next(free_fields(book, Kind.BOOLEAN), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            line.cells[column] = "☑是 □否" if line.values[one.name] else "□是 ☑否"
    return True


@mess("M18c", "a choice by its other name", CELLS)
def _choice_alias(book: Book) -> bool:
    for place in free_cells(book, Kind.CHOICE):
        one, value = place[2].field, value_at(place)
        assert one
        names = [alias for alias, choice in one.choice_aliases.items() if choice == value]
        if names:
            take_cell(book, place)
            put(place, book.rng.choice(names), value)
            return True
    return False


# -- M22: formulas -----------------------------------------------------------------------------------------------------


@mess("M22a", "formulas with their values", COLUMNS)
def _formulas(book: Book) -> bool:
    one = next(free_fields(book, Kind.INTEGER, Kind.DECIMAL), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            assert line.values is not None
            value = line.cells[column]
            line.cells[column] = Formula(
                book.rng.choice(["=1+1", "='[旧表.xlsx]Sheet1'!A1", "=SUM(B1:B2)", "=VLOOKUP(A1,Z:Z,1,0)"]),
                value,
            )
    return True


@mess("M22e", "texts that formulas gave", COLUMNS)
def _text_formulas(book: Book) -> bool:
    one = next(free_fields(book, Kind.TEXT, Kind.CHOICE), None)
    if one is None:
        return False
    for table, column in take_field(book, one):
        for line in filled(table, column):
            line.cells[column] = Formula("=VLOOKUP(A1,Z:Z,1,0)", line.cells[column])
    return True


# -- M30: names of places ----------------------------------------------------------------------------------------------


@mess("M30a", "街镇 by their other names", COLUMNS)
def _aliases(book: Book) -> bool:
    owner = book.table.dataset.by_name[book.table.dataset.owner]
    if not book.claim(("field", book.table.dataset.id, owner.name)):
        return False
    names = {one.code: one for one in subdistricts()}
    for table in own_tables(book):
        column = table.of(owner.name)
        assert column
        for line in filled(table, column):
            assert line.values is not None
            one = names[line.values[owner.name]]
            line.cells[column] = book.rng.choice(
                [
                    *one.aliases,
                    one.short_name,
                    f"普陀区{one.name}",
                    f"{one.name}办事处",
                    f" {one.name} ",
                    one.code,
                    f"上海市普陀区{one.name}",
                ]
            )
    return True


@mess("M13e", "signs for a day that is not known", CELLS)
def _no_day(book: Book) -> bool:
    kept = fragile(book.table.dataset)
    place = first_cell(
        book, Kind.DATE, loose=True, when=lambda one: one.need is Need.OPTIONAL and one.name not in kept
    )
    if place is None:
        return False
    put(place, book.rng.choice(["/", "—", "无", "暂无", "\\", "-", "……", "未定"]), None)
    return True
