"""Session state and address bar: the only place that touches them. Strings and ids only, never frames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.auth.permissions import User
from lib.datasets.places import find_subdistrict
from lib.ingest.staging import Staging, from_bytes, to_bytes

_USER = "_user"
_PASSPORT_SEEN = "_passport_seen"
_RELEASE = "_release"


def set_user(user: User | None) -> None:
    """Remember who is at the screen, for the pages of this run."""
    st.session_state[_USER] = user


def current_user() -> User | None:
    """Who is at the screen; None when the shell has not said so."""
    user = st.session_state.get(_USER)
    return user if isinstance(user, User) else None


def asked_release() -> int | None:
    """The release that the address pins (`?v=41`), kept over page changes; None for the newest. 0 when it is no number."""
    text = st.query_params.get("v", "") or str(st.session_state.get(_RELEASE, ""))
    if not text:
        return None
    st.session_state[_RELEASE] = text
    if st.query_params.get("v") != text:
        st.query_params["v"] = text
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def unpin() -> None:
    """Follow the newest release again; for a callback."""
    st.session_state.pop(_RELEASE, None)
    st.query_params.pop("v", None)


def linked(key: str, default: Any) -> None:
    """Give the widget with this key its value before it is drawn: what was chosen on an earlier page, else `default`.
    Call `keep` after it. (Widgets bound by Streamlit itself write words into the address and lose them on a page change.)
    """
    kept = st.session_state.get(f"_kept_{key}", default)
    st.session_state[key] = st.session_state.get(key, kept)  # set anew at each run: a new page would show the first option


def keep(key: str, value: Any, address: str) -> None:
    """Keep a widget's value over page changes and show it in the address; an empty `address` leaves it out."""
    st.session_state[f"_kept_{key}"] = value
    if address and st.query_params.get(key) != address:
        st.query_params[key] = address
    elif not address and key in st.query_params:
        del st.query_params[key]


def asked_period() -> str:
    """The period chosen in this session, or asked for by the address, as YYYY-MM; empty for the newest."""
    chosen = st.session_state.get("period") or st.session_state.get("_kept_period")
    if chosen:
        return str(chosen)
    match = re.fullmatch(r"(\d{4})[年-](\d{1,2})月?", st.query_params.get("period", ""))
    return f"{match[1]}-{int(match[2]):02d}" if match else ""


def asked_units() -> list[str]:
    """Codes of the 街镇 that the address asks for, by code or name; unknown ones are left out."""
    found = (find_subdistrict(text) for text in st.query_params.get("unit", "").split(",") if text)
    return [code for code in found if code is not None]


def asked_account() -> str:
    """The demonstration account that the address asks for; empty when there is none."""
    return st.query_params.get("as", "")


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


def on_phone() -> bool:
    """Whether the browser says it is a phone's."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def selection(key: str) -> Mapping[str, Any]:
    """What is selected in a chart; empty when nothing is."""
    found = st.session_state.get(key)
    return dict(found.get("selection", {})) if found else {}


def chosen_units() -> list[str]:
    """Codes of the 街镇 the page is filtered by."""
    return sorted(st.session_state.get("unit") or [])


def choose_units(codes: list[str]) -> None:
    """Filter the page by these 街镇; call it from a callback, before the widgets are drawn."""
    st.session_state["unit"] = codes


def remember_reading(key: str, staging: Staging, submission: int | None) -> None:
    """Keep what a file was read as over reruns: as bytes, so that no class outlives a reload."""
    st.session_state[key] = (to_bytes(staging), submission)


def recall_reading(key: str) -> tuple[Staging, int | None] | None:
    """The reading kept by `remember_reading`."""
    found = st.session_state.get(key)
    return None if found is None else (from_bytes(found[0]), found[1])


def page_address() -> str:
    """The address of the page at the screen, without its query."""
    return (st.context.url or "/").split("?")[0]
