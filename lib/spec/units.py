"""Units of measure and the multiples in which offices write them.

Its one rule: a value is stored in the base unit of its field; 张, 套(间), 户 and 个 are different dimensions and are
never converted or added to each other (domain.md, "Seven things", 5).
"""

from __future__ import annotations

from lib.spec.text import fold

MULTIPLES: dict[str, dict[str, float]] = {
    "㎡": {"㎡": 1, "平方米": 1, "m2": 1, "平米": 1, "万㎡": 10_000, "万平方米": 10_000, "万平米": 10_000, "万m2": 10_000},
    "万元": {"元": 0.0001, "千元": 0.1, "万元": 1, "亿元": 10_000},
    "元/㎡·月": {"元/㎡·月": 1, "元/平方米·月": 1, "元/㎡/月": 1, "元/平方米/月": 1, "元/㎡.月": 1, "元/平方米.月": 1,
                "元/月·㎡": 1, "元/月·平方米": 1, "元/月/㎡": 1, "元/月/平方米": 1},
    "元/床·月": {"元/床·月": 1, "元/床/月": 1, "元/张·月": 1},
    "户": {"户": 1, "万户": 10_000},
    "套(间)": {"套(间)": 1, "套": 1, "间": 1, "套/间": 1},
    "张": {"张": 1, "床": 1},
    "幢": {"幢": 1, "栋": 1},
    "台": {"台": 1, "部": 1},
    "人": {"人": 1, "名": 1, "位": 1},
    "家": {"家": 1, "个": 1},
    "个": {"个": 1, "处": 1},
    "件": {"件": 1, "万件": 10_000},
    "次": {"次": 1, "场": 1, "场次": 1},
    "册": {"册": 1, "本": 1},
    "层": {"层": 1},
    "米": {"米": 1, "m": 1, "千米": 1_000, "公里": 1_000, "km": 1_000},
}
"""Base unit → the ways to write it and its multiples, with the factor to the base unit."""

ADDITIVE = frozenset({"㎡", "万元", "户", "套(间)", "张", "幢", "个", "台", "人", "间", "家", "件", "次", "册"})
"""Base units whose values may be added up over rows; prices, years and shares may not."""

_FOLDED = {base: {fold(name): factor for name, factor in names.items()} for base, names in MULTIPLES.items()}


def factor(base: str, written: str) -> float | None:
    """The factor from a written unit to the base unit of a field, or None if the two are not of one dimension."""
    if fold(base) == fold(written):
        return 1.0
    return _FOLDED.get(base, {}).get(fold(written))
