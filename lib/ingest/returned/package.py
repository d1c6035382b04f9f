"""An Office package, a zip of XML parts, that is changed in a few places.

Its one rule: a part nobody edits is copied as it is, and no entity of any XML is ever resolved.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Sequence

from lxml import etree

MAX_UNPACKED = 400 * 1024 * 1024
MAX_PARSED = 60 * 1024 * 1024
"""Bytes of all parts, and of one part that is parsed as a whole."""

_TYPES = "[Content_Types].xml"
_TYPES_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")

Element = etree._Element
Content = Sequence[bytes | memoryview]
"""The bytes of a part, in pieces."""


class Unusual(Exception):
    """The file is no package of XML parts, or one built so that it cannot be edited with certainty."""


def parse(data: bytes, *, tidy: bool = False) -> Element:
    """The root of an XML part; tidy: without comments and processing instructions. Raises Unusual."""
    if len(data) > MAX_PARSED:
        raise Unusual("too large to parse")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=tidy, remove_pis=tidy
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unusual(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unusual("a DTD")
    return root


def serialised(root: Element) -> bytes:
    """The bytes of an XML part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def plain_utf8(data: bytes) -> bytes:
    """The XML as UTF-8 in which every `<` opens or closes an element: without comments, CDATA, DTD, and byte order mark."""
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    foreign = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00"))
    foreign = foreign or (declared is not None and declared.group(1).lower() not in {b"utf-8", b"us-ascii"})
    if foreign or b"<!" in data:
        return serialised(parse(data, tidy=True))
    return data.removeprefix(b"\xef\xbb\xbf")


class Package:
    """The parts of a package by their paths, without a leading slash. Raises Unusual when it is none."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise Unusual(str(error)) from None
        infos = [info for info in self._archive.infolist() if not info.is_dir()]
        self._names = {info.filename.lower(): info.filename for info in infos}
        if len(self._names) < len(infos) or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise Unusual("parts of one name, or too large")
        self._trees: dict[str, Element] = {}
        self._contents: dict[str, Content] = {}

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._names

    def names(self) -> list[str]:
        """The paths of all parts."""
        return list(self._names.values())

    def read(self, path: str) -> bytes:
        """The bytes of a part as they were, or as they were put."""
        if path in self._contents:
            return b"".join(self._contents[path])
        try:
            return self._archive.read(self._names[path.lower()])
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
            raise Unusual(str(error)) from None

    def tree(self, path: str) -> Element:
        """The root of a part that will be saved with the changes made to it."""
        if path not in self._trees:
            self._trees[path] = parse(self.read(path))
        return self._trees[path]

    def put(self, path: str, content: Content) -> None:
        """Give a part new bytes."""
        self._names.setdefault(path.lower(), path)
        self._contents[path] = content

    def add(self, pattern: str, content_type: str, content: Content) -> str:
        """A new part; pattern: its path with `{}` for the number that makes it new. Returns the path."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        path = pattern.format(number)
        self.put(path, content)
        etree.SubElement(self.tree(_TYPES), f"{_TYPES_NS}Override", PartName=f"/{path}", ContentType=content_type)
        return path

    def declare_vml(self) -> None:
        """Say what files named .vml are."""
        types = self.tree(_TYPES)
        if not any(one.get("Extension", "").lower() == "vml" for one in types.iter(f"{_TYPES_NS}Default")):
            content_type = "application/vnd.openxmlformats-officedocument.vmlDrawing"
            types.insert(0, etree.Element(f"{_TYPES_NS}Default", Extension="vml", ContentType=content_type))

    def relations(self, path: str) -> Relations:
        """The links of a part to others; of the package itself for an empty path."""
        return Relations(self, path)

    def save(self) -> bytes:
        """The package as it is now."""
        contents = {**self._contents, **{path: [serialised(root)] for path, root in self._trees.items()}}
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
            for path in self._names.values():
                info = zipfile.ZipInfo(path)
                info.compress_type = zipfile.ZIP_DEFLATED
                with target.open(info, "w") as entry:
                    for piece in contents.get(path) or [self.read(path)]:
                        entry.write(piece)
        return sink.getvalue()


class Relations:
    """The links of one part: what kind, to which part."""

    def __init__(self, package: Package, source: str) -> None:
        folder, name = posixpath.split(source)
        self._folder = folder
        self._package = package
        self._path = posixpath.join(folder, "_rels", f"{name}.rels")

    def _all(self) -> list[Element]:
        return list(self._package.tree(self._path).iter(f"{_RELS_NS}Relationship")) if self._path in self._package else []

    def _resolved(self, link: Element) -> str:
        target = link.get("Target", "")
        path = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        return path if link.get("TargetMode") != "External" and path in self._package else ""

    def by_id(self, identity: str) -> str:
        """The path that a link leads to; empty when there is none inside the package."""
        return next((self._resolved(one) for one in self._all() if one.get("Id") == identity), "")

    def by_kind(self, kind: str) -> str:
        """The first part of a kind, such as `styles`; empty when there is none."""
        return next(iter(self.all_of_kind(kind)), "")

    def all_of_kind(self, kind: str) -> list[str]:
        """All parts of a kind."""
        links = [one for one in self._all() if one.get("Type", "").endswith(f"/relationships/{kind}")]
        return [path for path in map(self._resolved, links) if path]

    def add(self, base: str, kind: str, target: str) -> str:
        """A new link to a part; base: the address that kinds of links begin with in this package. Returns its id."""
        if self._path not in self._package:
            self._package.put(self._path, [f'<Relationships xmlns="{_RELS_NS[1:-1]}"/>'.encode()])
        taken = {one.get("Id") for one in self._all()}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        place = posixpath.relpath(target, self._folder or ".")
        etree.SubElement(self._package.tree(self._path), f"{_RELS_NS}Relationship", Id=f"rId{number}", Type=f"{base}/{kind}", Target=place)
        return f"rId{number}"
