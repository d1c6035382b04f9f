"""Marks findings in an .xlsx or .xlsm: colours, comments, the sheet 问题清单.

Its one rule: what an earlier round added is taken away before anything is added.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from lib.ingest.report_sheet import REPORT_SHEET, is_report_sheet
from lib.ingest.returned.cells import SheetPart, place_of
from lib.ingest.returned.comments import write_comments
from lib.ingest.returned.package import Package, Unusual
from lib.ingest.returned.report import FORMER, MARKED, advice_text, filter_area, quoted, report_xml
from lib.ingest.returned.styles import EMPTY_STYLES, Styles
from lib.ingest.sheet import Sheet
from lib.spec.findings import Finding
from lib.spec.level import Level

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAX_COMMENT = 8_000


def annotated(data: bytes, findings: Sequence[Finding]) -> bytes:
    """The workbook with its findings marked. Raises Unusual when it cannot be edited with certainty."""
    try:
        return _Book(data).annotated(findings)
    except (ValueError, LookupError) as error:  # a number that is none, an id of nothing
        raise Unusual(str(error)) from None


class _Book:
    """A workbook as a package."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._package = Package(data)
        self._path = self._package.relations("").by_kind("officeDocument")
        if not self._path.lower().endswith(".xml"):
            raise Unusual("no workbook in XML")
        self._root = self._package.tree(self._path)
        self._namespace = self._root.tag[: self._root.tag.index("}") + 1] if "}" in self._root.tag else ""
        listed = self._root.find(f"{self._namespace}sheets")
        if not self._namespace or listed is None or not len(listed):
            raise Unusual("a workbook without sheets")
        self._listed = listed
        self._link = next((key for key in map(str, listed[0].attrib) if key.endswith("}id")), "")
        self._base = self._link[1 : -len("}id")]
        links = self._package.relations(self._path)
        self._paths = {one.get("name", ""): links.by_id(one.get(self._link, "")) for one in listed}
        self._worksheets = set(links.all_of_kind("worksheet"))
        self._styles = self._open_styles()

    def _open_styles(self) -> Styles:
        path = self._package.relations(self._path).by_kind("styles")
        if not path and "xl/styles.xml" in self._package:
            raise Unusual("styles that nothing leads to")
        if not path:
            content = EMPTY_STYLES.format(self._namespace[1:-1])
            path = self._package.add("xl/styles.xml", f"{_KIND}.styles+xml", [content.encode()])
            self._package.relations(self._path).add(self._base, "styles", path)
        return Styles(self._package.tree(path))

    def annotated(self, findings: Sequence[Finding]) -> bytes:
        report = self._earlier()
        pairs = self._earlier_pairs(report) if report else {}
        unmarked = self._styles.unmarked(pairs)
        for name, path in self._paths.items():
            if name != report and path in self._worksheets:
                sheet = SheetPart(self._package, path)
                if unmarked:
                    sheet.restyle(unmarked)
                self._mark(sheet, [one for one in findings if one.sheet == name])
                sheet.deselect()
                sheet.save()
        self._write_report(report or self._new_report(), findings)
        return self._package.save()

    # -- the earlier round --------------------------------------------------------------------------------------------

    def _earlier(self) -> str:
        """The name of the sheet 问题清单 of an earlier round; empty when there is none."""
        named = [name for name in self._paths if name.startswith(REPORT_SHEET) and self._paths[name] in self._worksheets]
        if not named:
            return ""
        try:
            with CalamineWorkbook.from_filelike(io.BytesIO(self._data)) as book:
                opened = [Sheet.of_rows(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in named]
        except (CalamineError, OSError, ValueError) as error:
            raise Unusual(str(error)) from None
        return next((sheet.name for sheet in opened if is_report_sheet(sheet)), "")

    def _earlier_pairs(self, report: str) -> dict[int, int]:
        """Style of marked cells → their former style, as the earlier list keeps them."""
        styles = SheetPart(self._package, self._paths[report]).style_at(frozenset({MARKED, FORMER}))
        return {style: styles[row, FORMER] for (row, column), style in styles.items() if column == MARKED and (row, FORMER) in styles}

    # -- marking ------------------------------------------------------------------------------------------------------

    def _mark(self, sheet: SheetPart, findings: Iterable[Finding]) -> None:
        marks: dict[int, dict[int, Level]] = {}
        texts: dict[tuple[int, int], list[str]] = {}
        for one in findings:
            place = place_of(one.cell)
            if place is None:
                continue
            row, column = sheet.shown_at(*place)
            marks.setdefault(row, {}).setdefault(column, one.level)
            texts.setdefault((row, column), []).append(advice_text(one))
        sheet.mark(marks, self._styles.painted)
        write_comments(self._package, sheet, self._base, {place: "\n".join(lines)[:_MAX_COMMENT] for place, lines in texts.items()})

    # -- the list -----------------------------------------------------------------------------------------------------

    def _new_report(self) -> str:
        name, number = REPORT_SHEET, 2
        while name in self._paths:
            name, number = f"{REPORT_SHEET}{number}", number + 1
        path = self._package.add("xl/worksheets/sheet{}.xml", f"{_KIND}.worksheet+xml", [])
        taken = [int(one.get("sheetId", "0")) for one in self._listed]
        sheet = etree.SubElement(self._listed, f"{self._namespace}sheet", name=name, sheetId=str(max(taken) + 1))
        sheet.set(self._link, self._package.relations(self._path).add(self._base, "worksheet", path))
        self._paths[name] = path
        return name

    def _write_report(self, name: str, findings: Sequence[Finding]) -> None:
        links = {}
        for at, one in enumerate(findings):
            if one.sheet in self._paths and one.sheet != name:
                links[at] = f"{quoted(one.sheet)}!{one.cell if place_of(one.cell) else 'A1'}"
        self._package.put(self._paths[name], [report_xml(self._namespace[1:-1], findings, links, self._styles)])
        position = list(self._paths).index(name)
        sheet = self._listed[position]
        sheet.attrib.pop("state", "")
        self._show_first(position)
        self._name_filter(position, filter_area(name, findings))

    def _show_first(self, position: int) -> None:
        views = self._root.find(f"{self._namespace}bookViews")
        if views is None:
            views = etree.Element(f"{self._namespace}bookViews")
            self._listed.addprevious(views)
        if not len(views):
            etree.SubElement(views, f"{self._namespace}workbookView")
        for view in views:
            view.set("activeTab", str(position))

    def _name_filter(self, position: int, area: str) -> None:
        names = self._root.find(f"{self._namespace}definedNames")
        if names is None:
            names = etree.Element(f"{self._namespace}definedNames")
            groups = ("sheets", "functionGroups", "externalReferences")
            [*_, before] = [one for tag in groups for one in self._root.iterfind(self._namespace + tag)]
            before.addnext(names)
        label, at = "_xlnm._FilterDatabase", str(position)
        for one in list(names):
            if one.get("localSheetId") == at:
                names.remove(one)
        etree.SubElement(names, f"{self._namespace}definedName", name=label, localSheetId=at, hidden="1").text = area
