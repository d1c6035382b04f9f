"""Messes that must be refused or asked about, at their cell (M16, M22, M30–M32, and rules over cells and rows that C.2 does not name)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lib.datasets.places import unit_name
from lib.ingest.sheet import cell_name
from lib.spec.checks import AtMost, OnLadder, RequiredWhen, SumEquals, YearsBetween
from lib.spec.fields import Field, Need
from lib.spec.kinds import Kind
from lib.spec.period import add_months
from tests.support.mess.clean import place_of
from tests.support.mess.kinds import (
    BODY,
    CELLS,
    HEADER,
    first_cell,
    free_cells,
    mess,
    own_tables,
    put,
    refuse,
    take_cell,
    value_at,
)
from tests.support.mess.layout import ANY, Book, Column, Formula, Line, Table

Wanted = Callable[[Field], bool]


def _all(_one: Field) -> bool:
    return True


def _refused(book: Book, code: str, raws: list[Any], *kinds: Kind, when: Wanted = _all) -> bool:
    place = first_cell(book, *kinds, when=when)
    if place is None:
        return False
    refuse(book, code, place, book.rng.choice(raws))
    return True


@mess("M16b", "words in a number", CELLS)
def _words(book: Book) -> bool:
    return _refused(
        book,
        "C02",
        [
            "391、55、80",
            "10人+9专项",
            "12/30",
            "3 5",
            "三十余户?",
            "见附件",
            "1.2.3",
            "10~20",
            "1,23",
            "（12）",
            "5 户 3",
        ],
        Kind.INTEGER,
        Kind.DECIMAL,
    )


@mess("M22b", "a formula that was never calculated", CELLS)
def _uncalculated(book: Book) -> bool:
    return _refused(
        book, "C17", [Formula("=B3*2", None)], *(one for one in Kind if one is not Kind.SUBDISTRICT)
    )


@mess("M22d", "an error value", CELLS)
def _error(book: Book) -> bool:
    errors = [
        Formula("=A1/0", text)
        for text in ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
    ]
    return _refused(book, "C12", errors, *(one for one in Kind if one is not Kind.SUBDISTRICT))


@mess("C03", "no date", CELLS)
def _no_date(book: Book) -> bool:
    return _refused(
        book,
        "C03",
        ["2027年2月30日", "换届中", "2024-13-01", "2024年9月31日", "12月", "2024.1.2.3", 2024.1, "去年"],
        Kind.DATE,
    )


@mess("C04", "no choice", CELLS)
def _no_choice(book: Book) -> bool:
    return _refused(book, "C04", ["某类", "其他类别", "？？", 17], Kind.CHOICE)


@mess("M30b", "a place nobody knows", CELLS)
def _no_street(book: Book) -> bool:
    for place in free_cells(book, Kind.SUBDISTRICT):
        if book.claim(("street", place[0].dataset.id, value_at(place))):
            refuse(
                book,
                "C05",
                take_cell(book, place),
                book.rng.choice(
                    ["长峰", "真如镇街", "长风路街道", "石泉新村", "静安寺街道", "甘全路街道", "长"]
                ),
            )
            return True
    return False


@mess("C06", "neither yes nor no", CELLS)
def _no_truth(book: Book) -> bool:
    return _refused(book, "C06", ["也许", "部分", 7, "√×", "□是 □否", "3月"], Kind.BOOLEAN)


@mess("C07", "not whole", CELLS)
def _not_whole(book: Book) -> bool:
    return _refused(book, "C07", [2.5, "12.25", 0.1], Kind.INTEGER)


@mess("C08", "out of bounds", CELLS)
def _out_of_bounds(book: Book) -> bool:
    place = first_cell(
        book,
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.YEAR,
        when=lambda one: one.minimum is not None and one.maximum is not None,
    )
    if place is None:
        return False
    one = place[2].field
    assert one
    assert one.maximum is not None
    refuse(book, "C08", place, 1066 if one.kind is Kind.YEAR else int(one.maximum) * 7 + 1)
    return True


@mess("C08d", "a date out of bounds", CELLS)
def _old_date(book: Book) -> bool:
    return _refused(book, "C08", [date(1900, 1, 1), "1905-03-02", "9999-12-31", "2150年1月"], Kind.DATE)


@mess("C18", "ten thousand times too large", CELLS)
def _unusual(book: Book) -> bool:
    for place in free_cells(
        book, Kind.DECIMAL, Kind.INTEGER, loose=True, when=lambda one: one.usual is not None
    ):
        one, value = place[2].field, value_at(place)
        assert one
        assert one.usual
        low, high = one.usual
        for times in (10_000, 10):
            wrong = value * times  # type: ignore[operator]
            if (
                low <= value <= high
                and wrong > high
                and (one.maximum is None or wrong <= one.maximum)  # type: ignore[operator]
                and isinstance(place[1].cells[place[2]], (int, float))
            ):
                scale = place[1].cells[place[2]] / value if value else 1  # type: ignore[operator]
                take_cell(book, place)
                put(place, wrong * scale, wrong)
                book.at("C18", *place)
                return True
    return False


@mess("M32a", "a long code stored as a number", CELLS)
def _long_code(book: Book) -> bool:
    return _refused(book, "C15", [3101070050010001234, 1.2345678901234567e18], Kind.CODE)


# -- M31: personal data ------------------------------------------------------------------------------------------------


@mess("M31a", "a column of names", HEADER)
def _names(book: Book) -> bool:
    return _personal_column(
        book, ["姓名", "业委会主任姓名", "联 系 人", "联系电话", "身份证号码", "手机"], ["张某某", "略"]
    )


@mess("M31b", "a column titled by an office that holds names", HEADER)
def _role(book: Book) -> bool:
    return _personal_column(book, ["主任", "负责人", "户主"], ["张三丰", "李四光", "王小二"])


def _personal_column(book: Book, titles: list[str], values: list[str]) -> bool:
    if not book.claim("personal column"):
        return False
    title = book.rng.choice(titles)
    for table in own_tables(book):
        column = Column(None, title, personal=True)
        table.columns.append(column)
        for line in table.lines():
            line.cells[column] = book.rng.choice(values)
        book.at_head("T13", table, column)
    book.personal = True
    return True


@mess("M31c", "a personal number in a cell", CELLS)
def _personal_number(book: Book) -> bool:
    place = first_cell(book, Kind.TEXT, loose=True)
    if place is None:
        return False
    put(
        place,
        book.rng.choice(
            [
                "11010519491231002X",
                "电话13800000000",
                "１３８００００００００",
                "账号：6222000000000000",
                "联系52564588",
            ]
        ),
        ANY,
    )
    book.at("T14", *place)
    book.personal = True
    return True


@mess("M32b", "a telephone number stored as a number", CELLS)
def _phone(book: Book) -> bool:
    place = first_cell(book, Kind.TEXT, loose=True)
    if place is None:
        return False
    put(place, book.rng.choice([13800000000, 1.38e10, 15900001111]), ANY)
    book.at("T14", *place)
    book.personal = True
    return True


# -- rows --------------------------------------------------------------------------------------------------------------


@mess("R01", "the same key twice", CELLS)
def _duplicate(book: Book) -> bool:
    table = book.table
    if any(("field", table.dataset.id, name) in book.claims for name in table.dataset.key) or (
        "merged" in book.claims
    ):
        return False
    lines = [line for line in table.lines() if book.free(("line", line), ("busy", line))]
    if len(lines) < 2 or not book.claim("duplicate"):
        return False
    first, second = lines[0], lines[1]
    book.claims.update({("line", first), ("line", second), ("busy", first), ("busy", second)})
    book.claims.update(("touched", table.dataset.id, name) for name in table.dataset.key)
    checked = {
        name
        for check in table.dataset.checks
        if set(check.columns()) & set(table.dataset.key)
        for name in check.columns()
    }
    for name in {*table.dataset.key, *checked}:
        column = table.of(name)
        assert column
        assert first.values is not None
        assert second.values is not None
        second.cells[column], second.values[name] = first.cells[column], first.values[name]
    key = table.of(table.dataset.key[0])
    assert key
    book.at("R01", table, second, key)
    return True


def _whole(book: Book, table: Table, names: tuple[str, ...]) -> list[Line]:
    """Rows whose cells of some fields are filled and free."""
    columns = [table.of(name) for name in names]
    if any(
        one is None or ("field", table.dataset.id, name) in book.claims
        for one, name in zip(columns, names, strict=True)
    ):
        return []
    return [
        line
        for line in table.lines()
        if all(line.values and line.values[name] is not None for name in names)
        and all(book.free(("cell", line, one)) for one in columns)
        and book.free(("line", line))
    ]


def _break(book: Book, kind: type, spoil: Callable[[Any, Table, Line], tuple[str, str] | None]) -> bool:
    for table in book.tables():
        for check in table.dataset.checks:
            if not isinstance(check, kind):
                continue
            lines = _whole(book, table, check.columns())
            book.rng.shuffle(lines)
            for line in lines:
                told = spoil(check, table, line)
                if told is None:
                    continue
                code, name = told
                for one in check.columns():
                    column = table.of(one)
                    assert column
                    take_cell(book, (table, line, column))
                column = table.of(name)
                assert column
                book.at(code, table, line, column)
                return True
    return False


def _set(table: Table, line: Line, name: str, value: Any) -> None:
    column = table.of(name)
    assert column
    put((table, line, column), value, value)


def _others(table: Table, name: str, check: Any) -> bool:
    """Whether another check reads a field too: what breaks one may then break the other."""
    return sum(name in one.columns() for one in table.dataset.checks) > 1


@mess("R03", "parts that do not add up", CELLS)
def _parts(book: Book) -> bool:
    def spoil(check: SumEquals, table: Table, line: Line) -> tuple[str, str]:
        assert line.values is not None
        _set(table, line, check.parts[0], round(line.values[check.parts[0]] + 1, 2))
        return "R03", check.total

    return _break(book, SumEquals, spoil)


@mess("R04", "more of a part than of the whole", CELLS)
def _more(book: Book) -> bool:
    def spoil(check: AtMost, table: Table, line: Line) -> tuple[str, str] | None:
        assert line.values is not None
        greater = line.values[check.greater]
        if _others(table, check.lesser, check):
            return None
        _set(table, line, check.lesser, greater + (timedelta(days=1) if isinstance(greater, date) else 1))
        return "R04", check.lesser

    return _break(book, AtMost, spoil)


@mess("R05", "a term too long", CELLS)
def _term(book: Book) -> bool:
    def spoil(check: YearsBetween, table: Table, line: Line) -> tuple[str, str]:
        assert line.values is not None
        _set(table, line, check.end, add_months(line.values[check.start], 84))
        return "R05", check.end

    return _break(book, YearsBetween, spoil)


@mess("R06", "empty where the case asks for it", CELLS)
def _asked_for(book: Book) -> bool:
    def spoil(check: RequiredWhen, table: Table, line: Line) -> tuple[str, str] | None:
        assert line.values is not None
        name = next((one for one in check.fields if table.dataset.by_name[one].need is Need.OPTIONAL), None)
        if name is None or line.values[check.column] not in check.values:
            return None
        _set(table, line, name, None)
        return "R06", name

    return _break(book, RequiredWhen, spoil)


@mess("R07", "a stage of another ladder", CELLS)
def _ladder(book: Book) -> bool:
    def spoil(check: OnLadder, table: Table, line: Line) -> tuple[str, str] | None:
        assert line.values is not None
        ladder = check.ladders[line.values[check.type]]
        strange = [one for one in table.dataset.by_name[check.stage].choices if one not in ladder]
        if not strange or any(
            isinstance(one, RequiredWhen) and check.stage == one.column for one in table.dataset.checks
        ):
            strange = [
                stage
                for stage in strange
                if not any(
                    isinstance(one, RequiredWhen) and stage in one.values for one in table.dataset.checks
                )
            ]
        if not strange:
            return None
        _set(table, line, check.stage, book.rng.choice(strange))
        return "R07", check.stage

    return _break(book, OnLadder, spoil)


@mess("R08", "a row of another 街镇", BODY)
def _strange_row(book: Book) -> bool:
    """The form is of one 街镇, but for one row."""
    table = book.table
    owner = table.of(table.dataset.owner)
    if (
        len(book.tables()) > 1
        or owner is None
        or not book.claim("reporter", ("field", table.dataset.id, table.dataset.owner), "merged")
    ):
        return False
    home = "310107014"
    table.titles[1] = Line({0: f"填报单位：{unit_name(home)}"})
    lines = table.lines()
    strange = book.rng.choice(lines)
    for line in lines:
        code = "310107102" if line is strange else home
        put((table, line, owner), unit_name(code), code)
        for name, value in place_of(table.dataset, code).items():
            if (column := table.of(name)) is not None:
                put((table, line, column), value, value)
    book.at("R08", table, strange, owner)
    return True


# -- header ------------------------------------------------------------------------------------------------------------


@mess("T04", "a column twice", HEADER)
def _twice(book: Book) -> bool:
    if "header" in book.claims or not book.claim("twice"):
        return False
    table = book.table
    model = book.rng.choice([one for one in table.columns if one.field is not None and not one.field.group])
    assert model.field
    book.claims.add(("field", table.dataset.id, model.field.name))
    column = Column(None, model.title)
    table.columns.append(column)
    for line in table.lines():
        line.cells[column] = line.cells.get(model)
    book.expect(
        "T04", lambda: (book.page_of(table).name, cell_name(table.last, max(column.index, model.index)))
    )
    return True


@mess("T02", "a needed column left out", HEADER)
def _missing(book: Book) -> bool:
    table = book.table
    names = {name for check in (*table.dataset.checks, *table.dataset.across) for name in check.columns()} | {
        *table.dataset.key,
        table.dataset.owner,
    }
    gone = [
        one
        for one in table.columns
        if one.field is not None
        and one.field.need is not Need.OPTIONAL
        and one.field.name not in names
        and book.free(("field", table.dataset.id, one.field.name))
    ]
    if len(own_tables(book)) > 1 or not gone or not book.claim("missing"):
        return False
    table.columns.remove(book.rng.choice(gone))
    book.at_head("T02", table)
    return True


@mess("T18", "a header that may mean several columns", HEADER)
def _ambiguous(book: Book) -> bool:
    table = book.table
    titles = [one.title for one in table.dataset.fields]
    several = [
        one
        for one in table.columns
        if one.field is not None and one.field.need is Need.OPTIONAL and titles.count(one.field.title) > 1
    ]
    if not several or "header" in book.claims or len(own_tables(book)) > 1 or not book.claim("header"):
        return False
    column = book.rng.choice(several)
    assert column.field
    column.title, column.field = column.field.title, None
    book.at_head("T18", table, column)
    return True
