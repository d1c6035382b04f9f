"""Streamlit's own socket protocol, spoken as the browser speaks it, for measurements and for tests of the gate.

One `Session` is one browser tab. It sends `rerun_script` messages and reads until the run it asked for has ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

# The browser forgets a cached message that was not used for this many runs (global.maxCachedMessageAge).
CACHE_AGE = 2
NOT_FOUND = "page not found"


@dataclass(frozen=True, slots=True)
class Run:
    """What came back for one rerun: wall time from sending to `script_finished`, bytes on the socket, messages."""

    seconds: float
    received: int
    messages: list[ForwardMsg] = field(repr=False)

    @property
    def errors(self) -> list[str]:
        """Exceptions drawn on the page, and whatever else kept the script from its end."""
        found = []
        for message in self.messages:
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                shown = message.delta.new_element.exception
                found.append(f"{shown.type}: {shown.message}")
            elif kind == "page_not_found":
                found.append(NOT_FOUND)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                found.append("the script does not compile")
        return found


class Session:
    """One open tab on `path` of the server at `url`: `rerun()` runs its script once and returns a `Run`."""

    def __init__(
        self, url: str, path: str = "/", *, headers: Mapping[str, str] | None = None, timeout: float = 60
    ) -> None:
        address = urlsplit(url)
        self.timeout = timeout
        self.page_hash = ""
        self._url = url
        self._path, _, self._query = path.strip("/").partition("?")
        self._cached: dict[str, int] = {}
        self._runs = 0
        self._socket: ClientConnection = connect(
            f"ws://{address.netloc}/_stcore/stream",
            origin=Origin(url),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers=dict(headers or {}),
            compression=None,
            proxy=None,
            max_size=None,
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        self._socket.close()

    def rerun(self, *, fragment: str = "", widgets: Any = None) -> Run:
        """Ask for a run and wait for its end. `widgets` is a WidgetStates message, `fragment` the id of a fragment.

        The first call names the page by its address, as a deep link does; later ones by its hash, as a click does.
        """
        message = BackMsg()
        ask = message.rerun_script
        ask.query_string = self._query
        ask.widget_states.SetInParent()
        if widgets is not None:
            ask.widget_states.CopyFrom(widgets)
        if self.page_hash:
            ask.page_script_hash = self.page_hash
        else:
            ask.page_name = self._path
        ask.fragment_id = fragment
        ask.cached_message_hashes.extend(self._cached)
        context = ask.context_info
        context.timezone, context.timezone_offset, context.locale = "Asia/Shanghai", -480, "zh-CN"
        context.url, context.is_embedded, context.color_scheme = f"{self._url}/{self._path}", False, "light"
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        return self._read(began)

    def _read(self, began: float) -> Run:
        """Read one whole run. A run that ends early for another (`st.rerun`, `st.switch_page`) is not the end."""
        messages: list[ForwardMsg] = []
        received = 0
        started = False
        while True:
            left = began + self.timeout - time.perf_counter()
            payload = self._socket.recv(timeout=max(left, 0), decode=False)
            received += len(payload)
            message = ForwardMsg.FromString(payload)
            messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                started = True
                self.page_hash = message.new_session.page_script_hash
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "ref_hash":
                self._cached[message.ref_hash] = self._runs
            elif message.hash and message.metadata.cacheable:
                self._cached[message.hash] = self._runs
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if kind == "script_finished" and started and not early:
                break
        seconds = time.perf_counter() - began
        self._runs += 1
        self._cached = {h: run for h, run in self._cached.items() if self._runs - run <= CACHE_AGE}
        return Run(seconds, received, messages)
