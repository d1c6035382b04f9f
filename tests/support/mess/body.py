"""Messes among the rows: totals, samples, merges, blanks, hidden rows (M3, M6, M11, M12, M21)."""

from __future__ import annotations

from itertools import groupby

from lib.datasets.places import unit_name
from lib.ingest.sheet import cell_name
from lib.spec.fields import Need
from lib.spec.kinds import Kind
from tests.support.mess.clean import fragile
from tests.support.mess.kinds import (
    AROUND,
    BODY,
    CELLS,
    COLUMNS,
    filled,
    first_cell,
    free_cells,
    free_fields,
    is_additive,
    mess,
    own_tables,
    put,
    shuffled,
    take_cell,
)
from tests.support.mess.layout import ANY, Book, Column, Formula, Line, Sum, Table

# -- M3: totals --------------------------------------------------------------------------------------------------------


def _summable(table: Table) -> list[Column]:
    return [one for one in table.columns[1:] if one.field is not None and is_additive(one.field)]


def _total(table: Table, lines: list[Line], label: str) -> Line:
    return Line({**{column: Sum(tuple(lines)) for column in _summable(table)}, table.columns[0]: label})


def _streets(table: Table) -> list[tuple[str, list[Line]]]:
    owner = table.dataset.owner
    return [
        (street, list(lines))
        for street, lines in groupby(table.lines(), key=lambda line: str((line.values or {})[owner]))
    ]


def _by_street(book: Book, table: Table, *, above: bool, named: bool) -> None:
    body = [one for one in table.body if one.values is None]
    for street, lines in _streets(table):
        label = (
            f"{unit_name(street, short=True)}小计"
            if named
            else book.rng.choice(["小计", "小　计", "小 计："])
        )
        total = _total(table, lines, label)
        body += [total, *lines] if above else [*lines, total]
    table.body = body


@mess("M3a", "a total below the rows", BODY)
def _total_below(book: Book) -> bool:
    if not book.claim("totals"):
        return False
    for table in own_tables(book):
        table.body.append(
            _total(
                table,
                table.lines(),
                book.rng.choice(["合计", "合　　计", "总 计", "累计", "全区合计", "总计：", "合计（户）"]),
            )
        )
    return True


@mess("M3b", "a total above the rows", BODY)
def _total_above(book: Book) -> bool:
    if not book.claim("totals"):
        return False
    for table in own_tables(book):
        table.body.insert(0, _total(table, table.lines(), book.rng.choice(["合计", "总　计", "全区合计"])))
    return True


@mess("M3c", "a subtotal below each block and a total", BODY)
def _subtotals_below(book: Book) -> bool:
    if not book.claim("totals"):
        return False
    for table in own_tables(book):
        total = _total(table, table.lines(), "总计")
        _by_street(book, table, above=False, named=book.rng.random() < 0.5)
        table.body.append(total)
    return True


@mess("M3d", "a total and subtotals above their blocks", BODY)
def _subtotals_above(book: Book) -> bool:
    if not book.claim("totals"):
        return False
    for table in own_tables(book):
        total = _total(table, table.lines(), "合计")
        _by_street(book, table, above=True, named=book.rng.random() < 0.5)
        table.body.insert(0, total)
    return True


def _spoilt(book: Book, *, formulas: bool) -> bool:
    table = own_tables(book)[0]
    columns = [
        one
        for one in _summable(table)
        if one.field is not None
        and len(filled(table, one)) > 1
        and book.free(
            ("field", table.dataset.id, one.field.name), ("touched", table.dataset.id, one.field.name)
        )
    ]
    if not columns or not book.claim("totals"):
        return False
    total = _total(table, table.lines(), "合计")
    column = book.rng.choice(columns)
    assert column.field
    book.claims.update({("field", table.dataset.id, column.field.name)})
    for one in _summable(table):
        value = Sum(tuple(table.lines()), wrong=one is column)
        total.cells[one] = Formula("=SUM(A1:A9)", value) if formulas else value
    table.body.append(total)
    book.at("R02", table, total, column)
    return True


