"""Session state and address bar: the only place that touches them. Strings and ids only, never frames."""

from __future__ import annotations

import streamlit as st

from lib.auth.permissions import User

_USER = "_user"
_PASSPORT_SEEN = "_passport_seen"


def set_user(user: User | None) -> None:
    """Remember who is at the screen, for the pages of this run."""
    st.session_state[_USER] = user


def current_user() -> User | None:
    """Who is at the screen; None when the shell has not said so."""
    user = st.session_state.get(_USER)
    return user if isinstance(user, User) else None


def asked_release() -> int | None:
    """The release that the address pins (`?v=41`); None for the newest."""
    text = st.query_params.get("v", "")
    return int(text) if text.isdigit() else None


def asked_period() -> str:
    """The period chosen on the page, or asked for by the address; empty for the newest."""
    return str(st.session_state.get("period") or st.query_params.get("period", ""))


def asked_passport() -> tuple[str, str] | None:
    """(indicator, unit) of a passport the address asks for, once a session and link."""
    name = st.query_params.get("passport", "")
    if not name or st.session_state.get(_PASSPORT_SEEN) == name:
        return None
    st.session_state[_PASSPORT_SEEN] = name
    return name, st.query_params.get("unit_of", "")


def forget(*keys: str) -> None:
    """Drop widget state, so that the widgets start anew."""
    for key in keys:
        st.session_state.pop(key, None)


def remember(key: str, value: str) -> None:
    """Keep a text over reruns."""
    st.session_state[key] = value


def recall(key: str) -> str:
    """A text kept by `remember`; empty when there is none."""
    return str(st.session_state.get(key, ""))
