"""Zip archives as workbooks are packed in. Its one rule: sizes are measured while inflating, never believed.

Whoever opens the workbook next (calamine) must see the same archive as this module: what two readers may understand in two
ways (one name twice, entries that overlap, a second archive in front) is refused.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lib.ingest.sheet import Unreadable
from lib.spec.findings import finding

MAX_UNPACKED = 400 * 1024 * 1024
"""Of all entries together, as the directory says."""

MAX_INFLATED = 256 * 1024 * 1024
"""Of what is really inflated; about 8 million cells as Excel writes them."""

MAX_RATIO = 300
MAX_ENTRIES = 4_000
CHUNK = 1024 * 1024

_LOCAL = struct.Struct("<4s22xHH")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_TRICK = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error, IndexError, OverflowError)


class Archive:
    """An archive whose directory was found harmless. Raises Unreadable for any other."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data
        self._inflated = 0
        if data.count(_DIRECTORY_ENTRY) > 10 * MAX_ENTRIES:
            raise self.too_large()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
            self._starts = {entry.filename: self._start(entry) for entry in entries}
        except _BROKEN:
            raise self.broken("压缩结构不完整") from None
        self._entries = {_key(entry.filename): entry for entry in entries}
        self._look_at_sizes(entries)
        self._look_at_names(entries)
        self._look_at_places(entries)

    @property
    def names(self) -> tuple[str, ...]:
        """The entries as they are written, folders left out."""
        return tuple(entry.filename for entry in self._entries.values() if not entry.is_dir())

    def find(self, path: str) -> str | None:
        """The entry with this name; capitals and the direction of slashes do not count."""
        entry = self._entries.get(_key(path))
        return None if entry is None else entry.filename

    def chunks(self, path: str) -> Iterator[bytes]:
        """The content of an entry, piece by piece. Raises Unreadable when it is damaged or larger than it says."""
        entry = self._entries[_key(path)]
        size = check = 0
        for chunk in self._inflate(entry):
            size += len(chunk)
            self._inflated += len(chunk)
            check = zlib.crc32(chunk, check)
            if self._inflated > MAX_INFLATED:
                raise self.too_large()
            if size > entry.file_size:
                raise self.forged("内容比目录所写的大")
            yield chunk
        if size != entry.file_size or check != entry.CRC:
            raise self.broken("压缩内容已损坏")

    def read(self, path: str) -> bytes:
        """The whole content of a small entry. Raises Unreadable as `chunks` does."""
        return b"".join(self.chunks(path))

    def broken(self, reason: str) -> Unreadable:
        """The file is damaged."""
        return Unreadable(finding("F03", name=self.name, reason=reason))

    def forged(self, reason: str) -> Unreadable:
        """The file holds what no spreadsheet program writes."""
        return Unreadable(finding("F33", name=self.name, reason=reason))

    def too_large(self) -> Unreadable:
        """The file inflates to more than is read."""
        return Unreadable(finding("F05", name=self.name, reason="解压后的内容异常庞大"))

    def _start(self, entry: zipfile.ZipInfo) -> int:
        """Where the packed bytes of an entry begin."""
        mark, name, extra = _LOCAL.unpack_from(self._data, entry.header_offset)
        if mark != b"PK\x03\x04":
            raise zipfile.BadZipFile
        return int(entry.header_offset + _LOCAL.size + name + extra)

    def _look_at_sizes(self, entries: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(entry.file_size for entry in entries)
        packed = max(1, sum(entry.compress_size for entry in entries))
        if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or (unpacked > 20_000_000 and unpacked / packed > MAX_RATIO):
            raise self.too_large()

    def _look_at_names(self, entries: list[zipfile.ZipInfo]) -> None:
        if any(entry.flag_bits & 0x41 for entry in entries):
            raise Unreadable(finding("F41", name=self.name))
        if len(self._entries) < len(entries):
            raise self.forged("压缩包中有同名文件")
        if any(_TRICK.search(entry.orig_filename.replace("\\", "/")) for entry in entries):
            raise self.forged("压缩包中的文件名不正常")
        if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
            raise self.broken("压缩方式不支持")

    def _look_at_places(self, entries: list[zipfile.ZipInfo]) -> None:
        end = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < end or (end == 0 and entry.header_offset > 0):
                raise self.forged("压缩包的结构不正常")
            end = self._starts[entry.filename] + entry.compress_size
        if end > len(self._data):
            raise self.broken("压缩结构不完整")

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        start = self._starts[entry.filename]
        packed = memoryview(self._data)[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + CHUNK]) for at in range(0, len(packed), CHUNK))
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            rest: bytes | memoryview = packed
            while rest and not inflater.eof:
                piece, behind = rest[:CHUNK], rest[CHUNK:]
                while piece and not inflater.eof:
                    yield inflater.decompress(piece, CHUNK)
                    piece = inflater.unconsumed_tail
                rest = behind
            yield inflater.flush()
        except zlib.error:
            raise self.broken("压缩内容已损坏") from None
        if not inflater.eof:
            raise self.broken("压缩内容已损坏")


def _key(path: str) -> str:
    return path.replace("\\", "/").removeprefix("/").lower()
