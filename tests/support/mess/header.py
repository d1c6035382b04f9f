"""Messes of the header: levels, order, names, further columns, units, hidden columns (M2, M5, M10, M21)."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from lib.spec.fields import Dataset, Field, Need
from lib.spec.kinds import Kind
from lib.spec.text import fold_header
from lib.spec.units import factor
from tests.support.mess.clean import fragile
from tests.support.mess.kinds import (
    AROUND,
    COLUMNS,
    HEADER,
    filled,
    free_fields,
    mess,
    own_tables,
    shuffled,
    take_field,
)
from tests.support.mess.layout import ANY, Book, Column, Line, Table, flat_title, with_unit

# -- M2: levels --------------------------------------------------------------------------------------------------------


def _grouped(table: Table, *, short: bool = True) -> None:
    for column in table.columns:
        one = column.field
        if one is not None and one.group:
            column.above = (one.group,)
            column.title = with_unit(one, one.title if short else flat_title(table.dataset, one))


def _has_groups(book: Book) -> bool:
    return any(one.field is not None and one.field.group for one in book.table.columns)


@mess("M2a", "two header levels, merged", HEADER)
def _two_levels(book: Book) -> bool:
    if not _has_groups(book) or not book.claim("header"):
        return False
    for table in own_tables(book):
        _grouped(table)
    return True


@mess("M2b", "three header levels, merged", HEADER)
def _three_levels(book: Book) -> bool:
    if not _has_groups(book) or not book.claim("header"):
        return False
    for table in own_tables(book):
        _grouped(table)
        cut = len(table.columns) // 2
        while (
            cut < len(table.columns)
            and table.columns[cut].above
            and table.columns[cut].above == table.columns[cut - 1].above
        ):
            cut += 1
        for at, column in enumerate(table.columns):
            column.above = ("基本信息" if at < cut else "进展信息", *column.above)
    return True


@mess("M2c", "two header levels without any merge", HEADER)
def _levels_unmerged(book: Book) -> bool:
    if not _has_groups(book) or not book.claim("header"):
        return False
    for table in own_tables(book):
        _grouped(table, short=False)
        table.whole = False
    return True


@mess("M2d", "titles of single columns in the upper level, not merged down", HEADER)
def _levels_half_merged(book: Book) -> bool:
    if not _has_groups(book) or not book.claim("header"):
        return False
    for table in own_tables(book):
        _grouped(table)
        table.high = True
    return True


# -- M10: order and names ----------------------------------------------------------------------------------------------


def _blocks(table: Table) -> list[list[Column]]:
    return [list(members) for _, members in groupby(table.columns, key=lambda one: one.above or id(one))]


@mess("M10a", "columns in another order", HEADER)
def _order(book: Book) -> bool:
    if not book.claim("order"):
        return False
    for table in own_tables(book):
        by_group = [
            list(members)
            for _, members in groupby(
                table.columns,
                key=lambda one: one.field.group if one.field is not None and one.field.group else id(one),
            )
        ]
        table.columns = [one for block in shuffled(book.rng, by_group) for one in shuffled(book.rng, block)]
    return True


@mess("M10b", "optional columns left out", HEADER)
def _fewer_columns(book: Book) -> bool:
    if not book.claim("fewer"):
        return False
    kept = fragile(book.table.dataset)
    gone = {
        one.name
        for one in book.table.dataset.fields
        if one.need is Need.OPTIONAL
        and one.name not in kept
        and book.free(("field", book.table.dataset.id, one.name))
        and book.rng.random() < 0.5
    }
    for table in own_tables(book):
        table.columns = [one for one in table.columns if one.field is None or one.field.name not in gone]
    return bool(gone)


def _unambiguous(dataset: Dataset, one: Field) -> list[str]:
    uses = Counter(
        name
        for other in dataset.fields
        for name in {fold_header(text) for text in (other.title, *other.aliases)}
    )
    groups = {fold_header(other.group) for other in dataset.fields}
    return [
        text
        for text in one.aliases
        if uses[fold_header(text)] == 1
        and len(text) > 1
        and not text.isascii()
        and fold_header(text) not in groups
    ]


@mess("M10c", "other names of the columns, decorated", HEADER)
def _other_names(book: Book) -> bool:
    if not book.claim("header"):
        return False
    for table in own_tables(book):
        for column in table.columns:
            one = column.field
            if one is None:
                continue
            name = book.rng.choice([flat_title(table.dataset, one), *_unambiguous(table.dataset, one)])
            decorated = book.rng.choice(
                [
                    name,
                    f"*{name}",
                    f" {name} ",
                    f"{name[:1]}\n{name[1:]}",
                    f"{name}*",
                    f"★{name}",
                    "　".join(name),
                ]
            )
            column.title = with_unit(one, decorated)
    return True


@mess("M10d", "columns that no form knows", HEADER)
def _extra_columns(book: Book) -> bool:
    if not book.claim("extra"):
        return False
    for title in shuffled(book.rng, ["上月核对", "数据来源", "科室意见"])[: book.rng.randint(1, 3)]:
        for table in own_tables(book):
            column = Column(None, title)
            table.columns.insert(_between_groups(book, table), column)
            for line in table.lines():
                line.cells[column] = book.rng.choice(["有", "已核", 3, None])
            book.at_head("T03", table, column)
    return True


def _between_groups(book: Book, table: Table) -> int:
    places = [
        at
        for at in range(1, len(table.columns))
        if not _group(table.columns[at]) or _group(table.columns[at]) != _group(table.columns[at - 1])
    ]
    return book.rng.choice([*places, len(table.columns)])


def _group(column: Column) -> str:
    return column.field.group if column.field is not None else ""


@mess("M10e", "running numbers in the first column", HEADER)
def _running_numbers(book: Book) -> bool:
    if not book.claim("serial column"):
        return False
    for table in own_tables(book):
        column = Column(None, "序号")
        table.columns.insert(0, column)
        for number, line in enumerate(table.lines(), start=1):
            line.cells[column] = number
    return True


# -- M21: hidden columns -----------------------------------------------------------------------------------------------


@mess("M21b", "hidden columns", AROUND)
def _hidden_columns(book: Book) -> bool:
    if len(own_tables(book)) > 1 or len(book.page.tables) > 1 or not book.claim("hidden columns"):
        return False
    table = book.table
    start = book.rng.randint(1, len(table.columns) - 3)
    chosen = table.columns[start : start + book.rng.randint(1, 3)]
    if any(one.field is None for one in chosen):
        return False
    for column in chosen:
        column.hidden = True
    book.at_head("T28", table, chosen[0])
    return True


# -- M5: units ---------------------------------------------------------------------------------------------------------


def _scaled(table: Table, column: Column, base: str, unit: str) -> None:
    by = factor(base, unit)
    assert by
    column.scale = by
    for line in table.lines():
        assert line.values is not None
        assert column.field is not None
        value = line.values[column.field.name]
        line.cells[column] = None if value is None else round(value / by, 8)


def _measured(book: Book, base: str) -> list[tuple[Table, Column]]:
    """All columns of a base unit, claimed; none when another mess has one of them."""
    wanted = [
        one
        for one in book.table.dataset.fields
        if one.unit == base and any(table.of(one.name) for table in own_tables(book))
    ]
    free = {one.name for one in free_fields(book, Kind.DECIMAL, Kind.INTEGER)}
    if not wanted or any(one.name not in free for one in wanted):
        return []
    return [pair for one in wanted for pair in take_field(book, one)]


@mess("M5a", "unit in the corner", COLUMNS)
def _unit_in_corner(book: Book) -> bool:
    base, units = book.rng.choice([("㎡", ("万㎡", "平方米", "万平方米")), ("万元", ("元", "亿元", "万元"))])
    if len(book.tables()) > 1 or not book.free("corner unit"):
        return False
    columns = _measured(book, base)
    if not columns or not book.claim("corner unit"):
        return False
    unit = book.rng.choice(units)
    for table, column in columns:
        assert column.field
        column.title = column.title.replace(f"（{base}）", "")
        _scaled(table, column, base, unit)
    book.table.titles.append(
        Line(
            {
                book.rng.choice([0, len(book.table.columns) - 1]): book.rng.choice(
                    [f"单位：{unit}", f"计量单位:{unit}", f"（单位：{unit}）"]
                )
            }
        )
    )
    return True


@mess("M5b", "a multiple of the unit in the header", COLUMNS)
def _unit_in_header(book: Book) -> bool:
    for one in free_fields(book, Kind.DECIMAL):
        units = {"㎡": ("万㎡", "万平方米", "平方米"), "万元": ("元", "亿元", "千元")}.get(one.unit)
        if units:
            unit = book.rng.choice(units)
            for table, column in take_field(book, one):
                column.title = column.title.replace(
                    f"（{one.unit}）", book.rng.choice([f"（{unit}）", f"({unit})", f"\n（{unit}）"])
                )
                _scaled(table, column, one.unit, unit)
            return True
    return False


@mess("M5c", "the unit in every cell", COLUMNS)
def _unit_in_cells(book: Book) -> bool:
    for one in free_fields(book, Kind.DECIMAL, Kind.INTEGER):
        if one.unit in {"㎡", "万元", "户", "台", "人", "张", "幢"}:
            for table, column in take_field(book, one):
                for line in filled(table, column):
                    assert line.values is not None
                    value = line.values[one.name]
                    line.cells[column] = book.rng.choice(
                        [f"{value}{one.unit}", f"{value:,} {one.unit}", value]
                    )
            return True
    return False


@mess("M5d", "no unit anywhere", COLUMNS)
def _no_unit(book: Book) -> bool:
    base = book.rng.choice(["㎡", "万元"])
    if not book.claim("corner unit"):
        return False
    columns = _measured(book, base)
    for table, column in columns:
        column.title = column.title.replace(f"（{base}）", "")
        book.at_head("T11", table, column)
    return bool(columns)


@mess("M5e", "a unit of another kind", COLUMNS)
def _wrong_unit(book: Book) -> bool:
    for one in free_fields(book, Kind.DECIMAL):
        if one.unit in {"㎡", "万元"} and one.name not in fragile(book.table.dataset):
            book.claim(("refused", one.name))
            for table, column in take_field(book, one):
                column.title = column.title.replace(f"（{one.unit}）", "（公顷）")
                for line in table.lines():
                    assert line.values is not None
                    line.refused[one.name] = line.values[one.name]
                    line.values[one.name] = ANY
                book.at_head("T12", table, column)
            return True
    return False
