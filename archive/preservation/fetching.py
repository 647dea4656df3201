"""An HTTP client for mirrors that may be hostile: every answer is bounded in bytes and in time.

One connection, with a limited rate.  A request has one deadline for its connection, its headers
and its body together, which moves on only as bytes come: an answer must be finished after
``Limits.patience``, or be as fast as ``Limits.slowest``.  Retry-After (RFC 9110, 10.2.3) is obeyed
within a bound, and each wait is told.  Redirects are reported, and never followed.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote, urljoin, urlsplit

from archive.preservation import CannotCheckError

AGENT = "archive-verify/1 (checks a mirror against its manifest; python)"

# What a common browser sends, for a second look at what a mirror gives to others.
BROWSER = {
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    ),
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Accept-Encoding": "gzip",
}

_BUSY = frozenset({429, 500, 502, 503, 504})
_BLOCK = 64 << 10  # bytes read at once
_ASIDE = 16 << 10  # bytes of a redirect or an error that are read, so that its connection stays


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a mirror is trusted with the time of whoever checks it."""

    patience: float = 60  # seconds for an answer, whatever its size
    slowest: float = 4096  # bytes a second, of an answer that takes longer
    tries: int = 4  # after the first
    pause: float = 0.5  # seconds before the second try, doubled with each
    longest_wait: float = 120  # seconds that Retry-After may ask for at once
    waits: float = 900  # seconds of all waits together


class UnreachableError(Exception):
    """Why one address could not be fetched."""


