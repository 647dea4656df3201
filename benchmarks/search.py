"""What a reader's first search loads, in a real browser: the search page's own requests."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, expect, sync_playwright

INDEX = "pagefind"  # the folder of Pagefind's index, below the site
_PATIENCE = 30_000  # milliseconds
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def first_query(site: Path, word: str) -> float | None:
    """KB that a search for ``word`` loads, as a server sends them, beyond the page itself.

    None where the site has no index of Pagefind, or the machine no Chromium.
    Raises ValueError where nothing was found.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not (site / INDEX / "archive.json").is_file():
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        try:
            return loaded(browser, site, word)
        finally:
            browser.close()


def loaded(browser: Browser, site: Path, word: str) -> float:
    """The same, in a browser that is open.  Raises ValueError where nothing was found."""
    with _served(site) as (address, asked), browser.new_page() as page:
        page.goto(f"{address}/search.html?q={quote(word)}")
        expect(page.locator("#search-status")).not_to_be_empty(timeout=_PATIENCE)
        found = page.locator("#search-found > li").count()
    if not found:
        raise ValueError(f"the search found nothing for {word!r}")
    return sum(_sent(site / path) for path in asked if path.startswith(f"{INDEX}/"))


def _sent(path: Path) -> float:
    """KB of a file of Pagefind's; all but its scripts and its entry are compressed already."""
    body = path.read_bytes()
    return len(gzip.compress(body, 6) if path.suffix in {".js", ".json"} else body) / 1_000


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """Serve a folder; yield its address, and the set that fills with the paths asked for."""
    asked: set[str] = set()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            asked.add(urlsplit(self.path).path.lstrip("/"))

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
