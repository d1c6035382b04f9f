"""How an office types a value into a cell.

Its one rule: what is written can be read back exactly: `Written` holds what the cell shows and the stored value follows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lib.datasets.places import find_subdistrict, subdistricts, unit_name
from lib.datasets.renewal_projects import MILESTONES
from lib.demo.layout import written_unit
from lib.demo.styles import Style
from lib.spec.fields import Field
from lib.spec.kinds import Kind
from lib.spec.period import end_of, period_of
from lib.spec.units import MULTIPLES

_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
_PLANNED, _ACTUAL = ({f"{prefix}_{suffix}" for prefix, _ in MILESTONES} for suffix in ("plan", "actual"))
"""Columns in which offices write the month only: a plan means its last day, an actual date is kept as its first."""


@dataclass(frozen=True, slots=True)
class Written:
    """A cell: its value, and the number format it needs (empty for none)."""

    value: str | float | int | date | None
    look: str = ""


_NOT_OF_EVERY_ROW = {"已发放"}
"""Words that mean a choice in some rows only: a handbook is handed out, an alliance is not."""

Writer = Callable[[Field, object, Style, random.Random], Written]


def write(field: Field, value: object, style: Style, rng: random.Random) -> Written:
    """The cell for a stored value."""
    if value is None:
        return Written(rng.choice(style.blanks) or None)
    return WRITERS[field.kind](field, value, style, rng)


def in_written_unit(field: Field, value: float, style: Style) -> float:
    """A stored number in the unit of its column: 123456.7 ㎡ is 12.34567 万㎡."""
    factor = MULTIPLES.get(field.unit, {}).get(written_unit(field, style), 1)
    return value if factor == 1 else round(value / factor, 6)


def _text(_field: Field, value: object, _style: Style, _rng: random.Random) -> Written:
    return Written(str(value))


def _integer(field: Field, value: object, style: Style, rng: random.Random) -> Written:
    number = int(str(value))
    draw = rng.random()
    if field.unit == "届":
        return Written(f"第{number}届" if style.words or draw < 0.2 else number)
    if draw < 0.012 and number >= 1000:
        return Written(f"{number:,}")
    if draw > 0.992:
        return Written(str(number).translate(_FULL_WIDTH))
    return Written(number)


def _decimal(field: Field, value: object, style: Style, rng: random.Random) -> Written:
    number = in_written_unit(field, float(str(value)), style)
    draw = rng.random()
    if draw < 0.012 and number >= 1000:
        return Written(f"{number:,.10g}" if number < 1e9 else number)
    if draw > 0.992:
        return Written(repr(number).translate(_FULL_WIDTH))
    return Written(number)


def _percent(_field: Field, value: object, style: Style, _rng: random.Random) -> Written:
    points = float(str(value))
    if style.percent == "text":
        return Written(f"{points:g}%")
    if style.percent == "fraction":
        return Written(round(points / 100, 6), "0.0%")
    return Written(points)


def _year(_field: Field, value: object, style: Style, rng: random.Random) -> Written:
    draw = rng.random()
    if style.words or draw < 0.06:
        return Written(f"{value}年")
    return Written(str(value).translate(_FULL_WIDTH) if draw > 0.99 else int(str(value)))


def _date(field: Field, value: object, style: Style, rng: random.Random) -> Written:
    assert isinstance(value, date)
    if (field.name in _ACTUAL and value.day == 1) or (field.name in _PLANNED and value == end_of(period_of(value))):
        return Written(f"{value.year}年{value.month}月")
    kinds, weights = zip(*style.dates, strict=True)
    kind = rng.choices(kinds, weights)[0]
    if kind == "real":
        return Written(value, "yyyy年m月d日" if style.words else "yyyy-mm-dd")
    compact = f"{value.year}{value.month:02d}{value.day:02d}"
    if kind == "number":
        return Written(int(compact))
    return Written({"cn": f"{value.year}年{value.month}月{value.day}日", "dot": f"{value.year}.{value.month}.{value.day}",
                    "slash": f"{value.year}/{value.month}/{value.day}", "compact": compact}[str(kind)])


def _boolean(_field: Field, value: object, style: Style, _rng: random.Random) -> Written:
    return Written(style.booleans[0] if value else style.booleans[1])


def _choice(field: Field, value: object, _style: Style, rng: random.Random) -> Written:
    others = [alias for alias, choice in field.choice_aliases.items() if choice == value and alias not in _NOT_OF_EVERY_ROW]
    return Written(rng.choice(others) if others and rng.random() < 0.15 else str(value))


def _multi(_field: Field, value: object, style: Style, _rng: random.Random) -> Written:
    return Written(str(value).replace("、", style.joiner))


def _street(_field: Field, value: object, style: Style, rng: random.Random) -> Written:
    name = unit_name(str(value))
    forms = {"official": [name], "short": [unit_name(str(value), short=True)], "prefixed": [f"普陀区{name}"]}
    aliases = next(one.aliases for one in subdistricts() if one.code == value)
    written = rng.choice(forms.get(style.streets, [name, *aliases]))
    assert find_subdistrict(written) == value
    return Written(written)


WRITERS: dict[Kind, Writer] = {
    Kind.CODE: _text, Kind.TEXT: _text, Kind.INTEGER: _integer, Kind.DECIMAL: _decimal, Kind.PERCENT: _percent, Kind.YEAR: _year,
    Kind.DATE: _date, Kind.BOOLEAN: _boolean, Kind.CHOICE: _choice, Kind.MULTI: _multi, Kind.SUBDISTRICT: _street,
}
"""Kind of field → how an office types it."""
