"""The file at the screen on its way: begun once, shown while it is read, read again when the sender has decided something.

Its one rule: the session keeps ids and words; what came of a file stays with `lib.actions.uploads`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

import streamlit as st

from lib.actions.opening import open_database
from lib.actions.uploads import Upload, begin_upload, find_upload
from lib.errors import AppError
from lib.ingest.expected import Expected
from lib.ingest.intake import WORKERS
from lib.ui import state
from lib.ui.page import Page
from lib.ui.words import literal

QUICK_S = 0.9
"""A small file is answered in the run that begins it; a large one shows how far it is."""
POLL_S = 0.5
STAGES = ("打开文件", "查找表格", "逐列读取", "核对")
_JOB, _REFUSAL, _SEEN, _CHOICES = "_job", "_job_refusal", "_job_seen", "_job_choices"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the sender has decided about the file at the screen. prefer: the form to take when it may be several; form: the
    form it must be read as; again: how often it was read anew.
    """

    file: str = ""
    prefer: str = ""
    form: str = ""
    skip: tuple[str, ...] = ()
    drop: bool = False
    again: int = 0


def choices() -> Choices:
    """The decisions about the file at the screen."""
    plain = json.loads(state.recall(_CHOICES) or "{}")
    return Choices(**{**plain, "skip": tuple(plain.get("skip", ()))})


def read_again(*, form: str | None = None, skip: Iterable[str] | None = None, drop: bool | None = None) -> None:
    """Have the file at the screen read anew in the next run, with these decisions."""
    before = choices()
    state.remember(_CHOICES, json.dumps(asdict(replace(
        before,
        form=before.form if form is None else form,
        skip=before.skip if skip is None else tuple(sorted(skip)),
        drop=before.drop if drop is None else drop,
        again=before.again + 1,
    ))))


def follow(page: Page, file: str, name: str, data: Callable[[], bytes], expected: Expected) -> bool:
    """Stage a file once for each of its decisions, however often the page reruns while it stands in the uploader; gives
    whether this run began it. `expected.prefer` counts for a file that is new at the screen.
    """
    chosen = choices()
    if chosen.file != file:
        chosen = Choices(file, expected.prefer)
        state.remember(_CHOICES, json.dumps(asdict(chosen)))
    identity = json.dumps([asdict(chosen), expected.period, page.user.id])
    if state.recall(_SEEN) == identity:
        return False
    state.remember(_SEEN, identity)
    decided = replace(expected, dataset=chosen.form, prefer=chosen.prefer, skip=chosen.skip, drop_personal=chosen.drop)
    begin(page, name, data(), decided)
    return True


def begin(page: Page, name: str, data: bytes, expected: Expected) -> None:
    """Begin to stage a file in the place of the one at the screen, which is called off when it is still on its way."""
    before = current(page)
    if before is not None and not before.done:
        before.cancel()
    state.remember(_REFUSAL, "")
    state.remember(_JOB, "")
    try:
        upload = begin_upload(open_database(), by=page.user, name=name, data=data, expected=expected)
    except AppError as refused:
        state.remember(_REFUSAL, refused.text)
        return
    state.remember(_JOB, upload.id)
    upload.wait(QUICK_S)


def current(page: Page) -> Upload | None:
    """The upload at the screen; None when there is none (any more)."""
    identity = state.recall(_JOB)
    return find_upload(identity, by=page.user) if identity else None


def refusal() -> str:
    """Why the file at the screen was not even begun; empty when it was."""
    return state.recall(_REFUSAL)


@st.fragment(run_every=POLL_S)
def show_progress(page: Page) -> None:
    """How far the file is, and the way to call it off. Draws the page anew when the end has come."""
    upload = current(page)
    if upload is None or upload.done:
        st.rerun(scope="app")
    watch = upload.watch
    at = STAGES.index(watch.stage) if watch.stage in STAGES else 0
    st.progress(at / len(STAGES), text=f"“{literal(upload.name)}”：{progress_words(upload)}")
    st.button("取消", key="cancel-upload", icon=":material/close:", on_click=upload.cancel, disabled=upload.cancelled)


def progress_words(upload: Upload) -> str:
    """Where an upload is: in the queue, or which stage of reading, how many rows, how long."""
    watch = upload.watch
    if upload.cancelled:
        return "正在取消…"
    if watch.waiting:
        return f"排队中，前面还有 {watch.waiting - 1 + WORKERS} 个文件"
    rows = f"，已处理 {watch.rows:,} 行" if watch.rows else ""
    return f"正在{watch.stage or '打开文件'}{rows}，用时 {watch.elapsed():.0f} 秒"
