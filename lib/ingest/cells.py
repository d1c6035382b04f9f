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
from lib.ingest.degrees import read_degrees
from lib.ingest.formats.encoding import garbled, maybe_garbled
from lib.ingest.sheet import UNCALCULATED, Cell
from lib.spec.fields import Field
from lib.spec.kinds import Kind
from lib.spec.period import end_of, period_of
from lib.spec.text import compact, fold, tidy
from lib.spec.units import factor as unit_factor


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell holds: a value of the stored type or None; a mark when it is less exact than it looks (month, year,
    approx); and the codes of its findings with the values their texts need.
    """

    value: object = None
    mark: str = ""
    problems: tuple[tuple[str, dict[str, str]], ...] = ()


EMPTY = Reading()
_BARE = Field("", "", Kind.DECIMAL)
_BLANK = re.compile(r"[-—–―_/\\*.…·\s]*")
_NOTHING = {"无", "暂无", "未定"}
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_TRUE = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "对", "已", "符合", "已配备"}
_FALSE = {"否", "无", "×", "✗", "✘", "☐", "□", "n", "no", "false", "0", "错", "未", "不符合", "没有", "不是", "未配备"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_QUANTITY = re.compile(r"([+-]?[0-9,]+(?:\.[0-9]+)?)\s*(.*)", re.DOTALL)
_ABOUT = re.compile(r"^(?:大约|约为|约|近)\s*")
_OR_SO = re.compile(r"(?:左右|余|多)$")
_BOXES = re.compile(r"(?:[☑✓√✔■□☐○][^☑✓√✔■□☐○×✗✘]+)+")
_TICKED = re.compile(r"[☑✓√✔■]([^☑✓√✔■□☐○×✗✘]+)")
_DASHES = re.compile("[‐‑‒–—―−－]")
_LOOK_ALIKE = re.compile("[\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1d00-\u1dbf\u2c60-\u2c7f\ua640-\ua7ff]")
"""Letters of other scripts that look like Latin ones: Greek, Cyrillic, Armenian, Cherokee and the like."""
_ORDINAL = re.compile(r"第?([一二三四五六七八九十]{1,3})届?")
_NUMERALS = {tens + ones: 10 * (tens != "") + value for tens in ("", "十") for value, ones in enumerate("一二三四五六七八九", 1)}
_NUMERALS |= {"十": 10, "二十": 20}
_STREET_ENDING = re.compile(r"(?:新村|镇|路|街道?|办事处|人民政府)+$")
_CLOCK = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_DAY = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})月?")
_YEAR = re.compile(r"([0-9]{4})年?")
EARLIEST, LATEST = date(1920, 1, 1), date(2099, 12, 31)
"""Dates outside are refused: they come from an empty or mistyped cell (1900-01-00, 9999-12-31)."""
EXACT_DIGITS = 15
"""So many digits of a number Excel keeps."""


def is_blank(raw: Cell) -> bool:
    """Whether a cell is empty or holds one of the signs offices put into empty cells: -, —, /, … and the like."""
    return raw is None or (isinstance(raw, str) and _BLANK.fullmatch(_spaced(raw)) is not None)


def read_cell(field: Field, raw: Cell, factor: float = 1.0) -> Reading:
    """The reading of one raw cell for a field; `factor` converts the written unit to the field's base unit."""
    if is_blank(raw):
        return EMPTY
    if isinstance(raw, str) and raw.strip().upper() in _ERRORS:
        return _bad("C12", value=raw.strip())
    if raw == UNCALCULATED:
        return _bad("C17")
    return READERS[field.kind](field, raw, factor)


def _bad(code: str, **values: str) -> Reading:
    return Reading(problems=((code, values),))


