"""Generated rows of a dataset, from its declaration: by kind of field, the values that may be stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from lib.datasets.places import subdistrict_codes
from lib.ingest.cells import EARLIEST, EXACT_DIGITS, LATEST, is_blank
from lib.ingest.form import has_happened
from lib.ingest.formats.encoding import garbled
from lib.spec.fields import COORDINATES, Dataset, Field, Need
from lib.spec.geodesy import SHANGHAI
from lib.spec.kinds import Kind
from lib.spec.personal import personal_number
from lib.spec.text import compact, tidy

_LETTERS = st.characters(codec="gb18030", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u00ad")
_HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


def _harmless(text: str) -> bool:
    """Whether a text is data: neither a sign for nothing, an error value, a note, a total, a personal number nor garbled."""
    words = ("合计", "小计", "总计", "累计", "共计", "示例", "样例", "范例", "例", "盖章", ":", "无", "暂无", "未定", "#")
    return not is_blank(text) and not personal_number(text) and not garbled(text) and not any(word in compact(text) for word in words)


def _text(_field: Field) -> st.SearchStrategy[str]:
    return st.text(_LETTERS | _HANZI, min_size=1, max_size=12).map(tidy).filter(bool).filter(_harmless)


def _code(_field: Field) -> st.SearchStrategy[str]:
    return st.from_regex(r"[A-Z]{0,3}[0-9]{1,12}(-[0-9]{1,3})?", fullmatch=True).filter(_harmless)


def _integer(field: Field) -> st.SearchStrategy[int]:
    return st.integers(int(field.minimum or 0), int(field.maximum or 10**EXACT_DIGITS))


def _decimal(field: Field) -> st.SearchStrategy[float]:
    low, high = field.minimum or 0, field.maximum or 10**9
    return st.integers(int(low * 10_000), int(high * 10_000)).map(lambda number: number / 10_000)


def _date(field: Field) -> st.SearchStrategy[date]:
    return st.dates(EARLIEST, date(2019, 12, 31) if has_happened(field) else LATEST)


def _multi(field: Field) -> st.SearchStrategy[str]:
    names = st.sampled_from(field.choices) if field.choices else st.text(_HANZI, min_size=2, max_size=6).filter(_harmless)
    return st.lists(names, min_size=1, max_size=4, unique=True).map("、".join)


VALUES: dict[Kind, Callable[[Field], st.SearchStrategy[Any]]] = {
    Kind.CODE: _code,
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.PERCENT: _decimal,
    Kind.YEAR: _integer,
    Kind.DATE: _date,
    Kind.BOOLEAN: lambda _field: st.booleans(),
    Kind.CHOICE: lambda field: st.sampled_from(field.choices),
    Kind.MULTI: _multi,
    Kind.SUBDISTRICT: lambda _field: st.sampled_from(subdistrict_codes()),
}
"""Kind of field → its values."""


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """A value of a field, or None where the field may be empty."""
    values = VALUES[field.kind](field)
    return values if field.need is Need.REQUIRED else st.none() | values


_PLACES = st.just(dict.fromkeys(COORDINATES)) | st.builds(
    lambda east, north: {"lon": east / 10, "lat": north / 10, "datum": SHANGHAI}, st.integers(-130_000, 0), st.integers(-20_000, 80_000)
)
"""Coordinates of the plane around the district, or none: whether they lie in their 街镇 is another matter."""


def rows_of(dataset: Dataset, *, max_size: int = 6) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows with different keys. They obey the fields, not the checks over several fields."""
    row = st.fixed_dictionaries({one.name: value_of(one) for one in dataset.fields if one.name not in COORDINATES or not dataset.placed})
    if dataset.placed:
        row = st.tuples(row, _PLACES).map(lambda both: {**both[0], **both[1]})
    return st.lists(row, min_size=1, max_size=max_size, unique_by=lambda one: tuple(one[name] for name in dataset.key))
