"""The habits of the offices that fill in the forms: six styles of workbook.

Its one rule: a style says how things are written, never which values are written.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How a workbook looks.

    lines: the rows above the header; each names what stands in it from left to right (title, reporter, period, code,
    filled, corner, together, blank). levels: header rows. area: unit of areas. corner: units stand in the corner only.
    dates: real, cn, dot, slash, compact, number with their weights. booleans: words for yes and no.
    percent: text (96.5%), fraction (0.965 shown as percent) or points. streets: official, short, prefixed or mixed.
    blanks: what stands in empty cells. joiner: between several choices. order: rows by 街镇 or by key.
    """

    lines: tuple[tuple[str, ...], ...]
    levels: int
    area: str
    corner: bool
    dates: tuple[tuple[str, int], ...]
    booleans: tuple[str, str]
    percent: str
    streets: str
    blanks: tuple[str, ...]
    joiner: str = "、"
    serial: bool = True
    extra: str = ""
    merged_streets: bool = False
    subtotals: bool = False
    total: str = "合计"
    signature: bool = True
    note: bool = True
    guide: bool = False
    spare: bool = False
    sheet: str = "{title}"
    stars: bool = False
    breaks: bool = False
    words: bool = False


STYLES: tuple[Style, ...] = (
    Style(
        lines=(("title",), ("reporter", "period", "code")), levels=2, area="㎡", corner=False,
        dates=(("real", 9), ("cn", 1)), booleans=("是", "否"), percent="text", streets="official", blanks=("", "", "", "—"),
        merged_streets=True, subtotals=True, guide=True, sheet="{code}",
    ),
    Style(
        lines=(("title",), ("code",), ("together",), ("corner",)), levels=1, area="㎡", corner=True,
        dates=(("dot", 6), ("real", 3), ("slash", 1)), booleans=("√", "否"), percent="fraction", streets="short",
        blanks=("", "/", "/"), spare=True, sheet="Sheet1", breaks=True, note=False,
    ),
    Style(
        lines=(("code", "blank", "corner"), ("title",), ("reporter", "period"), ("filled",)), levels=2, area="万㎡", corner=False,
        dates=(("cn", 7), ("real", 2), ("compact", 1)), booleans=("有", "无"), percent="points", streets="mixed",
        blanks=("", "-", "－"), joiner="，", serial=False, extra="上月核对情况", total="总计", sheet="{short} ",
    ),
    Style(
        lines=(("title",), ("blank", "corner"), ("reporter", "period", "filled", "code")), levels=2, area="㎡", corner=True,
        dates=(("slash", 6), ("real", 4)), booleans=("是", "否"), percent="text", streets="prefixed", blanks=("",),
        merged_streets=True, stars=True, guide=True, spare=True, total="全区合计", words=True, signature=False,
    ),
    Style(
        lines=(("plain_title",), ("together",), ("code", "corner")), levels=1, area="万㎡", corner=False,
        dates=(("real", 5), ("cn", 2), ("dot", 2), ("slash", 2), ("compact", 1), ("number", 1)), booleans=("√", "否"),
        percent="fraction", streets="mixed", blanks=("", "", "-", "—", "/"), joiner="；", extra="档案柜位", total="", words=True,
    ),
    Style(
        lines=(("code",), ("title",), ("reporter",), ("period", "filled"), ("blank",)), levels=2, area="㎡", corner=False,
        dates=(("compact", 5), ("number", 2), ("real", 3)), booleans=("是", "否"), percent="points", streets="short",
        blanks=("—", "", ""), subtotals=True, breaks=True, guide=True, sheet="{month}",
    ),
)
"""The styles; the month chooses one. Between them the header starts in rows 3 to 6."""


def style_of(number: int) -> Style:
    """The style for a number, counted round."""
    return STYLES[number % len(STYLES)]
