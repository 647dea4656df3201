"""Hashing a site's files, and of pages what stands inline in them, each once until it changes.

What was found is kept in a cache file outside the site, by size and times.  A file whose time is
within the last moments is not kept, since it could change again within the clock's one tick.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.preservation.inline import Inline, inline, union
from archive.preservation.site import File, files
from archive.preservation.writing import replace

BLOCK = 1 << 20  # bytes read at once

_FORMAT = 1  # a cache of another format is not used
_UNSETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of a file system in use


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file and what reading it gave."""

    file: File
    sha256: str
    inline: Inline  # empty where it is no page


@dataclass(frozen=True, slots=True)
class Reading:
    """All files of a site, by path, and how much had to be read for it."""

    hashed: Mapping[str, Hashed]
    files_read: int = 0
    bytes_read: int = 0

    @property
    def digests(self) -> dict[str, str]:
        return {path: each.sha256 for path, each in self.hashed.items()}

    @property
    def inline(self) -> Inline:
        return union({id(each.inline): each.inline for each in self.hashed.values()}.values())


def read_site(root: Path, cache: Path) -> Reading:
    """Hash every file of a site that changed since the cache was written, and write the cache.

    Raises OSError where a file cannot be read, ValueError for what is no file.
    """
    started = time.time_ns()
    known, found = _load(cache), dict[str, Hashed]()
    count = size = 0
    shared: dict[Inline, Inline] = {}
    for file in sorted(files(root), key=lambda file: file.path.encode()):
        before = known.get(file.path)
        if before is None or before.file != file:
            before = _read(root, file)
            count, size = count + 1, size + file.size
        same = shared.setdefault(before.inline, before.inline)
        found[file.path] = Hashed(file, before.sha256, same)
    if count or known.keys() != found.keys():
        settled = (each for each in found.values() if _settled(each.file, started))
        replace(cache, _serialise(settled))
    return Reading(found, count, size)


def is_unchanged(root: Path, cache: Path, listed: Collection[str]) -> bool:
    """Whether a site has the files ``listed``, each as the cache tells of it by size and times.

    A file that the cache leaves out, as it was too young to be told from an edited one, only has
    to be there.
    """
    known = _load(cache)
    try:
        found = {file.path: file for file in files(root)}
    except (OSError, ValueError):
        return False
    return found.keys() == set(listed) and all(
        path not in known or known[path].file == file for path, file in found.items()
    )


def _settled(file: File, now: int) -> bool:
    return max(file.modified, file.changed) < now - _UNSETTLED


def _read(root: Path, file: File) -> Hashed:
    if file.path.endswith(".html"):
        data = (root / file.path).read_bytes()
        return Hashed(file, hashlib.sha256(data).hexdigest(), inline(data))
    return Hashed(file, digests(root / file.path)["sha256"], Inline())


def digests(path: Path, algorithms: Iterable[str] = ("sha256",)) -> dict[str, str]:
    """The hexadecimal digests of a file, read once.  Raises OSError."""
    hashes = {name: hashlib.new(name) for name in algorithms}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for each in hashes.values():
                each.update(block)
    return {name: each.hexdigest() for name, each in hashes.items()}


@dataclass(slots=True)
class _Table:
    """Inline hashes by number: thousands of pages share a few."""

    numbers: dict[Inline, int] = field(default_factory=dict)

    def number(self, each: Inline) -> int:
        return self.numbers.setdefault(each, len(self.numbers))


def _serialise(hashed: Iterable[Hashed]) -> bytes:
    table = _Table()
    rows = [
        [each.file.path, each.file.size, each.file.modified, each.file.changed, each.sha256,
         table.number(each.inline)]
        for each in hashed
    ]  # fmt: skip
    shared = [
        [sorted(each.scripts), sorted(each.styles), sorted(each.attributes)]
        for each in table.numbers
    ]
    return json.dumps({"format": _FORMAT, "inline": shared, "files": rows}).encode()


def _load(cache: Path) -> dict[str, Hashed]:
    """What the cache holds; nothing where it cannot be read, which costs time and no more."""
    try:
        kept = json.loads(cache.read_bytes())
        if kept["format"] != _FORMAT:
            return {}
        shared = [Inline(*map(frozenset, row)) for row in kept["inline"]]
        return {each.file.path: each for each in _rows(kept["files"], shared)}
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return {}


def _rows(rows: Iterable[list[object]], shared: list[Inline]) -> Iterator[Hashed]:
    for path, size, modified, changed, sha256, number in rows:
        file = File(str(path), int(str(size)), int(str(modified)), int(str(changed)))
        yield Hashed(file, str(sha256), shared[int(str(number))])
