"""Runs Pagefind so that the same entries give the same bytes.

Pagefind's command indexes files in the order in which the file system lists them, and its Python
wrapper waits 0.1 s for each record.  This module talks to the service behind that wrapper, which
takes records in the order in which they are sent.  Messages are base64 of JSON, each followed by a
comma, in both directions.

The service writes words and texts in a fixed order, but filters, their values and the metadata that
names them in a random one.  ``settle`` sorts them, and renames the files after their contents.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

import cbor2

from archive.search.entry import LANGUAGE, Entry


class PagefindError(Exception):
    """Pagefind reported an error, or ended too early."""


def executable() -> Path | None:
    """Pagefind's program; None on platforms without it."""
    with suppress(ImportError, FileNotFoundError):
        import pagefind_bin  # noqa: PLC0415

        return Path(pagefind_bin.get_executable())
    return None


def index(program: Path, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Index the entries in their order; return the files of the index by their paths.

    Raises PagefindError.
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
            service.terminate()  # which also ends a sender that is blocked
            sending.join()
            with suppress(BrokenPipeError):
                service.stdin.close()


def _requests(entries: Iterable[Entry]) -> Iterator[dict[str, object]]:
    yield {"type": "NewIndex", "config": {"force_language": LANGUAGE}}
    for entry in entries:
        yield {"type": "AddRecord", "index_id": 0, **entry.record()}
    # If Pagefind wrote the files, they could still be incomplete when it reports success.
    yield {"type": "GetFiles", "index_id": 0}


def _send(to: IO[bytes], requests: Iterable[dict[str, object]]) -> None:
    try:
        for number, request in enumerate(requests, start=1):
            message = {"message_id": number, "payload": request}
            to.write(base64.b64encode(json.dumps(message).encode("utf-8")) + b",")
        to.flush()
    except BrokenPipeError:
        return  # the reader of the answers reports the error


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


# The same bytes at every run

SIGNATURE = b"pagefind_dcd"  # stands before the CBOR of each file of an index (RFC 8949)

# The program in the browser; one copy serves all shares.
PROGRAM = ("pagefind.js", f"wasm.{LANGUAGE}.pagefind")
# The byte that names the operating system (RFC 1952, 2.3), which differs between Pythons.
_SYSTEM, _UNKNOWN = 9, 255
_ENTRY_POINT = "pagefind-entry.json"

Files = dict[str, bytes]  # by their paths within an index


def settle(files: Files) -> Files:
    """The files of an index that a search reads, without the program, in fixed bytes."""
    settled = {
        path: data for path, data in files.items() if path.startswith(("fragment/", "index/"))
    }
    named = []
    for name, values in sorted(_filters(files)):
        hashed, data = _pack([name, sorted(values)], 7)
        settled[f"filter/{hashed}.pf_filter"] = data
        named.append([name, hashed])
    meta = next(data for path, data in files.items() if path.endswith(".pf_meta"))
    version, pages, chunks, _unsorted, *rest = _unpack(meta)
    hashed, settled_meta = _pack([version, pages, chunks, named, *rest], 10)
    settled[f"pagefind.{hashed}.pf_meta"] = settled_meta
    entry = json.loads(files[_ENTRY_POINT])  # the file that a search reads first
    entry["languages"][LANGUAGE]["hash"] = hashed
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return settled | {_ENTRY_POINT: text.encode("utf-8")}


def _filters(files: Files) -> Iterator[tuple[str, list[Any]]]:
    for path, data in files.items():
        if path.endswith(".pf_filter"):
            name, values = _unpack(data)
            yield name, values


def _unpack(data: bytes) -> Any:
    return cbor2.loads(gzip.decompress(data).removeprefix(SIGNATURE))


def _pack(content: object, digits: int) -> tuple[str, bytes]:
    """The name and the bytes of a file of an index."""
    data = SIGNATURE + cbor2.dumps(content)
    name = f"{LANGUAGE}_{hashlib.sha256(data).hexdigest()[:digits]}"
    packed = bytearray(gzip.compress(data, mtime=0))
    packed[_SYSTEM] = _UNKNOWN
    return name, bytes(packed)
