"""云发布: asking for, approving and taking out the public progress sheet of a project; its workbooks with its rows coloured.

Its one rule: what leaves the house is the very content that a bureau editor approved, for one project in one release. A new release
needs a new approval.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from lib import clock
from lib.actions.coloured import may_have_workbook
from lib.actions.opening import open_database
from lib.auth.permissions import Action, User, may
from lib.errors import Blocked, Forbidden, NotFound
from lib.figures.content import contents_of, registry_at
from lib.figures.project import Project, project_of, sources_of
from lib.figures.snapshot import load_snapshot, release_snapshot
from lib.ingest.conversation import WorkerFailed
from lib.ingest.intake import make_coloured
from lib.ingest.returned import coloured_name
from lib.reports.progress_sheet import ProgressSheet, sheet_html, sheet_name, sheet_of
from lib.settings import settings
from lib.spec.period import Period, end_of, parse_period, title_of
from lib.spec.personal import personal_number
from lib.spec.text import tidy
from lib.store import audit, releases
from lib.store.blobs import get_blob
from lib.store.database import Database
from lib.store.sheets import SheetStep, Step, add_step, steps_of, waiting_steps
from lib.store.submissions import get_submission

SHORTEST, LONGEST = 5, 200
"""Characters of the reason with which a sheet is returned."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The sheet of a project in a release as it is asked for and approved. unit: the 街镇 of the project; sha256: of its content."""

    sheet: ProgressSheet
    unit: str
    sha256: str


def draft_sheet(database: Database, *, by: User, project: str, release: int) -> Draft:
    """What the sheet of a project in a release says; always the same. Raises Forbidden or NotFound."""
    if not may(by, Action.VIEW):
        raise Forbidden()
    with database.reading() as connection:
        found, sheet = _sheet(connection, project, release)
    return Draft(sheet, str(found.row["subdistrict"]), hashlib.sha256(sheet_html(sheet)).hexdigest())


def sheet_steps(database: Database, *, by: User, project: str, release: int) -> tuple[SheetStep, ...]:
    """What was done with the sheet of a project in a release, oldest first; none when it was never asked for. Raises Forbidden."""
    if not may(by, Action.VIEW):
        raise Forbidden()
    with database.reading() as connection:
        return tuple(steps_of(connection, project, release))


def waiting_sheets(database: Database, *, by: User, release: int) -> tuple[SheetStep, ...]:
    """The sheets of a release that wait for an answer, oldest first; none for who may not answer."""
    if not may(by, Action.APPROVE_SHEET):
        return ()
    with database.reading() as connection:
        return tuple(waiting_steps(connection, release))


def request_sheet(database: Database, *, by: User, project: str, release: int) -> None:
    """Ask that the sheet of a project in the newest release be approved: a 街镇 for its own projects, the bureau for any. Raises
    Forbidden, NotFound, or Blocked when there is a newer release or the sheet waits or stands approved already.
    """
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    with database.writing() as connection:
        found, sheet = _sheet(connection, project, release)
        if not may(by, Action.SUBMIT, units=(str(found.row["subdistrict"]),)):
            raise Forbidden("只能申请本街镇项目的进度公示单。", "其他街镇的项目请由该街镇或区局科室申请。")
        _check_newest(connection, release)
        step = _last(connection, project, release)
        if step is not None and step.step is not Step.RETURNED:
            raise Blocked("state", f"这份进度公示单{step.step.value}，不必再申请。", "请刷新页面查看最新状态。")
        _add(connection, by, project, release, Step.REQUESTED, sheet_html(sheet))


def approve_sheet(database: Database, *, by: User, project: str, release: int, sha256: str) -> None:
    """Let a sheet out of the house, exactly as it was asked for, by somebody else than who asked. sha256: of the content that the actor
    has seen. Raises Forbidden, or Blocked when it does not wait, was asked for anew meanwhile, or there is a newer release.
    """
    if not may(by, Action.APPROVE_SHEET):
        raise Forbidden("进度公示单须由区局科室批准。", "请联系科室编辑。")
    with database.writing() as connection:
        step = _last(connection, project, release)
        if step is None or step.step is not Step.REQUESTED or step.sha256 != sha256:
            raise Blocked("state", "这份进度公示单不在等待批准，或已重新申请。", "请刷新页面查看最新状态。")
        if step.by == by.id:
            raise Forbidden("本人申请的进度公示单须由另一位科室编辑批准。", "请联系另一位科室编辑。")
        _check_newest(connection, release)
        content = sheet_html(_sheet(connection, project, release)[1])
        if hashlib.sha256(content).hexdigest() != step.sha256:
            raise Blocked("changed", "申请之后公示单的格式已更新，页面上的内容与申请时不同。", "请退回，由申请人重新申请。")
        _add(connection, by, project, release, Step.APPROVED, content)


