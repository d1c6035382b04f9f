"""Numbers as text. Its one rule: rounding is half up and happens here, for display only (domain.md B.1)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MISSING = "—"


def show(value: float | int | Fraction | None, decimals: int = 0) -> str:
    """A number with thousands separators, rounded half up; an em dash for a missing one."""
    if value is None or value != value:
        return MISSING
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:,f}"


def show_unit(value: float | int | Fraction | None, unit: str, decimals: int = 0) -> str:
    """`show` with its unit behind it: 96.0%, 1,873 张."""
    text = show(value, decimals)
    if text == MISSING or not unit:
        return text
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}"
