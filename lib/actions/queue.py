"""What waits to be published, for the screens. Reading only; it asks `may`, because rows of submissions are not public."""

from __future__ import annotations

from lib.actions.opening import open_database
from lib.auth.permissions import Action, User, may
from lib.errors import Forbidden
from lib.spec.findings import Finding, Level
from lib.store.submissions import Status, Submission, get_submission, list_submissions, reading_of


def submissions_for(by: User, *, limit: int = 50) -> list[Submission]:
    """Submissions the user may see, newest first: the own 街镇's for a street editor, all for the bureau."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    with open_database().reading() as connection:
        return list_submissions(connection, unit=by.unit, limit=limit)


def waiting_for(by: User) -> list[Submission]:
    """Submissions that wait to be published, which only those who may publish can see."""
    if not may(by, Action.PUBLISH):
        return []
    with open_database().reading() as connection:
        return list_submissions(connection, status=Status.STAGED, limit=100)


def one_submission(by: User, identity: int) -> Submission:
    """One submission. Raises Forbidden for one of another 街镇, NotFound for an unknown one."""
    with open_database().reading() as connection:
        found = get_submission(connection, identity)
    if not may(by, Action.SUBMIT, units=found.units):
        raise Forbidden()
    return found


def findings_of(by: User, identity: int) -> list[Finding]:
    """What was found when a submission was read. Raises Forbidden and NotFound as `one_submission` does."""
    one_submission(by, identity)
    with open_database().reading() as connection:
        found = reading_of(connection, identity)["findings"]
    return [Finding(**{**one, "level": Level(one["level"])}) for one in found]
