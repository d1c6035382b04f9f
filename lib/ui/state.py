"""Session state and address bar: the only place that touches them. Strings and ids only, never frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from lib.auth.permissions import User
from lib.datasets.places import find_subdistrict
from lib.indicators import CATALOGUE
from lib.ui.words import literal

_USER = "_user"
_PASSPORT_SEEN = "_passport_seen"
_RELEASE = "_release"
_LINK = "_link"
_LINK_ACCOUNT = "_link_account"
_OUTCOME = "_outcome"


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
    return _period_in(st.query_params.get("period", ""))


def asked_units() -> list[str]:
    """Codes of the 街镇 that the address asks for, by code or name; unknown ones are left out."""
    found = (find_subdistrict(text) for text in st.query_params.get("unit", "").split(",") if text)
    return [code for code in found if code is not None]


def check_link(accounts: Collection[str]) -> None:
    """Note, once a session, what the address asks for and nobody can give; call it before the address is rewritten."""
    if _LINK in st.session_state:
        return
    st.session_state[_LINK] = (
        page_address(),
        st.query_params.get("period", ""),
        st.query_params.get("unit", ""),
        st.query_params.get("passport", ""),
    )
    account = st.query_params.get("as", "")
    st.session_state[_LINK_ACCOUNT] = "" if account in accounts else account


def link_problems(periods: Collection[str]) -> list[str]:
    """Sentences about what the address of this session asked for in vain, on the page that it led to."""
    page, period, units, passport = st.session_state.get(_LINK, ("", "", "", ""))
    if page != page_address():
        return []
    found = []
    if period and _period_in(period) not in periods:
        found.append(f"链接中的报告期“{literal(period)}”没有数据，已显示所选报告期。")
    unknown = [text for text in units.split(",") if text and find_subdistrict(text) is None]
    if unknown:
        found.append(f"链接中的街镇“{literal('、'.join(unknown))}”不存在，已忽略。")
    if passport and passport not in CATALOGUE:
        found.append(f"链接中的指标“{literal(passport)}”不存在。")
    if account := st.session_state.get(_LINK_ACCOUNT, ""):
        found.append(f"链接中的账号“{literal(account)}”不存在，已使用默认账号。")
    return found


def _period_in(text: str) -> str:
    match = re.fullmatch(r"(\d{4})[年-](\d{1,2})月?", text)
    return f"{match[1]}-{int(match[2]):02d}" if match else ""


def asked(key: str, options: Collection[str], default: str) -> str:
    """What the address asks for under a key when it is one of the options, else the default."""
    found = st.query_params.get(key, "")
    return found if found in options else default


def asked_account() -> str:
    """The demonstration account that the address asks for; empty when there is none."""
    return st.query_params.get("as", "")


def asked_passport() -> str:
    """The indicator whose passport the address asks for, once a session and link; empty when there is none."""
    name = st.query_params.get("passport", "")
    if st.session_state.get(_PASSPORT_SEEN) == name:
        return ""
    st.session_state[_PASSPORT_SEEN] = name
    return name


def newly(key: str, value: str) -> bool:
    """Whether a selection is another one than when this was last asked: what was clicked once opens once."""
    name = f"_seen_{key}"
    if st.session_state.get(name) == value:
        return False
    st.session_state[name] = value
    return True


def remember(key: str, value: str) -> None:
    """Keep a text over reruns."""
    st.session_state[key] = value


def recall(key: str) -> str:
    """A text kept by `remember`; empty when there is none."""
    return str(st.session_state.get(key, ""))


def on_phone() -> bool:
    """Whether the browser says it is a phone's."""
    return bool(_once("_phone", lambda: "Mobi" in (st.context.headers.get("User-Agent") or "")))


def selection(key: str) -> Mapping[str, Any]:
    """What is selected in a chart; empty when nothing is."""
    found = st.session_state.get(key)
    return dict(found.get("selection", {})) if found else {}


def picked_codes(key: str) -> list[str]:
    """The codes of the bars or areas that are selected in a chart, as its points carry them."""
    points = selection(key).get("points", ())
    found = [point.get("customdata") for point in points]
    return sorted({str(one[0] if isinstance(one, (list, tuple)) else one) for one in found if one})


def chosen_units() -> list[str]:
    """Codes of the 街镇 the page is filtered by."""
    return sorted(st.session_state.get("unit") or [])


def choose_units(codes: list[str]) -> None:
    """Filter the page by these 街镇; call it from a callback, before the widgets are drawn."""
    st.session_state["unit"] = codes


def choices(key: str) -> list[str]:
    """What is chosen in a widget of several choices, before it is drawn: from this session, else from the address."""
    found = st.session_state.get(key)
    return [str(one) for one in (st.query_params.get_all(key) if found is None else found)]


def choose(**chosen: Any) -> None:
    """Give widgets their values by key; call it from a callback, before they are drawn."""
    for key, value in chosen.items():
        st.session_state[key] = value


def only_among(key: str, options: Collection[str]) -> None:
    """Forget what another page left under the key of a widget that does not have that option."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def page_address() -> str:
    """The address of the page at the screen, without its query."""
    return (st.context.url or "/").split("?")[0]


def set_outcome(kind: str, text: str) -> None:
    """Keep what came of a click (kind: success or error) for the run that follows; for a callback."""
    st.session_state[_OUTCOME] = (kind, text)


def take_outcome() -> tuple[str, str] | None:
    """What came of the last click; once."""
    found: tuple[str, str] | None = st.session_state.pop(_OUTCOME, None)
    return found


def choice(key: str) -> str:
    """What is chosen in a widget of one choice; empty when nothing is."""
    return str(st.session_state.get(key) or "")


def in_address(key: str) -> str:
    """What stands in the address under a key; empty when nothing does."""
    return str(st.query_params.get(key, ""))


def put_address(key: str, value: str) -> None:
    """Write a text into the address; an empty one takes the key out."""
    if value:
        st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]


def without_webgl() -> bool:
    """Whether our script has found that the browser cannot draw WebGL (lib/server/zh.js); False where it has not said."""
    return bool(_once("_without_webgl", lambda: st.context.cookies.get("yjpt_webgl") == "0"))


def _once(key: str, find: Callable[[], Any]) -> Any:
    """What cannot change within a session, found out once: reading headers costs more than most widgets."""
    if key not in st.session_state:
        st.session_state[key] = find()
    return st.session_state[key]
