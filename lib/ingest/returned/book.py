"""A workbook as a package: its sheets by name, its styles, and the one sheet of ours that is put into it.

Its one rule: a sheet of ours is found again by name and marker, and takes the place of the earlier one.
"""

from __future__ import annotations

import io

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from lib.ingest.report_sheet import is_report_sheet
from lib.ingest.returned.cells import SheetPart
from lib.ingest.returned.package import Package, Unusual
from lib.ingest.returned.report import FORMER, MARKED
from lib.ingest.returned.styles import EMPTY_STYLES, Styles
from lib.ingest.sheet import Sheet

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Book:
    """An opened .xlsx or .xlsm. Raises Unusual when it cannot be edited with certainty.

    paths: name of a sheet → its part, in their order. base: the address that kinds of links begin with.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.package = Package(data)
        self._path = self.package.relations("").by_kind("officeDocument")
        if not self._path.lower().endswith(".xml"):
            raise Unusual("no workbook in XML")
        self._root = self.package.tree(self._path)
        self.namespace = self._root.tag[: self._root.tag.index("}") + 1] if "}" in self._root.tag else ""
        listed = self._root.find(f"{self.namespace}sheets")
        if not self.namespace or listed is None or not len(listed):
            raise Unusual("a workbook without sheets")
        self._listed = listed
        self._link = next((key for key in map(str, listed[0].attrib) if key.endswith("}id")), "")
        self.base = self._link[1 : -len("}id")]
        links = self.package.relations(self._path)
        self.paths: dict[str, str] = {one.get("name", ""): links.by_id(one.get(self._link, "")) for one in listed}
        self._worksheets = set(links.all_of_kind("worksheet"))
        self.styles = self._open_styles()

    def _open_styles(self) -> Styles:
        path = self.package.relations(self._path).by_kind("styles")
        if not path and "xl/styles.xml" in self.package:
            raise Unusual("styles that nothing leads to")
        if not path:
            content = EMPTY_STYLES.format(self.namespace[1:-1])
            path = self.package.add("xl/styles.xml", f"{_KIND}.styles+xml", [content.encode()])
            self.package.relations(self._path).add(self.base, "styles", path)
        return Styles(self.package.tree(path))

    @property
    def names(self) -> list[str]:
        """The names of the sheets that hold cells."""
        return [name for name, path in self.paths.items() if path in self._worksheets]

    def hides(self, name: str) -> bool:
        """Whether a sheet is hidden."""
        return self._listed[list(self.paths).index(name)].get("state", "visible") != "visible"

    def earlier(self, base: str) -> str:
        """The name of our sheet of an earlier round, whose name begins so; empty when there is none."""
        named = [name for name in self.names if name.startswith(base)]
        if not named:
            return ""
        try:
            with CalamineWorkbook.from_filelike(io.BytesIO(self._data)) as book:
                opened = [Sheet.of_rows(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in named]
        except (CalamineError, OSError, ValueError) as error:
            raise Unusual(str(error)) from None
        return next((sheet.name for sheet in opened if is_report_sheet(sheet)), "")

    def earlier_pairs(self, own: str) -> dict[int, int]:
        """Style of marked cells → their former style, as our sheet of an earlier round keeps them; none for no name."""
        if not own:
            return {}
        styles = SheetPart(self.package, self.paths[own]).style_at(frozenset({MARKED, FORMER}))
        return {style: styles[row, FORMER] for (row, column), style in styles.items() if column == MARKED and (row, FORMER) in styles}

    def add_sheet(self, base: str) -> str:
        """A new sheet at the end, with a name that begins so; its content is still to be put. Returns the name."""
        name, number = base, 2
        while name in self.paths:
            name, number = f"{base}{number}", number + 1
        path = self.package.add("xl/worksheets/sheet{}.xml", f"{_KIND}.worksheet+xml", [])
        taken = [int(one.get("sheetId", "0")) for one in self._listed]
        sheet = etree.SubElement(self._listed, f"{self.namespace}sheet", name=name, sheetId=str(max(taken) + 1))
        sheet.set(self._link, self.package.relations(self._path).add(self.base, "worksheet", path))
        self.paths[name] = path
        self._worksheets.add(path)
        return name

    def put_sheet(self, name: str, content: bytes) -> None:
        """Give our sheet its content, and show it when it was hidden."""
        self.package.put(self.paths[name], [content])
        self._listed[list(self.paths).index(name)].attrib.pop("state", "")

    def show_first(self, name: str) -> None:
        """Let a sheet be the one that is seen when the workbook is opened. Sheets of cells say in their own parts too whether
        they are; of other sheets none does any more.
        """
        views = self._root.find(f"{self.namespace}bookViews")
        if views is None:
            views = etree.Element(f"{self.namespace}bookViews")
            self._listed.addprevious(views)
        if not len(views):
            etree.SubElement(views, f"{self.namespace}workbookView")
        for view in views:
            view.set("activeTab", str(list(self.paths).index(name)))
        for path in self.paths.values():
            if path and path not in self._worksheets and b"tabSelected" in self.package.read(path):
                for element in self.package.tree(path).iter(f"{self.namespace}sheetView"):
                    element.attrib.pop("tabSelected", "")

    def name_filter(self, name: str, area: str) -> None:
        """Name the range that the filter of a sheet of ours works on."""
        names = self._root.find(f"{self.namespace}definedNames")
        if names is None:
            names = etree.Element(f"{self.namespace}definedNames")
            groups = ("sheets", "functionGroups", "externalReferences")
            [*_, before] = [one for tag in groups for one in self._root.iterfind(self.namespace + tag)]
            before.addnext(names)
        label, at = "_xlnm._FilterDatabase", str(list(self.paths).index(name))
        for one in list(names):
            if one.get("localSheetId") == at:
                names.remove(one)
        etree.SubElement(names, f"{self.namespace}definedName", name=label, localSheetId=at, hidden="1").text = area
