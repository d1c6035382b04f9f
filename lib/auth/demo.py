"""The demonstration accounts, chosen on screen until sign-in exists. They exist only while YJPT_DEMO is on."""

from __future__ import annotations

from lib.auth.permissions import Role, User
from lib.settings import settings

_ACCOUNTS = (
    User("leader", "局领导（演示）", Role.VIEWER),
    User("street", "长风新村街道填报员（演示）", Role.STREET_EDITOR, "310107014"),
    User("bureau", "科室编辑（演示）", Role.BUREAU_EDITOR),
    User("bureau2", "科室编辑二（演示）", Role.BUREAU_EDITOR),
)


def demo_accounts() -> dict[str, User]:
    """The demonstration accounts by id; none outside of the demonstration."""
    return {one.id: one for one in _ACCOUNTS} if settings().demo else {}


def account(identity: str) -> User | None:
    """An account by id; None when it is unknown."""
    return demo_accounts().get(identity)


def account_name(identity: str) -> str:
    """The name of an account as shown; the id itself when it is unknown."""
    found = account(identity)
    return found.name if found else identity


def account_names() -> dict[str, str]:
    """Names of all accounts by id."""
    return {one.id: one.name for one in demo_accounts().values()}
