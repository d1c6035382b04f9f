"""What stands in an .xlsx outside of its values: comments, text boxes, headers, properties, names, prompts, links, formulas.

Its one rule: only texts with a run of digits are kept, for they are looked at for personal numbers and for nothing else.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Sequence

from lib.ingest.formats.archive import Archive
from lib.ingest.report_sheet import CHECKER
from lib.ingest.sheet import Remark

COMMENT, HEADER, BOX, PROPERTY, NAME, PROMPT, FORMULA = "批注", "页眉页脚", "文本框", "文档属性", "名称管理器", "数据验证或超链接", "公式"

MAX_PART = 32 * 1024 * 1024
"""Bytes of one such part; comments on ten thousand cells take a tenth of it."""

_DIGITS = re.compile(r"\d{4}")
_PART = re.compile(r"xl/(?:comments|threadedcomments|persons|drawings|diagrams|charts)[^/]*(?:/[^/]*)?\.(?:xml|vml)|docprops/[^/]*\.xml")
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"(?<![\w:])([\w:]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_LINK = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
_AUTHOR = re.compile(r"<(?:\w+:)?author>([^<]*)")
_PERSON = re.compile(r"<(?:\w+:)?person\b([^<>]*)>")
_COMMENT = re.compile(r"<(?:\w+:)?(?:comment|threadedComment)\s([^<>]*)>")
_END_OF_COMMENT = re.compile(r"</(?:\w+:)?(?:comment|threadedComment)>")
_END_OF_PARAGRAPH = re.compile(r"</(?:\w+:)?p>")
_SHOWN = re.compile(r"<(?:\w+:)?t(?:ext)?(?:\s[^<>]*)?>([^<]*)")
_PARTS_LISTED = re.compile(r"</?(?:\w+:)?TitlesOfParts>")
_DEFINED = re.compile(r"<(?:\w+:)?definedName\b([^<>]*)>([^<]*)")
_QUOTED = re.compile(r'"([^"]*)"')
_MADE_BY_MACHINES = re.compile(r"(?<![0-9A-Za-z])(?=[0-9{}_-]*[A-Fa-f])[0-9A-Fa-f{}_-]{24,}(?![0-9A-Za-z])")
"""Identifiers such as those WPS and LibreOffice write into the properties of every file."""
_FORMATTING = re.compile(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d{1,2}')
_SAID = {"prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "location"}
"""Attributes of validations and links that hold a text."""
_SECTION = re.compile(r"&[A-Za-z]")


def has_number(text: str) -> bool:
    """Whether a personal number may stand in a text."""
    return _DIGITS.search(text) is not None


def of_sheet(sheet: str, headers: Sequence[bytes], prompts: Sequence[bytes], formulas: Sequence[bytes]) -> Iterator[Remark]:
    """What the XML of a sheet says: headers and footers without their codes (&L, &"宋体", &10), attributes and lists of
    validations and links, texts in formulas.
    """
    for where, pieces in ((HEADER, headers), (PROMPT, prompts), (FORMULA, formulas)):
        for written in pieces:
            text = html.unescape(written.decode("utf-8", "replace"))
            if where == HEADER:
                text = _SECTION.sub("\n", _FORMATTING.sub("", text))
            elif where == PROMPT and text[:1].isspace():
                text = "\n".join(value for name, value in _attributes(text).items() if name in _SAID)
            elif where == FORMULA:
                text = "\n".join(_QUOTED.findall(text))
            if has_number(text):
                yield Remark(sheet, "", where, text)


def remarks_of(archive: Archive, sheets: Sequence[tuple[str, str]]) -> Iterator[Remark]:
    """All texts with digits in the small parts of a workbook. sheets: (path, name). Raises Unreadable as `Archive` does."""
    owners: dict[str, str] = {}
    for name, target in _links(archive, sheets):
        owners[target.removeprefix("/").lower()] = name
        if has_number(target):
            yield Remark(name, "", PROMPT, target)
    for path in archive.names:
        lower = path.replace("\\", "/").removeprefix("/").lower()
        if _PART.fullmatch(lower):
            for cell, where, said in _texts(lower, _read(archive, path)):
                if has_number(said):
                    yield Remark(owners.get(lower, ""), cell, where, said)
    book = archive.find("xl/workbook.xml")
    for written, escaped in _DEFINED.findall(_read(archive, book)) if book else ():
        formula = html.unescape(escaped)
        attributes = _attributes(written)
        texts = [attributes.get("name", ""), attributes.get("comment", ""), *(_QUOTED.findall(formula) if "!" in formula else [formula])]
        if has_number(text := "\n".join(texts)):
            yield Remark("", "", NAME, text)


def remarks_of_ods(archive: Archive) -> Iterator[Remark]:
    """The properties of an .ods and its headers and footers. Raises Unreadable as `Archive` does."""
    for part, where, ends in (("meta.xml", PROPERTY, _TAG), ("styles.xml", HEADER, _END_OF_PARAGRAPH)):
        path = archive.find(part)
        for one in ends.split(_read(archive, path)) if path else ():
            text = _MADE_BY_MACHINES.sub("", html.unescape(_TAG.sub("", one)))
            if has_number(text):
                yield Remark("", "", where, text)


def _read(archive: Archive, path: str) -> str:
    pieces, size = [], 0
    for piece in archive.chunks(path):
        size += len(piece)
        if size > MAX_PART:
            raise archive.too_large()
        pieces.append(piece)
    return b"".join(pieces).decode("utf-8", "replace")


def _links(archive: Archive, sheets: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(sheet, what it links to): the path of another part, or an address as written."""
    for path, name in sheets:
        folder, file = posixpath.split("/" + path.replace("\\", "/").removeprefix("/"))
        links = archive.find(f"{folder}/_rels/{file}.rels")
        for written in _LINK.findall(_read(archive, links)) if links else ():
            said = _attributes(written)
            target = said.get("Target", "")
            yield name, target if said.get("TargetMode") == "External" else posixpath.normpath(posixpath.join(folder, target))


