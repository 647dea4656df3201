"""A real browser on the synthetic archive, served on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.conftest import Built

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, policy: str = "", **options: Any) -> None:
        self.policy = policy
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Served(Protocol):
    """Serves a folder on a free port, with a policy if it is told one; returns its address."""

    def __call__(self, folder: Path, policy: str = "") -> str: ...


@pytest.fixture(scope="session")
def serve() -> Iterator[Served]:
    """Serve folders until the tests are done."""
    servers: list[ThreadingHTTPServer] = []

    @cache
    def start(folder: Path, policy: str = "") -> str:
        handler = partial(_Quiet, directory=str(folder), policy=policy)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def address(archive_site: Built, serve: Served) -> str:
    """Where the synthetic archive is served."""
    return serve(archive_site.site)


# One window serves all tests of a process, as a window that is opened costs 0.8 s of CPU time.
# Each test finds it as it was opened; only scripts that run before a page's own cannot be undone.


class Window(Protocol):
    """Gives a window a size, and what readers ask of their systems; returns its page."""

    def __call__(self, viewport: ViewportSize | None = None, **media: Any) -> Page: ...


_SIZE: ViewportSize = {"width": 1280, "height": 720}
_MEDIA: Any = dict.fromkeys(("media", "color_scheme", "reduced_motion", "forced_colors"), "null")
# Added last, it runs when the scripts of the page have kept what they keep as it is left.
_FORGET = """() => addEventListener("pagehide", () => {
    try { localStorage.clear(); sessionStorage.clear(); } catch { /* it may keep nothing */ }
})"""


def _leave(page: Page) -> None:
    """Make a window what it was when it was opened."""
    page.unroute_all()
    page.evaluate(_FORGET)
    page.mouse.move(0, 0)
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(_SIZE)
    page.emulate_media(**_MEDIA)


@pytest.fixture(scope="session")
def opened(browser: Browser) -> Iterator[Page]:
    """A window that may use the clipboard, as some test left it."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """A page that may use the clipboard."""
    yield opened
    _leave(opened)


@pytest.fixture
def window(page: Page) -> Window:
    """The page, in a window of a kind."""

    def shaped(viewport: ViewportSize | None = None, **media: Any) -> Page:
        page.set_viewport_size(viewport or page.viewport_size)
        page.emulate_media(**media)
        return page

    return shaped


@pytest.fixture
def unused(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, for scripts that run before those of its pages."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def opened_without_script(browser: Browser) -> Iterator[Page]:
    """A window without script, as some test left it."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def scriptless(opened_without_script: Page) -> Iterator[Page]:
    """A page without script."""
    yield opened_without_script
    _leave(opened_without_script)
