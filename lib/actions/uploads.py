"""Uploads on their way: each is staged in a thread of its own, so that a screen can show how far it is and cancel it.

Its one rule: an upload belongs to the account that began it; nobody else finds it.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field, replace

import pyarrow as pa

from lib.actions.staging import Staged, stage
from lib.auth.permissions import Action, User, may
from lib.errors import AppError, Blocked, Forbidden
from lib.ingest.expected import Expected
from lib.ingest.watch import Watch
from lib.store.database import Database

log = logging.getLogger("yjpt")

MOST_WAITING = 12
"""So many uploads of all accounts may wait or be read at once; their files are held in memory."""
KEPT_S = 3600.0
MOST_KEPT = 200
"""What came of an upload is kept so long and for so many, counted from the last look at it."""


@dataclass
class Upload:
    """One upload. staged: what came of it, without the rows themselves; refusal: why it was refused; both empty until
    `done`. cancelled: somebody has called it off.
    """

    id: str
    account: str
    name: str
    watch: Watch
    staged: Staged | None = None
    refusal: str = ""
    cancelled: bool = False
    seen: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; gives whether it has come."""
        return self._done.wait(seconds)

    def finish(self) -> None:
        """For the thread that stages it: the end has come."""
        self._done.set()

    def cancel(self) -> None:
        """Call it off: nothing will be stored that is not stored yet."""
        self.cancelled = True
        self.watch.cancel()


_UPLOADS: dict[str, Upload] = {}
_LOCK = threading.Lock()


def begin_upload(database: Database, *, by: User, name: str, data: bytes, expected: Expected) -> Upload:
    """Begin to stage a file in the background. Raises Forbidden, or Blocked when too many are on their way."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    upload = Upload(secrets.token_urlsafe(12), by.id, name, Watch(), seen=time.monotonic())
    with _LOCK:
        _forget()
        if sum(not one.done for one in _UPLOADS.values()) >= MOST_WAITING:
            raise Blocked("busy", "正在检查的文件太多。", "请过一会儿重新上传。")
        _UPLOADS[upload.id] = upload
    threading.Thread(target=_work, args=(database, by, upload, data, expected), name=f"upload-{upload.id}", daemon=True).start()
    return upload


def find_upload(identity: str, *, by: User) -> Upload | None:
    """An upload of this account; None when there is none, or it was forgotten."""
    with _LOCK:
        found = _UPLOADS.get(identity)
        if found is None or found.account != by.id:
            return None
        found.seen = time.monotonic()
        return found


def _work(database: Database, by: User, upload: Upload, data: bytes, expected: Expected) -> None:
    try:
        staged = stage(database, by=by, name=upload.name, data=data, expected=expected, watch=upload.watch)
        upload.staged = _without_rows(staged)
    except AppError as refused:
        upload.refusal = refused.text
    except Exception:
        log.exception("upload %s failed", upload.id)
        upload.refusal = f"检查文件时出现意外错误，编号 {upload.id}。文件没有保存；请重新上传，仍不行时把编号告诉管理员。"
    finally:
        del data
        _give_back_memory()
        upload.finish()


def _give_back_memory() -> None:
    """Hand freed memory back to the machine: what a large file needed for a moment must not stay with the server."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
    if trim is not None:
        trim(0)


def _without_rows(staged: Staged) -> Staged:
    """The outcome with empty tables in place of the rows: they are stored, and what is shown of them is their number."""
    forms = tuple((one if one.rows is None else replace(one, rows=one.rows.schema.empty_table()), identity)
                  for one, identity in staged.submissions)
    cleaned = None if staged.reading.cleaned is None else b""
    return Staged(replace(staged.reading, stagings=(), cleaned=cleaned), forms, staged.refusals)


def _forget() -> None:
    done = sorted((one for one in _UPLOADS.values() if one.done), key=lambda one: one.seen)
    old = time.monotonic() - KEPT_S
    for at, one in enumerate(done):
        if one.seen < old or at < len(done) - MOST_KEPT:
            del _UPLOADS[one.id]
