"""Readers of single cells, one per kind of field: raw value in, `Reading` out.

Its one rule: a reader never guesses; what it cannot read for certain is a finding and the value stays empty.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lib.datasets.places import find_subdistrict, subdistricts
from lib.ingest.sheets import Cell
from lib.spec.fields import Field
from lib.spec.kinds import Kind
from lib.spec.numbers import show
from lib.spec.text import fold, tidy
from lib.spec.units import factor as unit_factor


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell holds: a value of the stored type or None; a mark when it is less exact than it looks (month, year,
    approx); and the codes of its findings with the values their texts need."""

    value: object = None
    mark: str = ""
    problems: tuple[tuple[str, dict[str, str]], ...] = ()


EMPTY = Reading()
_BLANKS = {"", "-", "--", "---", "—", "——", "－", "–", "/", "\\", "／", "…", "……", "...", "*"}
_NOTHING = {"无", "暂无", "未定"}
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_TRUE = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "对", "已", "符合", "已配备"}
_FALSE = {"否", "无", "×", "✗", "✘", "☐", "□", "n", "no", "false", "0", "错", "未", "不符合", "没有"}
_NUMBER = re.compile(r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$")
_APPROX = re.compile(r"^(?:约|大约|近|约为)(.+)$|^(.+?)(?:左右|余|多)$")
_ORDINAL = re.compile(r"^第(\d+)届$")
_DAY = re.compile(r"^(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?(?:[t\s]*0{1,2}:00(?::00)?(?:\.0+)?)?$")
_MONTH = re.compile(r"^(\d{4})[年./-](\d{1,2})月?$")
_YEAR = re.compile(r"^(\d{4})年?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
SERIAL_RANGE = (10_000, 73_050)
"""Excel serials accepted as dates: 1927-05-18 to 2099-12-31."""


def is_blank(raw: Cell) -> bool:
    """Whether a cell is empty or holds one of the signs offices put into empty cells."""
    return raw is None or (isinstance(raw, str) and unicodedata.normalize("NFKC", raw).strip() in _BLANKS)


def read_cell(field: Field, raw: Cell, factor: float = 1.0) -> Reading:
    """The reading of one raw cell for a field; `factor` converts the written unit to the field's base unit."""
    if is_blank(raw):
        return EMPTY
    if isinstance(raw, str) and raw.strip().upper() in _ERRORS:
        return _bad("C12", value=raw.strip())
    return READERS[field.kind](field, raw, factor)


def _bad(code: str, **values: str) -> Reading:
    return Reading(problems=((code, values),))


def _shown(raw: Cell) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime) and raw.time() == datetime.min.time():
        return raw.date().isoformat()
    return tidy(str(raw))


def _plain(raw: Cell) -> str:
    """NFKC without white space: full-width digits become digits, 、 stays 、."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", _shown(raw)))


def _read_text(_field: Field, raw: Cell, _factor: float) -> Reading:
    text = tidy(_shown(raw))
    return Reading(text) if text else EMPTY


def _read_code(_field: Field, raw: Cell, _factor: float) -> Reading:
    text = _plain(raw)
    return Reading(re.sub(r"\.0+$", "", text) if re.fullmatch(r"\d+\.0+", text) else text)


def _parse_number(field: Field, raw: Cell, factor: float) -> tuple[float | int | None, bool]:
    """(value in the base unit, approximate); None when the cell is no single number."""
    if isinstance(raw, bool):
        return None, False
    if isinstance(raw, (int, float)):
        return _scaled(raw, factor), False
    text = _plain(raw)
    approximate = _APPROX.match(text)
    if approximate:
        text = approximate.group(1) or approximate.group(2)
    if field.unit == "届" and (ordinal := _ORDINAL.match(text)):
        text = ordinal.group(1)
    match = re.match(r"^([+-]?[\d,]+(?:\.\d+)?)(.*)$", text)
    if match is None or not _NUMBER.match(match.group(1)):
        return None, False
    number, rest = match.group(1).replace(",", ""), match.group(2)
    if rest:
        own = unit_factor(field.unit, rest) if field.unit else None
        if own is None and rest == "万" and factor == 1.0:
            own = 10_000.0
        if own is None:
            return None, False
        factor = own
    return _scaled(float(number) if "." in number else int(number), factor), approximate is not None


def _scaled(number: float | int, factor: float) -> float | int:
    """A number in its base unit; multiples are rounded to 1e-6 so that 0.12 万㎡ is 1200, not 1199.9999999999998."""
    if factor == 1.0:
        return number
    return round(number * factor, 6)


def _read_decimal(field: Field, raw: Cell, factor: float) -> Reading:
    if isinstance(raw, str) and _plain(raw) in _NOTHING:
        return EMPTY
    number, approximate = _parse_number(field, raw, factor)
    if number is None:
        return _bad("C02", value=_shown(raw))
    return _ranged(field, float(number), raw, approximate)


def _read_integer(field: Field, raw: Cell, factor: float) -> Reading:
    if isinstance(raw, str) and _plain(raw) in _NOTHING:
        return EMPTY
    number, approximate = _parse_number(field, raw, factor)
    if number is None:
        return _bad("C02", value=_shown(raw))
    if float(number) != int(number):
        return _bad("C07", value=_shown(raw))
    return _ranged(field, int(number), raw, approximate)


def _ranged(field: Field, number: float | int, raw: Cell, approximate: bool) -> Reading:
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return _bad("C08", value=_shown(raw), low=show(low, 0), high=show(high, 0))
    if approximate:
        return Reading(number, "approx", (("C11", {"value": _shown(raw)}),))
    return Reading(number)


def _read_percent(field: Field, raw: Cell, factor: float) -> Reading:
    """`factor` is 100 where the column holds fractions (0.965 shown as 96.5%), 1 where it holds points."""
    if isinstance(raw, str):
        text = _plain(raw)
        if text.endswith("%"):
            raw, factor = text[:-1], 1.0
    return _read_decimal(field, raw, factor)


def _read_year(field: Field, raw: Cell, _factor: float) -> Reading:
    if isinstance(raw, date):
        return _ranged(field, raw.year, raw, False)
    text = _plain(raw)
    match = _YEAR.match(text) or _MONTH.match(text) or _DAY.match(text)
    if match is None:
        return _bad("C02", value=_shown(raw))
    return _ranged(field, int(match.group(1)), raw, False)


def _read_date(_field: Field, raw: Cell, _factor: float) -> Reading:
    if isinstance(raw, datetime):
        return Reading(raw.date())
    if isinstance(raw, date):
        return Reading(raw)
    text = _plain(raw)
    if isinstance(raw, str) and text in _NOTHING:
        return EMPTY
    match = _DAY.match(text) or _COMPACT.match(text)
    if match:
        try:
            return Reading(date(int(match.group(1)), int(match.group(2)), int(match.group(3))))
        except ValueError:
            return _bad("C03", value=_shown(raw))
    if month := _MONTH.match(text):
        try:
            day = date(int(month.group(1)), int(month.group(2)), 1)
        except ValueError:
            return _bad("C03", value=_shown(raw))
        return Reading(day, "month", (("C09", {"value": _shown(raw)}),))
    if (year := _YEAR.match(text)) and 1900 <= int(year.group(1)) <= 2100:
        return Reading(date(int(year.group(1)), 1, 1), "year", (("C13", {"value": _shown(raw)}),))
    if re.fullmatch(r"\d{5}(\.0+)?", text) and SERIAL_RANGE[0] <= float(text) <= SERIAL_RANGE[1]:
        return Reading(date(1899, 12, 30) + timedelta(days=int(float(text))))
    return _bad("C03", value=_shown(raw))


def _read_boolean(_field: Field, raw: Cell, _factor: float) -> Reading:
    if isinstance(raw, bool):
        return Reading(raw)
    text = _plain(raw).lower()
    if text in _TRUE:
        return Reading(True)
    if text in _FALSE:
        return Reading(False)
    return _bad("C06", value=_shown(raw))


def _choose(field: Field, text: str) -> str | None:
    folded = fold(text)
    for choice in field.choices:
        if fold(choice) == folded:
            return choice
    for alias, choice in field.choice_aliases.items():
        if fold(alias) == folded:
            return choice
    return None


def _read_choice(field: Field, raw: Cell, _factor: float) -> Reading:
    found = _choose(field, _shown(raw))
    if found is None:
        return _bad("C04", value=_shown(raw), choices="、".join(field.choices))
    return Reading(found)


def _read_multi(field: Field, raw: Cell, _factor: float) -> Reading:
    parts = [tidy(part) for part in re.split(r"[、,，;；\n|]+", _shown(raw)) if tidy(part)]
    if not field.choices:
        return Reading("、".join(parts)) if parts else EMPTY
    values = []
    for part in parts:
        found = _choose(field, part)
        if found is None:
            if part in _NOTHING and len(parts) == 1:
                return EMPTY
            return _bad("C04", value=part, choices="、".join(field.choices))
        values.append(found)
    return Reading("、".join(dict.fromkeys(values)))


def _read_subdistrict(_field: Field, raw: Cell, _factor: float) -> Reading:
    text = _shown(raw)
    code = find_subdistrict(text)
    if code is not None:
        return Reading(code)
    close = difflib.get_close_matches(fold(text), [fold(one.name) for one in subdistricts()], n=3, cutoff=0.5)
    names = [one.name for one in subdistricts() if fold(one.name) in close]
    return _bad("C05", value=text, hint=f"是否为：{'、'.join(names)}？" if names else "")


READERS: dict[Kind, Callable[[Field, Cell, float], Reading]] = {
    Kind.CODE: _read_code,
    Kind.TEXT: _read_text,
    Kind.INTEGER: _read_integer,
    Kind.DECIMAL: _read_decimal,
    Kind.PERCENT: _read_percent,
    Kind.YEAR: _read_year,
    Kind.DATE: _read_date,
    Kind.BOOLEAN: _read_boolean,
    Kind.CHOICE: _read_choice,
    Kind.MULTI: _read_multi,
    Kind.SUBDISTRICT: _read_subdistrict,
}
"""Kind of field → its reader."""
