"""Roles, actions and the one question `may(user, action, …)`, answered from a table. Unknown means no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What can be asked for."""

    VIEW = "view"
    """See published figures, their passports and the rows behind them."""
    EXPORT = "export"
    """Take rows and figures out as a file."""
    SUBMIT = "submit"
    """Upload a workbook for a 街镇."""
    PUBLISH = "publish"
    """Make a submission the published state."""
    SET_RULES = "set_rules"
    """Change the registry of thresholds, or the boundary of the 街镇."""
    APPROVE_SHEET = "approve_sheet"
    """Let the public progress sheet of a project out of the house, or call it back."""


class Role(StrEnum):
    """Who somebody is; the value is the word on screen."""

    VIEWER = "领导查阅"
    """局领导、区领导: reads everything, changes nothing."""
    STREET_EDITOR = "街镇填报"
    """街镇工作人员: uploads for the own 街镇 only."""
    BUREAU_EDITOR = "科室编辑"
    """科室工作人员: uploads for any 街镇, publishes, keeps the registry of thresholds and approves public sheets."""


@dataclass(frozen=True, slots=True)
class User:
    """An account. unit: code of the own 街镇, empty for the bureau."""

    id: str
    name: str
    role: Role
    unit: str = ""


_TABLE: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.VIEW, Action.EXPORT}),
    Role.STREET_EDITOR: frozenset({Action.VIEW, Action.EXPORT, Action.SUBMIT}),
    Role.BUREAU_EDITOR: frozenset(
        {Action.VIEW, Action.EXPORT, Action.SUBMIT, Action.PUBLISH, Action.SET_RULES, Action.APPROVE_SHEET}
    ),
}
_SCOPED = frozenset({Action.SUBMIT})
"""Actions that a street editor may do only for the own 街镇."""


def may(user: User | None, action: Action, *, units: tuple[str, ...] | None = None) -> bool:
    """Whether a user may do something. `units`: the 街镇 it concerns; None: asked in general (may the page be shown).

    No user, an unknown role, an unknown action, or no 街镇 at all: no.
    """
    if user is None or action not in _TABLE.get(user.role, frozenset()):
        return False
    if action in _SCOPED and user.role is Role.STREET_EDITOR:
        return bool(user.unit) and (units is None or units == (user.unit,))
    return units is None or bool(units)
