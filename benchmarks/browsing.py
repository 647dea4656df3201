"""A site as a server sends it, compressed, to a real browser on this machine."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
_COMPRESSED = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


class _Handler(SimpleHTTPRequestHandler):
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
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium.  Raises SystemExit where there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit(
            "Chromium was not found. To mend: install it (Debian: apt install chromium)."
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def kinds(site: Path) -> list[str]:
    """One page of each kind that the site has, by its address."""
    documents = sorted(
        page.relative_to(site).as_posix()
        for page in (site / "documents").glob("*.html")
        if page.name != "index.html" and not page.name.endswith(".made.html")
    )
    document = documents[0]
    wanted = (
        "index.html", "documents/index.html", document, document.replace(".html", ".made.html"),
        "chronology.html", "map.html", "glossary.html", "references.html", "permanence.html",
        "about.html", "search.html", "404.html",
    )  # fmt: skip
    return [name for name in wanted if (site / name).is_file()]
