"""Pages of HTML that systems export under the name of a workbook. Its one rule: a cell holds the text that a browser shows.

A tokenizer of its own: the parser of the standard library takes four times as long, and quadratic time over a broken page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePath

from lib.ingest.formats.grid import MAX_COLUMNS, MAX_SHEETS, Grid, of_hidden_sheets, too_many_sheets
from lib.ingest.formats.remarks import has_number
from lib.ingest.formats.text import find_garbled
from lib.ingest.sheet import MAX_CELLS, Opened, Remark, Unreadable
from lib.spec.findings import finding

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][a-zA-Z0-9:]*+)((?:[^<>\"']++|\"[^\"]{0,4096}+\"|'[^']{0,4096}+')*+)>|<[!?][^<>]{0,4096}+>", re.DOTALL
)
"""A comment; a tag as (stroke, name, attributes); a declaration. A quote that does not end soon makes no tag, so time stays linear."""
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_SAYS_MUCH = re.compile("span|none|hidden", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
_UNSEEN = {"script", "style", "title", "noscript", "template", "comment"}
_BREAKS = {"br", "p", "div", "li"}
_WITHIN_LINES = {"a", "b", "em", "font", "i", "span", "strong", "sub", "sup", "u"}
_LONGEST_SPAN = 65_536


def open_html(name: str, text: str) -> Opened:
    """The tables of a page as sheets, inner ones on their own. Raises Unreadable."""
    page = _Page(name)
    page.read(text)
    tables = [one for one in page.tables if one.grid.height]
    if not tables:
        raise Unreadable(finding("F16", name=name))
    named = _SHEET_NAME.findall(text[:200_000])
    if len(named) != len(tables):
        named = [PurePath(name).stem] if len(tables) == 1 else [f"表{number}" for number in range(1, len(tables) + 1)]
    sheets = []
    for table, own in zip(tables, named, strict=True):
        table.grid.name = table.caption or own
        sheets.append(table.grid.sheet(hidden=table.hidden))
    outside = unescape("".join(page.outside))
    remarks = (Remark("", "", "表格外的文字", outside),) if has_number(outside) else ()
    return Opened(tuple(sheets), (*of_hidden_sheets(sheets), *find_garbled(sheets, text)), remarks)


@dataclass
class _Table:
    """A table while it is read. taken: column → rows, from the present one on, that a cell reaches into; work: done for them."""

    grid: Grid
    hidden: bool
    row: int = -1
    column: int = 0
    columns_said: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    work: int = 0
    place: tuple[int, int] | None = None
    text: list[str] = field(default_factory=list)
    caption: str = ""
    in_caption: bool = False

    def start_row(self, hidden: bool) -> None:
        self.end_cell()
        self.row += 1
        self.column = 0
        if hidden:
            self.grid.hidden_rows.add(self.row)
        self._labour(len(self.taken))
        self.taken = {column: rows - 1 for column, rows in self.taken.items() if rows > 1} if self.row else {}

    def start_cell(self, down: int, across: int) -> None:
        self.end_cell()
        if self.row < 0:
            self.start_row(False)
        while self.column in self.taken:
            self.column += 1
        row, column = self.row, self.column
        if column + across > MAX_COLUMNS:
            raise self.grid.too_large("列数过多")
        if down > 1:
            self._labour(across)
            self.taken.update(dict.fromkeys(range(column, column + across), down))
        if down > 1 or across > 1:
            self.grid.merge(row, column, row + down - 1, column + across - 1)
        self.place = (row, column)
        self.column += across

    def _labour(self, columns: int) -> None:
        self.work += columns
        if self.work > MAX_CELLS:
            raise self.grid.too_large("合并单元格过多")

    def show(self, text: str) -> None:
        if self.place is not None or self.in_caption:
            self.text.append(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)

    def end_cell(self) -> None:
        if self.place is None and not self.in_caption:
            return
        written = unescape("".join(self.text))
        shown = "\n".join(" ".join(line.split()) for line in written.split("\n")).strip()
        if self.in_caption:
            self.caption = shown.replace("\n", " ")
        elif self.place is not None:
            self.grid.put(*self.place, shown)
        self.in_caption = False
        self.place = None
        self.text.clear()


class _Page:
    """A page while it is read. inside: the tables that are open, innermost last. unseen: the tag whose content no browser shows.
    outside: what stands outside of all tables.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.tables: list[_Table] = []
        self.inside: list[_Table] = []
        self.unseen = ""
        self.outside: list[str] = []

    def read(self, text: str) -> None:
        at = 0
        for token in _TOKEN.finditer(text):
            if token.start() > at and not self.unseen:
                self._show(text[at : token.start()])
            at = token.end()
            stroke, tag, said = token.groups()
            if tag and not self.inside and tag.lower() not in _WITHIN_LINES:
                self.outside.append("\n")
            if tag:
                self._end(tag.lower()) if stroke else self._start(tag.lower(), said)
        if not self.unseen:
            self._show(text[at:])
        while self.inside:
            self.inside.pop().end_cell()

    def _show(self, text: str) -> None:
        if self.inside:
            self.inside[-1].show(text)
        else:
            self.outside.append(text)

    def _start(self, tag: str, said: str) -> None:
        if self.unseen:
            return
        attributes = _attributes(said) if said and _SAYS_MUCH.search(said) else {}
        hidden = "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))
        if tag in _UNSEEN:
            self.unseen = tag
        elif tag == "table":
            if len(self.tables) >= MAX_SHEETS:
                raise too_many_sheets(self.file, len(self.tables) + 1)
            table = _Table(Grid(self.file, ""), hidden or bool(self.inside and self.inside[-1].hidden))
            self.tables.append(table)
            self.inside.append(table)
        elif self.inside:
            _start_inside(self.inside[-1], tag, attributes, hidden)

    def _end(self, tag: str) -> None:
        if self.unseen:
            self.unseen = "" if tag == self.unseen else self.unseen
        elif self.inside and tag == "table":
            self.inside.pop().end_cell()
        elif self.inside and tag in {"td", "th", "tr", "caption"}:
            self.inside[-1].end_cell()


def _start_inside(table: _Table, tag: str, said: dict[str, str], hidden: bool) -> None:
    if tag in {"td", "th"}:
        table.start_cell(_span(said.get("rowspan", "")), _span(said.get("colspan", "")))
    elif tag == "tr":
        table.start_row(hidden)
    elif tag == "col":
        across = min(_span(said.get("span", "")), MAX_COLUMNS)
        if hidden and table.columns_said < MAX_COLUMNS:
            table.grid.hidden_columns.update(range(table.columns_said, table.columns_said + across))
        table.columns_said += across
    elif tag == "caption":
        table.end_cell()
        table.in_caption = True
    elif tag in _BREAKS and table.text:
        table.text.append("\n")


def _attributes(said: str) -> dict[str, str]:
    return {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(said)}


def _span(said: str) -> int:
    if not said:
        return 1
    said = said.strip()[:6]
    return min(max(int(said), 1), _LONGEST_SPAN) if said.isascii() and said.isdigit() else 1