@mess("M3e", "a total that does not add up", BODY)
def _wrong_total(book: Book) -> bool:
    return _spoilt(book, formulas=False)


@mess("M22c", "a stale total saved by a formula", BODY)
def _stale_total(book: Book) -> bool:
    return _spoilt(book, formulas=True)


# -- M6: samples and dots ----------------------------------------------------------------------------------------------


def _skip(book: Book, table: Table, line: Line, at: int) -> None:
    """Put in a row that is no data. One alone, directly below the header, is the sample of the form itself: it is not told."""
    table.body.insert(at, line)
    table.skipped.append(line)
    if book.claim(("skipped", table)):
        book.expect(
            "R09", lambda: None if table.skipped == table.body[:1] else (book.page_of(table).name, "")
        )


@mess("M6a", "rows of dots", BODY)
def _dots(book: Book) -> bool:
    table = book.rng.choice(own_tables(book))
    dots = book.rng.choice(["…", "……", "...", "．．．"])
    line = Line(dict.fromkeys(table.columns[: book.rng.randint(1, len(table.columns))], dots))
    last = table is book.page_of(table).tables[-1]
    _skip(
        book,
        table,
        line,
        book.rng.choice([len(table.body), book.rng.randint(0, len(table.body))]) if last else 1,
    )
    return True


@mess("M6b", "a sample row", BODY)
def _sample(book: Book) -> bool:
    table = own_tables(book)[0]
    if not book.claim("sample"):
        return False
    model = table.lines()[0]
    line = Line(dict(model.cells))
    line.cells[table.columns[0]] = book.rng.choice(["示例", "例", "样例：", "示例1"])
    _skip(book, table, line, 0)
    return True


@mess("M6c", "instructions above the rows", BODY)
def _instruction(book: Book) -> bool:
    table = own_tables(book)[0]
    key = table.of(table.dataset.key[0])
    if key is None or not book.claim("instruction"):
        return False
    _skip(book, table, Line({key: book.rng.choice(["例：A001", "示例：按统一编码", "（示例）"])}), 0)
    return True


# -- M11, M12: merges and blanks ---------------------------------------------------------------------------------------


def _runs(table: Table, name: str) -> list[list[Line]]:
    """Rows next to each other with one value in a column."""
    runs: list[list[Line]] = []
    for line in table.body:
        before = runs[-1][-1] if runs else None
        value = None if line.values is None else line.values[name]
        if (
            before is not None
            and before.values is not None
            and value is not None
            and before.values[name] == value
            and table.body.index(line) == table.body.index(before) + 1
        ):
            runs[-1].append(line)
        else:
            runs.append([line])
    return [run for run in runs if run[0].values is not None]


@mess("M11a", "街镇 merged over its rows", BODY)
def _merged_streets(book: Book) -> bool:
    owner = book.table.dataset.owner
    if not book.claim(("field", book.table.dataset.id, owner), "merged"):
        return False
    for table in own_tables(book):
        column = table.of(owner)
        assert column
        for run in _runs(table, owner):
            if len(run) > 1:
                table.merges.append((run[0], run[-1], column))
                for line in run[1:]:
                    line.cells[column] = None
    return True


@mess("M11b", "a text merged over some rows", COLUMNS)
def _merged_text(book: Book) -> bool:
    kept = fragile(book.table.dataset)
    for one in free_fields(book, Kind.TEXT, Kind.DATE, Kind.CHOICE):
        if one.name in kept:
            continue
        table = book.rng.choice(own_tables(book))
        column = table.of(one.name)
        pairs = [
            (first, second)
            for first, second in zip(table.body, table.body[1:], strict=False)
            if first.values is not None and second.values is not None and first.values[one.name] is not None
        ]
        if column is None or not pairs:
            continue
        book.claim(("field", table.dataset.id, one.name))
        first, second = book.rng.choice(pairs)
        assert first.values is not None
        assert second.values is not None
        second.values[one.name] = first.values[one.name]
        second.cells[column] = None
        table.merges.append((first, second, column))
        return True
    return False


