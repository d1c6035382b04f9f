"""What a mess is, and how one finds a place in a book that no other has taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from lib.spec.fields import Field, Need
from lib.spec.kinds import Kind
from lib.spec.units import ADDITIVE
from tests.support.mess.clean import fragile
from tests.support.mess.layout import Book, Column, Line, Table, written

Place = tuple[Table, Line, Column]
T = TypeVar("T")

TABLES, HEADER, BODY, COLUMNS, CELLS, AROUND, FILE = range(7)
"""The order in which messes of several kinds are planted: each may rely on what those before it have done."""


@dataclass(frozen=True)
class Mess:
    """One mess. code: that of domain.md C.2 with a letter for the variant. plant: do it to a book; False when the book has no
    place for it.
    """

    code: str
    words: str
    stage: int
    plant: Callable[[Book], bool]

    def __str__(self) -> str:
        return f"{self.code} {self.words}"


MESSES: dict[str, Mess] = {}


def mess(code: str, words: str, stage: int) -> Callable[[Callable[[Book], bool]], Callable[[Book], bool]]:
    """Register a function as a mess."""

    def register(plant: Callable[[Book], bool]) -> Callable[[Book], bool]:
        assert code not in MESSES, code
        MESSES[code] = Mess(code, words, stage, plant)
        return plant

    return register


def shuffled(rng: Random, items: Iterable[T]) -> list[T]:
    """The items in random order."""
    found = list(items)
    rng.shuffle(found)
    return found


# -- columns -----------------------------------------------------------------------------------------------------------


def free_fields(book: Book, *kinds: Kind) -> Iterator[Field]:
    """Fields of the first form, present in all its tables, that no mess has touched, in random order."""
    dataset = book.table.dataset
    for one in shuffled(book.rng, dataset.fields):
        if (
            one.kind in kinds
            and all(table.of(one.name) for table in own_tables(book))
            and book.free(("field", dataset.id, one.name), ("touched", dataset.id, one.name))
        ):
            yield one


def own_tables(book: Book) -> list[Table]:
    """The tables of the first form."""
    return [one for one in book.tables() if one.dataset is book.table.dataset]


def take_field(book: Book, one: Field) -> list[tuple[Table, Column]]:
    """Claim a whole field; its columns."""
    book.claim(("field", book.table.dataset.id, one.name))
    return [(table, column) for table in own_tables(book) if (column := table.of(one.name))]


def filled(table: Table, column: Column) -> list[Line]:
    """The rows of data in which a column holds something."""
    assert column.field
    return [line for line in table.lines() if line.values and line.values[column.field.name] is not None]


def is_additive(one: Field) -> bool:
    """Whether a total row sums it up."""
    return one.kind in {Kind.INTEGER, Kind.DECIMAL} and one.unit in ADDITIVE


# -- cells -------------------------------------------------------------------------------------------------------------


def free_cells(
    book: Book, *kinds: Kind, loose: bool = False, when: Callable[[Field], bool] = lambda _one: True
) -> Iterator[Place]:
    """Filled cells that no mess has touched, in random order. loose: only of fields that no check reads."""
    tables = [table for table in book.tables() if table.lines()]
    for table in shuffled(book.rng, tables):
        kept = fragile(table.dataset) if loose else set()
        columns = [
            one
            for one in table.columns
            if one.field
            and one.field.kind in kinds
            and one.field.name not in kept
            and when(one.field)
            and book.free(("field", table.dataset.id, one.field.name))
        ]
        for column in shuffled(book.rng, columns):
            for line in shuffled(book.rng, filled(table, column)):
                if book.free(("cell", line, column), ("line", line)):
                    yield table, line, column


def take_cell(book: Book, place: Place) -> Place:
    """Claim a cell: its column may no longer be changed as a whole, its row not merged or left out."""
    table, line, column = place
    assert column.field
    book.claim(("cell", line, column))
    book.claims.update({("touched", table.dataset.id, column.field.name), ("busy", line)})
    return place


def first_cell(
    book: Book, *kinds: Kind, loose: bool = False, when: Callable[[Field], bool] = lambda _one: True
) -> Place | None:
    """One free cell, taken."""
    found = next(free_cells(book, *kinds, loose=loose, when=when), None)
    return None if found is None else take_cell(book, found)


def put(place: Place, raw: object, value: object) -> None:
    """Write something into a cell that is read as a value."""
    _, line, column = place
    assert column.field
    assert line.values is not None
    line.cells[column] = raw
    line.values[column.field.name] = value


def refuse(book: Book, code: str, place: Place, raw: object) -> None:
    """Write something into a cell that must be refused there."""
    _, line, column = place
    assert column.field
    assert line.values is not None
    line.refused[column.field.name] = line.values[column.field.name]
    put(place, raw, None)
    book.at(code, *place)


def value_at(place: Place) -> object:
    """The value a cell stands for."""
    _, line, column = place
    assert column.field
    assert line.values is not None
    return line.values[column.field.name]


def rewrite(table: Table, column: Column) -> None:
    """Write the values of a column again as the careful clerk does."""
    assert column.field
    for line in table.lines():
        assert line.values is not None
        line.cells[column] = written(column.field, line.values[column.field.name])


def is_needed(one: Field) -> bool:
    """Whether an empty cell is told."""
    return one.need is not Need.OPTIONAL
