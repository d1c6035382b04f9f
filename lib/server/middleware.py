"""Middleware around everything that is served: only this machine, strict security headers, Chinese built-in texts.

Its one rule: plain ASGI, so that sockets are covered too.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_ADDRESSES = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
SCRIPT_PATH = "/assets/zh.js"


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """The policy of every answer. Streamlit's one inline script is allowed by its hash; WebAssembly, which the map and the
    protocol reader compile from our own files, is allowed without `eval` (docs/decisions/0003).
    """
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = []
    for script in re.findall(r"<script>(.*?)</script>", index, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        hashes.append(f"'sha256-{digest}'")
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {' '.join(hashes)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class LocalOnly:
    """Answers this machine alone: until sign-in exists nobody else may reach the dashboard, however it was started."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "lifespan" or is_local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = PlainTextResponse("登录功能启用之前，本系统只接受本机访问。", status_code=403)
            await answer(scope, receive, send)


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine and names it: the second keeps pages of other sites out (DNS rebinding)."""
    address = (scope.get("client") or ("",))[0]
    host = re.sub(r":\d+$", "", Headers(scope=scope).get("host", ""))
    return address in LOCAL_ADDRESSES and host in LOCAL_HOSTS


class SecurityHeaders:
    """Adds the Content-Security-Policy and its companions to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to its answer."""
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = content_security_policy()
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["X-Frame-Options"] = "DENY"
            await send(message)

        await self.app(scope, receive, with_headers)


def in_chinese(page: bytes) -> bytes:
    """Streamlit's index page with our language, title and script; the script comes first, see its head."""
    return (
        page.replace(b'<html lang="en">', b'<html lang="zh-CN">', 1)
        .replace(b"<head>", f'<head><script src="{SCRIPT_PATH}"></script>'.encode(), 1)
        .replace(b"<title>Streamlit</title>", "<title>宜居普陀</title>".encode(), 1)
    )


class Chinese:
    """Says `lang="zh-CN"` in Streamlit's page and loads one small script that translates its built-in texts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an HTML answer is rewritten as a whole."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if "text/html" in Headers(scope=scope).get("accept", ""):
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": plain}
        start: Message | None = None
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                body = in_chinese(body)
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(body))
                await send({**start, "headers": headers.raw})
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        await self.app(scope, receive, rewritten)


MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(LocalOnly), Middleware(Chinese)]
"""In order from the outside in."""