def shown(raw: Cell) -> str:
    """A cell as a reader sees it: 301, not 301.0; a day without its time."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime) and raw.time() == datetime.min.time():
        return raw.date().isoformat()
    return tidy(str(raw))


def _plain(raw: Cell) -> str:
    return compact(shown(raw))


def _spaced(raw: Cell) -> str:
    """NFKC with its inner white space: two numbers in a cell stay two."""
    return re.sub(r"[\u200b-\u200f\ufeff\u00ad]+", "", unicodedata.normalize("NFKC", str(raw))).strip()


def _is_nothing(raw: Cell) -> bool:
    return isinstance(raw, str) and _plain(raw) in _NOTHING


def _read_text(_field: Field, raw: Cell, _factor: float) -> Reading:
    text = tidy(shown(raw))
    return _bad("C20", value=text) if maybe_garbled(text) and garbled(text) else Reading(text)


def _read_code(_field: Field, raw: Cell, _factor: float) -> Reading:
    if _is_nothing(raw):
        return EMPTY
    if isinstance(raw, (int, float)) and abs(raw) >= 10**EXACT_DIGITS:
        return _bad("C15")
    text = _DASHES.sub("-", _plain(raw).upper())
    if _LOOK_ALIKE.search(text):
        return _bad("C24", value=text)
    return Reading(re.sub(r"\.0+$", "", text) if re.fullmatch(r"[0-9]+\.0+", text) else text)


def _parse_number(field: Field, raw: Cell, factor: float) -> tuple[float | int | None, bool]:
    """(value in the base unit, approximate); None when the cell is no single number."""
    if isinstance(raw, bool):
        return None, False
    if isinstance(raw, (int, float)):
        return _scaled(raw, factor), False
    whole = _spaced(raw)
    text = _OR_SO.sub("", _ABOUT.sub("", whole)).strip()
    if field.unit == "届" and (ordinal := _ORDINAL.fullmatch(text)):
        return _NUMERALS.get(ordinal.group(1)), text != whole
    if field.unit == "届":
        text = text.removeprefix("第")
    match = _QUANTITY.fullmatch(text)
    if match is None or not _NUMBER.fullmatch(match.group(1)):
        return None, False
    number, rest = match.group(1).replace(",", ""), compact(match.group(2))
    if rest:
        own = unit_factor(field.unit, rest) if field.unit else None
        if own is None and rest == "万" and factor == 1.0 and "万" not in field.unit:
            own = 10_000.0
        if own is None:
            return None, False
        factor = own
    return _scaled(float(number) if "." in number else int(number), factor), text != whole and not whole.startswith("第")


def _scaled(number: float | int, factor: float) -> float | int:
    """A number in its base unit; multiples are rounded to 1e-6 so that 0.12 万㎡ is 1200, not 1199.9999999999998."""
    if factor == 1.0:
        return number
    return round(number * factor, 6)


def _read_decimal(field: Field, raw: Cell, factor: float) -> Reading:
    if _is_nothing(raw):
        return EMPTY
    if field.unit == "°" and isinstance(raw, str):
        degrees, code = read_degrees(_spaced(raw))
        if degrees is not None:
            return Reading(degrees, "", ((code, {"value": shown(raw), "degrees": f"{degrees:.10g}"}),))
        if code:
            return _bad(code, value=shown(raw))
    number, approximate = _parse_number(field, raw, factor)
    if number is None:
        return _bad("C02", value=shown(raw))
    return _ranged(field, float(number), raw, approximate)


def _read_integer(field: Field, raw: Cell, factor: float) -> Reading:
    if _is_nothing(raw):
        return EMPTY
    number, approximate = _parse_number(field, raw, factor)
    if number is None:
        return _bad("C02", value=shown(raw))
    if number != int(number):
        return _bad("C07", value=shown(raw))
    return _ranged(field, int(number), raw, approximate)


def _ranged(field: Field, number: float | int, raw: Cell, approximate: bool) -> Reading:
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        unit = "" if field.unit in {"年", "届"} else field.unit
        return _bad("C08", value=shown(raw), low=_bound(low), high=_bound(high) + unit)
    if approximate:
        return Reading(number, "approx", (("C11", {"value": shown(raw)}),))
    return Reading(number)


def _bound(number: float | None) -> str:
    return "不限" if number is None else f"{number:.10g}"


def points_written(raw: Cell) -> float | None:
    """The number in a percent cell that has no % of its own; None for any other cell."""
    if isinstance(raw, str) and _plain(raw).endswith("%"):
        return None
    number, _ = _parse_number(_BARE, raw, 1.0)
    return None if number is None else float(number)


def _read_percent(field: Field, raw: Cell, factor: float) -> Reading:
    """`factor` is 100 where the column holds fractions (0.965 shown as 96.5%), 1 where it holds points."""
    if isinstance(raw, str) and _plain(raw).endswith("%"):
        return _read_decimal(field, _spaced(raw).removesuffix("%"), 1.0)
    return _read_decimal(field, raw, factor)


def _read_year(field: Field, raw: Cell, _factor: float) -> Reading:
    if isinstance(raw, date):
        return _ranged(field, raw.year, raw, False)
    if _is_nothing(raw):
        return EMPTY
    text = _plain(raw)
    match = _YEAR.fullmatch(text) or (isinstance(raw, str) and (_MONTH.fullmatch(text) or _DAY.fullmatch(text)))
    if not match and re.fullmatch(r"[0-9]{1,3}", text):
        return _ranged(field, int(text), raw, False)
    if not match:
        return _bad("C02", value=shown(raw))
    return _ranged(field, int(match.group(1)), raw, False)


_VAGUE: dict[str, tuple[str, ...]] = {"": (), "month": ("C09",), "year": ("C13",)}


def _read_date(field: Field, raw: Cell, _factor: float) -> Reading:
    if _is_nothing(raw):
        return EMPTY
    try:
        day, mark = _parse_number_date(raw) if isinstance(raw, (int, float)) else _parse_date(raw)
    except ValueError:
        day, mark = None, ""
    if day is None:
        return _bad("C03", value=shown(raw))
    if not EARLIEST <= day <= LATEST:
        return _bad("C08", value=shown(raw), low=EARLIEST.isoformat(), high=LATEST.isoformat())
    if field.ends and mark:
        day = end_of(period_of(day if mark == "month" else day.replace(month=12)))
    return Reading(day, mark, tuple((code, {"value": shown(raw), "day": day.isoformat()}) for code in _VAGUE[mark]))


def _parse_date(raw: Cell) -> tuple[date | None, str]:
    """(day, mark); (None, "") when the cell is no date. Raises ValueError for a day that does not exist."""
    if isinstance(raw, datetime):
        return raw.date(), ""
    if isinstance(raw, date):
        return raw, ""
    text = compact(_CLOCK.sub("", _spaced(raw)))
    if match := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3))), ""
    if match := _MONTH.fullmatch(text):
        return date(int(match.group(1)), int(match.group(2)), 1), "month"
    if match := _YEAR.fullmatch(text):
        return date(int(match.group(1)), 1, 1), "year"
    return (_of_serial(int(text)), "") if re.fullmatch(r"[0-9]{5}", text) else (None, "")


def _parse_number_date(raw: float | int) -> tuple[date | None, str]:
    """The same for a number: 20240305, 45352 (serial, a fraction is the time of day), 1984, 2024.3.

    2024.1 is refused: it may have been typed as 2024.10.
    """
    if 10_000 <= raw < 100_000:
        return _of_serial(int(raw)), ""
    text = shown(raw)
    return (None, "") if isinstance(raw, bool) or text.endswith(".1") else _parse_date(text)


def _of_serial(serial: int) -> date:
    return date(1899, 12, 30) + timedelta(days=serial)


def _ticked(text: str) -> str:
    """Of printed boxes (☑是 □否) the word behind the one that is ticked; any other text as it is."""
    words = _TICKED.findall(text) if _BOXES.fullmatch(text) else []
    return words[0] if len(words) == 1 else text


def _read_boolean(_field: Field, raw: Cell, _factor: float) -> Reading:
    if isinstance(raw, bool):
        return Reading(raw)
    text = _ticked(_plain(raw).lower())
    if text in _TRUE:
        return Reading(True)
    if text in _FALSE:
        return Reading(False)
    return _bad("C06", value=shown(raw))


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
    found = _choose(field, _ticked(_plain(raw)))
    if found is not None:
        return Reading(found)
    if _is_nothing(raw):
        return EMPTY
    return _bad("C04", value=shown(raw), choices="、".join(field.choices))


def _read_multi(field: Field, raw: Cell, _factor: float) -> Reading:
    text = str(raw) if isinstance(raw, str) else shown(raw)
    parts = [tidy(part) for part in re.split(r"[、,，;；\r\n|]+", text) if tidy(part)]
    if not parts or (len(parts) == 1 and _is_nothing(parts[0])):
        return EMPTY
    if field.choices:
        chosen = [_choose(field, part) for part in parts]
        if None in chosen:
            return _bad("C04", value=parts[chosen.index(None)], choices="、".join(field.choices))
        parts = [part for part in chosen if part is not None]
    return Reading("、".join(dict.fromkeys(parts)))


def _read_subdistrict(_field: Field, raw: Cell, _factor: float) -> Reading:
    text = shown(raw)
    code = find_subdistrict(text)
    if code is not None:
        return Reading(code)
    names = [one.name for one in subdistricts() if _alike(text, one.short_name)]
    return _bad("C05", value=text, hint=f"是否为：{'、'.join(names)}？" if names else "")


def _alike(text: str, name: str) -> bool:
    """Whether a hint may name it. For hints only: no value is ever taken by likeness (domain.md, "Seven things", 1)."""
    bare = _STREET_ENDING.sub("", fold(text).removeprefix("上海市").removeprefix("普陀区"))
    return difflib.SequenceMatcher(None, bare, fold(name)).ratio() >= 0.5


_PLAIN_TEXT = re.compile(r"[A-Za-z0-9\u4e00-\u9fff](?:[A-Za-z0-9\u4e00-\u9fff（）()，。·-]*[A-Za-z0-9\u4e00-\u9fff）)。])?")
_PLAIN_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


def _plain_text(field: Field, raw: Cell) -> bool:
    return isinstance(raw, str) and _PLAIN_TEXT.fullmatch(raw) is not None


def _plain_code(field: Field, raw: Cell) -> bool:
    return isinstance(raw, str) and _PLAIN_CODE.fullmatch(raw) is not None


def _plain_decimal(field: Field, raw: Cell) -> bool:
    return type(raw) is float and (field.minimum is None or raw >= field.minimum) and (field.maximum is None or raw <= field.maximum)


PLAIN: dict[Kind, Callable[[Field, Cell], bool]] = {Kind.TEXT: _plain_text, Kind.CODE: _plain_code, Kind.DECIMAL: _plain_decimal}
"""Kinds with many different values → whether a cell, of factor 1, is its own reading: a shortcut, never another answer."""

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
