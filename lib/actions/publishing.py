"""Publishing: one transaction makes the next release, its figures and its audit entry, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from lib import clock
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.errors import Blocked, Forbidden
from lib.figures.content import Content, contents_of, registry_at
from lib.figures.snapshot import Snapshot, load_snapshot
from lib.figures.values import stored_values
from lib.spec.period import Period, period_of, title_of
from lib.store import audit, releases, submissions
from lib.store.database import Database
from lib.store.reasons import reasons_of
from lib.store.releases import Place
from lib.store.submissions import Status, Submission


def publish(database: Database, *, by: User, submission_ids: Sequence[int], key: str, note: str = "") -> int:
    """Publish submissions as the next release and give its number.

    `key` is the idempotency key: a second call with the same key gives the number of the first and changes nothing.
    Raises Forbidden, or Blocked when a submission is not publishable, has 警告 and no reason, is not waiting any more, is of a
    month that has not begun, or somebody has published for one of its 街镇 since it was staged.
    """
    if not may(by, Action.PUBLISH):
        raise Forbidden("发布须由区局科室办理。", "请通知科室编辑审核发布。")
    if not submission_ids:
        raise Blocked("nothing", "没有选择要发布的报送。")
    with database.writing() as connection:
        done = releases.release_with_key(connection, key)
        if done is not None:
            return done
        chosen = [submissions.get_submission(connection, identity) for identity in submission_ids]
        changes = _changes(connection, chosen, by)
        _ask_reasons(connection, chosen)
        at = clock.now().isoformat()
        head = releases.head(connection)
        state = releases.state_at(connection, head)
        registry = registry_at(connection, head)
        before = contents_of(state, registry)
        replaced = {state[place] for place in changes if place in state}
        number = releases.add_release(connection, by=by.id, at=at, note=note, key=key, changes=dict(changes))
        state.update(changes)
        submissions.set_status(connection, [one.id for one in chosen], Status.PUBLISHED)
        gone = sorted(replaced - set(state.values()))
        if gone:
            submissions.set_status(connection, gone, Status.SUPERSEDED)
        if head == 0:
            releases.add_registry(connection, number, registry.csv())
        for content in changed_contents(before, contents_of(state, registry)):
            snapshot = load_snapshot(connection, content, registry)
            _refuse_doubles(snapshot, {one.dataset for one in chosen if one.period == content.period})
            releases.add_values(connection, number, stored_values(snapshot))
        audit.append(connection, at=at, actor=by.id, action="publish", subject=f"release {number}",
                     detail={"submissions": [one.id for one in chosen], "key": key, "note": note})
    return number


def changed_contents(before: Mapping[Period, Content], after: Mapping[Period, Content]) -> list[Content]:
    """The contents that are not what they were, oldest first: a month also changes those after it that it is carried into."""
    return [after[period] for period in sorted(after) if before.get(period) != after[period]]


def _changes(connection: Connection, chosen: list[Submission], by: User) -> dict[Place, int]:
    changes: dict[Place, int] = {}
    for one in chosen:
        if not may(by, Action.PUBLISH, units=one.units):
            raise Forbidden()
        if not one.publishable:
            raise Blocked("fatal", f"“{one.file_name}”还有致命问题，不能发布。", "请改正后重新上传。")
        if one.status is Status.SUPERSEDED:
            raise Blocked("status", f"“{one.file_name}”已被后来的报送替代，不能发布。",
                          "请选择最新上传的一份；确需用这一份的，请重新上传。")
        if one.status is not Status.STAGED:
            raise Blocked("status", f"“{one.file_name}”的状态是“{one.status.value}”，不能再次发布。", "请刷新页面查看最新状态。")
        if one.dataset not in DATASETS:
            raise Blocked("unknown", f"报表“{one.dataset}”已不存在。")
        if Period(one.period) > period_of(clock.today()):
            raise Blocked("future", f"“{one.file_name}”的报告期{title_of(Period(one.period))}还没有到，不能发布。",
                          "请核对报告期，改正后重新上传。")
        for unit in one.units:
            place = (one.dataset, one.period, unit)
            if place in changes:
                raise Blocked("twice", "所选报送中有两份针对同一街镇、同一报告期的同一报表。", "请只选择其中一份。")
            changes[place] = one.id
        moved = set(changes) & releases.changed_since(connection, one.base_release)
        if any(changes[place] == one.id for place in moved):
            raise Blocked("moved", f"“{one.file_name}”上传之后，同一街镇的同一报表已有新版发布。", "请重新上传并核对差异后再发布。")
    return changes


def _ask_reasons(connection: Connection, chosen: list[Submission]) -> None:
    """What is warned about wants a typed reason."""
    warned = [one for one in chosen if one.warnings]
    given = reasons_of(connection, [one.id for one in warned])
    for one in warned:
        if one.id not in given:
            raise Blocked("reason", f"“{one.file_name}”有 {one.warnings} 个警告，还没有情况说明，不能发布。",
                          "请填写情况说明（为什么属实）后再发布；不属实的请改正后重新上传。")


def _refuse_doubles(snapshot: Snapshot, datasets: set[str]) -> None:
    """Two 街镇 may not both report one compound or project: it would be counted twice."""
    for dataset in sorted(datasets):
        frame, spec = snapshot.frames[dataset], DATASETS[dataset]
        doubles = frame[frame.duplicated(list(spec.key), keep=False)]
        if doubles.empty:
            continue
        first = doubles.sort_values([*spec.key, spec.owner]).iloc[:2]
        places = "和".join(dict.fromkeys(unit_name(code) for code in first[spec.owner]))
        value = "、".join(str(first.iloc[0][name]) for name in spec.key)
        raise Blocked("double", f"《{spec.title}》中“{spec.by_name[spec.key[0]].title}”{value} 被重复报送（{places}），会重复计数。",
                      "请核对该行属于哪个街镇，从另一份报表中删除后重新上传。")
