"""情况说明: the typed reason that a submission with 警告 needs before it may be published."""

from __future__ import annotations

from lib import clock
from lib.actions.staging import replaced_by
from lib.auth.permissions import Action, User, may
from lib.errors import Blocked, Forbidden
from lib.spec.personal import personal_number
from lib.spec.text import tidy
from lib.store import audit
from lib.store.database import Database
from lib.store.reasons import add_reason, reasons_of
from lib.store.submissions import Status, get_submission, set_status

SHORTEST, LONGEST = 5, 500
"""Characters of a reason."""


def explain(database: Database, *, by: User, submission: int, text: str) -> None:
    """Give the reason for what a submission is warned about; with the first it counts as submitted and takes the place of
    older ones that still wait. Raises Forbidden for one of another 街镇, NotFound, or Blocked:
    a reason too short or too long, one with a personal number in it, a submission that does not wait any more.
    """
    words = tidy(text)
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    if not SHORTEST <= len(words) <= LONGEST:
        raise Blocked("reason", f"情况说明应为 {SHORTEST}～{LONGEST} 个字，现在是 {len(words)} 个字。", "请写明警告所指的情况为什么属实。")
    if what := personal_number(words):
        raise Blocked("personal", f"情况说明中疑似有{what}。", "请删去个人信息后再提交。")
    with database.writing() as connection:
        one = get_submission(connection, submission)
        if not may(by, Action.SUBMIT, units=one.units):
            raise Forbidden()
        if one.status is not Status.STAGED:
            raise Blocked("status", f"这份报送的状态是“{one.status.value}”，不能再补充说明。", "请刷新页面查看最新状态。")
        at = clock.now().isoformat()
        first = not reasons_of(connection, [submission])
        replaced = replaced_by(connection, by, one.dataset, one.period, one.units, submission) if first and one.publishable else []
        if replaced:
            set_status(connection, replaced, Status.SUPERSEDED)
        add_reason(connection, submission=submission, by=by.id, at=at, text=words)
        audit.append(connection, at=at, actor=by.id, action="explain", subject=f"submission {submission}",
                     detail={"length": len(words), "superseded": replaced})
