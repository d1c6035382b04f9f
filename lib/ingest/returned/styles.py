"""The styles of a workbook: one more for each style in use and each colour of ours, and the way back.

Its one rule: a style is added once, however often a workbook comes and goes; none is ever changed or taken away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from lib.ingest.returned.package import Element
from lib.spec.level import Level

FILLS = {Level.FATAL: "FFCDC9", Level.WARNING: "FFE3A6", Level.INFO: "D3DEE8"}
"""Red, amber and blue-grey, light; the last two digits vary where two styles would else become one."""

AMBER = "FFF0C2"
"""The rows behind a figure; its last two digits vary in the same way."""

LABELS = {Level.FATAL: "F7B2AB", Level.WARNING: "FFD27A", Level.INFO: "BACAD9"}
"""The same levels in the list of findings; other colours, so that its own cells are not taken for marked ones."""

DARK, BLUE, GRID = "FF1F2933", "FF0B5CAD", "FFC8CDD3"
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_FIRST = {
    "fonts": "<font><sz val='11'/><name val='宋体'/></font>",
    "fills": "<fill><patternFill patternType='none'/></fill><fill><patternFill patternType='gray125'/></fill>",
    "borders": "<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellXfs": "<xf numFmtId='0' fontId='0' fillId='0' borderId='0'/>",
}
EMPTY_STYLES = (
    "<styleSheet xmlns='{}'>" + "".join(f"<{name}>{_FIRST[name]}</{name}>" for name in ("fonts", "fills", "borders"))
    + "<cellStyleXfs><xf numFmtId='0' fontId='0' fillId='0' borderId='0'/></cellStyleXfs>"
    "<cellXfs><xf numFmtId='0' fontId='0' fillId='0' borderId='0' xfId='0'/></cellXfs>"
    "<cellStyles><cellStyle name='Normal' xfId='0' builtinId='0'/></cellStyles></styleSheet>"
)
"""The styles of a workbook that has none, but for its namespace."""

_LIGHT_THEMES, _LIGHT_INDEXES = {"0", "2"}, {"1", "9", "26", "27", "41", "42", "43"}
Canonical = tuple[str, tuple[tuple[str, str], ...], str, tuple[Any, ...]]
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Styles:
    """styles.xml. `pairs`: the style of each cell that was marked → the one it had before."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._namespace = root.tag[: root.tag.index("}") + 1] if "}" in root.tag else ""
        self._known: dict[str, dict[Canonical, int]] = {}
        self._painted: dict[tuple[int, str], int] = {}
        self.pairs: dict[int, int] = {}

    # -- what is there ------------------------------------------------------------------------------------------------

    def _section(self, name: str) -> Element:
        section = self._root.find(self._namespace + name)
        if section is None:
            before = [one for one in self._root if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in _ORDER[: _ORDER.index(name)]]
            section = self._element(f"<{name}>{_FIRST[name]}</{name}>")
            self._root.insert(self._root.index(before[-1]) + 1 if before else 0, section)
            section.set("count", str(len(section)))
        return section

    def _element(self, xml: str) -> Element:
        return etree.fromstring(f"<of xmlns='{self._namespace[1:-1]}'>{xml}</of>")[0]

    def _add(self, name: str, element: Element) -> int:
        """The number of an element in its section, where it is put unless it is there."""
        section = self._section(name)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = {}
            for at, one in enumerate(section):
                known.setdefault(_canonical(one), at)
        key = _canonical(element)
        if key not in known:
            section.append(element)
            known[key] = len(section) - 1
            section.set("count", str(len(section)))
        return known[key]

    def _format(self, style: int) -> Element:
        formats = self._section("cellXfs")
        return formats[style if style < len(formats) else 0]

    def _colour(self, style: int) -> str:
        """The six digits of the plain fill of a style; empty when it has none."""
        fills = self._section("fills")
        at = int(self._format(style).get("fillId", "0"))
        colour = fills[at].find(f"{self._namespace}patternFill/{self._namespace}fgColor") if at < len(fills) else None
        match = _RGB.fullmatch(colour.get("rgb", "")) if colour is not None else None
        return match.group(1).upper() if match else ""

    # -- marking cells ------------------------------------------------------------------------------------------------

    def painted(self, former: int, base: str) -> int:
        """The style like another one, but filled with a light colour, six digits, and legible on it."""
        if (former, base) not in self._painted:
            self._painted[former, base] = self._paint(former, base)
        return self._painted[former, base]

    def _paint(self, former: int, base: str) -> int:
        format_ = deepcopy(self._format(former))
        font = self._legible(int(format_.get("fontId", "0")))
        for variant in range(256):
            colour = f"{base[:4]}{(int(base[4:], 16) + variant) % 256:02X}"
            one = deepcopy(format_)
            one.attrib.update({"fillId": str(self._fill(colour)), "applyFill": "1", "fontId": str(font)})
            if font != int(format_.get("fontId", "0")):
                one.set("applyFont", "1")
            style = self._add("cellXfs", one)
            if self.pairs.setdefault(style, former) == former:
                return style
        return former

    def _fill(self, colour: str) -> int:
        solid = f"<patternFill patternType='solid'><fgColor rgb='FF{colour}'/><bgColor indexed='64'/></patternFill>"
        return self._add("fills", self._element(f"<fill>{solid}</fill>"))

    def _legible(self, font: int) -> int:
        fonts = self._section("fonts")
        colour = fonts[font].find(f"{self._namespace}color") if font < len(fonts) else None
        if colour is None:
            return font
        match = _RGB.fullmatch(colour.get("rgb", ""))
        bright = match is not None and sum(bytes.fromhex(match.group(1))) > 3 * 140
        if not bright and colour.get("theme") not in _LIGHT_THEMES and colour.get("indexed") not in _LIGHT_INDEXES:
            return font
        dark = deepcopy(fonts[font])
        place = dark.find(f"{self._namespace}color")
        assert place is not None
        place.attrib.clear()
        place.set("rgb", DARK)
        return self._add("fonts", dark)

    def unmarked(self, pairs: Mapping[int, int], bases: Collection[str]) -> dict[int, int]:
        """Each style that was filled with one of the colours in an earlier round → the one it had before; pairs: as far as
        that is known.
        """
        former: dict[int, int] = {}
        for style in range(len(self._section("cellXfs"))):
            colour = self._colour(style)
            if colour[:4] not in {one[:4] for one in bases}:
                continue
            if style in pairs:
                former[style] = pairs[style]
            elif colour in bases:
                bare = deepcopy(self._format(style))
                bare.set("fillId", "0")
                former[style] = self._add("cellXfs", bare)
        return former

    # -- our own sheet ------------------------------------------------------------------------------------------------

    def plain(
        self, *, fill: str = "", bold: bool = False, size: int = 10, link: bool = False, grid: bool = False, centre: bool = False,
        wrap: bool = False,
    ) -> int:
        """A style of the sheet that we add."""
        colour = BLUE if link else DARK
        weight = "<b/>" if bold else ""
        line = "<u/>" if link else ""
        font = f"<font>{weight}{line}<sz val='{size}'/><color rgb='{colour}'/><name val='宋体'/><charset val='134'/></font>"
        sides = "".join(f"<{side} style='thin'><color rgb='{GRID}'/></{side}>" for side in ("left", "right", "top", "bottom"))
        border = f"<border>{sides}<diagonal/></border>" if grid else _FIRST["borders"]
        broken = "wrapText='1' " if grid or wrap else ""
        across = "center" if centre else "left"
        format_ = self._element(f"<xf numFmtId='0' applyFont='1' applyFill='1' applyBorder='1' applyAlignment='1'>"
                                f"<alignment {broken}horizontal='{across}' vertical='center'/></xf>")
        format_.attrib.update({
            "fontId": str(self._add("fonts", self._element(font))),
            "fillId": str(self._fill(fill) if fill else 0),
            "borderId": str(self._add("borders", self._element(border))),
        })
        return self._add("cellXfs", format_)


def _canonical(element: Element) -> Canonical:
    """What an element says, whatever prefix its namespace has."""
    content = tuple(_canonical(one) for one in element if isinstance(one.tag, str))
    attributes = tuple(sorted((str(key), str(value)) for key, value in element.attrib.items()))
    return element.tag.rpartition("}")[2], attributes, (element.text or "").strip(), content
