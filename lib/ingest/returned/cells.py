"""One sheet of a workbook, whose cells are given other styles, and nothing else.

Its one rule: rows without a finding are copied as bytes; a row or cell that is missing is put in at its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping

from lib.ingest.returned.package import Content, Element, Package, Unusual, parse, plain_utf8, serialised
from lib.ingest.sheet import cell_name, column_index
from lib.spec.level import Level

Marks = Mapping[int, Mapping[int, Level]]
"""Row → column (0-based) → how its cell is to be marked."""

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_STYLE = re.compile(rb"(\ss\s*=\s*[\"'])([0-9]+)([\"'])")
_SPANS = re.compile(rb"\sspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_CUSTOM = re.compile(rb"\scustomFormat\s*=\s*[\"'](?:1|true)[\"']")
_TAIL = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent")
"""What may only stand behind the link to the comments."""


def place_of(cell: str) -> tuple[int, int] | None:
    """The 0-based (row, column) of a name such as C7; None when it is none."""
    match = _RANGE.fullmatch(cell)
    if match is None or match.group(3):
        return None
    row, column = int(match.group(2)) - 1, column_index(match.group(1))
    return (row, column) if 0 <= row < 1_048_576 and column < 16_384 else None


class SheetPart:
    """The XML of one sheet: `root` is everything but its rows, whose bytes stay apart."""

    def __init__(self, package: Package, path: str) -> None:
        self.path = path
        self._package = package
        data = plain_utf8(package.read(path))
        opening = re.search(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*?)?(/?)>", data)
        if opening is None:
            raise Unusual("a sheet without sheetData")
        self._prefix = opening.group(1)
        self._empty = b"<%ssheetData/>" % self._prefix
        closing = b"</%ssheetData>" % self._prefix
        start = end = opening.end()
        after = end
        if not opening.group(2):
            end = data.find(closing, start)
            after = end + len(closing)
            if end < 0:
                raise Unusual("sheetData is not closed")
        self._data, self._start, self._end = data, start, end
        self._marked: Content | None = None
        self._changed = False
        self.root = parse(data[: opening.start()] + self._empty + data[after:])
        self.namespace = self.root.tag[: self.root.tag.index("}") + 1] if "}" in self.root.tag else ""
        self._tops = self._merges()
        self._columns = [
            (int(one.get("min", "0")) - 1, int(one.get("max", "0")) - 1, int(one.get("style", "0")), float(one.get("width", "9")))
            for one in self.root.iterfind(f"{self.namespace}cols/{self.namespace}col")
        ]

    def _merges(self) -> dict[int, list[tuple[int, int, int, int]]]:
        tops: dict[int, list[tuple[int, int, int, int]]] = {}
        for one in self.root.iterfind(f"{self.namespace}mergeCells/{self.namespace}mergeCell"):
            match = _RANGE.fullmatch(one.get("ref", ""))
            if match and match.group(3):
                left, right = column_index(match.group(1)), column_index(match.group(3))
                for column in range(left, min(right + 1, left + 1_000)):
                    tops.setdefault(column, []).append((int(match.group(2)) - 1, left, int(match.group(4)) - 1, right))
        return {column: sorted(ranges) for column, ranges in tops.items()}

    def shown_at(self, row: int, column: int) -> tuple[int, int]:
        """The cell that is seen at a place: the first of the merged range it lies in, else itself."""
        ranges = self._tops.get(column, [])
        at = bisect_right(ranges, (row, 16_384, 0, 0)) - 1
        if at >= 0 and row <= ranges[at][2]:
            return ranges[at][0], ranges[at][1]
        return row, column

    def column_width(self, column: int) -> float:
        """In characters."""
        return next((width for first, last, _, width in self._columns if first <= column <= last), 9.0)

    def restyle(self, other: Mapping[int, int]) -> None:
        """Give the cells of some styles other ones."""
        numbers = b"|".join(b"%d" % one for one in sorted(other))
        pattern = re.compile(rb"(<%sc(?=\s)[^>]*?\ss\s*=\s*[\"'])(%s)(?=[\"'])" % (self._prefix, numbers))
        if pattern.search(self._data, self._start, self._end):
            self._data = pattern.sub(lambda found: found[1] + b"%d" % other[int(found[2])], memoryview(self._data)[self._start : self._end])
            self._start, self._end, self._changed = 0, len(self._data), True

    def style_at(self, cells: frozenset[int]) -> dict[tuple[int, int], int]:
        """The styles of all cells of these columns."""
        found: dict[tuple[int, int], int] = {}
        for tag in re.compile(rb"<%sc(?=\s)[^>]*>" % self._prefix).findall(self._data, self._start, self._end):
            place, style = _PLACE.search(tag), _STYLE.search(tag)
            if place and style and column_index(place[1].decode()) in cells:
                found[int(place[2]) - 1, column_index(place[1].decode())] = int(style[2])
        return found

    def mark(self, marks: Marks, painted: Callable[[int, Level], int]) -> None:
        """Give cells the style that `painted` makes of theirs. Raises Unusual when the rows are not in order."""
        if marks:
            painter = _Painter(self._prefix, painted, self._column_style)
            self._marked = painter.rows(self._data, self._start, self._end, marks)
            self._changed = True
            self._widen(marks)

    def _column_style(self, column: int) -> int:
        return next((style for first, last, style, _ in self._columns if first <= column <= last), 0)

    def _widen(self, marks: Marks) -> None:
        dimension = self.root.find(f"{self.namespace}dimension")
        match = _RANGE.fullmatch(dimension.get("ref", "")) if dimension is not None else None
        if dimension is None or match is None:
            return
        first, last = (match.group(1), match.group(2)), (match.group(3) or match.group(1), match.group(4) or match.group(2))
        rows = [int(first[1]) - 1, int(last[1]) - 1, *marks]
        columns = [column_index(first[0]), column_index(last[0]), *(column for one in marks.values() for column in one)]
        dimension.set("ref", f"{cell_name(min(rows), min(columns))}:{cell_name(max(rows), max(columns))}")

    def deselect(self) -> None:
        """It is not the sheet that is seen first."""
        for view in self.root.iterfind(f"{self.namespace}sheetViews/{self.namespace}sheetView"):
            self._changed |= bool(view.attrib.pop("tabSelected", ""))

    def link_drawing(self, element: Element) -> None:
        """Put the link to the drawing of its comments at the place where it belongs."""
        behind = [at for at, one in enumerate(self.root) if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in _TAIL]
        self.root.insert(behind[0] if behind else len(self.root), element)
        self._changed = True

    def save(self) -> None:
        """Put the sheet into the package, if anything of it was changed."""
        if not self._changed:
            return
        rows = self._marked or [memoryview(self._data)[self._start : self._end]]
        before, _, after = serialised(self.root).partition(self._empty)
        name = self._prefix + b"sheetData>"
        self._package.put(self.path, [before, b"<" + name, *rows, b"</" + name, after])


class _Painter:
    """Paints cells in the bytes of rows."""

    def __init__(self, prefix: bytes, painted: Callable[[int, Level], int], column_style: Callable[[int], int]) -> None:
        self._prefix = prefix
        self._row_tag = re.compile(rb"<%srow(?=[\s/>])[^>]*>" % prefix)
        self._cell = re.compile(rb"<%sc(?=[\s/>])[^>]*?(?:/>|>.*?</%sc>)" % (prefix, prefix), re.DOTALL)
        self._row_end = b"</%srow>" % prefix
        self._painted = painted
        self._column_style = column_style

    def rows(self, body: bytes, start: int, stop: int, marks: Marks) -> Content:
        view = memoryview(body)
        pieces: list[bytes | memoryview] = []
        wanted = sorted(marks)
        done, number, at = start, -1, 0
        for match in self._row_tag.finditer(body, start, stop):
            place = _PLACE.search(match[0])
            before, number = number, int(place[2]) - 1 if place else number + 1
            if number <= before:
                raise Unusual("rows out of order")
            while at < len(wanted) and wanted[at] < number:
                pieces += [view[done : match.start()], self._new_row(wanted[at], marks[wanted[at]])]
                done = match.start()
                at += 1
            if at < len(wanted) and wanted[at] == number:
                closed = match[0].endswith(b"/>")
                end = match.end() if closed else body.find(self._row_end, match.end(), stop)
                if end < 0:
                    raise Unusual("a row is not closed")
                inner = b"" if closed else body[match.end() : end]
                pieces += [view[done : match.start()], self._row(match[0], inner, number, marks[number])]
                done = end if closed else end + len(self._row_end)
                at += 1
        pieces.append(view[done:stop])
        return [*pieces, *(self._new_row(row, marks[row]) for row in wanted[at:])]

    def _new_row(self, row: int, marks: Mapping[int, Level]) -> bytes:
        return self._row(b'<%srow r="%d">' % (self._prefix, row + 1), b"", row, marks)

    def _row(self, tag: bytes, inner: bytes, row: int, marks: Mapping[int, Level]) -> bytes:
        style = _STYLE.search(tag) if _CUSTOM.search(tag) else None
        pieces: list[bytes] = []
        wanted = sorted(marks)
        done, column, at = 0, -1, 0
        for match in self._cell.finditer(inner):
            place = _PLACE.search(match[0][: match[0].index(b">")])
            before, column = column, column_index(place[1].decode()) if place and place[1] else column + 1
            if column <= before:
                raise Unusual("cells out of order")
            while at < len(wanted) and wanted[at] < column:
                pieces += [inner[done : match.start()], self._new_cell(row, wanted[at], style, marks)]
                done = match.start()
                at += 1
            if at < len(wanted) and wanted[at] == column:
                pieces += [inner[done : match.start()], self._recoloured(match[0], marks[column])]
                done = match.end()
                at += 1
        pieces.append(inner[done:])
        pieces += [self._new_cell(row, one, style, marks) for one in wanted[at:]]
        opened = _SPANS.sub(b"", tag)
        opened = opened[:-2] + b">" if opened.endswith(b"/>") else opened
        return b"".join([opened, *pieces, self._row_end])

    def _new_cell(self, row: int, column: int, style: re.Match[bytes] | None, marks: Mapping[int, Level]) -> bytes:
        former = int(style[2]) if style else self._column_style(column)
        return b'<%sc r="%s" s="%d"/>' % (self._prefix, cell_name(row, column).encode(), self._painted(former, marks[column]))

    def _recoloured(self, cell: bytes, level: Level) -> bytes:
        end = cell.index(b">")
        tag, rest = cell[:end], cell[end:]
        style = _STYLE.search(tag)
        if style is None:
            cut = 2 + len(self._prefix)
            return b'%s s="%d"%s%s' % (tag[:cut], self._painted(0, level), tag[cut:], rest)
        return b"%s%d%s%s" % (tag[: style.start(2)], self._painted(int(style[2]), level), tag[style.end(2) :], rest)
