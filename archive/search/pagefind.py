"""Runs Pagefind, as the service that its own wrappers for Python and Node talk to.

The command reads a folder in the order in which the file system happens to list it, and the index
follows that order; Pagefind's wrapper for Python waits a tenth of a second for each record.  The
service takes records in the order in which they are sent: base64 of JSON, a comma after each, both
ways.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

from archive.search.entry import LANGUAGE, Entry


class PagefindError(Exception):
    """Pagefind refused something, or ended before it was done."""


def executable() -> Path | None:
    """Pagefind's program; None where there is none for this platform."""
    try:
        import pagefind_bin  # noqa: PLC0415 (there is none for some platforms)

        found: Path = pagefind_bin.get_executable()
    except (ImportError, FileNotFoundError):
        return None
    return found


def index(program: Path, entries: Iterable[Entry]) -> dict[str, bytes]:
    """Index the entries, in their order; return the index's files by their paths in it.

    Raises PagefindError where it cannot be done.
    """
    service = subprocess.Popen(
        [program, "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with service:
        assert service.stdin is not None
        assert service.stdout is not None
        sending = Thread(target=_send, args=(service.stdin, _requests(entries)))
        sending.start()
        try:
            return _await_files(service.stdout)
        finally:
            service.terminate()  # which also frees a sender that it no longer listens to
            sending.join()
            with suppress(BrokenPipeError):
                service.stdin.close()


def _requests(entries: Iterable[Entry]) -> Iterator[dict[str, object]]:
    yield {"type": "NewIndex", "config": {"force_language": LANGUAGE}}
    for entry in entries:
        yield {"type": "AddRecord", "index_id": 0, **entry.record()}
    # Written by Pagefind itself, they would not be whole yet when it says that they are.
    yield {"type": "GetFiles", "index_id": 0}


def _send(to: IO[bytes], requests: Iterable[dict[str, object]]) -> None:
    try:
        for number, request in enumerate(requests, start=1):
            message = {"message_id": number, "payload": request}
            to.write(base64.b64encode(json.dumps(message).encode("utf-8")) + b",")
        to.flush()
    except BrokenPipeError:
        return  # what went wrong is told by the one who reads the answers


def _await_files(answers: IO[bytes]) -> dict[str, bytes]:
    for answer in _messages(answers):
        payload = answer["payload"]
        if payload["type"] == "Error":
            raise PagefindError(payload.get("message", "Pagefind names no reason"))
        if payload["type"] == "GetFiles":
            return {
                file["path"].replace("\\", "/"): base64.b64decode(file["content"])
                for file in payload["files"]
            }
    raise PagefindError("Pagefind ended before it was done")


def _messages(answers: IO[bytes]) -> Iterator[dict[str, Any]]:
    parts: list[bytes] = []
    while data := answers.read1(1 << 20):  # type: ignore[attr-defined]
        first, *others = data.split(b",")
        parts.append(first)
        for other in others:
            yield json.loads(base64.b64decode(b"".join(parts)))
            parts = [other]
