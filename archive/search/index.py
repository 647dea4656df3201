"""Updates the search index with Pagefind, indexing only what changed, to the same bytes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import cbor2

from archive.files import write
from archive.search import BUCKETS, LANGUAGE, Entry, Shelf

# --- Runs Pagefind so that the same entries give the same bytes.
#
# Pagefind's command indexes files in the order in which the file system lists them, and its Python
# wrapper waits 0.1 s for each record.  This module talks to the service behind that wrapper, which
# takes records in the order in which they are sent.  Messages are base64 of JSON, each followed by
# a comma, in both directions.
#
# The service writes words and texts in a fixed order, but filters, their values and the metadata
# that names them in a random one.  ``settle`` sorts them, and renames the files after their
# contents.


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


# --- Updates the search index, indexing only what changed.
#
# Pagefind cannot add to an existing index.  A large archive is therefore indexed in shares, so that
# a change affects one share only; the browser searches all of them together.  Each share adds about
# 25 KB to a reader's first query, so there are few.

# Up to so many entries there is one share: Pagefind takes 0.4 MB for each while it indexes.
MOST_ALONE = 300
MOST_IN_A_SHARE = 1_300  # entries on average in larger archives: less than 500 MB
# How many shares there are: each step is a new index of all, so there are few.
_NUMBERS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, BUCKETS)

OVERVIEW = "archive.json"  # the digest of each share


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index holds, and how much of it was made."""

    entries: int
    shares: int
    made: int  # shares


def keep_in_step(shelf: Shelf, folder: Path, program: Path) -> Indexed:
    """Update the index at ``folder`` to the entries on the shelf.

    Each share is put in place when it is complete, and the overview is written last, so that the
    next run completes an interrupted one.  Raises PagefindError.
    """
    shares = divide(shelf.buckets())
    before = _digests(folder)
    wanted = [_digest(share) for share in shares]
    made = 0
    for number, (share, digest) in enumerate(zip(shares, wanted, strict=True)):
        place = folder / str(number)
        if before.get(number) != digest or not place.is_dir():
            _make(share, place, program, with_program=number == 0)
            made += 1
    folder.mkdir(parents=True, exist_ok=True)
    kept = {OVERVIEW, *map(str, range(len(shares)))}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _write_overview(folder, wanted)
    return Indexed(sum(map(len, shares)), len(shares), made)


def join(folders: Iterable[Path], target: Path) -> int:
    """Join the shares of several indexes at ``target``, by hard links; return how many there are.

    ``target`` must not exist yet; without any index it is not made.
    """
    digests: list[str] = []
    for folder in folders:
        for number, digest in _digests(folder).items():
            spare = shutil.ignore_patterns(*PROGRAM) if digests else None
            place = target / str(len(digests))
            shutil.copytree(folder / str(number), place, copy_function=os.link, ignore=spare)
            digests.append(digest)
    if digests:
        _write_overview(target, digests)
    return len(digests)


def divide(buckets: list[list[Path]]) -> list[list[Path]]:
    """The files of each share, which consists of whole buckets: a page is in one share."""
    count, number = sum(map(len, buckets)), 1
    if count > MOST_ALONE:
        number = next((each for each in _NUMBERS if count <= each * MOST_IN_A_SHARE), BUCKETS)
    shares = [
        [path for bucket in buckets[share::number] for path in bucket] for share in range(number)
    ]
    return [share for share in shares if share]


def _digest(share: list[Path]) -> str:
    """SHA-256 of all that the index of a share depends on, this code included."""
    # The code of this package.  Pagefind is pinned, and each index holds its version.
    code = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    found = hashlib.sha256(b"\0".join(code))
    for path in share:
        found.update(f"{path.parent.name}/{path.name}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _make(share: list[Path], place: Path, program: Path, *, with_program: bool) -> None:
    files = index(program, [Entry.parse(path.read_text("utf-8")) for path in share])
    kept = settle(files)
    if with_program:
        kept |= {name: files[name] for name in PROGRAM}
    new = place.with_name(f"{place.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for name, data in kept.items():
        write(new / name, data)
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)


def _digests(folder: Path) -> dict[int, str]:
    """The digest of each share by number; none if the overview is missing or broken."""
    try:
        return dict(enumerate(json.loads((folder / OVERVIEW).read_text("utf-8"))["shares"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_overview(folder: Path, digests: list[str]) -> None:
    write(folder / OVERVIEW, json.dumps({"shares": digests}) + "\n")
