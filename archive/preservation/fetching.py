"""A polite HTTP client for a mirror: one connection, with a limited rate.

It waits as long as Retry-After asks (RFC 9110, 10.2.3), retries failures with growing pauses, and
reports redirects instead of following them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.util import Retry, Timeout

from archive.preservation.finding import CannotCheckError

AGENT = "archive-verify/1 (checks a mirror against its manifest; python-urllib3)"

_TRIES = 4  # after the first
_LONGEST_WAIT = 600  # seconds
_PATIENCE = Timeout(connect=15, read=60)  # seconds


class UnreachableError(Exception):
    """Why one address could not be fetched."""


class Client:
    """Fetches the files below one address.  ``rate``: requests a second at most; 0: no limit."""

    def __init__(self, base: str, rate: float) -> None:
        """Raise CannotCheckError where ``base`` is not an HTTP address."""
        if urlsplit(base).scheme not in {"http", "https"} or not urlsplit(base).netloc:
            raise CannotCheckError(f"{base} is no address: it begins with https://")
        self.base = base.rstrip("/") + "/"
        self._pause = 1 / rate if rate else 0.0
        self._next = 0.0
        retries = Retry(
            total=_TRIES, redirect=False, status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=0.5, retry_after_max=_LONGEST_WAIT, raise_on_status=False,
        )  # fmt: skip
        self._pool = urllib3.PoolManager(
            num_pools=1, maxsize=1, retries=retries, timeout=_PATIENCE,
            headers={
                "User-Agent": AGENT, "Accept-Encoding": "gzip", "Cache-Control": "no-cache",
            },
        )  # fmt: skip

    @contextmanager
    def get(self, path: str, method: str = "GET") -> Iterator[urllib3.BaseHTTPResponse]:
        """Ask for a file; its bytes are not read yet.  Raises UnreachableError."""
        self._wait()
        try:
            answer = self._pool.request(
                method, self.base + quote(path), preload_content=False, redirect=False
            )
            try:
                yield answer
            finally:
                answer.drain_conn()
                answer.release_conn()
        except (HTTPError, OSError) as error:
            raise UnreachableError(_reason(error)) from error

    def place(self, path: str, location: str) -> str:
        """Where a redirect from ``path`` leads: a path below the base, or a whole address."""
        address = urljoin(self.base + quote(path), location)
        return address.removeprefix(self.base)

    def _wait(self) -> None:
        if (early := self._next - time.monotonic()) > 0:
            time.sleep(early)
        self._next = time.monotonic() + self._pause

    def close(self) -> None:
        self._pool.clear()


def _reason(error: Exception) -> str:
    """The innermost reason, in one clause."""
    if isinstance(error, ProtocolError):
        return "the answer broke off"
    reason = getattr(error, "reason", None) or error
    return str(reason).rpartition(": ")[2] or type(error).__name__
