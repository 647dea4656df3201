"""The local server of a site: its pages, the table of sources, and checks of texts."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Condition
from typing import Any
from urllib.parse import urlsplit

from archive.checking.copy import Copy, NoCopyError
from archive.checking.engine import check
from archive.checking.reading import FORMS
from archive.checking.telling import data
from archive.model.showing import SANDBOX
from archive.serving import Diagnostic, table
from archive.serving.table import Table, TableError

# Checks texts over HTTP, for pages of this server and programs of this machine: POST /_check.
#
# It takes ``{"text": …, "form": "txt", "md" or "html", "date": "2026-11-22"}``, of which only the
# text is needed, and gives what ``archive check-text --json`` prints.

PATH = "/_check"
MOST = 10_000_000  # bytes that are checked at once


def answer(site: Path, given: object) -> dict[str, Any]:
    """The result for one text.  Raises ValueError with what is wrong with what was given."""
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError('Give {"text": "…"}, if need be with "form" and "date".')
    form, day = given.get("form", "txt"), given.get("date") or ""
    if form not in FORMS:
        raise ValueError(f"The form is one of {', '.join(FORMS)}.")
    if not isinstance(day, str) or not re.fullmatch(r"(?:\d{4}-\d\d-\d\d)?", day):
        raise ValueError("Write the date like 2026-11-22.")
    try:
        copy = Copy(site)
    except NoCopyError as error:
        raise ValueError("The site has no index yet.") from error
    return data([("", check(given["text"], copy, form=form, day=day))], copy, day)


# --- Serves the site on this machine, and notifies each open page of every build.
#
# What is served may be unpublished, and any website can have a browser send requests here.  Answers
# go to pages of this server alone, and to whoever types an address: browsers say where a request
# comes from (Fetch Metadata), and each page gets a token that they send back from no other site.  A
# name that leads here is refused, too, so that no foreign page becomes one of this server.

HOST = "127.0.0.1"
_PREFIX = "/_serve/"  # of the server's own addresses
_TABLE = f"{_PREFIX}table/"
_LONGEST = 2**20  # bytes that are saved at once
_SCRIPT = Path(__file__).parent / "live.js"
_HEARTBEAT = 15.0  # seconds after which an idle connection is checked
_NOTHING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Nothing here yet</title>
<body><p>There is no such page yet. This shows it as soon as it is written.</p></body></html>
"""

# A browser asks for a page that was typed or opened from a page of this server.
_OWN_SITES = frozenset({"same-origin", "none"})

_TOKEN = "ARCHIVE_SERVE_TOKEN"  # in the environment, so that a restarted process has the same


@dataclass(frozen=True, slots=True)
class Notice:
    """That the site was written, and what is wrong with it."""

    number: int = 0  # counts the notices
    diagnostics: tuple[Diagnostic, ...] = ()
    fidelity: tuple[Diagnostic, ...] = ()  # of drafts whose table is open, beside their sources


class Notices:
    """Keeps the last notice, for threads that wait for a newer one."""

    def __init__(self) -> None:
        self._posted = Condition()
        self._last = Notice()

    def post(self, diagnostics: Iterable[Diagnostic], fidelity: Iterable[Diagnostic] = ()) -> None:
        """Wake all threads that wait."""
        with self._posted:
            self._last = Notice(self._last.number + 1, tuple(diagnostics), tuple(fidelity))
            self._posted.notify_all()

    def newer(self, number: int, seconds: float) -> Notice | None:
        """Wait for a notice after the one with this number; None if there is none in time."""
        with self._posted:
            is_newer = self._posted.wait_for(lambda: self._last.number > number, seconds)
            return self._last if is_newer else None