def _texts(path: str, text: str) -> Iterator[tuple[str, str, str]]:
    """(cell, where, text) of what one part says."""
    if path.startswith("docprops/"):
        told = "\n".join(_PARTS_LISTED.split(text)[::2])  # what stands between are the names of sheets
        yield from (("", PROPERTY, _MADE_BY_MACHINES.sub("", html.unescape(one))) for one in _TAG.split(told))
    elif "/comments" in path or "/threadedcomments" in path:
        yield from _comments(text)
    elif "/persons" in path:
        yield from (("", COMMENT, _attributes(written).get("displayName", "")) for written in _PERSON.findall(text))
    elif path.endswith(".vml"):
        boxes = [one[one.rfind("<v:textbox") :] for one in text.split("</v:textbox>")[:-1]]
        yield from (("", BOX, html.unescape(_TAG.sub("", one))) for one in boxes)
    else:
        yield from (("", BOX, html.unescape("".join(_SHOWN.findall(one)))) for one in _END_OF_PARAGRAPH.split(text))


def _comments(text: str) -> Iterator[tuple[str, str, str]]:
    """The comments of one sheet and their authors; those a returned workbook was given by this system are left out."""
    authors = [html.unescape(one) for one in _AUTHOR.findall(text)]
    yield from (("", COMMENT, one) for one in authors)
    own = str(authors.index(CHECKER)) if CHECKER in authors else ""
    for one in _END_OF_COMMENT.split(text)[:-1]:
        begin = _COMMENT.search(one)
        if begin is None:
            continue
        said = _attributes(begin.group(1))
        if not own or said.get("authorId") != own:
            yield said.get("ref", ""), COMMENT, html.unescape("".join(_SHOWN.findall(one, begin.end())))


def _attributes(written: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(written)}
