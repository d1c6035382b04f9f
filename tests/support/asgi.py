"""Requests straight into an ASGI application: no socket, no client library.

Its one rule: it sends exactly what a test says, also what no honest client would.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Scope

HERE = ("127.0.0.1", 50000)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as sent: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def scope(
    path: str, *, kind: str = "http", method: str = "GET", headers: Mapping[str, str] | None = None, client: tuple[str, int] | None = HERE
) -> Scope:
    """The scope of a request to a path with its query."""
    target, _, query = path.partition("?")
    sent = {"host": "127.0.0.1:8501", **(headers or {})}
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http" if kind == "http" else "ws",
        "path": target,
        "raw_path": quote(target).encode(),
        "query_string": query.encode(),
        "root_path": "",
        "client": client,
        "server": ("127.0.0.1", 8501),
        "subprotocols": [],
        "state": {},
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
    }


def send(app: ASGIApp, request: Scope) -> list[Message]:
    """Every message that the application sends."""
    sent: list[Message] = []
    waiting: list[Message] = [
        {"type": "http.request", "body": b"", "more_body": False} if request["type"] == "http" else {"type": "websocket.connect"}
    ]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()  # the client neither says more nor leaves
        return waiting.pop()

    async def collect(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(request, receive, collect))  # type: ignore[arg-type]
    return sent


def get(app: ASGIApp, path: str, **more: Any) -> Answer:
    """The answer to a request; see `scope`."""
    messages = send(app, scope(path, **more))
    starts = [one for one in messages if one["type"] == "http.response.start"]
    assert len(starts) == 1, messages
    body = b"".join(one.get("body", b"") for one in messages if one["type"] == "http.response.body")
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in starts[0]["headers"]}
    assert len(headers) == len(starts[0]["headers"]), "a header is sent twice"
    return Answer(starts[0]["status"], headers, body)
