"""Corrections of headers, remembered for a 街镇 and a form: made, forgotten, and given to the reader of the next file.

Its one rule: what was corrected once is never asked again, and whoever corrected it can take it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lib import clock
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.errors import Blocked, Forbidden, NotFound
from lib.ingest.expected import Correction, Expected
from lib.spec.personal import personal_number
from lib.store import audit
from lib.store.corrections import AUTOMATIC, Remembered, add_corrections, corrections_of
from lib.store.database import Database

LONGEST_HEADER = 400
MOST = 200


def remember_corrections(database: Database, *, by: User, unit: str, dataset: str, corrections: Sequence[Correction]) -> None:
    """Remember how columns of a form are to be read for a 街镇 (`unit` empty: for the bureau).

    Raises Forbidden when `by` may not submit for the 街镇, NotFound for an unknown form or field, Blocked for a header that
    is too long or holds a personal number, and for too many at once.
    """
    _check(by, unit)
    spec = DATASETS.get(dataset)
    if spec is None or any(one.dataset != dataset or (one.field and one.field not in spec.by_name) for one in corrections):
        raise NotFound("没有这种报表或这一项。", "请刷新页面后重试。")
    if len(corrections) > MOST or any(len(one.header) > LONGEST_HEADER or personal_number(one.header) for one in corrections):
        raise Blocked("header", "列名过长或含有个人信息，不能记住。", "请在文件中改正列名后重新上传。")
    made = [Remembered(dataset, one.header, one.field, one.unit, one.fill) for one in corrections]
    _write(database, by, unit, dataset, made, "correct")


def forget_corrections(database: Database, *, by: User, unit: str, dataset: str) -> int:
    """Read all columns of a form by themselves again; gives how many corrections were in force. Raises Forbidden."""
    _check(by, unit)
    with database.reading() as connection:
        standing = [one for one in corrections_of(connection, unit) if one.dataset == dataset]
    _write(database, by, unit, dataset, [Remembered(dataset, one.header, AUTOMATIC) for one in standing], "forget")
    return len(standing)


def remembered(database: Database, *, by: User, dataset: str = "", unit: str | None = None) -> tuple[Correction, ...]:
    """The corrections in force for a 街镇 (None: that of the account), of one form or of all. Raises Forbidden."""
    unit = by.unit if unit is None else unit
    _check(by, unit)
    return _in_force(database, unit, dataset)


def with_remembered(database: Database, expected: Expected, unit: str) -> Expected:
    """What is expected, with the remembered corrections of a 街镇 behind those given, which win."""
    given = {(one.dataset, one.header) for one in expected.corrections}
    more = tuple(one for one in _in_force(database, unit, "") if (one.dataset, one.header) not in given)
    return replace(expected, corrections=(*expected.corrections, *more))


def _in_force(database: Database, unit: str, dataset: str) -> tuple[Correction, ...]:
    with database.reading() as connection:
        return tuple(Correction(one.dataset, one.header, one.field, one.measure, one.fill) for one in corrections_of(connection, unit)
                     if dataset in ("", one.dataset))


def _check(by: User, unit: str) -> None:
    if not may(by, Action.SUBMIT, units=(unit,) if unit else None) or (not unit and by.unit):
        raise Forbidden()


def _write(database: Database, by: User, unit: str, dataset: str, made: list[Remembered], action: str) -> None:
    if not made:
        return
    at = clock.now().isoformat()
    with database.writing() as connection:
        add_corrections(connection, unit=unit, made=made, by=by.id, at=at)
        audit.append(connection, at=at, actor=by.id, action=action, subject=f"{dataset} {unit}".strip(),
                     detail={"fields": [one.field for one in made]})
