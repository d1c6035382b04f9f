"""The way of a number as a small picture: from workbooks over releases and rows to the figure.

Its one rule: a drawing of texts given; it stands alone as SVG, with its own font names and nothing loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lib.charts.figure import text_width
from lib.charts.palette import FONT, accent

WIDTH, GAP, BOX, SIZE = 640, 26, 62, 14
_INK = {False: ("#1F2933", "#5B6470", "#F4F7FA"), True: ("#E6EAF0", "#A7B0BC", "#20262E")}


def way_svg(stations: Sequence[tuple[str, str]], *, dark: bool = False, narrow: bool = False) -> str:
    """Stations, each with a word above and a line below, one after the other with arrows: side by side, or when `narrow` below each
    other. Texts that do not fit are cut with an ellipsis.
    """
    ink, faint, fill = _INK[dark]
    count = len(stations)
    width = (WIDTH - GAP * (count - 1)) / count if not narrow else 300.0
    height = BOX if not narrow else count * BOX + (count - 1) * GAP
    whole = WIDTH if not narrow else 300
    parts = []
    for at, (title, text) in enumerate(stations):
        left, top = (0.0, at * (BOX + GAP)) if narrow else (at * (width + GAP), 0.0)
        middle = left + width / 2
        parts.append(f'<rect x="{left + 0.75:.1f}" y="{top + 0.75:.1f}" width="{width - 1.5:.1f}" height="{BOX - 1.5}" rx="8" '
                     f'fill="{fill}" stroke="{accent(dark)}" stroke-width="1.2"/>')
        parts.append(_text(middle, top + 25, _fitted(title, SIZE, width - 12), SIZE, ink, "bold"))
        parts.append(_text(middle, top + 46, _fitted(text, 12, width - 10), 12, faint, "normal"))
        if at + 1 < count:
            x, y = (middle, top + BOX) if narrow else (left + width, BOX / 2)
            parts.append(_arrow(x, y, down=narrow, colour=faint))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {height}" width="{whole}" height="{height}" '
            f'font-family="{escape(FONT)}">{"".join(parts)}</svg>')


def _text(x: float, y: float, text: str, size: int, colour: str, weight: str) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="middle">'
            f"{escape(text)}</text>")


def _arrow(x: float, y: float, *, down: bool, colour: str) -> str:
    ahead = GAP - 6
    line = f"M{x:.1f} {y + 3:.1f}v{ahead}m-4 -5l4 5l4 -5" if down else f"M{x + 3:.1f} {y:.1f}h{ahead}m-5 -4l5 4l-5 4"
    return f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _fitted(text: str, size: float, width: float) -> str:
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text}…"
