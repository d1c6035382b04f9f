"""How the app and its worker talk: frames of a kind, a length and bytes, over two pipes.

Its one rule: nobody believes a length: each side says how much it takes, and ends the talk when there is more.
"""

from __future__ import annotations

import struct
from typing import IO

HEAD, DATA, CONTEXT, PREVIOUS = b"H", b"D", b"C", b"A"
"""To the worker: what to do (JSON), the file; what stands published (JSON), its rows (an Arrow stream, empty when none)."""

PROGRESS, QUESTION, RESULT, ERROR = b"P", b"Q", b"R", b"E"
"""From the worker: stage and rows (JSON), a question (JSON), the result, where it failed (JSON)."""

_FRAME = struct.Struct("<cQ")


def write_frame(stream: IO[bytes], kind: bytes, content: bytes) -> None:
    """Send one frame. Raises OSError when nobody listens any more."""
    stream.write(_FRAME.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes], most: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The next frame. most: the kinds that may come, and their largest length.

    Raises EOFError when the other side has gone, ValueError when it sends what may not come.
    """
    head = stream.read(_FRAME.size)
    if len(head) < _FRAME.size:
        raise EOFError
    kind, length = _FRAME.unpack(head)
    if length > most.get(kind, -1):
        raise ValueError("a frame that may not come")
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return kind, content
