"""Tables as text: .csv and .txt. Its one rule: a broken row is told, not mended, and what does not look like a table is none."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from lib.ingest.formats.encoding import garbled
from lib.ingest.formats.grid import MAX_COLUMNS, MAX_ROWS
from lib.ingest.sheet import MAX_CELLS, Cell, Opened, Sheet, Unreadable, cell_name
from lib.spec.findings import Finding, finding

LONGEST_LINE = 2_000_000
LONGEST_CELL = 131_072
MAX_LINES = 4 * MAX_ROWS
"""A cell may hold several lines."""
_HEAD = 65_536
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEPARATOR = re.compile(r'\A"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_JSON = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\]]))')


def open_text(name: str, text: str) -> Opened:
    """The one sheet of a text with a table: cells are texts, numbers too. Raises Unreadable."""
    _check_lines(name, text)
    body, delimiter = _delimiter(name, text)
    rows: list[list[Cell]] = []
    width = 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        for texts in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True):
            width = max(width, len(texts))
            if width > MAX_COLUMNS or len(rows) >= MAX_ROWS or width * (len(rows) + 1) > MAX_CELLS:
                raise Unreadable(finding("F05", name=name, reason="行列过多"))
            rows.append(list[Cell](texts))
    except csv.Error as error:
        raise Unreadable(_broken(name, len(rows) + 1, str(error))) from None
    widths = tuple(len(row) for row in rows)
    for row in rows:
        row.extend([""] * (width - len(row)))
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    if '="' in body:
        columns = tuple([_without_formula(cell) for cell in column] for column in columns)
    sheet = Sheet(PurePath(name).stem, columns, widths=widths)
    return Opened((sheet,), tuple(find_garbled([sheet], text)))


def find_garbled(sheets: Sequence[Sheet], text: str) -> list[Finding]:
    """A finding at the first cell of each sheet that was read in a wrong encoding before it came here; `text`: all of the file."""
    return [told for sheet in sheets if (told := _first_garbled(sheet))] if garbled(text) else []


def _first_garbled(sheet: Sheet) -> Finding | None:
    for row in range(sheet.height):
        for column, cell in enumerate(sheet.row(row)):
            if isinstance(cell, str) and garbled(cell):
                return finding("F18", sheet=sheet.name, cell=cell_name(row, column), value=cell)
    return None


def _check_lines(name: str, text: str) -> None:
    """Refuse a line that no office program writes, before anything is cut into cells."""
    ending = "\n" if "\n" in text else "\r"
    at = count = 0
    while at >= 0:
        count += 1
        following = text.find(ending, at + 1)
        if (len(text) if following < 0 else following) - at > LONGEST_LINE:
            raise Unreadable(finding("F05", name=name, reason="有一行过长"))
        if count > MAX_LINES:
            raise Unreadable(finding("F05", name=name, reason="行列过多"))
        at = following


def _delimiter(name: str, text: str) -> tuple[str, str]:
    """(the text to be cut, the delimiter): as its first line sep= says, else the one on which most lines agree."""
    if said := _SEPARATOR.match(text):
        return text[said.end() :], said.group(1)
    if _JSON.match(text):
        raise Unreadable(finding("F17", name=name, kind="JSON 数据"))
    lines = [line for line in re.split(r"[\r\n]+", _QUOTED.sub("", text[:_HEAD])) if line.strip()]
    agreeing = {one: _agreeing(lines, one) for one in ("\t", ",", ";")}
    best = max(agreeing, key=lambda one: agreeing[one])
    if agreeing[best]:
        return text, best
    if len(lines) > 1 and _agreeing(lines, "，") == len(lines):
        return text, "，"
    raise Unreadable(finding("F17", name=name, kind="普通文字"))


def _agreeing(lines: list[str], delimiter: str) -> int:
    """How many lines have it as often as most of those that have it at all."""
    counts = Counter(line.count(delimiter) for line in lines)
    return max((lines_ for count, lines_ in counts.items() if count), default=0)


def _without_formula(cell: Cell) -> Cell:
    """The text in ="00123", which programs write so that Excel keeps its zeros."""
    if isinstance(cell, str) and (kept := _KEPT_AS_TEXT.fullmatch(cell)):
        return kept.group(1).replace('""', '"')
    return cell


def _broken(name: str, line: int, error: str) -> Finding:
    if "field larger" in error:
        return finding("F05", name=name, reason=f"第 {line} 行有一格过长")
    what = "有一个引号没有结束" if "end of data" in error else "引号的位置不对"
    return finding("F03", name=name, reason=f"CSV 结构有误：第 {line} 行{what}")