class Server(ThreadingHTTPServer):
    """Serves a folder at a port of this machine; ``server_activate()`` begins to listen.

    Raises OSError where the port is not free.
    """

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, port: int, site: Path, notices: Notices, table: Table) -> None:
        self.notices = notices
        self.site = site
        self.table = table
        self.opened: set[str] = set()  # ids of documents whose table was asked for
        handler = partial(Handler, directory=str(site))
        super().__init__((HOST, port), handler, bind_and_activate=False)
        self.server_bind()
        token = os.environ.setdefault(_TOKEN, secrets.token_urlsafe())
        # Cookies are not kept apart by port: the name is.
        self.cookie = f"archive-{self.server_port}={token}"

    def server_bind(self) -> None:
        """Bind without a name lookup of this machine, which can be slow."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are served."""
        return frozenset(f"{name}:{self.server_port}" for name in (HOST, "localhost"))

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error in one line, unless the browser closed the connection."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            print(f"A request could not be answered: {error!r}", file=sys.stderr)


class Handler(SimpleHTTPRequestHandler):
    """Answers GET, HEAD and what the table saves.

    ``translate_path`` of the base class keeps paths in the folder.
    """

    server: Server
    server_version = "archive"
    sys_version = ""

    _policy = SANDBOX

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This host is not served here")
        elif not self._is_own():
            self.send_error(
                HTTPStatus.FORBIDDEN, "Only pages of this server are answered",
                "Another site asked for this. To see it, type its address into the browser.",
            )  # fmt: skip
        elif path == f"{_PREFIX}events":
            self._follow()
        elif path == f"{_PREFIX}live.js":
            self._send(_SCRIPT.read_bytes(), "text/javascript")
        elif path.removeprefix(_PREFIX) in table.FILES:
            name = path.removeprefix(_PREFIX)
            self._send(table.file(name), table.FILES[name])
        elif path.startswith(_TABLE):
            self._answer(partial(self._show_table, path.removeprefix(_TABLE)))
        else:
            self._send_file()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        """Check a text, or save the words of a passage for the table of this server alone."""
        path = urlsplit(self.path).path
        if path == PATH:
            self._answer(self._check)
            return
        if not path.startswith(_TABLE):
            self.send_error(HTTPStatus.NOT_IMPLEMENTED, "Only the table saves anything")
            return
        own = self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        origin = self.headers.get("Origin", "").removeprefix("http://")
        cookies = self.headers.get("Cookie", "").split("; ")
        if (
            self.headers.get("Host", "").lower() not in self.server.hosts or not own
            or origin not in self.server.hosts or self.server.cookie not in cookies
            or self.headers.get_content_type() != "application/json"
        ):  # fmt: skip
            self.send_error(HTTPStatus.FORBIDDEN, "Only pages of this server are answered")
            return
        self._answer(partial(self._save, path.removeprefix(_TABLE)))

    def _check(self) -> None:
        """Check a text that a page of this server sends, or a program of this machine.

        Browsers send the origin with every request of this method, and programs none.
        """
        site, origin = self.headers.get("Sec-Fetch-Site"), self.headers.get("Origin")
        foreign = origin is not None and origin.removeprefix("http://") not in self.server.hosts
        if (
            self.headers.get("Host", "").lower() not in self.server.hosts or foreign
            or site not in (None, "same-origin")
            or self.headers.get_content_type() != "application/json"
        ):  # fmt: skip
            raise TableError(
                HTTPStatus.FORBIDDEN,
                "Only pages and programs of this machine are answered, in JSON.",
            )
        given = self._given(MOST, "The text is too long.")
        try:
            said = answer(self.server.site, given)
        except ValueError as error:
            raise TableError(HTTPStatus.BAD_REQUEST, str(error)) from error
        self._send(json.dumps(said, ensure_ascii=False).encode("utf-8"), "application/json")

    def _given(self, most: int, too_long: str) -> object:
        """The JSON that was sent, of so many bytes at most."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > most:
            self.close_connection = True
            raise TableError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise TableError(HTTPStatus.BAD_REQUEST, "This is no JSON.") from error

    def _save(self, id_: str) -> None:
        given = self._given(_LONGEST, "These are no words of a passage.")
        self.server.table.save(id_, given)
        self._send(table.as_json({"saved": True}), "application/json")

    def _answer(self, answer: Callable[[], None]) -> None:
        """Answer for the table; what cannot be done is told."""
        try:
            answer()
        except (TableError, OSError, UnicodeDecodeError) as error:
            status = error.status if isinstance(error, TableError) else 500
            body = table.as_json({"error": str(error)})
            self._send(body, "application/json", HTTPStatus(status))

    def _show_table(self, name: str) -> None:
        if not name:
            body = table.index(list(self.server.table.drafts()))
            self._send(body, "text/html", page=_digest(body))
            return
        id_ = name.removesuffix(".json")
        rows = self.server.table.rows(id_)
        self.server.opened.add(id_)
        if name.endswith(".json"):
            self._send(table.as_json(rows), "application/json")
        else:
            body = table.page(id_)
            self._send(body, "text/html", page=_digest(body))

    def _is_own(self) -> bool:
        """Whether a request comes from a page of this server, or from no page.

        Browsers that do not say so must send the token of a page, for all but pages: those alone
        are no scripts, styles or images that other sites could show or run.
        """
        site, origin = self.headers.get("Sec-Fetch-Site"), self.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in self.server.hosts:
            return False
        if site is not None:
            return site in _OWN_SITES
        cookies = self.headers.get("Cookie", "").split("; ")
        return self.server.cookie in cookies or self._file_or_page().suffix == ".html"

    def _send_file(self) -> None:
        file = self._file()
        if file is not None and file.suffix != ".html":
            super().do_HEAD() if self.command == "HEAD" else super().do_GET()
            return
        status = HTTPStatus.OK if file else HTTPStatus.NOT_FOUND
        page = _read(file) or _read(self.server.site / "404.html") or _NOTHING
        self._send(live(page), "text/html", status, page=_digest(page))

    def _file(self) -> Path | None:
        """The file at the requested address; for a folder, its index."""
        file = self._file_or_page()
        site = self.server.site.resolve()
        return file if file.is_file() and file.resolve().is_relative_to(site) else None

    def _file_or_page(self) -> Path:
        file = Path(self.translate_path(self.path))
        is_index = urlsplit(self.path).path.endswith("/") and file.is_dir()
        return file / "index.html" if is_index else file

    def _send(
        self, body: bytes, media_type: str, status: HTTPStatus = HTTPStatus.OK, *, page: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if page:
            self._policy = "frame-ancestors 'none'"  # the page itself has the rest
            self.send_header("X-Page", page)
            self.send_header(
                "Set-Cookie", f"{self.server.cookie}; Path=/; HttpOnly; SameSite=Strict"
            )
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _follow(self) -> None:
        """Send each notice as it is posted (Server-Sent Events, HTML standard 9.2)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"retry: 500\n\n")
        seen = 0
        while True:
            notice = self.server.notices.newer(seen, _HEARTBEAT)
            seen = notice.number if notice else seen
            self.wfile.write(_event(notice))

    def end_headers(self) -> None:
        """Forbid caching, guessing of types, and use by other sites."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", self._policy)
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Do not log requests."""


def live(page: bytes) -> bytes:
    """A page with the script that reloads it after a build in which its digest changed."""
    script = f'<script src="{_PREFIX}live.js" data-shown="{_digest(page)}" defer></script>'
    before, end, after = page.rpartition(b"</body>")
    return before + script.encode() + end + after if end else page + script.encode()


def _digest(page: bytes) -> str:
    return sha256(page).hexdigest()[:32]


def _read(file: Path | None) -> bytes | None:
    return file.read_bytes() if file is not None and file.is_file() else None


def _event(notice: Notice | None) -> bytes:
    """A notice as an event; without one a comment, which fails where the connection is closed."""
    if notice is None:
        return b":\n\n"
    rows = {
        name: [{"place": each.place, "text": each.text} for each in found]
        for name, found in (("diagnostics", notice.diagnostics), ("fidelity", notice.fidelity))
    }
    return f"data: {json.dumps(rows)}\n\n".encode()
