"""Chromium on this machine, and a server that sends a site compressed, as hosts do."""

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

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
_COMPRESSED = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        kind = _COMPRESSED.get(path.suffix)
        if kind is None or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Note the path instead of printing a line."""
        self.server.asked.add(urlsplit(self.path).path.lstrip("/"))


class Server(ThreadingHTTPServer):
    """Serves a folder on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.asked: set[str] = set()  # the paths that were requested


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a folder while the context lasts."""
    server = Server(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium.  Raises SystemExit where there is none."""
    path = chromium_path()
    if path is None:
        raise SystemExit(
            "Chromium was not found. To mend: install it (Debian: apt install chromium)."
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def kinds(site: Path) -> list[str]:
    """One page of each kind that the site has, by its address."""
    documents = sorted(
        page.relative_to(site).as_posix()
        for page in (site / "documents").glob("*.html")
        if page.name != "index.html" and page.name.count(".") == 1
    )
    document = documents[0]
    wanted = (
        "index.html", "documents/index.html", document, document.replace(".html", ".made.html"),
        "chronology.html", "map.html", "glossary.html", "references.html", "permanence.html",
        "about.html", "search.html", "404.html", "subjects.html",
    )  # fmt: skip
    several = ("subjects/*.html", "documents/*.versions.html")
    more = (page for each in several for page in sorted(site.glob(each))[:1])
    names = [*wanted, *(page.relative_to(site).as_posix() for page in more)]
    return [name for name in names if (site / name).is_file()]


# What a first search loads

_INDEX = ("search-index/", "pagefind/")  # the folders of what it reads, below the site
_PATIENCE = 30_000  # milliseconds


def first_query(site: Path, word: str) -> float | None:
    """KB, as a server sends them, that a search for ``word`` loads beyond the page itself.

    None where the site has no search index, or the machine no Chromium.
    Raises ValueError where nothing was found.
    """
    if chromium_path() is None or not (site / _INDEX[0]).is_dir():
        return None
    with chromium() as browser:
        return loaded(browser, site, word)


def loaded(browser: Browser, site: Path, word: str) -> float:
    """As ``first_query``, in an open browser.  Raises ValueError where nothing was found."""
    with served(site) as server, browser.new_page() as page:
        page.goto(f"{server.address}/search.html?q={quote(word)}")
        expect(page.locator("#search-status")).not_to_be_empty(timeout=_PATIENCE)
        found = page.locator("#search-found > li").count()
    if not found:
        raise ValueError(f"the search found nothing for {word!r}")
    return sum(_sent(site / path) for path in server.asked if path.startswith(_INDEX))


def _sent(path: Path) -> float:
    """KB of a file of Pagefind as it is sent; only its scripts and its entry can be compressed."""
    body = path.read_bytes()
    return len(gzip.compress(body, 6) if path.suffix in {".js", ".json"} else body) / 1_000