class EndlessError(Exception):
    """An answer was larger, slower or more deeply packed than it may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: of anything but 200, without most of its body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


def _is_header(text: str) -> bool:
    return text.isascii() and text.isprintable()


class Client:
    """Fetches the files below one address.  ``rate``: requests a second at most; 0: no limit."""

    def __init__(
        self,
        base: str,
        rate: float,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Raise CannotCheckError where ``base`` is not an HTTP address, or another value is none.

        ``tell`` is given a sentence before each wait that the mirror asks for.
        """
        self.limits = limits or Limits()
        self.waited = 0.0  # seconds
        self._headers = {
            "User-Agent": AGENT, "Accept-Encoding": "gzip", "Cache-Control": "no-cache",
            **(headers or {}),
        }  # fmt: skip
        self._tell = tell
        self._pause = 1 / rate if rate else 0.0
        self._next = self._started = self._deadline = 0.0
        try:
            parts = urlsplit(base)
            self._host, self._port = parts.hostname or "", parts.port
            self._host.encode("idna")
        except ValueError as error:
            raise CannotCheckError(f"{base} is no address: {error}") from error
        if parts.scheme not in {"http", "https"} or not self._host or len(self._host.split()) > 1:
            raise CannotCheckError(f"{base} is no address: it begins with https:// and a host")
        if not rate >= 0:
            raise CannotCheckError(f"{rate} is no rate: write a number of requests a second, or 0")
        if wrong := [each for each in self._headers.values() if not _is_header(each)]:
            raise CannotCheckError(f"{wrong[0]} is no User-Agent: write it in ASCII, on one line")
        self.base = base.rstrip("/") + "/"
        self._folder = quote(parts.path.rstrip("/"), safe="/%") + "/"
        self._safe = parts.scheme == "https"
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, most: int, method: str = "GET") -> Answer:
        """Ask for a file of at most so many bytes.  Raises UnreachableError and EndlessError."""
        for number in range(self.limits.tries + 1):
            last = number == self.limits.tries
            why, asked = "", None
            try:
                answer = self._once(path, most, method)
            except (OSError, http.client.HTTPException, zlib.error) as error:
                self.close()
                why = _reason(error)
                broke_off = number and isinstance(error, http.client.IncompleteRead)
                if last or broke_off or isinstance(error, TimeoutError):
                    raise UnreachableError(why) from error
            else:
                if answer.status not in _BUSY or last:
                    return answer
                why, asked = f"it answers with {answer.status}", answer.headers.get("retry-after")
            self._wait_for(path, why, _seconds(asked), number)
        raise AssertionError

    def place(self, path: str, location: str) -> str:
        """Where a redirect from ``path`` leads: a path below the base, or a whole address."""
        try:
            return urljoin(self.base + quote(path), location).removeprefix(self.base)
        except ValueError:  # http://[::1
            return location

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # One request

    def _once(self, path: str, most: int, method: str) -> Answer:
        self._keep_rate()
        self._started = time.monotonic()
        self._deadline = self._started + self.limits.patience
        connection = self._connection = self._connection or self._connect()
        connection.request(method, self._folder + quote(path), headers=self._headers)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        whole = answer.status == HTTPStatus.OK and method == "GET"
        body, complete = b"", method == "HEAD"
        try:
            if not complete:
                body, complete = self._body(answer, headers, most if whole else _ASIDE, whole=whole)
        finally:
            if not complete or answer.will_close:
                self.close()
        return Answer(answer.status, headers, body if whole else b"")

    def _connect(self) -> http.client.HTTPConnection:
        timeout = self.limits.patience
        made: http.client.HTTPConnection
        if self._safe:
            context = ssl.create_default_context()
            made = http.client.HTTPSConnection(
                self._host, self._port, timeout=timeout, context=context
            )
        else:
            made = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        made.response_class = self._response  # type: ignore[assignment]
        return made

    def _response(
        self, sock: socket.socket, *given: object, **named: object
    ) -> http.client.HTTPResponse:
        """An answer whose every read ends at the deadline."""
        answer = http.client.HTTPResponse(sock, *given, **named)  # type: ignore[arg-type]
        raw = answer.fp.detach()
        answer.fp = io.BufferedReader(_Timed(raw, sock, lambda: self._deadline))
        return answer

    def _body(
        self,
        answer: http.client.HTTPResponse,
        headers: Mapping[str, str],
        most: int,
        *,
        whole: bool,
    ) -> tuple[bytes, bool]:
        """The bytes of an answer, unpacked, and whether these were all."""
        packed = headers.get("content-encoding", "identity").lower()
        if packed not in {"gzip", "identity"}:
            raise http.client.HTTPException(f"it is packed in a way not asked for: {packed}")
        unpacking = zlib.decompressobj(31) if packed == "gzip" else None
        found, came, promised = bytearray(), 0, answer.length
        while block := answer.read1(_BLOCK if promised is None else min(_BLOCK, promised - came)):
            came += len(block)
            earned = self.limits.patience / 2 + came / self.limits.slowest
            self._deadline = max(self._deadline, self._started + earned)
            if unpacking is not None:
                block = unpacking.decompress(block, most - len(found) + 1)
            found += block
            if len(found) > most or came > most + _ASIDE:
                if whole:
                    self.close()
                    raise EndlessError(f"it is longer than {most} bytes")
                return bytes(found), False
        if unpacking is not None and came and not unpacking.eof:
            raise http.client.IncompleteRead(bytes(found))
        if promised is not None and came < promised:
            raise http.client.IncompleteRead(bytes(found))
        answer.close()
        return bytes(found), True

    # Waiting

    def _wait_for(self, path: str, why: str, asked: float | None, number: int) -> None:
        """Wait before the next try.  Raises CannotCheckError where a mirror asks for too much."""
        seconds = self.limits.pause * 2**number if asked is None else asked
        seconds = min(seconds, self.limits.longest_wait)
        if self.waited + seconds > self.limits.waits:
            raise CannotCheckError(
                f"the mirror makes the check wait for more than {self.limits.waits:.0f} s in all. "
                "The same command goes on where it stopped"
            )
        if asked is not None:
            self._tell(f"Waiting {seconds:.0f} s, as the mirror asks: {path}, {why}")
        self.waited += seconds
        time.sleep(seconds)

    def _keep_rate(self) -> None:
        if (early := self._next - time.monotonic()) > 0:
            time.sleep(early)
        self._next = time.monotonic() + self._pause


class _Timed(io.RawIOBase):
    """The bytes of a socket until a deadline, which may move."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Callable[[], float]):
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int | None:  # type: ignore[override]
        left = self._deadline() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer is too slow")
        self._sock.settimeout(left)
        try:
            return self._raw.readinto(buffer)
        except TimeoutError as error:
            raise TimeoutError("the answer is too slow") from error

    def close(self) -> None:
        self._raw.close()
        super().close()


def _seconds(asked: str | None) -> float | None:
    """Retry-After in seconds: it is a number, or a date."""
    if asked is None:
        return None
    if asked.strip().isascii() and asked.strip().isdigit():
        return float(asked.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _reason(error: Exception) -> str:
    """The reason in one clause."""
    if isinstance(error, (http.client.IncompleteRead, http.client.RemoteDisconnected)):
        return "the answer broke off"
    if isinstance(error, zlib.error):
        return "its packing is broken"
    return str(error).rpartition("] ")[2] or type(error).__name__
