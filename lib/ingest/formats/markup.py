"""XML read as a stream of tags. Its one rule: a document that declares its own entities or type is refused, not expanded."""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from lib.ingest.sheet import Unreadable
from lib.spec.findings import finding

Attributes = dict[str, str]


class Reader:
    """What meets the tags of a document; names are “namespace name”, of attributes too."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """An element is over."""
        raise NotImplementedError

    def text(self, text: str) -> None:
        """A piece of text between tags."""
        raise NotImplementedError


def read_markup(file: str, chunks: Iterable[bytes | str], reader: Reader) -> None:
    """Let the reader meet a document, given piece by piece. Raises Unreadable when it is not well formed or declares entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 65_536

    def refuse(*_said: object) -> None:
        raise Unreadable(finding("F33", name=file, reason="有文档类型或实体声明"))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable(finding("F03", name=file, reason="XML 结构不完整")) from None
