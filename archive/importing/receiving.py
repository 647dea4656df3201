"""Where the bytes of an import come from: a file, standard input, or an address.

An address is fetched only where the editor asks for it, once, and what was received is kept with
its time and its SHA-256.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.importing import RefusedError, importer
from archive.importing.source_text import fingerprint

SECONDS = 60  # between two parts of an answer
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Received:
    """The bytes to import."""

    data: bytes
    name: str = ""  # of the file; nothing where the content alone tells the format
    address: str = ""  # that answered
    capture: str = ""  # what is known of the answer, as JSON


def receive(named: str, *, fetch: bool = False) -> Received:
    """The bytes that ``named`` stands for: a path, ``-`` for standard input, or an address.

    Raises RefusedError where they cannot be had.
    """
    if named == "-":
        return Received(importer.within(sys.stdin.buffer.read(importer.MAX_FILE + 1)))
    if _ANY_ADDRESS.match(named):
        return _fetched(named, fetch=fetch)
    path = Path(named).expanduser()  # which no shell does after ``FILE=``
    return Received(importer.load(path), path.name)


def _fetched(address: str, *, fetch: bool) -> Received:
    if not _ADDRESS.fullmatch(address):
        raise RefusedError(
            "import-address", "It is no address of a page (https:// or http://).",
            "name a file, or the address of a page.",
        )  # fmt: skip
    if not fetch:
        raise RefusedError(
            "import-address", "It is an address, and nothing is fetched unasked.",
            "say FETCH=1 to fetch it, or save the page from a browser and name that file.",
        )  # fmt: skip
    request = urllib.request.Request(address, headers={"User-Agent": "anchored-archive"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            data = importer.within(answer.read(importer.MAX_FILE + 1))
            final, kind = str(answer.geturl()), str(answer.headers.get("Content-Type", ""))
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise RefusedError(
            "import-address", f"It cannot be fetched: {reason}.",
            "look at it in a browser, save the page there, and name that file.",
        ) from error  # fmt: skip
    capture = {
        "asked": address, "answered": final, "type": kind, "bytes": len(data),
        "sha256": fingerprint(data), "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    return Received(data, "", final, json.dumps(capture, indent=2, ensure_ascii=False) + "\n")