def return_sheet(database: Database, *, by: User, project: str, release: int, text: str) -> None:
    """Refuse a sheet that waits, or call back one that was approved: nobody can take it out any more. text: why. Raises Forbidden, or
    Blocked when there is nothing to return or the reason will not do.
    """
    if not may(by, Action.APPROVE_SHEET):
        raise Forbidden("进度公示单须由区局科室退回。", "请联系科室编辑。")
    words = tidy(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise Blocked("reason", f"退回理由应为 {SHORTEST}～{LONGEST} 个字，现在是 {len(words)} 个字。", "请写明哪里需要更正。")
    if what := personal_number(words):
        raise Blocked("personal", f"退回理由中疑似有{what}。", "请删去个人信息后再提交。")
    with database.writing() as connection:
        step = _last(connection, project, release)
        if step is None or step.step is Step.RETURNED:
            raise Blocked("state", "这份进度公示单没有在等待批准，也没有批准过。", "请刷新页面查看最新状态。")
        _add(connection, by, project, release, Step.RETURNED, get_blob(connection, step.sha256), words)


def progress_sheet(*, by: User | None, project: str, release: str | int) -> tuple[str, bytes]:
    """Name and content of the approved sheet of a project in a release. Raises Forbidden until it is approved, and NotFound."""
    if by is None or not may(by, Action.EXPORT):
        raise Forbidden()
    number = _number(release)
    with open_database().reading() as connection:
        _, sheet = _sheet(connection, project, number)
        step = _last(connection, project, number)
        if step is None or step.step is not Step.APPROVED:
            raise Forbidden("这份进度公示单还没有批准。", "请由街镇或科室申请，区局科室批准后再下载；每发布新版须重新批准。")
        return sheet_name(sheet), get_blob(connection, step.sha256)


def coloured_project(*, by: User | None, project: str, release: str | int, period: str, submission: int) -> tuple[str, bytes]:
    """Name and content of a workbook that a project stands in, with its rows coloured. Raises Forbidden, also for a workbook that speaks
    for another 街镇; NotFound when the project does not stand in it; Blocked when the copy cannot be made.
    """
    if by is None or not may(by, Action.EXPORT):
        raise Forbidden()
    number = _number(release)
    with open_database().reading() as connection:
        try:
            data = release_snapshot(connection, number, parse_period(period)) if 1 <= number <= releases.head(connection) else None
        except ValueError:
            data = None
        found = project_of(data, project) if data is not None else None
        if data is None or found is None:
            raise NotFound("链接中的项目、版次或报告期不正确。", "请从项目页面重新下载。")
        own = [one for one in sources_of(connection, data, found) if one.submission == submission]
        if not own:
            raise NotFound("这份原件中没有这个项目的行。", "请从项目页面重新下载。")
        one = get_submission(connection, submission)
        if not may_have_workbook(by, one.units):
            raise Forbidden("这份原件还含有其他街镇的数据。", "您可以下载本街镇报送的原件。")
        content = get_blob(connection, one.file_sha256)
    legend = f"这种颜色的行，是“{found.name}”（{found.id}）的数据。报告期：{title_of(data.period)}（第 {number} 版）。"
    try:
        made = make_coloured(one.file_name, content, {part.sheet: part.rows for part in own}, f"项目：{found.name}", legend)
    except WorkerFailed as failed:
        raise Blocked("coloured", f"不能生成标色的原工作簿：{failed.finding.message}", "请查看页面上的文件、工作表和行号。") from None
    return coloured_name(one.file_name, found.name), made


def _sheet(connection: Connection, project: str, release: int) -> tuple[Project, ProgressSheet]:
    """The project as it newest stands in a release, and the sheet of it: the same whenever it is made. Raises NotFound."""
    if not 1 <= release <= releases.head(connection):
        raise NotFound(f"没有第 {release} 版数据。")
    registry = registry_at(connection, release)
    contents = contents_of(releases.state_at(connection, release), registry)
    data = load_snapshot(connection, next(iter(contents.values())), registry) if contents else None
    found = project_of(data, project) if data is not None else None
    if data is None or found is None:
        raise NotFound(f"第 {release} 版最近一期中没有编码为“{project}”的项目。", "请从项目页面重新打开。")
    month = Period(data.sources[int(found.row["_submission"])].period)
    published = next(one for one in releases.list_releases(connection) if one.number == release).published_at
    as_of = min(end_of(month), date.fromisoformat(published[:10]))
    return found, sheet_of(found.frame, found.nodes, as_of=as_of, release=release, demo=settings().demo)


def _last(connection: Connection, project: str, release: int) -> SheetStep | None:
    steps = steps_of(connection, project, release)
    return steps[-1] if steps else None


def _check_newest(connection: Connection, release: int) -> None:
    if release != releases.head(connection):
        raise Blocked("moved", "已有新版数据发布。", "请打开最新版，重新申请和批准。")


def _add(connection: Connection, by: User, project: str, release: int, step: Step, content: bytes, note: str = "") -> None:
    at = clock.now().isoformat()
    add_step(connection, project=project, release=release, step=step, by=by.id, at=at, content=content, note=note)
    audit.append(connection, at=at, actor=by.id, action=f"sheet {step.name.lower()}", subject=f"project {project}"[:200],
                 detail={"release": release, "sha256": hashlib.sha256(content).hexdigest(), "length": len(note)})


def _number(release: str | int) -> int:
    text = str(release)
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise NotFound("链接中的版次不正确。", "请从项目页面重新下载。")
    return int(text)
