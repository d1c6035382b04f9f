"""What was submitted and what waits to be published, for the screens. Reading only; it asks `may`, because rows of
submissions are not public.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.actions.opening import open_database
from lib.auth.permissions import Action, User, may
from lib.errors import Forbidden
from lib.spec.findings import Finding
from lib.spec.level import Level
from lib.store.reasons import Reason, reasons_of
from lib.store.submissions import Status, Submission, get_submission, list_submissions, reading_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission with the reasons given for it, oldest first."""

    submission: Submission
    reasons: tuple[Reason, ...] = ()

    @property
    def unexplained(self) -> bool:
        """Whether it has 警告 and no reason: it does not count as submitted yet."""
        return self.submission.warnings > 0 and not self.reasons

    @property
    def state(self) -> str:
        """Where it stands, in the words of the office."""
        one = self.submission
        if one.status is not Status.STAGED:
            return one.status.value
        if not one.publishable:
            return "有致命问题"
        return "待填情况说明" if self.unexplained else one.status.value


def submissions_for(by: User, *, limit: int = 50) -> list[Listed]:
    """Submissions the user may see, newest first: the own 街镇's for a street editor, all for the bureau."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    with open_database().reading() as connection:
        found = list_submissions(connection, unit=by.unit, limit=limit)
        given = reasons_of(connection, [one.id for one in found])
    return [Listed(one, tuple(given.get(one.id, ()))) for one in found]


def waiting_for(by: User) -> list[Listed]:
    """Submissions that wait to be published, which only those who may publish can see."""
    if not may(by, Action.PUBLISH):
        return []
    with open_database().reading() as connection:
        found = list_submissions(connection, status=Status.STAGED, limit=100)
        given = reasons_of(connection, [one.id for one in found])
    return [Listed(one, tuple(given.get(one.id, ()))) for one in found]


def one_submission(by: User, identity: int) -> Listed:
    """One submission. Raises Forbidden for one of another 街镇, NotFound for an unknown one."""
    with open_database().reading() as connection:
        found = get_submission(connection, identity)
        given = reasons_of(connection, [identity])
    if not may(by, Action.SUBMIT, units=found.units):
        raise Forbidden()
    return Listed(found, tuple(given.get(identity, ())))


def findings_of(by: User, identity: int) -> list[Finding]:
    """What was found when a submission was read. Raises Forbidden and NotFound as `one_submission` does."""
    one_submission(by, identity)
    with open_database().reading() as connection:
        found = reading_of(connection, identity)["findings"]
    return [Finding(**{**one, "level": Level(one["level"])}) for one in found]
