"""Numbers as text: half up, thousands, and a dash for what is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lib.spec.numbers import MISSING, show, show_unit


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (0.49, 0, "0"),
        (-0.5, 0, "-1"),
        (-2.5, 0, "-3"),
        (-0.4, 0, "0"),
        (96.04, 1, "96.0"),
        (74.165, 1, "74.2"),
        (74.15, 1, "74.2"),
        (74.149, 1, "74.1"),
        (74.35, 1, "74.4"),
        (0.05, 1, "0.1"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (1.15, 1, "1.2"),
        (631 * 100 / 657, 1, "96.0"),
        (468 * 100 / 631, 1, "74.2"),
        (99.95, 1, "100.0"),
        (94.99, 1, "95.0"),
        (94.994, 2, "94.99"),
        (0, 0, "0"),
        (0, 1, "0.0"),
        (0.0, 2, "0.00"),
        (-0.0, 0, "0"),
        (-0.04, 1, "0.0"),
        (1873, 0, "1,873"),
        (3832.0, 0, "3,832"),
        (1_234_567.5, 0, "1,234,568"),
        (-1234.5, 0, "-1,235"),
        (999.5, 0, "1,000"),
        (1e6, 1, "1,000,000.0"),
        (1e16, 0, "10,000,000,000,000,000"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-5, 2), 0, "-3"),
    ],
)
def test_show(value: float | Fraction, decimals: int, text: str) -> None:
    assert show(value, decimals) == text


@pytest.mark.parametrize("value", [None, float("nan")])
def test_missing_is_a_dash(value: float | None) -> None:
    assert show(value) == show(value, 1) == MISSING == "—"
    assert show_unit(value, "%", 1) == show_unit(value, "户") == "—"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [(96.04, "%", 1, "96.0%"), (1873, "张", 0, "1,873 张"), (4850, "套(间)", 0, "4,850 套(间)"), (5, "", 0, "5"), (0, "个", 0, "0 个")],
)
def test_show_unit(value: float, unit: str, decimals: int, text: str) -> None:
    assert show_unit(value, unit, decimals) == text