@mess("M11c", "a number merged over some rows", COLUMNS)
def _merged_number(book: Book) -> bool:
    kept = fragile(book.table.dataset)
    for one in free_fields(book, Kind.INTEGER, Kind.DECIMAL):
        table = book.rng.choice(own_tables(book))
        column = table.of(one.name)
        pairs = [
            (first, second)
            for first, second in zip(table.body, table.body[1:], strict=False)
            if first.values is not None and second.values is not None and first.values[one.name] is not None
        ]
        if column is None or not pairs or one.name in kept or not one.unit:
            continue
        book.claim(("field", table.dataset.id, one.name))
        first, second = book.rng.choice(pairs)
        for line in (first, second):
            assert line.values is not None
            line.refused[one.name], line.values[one.name] = line.values[one.name], ANY
        second.cells[column] = None
        table.merges.append((first, second, column))
        book.at("C16", table, first, column)
        return True
    return False


@mess("M11d", "a blank where the column is needed", CELLS)
def _blank(book: Book) -> bool:
    def needed(one: object) -> bool:
        return getattr(one, "need", None) is Need.COLUMN

    place = first_cell(book, *Kind, loose=True, when=needed)
    if place is None:
        return False
    table, _line, column = place
    assert column.field
    put(place, book.rng.choice([None, "/", "—", "-", " ", "…", "　"]), None)
    if book.claim(("blank", table, column.field.name)):
        name = column.field.name
        blanks = [
            one
            for one in table.lines()
            if one.values and one.values[name] is None and name not in one.refused
        ]
        book.claim(("field", table.dataset.id, column.field.name))
        book.at("C10", table, blanks[0], column)
    return True


@mess("M11e", "a blank where the cell is needed", CELLS)
def _blank_required(book: Book) -> bool:
    for place in free_cells(
        book, Kind.TEXT, Kind.CHOICE, Kind.BOOLEAN, Kind.INTEGER, when=lambda one: one.need is Need.REQUIRED
    ):
        table, _line, column = place
        assert column.field
        if book.claim(("blank", table, column.field.name)):
            take_cell(book, place)
            put(place, None, None)
            book.at("C01", *place)
            return True
    return False


@mess("M12a", "blanks that look merged", BODY)
def _look_merged(book: Book) -> bool:
    owner = book.table.dataset.owner
    if len(own_tables(book)) > 1 or not book.claim(("field", book.table.dataset.id, owner), "merged"):
        return False
    for table in own_tables(book):
        column = table.of(owner)
        assert column
        blanks = []
        for run in _runs(table, owner):
            for line in run[1:]:
                assert line.values is not None
                line.cells[column], line.values[owner] = None, None
                blanks.append(line)
        if blanks:
            book.at("T35", table, blanks[0], column)
    return True


# -- M21: hidden rows --------------------------------------------------------------------------------------------------


@mess("M21a", "hidden rows", AROUND)
def _hidden_rows(book: Book) -> bool:
    if not book.claim("hidden rows"):
        return False
    table = own_tables(book)[0]
    if any(one.place == "right" for one in book.page_of(table).tables):
        return False
    lines = shuffled(book.rng, table.lines())[: book.rng.randint(1, 3)]
    for line in lines:
        line.hidden = True
    book.expect(
        "T27",
        lambda: (book.page_of(table).name, cell_name(min(one.row for one in lines), table.columns[0].index)),
    )
    return True


@mess("M21c", "a hidden title line", AROUND)
def _hidden_title(book: Book) -> bool:
    if not book.claim("hidden title"):
        return False
    book.table.titles[-1].hidden = True
    return True
