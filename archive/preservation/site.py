"""The files of a built site: listed, hashed, and compared between builds.

Hashing reads a file again only when its size or times changed.  What was found is kept in an
account outside the site, by which the next build knows every byte that something else wrote.  A
file that was written within the last two seconds is read again: it could change once more within
one tick of a coarse file system clock.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from archive.files import read_pickle, write_pickle
from archive.model.checkpoint import SIGNED
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE
from archive.preservation.pages import inline

LEDGER = "ledger.jsonl"
PAGES = (".html", ".htm", ".xhtml")  # what a browser may run code in

SIZES = "sizes.txt"  # the bytes of each file, in the form of wc(1)

# What static hosts read and do not serve: a copy in a folder has them, a mirror need not.
HEADERS, REDIRECTS = "_headers", "_redirects"
SETTINGS = frozenset({HEADERS, REDIRECTS})

# At the root of a built site but not published: Sphinx's own note.
UNPUBLISHED = frozenset({".buildinfo", ".buildinfo.bak"})

# Files that cannot be in the manifest, because they depend on it.
_ABOUT_THE_MANIFEST = frozenset({NAME, SSH_SIGNATURE, MINISIGN_SIGNATURE})

_NOT_PUBLISHED = UNPUBLISHED | _ABOUT_THE_MANIFEST | SIGNED

BLOCK = 1 << 20  # bytes read at once
_FORMAT = "hashes 6"  # an account of another form is none
_FEW = 100  # files are read again sooner than an account is written
_CLOCK_TICK = 2_000_000_000  # nanoseconds: the coarsest clock of a file system in use


# Listing


class File(NamedTuple):
    """What the file system knows of a file without reading it."""

    path: str  # relative to the site's root, with slashes
    size: int  # bytes
    modified: int  # nanoseconds since 1970, of the bytes
    changed: int  # nanoseconds since 1970, of the bytes, the name or the permissions


def files(root: Path) -> Iterator[File]:
    """Every file that a site publishes, in no order, without the manifest and its signatures.

    Raises OSError where a folder cannot be read, ValueError for anything but files and folders.
    """
    return (file for file in tree(root) if file.path not in _NOT_PUBLISHED)


def tree(root: Path) -> Iterator[File]:
    """Every file below a folder.  Raises as ``files`` does."""
    return (
        File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for path, stat in _walk(root)
    )


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The path of every file below a folder, and what the file system knows of it."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield f"{folder}{entry.name}", entry.stat(follow_symlinks=False)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{folder}{entry.name}/")
                else:
                    path = root / folder / entry.name
                    raise ValueError(f"{path} is neither a file nor a folder: remove it")


# Hashing


class Hashed(NamedTuple):
    """A file with what reading it gave; begins as ``File``."""

    path: str
    size: int
    modified: int
    changed: int
    sha256: str
    inline: frozenset[str]  # the code that stands in it, if it is a page


@dataclass(frozen=True, slots=True)
class Reading:
    """All files of a site by path, and how much had to be read for it."""

    hashed: Mapping[str, Hashed]
    files_read: int = 0

    @property
    def digests(self) -> dict[str, str]:
        return {path: each.sha256 for path, each in self.hashed.items()}


def read_site(root: Path, cache: Path) -> Reading:
    """Hash every file of a site that changed since the cache was written; update the cache.

    Raises OSError where a file cannot be read, ValueError for anything but files and folders.
    """
    started = time.time_ns()
    known = _load(cache)
    reading = _read_all(root, known or {})
    if known is None or reading.files_read or known.keys() != reading.hashed.keys():
        _keep(cache, reading.hashed, started)
    return reading


def foreign(root: Path, cache: Path) -> dict[str, str] | None:
    """The files that something else than a build wrote since ``read_site``, and what it did.

    Each is “altered”, “missing” or “extra”, by its path.  None where the cache is lost or damaged,
    so that nobody knows.  Raises as ``read_site`` does.
    """
    started = time.time_ns()
    known = _load(cache)
    if known is None:
        return None
    reading = _read_all(root, known) if root.is_dir() else Reading({})
    found = reading.hashed
    told = dict.fromkeys(known.keys() - found.keys(), "missing")
    for path, each in found.items():
        if path not in known:
            told[path] = "extra"
        elif known[path].sha256 != each.sha256:
            told[path] = "altered"
    if reading.files_read > _FEW and not told:
        _keep(cache, found, started)
    return told


def _read_all(root: Path, known: Mapping[str, Hashed]) -> Reading:
    found: dict[str, Hashed] = {}
    count = 0
    shared: dict[frozenset[str], frozenset[str]] = {}  # thousands of pages have one of a few values
    for path, stat in _walk(root):
        each = known.get(path)
        now = stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
        if each is None or each[1:4] != now:
            if path in _NOT_PUBLISHED:
                continue
            file = File(path, *now)
            each = _read(root, file)
            each = each._replace(inline=shared.setdefault(each.inline, each.inline))
            count += 1
        found[path] = each
    if found.keys() == known.keys():  # which are in order
        return Reading({path: found[path] for path in known}, count)
    return Reading(dict(sorted(found.items())), count)


def read_again(root: Path, cache: Path, reading: Reading, paths: Collection[str]) -> Reading:
    """What ``read_site`` would give now that these files were written.  Raises OSError."""
    fresh = {path: _read(root, _file(root, path)) for path in paths}
    found = dict(sorted({**reading.hashed, **fresh}.items()))
    _keep(cache, found, time.time_ns())
    return replace(reading, hashed=found)


def _file(root: Path, path: str) -> File:
    stat = (root / path).stat()
    return File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _keep(cache: Path, found: Mapping[str, Hashed], started: int) -> None:
    """Write the account.  A file of which a clock could hide a change has no times in it."""
    latest = started - _CLOCK_TICK
    rows = (
        each if max(each.modified, each.changed) < latest else each._replace(modified=0, changed=0)
        for each in found.values()
    )
    write_pickle(cache, tuple(zip(*rows)), _FORMAT)  # columns are written in half of the time


def _load(cache: Path) -> dict[str, Hashed] | None:
    """The files of the account; None if it is missing or damaged."""
    columns: tuple[tuple[Any, ...], ...] | None = read_pickle(cache, _FORMAT)
    if columns is None:
        return None
    return dict(zip(columns[0], map(Hashed, *columns), strict=True)) if columns else {}


def known_digests(cache: Path) -> dict[str, str]:
    """The SHA-256 of each file as it was last read, by path."""
    return {path: each.sha256 for path, each in (_load(cache) or {}).items()}


def _read(root: Path, file: File) -> Hashed:
    if file.path.endswith(PAGES):
        data = (root / file.path).read_bytes()
        return Hashed(*file, hashlib.sha256(data).hexdigest(), inline(data))
    return Hashed(*file, digests(root / file.path)["sha256"], frozenset())


def digests(path: Path, algorithms: Iterable[str] = ("sha256",)) -> dict[str, str]:
    """The hexadecimal digests of a file by algorithm, read once.  Raises OSError."""
    hashes = {name: hashlib.new(name) for name in algorithms}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for each in hashes.values():
                each.update(block)
    return {name: each.hexdigest() for name, each in hashes.items()}


# Comparing


@dataclass(frozen=True, slots=True)
class Contents:
    """The SHA-256 of each file of a build, and the bytes of all together."""

    digests: Mapping[str, str]
    size: int


def contents(folder: Path) -> Contents:
    """Read every file below a folder but Sphinx's note on how it was built.

    Raises OSError and ValueError.
    """
    there = [file for file in tree(folder) if not file.path.startswith(".buildinfo")]
    found = {file.path: digests(folder / file.path)["sha256"] for file in there}
    return Contents(found, sum(file.size for file in there))


def unlike(builds: Mapping[str, Contents]) -> Iterator[str]:
    """A sentence for each file that differs between builds, which are given by name."""
    for path in sorted({path for each in builds.values() for path in each.digests}):
        versions: dict[str | None, list[str]] = {}
        for name, each in builds.items():
            versions.setdefault(each.digests.get(path), []).append(name)
        if len(versions) > 1:
            told = (
                f"{'missing' if digest is None else digest[:12]} in {', '.join(names)}"
                for digest, names in versions.items()
            )
            yield f"{path}: {'; '.join(told)}"
