"""Updates the search index with Pagefind, to the same bytes, and writes what the page reads."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import cbor2

from archive.files import write, write_if_changed
from archive.search import BUCKETS, DOCUMENT, LANGUAGE, Entry, Shelf, bucket_of

# --- Updates the search index with Pagefind, indexing only what changed, to the same bytes.

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


# --- Writes what the search page reads: the texts of all entries, in files of limited size.
#
# The files are scripts that hand over one JSON value, because a page that is opened from a disk can
# load scripts and nothing else.  In a small archive a search reads all texts; in a large one on a
# server, Pagefind tells which entries to read.

FOLDER = "search-index"
TEXTS_OVERVIEW = "overview"

# Bytes of all texts up to which a reader loads them all, and no Pagefind: packed they weigh about
# as much as its program and what it loads for a first query.
MOST_READ = 400_000
_CHUNK = 100_000  # bytes of a file of texts, on average

# The fingerprints in one file, at most; their first digits tell the file.
_MOST_PRINTS = 1_000

_WORD = re.compile(r"[^\W\d_]{3,}")


def write_texts(shelves: Sequence[Shelf], folder: Path, shares: int) -> int:
    """Write the files for the search page, and remove others; return the number of entries.

    ``shares`` is the number of shares of the index that Pagefind made, 0 if it made none.
    """
    buckets = [
        [Entry.parse(path.read_text("utf-8")) for path in _in_order(files)]
        for files in zip(*(shelf.buckets() for shelf in shelves), strict=True)
    ]
    entries = [entry for bucket in buckets for entry in bucket]
    rows = [[_json(_row(each)) for each in bucket] for bucket in buckets]
    size = sum(len(row.encode("utf-8")) for bucket in rows for row in bucket)
    chunks = 1
    while chunks < BUCKETS and size > chunks * _CHUNK:
        chunks *= 2
    made = {
        f"texts-{chunk}": f"[{','.join(row for bucket in rows[chunk::chunks] for row in bucket)}]"
        for chunk in range(chunks)
    }
    anchors = [shelf.anchors() for shelf in shelves]
    prints, digits = _prints(each.prints for each in anchors)
    moved = {old: new for each in anchors for old, new in sorted(each.moved.items())}
    made |= prints
    made["names"] = _json({"documents": list(_names(entries, chunks)), "moved": moved})
    if shares:
        made["words"] = _json(_words(entries))
    made[TEXTS_OVERVIEW] = _json({
        "texts": chunks, "shares": shares, "digits": digits, "filters": _counted(entries),
        "alike": [[each.title, *each.also] for each in entries if each.also],
    })  # fmt: skip
    for name, text in made.items():
        data = text.replace("</", "<\\/")  # ends no script, wherever it is pasted
        write_if_changed(folder / f"{name}.js", f'searchData("{name}", {data});\n')
    for path in folder.glob("*"):
        if path.stem not in made:
            path.unlink()
    return len(entries)


def size_of(shelf: Shelf) -> int:
    """About how many bytes the texts of a shelf take."""
    return sum(path.stat().st_size for bucket in shelf.buckets() for path in bucket)


def _in_order(files: Iterable[list[Path]]) -> list[Path]:
    """The files of one bucket in several shelves, in the order that one shelf would give them."""
    return sorted((path for each in files for path in each), key=lambda path: path.parts[-2:])


def _row(entry: Entry) -> list[object]:
    places = [[place.anchor, place.name, place.words] for place in entry.places]
    facets: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in entry.facets:
        facets[name].append(value)
    return [entry.page, entry.title, entry.about, facets, places]


def _names(entries: Iterable[Entry], chunks: int) -> Iterator[list[object]]:
    """What a citation can name of each document, and which file has its text."""
    for entry in entries:
        if ("type", DOCUMENT) in entry.facets:
            labels = [each.anchor.rpartition("-")[2] for each in entry.places[1:]]
            names = [entry.places[0].anchor, entry.name, entry.title, entry.about.split(" · ")[0]]
            yield [*names, bucket_of(entry.page.removesuffix(".html")) % chunks, " ".join(labels)]


def _prints(anchors: Iterable[dict[str, list[str]]]) -> tuple[dict[str, str], int]:
    """The files with the anchors of each fingerprint, and how many digits their names have."""
    all_prints: defaultdict[str, set[str]] = defaultdict(set)
    for each in anchors:
        for sha256, named in each.items():
            all_prints[sha256].update(named)
    digits = 0
    while len(all_prints) > _MOST_PRINTS * 16**digits:
        digits += 1
    files: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for sha256 in sorted(all_prints):
        files[sha256[:digits]][sha256] = sorted(all_prints[sha256])
    return {f"prints-{begin}": _json(found) for begin, found in files.items()}, digits


def _words(entries: Iterable[Entry]) -> str:
    """All words, from the most to the least frequent; spellings are proposed from them."""
    counted: Counter[str] = Counter()
    for entry in entries:
        for place in entry.places:
            counted.update(map(str.lower, _WORD.findall(place.words)))
    return " ".join(sorted(counted, key=lambda word: (-counted[word], word)))


def _counted(entries: Iterable[Entry]) -> dict[str, Counter[str]]:
    """How many entries have each value of each filter."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        for name, value in entry.facets:
            counts[name][value] += 1
    return counts


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
