"""Serves the site on this machine, and tells each open page what became of the last edit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Condition
from urllib.parse import urlsplit

from archive.serving.told import Told


@dataclass(frozen=True, slots=True)
class Notice:
    """The last notice."""

    number: int = 0  # counts the notices
    told: tuple[Told, ...] = ()


class Board:
    """Holds the last notice; threads may post and wait."""

    def __init__(self) -> None:
        self._posted = Condition()
        self._notice = Notice()

    def post(self, told: Iterable[Told]) -> None:
        """Tell every page that the site was written, and what is wrong with it."""
        with self._posted:
            self._notice = Notice(self._notice.number + 1, tuple(told))
            self._posted.notify_all()

    def newer(self, than: int, seconds: float) -> Notice | None:
        """Wait for a notice after number ``than``; None if there is none in time."""
        with self._posted:
            if self._posted.wait_for(lambda: self._notice.number > than, seconds):
                return self._notice
            return None


HOST = "127.0.0.1"

_NAMES = (HOST, "localhost")

_PREFIX = "/_serve/"  # of the server's own addresses

_SCRIPT = Path(__file__).parent / "live.js"

_NOTHING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Nothing here yet</title>
<body><p>There is no such page. Where it comes to be, it shows here.</p></body></html>
"""

_HEARTBEAT = 15.0  # seconds after which an idle connection is checked


class Server(ThreadingHTTPServer):
    """Serves a folder at a port of this machine.

    Raises OSError where the port is not free.  ``server_activate()`` begins to listen.
    """

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, port: int, site: Path, board: Board) -> None:
        self.board = board
        self.site = site
        handler = partial(Handler, directory=str(site))
        super().__init__((HOST, port), handler, bind_and_activate=False)
        self.server_bind()

    def server_bind(self) -> None:
        """Bind without a name lookup of this machine, which can be slow."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are served."""
        return frozenset(f"{name}:{self.server_port}" for name in _NAMES)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error in one line, unless the browser closed the connection."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            print(f"A request could not be answered: {error!r}", file=sys.stderr)


class Handler(SimpleHTTPRequestHandler):
    """Answers GET and HEAD.  The standard library keeps paths within the folder."""

    server: Server
    server_version = "archive"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = urlsplit(self.path).path
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This host is not served here")
        elif path == f"{_PREFIX}events":
            self._follow()
        elif path == f"{_PREFIX}live.js":
            self._send(_SCRIPT.read_bytes(), "text/javascript", with_body=with_body)
        else:
            self._send_file(with_body=with_body)

    def _send_file(self, *, with_body: bool) -> None:
        file = self._file()
        if file is not None and file.suffix != ".html":
            super().do_GET() if with_body else super().do_HEAD()
            return
        status = HTTPStatus.OK if file else HTTPStatus.NOT_FOUND
        page = _read(file) or _read(self.server.site / "404.html") or _NOTHING
        self._send(live(page), "text/html", status, page=_digest(page), with_body=with_body)

    def _file(self) -> Path | None:
        """The file at the requested address; for a folder, its index."""
        file = Path(self.translate_path(self.path))
        if file.is_dir() and urlsplit(self.path).path.endswith("/"):
            file /= "index.html"
        site = self.server.site.resolve()
        return file if file.is_file() and file.resolve().is_relative_to(site) else None

    def _send(
        self,
        body: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        page: str = "",
        with_body: bool,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if page:
            self.send_header("X-Page", page)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _follow(self) -> None:
        """Send each notice as it is posted (Server-Sent Events, HTML standard 9.2)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"retry: 500\n\n")
        seen = 0
        while True:
            notice = self.server.board.newer(seen, _HEARTBEAT)
            seen = notice.number if notice else seen
            self.wfile.write(_event(notice))

    def end_headers(self) -> None:
        """Forbid caching and guessing of types."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Do not log requests."""


def live(page: bytes) -> bytes:
    """A page with the script that follows the builds, which is given the page's digest."""
    script = f'<script src="{_PREFIX}live.js" data-shown="{_digest(page)}" defer></script>'
    before, end, after = page.rpartition(b"</body>")
    return before + script.encode() + end + after if end else page + script.encode()


def _digest(page: bytes) -> str:
    return sha256(page).hexdigest()[:32]


def _read(file: Path | None) -> bytes | None:
    return file.read_bytes() if file is not None and file.is_file() else None


def _event(notice: Notice | None) -> bytes:
    """A notice as an event; without one a comment, which shows whether the connection is alive."""
    if notice is None:
        return b":\n\n"
    told = [{"place": each.place, "text": each.text} for each in notice.told]
    return f"data: {json.dumps({'told': told})}\n\n".encode()
