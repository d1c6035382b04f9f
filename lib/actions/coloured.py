"""The original workbook with the rows behind a figure coloured. It changes nothing; it stands here because it asks `may`.

Its one rule: whoever is not known to be allowed the whole workbook does not get it; it may hold more than the figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from lib.actions.opening import open_database
from lib.auth.permissions import Action, Role, User, may
from lib.errors import Blocked, Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.ingest.conversation import WorkerFailed
from lib.ingest.intake import make_coloured
from lib.ingest.returned import coloured_name
from lib.store import releases
from lib.store.blobs import get_blob
from lib.store.submissions import Status, Submission, get_submission

_ALL = frozenset({Role.VIEWER, Role.BUREAU_EDITOR})
"""Roles that may have the workbooks of all 街镇; any other has those of the own one at most."""


def may_have_workbook(by: User | None, units: tuple[str, ...]) -> bool:
    """Whether somebody may take out the whole original workbook of a published submission that speaks for these 街镇: the
    bureau and leaders any, a 街镇 one that speaks for itself alone (domain.md A.3.5: access no wider than the task). Unknown
    means no.
    """
    if by is None or not may(by, Action.EXPORT, units=units):
        return False
    return by.role in _ALL or (bool(by.unit) and units == (by.unit,))


def coloured_workbook(
    *, by: User | None, indicator: str, part: str, submission: int, rows_by_sheet: Mapping[str, Sequence[int]], period: str
) -> tuple[str, bytes]:
    """Name and content of the workbook of a submission with the rows behind a figure coloured, as .xlsx or .xlsm.

    part: numerator or denominator. rows_by_sheet: name of a sheet → its rows behind that part, counted from 1 as Excel shows
    them. period: the report period, and where wanted the release, in the words of the screen. Raises Forbidden, also for a
    workbook that speaks for another 街镇 (see `may_have_workbook`); NotFound for an unknown indicator, part or submission, one
    that was never published, or no rows; Blocked when the copy cannot be made.
    """
    if by is None or not may(by, Action.EXPORT):
        raise Forbidden()
    spec = CATALOGUE.get(indicator)
    if spec is None or part not in {"numerator", "denominator"} or (part == "denominator" and spec.denominator is None):
        raise NotFound("没有这项指标或明细。", "请从页面上的“数据护照”重新下载。")
    with open_database().reading() as connection:
        one = get_submission(connection, submission)
        if not may_have_workbook(by, one.units):
            raise Forbidden("这份原件还含有其他街镇的数据。", "您可以下载本街镇报送的原件，或者下载明细行。")
        if not _was_published(connection, one):
            raise NotFound(f"编号为 {submission} 的报送没有发布过。", "请从页面上的“数据护照”重新下载。")
        content = get_blob(connection, one.file_sha256)
    rows = {sheet: [int(row) for row in numbers] for sheet, numbers in rows_by_sheet.items() if len(numbers)}
    if not rows or any(row < 1 for numbers in rows.values() for row in numbers):
        raise NotFound("这份原件中没有该指标的数据行。", "请从页面上的“数据护照”重新下载。")
    try:
        made = make_coloured(one.file_name, content, rows, f"数据护照：{spec.title}（{spec.id}）", _legend(spec, part, one, period))
    except WorkerFailed as failed:
        raise Blocked("coloured", f"不能生成标色的原工作簿：{failed.finding.message}", "请改为下载明细行。") from None
    return coloured_name(one.file_name, spec.title), made


def _was_published(connection: Connection, one: Submission) -> bool:
    """Whether a submission stands in some release: in the newest, or in one before it took its place."""
    if one.status is not Status.SUPERSEDED:
        return one.status is Status.PUBLISHED
    return one.id in releases.publications(connection, [one.id])


def _legend(spec: Indicator, part: str, one: Submission, period: str) -> str:
    counted = "计入的行" if spec.denominator is None else "计入分子的行" if part == "numerator" else "计入分母的行"
    return "\n".join([
        f"这种颜色的行，是“{spec.title}”{counted}。报告期：{period}。",
        f"原件：{one.file_name}，{one.submitted_at[:16].replace('T', ' ')} 报送（编号 {one.id}）。",
    ])
