"""Setting the weights of the site scores. Its one rule: a version once saved never changes; other weights are another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lib import clock
from lib.auth.permissions import Action, User, may
from lib.errors import Blocked, Forbidden, NotFound
from lib.rules.siting import EQUAL, PARTS, TITLES, Weights, weights_problem
from lib.spec.personal import personal_number
from lib.spec.text import tidy
from lib.store import audit
from lib.store.database import Database
from lib.store.weights import WeightsVersion, add_weights, all_weights, newest_weights

SHORTEST, LONGEST = 5, 500
"""Characters of a reason."""
LONGEST_NAME = 40
PROPOSED_NAME, TRIED_NAME = "建议权重", "试算权重"
PROPOSED_REASON = "建议口径：各部分等权。没有文件规定权重，等权不偏向任何一项；请由区局确定后保存。"


@dataclass(frozen=True, slots=True)
class SetWeights:
    """Weights with where they come from. number: of the version, 0 for the proposal; by and at empty for it. dropped: titles of parts of
    an old version that are not scored any more, added: those that it did not know (they weigh nothing in it).
    """

    number: int
    name: str
    weights: Weights
    reason: str
    by: str = ""
    at: str = ""
    dropped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is named on screen and on exports: 第 2 版“2026年权重”."""
        if self.number:
            return f"第 {self.number} 版“{self.name}”"
        return f"{self.name}（建议口径，等权）" if self.name == PROPOSED_NAME else f"{self.name}（未保存）"


def tried(weights: Weights) -> SetWeights:
    """Weights that somebody tries and has not saved."""
    return SetWeights(0, TRIED_NAME, weights, "")


def to_address(weights: Weights) -> str:
    """Weights as they stand in an address: 10-20-…."""
    return "-".join(map(str, weights))


def from_address(text: str) -> Weights | None:
    """Weights from an address; None for anything that is none."""
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    found = tuple(map(int, parts))
    return None if weights_problem(found) else found


PROPOSED = SetWeights(0, PROPOSED_NAME, EQUAL, PROPOSED_REASON)


def newest_version(database: Database, *, by: User) -> int:
    """The number of the newest version; 0 while the bureau has set none. Raises Forbidden."""
    _check_view(by)
    with database.reading() as connection:
        return newest_weights(connection)


def versions(database: Database, *, by: User) -> tuple[SetWeights, ...]:
    """Every version, newest first, and at the end the proposal. Raises Forbidden."""
    _check_view(by)
    with database.reading() as connection:
        return (*(_as_set(one) for one in all_weights(connection)), PROPOSED)


def weights_asked(database: Database, *, by: User, number: str, trial: str) -> SetWeights:
    """The weights that an address asks for: a trial, a version by its number, else those in force. Raises Forbidden, or NotFound for what
    there is not.
    """
    known = versions(database, by=by)
    if trial:
        found = from_address(trial)
        if found is None:
            raise NotFound("链接中的试算权重不正确。", "请从选址评估页面重新下载。")
        return tried(found)
    if not number:
        return known[0]
    for one in known:
        if str(one.number) == number:
            return one
    raise NotFound("链接中的权重版本不存在。", "请从选址评估页面重新下载。")


def save_weights(database: Database, *, by: User, name: str, weights: Weights, reason: str) -> int:
    """Save weights as the version in force; gives its number. Raises Forbidden, or Blocked: weights that will not do or are those in
    force already, a name that is taken, empty or too long, a reason too short or too long, a personal number in either.
    """
    if not may(by, Action.SET_RULES):
        raise Forbidden("选址权重由区局科室设定。", "可以在页面上试算，不影响已保存的权重。")
    title, words = tidy(name), tidy(reason)
    if problem := weights_problem(weights):
        raise Blocked("weights", problem, "请改正后再保存。")
    if not 1 <= len(title) <= LONGEST_NAME:
        raise Blocked("name", f"版本名称应为 1～{LONGEST_NAME} 个字，现在是 {len(title)} 个字。", "如“2026年选址权重”。")
    if not SHORTEST <= len(words) <= LONGEST:
        raise Blocked("reason", f"设定理由应为 {SHORTEST}～{LONGEST} 个字，现在是 {len(words)} 个字。", "请写明依据，如会议纪要或文号。")
    if what := personal_number(title) or personal_number(words):
        raise Blocked("personal", f"名称或理由中疑似有{what}。", "请删去个人信息后再保存。")
    told = {part.id: int(weight) for part, weight in zip(PARTS, weights, strict=True)}
    with database.writing() as connection:
        known = all_weights(connection)
        if title in {PROPOSED_NAME, TRIED_NAME, *(one.name for one in known)}:
            raise Blocked("name", f"已有名为“{title}”的权重。", "请换一个名称；已保存的版本不能修改。")
        if known and dict(known[0].weights) == told:
            raise Blocked("same", f"与现行的第 {known[0].number} 版“{known[0].name}”完全相同。", "改动权重后再保存。")
        at = clock.now().isoformat()
        number = add_weights(connection, name=title, weights=told, reason=words, by=by.id, at=at)
        audit.append(connection, at=at, actor=by.id, action="set site weights", subject=f"site weights {number}",
                     detail={"name": title, "weights": told, "before": known[0].number if known else 0, "length": len(words)})
    return number


def _as_set(one: WeightsVersion) -> SetWeights:
    known: Mapping[str, int] = one.weights
    return SetWeights(
        one.number, one.name, tuple(known.get(part.id, 0) for part in PARTS), one.reason, one.by, one.at,
        tuple(name for name in known if name not in TITLES), tuple(part.title for part in PARTS if part.id not in known),
    )


def _check_view(by: User) -> None:
    if not may(by, Action.VIEW):
        raise Forbidden()
