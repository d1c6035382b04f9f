"""The first start: publishes the demonstration workbooks through the same door as an upload.

Its one rule: nothing is written here that `actions.staging` and `actions.publishing` would not write for a clerk's file.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lib.actions.publishing import publish
from lib.actions.reasons import explain
from lib.actions.staging import keep
from lib.actions.standing import context_for
from lib.auth.demo import account
from lib.auth.permissions import User
from lib.ingest.intake import read_upload
from lib.settings import SAMPLES
from lib.spec.level import Level
from lib.spec.period import Period, title_of
from lib.store.database import Database
from lib.store.releases import release_with_key

REASON = "演示数据为虚构，警告所指的情况按样本原样保留。"


def publish_samples(database: Database, report: Callable[[int, int], None] = lambda done, total: None, folder: Path = SAMPLES) -> int:
    """Publish every month of sample workbooks that is not published yet, oldest first; gives the number of new releases.

    `report(done, total)` is called after each month. Raises RuntimeError when a sample cannot be published.
    """
    by = account("bureau")
    if by is None:
        return 0
    months = sorted(path for path in folder.iterdir() if path.is_dir())
    published = 0
    with ThreadPoolExecutor(2) as readers:
        for done, month in enumerate(months):
            published += _publish_month(database, by, month, readers)
            report(done + 1, len(months))
    return published


def _publish_month(database: Database, by: User, month: Path, readers: ThreadPoolExecutor) -> int:
    key = f"demo-{month.name}"
    with database.reading() as connection:
        if release_with_key(connection, key) is not None:
            return 0
    files = sorted(month.glob("*.xlsx"))
    contents = [file.read_bytes() for file in files]
    read = partial(read_upload, ask=partial(context_for, database))
    readings = list(readers.map(read, [file.name for file in files], contents))
    submissions: list[int] = []
    for file, content, reading in zip(files, contents, readings, strict=True):
        staged = keep(database, by=by, data=content, reading=reading)
        if not staged.publishable:
            problems = "; ".join(f"{one.code} {one.cell} {one.message}" for one in reading.all_findings if one.level is Level.FATAL)
            raise RuntimeError(f"sample {file.name} cannot be published: {problems}")
        for form, identity in staged.submissions:
            if identity is not None and form.count(Level.WARNING):
                explain(database, by=by, submission=identity, text=REASON)
        submissions += staged.kept
    publish(database, by=by, submission_ids=submissions, key=key, note=f"演示数据 {title_of(Period(month.name))}")
    return 1
