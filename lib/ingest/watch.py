"""Watching a file while it is read: how far it is, who is before it, and calling it off.

Its one rule: first come, first served; calling off works at any moment, in the queue and while it is read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancelled(Exception):
    """The file was called off."""


class Watch:
    """What is known of one file while it is read; for two threads, the one that reads and the one that shows.

    stage: in Chinese. rows: how many are done. waiting: its place in the queue, 1 is next; 0 when it is being read or done.
    started: `time.monotonic()` when its reading began, None before.
    """

    def __init__(self) -> None:
        self.stage = "排队"
        self.rows = 0
        self.waiting = 0
        self.started: float | None = None
        self._came = time.monotonic()
        self._left: float | None = None
        self._lock = threading.Lock()
        self._cancelled = False
        self._stop: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self._cancelled

    @property
    def done(self) -> bool:
        """Whether its reading has ended, well or not."""
        return self._left is not None

    def elapsed(self) -> float:
        """Seconds since the file came, up to the end of its reading."""
        return (self._left or time.monotonic()) - self._came

    def cancel(self) -> None:
        """Call it off. Does nothing when its reading has ended."""
        with self._lock:
            self._cancelled = not self.done
            stop = self._stop
        if stop is not None:
            stop()

    def tell(self, stage: str, rows: int) -> None:
        """How far the reading is."""
        self.stage, self.rows = stage[:20], rows

    def end(self) -> None:
        """The reading has ended."""
        with self._lock:
            self._left, self.waiting, self._stop = time.monotonic(), 0, None

    def on_cancel(self, stop: Callable[[], None]) -> None:
        """What calling off has to do from now on. Raises Cancelled when it was called off already."""
        with self._lock:
            self._stop = stop
            if self._cancelled:
                raise Cancelled


class Line:
    """A queue before a few places. `turn` waits for a place and gives it back."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[Watch] = []
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, watch: Watch) -> Iterator[None]:
        """Wait for a place, for as long as the block runs. Raises Cancelled when called off meanwhile."""
        watch.on_cancel(self._wake)
        with self._changed:
            self._waiting.append(watch)
            try:
                while not self._free or self._waiting[0] is not watch:
                    watch.waiting = self._waiting.index(watch) + 1
                    self._changed.wait()
                    if watch.cancelled:
                        raise Cancelled
                self._free -= 1
            finally:
                self._waiting.remove(watch)
                self._changed.notify_all()
        watch.waiting = 0
        watch.started = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
