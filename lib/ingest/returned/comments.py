"""Comments of a sheet: what was found is written into them, and taken out again in the next round.

Its one rule: a comment of the user's is never lost; ours stands behind it, after a line of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from lxml import etree

from lib.ingest.report_sheet import CHECKER
from lib.ingest.returned.cells import SheetPart, place_of
from lib.ingest.returned.package import Element, Package, Unusual, parse
from lib.ingest.rewritten import storable
from lib.ingest.sheet import cell_name

Texts = Mapping[tuple[int, int], str]
"""(row, column) → what is to be written there."""

_LINE = f"—— {CHECKER} ——"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office", "x": "urn:schemas-microsoft-com:office:excel"
}
_LAYOUT = b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
_SHAPETYPE = b"""<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = """<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;width:260pt;\
height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>\
<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">\
<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>\
<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""
_SHAPES = re.compile(rb"<v:shape\s.*?</v:shape>\s*", re.DOTALL)
_CELL = re.compile(rb"<x:(Row|Column)>\s*([0-9]+)\s*</x:")
_IDMAP = re.compile(rb"(<o:idmap\s[^>]*?data=[\"'])([^\"']*)")
_WIDTH = 42
"""Characters in a line of a comment."""


def write_comments(package: Package, sheet: SheetPart, base: str, texts: Texts) -> None:
    """Take out what an earlier round wrote and write these texts; base: what kinds of links begin with."""
    relations = package.relations(sheet.path)
    path = relations.by_kind("comments")
    if not texts and (not path or CHECKER.encode() not in package.read(path)):
        return
    if not path:
        empty = f"<comments xmlns='{sheet.namespace[1:-1]}'><authors/><commentList/></comments>".encode()
        path = package.add("xl/comments{}.xml", _TYPE, [empty])
        relations.add(base, "comments", path)
    root = package.tree(path)
    authors, listed = root.find(f"{sheet.namespace}authors"), root.find(f"{sheet.namespace}commentList")
    if authors is None or listed is None:
        raise Unusual("comments without authors")
    gone = _take_out(listed, sheet.namespace)
    new = _put_in(authors, listed, sheet.namespace, texts)
    _draw(package, sheet, base, gone, {place: texts[place] for place in new})


def _take_out(listed: Element, namespace: str) -> set[tuple[int, int]]:
    """Remove what stands behind our line; gives the cells that are left without any comment."""
    gone = set()
    for comment in list(listed):
        parts = list(comment.iter(f"{namespace}t"))
        before, line, _ = "".join(part.text or "" for part in parts).partition(_LINE)
        if not line:
            continue
        keep = before.rstrip("\n")
        if not keep.strip():
            listed.remove(comment)
            if place := place_of(comment.get("ref", "")):
                gone.add(place)
        for part in parts:
            part.text = keep[: len(part.text or "")]
            keep = keep[len(part.text) :]
        for run in list(comment.iter(f"{namespace}r")):
            if not "".join(part.text or "" for part in run.iter(f"{namespace}t")) and (above := run.getparent()) is not None:
                above.remove(run)
    return gone


def _put_in(authors: Element, listed: Element, namespace: str, texts: Texts) -> list[tuple[int, int]]:
    """Write the texts; gives the cells that had no comment."""
    theirs = {place: one for one in listed if (place := place_of(one.get("ref", "")))}
    names = [one.text for one in authors]
    if texts and CHECKER not in names:
        etree.SubElement(authors, f"{namespace}author").text = CHECKER
        names.append(CHECKER)
    new = []
    for place in sorted(texts):
        written = f"{_LINE}\n{texts[place]}"
        if place in theirs:
            text = theirs[place].find(f"{namespace}text")
            if text is None:
                text = etree.SubElement(theirs[place], f"{namespace}text")
            for bare in text.findall(f"{namespace}t"):
                run = etree.Element(f"{namespace}r")
                text.replace(bare, run)
                run.append(bare)
            _run(text, namespace, f"\n{written}")
        else:
            reference, author = cell_name(*place), str(names.index(CHECKER))
            comment = etree.SubElement(listed, f"{namespace}comment", ref=reference, authorId=author)
            _run(etree.SubElement(comment, f"{namespace}text"), namespace, written)
            new.append(place)
    return new


def _run(text: Element, namespace: str, written: str) -> None:
    run = etree.Element(f"{namespace}r")
    look = etree.SubElement(run, f"{namespace}rPr")
    for name, value in (("sz", "10"), ("color", "FF1F2933"), ("rFont", "宋体"), ("charset", "134")):
        etree.SubElement(look, f"{namespace}{name}", {"rgb" if name == "color" else "val": value})
    words = etree.SubElement(run, f"{namespace}t")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = storable(written)
    last = text.findall(f"{namespace}r")
    text.insert(text.index(last[-1]) + 1 if last else 0, run)


def _draw(package: Package, sheet: SheetPart, base: str, gone: set[tuple[int, int]], new: Texts) -> None:
    """The boxes of the comments: taken away for cells that have none any more, added for new ones."""
    relations = package.relations(sheet.path)
    links = [one for one in sheet.root if isinstance(one.tag, str) and one.tag == f"{sheet.namespace}legacyDrawing"]
    identity = next((str(value) for one in links for key, value in one.attrib.items() if str(key).endswith("}id")), "")
    path = relations.by_id(identity) if identity else ""
    if not path:
        if not new:
            return
        package.declare_vml()
        path = _new_drawing(package)
        link = etree.Element(f"{sheet.namespace}legacyDrawing", nsmap={"r": base})
        link.set(f"{{{base}}}id", relations.add(base, "vmlDrawing", path))
        for one in links:
            sheet.root.remove(one)
        sheet.link_drawing(link)
    before = _usual(package.read(path))
    data = _SHAPES.sub(lambda found: b"" if _noted(found[0]) in gone else found[0], before)
    free = _blocks(before) - _blocks(data)
    data = _IDMAP.sub(lambda found: found[1] + b",".join(one for one in found[2].split(b",") if one not in free), data)
    package.put(path, [data])
    if new:
        package.put(path, [_with_shapes(package, data, sheet, new)])


def _new_drawing(package: Package) -> str:
    number = 1
    while f"xl/drawings/vmlDrawing{number}.vml" in package:
        number += 1
    package.put(f"xl/drawings/vmlDrawing{number}.vml", [b"<xml/>"])
    return f"xl/drawings/vmlDrawing{number}.vml"


def _usual(drawing: bytes) -> bytes:
    """The drawing with the prefixes that Excel uses, and with a place for the numbers of its blocks."""
    opening = re.match(rb"\s*(?:<\?[^>]*>\s*)?<xml\s[^>]*>", drawing)
    if opening is None or not all(f'xmlns:{prefix}="{name}"'.encode() in opening[0] for prefix, name in _NAMESPACES.items()):
        root = parse(drawing)
        whole = etree.Element("xml", nsmap=_NAMESPACES)
        whole.text = "\n"
        whole.extend(list(root))
        etree.cleanup_namespaces(whole, top_nsmap=_NAMESPACES, keep_ns_prefixes=list(_NAMESPACES))
        drawing = etree.tostring(whole)
    if not _IDMAP.search(drawing):
        start = drawing.index(b">", drawing.index(b"<xml")) + 1
        drawing = drawing[:start] + _LAYOUT + drawing[start:]
    return drawing


def _noted(shape: bytes) -> tuple[int, int] | None:
    """The cell that a box belongs to."""
    place = {name: int(value) for name, value in _CELL.findall(shape)}
    return (place[b"Row"], place[b"Column"]) if b'"Note"' in shape and len(place) == 2 else None


def _blocks(drawing: bytes) -> set[bytes]:
    """The numbers of the blocks from which the boxes of a drawing have their own."""
    return {b"%d" % (int(one) // 1024) for one in re.findall(rb"id=\"_x0000_s([0-9]+)\"", drawing)}


def _with_shapes(package: Package, data: bytes, sheet: SheetPart, new: Texts) -> bytes:
    end, layout = data.rfind(b"</xml>"), _IDMAP.search(data)
    if end < 0 or layout is None:
        raise Unusual("a drawing of another kind")
    drawings = [package.read(one) for one in package.names() if one.lower().endswith(".vml")]
    taken = [int(one) for drawing in drawings for found in _IDMAP.finditer(drawing) for one in re.findall(rb"[0-9]+", found[2])]
    first = max(taken, default=0) + 1
    blocks = range(first, first + math.ceil(len(new) / 1000))
    shapes = [] if b'id="_x0000_t202"' in data else [_SHAPETYPE]
    for at, (place, text) in enumerate(new.items()):
        lines = 1 + sum(math.ceil((len(line) or 1) * 2 / _WIDTH) for line in text.split("\n"))
        shape = _SHAPE.format(id=blocks[at // 1000] * 1024 + 1 + at % 1000, height=lines * 15, anchor=_anchor(sheet, place, lines),
                              row=place[0], column=place[1])
        shapes.append(shape.encode())
    numbers = ",".join(filter(None, [layout[2].decode(), *map(str, blocks)]))
    return b"".join([data[: layout.start(2)], numbers.encode(), data[layout.end(2) : end], *shapes, data[end:]])


def _anchor(sheet: SheetPart, place: tuple[int, int], lines: int) -> str:
    """Where a box stands: first column, offset, first row, offset, last column, offset, last row, offset (in pixels)."""
    row, column = place
    left = right = min(column + 1, 16_383)
    room = 345.0
    while right < 16_383 and (width := sheet.column_width(right) * 7 + 5) < room:
        room -= width
        right += 1
    top = max(row - 1, 0)
    return f"{left}, 12, {top}, 8, {right}, {int(room)}, {min(top + lines, 1_048_575)}, 12"
