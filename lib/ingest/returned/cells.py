"""One sheet of a workbook, whose cells are given other styles, and nothing else.

Its one rule: rows without a mark are copied as bytes; a row or cell that is missing is put in at its place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Set
from functools import cache

from lib.ingest.returned.package import Content, Element, Package, Unusual, parse, plain_utf8, serialised
from lib.ingest.sheet import cell_name, column_index

Marks = Mapping[int, Mapping[int, str]]
"""Row → column (0-based) → the colour its cell is to be filled with, six digits."""

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_STYLE = re.compile(rb"(\ss\s*=\s*[\"'])([0-9]+)([\"'])")
_SPANS = re.compile(rb"\sspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_CUSTOM = re.compile(rb"\scustomFormat\s*=\s*[\"'](?:1|true)[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
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
        self._rows = _Rows(self._prefix)
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

    def used(self, rows: Set[int]) -> tuple[dict[int, range], set[int]]:
        """Of those of some rows (0-based) that hold anything: the columns from the first to the last cell with a value or a
        formula, or of a merged range that reaches into the row; and which of them are hidden. Raises Unusual when rows or
        cells are not in order.
        """
        found: dict[int, range] = {}
        hidden: set[int] = set()
        for number, match in self._rows.of(self._data, self._start, self._end):
            if number in rows:
                columns = [column for column, cell in self._rows.cells(self._rows.inner(match, self._end)[0]) if self._rows.holds(cell[0])]
                if columns:
                    found[number] = range(columns[0], columns[-1] + 1)
                if _HIDDEN.search(match[0]):
                    hidden.add(number)
        self._reach(found, sorted(rows))
        return found, hidden & found.keys()

    def _reach(self, found: dict[int, range], rows: list[int]) -> None:
        """Take in the first column of each merged range that reaches into rows from above or below."""
        for top, left, bottom, _ in {one for ranges in self._tops.values() for one in ranges if one[2] > one[0]}:
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                before = found.get(row, range(left, left + 1))
                found[row] = range(min(before.start, left), max(before.stop, left + 1))

    def fill(self, areas: Mapping[int, range], colour: str, painted: Callable[[int, str], int]) -> None:
        """Give cells of some rows the style that `painted` makes of theirs; of a merged range its first cell alone."""
        whole = {area: dict.fromkeys(area, colour) for area in set(areas.values())}
        marks: dict[int, Mapping[int, str]] = {}
        first: dict[int, set[int]] = {}
        for row, area in areas.items():
            merged = {column: self.shown_at(row, column) for column in self._tops if column in area}
            moved = {column: place for column, place in merged.items() if place != (row, column)}
            marks[row] = {column: colour for column in area if column not in moved} if moved else whole[area]
            for above, column in moved.values():
                first.setdefault(above, set()).add(column)
        for row, columns in first.items():
            marks[row] = {**marks.get(row, {}), **dict.fromkeys(columns, colour)}
        self.mark(marks, painted)

    def mark(self, marks: Marks, painted: Callable[[int, str], int]) -> None:
        """Give cells the style that `painted` makes of theirs. Raises Unusual when the rows are not in order."""
        if marks:
            painter = _Painter(self._prefix, self._rows, painted, self._column_style)
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

    def select(self, *, shown: bool) -> None:
        """Say whether it is the sheet that is seen first."""
        for view in self.root.iterfind(f"{self.namespace}sheetViews/{self.namespace}sheetView"):
            if shown and view.get("tabSelected") not in {"1", "true"}:
                view.set("tabSelected", "1")
                self._changed = True
            elif not shown:
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


@cache
def _column(letters: bytes) -> int:
    return column_index(letters.decode())


class _Rows:
    """Finds rows, and the cells of a row, in the bytes of a sheet. Raises Unusual when they are not in order."""

    def __init__(self, prefix: bytes) -> None:
        self._tag = re.compile(rb"<%srow(?=[\s/>])[^>]*>" % prefix)
        usual = rb'(?:\sr="([A-Z]{1,3})[0-9]{1,7}")?'
        self._cell = re.compile(rb"<%sc(?=[\s/>])%s[^>]*?(?:/>|>.*?</%sc>)" % (prefix, usual, prefix), re.DOTALL)
        self._content = re.compile(rb"<%s(?:(?:f|is)[\s/>]|v(?:\s[^>]*)?>[^<])" % prefix)
        self.end = b"</%srow>" % prefix

    def of(self, body: bytes, start: int, stop: int) -> Iterator[tuple[int, re.Match[bytes]]]:
        """(number, tag) of all rows between two places."""
        number = -1
        for match in self._tag.finditer(body, start, stop):
            place = _PLACE.search(match[0])
            before, number = number, int(place[2]) - 1 if place else number + 1
            if number <= before:
                raise Unusual("rows out of order")
            yield number, match

    def inner(self, tag: re.Match[bytes], stop: int) -> tuple[bytes, int]:
        """What stands in a row, and where the row ends."""
        if tag[0].endswith(b"/>"):
            return b"", tag.end()
        end = tag.string.find(self.end, tag.end(), stop)
        if end < 0:
            raise Unusual("a row is not closed")
        return tag.string[tag.end() : end], end + len(self.end)

    def cells(self, inner: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
        """(column, cell) of all cells of a row."""
        column = -1
        for match in self._cell.finditer(inner):
            letters = match[1]
            if letters is None:
                place = _PLACE.search(match[0][: match[0].index(b">")])
                letters = place[1] if place else b""
            before, column = column, _column(letters) if letters else column + 1
            if column <= before:
                raise Unusual("cells out of order")
            yield column, match

    def holds(self, cell: bytes) -> bool:
        """Whether a cell has a value or a formula."""
        return self._content.search(cell) is not None


class _Painter:
    """Paints cells in the bytes of rows."""

    def __init__(self, prefix: bytes, rows: _Rows, painted: Callable[[int, str], int], column_style: Callable[[int], int]) -> None:
        self._prefix = prefix
        self._rows = rows
        self._painted = painted
        self._column_style = column_style

    def rows(self, body: bytes, start: int, stop: int, marks: Marks) -> Content:
        view = memoryview(body)
        pieces: list[bytes | memoryview] = []
        wanted = sorted(marks)
        done, at = start, 0
        for number, match in self._rows.of(body, start, stop):
            while at < len(wanted) and wanted[at] < number:
                pieces += [view[done : match.start()], self._new_row(wanted[at], marks[wanted[at]])]
                done = match.start()
                at += 1
            if at < len(wanted) and wanted[at] == number:
                inner, end = self._rows.inner(match, stop)
                pieces += [view[done : match.start()], self._row(match[0], inner, number, marks[number])]
                done = end
                at += 1
        pieces.append(view[done:stop])
        return [*pieces, *(self._new_row(row, marks[row]) for row in wanted[at:])]

    def _new_row(self, row: int, marks: Mapping[int, str]) -> bytes:
        return self._row(b'<%srow r="%d">' % (self._prefix, row + 1), b"", row, marks)

    def _row(self, tag: bytes, inner: bytes, row: int, marks: Mapping[int, str]) -> bytes:
        style = _STYLE.search(tag) if _CUSTOM.search(tag) else None
        pieces: list[bytes] = []
        wanted = sorted(marks)
        done, at = 0, 0
        for column, match in self._rows.cells(inner):
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
        return b"".join([opened, *pieces, self._rows.end])

    def _new_cell(self, row: int, column: int, style: re.Match[bytes] | None, marks: Mapping[int, str]) -> bytes:
        former = int(style[2]) if style else self._column_style(column)
        return b'<%sc r="%s" s="%d"/>' % (self._prefix, cell_name(row, column).encode(), self._painted(former, marks[column]))

    def _recoloured(self, cell: bytes, colour: str) -> bytes:
        end = cell.index(b">")
        tag, rest = cell[:end], cell[end:]
        style = _STYLE.search(tag)
        if style is None:
            cut = 2 + len(self._prefix)
            return b'%s s="%d"%s%s' % (tag[:cut], self._painted(0, colour), tag[cut:], rest)
        return b"%s%d%s%s" % (tag[: style.start(2)], self._painted(int(style[2]), colour), tag[style.end(2) :], rest)
