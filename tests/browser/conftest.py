"""A real browser on the synthetic archive, served on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.conftest import Built

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may use the clipboard."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    """A page without script."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()
