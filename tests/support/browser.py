"""A visitor with a real Chromium, who notes down everything a page of ours must never do.

Promises kept here for every browser test: no request to another host, no console error, no uncaught page error, no
violation of the Content-Security-Policy. Waiting is always for a fact (the run that was asked for has ended, what it
draws is drawn), bounded in time, never a sleep that hopes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
Scheme = Literal["light", "dark"]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
TALLEST = 12_000
PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
"""What a phone's browser says of itself; pages fit the map and the cards to it."""

WATCH = """
window.WebSocket = class extends WebSocket {
  constructor(...told) {
    super(...told);
    window.__yjpt_heard = 0;
    this.addEventListener('message', () => { window.__yjpt_heard += 1; });
  }
};
document.addEventListener('securitypolicyviolation', event => {
  window.__yjpt_report?.(`${event.effectiveDirective} refused ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`);
});
"""

# Facts of Streamlit 1.67: stApp carries the state of the run and of the socket; parts whose code is still loading show a
# skeleton; elements of an earlier run that the present one has not confirmed are marked stale.
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.testScriptState !== 'notRunning') return 'the script runs';
  if (app.dataset.testConnectionState !== 'CONNECTED') return 'the socket is not connected';
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.clientHeight > 0;
  const seen = selector => [...document.querySelectorAll(selector)].filter(shown);
  if (seen('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]').length) return 'a skeleton is shown';
  if (seen('[data-stale="true"]').length) return 'something is stale';
  if (seen('[data-testid="stSpinner"]').length) return 'a spinner turns';
  for (const [part, inside] of [['stPlotlyChart', '.main-svg'], ['stDeckGlJsonChart', 'canvas'], ['stDataFrame', 'canvas']]) {
    if (seen(`[data-testid="${part}"]`).some(e => !e.querySelector(inside))) return `a ${part} is not drawn`;
  }
  if (document.fonts.status !== 'loaded') return 'a font is loading';
  return '';
}"""

SLACK = 1 if os.environ.get("YJPT_BENCH_BROWSER") else 5
"""By how much limits of time are widened where every test runs beside others; `make bench-browser` runs them alone and exactly."""
HEARD = """least => new Promise(done => {
  if ((window.__yjpt_heard ?? 0) < least) done(false);
  else requestIdleCallback(() => done(true), {timeout: 2000});
})"""
"""Whether the page itself has been given that many messages and has worked them off; we see them on the wire, earlier than it does."""
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

HEIGHT = """() => {
  const seen = [...document.querySelectorAll('[data-testid="stMain"], [data-testid="stSidebarContent"]')]
    .filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.right > 0 && r.left < innerWidth; });
  return Math.max(innerHeight, ...seen.map(e => innerHeight - e.clientHeight + e.scrollHeight));
}"""


def chromium_path() -> str:
    """The Chromium to drive: YJPT_CHROMIUM, /usr/bin/chromium, or the one on the PATH."""
    for path in (os.environ.get("YJPT_CHROMIUM"), "/usr/bin/chromium", shutil.which("chromium")):
        if path and Path(path).exists():
            return path
    raise FileNotFoundError("Chromium is missing: run `sh .ci/setup-system` (make test does).")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that draws WebGL in software and calls nobody."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS, headless=True)


class Visitor:
    """One person with one browser window on the application at `origin`.

    `page` is Playwright's page, for whatever this class does not say. `requests` are the hosts asked, `problems` what
    `assert_clean` refuses; a test that provokes an error on purpose empties or picks from `problems` itself.
    """

    def __init__(
        self,
        browser: Browser,
        origin: str,
        *,
        size: tuple[int, int] = SIZES["desk"],
        scheme: Scheme = "light",
        timeout: float = 30,
        screens: Path = ARTIFACTS / "screens",
    ) -> None:
        self.origin = origin
        self.size = size
        self.scheme = scheme
        self.timeout = timeout
        self.screens = screens
        self.problems: list[str] = []
        self.requests: set[str] = set()
        self.frames: list[str] = []
        self.messages = 0
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            accept_downloads=True,
            user_agent=PHONE if size == SIZES["phone"] else None,
        )
        self.context.set_default_timeout(timeout * 1000)
        self.context.expose_function("__yjpt_report", self._csp)
        self.context.add_init_script(WATCH)
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        self.page: Page = self.context.new_page()
        self.page.on("websocket", self._socket)

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    # What happens on the page

    def open(self, path: str = "/") -> Page:
        """Go to a path (with its query) of the application and wait until it is drawn."""
        self.frames.clear()
        self.page.goto(f"{self.origin}/{path.lstrip('/')}")
        self._until(self._answered, "no run has ended")
        self.settle()
        return self.page

    @contextmanager
    def rerun(self) -> Iterator[None]:
        """Do something on the page that makes Streamlit run, and wait for that run: `with visitor.rerun(): click()`."""
        self.frames.clear()
        yield
        self._until(self._answered, "the run that should follow has not ended")
        self.settle()

    def choose(self, box: Locator, words: str) -> None:
        """Choose in a list by keyboard: type the words, wait for the option, press Enter.

        Real keys, not `fill` after a click: React Aria takes a list that a pointer has opened for one that the pointer walks,
        moves the focus into it, the page scrolls and the list closes — one time in twenty on a busy machine.
        """
        box.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)
        self.page.get_by_role("option").filter(has_text=words).first.wait_for()
        with self.rerun():
            self.page.keyboard.press("Enter")

    def hover_part(self, part: Locator) -> tuple[float, float]:
        """Put the pointer on the middle of a part of a Plotly drawing and wait until the drawing knows it; gives the place.

        Plotly looks what lies under the pointer at most every 50 ms and takes a click for one on what it found last; so the pointer comes
        from outside, when nothing is hovered: the words shown then, and the click that follows, are those of the part.
        """
        shown = self.page.locator(".hoverlayer .hovertext")
        part.scroll_into_view_if_needed()
        place = None
        while place != (place := self._middle(part)):  # the page may still move below the pointer
            self.page.mouse.move(0, 0)
            self._until(lambda: shown.count() == 0, "words of another part stay shown")
            self.page.mouse.move(*place)
            shown.first.wait_for()
        return place

    def click_part(self, part: Locator) -> None:
        """Click in the middle of a part of a Plotly drawing, as a person does: after a look at its words.

        The pointer does not move again: a look that Plotly puts off until the button is down clears what was hovered; the click is lost.
        """
        self.hover_part(part)
        self.page.mouse.down()
        self.page.mouse.up()

    def _middle(self, part: Locator) -> tuple[float, float]:
        box = part.bounding_box()
        assert box is not None, "the part is not drawn"
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def settle(self) -> None:
        """Wait until no run is going on and everything is drawn."""
        self._until(lambda: not self._open_run(), "a run goes on")
        self._until(lambda: self.page.evaluate(HEARD, self.messages), "the page has not heard what was answered")
        self._until(lambda: self.page.evaluate(DRAWN) == "", lambda: self.page.evaluate(DRAWN))
        self.page.evaluate(FRAMES)

    def shoot(self, name: str) -> Path:
        """A picture of the whole page, scrolled parts included: screens/NAME-1440x900-light.png and the like.

        Streamlit scrolls inside the window, so the window grows to the height of the page for the moment.
        """
        width, height = self.size
        target = self.screens / f"{name}-{width}x{height}-{self.scheme}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        tall = height
        try:
            for _ in range(3):
                needed = min(int(self.page.evaluate(HEIGHT)), TALLEST)
                if needed <= tall:
                    break
                tall = needed
                self.page.set_viewport_size({"width": width, "height": tall})
                self.settle()
            self.page.screenshot(path=target, animations="disabled", caret="hide")
        finally:
            if tall != height:
                self.page.set_viewport_size({"width": width, "height": height})
                self.settle()
        return target

    def exceptions(self) -> list[str]:
        """Texts of error boxes that an uncaught exception of the script has drawn."""
        return self.page.locator('[data-testid="stException"]').all_inner_texts()

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window; 0 when nobody has to scroll sideways."""
        return int(
            self.page.evaluate("""() => {
          const main = document.querySelector('[data-testid="stMain"]') || document.documentElement;
          return Math.max(main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - innerWidth, 0);
        }""")
        )

    def assert_clean(self) -> None:
        """Fail on a request to another host, a console or page error, a policy violation, or a drawn exception."""
        foreign = sorted(host for host in self.requests if host != urlsplit(self.origin).netloc)
        found = [f"asked another host: {host}" for host in foreign] + self.problems
        if not self.page.is_closed():
            found += [f"exception on the page: {text}" for text in self.exceptions()]
        assert not found, "\n".join(found)

    # What is noted down

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about"):
            self.requests.add(address.netloc)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _csp(self, text: str) -> None:
        self.problems.append(f"content security policy: {text}")

    def _socket(self, socket: WebSocket) -> None:
        self.requests.add(urlsplit(socket.url).netloc)
        self.messages = 0
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, payload: Any) -> None:
        if isinstance(payload, bytes) and BackMsg.FromString(payload).HasField("rerun_script"):
            self.frames.append("asked")

    def _received(self, payload: Any) -> None:
        self.messages += 1
        if not isinstance(payload, bytes):
            return
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.frames.append("began")
        elif kind == "script_finished":
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            self.frames.append("broke" if early else "ended")

    def _answered(self) -> bool:
        """Whether a run has been asked for, and one that began after the last request has come to its end."""
        if "asked" not in self.frames:
            return False
        last = len(self.frames) - 1 - self.frames[::-1].index("asked")
        after = self.frames[last:]
        return "began" in after and "ended" in after[after.index("began") :] and not self._open_run()

    def _open_run(self) -> bool:
        """Whether a run has begun, or broken off for another, and not ended."""
        marks = [frame for frame in self.frames if frame != "asked"]
        return bool(marks) and marks[-1] != "ended"

    def _until(self, fact: Any, otherwise: Any) -> None:
        """Poll for a fact; Playwright hands us its events while it waits."""
        deadline = time.monotonic() + self.timeout
        while not fact():
            if time.monotonic() > deadline:
                why = otherwise() if callable(otherwise) else otherwise
                raise AssertionError(f"{self.page.url}: {why} after {self.timeout:.0f} s; {self.frames[-8:]}")
            self.page.wait_for_timeout(20)
