"""Compound files (OLE2), in which older office programs keep their streams. Its one rule: a chain of sectors never runs in a circle."""

from __future__ import annotations

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD, _ENTRY = 512, 128
_STREAM, _ROOT = 2, 5
_LAST_SECTOR = 0xFFFFFFFA


class BrokenFile(Exception):
    """The file ends too early, or its tables contradict each other."""


class Compound:
    """The directory of a compound file. names: of its streams. Raises BrokenFile."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEAD:
            raise BrokenFile
        self._data = data
        sector, mini = struct.unpack_from("<HH", data, 30)
        tables, directory, self._cutoff, first_mini, _, first_more = struct.unpack_from("<I I 4x I I I I", data, 44)
        if sector not in {9, 12} or mini != 6:
            raise BrokenFile
        self._size = 1 << sector
        self._next = self._table(tables, first_more)
        self._entries: dict[str, tuple[int, int]] = {}
        root = (0, 0)
        entries = self._chain(directory)
        for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<II", entries, at + 116)
            if kind == _ROOT:
                root = (start, size)
            elif kind == _STREAM and length <= 64:
                self._entries.setdefault(entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"), (start, size))
        self._first_mini, self._root = first_mini, root

    @property
    def names(self) -> frozenset[str]:
        """The streams, those in folders too."""
        return frozenset(self._entries)

    def read(self, name: str) -> bytes:
        """The content of a stream. Raises BrokenFile, and KeyError for an unknown name."""
        start, size = self._entries[name]
        if size >= self._cutoff:
            content = self._chain(start)
        else:
            small = self._chain(self._root[0]) if size else b""
            following = self._unpacked(self._chain(self._first_mini)) if size else ()
            content = b"".join(small[at * 64 : at * 64 + 64] for at in _follow(start, following)) if size else b""
        if len(content) < size:
            raise BrokenFile
        return content[:size]

    def _table(self, count: int, more: int) -> tuple[int, ...]:
        """Of each sector the one that follows it."""
        places = list(struct.unpack_from("<109I", self._data, 76))
        seen: set[int] = set()
        while more < _LAST_SECTOR:
            if more in seen:
                raise BrokenFile
            seen.add(more)
            *listed, more = self._unpacked(self._sector(more))
            places += listed
        return tuple(following for at in places[:count] for following in self._unpacked(self._sector(at)))

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _follow(start, self._next)))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        found = self._data[at : at + self._size]
        if not found:
            raise BrokenFile
        return found.ljust(self._size, b"\0")  # some programs do not fill up the last one

    def _unpacked(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content)


def _follow(start: int, following: tuple[int, ...]) -> list[int]:
    chain: list[int] = []
    seen: set[int] = set()
    at = start
    while at < _LAST_SECTOR:
        if at in seen or at >= len(following):
            raise BrokenFile
        seen.add(at)
        chain.append(at)
        at = following[at]
    return chain
