"""What is wrong with an .xlsx as a package, told strictly: what Excel would mend with a message is listed here.

Its one rule: it shares nothing with the code that writes packages.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from openpyxl.utils.cell import column_index_from_string as column_number
from openpyxl.utils.cell import coordinate_from_string, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
SHEET_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
    "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
)
BOOK_ORDER = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr "
    "oleSize customWorkbookViews pivotCaches extLst"
)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


PICTURE = b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (
    b"\0\0\0\1\0\0\0\1\x08\0\0\0\0", zlib.compress(b"\0\x80"), b""
)))
"""One grey dot."""


def problems(data: bytes) -> list[str]:
    """Everything wrong with the package, in words; empty when it is sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or archive.testzip():
            return [f"broken archive: {twice}"]
        return list(Checker({name: archive.read(name) for name in names if not name.endswith("/")}).told())


def _order(children: Iterable[ElementTree.Element], order: str) -> bool:
    known = order.split()
    places = [known.index(one.tag.removeprefix(MAIN)) for one in children if one.tag.startswith(MAIN)]
    return places == sorted(places)


class Checker:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.trees = {name: ElementTree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels", ".vml"))}
        self.book = next(path for kind, path in self.links("").values() if kind == "officeDocument")

    def links(self, source: str) -> dict[str, tuple[str, str]]:
        """Id → (kind, path) of the links of a part."""
        folder, name = posixpath.split(source)
        tree = self.trees.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        inside = [one for one in tree if one.get("TargetMode") != "External"] if tree is not None else []
        paths = [posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"]))[1:] for one in inside]
        return {one.attrib["Id"]: (one.attrib["Type"].rpartition("/")[2], path) for one, path in zip(inside, paths, strict=True)}

    def told(self) -> Iterator[str]:
        yield from self.content_types()
        for name in self.trees:
            if name.endswith(".rels"):
                yield from self.relations(name)
        yield from self.styles()
        yield from self.workbook()
        yield from self.shapes()

    def content_types(self) -> Iterator[str]:
        tree = self.trees["[Content_Types].xml"]
        defaults = [one.attrib["Extension"].lower() for one in tree.iter(f"{TYPES}Default")]
        overrides = [one.attrib["PartName"] for one in tree.iter(f"{TYPES}Override")]
        if len(set(defaults)) < len(defaults) or len(set(overrides)) < len(overrides):
            yield "a content type is given twice"
        yield from (f"a content type for no part: {one}" for one in overrides if one[1:] not in self.parts)
        for name in self.parts:
            if name != "[Content_Types].xml" and f"/{name}" not in overrides and name.rpartition(".")[2].lower() not in defaults:
                yield f"no content type: {name}"
            if name.endswith(".xml") and f"/{name}" not in overrides and re.match(r"xl/(worksheets|comments|styles)", name):
                yield f"no content type of its own: {name}"

    def relations(self, name: str) -> Iterator[str]:
        ids = [one.attrib["Id"] for one in self.trees[name].iter(RELATION)]
        if len(set(ids)) < len(ids):
            yield f"{name}: a link twice"
        folder, base = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
        if source and source not in self.parts:
            yield f"{name}: links of no part"
        yield from (f"{name}: a link to nothing: {path}" for _, path in self.links(source).values() if path not in self.parts)

    def styles(self) -> Iterator[str]:
        tree = next(self.trees[path] for kind, path in self.links(self.book).values() if kind == "styles")
        counts = {}
        for section in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs"):
            one = tree.find(MAIN + section)
            counts[section] = 0 if one is None else len(one)
            if one is not None and one.get("count", str(len(one))) != str(len(one)):
                yield f"styles: {section} counts {one.get('count')}, has {len(one)}"
        formats = tree.find(f"{MAIN}cellXfs")
        assert formats is not None
        self.formats = len(formats)
        for at, one in enumerate(formats):
            for name, section in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
                if int(one.get(name, "0")) >= max(counts[section], 1):
                    yield f"styles: xf {at} has no {name}"

    def workbook(self) -> Iterator[str]:
        tree, links = self.trees[self.book], self.links(self.book)
        if not _order(tree, BOOK_ORDER):
            yield "workbook: elements out of order"
        sheets = list(tree.iter(f"{MAIN}sheet"))
        names = [one.attrib["name"] for one in sheets]
        impossible = [one for one in names if not 0 < len(one) <= 31 or re.search(r"[\[\]:*?/\\]", one)]
        if impossible or len({one.lower() for one in names}) < len(names):
            yield f"workbook: names of sheets {names}"
        for key in ("sheetId", LINK):
            if len({one.attrib[key] for one in sheets}) < len(sheets):
                yield f"workbook: {key} twice"
        for view in tree.iter(f"{MAIN}workbookView"):
            shown = int(view.get("activeTab", "0"))
            if shown >= len(sheets) or sheets[shown].get("state", "visible") != "visible":
                yield f"workbook: no sheet {shown} to be shown"
        defined = [(one.attrib["name"], one.get("localSheetId")) for one in tree.iter(f"{MAIN}definedName")]
        if len(set(defined)) < len(defined) or any(local and int(local) >= len(sheets) for _, local in defined):
            yield f"workbook: names {defined}"
        texts = [len(self.trees[path]) for kind, path in links.values() if kind == "sharedStrings"]
        selected = 0
        for one in sheets:
            kind, path = links[one.attrib[LINK]]
            if kind == "worksheet":
                selected += any(view.get("tabSelected") == "1" for view in self.trees[path].iter(f"{MAIN}sheetView"))
                yield from (f"{one.attrib['name']}: {words}" for words in self.sheet(path, names, sum(texts)))
        if selected > 1:
            yield "workbook: several sheets are selected"

    def sheet(self, path: str, names: list[str], texts: int) -> Iterator[str]:
        tree, links = self.trees[path], self.links(path)
        if not _order(tree, SHEET_ORDER):
            yield "elements out of order"
        yield from self.cells(tree, texts)
        merges = [range_boundaries(one.attrib["ref"]) for one in tree.iter(f"{MAIN}mergeCell")]
        for at, (left, top, right, bottom) in enumerate(merges):
            if any(left <= to and since <= right and top <= end and start <= bottom for since, start, to, end in merges[:at]):
                yield "merges overlap"
        for one in tree.iter(f"{MAIN}hyperlink"):
            target = re.fullmatch(r"'((?:[^']|'')*)'!\$?[A-Z]+\$?[0-9]+", one.get("location", ""))
            if one.get("location") and (target is None or target.group(1).replace("''", "'") not in names):
                yield f"a hyperlink to nothing: {one.get('location')}"
        drawings = [links.get(one.attrib[LINK], ("", ""))[0] for one in tree.iter(f"{MAIN}legacyDrawing")]
        comments = [path for kind, path in links.values() if kind == "comments"]
        if len(drawings) > 1 or any(one != "vmlDrawing" for one in drawings) or len(comments) > 1 or len(drawings) < len(comments):
            yield f"comments {comments} with drawings {drawings}"
        for one in comments:
            yield from self.comments(one, [drawing for kind, drawing in links.values() if kind == "vmlDrawing"])

    def cells(self, tree: ElementTree.Element, texts: int) -> Iterator[str]:
        above = 0
        corner = (0, 0)
        for row in tree.iter(f"{MAIN}row"):
            number, left = int(row.get("r", above + 1)), 0
            if number <= above:
                yield f"row {number} below {above}"
            above = number
            for cell in row:
                name = cell.get("r")
                letters, line = coordinate_from_string(name) if name else ("A", number)
                column = column_number(letters) if name else left + 1
                if column <= left or line != number or int(cell.get("s", "0")) >= self.formats:
                    yield f"cell {name} in row {number}, style {cell.get('s')}"
                value = cell.find(f"{MAIN}v")
                if cell.get("t") == "s" and (value is None or int(value.text or "-1") >= texts):
                    yield f"cell {name} has no text"
                left = column
                corner = (max(corner[0], number), max(corner[1], column))
        dimension = tree.find(f"{MAIN}dimension")
        if dimension is not None:
            _, _, right, bottom = range_boundaries(dimension.attrib["ref"])
            if (right or 0) < corner[1] or (bottom or 0) < corner[0]:
                yield f"dimension {dimension.attrib['ref']} with a cell at {corner}"

    def comments(self, path: str, drawings: list[str]) -> Iterator[str]:
        tree = self.trees[path]
        places = [one.attrib["ref"] for one in tree.iter(f"{MAIN}comment")]
        authors = len(list(tree.iter(f"{MAIN}author")))
        if len(set(places)) < len(places) or any(int(one.attrib["authorId"]) >= authors for one in tree.iter(f"{MAIN}comment")):
            yield f"{path}: a comment twice, or without an author"
        boxes = sorted(box for drawing in drawings for box in self.boxes(drawing))
        wanted = sorted((row - 1, column_number(letters) - 1) for letters, row in map(coordinate_from_string, places))
        if boxes != wanted:
            yield f"{path}: comments at {wanted}, boxes at {boxes}"

    def boxes(self, path: str) -> Iterator[tuple[int, int]]:
        x = "{urn:schemas-microsoft-com:office:excel}"
        for one in self.trees[path].iter(f"{x}ClientData"):
            if one.get("ObjectType") == "Note":
                yield int(one.findtext(f"{x}Row", "-1")), int(one.findtext(f"{x}Column", "-1"))

    def shapes(self) -> Iterator[str]:
        """Boxes of one number. (LibreOffice gives all of its own the name shape_0.)"""
        ids = [one.attrib["id"] for name, tree in self.trees.items() if name.endswith(".vml")
               for one in tree.iter("{urn:schemas-microsoft-com:vml}shape")]
        numbered = [one for one in ids if one.startswith("_x0000_s")]
        if len(set(numbered)) < len(numbered):
            yield "drawings: a shape twice"
